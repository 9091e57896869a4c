//! Dates as files write them.
//!
//! People type dates one way and programs write them in a dozen; this understands the programs. What
//! it does not know is left to the schema, which understands people. Start at [`read`].

use chrono::{DateTime, Duration, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;

use super::map::DateStyle;

/// A moment as a file gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct When {
    /// The day as written.
    pub day: NaiveDate,
    /// The time, where there is one.
    pub time: Option<NaiveTime>,
    /// The offset, where there is one.
    pub offset: Option<FixedOffset>,
}

impl When {
    /// The instant; a day without time begins at midnight in `zone`.
    pub fn instant(&self, zone: Tz) -> Option<DateTime<Utc>> {
        let naive = self.day.and_time(self.time.unwrap_or(NaiveTime::MIN));
        match self.offset {
            Some(offset) => offset.from_local_datetime(&naive).earliest().map(|at| at.to_utc()),
            None => zone.from_local_datetime(&naive).earliest().map(|at| at.to_utc()),
        }
    }
}

/// What became of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reading {
    /// It is a date.
    Is(When),
    /// It could be two dates: which comes first, day or month?
    Ambiguous,
    /// It is none this room knows.
    Unknown,
}

/// Reads a date or datetime.
pub(super) fn read(text: &str, style: Option<&DateStyle>) -> Reading {
    let text = text.trim();
    match style {
        Some(DateStyle::Pattern(pattern)) => by_pattern(text, pattern),
        Some(DateStyle::Serial) => serial(text),
        Some(DateStyle::DayFirst) => free(text, Some(true)),
        Some(DateStyle::MonthFirst) => free(text, Some(false)),
        None => free(text, None),
    }
}

/// Whether a date must be read day first (true) or month first (false); none where it says neither.
pub(super) fn order(text: &str) -> Option<bool> {
    let text = text.trim();
    match (free(text, Some(true)), free(text, Some(false))) {
        (Reading::Is(_), Reading::Unknown) => Some(true),
        (Reading::Unknown, Reading::Is(_)) => Some(false),
        _ => None,
    }
}

/// Whether a text is likely the number by which a spreadsheet keeps a day of these times: five digits,
/// maybe with a fraction for the time.
pub(super) fn is_day_number(text: &str) -> bool {
    let (days, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    days.len() == 5 && digits(days) && digits(fraction)
}

fn is(day: Option<NaiveDate>, time: Option<NaiveTime>, offset: Option<FixedOffset>) -> Reading {
    day.map_or(Reading::Unknown, |day| Reading::Is(When { day, time, offset }))
}

fn by_pattern(text: &str, pattern: &str) -> Reading {
    if let Ok(at) = DateTime::parse_from_str(text, pattern) {
        return is(Some(at.date_naive()), Some(at.time()), Some(*at.offset()));
    }
    if let Ok(at) = NaiveDateTime::parse_from_str(text, pattern) {
        return is(Some(at.date()), Some(at.time()), None);
    }
    is(NaiveDate::parse_from_str(text, pattern).ok(), None, None)
}

fn serial(text: &str) -> Reading {
    let Ok(number) = text.parse::<f64>() else { return Reading::Unknown };
    // 1 is 1900-01-01; 2958465 is 9999-12-31.
    if !(1.0..=2_958_465.0).contains(&number) {
        return Reading::Unknown;
    }
    let day = NaiveDate::from_ymd_opt(1899, 12, 30)
        .and_then(|start| start.checked_add_signed(Duration::days(number.trunc() as i64)));
    let seconds = (number.fract() * 86_400.0).round() as u32;
    let time = NaiveTime::from_num_seconds_from_midnight_opt(seconds, 0);
    is(day, time.filter(|_| seconds > 0), None)
}

/// Runs of digits, runs of letters, single other characters; blanks are dropped.
#[derive(Debug, Clone, PartialEq)]
enum Token {
    Number(u32, usize),
    Word(String),
    Sign(char),
}

fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::with_capacity(12);
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let same = |c: char| match first {
            _ if first.is_ascii_digit() => c.is_ascii_digit(),
            _ if first.is_ascii_alphabetic() => c.is_ascii_alphabetic(),
            _ => false,
        };
        let end = rest.find(|c| !same(c)).unwrap_or(rest.len()).max(first.len_utf8());
        let (run, tail) = rest.split_at(end);
        if first.is_ascii_digit() {
            tokens.push(Token::Number(run.parse().ok()?, run.len()));
        } else if first.is_ascii_alphabetic() {
            tokens.push(Token::Word(run.to_ascii_lowercase()));
        } else if !first.is_whitespace() {
            tokens.push(Token::Sign(first));
        }
        rest = tail;
    }
    Some(tokens)
}

fn month(word: &str) -> Option<u32> {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let start = word.get(..3)?;
    MONTHS.iter().position(|name| *name == start).map(|index| index as u32 + 1)
}

fn year(value: u32, digits: usize) -> Option<i32> {
    match digits {
        4 => i32::try_from(value).ok(),
        2 => Some(if value < 70 { 2000 + value as i32 } else { 1900 + value as i32 }),
        _ => None,
    }
}

fn free(text: &str, day_first: Option<bool>) -> Reading {
    if text.len() > 64 {
        return Reading::Unknown;
    }
    let Some(tokens) = tokens(text) else { return Reading::Unknown };
    let (day, used) = match day_of(&tokens, day_first) {
        Ok(Some(found)) => found,
        Ok(None) => return Reading::Unknown,
        Err(()) => return Reading::Ambiguous,
    };
    match time_of(&tokens[used..]) {
        Some((time, offset)) => is(Some(day), time, offset),
        None => Reading::Unknown,
    }
}

/// The day at the beginning of the tokens and how many it takes. An error where day and month could
/// be either.
#[allow(clippy::many_single_char_names, reason = "y, m and d are what dates are made of")]
fn day_of(tokens: &[Token], day_first: Option<bool>) -> Result<Option<(NaiveDate, usize)>, ()> {
    use Token::{Number, Sign, Word};
    let (y, m, d, used) = match tokens {
        [Number(all, 8), ..] => (i32::try_from(all / 10_000).ok(), all / 100 % 100, all % 100, 1),
        [Number(y, 4), Sign('年'), Number(m, _), Sign('月'), Number(d, _), Sign('日'), ..] => {
            (i32::try_from(*y).ok(), *m, *d, 6)
        }
        [Number(y, 4), Sign(a @ ('-' | '/' | '.')), Number(m, _), Sign(b), Number(d, _), ..]
            if a == b =>
        {
            (i32::try_from(*y).ok(), *m, *d, 5)
        }
        [Number(d, 1..=2), Sign('-'), Word(m), Sign('-'), Number(y, digits), ..] => {
            (year(*y, *digits), month(m).unwrap_or(0), *d, 5)
        }
        [Number(d, 1..=2), Word(m), Number(y, 4), ..] => {
            (year(*y, 4), month(m).unwrap_or(0), *d, 3)
        }
        [Word(m), Number(d, 1..=2), Sign(','), Number(y, 4), ..] => {
            (year(*y, 4), month(m).unwrap_or(0), *d, 4)
        }
        [Word(m), Number(d, 1..=2), Number(y, 4), ..] => {
            (year(*y, 4), month(m).unwrap_or(0), *d, 3)
        }
        [Number(a, 1..=2), Sign('.'), Number(b, 1..=2), Sign('.'), Number(y, digits), ..] => {
            (year(*y, *digits), *b, *a, 5)
        }
        [
            Number(a, 1..=2),
            Sign(s @ ('/' | '-')),
            Number(b, 1..=2),
            Sign(t),
            Number(y, digits),
            ..,
        ] if s == t => {
            let day_is_first = match day_first {
                Some(said) => said,
                None if *a > 12 => true,
                None if *b > 12 || a == b => false,
                None => return Err(()),
            };
            let (d, m) = if day_is_first { (*a, *b) } else { (*b, *a) };
            (year(*y, *digits), m, d, 5)
        }
        _ => return Ok(None),
    };
    Ok(y.and_then(|y| NaiveDate::from_ymd_opt(y, m, d)).map(|day| (day, used)))
}

type TimeAndOffset = (Option<NaiveTime>, Option<FixedOffset>);

/// The time after the day; none where something stands there that is no time.
fn time_of(tokens: &[Token]) -> Option<TimeAndOffset> {
    use Token::{Number, Sign, Word};
    let tokens = match tokens {
        [Word(t), rest @ ..] if t == "t" => rest,
        [Sign(','), rest @ ..] => rest,
        other => other,
    };
    let (hour, minute, second, nano, rest) = match tokens {
        [] => return Some((None, None)),
        [Number(h, _), Sign(':'), Number(m, 2), Sign(':'), Number(s, 2), rest @ ..] => match rest {
            [Sign('.'), Number(fraction, digits @ 1..=9), rest @ ..] => {
                (*h, *m, *s, fraction * 10_u32.pow(9 - *digits as u32), rest)
            }
            _ => (*h, *m, *s, 0, rest),
        },
        [Number(h, _), Sign(':'), Number(m, 2), rest @ ..] => (*h, *m, 0, 0, rest),
        _ => return None,
    };
    let (hour, rest) = match rest {
        [Word(half), rest @ ..] if half == "am" && hour <= 12 => (hour % 12, rest),
        [Word(half), rest @ ..] if half == "pm" && hour <= 12 => (hour % 12 + 12, rest),
        _ => (hour, rest),
    };
    let offset = match rest {
        [] => None,
        [Word(zone)] if matches!(zone.as_str(), "z" | "utc" | "gmt") => FixedOffset::east_opt(0),
        [Sign(sign @ ('+' | '-')), Number(h, 2), Sign(':'), Number(m, 2)] => shift(*sign, *h, *m),
        [Sign(sign @ ('+' | '-')), Number(hm, 4)] => shift(*sign, hm / 100, hm % 100),
        _ => return None,
    };
    let time = NaiveTime::from_hms_nano_opt(hour, minute, second, nano)?;
    Some((Some(time), offset))
}

fn shift(sign: char, hours: u32, minutes: u32) -> Option<FixedOffset> {
    let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
    FixedOffset::east_opt(if sign == '-' { -seconds } else { seconds })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str, style: Option<&DateStyle>) -> String {
        match read(text, style) {
            Reading::Is(when) => match (when.time, when.instant(Tz::Europe__Berlin)) {
                (Some(_), Some(at)) => at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true),
                _ => when.day.to_string(),
            },
            Reading::Ambiguous => "ambiguous".into(),
            Reading::Unknown => "unknown".into(),
        }
    }

    #[test]
    fn programs_write_dates_in_many_ways() {
        for (text, expected) in [
            ("2024-01-15", "2024-01-15"),
            ("2024/1/5", "2024-01-05"),
            ("20240115", "2024-01-15"),
            ("2025年07月30日", "2025-07-30"),
            ("2026-09-28 07:51", "2026-09-28T05:51:00Z"),
            ("2024-01-20T14:30:00Z", "2024-01-20T14:30:00Z"),
            ("2006-04-15T03:23:15.000Z", "2006-04-15T03:23:15Z"),
            ("2024-08-13T18:04:34.666+00:00", "2024-08-13T18:04:34.666Z"),
            ("2024-08-13T18:04:34+0200", "2024-08-13T16:04:34Z"),
            ("01/20/2024", "2024-01-20"),
            ("20/01/2024", "2024-01-20"),
            ("03/15/2024 9:12 AM", "2024-03-15T08:12:00Z"),
            ("03/16/2024 12:30 pm", "2024-03-16T11:30:00Z"),
            ("20.03.2024", "2024-03-20"),
            ("1.2.24", "2024-02-01"),
            ("15-Jan-2024", "2024-01-15"),
            ("Mar 20 2024", "2024-03-20"),
            ("March 20, 2024", "2024-03-20"),
            ("20 March 2024", "2024-03-20"),
            ("04/05/2024", "ambiguous"),
            ("05/05/2024", "2024-05-05"),
            ("2024-02-30", "unknown"),
            ("2024-01-15 and more", "unknown"),
            ("tomorrow", "unknown"),
            ("99999999999999", "unknown"),
            ("", "unknown"),
            ("5", "unknown"),
        ] {
            assert_eq!(written(text, None), expected, "{text}");
        }
    }

    #[test]
    fn a_map_may_say_how() {
        for (text, style, expected) in [
            ("04/05/2024", DateStyle::DayFirst, "2024-05-04"),
            ("04/05/2024", DateStyle::MonthFirst, "2024-04-05"),
            ("45631.0", DateStyle::Serial, "2024-12-05"),
            ("45631.5", DateStyle::Serial, "2024-12-05T11:00:00Z"),
            ("-1", DateStyle::Serial, "unknown"),
            ("31|12|99", DateStyle::Pattern("%d|%m|%y".into()), "1999-12-31"),
            ("2024", DateStyle::Pattern("%d|%m|%y".into()), "unknown"),
        ] {
            assert_eq!(written(text, Some(&style)), expected, "{text}");
        }
    }
}
