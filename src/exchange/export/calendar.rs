//! iCalendar: tasks as what is to do, activities as events. Start at [`Calendar::begin`].

use std::io::{self, Write};

use calcard::icalendar::{
    ICalendarDuration, ICalendarEntry, ICalendarParameter, ICalendarProperty, ICalendarStatus,
    ICalendarValue, ICalendarValueType,
};
use chrono::{DateTime, NaiveTime, Utc};

use super::ExportError;
use super::card::{date, utc};
use crate::exchange::read::own_uid;
use crate::model::{Name, Record, Value, phrase};
use crate::schema::{Catalog, Entity, FieldType, Format, Standing};

/// What a record becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    ToDo,
    Event,
}

/// A calendar that is being written.
pub(super) struct Calendar<'w> {
    catalog: &'w Catalog,
    entity: &'w Entity,
    fields: Vec<Name>,
    words: Format,
    kind: Kind,
}

impl<'w> Calendar<'w> {
    /// Writes what comes before the first record.
    pub fn begin(
        catalog: &'w Catalog,
        entity: &'w Entity,
        fields: &[Name],
        words: Format,
        out: &mut dyn Write,
    ) -> Result<Self, ExportError> {
        let kind = match entity.name.as_str() {
            "task" => Kind::ToDo,
            "activity" => Kind::Event,
            _ => {
                return Err(ExportError::Unfit(phrase!(
                    "a calendar is for tasks and activities, not for {entity}",
                    entity = entity.told()
                )));
            }
        };
        out.write_all(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Kontor//Kontor//EN\r\n")?;
        Ok(Self { catalog, entity, fields: fields.to_vec(), words, kind })
    }

    /// The value of a field that is among those that leave.
    fn get<'r>(&self, record: &'r Record, name: &str) -> &'r Value {
        static NULL: Value = Value::Null;
        if self.fields.iter().any(|field| field == name) || self.entity.title == name {
            record.get(name)
        } else {
            &NULL
        }
    }

    fn plain(&self, record: &Record, name: &str) -> Option<String> {
        let field = self.entity.field(name)?;
        let text = match (&field.kind, self.get(record, name)) {
            (FieldType::LongText, Value::Text(text)) => text.clone(),
            (_, value) => self.words.line(self.catalog, field, value),
        };
        Some(text).filter(|text| !text.is_empty())
    }

    /// Writes a record.
    pub fn record(&self, record: &Record, out: &mut dyn Write) -> io::Result<()> {
        let name = match self.kind {
            Kind::ToDo => "VTODO",
            Kind::Event => "VEVENT",
        };
        let mut entries = Vec::new();
        let mut add = |property, value: ICalendarValue| {
            entries.push(ICalendarEntry::new(property).with_value(value));
        };
        let uid = own_uid(&record.reference());
        add(ICalendarProperty::Uid, ICalendarValue::Text(uid));
        add(ICalendarProperty::Dtstamp, instant(record.meta.updated_at));
        add(ICalendarProperty::Created, instant(record.meta.created_at));
        add(ICalendarProperty::LastModified, instant(record.meta.updated_at));
        let title = self.plain(record, &self.entity.title);
        let title = title.unwrap_or_else(|| self.catalog.reference(&record.reference()));
        add(ICalendarProperty::Summary, ICalendarValue::Text(title));
        for (property, field) in [
            (ICalendarProperty::Description, "description"),
            (ICalendarProperty::Description, "body"),
            (ICalendarProperty::Contact, "about"),
        ] {
            if let Some(text) = self.plain(record, field) {
                add(property, ICalendarValue::Text(text));
            }
        }
        match self.kind {
            Kind::ToDo => self.to_do(record, &mut entries),
            Kind::Event => self.event(record, &mut entries),
        }
        let kind = self.plain(record, "kind");
        let tags = match self.get(record, "tags") {
            Value::List(tags) => tags.clone(),
            _ => Vec::new(),
        };
        let categories: Vec<ICalendarValue> =
            kind.into_iter().chain(tags).map(ICalendarValue::Text).collect();
        if !categories.is_empty() {
            entries
                .push(ICalendarEntry::new(ICalendarProperty::Categories).with_values(categories));
        }
        let mut written = format!("BEGIN:{name}\r\n");
        for entry in entries {
            entry.write_to(&mut written).map_err(io::Error::other)?;
        }
        written.push_str(&format!("END:{name}\r\n"));
        out.write_all(written.as_bytes())
    }

    fn to_do(&self, record: &Record, entries: &mut Vec<ICalendarEntry>) {
        if let Value::DateTime(due) = self.get(record, "due") {
            entries.push(self.at(ICalendarProperty::Due, *due));
        }
        let mut add =
            |property, value| entries.push(ICalendarEntry::new(property).with_value(value));
        let priority = match self.get(record, "priority").as_text() {
            Some("urgent") => Some(1),
            Some("high") => Some(3),
            Some("normal") => Some(5),
            Some("low") => Some(9),
            _ => None,
        };
        if let Some(priority) = priority {
            add(ICalendarProperty::Priority, ICalendarValue::Integer(priority));
        }
        let status = self.get(record, "status").as_text();
        let field = self.entity.field("status");
        let choice = status.and_then(|status| field.and_then(|field| field.choice(status)));
        let status = match choice.map(|choice| choice.standing) {
            Some(Some(Standing::Won)) => Some(ICalendarStatus::Completed),
            Some(Some(Standing::Lost)) => Some(ICalendarStatus::Cancelled),
            Some(_) if status == Some("started") => Some(ICalendarStatus::InProcess),
            Some(_) => Some(ICalendarStatus::NeedsAction),
            None => None,
        };
        let done = status == Some(ICalendarStatus::Completed);
        if let Some(status) = status {
            add(ICalendarProperty::Status, ICalendarValue::Status(status));
        }
        if let Value::DateTime(at) = self.get(record, "completed_at")
            && done
        {
            add(ICalendarProperty::Completed, instant(*at));
        }
    }

    fn event(&self, record: &Record, entries: &mut Vec<ICalendarEntry>) {
        let at = match self.get(record, "happened_at") {
            Value::DateTime(at) => *at,
            // An event has a beginning.
            _ => record.meta.created_at,
        };
        let seconds = match self.get(record, "duration") {
            Value::Duration(seconds) => u32::try_from(*seconds).unwrap_or(0),
            _ => 0,
        };
        if seconds > 0 {
            // What takes time takes place at a time, at midnight too.
            let value = instant(at);
            entries.push(ICalendarEntry::new(ICalendarProperty::Dtstart).with_value(value));
            let lasts = ICalendarDuration {
                neg: false,
                weeks: 0,
                days: seconds / 86_400,
                hours: seconds / 3_600 % 24,
                minutes: seconds / 60 % 60,
                seconds: seconds % 60,
            };
            let value = ICalendarValue::Duration(lasts);
            entries.push(ICalendarEntry::new(ICalendarProperty::Duration).with_value(value));
        } else {
            entries.push(self.at(ICalendarProperty::Dtstart, at));
        }
    }

    /// An instant; a day where it is the beginning of one, as everywhere else.
    fn at(&self, property: ICalendarProperty, at: DateTime<Utc>) -> ICalendarEntry {
        let local = at.with_timezone(&self.words.zone);
        if local.time() == NaiveTime::MIN {
            let day = ICalendarValue::PartialDateTime(Box::new(date(local.date_naive())));
            return ICalendarEntry::new(property)
                .with_param(ICalendarParameter::value(ICalendarValueType::Date))
                .with_value(day);
        }
        ICalendarEntry::new(property).with_value(instant(at))
    }

    /// Writes what comes behind the last record.
    pub fn finish(out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"END:VCALENDAR\r\n")?;
        out.flush()
    }
}

fn instant(at: DateTime<Utc>) -> ICalendarValue {
    ICalendarValue::PartialDateTime(Box::new(utc(at)))
}
