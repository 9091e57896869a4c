//! What all records hold of fields with few values: the first pass of a scan, in bounded memory.
//!
//! A field that turns out to have many different values is no longer counted, and no longer read.

use std::collections::{BTreeMap, HashMap};

use super::slots::{self, Slot};
use super::spelling::{self, Better};
use crate::model::{Name, Record, Value};
use crate::schema::duplicates::Kind;
use crate::schema::{Catalog, Entity, Field, FieldType};

/// More different values than this are no spellings of a few.
const MOST_VALUES: usize = 1_000;
/// Nor is a text of more bytes.
const LONGEST: usize = 120;

type Place = (Name, Slot);

/// What all records of an entity hold.
#[derive(Debug, Clone, Default)]
pub struct Counted {
    texts: BTreeMap<Place, HashMap<String, u32>>,
    /// Places with too many values.
    full: Vec<Place>,
    chosen: BTreeMap<Name, HashMap<String, u64>>,
    filled: BTreeMap<Name, u64>,
    better: BTreeMap<Place, HashMap<String, Better>>,
}

impl Counted {
    /// The fields that are to be counted for the checks that are `wanted`.
    #[must_use]
    pub fn fields(
        &self,
        catalog: &Catalog,
        entity: &Entity,
        wanted: &dyn Fn(&'static super::Check) -> bool,
    ) -> Vec<Name> {
        let wants = |name| super::Check::named(name).is_some_and(wanted);
        let (spellings, options) = (wants("spelling"), wants("unused"));
        let kinds = super::kinds(catalog, entity);
        let needed = |field: &&Field| {
            super::is_checked(field)
                && match field.kind {
                    FieldType::Select | FieldType::MultiSelect => options,
                    FieldType::Text | FieldType::Tags => {
                        spellings && self.counts(entity, field, slot_of(field), &kinds)
                    }
                    FieldType::Address => {
                        spellings
                            && spelling::PARTS
                                .iter()
                                .any(|part| self.counts(entity, field, Slot::Part(part), &kinds))
                    }
                    _ => false,
                }
        };
        entity.fields.iter().filter(needed).map(|field| field.name.clone()).collect()
    }

    fn counts(
        &self,
        entity: &Entity,
        field: &Field,
        slot: Slot,
        kinds: &BTreeMap<String, Kind>,
    ) -> bool {
        spelling::applies(entity, field, slot, kinds.get(&slot.place(&field.name)).copied())
            && !self.full.iter().any(|(name, full)| *name == field.name && *full == slot)
    }

    /// Takes in a record, of which the named fields were read.
    pub fn take(
        &mut self,
        catalog: &Catalog,
        entity: &Entity,
        fields: &[Name],
        records: &[Record],
    ) {
        let kinds = super::kinds(catalog, entity);
        for field in fields.iter().filter_map(|name| entity.field(name)) {
            for record in records {
                self.take_value(entity, field, record.get(&field.name), &kinds);
            }
        }
    }

    fn take_value(
        &mut self,
        entity: &Entity,
        field: &Field,
        value: &Value,
        kinds: &BTreeMap<String, Kind>,
    ) {
        if value.is_null() {
            return;
        }
        if matches!(field.kind, FieldType::Select | FieldType::MultiSelect) {
            *self.filled.entry(field.name.clone()).or_default() += 1;
            let chosen = self.chosen.entry(field.name.clone()).or_default();
            let mut count = |value: &str| {
                // What is no choice of the field is none of its unused ones either.
                if field.choice(value).is_some() {
                    *chosen.entry(value.to_owned()).or_default() += 1;
                }
            };
            match value {
                Value::Text(text) => count(text),
                Value::List(items) => items.iter().for_each(|item| count(item)),
                _ => {}
            }
            return;
        }
        slots::each(field, value, &mut |slot, text| {
            if text.len() > LONGEST || !self.counts(entity, field, slot, kinds) {
                return;
            }
            let place = (field.name.clone(), slot);
            let texts = self.texts.entry(place.clone()).or_default();
            if let Some(count) = texts.get_mut(text) {
                *count = count.saturating_add(1);
            } else if texts.len() < MOST_VALUES {
                texts.insert(text.to_owned(), 1);
            } else {
                self.texts.remove(&place);
                self.full.push(place);
            }
        });
    }

    /// Finds out which spellings are better, now that all is counted.
    pub fn settle(&mut self) {
        for (place, texts) in std::mem::take(&mut self.texts) {
            let better = spelling::better(&texts);
            if !better.is_empty() {
                self.better.insert(place, better);
            }
        }
    }

    /// The better spelling of a text.
    pub(super) fn better(&self, field: &Name, slot: Slot, text: &str) -> Option<&Better> {
        // Fields are few; a key of its own for every look-up would cost more.
        self.better.iter().find(|((name, at), _)| name == field && *at == slot)?.1.get(text)
    }

    /// How many records have a choice; or any of the field.
    pub(super) fn chosen(&self, field: &Name, choice: Option<&str>) -> u64 {
        match choice {
            None => self.filled.get(field).copied().unwrap_or_default(),
            Some(choice) => {
                self.chosen.get(field).and_then(|all| all.get(choice)).copied().unwrap_or_default()
            }
        }
    }
}

fn slot_of(field: &Field) -> Slot {
    if field.kind == FieldType::Tags { Slot::Tag } else { Slot::Whole }
}
