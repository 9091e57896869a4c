//! Merged records as they stand in the file: where each went, what points at a record, and who wrote what of
//! a field.
//!
//! What stands here is true whoever asks; what is told of it is for the veil to say, and [`Store::pointing_seen`]
//! looks through it. Start at [`Store::pointing`].

use rusqlite::types::Value as Sql;
use rusqlite::{OptionalExtension, params, params_from_iter};

use super::history::{MERGE, ROWS};
use super::layout::{quoted, unveiled};
use super::{Store, codec};
use crate::gate::error::Result;
use crate::model::{Link, Name, RecordId, RecordRef, Value};
use crate::schema::{Entity, Field, FieldType};

/// The field of a merged record that leads to where it went.
pub const MERGED_INTO: &str = "merged_into";

/// A chain of merges is followed so far.
pub const MOST_HOPS: usize = 100;

/// One writing of a field of a record.
pub struct Wrote {
    /// The change.
    pub number: i64,
    /// The operation it is a piece of.
    pub operation: i64,
    /// The field.
    pub field: Name,
    /// What it held.
    pub before: Value,
    /// What it held then.
    pub after: Value,
}

/// What stands of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// It merged records, or takes such a thing back.
    pub merges: bool,
    /// It takes another back.
    pub undoes: bool,
    /// Nobody took it back.
    pub stands: bool,
}

impl Store {
    /// Where a record was merged into, as far as the person sees both it and that.
    pub fn merged_into(&self, entity: &Entity, id: RecordId) -> Result<Option<RecordId>> {
        self.one_hop(&quoted(&entity.sql_table()), entity, id)
    }

    /// Where a record was merged into, whoever asks.
    pub fn went(&self, entity: &Entity, id: RecordId) -> Result<Option<RecordId>> {
        self.one_hop(&unveiled(entity), entity, id)
    }

    fn one_hop(&self, table: &str, entity: &Entity, id: RecordId) -> Result<Option<RecordId>> {
        if entity.field(MERGED_INTO).is_none() {
            return Ok(None);
        }
        self.conn
            .prepare_cached(&format!(
                "SELECT {MERGED_INTO} FROM {table} WHERE id = ? AND {MERGED_INTO}_entity = ?"
            ))
            .and_then(|mut statement| {
                statement
                    .query_row(params![id.0, entity.name.as_str()], |row| {
                        row.get::<_, Option<i64>>(0)
                    })
                    .optional()
            })
            .map(|found| found.flatten().map(RecordId))
            .map_err(|error| self.fault(error))
    }

    /// The records that were merged into one, in the order of their numbers, whoever asks.
    pub fn merged_with(&self, entity: &Entity, id: RecordId) -> Result<Vec<RecordId>> {
        self.ids(
            &format!(
                "SELECT id FROM {} WHERE deleted_at IS NOT NULL AND {MERGED_INTO} = ?
                 AND {MERGED_INTO}_entity = ? ORDER BY id",
                unveiled(entity)
            ),
            vec![Sql::Integer(id.0), Sql::Text(entity.name.to_string())],
        )
    }

    /// All living records of an entity, whoever asks.
    pub fn living(&self, entity: &Entity) -> Result<Vec<RecordId>> {
        let sql =
            format!("SELECT id FROM {} WHERE deleted_at IS NULL ORDER BY id", unveiled(entity));
        self.ids(&sql, Vec::new())
    }

    /// The living records whose link field holds a record, in the order of their numbers, whoever asks.
    pub fn pointing(
        &self,
        entity: &Entity,
        field: &Field,
        to: &RecordRef,
    ) -> Result<Vec<RecordId>> {
        let (sql, params) = pointing(&unveiled(entity), "main._link", (entity, field), to, true);
        self.ids(&format!("SELECT a.id {sql} ORDER BY a.id"), params)
    }

    /// The same, put away as they may be.
    pub fn pointing_ever(
        &self,
        entity: &Entity,
        field: &Field,
        to: &RecordRef,
    ) -> Result<Vec<RecordId>> {
        let (sql, params) = pointing(&unveiled(entity), "main._link", (entity, field), to, false);
        self.ids(&format!("SELECT a.id {sql} ORDER BY a.id"), params)
    }

    /// How many of them the person sees, and that they do.
    pub fn pointing_seen(&self, entity: &Entity, field: &Field, to: &RecordRef) -> Result<u64> {
        let table = quoted(&entity.sql_table());
        let (sql, params) = pointing(&table, "_link", (entity, field), to, true);
        self.conn
            .prepare_cached(&format!("SELECT count(*) {sql}"))
            .and_then(|mut statement| {
                statement.query_row(params_from_iter(params), |row| row.get::<_, i64>(0))
            })
            .map(|count| count as u64)
            .map_err(|error| self.fault(error))
    }

    /// Whether a record that points at one was written since, as far as the person sees it.
    pub fn written_since(
        &self,
        entity: &Entity,
        field: &Field,
        to: &RecordRef,
        since: chrono::DateTime<chrono::Utc>,
    ) -> Result<bool> {
        let table = quoted(&entity.sql_table());
        let (sql, mut params) = pointing(&table, "_link", (entity, field), to, true);
        params.push(Sql::Integer(since.timestamp_millis()));
        self.conn
            .prepare_cached(&format!("SELECT EXISTS (SELECT 1 {sql} AND a.updated_at >= ?)"))
            .and_then(|mut s| s.query_row(params_from_iter(params), |row| row.get(0)))
            .map_err(|error| self.fault(error))
    }

    /// What a link to one record holds, whoever asks.
    pub fn link_of(
        &self,
        entity: &Entity,
        field: &Field,
        id: RecordId,
    ) -> Result<Option<RecordId>> {
        self.conn
            .prepare_cached(&format!(
                "SELECT {} FROM {} WHERE id = ?",
                quoted(&field.sql_column()),
                unveiled(entity)
            ))
            .and_then(|mut statement| {
                statement.query_row([id.0], |row| row.get::<_, Option<i64>>(0)).optional()
            })
            .map(|found| found.flatten().map(RecordId))
            .map_err(|error| self.fault(error))
    }

    /// All writings of fields of a record that are still told, the oldest first.
    pub fn writings(&self, record: &RecordRef) -> Result<Vec<Wrote>> {
        let entity = self.entity_number(&record.entity)?;
        self.conn
            .prepare_cached(&format!(
                "SELECT h.id >> {ROWS}, c.operation, h.field, h.before, h.after FROM _history h
                 JOIN _change c ON c.number = h.id >> {ROWS}
                 WHERE h.entity = ? AND h.record = ? AND h.field IS NOT NULL AND h.digest IS NULL
                 ORDER BY h.id"
            ))
            .and_then(|mut statement| {
                statement
                    .query_map(params![entity, record.id.0], |row| {
                        Ok(Wrote {
                            number: row.get(0)?,
                            operation: row.get(1)?,
                            field: Name::from(row.get::<_, String>(2)?),
                            before: codec::from_history(row.get(3)?),
                            after: codec::from_history(row.get(4)?),
                        })
                    })?
                    .collect()
            })
            .map_err(|error| self.fault(error))
    }

    /// The marks that an operation put on merged records, or took away: the record, and where it led before
    /// and after.
    pub fn marks_of(&self, operation: i64) -> Result<Vec<(RecordRef, Vec<Link>)>> {
        self.conn
            .prepare_cached(&format!(
                "SELECT e.name, h.record, h.before, h.after FROM _change c
                 JOIN _history h ON h.id >= c.number << {ROWS} AND h.id < (c.number + 1) << {ROWS}
                 JOIN _entity e ON e.number = h.entity
                 WHERE c.operation = ? AND h.field = '{MERGED_INTO}' AND h.digest IS NULL"
            ))
            .and_then(|mut statement| {
                statement
                    .query_map([operation], |row| {
                        let record =
                            RecordRef::new(row.get::<_, String>(0)?, RecordId(row.get(1)?));
                        let links =
                            [codec::from_history(row.get(2)?), codec::from_history(row.get(3)?)]
                                .iter()
                                .flat_map(|value: &Value| value.links().to_vec())
                                .collect();
                        Ok((record, links))
                    })?
                    .collect()
            })
            .map_err(|error| self.fault(error))
    }

    /// Whether nothing of what an operation wrote is told any more.
    pub fn is_all_erased(&self, operation: i64) -> Result<bool> {
        self.conn
            .prepare_cached(&format!(
                "SELECT count(*) > 0 AND count(*) = count(h.digest) FROM _change c
                 JOIN _history h ON h.id >= c.number << {ROWS} AND h.id < (c.number + 1) << {ROWS}
                 WHERE c.operation = ?"
            ))
            .and_then(|mut statement| statement.query_row([operation], |row| row.get(0)))
            .map_err(|error| self.fault(error))
    }

    /// What an operation is, and whether it stands.
    pub fn standing_of(&self, operation: i64) -> Result<Standing> {
        let mut at = operation;
        let mut undoes = false;
        // Each takes back one that was written before it, so this ends.
        let what = loop {
            let (what, older) = self.kind_of(at)?;
            match older.filter(|older| *older < at) {
                Some(older) => {
                    undoes = true;
                    at = older;
                }
                None => break what,
            }
        };
        Ok(Standing { merges: what == MERGE, undoes, stands: self.stands(operation)? })
    }

    /// The word of what an operation is, and what it takes back.
    pub fn kind_of(&self, operation: i64) -> Result<(String, Option<i64>)> {
        self.conn
            .prepare_cached("SELECT what, undoes FROM _change WHERE number = ?")
            .and_then(|mut statement| {
                statement.query_row([operation], |row| Ok((row.get(0)?, row.get(1)?))).optional()
            })
            .map(Option::unwrap_or_default)
            .map_err(|error| self.fault(error))
    }

    /// Whether nothing that stands takes it back.
    fn stands(&self, operation: i64) -> Result<bool> {
        let undone = self.ids(
            "SELECT DISTINCT operation FROM _change c WHERE undoes = ?1
             AND NOT EXISTS (SELECT 1 FROM _setting s WHERE s.key = 'undo.' || ?1)",
            vec![Sql::Integer(operation)],
        )?;
        for by in undone {
            if by.0 > operation && self.stands(by.0)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// How many records of one entity that an operation was about the person sees.
    pub fn count_of_operation(&self, operation: i64, entity: &Entity) -> Result<u64> {
        let number = self.entity_number(&entity.name)?;
        self.conn
            .prepare_cached(&format!(
                "SELECT count(DISTINCT h.record) FROM _change c
                 JOIN _history h ON h.id >= c.number << {ROWS} AND h.id < (c.number + 1) << {ROWS}
                 JOIN {} a ON a.id = h.record
                 WHERE c.operation = ? AND h.entity = ?",
                quoted(&entity.sql_table())
            ))
            .and_then(|mut s| s.query_row([operation, number], |row| row.get::<_, i64>(0)))
            .map(|count| count as u64)
            .map_err(|error| self.fault(error))
    }
}

fn pointing(
    table: &str,
    links: &str,
    (entity, field): (&Entity, &Field),
    to: &RecordRef,
    living: bool,
) -> (String, Vec<Sql>) {
    let mut params = Vec::new();
    let column = quoted(&field.sql_column());
    let holds = match &field.kind {
        FieldType::Links { .. } => {
            params.push(Sql::Text(format!("{}.{}", entity.name, field.name)));
            format!("a.id IN (SELECT source FROM {links} WHERE field = ? AND target = ?)")
        }
        FieldType::LinkAny => {
            params.push(Sql::Text(to.entity.to_string()));
            format!(
                "a.{} = ? AND a.{column} = ?",
                quoted(&format!("{}_entity", field.sql_column()))
            )
        }
        _ => format!("a.{column} = ?"),
    };
    params.push(Sql::Integer(to.id.0));
    let living = if living { " AND a.deleted_at IS NULL" } else { "" };
    (format!("FROM {table} a WHERE {holds}{living}"), params)
}
