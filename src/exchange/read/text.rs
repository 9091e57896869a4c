//! Lines of cells in any dialect and encoding, a row at a time.
//!
//! A row that is broken is handed on with what is wrong with it; only what cannot be a table at all is
//! refused. Start at [`Lines::open`].

use std::io::{Cursor, Read};

use csv::StringRecord;

use super::apart::told;
use super::encoding::{Decoding, Encoding, Found, detect};
use super::notice::Notice;
use crate::exchange::dialect::{self, Dialect};
use crate::exchange::source::{Flaw, Row, Said, SourceError};

/// How much of a file is looked at before anything is believed about it, in bytes.
pub(in crate::exchange) const SAMPLE: usize = super::format::HEAD;

/// Longest row that is believed, in bytes: beyond it a quote was likely left open.
pub(super) const LONGEST_ROW: usize = 4 * 1024 * 1024;

/// Longest row that is read at all, in bytes.
const LONGEST_READ: usize = 64 * 1024 * 1024;

/// Most columns that are believed: beyond it the delimiter or a line's end is not what it seems.
pub(in crate::exchange) const MOST_COLUMNS: usize = 2_000;

/// A file of lines that is being read.
pub(in crate::exchange) struct Lines<'r> {
    reader: csv::Reader<Tail<Box<dyn Read + Send + 'r>>>,
    pub dialect: Dialect,
    pub encoding: Found,
    /// What is to be said of it.
    pub notices: Vec<Notice>,
    number: u64,
    file: String,
    raw: csv::ByteRecord,
}

impl<'r> Lines<'r> {
    /// Looks at the beginning of `reader` and reads the header; `sample` is what the encoding is told by,
    /// where that is not the beginning.
    pub fn open(
        mut reader: impl Read + Send + 'r,
        file: &str,
        said: &Said,
        sample: Option<&[u8]>,
    ) -> Result<(Self, csv::ByteRecord), SourceError> {
        let mut head = Vec::new();
        (&mut reader)
            .take(SAMPLE as u64)
            .read_to_end(&mut head)
            .map_err(|error| SourceError::Read { file: file.to_owned(), error })?;
        let complete = head.len() < SAMPLE;
        if head.is_empty() {
            return Err(SourceError::Empty { file: file.to_owned() });
        }
        let mut encoding = detect(&head, complete, said.encoding);
        if let Some(sample) = sample {
            let further = detect(sample, false, said.encoding);
            encoding = Found { mark: encoding.mark, ..further };
        }
        let notices = told(&encoding, sample.unwrap_or(&head)).into_iter().collect();
        head.drain(..encoding.mark);
        let plain = encoding.encoding.is_utf8();
        let mut start = if plain { head.clone() } else { encoding.encoding.text(&head).0.into() };
        check_text(&start, file)?;
        let (declared, skip) = dialect::declared(&start);
        start.drain(..skip);
        let dialect = said.dialect.or(declared).unwrap_or_else(|| dialect::sniff(&start, complete));
        let all = Cursor::new(head).chain(reader);
        let mut inner: Box<dyn Read + Send + 'r> =
            if plain { Box::new(all) } else { Box::new(Decoding::new(all, encoding.encoding)) };
        let mut skipped = vec![0; skip];
        inner
            .read_exact(&mut skipped)
            .map_err(|error| SourceError::Read { file: file.to_owned(), error })?;
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(dialect.delimiter)
            .quote(dialect.quote)
            .has_headers(false)
            .flexible(true)
            .from_reader(Tail { inner, last: 0, ended: false, left: LONGEST_READ });
        let mut raw = csv::ByteRecord::new();
        let found =
            reader.read_byte_record(&mut raw).map_err(|error| read_error(file, 1, error))?;
        if !found || raw.iter().all(blank) {
            return Err(SourceError::Empty { file: file.to_owned() });
        }
        if raw.len() > MOST_COLUMNS {
            return Err(SourceError::Wide { file: file.to_owned(), columns: raw.len() });
        }
        let header = raw.clone();
        let file = file.to_owned();
        Ok((Self { reader, dialect, encoding, notices, number: 1, file, raw }, header))
    }

    /// The encoding, as people call it.
    pub fn encoding(&self) -> Encoding {
        self.encoding.encoding
    }

    /// The next row that has anything in it; none at the end.
    pub fn next_row(&mut self) -> Result<Option<Row>, SourceError> {
        loop {
            self.reader.get_mut().left = LONGEST_READ;
            let more = self
                .reader
                .read_byte_record(&mut self.raw)
                .map_err(|error| read_error(&self.file, self.number + 1, error))?;
            if !more {
                return Ok(None);
            }
            self.number += 1;
            if self.raw.iter().all(blank) {
                continue;
            }
            return Ok(Some(self.row()));
        }
    }

    /// Whether the row ends where the file does, inside a quote: so many lines are in it then. What goes on
    /// over lines must stand in quotes, so the last byte of the file would be one.
    fn left_open(&self) -> Option<u64> {
        let tail = self.reader.get_ref();
        let last = self.raw.iter().next_back()?;
        let lines = memchr::memchr_iter(b'\n', last).count() as u64;
        let open = tail.ended && tail.last != self.dialect.quote && lines > 0;
        open.then_some(lines + u64::from(!last.ends_with(b"\n")))
    }

    fn row(&self) -> Row {
        let lossy =
            || self.raw.iter().map(|cell| String::from_utf8_lossy(cell).replace('\0', "\u{fffd}"));
        let flawed = |flaw| Row {
            number: self.number,
            cells: lossy().map(|cell| cell.chars().take(4096).collect::<String>()).collect(),
            flaw: Some(flaw),
        };
        if self.raw.as_slice().len() > LONGEST_ROW {
            return flawed(Flaw::TooLong);
        }
        if let Some(lines) = self.left_open() {
            return flawed(Flaw::OpenQuote { lines });
        }
        if memchr::memchr(0, self.raw.as_slice()).is_some() {
            return flawed(Flaw::Nul);
        }
        match StringRecord::from_byte_record(self.raw.clone()) {
            Ok(cells) => Row { number: self.number, cells, flaw: None },
            Err(_) => flawed(Flaw::Encoding(self.encoding().name())),
        }
    }
}

/// Nothing, or the mark that ended files in old systems.
fn blank(cell: &[u8]) -> bool {
    cell.iter().all(|byte| byte.is_ascii_whitespace() || *byte == 0x1a)
}

/// Hands bytes on and remembers how they ended.
struct Tail<R> {
    inner: R,
    /// The last byte that does not end a line.
    last: u8,
    ended: bool,
    /// So many bytes may still belong to the row.
    left: usize,
}

impl<R: Read> Read for Tail<R> {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        if self.left == 0 {
            return Err(std::io::ErrorKind::FileTooLarge.into());
        }
        let read = self.inner.read(buf)?;
        self.left = self.left.saturating_sub(read);
        self.ended = read == 0 && !buf.is_empty();
        let text = buf.iter().take(read).rfind(|byte| !matches!(byte, b'\n' | b'\r' | b' '));
        if let Some(last) = text {
            self.last = *last;
        }
        Ok(read)
    }
}

fn read_error(file: &str, row: u64, error: csv::Error) -> SourceError {
    let file = file.to_owned();
    let error = match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        // Rows of bytes of any length are read: nothing else can be wrong with them.
        other => std::io::Error::other(format!("{other:?}")),
    };
    if error.kind() == std::io::ErrorKind::FileTooLarge {
        return SourceError::Endless { file, row };
    }
    SourceError::Read { file, error }
}

/// Refuses what is no text: bytes that no text has stand in the header, or in more places than a slip of
/// some program explains.
fn check_text(sample: &[u8], file: &str) -> Result<(), SourceError> {
    let Some(at) = memchr::memchr(0, sample) else { return Ok(()) };
    let line = memchr::memchr2_iter(b'\n', b'\r', &sample[..at]).count() + 1;
    let control = |byte: &&u8| **byte < 9 || (14..27).contains(*byte);
    if line == 1 || sample.iter().filter(control).count() * 20 > sample.len() {
        return Err(SourceError::Binary { file: file.to_owned(), line });
    }
    Ok(())
}
