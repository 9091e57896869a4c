//! What requests are made of, where it is no value of the gate.

use std::fmt;

use crate::gate::Session;
use std::path::PathBuf;

use crate::gate::Transfer;

/// Where an export goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum To {
    /// Into the clipboard.
    Clipboard,
    /// Into a file.
    File {
        /// Which.
        path: PathBuf,
        /// Over one that is there.
        over: bool,
    },
}

/// Whose sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// One's own.
    Mine,
    /// All that one may see.
    All,
}

/// What is changed about how somebody else gets in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WayInChange {
    /// Nobody gets in as them, and their sessions end.
    Lock,
    /// They can try again.
    Unlock,
    /// They need no second factor any more, as they lost it.
    FactorOff,
}

/// Who takes over what somebody had who leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HandOn {
    /// They have nothing.
    Nothing,
    /// A person or a team.
    To(Transfer),
    /// As typed: `address.city = Berlin -> ana; cho`.
    Rules(String),
}

/// A session that sees the file as another user does, on its way to the host.
pub struct View(pub Session);

impl fmt::Debug for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("View").field(&self.0.viewed_as()).finish()
    }
}
