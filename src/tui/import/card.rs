//! One row of a file, cell by cell: what stands in it, where that goes, what it changes; a cell is mended in its place.
//!
//! Start at [`Card::show`].

use super::words;
use crate::exchange::ImportMap;
use crate::exchange::import::RowInFull;
use crate::model::Name;
use crate::schema::Entity;
use crate::term::Clean;
use crate::tui::context::Context;
use crate::tui::rows::Step;
use crate::tui::theme::Role;
use crate::tui::widget::TextEdit;

/// A cell, or a field that no cell fills.
#[derive(Debug, Clone)]
pub(super) struct Cell {
    /// The column, of a cell.
    pub column: Option<usize>,
    pub header: String,
    pub text: String,
    /// What becomes of it.
    pub role: Role,
    pub becomes: String,
    wrong: bool,
}

/// A row that is looked at.
pub(super) struct Card {
    pub row: u64,
    pub full: Option<RowInFull>,
    pub cells: Vec<Cell>,
    /// What is wrong or to be said of the row as a whole.
    pub remarks: Vec<(Role, String)>,
    pub at: usize,
    /// The cell under the cursor, while it is mended.
    pub edit: Option<TextEdit>,
    /// The first cell that is wrong is mended as soon as it is there.
    edits: bool,
}

impl Card {
    /// A row that is asked for; with `edits` the first wrong cell of it is to be mended.
    pub fn new(row: u64, edits: bool) -> Self {
        Self { row, full: None, cells: Vec::new(), remarks: Vec::new(), at: 0, edit: None, edits }
    }

    /// The row is there.
    pub fn show(
        &mut self,
        full: RowInFull,
        headers: &[String],
        map: &ImportMap,
        entity: Option<&Entity>,
        ctx: &Context,
    ) {
        let first = self.full.is_none();
        self.edit = None;
        let mut told: Vec<&Name> = Vec::new();
        self.cells.clear();
        let name_of = |address: &str| address.split('.').next().unwrap_or_default().to_owned();
        let width = headers.len().max(full.line.cells.len());
        for column in 0..width {
            let header = headers.get(column).map_or("", String::as_str);
            let fields: Vec<String> =
                map.targets_of(header).iter().map(|target| name_of(&target.field.text)).collect();
            let wrong: Vec<&str> = full
                .line
                .wrong
                .iter()
                .filter(|wrong| {
                    wrong.field.as_ref().is_some_and(|field| fields.iter().any(|f| *f == **field))
                })
                .map(|wrong| wrong.text.as_str())
                .collect();
            let mut parts = Vec::new();
            for field in &fields {
                let Some(change) = full.changes.iter().find(|change| *change.field == **field)
                else {
                    continue;
                };
                // Several cells may fill one field: the first of them tells it.
                if told.contains(&&change.field) {
                    continue;
                }
                told.push(&change.field);
                let label = words::target(entity, field, ctx);
                parts.push(format!("{label}: {}", words::change(entity, change, ctx)));
            }
            let (role, becomes) = if let Some(wrong) = wrong.first() {
                (Role::Error, format!("! {wrong}"))
            } else if !parts.is_empty() {
                (Role::Text, parts.join(" · "))
            } else if fields.is_empty() {
                (Role::Muted, ctx.t("import.out").to_owned())
            } else {
                let names = fields.iter().map(|field| words::target(entity, field, ctx));
                (Role::Muted, names.collect::<Vec<_>>().join(", "))
            };
            self.cells.push(Cell {
                column: (column < headers.len()).then_some(column),
                header: Clean::line(header).into_string(),
                text: full.line.cells.get(column).cloned().unwrap_or_default(),
                wrong: !wrong.is_empty(),
                role,
                becomes: Clean::line(&becomes).into_string(),
            });
        }
        for change in full.changes.iter().filter(|change| !told.contains(&&change.field)) {
            let label = words::target(entity, &change.field, ctx);
            let becomes = format!("{label}: {}", words::change(entity, change, ctx));
            self.cells.push(Cell {
                column: None,
                header: String::new(),
                text: String::new(),
                wrong: false,
                role: Role::Text,
                becomes: Clean::line(&becomes).into_string(),
            });
        }
        let by_cell = |field: &Name| {
            map.columns
                .iter()
                .flat_map(|(_, targets)| targets)
                .any(|target| name_of(&target.field.text) == **field)
        };
        let whole =
            full.line.wrong.iter().filter(|wrong| !wrong.field.as_ref().is_some_and(by_cell));
        self.remarks = whole
            .map(|wrong| {
                let label = wrong.field.as_ref().map(|field| words::target(entity, field, ctx));
                let label = label.map_or_else(String::new, |label| format!("{label}: "));
                (Role::Error, format!("! {label}{}", wrong.text))
            })
            .collect();
        self.remarks.extend(full.line.note.iter().map(|note| (Role::Warning, note.clone())));
        self.full = Some(full);
        let wrong = self.cells.iter().position(|cell| cell.wrong);
        if first {
            self.at = wrong.unwrap_or(0);
        }
        self.at = self.at.min(self.cells.len().saturating_sub(1));
        if std::mem::take(&mut self.edits) {
            self.begin();
        }
    }

    /// Begins to mend the cell under the cursor.
    pub fn begin(&mut self) {
        let cell = self.cells.get(self.at).filter(|cell| cell.column.is_some());
        self.edit = cell.map(|cell| TextEdit::line(&cell.text));
    }

    /// The column that was mended and its new text; none where it is as it was.
    pub fn mended(&mut self) -> Option<(usize, String)> {
        let edit = self.edit.take()?;
        let cell = self.cells.get(self.at)?;
        let column = cell.column?;
        // Line breaks of a cell that nobody touched stay.
        let same = TextEdit::line(&cell.text).text() == edit.text();
        (!same).then(|| (column, edit.text().to_owned()))
    }

    pub fn step(&mut self, step: Step) {
        let last = self.cells.len().saturating_sub(1);
        self.at = match step {
            Step::By(by) => self.at.saturating_add_signed(by).min(last),
            Step::Top => 0,
            Step::Bottom => last,
            Step::To(n) => (n as usize).saturating_sub(1).min(last),
        };
    }
}
