//! Records that come again: the rule of an entity, and the step of each choice.
//!
//! `[entity.task.recurs]` says when the next record is made and what it is counted by; the choices of
//! the field named by `by` say in which steps (`every = "2 weeks"`). Pure dates; the gate carries the
//! rule out. Start at [`Recurs`], then [`Every::after`].

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

use crate::model::Name;
use crate::syntax::Expr;

/// How the records of an entity come again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recurs {
    /// The next one is made when this begins to hold.
    pub when: Expr,
    /// The select field whose choice says how often.
    pub by: Name,
    /// The date or datetime field that is counted from and set in the next one.
    pub from: Name,
    /// The date field after which no more come.
    pub until: Option<Name>,
    /// The link field that leads to the next one: where it is filled, none is made again.
    pub next: Name,
    /// The date or datetime field that keeps the day a series is counted from, so that a monthly one
    /// on the 31st comes back to it after February.
    pub since: Option<Name>,
    /// Date and datetime fields that move by as much as `from` does.
    pub shift: Vec<Name>,
    /// Fields that begin anew, by their defaults, instead of being copied.
    pub fresh: Vec<Name>,
}

/// The unit of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Day,
    Weekday,
    Week,
    Month,
    Quarter,
    Year,
}

const UNITS: [(Unit, &str); 6] = [
    (Unit::Day, "day"),
    (Unit::Weekday, "weekday"),
    (Unit::Week, "week"),
    (Unit::Month, "month"),
    (Unit::Quarter, "quarter"),
    (Unit::Year, "year"),
];

/// The largest count of a step.
const MOST: u16 = 999;

/// The step from one to the next: `day`, `2 weeks`, `quarter`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Every {
    count: u16,
    unit: Unit,
}

impl FromStr for Every {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let text = text.trim().to_lowercase();
        let (count, word) = match text.split_once(char::is_whitespace) {
            Some((count, word)) => (count.parse().map_err(|_| ())?, word.trim()),
            None => (1, text.as_str()),
        };
        let word = if count == 1 { word } else { word.strip_suffix('s').unwrap_or(word) };
        let unit = UNITS.iter().find(|(_, name)| *name == word).map(|(unit, _)| *unit).ok_or(())?;
        if (1..=MOST).contains(&count) { Ok(Self { count, unit }) } else { Err(()) }
    }
}

impl fmt::Display for Every {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = UNITS.iter().find(|(unit, _)| *unit == self.unit).map_or("", |(_, word)| word);
        match self.count {
            1 => f.write_str(word),
            count => write!(f, "{count} {word}s"),
        }
    }
}

impl Every {
    /// What stands in TOML for it, for hints.
    pub(super) const EXAMPLES: &'static str = "day, weekday, week, 2 weeks, month, quarter or year";

    /// The day so many steps after the first; the last of the month where the month is too short. None
    /// beyond the calendar.
    #[must_use]
    pub fn nth(self, first: NaiveDate, steps: u32) -> Option<NaiveDate> {
        let count = steps.checked_mul(u32::from(self.count))?;
        let months = |each: u32| first.checked_add_months(Months::new(count.checked_mul(each)?));
        match self.unit {
            Unit::Day => first.checked_add_days(Days::new(count.into())),
            Unit::Week => first.checked_add_days(Days::new(u64::from(count) * 7)),
            Unit::Weekday => weekdays_on(first, count),
            Unit::Month => months(1),
            Unit::Quarter => months(3),
            Unit::Year => months(12),
        }
        .filter(|day| day.year() <= 9999)
    }

    /// The first day of the series from `first` that `is_late` does not refuse, the first itself left
    /// out. None where the calendar ends before that.
    #[must_use]
    pub fn after(self, first: NaiveDate, is_late: impl Fn(NaiveDate) -> bool) -> Option<NaiveDate> {
        // Days only grow with the steps, so the first that fits is found by halving.
        let fits = |steps| self.nth(first, steps).is_none_or(|day| !is_late(day));
        let mut high = 1_u32;
        while !fits(high) {
            high = high.checked_mul(2)?;
        }
        let mut low = high / 2;
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if fits(middle) {
                high = middle;
            } else {
                low = middle;
            }
        }
        self.nth(first, high)
    }

    /// Whether a day belongs to the series from `first`.
    #[must_use]
    pub fn reaches(self, first: NaiveDate, day: NaiveDate) -> bool {
        day == first || (day > first && self.after(first, |other| other < day) == Some(day))
    }
}

/// So many days from Monday to Friday after a day.
fn weekdays_on(first: NaiveDate, count: u32) -> Option<NaiveDate> {
    // From a weekend one counts as from the Friday before it.
    let back = match first.weekday() {
        Weekday::Sat => 1,
        Weekday::Sun => 2,
        _ => 0,
    };
    let from = first.checked_sub_days(Days::new(back))?;
    let place = from.weekday().num_days_from_monday() + count;
    let days = u64::from(place / 5) * 7 + u64::from(place % 5);
    let monday = from.checked_sub_days(Days::new(from.weekday().num_days_from_monday().into()))?;
    monday.checked_add_days(Days::new(days))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn next(every: &str, from: &str, today: &str) -> String {
        let every: Every = every.parse().unwrap();
        every.after(day(from), |next| next <= day(today)).unwrap().to_string()
    }

    #[test]
    fn steps_are_read_and_written() {
        for text in ["day", "weekday", "2 weeks", "month", "quarter", "year", "10 days"] {
            assert_eq!(text.parse::<Every>().unwrap().to_string(), text);
        }
        assert_eq!("1 week".parse::<Every>().unwrap().to_string(), "week");
        for text in ["", "0 days", "-1 day", "fortnight", "weeks 2", "1000 days", "2"] {
            assert!(text.parse::<Every>().is_err(), "{text}");
        }
    }

    #[test]
    fn one_step_on() {
        for (every, from, then) in [
            ("day", "2026-11-20", "2026-11-21"),
            ("week", "2026-11-20", "2026-11-27"),
            ("2 weeks", "2026-11-20", "2026-12-04"),
            ("month", "2026-11-20", "2026-12-20"),
            ("quarter", "2026-11-30", "2027-02-28"),
            ("year", "2028-02-29", "2029-02-28"),
            // A Friday; a Saturday; a Monday.
            ("weekday", "2026-11-20", "2026-11-23"),
            ("weekday", "2026-11-21", "2026-11-23"),
            ("weekday", "2026-11-23", "2026-11-24"),
        ] {
            assert_eq!(next(every, from, from), then, "{every}");
        }
    }

    #[test]
    fn what_was_missed_is_skipped() {
        assert_eq!(next("week", "2026-01-02", "2026-11-22"), "2026-11-27");
        assert_eq!(next("day", "2020-01-01", "2026-11-22"), "2026-11-23");
        assert_eq!(next("month", "2026-01-31", "2026-02-10"), "2026-02-28");
        assert_eq!(next("month", "2026-01-31", "2026-02-28"), "2026-03-31");
        assert_eq!(next("weekday", "2026-11-02", "2026-11-20"), "2026-11-23");
    }

    #[test]
    fn a_series_knows_its_days_and_ends_with_the_calendar() {
        let month: Every = "month".parse().unwrap();
        assert!(month.reaches(day("2026-01-31"), day("2026-02-28")));
        assert!(!month.reaches(day("2026-01-31"), day("2026-02-27")));
        assert!(!month.reaches(day("2026-01-31"), day("2025-12-31")));
        let year: Every = "999 years".parse().unwrap();
        assert_eq!(year.after(day("9500-01-01"), |_| false), None);
    }

    #[test]
    fn weekdays_count_like_a_calendar() {
        let every: Every = "weekday".parse().unwrap();
        for first in 0..14 {
            let from = day("2026-11-16").checked_add_days(Days::new(first)).unwrap();
            let mut slow = from;
            for steps in 1..30 {
                slow = slow.succ_opt().unwrap();
                while matches!(slow.weekday(), Weekday::Sat | Weekday::Sun) {
                    slow = slow.succ_opt().unwrap();
                }
                assert_eq!(every.nth(from, steps), Some(slow), "{steps} after {from}");
            }
        }
    }
}
