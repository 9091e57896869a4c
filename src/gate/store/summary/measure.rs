//! What is measured of a group: the SQL of a measure, and its rows put together again.

use std::cmp::Ordering;

use rusqlite::types::{Value as Sql, ValueRef};
use rust_decimal::Decimal;

use super::{is_instant, is_money, is_scaled, local_seconds, unknown};
use crate::gate::error::Result;
use crate::gate::read::{Measure, Summary};
use crate::gate::store::{codec, compile};
use crate::model::{SCALE, Value};
use crate::query::Moment;
use crate::schema::{Catalog, Entity, FieldResult, FieldType};

pub(super) fn currency_column(entity: &Entity, measure: &Measure) -> Option<String> {
    let (Measure::Sum(name)
    | Measure::Mean(name)
    | Measure::Min(name)
    | Measure::Max(name)
    | Measure::Weighted { amount: name, .. }) = measure
    else {
        return None;
    };
    let field = entity.field(name)?;
    if field.kind == FieldType::Money {
        return Some(format!("{}_currency", field.sql_column()));
    }
    // A computed amount is in the currency of the amount it is computed from.
    let FieldType::Formula { expr, result: FieldResult::Money } = &field.kind else { return None };
    let text = expr.to_string();
    entity
        .fields
        .iter()
        .find(|other| other.kind == FieldType::Money && text.contains(other.name.as_str()))
        .map(|other| format!("{}_currency", other.sql_column()))
}

pub(super) fn measure_sql(
    catalog: &Catalog,
    entity: &Entity,
    measure: &Measure,
    moment: &Moment,
) -> Result<Vec<(String, Vec<Sql>)>> {
    let sql = |name: &str| {
        entity
            .field(name)
            .map(|field| compile::field(catalog, entity, field, moment, "a"))
            .ok_or_else(|| unknown(entity, name))
    };
    Ok(match measure {
        Measure::Count => vec![("count(*)".into(), Vec::new())],
        Measure::Sum(name) => {
            let fragment = sql(name)?;
            vec![(format!("kontor_sum({})", fragment.sql), fragment.params)]
        }
        Measure::Mean(name) => {
            let fragment = sql(name)?;
            vec![
                (format!("kontor_sum({})", fragment.sql), fragment.params.clone()),
                (format!("count({})", fragment.sql), fragment.params),
            ]
        }
        Measure::Weighted { amount, percent } => {
            let (amount, percent) = (sql(amount)?, sql(percent)?);
            let mut params = amount.params;
            params.extend(percent.params);
            // Both are scaled by 10^4 and percent by another 100. Each product is rounded on its own so
            // that sums of many stay within 64 bits.
            let divisor = 100 * 10_i64.pow(SCALE);
            let expression = format!(
                "kontor_sum(({} / 100) * ({}) / {})",
                amount.sql,
                percent.sql,
                divisor / 100
            );
            vec![(expression, params)]
        }
        Measure::Min(name) => {
            let fragment = sql(name)?;
            vec![(format!("min({})", fragment.sql), fragment.params)]
        }
        Measure::Max(name) => {
            let fragment = sql(name)?;
            vec![(format!("max({})", fragment.sql), fragment.params)]
        }
        Measure::MeanDays { from, to } => {
            let day = |name: &str| -> Result<(String, Vec<Sql>)> {
                let field = entity.field(name).ok_or_else(|| unknown(entity, name))?;
                let fragment = sql(name)?;
                // Both count days from 1970, so that an instant and a date can be apart.
                Ok(if is_instant(field) {
                    let seconds = local_seconds(moment);
                    (format!("((({}) / 1000 + {seconds}) / 86400)", fragment.sql), fragment.params)
                } else {
                    (format!("(unixepoch({}) / 86400)", fragment.sql), fragment.params)
                })
            };
            let (from, to) = (day(from)?, day(to)?);
            let difference = format!("({} - {})", to.0, from.0);
            let params: Vec<Sql> = to.1.into_iter().chain(from.1).collect();
            vec![
                (format!("kontor_sum({difference})"), params.clone()),
                (format!("count({difference})"), params),
            ]
        }
    })
}

/// The order of two values of one field; none between currencies.
fn order(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => Some(a.cmp(b)),
        (Value::Decimal(a), Value::Decimal(b)) => Some(a.cmp(b)),
        (Value::Text(a), Value::Text(b)) => Some(a.cmp(b)),
        (Value::Date(a), Value::Date(b)) => Some(a.cmp(b)),
        (Value::DateTime(a), Value::DateTime(b)) => Some(a.cmp(b)),
        (Value::Money(a), Value::Money(b)) if a.currency == b.currency => {
            Some(a.amount.cmp(&b.amount))
        }
        _ => None,
    }
}

/// A measure while the currency rows of one group are put together.
#[derive(Clone, Default)]
pub(super) struct Running {
    count: u64,
    sum: i64,
    filled: u64,
    /// By currency: the sum, and of how many.
    money: Vec<(crate::model::Currency, i64, u64)>,
    best: Option<Value>,
    scaled: bool,
    is_money: bool,
}

impl Running {
    pub(super) fn add<'r>(
        &mut self,
        entity: &Entity,
        measure: &Measure,
        currency: Option<crate::model::Currency>,
        cell: impl Fn(usize) -> rusqlite::Result<ValueRef<'r>>,
    ) -> rusqlite::Result<()> {
        let number = |offset: usize| -> rusqlite::Result<Option<i64>> {
            Ok(match cell(offset)? {
                ValueRef::Integer(value) => Some(value),
                ValueRef::Real(value) => Some(value.round() as i64),
                _ => None,
            })
        };
        match measure {
            Measure::Count => self.count += number(0)?.unwrap_or(0) as u64,
            Measure::Sum(name) | Measure::Weighted { amount: name, .. } => {
                let field = entity.field(name);
                self.is_money = field.is_some_and(is_money);
                self.scaled = field.is_some_and(is_scaled);
                if let Some(value) = number(0)? {
                    self.filled += 1;
                    self.sum = self.sum.saturating_add(value);
                    self.in_currency(currency, value, 1);
                }
            }
            Measure::Mean(name) => {
                self.scaled = entity.field(name).is_some_and(is_scaled);
                let (sum, count) = (number(0)?, number(1)?.unwrap_or(0) as u64);
                self.sum = self.sum.saturating_add(sum.unwrap_or(0));
                self.count += count;
                if let Some(sum) = sum {
                    self.in_currency(currency, sum, count);
                }
            }
            Measure::MeanDays { .. } => {
                self.sum = self.sum.saturating_add(number(0)?.unwrap_or(0));
                self.count += number(1)?.unwrap_or(0) as u64;
            }
            Measure::Min(name) | Measure::Max(name) => {
                let Some(field) = entity.field(name) else { return Ok(()) };
                let value = match (&field.kind, cell(0)?) {
                    (FieldType::Money, ValueRef::Integer(value)) => match currency {
                        Some(currency) => Value::Money(crate::model::Money {
                            amount: codec::unscaled(value),
                            currency,
                        }),
                        None => return Ok(()),
                    },
                    (FieldType::Date, ValueRef::Text(_)) => {
                        codec::from_computed(FieldResult::Date, cell(0)?, None)
                    }
                    (_, ValueRef::Integer(_)) if is_instant(field) => {
                        codec::from_computed(FieldResult::DateTime, cell(0)?, None)
                    }
                    (_, ValueRef::Integer(value)) if is_scaled(field) => {
                        Value::Decimal(codec::unscaled(value))
                    }
                    (_, ValueRef::Integer(value)) => Value::Int(value),
                    (_, ValueRef::Text(text)) => {
                        Value::Text(String::from_utf8_lossy(text).into_owned())
                    }
                    _ => return Ok(()),
                };
                // The rows of other currencies come one after the other: the best of all counts.
                let wanted = match measure {
                    Measure::Min(_) => Ordering::Less,
                    _ => Ordering::Greater,
                };
                if self.best.as_ref().is_none_or(|best| order(&value, best) == Some(wanted)) {
                    self.best = Some(value);
                }
            }
        }
        Ok(())
    }

    fn in_currency(&mut self, currency: Option<crate::model::Currency>, value: i64, count: u64) {
        let Some(currency) = currency else { return };
        match self.money.iter_mut().find(|(known, ..)| *known == currency) {
            Some((_, sum, of)) => {
                *sum = sum.saturating_add(value);
                *of += count;
            }
            None => self.money.push((currency, value, count)),
        }
    }

    pub(super) fn finish(mut self, measure: &Measure) -> Summary {
        match measure {
            Measure::Count => Summary::Count(self.count),
            Measure::Sum(_) | Measure::Weighted { .. } | Measure::Mean(_)
                if self.is_money || !self.money.is_empty() =>
            {
                self.money.sort_by_key(|(_, amount, _)| std::cmp::Reverse(*amount));
                // Amounts in several currencies have a mean in each.
                let of = |amount, count: u64| match measure {
                    Measure::Mean(_) => codec::unscaled(amount) / Decimal::from(count.max(1)),
                    _ => codec::unscaled(amount),
                };
                Summary::Money(
                    self.money
                        .into_iter()
                        .map(|(currency, amount, count)| (currency, of(amount, count)))
                        .collect(),
                )
            }
            Measure::Sum(_) | Measure::Weighted { .. } => {
                Summary::Number((self.filled > 0).then(|| {
                    if self.scaled { codec::unscaled(self.sum) } else { Decimal::from(self.sum) }
                }))
            }
            Measure::Mean(_) | Measure::MeanDays { .. } => {
                Summary::Number((self.count > 0).then(|| {
                    let sum = if self.scaled {
                        codec::unscaled(self.sum)
                    } else {
                        Decimal::from(self.sum)
                    };
                    sum / Decimal::from(self.count)
                }))
            }
            Measure::Min(_) | Measure::Max(_) => Summary::Value(self.best.unwrap_or_default()),
        }
    }
}
