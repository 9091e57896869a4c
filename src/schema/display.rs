//! Values -> text as people read it.

use chrono_tz::Tz;

use super::{Catalog, Field};
use crate::model::{Lang, Value};

/// How a person wants values written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Format {
    /// The language of labels and words.
    pub lang: Lang,
    /// The zone instants are shown in.
    pub zone: Tz,
}

impl Format {
    /// The value as one line of text for people: labels for choices, grouped numbers, titles for
    /// links. Not sanitised: what prints it passes it through `term::Clean`.
    #[must_use]
    pub fn line(&self, catalog: &Catalog, field: &Field, value: &Value) -> String {
        let _ = (catalog, field, value);
        String::new()
    }

    /// The value as text that `Coercion::value` understands again: what an editor starts with, what
    /// CSV holds.
    #[must_use]
    pub fn editable(&self, catalog: &Catalog, field: &Field, value: &Value) -> String {
        let _ = (catalog, field, value);
        String::new()
    }
}
