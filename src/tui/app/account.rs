//! One's own way in, on the screens: the sheets of it, and being told what the next sign-in will ask for.

use super::{APP, App};
use crate::tui::overlay::account_factor::AccountFactor;
use crate::tui::overlay::account_password::AccountPassword;
use crate::tui::overlay::seats::Seats;
use crate::tui::request::{Account, Answer, OnAccount, Reply, Request, Slot, Whose};
use crate::tui::theme::Role;

/// What one's roles demand.
const OWED: Slot = Slot("app.owed", 0);

impl App {
    /// Does what an action of one's own way in means; false where it is another one.
    pub(super) fn run_account(&mut self, id: &str) -> bool {
        match id {
            "account.password" => self.push(Box::new(AccountPassword::default())),
            "account.factor" => self.push(Box::new(AccountFactor::new())),
            "account.codes" => self.push(Box::new(AccountFactor::codes())),
            "account.seats" => self.push(Box::new(Seats::of(Whose::Mine))),
            _ => return false,
        }
        true
    }

    /// There is a password now: what it unlocks locks.
    pub(super) fn has_password_now(&mut self) {
        self.ctx.usual.manners.has_password = true;
    }

    /// Asks what the next sign-in will ask for; nobody is asked who does not sign in.
    pub(super) fn ask_owed(&mut self) {
        if self.ctx.usual.manners.has_password {
            let way = Request::Quietly(Box::new(Request::Account(Account::WayIn)));
            let before = std::mem::replace(&mut self.for_others, true);
            self.ask(APP, OWED, way);
            self.for_others = before;
        }
    }

    /// Says once that a role began to demand a second factor; false where it is another answer.
    pub(super) fn take_owed(&mut self, slot: Slot, answer: &Answer) -> bool {
        if slot != OWED {
            return false;
        }
        if let Ok(Reply::Account(OnAccount::WayIn(way))) = answer {
            let owes = way.owes_factor();
            if owes && !self.owes {
                let roles = self.ctx.listed(&way.demanded_by);
                let text = self.ctx.tf("account.owed", &[("roles", &roles)]);
                self.say(Role::Warning, &text);
            }
            self.owes = owes;
        }
        true
    }
}
