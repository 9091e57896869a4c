//! One hash over what a file says: the living records, and what hangs on them.
//!
//! Two files that say the same have the same hash, however they came to: it covers every stored field of
//! every living record with its number, and the side tables (links, tags, points). It leaves out what an
//! undo rightly moves (version, last change), what is put away, history, counters, settings and all that
//! can be made anew (sort keys, the search index). Start at [`Store::living_hash`].

use rusqlite::params_from_iter;
use rusqlite::types::ValueRef;
use sha2::{Digest, Sha256};

use super::Store;
use super::layout::quoted;
use crate::gate::error::Result;
use crate::secret::hex;

/// Columns that say nothing of what a record is.
const MOVES: [&str; 5] = ["sort_key", "version", "updated_at", "updated_by", "deleted_at"];

/// The living records of a file, in one number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Living {
    /// SHA-256 over them, in hexadecimal digits.
    pub hash: String,
    /// How many living records there are.
    pub records: u64,
}

impl Store {
    /// The hash of the living records. Needs no schema: it reads the tables that stand in the file, their columns
    /// in the order of their names, rows in the order of their numbers.
    pub fn living_hash(&self) -> Result<Living> {
        let mut hash = Sha256::new();
        hash.update(b"kontor content 1");
        let mut records = 0;
        for table in self.record_tables()? {
            let mut columns = self.columns_of(&table)?;
            columns.retain(|column| column != "id" && !MOVES.contains(&column.as_str()));
            columns.sort_unstable();
            let list = columns.iter().map(|column| format!(", {}", quoted(column)));
            let sql = format!(
                "SELECT id{} FROM main.{} WHERE deleted_at IS NULL ORDER BY id",
                list.collect::<String>(),
                quoted(&table)
            );
            text(&mut hash, &table);
            records += self.digest(&sql, [].as_slice(), &columns, &mut hash)?;
            let entity = table.strip_prefix("x_").unwrap_or(&table);
            for (side, key, value) in [
                ("_tag", "record", "value"),
                ("_point", "record", "norm"),
                ("_link", "source", "target"),
            ] {
                // Links of what is put away stay in the file.
                let sql = format!(
                    "SELECT {key}, field, {value} FROM main.{side}
                     WHERE field >= ?1 || '.' AND field < ?1 || '/'
                     AND {key} IN (SELECT id FROM main.{} WHERE deleted_at IS NULL)
                     ORDER BY field, {key}, {value}",
                    quoted(&table)
                );
                text(&mut hash, side);
                let names = ["field", "value"].map(str::to_owned);
                self.digest(&sql, &[entity], &names, &mut hash)?;
            }
        }
        Ok(Living { hash: hex(&hash.finalize()), records })
    }

    /// The tables of records, by name.
    fn record_tables(&self) -> Result<Vec<String>> {
        self.conn
            .prepare(
                "SELECT t.name FROM main.sqlite_schema t JOIN main._entity e
                 ON t.name = e.name OR t.name = 'x_' || e.name
                 WHERE t.type = 'table' ORDER BY t.name",
            )
            .and_then(|mut statement| statement.query_map([], |row| row.get(0))?.collect())
            .map_err(|error| self.fault(error))
    }

    /// Adds the rows of a question, each with its number first; what is empty is left out, so that a column
    /// that came into being meanwhile changes nothing.
    fn digest(
        &self,
        sql: &str,
        about: &[&str],
        columns: &[String],
        hash: &mut Sha256,
    ) -> Result<u64> {
        let fault = |error| self.fault(error);
        let mut statement = self.conn.prepare(sql).map_err(fault)?;
        let mut rows = statement.query(params_from_iter(about)).map_err(fault)?;
        let mut count = 0;
        while let Some(row) = rows.next().map_err(fault)? {
            count += 1;
            hash.update(b"#");
            hash.update(row.get::<_, i64>(0).map_err(fault)?.to_be_bytes());
            for (index, column) in columns.iter().enumerate() {
                let value = row.get_ref(index + 1).map_err(fault)?;
                if value == ValueRef::Null {
                    continue;
                }
                text(hash, column);
                match value {
                    ValueRef::Null => {}
                    ValueRef::Integer(number) => {
                        hash.update(b"i");
                        hash.update(number.to_be_bytes());
                    }
                    ValueRef::Real(number) => {
                        hash.update(b"r");
                        hash.update(number.to_be_bytes());
                    }
                    ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
                        hash.update(b"t");
                        hash.update((bytes.len() as u64).to_be_bytes());
                        hash.update(bytes);
                    }
                }
            }
        }
        Ok(count)
    }
}

/// A name, told apart from its neighbours by its length.
fn text(hash: &mut Sha256, text: &str) {
    hash.update((text.len() as u64).to_be_bytes());
    hash.update(text.as_bytes());
}
