//! A new file filled with items, as [`super::contents`] hands them out. Only for a file that nobody else
//! knows of yet.

use std::collections::BTreeMap;

use rusqlite::types::Value as Sql;
use rusqlite::{params, params_from_iter};

use super::layout::{quoted, unveiled};
use super::search::{self, Indexer};
use super::{Store, codec, settings};
use crate::gate::error::Result;
use crate::gate::everything::{Occurred, Trace};
use crate::model::{Name, RecordId, Value, text};
use crate::schema::{Catalog, Entity, FieldType};

impl Store {
    /// Makes the tables of a new file with the numbers that entities have; inside a write. Entities that
    /// the other file did not know get numbers behind them.
    pub fn found(&self, catalog: &Catalog, numbers: &BTreeMap<i64, Name>) -> Result<()> {
        self.create_tables(catalog)?;
        self.run("DELETE FROM _entity")?;
        for (number, name) in numbers {
            self.put(
                "INSERT INTO _entity(number, name) VALUES (?, ?)",
                params![number, name.as_str()],
            )?;
        }
        for entity in catalog.entities() {
            let sql = "INSERT OR IGNORE INTO _entity(name) VALUES (?)";
            self.put(sql, params![entity.name.as_str()])?;
        }
        self.forget();
        self.set_setting(settings::SEARCH, search::FORMAT)
    }

    /// Runs one statement that writes.
    fn put(&self, sql: &str, values: impl rusqlite::Params) -> Result<()> {
        self.conn
            .prepare_cached(sql)
            .and_then(|mut statement| statement.execute(values))
            .map(drop)
            .map_err(|error| self.fault(error))
    }

    /// Puts a record where it was; inside a write.
    pub fn put_record(
        &self,
        entity: &Entity,
        id: RecordId,
        fields: &BTreeMap<Name, Value>,
        indexer: &mut Indexer<'_>,
    ) -> Result<()> {
        let title = fields.get(&entity.title).and_then(Value::as_text).unwrap_or_default();
        let mut columns = vec!["id".to_owned(), "sort_key".to_owned()];
        let mut values = vec![Sql::Integer(id.0), Sql::Text(text::sort_key(title))];
        for field in &entity.fields {
            columns.extend(field.sql_columns().iter().map(|(column, _)| quoted(column)));
            codec::to_columns(field, fields.get(&field.name).unwrap_or(&Value::Null), &mut values);
        }
        let marks = vec!["?"; columns.len()].join(", ");
        let sql =
            format!("INSERT INTO {}({}) VALUES ({marks})", unveiled(entity), columns.join(", "));
        self.put(&sql, params_from_iter(values))?;
        let living = !fields.contains_key("deleted_at");
        for field in &entity.fields {
            let links = matches!(field.kind, FieldType::Links { .. });
            // A deleted record still says whom it was linked to.
            if let Some(value) = fields.get(&field.name).filter(|_| living || links) {
                self.write_side(entity, field, id, &Value::Null, value)?;
            }
        }
        if !living {
            return Ok(());
        }
        let number = self.entity_number(&entity.name)?;
        indexer.add(entity, number, id, fields).map_err(|error| self.fault(error))
    }

    /// Sets a counter; inside a write.
    pub fn put_counter(&self, name: &str, value: i64) -> Result<()> {
        self.put("INSERT INTO _counter(name, value) VALUES (?, ?)", params![name, value])
    }

    /// Keeps a preference; inside a write.
    pub fn put_own(&self, user: i64, key: &str, value: &str, at: i64) -> Result<()> {
        self.keep_own(RecordId(user), key, Some(value), at)
    }

    /// Puts an entry of the chain where it was; inside a write.
    pub fn put_change(&self, entry: &Occurred) -> Result<()> {
        self.put(
            "INSERT INTO _change(number, operation, at, actor, actor_name, via, why, undoes, records,
             form, kind, entity, record, what, count, detail, previous, hash)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            params![
                entry.number,
                entry.operation,
                entry.at,
                entry.actor,
                entry.actor_name,
                entry.via,
                entry.why,
                entry.undoes,
                entry.records,
                entry.form,
                entry.kind,
                entry.entity,
                entry.record,
                entry.what,
                entry.count,
                entry.detail,
                entry.previous.0,
                entry.hash.0,
            ],
        )
    }

    /// Puts a row of history where it was; inside a write.
    pub fn put_trace(&self, row: &Trace) -> Result<()> {
        self.put(
            "INSERT INTO _history(id, entity, record, op, field, before, after, salt, digest)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            params![
                row.id,
                row.entity,
                row.record,
                row.op,
                row.field,
                row.before,
                row.after,
                row.salt.as_ref().map(|salt| &salt.0),
                row.digest.as_ref().map(|digest| &digest.0),
            ],
        )
    }

    /// Sets the number of the last record that an entity had; inside a write, after its records.
    pub fn put_last(&self, entity: &Entity, number: i64) -> Result<()> {
        let table = entity.sql_table();
        self.put("DELETE FROM sqlite_sequence WHERE name = ?", params![table])?;
        self.put("INSERT INTO sqlite_sequence(name, seq) VALUES (?, ?)", params![table, number])
    }

    /// The tables whose links lead nowhere.
    pub fn orphaned(&self) -> Result<Vec<String>> {
        self.conn
            .prepare("SELECT DISTINCT \"table\" FROM pragma_foreign_key_check LIMIT 20")
            .and_then(|mut s| s.query_map([], |row| row.get(0))?.collect())
            .map_err(|error| self.fault(error))
    }
}
