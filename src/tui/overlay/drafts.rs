//! The forms that were not finished: to go on with one, or give it up.
//!
//! Laid over the first screen when there is one that was not offered yet, and opened by its key. Giving
//! one up cannot be taken back, so it takes the key twice.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::action::{Key, KeyCode, Place};
use crate::term::Clean;
use crate::tui::context::Context;
use crate::tui::draft::{FORMS, Unfinished};
use crate::tui::hit::Seen;
use crate::tui::layer::{Cmd, Cmds, Layer};
use crate::tui::paint;
use crate::tui::request::{Answer, Reply, Request, Slot};
use crate::tui::screen::form::FormScreen;
use crate::tui::state::State;
use crate::tui::theme::Role;
use crate::tui::widget::pick::{Pick, PickRow};

const KEPT: Slot = Slot("drafts.kept", 0);
const KEEP: Slot = Slot("drafts.keep", 0);
/// Which were offered when the program started: the newest of them, in Unix milliseconds.
const OFFERED: &str = "drafts.offered";

/// The forms that were not finished.
pub struct Drafts {
    pick: Pick<String>,
    all: Vec<Unfinished>,
    /// Only what was not offered yet, and nothing where there is none.
    at_start: bool,
    landed: bool,
    /// The one that the key to give it up was pressed on once.
    doomed: Option<String>,
    /// Why there is nothing to be seen of them.
    problem: Option<State>,
}

impl Drafts {
    /// All of them.
    #[must_use]
    pub fn all() -> Self {
        Self {
            pick: Pick::answers(Vec::new()),
            all: Vec::new(),
            at_start: false,
            landed: false,
            doomed: None,
            problem: None,
        }
    }

    /// Offers them once after they were left behind.
    #[must_use]
    pub fn at_start() -> Self {
        Self { at_start: true, ..Self::all() }
    }

    fn fill(&mut self, ctx: &Context) {
        let at = self.pick.selected().map(|row| row.key.clone());
        let row = |unfinished: &Unfinished| {
            let mut row =
                PickRow::new(unfinished.key.clone(), Clean::line(&unfinished.heading(ctx)));
            let doomed = self.doomed.as_ref() == Some(&unfinished.key);
            let note = if doomed { ctx.t("drafts.again").to_owned() } else { unfinished.note(ctx) };
            row.note = Clean::line(&note);
            if doomed {
                row.role = Role::Warning;
            }
            row
        };
        let rows = self.all.iter().map(row).collect();
        self.pick.fill(rows);
        if let Some(at) = at {
            self.pick.select(|row| row.key == at);
        }
    }

    fn landed(&mut self, kept: Vec<crate::gate::Kept>, ctx: &Context) -> Cmds {
        let (mut all, gone) = Unfinished::read(kept, ctx);
        all.retain(|unfinished| !unfinished.elsewhere);
        let mut cmds = Cmds::new();
        if !gone.is_empty() {
            let gone = gone.into_iter().map(|key| (key, None)).collect();
            cmds.push(Cmd::Ask(KEEP, Request::Keep(gone)));
        }
        if self.at_start {
            let offered = ctx.prefs.get(OFFERED).and_then(|at| at.parse::<i64>().ok());
            let newest = all.first().map(|unfinished| unfinished.at.timestamp_millis());
            match newest {
                Some(newest) if offered.is_none_or(|offered| newest > offered) => {
                    cmds.push(Cmd::Prefer(OFFERED.to_owned(), Some(newest.to_string())));
                }
                _ => {
                    cmds.push(Cmd::Close);
                    return cmds;
                }
            }
        }
        self.all = all;
        self.problem = None;
        self.landed = true;
        self.fill(ctx);
        cmds
    }

    fn go_on(&self, ctx: &Context) -> Cmds {
        let chosen = self.pick.selected().map(|row| row.key.clone());
        let unfinished = self.all.iter().find(|one| Some(&one.key) == chosen.as_ref());
        match unfinished.and_then(|unfinished| FormScreen::resume(unfinished.clone(), ctx)) {
            Some(form) => vec![Cmd::Close, Cmd::Push(Box::new(form))],
            None => vec![Cmd::Say(Role::Warning, ctx.t("drafts.unknown").to_owned())],
        }
    }

    fn give_up(&mut self, ctx: &Context) -> Cmds {
        let Some(key) = self.pick.selected().map(|row| row.key.clone()) else { return Cmds::new() };
        if self.doomed.as_ref() != Some(&key) {
            self.doomed = Some(key);
            self.fill(ctx);
            return Cmds::new();
        }
        self.doomed = None;
        self.all.retain(|unfinished| unfinished.key != key);
        self.fill(ctx);
        let mut cmds = vec![Cmd::Ask(KEEP, Request::Keep(vec![(key, None)]))];
        if self.all.is_empty() {
            cmds.push(Cmd::Close);
        }
        cmds
    }
}

impl Layer for Drafts {
    fn place(&self) -> Place {
        Place::Overlay
    }

    fn covers(&self) -> bool {
        false
    }

    fn start(&mut self, _ctx: &Context) -> Cmds {
        vec![Cmd::Ask(KEPT, Request::Kept(FORMS.to_owned()))]
    }

    /// What could not be had is asked for again.
    fn refresh(&mut self, ctx: &Context) -> Cmds {
        if self.problem.is_some() { self.start(ctx) } else { Cmds::new() }
    }

    fn awaits(&self, slot: Slot, _key: Option<Key>) -> bool {
        slot == KEPT
    }

    fn key(&mut self, key: Key, ctx: &Context) -> Option<Cmds> {
        if self.problem.is_some() {
            return [KeyCode::Esc, KeyCode::Enter].contains(&key.code).then(|| vec![Cmd::Close]);
        }
        if matches!(key.code, KeyCode::Delete | KeyCode::Backspace) {
            return Some(self.give_up(ctx));
        }
        if self.doomed.take().is_some() {
            self.fill(ctx);
        }
        if let KeyCode::Char(digit @ '1'..='9') = key.code {
            let there = self.pick.select_nth(digit as usize - '1' as usize);
            return Some(if there { self.go_on(ctx) } else { Cmds::new() });
        }
        self.pick.key(key).cmds(|| self.go_on(ctx))
    }

    fn reply(&mut self, slot: Slot, answer: Answer, ctx: &Context) -> Cmds {
        match (slot, answer) {
            (KEPT, Ok(Reply::Kept(kept))) => self.landed(kept, ctx),
            // Nobody asked for it: it must not keep the keys.
            (KEPT, Err(error)) if self.at_start => {
                vec![Cmd::Close, Cmd::Say(Role::Error, ctx.said(&error))]
            }
            (_, Err(error)) => {
                self.problem = Some(State::of(&error, ctx));
                Cmds::new()
            }
            _ => Cmds::new(),
        }
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        if let Some(problem) = &self.problem {
            return problem.framed(buf, area, ctx.t("drafts.title"), ctx);
        }
        if !self.landed {
            return Seen::default();
        }
        let rows = (self.all.len() as u16).clamp(1, 12);
        let place = paint::centered(area, 72, (rows + 4).min(area.height));
        let inner = paint::frame(buf, place, ctx.t("drafts.title"), ctx);
        let list = Rect { height: inner.height.saturating_sub(2), ..inner };
        let seen = self.pick.draw(buf, list, ctx.t("drafts.none"), ctx);
        if inner.height > 2 && !self.all.is_empty() {
            let last = paint::row(inner, inner.height - 1);
            paint::text(buf, last, &ctx.tf("drafts.hint", &[]), ctx.style(Role::Muted), ctx);
        }
        seen
    }
}
