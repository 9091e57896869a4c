//! Moving the cursor and going to other screens.

use super::{Action, Group, Need, Place, Reason, Situation, plain};
use crate::schema::{Catalog, Entity};

/// Screens with something to open.
const OPENS: &[Place] = &[
    Place::Home,
    Place::List,
    Place::Board,
    Place::Schedule,
    Place::Detail,
    Place::Reports,
    Place::History,
    Place::Audit,
    Place::Quality,
    Place::Manual,
    Place::Matrix,
    Place::Peek,
];
/// Screens that one moves in and goes one step out of.
const MOVES: &[Place] = &[
    Place::Home,
    Place::Arrange,
    Place::List,
    Place::Board,
    Place::Schedule,
    Place::Detail,
    Place::Reports,
    Place::History,
    Place::Audit,
    Place::Duplicates,
    Place::Quality,
    Place::Manual,
    Place::Header,
    Place::Cell,
    Place::Matrix,
    Place::Peek,
    Place::Import,
    Place::Plan,
    Place::PlanRow,
];
/// Screens with parts to step through.
const PARTS: &[Place] = &[
    Place::Detail,
    Place::Home,
    Place::Board,
    Place::Reports,
    Place::Audit,
    Place::Duplicates,
    Place::Manual,
];

/// The actions of this family that need no catalogue.
pub(super) fn actions() -> Vec<Action> {
    let moving = plain(Group::Move, MOVES).counted();
    let open = plain(Group::Move, OPENS).on(Need::Nothing).footer(1);
    let tabs = plain(Group::Move, PARTS).counted();
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
        plain(Group::Move, &[]).named("nav.count"),
        plain(Group::Move, MOVES).named("nav.back"),
        plain(Group::Go, Place::SCREENS).named("nav.backward"),
        plain(Group::Go, Place::SCREENS).named("nav.forward"),
        plain(Group::Go, &[]).named("go.home"),
        plain(Group::Go, &[]).named("go.reports"),
        plain(Group::Go, &[Place::List, Place::Board, Place::Home, Place::Schedule, Place::Detail])
            .when(has_board)
            .named("go.board"),
    ]
}

fn has_board(at: &Situation<'_>) -> Result<(), Reason> {
    let here = at.entity.is_some_and(|entity| super::board::board_field(entity).is_some());
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

/// The lists that people go to most: their tabs stand first, then the reports, then the other lists.
const FIRST: [&str; 5] = ["customer", "lead", "deal", "task", "ticket"];

/// One of the tabs on top.
#[derive(Debug, Clone, Copy)]
pub enum Tab<'a> {
    /// My day.
    Home,
    /// A list.
    List(&'a Entity),
    /// The reports.
    Reports,
}

impl Tab<'_> {
    /// The action that goes there.
    #[must_use]
    pub fn action(self) -> String {
        match self {
            Self::Home => "go.home".to_owned(),
            Self::List(entity) => format!("go.{}", entity.name),
            Self::Reports => "go.reports".to_owned(),
        }
    }
}

/// The tabs, in order.
#[must_use]
pub fn tabs(catalog: &Catalog) -> Vec<Tab<'_>> {
    let mut lists: Vec<&Entity> = catalog.entities().filter(|entity| entity.is_listed()).collect();
    let first = |entity: &Entity| FIRST.iter().position(|name| *name == &*entity.name);
    lists.sort_by_key(|entity| (first(entity).unwrap_or(FIRST.len()), entity.menu));
    let shown_first = lists.iter().filter(|entity| first(entity).is_some()).count();
    let mut tabs: Vec<Tab<'_>> =
        std::iter::once(Tab::Home).chain(lists.into_iter().map(Tab::List)).collect();
    tabs.insert(1 + shown_first, Tab::Reports);
    tabs
}
