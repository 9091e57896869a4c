//! Doing what was looked at, piece by piece, as one operation.

use super::look::{about, hinted, of_edit};
use super::{Fate, Many, PIECE, Ran, Seen};
use crate::gate::ahead::Terms;
use crate::gate::bulk::Bulk;
use crate::gate::error::{GateError, Result};
use crate::gate::session::Session;
use crate::gate::write::{Planned, Verdict};
use crate::model::Phrase;
use crate::model::{Change, Edit, Op, RecordRef};

/// From so many records on the statistics behind query plans are taken anew at the end.
const LEARNED_FROM: usize = 1_000;

impl Session {
    /// Does the next of many records that were looked at: `seen` and `at` are what the look yielded,
    /// `from` the place to go on, `operation` what the pieces before were written under.
    ///
    /// # Errors
    /// Where nothing of the piece could be done; what ended it half way stands in [`Ran`].
    pub fn run(
        &mut self,
        many: &Many,
        why: &str,
        (seen, at): (&[Seen], i64),
        from: usize,
        operation: Option<i64>,
    ) -> Result<Ran> {
        self.refresh()?;
        if let Some(operation) = operation
            && !self.store.is_operation_of(operation, self.actor().person().user)?
        {
            return Err(GateError::Internal(format!("change set {operation} is another's")));
        }
        if let Many::Merge(merges) = many {
            return self.run_merges(merges, (seen, at), from, operation);
        }
        let upto = seen.len().min(from.saturating_add(PIECE));
        let mut ran = Ran { operation, ..Ran::default() };
        ran.next = (upto < seen.len()).then_some(upto);
        let (mut edits, mut versions) = (Vec::new(), Vec::new());
        for (nth, seen) in seen.iter().enumerate().take(upto).skip(from) {
            if let Some(edit) = many.edit(nth, seen.id).filter(|_| seen.version != 0) {
                edits.push(edit);
                versions.push(seen.version);
            }
        }
        let sound = self.sound((edits, many.terms()), &versions, at, &mut ran)?;
        self.write_piece(sound, why, &mut ran)?;
        if let (Many::Leave(_), None, Some(operation)) = (many, operation, ran.operation) {
            self.note_leaving(operation)?;
        }
        if ran.next.is_none() && seen.len() >= LEARNED_FROM {
            self.store.learn()?;
        }
        Ok(ran)
    }

    /// What can be written; the other records go to those left.
    fn sound(
        &self,
        (edits, terms): (Vec<Edit>, Terms),
        versions: &[i64],
        at: i64,
        ran: &mut Ran,
    ) -> Result<Vec<Planned>> {
        let about: Vec<(Option<RecordRef>, Op)> =
            edits.iter().map(|edit| (about(edit), edit.op)).collect();
        let plan = self.plan_with(edits, "", terms)?;
        let mut sound = Vec::new();
        for (nth, planned) in plan.edits.into_iter().enumerate() {
            let (Some(record), op) = (&about[nth].0, about[nth].1) else { continue };
            let mut reasons: Vec<_> = of_edit(&plan.problems, nth)
                .map(|problem| (problem.field.clone(), hinted(problem)))
                .collect();
            let others = match &planned.change {
                Some(change) if change.version != versions[nth] => {
                    self.touched_meanwhile(record, change, at)?
                }
                _ => None,
            };
            match (planned, others) {
                (planned, Some(who)) => {
                    reasons.push((None, Phrase::raw(who)));
                    let mut outcome = self.outcome(record, op, &planned, reasons)?;
                    outcome.fate = Fate::Conflict;
                    ran.left.push(outcome);
                }
                (planned, None) if planned.change.is_some() => sound.push(planned),
                // Somebody else did the same meanwhile.
                (Planned { verdict: Verdict::Same, .. }, None) => {}
                (planned, None) => ran.left.push(self.outcome(record, op, &planned, reasons)?),
            }
        }
        Ok(sound)
    }

    /// Who changed a field that is to be changed after the look, in words.
    fn touched_meanwhile(
        &self,
        record: &RecordRef,
        change: &Change,
        at: i64,
    ) -> Result<Option<String>> {
        let told = |(by, when, number): (String, chrono::DateTime<chrono::Utc>, i64),
                    what: &str| {
            let time = when.with_timezone(&self.zone()).format("%H:%M");
            format!("{by} changed {what} meanwhile, at {time} (change set {number})")
        };
        if change.op != Op::Update {
            let touched = self.store.touched_since(record, at, None, None)?;
            return Ok(touched.map(|touched| told(touched, "it")));
        }
        for field in &change.fields {
            if let Some(touched) = self.store.touched_since(record, at, None, Some(&field.field))? {
                return Ok(Some(told(touched, &field.field)));
            }
        }
        Ok(None)
    }

    /// Writes what was planned; a record that somebody changes at this very moment is left alone.
    fn write_piece(&mut self, mut planned: Vec<Planned>, why: &str, ran: &mut Ran) -> Result<()> {
        let schema = self.stamp.clone();
        while !planned.is_empty() {
            let mut bulk = Bulk::new(self, why);
            bulk.go_on(ran.operation);
            let changes = planned.iter().cloned().flat_map(Planned::into_changes).collect();
            let outcome = bulk.write(changes, &schema);
            let mut written = bulk.records();
            ran.operation = bulk.operation();
            drop(bulk);
            while let Some(first) = planned.first().map(|one| one.clone().into_changes().count())
                && written >= first as u64
            {
                written -= first as u64;
                ran.written += 1;
                planned.remove(0);
            }
            let conflict = match outcome {
                Ok(_) => return Ok(()),
                Err(GateError::Conflict(conflict)) => conflict,
                Err(error) => {
                    ran.stop(error);
                    return Ok(());
                }
            };
            let is_it = |one: &Planned| {
                let record = &conflict.record;
                one.change.as_ref().is_some_and(|c| c.entity == record.entity && c.id == record.id)
            };
            // What was written of one record in part cannot be told apart from the rest any more.
            let Some(nth) = planned.iter().position(is_it).filter(|_| written == 0) else {
                ran.stop(GateError::Conflict(conflict));
                return Ok(());
            };
            let mut left = planned.remove(nth);
            let op = left.change.as_ref().map_or(Op::Update, |change| change.op);
            let record = conflict.record.clone();
            left.verdict = Verdict::Conflict(conflict);
            ran.left.push(self.outcome(&record, op, &left, Vec::new())?);
        }
        Ok(())
    }
}

impl Ran {
    /// Nothing more is done.
    fn stop(&mut self, error: GateError) {
        self.error = Some(error);
        self.next = None;
    }
}
