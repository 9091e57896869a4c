//! What comes again and again: tasks that repeat, and two that one is reminded of today.

use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveTime, TimeZone, Timelike, Utc};

use super::cast::text;
use super::story::Story;
use crate::gate::Result;
use crate::model::Value;

/// A task that repeats: kind, name, how often, hour.
const AGAIN: [(&str, &str, &str, u32); 6] = [
    ("todo", "Look through unanswered offers", "weekdays", 9),
    ("meeting", "Weekly round of the team", "weekly", 10),
    ("call", "Call the three quietest customers", "biweekly", 14),
    ("todo", "Forecast for the management", "monthly", 16),
    ("visit", "Quarterly visit", "quarterly", 11),
    ("todo", "Book the booth for the autumn fair", "yearly", 9),
];

impl Story {
    /// Tasks of mine that repeat, each on its next day, and reminders of today.
    pub(super) fn repeating(&mut self) -> Result<()> {
        let today = self.date(self.now);
        for (n, (kind, name, repeat, hour)) in AGAIN.into_iter().enumerate() {
            let day = match repeat {
                "weekdays" => on_weekday(today + Duration::days(1)),
                "monthly" => last_of_month(today),
                "yearly" => today + Duration::days(40),
                _ => on_weekday(today + Duration::days(n as i64)),
            };
            let due = self.clock_on(day, hour);
            let mut fields = vec![
                ("name", text(name)),
                ("kind", text(kind)),
                ("due", Value::DateTime(due)),
                ("repeat", text(repeat)),
            ];
            if repeat == "quarterly" && !self.customers.is_empty() {
                fields.extend(self.about(0, None));
                fields.retain(|(field, _)| !matches!(*field, "owner" | "team"));
            }
            fields.extend(self.owned(0));
            self.writer.create("task", fields)?;
        }
        // One that is due already and one that will be soon, as long as it is still today then.
        let minute = self.now - Duration::seconds(self.now.second().into());
        for (name, minutes, remind) in
            [("Call back the workshop", 5, "10m"), ("Send the price list", 45, "30m")]
        {
            let due = minute + Duration::minutes(minutes);
            if self.date(due) != today {
                continue;
            }
            let mut fields = vec![
                ("name", text(name)),
                ("kind", text(if remind == "10m" { "call" } else { "email" })),
                ("due", Value::DateTime(due)),
                ("remind", text(remind)),
            ];
            if !self.customers.is_empty() {
                fields.extend(self.about(0, None));
                fields.retain(|(field, _)| !matches!(*field, "owner" | "team"));
            }
            fields.extend(self.owned(0));
            self.writer.create("task", fields)?;
        }
        Ok(())
    }

    fn clock_on(&self, day: NaiveDate, hour: u32) -> DateTime<Utc> {
        let time = NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
        let local = self.zone.from_local_datetime(&day.and_time(time)).earliest();
        local.map_or(self.now, |local| local.with_timezone(&Utc))
    }
}

fn on_weekday(day: NaiveDate) -> NaiveDate {
    match day.weekday().num_days_from_monday() {
        5 => day + Duration::days(2),
        6 => day + Duration::days(1),
        _ => day,
    }
}

fn last_of_month(day: NaiveDate) -> NaiveDate {
    (28..=31).rev().find_map(|n| day.with_day(n)).unwrap_or(day)
}
