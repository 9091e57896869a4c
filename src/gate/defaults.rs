//! What fields hold by themselves: defaults, and what follows another field, across links too.
//!
//! The language evaluates on a record in memory; linked records are looked at in the file, each once in a plan.
//! Start at [`Session::worked_out`].

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use super::ahead::Ahead;
use super::error::Result;
use super::session::Session;
use super::store::rows::Projection;
use crate::model::{Fill, Link, Name, Phrase, Record, RecordId, Value, phrase};
use crate::query::{Formula, Moment};
use crate::schema::Field;

/// Linked records as a plan found them.
pub(super) type LookedAt = RefCell<HashMap<(Name, RecordId), Option<Arc<Record>>>>;

/// A field that follows another.
pub(super) struct Follows {
    pub(super) field: Name,
    /// The field whose change triggers it.
    pub(super) trigger: Name,
    /// What it becomes.
    pub(super) with: Formula,
    /// Only as long as nobody has set it to something else.
    pub(super) until_set: bool,
}

impl Session {
    /// What a default or `follows` yields on a record; linked records are looked at as they stand in the
    /// file, each once in a plan. The schema says what is copied from them, not the person.
    pub(super) fn worked_out(
        &self,
        formula: &Formula,
        record: &Record,
        moment: &Moment,
        ahead: &Ahead,
    ) -> Result<Value> {
        let failed = RefCell::new(None);
        let look = |link: &Link| {
            let key = (link.entity.clone(), link.id);
            if let Some(known) = ahead.looked_at.borrow().get(&key) {
                return known.clone();
            }
            let entity = self.catalog.entity(&link.entity).filter(|_| !link.id.is_pending())?;
            let projection = Projection::unveiled(&self.catalog, entity, moment);
            let found = self.store.record(&projection, link.id).map(|found| found.map(Arc::new));
            let found = found.unwrap_or_else(|error| {
                failed.borrow_mut().get_or_insert(error);
                None
            });
            ahead.looked_at.borrow_mut().insert(key, found.clone());
            found
        };
        let value = formula.value_over(&self.catalog, record, moment, &look);
        match failed.into_inner() {
            Some(error) => Err(error),
            None => Ok(value.unwrap_or_default()),
        }
    }
}

/// What a field that is needed wants, for people.
pub(super) fn why_needed(field: &Field) -> Option<Phrase> {
    let offered = field.choices.iter().filter(|choice| !choice.retired);
    let choices: Vec<Fill> = offered
        .map(|choice| Fill::Label { en: choice.value.clone(), zh: choice.label.zh.clone() })
        .take(8)
        .collect();
    if !choices.is_empty() {
        return Some(phrase!("one of {words}", words = Fill::List(choices)));
    }
    (!field.help.en.is_empty()).then(|| phrase!("{help}", help = &field.help))
}
