//! Text as people type it -> checked, normalised values.
//!
//! Every way in (forms, command line, import, programs) passes through [`Coercion::value`]; it looks
//! at one field alone and never at other records. What [`super::Format::editable`] writes is read
//! back as the same value. Start at [`Coercion::value`]; each kind of value has its own file.

mod address;
mod check;
mod choice;
mod date;
mod duration;
mod link;
mod mail;
mod money;
mod number;
mod pattern;
mod phone;
mod point;
mod shift;
#[cfg(test)]
mod tests;
mod text;
mod time;
mod url;

use crate::model::phrase;
use chrono::{DateTime, NaiveDate, Utc, Weekday};
use chrono_tz::Tz;

pub use pattern::Patterns;
pub use phone::{phone_fits, phone_number};
pub use text::{half as half_width, is_empty_mark, tidy};

use super::{Catalog, Entity, Field, FieldType};
use crate::model::{Currency, Input, Money, Phrase, Value};

/// Why a value is not acceptable for a field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Invalid {
    /// What is wrong, to stand beside the field: `not a date`.
    pub message: Phrase,
    /// What would be right: `try 2026-01-31, fri or +3d`.
    pub hint: Option<Phrase>,
}

impl Invalid {
    fn new(message: impl Into<Phrase>) -> Self {
        Self { message: message.into(), hint: None }
    }

    fn hint(message: impl Into<Phrase>, hint: impl Into<Phrase>) -> Self {
        Self { message: message.into(), hint: Some(hint.into()) }
    }
}

/// All that understanding typed text needs to know.
pub struct Coercion<'a> {
    /// The catalogue: default region, currency, references.
    pub catalog: &'a Catalog,
    /// The present, for `tomorrow` and `+3d`.
    pub now: DateTime<Utc>,
    /// The zone that days and times are meant in.
    pub zone: Tz,
    /// The day that weeks begin on, for `next week`.
    pub week: Weekday,
}

impl Coercion<'_> {
    /// Understands, normalises and checks what is handed in for `field` (type, pattern, min, max,
    /// choices); everything that needs no other field and no other record. Text without anything in
    /// it is [`Value::Null`]. Links must come as values or references (`C-1042`); names are the
    /// gate's to resolve.
    ///
    /// # Errors
    /// Why it is not acceptable.
    pub fn value(&self, entity: &Entity, field: &Field, input: &Input) -> Result<Value, Invalid> {
        self.value_over(entity, field, input, &Value::Null)
    }

    /// As [`Coercion::value`] for a field that holds `present`: an amount that names no currency stays in
    /// the one that stands, `12k` over `CNY 391,950` is `CNY 12,000`.
    ///
    /// # Errors
    /// Why it is not acceptable.
    pub fn value_over(
        &self,
        entity: &Entity,
        field: &Field,
        input: &Input,
        present: &Value,
    ) -> Result<Value, Invalid> {
        let unnamed = match present {
            Value::Money(present) => present.currency,
            _ => self.catalog.company.currency,
        };
        match &field.kind {
            FieldType::Serial { .. } => {
                return Err(Invalid::new(phrase!("is given by the program and cannot be set")));
            }
            FieldType::Formula { .. } | FieldType::RollUp { .. } => {
                return Err(Invalid::new(phrase!("is computed and cannot be set")));
            }
            _ => {}
        }
        let value = match input {
            // A program may hand in text for any type, as JSON does for dates.
            Input::Text(text) | Input::Value(Value::Text(text)) => {
                self.read(entity, field, text, unnamed)?
            }
            Input::Value(value) => self.adopt(field, value, unnamed)?,
            Input::Shift(_) => return Err(shift::without_record(input)),
        };
        check::bounds(field, &value)?;
        check::pattern(self.catalog, field, &value)?;
        Ok(value)
    }

    fn read(
        &self,
        entity: &Entity,
        field: &Field,
        text: &str,
        unnamed: Currency,
    ) -> Result<Value, Invalid> {
        let region = self.catalog.company.region.as_str();
        match &field.kind {
            FieldType::Text => return text::line(text, entity.title == field.name),
            FieldType::LongText => return text::block(text),
            _ => {}
        }
        // All other types are short; whoever pastes a book into one is told early and cheaply.
        if text.len() > text::LONGEST_INPUT {
            return Err(Invalid::new(phrase!("is far too long")));
        }
        // Composing can make a separator of another character, so it comes before all else.
        let text = text::composed(text.trim());
        let text = text.as_ref();
        if text.is_empty() {
            return Ok(Value::Null);
        }
        match &field.kind {
            FieldType::Integer => number::integer(text, region).map(Value::Int),
            FieldType::Decimal => number::decimal(text, region).map(Value::Decimal),
            FieldType::Percent => number::percent(text, region).map(Value::Decimal),
            FieldType::Rating { max } => number::rating(text, *max).map(Value::Int),
            FieldType::Money => {
                let own = self.catalog.company.currency;
                money::read(text, region, own, unnamed).map(Value::Money)
            }
            FieldType::Boolean => choice::boolean(text).map(Value::Bool),
            FieldType::Date => date::read(text, self.today(), self.week, region).map(Value::Date),
            FieldType::DateTime => {
                time::read(text, self.now, (self.zone, self.week), region).map(Value::DateTime)
            }
            FieldType::Duration => duration::read(text).map(Value::Duration),
            FieldType::Select => choice::select(field, text).map(Value::Text),
            FieldType::MultiSelect => choice::several(field, text),
            FieldType::Tags => choice::tags(text),
            FieldType::Email => mail::list(text),
            FieldType::Phone => phone::list(text, region),
            FieldType::Url => url::list(text),
            FieldType::Address => address::read(text),
            FieldType::Link { to } => link::one(self.catalog, Some(to), text).map(Value::Link),
            FieldType::LinkAny => link::one(self.catalog, None, text).map(Value::Link),
            FieldType::Links { to } => link::several(self.catalog, to, text),
            // Handled above: text of either kind, and what cannot be set.
            FieldType::Text
            | FieldType::LongText
            | FieldType::Serial { .. }
            | FieldType::Formula { .. }
            | FieldType::RollUp { .. } => Ok(Value::Null),
        }
    }

    /// Phones as people write them; those without a country code are of `region`.
    ///
    /// # Errors
    /// Why they are none.
    pub fn phones(&self, text: &str, region: &str) -> Result<Value, Invalid> {
        if text.len() > text::LONGEST_INPUT {
            return Err(Invalid::new(phrase!("is far too long")));
        }
        phone::list(&text::composed(text.trim()), region)
    }

    /// An instant as people say it, in the zone of whoever says it: `tomorrow 10:00`, `fri`, `下周一`. A day alone
    /// is its beginning.
    ///
    /// # Errors
    /// Why it is none.
    pub fn instant(&self, text: &str) -> Result<DateTime<Utc>, Invalid> {
        let text = text::composed(text.trim());
        time::read(&text, self.now, (self.zone, self.week), &self.catalog.company.region)
    }

    /// An amount as people write it, in the company's currency where none is named: `84k`, `12万`.
    ///
    /// # Errors
    /// Why it is none.
    pub fn amount(&self, text: &str) -> Result<Money, Invalid> {
        let text = text::composed(text.trim());
        let own = self.catalog.company.currency;
        money::read(&text, &self.catalog.company.region, own, own)
    }

    fn today(&self) -> NaiveDate {
        self.now.with_timezone(&self.zone).date_naive()
    }
}
