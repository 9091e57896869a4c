//! What is done with the schedule and with tasks: other days and views, putting a task off.

use super::{Action, Group, Need, Place, Reason, Situation, plain};
use crate::policy::Right;

/// The actions of this family.
pub(super) fn actions() -> Vec<Action> {
    let here = plain(Group::Schedule, &[Place::Schedule]);
    let task = here.on(Need::OpenTask).writes(Right::Edit);
    let anywhere = plain(Group::Go, Place::SCREENS);
    vec![
        here.footer(2).named("schedule.next-view"),
        here.named("schedule.previous-view"),
        here.footer(3).counted().named("schedule.earlier"),
        here.counted().named("schedule.later"),
        here.footer(8).named("schedule.today"),
        here.footer(9).named("schedule.whose"),
        task.footer(6).named("schedule.move-earlier"),
        task.named("schedule.move-later"),
        plain(Group::Record, Place::RECORDS)
            .on(Need::OpenTask)
            .writes(Right::Edit)
            .when(snoozes)
            .footer(5)
            .cli("task snooze")
            .named("task.snooze"),
        anywhere.named("go.schedule"),
        plain(Group::App, Place::SCREENS).keeps().named("reminder.show"),
    ]
}

/// Only what can be put off until a time can be snoozed.
fn snoozes(at: &Situation<'_>) -> Result<(), Reason> {
    let task = at.catalog.entity("task");
    if task.is_some_and(|task| task.field("snoozed_until").is_some()) {
        Ok(())
    } else {
        Err(Reason::plain("reason.no_task"))
    }
}
