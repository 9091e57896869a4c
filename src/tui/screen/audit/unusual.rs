//! What is unusual in what people did, and which of it the person has looked at.

use std::collections::BTreeSet;

use super::UNUSUAL;
use crate::gate::{Anomaly, GateError, unseen};
use crate::policy::{Special, demand};
use crate::tui::context::Context;
use crate::tui::layer::{Cmd, Cmds};
use crate::tui::prefs::Prefs;
use crate::tui::request::Request;
use crate::tui::state::State;
use crate::tui::theme::Role;

/// The preference that holds what was looked at, one a line.
const SEEN: &str = "audit.seen";

/// What is unusual.
#[derive(Default)]
pub(super) struct Anomalies {
    found: Vec<Anomaly>,
    at: usize,
    landed: bool,
    problem: Option<State>,
}

/// What the person has looked at.
pub(super) fn seen(prefs: &Prefs) -> BTreeSet<String> {
    prefs.get(SEEN).unwrap_or_default().lines().map(str::to_owned).collect()
}

/// How many of them the person has not looked at.
pub(in crate::tui) fn unseen_of(found: &[Anomaly], ctx: &Context) -> usize {
    unseen(found, &seen(&ctx.prefs))
}

impl Anomalies {
    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn len(&self) -> usize {
        self.found.len()
    }

    pub(super) fn found(&self) -> &[Anomaly] {
        &self.found
    }

    /// The one under the cursor.
    pub(super) fn current(&self) -> Option<&Anomaly> {
        self.found.get(self.at).filter(|_| self.problem.is_none())
    }

    pub(super) fn has_landed(&self) -> bool {
        self.landed
    }

    pub(super) fn problem(&self) -> Option<&State> {
        self.problem.as_ref()
    }

    pub(super) fn is_awaited(&self) -> bool {
        !self.landed
    }

    /// Asks for them; says who may not see them what is missing.
    pub(super) fn ask(&mut self, ctx: &Context) -> Option<Cmd> {
        if let Err(refusal) = demand(&ctx.person, Special::Audit) {
            self.fail(&GateError::Denied(refusal.named(&ctx.catalog)), ctx);
            self.landed = true;
            return None;
        }
        Some(Cmd::Ask(UNUSUAL, Request::Anomalies(ctx.usual.manners.thresholds)))
    }

    pub(super) fn step(&mut self, by: isize) {
        let last = self.found.len().saturating_sub(1);
        self.at = self.at.saturating_add_signed(by).min(last);
    }

    pub(super) fn take(&mut self, found: Vec<Anomaly>) {
        self.problem = None;
        self.landed = true;
        self.found = found;
        self.step(0);
    }

    pub(super) fn fail(&mut self, error: &GateError, ctx: &Context) {
        self.problem = Some(State::of(error, ctx));
    }

    /// Marks the one under the cursor as seen, or takes that back. Marks of what is not unusual any more
    /// are dropped.
    pub(super) fn toggle(&self, ctx: &Context) -> Cmds {
        let Some(anomaly) = self.current() else { return Cmds::new() };
        let known: BTreeSet<String> = self.found.iter().map(Anomaly::key).collect();
        let mut all: BTreeSet<String> = seen(&ctx.prefs).intersection(&known).cloned().collect();
        let key = anomaly.key();
        let said = if all.remove(&key) {
            "audit.unmarked"
        } else {
            all.insert(key);
            "audit.marked"
        };
        let text = all.into_iter().collect::<Vec<_>>().join("\n");
        vec![
            Cmd::Prefer(SEEN.to_owned(), Some(text).filter(|text| !text.is_empty())),
            Cmd::Say(Role::Good, ctx.t(said).to_owned()),
        ]
    }
}
