//! Many plans that are one operation in history, written in pieces while others go on working, or with the
//! file taken for oneself.
//!
//! Start at [`Bulk`]; [`super::apply`] begins one.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use super::ahead::Terms;
use super::apply::PIECE;
use super::error::Result;
use super::foresee::Proposal;
use super::session::Session;
use super::store::ticket::Ticket;
use super::store::writer::Created;
use super::write::{Applied, Followed, Plan};
use crate::model::{Change, Edit, RecordRef, Value};
use crate::policy::is_guarded;

/// The longest time such a piece may take.
const SPELL: Duration = Duration::from_millis(50);
/// After so many new records the statistics behind query plans are taken anew.
const MANY: u64 = 1_000;

/// Plans applied one after the other that form one operation in history.
pub struct Bulk<'s> {
    session: &'s mut Session,
    why: String,
    pub(super) operation: Option<i64>,
    pub(super) undoes: Option<i64>,
    alone: Option<Alone>,
    records: u64,
    pub(super) followed: Vec<Followed>,
    /// A note on how far the work is stands in the file.
    noted: bool,
    /// So much is written that the connection is set for it.
    many: bool,
    /// A setting that changes with the last piece of what is written, or is forgotten.
    ends_with: Option<(String, Option<String>)>,
}

/// What the file is to keep of how far a work is: made of how many changes of a plan were written before
/// a piece, and of the records of the piece.
pub type Note<'n> = dyn Fn(usize, &[RecordRef]) -> String + 'n;

/// The file, taken for oneself.
struct Alone {
    _ticket: Ticket,
}

/// How many records are committed at once by someone who has the file alone. Numbers and addresses of
/// a piece fall all over their index, so each piece writes most of it again: few pieces, little writing.
const PIECE_ALONE: usize = 40_000;

impl<'s> Bulk<'s> {
    pub(super) fn new(session: &'s mut Session, why: &str) -> Self {
        Self {
            session,
            why: why.to_owned(),
            operation: None,
            undoes: None,
            alone: None,
            records: 0,
            followed: Vec::new(),
            noted: false,
            many: false,
            ends_with: None,
        }
    }

    /// The session it writes through.
    #[must_use]
    pub fn session(&self) -> &Session {
        self.session
    }

    /// How many records were written so far.
    #[must_use]
    pub fn records(&self) -> u64 {
        self.records
    }

    /// Takes the file alone until it is finished: others who want to write are told by whom it is held.
    /// Much faster for very many records: pieces are large and indexes are built at the end.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn take_alone(&mut self, entities: &[&str]) -> Result<()> {
        if self.alone.is_some() {
            return Ok(());
        }
        let store = &self.session.store;
        store.writable()?;
        let ticket = Ticket::take(store.path(), &self.why)?;
        let catalog = std::sync::Arc::clone(&self.session.catalog);
        store.begin_bulk()?;
        store.transact(|| {
            for name in entities {
                if let Some(entity) = catalog.entity(name) {
                    store.drop_indexes(entity)?;
                }
            }
            // If the process dies, the next one to open the file builds them.
            store.set_setting(super::store::settings::BUILT_IN, super::store::settings::REBUILDING)
        })?;
        self.alone = Some(Alone { _ticket: ticket });
        Ok(())
    }

    /// Plans edits as [`Session::plan`] does.
    ///
    /// # Errors
    /// As [`Session::plan`].
    pub fn plan(&self, edits: Vec<Edit>) -> Result<Plan> {
        self.session.plan(edits, &self.why)
    }

    /// The same where some of it was foreseen.
    ///
    /// # Errors
    /// As [`Session::plan`].
    pub fn plan_all(&self, proposals: Vec<Proposal>) -> Result<Plan> {
        self.session.plan_all(proposals, &self.why, Terms::default())
    }

    /// Writes the sound edits of a plan; refused ones are left out. Yields one entry per edit.
    ///
    /// # Errors
    /// A record that somebody changed since the plan, or a file that cannot be written. Pieces before
    /// the failing one stay written.
    pub fn apply(&mut self, plan: Plan) -> Result<Vec<Option<RecordRef>>> {
        self.apply_with(plan, None)
    }

    /// As [`Bulk::apply`], with a note on how far the work is that is written in the same transaction as
    /// each piece: whoever goes on after a crash finds both or neither. See [`Session::unfinished`].
    ///
    /// # Errors
    /// As [`Bulk::apply`].
    pub fn apply_noted(&mut self, plan: Plan, note: &Note<'_>) -> Result<Vec<Option<RecordRef>>> {
        self.apply_with(plan, Some(note))
    }

    fn apply_with(
        &mut self,
        plan: Plan,
        note: Option<&Note<'_>>,
    ) -> Result<Vec<Option<RecordRef>>> {
        let due = |next: &Change| {
            let rule = self.session.catalog.entity(&next.entity)?.recurs.as_deref()?;
            let set = next.fields.iter().find(|field| field.field == rule.from)?;
            Some(set.after.clone())
        };
        let places: Vec<(Option<Value>, bool, bool)> = plan
            .edits
            .iter()
            .map(|edit| {
                let next = edit.next.as_ref();
                let next = next.map(|next| due(next).unwrap_or_default());
                (next, edit.change.is_some(), edit.then.is_some())
            })
            .collect();
        let mut changes = Vec::with_capacity(plan.edits.len());
        // What must not be cut apart: the next one of a series and the change that makes it.
        let mut joined = HashSet::new();
        for edit in plan.edits {
            let both = edit.next.is_some() && edit.change.is_some();
            changes.extend(edit.into_changes());
            if both {
                joined.insert(changes.len() - 1);
            }
        }
        let mut written = self.write_with(changes, &plan.stamp, &joined, note)?.into_iter();
        let mut records = Vec::with_capacity(places.len());
        for (next, there, then) in places {
            if let Some((due, record)) = next.and_then(|due| Some((due, written.next()?))) {
                self.followed.push(Followed { record, due });
            }
            records.push(there.then(|| written.next()).flatten());
            if then {
                written.next();
            }
        }
        Ok(records)
    }

    /// A setting changes (or is forgotten) in the very transaction that writes the last of what is written next.
    pub(super) fn ends_with(&mut self, key: String, value: Option<String>) {
        self.ends_with = Some((key, value));
    }

    /// What is written takes back this operation.
    pub(super) fn takes_back(&mut self, operation: i64) {
        self.undoes = Some(operation);
    }

    /// What is written from now on belongs to this operation.
    pub(super) fn go_on(&mut self, operation: Option<i64>) {
        self.operation = operation;
    }

    /// It goes on with what was begun and noted.
    pub(super) fn resumes(&mut self, operation: i64) {
        self.operation = Some(operation);
        self.noted = true;
    }

    /// The operation that what was written belongs to.
    pub(super) fn operation(&self) -> Option<i64> {
        self.operation
    }

    pub(super) fn write(&mut self, changes: Vec<Change>, schema: &str) -> Result<Vec<RecordRef>> {
        self.write_with(changes, schema, &HashSet::new(), None)
    }

    fn write_with(
        &mut self,
        changes: Vec<Change>,
        schema: &str,
        joined: &HashSet<usize>,
        note: Option<&Note<'_>>,
    ) -> Result<Vec<RecordRef>> {
        self.session.demand_seat_for(&changes)?;
        let mut records = Vec::with_capacity(changes.len());
        let mut created = Created::new();
        let mut rest = changes.into_iter().peekable();
        while rest.peek().is_some() {
            let stamp = self.session.stamp(&self.why, self.undoes, self.operation);
            let moment = self.session.moment();
            let store = &self.session.store;
            let catalog = &self.session.catalog;
            let entropy = &*self.session.options.entropy;
            let alone = self.alone.is_some();
            let before = records.len();
            let noting = |written: &super::store::writer::Written| match note {
                Some(note) => store.set_setting(
                    &super::unfinished::key(written.operation),
                    &note(before, &written.records),
                ),
                None => Ok(()),
            };
            let written = if alone {
                let mut piece: Vec<Change> = rest.by_ref().take(PIECE_ALONE).collect();
                while joined.contains(&(before + piece.len()))
                    && let Some(next) = rest.next()
                {
                    piece.push(next);
                }
                store.transact(|| {
                    self.session.demand_schema(schema)?;
                    self.session.demand_rights()?;
                    let written =
                        store.write_many(catalog, &moment, piece, &stamp, entropy, &mut created)?;
                    self.session.settle_rights(&written.records)?;
                    noting(&written)?;
                    Ok(written)
                })?
            } else {
                store.write(&self.why, || {
                    self.session.demand_schema(schema)?;
                    self.session.demand_rights()?;
                    let began = Instant::now();
                    let mut taken = 0;
                    let piece = std::iter::from_fn(|| {
                        let go_on = (taken < PIECE && (taken == 0 || began.elapsed() < SPELL))
                            || joined.contains(&(before + taken));
                        taken += 1;
                        if go_on { rest.next() } else { None }
                    });
                    let written = store.write_changes(
                        catalog,
                        &moment,
                        piece,
                        &stamp,
                        entropy,
                        &mut created,
                    )?;
                    self.session.settle_rights(&written.records)?;
                    noting(&written)?;
                    match self.ends_with.as_ref().filter(|_| rest.peek().is_none()) {
                        Some((key, Some(value))) => store.set_setting(key, value)?,
                        Some((key, None)) => store.forget_setting(key)?,
                        None => {}
                    }
                    Ok(written)
                })?
            };
            if written.records.iter().any(|record| is_guarded(&record.entity)) {
                // Who changes rights may change their own; whoever may not act any more is told so by
                // the next question.
                if self.session.take_rights().is_err() {
                    self.session.lose_rights();
                }
            }
            self.noted |= note.is_some();
            self.operation = Some(written.operation);
            self.session.wrote.insert(written.operation);
            self.records += written.records.len() as u64;
            records.extend(written.records);
            if !self.many && !alone && self.records > MANY {
                self.many = true;
                self.session.store.begin_pieces()?;
            }
            if !alone && rest.peek().is_some() {
                // A moment for those who wait for the ticket: they look for it about as often.
                std::thread::sleep(Duration::from_millis(2));
            }
        }
        Ok(records)
    }

    /// Nothing is left to be done: the note on how far it is falls away.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn complete(&mut self) -> Result<()> {
        let Some(operation) = self.operation.filter(|_| self.noted) else { return Ok(()) };
        self.noted = false;
        let store = &self.session.store;
        let forget = || store.forget_setting(&super::unfinished::key(operation));
        match &self.alone {
            Some(_) => store.transact(forget),
            None => store.write(&self.why, forget),
        }
    }

    /// Ends the bulk write.
    ///
    /// # Errors
    /// Where indexes cannot be built.
    pub fn finish(mut self) -> Result<Applied> {
        self.settle_down()?;
        let followed = std::mem::take(&mut self.followed);
        Ok(Applied { change_set: self.operation, records: Vec::new(), followed })
    }

    fn settle_down(&mut self) -> Result<()> {
        if std::mem::take(&mut self.many) {
            self.session.store.finish_pieces()?;
            return self.session.store.learn();
        }
        let Some(alone) = self.alone.take() else { return Ok(()) };
        let store = &self.session.store;
        let catalog = &self.session.catalog;
        store.finish_bulk()?;
        let done = store.transact(|| {
            for entity in catalog.entities() {
                store.create_indexes(entity)?;
            }
            store.set_setting(
                super::store::settings::BUILT_IN,
                &super::store::layout::stamp(catalog),
            )
        });
        let learned = self.session.store.learn();
        drop(alone);
        done.and(learned)
    }
}

impl Drop for Bulk<'_> {
    fn drop(&mut self) {
        // Indexes that cannot be built now are built by the next one to open the file.
        let _ = self.settle_down();
    }
}
