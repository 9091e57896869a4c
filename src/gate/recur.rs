//! Records that come again: completing one makes the next, in the same change set.
//!
//! The rule stands in the schema ([`crate::schema::Recurs`]); it is carried out where edits are planned, so
//! every front end has it and one undo takes back both. Imports and the program itself bring the past as it
//! was and make nothing by it. Start at `Session::plan_next`.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};

use super::ahead::Ahead;
use super::error::Result;
use super::plan::Rules;
use super::session::{Session, Via};
use crate::model::{Change, FieldChange, Link, Op, Record, RecordId, Value};
use crate::policy::Right;
use crate::query::Moment;
use crate::query::period::{instant as at_local, start_of};
use crate::schema::{Catalog, Entity, Every, Field, FieldType, Origin, Recurs};

/// What a plan does beside what was asked for.
pub(super) struct Ended<'a> {
    pub catalog: &'a Catalog,
    pub entity: &'a Entity,
    pub rules: &'a Rules,
    /// The record as it is; none where it comes into being.
    pub current: Option<&'a Record>,
    pub moment: &'a Moment,
}

impl Session {
    /// The next one of a series, where `draft` ends one of it; `draft` is made to lead to it.
    pub(super) fn plan_next(
        &self,
        ended: &Ended<'_>,
        draft: &mut Record,
        ahead: &mut Ahead,
    ) -> Result<Option<Change>> {
        let Ended { catalog, entity, rules, current, moment } = ended;
        let Some((rule, when)) = entity.recurs.as_deref().zip(rules.recurs.as_ref()) else {
            return Ok(None);
        };
        if matches!(self.via, Via::Import | Via::System) {
            return Ok(None);
        }
        let begins = when.holds(catalog, draft, moment)
            && current.is_none_or(|current| !when.holds(catalog, current, moment));
        // One that led to a next one before does not do so again, reopened and ended as it may be.
        if !begins || !draft.get(&rule.next).is_null() {
            return Ok(None);
        }
        let Some((from, day)) = next_date(entity, rule, draft, moment) else { return Ok(None) };
        if let Some(until) = &rule.until
            && day_of(draft.get(until), moment).is_some_and(|until| day > until)
        {
            return Ok(None);
        }
        self.demand(Right::Create, &entity.name)?;
        let id = ahead.pending_next();
        let change = self.copy(ended, rule, draft, (from, id), ahead)?;
        let title = draft.get(&entity.title).as_text().unwrap_or_default().to_owned();
        let mut link = Link::new(&entity.name, change.id);
        link.title = title;
        draft.fields.insert(rule.next.clone(), Value::Link(link));
        Ok(Some(change))
    }

    /// The next record: everything copied but what begins anew, what is given and what may be there
    /// only once.
    fn copy(
        &self,
        ended: &Ended<'_>,
        rule: &Recurs,
        ended_one: &Record,
        (from, id): (Value, RecordId),
        ahead: &Ahead,
    ) -> Result<Change> {
        let Ended { entity, rules, moment, .. } = ended;
        let mut next = Record::blank(entity.name.clone(), moment.now);
        let copied = |field: &&Field| {
            !field.is_given()
                && !field.unique
                && !rule.fresh.contains(&field.name)
                && field.name != rule.next
                && (field.origin != Origin::System
                    || matches!(&*field.name, "owner" | "team" | "tags"))
        };
        for field in entity.fields.iter().filter(copied) {
            next.fields.insert(field.name.clone(), ended_one.get(&field.name).clone());
        }
        let moved = shift_of(ended_one.get(&rule.from), &from, moment);
        for name in &rule.shift {
            let value = shifted(ended_one.get(name), moved, moment);
            next.fields.insert(name.clone(), value);
        }
        if let Some(since) = &rule.since {
            let first = every_of(entity, rule, ended_one)
                .map(|every| first_day(rule, every, ended_one, moment));
            let kind = entity.field(since).map(|field| &field.kind);
            let value = first.map_or(Value::Null, |day| match kind {
                Some(FieldType::DateTime) => Value::DateTime(start_of(day, moment.zone)),
                _ => Value::Date(day),
            });
            next.fields.insert(since.clone(), value);
        }
        next.fields.insert(rule.from.clone(), from);
        for (field, formula) in &rules.defaults {
            if !next.fields.contains_key(field) {
                let value = self.worked_out(formula, &next, moment, ahead)?;
                next.fields.insert(field.clone(), value);
            }
        }
        for follows in &rules.follows {
            if !next.fields.contains_key(&follows.field) {
                let value = self.worked_out(&follows.with, &next, moment, ahead)?;
                next.fields.insert(follows.field.clone(), value);
            }
        }
        let fields = next
            .fields
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(field, after)| FieldChange { field, before: Value::Null, after })
            .collect();
        Ok(Change { entity: entity.name.clone(), id, op: Op::Create, version: 0, fields })
    }
}

/// When the next one is due: the value, and its day.
fn next_date(
    entity: &Entity,
    rule: &Recurs,
    draft: &Record,
    moment: &Moment,
) -> Option<(Value, NaiveDate)> {
    let every = every_of(entity, rule, draft)?;
    let kind = &entity.field(&rule.from)?.kind;
    let today = moment.today();
    let due = draft.get(&rule.from);
    let here = day_of(due, moment).unwrap_or(today);
    let time = match due {
        Value::DateTime(at) => at.with_timezone(&moment.zone).time(),
        _ => NaiveTime::MIN,
    };
    let at = |day: NaiveDate| at_local(day.and_time(time), moment.zone);
    // A day without a time is over when it is over, so today's is not to come any more.
    let whole = time == NaiveTime::MIN;
    let late =
        |day: NaiveDate| day <= here || if whole { day <= today } else { at(day) <= moment.now };
    let day = every.after(first_day(rule, every, draft, moment), late)?;
    let value = match kind {
        FieldType::DateTime => Value::DateTime(at(day)),
        _ => Value::Date(day),
    };
    Some((value, day))
}

/// The day a series is counted from: the one that was kept, as long as this one still stands in line
/// with it.
fn first_day(rule: &Recurs, every: Every, draft: &Record, moment: &Moment) -> NaiveDate {
    let due = day_of(draft.get(&rule.from), moment).unwrap_or_else(|| moment.today());
    let since = rule.since.as_ref().and_then(|since| day_of(draft.get(since), moment));
    since.filter(|since| every.reaches(*since, due)).unwrap_or(due)
}

fn every_of(entity: &Entity, rule: &Recurs, draft: &Record) -> Option<Every> {
    entity.field(&rule.by)?.choice(draft.get(&rule.by).as_text()?)?.every
}

fn day_of(value: &Value, moment: &Moment) -> Option<NaiveDate> {
    match value {
        Value::Date(day) => Some(*day),
        Value::DateTime(at) => Some(at.with_timezone(&moment.zone).date_naive()),
        _ => None,
    }
}

/// By how many days the next one is later.
fn shift_of(before: &Value, after: &Value, moment: &Moment) -> TimeDelta {
    match (day_of(before, moment), day_of(after, moment)) {
        (Some(before), Some(after)) => after - before,
        _ => TimeDelta::zero(),
    }
}

fn shifted(value: &Value, by: TimeDelta, moment: &Moment) -> Value {
    match value {
        Value::Date(day) => day.checked_add_signed(by).map_or(Value::Null, Value::Date),
        Value::DateTime(at) => {
            let local = at.with_timezone(&moment.zone).naive_local();
            let there: Option<DateTime<Utc>> =
                local.checked_add_signed(by).map(|local| at_local(local, moment.zone));
            there.map_or(Value::Null, Value::DateTime)
        }
        _ => Value::Null,
    }
}
