//! The column chooser: which fields a list shows, in which order, how wide.
//!
//! Shown ones stand on top in their order; the title always leads. What is taken is told to the list below
//! as text; nothing at all means the usual columns.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::action::{Key, KeyCode, Place};
use crate::model::Name;
use crate::query::{Shown, print_columns};
use crate::schema::Entity;
use crate::term;
use crate::tui::columns::wish;
use crate::tui::context::Context;
use crate::tui::hit::{Seen, Target};
use crate::tui::layer::{Cmd, Cmds, Layer};
use crate::tui::paint::{self, Side};
use crate::tui::theme::Role;

/// The narrowest and the widest a column is made here.
const WIDTHS: (u16, u16) = (3, 80);

/// The keys of the chooser, and the words for what they do.
const KEYS: [(&str, &str); 6] = [
    ("Space", "columns.show"),
    ("J K", "columns.move"),
    ("h l", "columns.width"),
    ("a", "columns.auto"),
    ("R", "columns.reset"),
    ("Enter", "columns.take"),
];

struct Row {
    field: Name,
    /// It is a column, of this width where that is not the usual one.
    shown: bool,
    width: Option<u16>,
    usual: u16,
}

/// The column chooser.
pub struct ColumnChooser {
    entity: Name,
    rows: Vec<Row>,
    at: usize,
}

impl ColumnChooser {
    /// The fields of an entity, those that are shown now first.
    #[must_use]
    pub fn new(entity: &Entity, now: &[Shown]) -> Self {
        let title = entity.title_field();
        let shown = |name: &Name| now.iter().find(|shown| shown.field == *name);
        let mut order = vec![title];
        order.extend(now.iter().filter_map(|shown| entity.field(&shown.field)));
        order.extend(&entity.fields);
        let mut rows: Vec<Row> = Vec::new();
        for field in order {
            if rows.iter().any(|row| row.field == field.name) {
                continue;
            }
            let of = shown(&field.name);
            rows.push(Row {
                field: field.name.clone(),
                shown: of.is_some() || field.name == title.name,
                width: of.and_then(|shown| shown.width),
                usual: wish(field).0,
            });
        }
        Self { entity: entity.name.clone(), rows, at: 0 }
    }

    fn last_shown(&self) -> usize {
        self.rows.iter().rposition(|row| row.shown).unwrap_or(0)
    }

    /// Shows or hides; a field that is shown goes to the end of the columns, one that is hidden below.
    fn toggle(&mut self) {
        if self.at == 0 {
            return;
        }
        let mut row = self.rows.remove(self.at);
        row.shown = !row.shown;
        // Without the row: the place behind the last column, wherever it came from.
        let place = self.last_shown() + 1;
        self.rows.insert(place, row);
        self.at = if self.at < place { self.at.min(self.rows.len() - 1) } else { place };
    }

    fn shift(&mut self, by: isize) {
        let Some(to) = self.at.checked_add_signed(by) else { return };
        if self.at == 0 || to == 0 || !self.rows[self.at].shown || to > self.last_shown() {
            return;
        }
        self.rows.swap(self.at, to);
        self.at = to;
    }

    fn widen(&mut self, by: i16) {
        let row = &mut self.rows[self.at];
        if row.shown {
            let now = row.width.unwrap_or(row.usual);
            row.width = Some(now.saturating_add_signed(by).clamp(WIDTHS.0, WIDTHS.1));
        }
    }

    fn taken(&self) -> String {
        let columns: Vec<Shown> = self
            .rows
            .iter()
            .filter(|row| row.shown)
            .map(|row| Shown { field: row.field.clone(), width: row.width })
            .collect();
        print_columns(&columns)
    }
}

impl Layer for ColumnChooser {
    fn place(&self) -> Place {
        Place::Overlay
    }

    fn covers(&self) -> bool {
        false
    }

    fn key(&mut self, key: Key, _ctx: &Context) -> Option<Cmds> {
        let last = self.rows.len() - 1;
        match (key.code, key.shift) {
            (KeyCode::Esc, _) => return Some(vec![Cmd::Close]),
            (KeyCode::Enter, _) => return Some(vec![Cmd::CloseAndTell("columns", self.taken())]),
            (KeyCode::Char('R'), _) => {
                return Some(vec![Cmd::CloseAndTell("columns", String::new())]);
            }
            (KeyCode::Up, true) | (KeyCode::Char('K'), _) => self.shift(-1),
            (KeyCode::Down, true) | (KeyCode::Char('J'), _) => self.shift(1),
            (KeyCode::Up, false) | (KeyCode::Char('k'), _) => self.at = self.at.saturating_sub(1),
            (KeyCode::Down, false) | (KeyCode::Char('j'), _) => self.at = (self.at + 1).min(last),
            (KeyCode::Home, _) => self.at = 0,
            (KeyCode::End, _) => self.at = last,
            (KeyCode::PageUp, _) => self.at = self.at.saturating_sub(8),
            (KeyCode::PageDown, _) => self.at = (self.at + 8).min(last),
            (KeyCode::Left | KeyCode::Char('h'), _) => self.widen(-1),
            (KeyCode::Right | KeyCode::Char('l'), _) => self.widen(1),
            (KeyCode::Char('a'), _) => self.rows[self.at].width = None,
            (KeyCode::Char(' '), _) => self.toggle(),
            _ => return None,
        }
        Some(Cmds::new())
    }

    fn pointed(&mut self, target: &Target, _ctx: &Context) -> Option<Cmds> {
        // Enter would take the whole choice: going there is all that is meant.
        let Target::Row(n) = *target else { return None };
        self.at = n.min(self.rows.len().saturating_sub(1));
        Some(Cmds::new())
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let Some(entity) = ctx.catalog.entity(&self.entity) else { return Seen::default() };
        let hints: Vec<String> =
            KEYS.iter().map(|(key, word)| format!("{key} {}", ctx.t(word))).collect();
        let hints = term::wrap(&hints.join(" · "), 52);
        let foot = hints.len() as u16;
        let height = (self.rows.len() as u16 + 3 + foot).min(area.height);
        let place = paint::centered(area, 56, height);
        let inner = paint::frame(buf, place, ctx.t("columns.title"), ctx);
        let room = inner.height.saturating_sub(foot + 1);
        let top = (self.at + 1).saturating_sub(usize::from(room));
        let mut seen = Seen::default();
        for (line, (n, row)) in (0..room).zip(self.rows.iter().enumerate().skip(top)) {
            let line = paint::row(inner, line);
            let Some(field) = entity.field(&row.field) else { continue };
            let chosen = n == self.at;
            let role = if row.shown { Role::Text } else { Role::Muted };
            let style = ctx.style(if chosen { Role::Selected } else { role });
            if chosen {
                buf.set_style(line.intersection(buf.area), style);
                seen.cursor = Some(Position { x: line.x, y: line.y });
                seen.place(n, self.rows.len());
            }
            let marker = if chosen { ctx.glyphs().cursor } else { " " };
            let tick = if row.shown { "[x] " } else { "[ ] " };
            let label = field.label.get(ctx.lang());
            let parts = [(marker, style), (tick, style), (label, style)];
            paint::pieces(buf, line, &parts, ctx);
            let width = match row.width {
                _ if !row.shown => String::new(),
                Some(width) => width.to_string(),
                None => ctx.t("columns.usual").to_owned(),
            };
            let style = if chosen { style } else { ctx.style(Role::Muted) };
            paint::aligned(buf, line, &width, style, Side::Right, ctx);
            if ctx.plain {
                seen.hit(line, Target::Row(n));
            }
        }
        for (n, hint) in hints.iter().enumerate() {
            let line = paint::row(inner, inner.height.saturating_sub(foot) + n as u16);
            paint::text(buf, line, hint, ctx.style(Role::Muted), ctx);
        }
        seen
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::load;

    fn chooser() -> ColumnChooser {
        let catalog = load(None).unwrap();
        let now = crate::query::parse_columns("name, stage, amount:9", &catalog, "deal").unwrap();
        ColumnChooser::new(catalog.entity("deal").unwrap(), &now)
    }

    #[test]
    fn columns_are_shown_hidden_moved_and_widened() {
        let mut chooser = chooser();
        assert_eq!(chooser.taken(), "name, stage, amount:9");
        chooser.at = 2;
        chooser.shift(-1);
        assert_eq!((chooser.taken().as_str(), chooser.at), ("name, amount:9, stage", 1));
        chooser.shift(-1);
        assert_eq!(chooser.at, 1, "nothing goes before the title");
        chooser.widen(2);
        assert_eq!(chooser.taken(), "name, amount:11, stage");
        chooser.toggle();
        assert_eq!(chooser.taken(), "name, stage");
        let owner = chooser.rows.iter().position(|row| row.field == "owner").unwrap();
        chooser.at = owner;
        chooser.toggle();
        assert_eq!((chooser.taken().as_str(), chooser.at), ("name, stage, owner", 2));
        chooser.at = 0;
        chooser.toggle();
        assert!(chooser.taken().starts_with("name"), "the title stays");
    }
}
