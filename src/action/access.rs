//! Rights: what a role grants, what a user may do, who can see a record, asking for what is missing.

use super::{Action, Group, Need, Place, Reason, Situation, plain};
use crate::policy::{self, Special};

/// Screens on which a user can stand under the cursor.
const USERS: &[Place] =
    &[Place::Home, Place::List, Place::Board, Place::Schedule, Place::Detail, Place::Matrix];

/// The actions of this family.
pub(super) fn actions() -> Vec<Action> {
    let role = plain(Group::Access, &[Place::Matrix]);
    let here = plain(Group::Access, Place::RECORDS);
    let asks = plain(Group::Access, &[]);
    vec![
        role.keeps().when(changeable).footer(2).named("role.cycle"),
        role.keeps().when(changeable).footer(3).named("role.unassigned"),
        role.keeps().when(changeable).footer(4).named("role.where"),
        role.keeps().when(changeable).footer(1).named("role.save"),
        role.footer(5).named("role.compare"),
        role.counted().named("role.left"),
        role.counted().named("role.right"),
        here.on(Need::Record).when(of_people).named("access.rights"),
        here.on(Need::Record).cli("access who").named("access.who"),
        asks.keeps().cli("access request").named("access.request"),
        asks.cli("access requests").named("access.requests"),
        asks.cli("access review").named("access.review"),
        plain(Group::Go, &[]).footer(5).with("team").cli("team tree").named("go.team-tree"),
        plain(Group::Access, USERS).on(Need::Record).when(may_view).named("access.view-as"),
        plain(Group::Access, &Place::ALL).when(views).named("access.view-end"),
    ]
}

/// What is only looked at is not changed.
fn changeable(at: &Situation<'_>) -> Result<(), Reason> {
    at.fixed.map_or(Ok(()), |why| Err(Reason::plain(why)))
}

/// Whoever has the right to sees the program as another user, once at a time.
fn may_view(at: &Situation<'_>) -> Result<(), Reason> {
    if at.viewing.is_some() {
        return Err(Reason::plain("reason.viewing_already"));
    }
    policy::demand(at.person, Special::ViewAs)
        .map_err(|refusal| Reason::Refused(Box::new(refusal)))?;
    match &at.record {
        Some(record) if record.entity != "user" => Err(Reason::plain("reason.no_user")),
        Some(record) if record.id == at.person.user => Err(Reason::plain("reason.oneself")),
        Some(_) => Ok(()),
        None => Err(Reason::plain("reason.no_user")),
    }
}

fn views(at: &Situation<'_>) -> Result<(), Reason> {
    if at.viewing.is_some() { Ok(()) } else { Err(Reason::plain("reason.not_viewing")) }
}

/// Roles and users have rights.
fn of_people(at: &Situation<'_>) -> Result<(), Reason> {
    match at.subject() {
        Some(entity) if matches!(entity.name.as_str(), "user" | "role") => Ok(()),
        _ => Err(Reason::plain("reason.no_person")),
    }
}
