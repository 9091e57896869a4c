//! A change is data: what someone asks for, and what will be written.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Name, Record, RecordId, Value};

/// What happens to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Op {
    /// It comes into being.
    Create,
    /// Some of its fields change.
    Update,
    /// It is put away; it can be restored.
    Delete,
    /// It comes back.
    Restore,
}

/// One field of one record, before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// The field.
    pub field: Name,
    /// What it held.
    pub before: Value,
    /// What it will hold.
    pub after: Value,
}

/// What happens to one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The entity.
    pub entity: Name,
    /// The record; pending (negative) for a create until it is applied.
    pub id: RecordId,
    /// What happens.
    pub op: Op,
    /// The version the record had when the change was planned; 0 for a create.
    pub version: i64,
    /// The fields that change; for a create all that are not empty, each from nothing.
    pub fields: Vec<FieldChange>,
}

/// All that is written together, under one name, and can be taken back together.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChangeSet {
    /// What happens, in order.
    pub changes: Vec<Change>,
    /// Why, in the user's or the program's words: `edit`, `import accounts.csv`.
    pub why: String,
}

/// Which record an [`Edit`] is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A new one.
    New,
    /// One that exists.
    Existing(RecordId),
}

/// What a front end hands in for a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// Text as typed: understood, normalised and checked by the schema.
    Text(String),
    /// A value: checked by the schema.
    Value(Value),
    /// What the field holds, changed. Nothing for a new record to have.
    Shift(Shift),
}

/// A change to what a field holds, whatever that is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shift {
    /// Further values of a field that holds several; those it has stay as they are.
    Add(Box<Input>),
    /// Values taken out of a field that holds several; those it lacks do not matter.
    Remove(Box<Input>),
    /// A number or amount, more by so many percent of itself.
    Percent(Decimal),
    /// A number or amount, more by so much.
    By(Decimal),
    /// A duration or an instant, later by so many seconds.
    Seconds(i64),
    /// A day or an instant, later by so many days.
    Days(i64),
    /// A day or an instant, later by so many months.
    Months(i32),
}

/// What the user saw before editing, to tell whether somebody changed it meanwhile.
pub type Base = BTreeMap<Name, Value>;

/// A wish to write: what a front end asks the gate to plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The entity.
    pub entity: Name,
    /// The record.
    pub target: Target,
    /// What to do.
    pub op: Op,
    /// The fields to set (create and update only).
    pub set: Vec<(Name, Input)>,
    /// The values the user saw of the fields that are set; a field whose present value differs is a
    /// conflict. Without it the edit applies to whatever is there.
    pub base: Option<Base>,
}

impl Edit {
    /// A new record of `entity`.
    #[must_use]
    pub fn create(entity: impl Into<Name>) -> Self {
        Self::new(entity, Target::New, Op::Create)
    }

    /// A change to fields of an existing record, whatever they hold now.
    #[must_use]
    pub fn update(entity: impl Into<Name>, id: RecordId) -> Self {
        Self::new(entity, Target::Existing(id), Op::Update)
    }

    /// A change to a record that was read before, so that changes by others are noticed.
    #[must_use]
    pub fn of(record: &Record) -> Self {
        let mut edit = Self::update(&record.entity, record.id);
        edit.base = Some(record.fields.clone());
        edit
    }

    /// Puts a record away.
    #[must_use]
    pub fn delete(entity: impl Into<Name>, id: RecordId) -> Self {
        Self::new(entity, Target::Existing(id), Op::Delete)
    }

    /// Brings a deleted record back.
    #[must_use]
    pub fn restore(entity: impl Into<Name>, id: RecordId) -> Self {
        Self::new(entity, Target::Existing(id), Op::Restore)
    }

    fn new(entity: impl Into<Name>, target: Target, op: Op) -> Self {
        Self { entity: entity.into(), target, op, set: Vec::new(), base: None }
    }

    /// Sets a field to a value.
    #[must_use]
    pub fn with(mut self, field: impl Into<Name>, value: Value) -> Self {
        self.set.push((field.into(), Input::Value(value)));
        self
    }

    /// Changes what a field holds.
    #[must_use]
    pub fn shifted(mut self, field: impl Into<Name>, shift: Shift) -> Self {
        self.set.push((field.into(), Input::Shift(shift)));
        self
    }

    /// Sets a field to what was typed.
    #[must_use]
    pub fn typed(mut self, field: impl Into<Name>, text: impl Into<String>) -> Self {
        self.set.push((field.into(), Input::Text(text.into())));
        self
    }
}
