//! What a field can hold.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Money, Name, RecordId, RecordRef};

/// The value of one field of one record.
///
/// The serialised form is tagged with the kind of the value, so that history stays readable after
/// a field has changed its type.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Value {
    /// Nothing entered.
    #[default]
    Null,
    /// Text, long text, the value of a select, a serial.
    Text(String),
    /// Integer or rating.
    Int(i64),
    /// Decimal or percent (50 % is `50`).
    Decimal(Decimal),
    /// An amount with its currency.
    Money(Money),
    /// Yes or no.
    Bool(bool),
    /// A day, without zone.
    Date(NaiveDate),
    /// An instant.
    DateTime(#[serde(with = "chrono::serde::ts_milliseconds")] DateTime<Utc>),
    /// A duration in seconds.
    Duration(i64),
    /// Multi-select values or tags, without repetition.
    List(Vec<String>),
    /// E-mail addresses, phones or urls; the first is the primary one.
    Points(Vec<ContactPoint>),
    /// A postal address.
    Address(Box<Address>),
    /// A linked record.
    Link(Link),
    /// Several linked records.
    Links(Vec<Link>),
}

impl Value {
    /// True where nothing is entered.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The text of a text value.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The linked record of a link value.
    #[must_use]
    pub fn as_link(&self) -> Option<&Link> {
        match self {
            Self::Link(link) => Some(link),
            _ => None,
        }
    }

    /// The links of a link or links value; none of any other.
    #[must_use]
    pub fn links(&self) -> &[Link] {
        match self {
            Self::Link(link) => std::slice::from_ref(link),
            Self::Links(links) => links,
            _ => &[],
        }
    }

    /// The same, to be changed.
    pub fn links_mut(&mut self) -> &mut [Link] {
        match self {
            Self::Link(link) => std::slice::from_mut(link),
            Self::Links(links) => links,
            _ => &mut [],
        }
    }

    /// The primary contact point of a multi-valued e-mail, phone or url.
    #[must_use]
    pub fn primary_point(&self) -> Option<&ContactPoint> {
        match self {
            Self::Points(points) => points.first(),
            _ => None,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        if text.is_empty() { Self::Null } else { Self::Text(text.to_owned()) }
    }
}

/// One e-mail address, phone number or url.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactPoint {
    /// `work`, `mobile` ...; may be empty.
    #[serde(rename = "l", default, skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// The normalised form: E.164 (`+4971155501`, with `;ext=12`), lower-cased host ...
    #[serde(rename = "v")]
    pub value: String,
    /// How it was typed, where that differs from the normalised form.
    #[serde(rename = "r", default, skip_serializing_if = "Option::is_none")]
    pub raw: Option<String>,
}

/// A postal address. Empty parts are empty strings.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Address {
    /// Street and number; may have several lines.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub street: String,
    /// Town.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub city: String,
    /// Postcode.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub postcode: String,
    /// State, province, canton.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub region: String,
    /// Country, as the user writes it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub country: String,
}

impl Address {
    /// The names of the parts, in the order in which they are stored and asked for.
    pub const PARTS: [&'static str; 5] = ["street", "city", "postcode", "region", "country"];

    /// A part by its name.
    #[must_use]
    pub fn part(&self, name: &str) -> Option<&str> {
        Some(match name {
            "street" => &self.street,
            "city" => &self.city,
            "postcode" => &self.postcode,
            "region" => &self.region,
            "country" => &self.country,
            _ => return None,
        })
    }

    /// A part by its name, to write to.
    pub fn part_mut(&mut self, name: &str) -> Option<&mut String> {
        Some(match name {
            "street" => &mut self.street,
            "city" => &mut self.city,
            "postcode" => &mut self.postcode,
            "region" => &mut self.region,
            "country" => &mut self.country,
            _ => return None,
        })
    }

    /// True where no part is filled.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        Self::PARTS.iter().all(|part| self.part(part).is_none_or(str::is_empty))
    }
}

/// A link to a record, with the title it had when it was read.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Link {
    /// The entity of the linked record.
    pub entity: Name,
    /// Its number.
    pub id: RecordId,
    /// Its title when read; empty where not read. Not part of the identity.
    #[serde(skip)]
    pub title: String,
}

impl Link {
    /// A link without a title.
    #[must_use]
    pub fn new(entity: impl Into<Name>, id: RecordId) -> Self {
        Self { entity: entity.into(), id, title: String::new() }
    }

    /// The record that is meant.
    #[must_use]
    pub fn target(&self) -> RecordRef {
        RecordRef { entity: self.entity.clone(), id: self.id }
    }
}

impl PartialEq for Link {
    fn eq(&self, other: &Self) -> bool {
        self.entity == other.entity && self.id == other.id
    }
}

impl Eq for Link {}
