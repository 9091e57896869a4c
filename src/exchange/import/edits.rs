//! Drafts whose links are known -> edits for the gate.

use super::piece::{Importer, Missing, Ready};
use crate::exchange::cells::{Draft, What};
use crate::exchange::recipe::Recipe;
use crate::gate::{GateError, Proposal};
use crate::model::{Address, Edit, Link, Name, RecordId, RecordRef, Value, text};
use crate::schema::FieldType;

impl Importer<'_> {
    pub(super) fn proposals(&self, ready: &mut Ready) -> Result<Vec<Proposal>, GateError> {
        let mut edits = Vec::with_capacity(ready.missing.list.len() + ready.drafts.len());
        for (entity, name) in &ready.missing.list {
            let title = self.bulk.session().catalog().entity(entity).map(|e| e.title.clone());
            let edit = Edit::create(entity).typed(title.unwrap_or_else(|| "name".into()), name);
            edits.push(Proposal::Edit(edit));
        }
        for (draft, target) in ready.drafts.iter_mut().zip(&ready.targets) {
            // What was foreseen is a new record.
            if let Some(foreseen) = draft.foreseen.take().filter(|_| target.is_none()) {
                edits.push(Proposal::Foreseen(foreseen));
                continue;
            }
            let mut edit = match target {
                Some(id) => Edit::update(&self.recipe.entity, *id),
                None => Edit::create(&self.recipe.entity),
            };
            for fill in &draft.fills {
                if fill.only_new && target.is_some() {
                    continue;
                }
                let slot = &self.recipe.slots[fill.slot];
                let value = match &fill.what {
                    What::Value(value) => Some(value.clone()),
                    What::Parts(parts) => Some(self.address(&slot.field.name, parts, *target)?),
                    What::Links(names) => {
                        let several = matches!(slot.field.kind, FieldType::Links { .. });
                        self.linked(fill.slot, names, &ready.missing, several)
                    }
                };
                if let Some(mut value) = value {
                    if let Some(id) = target.filter(|_| slot.add && fill.adds()) {
                        let record = RecordRef { entity: self.recipe.entity.clone(), id };
                        let field = std::slice::from_ref(&slot.field.name);
                        let there = self.bulk.session().get_fields(&record, field)?;
                        value = joined(there.get(&slot.field.name), value);
                    }
                    edit = edit.with(&slot.field.name, value);
                }
            }
            edits.push(Proposal::Edit(edit));
        }
        Ok(edits)
    }

    /// The parts that a row fills over those that are there.
    fn address(
        &self,
        field: &Name,
        parts: &Address,
        target: Option<RecordId>,
    ) -> Result<Value, GateError> {
        let present = match target {
            Some(id) => {
                let record = RecordRef { entity: self.recipe.entity.clone(), id };
                let session = self.bulk.session();
                session.get_fields(&record, std::slice::from_ref(field))?.get(field).clone()
            }
            None => Value::Null,
        };
        let mut address = match present {
            Value::Address(address) => *address,
            _ => Address::default(),
        };
        for name in Address::PARTS {
            if let (Some(new), Some(old)) = (parts.part(name), address.part_mut(name))
                && !new.is_empty()
            {
                new.clone_into(old);
            }
        }
        Ok(Value::Address(Box::new(address)))
    }

    /// The link value of names; none where a record is not there and the link is left out.
    pub(super) fn linked(
        &self,
        slot: usize,
        names: &[String],
        missing: &Missing,
        several: bool,
    ) -> Option<Value> {
        let to = &self.recipe.slots[slot].link.as_ref()?.to;
        let id_of =
            |name: &String| self.linker.get(slot, name).or_else(|| missing.pending(to, name));
        let mut links = names.iter().filter_map(id_of).map(|id| Link::new(to, id));
        if several {
            let links: Vec<Link> = links.collect();
            (!links.is_empty()).then_some(Value::Links(links))
        } else {
            links.next().map(Value::Link)
        }
    }
}

/// The edit of a row that makes a record and links to none.
pub(super) fn unlinked(recipe: &Recipe, draft: &Draft) -> Option<Edit> {
    let mut edit = Edit::create(&recipe.entity);
    for fill in &draft.fills {
        let value = match &fill.what {
            What::Value(value) => value.clone(),
            What::Parts(parts) => Value::Address(parts.clone()),
            What::Links(_) => return None,
        };
        edit = edit.with(&recipe.slots[fill.slot].field.name, value);
    }
    Some(edit)
}

/// What is there with what a row puts to it: what is there first, nothing twice.
fn joined(there: &Value, new: Value) -> Value {
    match (there, new) {
        (Value::Points(there), Value::Points(new)) => {
            let mut all = there.clone();
            for point in new {
                if !all.iter().any(|known| known.value == point.value) {
                    all.push(point);
                }
            }
            Value::Points(all)
        }
        (Value::List(there), Value::List(new)) => {
            let mut all = there.clone();
            for item in new {
                if !all.iter().any(|known| text::fold(known) == text::fold(&item)) {
                    all.push(item);
                }
            }
            Value::List(all)
        }
        (Value::Links(there), Value::Links(new)) => {
            let mut all = there.clone();
            for link in new {
                if !all.iter().any(|known| known.id == link.id) {
                    all.push(link);
                }
            }
            Value::Links(all)
        }
        (_, new) => new,
    }
}
