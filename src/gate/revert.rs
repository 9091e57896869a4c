//! Taking back a change set, piece by piece.
//!
//! Each piece is committed by itself. Where there is more than one, the file notes how far it is, so that
//! what was stopped half way (by a person, a lost link, a crash) is not taken for done and goes on from
//! there. Start at [`Session::undo_piece`].

use std::collections::BTreeSet;

use super::apply::{PIECE, makes_built_in};
use super::bulk::Bulk;
use super::error::{GateError, Result};
use super::session::Session;
use super::write::{Applied, UndoPlan};
use crate::model::{Change, Op, Phrase, RecordRef, phrase};
use crate::policy::Special;

/// A piece of an undo that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndoPiece {
    /// The operation that its pieces belong to, once something is written.
    pub operation: Option<i64>,
    /// The records that were taken back.
    pub records: Vec<RecordRef>,
    /// Nothing is left.
    pub done: bool,
}

/// What an undo did that leaves alone what somebody changed since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Around {
    /// What was taken back.
    pub applied: Applied,
    /// The records that stay as they are.
    pub left: Vec<RecordRef>,
}

/// The setting that says how far the undo of an operation is.
fn progress_key(operation: i64) -> String {
    format!("undo.{operation}")
}

impl Session {
    /// Takes back a change set by a new one.
    ///
    /// # Errors
    /// [`GateError::NotUndoable`] where somebody changed a record since, saying who and what.
    pub fn undo(&mut self, plan: &UndoPlan) -> Result<Applied> {
        let plan = self.anew(plan)?;
        refuse(&plan.why, &plan.obstacles)?;
        if let Some((before, after)) = self.store.replaced_text(plan.change_set, "schema")? {
            return self.undo_schema(plan.change_set, &before, &after);
        }
        self.revert_all(plan.change_set, &format!("undo: {}", plan.why), true, &BTreeSet::new())
    }

    /// Takes back a change set but for the records that somebody changed since (or that the person may not
    /// change): those stay as they are, with all that the change set did to them.
    ///
    /// # Errors
    /// [`GateError::NotUndoable`] where it was taken back already, or nothing of it can be.
    pub fn undo_around(&mut self, plan: &UndoPlan) -> Result<Around> {
        let plan = self.anew(plan)?;
        let all = plan.in_the_way.len() as u64 >= plan.records;
        let schema = self.store.replaced_text(plan.change_set, "schema")?.is_some();
        if plan.in_the_way.is_empty() || all || schema {
            let applied = self.undo(&plan)?;
            return Ok(Around { applied, left: Vec::new() });
        }
        let why = format!("undo: {}", plan.why);
        let applied = self.revert_all(plan.change_set, &why, true, &plan.in_the_way)?;
        Ok(Around { applied, left: plan.in_the_way.into_iter().collect() })
    }

    /// A plan as it is now: what it saw may be old.
    fn anew(&mut self, plan: &UndoPlan) -> Result<UndoPlan> {
        let stale = self.refresh()? || self.store.newest_change()? != plan.seen;
        if stale { self.plan_undo(Some(plan.change_set)) } else { Ok(plan.clone()) }
    }

    /// Takes back the next piece of a change set that was looked at, but for the records in `left`;
    /// `operation` is what the pieces before were written under. What was begun before and stopped goes on.
    ///
    /// # Errors
    /// [`GateError::NotUndoable`] where somebody changed a record of the piece since; what was taken back
    /// before stays so.
    pub fn undo_piece(
        &mut self,
        change_set: i64,
        operation: Option<i64>,
        left: &BTreeSet<RecordRef>,
    ) -> Result<UndoPiece> {
        self.refresh()?;
        if let Some(operation) = operation
            && !self.store.is_operation_of(operation, self.actor().person().user)?
        {
            return Err(GateError::Internal(format!("change set {operation} is another's")));
        }
        let entry = self.store.operation(change_set)?.filter(|_| self.knows(change_set));
        let Some(entry) = entry else { return Err(self.unknown_operation(change_set)?) };
        if operation.is_none() {
            let by = entry.undone_by;
            let told =
                by.map(|by| phrase!("it was already taken back by change set {by}", by = by));
            refuse(&entry.why, &told.into_iter().collect::<Vec<_>>())?;
            if self.store.replaced_text(change_set, "schema")?.is_some() {
                let plan = self.plan_undo(Some(change_set))?;
                let applied = self.undo(&plan)?;
                let records = applied.records.into_iter().flatten().collect();
                return Ok(UndoPiece { operation: applied.change_set, records, done: true });
            }
        }
        let why = format!("undo: {}", entry.why);
        self.revert_piece(change_set, &why, operation, Some(&entry.why), true, left)
    }

    /// Whether the person knows of an operation: their own, or any for whom may see the audit log.
    pub(super) fn knows(&self, operation: i64) -> bool {
        let me = self.actor().person().user;
        self.store.is_operation_of(operation, me).unwrap_or_default()
            || (self.may(Special::Audit) && self.sees_any_of(operation).unwrap_or_default())
    }

    /// That the person does not take an operation back: there is none, as far as they know; or it is in the
    /// history of records that they see, and another's.
    pub(super) fn unknown_operation(&self, operation: i64) -> Result<GateError> {
        let theirs = match self.store.operation(operation)? {
            Some(entry) if self.sees_any_of(operation)? => Some(entry.by),
            _ => None,
        };
        Ok(match theirs {
            Some(name) => GateError::NotFound {
                what: phrase!(
                    "change set {operation} is not yours: {name} or who sees the audit log takes it back",
                    operation,
                    name
                ),
                hint: Some(phrase!("`kontor restore-value` puts single values back")),
            },
            None => GateError::NotFound {
                what: phrase!("there is no change set {operation}", operation),
                hint: Some(phrase!("`kontor history` lists them")),
            },
        })
    }

    /// Takes back what the person was just writing when a part of it failed: nothing is asked, since
    /// nothing of it was to be.
    pub(super) fn revert(&mut self, operation: i64, why: &str) -> Result<Applied> {
        self.revert_all(operation, why, false, &BTreeSet::new())
    }

    /// Takes back a whole operation without looking for what stands in the way.
    fn revert_all(
        &mut self,
        operation: i64,
        why: &str,
        asked: bool,
        left: &BTreeSet<RecordRef>,
    ) -> Result<Applied> {
        let mut records = Vec::new();
        let mut under = None;
        let mut set = false;
        let done = loop {
            let piece = match self.revert_piece(operation, why, under, None, asked, left) {
                Ok(piece) => piece,
                Err(error) => break Err(error),
            };
            under = piece.operation;
            records.extend(piece.records.into_iter().map(Some));
            if piece.done {
                break Ok(Applied { change_set: under, records, followed: Vec::new() });
            }
            if !std::mem::replace(&mut set, true) {
                self.store.begin_pieces()?;
            }
        };
        if set {
            self.store.finish_pieces()?;
            self.store.learn()?;
        }
        done
    }

    fn revert_piece(
        &mut self,
        operation: i64,
        why: &str,
        under: Option<i64>,
        looked_at: Option<&str>,
        asked: bool,
        left: &BTreeSet<RecordRef>,
    ) -> Result<UndoPiece> {
        let key = progress_key(operation);
        let from = self.undo_progress(operation)?;
        let (mut changes, next) = self.store.inverse(operation, from, PIECE)?;
        if !left.is_empty() {
            changes.retain(|change| !left.contains(&RecordRef::new(&change.entity, change.id)));
        }
        let merge = self.unmerging(operation)?;
        if let Some(merge) = &merge {
            let mut now = Vec::with_capacity(changes.len());
            for change in changes {
                now.extend(self.as_it_stands(merge, change)?);
            }
            changes = now;
        }
        for change in changes.iter().filter(|_| asked) {
            self.demand_decision_again(change)?;
            if let Some(refusal) = self.forbidden_now(operation, merge.as_ref(), change)? {
                return Err(self.noted_refusal(refusal));
            }
        }
        let safe = merge.is_none()
            && !changes.iter().any(makes_built_in)
            && self.store.is_untouched_since(operation)?;
        if let Some(what) = looked_at.filter(|_| !safe) {
            let mut obstacles = Vec::new();
            for change in &changes {
                obstacles.extend(self.obstacle(change, operation)?);
            }
            refuse(what, &obstacles)?;
        }
        match from {
            // A piece may have been cut off in its middle; not one of those that were just written.
            Some(_) if under.is_some() => {}
            Some(_) => {
                let mut due = Vec::with_capacity(changes.len());
                for change in changes {
                    if self.is_due(&change)? {
                        due.push(change);
                    }
                }
                changes = due;
            }
            None if next.is_some() => self.note_progress(why, &key, Some(i64::MAX))?,
            None => {}
        }
        let mut piece = UndoPiece { operation: under, records: Vec::new(), done: next.is_none() };
        if !changes.is_empty() {
            let schema = self.stamp.clone();
            let mut bulk = Bulk::new(self, why);
            bulk.takes_back(operation);
            bulk.go_on(under);
            if next.is_some() || from.is_some() {
                bulk.ends_with(key, next.map(|row| row.to_string()));
            }
            let written = bulk.write(changes, &schema)?;
            piece.operation = bulk.operation();
            drop(bulk);
            piece.records = self.told_of(operation, written)?;
        } else if next.is_some() || from.is_some() {
            self.note_progress(why, &key, next)?;
        }
        // What is done again is not half undone any more.
        if let Some(again) = self.store.operation(operation)?.and_then(|entry| entry.undoes)
            && piece.done
            && self.store.setting(&progress_key(again))?.is_some()
        {
            self.note_progress(why, &progress_key(again), None)?;
        }
        Ok(piece)
    }

    /// Where taking back an operation goes on, where it was begun and not ended.
    pub(super) fn undo_progress(&self, operation: i64) -> Result<Option<i64>> {
        Ok(self.store.setting(&progress_key(operation))?.and_then(|row| row.parse().ok()))
    }

    fn note_progress(&self, why: &str, key: &str, next: Option<i64>) -> Result<()> {
        self.store.write(why, || match next {
            Some(row) => self.store.set_setting(key, &row.to_string()),
            None => self.store.forget_setting(key),
        })
    }

    /// Whether a change of an undo is still to be made.
    fn is_due(&self, change: &Change) -> Result<bool> {
        let Some(entity) = self.catalog.entity(&change.entity) else { return Ok(true) };
        let moment = self.moment();
        let stands = self.store.as_stored(&self.catalog, &moment, entity, change.id)?;
        let Some(present) = stands else { return Ok(true) };
        Ok(match change.op {
            Op::Update => change.fields.iter().any(|f| *present.get(&f.field) != f.after),
            Op::Delete => present.meta.deleted_at.is_none(),
            Op::Restore | Op::Create => present.meta.deleted_at.is_some(),
        })
    }
}

fn refuse(why: &str, obstacles: &[Phrase]) -> Result<()> {
    let reason = match obstacles {
        [] => return Ok(()),
        // What stands in the way says of which record: the change need not be named too.
        [one] => phrase!("cannot be taken back: {obstacle}", obstacle = one.clone()),
        several => phrase!(
            "\u{201c}{why}\u{201d} cannot be taken back:\n  {obstacles}",
            why = why,
            obstacles = lines(several)
        ),
    };
    Err(GateError::NotUndoable { reason })
}

/// Obstacles below each other.
fn lines(obstacles: &[Phrase]) -> Phrase {
    let all = obstacles.iter().cloned();
    all.reduce(|above, below| phrase!("{above}\n  {below}", above = above, below = below))
        .unwrap_or_default()
}
