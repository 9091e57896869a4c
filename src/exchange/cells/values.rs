//! Texts of cells -> values, type by type: what files do differently from people.

use crate::model::{Address, ContactPoint, Money, Value, phrase};
use rust_decimal::Decimal;

use super::{Kitchen, RemarkKind, RowProblem, What};
use crate::exchange::dates::{self, Reading};
use crate::exchange::map::DateStyle;
use crate::exchange::read::Format;
use crate::exchange::recipe::{Ingredient, Slot};
use crate::exchange::source::Row;
use crate::schema::{FieldType, Invalid};

impl Kitchen<'_> {
    pub(super) fn single(
        &self,
        slot: &Slot,
        given: &(&Ingredient, String),
    ) -> Result<Value, RowProblem> {
        let (ingredient, text) = given;
        let value = match &slot.field.kind {
            FieldType::Date | FieldType::DateTime => self.date(slot, ingredient, text),
            FieldType::MultiSelect | FieldType::Tags => {
                let several = parts(text, ingredient, &[';', ',', '，', '、', '\n']);
                let value = self.coerce(slot, several.join("; "));
                if value.is_err() && slot.field.kind == FieldType::MultiSelect {
                    for one in several {
                        if self.coerce(slot, one.to_owned()).is_err() {
                            self.remark(slot, RemarkKind::NewChoice, one);
                        }
                    }
                }
                value
            }
            FieldType::Integer | FieldType::Decimal | FieldType::Percent => {
                match (ingredient.multiply, text.parse::<Decimal>()) {
                    (Some(factor), Ok(number)) if slot.field.kind != FieldType::Integer => {
                        Ok(Value::Decimal((number * factor).normalize()))
                    }
                    (Some(factor), Ok(number)) => {
                        self.coerce(slot, (number * factor).normalize().to_string())
                    }
                    // Spreadsheets write whole numbers as 12.0.
                    (None, Ok(number)) => self.coerce(slot, number.normalize().to_string()),
                    (_, Err(_)) => self.coerce(slot, text.clone()),
                }
            }
            FieldType::Select => {
                let value = self.coerce(slot, text.clone());
                if value.is_err() {
                    self.remark(slot, RemarkKind::NewChoice, text);
                }
                value
            }
            // Where people type minutes, JSON has seconds.
            FieldType::Duration
                if matches!(self.recipe.format, Format::Json | Format::Ndjson)
                    && text.parse::<u64>().is_ok() =>
            {
                self.coerce(slot, format!("{text}s"))
            }
            _ => self.coerce(slot, text.clone()),
        };
        self.accepted(slot, given, value)
    }

    fn date(&self, slot: &Slot, ingredient: &Ingredient, text: &str) -> Result<Value, Invalid> {
        let mut reading = dates::read(text, ingredient.dates.as_ref());
        if reading == Reading::Ambiguous
            && let Some(order) = &ingredient.order
        {
            self.remark(slot, RemarkKind::EitherWay, text);
            reading = dates::read(text, Some(order));
        } else if reading == Reading::Unknown && dates::is_day_number(text) {
            self.remark(slot, RemarkKind::DayNumber, text);
            reading = dates::read(text, Some(&DateStyle::Serial));
        }
        match reading {
            Reading::Is(when) if slot.field.kind == FieldType::Date => Ok(Value::Date(when.day)),
            Reading::Is(when) => {
                when.instant(self.coercion.zone).map(Value::DateTime).ok_or_else(|| Invalid {
                    message: phrase!("there is no such time in the time zone"),
                    hint: None,
                })
            }
            Reading::Ambiguous => Err(Invalid {
                message: phrase!("\"{text}\" may be two dates", text),
                hint: Some(phrase!(
                    "say --dates dmy or --dates mdy, or dates = \"dmy\" in the map file"
                )),
            }),
            Reading::Unknown => self.coerce(slot, text.to_owned()),
        }
    }

    pub(super) fn money(
        &self,
        slot: &Slot,
        texts: &[(&Ingredient, String)],
    ) -> Result<Value, RowProblem> {
        let Some(given) = texts.iter().find(|(ingredient, _)| ingredient.part.is_none()) else {
            return Ok(Value::Null);
        };
        let (ingredient, text) = given;
        let named = texts.iter().find(|(ingredient, _)| ingredient.part.is_some());
        let currency = match named {
            Some((_, name)) => match name.parse() {
                Ok(currency) => Some(currency),
                Err(()) => {
                    let message = phrase!("\"{name}\" is not a currency", name);
                    let invalid = Invalid { message, hint: Some(phrase!("three letters: EUR")) };
                    return self.accepted(slot, given, Err(invalid));
                }
            },
            None => ingredient.currency,
        };
        // Databases write large amounts as 6.0E7.
        let exact = text.parse::<Decimal>().or_else(|_| Decimal::from_scientific(text));
        if let Ok(amount) = exact {
            let amount = amount.checked_mul(ingredient.multiply.unwrap_or(Decimal::ONE));
            let currency = currency.unwrap_or(self.coercion.catalog.company.currency);
            let value = amount.map(|amount| Value::Money(Money::rounded(amount, currency)));
            let value = value.ok_or_else(|| Invalid {
                message: phrase!("{text} is too large an amount", text),
                hint: None,
            });
            return self.accepted(slot, given, value);
        }
        let bare = !text.contains(|c: char| c.is_alphabetic() || "€$£¥₹₩".contains(c));
        let value = match currency {
            Some(currency) if bare => self.coerce(slot, format!("{text} {currency}")),
            _ => self.coerce(slot, text.clone()),
        };
        let value = value.map(|value| match (value, ingredient.multiply) {
            (Value::Money(money), Some(factor)) => {
                Value::Money(Money::rounded(money.amount.saturating_mul(factor), money.currency))
            }
            (value, _) => value,
        });
        self.accepted(slot, given, value)
    }

    pub(super) fn points(
        &self,
        slot: &Slot,
        texts: &[(&Ingredient, String)],
        row: &Row,
    ) -> Result<Value, RowProblem> {
        let mut points: Vec<ContactPoint> = Vec::new();
        let phones = slot.field.kind == FieldType::Phone;
        // Most have their country code: of these nobody asks.
        let national = texts.iter().any(|(_, text)| !text.starts_with('+'));
        let region = (phones && national).then(|| self.region(row));
        for given in texts {
            let (ingredient, text) = given;
            let separators: &[char] =
                if slot.field.kind == FieldType::Email { &[';', ',', '\n'] } else { &[';', '\n'] };
            let parts = match slot.field.kind {
                FieldType::Url if ingredient.split.is_none() => addresses(text),
                _ => parts(text, ingredient, separators),
            };
            for part in parts {
                let value = match &region {
                    Some((region, said)) => self.phone(slot, part, region, *said),
                    None => self.coerce(slot, part.to_owned()),
                };
                let Value::Points(found) = self.accepted(slot, given, value)? else { continue };
                for mut point in found {
                    if point.label.is_empty()
                        && let Some(label) = &ingredient.part
                    {
                        point.label.clone_from(label);
                    }
                    if !points.iter().any(|known| known.value == point.value) {
                        points.push(point);
                    }
                }
            }
        }
        Ok(if points.is_empty() { Value::Null } else { Value::Points(points) })
    }

    /// A phone of a region; where nobody said that it is of that one, somebody is told.
    fn phone(&self, slot: &Slot, text: &str, region: &str, said: bool) -> Result<Value, Invalid> {
        let value = self.coercion.phones(text, region)?;
        let Value::Points(points) = &value else { return Ok(value) };
        let coded = text.contains('+') || text.starts_with("00") || text.starts_with("tel:+");
        if !said && !coded && points.iter().any(|point| point.value.starts_with('+')) {
            self.remark(slot, RemarkKind::OwnCountry, text);
        }
        Ok(value)
    }

    pub(super) fn address(
        &self,
        slot: &Slot,
        texts: &[(&Ingredient, String)],
    ) -> Result<Option<What>, RowProblem> {
        let mut address = Address::default();
        // Files that have both mostly repeat the parts in the whole: that fills only what the parts leave open.
        let (parts, wholes): (Vec<_>, Vec<_>) =
            texts.iter().partition(|(ingredient, _)| ingredient.part.is_some());
        for given in parts.into_iter().chain(wholes) {
            let (ingredient, text) = given;
            let lines: Vec<&str> =
                text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
            let slot_part = ingredient.part.as_deref().and_then(|part| address.part_mut(part));
            if let Some(part) = slot_part {
                if !part.is_empty() {
                    part.push('\n');
                }
                part.push_str(text);
            } else if let Value::Address(whole) =
                self.accepted(slot, given, self.coerce(slot, lines.join(", ")))?
            {
                for name in Address::PARTS {
                    let said = whole.part(name).filter(|said| !said.is_empty());
                    if let (Some(part), Some(said)) = (address.part_mut(name), said)
                        && part.is_empty()
                    {
                        said.clone_into(part);
                    }
                }
            }
        }
        Ok((!address.is_empty()).then(|| What::Parts(Box::new(address))))
    }
}

/// The web addresses of a cell. A semicolon may be part of one: another begins only behind a blank or with a
/// beginning of its own.
fn addresses(text: &str) -> Vec<&str> {
    let begins = |rest: &str| {
        let next = rest.split(';').next().unwrap_or_default();
        rest.starts_with(char::is_whitespace) || next.contains("://") || next.starts_with("www.")
    };
    let mut found = Vec::new();
    for line in text.lines() {
        let mut from = 0;
        for (at, _) in line.match_indices(';') {
            if begins(&line[at + 1..]) {
                found.push(&line[from..at]);
                from = at + 1;
            }
        }
        found.push(&line[from..]);
    }
    found.into_iter().map(str::trim).filter(|address| !address.is_empty()).collect()
}

/// The pieces of a cell that holds several values.
pub(super) fn parts<'t>(
    text: &'t str,
    ingredient: &Ingredient,
    separators: &[char],
) -> Vec<&'t str> {
    let pieces: Vec<&str> = match ingredient.split.as_deref() {
        Some(split) if !split.is_empty() => text.split(split).collect(),
        _ => text.split(separators).collect(),
    };
    pieces.into_iter().map(str::trim).filter(|piece| !piece.is_empty()).collect()
}
