//! Durations: `1h30`, `90m`, `1:30`, `1 h 30 min`, `1.5h`, `2 d`, `1小时30分钟`.
//!
//! A number alone is minutes, as calls are measured; a day has 24 hours, a week seven days.

use super::{Invalid, text};
use crate::model::phrase;

/// A hundred years, in seconds.
const LONGEST: i64 = 100 * 366 * 86_400;

/// Reads a duration, in seconds.
pub(super) fn read(text: &str) -> Result<i64, Invalid> {
    let text = text::plain(text, true);
    let text = text.trim();
    if text.starts_with('-') {
        return Err(Invalid::hint(
            phrase!("a duration cannot be negative"),
            phrase!("try 1h30 or 90m"),
        ));
    }
    let seconds = clock(text).or_else(|| units(text)).ok_or_else(|| {
        Invalid::hint(phrase!("not a duration"), phrase!("try 1h30, 90m, 1:30 or 2d"))
    })?;
    checked(seconds)
}

/// Neither negative nor longer than a hundred years.
pub(super) fn checked(seconds: i64) -> Result<i64, Invalid> {
    match seconds {
        0..=LONGEST => Ok(seconds),
        ..0 => Err(Invalid::new(phrase!("a duration cannot be negative"))),
        _ => Err(Invalid::new(phrase!("is longer than a hundred years"))),
    }
}

/// `1:30` is an hour and a half, `0:01:30` a minute and a half.
fn clock(text: &str) -> Option<i64> {
    let mut seconds = 0;
    let mut count = 0;
    for (part, size) in text.split(':').zip([3_600, 60, 1]) {
        if part.is_empty() || part.len() > 5 || !part.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let number: i64 = part.parse().ok()?;
        if count > 0 && (number > 59 || part.len() != 2) {
            return None;
        }
        seconds += number * size;
        count += 1;
    }
    (count >= 2 && text.split(':').count() == count).then_some(seconds)
}

fn unit(word: &str) -> Option<i64> {
    Some(match word {
        "w" | "wk" | "week" | "weeks" | "周" | "星期" => 7 * 86_400,
        "d" | "day" | "days" | "天" | "日" => 86_400,
        "h" | "hr" | "hrs" | "hour" | "hours" | "小时" | "时" | "个小时" => 3_600,
        "m" | "min" | "mins" | "minute" | "minutes" | "分钟" | "分" => 60,
        "s" | "sec" | "secs" | "second" | "seconds" | "秒" | "秒钟" => 1,
        _ => return None,
    })
}

/// Numbers with units, the larger ones first.
fn units(text: &str) -> Option<i64> {
    let mut rest = text;
    let mut total: i64 = 0;
    let mut last = i64::MAX;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.' && c != ',');
        let (number, tail) = rest.split_at(end.unwrap_or(rest.len()));
        let tail = tail.trim_start();
        let end = tail.find(|c: char| c.is_ascii_digit() || c == ' ').unwrap_or(tail.len());
        let (word, tail) = tail.split_at(end);
        let size = match word {
            // `1h30`: the next smaller unit; a number alone is minutes.
            "" if last == i64::MAX => 60,
            "" => [86_400, 3_600, 60, 1].into_iter().find(|size| *size < last)?,
            _ => unit(word)?,
        };
        if size >= last {
            return None;
        }
        total = total.checked_add(times(number, size)?)?;
        last = size;
        rest = tail.trim_start();
        rest = rest.strip_prefix("and ").unwrap_or(rest);
    }
    (last != i64::MAX).then_some(total)
}

/// `1.5` times a unit, in whole seconds.
fn times(number: &str, size: i64) -> Option<i64> {
    let (whole, fraction) = number.split_once(['.', ',']).unwrap_or((number, ""));
    if whole.is_empty() || whole.len() > 10 || fraction.len() > 6 {
        return None;
    }
    let whole: i64 = whole.parse().ok()?;
    let seconds = whole.checked_mul(size)?;
    if fraction.is_empty() {
        return Some(seconds);
    }
    let part: i64 = fraction.parse().ok()?;
    Some(seconds + part * size / 10_i64.pow(fraction.len() as u32))
}
