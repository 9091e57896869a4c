//! Values -> text as people read it, and as they type it.
//!
//! Two forms: [`Format::line`] for reading, [`Format::editable`] for editors and CSV, which
//! [`super::Coercion::value`] turns into the same value again. Nothing here is sanitised: what
//! prints it passes it through `term::Clean`.

mod number;
mod phone;
pub mod shipped;
#[cfg(test)]
mod tests;
mod time;

use std::borrow::Cow;

use chrono_tz::Tz;
pub use phone::phone;
use rust_decimal::Decimal;

use super::{Catalog, Field, FieldResult, FieldType};
use crate::model::{Address, ContactPoint, Lang, Link, Value};

/// The entity whose records ship, and are called in the person's language while nobody renamed them.
const ROLE: &str = "role";

/// How a person wants values written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Format {
    /// The language of labels and words.
    pub lang: Lang,
    /// The zone instants are shown in.
    pub zone: Tz,
}

impl Format {
    /// The value as one line of text for people: labels for choices, grouped numbers, titles for
    /// links. Not sanitised: what prints it passes it through `term::Clean`.
    #[must_use]
    pub fn line(&self, catalog: &Catalog, field: &Field, value: &Value) -> String {
        match (&field.kind, value) {
            (_, Value::Text(text)) if field.chooses() => self.choice(field, text).to_owned(),
            (FieldType::MultiSelect, Value::List(values)) => {
                join(", ", values.iter().map(|value| Cow::Borrowed(self.choice(field, value))))
            }
            (FieldType::Rating { max }, Value::Int(stars)) => Self::stars(*stars, *max, false),
            (FieldType::Phone, Value::Points(points)) => {
                join(", ", points.iter().map(|p| self.labelled(p, phone(&p.value).into())))
            }
            (FieldType::Url, Value::Points(points)) => {
                let bare = |point: &ContactPoint| {
                    point.value.strip_prefix("https://").unwrap_or(&point.value).to_owned()
                };
                join(", ", points.iter().map(|point| self.labelled(point, bare(point).into())))
            }
            (
                FieldType::Percent
                | FieldType::Formula { result: FieldResult::Percent, .. }
                | FieldType::RollUp { result: FieldResult::Percent, .. },
                Value::Decimal(percent),
            ) => self.percent(*percent),
            (FieldType::Text, Value::Text(text)) => {
                let of = catalog.entity(ROLE).and_then(|role| role.field(&field.name));
                let is_role = of.is_some_and(|of| std::ptr::eq(of, field) || of == field);
                let shown = if is_role { shipped::role(self.lang, text) } else { text };
                one_line(shown).into_owned()
            }
            _ => self.plain(catalog, value),
        }
    }

    /// A value whose field is not known (of a history that outlived its schema), as one line.
    #[must_use]
    pub fn plain(&self, catalog: &Catalog, value: &Value) -> String {
        match value {
            Value::Null => String::new(),
            Value::Text(text) => one_line(text).into_owned(),
            Value::Int(number) => number::integer(*number),
            Value::Decimal(number) => number::decimal(*number),
            Value::Money(money) => Self::money(money),
            Value::Bool(yes) => self.boolean(*yes).to_owned(),
            Value::Date(date) => Self::date(*date),
            Value::DateTime(instant) => self.day_or_time(*instant),
            Value::Duration(seconds) => self.duration(*seconds),
            Value::List(values) => values.join(", "),
            Value::Points(points) => {
                join(", ", points.iter().map(|p| self.labelled(p, p.value.as_str().into())))
            }
            Value::Address(address) => address_line(address),
            Value::Link(link) => self.link(catalog, link).into_owned(),
            Value::Links(links) => join(", ", links.iter().map(|link| self.link(catalog, link))),
        }
    }

    /// The value as text that `Coercion::value` understands again: what an editor starts with, what
    /// CSV holds. The same in every language.
    #[must_use]
    pub fn editable(&self, catalog: &Catalog, field: &Field, value: &Value) -> String {
        let _ = field;
        match value {
            Value::Null => String::new(),
            Value::Text(text) => text.clone(),
            Value::Int(number) => number.to_string(),
            Value::Decimal(number) => number::exact(*number),
            Value::Money(money) => format!("{} {}", number::exact(money.amount), money.currency),
            Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
            Value::Date(date) => Self::date(*date),
            Value::DateTime(instant) => self.exact_instant(*instant),
            Value::Duration(seconds) => time::exact_duration(*seconds),
            Value::List(values) => values.join("; "),
            Value::Points(points) => join(
                "; ",
                points.iter().map(|point| {
                    let text = point.raw.as_ref().unwrap_or(&point.value);
                    if point.label.is_empty() {
                        Cow::Borrowed(text.as_str())
                    } else {
                        Cow::Owned(format!("{}: {text}", point.label))
                    }
                }),
            ),
            Value::Address(address) => join(
                "; ",
                Address::PARTS.iter().filter_map(|name| {
                    let text = address.part(name).filter(|text| !text.is_empty())?;
                    Some(Cow::Owned(format!("{name}={}", escape_part(text))))
                }),
            ),
            Value::Link(link) => catalog.reference(&link.target()),
            Value::Links(links) => {
                join(", ", links.iter().map(|link| catalog.reference(&link.target()).into()))
            }
        }
    }

    fn labelled<'a>(self, point: &ContactPoint, shown: Cow<'a, str>) -> Cow<'a, str> {
        if point.label.is_empty() {
            return shown;
        }
        format!("{shown} ({})", shipped::label(self.lang, &point.label)).into()
    }

    /// What a link leads to.
    #[must_use]
    pub fn link<'a>(&self, catalog: &Catalog, link: &'a Link) -> Cow<'a, str> {
        if link.title.is_empty() {
            catalog.reference(&link.target()).into()
        } else {
            one_line(self.title(&link.entity, &link.title))
        }
    }

    /// What a record of some entity is called: a built-in role in the person's language.
    #[must_use]
    pub fn title<'a>(&self, entity: &str, title: &'a str) -> &'a str {
        if entity == ROLE { shipped::role(self.lang, title) } else { title }
    }

    /// The label of a choice; the stored value where the choice is gone.
    #[must_use]
    pub fn choice<'a>(&self, field: &'a Field, value: &'a str) -> &'a str {
        match field.choice(value).map(|choice| choice.label.get(self.lang)) {
            Some(label) if !label.is_empty() => label,
            _ => value,
        }
    }

    /// `yes`, `no`, 是, 否.
    #[must_use]
    pub fn boolean(&self, yes: bool) -> &'static str {
        match (self.lang, yes) {
            (Lang::En, true) => "yes",
            (Lang::En, false) => "no",
            (Lang::Zh, true) => "是",
            (Lang::Zh, false) => "否",
        }
    }

    /// `50 %`.
    #[must_use]
    pub fn percent(&self, percent: Decimal) -> String {
        let space = if self.lang == Lang::Zh { "" } else { " " };
        format!("{}{space}%", number::decimal(percent))
    }

    /// A rating as stars: `★★★☆☆`, or `***--` for terminals without them.
    #[must_use]
    pub fn stars(stars: i64, max: u8, ascii: bool) -> String {
        let (full, empty) = if ascii { ("*", "-") } else { ("★", "☆") };
        let count = stars.clamp(0, i64::from(max)) as usize;
        full.repeat(count) + &empty.repeat(usize::from(max) - count)
    }
}

fn join<'a>(with: &str, parts: impl Iterator<Item = Cow<'a, str>>) -> String {
    let mut out = String::new();
    for part in parts {
        if !out.is_empty() {
            out.push_str(with);
        }
        out.push_str(&part);
    }
    out
}

fn one_line(text: &str) -> Cow<'_, str> {
    if text.contains(['\n', '\r']) {
        text.split_whitespace().collect::<Vec<_>>().join(" ").into()
    } else {
        text.into()
    }
}

/// Chinese addresses go from the large to the small, others from the small to the large.
fn address_line(address: &Address) -> String {
    let Address { street, city, postcode, region, country } = address;
    let town = join(" ", [&**postcode, city].into_iter().filter_map(filled));
    let han = |text: &str| text.chars().any(|c| matches!(c, '\u{3400}'..='\u{9fff}'));
    if han(city) || han(street) {
        join(" ", [&**country, region, city, street, postcode].into_iter().filter_map(filled))
    } else {
        join(", ", [&**street, &town, region, country].into_iter().filter_map(filled))
    }
}

fn filled(text: &str) -> Option<Cow<'_, str>> {
    (!text.is_empty()).then(|| one_line(text))
}

/// Protects what separates the parts of an address.
fn escape_part(text: &str) -> Cow<'_, str> {
    if text.contains(['\\', ';', '\n', '；', '=']) {
        let text = text.replace('\\', "\\\\").replace(';', "\\;").replace('；', "\\；");
        text.replace('=', "\\=").replace('\n', "\\n").into()
    } else {
        text.into()
    }
}
