//! Tasks and events of calendars -> a row each, under headers that tasks and activities understand.
//!
//! Times with a zone become UTC; those without stay as written and are taken for local ones. A repetition
//! is kept where a task can hold it and told where not; nothing is ever expanded. Start at [`write`].

use calcard::common::{PartialDateTime, timezone::Tz};
use calcard::icalendar::timezone::TzResolver;
use calcard::icalendar::{
    ICalendarComponent, ICalendarComponentType, ICalendarEntry, ICalendarFrequency,
    ICalendarParameterName, ICalendarProperty, ICalendarRecurrenceRule, ICalendarStatus,
    ICalendarValue,
};
use calcard::{Entry, Parser};
use chrono::{DateTime, SecondsFormat, Utc};

use super::Stop;
use super::frames::Sink;
use super::notice::{Left, Notice, Refusal};
use super::own::is_own;

/// The most tasks and events that are read from one file.
const MOST: usize = 200_000;

const HEADERS: [&str; 19] = [
    "Subject",
    "Kind",
    "Start time",
    "End time",
    "Duration",
    "Due",
    "Status",
    "Priority",
    "Completed at",
    "Repeat",
    "Repeat until",
    "Location",
    "Organizer",
    "Attendees",
    "Url",
    "Tags",
    "Description",
    "External id",
    "ref",
];

/// What is told of a whole file.
#[derive(Default)]
struct Told {
    rules: Vec<String>,
    zones: Vec<String>,
    others: Vec<String>,
}

/// Puts the tasks and events of a text into `sink`; they are numbered from 1.
pub(super) fn write(text: &str, sink: &mut Sink<'_>) -> Result<(), Stop> {
    let mut rows: Vec<[String; 19]> = Vec::new();
    let mut told = Told::default();
    let mut parser = Parser::new(text);
    loop {
        match parser.entry() {
            Entry::ICalendar(calendar) => {
                let zones = calendar.build_tz_resolver();
                for component in &calendar.components {
                    if rows.len() == MOST {
                        return Err(Refusal::Many { most: MOST as u64 }.into());
                    }
                    let mut reading = Reading { zones: &zones, told: &mut told };
                    rows.extend(reading.row(component));
                }
            }
            Entry::Eof => break,
            Entry::TooManyComponents => {
                return Err(Refusal::Many { most: MOST as u64 }.into());
            }
            _ => {}
        }
    }
    if rows.is_empty() {
        return Err(Refusal::NoRecords.into());
    }
    let used: Vec<usize> =
        (0..HEADERS.len()).filter(|index| rows.iter().any(|row| !row[*index].is_empty())).collect();
    let headers: Vec<String> = used.iter().map(|index| HEADERS[*index].to_owned()).collect();
    if headers.is_empty() {
        return Err(Refusal::NoRecords.into());
    }
    sink.headers(&headers)?;
    for (row, number) in rows.iter().zip(1..) {
        sink.row(number, used.iter().map(|index| row[*index].as_str()))?;
    }
    for (what, list) in
        [(Left::Rule, told.rules), (Left::Zone, told.zones), (Left::Component, told.others)]
    {
        if let Some(first) = list.first() {
            let first = first.chars().take(120).collect();
            sink.notice(&Notice::Left { count: list.len() as u64, what, first })?;
        }
    }
    Ok(())
}

struct Reading<'a> {
    zones: &'a TzResolver<&'a str>,
    told: &'a mut Told,
}

impl Reading<'_> {
    fn row(&mut self, component: &ICalendarComponent) -> Option<[String; 19]> {
        use ICalendarProperty as P;
        let event = match &component.component_type {
            ICalendarComponentType::VEvent => true,
            ICalendarComponentType::VTodo => false,
            ICalendarComponentType::VJournal | ICalendarComponentType::VFreebusy => {
                let name = text(component, &P::Summary);
                let kind = component.component_type.as_str();
                self.told.others.push(format!("{kind} {name}").trim().to_owned());
                return None;
            }
            // Zones, alarms and what a calendar says of itself.
            _ => return None,
        };
        let start = self.time(component, &P::Dtstart);
        let end = self.time(component, &P::Dtend);
        let mut due = self.time(component, &P::Due);
        let mut length = seconds_of(component).map(clock).unwrap_or_default();
        if let (Some((_, Some(from))), Some((_, Some(to)))) = (&start, &end)
            && to > from
        {
            length = clock((*to - *from).num_seconds());
        }
        if event && due.is_none() {
            // A task made of an event is due when it begins.
            due.clone_from(&start);
        }
        let said = |time: Option<(String, _)>| time.map(|(text, _)| text).unwrap_or_default();
        let (repeat, until) = self.repeat(component);
        Some([
            text(component, &P::Summary),
            if event { "meeting".to_owned() } else { String::new() },
            said(start),
            said(end),
            length,
            said(due),
            status(component, event),
            priority(component),
            said(self.time(component, &P::Completed)),
            repeat,
            until,
            text(component, &P::Location),
            people(component, &P::Organizer),
            people(component, &P::Attendee),
            text(component, &P::Url),
            categories(component),
            text(component, &P::Description),
            component.uid().filter(|uid| !is_own(uid)).unwrap_or_default().to_owned(),
            component.uid().filter(|uid| is_own(uid)).unwrap_or_default().to_owned(),
        ])
    }

    /// A time as text, and the instant where it is one.
    fn time(
        &mut self,
        component: &ICalendarComponent,
        property: &ICalendarProperty,
    ) -> Option<(String, Option<DateTime<Utc>>)> {
        let entry = component.property(property)?;
        let when = match entry.values.first()? {
            ICalendarValue::PartialDateTime(when) => when,
            other => return Some((other.as_text()?.to_owned(), None)),
        };
        let day = format!("{:04}-{:02}-{:02}", when.year?, when.month?, when.day?);
        if when.hour.is_none() {
            return Some((day, None));
        }
        let zone = self.zone(entry);
        let instant = when
            .to_date_time_with_tz(zone.unwrap_or(Tz::Floating))
            .map(|at| at.with_timezone(&Utc));
        match instant {
            Some(at) if zone.is_some() || when.tz_hour.is_some() => {
                Some((at.to_rfc3339_opts(SecondsFormat::Secs, true), Some(at)))
            }
            _ => Some((local(&day, when), instant)),
        }
    }

    fn zone(&mut self, entry: &ICalendarEntry) -> Option<Tz> {
        let name =
            entry.parameters(&ICalendarParameterName::Tzid).find_map(|value| value.as_text())?;
        let known = self.zones.resolve(name).filter(|zone| !matches!(zone, Tz::Floating));
        if known.is_none() {
            self.told.zones.push(name.to_owned());
        }
        known
    }

    /// The choice of `repeat` for a rule, and its end.
    fn repeat(&mut self, component: &ICalendarComponent) -> (String, String) {
        let Some(entry) = component.property(&ICalendarProperty::Rrule) else {
            return Default::default();
        };
        let Some(ICalendarValue::RecurrenceRule(rule)) = entry.values.first() else {
            return Default::default();
        };
        if let Some(choice) = choice(rule) {
            let until = rule.until.as_ref().and_then(|until| {
                Some(format!("{:04}-{:02}-{:02}", until.year?, until.month?, until.day?))
            });
            return (choice.to_owned(), until.unwrap_or_default());
        }
        let name = text(component, &ICalendarProperty::Summary);
        self.told.rules.push(format!("{name}: {rule}"));
        Default::default()
    }
}

/// The repetition of a task that means the same as a rule.
fn choice(rule: &ICalendarRecurrenceRule) -> Option<&'static str> {
    use ICalendarFrequency as F;
    let plain = rule.count.is_none()
        && rule.bysecond.is_empty()
        && rule.byminute.is_empty()
        && rule.byhour.is_empty()
        && rule.byyearday.is_empty()
        && rule.byweekno.is_empty()
        && rule.bysetpos.is_empty()
        && rule.byday.iter().all(|day| day.ordwk.is_none());
    if !plain {
        return None;
    }
    // The day on which it begins says nothing new.
    let days = rule.byday.len();
    let dates = rule.bymonthday.len().max(rule.bymonth.len());
    let weekdays = days == 5
        && rule.byday.iter().all(|day| {
            use calcard::icalendar::ICalendarWeekday as W;
            !matches!(day.weekday, W::Saturday | W::Sunday)
        });
    match (rule.freq, rule.interval.unwrap_or(1), days, dates) {
        (F::Daily, 1, 0, 0) => Some("daily"),
        (F::Daily | F::Weekly, 1, _, 0) if weekdays => Some("weekdays"),
        (F::Weekly, 1, 0 | 1, 0) => Some("weekly"),
        (F::Weekly, 2, 0 | 1, 0) => Some("biweekly"),
        (F::Monthly, 1, 0, 0 | 1) if rule.bymonth.is_empty() => Some("monthly"),
        (F::Monthly, 3, 0, 0 | 1) if rule.bymonth.is_empty() => Some("quarterly"),
        (F::Yearly, 1, 0, 0 | 1) | (F::Monthly, 12, 0, 0 | 1) => Some("yearly"),
        _ => None,
    }
}

fn local(day: &str, when: &PartialDateTime) -> String {
    let (hour, minute) = (when.hour.unwrap_or(0), when.minute.unwrap_or(0));
    match when.second {
        Some(second) if second > 0 => format!("{day} {hour:02}:{minute:02}:{second:02}"),
        _ => format!("{day} {hour:02}:{minute:02}"),
    }
}

fn text(component: &ICalendarComponent, property: &ICalendarProperty) -> String {
    let entry = component.property(property);
    let texts =
        entry.into_iter().flat_map(|entry| &entry.values).filter_map(ICalendarValue::as_text);
    texts.collect::<Vec<_>>().join(", ").trim().to_owned()
}

fn categories(component: &ICalendarComponent) -> String {
    let entries = component.properties(&ICalendarProperty::Categories);
    let texts = entries.flat_map(|entry| &entry.values).filter_map(ICalendarValue::as_text);
    texts.collect::<Vec<_>>().join("; ")
}

/// `Anna Müller <anna@mueller.de>`.
fn people(component: &ICalendarComponent, property: &ICalendarProperty) -> String {
    let people = component.properties(property).filter_map(|entry| {
        let mail = entry.calendar_address().unwrap_or_default();
        let name = entry.parameters(&ICalendarParameterName::Cn).find_map(|value| value.as_text());
        match name {
            Some(name) if mail.is_empty() || name == mail => Some(name.to_owned()),
            Some(name) => Some(format!("{name} <{mail}>")),
            None => Some(mail.to_owned()).filter(|mail| !mail.is_empty()),
        }
    });
    people.collect::<Vec<_>>().join("; ")
}

/// The state of a task; an event has none that a record could hold, except that it will not be.
fn status(component: &ICalendarComponent, event: bool) -> String {
    let word = match component.status() {
        Some(ICalendarStatus::Completed) => "completed",
        Some(ICalendarStatus::Cancelled) => "cancelled",
        Some(ICalendarStatus::InProcess) => "started",
        Some(ICalendarStatus::NeedsAction) => "not_started",
        Some(ICalendarStatus::Pending) => "deferred",
        None if !event && component.property(&ICalendarProperty::Completed).is_some() => {
            "completed"
        }
        _ => "",
    };
    word.to_owned()
}

/// 1 to 4 are high, 5 is normal, 6 to 9 are low (RFC 5545, 3.8.1.9); the very highest is urgent.
fn priority(component: &ICalendarComponent) -> String {
    let entry = component.property(&ICalendarProperty::Priority);
    let number = entry.and_then(|entry| entry.values.first()?.as_integer());
    let word = match number {
        Some(1) => "urgent",
        Some(2..=4) => "high",
        Some(5) => "normal",
        Some(6..=9) => "low",
        _ => "",
    };
    word.to_owned()
}

fn seconds_of(component: &ICalendarComponent) -> Option<i64> {
    let entry = component.property(&ICalendarProperty::Duration)?;
    let Some(ICalendarValue::Duration(length)) = entry.values.first() else { return None };
    let days = i64::from(length.weeks) * 7 + i64::from(length.days);
    let seconds = days * 86_400
        + i64::from(length.hours) * 3_600
        + i64::from(length.minutes) * 60
        + i64::from(length.seconds);
    (!length.neg && seconds > 0).then_some(seconds)
}

fn clock(seconds: i64) -> String {
    let (hours, minutes, rest) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if rest == 0 {
        format!("{hours}:{minutes:02}")
    } else {
        format!("{hours}:{minutes:02}:{rest:02}")
    }
}
