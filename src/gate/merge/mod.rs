//! Making one record of several.
//!
//! One survives: it keeps its values, is filled from the others where it has none, and where a field holds
//! several values they are united. Everything that points at the others points at it from then on; they are put
//! away, and say where they went, so that their references lead there ([`follow`]). All of it is one change set
//! with history on every record that it touches, written in one transaction, and one undo takes it back
//! ([`unmerge`]), in whatever order.
//!
//! **Rights.** The right to merge and the right to edit, on each of the records. A merge is no way around
//! the right to assign: records of another owner or team need it, and only with it the survivor gets an owner or
//! collaborators of the others. What points at them moves whoever may change it, seen or not, since a
//! refusal would tell of what is not seen; nothing of it is told but what the person sees. Fields that are kept
//! from them are filled and united like all others, and cannot be chosen.
//!
//! Users, teams and roles are not merged (rights hang on them), nor is what is never changed. Start at
//! [`Session::plan_merge`].

mod follow;
mod moves;
mod unmerge;
mod values;
mod write;

use std::sync::Arc;

pub(super) use unmerge::Unmerging;

use super::error::{Problem, Result};
use super::session::Session;
use super::store::merged::MERGED_INTO;
use super::store::rows::Projection;
use super::trouble::Report;
use super::write::Plan;
use crate::model::{
    Change, FieldChange, Link, Name, Op, Phrase, Record, RecordId, RecordRef, Value, phrase,
};
use crate::policy::{FieldAccess, Need, Refusal, Right, is_guarded};
use crate::schema::{Entity, FieldType};

/// The most records that are made one at a time.
const MOST: usize = 50;

/// A wish to make one record of several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merge {
    /// The one that is left.
    pub survivor: RecordRef,
    /// Those that are put away.
    pub merged: Vec<RecordRef>,
    /// Fields whose value is that of one of them, whatever the survivor has.
    pub take: Vec<(Name, RecordRef)>,
}

impl Merge {
    /// The usual: the survivor's values, filled and united from the others.
    #[must_use]
    pub fn new(survivor: RecordRef, merged: Vec<RecordRef>) -> Self {
        Self { survivor, merged, take: Vec::new() }
    }

    /// What it is for, as history keeps it.
    pub(super) fn why(&self, reference: impl Fn(&RecordRef) -> String) -> String {
        let names: Vec<String> = self.merged.iter().map(&reference).collect();
        format!("merge {} into {}", names.join(", "), reference(&self.survivor))
    }
}

/// Where a value of the survivor comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MergedFrom {
    /// From one of the records, the survivor itself or another.
    One(RecordRef),
    /// From several of them.
    United,
}

/// One field in which the records differ, as far as the person sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergeField {
    /// Which.
    pub field: Name,
    /// What each record holds, the survivor first.
    pub values: Vec<Value>,
    /// What the survivor will hold.
    pub after: Value,
    /// Where that comes from.
    pub from: MergedFrom,
    /// The person may choose another's value.
    pub choosable: bool,
}

/// Records that point at those that are put away, as far as the person sees them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// Their entity.
    pub entity: Name,
    /// The field they point with.
    pub field: Name,
    /// How many.
    pub records: u64,
}

/// What a merge would do. Only the gate can make one; nothing is written yet.
#[derive(Debug, Clone, PartialEq)]
pub struct MergePlan {
    wish: Merge,
    records: Vec<Record>,
    fields: Vec<MergeField>,
    moves: Vec<Moved>,
    /// What changes of the survivor.
    change: Option<Change>,
    /// The versions of the records, the survivor's first.
    versions: Vec<i64>,
    /// What keeps it from being done, and what of that is a missing right.
    plan: Plan,
}

impl MergePlan {
    /// What was wished for.
    #[must_use]
    pub fn wish(&self) -> &Merge {
        &self.wish
    }

    /// The records as the person sees them, the survivor first.
    #[must_use]
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// The fields in which they differ, in the order of the entity.
    #[must_use]
    pub fn fields(&self) -> &[MergeField] {
        &self.fields
    }

    /// The values that nobody has any more afterwards, as far as the person sees them: of the records that are
    /// put away, where the survivor has another.
    #[must_use]
    pub fn lost(&self) -> Vec<(Name, Value)> {
        let mut lost = Vec::new();
        for field in &self.fields {
            // What is hidden behind dots is told of no more than that.
            for value in &field.values {
                let stays =
                    value == &field.after || value.is_null() || values::holds(&field.after, value);
                if !stays && !lost.contains(&(field.field.clone(), value.clone())) {
                    lost.push((field.field.clone(), value.clone()));
                }
            }
        }
        lost
    }

    /// What moves to the survivor.
    #[must_use]
    pub fn moves(&self) -> &[Moved] {
        &self.moves
    }

    /// What keeps it from being done; empty where nothing does.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        self.plan.problems()
    }

    /// Whether it can be done.
    ///
    /// # Errors
    /// The refusal, where all that is wrong is a missing right; the problems.
    pub fn check(&self) -> Result<()> {
        self.plan.check()
    }

    /// Counts every write to any of the records.
    fn version(&self) -> i64 {
        self.versions.iter().sum()
    }
}

/// Whether records of an entity can be merged at all: not where rights hang on them, not what is never
/// changed, not the parts of another record, nor what people keep for their own screens.
#[must_use]
pub fn is_mergeable(entity: &Entity) -> bool {
    !is_guarded(&entity.name)
        && !entity.immutable
        && entity.whole().is_none()
        && entity.name != "view"
}

impl Session {
    /// What making one record of several would do. Writes nothing.
    ///
    /// # Errors
    /// A denied right or an unknown entity; what is wrong with the records stands in the plan.
    pub fn plan_merge(&self, wish: &Merge) -> Result<MergePlan> {
        let planned = self.think_merge(wish)?;
        if let Some(refusal) = &planned.plan.refused {
            self.note(&super::audit::Event::refused(refusal));
        }
        Ok(planned)
    }

    /// Records side by side, with what making one of them would do; that it may not be done is no event, as it was
    /// not asked for.
    ///
    /// # Errors
    /// A record that is not there for the person; a denied right.
    pub fn compare(&self, wish: &Merge) -> Result<(Vec<Record>, MergePlan)> {
        let mut records = Vec::new();
        for record in std::iter::once(&wish.survivor).chain(&wish.merged) {
            records.push(self.get(record)?);
        }
        Ok((records, self.think_merge(wish)?))
    }

    fn think_merge(&self, wish: &Merge) -> Result<MergePlan> {
        self.ready()?;
        let catalog = Arc::clone(&self.catalog);
        let entity = self.whole_entity(&wish.survivor.entity)?;
        let mut planned = MergePlan {
            wish: wish.clone(),
            records: Vec::new(),
            fields: Vec::new(),
            moves: Vec::new(),
            change: None,
            versions: Vec::new(),
            plan: Plan {
                edits: Vec::new(),
                problems: Vec::new(),
                why: wish.why(|record| catalog.reference(record)),
                undoes: None,
                stamp: self.stamp.clone(),
                refused: None,
            },
        };
        let MergePlan { plan, .. } = &mut planned;
        let mut report = Report {
            edit: 0,
            record: Phrase::raw(catalog.reference(&wish.survivor)),
            problems: &mut plan.problems,
            refused: &mut plan.refused,
        };
        let group = self.merge_group(&entity, wish, &mut report)?;
        let Some(group) = group.filter(|_| report.problems.is_empty()) else {
            return Ok(planned);
        };
        let fields = self.merged_values(&entity, &group, &wish.take, &mut report)?;
        planned.versions = group.iter().map(|record| record.meta.version).collect();
        planned.fields = fields.shown;
        let [survivor, others @ ..] = group.as_slice() else { return Ok(planned) };
        planned.moves = self.seen_moves(&entity, survivor, others)?;
        if !fields.changes.is_empty() {
            planned.change = Some(Change {
                entity: entity.name.clone(),
                id: survivor.id,
                op: Op::Update,
                version: survivor.meta.version,
                fields: fields.changes,
            });
        }
        for record in &group {
            planned.records.push(self.get(&record.reference())?);
        }
        Ok(planned)
    }

    /// The entity as it stands in the whole catalogue, where the person knows of it.
    pub(super) fn whole_entity(&self, name: &str) -> Result<Entity> {
        let name = self.entity(name)?.name.clone();
        self.catalog.entity(&name).cloned().ok_or_else(|| {
            super::error::GateError::Internal(format!("{name} is shown and is not there"))
        })
    }

    /// The records of a merge as they stand in the file, the survivor first; reports what is wrong with them.
    fn merge_group(
        &self,
        entity: &Entity,
        wish: &Merge,
        report: &mut Report<'_>,
    ) -> Result<Option<Vec<Record>>> {
        if !is_mergeable(entity) {
            let many = &entity.plural.lower();
            report.push(None, phrase!("{entity} are not merged", entity = many), None);
            return Ok(None);
        }
        if wish.merged.is_empty() || wish.merged.len() >= MOST {
            let hint = Some(phrase!("at most {n} at a time", n = MOST));
            report.push(None, phrase!("name the records that are to become one"), hint);
            return Ok(None);
        }
        let moment = self.moment();
        let projection = Projection::unveiled(&self.catalog, entity, &moment);
        let mut group: Vec<Record> = Vec::new();
        for named in std::iter::once(&wish.survivor).chain(&wish.merged) {
            report.record = Phrase::raw(self.catalog.reference(named));
            if named.entity != entity.name {
                report.push(
                    None,
                    phrase!("it is no {entity}", entity = &entity.label.lower()),
                    Some(phrase!("only records of one kind become one")),
                );
                continue;
            }
            if group.iter().any(|known| known.id == named.id) {
                report.push(None, phrase!("it is named twice"), None);
                continue;
            }
            let found = self.store.record(&projection, named.id)?;
            let found = match found {
                Some(record) if self.reaches(Right::Read, entity, &record)? => record,
                _ => {
                    report.push(None, phrase!("there is no such record"), None);
                    continue;
                }
            };
            if found.meta.deleted_at.is_some() {
                match self.survivor_of(named)? {
                    Some(into) => {
                        let into = self.catalog.reference(&into);
                        report.push(
                            None,
                            phrase!("it was merged into {record}", record = into),
                            None,
                        );
                    }
                    None => {
                        report.push(
                            None,
                            phrase!("it is deleted"),
                            Some(phrase!("restore it first")),
                        );
                    }
                }
                continue;
            }
            if let Some(refusal) =
                self.forbidden(entity, Right::Merge, Some(Right::Edit), Some(&found))?
            {
                report.refuse(None, refusal);
                continue;
            }
            group.push(found);
        }
        // Giving a record to somebody else by merging it is giving it to somebody else.
        if let [survivor, others @ ..] = group.as_slice() {
            for other in others.iter().filter(|other| !same_holders(survivor, other)) {
                if !self.may_assign(entity, other)? {
                    report.record = Phrase::raw(self.catalog.reference(&other.reference()));
                    let need = Need::Record(Right::Assign, entity.name.clone(), other.id);
                    report.refuse(Some(&Name::from("owner")), self.advised(Refusal::of(need)));
                }
            }
        }
        report.record = Phrase::raw(self.catalog.reference(&wish.survivor));
        Ok((group.len() == wish.merged.len() + 1).then_some(group))
    }

    /// Whether the actor may give a record to another.
    fn may_assign(&self, entity: &Entity, record: &Record) -> Result<bool> {
        if self.actor().person().is_administrator() {
            return Ok(true);
        }
        self.reaches(Right::Assign, entity, record)
    }

    /// Many at once need a right of their own.
    fn demand_bulk(&self, planned: &mut MergePlan) -> Result<()> {
        let entity = self.whole_entity(&planned.wish.survivor.entity)?;
        let Some(survivor) = planned.records.first().map(Record::reference) else { return Ok(()) };
        let moment = self.moment();
        let projection = Projection::unveiled(&self.catalog, &entity, &moment);
        let record = self.store.record(&projection, survivor.id)?;
        if let Some(refusal) = self.forbidden(&entity, Right::Bulk, None, record.as_ref())? {
            let mut report = Report {
                edit: 0,
                record: Phrase::raw(self.catalog.reference(&survivor)),
                problems: &mut planned.plan.problems,
                refused: &mut planned.plan.refused,
            };
            report.refuse(None, refusal);
        }
        Ok(())
    }

    /// The mark of a record that goes, and its going.
    fn going(entity: &Entity, record: &Record, into: RecordId) -> [Change; 2] {
        let change = |op, fields| Change {
            entity: entity.name.clone(),
            id: record.id,
            op,
            version: record.meta.version,
            fields,
        };
        let mark = FieldChange {
            field: Name::from(MERGED_INTO),
            before: record.get(MERGED_INTO).clone(),
            after: Value::Link(Link::new(&entity.name, into)),
        };
        [change(Op::Update, vec![mark]), change(Op::Delete, Vec::new())]
    }

    /// Whether the actor may bring a value into a field of a record by choosing it.
    fn may_choose(&self, entity: &Entity, name: &str) -> bool {
        entity.field(name).is_some_and(|field| {
            let set = !field.is_given() && !matches!(field.kind, FieldType::Serial { .. });
            set && self.access(entity, field) == FieldAccess::Edit
        })
    }
}

/// Whether two records are looked after by the same person and team.
fn same_holders(one: &Record, other: &Record) -> bool {
    ["owner", "team"].iter().all(|field| one.get(field) == other.get(field))
}
