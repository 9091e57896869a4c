//! The same act on many records: which ones, what would become of each, and doing it piece by piece.
//!
//! Nothing here holds all of it at once: a [`Look`] and a [`Ran`] are about some hundred records, and
//! whoever drives them asks for the next piece, shows how far it is, or stops. What remains between the
//! look and the act is a number and a version per record ([`Seen`]): what was not shown as to be
//! changed is not changed, and what somebody else changed meanwhile is left alone and named. All pieces
//! are one operation in history, so that one undo takes them back. Start at [`Session::look`].
//!
//! [`Session::look`]: super::Session::look

mod chosen;
mod look;
mod run;
mod undo;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::error::{Conflict, GateError};
use super::latest::Doubt;
use super::leaving::Leaving;
use super::merge::{Merge, MergePlan};
use super::read::{Cursor, ListRequest};
use super::write::UndoPlan;
use crate::model::{Edit, FieldChange, Input, Name, Op, Phrase, RecordId, RecordRef, Value};
use crate::policy::Missing;

/// Records handled at a time.
const PIECE: usize = 250;
/// How many outcomes of a kind are told in full.
const TOLD: u64 = 200;
/// How many different reasons are counted.
const REASONS: usize = 50;

/// The records that an act is about.
#[derive(Debug, Clone, PartialEq)]
pub enum Chosen {
    /// These.
    These(Vec<RecordRef>),
    /// All of a list, but for some (its window and limit do not count).
    All {
        /// The list.
        list: Box<ListRequest>,
        /// Those taken out.
        but: BTreeSet<RecordId>,
    },
}

/// What is done to each of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Act {
    /// Update, delete or restore.
    pub op: Op,
    /// The fields that are set (updates only).
    pub set: Vec<(Name, Input)>,
    /// A field that is set to these in turn: the first record has the first, and so on around.
    pub turns: Option<(Name, Vec<Input>)>,
}

impl Act {
    /// A change of one field.
    #[must_use]
    pub fn set(field: impl Into<Name>, input: Input) -> Self {
        Self { op: Op::Update, set: vec![(field.into(), input)], turns: None }
    }

    /// An act without fields: deleting, restoring.
    #[must_use]
    pub fn plain(op: Op) -> Self {
        Self { op, set: Vec::new(), turns: None }
    }

    /// The edit of the `nth` record, from 0.
    fn edit(&self, record: &RecordRef, nth: usize) -> Edit {
        let mut edit = match self.op {
            Op::Delete => Edit::delete(&record.entity, record.id),
            Op::Restore => Edit::restore(&record.entity, record.id),
            Op::Update | Op::Create => Edit::update(&record.entity, record.id),
        };
        edit.set.clone_from(&self.set);
        if let Some((field, turns)) = &self.turns
            && let Some(turn) = turns.get(nth % turns.len().max(1))
        {
            edit.set.push((field.clone(), turn.clone()));
        }
        edit
    }
}

/// Many wishes to write.
#[derive(Debug, Clone, PartialEq)]
pub enum Many {
    /// The same for all.
    Same {
        /// For which records.
        of: Chosen,
        /// What.
        act: Act,
    },
    /// To each its own; existing records only.
    Own(Vec<Edit>),
    /// Somebody leaves, and what they had is handed on.
    Leave(Arc<Leaving>),
    /// Records become one, each several of their own; told by the one that is left.
    Merge(Arc<Vec<Merge>>),
}

/// How far a look at many records is.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Place {
    /// Nowhere yet.
    #[default]
    Start,
    /// At this one of those that are named.
    At(usize),
    /// After this place of the list, so many records on.
    After(Box<Cursor>, usize),
}

/// What would become, or became, of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// It changes.
    Change,
    /// It is as it should be already.
    Same,
    /// It cannot be done.
    Refused,
    /// Somebody else changed it meanwhile: it is left alone.
    Conflict,
}

impl Fate {
    /// All of them, in the order they are told.
    pub const ALL: [Self; 4] = [Self::Change, Self::Same, Self::Refused, Self::Conflict];
}

/// What would become, or became, of one record, told in full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Which.
    pub record: RecordRef,
    /// What it is called.
    pub title: String,
    /// What becomes of it.
    pub fate: Fate,
    /// Whether it is changed, put away or brought back.
    pub op: Op,
    /// The fields, before and after; titles of links filled in.
    pub fields: Vec<FieldChange>,
    /// Why not, where it is refused or left alone: the field and the reason.
    pub reasons: Vec<(Option<Name>, Phrase)>,
    /// Base, theirs and mine, where both changed the same fields.
    pub conflict: Option<Box<Conflict>>,
    /// Values that nobody has any more afterwards (merges only).
    pub lost: Vec<(Name, Value)>,
}

/// What merges do beside the fields of those that are left, as far as the person sees it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MergeCounts {
    /// Records that are put away.
    pub away: u64,
    /// How many records move, by their entity.
    pub moved: BTreeMap<Name, u64>,
    /// How many values nobody has any more afterwards, by field.
    pub lost: BTreeMap<Name, u64>,
}

impl MergeCounts {
    /// Counts one more.
    pub(super) fn count(&mut self, plan: &MergePlan) {
        self.away += plan.wish().merged.len() as u64;
        for moved in plan.moves() {
            *self.moved.entry(moved.entity.clone()).or_default() += moved.records;
        }
        for (field, _) in plan.lost() {
            *self.lost.entry(field).or_default() += 1;
        }
    }

    /// Counts those of a further piece.
    pub fn add(&mut self, more: &Self) {
        self.away += more.away;
        for (all, more) in [(&mut self.moved, &more.moved), (&mut self.lost, &more.lost)] {
            for (name, n) in more {
                *all.entry(name.clone()).or_default() += n;
            }
        }
    }
}

/// How many records have which fate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    counts: [u64; 4],
}

impl Tally {
    /// How many have this fate.
    #[must_use]
    pub fn of(&self, fate: Fate) -> u64 {
        self.counts[fate as usize]
    }

    /// How many there are.
    #[must_use]
    pub fn all(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Counts one more; true where so few were counted that it is told in full.
    pub fn count(&mut self, fate: Fate) -> bool {
        self.counts[fate as usize] += 1;
        self.counts[fate as usize] <= TOLD
    }

    /// Counts those of a further piece.
    pub fn add(&mut self, more: &Self) {
        for (count, more) in self.counts.iter_mut().zip(more.counts) {
            *count += more;
        }
    }
}

/// A record as it was when it was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// Its number.
    pub id: RecordId,
    /// Its version; 0 where nothing is to be done with it.
    pub version: i64,
}

/// What would become of some of many records.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Look {
    /// The first of each fate in full.
    pub outcomes: Vec<Outcome>,
    /// How many of this piece have which fate.
    pub tally: Tally,
    /// Why records are refused, and how many for that reason.
    pub reasons: BTreeMap<Phrase, u64>,
    /// The first right that was missing, where somebody may ask for it.
    pub missing: Option<Missing>,
    /// What merges do beside.
    pub merges: MergeCounts,
    /// Every record of this piece, in order.
    pub seen: Vec<Seen>,
    /// The newest change there was.
    pub at: i64,
    /// Where to go on; none at the end.
    pub next: Option<Place>,
}

/// What became of some of many records.
#[derive(Debug, Default)]
pub struct Ran {
    /// The operation all pieces belong to, once something is written.
    pub operation: Option<i64>,
    /// How many records of this piece were written.
    pub written: u64,
    /// Those that were not although they were to be.
    pub left: Vec<Outcome>,
    /// Where to go on; none at the end.
    pub next: Option<usize>,
    /// What ended it before its time; what was written before stays.
    pub error: Option<GateError>,
}

/// What taking back a change set would do, with the first records.
#[derive(Debug, Clone, PartialEq)]
pub struct UndoLook {
    /// The whole.
    pub plan: UndoPlan,
    /// The first records, as they are and as they would be again.
    pub outcomes: Vec<Outcome>,
    /// Set where it changes the schema or rights.
    pub doubt: Option<Doubt>,
    /// What becomes of the schema, a difference each.
    pub schema: Vec<Phrase>,
}
