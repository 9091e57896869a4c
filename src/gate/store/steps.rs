//! The changes of one record, step by step, for whoever goes back through them.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, params};

use super::history::{ROWS, decode};
use super::{Store, codec};
use crate::gate::error::Result;
use crate::model::{Name, Op, RecordId, RecordRef, Value};

/// One row of a record's history.
pub struct Step {
    /// What happened.
    pub op: Op,
    /// The field, where it was one.
    pub field: Option<Name>,
    /// What it held before.
    pub before: Value,
}

impl Store {
    /// What happened to a record after an instant (Unix milliseconds), the newest first.
    pub fn steps_since(&self, record: &RecordRef, at: i64) -> Result<Vec<Step>> {
        let entity = self.entity_number(&record.entity)?;
        self.conn
            .prepare_cached(
                "SELECT h.op, h.field, h.before FROM _history h
                 JOIN _change c ON c.number = h.id >> 24
                 WHERE h.entity = ? AND h.record = ? AND c.at > ? ORDER BY h.id DESC",
            )
            .and_then(|mut statement| {
                statement
                    .query_map(params![entity, record.id.0, at], |row| {
                        Ok(Step {
                            op: decode(row.get(0)?),
                            field: row.get::<_, Option<String>>(1)?.map(Name::from),
                            before: codec::from_history(row.get(2)?),
                        })
                    })?
                    .collect()
            })
            .map_err(|error| self.fault(error))
    }

    /// When a record was last touched up to an instant, and by whom.
    pub fn last_touch(
        &self,
        record: &RecordRef,
        at: i64,
    ) -> Result<Option<(DateTime<Utc>, Option<RecordId>)>> {
        let entity = self.entity_number(&record.entity)?;
        self.conn
            .prepare_cached(
                "SELECT c.at, c.actor FROM _history h JOIN _change c ON c.number = h.id >> 24
                 WHERE h.entity = ? AND h.record = ? AND c.at <= ? ORDER BY h.id DESC LIMIT 1",
            )
            .and_then(|mut statement| {
                statement
                    .query_row(params![entity, record.id.0, at], |row| {
                        let at = DateTime::from_timestamp_millis(row.get(0)?).unwrap_or_default();
                        Ok((at, row.get::<_, Option<i64>>(1)?.map(RecordId)))
                    })
                    .optional()
            })
            .map_err(|error| self.fault(error))
    }

    /// What a field of a record held before an operation changed it, and whether that was erased; none
    /// where it did not.
    pub fn value_before(
        &self,
        record: &RecordRef,
        field: &str,
        operation: i64,
    ) -> Result<Option<(Value, bool)>> {
        let entity = self.entity_number(&record.entity)?;
        self.conn
            .prepare_cached(&format!(
                "SELECT h.before, h.digest IS NOT NULL FROM _history h
                 JOIN _change c ON c.number = h.id >> {ROWS}
                 WHERE h.entity = ? AND h.record = ? AND h.field = ? AND c.operation = ?
                 ORDER BY h.id LIMIT 1"
            ))
            .and_then(|mut statement| {
                statement
                    .query_row(params![entity, record.id.0, field, operation], |row| {
                        Ok((codec::from_history(row.get(0)?), row.get(1)?))
                    })
                    .optional()
            })
            .map_err(|error| self.fault(error))
    }
}
