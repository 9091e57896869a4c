//! The gate: the only door to data, for reads and writes alike.
//!
//! A [`Gate`] is an open database file; a [`Session`] is a person on it, and everything a front end
//! can do is a method of it. SQL lives in the private child `store` that nobody else can name.
//!
//! Every write is planned (a [`Plan`] says what would change, with a verdict per edit), applied in one
//! transaction together with its history, and can be taken back. Start at [`Session`].

mod ahead;
mod apply;
mod arrival;
mod as_of;
mod ask;
mod audit;
mod bulk;
mod content_hash;
mod credentials;
mod defaults;
mod doctor;
mod duplicates;
mod erase;
mod error;
mod everything;
mod explain;
mod foresee;
mod gets_in;
mod guard;
mod importing;
mod joining;
mod latest;
mod leaving;
mod links;
mod many;
mod merge;
mod migrate;
mod own;
mod person;
mod plan;
mod purge;
mod quality;
mod read;
mod recur;
mod refusing;
mod request;
mod retention;
mod revert;
mod review;
mod rights;
mod schema_change;
mod seats;
mod seed;
mod session;
mod shown;
mod sign_in;
mod store;
mod takeout;
mod team_tree;
mod trouble;
mod understand;
mod unfinished;
mod values;
mod view_as;
mod vouched;
mod write;

pub use arrival::Duty;
pub use audit::{
    Anomaly, AuditEntry, AuditPage, AuditRequest, Event, EventKind, Head, HeadCode, NoHead,
    Thresholds, Unusual, Verified, audit_head, unseen,
};
pub use bulk::{Bulk, Note};
pub use content_hash::ContentHash;
pub use credentials::WayIn;
pub use doctor::{Finding, Severity, examine, living_hash};
pub use duplicates::{
    DuplicateQueue, DuplicateReading, Hunt, HuntStep, Twin, TwinIndex, TwinPair, TwinsNow, why,
};
pub use erase::{ErasePlan, Erased, Mentioned, is_erasable};
pub use error::{Conflict, ErrorKind, FieldConflict, GateError, Problem, Result};
pub use everything::{Contents, Item, Restore, RestoreError, Restored};
pub use explain::{Able, Advice, Asked, Explained, Given};
pub use foresee::{Foreseen, Foresight, Proposal};
pub use gets_in::GetsIn;
pub use importing::Imports;
pub use joining::{Joining, Point, Standing, Step, UserKey};
pub use latest::Doubt;
pub use leaving::{Belongings, HandedAs, Holding, Leaving, Share, Transfer};
pub use many::{
    Act, Chosen, Fate, Look, Many, MergeCounts, Outcome, Place, Ran, Seen, Tally, UndoLook,
};
pub use merge::{Merge, MergeField, MergePlan, MergedFrom, Moved, is_mergeable};
pub use own::Kept;
pub use person::Tongue;
pub use purge::{Purge, PurgePlan, Purged};
pub use quality::{DayScore, Mended, Scan, cleanable, mending};
pub use read::{
    Aggregate, Bucket, Count, Cursor, Entry, EntryField, GroupBy, Groups, HistoryRequest, Hit,
    ListRequest, Measure, Page, RelatedCounts, SearchRequest, Summary, Timeline, TimelineItem,
    Window,
};
pub use request::{AccessRequest, Decided, RequestState, Wanted};
pub use retention::{Due, DueFor};
pub use revert::{Around, UndoPiece};
pub use review::{Grant, Granted, Traced, UNUSED_DAYS};
pub use schema_change::check_schema;
pub use seats::{LARGE_EXPORT, LONGEST_INVITE, SeatInfo};
pub use session::{Actor, Gate, Interrupt, OpenOptions, Session, Via};
pub use sign_in::{Denial, SeatToken, SignInError};
pub use store::living::Living;
pub use store::veil::MASK;
pub use takeout::READING;
pub use team_tree::TeamNode;
pub use unfinished::Unfinished;
pub use values::ValuesRequest;
pub use write::{
    Applied, Followed, Plan, Planned, SchemaPlan, SchemaStep, Settled, UndoPlan, Verdict,
};

/// The version of SQLite that is built in, `3.51.3`.
#[must_use]
pub fn sqlite_version() -> &'static str {
    store::sqlite_version()
}
