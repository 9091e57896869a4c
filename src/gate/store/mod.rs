//! SQLite, behind the gate: the only room that names rusqlite.
//!
//! [`Store`] is a connection with our settings on it. `layout` derives tables from the catalogue,
//! `codec` turns values into columns and back, `rows` reads records, `list` pages them, `writer` writes
//! them, `history` keeps what happened, `past` reads it, `chain` checks it, `compile` turns queries into SQL, `search` finds,
//! `contents` reads all there is and `refill` puts it into a new file,
//! `own` keeps what is a person's own, `credential` how people sign in, `logins` and `people` read what rights rest on, `veil` lays what a person may see
//! before the tables. Nothing here decides who may do what: that was asked before.

pub mod access;
pub mod chain;
pub mod codec;
pub mod columns;
pub mod compile;
pub mod credential;
pub mod distinct;
pub mod events;
pub mod everything;
pub mod history;
pub mod joining;
pub mod layout;
pub mod leaving;
pub mod list;
pub mod living;
pub mod logins;
pub mod merged;
pub mod open;
pub mod own;
pub mod past;
pub mod people;
pub mod quality;
pub mod refill;
pub mod removal;
pub mod rows;
pub mod search;
pub mod settings;
pub mod side;
pub mod steps;
pub mod summary;
pub mod ticket;
pub mod timeline;
pub mod transact;
mod values;
pub mod veil;
pub mod writer;

use crate::model::{Phrase, phrase};
use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OptionalExtension};

pub use rusqlite::{InterruptHandle, version as sqlite_version};

use super::error::{GateError, Result};

/// One sort value of a row.
#[derive(Debug, Clone, PartialEq)]
pub struct Key(pub rusqlite::types::Value);

/// How long a read may take before it is stopped.
pub const QUERY_LIMIT: Duration = Duration::from_secs(5);

/// A connection with our settings on it.
pub struct Store {
    /// The connection.
    pub conn: Connection,
    path: PathBuf,
    read_only: bool,
    /// Whose eyes are looked with, where somebody only looks.
    looking: RefCell<Option<String>>,
    watch: Arc<Watch>,
    given: veil::Given,
    numbers: RefCell<HashMap<String, i64>>,
    insertions: RefCell<HashMap<String, Arc<str>>>,
    standing: RefCell<HashMap<String, Arc<rows::Stands>>>,
}

/// Stops statements that run past their time.
struct Watch {
    born: Instant,
    /// Milliseconds after `born`; 0 means no limit.
    deadline: AtomicU64,
    expired: AtomicBool,
}

impl Store {
    /// Dresses a fresh connection.
    pub fn dress(conn: Connection, path: &Path, read_only: bool) -> Result<Self> {
        let watch = Arc::new(Watch {
            born: Instant::now(),
            deadline: AtomicU64::new(0),
            expired: AtomicBool::new(false),
        });
        let seen = Arc::clone(&watch);
        let mut store = Self {
            conn,
            path: path.to_owned(),
            read_only,
            looking: RefCell::default(),
            watch,
            given: veil::Given::default(),
            numbers: RefCell::default(),
            insertions: RefCell::default(),
            standing: RefCell::default(),
        };
        store.conn.set_prepared_statement_cache_capacity(256);
        // Plans that do not hang on the values that are bound: otherwise SQLite prepares nearly every statement
        // anew each time (a bound LIMIT is enough), which for short reads costs more than the reading.
        store
            .conn
            .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
            .map_err(|error| store.fault(error))?;
        let hooked = store.conn.progress_handler(
            20_000,
            Some(move || {
                let limit = seen.deadline.load(Ordering::Relaxed);
                let late = limit > 0 && seen.born.elapsed().as_millis() as u64 > limit;
                if late {
                    seen.expired.store(true, Ordering::Relaxed);
                }
                late
            }),
        );
        hooked.map_err(|error| store.fault(error))?;
        super::store::compile::register(&store.conn).map_err(|error| store.fault(error))?;
        store.given.register(&store.conn).map_err(|error| store.fault(error))?;
        Ok(store)
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// True where nothing can be written.
    pub fn is_read_only(&self) -> bool {
        self.read_only
    }

    /// From now on nothing is written: somebody looks with the eyes of the one who is named. SQLite itself
    /// refuses what would get past us.
    pub fn only_look(&self, as_whom: &str) -> Result<()> {
        *self.looking.borrow_mut() = Some(as_whom.to_owned());
        self.run("PRAGMA query_only = ON")
    }

    /// Runs what changes nothing but this connection, which SQLite refuses too where somebody only looks.
    fn run_for_itself(&self, sql: &str) -> Result<()> {
        if self.looks_as().is_none() {
            return self.run(sql);
        }
        self.run("PRAGMA query_only = OFF")?;
        let done = self.run(sql);
        self.run("PRAGMA query_only = ON")?;
        done
    }

    /// Whose eyes are looked with, where somebody only looks.
    pub fn looks_as(&self) -> Option<String> {
        self.looking.borrow().clone()
    }

    /// Runs a read that may take [`QUERY_LIMIT`] at most.
    pub fn limited<T>(&self, read: impl FnOnce() -> Result<T>) -> Result<T> {
        let limit = self.watch.born.elapsed() + QUERY_LIMIT;
        self.watch.expired.store(false, Ordering::Relaxed);
        self.watch.deadline.store(limit.as_millis() as u64, Ordering::Relaxed);
        let result = read();
        self.watch.deadline.store(0, Ordering::Relaxed);
        result
    }

    /// The number that stands for an entity in history and search.
    pub fn entity_number(&self, entity: &str) -> Result<i64> {
        if let Some(number) = self.numbers.borrow().get(entity) {
            return Ok(*number);
        }
        let number: i64 = self
            .conn
            .prepare_cached("SELECT number FROM _entity WHERE name = ?")
            .and_then(|mut statement| statement.query_row([entity], |row| row.get(0)))
            .map_err(|error| self.fault(error))?;
        self.numbers.borrow_mut().insert(entity.to_owned(), number);
        Ok(number)
    }

    /// The entity that a number stands for; none where there never was one.
    pub fn entity_named(&self, number: i64) -> Result<Option<String>> {
        self.conn
            .prepare_cached("SELECT name FROM _entity WHERE number = ?")
            .and_then(|mut s| s.query_row([number], |row| row.get(0)).optional())
            .map_err(|error| self.fault(error))
    }

    /// Forgets what is remembered of the schema, after it changed.
    pub fn forget(&self) {
        self.numbers.borrow_mut().clear();
        self.insertions.borrow_mut().clear();
        self.standing.borrow_mut().clear();
        self.conn.flush_prepared_statement_cache();
    }

    /// An error of SQLite, told to people.
    pub fn fault(&self, error: rusqlite::Error) -> GateError {
        if self.watch.expired.swap(false, Ordering::Relaxed) {
            return GateError::TooSlow { seconds: QUERY_LIMIT.as_secs() };
        }
        fault(&self.path, error)
    }
}

/// An error of SQLite about the file at `path`, told to people.
#[allow(clippy::needless_pass_by_value)] // it stands behind map_err everywhere
pub fn fault(path: &Path, error: rusqlite::Error) -> GateError {
    let file = |what: Phrase, hint: Phrase| GateError::File {
        path: path.display().to_string(),
        what,
        hint: Some(hint),
    };
    let rusqlite::Error::SqliteFailure(failure, message) = &error else {
        return GateError::Internal(error.to_string());
    };
    match failure.code {
        ErrorCode::OperationInterrupted => GateError::Interrupted,
        ErrorCode::DiskFull => file(
            phrase!("the disk is full; the change was not written, everything before it is safe"),
            phrase!("free some space and try again"),
        ),
        ErrorCode::ReadOnly => file(
            phrase!("the file or its folder is read-only; nothing was written"),
            phrase!("check who owns the file, or name another one with --db"),
        ),
        ErrorCode::DatabaseCorrupt => file(
            phrase!("the file is damaged"),
            phrase!("run `kontor doctor` to see what can be done"),
        ),
        ErrorCode::NotADatabase => file(
            phrase!("this is not a Kontor database"),
            phrase!("name another file with --db, or leave it out to use your own"),
        ),
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => file(
            phrase!("another program keeps the file busy; nothing was written"),
            phrase!("try again in a moment; `kontor doctor` names who holds it"),
        ),
        ErrorCode::CannotOpen => file(
            phrase!("the file cannot be opened"),
            phrase!("check that the folder exists and may be written to"),
        ),
        ErrorCode::SystemIoFailure => file(
            phrase!(
                "the disk refused to read or write ({message})",
                message = message.as_deref().unwrap_or("input/output error")
            ),
            phrase!("check the disk and its free space"),
        ),
        ErrorCode::PermissionDenied => file(
            phrase!("the system does not permit it"),
            phrase!("check who owns the file, or name another one with --db"),
        ),
        ErrorCode::FileLockingProtocolFailed => file(
            phrase!("the file cannot be locked against other programs; nothing was written"),
            phrase!("keep the file on a disk of this machine, and try again"),
        ),
        ErrorCode::OutOfMemory => file(
            phrase!("there is not enough memory; nothing was written"),
            phrase!("end other programs, or do less at once"),
        ),
        ErrorCode::TooBig => file(
            phrase!("a value is longer than the file takes; nothing was written"),
            phrase!("shorten it, or keep it outside and enter where it is"),
        ),
        _ => GateError::Internal(error.to_string()),
    }
}
