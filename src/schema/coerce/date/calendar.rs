//! Dates by numbers and names of months.

use chrono::{Datelike, Days, NaiveDate};

use super::words::weekday;

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
/// A date by its numbers and names of months; `text` is plain and in lower case.
pub(super) fn calendar(text: &str, today: NaiveDate, region: &str) -> Option<NaiveDate> {
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
