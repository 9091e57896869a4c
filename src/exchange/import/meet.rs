//! Which record a row is about, and whether the import may have to do with it.
//!
//! Start at [`Importer::recognise`].

use super::piece::{Importer, Recognised};
use super::{ImportError, Outcome, plain};
use crate::exchange::cells::{Draft, RowProblem, What, key_text};
use crate::exchange::map::Mode;
use crate::exchange::read::of_uid;
use crate::exchange::recipe::{Key, KeyPart};
use crate::exchange::verdict::{RowFate, RowVerdict};
use crate::gate::GateError;
use crate::model::{Fill, Name, Phrase, RecordId, RecordRef, Value, phrase, text};
use crate::schema::FieldType;

/// How many records are held against the rest of a key of several fields.
const CANDIDATES: usize = 200;
/// How many of several records with one key are named.
const NAMED: usize = 3;

/// What a row goes on as.
pub(super) enum Admitted {
    /// A record that comes into being.
    New,
    /// About this record.
    About(RecordId),
    /// It has its verdict already.
    Settled,
}

impl Importer<'_> {
    /// The record each draft is about, where it exists.
    pub(super) fn recognise(&self, drafts: &[Draft]) -> Result<Vec<Recognised>, GateError> {
        let mut found: Vec<Recognised> = vec![Ok(None); drafts.len()];
        for (index, key) in self.recipe.keys.iter().enumerate() {
            let open: Vec<usize> = (0..drafts.len())
                .filter(|at| found[*at] == Ok(None) && !drafts[*at].keys[index].is_empty())
                .collect();
            match key {
                Key::Reference(_) => {
                    for at in open {
                        if let Some(record) = of_uid(&drafts[at].keys[index][0]) {
                            if self.is_the_same(&record, &drafts[at])? {
                                found[at] = Ok(Some((record.id, index)));
                            }
                            continue;
                        }
                        found[at] = match self.referred(&drafts[at].keys[index][0]) {
                            // What it was merged into is the record that is meant.
                            Ok(record) => {
                                let session = self.bulk.session();
                                Ok(Some((session.followed(record)?.id, index)))
                            }
                            Err(problem) => Err(problem),
                        };
                    }
                }
                Key::Slot(_) | Key::All(_) if self.fresh => {}
                Key::Slot(slot) => {
                    let field = &self.recipe.slots[*slot].field.name;
                    let places: Vec<usize> = open
                        .iter()
                        .flat_map(|at| std::iter::repeat_n(*at, drafts[*at].keys[index].len()))
                        .collect();
                    let keys: Vec<String> = open
                        .iter()
                        .flat_map(|at| drafts[*at].keys[index].iter().cloned())
                        .collect();
                    let session = self.bulk.session();
                    let hits = session.lookup_all(&self.recipe.entity, field, &keys, NAMED + 1)?;
                    let mut each: Vec<(usize, Vec<RecordId>)> = Vec::with_capacity(open.len());
                    for (at, ids) in places.into_iter().zip(hits) {
                        match each.last_mut().filter(|(last, _)| *last == at) {
                            Some((_, all)) => all.extend(ids),
                            None => each.push((at, ids)),
                        }
                    }
                    for (at, ids) in each {
                        found[at] = self.only(index, &drafts[at], ids);
                    }
                }
                Key::All(parts) => {
                    for at in open {
                        let ids = self.agreeing(parts, &drafts[at].keys[index])?;
                        found[at] = self.only(index, &drafts[at], ids);
                    }
                }
            }
        }
        Ok(found)
    }

    /// Whether a record that our own mark names is that of the row: it is there and is called the same, or has a
    /// mail, phone or address on the web in common.
    fn is_the_same(&self, record: &RecordRef, draft: &Draft) -> Result<bool, GateError> {
        if record.entity != self.recipe.entity {
            return Ok(false);
        }
        let there = match self.bulk.session().get(record) {
            Ok(there) if there.meta.deleted_at.is_none() => there,
            Ok(_) | Err(GateError::NotFound { .. }) => return Ok(false),
            Err(error) => return Err(error),
        };
        let says = |fill: &crate::exchange::cells::Fill| {
            let field = &self.recipe.slots[fill.slot].field;
            match (&fill.what, there.get(&field.name)) {
                (What::Value(Value::Text(new)), Value::Text(old)) => {
                    self.is_title(&field.name) && text::fold(new) == text::fold(old)
                }
                (What::Value(Value::Points(new)), Value::Points(old)) => {
                    new.iter().any(|new| old.iter().any(|old| new.value == old.value))
                }
                _ => false,
            }
        };
        Ok(draft.fills.iter().any(says))
    }

    fn is_title(&self, field: &Name) -> bool {
        let entity = self.bulk.session().catalog().entity(&self.recipe.entity);
        entity.is_some_and(|entity| entity.title == *field)
    }

    fn referred(&self, reference: &str) -> Result<RecordRef, RowProblem> {
        let record = self.bulk.session().catalog().parse_reference(reference);
        record.filter(|record| record.entity == self.recipe.entity).ok_or_else(|| RowProblem {
            field: Some(Name::from("ref")),
            label: None,
            message: phrase!(
                "\"{reference}\" is no reference to a {entity}",
                reference,
                entity = &self.recipe.entity
            ),
            cell: reference.to_owned(),
            hint: None,
        })
    }

    /// The one record of a key; several are a problem that names them.
    fn only(&self, index: usize, draft: &Draft, mut ids: Vec<RecordId>) -> Recognised {
        ids.sort_unstable();
        ids.dedup();
        if ids.len() < 2 {
            return Ok(ids.first().map(|id| (*id, index)));
        }
        let shown = ids.iter().take(NAMED).map(|id| Phrase::raw(self.reference(*id)));
        let shown = Fill::list(shown);
        let message = if ids.len() > NAMED {
            phrase!(
                "ambiguous: {records} and others have {key}",
                records = shown,
                key = self.key_name(index)
            )
        } else {
            phrase!("ambiguous: {records} have {key}", records = shown, key = self.key_name(index))
        };
        Err(RowProblem {
            cell: draft.keys[index].join(" + "),
            hint: Some(phrase!("match by more fields, or merge these records")),
            ..RowProblem::of_row(message)
        })
    }

    /// The records that agree with all parts of a key.
    fn agreeing(&self, parts: &[KeyPart], texts: &[String]) -> Result<Vec<RecordId>, GateError> {
        let session = self.bulk.session();
        let entity = &self.recipe.entity;
        let field = &self.recipe.slots[parts[0].slot].field.name;
        let first = session.lookup_all(entity, field, &texts[..1], CANDIDATES)?;
        let fields: Vec<Name> =
            parts.iter().map(|part| self.recipe.slots[part.slot].field.name.clone()).collect();
        let mut all = Vec::new();
        for id in first.into_iter().flatten() {
            let record = RecordRef { entity: entity.clone(), id };
            let record = session.get_fields(&record, &fields)?;
            let agrees = parts.iter().zip(texts).skip(1).all(|(part, text)| {
                let value = record.get(&self.recipe.slots[part.slot].field.name);
                says(value, part.part.as_deref(), text)
            });
            if agrees {
                all.push(id);
            }
        }
        Ok(all)
    }

    /// What a row that was looked up goes on as.
    pub(super) fn admitted(
        &mut self,
        draft: &Draft,
        found: Recognised,
        out: &mut Outcome<'_>,
    ) -> Result<Admitted, ImportError> {
        let found = match found {
            Ok(found) => found,
            Err(problem) => {
                out.refuse(draft, vec![problem])?;
                return Ok(Admitted::Settled);
            }
        };
        let Some((id, key)) = found else {
            if self.recipe.mode == Mode::Update {
                let note =
                    Some(phrase!("there is no such record, and only updates were asked for"));
                out.settle(draft, &RowVerdict { note, ..plain(draft, RowFate::Skip) })?;
                return Ok(Admitted::Settled);
            }
            if let Some(verdict) = self.twin_of(draft) {
                out.settle(draft, &verdict)?;
                return Ok(Admitted::Settled);
            }
            return Ok(Admitted::New);
        };
        let record = Some(RecordRef { entity: self.recipe.entity.clone(), id });
        if self.recipe.mode == Mode::Create {
            let note = phrase!(
                "duplicate of {record}: the same {key}",
                record = self.reference(id),
                key = self.key_name(key)
            );
            let verdict =
                RowVerdict { note: Some(note), record, ..plain(draft, RowFate::Duplicate) };
            out.settle(draft, &verdict)?;
            return Ok(Admitted::Settled);
        }
        if self.by_several() {
            let row = *self.met.entry(id).or_insert(draft.row.number);
            if row != draft.row.number {
                let message =
                    phrase!("row {row} is about {record} too", row, record = self.reference(id));
                out.refuse(draft, vec![RowProblem::of_row(message)])?;
                return Ok(Admitted::Settled);
            }
        }
        Ok(Admitted::About(id))
    }

    /// Whether two rows without a key in common may be about one record.
    fn by_several(&self) -> bool {
        self.recipe.keys.len() > 1
            || matches!(self.recipe.keys.first(), Some(Key::Slot(slot))
                if holds_points(&self.recipe.slots[*slot].field.kind))
    }

    fn reference(&self, id: RecordId) -> String {
        let record = RecordRef { entity: self.recipe.entity.clone(), id };
        self.bulk.session().catalog().reference(&record)
    }

    /// What a key is called.
    fn key_name(&self, index: usize) -> Phrase {
        let name = |slot: usize| {
            let field = &self.recipe.slots[slot].field;
            phrase!("{parts}", parts = Fill::from(&field.label.lower()))
        };
        match &self.recipe.keys[index] {
            Key::Reference(_) => phrase!("reference"),
            Key::Slot(slot) => name(*slot),
            Key::All(parts) => {
                let parts = Fill::list(parts.iter().map(|part| name(part.slot)));
                phrase!("{parts}", parts)
            }
        }
    }
}

fn holds_points(kind: &FieldType) -> bool {
    matches!(kind, FieldType::Email | FieldType::Phone | FieldType::Url)
}

/// Whether a value of a record says the same as a text of a key.
fn says(value: &Value, part: Option<&str>, wanted: &str) -> bool {
    let same = |told: &str| text::fold(told) == text::fold(wanted);
    match (value, part) {
        (Value::Address(address), Some(part)) => address.part(part).is_some_and(same),
        (Value::Points(points), None) => points.iter().any(|point| same(&point.value)),
        (Value::Link(link), None) => same(&link.title),
        (value, None) => key_text(value).is_some_and(|text| same(&text)),
        _ => false,
    }
}
