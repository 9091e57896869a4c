//! Removing deleted records for good.
//!
//! The row goes, with its parts, its place in the search index and every link to it; what history holds of
//! it gives way to digests, so that the chain still verifies and nothing can be read of it. That it was removed, when
//! and by whom stands in the log. Numbers are never given again. It cannot be taken back.
//!
//! Only what is deleted can be removed, and only by whom the right to purge reaches it; links of others to it are
//! emptied whoever may change them, and nothing of that is told. What was merged into a record that is still
//! there stays, so that its reference leads there, unless it is asked for. Start at [`Session::plan_purge`].

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::audit::{Event, EventKind};
use super::error::{GateError, Result};
use super::read::{ListRequest, Window};
use super::session::Session;
use super::store::history::PURGE;
use super::store::merged::MERGED_INTO;
use super::store::removal::words_of;
use super::store::rows::Projection;
use super::store::search::Tokens;
use crate::model::{Change, FieldChange, Link, Name, Op, RecordId, RecordRef, Value, phrase};
use crate::policy::{Decision, Right, decide, is_guarded};
use crate::query::Query;
use crate::schema::{Entity, FieldType};

/// Records that are removed in one transaction.
const PIECE: usize = 100;
/// Records of a list that are read at a time.
const PAGE: usize = 250;

/// What is to be removed.
#[derive(Debug, Clone, PartialEq)]
pub struct Purge {
    /// Of which entity; of all without.
    pub entity: Option<Name>,
    /// Deleted before this instant.
    pub before: DateTime<Utc>,
    /// Which of them; with an entity only.
    pub filter: Option<Query>,
    /// These only.
    pub only: Option<Vec<RecordRef>>,
    /// Also what was merged into a record that is still there.
    pub merged: bool,
}

impl Purge {
    /// All that was deleted before an instant.
    #[must_use]
    pub fn before(before: DateTime<Utc>) -> Self {
        Self { entity: None, before, filter: None, only: None, merged: false }
    }
}

/// What would be removed. Only the gate can make one; nothing is removed yet.
#[derive(Debug, Clone, PartialEq)]
pub struct PurgePlan {
    wish: Purge,
    counts: Vec<(Name, u64)>,
    records: Vec<RecordRef>,
    leads_on: u64,
}

impl PurgePlan {
    /// How many of which entity.
    #[must_use]
    pub fn counts(&self) -> &[(Name, u64)] {
        &self.counts
    }

    /// Which.
    #[must_use]
    pub fn records(&self) -> &[RecordRef] {
        &self.records
    }

    /// How many stay because their reference leads to what they were merged into.
    #[must_use]
    pub fn leads_on(&self) -> u64 {
        self.leads_on
    }
}

/// What was removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Purged {
    /// Records.
    pub records: u64,
    /// Rows of history whose content is gone.
    pub rows: u64,
    /// Somebody who reads keeps older pages of the file for the moment.
    pub kept: bool,
}

impl Session {
    /// What removing deleted records for good would remove. Removes nothing.
    ///
    /// # Errors
    /// A denied right; an unknown entity, or one whose records are never removed.
    pub fn plan_purge(&self, wish: &Purge) -> Result<PurgePlan> {
        self.ready()?;
        let mut plan =
            PurgePlan { wish: wish.clone(), counts: Vec::new(), records: Vec::new(), leads_on: 0 };
        let names: Vec<Name> = match &wish.entity {
            Some(name) => {
                let entity = self.entity(name)?;
                if is_guarded(&entity.name) {
                    return Err(GateError::NotFound {
                        what: phrase!(
                            "{entity} are never removed for good",
                            entity = &entity.plural.lower()
                        ),
                        hint: Some(phrase!("history keeps their names")),
                    });
                }
                self.demand(Right::Purge, &entity.name)?;
                vec![entity.name.clone()]
            }
            None => {
                let may = |entity: &&Entity| {
                    !is_guarded(&entity.name)
                        && decide(self.actor().person(), Right::Purge, entity) == Decision::Allow
                };
                self.shown.entities().filter(may).map(|entity| entity.name.clone()).collect()
            }
        };
        if names.is_empty() {
            // Nobody may: whoever asks is told which right that would be.
            self.demand(Right::Purge, &Name::from("customer"))?;
        }
        for name in names {
            let found = self.purgeable(&name, wish, &mut plan.leads_on)?;
            if !found.is_empty() {
                plan.counts.push((name, found.len() as u64));
                plan.records.extend(found);
            }
        }
        Ok(plan)
    }

    /// The deleted records of an entity that may be removed.
    fn purgeable(&self, name: &Name, wish: &Purge, leads_on: &mut u64) -> Result<Vec<RecordRef>> {
        let entity = self.whole_entity(name)?;
        let mut request = ListRequest::first(name.as_str(), PAGE);
        request.deleted = true;
        request.filter.clone_from(&wish.filter);
        request.fields = vec![entity.title.clone()];
        let mut found = Vec::new();
        loop {
            let mut page = self.list(&request)?;
            for row in &page.rows {
                let record = row.reference();
                let named = wish.only.as_ref().is_none_or(|only| only.contains(&record));
                if named && self.may_purge(&entity, record.id, wish, leads_on)? {
                    found.push(record);
                }
            }
            match page.cursors.pop() {
                Some(last) if !page.at_end => request.window = Window::After(last),
                _ => return Ok(found),
            }
        }
    }

    /// Whether a record is deleted, old enough and within the right to purge.
    fn may_purge(
        &self,
        entity: &Entity,
        id: RecordId,
        wish: &Purge,
        leads_on: &mut u64,
    ) -> Result<bool> {
        let moment = self.moment();
        let projection = Projection::unveiled(&self.catalog, entity, &moment);
        let Some(record) = self.store.record(&projection, id)? else { return Ok(false) };
        let old = record.meta.deleted_at.is_some_and(|at| at < wish.before);
        if !old || !self.reaches(Right::Purge, entity, &record)? {
            return Ok(false);
        }
        if let Some(into) = record.get(MERGED_INTO).as_link()
            && !wish.merged
            && self.store.record(&projection, into.id)?.is_some()
        {
            *leads_on += 1;
            return Ok(false);
        }
        Ok(true)
    }

    /// Removes what was planned, piece by piece; `see` is told how many are done and says whether to go on.
    /// What somebody restored since stays.
    ///
    /// # Errors
    /// A denied right, a password that is to be given again, a file that cannot be written; what was
    /// removed before stays so.
    pub fn purge(&mut self, plan: &PurgePlan, mut see: impl FnMut(u64) -> bool) -> Result<Purged> {
        self.refresh()?;
        self.demand_confirmed()?;
        self.store.run("PRAGMA secure_delete = ON")?;
        let mut purged = Purged::default();
        let mut words = BTreeSet::new();
        for piece in plan.records.chunks(PIECE) {
            self.refresh()?;
            let (records, rows) = self.store.removing("removing records for good", || {
                self.demand_rights()?;
                self.purge_piece(piece, &plan.wish, &mut words)
            })?;
            purged.records += records;
            purged.rows += rows;
            if !see(purged.records) {
                break;
            }
        }
        if purged.records > 0 {
            self.store.write("forgetting words", || {
                self.store.forget_words(&self.catalog, std::mem::take(&mut words)).map(|_| ())
            })?;
            purged.kept = !self.store.scrub()?;
        }
        Ok(purged)
    }

    fn purge_piece(
        &self,
        piece: &[RecordRef],
        wish: &Purge,
        words: &mut BTreeSet<String>,
    ) -> Result<(u64, u64)> {
        let (mut records, mut rows) = (0, 0);
        let mut events = Vec::new();
        for record in piece {
            let entity = self.whole_entity(&record.entity)?;
            if !self.may_purge(&entity, record.id, wish, &mut 0)? {
                continue;
            }
            rows += self.remove_for_good(&entity, record.id, words)?;
            records += 1;
            events.push(Event::new(EventKind::Purged).about(record));
        }
        self.note_within(&events)?;
        Ok((records, rows))
    }

    /// Removes one record with its parts and the links to it; inside a write. Yields how many rows of history
    /// lost their content.
    fn remove_for_good(
        &self,
        entity: &Entity,
        id: RecordId,
        words: &mut BTreeSet<String>,
    ) -> Result<u64> {
        let record = RecordRef::new(&entity.name, id);
        let mut rows = 0;
        for part in self.catalog.entities() {
            let Some(whole) = part.whole().filter(|whole| whole.of == entity.name) else {
                continue;
            };
            for of in self.store.parts_of(part, &whole.through, id)? {
                rows += self.remove_for_good(part, of, words)?;
            }
        }
        self.empty_links_to(&record)?;
        let moment = self.moment();
        let projection = Projection::unveiled(&self.catalog, entity, &moment);
        if let Some(found) = self.store.record(&projection, id)?
            && let Some(title) = found.get(&entity.title).as_text()
        {
            words.extend(words_of(entity, title, &mut Tokens::default()));
        }
        self.store.remove_record(entity, id)?;
        self.forget_drafts(&record)?;
        Ok(rows + self.store.erase_history(&entity.name, id)? as u64)
    }

    /// Empties every link to a record, with history.
    fn empty_links_to(&self, record: &RecordRef) -> Result<()> {
        let mut changes = Vec::new();
        for from in self.catalog.entities() {
            for field in &from.fields {
                let points = match &field.kind {
                    FieldType::LinkAny => field.name != MERGED_INTO,
                    kind => kind.link_target() == Some(&record.entity),
                };
                if !points {
                    continue;
                }
                for id in self.store.pointing_ever(from, field, record)? {
                    let (before, after) = if let FieldType::Links { to } = &field.kind {
                        let key = format!("{}.{}", from.name, field.name);
                        let before: Vec<Link> = self
                            .store
                            .all_targets(&key, id)?
                            .into_iter()
                            .map(|id| Link::new(to, id))
                            .collect();
                        let mut after = before.clone();
                        after.retain(|link| link.id != record.id);
                        let after =
                            if after.is_empty() { Value::Null } else { Value::Links(after) };
                        (Value::Links(before), after)
                    } else {
                        (Value::Link(Link::new(&record.entity, record.id)), Value::Null)
                    };
                    changes.push(Change {
                        entity: from.name.clone(),
                        id,
                        op: Op::Update,
                        version: 0,
                        fields: vec![FieldChange { field: field.name.clone(), before, after }],
                    });
                }
            }
        }
        if changes.is_empty() {
            return Ok(());
        }
        self.write_as(PURGE, ("remove records for good", None), changes).map(|_| ())
    }

    /// Forgets what anybody had begun to write of a record.
    pub(super) fn forget_drafts(&self, record: &RecordRef) -> Result<u64> {
        let mark = format!(".{}.{}@", record.entity, record.id);
        let mut forgotten = 0;
        for (user, key, _) in self.store.all_own()? {
            if key.starts_with("draft.") && key.contains(&mark) {
                self.store.keep_own(user, &key, None, 0)?;
                forgotten += 1;
            }
        }
        Ok(forgotten)
    }
}
