//! What a person keeps for themselves: preferences, drafts of unfinished forms.
//!
//! Short texts under dotted keys, seen by nobody else, without history and without undo. Records never
//! live here. Start at [`Session::keep`].

use super::error::{GateError, Problem, Result};
use super::session::Session;
use crate::model::{Phrase, phrase};

/// The longest text that is kept under one key, in bytes.
pub const LONGEST: usize = 1 << 20;

/// A text that a person keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Where: `theme`, `draft.customer.new`.
    pub key: String,
    /// What.
    pub text: String,
    /// When it was kept or touched last, in Unix milliseconds.
    pub at: i64,
}

impl Session {
    /// Keeps texts for the person; without a text the key is forgotten.
    ///
    /// # Errors
    /// A text longer than a mebibyte; a file that cannot be written. Nothing is kept then.
    pub fn keep(&self, texts: &[(String, Option<String>)]) -> Result<()> {
        if let Some((key, _)) =
            texts.iter().find(|(_, text)| text.as_ref().is_some_and(|text| text.len() > LONGEST))
        {
            return Err(GateError::Invalid(vec![Problem {
                edit: 0,
                record: Phrase::raw(key),
                field: None,
                message: phrase!("too long to be kept"),
                hint: Some(phrase!("at most {longest} bytes", longest = LONGEST)),
                missing: None,
            }]));
        }
        let now = self.options.clock.now().timestamp_millis();
        self.store.write("keeping a person's own settings", || {
            for (key, text) in texts {
                self.store.keep_own(self.actor.0.user, key, text.as_deref(), now)?;
            }
            Ok(())
        })
    }

    /// Says of texts that are kept that they are still in use: their instant is now. What is not kept
    /// (any more) stays so.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn touch_kept(&self, keys: &[String]) -> Result<()> {
        let now = self.options.clock.now().timestamp_millis();
        self.store.write("keeping a person's own settings", || {
            for key in keys {
                self.store.touch_own(self.actor.0.user, key, now)?;
            }
            Ok(())
        })
    }

    /// What the person keeps under keys that begin with `prefix`, by key.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn kept(&self, prefix: &str) -> Result<Vec<Kept>> {
        // Whoever sees the file as another keeps their own ways, and does not read what the other keeps.
        self.store.own_under(self.holder(), prefix)
    }
}
