//! A window on a list of any length: a few hundred rows around the cursor, fetched page by page.
//!
//! Old rows stay until new ones land. The place of the cursor is a record, not a number, so it survives
//! changes by others. Start at [`Rows::load`].

use std::collections::VecDeque;

use super::request::{Reply, Request};
use crate::gate::{Count, Cursor, ListRequest, Page, Window};
use crate::model::{Record, RecordId};
use crate::term::grouped;

/// Rows asked for at a time.
const PAGE: usize = 120;
/// Rows kept at most.
const KEPT: usize = 480;
/// Counting stops here first, so that a list stands at once.
const FIRST_COUNT: u64 = 1_000;
/// Rows asked for at a time on a long way.
const FAR: usize = 2_000;

/// What was asked for last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    /// Rows in place of all that are there, the cursor on the first.
    Start,
    /// The end of the list, the cursor on the last.
    End,
    /// The same rows again, the cursor on the same record.
    Again,
    /// The same place again with this record under the cursor.
    At(RecordId),
    /// Where the record under the cursor went, which the same rows do not show any more.
    Gone(RecordId),
    /// More after the last.
    After,
    /// More before the first.
    Before,
}

/// A step of the cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// So many rows down, or up.
    By(isize),
    /// To the first row.
    Top,
    /// To the last row.
    Bottom,
    /// To the row of this number, from 1.
    To(u32),
}

impl Step {
    /// The step that an action asks for, where a page has `page` rows; none where it asks for no step.
    #[must_use]
    pub fn of_action(action: &str, page: isize) -> Option<Self> {
        Some(match action {
            "nav.up" => Self::By(-1),
            "nav.down" => Self::By(1),
            "nav.page-up" => Self::By(-page),
            "nav.page-down" => Self::By(page),
            "nav.top" => Self::Top,
            "nav.bottom" => Self::Bottom,
            _ => return None,
        })
    }

    /// The same so many times; the first and the last row with a number are the row of that number.
    #[must_use]
    pub fn times(self, count: u32) -> Self {
        match self {
            Self::By(by) => Self::By(by.saturating_mul(count as isize)),
            Self::Top | Self::Bottom | Self::To(_) => Self::To(count),
        }
    }
}

/// A window on a list.
#[derive(Debug, Clone)]
pub struct Rows {
    request: ListRequest,
    records: VecDeque<Record>,
    cursors: VecDeque<Cursor>,
    at_start: bool,
    at_end: bool,
    before: Option<u64>,
    total: Option<Count>,
    selected: usize,
    top: usize,
    asked: Option<Asked>,
    /// Rows that the cursor still has to go, once they are loaded.
    owed: isize,
    landed: bool,
}

impl Rows {
    /// An empty window on what `request` asks for; its limit is what is asked for at a time, where it has
    /// one. Its window is not used.
    #[must_use]
    pub fn new(request: ListRequest) -> Self {
        Self {
            request,
            records: VecDeque::new(),
            cursors: VecDeque::new(),
            at_start: true,
            at_end: true,
            before: Some(0),
            total: None,
            selected: 0,
            top: 0,
            asked: None,
            owed: 0,
            landed: false,
        }
    }

    /// What is asked for.
    #[must_use]
    pub fn request(&self) -> &ListRequest {
        &self.request
    }

    /// To ask for something else from now on; [`Rows::load`] then asks.
    pub fn request_mut(&mut self) -> &mut ListRequest {
        &mut self.request
    }

    /// The loaded rows.
    #[must_use]
    pub fn loaded(&self) -> &VecDeque<Record> {
        &self.records
    }

    /// True once the first answer landed.
    #[must_use]
    pub fn has_landed(&self) -> bool {
        self.landed
    }

    /// True while other rows are awaited in place of those that are there.
    #[must_use]
    pub fn are_awaited(&self) -> bool {
        self.owed != 0
            || self.asked.is_some_and(|asked| !matches!(asked, Asked::After | Asked::Before))
    }

    /// How many there are, where known.
    #[must_use]
    pub fn total(&self) -> Option<Count> {
        self.total
    }

    /// The record under the cursor.
    #[must_use]
    pub fn current(&self) -> Option<&Record> {
        self.records.get(self.selected)
    }

    /// The place of the cursor among the loaded rows.
    #[must_use]
    pub fn selected(&self) -> usize {
        self.selected
    }

    /// The place of the cursor in the whole list, from 1, where known.
    #[must_use]
    pub fn position(&self) -> Option<u64> {
        self.before
            .filter(|_| !self.records.is_empty())
            .map(|before| before + self.selected as u64 + 1)
    }

    /// The place of the cursor and how many there are, as people read them, where both are known.
    #[must_use]
    pub fn place(&self) -> Option<(String, String)> {
        let total = match self.total? {
            Count::Exactly(n) => grouped(n),
            Count::AtLeast(n) => format!("{}+", grouped(n)),
        };
        Some((grouped(self.position()?), total))
    }

    /// The loaded rows that `height` lines show, with their places.
    pub fn visible(&self, height: usize) -> impl Iterator<Item = (usize, &Record)> {
        let top = self.first_visible(height);
        self.records.iter().enumerate().skip(top).take(height)
    }

    /// The place of the first row that `height` lines show.
    #[must_use]
    pub fn first_visible(&self, height: usize) -> usize {
        let lowest = (self.selected + 1).saturating_sub(height);
        self.top.clamp(lowest.min(self.selected), self.selected)
    }

    /// Nothing comes before the loaded rows.
    #[must_use]
    pub fn is_at_start(&self) -> bool {
        self.at_start
    }

    /// Nothing comes after the loaded rows.
    #[must_use]
    pub fn is_at_end(&self) -> bool {
        self.at_end
    }

    /// Puts the cursor on a record; false where it is not loaded.
    pub fn select(&mut self, id: RecordId) -> bool {
        let place = self.records.iter().position(|record| record.id == id);
        self.selected = place.unwrap_or(self.selected);
        place.is_some()
    }

    /// Puts the cursor on the first of the loaded rows, or on the last.
    pub fn stand_at_loaded_end(&mut self, first: bool) {
        self.selected = if first { 0 } else { self.records.len().saturating_sub(1) };
        self.owed = 0;
        self.top = self.first_visible(1);
    }

    /// Asks for the beginning.
    pub fn load(&mut self) -> Request {
        self.ask(Asked::Start, Window::First)
    }

    /// Asks for the same place again.
    pub fn reload(&mut self) -> Request {
        match self.records.get(self.top) {
            Some(row) if self.top > 0 || self.before != Some(0) => {
                let window = Window::From(row.id);
                self.ask(Asked::Again, window)
            }
            _ => self.ask(Asked::Again, Window::First),
        }
    }

    /// Asks for the place where a record stands.
    pub fn load_at(&mut self, id: RecordId) -> Request {
        self.ask(Asked::At(id), Window::From(id))
    }

    /// Asks how many there are: stops early first. Deleted ones are not counted but by looking.
    #[must_use]
    pub fn count(&self) -> Option<Request> {
        (!self.request.deleted).then(|| self.counting(Some(FIRST_COUNT)))
    }

    fn counting(&self, cap: Option<u64>) -> Request {
        let ListRequest { entity, filter, .. } = &self.request;
        Request::Count { entity: entity.clone(), filter: filter.clone(), cap }
    }

    fn ask(&mut self, asked: Asked, window: Window) -> Request {
        self.asked = Some(asked);
        if matches!(asked, Asked::Start | Asked::End | Asked::At(_) | Asked::Gone(_)) {
            self.owed = 0;
        }
        let usual = if self.request.limit == 0 { PAGE } else { self.request.limit };
        let limit = usual.max(self.owed.unsigned_abs().min(FAR));
        Request::List(ListRequest { window, limit, ..self.request.clone() })
    }

    /// Moves the cursor in a view of `height` lines; asks for rows where the window comes to its end.
    pub fn step(&mut self, step: Step, height: usize) -> Option<Request> {
        match step {
            Step::Top if !self.at_start => return Some(self.ask(Asked::Start, Window::First)),
            Step::Bottom if !self.at_end => return Some(self.ask(Asked::End, Window::Last)),
            Step::Top => self.selected = 0,
            Step::Bottom => self.selected = self.records.len().saturating_sub(1),
            Step::By(by) => self.step_by(by),
            Step::To(n) => {
                let n = i64::from(n);
                let Some(position) = self.position() else {
                    let ask = self.ask(Asked::Start, Window::First);
                    self.owed = n.saturating_sub(1) as isize;
                    return Some(ask);
                };
                self.owed = 0;
                self.step_by((n - position as i64) as isize);
            }
        }
        if matches!(step, Step::Top | Step::Bottom) {
            self.owed = 0;
        }
        self.top = self.first_visible(height);
        self.more(height)
    }

    /// So many rows on; what lies beyond the loaded ones is gone when they are there.
    fn step_by(&mut self, by: isize) {
        let last = self.records.len().saturating_sub(1) as isize;
        let wanted = (self.selected as isize).saturating_add(by).saturating_add(self.owed);
        let place = wanted.clamp(0, last);
        self.selected = place as usize;
        self.owed = match wanted - place {
            beyond if beyond > 0 && !self.at_end => beyond,
            before if before < 0 && !self.at_start => before,
            _ => 0,
        };
    }

    /// Asks for more where the cursor nears an end of the window.
    fn more(&mut self, height: usize) -> Option<Request> {
        if self.asked.is_some() {
            return None;
        }
        let margin = height * 2;
        if !self.at_end && self.selected + margin >= self.records.len() {
            let cursor = self.cursors.back()?.clone();
            return Some(self.ask(Asked::After, Window::After(cursor)));
        }
        if !self.at_start && self.selected < margin {
            let cursor = self.cursors.front()?.clone();
            return Some(self.ask(Asked::Before, Window::Before(cursor)));
        }
        None
    }

    /// Takes an answer in; what must be asked next.
    pub fn take(&mut self, reply: Reply, height: usize) -> Option<Request> {
        match reply {
            Reply::Page(page) => {
                let gone = self.take_page(page, height);
                gone.or_else(|| self.step(Step::By(0), height))
            }
            Reply::Count(count) => {
                self.total = Some(count);
                if let (Count::Exactly(total), true, None) = (count, self.at_end, self.before) {
                    self.before = Some(total.saturating_sub(self.records.len() as u64));
                }
                let on = || Request::Quietly(Box::new(self.counting(None)));
                matches!(count, Count::AtLeast(_)).then(on)
            }
            _ => None,
        }
    }

    /// The record whose place was asked for is not there: asks for the beginning. What only moved out of
    /// the rows shown leaves them as they are.
    pub fn lost(&mut self) -> Option<Request> {
        let gone = matches!(self.asked, Some(Asked::Gone(_)));
        self.failed();
        (!gone).then(|| self.load())
    }

    /// The last question was not answered: it may be asked again.
    pub fn failed(&mut self) {
        self.asked = None;
        self.owed = 0;
        self.landed = true;
    }

    /// Takes rows in; where to look for the record under the cursor if it is not among them any more.
    fn take_page(&mut self, page: Page, height: usize) -> Option<Request> {
        let asked = self.asked.take()?;
        self.landed = true;
        if page.at_start && page.at_end {
            self.total = Some(Count::Exactly(page.rows.len() as u64));
        }
        match asked {
            Asked::After => {
                self.at_end = page.at_end;
                self.records.extend(page.rows);
                self.cursors.extend(page.cursors);
                let surplus = self.records.len().saturating_sub(KEPT).min(self.top);
                self.records.drain(..surplus);
                self.cursors.drain(..surplus);
                self.selected -= surplus;
                self.top -= surplus;
                self.at_start &= surplus == 0;
                self.before = self.before.map(|before| before + surplus as u64);
            }
            Asked::Before => {
                self.at_start = page.at_start;
                let more = page.rows.len();
                for (row, cursor) in page.rows.into_iter().zip(page.cursors).rev() {
                    self.records.push_front(row);
                    self.cursors.push_front(cursor);
                }
                self.selected += more;
                self.top += more;
                if self.records.len() > KEPT && self.selected + height < KEPT {
                    self.records.truncate(KEPT);
                    self.cursors.truncate(KEPT);
                    self.at_end = false;
                }
                self.before = if self.at_start {
                    Some(0)
                } else {
                    self.before.map(|before| before.saturating_sub(more as u64))
                };
            }
            Asked::Again => {
                let kept = self.current().map(|record| record.id);
                let all = page.at_start && page.at_end;
                self.replace(asked, page, height);
                // A value it is sorted by was changed: it stands further up or down.
                let gone = kept.filter(|id| !all && !self.has(*id))?;
                return Some(self.ask(Asked::Gone(gone), Window::From(gone)));
            }
            // What does not belong to the list any more is not followed.
            Asked::Gone(id) if !page.rows.iter().any(|row| row.id == id) => {}
            Asked::Start | Asked::End | Asked::At(_) | Asked::Gone(_) => {
                self.replace(asked, page, height);
            }
        }
        None
    }

    fn has(&self, id: RecordId) -> bool {
        self.records.iter().any(|record| record.id == id)
    }

    fn replace(&mut self, asked: Asked, page: Page, height: usize) {
        let kept = self.current().map(|record| record.id);
        let (offset, before, top) = (self.selected.saturating_sub(self.top), self.before, self.top);
        self.at_start = page.at_start;
        self.at_end = page.at_end;
        self.records = page.rows.into();
        self.cursors = page.cursors.into();
        let last = self.records.len().saturating_sub(1);
        let find = |rows: &VecDeque<Record>, id| rows.iter().position(|row| row.id == id);
        self.top = 0;
        self.selected = match asked {
            Asked::End => last,
            Asked::Again => kept.and_then(|id| find(&self.records, id)).unwrap_or(offset).min(last),
            Asked::At(id) | Asked::Gone(id) => find(&self.records, id).unwrap_or(0),
            Asked::Start | Asked::After | Asked::Before => 0,
        };
        self.before = match (asked, self.at_start) {
            (_, true) => Some(0),
            (Asked::Again, _) => before.map(|before| before + top as u64),
            (Asked::End, _) => match self.total {
                Some(Count::Exactly(total)) => {
                    Some(total.saturating_sub(self.records.len() as u64))
                }
                _ => None,
            },
            _ => None,
        };
        self.top = self.first_visible(height);
    }
}
