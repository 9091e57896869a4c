//! What the integration tests share: a fixed clock, a temporary database, the real data folder.
#![allow(dead_code, missing_docs, clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use kontor::gate::{
    Denial, Gate, GateError, OpenOptions, SearchRequest, Session, SignInError, Via,
};
use kontor::model::{Clock, Edit, Entropy, RecordRef};

/// Noon of a Monday.
pub fn noon() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 23, 12, 0, 0).unwrap()
}

/// Always the same moment.
pub struct Fixed(pub DateTime<Utc>);

impl Clock for Fixed {
    fn now(&self) -> DateTime<Utc> {
        self.0
    }
}

/// A clock that the test moves, by milliseconds after [`noon`].
#[derive(Default)]
pub struct Moved(pub AtomicI64);

impl Clock for Moved {
    fn now(&self) -> DateTime<Utc> {
        noon() + TimeDelta::milliseconds(self.0.load(Ordering::Relaxed))
    }
}

/// Counts: different salts, the same ones in every run.
#[derive(Default)]
pub struct Counting(AtomicU64);

impl Entropy for Counting {
    fn fill(&self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(8) {
            let next = self.0.fetch_add(1, Ordering::Relaxed).to_be_bytes();
            let length = chunk.len();
            chunk.copy_from_slice(&next[..length]);
        }
    }
}

pub fn options() -> OpenOptions {
    OpenOptions {
        create: true,
        clock: Arc::new(Fixed(noon())),
        entropy: Arc::new(Counting::default()),
        zone: chrono_tz::Europe::Berlin,
        week_start: kontor::model::WeekStart::Monday,
    }
}

pub fn open(path: &Path) -> kontor::gate::Result<Gate> {
    Gate::open(path, options())
}

/// A database of its own for one test.
pub struct Desk {
    pub gate: Gate,
    pub session: Session,
    folder: tempfile::TempDir,
}

pub fn desk() -> Desk {
    let folder = tempfile::tempdir().unwrap();
    let gate = open(&folder.path().join("test.db")).unwrap();
    let session = gate.session(Via::Cli).unwrap();
    Desk { gate, session, folder }
}

impl Desk {
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Saves one edit and yields its record.
    pub fn add(&mut self, edit: Edit) -> RecordRef {
        let applied = self.session.save(vec![edit], "test").unwrap();
        applied.records[0].clone().unwrap()
    }

    /// The titles that the search box finds.
    pub fn find(&self, text: &str) -> Vec<String> {
        let request =
            SearchRequest { text: text.to_owned(), entities: Vec::new(), filter: None, limit: 20 };
        self.session.search(&request).unwrap().into_iter().map(|hit| hit.title).collect()
    }
}

/// Everything that stands in the file, but for events and their counts.
pub fn everything(path: &Path) -> BTreeMap<String, Vec<String>> {
    let db = rusqlite::Connection::open(path).unwrap();
    let rows = |sql: &str| -> Vec<String> {
        let mut statement = db.prepare(sql).unwrap();
        let columns = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        let mut all = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            let cells: Vec<String> = (0..columns)
                .map(|n| format!("{:?}", row.get::<_, rusqlite::types::Value>(n).unwrap()))
                .collect();
            all.push(cells.join("|"));
        }
        all.sort();
        all
    };
    let tables = rows("SELECT name FROM sqlite_schema WHERE type = 'table' AND name != '_noted'");
    tables
        .into_iter()
        .map(|cell| cell.trim_start_matches("Text(\"").trim_end_matches("\")").to_owned())
        .map(|table| {
            let which = if table == "_change" { "WHERE operation != 0" } else { "" };
            let all = rows(&format!("SELECT * FROM \"{table}\" {which}"));
            (table, all)
        })
        .collect()
}

/// Why somebody was not let in.
pub fn denial(error: GateError) -> Denial {
    match error {
        GateError::SignIn(SignInError(denial)) => denial,
        other => panic!("{other:?}"),
    }
}

/// The folder of real data, or none with a word on why a test is skipped.
pub fn shared(part: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let places = [
        std::env::var_os("KONTOR_SHARED").map(PathBuf::from),
        Some(root.join("../shared/data")),
        Some(root.join("../../shared/data")),
    ];
    let found = places.into_iter().flatten().map(|place| place.join(part)).find(|p| p.exists());
    if found.is_none() {
        println!("skipped: the shared data folder ({part}) is not there");
    }
    found
}
