//! The text of the query language <-> a tree, with nothing looked up.
//!
//! Schema files hold conditions and formulas in this language, and queries are resolved against the
//! catalogue, so the tree stands below both. Nothing here knows which fields there are: a word is a
//! [`Node::Name`] until `query` finds out what it names. Start at [`Expr`] and [`parse`]; the language
//! itself is described in the `query` module.

mod ast;
mod lex;
mod literal;
mod parse;
mod print;
#[cfg(test)]
mod tests;
mod words;

use crate::model::Phrase;

pub use ast::{Arith, Cmp, Count, Expr, How, Literal, Node, Period, Span, Test, Unit, Word};
pub(crate) use lex::{Kind as TokenKind, Token, tokens};
pub use literal::literal;
pub(crate) use literal::{quoted_date, span};
pub use parse::phrase;
pub(crate) use words::{FUNCTIONS, Keyword, keyword};

/// The longest text that is parsed, in bytes.
pub const MAX_LENGTH: usize = 4_000;

/// The deepest nesting of parentheses, `not` and calculations.
pub const MAX_DEPTH: usize = 64;

/// What is wrong with a query, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SyntaxError {
    /// Byte range in the query text.
    pub at: std::ops::Range<usize>,
    /// What is wrong.
    pub message: Phrase,
    /// What was likely meant.
    pub hint: Option<Phrase>,
}

impl SyntaxError {
    /// An error at a place of the text.
    #[must_use]
    pub fn new(at: impl Into<std::ops::Range<usize>>, message: impl Into<Phrase>) -> Self {
        Self { at: at.into(), message: message.into(), hint: None }
    }

    /// Adds what was likely meant, or what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<Phrase>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// Parses a condition or an expression.
///
/// # Errors
/// The first thing that is wrong, with its place.
pub fn parse(text: &str) -> Result<Expr, SyntaxError> {
    parse::parse(text)
}
