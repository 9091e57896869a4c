//! The steps of the tutor, as `assets/tutor/lesson.toml` tells them: what to do, in both languages, and
//! by what it is seen to be done.
//!
//! `{key:record.edit}` in a text becomes the key that the user really has for that action. Start at
//! [`Lesson::shipped`].

use serde::Deserialize;

use crate::model::{Lang, Name};

const SHIPPED: &str = include_str!("../../../assets/tutor/lesson.toml");

/// A text in both languages.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Told {
    en: String,
    zh: String,
}

impl Told {
    /// The text in one of them.
    #[must_use]
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::En => &self.en,
            Lang::Zh => &self.zh,
        }
    }
}

/// Records that must be there, or must not be.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Data {
    /// Of which entity.
    pub entity: Name,
    /// Which of them, in the query language.
    #[serde(rename = "where")]
    pub filter: String,
    /// How many there must be at least; with 0 there must be none.
    #[serde(default = "one")]
    pub at_least: u64,
}

const fn one() -> u64 {
    1
}

/// By what a step is seen to be done. Everything that is given must hold.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Done {
    /// The kind of screen, with nothing over it: `list`, `detail`, `board`.
    pub screen: Option<String>,
    /// What the screen is about.
    pub entity: Option<Name>,
    /// An action that was done since the step began.
    pub ran: Option<Name>,
    /// A condition on the record under the cursor.
    pub record: Option<String>,
    /// At least so many records are marked.
    pub marks: Option<usize>,
    /// A filter is set, or is not.
    pub filtered: Option<bool>,
    /// What the data must hold.
    pub data: Option<Data>,
    /// It is the end: nothing is waited for.
    #[serde(default)]
    pub never: bool,
}

/// One thing to do.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Its name in a few words.
    pub title: Told,
    /// What to do, and why.
    pub text: Told,
    /// When it is done.
    pub done: Done,
}

/// All that the tutor teaches, in order.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lesson {
    /// Its steps.
    #[serde(rename = "step")]
    pub steps: Vec<Step>,
}

impl Lesson {
    /// The lesson that ships. A test holds that it can be read; one that cannot has no steps.
    #[must_use]
    pub fn shipped() -> Self {
        toml::from_str(SHIPPED).unwrap_or_default()
    }
}
