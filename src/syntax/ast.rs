//! The tree of the query language.

use chrono::{NaiveDate, NaiveDateTime};
use rust_decimal::Decimal;

use crate::model::Currency;

/// A byte range of the text; never part of what makes two trees equal.
#[derive(Clone, Copy, Default)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

impl Span {
    /// The range from `start` to before `end`.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        Self { start: start as u32, end: end as u32 }
    }

    /// The smallest range that holds both.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

impl std::fmt::Debug for Span {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}..{}", self.start, self.end)
    }
}

impl PartialEq for Span {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Span {}

impl From<Span> for std::ops::Range<usize> {
    fn from(span: Span) -> Self {
        span.start as usize..span.end as usize
    }
}

/// A parsed expression or condition, not yet held against a catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expr {
    /// What it says.
    pub node: Node,
    /// Where it stands.
    pub at: Span,
}

/// A word as it was typed, bare or in quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The text without quotes.
    pub text: String,
    /// It stood in quotes: a phrase.
    pub quoted: bool,
    /// Where it stands.
    pub at: Span,
}

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unit {
    /// Seconds.
    Second,
    /// Minutes.
    Minute,
    /// Hours.
    Hour,
    /// Days.
    Day,
    /// Weeks, from Monday.
    Week,
    /// Calendar months.
    Month,
    /// Calendar quarters.
    Quarter,
    /// Calendar years.
    Year,
}

/// A stretch of days named by words, relative to the day it is asked on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// One day: today is 0, yesterday -1, tomorrow 1.
    Day(i32),
    /// A calendar week, month, quarter or year: this one is 0, the last -1, the next 1.
    Calendar(Unit, i32),
    /// The last so many units, today included.
    Last(u32, Unit),
    /// The next so many units, today included.
    Next(u32, Unit),
    /// A certain month: `2026-03`.
    Month(i32, u32),
    /// A certain quarter: `2026-Q1`.
    Quarter(i32, u32),
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cmp {
    /// `=`
    Eq,
    /// `!=`
    Ne,
    /// `>`
    Gt,
    /// `>=`
    Ge,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `~`: contains.
    Contains,
    /// `field:value`: equals or contains, whatever fits the field.
    Like,
    /// `before`
    Before,
    /// `after`
    After,
    /// `older than`
    Older,
    /// `newer than`
    Newer,
}

/// A calculation with two sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arith {
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`
    Div,
    /// `&`: joins texts.
    Join,
}

/// How a [`Test`] looks at its subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum How {
    /// Against a value.
    Compare(Cmp, Expr),
    /// `in (a, b)`
    In(Vec<Expr>),
    /// `between a and b`
    Between(Expr, Expr),
    /// `is empty`
    Empty,
}

/// One condition: `[words] subject [not] how`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Test {
    /// Words right before the subject: part of its label, or free words.
    pub lead: Vec<Word>,
    /// What is looked at.
    pub left: Expr,
    /// The opposite is wanted (`not in`, `is not empty`).
    pub not: bool,
    /// How.
    pub how: How,
}

/// Linked records to be counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// The entity's name or plural, perhaps after the word of a state (`open tasks`).
    pub what: Vec<Word>,
    /// Only those that fulfil this.
    pub filter: Option<Expr>,
    /// Only those of this time.
    pub within: Option<Expr>,
}

/// A value that stands in the text itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Literal {
    /// A number.
    Number(Decimal),
    /// `50%`
    Percent(Decimal),
    /// `10k EUR`
    Amount(Decimal, Currency),
    /// `3d`
    Duration(i64, Unit),
    /// A day.
    Date(NaiveDate),
    /// A day and time of day, in the zone of the person asking.
    Instant(NaiveDateTime),
    /// `this quarter`
    Period(Period),
    /// The present instant.
    Now,
    /// The person asking.
    Me,
    /// The teams of the person asking.
    MyTeam,
    /// Nothing.
    Empty,
}

/// What an expression says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// A bare word, dots included: a field, a path, a choice, a free word, or a value such as `10k`
    /// (see [`super::literal`]), which only the context can tell.
    Name(String),
    /// Several free words in a row.
    Words(Vec<Word>),
    /// Text in quotes.
    Text(String),
    /// A value of several words: `10k EUR`, `last 30 days`, `my team`, `2026-01-31 10:00`.
    Phrase(Literal),
    /// All of these; never fewer than two, never nested directly.
    And(Vec<Expr>),
    /// Any of these; never fewer than two, never nested directly.
    Or(Vec<Expr>),
    /// Not this.
    Not(Box<Expr>),
    /// One condition.
    Test(Box<Test>),
    /// `deals where (...)`: how many there are, or that there are any.
    Count(Box<Count>),
    /// `no deals where (...)`
    No(Box<Count>),
    /// A calculation.
    Arith(Arith, Box<Expr>, Box<Expr>),
    /// `-x`
    Negate(Box<Expr>),
    /// `round(x, 2)`
    Call(String, Vec<Expr>),
}

impl Expr {
    /// An expression at a place.
    #[must_use]
    pub fn new(node: Node, at: Span) -> Self {
        Self { node, at }
    }

    /// All of `parts`: flattened; a single one is itself.
    #[must_use]
    pub fn all(parts: Vec<Self>) -> Self {
        let flat = parts.into_iter().flat_map(|part| match part.node {
            Node::And(inner) => inner,
            _ => vec![part],
        });
        Self::chain(flat.collect(), Node::And)
    }

    /// Any of `parts`: flattened; a single one is itself.
    #[must_use]
    pub fn any(parts: Vec<Self>) -> Self {
        let flat = parts.into_iter().flat_map(|part| match part.node {
            Node::Or(inner) => inner,
            _ => vec![part],
        });
        Self::chain(flat.collect(), Node::Or)
    }

    fn chain(mut parts: Vec<Self>, make: fn(Vec<Self>) -> Node) -> Self {
        if parts.len() == 1 {
            return parts.remove(0);
        }
        let at = parts.iter().map(|part| part.at).reduce(Span::to).unwrap_or_default();
        Self::new(make(parts), at)
    }
}
