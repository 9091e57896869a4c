//! What a person has chosen for themselves: theme, language, columns, blocks of the home screen.
//!
//! Short texts under dotted keys, read when the app starts and kept by the gate as soon as one is set
//! ([`Cmd::Prefer`](super::layer::Cmd::Prefer)). What a text means is up to who reads it; one that is not
//! understood counts as not set. Drafts of forms are kept by the gate too, but are none of these.

use std::collections::BTreeMap;

use crate::gate::Kept;

/// The preference that says where weeks begin. The session goes by it too.
pub const WEEK: &str = "week_start";

/// Beginnings of keys that are no preferences.
const OTHERS: [&str; 1] = ["draft."];

/// The preferences of one person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prefs(BTreeMap<String, String>);

impl Prefs {
    /// The preferences among what a person keeps.
    #[must_use]
    pub fn of(kept: Vec<Kept>) -> Self {
        Self(
            kept.into_iter()
                .filter(|kept| !OTHERS.iter().any(|other| kept.key.starts_with(other)))
                .map(|kept| (kept.key, kept.text))
                .collect(),
        )
    }

    /// What stands under a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    /// Sets or forgets one, here only.
    pub(super) fn set(&mut self, key: &str, text: Option<String>) {
        match text {
            Some(text) => self.0.insert(key.to_owned(), text),
            None => self.0.remove(key),
        };
    }
}
