//! Doing it: one merge is one transaction, many are as many under one operation.
//!
//! What points at the records is looked for inside the transaction that moves it, so that nothing is left
//! behind which somebody added at the last moment.

use super::{Merge, MergePlan, Session};
use crate::gate::error::{Conflict, FieldConflict, GateError, Result};
use crate::gate::many::{Fate, Look, Outcome, Ran, Seen, Tally};
use crate::gate::store::history::MERGE;
use crate::gate::write::Applied;
use crate::model::{Change, Op, Phrase, phrase};

/// So many merges are looked at, or done, at a time.
const PIECE: usize = 25;

impl Session {
    /// Makes one record of several as it was planned, all or nothing.
    ///
    /// # Errors
    /// The problems of the plan; a conflict where somebody changed one of the records since.
    pub fn merge(&mut self, plan: &MergePlan) -> Result<Applied> {
        self.refresh()?;
        plan.check()?;
        let why = plan.plan.why.clone();
        let operation = self.in_transaction(&why, |session| {
            session.demand_schema(&plan.plan.stamp)?;
            let fresh = session.plan_merge(&plan.wish)?;
            if fresh.versions != plan.versions {
                return Err(session.changed_meanwhile(plan, &fresh));
            }
            fresh.check()?;
            session.write_merge(&fresh, &why, None)
        })?;
        self.wrote.insert(operation);
        Ok(Applied {
            change_set: Some(operation),
            records: vec![Some(plan.wish.survivor.clone())],
            followed: Vec::new(),
        })
    }

    /// Runs a write by the present schema and rights.
    fn in_transaction<T>(&mut self, why: &str, work: impl FnOnce(&Self) -> Result<T>) -> Result<T> {
        self.demand_seat()?;
        let done = self.store.write(why, || {
            self.demand_rights()?;
            work(self)
        });
        match done {
            Err(GateError::SchemaChanged) => self.reload()?,
            Err(GateError::RightsChanged) => self.take_rights()?,
            _ => {}
        }
        done
    }

    /// Writes one merge that was planned just now; inside a write. Yields its operation.
    fn write_merge(&self, plan: &MergePlan, why: &str, operation: Option<i64>) -> Result<i64> {
        self.write_as(MERGE, (why, operation), self.changes_of(plan)?)
    }

    /// The changes of a merge in the order in which they can be written and, turned round, taken back:
    /// unique values are given up before they are taken over.
    fn changes_of(&self, plan: &MergePlan) -> Result<Vec<Change>> {
        let entity = self.whole_entity(&plan.wish.survivor.entity)?;
        let survivor = plan.wish.survivor.id;
        let mut changes = Vec::new();
        let mut deleted = Vec::new();
        let moment = self.moment();
        let projection =
            crate::gate::store::rows::Projection::unveiled(&self.catalog, &entity, &moment);
        for other in &plan.wish.merged {
            if let Some(record) = self.store.record(&projection, other.id)? {
                let [mark, delete] = Self::going(&entity, &record, survivor);
                changes.push(mark);
                deleted.push(delete);
            }
        }
        changes.extend(self.moving(&entity, survivor, &plan.wish.merged)?);
        changes.extend(self.doubled(&entity, survivor, &plan.wish.merged)?);
        changes.extend(deleted);
        changes.extend(plan.change.clone());
        Ok(changes)
    }

    /// Somebody changed one of the records since the merge was looked at.
    fn changed_meanwhile(&self, plan: &MergePlan, fresh: &MergePlan) -> GateError {
        let changed = fresh
            .versions
            .iter()
            .zip(&plan.versions)
            .position(|(now, then)| now != then)
            .and_then(|nth| fresh.records.get(nth).zip(plan.records.get(nth)));
        // One of them is no longer there, or may no longer be merged: the plan says why.
        let Some((now, then)) = changed else {
            return fresh.check().err().unwrap_or_else(|| {
                GateError::Internal("a merge was planned anew and is the same".into())
            });
        };
        let names = now.fields.keys().chain(then.fields.keys());
        let mut fields: Vec<FieldConflict> = names
            .filter(|name| now.get(name) != then.get(name))
            .map(|name| FieldConflict {
                field: name.clone(),
                base: then.get(name).clone(),
                theirs: now.get(name).clone(),
                mine: then.get(name).clone(),
            })
            .collect();
        fields.dedup_by(|a, b| a.field == b.field);
        fields.retain(|f| !matches!(f.field.as_str(), "version" | "updated_at" | "updated_by"));
        match self.store.conflict(&self.catalog, now, fields) {
            GateError::Conflict(conflict) => {
                let record = now.reference();
                let reference = self.catalog.reference(&record);
                GateError::Conflict(Box::new(Conflict { record, reference, ..*conflict }))
            }
            other => other,
        }
    }

    /// What would become of the next of many merges; each is told as its survivor.
    pub(in crate::gate) fn look_merges(
        &self,
        merges: &[Merge],
        from: usize,
        before: &Tally,
    ) -> Result<(Look, Option<usize>)> {
        let mut look = Look { at: self.store.newest_news()?, ..Look::default() };
        let mut counted = *before;
        let upto = merges.len().min(from.saturating_add(PIECE));
        for wish in &merges[from.min(upto)..upto] {
            let plan = self.plan_many(wish, merges.len())?;
            let fate = if plan.problems().is_empty() { Fate::Change } else { Fate::Refused };
            look.tally.count(fate);
            if fate == Fate::Change {
                look.merges.count(&plan);
            }
            for problem in plan.problems() {
                *look.reasons.entry(problem.message.clone()).or_default() += 1;
                look.missing = look.missing.or_else(|| problem.missing.as_deref().cloned());
            }
            if counted.count(fate) {
                look.outcomes.push(self.outcome_of_merge(&plan, fate)?);
            }
            let version = if fate == Fate::Change { plan.version() } else { 0 };
            look.seen.push(Seen { id: wish.survivor.id, version });
        }
        Ok((look, (upto < merges.len()).then_some(upto)))
    }

    /// A merge that is one of many needs the right to change many besides.
    fn plan_many(&self, wish: &Merge, all: usize) -> Result<MergePlan> {
        let mut plan = self.plan_merge(wish)?;
        if all > 1 && plan.problems().is_empty() {
            self.demand_bulk(&mut plan)?;
        }
        Ok(plan)
    }

    fn outcome_of_merge(&self, plan: &MergePlan, fate: Fate) -> Result<Outcome> {
        let survivor = &plan.wish.survivor;
        let entity = self.whole_entity(&survivor.entity)?;
        let mut fields =
            plan.change.as_ref().map(|change| change.fields.clone()).unwrap_or_default();
        fields.retain(|field| !matches!(field.field.as_str(), "created_at" | "created_by"));
        self.shade(&entity, &mut fields);
        self.name_links(&mut fields)?;
        let reasons = plan.problems().iter().map(|p| {
            let told = phrase!(
                "{record}: {message}",
                record = p.record.clone(),
                message = p.message.clone()
            );
            (p.field.clone(), told)
        });
        let names: Vec<String> =
            plan.wish.merged.iter().map(|other| self.catalog.reference(other)).collect();
        let title = self.store.title(&self.shown, &survivor.entity, survivor.id)?;
        Ok(Outcome {
            record: survivor.clone(),
            title: format!("{} \u{2190} {}", title.unwrap_or_default(), names.join(", ")),
            fate,
            op: Op::Update,
            fields,
            reasons: reasons.collect(),
            conflict: None,
            lost: plan.lost(),
        })
    }

    /// Does the next of many merges that were looked at, as [`Session::run`].
    pub(in crate::gate) fn run_merges(
        &mut self,
        merges: &[Merge],
        (seen, at): (&[Seen], i64),
        from: usize,
        operation: Option<i64>,
    ) -> Result<Ran> {
        let last = seen.len().min(merges.len());
        let upto = last.min(from.saturating_add(PIECE));
        let mut ran = Ran { operation, ..Ran::default() };
        let done = self.in_transaction("merge records", |session| {
            let (mut left, mut under, mut written) = (Vec::new(), operation, 0);
            for nth in (from..upto).filter(|nth| seen[*nth].version != 0) {
                let plan = session.plan_many(&merges[nth], merges.len())?;
                if !plan.problems().is_empty() {
                    left.push(session.outcome_of_merge(&plan, Fate::Refused)?);
                    continue;
                }
                let others = if plan.version() == seen[nth].version {
                    None
                } else {
                    session.touched_by_others(&plan, at, under)?
                };
                if let Some(who) = others {
                    let mut outcome = session.outcome_of_merge(&plan, Fate::Conflict)?;
                    outcome.reasons.push((None, who));
                    left.push(outcome);
                    continue;
                }
                let why = if merges.len() == 1 { plan.plan.why.as_str() } else { "merge records" };
                under = Some(session.write_merge(&plan, why, under)?);
                written += 1;
            }
            Ok((left, under, written))
        });
        match done {
            Ok((left, under, written)) => {
                (ran.left, ran.operation, ran.written) = (left, under, written);
                ran.next = (upto < last).then_some(upto);
                self.wrote.extend(under);
            }
            Err(error) => ran.error = Some(error),
        }
        Ok(ran)
    }

    /// Who changed one of the records after the look, other than an earlier merge of the same operation.
    fn touched_by_others(
        &self,
        plan: &MergePlan,
        at: i64,
        operation: Option<i64>,
    ) -> Result<Option<Phrase>> {
        for record in std::iter::once(&plan.wish.survivor).chain(&plan.wish.merged) {
            let touched = self.store.touched_since(record, at, operation, None)?;
            if let Some((by, when, number)) = touched {
                let time = when.with_timezone(&self.zone()).format("%H:%M").to_string();
                let record = self.catalog.reference(record);
                return Ok(Some(phrase!(
                    "{by} changed {record} meanwhile, at {time} (change set {number})",
                    by = by,
                    record = record,
                    time = time,
                    number = number
                )));
            }
        }
        Ok(None)
    }
}
