//! What a person may do with a field.

use super::{FieldAccess, Person, Right, Special};
use crate::schema::{Entity, Field, Origin};

/// The highest access that any role gives `person` to a field of `entity`.
///
/// A role that grants no reading of the entity has no say, unless none of them does: what was shared
/// with a person as collaborator is then shown by the fields their roles name.
#[must_use]
pub fn field_access(person: &Person, entity: &Entity, field: &Field) -> FieldAccess {
    if person.is_administrator() {
        return FieldAccess::Edit;
    }
    // Who holds a record, and when it was changed, decides what is seen of it: nothing to hide there.
    if field.origin == Origin::System {
        return FieldAccess::Edit;
    }
    let reads = |role: &&super::Role| !role.rights.scope(&entity.name, Right::Read).is_none();
    let level = |role: &super::Role| role.rights.field(&entity.name, &field.name);
    let of_readers = person.roles.iter().filter(reads).map(level).max();
    of_readers.or_else(|| person.roles.iter().map(level).min()).unwrap_or(FieldAccess::Edit)
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
