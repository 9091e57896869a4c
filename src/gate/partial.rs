//! Figures that would be wrong: a roll-up over records of which a person may read none is not there for
//! them, and neither is what is calculated from it.
//!
//! It is decided by the rights alone, never by what there is, so that nothing is found out by a figure that
//! comes or goes. Start at [`blind_figures`].

use std::collections::BTreeSet;

use crate::model::Name;
use crate::policy::{self, Person, Right};
use crate::query::Formula;
use crate::schema::{Catalog, Entity, FieldType};

/// The computed fields that `person` is not to be shown, as entity and field.
pub(super) fn blind_figures(catalog: &Catalog, person: &Person) -> BTreeSet<(Name, Name)> {
    let mut blind = BTreeSet::new();
    for entity in catalog.entities() {
        for field in &entity.fields {
            if let FieldType::RollUp { roll_up, .. } = &field.kind
                && let Some(of) = catalog.entity(&roll_up.of)
                && !reads_some(person, of)
                && !of
                    .part
                    .as_ref()
                    .is_some_and(|part| part.of == entity.name && part.through == roll_up.through)
            {
                blind.insert((entity.name.clone(), field.name.clone()));
            }
        }
    }
    if blind.is_empty() {
        return blind;
    }
    // A formula may rest on another one.
    loop {
        let before = blind.len();
        for entity in catalog.entities() {
            for field in &entity.fields {
                let FieldType::Formula { expr, .. } = &field.kind else { continue };
                let Ok(formula) = Formula::resolve(expr, catalog, &entity.name) else { continue };
                if formula
                    .scalar
                    .fields()
                    .into_iter()
                    .any(|of| blind.contains(&(entity.name.clone(), of)))
                {
                    blind.insert((entity.name.clone(), field.name.clone()));
                }
            }
        }
        if blind.len() == before {
            return blind;
        }
    }
}

/// Whether a role lets somebody read records of an entity, or of what these are seen with.
fn reads_some(person: &Person, entity: &Entity) -> bool {
    person.is_administrator()
        || person.roles.iter().any(|role| {
            policy::is_granted(role, Right::Read, entity)
                || entity
                    .part
                    .as_ref()
                    .is_some_and(|part| !role.rights.scope(&part.of, Right::Read).is_none())
        })
        || person.extra.iter().any(|extra| extra.entity == entity.name)
}
