//! Cuts the text into tokens, leniently: free words may hold nearly any character.
//!
//! A word runs over `-`, `+`, `/` and `&` where they stand between letters without spaces (`AT&T`,
//! `C-12`, `24/7`), except inside a calculation, where they are operators (`price*(1-discount)`).

use super::SyntaxError;
use super::ast::{Cmp, Span};
use super::words;
use crate::model::phrase;

/// What a token is.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// A run of word characters: name, number, date, keyword.
    Word(String),
    /// Text in quotes, without them.
    Text(String),
    /// `(`
    Open,
    /// `)`
    Close,
    /// `,`
    Comma,
    /// A comparison sign.
    Cmp(Cmp),
    /// `!` before something.
    Bang,
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `*`
    Star,
    /// `/`
    Slash,
    /// `&`
    Amp,
}

/// A token and its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// Where it stands.
    pub at: Span,
    /// White space, or the start of the text, stands before it.
    pub spaced: bool,
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    tokens: Vec<Token>,
    /// For each open parenthesis, whether a calculation stands in it.
    open: Vec<bool>,
}

/// Cuts `text` into tokens.
///
/// # Errors
/// A quotation mark that is never closed.
pub fn tokens(text: &str) -> Result<Vec<Token>, SyntaxError> {
    let mut lexer =
        Lexer { text, at: 0, tokens: Vec::with_capacity(text.len() / 4 + 2), open: Vec::new() };
    lexer.run()?;
    Ok(lexer.tokens)
}

/// Full-width ASCII as ASCII, so that a Chinese keyboard may stay switched on.
fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '、' => ',',
        '\u{3000}' | '\u{a0}' => ' ',
        '“' | '”' | '„' => '"',
        c => c,
    }
}

fn breaks_word(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '(' | ')' | ',' | '=' | '<' | '>' | '~' | '"' | '*' | '≠' | '≥' | '≤' | '\0')
}

impl Lexer<'_> {
    fn peek(&self, from: usize) -> Option<(char, usize)> {
        let c = self.text[from..].chars().next()?;
        Some((narrow(c), from + c.len_utf8()))
    }

    fn char_at(&self, from: usize) -> char {
        self.peek(from).map_or('\0', |(c, _)| c)
    }

    fn calculating(&self) -> bool {
        self.open.last() == Some(&true) || self.after_arithmetic()
    }

    fn after_arithmetic(&self) -> bool {
        self.tokens.last().is_some_and(|token| {
            matches!(token.kind, Kind::Star | Kind::Slash | Kind::Plus | Kind::Minus | Kind::Amp)
        })
    }

    fn after_function(&self, start: usize) -> bool {
        self.tokens.last().is_some_and(|token| {
            token.at.end as usize == start
                && matches!(&token.kind, Kind::Word(word) if words::is_function(word))
        })
    }

    fn push(&mut self, kind: Kind, start: usize, end: usize, spaced: bool) {
        self.tokens.push(Token { kind, at: Span::new(start, end), spaced });
        self.at = end;
    }

    fn run(&mut self) -> Result<(), SyntaxError> {
        let mut spaced = true;
        while let Some((c, next)) = self.peek(self.at) {
            let start = self.at;
            if c.is_whitespace() || c == '\0' {
                self.at = next;
                spaced = true;
                continue;
            }
            let second = self.char_at(next);
            let after_second = self.peek(next).map_or(next, |(_, end)| end);
            let (kind, end) = match (c, second) {
                ('(', _) => {
                    let calculating = self.calculating() || self.after_function(start);
                    self.open.push(calculating);
                    (Kind::Open, next)
                }
                (')', _) => {
                    self.open.pop();
                    (Kind::Close, next)
                }
                (',', _) => (Kind::Comma, next),
                ('!' | '<' | '>' | '=', '=') => {
                    let cmp = match c {
                        '!' => Cmp::Ne,
                        '<' => Cmp::Le,
                        '>' => Cmp::Ge,
                        _ => Cmp::Eq,
                    };
                    (Kind::Cmp(cmp), after_second)
                }
                ('<', '>') => (Kind::Cmp(Cmp::Ne), after_second),
                ('≠', _) => (Kind::Cmp(Cmp::Ne), next),
                ('≥', _) => (Kind::Cmp(Cmp::Ge), next),
                ('≤', _) => (Kind::Cmp(Cmp::Le), next),
                ('=', _) => (Kind::Cmp(Cmp::Eq), next),
                ('<', _) => (Kind::Cmp(Cmp::Lt), next),
                ('>', _) => (Kind::Cmp(Cmp::Gt), next),
                ('~', _) => (Kind::Cmp(Cmp::Contains), next),
                (':', _) => (Kind::Cmp(Cmp::Like), next),
                ('!', _) => (Kind::Bang, next),
                ('*', _) => (Kind::Star, next),
                ('+', _) => (Kind::Plus, next),
                ('-', _) => (Kind::Minus, next),
                ('&', _) => (Kind::Amp, next),
                ('/', _) => (Kind::Slash, next),
                ('"', _) => self.quoted(start, next, '"')?,
                ('\'', _) if self.text[next..].contains('\'') => self.quoted(start, next, '\'')?,
                _ => self.word(start),
            };
            self.push(kind, start, end, spaced);
            spaced = false;
        }
        Ok(())
    }

    fn quoted(&self, start: usize, from: usize, mark: char) -> Result<(Kind, usize), SyntaxError> {
        let typographic = !self.text[start..].starts_with(mark);
        let mut out = String::new();
        let mut at = from;
        while let Some(raw) = self.text[at..].chars().next() {
            let next = at + raw.len_utf8();
            // What an English quotation mark opened may hold typographic ones.
            if raw == mark || (typographic && narrow(raw) == mark) {
                return Ok((Kind::Text(out), next));
            }
            at = next;
            if raw == '\\'
                && let Some(escaped @ ('"' | '\'' | '\\')) = self.text[at..].chars().next()
            {
                out.push(escaped);
                at += 1;
            } else {
                out.push(raw);
            }
        }
        Err(SyntaxError::new(
            start..self.text.len(),
            phrase!("This quotation mark is never closed."),
        )
        .hint(phrase!("Add {mark} at the end.", mark = mark)))
    }

    /// A word from `start`; always at least one character.
    fn word(&self, start: usize) -> (Kind, usize) {
        let mut text = String::new();
        let mut at = start;
        let mut previous = '\0';
        while let Some((c, next)) = self.peek(at) {
            if breaks_word(c) {
                break;
            }
            let following = self.char_at(next);
            let inside = !text.is_empty() && !breaks_word(following);
            let goes_on = match c {
                // Inside quotation marks `'` never gets here; inside a word it is an apostrophe.
                '!' => following != '=' && !text.is_empty(),
                ':' => {
                    (previous.is_ascii_digit() && following.is_ascii_digit())
                        || self.text[next..].starts_with("//")
                }
                '/' if text.ends_with(':') || text.ends_with(":/") => true,
                '+' | '-' | '/' | '&' if text.contains("://") => true,
                '+' | '-' | '/' | '&' => {
                    inside && self.joins(&text, c, previous, following, &self.text[next..])
                }
                _ => true,
            };
            if !goes_on {
                break;
            }
            text.push(c);
            previous = c;
            at = next;
        }
        if text.is_empty() {
            // Only characters that never begin a word get here, and `run` handles all of those.
            let (c, next) = self.peek(start).unwrap_or((' ', start + 1));
            return (Kind::Word(c.to_string()), next);
        }
        (Kind::Word(text), at)
    }

    /// Whether `sign` after `text` belongs to the word rather than being an operator.
    fn joins(&self, text: &str, sign: char, previous: char, following: char, rest: &str) -> bool {
        if matches!(following, '+' | '-' | '/' | '&' | '\'' | '!' | ':')
            || matches!(previous, '+' | '-' | '/' | '&')
        {
            return false;
        }
        let digits = text.bytes().all(|b| b.is_ascii_digit());
        if sign == '-' && is_date_start(text, following, rest) {
            return true;
        }
        if matches!(sign, '+' | '-') && (words::period(text).is_some() || text == "now") {
            return false;
        }
        if self.calculating() {
            // A reference stays whole even here.
            return sign == '-'
                && !digits
                && text.len() <= 4
                && text.bytes().all(|b| b.is_ascii_uppercase())
                && following.is_ascii_digit();
        }
        true
    }
}

/// `2026` before `-01`, `2026-01` before `-31`, `2026` before `-Q1`.
fn is_date_start(text: &str, following: char, rest: &str) -> bool {
    let bytes = text.as_bytes();
    let year = bytes.len() >= 4 && bytes[..4].iter().all(u8::is_ascii_digit);
    let two = rest.len() >= 2 && rest.as_bytes()[..2].iter().all(u8::is_ascii_digit);
    let ends = !rest.as_bytes().get(2).is_some_and(u8::is_ascii_digit);
    match bytes.len() {
        4 => year && ((two && ends) || matches!(following, 'Q' | 'q')),
        7 => year && bytes[4] == b'-' && two && ends,
        _ => false,
    }
}
