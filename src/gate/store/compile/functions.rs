//! SQL functions for what SQLite cannot do exactly. Numbers come and go as integers times `10^SCALE`
//! where that is exact, otherwise as text with all their digits.

use std::str::FromStr;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use rusqlite::functions::{Aggregate, Context, FunctionFlags};
use rusqlite::types::{Value as Sql, ValueRef};
use rusqlite::{Connection, Result};
use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive, ToPrimitive};

use crate::gate::store::codec::{scaled, unscaled};
use crate::gate::store::search::holds_words;
use crate::model::{Currency, SCALE, text};
use crate::query::compute::{
    days_between, days_later, numbers, round, seconds_later, written_amount,
};
use crate::query::period::{shift_day, shift_instant, start_of};
use crate::query::tree::Operation;
use crate::syntax::Unit;

/// Teaches a connection the functions.
///
/// # Errors
/// Where SQLite refuses.
pub fn register(conn: &Connection) -> Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_INNOCUOUS;
    conn.create_scalar_function("kontor_fold", 1, flags, |ctx| {
        Ok(string(ctx, 0).map(|value| text::fold(&value)))
    })?;
    conn.create_scalar_function("kontor_holds", -1, flags, |ctx| {
        let typed = string(ctx, 0).unwrap_or_default();
        let texts: Vec<String> = (1..ctx.len()).filter_map(|at| string(ctx, at)).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        Ok(holds_words(&typed, &texts))
    })?;
    conn.create_scalar_function("kontor_lower", 1, flags, |ctx| {
        Ok(string(ctx, 0).map(|value| value.to_lowercase()))
    })?;
    conn.create_scalar_function("kontor_upper", 1, flags, |ctx| {
        Ok(string(ctx, 0).map(|value| value.to_uppercase()))
    })?;
    for (name, operation) in [
        ("kontor_add", Operation::Add),
        ("kontor_sub", Operation::Sub),
        ("kontor_mul", Operation::Mul),
        ("kontor_div", Operation::Div),
    ] {
        conn.create_scalar_function(name, 2, flags, move |ctx| {
            let result = match (number(ctx, 0), number(ctx, 1)) {
                (Some(a), Some(b)) => numbers(operation, a, b),
                _ => None,
            };
            Ok(result.map_or(Sql::Null, loose))
        })?;
    }
    conn.create_aggregate_function("kontor_sum", 1, flags, Sum)?;
    conn.create_scalar_function("kontor_compare", 2, flags, |ctx| {
        Ok(match (number(ctx, 0), number(ctx, 1)) {
            (Some(a), Some(b)) => Some(a.cmp(&b) as i64),
            _ => None,
        })
    })?;
    conn.create_scalar_function("kontor_round", 2, flags, |ctx| {
        let places = ctx.get::<u32>(1)?;
        Ok(number(ctx, 0).and_then(|n| scaled(round(n, places))))
    })?;
    conn.create_scalar_function("kontor_money", 2, flags, |ctx| {
        let places = string(ctx, 1)
            .and_then(|code| Currency::from_str(&code).ok())
            .map_or(SCALE, |currency| currency.places());
        Ok(number(ctx, 0).and_then(|n| scaled(round(n, places))))
    })?;
    conn.create_scalar_function("kontor_whole", 1, flags, |ctx| {
        Ok(number(ctx, 0).and_then(|n| round(n, 0).to_i64()))
    })?;
    conn.create_scalar_function("kontor_written", 2, flags, |ctx| {
        let currency = string(ctx, 1).and_then(|code| Currency::from_str(&code).ok());
        Ok(number(ctx, 0).map(|n| written_amount(n, currency)))
    })?;
    conn.create_scalar_function("kontor_days", 2, flags, |ctx| {
        Ok(match (day(ctx, 0), day(ctx, 1)) {
            (Some(a), Some(b)) => Some(days_between(a, b)),
            _ => None,
        })
    })?;
    conn.create_scalar_function("kontor_days_later", 2, flags, |ctx| {
        Ok(match (day(ctx, 0), number(ctx, 1)) {
            (Some(day), Some(days)) => days_later(day, days).map(iso),
            _ => None,
        })
    })?;
    conn.create_scalar_function("kontor_seconds_later", 2, flags, |ctx| {
        Ok(match (instant(ctx, 0), number(ctx, 1)) {
            (Some(at), Some(seconds)) => seconds_later(at, seconds).map(|at| at.timestamp_millis()),
            _ => None,
        })
    })?;
    conn.create_scalar_function("kontor_day", 2, flags, |ctx| {
        Ok(instant(ctx, 0).map(|at| iso(at.with_timezone(&zone(ctx, 1)).date_naive())))
    })?;
    conn.create_scalar_function("kontor_start", 2, flags, |ctx| {
        Ok(day(ctx, 0).map(|day| start_of(day, zone(ctx, 1)).timestamp_millis()))
    })?;
    conn.create_scalar_function("kontor_shift", 4, flags, |ctx| {
        let count = ctx.get::<i64>(1)?;
        let Some(unit) = string(ctx, 2).and_then(|unit| unit_of(&unit)) else {
            return Ok(Sql::Null);
        };
        Ok(match ctx.get_raw(0) {
            ValueRef::Integer(_) => instant(ctx, 0)
                .and_then(|at| shift_instant(at, count, unit, zone(ctx, 3)))
                .map_or(Sql::Null, |at| Sql::Integer(at.timestamp_millis())),
            _ => day(ctx, 0)
                .and_then(|day| shift_day(day, count, unit))
                .map_or(Sql::Null, |day| Sql::Text(iso(day))),
        })
    })
}

/// A sum that is empty where it leaves 64 bits: SQLite's own ends the whole statement then, and one
/// absurd amount would keep a list from opening.
struct Sum;

impl Aggregate<Option<i128>, Option<i64>> for Sum {
    fn init(&self, _: &mut Context<'_>) -> Result<Option<i128>> {
        Ok(None)
    }

    fn step(&self, ctx: &mut Context<'_>, sum: &mut Option<i128>) -> Result<()> {
        let value = match ctx.get_raw(0) {
            ValueRef::Integer(value) => i128::from(value),
            ValueRef::Real(value) => value.round() as i128,
            _ => return Ok(()),
        };
        *sum = Some(sum.unwrap_or_default().saturating_add(value));
        Ok(())
    }

    fn finalize(&self, _: &mut Context<'_>, sum: Option<Option<i128>>) -> Result<Option<i64>> {
        Ok(sum.flatten().and_then(|sum| i64::try_from(sum).ok()))
    }
}

fn string(ctx: &Context<'_>, index: usize) -> Option<String> {
    match ctx.get_raw(index) {
        ValueRef::Text(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
        _ => None,
    }
}

fn number(ctx: &Context<'_>, index: usize) -> Option<Decimal> {
    match ctx.get_raw(index) {
        ValueRef::Integer(n) => Some(unscaled(n)),
        ValueRef::Text(bytes) => Decimal::from_str(std::str::from_utf8(bytes).ok()?).ok(),
        // A sum that left 64 bits.
        ValueRef::Real(n) => Decimal::from_f64(n)?.checked_div(Decimal::from(10_i64.pow(SCALE))),
        _ => None,
    }
}

fn loose(n: Decimal) -> Sql {
    let n = n.normalize();
    match scaled(n).filter(|_| n.scale() <= SCALE) {
        Some(scaled) => Sql::Integer(scaled),
        None => Sql::Text(n.to_string()),
    }
}

fn day(ctx: &Context<'_>, index: usize) -> Option<NaiveDate> {
    match ctx.get_raw(index) {
        ValueRef::Text(bytes) => std::str::from_utf8(bytes).ok()?.parse().ok(),
        _ => None,
    }
}

fn instant(ctx: &Context<'_>, index: usize) -> Option<DateTime<Utc>> {
    match ctx.get_raw(index) {
        ValueRef::Integer(millis) => DateTime::from_timestamp_millis(millis),
        _ => None,
    }
}

fn zone(ctx: &Context<'_>, index: usize) -> Tz {
    string(ctx, index).and_then(|name| name.parse().ok()).unwrap_or(Tz::UTC)
}

fn iso(day: NaiveDate) -> String {
    day.format("%Y-%m-%d").to_string()
}

fn unit_of(short: &str) -> Option<Unit> {
    [
        Unit::Second,
        Unit::Minute,
        Unit::Hour,
        Unit::Day,
        Unit::Week,
        Unit::Month,
        Unit::Quarter,
        Unit::Year,
    ]
    .into_iter()
    .find(|unit| unit.short() == short)
}
