//! Which known word somebody likely meant.
//!
//! Compares folded letters and digits only, so `GTXPro` and `GTX Pro` are the same word. Start at
//! [`nearest`].

use crate::model::text;

/// Below this likeness two words are not offered for one another.
pub(super) const LIKELY: f64 = 0.78;

/// The letters and digits of a text, folded: what headers are compared by.
pub(super) fn squash(text: &str) -> String {
    text::fold(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// How alike two squashed words are, from 0 to 1. A word with one letter more, less, wrong or swapped
/// is like the other; very short words must be equal.
pub(super) fn likeness(a: &str, b: &str) -> f64 {
    if a == b {
        return 1.0;
    }
    let (a_length, b_length) = (a.chars().count(), b.chars().count());
    let shorter = a_length.min(b_length);
    let swapped = shorter >= 3 && a_length.max(b_length) >= 4 && strsim::osa_distance(a, b) == 1;
    if swapped {
        return strsim::normalized_damerau_levenshtein(a, b).max(0.8);
    }
    if shorter < 4 { 0.0 } else { strsim::normalized_damerau_levenshtein(a, b) }
}

/// The candidate that is most like `word`, where one is likely.
pub(super) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let word = squash(word);
    candidates
        .into_iter()
        .map(|candidate| (likeness(&word, &squash(candidate)), candidate))
        .filter(|(likeness, _)| *likeness >= LIKELY)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

/// A header as it is told: files that are none of ours have headers of any length.
#[must_use]
pub fn brief(header: &str) -> String {
    const MOST: usize = 60;
    match header.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &header[..end]),
        None => header.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_meant_and_nothing_far_fetched() {
        let known = ["name", "email", "phone", "company", "status", "GTX Pro", "MG Special"];
        for (word, expected) in [
            ("Nmae", Some("name")),
            ("Emial", Some("email")),
            ("Phne", Some("phone")),
            ("Compny", Some("company")),
            ("Statu", Some("status")),
            ("GTXPro", Some("GTX Pro")),
            ("id", None),
            ("keyword", None),
        ] {
            assert_eq!(nearest(word, known), expected, "{word}");
        }
    }
}
