//! A row of cells -> what it says about a record.
//!
//! Works on a thread of its own, without the database: values are understood and normalised here, the
//! names of linked records stay text until the gate is asked. Start at [`Kitchen::draft`].

mod values;

use std::borrow::Cow;
use std::cell::RefCell;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::guard;
use super::map::Unfit;
use super::read::Format;
use super::recipe::{From, Ingredient, Key, KeyPart, Piece, Recipe, Slot};
use super::similar::squash;
use super::source::Row;
use crate::gate::Foreseen;
use crate::model::{Address, Fill as Say, Input, Name, Phrase, Value, phrase};
use crate::query::Moment;
use crate::schema::{Catalog, Coercion, Entity, FieldType, Invalid, region_of};
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

impl Fill {
    /// Whether it says something that can be put to what is there.
    pub fn adds(&self) -> bool {
        !matches!(self.what, What::Value(Value::Null))
    }
}

/// What a row says.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    /// The row of the file.
    pub row: Row,
    /// What it fills.
    pub fills: Vec<Fill>,
    /// The texts it is recognised by, per key of the recipe; none where the row says nothing. Of a field
    /// with several values each may be met, of a key of several fields all must be.
    pub keys: Vec<Vec<String>>,
    /// What it is called, for messages.
    pub title: String,
    /// What is wrong with it.
    pub problems: Vec<RowProblem>,
    /// Why it is left out.
    pub skip: Option<Phrase>,
    /// Tells rows with the same cells.
    pub mark: u64,
    /// What a person should know of its cells.
    pub remarks: Vec<Remark>,
    /// The record it makes if there is none yet, foreseen while those before it are written.
    pub foreseen: Option<Box<Foreseen>>,
}

/// What a person should know of a cell, although it is no problem or is one that can be mended for all.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Remark {
    /// The slot of the recipe.
    pub slot: usize,
    /// What it is.
    pub kind: RemarkKind,
    /// The cell.
    pub cell: String,
}

/// What a remark says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum RemarkKind {
    /// A date that may be read two ways; the rest of the column said which.
    EitherWay,
    /// A number that was read as the day a spreadsheet means by it.
    DayNumber,
    /// A phone without a country code, in a row that names no country: it is taken for one of the company's own.
    OwnCountry,
    /// It is not among the choices of its field.
    NewChoice,
    /// There is no such record to link to, and the row goes without it.
    NoLink,
}

/// Makes drafts of rows.
pub(super) struct Kitchen<'a> {
    recipe: &'a Recipe,
    entity: &'a Entity,
    coercion: Coercion<'a>,
    /// What there is to say of the row that is being read.
    remarks: RefCell<Vec<Remark>>,
    /// Its cells that fit nowhere and are kept in the description.
    notes: RefCell<Vec<String>>,
    /// The last cell of each column that had one, where empty cells mean it.
    above: RefCell<Vec<String>>,
}

impl<'a> Kitchen<'a> {
    /// For the rows of one import. None where the entity is unknown.
    pub fn new(recipe: &'a Recipe, catalog: &'a Catalog, moment: &Moment) -> Option<Self> {
        let entity = catalog.entity(&recipe.entity)?;
        let coercion = Coercion { catalog, now: moment.now, zone: moment.zone, week: moment.week };
        Some(Self {
            recipe,
            entity,
            coercion,
            above: RefCell::default(),
            remarks: RefCell::default(),
            notes: RefCell::default(),
        })
    }

    fn remark(&self, slot: &Slot, kind: RemarkKind, cell: &str) {
        let index = self.recipe.slots.iter().position(|one| one.field.name == slot.field.name);
        if let Some(slot) = index {
            self.remarks.borrow_mut().push(Remark { slot, kind, cell: cell.to_owned() });
        }
    }

    /// What a row says.
    pub fn draft(&self, mut row: Row) -> Draft {
        if !self.recipe.fill_down.is_empty() && row.flaw.is_none() {
            self.fill_down(&mut row);
        }
        let mut draft = Draft {
            row,
            fills: Vec::with_capacity(self.recipe.slots.len()),
            keys: Vec::new(),
            title: String::new(),
            problems: Vec::new(),
            skip: None,
            mark: 0,
            remarks: Vec::new(),
            foreseen: None,
        };
        if let Some(flaw) = draft.row.flaw {
            draft.problems.push(RowProblem::of_row(flaw.phrase()));
            return draft;
        }
        if let Some(reason) = self.recipe.own.and_then(|own| own.unmended(&draft.row.cells)) {
            let message = phrase!("not mended yet: {reason}", reason);
            draft.problems.push(RowProblem::of_row(message));
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
        self.keep_notes(&mut draft);
        draft.keys = self.recipe.keys.iter().map(|key| self.key(key, &draft)).collect();
        draft.remarks = self.remarks.take();
        draft
    }

    /// Empty cells of some columns mean what stands above them.
    fn fill_down(&self, row: &mut Row) {
        let mut above = self.above.borrow_mut();
        above.resize(self.recipe.headers.len(), String::new());
        let columns = &self.recipe.fill_down;
        let cells = row.cells.iter().enumerate().map(|(column, cell)| {
            if !columns.contains(&column) {
                return cell.to_owned();
            }
            if !cell.trim().is_empty() {
                cell.clone_into(&mut above[column]);
            }
            above[column].clone()
        });
        row.cells = cells.collect();
    }

    /// Puts cells that fit nowhere behind what the description says; without one only into new records.
    fn keep_notes(&self, draft: &mut Draft) {
        let notes = self.notes.take().join("\n");
        let Some(slot) = self.recipe.notes.filter(|_| !notes.is_empty()) else { return };
        let said = draft.fills.iter_mut().find(|fill| fill.slot == slot && !fill.only_new);
        match said.map(|fill| &mut fill.what) {
            Some(What::Value(Value::Text(text))) => {
                text.push('\n');
                text.push_str(&notes);
            }
            Some(what) => *what = What::Value(Value::Text(notes)),
            None => {
                let what = What::Value(Value::Text(notes));
                draft.fills.push(Fill { slot, what, only_new: true });
            }
        }
    }

    fn skipped(&self, row: &Row) -> Option<Phrase> {
        let needed = &self.recipe.needed;
        if !needed.is_empty() && needed.iter().all(|column| self.cell(row, *column).is_empty()) {
            let columns = needed.iter().map(|column| self.recipe.headers[*column].as_str());
            let columns = columns.collect::<Vec<_>>().join(", ");
            return Some(phrase!("nothing stands in {columns}", columns));
        }
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
    /// taking a text of lines of cells for a formula is not part of it.
    fn cell<'r>(&self, row: &'r Row, column: usize) -> Cow<'r, str> {
        let cell = row.cells.get(column).unwrap_or_default().trim();
        if self.recipe.empty.iter().any(|empty| empty == cell) {
            return "".into();
        }
        self.bare(cell)
    }

    /// A cell of a long text, in which leading spaces mean something.
    fn block<'r>(&self, row: &'r Row, column: usize) -> Cow<'r, str> {
        if self.cell(row, column).is_empty() {
            return "".into();
        }
        self.bare(row.cells.get(column).unwrap_or_default().trim_end())
    }

    /// A cell without the apostrophes of lines of cells; nothing else can be taken for a formula, so nothing
    /// else has any.
    fn bare<'c>(&self, cell: &'c str) -> Cow<'c, str> {
        if self.recipe.format == Format::Csv { guard::bare(cell) } else { cell.into() }
    }

    fn key(&self, key: &Key, draft: &Draft) -> Vec<String> {
        let filled = |slot: usize| {
            let fill = draft.fills.iter().find(|fill| fill.slot == slot && !fill.only_new);
            fill.map(|fill| &fill.what)
        };
        match key {
            Key::Reference(column) => {
                let text = self.cell(&draft.row, *column);
                if text.is_empty() { Vec::new() } else { vec![text.into_owned()] }
            }
            Key::Slot(slot) => match filled(*slot) {
                Some(What::Value(Value::Points(points))) => {
                    points.iter().map(|point| point.value.clone()).collect()
                }
                Some(What::Value(value)) => key_text(value).into_iter().collect(),
                _ => Vec::new(),
            },
            Key::All(parts) => {
                let text = |part: &KeyPart| match (filled(part.slot)?, &part.part) {
                    (What::Parts(address), Some(name)) => {
                        address.part(name).filter(|text| !text.is_empty()).map(str::to_owned)
                    }
                    (What::Value(value), None) => key_text(value),
                    (What::Links(names), None) => names.first().cloned(),
                    _ => None,
                };
                parts.iter().map(text).collect::<Option<Vec<_>>>().unwrap_or_default()
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
            let text = self.text(slot, ingredient, row);
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
            FieldType::Email | FieldType::Phone | FieldType::Url => {
                self.points(slot, &texts, row)?
            }
            FieldType::Money => self.money(slot, &texts)?,
            FieldType::Text | FieldType::LongText => {
                self.accepted(slot, &texts[0], self.coerce(slot, words(slot, &texts)))?
            }
            _ => self.single(slot, &texts[0])?,
        };
        Ok((!value.is_null()).then_some(What::Value(value)))
    }

    fn text(&self, slot: &Slot, ingredient: &Ingredient, row: &Row) -> String {
        let holds = |(column, patterns): &(usize, Vec<String>)| {
            patterns.iter().any(|pattern| fits(pattern, &self.cell(row, *column)))
        };
        if !ingredient.when.is_empty() && !ingredient.when.iter().any(holds) {
            return String::new();
        }
        match &ingredient.from {
            From::Column(column) if slot.field.kind == FieldType::LongText => {
                let cell = self.block(row, *column);
                match ingredient.values.meaning(cell.trim()) {
                    same if same == cell.trim() => cell.into_owned(),
                    meant => meant.to_owned(),
                }
            }
            From::Column(column) => {
                ingredient.values.meaning(&self.cell(row, *column)).trim().to_owned()
            }
            From::Fixed(text) => text.clone(),
            From::Template(pieces) => self.compose(pieces, row),
        }
    }

    /// The region of phones that are written without a country code, and whether anybody said so.
    pub(super) fn region(&self, row: &Row) -> (String, bool) {
        let named = match &self.recipe.country.named {
            Some(From::Column(column)) => region_of(&self.cell(row, *column)),
            Some(From::Fixed(text)) => region_of(text),
            Some(From::Template(pieces)) => region_of(&self.compose(pieces, row)),
            None => None,
        };
        match named.or_else(|| self.recipe.country.said.clone()) {
            Some(region) => (region, true),
            None => (self.coercion.catalog.company.region.clone(), false),
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
            Err(_) if ingredient.unfit == Unfit::Note && self.recipe.notes.is_some() => {
                let header = match &ingredient.from {
                    From::Column(column) => self.recipe.headers[*column].as_str(),
                    _ => slot.field.label.en.as_str(),
                };
                self.notes.borrow_mut().push(format!("{header}: {text}"));
                Ok(Value::Null)
            }
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

/// `noreply@*` fits `noreply@example.com`, `*noreply*` has it anywhere; without a star the whole cell must
/// be the same, folded.
fn fits(pattern: &str, cell: &str) -> bool {
    if !pattern.contains('*') {
        return pattern == cell || (!cell.is_empty() && squash(pattern) == squash(cell));
    }
    let (cell, pattern) = (cell.to_lowercase(), pattern.to_lowercase());
    let mut pieces: Vec<&str> = pattern.split('*').collect();
    let end = pieces.pop().unwrap_or_default();
    let mut rest = cell.as_str();
    for (index, piece) in pieces.iter().enumerate() {
        let Some(at) = rest.find(piece).filter(|at| index > 0 || *at == 0) else { return false };
        rest = &rest[at + piece.len()..];
    }
    rest.ends_with(end)
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
        // The whole name, the last one first, in the column of the first name.
        (Some(whole), None) if middle.is_none() && whole.matches(", ").count() == 1 => {
            let (last, first) = whole.split_once(", ").unwrap_or((whole, ""));
            format!("{first} {last}")
        }
        (Some(first), Some(last)) if east_asian(first) && east_asian(last) => {
            format!("{last}{first}")
        }
        _ => [first, middle, last].into_iter().flatten().collect::<Vec<_>>().join(" "),
    }
}
