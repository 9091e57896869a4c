//! Taking a merge back: what was put together comes apart, whatever was merged before or since.
//!
//! A merge is taken back like any other change set, field by field, and where somebody changed a field since it is
//! refused with who and what. Three things are different. Later merges are no obstacle: what they moved on
//! goes back from where it is now, what they added stays, and what they overwrote is put right when they are
//! taken back themselves, to what stood there before all that was taken back by then. The rights are those of
//! the merge, on the records that became one, not those on everything that moved. And what the person does not
//! see and somebody changed since stays as it is, without a word.

use std::collections::HashSet;

use super::Session;
use crate::gate::error::Result;
use crate::gate::store::merged::Wrote;
use crate::gate::store::rows::Projection;
use crate::model::{Change, FieldChange, Link, Name, Op, Record, RecordId, RecordRef, Value};
use crate::policy::{Need, Refusal, Right};

/// A merge, or the taking back of one, that is to be taken back.
pub(in crate::gate) struct Unmerging {
    operation: i64,
    /// Its last change.
    end: i64,
    /// The records that became one, all that there are of them.
    group: HashSet<(Name, RecordId)>,
}

impl Session {
    /// The merge that an operation is; none where it is something else.
    pub(in crate::gate) fn unmerging(&self, operation: i64) -> Result<Option<Unmerging>> {
        if !self.store.standing_of(operation)?.merges {
            return Ok(None);
        }
        let mut group = HashSet::new();
        for (record, links) in self.store.marks_of(operation)? {
            group.insert((record.entity.clone(), record.id));
            group.extend(links.into_iter().map(|link| (link.entity, link.id)));
        }
        Ok(Some(Unmerging { operation, end: self.store.end_of(operation)?, group }))
    }

    /// A change that takes a piece of a merge back, as the file stands now: none where nothing is to be done.
    pub(in crate::gate) fn as_it_stands(
        &self,
        merge: &Unmerging,
        mut change: Change,
    ) -> Result<Option<Change>> {
        let reference = RecordRef::new(&change.entity, change.id);
        if change.op == Op::Update {
            let Some(entity) = self.catalog.entity(&change.entity) else { return Ok(Some(change)) };
            let moment = self.moment();
            let projection = Projection::unveiled(&self.catalog, entity, &moment);
            let Some(present) = self.store.record(&projection, change.id)? else {
                // What is gone for good has nothing to be put back.
                return Ok(None);
            };
            let writings = self.store.writings(&reference)?;
            let mut fields = Vec::with_capacity(change.fields.len());
            for field in change.fields {
                fields.extend(self.field_as_it_stands(merge, &writings, &present, field)?);
            }
            change.fields = fields;
            if change.fields.is_empty() {
                return Ok(None);
            }
        }
        let unseen = !self.actor().person().is_administrator() && !self.sees(&reference)?;
        if unseen && self.obstacle(&change, merge.operation)?.is_some() {
            return Ok(None);
        }
        Ok(Some(change))
    }

    fn field_as_it_stands(
        &self,
        merge: &Unmerging,
        writings: &[Wrote],
        present: &Record,
        field: FieldChange,
    ) -> Result<Option<FieldChange>> {
        let now = present.get(&field.field);
        let of_field = || writings.iter().filter(|wrote| wrote.field == field.field);
        let mut merged_since = false;
        for later in of_field().filter(|wrote| wrote.number > merge.end) {
            let standing = self.store.standing_of(later.operation)?;
            if standing.merges {
                merged_since = true;
            } else if standing.stands && !standing.undoes {
                // Somebody changed it: that is told, and stands in the way.
                return Ok(Some(field));
            }
        }
        if *now == field.before {
            let after = self.stood_before(merge.operation, of_field(), field.after.clone())?;
            return Ok(Some(FieldChange { after, ..field }));
        }
        if !merged_since || *now == field.after {
            return Ok(Some(field));
        }
        let after = match (&field.before, &field.after, now) {
            (Value::Link(put), _, Value::Link(is)) => {
                if self.went_to(&put.target())? == is.target() {
                    let before = field.after.clone();
                    Some(self.stood_before(merge.operation, of_field(), before)?)
                } else {
                    None
                }
            }
            (Value::Links(put), old, Value::Links(is)) => {
                Some(self.links_apart(put, old.links(), is)?)
            }
            (Value::List(put), old, Value::List(is)) => match old {
                Value::List(old) if put.starts_with(old) => {
                    Some(without(is, &put[old.len()..], Value::List))
                }
                Value::Null => Some(without(is, put, Value::List)),
                _ => None,
            },
            (Value::Points(put), old, Value::Points(is)) => match old {
                Value::Points(old) if put.starts_with(old) => {
                    Some(without(is, &put[old.len()..], Value::Points))
                }
                Value::Null => Some(without(is, put, Value::Points)),
                _ => None,
            },
            _ => None,
        };
        // What cannot be told apart is put right when the later merge is taken back.
        Ok(after.map(|after| FieldChange { field: field.field, before: now.clone(), after }))
    }

    /// What a field held before an operation, had what was taken back since never been.
    fn stood_before<'w>(
        &self,
        operation: i64,
        writings: impl DoubleEndedIterator<Item = &'w Wrote>,
        mut value: Value,
    ) -> Result<Value> {
        let mut reached = false;
        for wrote in writings.rev() {
            if wrote.operation == operation {
                reached = true;
                continue;
            }
            if !reached || wrote.after != value {
                continue;
            }
            if self.store.standing_of(wrote.operation)?.stands {
                break;
            }
            value = wrote.before.clone();
        }
        Ok(value)
    }

    /// Links to several records of which one became another: back to what they were, from where they are now.
    fn links_apart(&self, put: &[Link], old: &[Link], is: &[Link]) -> Result<Value> {
        let mut added = Vec::new();
        for link in put.iter().filter(|link| !old.contains(link)) {
            added.push(self.went_to(&link.target())?);
        }
        let mut links: Vec<Link> =
            is.iter().filter(|l| !added.contains(&l.target())).cloned().collect();
        links.extend(old.iter().filter(|link| !put.contains(link)).cloned());
        super::values::sort_links(&mut links);
        Ok(if links.is_empty() { Value::Null } else { Value::Links(links) })
    }

    /// Why the actor may not take a piece of a merge back, if so.
    pub(in crate::gate) fn forbidden_to_unmerge(
        &self,
        merge: &Unmerging,
        change: &Change,
    ) -> Result<Option<Refusal>> {
        let person = self.actor().person();
        let Some(entity) = self.catalog.entity(&change.entity) else { return Ok(None) };
        let of_group = merge.group.contains(&(change.entity.clone(), change.id));
        if person.is_administrator() || !of_group {
            return Ok(None);
        }
        let moment = self.moment();
        let projection = Projection::unveiled(&self.catalog, entity, &moment);
        let record = self.store.record(&projection, change.id)?;
        let missing = self.forbidden(entity, Right::Merge, Some(Right::Edit), record.as_ref())?;
        let assigns = |field: &FieldChange| {
            matches!(field.field.as_str(), "owner" | "team" | "collaborators")
        };
        if missing.is_none()
            && change.fields.iter().any(assigns)
            && let Some(record) = &record
            && !self.reaches(Right::Assign, entity, record)?
        {
            let need = Need::Record(Right::Assign, entity.name.clone(), record.id);
            return Ok(Some(self.advised(Refusal::of(need))));
        }
        Ok(missing)
    }

    /// How many records an operation was about, as far as it is told: of a merge, which moves what the person
    /// does not see, those that they see.
    pub(in crate::gate) fn told_records(&self, operation: i64, records: u64) -> Result<u64> {
        if self.actor().person().is_administrator() || !self.store.standing_of(operation)?.merges {
            return Ok(records);
        }
        let mut seen = 0;
        for entity in self.shown.entities() {
            seen += self.store.count_of_operation(operation, entity)?;
        }
        Ok(seen)
    }

    /// The records of a merge that are told: those that the person sees.
    pub(in crate::gate) fn told_of(
        &self,
        operation: i64,
        records: Vec<RecordRef>,
    ) -> Result<Vec<RecordRef>> {
        if self.actor().person().is_administrator() || !self.store.standing_of(operation)?.merges {
            return Ok(records);
        }
        let mut told = Vec::with_capacity(records.len());
        for record in records {
            if self.sees(&record)? {
                told.push(record);
            }
        }
        Ok(told)
    }
}

/// A list without some of its values.
fn without<T: PartialEq + Clone>(is: &[T], added: &[T], value: impl Fn(Vec<T>) -> Value) -> Value {
    let left: Vec<T> = is.iter().filter(|item| !added.contains(item)).cloned().collect();
    if left.is_empty() { Value::Null } else { value(left) }
}
