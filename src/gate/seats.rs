//! Those who are in: how long a seat holds, what it may do, and what people do about the way in of
//! others. One's own stands in `gate/credentials.rs`.
//!
//! A session that came by a seat looks at it before every read and write: one that was ended here or in
//! another process, is older than the company lets it be, or whose user may not act any more, reads nothing
//! more. Start at [`Gate::session_by`].

use std::cell::Cell;
use std::time::Duration;

use super::arrival::owed;
use super::audit::{Event, EventKind};
use super::error::{GateError, Result};
use super::rights::signed_out;
use super::session::{Gate, Session, Via};
use super::sign_in::{Code, Denial, Door, Proven, SeatToken, SignInError};
use super::store::credential::{Account, Seat};
use crate::model::{Change, Name, RecordId, RecordRef, phrase};
use crate::policy::{Need, Refusal, Right, Special};
use crate::secret::{self, Secret};

/// So far back a clock may be set while somebody is in: more ends their seat, since nothing would otherwise.
const SKEW: i64 = 5 * 60_000;
/// So long somebody who gave their password need not give it again.
pub const CONFIRMED: Duration = Duration::from_mins(10);
/// An invitation holds so long at most.
pub const LONGEST_INVITE: Duration = Duration::from_hours(30 * 24);
/// More records than this in one export are a large one: it needs the password again.
pub const LARGE_EXPORT: u64 = 1_000;
/// Who may do what hangs on these: changing them needs the password again.
const GUARDED: [&str; 3] = ["user", "team", "role"];
/// A seat is noted as used at most so often.
const TOUCH: i64 = 60_000;

/// By what a session got in.
#[derive(Clone)]
pub(super) enum Held {
    /// The file asks nobody to sign in.
    Open,
    /// Somebody else vouches for the person: the operating system, a key.
    Given,
    /// A seat.
    Seat(Seat),
}

/// How a session got in, and when that was looked at.
pub(super) struct Hold {
    pub by: Held,
    /// The state of the file in which it was last looked at.
    seen: Cell<Option<i64>>,
    ended: Cell<bool>,
    /// When the person of a session without a seat last gave their password, in Unix milliseconds.
    pub confirmed: Cell<Option<i64>>,
    /// When the seat was last noted as used.
    touched: Cell<i64>,
}

impl Hold {
    pub fn new(by: Held) -> Self {
        let touched = if let Held::Seat(seat) = &by { seat.last_seen } else { 0 };
        Self {
            by,
            seen: Cell::new(None),
            ended: Cell::new(false),
            confirmed: Cell::new(None),
            touched: Cell::new(touched),
        }
    }
}

/// Somebody who is in, as people are told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeatInfo {
    /// Its number.
    pub number: i64,
    /// Whose.
    pub user: RecordId,
    /// The login.
    pub login: String,
    /// The name.
    pub name: String,
    /// The front end it began in.
    pub via: String,
    /// Where from.
    pub host: String,
    /// Since when, in Unix milliseconds.
    pub since: i64,
    /// When it was last used.
    pub last_seen: i64,
    /// With a second factor.
    pub second_factor: bool,
    /// The one this session came by.
    pub mine: bool,
}

pub(super) fn millis(duration: Duration) -> i64 {
    duration.as_millis() as i64
}

impl Gate {
    /// A session of whoever the token belongs to.
    ///
    /// # Errors
    /// [`Denial::Ended`] where the token is none, the seat has ended or its user may not act any more.
    pub fn session_by(&self, token: &SeatToken, via: Via) -> Result<Session> {
        let store = self.at_the_door()?;
        let seat = store.seat_of(&secret::fingerprint(token.secret()))?;
        let seat = seat.ok_or(Denial::Ended)?;
        let session = self.begin(seat.user, via, Held::Seat(seat))?;
        session.note_use();
        Ok(session)
    }
}

impl Session {
    pub(super) fn now_millis(&self) -> i64 {
        self.options.clock.now().timestamp_millis()
    }

    /// The person does something: those who look who is in see it, to the minute.
    pub fn note_use(&self) {
        let Held::Seat(seat) = &self.hold.by else { return };
        let now = self.now_millis();
        if now - self.hold.touched.get() <= TOUCH
            || self.store.is_read_only()
            || self.viewing.is_some()
        {
            return;
        }
        self.hold.touched.set(now);
        // A courtesy: nothing must fail for it.
        let _ = self.store.write("", || self.store.touch_seat(seat.number, false, now));
    }

    pub(super) fn door(&self) -> Door<'_> {
        Door { store: &self.store, options: &self.options }
    }

    pub(super) fn me(&self) -> RecordId {
        self.actor.0.user
    }

    pub(super) fn account(&self, user: RecordId) -> Result<Account> {
        self.store.account(user)?.ok_or_else(|| GateError::NotFound {
            what: phrase!("there is no user {login}", login = format!("U-{user}")),
            hint: Some(phrase!("`kontor user list` lists them")),
        })
    }

    /// A seat holds so long, in milliseconds: what the company says.
    fn longest_seat(&self) -> i64 {
        i64::from(self.catalog.company.sign_in_hours) * 3_600_000
    }

    /// Whether the person may still be here.
    pub(super) fn demand_seat(&self) -> Result<()> {
        self.demand_seat_at(self.store.data_version()?)
    }

    /// The same in a state of the file that was just asked for.
    pub(super) fn demand_seat_at(&self, version: i64) -> Result<()> {
        if self.hold.ended.get() {
            return Err(Denial::Ended.into());
        }
        if let Held::Seat(seat) = &self.hold.by
            && !(-SKEW..self.longest_seat()).contains(&(self.now_millis() - seat.since))
        {
            return Err(Denial::Ended.into());
        }
        if self.hold.seen.get() == Some(version) {
            return Ok(());
        }
        let denied = match &self.hold.by {
            Held::Open if self.via == Via::System => None,
            Held::Open => self.store.has_passwords()?.then_some(Denial::Needed),
            Held::Given => {
                self.demand_active()?;
                (!self.may_act(self.holder())?).then_some(Denial::Ended)
            }
            // Whoever was in is told why they are not any more; who comes in is told nothing of it.
            Held::Seat(seat)
                if self.hold.seen.get().is_some()
                    && self.store.active_user(seat.user)?.is_none() =>
            {
                return Err(signed_out());
            }
            Held::Seat(seat) => {
                let there = self.store.seat(seat.number)?.filter(|seat| seat.ended_at.is_none());
                match there {
                    Some(there) if self.may_act(seat.user)? => {
                        there.pending.then_some(Denial::Unfinished)
                    }
                    _ => Some(Denial::Ended),
                }
            }
        };
        match denied {
            Some(denial) => Err(denial.into()),
            None => {
                self.hold.seen.set(Some(version));
                Ok(())
            }
        }
    }

    fn may_act(&self, user: RecordId) -> Result<bool> {
        let active = self.store.account(user)?.is_some_and(|account| account.active);
        Ok(active && self.store.credential(user)?.is_none_or(|kept| kept.locked_at.is_none()))
    }

    /// Whether the person gave their password within the last minutes. Where nobody signs in there is
    /// nothing to give.
    ///
    /// # Errors
    /// [`Denial::ConfirmNeeded`].
    pub fn demand_confirmed(&self) -> Result<()> {
        self.demand_seat()?;
        let at = match &self.hold.by {
            Held::Open => return Ok(()),
            // A key vouches for somebody who has no password: there is nothing to ask for.
            Held::Given if !self.has_password()? => return Ok(()),
            Held::Given => self.hold.confirmed.get(),
            // Another process of the same seat may have asked.
            Held::Seat(seat) => self.store.seat(seat.number)?.map(|seat| seat.confirmed_at),
        };
        let now = self.now_millis();
        if at.is_some_and(|at| (0..millis(CONFIRMED)).contains(&(now - at))) {
            return Ok(());
        }
        if matches!(self.hold.by, Held::Given) && self.via != Via::Tui {
            return Err(Denial::ConfirmInScreens.into());
        }
        Err(Denial::ConfirmNeeded.into())
    }

    /// Whether whoever sits there has a password.
    fn has_password(&self) -> Result<bool> {
        let who = self.holder();
        Ok(self.store.credential(who)?.is_some_and(|kept| kept.hash.is_some()))
    }

    /// Whether the person may still write, and has given their password lately where it is about people.
    pub(super) fn demand_seat_for(&self, changes: &[Change]) -> Result<()> {
        if changes.iter().any(|change| GUARDED.contains(&change.entity.as_str())) {
            return self.demand_confirmed();
        }
        self.demand_seat()
    }

    /// The right to let others in and out, and the password given lately.
    fn demand_users(&self) -> Result<()> {
        self.demand_special(Special::Users)?;
        self.demand_confirmed()
    }

    /// The same over one user: whoever lets people in must not get in as somebody who may do more.
    pub(super) fn demand_user(&self, user: RecordId) -> Result<()> {
        self.demand_users()?;
        let own = self.actor().person();
        let theirs = match self.rights_of(user) {
            // Who is not active gets in as nobody.
            Err(GateError::SignedOut { .. }) => return Ok(()),
            theirs => theirs?,
        };
        let more = |special: &Special| theirs.may(*special) && !own.may(*special);
        if !own.is_administrator() && (theirs.is_administrator() || Special::ALL.iter().any(more)) {
            return Err(self.refused(Refusal::of(Need::Administrator)));
        }
        Ok(())
    }

    /// The same where one gets in as them by it.
    pub(super) fn demand_way_in(&self, user: RecordId) -> Result<()> {
        self.demand_user(user)?;
        self.demand_no_more(user)
    }

    /// Whoever gives somebody a way in could take it: nobody does so with a user who has a right that they
    /// lack themselves.
    ///
    /// # Errors
    /// The refusal, with that right.
    pub fn demand_no_more(&self, user: RecordId) -> Result<()> {
        match self.beyond_me(user)? {
            Some(excess) if user != self.me() => Err(self.refused(Refusal::of(Need::Give(excess)))),
            _ => Ok(()),
        }
    }

    /// Notes something about how a user gets in.
    pub(super) fn note_way_in(&self, kind: EventKind, user: RecordId, what: &str) {
        self.note(&Event::new(kind).about(&RecordRef::new("user", user)).what(what));
    }

    /// As [`Door::knock`] by whoever sits there; what is not right is noted.
    pub(super) fn knock(
        &self,
        account: &Account,
        password: &Secret,
        code: Code<'_>,
    ) -> Result<Proven> {
        let tried = self.door().knock(&account.login, password, code);
        if let Err(GateError::SignIn(SignInError(denial))) = &tried
            && let Some((_, event)) = self.door().denied(&account.login, denial)?
        {
            self.note(&event);
        }
        tried
    }

    /// The user with that login.
    ///
    /// # Errors
    /// A missing right to see users.
    pub fn user_by_login(&self, login: &str) -> Result<Option<RecordId>> {
        self.demand(Right::Read, &Name::from("user"))?;
        Ok(self.store.account_of(login.trim())?.map(|account| account.user))
    }

    /// Shows once more who one is; it holds for ten minutes.
    ///
    /// # Errors
    /// [`Denial::Failed`], which counts as a failed try; [`Denial::Wait`].
    pub fn confirm_identity(&self, password: &Secret) -> Result<()> {
        self.demand_seat()?;
        let account = self.account(self.me())?;
        self.knock(&account, password, Code::NotAsked)?;
        let now = self.now_millis();
        match &self.hold.by {
            Held::Open => {}
            Held::Given => {
                // Whoever handed it out knows it too.
                if self.store.credential(account.user)?.is_some_and(|kept| kept.must_change) {
                    return Err(Denial::ChangeFirst.into());
                }
                self.hold.confirmed.set(Some(now));
            }
            Held::Seat(seat) => self
                .store
                .write("confirming a session", || self.store.touch_seat(seat.number, true, now))?,
        }
        self.note_way_in(EventKind::Confirmed, account.user, "");
        Ok(())
    }

    /// Unlocks the screens of this session: by the password where its seat still stands; where that has
    /// ended, by signing in anew as the same person, with the second factor.
    ///
    /// # Errors
    /// A [`Denial`]; [`Denial::Unfinished`] where something is to be done first, which the next start leads to.
    pub fn unlock_screen(&mut self, password: &Secret, code: Option<&str>) -> Result<()> {
        match self.confirm_identity(password) {
            Err(GateError::SignIn(SignInError(Denial::Ended | Denial::Needed))) => {}
            other => return other,
        }
        let host = match &self.hold.by {
            Held::Seat(seat) => seat.host.clone(),
            // Screens that were open before anybody had a password run on this machine.
            Held::Open => "local".to_owned(),
            Held::Given => String::new(),
        };
        let account = self.account(self.me())?;
        let proven = self.knock(&account, password, Code::from(code))?;
        let who = (account.user, proven.second_factor, false);
        let (_, seat) = self.store.write("sign-in", || {
            if owed(&self.store, &self.catalog, account.user)?.is_some() {
                return Err(Denial::Unfinished.into());
            }
            self.door().seat(who, self.via, &host)
        })?;
        self.hold = Hold::new(Held::Seat(seat));
        self.demand_seat()?;
        self.note_way_in(EventKind::SignIn, account.user, "");
        Ok(())
    }

    /// Ends this session's own seat.
    ///
    /// # Errors
    /// Where the file cannot be written to.
    pub fn sign_out(&self) -> Result<()> {
        if let Held::Seat(seat) = &self.hold.by {
            let now = self.now_millis();
            self.store.write("sign-out", || self.store.end_seat(seat.number, now))?;
            self.note(&Event::new(EventKind::SignOut));
            self.hold.ended.set(true);
        }
        Ok(())
    }

    /// Who is in: one's own seats, and everybody's for those who manage users.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn seats(&self) -> Result<Vec<SeatInfo>> {
        self.demand_seat()?;
        let all = self.may(Special::Users);
        let own = match &self.hold.by {
            Held::Seat(seat) => Some(seat.number),
            _ => None,
        };
        let since = self.now_millis() - self.longest_seat();
        let mut told = Vec::new();
        for seat in self.store.seats((!all).then_some(self.me()), since)? {
            let account = self.account(seat.user)?;
            told.push(SeatInfo {
                number: seat.number,
                user: seat.user,
                login: account.login,
                name: account.name,
                via: seat.via,
                host: seat.host,
                since: seat.since,
                last_seen: seat.last_seen,
                second_factor: seat.second_factor,
                mine: own == Some(seat.number),
            });
        }
        Ok(told)
    }

    /// Ends a seat: one's own, or that of another.
    ///
    /// # Errors
    /// [`GateError::NotFound`], also where it is another's and the right to manage users is missing; a refusal
    /// where they may do more, as everywhere.
    pub fn end_seat(&self, number: i64) -> Result<()> {
        let missing = || GateError::NotFound {
            what: phrase!("there is no session {number}", number),
            hint: Some(phrase!("`kontor session list` lists them")),
        };
        if !self.seats()?.iter().any(|seat| seat.number == number) {
            return Err(missing());
        }
        let seat = self.store.seat(number)?.ok_or_else(missing)?;
        if seat.user != self.me() {
            self.demand_user(seat.user)?;
        }
        let now = self.now_millis();
        self.store.write("ending a session", || self.store.end_seat(number, now))?;
        self.note(&Event::new(EventKind::SeatEnded).about(&RecordRef::new("user", seat.user)));
        if matches!(&self.hold.by, Held::Seat(own) if own.number == number) {
            self.hold.ended.set(true);
        }
        Ok(())
    }

    /// Invites a user: a code to be handed over, shown once, that sets their password. An earlier one of
    /// theirs holds no more.
    ///
    /// # Errors
    /// A missing right; [`Denial::OwnPasswordFirst`]; [`Denial::CannotBeInvited`].
    pub fn invite(&self, user: RecordId, valid: Duration) -> Result<Secret> {
        self.demand_way_in(user)?;
        self.guest(user)?;
        let code = secret::handed_code(None, &*self.options.entropy);
        let now = self.now_millis();
        let until = now + millis(valid.min(LONGEST_INVITE));
        self.store.write("inviting a user", || {
            self.store.add_invite(&secret::fingerprint(&code), (user, self.me()), (now, until))
        })?;
        self.note_way_in(EventKind::Invited, user, "");
        Ok(code)
    }

    /// A user whom somebody with a password of their own may let in.
    fn guest(&self, user: RecordId) -> Result<Account> {
        if !self.way_in()?.password {
            return Err(Denial::OwnPasswordFirst.into());
        }
        if user == self.me() {
            return Err(Denial::Oneself.into());
        }
        let account = self.account(user)?;
        let cannot = |why| Err(GateError::from(Denial::CannotBeInvited(why)));
        if !account.active {
            return cannot(phrase!("{name} is not active", name = &account.name));
        }
        if account.login.is_empty() {
            return cannot(phrase!("{name} has no login", name = &account.name));
        }
        if self.store.credential(user)?.is_some_and(|kept| kept.locked_at.is_some()) {
            return cannot(phrase!("{name} is locked", name = &account.name));
        }
        Ok(account)
    }

    /// Sets a password of another user, made by chance and shown once: they change it before anything else.
    /// Their seats end and their invitations are void.
    ///
    /// # Errors
    /// As [`Session::invite`].
    pub fn hand_password(&self, user: RecordId) -> Result<Secret> {
        self.demand_way_in(user)?;
        let account = self.guest(user)?;
        let password = secret::handed_code(None, &*self.options.entropy);
        let hash = secret::hash(&password, &*self.options.entropy)?;
        let now = self.now_millis();
        self.store.write("setting a password", || {
            self.store.set_password(user, (&hash, false), true, now)?;
            self.store.void_invites(user)?;
            self.store.end_seats(user, None, now)?;
            self.door().forgive(&account)
        })?;
        self.note_way_in(EventKind::Password, user, "handed out");
        Ok(password)
    }

    /// Locks a user out: their seats end, their invitations are void.
    ///
    /// # Errors
    /// A missing right; [`Denial::Oneself`]; [`Denial::LastAdministrator`].
    pub fn lock(&self, user: RecordId) -> Result<()> {
        self.demand_user(user)?;
        self.account(user)?;
        if user == self.me() {
            return Err(Denial::Oneself.into());
        }
        let now = self.now_millis();
        self.store.write("locking a user", || {
            self.store.set_locked(user, Some(now))?;
            if !self.has_administrator()? {
                return Err(Denial::LastAdministrator.into());
            }
            self.store.void_invites(user)?;
            self.store.end_seats(user, None, now)
        })?;
        self.note(&Event::new(EventKind::Locked).about(&RecordRef::new("user", user)));
        Ok(())
    }

    /// Lets a locked user try again.
    ///
    /// # Errors
    /// A missing right.
    pub fn unlock(&self, user: RecordId) -> Result<()> {
        if !self.may(Special::Users) {
            self.demand_special(Special::Unlock)?;
        }
        self.demand_confirmed()?;
        let account = self.account(user)?;
        self.store.write("unlocking a user", || {
            self.store.set_locked(user, None)?;
            self.door().forgive(&account)
        })?;
        self.note(&Event::new(EventKind::Unlocked).about(&RecordRef::new("user", user)));
        Ok(())
    }
}
