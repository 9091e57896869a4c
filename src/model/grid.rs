//! A table of typed cells: what a report is when it is written out.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;

use super::Currency;

/// What stands in a cell, with its type.
#[derive(Debug, Clone, PartialEq)]
pub enum Datum {
    /// Nothing.
    Empty,
    /// Text.
    Text(String),
    /// A number.
    Number(Decimal),
    /// An amount.
    Money(Decimal, Currency),
    /// Percent: 50 % is 50.
    Percent(Decimal),
    /// Yes or no.
    Flag(bool),
    /// A day.
    Date(NaiveDate),
    /// An instant.
    Instant(DateTime<Utc>),
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GridHead {
    /// Its name for programs.
    pub name: String,
    /// Its name for people.
    pub label: String,
}

/// A table.
#[derive(Debug, Clone, PartialEq)]
pub struct Grid {
    /// What it is called.
    pub title: String,
    /// Its columns.
    pub heads: Vec<GridHead>,
    /// Its lines.
    pub lines: Vec<Vec<Datum>>,
    /// The line over all, for people.
    pub total: Option<Vec<Datum>>,
    /// What is said below it.
    pub notes: Vec<String>,
}
