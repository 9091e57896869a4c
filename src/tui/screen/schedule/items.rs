//! What stands on the schedule: open tasks on the day they are due (or put off to), and meetings.
//!
//! Nothing is drawn here. Start at [`requests`], then [`arrange`].

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};

use crate::gate::ListRequest;
use crate::model::{Name, Record, RecordId, Value};
use crate::query::{Query, SortKey};
use crate::tui::cell;
use crate::tui::context::Context;

/// Rows asked for per question; who has more looks at a list.
pub(super) const MOST: usize = 1_000;
/// Late tasks asked for, the latest first.
const LATE: usize = 200;

/// Whose tasks and meetings are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    Mine,
    Team,
    All,
}

impl Whose {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Mine => "mine",
            Self::Team => "team",
            Self::All => "all",
        }
    }

    pub(super) fn of(word: &str) -> Option<Self> {
        [Self::Mine, Self::Team, Self::All].into_iter().find(|whose| whose.word() == word)
    }

    pub(super) const fn next(self) -> Self {
        match self {
            Self::Mine => Self::Team,
            Self::Team => Self::All,
            Self::All => Self::Mine,
        }
    }

    const fn condition(self) -> &'static str {
        match self {
            Self::Mine => "owner = me and ",
            Self::Team => "owner = my team and ",
            Self::All => "",
        }
    }
}

/// Days from the first to before the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub from: NaiveDate,
    pub to: NaiveDate,
}

/// One thing on the schedule.
#[derive(Debug, Clone)]
pub(in crate::tui::screen) struct Item {
    pub record: Record,
    /// The day it stands on.
    pub day: NaiveDate,
    /// Its time of day; none where the whole day is meant.
    pub time: Option<NaiveTime>,
    /// A task, not something that is planned to happen.
    pub task: bool,
    /// A task whose day is over.
    pub late: bool,
}

/// How many questions there are: late, due, put off, planned.
pub(super) const QUESTIONS: usize = 4;

/// What is asked of the session, in the order that [`arrange`] takes the answers in.
pub(super) fn requests(
    span: Span,
    whose: Whose,
    ctx: &Context,
) -> [Option<ListRequest>; QUESTIONS] {
    let who = whose.condition();
    let (from, to, today) = (span.from, span.to, ctx.today());
    let open = format!("{who}status.state = open");
    let task = |text: &str, sort, descending, most| {
        let filter = Query::parse(text, &ctx.catalog, "task").ok()?;
        Some(list(ctx, "task", filter, sort, descending, most))
    };
    let planned = format!(
        "{who}happened_at >= {from} and happened_at < {to} and (kind in (meeting, visit) or happened_at > now)"
    );
    let planned = Query::parse(&planned, &ctx.catalog, "activity")
        .ok()
        .filter(|_| ctx.reads("activity"))
        .map(|filter| list(ctx, "activity", filter, "happened_at", false, MOST));
    [
        task(&format!("{open} and due < {today}"), "due", true, LATE),
        task(&format!("{open} and due >= {from} and due < {to}"), "due", false, MOST),
        task(
            &format!("{open} and snoozed_until >= {from} and snoozed_until < {to}"),
            "snoozed_until",
            false,
            MOST,
        ),
        planned,
    ]
}

/// A question for tasks or activities with all that the line of an item shows.
pub(in crate::tui::screen) fn list(
    ctx: &Context,
    entity: &str,
    filter: Query,
    sort: &str,
    descending: bool,
    most: usize,
) -> ListRequest {
    let mut request = ListRequest::first(entity, most);
    request.filter = Some(filter);
    request.sort = vec![SortKey { field: sort.into(), descending }];
    let fields: &[&str] = if entity == "task" {
        &[
            "due",
            "snoozed_until",
            "customer",
            "contact",
            "deal",
            "about",
            "priority",
            "status",
            "kind",
            "repeat",
            "owner",
            "description",
        ]
    } else {
        &[
            "happened_at",
            "customer",
            "contact",
            "deal",
            "about",
            "kind",
            "duration",
            "owner",
            "body",
        ]
    };
    if let Some(of) = ctx.catalog.entity(entity) {
        request.fields = std::iter::once(of.title.clone())
            .chain(fields.iter().map(|name| Name::from(*name)))
            .filter(|name| of.field(name).is_some())
            .collect();
    }
    request
}

/// When a task is to be done: when it is due, or later where it was put off.
pub(in crate::tui) fn stands_at(task: &Record) -> Option<DateTime<Utc>> {
    let at = |field: &str| match task.get(field) {
        Value::DateTime(at) => Some(*at),
        _ => None,
    };
    at("due").max(at("snoozed_until"))
}

/// How long something takes that does not say it.
const USUALLY: TimeDelta = TimeDelta::hours(1);

/// Where the present stands to something that happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::tui::screen) enum Stage {
    /// Its time is still to come.
    Ahead,
    /// It was planned, has begun and has not ended.
    On,
    /// It has ended, or was written down when it had happened.
    Over,
}

/// Where `now` stands to an activity; none where that has no time.
pub(in crate::tui::screen) fn stage(activity: &Record, now: DateTime<Utc>) -> Option<Stage> {
    let Value::DateTime(at) = activity.get("happened_at") else { return None };
    let takes = match activity.get("duration") {
        Value::Duration(seconds) => TimeDelta::try_seconds(*seconds),
        _ => None,
    };
    let ends = at.checked_add_signed(takes.unwrap_or(USUALLY));
    Some(if *at > now {
        Stage::Ahead
    } else if *at > activity.meta.created_at && ends.is_none_or(|ends| ends > now) {
        Stage::On
    } else {
        Stage::Over
    })
}

/// The answers as items in the order of days and times, each record once.
pub(in crate::tui::screen) fn arrange<'a>(
    answers: impl IntoIterator<Item = &'a Vec<Record>>,
    ctx: &Context,
) -> Vec<Item> {
    let mut seen: BTreeSet<(Name, RecordId)> = BTreeSet::new();
    let today = ctx.today();
    let mut items: Vec<Item> = Vec::new();
    for record in answers.into_iter().flatten() {
        if !seen.insert((record.entity.clone(), record.id)) {
            continue;
        }
        let task = record.entity == "task";
        let at = match record.get("happened_at") {
            Value::DateTime(at) if !task => Some(*at),
            _ => stands_at(record),
        };
        let Some(at) = at else { continue };
        let local = at.with_timezone(&ctx.format.zone).naive_local();
        let time = Some(local.time()).filter(|time| *time != NaiveTime::MIN);
        let late = task && local.date() < today;
        items.push(Item { record: record.clone(), day: local.date(), time, task, late });
    }
    items.sort_by_cached_key(|item| {
        (item.day, item.time, item.task, cell::title(ctx, &item.record).into_string())
    });
    items
}
