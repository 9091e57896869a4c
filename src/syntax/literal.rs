//! Bare words that are values: `10k`, `50%`, `2026-01-31`, `3d`, `€500`.

use chrono::{NaiveDate, NaiveDateTime};
use rust_decimal::Decimal;

use super::ast::{Literal, Period, Unit};
use super::words;
use crate::model::Currency;

/// The value that a bare word is; nothing where it is a name.
#[must_use]
pub fn literal(word: &str) -> Option<Literal> {
    let first = word.chars().next()?;
    if first.is_ascii_digit() || first == '.' {
        return date(word).or_else(|| number(word));
    }
    if let Some(code) = sign(first) {
        let rest = &word[first.len_utf8()..];
        let Literal::Number(amount) = number(rest)? else { return None };
        return Some(Literal::Amount(amount, code));
    }
    if let Some(period) = words::period(word) {
        return Some(Literal::Period(period));
    }
    Some(match word {
        _ if word.eq_ignore_ascii_case("me") => Literal::Me,
        _ if word.eq_ignore_ascii_case("now") => Literal::Now,
        _ if word.eq_ignore_ascii_case("empty") => Literal::Empty,
        "我" => Literal::Me,
        "我的团队" => Literal::MyTeam,
        "现在" => Literal::Now,
        "空" => Literal::Empty,
        _ => return None,
    })
}

fn sign(c: char) -> Option<Currency> {
    let code = match c {
        '€' => "EUR",
        '$' => "USD",
        '£' => "GBP",
        '¥' | '￥' => "CNY",
        '₹' => "INR",
        '₩' => "KRW",
        _ => return None,
    };
    code.parse().ok()
}

/// Splits `1.5m` into the number and what follows it.
fn split(word: &str) -> Option<(Decimal, &str)> {
    let end =
        word.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == '_')).unwrap_or(word.len());
    let (digits, suffix) = word.split_at(end);
    // A leading zero is a code (`01067`), not a number.
    let code = digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0.");
    if code || digits.len() > 20 || !digits.ends_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let plain;
    let digits = if digits.contains('_') {
        plain = digits.replace('_', "");
        plain.as_str()
    } else {
        digits
    };
    Some((Decimal::from_str_exact(digits).ok()?, suffix))
}

fn number(word: &str) -> Option<Literal> {
    let (value, suffix) = split(word)?;
    if suffix.is_empty() {
        return Some(Literal::Number(value.normalize()));
    }
    if matches!(suffix, "%" | "％") {
        return Some(Literal::Percent(value.normalize()));
    }
    if let Some(node) = duration(word) {
        return Some(node);
    }
    let mut chars = suffix.chars();
    let currency = chars.clone().next_back().and_then(sign);
    if currency.is_some() {
        chars.next_back();
    }
    let thousand = Decimal::from(1_000);
    let factor = match chars.as_str() {
        "" => Decimal::ONE,
        "k" | "K" | "千" => thousand,
        "m" | "M" | "mio" => thousand * thousand,
        "bn" | "b" | "B" => thousand * thousand * thousand,
        "万" => Decimal::from(10_000),
        "亿" => Decimal::from(100_000_000),
        _ => return None,
    };
    let value = value.checked_mul(factor)?.normalize();
    Some(match currency {
        Some(currency) => Literal::Amount(value, currency),
        None => Literal::Number(value),
    })
}

/// `3d`, `90min`, `1h30m`. A lone `m` is a million, so minutes are `min` and months `mo`.
fn duration(word: &str) -> Option<Literal> {
    let end = word.find(|c: char| !c.is_ascii_digit())?;
    let (digits, suffix) = word.split_at(end);
    let count: i64 = digits.parse().ok().filter(|count| *count <= 1_000_000)?;
    if let Some(minutes) = suffix.strip_prefix('h').filter(|rest| !rest.is_empty()) {
        let minutes = minutes.strip_suffix("min").or(minutes.strip_suffix('m')).unwrap_or(minutes);
        let minutes: i64 = minutes.parse().ok().filter(|minutes| *minutes < 60)?;
        return Some(Literal::Duration(count * 60 + minutes, Unit::Minute));
    }
    match words::unit(suffix)? {
        Unit::Month if suffix.eq_ignore_ascii_case("m") => None,
        unit => Some(Literal::Duration(count, unit)),
    }
}

/// Number and unit in one word, where the context says that a time is meant: `m` is months.
pub fn span(word: &str) -> Option<(i64, Unit)> {
    if let Some(Literal::Duration(count, unit)) = duration(word) {
        return Some((count, unit));
    }
    let end = word.find(|c: char| !c.is_ascii_digit())?;
    let (digits, suffix) = word.split_at(end);
    let count: i64 = digits.parse().ok().filter(|count| *count <= 1_000_000)?;
    Some((count, words::unit(suffix)?))
}

/// `2026-01-31`, `2026-01-31T10:00`, `2026-01`, `2026-Q1`.
fn date(word: &str) -> Option<Literal> {
    if !word.is_ascii() || word.len() < 7 || word.as_bytes()[4] != b'-' {
        return None;
    }
    let year: i32 = word[..4].parse().ok().filter(|_| word.as_bytes()[0].is_ascii_digit())?;
    match word.len() {
        7 if word[5..].starts_with(['Q', 'q']) => {
            let quarter = word[6..].parse().ok().filter(|quarter| (1..=4).contains(quarter))?;
            Some(Literal::Period(Period::Quarter(year, quarter)))
        }
        7 => {
            let month = word[5..].parse().ok().filter(|month| (1..=12).contains(month))?;
            Some(Literal::Period(Period::Month(year, month)))
        }
        10 => NaiveDate::parse_from_str(word, "%Y-%m-%d").ok().map(Literal::Date),
        _ => instant(word),
    }
}

fn instant(word: &str) -> Option<Literal> {
    ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%.3f"]
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(word, format).ok())
        .map(Literal::Instant)
}

/// Text in quotes that is a day or an instant, blank instead of `T` included.
#[must_use]
pub(crate) fn quoted_date(text: &str) -> Option<Literal> {
    let text = text.trim();
    date(text).or_else(|| date(&text.replacen(' ', "T", 1)))
}
