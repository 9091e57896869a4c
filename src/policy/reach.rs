//! Which records a right reaches, as conditions in the query language.

use super::{Extra, Person, Right, Scope, Special, Width};
use crate::model::{Name, RecordId};
use crate::schema::Entity;

/// One reason why records are reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// The records: a condition on the entity, or on what its records are parts of.
    pub condition: String,
    /// The condition is about the record that the entity's own ones are parts of.
    pub whole: bool,
    /// Why: the role, or what else grants it.
    pub by: Ground,
}

/// What grants a right.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ground {
    /// A role.
    Role(String),
    /// Being its owner or assignee.
    Owner,
    /// Being its collaborator.
    Collaborator,
    /// Somebody shares it: saved views.
    Shared,
    /// A request that was approved.
    Request(RecordId),
}

/// Which records a right reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// All of them.
    All,
    /// Those that satisfy one of the conditions; none where there is none.
    Some(Vec<Branch>),
}

/// The saved views that are not private: one's own, and those that somebody shares with one. No role
/// reaches further, whatever it says of all entities or of views.
const VIEWS: &str = "owner = me or shared = \"all\" or (shared = team and owner = my team)";

/// The entity whose rights decide about `right` on the records of `entity`, and which right it is there:
/// who may change an order adds, changes and takes away its lines.
#[must_use]
pub fn governed(right: Right, entity: &Entity) -> (Right, &Name) {
    match entity.whole() {
        Some(part) => (on_whole(right), &part.of),
        None => (right, &entity.name),
    }
}

/// The right on a record that a right on its parts comes down to.
pub(super) const fn on_whole(right: Right) -> Right {
    match right {
        Right::Create | Right::Edit | Right::Delete | Right::Restore => Right::Edit,
        other => other,
    }
}

/// Which records of `entity` the right of `person` reaches.
#[must_use]
pub fn reach(person: &Person, right: Right, entity: &Entity) -> Reach {
    let on_parts = |reach: Reach| match reach {
        Reach::All => Reach::All,
        Reach::Some(branches) => {
            Reach::Some(branches.into_iter().map(|b| Branch { whole: true, ..b }).collect())
        }
    };
    match &entity.part {
        Some(part) if part.wholly => on_parts(reach_named(person, on_whole(right), &part.of)),
        Some(part) if right == Right::Read => {
            let own = reach_named(person, right, &entity.name);
            match (own, on_parts(reach_named(person, right, &part.of))) {
                (Reach::Some(mut own), Reach::Some(more)) => {
                    own.extend(more);
                    Reach::Some(own)
                }
                _ => Reach::All,
            }
        }
        _ => reach_named(person, right, &entity.name),
    }
}

/// Which records a right reaches by what is said of their entity itself.
pub(super) fn reach_named(person: &Person, right: Right, entity: &Name) -> Reach {
    let guards = guardian(entity).is_some_and(|special| person.may(special));
    if person.is_administrator() || guards {
        return Reach::All;
    }
    let mut branches: Vec<Branch> = Vec::new();
    let mut add = |condition: String, by: Ground| {
        if !branches.iter().any(|known| known.condition == condition) {
            branches.push(Branch { condition, whole: false, by });
        }
    };
    for role in person.roles.iter() {
        let scope = role.rights.scope(entity, right);
        if scope.is_none() {
            continue;
        }
        let limits = [role.rights.narrow(entity), limit(entity)];
        if scope.width == Width::All && limits == [None, None] {
            return Reach::All;
        }
        for condition in conditions(person, entity, scope) {
            let all = [Some(condition.as_str()).filter(|text| !text.is_empty())];
            let parts: Vec<&str> = all.into_iter().chain(limits).flatten().collect();
            let condition = match parts[..] {
                [alone] => alone.to_owned(),
                _ => parts.iter().map(|part| format!("({part})")).collect::<Vec<_>>().join(" and "),
            };
            add(condition, Ground::Role(role.name.clone()));
        }
    }
    if matches!(right, Right::Read | Right::Edit) {
        add(own(person, entity), Ground::Owner);
        add("collaborators = me".to_owned(), Ground::Collaborator);
    }
    if right == Right::Read && entity == "view" {
        add("shared = \"all\"".to_owned(), Ground::Shared);
        add("shared = team and owner = my team".to_owned(), Ground::Shared);
    }
    for extra in &person.extra {
        if extra.entity != *entity || extra.field.is_some() || !covers(extra, right) {
            continue;
        }
        match extra.record {
            Some(record) => add(format!("id = {record}"), Ground::Request(extra.request)),
            None if extra.width == Width::All => match limit(entity) {
                Some(limit) => add(limit.to_owned(), Ground::Request(extra.request)),
                None => return Reach::All,
            },
            None => {
                for condition in conditions(person, entity, Scope::of(extra.width)) {
                    let condition = match limit(entity) {
                        Some(limit) => format!("({condition}) and ({limit})"),
                        None => condition,
                    };
                    add(condition, Ground::Request(extra.request));
                }
            }
        }
    }
    Reach::Some(branches)
}

/// What no role and no request goes beyond, whatever it grants; only administrators do.
fn limit(entity: &Name) -> Option<&'static str> {
    (*entity == "view").then_some(VIEWS)
}

/// Whoever was let at one record may see that one; a right on all of an entity is that right and no other,
/// on what the person sees.
pub(super) fn covers(granted: &Extra, asked: Right) -> bool {
    granted.right == asked || (asked == Right::Read && granted.record.is_some())
}

/// The conditions of a scope, one for each way to a record.
pub(super) fn conditions(person: &Person, entity: &str, scope: Scope) -> Vec<String> {
    let mut conditions = Vec::new();
    match scope.width {
        Width::None => {}
        Width::All => return vec![String::new()],
        Width::Own => conditions.push(own(person, entity)),
        Width::Team | Width::TeamAndSub => {
            conditions.push(own(person, entity));
            let teams = if scope.width == Width::Team { &person.own_teams } else { &person.teams };
            conditions.extend(teams_of(entity, teams));
        }
    }
    if scope.unassigned {
        conditions.push("owner is empty".to_owned());
    }
    conditions
}

/// One's own: what one looks after; of the users oneself, of the teams those one leads.
fn own(person: &Person, entity: &str) -> String {
    match entity {
        "user" => format!("id = {}", person.user),
        "team" => "manager = me".to_owned(),
        _ => "owner = me".to_owned(),
    }
}

fn teams_of(entity: &str, teams: &[RecordId]) -> Option<String> {
    if entity == "team" {
        let each: Vec<String> = teams.iter().map(|id| format!("id = {id}")).collect();
        return (!each.is_empty()).then(|| each.join(" or "));
    }
    let list = one_of(teams)?;
    Some(if entity == "user" { list.replacen("team", "teams", 1) } else { list })
}

/// `team in (TM-1, TM-2)`.
fn one_of(teams: &[RecordId]) -> Option<String> {
    if teams.is_empty() {
        return None;
    }
    let list: Vec<String> = teams.iter().map(|id| format!("TM-{id}")).collect();
    Some(format!("team in ({})", list.join(", ")))
}

/// Entities whose records decide what people may do.
#[must_use]
pub fn is_guarded(entity: &str) -> bool {
    matches!(entity, "user" | "team" | "role" | "access_request")
}

/// The special right that holds all rights on the records of an entity that decide what people may do.
#[must_use]
pub fn guardian(entity: &str) -> Option<Special> {
    match entity {
        "user" | "team" => Some(Special::Users),
        "role" | "access_request" => Some(Special::Roles),
        _ => None,
    }
}
