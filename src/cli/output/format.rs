//! The formats that data is printed in.

use serde::Deserialize;

/// How data is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OutputFormat {
    /// Aligned columns for people.
    #[default]
    Table,
    /// The stable, documented form for programs.
    Json,
    /// Comma-separated values.
    Csv,
    /// Tab-separated values.
    Tsv,
    /// References only, one a line, to hand to another command.
    Ids,
    /// A Markdown table.
    Markdown,
}

impl OutputFormat {
    /// The words on the command line.
    pub const WORDS: [&'static str; 6] = ["table", "json", "csv", "tsv", "ids", "markdown"];

    const ALL: [Self; 6] =
        [Self::Table, Self::Json, Self::Csv, Self::Tsv, Self::Ids, Self::Markdown];

    /// The format of this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::WORDS.iter().position(|known| *known == word).map(|at| Self::ALL[at])
    }

    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        let at = Self::ALL.iter().position(|format| *format == self).unwrap_or(0);
        Self::WORDS[at]
    }
}
