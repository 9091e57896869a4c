//! The records of a case side by side: every field, those that differ first, and what the one that is left would have.
//!
//! The gate says what survives; where it may not be merged, the records stand there all the same. Start at
//! [`Beside::draw`].

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::gate::{MergePlan, MergedFrom};
use crate::model::{Record, RecordRef, Value};
use crate::schema::{Entity, Field, Origin};
use crate::term::Clean;
use crate::tui::bulk::words;
use crate::tui::context::Context;
use crate::tui::paint;
use crate::tui::state::State;
use crate::tui::theme::Role;

/// Cells of the names of fields, where there is room and where there is not, and the fewest of a value.
const LABEL: [u16; 2] = [18, 12];
const VALUE: u16 = 15;
/// From this width on what the survivor would get has a column of its own.
const WIDE: u16 = 84;
/// Before a field that differs.
const DIFFERS: &str = "<>";
/// Fields of the system that say something of a record.
const TELLING: [&str; 5] = ["owner", "team", "collaborators", "created_at", "updated_at"];

/// The records of the case under the cursor.
#[derive(Default)]
pub(super) struct Beside {
    asked: Vec<RecordRef>,
    /// The survivor first, as they were asked for.
    records: Vec<Record>,
    plan: Option<MergePlan>,
    failed: Option<State>,
    /// Fields that are scrolled past.
    top: usize,
}

/// A field of all of them.
struct Line {
    label: String,
    /// Of each record whether its value survives, and what it is.
    values: Vec<(bool, String)>,
    after: String,
    differs: bool,
}

impl Beside {
    /// There is nothing to be shown.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// They are to be asked for again; what is shown stays until then.
    pub fn forget(&mut self) {
        self.asked.clear();
    }

    /// Whether these are to be asked for: then they count as asked.
    pub fn wants(&mut self, records: &[RecordRef]) -> bool {
        if self.asked == records {
            return false;
        }
        let same = |known: &Record| records.contains(&known.reference());
        if self.records.len() != records.len() || !self.records.iter().all(same) {
            self.clear();
        }
        self.asked = records.to_vec();
        true
    }

    pub fn take(&mut self, records: Vec<Record>, plan: MergePlan) {
        (self.records, self.plan, self.failed) = (records, Some(plan), None);
    }

    pub fn fail(&mut self, state: State) {
        (self.failed, self.plan) = (Some(state), None);
        self.records.clear();
    }

    /// The fields go up or down by one.
    pub fn scroll(&mut self, by: isize) {
        self.top = self.top.saturating_add_signed(by);
    }

    /// What keeps them from being merged, in words.
    pub fn problem(&self, ctx: &Context) -> Option<String> {
        let problem = self.plan.as_ref()?.problems().first()?;
        let (record, what) =
            (ctx.strings.said(&problem.record), ctx.strings.said(&problem.message));
        Some(Clean::line(&format!("{record}: {what}")).into_string())
    }

    /// Every field that any of them has, those that differ first; the records by their numbers.
    fn lines(&self, entity: &Entity, order: &[usize], ctx: &Context) -> Vec<Line> {
        let told = |field: &&Field| {
            (field.origin != Origin::System || TELLING.contains(&field.name.as_str()))
                && self.records.iter().any(|record| !record.get(&field.name).is_null())
        };
        let mut lines: Vec<Line> =
            entity.fields.iter().filter(told).map(|field| self.line(field, order, ctx)).collect();
        lines.sort_by_key(|line| !line.differs);
        lines
    }

    fn line(&self, field: &Field, order: &[usize], ctx: &Context) -> Line {
        let label = Clean::line(field.label.get(ctx.lang())).into_string();
        let planned = self
            .plan
            .as_ref()
            .and_then(|plan| plan.fields().iter().find(|known| known.field == field.name));
        let own = |nth: usize| self.records[nth].get(&field.name);
        let differs = planned.is_some() || order.iter().any(|nth| own(*nth) != own(order[0]));
        let values = order.iter().map(|nth| {
            let value: &Value = own(*nth);
            let survives = planned.is_some_and(|told| match &told.from {
                MergedFrom::One(from) => *from == self.records[*nth].reference(),
                MergedFrom::United => !value.is_null(),
            });
            (survives, words::shown(field, value, ctx))
        });
        // What is worked out of others is not known before it is done.
        let after = planned.map(|told| &told.after).or_else(|| (!differs).then(|| own(0)));
        let after = after.map(|after| words::shown(field, after, ctx)).unwrap_or_default();
        let values = values.collect();
        Line { label, values, after, differs }
    }

    /// Draws it into `area`.
    pub fn draw(&self, area: Rect, buf: &mut Buffer, ctx: &Context) {
        if let Some(failed) = &self.failed {
            failed.draw(buf, area, ctx);
            return;
        }
        let entity = self.records.first().and_then(|r| ctx.catalog.entity(&r.entity));
        let Some(entity) = entity else { return };
        let mut order: Vec<usize> = (0..self.records.len()).collect();
        order.sort_by_key(|nth| self.records[*nth].id);
        let left = order.iter().position(|nth| *nth == 0).unwrap_or(0);
        let label = LABEL[usize::from(area.width < 60)].min(area.width) + 2;
        let room = area.width.saturating_sub(label + 1);
        // What comes of it stands beside, where there is room for it and for two records at least.
        let planned = self.plan.as_ref().is_some_and(|plan| plan.problems().is_empty());
        let with_after = planned && area.width >= WIDE && !ctx.plain;
        let fit = usize::from(room / VALUE).max(1);
        let columns = order.len().min(fit.saturating_sub(usize::from(with_after)).max(1));
        let beside = !ctx.plain && columns > 1;
        let first = (left + 1).saturating_sub(columns).min(order.len() - columns);
        let each = room / (columns as u16 + u16::from(with_after)).max(1);
        let lines = self.lines(entity, &order, ctx);
        let cell = |n: usize, y: u16| {
            let x = area.x + label + 1 + each * n as u16;
            Rect { x, y, width: each.saturating_sub(1), height: 1 }.intersection(area)
        };
        let mut y = area.y;
        if beside {
            for n in 0..columns {
                let record = &self.records[order[first + n]];
                let reference = ctx.catalog.reference(&record.reference());
                let is_left = first + n == left;
                let text = if is_left {
                    format!("* {reference} {}", ctx.t("duplicates.left"))
                } else {
                    format!("  {reference}")
                };
                let role = if is_left { Role::Title } else { Role::Muted };
                paint::text(buf, cell(n, y), &text, ctx.style(role), ctx);
            }
            if with_after {
                let text = ctx.t("duplicates.after");
                paint::text(buf, cell(columns, y), text, ctx.style(Role::Header), ctx);
            }
            if columns < order.len() {
                let more = ctx.tf("duplicates.of", &[("n", &order.len().to_string())]);
                let place = Rect { y, width: label, height: 1, ..area };
                paint::text(buf, place, &more, ctx.style(Role::Muted), ctx);
            }
            y += 1;
        }
        let room = usize::from(area.bottom().saturating_sub(y));
        let top = self.top.min(lines.len().saturating_sub(room));
        for (n, line) in lines.iter().enumerate().skip(top).take(room) {
            let rest = lines.len() - n;
            let last = y + 1 == area.bottom() && rest > 1;
            let row = Rect { y, height: 1, ..area };
            if last {
                let text = ctx.tf("duplicates.more", &[("n", &rest.to_string())]);
                paint::text(buf, row, &text, ctx.style(Role::Muted), ctx);
                break;
            }
            let role = if line.differs { Role::Text } else { Role::Muted };
            if line.differs {
                paint::text(buf, row, DIFFERS, ctx.style(Role::Warning), ctx);
            }
            let name =
                Rect { x: (area.x + 3).min(area.right()), width: label.saturating_sub(3), ..row };
            if beside {
                let named = if line.differs { Role::Title } else { Role::Muted };
                paint::text(buf, name.intersection(area), &line.label, ctx.style(named), ctx);
                for n in 0..columns {
                    let (survives, value) = &line.values[first + n];
                    let mark = if *survives { "* " } else { "  " };
                    let role =
                        if line.differs && !survives && planned { Role::Muted } else { role };
                    let text = format!("{mark}{value}");
                    paint::text(buf, cell(n, y), &text, ctx.style(role), ctx);
                }
                if with_after {
                    paint::text(buf, cell(columns, y), &line.after, ctx.style(role), ctx);
                }
            } else {
                let place = Rect { width: area.right().saturating_sub(name.x), ..name };
                paint::text(buf, place, &line.told(), ctx.style(role), ctx);
            }
            y += 1;
        }
    }
}

impl Line {
    /// On one line: `Phone: +49 30 1 | * +49 30 2`.
    fn told(&self) -> String {
        if !self.differs {
            let value = self.values.first().map(|(_, value)| value.as_str());
            return format!("{}: {}", self.label, value.unwrap_or_default());
        }
        let values = self
            .values
            .iter()
            .map(|(survives, value)| if *survives { format!("*{value}") } else { value.clone() });
        format!("{}: {}", self.label, values.collect::<Vec<_>>().join(" | "))
    }
}
