//! The error file: the rows that could not be taken, as they were, with the reason behind them and the number
//! of the row they were.
//!
//! It can be corrected and imported again with the same map. A row that nobody touched is known by its mark and
//! stays an error: mended is what has another cell, or no reason any more. Start at `Rejects::add`.

mod file;

use std::io::Write;

use csv::StringRecord;
use sha2::{Digest, Sha256};

use super::cells::RowProblem;
use super::dialect::Dialect;
use super::source::Row;
use crate::model::{Fill, Lang, phrase};
use crate::secret::hex;
use crate::term::said;

pub use file::{ErrorFile, ErrorFileError, free_name, is_beside};

/// The name of the column with the reason.
const REASON: &str = "error";
/// The name of the column with the number of the row, and its mark.
const PLACE: &str = "error_row";

/// The columns of an error file that are not of the file it came from.
#[derive(Debug, Clone, Copy)]
pub(super) struct OwnColumns {
    reason: usize,
    place: usize,
}

impl OwnColumns {
    /// Those columns, where a file has both.
    pub fn of(headers: &[String]) -> Option<Self> {
        let find = |name: &str| headers.iter().position(|header| header == name);
        Some(Self { reason: find(REASON)?, place: find(PLACE)? })
    }

    /// Whether a column is one of them.
    pub fn has(self, column: usize) -> bool {
        column == self.reason || column == self.place
    }

    /// The reason of a row that nobody has touched since it was refused.
    pub fn unmended(self, cells: &StringRecord) -> Option<&str> {
        let reason = cells.get(self.reason).map(str::trim).filter(|reason| !reason.is_empty())?;
        let (number, mark) = cells.get(self.place)?.trim().split_once(':')?;
        let own = cells.iter().enumerate().filter(|(column, _)| !self.has(*column));
        let (number, now) = (number.parse().ok()?, mark);
        (marked(number, own.map(|(_, cell)| cell)) == format!("{number}:{now}")).then_some(reason)
    }

    /// The number that a row had in the file it came from.
    fn number(self, cells: &StringRecord) -> Option<u64> {
        cells.get(self.place)?.trim().split_once(':')?.0.parse().ok()
    }
}

/// The number of a row with a mark of its cells.
fn marked<'c>(number: u64, cells: impl Iterator<Item = &'c str>) -> String {
    let mut hash = Sha256::new();
    for cell in cells {
        hash.update((cell.len() as u64).to_be_bytes());
        hash.update(cell.as_bytes());
    }
    format!("{number}:{}", hex(&hash.finalize()[..4]))
}

/// Writes the error file; nothing is written before the first row comes.
pub(super) struct Rejects<'w> {
    writer: csv::Writer<Counted<'w>>,
    headers: Vec<String>,
    own: Option<OwnColumns>,
    delimiter: char,
    begun: bool,
    lang: Lang,
    /// Rows that are written next, in the order of the file.
    held: Vec<(u64, Vec<String>)>,
}

/// Counts what is written.
struct Counted<'w> {
    inner: &'w mut dyn Write,
    bytes: u64,
}

impl Write for Counted<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.inner.flush()
    }
}

impl<'w> Rejects<'w> {
    /// An error file in the dialect of the original, the reasons in a language; `before` bytes of it are
    /// there already.
    pub fn new(
        writer: &'w mut dyn Write,
        headers: &[String],
        dialect: Dialect,
        lang: Lang,
        before: u64,
    ) -> Self {
        let writer = csv::WriterBuilder::new()
            .delimiter(dialect.delimiter)
            .quote(dialect.quote)
            .flexible(true)
            .from_writer(Counted { inner: writer, bytes: before });
        Self {
            writer,
            headers: headers.to_vec(),
            own: OwnColumns::of(headers),
            delimiter: char::from(dialect.delimiter),
            begun: before > 0,
            lang,
            held: Vec::new(),
        }
    }

    /// How long the error file is by now, in bytes; what was added is in it then.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn settled(&mut self) -> std::io::Result<u64> {
        self.held.sort_by_key(|(number, _)| *number);
        for (_, cells) in std::mem::take(&mut self.held) {
            self.writer.write_record(cells)?;
        }
        self.writer.flush()?;
        Ok(self.writer.get_ref().bytes)
    }

    /// Adds a row with the reasons. It comes as wide as the header is: what stood behind that is put to its last
    /// cell, so that it can be imported when it is mended.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn add(&mut self, row: &Row, problems: &[RowProblem]) -> std::io::Result<()> {
        let columns = 0..self.headers.len();
        let columns = columns.filter(|column| self.own.is_none_or(|own| !own.has(*column)));
        if !self.begun {
            self.begun = true;
            let headers = columns.clone().map(|column| self.headers[column].as_str());
            self.writer.write_record(headers.chain([REASON, PLACE]))?;
        }
        let cell = |column: usize| row.cells.get(column).unwrap_or_default().to_owned();
        let mut cells: Vec<String> = columns.map(cell).collect();
        let surplus = row.cells.iter().skip(self.headers.len());
        if let Some(last) = cells.last_mut() {
            for cell in surplus {
                last.push(self.delimiter);
                last.push_str(cell);
            }
        }
        let untouched = self.own.and_then(|own| own.unmended(&row.cells)).map(str::to_owned);
        let reason = untouched.unwrap_or_else(|| {
            let reason = Fill::parts(problems.iter().map(RowProblem::line));
            said(self.lang, &phrase!("{parts}", parts = reason))
        });
        let number = self.own.and_then(|own| own.number(&row.cells)).unwrap_or(row.number);
        let place = marked(number, cells.iter().map(String::as_str));
        cells.extend([reason, place]);
        self.held.push((row.number, cells));
        Ok(())
    }

    /// Writes what is still held back.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn finish(mut self) -> std::io::Result<()> {
        self.settled().map(drop)
    }
}
