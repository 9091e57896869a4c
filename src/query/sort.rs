//! Sort orders: `-amount, name`.

use super::names;
use super::path::{kind_of, near, unknown};
use crate::model::Name;
use crate::model::phrase;
use crate::schema::Catalog;
use crate::syntax::SyntaxError;

/// One key of a sort order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SortKey {
    /// The field (`id` too).
    pub field: Name,
    /// Largest first.
    pub descending: bool,
}

/// Parses `-amount, name`; labels, `+name` and `amount desc` are understood too.
///
/// # Errors
/// An unknown field, or one that cannot be sorted by.
pub fn parse_sort(
    text: &str,
    catalog: &Catalog,
    entity: &str,
) -> Result<Vec<SortKey>, SyntaxError> {
    let entity = super::resolve::Resolver::new(catalog, entity)?.entity;
    let mut keys: Vec<SortKey> = Vec::new();
    let mut start = 0;
    for part in text.split([',', '，']) {
        let at = start + (part.len() - part.trim_start().len());
        start += part.len() + 1;
        // A full-width comma is longer.
        if text.get(start - 1..).is_some_and(|rest| rest.starts_with('，')) {
            start += '，'.len_utf8() - 1;
        }
        let mut word = part.trim();
        if word.is_empty() {
            continue;
        }
        let range = at..at + word.len();
        let mut descending = false;
        if let Some(rest) = word.strip_prefix(['-', '+']) {
            descending = word.starts_with('-');
            word = rest.trim_start();
        } else if let Some((rest, way)) = word.rsplit_once(' ') {
            match way.to_ascii_lowercase().as_str() {
                "desc" | "descending" => (descending, word) = (true, rest.trim_end()),
                "asc" | "ascending" => word = rest.trim_end(),
                _ => {}
            }
        }
        if word.eq_ignore_ascii_case("id") || word.eq_ignore_ascii_case("ref") {
            keys.push(SortKey { field: Name::from("id"), descending });
            continue;
        }
        let known = || {
            let known =
                entity.fields.iter().filter(|field| field.sortable && field.column.is_some());
            let known: Vec<&str> = known.take(6).map(|field| field.name.as_str()).collect();
            phrase!("Sort by {known}.", known = known.join(", "))
        };
        let Some(field) = names::field(entity, word) else {
            let error = unknown(entity, word, range);
            // No word is looked for here.
            return Err(if near(entity, word).is_some() { error } else { error.hint(known()) });
        };
        if !field.sortable || kind_of(field).is_none() {
            let error = SyntaxError::new(
                range,
                phrase!("Lists cannot be sorted by {field}.", field = &field.name),
            );
            return Err(error.hint(known()));
        }
        if keys.iter().all(|key| key.field != field.name) {
            keys.push(SortKey { field: field.name.clone(), descending });
        }
    }
    Ok(keys)
}
