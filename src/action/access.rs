//! Rights: what a role grants, what a user may do, who can see a record, asking for what is missing.

use super::{Action, Group, Need, Place, Reason, Situation, plain};

/// The actions of this family.
pub(super) fn actions() -> Vec<Action> {
    let role = plain(Group::Access, &[Place::Matrix]);
    let here = plain(Group::Access, Place::RECORDS);
    let asks = plain(Group::Access, &[]);
    vec![
        role.footer(2).named("role.cycle"),
        role.footer(3).named("role.unassigned"),
        role.footer(4).named("role.where"),
        role.footer(1).named("role.save"),
        role.footer(5).named("role.compare"),
        role.counted().named("role.left"),
        role.counted().named("role.right"),
        here.on(Need::Record).when(of_people).named("access.rights"),
        here.on(Need::Record).cli("access who").named("access.who"),
        asks.cli("access request").named("access.request"),
        asks.cli("access requests").named("access.requests"),
        asks.cli("access review").named("access.review"),
    ]
}

/// Roles and users have rights.
fn of_people(at: &Situation<'_>) -> Result<(), Reason> {
    match at.subject() {
        Some(entity) if matches!(entity.name.as_str(), "user" | "role") => Ok(()),
        _ => Err(Reason::plain("reason.no_person")),
    }
}
