//! Somebody joins: what a user still lacks to work, point by point, and the keys that let them in.
//!
//! Nothing is decided here that is not decided elsewhere; this only tells it in one place, for whoever manages
//! users and for the user. What mends a point is for the front ends to say. Start at [`Session::joining`].

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::error::Result;
use super::session::Session;
use crate::model::{Fill, Link, Phrase, RecordId, RecordRef, Value, phrase};
use crate::policy::Special;
use crate::schema::display::shipped;
use crate::secret::Secret;

/// What somebody needs to work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Point {
    /// Being active.
    Active,
    /// Not being locked.
    Unlocked,
    /// A login.
    Login,
    /// A role besides the one that everybody has.
    Role,
    /// A team.
    Team,
    /// A manager.
    Manager,
    /// A password, an invitation or a key.
    WayIn,
    /// The second factor that a role demands.
    SecondFactor,
    /// A key of SSH.
    SshKey,
    /// Having been here.
    SignedIn,
}

impl Point {
    /// The word for programs.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Unlocked => "unlocked",
            Self::Login => "login",
            Self::Role => "role",
            Self::Team => "team",
            Self::Manager => "manager",
            Self::WayIn => "way_in",
            Self::SecondFactor => "second_factor",
            Self::SshKey => "ssh_key",
            Self::SignedIn => "signed_in",
        }
    }

    /// What it is called.
    #[must_use]
    pub fn label(self) -> Phrase {
        match self {
            Self::Active => phrase!("Active"),
            Self::Unlocked => phrase!("Unlocked"),
            Self::Login => phrase!("Login"),
            Self::Role => phrase!("Role"),
            Self::Team => phrase!("Team"),
            Self::Manager => phrase!("Manager"),
            Self::WayIn => phrase!("Way in"),
            Self::SecondFactor => phrase!("Second factor"),
            Self::SshKey => phrase!("SSH key"),
            Self::SignedIn => phrase!("Signed in"),
        }
    }
}

/// How a point stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// There.
    Done,
    /// Not there: somebody who manages users has to see to it.
    Missing,
    /// It is for the user to do.
    Awaited,
    /// Not there, and not needed.
    Optional,
}

impl Standing {
    /// The word for programs.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Missing => "missing",
            Self::Awaited => "awaited",
            Self::Optional => "optional",
        }
    }
}

/// One point of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What it is about.
    pub point: Point,
    /// How it stands.
    pub standing: Standing,
    /// More about it: the roles, until when an invitation holds.
    pub told: Phrase,
}

/// What somebody needs to work, and what of it is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joining {
    /// Who, with their name.
    pub user: Link,
    /// Their login; empty without.
    pub login: String,
    /// Whether they have a password: an invitation would set another one.
    pub has_password: bool,
    /// The points, in the order in which they are seen to.
    pub steps: Vec<Step>,
}

impl Joining {
    /// How many points somebody has to see to.
    #[must_use]
    pub fn missing(&self) -> usize {
        self.steps.iter().filter(|step| step.standing == Standing::Missing).count()
    }
}

/// A key of SSH that lets a user in, as it was noted when it was added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserKey {
    /// `SHA256:...`.
    pub fingerprint: String,
    /// Since when.
    pub since: DateTime<Utc>,
}

impl Session {
    /// What a user needs to work, and what of it is there: for whoever manages users, and for the user.
    ///
    /// # Errors
    /// The refusal; [`super::GateError::NotFound`].
    pub fn joining(&self, user: RecordId) -> Result<Joining> {
        self.ready()?;
        if self.actor().person().user != user {
            self.demand_special(Special::Users)?;
        }
        let record = self.get(&RecordRef::new("user", user))?;
        let now = self.options.clock.now();
        let credential = self.store.credential(user)?.unwrap_or_default();
        let keys = self.noted_keys(user)?;
        let text = |field: &str| record.get(field).as_text().unwrap_or_default().to_owned();
        let login = text("login");
        let mut steps = Vec::new();
        let mut add = |point, standing, told| steps.push(Step { point, standing, told });

        let (standing, told) = if record.meta.deleted_at.is_some() {
            (Standing::Missing, phrase!("in the bin"))
        } else if *record.get("active") == Value::Bool(false) {
            (Standing::Missing, phrase!("not active"))
        } else {
            (Standing::Done, phrase!("yes"))
        };
        add(Point::Active, standing, told);
        if credential.locked_at.is_some() {
            add(Point::Unlocked, Standing::Missing, phrase!("locked"));
        }
        add(
            Point::Login,
            if login.is_empty() { Standing::Missing } else { Standing::Done },
            if login.is_empty() { phrase!("none") } else { Phrase::raw(login.clone()) },
        );

        let roles = self.store.roles_of(user)?;
        let own = |id: RecordId| record.get("roles").links().iter().any(|link| link.id == id);
        let names = roles.iter().filter(|role| own(role.id));
        let names: Vec<Fill> = names.map(|role| shipped::role_told(&role.name)).collect();
        add(
            Point::Role,
            if names.is_empty() { Standing::Missing } else { Standing::Done },
            listed(names, phrase!("none but the one that everybody has")),
        );

        let administers = roles.iter().any(|role| role.grants(&self.catalog).everything);
        let tree = self.store.team_tree()?;
        let lives = |link: &&Link| tree.iter().any(|(id, _)| *id == link.id);
        let teams = record.get("teams").links().iter().filter(lives);
        let teams: Vec<Fill> = teams.map(|link| Fill::Text(link.title.clone())).collect();
        let standing = match teams.is_empty() {
            false => Standing::Done,
            true if administers => Standing::Optional,
            true => Standing::Missing,
        };
        add(Point::Team, standing, listed(teams, phrase!("none")));

        let (standing, told) = match record.get("manager").as_link() {
            Some(link) if self.store.active_user(link.id)?.is_some() => {
                (Standing::Done, Phrase::raw(link.title.clone()))
            }
            Some(link) => (
                Standing::Missing,
                phrase!("{name} is not active any more", name = link.title.clone()),
            ),
            None if administers => (Standing::Optional, phrase!("none")),
            None => (Standing::Missing, phrase!("none")),
        };
        add(Point::Manager, standing, told);

        let has_password = credential.hash.is_some();
        let (standing, told) = if has_password {
            (Standing::Done, phrase!("a password"))
        } else {
            match self.store.invitation_of(user)? {
                Some(until) if until > now.timestamp_millis() => {
                    (Standing::Awaited, phrase!("invited until {until}", until = self.local(until)))
                }
                _ if !keys.is_empty() => (Standing::Done, phrase!("a key of SSH")),
                Some(until) => (
                    Standing::Missing,
                    phrase!("the invitation expired on {until}", until = self.local(until)),
                ),
                None if administers && !self.store.has_passwords()? => {
                    (Standing::Optional, phrase!("the file asks nobody to sign in"))
                }
                None => (Standing::Missing, phrase!("neither invited nor with a key")),
            }
        };
        add(Point::WayIn, standing, told);

        let demanding =
            roles.iter().find(|role| role.grants(&self.catalog).two_factor).map(|role| &role.name);
        match (credential.totp.is_some(), demanding) {
            (true, _) => add(Point::SecondFactor, Standing::Done, phrase!("on")),
            (false, Some(role)) => add(
                Point::SecondFactor,
                Standing::Awaited,
                phrase!("off, and the role {role} demands it", role = shipped::role_told(role)),
            ),
            (false, None) => add(Point::SecondFactor, Standing::Optional, phrase!("off")),
        }
        let standing = if keys.is_empty() { Standing::Optional } else { Standing::Done };
        let prints = keys.into_iter().map(|key| Fill::Text(key.fingerprint)).collect();
        add(Point::SshKey, standing, listed(prints, phrase!("none")));

        let (standing, told) = match self.store.last_act_of(user)? {
            Some(at) => (Standing::Done, phrase!("last on {at}", at = self.local(at))),
            None => (Standing::Awaited, phrase!("never")),
        };
        add(Point::SignedIn, standing, told);
        let mut link = Link::new("user", user);
        link.title = text("name");
        Ok(Joining { user: link, login, has_password, steps })
    }

    /// As [`Session::invite`], with until when the code holds, for people.
    ///
    /// # Errors
    /// As [`Session::invite`].
    pub fn invite_for(&self, user: RecordId, valid: Duration) -> Result<(Secret, String)> {
        let code = self.invite(user, valid)?;
        let until = self.store.invitation_of(user)?.unwrap_or_default();
        Ok((code, self.local(until)))
    }

    /// The keys of SSH that let a user in, as the log has them, the oldest first; for whoever manages users, and
    /// for the user.
    ///
    /// # Errors
    /// The refusal.
    pub fn keys_of(&self, user: RecordId) -> Result<Vec<UserKey>> {
        self.ready()?;
        if self.actor().person().user != user {
            self.demand_special(Special::Users)?;
        }
        self.noted_keys(user)
    }

    fn noted_keys(&self, user: RecordId) -> Result<Vec<UserKey>> {
        let mut keys: Vec<UserKey> = Vec::new();
        for (added, fingerprint, at) in self.store.keys_noted(user)? {
            keys.retain(|known| known.fingerprint != fingerprint);
            if added {
                let since = DateTime::from_timestamp_millis(at).unwrap_or_default();
                keys.push(UserKey { fingerprint, since });
            }
        }
        Ok(keys)
    }

    /// An instant in the zone of who asks.
    fn local(&self, millis: i64) -> String {
        let at = DateTime::<Utc>::from_timestamp_millis(millis).unwrap_or_default();
        at.with_timezone(&self.moment().zone).format("%Y-%m-%d %H:%M").to_string()
    }
}

fn listed(names: Vec<Fill>, none: Phrase) -> Phrase {
    if names.is_empty() { none } else { phrase!("{names}", names = Fill::List(names)) }
}
