//! When the guard comes up, and when it goes: after idle minutes, when the session has ended, and when
//! something needs the password again.

use chrono::{DateTime, TimeDelta, Utc};

use super::{APP, App};
use crate::gate::{Denial, GateError, SignInError};
use crate::tui::guard::{Guard, Why, Wish};
use crate::tui::message::{Effect, Ended, Input, LayerId};
use crate::tui::request::{Answer, Request, Slot};

/// What the guard asks.
pub(super) const UNLOCK: Slot = Slot("guard.unlock", 0);

impl App {
    /// The guard, where it stands before the data.
    #[must_use]
    pub fn guard(&self) -> Option<&Guard> {
        self.guard.as_ref()
    }

    /// Puts the guard up; what was typed ahead is not for what comes after.
    fn put_up(&mut self, why: Why) {
        if self.guard.is_none() {
            self.ahead.clear();
            self.pressed.clear();
            self.count = None;
            self.said = None;
            self.guard = Some(Guard::new(why, &self.ctx.person.name));
        }
    }

    /// When the screen locks by itself, if it does.
    pub(super) fn locks_at(&self) -> Option<DateTime<Utc>> {
        let manners = &self.ctx.usual.manners;
        // What cannot be unlocked does not lock.
        let after = manners.lock_after.filter(|_| manners.has_password && self.guard.is_none())?;
        Some(self.touched + TimeDelta::from_std(after).ok()?)
    }

    /// Locks the screen where it is time.
    pub(super) fn lock_in_time(&mut self, now: DateTime<Utc>) {
        if self.locks_at().is_some_and(|at| at <= now) {
            self.put_up(Why::Idle);
        }
    }

    /// Locks the screen at once, where there is a password to unlock it.
    pub(super) fn lock_now(&mut self) {
        if self.is_view() {
            // One's own screens lock; it is their password that unlocks them.
            return self.end_view(Ended::Locked);
        }
        if self.ctx.usual.manners.has_password {
            self.put_up(Why::Idle);
        } else {
            let text = self.ctx.t("guard.no_password").to_owned();
            self.say(crate::tui::theme::Role::Muted, &text);
        }
    }

    /// An error tells that the person may not be here any more, or not do that without the password.
    pub(super) fn heed(&mut self, error: &GateError, layer: Option<LayerId>) {
        let GateError::SignIn(SignInError(denial)) = error else { return };
        match denial {
            Denial::Ended | Denial::Needed => match &mut self.guard {
                Some(guard) => guard.has_ended(),
                None => self.put_up(Why::Ended),
            },
            Denial::ConfirmNeeded => self.ask_again(layer),
            _ => {}
        }
    }

    /// Asks for the password again, for a layer that was told that it is needed.
    pub(super) fn ask_again(&mut self, layer: Option<LayerId>) {
        if !self.is_view() {
            self.unconfirmed = layer;
            self.put_up(Why::Again);
        }
    }

    /// Takes what is typed while the guard stands; the mouse has nothing to point at.
    pub(super) fn guarded(&mut self, input: Input) {
        let Some(guard) = &mut self.guard else { return };
        match input {
            Input::Key(key) => match guard.key(key, &self.ctx) {
                // What is owed is met before the screens open.
                Wish::Stay | Wish::Meet(_) => {}
                // What was refused stays refused, whatever the password is given for later.
                Wish::Back => (self.guard, self.unconfirmed) = (None, None),
                Wish::Leave => self.effects.push(Effect::Quit),
                Wish::Try(attempt) => {
                    self.ask(APP, UNLOCK, Request::Unlock(Box::new(attempt)));
                }
            },
            Input::Paste(text) => guard.paste(&text),
            _ => {}
        }
    }

    /// The answer to the guard's question.
    pub(super) fn unlocked(&mut self, answer: &Answer) {
        match (answer, &mut self.guard) {
            (Ok(_), Some(guard)) => {
                let again = guard.why() == Why::Again;
                // What put it up is over.
                (self.guard, self.said) = (None, None);
                self.touched = self.ctx.now;
                // Whoever was let in has a password, also where nobody had one when the screens opened.
                self.has_password_now();
                self.changed(None);
                let waiting = self.unconfirmed.take().filter(|_| again);
                if let Some(entry) = self.stack.iter_mut().find(|one| Some(one.id) == waiting) {
                    let cmds = entry.layer.confirmed(&self.ctx);
                    self.run_all(waiting, cmds);
                }
            }
            (Err(error), Some(guard)) => guard.refused(error, &self.ctx),
            (_, None) => {}
        }
    }

    /// While the guard stands nothing of the data leaves the app either.
    pub(super) fn hush(&mut self) {
        if self.guard.is_some() {
            for effect in &mut self.effects {
                if let Effect::Ring { text, .. } = effect {
                    *text = None;
                }
            }
        }
    }
}
