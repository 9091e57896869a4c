//! Large works that were begun and not ended: a killed import, for instance.
//!
//! Each piece of such a work is written together with a note on how far it is, so both are there or neither.
//! The note is the work's own text; only the person who began it is told of it. Start at
//! [`Session::unfinished`].

use super::bulk::Bulk;
use super::error::{GateError, Result};
use super::session::Session;
use crate::model::phrase;

/// The keys that notes stand under.
const PREFIX: &str = "import.";

/// The setting that holds the note of an operation.
pub(super) fn key(operation: i64) -> String {
    format!("{PREFIX}{operation}")
}

/// A work that was begun and not ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfinished {
    /// The change set that all its pieces belong to.
    pub operation: i64,
    /// What it noted with its last piece.
    pub note: String,
}

impl Session {
    /// The person's own works that were begun and not ended, oldest first. What was taken back meanwhile
    /// is none of them.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn unfinished(&self) -> Result<Vec<Unfinished>> {
        let me = self.actor().person().user;
        let mut found = Vec::new();
        for (key, note) in self.store.settings_under(PREFIX)? {
            let Ok(operation) = key[PREFIX.len()..].parse::<i64>() else { continue };
            let mine = self.store.is_operation_of(operation, me)?;
            let stands = mine
                && self
                    .store
                    .operation(operation)?
                    .is_some_and(|entry| entry.undone_by.is_none() && !entry.half_undone);
            if stands {
                found.push(Unfinished { operation, note });
            }
        }
        found.sort_by_key(|work| work.operation);
        Ok(found)
    }

    /// Goes on with a work of the person's own: what is written from now on belongs to the same change set,
    /// so that one undo takes back all of it.
    ///
    /// # Errors
    /// [`GateError::NotFound`] where there is no such work.
    pub fn bulk_on(&mut self, why: &str, operation: i64) -> Result<Bulk<'_>> {
        if !self.unfinished()?.iter().any(|work| work.operation == operation) {
            return Err(GateError::NotFound {
                what: phrase!("change set {number} is not half done", number = operation),
                hint: None,
            });
        }
        let mut bulk = Bulk::new(self, why);
        bulk.resumes(operation);
        Ok(bulk)
    }
}
