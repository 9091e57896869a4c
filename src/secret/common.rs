//! What passwords are made of that are tried first: the notorious ones, rows of keys, years, names.
//!
//! `assets/common-passwords.txt` holds the notorious words, one a line, folded. A password is refused where
//! little is left of it when at most a few such pieces are taken out; pieces that come again count once.

use std::collections::HashSet;
use std::sync::LazyLock;

use zeroize::Zeroizing;

/// What a password is made of mostly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece {
    /// Words of its owner.
    Own,
    /// Words that everybody takes.
    Common,
    /// Rows of keys or numbers, repeats, years.
    Pattern,
}

static WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    include_str!("../../assets/common-passwords.txt")
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect()
});

/// The longest word of the list, in characters.
static LONGEST: LazyLock<usize> =
    LazyLock::new(|| WORDS.iter().map(|word| word.chars().count()).max().unwrap_or(0));

/// So many different words of the list are still a common password, not a passphrase.
const FEW: usize = 2;
/// So many characters that belong to no piece do not make it better.
const CRUMBS: usize = 2;
/// A row of keys counts from so many.
const ROW: usize = 4;

/// Rows as they lie on keyboards, and alphabets; taken in both directions.
const ROWS: [&str; 12] = [
    "12345678901234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwertzuiop",
    "yxcvbnm",
    "azertyuiop",
    "qsdfghjklm",
    "abcdefghijklmnopqrstuvwxyz",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "qazwsxedcrfvtgbyhnujmikolp",
    "147258369",
];

/// What the password is made of mostly, where that makes it easy to guess.
pub(super) fn made_of(password: &str, own: &[String]) -> Option<Piece> {
    let signs: Zeroizing<Vec<char>> = Zeroizing::new(
        password
            .chars()
            .flat_map(char::to_lowercase)
            .filter(|s| s.is_alphanumeric() || marks(*s))
            .collect(),
    );
    // With `p@ssw0rd` read as `password`, and as it stands: a digit may be a digit.
    let plain: Zeroizing<Vec<char>> =
        Zeroizing::new(signs.iter().copied().filter(|sign| sign.is_alphanumeric()).collect());
    let read: Zeroizing<Vec<char>> = Zeroizing::new(
        signs.iter().map(|sign| letter(*sign)).filter(|sign| sign.is_alphanumeric()).collect(),
    );
    if repeats(&plain) {
        return Some(named(&plain, own).unwrap_or(Piece::Pattern));
    }
    taken_apart(&plain, own).or_else(|| taken_apart(&read, own))
}

fn marks(sign: char) -> bool {
    matches!(sign, '@' | '$' | '!' | '|')
}

/// The letter that a sign stands for where people write one for the other.
fn letter(sign: char) -> char {
    match sign {
        '@' | '4' => 'a',
        '3' => 'e',
        '1' | '!' | '|' => 'i',
        '0' => 'o',
        '$' | '5' => 's',
        '7' => 't',
        other => other,
    }
}

/// Whether it is one part of up to a third of its length over and over, or hardly any different signs.
fn repeats(signs: &[char]) -> bool {
    let different: HashSet<&char> = signs.iter().collect();
    let whole = |part: usize| (part..signs.len()).all(|at| signs[at] == signs[at - part]);
    different.len() <= 2 || (1..=signs.len() / 3).any(whole)
}

/// Whose word a repeated part is.
fn named(signs: &[char], own: &[String]) -> Option<Piece> {
    let length = word_at(signs, own);
    length.map(|(_, piece)| piece)
}

/// Takes the pieces out, the longest at each place first.
fn taken_apart(signs: &[char], own: &[String]) -> Option<Piece> {
    let mut found: HashSet<&[char]> = HashSet::new();
    let (mut crumbs, mut of_own, mut of_list, mut at) = (0, false, false, 0);
    let mut words = 0_usize;
    while at < signs.len() {
        let rest = &signs[at..];
        let word = word_at(rest, own);
        let row = row_at(rest);
        let (length, piece) = match word {
            Some((length, piece)) if length >= row => (length, piece),
            _ if row > 0 => (row, Piece::Pattern),
            _ => {
                crumbs += 1;
                at += 1;
                continue;
            }
        };
        match piece {
            // All of one's own names together are one idea.
            Piece::Own => of_own = true,
            Piece::Common => {
                of_list = true;
                words += usize::from(found.insert(&rest[..length]));
            }
            Piece::Pattern => {}
        }
        at += length;
    }
    if crumbs > CRUMBS || words > FEW {
        return None;
    }
    Some(match (of_own, of_list) {
        (true, _) => Piece::Own,
        (false, true) => Piece::Common,
        (false, false) => Piece::Pattern,
    })
}

/// The longest word that stands at the beginning, of the person or of the list.
fn word_at(signs: &[char], own: &[String]) -> Option<(usize, Piece)> {
    let starts = |word: &str| {
        let length = word.chars().count();
        (length <= signs.len() && word.chars().zip(signs).all(|(a, b)| a == *b)).then_some(length)
    };
    let mine = own.iter().filter_map(|word| starts(word)).max();
    let mut text = Zeroizing::new(String::new());
    let mut listed = None;
    for (at, sign) in signs.iter().take(*LONGEST).enumerate() {
        text.push(*sign);
        if WORDS.contains(text.as_str()) {
            listed = Some(at + 1);
        }
    }
    match (mine, listed) {
        (Some(mine), Some(listed)) if listed > mine => Some((listed, Piece::Common)),
        (Some(mine), _) => Some((mine, Piece::Own)),
        (None, listed) => listed.map(|length| (length, Piece::Common)),
    }
}

/// How long a row of keys, a run of one sign, or a date stands at the beginning; 0 where none does.
fn row_at(signs: &[char]) -> usize {
    let same = signs.iter().take_while(|sign| Some(*sign) == signs.first()).count();
    let along = |row: &[char]| {
        (0..row.len())
            .map(|from| row[from..].iter().zip(signs).take_while(|(a, b)| a == b).count())
            .max()
            .unwrap_or(0)
    };
    let rows = ROWS.iter().flat_map(|row| {
        let there: Vec<char> = row.chars().collect();
        let back: Vec<char> = there.iter().rev().copied().collect();
        [along(&there), along(&back)]
    });
    let longest = rows.chain([same]).max().unwrap_or(0);
    let longest = if longest >= ROW || same >= 3 { longest } else { 0 };
    longest.max(date_at(signs))
}

/// A year of somebody alive, with month and day where they follow; 0 where none stands here.
fn date_at(signs: &[char]) -> usize {
    let number = |from: usize, length: usize| -> Option<u32> {
        signs
            .get(from..from + length)?
            .iter()
            .try_fold(0, |sum, sign| Some(sum * 10 + sign.to_digit(10)?))
    };
    if !number(0, 4).is_some_and(|year| (1900..2100).contains(&year)) {
        return 0;
    }
    let month = number(4, 2).is_some_and(|month| (1..=12).contains(&month));
    let day = number(6, 2).is_some_and(|day| (1..=31).contains(&day));
    if month && day { 8 } else { 4 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_folded_and_has_no_doubles() {
        let text = include_str!("../../assets/common-passwords.txt");
        let lines: Vec<&str> =
            text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
        assert!(lines.len() > 500, "{}", lines.len());
        let mut seen = HashSet::new();
        for line in lines {
            assert!(seen.insert(line), "{line} stands twice");
            assert!(line.chars().count() >= 4, "{line} is too short to mean anything");
            assert!(
                line.chars().all(|sign| sign.is_alphanumeric() && !sign.is_uppercase()),
                "{line} is never found: passwords are folded before"
            );
        }
    }

    #[test]
    fn dates_are_seen() {
        let at = |text: &str| date_at(&text.chars().collect::<Vec<_>>());
        assert_eq!(
            (at("1987"), at("19870412"), at("19871399"), at("2500"), at("abcd")),
            (4, 8, 4, 0, 0)
        );
    }
}
