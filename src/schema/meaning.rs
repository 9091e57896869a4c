//! What a field is to those who look at it, beside what it is stored as.

use super::catalog::{Field, FieldType, Result};

impl Field {
    /// What it holds for those who see it: what is shown as dots is an amount all the same.
    #[must_use]
    pub fn meant(&self) -> &FieldType {
        self.masked.as_deref().unwrap_or(&self.kind)
    }

    /// Whether it holds one of its choices: a select, or a formula that yields one of them.
    #[must_use]
    pub fn chooses(&self) -> bool {
        match &self.kind {
            FieldType::Select => true,
            FieldType::Formula { result: Result::Text, .. } => !self.choices.is_empty(),
            _ => false,
        }
    }
}
