//! What is done with a list: filter, sort, mark.

use super::{Action, Group, Need, Place, plain};

/// The actions of this family.
pub(super) fn actions() -> Vec<Action> {
    let list = plain(Group::List, &[Place::List]);
    let shown = plain(Group::List, &[Place::List, Place::Board, Place::Home]);
    vec![
        shown.footer(8).named("list.filter"),
        list.named("list.sort"),
        list.on(Need::Record).footer(9).named("list.mark"),
        list.named("list.mark-all"),
        plain(Group::List, &[Place::List, Place::Board, Place::Home, Place::Reports])
            .named("list.mine"),
        list.named("list.deleted"),
        list.named("list.preview"),
    ]
}
