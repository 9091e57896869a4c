//! The single texts in a value: the whole of a line, the parts of an address, each tag.

use crate::model::{Address, Value};
use crate::schema::{Field, FieldType};

/// Which text of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Slot {
    /// The value is one text.
    Whole,
    /// A part of an address, by its name.
    Part(&'static str),
    /// One of several tags.
    Tag,
}

impl Slot {
    /// The place in rules: `name`, `address.city`.
    pub(super) fn place(self, field: &str) -> String {
        match self {
            Self::Part(part) => format!("{field}.{part}"),
            Self::Whole | Self::Tag => field.to_owned(),
        }
    }
}

/// The texts of a field that people write freely, one line each.
pub(super) fn each(field: &Field, value: &Value, take: &mut dyn FnMut(Slot, &str)) {
    match (&field.kind, value) {
        (FieldType::Text, Value::Text(text)) => take(Slot::Whole, text),
        (FieldType::Address, Value::Address(address)) => {
            for part in Address::PARTS {
                if let Some(text) = address.part(part).filter(|text| !text.is_empty()) {
                    take(Slot::Part(part), text);
                }
            }
        }
        (FieldType::Tags, Value::List(tags)) => tags.iter().for_each(|tag| take(Slot::Tag, tag)),
        _ => {}
    }
}

/// The value with some of its texts changed; none where all stay as they are.
pub(super) fn changed(
    field: &Field,
    value: &Value,
    change: &mut dyn FnMut(Slot, &str) -> Option<String>,
) -> Option<Value> {
    match (&field.kind, value) {
        (FieldType::Text, Value::Text(text)) => {
            change(Slot::Whole, text).map(|text| text.as_str().into())
        }
        (FieldType::Address, Value::Address(address)) => {
            let mut new = address.clone();
            let mut any = false;
            for part in Address::PARTS {
                let Some(place) = new.part_mut(part).filter(|text| !text.is_empty()) else {
                    continue;
                };
                if let Some(text) = change(Slot::Part(part), place) {
                    *place = text;
                    any = true;
                }
            }
            let new = if new.is_empty() { Value::Null } else { Value::Address(new) };
            any.then_some(new)
        }
        (FieldType::Tags, Value::List(tags)) => {
            let mut any = false;
            let mut new: Vec<String> = Vec::with_capacity(tags.len());
            for tag in tags {
                let better = change(Slot::Tag, tag);
                any |= better.is_some();
                let tag = better.unwrap_or_else(|| tag.clone());
                if !tag.is_empty() && !new.contains(&tag) {
                    new.push(tag);
                }
            }
            any.then_some(if new.is_empty() { Value::Null } else { Value::List(new) })
        }
        _ => None,
    }
}
