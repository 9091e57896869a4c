//! Likely intended words, and labels made of names.

use crate::model::{Fill, Phrase, phrase};

/// The candidate that was likely meant by `word`, if one is near enough: a slip of the keyboard, a
/// plural, a shortened form, other capitals or hyphens.
#[must_use]
pub fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let plain = plain(word);
    let limit = 1 + plain.chars().count() / 4;
    candidates
        .into_iter()
        .filter_map(|candidate| {
            let other = self::plain(candidate);
            let distance = strsim::damerau_levenshtein(&plain, &other);
            let shortened = plain.len() >= 3
                && other.len() >= 3
                && (other.starts_with(&plain) || plain.starts_with(&other));
            (distance <= limit || shortened).then_some((distance, candidate))
        })
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

fn plain(word: &str) -> String {
    word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// `warranty_until` as people read it: `Warranty until`.
pub(super) fn humanise(name: &str) -> String {
    let mut text = name.replace('_', " ");
    if let Some(first) = text.get_mut(0..1) {
        first.make_ascii_uppercase();
    }
    text
}

/// `"a", "b" or "c"`.
pub(super) fn list<'w>(words: impl IntoIterator<Item = &'w str>) -> Phrase {
    match quoted(words) {
        (first, None) => phrase!("{first}", first),
        (first, Some(last)) => phrase!("{first} or {last}", first, last),
    }
}

/// `"a", "b" and "c"`.
pub(super) fn all<'w>(words: impl IntoIterator<Item = &'w str>) -> Phrase {
    match quoted(words) {
        (first, None) => phrase!("{first}", first),
        (first, Some(last)) => phrase!("{first} and {last}", first, last),
    }
}

/// All words but the last, and the last where there are several.
fn quoted<'w>(words: impl IntoIterator<Item = &'w str>) -> (Fill, Option<String>) {
    let mut quoted: Vec<String> = words.into_iter().map(|word| format!("\"{word}\"")).collect();
    let last = if quoted.len() > 1 { quoted.pop() } else { None };
    (Fill::List(quoted.into_iter().map(Fill::Text).collect()), last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_understood_and_a_stranger_is_not() {
        let keys = ["label", "required", "required_when", "multi-select", "column"];
        assert_eq!(nearest("lable", keys), Some("label"));
        assert_eq!(nearest("requird", keys), Some("required"));
        assert_eq!(nearest("require", keys), Some("required"));
        assert_eq!(nearest("Required-When", keys), Some("required_when"));
        assert_eq!(nearest("multiselect", keys), Some("multi-select"));
        assert_eq!(nearest("weather", keys), None);
        assert_eq!(nearest("", keys), None);
    }

    #[test]
    fn names_become_labels_and_words_a_list() {
        assert_eq!(humanise("warranty_until"), "Warranty until");
        assert_eq!(humanise(""), "");
        assert_eq!(list(["a"]), "\"a\"");
        assert_eq!(list(["a", "b", "c"]), "\"a\", \"b\" or \"c\"");
        assert_eq!(all(["a", "b"]), "\"a\" and \"b\"");
    }
}
