//! What a session plans and applies.

use std::collections::BTreeSet;

use crate::model::{Change, ChangeSet, Phrase, RecordRef, Value};

use super::error::{Conflict, GateError, Problem};
use super::session::Via;
use crate::policy::Refusal;

/// What would become of one edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// A record comes into being.
    Create,
    /// Fields change.
    Update,
    /// Nothing would change.
    Same,
    /// It is put away.
    Delete,
    /// It comes back.
    Restore,
    /// Somebody changed the same fields meanwhile.
    Conflict(Box<Conflict>),
    /// It cannot be done: see the problems of the plan.
    Refused,
}

/// One edit, planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// What would become of it.
    pub verdict: Verdict,
    /// What would be written; none where nothing would change or it cannot be done.
    pub change: Option<Change>,
    /// The next one of a series that this one ends: written before it, in the same change set.
    pub next: Option<Change>,
    /// What is put right of a record that comes back: links to what was merged meanwhile. Written after it.
    pub then: Option<Change>,
}

impl Planned {
    /// One that writes nothing.
    pub(super) fn without(verdict: Verdict) -> Self {
        Self { verdict, change: None, next: None, then: None }
    }

    /// What is written for it, in order.
    pub(super) fn into_changes(self) -> impl Iterator<Item = Change> {
        self.next.into_iter().chain(self.change).chain(self.then)
    }
}

/// What a set of edits would do. Only the gate can make one; nothing is written yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub(super) edits: Vec<Planned>,
    pub(super) problems: Vec<Problem>,
    pub(super) why: String,
    pub(super) undoes: Option<i64>,
    /// The schema it was made by.
    pub(super) stamp: String,
    /// The first edit that the person has no right to: what is told where nothing else is wrong.
    pub(super) refused: Option<Refusal>,
}

impl Plan {
    /// One entry per edit, in order.
    #[must_use]
    pub fn edits(&self) -> &[Planned] {
        &self.edits
    }

    /// What keeps it from being applied; empty where nothing does.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Whether it can be applied.
    ///
    /// # Errors
    /// The refusal, where all that is wrong is a missing right; the problems; a conflict.
    pub fn check(&self) -> Result<(), GateError> {
        match &self.refused {
            Some(refusal) if self.problems.len() == 1 => {
                return Err(GateError::Denied(refusal.clone()));
            }
            _ if !self.problems.is_empty() => {
                return Err(GateError::Invalid(self.problems.clone()));
            }
            _ => {}
        }
        for edit in &self.edits {
            if let Verdict::Conflict(conflict) = &edit.verdict {
                return Err(GateError::Conflict(conflict.clone()));
            }
        }
        Ok(())
    }

    /// The change set that applying would write.
    #[must_use]
    pub fn changes(&self) -> ChangeSet {
        ChangeSet {
            changes: self.edits.iter().cloned().flat_map(Planned::into_changes).collect(),
            why: self.why.clone(),
        }
    }
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// The number of the change set, for undo; none where nothing had to be written.
    pub change_set: Option<i64>,
    /// The record of each edit, in order; new ones with their numbers.
    pub records: Vec<Option<RecordRef>>,
    /// The next ones of series of which one was ended.
    pub followed: Vec<Followed>,
}

/// The next one of a series, made because the one before it was ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Followed {
    /// The new record.
    pub record: RecordRef,
    /// When it is due.
    pub due: Value,
}

/// What taking back a change set would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndoPlan {
    /// The change set.
    pub change_set: i64,
    /// What it was for.
    pub why: String,
    /// The newest change of the file that the plan saw.
    pub(super) seen: i64,
    /// The front end it was made from.
    pub via: String,
    /// How many records it concerns.
    pub records: u64,
    /// How many of them were taken back already, where that was begun and stopped.
    pub done: u64,
    /// Why it cannot be taken back: who changed which record since.
    pub obstacles: Vec<Phrase>,
    /// The records that somebody changed since, or that may not be taken back.
    pub in_the_way: BTreeSet<RecordRef>,
    /// Rights are missing among them: no later change stands in the way.
    pub refused: bool,
    /// No later change stands in the way: it was taken back already, by this one, or removed for good.
    pub settled: Option<Settled>,
}

/// Why there is nothing left to take back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// It was taken back by this change set.
    TakenBack(i64),
    /// What it did was removed for good.
    ForGood,
}

impl UndoPlan {
    /// Whether the records that somebody changed since are left alone while the others are taken back: an import is of
    /// so many that one of them must not keep the others. `asked` where somebody wants that of any change.
    #[must_use]
    pub fn goes_around(&self, asked: bool) -> bool {
        !self.in_the_way.is_empty()
            && (self.in_the_way.len() as u64) < self.records
            && (asked || self.via == Via::Import.word())
    }
}

/// One step of a schema change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaStep {
    /// For people: `customer: new field tier (select)`.
    pub what: Phrase,
    /// How many rows it touches.
    pub rows: u64,
    /// Values that would not survive: record and value, as people write them.
    pub lost: Vec<(String, String)>,
    /// How many there are in all.
    pub lost_count: u64,
}

/// What a new company schema would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaPlan {
    /// Steps in order; empty where nothing changes.
    pub steps: Vec<SchemaStep>,
    pub(super) company: String,
    pub(super) file: String,
}

impl SchemaPlan {
    /// True where applying would lose values unless they are kept in notes.
    #[must_use]
    pub fn loses_values(&self) -> bool {
        self.steps.iter().any(|step| step.lost_count > 0)
    }
}
