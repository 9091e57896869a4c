//! Taking back, and looking at what was done.

use super::{Action, Group, Need, Place, Risk, plain};
use crate::policy::Right;

/// Where a change is under the cursor.
const CHANGES: &[Place] = &[Place::History, Place::Changes];

/// The actions of this family.
pub(super) fn actions() -> Vec<Action> {
    let mut undo = plain(Group::App, &[]).footer(11).cli("undo").named("app.undo");
    undo.risk = Risk::Undoable;
    let mut take_back = plain(Group::App, CHANGES).footer(2).named("history.take-back");
    take_back.risk = Risk::Undoable;
    let mut restore = plain(Group::App, CHANGES)
        .footer(3)
        .on(Need::Record)
        .writes(Right::Edit)
        .cli("restore-value")
        .named("history.restore");
    restore.risk = Risk::Undoable;
    vec![
        undo,
        take_back,
        restore,
        plain(Group::Go, &[]).named("go.history"),
        plain(Group::Go, &[]).cli("audit list").named("go.audit"),
        plain(Group::Go, &[]).named("go.undo"),
    ]
}
