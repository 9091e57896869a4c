//! From wishes to a plan: understanding, defaults, rules and checks, with nothing written.
//!
//! An edit goes through here whatever front end it comes from: values are understood and normalised by
//! the schema, names of linked records are looked up, defaults and `follows` fill in, then required,
//! read-only and unique are checked and the difference to what is there is taken.

use crate::model::{Phrase, phrase};
use std::collections::HashSet;
use std::sync::Arc;

use super::ahead::{Ahead, Terms};
use super::defaults::{Follows, why_needed};

use super::error::{FieldConflict, GateError, Result};
use super::foresee::Proposal;
use super::guard::Wish;
use super::person::user_problems;
use super::recur::Ended;
use super::session::{ADMINISTRATOR, Session, Via};

use super::trouble::Report;
use super::write::{Plan, Planned, Verdict};
use crate::model::{Change, Edit, FieldChange, Name, Op, Record, RecordId, Target, Value};
use crate::policy::{FieldAccess, Right, Special};
use crate::query::{Formula, Moment, Query};
use crate::schema::{Catalog, Entity, Field, Origin};

/// So many edits are planned before the rights are looked at again.
const OFTEN: usize = 250;

/// The conditions and expressions of one entity, resolved.
pub(super) struct Rules {
    pub(super) defaults: Vec<(Name, Formula)>,
    pub(super) follows: Vec<Follows>,
    required_when: Vec<(Name, Query)>,
    read_only_when: Vec<(Name, Query)>,
    /// When the next one of a series is made.
    pub(super) recurs: Option<Query>,
}

impl Rules {
    /// Resolves the rules of an entity.
    pub(super) fn of(catalog: &Catalog, entity: &Entity) -> Result<Self> {
        let mut rules = Self {
            defaults: Vec::new(),
            follows: Vec::new(),
            required_when: Vec::new(),
            read_only_when: Vec::new(),
            recurs: None,
        };
        if let Some(recurs) = &entity.recurs {
            rules.recurs = Some(Query::resolve(&recurs.when, catalog, &entity.name)?);
        }
        for field in &entity.fields {
            let name = || field.name.clone();
            if let Some(expr) = &field.default {
                rules
                    .defaults
                    .push((name(), Formula::for_field(expr, catalog, &entity.name, field)?));
            }
            if let Some(follow) = &field.follows {
                rules.follows.push(Follows {
                    field: name(),
                    trigger: follow.field.clone(),
                    with: Formula::for_field(&follow.with, catalog, &entity.name, field)?,
                    until_set: follow.until_set,
                });
            }
            if let Some(expr) = &field.required_when {
                rules.required_when.push((name(), Query::resolve(expr, catalog, &entity.name)?));
            }
            if let Some(expr) = &field.read_only_when {
                rules.read_only_when.push((name(), Query::resolve(expr, catalog, &entity.name)?));
            }
        }
        Ok(rules)
    }
}

impl Session {
    /// What `edits` would do. Writes nothing.
    ///
    /// # Errors
    /// A denied right or an unknown entity; what is wrong with values stands in the plan.
    pub fn plan(&self, edits: Vec<Edit>, why: &str) -> Result<Plan> {
        self.plan_with(edits, why, Terms::default())
    }

    /// As [`Session::plan`], on other terms.
    pub(super) fn plan_with(&self, edits: Vec<Edit>, why: &str, terms: Terms) -> Result<Plan> {
        self.plan_all(edits.into_iter().map(Proposal::Edit).collect(), why, terms)
    }

    /// As [`Session::plan_with`], where some of it was foreseen.
    pub(super) fn plan_all(
        &self,
        proposals: Vec<Proposal>,
        why: &str,
        terms: Terms,
    ) -> Result<Plan> {
        if terms.handing_on {
            self.demand_special(Special::Users)?;
        }
        self.ready()?;
        let moment = self.moment();
        let mut plan = Plan {
            edits: Vec::with_capacity(proposals.len()),
            problems: Vec::new(),
            why: why.to_owned(),
            undoes: None,
            stamp: self.stamp.clone(),
            refused: None,
        };
        let mut ahead = Ahead::of(&proposals, terms);
        for (index, proposal) in proposals.into_iter().enumerate() {
            // Whoever plans very much may lose the right to meanwhile.
            if index % OFTEN == OFTEN - 1 {
                self.ready()?;
            }
            let edit = match proposal {
                Proposal::Edit(edit) => edit,
                Proposal::Foreseen(foreseen) => {
                    let planned = self.accept((index, *foreseen), &mut ahead, &mut plan)?;
                    plan.edits.push(planned);
                    continue;
                }
            };
            let before = plan.problems.len();
            let mut planned = self.plan_edit(index, &edit, &moment, &mut ahead, &mut plan)?;
            if plan.problems.len() > before {
                planned = Planned::without(Verdict::Refused);
            }
            // A refused create keeps its number: links of later edits to it must not shift.
            if edit.op == Op::Create {
                ahead.creates.push(planned.change.is_some());
            }
            plan.edits.push(planned);
        }
        if let Some(refusal) = plan.refused.as_ref().filter(|_| !terms.foreseen) {
            self.note(&super::audit::Event::refused(refusal));
        }
        Ok(plan)
    }

    fn plan_edit(
        &self,
        index: usize,
        edit: &Edit,
        moment: &Moment,
        ahead: &mut Ahead,
        plan: &mut Plan,
    ) -> Result<Planned> {
        // What is written goes by the whole catalogue; what the person may name, by their own.
        let catalog = Arc::clone(&self.catalog);
        let name = self.entity(&edit.entity)?.name.clone();
        let Some(entity) = catalog.entity(&name) else {
            return Err(GateError::Internal(format!("{name} is shown and is not there")));
        };
        let right = match edit.op {
            Op::Create => Right::Create,
            Op::Update => Right::Edit,
            Op::Delete => Right::Delete,
            Op::Restore => Right::Restore,
        };
        ahead.handed_on = ahead.terms.handing_on && self.may_hand_on(edit);
        let mut report = Report {
            edit: index,
            record: match edit.target {
                Target::New => phrase!("new {entity}", entity = entity.told()),
                Target::Existing(id) => Phrase::raw(format!("{}-{id}", entity.prefix)),
            },
            problems: &mut plan.problems,
            refused: &mut plan.refused,
        };
        let current = match edit.target {
            Target::New => None,
            Target::Existing(id) => {
                let found = match ahead.changed.remove(&(entity.name.clone(), id)) {
                    Some(changed) => Some(changed),
                    None => {
                        let titles = &mut ahead.titles;
                        self.store.as_stored_titled(&catalog, moment, (entity, id), titles)?
                    }
                };
                // What a person may not see is not there.
                let seen = match &found {
                    Some(record) => ahead.handed_on || self.reaches(Right::Read, entity, record)?,
                    None => false,
                };
                if !seen {
                    report.push(None, phrase!("there is no such record"), None);
                    return Ok(Planned::without(Verdict::Refused));
                }
                found
            }
        };
        if entity.name == super::request::ENTITY {
            report.push(
                None,
                phrase!("an access request is asked and decided, not edited"),
                Some(phrase!("`kontor access` asks for rights and decides about them")),
            );
            return Ok(Planned::without(Verdict::Refused));
        }
        if !ahead.handed_on
            && let Some(refusal) =
                self.forbidden(entity, right, ahead.terms.also, current.as_ref())?
        {
            report.refuse(None, refusal);
            return Ok(Planned::without(Verdict::Refused));
        }
        match (edit.op, current) {
            (Op::Create, _) => self.plan_create(&catalog, entity, edit, moment, ahead, &mut report),
            (Op::Update, Some(current)) => {
                let planned =
                    self.plan_update(&catalog, entity, edit, moment, &current, ahead, &mut report)?;
                ahead.remember(current, planned.change.as_ref());
                Ok(planned)
            }
            (op, Some(current)) => {
                let deleting = op == Op::Delete;
                if deleting && entity.name == "user" && current.id == ADMINISTRATOR {
                    report.push(
                        None,
                        phrase!("the built-in administrator cannot be deleted"),
                        None,
                    );
                }
                if current.meta.deleted_at.is_some() == deleting {
                    return Ok(Planned::without(Verdict::Same));
                }
                self.refuse_gone(entity, &current, &mut report)?;
                Ok(Planned {
                    verdict: if deleting { Verdict::Delete } else { Verdict::Restore },
                    change: Some(Change {
                        entity: entity.name.clone(),
                        id: current.id,
                        op,
                        version: current.meta.version,
                        fields: Vec::new(),
                    }),
                    next: None,
                    then: if deleting { None } else { self.links_of_restored(entity, &current)? },
                })
            }
            (_, None) => {
                report.push(None, phrase!("name the record that is meant"), None);
                Ok(Planned::without(Verdict::Refused))
            }
        }
    }

    fn plan_create(
        &self,
        catalog: &Catalog,
        entity: &Entity,
        edit: &Edit,
        moment: &Moment,
        ahead: &mut Ahead,
        report: &mut Report<'_>,
    ) -> Result<Planned> {
        let rules = self.rules(entity)?;
        let problems = report.problems.len();
        let set = self.understand(catalog, entity, edit, None, &ahead.creates, report)?;
        self.judge(catalog, &Wish { entity, current: None, set: &set }, report)?;
        let given: HashSet<Name> = set.keys().cloned().collect();
        let mut draft = Record { fields: set, ..Record::blank(entity.name.clone(), moment.now) };
        for (field, formula) in &rules.defaults {
            if !given.contains(field) {
                let value = self.worked_out(formula, &draft, moment, ahead)?;
                draft.fields.insert(field.clone(), value);
            }
        }
        for follows in rules.follows.iter().filter(|follows| !given.contains(&follows.field)) {
            let value = self.worked_out(&follows.with, &draft, moment, ahead)?;
            if !value.is_null() || draft.get(&follows.field).is_null() {
                draft.fields.insert(follows.field.clone(), value);
            }
        }
        for field in &entity.fields {
            let needed = field.required || required_now(&rules, field, catalog, &draft, moment);
            if needed
                && draft.get(&field.name).is_null()
                && !field.is_given()
                && self.access(entity, field) == FieldAccess::Edit
                && !report.names(&field.name)
            {
                report.push(Some(&field.name), phrase!("needed"), why_needed(field));
            }
        }
        let ended = Ended { catalog, entity, rules: &rules, current: None, moment };
        let next = self.plan_next(&ended, &mut draft, ahead)?;
        if self.via != Via::System {
            self.refuse_twin(entity, &draft, &mut ahead.made, report)?;
        }
        if report.problems.len() == problems {
            ahead.made.remember();
        }
        let fields = draft
            .fields
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(field, after)| FieldChange { field, before: Value::Null, after })
            .collect::<Vec<_>>();
        if !ahead.terms.foreseen {
            self.check_unique(entity, None, &fields, ahead, report)?;
        }
        let change = Change {
            entity: entity.name.clone(),
            id: RecordId(-(ahead.creates.len() as i64) - 1),
            op: Op::Create,
            version: 0,
            fields,
        };
        Ok(Planned { verdict: Verdict::Create, change: Some(change), next, then: None })
    }

    fn plan_update(
        &self,
        catalog: &Catalog,
        entity: &Entity,
        edit: &Edit,
        moment: &Moment,
        current: &Record,
        ahead: &mut Ahead,
        report: &mut Report<'_>,
    ) -> Result<Planned> {
        let refused = Planned::without(Verdict::Refused);
        if current.meta.deleted_at.is_some() {
            report.push(None, phrase!("it is deleted"), Some(phrase!("restore it first")));
            return Ok(refused);
        }
        if entity.immutable && self.via != Via::Import && self.via != Via::System {
            report.push(
                None,
                phrase!("a {entity} is not changed afterwards", entity = &entity.label.lower()),
                Some(phrase!("log another one that corrects it")),
            );
            return Ok(refused);
        }
        let rules = self.rules(entity)?;
        let set = self.understand(catalog, entity, edit, Some(current), &ahead.creates, report)?;
        if !ahead.handed_on {
            self.judge(catalog, &Wish { entity, current: Some(current), set: &set }, report)?;
        }
        let mut draft = current.clone();
        let mut clashes = Vec::new();
        for (field, value) in &set {
            let present = current.get(field);
            if let Some(base) = &edit.base {
                let seen = base.get(field).unwrap_or(&Value::Null);
                if seen != present && value != present {
                    clashes.push(FieldConflict {
                        field: field.clone(),
                        base: seen.clone(),
                        theirs: present.clone(),
                        mine: value.clone(),
                    });
                }
            }
            draft.fields.insert(field.clone(), value.clone());
        }
        if !clashes.is_empty() {
            return match self.store.conflict(catalog, current, clashes) {
                GateError::Conflict(conflict) => Ok(Planned::without(Verdict::Conflict(conflict))),
                other => Err(other),
            };
        }
        for follows in rules.follows.iter().filter(|follows| !set.contains_key(&follows.field)) {
            if draft.get(&follows.trigger) == current.get(&follows.trigger) {
                continue;
            }
            let present = current.get(&follows.field);
            if follows.until_set
                && !present.is_null()
                && self.worked_out(&follows.with, current, moment, ahead)? != *present
            {
                continue;
            }
            let value = self.worked_out(&follows.with, &draft, moment, ahead)?;
            draft.fields.insert(follows.field.clone(), value);
        }
        let ended = Ended { catalog, entity, rules: &rules, current: Some(current), moment };
        let next = self.plan_next(&ended, &mut draft, ahead)?;
        let fields: Vec<FieldChange> = draft
            .fields
            .iter()
            .filter(|(field, after)| current.get(field) != *after)
            .map(|(field, after)| FieldChange {
                field: field.clone(),
                before: current.get(field).clone(),
                after: after.clone(),
            })
            .collect();
        if fields.is_empty() {
            return Ok(Planned::without(Verdict::Same));
        }
        for field in &entity.fields {
            let changed = draft.get(&field.name) != current.get(&field.name);
            // An old record that lacks something may still be edited elsewhere; what this edit empties,
            // or makes necessary, is asked for.
            let needed = (field.required && changed)
                || (required_now(&rules, field, catalog, &draft, moment)
                    && (changed || !required_now(&rules, field, catalog, current, moment)));
            if needed
                && draft.get(&field.name).is_null()
                && !field.is_given()
                && self.access(entity, field) == FieldAccess::Edit
                && !report.names(&field.name)
            {
                report.push(Some(&field.name), phrase!("needed"), why_needed(field));
            }
            if changed
                && set.contains_key(&field.name)
                && rules.read_only_when.iter().any(|(name, query)| {
                    *name == field.name && query.holds(catalog, current, moment)
                })
            {
                report.push(Some(&field.name), phrase!("cannot be changed now"), None);
            }
        }
        self.check_unique(entity, Some(current.id), &fields, ahead, report)?;
        Ok(Planned {
            verdict: Verdict::Update,
            change: Some(Change {
                entity: entity.name.clone(),
                id: current.id,
                op: Op::Update,
                version: current.meta.version,
                fields,
            }),
            next,
            then: None,
        })
    }

    /// Reports what the actor may not bring in, and roles that say nothing sensible.
    fn judge(&self, catalog: &Catalog, wish: &Wish<'_>, report: &mut Report<'_>) -> Result<()> {
        if let Some((field, refusal)) = self.forbidden_values(catalog, wish)? {
            report.refuse(field.as_ref(), refusal);
        }
        if wish.entity.name == "user" {
            for (field, message, hint) in user_problems(catalog, |name| {
                let present = wish.current.map(|user| user.get(name));
                wish.set.get(name).filter(|value| Some(*value) != present)
            }) {
                report.push(Some(&field), message, hint);
            }
        }
        let rights = Name::from("rights");
        if wish.entity.name == "role"
            && let Some(text) = wish.set.get(&rights).and_then(Value::as_text)
        {
            for (message, hint) in self.role_problems(text) {
                report.push(Some(&rights), message, hint);
            }
        }
        Ok(())
    }

    pub(super) fn check_unique(
        &self,
        entity: &Entity,
        id: Option<RecordId>,
        fields: &[FieldChange],
        ahead: &mut Ahead,
        report: &mut Report<'_>,
    ) -> Result<()> {
        if !entity.fields.iter().any(|field| field.unique) {
            return Ok(());
        }
        for changed in fields {
            let Some(field) = entity.field(&changed.field).filter(|field| field.unique) else {
                continue;
            };
            if changed.after.is_null() {
                continue;
            }
            let key = (
                entity.name.clone(),
                field.name.clone(),
                serde_json::to_string(&changed.after).unwrap_or_default().to_lowercase(),
            );
            if ahead.claimed.contains(&key) {
                report.push(
                    Some(&changed.field),
                    phrase!("another record of this change has it already"),
                    Some(phrase!("each may have it once")),
                );
                continue;
            }
            ahead.claimed.insert(key);
            let others = self.store.taken(entity, field, &changed.after)?;
            if let Some(other) = others.into_iter().find(|other| Some(*other) != id) {
                report.push(
                    Some(&changed.field),
                    phrase!(
                        "{record} has it already",
                        record = format!("{}-{other}", entity.prefix)
                    ),
                    Some(phrase!("each may have it once")),
                );
            }
        }
        Ok(())
    }
}

fn required_now(
    rules: &Rules,
    field: &Field,
    catalog: &Catalog,
    record: &Record,
    moment: &Moment,
) -> bool {
    rules
        .required_when
        .iter()
        .any(|(name, query)| *name == field.name && query.holds(catalog, record, moment))
}

/// The field whose name is most like `name`.
pub(super) fn near(entity: &Entity, name: &str) -> Option<Phrase> {
    entity
        .fields
        .iter()
        .filter(|field| field.origin != Origin::System || field.name == "owner")
        .map(|field| (strsim::jaro_winkler(&field.name, name), &field.name))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, best)| phrase!("did you mean {near}?", near = best))
}
