//! One hash over all that a file holds: two files with the same hash hold the same.
//!
//! SHA-256 over the lines of all [items](super::Item) in their order: settings, the numbers of entities,
//! counters, records (deleted ones, links, tags, users, roles and views included), preferences, and history
//! with its chain. Not over what a full export leaves out either: how people get in, drafts, and what is
//! made of other things. Start at [`Session::content_hash`].

use std::ops::ControlFlow;

use sha2::{Digest, Sha256};

use super::error::Result;
use super::everything::{Contents, Item};
use super::session::Session;

/// Takes in items one by one; says their hash in the end.
#[derive(Clone, Default)]
pub struct ContentHash(Sha256);

impl ContentHash {
    /// Takes in the line of an item, its end included.
    pub fn take(&mut self, line: &[u8]) {
        self.0.update(line);
    }

    /// The hash over all that was taken in, in hexadecimal digits.
    #[must_use]
    pub fn finish(self) -> String {
        crate::secret::hex(&self.0.finalize())
    }
}

impl Contents {
    /// The hash over the whole content.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn hash(&self) -> Result<String> {
        let mut hash = ContentHash::default();
        self.each(&mut |item: &Item| {
            hash.take(item.line().as_bytes());
            ControlFlow::Continue(())
        })?;
        Ok(hash.finish())
    }
}

impl Session {
    /// The hash over all that the file holds now.
    ///
    /// # Errors
    /// For anybody but administrators, or where the file cannot be read.
    pub fn content_hash(&self) -> Result<String> {
        self.demand_all()?;
        self.settle_notes();
        self.contents()?.hash()
    }
}
