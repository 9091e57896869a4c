//! `export`: records out, as files.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::command::ExportArgs;
use super::desk::{Desk, Need, entity, field};
use super::error::{CliError, Result};
use super::{Env, list};
use crate::exchange::export::{ExportError, ExportFormat, ExportRequest, export as write_out};
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
        if !word.is_empty() {
            request.fields.push(field(about, word)?.name.clone());
        }
    }
    let failed = |error| match error {
        ExportError::Gate(error) => CliError::Gate(error),
        ExportError::Write(error) => CliError::Output(error),
        // Nobody else holds the progress of an export that is made here.
        ExportError::Stopped => CliError::Output(std::io::ErrorKind::Interrupted.into()),
    };
    let Desk { env, session, .. } = &mut desk;
    let written = match &args.file {
        Some(path) => {
            let mut writer = match &env.served {
                Some(served) => super::served::exports::create(served, path)?,
                None => create(path)?,
            };
            let written = write_out(session, &request, format, &mut writer).map_err(failed)?;
            writer.flush().map_err(|source| file_error(path, source))?;
            written
        }
        None if env.width.is_some() => {
            let mut writer = Washer { out: &mut *env.out, line: Vec::new() };
            let written = write_out(session, &request, format, &mut writer).map_err(failed)?;
            writer.wash()?;
            written
        }
        None => write_out(session, &request, format, &mut *env.out).map_err(failed)?,
    };
    if let Some(path) = &args.file {
        desk.say(&phrase!(
            "{written} records written to {path}.",
            written,
            path = path.display().to_string()
        ))?;
    }
    Ok(())
}

fn export_format(env: &Env<'_>, args: &ExportArgs) -> Result<ExportFormat> {
    let word = match (env.format, &args.file) {
        (Some(format), _) => format.word().to_owned(),
        (None, Some(path)) => {
            let extension = path.extension().map(|text| text.to_string_lossy().into_owned());
            extension.unwrap_or_else(|| "csv".to_owned())
        }
        (None, None) => "csv".to_owned(),
    };
    ExportFormat::from_word(&word).ok_or_else(|| {
        let hint =
            phrase!("csv, tsv, json, ndjson or markdown: by --format or by the file's ending");
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
