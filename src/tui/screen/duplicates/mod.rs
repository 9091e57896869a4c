//! Records that are likely the same, gone through one after the other: merge, not a duplicate, skip.
//!
//! All of an entity is searched in the background ([`Hunt`]); what was found is a queue of cases (two records or
//! more), which says why, shows the records side by side and shrinks as it is worked off. The scan knows what the
//! person sees and no more. Start at [`Duplicates::new`]; `sift` says which cases are shown, `deeds` what is done
//! with them, `beside` shows the records.

mod beside;
mod deeds;
mod sift;
mod view;

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use self::beside::Beside;
use self::sift::Sift;
use crate::action::duplicate::kinds;
use crate::action::{Key, KeyCode, Place, Situation};
use crate::gate::{DuplicateQueue, GateError, Hunt, HuntStep};
use crate::matching::Case;
use crate::model::{Name, RecordId, RecordRef};
use crate::policy::{Decision, Right, decide};
use crate::schema::Entity;
use crate::term::grouped;
use crate::tui::bulk;
use crate::tui::chrome;
use crate::tui::context::Context;
use crate::tui::hit::{Seen, Target};
use crate::tui::layer::{Cmd, Cmds, Heading, Layer};
use crate::tui::request::{Answer, OnTwins, Reply, Request, Slot, Twins};
use crate::tui::state::State;
use crate::tui::theme::Role;
use crate::tui::widget::edit::Done;
use crate::tui::widget::{TextEdit, keys};

const HUNT: Slot = Slot("duplicates.hunt", 0);
const NOW: Slot = Slot("duplicates.now", 0);
const BESIDE: Slot = Slot("duplicates.beside", 0);
const SAID: Slot = Slot("duplicates.said", 0);
/// What is told when it was chosen which record of several is none of the others.
const WHICH: &str = "duplicates.which";
/// How often it is looked at how far the comparing is.
const LOOK_EVERY: TimeDelta = TimeDelta::milliseconds(200);
/// Records that are looked at again in one question.
const AT_A_TIME: usize = 400;
/// Up to so many records all of them are looked at again when something changed; of more those around the cursor.
const ALL_OF: usize = 2_000;
/// Cases around the cursor that are looked at again.
const AROUND: usize = 60;

/// How far the search is.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Far {
    Reading(u64, u64),
    Comparing(f64),
}

/// The queue of duplicates.
pub struct Duplicates {
    /// The kinds of records that can be searched.
    kinds: Vec<Name>,
    kind: usize,
    hunt: Option<Arc<Hunt>>,
    far: Far,
    look_at: Option<DateTime<Utc>>,
    stopped: bool,
    queue: Option<DuplicateQueue>,
    found_at: Option<DateTime<Utc>>,
    titles: HashMap<i64, String>,
    /// Records that are still to be looked at again.
    pending: VecDeque<i64>,
    /// Something was written here, and what became of it is not known yet.
    settling: bool,
    /// The cases of the state that is shown, before they are sifted.
    cases: Vec<Case>,
    /// How many are known not to be the same.
    apart: usize,
    sift: Sift,
    typing: Option<TextEdit>,
    /// Those that are shown, by their places.
    shown: Vec<usize>,
    at: usize,
    /// Which record of the case under the cursor is left when they are merged.
    left: usize,
    marks: BTreeSet<Vec<i64>>,
    skipped: BTreeSet<Vec<i64>>,
    /// What it was said of last that it is no duplicate, or may be one.
    said_of: String,
    /// Why merges were refused, by the record that was to be left.
    refused: BTreeMap<i64, String>,
    beside: Beside,
    /// Where there is no room for both, the records take the place of the list.
    whole: bool,
    failed: Option<State>,
}

impl Duplicates {
    /// Of this kind of records, or of the first that can be searched.
    #[must_use]
    pub fn new(of: Option<&Name>, ctx: &Context) -> Self {
        let kinds: Vec<Name> =
            kinds(&ctx.catalog, &ctx.person).iter().map(|entity| entity.name.clone()).collect();
        let kind = of.and_then(|of| kinds.iter().position(|known| known == of)).unwrap_or(0);
        Self {
            kinds,
            kind,
            hunt: None,
            far: Far::Reading(0, 0),
            look_at: None,
            stopped: false,
            queue: None,
            found_at: None,
            titles: HashMap::new(),
            pending: VecDeque::new(),
            settling: false,
            cases: Vec::new(),
            apart: 0,
            sift: Sift::default(),
            typing: None,
            shown: Vec::new(),
            at: 0,
            left: 0,
            marks: BTreeSet::new(),
            skipped: BTreeSet::new(),
            said_of: String::new(),
            refused: BTreeMap::new(),
            beside: Beside::default(),
            whole: false,
            failed: None,
        }
    }

    fn entity<'a>(&self, ctx: &'a Context) -> Option<&'a Entity> {
        self.kinds.get(self.kind).and_then(|name| ctx.catalog.entity(name))
    }

    /// Forgets what was found and searches anew.
    fn begin(&mut self, ctx: &Context) -> Cmds {
        self.stop();
        self.queue = None;
        (self.failed, self.stopped, self.found_at) = (None, false, None);
        self.cases.clear();
        self.shown.clear();
        self.titles.clear();
        self.pending.clear();
        self.refused.clear();
        self.beside.clear();
        (self.apart, self.at, self.left, self.settling) = (0, 0, 0, false);
        let Some(entity) = self.entity(ctx) else { return Cmds::new() };
        // Whoever may read none is told so, and nothing is searched.
        if let Decision::Deny(refusal) = decide(&ctx.person, Right::Read, entity) {
            let refusal = refusal.named(&ctx.catalog);
            self.failed = Some(State::of(&GateError::Denied(refusal), ctx));
            return Cmds::new();
        }
        self.hunt = Some(Arc::new(Hunt::new(entity.name.clone())));
        self.far = Far::Reading(0, 0);
        self.ask_hunt()
    }

    fn stop(&mut self) {
        if let Some(hunt) = self.hunt.take() {
            hunt.stop();
        }
        self.look_at = None;
    }

    fn ask_hunt(&self) -> Cmds {
        let Some(hunt) = self.hunt.clone() else { return Cmds::new() };
        let next = Request::Twins(Twins::Hunt(hunt));
        // Somebody waits for the first answer; what takes long goes on behind all other questions.
        let begins = self.far == Far::Reading(0, 0);
        vec![Cmd::Ask(HUNT, if begins { next } else { Request::Quietly(Box::new(next)) })]
    }

    fn heard(&mut self, step: HuntStep, ctx: &Context) -> Cmds {
        match step {
            HuntStep::Reading(n, total) => {
                self.far = Far::Reading(n, total);
                self.ask_hunt()
            }
            HuntStep::Comparing(share) => {
                self.far = Far::Comparing(share);
                self.look_at = Some(ctx.now + LOOK_EVERY);
                Cmds::new()
            }
            HuntStep::Stopped => {
                self.hunt = None;
                self.stopped = self.queue.is_none();
                Cmds::new()
            }
            HuntStep::Found => {
                let found = self.hunt.take().and_then(|hunt| hunt.take());
                let Some(queue) = found else { return Cmds::new() };
                self.look_at = None;
                self.sift.begin(queue.rule());
                self.queue = Some(queue);
                self.found_at = Some(ctx.now);
                self.sort_out(ctx);
                self.look_again(true, ctx)
            }
        }
    }

    /// Looks at the records again: all of them, or those that matter now.
    fn look_again(&mut self, all: bool, ctx: &Context) -> Cmds {
        let Some(queue) = &self.queue else { return Cmds::new() };
        let records = queue.records();
        let mut known = BTreeSet::new();
        let from = self.at.saturating_sub(AROUND / 4);
        let near = self.shown.iter().skip(from).take(AROUND);
        let mut wanted: Vec<i64> =
            near.flat_map(|n| self.cases[*n].records.iter().copied()).collect();
        if all || records.len() <= ALL_OF {
            wanted.extend(self.cases.iter().flat_map(|case| case.records.iter().copied()));
            wanted.extend(&records);
        } else {
            // What went may have come back.
            wanted.extend(records.iter().filter(|id| queue.is_gone(**id)).take(ALL_OF));
            wanted.extend(self.refused.keys());
        }
        wanted.retain(|id| known.insert(*id));
        self.pending = wanted.into();
        let mut cmds = self.ask_now();
        cmds.extend(self.look_beside(ctx));
        cmds
    }

    fn ask_now(&mut self) -> Cmds {
        let Some(queue) = &self.queue else { return Cmds::new() };
        let next: Vec<i64> = self.pending.drain(..self.pending.len().min(AT_A_TIME)).collect();
        if next.is_empty() {
            self.settling = false;
            return Cmds::new();
        }
        let twins = Twins::Now(queue.entity().clone(), Arc::clone(queue.rule()), next);
        vec![Cmd::Ask(NOW, Request::Twins(twins))]
    }

    /// Takes over what became of records.
    fn take(&mut self, now: &crate::gate::TwinsNow, ctx: &Context) -> Cmds {
        for (id, title) in now.titles() {
            match title {
                Some(title) => self.titles.insert(id, title.to_owned()),
                None => self.titles.remove(&id),
            };
        }
        let news = self.queue.as_mut().is_some_and(|queue| queue.take(now));
        if news {
            self.sort_out(ctx);
        } else if !self.sift.filter().is_empty() {
            self.sift_again(ctx);
        }
        let mut cmds = self.ask_now();
        cmds.extend(self.look_beside(ctx));
        cmds
    }

    /// The case under the cursor.
    fn case(&self) -> Option<&Case> {
        self.shown.get(self.at).and_then(|n| self.cases.get(*n))
    }

    fn reference(&self, id: i64) -> Option<RecordRef> {
        Some(RecordRef::new(self.kinds.get(self.kind)?, RecordId(id)))
    }

    /// The records of a case, the one that is left first.
    fn records_of(&self, case: &Case, left: usize) -> Vec<RecordRef> {
        let left = case.records.get(left).or(case.records.first());
        let others = case.records.iter().filter(|id| Some(*id) != left);
        left.into_iter().chain(others).filter_map(|id| self.reference(*id)).collect()
    }

    fn here(&self) -> Vec<RecordRef> {
        self.case().map(|case| self.records_of(case, self.left)).unwrap_or_default()
    }

    fn step(&mut self, by: isize, ctx: &Context) -> Cmds {
        let last = self.shown.len().saturating_sub(1);
        let before = self.at;
        self.at = self.at.saturating_add_signed(by).min(last);
        if self.at != before {
            self.left = 0;
        }
        self.look_beside(ctx)
    }

    fn turn(&mut self, kind: usize, ctx: &Context) -> Cmds {
        if kind == self.kind || kind >= self.kinds.len() {
            return Cmds::new();
        }
        self.kind = kind;
        self.sift.forget();
        self.marks.clear();
        self.skipped.clear();
        self.begin(ctx)
    }

    /// Leaves what is under way, then what is chosen, then the screen.
    fn back(&mut self, ctx: &Context) -> Option<Cmds> {
        if self.hunt.is_some() && self.queue.is_none() {
            self.stop();
            self.stopped = true;
            return Some(vec![Cmd::Forget(HUNT)]);
        }
        if self.whole {
            self.whole = false;
            return Some(Cmds::new());
        }
        if !self.marks.is_empty() {
            self.marks.clear();
            return Some(Cmds::new());
        }
        self.sift.widen().then(|| {
            self.sort_out(ctx);
            self.look_beside(ctx)
        })
    }

    fn typed(&mut self, key: Key, ctx: &Context) -> Option<Cmds> {
        let edit = self.typing.as_mut()?;
        match key.code {
            KeyCode::Enter => self.typing = None,
            KeyCode::Esc => {
                self.typing = None;
                self.sift.set_filter("");
                self.sift_again(ctx);
            }
            _ => {
                if edit.apply(keys::act(key)?) == Done::Changed {
                    let text = edit.text().to_owned();
                    self.sift.set_filter(&text);
                    self.sift_again(ctx);
                }
            }
        }
        Some(self.look_beside(ctx))
    }
}

impl Drop for Duplicates {
    /// Nobody waits for the search any more.
    fn drop(&mut self) {
        self.stop();
    }
}

impl Layer for Duplicates {
    fn place(&self) -> Place {
        if self.typing.is_some() { Place::Overlay } else { Place::Duplicates }
    }

    fn heading(&self, ctx: &Context) -> Heading {
        let filter = self.sift.filter();
        let aside = if filter.is_empty() || self.typing.is_some() {
            String::new()
        } else {
            format!("/ {filter}")
        };
        let right = if self.shown.is_empty() {
            String::new()
        } else {
            let (n, total) = (grouped(self.at as u64 + 1), grouped(self.shown.len() as u64));
            ctx.tf("list.position", &[("n", &n), ("total", &total)])
        };
        Heading { trail: vec![ctx.t("duplicates.title").to_owned()], aside, right }
    }

    fn status(&self, ctx: &Context) -> Option<(Role, String)> {
        self.status_line(ctx)
    }

    fn prompt(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Option<Seen> {
        let edit = self.typing.as_ref()?;
        Some(view::prompt(area, buf, edit, ctx))
    }

    fn situation<'a>(&'a self, ctx: &'a Context) -> Situation<'a> {
        let mut at = ctx.situation(self.place());
        at.entity = self.entity(ctx);
        at.record = self.here().into_iter().next();
        at.marks = self.marks.len();
        at.filtered = !self.sift.filter().is_empty();
        at
    }

    fn subjects(&self) -> Vec<RecordRef> {
        self.here()
    }

    fn neighbours(&self) -> Vec<RecordRef> {
        self.here()
    }

    fn start(&mut self, ctx: &Context) -> Cmds {
        self.begin(ctx)
    }

    fn refresh(&mut self, ctx: &Context) -> Cmds {
        // Under another rule, or with other rights, all is to be searched anew.
        let known = kinds(&ctx.catalog, &ctx.person);
        if known.len() != self.kinds.len()
            || known.iter().zip(&self.kinds).any(|(entity, name)| entity.name != *name)
        {
            let of = self.kinds.get(self.kind).cloned();
            *self = Self::new(of.as_ref(), ctx);
            return self.begin(ctx);
        }
        if self.hunt.is_some() {
            return self.ask_hunt();
        }
        let Some(queue) = &self.queue else {
            return if self.stopped { Cmds::new() } else { self.begin(ctx) };
        };
        let rule = ctx.catalog.duplicate_rule(queue.entity());
        if rule.is_none_or(|rule| rule != &**queue.rule()) {
            return self.begin(ctx);
        }
        self.beside.forget();
        self.look_again(false, ctx)
    }

    fn told(&mut self, what: &str, choice: &str, ctx: &Context) -> Cmds {
        match what {
            bulk::DONE => {
                self.settling = true;
                self.refresh(ctx)
            }
            bulk::MERGED => {
                self.settling = true;
                self.note_refused(choice, ctx);
                self.refresh(ctx)
            }
            WHICH => self.part(choice, ctx),
            _ => Cmds::new(),
        }
    }

    fn resized(&mut self, ctx: &Context) -> Cmds {
        self.look_beside(ctx)
    }

    fn awaits(&self, slot: Slot, _key: Option<Key>) -> bool {
        slot == SAID || (slot == NOW && self.settling)
    }

    fn wakes_at(&self) -> Option<DateTime<Utc>> {
        self.look_at.filter(|_| self.hunt.is_some())
    }

    fn woken(&mut self, _ctx: &Context) -> Cmds {
        self.look_at = None;
        self.ask_hunt()
    }

    fn key(&mut self, key: Key, ctx: &Context) -> Option<Cmds> {
        self.typed(key, ctx)
    }

    fn paste(&mut self, text: &str, ctx: &Context) -> Cmds {
        let Some(edit) = self.typing.as_mut() else { return Cmds::new() };
        edit.apply(crate::tui::widget::Act::Insert(text.trim().to_owned()));
        let text = edit.text().to_owned();
        self.sift.set_filter(&text);
        self.sift_again(ctx);
        self.look_beside(ctx)
    }

    fn act(&mut self, action: &str, ctx: &Context) -> Option<Cmds> {
        let page = isize::from(chrome::body(ctx.size).height as i16).max(6) / 2;
        if let Some(by) = chrome::steps(action, page) {
            return Some(self.step(by, ctx));
        }
        Some(match action {
            "nav.next-part" => self.turn((self.kind + 1) % self.kinds.len().max(1), ctx),
            "nav.previous-part" => {
                let all = self.kinds.len().max(1);
                self.turn((self.kind + all - 1) % all, ctx)
            }
            "nav.back" => return self.back(ctx),
            "list.filter" => {
                self.typing = Some(TextEdit::line(self.sift.filter()));
                Cmds::new()
            }
            "duplicate.again" => self.begin(ctx),
            _ => return self.do_with(action, ctx),
        })
    }

    fn pointed(&mut self, target: &Target, ctx: &Context) -> Option<Cmds> {
        match *target {
            Target::Tab(n) => Some(self.turn(n, ctx)),
            Target::Tabs => Some(Cmds::new()),
            Target::Row(n) if n == self.at => self.do_with("duplicate.merge", ctx),
            Target::Row(n) => Some(self.step(n as isize - self.at as isize, ctx)),
            _ => None,
        }
    }

    fn reply(&mut self, slot: Slot, answer: Answer, ctx: &Context) -> Cmds {
        match answer {
            Ok(Reply::Twins(OnTwins::Hunt(step))) => self.heard(step, ctx),
            Ok(Reply::Twins(OnTwins::Now(now))) => self.take(&now, ctx),
            Ok(Reply::Twins(OnTwins::Compared(records, plan))) => {
                self.beside.take(records, *plan);
                Cmds::new()
            }
            Ok(Reply::Twins(OnTwins::Said(applied))) => self.is_said(applied.as_ref(), ctx),
            Ok(_) => Cmds::new(),
            Err(error) if slot == BESIDE => {
                self.beside.fail(State::of(&error, ctx));
                Cmds::new()
            }
            Err(error) if slot == SAID => {
                self.settling = false;
                vec![Cmd::Say(Role::Error, ctx.said(&error))]
            }
            Err(error) => {
                self.stop();
                self.settling = false;
                self.failed = Some(State::of(&error, ctx));
                Cmds::new()
            }
        }
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        view::draw(self, area, buf, ctx)
    }
}
