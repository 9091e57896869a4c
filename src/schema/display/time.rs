//! Days, instants and durations.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Offset, TimeZone, Timelike, Utc};

use super::Format;
use crate::model::Lang;

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const DAYS_ZH: [&str; 7] = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const LONG_MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

impl Format {
    /// `2026-11-28`.
    #[must_use]
    pub fn date(date: NaiveDate) -> String {
        format!("{:04}-{:02}-{:02}", date.year(), date.month(), date.day())
    }

    /// `2026-11-28 10:00`, in the zone. The beginning of a day stands for the whole day: `2026-11-28`.
    #[must_use]
    pub fn day_or_time(&self, instant: DateTime<Utc>) -> String {
        match self.time_of_day(instant) {
            Some(_) => self.date_time(instant),
            None => Self::date(instant.with_timezone(&self.zone).date_naive()),
        }
    }

    /// `10:00`, in the zone; none at the beginning of a day, which stands for the whole day.
    #[must_use]
    pub fn time_of_day(&self, instant: DateTime<Utc>) -> Option<String> {
        let local = instant.with_timezone(&self.zone);
        let named = local.time() != NaiveTime::MIN;
        named.then(|| format!("{:02}:{:02}", local.hour(), local.minute()))
    }

    /// `2026-11-28 10:00`, in the zone.
    #[must_use]
    pub fn date_time(&self, instant: DateTime<Utc>) -> String {
        let local = instant.with_timezone(&self.zone);
        format!("{} {:02}:{:02}", Self::date(local.date_naive()), local.hour(), local.minute())
    }

    /// An instant to the millisecond, with the offset where the clock shows that time twice.
    pub(super) fn exact_instant(self, instant: DateTime<Utc>) -> String {
        use std::fmt::Write as _;
        let local = instant.with_timezone(&self.zone);
        let once = self.zone.from_local_datetime(&local.naive_local()).single();
        let once = once.is_some_and(|once| once == local);
        if once && local.time() == NaiveTime::MIN {
            return Self::date(local.date_naive());
        }
        let mut text = self.date_time(instant);
        let millis = instant.timestamp_subsec_millis();
        // Writing into a String cannot fail.
        if local.second() != 0 || millis != 0 {
            let _ = write!(text, ":{:02}", local.second());
        }
        if millis != 0 {
            let _ = write!(text, ".{millis:03}");
        }
        if !once {
            let _ = write!(text, "{}", local.offset().fix());
        }
        text
    }

    /// A day as one says it, seen from `today`: `today`, `tomorrow`, `yesterday`, `fri 28 Nov`,
    /// `31 d ago`, and the date where it is far.
    #[must_use]
    pub fn near(&self, date: NaiveDate, today: NaiveDate) -> String {
        let away = date.signed_duration_since(today).num_days();
        match (self.lang, away) {
            (Lang::En, 0) => "today".to_owned(),
            (Lang::Zh, 0) => "今天".to_owned(),
            (Lang::En, 1) => "tomorrow".to_owned(),
            (Lang::Zh, 1) => "明天".to_owned(),
            (Lang::En, -1) => "yesterday".to_owned(),
            (Lang::Zh, -1) => "昨天".to_owned(),
            (_, 2..=6) => self.day_of_week(date),
            (_, -99..=-2) => self.ago(-away),
            // Within half a year, as a day without a year is read.
            _ if away.abs() <= 182 => self.day_and_month(date),
            _ => Self::date(date),
        }
    }

    /// The same in the room of a column: in Chinese without the day of the week, so that dates stand there in
    /// one shape.
    #[must_use]
    pub fn near_in_column(&self, date: NaiveDate, today: NaiveDate) -> String {
        match (self.lang, date.signed_duration_since(today).num_days()) {
            (Lang::Zh, 2..=6) => self.day_and_month(date),
            _ => self.near(date, today),
        }
    }

    /// `fri`, 周五.
    #[must_use]
    pub fn weekday(&self, date: NaiveDate) -> &'static str {
        let day = date.weekday().num_days_from_monday() as usize;
        if self.lang == Lang::Zh { DAYS_ZH[day] } else { DAYS[day] }
    }

    /// `31 d ago`, for what lies a number of days back.
    #[must_use]
    pub fn ago(&self, days: i64) -> String {
        match self.lang {
            Lang::En => format!("{days} d ago"),
            Lang::Zh => format!("{days} 天前"),
        }
    }

    /// An instant as one says it, seen from `now`: [`Format::near`], with the time within a week.
    /// Midnight stands for the whole day and is not named.
    #[must_use]
    pub fn near_instant(&self, instant: DateTime<Utc>, now: DateTime<Utc>) -> String {
        let local = instant.with_timezone(&self.zone);
        let today = now.with_timezone(&self.zone).date_naive();
        let date = local.date_naive();
        let words = self.near(date, today);
        match self.time_of_day(instant) {
            Some(time) if matches!(date.signed_duration_since(today).num_days(), -1..=6) => {
                format!("{words} {time}")
            }
            _ => words,
        }
    }

    /// `mon 23 Nov`, 11月23日 周一.
    #[must_use]
    pub fn day_of_week(&self, date: NaiveDate) -> String {
        match self.lang {
            Lang::En => format!("{} {}", self.weekday(date), self.day_and_month(date)),
            Lang::Zh => format!("{} {}", self.day_and_month(date), self.weekday(date)),
        }
    }

    /// `mon 23 Nov 2026`, 2026年11月23日 周一.
    #[must_use]
    pub fn long_day(&self, date: NaiveDate) -> String {
        match self.lang {
            Lang::En => format!("{} {}", self.day_of_week(date), date.year()),
            Lang::Zh => format!("{}年{}", date.year(), self.day_of_week(date)),
        }
    }

    /// `23 Nov - 29 Nov 2026`, 2026年11月23日 - 11月29日.
    #[must_use]
    pub fn days(&self, from: NaiveDate, to: NaiveDate) -> String {
        let (first, last) = (self.day_and_month(from), self.day_and_month(to));
        match self.lang {
            Lang::En => format!("{first} - {last} {}", to.year()),
            Lang::Zh => format!("{}年{first} - {last}", from.year()),
        }
    }

    /// `November 2026`, 2026年11月.
    #[must_use]
    pub fn month(&self, date: NaiveDate) -> String {
        match self.lang {
            Lang::En => format!("{} {}", LONG_MONTHS[date.month0() as usize], date.year()),
            Lang::Zh => format!("{}年{}月", date.year(), date.month()),
        }
    }

    fn day_and_month(self, date: NaiveDate) -> String {
        match self.lang {
            Lang::En => format!("{} {}", date.day(), MONTHS[date.month0() as usize]),
            Lang::Zh => format!("{}月{}日", date.month(), date.day()),
        }
    }

    /// `1 h 30 min`, `2 d`, in the two largest units; a day has 24 hours.
    #[must_use]
    pub fn duration(&self, seconds: i64) -> String {
        let words = match self.lang {
            Lang::En => [" d", " h", " min", " s"],
            Lang::Zh => [" 天", " 小时", " 分钟", " 秒"],
        };
        let parts = parts(seconds);
        let first = parts.iter().position(|part| *part != 0).unwrap_or(2);
        let mut text = String::new();
        for (count, word) in parts.iter().zip(words).skip(first).take(2) {
            if *count != 0 || (text.is_empty() && seconds == 0) {
                let space = if text.is_empty() { "" } else { " " };
                text = format!("{text}{space}{count}{word}");
            }
        }
        if seconds < 0 { format!("-{text}") } else { text }
    }
}

/// Days, hours, minutes and seconds.
fn parts(seconds: i64) -> [u64; 4] {
    let all = seconds.unsigned_abs();
    [all / 86_400, all / 3_600 % 24, all / 60 % 60, all % 60]
}

/// `1h30m`, every second kept.
pub(super) fn exact_duration(seconds: i64) -> String {
    let [days, hours, minutes, rest] = parts(seconds);
    let mut text = String::from(if seconds < 0 { "-" } else { "" });
    for (count, unit) in [(days * 24 + hours, 'h'), (minutes, 'm'), (rest, 's')] {
        if count != 0 {
            text = format!("{text}{count}{unit}");
        }
    }
    if seconds == 0 { "0m".to_owned() } else { text }
}
