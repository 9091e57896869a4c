//! How good the data are: what the checks found, entity by entity, with the score and where it came from.
//!
//! The checks run piece by piece in the background; one step out stops them, and what was found until then
//! stays. Enter shows the findings of a check one by one (`Findings`), from where they are put right
//! through the same review as any act on many records. Start at [`Quality`].

mod findings;
mod view;

use std::collections::{BTreeMap, VecDeque};

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use self::findings::Findings;
use crate::action::{Key, Place, Situation};
use crate::gate::{DayScore, GateError, Scan, cleanable, mending};
use crate::model::Name;
use crate::quality::{CHECKS, Check, Finding};
use crate::tui::bulk::{DONE, Deed, Review};
use crate::tui::chrome;
use crate::tui::context::Context;
use crate::tui::hit::{Seen, Target};
use crate::tui::layer::{Cmd, Cmds, Heading, Layer};
use crate::tui::request::{Answer, Checked, Checking, Reply, Request, Slot};
use crate::tui::state::State;
use crate::tui::theme::Role;

const SCAN: Slot = Slot("quality.scan", 0);
const SCORES: Slot = Slot("quality.scores", 0);
/// Findings of each check that are kept to be shown; all of them are counted.
const KEPT: usize = 1_000;

/// What was found in the records of one entity.
struct Part {
    entity: Name,
    /// The scan as it stands; none before it has begun.
    scan: Option<Box<Scan>>,
    found: Vec<Finding>,
    kept: BTreeMap<&'static str, usize>,
    /// The person sees none of it.
    unseen: bool,
}

impl Part {
    fn of(entity: Name) -> Self {
        Self { entity, scan: None, found: Vec::new(), kept: BTreeMap::new(), unseen: false }
    }

    fn take(&mut self, scan: Box<Scan>, found: Vec<Finding>) {
        self.scan = Some(scan);
        for finding in found {
            let kept = self.kept.entry(finding.check.name).or_default();
            if *kept < KEPT {
                *kept += 1;
                self.found.push(finding);
            }
        }
    }

    /// The findings of a check, or all.
    fn findings(&self, check: Option<&'static Check>) -> Vec<Finding> {
        let fits = |finding: &&Finding| check.is_none_or(|check| finding.check == check);
        self.found.iter().filter(fits).cloned().collect()
    }
}

/// A line of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line {
    /// All of an entity.
    Whole(usize),
    /// One check of it.
    Check(usize, &'static Check),
}

impl Line {
    fn part(self) -> usize {
        match self {
            Self::Whole(part) | Self::Check(part, _) => part,
        }
    }

    fn check(self) -> Option<&'static Check> {
        match self {
            Self::Whole(_) => None,
            Self::Check(_, check) => Some(check),
        }
    }
}

/// How good the data are.
#[derive(Default)]
pub struct Quality {
    parts: Vec<Part>,
    /// Those that are to be looked at, the first one now.
    queue: VecDeque<usize>,
    scores: Vec<DayScore>,
    at: usize,
    /// Somebody stopped it.
    stopped: bool,
    /// Data changed since it was looked at.
    stale: bool,
    /// The part whose findings were opened last.
    opened: Option<usize>,
    problem: Option<State>,
    refused: Option<State>,
}

impl Quality {
    /// Looks at everything anew.
    fn again(&mut self, ctx: &Context) -> Cmds {
        let seen = ctx.catalog.entities().filter(|entity| cleanable(entity) && !entity.unseen);
        self.parts = seen.map(|entity| Part::of(entity.name.clone())).collect();
        self.queue = (0..self.parts.len()).collect();
        (self.stopped, self.stale, self.at) = (false, false, 0);
        (self.problem, self.refused, self.opened) = (None, None, None);
        let mut cmds = vec![Cmd::Ask(SCORES, Request::Quality(Checking::Scores))];
        cmds.extend(self.begin());
        cmds
    }

    /// Begins with the next entity, or goes on with it.
    fn begin(&self) -> Option<Cmd> {
        let part = self.parts.get(*self.queue.front()?)?;
        let request = match &part.scan {
            Some(scan) => Request::Quality(Checking::On(scan.clone())),
            None => Request::Quality(Checking::Begin(part.entity.clone())),
        };
        Some(Cmd::Ask(SCAN, request))
    }

    fn is_running(&self) -> bool {
        !self.queue.is_empty()
    }

    fn stop(&mut self, ctx: &Context) -> Cmds {
        self.queue.clear();
        self.stopped = true;
        vec![Cmd::Forget(SCAN), Cmd::Say(Role::Warning, ctx.t("quality.stopped").to_owned())]
    }

    /// What came of the next piece.
    fn landed(&mut self, scan: Box<Scan>, found: Vec<Finding>) -> Cmds {
        let Some(part) = self.queue.front().and_then(|at| self.parts.get_mut(*at)) else {
            return Cmds::new();
        };
        if part.entity != *scan.entity() {
            return Cmds::new();
        }
        let over = scan.is_over();
        part.take(scan, found);
        if over {
            self.queue.pop_front();
        }
        match self.begin() {
            Some(next) => vec![next],
            // The scores of today were kept meanwhile.
            None => vec![Cmd::Ask(SCORES, Request::Quality(Checking::Scores))],
        }
    }

    fn failed(&mut self, error: &GateError, ctx: &Context) -> Cmds {
        let state = State::of(error, ctx);
        if !matches!(error, GateError::Denied(_)) {
            self.queue.clear();
            self.problem = Some(state);
            return Cmds::new();
        }
        if let Some(part) = self.queue.pop_front().and_then(|at| self.parts.get_mut(at)) {
            part.unseen = true;
        }
        self.refused.get_or_insert(state);
        if self.queue.is_empty() && self.parts.iter().all(|part| part.unseen) {
            self.problem = self.refused.take();
        }
        self.begin().into_iter().collect()
    }

    /// The lines of what was looked at so far.
    fn lines(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        for (at, part) in self.parts.iter().enumerate() {
            let Some(scan) = &part.scan else { continue };
            if scan.score().records() == 0 && part.found.is_empty() {
                continue;
            }
            lines.push(Line::Whole(at));
            let found = CHECKS.iter().filter(|check| scan.score().of(check).findings > 0);
            lines.extend(found.map(|check| Line::Check(at, check)));
        }
        lines
    }

    fn current(&self) -> Option<Line> {
        let lines = self.lines();
        lines.get(self.at.min(lines.len().saturating_sub(1))).copied()
    }

    fn step(&mut self, by: isize) -> Cmds {
        let last = self.lines().len().saturating_sub(1);
        self.at = self.at.min(last).saturating_add_signed(by).min(last);
        Cmds::new()
    }

    /// Shows findings one by one.
    fn open(&mut self) -> Cmds {
        let Some(line) = self.current() else { return Cmds::new() };
        let Some(part) = self.parts.get(line.part()) else { return Cmds::new() };
        let found = part.findings(line.check());
        if found.is_empty() {
            return Cmds::new();
        }
        let all = part.scan.as_ref().map_or(0, |scan| match line.check() {
            Some(check) => scan.score().of(check).findings,
            None => scan.score().all().findings,
        });
        self.opened = Some(line.part());
        let screen = Findings::new(part.entity.clone(), line.check(), found, all);
        vec![Cmd::Push(Box::new(screen))]
    }

    /// Looks at what putting right all of a line would do.
    fn apply(&mut self, ctx: &Context) -> Cmds {
        let Some(line) = self.current() else { return Cmds::new() };
        let Some(part) = self.parts.get(line.part()) else { return Cmds::new() };
        self.opened = Some(line.part());
        review(&part.entity, line.check(), &part.findings(line.check()), ctx)
    }
}

/// A look at what putting findings right would do.
fn review(entity: &Name, check: Option<&'static Check>, found: &[Finding], ctx: &Context) -> Cmds {
    let edits = mending(found);
    if edits.is_empty() {
        return vec![Cmd::Say(Role::Info, ctx.t("reason.nothing_to_mend").to_owned())];
    }
    let plural = ctx.catalog.entity(entity).map_or("", |entity| entity.plural.get(ctx.lang()));
    let what = match check {
        Some(check) => ctx.strings.said(&check.label()),
        None => ctx.t("quality.all").to_owned(),
    };
    let title = ctx.tf("quality.deed", &[("entity", plural), ("what", &what)]);
    vec![Cmd::Push(Box::new(Review::new(Deed::own(edits, "clean", title))))]
}

impl Layer for Quality {
    fn place(&self) -> Place {
        Place::Quality
    }

    fn heading(&self, ctx: &Context) -> Heading {
        let trail = vec![ctx.t("quality.title").to_owned()];
        Heading { trail, aside: String::new(), right: self.progress(ctx) }
    }

    fn status(&self, ctx: &Context) -> Option<(Role, String)> {
        if self.is_running() {
            return Some((Role::Muted, ctx.t("quality.stops").to_owned()));
        }
        let key = match (self.stale, self.stopped, self.current()?) {
            (true, _, _) => return Some((Role::Warning, ctx.t("quality.stale").to_owned())),
            (_, true, _) => return Some((Role::Warning, ctx.t("quality.half").to_owned())),
            (_, _, Line::Whole(_)) => {
                return Some((Role::Muted, ctx.t("quality.score_is").to_owned()));
            }
            (_, _, Line::Check(_, check)) => check.help(),
        };
        Some((Role::Muted, ctx.strings.said(&key)))
    }

    fn situation<'a>(&'a self, ctx: &'a Context) -> Situation<'a> {
        let mut at = ctx.situation(Place::Quality);
        if let Some(line) = self.current()
            && let Some(part) = self.parts.get(line.part())
        {
            at.entity = ctx.catalog.entity(&part.entity);
            let own = part.found.iter().filter(|finding| {
                line.check().is_none_or(|check| finding.check == check) && finding.after.is_some()
            });
            at.marks = own.count();
        }
        at
    }

    fn start(&mut self, ctx: &Context) -> Cmds {
        self.again(ctx)
    }

    /// What was found stays; whether it still holds is looked at when the person wants it.
    fn refresh(&mut self, ctx: &Context) -> Cmds {
        if self.problem.is_some() {
            return self.again(ctx);
        }
        self.stale = !self.is_running();
        // What was asked is forgotten where another tab was looked at meanwhile.
        self.begin().into_iter().collect()
    }

    fn told(&mut self, what: &str, _choice: &str, _ctx: &Context) -> Cmds {
        let Some(at) = self.opened.filter(|_| what == DONE && !self.is_running()) else {
            return Cmds::new();
        };
        if let Some(part) = self.parts.get_mut(at) {
            *part = Part::of(part.entity.clone());
        }
        self.stale = false;
        self.queue.push_back(at);
        self.begin().into_iter().collect()
    }

    fn awaits(&self, slot: Slot, _key: Option<Key>) -> bool {
        slot == SCAN && self.lines().is_empty() && self.problem.is_none()
    }

    fn act(&mut self, action: &str, ctx: &Context) -> Option<Cmds> {
        let page = isize::from(chrome::body(ctx.size).height.saturating_sub(2).max(1) as i16);
        if let Some(by) = chrome::steps(action, page) {
            return Some(self.step(by));
        }
        Some(match action {
            "nav.open" => self.open(),
            "nav.back" if self.is_running() => self.stop(ctx),
            "quality.scan" => self.again(ctx),
            "quality.apply" => self.apply(ctx),
            _ => return None,
        })
    }

    fn pointed(&mut self, target: &Target, _ctx: &Context) -> Option<Cmds> {
        let Target::Row(n) = *target else { return None };
        if n == self.at {
            return Some(self.open());
        }
        self.at = n;
        Some(self.step(0))
    }

    fn reply(&mut self, slot: Slot, answer: Answer, ctx: &Context) -> Cmds {
        match (slot, answer) {
            (SCAN, Ok(Reply::Quality(Checked::Piece(scan, found)))) => self.landed(scan, found),
            (SCAN, Err(error)) => self.failed(&error, ctx),
            (SCORES, Ok(Reply::Quality(Checked::Scores(scores)))) => {
                self.scores = scores;
                Cmds::new()
            }
            _ => Cmds::new(),
        }
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        view::draw(self, area, buf, ctx)
    }
}
