//! My own changes, newest first: what each would restore, and what stands in the way of it.
//!
//! Pieces of one operation are one entry. Small changes are looked at as soon as they are seen, large
//! ones when the cursor stands on them. Start at [`UndoList`].

use std::collections::BTreeMap;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::action::{Key, Place, Situation};
use crate::gate::{Entry, HistoryRequest, UndoLook};
use crate::model::RecordRef;
use crate::term::{self, Clean};
use crate::tui::bulk::{Deed, Review, words};
use crate::tui::chrome;
use crate::tui::context::Context;
use crate::tui::hit::{Seen, Target};
use crate::tui::layer::{Cmd, Cmds, Heading, Layer};
use crate::tui::paint;
use crate::tui::request::{Answer, Reply, Request, Slot};
use crate::tui::rows::Step;
use crate::tui::state::State;
use crate::tui::theme::Role;

const PAGE: Slot = Slot("undo.page", 0);
const LOOK: &str = "undo.look";
/// Changes asked for at a time.
const AT_A_TIME: usize = 100;
/// Records of a change that are told.
const TOLD: usize = 20;
/// Changes of so many records are looked at before the cursor stands on them.
const SMALL: u64 = 50;

/// My own changes, to be taken back.
#[derive(Default)]
pub struct UndoList {
    entries: Vec<Entry>,
    at: usize,
    landed: bool,
    ended: bool,
    asking: bool,
    /// Entries that the cursor still has to go, once they are there.
    owed: usize,
    problem: Option<State>,
    /// The newest change of the last page, own undos included: where to go on.
    last: Option<i64>,
    looks: BTreeMap<i64, Result<UndoLook, String>>,
}

impl UndoList {
    fn ask(&mut self, before: Option<i64>) -> Cmds {
        self.asking = true;
        let request = HistoryRequest { record: None, before, mine: true, limit: AT_A_TIME };
        vec![Cmd::Ask(PAGE, Request::History(request))]
    }

    /// Rows that entries have; what the chosen one would restore stands below.
    fn list_height(area_height: u16) -> u16 {
        (area_height / 2).max(3).min(area_height)
    }

    fn top(&self, fit: usize) -> usize {
        (self.at + 1).saturating_sub(fit)
    }

    /// Looks at what is seen and not known yet.
    fn look(&self, ctx: &Context) -> Cmds {
        let fit = usize::from(Self::list_height(chrome::body(ctx.size).height));
        let seen = self.entries.iter().enumerate().skip(self.top(fit)).take(fit);
        seen.filter(|(n, entry)| {
            entry.undone_by.is_none()
                && (entry.records <= SMALL || *n == self.at)
                && !self.looks.contains_key(&entry.change_set)
        })
        .map(|(_, entry)| {
            let slot = Slot(LOOK, usize::try_from(entry.change_set).unwrap_or_default());
            Cmd::Ask(slot, Request::LookUndo(entry.change_set, TOLD))
        })
        .collect()
    }

    fn step(&mut self, step: Step, ctx: &Context) -> Cmds {
        let last = self.entries.len().saturating_sub(1);
        let owed = std::mem::take(&mut self.owed);
        self.at = match step {
            Step::By(by) => {
                let wanted = self.at.saturating_add_signed(by).saturating_add(owed);
                self.owed = if by >= 0 && !self.ended { wanted.saturating_sub(last) } else { 0 };
                wanted.min(last)
            }
            Step::Top => 0,
            Step::Bottom => last,
            Step::To(n) => (n as usize).saturating_sub(1).min(last),
        };
        let mut cmds = self.look(ctx);
        if self.at + 20 > self.entries.len() && !self.ended && !self.asking {
            cmds.extend(self.ask(self.last));
        }
        cmds
    }

    fn landed(&mut self, entries: Vec<Entry>, ctx: &Context) -> Cmds {
        let older = self
            .last
            .is_some_and(|last| entries.first().is_some_and(|entry| entry.change_set < last));
        let keep = self.entries.get(self.at).map(|entry| entry.change_set);
        self.ended = entries.len() < AT_A_TIME;
        self.landed = true;
        self.asking = false;
        self.problem = None;
        if !older {
            self.entries.clear();
            self.looks.clear();
        }
        self.last = entries.last().map(|entry| entry.change_set).or(self.last);
        self.entries.extend(entries.into_iter().filter(|entry| entry.undoes.is_none()));
        let found = keep.and_then(|keep| self.entries.iter().position(|e| e.change_set == keep));
        self.at = found.unwrap_or(self.at).min(self.entries.len().saturating_sub(1));
        if self.owed > 0 { self.step(Step::By(0), ctx) } else { self.look(ctx) }
    }

    fn review(&self, ctx: &Context) -> Cmds {
        let Some(entry) = self.entries.get(self.at) else { return Cmds::new() };
        if entry.undone_by.is_some() {
            let text = ctx.t("undo.was").to_owned();
            return vec![Cmd::Say(Role::Info, text)];
        }
        let deed = Deed::undo(entry.change_set, &entry.why, ctx);
        vec![Cmd::Push(Box::new(Review::new(deed)))]
    }

    /// How it stands with a change: taken back already, in the way of something, or nothing to say.
    fn state<'a>(&self, entry: &Entry, ctx: &'a Context) -> (Role, &'a str) {
        if entry.undone_by.is_some() {
            return (Role::Muted, ctx.t("history.undone"));
        }
        match self.looks.get(&entry.change_set) {
            _ if entry.half_undone => (Role::Warning, ctx.t("undo.half")),
            Some(Ok(look)) if look.plan.obstacles.is_empty() => (Role::Good, ctx.t("undo.can")),
            Some(Ok(look)) if look.plan.goes_around(false) => (Role::Warning, ctx.t("undo.part")),
            Some(_) => (Role::Warning, ctx.t("undo.cannot")),
            None => (Role::Muted, ""),
        }
    }
}

impl Layer for UndoList {
    fn place(&self) -> Place {
        Place::History
    }

    fn heading(&self, ctx: &Context) -> Heading {
        let trail = vec![ctx.t("undo.title").to_owned()];
        Heading { trail, aside: String::new(), right: String::new() }
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
        self.last = None;
        self.ask(None)
    }

    fn awaits(&self, slot: Slot, _key: Option<Key>) -> bool {
        slot == PAGE && (self.entries.is_empty() || self.owed > 0)
    }

    fn act(&mut self, action: &str, ctx: &Context) -> Option<Cmds> {
        let page = isize::from(Self::list_height(chrome::body(ctx.size).height) as i16);
        if let Some(step) = Step::of_action(action, page) {
            return Some(self.step(step, ctx));
        }
        match action {
            "nav.open" | "history.take-back" => Some(self.review(ctx)),
            _ => None,
        }
    }

    fn reply(&mut self, slot: Slot, answer: Answer, ctx: &Context) -> Cmds {
        match (slot, answer) {
            (_, Ok(Reply::History(entries))) => self.landed(entries, ctx),
            (Slot(LOOK, number), answer) => {
                let look = match answer {
                    Ok(Reply::UndoLook(look)) => Ok(*look),
                    Ok(_) => return Cmds::new(),
                    Err(error) => Err(ctx.said(&error)),
                };
                self.looks.insert(i64::try_from(number).unwrap_or_default(), look);
                Cmds::new()
            }
            (PAGE, Err(error)) => {
                self.asking = false;
                self.problem = Some(State::of(&error, ctx));
                Cmds::new()
            }
            (_, Err(error)) => vec![Cmd::Say(Role::Error, ctx.said(&error))],
            _ => Cmds::new(),
        }
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let mut seen = Seen::default();
        if let Some(problem) = &self.problem {
            return problem.draw(buf, area, ctx);
        }
        if self.entries.is_empty() {
            let empty = || State::empty(ctx.t("undo.empty"));
            let state = if self.landed { Some(empty()) } else { State::awaited(ctx) };
            return state.map(|state| state.draw(buf, area, ctx)).unwrap_or_default();
        }
        let height = Self::list_height(area.height);
        let list = Rect { height, ..area };
        let top = self.top(usize::from(height));
        for (n, entry) in self.entries.iter().enumerate().skip(top).take(usize::from(height)) {
            let line = paint::row(list, (n - top) as u16);
            self.draw_entry(line, buf, entry, n == self.at, ctx);
            if n == self.at {
                seen.cursor = Some(Position { x: line.x, y: line.y });
                seen.place(n, self.entries.len());
            }
            seen.hit(line, Target::Row(n));
        }
        let below = Rect { y: area.y + height, height: area.height - height, ..area };
        if let Some(entry) = self.entries.get(self.at) {
            self.draw_look(below, buf, entry, ctx);
        }
        seen
    }
}

impl UndoList {
    fn draw_entry(&self, line: Rect, buf: &mut Buffer, entry: &Entry, chosen: bool, ctx: &Context) {
        let style = |role| ctx.style(if chosen { Role::Selected } else { role });
        if chosen {
            buf.set_style(line.intersection(buf.area), ctx.style(Role::Selected));
        }
        let (role, state) = self.state(entry, ctx);
        let room = (term::width(state) as u16 + 1).min(line.width);
        let place = Rect { x: line.right() - room, width: room, ..line };
        paint::text(buf, place, state, style(role), ctx);
        let when = ctx.format.near_instant(entry.at, ctx.now);
        let why = Clean::line(&ctx.said_why(&entry.why));
        let what = match (&entry.record, entry.records) {
            (Some(record), 1) => ctx.catalog.reference(record),
            (_, n) => ctx.strings.count("list.count", usize::try_from(n).unwrap_or(usize::MAX)),
        };
        let marker = if chosen { ctx.glyphs().cursor } else { " " };
        let parts = [
            (marker, style(Role::Accent)),
            (" ", style(Role::Text)),
            (when.as_str(), style(Role::Muted)),
            ("  ", style(Role::Text)),
            (why.as_str(), style(Role::Text)),
            ("  ", style(Role::Text)),
            (what.as_str(), style(Role::Info)),
        ];
        let rest = Rect { width: line.width.saturating_sub(room + 1), ..line };
        paint::pieces(buf, rest, &parts, ctx);
    }

    /// What taking back the chosen change would restore, or why it cannot be.
    fn draw_look(&self, area: Rect, buf: &mut Buffer, entry: &Entry, ctx: &Context) {
        paint::rule(buf, paint::row(area, 0), ctx);
        let inside = Rect {
            x: area.x + 2.min(area.width),
            y: area.y + 1.min(area.height),
            width: area.width.saturating_sub(3),
            height: area.height.saturating_sub(1),
        };
        let mut lines: Vec<(Role, String)> = Vec::new();
        match self.looks.get(&entry.change_set) {
            _ if entry.undone_by.is_some() => lines.push((Role::Muted, ctx.t("undo.was").into())),
            None => {}
            Some(Err(problem)) => lines.push((Role::Error, problem.clone())),
            Some(Ok(look)) => {
                for obstacle in &look.plan.obstacles {
                    let text = Clean::line(&format!("! {}", ctx.strings.said(obstacle)));
                    let wrapped = text.wrap(usize::from(inside.width));
                    lines.extend(wrapped.into_iter().map(|l| (Role::Warning, l.to_string())));
                }
                if look.schema.is_empty() {
                    let records = usize::try_from(look.plan.records).unwrap_or(usize::MAX);
                    let n = ctx.strings.count("list.count", records);
                    lines.push((Role::Label, ctx.tf("undo.restores", &[("records", &n)])));
                } else {
                    lines.push((Role::Label, ctx.t("undo.schema").to_owned()));
                }
                for what in &look.schema {
                    let what = Clean::line(&ctx.strings.said(what)).into_string();
                    lines.push((Role::Text, what));
                }
                for outcome in &look.outcomes {
                    let name = ctx.catalog.reference(&outcome.record);
                    let title = Clean::line(&outcome.title);
                    let what = words::outcome(outcome, ctx);
                    lines.push((Role::Text, format!("{name} {title}  {what}")));
                }
                let beyond = look.plan.records.saturating_sub(look.outcomes.len() as u64);
                if beyond > 0 && look.schema.is_empty() {
                    let n = crate::tui::screen::list::grouped(beyond);
                    lines.push((Role::Muted, ctx.tf("bulk.beyond", &[("n", &n)])));
                }
            }
        }
        for (n, (role, line)) in lines.iter().enumerate().take(usize::from(inside.height)) {
            paint::text(buf, paint::row(inside, n as u16), line, ctx.style(*role), ctx);
        }
    }
}
