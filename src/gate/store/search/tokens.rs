//! From the values of a record to the tokens it is found by.
//!
//! A word is stored by its beginnings of some lengths, so that a look-up is always of one token,
//! however many words begin so: FTS5's own prefix queries merge all of them first, which takes half a
//! second for the beginning of a common phone number. [`beginning`] gives the token to look up for
//! what was typed; where that is shorter than what was typed, hits are looked at again. Every token
//! of a record costs half a microsecond on writing, so there are no more lengths than needed.
//!
//! Tokens are folded, so they hold no space and no quote; the ones that start with `_` are ours: `_o7`
//! held by user 7, `_o0` by nobody, `_t3` by team 3, `_c7` with user 7 as collaborator, `_p49711` a phone number by its beginning, `_n7115` by its beginning
//! after the country code, `_r1055` by its end.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use super::sight::NOBODYS;
use crate::model::Value;
use crate::model::text::{fold, is_han, is_joined, readings};
use crate::schema::{Entity, Field, FieldType};

/// Longer words are cut: nobody types more, and a token must stay small.
pub(super) const LONGEST_WORD: usize = 40;

/// So much of a long text is searchable.
const LONGEST_TEXT: usize = 20_000;

/// The lengths of the beginnings that are stored of a word.
const BEGINNINGS: [usize; 8] = [1, 2, 3, 4, 6, 8, 12, 16];

/// The lengths of the beginnings that are stored of a phone number.
const PHONE_BEGINNINGS: [usize; 2] = [5, 8];

/// The lengths of the beginnings that are stored of a phone number without its country code.
const NATIONAL_BEGINNINGS: [usize; 2] = [4, 7];

/// The lengths of the ends that are stored of a phone number.
const PHONE_ENDS: [usize; 2] = [4, 7];

/// So few digits are looked for as the end of a phone number, and no fewer: one less than is stored.
const FEWEST_OF_END: usize = PHONE_ENDS[0] - 1;

/// The fields that say who holds a record, and the marks of their tokens.
pub(super) const HOLDERS: [(&str, &str); 3] =
    [("owner", "_o"), ("team", "_t"), ("collaborators", "_c")];

/// How closely a text is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Depth {
    /// The title: from the first letter on, pinyin, and its words are kept for typo search.
    Title,
    /// Other texts of one line: from four letters on, pinyin.
    Line,
    /// Long text and parts of addresses: from four letters on.
    Plain,
}

impl Depth {
    /// Shorter beginnings are not stored.
    const fn least(self) -> usize {
        match self {
            Self::Title => 1,
            Self::Line | Self::Plain => 4,
        }
    }
}

/// The token under which words that begin with `word` are found, and whether it is all of `word`.
pub(super) fn beginning(word: &str) -> (&str, bool) {
    longest(word, &BEGINNINGS).unwrap_or((word, true))
}

/// The longest beginning of `text` that has one of the lengths, and whether it is all of `text`.
fn longest<'t>(text: &'t str, lengths: &[usize]) -> Option<(&'t str, bool)> {
    let mut found = None;
    for (length, end) in ends(text) {
        if lengths.contains(&length) {
            found = Some((&text[..end], end == text.len()));
        }
    }
    found
}

/// How many characters end at which byte.
fn ends(text: &str) -> impl Iterator<Item = (usize, usize)> + '_ {
    text.char_indices().enumerate().map(|(index, (at, c))| (index + 1, at + c.len_utf8()))
}

/// The token for phone numbers that begin with `digits`, where there are enough of them.
pub(super) fn phone_beginning(digits: &str) -> Option<String> {
    longest(digits, &PHONE_BEGINNINGS).map(|(token, _)| format!("_p{token}"))
}

/// The token for phone numbers that begin with `digits` after their country code, where there are
/// enough of them.
pub(super) fn national_beginning(digits: &str) -> Option<String> {
    longest(digits, &NATIONAL_BEGINNINGS).map(|(token, _)| format!("_n{token}"))
}

/// How many digits of an international number are its country code (ITU-T E.164, list of codes).
fn country_code(digits: &str) -> usize {
    let two = digits.get(..2).and_then(|two| two.parse::<u8>().ok()).unwrap_or_default();
    match two {
        10..=19 | 70..=79 => 1,
        20
        | 27
        | 30..=34
        | 36
        | 39..=41
        | 43..=49
        | 51..=58
        | 60..=66
        | 81
        | 82
        | 84
        | 86
        | 90..=95
        | 98 => 2,
        _ => 3,
    }
}

/// The tokens for phone numbers that end with `digits`, where there are enough of them. Of three digits these
/// are the ten ends of four that there can be: no token of their own is stored for them.
pub(super) fn phone_ends(digits: &str) -> Vec<String> {
    let reversed: String = digits.chars().rev().collect();
    if reversed.len() == FEWEST_OF_END {
        return (0..=9).map(|before| format!("_r{reversed}{before}")).collect();
    }
    longest(&reversed, &PHONE_ENDS).map(|(token, _)| format!("_r{token}")).into_iter().collect()
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

/// The tokens of a record, separated by spaces, and the words of its title.
#[derive(Debug, Default)]
pub struct Tokens {
    /// All tokens, separated by spaces.
    pub text: String,
    /// Words (letters only) that typo search may lead to.
    pub words: Vec<String>,
    /// The first tokens there were, which most records have no more of, and the others.
    seen: Vec<u64>,
    more: HashSet<u64>,
    hasher: RandomState,
}

/// So many tokens are looked through one by one.
const FEW: usize = 96;

impl Tokens {
    /// Forgets the last record; keeps the memory.
    pub fn clear(&mut self) {
        self.text.clear();
        self.words.clear();
        self.seen.clear();
        self.more.clear();
    }

    /// Reads the searchable fields of a record, the title first, then who holds it.
    pub fn read<'v>(&mut self, entity: &Entity, get: &dyn Fn(&str) -> Option<&'v Value>) {
        for field in searched(entity) {
            if let Some(value) = get(&field.name) {
                self.value(field, value, field.name == entity.title);
            }
        }
        for (field, mark) in HOLDERS {
            let links = match get(field) {
                Some(Value::Link(link)) => std::slice::from_ref(link),
                Some(Value::Links(links)) => links,
                _ if field == "owner" => {
                    self.token(NOBODYS);
                    continue;
                }
                _ => continue,
            };
            for link in links {
                self.token(&format!("{mark}{}", link.id));
            }
        }
    }

    fn value(&mut self, field: &Field, value: &Value, title: bool) {
        match value {
            Value::Text(text) => {
                let depth = match field.kind {
                    FieldType::LongText => Depth::Plain,
                    _ if title => Depth::Title,
                    _ => Depth::Line,
                };
                self.text(text, depth);
            }
            Value::List(list) => {
                for item in list {
                    self.text(item, Depth::Line);
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
                    self.text(address.part(part).unwrap_or_default(), Depth::Line);
                }
            }
            _ => {}
        }
    }

    fn token(&mut self, token: &str) {
        let mark = self.hasher.hash_one(token);
        if self.seen.contains(&mark) {
            return;
        }
        if self.seen.len() < FEW {
            self.seen.push(mark);
        } else if !self.more.insert(mark) {
            return;
        }
        self.text.push_str(token);
        self.text.push(' ');
    }

    fn word(&mut self, word: &str, depth: Depth) {
        let word = cut(word);
        // A number must be found among many that begin alike, a short word has no beginning.
        let whole = word.bytes().any(|b| b.is_ascii_digit());
        let mut short = true;
        for (length, end) in ends(word) {
            if length >= depth.least() && BEGINNINGS.contains(&length) {
                self.token(&word[..end]);
                short = false;
            } else if end == word.len() && (whole || short) {
                self.token(word);
            }
        }
        if depth == Depth::Title && word.len() > 2 && word.chars().all(char::is_alphabetic) {
            self.words.push(word.to_owned());
        }
    }

    fn text(&mut self, text: &str, depth: Depth) {
        let text = text.get(..LONGEST_TEXT).unwrap_or_else(|| {
            text.char_indices().nth(LONGEST_TEXT / 4).map_or(text, |(end, _)| &text[..end])
        });
        let folded = fold(text);
        for chunk in folded.split(' ') {
            for piece in pieces(chunk) {
                match piece {
                    Piece::Word(word) => self.word(word, depth),
                    Piece::Joined(run) => self.joined(run, depth),
                }
            }
            if let Some(word) = without_punctuation(chunk) {
                self.word(&word, depth);
            }
        }
        if depth != Depth::Plain
            && let Some(spelt) = spelt_out(text)
        {
            for word in fold(&spelt).split(|c: char| !c.is_alphanumeric()) {
                self.word(word, depth);
            }
        }
    }

    fn joined(&mut self, run: &str, depth: Depth) {
        let mut before: Option<&str> = None;
        for (start, c) in run.char_indices() {
            let single = &run[start..start + c.len_utf8()];
            self.token(single);
            if let Some(before) = before {
                self.token(&format!("{before}{single}"));
            }
            before = Some(single);
        }
        if depth != Depth::Plain {
            self.pinyin(run, depth);
            if let Some(name) = after_place(run) {
                self.pinyin(name, depth);
            }
        }
    }

    fn pinyin(&mut self, run: &str, depth: Depth) {
        if !run.chars().any(is_han) {
            return;
        }
        for reading in readings(run) {
            self.word(&reading.full(), depth);
            // Initials are no words that a typing mistake could lead to.
            let initials = reading.initials();
            let initials = cut(&initials);
            for (length, end) in ends(initials) {
                if length > 1 && (end == initials.len() || BEGINNINGS.contains(&length)) {
                    self.token(&initials[..end]);
                }
            }
        }
    }

    fn phone(&mut self, value: &str) {
        let number = value.split(";ext=").next().unwrap_or(value);
        let digits: String = number.chars().filter(char::is_ascii_digit).take(20).collect();
        for length in PHONE_BEGINNINGS {
            if let Some(start) = digits.get(..length) {
                self.token(&format!("_p{start}"));
            }
        }
        if let Some(national) = digits.get(country_code(&digits)..) {
            for length in NATIONAL_BEGINNINGS {
                if let Some(start) = national.get(..length) {
                    self.token(&format!("_n{start}"));
                }
            }
        }
        let reversed: String = digits.chars().rev().collect();
        for length in PHONE_ENDS {
            if let Some(end) = reversed.get(..length) {
                self.token(&format!("_r{end}"));
            }
        }
    }

    fn mail(&mut self, value: &str) {
        if let Some((local, domain)) = value.rsplit_once('@') {
            self.text(local, Depth::Plain);
            self.domain(domain);
        } else {
            self.text(value, Depth::Plain);
        }
    }

    fn domain(&mut self, host: &str) {
        let host = host.strip_prefix("www.").unwrap_or(host);
        self.text(without_top(host), Depth::Plain);
    }
}

/// The words of a title that typo search may lead to.
pub(super) fn words(title: &str) -> Vec<String> {
    let mut tokens = Tokens::default();
    tokens.text(title, Depth::Title);
    tokens.words
}

/// A host without its last label: `de` and `com` tell nothing.
pub(super) fn without_top(host: &str) -> &str {
    host.rsplit_once('.').map_or(host, |(named, _)| named)
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
pub fn searched(entity: &Entity) -> impl Iterator<Item = &Field> {
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
