//! What is handed in for the fields of a record -> values, as far as the schema and the file can tell.
//!
//! Names of linked records are looked up here, and what is only a change (`+10 %`, one more tag) meets
//! what the record holds. Nothing is written. Start at [`Session::understand`].

use std::collections::BTreeMap;

use super::error::Result;
use super::plan::near;
use super::session::{Session, Via};
use super::trouble::Report;
use crate::model::{Edit, Input, Name, Record, Shift, Value, phrase};
use crate::policy::{FieldAccess, Need, Refusal};
use crate::schema::{Catalog, Coercion, Entity, Field, FieldType, Origin};

impl Session {
    /// Understands what an edit hands in for each field; `current` is the record it changes.
    pub(super) fn understand(
        &self,
        catalog: &Catalog,
        entity: &Entity,
        edit: &Edit,
        current: Option<&Record>,
        creates: &[bool],
        report: &mut Report<'_>,
    ) -> Result<BTreeMap<Name, Value>> {
        let trusted = matches!(self.via, Via::Import | Via::System);
        let coercion = &self.coercion();
        let mut set = BTreeMap::new();
        for (name, input) in &edit.set {
            // What is hidden from a person is not there for them.
            let shown = |field: &&Field| self.access(entity, field) > FieldAccess::Hidden;
            let Some(field) = entity.field(name).filter(shown) else {
                report.push(
                    Some(name),
                    phrase!("{entity} has no such field", entity = entity.told()),
                    near(self.entity(&entity.name)?, name),
                );
                continue;
            };
            // Imports bring the past along: when a record was made, since when a deal is in its stage.
            let dated = trusted
                && (matches!(name.as_str(), "created_at" | "updated_at")
                    || (field.read_only && field.origin != Origin::System));
            let numbered = trusted && matches!(field.kind, FieldType::Serial { .. });
            if field.is_given() && !dated && !numbered {
                let message = if field.kind.is_computed() {
                    phrase!("is computed and cannot be set")
                } else {
                    phrase!("cannot be set by hand")
                };
                report.push(Some(name), message, None);
                continue;
            }
            // A change of what is not seen would tell of it by whether it can be done.
            if let (Input::Shift(_), Some(_)) = (input, current)
                && self.access(entity, field) < FieldAccess::Read
            {
                let need = Need::Field(FieldAccess::Edit, entity.name.clone(), field.name.clone());
                report.refuse(Some(&field.name), self.advised(Refusal::of(need)));
                continue;
            }
            let value = match (input, current) {
                (Input::Text(text), _) if numbered => Some(Value::from(text.trim())),
                (Input::Value(value), _) if numbered => Some(value.clone()),
                (Input::Shift(shift), Some(current)) => {
                    let present = current.get(name);
                    self.understand_shift(coercion, (entity, field), shift, present, report)?
                }
                _ => {
                    // What is not seen tells nothing, its currency neither.
                    let seen = current.filter(|_| self.access(entity, field) >= FieldAccess::Read);
                    let present = seen.map_or(&Value::Null, |current| current.get(name));
                    self.understand_input(coercion, (entity, field), input, present, report)?
                }
            };
            let Some(mut value) = value else { continue };
            if trusted && let Some(current) = current {
                keep_spelling(current.get(name), &mut value);
            }
            if self.links_exist(catalog, field, &value, creates, report)? {
                set.insert(name.clone(), value);
            }
        }
        Ok(set)
    }

    fn understand_input(
        &self,
        coercion: &Coercion<'_>,
        (entity, field): (&Entity, &Field),
        input: &Input,
        present: &Value,
        report: &mut Report<'_>,
    ) -> Result<Option<Value>> {
        let links = matches!(
            field.kind,
            FieldType::Link { .. } | FieldType::Links { .. } | FieldType::LinkAny
        );
        if let (true, Input::Text(typed)) = (links, input) {
            return self.understand_links(coercion.catalog, field, typed, report);
        }
        Ok(match coercion.value_over(entity, field, input, present) {
            Ok(value) => Some(value),
            Err(invalid) => {
                report.push(Some(&field.name), invalid.message, invalid.hint);
                None
            }
        })
    }

    /// What a field that holds `present` will hold.
    fn understand_shift(
        &self,
        coercion: &Coercion<'_>,
        (entity, field): (&Entity, &Field),
        shift: &Shift,
        present: &Value,
        report: &mut Report<'_>,
    ) -> Result<Option<Value>> {
        // What is put to others may be named as links are.
        let known = |value| Box::new(Input::Value(value));
        let shift = match shift {
            Shift::Add(more) => self
                .understand_input(coercion, (entity, field), more, present, report)?
                .map(|value| Shift::Add(known(value))),
            Shift::Remove(less) => self
                .understand_input(coercion, (entity, field), less, present, report)?
                .map(|value| Shift::Remove(known(value))),
            other => Some(other.clone()),
        };
        let Some(shift) = shift else { return Ok(None) };
        let value = coercion
            .shifted(entity, field, present, &shift)
            .and_then(|value| coercion.value(entity, field, &Input::Value(value)));
        Ok(match value {
            Ok(value) => Some(value),
            Err(invalid) => {
                report.push(Some(&field.name), invalid.message, invalid.hint);
                None
            }
        })
    }
}

/// A file that has phones, mails and addresses in their plain form only says nothing against how they are spelt.
fn keep_spelling(present: &Value, value: &mut Value) {
    let (Value::Points(present), Value::Points(points)) = (present, value) else { return };
    for point in points.iter_mut().filter(|point| point.raw.is_none()) {
        if let Some(known) = present.iter().find(|known| known.value == point.value) {
            point.raw.clone_from(&known.raw);
        }
    }
}
