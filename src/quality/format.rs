//! Values that would be kept in another form, or not at all, if they were entered today.
//!
//! The schema itself is asked: what its normal form is, whatever the kind of the field, is said in one
//! place. Phones, addresses of mail and choices that it refuses have checks of their own.

use super::{Found, Scene, phone, spelling};
use crate::model::{Input, Record, Value, phrase};
use crate::schema::{Field, FieldType};

pub(super) fn look(scene: &Scene<'_>, field: &Field, _: &Record, value: &Value) -> Option<Found> {
    let linked =
        matches!(field.kind, FieldType::Link { .. } | FieldType::Links { .. } | FieldType::LinkAny);
    if value.is_null() || linked {
        return None;
    }
    if let (FieldType::Phone, Value::Points(points)) = (&field.kind, value)
        && points.iter().any(phone::has_letters)
    {
        return None;
    }
    match scene.coercion.value(scene.entity, field, &Input::Value(value.clone())) {
        Ok(normal) if normal == *value => None,
        Ok(normal) => {
            let words = phrase!("would be kept in another form today");
            Some(Found::new(words, Some(normal)))
        }
        Err(_) if matches!(field.kind, FieldType::Email | FieldType::Phone) => None,
        Err(_) if spelling::near_choice(field, value).is_some() => None,
        Err(invalid) => Some(Found::new(invalid.message, None)),
    }
}
