//! The day and time inside a line: the longest stretch of words that our own reading of days takes.
//!
//! What could as well be something else is left alone: bare numbers, `3d` (which may be a printer), a
//! capitalised `Sun` before another name. Start at [`find`].

use std::ops::Range;

use chrono::{DateTime, NaiveTime, Utc};

use super::line::When;
use super::mark::Marked;
use crate::schema::Coercion;

/// Pieces that a day and time have at most: `the day after tomorrow at 10:00`, `12月31日下午3点半`.
const LONGEST: usize = 12;
/// Times of day in words, the hour they stand for.
const HOURS: &[(&str, u32)] = &[("morning", 9), ("afternoon", 14), ("noon", 12), ("evening", 18)];
const CHINESE_HOURS: &[(&str, u32)] =
    &[("上午", 9), ("早上", 9), ("中午", 12), ("下午", 14), ("傍晚", 18), ("晚上", 19)];
const WEEKDAYS: &[&str] = &["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Finds when something is to happen in the free pieces of a range, or happened (`past`: a bare
/// weekday is the one before today).
pub(super) fn find(
    text: &str,
    marked: &Marked,
    within: Range<usize>,
    past: bool,
    reading: &Coercion<'_>,
) -> Option<When> {
    let pieces = marked.pieces(text, within);
    let mut found: Vec<When> = Vec::new();
    let mut at = 0;
    while at < pieces.len() {
        match longest(text, marked, &pieces, at, past, reading) {
            Some((when, taken)) => {
                found.push(when);
                at += taken;
            }
            None => at += 1,
        }
    }
    join(text, found, past, reading)
}

/// One phrase out of several: a day and a time apart belong together; else the first with a time,
/// else the first.
fn join(text: &str, found: Vec<When>, past: bool, reading: &Coercion<'_>) -> Option<When> {
    let time = found.iter().position(|when| when.timed);
    let day = found.iter().position(|when| !when.timed);
    if let (Some(time), Some(day)) = (time, day) {
        let words = |n: usize| &text[found[n].at[0].clone()];
        let clock = words(time).trim_start_matches("at ");
        if let Some(instant) = understand(&format!("{} {clock}", words(day)), past, reading) {
            let at = vec![found[day].at[0].clone(), found[time].at[0].clone()];
            return Some(When { instant, timed: true, at });
        }
    }
    let best = found.iter().position(|when| when.timed).unwrap_or(0);
    found.into_iter().nth(best)
}

/// The longest phrase that begins with a piece, and how many pieces it takes.
fn longest(
    text: &str,
    marked: &Marked,
    pieces: &[Range<usize>],
    first: usize,
    past: bool,
    reading: &Coercion<'_>,
) -> Option<(When, usize)> {
    let most = LONGEST.min(pieces.len() - first);
    (1..=most).rev().find_map(|count| {
        let range = pieces[first].start..pieces[first + count - 1].end;
        let stretch = text.get(range.clone()).filter(|_| marked.is_free(range.clone()))?;
        let words = stretch.trim_end_matches([',', '.', '!', '?']);
        let sane = !may_be_other(words, &text[range.end..]);
        let instant = sane.then(|| understand(words, past, reading)).flatten()?;
        let timed = instant.with_timezone(&reading.zone).time() != NaiveTime::MIN;
        let whole = stretch.trim_end_matches([',', '!', '?']).len();
        let at = range.start..range.start + whole;
        Some((When { instant, timed, at: std::iter::once(at).collect() }, count))
    })
}

/// Whether words that read as a day are likelier something else.
fn may_be_other(words: &str, after: &str) -> bool {
    let folded = words.to_lowercase();
    let digits = folded.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b',');
    if digits {
        // `27.11` is a day, `3.5` an amount of something, `12` anything.
        let parts: Vec<&str> = folded.split('.').collect();
        let day = matches!(parts.as_slice(), [day, month] if day.len() == 2 && month.len() == 2)
            || parts.len() == 3;
        return !day;
    }
    // `3d`, `5 years`: how long something is, unless a word says from when.
    let counted = folded.starts_with(|c: char| c.is_ascii_digit())
        && !folded.contains([':', '年', '月', '日', '号', '天', '周', '点', '后', '前', '-', '/'])
        && !folded.ends_with(" ago")
        && folded.split_whitespace().count() <= 2
        && !folded.ends_with("am")
        && !folded.ends_with("pm")
        && !folded.ends_with('h')
        && !folded.ends_with("uhr")
        && folded.chars().filter(char::is_ascii_digit).count() <= 4
        && !MONTHS.iter().any(|month| folded.contains(month));
    // `tom` is Tom, `tod` is nothing people type.
    if counted || matches!(folded.as_str(), "tom" | "tod" | "now") {
        return true;
    }
    // `Sun Microsystems`: a capital, and a name behind it.
    words.starts_with(char::is_uppercase)
        && WEEKDAYS.contains(&folded.as_str())
        && after.trim_start().starts_with(char::is_uppercase)
        && after.starts_with(' ')
}

const MONTHS: &[&str] =
    &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

fn understand(words: &str, past: bool, reading: &Coercion<'_>) -> Option<DateTime<Utc>> {
    let words = spelled_out(&words.to_lowercase());
    let weekday = WEEKDAYS.iter().any(|day| words.starts_with(day))
        && !words.contains(|c: char| c.is_ascii_digit() && !words.contains(':'));
    if past
        && weekday
        && let Ok(instant) = reading.instant(&format!("last {words}"))
    {
        return Some(instant);
    }
    let instant = reading.instant(&words).ok()?;
    if past && instant > reading.now && words.starts_with(['周', '星', '礼']) {
        return reading.instant(&format!("上{words}")).ok();
    }
    Some(instant)
}

/// Words as the reading of days knows them: `fri at 10` is `fri 10:00`, `tomorrow afternoon` has an hour.
fn spelled_out(words: &str) -> String {
    let mut words = words.replace("今晚", "今天晚上").replace("明晚", "明天晚上");
    words = words.replace("今早", "今天早上").replace("明早", "明天早上");
    if words == "tonight" {
        return "19:00".to_owned();
    }
    if let Some(rest) =
        words.strip_prefix("this ").filter(|rest| HOURS.iter().any(|(word, _)| rest == word))
    {
        words = rest.to_owned();
    }
    for (word, hour) in HOURS.iter().chain(CHINESE_HOURS) {
        if let Some(day) = words.strip_suffix(word) {
            return format!("{} {hour}:00", day.trim_end());
        }
    }
    let (before, last) = match words.rsplit_once(' ') {
        Some((before, last)) => (before, last),
        None => ("", words.as_str()),
    };
    let bare = last.trim_end_matches("uhr").trim_end_matches('h');
    let hour = bare.parse::<u32>().ok().filter(|hour| *hour < 24 && bare.len() <= 2);
    match hour {
        Some(hour) if before == "at" || before.ends_with(" at") || bare.len() < last.len() => {
            format!("{} {hour}:00", before.trim_end_matches("at").trim_end()).trim().to_owned()
        }
        _ => words,
    }
}
