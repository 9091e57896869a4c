//! Text as people type it -> checked, normalised values.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::{Catalog, Entity, Field};
use crate::model::{Input, Value};

/// Why a value is not acceptable for a field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Invalid {
    /// What is wrong, to stand beside the field: `not a date`.
    pub message: String,
    /// What would be right: `try 2026-01-31, fri or +3d`.
    pub hint: Option<String>,
}

/// All that understanding typed text needs to know.
pub struct Coercion<'a> {
    /// The catalogue: default region, currency, references.
    pub catalog: &'a Catalog,
    /// The present, for `tomorrow` and `+3d`.
    pub now: DateTime<Utc>,
    /// The zone that days and times are meant in.
    pub zone: Tz,
}

impl Coercion<'_> {
    /// Understands, normalises and checks what is handed in for `field` (type, pattern, min, max,
    /// choices); everything that needs no other field and no other record. Links must come as values
    /// or references (`C-1042`); names are the gate's to resolve.
    ///
    /// # Errors
    /// Why it is not acceptable.
    pub fn value(&self, entity: &Entity, field: &Field, input: &Input) -> Result<Value, Invalid> {
        let _ = (entity, field, input, self.catalog);
        Err(Invalid { message: String::new(), hint: None })
    }
}
