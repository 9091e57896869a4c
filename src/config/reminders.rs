//! `[reminders]`: how one is told that it is time for a task.

use serde::Deserialize;

use super::Environment;
use crate::term::Notify;
use crate::tui::context::Reminding;

/// The table as it is written; every key may be left out.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Reminders {
    status: Option<bool>,
    bell: Option<bool>,
    notify: Option<bool>,
}

impl Reminders {
    /// What holds: all of it, unless the file says otherwise.
    pub(super) fn settled(self) -> Reminding {
        let all = Reminding::default();
        Reminding {
            status: self.status.unwrap_or(all.status),
            bell: self.bell.unwrap_or(all.bell),
            notify: self.notify.unwrap_or(all.notify),
        }
    }

    /// True where the file says anything of it.
    pub(super) fn is_said(self) -> bool {
        self.status.or(self.bell).or(self.notify).is_some()
    }
}

/// The ways of reminding in a word, for `kontor config`.
pub(super) fn word(reminding: Reminding) -> String {
    let ways =
        [("status", reminding.status), ("bell", reminding.bell), ("notify", reminding.notify)];
    let on: Vec<&str> = ways.into_iter().filter(|(_, on)| *on).map(|(name, _)| name).collect();
    if on.is_empty() { "off".to_owned() } else { on.join(", ") }
}

/// The notification that the terminal is known to take.
#[must_use]
pub fn notify(environment: &Environment) -> Option<Notify> {
    Notify::of(environment.get("TERM"), environment.get("TERM_PROGRAM"))
}
