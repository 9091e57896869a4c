//! SQLite, behind the gate.

pub mod search;

/// One sort value of a row.
#[derive(Debug, Clone, PartialEq)]
pub struct Key(rusqlite::types::Value);
