//! Doing it: one transaction, then the file is written anew.

use std::collections::BTreeSet;

use super::{ERASED, ErasePlan, Erased, filled};
use crate::gate::audit::{Event, EventKind};
use crate::gate::error::Result;
use crate::gate::session::Session;
use crate::gate::store::history::ERASE;
use crate::gate::store::removal::words_of;
use crate::gate::store::search::Tokens;
use crate::model::{Change, FieldChange, Op, Record, RecordRef, Value};

impl Session {
    /// Erases what was looked at, as it stands now; it cannot be taken back.
    ///
    /// # Errors
    /// As [`Session::plan_erase`]; a password that is to be given again; a file that cannot be written.
    /// Nothing is erased then.
    pub fn erase(&mut self, plan: &ErasePlan) -> Result<Erased> {
        self.refresh()?;
        self.demand_confirmed()?;
        self.store.run("PRAGMA secure_delete = ON")?;
        let mut erased = self.store.write("erasing a person's data", || {
            self.demand_rights()?;
            self.erase_within(plan)
        })?;
        erased.kept = !self.store.scrub()?;
        Ok(erased)
    }

    fn erase_within(&self, plan: &ErasePlan) -> Result<Erased> {
        let entity = self.whole_entity(&plan.record.entity)?;
        let people = self.people_of(&entity, &plan.record)?;
        let names = &self.names_of(&entity, &people)?;
        let found = self.mentions(&people, names)?;
        let mut erased = Erased::default();
        let mut changes = Vec::new();
        let mut words = BTreeSet::new();
        for person in &people {
            if let Some(title) = person.get(&entity.title).as_text() {
                words.extend(words_of(&entity, title, &mut Tokens::default()));
            }
            let fields: Vec<FieldChange> = filled(&entity, person)
                .map(|field| FieldChange {
                    field: field.name.clone(),
                    before: person.get(&field.name).clone(),
                    after: if field.name == entity.title {
                        Value::from(ERASED)
                    } else {
                        Value::Null
                    },
                })
                .collect();
            erased.values += fields.len() as u64;
            let change = |op, fields| Change {
                entity: entity.name.clone(),
                id: person.id,
                op,
                version: person.meta.version,
                fields,
            };
            changes.push(change(Op::Update, fields));
            if person.meta.deleted_at.is_none() {
                changes.push(change(Op::Delete, Vec::new()));
            }
        }
        let close = self.pointing_at(&people)?;
        for (record, texts) in &found.texts {
            let Some(of) = self.catalog.entity(&record.entity) else { continue };
            let near = close.contains(record);
            let mut fields = Vec::new();
            for (field, text) in texts {
                if *field == of.title {
                    words.extend(words_of(of, text, &mut Tokens::default()));
                }
                fields.push(FieldChange {
                    field: field.clone(),
                    before: Value::from(text.as_str()),
                    after: Value::from(names.without(text, near).as_str()),
                });
            }
            erased.mentions += fields.len() as u64;
            let (entity, id) = (record.entity.clone(), record.id);
            changes.push(Change { entity, id, op: Op::Update, version: 0, fields });
        }
        let reference = self.catalog.reference(&plan.record);
        self.write_as(ERASE, (&format!("erase {reference}"), None), changes)?;
        for person in &people {
            erased.rows += self.store.erase_history(&person.entity, person.id)? as u64;
        }
        // What was just written holds what was there before: it goes with the rest.
        let rows: Vec<i64> = self.rows_that_name(&people, names, &close)?.into_iter().collect();
        erased.rows += self.store.erase_told(&rows)? as u64;
        for (user, key) in self.own_that_name(&people, names)? {
            self.store.keep_own(user, &key, None, 0)?;
            erased.drafts += 1;
        }
        self.store.forget_words(&self.catalog, words)?;
        let about: Vec<RecordRef> = people.iter().map(Record::reference).collect();
        let events: Vec<Event> =
            about.iter().map(|record| Event::new(EventKind::Erased).about(record)).collect();
        self.note_within(&events)?;
        Ok(erased)
    }
}
