//! Values gathered from linked records.

use crate::model::Name;
use crate::syntax::Expr;

/// What a roll-up takes of the linked records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Take {
    /// How many there are.
    Count,
    /// The sum of an expression.
    Sum(Expr),
    /// The smallest value of an expression.
    Min(Expr),
    /// The largest value of an expression.
    Max(Expr),
}

/// A value gathered from linked records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RollUp {
    /// The entity whose records are gathered.
    pub of: Name,
    /// The link field of `of` that points at this entity.
    pub through: Name,
    /// What is taken of them.
    pub take: Take,
    /// Which of them.
    pub filter: Option<Expr>,
}
