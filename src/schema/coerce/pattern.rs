//! Patterns of the schema, compiled once with the catalogue.

use std::collections::HashMap;

use regex::{Regex, RegexBuilder};

/// The compiled patterns of all fields, by their text.
#[derive(Debug, Clone, Default)]
pub struct Patterns(HashMap<String, Regex>);

impl Patterns {
    /// Compiles patterns; those that are none are left out (loading a schema reports them).
    pub fn compile<'a>(patterns: impl Iterator<Item = &'a str>) -> Self {
        Self(patterns.filter_map(|p| Some((p.to_owned(), Self::whole(p).ok()?))).collect())
    }

    /// A pattern that the whole text must match, bounded in the memory it takes.
    ///
    /// # Errors
    /// What is wrong with it, in one line.
    pub fn whole(pattern: &str) -> Result<Regex, String> {
        RegexBuilder::new(&format!("^(?:{pattern})$"))
            .size_limit(1 << 20)
            .build()
            .map_err(|error| error.to_string().lines().last().unwrap_or_default().to_owned())
    }

    /// The compiled form of a pattern of the schema.
    #[must_use]
    pub fn get(&self, pattern: &str) -> Option<&Regex> {
        self.0.get(pattern)
    }
}

/// Two catalogues with the same fields have the same patterns, so there is nothing to compare.
impl PartialEq for Patterns {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Patterns {}
