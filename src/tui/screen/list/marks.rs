//! Marks: the records that actions work on together, one by one, in a row, or all but some.
//!
//! All of a filter is kept as the filter and those taken out, never as the records themselves. A row
//! begins where it was asked for and ends at the cursor.

use std::collections::BTreeSet;

use super::{List, grouped};
use crate::gate::{Chosen, Count, ListRequest, Page, Window};
use crate::model::{Record, RecordId, RecordRef};
use crate::tui::context::Context;
use crate::tui::layer::{Cmd, Cmds};
use crate::tui::request::{Answer, Reply, Request, Slot};
use crate::tui::rows::Step;

const ALL: Slot = Slot("list.all", 0);
/// The rows from the beginning of a row of marks on, and from its end on: one of them holds the row.
const RANGE: &str = "list.range";
/// The longest row of marks that reaches beyond what is loaded.
const ROW_AT_MOST: usize = 5_000;

/// The marks of a list.
#[derive(Debug, Clone, Default)]
pub(super) struct Marks {
    /// The marked ones; those taken out where all are marked.
    ids: BTreeSet<RecordId>,
    /// All that this asks for is marked.
    all: Option<Box<ListRequest>>,
    /// How many that are, once it is known.
    count: Option<u64>,
    /// Where a row of marks begins.
    from: Option<RecordId>,
}

impl Marks {
    /// True where nothing is marked.
    pub fn is_empty(&self) -> bool {
        self.all.is_none() && self.ids.is_empty()
    }

    /// Takes all marks away.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    fn has(&self, id: RecordId) -> bool {
        self.ids.contains(&id) != self.all.is_some()
    }

    fn set(&mut self, id: RecordId, marked: bool) {
        if marked == self.all.is_some() {
            self.ids.remove(&id);
        } else {
            self.ids.insert(id);
        }
    }

    /// How many are marked, as far as is known.
    pub fn len(&self) -> usize {
        match (&self.all, self.count) {
            (None, _) => self.ids.len(),
            (Some(_), Some(count)) => {
                usize::try_from(count).unwrap_or(usize::MAX).saturating_sub(self.ids.len())
            }
            // All of a list with a record under the cursor is one at least.
            (Some(_), None) => 1,
        }
    }

    /// What is marked, in words: `12 marked`, `all 3,412 in filter, 2 taken out`.
    pub fn shown(&self, ctx: &Context) -> String {
        if self.all.is_none() {
            let n = grouped(self.ids.len() as u64);
            return if self.ids.is_empty() {
                String::new()
            } else {
                ctx.tf("list.marked", &[("n", &n)])
            };
        }
        let n = self.count.map_or_else(|| "…".to_owned(), grouped);
        let n = if ctx.ascii { n.replace('…', "?") } else { n };
        let all = ctx.tf("list.marked_all", &[("n", &n)]);
        if self.ids.is_empty() {
            return all;
        }
        let out = ctx.tf("list.marked_but", &[("n", &grouped(self.ids.len() as u64))]);
        format!("{all}{out}")
    }
}

impl List {
    /// The actions of this file; none where it is another.
    pub(super) fn act_on_marks(&mut self, action: &str, ctx: &Context) -> Option<Cmds> {
        Some(match action {
            "nav.back" if self.marks.from.is_some() => self.end_row(),
            "nav.back" if !self.marks.is_empty() => {
                self.marks.clear();
                Cmds::new()
            }
            "list.mark" if self.marks.from.is_some() => self.end_row(),
            "list.mark" => self.mark(ctx),
            "list.range" if self.marks.from.is_some() => self.end_row(),
            "list.range" => {
                self.marks.from = self.current().map(|record| record.id);
                Cmds::new()
            }
            "list.mark-all" => self.mark_all(),
            _ => return None,
        })
    }

    fn mark(&mut self, ctx: &Context) -> Cmds {
        if let Some(id) = self.current().map(|record| record.id) {
            self.marks.set(id, !self.marks.has(id));
        }
        self.moved(Step::By(1), ctx)
    }

    /// All that the list asks for; a second time none.
    fn mark_all(&mut self) -> Cmds {
        let had_all = self.marks.all.is_some();
        self.marks.clear();
        if had_all || self.is_blank() {
            return Cmds::new();
        }
        let request = self.rows.request().clone();
        let counted = match self.rows.total() {
            Some(Count::Exactly(n)) => Some(n),
            _ => None,
        };
        let ask = (counted.is_none() && !request.deleted).then(|| {
            let (entity, filter) = (request.entity.clone(), request.filter.clone());
            Cmd::Ask(ALL, Request::Count { entity, filter, cap: None })
        });
        self.marks.count = counted;
        self.marks.all = Some(Box::new(request));
        ask.into_iter().collect()
    }

    /// The row of marks is complete: from where it began to the cursor.
    fn end_row(&mut self) -> Cmds {
        let (Some(from), Some(to)) =
            (self.marks.from.take(), self.current().map(|record| record.id))
        else {
            return Cmds::new();
        };
        if let Some(row) = self.loaded_row(from) {
            for id in row {
                self.marks.set(id, true);
            }
            return Cmds::new();
        }
        // It began beyond what is loaded: which of the two comes first is not known here.
        let ask = |n: usize, id: RecordId| {
            let request = ListRequest {
                fields: self.rows.request().fields.iter().take(1).cloned().collect(),
                window: Window::From(id),
                limit: ROW_AT_MOST,
                ..self.rows.request().clone()
            };
            Cmd::Ask(Slot(RANGE, n), Request::List(request))
        };
        self.row_ends = Some((from, to));
        vec![ask(0, from), ask(1, to)]
    }

    /// The records from `from` to the cursor, where both are loaded.
    fn loaded_row(&self, from: RecordId) -> Option<Vec<RecordId>> {
        let rows = self.near_rows().loaded();
        let from = rows.iter().position(|row| row.id == from)?;
        let to = self.near_rows().selected();
        let (first, last) = (from.min(to), from.max(to));
        Some(rows.iter().skip(first).take(last - first + 1).map(|row| row.id).collect())
    }

    /// Answers about marks; hands back those about something else.
    pub(super) fn marks_reply(&mut self, slot: Slot, answer: Answer) -> Option<Answer> {
        match (slot, answer) {
            (ALL, Ok(Reply::Count(Count::Exactly(n)))) => self.marks.count = Some(n),
            (Slot(RANGE, _), Ok(Reply::Page(page))) => self.take_row(&page),
            (ALL | Slot(RANGE, _), _) => {}
            (_, other) => return Some(other),
        }
        None
    }

    /// Of the rows after either end of a row of marks, those up to the other end.
    fn take_row(&mut self, page: &Page) {
        let Some((from, to)) = self.row_ends else { return };
        let Some(first) = page.rows.first().map(|row| row.id) else { return };
        let other = if first == from { to } else { from };
        if let Some(last) = page.rows.iter().position(|row| row.id == other) {
            self.row_ends = None;
            for row in &page.rows[..=last] {
                self.marks.set(row.id, true);
            }
        }
    }

    /// Which of these rows are shown as marked.
    pub(super) fn marked<'r>(
        &self,
        rows: impl Iterator<Item = (usize, &'r Record)>,
    ) -> BTreeSet<RecordId> {
        let row = self.marks.from.and_then(|from| {
            let at = self.near_rows().loaded().iter().position(|row| row.id == from)?;
            let to = self.near_rows().selected();
            Some(at.min(to)..=at.max(to))
        });
        rows.filter(|(n, record)| {
            self.marks.has(record.id) || row.as_ref().is_some_and(|row| row.contains(n))
        })
        .map(|(_, record)| record.id)
        .collect()
    }

    /// How many the row of marks has so far, where that is known.
    pub(super) fn row_length(&self) -> Option<usize> {
        self.marks.from.and_then(|from| self.loaded_row(from)).map(|row| row.len())
    }

    pub(super) fn has_row(&self) -> bool {
        self.marks.from.is_some()
    }

    /// What was chosen: the marks, or the record under the cursor.
    pub(super) fn chosen_here(&self) -> Option<Chosen> {
        if let Some(list) = &self.marks.all {
            return Some(Chosen::All { list: list.clone(), but: self.marks.ids.clone() });
        }
        if let Some(row) = self.marks.from.and_then(|from| self.loaded_row(from)) {
            let ids: BTreeSet<RecordId> = row.into_iter().chain(self.marks.ids.clone()).collect();
            return Some(self.these(ids.into_iter()));
        }
        if !self.marks.ids.is_empty() {
            return Some(self.these(self.marks.ids.iter().copied()));
        }
        let current = self.current().map(Record::reference);
        current.map(|record| Chosen::These(vec![record]))
    }

    /// Records in the order of the list as far as it is loaded, the others after them.
    fn these(&self, ids: impl Iterator<Item = RecordId>) -> Chosen {
        let mut ids: BTreeSet<RecordId> = ids.collect();
        let mut ordered = Vec::with_capacity(ids.len());
        for row in self.near_rows().loaded() {
            if ids.remove(&row.id) {
                ordered.push(row.id);
            }
        }
        ordered.extend(ids);
        Chosen::These(ordered.into_iter().map(|id| RecordRef::new(&self.entity, id)).collect())
    }
}
