//! The gate: the only door to data, for reads and writes alike.
//!
//! A [`Gate`] is an open database file; a [`Session`] is a person on it, and everything a front end
//! can do is a method of it. SQL lives in the private child `store` that nobody else can name.
//!
//! Every write is planned (a [`Plan`] says what would change, with a verdict per edit), applied in one
//! transaction together with its history, and can be taken back. Start at [`Session`].

mod apply;
mod ask;
mod doctor;
mod error;
mod guard;
mod links;
mod many;
mod migrate;
mod own;
mod plan;
mod read;
mod recur;
mod revert;
mod rights;
mod schema_change;
mod seed;
mod session;
mod store;
mod understand;
mod values;
mod vouched;
mod write;

pub use apply::Bulk;
pub use doctor::{Finding, Severity, examine};
pub use error::{Conflict, ErrorKind, FieldConflict, GateError, Problem, Result};
pub use many::{Act, Chosen, Fate, Look, Many, Outcome, Place, Ran, Seen, Tally, UndoLook};
pub use own::Kept;
pub use read::{
    Aggregate, Bucket, Count, Cursor, Entry, EntryField, GroupBy, Groups, HistoryRequest, Hit,
    ListRequest, Measure, Page, RelatedCounts, SearchRequest, Summary, Timeline, TimelineItem,
    Window,
};
pub use revert::UndoPiece;
pub use schema_change::check_schema;
pub use session::{Actor, Gate, Interrupt, OpenOptions, Session, Via};
pub use values::ValuesRequest;
pub use write::{Applied, Followed, Plan, Planned, SchemaPlan, SchemaStep, UndoPlan, Verdict};

/// The version of SQLite that is built in, `3.51.3`.
#[must_use]
pub fn sqlite_version() -> &'static str {
    store::sqlite_version()
}
