//! CSV and TSV that a spreadsheet may open and an import understands again.
//!
//! Amounts and addresses have a column a part (`amount.currency`, `address.city`), so that numbers stay
//! numbers. Rows to be pasted have words for headers and each record on a line of its own: a tab or a line
//! break in a value would set it apart from its record. Start at [`Sheet::begin`].

use std::io::{self, Write};

use rust_decimal::Decimal;

use crate::exchange::json;
use crate::model::{Address, ContactPoint, Name, Record, Value};
use crate::schema::{Catalog, Entity, Field, FieldResult, FieldType, Format};
use crate::term::Strings;

/// What a cell may not begin with: a spreadsheet would take the text for a formula.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// How cells are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cells {
    /// As an import understands them, links by their titles.
    Usual,
    /// The same as they are, although a spreadsheet may take some for formulas, links as references.
    Exact,
    /// As people read them.
    Pasted,
}

/// One column of the file.
enum Column<'w> {
    Reference,
    Whole(Name, Option<&'w Field>),
    Amount(Name),
    Currency(Name),
    Part(Name, &'static str),
}

/// A CSV or TSV file that is being written.
pub(super) struct Sheet<'w> {
    writer: csv::Writer<&'w mut dyn Write>,
    catalog: &'w Catalog,
    columns: Vec<Column<'w>>,
    words: Format,
    how: Cells,
    cells: csv::StringRecord,
}

impl<'w> Sheet<'w> {
    /// Writes the header.
    pub fn begin(
        catalog: &'w Catalog,
        entity: &'w Entity,
        fields: &[Name],
        words: Format,
        how: Cells,
        delimiter: u8,
        out: &'w mut dyn Write,
    ) -> io::Result<Self> {
        let mut columns = vec![Column::Reference];
        for name in fields {
            let field = entity.field(name);
            match field.map(|field| &field.kind) {
                Some(
                    FieldType::Money
                    | FieldType::Formula { result: FieldResult::Money, .. }
                    | FieldType::RollUp { result: FieldResult::Money, .. },
                ) => columns.extend([Column::Amount(name.clone()), Column::Currency(name.clone())]),
                Some(FieldType::Address) if how != Cells::Pasted => columns
                    .extend(Address::PARTS.iter().map(|part| Column::Part(name.clone(), part))),
                _ => columns.push(Column::Whole(name.clone(), field)),
            }
        }
        let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(out);
        let label = |name: &Name| match entity.field(name) {
            Some(field) => flat(field.label.get(words.lang)),
            None => name.to_string(),
        };
        let strings = Strings::new(words.lang);
        writer.write_record(columns.iter().map(|column| match column {
            Column::Reference if how == Cells::Pasted => strings.get("copy.ref").to_owned(),
            Column::Whole(name, _) | Column::Amount(name) if how == Cells::Pasted => label(name),
            Column::Currency(name) if how == Cells::Pasted => {
                strings.fill("copy.currency", &[("field", &label(name))])
            }
            Column::Reference => "ref".to_owned(),
            Column::Whole(name, _) | Column::Amount(name) => name.to_string(),
            Column::Currency(name) => format!("{name}.currency"),
            Column::Part(name, part) => format!("{name}.{part}"),
        }))?;
        Ok(Self { writer, catalog, columns, words, how, cells: csv::StringRecord::new() })
    }

    /// Writes a record.
    pub fn record(&mut self, record: &Record) -> io::Result<()> {
        self.cells.clear();
        for column in &self.columns {
            let text = match self.how {
                Cells::Pasted => flat(&self.pasted(column, record)),
                Cells::Usual | Cells::Exact => self.text(column, record),
            };
            if self.how == Cells::Exact || !is_formula(&text) {
                self.cells.push_field(&text);
            } else {
                self.cells.push_field(&format!("'{text}"));
            }
        }
        self.writer.write_record(&self.cells)?;
        Ok(())
    }

    fn text(&self, column: &Column<'_>, record: &Record) -> String {
        match column {
            Column::Reference => self.catalog.reference(&record.reference()),
            Column::Whole(name, field) => match (json::cell(record, name), field) {
                (Value::Link(link), _) if self.how != Cells::Exact && !link.title.is_empty() => {
                    link.title
                }
                (Value::Links(links), _) if self.how != Cells::Exact => {
                    let titles: Vec<String> = links.into_iter().map(|link| link.title).collect();
                    titles.join("; ")
                }
                (value, Some(field)) => self.words.editable(self.catalog, field, &value),
                (value, None) => self.words.plain(self.catalog, &value),
            },
            Column::Amount(name) => match record.get(name) {
                Value::Money(money) => money.digits(),
                _ => String::new(),
            },
            Column::Currency(name) => match record.get(name) {
                Value::Money(money) => money.currency.to_string(),
                _ => String::new(),
            },
            Column::Part(name, part) => match record.get(name) {
                Value::Address(address) => address.part(part).unwrap_or_default().to_owned(),
                _ => String::new(),
            },
        }
    }

    /// A value as people read it, but for numbers: a spreadsheet shall know them.
    fn pasted(&self, column: &Column<'_>, record: &Record) -> String {
        let Column::Whole(name, Some(field)) = column else { return self.text(column, record) };
        match record.get(name) {
            Value::Int(_) if field.kind == FieldType::Integer => self.text(column, record),
            Value::Decimal(_) => self.text(column, record),
            Value::Points(points) => {
                // Without labels: with one, a phone number would look like a formula.
                let bare = |point: &ContactPoint| {
                    let point = ContactPoint { label: String::new(), ..point.clone() };
                    self.words.line(self.catalog, field, &Value::Points(vec![point]))
                };
                points.iter().map(bare).collect::<Vec<_>>().join("; ")
            }
            _ => self.words.line(self.catalog, field, &json::cell(record, name)),
        }
    }

    /// Writes what is still held back.
    pub fn finish(mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

/// The text on one line without tabs, whatever stands for a line break.
fn flat(text: &str) -> String {
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    text.replace("\r\n", " ").replace(breaks, " ")
}

/// Whether a spreadsheet would compute a text. Phone numbers and negative numbers look like it and are
/// harmless.
fn is_formula(text: &str) -> bool {
    let Some(first) = text.chars().next() else { return false };
    if !FORMULA.contains(&first) {
        return false;
    }
    let rest = &text[first.len_utf8()..];
    let phone = first == '+'
        && rest.starts_with(|c: char| c.is_ascii_digit())
        && rest.replace(";ext=", "").chars().all(|c| c.is_ascii_digit() || " ()./".contains(c));
    !(phone || (first == '-' && text.parse::<Decimal>().is_ok()))
}

#[cfg(test)]
mod tests {
    use super::is_formula;

    #[test]
    fn formulas_are_told_from_phones_and_numbers() {
        for text in [
            "=1+1",
            "=HYPERLINK(\"http://evil\")",
            "+cmd|' /C calc'!A0",
            "-1+1",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "＝1+1",
            "+1-555-0199",
            "+1;ext=2|cmd",
            "-",
        ] {
            assert!(is_formula(text), "{text:?}");
        }
        for text in [
            "",
            "Müller",
            "-12.50",
            "+49 711 55501",
            "+4971155501",
            "+4971155501;ext=12",
            "a=b",
            "'=1",
            "1-2",
        ] {
            assert!(!is_formula(text), "{text:?}");
        }
    }
}
