//! The error file: the rows that could not be taken, as they were, with the reason behind them.
//!
//! It can be corrected and imported again with the same map. Start at [`Rejects::add`].

mod file;

use std::io::Write;

use super::cells::RowProblem;
use super::dialect::Dialect;
use super::source::Row;
use crate::model::{Fill, Lang, phrase};
use crate::term::said;

pub use file::{ErrorFile, ErrorFileError, free_name, is_beside};

/// The name of the column with the reason.
pub(super) const REASON: &str = "error";

/// Writes the error file; nothing is written before the first row comes.
pub(super) struct Rejects<'w> {
    writer: csv::Writer<Counted<'w>>,
    headers: Vec<String>,
    begun: bool,
    lang: Lang,
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
        Self { writer, headers: headers.to_vec(), begun: before > 0, lang }
    }

    /// How long the error file is by now, in bytes; what was added is in it then.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn settled(&mut self) -> std::io::Result<u64> {
        self.writer.flush()?;
        Ok(self.writer.get_ref().bytes)
    }

    /// Adds a row with the reasons.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn add(&mut self, row: &Row, problems: &[RowProblem]) -> std::io::Result<()> {
        if !self.begun {
            self.begun = true;
            let headers = self.headers.iter().map(String::as_str).filter(|name| *name != REASON);
            self.writer.write_record(headers.chain([REASON]))?;
        }
        let old = self.headers.iter().position(|name| name == REASON);
        let width = self.headers.len().max(row.cells.len());
        let cells = (0..width)
            .filter(|index| Some(*index) != old)
            .map(|index| row.cells.get(index).unwrap_or_default());
        let reason = Fill::parts(problems.iter().map(RowProblem::line));
        let reason = said(self.lang, &phrase!("{parts}", parts = reason));
        self.writer.write_record(cells.chain([reason.as_str()]))?;
        Ok(())
    }

    /// Writes what is still held back.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn finish(mut self) -> std::io::Result<()> {
        self.writer.flush()
    }
}
