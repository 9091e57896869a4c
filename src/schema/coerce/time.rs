//! Instants: a day and a time, in the zone of whoever types.
//!
//! Anything [`super::date`] understands, with `10:00`, `3pm`, `15:30:20`, `下午3点半` behind it; a time alone
//! is today's, a day alone its beginning (midnight stands for the whole day). ISO 8601 and RFC 3339 with zones,
//! `now`, `+2h`, `in 30 minutes`. A time that the clock skips moves forward, one that comes twice is
//! the first.

use crate::model::phrase;
use chrono::{
    DateTime, FixedOffset, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone,
    Utc, Weekday,
};
use chrono_tz::Tz;

use super::{Invalid, date, text};

/// Reads an instant.
pub(super) fn read(
    text: &str,
    now: DateTime<Utc>,
    (zone, week): (Tz, Weekday),
    region: &str,
) -> Result<DateTime<Utc>, Invalid> {
    let text = text::plain(text, true);
    let text = text.trim();
    if let Some(instant) = near(text, now) {
        return checked(instant, zone);
    }
    let today = now.with_timezone(&zone).date_naive();
    let (rest, offset) = split_offset(text);
    let (day, time) = split_time(rest);
    let time = match time {
        Clock::At(time) => time,
        Clock::None if offset.is_none() => NaiveTime::MIN,
        Clock::None | Clock::Wrong => return Err(not_a_time()),
    };
    let day = day.trim_end_matches([',', ' ']).trim_end_matches(" at").trim();
    let day = if day.is_empty() {
        today
    } else {
        date::read(day, today, week, region)
            .map_err(|error| if error.message == "not a date" { not_a_time() } else { error })?
    };
    let local = NaiveDateTime::new(day, time);
    let instant = match offset {
        Some(offset) => offset.from_local_datetime(&local).single().map(|at| at.to_utc()),
        None => in_zone(local, zone),
    };
    checked(instant.ok_or_else(not_a_time)?, zone)
}

/// Keeps milliseconds, and years that can be written.
pub(super) fn checked(instant: DateTime<Utc>, zone: Tz) -> Result<DateTime<Utc>, Invalid> {
    let local = instant
        .naive_utc()
        .checked_add_offset(zone.offset_from_utc_datetime(&instant.naive_utc()).fixed());
    date::in_range(local.ok_or_else(not_a_time)?.date())?;
    DateTime::from_timestamp_millis(instant.timestamp_millis()).ok_or_else(not_a_time)
}

/// A fixed offset from any.
trait Fixed {
    fn fixed(&self) -> FixedOffset;
}

impl<O: chrono::Offset> Fixed for O {
    fn fixed(&self) -> FixedOffset {
        self.fix()
    }
}

/// The beginning of a day.
pub(super) fn midnight(day: NaiveDate, zone: Tz) -> Option<DateTime<Utc>> {
    in_zone(NaiveDateTime::new(day, NaiveTime::MIN), zone)
}

pub(super) fn in_zone(local: NaiveDateTime, zone: Tz) -> Option<DateTime<Utc>> {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Some(at.to_utc()),
        // The clock was put forward over it: what an hour before would be, an hour on.
        LocalResult::None => {
            let before = local.checked_sub_signed(TimeDelta::hours(3))?;
            let at = zone.from_local_datetime(&before).earliest()?;
            at.to_utc().checked_add_signed(TimeDelta::hours(3))
        }
    }
}

/// What is counted from now: `now`, `+2h`, `in 30 minutes`, `2小时后`.
fn near(text: &str, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    if matches!(text, "now" | "现在") {
        return Some(now);
    }
    let (count, unit) = match date::chinese_parts(text) {
        Some((count, unit, sign)) => (count * sign, unit),
        None => date::distance(text)?,
    };
    let minutes = match unit {
        "h" | "hr" | "hrs" | "hour" | "hours" | "小时" | "钟头" => count.checked_mul(60)?,
        "min" | "mins" | "minute" | "minutes" | "分钟" => count,
        _ => return None,
    };
    now.checked_add_signed(TimeDelta::try_minutes(minutes)?)
}

/// Takes a zone off the end: `z`, `utc`, `+02:00`, `+0200`, `+00:53:28`.
fn split_offset(text: &str) -> (&str, Option<FixedOffset>) {
    for word in ["z", "utc", "gmt"] {
        if let Some(rest) = text.strip_suffix(word)
            && rest.contains(':')
        {
            return (rest.trim_end(), FixedOffset::east_opt(0));
        }
    }
    let Some(at) = text.rfind(['+', '-']) else { return (text, None) };
    let (rest, offset) = text.split_at(at);
    // A minus before the time belongs to the date.
    if !rest.contains(':') {
        return (text, None);
    }
    let digits: String = offset[1..].chars().filter(|c| *c != ':').collect();
    if !matches!(digits.len(), 2 | 4 | 6) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return (text, None);
    }
    let part = |i: usize| digits.get(i..i + 2).and_then(|d| d.parse::<i32>().ok()).unwrap_or(0);
    let seconds = part(0) * 3_600 + part(2) * 60 + part(4);
    let seconds = if offset.starts_with('-') { -seconds } else { seconds };
    match FixedOffset::east_opt(seconds) {
        Some(offset) => (rest.trim_end(), Some(offset)),
        None => (text, None),
    }
}

/// The time at the end of a text.
enum Clock {
    /// There is none.
    None,
    /// There is one that no clock shows: `25:00`.
    Wrong,
    /// There is one.
    At(NaiveTime),
}

impl From<Option<NaiveTime>> for Clock {
    fn from(time: Option<NaiveTime>) -> Self {
        time.map_or(Self::Wrong, Self::At)
    }
}

/// Takes a time off the end.
fn split_time(text: &str) -> (&str, Clock) {
    if let Some(found) = chinese_time(text) {
        return found;
    }
    let half = ["am", "pm", "a.m.", "p.m."]
        .into_iter()
        .find_map(|word| Some((text.strip_suffix(word)?.trim_end(), word.starts_with('p'))));
    let body = match half {
        Some((rest, _)) => rest,
        None => text.strip_suffix("uhr").map_or(text, str::trim_end),
    };
    let start = body
        .rfind(|c: char| !c.is_ascii_digit() && c != ':' && c != '.')
        .map_or(0, |at| at + body[at..].chars().next().map_or(1, char::len_utf8));
    let time = &body[start..];
    let is_time = time.contains(':') || (half.is_some() && !time.is_empty());
    if !is_time {
        return (text, Clock::None);
    }
    let before = &body[..start];
    let before = before.strip_suffix('t').unwrap_or(before);
    let before = before.strip_suffix('@').unwrap_or(before).trim_end();
    let before = if before == "at" { "" } else { before };
    (before, clock(time, half.map(|(_, after)| after)).into())
}

/// `10:00`, `15:30:20.5`, `3` with `pm`.
fn clock(text: &str, afternoon: Option<bool>) -> Option<NaiveTime> {
    let mut parts = text.split(':');
    let hour: u32 = short(parts.next()?)?;
    let minute: u32 = parts.next().map_or(Some(0), short)?;
    let (second, milli) = match parts.next() {
        None => (0, 0),
        Some(seconds) => {
            let (second, fraction) = seconds.split_once('.').unwrap_or((seconds, ""));
            if fraction.len() > 9 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
                return None;
            }
            let padded = format!("{fraction:0<3}");
            (short(second)?, padded.get(..3)?.parse().ok()?)
        }
    };
    if parts.next().is_some() {
        return None;
    }
    let hour = match afternoon {
        None => hour,
        // Noon is 12 pm, midnight 12 am.
        Some(after) if (1..=12).contains(&hour) => hour % 12 + if after { 12 } else { 0 },
        Some(_) => return None,
    };
    NaiveTime::from_hms_milli_opt(hour, minute, second, milli)
}

fn short(digits: &str) -> Option<u32> {
    (matches!(digits.len(), 1 | 2) && digits.bytes().all(|b| b.is_ascii_digit()))
        .then(|| digits.parse().ok())?
}

/// Where the hour begins that ends `text`: of `周三三点` the last numeral, of `周五十点` too, of `二十点` the
/// first.
fn hour_start(text: &str) -> usize {
    let is_part = |c: char| c.is_ascii_digit() || NUMERALS.contains(c) || c == '十';
    let run = text
        .rfind(|c: char| !is_part(c))
        .map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8));
    text[run..]
        .char_indices()
        .map(|(at, _)| run + at)
        .find(|at| numeral(&text[*at..]).is_some_and(|hour| hour <= 24))
        .unwrap_or(run)
}

/// What the numerals from 0 on are; `两` is another 2.
const NUMERALS: &str = "零一二三四五六七八九〇两";

/// A number below 100 in digits or in Chinese numerals: `15`, `三`, `十二`, `二十三`.
fn numeral(text: &str) -> Option<u32> {
    let one = |text: &str| {
        let mut characters = text.chars();
        let first = characters.next()?;
        let place = NUMERALS.chars().position(|c| c == first)?;
        characters.next().is_none().then_some(match place {
            10 => 0,
            11 => 2,
            n => n as u32,
        })
    };
    match text.split_once('十') {
        Some((tens, ones)) => {
            let tens = if tens.is_empty() { 1 } else { one(tens)? };
            let ones = if ones.is_empty() { 0 } else { one(ones)? };
            Some(tens * 10 + ones)
        }
        None => short(text).or_else(|| one(text)),
    }
}

/// `下午3点`, `上午10点半`, `15点30分`, `下午3:30`, `晚上八点一刻`.
fn chinese_time(text: &str) -> Option<(&str, Clock)> {
    const HALVES: [(&str, bool); 7] = [
        ("上午", false),
        ("早上", false),
        ("凌晨", false),
        ("中午", true),
        ("下午", true),
        ("晚上", true),
        ("傍晚", true),
    ];
    let half =
        HALVES.iter().find_map(|(word, after)| Some((text.rfind(word)?, word.len(), *after)));
    let start = if let Some((at, length, _)) = half {
        at + length
    } else {
        let mark = text.rfind(['点', '时'])?;
        hour_start(&text[..mark])
    };
    let body = text[start..].trim();
    let mark = body.find(['点', '时', ':'])?;
    let (hour, rest) = (&body[..mark], body[mark..].trim_start_matches(['点', '时', ':', '钟']));
    let minute = match rest.trim_end_matches('分') {
        "" | "整" => Some(0),
        "半" => Some(30),
        "一刻" => Some(15),
        "三刻" => Some(45),
        written => numeral(written),
    };
    let hour = numeral(hour).map(|hour| match half {
        Some((_, _, true)) if hour < 11 => hour + 12,
        _ => hour,
    });
    let time = hour.zip(minute).and_then(|(hour, minute)| NaiveTime::from_hms_opt(hour, minute, 0));
    let end = half.map_or(start, |(at, _, _)| at);
    Some((text[..end].trim_end(), time.into()))
}

fn not_a_time() -> Invalid {
    Invalid::hint(
        phrase!("not a date and time"),
        phrase!("try 2026-01-31 10:00, tomorrow 3pm or +2h"),
    )
}
