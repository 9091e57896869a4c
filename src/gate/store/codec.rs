//! Values <-> columns.

use chrono::{DateTime, NaiveDate};
use rusqlite::Row;
use rusqlite::types::{Value as Sql, ValueRef};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::model::{Address, Currency, Link, Money, Name, RecordId, SCALE, Value};
use crate::schema::{Field, FieldResult, FieldType};

/// A decimal as the scaled integer the file holds; none where it is too large.
pub fn scaled(value: Decimal) -> Option<i64> {
    let mut value =
        value.round_dp_with_strategy(SCALE, rust_decimal::RoundingStrategy::MidpointAwayFromZero);
    value.rescale(SCALE);
    value.mantissa().to_i64()
}

/// The decimal that a scaled integer stands for.
pub fn unscaled(value: i64) -> Decimal {
    Decimal::new(value, SCALE).normalize()
}

/// The columns of a field, as many as `Field::sql_columns` names.
pub fn to_columns(field: &Field, value: &Value, out: &mut Vec<Sql>) {
    let text = |text: &str| Sql::Text(text.to_owned());
    let json = |value: Result<String, serde_json::Error>| value.map_or(Sql::Null, Sql::Text);
    match &field.kind {
        FieldType::Formula { .. } | FieldType::RollUp { .. } => {}
        FieldType::Money => match value {
            Value::Money(money) => {
                out.push(scaled(money.amount).map_or(Sql::Null, Sql::Integer));
                out.push(text(money.currency.code()));
            }
            _ => out.extend([Sql::Null, Sql::Null]),
        },
        FieldType::Address => {
            let empty = Address::default();
            let address = if let Value::Address(address) = value { address } else { &empty };
            for part in Address::PARTS {
                let part = address.part(part).unwrap_or_default();
                out.push(if part.is_empty() { Sql::Null } else { text(part) });
            }
        }
        FieldType::LinkAny => match value {
            Value::Link(link) => {
                out.extend([Sql::Integer(link.id.0), text(&link.entity)]);
            }
            _ => out.extend([Sql::Null, Sql::Null]),
        },
        _ => out.push(match value {
            Value::Null | Value::Links(_) | Value::Money(_) | Value::Address(_) => Sql::Null,
            Value::Text(value) => text(value),
            Value::Int(value) | Value::Duration(value) => Sql::Integer(*value),
            Value::Decimal(value) => scaled(*value).map_or(Sql::Null, Sql::Integer),
            Value::Bool(value) => Sql::Integer(i64::from(*value)),
            Value::Date(value) => Sql::Text(value.format("%Y-%m-%d").to_string()),
            Value::DateTime(value) => Sql::Integer(value.timestamp_millis()),
            Value::List(list) if list.is_empty() => Sql::Null,
            Value::List(list) => json(serde_json::to_string(list)),
            Value::Points(points) if points.is_empty() => Sql::Null,
            Value::Points(points) => json(serde_json::to_string(points)),
            Value::Link(link) => Sql::Integer(link.id.0),
        }),
    }
}

/// Reads a stored field from its columns, the first at `index`.
pub fn from_columns(field: &Field, row: &Row<'_>, index: usize) -> rusqlite::Result<Value> {
    let cell = row.get_ref(index)?;
    Ok(match &field.kind {
        FieldType::Money => match (integer(cell), currency(row.get_ref(index + 1)?)) {
            (Some(amount), Some(currency)) => {
                Value::Money(Money { amount: unscaled(amount), currency })
            }
            _ => Value::Null,
        },
        FieldType::Address => {
            let mut address = Address::default();
            for (offset, part) in Address::PARTS.iter().enumerate() {
                if let (Some(part), Some(found)) =
                    (address.part_mut(part), string(row.get_ref(index + offset)?))
                {
                    *part = found;
                }
            }
            if address.is_empty() { Value::Null } else { Value::Address(Box::new(address)) }
        }
        FieldType::LinkAny => match (integer(cell), string(row.get_ref(index + 1)?)) {
            (Some(id), Some(entity)) => Value::Link(Link::new(entity, RecordId(id))),
            _ => Value::Null,
        },
        FieldType::Link { to } => {
            integer(cell).map_or(Value::Null, |id| Value::Link(Link::new(to, RecordId(id))))
        }
        FieldType::MultiSelect | FieldType::Tags => string(cell)
            .and_then(|text| serde_json::from_str(&text).ok())
            .map_or(Value::Null, Value::List),
        FieldType::Email | FieldType::Phone | FieldType::Url => string(cell)
            .and_then(|text| serde_json::from_str(&text).ok())
            .map_or(Value::Null, Value::Points),
        FieldType::Integer | FieldType::Rating { .. } => {
            integer(cell).map_or(Value::Null, Value::Int)
        }
        FieldType::Decimal | FieldType::Percent => {
            integer(cell).map_or(Value::Null, |value| Value::Decimal(unscaled(value)))
        }
        FieldType::Boolean => integer(cell).map_or(Value::Null, |value| Value::Bool(value != 0)),
        FieldType::Date => date(cell),
        FieldType::DateTime => instant(cell),
        FieldType::Duration => integer(cell).map_or(Value::Null, Value::Duration),
        FieldType::Formula { .. } | FieldType::RollUp { .. } | FieldType::Links { .. } => {
            Value::Null
        }
        FieldType::Text | FieldType::LongText | FieldType::Select | FieldType::Serial { .. } => {
            string(cell).map_or(Value::Null, Value::Text)
        }
    })
}

/// Reads a computed value from one column. Amounts take `currency`, since sums carry none.
pub fn from_computed(result: FieldResult, cell: ValueRef<'_>, currency: Option<Currency>) -> Value {
    match result {
        FieldResult::Text => string(cell).map_or(Value::Null, Value::Text),
        FieldResult::Integer => integer(cell).map_or(Value::Null, Value::Int),
        FieldResult::Decimal | FieldResult::Percent => {
            integer(cell).map_or(Value::Null, |value| Value::Decimal(unscaled(value)))
        }
        FieldResult::Money => match (integer(cell), currency) {
            (Some(amount), Some(currency)) => {
                Value::Money(Money::rounded(unscaled(amount), currency))
            }
            _ => Value::Null,
        },
        FieldResult::Boolean => integer(cell).map_or(Value::Null, |value| Value::Bool(value != 0)),
        FieldResult::Date => date(cell),
        FieldResult::DateTime => instant(cell),
        FieldResult::Duration => integer(cell).map_or(Value::Null, Value::Duration),
    }
}

/// The text of a value as history keeps it.
pub fn to_history(value: &Value) -> Option<String> {
    if value.is_null() { None } else { serde_json::to_string(value).ok() }
}

/// A value from history.
pub fn from_history(text: Option<String>) -> Value {
    text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
}

/// The fields of a created record from history.
pub fn created_from_history(text: &str) -> Vec<(Name, Value)> {
    serde_json::from_str::<std::collections::BTreeMap<Name, Value>>(text)
        .map(|fields| fields.into_iter().collect())
        .unwrap_or_default()
}

fn integer(cell: ValueRef<'_>) -> Option<i64> {
    match cell {
        ValueRef::Integer(value) => Some(value),
        // Sums and products that leave 64 bits come as floats: the nearest number is what is left.
        ValueRef::Real(value) => Some(value.round() as i64),
        _ => None,
    }
}

fn string(cell: ValueRef<'_>) -> Option<String> {
    match cell {
        ValueRef::Text(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
        ValueRef::Integer(value) => Some(value.to_string()),
        _ => None,
    }
}

fn currency(cell: ValueRef<'_>) -> Option<Currency> {
    cell.as_str().ok()?.parse().ok()
}

fn date(cell: ValueRef<'_>) -> Value {
    cell.as_str()
        .ok()
        .and_then(|text| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok())
        .map_or(Value::Null, Value::Date)
}

fn instant(cell: ValueRef<'_>) -> Value {
    integer(cell).and_then(DateTime::from_timestamp_millis).map_or(Value::Null, Value::DateTime)
}
