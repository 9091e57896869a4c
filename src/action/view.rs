//! Saved views of lists: step, choose, save, share.

use super::situation::ViewHere;
use super::{Action, Group, Place, Reason, Risk, Situation, plain};

/// The actions of this family.
pub(super) fn actions() -> Vec<Action> {
    let view = plain(Group::View, &[Place::List]);
    let mut save = view.footer(13).named("view.save");
    let mut save_as = view.named("view.save-as");
    let mut rename = view.when(own).named("view.rename");
    let mut share = view.when(own).named("view.share");
    let mut delete = view.when(own).named("view.delete");
    for action in [&mut save, &mut save_as, &mut rename, &mut share, &mut delete] {
        action.risk = Risk::Undoable;
    }
    vec![
        view.counted().named("view.next"),
        view.counted().named("view.previous"),
        view.named("view.choose"),
        save,
        save_as,
        rename,
        view.keeps().named("view.pin"),
        share,
        view.keeps().named("view.default"),
        view.when(changed).named("view.reset"),
        delete,
    ]
}

/// Only a saved view of one's own can be renamed, shared or deleted.
fn own(at: &Situation<'_>) -> Result<(), Reason> {
    match at.view {
        ViewHere::Own => Ok(()),
        ViewHere::Others => Err(Reason::plain("reason.view_of_others")),
        ViewHere::Shipped => Err(Reason::plain("reason.view_shipped")),
    }
}

fn changed(at: &Situation<'_>) -> Result<(), Reason> {
    if at.view_changed { Ok(()) } else { Err(Reason::plain("reason.view_unchanged")) }
}
