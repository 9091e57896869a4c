//! What duplicates are looked for by in the file: pairs that are none, and records by a contact point.

use rusqlite::params;

use super::Store;
use crate::gate::error::Result;
use crate::model::RecordId;

impl Store {
    /// The pairs of an entity that somebody said are no duplicates, the smaller number first. Whoever sees both
    /// records may know it.
    pub fn distinct_pairs(&self, entity: &str) -> Result<Vec<(i64, i64)>> {
        // An older file that may only be read was not brought up to date.
        if self.is_read_only() && self.columns_of("not_duplicate")?.is_empty() {
            return Ok(Vec::new());
        }
        self.conn
            .prepare_cached(
                "SELECT min(one, other), max(one, other) FROM main.not_duplicate \
                 WHERE entity = ? AND deleted_at IS NULL",
            )
            .and_then(|mut statement| {
                statement.query_map([entity], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
            })
            .map_err(|error| self.fault(error))
    }

    /// The marks that say of two records of an entity that they are no duplicates.
    pub fn distinct_marks(&self, entity: &str, one: i64, other: i64) -> Result<Vec<RecordId>> {
        self.conn
            .prepare_cached(
                "SELECT id FROM main.not_duplicate WHERE entity = ? AND min(one, other) = ? \
                 AND max(one, other) = ? AND deleted_at IS NULL",
            )
            .and_then(|mut statement| {
                statement
                    .query_map(params![entity, one, other], |row| row.get(0).map(RecordId))?
                    .collect()
            })
            .map_err(|error| self.fault(error))
    }

    /// The records that have a contact point in a field (`customer.phones`), newest first; whether the person
    /// sees them is for the caller to ask.
    pub fn with_point(&self, field: &str, norm: &str, limit: usize) -> Result<Vec<RecordId>> {
        self.conn
            .prepare_cached(
                "SELECT record FROM main._point WHERE norm = ? AND field = ? \
                 ORDER BY record DESC LIMIT ?",
            )
            .and_then(|mut statement| {
                statement
                    .query_map(params![norm, field, limit as i64], |row| row.get(0).map(RecordId))?
                    .collect()
            })
            .map_err(|error| self.fault(error))
    }
}
