//! A map tried on the first rows of a file: what a row would say, with nothing asked of the database.
//!
//! Start at [`Trial::of`].

use super::look::Looked;
use crate::exchange::cells::{Kitchen, RowProblem, What};
use crate::exchange::dates::{self, Reading};
use crate::exchange::map::{DateStyle, ImportMap, MapError};
use crate::exchange::recipe::{From, Recipe};
use crate::exchange::sample;
use crate::exchange::source::Row;
use crate::model::{Name, Phrase, Value};
use crate::query::Moment;
use crate::schema::{Catalog, FieldType};

/// A map held against a file.
#[derive(Debug, Clone)]
pub struct Trial {
    recipe: Recipe,
}

/// What a field would hold.
#[derive(Debug, Clone, PartialEq)]
pub enum Becomes {
    /// This value; nothing where it is emptied.
    Value(Value),
    /// Links to the records of these names.
    Names(Vec<String>),
}

/// What a row would say.
#[derive(Debug, Clone, PartialEq)]
pub struct TrialRow {
    /// Why it would be left out.
    pub skip: Option<Phrase>,
    /// The fields it fills.
    pub fields: Vec<(Name, Becomes)>,
    /// What is wrong with it.
    pub wrong: Vec<RowProblem>,
}

/// Dates of a column that may be read two ways.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateDoubt {
    /// The column.
    pub header: String,
    /// One of them.
    pub example: String,
    /// What was said, or what the rest of the column shows; nobody knows without.
    pub order: Option<DateStyle>,
    /// Somebody said it.
    pub said: bool,
}

impl Trial {
    /// Holds a map against a file and the catalogue.
    ///
    /// # Errors
    /// All that does not go together.
    pub fn of(catalog: &Catalog, looked: &Looked, map: &ImportMap) -> Result<Self, Vec<MapError>> {
        let mut recipe = Recipe::compile(map, catalog, &looked.entity, &looked.headers)?;
        recipe.format = looked.format;
        sample::settle_dates(&mut recipe, &looked.rows);
        Ok(Self { recipe })
    }

    /// What a row would say.
    #[must_use]
    pub fn row(&self, catalog: &Catalog, moment: &Moment, row: &Row) -> Option<TrialRow> {
        let draft = Kitchen::new(&self.recipe, catalog, moment)?.draft(row.clone());
        let fields = draft.fills.into_iter().map(|fill| {
            let becomes = match fill.what {
                What::Value(value) => Becomes::Value(value),
                What::Parts(parts) => Becomes::Value(Value::Address(parts)),
                What::Links(names) => Becomes::Names(names),
            };
            (self.recipe.slots[fill.slot].field.name.clone(), becomes)
        });
        Some(TrialRow { fields: fields.collect(), skip: draft.skip, wrong: draft.problems })
    }

    /// The columns with dates that may be read two ways.
    #[must_use]
    pub fn doubts(&self, rows: &[Row]) -> Vec<DateDoubt> {
        let mut doubts: Vec<DateDoubt> = Vec::new();
        for slot in &self.recipe.slots {
            if !matches!(slot.field.kind, FieldType::Date | FieldType::DateTime) {
                continue;
            }
            for ingredient in &slot.ingredients {
                let From::Column(column) = ingredient.from else { continue };
                let cells = rows.iter().filter_map(|row| row.cells.get(column));
                let two_ways = |cell: &&str| dates::read(cell, None) == Reading::Ambiguous;
                let Some(example) = cells.map(str::trim).find(two_ways) else { continue };
                doubts.push(DateDoubt {
                    header: self.recipe.headers[column].clone(),
                    example: example.to_owned(),
                    order: ingredient.dates.clone().or_else(|| ingredient.order.clone()),
                    said: ingredient.dates.is_some(),
                });
            }
        }
        doubts
    }

    /// Columns whose header the map does not mention.
    #[must_use]
    pub fn unmentioned(&self) -> &[String] {
        &self.recipe.unmentioned
    }

    /// Whether nothing recognises records that are there: every row makes a new one.
    #[must_use]
    pub fn has_key(&self) -> bool {
        !self.recipe.keys.is_empty()
    }
}
