//! The audit log as an entity that can be asked about, though it has no table: `assets/audit.toml`.
//!
//! It stands beside the entities of a catalogue in a catalogue of its own, so that no list, form, import
//! or export ever meets it. Start at [`with_audit`].

use super::entity::Draft;
use super::reader::{Item, Problems};
use super::{File, SchemaError, choice, parse};
use crate::schema::{Catalog, Entity, Origin};

/// The name of the entity.
pub const AUDIT: &str = "audit";

/// The catalogue with the audit log as a further entity: what queries about the log are held against.
///
/// # Errors
/// What is wrong with the file that declares it; a test holds that nothing is.
pub fn with_audit(catalog: &Catalog) -> Result<Catalog, Vec<SchemaError>> {
    let files = [File {
        name: "assets/audit.toml",
        text: include_str!("../../../assets/audit.toml"),
        origin: Origin::BuiltIn,
    }];
    let mut problems = Problems::new(&files);
    let documents = parse(&files, &mut problems);
    let mut draft = Draft::default();
    for document in &documents {
        for item in Item::of_table(document.get_ref(), 0) {
            draft.read_entities(&item, Origin::BuiltIn, &mut problems);
        }
    }
    if !problems.is_empty() {
        return Err(problems.into_errors());
    }
    let mut log: Vec<Entity> = draft.entities;
    for field in log.iter_mut().flat_map(|entity| &mut entity.fields) {
        if field.name == "entity" {
            field.choices = catalog
                .entities()
                .map(|entity| choice::called(&entity.name, &entity.label))
                .collect();
        }
    }
    let entities = catalog.entities().cloned().chain(log.into_iter().map(Entity::indexed));
    Ok(Catalog::assemble(
        catalog.company.clone(),
        entities.collect(),
        catalog.all_reports().to_vec(),
        catalog.duplicate_rules().clone(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::load;

    #[test]
    fn the_log_is_an_entity_among_the_others() {
        let catalog = load(None).unwrap();
        let both = with_audit(&catalog).unwrap();
        let log = both.entity(AUDIT).unwrap();
        assert!(log.field("who").unwrap().kind.link_target().is_some_and(|to| to == "user"));
        assert!(log.field("entity").unwrap().choice("deal").is_some());
        assert!(catalog.entity(AUDIT).is_none());
        assert_eq!(both.entities().count(), catalog.entities().count() + 1);
    }
}
