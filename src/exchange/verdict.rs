//! What became of the rows of an import, one by one and counted.
//!
//! Start at [`ImportReport`].

use std::collections::{BTreeMap, HashMap, HashSet};

use super::cells::{Remark, RemarkKind, RowProblem};
use super::headers::Suggestion;
use super::map::ImportMap;
use crate::model::{Name, Phrase, RecordRef, phrase};
use crate::schema::Label;

/// What becomes of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RowFate {
    /// A record comes into being.
    Create,
    /// Fields of a record change.
    Update,
    /// The record is already so.
    Same,
    /// The record is there, and the import makes new ones only.
    Duplicate,
    /// The map says to leave it out, or the import only updates and the record is not there.
    Skip,
    /// It cannot be done.
    Error,
}

impl RowFate {
    /// All of them, in the order they are told.
    pub const ALL: [Self; 6] =
        [Self::Create, Self::Update, Self::Same, Self::Duplicate, Self::Skip, Self::Error];

    /// The word for it, as tables and JSON have it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Same => "same",
            Self::Duplicate => "duplicate",
            Self::Skip => "skip",
            Self::Error => "error",
        }
    }
}

/// The verdict on one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowVerdict {
    /// The row as a spreadsheet numbers it: the header is row 1.
    pub row: u64,
    /// What becomes of it.
    pub fate: RowFate,
    /// What it is called; may be empty.
    pub title: String,
    /// The record, where there is one (not for creations of a dry run).
    pub record: Option<RecordRef>,
    /// The fields that change, of an update.
    pub fields: Vec<Name>,
    /// Why it cannot be done.
    pub problems: Vec<RowProblem>,
    /// What else there is to say: why it was skipped, which row is the same.
    pub note: Option<Phrase>,
}

/// A problem that several rows may share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Distinct {
    /// The problem in one line.
    pub problem: Phrase,
    /// How many rows have it.
    pub rows: u64,
    /// The first of them, with the cell that does not fit.
    pub examples: Vec<(u64, String)>,
}

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Rows with a verdict.
    pub rows: u64,
    /// Rows of them that create a record.
    pub created: u64,
    /// Rows of them that change a record.
    pub updated: u64,
    /// Rows of them that cannot be done.
    pub errors: u64,
}

/// What an import did, or would do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImportReport {
    /// The entity.
    pub entity: String,
    /// The file.
    pub file: String,
    /// Nothing was written.
    pub dry_run: bool,
    /// It was stopped before the end of the file.
    pub stopped: bool,
    /// What the columns were taken for, where no map said it.
    pub columns: Vec<Suggestion>,
    /// The columns of the file.
    pub headers: Vec<String>,
    /// In a dry run: what the records would be called that it would have made.
    pub promised: HashSet<(Name, String)>,
    /// The map it is done by.
    pub map: ImportMap,
    /// Columns that the map does not mention.
    pub unmentioned: Vec<String>,
    /// What a person should know: that there is no key, for instance.
    pub notices: Vec<Phrase>,
    /// How many rows there are.
    pub rows: u64,
    /// Rows by what became of them.
    pub fates: BTreeMap<RowFate, u64>,
    /// How often each field changes in updates.
    pub changed: BTreeMap<Name, u64>,
    /// Linked records that were missing and made, by entity.
    pub made: BTreeMap<Name, u64>,
    /// The distinct problems, the most frequent first.
    pub problems: Vec<Distinct>,
    /// Why rows were left out, the most frequent reason first.
    pub left_out: Vec<Distinct>,
    /// Values that are not among the choices of their field, the most frequent first.
    pub new_choices: Vec<NewChoice>,
    /// The program whose export the file was taken for.
    pub shape: Option<Label>,
    /// The name of the error file, where rows went there.
    pub rejects: Option<String>,
    /// So many rows were done before: the import was begun, stopped and goes on.
    pub resumed: u64,
    /// The change set of all that was written, for undo; none where nothing was.
    pub change_set: Option<i64>,
}

impl ImportReport {
    /// How many rows have this fate.
    #[must_use]
    pub fn count(&self, fate: RowFate) -> u64 {
        self.fates.get(&fate).copied().unwrap_or(0)
    }

    /// How far it is.
    #[must_use]
    pub fn progress(&self) -> Progress {
        Progress {
            rows: self.rows,
            created: self.count(RowFate::Create),
            updated: self.count(RowFate::Update),
            errors: self.count(RowFate::Error),
        }
    }
}

/// A value that is not among the choices of its field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewChoice {
    /// The field.
    pub field: Name,
    /// The value as the file has it.
    pub value: String,
    /// In how many rows.
    pub rows: u64,
}

/// How many distinct problems are told apart; a file in which every row is wrong in its own way
/// must not fill the memory.
const MOST_PROBLEMS: usize = 1000;
const MOST_EXAMPLES: usize = 3;

/// Counts verdicts.
#[derive(Debug, Default)]
pub(super) struct Tally {
    problems: HashMap<Phrase, Distinct>,
    left_out: HashMap<Phrase, Distinct>,
    remarks: HashMap<(usize, RemarkKind, String), u64>,
}

impl Tally {
    /// Adds a verdict to a report.
    pub fn add(&mut self, report: &mut ImportReport, verdict: &RowVerdict) {
        report.rows += 1;
        *report.fates.entry(verdict.fate).or_default() += 1;
        for field in &verdict.fields {
            *report.changed.entry(field.clone()).or_default() += 1;
        }
        for problem in &verdict.problems {
            count(&mut self.problems, problem.line(), verdict.row, problem.cell.clone());
        }
        if verdict.fate == RowFate::Skip
            && let Some(note) = &verdict.note
        {
            count(&mut self.left_out, note.clone(), verdict.row, String::new());
        }
    }

    /// Counts what there is to say of cells.
    pub fn remark(&mut self, remarks: &[Remark]) {
        for remark in remarks {
            // Of dates one example is enough, of choices each value counts.
            let key = (remark.slot, remark.kind, remark.cell.clone());
            let known = match remark.kind {
                RemarkKind::NewChoice => self.remarks.len() < MOST_PROBLEMS,
                _ => !self.remarks.keys().any(|(slot, kind, _)| (*slot, *kind) == (key.0, key.1)),
            };
            if known || self.remarks.contains_key(&key) {
                *self.remarks.entry(key).or_default() += 1;
            } else if remark.kind != RemarkKind::NewChoice
                && let Some((_, rows)) = self
                    .remarks
                    .iter_mut()
                    .find(|((slot, kind, _), _)| (*slot, *kind) == (key.0, key.1))
            {
                *rows += 1;
            }
        }
    }

    /// What was counted of cells, by field: the slot, what it is, an example, how often.
    pub fn remarks(&self) -> Vec<(usize, RemarkKind, String, u64)> {
        let mut all: Vec<_> = self
            .remarks
            .iter()
            .map(|((slot, kind, cell), rows)| (*slot, *kind, cell.clone(), *rows))
            .collect();
        all.sort_by(|a, b| b.3.cmp(&a.3).then_with(|| (a.0, &a.2).cmp(&(b.0, &b.2))));
        all
    }

    /// Moves the distinct problems into the report.
    pub fn settle(self, report: &mut ImportReport) {
        let first = |problem: &Distinct| problem.examples.first().map_or(0, |(row, _)| *row);
        for (told, counted) in
            [(&mut report.problems, self.problems), (&mut report.left_out, self.left_out)]
        {
            *told = counted.into_values().collect();
            told.sort_by(|a, b| {
                let by_row = || first(a).cmp(&first(b));
                let by_text = || a.problem.as_str().cmp(b.problem.as_str());
                b.rows.cmp(&a.rows).then_with(by_row).then_with(by_text)
            });
        }
    }
}

fn count(counted: &mut HashMap<Phrase, Distinct>, line: Phrase, row: u64, cell: String) {
    let known = counted.len() < MOST_PROBLEMS || counted.contains_key(&line);
    let key = if known { line } else { phrase!("other problems") };
    let distinct = counted.entry(key).or_insert_with_key(|line| Distinct {
        problem: line.clone(),
        rows: 0,
        examples: Vec::new(),
    });
    distinct.rows += 1;
    if distinct.examples.len() < MOST_EXAMPLES {
        distinct.examples.push((row, cell));
    }
}
