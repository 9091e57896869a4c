//! Where a right comes from: each role that grants it, and how far.

use super::reach::{Ground, conditions, on_whole, reach_named};
use super::{Person, Reach, Right, Scope, Width, guardian};
use crate::model::Name;
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
    /// The condition is about the record that those of the entity are parts of.
    pub whole: bool,
}

/// Everything that gives `person` a right on `entity`, with the records that it reaches.
#[must_use]
pub fn sources(person: &Person, right: Right, entity: &Entity) -> Vec<Source> {
    let of_whole = |found: Vec<Source>| {
        found.into_iter().map(|source| Source { whole: true, ..source }).collect::<Vec<_>>()
    };
    match &entity.part {
        Some(part) if part.wholly => of_whole(sources_named(person, on_whole(right), &part.of)),
        Some(part) if right == Right::Read => {
            let mut found = sources_named(person, right, &entity.name);
            found.extend(of_whole(sources_named(person, right, &part.of)));
            found
        }
        _ => sources_named(person, right, &entity.name),
    }
}

fn sources_named(person: &Person, right: Right, entity: &Name) -> Vec<Source> {
    let mut found: Vec<Source> = Vec::new();
    // Role by role, so that a wide role does not hide the others.
    for role in person.roles.iter() {
        let scope = role.rights.scope(entity, right);
        if scope.is_none() {
            continue;
        }
        let alone = Person {
            roles: std::sync::Arc::new(vec![role.clone()]),
            extra: Vec::new(),
            ..person.clone()
        };
        let condition = match reach_named(&alone, right, entity) {
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
        let by = Ground::Role(role.name.clone());
        found.push(Source { by, scope: Some(scope), condition, whole: false });
    }
    // Whoever manages what an entity is about has all rights on it.
    for role in person.roles.iter() {
        let known = found.iter().any(|source| source.by == Ground::Role(role.name.clone()));
        if !known && guardian(entity).is_some_and(|by| role.rights.special.contains(&by)) {
            found.push(Source {
                by: Ground::Role(role.name.clone()),
                scope: Some(Scope::ALL),
                condition: String::new(),
                whole: false,
            });
        }
    }
    let whole = |extra: &&super::Extra| extra.entity == *entity && extra.field.is_none();
    for extra in person.extra.iter().filter(whole) {
        if super::reach::covers(extra, right) {
            found.push(Source {
                by: Ground::Request(extra.request),
                scope: None,
                condition: match extra.record {
                    Some(record) => format!("id = {record}"),
                    None if extra.width == Width::All => String::new(),
                    None => conditions(person, entity, Scope::of(extra.width)).join(" or "),
                },
                whole: false,
            });
        }
    }
    let none = Person { roles: std::sync::Arc::default(), extra: Vec::new(), ..person.clone() };
    if let Reach::Some(branches) = reach_named(&none, right, entity) {
        found.extend(branches.into_iter().map(|branch| Source {
            by: branch.by,
            scope: None,
            condition: branch.condition,
            whole: false,
        }));
    }
    found
}
