//! Days as people say them.
//!
//! - `2026-01-31`, `2026/1/31`, `20260131`, `2026年1月31日`, `31.1.2026`, `31 Jan 2026`, `Jan 31, 2026`.
//! - `1/2/2026` is 2 January in the USA and the few regions that write the month first, else
//!   1 February; where one number is over 12 there is nothing to decide.
//! - Without a year it is the year that brings the day nearest to today: `31 Jan`, `1月31日`.
//! - `fri` is the next Friday after today (on a Friday: in seven days), `this fri` that of this week,
//!   `next fri` that of next week, `last fri` the latest before today. Weeks begin where one's own do.
//! - `today`, `tomorrow`, `yesterday`, `+3d`, `-2w`, `+1m`, `+1y`, `in 3 days`, `3 days ago`; the ends and
//!   beginnings of weeks, months, quarters, years (`end of month`, `next week`); the end of a week is
//!   its Friday. The same in Chinese: 今天 明天 后天 下周一 3天后 月底.

mod calendar;
mod chinese;
mod words;

use crate::model::{phrase, week_of};
use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

pub(super) use chinese::chinese_parts;
pub(super) use words::distance;

use super::{Invalid, text};

/// Reads a day.
pub(super) fn read(
    text: &str,
    today: NaiveDate,
    week: Weekday,
    region: &str,
) -> Result<NaiveDate, Invalid> {
    let text = text::plain(text, true);
    let text = text.trim();
    let found = calendar::calendar(text, today, region)
        .or_else(|| words::words(text, today, week))
        .or_else(|| words::relative(text, today))
        .or_else(|| chinese::chinese(text, today, week))
        .or_else(|| without_time(text, today, region));
    match found {
        Some(date) => in_range(date),
        None => Err(Invalid::hint(
            phrase!("not a date"),
            phrase!("try 2026-01-31, fri, tomorrow or +3d"),
        )),
    }
}

/// Days of years with four digits.
pub(super) fn in_range(date: NaiveDate) -> Result<NaiveDate, Invalid> {
    if (1000..=9999).contains(&date.year()) {
        Ok(date)
    } else {
        Err(Invalid::hint(
            phrase!("not a date of our time"),
            phrase!("write the year with four digits"),
        ))
    }
}

/// The first day of the week, month, quarter or year that lies `away` from this one, or its last.
fn period(
    unit: &str,
    away: i64,
    end: bool,
    (today, week): (NaiveDate, Weekday),
) -> Option<NaiveDate> {
    let first_of = |month: u32| NaiveDate::from_ymd_opt(today.year(), month, 1);
    let (first, months) = match unit {
        "week" => {
            let day = if end { Weekday::Fri } else { week };
            return in_week((today, week), away, day);
        }
        "month" => (first_of(today.month())?, 1),
        "quarter" => (first_of(today.month0() / 3 * 3 + 1)?, 3),
        "year" => (first_of(1)?, 12),
        _ => return None,
    };
    let first = shift(first, 'm', away * months)?;
    if end { shift(first, 'm', months)?.pred_opt() } else { Some(first) }
}

/// Moves a day by a number of days, weeks, months or years; the 31st of a short month is its last.
pub(super) fn shift(date: NaiveDate, unit: char, count: i64) -> Option<NaiveDate> {
    // Farther than any calendar reaches; keeps the products below small.
    if count.unsigned_abs() > 4_000_000 {
        return None;
    }
    let days = |n: u64| {
        if count < 0 {
            date.checked_sub_days(Days::new(n))
        } else {
            date.checked_add_days(Days::new(n))
        }
    };
    let months = |n: u32| {
        if count < 0 {
            date.checked_sub_months(Months::new(n))
        } else {
            date.checked_add_months(Months::new(n))
        }
    };
    let size = count.unsigned_abs();
    match unit {
        'd' => days(size),
        'w' => days(size * 7),
        'm' => months(u32::try_from(size).ok()?),
        'y' => months(u32::try_from(size * 12).ok()?),
        _ => None,
    }
}

/// Such a day of the week that lies `weeks` from that of a date; weeks begin on `week`.
fn in_week((date, week): (NaiveDate, Weekday), weeks: i64, day: Weekday) -> Option<NaiveDate> {
    shift(week_of(date, week), 'd', weeks * 7 + i64::from(day.days_since(week)))
}

/// The next such day after `today`, never today itself.
fn next(day: Weekday, today: NaiveDate) -> Option<NaiveDate> {
    let away = (day.num_days_from_monday() + 6 - today.weekday().num_days_from_monday()) % 7 + 1;
    today.checked_add_days(Days::new(u64::from(away)))
}

/// The day of an instant as other programs write it: `2026-01-31T00:00:00.000Z` is that day.
fn without_time(text: &str, today: NaiveDate, region: &str) -> Option<NaiveDate> {
    let (date, time) = text.split_once(['t', ' '])?;
    let looks_like_time = time.trim().len() >= 4
        && time.contains(':')
        && time.chars().all(|c| c.is_ascii_digit() || ":.+-z apm".contains(c));
    looks_like_time.then(|| calendar::calendar(date, today, region)).flatten()
}
