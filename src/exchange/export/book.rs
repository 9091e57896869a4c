//! A workbook with typed cells: numbers, amounts, percent, days and times are what they are, all else is
//! text, and nothing is ever a formula or a link.
//!
//! The head stays in sight, can be filtered by, and columns are as wide as what stands in them. Rows go to
//! a file without a name as they come: memory does not grow with them. What a number of a spreadsheet would
//! not hold exactly (more than 15 digits, an hour that a day has twice) is written as text. Start at
//! [`Book::begin`].

use std::fs::File;
use std::io::{self, BufWriter, Seek, Write};

use chrono::{Datelike, NaiveDateTime, TimeZone, Timelike};
use chrono_tz::Tz;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use rust_xlsxwriter::{Format, FormatAlign, Workbook, Worksheet, XlsxError};

use super::ExportError;
use crate::exchange::guard;
use crate::model::{Currency, Datum, Money, phrase};
use crate::term;

/// Rows of a sheet, the head included.
const ROWS: u32 = 1_048_576;
/// Columns of a sheet.
const COLUMNS: usize = 16_384;
/// UTF-16 units in a cell.
const LONGEST: usize = 32_767;
/// Significant digits that a number of a spreadsheet holds.
const DIGITS: usize = 15;
/// Rows that decide how wide columns are.
const LOOKED_AT: u32 = 1_000;
/// Widths of columns, in characters.
const NARROWEST: usize = 6;
const WIDEST: usize = 60;

/// A workbook that is being written.
pub(super) struct Book {
    workbook: Workbook,
    sheet: Option<Worksheet>,
    name: String,
    sheets: usize,
    row: u32,
    heads: Vec<String>,
    widths: Vec<usize>,
    zone: Tz,
    exact: bool,
    looks: Looks,
}

/// The formats of cells.
struct Looks {
    head: Format,
    date: Format,
    instant: Format,
    seconds: Format,
    percent: Format,
    kept: Format,
    money: [Format; 5],
}

impl Looks {
    fn new() -> Self {
        let number = |format: &str| Format::new().set_num_format(format);
        Self {
            head: Format::new().set_bold().set_align(FormatAlign::Left),
            date: number("yyyy-mm-dd"),
            instant: number("yyyy-mm-dd hh:mm"),
            seconds: number("yyyy-mm-dd hh:mm:ss"),
            percent: number("0.####\" %\""),
            kept: Format::new().set_quote_prefix(),
            money: ["#,##0", "#,##0.0", "#,##0.00", "#,##0.000", "#,##0.0000"].map(number),
        }
    }

    fn money(&self, amount: Decimal, currency: Currency) -> &Format {
        let digits = Money { amount, currency }.digits();
        let places = digits.split_once('.').map_or(0, |(_, places)| places.len());
        &self.money[places.min(self.money.len() - 1)]
    }
}

impl Book {
    /// Begins a workbook with these heads.
    pub fn begin(name: &str, heads: &[String], zone: Tz, exact: bool) -> Result<Self, ExportError> {
        if heads.len() > COLUMNS {
            return Err(ExportError::Unfit(phrase!(
                "a spreadsheet has at most {most} columns",
                most = COLUMNS
            )));
        }
        let mut book = Self {
            workbook: Workbook::new(),
            sheet: None,
            name: sheet_name(name),
            sheets: 0,
            row: 0,
            heads: heads.to_vec(),
            widths: heads.iter().map(|head| term::width(head) + 3).collect(),
            zone,
            exact,
            looks: Looks::new(),
        };
        book.turn()?;
        Ok(book)
    }

    /// Begins the next sheet.
    fn turn(&mut self) -> Result<(), ExportError> {
        self.close()?;
        self.sheets += 1;
        let mut sheet = self.workbook.new_worksheet_with_constant_memory().map_err(failed)?;
        let name = if self.sheets == 1 {
            self.name.clone()
        } else {
            format!("{} {}", self.name, self.sheets)
        };
        sheet.set_name(name).map_err(failed)?;
        sheet.set_freeze_panes(1, 0).map_err(failed)?;
        for (head, column) in self.heads.iter().zip(0..) {
            sheet.write_string_with_format(0, column, head, &self.looks.head).map_err(failed)?;
        }
        self.sheet = Some(sheet);
        self.row = 1;
        Ok(())
    }

    /// Ends the sheet that is open.
    fn close(&mut self) -> Result<(), ExportError> {
        let Some(mut sheet) = self.sheet.take() else { return Ok(()) };
        for (width, column) in self.widths.iter().zip(0..) {
            let width = (*width).clamp(NARROWEST, WIDEST);
            sheet.set_column_width(column, width as f64).map_err(failed)?;
        }
        if let Some(last) = self.heads.len().checked_sub(1) {
            sheet.autofilter(0, 0, self.row - 1, last as u16).map_err(failed)?;
        }
        self.workbook.push_worksheet(sheet);
        Ok(())
    }

    /// Writes a row; `what` names it where it does not fit.
    pub fn row(&mut self, cells: &[Datum], what: &str) -> Result<(), ExportError> {
        if self.row == ROWS {
            self.turn()?;
        }
        let row = self.row;
        for (at, (datum, column)) in cells.iter().zip(0..).enumerate() {
            let wide = self.cell(row, column, datum).map_err(|error| match error {
                XlsxError::MaxStringLengthExceeded => ExportError::Unfit(phrase!(
                    "{record}: {field} is longer than the {most} characters of a cell; CSV and JSON take it",
                    record = what,
                    field = self.heads.get(at).map_or("", String::as_str),
                    most = LONGEST
                )),
                other => failed(other),
            })?;
            if row < LOOKED_AT
                && let Some(width) = self.widths.get_mut(at)
            {
                *width = wide.min(WIDEST).max(*width);
            }
        }
        self.row += 1;
        Ok(())
    }

    /// Writes a cell; how wide it is.
    fn cell(&mut self, row: u32, column: u16, datum: &Datum) -> Result<usize, XlsxError> {
        let Some(sheet) = &mut self.sheet else { return Ok(0) };
        let looks = &self.looks;
        match datum {
            Datum::Empty => Ok(0),
            Datum::Flag(flag) => sheet.write_boolean(row, column, *flag).map(|_| 5),
            Datum::Date(day) if (1901..=9999).contains(&day.year()) => sheet
                .write_datetime_with_format(
                    row,
                    column,
                    serial(day.and_hms_opt(0, 0, 0).unwrap_or_default()),
                    &looks.date,
                )
                .map(|_| 10),
            Datum::Instant(at) => {
                let local = at.with_timezone(&self.zone);
                let naive = local.naive_local();
                let once = self.zone.from_local_datetime(&naive).single() == Some(local);
                if once
                    && at.timestamp_subsec_millis() == 0
                    && (1901..=9999).contains(&naive.year())
                {
                    let look = if naive.second() == 0 { &looks.instant } else { &looks.seconds };
                    sheet.write_datetime_with_format(row, column, serial(naive), look).map(|_| 19)
                } else {
                    text(sheet, (row, column), &super::grid::exact(datum), None)
                }
            }
            Datum::Number(number) | Datum::Percent(number) | Datum::Money(number, _) => {
                let plain = super::grid::exact(datum);
                match number.to_f64().filter(|_| is_held(number)) {
                    Some(value) => {
                        let written = match datum {
                            Datum::Money(amount, currency) => {
                                let look = looks.money(*amount, *currency);
                                sheet.write_number_with_format(row, column, value, look)
                            }
                            Datum::Percent(_) => {
                                sheet.write_number_with_format(row, column, value, &looks.percent)
                            }
                            _ => sheet.write_number(row, column, value),
                        };
                        written.map(|_| plain.len() + plain.len() / 3)
                    }
                    None => text(sheet, (row, column), &plain, None),
                }
            }
            Datum::Text(_) | Datum::Date(_) => {
                let plain = super::grid::exact(datum);
                // Text it stays even where somebody edits the cell.
                let kept = !self.exact && guard::is_formula(&plain);
                text(sheet, (row, column), &plain, kept.then_some(&looks.kept))
            }
        }
    }

    /// Writes the whole workbook.
    pub fn finish(mut self, out: &mut dyn Write) -> Result<(), ExportError> {
        self.close()?;
        // The library wants a writer of its own thread; a file without a name is one, and no memory.
        let mut file: File = tempfile::tempfile()?;
        let mut writer = BufWriter::new(&mut file);
        self.workbook.save_to_writer(&mut writer).map_err(failed)?;
        writer.flush()?;
        drop(writer);
        file.rewind()?;
        io::copy(&mut file, out)?;
        out.flush()?;
        Ok(())
    }
}

fn text(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    text: &str,
    look: Option<&Format>,
) -> Result<usize, XlsxError> {
    if text.encode_utf16().count() > LONGEST {
        return Err(XlsxError::MaxStringLengthExceeded);
    }
    // XML has no way to say these two; nothing else that is kept is beyond it.
    let text = text.replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}");
    match look {
        Some(look) => sheet.write_string_with_format(row, column, &text, look),
        None => sheet.write_string(row, column, &text),
    }?;
    Ok(text.lines().map(term::width).max().unwrap_or(0))
}

/// Whether a number of a spreadsheet is exactly this one.
fn is_held(number: &Decimal) -> bool {
    let digits = number.normalize().mantissa().unsigned_abs().to_string();
    digits.len() <= DIGITS
}

/// Days since the end of 1899, as spreadsheets count them; from 1901 on, before which they count wrong.
fn serial(at: NaiveDateTime) -> rust_xlsxwriter::ExcelDateTime {
    let made = rust_xlsxwriter::ExcelDateTime::from_ymd(
        at.year() as u16,
        at.month() as u8,
        at.day() as u8,
    )
    .and_then(|day| day.and_hms(at.hour() as u16, at.minute() as u8, f64::from(at.second())));
    // The year was looked at before, and a time of day is one.
    made.unwrap_or_default()
}

/// A name that a sheet may have.
fn sheet_name(name: &str) -> String {
    let plain = |c: char| !c.is_control() && !"[]:*?/\\'".contains(c);
    let name: String = name.chars().filter(|c| plain(*c)).take(24).collect();
    let name = name.trim();
    if name.is_empty() || name.eq_ignore_ascii_case("history") {
        "kontor".to_owned()
    } else {
        name.to_owned()
    }
}

fn failed(error: XlsxError) -> ExportError {
    match error {
        XlsxError::IoError(error) => ExportError::Write(error),
        other => ExportError::Write(io::Error::other(other.to_string())),
    }
}
