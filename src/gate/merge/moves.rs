//! What points at the records that are put away: links of every kind, and saved views that name them.

use std::collections::BTreeMap;

use super::values::replaced;
use super::{Moved, Session};
use crate::gate::error::Result;
use crate::gate::store::merged::MERGED_INTO;
use crate::gate::store::rows::Projection;
use crate::model::{Change, FieldChange, Link, Name, Op, Record, RecordId, RecordRef, Value};
use crate::policy::{Decision, Right, decide};
use crate::schema::{Catalog, Entity, Field, FieldType};

/// The entity of saved views, and the field that holds their query.
const VIEW: (&str, &str) = ("view", "query");

/// Entities of which there is one record for each of those who are in something, and the link to what they are
/// in. After a merge the one that is left is not in it twice.
const MEMBERSHIPS: [(&str, &str); 1] = [("campaign_member", "campaign")];

/// Every field by which a record of `entity` can be pointed at.
fn pointers<'c>(
    catalog: &'c Catalog,
    entity: &'c Entity,
) -> impl Iterator<Item = (&'c Entity, &'c Field)> {
    catalog
        .entities()
        .flat_map(|other| other.fields.iter().map(move |field| (other, field)))
        .filter(|(_, field)| match &field.kind {
            FieldType::LinkAny => field.name != MERGED_INTO,
            kind => kind.link_target() == Some(&entity.name),
        })
}

impl Session {
    /// What moves to the survivor, as far as the person sees it.
    pub(super) fn seen_moves(
        &self,
        entity: &Entity,
        survivor: &Record,
        others: &[Record],
    ) -> Result<Vec<Moved>> {
        let mut moves = Vec::new();
        for (from, field) in pointers(&self.shown, entity) {
            if decide(self.actor().person(), Right::Read, from) != Decision::Allow {
                continue;
            }
            let mut records = 0;
            for other in others {
                records += self.store.pointing_seen(from, field, &other.reference())?;
            }
            // What goes with them, and the survivor's own link, are told as what becomes of the records.
            if from.name == entity.name {
                let own = std::iter::once(survivor).chain(others).filter(|record| {
                    let links = record.get(&field.name).links();
                    links.iter().any(|link| others.iter().any(|other| other.id == link.id))
                });
                records = records.saturating_sub(own.count() as u64);
            }
            if records > 0 {
                moves.push(Moved { entity: from.name.clone(), field: field.name.clone(), records });
            }
        }
        Ok(moves)
    }

    /// The changes by which everything that points at the records that go points at the survivor, whoever
    /// may see or change it.
    pub(super) fn moving(
        &self,
        entity: &Entity,
        survivor: RecordId,
        gone: &[RecordRef],
    ) -> Result<Vec<Change>> {
        let mut by_record: BTreeMap<(Name, RecordId), Vec<FieldChange>> = BTreeMap::new();
        for (from, field) in pointers(&self.catalog, entity) {
            let mut ids = Vec::new();
            for record in gone {
                ids.extend(self.store.pointing(from, field, record)?);
            }
            ids.sort_unstable();
            ids.dedup();
            for id in ids {
                let itself = from.name == entity.name
                    && (id == survivor || gone.iter().any(|record| record.id == id));
                if itself {
                    continue;
                }
                let before = match &field.kind {
                    FieldType::Links { to } => {
                        let key = format!("{}.{}", from.name, field.name);
                        let links = self.store.all_targets(&key, id)?;
                        Value::Links(links.into_iter().map(|id| Link::new(to, id)).collect())
                    }
                    _ => match self.store.link_of(from, field, id)? {
                        Some(to) => Value::Link(Link::new(&entity.name, to)),
                        None => continue,
                    },
                };
                let after = replaced(&before, gone, survivor);
                let change = FieldChange { field: field.name.clone(), before, after };
                by_record.entry((from.name.clone(), id)).or_default().push(change);
            }
        }
        for (id, change) in self.renamed_in_views(survivor, gone)? {
            by_record.entry((Name::from(VIEW.0), id)).or_default().push(change);
        }
        Ok(by_record
            .into_iter()
            .map(|((entity, id), fields)| Change { entity, id, op: Op::Update, version: 0, fields })
            .collect())
    }

    /// The memberships that are put away because the one that is left has another in the same thing: the one that
    /// has come furthest stays, of equals the survivor's own.
    pub(super) fn doubled(
        &self,
        entity: &Entity,
        survivor: RecordId,
        gone: &[RecordRef],
    ) -> Result<Vec<Change>> {
        let mut away = Vec::new();
        for (name, within) in MEMBERSHIPS {
            let Some(members) = self.catalog.entity(name) else { continue };
            let moment = self.moment();
            let projection = Projection::unveiled(&self.catalog, members, &moment);
            for (_, field) in pointers(&self.catalog, entity).filter(|(of, _)| of.name == name) {
                let mut best: BTreeMap<RecordId, (usize, RecordId)> = BTreeMap::new();
                let own = RecordRef::new(&entity.name, survivor);
                for of in std::iter::once(&own).chain(gone) {
                    for id in self.store.pointing(members, field, of)? {
                        let Some(member) = self.store.record(&projection, id)? else { continue };
                        let Some(thing) = member.get(within).as_link() else { continue };
                        if member.meta.deleted_at.is_some() {
                            continue;
                        }
                        let reached = how_far(members, &member);
                        match best.get_mut(&thing.id) {
                            None => {
                                best.insert(thing.id, (reached, id));
                            }
                            // Where it was in it twice before, that is for others to say.
                            Some(_) if *of == own => {}
                            Some((far, known)) => {
                                let loses = if reached > *far {
                                    *far = reached;
                                    std::mem::replace(known, id)
                                } else {
                                    id
                                };
                                away.push(Change {
                                    entity: members.name.clone(),
                                    id: loses,
                                    op: Op::Delete,
                                    version: 0,
                                    fields: Vec::new(),
                                });
                            }
                        }
                    }
                }
            }
        }
        Ok(away)
    }

    /// Saved views whose query names a record that goes.
    fn renamed_in_views(
        &self,
        survivor: RecordId,
        gone: &[RecordRef],
    ) -> Result<Vec<(RecordId, FieldChange)>> {
        let Some(view) = self.catalog.entity(VIEW.0) else { return Ok(Vec::new()) };
        let moment = self.moment();
        let projection = Projection::unveiled(&self.catalog, view, &moment);
        let mut renamed = Vec::new();
        for id in self.store.living(view)? {
            let Some(record) = self.store.record(&projection, id)? else { continue };
            let Some(query) = record.get(VIEW.1).as_text() else { continue };
            let after = renamed_in(query, &self.catalog, gone, survivor);
            if after != query {
                let change = FieldChange {
                    field: Name::from(VIEW.1),
                    before: record.get(VIEW.1).clone(),
                    after: Value::Text(after),
                };
                renamed.push((id, change));
            }
        }
        Ok(renamed)
    }
}

/// How far a membership has come, by the order of the choices of its first select.
fn how_far(members: &Entity, member: &Record) -> usize {
    let status = members.fields.iter().find(|field| field.kind == FieldType::Select);
    status
        .and_then(|field| {
            let value = member.get(&field.name).as_text()?;
            field.choices.iter().position(|choice| choice.value == value)
        })
        .unwrap_or(0)
}

/// A query in which references of records that are gone have become the survivor's; what stands in quotes is
/// text and stays.
fn renamed_in(query: &str, catalog: &Catalog, gone: &[RecordRef], survivor: RecordId) -> String {
    let mut out = String::with_capacity(query.len());
    let mut word = String::new();
    let mut quoted = None;
    let settle = |word: &mut String, out: &mut String| {
        match catalog.parse_reference(word).filter(|found| gone.contains(found)) {
            Some(found) => {
                out.push_str(&catalog.reference(&RecordRef::new(&found.entity, survivor)));
            }
            None => out.push_str(word),
        }
        word.clear();
    };
    for c in query.chars() {
        match quoted {
            None if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') => {
                word.push(c);
                continue;
            }
            None if matches!(c, '"' | '\'') => quoted = Some(c),
            Some(end) if c == end => quoted = None,
            _ => {}
        }
        settle(&mut word, &mut out);
        out.push(c);
    }
    settle(&mut word, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_in_a_query_become_the_survivors() {
        let catalog = crate::schema::load(None).unwrap();
        let gone = [RecordRef::new("customer", RecordId(17))];
        let renamed = |query: &str| renamed_in(query, &catalog, &gone, RecordId(4));
        assert_eq!(renamed("customer = C-17 and amount > 5"), "customer = C-4 and amount > 5");
        assert_eq!(renamed("customer in (c-17, C-171)"), "customer in (C-4, C-171)");
        assert_eq!(renamed("name ~ \"about C-17\""), "name ~ \"about C-17\"");
        assert_eq!(renamed("customer=C-17"), "customer=C-4");
    }
}
