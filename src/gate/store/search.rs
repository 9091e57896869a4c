//! The search box behind the gate: which records fit what was typed, best first.
//!
//! One contentless FTS5 table holds tokens we make ourselves (`tokens`): folded words, Chinese single
//! characters, pairs and pinyin, digits of phones, parts of mail addresses, and who holds the record.
//! It is never ordered by `rank` (that costs up to a second at a million records): the newest
//! candidates are fetched and judged in Rust (`score`). Where few are found, the words of all titles
//! (`vocabulary`) give words that contain what was typed, and words near it.
//!
//! It decides nothing about rights and holds no text of records that could be shown: titles are read
//! from the entity's own table. Start at [`Finder::search`]; writers use [`Indexer`].

mod candidates;
mod find;
mod index;
mod look;
mod narrow;
mod own;
mod points;
mod query;
mod rows;
mod score;
mod sight;
mod tokens;
mod verify;
mod vocabulary;
mod words;

#[cfg(test)]
mod tests;

pub use find::Finder;
pub use index::{Indexer, needs_reindex};
pub use narrow::Narrow;
pub use own::OwnWords;
pub use query::match_text;
pub use sight::{Sight, Sights};
pub use tokens::{Tokens, searched};
pub use verify::holds_words;
pub use vocabulary::Vocabulary;

use rusqlite::Connection;

/// Bits of a row number of `_search` that hold the record's number; the entity's stands above them.
const ID_BITS: u32 = 40;

/// Counts the kinds of tokens there were: files indexed by an older count are indexed anew.
pub const FORMAT: &str = "2";

/// Makes the tables of the search index, where they are not there.
///
/// # Errors
/// Those of SQLite.
pub fn create(conn: &Connection) -> rusqlite::Result<()> {
    // Tokens come ready and separated by spaces; `ascii` leaves everything beyond ASCII alone.
    conn.execute_batch(
        "CREATE VIRTUAL TABLE IF NOT EXISTS _search USING fts5(t, content='', contentless_delete=1,
             detail=none, tokenize=\"ascii tokenchars '_'\");
         CREATE TABLE IF NOT EXISTS _word(id INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE);",
    )
}

/// Puts off merging the pieces of the index for a load of many records; [`finish_bulk`] takes it
/// back.
///
/// # Errors
/// Those of SQLite.
pub fn begin_bulk(conn: &Connection) -> rusqlite::Result<()> {
    configure(conn, "hashsize", 64 << 20)?;
    configure(conn, "automerge", 8)
}

/// Back to settings that suit single edits.
///
/// # Errors
/// Those of SQLite.
pub fn finish_bulk(conn: &Connection) -> rusqlite::Result<()> {
    configure(conn, "hashsize", 1 << 20)?;
    configure(conn, "automerge", 4)
}

fn configure(conn: &Connection, what: &str, value: i64) -> rusqlite::Result<()> {
    conn.execute("INSERT INTO _search(_search, rank) VALUES (?, ?)", (what, value)).map(drop)
}

/// The number of the record that a row of `_search` stands for.
const fn id_of(row: i64) -> i64 {
    row & ((1 << ID_BITS) - 1)
}

/// The last row of `_search` that can stand for a record of an entity.
const fn last_row_of(entity: i64) -> i64 {
    row_of(entity, (1 << ID_BITS) - 1)
}

/// The row of `_search` that stands for a record.
const fn row_of(entity: i64, id: i64) -> i64 {
    (entity << ID_BITS) | id
}
