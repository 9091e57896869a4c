//! A row of cells -> what it says about a record.
//!
//! Works on a thread of its own, without the database: values are understood and normalised here, the
//! names of linked records stay text until the gate is asked. Start at [`Kitchen::draft`].

mod values;

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::guard;
use super::map::Unfit;
use super::recipe::{From, Ingredient, Key, Piece, Recipe, Slot};
use super::similar::squash;
use super::source::Row;
use crate::model::{Address, Fill as Say, Input, Name, Phrase, Value, phrase};
use crate::query::Moment;
use crate::schema::{Catalog, Coercion, Entity, FieldType, Invalid};
use values::parts;

/// What is wrong with a cell or a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowProblem {
    /// The field, where it is about one.
    pub field: Option<Name>,
    /// What that field is called.
    pub label: Option<Say>,
    /// The text that does not fit; empty where it is about the row.
    pub cell: String,
    /// What is wrong.
    pub message: Phrase,
    /// What would be right.
    pub hint: Option<Phrase>,
}

impl RowProblem {
    /// A problem of the row as a whole.
    pub(super) fn of_row(message: Phrase) -> Self {
        Self { field: None, label: None, cell: String::new(), message, hint: None }
    }

    /// The problem in one line, as the error file and the summary give it.
    #[must_use]
    pub fn line(&self) -> Phrase {
        let message = match &self.hint {
            Some(hint) => phrase!("{message} ({hint})", message = &self.message, hint),
            None => self.message.clone(),
        };
        match &self.field {
            Some(field) => {
                let name = self.label.clone().unwrap_or_else(|| field.into());
                phrase!("{name}: {message}", name, message)
            }
            None => message,
        }
    }
}

/// What goes into a field.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum What {
    /// This value.
    Value(Value),
    /// The parts of an address that are filled; the others stay.
    Parts(Box<Address>),
    /// The records of these names.
    Links(Vec<String>),
}

/// A field that a row fills.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fill {
    /// The slot of the recipe.
    pub slot: usize,
    /// With what.
    pub what: What,
    /// In new records only.
    pub only_new: bool,
}

/// What a row says.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    /// The row of the file.
    pub row: Row,
    /// What it fills.
    pub fills: Vec<Fill>,
    /// The text it is recognised by, one per key of the recipe.
    pub keys: Vec<Option<String>>,
    /// What it is called, for messages.
    pub title: String,
    /// What is wrong with it.
    pub problems: Vec<RowProblem>,
    /// Why it is left out.
    pub skip: Option<Phrase>,
    /// Tells rows with the same cells.
    pub mark: u64,
}

/// Makes drafts of rows.
pub(super) struct Kitchen<'a> {
    recipe: &'a Recipe,
    entity: &'a Entity,
    coercion: Coercion<'a>,
}

impl<'a> Kitchen<'a> {
    /// For the rows of one import. None where the entity is unknown.
    pub fn new(recipe: &'a Recipe, catalog: &'a Catalog, moment: &Moment) -> Option<Self> {
        let entity = catalog.entity(&recipe.entity)?;
        let coercion = Coercion { catalog, now: moment.now, zone: moment.zone, week: moment.week };
        Some(Self { recipe, entity, coercion })
    }

    /// What a row says.
    pub fn draft(&self, row: Row) -> Draft {
        let mut draft = Draft {
            row,
            fills: Vec::with_capacity(self.recipe.slots.len()),
            keys: Vec::new(),
            title: String::new(),
            problems: Vec::new(),
            skip: None,
            mark: 0,
        };
        if let Some(flaw) = draft.row.flaw {
            draft.problems.push(RowProblem::of_row(flaw.phrase()));
            return draft;
        }
        draft.skip = self.skipped(&draft.row);
        if draft.skip.is_some() {
            return draft;
        }
        let mut hasher = DefaultHasher::new();
        for column in &self.recipe.used {
            self.cell(&draft.row, *column).hash(&mut hasher);
        }
        draft.mark = hasher.finish();
        for (index, slot) in self.recipe.slots.iter().enumerate() {
            let (what, only_new) = match self.fill(slot, &draft.row) {
                Ok(Some(what)) => (what, false),
                Ok(None) => match self.nothing(slot) {
                    Ok(Some(nothing)) => nothing,
                    Ok(None) => continue,
                    Err(problem) => {
                        draft.problems.push(problem);
                        continue;
                    }
                },
                Err(problem) => {
                    draft.problems.push(problem);
                    continue;
                }
            };
            if slot.field.name == self.entity.title
                && let What::Value(Value::Text(text)) = &what
            {
                draft.title.clone_from(text);
            }
            draft.fills.push(Fill { slot: index, what, only_new });
        }
        draft.keys = self.recipe.keys.iter().map(|key| self.key(key, &draft)).collect();
        draft
    }

    fn skipped(&self, row: &Row) -> Option<Phrase> {
        self.recipe.skip.iter().find_map(|(column, patterns)| {
            let cell = self.cell(row, *column);
            patterns.iter().any(|pattern| fits(pattern, &cell)).then(|| {
                phrase!(
                    "{column} is \"{cell}\"",
                    column = &self.recipe.headers[*column],
                    cell = &*cell
                )
            })
        })
    }

    /// A cell, trimmed; empty where it counts as empty. An apostrophe that keeps spreadsheets from
    /// taking a text for a formula is not part of it.
    fn cell<'r>(&self, row: &'r Row, column: usize) -> Cow<'r, str> {
        let cell = row.cells.get(column).unwrap_or_default().trim();
        if self.recipe.empty.iter().any(|empty| empty == cell) {
            return "".into();
        }
        guard::bare(cell)
    }

    fn key(&self, key: &Key, draft: &Draft) -> Option<String> {
        match key {
            Key::Reference(column) => {
                Some(self.cell(&draft.row, *column).into_owned()).filter(|text| !text.is_empty())
            }
            Key::Slot(slot) => {
                let fill = draft.fills.iter().find(|fill| fill.slot == *slot)?;
                match &fill.what {
                    What::Value(value) => key_text(value),
                    _ => None,
                }
            }
        }
    }

    /// What a field gets that the row says nothing about, and whether only in new records.
    fn nothing(&self, slot: &Slot) -> Result<Option<(What, bool)>, RowProblem> {
        if let Some(default) = &slot.default {
            let what = if slot.link.is_some() {
                What::Links(vec![default.clone()])
            } else {
                What::Value(self.typed(slot, default)?)
            };
            return Ok(Some((what, true)));
        }
        let blank = self.recipe.clear_blank && !slot.field.required;
        Ok(blank.then_some((What::Value(Value::Null), false)))
    }

    fn fill(&self, slot: &Slot, row: &Row) -> Result<Option<What>, RowProblem> {
        let mut texts = Vec::with_capacity(slot.ingredients.len());
        for ingredient in &slot.ingredients {
            let text = self.text(ingredient, row);
            if !text.is_empty() {
                texts.push((ingredient, text));
            }
        }
        if texts.is_empty() {
            return Ok(None);
        }
        if slot.link.is_some() {
            let several = matches!(slot.field.kind, FieldType::Links { .. });
            return Ok(Some(What::Links(names(&texts, several))));
        }
        let value = match &slot.field.kind {
            FieldType::Address => return self.address(slot, &texts),
            FieldType::Email | FieldType::Phone | FieldType::Url => self.points(slot, &texts)?,
            FieldType::Money => self.money(slot, &texts)?,
            FieldType::Text | FieldType::LongText => {
                self.accepted(slot, &texts[0], self.coerce(slot, words(slot, &texts)))?
            }
            _ => self.single(slot, &texts[0])?,
        };
        Ok((!value.is_null()).then_some(What::Value(value)))
    }

    fn text(&self, ingredient: &Ingredient, row: &Row) -> String {
        match &ingredient.from {
            From::Column(column) => {
                ingredient.values.meaning(&self.cell(row, *column)).trim().to_owned()
            }
            From::Fixed(text) => text.clone(),
            From::Template(pieces) => self.compose(pieces, row),
        }
    }

    fn compose(&self, pieces: &[Piece], row: &Row) -> String {
        let mut out = String::new();
        for piece in pieces {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Cell(column, values) => {
                    out.push_str(values.meaning(&self.cell(row, *column)));
                }
            }
        }
        // What stood between a text and an empty cell is not left hanging.
        out.split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .trim_matches([' ', '-', '–', '—', '·', ',', ':', ';', '/', '|'])
            .to_owned()
    }

    fn coerce(&self, slot: &Slot, text: String) -> Result<Value, Invalid> {
        self.coercion.value(self.entity, &slot.field, &Input::Text(text))
    }

    fn typed(&self, slot: &Slot, text: &str) -> Result<Value, RowProblem> {
        self.coerce(slot, text.to_owned()).map_err(|invalid| problem(slot, text, invalid))
    }

    /// A value or the reason, as the map wants cells treated that do not fit.
    fn accepted(
        &self,
        slot: &Slot,
        (ingredient, text): &(&Ingredient, String),
        value: Result<Value, Invalid>,
    ) -> Result<Value, RowProblem> {
        match value {
            Ok(value) => Ok(value),
            Err(_) if ingredient.unfit == Unfit::Empty => Ok(Value::Null),
            Err(invalid) => Err(problem(slot, text, invalid)),
        }
    }
}

fn problem(slot: &Slot, text: &str, invalid: Invalid) -> RowProblem {
    RowProblem {
        field: Some(slot.field.name.clone()),
        label: Some(slot.field.told()),
        cell: text.to_owned(),
        message: invalid.message,
        hint: invalid.hint,
    }
}

/// The text records are looked up by.
pub(super) fn key_text(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.clone()),
        Value::Int(number) => Some(number.to_string()),
        Value::Points(points) => points.first().map(|point| point.value.clone()),
        _ => None,
    }
}

/// `noreply@*` fits `noreply@example.com`; without a star the whole cell must be the same, folded.
fn fits(pattern: &str, cell: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == cell || (!cell.is_empty() && squash(pattern) == squash(cell)),
        Some((start, end)) => {
            let (cell, start, end) =
                (cell.to_lowercase(), start.to_lowercase(), end.to_lowercase());
            cell.len() >= start.len() + end.len()
                && cell.starts_with(&start)
                && cell.ends_with(&end)
        }
    }
}

fn names(texts: &[(&Ingredient, String)], several: bool) -> Vec<String> {
    if several {
        let split = |(ingredient, text): &(&Ingredient, String)| {
            parts(text, ingredient, &[';', '\n']).into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        texts.iter().flat_map(split).collect()
    } else {
        texts.iter().take(1).map(|(_, text)| text.clone()).collect()
    }
}

/// Several columns of one text: whole ones joined; otherwise the parts of a name in the order in
/// which the name's script puts them.
fn words(slot: &Slot, texts: &[(&Ingredient, String)]) -> String {
    let whole: Vec<&str> = texts
        .iter()
        .filter(|(ingredient, _)| ingredient.part.is_none())
        .map(|(_, text)| text.as_str())
        .collect();
    if !whole.is_empty() {
        return whole.join(if slot.field.kind == FieldType::LongText { "\n" } else { " " });
    }
    let part = |name: &str| {
        let found = texts.iter().find(|(ingredient, _)| ingredient.part.as_deref() == Some(name));
        found.map(|(_, text)| text.as_str()).filter(|text| !text.is_empty())
    };
    let (first, middle, last) = (part("first"), part("middle"), part("last"));
    let east_asian = |text: &str| {
        text.chars().all(|c| {
            matches!(c as u32, 0x3040..=0x30ff | 0x3400..=0x9fff | 0xac00..=0xd7af | 0x20000..=0x3_ffff)
        })
    };
    match (first, last) {
        (Some(first), Some(last)) if east_asian(first) && east_asian(last) => {
            format!("{last}{first}")
        }
        _ => [first, middle, last].into_iter().flatten().collect::<Vec<_>>().join(" "),
    }
}
