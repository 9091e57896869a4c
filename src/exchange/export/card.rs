//! vCards: one for each contact, customer, lead or whatever else has phones or mail addresses.
//!
//! What becomes what is read from the types of the fields, so a company's own fields come along. Start at
//! [`Cards::of`].

use std::io::{self, Write};

use calcard::common::PartialDateTime;
use calcard::vcard::{
    VCard, VCardEntry, VCardKind, VCardParameter, VCardParameterName, VCardParameterValue,
    VCardProperty, VCardValue, VCardVersion,
};
use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};

use super::ExportError;
use crate::exchange::read::own_uid;
use crate::model::{Address, ContactPoint, Name, Record, Value, phrase};
use crate::schema::{Catalog, Entity, Field, FieldType, Format};

/// Fields that say what a person is there, by their names.
const POSITION: &str = "position";
const DEPARTMENT: &str = "department";
const BIRTHDAY: &str = "birthday";
/// Where a person is: a link, or a text.
const COMPANY: [&str; 2] = ["customer", "company"];

/// Writes vCards of the records of an entity.
pub(super) struct Cards<'w> {
    catalog: &'w Catalog,
    entity: &'w Entity,
    fields: Vec<&'w Field>,
    words: Format,
    version: VCardVersion,
}

impl<'w> Cards<'w> {
    /// For an entity whose records somebody can be reached by.
    pub fn of(
        catalog: &'w Catalog,
        entity: &'w Entity,
        fields: &[Name],
        words: Format,
        old: bool,
    ) -> Result<Self, ExportError> {
        let reaches = |field: &Field| matches!(field.kind, FieldType::Phone | FieldType::Email);
        if !entity.fields.iter().any(reaches) {
            return Err(ExportError::Unfit(phrase!(
                "a vCard is for whom one can call or write to; {entity} has neither phones nor mail addresses",
                entity = entity.told()
            )));
        }
        let fields = fields.iter().filter_map(|name| entity.field(name)).collect();
        let version = if old { VCardVersion::V3_0 } else { VCardVersion::V4_0 };
        Ok(Self { catalog, entity, fields, words, version })
    }

    /// Writes the card of a record.
    pub fn record(&self, record: &Record, out: &mut dyn Write) -> io::Result<()> {
        let mut card = VCard { entries: Vec::new() };
        let mut add = |entry: VCardEntry| card.entries.push(entry);
        let new = self.version == VCardVersion::V4_0;
        let reference = self.catalog.reference(&record.reference());
        add(text(VCardProperty::Uid, &own_uid(&record.reference())));
        let title = self.entity.title_field();
        let name = self.words.line(self.catalog, title, record.get(&title.name));
        let name = if name.is_empty() { reference } else { name };
        let company = self.company(record);
        // What is itself a company has no place to be in.
        let is_person =
            self.entity.fields.iter().any(|field| COMPANY.contains(&field.name.as_str()));
        if new {
            let kind = if is_person { VCardKind::Individual } else { VCardKind::Org };
            add(VCardEntry::new(VCardProperty::Kind).with_value(VCardValue::Kind(kind)));
        }
        add(text(VCardProperty::Fn, &name));
        let (given, family) = if is_person { parts(&name) } else { (String::new(), name.clone()) };
        add(components(
            VCardProperty::N,
            [family, given, String::new(), String::new(), String::new()],
        ));
        let department = self.plain(record, DEPARTMENT);
        let at = if is_person { company } else { name };
        if !at.is_empty() || !department.is_empty() {
            let mut parts = vec![at];
            parts.extend(Some(department).filter(|text| !text.is_empty()));
            add(components(VCardProperty::Org, parts));
        }
        for field in &self.fields {
            self.field(field, record, &mut add);
        }
        add(instant(VCardProperty::Rev, record.meta.updated_at));
        let mut written = String::new();
        card.write_to(&mut written, self.version).map_err(io::Error::other)?;
        out.write_all(written.as_bytes())
    }

    fn field(&self, field: &Field, record: &Record, add: &mut impl FnMut(VCardEntry)) {
        let value = record.get(&field.name);
        match value {
            Value::Points(points) => {
                let property = match field.kind {
                    FieldType::Phone => VCardProperty::Tel,
                    FieldType::Email => VCardProperty::Email,
                    _ => VCardProperty::Url,
                };
                for (point, at) in points.iter().zip(1_u32..) {
                    add(self.point(property.clone(), point, at));
                }
            }
            Value::Address(address) => add(postal(address)),
            Value::List(tags) if field.kind == FieldType::Tags => {
                let values = tags.iter().map(|tag| VCardValue::Text(tag.clone())).collect();
                add(VCardEntry::new(VCardProperty::Categories).with_values(values));
            }
            Value::Date(day) if field.name == BIRTHDAY => {
                add(VCardEntry::new(VCardProperty::Bday)
                    .with_value(VCardValue::PartialDateTime(date(*day))));
            }
            Value::Text(note) if field.kind == FieldType::LongText => {
                add(text(VCardProperty::Note, note));
            }
            Value::Text(position) if field.name == POSITION => {
                add(text(VCardProperty::Title, position));
            }
            _ => {}
        }
    }

    fn point(&self, property: VCardProperty, point: &ContactPoint, at: u32) -> VCardEntry {
        let new = self.version == VCardVersion::V4_0;
        let kind = match point.label.as_str() {
            "" => None,
            "mobile" => Some("cell".to_owned()),
            // A word of their own has no room among those that everybody knows.
            label => {
                Some(label.to_lowercase()).filter(|l| l.chars().all(|c| c.is_ascii_alphanumeric()))
            }
        };
        let mut entry = VCardEntry::new(property.clone());
        if let Some(kind) = kind {
            entry.add_param(VCardParameter::new(
                VCardParameterName::Type,
                VCardParameterValue::Text(kind),
            ));
        }
        // The first one is the one to use.
        if at == 1 && new {
            entry.add_param(VCardParameter::pref(1_u32));
        }
        let value = match property {
            VCardProperty::Tel => point.value.replace(";ext=", " ext. "),
            _ => point.value.clone(),
        };
        entry.with_value(value)
    }

    fn company(&self, record: &Record) -> String {
        COMPANY
            .iter()
            .map(|name| self.plain(record, name))
            .find(|t| !t.is_empty())
            .unwrap_or_default()
    }

    /// A field in words, where it is among those that leave.
    fn plain(&self, record: &Record, name: &str) -> String {
        let field = self.fields.iter().find(|field| field.name == name);
        field.map_or_else(String::new, |field| {
            self.words.line(self.catalog, field, record.get(name))
        })
    }
}

fn text(property: VCardProperty, text: &str) -> VCardEntry {
    VCardEntry::new(property).with_value(text.to_owned())
}

fn components(property: VCardProperty, parts: impl IntoIterator<Item = String>) -> VCardEntry {
    let parts: Vec<VCardValue> = parts.into_iter().map(VCardValue::Text).collect();
    VCardEntry::new(property).with_values(parts)
}

fn postal(address: &Address) -> VCardEntry {
    let Address { street, city, postcode, region, country } = address;
    let parts = ["", "", street, city, region, postcode, country];
    components(VCardProperty::Adr, parts.map(str::to_owned))
}

pub(super) fn date(day: NaiveDate) -> PartialDateTime {
    PartialDateTime {
        year: u16::try_from(day.year()).ok(),
        month: Some(day.month() as u8),
        day: Some(day.day() as u8),
        ..PartialDateTime::default()
    }
}

pub(super) fn utc(at: DateTime<Utc>) -> PartialDateTime {
    PartialDateTime {
        hour: Some(at.hour() as u8),
        minute: Some(at.minute() as u8),
        second: Some(at.second() as u8),
        tz_hour: Some(0),
        tz_minute: Some(0),
        ..date(at.date_naive())
    }
}

fn instant(property: VCardProperty, at: DateTime<Utc>) -> VCardEntry {
    VCardEntry::new(property).with_value(VCardValue::PartialDateTime(utc(at)))
}

/// Given name and family name: the last word of a name in Latin letters; one that has no spaces is whole.
fn parts(name: &str) -> (String, String) {
    match name.rsplit_once(' ') {
        Some((given, family)) => (given.to_owned(), family.to_owned()),
        None => (String::new(), name.to_owned()),
    }
}
