//! Where a reference leads whose record was merged into another.

use super::Session;
use crate::gate::erase::ERASED;
use crate::gate::error::Result;
use crate::gate::store::merged::{MERGED_INTO, MOST_HOPS};
use crate::gate::trouble::Report;
use crate::model::{Change, FieldChange, Op, Record, RecordRef, Value, phrase};
use crate::schema::Entity;

impl Session {
    /// The record that another was merged into, the last of a chain: none where it was not, or where the
    /// person does not see a part of the way.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn survivor_of(&self, record: &RecordRef) -> Result<Option<RecordRef>> {
        self.ready()?;
        let Some(entity) = self.shown.entity(&record.entity) else { return Ok(None) };
        let mut at = record.id;
        for _ in 0..MOST_HOPS {
            match self.store.merged_into(entity, at)? {
                Some(next) => at = next,
                None => break,
            }
        }
        let moved = at != record.id && self.store.sees(entity, at)?;
        Ok(moved.then(|| RecordRef::new(&record.entity, at)))
    }

    /// The record that a reference leads to: itself, or what it was merged into.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn followed(&self, record: RecordRef) -> Result<RecordRef> {
        Ok(self.survivor_of(&record)?.unwrap_or(record))
    }

    /// A record that was merged does not come back by itself, and one that was erased never: reports it.
    pub(in crate::gate) fn refuse_gone(
        &self,
        entity: &Entity,
        record: &Record,
        report: &mut Report<'_>,
    ) -> Result<()> {
        let emptied = record.get(&entity.title).as_text() == Some(ERASED);
        if emptied && self.store.is_erased(&record.reference())? {
            let hint = phrase!("what was erased does not come back");
            report.push(None, phrase!("it was erased"), Some(hint));
            return Ok(());
        }
        let Some(into) = record.get(MERGED_INTO).as_link() else { return Ok(()) };
        let writings = self.store.writings(&record.reference())?;
        let merge = writings.iter().rev().find(|wrote| wrote.field == *MERGED_INTO);
        let hint = merge.map(|wrote| {
            phrase!("`kontor undo {number}` takes the merge back", number = wrote.operation)
        });
        let into = format!("{}-{}", entity.prefix, into.id);
        report.push(None, phrase!("it was merged into {record}", record = into), hint);
        Ok(())
    }

    /// The links of a record that comes back, where they lead to what was merged while it was away.
    pub(in crate::gate) fn links_of_restored(
        &self,
        entity: &Entity,
        record: &Record,
    ) -> Result<Option<Change>> {
        let mut fields = Vec::new();
        for field in &entity.fields {
            let before = record.get(&field.name);
            if before.links().is_empty() || field.name == *MERGED_INTO {
                continue;
            }
            let mut after = before.clone();
            for link in after.links_mut() {
                link.id = self.went_to(&link.target())?.id;
            }
            if let Value::Links(links) = &mut after {
                super::values::sort_links(links);
            }
            if after != *before {
                let (field, before) = (field.name.clone(), before.clone());
                fields.push(FieldChange { field, before, after });
            }
        }
        Ok((!fields.is_empty()).then(|| Change {
            entity: entity.name.clone(),
            id: record.id,
            op: Op::Update,
            version: record.meta.version,
            fields,
        }))
    }

    /// The record that another was merged into, or itself, whoever asks.
    pub(super) fn went_to(&self, record: &RecordRef) -> Result<RecordRef> {
        let Some(entity) = self.catalog.entity(&record.entity) else { return Ok(record.clone()) };
        let mut at = record.id;
        for _ in 0..MOST_HOPS {
            match self.store.went(entity, at)? {
                Some(next) => at = next,
                None => break,
            }
        }
        Ok(RecordRef::new(&record.entity, at))
    }
}
