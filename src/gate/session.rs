//! The open file and the person on it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono_tz::Tz;

use super::error::{GateError, Result};
use super::read::{
    Aggregate, Bucket, Count, Entry, HistoryRequest, Hit, ListRequest, Page, RelatedCounts,
    SearchRequest, Timeline,
};
use super::write::{Applied, Plan, SchemaPlan, UndoPlan};
use crate::model::{Clock, Edit, Entropy, Record, RecordRef};
use crate::policy::Person;
use crate::query::{Moment, Query};
use crate::schema::{Catalog, Coercion};

/// The front end a session serves, as history keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    /// The terminal screens.
    Tui,
    /// The command line.
    Cli,
    /// An import.
    Import,
    /// The program itself: demo data, migrations.
    System,
}

/// How to open a file.
#[derive(Clone)]
pub struct OpenOptions {
    /// Make the file where there is none.
    pub create: bool,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub entropy: Arc<dyn Entropy>,
    /// The zone days begin in.
    pub zone: Tz,
}

/// An open database file. Cheap to clone; each session has a connection of its own.
#[derive(Clone)]
pub struct Gate {
    path: PathBuf,
    options: OpenOptions,
}

impl Gate {
    /// Opens (or makes) a database file.
    ///
    /// # Errors
    /// Where it is not ours, is newer than this program, is damaged, lies on a network file system,
    /// or cannot be read.
    pub fn open(path: &Path, options: OpenOptions) -> Result<Self> {
        Ok(Self { path: path.to_owned(), options })
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A session of the built-in administrator.
    ///
    /// # Errors
    /// Where the file cannot be used.
    pub fn session(&self, via: Via) -> Result<Session> {
        let _ = (via, &self.options);
        Err(GateError::Internal("not there yet".into()))
    }
}

/// Who acts. Only the gate can make one.
#[derive(Debug, Clone)]
pub struct Actor(Person);

impl Actor {
    /// The facts about the person.
    #[must_use]
    pub fn person(&self) -> &Person {
        &self.0
    }
}

/// Stops what a session is doing, from another thread.
#[derive(Clone)]
pub struct Interrupt;

impl Interrupt {
    /// Stops the statement that is running, if one is.
    pub fn stop(&self) {}
}

/// A person on an open file: the only door to data.
pub struct Session {
    catalog: Arc<Catalog>,
    actor: Actor,
}

impl Session {
    /// The catalogue as it is now; after another process changed the schema, `refresh` brings the new one.
    #[must_use]
    pub fn catalog(&self) -> &Arc<Catalog> {
        &self.catalog
    }

    /// Who acts.
    #[must_use]
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The moment and person that queries are asked by.
    #[must_use]
    pub fn moment(&self) -> Moment {
        todo!()
    }

    /// What understanding typed text needs.
    #[must_use]
    pub fn coercion(&self) -> Coercion<'_> {
        todo!()
    }

    /// A handle that stops a running statement from another thread.
    #[must_use]
    pub fn interrupt(&self) -> Interrupt {
        Interrupt
    }

    /// True where another process has written since the last call; re-reads the catalogue if the
    /// schema changed.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn refresh(&mut self) -> Result<bool> {
        todo!()
    }

    /// One record with all its fields, computed ones included. Deleted records too.
    ///
    /// # Errors
    /// [`GateError::NotFound`].
    pub fn get(&self, record: &RecordRef) -> Result<Record> {
        let _ = record;
        todo!()
    }

    /// A part of a list.
    ///
    /// # Errors
    /// A denied right, a stopped or too slow query.
    pub fn list(&self, request: &ListRequest) -> Result<Page> {
        let _ = request;
        todo!()
    }

    /// How many records there are; counting stops at `cap`.
    ///
    /// # Errors
    /// As [`Session::list`].
    pub fn count(&self, entity: &str, filter: Option<&Query>, cap: Option<u64>) -> Result<Count> {
        let _ = (entity, filter, cap);
        todo!()
    }

    /// The search box: best first.
    ///
    /// # Errors
    /// As [`Session::list`].
    pub fn search(&self, request: &SearchRequest) -> Result<Vec<Hit>> {
        let _ = request;
        todo!()
    }

    /// Who has this phone number, mail address or url, however it was typed.
    ///
    /// # Errors
    /// As [`Session::list`].
    pub fn who(&self, text: &str) -> Result<Vec<Hit>> {
        let _ = text;
        todo!()
    }

    /// Loads the words that make typo and inside-a-word search quick in a long-lived process. Slow (a
    /// second at a million records): meant for a session of a background thread. Until it is done
    /// such searches take the slower way over the file.
    ///
    /// # Errors
    /// As [`Session::list`].
    pub fn warm_search(&self) -> Result<()> {
        todo!()
    }

    /// Counts, sums and means in groups.
    ///
    /// # Errors
    /// As [`Session::list`].
    pub fn aggregate(&self, request: &Aggregate) -> Result<Vec<Bucket>> {
        let _ = request;
        todo!()
    }

    /// How many living records link to `record`, by entity and link field.
    ///
    /// # Errors
    /// As [`Session::list`].
    pub fn related_counts(&self, record: &RecordRef) -> Result<RelatedCounts> {
        let _ = record;
        todo!()
    }

    /// The life of a record, newest first.
    ///
    /// # Errors
    /// As [`Session::list`].
    pub fn timeline(&self, record: &RecordRef, limit: usize) -> Result<Timeline> {
        let _ = (record, limit);
        todo!()
    }

    /// History, newest first.
    ///
    /// # Errors
    /// As [`Session::list`].
    pub fn history(&self, request: &HistoryRequest) -> Result<Vec<Entry>> {
        let _ = request;
        todo!()
    }

    /// Finds the record a person means by a reference, an exact title or an external id.
    ///
    /// # Errors
    /// [`GateError::NotFound`] with near titles as a hint; [`GateError::Invalid`] where several fit.
    pub fn resolve(&self, entity: &str, text: &str) -> Result<RecordRef> {
        let _ = (entity, text);
        todo!()
    }

    /// What `edits` would do. Writes nothing.
    ///
    /// # Errors
    /// A denied right, an unknown entity or field; what is wrong with values stands in the plan.
    pub fn plan(&self, edits: Vec<Edit>, why: &str) -> Result<Plan> {
        let _ = (edits, why);
        todo!()
    }

    /// Writes a plan with its history, all or nothing. What others changed since it was planned is a
    /// conflict.
    ///
    /// # Errors
    /// The problems or conflicts of the plan; nothing was written then.
    pub fn apply(&mut self, plan: Plan) -> Result<Applied> {
        let _ = plan;
        todo!()
    }

    /// Plans and applies in one step.
    ///
    /// # Errors
    /// As [`Session::plan`] and [`Session::apply`].
    pub fn save(&mut self, edits: Vec<Edit>, why: &str) -> Result<Applied> {
        let plan = self.plan(edits, why)?;
        self.apply(plan)
    }

    /// What taking back a change set would do; without a number my own last one that stands.
    ///
    /// # Errors
    /// [`GateError::NotFound`] where there is nothing to take back.
    pub fn plan_undo(&self, change_set: Option<i64>) -> Result<UndoPlan> {
        let _ = change_set;
        todo!()
    }

    /// Takes back a change set by a new one.
    ///
    /// # Errors
    /// [`GateError::NotUndoable`] where somebody changed a record since, saying who and what.
    pub fn undo(&mut self, plan: &UndoPlan) -> Result<Applied> {
        let _ = plan;
        todo!()
    }

    /// What a new company schema would do. Writes nothing.
    ///
    /// # Errors
    /// [`GateError::Schema`] with all that is wrong.
    pub fn plan_schema(&self, file: &str, toml: &str) -> Result<SchemaPlan> {
        let _ = (file, toml);
        todo!()
    }

    /// Applies a schema plan in one transaction. Values that do not survive stop it, unless
    /// `keep_in_notes`: then their text is kept as a note activity on the record.
    ///
    /// # Errors
    /// [`GateError::Invalid`] where values would be lost.
    pub fn apply_schema(&mut self, plan: &SchemaPlan, keep_in_notes: bool) -> Result<Applied> {
        let _ = (plan, keep_in_notes);
        todo!()
    }

    /// The company's own TOML as it was applied; empty where there is none.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn company_schema(&self) -> Result<String> {
        todo!()
    }
}
