//! Requests for rights: whoever may decide is told that some wait, whoever asked what became of theirs.
//!
//! They are asked for after the start and every minute in which something happens, behind every other
//! question; nobody is woken for it. What was decided is told until the requests are looked at. Start at
//! [`App::watch_requests`].

use chrono::{DateTime, TimeDelta, Utc};

use super::{APP, App};
use crate::gate::{AccessRequest, RequestState};
use crate::tui::overlay::access_queue::{LOOKED, waits_for_me};
use crate::tui::request::{Answer, Reply, Request, Slot};
use crate::tui::theme::Role;

const SLOT: Slot = Slot("wishes", 0);
/// After so long they are asked for again.
const EVERY: TimeDelta = TimeDelta::minutes(1);

/// What is known of them.
#[derive(Default)]
pub(super) struct Wishes {
    requests: Vec<AccessRequest>,
    asked: Option<DateTime<Utc>>,
}

impl App {
    /// Asks, where it is time to.
    pub(super) fn watch_requests(&mut self) {
        if self.wishes.asked.is_some_and(|at| self.ctx.now - at < EVERY) {
            return;
        }
        self.wishes.asked = Some(self.ctx.now);
        let for_others = std::mem::replace(&mut self.for_others, true);
        self.ask(APP, SLOT, Request::Quietly(Box::new(Request::AccessRequests)));
        self.for_others = for_others;
    }

    /// Takes an answer of [`App::watch_requests`]; false where it is about something else. One that failed
    /// changes nothing.
    pub(super) fn take_wishes(&mut self, slot: Slot, answer: &Answer) -> bool {
        if slot != SLOT {
            return false;
        }
        if let Ok(Reply::AccessRequests(requests)) = answer {
            self.wishes.requests.clone_from(requests);
        }
        true
    }

    /// Something was written: the next look is due.
    pub(super) fn wishes_changed(&mut self) {
        self.wishes.asked = None;
    }

    /// How many wait for this person to decide, or what was decided about theirs, with the key that shows
    /// them.
    pub(super) fn wishes_told(&self) -> Option<(Role, String)> {
        let ctx = &self.ctx;
        if self.place().is_typed_into() {
            return None;
        }
        let me = ctx.person.user;
        let looked: i64 =
            ctx.prefs.get(LOOKED).and_then(|text| text.parse().ok()).unwrap_or_default();
        let decided = self.wishes.requests.iter().find(|one| {
            one.asker.id == me
                && matches!(one.state, RequestState::Approved | RequestState::Denied)
                && one.decided_at.is_some_and(|at| at.timestamp_millis() > looked)
        });
        if let Some(one) = decided {
            let request = ctx.catalog.reference(&one.record);
            let (key, role) = match one.state {
                RequestState::Approved => ("access.was_approved", Role::Good),
                _ => ("access.was_denied", Role::Warning),
            };
            let mut text = ctx.tf(key, &[("request", &request)]);
            if !one.note.is_empty() {
                text = self.ctx.about(&text, &one.note);
            }
            return Some((role, crate::term::Clean::line(&text).into_string()));
        }
        let waiting = self.wishes.requests.iter().filter(|one| waits_for_me(one, ctx));
        match waiting.count() {
            0 => None,
            n => Some((Role::Warning, ctx.strings.count("access.waiting", n))),
        }
    }
}
