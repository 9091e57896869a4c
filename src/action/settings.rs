//! How Kontor looks and behaves for one person: kept with them, on every machine they work from.

use super::{Action, Group, plain};

/// The actions of this family.
pub(super) fn actions() -> Vec<Action> {
    let settings = plain(Group::Settings, &[]);
    vec![
        settings.keeps().named("settings.theme"),
        settings.keeps().named("settings.language"),
        settings.keeps().named("settings.week"),
        // Whoever needs these needs them also where nothing is kept.
        settings.named("settings.plain"),
        settings.named("settings.mouse"),
        settings.keeps().named("settings.reminders"),
    ]
}
