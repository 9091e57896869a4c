//! `report`: counts and sums in groups, with how they are counted.

use std::path::Path;

use serde_json::{Value as Json, json};

use super::desk::{Desk, OUTPUT};
use super::error::{CliError, Result};
use super::exchange;
use super::output::{Head, Needs, OutputFormat, Row, write_json};
use super::sign_in::confirmed;
use crate::exchange::export::{ExportFormat, grid};
use crate::model::{Name, Phrase, phrase};
use crate::report::{Cell, Line, ReportError, ReportRequest, Table, find, run};
use crate::term::Clean;

/// What is asked for.
pub(super) struct Asked<'a> {
    pub name: Option<&'a str>,
    pub filter: Option<&'a str>,
    pub by: Option<&'a str>,
    /// Into which file.
    pub file: Option<&'a Path>,
    /// In a form that only files have.
    pub format: Option<ExportFormat>,
}

/// Prints a report or writes it into a file; without a name, which ones there are.
pub(super) fn report(desk: &mut Desk<'_, '_>, asked: &Asked<'_>) -> Result<()> {
    let Asked { filter, by, file, .. } = *asked;
    let Some(name) = asked.name else { return list(desk) };
    let written = writes(desk, asked)?;
    let catalog = std::sync::Arc::clone(&desk.catalog);
    let report = find(&catalog, name).map_err(|error| told(error, filter))?;
    let request = ReportRequest { filter, by, lang: desk.env.lang };
    desk.session.note(&crate::gate::Event::report(&report.name, &report.entity));
    let table = run(&desk.session, report, &request).map_err(|error| told(error, filter))?;
    if written.is_some() || desk.leaves() {
        let lines = table.lines.len() as u64;
        let target = file.map_or_else(|| OUTPUT.to_owned(), |file| file.display().to_string());
        let about = Name::from(report.entity.as_str());
        confirmed(desk, |session| session.take_out_lines(&about, lines, &target))?;
    }
    if let Some(format) = written {
        return write(desk, &table, format, file);
    }
    if desk.format.needs() == Needs::Json {
        write_json(&mut *desk.env.out, &table.json())?;
        writeln!(desk.env.out)?;
        return Ok(());
    }
    print(desk, &table)
}

/// The format that the report is written in, where it is not printed.
fn writes(desk: &Desk<'_, '_>, asked: &Asked<'_>) -> Result<Option<ExportFormat>> {
    let format = match (asked.format, asked.file) {
        (Some(format), _) => Some(format),
        (None, Some(file)) => Some(exchange::format_of(desk.env.format, Some(file))?),
        // Cells for spreadsheets hold exact numbers.
        (None, None) if matches!(desk.format, OutputFormat::Csv | OutputFormat::Tsv) => {
            ExportFormat::from_word(desk.format.word())
        }
        (None, None) => None,
    };
    if format.is_some_and(|format| !format.is_table()) {
        return Err(CliError::Refused {
            message: phrase!("this format has no rows and columns"),
            hint: Some(phrase!("csv, tsv, xlsx, json, ndjson, md and html have")),
        });
    }
    Ok(format)
}

fn write(
    desk: &mut Desk<'_, '_>,
    table: &Table,
    format: ExportFormat,
    file: Option<&Path>,
) -> Result<()> {
    let words = desk.words();
    let written = exchange::written(desk.env, file, format, |out| {
        if format == ExportFormat::Json {
            write_json(&mut *out, &table.json())?;
            writeln!(out)?;
            return Ok(());
        }
        grid::write(&table.grid(), format, false, words, out)
    });
    written?;
    if let Some(path) = file {
        let path = path.display().to_string();
        desk.say(&phrase!("The report is written to {path}.", path))?;
    }
    Ok(())
}

fn told(error: ReportError, filter: Option<&str>) -> CliError {
    match error {
        ReportError::Gate(crate::gate::GateError::Query(source)) => {
            CliError::Query { text: filter.unwrap_or_default().to_owned(), source }
        }
        ReportError::Gate(error) => CliError::Gate(error),
        ReportError::Unknown { .. } => CliError::word(error.phrase(), error.hint()),
        ReportError::Definition { .. } => {
            CliError::Refused { message: error.phrase(), hint: error.hint() }
        }
    }
}

fn list(desk: &mut Desk<'_, '_>) -> Result<()> {
    let lang = desk.env.lang;
    let heads =
        vec![Head::left("name", phrase!("Report")), Head::left("help", phrase!("What it answers"))];
    let catalog = std::sync::Arc::clone(&desk.catalog);
    let mut printer = desk.printer(heads);
    for report in catalog.reports() {
        let help = report.help.get(lang).to_owned();
        let json = json!({ "name": report.name, "label": report.label.get(lang), "help": help });
        let cells = vec![report.name.clone(), help];
        printer.row(Row { reference: report.name.clone(), cells, json })?;
    }
    printer.finish()?;
    Ok(())
}

fn print(desk: &mut Desk<'_, '_>, table: &Table) -> Result<()> {
    let people = desk.format == OutputFormat::Table;
    let words = desk.words();
    let mut heads: Vec<Head> =
        table.group.iter().map(|(name, label)| Head::left(name, Phrase::raw(label))).collect();
    heads.extend(table.heads.iter().map(|head| Head::right(&head.name, Phrase::raw(&head.label))));
    let grouped = table.group.is_some();
    let row = |line: &Line| {
        let cell = |(n, (cell, head)): (usize, (&Cell, &crate::report::Head))| {
            // People compare what stands below each other.
            if people { table.levelled(n, cell) } else { cell.clone() }.text(head.kind, &words)
        };
        let cells: Vec<String> =
            line.cells.iter().zip(&table.heads).enumerate().map(cell).collect();
        let label = grouped.then(|| line.label.clone());
        let cells = label.into_iter().chain(cells).collect();
        Row { reference: line.label.clone(), cells, json: Json::Null }
    };
    let mut rows: Vec<Row> = table.lines.iter().map(row).collect();
    if people || !grouped {
        rows.push(row(&table.total));
    }
    if people {
        writeln!(desk.env.out, "{}", Clean::line(&table.title).as_str())?;
    }
    let mut printer = desk.printer(heads);
    for row in rows {
        printer.row(row)?;
    }
    printer.finish()?;
    if people && !table.notes.is_empty() {
        writeln!(desk.env.out)?;
        for note in &table.notes {
            let message = match note.total.as_str() {
                "" => Phrase::raw(&note.definition),
                hint => phrase!("{message} ({hint})", message = &note.definition, hint),
            };
            let text = desk.env.told(&phrase!("{name}: {message}", name = &note.label, message));
            writeln!(desk.env.out, "{}", Clean::line(&text).as_str())?;
        }
    }
    Ok(())
}
