//! Data on its way out, in the format that was asked for.
//!
//! Rows stream: the first page decides the widths of a table, everything else is written as it
//! comes. All text passes [`crate::term::Clean`]; JSON writes what it would change as `\u` escapes instead,
//! so that nothing is lost. Start at [`Printer`].

mod format;
mod json;
mod table;

use std::io::{self, Write};

use serde_json::Value as Json;

pub use format::OutputFormat;
pub(super) use json::write_json;

use crate::model::{Lang, Phrase};
use crate::schema::Align;
use crate::term::{Clean, said};

/// A column.
#[derive(Debug, Clone)]
pub(super) struct Head {
    /// Its name for programs.
    pub name: String,
    /// Its name for people.
    pub label: Phrase,
    /// Where its cells stand.
    pub align: Align,
}

impl Head {
    /// A column of text.
    pub fn left(name: &str, label: Phrase) -> Self {
        Self { name: name.to_owned(), label, align: Align::Left }
    }

    /// A column of numbers.
    pub fn right(name: &str, label: Phrase) -> Self {
        Self { align: Align::Right, ..Self::left(name, label) }
    }
}

/// What a format needs of a row; whoever makes rows makes no more than that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Needs {
    /// Cells as people read them.
    Human,
    /// Cells as programs and imports read them.
    Data,
    /// The JSON object.
    Json,
    /// The reference.
    Reference,
}

impl OutputFormat {
    pub(super) fn needs(self) -> Needs {
        match self {
            Self::Table | Self::Markdown => Needs::Human,
            Self::Csv | Self::Tsv => Needs::Data,
            Self::Json => Needs::Json,
            Self::Ids => Needs::Reference,
        }
    }
}

/// A row: only what the format [`Needs`] has to be filled.
#[derive(Debug, Clone, Default)]
pub(super) struct Row {
    /// Its reference.
    pub reference: String,
    /// One text per column.
    pub cells: Vec<String>,
    /// The whole of it for programs.
    pub json: Json,
}

/// How wide and colourful the place is that is printed to.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Paper {
    /// Cells in a line; none where lines may have any length.
    pub width: Option<usize>,
    /// Emphasis may be used.
    pub color: bool,
    /// The language of the heads of columns.
    pub lang: Lang,
}

/// Rows that are looked at before the widths of a table are settled.
const SAMPLE: usize = 500;

/// Prints rows in a format.
pub(super) struct Printer<'a> {
    out: &'a mut dyn Write,
    format: OutputFormat,
    heads: Vec<Head>,
    paper: Paper,
    waiting: Vec<Row>,
    layout: Option<table::Layout>,
    printed: u64,
}

impl<'a> Printer<'a> {
    pub fn new(
        out: &'a mut dyn Write,
        format: OutputFormat,
        heads: Vec<Head>,
        paper: Paper,
    ) -> Self {
        let told = |head: Head| Head { label: Phrase::raw(said(paper.lang, &head.label)), ..head };
        let heads = heads.into_iter().map(told).collect();
        Self { out, format, heads, paper, waiting: Vec::new(), layout: None, printed: 0 }
    }

    /// Prints a row, or keeps it until the widths are settled.
    pub fn row(&mut self, row: Row) -> io::Result<()> {
        match self.format {
            OutputFormat::Table if self.layout.is_none() => {
                self.waiting.push(row);
                if self.waiting.len() == SAMPLE { self.settle() } else { Ok(()) }
            }
            _ => self.write(&row),
        }
    }

    /// Ends the output; how many rows there were.
    pub fn finish(mut self) -> io::Result<u64> {
        match self.format {
            OutputFormat::Table if self.layout.is_none() => self.settle()?,
            OutputFormat::Json => {
                self.out.write_all(if self.printed == 0 { b"[]\n" } else { b"\n]\n" })?;
            }
            OutputFormat::Csv | OutputFormat::Tsv | OutputFormat::Markdown if self.printed == 0 => {
                self.header()?;
            }
            _ => {}
        }
        self.out.flush()?;
        Ok(self.printed)
    }

    fn settle(&mut self) -> io::Result<()> {
        let rows = std::mem::take(&mut self.waiting);
        let layout = table::Layout::settle(&self.heads, &rows, self.paper);
        if !rows.is_empty() {
            layout.header(self.out, &self.heads)?;
        }
        self.layout = Some(layout);
        rows.iter().try_for_each(|row| self.write(row))
    }

    fn header(&mut self) -> io::Result<()> {
        let cells = |label: fn(&Head) -> &str| {
            self.heads.iter().map(|head| label(head).to_owned()).collect::<Vec<_>>()
        };
        match self.format {
            OutputFormat::Csv => csv_line(self.out, &cells(|head| &head.name)),
            OutputFormat::Tsv => tsv_line(self.out, &cells(|head| &head.name)),
            OutputFormat::Markdown => {
                markdown_line(self.out, &cells(|head| &head.label))?;
                let rules: Vec<&str> = self
                    .heads
                    .iter()
                    .map(|head| if head.align == Align::Right { "---:" } else { "---" })
                    .collect();
                writeln!(self.out, "| {} |", rules.join(" | "))
            }
            _ => Ok(()),
        }
    }

    fn write(&mut self, row: &Row) -> io::Result<()> {
        if self.printed == 0 {
            self.header()?;
        }
        match self.format {
            OutputFormat::Table => {
                if let Some(layout) = &self.layout {
                    layout.row(self.out, row)?;
                }
            }
            OutputFormat::Json => {
                self.out.write_all(if self.printed == 0 { b"[\n" } else { b",\n" })?;
                write_json(self.out, &row.json)?;
            }
            OutputFormat::Csv => csv_line(self.out, &row.cells)?,
            OutputFormat::Tsv => tsv_line(self.out, &row.cells)?,
            OutputFormat::Ids => writeln!(self.out, "{}", row.reference)?,
            OutputFormat::Markdown => markdown_line(self.out, &row.cells)?,
        }
        self.printed += 1;
        Ok(())
    }
}

fn csv_line(out: &mut dyn Write, cells: &[String]) -> io::Result<()> {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            out.write_all(b",")?;
        }
        let cell = Clean::block(cell);
        if cell.as_str().contains(['"', ',', '\n', '\r']) || cell.as_str().trim() != cell.as_str() {
            write!(out, "\"{}\"", cell.as_str().replace('"', "\"\""))?;
        } else {
            out.write_all(cell.as_str().as_bytes())?;
        }
    }
    out.write_all(b"\n")
}

/// Tabs, line ends and backslashes of a value as `\t`, `\n`, `\\`, so that a line stays a row.
fn tsv_line(out: &mut dyn Write, cells: &[String]) -> io::Result<()> {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            out.write_all(b"\t")?;
        }
        let escaped = cell.replace('\\', "\\\\").replace('\t', "\\t");
        let escaped = escaped.replace("\r\n", "\\n").replace('\n', "\\n");
        out.write_all(Clean::line(&escaped).as_str().as_bytes())?;
    }
    out.write_all(b"\n")
}

fn markdown_line(out: &mut dyn Write, cells: &[String]) -> io::Result<()> {
    out.write_all(b"|")?;
    for cell in cells {
        let mut escaped = String::with_capacity(cell.len());
        for c in Clean::line(cell).as_str().chars() {
            // What Markdown or the HTML it becomes would act on.
            if matches!(c, '|' | '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>') {
                escaped.push('\\');
            }
            escaped.push(c);
        }
        write!(out, " {escaped} |")?;
    }
    out.write_all(b"\n")
}

#[cfg(test)]
mod tests;
