//! A CSV file as a stream of rows, whatever its dialect.
//!
//! Knows delimiters, quotes, byte order marks and ragged rows; knows nothing of entities or fields.
//! Holds one row at a time. Start at [`Source::open`].

use std::collections::HashMap;
use std::io::{Chain, Cursor, Read};

use csv::StringRecord;

use super::dialect::{self, Dialect};
use crate::model::{Phrase, phrase};

/// How much of a file is looked at before anything is believed about it, in bytes.
const SAMPLE: usize = 64 * 1024;

/// Longest row that is believed, in bytes: beyond it a quote was likely left open.
const LONGEST_ROW: usize = 4 * 1024 * 1024;

/// Most columns that are believed: beyond it the delimiter or a line's end is not what it seems.
const MOST_COLUMNS: usize = 2_000;

/// Why a file cannot be read as CSV.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// There is nothing in it.
    #[error("{file}: the file is empty")]
    Empty {
        /// The file.
        file: String,
    },
    /// Its first line names too many columns.
    #[error("{file}:1: {columns} columns; {MOST_COLUMNS} at most can be imported")]
    Wide {
        /// The file.
        file: String,
        /// How many there are.
        columns: usize,
    },
    /// It is text in another encoding.
    #[error("{file}:{line}: the file is not UTF-8{}", guess.map(|g| format!(" but {g}")).unwrap_or_default())]
    NotUtf8 {
        /// The file.
        file: String,
        /// The first line that is not, from 1.
        line: usize,
        /// What it is, where that can be told.
        guess: Option<&'static str>,
    },
    /// It is not text at all.
    #[error("{file}:{line}: there is a NUL byte: this is not a text file")]
    Binary {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
    },
    /// It cannot be read.
    #[error("{file}: {error}")]
    Read {
        /// The file.
        file: String,
        /// What the system says.
        error: std::io::Error,
    },
}

impl SourceError {
    /// What is wrong with which file.
    #[must_use]
    pub fn phrase(&self) -> Phrase {
        let (place, message) = match self {
            Self::Empty { file } => (file.clone(), phrase!("the file is empty")),
            Self::Wide { file, columns } => (
                format!("{file}:1"),
                phrase!(
                    "{columns} columns; {most} at most can be imported",
                    columns = *columns,
                    most = MOST_COLUMNS
                ),
            ),
            Self::NotUtf8 { file, line, guess } => (
                format!("{file}:{line}"),
                match guess {
                    Some(guess) => phrase!("the file is not UTF-8 but {guess}", guess = *guess),
                    None => phrase!("the file is not UTF-8"),
                },
            ),
            Self::Binary { file, line } => {
                (format!("{file}:{line}"), phrase!("there is a NUL byte: this is not a text file"))
            }
            Self::Read { file, error } => (file.clone(), Phrase::io(error)),
        };
        phrase!("{name}: {message}", name = place, message)
    }

    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> Option<Phrase> {
        match self {
            Self::NotUtf8 { .. } => Some(phrase!(
                "save it as \"CSV UTF-8\", or convert it first: iconv -f GB18030 -t UTF-8 FILE"
            )),
            Self::Binary { .. } => {
                Some(phrase!("export it as CSV in UTF-8 (workbooks and UTF-16 text are not CSV)"))
            }
            Self::Empty { .. } => Some(phrase!("the first line must name the columns")),
            Self::Wide { .. } => {
                Some(phrase!("remove the columns that no field needs; is the delimiter right?"))
            }
            Self::Read { error, .. } => Phrase::io_hint(error),
        }
    }
}

/// What is the matter with the form of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// It has another number of cells than the header.
    Ragged {
        /// How many it has.
        cells: usize,
        /// How many the header has.
        header: usize,
    },
    /// A NUL byte stands in it.
    Nul,
    /// It is not UTF-8.
    NotUtf8,
    /// It is longer than a row can be: likely a quote that nobody closed.
    TooLong,
    /// A quote that nobody closes has swallowed all that follows.
    OpenQuote {
        /// So many lines of the file are in it.
        lines: u64,
    },
}

impl Flaw {
    /// It, in a sentence.
    #[must_use]
    pub fn phrase(self) -> Phrase {
        match self {
            Self::Ragged { cells, header } => {
                phrase!("the row has {cells} cells where the header has {header}", cells, header)
            }
            Self::Nul => phrase!("the row holds a NUL byte"),
            Self::NotUtf8 => phrase!("the row is not UTF-8"),
            Self::TooLong => phrase!("the row is longer than 4 MB: is a quote left open?"),
            Self::OpenQuote { lines } => phrase!(
                "a quote is opened and never closed: the {lines} lines to the end of the file are in this row",
                lines
            ),
        }
    }
}

impl std::fmt::Display for Flaw {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.phrase().as_str())
    }
}

/// One row of the file.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its number as a spreadsheet shows it: the header is row 1.
    pub number: u64,
    /// Its cells, filled up to the length of the header.
    pub cells: StringRecord,
    /// What is the matter with it; its cells are for the error file only then.
    pub flaw: Option<Flaw>,
}

/// A CSV file that is being read.
pub struct Source<R: Read> {
    reader: csv::Reader<Tail<Chain<Cursor<Vec<u8>>, R>>>,
    headers: Vec<String>,
    dialect: Dialect,
    fill: bool,
    number: u64,
    file: String,
    raw: csv::ByteRecord,
}

impl<R: Read> Source<R> {
    /// Looks at the beginning of `reader` and reads the header. `file` names it in messages; `given`
    /// is the dialect where somebody said it; `fill` takes rows that are too short as they are.
    ///
    /// # Errors
    /// Where it is empty, not UTF-8, not text or cannot be read.
    pub fn open(
        mut reader: R,
        file: &str,
        given: Option<Dialect>,
        fill: bool,
    ) -> Result<Self, SourceError> {
        let mut sample = Vec::new();
        (&mut reader)
            .take(SAMPLE as u64)
            .read_to_end(&mut sample)
            .map_err(|error| SourceError::Read { file: file.to_owned(), error })?;
        let complete = sample.len() < SAMPLE;
        check_text(&sample, complete, file)?;
        if sample.starts_with(b"\xef\xbb\xbf") {
            sample.drain(..3);
        }
        let (declared, skip) = dialect::declared(&sample);
        sample.drain(..skip);
        let dialect = given.or(declared).unwrap_or_else(|| dialect::sniff(&sample, complete));
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(dialect.delimiter)
            .quote(dialect.quote)
            .has_headers(false)
            .flexible(true)
            .from_reader(Tail { inner: Cursor::new(sample).chain(reader), last: 0, ended: false });
        let mut raw = csv::ByteRecord::new();
        let found = reader.read_byte_record(&mut raw).map_err(|error| read_error(file, error))?;
        if !found || raw.iter().all(|cell| cell.trim_ascii().is_empty()) {
            return Err(SourceError::Empty { file: file.to_owned() });
        }
        if raw.len() > MOST_COLUMNS {
            return Err(SourceError::Wide { file: file.to_owned(), columns: raw.len() });
        }
        let headers = name_columns(&raw);
        Ok(Self { reader, headers, dialect, fill, number: 1, file: file.to_owned(), raw })
    }

    /// The columns: trimmed, nameless ones called `column 3`, repeated ones `Name#2`.
    #[must_use]
    pub fn headers(&self) -> &[String] {
        &self.headers
    }

    /// The dialect that was found.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The next row that has anything in it; none at the end.
    ///
    /// # Errors
    /// Where the file cannot be read; what is wrong with a row stands in it.
    pub fn next_row(&mut self) -> Result<Option<Row>, SourceError> {
        loop {
            let more = self
                .reader
                .read_byte_record(&mut self.raw)
                .map_err(|error| read_error(&self.file, error))?;
            if !more {
                return Ok(None);
            }
            self.number += 1;
            if self.raw.iter().all(|cell| cell.trim_ascii().is_empty()) {
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
        let header = self.headers.len();
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
        let Ok(mut cells) = StringRecord::from_byte_record(self.raw.clone()) else {
            return flawed(Flaw::NotUtf8);
        };
        let given = cells.len();
        if given > header && cells.iter().skip(header).all(|cell| cell.trim().is_empty()) {
            cells.truncate(header);
        } else if given < header && self.fill {
            for _ in given..header {
                cells.push_field("");
            }
        } else if given != header {
            return flawed(Flaw::Ragged { cells: given, header });
        }
        Row { number: self.number, cells, flaw: None }
    }
}

/// Hands bytes on and remembers how they ended.
struct Tail<R> {
    inner: R,
    /// The last byte that does not end a line.
    last: u8,
    ended: bool,
}

impl<R: Read> Read for Tail<R> {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(buf)?;
        self.ended = read == 0 && !buf.is_empty();
        let text = buf.iter().take(read).rfind(|byte| !matches!(byte, b'\n' | b'\r' | b' '));
        if let Some(last) = text {
            self.last = *last;
        }
        Ok(read)
    }
}

fn read_error(file: &str, error: csv::Error) -> SourceError {
    let error = match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        // Rows of bytes of any length are read: nothing else can be wrong with them.
        other => std::io::Error::other(format!("{other:?}")),
    };
    SourceError::Read { file: file.to_owned(), error }
}

fn check_text(sample: &[u8], complete: bool, file: &str) -> Result<(), SourceError> {
    let line = |at: usize| memchr::memchr_iter(b'\n', &sample[..at]).count() + 1;
    let file = file.to_owned();
    if sample.is_empty() {
        return Err(SourceError::Empty { file });
    }
    if sample.starts_with(b"\xff\xfe") || sample.starts_with(b"\xfe\xff") {
        return Err(SourceError::NotUtf8 { file, line: 1, guess: Some("UTF-16") });
    }
    if let Some(at) = memchr::memchr(0, sample) {
        return Err(SourceError::Binary { file, line: line(at) });
    }
    match std::str::from_utf8(sample) {
        Ok(_) => Ok(()),
        // The sample may end inside a character.
        Err(error) if error.error_len().is_none() && !complete => Ok(()),
        Err(error) => {
            Err(SourceError::NotUtf8 { file, line: line(error.valid_up_to()), guess: None })
        }
    }
}

fn name_columns(raw: &csv::ByteRecord) -> Vec<String> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    raw.iter()
        .enumerate()
        .map(|(index, cell)| {
            let text = String::from_utf8_lossy(cell);
            let text = text.trim().trim_start_matches('\u{feff}');
            if text.is_empty() {
                return format!("column {}", index + 1);
            }
            let times = seen.entry(text.to_owned()).or_default();
            *times += 1;
            if *times == 1 { text.to_owned() } else { format!("{text}#{times}") }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &[u8]) -> (Vec<String>, Vec<Row>) {
        let mut source = Source::open(text, "test.csv", None, false).unwrap();
        let mut rows = Vec::new();
        while let Some(row) = source.next_row().unwrap() {
            rows.push(row);
        }
        (source.headers().to_vec(), rows)
    }

    #[test]
    fn a_byte_order_mark_and_excel_s_separator_line_are_not_data() {
        let (headers, rows) = rows(b"\xef\xbb\xbfsep=;\r\nName;Ort\r\nA;B\r\n");
        assert_eq!(headers, ["Name", "Ort"]);
        assert_eq!(&rows[0].cells, &StringRecord::from(vec!["A", "B"]));
    }

    #[test]
    fn repeated_and_missing_headers_get_names() {
        let (headers, _) = rows(b"Name,,Name\na,b,c\n");
        assert_eq!(headers, ["Name", "column 2", "Name#2"]);
    }

    #[test]
    fn ragged_rows_carry_the_reason_and_empty_tails_do_not() {
        let (_, rows) = rows(b"a,b\n1\n1,2,,\n1,2,3\n\n,\n1,2\n");
        let flaws: Vec<_> = rows.iter().map(|row| (row.number, row.flaw)).collect();
        assert_eq!(
            flaws,
            [
                (2, Some(Flaw::Ragged { cells: 1, header: 2 })),
                (3, None),
                (4, Some(Flaw::Ragged { cells: 3, header: 2 })),
                (6, None),
            ]
        );
    }

    #[test]
    fn nul_and_broken_bytes_far_into_a_file_spoil_their_row_only() {
        let mut text = b"a,b\n".to_vec();
        while text.len() < SAMPLE {
            text.extend_from_slice(b"some,text\n");
        }
        text.extend_from_slice(b"x\0y,1\n\xff\xfe,2\nlast,3\n");
        let (_, rows) = rows(&text);
        let tail: Vec<_> = rows[rows.len() - 3..].iter().map(|row| row.flaw).collect();
        assert_eq!(tail, [Some(Flaw::Nul), Some(Flaw::NotUtf8), None]);
    }

    #[test]
    fn a_quote_that_nobody_closes_is_named_and_what_closes_is_not() {
        let flaws = |text: &str| -> Vec<Option<Flaw>> {
            rows(text.as_bytes()).1.iter().map(|row| row.flaw).collect()
        };
        let open = |lines| Some(Flaw::OpenQuote { lines });
        assert_eq!(flaws("a,b\n1,2\n3,\"x\n4,5\n6,7\n"), [None, open(3)]);
        assert_eq!(flaws("a,b\n\"1,2\n3,4\n"), [open(2)]);
        assert_eq!(flaws("a,b\n1,\"2\n3\"\n\n"), [None]);
        assert_eq!(flaws("a,b\n1,\"2\n3\"\n4,5\n"), [None, None]);
        assert_eq!(flaws("a,b\n1,\"2\n\"\"3\"\"\"  \n"), [None]);
    }

    #[test]
    fn other_encodings_are_named() {
        for (text, expected) in [
            (&b"name\ncaf\xe9\n"[..], "f.csv:2: the file is not UTF-8"),
            (b"\xff\xfen\0a\0", "f.csv:1: the file is not UTF-8 but UTF-16"),
            (b"a,b\n\0,1\n", "f.csv:2: there is a NUL byte: this is not a text file"),
            (b"", "f.csv: the file is empty"),
            (b"\n\n", "f.csv: the file is empty"),
            // Attack: a first line of 100,000 cells. Each was compared with every field for minutes.
            // Must: be refused at once.
            (&vec![b','; 5_000], "f.csv: the file is empty"),
            (&b"x,".repeat(100_000), "f.csv:1: 100001 columns; 2000 at most can be imported"),
        ] {
            let error = Source::open(text, "f.csv", None, false).err().unwrap();
            assert_eq!(error.to_string(), expected);
        }
    }
}
