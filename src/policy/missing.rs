//! The right that was missing when something was refused, as it can be asked for.

use super::{FieldAccess, Need, Right, is_guarded};
use crate::model::{Name, RecordId, RecordRef};
use crate::schema::Catalog;

/// A right that somebody lacks and may ask for: were it granted, what was refused would go through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// The right.
    pub right: Right,
    /// On records of this entity.
    pub entity: Name,
    /// On this one only.
    pub record: Option<RecordId>,
    /// On this field only.
    pub field: Option<Name>,
    /// As it is asked for: `D-88 assign`, `deal edit --field amount`.
    pub words: String,
}

impl Missing {
    /// What would have to be granted; none where only a role, or nobody, gives it.
    #[must_use]
    pub fn of(need: &Need, catalog: &Catalog) -> Option<Self> {
        let (right, entity, record, field) = match need {
            Need::Entity(right, entity) => (*right, entity, None, None),
            // A record is made before there is one.
            Need::Record(Right::Create, entity, _) => (Right::Create, entity, None, None),
            Need::Record(right, entity, id) => (*right, entity, Some(*id), None),
            Need::Field(FieldAccess::Edit, entity, field) => {
                (Right::Edit, entity, None, Some(field.clone()))
            }
            Need::Field(_, entity, field) => (Right::Read, entity, None, Some(field.clone())),
            Need::Link(entity, id) => (Right::Edit, entity, Some(*id), None),
            Need::Special(_)
            | Need::Administrator
            | Need::Give(_)
            | Need::Other
            | Need::Insight => return None,
        };
        if is_guarded(entity) && (right != Right::Read || field.is_some()) {
            return None;
        }
        let mut missing =
            Self { right, entity: entity.clone(), record, field, words: String::new() };
        missing.words = missing.told(catalog);
        Some(missing)
    }

    /// The same on one record only: nobody asks for more than they were refused.
    #[must_use]
    pub fn on(mut self, record: RecordId, catalog: &Catalog) -> Self {
        // Making, taking in and changing many are about no single one.
        let of_many = matches!(self.right, Right::Create | Right::Import | Right::Bulk);
        if self.field.is_none() && !of_many {
            self.record = self.record.or(Some(record));
            self.words = self.told(catalog);
        }
        self
    }

    fn told(&self, catalog: &Catalog) -> String {
        let what = match self.record {
            Some(id) => catalog.reference(&RecordRef::new(&self.entity, id)),
            None => self.entity.to_string(),
        };
        match &self.field {
            Some(field) => format!("{what} {} --field {field}", self.right.word()),
            None => format!("{what} {}", self.right.word()),
        }
    }
}
