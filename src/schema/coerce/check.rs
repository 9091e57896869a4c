//! Values that are handed in as such, and the limits that a field sets.

use crate::model::{Phrase, phrase};
use rust_decimal::Decimal;

use super::{
    Coercion, Invalid, Patterns, address, choice, date, duration, link, mail, number, phone, point,
    time, url,
};
use crate::model::{Currency, Money, Value};
use crate::schema::{Catalog, Field, FieldType};

impl Coercion<'_> {
    /// Takes a value that is handed in: checks its kind and normalises it like typed text. Kinds that
    /// can stand for another without loss do: a whole number for a decimal, a day for an instant.
    pub(super) fn adopt(
        &self,
        field: &Field,
        value: &Value,
        unnamed: Currency,
    ) -> Result<Value, Invalid> {
        let region = self.catalog.company.region.as_str();
        Ok(match (&field.kind, value) {
            (_, Value::Null) => Value::Null,
            (FieldType::Integer, Value::Int(number)) => Value::Int(*number),
            (FieldType::Integer, Value::Decimal(number)) => {
                number::integer(&number.normalize().to_string(), "").map(Value::Int)?
            }
            (FieldType::Decimal | FieldType::Percent, Value::Decimal(number)) => {
                Value::Decimal(number::finish(*number, 1)?)
            }
            (FieldType::Decimal | FieldType::Percent, Value::Int(number)) => {
                Value::Decimal(number::finish(Decimal::from(*number), 1)?)
            }
            (FieldType::Money, Value::Money(money)) => {
                Value::Money(Money { amount: number::finish(money.amount, 1)?, ..*money })
            }
            (FieldType::Money, Value::Decimal(amount)) => money_of(*amount, unnamed)?,
            (FieldType::Money, Value::Int(amount)) => money_of(Decimal::from(*amount), unnamed)?,
            (FieldType::Rating { max }, Value::Int(stars)) => {
                number::rating(&stars.to_string(), *max).map(Value::Int)?
            }
            (FieldType::Boolean, Value::Bool(yes)) => Value::Bool(*yes),
            (FieldType::Date, Value::Date(day)) => Value::Date(date::in_range(*day)?),
            (FieldType::Date, Value::DateTime(instant)) => {
                Value::Date(date::in_range(instant.with_timezone(&self.zone).date_naive())?)
            }
            (FieldType::DateTime, Value::DateTime(instant)) => {
                Value::DateTime(time::checked(*instant, self.zone)?)
            }
            (FieldType::DateTime, Value::Date(day)) => {
                let instant = time::midnight(date::in_range(*day)?, self.zone);
                Value::DateTime(instant.ok_or_else(|| wrong_kind(field, value))?)
            }
            (FieldType::Duration, Value::Duration(seconds)) => {
                Value::Duration(duration::checked(*seconds)?)
            }
            (FieldType::MultiSelect, Value::List(values)) => choice::adopt_several(field, values)?,
            (FieldType::Tags, Value::List(tags)) => choice::tags(&tags.join("\n"))?,
            (FieldType::Email, Value::Points(points)) => {
                point::collect(points.iter().map(mail::adopt))?
            }
            (FieldType::Phone, Value::Points(points)) => {
                point::collect(points.iter().map(|point| phone::adopt(point, region)))?
            }
            (FieldType::Url, Value::Points(points)) => {
                point::collect(points.iter().map(url::adopt))?
            }
            (FieldType::Address, Value::Address(given)) => address::adopt(given)?,
            (FieldType::Link { to }, Value::Link(given)) => {
                link::fits(self.catalog, Some(to), given)?;
                Value::Link(given.clone())
            }
            (FieldType::LinkAny, Value::Link(given)) => {
                link::fits(self.catalog, None, given)?;
                Value::Link(given.clone())
            }
            (FieldType::Links { to }, Value::Links(given)) => {
                link::collect(given.iter().map(|given| {
                    link::fits(self.catalog, Some(to), given).map(|()| given.clone())
                }))?
            }
            (FieldType::Links { to }, Value::Link(given)) => {
                link::fits(self.catalog, Some(to), given)?;
                Value::Links(vec![given.clone()])
            }
            _ => return Err(wrong_kind(field, value)),
        })
    }
}

fn money_of(amount: Decimal, currency: Currency) -> Result<Value, Invalid> {
    Ok(Value::Money(Money { amount: number::finish(amount, 1)?, currency }))
}

fn wrong_kind(field: &Field, value: &Value) -> Invalid {
    let given = match value {
        Value::Null => "nothing",
        Value::Text(_) => "text",
        Value::Int(_) => "a whole number",
        Value::Decimal(_) => "a number",
        Value::Money(_) => "an amount",
        Value::Bool(_) => "yes or no",
        Value::Date(_) => "a day",
        Value::DateTime(_) => "an instant",
        Value::Duration(_) => "a duration",
        Value::List(_) => "a list",
        Value::Points(_) => "contact points",
        Value::Address(_) => "an address",
        Value::Link(_) | Value::Links(_) => "a link",
    };
    Invalid::new(phrase!(
        "expects {field}, not {given}",
        field = Phrase::word(field.kind.word()),
        given = Phrase::word(given)
    ))
}

/// Smallest and largest value, or length of text.
pub(super) fn bounds(field: &Field, value: &Value) -> Result<(), Invalid> {
    if field.min.is_none() && field.max.is_none() {
        return Ok(());
    }
    let (size, counts) = match value {
        Value::Int(number) | Value::Duration(number) => (Decimal::from(*number), false),
        Value::Decimal(number) => (*number, false),
        Value::Money(money) => (money.amount, false),
        Value::Text(text) if matches!(field.kind, FieldType::Text | FieldType::LongText) => {
            (Decimal::from(text.chars().count()), true)
        }
        _ => return Ok(()),
    };
    if let Some(min) = field.min.filter(|min| size < *min).map(|min| min.normalize()) {
        return Err(Invalid::new(if counts {
            phrase!("must be at least {min} characters", min = min)
        } else {
            phrase!("must be at least {min}", min = min)
        }));
    }
    if let Some(max) = field.max.filter(|max| size > *max).map(|max| max.normalize()) {
        return Err(Invalid::new(if counts {
            phrase!("must be at most {max} characters", max = max)
        } else {
            phrase!("must be at most {max}", max = max)
        }));
    }
    Ok(())
}

/// The pattern of a text field.
pub(super) fn pattern(catalog: &Catalog, field: &Field, value: &Value) -> Result<(), Invalid> {
    let (Some(pattern), Value::Text(text)) = (&field.pattern, value) else { return Ok(()) };
    if !matches!(field.kind, FieldType::Text | FieldType::LongText) {
        return Ok(());
    }
    let matches = match catalog.patterns().get(pattern) {
        Some(known) => known.is_match(text),
        None => Patterns::whole(pattern)
            .map_err(|error| {
                Invalid::new(phrase!("the pattern of the schema is broken: {error}", error = error))
            })?
            .is_match(text),
    };
    if matches {
        Ok(())
    } else {
        let hint = if field.help.en.is_empty() {
            phrase!("it must match {pattern}", pattern)
        } else {
            phrase!("{help}", help = &field.help)
        };
        Err(Invalid::hint(phrase!("does not have the right form"), hint))
    }
}
