//! A map file: which column of a file goes to which field, and how.
//!
//! Written by people in TOML, kept beside the data it fits. Reading it checks its form; what it says
//! is held against a file and the catalogue when the import is compiled. Start at
//! [`ImportMap::parse`].

mod edit;
mod parse;
#[cfg(test)]
mod tests;
mod write;

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

impl DateStyle {
    /// `dmy`, `mdy`, `serial` or a pattern.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        match word {
            "dmy" => Some(Self::DayFirst),
            "mdy" => Some(Self::MonthFirst),
            "serial" => Some(Self::Serial),
            pattern if pattern.contains('%') => Some(Self::Pattern(pattern.to_owned())),
            _ => None,
        }
    }
}

/// What happens with a cell that its field does not accept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unfit {
    /// The row is refused.
    #[default]
    Error,
    /// The cell counts as empty.
    Empty,
    /// The cell is kept in the description, with its header; the field stays empty.
    Note,
}

/// What an import may do to records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// Rows about records that are there are left out, as duplicates of these.
    Create,
    /// Rows about records that are not there are left out.
    Update,
    /// Records that are there change, the others come into being.
    #[default]
    Upsert,
}

impl Mode {
    /// Its words, as map files and the command line have them.
    pub const WORDS: [&str; 3] = ["create", "update", "upsert"];

    /// The mode of a word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        match word {
            "create" => Some(Self::Create),
            "update" => Some(Self::Update),
            "upsert" => Some(Self::Upsert),
            _ => None,
        }
    }
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
    /// Only in rows in which this column holds one of these cells (with `*`).
    pub when: Vec<(Spot, Vec<String>)>,
    /// For fields of several values: what the row says is put to what is there, instead of taking its
    /// place; as the map says in general where nothing is said.
    pub add: Option<bool>,
}

/// A map file, read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImportMap {
    /// The file it was read from, for messages.
    pub file: String,
    /// The entity it is for.
    pub entity: Option<Spot>,
    /// What may be done; records come into being and change where nothing is said.
    pub mode: Option<Mode>,
    /// The fields a row is recognised by, tried in order; `name + city` where it takes both.
    pub keys: Vec<Spot>,
    /// Values are put to the tags, mails, phones ... that are there, instead of taking their place.
    pub add: bool,
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
    /// The country (`US`) of phones that are written without its code, in rows that do not name one; the company's
    /// without.
    pub country: Option<String>,
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
    /// Columns whose empty cells mean the cell above: lines below the order they belong to.
    pub fill_down: Vec<Spot>,
    /// Rows are skipped in which all of these columns are empty.
    pub skip_without: Vec<Spot>,
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
}
