//! What new records would be, worked out on another thread while those before them are written.
//!
//! A [`Foresight`] has a connection of its own and the rights of whoever it was made for. What it foresees holds
//! as long as schema and rights do, which is asked inside the transaction that writes it; what the other edits
//! of a plan decide (values that each may have once, records that are linked to and not there yet) is left to
//! the plan. Start at [`Session::foresight`].

use std::sync::Arc;

use super::ahead::{Ahead, Terms};
use super::error::{GateError, Result};
use super::session::Session;
use super::trouble::Report;
use super::write::{Plan, Planned, Verdict};
use crate::model::{Change, Edit, Op, RecordId, phrase};
use crate::schema::duplicates::OnCreate;

/// Foresees what new records of one entity would be.
pub struct Foresight {
    session: Session,
    stamp: Arc<str>,
}

/// A new record as it would be, foreseen. Only the gate can make one.
#[derive(Debug, Clone)]
pub struct Foreseen {
    change: Change,
    /// The schema it was made by.
    stamp: Arc<str>,
}

/// What goes into a plan.
pub enum Proposal {
    /// An edit, to be planned.
    Edit(Edit),
    /// A new record that was foreseen.
    Foreseen(Box<Foreseen>),
}

impl Session {
    /// Somebody who foresees new records of an entity, for another thread; nobody where each of them must be
    /// held against those that were just written.
    ///
    /// # Errors
    /// Where the file cannot be opened once more.
    pub fn foresight(&self, entity: &str) -> Result<Option<Foresight>> {
        let rule = self.catalog.duplicate_rule(entity);
        if self.viewing.is_some() || rule.is_some_and(|rule| rule.on_create == OnCreate::Block) {
            return Ok(None);
        }
        let session = self.beside()?;
        let stamp = Arc::from(session.stamp.as_str());
        // Another process may have replaced the schema or the rights meanwhile: then all is planned.
        let same = session.stamp == self.stamp && session.standing.stamp == self.standing.stamp;
        Ok(same.then_some(Foresight { session, stamp }))
    }

    /// Takes what was foreseen into a plan: what only the plan can know of it is asked here.
    pub(super) fn accept(
        &self,
        (index, foreseen): (usize, Foreseen),
        ahead: &mut Ahead,
        plan: &mut Plan,
    ) -> Result<Planned> {
        let Foreseen { mut change, stamp } = foreseen;
        let entity = self.catalog.entity(&change.entity).filter(|_| *stamp == *self.stamp);
        let Some(entity) = entity else { return Err(GateError::SchemaChanged) };
        change.id = RecordId(-(ahead.creates.len() as i64) - 1);
        let before = plan.problems.len();
        let mut report = Report {
            edit: index,
            record: phrase!("new {entity}", entity = entity.told()),
            problems: &mut plan.problems,
            refused: &mut plan.refused,
        };
        self.check_unique(entity, None, &change.fields, ahead, &mut report)?;
        let stands = plan.problems.len() == before;
        ahead.creates.push(stands);
        Ok(if stands {
            Planned { verdict: Verdict::Create, change: Some(change), next: None, then: None }
        } else {
            Planned::without(Verdict::Refused)
        })
    }
}

impl Foresight {
    /// What records would be that are made; none for those of which there is more to say, and for all where
    /// something is in the way: whoever plans them is told.
    #[must_use]
    pub fn foresee(&self, edits: Vec<Edit>) -> Vec<Option<Box<Foreseen>>> {
        let count = edits.len();
        let terms = Terms { foreseen: true, ..Terms::default() };
        let Ok(plan) = self.session.plan_with(edits, "", terms) else { return vec![None; count] };
        let one = |planned: Planned| match planned {
            Planned { verdict: Verdict::Create, change: Some(change), next: None, then: None }
                if change.op == Op::Create =>
            {
                Some(Box::new(Foreseen { change, stamp: Arc::clone(&self.stamp) }))
            }
            _ => None,
        };
        plan.edits.into_iter().map(one).collect()
    }
}
