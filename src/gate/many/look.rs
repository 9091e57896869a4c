//! What would become of many records, piece by piece, with nothing written.

use super::{Chosen, Fate, Look, Many, Outcome, PIECE, Place, REASONS, Seen, Tally};
use crate::gate::ahead::Terms;
use crate::gate::ask::mask;
use crate::gate::error::{Problem, Result};
use crate::gate::session::Session;
use crate::gate::write::{Plan, Planned, Verdict};
use crate::model::{
    Change, Edit, FieldChange, Name, Op, Phrase, RecordId, RecordRef, Target, Value, phrase,
};
use crate::policy::{FieldAccess, Right};
use crate::schema::Entity;

impl Session {
    /// What would become of the next of many records; `before` counts those of the pieces before.
    ///
    /// # Errors
    /// A denied right or an unknown entity; what is wrong with records stands in their outcomes.
    pub fn look(&self, many: &Many, place: &Place, before: &Tally) -> Result<Look> {
        if let Many::Merge(merges) = many {
            let from = if let Place::At(from) = place { *from } else { 0 };
            let (mut look, next) = self.look_merges(merges, from, before)?;
            look.next = next.map(Place::At);
            return Ok(look);
        }
        let mut look = Look { at: self.store.newest_news()?, ..Look::default() };
        let edits = self.edits_at(many, place, &mut look.next)?;
        let records: Vec<RecordRef> = edits.iter().filter_map(about).collect();
        let ops: Vec<Op> = edits.iter().map(|edit| edit.op).collect();
        let plan = self.plan_with(edits, "", many.terms())?;
        look.missing = plan.problems.iter().find_map(|problem| problem.missing.as_deref().cloned());
        let mut counted = *before;
        for (nth, (planned, record)) in plan.edits.iter().zip(&records).enumerate() {
            let fate = fate(planned);
            look.tally.count(fate);
            let problems = of_edit(&plan.problems, nth);
            for problem in problems.clone() {
                let reason = worded(problem);
                if look.reasons.len() < REASONS || look.reasons.contains_key(&reason) {
                    *look.reasons.entry(reason).or_default() += 1;
                }
            }
            if counted.count(fate) {
                let reasons = problems.map(|p| (p.field.clone(), hinted(p))).collect();
                look.outcomes.push(self.outcome(record, ops[nth], planned, reasons)?);
            }
            let version = planned.change.as_ref().map_or(0, |change| change.version);
            look.seen.push(Seen { id: record.id, version });
        }
        Ok(look)
    }

    /// The edits of the next piece.
    fn edits_at(&self, many: &Many, place: &Place, next: &mut Option<Place>) -> Result<Vec<Edit>> {
        let from = match place {
            Place::Start => 0,
            Place::At(from) | Place::After(_, from) => *from,
        };
        if let Some(edits) = many.own() {
            let upto = edits.len().min(from + PIECE);
            *next = (upto < edits.len()).then_some(Place::At(upto));
            return Ok(edits[from.min(upto)..upto].to_vec());
        }
        let Many::Same { of, act } = many else { return Ok(Vec::new()) };
        let records: Vec<RecordRef> = match of {
            Chosen::These(records) => {
                let upto = records.len().min(from + PIECE);
                *next = (upto < records.len()).then_some(Place::At(upto));
                records[from.min(upto)..upto].to_vec()
            }
            Chosen::All { list, but } => {
                // The name of any field: no more than the numbers is wanted.
                let title = self.entity(&list.entity)?.title.clone();
                let (rows, onwards) = self.page_of(list, but, &[title], place)?;
                *next = onwards;
                rows.iter().map(crate::model::Record::reference).collect()
            }
        };
        let edit = |(nth, record)| act.edit(record, from + nth);
        Ok(records.iter().enumerate().map(edit).collect())
    }

    /// What becomes of a record, told in full.
    pub(super) fn outcome(
        &self,
        record: &RecordRef,
        op: Op,
        planned: &Planned,
        reasons: Vec<(Option<Name>, Phrase)>,
    ) -> Result<Outcome> {
        let mut outcome = Outcome {
            record: record.clone(),
            title: self.store.title(&self.shown, &record.entity, record.id)?.unwrap_or_default(),
            fate: fate(planned),
            op,
            fields: planned.change.as_ref().map_or_else(Vec::new, |c| c.fields.clone()),
            reasons,
            conflict: None,
            lost: Vec::new(),
        };
        if let Some(entity) = self.catalog.entity(&record.entity) {
            self.shade(entity, &mut outcome.fields);
        }
        self.name_links(&mut outcome.fields)?;
        if let Verdict::Conflict(conflict) = &planned.verdict {
            let mut conflict = conflict.clone();
            for field in &mut conflict.fields {
                for value in [&mut field.base, &mut field.theirs, &mut field.mine] {
                    self.name_link(value)?;
                }
            }
            let who = phrase!(
                "{who} changed {record} meanwhile",
                who = &conflict.by,
                record = &conflict.reference
            );
            outcome.reasons.push((None, who));
            outcome.conflict = Some(conflict);
        }
        Ok(outcome)
    }

    /// The edits of a plan as far as the person may see what would change.
    #[must_use]
    pub fn shown_edits(&self, plan: &Plan) -> Vec<Planned> {
        let mut edits = plan.edits().to_vec();
        for edit in &mut edits {
            for change in edit.change.iter_mut().chain(&mut edit.next) {
                if let Some(entity) = self.catalog.entity(&change.entity) {
                    self.shade(entity, &mut change.fields);
                }
            }
        }
        edits
    }

    /// Leaves out what the person may not see of changed fields.
    pub(in crate::gate) fn shade(&self, entity: &Entity, fields: &mut Vec<FieldChange>) {
        fields.retain_mut(|changed| {
            let access = entity
                .field(&changed.field)
                .map_or(FieldAccess::Read, |field| self.access(entity, field));
            if access == FieldAccess::Masked {
                mask(&mut changed.before);
                mask(&mut changed.after);
            }
            access > FieldAccess::Hidden
        });
    }

    /// The fields of a change as the person may see them, with what linked records are called.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn shown_fields(&self, change: &Change) -> Result<Vec<FieldChange>> {
        let mut fields = change.fields.clone();
        if let Some(entity) = self.catalog.entity(&change.entity) {
            self.shade(entity, &mut fields);
        }
        self.name_links(&mut fields)?;
        Ok(fields)
    }

    /// Fills in what linked records are called.
    pub(in crate::gate) fn name_links(&self, fields: &mut [FieldChange]) -> Result<()> {
        for field in fields {
            self.name_link(&mut field.before)?;
            self.name_link(&mut field.after)?;
        }
        Ok(())
    }

    /// Fills in what the records are called that a value links to.
    pub(in crate::gate) fn name_link(&self, value: &mut Value) -> Result<()> {
        for link in value.links_mut().iter_mut().filter(|link| link.title.is_empty()) {
            let title = self.store.title(&self.shown, &link.entity, link.id)?;
            link.title = title.unwrap_or_default();
        }
        Ok(())
    }
}

impl Many {
    /// The edits, where each record has its own.
    #[must_use]
    pub fn own(&self) -> Option<&[Edit]> {
        match self {
            Self::Own(edits) => Some(edits),
            Self::Leave(leaving) => Some(leaving.edits()),
            Self::Same { .. } | Self::Merge(_) => None,
        }
    }

    /// By which rights it is planned: many at once need a right of their own.
    pub(super) fn terms(&self) -> Terms {
        let one = match self {
            Self::Own(edits) => edits.len() < 2,
            Self::Leave(_) => return Terms { handing_on: true, ..Terms::default() },
            Self::Same { of: Chosen::These(records), .. } => records.len() < 2,
            Self::Same { of: Chosen::All { .. }, .. } | Self::Merge(_) => false,
        };
        Terms { also: (!one).then_some(Right::Bulk), ..Terms::default() }
    }

    /// The edit of the record at a place; none where there is none.
    pub(super) fn edit(&self, nth: usize, id: RecordId) -> Option<Edit> {
        match self {
            Self::Own(edits) => edits.get(nth).cloned(),
            Self::Leave(leaving) => leaving.edits().get(nth).cloned(),
            Self::Same { of: Chosen::These(records), act } => {
                records.get(nth).map(|record| act.edit(record, nth))
            }
            Self::Same { of: Chosen::All { list, .. }, act } => {
                Some(act.edit(&RecordRef::new(&list.entity, id), nth))
            }
            Self::Merge(_) => None,
        }
    }
}

/// The record an edit is about.
pub(super) fn about(edit: &Edit) -> Option<RecordRef> {
    match edit.target {
        Target::Existing(id) => Some(RecordRef::new(&edit.entity, id)),
        Target::New => None,
    }
}

fn fate(planned: &Planned) -> Fate {
    match planned.verdict {
        Verdict::Create | Verdict::Update | Verdict::Delete | Verdict::Restore => Fate::Change,
        Verdict::Same => Fate::Same,
        Verdict::Conflict(_) => Fate::Conflict,
        Verdict::Refused => Fate::Refused,
    }
}

pub(super) fn of_edit(problems: &[Problem], nth: usize) -> impl Iterator<Item = &Problem> + Clone {
    problems.iter().filter(move |problem| problem.edit == nth)
}

/// A problem without the record it is about.
fn worded(problem: &Problem) -> Phrase {
    match &problem.field {
        Some(field) => {
            phrase!("{name}: {message}", name = field, message = problem.message.clone())
        }
        None => problem.message.clone(),
    }
}

pub(super) fn hinted(problem: &Problem) -> Phrase {
    match &problem.hint {
        Some(hint) => {
            phrase!("{message} ({hint})", message = problem.message.clone(), hint = hint.clone())
        }
        None => problem.message.clone(),
    }
}
