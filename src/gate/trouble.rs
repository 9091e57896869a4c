//! What is wrong with one edit of a plan: problems with values, and rights that are missing.

use super::error::Problem;
use crate::model::{Name, Phrase};
use crate::policy::Refusal;

/// Where the problems of one edit go.
pub(super) struct Report<'a> {
    pub(super) edit: usize,
    pub(super) record: Phrase,
    pub(super) problems: &'a mut Vec<Problem>,
    pub(super) refused: &'a mut Option<Refusal>,
}

impl Report<'_> {
    /// Whether something is known to be wrong with the field already: one mistake, one line.
    pub(super) fn names(&self, field: &Name) -> bool {
        self.problems
            .iter()
            .rev()
            .take_while(|problem| problem.edit == self.edit)
            .any(|problem| problem.field.as_ref() == Some(field))
    }

    pub(super) fn push(
        &mut self,
        field: Option<&Name>,
        message: impl Into<Phrase>,
        hint: Option<Phrase>,
    ) {
        self.problems.push(Problem {
            edit: self.edit,
            record: self.record.clone(),
            field: field.cloned(),
            message: message.into(),
            hint,
            missing: None,
        });
    }

    /// The person has no right to it.
    pub(super) fn refuse(&mut self, field: Option<&Name>, refusal: Refusal) {
        self.push(field, refusal.what.clone(), refusal.hint.clone());
        self.problems.last_mut().into_iter().for_each(|p| p.missing.clone_from(&refusal.missing));
        self.refused.get_or_insert(refusal);
    }
}
