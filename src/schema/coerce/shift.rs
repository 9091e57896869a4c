//! Changes to what a field holds, whatever that is: `+10 %`, `-500`, `+7d`, one more tag.
//!
//! What was typed becomes a [`Shift`] once; what that makes of a value is decided record by record. An
//! empty number or day stays empty. Start at [`Coercion::shift`].

use chrono::{Months, TimeDelta};
use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};

use super::{Coercion, Invalid, date, number, text};
use crate::model::{ContactPoint, Input, Link, Money, SCALE, Shift, Value, phrase};
use crate::schema::{Entity, Field, FieldType};

/// The longest way a day or an instant is moved, in days.
const FARTHEST: i64 = 366 * 200;

impl FieldType {
    /// Whether it holds several values, to which others can be added.
    #[must_use]
    pub fn holds_several(&self) -> bool {
        matches!(
            self,
            Self::MultiSelect
                | Self::Tags
                | Self::Email
                | Self::Phone
                | Self::Url
                | Self::Links { .. }
        )
    }

    /// Whether what it holds can be changed by so much: numbers, amounts, days and the like.
    #[must_use]
    pub fn is_measure(&self) -> bool {
        matches!(
            self,
            Self::Integer
                | Self::Decimal
                | Self::Money
                | Self::Percent
                | Self::Date
                | Self::DateTime
                | Self::Duration
        )
    }
}

impl Coercion<'_> {
    /// Understands by how much a field is to change: `+10 %`, `-500`, `+7d`, `-2w`, `+1h30`.
    ///
    /// # Errors
    /// Why it is not understood, with what would be.
    pub fn shift(&self, field: &Field, typed: &str) -> Result<Shift, Invalid> {
        let plain = text::plain(typed, true);
        let plain = plain.trim();
        let (sign, rest) = match plain.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, plain.strip_prefix('+').unwrap_or(plain)),
        };
        let rest = rest.trim();
        let wrong = || match field.kind {
            FieldType::Date => {
                Invalid::hint(phrase!("not a distance"), phrase!("try +7d, -2w or +1m"))
            }
            FieldType::DateTime => {
                Invalid::hint(phrase!("not a distance"), phrase!("try +7d, -2w or +3h"))
            }
            FieldType::Duration => {
                Invalid::hint(phrase!("not a duration"), phrase!("try +15m or -1h30"))
            }
            _ => Invalid::hint(phrase!("not a change"), phrase!("try +10%, -5% or +500")),
        };
        if rest.is_empty() || rest.starts_with(['-', '+']) {
            return Err(wrong());
        }
        match field.kind {
            FieldType::Date | FieldType::DateTime => {
                let whole = matches!(field.kind, FieldType::Date);
                self::distance(rest, sign, whole).ok_or_else(wrong)
            }
            FieldType::Duration => {
                super::duration::read(rest).map(|s| Shift::Seconds(sign * s)).map_err(|_| wrong())
            }
            FieldType::Integer | FieldType::Decimal | FieldType::Money | FieldType::Percent => {
                let region = self.catalog.company.region.as_str();
                let relative = rest.strip_suffix('%').or_else(|| rest.strip_suffix('％'));
                let number = number::decimal(relative.unwrap_or(rest).trim(), region)
                    .map_err(|_| wrong())?;
                let number = number * Decimal::from(sign);
                Ok(if relative.is_some() { Shift::Percent(number) } else { Shift::By(number) })
            }
            _ => Err(Invalid::new(phrase!("cannot be changed by so much"))),
        }
    }

    /// What a field that holds `present` holds after a change.
    ///
    /// # Errors
    /// Where the field is of another kind, or the result cannot be kept.
    pub fn shifted(
        &self,
        entity: &Entity,
        field: &Field,
        present: &Value,
        shift: &Shift,
    ) -> Result<Value, Invalid> {
        match shift {
            Shift::Add(more) => {
                let more = self.value(entity, field, more)?;
                several(field, present, &more, true)
            }
            Shift::Remove(less) => {
                let less = self.value(entity, field, less)?;
                several(field, present, &less, false)
            }
            _ if present.is_null() => Ok(Value::Null),
            Shift::Percent(percent) => {
                let factor = Decimal::ONE + percent / Decimal::ONE_HUNDRED;
                self.measured(field, present, |number| number.checked_mul(factor))
            }
            Shift::By(by) => self.measured(field, present, |number| number.checked_add(*by)),
            Shift::Seconds(seconds) => match present {
                Value::Duration(present) => Ok(Value::Duration(present.saturating_add(*seconds))),
                Value::DateTime(at) => TimeDelta::try_seconds(*seconds)
                    .and_then(|by| at.checked_add_signed(by))
                    .map(Value::DateTime)
                    .ok_or_else(too_far),
                _ => Err(other_kind()),
            },
            Shift::Days(days) => {
                self.moved(present, |day| day.checked_add_signed(TimeDelta::try_days(*days)?))
            }
            Shift::Months(months) => self.moved(present, |day| {
                let by = Months::new(months.unsigned_abs());
                if *months < 0 { day.checked_sub_months(by) } else { day.checked_add_months(by) }
            }),
        }
    }

    /// A number or amount, changed and rounded as it is kept.
    fn measured(
        &self,
        field: &Field,
        present: &Value,
        change: impl Fn(Decimal) -> Option<Decimal>,
    ) -> Result<Value, Invalid> {
        let round = |number: Decimal, places: u32| {
            number.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero)
        };
        let changed =
            |number: Decimal| change(number).ok_or_else(|| Invalid::new(phrase!("is too large")));
        match (&field.kind, present) {
            (FieldType::Integer, Value::Int(number)) => {
                let number = round(changed(Decimal::from(*number))?, 0);
                number.to_i64().map(Value::Int).ok_or_else(|| Invalid::new(phrase!("is too large")))
            }
            (FieldType::Decimal | FieldType::Percent, Value::Decimal(number)) => {
                Ok(Value::Decimal(round(changed(*number)?, SCALE).normalize()))
            }
            (FieldType::Money, Value::Money(money)) => {
                // What was finer than a cent before may be so afterwards.
                let places = money.currency.places().max(money.amount.normalize().scale());
                let amount = round(changed(money.amount)?, places.min(SCALE)).normalize();
                Ok(Value::Money(Money { amount, ..*money }))
            }
            _ => Err(other_kind()),
        }
    }

    /// A day or an instant on another day; the time of the day stays.
    fn moved(
        &self,
        present: &Value,
        change: impl Fn(chrono::NaiveDate) -> Option<chrono::NaiveDate>,
    ) -> Result<Value, Invalid> {
        match present {
            Value::Date(day) => Ok(Value::Date(date::in_range(change(*day).ok_or_else(too_far)?)?)),
            Value::DateTime(at) => {
                let local = at.with_timezone(&self.zone).naive_local();
                let day = date::in_range(change(local.date()).ok_or_else(too_far)?)?;
                let local = day.and_time(local.time());
                let at = super::time::in_zone(local, self.zone).ok_or_else(too_far)?;
                Ok(Value::DateTime(at))
            }
            _ => Err(other_kind()),
        }
    }
}

/// A way in time: `7d`, `2 weeks`, `1m`, `3天`; hours and minutes for instants.
fn distance(text: &str, sign: i64, whole_days: bool) -> Option<Shift> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let count: i64 = text[..end].parse().ok().filter(|count| *count <= FARTHEST)?;
    let count = count * sign;
    Some(match (text[end..].trim(), whole_days) {
        ("" | "d" | "day" | "days" | "天" | "日", _) => Shift::Days(count),
        ("w" | "wk" | "week" | "weeks" | "周" | "星期", _) => Shift::Days(count * 7),
        ("m" | "mo" | "month" | "months" | "月" | "个月", _) => {
            Shift::Months(i32::try_from(count).ok()?)
        }
        ("y" | "yr" | "year" | "years" | "年", _) => {
            Shift::Months(i32::try_from(count.checked_mul(12)?).ok()?)
        }
        ("h" | "hour" | "hours" | "小时", false) => Shift::Seconds(count * 3_600),
        ("min" | "minute" | "minutes" | "分钟", false) => Shift::Seconds(count * 60),
        _ => return None,
    })
}

/// Values put to or taken out of those a field holds.
fn several(field: &Field, present: &Value, other: &Value, add: bool) -> Result<Value, Invalid> {
    fn change<T: Clone>(
        present: &[T],
        other: &[T],
        add: bool,
        same: impl Fn(&T, &T) -> bool,
    ) -> Vec<T> {
        if !add {
            let kept = |item: &&T| !other.iter().any(|gone| same(item, gone));
            return present.iter().filter(kept).cloned().collect();
        }
        let mut all = present.to_vec();
        for item in other {
            if !all.iter().any(|known| same(known, item)) {
                all.push(item.clone());
            }
        }
        all
    }
    if other.is_null() {
        return Ok(present.clone());
    }
    let value = match (present, other) {
        (Value::Null, other) if add && field.kind.holds_several() => other.clone(),
        (Value::Null, _) if field.kind.holds_several() => Value::Null,
        (Value::List(present), Value::List(other)) => {
            Value::List(change(present, other, add, |a: &String, b| a == b))
        }
        (Value::Links(present), Value::Links(other)) => {
            Value::Links(change(present, other, add, |a: &Link, b| a == b))
        }
        (Value::Points(present), Value::Points(other)) => {
            Value::Points(change(present, other, add, |a: &ContactPoint, b| a.value == b.value))
        }
        _ => return Err(Invalid::new(phrase!("holds no more than one value"))),
    };
    Ok(match value {
        Value::List(list) if list.is_empty() => Value::Null,
        Value::Links(links) if links.is_empty() => Value::Null,
        Value::Points(points) if points.is_empty() => Value::Null,
        value => value,
    })
}

fn too_far() -> Invalid {
    Invalid::new(phrase!("is too far away"))
}

fn other_kind() -> Invalid {
    Invalid::new(phrase!("cannot be changed by so much"))
}

/// What a change is read from has no record to be about.
pub(super) fn without_record(input: &Input) -> Invalid {
    debug_assert!(matches!(input, Input::Shift(_)), "only a change needs a record");
    Invalid::new(phrase!("needs a record that holds something"))
}
