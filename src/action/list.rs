//! What is done with a list: filter, sort, mark.

use super::{Action, Group, Need, Place, Reason, Situation, plain};

/// The actions of this family.
pub(super) fn actions() -> Vec<Action> {
    let list = plain(Group::List, &[Place::List]);
    let header = plain(Group::List, &[Place::Header]);
    let named = plain(Group::List, &[Place::List, Place::Header]);
    let shown = plain(
        Group::List,
        &[Place::List, Place::Board, Place::Home, Place::Audit, Place::Duplicates],
    );
    vec![
        shown.footer(8).named("list.filter"),
        list.named("list.sort"),
        list.named("list.header"),
        named.named("list.columns"),
        named.named("list.group"),
        list.named("list.totals"),
        list.when(in_groups).named("list.fold"),
        list.when(in_groups).named("list.fold-all"),
        header.footer(1).named("header.sort"),
        header.footer(2).named("header.sort-also"),
        header.footer(3).named("header.unsort"),
        header.footer(4).named("header.wider"),
        header.footer(5).named("header.narrower"),
        header.footer(7).named("header.move-left"),
        header.named("header.move-right"),
        header.footer(6).named("header.hide"),
        header.named("header.left"),
        header.named("header.right"),
        list.on(Need::Record).footer(9).named("list.mark"),
        list.named("list.mark-all"),
        plain(Group::List, &[Place::List, Place::Board, Place::Home, Place::Reports])
            .named("list.mine"),
        list.named("list.deleted"),
        list.named("list.preview"),
    ]
}

fn in_groups(at: &Situation<'_>) -> Result<(), Reason> {
    if at.grouped { Ok(()) } else { Err(Reason::plain("reason.ungrouped")) }
}
