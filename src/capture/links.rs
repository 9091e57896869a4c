//! What a record about another one is linked to: it, and what that one belongs to.

use crate::model::{Link, Name, Record, Value};
use crate::schema::{Catalog, Entity, FieldType, Origin};

/// The links that a record of `entity` about `about` has: to it, and to what it is linked to itself
/// (the customer of a deal), wherever `entity` has a field for that.
#[must_use]
pub fn links(entity: &Entity, about: &Record, catalog: &Catalog) -> Vec<(Name, Value)> {
    let title = catalog
        .entity(&about.entity)
        .and_then(|kind| about.get(&kind.title).as_text())
        .unwrap_or_default();
    let mut own = Link::new(&about.entity, about.id);
    title.clone_into(&mut own.title);
    entity
        .fields
        .iter()
        .filter(|field| field.origin != Origin::System && !field.is_given())
        .filter_map(|field| {
            let link = match &field.kind {
                FieldType::LinkAny => own.clone(),
                FieldType::Link { to } if *to == about.entity => own.clone(),
                FieldType::Link { to } => {
                    about.get(&field.name).as_link().filter(|link| link.entity == *to)?.clone()
                }
                _ => return None,
            };
            Some((field.name.clone(), Value::Link(link)))
        })
        .collect()
}
