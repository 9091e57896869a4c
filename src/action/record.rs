//! What is done with the record under the cursor, and making new ones.

use super::{Action, Group, Need, Place, Reason, Situation, plain};
use crate::policy::{self, Right, Special};
use crate::schema::Catalog;

/// The actions of this family that need no catalogue.
pub(super) fn actions() -> Vec<Action> {
    let here = plain(Group::Record, Place::RECORDS);
    let read = plain(Group::Record, Place::READ);
    let new = plain(Group::New, Place::SCREENS).writes(Right::Create);
    let of_users = plain(Group::Access, &[Place::List, Place::Detail]).on(Need::Record).keeps();
    vec![
        here.on(Need::Changeable).writes(Right::Edit).footer(3).cli("edit").named("record.edit"),
        here.on(Need::OpenTask).writes(Right::Edit).footer(4).cli("task done").named("task.done"),
        here.on(Need::Record)
            .writes(Right::Delete)
            .cli("delete")
            .when(living)
            .named("record.delete"),
        here.on(Need::Deleted)
            .writes(Right::Restore)
            .footer(2)
            .cli("restore")
            .named("record.restore"),
        plain(Group::Record, &[Place::List, Place::Detail])
            .on(Need::Record)
            .forever(Right::Erase)
            .when(is_person)
            .cli("erase")
            .named("record.erase"),
        read.on(Need::Record).footer(10).named("record.copy"),
        read.on(Need::Record).named("record.copy-reference"),
        read.on(Need::Record).named("record.open-link"),
        here.on(Need::Record).cli("history").named("record.history"),
        plain(Group::New, Place::RECORDS)
            .on(Need::Record)
            .makes("task")
            .footer(6)
            .named("new.task-here"),
        plain(Group::New, Place::RECORDS)
            .on(Need::Record)
            .makes("deal")
            .when(sells)
            .footer(7)
            .named("new.deal-here"),
        plain(Group::Record, &[Place::List, Place::Detail])
            .on(Need::Changeable)
            .writes(Right::Edit)
            .when(may_leave)
            .footer(5)
            .cli("user leave")
            .named("user.leave"),
        plain(Group::Record, &[Place::List, Place::Detail])
            .on(Need::Record)
            .when(may_leave)
            .cli("user joined")
            .named("user.joined"),
        of_users.when(may_lock).cli("user lock").named("user.lock"),
        of_users.when(may_unlock).cli("user unlock").named("user.unlock"),
        of_users.when(may_take_factor).cli("second-factor off").named("user.factor-off"),
        new.footer(2).cli("add").named("new.here"),
    ]
}

/// Only records that are persons are erased.
fn is_person(at: &Situation<'_>) -> Result<(), Reason> {
    match at.subject() {
        Some(entity) if !crate::gate::is_erasable(entity) => {
            Err(Reason::plain("reason.not_erased"))
        }
        _ => Ok(()),
    }
}

fn living(at: &Situation<'_>) -> Result<(), Reason> {
    if at.deleted { Err(Reason::plain("reason.deleted")) } else { Ok(()) }
}

/// Only users join and leave, and whoever manages users lets them.
fn may_leave(at: &Situation<'_>) -> Result<(), Reason> {
    match at.subject() {
        Some(entity) if entity.name == "user" => policy::demand(at.person, Special::Users)
            .map_err(|refusal| Reason::Refused(Box::new(refusal))),
        _ => Err(Reason::plain("reason.no_user")),
    }
}

/// Whoever manages users locks others out.
fn may_lock(at: &Situation<'_>) -> Result<(), Reason> {
    may_leave(at)?;
    match &at.record {
        Some(record) if record.id == at.person.user => Err(Reason::plain("reason.lock_oneself")),
        _ => Ok(()),
    }
}

/// Whoever manages users lets them in again, and who has the right to do only that.
fn may_unlock(at: &Situation<'_>) -> Result<(), Reason> {
    match may_leave(at) {
        Err(Reason::Refused(_)) if at.person.may(Special::Unlock) => Ok(()),
        other => other,
    }
}

/// Whoever manages users takes the second factor of somebody who lost it off; one's own has its own sheet.
fn may_take_factor(at: &Situation<'_>) -> Result<(), Reason> {
    may_leave(at)?;
    match &at.record {
        Some(record) if record.id == at.person.user => Err(Reason::plain("reason.own_factor")),
        _ => Ok(()),
    }
}

/// A deal hangs on a customer or a contact.
fn sells(at: &Situation<'_>) -> Result<(), Reason> {
    let sold_to = |name: &str| matches!(name, "customer" | "contact");
    match at.subject() {
        Some(entity) if sold_to(&entity.name) => Ok(()),
        _ => Err(Reason::plain("reason.no_customer")),
    }
}

/// Making a record of each entity.
pub(super) fn of_entities(catalog: &Catalog) -> impl Iterator<Item = Action> {
    catalog.entities().map(|entity| {
        let new = plain(Group::New, Place::SCREENS).writes(Right::Create).cli("add");
        let mut action = new.named(format!("new.{}", entity.name));
        action.entity = Some(entity.name.clone());
        action
    })
}
