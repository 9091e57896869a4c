//! What things are called, in the languages Kontor speaks.

use serde::{Deserialize, Serialize};

use super::catalog::{Entity, Field};
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

impl Entity {
    /// The field that holds several of what a word names: `phone` is one of the `phones`.
    #[must_use]
    pub fn field_of_several(&self, word: &str) -> Option<&Field> {
        let word = word.to_lowercase();
        let stem = word.strip_suffix('y').unwrap_or(&word);
        let plurals = [format!("{word}s"), format!("{word}es"), format!("{stem}ies")];
        let named = |text: &str| plurals.contains(&text.to_lowercase());
        let mut several = self.fields.iter().filter(|field| field.kind.holds_several());
        several.find(|field| named(&field.name) || named(&field.label.en))
    }

    /// The entity within a sentence of the command line: by its name in English, which is what is typed,
    /// by its label in Chinese.
    #[must_use]
    pub fn told(&self) -> Fill {
        Fill::Label { en: self.name.to_string(), zh: self.label.zh.clone() }
    }
}

impl Field {
    /// What the field is called, and how it is typed where that is another word: `金额（amount）`.
    #[must_use]
    pub fn told(&self) -> Fill {
        let (name, label) = (&self.name, &self.label);
        let same = label.en.to_lowercase().replace([' ', '-'], "_") == **name;
        Fill::Label {
            en: if same { name.to_string() } else { format!("{} ({name})", label.en) },
            zh: if label.zh.is_empty() {
                String::new()
            } else {
                format!("{}（{name}）", label.zh)
            },
        }
    }
}

impl From<&Label> for Fill {
    fn from(label: &Label) -> Self {
        Self::Label { en: label.en.clone(), zh: label.zh.clone() }
    }
}
