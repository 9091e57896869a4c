//! How somebody else gets in, for whoever may change that: what is looked at before they are locked,
//! unlocked or lose their second factor. Start at [`Session::gets_in`].

use super::error::Result;
use super::session::Session;
use crate::model::{Link, RecordId, RecordRef};
use crate::policy::Special;

/// How a user gets in, as far as who asks may know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetsIn {
    /// The user, with their name.
    pub user: Link,
    /// The login.
    pub login: String,
    /// Nobody gets in as them.
    pub locked: bool,
    /// Failed tries in a row, that make the next one wait.
    pub failures: u32,
    /// They sign in with a second factor.
    pub second_factor: bool,
    /// The roles that demand one.
    pub demanded_by: Vec<String>,
    /// Their sessions that would end.
    pub sessions: usize,
}

impl Session {
    /// How a user gets in. Who may only unlock is told nothing but whether there is something to unlock.
    ///
    /// # Errors
    /// The refusal; [`super::GateError::NotFound`].
    pub fn gets_in(&self, user: RecordId) -> Result<GetsIn> {
        self.demand_seat()?;
        let manages = self.may(Special::Users);
        if !manages {
            self.demand_special(Special::Unlock)?;
        }
        self.get(&RecordRef::new("user", user))?;
        let account = self.account(user)?;
        let there = self.store.has_passwords()?;
        let kept = if there { self.store.credential(user)? } else { None }.unwrap_or_default();
        let mut told = GetsIn {
            user: Link { title: account.name, ..Link::new("user", user) },
            login: account.login,
            locked: kept.locked_at.is_some(),
            failures: kept.failures,
            second_factor: false,
            demanded_by: Vec::new(),
            sessions: 0,
        };
        if manages {
            told.second_factor = kept.totp.is_some();
            told.demanded_by = self.way_in_of(user)?.demanded_by;
            told.sessions = self.seats()?.iter().filter(|seat| seat.user == user).count();
        }
        Ok(told)
    }
}
