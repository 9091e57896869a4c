//! Periods -> half-open stretches of days or instants.

use chrono::{
    DateTime, Datelike, Days, Duration, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc,
    Weekday,
};
use chrono_tz::Tz;

use super::Moment;
use super::tree::When;
use crate::model::week_of;
use crate::syntax::{Period, Unit};

/// The instant at which a day and time of day happens in a zone; where clocks skip it, the first
/// instant after the gap, where they repeat it, the first.
pub(crate) fn instant(local: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    for minutes in (0..=180).step_by(15) {
        if let Some(at) = zone.from_local_datetime(&(local + Duration::minutes(minutes))).earliest()
        {
            return at.with_timezone(&Utc);
        }
    }
    // No zone skips more than three hours, except for whole days that never were.
    Utc.from_utc_datetime(&local)
}

/// The instant at which a day begins.
pub(crate) fn start_of(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    instant(day.and_time(NaiveTime::MIN), zone)
}

/// A day moved by calendar units; the last day of the month where the month is too short.
pub(crate) fn shift_day(day: NaiveDate, count: i64, unit: Unit) -> Option<NaiveDate> {
    let size = count.unsigned_abs();
    let months = |each: u64| u32::try_from(size * each).ok().map(Months::new);
    let back = count < 0;
    match unit {
        Unit::Second | Unit::Minute | Unit::Hour => {
            let days = seconds(count, unit).div_euclid(86_400);
            shift_day(day, days, Unit::Day)
        }
        Unit::Day | Unit::Week => {
            let days = Days::new(if unit == Unit::Week { size * 7 } else { size });
            if back { day.checked_sub_days(days) } else { day.checked_add_days(days) }
        }
        Unit::Month | Unit::Quarter | Unit::Year => {
            let months = months(match unit {
                Unit::Month => 1,
                Unit::Quarter => 3,
                _ => 12,
            })?;
            if back { day.checked_sub_months(months) } else { day.checked_add_months(months) }
        }
    }
    .filter(|day| (0..=9999).contains(&day.year()))
}

/// An instant moved by units: hours and less exactly, days and more by the calendar of the zone.
pub(crate) fn shift_instant(
    at: DateTime<Utc>,
    count: i64,
    unit: Unit,
    zone: Tz,
) -> Option<DateTime<Utc>> {
    if matches!(unit, Unit::Second | Unit::Minute | Unit::Hour) {
        return at.checked_add_signed(Duration::try_seconds(seconds(count, unit))?);
    }
    let local = at.with_timezone(&zone).naive_local();
    let day = shift_day(local.date(), count, unit)?;
    Some(instant(day.and_time(local.time()), zone))
}

/// The seconds of a count of units; days have 24 hours, months 30 days, years 365.
pub(crate) fn seconds(count: i64, unit: Unit) -> i64 {
    let each = match unit {
        Unit::Second => 1,
        Unit::Minute => 60,
        Unit::Hour => 3_600,
        Unit::Day => 86_400,
        Unit::Week => 7 * 86_400,
        Unit::Month => 30 * 86_400,
        Unit::Quarter => 91 * 86_400,
        Unit::Year => 365 * 86_400,
    };
    count.saturating_mul(each)
}

fn first_of(unit: Unit, day: NaiveDate, week: Weekday) -> NaiveDate {
    let month = match unit {
        Unit::Week => return week_of(day, week),
        Unit::Month => day.month(),
        Unit::Quarter => (day.month0() / 3) * 3 + 1,
        Unit::Year => 1,
        _ => return day,
    };
    NaiveDate::from_ymd_opt(day.year(), month, 1).unwrap_or(day)
}

impl When {
    /// The days from the first to before the second.
    pub(crate) fn days(self, moment: &Moment) -> (NaiveDate, NaiveDate) {
        let today = moment.today();
        let shift = |day, count: i64, unit| shift_day(day, count, unit).unwrap_or(day);
        let from = |first, count, unit| (first, shift(first, count, unit));
        match self {
            Self::Day(day) => from(day, 1, Unit::Day),
            Self::Instant(at) => from(at.date(), 1, Unit::Day),
            Self::Now => from(today, 1, Unit::Day),
            Self::Period(period) => match period {
                Period::Day(offset) => from(shift(today, offset.into(), Unit::Day), 1, Unit::Day),
                Period::Calendar(unit, offset) => {
                    from(shift(first_of(unit, today, moment.week), offset.into(), unit), 1, unit)
                }
                Period::Last(count, unit @ (Unit::Second | Unit::Minute | Unit::Hour)) => {
                    let first = shift_instant(moment.now, -i64::from(count), unit, moment.zone)
                        .map_or(today, |at| at.with_timezone(&moment.zone).date_naive());
                    (first, shift(today, 1, Unit::Day))
                }
                Period::Next(count, unit @ (Unit::Second | Unit::Minute | Unit::Hour)) => {
                    let last = shift_instant(moment.now, count.into(), unit, moment.zone)
                        .map_or(today, |at| at.with_timezone(&moment.zone).date_naive());
                    (today, shift(last, 1, Unit::Day))
                }
                Period::Last(count, unit) => {
                    (shift(today, -i64::from(count), unit), shift(today, 1, Unit::Day))
                }
                Period::Next(count, unit) => {
                    (today, shift(shift(today, count.into(), unit), 1, Unit::Day))
                }
                Period::Month(year, month) => {
                    from(NaiveDate::from_ymd_opt(year, month, 1).unwrap_or(today), 1, Unit::Month)
                }
                Period::Quarter(year, quarter) => from(
                    NaiveDate::from_ymd_opt(year, quarter * 3 - 2, 1).unwrap_or(today),
                    1,
                    Unit::Quarter,
                ),
            },
        }
    }

    /// The instants from the first to before the second.
    pub(crate) fn instants(self, moment: &Moment) -> (DateTime<Utc>, DateTime<Utc>) {
        let tick = |at: DateTime<Utc>| (at, at + Duration::milliseconds(1));
        match self {
            Self::Now => tick(moment.now),
            Self::Instant(local) => tick(instant(local, moment.zone)),
            Self::Period(Period::Last(
                count,
                unit @ (Unit::Second | Unit::Minute | Unit::Hour),
            )) => {
                let first = shift_instant(moment.now, -i64::from(count), unit, moment.zone);
                (first.unwrap_or(moment.now), tick(moment.now).1)
            }
            Self::Period(Period::Next(
                count,
                unit @ (Unit::Second | Unit::Minute | Unit::Hour),
            )) => {
                let last = shift_instant(moment.now, count.into(), unit, moment.zone);
                (moment.now, tick(last.unwrap_or(moment.now)).1)
            }
            other => {
                let (first, end) = other.days(moment);
                (start_of(first, moment.zone), start_of(end, moment.zone))
            }
        }
    }
}
