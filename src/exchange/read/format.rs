//! Which format a file has: by its first bytes, never by its name alone.
//!
//! Start at [`sniff`].

use serde::{Deserialize, Serialize};

use super::encoding;
use crate::model::{Phrase, phrase};

/// How much of a file is looked at, in bytes.
pub(in crate::exchange) const HEAD: usize = 64 * 1024;

/// A format that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Lines of cells, in any dialect.
    Csv,
    /// One JSON text: an array of objects, or an object that holds one.
    Json,
    /// A JSON object on each line.
    Ndjson,
    /// Address cards.
    Vcard,
    /// Tasks and events.
    Icalendar,
    /// A workbook of Excel 2007 and later.
    Xlsx,
    /// A binary workbook of Excel 2007 and later.
    Xlsb,
    /// A workbook of Excel 97 to 2003.
    Xls,
    /// A spreadsheet of `OpenDocument`.
    Ods,
}

impl Format {
    /// The word for it, as people say it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Csv => "CSV",
            Self::Json => "JSON",
            Self::Ndjson => "NDJSON",
            Self::Vcard => "vCard",
            Self::Icalendar => "iCalendar",
            Self::Xlsx => "XLSX",
            Self::Xlsb => "XLSB",
            Self::Xls => "XLS",
            Self::Ods => "ODS",
        }
    }

    /// Sheets of cells.
    #[must_use]
    pub const fn is_workbook(self) -> bool {
        matches!(self, Self::Xlsx | Self::Xlsb | Self::Xls | Self::Ods)
    }

    /// What the end of a name promises; nothing where it promises none of these.
    fn of_name(name: &str) -> Option<Self> {
        let (_, ending) = name.rsplit_once('.')?;
        Some(match ending.to_ascii_lowercase().as_str() {
            "csv" | "tsv" | "tab" => Self::Csv,
            "json" => Self::Json,
            "ndjson" | "jsonl" => Self::Ndjson,
            "vcf" | "vcard" => Self::Vcard,
            "ics" | "ical" => Self::Icalendar,
            "xlsx" | "xlsm" => Self::Xlsx,
            "xlsb" => Self::Xlsb,
            "xls" => Self::Xls,
            "ods" => Self::Ods,
            _ => return None,
        })
    }

    /// The format that a name promises, where the file holds another one.
    #[must_use]
    pub fn promised(self, name: &str) -> Option<Self> {
        let promised = Self::of_name(name)?;
        // Whole JSON files and lines of JSON are each other's.
        let alike = |one: Self| matches!(one, Self::Json | Self::Ndjson);
        (promised != self && !(alike(promised) && alike(self))).then_some(promised)
    }
}

/// A file that holds none of the formats, and what it is instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strange(pub Phrase);

/// Beginnings of files that hold no rows, and what people call them.
const STRANGE: [(&[u8], fn() -> Phrase); 12] = [
    (b"%PDF", || phrase!("a PDF document")),
    (b"\x89PNG", || phrase!("a picture")),
    (b"\xff\xd8\xff", || phrase!("a picture")),
    (b"GIF8", || phrase!("a picture")),
    (b"\x1f\x8b", || phrase!("a compressed file")),
    (b"BZh", || phrase!("a compressed file")),
    (b"\xfd7zXZ", || phrase!("a compressed file")),
    (b"7z\xbc\xaf", || phrase!("a compressed file")),
    (b"Rar!", || phrase!("a compressed file")),
    (b"SQLite format 3\0", || phrase!("a database")),
    (b"\x7fELF", || phrase!("a program")),
    (b"MZ\x90\0", || phrase!("a program")),
];

/// The format of a file by its `head` and, of a zip file, the names in its `tail`.
///
/// # Errors
/// What it is instead.
pub(in crate::exchange) fn sniff(head: &[u8], tail: &[u8]) -> Result<Format, Strange> {
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return zipped(head, tail);
    }
    if head.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return Ok(Format::Xls);
    }
    // BIFF without a container, as programs of the nineties wrote it.
    if matches!(head, [0x09, 0x00 | 0x02 | 0x04 | 0x08, _, 0x00, ..]) {
        return Ok(Format::Xls);
    }
    if let Some((_, what)) = STRANGE.iter().find(|(start, _)| head.starts_with(start)) {
        return Err(Strange(what()));
    }
    let text = encoding::glance(head);
    let text = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    let begins =
        |word: &str| text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    if begins("begin:vcard") {
        return Ok(Format::Vcard);
    }
    if ["begin:vcalendar", "begin:vevent", "begin:vtodo"].into_iter().any(begins) {
        return Ok(Format::Icalendar);
    }
    if begins("<!doctype html") || begins("<html") {
        return Err(Strange(phrase!("a web page")));
    }
    if begins("<?xml") {
        return Err(Strange(phrase!("an XML file")));
    }
    Ok(json(text).unwrap_or(Format::Csv))
}

fn zipped(head: &[u8], tail: &[u8]) -> Result<Format, Strange> {
    let names = |name: &str| {
        [head, tail].iter().any(|part| memchr::memmem::find(part, name.as_bytes()).is_some())
    };
    if names("mimetypeapplication/vnd.oasis.opendocument.spreadsheet") {
        return Ok(Format::Ods);
    }
    if names("xl/workbook.bin") {
        return Ok(Format::Xlsb);
    }
    if names("xl/workbook.xml") || names("xl/worksheets") || names("xl/_rels") {
        return Ok(Format::Xlsx);
    }
    if names("content.xml") && !names("opendocument.text") {
        return Ok(Format::Ods);
    }
    // A zip file without its list of names was cut off; the reader says so.
    if !tail_is_whole(tail) {
        return Ok(Format::Xlsx);
    }
    Err(Strange(if names("word/document.xml") || names("opendocument.text") {
        phrase!("a text document")
    } else if names("ppt/presentation.xml") {
        phrase!("a presentation")
    } else {
        phrase!("a zip file")
    }))
}

fn tail_is_whole(tail: &[u8]) -> bool {
    memchr::memmem::rfind(tail, b"PK\x05\x06").is_some()
}

/// JSON begins with a bracket that goes on like JSON; a header like `[id],name` does not.
fn json(text: &str) -> Option<Format> {
    let mut chars = text.chars();
    let first = chars.next()?;
    let next = chars.find(|c| !c.is_whitespace());
    match (first, next) {
        ('[', None | Some('{' | ']')) => Some(Format::Json),
        // An array of something else holds no records, but is no line of cells either.
        ('[', _) if serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok() => {
            Some(Format::Json)
        }
        ('{', Some('"')) => {
            // Where the first line is an object of its own, every line is one.
            let line = text.lines().next().unwrap_or_default();
            let whole = serde_json::from_str::<serde_json::Map<_, serde_json::Value>>(line).is_ok();
            let more = text[line.len()..].trim_start().starts_with('{');
            Some(if whole && more { Format::Ndjson } else { Format::Json })
        }
        ('{', Some('}')) => Some(Format::Json),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_decides() {
        for (head, expected) in [
            (&b"a,b\n1,2\n"[..], Ok(Format::Csv)),
            (b"\xef\xbb\xbfBEGIN:VCARD\r\n", Ok(Format::Vcard)),
            (b"begin:vcalendar\n", Ok(Format::Icalendar)),
            (b" [ {\"a\":1}]", Ok(Format::Json)),
            (b"[id],name\n", Ok(Format::Csv)),
            (b"{\"a\":1}\n{\"a\":2}\n", Ok(Format::Ndjson)),
            (b"{\"a\":[\n{\"a\":2}]}\n", Ok(Format::Json)),
            (b"{\"a\":1}", Ok(Format::Json)),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Ok(Format::Xls)),
            (b"PK\x03\x04....xl/workbook.xml", Ok(Format::Xlsx)),
            (b"%PDF-1.7", Err("a PDF document")),
            (b"\x1f\x8b\x08", Err("a compressed file")),
            (b"PK\x03\x04....word/document.xml PK\x05\x06", Err("a text document")),
            (b"<!DOCTYPE html>", Err("a web page")),
            // UTF-16 with its mark.
            (b"\xff\xfeB\0E\0G\0I\0N\0:\0V\0C\0A\0R\0D\0\n\0", Ok(Format::Vcard)),
        ] {
            let found = sniff(head, head);
            let found = found.as_ref().map_err(|strange| strange.0.as_str());
            assert_eq!(found.copied(), expected, "{head:?}");
        }
    }

    #[test]
    fn a_name_that_promises_something_else_is_told() {
        assert_eq!(Format::Xlsx.promised("a.csv"), Some(Format::Csv));
        assert_eq!(Format::Csv.promised("a.TSV"), None);
        assert_eq!(Format::Csv.promised("a.txt"), None);
        assert_eq!(Format::Ndjson.promised("a.json"), None);
    }
}
