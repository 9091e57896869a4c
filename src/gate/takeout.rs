//! Where reading ends: more records at once than somebody looks through, in a form that goes elsewhere, are
//! an export, whatever the command is called.
//!
//! Front ends ask here before the first row leaves. Up to [`READING`] records nothing is asked and nothing
//! noted; beyond, all of them must lie within the right to export, a large one needs the password again,
//! and the audit log gets how many. Nothing is ever left out silently: a list that is cut to what may leave
//! would be taken for the whole. Start at [`Session::take_out`].

use std::collections::BTreeMap;

use super::audit::Event;
use super::error::{GateError, Result};
use super::many::Chosen;
use super::read::{Count, ListRequest, Window};
use super::seats::LARGE_EXPORT;
use super::session::Session;
use crate::model::{Name, RecordRef, phrase};
use crate::policy::{self, Decision, Need, Refusal, Right};
use crate::query::Query;

/// So many records at once are read; more of them, in a form that goes elsewhere, are exported.
pub const READING: u64 = 200;
/// Records looked at in one go where they cannot be counted otherwise.
const PIECE: usize = 1_000;

impl Session {
    /// Whether these records (at most `limit` of them) may leave for `target`; how many they are. What is
    /// an export is noted as one.
    ///
    /// # Errors
    /// The refusal where they are more than [`READING`] and the right to export does not reach them all.
    pub fn take_out(&self, chosen: &Chosen, limit: Option<u64>, target: &str) -> Result<u64> {
        match chosen {
            Chosen::All { list, but } => {
                let out = but.len() as u64;
                let few = |n: u64| n.saturating_sub(out).min(limit.unwrap_or(u64::MAX));
                // Whether they are few is known at once; how many there are takes a while at a million.
                let enough = READING + out + 1;
                let some = match limit {
                    Some(limit) if limit <= READING => limit,
                    _ if list.deleted => self.size_of(list)?,
                    _ => match self.count(&list.entity, list.filter.as_ref(), Some(enough))? {
                        Count::Exactly(n) | Count::AtLeast(n) => n,
                    },
                };
                if few(some) <= READING {
                    return Ok(few(some));
                }
                let leave = few(self.size_of(list)?);
                self.demand_export_of_all(list)?;
                self.note_export(&list.entity, leave, list.filter.as_ref(), target)?;
                Ok(leave)
            }
            Chosen::These(records) => self.take_out_these(records, target),
        }
    }

    /// The same for records that are named or found, of any kinds.
    ///
    /// # Errors
    /// As [`Session::take_out`].
    pub fn take_out_these(&self, records: &[RecordRef], target: &str) -> Result<u64> {
        let leave = records.len() as u64;
        if leave <= READING {
            return Ok(leave);
        }
        let mut kinds: BTreeMap<&Name, u64> = BTreeMap::new();
        for record in records {
            if !kinds.contains_key(&record.entity) {
                self.demand_export(&record.entity)?;
            }
            if !self.may_do(Right::Export, record)? {
                let need = Need::Record(Right::Export, record.entity.clone(), record.id);
                return Err(self.refused_export(need));
            }
            *kinds.entry(&record.entity).or_default() += 1;
        }
        for (entity, count) in kinds {
            self.note_export(entity, count, None, target)?;
        }
        Ok(leave)
    }

    /// The same for lines that are computed of records of an entity: a report.
    ///
    /// # Errors
    /// As [`Session::take_out`].
    pub fn take_out_lines(&self, entity: &Name, lines: u64, target: &str) -> Result<()> {
        if lines <= READING {
            return Ok(());
        }
        self.demand_export(entity)?;
        self.note_export(entity, lines, None, target)
    }

    /// Whether the right to export reaches any record.
    fn demand_export(&self, entity: &Name) -> Result<()> {
        self.ready()?;
        let known = self.entity(entity)?;
        match policy::decide(self.actor().person(), Right::Export, known) {
            Decision::Allow => Ok(()),
            Decision::Deny(refusal) => Err(self.refused_export(refusal.need)),
        }
    }

    /// How many records there are in a list; deleted ones are counted by looking.
    ///
    /// # Errors
    /// As [`Session::list`].
    pub fn size_of(&self, list: &ListRequest) -> Result<u64> {
        if !list.deleted {
            let count = self.count(&list.entity, list.filter.as_ref(), None)?;
            let (Count::Exactly(number) | Count::AtLeast(number)) = count;
            return Ok(number);
        }
        let title = self.shown.entity(&list.entity).map(|entity| entity.title.clone());
        let mut request = ListRequest {
            fields: title.into_iter().collect(),
            limit: PIECE,
            window: Window::First,
            ..list.clone()
        };
        let mut number = 0;
        loop {
            let mut page = self.list(&request)?;
            number += page.rows.len() as u64;
            match page.cursors.pop() {
                Some(last) if !page.at_end => request.window = Window::After(last),
                _ => return Ok(number),
            }
        }
    }

    /// Whether the right to export reaches every record of a list.
    fn demand_export_of_all(&self, list: &ListRequest) -> Result<()> {
        self.demand_export(&list.entity)?;
        let Some(permitted) = self.permitted(Right::Export, &list.entity)? else { return Ok(()) };
        let narrowed: Query = match &list.filter {
            Some(filter) => filter.clone().and(permitted),
            None => permitted,
        };
        let within = ListRequest { filter: Some(narrowed), ..list.clone() };
        if self.size_of(&within)? == self.size_of(list)? {
            return Ok(());
        }
        Err(self.refused_export(Need::Entity(Right::Export, list.entity.clone())))
    }

    fn note_export(
        &self,
        entity: &Name,
        records: u64,
        filter: Option<&Query>,
        target: &str,
    ) -> Result<()> {
        if records > LARGE_EXPORT {
            self.demand_confirmed()?;
        }
        self.note(&Event::export(entity, target, records, filter));
        Ok(())
    }

    /// The refusal of what is an export by its size, and noted.
    fn refused_export(&self, need: Need) -> GateError {
        let entity = match &need {
            Need::Entity(_, entity) | Need::Record(_, entity, _) => entity.clone(),
            _ => Name::from(""),
        };
        let some = self.catalog.entity(&entity).is_some_and(|entity| {
            policy::decide(self.actor().person(), Right::Export, entity) == Decision::Allow
        });
        let GateError::Denied(mut refusal) = self.refused(Refusal::of(need)) else {
            return GateError::Internal("a refusal is not one".into());
        };
        refusal.what = if some {
            phrase!(
                "more than {n} records at once are an export, and your right to export does not reach all of them",
                n = READING
            )
        } else {
            phrase!(
                "more than {n} records at once are an export: {reason}",
                n = READING,
                reason = refusal.what
            )
        };
        GateError::Denied(refusal)
    }
}
