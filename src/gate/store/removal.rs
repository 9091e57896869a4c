//! Taking things out of the file for good: rows, what history holds of them, words of the search index, and at
//! last the bytes themselves.
//!
//! An entry of history keeps its place: salt and content give way to the digest that the chain was made of, so
//! that it still verifies and nobody guesses the value. Who may do so is decided above. Start at
//! [`Store::erase_history`] and [`Store::scrub`].

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::types::Value as Sql;
use rusqlite::{Row, params};

use super::chain::{ROW, digest};
use super::layout::{quoted, unveiled};
use super::search::{Indexer, Tokens};
use super::{Store, open};
use crate::gate::error::Result;
use crate::model::{Name, RecordId, RecordRef, Value};
use crate::schema::{Catalog, Entity};

/// One row of history, as far as its texts matter.
pub struct Told {
    /// Its number.
    pub id: i64,
    /// The record.
    pub record: RecordRef,
    /// The field; none where the record was made, and the text holds all of its fields.
    pub field: Option<Name>,
    /// What it held before and after, as it stands there.
    pub texts: [Option<String>; 2],
}

impl Store {
    /// Erases what history holds of a record: content and salt give way to the digest. Yields how many rows.
    pub fn erase_history(&self, entity: &str, id: RecordId) -> Result<usize> {
        let entity = self.entity_number(entity)?;
        self.erase_rows("entity = ? AND record = ?", &[entity, id.0])
    }

    /// The same for rows by their numbers.
    pub fn erase_told(&self, rows: &[i64]) -> Result<usize> {
        rows.iter().try_fold(0, |sum, row| Ok(sum + self.erase_rows("id = ?", &[*row])?))
    }

    fn erase_rows(&self, which: &str, values: &[i64]) -> Result<usize> {
        let fault = |error| self.fault(error);
        let sql = format!("SELECT {ROW} FROM _history WHERE {which} AND digest IS NULL");
        let read = |row: &Row<'_>| Ok((row.get::<_, i64>(8)?, digest(row)?));
        let rows: Vec<(i64, Option<[u8; 32]>)> = self
            .conn
            .prepare_cached(&sql)
            .and_then(|mut s| s.query_map(rusqlite::params_from_iter(values), read)?.collect())
            .map_err(fault)?;
        let mut erase = self
            .conn
            .prepare_cached(
                "UPDATE _history SET before = NULL, after = NULL, salt = NULL, digest = ? WHERE id = ?",
            )
            .map_err(fault)?;
        for (id, digest) in &rows {
            erase.execute(params![digest.map(|digest| digest.to_vec()), id]).map_err(fault)?;
        }
        Ok(rows.len())
    }

    /// How many rows history holds of a record that are still told.
    pub fn told_of_record(&self, record: &RecordRef) -> Result<u64> {
        let entity = self.entity_number(&record.entity)?;
        self.conn
            .prepare_cached(
                "SELECT count(*) FROM _history WHERE entity = ? AND record = ? AND digest IS NULL",
            )
            .and_then(|mut s| s.query_row(params![entity, record.id.0], |row| row.get::<_, i64>(0)))
            .map(|count| count as u64)
            .map_err(|error| self.fault(error))
    }

    /// Walks through all that history holds of records in texts.
    pub fn each_told(&self, mut see: impl FnMut(Told)) -> Result<()> {
        let mut names: BTreeMap<i64, Option<String>> = BTreeMap::new();
        let mut statement = self
            .conn
            .prepare(
                "SELECT id, entity, record, field, before, after FROM _history
                 WHERE digest IS NULL AND entity > 0",
            )
            .map_err(|error| self.fault(error))?;
        let mut rows = statement.query([]).map_err(|error| self.fault(error))?;
        while let Some(row) = rows.next().map_err(|error| self.fault(error))? {
            let read =
                || -> rusqlite::Result<(i64, i64, i64, Option<String>, [Option<String>; 2])> {
                    Ok((
                        row.get(0)?,
                        row.get(1)?,
                        row.get(2)?,
                        row.get(3)?,
                        [row.get(4)?, row.get(5)?],
                    ))
                };
            let (id, entity, record, field, texts) = read().map_err(|error| self.fault(error))?;
            if let std::collections::btree_map::Entry::Vacant(free) = names.entry(entity) {
                free.insert(self.entity_named(entity)?);
            }
            if let Some(Some(name)) = names.get(&entity) {
                let record = RecordRef::new(name.as_str(), RecordId(record));
                see(Told { id, record, field: field.map(Name::from), texts });
            }
        }
        Ok(())
    }

    /// The reasons of changes and the details of events, which stand in the chain as they are, with their number.
    pub fn each_reason(&self, mut see: impl FnMut(i64, &str)) -> Result<()> {
        let mut statement = self
            .conn
            .prepare("SELECT number, why, what, detail FROM _change")
            .map_err(|error| self.fault(error))?;
        let mut rows = statement.query([]).map_err(|error| self.fault(error))?;
        while let Some(row) = rows.next().map_err(|error| self.fault(error))? {
            let read = || -> rusqlite::Result<(i64, [String; 3])> {
                Ok((row.get(0)?, [row.get(1)?, row.get(2)?, row.get(3)?]))
            };
            let (number, texts) = read().map_err(|error| self.fault(error))?;
            for text in texts.iter().filter(|text| !text.is_empty()) {
                see(number, text);
            }
        }
        Ok(())
    }

    /// Walks through the texts that stand in a column of an entity, whoever asks.
    pub fn each_text(
        &self,
        entity: &Entity,
        column: &str,
        mut see: impl FnMut(RecordId, &str),
    ) -> Result<()> {
        let column = quoted(column);
        let mut statement = self
            .conn
            .prepare(&format!(
                "SELECT id, {column} FROM {} WHERE {column} IS NOT NULL",
                unveiled(entity)
            ))
            .map_err(|error| self.fault(error))?;
        let mut rows = statement.query([]).map_err(|error| self.fault(error))?;
        while let Some(row) = rows.next().map_err(|error| self.fault(error))? {
            let id: i64 = row.get(0).map_err(|error| self.fault(error))?;
            if let Ok(text) = row.get_ref(1).map_err(|error| self.fault(error))?.as_str() {
                see(RecordId(id), text);
            }
        }
        Ok(())
    }

    /// All that people keep for themselves: whose, under which key, what.
    pub fn all_own(&self) -> Result<Vec<(RecordId, String, String)>> {
        self.conn
            .prepare_cached("SELECT user, key, value FROM _own")
            .and_then(|mut s| {
                s.query_map([], |row| Ok((RecordId(row.get(0)?), row.get(1)?, row.get(2)?)))?
                    .collect()
            })
            .map_err(|error| self.fault(error))
    }

    /// Whether what a record held of a person was erased, as the log says.
    pub fn is_erased(&self, record: &RecordRef) -> Result<bool> {
        let kind = crate::gate::audit::EventKind::Erased.word();
        self.conn
            .prepare_cached(
                "SELECT EXISTS(SELECT 1 FROM _change WHERE kind = ? AND entity = ? AND record = ?)",
            )
            .and_then(|mut s| {
                s.query_row(params![kind, record.entity.as_str(), record.id.0], |row| row.get(0))
            })
            .map_err(|error| self.fault(error))
    }

    /// Takes the row of a record out of its table, with all that hangs on it in side tables and search index;
    /// inside a write.
    pub fn remove_record(&self, entity: &Entity, id: RecordId) -> Result<()> {
        let run = |sql: &str, params: &[&dyn rusqlite::ToSql]| {
            self.conn
                .prepare_cached(sql)
                .and_then(|mut statement| statement.execute(params))
                .map(|_| ())
                .map_err(|error| self.fault(error))
        };
        let own = format!("{}.*", entity.name);
        run("DELETE FROM main._link WHERE field GLOB ? AND source = ?", &[&own, &id.0])?;
        run("DELETE FROM main._tag WHERE field GLOB ? AND record = ?", &[&own, &id.0])?;
        run("DELETE FROM main._point WHERE field GLOB ? AND record = ?", &[&own, &id.0])?;
        let number = self.entity_number(&entity.name)?;
        Indexer::new(&self.conn).remove(number, id).map_err(|error| self.fault(error))?;
        run(&format!("DELETE FROM {} WHERE id = ?", unveiled(entity)), &[&id.0])
    }

    /// Forgets the words of titles that stand in no title any more; inside a write.
    pub fn forget_words(&self, catalog: &Catalog, mut words: BTreeSet<String>) -> Result<usize> {
        for entity in catalog.entities() {
            if words.is_empty() {
                return Ok(0);
            }
            let mut tokens = Tokens::default();
            let column = entity.title_field().sql_column();
            self.each_text(entity, &column, |_, title| {
                for word in words_of(entity, title, &mut tokens) {
                    words.remove(&word);
                }
            })?;
        }
        for word in &words {
            self.conn
                .prepare_cached("DELETE FROM _word WHERE word = ?")
                .and_then(|mut statement| statement.execute([word]))
                .map_err(|error| self.fault(error))?;
        }
        Ok(words.len())
    }

    /// Runs a write in which records go that others point at: that nothing points at them any more is seen to
    /// by whoever removes them, and a look through all tables for each of them would take for ever.
    pub fn removing<T>(&self, holder: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        self.run("PRAGMA foreign_keys = OFF")?;
        let done = self.write(holder, work);
        self.run("PRAGMA foreign_keys = ON")?;
        done
    }

    /// Writes the file anew without what was removed from it: the search index, samples of the statistics, free
    /// space in pages, the write-ahead log. False where others who read keep older pages: they go with them.
    pub fn scrub(&self) -> Result<bool> {
        self.writable()?;
        let _ticket = super::ticket::Ticket::take(self.path(), "writing the file anew")?;
        // Of its own: the temporary copy must not lie in memory, and the views of a person lie there.
        let other = open::connect(self.path())?;
        other.run("PRAGMA temp_store = FILE; PRAGMA secure_delete = ON")?;
        other.run("INSERT INTO _search(_search) VALUES ('optimize')")?;
        for table in ["sqlite_stat1", "sqlite_stat4"] {
            if !other.columns_of(table)?.is_empty() {
                other.run(&format!("DELETE FROM {table}"))?;
            }
        }
        other.learn()?;
        other.run("VACUUM")?;
        let busy: i64 = other
            .conn
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))
            .map_err(|error| self.fault(error))?;
        Ok(busy == 0)
    }

    /// The living and dead records that are parts of a whole.
    pub fn parts_of(&self, part: &Entity, through: &str, whole: RecordId) -> Result<Vec<RecordId>> {
        let Some(field) = part.field(through) else { return Ok(Vec::new()) };
        self.ids(
            &format!(
                "SELECT id FROM {} WHERE {} = ? ORDER BY id",
                unveiled(part),
                quoted(&field.sql_column())
            ),
            vec![Sql::Integer(whole.0)],
        )
    }
}

/// The fields of a record that was made, as history holds them.
pub fn made_of(text: &str) -> Vec<(Name, Value)> {
    super::codec::created_from_history(text)
}

/// The words of a title that search inside words and with mistakes leads to.
pub fn words_of(entity: &Entity, title: &str, tokens: &mut Tokens) -> Vec<String> {
    tokens.clear();
    let fields: BTreeMap<Name, Value> =
        [(entity.title.clone(), Value::from(title))].into_iter().collect();
    tokens.read(entity, &|name| fields.get(name));
    std::mem::take(&mut tokens.words)
}
