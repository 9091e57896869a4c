//! A table that is no list of records, a report say: heads and lines of typed cells, in any format that has
//! rows and columns. Start at [`write()`].

use std::io::Write;

use chrono::SecondsFormat;
use rust_decimal::Decimal;
use serde_json::{Map, Value as Json, json};

use super::book::Book;
use super::page::Page;
use super::sheet::Sheet;
use super::{ExportError, ExportFormat, cell};
use crate::model::{Datum, Grid, Money, phrase};
use crate::schema::Format;

/// Writes a table.
///
/// # Errors
/// A format that has no rows and columns, or a writer that fails.
pub fn write(
    grid: &Grid,
    format: ExportFormat,
    exact: bool,
    words: Format,
    out: &mut dyn Write,
) -> Result<(), ExportError> {
    let names: Vec<String> = grid.heads.iter().map(|head| head.name.clone()).collect();
    let labels: Vec<String> = grid.heads.iter().map(|head| head.label.clone()).collect();
    match format {
        ExportFormat::Csv | ExportFormat::Tsv => {
            let delimiter = if format == ExportFormat::Csv { b',' } else { b'\t' };
            let mut sheet = Sheet::begin(&names, exact, delimiter, out)?;
            grid.lines.iter().try_for_each(|line| sheet.line(line))?;
            sheet.finish()?;
        }
        ExportFormat::Xlsx => {
            let mut book = Book::begin(&grid.title, &labels, words.zone, exact)?;
            for line in grid.lines.iter().chain(&grid.total) {
                book.row(line, &grid.title)?;
            }
            book.finish(out)?;
        }
        ExportFormat::Json => {
            let lines: Vec<Json> = grid.lines.iter().map(|line| object(grid, line)).collect();
            serde_json::to_writer_pretty(&mut *out, &lines).map_err(std::io::Error::from)?;
            out.write_all(b"\n")?;
        }
        ExportFormat::Ndjson => {
            for line in &grid.lines {
                serde_json::to_writer(&mut *out, &object(grid, line))
                    .map_err(std::io::Error::from)?;
                out.write_all(b"\n")?;
            }
        }
        ExportFormat::Markdown => {
            let heads: Vec<String> = labels.iter().map(|label| cell(label)).collect();
            writeln!(out, "| {} |", heads.join(" | "))?;
            writeln!(out, "|{}", " --- |".repeat(labels.len()))?;
            for line in grid.lines.iter().chain(&grid.total) {
                let cells: Vec<String> =
                    line.iter().map(|datum| cell(&shown(datum, words))).collect();
                writeln!(out, "| {} |", cells.join(" | "))?;
            }
        }
        ExportFormat::Html => {
            let mut page = Page::begin(&grid.title, &labels, words.lang, out)?;
            for line in &grid.lines {
                page.row(&cells(line, words))?;
            }
            if let Some(total) = &grid.total {
                page.total(&cells(total, words))?;
            }
            page.finish(&grid.notes)?;
        }
        ExportFormat::Vcard | ExportFormat::Vcard3 | ExportFormat::Ical => {
            return Err(ExportError::Unfit(phrase!("this format has no rows and columns")));
        }
    }
    out.flush()?;
    Ok(())
}

fn cells(line: &[Datum], words: Format) -> Vec<(String, bool)> {
    line.iter().map(|datum| (shown(datum, words), is_number(datum))).collect()
}

/// Whether a cell holds a number, which stands at the right.
pub(super) fn is_number(datum: &Datum) -> bool {
    matches!(datum, Datum::Number(_) | Datum::Money(..) | Datum::Percent(_))
}

fn object(grid: &Grid, line: &[Datum]) -> Json {
    let cells = grid.heads.iter().zip(line).map(|(head, datum)| {
        let json = match datum {
            Datum::Empty => Json::Null,
            Datum::Flag(flag) => json!(flag),
            Datum::Number(number) if number.is_integer() => {
                i64::try_from(*number).map_or_else(|_| json!(number.to_string()), |n| json!(n))
            }
            Datum::Money(amount, currency) => {
                let money = Money { amount: *amount, currency: *currency };
                json!({ "amount": money.digits(), "currency": currency.code() })
            }
            other => json!(exact(other)),
        };
        (head.name.clone(), json)
    });
    Json::Object(cells.collect::<Map<String, Json>>())
}

/// A cell as programs read it.
pub(super) fn exact(datum: &Datum) -> String {
    match datum {
        Datum::Empty => String::new(),
        Datum::Text(text) => text.clone(),
        Datum::Number(number) | Datum::Percent(number) => number.normalize().to_string(),
        Datum::Money(amount, currency) => Money { amount: *amount, currency: *currency }.digits(),
        Datum::Flag(flag) => if *flag { "yes" } else { "no" }.to_owned(),
        Datum::Date(day) => day.to_string(),
        Datum::Instant(at) => at.to_rfc3339_opts(SecondsFormat::AutoSi, true),
    }
}

/// A cell as people read it.
fn shown(datum: &Datum, words: Format) -> String {
    let grouped = |number: &Decimal| {
        let text = number.normalize().to_string();
        let (whole, rest) =
            text.split_once('.').map_or((text.as_str(), None), |(w, r)| (w, Some(r)));
        let digits = whole.trim_start_matches('-').len();
        let mut out = String::new();
        let mut left = digits;
        for c in whole.chars() {
            out.push(c);
            if c.is_ascii_digit() {
                left -= 1;
                if left > 0 && left % 3 == 0 {
                    out.push(',');
                }
            }
        }
        rest.map_or(out.clone(), |rest| format!("{out}.{rest}"))
    };
    match datum {
        Datum::Number(number) => grouped(number),
        Datum::Percent(number) => words.percent(*number),
        Datum::Money(amount, currency) => {
            Format::money(&Money { amount: *amount, currency: *currency })
        }
        Datum::Flag(flag) => words.boolean(*flag).to_owned(),
        other => exact(other),
    }
}
