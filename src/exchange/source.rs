//! A file of any format as headers and a stream of rows.
//!
//! The seam between reading and importing: whatever a file is, an import sees columns, rows of cells with
//! their number, and what is wrong with each. Holds one row at a time. Start at [`Source::of_file`], or at
//! [`Source::open`] for lines of cells from anywhere.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};

use csv::StringRecord;

use super::dialect::Dialect;
use super::map::ImportMap;
use super::read::text::{Lines, MOST_COLUMNS, SAMPLE};
use super::read::{
    Apart, Damage, Encoding, Format, Frame, HEAD, Notice, Order, Refusal, Sure, next_frame, sniff,
    verdict,
};
use crate::model::{Phrase, phrase};

/// Why the rows of a file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// There is nothing in it.
    #[error("{}", self.phrase())]
    Empty {
        /// The file.
        file: String,
    },
    /// Its first line names too many columns.
    #[error("{}", self.phrase())]
    Wide {
        /// The file.
        file: String,
        /// How many there are.
        columns: usize,
    },
    /// It is not text at all.
    #[error("{}", self.phrase())]
    Binary {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
    },
    /// A row does not end.
    #[error("{}", self.phrase())]
    Endless {
        /// The file.
        file: String,
        /// The row.
        row: u64,
    },
    /// It holds no rows but something else.
    #[error("{}", self.phrase())]
    Strange {
        /// The file.
        file: String,
        /// What it is.
        what: Phrase,
    },
    /// It was refused by whoever read it.
    #[error("{}", self.phrase())]
    Refused {
        /// The file.
        file: String,
        /// Why.
        refusal: Refusal,
    },
    /// It cannot be read.
    #[error("{}", self.phrase())]
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
            Self::Binary { file, line } => {
                (format!("{file}:{line}"), phrase!("there is a NUL byte: this is not a text file"))
            }
            Self::Endless { file, row } => (
                file.clone(),
                phrase!("row {row} is longer than 64 MB: is a quote left open?", row = *row),
            ),
            Self::Strange { file, what } => {
                (file.clone(), phrase!("this is {what}, which holds no rows", what))
            }
            Self::Refused { file, refusal } => (file.clone(), refusal.phrase()),
            Self::Read { file, error } => (file.clone(), Phrase::io(error)),
        };
        phrase!("{name}: {message}", name = place, message)
    }

    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> Option<Phrase> {
        match self {
            Self::Binary { .. } | Self::Strange { .. } => Some(phrase!(
                "CSV, XLSX, XLS, ODS, JSON, NDJSON, vCard and iCalendar can be imported"
            )),
            Self::Empty { .. } => Some(phrase!("the first line must name the columns")),
            Self::Wide { .. } => {
                Some(phrase!("remove the columns that no field needs; is the delimiter right?"))
            }
            Self::Endless { .. } => None,
            Self::Refused { refusal, .. } => refusal.hint(),
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
    /// It is not in the encoding of the file, which is this.
    Encoding(&'static str),
    /// It is no record: a line of NDJSON that is no object.
    NoRecord,
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
            Self::Encoding(encoding) => phrase!("the row is not {encoding}", encoding),
            Self::NoRecord => phrase!("the row is no object of JSON"),
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

/// What somebody said of a file; whatever was not said is found out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// How its cells are set apart.
    pub dialect: Option<Dialect>,
    /// Its encoding.
    pub encoding: Option<Encoding>,
    /// The sheet of a workbook.
    pub sheet: Option<String>,
    /// Rows that are too short are taken as they are.
    pub fill_short: bool,
}

impl Said {
    /// What a map file says.
    #[must_use]
    pub fn by(map: Option<&ImportMap>) -> Self {
        map.map_or_else(Self::default, |map| Self {
            dialect: map.dialect,
            encoding: map.encoding,
            sheet: map.sheet.clone(),
            fill_short: map.fill_short,
        })
    }
}

enum Rows<'r> {
    Lines(Box<Lines<'r>>),
    Frames(BufReader<File>, Vec<u8>),
    /// Rows that were read before.
    Held(std::vec::IntoIter<Row>),
    /// All frames are read: nothing stands after the last.
    Ended,
}

/// A file that is being read.
pub struct Source<'r> {
    rows: Rows<'r>,
    format: Format,
    headers: Vec<String>,
    fill: bool,
    file: String,
    told: Vec<Phrase>,
    damage: Damage,
    /// The sheet that is read, and all there are.
    sheets: Option<(String, Vec<String>)>,
}

impl<'r> Source<'r> {
    /// Rows that were read before, of a file of that format.
    #[must_use]
    pub fn of_rows(headers: &[String], rows: Vec<Row>, format: Format) -> Self {
        Self {
            rows: Rows::Held(rows.into_iter()),
            format,
            headers: headers.to_vec(),
            fill: true,
            file: String::new(),
            told: Vec::new(),
            damage: Damage::default(),
            sheets: None,
        }
    }

    /// Reads lines of cells. `file` names them in messages.
    ///
    /// # Errors
    /// Where they are empty, not text or cannot be read.
    pub fn open(
        reader: impl Read + Send + 'r,
        file: &str,
        said: &Said,
    ) -> Result<Self, SourceError> {
        Self::lines(reader, file, said, None)
    }

    /// Reads a file of any format, which its content decides. What is not lines of cells is read `apart`.
    ///
    /// # Errors
    /// Where it is empty, of no format that is known, refused by its reader or cannot be read.
    pub fn of_file(
        mut file: File,
        name: &str,
        said: &Said,
        apart: &dyn Apart,
    ) -> Result<Self, SourceError> {
        let read_error = |error| SourceError::Read { file: name.to_owned(), error };
        let (head, tail) = ends(&mut file).map_err(read_error)?;
        if head.is_empty() {
            return Err(SourceError::Empty { file: name.to_owned() });
        }
        let format = sniff(&head, &tail)
            .map_err(|strange| SourceError::Strange { file: name.to_owned(), what: strange.0 })?;
        let mut source = if format == Format::Csv {
            let sample = first_letters(&mut file, &head).map_err(read_error)?;
            file.rewind().map_err(read_error)?;
            Self::lines(file, name, said, sample.as_deref())?
        } else {
            Self::frames(&file, (name, format), said, apart)?
        };
        if let Some(promised) = format.promised(name) {
            source.told.insert(
                0,
                phrase!(
                    "the name says {promised}, but the file is {format} and read as that",
                    promised = promised.word(),
                    format = format.word()
                ),
            );
        }
        Ok(source)
    }

    fn lines(
        reader: impl Read + Send + 'r,
        file: &str,
        said: &Said,
        sample: Option<&[u8]>,
    ) -> Result<Self, SourceError> {
        let (lines, header) = Lines::open(reader, file, said, sample)?;
        let mut told = Vec::new();
        if !lines.encoding().is_utf8() && lines.encoding.sure != Sure::Guessed {
            told.push(phrase!("read as {encoding}", encoding = lines.encoding().name()));
        }
        told.extend(lines.notices.iter().map(super::read::Notice::phrase));
        Ok(Self {
            headers: name_columns(header.iter().map(String::from_utf8_lossy)),
            rows: Rows::Lines(Box::new(lines)),
            format: Format::Csv,
            fill: said.fill_short,
            file: file.to_owned(),
            told,
            damage: Damage::default(),
            sheets: None,
        })
    }

    fn frames(
        file: &File,
        (name, format): (&str, Format),
        said: &Said,
        apart: &dyn Apart,
    ) -> Result<Self, SourceError> {
        let refused = |refusal| match refusal {
            Refusal::Empty => SourceError::Empty { file: name.to_owned() },
            refusal => SourceError::Refused { file: name.to_owned(), refusal },
        };
        let order = Order {
            format,
            encoding: said.encoding.map(|encoding| encoding.name().to_owned()),
            sheet: said.sheet.clone(),
        };
        let frames = apart.read(file, &order).map_err(refused)?;
        let read_error = |error| SourceError::Read { file: name.to_owned(), error };
        let mut frames = BufReader::with_capacity(1 << 16, frames);
        frames.rewind().map_err(read_error)?;
        if let Some(refusal) = verdict(&mut frames).map_err(read_error)? {
            return Err(refused(refusal));
        }
        frames.rewind().map_err(read_error)?;
        let mut told = vec![phrase!("read as {format}", format = format.word())];
        let mut buffer = Vec::new();
        let mut sheets = None;
        let headers = loop {
            match next_frame(&mut frames, &mut buffer).map_err(read_error)? {
                Frame::Headers(headers) => break headers,
                Frame::Notice(notice) => {
                    told.push(notice.phrase());
                    if let Notice::Sheet { name, all } = notice {
                        sheets = Some((name, all));
                    }
                }
                _ => return Err(refused(Refusal::Died)),
            }
        };
        if headers.len() > MOST_COLUMNS {
            return Err(SourceError::Wide { file: name.to_owned(), columns: headers.len() });
        }
        Ok(Self {
            headers: name_columns(headers.iter().map(|header| header.as_str().into())),
            rows: Rows::Frames(frames, buffer),
            format,
            fill: true,
            file: name.to_owned(),
            told,
            damage: Damage::default(),
            sheets,
        })
    }

    /// The sheet that is read and all there are, of a workbook with several.
    #[must_use]
    pub fn sheets(&self) -> Option<&(String, Vec<String>)> {
        self.sheets.as_ref()
    }

    /// The columns: trimmed, nameless ones called `column 3`, repeated ones `Name#2`.
    #[must_use]
    pub fn headers(&self) -> &[String] {
        &self.headers
    }

    /// The format that was found.
    #[must_use]
    pub fn format(&self) -> Format {
        self.format
    }

    /// The encoding, of lines of cells.
    #[must_use]
    pub fn encoding(&self) -> Option<Encoding> {
        match &self.rows {
            Rows::Lines(lines) => Some(lines.encoding()),
            Rows::Frames(..) | Rows::Held(_) | Rows::Ended => None,
        }
    }

    /// The dialect that was found; of what has none, the usual one.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        match &self.rows {
            Rows::Lines(lines) => lines.dialect,
            Rows::Frames(..) | Rows::Held(_) | Rows::Ended => Dialect::default(),
        }
    }

    /// What is to be said of the file, as far as it has been read.
    #[must_use]
    pub fn told(&self) -> Vec<Phrase> {
        self.told.iter().cloned().chain(self.damage.told()).collect()
    }

    /// The next row that has anything in it; none at the end, however often it is asked for.
    ///
    /// # Errors
    /// Where the file cannot be read; what is wrong with a row stands in it.
    pub fn next_row(&mut self) -> Result<Option<Row>, SourceError> {
        let row = match &mut self.rows {
            Rows::Lines(lines) => lines.next_row()?,
            Rows::Ended => None,
            Rows::Held(rows) => return Ok(rows.next()),
            Rows::Frames(frames, buffer) => loop {
                let file = || self.file.clone();
                let frame = next_frame(frames, buffer)
                    .map_err(|error| SourceError::Read { file: file(), error })?;
                break match frame {
                    Frame::Row(number, cells) => Some(Row { number, cells, flaw: None }),
                    Frame::Broken(number, cells) => {
                        Some(Row { number, cells, flaw: Some(Flaw::NoRecord) })
                    }
                    Frame::Notice(notice) => {
                        self.told.push(notice.phrase());
                        continue;
                    }
                    Frame::End => None,
                    Frame::Refused(refusal) => {
                        return Err(SourceError::Refused { file: file(), refusal });
                    }
                    Frame::Headers(_) => {
                        return Err(SourceError::Refused { file: file(), refusal: Refusal::Died });
                    }
                };
            },
        };
        if row.is_none() && matches!(self.rows, Rows::Frames(..)) {
            self.rows = Rows::Ended;
        }
        Ok(row.map(|row| self.fitted(row)))
    }

    /// The row with as many cells as there are columns, or with the flaw that it has not.
    fn fitted(&mut self, mut row: Row) -> Row {
        if row.flaw.is_some() {
            return row;
        }
        self.damage.look(row.number, &row.cells);
        let (given, header) = (row.cells.len(), self.headers.len());
        if given > header && row.cells.iter().skip(header).all(|cell| cell.trim().is_empty()) {
            row.cells.truncate(header);
        } else if given < header && self.fill {
            for _ in given..header {
                row.cells.push_field("");
            }
        } else if given != header {
            row.flaw = Some(Flaw::Ragged { cells: given, header });
        }
        row
    }
}

/// The first and the last bytes of a file.
fn ends(file: &mut File) -> std::io::Result<(Vec<u8>, Vec<u8>)> {
    let (mut head, mut tail) = (Vec::new(), Vec::new());
    file.rewind()?;
    (&mut *file).take(HEAD as u64).read_to_end(&mut head)?;
    if head.starts_with(b"PK") {
        let end = file.seek(SeekFrom::End(0))?;
        file.seek(SeekFrom::Start(end.saturating_sub(HEAD as u64)))?;
        (&mut *file).take(HEAD as u64).read_to_end(&mut tail)?;
    }
    Ok((head, tail))
}

/// Where a file begins with nothing but ASCII: the part in which other letters come up first, for that
/// tells its encoding. None where the beginning tells it, or nothing does.
fn first_letters(file: &mut File, head: &[u8]) -> std::io::Result<Option<Vec<u8>>> {
    if head.len() < SAMPLE || !head.is_ascii() || memchr::memchr(0, head).is_some() {
        return Ok(None);
    }
    let mut piece = vec![0; 1 << 20];
    let mut at = head.len() as u64;
    file.seek(SeekFrom::Start(at))?;
    loop {
        let read = file.read(&mut piece)?;
        if read == 0 {
            return Ok(None);
        }
        if !piece[..read].is_ascii() {
            let first = piece[..read].iter().position(|byte| !byte.is_ascii()).unwrap_or(0);
            // From the beginning of its line, so that no letter is cut in two.
            let line = memchr::memrchr(b'\n', &piece[..first]).map_or(0, |end| end + 1);
            file.seek(SeekFrom::Start(at + line as u64))?;
            let mut sample = Vec::new();
            (&mut *file).take(SAMPLE as u64).read_to_end(&mut sample)?;
            return Ok(Some(sample));
        }
        at += read as u64;
    }
}

fn name_columns<'c>(cells: impl Iterator<Item = std::borrow::Cow<'c, str>>) -> Vec<String> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    cells
        .enumerate()
        .map(|(index, text)| {
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
        let mut source = Source::open(text, "test.csv", &Said::default()).unwrap();
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
        assert_eq!(tail, [Some(Flaw::Nul), Some(Flaw::Encoding("UTF-8")), None]);
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
    fn what_is_no_table_is_refused() {
        for (text, expected) in [
            (&b"a,\0\n1,1\n"[..], "f.csv:1: there is a NUL byte: this is not a text file"),
            (b"a,b\n\0\x01\x02\x03,1\n", "f.csv:2: there is a NUL byte: this is not a text file"),
            (b"", "f.csv: the file is empty"),
            (b"\n\n", "f.csv: the file is empty"),
            // Attack: a first line of 100,000 cells. Each was compared with every field for minutes.
            // Must: be refused at once.
            (&vec![b','; 5_000], "f.csv: the file is empty"),
            (&b"x,".repeat(100_000), "f.csv:1: 100001 columns; 2000 at most can be imported"),
        ] {
            let error = Source::open(text, "f.csv", &Said::default()).err().unwrap();
            assert_eq!(error.to_string(), expected);
        }
    }
}
