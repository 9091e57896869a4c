//! Seeing the file as another user does: read-only, and never without its being noted and said.
//!
//! The session that comes out of it has the rights of the other, so it shows what they see and nothing
//! more. Its store refuses every write, whoever asks, but for the audit log, which names who looks. It holds
//! as long as whoever looks may: that is asked anew with every change of rights. Start at
//! [`Session::view_as`].

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::audit::{Event, EventKind};
use super::error::{GateError, Result};
use super::rights::{Standing, person};
use super::seats::Hold;
use super::session::{Actor, Session, Via};
use super::store::open;
use crate::model::{Name, RecordId, RecordRef, phrase};
use crate::policy::{self, Need, Person, Reach, Refusal, Right, Special};

/// Who looks, where a session sees the file as another user.
pub(super) struct Viewing {
    /// The user who looks.
    pub viewer: RecordId,
    /// Their name.
    pub name: String,
    since: DateTime<Utc>,
    /// Its end is to be noted still.
    open: Cell<bool>,
}

impl Session {
    /// A session that sees the file as another user does, and changes nothing. That it begins is noted before
    /// anything is seen; where the screens show it, its end is noted when it is dropped.
    ///
    /// # Errors
    /// Without the right to; where the user is an administrator and the actor is none; where the user may
    /// not sign in; from within such a session; where the beginning cannot be noted.
    pub fn view_as(&self, user: RecordId) -> Result<Self> {
        if let Some(name) = self.viewed_as() {
            let what = phrase!("you see this as {name} does; nobody else from here", name = &name);
            let hint = Some(phrase!("stop viewing as {name} first", name));
            let need = Need::Special(Special::ViewAs);
            return Err(self.noted_refusal(Refusal { need, what, hint, missing: None }));
        }
        self.demand_special(Special::ViewAs)?;
        let me = self.actor().person();
        if user == me.user {
            let what = phrase!("you see everything as yourself already");
            let hint = Some(phrase!("name another user"));
            return Err(Refusal { need: Need::Other, what, hint, missing: None }.into());
        }
        let now = self.options.clock.now();
        let (other, _) = person(&self.store, &self.catalog, user, now)?;
        if other.is_administrator() && !me.is_administrator() {
            return Err(self.refused(Refusal::of(Need::Administrator)));
        }
        let viewing =
            Viewing { viewer: me.user, name: me.name.clone(), since: now, open: Cell::new(false) };
        let mut session = Self {
            store: open::connect(self.store.path())?,
            catalog: Arc::clone(&self.catalog),
            shown: Arc::clone(&self.catalog),
            stamp: self.stamp.clone(),
            actor: Actor(Arc::new(other)),
            via: self.via,
            options: self.options.clone(),
            rules: RefCell::default(),
            reaches: RefCell::default(),
            standing: Standing::default(),
            seen: Cell::new(0),
            newest: Cell::new(None),
            wrote: std::collections::BTreeSet::new(),
            vocabulary: self.vocabulary.clone(),
            week: self.week,
            own_zone: None,
            notes: super::audit::Notes::default(),
            // Whoever looks is in by their own seat, and out with it.
            hold: Hold::new(self.hold.by.clone()),
            viewing: Some(viewing),
        };
        session.refresh()?;
        session.take_rights()?;
        session.store.only_look(&session.actor().person().name)?;
        self.note_at_once(&Event::new(EventKind::ViewAs).about(&RecordRef::new("user", user)))?;
        if let Some(viewing) = &session.viewing {
            viewing.open.set(self.via == Via::Tui);
        }
        Ok(session)
    }

    /// The same as the user with a login.
    ///
    /// # Errors
    /// [`GateError::NotFound`] where there is none that the actor sees; as [`Session::view_as`].
    pub fn view_as_login(&self, login: &str) -> Result<Self> {
        let found = self.lookup_keys("user", "login", &[login.to_owned()])?;
        let user = found.into_iter().flatten().next().ok_or_else(|| GateError::NotFound {
            what: phrase!("there is no user {login}", login),
            hint: Some(phrase!("`kontor user list` names them")),
        })?;
        self.view_as(user)
    }

    /// The name of the user whose view this is, where somebody sees the file as another.
    #[must_use]
    pub fn viewed_as(&self) -> Option<String> {
        self.store.looks_as()
    }

    /// Notes that looking ended, and how long it took; once. Dropping the session does the same.
    pub fn end_view(&self) {
        let Some(viewing) = self.viewing.as_ref().filter(|viewing| viewing.open.replace(false))
        else {
            return;
        };
        let lasted = (self.options.clock.now() - viewing.since).num_seconds().max(0);
        let (hours, minutes, seconds) = (lasted / 3600, lasted / 60 % 60, lasted % 60);
        let event = Event::new(EventKind::ViewAsEnd)
            .about(&RecordRef::new("user", self.actor().person().user))
            .with("lasted", &format!("{hours}:{minutes:02}:{seconds:02}"));
        // There is nobody left to tell where it cannot be.
        let _ = self.note_at_once(&event);
    }

    /// Who got in: the actor, or whoever sees the file as them.
    pub(super) fn holder(&self) -> RecordId {
        self.viewing.as_ref().map_or(self.actor.0.user, |viewing| viewing.viewer)
    }

    /// Whether whoever looks may still see the file as `other`.
    pub(super) fn demand_viewer(&self, other: &Person) -> Result<()> {
        let Some(viewing) = &self.viewing else { return Ok(()) };
        let viewer = self.rights_of(viewing.viewer)?;
        if viewer.may(Special::ViewAs) && (!other.is_administrator() || viewer.is_administrator()) {
            return Ok(());
        }
        let what = phrase!("you may not view as {name} any more", name = &other.name);
        Err(GateError::SignedOut { what })
    }

    /// Records leave the program only by the right of whoever takes them out, and that over all of their kind:
    /// to look as another is not to carry off what they have.
    pub(super) fn demand_own_export(&self, right: Right, entity: &Name) -> Result<()> {
        let Some(viewing) = self.viewing.as_ref().filter(|_| right == Right::Export) else {
            return Ok(());
        };
        let viewer = self.rights_of(viewing.viewer)?;
        let entity = self.entity(entity)?;
        if matches!(policy::reach(&viewer, Right::Export, entity), Reach::All) {
            return Ok(());
        }
        Err(self.refused(Refusal::of(Need::Entity(right, entity.name.clone()))))
    }
}
