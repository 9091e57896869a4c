//! By what a person is known in texts: their whole name, their addresses and numbers, and the parts of their name.
//!
//! Erasing cannot be taken back, so what is *cut* is narrower than what is *told*. Cut are addresses and numbers
//! that nobody else has, and the whole name in texts of records that are linked to the person: letter for letter,
//! never within a longer word or a longer name that somebody else has, and not where somebody else has the same
//! name. All else that may be the person (a name elsewhere, in other letters, a part of it) is told and stays.

use std::ops::Range;

use regex::{Regex, RegexBuilder};

use super::ERASED;
use crate::model::{Record, Value};
use crate::schema::Entity;
use crate::schema::coerce::phone_number;

/// The shortest part of a name that is looked for by itself, in characters of an alphabet.
const SHORTEST: usize = 3;
/// Numbers of fewer digits are no phone numbers of somebody.
const DIGITS: usize = 7;

/// What others are called and reached by, as far as it touches the person.
#[derive(Debug, Clone, Default)]
pub(super) struct Others {
    /// Names that living others have too, letter for letter.
    pub same: Vec<String>,
    /// Longer names that hold one of the person's.
    pub longer: Vec<String>,
    /// Addresses and numbers that others have too.
    pub points: Vec<String>,
    /// The region that numbers without a country code are of.
    pub region: String,
}

/// By what a person is known.
#[derive(Debug, Clone)]
pub(super) struct Names {
    /// Whole names that are cut where a record is linked to the person.
    cut: Option<Regex>,
    /// Whole names, in whatever letters.
    whole: Option<Regex>,
    parts: Option<Regex>,
    mails: Option<Regex>,
    numbers: Option<Regex>,
    /// Numbers that nobody else has, as the file holds them.
    exact: Vec<String>,
    /// Addresses and numbers that others have too: told, not cut.
    shared: Option<Regex>,
    others: Others,
}

impl Names {
    /// By what these records, which are one person, are known.
    pub fn of(entity: &Entity, people: &[Record], others: Others) -> Self {
        let titles = titles(entity, people);
        let mut known = Self::called(&titles, others);
        let (mut mails, mut numbers, mut shared) = (Vec::new(), Vec::new(), Vec::new());
        for person in people {
            for field in &entity.fields {
                let Value::Points(points) = person.get(&field.name) else { continue };
                for point in points {
                    let own = !known.others.points.contains(&point.value);
                    for text in std::iter::once(&point.value).chain(&point.raw) {
                        let to = if own { &mut mails } else { &mut shared };
                        match number(text) {
                            Some(pattern) if own => numbers.push(pattern),
                            Some(pattern) => shared.push(pattern),
                            None if text.contains('@') => to.push(regex::escape(text)),
                            None => shared.push(bounded(text)),
                        }
                    }
                    if own {
                        known.exact.push(plain(&point.value).to_owned());
                    }
                }
            }
        }
        known.mails = any(mails, true);
        known.numbers = any(numbers, true);
        known.shared = any(shared, true);
        known
    }

    fn called(titles: &[String], others: Others) -> Self {
        let (mut cut, mut whole, mut parts) = (Vec::new(), Vec::new(), Vec::new());
        for title in titles {
            let alone = !others.same.iter().any(|other| same_name(other, title));
            name(title, &mut whole, &mut parts);
            if alone {
                let before = cut.len();
                name(title, &mut cut, &mut Vec::new());
                if cut.len() == before && title.chars().count() >= SHORTEST {
                    cut.push(bounded(title));
                }
            }
        }
        Self {
            cut: any(cut, false),
            whole: any(whole, true),
            parts: any(parts, false),
            mails: None,
            numbers: None,
            exact: Vec::new(),
            shared: None,
            others,
        }
    }

    /// Whether a record of this title may be the same person.
    pub fn is_called(&self, title: &str) -> bool {
        let whole = |found: regex::Match<'_>| !is_ideographic(title) || found.as_str() == title;
        self.whole.as_ref().is_some_and(|names| names.find_iter(title).any(whole))
    }

    /// What of a text is cut; with `linked` where its record is linked to the person.
    fn cuts(&self, text: &str, linked: bool) -> Vec<Range<usize>> {
        let mut cuts = Vec::new();
        let all = |pattern: &Option<Regex>, fits: &dyn Fn(&Range<usize>) -> bool| {
            let found = pattern.iter().flat_map(|pattern| pattern.find_iter(text));
            found.map(|found| found.range()).filter(|at| fits(at)).collect::<Vec<_>>()
        };
        cuts.extend(all(&self.mails, &|at| is_whole_mail(text, at)));
        cuts.extend(all(&self.numbers, &|at| self.is_number(text, at)));
        if linked {
            cuts.extend(all(&self.cut, &|at| self.is_whole_name(text, at)));
        }
        cuts.sort_by_key(|at| (at.start, std::cmp::Reverse(at.end)));
        let mut end = 0;
        cuts.retain(|at| {
            let apart = at.start >= end;
            end = end.max(at.end);
            apart
        });
        cuts
    }

    /// Whether something of a text is cut.
    pub fn names(&self, text: &str, linked: bool) -> bool {
        !self.cuts(text, linked).is_empty()
    }

    /// The same of a text in JSON, where a line break is two letters.
    pub fn names_json(&self, text: &str, linked: bool) -> bool {
        if !text.contains('\\') {
            return self.names(text, linked);
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
        self.names(&plain, linked)
    }

    /// Whether what is left of a text after cutting may still name them.
    pub fn tells(&self, text: &str, linked: bool) -> bool {
        let left = self.without(text, linked);
        let found = |pattern: &Option<Regex>| {
            let mut found = pattern.iter().flat_map(|pattern| pattern.find_iter(&left));
            found.any(|found| !self.is_anothers(&left, &found.range()))
        };
        let points = [&self.mails, &self.numbers, &self.shared];
        found(&self.whole)
            || points.into_iter().flatten().any(|pattern| pattern.is_match(&left))
            || (linked && found(&self.parts))
    }

    /// A text without them.
    pub fn without(&self, text: &str, linked: bool) -> String {
        let (mut left, mut from) = (String::with_capacity(text.len()), 0);
        for cut in self.cuts(text, linked) {
            left.push_str(&text[from..cut.start]);
            left.push_str(ERASED);
            from = cut.end;
        }
        left.push_str(&text[from..]);
        left
    }

    /// A number that is theirs when it is read as the file reads numbers.
    fn is_number(&self, text: &str, at: &Range<usize>) -> bool {
        let rest = text[at.end..].trim_start_matches([' ', '-', '/', '.', '(', ')']);
        let goes_on = rest.starts_with(|c: char| c.is_ascii_digit());
        let begun = text[..at.start].ends_with(|c: char| c.is_alphanumeric() || c == '+');
        let read = phone_number(&text[at.clone()], &self.others.region);
        !goes_on && !begun && read.is_some_and(|read| self.exact.contains(&read))
    }

    fn is_whole_name(&self, text: &str, at: &Range<usize>) -> bool {
        let joins = |c: char| matches!(c, '-' | '\u{2010}' | '\u{2011}' | '·' | '@' | '_');
        let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let mut after = text[at.end..].chars();
        let mut before = text[..at.start].chars().rev();
        let goes_on = after.next().is_some_and(joins) && letter(after.next());
        let begun = before.next().is_some_and(|c| joins(c) || matches!(c, '\'' | '’'))
            && letter(before.next());
        !goes_on && !begun && !self.is_anothers(text, at)
    }

    /// Whether it stands within a longer name that somebody else has.
    fn is_anothers(&self, text: &str, at: &Range<usize>) -> bool {
        self.others.longer.iter().any(|longer| {
            text.match_indices(longer.as_str())
                .any(|(start, found)| start <= at.start && at.end <= start + found.len())
        })
    }
}

/// What these records are called.
pub(super) fn titles(entity: &Entity, people: &[Record]) -> Vec<String> {
    let titles = people.iter().filter_map(|person| person.get(&entity.title).as_text());
    titles.map(|title| title.trim().to_owned()).filter(|title| !title.is_empty()).collect()
}

/// Whether two names are one, however their words are set apart and whatever their letters.
pub(super) fn same_name(one: &str, other: &str) -> bool {
    let words = |name: &str| -> Vec<String> {
        let split = name.split(|c: char| c.is_whitespace() || matches!(c, ',' | '·'));
        let mut words: Vec<String> =
            split.filter(|word| !word.is_empty()).map(str::to_lowercase).collect();
        words.sort();
        words
    };
    words(one) == words(other)
}

/// An address, and not the end or the beginning of a longer one.
fn is_whole_mail(text: &str, at: &Range<usize>) -> bool {
    let part = |c: char| c.is_alphanumeric() || ".!#$%&'*+/=?^_`{|}~-".contains(c);
    let mut after = text[at.end..].chars();
    let goes_on = match after.next() {
        Some('.' | '-') => after.next().is_some_and(|c| c.is_ascii_alphanumeric()),
        Some(c) => c.is_ascii_alphanumeric() || c == '_' || c == '@',
        None => false,
    };
    // A script without spaces may stand right before an address.
    let begun = text[..at.start].chars().next_back().is_some_and(|c| part(c) && !is_han(c));
    !goes_on && !begun
}

/// A number without its extension.
fn plain(number: &str) -> &str {
    number.split(";ext=").next().unwrap_or(number)
}

fn any(mut patterns: Vec<String>, loose: bool) -> Option<Regex> {
    // The longest first: a number in whole, not its end.
    patterns.sort_by_key(|pattern| std::cmp::Reverse(pattern.len()));
    patterns.dedup();
    if patterns.is_empty() {
        return None;
    }
    RegexBuilder::new(&patterns.join("|")).case_insensitive(loose).build().ok()
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
        let turned = format!(r"{},\s*{}", regex::escape(last), regex::escape(first));
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
        beside(title, &[], &[])
    }

    fn beside(title: &str, same: &[&str], longer: &[&str]) -> Names {
        let all = |names: &[&str]| names.iter().map(ToString::to_string).collect();
        let others = Others {
            same: all(same),
            longer: all(longer),
            points: Vec::new(),
            region: "DE".into(),
        };
        let mut known = Names::called(&[title.to_owned()], others);
        known.numbers = any(number("+49 711 555 01 23").into_iter().collect(), true);
        known.mails = any(vec![regex::escape("a@roth.example")], true);
        known.exact.push("+497115550123".into());
        known
    }

    #[test]
    fn a_whole_name_is_cut_where_it_is_linked_and_told_elsewhere() {
        let ana = names("Ana Roth");
        assert_eq!(ana.without("Called Ana  Roth.", true), "Called [erased].");
        assert!(ana.names("see Roth, Ana", true));
        assert!(!ana.names("Called Ana Roth", false) && ana.tells("Called Ana Roth", false));
        for other in ["Ana Rothmann called", "Ana Roth-Berg called", "Ana wants two", "Anatomy"] {
            assert!(!ana.names(other, true), "{other}");
        }
        assert!(ana.tells("Ana Roth rang; Roth wants more", true));
        assert!(!ana.tells("Anatomy", true));
        assert!(ana.names_json("\"first\\nAna Roth\"", true));
        let will = names("Will Long");
        assert_eq!(will.without("Will Long will long for it", true), "[erased] will long for it");
    }

    #[test]
    fn numbers_and_addresses_are_cut_only_in_whole() {
        let ana = names("Ana Roth");
        let cut = "at [erased], [erased]. Not";
        assert_eq!(ana.without("at 0711/555 01-23, A@roth.example. Not", false), cut);
        for other in [
            "order 4711 of 23 pieces",
            "+1 711 555 0123",
            "0711 5550123-44",
            "x.a@roth.example",
            "a@roth.example.com",
        ] {
            assert!(!ana.names(other, true), "{other}");
        }
    }

    #[test]
    fn chinese_names_stand_without_spaces() {
        let wei = names("王小伟");
        assert_eq!(wei.without("昨天王小伟来电", true), "昨天[erased]来电");
        assert!(!wei.names("王小明", true));
        let fang = beside("王芳", &[], &["王芳菲"]);
        assert_eq!(fang.without("王芳菲问王芳", true), "王芳菲问[erased]");
        assert!(!fang.tells("王芳菲来电", true));
    }

    #[test]
    fn who_shares_a_name_keeps_it() {
        let max = beside("Max Miller", &["Max  miller"], &[]);
        assert!(!max.names("Max Miller ordered 5", true));
        assert!(max.tells("Max Miller ordered 5", true));
    }

    #[test]
    fn a_single_word_is_anybodys() {
        let acme = names("Acme");
        assert!(!acme.names("Acme sent an offer", false));
        assert!(acme.names("Acme sent an offer", true));
    }
}
