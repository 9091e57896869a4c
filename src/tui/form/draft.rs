//! One record being written: what it held, what it holds now, and what follows from that.
//!
//! Conditions, formulas and following fields are evaluated on the draft with every change, so that
//! the form shows what saving would do. The gate decides in the end. Start at [`Draft::enter`].

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Edit, Name, Record, Value};
use crate::query::{Formula, Query};
use crate::schema::{Entity, Field, FieldType, Origin};
use crate::syntax::Expr;
use crate::tui::Context;

/// One record being written.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    /// What it held when it was read; none for a new record.
    pub base: Option<Record>,
    /// What it holds now, computed fields included.
    pub record: Record,
    /// Fields that a person (or the screen the form was opened from) has set.
    by_hand: BTreeSet<Name>,
    /// Fields that are sent although nobody sees them.
    presets: BTreeSet<Name>,
    /// Fields whose value to save under was decided in a conflict: what they hold in the file.
    settled: BTreeMap<Name, Value>,
    /// Nothing is written as long as nobody enters anything.
    pub optional: bool,
}

impl Draft {
    /// A new record, with its defaults and the values it is opened with.
    pub(super) fn new(entity: &Entity, presets: Vec<(Name, Value)>, ctx: &Context) -> Self {
        let record = Record::blank(entity.name.clone(), ctx.now);
        let mut draft = Self {
            base: None,
            record,
            by_hand: BTreeSet::new(),
            presets: presets.iter().map(|(name, _)| name.clone()).collect(),
            settled: BTreeMap::new(),
            optional: false,
        };
        for (name, value) in presets {
            draft.put(&name, value);
        }
        for field in &entity.fields {
            if let Some(default) = field.default.as_ref().filter(|_| !draft.holds(&field.name)) {
                let value = draft.compute(default, ctx);
                draft.put(&field.name, fit(value, field));
            }
        }
        for field in &entity.fields {
            if let Some(follow) = &field.follows
                && !draft.holds(&field.name)
                && draft.holds(&follow.field)
            {
                let value = draft.compute(&follow.with, ctx);
                draft.put(&field.name, fit(value, field));
            }
        }
        draft.recompute(entity, ctx);
        draft
    }

    /// A record as it was read.
    pub(super) fn of(record: Record) -> Self {
        Self {
            base: Some(record.clone()),
            record,
            by_hand: BTreeSet::new(),
            presets: BTreeSet::new(),
            settled: BTreeMap::new(),
            optional: false,
        }
    }

    /// Sets a field by hand. Returns the fields that follow and hold something else now.
    pub(super) fn enter(
        &mut self,
        entity: &Entity,
        field: &Name,
        value: Value,
        ctx: &Context,
    ) -> Vec<Name> {
        if self.record.get(field) == &value {
            return Vec::new();
        }
        self.put(field, value);
        self.by_hand.insert(field.clone());
        let mut followed = Vec::new();
        self.follow(entity, field, ctx, &mut followed);
        self.recompute(entity, ctx);
        followed
    }

    fn follow(&mut self, entity: &Entity, changed: &Name, ctx: &Context, followed: &mut Vec<Name>) {
        for field in &entity.fields {
            let Some(follow) = field
                .follows
                .as_ref()
                .filter(|follow| follow.field == *changed && !follow.until_set)
            else {
                continue;
            };
            // What was entered and is hidden now follows again: nobody sees it any more.
            let by_hand = self.by_hand.contains(&field.name) && self.is_visible(field, ctx);
            if by_hand || followed.contains(&field.name) {
                continue;
            }
            let as_it_was =
                self.base.as_ref().filter(|base| base.get(changed) == self.get(changed));
            let value = match as_it_was {
                Some(base) => base.get(&field.name).clone(),
                None => fit(self.compute(&follow.with, ctx), field),
            };
            if self.get(&field.name) != &value {
                self.put(&field.name, value);
                followed.push(field.name.clone());
                self.follow(entity, &field.name, ctx, followed);
            }
        }
    }

    /// Whether a field may follow what was changed by hand, which only the gate can tell.
    pub(super) fn follows_later(&self, field: &Field, changed: &Name) -> bool {
        let differs = |base: &Record| base.get(changed) != self.get(changed);
        field.follows.as_ref().is_some_and(|follow| follow.until_set && follow.field == *changed)
            && self.by_hand.contains(changed)
            && !self.by_hand.contains(&field.name)
            && self.base.as_ref().is_none_or(differs)
    }

    /// Evaluates the formulas again. Roll-ups stay as they were read.
    fn recompute(&mut self, entity: &Entity, ctx: &Context) {
        for field in &entity.fields {
            if let FieldType::Formula { expr, .. } = &field.kind {
                let value = self.compute(expr, ctx);
                // A formula over links cannot be told in memory; what was read is nearer than nothing.
                if !value.is_null() || self.base.is_none() || self.is_dirty() {
                    self.put(&field.name, value);
                }
            }
        }
    }

    /// Sets a field that the form does not show, to be sent with the rest.
    pub(super) fn preset(&mut self, field: &Name, value: Value) {
        if value.is_null() && !self.holds(field) {
            return;
        }
        self.put(field, value);
        self.presets.insert(field.clone());
    }

    fn compute(&self, expr: &Expr, ctx: &Context) -> Value {
        let formula = Formula::resolve(expr, &ctx.catalog, &self.record.entity);
        let mut value = formula
            .map(|formula| formula.value(&ctx.catalog, &self.record, &ctx.asked_by()))
            .unwrap_or_default();
        // `me` is a number without a name.
        if let Value::Link(link) = &mut value
            && link.title.is_empty()
            && link.entity == "user"
            && Some(link.id) == ctx.moment.me
        {
            link.title.clone_from(&ctx.person.name);
        }
        value
    }

    fn satisfies(&self, condition: &Expr, ctx: &Context) -> bool {
        Query::resolve(condition, &ctx.catalog, &self.record.entity)
            .is_ok_and(|query| query.holds(&ctx.catalog, &self.record, &ctx.asked_by()))
    }

    /// What the field holds now.
    pub(super) fn get(&self, field: &str) -> &Value {
        self.record.get(field)
    }

    fn holds(&self, field: &str) -> bool {
        self.record.fields.contains_key(field)
    }

    fn put(&mut self, field: &Name, value: Value) {
        if value.is_null() {
            self.record.fields.remove(field);
        } else {
            self.record.fields.insert(field.clone(), value);
        }
    }

    /// Forgets a field that there is not any more; whether anything was entered in it.
    pub(super) fn forget(&mut self, field: &Name) -> bool {
        self.presets.remove(field);
        self.settled.remove(field);
        self.record.fields.remove(field);
        self.by_hand.remove(field)
    }

    /// Whether the field is shown now.
    pub(super) fn is_visible(&self, field: &Field, ctx: &Context) -> bool {
        if field.origin == Origin::System && field.read_only {
            return false;
        }
        // A new record has nothing yet to be gathered from others, and what is filled in by itself is
        // not worth a line as long as it is empty.
        let by_itself = field.read_only || field.kind.is_computed();
        let says_nothing = matches!(self.get(&field.name), Value::Null | Value::Bool(false));
        if self.base.is_none() && by_itself && says_nothing {
            return false;
        }
        field.visible_when.as_ref().is_none_or(|condition| self.satisfies(condition, ctx))
    }

    /// Whether the field must be filled now.
    pub(super) fn is_required(&self, field: &Field, ctx: &Context) -> bool {
        !field.is_given()
            && (field.required
                || field.required_when.as_ref().is_some_and(|when| self.satisfies(when, ctx)))
    }

    /// Whether people cannot type into the field now.
    pub(super) fn is_read_only(&self, field: &Field, ctx: &Context) -> bool {
        field.is_given()
            || field.read_only_when.as_ref().is_some_and(|when| self.satisfies(when, ctx))
    }

    /// Whether anything is different from what was read, or entered at all.
    pub(super) fn is_dirty(&self) -> bool {
        self.by_hand.iter().any(|field| match &self.base {
            Some(base) => base.get(field) != self.get(field),
            None => true,
        })
    }

    /// What was entered by hand and is not as it was read.
    pub(super) fn entered(&self) -> BTreeMap<Name, Value> {
        let differs = |field: &&Name| {
            self.base.as_ref().is_none_or(|base| base.get(field) != self.get(field))
        };
        let fields = self.by_hand.iter().filter(differs);
        fields.map(|field| (field.clone(), self.get(field).clone())).collect()
    }

    /// Notes how a conflict was decided: the field is saved over `theirs`.
    pub(super) fn settle(&mut self, field: &Name, theirs: Value) {
        self.settled.insert(field.clone(), theirs);
    }

    /// What the field held in the file as far as is known.
    fn known(&self, field: &str) -> Option<&Value> {
        self.settled.get(field).or_else(|| self.base.as_ref().map(|base| base.get(field)))
    }

    /// The wish to write: only the fields that change, with what was seen of them. None where there
    /// is nothing to write.
    pub(super) fn edit(&self, entity: &Entity, ctx: &Context) -> Option<Edit> {
        let Some(base) = &self.base else { return self.create(entity, ctx) };
        let mut edit = Edit::update(&entity.name, base.id);
        let mut seen = BTreeMap::new();
        for field in &entity.fields {
            let name = &field.name;
            let before = self.known(name).cloned().unwrap_or_default();
            if self.by_hand.contains(name) && *self.get(name) != before && !field.is_given() {
                edit = edit.with(name, self.get(name).clone());
                seen.insert(name.clone(), before);
            }
        }
        edit.base = Some(seen);
        (!edit.set.is_empty()).then_some(edit)
    }

    fn create(&self, entity: &Entity, ctx: &Context) -> Option<Edit> {
        if self.optional && !self.is_dirty() {
            return None;
        }
        let mut edit = Edit::create(&entity.name);
        for field in &entity.fields {
            let name = &field.name;
            if field.is_given() {
                continue;
            }
            let shown = self.is_visible(field, ctx);
            let asked = shown && self.by_hand.contains(name) || self.presets.contains(name);
            // What the person saw as default is what is meant, even if the default is a moment.
            let default = shown && field.default.is_some() && field.follows.is_none();
            let value = self.get(name);
            // An emptied default must be sent, or the gate would put it back.
            if (asked || default) && !(value.is_null() && field.default.is_none()) {
                edit = edit.with(name, value.clone());
            }
        }
        Some(edit)
    }
}

/// A computed value as the field holds it: expressions yield decimals where fields want integers.
fn fit(value: Value, field: &Field) -> Value {
    use rust_decimal::prelude::ToPrimitive;
    match (&field.kind, value) {
        (FieldType::Integer | FieldType::Rating { .. }, Value::Decimal(number)) => {
            number.to_i64().map_or(Value::Null, Value::Int)
        }
        (FieldType::Percent | FieldType::Decimal, Value::Int(number)) => {
            Value::Decimal(number.into())
        }
        (_, value) => value,
    }
}
