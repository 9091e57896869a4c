//! Exact calculation, the same in memory and behind the gate's SQL functions.

use chrono::{DateTime, Datelike, Duration, NaiveDate, Utc};
use chrono_tz::Tz;
use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};

use super::period::{shift_day, start_of};
use super::tree::{Kind, Operation};
use crate::model::{Currency, Money, SCALE, Value};
use crate::schema::FieldResult;
use crate::syntax::Unit;

/// Rounds half away from zero.
pub(crate) fn round(value: Decimal, places: u32) -> Decimal {
    value.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero)
}

/// `a operation b` on numbers; none on division by zero and overflow.
pub(crate) fn numbers(operation: Operation, a: Decimal, b: Decimal) -> Option<Decimal> {
    match operation {
        Operation::Add => a.checked_add(b),
        Operation::Sub => a.checked_sub(b),
        Operation::Mul => a.checked_mul(b),
        Operation::Div => a.checked_div(b),
        _ => None,
    }
    .map(|value| value.normalize())
}

/// Days from `b` to `a`.
pub(crate) fn days_between(a: NaiveDate, b: NaiveDate) -> i64 {
    a.signed_duration_since(b).num_days()
}

/// A day so many days later; fractions are cut off.
pub(crate) fn days_later(day: NaiveDate, days: Decimal) -> Option<NaiveDate> {
    shift_day(day, days.trunc().to_i64().filter(|n| n.abs() < 4_000_000)?, Unit::Day)
}

/// An instant so many seconds later.
pub(crate) fn seconds_later(at: DateTime<Utc>, seconds: Decimal) -> Option<DateTime<Utc>> {
    let millis = round(seconds.checked_mul(Decimal::ONE_THOUSAND)?, 0).to_i64()?;
    at.checked_add_signed(Duration::try_milliseconds(millis)?)
        .filter(|at| (0..=9999).contains(&at.year()))
}

/// The number in a value: counts, decimals and amounts.
pub(crate) fn number(value: &Value) -> Option<Decimal> {
    match value {
        Value::Int(n) | Value::Duration(n) => Some(Decimal::from(*n)),
        Value::Decimal(n) => Some(*n),
        Value::Money(money) => Some(money.amount),
        _ => None,
    }
}

fn currency(value: &Value) -> Option<Currency> {
    match value {
        Value::Money(money) => Some(money.currency),
        _ => None,
    }
}

/// Two values calculated with each other; [`Value::Null`] where one is empty, where amounts are in
/// different currencies, and on division by zero.
pub(crate) fn calculate(operation: Operation, a: &Value, b: &Value) -> Value {
    let result = match operation {
        Operation::Days => match (a, b) {
            (Value::Date(a), Value::Date(b)) => {
                Some(Value::Decimal(Decimal::from(days_between(*a, *b))))
            }
            _ => None,
        },
        Operation::Seconds => match (a, b) {
            (Value::DateTime(a), Value::DateTime(b)) => {
                let millis = a.signed_duration_since(*b).num_milliseconds();
                Some(Value::Decimal(Decimal::new(millis, 3).normalize()))
            }
            _ => None,
        },
        Operation::DaysLater => match (a, number(b)) {
            (Value::Date(day), Some(days)) => days_later(*day, days).map(Value::Date),
            _ => None,
        },
        Operation::SecondsLater => match (a, number(b)) {
            (Value::DateTime(at), Some(seconds)) => {
                seconds_later(*at, seconds).map(Value::DateTime)
            }
            _ => None,
        },
        _ => amounts(operation, a, b),
    };
    result.unwrap_or_default()
}

fn amounts(operation: Operation, a: &Value, b: &Value) -> Option<Value> {
    let result = numbers(operation, number(a)?, number(b)?)?;
    let currency = match (currency(a), currency(b)) {
        (Some(a), Some(b)) if a != b => return None,
        (Some(_), Some(_)) if operation == Operation::Div => None,
        (a, b) => a.or(b),
    };
    Some(match currency {
        Some(currency) => Value::Money(Money { amount: result, currency }),
        None => Value::Decimal(result),
    })
}

/// The value as a formula or roll-up that yields `result` gives it: rounded to what is kept.
pub(crate) fn as_result(value: &Value, result: FieldResult, company: Currency, zone: Tz) -> Value {
    let exact = |value: &Value| number(value).map(|n| round(n, SCALE).normalize());
    let converted = match (result, value) {
        (_, Value::Null) => None,
        (FieldResult::Integer, value) => {
            number(value).and_then(|n| round(n, 0).to_i64()).map(Value::Int)
        }
        (FieldResult::Decimal | FieldResult::Percent, value) => exact(value).map(Value::Decimal),
        (FieldResult::Money, Value::Money(money)) => {
            Some(Value::Money(Money::rounded(money.amount, money.currency)))
        }
        (FieldResult::Money, value) => {
            number(value).map(|n| Value::Money(Money::rounded(n, company)))
        }
        (FieldResult::Duration, value) => {
            number(value).and_then(|n| round(n, 0).to_i64()).map(Value::Duration)
        }
        (FieldResult::Date, Value::DateTime(at)) => {
            Some(Value::Date(at.with_timezone(&zone).date_naive()))
        }
        (FieldResult::DateTime, Value::Date(day)) => Some(Value::DateTime(start_of(*day, zone))),
        (FieldResult::Text, value) => written(value).map(Value::Text),
        (_, value) => Some(value.clone()),
    };
    converted.unwrap_or_default()
}

/// A number as texts are joined with it: as many decimal places as it has.
pub(crate) fn written_number(n: Decimal) -> String {
    n.normalize().to_string()
}

/// An amount as texts are joined with it: at least the places of its currency.
pub(crate) fn written_amount(amount: Decimal, currency: Option<Currency>) -> String {
    let mut amount = amount.normalize();
    match currency {
        Some(currency) => {
            if amount.scale() < currency.places() {
                amount.rescale(currency.places());
            }
            format!("{amount} {currency}")
        }
        None => amount.to_string(),
    }
}

/// A value as texts are joined with it; none for what cannot be joined.
pub(crate) fn written(value: &Value) -> Option<String> {
    Some(match value {
        Value::Text(text) => text.clone(),
        Value::Int(n) => n.to_string(),
        Value::Decimal(n) => written_number(*n),
        Value::Money(money) => written_amount(money.amount, Some(money.currency)),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Value::Date(day) => day.format("%Y-%m-%d").to_string(),
        Value::DateTime(at) => at.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
        Value::Duration(seconds) => format!("{}min", seconds.div_euclid(60)),
        Value::Link(link) if !link.title.is_empty() => link.title.clone(),
        _ => return None,
    })
}

/// Two values of one kind in order; none where one is empty or amounts are in different currencies.
pub(crate) fn order(kind: Kind, a: &Value, b: &Value) -> Option<std::cmp::Ordering> {
    match kind {
        Kind::Number | Kind::Money | Kind::Duration => {
            if let (Some(a), Some(b)) = (currency(a), currency(b))
                && a != b
            {
                return None;
            }
            Some(number(a)?.cmp(&number(b)?))
        }
        Kind::Text => match (a, b) {
            (Value::Text(a), Value::Text(b)) => {
                Some(crate::model::text::fold(a).cmp(&crate::model::text::fold(b)))
            }
            _ => None,
        },
        Kind::Bool => match (a, b) {
            (Value::Bool(a), Value::Bool(b)) => Some(a.cmp(b)),
            _ => None,
        },
        Kind::Date => match (a, b) {
            (Value::Date(a), Value::Date(b)) => Some(a.cmp(b)),
            _ => None,
        },
        Kind::DateTime => match (a, b) {
            (Value::DateTime(a), Value::DateTime(b)) => Some(a.cmp(b)),
            _ => None,
        },
        Kind::Link => match (a, b) {
            (Value::Link(a), Value::Link(b)) => Some((&a.entity, a.id).cmp(&(&b.entity, b.id))),
            _ => None,
        },
        Kind::Nothing => None,
    }
}
