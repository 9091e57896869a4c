//! Rows of the table `_own`: what each person keeps for themselves. They have no history.

use super::Store;
use crate::gate::error::Result;
use crate::gate::own::Kept;
use crate::model::RecordId;

/// The table; made with a new file, and in an older one when it is brought up to date.
pub const TABLE: &str = "
CREATE TABLE IF NOT EXISTS _own(
  user INTEGER NOT NULL,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY(user, key)) WITHOUT ROWID;
";

impl Store {
    /// Keeps or forgets one text of a person; inside a write.
    pub fn keep_own(&self, user: RecordId, key: &str, text: Option<&str>, at: i64) -> Result<()> {
        match text {
            Some(text) => self
                .conn
                .prepare_cached(
                    "INSERT OR REPLACE INTO _own(user, key, value, at) VALUES (?, ?, ?, ?)",
                )
                .and_then(|mut statement| {
                    statement.execute(rusqlite::params![user.0, key, text, at])
                }),
            None => self
                .conn
                .prepare_cached("DELETE FROM _own WHERE user = ? AND key = ?")
                .and_then(|mut statement| statement.execute(rusqlite::params![user.0, key])),
        }
        .map(|_| ())
        .map_err(|error| self.fault(error))
    }

    /// Gives a text that is there another instant.
    pub fn touch_own(&self, user: RecordId, key: &str, at: i64) -> Result<()> {
        self.conn
            .prepare_cached("UPDATE _own SET at = ? WHERE user = ? AND key = ?")
            .and_then(|mut statement| statement.execute(rusqlite::params![at, user.0, key]))
            .map(|_| ())
            .map_err(|error| self.fault(error))
    }

    /// The texts of a person under keys that begin with `prefix`, by key. Empty in an older file that
    /// could not be brought up to date.
    pub fn own_under(&self, user: RecordId, prefix: &str) -> Result<Vec<Kept>> {
        if self.columns_of("_own")?.is_empty() {
            return Ok(Vec::new());
        }
        self.conn
            .prepare_cached(
                "SELECT key, value, at FROM _own
                 WHERE user = ?1 AND substr(key, 1, length(?2)) = ?2 ORDER BY key",
            )
            .and_then(|mut statement| {
                statement
                    .query_map(rusqlite::params![user.0, prefix], |row| {
                        Ok(Kept { key: row.get(0)?, text: row.get(1)?, at: row.get(2)? })
                    })?
                    .collect()
            })
            .map_err(|error| self.fault(error))
    }
}
