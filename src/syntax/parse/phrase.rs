//! Values of several words: `my team`, `next week`, `last 30 days`, `10k EUR`.

use crate::model::Currency;
use crate::syntax::ast::{Literal, Period, Unit};
use crate::syntax::literal::{literal, span};
use crate::syntax::words::{self, keyword};

/// The value that several bare words name together: `my team`, `next week`, `last 30 days`, `90 days`.
#[must_use]
pub fn phrase(words: &[&str]) -> Option<Literal> {
    let count = |text: &str| text.parse::<u32>().ok().filter(|n| (1..=1_000_000).contains(n));
    let is = |text: &str, word: &str| text.eq_ignore_ascii_case(word);
    match *words {
        [my, team] if is(my, "my") && (is(team, "team") || is(team, "teams")) => {
            Some(Literal::MyTeam)
        }
        [date, time] => {
            let value = literal(date);
            if let Some(Literal::Number(amount)) = value
                && let Some(currency) = currency(time)
            {
                return Some(Literal::Amount(amount, currency));
            }
            let Some(Literal::Date(_)) = value else {
                return turned(date, time)
                    .map(Literal::Period)
                    .or_else(|| Some(Literal::Duration(count(date)?.into(), words::unit(time)?)));
            };
            if !time.contains(':') {
                return None;
            }
            literal(&format!("{date}T{time}"))
        }
        [which, n, unit] => {
            let (n, unit) = (count(n)?, words::unit(unit)?);
            Some(Literal::Period(counted(which, n, unit)?))
        }
        _ => None,
    }
}

fn counted(which: &str, n: u32, unit: Unit) -> Option<Period> {
    match which.to_ascii_lowercase().as_str() {
        "last" | "past" => Some(Period::Last(n, unit)),
        "next" => Some(Period::Next(n, unit)),
        _ => None,
    }
}

/// `last week`, `last 30d`.
fn turned(which: &str, what: &str) -> Option<Period> {
    let offset = match which.to_ascii_lowercase().as_str() {
        "last" | "past" => -1,
        "this" => 0,
        "next" => 1,
        _ => return None,
    };
    if let Some(unit) = words::unit(what) {
        return unit.is_calendar().then_some(Period::Calendar(unit, offset));
    }
    let (n, unit) = span(what)?;
    counted(which, u32::try_from(n).ok().filter(|n| *n > 0)?, unit)
}

/// A currency code after a number: capitals, or one that everybody knows.
fn currency(word: &str) -> Option<Currency> {
    const KNOWN: [&str; 12] =
        ["eur", "usd", "gbp", "cny", "jpy", "chf", "sek", "nok", "dkk", "pln", "inr", "krw"];
    if word.len() != 3 || keyword(word).is_some() {
        return None;
    }
    let capitals = word.bytes().all(|b| b.is_ascii_uppercase());
    (capitals || KNOWN.contains(&word)).then(|| word.parse().ok())?
}
