//! Two roles beside each other: every right that differs, as it is in force, not as it is written.

use super::{FieldAccess, Right, RoleRights, Special};
use crate::model::Name;
use crate::schema::Catalog;

/// What differs between two roles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Aspect {
    /// Everything there is.
    Everything,
    /// Signing in with a second factor.
    TwoFactor,
    /// A right about the program.
    Special(Special),
    /// A right on an entity.
    Right(Name, Right),
    /// The query that narrows an entity.
    Narrow(Name),
    /// The access to a field.
    Field(Name, Name),
}

/// One difference: what it is, as it was and as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleDifference {
    /// What.
    pub aspect: Aspect,
    /// The word of the first role.
    pub before: String,
    /// The word of the second.
    pub after: String,
}

/// All that differs, in the order of the matrix.
#[must_use]
pub fn compare(before: &RoleRights, after: &RoleRights, catalog: &Catalog) -> Vec<RoleDifference> {
    let mut found = Vec::new();
    let mut add = |aspect: Aspect, before: String, after: String| {
        if before != after {
            found.push(RoleDifference { aspect, before, after });
        }
    };
    let yes = |flag: bool| if flag { "yes" } else { "no" }.to_owned();
    add(Aspect::Everything, yes(before.everything), yes(after.everything));
    add(Aspect::TwoFactor, yes(before.two_factor), yes(after.two_factor));
    for special in Special::ALL {
        let has = |rights: &RoleRights| rights.everything || rights.special.contains(&special);
        add(Aspect::Special(special), yes(has(before)), yes(has(after)));
    }
    for entity in catalog.entities() {
        let name = &entity.name;
        // Parts have the rights of the whole, which are told there.
        let rights = if entity.whole().is_some() { &[][..] } else { &Right::ALL };
        for &right in rights {
            let word = |rights: &RoleRights| scope_word(rights, name, right);
            add(Aspect::Right(name.clone(), right), word(before), word(after));
        }
        let narrow = |rights: &RoleRights| rights.narrow(name).unwrap_or_default().to_owned();
        if entity.whole().is_none() {
            add(Aspect::Narrow(name.clone()), narrow(before), narrow(after));
        }
        for field in &entity.fields {
            let level = |rights: &RoleRights| rights.field(name, &field.name).word().to_owned();
            add(Aspect::Field(name.clone(), field.name.clone()), level(before), level(after));
        }
    }
    found
}

/// How far a right reaches, as roles write it.
#[must_use]
pub fn scope_word(rights: &RoleRights, entity: &str, right: Right) -> String {
    let scope = rights.scope(entity, right);
    if right == Right::Create {
        return if scope.is_none() { "no" } else { "yes" }.to_owned();
    }
    scope.print()
}

/// The fields of an entity that a role does not simply let be changed.
#[must_use]
pub fn kept_fields(rights: &RoleRights, entity: &str) -> Vec<(Name, FieldAccess)> {
    let named = rights.entities.get(entity).map(|rights| rights.fields.clone()).unwrap_or_default();
    named.into_iter().filter(|(_, access)| *access < FieldAccess::Edit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_force_is_compared() {
        let catalog = crate::schema::load(None).unwrap();
        let read = |text: &str| RoleRights::parse(text, &catalog).unwrap();
        let a = read("[entity.\"*\"]\nread = \"own\"\n");
        let b = read("[entity.\"*\"]\nread = \"own\"\n[entity.deal]\nread = \"own\"\n");
        assert_eq!(compare(&a, &b, &catalog), []);
        let c = read("[entity.\"*\"]\nread = \"own\"\n[entity.deal]\nread = \"all\"\n");
        let found = compare(&a, &c, &catalog);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].aspect, Aspect::Right(Name::from("deal"), Right::Read));
        assert_eq!((found[0].before.as_str(), found[0].after.as_str()), ("own", "all"));
    }
}
