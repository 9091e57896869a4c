//! The entries of the log that are there, and asking for those before them.

use super::PAGE;
use crate::gate::{AuditEntry, AuditPage, GateError};
use crate::tui::context::Context;
use crate::tui::layer::{Cmd, Cmds};
use crate::tui::request::{LogPart, Request};
use crate::tui::state::State;

/// Entries asked for at a time.
const AT_A_TIME: usize = 100;
/// So near to the end more are asked for.
const NEAR: usize = 30;

/// Which entries were asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    Newest,
    Older,
}

/// The entries that are there.
#[derive(Default)]
pub(super) struct Log {
    filter: String,
    entries: Vec<AuditEntry>,
    /// What to ask for the entries before them.
    next: Option<i64>,
    at: usize,
    landed: bool,
    /// What is on its way.
    asked: Option<Asked>,
    /// Entries that the cursor still has to go, once they are there.
    owed: usize,
    problem: Option<State>,
}

impl Log {
    /// Which entries, as typed.
    pub(super) fn filter(&self) -> &str {
        &self.filter
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn entries(&self) -> &[AuditEntry] {
        &self.entries
    }

    /// True where there are entries before those that are there.
    pub(super) fn has_more(&self) -> bool {
        self.next.is_some()
    }

    pub(super) fn has_landed(&self) -> bool {
        self.landed
    }

    /// Why there is nothing.
    pub(super) fn problem(&self) -> Option<&State> {
        self.problem.as_ref()
    }

    /// The entry under the cursor.
    pub(super) fn current(&self) -> Option<&AuditEntry> {
        self.entries.get(self.at).filter(|_| self.problem.is_none())
    }

    /// Whether a key is about entries that are not there yet.
    pub(super) fn is_awaited(&self) -> bool {
        self.entries.is_empty() || self.owed > 0
    }

    /// Asks for the newest entries.
    pub(super) fn ask_anew(&mut self) -> Cmd {
        self.owed = 0;
        self.ask(None)
    }

    fn ask(&mut self, before: Option<i64>) -> Cmd {
        self.asked = Some(if before.is_none() { Asked::Newest } else { Asked::Older });
        // What was there before is asked for again, so that the cursor stays where it is.
        let limit = if before.is_none() { AT_A_TIME.max(self.at + NEAR) } else { AT_A_TIME };
        Cmd::Ask(PAGE, Request::Audit(LogPart { filter: self.filter.clone(), before, limit }))
    }

    /// Other entries.
    pub(super) fn narrow(&mut self, filter: String) -> Cmds {
        self.filter = filter;
        self.at = 0;
        vec![self.ask_anew()]
    }

    /// Moves the cursor; asks for more near the end.
    pub(super) fn step(&mut self, by: isize) -> Cmds {
        let last = self.entries.len().saturating_sub(1);
        let wanted = self.at.saturating_add_signed(by).saturating_add(self.owed);
        self.at = wanted.min(last);
        // To the last is to the last that is there.
        let goes_on = by != isize::MAX && by >= 0 && self.next.is_some();
        self.owed = if goes_on { wanted - self.at } else { 0 };
        if self.at + NEAR > self.entries.len() && self.next.is_some() && self.asked.is_none() {
            return vec![self.ask(self.next)];
        }
        Cmds::new()
    }

    /// Takes entries in: the newest, or those before the ones that are there.
    pub(super) fn take(&mut self, page: AuditPage) -> Cmds {
        self.problem = None;
        self.landed = true;
        if self.asked.take() == Some(Asked::Older) {
            self.entries.extend(page.entries);
        } else {
            // The cursor stays on its entry.
            let held = self.entries.get(self.at).filter(|_| self.at > 0).map(|entry| entry.number);
            let same = |entry: &AuditEntry| Some(entry.number) == held;
            let place = page.entries.iter().position(same);
            self.entries = page.entries;
            self.at = place.unwrap_or(self.at).min(self.entries.len().saturating_sub(1));
        }
        self.next = page.next;
        if self.owed > 0 { self.step(0) } else { Cmds::new() }
    }

    /// They cannot be had.
    pub(super) fn fail(&mut self, error: &GateError, ctx: &Context) {
        self.asked = None;
        self.owed = 0;
        self.problem = Some(State::of(error, ctx));
    }
}
