//! One record: its fields, what hangs on it, and its life.
//!
//! Parts are walked with Tab: the timeline (beside the rest where there is room), one list per kind of
//! related record, and all fields for reading in full. Start at [`Detail`].

pub mod summary;
pub mod timeline;
mod view;

use std::collections::BTreeMap;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::change;
use super::list::open_task;
use crate::action::{Key, Place, Situation};
use crate::gate::{Entry, GateError, HistoryRequest, ListRequest, Timeline, TimelineItem};
use crate::model::{Name, Record, RecordRef, Value};
use crate::query::Query;
use crate::schema::{Entity, Field, FieldType};
use crate::tui::context::Context;
use crate::tui::hit::{Seen, Target};
use crate::tui::layer::{Cmd, Cmds, Heading, Layer};
use crate::tui::request::{Answer, Reply, Request, Slot};
use crate::tui::rows::{Rows, Step};
use crate::tui::state::State;
use crate::tui::write::Write;
use crate::tui::{cell, columns, table};

const RECORD: Slot = Slot("detail.record", 0);
const COUNTS: Slot = Slot("detail.counts", 0);
const TIMELINE: Slot = Slot("detail.timeline", 0);
const HISTORY: Slot = Slot("detail.history", 0);
const PAGE: Slot = Slot("detail.page", 0);
const LIST: Slot = Slot("detail.list", 0);
/// Rows of the list it was opened from that are loaded ahead.
const AHEAD: usize = 10;
/// Items of the timeline that are asked for.
const ITEMS: usize = 200;
/// From this width on the timeline stands on the right.
const SIDE_FROM: u16 = 100;

/// A part of the screen that has the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Timeline,
    /// Records of an entity that link here by a field.
    Related(Name, Name),
    /// All fields.
    Fields,
    /// What was changed, by whom.
    History,
}

/// One record.
pub struct Detail {
    of: RecordRef,
    /// The records before and after it, where it was opened from a list.
    neighbours: Vec<RecordRef>,
    /// The list it was opened from, the cursor on this record.
    list: Option<Rows>,
    /// It was walked to from another one.
    walked: bool,
    record: Option<Box<Record>>,
    counts: BTreeMap<(Name, Name), u64>,
    counted: bool,
    timeline: Option<Timeline>,
    /// Its changes alone.
    history: Option<Timeline>,
    parts: Vec<Part>,
    part: usize,
    /// The part that is turned to once it is known which there are.
    wanted: Option<Part>,
    /// The related list that is shown while the timeline beside it has the cursor.
    shown: usize,
    rows: Option<Rows>,
    /// The item of the timeline, or the line of all fields, under the cursor.
    at: usize,
    problem: Option<State>,
    /// What stands in place of a part, by its question.
    troubles: BTreeMap<Slot, State>,
}

impl Detail {
    /// The screen of a record; `neighbours` is the list it was opened from, for walking on.
    #[must_use]
    pub fn new(of: RecordRef, neighbours: Vec<RecordRef>) -> Self {
        Self {
            of,
            neighbours,
            list: None,
            walked: false,
            record: None,
            counts: BTreeMap::new(),
            counted: false,
            timeline: None,
            history: None,
            parts: vec![Part::Timeline, Part::Fields, Part::History],
            part: 0,
            wanted: None,
            shown: 1,
            rows: None,
            at: 0,
            problem: None,
            troubles: BTreeMap::new(),
        }
    }

    fn entity<'a>(&self, ctx: &'a Context) -> Option<&'a Entity> {
        ctx.catalog.entity(&self.of.entity)
    }

    fn has_side(ctx: &Context) -> bool {
        ctx.size.width >= SIDE_FROM && !ctx.plain
    }

    fn ask_all(&self) -> Cmds {
        let changes = HistoryRequest {
            record: Some(self.of.clone()),
            before: None,
            mine: false,
            limit: ITEMS,
        };
        vec![
            Cmd::Ask(RECORD, Request::Get(self.of.clone())),
            Cmd::Ask(COUNTS, Request::Related(self.of.clone())),
            Cmd::Ask(TIMELINE, Request::Timeline(self.of.clone(), ITEMS)),
            Cmd::Ask(HISTORY, Request::History(changes)),
        ]
    }

    /// The parts there are, after the counts landed: what has records, in menu order.
    fn lay_out(&mut self, ctx: &Context) -> Cmds {
        let current = self.parts.get(self.part).cloned();
        let mut parts = vec![Part::Timeline];
        for (entity, field) in ctx.catalog.incoming(&self.of.entity) {
            let key = (entity.name.clone(), field.name.clone());
            let listed = matches!(field.kind, FieldType::Link { .. } | FieldType::Links { .. });
            // Activities are the timeline.
            if listed && entity.name != "activity" && self.counts.get(&key).is_some_and(|n| *n > 0)
            {
                parts.push(Part::Related(key.0, key.1));
            }
        }
        parts.push(Part::Fields);
        parts.push(Part::History);
        self.parts = parts;
        let first = usize::from(self.parts.len() > 3 || Self::has_side(ctx));
        let wanted = self.wanted.take().or_else(|| current.filter(|_| self.counted));
        let kept = wanted.and_then(|part| self.parts.iter().position(|known| *known == part));
        self.part = kept.unwrap_or(first);
        self.counted = true;
        if self.part > 0 {
            self.shown = self.part;
        }
        self.shown = self.shown.clamp(1, self.parts.len() - 1);
        self.ask_related(ctx)
    }

    /// Asks for the related list that is shown.
    fn ask_related(&mut self, ctx: &Context) -> Cmds {
        let Some(Part::Related(entity, field)) = self.parts.get(self.shown) else {
            self.rows = None;
            return vec![Cmd::Forget(PAGE)];
        };
        let text = format!("{field} = {}", ctx.catalog.reference(&self.of));
        let Ok(filter) = Query::parse(&text, &ctx.catalog, entity) else {
            self.rows = None;
            return Cmds::new();
        };
        let same = self.rows.as_ref().is_some_and(|rows| {
            rows.request().entity == *entity && rows.request().filter.as_ref() == Some(&filter)
        });
        if same && let Some(rows) = &mut self.rows {
            return vec![Cmd::Ask(PAGE, rows.reload())];
        }
        let mut request = ListRequest::first(entity, 0);
        if let Some(of) = ctx.catalog.entity(entity) {
            let columns = Self::related_columns(of, field, ctx);
            request.fields = columns.iter().map(|column| column.field.name.clone()).collect();
            request.fields.extend(cell::standing_field(of).map(|field| field.name.clone()));
        }
        request.filter = Some(filter);
        let mut rows = Rows::new(request);
        let ask = rows.load();
        self.rows = Some(rows);
        vec![Cmd::Ask(PAGE, ask)]
    }

    /// The columns of a related list: all but the one that leads back here.
    fn related_columns<'a>(
        entity: &'a Entity,
        field: &str,
        ctx: &Context,
    ) -> Vec<columns::Placed<'a>> {
        let width = view::main_width(ctx).saturating_sub(table::GUTTER + 1);
        columns::placed_but(entity, width, &[field])
    }

    fn turn(&mut self, by: isize, ctx: &Context) -> Cmds {
        let count = self.parts.len() as isize;
        self.part = (self.part as isize + by).rem_euclid(count) as usize;
        self.at = 0;
        if self.part == 0 {
            return Cmds::new();
        }
        if self.part == self.shown && self.rows.is_some() {
            return Cmds::new();
        }
        self.shown = self.part;
        self.ask_related(ctx)
    }

    fn moved(&mut self, step: Step, ctx: &Context) -> Cmds {
        let height = view::rows_height(self, ctx);
        if let (Some(Part::Related(..)), Some(rows)) = (self.parts.get(self.part), &mut self.rows) {
            return rows.step(step, height).map(|ask| Cmd::Ask(PAGE, ask)).into_iter().collect();
        }
        let last = match self.parts.get(self.part) {
            Some(Part::Timeline) => self.timeline.as_ref().map_or(0, |t| t.items.len()),
            Some(Part::History) => self.history.as_ref().map_or(0, |t| t.items.len()),
            _ => view::field_lines(self, ctx).len(),
        }
        .saturating_sub(1);
        self.at = match step {
            Step::Top => 0,
            Step::Bottom => last,
            Step::To(n) => (n as usize).saturating_sub(1).min(last),
            Step::By(by) => self.at.saturating_add_signed(by).min(last),
        };
        Cmds::new()
    }

    /// The same, in a list that goes on beyond what was loaded.
    #[must_use]
    pub fn within(mut self, rows: Option<Rows>) -> Self {
        self.list =
            rows.filter(|rows| rows.current().map(Record::reference) == Some(self.of.clone()));
        self
    }

    fn walk(&mut self, by: isize, ctx: &Context) -> Cmds {
        let mut cmds = Cmds::new();
        let next = if let Some(list) = &mut self.list {
            // Rows are asked for long before the last one is reached.
            cmds.extend(list.step(Step::By(by), AHEAD).map(|ask| Cmd::Ask(LIST, ask)));
            list.current().map(Record::reference).filter(|next| *next != self.of)
        } else {
            let place = self.neighbours.iter().position(|known| *known == self.of);
            let next = place.and_then(|place| place.checked_add_signed(by));
            next.and_then(|next| self.neighbours.get(next)).cloned()
        };
        let Some(next) = next else {
            let key = if by > 0 { "detail.last" } else { "detail.first" };
            cmds.push(Cmd::Say(crate::tui::Role::Muted, ctx.t(key).to_owned()));
            return cmds;
        };
        let neighbours = std::mem::take(&mut self.neighbours);
        let list = self.list.take();
        let part = self.parts.get(self.part).cloned();
        *self = Self { list, walked: true, wanted: part, ..Self::new(next, neighbours) };
        cmds.extend(self.ask_all());
        cmds
    }

    /// The related record under the cursor.
    fn related(&self) -> Option<&Record> {
        match self.parts.get(self.part)? {
            Part::Related(..) => self.rows.as_ref()?.current(),
            Part::Timeline | Part::Fields | Part::History => None,
        }
    }

    /// The record under the cursor: the related one, or the one that is shown.
    fn focus(&self) -> Option<RecordRef> {
        match self.parts.get(self.part)? {
            Part::Related(..) => self.rows.as_ref()?.current().map(Record::reference),
            Part::Timeline => {
                let items = &self.timeline.as_ref()?.items;
                items.get(self.at).and_then(timeline::leads_to).filter(|leads| *leads != self.of)
            }
            Part::Fields | Part::History => None,
        }
    }

    /// The change under the cursor, where its changes are walked.
    fn change(&self) -> Option<&Entry> {
        match self.history.as_ref()?.items.get(self.at)? {
            TimelineItem::Change(entry) => Some(entry),
            TimelineItem::Activity(_) => None,
        }
    }

    fn fail(&mut self, slot: Slot, error: &GateError, ctx: &Context) {
        if slot == RECORD {
            self.problem = Some(State::of(error, ctx));
        } else {
            self.troubles.insert(slot, State::of(error, ctx));
        }
        if slot == LIST
            && let Some(list) = &mut self.list
        {
            list.failed();
        }
        if slot == PAGE
            && let Some(rows) = &mut self.rows
        {
            rows.failed();
        }
    }
}

impl Layer for Detail {
    fn place(&self) -> Place {
        match self.parts.get(self.part) {
            Some(Part::History) => Place::Changes,
            _ => Place::Detail,
        }
    }

    fn heading(&self, ctx: &Context) -> Heading {
        let plural = self.entity(ctx).map(|entity| entity.plural.get(ctx.lang()).to_owned());
        let mut trail: Vec<String> = plural.into_iter().collect();
        let mut right = String::new();
        if let Some(record) = &self.record {
            trail.push(cell::title(ctx, record).into_string());
            let named = |field: &str| match record.get(field) {
                Value::Link(link) => Some(link.title.clone()).filter(|title| !title.is_empty()),
                _ => None,
            };
            let mut who: Vec<String> =
                [named("owner"), named("team")].into_iter().flatten().collect();
            if let Some(into) = record.get("merged_into").as_link() {
                let into = ctx.catalog.reference(&into.target());
                who.insert(0, ctx.tf("detail.merged", &[("record", &into)]));
            } else if record.meta.deleted_at.is_some() {
                who.insert(0, ctx.t("detail.deleted").to_owned());
            }
            right = who.join(" · ");
        }
        Heading { trail, aside: ctx.catalog.reference(&self.of), right }
    }

    fn situation<'a>(&'a self, ctx: &'a Context) -> Situation<'a> {
        let mut at = ctx.situation(self.place());
        // What is made here is of the kind that is looked at.
        at.entity = match self.parts.get(self.part) {
            Some(Part::Related(entity, _)) => ctx.catalog.entity(entity),
            _ => self.entity(ctx),
        };
        at.record = Some(self.of.clone());
        if let Some(record) = &self.record {
            at.deleted = record.meta.deleted_at.is_some();
            at.open = open_task(ctx, record);
        }
        // A task that hangs on the record can be done from here.
        if let Some(open) = self.related().and_then(|row| open_task(ctx, row)) {
            at.open = Some(open);
        }
        at
    }

    fn subjects(&self) -> Vec<RecordRef> {
        vec![self.of.clone()]
    }

    fn presets(&self, entity: &str, ctx: &Context) -> Vec<(Name, Value)> {
        let Some(record) = &self.record else { return Vec::new() };
        let mut presets = hanging_on(record, entity, ctx);
        // From a related list the new one hangs on this record as those in the list do.
        if let Some(Part::Related(of, field)) = self.parts.get(self.part)
            && *of == entity
            && presets.iter().all(|(name, _)| name != field)
        {
            let link = record_link(record, ctx);
            let several = ctx.catalog.entity(of).and_then(|of| of.field(field));
            let several = several.is_some_and(|f| matches!(f.kind, FieldType::Links { .. }));
            let value = if several { Value::Links(vec![link]) } else { Value::Link(link) };
            presets.push((field.clone(), value));
        }
        presets
    }

    fn start(&mut self, _ctx: &Context) -> Cmds {
        self.ask_all()
    }

    fn resized(&mut self, ctx: &Context) -> Cmds {
        self.rows = None;
        self.ask_related(ctx)
    }

    fn awaits(&self, slot: Slot, _key: Option<Key>) -> bool {
        match slot {
            RECORD => self.record.is_none(),
            COUNTS => !self.counted,
            PAGE => self.rows.as_ref().is_some_and(Rows::are_awaited),
            _ => change::asked(slot),
        }
    }

    fn act(&mut self, action: &str, ctx: &Context) -> Option<Cmds> {
        let page = view::rows_height(self, ctx) as isize;
        if let Some(step) = Step::of_action(action, page) {
            return Some(self.moved(step, ctx));
        }
        Some(match action {
            "nav.next-part" => self.turn(1, ctx),
            "nav.previous-part" => self.turn(-1, ctx),
            "nav.next-record" => self.walk(1, ctx),
            "nav.previous-record" => self.walk(-1, ctx),
            "nav.back" if self.walked => {
                vec![Cmd::CloseAndTell("walked", self.of.id.to_string())]
            }
            "nav.open" => self.focus().map(Cmd::Open).into_iter().collect(),
            "task.done" => {
                let task = self.related().filter(|row| open_task(ctx, row).is_some());
                let task = task.map(Record::reference)?;
                vec![Cmd::Push(Box::new(Write::task_done(vec![task])))]
            }
            _ if matches!(self.parts.get(self.part), Some(Part::History)) => {
                return change::act(action, self.change(), ctx);
            }
            _ => return None,
        })
    }

    fn pointed(&mut self, target: &Target, ctx: &Context) -> Option<Cmds> {
        let part = match target {
            Target::Tab(part) | Target::Card(part, _) => *part,
            Target::Tabs | Target::Header(_) => return Some(Cmds::new()),
            _ => return None,
        };
        let by = part as isize - self.part as isize;
        let mut cmds = if by == 0 { Cmds::new() } else { self.turn(by, ctx) };
        if let Target::Card(_, row) = target {
            let at = match (self.parts.get(self.part), &self.rows) {
                (Some(Part::Related(..)), Some(rows)) => rows.selected(),
                _ => self.at,
            };
            let steps = *row as isize - at as isize;
            if steps == 0 && by == 0 {
                cmds.extend(self.focus().map(Cmd::Open));
            }
            cmds.extend(self.moved(Step::By(steps), ctx));
        }
        Some(cmds)
    }

    fn wheeled(&mut self, target: &Target, by: isize, ctx: &Context) -> Option<Cmds> {
        if !matches!(target, Target::Tab(_) | Target::Tabs) {
            return None;
        }
        let there = self.part.checked_add_signed(by).is_some_and(|part| part < self.parts.len());
        Some(if there { self.turn(by, ctx) } else { Cmds::new() })
    }

    fn reply(&mut self, slot: Slot, answer: Answer, ctx: &Context) -> Cmds {
        if change::asked(slot) {
            return change::answered(answer, ctx);
        }
        if answer.is_ok() {
            self.troubles.remove(&slot);
        }
        match answer {
            Err(error) => {
                self.fail(slot, &error, ctx);
                Cmds::new()
            }
            Ok(Reply::Record(record)) => {
                self.record = Some(record);
                self.problem = None;
                Cmds::new()
            }
            Ok(Reply::Related(counts)) => {
                self.counts = counts;
                self.lay_out(ctx)
            }
            Ok(Reply::History(entries)) => {
                let items = entries.into_iter().map(TimelineItem::Change).collect();
                self.history = Some(Timeline { items });
                Cmds::new()
            }
            Ok(Reply::Timeline(timeline)) => {
                self.timeline = Some(timeline);
                Cmds::new()
            }
            Ok(reply @ Reply::Page(_)) if slot == LIST => {
                let next = self.list.as_mut().and_then(|list| list.take(reply, AHEAD));
                next.map(|ask| Cmd::Ask(LIST, ask)).into_iter().collect()
            }
            Ok(reply @ Reply::Page(_)) => {
                let height = view::rows_height(self, ctx);
                let next = self.rows.as_mut().and_then(|rows| rows.take(reply, height));
                next.map(|ask| Cmd::Ask(PAGE, ask)).into_iter().collect()
            }
            Ok(_) => Cmds::new(),
        }
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        view::draw(self, area, buf, ctx)
    }
}

/// What a new record of `entity` starts with when it is made from `record`: the links that lead back to
/// it, and the customer that both hang on.
pub(in crate::tui) fn hanging_on(
    record: &Record,
    entity: &str,
    ctx: &Context,
) -> Vec<(Name, Value)> {
    let Some(entity) = ctx.catalog.entity(entity) else { return Vec::new() };
    let mut presets: Vec<(Name, Value)> = Vec::new();
    let link = record_link(record, ctx);
    let direct = |field: &&Field| {
        !field.is_given()
            && matches!(&field.kind, FieldType::Link { to } if *to == record.entity)
            && field.name != "parent"
            && field.name != "owner"
            && field.origin != crate::schema::Origin::System
    };
    if let Some(field) = entity.fields.iter().find(direct) {
        presets.push((field.name.clone(), Value::Link(link.clone())));
    } else if let Some(field) = entity.fields.iter().find(|f| f.kind == FieldType::LinkAny) {
        presets.push((field.name.clone(), Value::Link(link)));
    }
    // What the record itself hangs on, both hang on.
    for field in &entity.fields {
        let FieldType::Link { to } = &field.kind else { continue };
        let shared = matches!(to.as_str(), "customer" | "contact" | "deal") && *to != record.entity;
        if shared
            && !field.is_given()
            && field.name == *to
            && let Value::Link(link) = record.get(to)
        {
            presets.push((field.name.clone(), Value::Link(link.clone())));
        }
    }
    presets
}

fn record_link(record: &Record, ctx: &Context) -> crate::model::Link {
    crate::model::Link {
        entity: record.entity.clone(),
        id: record.id,
        title: cell::title(ctx, record).into_string(),
    }
}
