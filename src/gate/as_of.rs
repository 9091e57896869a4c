//! Records as they were, and values put back: history read backwards.
//!
//! A record of then is the record of now with everything taken back that was changed since. What is
//! computed, and what was erased, is blank. Who may see it is decided for the record as it is now.

use chrono::{DateTime, Utc};

use super::error::{GateError, Result};
use super::read::{ListRequest, Window};
use super::session::Session;
use super::write::Plan;
use crate::model::{Edit, Link, Name, Op, Record, RecordId, RecordRef, Value, phrase};
use crate::policy::FieldAccess;
use crate::query::{Query, parse_sort};

impl Session {
    /// A record as it was at an instant. In the bin at that time counts as being there, with
    /// `deleted_at`.
    ///
    /// # Errors
    /// [`GateError::NotFound`] where there was no such record yet; as [`Session::get`].
    pub fn get_as_of(&self, record: &RecordRef, at: DateTime<Utc>) -> Result<Record> {
        let present = self.get(record)?;
        self.store.limited(|| self.back_to(present, at))?.ok_or_else(|| {
            let day = at.with_timezone(&self.options.zone).format("%Y-%m-%d %H:%M").to_string();
            let record = self.catalog.reference(record);
            GateError::NotFound {
                what: phrase!("there was no {record} yet on {day}", record = &record, day),
                hint: Some(phrase!("`kontor history {record}` says since when there is", record)),
            }
        })
    }

    /// Records that were there at an instant, in the order of their numbers, after number `after`: at
    /// most `limit`, and the number to go on from.
    ///
    /// # Errors
    /// As [`Session::list`].
    pub fn list_as_of(
        &self,
        entity: &str,
        at: DateTime<Utc>,
        after: RecordId,
        limit: usize,
    ) -> Result<(Vec<Record>, Option<RecordId>)> {
        let entity = self.entity(entity)?;
        let beyond = format!("id > {}", after.0);
        let mut request = ListRequest {
            entity: entity.name.clone(),
            filter: Some(Query::parse(&beyond, &self.catalog, &entity.name)?),
            sort: parse_sort("id", &self.catalog, &entity.name)?,
            fields: Vec::new(),
            window: Window::First,
            limit,
            deleted: false,
        };
        // What is in the bin now may have been there then.
        let mut records = self.list(&request)?.rows;
        request.deleted = true;
        records.extend(self.list(&request)?.rows);
        records.sort_by_key(|record| record.id);
        records.truncate(limit);
        let next = records.last().filter(|_| records.len() == limit).map(|record| record.id);
        let mut were = Vec::with_capacity(records.len());
        for record in records {
            let then = self.store.limited(|| self.back_to(record, at))?;
            were.extend(then.filter(|record| record.meta.deleted_at.is_none()));
        }
        Ok((were, next))
    }

    /// Takes back what was changed since; none where the record was not there yet.
    fn back_to(&self, mut record: Record, at: DateTime<Utc>) -> Result<Option<Record>> {
        let Some(entity) = self.catalog.entity(&record.entity) else { return Ok(None) };
        for step in self.store.steps_since(&record.reference(), at.timestamp_millis())? {
            match step.op {
                Op::Create => return Ok(None),
                Op::Delete => record.meta.deleted_at = None,
                Op::Restore => record.meta.deleted_at = Some(at),
                Op::Update => {
                    let Some(field) = step.field else { continue };
                    // What the schema has no more is not shown, nor what is kept from the person.
                    let Some(known) = entity.field(&field) else { continue };
                    let mut before = step.before;
                    match self.access(entity, known) {
                        FieldAccess::Hidden => continue,
                        FieldAccess::Masked => super::ask::mask(&mut before),
                        FieldAccess::Read | FieldAccess::Edit => {}
                    }
                    record.fields.insert(field, before);
                }
            }
        }
        for field in entity.fields.iter().filter(|field| field.kind.is_computed()) {
            record.fields.insert(field.name.clone(), Value::Null);
        }
        if let Some((last, by)) =
            self.store.last_touch(&record.reference(), at.timestamp_millis())?
        {
            record.meta.updated_at = last;
            record.meta.updated_by = by.map(|by| Link::new("user", by));
        }
        for value in record.fields.values_mut() {
            self.name_link(value)?;
        }
        Ok(Some(record))
    }

    /// Plans to put back, as one new change, the values that fields had before a change set.
    ///
    /// # Errors
    /// [`GateError::NotFound`] where that change set did not change a field of that record, or where a
    /// value was erased; as [`Session::plan`].
    pub fn plan_restore(
        &self,
        record: &RecordRef,
        fields: &[Name],
        change_set: i64,
    ) -> Result<Plan> {
        self.get(record)?;
        let mut edit = Edit::update(&record.entity, record.id);
        for field in fields {
            edit = edit.with(field, self.value_to_restore(record, field, change_set)?);
        }
        let names = fields.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let why = format!("restore {names} from before change set {change_set}");
        self.plan(vec![edit], &why)
    }

    fn value_to_restore(&self, record: &RecordRef, field: &Name, change_set: i64) -> Result<Value> {
        let reference = self.catalog.reference(record);
        let entity = self.entity(&record.entity)?;
        let Some(label) = entity.field(field).map(|field| field.label.lower()) else {
            return Err(GateError::NotFound {
                what: phrase!("{entity} has no field {field}", entity = &entity.name, field),
                hint: super::plan::near(entity, field),
            });
        };
        match self.store.value_before(record, field, change_set)? {
            Some((before, false)) => Ok(before),
            Some((_, true)) => Err(GateError::NotFound {
                what: phrase!(
                    "the value before change set {number} was erased",
                    number = change_set
                ),
                hint: None,
            }),
            None => Err(GateError::NotFound {
                what: phrase!(
                    "change set {number} did not change {field} of {record}",
                    number = change_set,
                    field = &label,
                    record = &reference
                ),
                hint: Some(phrase!(
                    "`kontor history {record}` lists its changes",
                    record = &reference
                )),
            }),
        }
    }
}
