//! Rows of records as text for an editor, and what was changed in it.
//!
//! Tab-separated, quoted like CSV where a cell needs it, the reference first. A cell counts as changed
//! where its text is another than what was written; everything else stays as it is. Nothing is written
//! here. Start at [`Sheet::write`].

use std::collections::BTreeMap;

use crate::model::{Edit, Input, Lang, Name, Phrase, Record, RecordId, Value, phrase};
use crate::schema::{Catalog, Coercion, Entity, FieldType, Format};

/// Rows as they were handed out.
#[derive(Debug, Clone)]
pub struct Sheet {
    entity: Name,
    fields: Vec<Name>,
    /// By number: the text of each cell as it was written, and what it stands for.
    rows: BTreeMap<RecordId, Vec<(String, Value)>>,
}

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineProblem {
    /// The line of the text, from 1.
    pub line: u64,
    /// What is wrong, with what would be right.
    pub message: Phrase,
}

/// What was changed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Changed {
    /// One edit per record that changed, with what it held before.
    pub edits: Vec<Edit>,
    /// What cannot be taken.
    pub problems: Vec<LineProblem>,
    /// How many lines are gone: their records stay as they are.
    pub gone: usize,
}

impl Sheet {
    /// Rows of an entity with these fields, and the text for the editor; `rules` stand on top of it as
    /// comments.
    #[must_use]
    pub fn write(
        catalog: &Catalog,
        entity: &Entity,
        fields: &[Name],
        records: &[Record],
        format: Format,
        rules: &str,
    ) -> (Self, String) {
        // What is read again is written in one language, whatever the screens speak.
        let words = Format { lang: Lang::En, ..format };
        let mut sheet =
            Self { entity: entity.name.clone(), fields: fields.to_vec(), rows: BTreeMap::new() };
        let mut text = String::new();
        for line in rules.lines() {
            text.extend(["# ", line, "\n"]);
        }
        text.push_str("ref");
        for field in fields {
            text.push('\t');
            text.push_str(field);
        }
        text.push('\n');
        for record in records {
            text.push_str(&catalog.reference(&record.reference()));
            let mut cells = Vec::with_capacity(fields.len());
            for name in fields {
                let value = super::json::cell(record, name);
                let cell = match entity.field(name) {
                    Some(field) => words.editable(catalog, field, &value),
                    None => words.plain(catalog, &value),
                };
                // An editor ends lines in its own way.
                let cell = cell.replace("\r\n", "\n").replace('\r', "\n");
                text.push('\t');
                text.push_str(&quoted(&cell));
                cells.push((cell, value));
            }
            text.push('\n');
            sheet.rows.insert(record.id, cells);
        }
        (sheet, text)
    }

    /// What was changed in the text.
    #[must_use]
    pub fn read(&self, text: &str, coercion: &Coercion<'_>) -> Changed {
        let mut changed = Changed::default();
        let catalog = coercion.catalog;
        let Some(entity) = catalog.entity(&self.entity) else { return changed };
        // The reader counts from where it begins, so comments stay in.
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(b'\t')
            .comment(Some(b'#'))
            .flexible(true)
            .has_headers(false)
            .from_reader(text.as_bytes());
        let mut columns: Option<Vec<Option<usize>>> = None;
        let mut seen: BTreeMap<RecordId, u64> = BTreeMap::new();
        for row in reader.records() {
            let row = match row {
                Ok(row) => row,
                Err(error) => {
                    let line = error.position().map_or(0, csv::Position::line);
                    changed.problem(line, told(&error));
                    continue;
                }
            };
            let line = row.position().map_or(0, csv::Position::line);
            let Some(columns) = &columns else {
                columns = Some(self.header(&row, line, &mut changed));
                continue;
            };
            if row.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            let reference = row.get(0).unwrap_or_default().trim();
            let known = catalog
                .parse_reference(reference)
                .filter(|record| record.entity == self.entity)
                .and_then(|record| Some((record.id, self.rows.get(&record.id)?)));
            let Some((id, before)) = known else {
                changed.problem(line, unknown(reference));
                continue;
            };
            if let Some(first) = seen.insert(id, line) {
                changed.problem(
                    line,
                    phrase!("{reference} stands in line {first} already", reference, first),
                );
                continue;
            }
            if row.len() != columns.len() {
                let (has, wants) = (row.len(), columns.len());
                changed.problem(
                    line,
                    phrase!(
                        "{reference} has {has} cells, not {wants}: set cells apart by tabs",
                        reference,
                        has,
                        wants
                    ),
                );
                continue;
            }
            let mut edit = Edit::update(&self.entity, id);
            let mut base = BTreeMap::new();
            for (cell, column) in row.iter().zip(columns) {
                let Some(column) = column else { continue };
                let (written, value) = &before[*column];
                if cell == written {
                    continue;
                }
                let name = &self.fields[*column];
                let Some(field) = entity.field(name) else { continue };
                if field.is_given() {
                    changed.problem(
                        line,
                        phrase!("{reference}: {name} cannot be set by hand", reference, name),
                    );
                    continue;
                }
                // Names of links are looked up when the change is planned.
                let links = matches!(
                    field.kind,
                    FieldType::Link { .. } | FieldType::Links { .. } | FieldType::LinkAny
                );
                let input = Input::Text(cell.to_owned());
                if !links && let Err(invalid) = coercion.value(entity, field, &input) {
                    let message = match invalid.hint {
                        Some(hint) => {
                            phrase!("{message} ({hint})", message = invalid.message, hint)
                        }
                        None => invalid.message,
                    };
                    let (record, field) = (reference, name);
                    changed.problem(
                        line,
                        phrase!("{record}: {field}: {message}", record, field, message),
                    );
                    continue;
                }
                edit.set.push((name.clone(), input));
                base.insert(name.clone(), value.clone());
            }
            if !edit.set.is_empty() {
                edit.base = Some(base);
                changed.edits.push(edit);
            }
        }
        changed.gone = self.rows.len() - seen.len();
        changed
    }

    /// Which field each cell of a row is: none for the reference and for what is not known.
    fn header(
        &self,
        row: &csv::StringRecord,
        line: u64,
        changed: &mut Changed,
    ) -> Vec<Option<usize>> {
        if row.get(0).map(str::trim) != Some("ref") {
            changed.problem(line, phrase!("the first line names the columns and begins with ref"));
        }
        let find = |cell: &str| self.fields.iter().position(|field| *field == *cell.trim());
        let mut columns = vec![None];
        for cell in row.iter().skip(1) {
            let found = find(cell);
            if found.is_none() {
                let names: Vec<&str> = self.fields.iter().map(Name::as_str).collect();
                changed.problem(
                    line,
                    phrase!(
                        "there was no column {column}: {names}",
                        column = cell.trim(),
                        names = names.join(", ")
                    ),
                );
            }
            columns.push(found);
        }
        columns
    }
}

impl Changed {
    fn problem(&mut self, line: u64, message: Phrase) {
        self.problems.push(LineProblem { line, message });
    }
}

fn unknown(reference: &str) -> Phrase {
    if reference.is_empty() {
        return phrase!("a line without a reference: new records are not made here");
    }
    phrase!("{reference} was not among the rows: new records are not made here", reference)
}

/// A cell as it stands between tabs.
fn quoted(cell: &str) -> String {
    let needs = cell.contains(['\t', '\n', '"']) || cell.starts_with('#');
    if needs { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}
/// What is wrong with a row that cannot even be cut into cells.
fn told(error: &csv::Error) -> Phrase {
    match error.kind() {
        csv::ErrorKind::Utf8 { .. } => phrase!("the row is not UTF-8"),
        csv::ErrorKind::Io(error) => Phrase::io(error),
        _ => phrase!("the row cannot be read ({error})", error = error.to_string()),
    }
}
