//! Records that a condition names, led on to what they were merged into.
//!
//! A link that is held against a reference means the record that has its place now, as everywhere else; `id` and
//! `ref` mean the record itself. Start at [`Query::led`].

use super::Query;
use super::tree::{Cond, Who};
use crate::model::{Name, RecordId, RecordRef};
use crate::schema::{Catalog, Entity};

/// Says where a record went, if it did.
type Lead<'l, E> = &'l mut dyn FnMut(&RecordRef) -> Result<Option<RecordId>, E>;

impl Query {
    /// The same about the records that have the places of those it names; none where that is the same.
    ///
    /// # Errors
    /// What `lead` says.
    pub(crate) fn led<E>(&self, catalog: &Catalog, lead: Lead<'_, E>) -> Result<Option<Self>, E> {
        let Some(entity) = catalog.entity(&self.entity) else { return Ok(None) };
        let mut query = self.clone();
        let mut moved = false;
        for part in &mut query.parts {
            moved |= led(&mut part.cond, entity, catalog, lead)?;
        }
        Ok(moved.then_some(query))
    }
}

/// Leads what a condition names on; true where anything went.
fn led<E>(
    cond: &mut Cond,
    entity: &Entity,
    catalog: &Catalog,
    lead: Lead<'_, E>,
) -> Result<bool, E> {
    let beyond = |name: &Name| catalog.entity(name);
    let mut moved = false;
    match cond {
        Cond::All(parts) | Cond::Any(parts) => {
            for part in parts {
                moved |= led(part, entity, catalog, lead)?;
            }
        }
        Cond::Not(inner) => moved = led(inner, entity, catalog, lead)?,
        Cond::Linked(name, Who::Ids(ids)) => {
            let to = entity.field(name).and_then(|field| field.kind.link_target());
            let Some(to) = to else { return Ok(false) };
            for id in ids {
                if let Some(into) = lead(&RecordRef::new(to, RecordId(*id)))? {
                    (*id, moved) = (into.0, true);
                }
            }
        }
        Cond::LinkedAny(_, record) => {
            if let Some(into) = lead(record)? {
                (record.id, moved) = (into, true);
            }
        }
        Cond::Via(hop, inner) | Cond::PartOf(hop, inner) => {
            if let Some(to) = beyond(&hop.to) {
                moved = led(inner, to, catalog, lead)?;
            }
        }
        Cond::ViaAny(_, targets) => {
            for (name, inner) in targets {
                if let Some(to) = beyond(name) {
                    moved |= led(inner, to, catalog, lead)?;
                }
            }
        }
        Cond::Count(counted) => {
            if let (Some(of), Some(filter)) = (beyond(&counted.of), counted.filter.as_mut()) {
                moved = led(filter, of, catalog, lead)?;
            }
        }
        _ => {}
    }
    Ok(moved)
}
