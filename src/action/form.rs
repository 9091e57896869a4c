//! What is done where one types: in forms, filter lines and overlays. They read these keys themselves;
//! they are declared for footer, help and key reference.

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
        form.named("form.resume"),
        form.named("form.same"),
        plain(Group::Form, &[Place::Filter, Place::Overlay]).footer(1).named("prompt.take"),
        plain(Group::Form, &[Place::Filter]).footer(2).named("prompt.complete"),
        plain(Group::Form, &[Place::Filter]).footer(4).named("prompt.help"),
        plain(Group::Form, &[Place::Filter]).footer(5).named("prompt.earlier"),
        plain(Group::Form, &[Place::Filter, Place::Overlay]).footer(3).named("prompt.leave"),
    ]
}
