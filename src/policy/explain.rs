//! Where a right comes from: each role that grants it, and how far.

use super::reach::Ground;
use super::{Person, Reach, Right, Scope, guardian, reach};
use crate::schema::Entity;

/// What one role, or something else, gives a person of a right on an entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The role, or what else grants it.
    pub by: Ground,
    /// How far it reaches, where it is a role.
    pub scope: Option<Scope>,
    /// The records, as a condition; empty for all.
    pub condition: String,
}

/// Everything that gives `person` a right on `entity`, with the records that it reaches.
#[must_use]
pub fn sources(person: &Person, right: Right, entity: &Entity) -> Vec<Source> {
    let mut found: Vec<Source> = Vec::new();
    // Role by role, so that a wide role does not hide the others.
    for role in person.roles.iter() {
        let scope = role.rights.scope(&entity.name, right);
        if scope.is_none() {
            continue;
        }
        let alone = Person {
            roles: std::sync::Arc::new(vec![role.clone()]),
            extra: Vec::new(),
            ..person.clone()
        };
        let condition = match reach(&alone, right, entity) {
            Reach::All => String::new(),
            Reach::Some(branches) => {
                let own: Vec<String> = branches
                    .into_iter()
                    .filter(|branch| branch.by == Ground::Role(role.name.clone()))
                    .map(|branch| branch.condition)
                    .collect();
                own.join(" or ")
            }
        };
        found.push(Source { by: Ground::Role(role.name.clone()), scope: Some(scope), condition });
    }
    // Whoever manages what an entity is about has all rights on it.
    for role in person.roles.iter() {
        let known = found.iter().any(|source| source.by == Ground::Role(role.name.clone()));
        if !known && guardian(&entity.name).is_some_and(|by| role.rights.special.contains(&by)) {
            found.push(Source {
                by: Ground::Role(role.name.clone()),
                scope: Some(Scope::ALL),
                condition: String::new(),
            });
        }
    }
    let whole = |extra: &&super::Extra| extra.entity == entity.name && extra.field.is_none();
    for extra in person.extra.iter().filter(whole) {
        if super::reach::covers(extra.right, right) {
            found.push(Source {
                by: Ground::Request(extra.request),
                scope: None,
                condition: extra.record.map_or_else(String::new, |record| format!("id = {record}")),
            });
        }
    }
    let none = Person { roles: std::sync::Arc::default(), extra: Vec::new(), ..person.clone() };
    if let Reach::Some(branches) = reach(&none, right, entity) {
        found.extend(branches.into_iter().map(|branch| Source {
            by: branch.by,
            scope: None,
            condition: branch.condition,
        }));
    }
    found
}
