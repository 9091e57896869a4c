//! How far an import is: what the file keeps of it with each piece, and what that means to one that goes on.
//!
//! The note is written in the same transaction as the records of the piece (see
//! [`Bulk::apply_noted`](crate::gate::Bulk::apply_noted)), so a row is done in both or in neither. Rows up to
//! `done` have their verdicts, but for those that wait for rows further down; `partial` names rows behind it
//! whose records are written. Start at [`Course`].

use std::collections::{BTreeMap, HashMap};
use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use super::Outcome;
use super::judged::Judged;
use crate::exchange::cells::Draft;
use crate::exchange::mends::Mends;
use crate::exchange::verdict::RowFate;
use crate::model::{Name, RecordId, RecordRef};

/// The form of the note.
const FORM: u32 = 1;

/// What the file keeps of an import that is under way.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct State {
    /// The form of this note.
    form: u32,
    /// What is imported, and how: see [`super::Identity`].
    pub identity: String,
    /// The name of the file.
    pub file: String,
    /// The entity.
    pub entity: String,
    /// Rows up to this one have their verdicts.
    pub done: u64,
    /// Rows up to `done` that wait for others, first and last of each run.
    waiting: Vec<(u64, u64)>,
    /// Rows that are written besides, and what became of them: `501c 502u`.
    partial: String,
    /// Records that were made without the links they have to each other, with their rows.
    unlinked: Vec<(u64, i64)>,
    /// Rows by what became of them.
    pub fates: BTreeMap<String, u64>,
    /// Linked records that were made.
    pub made: BTreeMap<Name, u64>,
    /// How long the error file is, in bytes.
    pub rejected: u64,
    /// Where the error file lies, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejects: Option<String>,
    /// The map it is done by, as a map file.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub map: String,
    /// What was mended of the file by hand.
    #[serde(default, skip_serializing_if = "Mends::is_empty")]
    pub mends: Mends,
}

impl State {
    /// For an import that begins.
    pub fn new(identity: &str, file: &str, entity: &str) -> Self {
        let (identity, file, entity) = (identity.to_owned(), file.to_owned(), entity.to_owned());
        Self { form: FORM, identity, file, entity, ..Self::default() }
    }

    /// Reads a note; none where another version wrote it.
    pub fn read(note: &str) -> Option<Self> {
        serde_json::from_str(note).ok().filter(|state: &Self| state.form == FORM)
    }

    /// Rows that are done.
    pub fn rows(&self) -> u64 {
        self.fates.values().sum::<u64>() + self.partial.split_whitespace().count() as u64
    }
}

/// How far an import is.
#[derive(Debug, Default)]
pub(super) struct Course {
    /// What the file keeps when the next piece is written.
    state: State,
    /// Rows of the chunk under way that are written.
    written: Vec<(u64, RowFate)>,
    /// Records of the chunk under way that lack their links.
    unlinked: Vec<(u64, i64)>,
    /// Where an import goes on: what was done before.
    before: Option<Before>,
    /// The last row that is done for good.
    passed: u64,
    /// The last row that was read in this run.
    come: u64,
}

/// What was done before.
#[derive(Debug)]
struct Before {
    done: u64,
    waiting: Vec<RangeInclusive<u64>>,
    partial: HashMap<u64, RowFate>,
    unlinked: HashMap<u64, i64>,
}

/// A piece that is about to be committed.
pub(super) struct Written<'a> {
    /// The verdicts of the plan.
    pub judged: &'a Judged,
    /// The rows it was made of.
    pub numbers: &'a [u64],
    /// How many of its changes were written before.
    pub before: usize,
    /// The records of the piece.
    pub records: &'a [RecordRef],
}

impl Course {
    /// A course that begins, or goes on from what the file kept.
    pub fn new(state: State, goes_on: bool) -> Self {
        let before = goes_on.then(|| Before {
            done: state.done,
            waiting: state.waiting.iter().map(|(first, last)| *first..=*last).collect(),
            partial: state.partial.split_whitespace().filter_map(told).collect(),
            unlinked: state.unlinked.iter().copied().collect(),
        });
        let passed = state.done;
        Self { state, before, passed, ..Self::default() }
    }

    /// Whether the file keeps it: where it is known what is imported.
    pub fn is_kept(&self) -> bool {
        !self.state.identity.is_empty()
    }

    /// Whether a row is still to be done.
    pub fn is_due(&self, row: u64) -> bool {
        let Some(before) = &self.before else { return true };
        let waits = row <= before.done && before.waiting.iter().any(|run| run.contains(&row));
        (row > before.done || waits) && !before.partial.contains_key(&row)
    }

    /// What became of a row whose record was written in the chunk that was cut off: it is not counted yet.
    pub fn done_before(&mut self, row: u64) -> Option<RowFate> {
        let fate = self.before.as_ref()?.partial.get(&row).copied()?;
        self.written.push((row, fate));
        Some(fate)
    }

    /// The record that a row made without its links before the import was stopped.
    pub fn lacks_links(&self, row: u64) -> Option<RecordId> {
        self.before.as_ref()?.unlinked.get(&row).map(|id| RecordId(*id))
    }

    /// Begins a chunk: what is told until now counts as done with its first piece.
    pub fn begin(&mut self, waiting: impl Iterator<Item = u64>, out: &Outcome<'_>) {
        self.written.clear();
        self.state.unlinked.append(&mut self.unlinked);
        self.state.done = self.state.done.max(self.passed);
        self.state.waiting = runs(waiting);
        // Rows that waited when the import was stopped and have not come by again still wait.
        if let Some(before) = &self.before {
            let open = |run: &RangeInclusive<u64>| {
                (*run.end() > self.come).then(|| ((*run.start()).max(self.come + 1), *run.end()))
            };
            self.state.waiting.extend(before.waiting.iter().filter_map(open));
        }
        self.state.partial.clear();
        self.state.fates =
            out.report.fates.iter().map(|(fate, n)| (fate.word().to_owned(), *n)).collect();
        self.state.made.clone_from(&out.report.made);
        self.state.rejected = out.rejected;
    }

    /// The rows up to this one were taken.
    pub fn passed(&mut self, row: u64) {
        self.come = self.come.max(row);
        self.passed = self.passed.max(row);
    }

    /// The note that goes with a piece.
    pub fn note(&self, piece: &Written<'_>, leaves_out: bool) -> String {
        let mut state = self.state.clone();
        let mut rows = self.written.clone();
        let so_far = piece.before + piece.records.len();
        let mut place = piece.judged.missing_changes;
        for (index, number) in piece.numbers.iter().enumerate() {
            if !piece.judged.writes(index) {
                continue;
            }
            // A row may write two records: the last one is its own.
            let last = place + piece.judged.changes(index);
            if last > so_far {
                break;
            }
            rows.push((*number, piece.judged.fate(index)));
            let own = last.checked_sub(piece.before + 1).and_then(|at| piece.records.get(at));
            if leaves_out && let Some(record) = own {
                state.unlinked.push((*number, record.id.0));
            }
            place = last;
        }
        state.unlinked.extend(&self.unlinked);
        state.partial = rows
            .iter()
            .map(|(row, fate)| format!("{row}{}", &fate.word()[..1]))
            .collect::<Vec<_>>()
            .join(" ");
        serde_json::to_string(&state).unwrap_or_default()
    }

    /// The records of a plan are written.
    pub fn wrote(
        &mut self,
        judged: &Judged,
        drafts: &[Draft],
        leaves_out: bool,
        records: &[Option<RecordRef>],
    ) {
        for (index, draft) in drafts.iter().enumerate() {
            if judged.writes(index) {
                self.wrote_row(draft.row.number, judged.fate(index));
                if leaves_out && let Some(Some(record)) = records.get(index) {
                    self.unlinked.push((draft.row.number, record.id.0));
                }
            }
        }
    }

    /// The record of a row is written.
    pub fn wrote_row(&mut self, row: u64, fate: RowFate) {
        self.written.push((row, fate));
    }
}

/// `501c`: the row and what became of it.
fn told(word: &str) -> Option<(u64, RowFate)> {
    let (row, letter) = word.split_at_checked(word.len().checked_sub(1)?)?;
    let fate = RowFate::ALL.into_iter().find(|fate| fate.word().starts_with(letter))?;
    Some((row.parse().ok()?, fate))
}

/// Numbers as runs of neighbours.
fn runs(numbers: impl Iterator<Item = u64>) -> Vec<(u64, u64)> {
    let mut sorted: Vec<u64> = numbers.collect();
    sorted.sort_unstable();
    let mut runs: Vec<(u64, u64)> = Vec::new();
    for number in sorted {
        match runs.last_mut().filter(|(_, last)| *last + 1 == number) {
            Some((_, last)) => *last = number,
            None => runs.push((number, number)),
        }
    }
    runs
}
