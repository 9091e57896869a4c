//! Going through records that are likely the same.

use super::{Action, Group, Need, Place, Reason, Situation, plain};
use crate::policy::{Right, is_shown};
use crate::schema::{Catalog, Entity};

/// The actions of this family.
pub(super) fn actions() -> Vec<Action> {
    let here = plain(Group::Record, &[Place::Duplicates]);
    let list = plain(Group::List, &[Place::Duplicates]);
    let merge = here.on(Need::Changeable).writes(Right::Merge);
    vec![
        plain(Group::Go, &[]).when(has_rules).cli("duplicates").named("go.duplicates"),
        merge.cli("merge").footer(1).named("duplicate.merge"),
        here.on(Need::Record).makes("not_duplicate").footer(2).named("duplicate.apart"),
        here.on(Need::Record).footer(3).named("duplicate.skip"),
        merge.footer(4).named("duplicate.merge-safe"),
        here.on(Need::Record).footer(5).named("duplicate.open"),
        here.on(Need::Record).named("duplicate.left"),
        here.on(Need::Record).named("duplicate.right"),
        list.on(Need::Record).footer(9).named("duplicate.mark"),
        list.on(Need::Record).named("duplicate.mark-all"),
        list.named("duplicate.state"),
        list.footer(7).named("duplicate.band"),
        list.named("duplicate.higher"),
        list.named("duplicate.lower"),
        list.on(Need::Record).named("duplicate.beside"),
        list.on(Need::Record).named("duplicate.next-field"),
        list.on(Need::Record).named("duplicate.previous-field"),
        list.named("duplicate.again"),
    ]
}

/// The kinds of records of which somebody may look for duplicates, in the order of menus.
#[must_use]
pub fn kinds<'c>(catalog: &'c Catalog, person: &crate::policy::Person) -> Vec<&'c Entity> {
    let rules = catalog.duplicate_rules();
    let mut kinds: Vec<&Entity> = catalog
        .entities()
        .filter(|entity| rules.contains_key(entity.name.as_str()) && is_shown(person, entity))
        .collect();
    kinds.sort_by_key(|entity| entity.menu);
    kinds
}

fn has_rules(at: &Situation<'_>) -> Result<(), Reason> {
    if kinds(at.catalog, at.person).is_empty() {
        return Err(Reason::plain("reason.no_rules"));
    }
    Ok(())
}
