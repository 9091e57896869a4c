//! What taking back a change set would do, record by record.

use super::{Fate, Outcome, UndoLook};
use crate::gate::error::Result;
use crate::gate::session::Session;
use crate::gate::store::rows::Projection;
use crate::model::{Op, RecordRef};

impl Session {
    /// What taking back a change set would do (without a number my own last one), with at most `limit`
    /// of its records in full.
    ///
    /// # Errors
    /// As [`Session::plan_undo`].
    pub fn look_undo(&self, change_set: Option<i64>, limit: usize) -> Result<UndoLook> {
        let plan = self.plan_undo(change_set)?;
        let moment = self.moment();
        let (changes, _) =
            self.store.inverse(plan.change_set, self.undo_progress(plan.change_set)?, limit)?;
        let mut outcomes = Vec::new();
        let merge = self.unmerging(plan.change_set)?;
        for mut change in changes {
            if let Some(merge) = &merge {
                let Some(now) = self.as_it_stands(merge, change)? else { continue };
                change = now;
            }
            let record = RecordRef::new(&change.entity, change.id);
            let Some(entity) = self.catalog.entity(&record.entity) else { continue };
            if !self.sees(&record)? {
                continue;
            }
            let projection = Projection::unveiled(&self.catalog, entity, &moment);
            let present = self.store.record(&projection, record.id)?;
            // What stands there now is what would be replaced, whoever put it there.
            let mut fate = Fate::Change;
            for field in &mut change.fields {
                if let Some(present) = &present {
                    let now = present.get(&field.field);
                    if *now != field.before && *now != field.after {
                        fate = Fate::Conflict;
                    }
                    field.before = now.clone();
                }
            }
            self.shade(entity, &mut change.fields);
            self.name_links(&mut change.fields)?;
            outcomes.push(Outcome {
                title: self
                    .store
                    .title(&self.shown, &record.entity, record.id)?
                    .unwrap_or_default(),
                record,
                fate,
                op: if change.op == Op::Create { Op::Restore } else { change.op },
                fields: change.fields,
                reasons: Vec::new(),
                conflict: None,
                lost: Vec::new(),
            });
        }
        let doubt = self.reshapes(plan.change_set)?;
        let schema = self.schema_taken_back(plan.change_set)?;
        Ok(UndoLook { plan, outcomes, doubt, schema })
    }
}
