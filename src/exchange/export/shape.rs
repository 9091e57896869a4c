//! A file of records that is being written, whatever its format.

use std::io::{self, Write};

use super::book::Book;
use super::calendar::Calendar;
use super::card::Cards;
use super::columns::{Cells, Columns};
use super::page::Page;
use super::sheet::Sheet;
use super::{ExportError, ExportFormat, ExportRequest, cell};
use crate::exchange::json;
use crate::gate::Session;
use crate::model::{Datum, Name, Record, Value};
use crate::schema::{Catalog, Entity, Format};
use crate::term::Strings;

/// What a shape is made of.
#[derive(Clone, Copy)]
pub(super) struct Of<'w> {
    pub catalog: &'w Catalog,
    pub entity: &'w Entity,
    pub fields: &'w [Name],
    pub words: Format,
}

/// A file that is being written.
pub(super) enum Shape<'w> {
    Sheet(Box<Sheet<'w>>, Box<Columns<'w>>),
    Book(Box<Book>, Box<Columns<'w>>, &'w mut dyn Write),
    Json { out: &'w mut dyn Write, of: Of<'w>, first: bool },
    Lines { out: &'w mut dyn Write, of: Of<'w> },
    Markdown { out: &'w mut dyn Write, of: Of<'w> },
    Page(Page<'w>, Of<'w>),
    Cards(Box<Cards<'w>>, &'w mut dyn Write),
    Calendar(Box<Calendar<'w>>, &'w mut dyn Write),
}

impl<'w> Shape<'w> {
    /// Writes what comes before the first record.
    pub fn begin(
        of: Of<'w>,
        request: &ExportRequest,
        format: ExportFormat,
        out: &'w mut dyn Write,
    ) -> Result<Self, ExportError> {
        let Of { catalog, entity, fields, words } = of;
        let columns = || {
            let how = match (request.pasted, request.exact) {
                (true, _) => Cells::Pasted,
                (false, true) => Cells::Exact,
                (false, false) => Cells::Usual,
            };
            Columns::of(catalog, entity, fields, words, how)
        };
        Ok(match format {
            ExportFormat::Csv | ExportFormat::Tsv => {
                let delimiter = if format == ExportFormat::Csv { b',' } else { b'\t' };
                let columns = columns();
                let exact = columns.how == Cells::Exact;
                let sheet = Sheet::begin(&columns.heads(), exact, delimiter, out)?;
                Self::Sheet(Box::new(sheet), Box::new(columns))
            }
            ExportFormat::Xlsx => {
                let columns = columns();
                let exact = columns.how == Cells::Exact;
                let book = Book::begin(&entity.name, &columns.heads(), words.zone, exact)?;
                Self::Book(Box::new(book), Box::new(columns), out)
            }
            ExportFormat::Json => {
                out.write_all(b"[")?;
                Self::Json { out, of, first: true }
            }
            ExportFormat::Ndjson => Self::Lines { out, of },
            ExportFormat::Markdown => {
                let labels: Vec<String> = of.labels().iter().map(|label| cell(label)).collect();
                writeln!(out, "| {} |", labels.join(" | "))?;
                writeln!(out, "|{}", " --- |".repeat(labels.len()))?;
                Self::Markdown { out, of }
            }
            ExportFormat::Html => {
                let title = entity.plural.get(words.lang);
                Self::Page(Page::begin(title, &of.labels(), words.lang, out)?, of)
            }
            ExportFormat::Vcard | ExportFormat::Vcard3 => {
                let old = format == ExportFormat::Vcard3;
                Self::Cards(Box::new(Cards::of(catalog, entity, fields, words, old)?), out)
            }
            ExportFormat::Ical => {
                let calendar = Calendar::begin(catalog, entity, fields, words, &mut *out)?;
                Self::Calendar(Box::new(calendar), out)
            }
        })
    }

    /// Looks at the records that come next, before they are written.
    pub fn look(&mut self, session: &Session, rows: &[Record]) -> Result<(), ExportError> {
        match self {
            Self::Sheet(_, columns) | Self::Book(_, columns, _) => Ok(columns.look(session, rows)?),
            _ => Ok(()),
        }
    }

    /// Writes a record.
    pub fn record(&mut self, record: &Record) -> Result<(), ExportError> {
        match self {
            Self::Sheet(sheet, columns) => sheet.record(columns, record)?,
            Self::Book(book, columns, _) => {
                let cells: Vec<Datum> =
                    columns.all.iter().map(|column| columns.datum(column, record)).collect();
                let what = match cells.first() {
                    Some(Datum::Text(reference)) => reference.clone(),
                    _ => String::new(),
                };
                book.row(&cells, &what)?;
            }
            Self::Json { out, of, first } => {
                out.write_all(if *first { b"\n" } else { b",\n" })?;
                *first = false;
                let record = json::record(of.catalog, record, of.fields);
                serde_json::to_writer(out, &record).map_err(io::Error::from)?;
            }
            Self::Lines { out, of } => {
                let record = json::record(of.catalog, record, of.fields);
                serde_json::to_writer(&mut *out, &record).map_err(io::Error::from)?;
                out.write_all(b"\n")?;
            }
            Self::Markdown { out, of } => {
                let cells: Vec<String> = of.read(record).map(|(text, _)| cell(&text)).collect();
                writeln!(out, "| {} |", cells.join(" | "))?;
            }
            Self::Page(page, of) => page.row(&of.read(record).collect::<Vec<_>>())?,
            Self::Cards(cards, out) => cards.record(record, out)?,
            Self::Calendar(calendar, out) => calendar.record(record, out)?,
        }
        Ok(())
    }

    /// Writes what comes behind the last record.
    pub fn finish(self) -> Result<(), ExportError> {
        match self {
            Self::Sheet(sheet, _) => sheet.finish()?,
            Self::Book(book, _, out) => book.finish(out)?,
            Self::Json { out, first, .. } => {
                out.write_all(if first { b"]\n" } else { b"\n]\n" })?;
                out.flush()?;
            }
            Self::Page(page, _) => page.finish(&[])?,
            Self::Calendar(_, out) => Calendar::finish(out)?,
            Self::Lines { out, .. } | Self::Markdown { out, .. } | Self::Cards(_, out) => {
                out.flush()?;
            }
        }
        Ok(())
    }
}

impl Of<'_> {
    /// The heads of the columns as people read them.
    fn labels(&self) -> Vec<String> {
        let lang = self.words.lang;
        let label = |name: &Name| match self.entity.field(name) {
            Some(field) => field.label.get(lang).to_owned(),
            None => name.to_string(),
        };
        let reference = Strings::new(lang).get("copy.ref").to_owned();
        std::iter::once(reference).chain(self.fields.iter().map(label)).collect()
    }

    /// The cells of a record as people read them, and whether they are numbers.
    fn read(&self, record: &Record) -> impl Iterator<Item = (String, bool)> {
        let cell = |name: &Name| {
            let value = json::cell(record, name);
            let text = match self.entity.field(name) {
                Some(field) => self.words.line(self.catalog, field, &value),
                None => self.words.plain(self.catalog, &value),
            };
            (text, matches!(value, Value::Int(_) | Value::Decimal(_) | Value::Money(_)))
        };
        let reference = (self.catalog.reference(&record.reference()), false);
        std::iter::once(reference).chain(self.fields.iter().map(cell))
    }
}
