//! Names in capitals, as old systems have them: `MÜLLER-LÜDENSCHEIDT` is `Müller-Lüdenscheidt`.
//!
//! What a field holds (a person, a company, a town) is known from the rules about duplicates. A company's
//! name loses its capitals only where it clearly has them by accident: short words may be abbreviations
//! and stay, and a single word may be a brand. Scripts without capitals are never touched.

use super::slots::{self, Slot};
use super::{Found, Scene, better};
use crate::model::{Phrase, Record, Value};
use crate::schema::Field;
use crate::schema::duplicates::Kind;

/// What is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Named {
    Person,
    Company,
    Town,
}

/// Words in the middle of names that are small.
const SMALL: [&str; 46] = [
    "von", "vom", "zu", "zum", "zur", "van", "der", "den", "de", "del", "della", "dei", "di", "da",
    "das", "dos", "du", "des", "la", "le", "les", "y", "e", "ten", "ter", "te", "af", "av", "bin",
    "ibn", "al", "el", "an", "am", "im", "in", "on", "upon", "sur", "und", "and", "of", "the",
    "for", "für", "et",
];
/// Short words of companies' names that are no abbreviations.
const WORDS: [&str; 30] = [
    "air", "alt", "arts", "auto", "bank", "bau", "best", "blue", "care", "city", "club", "east",
    "food", "free", "gold", "haus", "holz", "home", "king", "land", "life", "new", "nord", "oil",
    "old", "red", "sea", "sun", "west", "wood",
];
/// Legal forms and degrees as they are written.
const FORMS: [&str; 38] = [
    "GmbH", "mbH", "AG", "SE", "KG", "KGaA", "OHG", "UG", "GbR", "eG", "e.V.", "e.K.", "Ltd",
    "Ltd.", "Limited", "Inc", "Inc.", "LLC", "LLP", "LP", "PLC", "Corp", "Corp.", "Co", "Co.",
    "BV", "B.V.", "NV", "SA", "S.A.", "SAS", "SARL", "S.r.l.", "S.p.A.", "AB", "ApS", "Oy", "PhD",
];
/// Numbers behind names.
const NUMERALS: [&str; 6] = ["II", "III", "IV", "VI", "VII", "VIII"];

pub(super) fn look(scene: &Scene<'_>, field: &Field, _: &Record, value: &Value) -> Option<Found> {
    let mut words: Option<Phrase> = None;
    let proposal = slots::changed(field, value, &mut |slot, text| {
        let named = match (slot, scene.kind(&slot.place(&field.name))) {
            (Slot::Part("city"), _) | (_, Some(Kind::Town)) => Named::Town,
            (_, Some(Kind::Person | Kind::GivenName | Kind::Surname)) => Named::Person,
            (_, Some(Kind::Company)) => Named::Company,
            _ => return None,
        };
        let surname = scene.kind(&slot.place(&field.name)) == Some(Kind::Surname);
        let proper = proper(text, named, surname)?;
        words.get_or_insert_with(|| better(text, &proper));
        Some(proper)
    })?;
    words.map(|words| Found::new(words, Some(proposal)))
}

/// The name with capitals where they belong; none where it is well as it is, or nobody can say.
fn proper(text: &str, named: Named, surname: bool) -> Option<String> {
    let upper = text.chars().any(char::is_uppercase);
    let lower = text.chars().any(char::is_lowercase);
    let words: Vec<&str> = text.split(' ').collect();
    let letters = |word: &&str| word.chars().filter(|c| c.is_alphabetic()).count();
    let longest = words.iter().map(letters).max().unwrap_or_default();
    let clear = match named {
        // A name of one word in small letters may be somebody's handle.
        Named::Person if lower && !upper => words.len() > 1 && longest >= 3,
        Named::Person => upper && !lower && longest >= 3,
        Named::Town => upper && !lower && longest >= 4,
        Named::Company => {
            upper && !lower && words.len() > 1 && words.iter().any(|word| is_long_word(word))
        }
    };
    if !clear {
        return None;
    }
    let written: Vec<String> = words
        .iter()
        .enumerate()
        .map(|(at, word)| written(word, named, at == 0 && !surname))
        .collect();
    let written = written.join(" ");
    (written != text).then_some(written)
}

/// A word of a company's name that is none of its abbreviations.
fn is_long_word(word: &str) -> bool {
    let plain = word.trim_matches(|c: char| !c.is_alphanumeric());
    form(word).is_none()
        && plain.chars().count() >= 5
        && plain.chars().all(char::is_alphabetic)
        && has_vowel(plain)
}

fn has_vowel(word: &str) -> bool {
    let folded = crate::model::text::fold(word);
    folded.contains(['a', 'e', 'i', 'o', 'u', 'y']) || !folded.is_ascii()
}

fn form(word: &str) -> Option<&'static str> {
    FORMS.iter().copied().find(|form| form.eq_ignore_ascii_case(word))
}

fn written(word: &str, named: Named, first: bool) -> String {
    if let Some(form) = form(word).filter(|form| named == Named::Company || *form == "PhD") {
        return form.to_owned();
    }
    if NUMERALS.contains(&word) {
        return word.to_owned();
    }
    let low: String = word.to_lowercase();
    if !first && SMALL.contains(&low.as_str()) {
        return low;
    }
    if named == Named::Company
        && !is_long_word(word)
        && !WORDS.contains(&low.as_str())
        && !SMALL.contains(&low.as_str())
    {
        return word.to_owned();
    }
    // `JD`, `TJ`: initials of given names.
    let bare = word.chars().filter(|c| c.is_alphabetic()).count();
    if named == Named::Person
        && bare == 2
        && !has_vowel(word)
        && word.chars().all(char::is_uppercase)
        && !["JR", "SR", "DR", "NG"].contains(&word)
    {
        return word.to_owned();
    }
    capitalised(&low, named)
}

/// A word in small letters with its capitals: after a hyphen and an apostrophe too, and behind `Mc`.
fn capitalised(low: &str, named: Named) -> String {
    let mut out = String::with_capacity(low.len());
    let mut fresh = true;
    let long_enough = |rest: &str| rest.chars().count() >= 3;
    for (at, c) in low.char_indices() {
        if fresh && c.is_alphabetic() {
            out.extend(c.to_uppercase());
        } else {
            out.push(c);
        }
        let rest = &low[at + c.len_utf8()..];
        fresh = match c {
            '-' | '.' | '/' | '(' | '"' => true,
            // `O'Brien`, not `Children'S`.
            '\'' | '’' => long_enough(rest),
            'c' if named == Named::Person && low[..at].ends_with('m') => {
                (at == 1 || !low[..at - 1].ends_with(char::is_alphabetic)) && long_enough(rest)
            }
            c => fresh && !c.is_alphanumeric(),
        };
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people() {
        for (typed, right) in [
            ("JOHN SMITH", "John Smith"),
            ("john smith", "John Smith"),
            ("SEAN O'BRIEN", "Sean O'Brien"),
            ("RONALD MCDONALD", "Ronald McDonald"),
            ("LUDWIG VAN BEETHOVEN", "Ludwig van Beethoven"),
            ("ANNA VON DER HEIDE", "Anna von der Heide"),
            ("KARL MÜLLER-LÜDENSCHEIDT", "Karl Müller-Lüdenscheidt"),
            ("JD SALINGER", "JD Salinger"),
            ("J. R. TOLKIEN", "J. R. Tolkien"),
            ("HENRY TUDOR VIII", "Henry Tudor VIII"),
            ("ZOË WASHINGTON", "Zoë Washington"),
            ("ИВАН ПЕТРОВ", "Иван Петров"),
        ] {
            assert_eq!(proper(typed, Named::Person, false).as_deref(), Some(right), "{typed}");
        }
        for well in [
            "John Smith",
            "张伟",
            "Li",
            "WU",
            "bell hooks II",
            "van Beethoven",
            "anna",
            "田中 太郎",
            "123",
        ] {
            assert_eq!(proper(well, Named::Person, false), None, "{well}");
        }
        assert_eq!(proper("VON NEUMANN", Named::Person, true).as_deref(), Some("von Neumann"));
    }

    #[test]
    fn companies() {
        for (typed, right) in [
            ("SIEMENS ENERGY AG", "Siemens Energy AG"),
            ("ACME HOLDINGS LIMITED", "ACME Holdings Limited"),
            ("MÜLLER MASCHINENBAU GMBH & CO. KG", "Müller Maschinenbau GmbH & Co. KG"),
            ("BANK OF SCOTLAND", "Bank of Scotland"),
            ("BMW MOTOREN AG", "BMW Motoren AG"),
        ] {
            assert_eq!(proper(typed, Named::Company, false).as_deref(), Some(right), "{typed}");
        }
        for well in [
            "IBM",
            "UNICEF",
            "BMW AG",
            "SAP SE",
            "3M",
            "KFZ TÜV AG",
            "杭州科技有限公司",
            "eBay Inc.",
        ] {
            assert_eq!(proper(well, Named::Company, false), None, "{well}");
        }
    }

    #[test]
    fn towns() {
        assert_eq!(proper("NEW YORK", Named::Town, false).as_deref(), Some("New York"));
        assert_eq!(
            proper("FRANKFURT AM MAIN", Named::Town, false).as_deref(),
            Some("Frankfurt am Main")
        );
        assert_eq!(proper("USA", Named::Town, false), None);
        assert_eq!(proper("St. Gallen", Named::Town, false), None);
    }
}
