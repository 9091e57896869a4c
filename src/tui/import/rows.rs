//! What would become of every row of a file: counted, listed, mended, and written in the end.
//!
//! The plan is made and kept elsewhere; here is only the part of it that is seen. Esc stops what is under way: a plan
//! is thrown away then, an import can be gone on with. Start at [`Rows`].

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use serde::{Deserialize, Serialize};

use super::card::Card;
use super::{choices, words};
use crate::action::{Key, KeyCode, Place, Situation};
use crate::exchange::export::Progress;
use crate::exchange::import::{Job, Ledger, Line};
use crate::exchange::{ImportReport, Mends, RowFate};
use crate::schema::Entity;
use crate::term::grouped;
use crate::tui::chrome;
use crate::tui::context::Context;
use crate::tui::hit::{Seen, Target};
use crate::tui::layer::{Cmd, Cmds, Heading, Layer};
use crate::tui::request::{Answer, From, Import, Imported, Reply, Request, Slot};
use crate::tui::rows::Step;
use crate::tui::state::State;
use crate::tui::theme::Role;

pub(super) const PLAN: Slot = Slot("import.plan", 0);
const PAGE: Slot = Slot("import.page", 0);
const ROW: Slot = Slot("import.row", 0);
pub(super) const APPLY: Slot = Slot("import.apply", 0);
/// What the layer below is told when it is gone back to: what was changed here.
pub(super) const BACK: &str = "import.back";
/// What the layer below is told when all is done.
pub(super) const DONE: &str = "import.done";
pub(super) const GO: &str = "plan.go";
/// How often it is looked at how far it is.
pub(super) const LOOK_EVERY: TimeDelta = TimeDelta::milliseconds(200);
/// Rows that are read at a time.
const READ: usize = 160;
/// Files of up to so many rows are planned as a whole again after a row was mended: others may hang on it.
const PLANNED_AGAIN: u64 = 20_000;

/// What was changed at the rows.
#[derive(Serialize, Deserialize)]
pub(super) struct Changed {
    /// The map, as a map file.
    pub map: String,
    /// What was mended.
    pub mends: Mends,
}

/// How far it is.
#[derive(Debug)]
pub(super) enum Phase {
    /// It is being found out what would become of the rows.
    Planning,
    /// It may be done.
    Ready,
    /// It is being done.
    Applying,
    /// It was done, or stopped on the way.
    Done(Box<ImportReport>),
}

/// The rows of a file with their verdicts.
pub struct Rows {
    pub(super) job: Arc<Job>,
    pub(super) headers: Vec<String>,
    pub(super) phase: Phase,
    pub(super) progress: Arc<Progress>,
    pub(super) look_at: Option<DateTime<Utc>>,
    pub(super) ledger: Option<Arc<Ledger>>,
    pub(super) counts: Vec<(RowFate, u64)>,
    /// Only rows of this fate are shown.
    pub(super) shown: Option<RowFate>,
    pub(super) lines: Vec<Line>,
    /// The place of the first of them.
    pub(super) first: usize,
    pub(super) at: usize,
    pub(super) problem: Option<String>,
    /// Why nothing could be planned.
    pub(super) failed: Option<State>,
    pub(super) card: Option<Card>,
    /// Something was mended since the plan was made.
    mended: bool,
    /// It goes on with what was begun and stopped.
    pub(super) resumes: bool,
    /// The value that a choice is being sought for: its place among those that are none.
    pub(super) value: Option<usize>,
}

impl Rows {
    /// What would become of the rows of a file with these columns.
    #[must_use]
    pub fn new(job: Job, headers: Vec<String>) -> Self {
        Self {
            job: Arc::new(job),
            headers,
            phase: Phase::Planning,
            progress: Arc::default(),
            look_at: None,
            ledger: None,
            counts: Vec::new(),
            shown: None,
            lines: Vec::new(),
            first: 0,
            at: 0,
            problem: None,
            failed: None,
            card: None,
            mended: false,
            resumes: false,
            value: None,
        }
    }

    /// An import that was begun and stopped is gone on with, after a question.
    #[must_use]
    pub fn resuming(job: Job, headers: Vec<String>) -> Self {
        Self { resumes: true, phase: Phase::Ready, ..Self::new(job, headers) }
    }

    pub(super) fn job(&self) -> &Job {
        &self.job
    }

    pub(super) fn entity<'a>(&self, ctx: &'a Context) -> Option<&'a Entity> {
        ctx.catalog.entity(&self.job.entity)
    }

    pub(super) fn count(&self, fate: RowFate) -> u64 {
        self.counts.iter().find(|(known, _)| *known == fate).map_or(0, |(_, n)| *n)
    }

    /// How many rows are shown.
    pub(super) fn total(&self) -> usize {
        let all = || self.counts.iter().map(|(_, n)| n).sum();
        let n = self.shown.map_or_else(all, |fate| self.count(fate));
        usize::try_from(n).unwrap_or(usize::MAX)
    }

    pub(super) fn current(&self) -> Option<&Line> {
        self.lines.get(self.at.checked_sub(self.first)?)
    }

    pub(super) fn plan(&mut self, ctx: &Context) -> Cmds {
        // What is still being planned is planned for nothing.
        self.progress.stop();
        self.progress = Arc::default();
        self.look_at = Some(ctx.now + LOOK_EVERY);
        if self.ledger.is_none() {
            self.phase = Phase::Planning;
        }
        self.failed = None;
        self.problem = None;
        let (job, progress) = (Arc::clone(&self.job), Arc::clone(&self.progress));
        vec![Cmd::Ask(PLAN, Request::Import(Import::Plan { job, progress }))]
    }

    fn planned(&mut self, ledger: Arc<Ledger>) -> Cmds {
        let first = self.ledger.is_none();
        self.counts = ledger.counts();
        self.ledger = Some(ledger);
        self.phase = Phase::Ready;
        self.mended = false;
        if first && self.count(RowFate::Error) > 0 {
            // What goes wrong is looked at first.
            self.shown = Some(RowFate::Error);
        }
        if self.total() == 0 {
            self.shown = None;
        }
        let row = self.current().map(|line| line.row);
        self.page(row.map_or(From::Place(self.at), From::Row))
    }

    /// Asks for the rows around a place.
    fn page(&self, from: From) -> Cmds {
        let Some(ledger) = self.ledger.clone() else { return Cmds::new() };
        let page = Import::Page { ledger, shown: self.shown, from, count: READ };
        vec![Cmd::Ask(PAGE, Request::Import(page))]
    }

    fn step(&mut self, step: Step) -> Cmds {
        let last = self.total().saturating_sub(1);
        self.at = match step {
            Step::By(by) => self.at.saturating_add_signed(by).min(last),
            Step::Top => 0,
            Step::Bottom => last,
            Step::To(n) => (n as usize).saturating_sub(1).min(last),
        };
        self.reach()
    }

    /// Asks for what stands around the cursor, where that is not there yet.
    fn reach(&self) -> Cmds {
        let end = self.first + self.lines.len();
        let near = READ / 4;
        let above = self.first == 0 || self.at >= self.first + near;
        let below = end >= self.total() || self.at + near < end;
        if above && below && self.current().is_some() {
            return Cmds::new();
        }
        self.page(From::Place(self.at))
    }

    fn next_verdict(&mut self) -> Cmds {
        let kinds: Vec<RowFate> = self.counts.iter().map(|(fate, _)| *fate).collect();
        let at = self.shown.and_then(|shown| kinds.iter().position(|kind| *kind == shown));
        self.shown = match at {
            None => kinds.first().copied(),
            Some(at) => kinds.get(at + 1).copied(),
        };
        self.at = 0;
        self.page(From::Place(0))
    }

    fn ask_row(&self, row: u64, mended: bool) -> Cmds {
        let Some(ledger) = self.ledger.clone() else { return Cmds::new() };
        let job = Arc::clone(&self.job);
        vec![Cmd::Ask(ROW, Request::Import(Import::Row { job, ledger, row, mended }))]
    }

    fn open_row(&mut self, edits: bool) -> Cmds {
        let Some(row) = self.current().map(|line| line.row) else { return Cmds::new() };
        self.card = Some(Card::new(row, edits));
        self.ask_row(row, false)
    }

    fn mend(&mut self, mend: impl FnOnce(&mut Mends), row: u64) -> Cmds {
        let job = Arc::make_mut(&mut self.job);
        mend(Arc::make_mut(&mut job.mends));
        self.mended = true;
        self.ask_row(row, true)
    }

    fn skip(&mut self) -> Cmds {
        let open = self.card.as_ref().map(|card| card.row);
        let Some(row) = open.or_else(|| self.current().map(|line| line.row)) else {
            return Cmds::new();
        };
        self.mend(|mends| mends.toggle(row), row)
    }

    /// The card of the row `by` further in the list.
    fn next_row(&mut self, by: isize) -> Cmds {
        let mut cmds = self.step(Step::By(by));
        if let (Some(line), Some(_)) = (self.current(), &self.card) {
            let row = line.row;
            self.card = Some(Card::new(row, false));
            cmds.extend(self.ask_row(row, false));
        }
        cmds
    }

    fn close_card(&mut self, ctx: &Context) -> Cmds {
        self.card = None;
        if !self.mended {
            return Cmds::new();
        }
        if self.ledger.as_ref().is_some_and(|ledger| ledger.rows() <= PLANNED_AGAIN) {
            return self.plan(ctx);
        }
        self.mended = false;
        self.page(From::Place(self.at))
    }

    fn leave(&self) -> Cmds {
        match self.phase {
            Phase::Done(_) => vec![Cmd::CloseAndTell(DONE, String::new())],
            _ => vec![Cmd::CloseAndTell(BACK, self.told_back())],
        }
    }

    /// What was changed here, for the columns to go on with.
    fn told_back(&self) -> String {
        let changed = Changed { map: self.job.map.to_toml(), mends: (*self.job.mends).clone() };
        serde_json::to_string(&changed).unwrap_or_default()
    }

    fn failed(&mut self, slot: Slot, text: String, ctx: &Context) -> Cmds {
        match (slot, &self.phase) {
            (PLAN, _) if self.ledger.is_none() => {
                self.failed =
                    Some(State::failed(text, vec![ctx.t("state.failed_next").to_owned()]));
                self.phase = Phase::Ready;
                Cmds::new()
            }
            (APPLY, _) => {
                self.phase = Phase::Ready;
                self.problem = Some(text);
                // What was written before it failed is there.
                vec![Cmd::Written(None)]
            }
            _ => vec![Cmd::Say(Role::Error, text)],
        }
    }

    fn imported(&mut self, imported: Imported, slot: Slot, ctx: &Context) -> Cmds {
        match imported {
            Imported::Planned(ledger) => self.planned(ledger),
            Imported::Stopped if self.ledger.is_none() => self.leave(),
            Imported::Page { lines, first, at, counts } => {
                self.counts = counts;
                self.lines = lines;
                self.first = first;
                self.at = at.min(self.total().saturating_sub(1));
                Cmds::new()
            }
            Imported::Row(found, counts) => {
                self.counts = counts;
                let Some(found) = found else { return Cmds::new() };
                let row = found.line.row;
                if self.card.as_ref().is_some_and(|card| card.row == row) {
                    let entity = self.job.entity.clone();
                    let entity = ctx.catalog.entity(&entity);
                    if let Some(card) = &mut self.card {
                        card.show(*found, &self.headers, &self.job.map, entity, ctx);
                    }
                    return Cmds::new();
                }
                // It was left out, or taken in again.
                self.mended = false;
                let mut cmds = Cmds::new();
                let stays = self.shown.is_none_or(|shown| shown == found.line.fate);
                if stays && self.at + 1 < self.total() {
                    self.at += 1;
                }
                cmds.extend(self.page(From::Place(self.at)));
                cmds
            }
            Imported::Done(report) => {
                self.resumes = false;
                self.phase = Phase::Done(report);
                vec![Cmd::Written(None)]
            }
            Imported::Failed { what, hint } => {
                let text = words::failed(&what, hint.as_ref(), ctx);
                self.failed(slot, text, ctx)
            }
            _ => Cmds::new(),
        }
    }
}

impl Layer for Rows {
    fn place(&self) -> Place {
        match &self.card {
            Some(card) if card.edit.is_some() => Place::Overlay,
            Some(_) => Place::PlanRow,
            None => Place::Plan,
        }
    }

    fn heading(&self, ctx: &Context) -> Heading {
        let name = self.job.path.file_name().map(|name| name.to_string_lossy().into_owned());
        let here = match &self.card {
            Some(card) => ctx.tf("import.row", &[("row", &card.row.to_string())]),
            None => ctx.t("import.verdicts").to_owned(),
        };
        let trail = vec![name.unwrap_or_default(), here];
        let total = self.total();
        let right = if total == 0 || matches!(self.phase, Phase::Applying | Phase::Done(_)) {
            String::new()
        } else {
            let (n, total) = (grouped(self.at as u64 + 1), grouped(total as u64));
            ctx.tf("list.position", &[("n", &n), ("total", &total)])
        };
        Heading { trail, aside: String::new(), right }
    }

    fn status(&self, ctx: &Context) -> Option<(Role, String)> {
        match self.phase {
            Phase::Planning => Some((Role::Muted, ctx.t("import.stop_plan").to_owned())),
            Phase::Applying => Some((Role::Muted, ctx.t("import.stop").to_owned())),
            Phase::Ready | Phase::Done(_) => None,
        }
    }

    fn situation<'a>(&'a self, ctx: &'a Context) -> Situation<'a> {
        let mut at = ctx.situation(self.place());
        at.entity = self.entity(ctx);
        let stopped = matches!(&self.phase, Phase::Done(report) if report.stopped);
        let ready = matches!(self.phase, Phase::Ready) && self.failed.is_none();
        at.marks = usize::from(ready || stopped);
        at.filtered = self.counts.len() > 1 && matches!(self.phase, Phase::Ready);
        at.grouped = matches!(self.phase, Phase::Done(_));
        at.open = Some(ready && self.ledger.is_some());
        at.takes = !self.new_choices().is_empty();
        at
    }

    fn start(&mut self, ctx: &Context) -> Cmds {
        if self.resumes { self.ask_to_apply(ctx) } else { self.plan(ctx) }
    }

    /// What others change meanwhile is found out when it is done, or planned again.
    fn refresh(&mut self, _ctx: &Context) -> Cmds {
        Cmds::new()
    }

    fn awaits(&self, slot: Slot, key: Option<Key>) -> bool {
        let stops = key.is_some_and(|key| key.is(KeyCode::Esc));
        match slot {
            PAGE | ROW => true,
            PLAN => !stops && matches!(self.phase, Phase::Planning),
            APPLY => !stops,
            _ => false,
        }
    }

    fn wakes_at(&self) -> Option<DateTime<Utc>> {
        self.look_at.filter(|_| matches!(self.phase, Phase::Planning | Phase::Applying))
    }

    fn woken(&mut self, ctx: &Context) -> Cmds {
        self.look_at = Some(ctx.now + LOOK_EVERY);
        Cmds::new()
    }

    /// What is written is whole up to here, and can be gone on with.
    fn ends(&mut self, _ctx: &Context) -> Cmds {
        self.progress.stop();
        Cmds::new()
    }

    fn holds_unsaved(&self, _ctx: &Context) -> bool {
        match self.phase {
            Phase::Applying => true,
            Phase::Planning | Phase::Ready => !self.job.mends.is_empty(),
            Phase::Done(_) => false,
        }
    }

    fn told(&mut self, what: &str, choice: &str, ctx: &Context) -> Cmds {
        match what {
            GO => self.apply(ctx),
            choices::VALUE => self.choose_for(choice, ctx),
            choices::CHOICE => self.mean(choice, ctx),
            _ => Cmds::new(),
        }
    }

    fn key(&mut self, key: Key, ctx: &Context) -> Option<Cmds> {
        if let Phase::Done(_) = self.phase
            && key.is(KeyCode::Enter)
        {
            return Some(self.leave());
        }
        let card = self.card.as_mut()?;
        let edit = card.edit.as_mut()?;
        match key.code {
            KeyCode::Esc => card.edit = None,
            KeyCode::Enter => {
                let (row, mended) = (card.row, card.mended());
                if let Some((column, text)) = mended {
                    return Some(self.mend(|mends| mends.set(row, column, text), row));
                }
            }
            _ => {
                edit.apply(crate::tui::widget::keys::act(key)?);
            }
        }
        let _ = ctx;
        Some(Cmds::new())
    }

    fn paste(&mut self, text: &str, _ctx: &Context) -> Cmds {
        if let Some(edit) = self.card.as_mut().and_then(|card| card.edit.as_mut()) {
            edit.apply(crate::tui::widget::Act::Insert(text.to_owned()));
        }
        Cmds::new()
    }

    fn act(&mut self, action: &str, ctx: &Context) -> Option<Cmds> {
        if matches!(self.phase, Phase::Planning | Phase::Applying) {
            if action == "nav.back" {
                self.progress.stop();
            }
            return (!action.starts_with("app.")).then(Cmds::new);
        }
        let page = isize::from(chrome::body(ctx.size).height.saturating_sub(4).max(1) as i16);
        if let Some(step) = Step::of_action(action, page) {
            return Some(match &mut self.card {
                Some(card) => {
                    card.step(step);
                    Cmds::new()
                }
                None => self.step(step),
            });
        }
        Some(match action {
            "nav.back" if self.card.is_some() => self.close_card(ctx),
            "nav.back" => self.leave(),
            "plan.row" => self.open_row(false),
            "plan.fix" => self.open_row(true),
            "plan.verdict" => self.next_verdict(),
            "plan.skip" => self.skip(),
            "plan.again" => self.plan(ctx),
            "plan.values" => self.choose_value(ctx),
            "plan.apply" => self.ask_to_apply(ctx),
            "plan.take-back" => self.take_back(),
            "row.edit" => {
                if let Some(card) = &mut self.card {
                    card.begin();
                }
                Cmds::new()
            }
            "row.next" => self.next_row(1),
            "row.previous" => self.next_row(-1),
            _ => return None,
        })
    }

    fn pointed(&mut self, target: &Target, _ctx: &Context) -> Option<Cmds> {
        let Target::Row(n) = *target else { return None };
        if let Some(card) = &mut self.card {
            if card.edit.is_none() {
                if card.at == n {
                    card.begin();
                } else {
                    card.step(Step::To(n as u32 + 1));
                }
            }
            return Some(Cmds::new());
        }
        if n == self.at {
            return Some(self.open_row(false));
        }
        Some(self.step(Step::To(n as u32 + 1)))
    }

    fn reply(&mut self, slot: Slot, answer: Answer, ctx: &Context) -> Cmds {
        match answer {
            Ok(Reply::Import(imported)) => self.imported(imported, slot, ctx),
            Ok(_) => Cmds::new(),
            Err(error) if slot == PLAN && self.ledger.is_none() => {
                self.failed = Some(State::of(&error, ctx));
                self.phase = Phase::Ready;
                Cmds::new()
            }
            Err(error) => self.failed(slot, ctx.said(&error), ctx),
        }
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        match &self.card {
            Some(card) => card.draw(self, area, buf, ctx),
            None => self.draw(area, buf, ctx),
        }
    }
}
