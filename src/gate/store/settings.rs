//! Small things the file knows about itself: the company's schema, stamps, counters.

use rusqlite::OptionalExtension;

use super::Store;
use crate::gate::error::Result;

/// The company's own TOML.
pub const COMPANY: &str = "company-schema";
/// The name of the file that TOML came from.
pub const COMPANY_FILE: &str = "company-file";
/// Counts schema changes, so that other processes notice them.
pub const STAMP: &str = "schema-stamp";
/// Counts changes of what rights rest on, so that open sessions notice them.
pub const RIGHTS: &str = "rights-stamp";
/// The kinds of tokens in the search index.
pub const SEARCH: &str = "search-format";
/// The fingerprint of the built-in schema the tables were made for.
pub const BUILT_IN: &str = "built-in";
/// What stands there while somebody who has the file alone writes without indexes.
pub const REBUILDING: &str = "indexes are being rebuilt";

impl Store {
    /// A setting.
    pub fn setting(&self, key: &str) -> Result<Option<String>> {
        self.conn
            .prepare_cached("SELECT value FROM _setting WHERE key = ?")
            .and_then(|mut statement| statement.query_row([key], |row| row.get(0)).optional())
            .map_err(|error| self.fault(error))
    }

    /// Changes a setting; inside a write.
    pub fn set_setting(&self, key: &str, value: &str) -> Result<()> {
        self.conn
            .prepare_cached("INSERT OR REPLACE INTO _setting(key, value) VALUES (?, ?)")
            .and_then(|mut statement| statement.execute([key, value]))
            .map(|_| ())
            .map_err(|error| self.fault(error))
    }

    /// Forgets a setting; inside a write.
    pub fn forget_setting(&self, key: &str) -> Result<()> {
        self.conn
            .prepare_cached("DELETE FROM _setting WHERE key = ?")
            .and_then(|mut statement| statement.execute([key]))
            .map(|_| ())
            .map_err(|error| self.fault(error))
    }

    /// The settings whose keys begin so, by key.
    pub fn settings_under(&self, prefix: &str) -> Result<Vec<(String, String)>> {
        self.conn
            .prepare_cached(
                "SELECT key, value FROM _setting WHERE substr(key, 1, length(?1)) = ?1 ORDER BY key",
            )
            .and_then(|mut statement| {
                statement.query_map([prefix], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
            })
            .map_err(|error| self.fault(error))
    }

    /// Changes whenever another connection has written.
    pub fn data_version(&self) -> Result<i64> {
        self.conn
            .prepare_cached("PRAGMA data_version")
            .and_then(|mut statement| statement.query_row([], |row| row.get(0)))
            .map_err(|error| self.fault(error))
    }

    /// Says that what rights rest on has changed; inside a write.
    pub fn rights_changed(&self) -> Result<()> {
        let now: i64 = self.setting(RIGHTS)?.and_then(|stamp| stamp.parse().ok()).unwrap_or(0);
        self.set_setting(RIGHTS, &(now + 1).to_string())
    }

    /// Prepares the connection for very many writes.
    pub fn begin_bulk(&self) -> Result<()> {
        self.run("PRAGMA wal_autocheckpoint = 32000; PRAGMA cache_size = -128000")?;
        super::search::begin_bulk(&self.conn).map_err(|error| self.fault(error))
    }

    /// For very many pieces among which others may write: the log is brought in less often, since the indexes of
    /// each piece lie all over the file.
    pub fn begin_pieces(&self) -> Result<()> {
        self.run("PRAGMA wal_autocheckpoint = 16000; PRAGMA cache_size = -64000")
    }

    /// Back to settings that suit single writes, after pieces.
    pub fn finish_pieces(&self) -> Result<()> {
        self.run("PRAGMA wal_autocheckpoint = 1000; PRAGMA cache_size = -16000")
    }

    /// Back to settings that suit single writes.
    pub fn finish_bulk(&self) -> Result<()> {
        self.run("PRAGMA wal_autocheckpoint = 1000; PRAGMA cache_size = -16000")?;
        super::search::finish_bulk(&self.conn).map_err(|error| self.fault(error))
    }

    /// Takes the statistics by which queries choose their index; a sample is enough for that.
    pub fn learn(&self) -> Result<()> {
        self.run("PRAGMA analysis_limit = 400; ANALYZE")
    }

    /// The next number of a counter, from 1; inside a write.
    pub fn next_number(&self, counter: &str) -> Result<i64> {
        self.conn
            .prepare_cached(
                "INSERT INTO _counter(name, value) VALUES (?, 1)
                 ON CONFLICT(name) DO UPDATE SET value = value + 1 RETURNING value",
            )
            .and_then(|mut statement| statement.query_row([counter], |row| row.get(0)))
            .map_err(|error| self.fault(error))
    }
}
