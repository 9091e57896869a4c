//! Seeing the file as another user does: read-only, and never without its being said.
//!
//! The session that comes out of it has the rights of the other, so it shows what they see and nothing
//! more. Its store refuses every write, whoever asks. Start at [`Session::view_as`].

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use super::audit::{Event, EventKind};
use super::error::Result;
use super::rights::{Standing, person};
use super::seats::Hold;
use super::session::{Actor, Session};
use super::store::open;
use crate::model::{RecordId, RecordRef};
use crate::policy::{Need, Person, Special};

impl Session {
    /// A session that sees the file as another user does, and changes nothing.
    ///
    /// # Errors
    /// Without the right to; where the user is an administrator and the actor is none; where the user may
    /// not sign in.
    pub fn view_as(&self, user: RecordId) -> Result<Self> {
        self.demand_special(Special::ViewAs)?;
        let (other, _) = person(&self.store, &self.catalog, user, self.options.clock.now())?;
        if other.is_administrator() && !self.actor().person().is_administrator() {
            return Err(self.refuse(Need::Administrator));
        }
        let store = open::connect(self.store.path())?;
        let mut session = Self {
            store,
            catalog: Arc::clone(&self.catalog),
            shown: Arc::clone(&self.catalog),
            stamp: self.stamp.clone(),
            actor: Actor(Arc::new(Person::administrator(user, String::new()))),
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
            viewer: Some(self.viewer.unwrap_or(self.actor().person().user)),
        };
        session.refresh()?;
        session.take_rights()?;
        session.store.only_look(&other.name);
        let seen = RecordRef::new("user", user);
        self.note(&Event::new(EventKind::ViewAs).about(&seen));
        Ok(session)
    }

    /// The name of the user whose view this is, where somebody sees the file as another.
    #[must_use]
    pub fn viewed_as(&self) -> Option<String> {
        self.store.looks_as()
    }
}
