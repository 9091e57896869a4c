//! Values that only the data know: where names, texts or tags could stand, and of what.
//!
//! Nothing is looked up here: who shows proposals asks the gate and makes them with [`ValuesAt::offer`].

use std::ops::Range;

use super::{Completion, Expected, Subject, at};
use crate::model::Name;
use crate::query::path::End;
use crate::schema::{Catalog, FieldType};
use crate::syntax::keyword;

/// A place of a query where a value from the data could stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValuesAt {
    /// The entity whose records have the values.
    pub entity: Name,
    /// The field that has them.
    pub field: Name,
    /// The part of an address that is asked for.
    pub part: Option<&'static str>,
    /// The entity whose titles can stand there.
    pub titles: Option<Name>,
    /// What is typed of it so far.
    pub typed: String,
    /// The bytes of the query text that a value replaces.
    pub replace: Range<usize>,
}

/// Which values could stand at byte `position` of `text`; none where no data are asked for.
#[must_use]
pub fn values_at(text: &str, position: usize, catalog: &Catalog, entity: &str) -> Option<ValuesAt> {
    let (walk, partial) = at(text, position, catalog, entity)?;
    let Expected::Value(Subject::Path(path), _) = &walk.expected else { return None };
    let (field, part) = match path.end {
        End::Field(field) => (field, None),
        End::Part(field, part) => (field, Some(part)),
        _ => return None,
    };
    let titles = match &field.kind {
        _ if part.is_some() => None,
        FieldType::Link { to } | FieldType::Links { to } => Some(to.clone()),
        // The title of a record is a name like others.
        FieldType::Text if path.entity.title == field.name => Some(path.entity.name.clone()),
        FieldType::Text | FieldType::Tags => None,
        _ => return None,
    };
    Some(ValuesAt {
        entity: path.entity.name.clone(),
        field: field.name.clone(),
        part,
        titles,
        typed: partial.typed,
        replace: partial.replace,
    })
}

impl ValuesAt {
    /// The proposal of a value: in quotation marks where it is more than a word.
    #[must_use]
    pub fn offer(&self, value: &str, note: String) -> Completion {
        let plain = value.chars().all(|c| c.is_alphanumeric() || c == '_')
            && value.chars().next().is_some_and(char::is_alphabetic)
            && keyword(value).is_none();
        let text = if plain {
            value.to_owned()
        } else {
            format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
        };
        Completion { replace: self.replace.clone(), text, note }
    }

    /// True where the same data are asked for: only what is replaced may differ.
    #[must_use]
    pub fn asks_like(&self, other: &Self) -> bool {
        Self { replace: 0..0, ..self.clone() } == Self { replace: 0..0, ..other.clone() }
    }
}
