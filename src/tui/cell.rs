//! Values in the little room of a list: near days as words, late ones marked, one contact point of many.
//!
//! Start at [`cell`].

use chrono::NaiveDate;

use super::context::Context;
use super::theme::Role;
use crate::model::{Record, Value};
use crate::schema::{Entity, Field, FieldType, Standing};
use crate::term::Clean;

/// Fields that say until when something should have happened.
const DEADLINES: [&str; 6] =
    ["due", "expected_close", "valid_until", "ship_by", "next_task", "end"];
/// Fields that say when something happened last.
const LAST_SEEN: [&str; 2] = ["last_contact", "stage_since"];
/// Days after which nothing having happened is worth a mark.
const STALE_DAYS: i64 = 30;

/// The value of a field as a list shows it, and how it looks.
#[must_use]
pub fn cell(ctx: &Context, entity: &Entity, field: &Field, record: &Record) -> (Clean, Role) {
    let value = record.get(&field.name);
    let (text, role) = match value {
        Value::Null | Value::Bool(false) => (String::new(), Role::Muted),
        Value::Text(chosen) if field.chooses() => (
            ctx.format.choice(field, chosen).to_owned(),
            Role::of_choice(field.choice(chosen).and_then(|choice| choice.color.as_deref())),
        ),
        Value::Date(day) => {
            let near = ctx.format.near_in_column(*day, ctx.today());
            dated(ctx, entity, field, record, *day, near)
        }
        Value::DateTime(at) => {
            let day = at.with_timezone(&ctx.format.zone).date_naive();
            let near = compact(ctx, field, day, ctx.format.time_of_day(*at).as_deref());
            dated(ctx, entity, field, record, day, near)
        }
        Value::Points(points) => {
            let first = Value::Points(points.iter().take(1).cloned().collect());
            (ctx.format.line(&ctx.catalog, field, &first), Role::Text)
        }
        _ => (ctx.format.line(&ctx.catalog, field, value), Role::Text),
    };
    (Clean::line(&text), role)
}

/// An instant in the room of a column: `today 09:12`, `fri 10:00`; when something happened last needs no
/// time, and a whole day has none.
fn compact(ctx: &Context, field: &Field, day: NaiveDate, time: Option<&str>) -> String {
    let near = ctx.format.near_in_column(day, ctx.today());
    let Some(time) = time else { return near };
    match (day - ctx.today()).num_days() {
        _ if LAST_SEEN.contains(&field.name.as_str()) => near,
        -1..=1 => format!("{near} {time}"),
        2..=6 => format!("{} {time}", ctx.format.weekday(day)),
        _ => near,
    }
}

fn dated(
    ctx: &Context,
    entity: &Entity,
    field: &Field,
    record: &Record,
    day: NaiveDate,
    near: String,
) -> (String, Role) {
    let days = (day - ctx.today()).num_days();
    let named = |wanted: &[&str]| wanted.contains(&field.name.as_str());
    let matters = standing(entity, record).is_none_or(|standing| standing == Standing::Open);
    if named(&DEADLINES) && matters && days < 0 {
        return (ctx.tf("date.overdue", &[("n", &(-days).to_string())]), Role::Warning);
    }
    if named(&LAST_SEEN) && matters && days < -STALE_DAYS {
        return (ctx.tf("date.stale", &[("n", &(-days).to_string())]), Role::Warning);
    }
    let soon = named(&DEADLINES) && matters && days == 0;
    (near, if soon { Role::Info } else { Role::Text })
}

/// Whether the matter of a record goes on or how it ended; none where its entity knows no such thing
/// (or the field was not read).
#[must_use]
pub fn standing(entity: &Entity, record: &Record) -> Option<Standing> {
    let field = standing_field(entity)?;
    field.choice(record.get(&field.name).as_text()?)?.standing
}

/// The field that tells how a matter stands: a stage or status whose choices have a standing.
#[must_use]
pub fn standing_field(entity: &Entity) -> Option<&Field> {
    entity.fields.iter().find(|field| {
        field.kind == FieldType::Select && field.choices.iter().any(|c| c.standing.is_some())
    })
}

/// What a record is called.
#[must_use]
pub fn title(ctx: &Context, record: &Record) -> Clean {
    let Some(entity) = ctx.catalog.entity(&record.entity) else { return Clean::default() };
    let field = entity.title_field();
    let title = ctx.format.line(&ctx.catalog, field, record.get(&field.name));
    if title.is_empty() {
        Clean::line(&ctx.catalog.reference(&record.reference()))
    } else {
        Clean::line(&title)
    }
}
