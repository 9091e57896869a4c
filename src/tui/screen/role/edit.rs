//! How cells of the matrix change.

use super::Line;
use crate::model::Name;
use crate::policy::{FieldAccess, Right, Role, RoleRights, Scope, Special, Width};
use crate::schema::Catalog;

/// The name under which a role keeps what holds for entities that it does not name.
const OTHERS: &str = "*";

/// The name that a line's rights stand under in the role.
pub(super) fn key_of(line: &Line) -> Option<Name> {
    match line {
        Line::Others => Some(Name::from(OTHERS)),
        Line::Entity(name) => Some(name.clone()),
        Line::Special(_) | Line::TwoFactor => None,
    }
}

/// The next wider scope, after the widest none; of what is only yes or no, the other.
pub(super) fn cycle(rights: &mut RoleRights, line: &Line, right: Right) {
    match line {
        Line::Special(special) => {
            if !rights.special.remove(special) {
                rights.special.insert(*special);
            }
        }
        Line::TwoFactor => rights.two_factor = !rights.two_factor,
        Line::Others | Line::Entity(_) => {
            let Some(key) = key_of(line).filter(|key| !rights.parts.contains_key(key)) else {
                return;
            };
            let now = rights.scope(&key, right);
            let next = if right == Right::Create {
                if now.is_none() { Scope::ALL } else { Scope::NONE }
            } else {
                let at = Width::ALL.iter().position(|width| *width == now.width).unwrap_or(0);
                let width = Width::ALL[(at + 1) % Width::ALL.len()];
                let unassigned = match now.width {
                    Width::All => false,
                    _ => now.unassigned || width == Width::All,
                };
                Scope { width, unassigned }
            };
            rights.entities.entry(key).or_default().scopes.insert(right, next);
        }
    }
}

/// Records that nobody owns, too, or not any more.
pub(super) fn unassigned(rights: &mut RoleRights, line: &Line, right: Right) {
    let Some(key) = key_of(line).filter(|key| !rights.parts.contains_key(key)) else { return };
    let now = rights.scope(&key, right);
    if right == Right::Create || now.width == Width::All {
        return;
    }
    let next = Scope { unassigned: !now.unassigned, ..now };
    rights.entities.entry(key).or_default().scopes.insert(right, next);
}

/// The next higher access to a field, after the highest hidden.
pub(super) fn cycle_field(rights: &mut RoleRights, entity: &Name, field: &Name) {
    let now = rights.field(entity, field);
    let at = FieldAccess::ALL.iter().position(|access| *access == now).unwrap_or(0);
    let next = FieldAccess::ALL[(at + 1) % FieldAccess::ALL.len()];
    let of = &mut rights.entities.entry(entity.clone()).or_default().fields;
    // What may simply be changed is not named.
    if next == FieldAccess::Edit {
        of.remove(field);
    } else {
        of.insert(field.clone(), next);
    }
}

/// All rights of several roles together: of each the widest.
pub(super) fn united(roles: &[Role], catalog: &Catalog) -> RoleRights {
    let mut all = RoleRights {
        everything: roles.iter().any(|role| role.rights.everything),
        two_factor: roles.iter().any(|role| role.rights.two_factor),
        special: roles.iter().flat_map(|role| role.rights.special.iter().copied()).collect(),
        ..RoleRights::default()
    };
    if all.everything {
        all.special.extend(Special::ALL);
    }
    for entity in catalog.entities() {
        if let Some(part) = entity.whole() {
            all.parts.insert(entity.name.clone(), part.of.clone());
        }
        let of = all.entities.entry(entity.name.clone()).or_default();
        for right in Right::ALL {
            let scopes = roles.iter().map(|role| role.rights.scope(&entity.name, right));
            let widest = scopes.fold(Scope::NONE, |a, b| Scope {
                width: a.width.max(b.width),
                unassigned: a.unassigned || b.unassigned,
            });
            of.scopes.insert(right, widest);
        }
        for field in &entity.fields {
            let levels =
                roles.iter().filter(|role| !role.rights.scope(&entity.name, Right::Read).is_none());
            let level = levels.map(|role| role.rights.field(&entity.name, &field.name)).max();
            if let Some(level) = level.filter(|level| *level < FieldAccess::Edit) {
                of.fields.insert(field.name.clone(), level);
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RecordId;

    fn word(rights: &RoleRights) -> String {
        rights.scope("deal", Right::Edit).print()
    }

    #[test]
    fn a_cell_goes_through_all_widths_and_back() {
        let mut rights = RoleRights::default();
        let line = Line::Entity(Name::from("deal"));
        let mut seen = Vec::new();
        for _ in 0..5 {
            cycle(&mut rights, &line, Right::Edit);
            seen.push(word(&rights));
        }
        assert_eq!(seen, ["own", "team", "team+sub", "all", "none"]);
        unassigned(&mut rights, &line, Right::Edit);
        cycle(&mut rights, &line, Right::Edit);
        assert_eq!(word(&rights), "own+unassigned");
    }

    #[test]
    fn what_is_named_overrules_all_the_rest() {
        let mut rights = RoleRights::default();
        cycle(&mut rights, &Line::Others, Right::Edit);
        assert_eq!(word(&rights), "own");
        for _ in 0..4 {
            cycle(&mut rights, &Line::Entity(Name::from("deal")), Right::Edit);
        }
        assert_eq!(word(&rights), "none");
        assert_eq!(rights.scope("task", Right::Edit).print(), "own");
    }

    #[test]
    fn a_field_that_may_be_changed_is_not_named() {
        let mut rights = RoleRights::default();
        let (deal, amount) = (Name::from("deal"), Name::from("amount"));
        let mut seen = Vec::new();
        for _ in 0..4 {
            cycle_field(&mut rights, &deal, &amount);
            seen.push(rights.field(&deal, &amount).word());
        }
        assert_eq!(seen, ["hidden", "masked", "read", "edit"]);
        assert!(rights.entities["deal"].fields.is_empty());
    }

    #[test]
    fn united_rights_are_the_widest_of_each() {
        let catalog = crate::schema::load(None).unwrap();
        let role = |text: &str| Role {
            id: RecordId(1),
            name: "x".into(),
            rights: RoleRights::parse(text, &catalog).unwrap(),
        };
        let roles = [
            role("[entity.deal]\nedit = \"own+unassigned\"\n"),
            role("special = [\"audit\"]\n[entity.deal]\nedit = \"team\"\n"),
        ];
        let all = united(&roles, &catalog);
        assert_eq!(word(&all), "team+unassigned");
        assert!(all.special.contains(&Special::Audit));
    }
}
