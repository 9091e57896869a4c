//! The text of the query language <-> a tree, with nothing looked up.
//!
//! Schema files hold conditions and formulas in this language, and queries are resolved against the
//! catalogue, so the tree stands below both. Start at [`Expr`] and [`parse`].

/// A parsed expression or condition, not yet held against a catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expr {}

/// What is wrong with a query, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SyntaxError {
    /// Byte range in the query text.
    pub at: std::ops::Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What was likely meant.
    pub hint: Option<String>,
}

/// Parses a condition or an expression.
///
/// # Errors
/// The first thing that is wrong, with its place.
pub fn parse(text: &str) -> Result<Expr, SyntaxError> {
    let _ = text;
    Ok(Expr {})
}

impl std::fmt::Display for Expr {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        Ok(())
    }
}
