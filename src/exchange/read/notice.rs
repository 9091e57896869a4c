//! What is said of a file besides its rows, and why one is refused.
//!
//! Both come from the process that reads, as plain values, and become phrases here. Start at [`Notice`].

use serde::{Deserialize, Serialize};

use crate::model::{Phrase, phrase};

/// Something that is said of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Notice {
    /// The sheet that is read, of these.
    Sheet {
        /// Its name.
        name: String,
        /// All sheets.
        all: Vec<String>,
    },
    /// Rows that stand above the header.
    Above {
        /// How many.
        rows: u64,
        /// The row of the header.
        header: u64,
    },
    /// Cells that hold an error of a formula.
    Errors {
        /// How many.
        cells: u64,
        /// Where the first stands: `C7`.
        first: String,
        /// What it says: `#DIV/0!`.
        says: String,
    },
    /// Merged cells that go down over rows, which all have their value.
    Merged {
        /// How many ranges.
        ranges: u64,
    },
    /// Properties that are passed over: pictures and the like.
    Passed {
        /// Their names.
        names: Vec<String>,
        /// In how many records.
        records: u64,
    },
    /// Things that have no place in a row.
    Left {
        /// How many.
        count: u64,
        /// What.
        what: Left,
        /// The first, in the file's words.
        first: String,
    },
    /// The text is in this encoding, which was guessed.
    Encoding(String),
    /// The text has parts in another encoding.
    Broken {
        /// The first line, from 1.
        line: u64,
    },
}

/// What has no place in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Left {
    /// Repetitions that are no choice of the field for them.
    Rule,
    /// Birthdays without a year.
    Birthday,
    /// Times in a zone that is not known.
    Zone,
    /// Components that are neither tasks nor events.
    Component,
    /// Values beyond those that have columns.
    Values,
}

impl Notice {
    /// It, in a sentence.
    #[must_use]
    pub fn phrase(&self) -> Phrase {
        match self {
            Self::Sheet { name, all } => phrase!(
                "sheet \"{name}\" is read, of: {all}; --sheet NAME takes another",
                name,
                all = all.join(", ")
            ),
            Self::Above { rows, header } => phrase!(
                "the header is row {header}; {rows} {rows?row above it is|rows above it are} left out",
                header = *header,
                rows = *rows
            ),
            Self::Errors { cells, first, says } => phrase!(
                "{cells} cells hold an error of their formula, first {first}: {says}",
                cells = *cells,
                first,
                says
            ),
            Self::Merged { ranges } => phrase!(
                "{ranges} ranges of merged cells: every row of them has their value",
                ranges = *ranges
            ),
            Self::Passed { names, records } => phrase!(
                "pictures, sounds and keys are left out: {names}, in {records} {records?record|records}",
                names = names.join(", "),
                records = *records
            ),
            Self::Left { count, what, first } => {
                let (count, what) = (*count, *what);
                match what {
                    Left::Rule => phrase!(
                        "{count} repetitions cannot be kept as they are, first: {first}",
                        count,
                        first
                    ),
                    Left::Birthday => phrase!(
                        "{count} birthdays have no year and are left out, first: {first}",
                        count,
                        first
                    ),
                    Left::Zone => phrase!(
                        "{count} times are in an unknown time zone and taken for local ones, first: {first}",
                        count,
                        first
                    ),
                    Left::Component => phrase!(
                        "{count} {count?entry is|entries are} neither tasks nor events, first: {first}",
                        count,
                        first
                    ),
                    Left::Values => phrase!(
                        "{count} {count?value is|values are} beyond those that have columns, first: {first}",
                        count,
                        first
                    ),
                }
            }
            Self::Encoding(name) => phrase!(
                "the encoding is likely {encoding}; --encoding NAME says another",
                encoding = name
            ),
            Self::Broken { line } => phrase!(
                "parts of the text are in another encoding, first in line {line}",
                line = *line
            ),
        }
    }
}

/// Why a file is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// There is nothing in it.
    Empty,
    /// It has no such sheet.
    NoSheet {
        /// The name that was asked for.
        name: String,
        /// The sheets there are.
        all: Vec<String>,
    },
    /// It is broken at a place, as the reader of the format says.
    Broken {
        /// The place: a sheet and cell, a line; may be empty.
        place: String,
        /// What is wrong, in the reader's words.
        what: String,
    },
    /// It is locked with a password.
    Locked,
    /// A row has too many columns.
    Wide {
        /// The row.
        row: u64,
        /// How many.
        columns: u64,
    },
    /// It has more records than are read.
    Many {
        /// So many are read.
        most: u64,
    },
    /// It holds no records: an array of numbers, an object without an array.
    NoRecords,
    /// It needs more memory than a reader gets.
    Memory,
    /// It needs more time than a reader gets.
    Slow,
    /// What comes out of it is too large.
    Large,
    /// The reader ended without a word.
    Died,
    /// No reader could be started.
    NotStarted(String),
}

impl Refusal {
    /// Something in the file that its reader does not understand.
    pub(super) fn broken(place: impl Into<String>, what: impl std::fmt::Display) -> Self {
        let what: String = what.to_string().chars().take(300).collect();
        Self::Broken { place: place.into(), what }
    }

    /// It, in a sentence.
    #[must_use]
    pub fn phrase(&self) -> Phrase {
        match self {
            Self::Empty => phrase!("the file is empty"),
            Self::NoSheet { name, all } => {
                phrase!("there is no sheet \"{name}\", only: {all}", name, all = all.join(", "))
            }
            Self::Broken { place, what } if place.is_empty() => {
                phrase!("the file is broken: {what}", what = in_words(what))
            }
            Self::Broken { place, what } => {
                phrase!("the file is broken at {place}: {what}", place, what = in_words(what))
            }
            Self::Locked => phrase!("the file is locked with a password"),
            Self::Wide { row, columns } => phrase!(
                "row {row} has {columns} columns; {most} at most can be imported",
                row = *row,
                columns = *columns,
                most = super::text::MOST_COLUMNS
            ),
            Self::Many { most } => {
                phrase!("there are more than {most} records in the file", most = *most)
            }
            Self::NoRecords => phrase!("there are no records in it"),
            Self::Memory => phrase!("reading it takes more than 512 MB of memory"),
            Self::Slow => phrase!("reading it takes more than a minute"),
            Self::Large => phrase!("what is in it is larger than 1 GB"),
            Self::Died => phrase!("the program that reads it broke down over it"),
            Self::NotStarted(why) => {
                phrase!("the program that reads it cannot be started: {why}", why)
            }
        }
    }

    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> Option<Phrase> {
        match self {
            Self::Empty => Some(phrase!("the first line must name the columns")),
            Self::NoSheet { .. } | Self::NotStarted(_) => None,
            Self::Locked => Some(phrase!("save it without a password and try again")),
            Self::Wide { .. } => Some(phrase!("remove the columns that no field needs")),
            Self::NoRecords => {
                Some(phrase!("an array of objects is wanted, or an object that holds one"))
            }
            Self::Broken { .. }
            | Self::Memory
            | Self::Slow
            | Self::Large
            | Self::Died
            | Self::Many { .. } => Some(phrase!("save the rows as CSV in UTF-8 and import that")),
        }
    }
}

/// What a reader says is wrong, in words for people where it speaks of how it is built inside.
fn in_words(what: &str) -> Phrase {
    let folded = what.to_lowercase();
    if folded.contains("zip") || folded.contains("eocd") {
        phrase!("it is no whole workbook: it was cut off, or is something else")
    } else if folded.contains("xml error") {
        phrase!("what stands there is not well-formed")
    } else {
        Phrase::raw(what)
    }
}
