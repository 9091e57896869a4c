//! A list to pick from, narrowed by typing: state, keys and drawing.
//!
//! The rows come from outside: choices of the schema, narrowed here, or records that were searched
//! for. Start at [`Pick::key`].

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::keys;
use super::{Act, Done, TextEdit, draw};
use crate::model::text;
use crate::term::{self, Clean};
use crate::tui::key::{Key, KeyCode};
use crate::tui::layer::{Cmd, Cmds};
use crate::tui::{Context, Role, Seen, Target, paint};

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PickRow<T> {
    /// What picking it means.
    pub key: T,
    /// What is read.
    pub label: Clean,
    /// What tells it from others, muted.
    pub note: Clean,
    /// How the label looks.
    pub role: Role,
    /// For lists of which several can be chosen: whether this one is.
    pub checked: Option<bool>,
}

impl<T> PickRow<T> {
    /// A row with a label.
    #[must_use]
    pub fn new(key: T, label: Clean) -> Self {
        Self { key, label, note: Clean::default(), role: Role::Text, checked: None }
    }
}

/// What a key did to the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Picked {
    /// Nothing here.
    Ignored,
    /// The selection moved.
    Moved,
    /// The words typed changed.
    Typed,
    /// The selected row was chosen.
    Chosen,
    /// The selected row was checked or unchecked (the caller does it).
    Toggled,
    /// The list was left.
    Closed,
}

impl Picked {
    /// What a layer does that is a list and nothing else: left where the list is left, `chosen` where a row
    /// was chosen; none where the key means nothing to a list.
    #[must_use]
    pub fn cmds(self, chosen: impl FnOnce() -> Cmds) -> Option<Cmds> {
        match self {
            Self::Closed => Some(vec![Cmd::Close]),
            Self::Chosen => Some(chosen()),
            Self::Ignored => None,
            Self::Moved | Self::Typed | Self::Toggled => Some(Cmds::new()),
        }
    }
}

/// A list to pick from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pick<T> {
    /// The words typed to narrow it.
    pub query: TextEdit,
    rows: Vec<PickRow<T>>,
    /// The rows that fit the words, where they are narrowed here.
    fitting: Vec<usize>,
    narrows: bool,
    /// There is a line to type into; without one a letter goes to a row that begins with it.
    typed: bool,
    at: usize,
    /// The last key moved the selection: that is where the person is, not in the words.
    walks: bool,
    /// Labels begin with a number and a space, or two spaces.
    numbered: bool,
    /// Notes stand under each other.
    aligned: bool,
}

impl<T: Clone> Pick<T> {
    /// A list that is narrowed here: rows whose label or note has all words typed.
    #[must_use]
    pub fn narrowing(rows: Vec<PickRow<T>>, query: &str) -> Self {
        let mut pick = Self {
            query: TextEdit::line(query),
            fitting: Vec::new(),
            rows,
            narrows: true,
            typed: true,
            at: 0,
            walks: false,
            numbered: false,
            aligned: false,
        };
        pick.narrow();
        pick
    }

    /// A list whose rows are found elsewhere by what is typed.
    #[must_use]
    pub fn searching(query: &str) -> Self {
        Self { narrows: false, ..Self::narrowing(Vec::new(), query) }
    }

    /// A few rows without a line to type into: the answers to a question.
    #[must_use]
    pub fn answers(rows: Vec<PickRow<T>>) -> Self {
        Self { typed: false, ..Self::narrowing(rows, "") }
    }

    /// Its labels begin with a number and a space, or two spaces: plain mode has numbers of its own.
    #[must_use]
    pub fn numbered(mut self) -> Self {
        self.numbered = true;
        self
    }

    /// Its notes stand under each other, as what is held against each other does.
    #[must_use]
    pub fn aligned(mut self) -> Self {
        self.aligned = true;
        self
    }

    /// Cells of the widest label, where notes stand behind that.
    fn labels(&self) -> usize {
        let widths = self.rows.iter().filter(|_| self.aligned).map(|row| row.label.width());
        widths.max().unwrap_or(0)
    }

    /// Puts new rows in; the selection goes to the first.
    pub fn fill(&mut self, rows: Vec<PickRow<T>>) {
        self.rows = rows;
        self.at = 0;
        self.narrow();
    }

    /// The selected row.
    #[must_use]
    pub fn selected(&self) -> Option<&PickRow<T>> {
        self.fitting.get(self.at).and_then(|&index| self.rows.get(index))
    }

    /// Selects the first row for which `wanted` holds.
    pub fn select(&mut self, wanted: impl Fn(&PickRow<T>) -> bool) {
        if let Some(at) = self.fitting.iter().position(|&index| wanted(&self.rows[index])) {
            self.at = at;
        }
    }

    /// Selects the n-th row of those shown; false where there is none.
    pub fn select_nth(&mut self, n: usize) -> bool {
        let there = n < self.fitting.len();
        if there {
            self.at = n;
        }
        there
    }

    /// All rows, fitting or not, to change them.
    pub fn rows_mut(&mut self) -> &mut [PickRow<T>] {
        &mut self.rows
    }

    /// Rows that fit.
    #[must_use]
    pub fn len(&self) -> usize {
        self.fitting.len()
    }

    /// True where no row fits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fitting.is_empty()
    }

    /// Does what a key asks. Space toggles where rows can be checked and nothing is typed yet.
    pub fn key(&mut self, key: Key) -> Picked {
        let last = self.fitting.len().saturating_sub(1);
        let checks = self.rows.iter().any(|row| row.checked.is_some());
        match key.code {
            KeyCode::Esc => return Picked::Closed,
            KeyCode::Enter => return Picked::Chosen,
            KeyCode::Char(' ') if checks && self.query.is_blank() => return Picked::Toggled,
            KeyCode::Up => self.at = self.at.saturating_sub(1),
            KeyCode::Down => self.at = (self.at + 1).min(last),
            KeyCode::Char('p') if key.ctrl => self.at = self.at.saturating_sub(1),
            KeyCode::Char('n') if key.ctrl => self.at = (self.at + 1).min(last),
            KeyCode::PageUp => self.at = self.at.saturating_sub(8),
            KeyCode::PageDown => self.at = (self.at + 8).min(last),
            _ if !self.typed => return self.jump(key),
            _ => return keys::act(key).map_or(Picked::Ignored, |act| self.act(act)),
        }
        self.walks = true;
        Picked::Moved
    }

    fn jump(&mut self, key: Key) -> Picked {
        let Some(letter) = key.typed() else { return Picked::Ignored };
        let letter = text::fold(&letter.to_string());
        let count = self.rows.len();
        let next = (1..=count).map(|by| (self.at + by) % count.max(1));
        let begins = |index: &usize| text::fold(&self.rows[*index].label).starts_with(&letter);
        match next.into_iter().find(begins) {
            Some(index) => {
                self.at = index;
                Picked::Moved
            }
            None => Picked::Ignored,
        }
    }

    /// Types or pastes into the words.
    pub fn act(&mut self, act: Act) -> Picked {
        self.walks = false;
        match self.query.apply(act) {
            Done::Changed => {
                if self.narrows {
                    self.at = 0;
                    self.narrow();
                }
                Picked::Typed
            }
            Done::Moved | Done::Nothing => Picked::Moved,
        }
    }

    fn narrow(&mut self) {
        let query = text::fold(self.query.text());
        let words: Vec<&str> = query.split_whitespace().collect();
        self.fitting = (0..self.rows.len())
            .filter(|&index| {
                let row = &self.rows[index];
                let label = text::fold(&row.label);
                !self.narrows
                    || words.iter().all(|word| {
                        label.contains(word)
                            || text::fold(&row.note).contains(word)
                            || text::sort_key(&row.label).contains(word)
                    })
            })
            .collect();
        // What begins with the words comes first.
        if self.narrows && !words.is_empty() {
            let rows = &self.rows;
            self.fitting
                .sort_by_key(|&index| !text::fold(&rows[index].label).starts_with(query.trim()));
        }
    }

    /// All rows, in their order.
    #[must_use]
    pub fn rows(&self) -> &[PickRow<T>] {
        &self.rows
    }

    /// Lines it wants: one for the words, one a row, at least one.
    #[must_use]
    pub fn wanted_height(&self) -> u16 {
        (self.fitting.len().clamp(1, 10) + usize::from(self.typed)) as u16
    }

    /// Cells it wants, as far as most lists may have them.
    #[must_use]
    pub fn wanted_width(&self) -> u16 {
        self.whole_width().clamp(24, 60)
    }

    /// Cells in which nothing is cut.
    #[must_use]
    pub fn whole_width(&self) -> u16 {
        let labels = self.labels();
        let widest = self.rows.iter().map(|row| {
            let (label, note) = (row.label.width(), row.note.width());
            if note > 0 { label.max(labels) + note + 2 } else { label }
        });
        (widest.max().unwrap_or(0) + 6) as u16
    }

    /// Draws the words and the rows around the selected one; `empty` where there are none. The
    /// cursor is where typing goes.
    pub fn draw(&self, buf: &mut Buffer, area: Rect, empty: &str, ctx: &Context) -> Seen {
        let mut seen = Seen::default();
        let prompt = Rect { height: area.height.min(u16::from(self.typed)), ..area };
        if self.typed {
            let lead = draw::put(buf, prompt, lead(ctx), ctx.style(Role::Muted));
            let words = Rect { x: prompt.x + lead, width: prompt.width - lead, ..prompt };
            seen.cursor = Some(draw::edited(buf, words, &self.query, ctx.style(Role::Input)));
        }
        let list = Rect { y: area.y + prompt.height, height: area.height - prompt.height, ..area };
        if self.fitting.is_empty() {
            paint::text(buf, list, empty, ctx.style(Role::Muted), ctx);
            seen.tells(empty);
            if ctx.plain && !self.typed {
                seen.cursor = Some(list.as_position());
            }
            return seen;
        }
        let height = usize::from(list.height);
        let top = self.at.saturating_sub(height / 2).min(self.fitting.len().saturating_sub(height));
        for (y, n) in (list.y..list.bottom()).zip(top..self.fitting.len()) {
            let place = Rect { y, height: 1, ..list };
            self.draw_row(buf, place, n, ctx);
            if n == self.at {
                seen.focus = Some(place);
                let walks = ctx.plain && (self.walks || self.query.is_blank());
                if !self.typed || walks {
                    seen.cursor = Some(place.as_position());
                }
                seen.place(n, self.fitting.len());
            }
            seen.hit(place, Target::Row(n));
        }
        seen
    }

    fn draw_row(&self, buf: &mut Buffer, area: Rect, n: usize, ctx: &Context) {
        let row = &self.rows[self.fitting[n]];
        let chosen = n == self.at;
        let style = |role| if chosen { ctx.style(Role::Selected) } else { ctx.style(role) };
        if chosen {
            buf.set_style(area.intersection(buf.area), ctx.style(Role::Selected));
        }
        let marker = if chosen { ctx.glyphs().cursor } else { " " };
        let check = match row.checked {
            Some(true) => "[x] ",
            Some(false) => "[ ] ",
            None => "",
        };
        let label = row.label.as_str();
        let label =
            if self.numbered && ctx.plain { label.get(2..).unwrap_or(label) } else { label };
        let taken = paint::pieces(
            buf,
            area,
            &[
                (marker, style(Role::Accent)),
                (" ", style(Role::Text)),
                (check, style(Role::Text)),
                (label, style(row.role)),
            ],
            ctx,
        );
        let column = term::width(check) as u16 + 2 + self.labels() as u16;
        let taken = if column + 3 < area.width { taken.max(column) } else { taken };
        if !row.note.is_empty() && taken + 3 < area.width {
            let rest = Rect { x: area.x + taken + 2, width: area.width - taken - 2, ..area };
            paint::text(buf, rest, &row.note, style(Role::Muted), ctx);
        }
    }

    /// Where the list goes: under the field it belongs to, or above it, or wherever there is room.
    #[must_use]
    pub fn place(&self, anchor: Position, screen: Rect) -> Rect {
        place(anchor, screen, self.wanted_width() + 4, self.wanted_height() + 2)
    }
}

/// What stands before the words that narrow a list: in plain mode not what marks the selected row.
#[must_use]
pub fn lead(ctx: &Context) -> &'static str {
    if ctx.plain { "/ " } else { "> " }
}

/// Where a box of that size goes that belongs to the line at `anchor`: under it, or above it, or
/// wherever there is most room.
#[must_use]
pub fn place(anchor: Position, screen: Rect, width: u16, height: u16) -> Rect {
    let width = width.min(screen.width);
    let below = screen.bottom().saturating_sub(anchor.y + 1);
    let above = anchor.y.saturating_sub(screen.y);
    let x = anchor.x.clamp(screen.x, screen.right().saturating_sub(width).max(screen.x));
    let (y, height) = if height <= below {
        (anchor.y + 1, height)
    } else if height <= above {
        (anchor.y - height, height)
    } else {
        let height = height.min(screen.height);
        (screen.bottom() - height, height)
    };
    Rect { x, y, width, height }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fruit() -> Pick<u8> {
        let rows = ["Apple", "Äpfel mit Birnen", "Pear", "张伟"]
            .iter()
            .enumerate()
            .map(|(key, label)| PickRow::new(key as u8, Clean::line(label)));
        Pick::narrowing(rows.collect(), "")
    }

    fn press(pick: &mut Pick<u8>, keys: &str) -> Picked {
        let mut last = Picked::Ignored;
        for key in keys.split_whitespace() {
            last = pick.key(key.parse().unwrap());
        }
        last
    }

    #[test]
    fn typing_narrows_and_forgives_accents() {
        let mut pick = fruit();
        assert_eq!(press(&mut pick, "a p"), Picked::Typed);
        let labels: Vec<&str> = pick.fitting.iter().map(|&i| pick.rows[i].label.as_str()).collect();
        assert_eq!(labels, ["Apple", "Äpfel mit Birnen"]);
        press(&mut pick, "backspace backspace b i r");
        assert_eq!(pick.selected().map(|row| row.key), Some(1));
        press(&mut pick, "x");
        assert!(pick.selected().is_none() && pick.is_empty());
    }

    #[test]
    fn moving_stays_inside() {
        let mut pick = fruit();
        press(&mut pick, "down down down down down");
        assert_eq!(pick.selected().map(|row| row.key), Some(3));
        press(&mut pick, "pageup ctrl-n");
        assert_eq!(pick.selected().map(|row| row.key), Some(1));
        assert_eq!(press(&mut pick, "enter"), Picked::Chosen);
        assert_eq!(press(&mut pick, "esc"), Picked::Closed);
        assert_eq!(press(&mut pick, "space"), Picked::Typed);
        pick.rows_mut()[0].checked = Some(false);
        assert_eq!(press(&mut pick, "backspace space"), Picked::Toggled);
    }

    #[test]
    fn answers_are_jumped_to() {
        let rows = ["Stay", "Save", "Throw away"].iter().enumerate();
        let mut pick = Pick::answers(
            rows.map(|(key, label)| PickRow::new(key as u8, Clean::line(label))).collect(),
        );
        assert_eq!(pick.wanted_height(), 3);
        press(&mut pick, "s");
        assert_eq!(pick.selected().map(|row| row.key), Some(1));
        press(&mut pick, "t");
        assert_eq!(pick.selected().map(|row| row.key), Some(2));
        assert_eq!(press(&mut pick, "x"), Picked::Ignored);
    }

    #[test]
    fn a_popup_finds_room() {
        let screen = Rect::new(0, 0, 40, 10);
        let at = |x, y| place(Position { x, y }, screen, 20, 5);
        assert_eq!(at(10, 2), Rect::new(10, 3, 20, 5));
        assert_eq!(at(30, 8), Rect::new(20, 3, 20, 5));
        assert_eq!(place(Position { x: 0, y: 5 }, screen, 60, 20), screen);
    }
}
