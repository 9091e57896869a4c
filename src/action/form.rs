//! What is done in a form. The form reads these keys itself; they are declared for footer and help.

use super::{Action, Group, Place, Risk, plain};

/// The actions of this family.
pub(super) fn actions() -> Vec<Action> {
    let form = plain(Group::Form, &[Place::Form]);
    let mut save = form.footer(1).named("form.save");
    save.risk = Risk::Undoable;
    vec![
        save,
        form.footer(2).named("form.leave"),
        form.footer(3).named("form.next"),
        form.named("form.previous"),
        form.footer(4).named("form.explain"),
        form.named("form.editor"),
    ]
}
