//! What a deed would do, record by record, before it is done; then how far it is, and what was left.
//!
//! A look is read piece by piece, so is the act; Esc stops either. What one record alone is about is not
//! asked for: it is done at once where nothing stands against it. Start at [`Review::new`].

mod taking_back;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{DONE, Deed, MERGED, WIDE, What, is_one, words};
use crate::action::{Key, KeyCode, Lookup, Situation};
use crate::gate::{
    Chosen, Count, Doubt, Fate, GateError, Look, Many, MergeCounts, Outcome, Place, Ran, Seen,
    Tally, UndoPlan,
};
use crate::model::{Phrase, RecordRef};
use crate::tui::chrome;
use crate::tui::context::Context;
use crate::tui::hit;
use crate::tui::layer::{Cmd, Cmds, Heading, Layer};
use crate::tui::request::{Answer, Reply, Request, Slot};
use crate::tui::state::State;
use crate::tui::theme::Role;
use taking_back::doubted;

const LOOK: Slot = Slot("bulk.look", 0);
const TOTAL: Slot = Slot("bulk.total", 0);
const RUN: Slot = Slot("bulk.run", 0);
const UNDO: Slot = Slot("bulk.undo", 0);
/// Records of an undo that are told in full.
const TOLD: usize = 200;

/// How far it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Phase {
    /// Finding out what would happen.
    Looking,
    /// It may be done.
    Ready,
    /// It is being done.
    Running,
    /// It was done, or stopped on the way.
    Over,
}

/// A deed that is looked at before it is done.
pub struct Review {
    pub(super) deed: Deed,
    /// Done at once where nothing stands against it; not seen until something does.
    straight: bool,
    pub(super) phase: Phase,
    pub(super) tally: Tally,
    pub(super) reasons: BTreeMap<Phrase, u64>,
    pub(super) outcomes: Vec<Outcome>,
    /// What merges do beside.
    pub(super) merges: MergeCounts,
    /// Merges that were refused, as [`MERGED`] tells them.
    unmerged: String,
    seen: Vec<Seen>,
    seen_for_run: Arc<Vec<Seen>>,
    at: Option<i64>,
    /// How many there are, where that is known before they are looked at.
    pub(super) total: Option<u64>,
    operation: Option<i64>,
    /// Where the piece begins that is being written.
    from: usize,
    /// The password is asked for before it goes on.
    unconfirmed: bool,
    pub(super) written: u64,
    /// What stands in the way, or what ended it.
    pub(super) problem: Option<String>,
    /// Why nothing could be looked at.
    pub(super) failed: Option<State>,
    /// Only records of this fate are shown.
    pub(super) shown: Option<Fate>,
    pub(super) cursor: usize,
    pub(super) yes: bool,
    /// It begins as soon as it is looked at.
    at_once: bool,
    undo: Option<UndoPlan>,
    /// What becomes of the schema, a line each.
    pub(super) schema: Vec<String>,
    /// Records that an undo leaves as they are.
    left: Arc<BTreeSet<RecordRef>>,
    /// Why it is asked about: said above the question, whose answer is No until it is changed.
    pub(super) doubt: Option<String>,
}

impl Review {
    /// Looks at a deed.
    #[must_use]
    pub fn new(deed: Deed) -> Self {
        let straight = deed.same().is_some_and(|(of, _)| is_one(of));
        let total = match &deed.what {
            What::Many(many) => match &**many {
                Many::Own(edits) => Some(edits.len() as u64),
                Many::Leave(leaving) => Some(leaving.edits().len() as u64),
                Many::Merge(merges) => Some(merges.len() as u64),
                Many::Same { of: Chosen::These(records), .. } => Some(records.len() as u64),
                Many::Same { of: Chosen::All { .. }, .. } => None,
            },
            What::Undo(_) => None,
        };
        Self {
            deed,
            straight,
            phase: Phase::Looking,
            tally: Tally::default(),
            reasons: BTreeMap::new(),
            outcomes: Vec::new(),
            merges: MergeCounts::default(),
            unmerged: String::new(),
            seen: Vec::new(),
            seen_for_run: Arc::default(),
            at: None,
            total,
            operation: None,
            from: 0,
            unconfirmed: false,
            written: 0,
            problem: None,
            failed: None,
            shown: None,
            cursor: 0,
            yes: false,
            at_once: false,
            undo: None,
            schema: Vec::new(),
            left: Arc::default(),
            doubt: None,
        }
    }

    /// Asks whether a change is to be taken back that nobody takes back by one key.
    #[must_use]
    pub fn of_undo(plan: &UndoPlan, doubt: &Doubt, ctx: &Context) -> Self {
        let mut review = Self::new(Deed::undo(plan.change_set, &ctx.said_why(&plan.why), ctx));
        review.doubt = Some(doubted(doubt, ctx));
        review
    }

    /// Begins without a question where nothing stands in the way; what it does is seen.
    #[must_use]
    pub fn at_once(mut self) -> Self {
        self.at_once = true;
        self
    }

    /// Whether a change set is taken back.
    pub(super) fn is_undo(&self) -> bool {
        matches!(self.deed.what, What::Undo(_))
    }

    fn look(&self, place: Place) -> Cmd {
        match &self.deed.what {
            What::Many(many) => {
                Cmd::Ask(LOOK, Request::Look { many: Arc::clone(many), place, before: self.tally })
            }
            What::Undo(change_set) => Cmd::Ask(LOOK, Request::LookUndo(*change_set, TOLD)),
        }
    }

    fn looked(&mut self, look: Look, ctx: &Context) -> Cmds {
        self.at.get_or_insert(look.at);
        self.tally.add(&look.tally);
        for (reason, count) in look.reasons {
            *self.reasons.entry(reason).or_default() += count;
        }
        self.merges.add(&look.merges);
        self.note_left(&look.outcomes, ctx);
        self.outcomes.extend(look.outcomes);
        self.seen.extend(look.seen);
        match look.next {
            Some(next) => vec![self.look(next)],
            None => self.ready(ctx),
        }
    }

    /// All is looked at.
    fn ready(&mut self, ctx: &Context) -> Cmds {
        self.phase = Phase::Ready;
        self.seen_for_run = Arc::new(std::mem::take(&mut self.seen));
        let change = self.tally.of(Fate::Change);
        let clean = change == self.tally.all();
        // A merge is looked at before it is done, however few they are.
        self.yes = clean && change < WIDE && self.doubt.is_none() && !self.deed.is_merge();
        if self.at_once && clean && self.doubt.is_none() {
            return self.go(ctx);
        }
        if self.straight {
            if clean {
                return self.go(ctx);
            }
            if self.tally.of(Fate::Same) == self.tally.all() {
                let text = ctx.t("said.same").to_owned();
                return vec![Cmd::Close, Cmd::Say(Role::Info, text)];
            }
            self.straight = false;
        }
        // What goes wrong is looked at first.
        self.shown = [Fate::Conflict, Fate::Refused].into_iter().find(|f| self.tally.of(*f) > 0);
        Cmds::new()
    }

    /// Does it.
    fn go(&mut self, ctx: &Context) -> Cmds {
        if self.phase != Phase::Ready {
            return Cmds::new();
        }
        self.unconfirmed = false;
        if self.tally.of(Fate::Change) == 0 {
            return self.leave(ctx);
        }
        self.phase = Phase::Running;
        match &self.deed.what {
            What::Undo(_) => self.undo_on(),
            What::Many(_) => {
                // What is left then stands where what would happen stood.
                self.outcomes.clear();
                self.shown = None;
                self.cursor = 0;
                self.run(0)
            }
        }
    }

    fn run(&mut self, from: usize) -> Cmds {
        self.from = from;
        let What::Many(many) = &self.deed.what else { return Cmds::new() };
        let run = Request::Run {
            many: Arc::clone(many),
            why: self.deed.why.clone(),
            seen: Arc::clone(&self.seen_for_run),
            at: self.at.unwrap_or_default(),
            from,
            operation: self.operation,
        };
        vec![Cmd::Ask(RUN, run)]
    }

    fn ran(&mut self, ran: Ran, ctx: &Context) -> Cmds {
        self.operation = ran.operation;
        self.written += ran.written;
        if ran.written == 0 && ran.error.as_ref().is_some_and(GateError::wants_password) {
            // It waits where it is; without the password it can be begun again.
            self.phase = Phase::Ready;
            self.unconfirmed = true;
            return vec![Cmd::Confirm];
        }
        self.note_left(&ran.left, ctx);
        self.outcomes.extend(ran.left);
        if let Some(error) = ran.error {
            self.problem = Some(ctx.said(&error));
        }
        match ran.next.filter(|_| self.phase == Phase::Running) {
            Some(next) => self.run(next),
            None => self.over(ctx),
        }
    }

    /// Nothing more is written.
    fn over(&mut self, ctx: &Context) -> Cmds {
        let mut cmds = Cmds::new();
        if self.written > 0 {
            cmds.push(Cmd::Written(None));
            cmds.extend(self.deed.repeat.clone().map(|repeat| Cmd::Remember(Box::new(repeat))));
        }
        let stopped = self.phase != Phase::Running;
        self.phase = Phase::Over;
        if self.outcomes.is_empty() && self.problem.is_none() {
            cmds.extend(self.leave(ctx));
        } else if !stopped {
            self.straight = false;
            self.tally = Tally::default();
            for outcome in &self.outcomes {
                self.tally.count(outcome.fate);
            }
        }
        cmds
    }

    /// What was done, in a line.
    fn said(&self, ctx: &Context) -> (Role, String) {
        if self.written == 0 {
            return (Role::Info, ctx.t("said.same").to_owned());
        }
        let key = ctx.key_of("app.undo");
        let one = self.deed.same().and_then(|(of, _)| match of {
            Chosen::These(records) if records.len() == 1 => records.first(),
            _ => None,
        });
        let what = match one {
            Some(record) => ctx.catalog.reference(record),
            None => ctx.strings.count("list.count", usize::try_from(self.written).unwrap_or(0)),
        };
        let values =
            [("records", what.as_str()), ("what", self.deed.title.as_str()), ("key", &key)];
        (Role::Good, ctx.tf("bulk.done", &values))
    }

    /// Remembers which merges are left, and why.
    fn note_left(&mut self, outcomes: &[Outcome], ctx: &Context) {
        if !self.deed.is_merge() {
            return;
        }
        let left = outcomes.iter().filter(|one| matches!(one.fate, Fate::Refused | Fate::Conflict));
        for outcome in left {
            let reference = ctx.catalog.reference(&outcome.record);
            self.unmerged.push_str(&format!("{reference}\t{}\n", words::outcome(outcome, ctx)));
        }
    }

    /// Goes away; what was done is said and told to the layer below.
    fn leave(&self, ctx: &Context) -> Cmds {
        if self.is_undo() {
            return vec![Cmd::Close];
        }
        if self.deed.is_merge() {
            let tells = (self.written > 0).then(|| self.said(ctx));
            let tells = tells.map(|(role, text)| Cmd::Say(role, text));
            let told = Cmd::CloseAndTell(MERGED, self.unmerged.clone());
            return [told].into_iter().chain(tells).collect();
        }
        if self.written == 0 {
            let said = (self.phase != Phase::Looking && self.tally.of(Fate::Change) == 0)
                .then(|| self.said(ctx));
            let said = said.map(|(role, text)| Cmd::Say(role, text));
            return [Cmd::Close].into_iter().chain(said).collect();
        }
        let (role, text) = self.said(ctx);
        vec![Cmd::CloseAndTell(DONE, self.deed.why.clone()), Cmd::Say(role, text)]
    }

    /// The records that are shown.
    pub(super) fn rows(&self) -> Vec<&Outcome> {
        let fits = |outcome: &&Outcome| self.shown.is_none_or(|shown| outcome.fate == shown);
        self.outcomes.iter().filter(fits).collect()
    }

    fn step(&mut self, by: isize) {
        let last = self.rows().len().saturating_sub(1);
        self.cursor = self.cursor.saturating_add_signed(by).min(last);
    }

    /// Shows the next kind of records that there are, then all again.
    fn next_kind(&mut self) {
        let there = |fate: &Fate| self.outcomes.iter().any(|outcome| outcome.fate == *fate);
        let kinds: Vec<Fate> = Fate::ALL.into_iter().filter(there).collect();
        let at = self.shown.and_then(|shown| kinds.iter().position(|kind| *kind == shown));
        self.shown = match at {
            None => kinds.first().copied(),
            Some(at) => kinds.get(at + 1).copied(),
        };
        self.cursor = 0;
    }

    fn escape(&mut self, ctx: &Context) -> Cmds {
        match self.phase {
            // The piece that is being written comes to its end; the next is not asked for.
            Phase::Running => {
                self.phase = Phase::Over;
                let key = if self.is_undo() { "bulk.undo_stopped" } else { "bulk.stopped" };
                self.problem = Some(ctx.t(key).to_owned());
                Cmds::new()
            }
            Phase::Looking | Phase::Ready | Phase::Over => self.leave(ctx),
        }
    }
}

impl Layer for Review {
    fn place(&self) -> crate::action::Place {
        crate::action::Place::Review
    }

    fn covers(&self) -> bool {
        !self.straight
    }

    fn heading(&self, ctx: &Context) -> Heading {
        let right = self.total.map_or_else(String::new, |total| {
            ctx.strings.count("list.count", usize::try_from(total).unwrap_or(usize::MAX))
        });
        let trail = vec![ctx.t("bulk.title").to_owned(), self.deed.title.clone()];
        Heading { trail, aside: String::new(), right }
    }

    fn situation<'a>(&'a self, ctx: &'a Context) -> Situation<'a> {
        let mut at = ctx.situation(self.place());
        at.marks = usize::from(self.phase == Phase::Ready);
        at.filtered = self.outcomes.len() > 1;
        at
    }

    fn start(&mut self, _ctx: &Context) -> Cmds {
        let mut cmds = vec![self.look(Place::Start)];
        if let Some((Chosen::All { list, .. }, _)) = self.deed.same()
            && !list.deleted
        {
            let (entity, filter) = (list.entity.clone(), list.filter.clone());
            cmds.push(Cmd::Ask(TOTAL, Request::Count { entity, filter, cap: None }));
        }
        cmds
    }

    /// What others change meanwhile is found out when it is done; what could not be had is asked for again.
    fn refresh(&mut self, ctx: &Context) -> Cmds {
        if self.failed.take().is_none() {
            return Cmds::new();
        }
        self.phase = Phase::Looking;
        (self.tally, self.at) = (Tally::default(), None);
        (self.merges, self.unmerged) = (MergeCounts::default(), String::new());
        self.reasons.clear();
        self.seen.clear();
        self.start(ctx)
    }

    fn confirmed(&mut self, _ctx: &Context) -> Cmds {
        if !std::mem::take(&mut self.unconfirmed) || self.phase != Phase::Ready {
            return Cmds::new();
        }
        self.phase = Phase::Running;
        self.run(self.from)
    }

    fn awaits(&self, slot: Slot, _key: Option<Key>) -> bool {
        self.straight && matches!(slot, LOOK | RUN)
    }

    fn holds_unsaved(&self, _ctx: &Context) -> bool {
        self.phase == Phase::Running
    }

    fn key(&mut self, key: Key, ctx: &Context) -> Option<Cmds> {
        let page = isize::from(chrome::body(ctx.size).height as i16).max(4) - 3;
        let action = match ctx.keymap.lookup(&[key], self.place(), &ctx.actions) {
            Lookup::Action(action) => Some(action.id.clone()),
            Lookup::Prefix(_) | Lookup::Nothing => None,
        };
        match action.as_deref() {
            Some("review.apply") => return Some(self.go(ctx)),
            Some("review.kind") => self.next_kind(),
            Some("review.leave") => return Some(self.escape(ctx)),
            Some(_) => return None,
            None => match key.code {
                KeyCode::Enter if self.phase == Phase::Ready && self.yes => {
                    return Some(self.go(ctx));
                }
                KeyCode::Enter if self.phase != Phase::Running => return Some(self.leave(ctx)),
                KeyCode::Left | KeyCode::Right => self.yes = !self.yes,
                KeyCode::Up | KeyCode::Char('k') => self.step(-1),
                KeyCode::Down | KeyCode::Char('j') => self.step(1),
                KeyCode::PageUp => self.step(-page),
                KeyCode::PageDown => self.step(page),
                KeyCode::Home => self.step(isize::MIN),
                KeyCode::End => self.step(isize::MAX),
                _ => {}
            },
        }
        Some(Cmds::new())
    }

    fn reply(&mut self, slot: Slot, answer: Answer, ctx: &Context) -> Cmds {
        match answer {
            Ok(Reply::Look(look)) => self.looked(*look, ctx),
            Ok(Reply::UndoLook(look)) => self.looked_at_undo(*look, ctx),
            Ok(Reply::Ran(ran)) => self.ran(*ran, ctx),
            Ok(Reply::Count(Count::Exactly(n))) => {
                let out = match self.deed.same() {
                    Some((Chosen::All { but, .. }, _)) => but.len() as u64,
                    _ => 0,
                };
                self.total = Some(n.saturating_sub(out));
                Cmds::new()
            }
            Ok(Reply::UndonePiece(piece)) => self.undone(piece, ctx),
            Ok(_) => Cmds::new(),
            Err(_) if slot == TOTAL => Cmds::new(),
            Err(error) => {
                if self.outcomes.is_empty() && self.written == 0 {
                    self.failed = Some(State::of(&error, ctx));
                } else {
                    self.problem = Some(ctx.said(&error));
                }
                self.straight = false;
                self.phase = Phase::Over;
                if self.written > 0 { vec![Cmd::Written(None)] } else { Cmds::new() }
            }
        }
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> hit::Seen {
        if self.straight { hit::Seen::default() } else { self.draw(area, buf, ctx) }
    }
}
