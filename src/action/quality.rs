//! What is done with the findings of the checks: looked at again, marked, put right.

use super::{Action, Group, Place, Reason, Situation, plain};
use crate::policy::Right;

/// The actions of this family.
pub(super) fn actions() -> Vec<Action> {
    let here = plain(Group::Record, &[Place::Quality]);
    vec![
        here.writes(Right::Edit).when(proposes).footer(2).cli("clean").named("quality.apply"),
        here.when(one_by_one).footer(3).named("quality.mark"),
        here.when(one_by_one).footer(4).named("quality.mark-all"),
        here.footer(5).named("quality.scan"),
        plain(Group::Go, &[]).cli("clean").named("go.quality"),
    ]
}

/// Findings are marked where they are listed, each with its record.
fn one_by_one(at: &Situation<'_>) -> Result<(), Reason> {
    if at.record.is_some() { Ok(()) } else { Err(Reason::plain("reason.no_record")) }
}

/// Only what has a proposal can be put right.
fn proposes(at: &Situation<'_>) -> Result<(), Reason> {
    if at.marks > 0 { Ok(()) } else { Err(Reason::plain("reason.nothing_to_mend")) }
}
