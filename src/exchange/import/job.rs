//! An import as a person prepares it at the screen: planned as often as they like, mended row by row, done once.
//!
//! Start at [`Job::plan`].

use std::fs::File;
use std::io::{Seek, Write};
use std::path::PathBuf;
use std::sync::Arc;

use super::ledger::{Counter, Kept, Ledger, Line, Scribe};
use super::{ImportError, ImportOptions, begun, digest, run_source};
use crate::exchange::export::Progress as Pace;
use crate::exchange::map::ImportMap;
use crate::exchange::mends::Mends;
use crate::exchange::read::{Apart, Format};
use crate::exchange::rejects::{ErrorFile, is_beside};
use crate::exchange::source::{Flaw, Row, Source, SourceError};
use crate::exchange::verdict::ImportReport;
use crate::gate::Session;
use crate::model::{FieldChange, Lang, Name};

/// What is imported and how.
#[derive(Debug, Clone)]
pub struct Job {
    /// The file.
    pub path: PathBuf,
    /// What its rows are.
    pub entity: Name,
    /// Its format.
    pub format: Format,
    /// Where its columns go, and how it is read.
    pub map: ImportMap,
    /// What was mended of it by hand.
    pub mends: Arc<Mends>,
    /// Its first rows.
    pub sample: Arc<Vec<Row>>,
    /// The digest of what was in it when it was looked at.
    pub content: String,
    /// The language of what is said of its rows.
    pub lang: Lang,
    /// Where the file lies, where that is another name.
    pub lies_at: PathBuf,
    /// The file for rows that cannot be imported; they are only counted without.
    pub rejects: Option<PathBuf>,
}

/// A row with all that becomes of it.
#[derive(Debug, Clone, PartialEq)]
pub struct RowInFull {
    /// The row and its verdict.
    pub line: Line,
    /// What changes, field by field.
    pub changes: Vec<FieldChange>,
}

impl Job {
    fn options(&self) -> ImportOptions {
        ImportOptions {
            entity: self.entity.to_string(),
            file: self.path.display().to_string(),
            map: Some(self.map.clone()),
            mends: Arc::clone(&self.mends),
            lang: self.lang,
            ..ImportOptions::default()
        }
    }

    /// The rows of the file, if it still is what was looked at.
    fn source(&self, mut file: File, apart: &dyn Apart) -> Result<Source<'static>, ImportError> {
        let name = self.path.display().to_string();
        let read_error = |error| SourceError::Read { file: name.clone(), error };
        let content = digest(&mut file).map_err(read_error)?;
        if content != self.content {
            return Err(ImportError::Changed);
        }
        file.rewind().map_err(read_error)?;
        Ok(Source::of_file(file, &name, &self.options().said(), apart)?)
    }

    /// What would become of every row; none where it was stopped on the way.
    ///
    /// # Errors
    /// As [`run_source`]; where the plan cannot be kept.
    pub fn plan(
        &self,
        session: &mut Session,
        file: File,
        apart: &dyn Apart,
        pace: &Pace,
    ) -> Result<Option<Ledger>, ImportError> {
        let source = self.source(file, apart)?;
        let options = ImportOptions { dry_run: true, ..self.options() };
        let mut scribe = Scribe::new(self.lang, pace).map_err(ImportError::Plan)?;
        let report = run_source(&mut session.importing(), source, &options, &mut scribe, None)?;
        let stopped = report.stopped && pace.is_stopped();
        let ledger = scribe.finish(report).map_err(ImportError::Plan)?;
        Ok((!stopped).then_some(ledger))
    }

    /// A row of a plan in full. One that was mended since is judged anew, by itself, and has its new verdict in the
    /// plan from then on.
    ///
    /// # Errors
    /// As [`run_source`]; where the plan cannot be read.
    pub fn judge(
        &self,
        session: &mut Session,
        ledger: &Ledger,
        row: u64,
        mended: bool,
    ) -> Result<Option<RowInFull>, ImportError> {
        let Some(line) = ledger.line(row).map_err(ImportError::Plan)? else { return Ok(None) };
        let header = ledger.report.headers.len();
        // Whether it still has too few or too many cells is decided by what was mended.
        let flaw = line.ragged.then_some(Flaw::Ragged { cells: line.cells.len(), header });
        let only = Row { number: row, cells: line.cells.as_slice().into(), flaw };
        if line.flawed && !(line.ragged && mended) {
            let line = line.skipped(self.mends.skips(row), self.lang);
            ledger.replace(&line).map_err(ImportError::Plan)?;
            return Ok(Some(RowInFull { line, changes: Vec::new() }));
        }
        let source = Source::of_rows(&ledger.report.headers, vec![only], self.format);
        let options = ImportOptions {
            dry_run: true,
            in_full: true,
            sample: Some(Arc::clone(&self.sample)),
            ..self.options()
        };
        let mut kept = Kept::new(self.lang);
        run_source(&mut session.importing(), source, &options, &mut kept, None)?;
        let Some((judged, changes)) = kept.last else { return Ok(None) };
        if !mended {
            // The others of the file may say more of it than it does by itself.
            return Ok(Some(RowInFull { line, changes }));
        }
        ledger.replace(&judged).map_err(ImportError::Plan)?;
        Ok(Some(RowInFull { line: judged, changes }))
    }

    /// Writes it, or goes on with what was begun and stopped. Rows that cannot be done go to the error file.
    ///
    /// # Errors
    /// As [`run_source`]; where the error file cannot be written.
    pub fn apply(
        &self,
        session: &mut Session,
        file: File,
        apart: &dyn Apart,
        pace: &Pace,
    ) -> Result<ImportReport, ImportError> {
        let source = self.source(file, apart)?;
        let begun = begun(session, &self.content, &self.entity)?;
        let mut options = ImportOptions { content: Some(self.content.clone()), ..self.options() };
        let mut place = self.rejects.clone();
        if let Some(begun) = &begun {
            options.resume = true;
            options.map = begun.map.as_deref().cloned().or(options.map);
            let named = begun.rejects.as_ref().filter(|name| is_beside(&self.lies_at, name));
            place = named.map(|name| self.lies_at.with_file_name(name)).or(place);
        }
        let name = place.as_ref().and_then(|path| path.file_name());
        options.rejects = name.map(|name| name.to_string_lossy().into_owned());
        let mut errors = match (&place, &begun) {
            (Some(path), Some(begun)) => {
                Some(ErrorFile::go_on(path, &self.lies_at, begun.rejected)?)
            }
            (Some(path), None) => {
                let mut errors = ErrorFile::begin(path, &self.lies_at)?;
                errors.restart(true)?;
                Some(errors)
            }
            (None, _) => None,
        };
        let rejects = errors.as_mut().map(|errors| errors as &mut dyn Write);
        let mut counter = Counter(pace);
        let session = &mut session.importing();
        let mut report = run_source(session, source, &options, &mut counter, rejects)?;
        report.rejects.clone_from(&options.rejects);
        if let Some(errors) = errors {
            errors.finish()?;
        }
        Ok(report)
    }
}
