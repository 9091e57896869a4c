//! What is done with the findings of the checks: looked at again, marked, put right.

use super::{Action, Group, Need, Place, Reason, Situation, plain};
use crate::policy::Right;

/// The actions of this family.
pub(super) fn actions() -> Vec<Action> {
    let here = plain(Group::Record, &[Place::Quality]);
    vec![
        here.writes(Right::Edit).when(proposes).footer(2).cli("clean").named("quality.apply"),
        here.on(Need::Record).footer(3).named("quality.mark"),
        here.on(Need::Record).footer(4).named("quality.mark-all"),
        here.footer(5).named("quality.scan"),
        plain(Group::Go, &[]).cli("clean").named("go.quality"),
    ]
}

/// Only what has a proposal can be put right.
fn proposes(at: &Situation<'_>) -> Result<(), Reason> {
    if at.marks > 0 { Ok(()) } else { Err(Reason::plain("reason.nothing_to_mend")) }
}
