//! The one JSON shape of values and records, shared by exports and the command line.
//!
//! The shape is a promise: fields may be added to an object, nothing is renamed or retyped.
//!
//! | type | JSON |
//! |---|---|
//! | text, long text, select, serial | string |
//! | integer, rating, duration (seconds) | number |
//! | decimal, percent | string with the exact digits: `"12.5"` |
//! | money | `{"amount": "84000.00", "currency": "EUR"}` |
//! | boolean | `true`, `false` |
//! | date, datetime | `"2026-01-31"`, `"2026-01-31T09:30:00Z"` (always UTC) |
//! | multi-select, tags | array of strings |
//! | email, phone, url | `[{"label": "work", "value": "+4971155501"}]`, the primary one first |
//! | address | object with the parts that are filled: `street city postcode region country` |
//! | link, user, team | `{"ref": "C-1042", "title": "Müller AG"}` |
//! | links | array of links |
//! | nothing entered | `null` |

use chrono::SecondsFormat;
use serde_json::{Map, Value as Json, json};

use crate::model::{Address, Link, Name, Record, Value};
use crate::schema::{Catalog, Entity};

/// A field that changed, before and after, in the documented shape.
#[must_use]
pub fn change(catalog: &Catalog, field: &Name, before: &Value, after: &Value) -> Json {
    json!({
        "field": field.as_str(),
        "before": value(catalog, before),
        "after": value(catalog, after),
    })
}

/// A value in the documented shape.
#[must_use]
pub fn value(catalog: &Catalog, value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Text(text) => json!(text),
        Value::Int(number) | Value::Duration(number) => json!(number),
        Value::Decimal(number) => json!(number.normalize().to_string()),
        Value::Money(money) => {
            json!({ "amount": money.digits(), "currency": money.currency.code() })
        }
        Value::Bool(flag) => json!(flag),
        Value::Date(day) => json!(day.to_string()),
        Value::DateTime(at) => json!(at.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
        Value::List(items) => json!(items),
        Value::Points(points) => points
            .iter()
            .map(|point| json!({ "label": point.label, "value": point.value }))
            .collect(),
        Value::Address(address) => Address::PARTS
            .iter()
            .filter_map(|part| Some((*part, address.part(part).filter(|text| !text.is_empty())?)))
            .map(|(part, text)| (part.to_owned(), json!(text)))
            .collect::<Map<String, Json>>()
            .into(),
        Value::Link(target) => link(catalog, target),
        Value::Links(links) => links.iter().map(|target| link(catalog, target)).collect(),
    }
}

fn link(catalog: &Catalog, link: &Link) -> Json {
    json!({ "ref": catalog.reference(&link.target()), "title": link.title })
}

/// A record: `ref` first, then the asked fields in order. System fields come from the bookkeeping of
/// the record where it does not carry them as fields.
#[must_use]
pub fn record(catalog: &Catalog, record: &Record, fields: &[Name]) -> Json {
    let mut map = Map::with_capacity(fields.len() + 1);
    map.insert("ref".to_owned(), json!(catalog.reference(&record.reference())));
    for field in fields {
        map.insert(field.to_string(), value(catalog, &cell(record, field)));
    }
    Json::Object(map)
}

/// The value of a field of a record, bookkeeping included: what a column of that name shows.
#[must_use]
pub fn cell(record: &Record, field: &str) -> Value {
    let given = record.get(field);
    if !given.is_null() {
        return given.clone();
    }
    let person = |link: &Option<Link>| link.clone().map_or(Value::Null, Value::Link);
    match field {
        "id" => Value::Int(record.id.0),
        "version" => Value::Int(record.meta.version),
        "created_at" => Value::DateTime(record.meta.created_at),
        "updated_at" => Value::DateTime(record.meta.updated_at),
        "created_by" => person(&record.meta.created_by),
        "updated_by" => person(&record.meta.updated_by),
        "deleted_at" => record.meta.deleted_at.map_or(Value::Null, Value::DateTime),
        _ => Value::Null,
    }
}

/// All fields of an entity in the order of the schema: what a record in JSON has when nobody chose.
#[must_use]
pub fn all_fields(entity: &Entity) -> Vec<Name> {
    entity.fields.iter().map(|field| field.name.clone()).collect()
}
