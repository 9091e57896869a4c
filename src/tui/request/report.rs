//! Reports that are asked for, and written out.

use std::io::Write;

use crate::exchange::export::{ExportError, ExportFormat, grid};
use crate::gate::{Event, GateError, Result, Session};
use crate::model::{Lang, Name, Phrase, phrase};
use crate::report::{Report, ReportError, ReportRequest, Table, run};
use crate::schema::Format;

use super::copy::unfit;
use super::{CLIPBOARD, Reply};

/// A report as it is looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct AskedReport {
    /// Which.
    pub report: Report,
    /// Only over the records that satisfy this query.
    pub filter: Option<String>,
    /// In which groups; its own without.
    pub by: Option<String>,
    /// The language of labels.
    pub lang: Lang,
}

/// Measures a report.
pub(super) fn measured(
    session: &Session,
    report: &Report,
    asked: &ReportRequest<'_>,
) -> Result<Table> {
    run(session, report, asked).map_err(|error| {
        let (what, hint) = (error.phrase(), error.hint());
        match error {
            ReportError::Gate(error) => error,
            _ => GateError::NotFound { what, hint },
        }
    })
}

/// Measures a report and writes it out; what takes more lines along than somebody reads is noted as an
/// export to `target`.
///
/// # Errors
/// What the gate refuses, a format without rows and columns, or a writer that fails.
pub fn write_report(
    session: &Session,
    asked: &AskedReport,
    format: ExportFormat,
    target: &str,
    out: &mut dyn Write,
) -> std::result::Result<(), ExportError> {
    let AskedReport { report, filter, by, lang } = asked;
    session.note(&Event::report(&report.name, &report.entity));
    let request = ReportRequest { filter: filter.as_deref(), by: by.as_deref(), lang: *lang };
    let table = measured(session, report, &request)?;
    let lines = table.lines.len() as u64;
    session.take_out_lines(&Name::from(report.entity.as_str()), lines, target)?;
    let words = Format { lang: *lang, zone: session.moment().zone };
    grid::write(&table.grid(), format, false, words, out)
}

/// A report as a text for the clipboard.
pub(super) fn copied_report(
    session: &Session,
    asked: &AskedReport,
    format: ExportFormat,
) -> Result<Reply> {
    let mut text = Vec::new();
    match write_report(session, asked, format, CLIPBOARD, &mut text) {
        Ok(()) => {}
        Err(ExportError::Gate(error)) => return Err(error),
        Err(ExportError::Unfit(what)) => return Err(unfit(what)),
        Err(ExportError::Write(error)) => {
            return Err(GateError::File {
                path: CLIPBOARD.into(),
                what: phrase!("cannot be written: {error}", error = Phrase::io(&error)),
                hint: Phrase::io_hint(&error),
            });
        }
        Err(ExportError::Stopped) => return Ok(Reply::Stopped),
    }
    let text = String::from_utf8_lossy(&text).into_owned();
    Ok(Reply::Exported { records: 0, text: Some(text) })
}
