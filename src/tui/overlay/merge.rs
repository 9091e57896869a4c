//! Marked records become one: side by side, which is left, whose value each field has, and how much moves.
//!
//! The gate says what survives ([`MergePlan`]); here it is only chosen among. Left and right go through the values of the
//! field under the cursor, in the first row through the records of which one is left. It is asked once
//! more before it is done, and undo takes it back. Start at [`Merging::new`].

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::confirm::Confirm;
use super::planned::Planned;
use crate::action::{Key, KeyCode, Place};
use crate::gate::{Merge, MergeField, MergePlan, MergedFrom};
use crate::model::{Name, RecordRef};
use crate::term::Clean;
use crate::tui::bulk::words;
use crate::tui::context::Context;
use crate::tui::hit::{Seen, Target};
use crate::tui::layer::{Cmd, Cmds, Layer};
use crate::tui::paint;
use crate::tui::request::{Answer, Reply, Request, Slot};
use crate::tui::theme::Role;

const PLAN: Slot = Slot("merge.plan", 0);
const DO: Slot = Slot("merge.do", 0);
/// What is told when it was said that it shall be done.
const SURE: &str = "merge.sure";
/// Cells of the names of fields, and the fewest of a value beside another.
const LABEL: u16 = 16;
const VALUE: u16 = 16;

/// The records that are to become one.
pub struct Merging {
    /// In the order in which they were marked; the survivor is one of them.
    records: Vec<RecordRef>,
    survivor: usize,
    /// Whose value a field has, where it was chosen.
    take: Vec<(Name, RecordRef)>,
    planned: Planned<MergePlan>,
    /// The row under the cursor: the survivor, then the fields.
    at: usize,
}

impl Merging {
    /// Of these records, the first is left unless another is chosen.
    #[must_use]
    pub fn new(records: Vec<RecordRef>) -> Self {
        Self { records, survivor: 0, take: Vec::new(), planned: Planned::nothing(), at: 0 }
    }

    fn wish(&self) -> Option<Merge> {
        let survivor = self.records.get(self.survivor)?.clone();
        let merged = self.records.iter().filter(|record| **record != survivor).cloned().collect();
        Some(Merge { survivor, merged, take: self.take.clone() })
    }

    fn ask(&self) -> Cmds {
        let wish = self.wish().map(|wish| Cmd::Ask(PLAN, Request::PlanMerge(Box::new(wish))));
        wish.into_iter().collect()
    }

    fn rows(&self) -> usize {
        1 + self.planned.plan().map_or(0, |plan| plan.fields().len())
    }

    fn field(&self) -> Option<&MergeField> {
        self.planned.plan()?.fields().get(self.at.checked_sub(1)?)
    }

    /// The next choice in the row under the cursor, or the one before it.
    fn choose(&mut self, back: bool, ctx: &Context) -> Cmds {
        self.planned.problem = None;
        let step = |at: usize, all: usize| (at + if back { all - 1 } else { 1 }) % all.max(1);
        if self.at == 0 {
            self.survivor = step(self.survivor, self.records.len());
            self.take.clear();
            return self.ask();
        }
        let Some(field) = self.field().cloned() else { return Cmds::new() };
        if !field.choosable {
            return vec![Cmd::Say(Role::Info, ctx.t("merge.not_chosen").to_owned())];
        }
        // As the gate proposes, then each record in turn.
        let all = self.records.len() + 1;
        let chosen = self.take.iter().position(|(name, _)| *name == field.field);
        let now = chosen.and_then(|nth| {
            self.records.iter().position(|record| *record == self.take[nth].1).map(|at| at + 1)
        });
        if let Some(nth) = chosen {
            self.take.remove(nth);
        }
        match step(now.unwrap_or(0), all) {
            0 => {}
            next => self.take.push((field.field, self.records[next - 1].clone())),
        }
        self.ask()
    }

    fn sure(&self, ctx: &Context) -> Cmds {
        let Some(plan) = self.planned.plan() else { return Cmds::new() };
        if !plan.problems().is_empty() {
            return Cmds::new();
        }
        let names: Vec<String> =
            plan.wish().merged.iter().map(|record| ctx.catalog.reference(record)).collect();
        let survivor = ctx.catalog.reference(&plan.wish().survivor);
        let text =
            ctx.tf("merge.sure", &[("merged", &ctx.listed(&names)), ("survivor", &survivor)]);
        vec![Cmd::Push(Box::new(Confirm::new(SURE, text)))]
    }

    fn go(&mut self) -> Cmds {
        self.planned.go(DO, Request::Merge)
    }

    fn done(&self, ctx: &Context) -> Cmds {
        let wish = self.wish();
        let merged = wish.iter().flat_map(|wish| &wish.merged);
        let names: Vec<String> = merged.map(|record| ctx.catalog.reference(record)).collect();
        let survivor = wish.as_ref().map(|wish| ctx.catalog.reference(&wish.survivor));
        let values = [
            ("merged", ctx.listed(&names)),
            ("survivor", survivor.unwrap_or_default()),
            ("key", ctx.key_of("app.undo")),
        ];
        let values: Vec<(&str, &str)> = values.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let said = ctx.tf("merge.done", &values);
        vec![
            Cmd::Written(None),
            Cmd::CloseAndTell(crate::tui::bulk::DONE, String::new()),
            Cmd::Say(Role::Good, said),
        ]
    }

    /// The name of a row.
    fn label(&self, row: usize, ctx: &Context) -> String {
        let field = row.checked_sub(1).and_then(|nth| self.planned.plan()?.fields().get(nth));
        match field {
            None => ctx.t("merge.survivor").to_owned(),
            Some(told) => {
                let entity = self.records.first().and_then(|r| ctx.catalog.entity(&r.entity));
                Clean::line(&words::label(entity, &told.field, ctx)).into_string()
            }
        }
    }

    /// The values of a row: of each record whether it is the one, and what it is.
    fn values(&self, row: usize, ctx: &Context) -> Vec<(bool, String)> {
        let Some(plan) = self.planned.plan() else { return Vec::new() };
        let entity = self.records.first().and_then(|r| ctx.catalog.entity(&r.entity));
        let mut values = Vec::new();
        // The gate has the survivor first, the screen has them as they were marked.
        for record in &self.records {
            let Some(nth) = plan.records().iter().position(|r| r.reference() == *record) else {
                continue;
            };
            let told = row.checked_sub(1).and_then(|row| plan.fields().get(row));
            values.push(match told {
                None => {
                    let reference = ctx.catalog.reference(record);
                    let title = entity.map(|entity| {
                        words::shown(
                            entity.title_field(),
                            plan.records()[nth].get(&entity.title),
                            ctx,
                        )
                    });
                    let name = format!("{reference} {}", title.unwrap_or_default());
                    (*record == plan.wish().survivor, name)
                }
                Some(told) => {
                    let field = entity.and_then(|entity| entity.field(&told.field));
                    let value = told.values.get(nth);
                    let text =
                        field.zip(value).map(|(field, value)| words::shown(field, value, ctx));
                    let is_it = match &told.from {
                        MergedFrom::One(from) => from == record,
                        MergedFrom::United => value.is_some_and(|value| !value.is_null()),
                    };
                    (is_it, text.unwrap_or_default())
                }
            });
        }
        values
    }

    /// A row on one line: what survives, and whose it is.
    fn line(&self, row: usize, ctx: &Context) -> String {
        let label = self.label(row, ctx);
        let told = row.checked_sub(1).and_then(|row| self.planned.plan()?.fields().get(row));
        let Some(told) = told else {
            let name = self.values(0, ctx).into_iter().find(|(is_it, _)| *is_it);
            return ctx.about(&label, &name.map(|(_, name)| name).unwrap_or_default());
        };
        let entity = self.records.first().and_then(|r| ctx.catalog.entity(&r.entity));
        let field = entity.and_then(|entity| entity.field(&told.field));
        let after = field.map(|field| words::shown(field, &told.after, ctx)).unwrap_or_default();
        let whose = match &told.from {
            MergedFrom::One(record) => ctx.catalog.reference(record),
            MergedFrom::United => ctx.t("merge.united").to_owned(),
        };
        ctx.about(&label, &format!("{after} ({whose})"))
    }

    /// What stands below the rows: what moves, what is wrong, what can be pressed.
    fn below(&self, width: usize, ctx: &Context) -> Vec<(Role, String)> {
        let mut lines = Vec::new();
        let mut add = |role, text: &str| {
            lines.extend(crate::term::wrap(text, width).into_iter().map(|line| (role, line)));
        };
        if let Some(plan) = self.planned.plan() {
            let moves = plan.moves().iter().map(|moved| {
                let entity = ctx.catalog.entity(&moved.entity);
                let plural = entity.map_or(moved.entity.as_str(), |e| {
                    if moved.records == 1 { &e.label } else { &e.plural }.get(ctx.lang())
                });
                let field = words::label(entity, &moved.field, ctx);
                format!("{} {plural} ({field})", moved.records)
            });
            let moves: Vec<String> = moves.collect();
            if moves.is_empty() {
                add(Role::Muted, ctx.t("merge.moves_nothing"));
            } else {
                add(Role::Text, &ctx.tf("merge.moves", &[("what", &ctx.listed(&moves))]));
            }
            for problem in plan.problems() {
                let what = ctx.strings.said(&problem.message);
                let record = ctx.strings.said(&problem.record);
                add(Role::Error, &Clean::line(&format!("! {}", ctx.about(&record, &what))));
            }
        }
        if let Some(problem) = &self.planned.problem {
            add(Role::Error, &format!("! {problem}"));
        }
        add(Role::Muted, ctx.t("merge.hint"));
        lines
    }
}

impl Layer for Merging {
    fn place(&self) -> Place {
        Place::Overlay
    }

    fn covers(&self) -> bool {
        false
    }

    fn start(&mut self, _ctx: &Context) -> Cmds {
        self.ask()
    }

    fn refresh(&mut self, _ctx: &Context) -> Cmds {
        if self.planned.is_doing() { Cmds::new() } else { self.ask() }
    }

    fn awaits(&self, slot: Slot, _key: Option<Key>) -> bool {
        matches!(slot, PLAN | DO)
    }

    fn confirmed(&mut self, _ctx: &Context) -> Cmds {
        if self.planned.confirmed() { self.go() } else { Cmds::new() }
    }

    fn told(&mut self, what: &str, _choice: &str, _ctx: &Context) -> Cmds {
        if what == SURE { self.go() } else { Cmds::new() }
    }

    fn key(&mut self, key: Key, ctx: &Context) -> Option<Cmds> {
        match key.code {
            KeyCode::Esc => return Some(vec![Cmd::Close]),
            KeyCode::Up => self.at = self.at.saturating_sub(1),
            KeyCode::Down => self.at = (self.at + 1).min(self.rows() - 1),
            KeyCode::Home => self.at = 0,
            KeyCode::End => self.at = self.rows() - 1,
            KeyCode::Left => return Some(self.choose(true, ctx)),
            KeyCode::Right | KeyCode::Char(' ') => return Some(self.choose(false, ctx)),
            KeyCode::Enter => return Some(self.sure(ctx)),
            _ => return None,
        }
        Some(Cmds::new())
    }

    fn pointed(&mut self, target: &Target, ctx: &Context) -> Option<Cmds> {
        let Target::Row(row) = target else { return None };
        if self.at == *row {
            return Some(self.choose(false, ctx));
        }
        self.at = (*row).min(self.rows() - 1);
        Some(Cmds::new())
    }

    fn reply(&mut self, slot: Slot, answer: Answer, ctx: &Context) -> Cmds {
        match (slot, answer) {
            (_, Ok(Reply::MergePlan(plan))) => {
                self.planned.take(plan);
                self.at = self.at.min(self.rows() - 1);
            }
            (DO, Ok(_)) => return self.done(ctx),
            (DO, Err(error)) => {
                // What somebody changed meanwhile is shown as it is now.
                return self.planned.refused(&error, ctx).unwrap_or_else(|| self.ask());
            }
            (_, Err(error)) => self.planned.fail(&error, ctx),
            _ => {}
        }
        Cmds::new()
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let title = ctx.t("merge.title");
        if let Some(seen) = self.planned.instead(area, buf, title, ctx) {
            return seen;
        }
        let width = 100.min(area.width);
        let below = self.below(usize::from(width.saturating_sub(4)), ctx);
        let rows = self.rows();
        let height = (rows as u16).saturating_add(below.len() as u16 + 3).min(area.height);
        let place = paint::centered(area, width, height);
        let inner = paint::frame(buf, place, title, ctx);
        // Where it is low, the rows come before what is told of them, but for one line of it.
        let told = (below.len() as u16).min((inner.height / 2).max(1));
        let room = usize::from(inner.height.saturating_sub(told).max(1));
        let first = (self.at + 1).saturating_sub(room).min(rows.saturating_sub(room));
        let count = self.records.len() as u16;
        let each = inner.width.saturating_sub(LABEL + 1) / count.max(1);
        let side_by_side = !ctx.plain && each >= VALUE;
        let mut seen = Seen::default();
        for (n, row) in (first..rows).take(room).enumerate() {
            let line = paint::row(inner, n as u16);
            let on = row == self.at;
            let role = |is_it: bool| if is_it { Role::Text } else { Role::Muted };
            if side_by_side {
                let label = Rect { width: LABEL.min(line.width), ..line };
                let style = ctx.style(if on { Role::Selected } else { Role::Title });
                paint::text(buf, label, &self.label(row, ctx), style, ctx);
                for (nth, (is_it, text)) in self.values(row, ctx).into_iter().enumerate() {
                    let x = line.x + LABEL + 1 + each * nth as u16;
                    let cell = Rect { x, width: each.saturating_sub(1), ..line };
                    let mark = if is_it { "* " } else { "  " };
                    let style = if on && is_it { Role::Selected } else { role(is_it) };
                    paint::text(buf, cell, &format!("{mark}{text}"), ctx.style(style), ctx);
                }
            } else {
                let style = if on { Role::Selected } else { Role::Text };
                paint::text(buf, line, &self.line(row, ctx), ctx.style(style), ctx);
            }
            seen.hit(line, Target::Row(row));
            if on {
                seen.cursor = Some(Position { x: line.x, y: line.y });
            }
        }
        let shown = room.min(rows) as u16;
        for (n, (role, line)) in below.iter().enumerate().take(usize::from(inner.height - shown)) {
            paint::text(buf, paint::row(inner, shown + n as u16), line, ctx.style(*role), ctx);
        }
        seen.place(self.at, rows);
        seen.tells(self.line(self.at, ctx));
        seen
    }
}
