//! Completion.

use std::ops::Range;

use crate::schema::Catalog;

/// One proposal of the completion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// The bytes of the query text that it replaces.
    pub replace: Range<usize>,
    /// What stands there afterwards.
    pub text: String,
    /// What it is, for people: the label of the field, the meaning of the operator.
    pub note: String,
}

/// What could stand at byte `position` of `text`: fields, operators or values, best first.
#[must_use]
pub fn complete(text: &str, position: usize, catalog: &Catalog, entity: &str) -> Vec<Completion> {
    let _ = (text, position, catalog, entity);
    Vec::new()
}
