//! What was typed, taken apart: words, Chinese, digits of a phone, a mail address -> an FTS5 match.
//!
//! Everything that reaches the match text is a quoted string of letters, digits and the few signs a
//! token may hold, so no text whatever can break or extend the match.

use super::tokens::{self, Piece, pieces};
use crate::model::text::fold;

/// So much of what was typed counts.
const LONGEST: usize = 200;

/// So many words of what was typed count.
const MOST_CHUNKS: usize = 8;

/// One token to look for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Term {
    /// Tokens that begin so.
    Prefix(String),
    /// This very token.
    Exact(String),
}

impl Term {
    fn write(&self, to: &mut String) {
        let (text, star) = match self {
            Self::Prefix(text) => (text, " *"),
            Self::Exact(text) => (text, ""),
        };
        to.push('"');
        // No token holds a quote; doubled all the same, the text must stay inside its string.
        to.push_str(&text.replace('"', "\"\""));
        to.push('"');
        to.push_str(star);
    }
}

/// What stands between two spaces: it is found where all terms of one of its ways are found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Chunk {
    /// Folded, as typed.
    pub text: String,
    /// Ways to find it, each a list of terms that must all be there.
    pub ways: Vec<Vec<Term>>,
}

/// What was typed, understood.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Typed {
    /// All of it, folded.
    pub text: String,
    /// Word by word.
    pub chunks: Vec<Chunk>,
    /// Ways to find all of it at once: words written together, a phone number.
    pub whole: Vec<Vec<Term>>,
    /// The digits, where it reads like a phone number or the end of one.
    pub digits: Option<String>,
}

impl Typed {
    /// Takes `text` apart; nothing to look for where it holds no letter and no digit.
    pub fn read(text: &str) -> Self {
        let text: String = text.chars().take(LONGEST).collect();
        let folded = fold(&text);
        let chunks: Vec<Chunk> = folded.split(' ').filter_map(chunk).take(MOST_CHUNKS).collect();
        let digits = phone_digits(&folded);
        let mut whole = Vec::new();
        if let Some(digits) = &digits {
            for start in phone_starts(digits) {
                whole.push(vec![Term::Prefix(start.to_owned())]);
            }
            let ending = digits.trim_start_matches('0');
            if ending.len() >= 3 {
                whole.push(vec![Term::Prefix(tokens::suffix_token(ending))]);
            }
        }
        if chunks.len() > 1 && digits.is_none() {
            let together: String = folded.chars().filter(|c| c.is_alphanumeric()).collect();
            if together.is_ascii() && together.len() <= 30 {
                whole.push(vec![Term::Prefix(together)]);
            }
        }
        Self { text: folded, chunks, whole, digits }
    }

    /// True where there is nothing to look for.
    pub fn is_empty(&self) -> bool {
        self.chunks.is_empty()
    }

    /// The match for all chunks as they were typed.
    pub fn matching(&self, scope: &[Vec<Term>]) -> String {
        self.matching_with(scope, |_, _| {})
    }

    /// The match where `more` may add ways to single chunks.
    pub fn matching_with(
        &self,
        scope: &[Vec<Term>],
        mut more: impl FnMut(&Chunk, &mut Vec<Vec<Term>>),
    ) -> String {
        let mut text = String::new();
        text.push('(');
        for (index, chunk) in self.chunks.iter().enumerate() {
            if index > 0 {
                text.push_str(" AND ");
            }
            let mut ways = chunk.ways.clone();
            more(chunk, &mut ways);
            any_of(&ways, &mut text);
        }
        text.push(')');
        if !self.whole.is_empty() {
            text = format!("({text} OR ");
            any_of(&self.whole, &mut text);
            text.push(')');
        }
        for group in scope {
            text.push_str(" AND ");
            let ways: Vec<Vec<Term>> = group.iter().map(|term| vec![term.clone()]).collect();
            any_of(&ways, &mut text);
        }
        text
    }
}

fn any_of(ways: &[Vec<Term>], text: &mut String) {
    text.push('(');
    for (index, way) in ways.iter().enumerate() {
        if index > 0 {
            text.push_str(" OR ");
        }
        text.push('(');
        for (index, term) in way.iter().enumerate() {
            if index > 0 {
                text.push_str(" AND ");
            }
            term.write(text);
        }
        text.push(')');
    }
    text.push(')');
}

/// The FTS5 match text for records that hold all of `words` (each as the beginning of a word), for
/// `rowid IN (SELECT rowid FROM _search WHERE _search MATCH ?)`; none where there is no word in it.
#[must_use]
pub fn match_text(words: &str) -> Option<String> {
    let typed = Typed::read(words);
    (!typed.is_empty()).then(|| typed.matching(&[]))
}

fn chunk(text: &str) -> Option<Chunk> {
    let mut terms = Vec::new();
    for piece in pieces(text) {
        match piece {
            Piece::Word(word) => terms.push(Term::Prefix(tokens::cut(word).to_owned())),
            Piece::Joined(run) => {
                let characters: Vec<char> = run.chars().take(tokens::LONGEST_WORD).collect();
                if let [single] = characters[..] {
                    terms.push(Term::Exact(single.to_string()));
                }
                terms.extend(characters.windows(2).map(|pair| Term::Exact(pair.iter().collect())));
            }
        }
    }
    if terms.is_empty() {
        return None;
    }
    let mut ways = vec![terms];
    if let Some(word) = tokens::without_punctuation(text) {
        ways.push(vec![Term::Prefix(tokens::cut(&word).to_owned())]);
    }
    if text.contains('@') {
        ways.push(vec![Term::Prefix(tokens::mail_token(text))]);
    }
    Some(Chunk { text: text.to_owned(), ways })
}

/// The digits of what reads like a phone number or a part of one.
fn phone_digits(folded: &str) -> Option<String> {
    let fits = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '/' | '(' | ')' | '.' | ' ');
    if !folded.chars().all(fits) {
        return None;
    }
    // The `(0)` of `+49 (0)711` is only dialled at home.
    let digits: String =
        folded.replace("(0)", "").chars().filter(char::is_ascii_digit).take(20).collect();
    (digits.len() >= 3).then_some(digits)
}

/// The numbers, country code first, that a typed number may begin.
fn phone_starts(digits: &str) -> Vec<&str> {
    let mut starts = vec![digits];
    starts.extend(digits.strip_prefix("00"));
    starts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_prefixes_and_chinese_is_pairs() {
        assert_eq!(
            match_text("Jam Smi").as_deref(),
            Some(r#"(((("jam" *)) AND (("smi" *))) OR (("jamsmi" *)))"#)
        );
        assert_eq!(match_text("张").as_deref(), Some(r#"((("张")))"#));
        assert_eq!(match_text("张伟强").as_deref(), Some(r#"((("张伟" AND "伟强")))"#));
        assert_eq!(match_text(" - ! "), None);
        assert_eq!(match_text(""), None);
    }

    #[test]
    fn a_phone_is_looked_for_from_both_ends() {
        let typed = Typed::read("+49 (0)711 / 555-01");
        assert_eq!(typed.digits.as_deref(), Some("4971155501"));
        assert!(typed.whole.contains(&vec![Term::Prefix("4971155501".into())]));
        assert!(typed.whole.contains(&vec![Term::Prefix("_r1055511794".into())]));
        assert_eq!(Typed::read("2026-0007 x").digits, None);
    }
}
