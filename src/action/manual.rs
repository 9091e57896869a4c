//! Reading the manual: its chapters, contents, links and a search.

use super::{Action, Group, Place, plain};

/// The actions of this family.
pub(super) fn actions() -> Vec<Action> {
    let manual = plain(Group::Manual, &[Place::Manual]);
    vec![
        manual.footer(2).named("manual.contents"),
        manual.footer(3).named("manual.search"),
        manual.footer(4).counted().named("manual.next"),
        manual.counted().named("manual.previous"),
        manual.counted().named("manual.next-match"),
        manual.counted().named("manual.previous-match"),
    ]
}
