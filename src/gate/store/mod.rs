//! SQLite, behind the gate.

/// One sort value of a row.
#[derive(Debug, Clone, PartialEq)]
pub struct Key(rusqlite::types::Value);
