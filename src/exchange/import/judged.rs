//! The gate's plan, told row by row.

use std::collections::BTreeMap;

use super::piece::Missing;
use super::{ImportError, Outcome, plain};
use crate::exchange::cells::{Draft, RowProblem};
use crate::exchange::verdict::{RowFate, RowVerdict};
use crate::gate::{GateError, Plan, Planned, Session, Verdict};
use crate::model::{FieldChange, Name, RecordRef, phrase};
use crate::schema::Entity;

/// The verdicts of a plan on the rows it was made of.
pub(super) struct Judged {
    rows: Vec<(RowFate, Vec<Name>)>,
    /// How many records each row writes.
    changes: Vec<usize>,
    problems: BTreeMap<usize, Vec<RowProblem>>,
    /// All that changes, by row, where that is wanted.
    in_full: Vec<Vec<FieldChange>>,
    /// How many of the linked records that are made first are written.
    pub missing_changes: usize,
}

impl Judged {
    /// Sorts out a plan whose first `missing` edits make linked records.
    pub fn of(plan: &Plan, missing: usize, entity: Option<&Entity>) -> Self {
        let mut problems: BTreeMap<usize, Vec<RowProblem>> = BTreeMap::new();
        for problem in plan.problems() {
            let Some(row) = problem.edit.checked_sub(missing) else { continue };
            problems.entry(row).or_default().push(RowProblem {
                field: problem.field.clone(),
                label: problem.field.as_ref().and_then(|name| Some(entity?.field(name)?.told())),
                cell: String::new(),
                message: problem.message.clone(),
                hint: problem.hint.clone(),
            });
        }
        let rows = plan.edits()[missing..].iter().map(|planned| {
            let change = planned.change.as_ref();
            match planned.verdict {
                Verdict::Create => (RowFate::Create, Vec::new()),
                Verdict::Same => (RowFate::Same, Vec::new()),
                Verdict::Conflict(_) | Verdict::Refused => (RowFate::Error, Vec::new()),
                Verdict::Update | Verdict::Delete | Verdict::Restore => {
                    let fields = change.into_iter().flat_map(|change| &change.fields);
                    (RowFate::Update, fields.map(|field| field.field.clone()).collect())
                }
            }
        });
        let writes =
            |edit: &Planned| usize::from(edit.change.is_some()) + usize::from(edit.next.is_some());
        Self {
            rows: rows.collect(),
            changes: plan.edits()[missing..].iter().map(writes).collect(),
            problems,
            in_full: Vec::new(),
            missing_changes: plan.edits()[..missing].iter().map(writes).sum(),
        }
    }

    /// Keeps all that changes, as the person may see it, with what linked records are or will be called.
    pub fn keep_in_full(
        &mut self,
        plan: &Plan,
        missing: &Missing,
        session: &Session,
    ) -> Result<(), GateError> {
        for planned in &plan.edits()[missing.list.len()..] {
            let mut fields = match &planned.change {
                Some(change) => session.shown_fields(change)?,
                None => Vec::new(),
            };
            for link in fields.iter_mut().flat_map(|field| field.after.links_mut()) {
                if let Some(name) = missing.name_of(link.id) {
                    name.clone_into(&mut link.title);
                }
            }
            self.in_full.push(fields);
        }
        Ok(())
    }

    /// A link of a row leads to what will be there: what the plan says against it does not count.
    pub fn forgive(&mut self, row: usize, field: &Name, fate: RowFate) {
        if let Some(problems) = self.problems.get_mut(&row) {
            problems.retain(|problem| problem.field.as_ref() != Some(field));
            if problems.is_empty() && self.rows[row].0 == RowFate::Error {
                self.rows[row].0 = fate;
            }
        }
    }

    /// What becomes of a row.
    pub fn fate(&self, row: usize) -> RowFate {
        self.rows[row].0
    }

    /// How many records the row writes: its own last.
    pub fn changes(&self, row: usize) -> usize {
        self.changes[row]
    }

    /// True where the row changes something.
    pub fn writes(&self, row: usize) -> bool {
        matches!(self.rows[row].0, RowFate::Create | RowFate::Update)
    }

    /// Gives a row its verdict.
    pub fn tell(
        &self,
        row: usize,
        draft: &Draft,
        record: Option<RecordRef>,
        out: &mut Outcome<'_>,
    ) -> Result<(), ImportError> {
        let (fate, fields) = &self.rows[row];
        let mut problems = self.problems.get(&row).cloned().unwrap_or_default();
        if *fate == RowFate::Error && problems.is_empty() {
            problems.push(RowProblem::of_row(phrase!("a record it links to could not be made")));
        }
        let verdict =
            RowVerdict { record, fields: fields.clone(), problems, ..plain(draft, *fate) };
        out.settle_in_full(draft, &verdict, self.in_full.get(row).map_or(&[], Vec::as_slice))
    }
}
