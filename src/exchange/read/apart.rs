//! Reading apart: in a process of its own, which has neither the database nor anything else of the program.
//!
//! Workbooks, JSON, cards and calendars are built into trees by their readers, as large and as deep as the
//! file says; so they are read where that can hurt nobody. Lines of cells are not: one row of them is held
//! at a time, in bounds of our own. All rows are there before the first is looked at, so that a file that
//! is broken far down is refused before anything is written. Whoever runs the program says how a process
//! is started ([`Apart`]); what is done in it is [`serve`].

use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::Stop;
use super::encoding::{self, Encoding, Found, Sure};
use super::format::{Format, HEAD};
use super::frames::Sink;
use super::notice::{Notice, Refusal};
use super::{calendar, cards, objects, workbook};

/// What is to be read, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// The format that was found.
    pub format: Format,
    /// The encoding of its text, where somebody said it.
    pub encoding: Option<String>,
    /// The sheet, where somebody said it.
    pub sheet: Option<String>,
}

/// Has files read apart from the program.
pub trait Apart: Sync {
    /// Has `order` carried out on a file, from its beginning; yields what [`serve`] wrote.
    ///
    /// # Errors
    /// Why that could not be done; what is wrong with the file itself stands in what was written.
    fn read(&self, file: &File, order: &Order) -> Result<File, Refusal>;
}

/// Reads in this very process, without limits: for tests and for files of one's own making.
#[derive(Debug, Clone, Copy, Default)]
pub struct Inside;

impl Apart for Inside {
    fn read(&self, file: &File, order: &Order) -> Result<File, Refusal> {
        let started = |error: io::Error| Refusal::NotStarted(error.to_string());
        let file = file.try_clone().map_err(started)?;
        let mut out = tempfile::tempfile().map_err(started)?;
        serve(file, order, &mut out).map_err(started)?;
        Ok(out)
    }
}

/// Has a file read once, however often it is asked for: it is planned first and written afterwards.
pub struct Once<'a> {
    by: &'a dyn Apart,
    read: Mutex<Option<(Order, File)>>,
}

impl<'a> Once<'a> {
    /// For one file, which `by` reads.
    #[must_use]
    pub fn new(by: &'a dyn Apart) -> Self {
        Self { by, read: Mutex::default() }
    }
}

impl Apart for Once<'_> {
    fn read(&self, file: &File, order: &Order) -> Result<File, Refusal> {
        let failed = |error: io::Error| Refusal::NotStarted(error.to_string());
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, out)) = &*read
            && known == order
        {
            return out.try_clone().map_err(failed);
        }
        let out = self.by.read(file, order)?;
        *read = Some((order.clone(), out.try_clone().map_err(failed)?));
        Ok(out)
    }
}

/// Carries out an order: rows go to `out` as frames, and so does what is wrong with the file.
///
/// # Errors
/// Where the file cannot be read or `out` not be written.
pub fn serve(mut file: File, order: &Order, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, out);
    let mut sink = Sink::new(&mut out);
    file.seek(SeekFrom::Start(0))?;
    match carry_out(file, order, &mut sink) {
        Ok(()) => sink.end(),
        Err(Stop::Refused(refusal)) => {
            sink.refused(&refusal)?;
            sink.end()
        }
        Err(Stop::Io(error)) => Err(error),
    }
}

fn carry_out(mut file: File, order: &Order, sink: &mut Sink<'_>) -> Result<(), Stop> {
    if order.format.is_workbook() {
        return workbook::read(file, order.format, order.sheet.as_deref(), sink);
    }
    let mut head = Vec::new();
    (&mut file).take(HEAD as u64).read_to_end(&mut head)?;
    let given = order.encoding.as_deref().and_then(Encoding::named);
    let found = encoding::detect(&head, head.len() < HEAD, given);
    if let Some(notice) = told(&found, &head) {
        sink.notice(&notice)?;
    }
    if matches!(order.format, Format::Json | Format::Ndjson) {
        return objects::read(file, order.format, (found.encoding, found.mark), sink);
    }
    let mut bytes = head;
    file.read_to_end(&mut bytes)?;
    let (text, _) = found.encoding.text(&bytes[found.mark..]);
    drop(bytes);
    match order.format {
        Format::Icalendar => calendar::write(&text, sink),
        _ => cards::write(&text, sink),
    }
}

/// What is to be said of an encoding.
pub(super) fn told(found: &Found, sample: &[u8]) -> Option<Notice> {
    match found.sure {
        Sure::Guessed if found.encoding.is_utf8() => {
            let at = std::str::from_utf8(sample).err()?.valid_up_to();
            let line = memchr::memchr_iter(b'\n', &sample[..at]).count() as u64 + 1;
            Some(Notice::Broken { line })
        }
        Sure::Guessed => Some(Notice::Encoding(found.encoding.name().to_owned())),
        _ => None,
    }
}
