//! The record under the cursor, shown beside a wide list: its fields, its next task, the end of its life.
//!
//! A single step shows the next record at once; while keys come fast nothing is asked until they rest.

use chrono::{DateTime, TimeDelta, Utc};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::List;
use crate::gate::{ListRequest, Timeline};
use crate::model::{Record, RecordRef};
use crate::query::{Query, SortKey};
use crate::term::Clean;
use crate::tui::cell;
use crate::tui::context::Context;
use crate::tui::layer::{Cmd, Cmds};
use crate::tui::paint;
use crate::tui::request::{Reply, Request, Slot};
use crate::tui::screen::detail::{summary, timeline};
use crate::tui::theme::Role;

/// From this width on the record under the cursor is shown beside the list.
const BESIDE_FROM: u16 = 120;
/// The preference that says whether it is.
const PREFERENCE: &str = "list.preview";
/// Steps that follow each other faster wait until they rest.
const FAST: TimeDelta = TimeDelta::milliseconds(250);
/// So long the cursor rests before the record under it is asked for.
const REST: TimeDelta = TimeDelta::milliseconds(120);
/// Items of its life.
const ITEMS: usize = 8;

pub(super) const RECORD: Slot = Slot("list.preview", 0);
pub(super) const LIFE: Slot = Slot("list.preview", 1);
pub(super) const TASK: Slot = Slot("list.preview", 2);

/// What is shown beside a list; it may lag behind the cursor.
#[derive(Default)]
pub(super) struct Beside {
    /// Switched on or off since the start.
    switched: Option<bool>,
    record: Option<Box<Record>>,
    life: Option<Timeline>,
    task: Option<Record>,
    /// The record that was asked for last.
    asked: Option<RecordRef>,
    moved_at: Option<DateTime<Utc>>,
    /// When the record under the cursor is asked for.
    rests_at: Option<DateTime<Utc>>,
}

impl List {
    /// The actions of this file; none where it is another.
    pub(super) fn act_beside(&mut self, action: &str, ctx: &Context) -> Option<Cmds> {
        if action != "list.preview" {
            return None;
        }
        if ctx.plain {
            return Some(vec![Cmd::Say(Role::Warning, ctx.t("list.too_plain").to_owned())]);
        }
        if ctx.size.width < BESIDE_FROM {
            let least = BESIDE_FROM.to_string();
            let said = ctx.tf("list.too_narrow", &[("n", &least)]);
            return Some(vec![Cmd::Say(Role::Warning, said)]);
        }
        let on = !self.has_preview(ctx);
        self.beside.switched = Some(on);
        let mut cmds = self.look_again(ctx);
        let kept = if on { "on" } else { "off" };
        cmds.push(Cmd::Prefer(PREFERENCE.to_owned(), Some(kept.to_owned())));
        Some(cmds)
    }

    pub(super) fn has_preview(&self, ctx: &Context) -> bool {
        let kept = ctx.prefs.get(PREFERENCE) != Some("off");
        ctx.size.width >= BESIDE_FROM && !ctx.plain && self.beside.switched.unwrap_or(kept)
    }

    /// Cells the list itself takes.
    pub(super) fn width(&self, ctx: &Context) -> u16 {
        if self.has_preview(ctx) { ctx.size.width * 3 / 5 } else { ctx.size.width }
    }

    /// Asks for the record under the cursor where it is shown beside the list, or does so when the cursor
    /// rests.
    pub(super) fn look_closer(&mut self, ctx: &Context) -> Cmds {
        let Some(current) = self.current().filter(|_| self.has_preview(ctx)) else {
            self.beside.rests_at = None;
            return Cmds::new();
        };
        let (record, version) = (current.reference(), current.meta.version);
        let shown = self.beside.record.as_ref();
        if shown.is_some_and(|shown| shown.reference() == record && shown.meta.version == version) {
            self.beside.rests_at = None;
            return Cmds::new();
        }
        let fast = self.beside.moved_at.is_some_and(|at| ctx.now - at < FAST);
        self.beside.moved_at = Some(ctx.now);
        if fast && shown.is_some() {
            self.beside.rests_at = Some(ctx.now + REST);
            return Cmds::new();
        }
        self.look_at(record, ctx)
    }

    /// When the cursor has rested long enough.
    pub(super) fn rests_at(&self) -> Option<DateTime<Utc>> {
        self.beside.rests_at
    }

    pub(super) fn rested(&mut self, ctx: &Context) -> Cmds {
        if self.beside.rests_at.is_none_or(|at| at > ctx.now) {
            return Cmds::new();
        }
        let current = self.current().map(Record::reference);
        current.map(|record| self.look_at(record, ctx)).unwrap_or_default()
    }

    /// Asks again for what is shown beside.
    pub(super) fn look_beside_again(&mut self, ctx: &Context) -> Cmds {
        let shown = self.beside.record.as_ref().map(|record| record.reference());
        let shown = shown.filter(|_| self.has_preview(ctx));
        shown.map(|record| self.look_at(record, ctx)).unwrap_or_default()
    }

    fn look_at(&mut self, record: RecordRef, ctx: &Context) -> Cmds {
        let quietly = |request| Request::Quietly(Box::new(request));
        let mut cmds = vec![
            Cmd::Ask(RECORD, Request::Get(record.clone())),
            Cmd::Ask(LIFE, quietly(Request::Timeline(record.clone(), ITEMS))),
        ];
        match next_task(&record, ctx) {
            Some(request) => cmds.push(Cmd::Ask(TASK, quietly(Request::List(request)))),
            None => self.beside.task = None,
        }
        self.beside.rests_at = None;
        self.beside.asked = Some(record);
        cmds
    }

    /// Takes an answer in.
    pub(super) fn take_beside(&mut self, slot: Slot, reply: Reply) {
        match (slot, reply) {
            (RECORD, Reply::Record(record)) => {
                let same = self.beside.record.as_ref().is_some_and(|known| known.id == record.id);
                if !same {
                    (self.beside.life, self.beside.task) = (None, None);
                }
                self.beside.record = Some(record);
            }
            (LIFE, Reply::Timeline(life)) => self.beside.life = Some(life),
            (TASK, Reply::Page(page)) => self.beside.task = page.rows.into_iter().next(),
            _ => {}
        }
    }

    /// Draws it: the fields on top, the next task, and as much of its life as there is room for.
    pub(super) fn draw_beside(&self, area: Rect, buf: &mut Buffer, ctx: &Context) {
        let Some(record) = &self.beside.record else { return };
        summary::beside(buf, area, record, ctx);
        let Some(entity) = ctx.catalog.entity(&record.entity) else { return };
        let inner = Rect { x: area.x + 2, width: area.width.saturating_sub(3), ..area };
        let fields = summary::height(ctx, entity, record, inner.width.min(summary::ONE_COLUMN));
        let mut y = area.y + 3 + fields + 1;
        let rest = |y: u16| Rect {
            y: y.min(area.bottom()),
            height: area.bottom().saturating_sub(y),
            ..inner
        };
        let of = record.reference();
        let shown = self.beside.asked.as_ref() == Some(&of);
        if let Some(task) = self.beside.task.as_ref().filter(|_| shown && !rest(y).is_empty())
            && let Some(tasks) = ctx.catalog.entity("task")
        {
            let name = cell::title(ctx, task);
            let due = tasks.field("due").map(|due| cell::cell(ctx, tasks, due, task));
            let (due, role) = due.unwrap_or((Clean::default(), Role::Text));
            let parts = [
                (ctx.t("list.next_task"), ctx.style(Role::Header)),
                ("  ", ctx.style(Role::Text)),
                (due.as_str(), ctx.style(role)),
                ("  ", ctx.style(Role::Text)),
                (name.as_str(), ctx.style(Role::Text)),
            ];
            paint::pieces(buf, paint::row(rest(y), 0), &parts, ctx);
            y += 2;
        }
        if let Some(life) = self.beside.life.as_ref().filter(|_| shown && rest(y).height >= 3) {
            let place = rest(y);
            paint::text(
                buf,
                paint::row(place, 0),
                ctx.t("timeline.title"),
                ctx.style(Role::Header),
                ctx,
            );
            timeline::draw(buf, rest(y + 1), life, &of, None, ctx);
        }
    }
}

/// What to ask for to know the next open task about a record; none where tasks are not about such.
fn next_task(record: &RecordRef, ctx: &Context) -> Option<ListRequest> {
    let tasks = ctx.catalog.entity("task").filter(|_| record.entity != "task")?;
    let field = tasks.field(&record.entity).map_or("about", |field| &field.name);
    let text = format!("status.state = open and {field} = {}", ctx.catalog.reference(record));
    let mut request = ListRequest::first("task", 1);
    request.filter = Some(Query::parse(&text, &ctx.catalog, "task").ok()?);
    request.sort = vec![SortKey { field: "due".into(), descending: false }];
    request.fields = vec![tasks.title.clone(), "due".into(), "status".into()];
    Some(request)
}
