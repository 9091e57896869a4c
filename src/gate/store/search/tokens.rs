//! From the values of a record to the tokens it is found by.
//!
//! Tokens are words of folded text, so they hold no space and no quote; the ones that start with `_`
//! are ours: `_o7` held by user 7, `_t3` by team 3, `_r5501` a phone number read from its end.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::model::text::{fold, is_han, is_joined, readings};
use crate::model::{Name, Value};
use crate::schema::{Entity, Field, FieldType};

/// Longer words are cut: nobody types more, and a token must stay small.
pub(super) const LONGEST_WORD: usize = 40;

/// So much of a long text is searchable.
const LONGEST_TEXT: usize = 20_000;

/// How closely a text is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Depth {
    /// Names and one-line texts: pinyin too.
    Line,
    /// Long text: words and characters only.
    Long,
}

/// One piece of a chunk of text between spaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// Letters and digits.
    Word(&'a str),
    /// Characters of a script without spaces.
    Joined(&'a str),
}

/// The pieces of folded text, punctuation left out.
pub(super) fn pieces(chunk: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = chunk;
    std::iter::from_fn(move || {
        let start = rest.find(char::is_alphanumeric)?;
        rest = &rest[start..];
        let joined = rest.chars().next().is_some_and(is_joined);
        let end = rest
            .find(|c: char| !c.is_alphanumeric() || is_joined(c) != joined)
            .unwrap_or(rest.len());
        let (piece, after) = rest.split_at(end);
        rest = after;
        Some(if joined { Piece::Joined(piece) } else { Piece::Word(piece) })
    })
}

/// A word cut to the length that is stored.
pub(super) fn cut(word: &str) -> &str {
    word.char_indices().nth(LONGEST_WORD).map_or(word, |(end, _)| &word[..end])
}

/// Letters and digits of a chunk without what stands between them: `o'neill` as `oneill`. None where
/// the chunk is one word anyway, or has characters of a script without spaces.
pub(super) fn without_punctuation(chunk: &str) -> Option<String> {
    let inner = chunk.trim_matches(|c: char| !c.is_alphanumeric());
    let broken = inner.chars().any(|c| !c.is_alphanumeric());
    (broken && inner.len() <= 2 * LONGEST_WORD && !inner.chars().any(is_joined))
        .then(|| inner.chars().filter(|c| c.is_alphanumeric()).collect())
}

/// A mail address as one token; other signs than a token may hold are left out.
pub(super) fn mail_token(mail: &str) -> String {
    mail.chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, '@' | '.' | '-' | '_' | '+'))
        .take(2 * LONGEST_WORD)
        .collect()
}

/// The token for numbers that end in `digits`.
pub(super) fn suffix_token(digits: &str) -> String {
    std::iter::once("_r".to_owned()).chain([digits.chars().rev().collect()]).collect()
}

/// The tokens of a record, separated by spaces, and the words of its title.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    /// All tokens, separated by spaces.
    pub text: String,
    /// Words (letters only) that typo search may lead to.
    pub words: Vec<String>,
}

impl Tokens {
    /// Forgets the last record; keeps the memory.
    pub fn clear(&mut self) {
        self.text.clear();
        self.words.clear();
    }

    /// Reads the searchable fields of a record, the title first, then who holds it.
    pub fn read(&mut self, entity: &Entity, fields: &BTreeMap<Name, Value>) {
        for field in searched(entity) {
            if let Some(value) = fields.get(&field.name) {
                self.value(field, value, field.name == entity.title);
            }
        }
        for (field, mark) in [("owner", "_o"), ("team", "_t")] {
            if let Some(Value::Link(link)) = fields.get(field) {
                self.token(format_args!("{mark}{}", link.id));
            }
        }
    }

    fn value(&mut self, field: &Field, value: &Value, title: bool) {
        match value {
            Value::Text(text) => {
                let long = matches!(field.kind, FieldType::LongText);
                self.text(text, if long { Depth::Long } else { Depth::Line }, title);
            }
            Value::List(list) => {
                for item in list {
                    self.text(item, Depth::Line, false);
                }
            }
            Value::Points(points) => {
                for point in points {
                    match field.kind {
                        FieldType::Phone => self.phone(&point.value),
                        FieldType::Email => self.mail(&point.value),
                        _ => self.domain(host(&point.value)),
                    }
                }
            }
            Value::Address(address) => {
                for part in crate::model::Address::PARTS {
                    self.text(address.part(part).unwrap_or_default(), Depth::Line, false);
                }
            }
            _ => {}
        }
    }

    fn token(&mut self, token: std::fmt::Arguments<'_>) {
        if !self.text.is_empty() {
            self.text.push(' ');
        }
        // Writing to a string cannot fail.
        let _ = self.text.write_fmt(token);
    }

    fn word(&mut self, word: &str, title: bool) {
        let word = cut(word);
        self.token(format_args!("{word}"));
        if title && word.len() > 2 && word.chars().all(char::is_alphabetic) {
            self.words.push(word.to_owned());
        }
    }

    fn text(&mut self, text: &str, depth: Depth, title: bool) {
        let text = text.get(..LONGEST_TEXT).unwrap_or_else(|| {
            text.char_indices().nth(LONGEST_TEXT / 4).map_or(text, |(end, _)| &text[..end])
        });
        let folded = fold(text);
        for chunk in folded.split(' ') {
            for piece in pieces(chunk) {
                match piece {
                    Piece::Word(word) => self.word(word, title),
                    Piece::Joined(run) => self.joined(run, depth, title),
                }
            }
            if let Some(word) = without_punctuation(chunk) {
                self.word(&word, title);
            }
        }
        if depth == Depth::Line
            && let Some(spelt) = spelt_out(text)
        {
            for word in fold(&spelt).split(|c: char| !c.is_alphanumeric()) {
                if !word.is_empty() {
                    self.word(word, title);
                }
            }
        }
    }

    fn joined(&mut self, run: &str, depth: Depth, title: bool) {
        let mut before: Option<&str> = None;
        for (start, c) in run.char_indices() {
            let single = &run[start..start + c.len_utf8()];
            self.token(format_args!("{single}"));
            if let Some(before) = before {
                self.token(format_args!("{before}{single}"));
            }
            before = Some(single);
        }
        if depth == Depth::Line {
            self.pinyin(run, title);
            if let Some(name) = after_place(run) {
                self.pinyin(name, title);
            }
        }
    }

    fn pinyin(&mut self, run: &str, title: bool) {
        if !run.chars().any(is_han) {
            return;
        }
        for reading in readings(run) {
            self.word(&reading.full(), title);
            let initials = reading.initials();
            self.token(format_args!("{}", cut(&initials)));
        }
    }

    fn phone(&mut self, value: &str) {
        let number = value.split(";ext=").next().unwrap_or(value);
        let digits: String = number.chars().filter(char::is_ascii_digit).take(20).collect();
        if !digits.is_empty() {
            self.token(format_args!("{digits}"));
            self.token(format_args!("{}", suffix_token(&digits)));
        }
    }

    fn mail(&mut self, value: &str) {
        let folded = fold(value).replace(' ', "");
        let Some((local, domain)) = folded.split_once('@') else {
            return self.text(value, Depth::Long, false);
        };
        self.token(format_args!("{}", mail_token(&folded)));
        self.text(local, Depth::Long, false);
        self.domain(domain);
    }

    fn domain(&mut self, host: &str) {
        let folded = fold(host);
        let host = folded.strip_prefix("www.").unwrap_or(&folded);
        if host.is_empty() {
            return;
        }
        self.token(format_args!("{}", mail_token(host)));
        // The last label (`de`, `com`) tells nothing.
        let named = host.rsplit_once('.').map_or(host, |(named, _)| named);
        self.text(named, Depth::Long, false);
    }
}

/// Text with its umlauts in two letters, none where it has none: `Müller` is also looked for as
/// `mueller`.
pub(super) fn spelt_out(text: &str) -> Option<String> {
    if !text.contains(['ä', 'ö', 'ü', 'Ä', 'Ö', 'Ü']) {
        return None;
    }
    let mut spelt = String::with_capacity(text.len() + 4);
    for c in text.chars() {
        match c {
            'ä' | 'Ä' => spelt.push_str("ae"),
            'ö' | 'Ö' => spelt.push_str("oe"),
            'ü' | 'Ü' => spelt.push_str("ue"),
            other => spelt.push(other),
        }
    }
    Some(spelt)
}

/// The searchable fields of an entity, the title first.
pub(super) fn searched(entity: &Entity) -> impl Iterator<Item = &Field> {
    let title = entity.title_field();
    std::iter::once(title).chain(
        entity
            .fields
            .iter()
            .filter(move |field| field.searchable && !field.kind.is_computed())
            .filter(move |field| field.name != title.name),
    )
}

/// The host of a web address.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or(rest)
}

/// What follows the place a Chinese company name begins with: `华为` of `深圳市华为`.
pub(super) fn after_place(run: &str) -> Option<&str> {
    let (at, end) = run
        .char_indices()
        .take(6)
        .filter(|(_, c)| matches!(c, '省' | '市' | '区' | '县'))
        .last()
        .map(|(at, c)| (at, at + c.len_utf8()))?;
    (at > 0 && run[end..].chars().count() >= 2).then(|| &run[end..])
}
