//! A session that imports for a while: the screens do that within the session they have.
//!
//! What is imported is told from what is done by hand: it takes the right to import, may hold what nobody can
//! change, and its undo goes around what others changed since. Start at [`Session::importing`].

use std::ops::{Deref, DerefMut};

use super::session::{Session, Via};

/// A session that imports until this is dropped.
pub struct Imports<'s> {
    session: &'s mut Session,
    before: Via,
}

impl Session {
    /// Has the session import, until what is handed back is dropped.
    pub fn importing(&mut self) -> Imports<'_> {
        let before = std::mem::replace(&mut self.via, Via::Import);
        Imports { session: self, before }
    }
}

impl Deref for Imports<'_> {
    type Target = Session;

    fn deref(&self) -> &Session {
        self.session
    }
}

impl DerefMut for Imports<'_> {
    fn deref_mut(&mut self) -> &mut Session {
        self.session
    }
}

impl Drop for Imports<'_> {
    fn drop(&mut self) {
        self.session.via = self.before;
    }
}
