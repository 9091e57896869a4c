//! What the first rows of a file tell of its columns.
//!
//! In which order dates are written, and what columns hold whose headers say nothing. Start at
//! [`settle_dates`] and [`by_values`].

use super::dates;
use super::headers::{Certainty, Suggestion};
use super::map::DateStyle;
use super::recipe::{From, Recipe};
use super::source::Row;
use crate::schema::{Entity, FieldType};

/// How many rows are looked at.
pub(super) const SAMPLE: usize = 500;

/// Dates that may be read two ways are read as the rest of their column says; where the column says
/// nothing or both they stay in doubt.
pub(super) fn settle_dates(recipe: &mut Recipe, rows: &[Row]) {
    for slot in &mut recipe.slots {
        if !matches!(slot.field.kind, FieldType::Date | FieldType::DateTime) {
            continue;
        }
        for ingredient in &mut slot.ingredients {
            let From::Column(column) = ingredient.from else { continue };
            if ingredient.dates.is_some() {
                continue;
            }
            let mut votes = rows
                .iter()
                .filter(|row| row.flaw.is_none())
                .filter_map(|row| dates::order(row.cells.get(column)?));
            let Some(first) = votes.next() else { continue };
            if votes.all(|vote| vote == first) {
                let order = if first { DateStyle::DayFirst } else { DateStyle::MonthFirst };
                ingredient.order = Some(order);
            }
        }
    }
}

/// Suggests fields for columns by what stands in them: where all cells of just one column are mail
/// addresses (phones, web addresses) and no header claims that field, it is that one.
pub(super) fn by_values(entity: &Entity, suggestions: &mut [Suggestion], rows: &[Row]) {
    for (kind, fits) in [
        (FieldType::Email, is_mail as fn(&str) -> bool),
        (FieldType::Phone, is_phone),
        (FieldType::Url, is_url),
    ] {
        let Some(field) = entity.fields.iter().find(|field| field.kind == kind) else { continue };
        let claims = |suggestion: &Suggestion| {
            let address = suggestion.field.as_deref().unwrap_or_default();
            suggestion.is_sure() && address.split('.').next() == Some(field.name.as_str())
        };
        if suggestions.iter().any(claims) {
            continue;
        }
        let holds = |column: &usize| {
            let mut cells = rows
                .iter()
                .filter(|row| row.flaw.is_none())
                .filter_map(|row| row.cells.get(*column).map(str::trim))
                .filter(|cell| !cell.is_empty())
                .peekable();
            !suggestions[*column].is_sure() && cells.peek().is_some() && cells.all(fits)
        };
        let mut columns = (0..suggestions.len()).filter(holds);
        if let (Some(column), None) = (columns.next(), columns.next()) {
            let suggestion = &mut suggestions[column];
            suggestion.field = Some(field.name.to_string());
            suggestion.certainty = Certainty::Values;
            suggestion.note = None;
        }
    }
}

fn is_mail(cell: &str) -> bool {
    let Some((name, host)) = cell.split_once('@') else { return false };
    !name.is_empty() && host.contains('.') && !cell.contains(char::is_whitespace)
}

/// Digits with what stands between them in phones; a bare number may be anything.
fn is_phone(cell: &str) -> bool {
    let digits = cell.chars().filter(char::is_ascii_digit).count();
    let apart = cell.starts_with('+') || cell.contains(['(', ' ', '-']);
    let only = cell.chars().all(|c| c.is_ascii_digit() || "+()-./ ".contains(c));
    let date = matches!(dates::read(cell, Some(&DateStyle::DayFirst)), dates::Reading::Is(_));
    (7..=15).contains(&digits) && apart && only && !date
}

fn is_url(cell: &str) -> bool {
    ["http://", "https://", "www."].iter().any(|start| cell.starts_with(start))
}
