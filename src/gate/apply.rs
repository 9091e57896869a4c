//! From a plan to the file, and back.
//!
//! Small plans are one transaction. Larger ones, bulk writes and their undo go in pieces of at most 500
//! records or 50 ms, so that people who write meanwhile hardly wait; the pieces form one operation in
//! history and are taken back together.

use crate::model::phrase;
use std::collections::{BTreeSet, HashSet};
use std::hash::{BuildHasher, RandomState};

use super::error::{GateError, Result};

use super::bulk::Bulk;
use super::merge::Unmerging;
use super::session::{ADMINISTRATOR, Session, Via};
use super::store::history::{ERASE, PURGE, Stamp};
use super::write::{Applied, Plan, Settled, UndoPlan};
use crate::model::{Change, Fill, Op, Phrase, RecordRef};
use crate::policy::Refusal;

/// The largest piece of work that is committed at once while others may be waiting.
pub(super) const PIECE: usize = 500;
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
