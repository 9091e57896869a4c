//! Workbooks: the sheet, its header, and its rows one at a time.
//!
//! Sheets of XLSX are never held as a whole; the older and rarer formats are, by their reader, within the
//! memory that the process has. Start at [`read`].

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};

use calamine::{
    Data, Ods, OdsError, Range, Reader, SheetVisible, Xls, XlsError, Xlsb, XlsbError, Xlsx,
    XlsxError,
};

use super::Stop;
use super::cell::{self, Shown};
use super::format::Format;
use super::frames::Sink;
use super::grid::Grid;
use super::notice::{Notice, Refusal};

/// The most parts of a workbook that are believed.
const MOST_PARTS: usize = 10_000;

/// The most bytes that are looked through for merged cells.
const LOOKED_THROUGH: u64 = 2 << 30;

/// Puts the rows of a sheet into `sink`: of the one that is asked for, or the first that is seen and has
/// anything in it.
pub(super) fn read(
    file: File,
    format: Format,
    wanted: Option<&str>,
    sink: &mut Sink<'_>,
) -> Result<(), Stop> {
    let reader = BufReader::with_capacity(1 << 16, file);
    match format {
        Format::Xlsx => xlsx(reader, wanted, sink),
        Format::Xlsb => {
            let mut book: Xlsb<_> = Xlsb::new(reader).map_err(|error| match error {
                XlsbError::Password => Refusal::Locked,
                error => Refusal::broken("", error),
            })?;
            whole(&mut book, wanted, sink)
        }
        Format::Ods => {
            let mut book: Ods<_> = Ods::new(reader).map_err(|error| match error {
                OdsError::Password => Refusal::Locked,
                error => Refusal::broken("", error),
            })?;
            whole(&mut book, wanted, sink)
        }
        _ => xls(reader, wanted, sink),
    }
}

fn xls(mut reader: BufReader<File>, wanted: Option<&str>, sink: &mut Sink<'_>) -> Result<(), Stop> {
    // A newer workbook with a password lies in the container of the older ones.
    let again = BufReader::new(reader.get_ref().try_clone()?);
    if let Err(XlsxError::Password) = Xlsx::new(again) {
        return Err(Refusal::Locked.into());
    }
    reader.seek(SeekFrom::Start(0))?;
    let mut book: Xls<_> = Xls::new(reader).map_err(|error| match error {
        XlsError::Password => Refusal::Locked,
        error => Refusal::broken("", error),
    })?;
    whole(&mut book, wanted, sink)
}

/// The sheets to try, and all that can be seen.
fn sheets<RS: Read + Seek, B: Reader<RS>>(
    book: &B,
    wanted: Option<&str>,
) -> Result<(Vec<String>, Vec<String>), Refusal> {
    let seen: Vec<String> = book
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.visible == SheetVisible::Visible)
        .map(|sheet| sheet.name.clone())
        .collect();
    let all = book.sheet_names();
    let Some(wanted) = wanted else {
        return Ok((seen.clone(), seen));
    };
    let exact = all.iter().find(|name| name.as_str() == wanted);
    let folded = || all.iter().find(|name| name.to_lowercase() == wanted.to_lowercase());
    match exact.or_else(folded) {
        Some(name) => Ok((vec![name.clone()], seen)),
        None => Err(Refusal::NoSheet { name: wanted.to_owned(), all: seen }),
    }
}

fn tell(name: &str, all: &[String], sink: &mut Sink<'_>) -> Result<(), Stop> {
    if all.len() > 1 {
        sink.notice(&Notice::Sheet { name: name.to_owned(), all: all.to_vec() })?;
    }
    Ok(())
}

/// A workbook whose reader holds whole sheets.
fn whole<RS: Read + Seek, B: Reader<RS>>(
    book: &mut B,
    wanted: Option<&str>,
    sink: &mut Sink<'_>,
) -> Result<(), Stop>
where
    B::Error: std::fmt::Display,
{
    let (names, all) = sheets(book, wanted)?;
    for name in names {
        let range: Range<Data> =
            book.worksheet_range(&name).map_err(|error| Refusal::broken(&name, error))?;
        let Some((top, left)) = range.start() else { continue };
        let mut grid = Grid::new(&name, Vec::new());
        for (row, cells) in range.rows().enumerate() {
            for (column, value) in cells.iter().enumerate() {
                if !matches!(value, Data::Empty) {
                    let (row, column) = (top + row as u32, left + column as u32);
                    grid.cell(row, column, sink)?.write(value, Shown::Plain);
                }
            }
        }
        if grid.is_empty() {
            continue;
        }
        tell(&name, &all, sink)?;
        return grid.finish(sink);
    }
    Err(Refusal::Empty.into())
}

fn xlsx(
    mut reader: BufReader<File>,
    wanted: Option<&str>,
    sink: &mut Sink<'_>,
) -> Result<(), Stop> {
    let merged = has_merged_cells(&mut reader)?;
    reader.seek(SeekFrom::Start(0))?;
    let mut book: Xlsx<_> = Xlsx::new(reader).map_err(|error| match error {
        XlsxError::Password => Refusal::Locked,
        error => Refusal::broken("", error),
    })?;
    let (names, all) = sheets(&book, wanted)?;
    for name in names {
        let merges = if merged { book.merge_cells_by_sheet_name(&name) } else { Ok(Vec::new()) };
        let merges = merges.map_err(|error| Refusal::broken(&name, error))?;
        let mut cells = match book.worksheet_cells_reader(&name) {
            Ok(cells) => cells,
            // A sheet of charts has no rows.
            Err(XlsxError::NotAWorksheet(_)) if wanted.is_none() => continue,
            Err(error) => return Err(Refusal::broken(name, error).into()),
        };
        let shown: Vec<Shown> = cells.styles().iter().map(cell::shown).collect();
        let mut grid = Grid::new(&name, merges);
        loop {
            let next = cells.next_cell_with_style_id();
            let next = next.map_err(|error| Refusal::broken(grid.place(), error))?;
            let Some((found, style)) = next else { break };
            let (row, column) = found.get_position();
            let shown = shown.get(style).copied().unwrap_or(Shown::Plain);
            let value = found.get_value();
            if !cell::is_empty(value) {
                grid.cell(row, column, sink)?.write_ref(value, shown);
            }
        }
        if grid.is_empty() {
            continue;
        }
        tell(&name, &all, sink)?;
        return grid.finish(sink);
    }
    Err(Refusal::Empty.into())
}

/// Whether any sheet has merged cells. They stand behind the rows, so that reading them is reading the
/// sheet twice; most have none, which is seen much faster.
fn has_merged_cells(reader: &mut BufReader<File>) -> Result<bool, Stop> {
    let mut archive = zip::ZipArchive::new(reader).map_err(|error| Refusal::broken("", error))?;
    if archive.len() > MOST_PARTS {
        let what = format!("a workbook of {} parts", archive.len());
        return Err(Refusal::broken("", what).into());
    }
    let mut left = LOOKED_THROUGH;
    let names: Vec<String> = archive
        .file_names()
        .filter_map(|name| Some(name.ok()?.into_owned()))
        .filter(|name| name.to_ascii_lowercase().contains("worksheets/"))
        .collect();
    let word = memchr::memmem::Finder::new("mergeCell");
    let mut buffer = vec![0; 1 << 17];
    for name in names {
        let Ok(mut part) = archive.by_name(&name) else { continue };
        let mut kept = 0;
        // What is broken is told by the reader of the format, with its place.
        while let Ok(read) = part.read(&mut buffer[kept..]) {
            if read == 0 {
                break;
            }
            let filled = kept + read;
            if word.find(&buffer[..filled]).is_some() {
                return Ok(true);
            }
            left = left.saturating_sub(read as u64);
            if left == 0 {
                return Ok(false);
            }
            // The word may stand across two pieces.
            kept = filled.min(8);
            buffer.copy_within(filled - kept..filled, 0);
        }
    }
    Ok(false)
}
