//! Writes the story in change sets of some size, and knows the numbers of what was created.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::clock::PastClock;
use crate::gate::{GateError, Result, Session};
use crate::model::{Edit, Link, RecordId, Value};

/// Edits that are written together at most.
const CHUNK: usize = 1000;

/// What history says of it.
const WHY: &str = "demo data";

/// A record of the story, also before it has a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Handle(u32);

/// Collects edits and writes them chunk by chunk.
pub(super) struct Writer {
    session: Session,
    clock: Arc<PastClock>,
    edits: Vec<Edit>,
    /// The handles of the creates among the edits, by place.
    created: Vec<(usize, Handle)>,
    /// The records that the edits change: each only once in a change set.
    changed: HashSet<u32>,
    known: Vec<(&'static str, RecordId)>,
}

impl Writer {
    pub fn new(session: Session, clock: Arc<PastClock>) -> Self {
        Self {
            session,
            clock,
            edits: Vec::new(),
            created: Vec::new(),
            changed: HashSet::new(),
            known: Vec::new(),
        }
    }

    /// Where the clock of the story stands for what is written next. Writes what came before first.
    pub fn set_clock(&mut self, at: DateTime<Utc>) -> Result<()> {
        self.flush()?;
        self.clock.set(at);
        Ok(())
    }

    /// A record that is there already.
    pub fn existing(&mut self, entity: &'static str, id: RecordId) -> Handle {
        self.known.push((entity, id));
        Handle(self.known.len() as u32 - 1)
    }

    /// Creates a record.
    pub fn create(
        &mut self,
        entity: &'static str,
        fields: Vec<(&'static str, Value)>,
    ) -> Result<Handle> {
        if self.edits.len() >= CHUNK {
            self.flush()?;
        }
        let pending = RecordId(-(self.created.len() as i64 + 1));
        let handle = self.existing(entity, pending);
        self.created.push((self.edits.len(), handle));
        self.edits.push(filled(Edit::create(entity), fields));
        Ok(handle)
    }

    /// Changes a record.
    pub fn update(&mut self, record: Handle, fields: Vec<(&'static str, Value)>) -> Result<()> {
        let pending = self.get(record).1.is_pending();
        if self.edits.len() >= CHUNK || pending || self.changed.contains(&record.0) {
            self.flush()?;
        }
        self.changed.insert(record.0);
        let (entity, id) = self.get(record);
        self.edits.push(filled(Edit::update(entity, id), fields));
        Ok(())
    }

    /// A link to a record of the story.
    ///
    /// Take it only when the edit that it goes into is made next: writing gives new records their
    /// numbers.
    pub fn link(&self, record: Handle) -> Value {
        let (entity, id) = self.get(record);
        Value::Link(Link::new(entity, id))
    }

    /// Links to several records of one entity.
    pub fn links(&self, records: &[Handle]) -> Value {
        let link = |record: &Handle| {
            let (entity, id) = self.get(*record);
            Link::new(entity, id)
        };
        Value::Links(records.iter().map(link).collect())
    }

    /// Makes room, so that the next `edits` can link each other's records.
    pub fn make_room(&mut self, edits: usize) -> Result<()> {
        if self.edits.len() + edits > CHUNK { self.flush() } else { Ok(()) }
    }

    fn get(&self, record: Handle) -> (&'static str, RecordId) {
        self.known[record.0 as usize]
    }

    /// Writes very many edits as one change set, with the file taken alone: `next` makes them in
    /// pieces, in which new records may link each other by `-n`.
    pub fn write_all(
        &mut self,
        entities: &[&str],
        mut next: impl FnMut() -> Vec<Edit>,
    ) -> Result<()> {
        self.flush()?;
        let mut bulk = self.session.bulk(WHY);
        bulk.take_alone(entities)?;
        loop {
            let edits = next();
            if edits.is_empty() {
                return bulk.finish().map(|_| ());
            }
            let plan = bulk.plan(edits)?;
            if !plan.problems().is_empty() {
                return Err(GateError::Invalid(plan.problems().to_vec()));
            }
            bulk.apply(plan)?;
        }
    }

    /// Writes what has come together.
    pub fn flush(&mut self) -> Result<()> {
        if self.edits.is_empty() {
            return Ok(());
        }
        let applied = self.session.save(std::mem::take(&mut self.edits), WHY)?;
        self.changed.clear();
        for (place, handle) in self.created.drain(..) {
            if let Some(Some(record)) = applied.records.get(place) {
                self.known[handle.0 as usize].1 = record.id;
            }
        }
        Ok(())
    }
}

/// The edit with these fields; empty ones are left out.
pub(super) fn filled(mut edit: Edit, fields: Vec<(&'static str, Value)>) -> Edit {
    for (name, value) in fields.into_iter().filter(|(_, value)| !value.is_null()) {
        edit = edit.with(name, value);
    }
    edit
}
