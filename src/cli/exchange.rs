//! `export`: records out, as files.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::command::ExportArgs;
use super::desk::{Desk, Need, entity, field};
use super::error::{CliError, Result};
use super::output::OutputFormat;
use super::{Env, list};
use crate::exchange::Beside;
use crate::exchange::export::{
    ExportError, ExportFormat, ExportRequest, demand, export as write_out,
};
use crate::model::{Phrase, phrase};
use crate::term::Clean;

pub(super) fn create(path: &Path) -> Result<BufWriter<File>> {
    File::create(path).map(BufWriter::new).map_err(|source| file_error(path, source))
}

pub(super) fn file_error(path: &Path, source: io::Error) -> CliError {
    CliError::File { path: Phrase::raw(path.display().to_string()), source }
}

/// Writes records out to a file or the output.
pub(super) fn export(env: &mut Env<'_>, args: &ExportArgs) -> Result<()> {
    let format = export_format(env, args)?;
    let mut desk = Desk::open(env, Need::File)?;
    let catalog = std::sync::Arc::clone(&desk.catalog);
    let about = entity(&catalog, &args.noun)?;
    let which = super::view::under(&desk, about, &args.list)?;
    let wanted = list::request(&desk, &about.name, &which)?;
    let mut request = ExportRequest::all(&about.name);
    request.filter = wanted.filter;
    request.sort = wanted.sort;
    request.limit = which.limit;
    request.exact = args.exact;
    request.lang = desk.env.lang;
    request.target = args.file.as_ref().map_or("stdout".into(), |path| path.display().to_string());
    for word in which.columns.iter().flat_map(|text| text.split([',', ' '])) {
        // The reference comes first in any case.
        if !word.is_empty() && word != "ref" {
            request.fields.push(field(about, word)?.name.clone());
        }
    }
    super::sign_in::confirmed(&mut desk, |session| demand(session, &request))?;
    let Desk { env, session, .. } = &mut desk;
    let records = written(env, args.file.as_deref(), format, |out| {
        write_out(session, &request, format, out)
    })?;
    if let Some(path) = &args.file {
        desk.say(&phrase!(
            "{written} records written to {path}.",
            written = records,
            path = path.display().to_string()
        ))?;
    }
    Ok(())
}

/// Writes what `work` makes into a file, a new one in the export folder for somebody outside, or to the
/// output.
pub(super) fn written<T>(
    env: &mut Env<'_>,
    file: Option<&Path>,
    format: ExportFormat,
    work: impl FnOnce(&mut dyn Write) -> std::result::Result<T, ExportError>,
) -> Result<T> {
    let failed = |error| match error {
        ExportError::Gate(error) => CliError::Gate(error),
        ExportError::Write(error) => match file {
            Some(path) => file_error(path, error),
            None => CliError::Output(error),
        },
        ExportError::Unfit(what) => CliError::refused(what),
        // Nobody else holds the progress of an export that is made here.
        ExportError::Stopped => CliError::Output(std::io::ErrorKind::Interrupted.into()),
    };
    let Some(path) = file else {
        if env.width.is_none() {
            return work(&mut *env.out).map_err(failed);
        }
        if !format.is_text() {
            return Err(CliError::Refused {
                message: phrase!("a workbook is nothing for a terminal"),
                hint: Some(phrase!("name a file")),
            });
        }
        let mut writer = Washer { out: &mut *env.out, line: Vec::new() };
        let done = work(&mut writer).map_err(failed)?;
        writer.wash()?;
        return Ok(done);
    };
    if let Some(served) = &env.served {
        let mut writer = super::served::exports::create(served, path)?;
        let done = work(&mut writer).map_err(failed)?;
        writer.flush().map_err(|source| file_error(path, source))?;
        return Ok(done);
    }
    let broken = |source| file_error(path, source);
    let known = path.metadata().ok();
    // What is no file of its own (a pipe, a device) is written to as it comes; of a folder that is told.
    if known.as_ref().is_some_and(|known| !known.is_file()) {
        let mut writer = create(path)?;
        let done = work(&mut writer).map_err(failed)?;
        writer.flush().map_err(broken)?;
        return Ok(done);
    }
    if known.is_some() {
        // What nobody may write to is not put aside either.
        File::options().write(true).open(path).map_err(broken)?;
    }
    // Beside its place, which it takes when it is whole: a failed export leaves the old file as it was.
    let place = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let beside = Beside::of(&place).map_err(broken)?;
    let mut writer = BufWriter::new(beside.file());
    let done = work(&mut writer).map_err(failed)?;
    writer.flush().map_err(broken)?;
    drop(writer);
    if let Some(known) = known {
        beside.permit(known.permissions()).map_err(broken)?;
    }
    beside.put().map_err(broken)?;
    Ok(done)
}

fn export_format(env: &Env<'_>, args: &ExportArgs) -> Result<ExportFormat> {
    match args.format {
        Some(format) => Ok(format),
        None => format_of(env.format, args.file.as_deref()),
    }
}

/// The format that is asked for, or that the ending of a file means; CSV without either.
pub(super) fn format_of(format: Option<OutputFormat>, file: Option<&Path>) -> Result<ExportFormat> {
    let word = match (format, file) {
        (Some(format), _) => format.word().to_owned(),
        (None, Some(path)) => {
            let extension = path.extension().map(|text| text.to_string_lossy().into_owned());
            extension.unwrap_or_else(|| "csv".to_owned())
        }
        (None, None) => "csv".to_owned(),
    };
    ExportFormat::from_word(&word).ok_or_else(|| {
        let hint = phrase!(
            "csv, tsv, xlsx, json, ndjson, markdown, html, vcard, vcard3 or ical: by --format or by the file's ending"
        );
        CliError::word(phrase!("cannot export as {word}", word), Some(hint))
    })
}

/// Makes exact data harmless on its way to a terminal.
struct Washer<'o> {
    out: &'o mut dyn Write,
    line: Vec<u8>,
}

impl Washer<'_> {
    fn wash(&mut self) -> io::Result<()> {
        let text = String::from_utf8_lossy(&self.line);
        self.out.write_all(Clean::block(&text).as_str().as_bytes())?;
        self.line.clear();
        Ok(())
    }
}

impl Write for Washer<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let end = bytes.iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |at| at + 1);
        self.line.extend_from_slice(&bytes[..end]);
        if self.line.ends_with(b"\n") {
            self.wash()?;
        }
        Ok(end)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
