//! Which value survives of each field.
//!
//! The survivor's, or that of the first of the others where it has none; several values are united, a
//! flag that any of them has set stays set (nobody may be written to again because of a merge), and the record is as
//! old as the oldest of them. A link that would lead to the record itself, or around to it, is not taken.

use std::collections::HashSet;

use super::{MergeField, MergedFrom, Session};
use crate::gate::error::Result;
use crate::gate::guard::Wish;
use crate::gate::store::merged::MERGED_INTO;
use crate::gate::store::side::norm;
use crate::gate::trouble::Report;
use crate::model::{FieldChange, Link, Name, Record, RecordId, RecordRef, Value, phrase, text};
use crate::policy::FieldAccess;
use crate::schema::{Entity, Field, FieldType, Origin};

/// What becomes of the fields of the survivor.
pub(super) struct Merged {
    /// What changes.
    pub changes: Vec<FieldChange>,
    /// What is told of it.
    pub shown: Vec<MergeField>,
}

impl Session {
    /// The values of the survivor; reports choices that cannot be made.
    pub(super) fn merged_values(
        &self,
        entity: &Entity,
        group: &[Record],
        take: &[(Name, RecordRef)],
        report: &mut Report<'_>,
    ) -> Result<Merged> {
        let mut merged = Merged { changes: Vec::new(), shown: Vec::new() };
        let Some(survivor) = group.first() else { return Ok(merged) };
        let chosen = self.chosen_values(entity, group, take, report)?;
        let assigns = self.may_assign(entity, survivor)?;
        let oldest = group.iter().min_by_key(|record| record.meta.created_at).unwrap_or(survivor);
        for field in &entity.fields {
            let choice = chosen.iter().find(|(name, _)| *name == field.name).map(|(_, nth)| *nth);
            let (after, from) = match field.name.as_str() {
                "created_at" | "created_by" => {
                    (oldest.get(&field.name).clone(), Some(oldest.reference()))
                }
                "updated_at" | "updated_by" | "version" | "deleted_at" | MERGED_INTO => continue,
                "owner" | "team" | "collaborators" if !assigns => continue,
                _ if field.kind.is_computed() || matches!(field.kind, FieldType::Serial { .. }) => {
                    continue;
                }
                _ if field.kind.link_target() == Some(&entity.name)
                    && matches!(field.kind, FieldType::Link { .. }) =>
                {
                    self.parent_of(entity, field, group, choice, report)?
                }
                _ => surviving(field, group, choice),
            };
            let before = survivor.get(&field.name);
            if after != *before {
                let change = FieldChange {
                    field: field.name.clone(),
                    before: before.clone(),
                    after: after.clone(),
                };
                merged.changes.push(change);
            }
            merged.shown.extend(self.told_field(entity, field, group, (after, from), assigns)?);
        }
        Ok(merged)
    }

    /// The choices that can be made, each with the place of the record whose value is taken.
    fn chosen_values(
        &self,
        entity: &Entity,
        group: &[Record],
        take: &[(Name, RecordRef)],
        report: &mut Report<'_>,
    ) -> Result<Vec<(Name, usize)>> {
        let mut chosen = Vec::new();
        for (name, from) in take {
            let shown = |field: &&Field| self.access(entity, field) > FieldAccess::Hidden;
            let Some(field) = entity.field(name).filter(shown) else {
                let hint = crate::gate::plan::near(self.entity(&entity.name)?, name);
                let what = phrase!("{entity} has no such field", entity = entity.told());
                report.push(Some(name), what, hint);
                continue;
            };
            let Some(nth) = group.iter().position(|record| record.reference() == *from) else {
                let record = self.catalog.reference(from);
                report.push(
                    Some(name),
                    phrase!("{record} is none of the records that become one", record = record),
                    None,
                );
                continue;
            };
            if field.is_given() || field.kind.is_computed() {
                report.push(Some(name), phrase!("cannot be set by hand"), None);
                continue;
            }
            // Choosing a value is setting it: the same questions are asked.
            let set = [(name.clone(), group[nth].get(name).clone())].into_iter().collect();
            let wish = Wish { entity, current: group.first(), set: &set };
            if let Some((field, refusal)) = self.forbidden_values(&self.catalog, &wish)? {
                report.refuse(field.as_ref(), refusal);
                continue;
            }
            chosen.push((name.clone(), nth));
        }
        Ok(chosen)
    }

    /// A link to a record of the same kind: what stands above the survivor. Where a record that goes stands
    /// between the two, what is above that takes its place; nothing ever stands above itself.
    fn parent_of(
        &self,
        entity: &Entity,
        field: &Field,
        group: &[Record],
        choice: Option<usize>,
        report: &mut Report<'_>,
    ) -> Result<(Value, Option<RecordRef>)> {
        let goes_around = |record: &Record| -> Result<bool> {
            let mut at = record.get(&field.name).as_link().map(|link| link.id);
            let mut seen = HashSet::new();
            while let Some(id) = at.filter(|id| seen.insert(*id)) {
                if group.iter().any(|known| known.id == id) {
                    return Ok(true);
                }
                at = self.store.link_of(entity, field, id)?;
            }
            Ok(false)
        };
        if let Some(nth) = choice {
            if goes_around(&group[nth])? {
                report.push(Some(&field.name), phrase!("it would stand above itself"), None);
            }
            return Ok((group[nth].get(&field.name).clone(), Some(group[nth].reference())));
        }
        for record in group {
            let value = record.get(&field.name);
            if !value.is_null() && !goes_around(record)? {
                return Ok((value.clone(), Some(record.reference())));
            }
        }
        Ok((Value::Null, group.first().map(Record::reference)))
    }

    /// What is told of a field: nothing where the person does not see it, or all have the same.
    fn told_field(
        &self,
        entity: &Entity,
        field: &Field,
        group: &[Record],
        (mut after, from): (Value, Option<RecordRef>),
        assigns: bool,
    ) -> Result<Option<MergeField>> {
        let held = matches!(field.name.as_str(), "owner" | "team" | "collaborators");
        let access = self.access(entity, field);
        let mut values: Vec<Value> =
            group.iter().map(|record| record.get(&field.name).clone()).collect();
        if access == FieldAccess::Masked {
            // Before they are held against each other: that they differ is not to be seen either.
            values.iter_mut().chain([&mut after]).for_each(crate::gate::ask::mask);
        }
        let differ = values.iter().any(|value| Some(value) != values.first());
        if access <= FieldAccess::Hidden || !differ || (field.origin == Origin::System && !held) {
            return Ok(None);
        }
        // What is linked to is named as far as the person sees it.
        for value in values.iter_mut().chain([&mut after]) {
            value.links_mut().iter_mut().for_each(|link| link.title.clear());
            self.name_link(value)?;
        }
        Ok(Some(MergeField {
            field: field.name.clone(),
            values,
            after,
            from: from.map_or(MergedFrom::United, MergedFrom::One),
            choosable: self.may_choose(entity, &field.name) && (!held || assigns),
        }))
    }
}

/// The value of a field that survives, and whose it is; none where it is made of several.
fn surviving(field: &Field, group: &[Record], choice: Option<usize>) -> (Value, Option<RecordRef>) {
    let of = |nth: usize| (group[nth].get(&field.name).clone(), Some(group[nth].reference()));
    if let Some(nth) = choice {
        return of(nth);
    }
    let filled: Vec<usize> =
        (0..group.len()).filter(|nth| !group[*nth].get(&field.name).is_null()).collect();
    let several = field.kind.holds_several();
    match filled.as_slice() {
        [] => of(0),
        [one] => of(*one),
        [first, rest @ ..] if several => {
            let mut all = group[*first].get(&field.name).clone();
            for nth in rest {
                unite(&mut all, group[*nth].get(&field.name));
            }
            let whose = filled.iter().find(|nth| *group[**nth].get(&field.name) == all);
            let whose = whose.map(|nth| group[*nth].reference());
            (all, whose)
        }
        // What somebody asked not to be done to them stays so.
        _ if field.kind == FieldType::Boolean => {
            let set = filled.iter().find(|nth| *group[**nth].get(&field.name) == Value::Bool(true));
            of(*set.unwrap_or(&filled[0]))
        }
        [first, ..] => of(*first),
    }
}

/// Adds what one value has and another has not.
fn unite(all: &mut Value, more: &Value) {
    match (all, more) {
        (Value::List(all), Value::List(more)) => {
            for item in more {
                let folded = text::fold(item);
                if !all.iter().any(|known| text::fold(known) == folded) {
                    all.push(item.clone());
                }
            }
        }
        (Value::Points(all), Value::Points(more)) => {
            for point in more {
                if !all.iter().any(|known| norm(&known.value) == norm(&point.value)) {
                    all.push(point.clone());
                }
            }
        }
        (Value::Links(all), Value::Links(more)) => {
            for link in more {
                if !all.contains(link) {
                    all.push(link.clone());
                }
            }
            sort_links(all);
        }
        _ => {}
    }
}

/// Whether all of several values are among those of another.
pub(super) fn holds(all: &Value, some: &Value) -> bool {
    let mut together = all.clone();
    unite(&mut together, some);
    matches!(some, Value::List(_) | Value::Points(_) | Value::Links(_)) && together == *all
}

/// Links in the order in which the file yields them.
pub(super) fn sort_links(links: &mut Vec<Link>) {
    links.sort_by_key(|link| link.id);
    links.dedup();
}

/// A value in which a record has become another.
pub(super) fn replaced(value: &Value, gone: &[RecordRef], into: RecordId) -> Value {
    let is_gone = |link: &Link| gone.contains(&link.target());
    match value {
        Value::Link(link) if is_gone(link) => Value::Link(Link::new(&link.entity, into)),
        Value::Links(links) => {
            let mut links: Vec<Link> = links
                .iter()
                .map(
                    |link| if is_gone(link) { Link::new(&link.entity, into) } else { link.clone() },
                )
                .collect();
            sort_links(&mut links);
            Value::Links(links)
        }
        other => other.clone(),
    }
}
