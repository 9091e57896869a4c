//! What was done: change sets, newest first, of everything or of one record; each can be taken back.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::change;
use super::detail::timeline;
use crate::action::{Key, Place, Situation};
use crate::gate::{Entry, HistoryRequest};
use crate::model::{Op, RecordRef};
use crate::term::Clean;
use crate::tui::bulk::words;
use crate::tui::chrome;
use crate::tui::context::Context;
use crate::tui::hit::{Seen, Target};
use crate::tui::layer::{Cmd, Cmds, Heading, Layer};
use crate::tui::paint;
use crate::tui::request::{Answer, Reply, Request, Slot};
use crate::tui::screen::list::grouped;
use crate::tui::state::State;
use crate::tui::theme::Role;

const PAGE: Slot = Slot("history.page", 0);
/// Change sets asked for at a time.
const AT_A_TIME: usize = 100;

/// Change sets.
pub struct History {
    of: Option<RecordRef>,
    entries: Vec<Entry>,
    at: usize,
    landed: bool,
    ended: bool,
    asking: bool,
    /// Entries that the cursor still has to go, once they are there.
    owed: usize,
    problem: Option<State>,
}

impl History {
    /// The history of a record, or of everything.
    #[must_use]
    pub fn new(of: Option<RecordRef>) -> Self {
        Self {
            of,
            entries: Vec::new(),
            at: 0,
            landed: false,
            ended: false,
            asking: false,
            owed: 0,
            problem: None,
        }
    }

    fn ask(&mut self, before: Option<i64>) -> Cmds {
        self.asking = true;
        let request =
            HistoryRequest { record: self.of.clone(), before, mine: false, limit: AT_A_TIME };
        vec![Cmd::Ask(PAGE, Request::History(request))]
    }

    fn step(&mut self, by: isize) -> Cmds {
        let last = self.entries.len().saturating_sub(1);
        let wanted = self.at.saturating_add_signed(by).saturating_add(self.owed);
        self.at = wanted.min(last);
        // To the last is to the last that is there.
        let goes_on = by != isize::MAX && by >= 0 && !self.ended;
        self.owed = if goes_on { wanted - self.at } else { 0 };
        let near_end = self.at + 30 > self.entries.len();
        if near_end && !self.ended && !self.asking {
            let before = self.entries.last().map(|entry| entry.change_set);
            return self.ask(before);
        }
        Cmds::new()
    }
}

impl Layer for History {
    fn place(&self) -> Place {
        Place::History
    }

    fn heading(&self, ctx: &Context) -> Heading {
        let aside = self.of.as_ref().map(|of| ctx.catalog.reference(of)).unwrap_or_default();
        Heading { trail: vec![ctx.t("history.title").to_owned()], aside, right: String::new() }
    }

    fn situation<'a>(&'a self, ctx: &'a Context) -> Situation<'a> {
        let mut at = ctx.situation(Place::History);
        at.record = self.subjects().pop();
        at
    }

    fn subjects(&self) -> Vec<RecordRef> {
        self.entries.get(self.at).and_then(|entry| entry.record.clone()).into_iter().collect()
    }

    fn start(&mut self, _ctx: &Context) -> Cmds {
        self.ask(None)
    }

    fn refresh(&mut self, _ctx: &Context) -> Cmds {
        self.ended = false;
        self.ask(None)
    }

    fn awaits(&self, slot: Slot, _key: Option<Key>) -> bool {
        change::asked(slot) || self.entries.is_empty() || self.owed > 0
    }

    fn act(&mut self, action: &str, ctx: &Context) -> Option<Cmds> {
        let page = isize::from(chrome::body(ctx.size).height as i16) / 2;
        if let Some(by) = chrome::steps(action, page) {
            return Some(self.step(by));
        }
        Some(match action {
            "nav.open" => self.subjects().into_iter().map(Cmd::Open).collect(),
            _ => return change::act(action, self.entries.get(self.at), ctx),
        })
    }

    fn reply(&mut self, slot: Slot, answer: Answer, ctx: &Context) -> Cmds {
        if change::asked(slot) {
            return change::answered(answer, ctx);
        }
        match answer {
            Ok(Reply::History(entries)) => {
                let older = self.entries.last().map(|entry| entry.change_set);
                let follows = entries.first().map(|entry| entry.change_set) < older;
                self.ended = entries.len() < AT_A_TIME;
                self.landed = true;
                self.asking = false;
                self.problem = None;
                if follows && !self.entries.is_empty() && !entries.is_empty() {
                    self.entries.extend(entries);
                } else if !(entries.is_empty() && slot == PAGE && !self.entries.is_empty()) {
                    self.entries = entries;
                    self.at = self.at.min(self.entries.len().saturating_sub(1));
                }
                if self.owed > 0 { self.step(0) } else { Cmds::new() }
            }
            Ok(_) => Cmds::new(),
            Err(error) if slot == PAGE => {
                self.asking = false;
                self.problem = Some(State::of(&error, ctx));
                Cmds::new()
            }
            Err(error) => vec![Cmd::Say(Role::Error, ctx.said(&error))],
        }
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let mut seen = Seen::default();
        if let Some(problem) = &self.problem {
            return problem.draw(buf, area, ctx);
        }
        if self.entries.is_empty() {
            let empty = || State::empty(ctx.t("history.empty"));
            let state = if self.landed { Some(empty()) } else { State::awaited(ctx) };
            return state.map(|state| state.draw(buf, area, ctx)).unwrap_or_default();
        }
        let fit = usize::from(area.height / 2).max(1);
        let top = (self.at + 1).saturating_sub(fit);
        for (n, entry) in self.entries.iter().enumerate().skip(top).take(fit) {
            let y = area.y + ((n - top) * 2) as u16;
            let place = Rect { y, height: 2.min(area.bottom() - y), ..area };
            draw_entry(buf, place, entry, n == self.at, ctx);
            if n == self.at {
                seen.cursor = Some(Position { x: place.x, y });
                let more = if self.ended { "" } else { "+" };
                let [n, total] = [n + 1, self.entries.len()].map(|n| grouped(n as u64));
                seen.told.place = Some((n, total + more));
            }
            seen.hit(place, Target::Row(n));
        }
        seen
    }
}

fn draw_entry(buf: &mut Buffer, area: Rect, entry: &Entry, chosen: bool, ctx: &Context) {
    let style = |role| ctx.style(if chosen { Role::Selected } else { role });
    let first = paint::row(area, 0);
    if chosen {
        buf.set_style(first.intersection(buf.area), ctx.style(Role::Selected));
    }
    let when = ctx.format.near_instant(entry.at, ctx.now);
    let by = Clean::line(&entry.by);
    let why = Clean::line(&ctx.said_why(&entry.why));
    let what = match (&entry.record, entry.records) {
        (Some(record), 1) => ctx.catalog.reference(record),
        (_, n) => ctx.strings.count("list.count", usize::try_from(n).unwrap_or(usize::MAX)),
    };
    let state = if entry.undone_by.is_some() {
        ctx.t("history.undone")
    } else if entry.half_undone {
        ctx.t("undo.half")
    } else if entry.undoes.is_some() {
        ctx.t("history.undo")
    } else {
        ""
    };
    let marker = if chosen { ctx.glyphs().cursor } else { " " };
    let parts = [
        (marker, style(Role::Accent)),
        (" ", style(Role::Text)),
        (when.as_str(), style(Role::Muted)),
        ("  ", style(Role::Text)),
        (by.as_str(), style(Role::Text)),
        ("  ", style(Role::Text)),
        (why.as_str(), style(Role::Text)),
        ("  ", style(Role::Text)),
        (what.as_str(), style(Role::Info)),
        ("  ", style(Role::Text)),
        (state, style(Role::Warning)),
    ];
    paint::pieces(buf, first, &parts, ctx);
    let second = paint::row(area, 1);
    let words =
        Rect { x: second.x + 4.min(second.width), width: second.width.saturating_sub(4), ..second };
    paint::text(buf, words, &timeline::fields(entry, ctx), ctx.style(Role::Muted), ctx);
}

/// What undo says: what it took back, and of which record or of how many.
#[must_use]
pub fn taken_back(
    plan: &crate::gate::UndoPlan,
    outcomes: &[crate::gate::Outcome],
    ctx: &Context,
) -> String {
    let why = Clean::line(&ctx.said_why(&plan.why)).into_string();
    let ([one], 1) = (outcomes, plan.records) else {
        let left = if plan.goes_around(false) { plan.in_the_way.len() as u64 } else { 0 };
        let back = usize::try_from(plan.records.saturating_sub(left)).unwrap_or(usize::MAX);
        let records = ctx.strings.count("list.count", back);
        return ctx.tf("said.undone", &[("what", &why), ("records", &records)]);
    };
    let reference = ctx.catalog.reference(&one.record);
    let record = Clean::line(&format!("{reference} {}", one.title)).into_string();
    let record = record.trim();
    let entity = ctx.catalog.entity(&one.record.entity);
    let label = |field: &crate::model::FieldChange| words::label(entity, &field.field, ctx);
    // What follows from another field comes back with it.
    let follows = |change: &crate::model::FieldChange| {
        entity.and_then(|entity| entity.field(&change.field)).is_some_and(|f| f.follows.is_some())
    };
    let mut fields = one.fields.clone();
    fields.retain(|field| !follows(field));
    let fields = if fields.is_empty() { &one.fields } else { &fields };
    match (one.op, fields.as_slice()) {
        (Op::Update, [field]) => {
            let known = entity.and_then(|entity| entity.field(&field.field));
            let value = known.map(|known| words::shown(known, &field.after, ctx));
            let (label, value) = (label(field), value.unwrap_or_default());
            let values = [("what", &*label), ("record", record), ("value", &value)];
            ctx.tf("said.undone_field", &values)
        }
        (Op::Update, [_, ..]) => {
            let labels: Vec<String> = fields.iter().map(label).collect();
            let what = labels.join(ctx.t("said.undone_and"));
            ctx.tf("said.undone_fields", &[("what", &what), ("record", record)])
        }
        _ => ctx.tf("said.undone", &[("what", &why), ("records", record)]),
    }
}
