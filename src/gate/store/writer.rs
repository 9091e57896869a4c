//! Writing records: rows, side tables and search index, always together with their history.

use crate::model::{
    Change, Entropy, FieldChange, Link, Name, Op, Phrase, Record, RecordId, RecordRef, Value,
    phrase, text,
};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;

use chrono::Datelike;
use rusqlite::params_from_iter;
use rusqlite::types::Value as Sql;

use super::history::{self, Recorder, Salts, Stamp};
use super::layout::{quoted, unveiled};
use super::rows::Titles;
use super::search::{self, Indexer, Tokens};
use super::side::Sides;
use super::{Store, codec};
use crate::gate::error::{Conflict, FieldConflict, GateError, Problem, Result};
use crate::query::Moment;
use crate::schema::{Catalog, Entity, Field, FieldType};

/// How many rows are made ahead of the writing in one parcel, and how many parcels may wait.
const PARCEL: usize = 128;
const AHEAD: usize = 8;

/// The numbers that pending records of a change set got.
pub type Created = HashMap<RecordId, RecordId>;

/// What a piece of work wrote.
pub struct Written {
    /// The number of the operation it belongs to.
    pub operation: i64,
    /// The records, one per change.
    pub records: Vec<RecordRef>,
}

impl Store {
    /// Writes changes with their history; inside a write. Pending records get their numbers.
    pub fn write_changes(
        &self,
        catalog: &Catalog,
        moment: &Moment,
        changes: impl Iterator<Item = Change>,
        stamp: &Stamp,
        entropy: &dyn Entropy,
        created: &mut Created,
    ) -> Result<Written> {
        let changes = changes.map(|change| (change, None));
        self.write_rows(catalog, moment, changes, stamp, entropy, created)
    }

    /// As [`Store::write_changes`] for very many: another thread makes rows of the changes meanwhile.
    pub fn write_many(
        &self,
        catalog: &Catalog,
        moment: &Moment,
        changes: Vec<Change>,
        stamp: &Stamp,
        entropy: &dyn Entropy,
        created: &mut Created,
    ) -> Result<Written> {
        created.reserve(changes.len());
        std::thread::scope(|scope| {
            let (sender, receiver) = sync_channel(AHEAD);
            scope.spawn(move || {
                let mut rest = changes.into_iter();
                loop {
                    let parcel: Vec<_> = rest
                        .by_ref()
                        .take(PARCEL)
                        .map(|change| {
                            let row = Row::ahead(catalog, &change, stamp);
                            (change, row)
                        })
                        .collect();
                    // Where writing failed nobody wants the rest.
                    if parcel.is_empty() || sender.send(parcel).is_err() {
                        return;
                    }
                }
            });
            let rows = receiver.into_iter().flatten();
            self.write_rows(catalog, moment, rows, stamp, entropy, created)
        })
    }

    fn write_rows(
        &self,
        catalog: &Catalog,
        moment: &Moment,
        changes: impl Iterator<Item = (Change, Option<Row>)>,
        stamp: &Stamp,
        entropy: &dyn Entropy,
        created: &mut Created,
    ) -> Result<Written> {
        let mut recorder = Recorder::begin(self, Salts::new(entropy))?;
        let mut indexer = Indexer::new(&self.conn);
        let mut sides = Sides::default();
        let mut records = Vec::new();
        for (mut change, row) in changes {
            let entity = catalog.entity(&change.entity).ok_or_else(|| GateError::NotFound {
                what: phrase!("there is no entity {entity}", entity = &change.entity),
                hint: None,
            })?;
            settle(&mut change, created);
            if change.op != Op::Create {
                // What it finds and replaces must stand.
                self.write_sides(&mut sides)?;
            }
            match change.op {
                Op::Create => {
                    let pending = change.id;
                    let row = match row {
                        Some(row) => row,
                        None => {
                            self.number(moment, entity, &mut change)?;
                            Row::of(entity, &change, stamp)
                        }
                    };
                    change.id = self.insert(entity, &change, &row, &mut indexer, &mut sides)?;
                    created.insert(pending, change.id);
                    recorder.created(&change.entity, change.id, row.history.as_deref())?;
                }
                Op::Update => {
                    self.update(catalog, moment, entity, &change, stamp, &mut indexer)?;
                    recorder.change(&change)?;
                }
                Op::Delete | Op::Restore => {
                    self.put_away(catalog, moment, entity, &change, stamp, &mut indexer)?;
                    recorder.change(&change)?;
                }
            }
            records.push(RecordRef { entity: change.entity, id: change.id });
        }
        self.write_sides(&mut sides)?;
        indexer.settle().map_err(|error| self.fault(error))?;
        let count = records.len() as i64;
        let operation = recorder.finish(stamp, count)?;
        Ok(Written { operation, records })
    }

    /// Gives a record that is created its serials.
    fn number(&self, moment: &Moment, entity: &Entity, change: &mut Change) -> Result<()> {
        for field in &entity.fields {
            if let FieldType::Serial { pattern } = &field.kind
                && !change.fields.iter().any(|known| known.field == field.name)
            {
                let after = self.serial(entity, &field.name, pattern, moment)?;
                change.fields.push(FieldChange {
                    field: field.name.clone(),
                    before: Value::Null,
                    after: Value::Text(after),
                });
            }
        }
        Ok(())
    }

    fn insert(
        &self,
        entity: &Entity,
        change: &Change,
        row: &Row,
        indexer: &mut Indexer<'_>,
        sides: &mut Sides,
    ) -> Result<RecordId> {
        if entity.fields.iter().any(|field| field.unique) {
            self.write_sides(sides)?;
            self.check_unique(entity, change)?;
        }
        self.conn
            .prepare_cached(&self.insertion(entity))
            .and_then(|mut statement| statement.execute(params_from_iter(&row.columns)))
            .map_err(|error| self.fault(error))?;
        let id = RecordId(self.conn.last_insert_rowid());
        for changed in &change.fields {
            if let Value::List(_) | Value::Points(_) | Value::Links(_) = &changed.after
                && let Some(field) = entity.field(&changed.field)
            {
                sides.keep(entity, field, id, &changed.after);
            }
        }
        indexer
            .add_read(self.entity_number(&entity.name)?, id, &row.tokens)
            .map_err(|error| self.fault(error))?;
        Ok(id)
    }

    /// The statement that inserts a record, made once per entity: imports use it a million times.
    fn insertion(&self, entity: &Entity) -> Arc<str> {
        if let Some(sql) = self.insertions.borrow().get(entity.name.as_str()) {
            return Arc::clone(sql);
        }
        let mut columns = vec!["sort_key".to_owned()];
        for field in &entity.fields {
            columns.extend(field.sql_columns().iter().map(|(column, _)| quoted(column)));
        }
        let marks = vec!["?"; columns.len()].join(", ");
        let sql: Arc<str> =
            format!("INSERT INTO {}({}) VALUES ({marks})", unveiled(entity), columns.join(", "))
                .into();
        self.insertions.borrow_mut().insert(entity.name.to_string(), Arc::clone(&sql));
        sql
    }

    fn update(
        &self,
        catalog: &Catalog,
        moment: &Moment,
        entity: &Entity,
        change: &Change,
        stamp: &Stamp,
        indexer: &mut Indexer<'_>,
    ) -> Result<()> {
        let before = self.present(catalog, moment, entity, change.id)?;
        let clashes: Vec<FieldConflict> = change
            .fields
            .iter()
            .filter(|field| {
                let present = before.get(&field.field);
                *present != field.before && *present != field.after
            })
            .map(|field| FieldConflict {
                field: field.field.clone(),
                base: field.before.clone(),
                theirs: before.get(&field.field).clone(),
                mine: field.after.clone(),
            })
            .collect();
        if !clashes.is_empty() {
            return Err(self.clash(catalog, moment, (entity, before), clashes));
        }
        self.check_unique(entity, change)?;
        let mut after = before.clone();
        let mut sets = Vec::new();
        let mut values = Vec::new();
        for changed in &change.fields {
            let Some(field) = entity.field(&changed.field) else { continue };
            for (column, _) in field.sql_columns() {
                sets.push(format!("{} = ?", quoted(&column)));
            }
            codec::to_columns(field, &changed.after, &mut values);
            after.fields.insert(changed.field.clone(), changed.after.clone());
        }
        if change.fields.iter().any(|field| field.field == entity.title) {
            sets.push("sort_key = ?".into());
            values.push(Sql::Text(text::sort_key(title_of(entity, &after.fields))));
        }
        self.touch(entity, change.id, sets, values, stamp)?;
        let living = before.meta.deleted_at.is_none();
        if living {
            for changed in &change.fields {
                if let Some(field) = entity.field(&changed.field) {
                    self.write_side(entity, field, change.id, &changed.before, &changed.after)?;
                }
            }
            if search::needs_reindex(entity, &before.fields, &after.fields) {
                let number = self.entity_number(&entity.name)?;
                indexer
                    .replace(entity, number, change.id, &after.fields)
                    .map_err(|error| self.fault(error))?;
            }
        }
        Ok(())
    }

    fn put_away(
        &self,
        catalog: &Catalog,
        moment: &Moment,
        entity: &Entity,
        change: &Change,
        stamp: &Stamp,
        indexer: &mut Indexer<'_>,
    ) -> Result<()> {
        let before = self.present(catalog, moment, entity, change.id)?;
        let deleting = change.op == Op::Delete;
        if before.meta.deleted_at.is_some() == deleting {
            return Ok(());
        }
        if !deleting {
            let restored = Change {
                fields: before
                    .fields
                    .iter()
                    .map(|(field, value)| FieldChange {
                        field: field.clone(),
                        before: Value::Null,
                        after: value.clone(),
                    })
                    .collect(),
                ..change.clone()
            };
            self.check_unique(entity, &restored)?;
        }
        let at = if deleting { Sql::Integer(stamp.at.timestamp_millis()) } else { Sql::Null };
        self.touch(entity, change.id, vec!["deleted_at = ?".into()], vec![at], stamp)?;
        let number = self.entity_number(&entity.name)?;
        for field in &entity.fields {
            let value = before.get(&field.name);
            // Links stay: a deleted record still says whom it was linked to.
            if matches!(field.kind, FieldType::Links { .. }) {
                continue;
            }
            let (old, new) = if deleting { (value, &Value::Null) } else { (&Value::Null, value) };
            self.write_side(entity, field, change.id, old, new)?;
        }
        let indexed = if deleting {
            indexer.remove(number, change.id)
        } else {
            indexer.add(entity, number, change.id, &before.fields)
        };
        indexed.map_err(|error| self.fault(error))
    }

    /// The stored fields of a record, whatever its state.
    fn present(
        &self,
        catalog: &Catalog,
        moment: &Moment,
        entity: &Entity,
        id: RecordId,
    ) -> Result<Record> {
        self.as_stored(catalog, moment, entity, id)?.ok_or_else(|| GateError::NotFound {
            what: phrase!("there is no {record}", record = format!("{}-{id}", entity.prefix)),
            hint: Some(phrase!("it was removed meanwhile")),
        })
    }

    fn touch(
        &self,
        entity: &Entity,
        id: RecordId,
        mut sets: Vec<String>,
        mut values: Vec<Sql>,
        stamp: &Stamp,
    ) -> Result<()> {
        sets.push("updated_at = ?, updated_by = ?, version = version + 1".into());
        values.push(Sql::Integer(stamp.at.timestamp_millis()));
        values.push(stamp.actor.map_or(Sql::Null, |id| Sql::Integer(id.0)));
        values.push(Sql::Integer(id.0));
        let sql = format!("UPDATE {} SET {} WHERE id = ?", unveiled(entity), sets.join(", "));
        self.conn
            .prepare_cached(&sql)
            .and_then(|mut statement| statement.execute(params_from_iter(values)))
            .map(|_| ())
            .map_err(|error| self.fault(error))
    }

    /// The same where what they wrote has no titles yet.
    fn clash(
        &self,
        catalog: &Catalog,
        moment: &Moment,
        (entity, theirs): (&Entity, Record),
        mut fields: Vec<FieldConflict>,
    ) -> GateError {
        let place = (entity, theirs.id);
        let titled = self.as_stored_titled(catalog, moment, place, &mut Titles::new());
        let theirs = titled.ok().flatten().unwrap_or(theirs);
        for field in &mut fields {
            field.theirs = theirs.get(&field.field).clone();
        }
        self.conflict(catalog, &theirs, fields)
    }

    /// A conflict of an edit with what somebody wrote meanwhile.
    pub fn conflict(
        &self,
        catalog: &Catalog,
        theirs: &Record,
        fields: Vec<FieldConflict>,
    ) -> GateError {
        let record = theirs.reference();
        let by = match self.touched_since(&record, 0, None, None) {
            Ok(Some((name, ..))) => name,
            _ => "somebody".to_owned(),
        };
        GateError::Conflict(Box::new(Conflict {
            reference: catalog.reference(&record),
            record,
            by,
            fields,
        }))
    }

    fn check_unique(&self, entity: &Entity, change: &Change) -> Result<()> {
        if !entity.fields.iter().any(|field| field.unique) {
            return Ok(());
        }
        for changed in &change.fields {
            let Some(field) = entity.field(&changed.field).filter(|field| field.unique) else {
                continue;
            };
            if changed.after.is_null() {
                continue;
            }
            let others = self.taken(entity, field, &changed.after)?;
            if let Some(other) = others.into_iter().find(|other| *other != change.id) {
                return Err(GateError::Invalid(vec![Problem {
                    edit: 0,
                    record: if change.op == Op::Create {
                        phrase!("new {entity}", entity = entity.told())
                    } else {
                        Phrase::raw(format!("{}-{}", entity.prefix, change.id))
                    },
                    field: Some(changed.field.clone()),
                    message: phrase!(
                        "{record} has it already",
                        record = format!("{}-{other}", entity.prefix)
                    ),
                    hint: Some(phrase!("each may have it once")),
                    missing: None,
                }]));
            }
        }
        Ok(())
    }

    fn serial(
        &self,
        entity: &Entity,
        field: &str,
        pattern: &str,
        moment: &Moment,
    ) -> Result<String> {
        let year = moment.today().year();
        let yearly = pattern.contains("{year}");
        let counter = if yearly {
            format!("{}.{field}.{year}", entity.name)
        } else {
            format!("{}.{field}", entity.name)
        };
        let number = self.next_number(&counter)?;
        Ok(numbered(pattern, year, number))
    }
}

/// What becomes of a created record, made without looking into the file.
struct Row {
    /// What the columns of the table hold, the sort key first.
    columns: Vec<Sql>,
    tokens: Tokens,
    history: Option<String>,
}

impl Row {
    /// The row of a created record that has its serials and real links.
    fn of(entity: &Entity, change: &Change, stamp: &Stamp) -> Self {
        let mut values: Vec<Option<&Value>> = vec![None; entity.fields.len()];
        for changed in &change.fields {
            if let Some(place) = entity.place(&changed.field) {
                values[place] = Some(&changed.after);
            }
        }
        let kept = bookkeeping(stamp, |name| values[entity.place(name)?]);
        for (name, value) in &kept {
            if let Some(place) = entity.place(name) {
                values[place] = Some(value);
            }
        }
        let get = |name: &str| values[entity.place(name)?];
        let title = get(&entity.title).and_then(Value::as_text).unwrap_or_default();
        let mut columns = Vec::with_capacity(2 * entity.fields.len());
        columns.push(Sql::Text(text::sort_key(title)));
        for (field, value) in entity.fields.iter().zip(&values) {
            codec::to_columns(field, value.unwrap_or(&Value::Null), &mut columns);
        }
        let mut tokens = Tokens::default();
        tokens.read(entity, &get);
        Self { columns, tokens, history: history::of_created(change) }
    }

    /// The same ahead of the writing, where it depends on nothing that is written before.
    fn ahead(catalog: &Catalog, change: &Change, stamp: &Stamp) -> Option<Self> {
        let entity = catalog.entity(&change.entity)?;
        let serial = |field: &Field| matches!(field.kind, FieldType::Serial { .. });
        let pending = |changed: &FieldChange| match &changed.after {
            Value::Link(link) => link.id.is_pending(),
            Value::Links(links) => links.iter().any(|link| link.id.is_pending()),
            _ => false,
        };
        let alone = change.op == Op::Create
            && !entity.fields.iter().any(serial)
            && !change.fields.iter().any(pending);
        alone.then(|| Self::of(entity, change, stamp))
    }
}

/// Puts the real numbers of records that this piece of work created in place of the pending ones.
fn settle(change: &mut Change, created: &Created) {
    let real = |id: &mut RecordId| {
        if let Some(known) = created.get(id) {
            *id = *known;
        }
    };
    if change.op != Op::Create {
        real(&mut change.id);
    }
    for field in &mut change.fields {
        match &mut field.after {
            Value::Link(link) => real(&mut link.id),
            Value::Links(links) => links.iter_mut().for_each(|link| real(&mut link.id)),
            _ => {}
        }
    }
}

fn title_of<'a>(entity: &Entity, fields: &'a BTreeMap<Name, Value>) -> &'a str {
    fields.get(&entity.title).and_then(Value::as_text).unwrap_or_default()
}

/// What a new record says of itself; when it was made and changed the past may have brought along.
fn bookkeeping<'v>(
    stamp: &Stamp,
    get: impl Fn(&str) -> Option<&'v Value>,
) -> [(&'static str, Value); 5] {
    let at = |name: &str| match get(name) {
        Some(Value::DateTime(at)) => Value::DateTime(*at),
        _ => Value::DateTime(stamp.at),
    };
    let user = || stamp.actor.map_or(Value::Null, |id| Value::Link(Link::new("user", id)));
    [
        ("created_at", at("created_at")),
        ("created_by", user()),
        ("updated_at", at("updated_at")),
        ("updated_by", user()),
        ("version", Value::Int(1)),
    ]
}

/// A serial of a pattern: `Q-{year}-{0000}`, 2026, 7 is `Q-2026-0007`.
pub fn numbered(pattern: &str, year: i32, number: i64) -> String {
    let mut out = String::with_capacity(pattern.len() + 8);
    let mut rest = pattern;
    while let Some(open) = rest.find('{') {
        out.push_str(&rest[..open]);
        let Some(close) = rest[open..].find('}') else { break };
        match &rest[open + 1..open + close] {
            "year" => out.push_str(&year.to_string()),
            zeros => {
                // Writing to a String cannot fail.
                let _ = write!(out, "{number:0width$}", width = zeros.len());
            }
        }
        rest = &rest[open + close + 1..];
    }
    out.push_str(rest);
    out
}
