//! Getting things down quickly: one line from anywhere, and what was left unfinished.

use super::{Action, Group, Place, plain};
use crate::policy::Right;

/// The actions of this family.
pub(super) fn actions() -> Vec<Action> {
    let new = plain(Group::New, Place::SCREENS);
    vec![
        new.writes(Right::Create).footer(8).cli("capture").named("capture.line"),
        new.keeps().named("capture.drafts"),
    ]
}
