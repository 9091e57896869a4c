//! Days in English words.

use chrono::{NaiveDate, Weekday};

use super::{in_week, next, period, shift};

const WEEKDAYS: [(&str, &str); 7] = [
    ("mon", "monday"),
    ("tue", "tuesday"),
    ("wed", "wednesday"),
    ("thu", "thursday"),
    ("fri", "friday"),
    ("sat", "saturday"),
    ("sun", "sunday"),
];

/// A day of the week by its name or the beginning of it.
pub(super) fn weekday(word: &str) -> Option<Weekday> {
    let at = WEEKDAYS.iter().position(|(short, long)| {
        word == *short || word == *long || (word.len() > 3 && long.starts_with(word))
    })?;
    Weekday::try_from(at as u8).ok()
}

/// English words.
pub(super) fn words(text: &str, today: NaiveDate, week: Weekday) -> Option<NaiveDate> {
    if let Some(day) = weekday(text) {
        return next(day, today);
    }
    if let Some((word, rest)) = text.split_once(' ')
        && let Some(day) = weekday(rest.trim())
    {
        return match word {
            "this" => in_week((today, week), 0, day),
            "next" => in_week((today, week), 1, day),
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
            period(unit, away, edge, (today, week))?
        }
    })
}

/// `+3d`, `-2w`, `3d`, `in 3 days`, `3 days ago`, `3 weeks`.
pub(super) fn relative(text: &str, today: NaiveDate) -> Option<NaiveDate> {
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
pub(in crate::schema::coerce) fn distance(text: &str) -> Option<(i64, &str)> {
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
