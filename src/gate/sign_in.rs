//! Signing in: who somebody is, by password and second factor.
//!
//! A private file needs no password. As soon as anybody has one, everybody signs in: [`Gate::session`] refuses
//! then, and [`Gate::sign_in`] gives the token of a seat that [`Gate::session_by`] takes. An unknown name, a
//! wrong password, a locked and a password-less user are one answer that takes one time. Every try is counted
//! before it is looked at, in one transaction, so that several at once gain nothing. Start at [`Gate::sign_in`].

use super::arrival::owed;
use super::audit::{Event, EventKind};
use super::error::{GateError, Result};
use super::session::{Gate, OpenOptions, Via};
use super::store::credential::{Account, Credential, Seat, Tries};
use super::store::{Store, open};
use crate::model::{Phrase, RecordId, RecordRef, phrase};
use crate::secret::{self, LOCKED_AT, Secret, Weak};

/// What opens a session of somebody who signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeatToken(Secret);

impl SeatToken {
    /// A token as it was kept.
    #[must_use]
    pub fn new(text: Secret) -> Self {
        Self(text)
    }

    /// The text, to be kept where nobody else can read it.
    #[must_use]
    pub fn secret(&self) -> &Secret {
        &self.0
    }
}

/// Why somebody does not get in, or further.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.phrase())]
pub struct SignInError(pub Denial);

/// The reasons of a [`SignInError`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Denial {
    /// The file has passwords, and nobody signed in.
    Needed,
    /// Name, password or code are not right; or there is no such user; or the user is locked.
    Failed,
    /// The password is right; the code of the second factor is missing.
    CodeNeeded,
    /// There were too many failures.
    Wait {
        /// Seconds until the next try.
        seconds: u64,
    },
    /// The seat was ended, here or elsewhere, or is too old.
    Ended,
    /// This needs the password again.
    ConfirmNeeded,
    /// The same in a served session, which asks on its screens only.
    ConfirmInScreens,
    /// Something is to be done before the seat opens the file: [`Gate::duty`] says what.
    Unfinished,
    /// The password was set by somebody else and is to be changed first.
    ChangeFirst,
    /// The new password is the present one.
    SamePassword,
    /// A first password comes by an invitation.
    InvitationFirst,
    /// The second factor is demanded by roles.
    Demanded {
        /// Their names.
        roles: Vec<String>,
    },
    /// The password is too easy to guess.
    Weak(Weak),
    /// The code of a second factor that is being set up is not right.
    WrongCode,
    /// The code of the invitation is not right, was used or is too old.
    BadInvite,
    /// Whoever invites others needs a password first.
    OwnPasswordFirst,
    /// A second factor needs a password beside it.
    NoPassword,
    /// The password is only long enough with the second factor.
    ShortPassword,
    /// Nobody locks or invites themselves.
    Oneself,
    /// Somebody must be left who can let others in.
    LastAdministrator,
    /// The user is not active, has no login, or is locked.
    CannotBeInvited(Phrase),
}

impl Denial {
    /// What happened.
    #[must_use]
    pub fn phrase(&self) -> Phrase {
        match self {
            Self::Needed => phrase!("this file asks people to sign in"),
            Self::Failed => phrase!("the name, the password or the code is not right"),
            Self::CodeNeeded => phrase!("the code of the second factor is needed"),
            Self::Wait { seconds } => {
                phrase!("too many failed tries: wait {seconds} s", seconds = *seconds)
            }
            Self::Ended => phrase!("this session has ended"),
            Self::ConfirmNeeded => phrase!("this needs your password again"),
            Self::ConfirmInScreens => phrase!("this needs your password again"),
            Self::Unfinished => phrase!("you are not in yet: something is to be done first"),
            Self::ChangeFirst => {
                phrase!("somebody else set your password: change it before you use it for this")
            }
            Self::SamePassword => phrase!("the new password is the present one"),
            Self::InvitationFirst => phrase!("a first password comes by an invitation"),
            Self::Demanded { roles } => {
                phrase!("a second factor is demanded by: {roles}", roles = roles.join(", "))
            }
            Self::Weak(weak) => weak.phrase(),
            Self::WrongCode => phrase!("the code is not right"),
            Self::BadInvite => {
                phrase!("the code of the invitation is not right, was used before or has expired")
            }
            Self::OwnPasswordFirst => {
                phrase!("set a password of your own before others can sign in")
            }
            Self::NoPassword => phrase!("a second factor needs a password beside it"),
            Self::ShortPassword => phrase!("without the second factor your password is too short"),
            Self::Oneself => phrase!("nobody does that to themselves"),
            Self::LastAdministrator => phrase!("this is the last administrator"),
            Self::CannotBeInvited(why) => phrase!("{why}: nobody can sign in so", why),
        }
    }

    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> Option<Phrase> {
        Some(match self {
            Self::Needed | Self::Ended => phrase!("`kontor sign-in` signs in"),
            Self::Failed => phrase!(
                "after three failed tries each one has to wait; an administrator can unlock you (`kontor user unlock`) or invite you again"
            ),
            Self::CodeNeeded => phrase!("six digits of your authenticator, or a recovery code"),
            Self::ConfirmNeeded => {
                phrase!("`kontor sign-in --again` asks for it; it holds for {n} minutes", n = 10)
            }
            Self::ConfirmInScreens => {
                phrase!("the screens ask for it: `ssh -t HOST` without a command")
            }
            Self::Unfinished => phrase!("`kontor sign-in` leads there"),
            Self::ChangeFirst => phrase!("`kontor password` sets it"),
            Self::SamePassword => phrase!("choose another one"),
            Self::InvitationFirst => phrase!("ask somebody who manages users for one"),
            Self::Demanded { .. } => {
                phrase!("`kontor second-factor on` changes to another phone")
            }
            Self::Weak(weak) => weak.hint(),
            Self::WrongCode => {
                phrase!("look at the clock of your phone; the next code comes within 30 seconds")
            }
            Self::BadInvite => phrase!("ask whoever invited you for a new one"),
            Self::OwnPasswordFirst | Self::NoPassword => phrase!("`kontor password` sets it"),
            Self::ShortPassword => phrase!(
                "set one of {n} characters first (`kontor password`)",
                n = secret::LONG_ENOUGH
            ),
            Self::CannotBeInvited(_) => phrase!("change the user first"),
            Self::Wait { .. } | Self::Oneself | Self::LastAdministrator => return None,
        })
    }
}

impl From<Denial> for GateError {
    fn from(denial: Denial) -> Self {
        Self::SignIn(SignInError(denial))
    }
}

impl From<secret::Fault> for GateError {
    fn from(fault: secret::Fault) -> Self {
        Self::Internal(fault.to_string())
    }
}

/// Names fall into so many buckets for counting failures: known and unknown ones alike, and what is kept of
/// a name tells next to nothing about it (somebody may have typed a password there).
fn bucket(login: &str) -> u16 {
    let print = secret::fingerprint(&Secret::new(login.trim().to_lowercase()));
    u16::from_be_bytes([print[0], print[1]])
}

/// Somebody who showed who they are.
pub(super) struct Proven {
    pub account: Account,
    pub second_factor: bool,
}

/// The code of the second factor, as far as it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Code<'a> {
    /// The password is enough.
    NotAsked,
    /// It is asked for and was not said.
    Missing,
    /// It was said.
    Given(&'a str),
}

impl<'a> From<Option<&'a str>> for Code<'a> {
    fn from(code: Option<&'a str>) -> Self {
        code.map_or(Self::Missing, Self::Given)
    }
}

/// What a try is held against, taken before it counts.
struct Taken {
    account: Option<Account>,
    credential: Option<Credential>,
    before: Tries,
}

/// Somebody at the door of a file.
pub(super) struct Door<'a> {
    pub store: &'a Store,
    pub options: &'a OpenOptions,
}

impl Door<'_> {
    fn now(&self) -> i64 {
        self.options.clock.now().timestamp_millis()
    }

    /// Holds a name and what was said with it against what is kept. A code is asked for
    /// as far as the user has a second factor.
    pub fn knock(&self, login: &str, password: &Secret, code: Code<'_>) -> Result<Proven> {
        let bucket = bucket(login);
        let taken = self.take(bucket, login)?;
        let kept = taken.credential.as_ref().and_then(|kept| kept.hash.as_deref());
        let right = secret::verify(password, kept);
        let (Some(account), Some(credential), true) = (&taken.account, &taken.credential, right)
        else {
            return self.fail(&taken);
        };
        let user = account.user;
        if !account.active || credential.locked_at.is_some() || credential.failures >= LOCKED_AT {
            return self.fail(&taken);
        }
        let asked = if credential.totp.is_some() { code } else { Code::NotAsked };
        if asked == Code::Missing {
            self.store
                .write("sign-in", || self.store.uncount_failure(bucket, user, taken.before))?;
            return Err(Denial::CodeNeeded.into());
        }
        let stands = self.store.write("sign-in", || {
            // Somebody may have changed or locked it meanwhile.
            let now = self.store.credential(user)?.unwrap_or_default();
            let stands = now.hash == credential.hash && now.locked_at.is_none();
            let fits = match asked {
                Code::Given(code) => stands && self.use_code(user, &now, code)?,
                Code::NotAsked | Code::Missing => stands,
            };
            if fits {
                self.store.forget_failures(bucket, user)?;
            }
            Ok(fits)
        })?;
        if !stands {
            return self.fail(&taken);
        }
        Ok(Proven { account: account.clone(), second_factor: asked != Code::NotAsked })
    }

    /// The one answer to whatever was not right; the last failure that is allowed locks the account.
    fn fail(&self, taken: &Taken) -> Result<Proven> {
        if let (Some(account), Some(kept)) = (&taken.account, &taken.credential)
            && kept.locked_at.is_none()
            && kept.failures + 1 >= LOCKED_AT
        {
            let now = self.now();
            self.store.write("sign-in", || self.store.set_locked(account.user, Some(now)))?;
        }
        Err(Denial::Failed.into())
    }

    /// Why somebody was not let in, as the log tells it, and whose login it was; nothing where only the code is
    /// still to come. What was typed for a name nobody has stays untold: it may be a password in the wrong place.
    pub fn denied(&self, login: &str, denial: &Denial) -> Result<Option<(Option<Account>, Event)>> {
        if *denial == Denial::CodeNeeded {
            return Ok(None);
        }
        let account = self.store.account_of(login.trim())?;
        let locked = match &account {
            Some(account) => {
                self.store.credential(account.user)?.is_some_and(|kept| kept.locked_at.is_some())
            }
            None => false,
        };
        let why = match (denial, &account) {
            (Denial::Wait { .. }, _) => "too many failures",
            (_, None) => "unknown name",
            (_, Some(account)) if !account.active => "not active",
            _ if locked => "locked",
            _ => "wrong password or code",
        };
        let event = Event::new(EventKind::SignInDenied).what(why);
        let event = match &account {
            Some(account) => event.about(&RecordRef::new("user", account.user)),
            None => event,
        };
        Ok(Some((account, event)))
    }

    /// Counts a try as failed and reads what it is held against, all in one transaction.
    fn take(&self, bucket: u16, login: &str) -> Result<Taken> {
        self.store.write("sign-in", || {
            let now = self.now();
            let before = self.store.tries(bucket)?;
            let wait = secret::delay(before.failures).as_millis() as i64;
            let left = (before.at + wait - now).min(wait);
            if left > 0 {
                let seconds = (left as u64).div_ceil(1_000);
                return Err(Denial::Wait { seconds }.into());
            }
            let account = self.store.account_of(login.trim())?;
            let user = account.as_ref().map_or(RecordId(0), |account| account.user);
            let credential = self.store.credential(user)?;
            self.store.count_failure(bucket, account.as_ref().map(|account| account.user), now)?;
            Ok(Taken { account, credential, before })
        })
    }

    /// Uses a code of the second factor up, or a recovery code; inside a write.
    fn use_code(&self, user: RecordId, kept: &Credential, code: &str) -> Result<bool> {
        let Some(key) = &kept.totp else { return Ok(false) };
        let seconds = u64::try_from(self.now() / 1_000).unwrap_or(0);
        let used = kept.last_step.and_then(|step| u64::try_from(step).ok());
        if let Some(step) = secret::matching_step(key, code, seconds, used) {
            return self.store.use_step(user, step as i64);
        }
        let typed = secret::handed_code(Some(&Secret::from(code)), &*self.options.entropy);
        let print = secret::hex(&secret::fingerprint(&typed));
        let left: Vec<&str> =
            kept.recovery.split_whitespace().filter(|kept| *kept != print).collect();
        if left.len() == kept.recovery.split_whitespace().count() {
            return Ok(false);
        }
        self.store.set_recovery(user, &left.join(" ")).map(|()| true)
    }

    /// Words of a user that are no password.
    pub fn own_words(&self, account: &Account) -> Result<Vec<String>> {
        let mut own = vec![account.name.clone(), account.login.clone()];
        own.extend(self.store.points_of("user.emails", account.user)?);
        Ok(own)
    }

    /// Holds a new password of a user against the rules, and hashes it.
    pub fn prepare(&self, account: &Account, password: &Secret, totp: bool) -> Result<String> {
        let own = self.own_words(account)?;
        let own: Vec<&str> = own.iter().map(String::as_str).collect();
        secret::check(password, totp, &own).map_err(Denial::Weak)?;
        Ok(secret::hash(password, &*self.options.entropy)?)
    }

    /// Gives somebody a seat, which opens nothing as long as it is pending; inside a write.
    pub fn seat(
        &self,
        (user, second_factor, pending): (RecordId, bool, bool),
        via: Via,
        from: &str,
    ) -> Result<(SeatToken, Seat)> {
        let token = secret::token(&*self.options.entropy);
        let now = self.now();
        let host = from.chars().filter(|sign| !sign.is_control()).take(200).collect();
        let mut seat = Seat {
            number: 0,
            user,
            via: via.word().to_owned(),
            host,
            since: now,
            last_seen: now,
            confirmed_at: now,
            ended_at: None,
            second_factor,
            pending,
        };
        seat.number = self.store.add_seat(&secret::fingerprint(&token), &seat)?;
        Ok((SeatToken(token), seat))
    }

    /// Forgets the failed tries at a login; inside a write.
    pub fn forgive(&self, account: &Account) -> Result<()> {
        self.store.forget_failures(bucket(&account.login), account.user)
    }
}

impl Gate {
    /// A connection for what is done before anybody is in.
    pub(super) fn at_the_door(&self) -> Result<Store> {
        open::connect(self.path())
    }

    /// Whether people have to sign in: as soon as anybody has a password. A private file has none.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn needs_sign_in(&self) -> Result<bool> {
        self.at_the_door()?.has_passwords()
    }

    /// Signs somebody in: the token opens sessions for some hours, once [`Gate::duty`] says that nothing is to be
    /// done before. `from` says where they come from.
    ///
    /// # Errors
    /// A [`Denial`]; a file that cannot be written to.
    pub fn sign_in(
        &self,
        login: &str,
        password: &Secret,
        code: Option<&str>,
        via: Via,
        from: &str,
    ) -> Result<SeatToken> {
        let store = self.at_the_door()?;
        let door = Door { store: &store, options: self.options() };
        let tried = door.knock(login, password, Code::from(code));
        if let Err(GateError::SignIn(SignInError(denial))) = &tried
            && let Some((account, event)) = door.denied(login, denial)?
        {
            let who = account.as_ref().map(|account| (Some(account.user), account.name.as_str()));
            self.note(who.unwrap_or((None, "-")), via, &event)?;
        }
        let proven = tried?;
        let user = proven.account.user;
        let (token, seat) = store.write("sign-in", || {
            let pending = owed(&store, self.catalog(), user)?.is_some();
            door.seat((user, proven.second_factor, pending), via, from)
        })?;
        if !seat.pending {
            let name = proven.account.name.as_str();
            self.note((Some(user), name), via, &Event::new(EventKind::SignIn))?;
        }
        Ok(token)
    }

    /// The name and login of whoever an invitation is for.
    ///
    /// # Errors
    /// [`Denial::BadInvite`].
    pub fn invited(&self, code: &Secret) -> Result<(String, String)> {
        let store = self.at_the_door()?;
        let account = self.guest(&store, code)?;
        Ok((account.name, account.login))
    }

    /// Sets the password of whoever an invitation is for, and yields their login. Their other seats end.
    ///
    /// # Errors
    /// [`Denial::BadInvite`]; [`Denial::Weak`]: the invitation can still be used then.
    pub fn accept_invite(&self, code: &Secret, password: &Secret) -> Result<String> {
        let store = self.at_the_door()?;
        let door = Door { store: &store, options: self.options() };
        let account = self.guest(&store, code)?;
        let kept = store.credential(account.user)?.unwrap_or_default();
        let hash = door.prepare(&account, password, kept.totp.is_some())?;
        let print = self.invite_print(code);
        store.write("accepting an invitation", || {
            let now = door.now();
            if !store.use_invite(&print, now)? {
                return Err(Denial::BadInvite.into());
            }
            let set = (hash.as_str(), password.needs_second_factor());
            store.set_password(account.user, set, false, now)?;
            store.end_seats(account.user, None, now)?;
            door.forgive(&account)
        })?;
        let event = match kept.hash {
            None => Event::new(EventKind::Joined),
            // They were in before: an invitation is the way back of those who forgot theirs.
            Some(_) => Event::new(EventKind::Password).what("set by an invitation"),
        };
        let event = event.about(&RecordRef::new("user", account.user));
        // An invitation is taken up on the command line only.
        self.note((Some(account.user), &account.name), Via::Cli, &event)?;
        Ok(account.login)
    }

    fn invite_print(&self, code: &Secret) -> secret::Fingerprint {
        secret::fingerprint(&secret::handed_code(Some(code), &*self.options().entropy))
    }

    fn guest(&self, store: &Store, code: &Secret) -> Result<Account> {
        let now = self.options().clock.now().timestamp_millis();
        let invited = store.invited(&self.invite_print(code), now)?;
        let account = invited.map(|user| store.account(user)).transpose()?.flatten();
        let account = account.filter(|account| account.active);
        let locked = |account: &Account| -> Result<bool> {
            Ok(store.credential(account.user)?.is_some_and(|kept| kept.locked_at.is_some()))
        };
        match account {
            Some(account) if !locked(&account)? => Ok(account),
            _ => Err(Denial::BadInvite.into()),
        }
    }
}
