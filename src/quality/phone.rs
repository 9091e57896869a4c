//! Phone numbers that are none.
//!
//! What the library could not place was kept as digits, so that people can note what they have. Where the
//! country of the record's own address makes a number of it, that is proposed.

use super::countries::Country;
use super::{Found, Scene, quoted};
use crate::model::{ContactPoint, Record, Value, phrase};
use crate::schema::coerce::{phone_fits, phone_number};
use crate::schema::{Field, FieldType};

pub(super) fn look(
    scene: &Scene<'_>,
    field: &Field,
    record: &Record,
    value: &Value,
) -> Option<Found> {
    let (FieldType::Phone, Value::Points(points)) = (&field.kind, value) else { return None };
    let own = scene.catalog.company.region.as_str();
    let region = country(scene, record).filter(|region| *region != own);
    let is_wrong = |point: &ContactPoint| {
        // What is a number of the company's own region is only not in its standard form.
        !phone_fits(&point.value) && (region.is_some() || dialled(point, own).is_none())
    };
    let wrong = points.iter().find(|point| is_wrong(point))?;
    let words = if wrong.value.starts_with('+') {
        phrase!(
            "{number} has not the length of a phone number there",
            number = quoted(&wrong.value)
        )
    } else {
        phrase!(
            "{number} is no phone number here, and has no country code",
            number = quoted(&wrong.value)
        )
    };
    let mut better = points.clone();
    let mut any = false;
    for point in better.iter_mut().filter(|point| is_wrong(point)) {
        if let Some(number) = region.and_then(|region| dialled(point, region)) {
            point.raw.get_or_insert_with(|| point.value.clone());
            point.value = number;
            any = true;
        }
    }
    Some(Found::new(words, any.then_some(Value::Points(better))))
}

/// The number as it is dialled in a country.
fn dialled(point: &ContactPoint, region: &str) -> Option<String> {
    // Letters would be taken for the digits that they share a key with.
    if has_letters(point) {
        return None;
    }
    let typed = point.raw.as_deref().unwrap_or(&point.value);
    let (_, extension) = point.value.split_once(";ext=").unwrap_or((&point.value, ""));
    let mut number = phone_number(typed, region).filter(|number| phone_fits(number))?;
    if !extension.is_empty() {
        number = format!("{number};ext={extension}");
    }
    Some(number)
}

/// Whether what is kept is no row of digits at all.
pub(super) fn has_letters(point: &ContactPoint) -> bool {
    let number = point.value.split(";ext=").next().unwrap_or_default();
    number.contains(char::is_alphabetic)
}

/// The country of the first address that names one, as far as the person sees it.
fn country(scene: &Scene<'_>, record: &Record) -> Option<&'static str> {
    let addresses = scene.entity.fields.iter().filter(|field| super::is_checked(field));
    addresses
        .filter_map(|field| match record.get(&field.name) {
            Value::Address(address) => Country::named(&address.country),
            _ => None,
        })
        .map(|country| country.code)
        .next()
}
