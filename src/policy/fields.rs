//! What a person may do with a field.

use super::reach::guardian;
use super::{FieldAccess, Person, Right, Special};
use crate::schema::{Entity, Field, Origin};

/// The highest access that any role gives `person` to a field of `entity`.
///
/// A role that grants no reading of the entity has no say. Where none of them does, a person may still see
/// what they own or help with: then what any role there is keeps back is kept back.
#[must_use]
pub fn field_access(person: &Person, entity: &Entity, field: &Field) -> FieldAccess {
    if person.is_administrator() {
        return FieldAccess::Edit;
    }
    // Whoever manages users or roles writes all of them.
    if guardian(&entity.name).is_some_and(|special| person.may(special)) {
        return FieldAccess::Edit;
    }
    // Who holds a record, and when it was changed, decides what is seen of it: nothing to hide there.
    if field.origin == Origin::System {
        return FieldAccess::Edit;
    }
    let reads = |role: &&super::Role| !role.rights.scope(&entity.name, Right::Read).is_none();
    let level = |role: &super::Role| role.rights.field(&entity.name, &field.name);
    let of_readers = person.roles.iter().filter(reads).map(level).max();
    let careful = || {
        let others = person.careful.iter().filter(|rights| !rights.everything);
        let levels = others.map(|rights| rights.field(&entity.name, &field.name));
        // What may be seen of one's own may be changed.
        levels.min().filter(|level| *level < FieldAccess::Read)
    };
    let of_roles = of_readers
        .or_else(|| person.roles.iter().map(level).chain(careful()).min())
        .unwrap_or(FieldAccess::Edit);
    of_roles.max(granted(person, entity, field))
}

/// The access that was asked for and approved, for a while.
fn granted(person: &Person, entity: &Entity, field: &Field) -> FieldAccess {
    let own = |extra: &&super::Extra| {
        extra.entity == entity.name && extra.field.as_ref() == Some(&field.name)
    };
    let level = |extra: &super::Extra| match extra.right {
        Right::Edit => FieldAccess::Edit,
        Right::Read => FieldAccess::Read,
        _ => FieldAccess::Hidden,
    };
    person.extra.iter().filter(own).map(level).max().unwrap_or(FieldAccess::Hidden)
}

/// The special right without which nobody changes a field that decides what people may do.
#[must_use]
pub fn people_field(entity: &str, field: &str) -> Option<Special> {
    match (entity, field) {
        ("user", "roles") => Some(Special::Roles),
        ("user", "login" | "teams" | "manager" | "active" | "external_id") => Some(Special::Users),
        ("team", _) => Some(Special::Users),
        ("role", _) => Some(Special::Roles),
        _ => None,
    }
}
