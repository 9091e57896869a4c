//! Keeping the index in step with the records.

use std::collections::{BTreeMap, HashSet};
use std::hash::{BuildHasher, RandomState};

use rusqlite::Connection;

use super::row_of;
use super::tokens::{HOLDERS, Tokens, searched};
use crate::model::{Name, RecordId, Value};
use crate::schema::Entity;

/// Writes the index within one transaction.
///
/// It remembers which words it has stored, so it must not outlive a transaction that is rolled back.
pub struct Indexer<'c> {
    conn: &'c Connection,
    tokens: Tokens,
    stored: HashSet<u64>,
    /// Words that are stored with [`Indexer::settle`].
    words: Vec<String>,
    hasher: RandomState,
}

impl<'c> Indexer<'c> {
    /// For the transaction that is open on `conn`.
    #[must_use]
    pub fn new(conn: &'c Connection) -> Self {
        Self {
            conn,
            tokens: Tokens::default(),
            stored: HashSet::new(),
            words: Vec::new(),
            hasher: RandomState::new(),
        }
    }

    /// Indexes a new record. `number` is the entity's number, `fields` all its fields.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn add(
        &mut self,
        entity: &Entity,
        number: i64,
        id: RecordId,
        fields: &BTreeMap<Name, Value>,
    ) -> rusqlite::Result<()> {
        let mut tokens = std::mem::take(&mut self.tokens);
        tokens.clear();
        tokens.read(entity, &|name| fields.get(name));
        let added = self.add_read(number, id, &tokens);
        self.tokens = tokens;
        added?;
        self.settle()
    }

    /// Stores the words that are not stored yet, in order: their table has no place for them but by their
    /// letters.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn settle(&mut self) -> rusqlite::Result<()> {
        if self.words.is_empty() {
            return Ok(());
        }
        self.words.sort_unstable();
        let mut put = self.conn.prepare_cached("INSERT OR IGNORE INTO _word(word) VALUES (?)")?;
        for word in self.words.drain(..) {
            put.execute([word])?;
        }
        Ok(())
    }

    /// Indexes a new record whose tokens were read already; its words want to be settled.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn add_read(&mut self, number: i64, id: RecordId, tokens: &Tokens) -> rusqlite::Result<()> {
        self.conn
            .prepare_cached("INSERT INTO _search(rowid, t) VALUES (?, ?)")?
            .execute((row_of(number, id.0), &tokens.text))?;
        for word in &tokens.words {
            if self.stored.insert(self.hasher.hash_one(word)) {
                self.words.push(word.clone());
            }
        }
        Ok(())
    }

    /// Indexes a changed record anew; call it only where [`needs_reindex`] says so.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn replace(
        &mut self,
        entity: &Entity,
        number: i64,
        id: RecordId,
        fields: &BTreeMap<Name, Value>,
    ) -> rusqlite::Result<()> {
        self.remove(number, id)?;
        self.add(entity, number, id, fields)
    }

    /// Takes a record out of the index, if it is in it.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn remove(&mut self, number: i64, id: RecordId) -> rusqlite::Result<()> {
        self.conn
            .prepare_cached("DELETE FROM _search WHERE rowid = ?")?
            .execute([row_of(number, id.0)])
            .map(drop)
    }
}

/// True where a record must be indexed anew: an indexed text or a holder changed.
#[must_use]
pub fn needs_reindex(
    entity: &Entity,
    before: &BTreeMap<Name, Value>,
    after: &BTreeMap<Name, Value>,
) -> bool {
    searched(entity)
        .map(|field| field.name.as_str())
        .chain(HOLDERS.map(|(field, _)| field))
        .any(|name| before.get(name) != after.get(name))
}
