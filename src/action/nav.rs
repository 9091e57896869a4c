//! Moving the cursor and going to other screens.

use super::{Action, Group, Need, Place, Reason, Situation, plain};
use crate::schema::{Catalog, Entity};

/// The actions of this family that need no catalogue.
pub(super) fn actions() -> Vec<Action> {
    let moving = plain(Group::Move, &[]);
    let open = plain(Group::Move, Place::SCREENS).on(Need::Nothing).footer(1);
    let tabs = plain(Group::Move, &[Place::Detail, Place::Home, Place::Board]);
    let walk = plain(Group::Move, &[Place::Detail]);
    vec![
        open.named("nav.open"),
        moving.named("nav.up"),
        moving.named("nav.down"),
        moving.named("nav.page-up"),
        moving.named("nav.page-down"),
        moving.named("nav.top"),
        moving.named("nav.bottom"),
        tabs.footer(9).named("nav.next-part"),
        tabs.named("nav.previous-part"),
        walk.footer(8).named("nav.next-record"),
        walk.named("nav.previous-record"),
        moving.named("nav.back"),
        plain(Group::Go, &[]).named("go.home"),
        plain(Group::Go, &[Place::List, Place::Board, Place::Home, Place::Detail])
            .when(has_board)
            .named("go.board"),
    ]
}

fn has_board(at: &Situation<'_>) -> Result<(), Reason> {
    let here = at.entity.is_some_and(|entity| entity.board.is_some());
    if here || at.catalog.entity("deal").is_some() {
        Ok(())
    } else {
        Err(Reason::plain("reason.no_board"))
    }
}

/// Going to the list of each entity.
pub(super) fn of_entities(catalog: &Catalog) -> impl Iterator<Item = Action> {
    catalog.entities().map(|entity| {
        let mut action = plain(Group::Go, &[]).named(format!("go.{}", entity.name));
        action.entity = Some(entity.name.clone());
        action
    })
}

/// The entities that have a tab, in order.
#[must_use]
pub fn tabs(catalog: &Catalog) -> Vec<&Entity> {
    let mut tabs: Vec<&Entity> = catalog.entities().filter(|entity| entity.menu > 0).collect();
    tabs.sort_by_key(|entity| entity.menu);
    tabs
}
