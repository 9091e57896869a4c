//! How a list is laid out, as text: columns (`name:30, phones`) and groups (`stage`,
//! `expected_close.month`).

use crate::model::{Name, Phrase, RecordRef, Value, phrase};
use std::fmt;

use super::names;
use super::path::unknown;
use super::sort::SortKey;
use crate::schema::{Catalog, Entity, Field, FieldResult, FieldType};
use crate::syntax::SyntaxError;

/// The widest a column may be wished.
const WIDEST: u16 = 200;

/// A column of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The field.
    pub field: Name,
    /// Its cells, where they are not the usual ones.
    pub width: Option<u16>,
}

/// Parses `name:30, phones`; labels are understood too.
///
/// # Errors
/// An unknown field, or a width that is none.
pub fn parse_columns(
    text: &str,
    catalog: &Catalog,
    entity: &str,
) -> Result<Vec<Shown>, SyntaxError> {
    let entity = super::resolve::Resolver::new(catalog, entity)?.entity;
    let mut columns: Vec<Shown> = Vec::new();
    let mut start = 0;
    for part in text.split(',') {
        let at = start + (part.len() - part.trim_start().len());
        start += part.len() + 1;
        let word = part.trim();
        if word.is_empty() {
            continue;
        }
        let range = at..at + word.len();
        let (word, width) = match word.rsplit_once(':') {
            Some((word, width)) => {
                let cells = width.trim().parse().ok().filter(|cells| (1..=WIDEST).contains(cells));
                let error = || {
                    SyntaxError::new(
                        range.clone(),
                        phrase!("{width} is no width of a column.", width = width),
                    )
                    .hint(phrase!(
                        "Write a number from 1 to {widest}: {word}:20.",
                        widest = WIDEST,
                        word = word
                    ))
                };
                (word.trim_end(), Some(cells.ok_or_else(error)?))
            }
            None => (word, None),
        };
        let field = names::field(entity, word).or_else(|| entity.field_of_several(word));
        let field = field.ok_or_else(|| unknown(entity, word, range))?;
        if columns.iter().all(|known| known.field != field.name) {
            columns.push(Shown { field: field.name.clone(), width });
        }
    }
    Ok(columns)
}

/// Columns as text that [`parse_columns`] understands.
#[must_use]
pub fn print_columns(columns: &[Shown]) -> String {
    let words: Vec<String> = columns
        .iter()
        .map(|column| match column.width {
            Some(width) => format!("{}:{width}", column.field),
            None => column.field.to_string(),
        })
        .collect();
    words.join(", ")
}

/// A sort order as text that [`super::parse_sort`] understands.
#[must_use]
pub fn print_sort(keys: &[SortKey]) -> String {
    let words: Vec<String> = keys
        .iter()
        .map(|key| format!("{}{}", if key.descending { "-" } else { "" }, key.field))
        .collect();
    words.join(", ")
}

/// How the values of a field make groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// Each value is a group.
    Value,
    /// Each calendar month.
    Month,
    /// Each calendar quarter.
    Quarter,
}

/// What a list is put in groups by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grouping {
    /// The field.
    pub field: Name,
    /// How its values make groups.
    pub pace: Pace,
}

impl Grouping {
    /// What a field can be grouped by; nothing where its values are too many or several.
    #[must_use]
    pub fn paces(field: &Field) -> &'static [Pace] {
        match &field.kind {
            _ if field.chooses() => &[Pace::Value],
            FieldType::Boolean
            | FieldType::Rating { .. }
            | FieldType::Link { .. }
            | FieldType::Formula { result: FieldResult::Boolean, .. } => &[Pace::Value],
            FieldType::Date | FieldType::DateTime => &[Pace::Month, Pace::Quarter],
            _ => &[],
        }
    }

    /// Parses `stage` or `expected_close.month`; none where the text is empty.
    ///
    /// # Errors
    /// An unknown field, or one that makes no groups.
    pub fn parse(text: &str, catalog: &Catalog, entity: &str) -> Result<Option<Self>, SyntaxError> {
        let entity = super::resolve::Resolver::new(catalog, entity)?.entity;
        let word = text.trim();
        if word.is_empty() {
            return Ok(None);
        }
        let range = 0..text.len();
        let (word, pace) = match word.rsplit_once('.') {
            Some((field, "month")) => (field, Some(Pace::Month)),
            Some((field, "quarter")) => (field, Some(Pace::Quarter)),
            _ => (word, None),
        };
        let field =
            names::field(entity, word).ok_or_else(|| unknown(entity, word, range.clone()))?;
        let paces = Self::paces(field);
        let pace = match pace {
            Some(pace) => paces.iter().copied().find(|known| *known == pace),
            None => paces.first().copied(),
        };
        match pace {
            Some(pace) => Ok(Some(Self { field: field.name.clone(), pace })),
            None => Err(SyntaxError::new(
                range,
                phrase!("{field} makes no groups.", field = &field.name),
            )
            .hint(hint(entity))),
        }
    }

    /// The condition that a record is in the group with this key, as an aggregate names it; none where
    /// the key is none of this grouping.
    #[must_use]
    pub fn condition(&self, key: &Value, catalog: &Catalog) -> Option<String> {
        let field = &self.field;
        Some(match key {
            Value::Null => format!("{field} is empty"),
            Value::Bool(yes) => format!("{field} = {}", if *yes { "yes" } else { "no" }),
            Value::Int(number) => format!("{field} = {number}"),
            Value::Link(link) => {
                format!("{field} = {}", catalog.reference(&RecordRef::new(&link.entity, link.id)))
            }
            Value::Text(period) if self.pace != Pace::Value => format!("{field} = {period}"),
            Value::Text(text) => {
                format!("{field} = \"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
            }
            _ => return None,
        })
    }
}

fn hint(entity: &Entity) -> Phrase {
    let known: Vec<&str> = entity
        .fields
        .iter()
        .filter(|field| !Grouping::paces(field).is_empty())
        .take(6)
        .map(|field| field.name.as_str())
        .collect();
    phrase!("Group by {known}.", known = known.join(", "))
}

impl fmt::Display for Grouping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.field)?;
        f.write_str(match self.pace {
            Pace::Value => "",
            Pace::Month => ".month",
            Pace::Quarter => ".quarter",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::load;

    #[test]
    fn columns_groups_and_orders_round_trip() {
        let catalog = load(None).unwrap();
        let columns = parse_columns("name:30, Stage, amount", &catalog, "deal").unwrap();
        assert_eq!(print_columns(&columns), "name:30, stage, amount");
        for text in ["stage", "customer", "expected_close.month", "expected_close.quarter"] {
            let group = Grouping::parse(text, &catalog, "deal").unwrap().unwrap();
            assert_eq!(group.to_string(), text);
        }
        let by_day = Grouping::parse("expected_close", &catalog, "deal").unwrap().unwrap();
        assert_eq!(by_day.pace, Pace::Month);
        let sort = super::super::parse_sort("-amount, name", &catalog, "deal").unwrap();
        assert_eq!(print_sort(&sort), "-amount, name");
    }

    #[test]
    fn what_is_wrong_is_said() {
        let catalog = load(None).unwrap();
        let columns = |text| parse_columns(text, &catalog, "deal").unwrap_err();
        assert!(columns("name:0").message.contains("no width"));
        assert!(columns("name, amonut").hint.unwrap().contains("amount"));
        let group = |text| Grouping::parse(text, &catalog, "deal").unwrap_err();
        assert!(group("name").hint.unwrap().starts_with("Group by"));
        assert!(group("stage.month").message.contains("makes no groups"));
    }
}
