//! What the company's rules say is not to be kept any longer.
//!
//! Rules stand in the company's TOML, entity by entity. What was deleted long enough ago is to be removed for
//! good; what nothing has happened to for long enough is proposed to be deleted. Nothing here writes: the one is a
//! [`Purge`], the other an act on many records. Only what the person sees counts, as something that happened too.
//! Start at [`Session::plan_retention`].

use chrono::{DateTime, Months, TimeDelta, Utc};

use super::error::Result;
use super::purge::Purge;
use super::read::{ListRequest, Window};
use super::session::Session;
use crate::model::{Name, RecordRef};
use crate::policy::{Decision, Right, decide, is_guarded};
use crate::schema::{Entity, FieldType};

/// Records that are read at a time.
const PAGE: usize = 250;

/// What is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DueFor {
    /// To be removed for good.
    Purge,
    /// To be deleted.
    Delete,
}

/// Records that a rule is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    entity: Name,
    what: DueFor,
    after: u16,
    before: DateTime<Utc>,
    records: Vec<RecordRef>,
}

impl Due {
    /// Their entity.
    #[must_use]
    pub fn entity(&self) -> &Name {
        &self.entity
    }

    /// What is due.
    #[must_use]
    pub fn what(&self) -> DueFor {
        self.what
    }

    /// After how many days, or months, of the rule.
    #[must_use]
    pub fn after(&self) -> u16 {
        self.after
    }

    /// Which.
    #[must_use]
    pub fn records(&self) -> &[RecordRef] {
        &self.records
    }

    /// The same as a wish to remove them for good.
    #[must_use]
    pub fn purge(&self) -> Purge {
        Purge { entity: Some(self.entity.clone()), ..Purge::before(self.before) }
    }
}

impl Session {
    /// What the rules say is due now, as far as the person may do it.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn plan_retention(&self) -> Result<Vec<Due>> {
        self.ready()?;
        let now = self.moment().now;
        let mut all = Vec::new();
        for (name, rule) in self.catalog.company.retention.clone() {
            let Some(entity) = self.shown.entity(&name).filter(|e| !is_guarded(&e.name)) else {
                continue;
            };
            let may = |right| decide(self.actor().person(), right, entity) == Decision::Allow;
            if let Some(days) = rule.deleted_days
                && may(Right::Purge)
            {
                let before = now - TimeDelta::days(days.into());
                let mut due = Due {
                    entity: name.clone(),
                    what: DueFor::Purge,
                    after: days,
                    before,
                    records: Vec::new(),
                };
                due.records = self.plan_purge(&due.purge())?.records().to_vec();
                all.push(due);
            }
            if let Some(months) = rule.idle_months
                && may(Right::Delete)
                && let Some(before) = now.checked_sub_months(Months::new(months.into()))
            {
                let records = self.idle(entity, before)?;
                let what = DueFor::Delete;
                all.push(Due { entity: name.clone(), what, after: months, before, records });
            }
        }
        all.retain(|due| !due.records.is_empty());
        Ok(all)
    }

    /// The living records that nothing has happened to since.
    fn idle(&self, entity: &Entity, since: DateTime<Utc>) -> Result<Vec<RecordRef>> {
        let mut request = ListRequest::first(entity.name.as_str(), PAGE);
        request.fields = vec![entity.title.clone()];
        let mut found = Vec::new();
        loop {
            let mut page = self.list(&request)?;
            for row in page.rows.iter().filter(|row| row.meta.updated_at < since) {
                let record = row.reference();
                if self.may_do(Right::Delete, &record)? && !self.happened(&record, since)? {
                    found.push(record);
                }
            }
            match page.cursors.pop() {
                Some(last) if !page.at_end => request.window = Window::After(last),
                _ => return Ok(found),
            }
        }
    }

    /// Whether anything that points at a record was written since.
    fn happened(&self, record: &RecordRef, since: DateTime<Utc>) -> Result<bool> {
        for from in self.shown.entities() {
            for field in &from.fields {
                let points = match &field.kind {
                    FieldType::LinkAny => field.name != super::store::merged::MERGED_INTO,
                    kind => kind.link_target() == Some(&record.entity),
                };
                if points && self.store.written_since(from, field, record, since)? {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }
}
