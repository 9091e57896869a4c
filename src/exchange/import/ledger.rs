//! The plan of an import while a person looks at it: a verdict per row, of as many rows as there are.
//!
//! The rows stand in a file without a name; in memory is only where each stands and what becomes of it, sixteen
//! bytes. Pages of it are read when they are seen. Start at [`Ledger::page`].

use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::ops::ControlFlow;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use super::Listener;
use crate::exchange::export::Progress as Pace;
use crate::exchange::source::{Flaw, Row};
use crate::exchange::verdict::{ImportReport, Progress, RowFate, RowVerdict};
use crate::model::{FieldChange, Lang, Name, RecordId, RecordRef, phrase};
use crate::term::said;

/// What is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wrong {
    /// The field, where it is about one.
    pub field: Option<Name>,
    /// It, in the person's language.
    pub text: String,
}

/// The verdict on a row, as it is looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The row as a spreadsheet numbers it.
    pub row: u64,
    /// What becomes of it.
    #[serde(with = "by_word")]
    pub fate: RowFate,
    /// What it is called; may be empty.
    pub title: String,
    record: Option<(Name, i64)>,
    /// The fields that change, of an update.
    pub fields: Vec<Name>,
    /// Why it cannot be done.
    pub wrong: Vec<Wrong>,
    /// What else there is to say.
    pub note: Option<String>,
    /// Its cells; empty on a page.
    pub cells: Vec<String>,
    /// It has too few or too many cells.
    pub ragged: bool,
    /// It cannot be read as it is.
    pub flawed: bool,
}

mod by_word {
    use serde::{Deserialize, Deserializer, Serializer};

    use super::RowFate;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it over so")]
    pub fn serialize<S: Serializer>(fate: &RowFate, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(fate.word())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<RowFate, D::Error> {
        let word = String::deserialize(from)?;
        let fate = RowFate::ALL.into_iter().find(|fate| fate.word() == word);
        fate.ok_or_else(|| serde::de::Error::custom("no such verdict"))
    }
}

impl Line {
    /// A row and its verdict, in a language.
    #[must_use]
    pub fn of(row: &Row, verdict: &RowVerdict, lang: Lang) -> Self {
        let wrong = verdict.problems.iter().map(|problem| {
            let text = match &problem.hint {
                Some(hint) => format!("{} ({})", said(lang, &problem.message), said(lang, hint)),
                None => said(lang, &problem.message),
            };
            Wrong { field: problem.field.clone(), text }
        });
        Self {
            row: verdict.row,
            fate: verdict.fate,
            title: verdict.title.clone(),
            record: verdict.record.as_ref().map(|of| (of.entity.clone(), of.id.0)),
            fields: verdict.fields.clone(),
            wrong: wrong.collect(),
            note: verdict.note.as_ref().map(|note| said(lang, note)),
            cells: row.cells.iter().map(str::to_owned).collect(),
            ragged: matches!(row.flaw, Some(Flaw::Ragged { .. })),
            flawed: row.flaw.is_some(),
        }
    }

    /// A row that cannot be read, left out or taken in again: what is wrong with it stays so.
    #[must_use]
    pub fn skipped(mut self, skipped: bool, lang: Lang) -> Self {
        self.fate = if skipped { RowFate::Skip } else { RowFate::Error };
        self.note = skipped.then(|| said(lang, &phrase!("left out by hand")));
        self
    }

    /// The record that it is about, where there is one.
    #[must_use]
    pub fn record(&self) -> Option<RecordRef> {
        let (entity, id) = self.record.as_ref()?;
        Some(RecordRef { entity: entity.clone(), id: RecordId(*id) })
    }
}

/// Where a row stands.
#[derive(Debug, Clone, Copy)]
struct Spot {
    row: u32,
    /// What becomes of it, by its place among all fates.
    fate: u8,
    at: u64,
}

#[derive(Debug)]
struct Spool {
    file: File,
    end: u64,
    spots: Vec<Spot>,
}

impl Spool {
    fn read(&mut self, spot: Spot) -> io::Result<Line> {
        self.file.seek(SeekFrom::Start(spot.at))?;
        let mut length = [0; 4];
        self.file.read_exact(&mut length)?;
        let mut text = vec![0; u32::from_le_bytes(length) as usize];
        self.file.read_exact(&mut text)?;
        Ok(serde_json::from_slice(&text)?)
    }

    fn find(&self, row: u64) -> Option<usize> {
        let row = u32::try_from(row).ok()?;
        self.spots.binary_search_by_key(&row, |spot| spot.row).ok()
    }

    fn fitting(&self, shown: Option<RowFate>) -> impl Iterator<Item = &Spot> {
        let shown = shown.map(place_of);
        self.spots.iter().filter(move |spot| shown.is_none_or(|shown| spot.fate == shown))
    }
}

fn place_of(fate: RowFate) -> u8 {
    RowFate::ALL.iter().position(|one| *one == fate).unwrap_or_default() as u8
}

/// The plan of an import.
#[derive(Debug)]
pub struct Ledger {
    spool: Mutex<Spool>,
    /// How the file was understood, and what was counted.
    pub report: ImportReport,
}

impl Ledger {
    fn spool(&self) -> MutexGuard<'_, Spool> {
        // Nothing that could panic leaves it half changed.
        self.spool.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many rows have each fate, as they stand now; fates without rows are left out.
    #[must_use]
    pub fn counts(&self) -> Vec<(RowFate, u64)> {
        let spool = self.spool();
        let mut counts = [0; RowFate::ALL.len()];
        for spot in &spool.spots {
            counts[usize::from(spot.fate)] += 1;
        }
        RowFate::ALL.into_iter().zip(counts).filter(|(_, n)| *n > 0).collect()
    }

    /// How many rows there are.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.spool().spots.len() as u64
    }

    /// Rows of a fate (of all without), in the order of the file, from the `from`-th of them; without cells.
    ///
    /// # Errors
    /// Where the file without a name cannot be read.
    pub fn page(&self, shown: Option<RowFate>, from: usize, count: usize) -> io::Result<Vec<Line>> {
        let mut spool = self.spool();
        let spots: Vec<Spot> = spool.fitting(shown).skip(from).take(count).copied().collect();
        let mut lines = Vec::with_capacity(spots.len());
        for spot in spots {
            lines.push(Line { cells: Vec::new(), ..spool.read(spot)? });
        }
        Ok(lines)
    }

    /// How many of the rows of a fate (of all without) stand before this one.
    #[must_use]
    pub fn before(&self, shown: Option<RowFate>, row: u64) -> usize {
        self.spool().fitting(shown).take_while(|spot| u64::from(spot.row) < row).count()
    }

    /// A row with its cells.
    ///
    /// # Errors
    /// Where the file without a name cannot be read.
    pub fn line(&self, row: u64) -> io::Result<Option<Line>> {
        let mut spool = self.spool();
        match spool.find(row) {
            Some(at) => {
                let spot = spool.spots[at];
                spool.read(spot).map(Some)
            }
            None => Ok(None),
        }
    }

    /// Puts another verdict in the place of that on its row.
    ///
    /// # Errors
    /// Where the file without a name cannot be written.
    pub fn replace(&self, line: &Line) -> io::Result<()> {
        let mut spool = self.spool();
        let Some(place) = spool.find(line.row) else { return Ok(()) };
        let at = spool.end;
        spool.file.seek(SeekFrom::Start(at))?;
        let written = put(&mut spool.file, line)?;
        spool.end += written;
        let spot = Spot { fate: place_of(line.fate), at, ..spool.spots[place] };
        spool.spots[place] = spot;
        Ok(())
    }
}

/// Writes a line; yields its length.
fn put(out: &mut dyn Write, line: &Line) -> io::Result<u64> {
    let text = serde_json::to_vec(line)?;
    let length = u32::try_from(text.len()).map_err(|_| io::ErrorKind::FileTooLarge)?;
    out.write_all(&length.to_le_bytes())?;
    out.write_all(&text)?;
    Ok(u64::from(length) + 4)
}

/// Writes a plan down while it is made.
pub(super) struct Scribe<'p> {
    out: BufWriter<File>,
    end: u64,
    spots: Vec<Spot>,
    lang: Lang,
    pace: &'p Pace,
    failed: Option<io::Error>,
}

impl<'p> Scribe<'p> {
    /// Into a file without a name; `pace` is told how far it is and tells when to stop.
    pub fn new(lang: Lang, pace: &'p Pace) -> io::Result<Self> {
        let out = BufWriter::with_capacity(1 << 16, tempfile::tempfile()?);
        Ok(Self { out, end: 0, spots: Vec::new(), lang, pace, failed: None })
    }

    fn write(&mut self, line: &Line) -> io::Result<()> {
        let row = u32::try_from(line.row).map_err(|_| io::ErrorKind::FileTooLarge)?;
        let written = put(&mut self.out, line)?;
        self.spots.push(Spot { row, fate: place_of(line.fate), at: self.end });
        self.end += written;
        Ok(())
    }

    /// The whole plan.
    pub fn finish(mut self, report: ImportReport) -> io::Result<Ledger> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        // Rows that link to later ones are judged last.
        self.spots.sort_unstable_by_key(|spot| spot.row);
        let file = self.out.into_inner().map_err(io::IntoInnerError::into_error)?;
        let spool = Spool { file, end: self.end, spots: self.spots };
        Ok(Ledger { spool: Mutex::new(spool), report })
    }
}

impl Listener for Scribe<'_> {
    fn progress(&mut self, progress: &Progress) -> ControlFlow<()> {
        self.pace.reached(progress.rows);
        if self.failed.is_some() || self.pace.is_stopped() {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }

    fn judged(&mut self, row: &Row, verdict: &RowVerdict, _changes: &[FieldChange]) {
        if self.failed.is_none()
            && let Err(error) = self.write(&Line::of(row, verdict, self.lang))
        {
            self.failed = Some(error);
        }
    }
}

/// Only counts, and stops when it is to.
pub(super) struct Counter<'p>(pub &'p Pace);

impl Listener for Counter<'_> {
    fn progress(&mut self, progress: &Progress) -> ControlFlow<()> {
        self.0.reached(progress.rows);
        if self.0.is_stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

/// Keeps the last verdict with all that changes.
#[derive(Default)]
pub(super) struct Kept {
    lang: Lang,
    pub last: Option<(Line, Vec<FieldChange>)>,
}

impl Kept {
    /// In a language.
    pub fn new(lang: Lang) -> Self {
        Self { lang, last: None }
    }
}

impl Listener for Kept {
    fn judged(&mut self, row: &Row, verdict: &RowVerdict, changes: &[FieldChange]) {
        self.last = Some((Line::of(row, verdict, self.lang), changes.to_vec()));
    }
}
