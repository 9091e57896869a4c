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

/// What stands between two spaces: it is found where all terms of one of its ways are found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Chunk {
    /// Folded, as typed.
    pub text: String,
    /// Ways to find it, each a list of tokens that must all be there.
    pub ways: Vec<Vec<String>>,
    /// The tokens say less than what was typed (`beginn` for `beginning`, pairs of characters for
    /// three in a row): hits must be looked at again.
    pub uncertain: bool,
}

/// What was typed, understood.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Typed {
    /// All of it, folded.
    pub text: String,
    /// Word by word.
    pub chunks: Vec<Chunk>,
    /// Ways to find all of it at once: words written together, a phone number.
    pub whole: Vec<Vec<String>>,
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
            let national = digits.trim_start_matches('0');
            whole.extend(tokens::phone_beginning(national).map(|token| vec![token]));
            whole.extend(tokens::national_beginning(national).map(|token| vec![token]));
            // Zeros at the beginning are dialled, not part of the number; those of an end are.
            whole.extend(tokens::phone_ends(digits).into_iter().map(|token| vec![token]));
        }
        if chunks.len() > 1 && digits.is_none() {
            let together: String = folded.chars().filter(|c| c.is_alphanumeric()).collect();
            if together.is_ascii() && together.len() <= 30 {
                whole.push(vec![tokens::beginning(&together).0.to_owned()]);
            }
        }
        Self { text: folded, chunks, whole, digits }
    }

    /// One of the ways, each of tokens that must all be there, and nothing else.
    pub fn of_ways(ways: Vec<Vec<String>>) -> Self {
        let chunk = Chunk { text: String::new(), ways, uncertain: false };
        Self { chunks: vec![chunk], ..Self::default() }
    }

    /// True where there is nothing to look for.
    pub fn is_empty(&self) -> bool {
        self.chunks.is_empty()
    }

    /// The match for all chunks as they were typed.
    pub fn matching(&self, scope: &[Vec<String>]) -> String {
        self.matching_with(scope, |_, _| {})
    }

    /// The match where `more` may add ways to single chunks.
    pub fn matching_with(
        &self,
        scope: &[Vec<String>],
        mut more: impl FnMut(&Chunk, &mut Vec<Vec<String>>),
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
            let ways: Vec<Vec<String>> = group.iter().map(|term| vec![term.clone()]).collect();
            any_of(&ways, &mut text);
        }
        text
    }
}

fn any_of(ways: &[Vec<String>], text: &mut String) {
    text.push('(');
    for (index, way) in ways.iter().enumerate() {
        if index > 0 {
            text.push_str(" OR ");
        }
        text.push('(');
        for (index, token) in way.iter().enumerate() {
            if index > 0 {
                text.push_str(" AND ");
            }
            // No token holds a quote; doubled all the same, it must stay inside its string.
            text.push('"');
            text.push_str(&token.replace('"', "\"\""));
            text.push('"');
        }
        text.push(')');
    }
    text.push(')');
}

/// The FTS5 match text for records that hold all of `words` (each as the beginning of a word), for
/// `rowid IN (SELECT rowid FROM _search WHERE _search MATCH ?)`; none where there is no word in it.
///
/// It goes by the beginnings that are stored: of a word of five letters the first four, of seven the
/// first six, of Chinese all pairs of characters.
#[must_use]
pub fn match_text(words: &str) -> Option<String> {
    let typed = Typed::read(words);
    (!typed.is_empty()).then(|| typed.matching(&[]))
}

fn chunk(text: &str) -> Option<Chunk> {
    let ways = ways(text);
    let uncertain = pieces(text).any(|piece| match piece {
        Piece::Word(word) => !tokens::beginning(word).1,
        Piece::Joined(run) => run.chars().count() > 2,
    });
    (!ways.is_empty()).then(|| Chunk { text: text.to_owned(), ways, uncertain })
}

/// The ways to find a chunk.
fn ways(text: &str) -> Vec<Vec<String>> {
    // Of a host the index leaves out the last label.
    let named = if text.contains('@') { tokens::without_top(text) } else { text };
    let mut ways = vec![parts(named)];
    if let Some(word) = tokens::without_punctuation(text) {
        ways.push(vec![tokens::beginning(tokens::cut(&word)).0.to_owned()]);
    }
    if named == text && text.contains('.') {
        ways.push(parts(tokens::without_top(text)));
    }
    ways.retain(|way| !way.is_empty());
    ways
}

fn parts(text: &str) -> Vec<String> {
    let mut parts = Vec::new();
    for piece in pieces(text) {
        match piece {
            Piece::Word(word) => parts.push(tokens::beginning(tokens::cut(word)).0.to_owned()),
            Piece::Joined(run) => {
                let characters: Vec<char> = run.chars().take(tokens::LONGEST_WORD).collect();
                if let [single] = characters[..] {
                    parts.push(single.to_string());
                }
                parts.extend(characters.windows(2).map(|pair| pair.iter().collect::<String>()));
            }
        }
    }
    parts
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_prefixes_and_chinese_is_pairs() {
        assert_eq!(
            match_text("Jam Smi").as_deref(),
            Some(r#"(((("jam")) AND (("smi"))) OR (("jamsmi")))"#)
        );
        assert_eq!(match_text("Johnson").as_deref(), Some(r#"((("johnso")))"#));
        assert_eq!(match_text("张").as_deref(), Some(r#"((("张")))"#));
        assert_eq!(match_text("张伟强").as_deref(), Some(r#"((("张伟" AND "伟强")))"#));
        assert_eq!(match_text(" - ! "), None);
        assert_eq!(match_text(""), None);
    }

    #[test]
    fn a_phone_is_looked_for_from_both_ends() {
        let typed = Typed::read("+49 (0)711 / 555-01");
        assert_eq!(typed.digits.as_deref(), Some("4971155501"));
        assert!(typed.whole.contains(&vec!["_p49711555".into()]));
        assert!(typed.whole.contains(&vec!["_r1055511".into()]));
        assert_eq!(Typed::read("2026-0007 x").digits, None);
        let end = Typed::read("100").whole;
        assert_eq!(end.len(), 10);
        assert!(end.contains(&vec!["_r0010".into()]) && end.contains(&vec!["_r0019".into()]));
        assert!(Typed::read("10").whole.is_empty());
    }
}
