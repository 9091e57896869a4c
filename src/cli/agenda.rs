//! `agenda`: open tasks and planned meetings of a day, a week or a month, what is late first.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveTime, Utc, Weekday};
use serde_json::json;

use super::desk::Desk;
use super::error::Result;
use super::output::{Head, OutputFormat, Row};
use crate::gate::ListRequest;
use crate::model::{Record, Value, phrase, week_of};
use crate::policy::is_shown;
use crate::query::parse_sort;

/// Rows read per question.
const MOST: usize = 2_000;

/// The days of a period around today, from the first to before the second.
fn span(period: &str, today: NaiveDate, week: Weekday) -> (NaiveDate, NaiveDate) {
    let on = |day: NaiveDate, days| day.checked_add_days(Days::new(days)).unwrap_or(day);
    match period {
        "week" => {
            let first = week_of(today, week);
            (first, on(first, 7))
        }
        "month" => {
            let first = today.with_day(1).unwrap_or(today);
            (first, first.checked_add_months(Months::new(1)).unwrap_or(today))
        }
        _ => (today, on(today, 1)),
    }
}

/// Prints what is to be done.
pub(super) fn agenda(desk: &mut Desk<'_, '_>, period: &str, whose: &str) -> Result<()> {
    let moment = desk.session.moment();
    let now = moment.now;
    let today = now.with_timezone(&desk.env.zone).date_naive();
    let (from, to) = span(period, today, moment.week);
    let who = match whose {
        "all" => "",
        "team" => "owner = my team and ",
        _ => "owner = me and ",
    };
    let mut seen = BTreeSet::new();
    let mut items: Vec<(DateTime<Utc>, Record)> = Vec::new();
    for (entity, condition, sort) in [
        ("task", format!("status.state = open and due < {to}"), "due"),
        (
            "task",
            format!("status.state = open and snoozed_until >= {from} and snoozed_until < {to}"),
            "snoozed_until",
        ),
        (
            "activity",
            format!(
                "happened_at >= {from} and happened_at < {to} and (kind in (meeting, visit) or happened_at > now)"
            ),
            "happened_at",
        ),
    ] {
        // Whoever may not read activities has tasks still.
        let known = desk.catalog.entity(entity);
        let person = desk.session.actor().person();
        if entity == "activity" && !known.is_some_and(|known| is_shown(person, known)) {
            continue;
        }
        let mut request = ListRequest::first(entity, MOST);
        request.filter = desk.query(entity, Some(&format!("{who}{condition}")))?;
        request.sort = parse_sort(sort, &desk.catalog, entity).unwrap_or_default();
        for record in desk.session.list(&request)?.rows {
            let Some(at) = stands_at(&record) else { continue };
            let day = at.with_timezone(&desk.env.zone).date_naive();
            // What was put off beyond the period is out of the way.
            if day < to && seen.insert(record.reference()) {
                items.push((at, record));
            }
        }
    }
    items.sort_by(|a, b| (a.0, &a.1.entity, a.1.id).cmp(&(b.0, &b.1.entity, b.1.id)));
    let rows: Vec<Row> = items.iter().map(|(at, record)| row(desk, *at, record, today)).collect();
    let mut printer = desk.printer(heads());
    for row in rows {
        printer.row(row)?;
    }
    if printer.finish()? == 0 && desk.format == OutputFormat::Table {
        desk.say(&phrase!("Nothing is to be done."))?;
    }
    Ok(())
}

/// When something is to be done: when a task is due or comes back, when a meeting happens.
fn stands_at(record: &Record) -> Option<DateTime<Utc>> {
    let at = |field: &str| match record.get(field) {
        Value::DateTime(at) => Some(*at),
        _ => None,
    };
    at("happened_at").or_else(|| at("due").max(at("snoozed_until")))
}

fn row(desk: &Desk<'_, '_>, at: DateTime<Utc>, record: &Record, today: NaiveDate) -> Row {
    let reference = desk.reference(&record.reference());
    let local = at.with_timezone(&desk.env.zone);
    let whole = local.time() == NaiveTime::MIN;
    let late = record.entity == "task" && local.date_naive() < today;
    let day = local.format("%Y-%m-%d").to_string();
    let time = if whole { String::new() } else { local.format("%H:%M").to_string() };
    let entity = desk.catalog.entity(&record.entity);
    let shown = |name: &str| {
        let field = entity.and_then(|entity| entity.field(name));
        field.map(|field| desk.line(field, &desk.titled(record.get(name)))).unwrap_or_default()
    };
    let title = entity.map(|entity| shown(&entity.title)).unwrap_or_default();
    let mark = if late { desk.word(&phrase!("late")) } else { String::new() };
    let json = json!({
        "ref": reference,
        "entity": record.entity.as_str(),
        "day": day,
        "time": (!whole).then(|| time.clone()),
        "late": late,
        "title": title,
        "kind": record.get("kind").as_text(),
        "customer": record.get("customer").as_link().map(|link| desk.reference(&link.target())),
    });
    let cells = vec![
        day,
        time,
        mark,
        reference.clone(),
        shown("kind"),
        title,
        shown("customer"),
        shown("owner"),
    ];
    Row { reference, cells, json }
}

fn heads() -> Vec<Head> {
    vec![
        Head::left("day", phrase!("Day")),
        Head::left("time", phrase!("Time")),
        Head::left("late", phrase!("Late")),
        Head::left("ref", phrase!("Ref")),
        Head::left("kind", phrase!("Kind")),
        Head::left("title", phrase!("What")),
        Head::left("customer", phrase!("Customer")),
        Head::left("owner", phrase!("Who")),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_whole() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let sunday = day("2026-11-22");
        assert_eq!(span("today", sunday, Weekday::Mon), (sunday, day("2026-11-23")));
        assert_eq!(span("week", sunday, Weekday::Mon), (day("2026-11-16"), day("2026-11-23")));
        assert_eq!(span("week", sunday, Weekday::Sun), (sunday, day("2026-11-29")));
        assert_eq!(span("month", sunday, Weekday::Mon), (day("2026-11-01"), day("2026-12-01")));
    }
}
