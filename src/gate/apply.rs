//! From a plan to the file, and back.
//!
//! Small plans are one transaction. Larger ones, bulk writes and their undo go in pieces of at most 500
//! records or 50 ms, so that people who write meanwhile hardly wait; the pieces form one operation in
//! history and are taken back together.

use crate::model::phrase;
use std::collections::{BTreeSet, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, Instant};

use super::error::{GateError, Result};
use super::foresee::Proposal;
use super::merge::Unmerging;
use super::plan::Terms;
use super::session::{ADMINISTRATOR, Session, Via};
use super::store::history::{ERASE, PURGE, Stamp};
use super::store::ticket::Ticket;
use super::store::writer::Created;
use super::write::{Applied, Followed, Plan, Settled, UndoPlan};
use crate::model::{Change, Edit, Fill, Op, Phrase, RecordRef, Value};
use crate::policy::{Refusal, is_guarded};

/// The largest piece of work that is committed at once while others may be waiting.
pub(super) const PIECE: usize = 500;
/// The longest time such a piece may take.
const SPELL: Duration = Duration::from_millis(50);
/// After so many new records the statistics behind query plans are taken anew.
const MANY: u64 = 1_000;
/// How many obstacles of an undo are told.
const TOLD: usize = 5;

impl Session {
    /// Writes a plan with its history, all or nothing. What others changed since it was planned is a
    /// conflict.
    ///
    /// # Errors
    /// The problems or conflicts of the plan; nothing was written then.
    pub fn apply(&mut self, plan: Plan) -> Result<Applied> {
        plan.check()?;
        let mut bulk = Bulk::new(self, &plan.why);
        bulk.undoes = plan.undoes;
        let result = bulk.apply(plan);
        let operation = bulk.operation;
        let followed = std::mem::take(&mut bulk.followed);
        drop(bulk);
        match result {
            // The next try is planned by the new schema, and by the new rights.
            Err(GateError::SchemaChanged) => self.reload()?,
            Err(GateError::RightsChanged) => self.take_rights()?,
            _ => {}
        }
        match (result, operation) {
            (Ok(records), change_set) => Ok(Applied { change_set, records, followed }),
            (Err(error), Some(operation)) => {
                // Earlier pieces are already written: all or nothing means to take them back.
                self.revert(operation, "taken back: a later part failed")?;
                Err(error)
            }
            (Err(error), None) => Err(error),
        }
    }

    /// Begins a bulk write: plans applied one after the other that form one operation in history.
    #[must_use]
    pub fn bulk(&mut self, why: &str) -> Bulk<'_> {
        Bulk::new(self, why)
    }

    pub(super) fn stamp(&self, why: &str, undoes: Option<i64>, operation: Option<i64>) -> Stamp {
        let person = self.actor().person();
        Stamp {
            at: self.options.clock.now(),
            actor: Some(person.user),
            actor_name: person.name.clone(),
            via: self.via.word(),
            why: why.to_owned(),
            undoes,
            operation,
            what: "",
        }
    }

    /// Writes changes that are no edits of anybody, marked as what they are; inside a write. Yields the operation.
    pub(super) fn write_as(
        &self,
        what: &'static str,
        (why, operation): (&str, Option<i64>),
        changes: Vec<crate::model::Change>,
    ) -> Result<i64> {
        let mut stamp = self.stamp(why, None, operation);
        stamp.what = what;
        let written = self.store.write_changes(
            &self.catalog,
            &self.moment(),
            changes.into_iter(),
            &stamp,
            &*self.options.entropy,
            &mut super::store::writer::Created::new(),
        )?;
        Ok(written.operation)
    }

    /// The stamp of a write of the program's own kind (a schema change).
    pub(super) fn stamp_now(&self, why: &str) -> Stamp {
        self.stamp(why, None, None)
    }

    /// What taking back a change set would do; without a number my own last one that stands.
    ///
    /// # Errors
    /// [`GateError::NotFound`] where there is nothing to take back.
    pub fn plan_undo(&self, change_set: Option<i64>) -> Result<UndoPlan> {
        let operation = match change_set {
            Some(number) => number,
            None => self.store.last_standing(self.actor().person().user)?.ok_or_else(|| {
                GateError::NotFound { what: phrase!("there is nothing to undo"), hint: None }
            })?,
        };
        self.ready()?;
        let Some(entry) = self.store.operation(operation)?.filter(|_| self.knows(operation)) else {
            return Err(self.unknown_operation(operation)?);
        };
        let mut plan = UndoPlan {
            change_set: entry.change_set,
            why: entry.why.clone(),
            seen: self.store.newest_change()?,
            via: entry.via.clone(),
            records: self.told_records(entry.change_set, entry.records)?,
            done: self.store.taken_back(entry.change_set)?,
            obstacles: Vec::new(),
            in_the_way: BTreeSet::new(),
            refused: false,
            settled: None,
        };
        if let Some(by) = entry.undone_by {
            plan.settled = Some(Settled::TakenBack(by));
            plan.obstacles.push(phrase!("it was already taken back by change set {by}", by = by));
            return Ok(plan);
        }
        let (kind, _) = self.store.kind_of(entry.change_set)?;
        if kind == ERASE || kind == PURGE || self.store.is_all_erased(entry.change_set)? {
            plan.settled = Some(Settled::ForGood);
            plan.obstacles.push(phrase!("what was removed for good does not come back"));
            return Ok(plan);
        }
        let merge = self.unmerging(entry.change_set)?;
        let untouched = self.store.is_untouched_since(entry.change_set)?;
        let by_people = entry.via != Via::System.word();
        if untouched && by_people && merge.is_none() && self.actor().person().is_administrator() {
            // Nobody wrote anything since, and the person may do all.
            return Ok(plan);
        }
        // What was stopped half way goes on from there.
        let mut from = self.undo_progress(entry.change_set)?;
        // Only the last change of a field within the operation must still stand; the ones before it
        // were overwritten by the operation itself.
        let mut looked: HashSet<u64> = HashSet::new();
        let hasher = RandomState::new();
        loop {
            let (changes, next) = self.store.inverse(entry.change_set, from, PIECE)?;
            for mut change in changes {
                change.fields.retain(|field| {
                    looked.insert(hasher.hash_one((&change.entity, change.id, &field.field)))
                });
                if change.op == Op::Update && change.fields.is_empty() {
                    continue;
                }
                if let Some(merge) = &merge {
                    let Some(now) = self.as_it_stands(merge, change)? else { continue };
                    change = now;
                }
                let obstacle =
                    match self.forbidden_now(entry.change_set, merge.as_ref(), &change)? {
                        Some(refusal) => {
                            plan.refused = true;
                            Some(refusal.what)
                        }
                        None if untouched && !makes_built_in(&change) => None,
                        None => self.obstacle(&change, entry.change_set)?,
                    };
                let Some(obstacle) = obstacle else { continue };
                plan.in_the_way.insert(RecordRef::new(&change.entity, change.id));
                if plan.obstacles.contains(&obstacle) {
                    continue;
                }
                match plan.obstacles.len() {
                    0..=TOLD => plan.obstacles.push(obstacle),
                    more if more == TOLD + 1 => plan.obstacles.push(phrase!("and more")),
                    _ => {}
                }
            }
            match next {
                Some(next) => from = Some(next),
                None => return Ok(plan),
            }
        }
    }

    /// Why the actor may not make a change that takes a piece of an operation back, if so.
    pub(super) fn forbidden_now(
        &self,
        operation: i64,
        merge: Option<&Unmerging>,
        change: &Change,
    ) -> Result<Option<Refusal>> {
        match merge {
            Some(merge) => self.forbidden_to_unmerge(merge, change),
            None => self.forbidden_to_take_back(operation, change),
        }
    }

    /// What stands in the way of taking back one change of an operation: what others did to the record
    /// since, also while the operation was still under way.
    pub(super) fn obstacle(&self, change: &Change, operation: i64) -> Result<Option<Phrase>> {
        let record = RecordRef { entity: change.entity.clone(), id: change.id };
        let Some(entity) = self.catalog.entity(&change.entity) else {
            return Ok(Some(phrase!(
                "there is no entity {entity} any more",
                entity = &change.entity
            )));
        };
        let name = self.catalog.reference(&record);
        let told = |(by, at, number): (String, chrono::DateTime<chrono::Utc>, i64), what: Fill| {
            let day = at.with_timezone(&self.zone()).format("%Y-%m-%d %H:%M").to_string();
            phrase!(
                "{record}: {by} changed {what} on {day} · change set {number}",
                record = &name,
                by = by,
                what = what,
                day = day,
                number = number
            )
        };
        match change.op {
            Op::Update => {
                let moment = self.moment();
                let stands = self.store.as_stored(&self.catalog, &moment, entity, change.id)?;
                let Some(present) = stands else {
                    return Ok(Some(phrase!("{record} is gone", record = &name)));
                };
                for field in &change.fields {
                    let Some(known) = entity.field(&field.field) else {
                        return Ok(Some(phrase!(
                            "the field {field} is gone",
                            field = &field.field
                        )));
                    };
                    if *present.get(&field.field) != field.before
                        && *present.get(&field.field) != field.after
                    {
                        let since = self.store.touched_since(
                            &record,
                            operation,
                            Some(operation),
                            Some(&field.field),
                        )?;
                        return Ok(Some(match since {
                            Some(since) => told(since, (&known.label.lower()).into()),
                            None => phrase!(
                                "{record}: {field} was changed since",
                                record = &name,
                                field = &known.label.lower()
                            ),
                        }));
                    }
                }
                Ok(None)
            }
            Op::Delete if makes_built_in(change) => {
                Ok(Some(phrase!("the built-in administrator cannot be deleted")))
            }
            // To take back a creation is to delete what somebody may have worked on since.
            Op::Delete => {
                let since = self.store.touched_since(&record, operation, Some(operation), None)?;
                Ok(since.map(|since| told(since, phrase!("it").into())))
            }
            Op::Create | Op::Restore => Ok(None),
        }
    }
}

/// Whether a change takes back that the built-in administrator came into being.
pub(super) fn makes_built_in(change: &Change) -> bool {
    change.op == Op::Delete && change.entity == "user" && change.id == ADMINISTRATOR
}

/// Plans applied one after the other that form one operation in history.
pub struct Bulk<'s> {
    session: &'s mut Session,
    why: String,
    operation: Option<i64>,
    undoes: Option<i64>,
    alone: Option<Alone>,
    records: u64,
    followed: Vec<Followed>,
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
