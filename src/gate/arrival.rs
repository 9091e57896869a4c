//! What stands between a right password and the file: a password that somebody else set is changed, and a second
//! factor that a role demands is set up.
//!
//! A seat that is given while something of that is owed is pending: no session comes of it, so nothing is read
//! or written by it, and all that can be done with its token stands here. It holds for some minutes and is kept
//! nowhere; whoever is interrupted signs in again and goes on with what is still owed. What is owed is asked of
//! the file each time, never of the caller. Start at [`Gate::duty`].

use super::audit::{Event, EventKind};
use super::credentials::prints;
use super::error::{GateError, Result};
use super::seats::{CONFIRMED, millis};
use super::session::{Gate, Via};
use super::sign_in::{Denial, Door, SeatToken};
use super::store::Store;
use super::store::credential::{Account, Seat};
use crate::model::{RecordId, RecordRef};
use crate::schema::Catalog;
use crate::secret::{self, Enrolment, Secret};

/// Something to be done before one is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Duty {
    /// Somebody else set the password: another one is set.
    Password {
        /// Words of the person's own that are no password.
        own: Vec<String>,
        /// There is a second factor: the password may be shorter.
        second_factor: bool,
    },
    /// A second factor is set up.
    SecondFactor {
        /// The roles that demand it.
        roles: Vec<String>,
    },
}

/// The roles by which a user signs in with a second factor.
pub(super) fn demanding(store: &Store, catalog: &Catalog, user: RecordId) -> Result<Vec<String>> {
    let roles = store.roles_of(user)?;
    Ok(roles
        .into_iter()
        .filter(|role| role.grants(catalog).two_factor)
        .map(|role| role.name)
        .collect())
}

/// What a user has to do first, in order; nothing for those who have no password: they do not sign in.
pub(super) fn owed(store: &Store, catalog: &Catalog, user: RecordId) -> Result<Option<Duty>> {
    let Some(kept) = store.credential(user)?.filter(|kept| kept.hash.is_some()) else {
        return Ok(None);
    };
    let second_factor = kept.totp.is_some();
    if kept.must_change {
        return Ok(Some(Duty::Password { own: Vec::new(), second_factor }));
    }
    if second_factor {
        return Ok(None);
    }
    let roles = demanding(store, catalog, user)?;
    Ok((!roles.is_empty()).then_some(Duty::SecondFactor { roles }))
}

/// Somebody on the threshold.
struct Arrival {
    store: Store,
    seat: Seat,
    account: Account,
}

impl Gate {
    /// What whoever signed in has to do before [`Gate::session_by`] takes the token; nothing where they are in.
    ///
    /// # Errors
    /// [`Denial::Ended`] where the token is none or was not used in time.
    pub fn duty(&self, token: &SeatToken) -> Result<Option<Duty>> {
        let Some(arrival) = self.arrival(token)? else { return Ok(None) };
        let duty = arrival.store.write("sign-in", || self.next(&arrival))?;
        if duty.is_none() {
            self.let_in(&arrival)?;
        }
        let own = |duty| -> Result<Duty> {
            Ok(match duty {
                Duty::Password { second_factor, .. } => {
                    let door = Door { store: &arrival.store, options: self.options() };
                    Duty::Password { own: door.own_words(&arrival.account)?, second_factor }
                }
                other @ Duty::SecondFactor { .. } => other,
            })
        };
        duty.map(own).transpose()
    }

    /// Sets a password instead of the one that somebody else set.
    ///
    /// # Errors
    /// [`Denial::Weak`]; [`Denial::SamePassword`]; [`Denial::Ended`].
    pub fn meet_password(&self, token: &SeatToken, new: &Secret) -> Result<()> {
        let arrival = self.arrival(token)?.ok_or(Denial::Ended)?;
        let Arrival { store, account, seat } = &arrival;
        let kept = store.credential(account.user)?.unwrap_or_default();
        let door = Door { store, options: self.options() };
        let hash = door.prepare(account, new, kept.totp.is_some())?;
        if secret::verify(new, kept.hash.as_deref()) {
            return Err(Denial::SamePassword.into());
        }
        let now = self.options().clock.now().timestamp_millis();
        let left = store.write("changing a password", || {
            let there = store.credential(account.user)?.unwrap_or_default();
            // Somebody may have set it meanwhile.
            if !self.stands(&arrival)? || !there.must_change || there.hash != kept.hash {
                return Err(Denial::Ended.into());
            }
            let set = (hash.as_str(), new.needs_second_factor());
            store.set_password(account.user, set, false, now)?;
            store.end_seats(account.user, Some(seat.number), now)?;
            door.forgive(account)?;
            self.next(&arrival)
        })?;
        self.note_met(&arrival, EventKind::Password, "changed")?;
        if left.is_none() { self.let_in(&arrival) } else { Ok(()) }
    }

    /// Begins to set a second factor up: nothing is kept before [`Gate::meet_factor`].
    ///
    /// # Errors
    /// [`Denial::Ended`].
    pub fn begin_factor(&self, token: &SeatToken) -> Result<Enrolment> {
        let arrival = self.arrival(token)?.ok_or(Denial::Ended)?;
        Ok(Enrolment::new(&arrival.account.login, &*self.options().entropy))
    }

    /// Turns the second factor on, by a code of it; the recovery codes are shown once.
    ///
    /// # Errors
    /// [`Denial::WrongCode`]; [`Denial::Ended`], also where another process was faster.
    pub fn meet_factor(
        &self,
        token: &SeatToken,
        made: &Enrolment,
        code: &str,
    ) -> Result<Vec<Secret>> {
        let arrival = self.arrival(token)?.ok_or(Denial::Ended)?;
        let Arrival { store, account, seat } = &arrival;
        let now = self.options().clock.now().timestamp_millis();
        let seconds = u64::try_from(now / 1_000).unwrap_or(0);
        let key = secret::key(&made.typed).ok_or(Denial::WrongCode)?;
        let step = secret::matching_step(&key, code, seconds, None).ok_or(Denial::WrongCode)?;
        let codes = secret::recovery_codes(&*self.options().entropy);
        let left = store.write("turning a second factor on", || {
            let there = store.credential(account.user)?.unwrap_or_default();
            if !self.stands(&arrival)? || there.must_change || there.totp.is_some() {
                return Err(Denial::Ended.into());
            }
            store.set_totp(account.user, Some(&key), Some(step as i64), &prints(&codes), now)?;
            store.end_seats(account.user, Some(seat.number), now)?;
            store.seat_has_factor(seat.number)?;
            self.next(&arrival)
        })?;
        self.note_met(&arrival, EventKind::SecondFactor, "on")?;
        if left.is_none() {
            self.let_in(&arrival)?;
        }
        Ok(codes)
    }

    /// Whoever the token belongs to, if they are on the threshold still; nobody where they are in.
    fn arrival(&self, token: &SeatToken) -> Result<Option<Arrival>> {
        let store = self.at_the_door()?;
        let seat = store.seat_of(&secret::fingerprint(token.secret()))?.ok_or(Denial::Ended)?;
        let account = store.account(seat.user)?.ok_or(Denial::Ended)?;
        let arrival = Arrival { store, seat, account };
        if !arrival.seat.pending {
            return Ok(None);
        }
        if self.stands(&arrival)? { Ok(Some(arrival)) } else { Err(Denial::Ended.into()) }
    }

    /// Whether a pending seat may still be used: in time, not ended, of somebody who may act.
    fn stands(&self, arrival: &Arrival) -> Result<bool> {
        let now = self.options().clock.now().timestamp_millis();
        let Some(seat) = arrival.store.seat(arrival.seat.number)? else { return Ok(false) };
        let active = arrival.store.account(seat.user)?.is_some_and(|account| account.active);
        let kept = arrival.store.credential(seat.user)?.unwrap_or_default();
        Ok(seat.pending
            && seat.ended_at.is_none()
            && (0..millis(CONFIRMED)).contains(&(now - seat.since))
            && active
            && kept.hash.is_some()
            && kept.locked_at.is_none()
            // A second factor that this seat has not shown: it came from elsewhere meanwhile.
            && (kept.totp.is_none() || seat.second_factor))
    }

    /// What is owed next; where nothing is, the seat opens the file from now on. Inside a write.
    fn next(&self, arrival: &Arrival) -> Result<Option<Duty>> {
        if !self.stands(arrival)? {
            return Err(Denial::Ended.into());
        }
        let duty = owed(&arrival.store, self.catalog(), arrival.seat.user)?;
        if duty.is_none() {
            arrival.store.settle_seat(arrival.seat.number)?;
        }
        Ok(duty)
    }

    fn let_in(&self, arrival: &Arrival) -> Result<()> {
        self.note_arrival(arrival, &Event::new(EventKind::SignIn))
    }

    fn note_met(&self, arrival: &Arrival, kind: EventKind, what: &str) -> Result<()> {
        let user = RecordRef::new("user", arrival.seat.user);
        self.note_arrival(arrival, &Event::new(kind).about(&user).what(what))
    }

    fn note_arrival(&self, arrival: &Arrival, event: &Event) -> Result<()> {
        let via = Via::of_word(&arrival.seat.via)
            .ok_or_else(|| GateError::Internal(format!("a seat came by {}", arrival.seat.via)))?;
        let who = (Some(arrival.seat.user), arrival.account.name.as_str());
        self.note(who, via, event)
    }
}
