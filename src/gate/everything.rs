//! All there is in a file, item by item, and a new file made of such items: what a full export and its
//! import stand on.
//!
//! An [`Item`] is one piece of the logical content: what a record holds, not how the file keeps it. How
//! people get in (passwords, factors, invitations, seats), drafts and whatever is made of other things
//! (indexes, words to search by) are no part of it. The text of an item is one line of JSON, the same for
//! the same content, so that its bytes can be hashed. Start at [`Session::everything`] and
//! [`Restore::begin`].

mod item;
mod restore;

pub use item::{Bytes, Item, Occurred, Trace};
pub use restore::{Restore, RestoreError, Restored};

use std::ops::ControlFlow;
use std::sync::Arc;

use super::audit::{Event, EventKind};
use super::error::Result;
use super::session::Session;
use super::store::{Store, open, settings};
use crate::policy::{Need, Refusal, Special};
use crate::schema::Catalog;

/// All there is in a file as it was at one moment, whatever is written to it meanwhile.
pub struct Contents {
    store: Store,
    catalog: Arc<Catalog>,
    /// What the tables were made for, so that an older or newer program knows what it lacks.
    pub made_for: String,
    /// Whether the chain of history was whole.
    pub sound: bool,
}

impl Contents {
    /// The content of the file at this moment, for whoever may have all of it.
    fn of(session: &Session) -> Result<Self> {
        let store = open::connect(session.path())?;
        store.run("BEGIN")?;
        // The first read is what holds the moment.
        let made_for = store.setting(settings::BUILT_IN)?.unwrap_or_default();
        Ok(Self { store, catalog: Arc::clone(&session.catalog), made_for, sound: true })
    }

    /// Hands out everything in its order until it is told to stop; whether that was the end.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn each(&self, with: &mut dyn FnMut(&Item) -> ControlFlow<()>) -> Result<bool> {
        self.store.contents(&self.catalog, with)
    }
}

impl Session {
    /// Everything, to be taken elsewhere under this name: only for administrators who gave their password
    /// lately. It is noted in the log before the first item leaves; the note is no part of what leaves.
    ///
    /// # Errors
    /// A missing right, or a file that cannot be read.
    pub fn everything(&self, target: &str) -> Result<Contents> {
        self.demand_all()?;
        self.demand_confirmed()?;
        // What waits to be noted belongs to what was before.
        self.settle_notes();
        let mut contents = Contents::of(self)?;
        contents.sound = self.store.verify_chain(None)?.broken.is_none();
        let name = std::path::Path::new(target).file_name().map(|name| name.to_string_lossy());
        let event = Event::new(EventKind::Export).what(&name.unwrap_or(target.into()));
        self.note_at_once(&event.with("full", "everything"))?;
        Ok(contents)
    }

    /// Whether the person may have everything.
    pub(super) fn demand_all(&self) -> Result<()> {
        self.demand_special(Special::Backup)?;
        if self.actor().person().is_administrator() && self.viewed_as().is_none() {
            return Ok(());
        }
        Err(self.refused(Refusal::of(Need::Administrator)))
    }

    /// The content as it is now, for whoever asks only for its hash.
    pub(super) fn contents(&self) -> Result<Contents> {
        Contents::of(self)
    }
}
