//! What people do about their own way in: the password, the second factor, its recovery codes.
//!
//! All of it needs the password given lately, or given with it; what a role demands cannot be taken off. Start at
//! [`Session::way_in`].

use super::arrival::demanding;
use super::audit::EventKind;
use super::error::Result;
use super::seats::{Held, Hold};
use super::session::Session;
use super::sign_in::{Code, Denial, SeatToken};
use crate::model::RecordId;
use crate::secret::{self, Enrolment, Secret};

/// How the person of a session signs in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WayIn {
    /// By a password.
    pub password: bool,
    /// With a second factor.
    pub second_factor: bool,
    /// So many recovery codes are left.
    pub recovery_codes: usize,
    /// Somebody else set the password: it is to be changed at the next sign-in.
    pub must_change: bool,
    /// The roles that demand a second factor.
    pub demanded_by: Vec<String>,
    /// Words of the person's own that are no password.
    pub own: Vec<String>,
}

impl WayIn {
    /// Whether the next sign-in leads into setting a second factor up.
    #[must_use]
    pub fn owes_factor(&self) -> bool {
        self.password && !self.second_factor && !self.demanded_by.is_empty()
    }
}

impl Session {
    /// How the person signs in.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn way_in(&self) -> Result<WayIn> {
        self.way_in_of(self.me())
    }

    /// How a user signs in, and what demands it.
    ///
    /// # Errors
    /// A missing right to know about others; where the file cannot be read.
    pub fn way_in_of(&self, user: RecordId) -> Result<WayIn> {
        self.demand_seat()?;
        if user != self.me() {
            self.demand_insight()?;
        }
        let account = self.account(user)?;
        let there = self.store.has_passwords()?;
        let kept = if there { self.store.credential(user)? } else { None }.unwrap_or_default();
        Ok(WayIn {
            password: kept.hash.is_some(),
            second_factor: kept.totp.is_some(),
            recovery_codes: kept.recovery.split_whitespace().count(),
            must_change: kept.must_change,
            demanded_by: demanding(&self.store, &self.catalog, user)?,
            own: self.door().own_words(&account)?,
        })
    }

    /// Sets or changes the person's own password; `present` is the one they have. Their other seats end. A
    /// session that needed no seat so far gets one: the token of it.
    ///
    /// # Errors
    /// [`Denial::Failed`] where `present` is not right; [`Denial::Weak`]; [`Denial::SamePassword`]; in a served
    /// session [`Denial::InvitationFirst`] where there is none yet.
    pub fn set_password(
        &mut self,
        present: Option<&Secret>,
        new: &Secret,
        from: &str,
    ) -> Result<Option<SeatToken>> {
        self.demand_seat()?;
        let account = self.account(self.me())?;
        let way = self.way_in()?;
        let served = matches!(self.hold.by, Held::Given);
        if served && !way.password {
            // The first one has everybody sign in: that is not for somebody outside to decide.
            return Err(Denial::InvitationFirst.into());
        }
        if way.password {
            if present == Some(new) {
                return Err(Denial::SamePassword.into());
            }
            self.knock(&account, present.unwrap_or(&Secret::default()), Code::NotAsked)?;
        }
        let hash = self.door().prepare(&account, new, way.second_factor)?;
        let short = new.needs_second_factor();
        let now = self.now_millis();
        let own = match &self.hold.by {
            Held::Seat(seat) => Some(seat.number),
            _ => None,
        };
        let made = self.store.write("changing a password", || {
            // Two people at once must not both set the first one.
            if !way.password
                && self.store.credential(account.user)?.is_some_and(|kept| kept.hash.is_some())
            {
                return Err(Denial::Failed.into());
            }
            self.store.set_password(account.user, (&hash, short), false, now)?;
            self.store.end_seats(account.user, own, now)?;
            self.door().forgive(&account)?;
            match own {
                Some(number) => self.store.touch_seat(number, true, now).map(|()| None),
                None if served => Ok(None),
                // They were in before: what their roles demand is for the next sign-in.
                None => self.door().seat((account.user, false, false), self.via, from).map(Some),
            }
        })?;
        if served {
            self.hold.confirmed.set(Some(now));
        }
        let made = made.map(|(token, seat)| {
            self.hold = Hold::new(Held::Seat(seat));
            token
        });
        let what = if way.password { "changed" } else { "set" };
        self.note_way_in(EventKind::Password, account.user, what);
        Ok(made)
    }

    /// Begins to set a second factor up: nothing is kept before [`Session::confirm_totp`].
    ///
    /// # Errors
    /// [`Denial::NoPassword`]; [`Denial::ConfirmNeeded`].
    pub fn begin_totp(&self) -> Result<Enrolment> {
        self.demand_confirmed()?;
        if !self.way_in()?.password {
            return Err(Denial::NoPassword.into());
        }
        Ok(Enrolment::new(&self.account(self.me())?.login, &*self.options.entropy))
    }

    /// Turns a second factor on, by a code of it: the recovery codes are shown once. Other seats end.
    ///
    /// # Errors
    /// [`Denial::WrongCode`]; [`Denial::ConfirmNeeded`].
    pub fn confirm_totp(&self, enrolment: &Enrolment, code: &str) -> Result<Vec<Secret>> {
        self.demand_confirmed()?;
        let now = self.now_millis();
        let seconds = u64::try_from(now / 1_000).unwrap_or(0);
        let key = secret::key(&enrolment.typed).ok_or(Denial::WrongCode)?;
        let kept = self.store.credential(self.me())?.unwrap_or_default();
        // Handed in twice it is a code that was used.
        let same = kept.totp.as_ref().is_some_and(|kept| kept.as_slice() == key.as_slice());
        let used = kept.last_step.filter(|_| same).and_then(|step| u64::try_from(step).ok());
        let step = secret::matching_step(&key, code, seconds, used).ok_or(Denial::WrongCode)?;
        let codes = secret::recovery_codes(&*self.options.entropy);
        let me = self.me();
        let own = match &self.hold.by {
            Held::Seat(seat) => Some(seat.number),
            _ => None,
        };
        self.store.write("turning a second factor on", || {
            self.store.set_totp(me, Some(&key), Some(step as i64), &prints(&codes), now)?;
            if let Some(own) = own {
                self.store.seat_has_factor(own)?;
            }
            self.store.end_seats(me, own, now)
        })?;
        self.note_way_in(EventKind::SecondFactor, me, "on");
        Ok(codes)
    }

    /// Turns a second factor off: one's own, or that of somebody who lost it, whose sessions end then.
    ///
    /// # Errors
    /// One's own only [`Denial::ShortPassword`], and [`Denial::Demanded`] where a role wants it;
    /// [`Denial::ConfirmNeeded`]; a missing right.
    pub fn drop_totp(&self, of: Option<RecordId>) -> Result<()> {
        let user = of.unwrap_or(self.me());
        if user == self.me() {
            self.demand_confirmed()?;
            if self.store.credential(user)?.is_some_and(|kept| kept.short) {
                return Err(Denial::ShortPassword.into());
            }
        } else {
            self.demand_way_in(user)?;
        }
        let now = self.now_millis();
        self.store.write("turning a second factor off", || {
            if user == self.me() {
                // Asked inside, so that a role that begins to demand it meanwhile is heard.
                let roles = demanding(&self.store, &self.catalog, user)?;
                if !roles.is_empty() {
                    return Err(Denial::Demanded { roles }.into());
                }
            } else {
                self.store.end_seats(user, None, now)?;
            }
            self.store.set_totp(user, None, None, "", now)
        })?;
        let what = if user == self.me() { "off" } else { "taken off" };
        self.note_way_in(EventKind::SecondFactor, user, what);
        Ok(())
    }

    /// New recovery codes, shown once; the old ones hold no more.
    ///
    /// # Errors
    /// [`Denial::NoPassword`] where there is no second factor; [`Denial::ConfirmNeeded`].
    pub fn new_recovery_codes(&self) -> Result<Vec<Secret>> {
        self.demand_confirmed()?;
        if !self.way_in()?.second_factor {
            return Err(Denial::NoPassword.into());
        }
        let codes = secret::recovery_codes(&*self.options.entropy);
        self.store
            .write("new recovery codes", || self.store.set_recovery(self.me(), &prints(&codes)))?;
        self.note_way_in(EventKind::SecondFactor, self.me(), "new recovery codes");
        Ok(codes)
    }
}

/// Recovery codes as they are kept.
pub(super) fn prints(codes: &[Secret]) -> String {
    codes.iter().map(|code| secret::hex(&secret::fingerprint(code))).collect::<Vec<_>>().join(" ")
}
