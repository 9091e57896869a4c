//! What is unusual in the audit log, for who may see all of it: while there is something they have not
//! looked at, the status line says so wherever nothing else is to be said there.
//!
//! It is asked after the start and, when something happens, every few minutes, behind every other question;
//! nobody is woken for it. Start at
//! [`App::watch`].

use chrono::{DateTime, TimeDelta, Utc};

use super::{APP, App};
use crate::gate::Anomaly;
use crate::policy::Special;
use crate::tui::request::{Answer, Reply, Request, Slot};
use crate::tui::screen::audit::unseen_of;
use crate::tui::theme::Role;

const SLOT: Slot = Slot("watch", 0);
/// After so long it is asked again.
const EVERY: TimeDelta = TimeDelta::minutes(5);

/// What is known of it.
#[derive(Default)]
pub(super) struct Watch {
    found: Vec<Anomaly>,
    asked: Option<DateTime<Utc>>,
}

impl App {
    /// Asks, where it is time to.
    pub(super) fn watch(&mut self) {
        if self.is_view() || !self.ctx.person.may(Special::Audit) {
            self.watch.found.clear();
            return;
        }
        if self.watch.asked.is_some_and(|at| self.ctx.now - at < EVERY) {
            return;
        }
        self.watch.asked = Some(self.ctx.now);
        let request = Request::Anomalies(self.ctx.usual.manners.thresholds);
        let for_others = std::mem::replace(&mut self.for_others, true);
        self.ask(APP, SLOT, Request::Quietly(Box::new(request)));
        self.for_others = for_others;
    }

    /// Takes an answer of [`App::watch`]; false where it is about something else. One that failed changes
    /// nothing.
    pub(super) fn take_watch(&mut self, slot: Slot, answer: &Answer) -> bool {
        if slot != SLOT {
            return false;
        }
        if let Ok(Reply::Anomalies(found)) = answer {
            self.watch.found.clone_from(found);
        }
        true
    }

    /// How much there is that was not looked at, with the key that shows it.
    pub(super) fn watch_told(&self) -> Option<(Role, String)> {
        let ctx = &self.ctx;
        if self.place().is_typed_into() {
            return None;
        }
        match unseen_of(&self.watch.found, ctx) {
            0 => None,
            n => Some((Role::Warning, ctx.strings.count("audit.unseen", n))),
        }
    }
}
