//! A map file: which column of a file goes to which field, and how.
//!
//! Written by people in TOML, kept beside the data it fits. Reading it checks its form; what it says
//! is held against a file and the catalogue when the import is compiled. Start at
//! [`ImportMap::parse`].

mod parse;
#[cfg(test)]
mod tests;

use rust_decimal::Decimal;

use super::dialect::Dialect;
use super::read::Encoding;
use crate::model::{Currency, Phrase, phrase};

/// What is wrong with a map file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{message}", if *line == 0 { String::new() } else { format!("{file}:{line}: ") })]
pub struct MapError {
    /// The map file.
    pub file: String,
    /// The line, from 1; 0 where no map file was given.
    pub line: usize,
    /// What is wrong.
    pub message: Phrase,
    /// The likely intended word, or what to do.
    pub hint: Option<Phrase>,
}

impl MapError {
    /// Where it stands and what is wrong.
    #[must_use]
    pub fn phrase(&self) -> Phrase {
        if self.line == 0 {
            return self.message.clone();
        }
        let place = format!("{}:{}", self.file, self.line);
        phrase!("{name}: {message}", name = place, message = &self.message)
    }
}

/// A word of the map file and the line it stands on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Spot {
    /// The word.
    pub text: String,
    /// The line, from 1; 0 where Kontor put it there itself.
    pub line: usize,
}

/// How dates are written in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DateStyle {
    /// Day before month: `31/01/2026`.
    DayFirst,
    /// Month before day: `01/31/2026`.
    MonthFirst,
    /// Days since 1899-12-30, as spreadsheets count: `45631.0`.
    Serial,
    /// A pattern of `strftime`: `%d.%m.%y`.
    Pattern(String),
}

/// What happens with a cell that its field does not accept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unfit {
    /// The row is refused.
    #[default]
    Error,
    /// The cell counts as empty.
    Empty,
}

/// Where a column goes and what becomes of its cells on the way.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Target {
    /// The field, with a part where it has some: `address.city`, `phones.mobile`, `name.first`.
    pub field: Spot,
    /// Cells that mean something else: as written in the file -> as Kontor knows it. `*` stands for
    /// every cell that is not named.
    pub values: Vec<(String, String)>,
    /// The currency of the amounts.
    pub currency: Option<Currency>,
    /// What numbers are multiplied with: files in thousands or millions.
    pub multiply: Option<Decimal>,
    /// How the dates are written.
    pub dates: Option<DateStyle>,
    /// For links: the fields of the linked entity that may hold the cell, in order.
    pub by: Vec<Spot>,
    /// For links: make the linked record where there is none.
    pub create_missing: bool,
    /// What stands between several values in a cell.
    pub split: Option<String>,
    /// What happens with cells that do not fit.
    pub unfit: Unfit,
}

/// A map file, read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImportMap {
    /// The file it was read from, for messages.
    pub file: String,
    /// The entity it is for.
    pub entity: Option<Spot>,
    /// The fields a row is recognised by, tried in order.
    pub keys: Vec<Spot>,
    /// How the cells are set apart; found out without.
    pub dialect: Option<Dialect>,
    /// The encoding of the text; found out without.
    pub encoding: Option<Encoding>,
    /// The sheet of a workbook; the first that has anything in it without.
    pub sheet: Option<String>,
    /// How dates are written.
    pub dates: Option<DateStyle>,
    /// The currency of amounts that name none; the company's without.
    pub currency: Option<Currency>,
    /// Cells that count as empty.
    pub empty: Vec<String>,
    /// Empty cells empty the field of a record that exists; otherwise they leave it alone.
    pub clear_blank: bool,
    /// Rows that are too short are taken as if empty cells followed.
    pub fill_short: bool,
    /// Columns that are left out on purpose.
    pub ignore: Vec<Spot>,
    /// Rows that are skipped: a column and the cells (with `*`) that say so.
    pub skip_when: Vec<(Spot, Vec<String>)>,
    /// Where each column goes; a column may go to several places.
    pub columns: Vec<(Spot, Vec<Target>)>,
    /// Fields with the same value in every row.
    pub constants: Vec<(Spot, String)>,
    /// Values of new records whose row says nothing.
    pub defaults: Vec<(Spot, String)>,
    /// Fields put together from columns: `"{product} for {account}"`.
    pub compose: Vec<(Spot, String)>,
}

impl ImportMap {
    /// Reads a map file; `file` names it in messages.
    ///
    /// # Errors
    /// All that is wrong with its form, each with its line.
    pub fn parse(file: &str, text: &str) -> Result<Self, Vec<MapError>> {
        parse::map(file, text)
    }

    /// The map as a map file: what a suggestion looks like when it is kept.
    #[must_use]
    pub fn to_toml(&self) -> String {
        use std::fmt::Write as _;
        let quoted = |text: &str| toml_edit::Value::from(text).to_string().trim().to_owned();
        let list = |spots: &[Spot]| {
            spots.iter().map(|spot| quoted(&spot.text)).collect::<Vec<_>>().join(", ")
        };
        let mut out = String::new();
        if let Some(entity) = &self.entity {
            let _ = writeln!(out, "entity = {}", quoted(&entity.text));
        }
        let _ = writeln!(out, "key = [{}]", list(&self.keys));
        if let Some(encoding) = self.encoding {
            let _ = writeln!(out, "encoding = {}", quoted(encoding.name()));
        }
        if let Some(sheet) = &self.sheet {
            let _ = writeln!(out, "sheet = {}", quoted(sheet));
        }
        if !self.ignore.is_empty() {
            let _ = writeln!(out, "ignore = [{}]", list(&self.ignore));
        }
        out.push_str("\n[columns]\n");
        for (header, targets) in &self.columns {
            for target in targets {
                let _ = writeln!(out, "{} = {}", quoted(&header.text), quoted(&target.field.text));
            }
        }
        out
    }
}
