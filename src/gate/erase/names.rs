//! By what a person is known in texts: their whole name, their addresses and numbers, and where a record is
//! about them the parts of their name.
//!
//! A name of a single Latin word is looked for only where a record points at the person: elsewhere it may be
//! anybody's.

use regex::{Regex, RegexBuilder};

use super::ERASED;
use crate::model::{Record, Value};
use crate::schema::Entity;

/// The shortest part of a name that is looked for by itself, in characters of an alphabet.
const SHORTEST: usize = 3;
/// Numbers of fewer digits are no phone numbers of somebody.
const DIGITS: usize = 7;

/// By what a person is known.
#[derive(Debug, Clone)]
pub(super) struct Names {
    anywhere: Option<Regex>,
    close: Option<Regex>,
}

impl Names {
    /// By what these records, which are one person, are known.
    pub fn of(entity: &Entity, people: &[Record]) -> Self {
        let (mut whole, mut parts) = (Vec::new(), Vec::new());
        for person in people {
            if let Some(title) = person.get(&entity.title).as_text() {
                name(title.trim(), &mut whole, &mut parts);
            }
            for field in &entity.fields {
                let Value::Points(points) = person.get(&field.name) else { continue };
                for point in points {
                    for text in std::iter::once(&point.value).chain(&point.raw) {
                        whole.push(bounded(text));
                        whole.extend(number(text));
                    }
                }
            }
        }
        parts.extend(whole.iter().cloned());
        Self { anywhere: any(whole), close: any(parts) }
    }

    /// Whether there is nothing to look for.
    pub fn is_empty(&self) -> bool {
        self.anywhere.is_none() && self.close.is_none()
    }

    fn pattern(&self, close: bool) -> Option<&Regex> {
        if close { self.close.as_ref() } else { self.anywhere.as_ref() }
    }

    /// Whether a text names them.
    pub fn names(&self, text: &str, close: bool) -> bool {
        self.pattern(close).is_some_and(|pattern| pattern.is_match(text))
    }

    /// The same of a text in JSON, where a line break is two letters.
    pub fn names_json(&self, text: &str, close: bool) -> bool {
        if !text.contains('\\') {
            return self.names(text, close);
        }
        let mut plain = String::with_capacity(text.len());
        let mut letters = text.chars();
        while let Some(letter) = letters.next() {
            match letter {
                '\\' => match letters.next() {
                    Some(quoted @ ('"' | '\\' | '/')) => plain.push(quoted),
                    _ => plain.push(' '),
                },
                other => plain.push(other),
            }
        }
        self.names(&plain, close)
    }

    /// A text without them.
    pub fn without(&self, text: &str, close: bool) -> String {
        match self.pattern(close) {
            Some(pattern) => pattern.replace_all(text, ERASED).into_owned(),
            None => text.to_owned(),
        }
    }
}

fn any(mut patterns: Vec<String>) -> Option<Regex> {
    // The longest first: a number in whole, not its end.
    patterns.sort_by_key(|pattern| std::cmp::Reverse(pattern.len()));
    patterns.dedup();
    if patterns.is_empty() {
        return None;
    }
    RegexBuilder::new(&patterns.join("|")).case_insensitive(true).build().ok()
}

/// A name and its parts.
fn name(title: &str, whole: &mut Vec<String>, parts: &mut Vec<String>) {
    let words: Vec<&str> = title
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | '·'))
        .filter(|w| !w.is_empty())
        .collect();
    let letters = title.chars().filter(|c| c.is_alphanumeric()).count();
    if is_ideographic(title) && letters >= 2 {
        whole.push(bounded(title));
    } else if let [first, .., last] = words.as_slice() {
        let spaced: Vec<String> = words.iter().map(|word| regex::escape(word)).collect();
        whole.push(edged(title, &spaced.join(r"[\s,]+")));
        let turned = format!("{}[\\s,]+{}", regex::escape(last), regex::escape(first));
        whole.push(edged(title, &turned));
    } else if letters >= SHORTEST {
        parts.push(bounded(title));
    }
    for word in words.iter().filter(|word| word.chars().count() >= SHORTEST || is_ideographic(word))
    {
        parts.push(bounded(word));
    }
}

/// A text by itself, not within a longer word.
fn bounded(text: &str) -> String {
    edged(text, &regex::escape(text))
}

fn edged(text: &str, pattern: &str) -> String {
    let edge = |c: Option<char>| {
        if c.is_some_and(|c| c.is_alphanumeric() && !is_han(c)) { r"\b" } else { "" }
    };
    format!("{}{pattern}{}", edge(text.chars().next()), edge(text.chars().last()))
}

/// A phone number however its digits are set apart, with or without what stands before the end of it.
fn number(text: &str) -> Option<String> {
    let text = text.split(";ext=").next().unwrap_or(text);
    let phone = text.chars().all(|c| c.is_ascii_digit() || " +-./()".contains(c));
    let digits: Vec<char> = text.chars().filter(char::is_ascii_digit).collect();
    if !phone || digits.len() < DIGITS {
        return None;
    }
    let end = &digits[digits.len() - (digits.len() - 2).min(9)..];
    let spaced: Vec<String> = end.iter().map(ToString::to_string).collect();
    Some(format!(r"[+(]?(?:[0-9][0-9\-./() ]*)?{}\b", spaced.join(r"[\s\-./()]*")))
}

fn is_ideographic(text: &str) -> bool {
    text.chars().any(is_han)
}

/// Characters of scripts that set no spaces between words.
fn is_han(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(title: &str) -> Names {
        let (mut whole, mut parts) = (Vec::new(), Vec::new());
        name(title, &mut whole, &mut parts);
        whole.extend(number("+49 711 555 01 23"));
        parts.extend(whole.iter().cloned());
        Names { anywhere: any(whole), close: any(parts) }
    }

    #[test]
    fn people_are_known_by_whole_names_and_numbers() {
        let ana = names("Ana Roth");
        assert_eq!(
            ana.without("Called ANA  Roth, at 0711/555 01-23.", false),
            "Called [erased], at [erased]."
        );
        assert!(ana.names("see Roth, Ana", false));
        assert!(!ana.names("Ana Rothmann called", false));
        assert!(!ana.names("Ana wants two", false));
        assert!(ana.names("Ana wants two", true));
        assert!(!ana.names("Anatomy", true));
        assert!(ana.names_json("\"first\\nAna Roth\"", false));
        assert!(!ana.names("order 4711 of 23 pieces", false));
    }

    #[test]
    fn chinese_names_stand_without_spaces() {
        let wei = names("王小伟");
        assert_eq!(wei.without("昨天王小伟来电", false), "昨天[erased]来电");
        assert!(!wei.names("王小明", false));
    }

    #[test]
    fn a_single_word_is_anybodys() {
        let acme = names("Acme");
        assert!(!acme.names("Acme sent an offer", false));
        assert!(acme.names("Acme sent an offer", true));
    }
}
