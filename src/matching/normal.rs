//! Texts in the form in which they are compared.
//!
//! A normal form is a line of words with single spaces between them; after a tab may stand what counts
//! less (legal forms, the room in a house, the Chinese characters of a name). Several values of a field stand
//! on a line each. Start at [`add`].

use super::words;
use crate::model::text::{self, is_han};
use crate::schema::duplicates::Kind;

/// Words that are compared of one value; the rest of a very long one is left out.
const WORDS: usize = 12;
/// Bytes that are compared of one word.
const WORD: usize = 40;
/// Values that are compared of one field.
const VALUES: usize = 8;

/// Puts the normal form of a value behind those that are there.
pub(super) fn add(kind: Kind, typed: &str, cell: &mut String) {
    let before = cell.len();
    if before > 0 {
        if cell.matches('\n').count() + 1 >= VALUES {
            return;
        }
        cell.push('\n');
    }
    let start = cell.len();
    match kind {
        Kind::Person | Kind::GivenName | Kind::Surname => person(kind, typed, cell),
        Kind::Company => company(typed, cell),
        Kind::Street => street(typed, cell),
        Kind::Number | Kind::Postcode | Kind::Code | Kind::Exact => squashed(typed, cell),
        Kind::Town => town(typed, cell),
        Kind::Region | Kind::Text => plain(typed, cell),
        Kind::Date => date(typed, cell),
        Kind::Phone => phone(typed, cell),
        Kind::Email => email(typed, cell),
        Kind::Url => url(typed, cell),
    }
    if cell.len() == start {
        cell.truncate(before);
    }
}

/// The normal form of one value.
pub(super) fn of(kind: Kind, typed: &str) -> String {
    let mut cell = String::new();
    add(kind, typed, &mut cell);
    cell
}

/// The words of a folded text; apostrophes and the points of abbreviations join, all else parts. Chinese
/// stands apart from letters.
fn parts(folded: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut finish = |word: &mut String| {
        if !word.is_empty() && found.len() < WORDS {
            if word.len() > WORD {
                let end = (0..=WORD).rev().find(|end| word.is_char_boundary(*end)).unwrap_or(0);
                word.truncate(end);
            }
            found.push(std::mem::take(word));
        }
        word.clear();
    };
    let mut characters = folded.chars().peekable();
    let mut letters = 0;
    while let Some(c) = characters.next() {
        if c == '\'' {
            continue;
        }
        if c == '.' {
            // `a.g.` is a word, `dr.miller` two.
            let next = characters.peek().is_some_and(|next| next.is_alphabetic());
            if letters == 1 && next {
                letters = 0;
                continue;
            }
            finish(&mut word);
            letters = 0;
        } else if c.is_alphanumeric() {
            let foreign = word.chars().next_back().is_some_and(|last| is_han(last) != is_han(c));
            if foreign {
                finish(&mut word);
                letters = 0;
            }
            word.push(c);
            letters += 1;
        } else {
            finish(&mut word);
            letters = 0;
            if c == '&' || c == '+' {
                word.push_str("and");
                finish(&mut word);
            }
        }
    }
    finish(&mut word);
    found
}

fn join<'w>(words: impl IntoIterator<Item = &'w str>, cell: &mut String) {
    for (index, word) in words.into_iter().enumerate() {
        if index > 0 {
            cell.push(' ');
        }
        cell.push_str(word);
    }
}

fn plain(typed: &str, cell: &mut String) {
    join(parts(&text::fold(typed)).iter().map(String::as_str), cell);
}

/// Towns, with the short forms that they share with streets written out.
fn town(typed: &str, cell: &mut String) {
    let words = parts(&text::fold(typed));
    join(words.iter().map(|word| words::street_word(word)), cell);
}

/// Letters and digits without anything between.
fn squashed(typed: &str, cell: &mut String) {
    cell.extend(text::fold(typed).chars().filter(|c| c.is_alphanumeric()).take(WORD));
}

/// Names of people: without titles, `given surname` of `Surname, Given`; Chinese names as they are read,
/// surname first, with the characters behind.
fn person(kind: Kind, typed: &str, cell: &mut String) {
    let folded = text::fold(typed);
    let turned = match folded.split_once([',', '，']) {
        Some((last, first)) if kind == Kind::Person && !first.trim().is_empty() => {
            format!("{first} {last}")
        }
        _ => folded,
    };
    let mut words = parts(&turned);
    if words.len() > 1 {
        let bare = |word: &String| !words::is_title(word);
        if words.iter().any(bare) {
            words.retain(bare);
        }
    }
    let han: String = words.iter().flat_map(|word| word.chars()).filter(|c| is_han(*c)).collect();
    if han.is_empty() {
        join(words.iter().map(String::as_str), cell);
        return;
    }
    let title = words::CHINESE_TITLES.iter().find_map(|title| han.strip_suffix(title));
    let name = title.filter(|rest| !rest.is_empty()).unwrap_or(&han);
    let length = if kind == Kind::Person { words::surname_length(name) } else { 0 };
    if let Some(reading) = text::readings(name).first() {
        for (index, syllable) in reading.syllables().enumerate() {
            if index == length && index > 0 {
                cell.push(' ');
            }
            cell.push_str(syllable);
        }
    }
    cell.push('\t');
    cell.push_str(name);
}

/// Names of companies: what tells them apart, behind it legal forms and words that say little.
fn company(typed: &str, cell: &mut String) {
    let folded = text::fold(typed);
    if folded.chars().any(is_han) {
        chinese_company(&folded, cell);
        return;
    }
    let words = parts(&folded);
    let little = |word: &&String| words::is_legal(word) || words::is_noise(word);
    let core: Vec<&str> = words.iter().filter(|w| !little(w)).map(String::as_str).collect();
    // A name of nothing but such words is made of them: `The Company`.
    if core.is_empty() {
        join(words.iter().map(String::as_str), cell);
        return;
    }
    join(core, cell);
    if words.iter().any(|word| little(&word)) {
        cell.push('\t');
        let mut rest: Vec<&str> = words.iter().filter(little).map(String::as_str).collect();
        rest.sort_unstable();
        join(rest, cell);
    }
}

fn chinese_company(folded: &str, cell: &mut String) {
    let mut name: String = folded.chars().filter(|c| c.is_alphanumeric()).take(WORD).collect();
    let mut forms = Vec::new();
    // `有限公司` may be followed by the name of a branch.
    while let Some(form) = words::CHINESE_FORMS.iter().find(|form| name.ends_with(**form)) {
        if name.len() == form.len() {
            break;
        }
        name.truncate(name.len() - form.len());
        forms.push(*form);
    }
    for form in &words::CHINESE_FORMS[..8] {
        if let Some(at) = name.find(form)
            && at > 0
        {
            name.replace_range(at..at + form.len(), "");
            forms.push(form);
        }
    }
    for place in words::CHINESE_PLACES {
        if let Some(at) = name.find(place)
            && at > 0
            && at <= 12
            && name.len() > at + place.len()
        {
            name.replace_range(at..at + place.len(), "");
        }
    }
    cell.push_str(&name);
    if !forms.is_empty() {
        cell.push('\t');
        join(forms, cell);
    }
}

/// Streets: short forms written out; behind it what tells where in the house or near which corner.
fn street(typed: &str, cell: &mut String) {
    let folded = text::fold(typed).replace('#', " unit ");
    let words = parts(&folded);
    let mut main: Vec<String> = Vec::new();
    let mut aside: Vec<String> = Vec::new();
    let mut beside = false;
    for (index, word) in words.iter().enumerate() {
        let mut word = words::street_word(number_of(word)).to_owned();
        // German streets are written in one word or two.
        if let Some(stem) = word.strip_suffix("strasse").or_else(|| word.strip_suffix("str"))
            && stem.len() > 2
        {
            let stem = stem.to_owned();
            (if beside { &mut aside } else { &mut main }).push(stem);
            word = "strasse".to_owned();
        }
        beside = beside || (index > 0 && words::is_aside(&word) && !main.is_empty());
        (if beside { &mut aside } else { &mut main }).push(word);
    }
    join(main.iter().map(String::as_str), cell);
    if !aside.is_empty() {
        cell.push('\t');
        join(aside.iter().map(String::as_str), cell);
    }
}

/// `9` of `9th`.
fn number_of(word: &str) -> &str {
    ["st", "nd", "rd", "th"]
        .iter()
        .find_map(|ending| word.strip_suffix(ending))
        .filter(|bare| !bare.is_empty() && bare.bytes().all(|byte| byte.is_ascii_digit()))
        .unwrap_or(word)
}

/// `19801231`; other texts by their digits.
fn date(typed: &str, cell: &mut String) {
    let numbers: Vec<&str> =
        typed.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    match numbers[..] {
        [year, month, day, ..] if year.len() == 4 => {
            cell.push_str(&format!("{year}{month:0>2}{day:0>2}"));
        }
        [day, month, year, ..] if year.len() == 4 => {
            cell.push_str(&format!("{year}{month:0>2}{day:0>2}"));
        }
        _ => cell.extend(numbers.concat().chars().take(14)),
    }
}

/// Digits, with country code where there is one; behind it the extension.
fn phone(typed: &str, cell: &mut String) {
    let folded = text::fold(typed);
    let (number, extension) = match folded.find(|c: char| c.is_alphabetic() || c == ';') {
        Some(at) if folded[..at].bytes().filter(u8::is_ascii_digit).count() >= 5 => {
            folded.split_at(at)
        }
        _ => (folded.as_str(), ""),
    };
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let bare = digits.trim_start_matches('0');
    if bare.len() < 4 {
        return;
    }
    cell.extend(bare.chars().take(20));
    let extension: String = extension.chars().filter(char::is_ascii_digit).take(8).collect();
    if !extension.is_empty() {
        cell.push('\t');
        cell.push_str(&extension);
    }
}

/// `name@host` in lower case; without the tag after `+`, and without dots where the provider ignores them.
fn email(typed: &str, cell: &mut String) {
    let folded = text::fold(typed);
    let folded = folded.trim_matches(|c| "<>\"' ".contains(c));
    let folded = folded.strip_prefix("mailto:").unwrap_or(folded);
    let Some((name, host)) = folded.rsplit_once('@') else { return };
    let host = if host == "googlemail.com" { "gmail.com" } else { host.trim_end_matches('.') };
    let bare = name.split_once('+').map_or(name, |(bare, _)| bare);
    let bare = if bare.is_empty() { name } else { bare };
    if host == "gmail.com" {
        cell.extend(bare.chars().filter(|c| *c != '.').take(64));
    } else {
        cell.extend(bare.chars().take(64));
    }
    cell.push('@');
    cell.extend(host.chars().take(64));
}

/// The host without `www`, and behind it the path.
fn url(typed: &str, cell: &mut String) {
    let folded = text::fold(typed);
    let bare = folded.split_once("://").map_or(folded.as_str(), |(_, rest)| rest);
    let bare = bare.strip_prefix("www.").unwrap_or(bare);
    let (host, path) = bare.split_once('/').unwrap_or((bare, ""));
    let host = host.split_once(':').map_or(host, |(host, _)| host);
    cell.extend(host.chars().filter(|c| !c.is_whitespace()).take(64));
    let path = path.trim_end_matches('/');
    if !cell.is_empty() && !path.is_empty() {
        cell.push('\t');
        cell.extend(path.chars().filter(|c| !c.is_control()).take(64));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_the_same_has_one_form() {
        for (kind, typed, form) in [
            (Kind::Person, "Dr. Müller, Anna-Maria", "anna maria muller"),
            (Kind::Person, "欧阳小明先生", "ouyang xiaoming\t欧阳小明"),
            (Kind::Person, "张伟", "zhang wei\t张伟"),
            (
                Kind::Company,
                "The Müller & Söhne G.m.b.H. & Co. KG",
                "muller sohne\tand and co gmbh kg the",
            ),
            (Kind::Company, "Acme, Inc.", "acme\tinc"),
            (Kind::Company, "北京市安邦科技股份有限公司", "北京安邦科技\t股份有限公司"),
            (Kind::Company, "安邦（中国）有限公司上海分公司", "安邦中国上海\t分公司 有限公司"),
            (Kind::Street, "12 St. James St., Apt. 4", "12 street james street\tunit 4"),
            (Kind::Street, "Hauptstr. 5", "haupt strasse 5"),
            (Kind::Date, "1980-12-31", "19801231"),
            (Kind::Date, "31.12.1980", "19801231"),
            (Kind::Date, "19801231", "19801231"),
            (Kind::Phone, "+49 (711) 555-01 ext. 12", "4971155501\t12"),
            (Kind::Phone, "0049 711 55501", "4971155501"),
            (Kind::Email, "Anna.B+news@GoogleMail.com", "annab@gmail.com"),
            (Kind::Email, "anna.b@example.com", "anna.b@example.com"),
            (Kind::Email, "not an address", ""),
            (Kind::Url, "https://www.Example.com/de/", "example.com\tde"),
            (Kind::Postcode, "SW1A 1AA", "sw1a1aa"),
            (Kind::Text, "  ", ""),
        ] {
            assert_eq!(of(kind, typed), form, "{typed}");
        }
    }

    #[test]
    fn several_values_stand_on_lines_and_empty_ones_nowhere() {
        let mut cell = String::new();
        for typed in ["", "a@x.org", "?", "b@x.org"] {
            add(Kind::Email, typed, &mut cell);
        }
        assert_eq!(cell, "a@x.org\nb@x.org");
    }
}
