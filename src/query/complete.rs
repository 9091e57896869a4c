//! Completion: what could stand at a place of a query that is still being typed.
//!
//! The text before the place is walked once, token by token, to know what is expected there; nothing
//! has to be complete or right. Start at [`complete_in`].

mod data;
mod offer;

pub use data::{ValuesAt, values_at};

use std::ops::Range;

use super::names;
use super::path::Path;
use crate::model::Lang;
use crate::schema::{Catalog, Entity};
use crate::syntax::{Cmp, Keyword, Span, Token, TokenKind, keyword, tokens};

/// One proposal of the completion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// The bytes of the query text that it replaces.
    pub replace: Range<usize>,
    /// What stands there afterwards.
    pub text: String,
    /// What it is, for people: the label of the field, the meaning of the operator.
    pub note: String,
}

/// What could stand at byte `position` of `text`: fields, operators or values, best first; notes in
/// English.
#[must_use]
pub fn complete(text: &str, position: usize, catalog: &Catalog, entity: &str) -> Vec<Completion> {
    complete_in(text, position, catalog, entity, Lang::En)
}

/// As [`complete`], with notes in a language.
#[must_use]
pub fn complete_in(
    text: &str,
    position: usize,
    catalog: &Catalog,
    entity: &str,
    lang: Lang,
) -> Vec<Completion> {
    let Some((walk, partial)) = at(text, position, catalog, entity) else { return Vec::new() };
    offer::proposals(&walk, &partial, lang)
}

/// What is expected at a place, and the word that is begun there.
fn at<'c>(
    text: &str,
    position: usize,
    catalog: &'c Catalog,
    entity: &str,
) -> Option<(Walk<'c>, Partial)> {
    let entity = catalog.entity(entity)?;
    let before = text.get(..position)?;
    let (mut done, quoted) = read(before);
    let partial = match &quoted {
        Some(start) => Partial {
            replace: *start..quote_end(text, *start, position),
            typed: text.get(start + 1..position).unwrap_or_default().to_owned(),
        },
        None => match done.last() {
            Some(Token { kind: TokenKind::Word(word), at, .. }) if at.end as usize == position => {
                let partial = Partial {
                    replace: at.start as usize..word_end(text, position),
                    typed: word.clone(),
                };
                done.pop();
                partial
            }
            _ => Partial { replace: position..position, typed: String::new() },
        },
    };
    let mut walk = Walk {
        catalog,
        frames: vec![Frame { entity, list: None, counted: None }],
        expected: Expected::Subject,
        between: None,
        run: Vec::new(),
    };
    for (index, token) in done.iter().enumerate() {
        walk.step(token, index.checked_sub(1).and_then(|before| done.get(before)));
    }
    Some((walk, partial))
}

/// The tokens of a text that is still being typed, and where a quotation mark stands open.
fn read(text: &str) -> (Vec<Token>, Option<usize>) {
    match tokens(text) {
        Ok(tokens) => (tokens, None),
        Err(error) => {
            let start = error.at.start;
            (tokens(text.get(..start).unwrap_or_default()).unwrap_or_default(), Some(start))
        }
    }
}

fn word_end(text: &str, position: usize) -> usize {
    let rest = text.get(position..).unwrap_or_default();
    let ends = |c: char| {
        c.is_whitespace()
            || matches!(c, '(' | ')' | ',' | '=' | '<' | '>' | '~' | '!' | ':' | '"' | '*')
    };
    position + rest.find(ends).unwrap_or(rest.len())
}

/// The end of the quoted text in which the cursor stands, its mark included.
fn quote_end(text: &str, start: usize, position: usize) -> usize {
    let mark = text.get(start..).and_then(|rest| rest.chars().next()).unwrap_or('"');
    let rest = text.get(position..).unwrap_or_default();
    rest.find(mark).map_or(position, |end| position + end + mark.len_utf8())
}

/// The word the cursor stands in.
struct Partial {
    replace: Range<usize>,
    /// What of it stands before the cursor.
    typed: String,
}

/// What is expected at a place.
enum Expected<'c> {
    /// A field, or a word.
    Subject,
    /// Linked records, after `no`.
    Linked,
    /// An operator for this.
    Operator(Subject<'c>),
    /// A value for this, after this operator.
    Value(Subject<'c>, Cmp),
    /// `empty`, after `is`.
    Is(Subject<'c>),
    /// The parenthesis after `where` or `in`; a period may stand there without one.
    Open(Subject<'c>),
    /// `and`, `or`.
    Connector,
}

/// What a test looks at.
#[derive(Clone)]
enum Subject<'c> {
    Path(Path<'c>),
    Linked(&'c Entity),
    /// A calculation or a word that is no field.
    Other,
}

/// An open parenthesis; the outermost stands for the whole text.
struct Frame<'c> {
    entity: &'c Entity,
    /// The values in it are for this.
    list: Option<Subject<'c>>,
    /// It says which of these linked records count.
    counted: Option<&'c Entity>,
}

struct Walk<'c> {
    catalog: &'c Catalog,
    frames: Vec<Frame<'c>>,
    expected: Expected<'c>,
    /// `and` belongs to the `between` of this.
    between: Option<Subject<'c>>,
    /// The words in a row before the place: labels may have several.
    run: Vec<String>,
}

impl<'c> Walk<'c> {
    fn entity(&self) -> &'c Entity {
        // The outermost frame is never closed.
        self.frames[self.frames.len() - 1].entity
    }

    fn open(&mut self, entity: &'c Entity, list: Option<Subject<'c>>, counted: Option<&'c Entity>) {
        self.frames.push(Frame { entity, list, counted });
    }

    fn step(&mut self, token: &Token, before: Option<&Token>) {
        let expected = std::mem::replace(&mut self.expected, Expected::Connector);
        if !matches!(token.kind, TokenKind::Word(_)) {
            self.run.clear();
        }
        let entity = self.entity();
        self.expected = match (&token.kind, expected) {
            (TokenKind::Word(word), expected) => self.word(word, expected, before),
            (TokenKind::Text(text), Expected::Subject | Expected::Connector) => {
                Expected::Operator(self.subject(text))
            }
            (TokenKind::Cmp(cmp), Expected::Operator(subject)) => Expected::Value(subject, *cmp),
            (TokenKind::Cmp(cmp), _) => Expected::Value(Subject::Other, *cmp),
            (TokenKind::Open, Expected::Open(Subject::Linked(of))) => {
                self.open(of, None, Some(of));
                Expected::Subject
            }
            (TokenKind::Open, Expected::Open(subject)) => {
                self.open(entity, Some(subject.clone()), None);
                Expected::Value(subject, Cmp::Eq)
            }
            (TokenKind::Open, Expected::Value(subject, cmp)) => {
                self.open(entity, None, None);
                Expected::Value(subject, cmp)
            }
            (TokenKind::Open, _) => {
                self.open(entity, None, None);
                Expected::Subject
            }
            (TokenKind::Close, _) => {
                let closed = if self.frames.len() > 1 { self.frames.pop() } else { None };
                match closed.and_then(|frame| frame.counted) {
                    Some(of) => Expected::Operator(Subject::Linked(of)),
                    None => Expected::Connector,
                }
            }
            (TokenKind::Comma, _) => match &self.frames[self.frames.len() - 1].list {
                Some(subject) => Expected::Value(subject.clone(), Cmp::Eq),
                None => Expected::Subject,
            },
            (TokenKind::Text(_), _) => Expected::Connector,
            _ => Expected::Subject,
        };
    }

    fn word(&mut self, word: &str, expected: Expected<'c>, before: Option<&Token>) -> Expected<'c> {
        let after_age = before.is_some_and(|token| {
            matches!(&token.kind, TokenKind::Word(age)
            if age.eq_ignore_ascii_case("older") || age.eq_ignore_ascii_case("newer"))
        });
        match (keyword(word), expected) {
            (Some(Keyword::And), _) if self.between.is_some() => {
                let subject = self.between.take().unwrap_or(Subject::Other);
                Expected::Value(subject, Cmp::Eq)
            }
            (Some(Keyword::And | Keyword::Or), _) => {
                self.run.clear();
                Expected::Subject
            }
            (Some(Keyword::Not), Expected::Operator(subject)) => Expected::Operator(subject),
            (Some(Keyword::Not), Expected::Is(subject)) => Expected::Is(subject),
            (Some(Keyword::Not), _) => Expected::Subject,
            (Some(Keyword::No), Expected::Subject | Expected::Connector) => Expected::Linked,
            (Some(Keyword::In | Keyword::Where), Expected::Operator(subject)) => {
                Expected::Open(subject)
            }
            (Some(Keyword::Is), Expected::Operator(subject)) => Expected::Is(subject),
            (Some(Keyword::Between), Expected::Operator(subject)) => {
                self.between = Some(subject.clone());
                Expected::Value(subject, Cmp::Eq)
            }
            (Some(Keyword::Compare(cmp)), Expected::Operator(subject)) => {
                Expected::Value(subject, cmp)
            }
            (_, Expected::Operator(subject)) if after_age && word.eq_ignore_ascii_case("than") => {
                Expected::Value(subject, Cmp::Older)
            }
            (_, Expected::Operator(subject))
                if word.eq_ignore_ascii_case("older") || word.eq_ignore_ascii_case("newer") =>
            {
                Expected::Operator(subject)
            }
            (
                _,
                Expected::Subject | Expected::Connector | Expected::Linked | Expected::Operator(_),
            ) => {
                self.run.push(word.to_owned());
                let found = (0..self.run.len())
                    .map(|start| self.subject(&self.run[start..].join(" ")))
                    .find(|subject| !matches!(subject, Subject::Other));
                Expected::Operator(found.unwrap_or(Subject::Other))
            }
            _ => {
                self.run.clear();
                Expected::Connector
            }
        }
    }

    fn subject(&self, typed: &str) -> Subject<'c> {
        let entity = self.entity();
        if let Some(field) = names::field(entity, typed)
            && let Ok(path) = Path::resolve(self.catalog, entity, &field.name, Span::default())
        {
            return Subject::Path(path);
        }
        if let Ok(path) = Path::resolve(self.catalog, entity, typed, Span::default()) {
            return Subject::Path(path);
        }
        match names::counted(self.catalog, entity, typed) {
            Some((of, _)) => Subject::Linked(of),
            None => Subject::Other,
        }
    }
}
