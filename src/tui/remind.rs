//! When one is reminded of a task, and what is asked of the session to know it.
//!
//! Pure: which reminders there are follows from tasks and the present. Start at [`Reminder::of`].

use chrono::{DateTime, Days, TimeDelta, Utc};

use super::cell;
use super::context::Context;
use crate::gate::ListRequest;
use crate::model::{Input, Record, RecordRef, Value};
use crate::query::{Query, SortKey};
use crate::schema::Entity;
use crate::term::Clean;

/// Tasks asked for per question; nobody has more reminders in two days.
const MOST: usize = 200;
/// The hour at which the work of a day begins.
pub const MORNING: u32 = 9;
/// The choice that wants no reminder.
const NEVER: &str = "none";

/// A task that one is reminded of, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reminder {
    /// The task.
    pub task: RecordRef,
    /// What it is called.
    pub title: Clean,
    /// When one is reminded.
    pub at: DateTime<Utc>,
    /// When it is due, where that is another time.
    pub due: Option<DateTime<Utc>>,
}

impl Reminder {
    /// The reminder of a task, if there is one: where it was put off to, else so long before it is due as
    /// it says, else at its time of day, if it has one.
    #[must_use]
    pub fn of(task: &Record, ctx: &Context) -> Option<Self> {
        let instant = |field: &str| match task.get(field) {
            Value::DateTime(at) => Some(*at),
            _ => None,
        };
        let due = instant("due");
        let before = task.get("remind").as_text();
        let entity = ctx.catalog.entity(&task.entity)?;
        let has_time = |due: DateTime<Utc>| ctx.format.time_of_day(due).is_some();
        // A whole day begins with the work.
        let begins = |due: DateTime<Utc>| {
            if has_time(due) { due } else { due + TimeDelta::hours(MORNING.into()) }
        };
        let at = match (instant("snoozed_until"), before) {
            (Some(snoozed), _) => snoozed,
            (None, Some(NEVER)) => return None,
            (None, Some(before)) => begins(due?) - lead(entity, before, ctx)?,
            (None, None) => due.filter(|due| has_time(*due))?,
        };
        let title = cell::title(ctx, task);
        Some(Self { task: task.reference(), title, at, due: due.filter(|due| *due != at) })
    }

    /// `14:00`, of the time that the task is about.
    #[must_use]
    pub fn clock(&self, ctx: &Context) -> String {
        let at = self.due.filter(|due| *due > self.at).unwrap_or(self.at);
        let local = at.with_timezone(&ctx.format.zone);
        if local.date_naive() == ctx.today() {
            local.format("%H:%M").to_string()
        } else {
            ctx.format.near_instant(at, ctx.now)
        }
    }
}

/// How long before something is due a choice means: `10m`, `1h`, `1d`.
fn lead(entity: &Entity, choice: &str, ctx: &Context) -> Option<TimeDelta> {
    // The values of the choices are durations, as people type them; a company may add its own.
    let mut like = entity.field("remind")?.clone();
    like.kind = crate::schema::FieldType::Duration;
    let input = Input::Text(choice.to_owned());
    match ctx.coercion().value(entity, &like, &input) {
        Ok(Value::Duration(seconds)) => TimeDelta::try_seconds(seconds),
        _ => None,
    }
}

/// My open tasks from which reminders of today and tomorrow may come: by when they are due, and by when
/// they come back.
#[must_use]
pub fn requests(ctx: &Context) -> Vec<ListRequest> {
    let Some(entity) = ctx.catalog.entity("task") else { return Vec::new() };
    let leads = entity.field("remind").map(|field| field.choices.as_slice()).unwrap_or_default();
    let longest = leads.iter().filter_map(|choice| lead(entity, &choice.value, ctx)).max();
    let ahead = longest.map_or(0, |lead| lead.num_days().clamp(0, 31)).unsigned_abs() + 2;
    let today = ctx.today();
    let until = today.checked_add_days(Days::new(ahead)).unwrap_or(today);
    ["due", "snoozed_until"]
        .into_iter()
        .filter_map(|field| {
            let text = format!(
                "owner = me and status.state = open and {field} >= {today} and {field} < {until}"
            );
            let mut request = ListRequest::first("task", MOST);
            request.filter = Some(Query::parse(&text, &ctx.catalog, "task").ok()?);
            request.sort = vec![SortKey { field: field.into(), descending: false }];
            request.fields = [entity.title.as_str(), "due", "snoozed_until", "remind"]
                .into_iter()
                .filter(|name| entity.field(name).is_some())
                .map(Into::into)
                .collect();
            Some(request)
        })
        .collect()
}
