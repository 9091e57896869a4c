//! Lines of a full export -> a new file. It is read twice: first to see that nothing is missing or altered,
//! before anything is written; then line by line into the new file.

use std::io::{self, BufRead, BufReader, Read, Seek};
use std::path::Path;

use super::frame::{End, FORMAT, Head, format_of};
use crate::gate::{ContentHash, ErrorKind, GateError, Item, Restore, RestoreError, Restored};
use crate::model::{Phrase, phrase};

/// A line may be so long at most: a record with its longest texts is far shorter.
const LONGEST: u64 = 256 << 20;

/// Why no file came of a full export; nothing is left behind.
#[derive(Debug, thiserror::Error)]
pub enum FullError {
    /// It is another file.
    #[error("this is no full export")]
    Foreign,
    /// A newer program wrote it.
    #[error("a newer Kontor wrote this export (format {0}, this program knows {FORMAT})")]
    Newer(u64),
    /// It ends before its last line.
    #[error("the export is not whole: its end is missing")]
    Cut,
    /// It is not what was written once.
    #[error("the export was altered after it was written (line {0})")]
    Altered(u64),
    /// It cannot be read.
    #[error("the export cannot be read: {0}")]
    Read(#[from] io::Error),
    /// No file can be made of it.
    #[error(transparent)]
    Restore(#[from] RestoreError),
}

impl FullError {
    /// What happened.
    #[must_use]
    pub fn phrase(&self) -> Phrase {
        match self {
            Self::Foreign => phrase!("this is no full export"),
            Self::Newer(format) => phrase!(
                "a newer Kontor wrote this export (format {format}, this program knows {known})",
                format = *format,
                known = FORMAT
            ),
            Self::Cut => phrase!("the export is not whole: its end is missing"),
            Self::Altered(line) => {
                phrase!("the export was altered after it was written (line {line})", line = *line)
            }
            Self::Read(error) => {
                phrase!("the export cannot be read: {error}", error = Phrase::io(error))
            }
            Self::Restore(error) => match error {
                RestoreError::Gate(error) => error.phrase(),
                RestoreError::Taken { path } => {
                    phrase!("there is something at {path} already; nothing was written", path)
                }
                RestoreError::Unfit(what) => what.clone(),
                RestoreError::Different => {
                    phrase!("what was written is not what was read; the new file was removed")
                }
                RestoreError::Broken(why) => phrase!("history was altered: {why}", why),
            },
        }
    }

    /// What to do next, where there is something to say.
    #[must_use]
    pub fn hint(&self) -> Option<Phrase> {
        match self {
            Self::Foreign => Some(phrase!(
                "kontor export --full FILE writes one; other files are brought in by kontor import ENTITY FILE"
            )),
            Self::Newer(_) => Some(phrase!("update this program; nothing was written")),
            Self::Cut | Self::Altered(_) | Self::Restore(RestoreError::Broken(_)) => {
                Some(phrase!("nothing was written; take another copy of it, or write it out again"))
            }
            Self::Restore(RestoreError::Taken { .. }) => {
                Some(phrase!("name a new file with --db: everything comes into an empty one only"))
            }
            Self::Read(error) => Phrase::io_hint(error),
            Self::Restore(RestoreError::Gate(error)) => error.hint(),
            Self::Restore(_) => None,
        }
    }

    /// The kind, for exit codes.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Restore(RestoreError::Gate(error)) => error.kind(),
            _ => ErrorKind::File,
        }
    }
}

impl From<GateError> for FullError {
    fn from(error: GateError) -> Self {
        Self::Restore(error.into())
    }
}

/// Makes a new file at `path` of a full export; `far` is told how many records there are so far and how
/// many there will be.
///
/// # Errors
/// Where it is none, not whole or altered, something lies at `path` already, or it cannot be written.
pub fn read(
    mut from: impl Read + Seek,
    path: &Path,
    far: &mut dyn FnMut(u64, u64),
) -> Result<Restored, FullError> {
    let (head, end) = look(&mut from)?;
    from.rewind()?;
    let mut lines = Lines::new(from);
    lines.next()?;
    let mut restore = Restore::begin(path, &head.made_for)?;
    let mut records = 0;
    for number in 0..end.end.lines {
        let altered = || FullError::Altered(number + 2);
        let line = lines.next()?.ok_or(FullError::Cut)?;
        let item = Item::of_line(line).ok_or_else(altered)?;
        if matches!(item, Item::Record { .. }) {
            records += 1;
            far(records, end.end.records);
        }
        let bytes = line.len();
        restore.add(item, bytes)?;
    }
    Ok(restore.finish(&end.end.sha256, end.end.sound)?)
}

/// Sees that it is whole and unaltered.
fn look(from: &mut (impl Read + Seek)) -> Result<(Head, End), FullError> {
    let mut lines = Lines::new(from);
    let head_line = match lines.next() {
        Ok(Some(line)) => line.to_owned(),
        Ok(None) => return Err(FullError::Foreign),
        // No text at all, or a line without end: it is something else.
        Err(FullError::Altered(_)) => return Err(FullError::Foreign),
        Err(error) => return Err(error),
    };
    match format_of(&head_line) {
        None => return Err(FullError::Foreign),
        Some(format) if format > u64::from(FORMAT) => return Err(FullError::Newer(format)),
        Some(_) => {}
    }
    let head =
        Head::of_line(&head_line).filter(|head| head.format == FORMAT && head.line() == head_line);
    let head = head.ok_or(FullError::Altered(1))?;
    let mut hash = ContentHash::default();
    let mut held: Option<String> = None;
    let (mut count, mut records) = (0, 0);
    while let Some(line) = lines.next()? {
        // Each line is the last one until there is another.
        if let Some(before) = held.replace(line.to_owned()) {
            hash.take(before.as_bytes());
            count += 1;
            records += u64::from(before.starts_with("{\"record\":"));
        }
    }
    let last = held.ok_or(FullError::Cut)?;
    let end = End::of_line(&last).filter(|_| last.ends_with('\n')).ok_or(FullError::Cut)?;
    let told = &end.end;
    let whole = end.is_sealed(&head_line)
        && told.lines == count
        && told.records == records
        && told.sha256 == hash.finish();
    if whole { Ok((head, end)) } else { Err(FullError::Altered(count + 2)) }
}

/// Lines with their ends, one at a time.
struct Lines<R: Read> {
    from: BufReader<R>,
    line: String,
    number: u64,
}

impl<R: Read> Lines<R> {
    fn new(from: R) -> Self {
        Self { from: BufReader::with_capacity(1 << 16, from), line: String::new(), number: 0 }
    }

    fn next(&mut self) -> Result<Option<&str>, FullError> {
        self.number += 1;
        self.line.clear();
        let read = (&mut self.from).take(LONGEST).read_line(&mut self.line);
        match read {
            Ok(0) => Ok(None),
            Ok(_) if self.line.len() as u64 >= LONGEST => Err(FullError::Altered(self.number)),
            Ok(_) => Ok(Some(&self.line)),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                Err(FullError::Altered(self.number))
            }
            Err(error) => Err(error.into()),
        }
    }
}
