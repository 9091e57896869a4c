//! Erasing what the file holds of a person.
//!
//! The record, and those that were merged into it, are emptied of all that was ever entered and put away; what is
//! left is their number, whose links of deals and orders lead to, and who looked after it. Texts of records that
//! are linked to the person lose the name, all texts lose addresses and numbers that nobody else has; other
//! mentions are told and stay, for somebody to decide (see [`names`]). History loses every value of them (its rows
//! give way to digests, so that the chain still verifies), and so do drafts, the words of the search index and in
//! the end the bytes of the file. The log keeps that somebody erased it, without a word of what. It cannot be
//! taken back.
//!
//! **Rights.** The right to erase, on the record; texts of other records change only where it reaches those
//! too, or anybody could wipe words out of what is not theirs by erasing a record of that name. What people keep
//! for themselves is looked through for administrators only, for the same reason; drafts of the record itself go
//! in any case. Nothing is told but what the person sees. The password is asked for again.
//!
//! What the file cannot give up: the reasons of changes and details of events stand under the hash of their
//! entry. They never hold values of fields, but a person can have named a file after somebody: such entries are
//! counted and told. Copies of the file are somebody else's to remove, and are named. Start at
//! [`Session::plan_erase`].

mod names;
mod others;
mod remove;

use std::collections::{BTreeMap, BTreeSet};

use self::names::Names;
use super::error::{GateError, Result};
use super::merge::is_mergeable;
use super::read::Hit;
use super::session::Session;
use super::store::removal::made_of;
use super::store::rows::Projection;
use crate::model::{Name, Record, RecordId, RecordRef, Value, phrase};
use crate::policy::{Need, Refusal, Right, is_guarded};
use crate::schema::{Entity, Field, FieldType, Origin};

/// What stands where somebody was named.
pub(super) const ERASED: &str = "[erased]";

/// Texts of records that name the person, as far as they are seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mentioned {
    /// Their entity.
    pub entity: Name,
    /// The field.
    pub field: Name,
    /// Which of them.
    pub records: Vec<RecordId>,
}

/// What erasing a person's data would remove. Only the gate can make one; nothing is removed yet.
#[derive(Debug, Clone)]
pub struct ErasePlan {
    record: RecordRef,
    title: String,
    /// The record, and those that were merged into it.
    records: Vec<RecordRef>,
    /// How many fields of theirs hold something.
    values: u64,
    mentions: Vec<Mentioned>,
    left: Vec<Mentioned>,
    rows: u64,
    drafts: u64,
    named_in_log: u64,
    alike: Vec<Hit>,
    copies: Vec<String>,
}

impl ErasePlan {
    /// Whose data it is.
    #[must_use]
    pub fn record(&self) -> &RecordRef {
        &self.record
    }

    /// What the record is called.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The record, and those that were merged into it.
    #[must_use]
    pub fn records(&self) -> &[RecordRef] {
        &self.records
    }

    /// How many values they hold.
    #[must_use]
    pub fn values(&self) -> u64 {
        self.values
    }

    /// Texts of other records that lose what names the person.
    #[must_use]
    pub fn mentions(&self) -> &[Mentioned] {
        &self.mentions
    }

    /// Texts of other records that may name the person and stay as they are, for somebody to decide.
    #[must_use]
    pub fn left(&self) -> &[Mentioned] {
        &self.left
    }

    /// How many rows of history hold something of them.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// How many drafts and settings that people keep for themselves.
    #[must_use]
    pub fn drafts(&self) -> u64 {
        self.drafts
    }

    /// Entries of the log whose reason names them: those stay, since the chain covers them.
    #[must_use]
    pub fn named_in_log(&self) -> u64 {
        self.named_in_log
    }

    /// Other records with one of their addresses or numbers, which may be the same person: those stay.
    #[must_use]
    pub fn alike(&self) -> &[Hit] {
        &self.alike
    }

    /// Copies of the file beside it, which hold the same and stay.
    #[must_use]
    pub fn copies(&self) -> &[String] {
        &self.copies
    }
}

/// What was erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Erased {
    /// Values of the record and those merged into it.
    pub values: u64,
    /// Texts of other records.
    pub mentions: u64,
    /// Rows of history whose content is gone.
    pub rows: u64,
    /// Drafts and settings that people kept.
    pub drafts: u64,
    /// Somebody who reads keeps older pages of the file for the moment.
    pub kept: bool,
}

/// What of other records is to change.
#[derive(Default)]
pub(super) struct Found {
    /// The texts by record: field, before.
    texts: BTreeMap<RecordRef, Vec<(Name, String)>>,
    /// Texts that are told and stay, by record and field.
    left: BTreeSet<(RecordRef, Name)>,
    /// Rows of history.
    rows: BTreeSet<i64>,
}

impl Session {
    /// What erasing a person's data would remove. Removes nothing.
    ///
    /// # Errors
    /// A denied right; a record that is not there, was merged into another, or is of a kind that is not erased.
    pub fn plan_erase(&self, record: &RecordRef) -> Result<ErasePlan> {
        self.ready()?;
        let entity = self.whole_entity(&record.entity)?;
        let people = self.people_of(&entity, record)?;
        let names = self.names_of(&entity, &people)?;
        let found = self.mentions(&people, &names)?;
        let title = people.first().map(|p| p.get(&entity.title).as_text().unwrap_or_default());
        let cut = found.texts.iter();
        let cut = cut.flat_map(|(of, texts)| texts.iter().map(move |(field, _)| (of, field)));
        let mentions = self.mentioned(cut)?;
        let left = self.mentioned(found.left.iter().map(|(of, field)| (of, field)))?;
        let mut rows = found.rows.len() as u64;
        for person in &people {
            rows += self.store.told_of_record(&person.reference())?;
        }
        let mut named_in_log = BTreeSet::new();
        if self.actor().person().is_administrator() {
            self.store.each_reason(|number, text| {
                if names.tells(text, false) || names.names(text, false) {
                    named_in_log.insert(number);
                }
            })?;
        }
        Ok(ErasePlan {
            record: record.clone(),
            title: title.unwrap_or_default().to_owned(),
            values: people.iter().map(|person| filled(&entity, person).count() as u64).sum(),
            mentions,
            left,
            rows,
            drafts: self.own_that_name(&people, &names)?.len() as u64,
            named_in_log: named_in_log.len() as u64,
            alike: self.alike(&entity, &people, &names)?,
            copies: self.copies(),
            records: people.iter().map(Record::reference).collect(),
        })
    }

    /// Whether what the file held of a record that the person sees was erased.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn was_erased(&self, record: &RecordRef) -> Result<bool> {
        Ok(self.sees(record)? && self.store.is_erased(record)?)
    }

    /// Texts by entity and field, as far as the person sees them.
    fn mentioned<'a>(
        &self,
        texts: impl Iterator<Item = (&'a RecordRef, &'a Name)>,
    ) -> Result<Vec<Mentioned>> {
        let mut by_field: BTreeMap<(Name, Name), Vec<RecordId>> = BTreeMap::new();
        for (of, field) in texts {
            let shown = self.shown.entity(&of.entity).is_some_and(|e| e.field(field).is_some());
            if shown && self.sees(of)? {
                by_field.entry((of.entity.clone(), field.clone())).or_default().push(of.id);
            }
        }
        let mentioned = by_field.into_iter();
        Ok(mentioned
            .map(|((entity, field), records)| Mentioned { entity, field, records })
            .collect())
    }

    /// The record, and those that were merged into it, as they stand in the file.
    fn people_of(&self, entity: &Entity, record: &RecordRef) -> Result<Vec<Record>> {
        let reference = self.catalog.reference(record);
        let none = || GateError::NotFound {
            what: phrase!("there is no {record}", record = &reference),
            hint: None,
        };
        let moment = self.moment();
        let projection = Projection::unveiled(&self.catalog, entity, &moment);
        let person = self.store.record(&projection, record.id)?.ok_or_else(none)?;
        if !self.reaches(Right::Read, entity, &person)? || !self.sees(record)? {
            return Err(none());
        }
        if !is_erasable(entity) {
            return Err(GateError::NotFound {
                what: phrase!("{entity} are not erased", entity = &entity.plural.lower()),
                hint: Some(phrase!(
                    "only persons are erased: contacts, leads, customers; `kontor purge` removes what is deleted"
                )),
            });
        }
        if let Some(into) = self.survivor_of(record)? {
            let into = self.catalog.reference(&into);
            return Err(GateError::NotFound {
                what: phrase!(
                    "{record} was merged into {survivor}",
                    record = reference,
                    survivor = &into
                ),
                hint: Some(phrase!(
                    "erase {record}: all that became part of it goes with it",
                    record = into
                )),
            });
        }
        self.demand_erase(entity, &person)?;
        let mut people = vec![person];
        let mut at = 0;
        while at < people.len() {
            for id in self.store.merged_with(entity, people[at].id)? {
                if let Some(found) = self.store.record(&projection, id)?
                    && people.iter().all(|known| known.id != id)
                {
                    self.demand_erase(entity, &found)?;
                    people.push(found);
                }
            }
            at += 1;
        }
        Ok(people)
    }

    fn demand_erase(&self, entity: &Entity, person: &Record) -> Result<()> {
        self.demand(Right::Erase, &entity.name)?;
        if self.reaches(Right::Erase, entity, person)? {
            return Ok(());
        }
        let need = Need::Record(Right::Erase, entity.name.clone(), person.id);
        Err(self.noted_refusal(self.advised(Refusal::of(need))))
    }

    /// Texts and history of other records that name them, as far as the right to erase reaches those.
    fn mentions(&self, people: &[Record], names: &Names) -> Result<Found> {
        let mut found = Found::default();
        let close = self.pointing_at(people)?;
        let own = |record: &RecordRef| people.iter().any(|person| person.reference() == *record);
        for entity in self.catalog.entities() {
            for field in entity.fields.iter().filter(|field| is_told_in(entity, field)) {
                let mut named = Vec::new();
                self.store.each_text(entity, &field.sql_column(), |id, text| {
                    let record = RecordRef::new(&entity.name, id);
                    let near = close.contains(&record);
                    let (cut, told) = (names.names(text, near), names.tells(text, near));
                    if (cut || told) && !own(&record) {
                        named.push((record, text.to_owned(), cut, told));
                    }
                })?;
                for (record, text, cut, told) in named {
                    let wiped = cut && self.may_wipe(&record)?;
                    if told || !wiped {
                        found.left.insert((record.clone(), field.name.clone()));
                    }
                    if wiped {
                        found.texts.entry(record).or_default().push((field.name.clone(), text));
                    }
                }
            }
        }
        found.rows = self.rows_that_name(people, names, &close)?;
        Ok(found)
    }

    /// The rows of history of other records that name them.
    fn rows_that_name(
        &self,
        people: &[Record],
        names: &Names,
        close: &BTreeSet<RecordRef>,
    ) -> Result<BTreeSet<i64>> {
        let mut named: BTreeMap<RecordRef, Vec<i64>> = BTreeMap::new();
        self.store.each_told(|told| {
            let own = people.iter().any(|person| person.reference() == told.record);
            let near = close.contains(&told.record);
            let Some(entity) = self.catalog.entity(&told.record.entity) else { return };
            let looked_at = |name: &Name| {
                entity.field(name).is_none_or(|field| !names_itself(entity, field))
                    && !is_guarded(&entity.name)
            };
            let mut texts = told.texts.iter().flatten();
            let names = match &told.field {
                Some(field) => looked_at(field) && texts.any(|text| names.names_json(text, near)),
                None => texts.any(|text| {
                    made_of(text).into_iter().filter(|(field, _)| looked_at(field)).any(
                        |(_, value)| value.as_text().is_some_and(|text| names.names(text, near)),
                    )
                }),
            };
            if names && !own {
                named.entry(told.record).or_default().push(told.id);
            }
        })?;
        let mut rows = BTreeSet::new();
        for (record, ids) in named {
            if self.may_wipe(&record)? {
                rows.extend(ids);
            }
        }
        Ok(rows)
    }

    /// Whether the right to erase reaches a record, which is then one that the person sees.
    fn may_wipe(&self, record: &RecordRef) -> Result<bool> {
        if self.actor().person().is_administrator() {
            return Ok(true);
        }
        let Some(entity) = self.catalog.entity(&record.entity) else { return Ok(false) };
        let moment = self.moment();
        let projection = Projection::unveiled(&self.catalog, entity, &moment);
        let Some(found) = self.store.record(&projection, record.id)? else { return Ok(false) };
        Ok(self.sees(record)? && self.reaches(Right::Erase, entity, &found)?)
    }

    /// The records that point at them: there the whole name is theirs.
    fn pointing_at(&self, people: &[Record]) -> Result<BTreeSet<RecordRef>> {
        let mut close = BTreeSet::new();
        for from in self.catalog.entities() {
            for field in &from.fields {
                for person in people {
                    let points = match &field.kind {
                        FieldType::LinkAny => true,
                        kind => kind.link_target() == Some(&person.entity),
                    };
                    if points {
                        let ids = self.store.pointing_ever(from, field, &person.reference())?;
                        close.extend(ids.into_iter().map(|id| RecordRef::new(&from.name, id)));
                    }
                }
            }
        }
        Ok(close)
    }

    /// What people keep for themselves that is about them: whose, and under which key. Drafts of other records are
    /// somebody's work, and stay.
    fn own_that_name(&self, people: &[Record], names: &Names) -> Result<Vec<(RecordId, String)>> {
        let all = self.actor().person().is_administrator();
        let marks: Vec<String> =
            people.iter().map(|p| format!(".{}.{}@", p.entity, p.id)).collect();
        let own = self.store.all_own()?.into_iter().filter(|(user, key, text)| {
            let about = marks.iter().any(|mark| key.contains(mark));
            let mine = all || *user == self.me();
            let work = key.starts_with("draft.");
            about || (mine && !work && (names.names_json(text, true) || names.names(key, true)))
        });
        Ok(own.map(|(user, key, _)| (user, key)).collect())
    }

    /// Other records with one of their addresses or numbers, which the person sees.
    fn alike(&self, entity: &Entity, people: &[Record], names: &Names) -> Result<Vec<Hit>> {
        let mut alike: Vec<Hit> = Vec::new();
        for party in self.shown.entities().filter(|entity| is_party(entity)) {
            let mut named = Vec::new();
            self.store.each_text(party, &party.title_field().sql_column(), |id, title| {
                let record = RecordRef::new(&party.name, id);
                if names.is_called(title) && people.iter().all(|p| p.reference() != record) {
                    named.push((record, title.to_owned()));
                }
            })?;
            for (record, title) in named {
                if self.sees(&record)? {
                    alike.push(Hit::plain(record, title));
                }
            }
        }
        for person in people {
            for field in &entity.fields {
                let Value::Points(points) = person.get(&field.name) else { continue };
                for point in points {
                    for hit in self.who(&point.value)? {
                        let own = people.iter().any(|known| known.reference() == hit.record);
                        if !own && alike.iter().all(|known| known.record != hit.record) {
                            alike.push(hit);
                        }
                    }
                }
            }
        }
        Ok(alike)
    }

    /// Copies of the file that lie beside it.
    fn copies(&self) -> Vec<String> {
        let path = self.store.path();
        let Some(name) = path.file_name().map(|name| name.to_string_lossy().into_owned()) else {
            return Vec::new();
        };
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or_else(|| std::path::Path::new("."));
        let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
        let own = ["-wal", "-shm", "-journal", "-ticket"].map(|end| format!("{name}{end}"));
        let mut copies: Vec<String> = entries
            .flatten()
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .filter(|found| found.starts_with(&name) && *found != name && !own.contains(found))
            .collect();
        copies.sort();
        copies
    }
}

/// Whether records of an entity are persons, whose data can be erased: they can be written to or called, or what
/// identifies a person is marked so.
#[must_use]
pub fn is_erasable(entity: &Entity) -> bool {
    is_mergeable(entity) && (is_party(entity) || entity.fields.iter().any(|field| field.personal))
}

/// Who can be written to or called: records that are somebody.
fn is_party(entity: &Entity) -> bool {
    let reached = |field: &Field| matches!(field.kind, FieldType::Email | FieldType::Phone);
    !is_guarded(&entity.name) && entity.fields.iter().any(reached)
}

/// A field by which a record that is somebody says who that is: a namesake keeps it.
fn names_itself(entity: &Entity, field: &Field) -> bool {
    is_party(entity) && (field.personal || field.name == entity.title)
}

/// Fields that hold free text about others. Colleagues keep their names, which history rests on.
fn is_told_in(entity: &Entity, field: &Field) -> bool {
    matches!(field.kind, FieldType::Text | FieldType::LongText)
        && field.origin != Origin::System
        && !is_guarded(&entity.name)
        && !names_itself(entity, field)
}

/// The fields of a person that hold what somebody entered.
fn filled<'e>(entity: &'e Entity, person: &'e Record) -> impl Iterator<Item = &'e Field> {
    entity.fields.iter().filter(|field| {
        let entered = field.origin != Origin::System || field.name == "collaborators";
        let kept = field.kind.is_computed() || matches!(field.kind, FieldType::Serial { .. });
        entered && !kept && !person.get(&field.name).is_null()
    })
}
