//! Days as people say them.
//!
//! - `2026-01-31`, `2026/1/31`, `20260131`, `2026年1月31日`, `31.1.2026`, `31 Jan 2026`, `Jan 31, 2026`.
//! - `1/2/2026` is 2 January in the USA and the few regions that write the month first, else
//!   1 February; where one number is over 12 there is nothing to decide.
//! - Without a year it is the year that brings the day nearest to today: `31 Jan`, `1月31日`.
//! - `fri` is the next Friday after today (on a Friday: in seven days), `this fri` that of this week,
//!   `next fri` that of next week, `last fri` the latest before today. Weeks begin on Monday.
//! - `today`, `tomorrow`, `yesterday`, `+3d`, `-2w`, `+1m`, `+1y`, `in 3 days`, `3 days ago`; the ends and
//!   beginnings of weeks, months, quarters, years (`end of month`, `next week`); the end of a week is
//!   its Friday. The same in Chinese: 今天 明天 后天 下周一 3天后 月底.

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

use super::{Invalid, text};

/// Regions that write the month first.
const MONTH_FIRST: [&str; 9] = ["US", "PR", "GU", "VI", "AS", "MP", "PH", "FM", "MH"];

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const MONTHS_LONG: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const WEEKDAYS: [(&str, &str); 7] = [
    ("mon", "monday"),
    ("tue", "tuesday"),
    ("wed", "wednesday"),
    ("thu", "thursday"),
    ("fri", "friday"),
    ("sat", "saturday"),
    ("sun", "sunday"),
];

/// Reads a day.
pub(super) fn read(text: &str, today: NaiveDate, region: &str) -> Result<NaiveDate, Invalid> {
    let text = text::plain(text, true);
    let text = text.trim();
    let found = calendar(text, today, region)
        .or_else(|| words(text, today))
        .or_else(|| relative(text, today))
        .or_else(|| chinese(text, today))
        .or_else(|| without_time(text, today, region));
    match found {
        Some(date) => in_range(date),
        None => Err(Invalid::hint("not a date", "try 2026-01-31, fri, tomorrow or +3d")),
    }
}

/// Days of years with four digits.
pub(super) fn in_range(date: NaiveDate) -> Result<NaiveDate, Invalid> {
    if (1000..=9999).contains(&date.year()) {
        Ok(date)
    } else {
        Err(Invalid::hint("not a date of our time", "write the year with four digits"))
    }
}

/// A date by its numbers and names of months; `text` is plain and in lower case.
fn calendar(text: &str, today: NaiveDate, region: &str) -> Option<NaiveDate> {
    if let Some(date) = iso(text) {
        return Some(date);
    }
    // A weekday before a date says nothing new: `fri 28 Nov`.
    let text = match text.split_once([' ', ',']) {
        Some((word, rest)) if weekday(word.trim_end_matches('.')).is_some() => rest.trim_start(),
        _ => text,
    };
    let parts = Parts::split(text)?;
    match parts.month {
        Some(month) => named_month(&parts, month, today),
        None => numeric(&parts, today, region),
    }
}

/// The form most dates arrive in.
fn iso(text: &str) -> Option<NaiveDate> {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let number = |range: std::ops::Range<usize>| {
        let digits = text.get(range)?;
        digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse::<u32>().ok())?
    };
    NaiveDate::from_ymd_opt(number(0..4)? as i32, number(5..7)?, number(8..10)?)
}

/// The numbers of a date with what stands between them.
struct Parts<'a> {
    numbers: Vec<&'a str>,
    /// The month, where it is named; and how many numbers stand before it.
    month: Option<(u32, usize)>,
    /// The first mark between numbers.
    mark: char,
    /// The marks are `年月日`.
    han: bool,
}

impl<'a> Parts<'a> {
    fn split(text: &'a str) -> Option<Self> {
        let mut parts = Self { numbers: Vec::new(), month: None, mark: ' ', han: false };
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let letters =
                rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
            let taken = if digits > 0 {
                parts.numbers.push(&rest[..digits]);
                digits
            } else if letters > 0 {
                parts.word(&rest[..letters])?;
                letters
            } else {
                match c {
                    '年' | '月' | '日' | '号' => parts.han = true,
                    '-' | '/' | '.' | ',' | ' ' => {
                        if parts.mark == ' ' {
                            parts.mark = c;
                        }
                    }
                    _ => return None,
                }
                c.len_utf8()
            };
            rest = &rest[taken..];
        }
        let count = parts.numbers.len();
        ((1..=3).contains(&count) && parts.numbers.iter().all(|n| n.len() <= 8)).then_some(parts)
    }

    fn word(&mut self, word: &str) -> Option<()> {
        if matches!(word, "st" | "nd" | "rd" | "th" | "of") && !self.numbers.is_empty() {
            return Some(());
        }
        let word = if word == "sept" { "sep" } else { word };
        let month = MONTHS
            .iter()
            .position(|m| *m == word)
            .or_else(|| MONTHS_LONG.iter().position(|m| *m == word))?;
        if self.month.is_some() {
            return None;
        }
        self.month = Some((month as u32 + 1, self.numbers.len()));
        Some(())
    }
}

fn named_month(parts: &Parts, (month, at): (u32, usize), today: NaiveDate) -> Option<NaiveDate> {
    match (parts.numbers.as_slice(), at) {
        // `31 Jan`, `Jan 31`
        ([day], _) if day.len() <= 2 => nearest(month, day.parse().ok()?, today),
        // `31 Jan 2026`, `Jan 31, 2026`
        ([day, year], 0 | 1) if day.len() <= 2 => {
            NaiveDate::from_ymd_opt(full_year(year)?, month, day.parse().ok()?)
        }
        // `2026 Jan 31`, `2026-Jan-31`
        ([year, day], 1) if year.len() == 4 => {
            NaiveDate::from_ymd_opt(full_year(year)?, month, day.parse().ok()?)
        }
        _ => None,
    }
}

fn numeric(parts: &Parts, today: NaiveDate, region: &str) -> Option<NaiveDate> {
    let number = |text: &str| text.parse::<u32>().ok();
    match parts.numbers.as_slice() {
        [one] if one.len() == 8 && parts.mark == ' ' && !parts.han => NaiveDate::from_ymd_opt(
            number(&one[..4])? as i32,
            number(&one[4..6])?,
            number(&one[6..])?,
        ),
        // What a spreadsheet counts days by.
        [days] if days.len() == 5 && !parts.han && matches!(parts.mark, ' ') => {
            let days = u64::from(number(days)?);
            NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_days(Days::new(days))
        }
        [days, "0"] if days.len() == 5 && parts.mark == '.' => {
            let days = u64::from(number(days)?);
            NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_days(Days::new(days))
        }
        [year, month, day] if year.len() == 4 => {
            NaiveDate::from_ymd_opt(number(year)? as i32, number(month)?, number(day)?)
        }
        [month, day] if parts.han => nearest(number(month)?, number(day)?, today),
        [year, month, day] if parts.han => {
            NaiveDate::from_ymd_opt(full_year(year)?, number(month)?, number(day)?)
        }
        [first, second, year] if first.len() <= 2 && second.len() <= 2 && parts.mark != ' ' => {
            let (month, day) = order(number(first)?, number(second)?, parts.mark, region);
            NaiveDate::from_ymd_opt(full_year(year)?, month, day)
        }
        [first, second]
            if first.len() <= 2 && second.len() <= 2 && matches!(parts.mark, '/' | '.') =>
        {
            let (month, day) = order(number(first)?, number(second)?, parts.mark, region);
            nearest(month, day, today)
        }
        _ => None,
    }
}

/// Month and day of two numbers.
fn order(first: u32, second: u32, mark: char, region: &str) -> (u32, u32) {
    let month_first = mark != '.' && MONTH_FIRST.iter().any(|r| r.eq_ignore_ascii_case(region));
    match (first > 12, second > 12) {
        (true, _) => (second, first),
        (_, true) => (first, second),
        _ if month_first => (first, second),
        _ => (second, first),
    }
}

/// Two digits are a year from 1969 to 2068.
fn full_year(text: &str) -> Option<i32> {
    let year: i32 = text.parse().ok()?;
    match (text.len(), year) {
        (4, _) => Some(year),
        (2, 0..=68) => Some(2000 + year),
        (2, _) => Some(1900 + year),
        _ => None,
    }
}

/// The day and month nearest to today.
fn nearest(month: u32, day: u32, today: NaiveDate) -> Option<NaiveDate> {
    (-1..=1)
        .filter_map(|away| NaiveDate::from_ymd_opt(today.year() + away, month, day))
        .min_by_key(|date| date.signed_duration_since(today).num_days().abs())
}

fn weekday(word: &str) -> Option<Weekday> {
    let at = WEEKDAYS.iter().position(|(short, long)| {
        word == *short || word == *long || (word.len() > 3 && long.starts_with(word))
    })?;
    Weekday::try_from(at as u8).ok()
}

fn monday(date: NaiveDate) -> Option<NaiveDate> {
    date.checked_sub_days(Days::new(u64::from(date.weekday().num_days_from_monday())))
}

fn in_week(date: NaiveDate, weeks: i64, day: Weekday) -> Option<NaiveDate> {
    shift(monday(date)?, 'd', weeks * 7 + i64::from(day.num_days_from_monday()))
}

/// The next such day after `today`, never today itself.
fn next(day: Weekday, today: NaiveDate) -> Option<NaiveDate> {
    let away = (day.num_days_from_monday() + 6 - today.weekday().num_days_from_monday()) % 7 + 1;
    today.checked_add_days(Days::new(u64::from(away)))
}

/// English words.
fn words(text: &str, today: NaiveDate) -> Option<NaiveDate> {
    if let Some(day) = weekday(text) {
        return next(day, today);
    }
    if let Some((word, rest)) = text.split_once(' ')
        && let Some(day) = weekday(rest.trim())
    {
        return match word {
            "this" => in_week(today, 0, day),
            "next" => in_week(today, 1, day),
            // The next one lies up to seven days ahead; where it is seven, today is such a day.
            "last" => {
                let ahead = next(day, today)?;
                let weeks = if ahead == shift(today, 'd', 7)? { -2 } else { -1 };
                shift(ahead, 'w', weeks)
            }
            "on" | "coming" => next(day, today),
            _ => None,
        };
    }
    Some(match text {
        "today" | "now" | "tod" => today,
        "tomorrow" | "tmr" | "tom" | "tmrw" => shift(today, 'd', 1)?,
        "yesterday" | "yday" => shift(today, 'd', -1)?,
        "day after tomorrow" | "the day after tomorrow" => shift(today, 'd', 2)?,
        "day before yesterday" | "the day before yesterday" => shift(today, 'd', -2)?,
        _ => {
            let text = text.strip_prefix("the ").unwrap_or(text);
            let (edge, unit) = match text {
                "eow" => (true, "week"),
                "eom" => (true, "month"),
                "eoq" => (true, "quarter"),
                "eoy" => (true, "year"),
                _ => {
                    if let Some(rest) = text.strip_prefix("end of ") {
                        (true, rest)
                    } else if let Some(rest) = text
                        .strip_prefix("start of ")
                        .or_else(|| text.strip_prefix("beginning of "))
                    {
                        (false, rest)
                    } else if let Some(unit) = text.strip_suffix(" end") {
                        (true, unit)
                    } else if text.starts_with("next ") || text.starts_with("last ") {
                        (false, text)
                    } else {
                        return None;
                    }
                }
            };
            let unit = unit.trim_start_matches("the ").trim_start_matches("this ");
            let (away, unit) = match unit.split_once(' ') {
                Some(("next", unit)) => (1, unit),
                Some(("last", unit)) => (-1, unit),
                Some(_) => return None,
                None => (0, unit),
            };
            period(unit, away, edge, today)?
        }
    })
}

/// The first day of the week, month, quarter or year that lies `away` from this one, or its last.
fn period(unit: &str, away: i64, end: bool, today: NaiveDate) -> Option<NaiveDate> {
    let first_of = |month: u32| NaiveDate::from_ymd_opt(today.year(), month, 1);
    let (first, months) = match unit {
        "week" => {
            let day = if end { Weekday::Fri } else { Weekday::Mon };
            return in_week(today, away, day);
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

/// `+3d`, `-2w`, `3d`, `in 3 days`, `3 days ago`, `3 weeks`.
fn relative(text: &str, today: NaiveDate) -> Option<NaiveDate> {
    let (count, unit) = distance(text)?;
    let unit = match unit {
        "d" | "day" | "days" => 'd',
        "w" | "wk" | "week" | "weeks" => 'w',
        "m" | "mo" | "month" | "months" => 'm',
        "y" | "yr" | "year" | "years" => 'y',
        _ => return None,
    };
    shift(today, unit, count)
}

/// A signed number and its unit, from any of the English forms.
pub(super) fn distance(text: &str) -> Option<(i64, &str)> {
    let (sign, text) = if let Some(rest) = text.strip_prefix('-') {
        (-1, rest)
    } else if let Some(rest) = text.strip_suffix(" ago") {
        (-1, rest)
    } else {
        (1, text.strip_prefix('+').or_else(|| text.strip_prefix("in ")).unwrap_or(text))
    };
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let count: i64 = match &text[..digits] {
        "" => {
            let rest = text.strip_prefix("a ").or_else(|| text.strip_prefix("an "))?;
            return Some((sign, rest.trim()));
        }
        digits if digits.len() <= 7 => digits.parse().ok()?,
        _ => return None,
    };
    Some((sign * count, text[digits..].trim()))
}

/// Chinese words.
fn chinese(text: &str, today: NaiveDate) -> Option<NaiveDate> {
    let text: String = text.chars().filter(|c| *c != ' ').collect();
    let days = match text.as_str() {
        "今天" | "今日" => Some(0),
        "明天" | "明日" => Some(1),
        "后天" => Some(2),
        "大后天" => Some(3),
        "昨天" | "昨日" => Some(-1),
        "前天" => Some(-2),
        "大前天" => Some(-3),
        _ => None,
    };
    if let Some(days) = days {
        return shift(today, 'd', days);
    }
    let edge = match text.as_str() {
        "月底" | "月末" | "本月底" | "本月末" | "这个月底" => {
            Some(("month", 0, true))
        }
        "下月底" | "下月末" | "下个月底" | "下个月末" => Some(("month", 1, true)),
        "下月" | "下个月" | "下月初" | "下个月初" => Some(("month", 1, false)),
        "季度末" | "本季度末" | "季末" => Some(("quarter", 0, true)),
        "下季度" | "下季度初" => Some(("quarter", 1, false)),
        "年底" | "年末" | "今年底" => Some(("year", 0, true)),
        "明年" | "明年初" => Some(("year", 1, false)),
        "明年底" | "明年末" => Some(("year", 1, true)),
        "周末前" | "本周末" | "周末" => Some(("week", 0, true)),
        "下周" | "下星期" => Some(("week", 1, false)),
        _ => None,
    };
    if let Some((unit, away, end)) = edge {
        return period(unit, away, end, today);
    }
    chinese_weekday(&text, today).or_else(|| chinese_distance(&text, today))
}

fn chinese_weekday(text: &str, today: NaiveDate) -> Option<NaiveDate> {
    let weeks = |text: &str| {
        ["下下", "下", "上", "本", "这"].into_iter().find(|word| text.starts_with(word)).map(
            |word| {
                (
                    word.len(),
                    match word {
                        "下下" => 2,
                        "下" => 1,
                        "上" => -1,
                        _ => 0,
                    },
                )
            },
        )
    };
    let (taken, week) = weeks(text).map_or((0, None), |(taken, week)| (taken, Some(week)));
    let rest = text[taken..].trim_start_matches('个');
    let name = ["周", "星期", "礼拜"].into_iter().find_map(|word| rest.strip_prefix(word))?;
    let day = match name {
        "一" | "1" => Weekday::Mon,
        "二" | "2" => Weekday::Tue,
        "三" | "3" => Weekday::Wed,
        "四" | "4" => Weekday::Thu,
        "五" | "5" => Weekday::Fri,
        "六" | "6" => Weekday::Sat,
        "日" | "天" | "7" => Weekday::Sun,
        _ => return None,
    };
    match week {
        Some(week) => in_week(today, week, day),
        None => next(day, today),
    }
}

/// `3天后`, `两周前`, `1个月后`.
fn chinese_distance(text: &str, today: NaiveDate) -> Option<NaiveDate> {
    let (count, unit, sign) = chinese_parts(text)?;
    let unit = match unit {
        "天" | "日" => 'd',
        "周" | "星期" | "礼拜" => 'w',
        "月" => 'm',
        "年" => 'y',
        _ => return None,
    };
    shift(today, unit, sign * count)
}

/// Number, unit and direction of `3天后`.
pub(super) fn chinese_parts(text: &str) -> Option<(i64, &str, i64)> {
    let endings = [("以后", 1), ("之后", 1), ("后", 1), ("以前", -1), ("之前", -1), ("前", -1)];
    let (body, sign) =
        endings.into_iter().find_map(|(word, sign)| Some((text.strip_suffix(word)?, sign)))?;
    let digits = body.find(|c: char| !c.is_ascii_digit())?;
    let (count, rest) = if digits > 0 && digits <= 7 {
        (body[..digits].parse().ok()?, &body[digits..])
    } else {
        let first = body.chars().next()?;
        let at = "一二三四五六七八九十".chars().position(|c| c == first).map(|at| at as i64 + 1);
        let count = if first == '两' {
            2
        } else if first == '半' {
            return None;
        } else {
            at?
        };
        (count, &body[first.len_utf8()..])
    };
    Some((count, rest.strip_prefix('个').unwrap_or(rest), sign))
}

/// The day of an instant as other programs write it: `2026-01-31T00:00:00.000Z` is that day.
fn without_time(text: &str, today: NaiveDate, region: &str) -> Option<NaiveDate> {
    let (date, time) = text.split_once(['t', ' '])?;
    let looks_like_time = time.trim().len() >= 4
        && time.contains(':')
        && time.chars().all(|c| c.is_ascii_digit() || ":.+-z apm".contains(c));
    looks_like_time.then(|| calendar(date, today, region)).flatten()
}
