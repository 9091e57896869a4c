//! Everything that stands in the tables, item by item and in a fixed order. Nothing is held but one row.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use rusqlite::Row;
use rusqlite::types::ValueRef;

use super::layout::{quoted, unveiled};
use super::{Store, codec, settings};
use crate::gate::error::Result;
use crate::gate::everything::{Bytes, Item, Occurred, Trace};
use crate::model::{Link, Name, RecordId, Value};
use crate::schema::{Catalog, Entity, Field, FieldType};

/// Settings that say how this very file is kept, and nothing of what it holds.
const OF_THE_FILE: [&str; 2] = [settings::SEARCH, settings::BUILT_IN];

type Each<'a> = &'a mut dyn FnMut(&Item) -> ControlFlow<()>;

impl Store {
    /// Hands out everything until it is told to stop; whether that was the end.
    pub fn contents(&self, catalog: &Catalog, with: Each<'_>) -> Result<bool> {
        Ok(self.few(with)?
            && self.records(catalog, with)?
            && self.owned(with)?
            && self.measured(with)?
            && self.chained(with)?)
    }

    /// Every row of a statement, made an item.
    fn rows(
        &self,
        sql: &str,
        with: Each<'_>,
        make: impl Fn(&Row<'_>) -> rusqlite::Result<Option<Item>>,
    ) -> Result<bool> {
        let mut statement = self.conn.prepare(sql).map_err(|error| self.fault(error))?;
        let mut rows = statement.query([]).map_err(|error| self.fault(error))?;
        while let Some(row) = rows.next().map_err(|error| self.fault(error))? {
            let item = make(row).map_err(|error| self.fault(error))?;
            if item.is_some_and(|item| with(&item).is_break()) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Settings, numbers of entities and counters.
    fn few(&self, with: Each<'_>) -> Result<bool> {
        Ok(self.rows("SELECT key, value FROM _setting ORDER BY key", with, |row| {
            let (key, value): (String, String) = (row.get(0)?, row.get(1)?);
            let kept = !OF_THE_FILE.contains(&key.as_str());
            Ok(kept.then_some(Item::Setting { key, value }))
        })? && self.rows("SELECT number, name FROM _entity ORDER BY number", with, |row| {
            Ok(Some(Item::Entity { number: row.get(0)?, name: name(row, 1)? }))
        })? && self.rows("SELECT name, value FROM _counter ORDER BY name", with, |row| {
            Ok(Some(Item::Counter { name: row.get(0)?, value: row.get(1)? }))
        })?)
    }

    fn records(&self, catalog: &Catalog, with: Each<'_>) -> Result<bool> {
        for entity in in_order(catalog) {
            if let Some(number) = self.last_record(entity)?
                && with(&Item::Last { entity: entity.name.clone(), number }).is_break()
            {
                return Ok(false);
            }
        }
        for entity in in_order(catalog) {
            if !self.every_record(entity, with)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The number of the last record that an entity ever had.
    fn last_record(&self, entity: &Entity) -> Result<Option<i64>> {
        let numbers = self
            .conn
            .prepare_cached("SELECT seq FROM main.sqlite_sequence WHERE name = ?")
            .and_then(|mut statement| {
                statement.query_map([entity.sql_table()], |row| row.get(0))?.collect()
            });
        let numbers: Vec<i64> = numbers.map_err(|error| self.fault(error))?;
        Ok(numbers.into_iter().next().filter(|number| *number > 0))
    }

    fn every_record(&self, entity: &Entity, with: Each<'_>) -> Result<bool> {
        let present = self.columns_of(&entity.sql_table())?;
        let mut columns = vec!["id".to_owned()];
        let mut stored: Vec<(&Field, usize)> = Vec::new();
        let mut many: Vec<&Field> = Vec::new();
        for field in &entity.fields {
            let own = field.sql_columns();
            if matches!(field.kind, FieldType::Links { .. }) {
                many.push(field);
            } else if own.first().is_some_and(|(column, _)| present.contains(column)) {
                stored.push((field, columns.len()));
                columns.extend(own.iter().map(|(column, _)| quoted(column)));
            }
        }
        let sql = format!("SELECT {} FROM {} ORDER BY id", columns.join(", "), unveiled(entity));
        let mut statement = self.conn.prepare(&sql).map_err(|error| self.fault(error))?;
        let mut rows = statement.query([]).map_err(|error| self.fault(error))?;
        while let Some(row) = rows.next().map_err(|error| self.fault(error))? {
            let read = || -> rusqlite::Result<(i64, BTreeMap<Name, Value>)> {
                let mut fields = BTreeMap::new();
                for (field, at) in &stored {
                    let value = codec::from_columns(field, row, *at)?;
                    if !value.is_null() {
                        fields.insert(field.name.clone(), value);
                    }
                }
                Ok((row.get(0)?, fields))
            };
            let (id, mut fields) = read().map_err(|error| self.fault(error))?;
            for field in &many {
                let FieldType::Links { to } = &field.kind else { continue };
                let key = format!("{}.{}", entity.name, field.name);
                let targets = self.all_targets(&key, RecordId(id))?;
                if !targets.is_empty() {
                    let links = targets.into_iter().map(|id| Link::new(to, id)).collect();
                    fields.insert(field.name.clone(), Value::Links(links));
                }
            }
            if with(&Item::Record { entity: entity.name.clone(), id, fields }).is_break() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// How many records an entity has, deleted ones included.
    pub fn rows_of(&self, entity: &Entity) -> Result<u64> {
        self.conn
            .query_row(&format!("SELECT count(*) FROM {}", unveiled(entity)), [], |row| {
                row.get::<_, i64>(0)
            })
            .map(|count| count as u64)
            .map_err(|error| self.fault(error))
    }

    /// What people chose for themselves; drafts are nobody's but theirs.
    fn owned(&self, with: Each<'_>) -> Result<bool> {
        if self.columns_of("_own")?.is_empty() {
            return Ok(true);
        }
        let sql = "SELECT user, key, value, at FROM main._own
                   WHERE substr(key, 1, 6) <> 'draft.' ORDER BY user, key";
        self.rows(sql, with, |row| {
            Ok(Some(Item::Own {
                user: row.get(0)?,
                key: row.get(1)?,
                value: row.get(2)?,
                at: row.get(3)?,
            }))
        })
    }

    /// How good the data were.
    fn measured(&self, with: Each<'_>) -> Result<bool> {
        if self.columns_of("_quality")?.is_empty() {
            return Ok(true);
        }
        let sql = "SELECT entity, day, at, tenths, records, clean, found FROM main._quality
                   ORDER BY entity, day";
        self.rows(sql, with, |row| {
            Ok(Some(Item::Score {
                entity: name(row, 0)?,
                day: row.get(1)?,
                at: row.get(2)?,
                tenths: row.get(3)?,
                records: row.get(4)?,
                clean: row.get(5)?,
                findings: row.get(6)?,
            }))
        })
    }

    fn chained(&self, with: Each<'_>) -> Result<bool> {
        let marks = self.header_columns()?;
        let sql = format!(
            "SELECT number, operation, at, actor, actor_name, via, why, undoes, records, {marks},
             previous, hash FROM main._change ORDER BY number"
        );
        let changes = self.rows(&sql, with, |row| {
            Ok(Some(Item::Change(Box::new(Occurred {
                number: row.get(0)?,
                operation: row.get(1)?,
                at: row.get(2)?,
                actor: row.get(3)?,
                actor_name: row.get(4)?,
                via: row.get(5)?,
                why: row.get(6)?,
                undoes: row.get(7)?,
                records: row.get(8)?,
                form: row.get(9)?,
                kind: row.get(10)?,
                entity: row.get(11)?,
                record: row.get(12)?,
                what: row.get(13)?,
                count: row.get(14)?,
                detail: row.get(15)?,
                previous: Bytes(row.get(16)?),
                hash: Bytes(row.get(17)?),
            }))))
        })?;
        let sql = "SELECT id, entity, record, op, field, before, after, salt, digest
                   FROM main._history ORDER BY id";
        Ok(changes
            && self.rows(sql, with, |row| {
                Ok(Some(Item::History(Box::new(Trace {
                    id: row.get(0)?,
                    entity: row.get(1)?,
                    record: row.get(2)?,
                    op: row.get(3)?,
                    field: row.get(4)?,
                    before: row.get(5)?,
                    after: row.get(6)?,
                    salt: bytes(row, 7)?,
                    digest: bytes(row, 8)?,
                }))))
            })?)
    }
}

/// The entities by name: the order of a schema may change.
fn in_order(catalog: &Catalog) -> Vec<&Entity> {
    let mut entities: Vec<&Entity> = catalog.entities().collect();
    entities.sort_by(|one, other| one.name.cmp(&other.name));
    entities
}

fn name(row: &Row<'_>, at: usize) -> rusqlite::Result<Name> {
    Ok(Name::from(row.get::<_, String>(at)?.as_str()))
}

fn bytes(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<Bytes>> {
    Ok(match row.get_ref(at)? {
        ValueRef::Null => None,
        _ => Some(Bytes(row.get(at)?)),
    })
}
