//! Changing the company's schema: a plan with a verdict per value, then one recorded transaction.
//!
//! A change of a field's type is never refused: every value is read as the new type, the ones that cannot
//! be are listed and stop the plan, unless their text is to be kept as a note on the record.

use crate::model::{
    Change, FieldChange, Input, Lang, Link, Name, Op, Phrase, RecordId, RecordRef, Value, phrase,
};
use std::sync::Arc;

use super::error::{GateError, Problem, Result};
use super::session::Session;
use super::store::columns::Present;
use super::store::history::{Recorder, Salts};
use super::store::writer::Created;
use super::store::{layout, settings};
use super::write::{Applied, SchemaPlan, SchemaStep};
use crate::policy::Special;
use crate::query;
use crate::schema::diff::{Difference, diff};
use crate::schema::{self, Catalog, Coercion, Entity, Field, FieldType, Format};

/// So many lost values are listed.
const LISTED: usize = 20;

/// A value that the new schema cannot hold.
struct Lost {
    record: RecordRef,
    field: Name,
    text: String,
    value: Value,
}

/// What becomes of the values of one field.
struct Conversion {
    kept: Vec<(RecordId, Value, Value)>,
    lost: Vec<Lost>,
}

impl Session {
    /// What a new company schema would do. Writes nothing.
    ///
    /// # Errors
    /// [`GateError::Schema`] with all that is wrong.
    pub fn plan_schema(&self, file: &str, toml: &str) -> Result<SchemaPlan> {
        self.demand_special(Special::Schema)?;
        let new = check_schema(file, toml)?;
        let mut steps = Vec::new();
        for difference in diff(&self.catalog, &new) {
            let (rows, lost) = self.weigh(&new, &difference)?;
            steps.push(SchemaStep {
                what: difference.phrase(),
                rows,
                lost_count: lost.len() as u64,
                lost: lost
                    .into_iter()
                    .take(LISTED)
                    .map(|lost| (self.catalog.reference(&lost.record), lost.text))
                    .collect(),
            });
        }
        Ok(SchemaPlan { steps, company: toml.to_owned(), file: file.to_owned() })
    }

    /// How many rows a difference touches, and which values would not survive it.
    fn weigh(&self, new: &Catalog, difference: &Difference) -> Result<(u64, Vec<Lost>)> {
        let old = &self.catalog;
        let field_of = |entity: &Name, field: &Name| {
            old.entity(entity).and_then(|entity| Some((entity, entity.field(field)?)))
        };
        Ok(match difference {
            Difference::EntityRemoved { entity } => {
                let Some(entity) = old.entity(entity) else { return Ok((0, Vec::new())) };
                let lost: Vec<Lost> = self
                    .store
                    .ids(
                        &format!("SELECT id FROM {} ORDER BY id", layout::unveiled(entity)),
                        Vec::new(),
                    )?
                    .into_iter()
                    .map(|id| Lost {
                        record: RecordRef::new(&entity.name, id),
                        field: entity.title.clone(),
                        text: String::from("the whole record"),
                        value: Value::Null,
                    })
                    .collect();
                (lost.len() as u64, lost)
            }
            Difference::FieldRemoved { entity, field } => {
                let Some((entity, field)) = field_of(entity, field) else {
                    return Ok((0, Vec::new()));
                };
                let conversion = self.convert(entity, field, None, new)?;
                (conversion.lost.len() as u64, conversion.lost)
            }
            Difference::FieldTypeChanged { entity, field, .. } => {
                let Some((entity, from)) = field_of(entity, field) else {
                    return Ok((0, Vec::new()));
                };
                let to = new.entity(&entity.name).and_then(|entity| entity.field(field));
                let conversion = self.convert(entity, from, to, new)?;
                ((conversion.kept.len() + conversion.lost.len()) as u64, conversion.lost)
            }
            Difference::ChoiceRemoved { entity, field, value } => {
                let Some((entity, field)) = field_of(entity, field) else {
                    return Ok((0, Vec::new()));
                };
                let lost = self.holding(entity, field, value)?;
                (lost.len() as u64, lost)
            }
            Difference::SearchChanged { entity, .. } => {
                (self.store.present_count(old.entity(entity))?, Vec::new())
            }
            _ => (0, Vec::new()),
        })
    }

    /// Reads every value of a field as the new field would; all are lost where there is none.
    fn convert(
        &self,
        entity: &Entity,
        from: &Field,
        to: Option<&Field>,
        new: &Catalog,
    ) -> Result<Conversion> {
        let format = Format { lang: Lang::En, zone: self.options.zone };
        let coercion = Coercion { catalog: new, ..self.coercion() };
        let mut conversion = Conversion { kept: Vec::new(), lost: Vec::new() };
        for Present { id, value } in self.store.present_values(entity, from)? {
            let text = format.editable(&self.catalog, from, &value);
            let read = to.and_then(|to| self.read_as(new, &coercion, entity, to, &text, &value));
            match read {
                Some(read) => conversion.kept.push((id, value, read)),
                None => conversion.lost.push(Lost {
                    record: RecordRef::new(&entity.name, id),
                    field: from.name.clone(),
                    text,
                    value,
                }),
            }
        }
        Ok(conversion)
    }

    fn read_as(
        &self,
        new: &Catalog,
        coercion: &Coercion<'_>,
        entity: &Entity,
        to: &Field,
        text: &str,
        value: &Value,
    ) -> Option<Value> {
        if to.kind.is_computed() {
            return None;
        }
        if let Some(target) = to.kind.link_target() {
            if let Value::Link(link) = value
                && link.entity == *target
            {
                return Some(match to.kind {
                    FieldType::Links { .. } => Value::Links(vec![link.clone()]),
                    _ => value.clone(),
                });
            }
            // A link to an entity that this very change brings cannot be looked up yet.
            self.catalog.entity(target).and(new.entity(target))?;
            let found = self.resolve(target, text).ok()?;
            let link = Link::new(found.entity, found.id);
            return Some(match to.kind {
                FieldType::Links { .. } => Value::Links(vec![link]),
                _ => Value::Link(link),
            });
        }
        let entity = new.entity(&entity.name)?;
        coercion
            .value(entity, to, &Input::Text(text.to_owned()))
            .ok()
            .filter(|read| !read.is_null())
    }

    /// The records that hold a choice.
    fn holding(&self, entity: &Entity, field: &Field, choice: &str) -> Result<Vec<Lost>> {
        let holds = |value: &Value| match value {
            Value::Text(text) => text == choice,
            Value::List(list) => list.iter().any(|item| item == choice),
            _ => false,
        };
        Ok(self
            .store
            .present_values(entity, field)?
            .into_iter()
            .filter(|present| holds(&present.value))
            .map(|present| Lost {
                record: RecordRef::new(&entity.name, present.id),
                field: field.name.clone(),
                text: choice.to_owned(),
                value: present.value,
            })
            .collect())
    }

    /// Applies a schema plan in one transaction. Values that do not survive stop it, unless
    /// `keep_in_notes`: then their text is kept as a note activity on the record.
    ///
    /// # Errors
    /// [`GateError::Invalid`] where values would be lost.
    pub fn apply_schema(&mut self, plan: &SchemaPlan, keep_in_notes: bool) -> Result<Applied> {
        let why = format!("schema {}", plan.file);
        self.change_schema(&plan.file, &plan.company, keep_in_notes, &why, None)
    }

    /// What taking a change set back does to the schema, for those who may change that: a difference each.
    pub(super) fn schema_taken_back(&self, operation: i64) -> Result<Vec<Phrase>> {
        if !self.may(Special::Schema) {
            return Ok(Vec::new());
        }
        let Some((before, after)) = self.store.replaced_text(operation, "schema")? else {
            return Ok(Vec::new());
        };
        // A text that this program reads no more has nothing to tell; the plan says why it is in the way.
        let (Ok(now), Ok(then)) = (check_schema("", &after), check_schema("", &before)) else {
            return Ok(Vec::new());
        };
        Ok(diff(&now, &then).iter().map(Difference::phrase).collect())
    }

    /// Puts the schema back that a schema change replaced, and the values it converted.
    pub(super) fn undo_schema(
        &mut self,
        operation: i64,
        before: &str,
        after: &str,
    ) -> Result<Applied> {
        if self.company_schema()? != after {
            return Err(GateError::NotUndoable {
                reason: phrase!("the schema was changed again since; take that back first"),
            });
        }
        let file = self.store.setting(settings::COMPANY_FILE)?.unwrap_or_default();
        self.change_schema(&file, before, false, "undo: schema", Some(operation)).map_err(|error| {
            match error {
                GateError::Invalid(problems) => GateError::NotUndoable {
                    reason: Phrase::lines(problems.iter().map(Problem::phrase)),
                },
                other => other,
            }
        })
    }

    fn change_schema(
        &mut self,
        file: &str,
        toml: &str,
        keep_in_notes: bool,
        why: &str,
        undoes: Option<i64>,
    ) -> Result<Applied> {
        self.demand_special(Special::Schema)?;
        self.demand_confirmed()?;
        self.refresh()?;
        let new = Arc::new(check_schema(file, toml)?);
        let mut stamp = self.stamp_now(why);
        stamp.undoes = undoes;
        // What an undone change converted gets its old spelling back, not a conversion of a conversion.
        let restored = match undoes {
            Some(operation) => self.store.inverse(operation, None, usize::MAX)?.0,
            None => Vec::new(),
        };
        // Tables are not altered below views that name their columns.
        self.store.veil(Vec::new())?;
        let operation = self.store.write(why, || {
            self.demand_schema(&self.stamp)?;
            self.demand_rights()?;
            let before = self.company_schema()?;
            let mut changes = Vec::new();
            let mut notes = Vec::new();
            let mut reindex = Vec::new();
            let differences = diff(&self.catalog, &new);
            if differences.is_empty() && before == toml {
                return Ok(None);
            }
            for difference in &differences {
                let lost =
                    self.restructure(&new, difference, &restored, &mut changes, &mut reindex)?;
                if !lost.is_empty() && !keep_in_notes {
                    return Err(GateError::Invalid(problems(&self.catalog, difference, &lost)));
                }
                if matches!(difference, Difference::EntityRemoved { .. }) && !lost.is_empty() {
                    return Err(GateError::Invalid(problems(&self.catalog, difference, &lost)));
                }
                notes.extend(lost.iter().map(|lost| self.note_of(&new, lost)));
            }
            for entity in new.entities() {
                self.store.create_indexes(entity)?;
            }
            let count = changes.len() as i64;
            let mut recorder = Recorder::begin(&self.store, Salts::new(&*self.options.entropy))?;
            recorder.text("schema", &before, toml)?;
            for change in &changes {
                recorder.change(change)?;
            }
            let operation = recorder.finish(&stamp, count.max(1))?;
            self.store.forget();
            reindex.sort_unstable();
            reindex.dedup();
            let moment = self.moment();
            for name in reindex {
                if let Some(entity) = new.entity(&name) {
                    self.store.reindex(&new, entity, &moment)?;
                }
            }
            if !notes.is_empty() {
                let mut stamp = stamp.clone();
                stamp.operation = Some(operation);
                self.store.write_changes(
                    &new,
                    &moment,
                    notes.into_iter(),
                    &stamp,
                    &*self.options.entropy,
                    &mut Created::new(),
                )?;
            }
            self.store.set_setting(settings::COMPANY, toml)?;
            self.store.set_setting(settings::COMPANY_FILE, file)?;
            self.store.set_setting(settings::BUILT_IN, &layout::stamp(&new))?;
            let next = self
                .store
                .setting(settings::STAMP)?
                .and_then(|stamp| stamp.parse::<u64>().ok())
                .unwrap_or_default()
                + 1;
            self.store.set_setting(settings::STAMP, &next.to_string())?;
            Ok(Some(operation))
        });
        self.reload()?;
        let operation = operation?;
        Ok(Applied { change_set: operation, records: Vec::new(), followed: Vec::new() })
    }

    /// Carries out one difference on the tables; yields the values that did not survive.
    fn restructure(
        &self,
        new: &Catalog,
        difference: &Difference,
        restored: &[Change],
        changes: &mut Vec<Change>,
        reindex: &mut Vec<Name>,
    ) -> Result<Vec<Lost>> {
        let old = &self.catalog;
        match difference {
            Difference::EntityAdded { entity } => {
                if let Some(entity) = new.entity(entity) {
                    self.store.create_entity(entity)?;
                }
                Ok(Vec::new())
            }
            Difference::EntityRemoved { entity } => {
                let lost = self.weigh(new, difference)?.1;
                if lost.is_empty()
                    && let Some(entity) = old.entity(entity)
                {
                    self.store.drop_entity(entity)?;
                }
                Ok(lost)
            }
            Difference::FieldAdded { entity, field } => {
                if let Some(entity) = new.entity(entity)
                    && let Some(field) = entity.field(field)
                {
                    self.store.add_field(entity, field)?;
                }
                Ok(Vec::new())
            }
            Difference::FieldRemoved { entity, field } => {
                let Some(entity) = old.entity(entity) else { return Ok(Vec::new()) };
                let Some(field) = entity.field(field) else { return Ok(Vec::new()) };
                let lost = self.convert(entity, field, None, new)?.lost;
                changes.extend(lost.iter().map(|lost| emptied(lost, Value::Null)));
                self.store.drop_field(entity, field)?;
                if field.searchable {
                    reindex.push(entity.name.clone());
                }
                Ok(lost)
            }
            Difference::FieldTypeChanged { entity, field, .. } => {
                let Some(entity) = old.entity(entity) else { return Ok(Vec::new()) };
                let Some(from) = entity.field(field) else { return Ok(Vec::new()) };
                let to = new.entity(&entity.name).and_then(|entity| entity.field(field));
                let mut conversion = self.convert(entity, from, to, new)?;
                if to.is_some() {
                    put_back(&mut conversion, &entity.name, from, restored);
                }
                self.store.drop_field(entity, from)?;
                if let Some(to) = to {
                    self.store.add_field(entity, to)?;
                    for (id, before, after) in conversion.kept {
                        self.store.set_column(entity, to, id, &after)?;
                        changes.push(updated(&entity.name, id, &from.name, before, after));
                    }
                }
                changes.extend(conversion.lost.iter().map(|lost| emptied(lost, Value::Null)));
                reindex.push(entity.name.clone());
                Ok(conversion.lost)
            }
            Difference::ChoiceRemoved { entity, field, value } => {
                let Some(entity) = old.entity(entity) else { return Ok(Vec::new()) };
                let Some(field) = entity.field(field) else { return Ok(Vec::new()) };
                let lost = self.holding(entity, field, value)?;
                for lost in &lost {
                    let rest = match &lost.value {
                        Value::List(list) => {
                            let rest: Vec<String> =
                                list.iter().filter(|item| *item != value).cloned().collect();
                            if rest.is_empty() { Value::Null } else { Value::List(rest) }
                        }
                        _ => Value::Null,
                    };
                    self.store.set_column(entity, field, lost.record.id, &rest)?;
                    changes.push(emptied(lost, rest));
                }
                Ok(lost)
            }
            Difference::IndexChanged { entity, field, .. } => {
                if let Some(entity) = old.entity(entity) {
                    self.store.drop_index(entity, field)?;
                }
                Ok(Vec::new())
            }
            Difference::SearchChanged { entity, .. } => {
                reindex.push(entity.clone());
                Ok(Vec::new())
            }
            _ => Ok(Vec::new()),
        }
    }

    /// The note that keeps a lost value on its record.
    fn note_of(&self, new: &Catalog, lost: &Lost) -> Change {
        let now = self.options.clock.now();
        let field = |name: &str, after: Value| FieldChange {
            field: Name::from(name),
            before: Value::Null,
            after,
        };
        let mut fields = vec![
            field("subject", Value::Text(format!("Kept: {}", lost.field))),
            field("kind", Value::from("note")),
            field("happened_at", Value::DateTime(now)),
            field("body", Value::Text(format!("{}: {}", lost.field, lost.text))),
            field("about", Value::Link(Link::new(&lost.record.entity, lost.record.id))),
            field("owner", Value::Link(Link::new("user", self.actor().person().user))),
        ];
        let named = new
            .entity("activity")
            .and_then(|activity| activity.field(&lost.record.entity))
            .is_some();
        if named {
            fields.push(field(
                &lost.record.entity,
                Value::Link(Link::new(&lost.record.entity, lost.record.id)),
            ));
        }
        Change {
            entity: Name::from("activity"),
            id: RecordId(-1),
            op: Op::Create,
            version: 0,
            fields,
        }
    }
}

/// Loads a company schema and resolves everything in it; needs no file of data.
///
/// # Errors
/// All that is wrong with it.
pub fn check_schema(file: &str, toml: &str) -> Result<Catalog> {
    let catalog =
        schema::load((!toml.is_empty()).then_some((file, toml))).map_err(GateError::Schema)?;
    let wrong: Vec<Problem> = query::check_catalog(&catalog)
        .into_iter()
        .map(|mistake| Problem {
            edit: 0,
            record: Phrase::raw(match line_of(toml, mistake.key, &mistake.text) {
                Some(line) => format!("{file}:{line}: {}", mistake.entity),
                None => format!("{file}: {}", mistake.entity),
            }),
            field: mistake.field,
            message: phrase!(
                "{key}: {message}",
                key = &mistake.key,
                message = mistake.error.message.clone()
            ),
            hint: mistake.error.hint,
            missing: None,
        })
        .collect();
    if wrong.is_empty() { Ok(catalog) } else { Err(GateError::Invalid(wrong)) }
}

/// The line on which a key says this text, where there is only one such.
fn line_of(toml: &str, key: &str, text: &str) -> Option<usize> {
    let key = key.rsplit('.').next().unwrap_or(key);
    let mut found = toml.lines().enumerate().filter(|(_, line)| {
        line.split_once('=').is_some_and(|(start, rest)| start.contains(key) && rest.contains(text))
    });
    let (line, _) = found.next()?;
    found.next().is_none().then_some(line + 1)
}

/// Values that an earlier change converted get their old spelling back.
fn put_back(conversion: &mut Conversion, entity: &Name, field: &Field, restored: &[Change]) {
    let old_value = |id: RecordId| {
        restored
            .iter()
            .filter(|change| change.entity == *entity && change.id == id)
            .flat_map(|change| &change.fields)
            .find(|change| change.field == field.name)
    };
    for (id, before, after) in &mut conversion.kept {
        if let Some(change) = old_value(*id)
            && change.before == *before
        {
            after.clone_from(&change.after);
        }
    }
}

fn updated(entity: &Name, id: RecordId, field: &Name, before: Value, after: Value) -> Change {
    Change {
        entity: entity.clone(),
        id,
        op: Op::Update,
        version: 0,
        fields: vec![FieldChange { field: field.clone(), before, after }],
    }
}

fn emptied(lost: &Lost, rest: Value) -> Change {
    updated(&lost.record.entity, lost.record.id, &lost.field, lost.value.clone(), rest)
}

fn problems(catalog: &Catalog, difference: &Difference, lost: &[Lost]) -> Vec<Problem> {
    let hint = if matches!(difference, Difference::EntityRemoved { .. }) {
        phrase!("delete and export its records first")
    } else {
        phrase!("change them first, or keep their text in notes (--keep-in-notes)")
    };
    let mut problems: Vec<Problem> = lost
        .iter()
        .take(LISTED)
        .map(|lost| Problem {
            edit: 0,
            record: Phrase::raw(catalog.reference(&lost.record)),
            field: Some(lost.field.clone()),
            message: phrase!(
                "\u{201c}{text}\u{201d} would not survive: {difference}",
                text = &lost.text,
                difference = difference.phrase()
            ),
            hint: Some(hint.clone()),
            missing: None,
        })
        .collect();
    if lost.len() > LISTED {
        problems.push(Problem {
            edit: 0,
            record: phrase!("{n} more", n = lost.len() - LISTED),
            field: None,
            message: phrase!("would not survive either"),
            hint: None,
            missing: None,
        });
    }
    problems
}
