//! The formats that records and reports are written in.

use crate::schema::{Entity, Field, FieldType};

/// A format to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// Comma-separated, RFC 4180.
    Csv,
    /// Tab-separated, quoted like CSV.
    Tsv,
    /// A workbook with typed cells.
    Xlsx,
    /// One JSON array of records.
    Json,
    /// One JSON record a line.
    Ndjson,
    /// A Markdown table, for people.
    Markdown,
    /// A page with one table, for people.
    Html,
    /// One vCard 4.0 a person or company.
    Vcard,
    /// The same as vCard 3.0, which older programs want.
    Vcard3,
    /// iCalendar: tasks to do, activities as events.
    Ical,
}

use ExportFormat::{Csv, Html, Ical, Json, Markdown, Ndjson, Tsv, Vcard, Vcard3, Xlsx};

/// Each format with its words, the first of which is its own, and with the ending of its files.
const KNOWN: [(ExportFormat, &[&str], &str); 10] = [
    (Csv, &["csv"], "csv"),
    (Tsv, &["tsv", "tab"], "tsv"),
    (Xlsx, &["xlsx"], "xlsx"),
    (Json, &["json"], "json"),
    (Ndjson, &["ndjson", "jsonl"], "ndjson"),
    (Markdown, &["markdown", "md"], "md"),
    (Html, &["html", "htm"], "html"),
    (Vcard, &["vcard", "vcf"], "vcf"),
    (Vcard3, &["vcard3"], "vcf"),
    (Ical, &["ical", "ics"], "ics"),
];

impl ExportFormat {
    /// The words of formats that only files have: nothing else is printed in them.
    pub const OF_FILES: [&'static str; 6] = ["ndjson", "xlsx", "html", "vcard", "vcard3", "ical"];

    /// The format of this word or file extension.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        let word = word.to_ascii_lowercase();
        let known = KNOWN.iter().find(|(_, words, _)| words.contains(&word.as_str()));
        known.map(|(format, ..)| *format)
    }

    /// The ending of its files.
    #[must_use]
    pub fn ending(self) -> &'static str {
        KNOWN.iter().find(|(format, ..)| *format == self).map_or("", |(.., ending)| ending)
    }

    /// The endings of all files, each once.
    pub fn endings() -> impl Iterator<Item = &'static str> {
        KNOWN.iter().filter(|(format, ..)| *format != Vcard3).map(|(.., ending)| *ending)
    }

    /// Whether it has rows and columns, so that a report can be written in it.
    #[must_use]
    pub fn is_table(self) -> bool {
        !matches!(self, Vcard | Vcard3 | Ical)
    }

    /// Whether records of an entity can be written in it.
    #[must_use]
    pub fn suits(self, entity: &Entity) -> bool {
        match self {
            Vcard | Vcard3 => {
                let reached =
                    |field: &Field| matches!(field.kind, FieldType::Phone | FieldType::Email);
                entity.fields.iter().any(reached)
            }
            Ical => matches!(entity.name.as_str(), "task" | "activity"),
            _ => true,
        }
    }

    /// Whether it is text, which a clipboard and a terminal take.
    #[must_use]
    pub fn is_text(self) -> bool {
        self != Xlsx
    }
}
