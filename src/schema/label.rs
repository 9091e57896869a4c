//! What things are called, in the languages Kontor speaks.

use serde::{Deserialize, Serialize};

use crate::model::{Fill, Lang};

/// A text in the languages Kontor speaks.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Label {
    /// English.
    pub en: String,
    /// Simplified Chinese; empty where nobody wrote it.
    #[serde(default)]
    pub zh: String,
}

impl Label {
    /// The text in `lang`, English where there is none.
    #[must_use]
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh if !self.zh.is_empty() => &self.zh,
            _ => &self.en,
        }
    }

    /// As it stands inside a sentence.
    #[must_use]
    pub fn lower(&self) -> Self {
        Self { en: self.en.to_lowercase(), zh: self.zh.clone() }
    }
}

impl From<&Label> for Fill {
    fn from(label: &Label) -> Self {
        Self::Label { en: label.en.clone(), zh: label.zh.clone() }
    }
}
