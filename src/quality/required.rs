//! Required fields that are empty, as records have them that are older than the rule or came by import.

use super::{Found, Scene};
use crate::model::{Record, Value, phrase};
use crate::schema::Field;

pub(super) fn look(
    scene: &Scene<'_>,
    field: &Field,
    record: &Record,
    value: &Value,
) -> Option<Found> {
    if !value.is_null() {
        return None;
    }
    if field.required {
        return Some(Found::new(phrase!("is required and empty"), None));
    }
    let holds = |(name, query): &(crate::model::Name, crate::query::Query)| {
        // What hangs on other records is not known here, and nothing is said of it.
        *name == field.name && query.decide(scene.catalog, record, scene.moment) == Some(true)
    };
    scene
        .needed_when
        .iter()
        .any(holds)
        .then(|| Found::new(phrase!("is needed here and empty"), None))
}
