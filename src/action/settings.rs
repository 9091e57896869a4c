//! How Kontor looks and behaves for one person: kept with them, on every machine they work from.

use super::{Action, Group, plain};

/// The actions of this family.
pub(super) fn actions() -> Vec<Action> {
    let settings = plain(Group::Settings, &[]);
    vec![
        settings.named("settings.theme"),
        settings.named("settings.language"),
        settings.named("settings.week"),
        settings.named("settings.plain"),
        settings.named("settings.mouse"),
        settings.named("settings.reminders"),
    ]
}
