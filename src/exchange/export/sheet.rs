//! CSV and TSV that a spreadsheet may open and an import understands again.
//!
//! Rows to be pasted have words for headers and each record on a line of its own: a tab or a line break in
//! a value would set it apart from its record. What a spreadsheet would compute is kept from it
//! ([`guard`]). Start at [`Sheet::begin`].

use std::io::{self, Write};

use super::columns::{Cells, Columns};
use crate::exchange::guard;
use crate::model::{Datum, Record};

/// A CSV or TSV file that is being written.
pub(super) struct Sheet<'w> {
    writer: csv::Writer<&'w mut dyn Write>,
    exact: bool,
    cells: csv::StringRecord,
}

impl<'w> Sheet<'w> {
    /// Writes the header.
    pub fn begin(
        heads: &[String],
        exact: bool,
        delimiter: u8,
        out: &'w mut dyn Write,
    ) -> io::Result<Self> {
        let writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(out);
        let mut sheet = Self { writer, exact, cells: csv::StringRecord::new() };
        sheet.row(heads.iter().map(String::as_str))?;
        Ok(sheet)
    }

    fn row<'t>(&mut self, texts: impl Iterator<Item = &'t str>) -> io::Result<()> {
        self.cells.clear();
        for text in texts {
            let cell = if self.exact { guard::exact(text) } else { guard::guarded(text) };
            self.cells.push_field(&cell);
        }
        self.writer.write_record(&self.cells)?;
        Ok(())
    }

    /// Writes a record.
    pub fn record(&mut self, columns: &Columns<'_>, record: &Record) -> io::Result<()> {
        let texts: Vec<String> =
            columns.all.iter().map(|column| columns.text(column, record)).collect();
        debug_assert_eq!(self.exact, columns.how == Cells::Exact);
        self.row(texts.iter().map(String::as_str))
    }

    /// Writes a line of a table.
    pub fn line(&mut self, line: &[Datum]) -> io::Result<()> {
        let texts: Vec<String> = line.iter().map(super::grid::exact).collect();
        self.row(texts.iter().map(String::as_str))
    }

    /// Writes what is still held back.
    pub fn finish(mut self) -> io::Result<()> {
        self.writer.flush()
    }
}
