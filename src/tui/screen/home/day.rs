//! My day: what is planned today, then what is late, then what is due today.
//!
//! Plans come first because they have their hour: late tasks must not push them out of sight where the
//! block is low.
//!
//! A task that was put off is out of the way until then; how many there are is said. Items and their
//! lines are those of the schedule. Start at [`Home::ask_day`].

use chrono::{DateTime, Utc};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::fill::Filled;
use super::{COUNT, Home, PAGE, PLANNED, ROWS, SNOOZED};
use crate::gate::Count;
use crate::model::{Record, Value};
use crate::query::Query;
use crate::tui::context::Context;
use crate::tui::hit::{Seen, Target};
use crate::tui::layer::{Cmd, Cmds};
use crate::tui::request::{Request, Slot};
use crate::tui::screen::schedule::agenda::{self, Shown};
use crate::tui::screen::schedule::items::{self, Item, Stage};

/// The tasks of the day, in the query language; whose is added in front.
pub(super) const TASKS: &str = "status.state = open and \
    (due before tomorrow or (due is empty and snoozed_until before tomorrow)) and \
    (snoozed_until is empty or snoozed_until <= now)";
/// Those that were put off.
const PUT_OFF: &str =
    "status.state = open and (due before tomorrow or due is empty) and snoozed_until > now";
/// What stands in the book of today; what of it is planned is seen when it is there.
const TODAY: &str = "happened_at = today and kind != note";
/// Activities asked for: those of a busy day, what was logged since included.
const MOST: usize = 100;

/// What is known of my day beside its rows.
#[derive(Default)]
pub(super) struct Day {
    tasks: Option<Vec<Record>>,
    planned: Option<Vec<Record>>,
    /// Tasks that were put off beyond now.
    pub snoozed: Option<Count>,
    /// The rows as they stand on the schedule.
    items: Vec<Item>,
}

impl Home {
    /// Asks for tasks, plans and how many tasks were put off; none where there are no tasks.
    pub(super) fn ask_day(&mut self, n: usize, ctx: &Context) -> Option<Cmds> {
        let parse = |condition: &str, of: &str| {
            Query::parse(&self.own(n, condition), &ctx.catalog, of).ok()
        };
        let tasks = parse(TASKS, "task")?;
        let count = |filter| Request::Count { entity: "task".into(), filter, cap: Some(1_000) };
        let mut cmds = vec![
            Cmd::Ask(Slot(COUNT, n), count(Some(tasks.clone()))),
            Cmd::Ask(
                Slot(PAGE, n),
                Request::List(items::list(ctx, "task", tasks, "due", false, ROWS)),
            ),
        ];
        if let Some(put_off) = parse(PUT_OFF, "task") {
            cmds.push(Cmd::Ask(Slot(SNOOZED, n), count(Some(put_off))));
        }
        match parse(TODAY, "activity").filter(|_| ctx.reads("activity")) {
            Some(today) => {
                let request = items::list(ctx, "activity", today, "happened_at", false, MOST);
                cmds.push(Cmd::Ask(Slot(PLANNED, n), Request::List(request)));
            }
            // A company may have taken it away, or the person's roles do not let them read it.
            None => self.filled.get_mut(n)?.day.planned = Some(Vec::new()),
        }
        Some(cmds)
    }
}

impl Filled {
    /// Takes one of the two lists; whether both are there.
    pub(super) fn take_day(&mut self, kind: &str, rows: Vec<Record>, ctx: &Context) -> bool {
        if kind == PLANNED {
            let mut rows = rows;
            rows.retain(|record| is_planned(record, ctx.now));
            self.day.planned = Some(rows);
        } else {
            self.day.tasks = Some(rows);
        }
        let (Some(tasks), Some(planned)) = (&self.day.tasks, &self.day.planned) else {
            return false;
        };
        self.day.items = items::arrange([tasks, planned], ctx);
        self.day.items.sort_by_key(|item| item.task);
        self.rows = self.day.items.iter().map(|item| item.record.clone()).collect();
        true
    }

    /// How much there is of my day, the tasks that are not loaded included.
    pub(super) fn day_count(&self) -> Option<Count> {
        let planned = self.day.planned.as_ref()?.len() as u64;
        Some(match self.count? {
            Count::Exactly(tasks) => Count::Exactly(tasks + planned),
            Count::AtLeast(tasks) => Count::AtLeast(tasks + planned),
        })
    }
}

/// Whether something was written down before its time, and is not over.
fn is_planned(activity: &Record, now: DateTime<Utc>) -> bool {
    let Value::DateTime(at) = activity.get("happened_at") else { return false };
    let over = items::stage(activity, now).is_none_or(|stage| stage == Stage::Over);
    *at > activity.meta.created_at && !over
}

/// Draws the day, one item a line.
pub(super) fn draw(
    home: &Home,
    filled: &Filled,
    area: Rect,
    buf: &mut Buffer,
    selected: Option<usize>,
    ctx: &Context,
) -> Seen {
    let mut seen = Seen::default();
    let marks = agenda::has_marks(&filled.day.items, ctx);
    let shown = Shown { gathers: true, owner: !home.mine, marks };
    let top = (filled.at + 1).saturating_sub(usize::from(area.height));
    for ((n, item), y) in filled.day.items.iter().enumerate().skip(top).zip(area.y..area.bottom()) {
        let row = Rect { y, height: 1, ..area };
        agenda::draw_item(shown, item, row, buf, selected == Some(n), ctx);
        if selected == Some(n) {
            seen.cursor = Some(row.as_position());
            seen.tells(agenda::told(shown, item, ctx));
        }
        seen.hit(row, Target::Row(n));
    }
    seen
}
