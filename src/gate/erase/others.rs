//! Who else is called like a person or shares an address with them: what erasing that person must leave alone.
//!
//! It is looked for in the whole file, whoever asks: what they do not see must not be damaged either.

use super::is_party;
use super::names::{Names, Others, same_name, titles};
use crate::gate::error::Result;
use crate::gate::session::Session;
use crate::gate::store::rows::Projection;
use crate::model::{Record, RecordRef, Value};
use crate::schema::{Entity, Field, FieldType};

/// So many records with one address are looked at.
const MOST: usize = 100;

impl Session {
    /// By what these records, which are one person, are known, and what of that is others' too.
    pub(super) fn names_of(&self, entity: &Entity, people: &[Record]) -> Result<Names> {
        let own = |record: &RecordRef| people.iter().any(|person| person.reference() == *record);
        let called = titles(entity, people);
        let mut others =
            Others { region: self.catalog.company.region.clone(), ..Others::default() };
        let moment = self.moment();
        let parties = self.catalog.entities();
        for party in parties.filter(|party| is_party(party) || party.name == "user") {
            let mut same = Vec::new();
            self.store.each_text(party, &party.title_field().sql_column(), |id, title| {
                let title = title.trim();
                if own(&RecordRef::new(&party.name, id)) {
                    return;
                }
                if called.iter().any(|name| same_name(name, title)) {
                    same.push((id, title.to_owned()));
                } else if called.iter().any(|name| title.contains(name.as_str())) {
                    others.longer.push(title.to_owned());
                }
            })?;
            let projection = Projection::unveiled(&self.catalog, party, &moment);
            for (id, title) in same {
                let found = self.store.record(&projection, id)?;
                if found.is_some_and(|record| record.meta.deleted_at.is_none()) {
                    others.same.push(title);
                }
            }
        }
        for person in people {
            for field in &entity.fields {
                let Value::Points(points) = person.get(&field.name) else { continue };
                for point in points {
                    if self.is_shared(&point.value, &own)? {
                        others.points.push(point.value.clone());
                    }
                }
            }
        }
        Ok(Names::of(entity, people, others))
    }

    /// Whether another record has this address or number too.
    fn is_shared(&self, point: &str, own: &impl Fn(&RecordRef) -> bool) -> Result<bool> {
        let reached = |field: &&Field| matches!(field.kind, FieldType::Email | FieldType::Phone);
        for entity in self.catalog.entities() {
            for field in entity.fields.iter().filter(reached) {
                let path = format!("{}.{}", entity.name, field.name);
                let ids = self.store.with_point(&path, point, MOST)?;
                if ids.into_iter().any(|id| !own(&RecordRef::new(&entity.name, id))) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }
}
