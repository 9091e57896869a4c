//! A list of what can be done or gone to, narrowed by typing: keys, words, a note, and why not.
//!
//! `?` and the palette are made of it; what choosing means is theirs. Start at [`Menu`].

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::action::{Key, KeyCode};
use crate::term;
use crate::tui::context::Context;
use crate::tui::hit::{Seen, Target};
use crate::tui::paint::{self, Side};
use crate::tui::state::State;
use crate::tui::theme::Role;
use crate::tui::widget::pick::{self, Picked};
use crate::tui::widget::{Act, Done, TextEdit, draw, keys};

/// The cells for keys before the words.
const KEYS: u16 = 14;
/// Lines at most for why the selected row cannot be chosen.
const REASON: u16 = 3;

/// One row.
#[derive(Debug, Clone)]
pub struct Row<K> {
    /// What choosing it means.
    pub key: K,
    /// The keys that do the same.
    pub keys: String,
    /// What is read.
    pub label: String,
    /// The characters of it that fit what was typed.
    pub hits: Vec<usize>,
    /// What tells it from others.
    pub note: String,
    /// Why it cannot be chosen now.
    pub not: Option<String>,
}

/// A line of the list: the name of a section or a row.
#[derive(Debug, Clone)]
enum Line {
    Head(String),
    Row(usize),
}

/// The list.
pub struct Menu<K> {
    /// What was typed.
    pub query: TextEdit,
    rows: Vec<Row<K>>,
    lines: Vec<Line>,
    at: usize,
    /// The last key moved the selection.
    walks: bool,
    /// Why some of it could not be had.
    pub problem: Option<State>,
    /// Some of it is still being looked for.
    pub waits: bool,
}

impl<K> Default for Menu<K> {
    fn default() -> Self {
        Self {
            query: TextEdit::line(""),
            rows: Vec::new(),
            lines: Vec::new(),
            at: 0,
            walks: false,
            problem: None,
            waits: false,
        }
    }
}

impl<K> Menu<K> {
    /// Puts rows in, section by section; a section without a name has no head. The first row is
    /// selected.
    pub fn fill(&mut self, sections: Vec<(String, Vec<Row<K>>)>) {
        self.rows.clear();
        self.lines.clear();
        for (head, rows) in sections {
            if rows.is_empty() {
                continue;
            }
            if !head.is_empty() {
                self.lines.push(Line::Head(head));
            }
            for row in rows {
                self.lines.push(Line::Row(self.rows.len()));
                self.rows.push(row);
            }
        }
        self.at = 0;
    }

    /// As [`Menu::fill`], with the selection left on the row it was on.
    pub fn fill_around(&mut self, sections: Vec<(String, Vec<Row<K>>)>) {
        let at = self.at;
        self.fill(sections);
        self.at = at.min(self.rows.len().saturating_sub(1));
    }

    /// The selected row.
    #[must_use]
    pub fn selected(&self) -> Option<&Row<K>> {
        self.rows.get(self.at)
    }

    /// Does what a key asks.
    pub fn key(&mut self, key: Key) -> Picked {
        let last = self.rows.len().saturating_sub(1);
        match key.code {
            KeyCode::Esc => return Picked::Closed,
            KeyCode::Enter => return Picked::Chosen,
            KeyCode::Up => self.at = self.at.saturating_sub(1),
            KeyCode::Down => self.at = (self.at + 1).min(last),
            KeyCode::Char('p') if key.ctrl => self.at = self.at.saturating_sub(1),
            KeyCode::Char('n') if key.ctrl => self.at = (self.at + 1).min(last),
            KeyCode::PageUp => self.at = self.at.saturating_sub(10),
            KeyCode::PageDown => self.at = (self.at + 10).min(last),
            _ => return keys::act(key).map_or(Picked::Ignored, |act| self.act(act)),
        }
        self.walks = true;
        Picked::Moved
    }

    /// Types or pastes into the words.
    pub fn act(&mut self, act: Act) -> Picked {
        self.walks = false;
        if self.query.apply(act) == Done::Changed { Picked::Typed } else { Picked::Moved }
    }

    /// Draws the line that is typed into, then the rows around the selected one.
    pub fn view(
        &self,
        area: Rect,
        buf: &mut Buffer,
        title: &str,
        hint: &str,
        ctx: &Context,
    ) -> Seen {
        let place = paint::centered(area, 76, area.height);
        let inner = paint::frame(buf, place, title, ctx);
        let prompt = paint::row(inner, 0);
        let count = match self.rows.len() {
            0 => String::new(),
            total => {
                let (n, total) = ((self.at + 1).to_string(), total.to_string());
                ctx.tf("list.position", &[("n", &n), ("total", &total)])
            }
        };
        let right = (term::width(&count) as u16).min(prompt.width / 2);
        let counted = Rect { x: prompt.right() - right, width: right, ..prompt };
        paint::text(buf, counted, &count, ctx.style(Role::Muted), ctx);
        let lead = paint::text(buf, prompt, pick::lead(ctx), ctx.style(Role::Muted), ctx);
        let width = prompt.width.saturating_sub(lead + right + 1);
        let words = Rect { x: prompt.x + lead, width, ..prompt };
        let cursor = draw::edited(buf, words, &self.query, ctx.style(Role::Input));
        if self.query.is_blank() {
            paint::text(buf, words, hint, ctx.style(Role::Placeholder), ctx);
        }
        let mut list = Rect { y: inner.y + 1, height: inner.height.saturating_sub(1), ..inner };
        let mut seen = Seen { cursor: Some(cursor), ..Seen::default() };
        match &self.problem {
            Some(problem) if self.rows.is_empty() => {
                return Seen { cursor: seen.cursor, ..problem.draw(buf, list, ctx) };
            }
            // What there is stands above it.
            Some(problem) if list.height > 1 => {
                list.height -= 1;
                let (role, text) = problem.line();
                let line = Rect { y: list.bottom(), height: 1, ..list };
                paint::text(buf, line, &text, ctx.style(role), ctx);
            }
            _ => {}
        }
        if self.rows.is_empty() {
            let said = ctx.t(if self.waits { "word.searching" } else { "pick.nothing" });
            paint::text(buf, list, said, ctx.style(Role::Muted), ctx);
            seen.tells(said);
            return seen;
        }
        list.height -= self.draw_reason(list, buf, ctx);
        let height = usize::from(list.height).max(1);
        let own = self.lines.iter().position(|line| matches!(line, Line::Row(n) if *n == self.at));
        let own = own.unwrap_or(0);
        // The head of the first section is seen with its first row.
        let top = if own <= 1 { 0 } else { own.saturating_sub(height / 2) };
        let top = top.min(self.lines.len().saturating_sub(height));
        for (line, y) in self.lines[top..].iter().zip(list.y..list.bottom()) {
            let place = Rect { y, height: 1, ..list };
            match line {
                Line::Head(text) => {
                    paint::text(buf, place, text, ctx.style(Role::Header), ctx);
                }
                Line::Row(n) => {
                    self.draw_row(buf, place, *n, ctx);
                    if *n == self.at {
                        seen.focus = Some(place);
                        seen.place(*n, self.rows.len());
                        if ctx.plain && (self.walks || self.query.is_blank()) {
                            seen.cursor = Some(place.as_position());
                        }
                    }
                    seen.hit(place, Target::Row(*n));
                }
            }
        }
        seen
    }

    /// Says below the rows why the selected one cannot be chosen, where its own line is too short for that;
    /// the lines that takes.
    fn draw_reason(&self, list: Rect, buf: &mut Buffer, ctx: &Context) -> u16 {
        let Some((row, why)) = self.selected().and_then(|row| Some((row, row.not.as_ref()?)))
        else {
            return 0;
        };
        let room = usize::from(list.width - keys_width(&row.keys, list.width));
        if term::width(&row.label) + 2 + term::width(why) <= room {
            return 0;
        }
        let lines = term::wrap(why, usize::from(list.width.saturating_sub(2)));
        let height = (lines.len() as u16).min(REASON).min(list.height.saturating_sub(2));
        for (line, y) in lines.iter().take(usize::from(height)).zip(list.bottom() - height..) {
            let place = Rect {
                x: list.x + 2.min(list.width),
                y,
                height: 1,
                width: list.width.saturating_sub(2),
            };
            paint::text(buf, place, line, ctx.style(Role::Warning), ctx);
        }
        height
    }

    fn draw_row(&self, buf: &mut Buffer, line: Rect, n: usize, ctx: &Context) {
        let row = &self.rows[n];
        let chosen = n == self.at;
        let usual = if row.not.is_some() { Role::Disabled } else { Role::Text };
        let style = |role| ctx.style(if chosen { Role::Selected } else { role });
        if chosen {
            buf.set_style(line.intersection(buf.area), ctx.style(Role::Selected));
            paint::text(buf, line, ctx.glyphs().cursor, style(Role::Selected), ctx);
        }
        let keys_width = keys_width(&row.keys, line.width);
        let keys = Rect { x: line.x + 2, width: keys_width.saturating_sub(3), ..line };
        let key_role = if row.not.is_some() { Role::Disabled } else { Role::Key };
        paint::text(buf, keys, &row.keys, style(key_role), ctx);
        let rest = Rect { x: line.x + keys_width, width: line.width - keys_width, ..line };
        let matched = if chosen {
            ctx.style(Role::Selected)
                .patch(Style::new().add_modifier(ratatui::style::Modifier::UNDERLINED))
        } else {
            style(usual).patch(ctx.style(Role::Match))
        };
        let pieces = pieces(&row.label, &row.hits);
        let styled: Vec<(&str, Style)> = pieces
            .iter()
            .map(|(text, hit)| (text.as_str(), if *hit { matched } else { style(usual) }))
            .collect();
        let taken = paint::pieces(buf, rest, &styled, ctx);
        let (note, role) = match &row.not {
            Some(why) => (why, Role::Disabled),
            None => (&row.note, Role::Muted),
        };
        let gap = (taken + 2).min(rest.width);
        let room = Rect { x: rest.x + gap, width: rest.width - gap, ..rest };
        if !note.is_empty() && room.width > 3 {
            let note = term::truncate(note, usize::from(room.width));
            paint::aligned(buf, room, &note, style(role), Side::Right, ctx);
        }
    }
}

/// The cells before the words of a row with these keys.
fn keys_width(keys: &str, width: u16) -> u16 {
    let wanted = (term::width(keys) as u16 + 3).max(KEYS);
    wanted.min(width / 2).max(KEYS.min(width))
}

/// A text in pieces that fit what was typed and pieces that do not.
fn pieces(label: &str, hits: &[usize]) -> Vec<(String, bool)> {
    let mut pieces: Vec<(String, bool)> = Vec::new();
    for (n, c) in label.chars().enumerate() {
        let hit = hits.binary_search(&n).is_ok();
        match pieces.last_mut() {
            Some((text, known)) if *known == hit => text.push(c),
            _ => pieces.push((c.to_string(), hit)),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_stands_out() {
        let cut = |label, hits: &[usize]| {
            pieces(label, hits)
                .into_iter()
                .map(|(text, hit)| format!("{text}{hit}"))
                .collect::<Vec<_>>()
        };
        assert_eq!(cut("New deal", &[4, 5]), ["New false", "detrue", "alfalse"]);
        assert_eq!(cut("", &[]), Vec::<String>::new());
    }

    #[test]
    fn the_selection_stays_in_the_list() {
        let row = |key| Row {
            key,
            keys: String::new(),
            label: String::new(),
            hits: Vec::new(),
            note: String::new(),
            not: None,
        };
        let mut menu = Menu::default();
        menu.fill(vec![
            ("one".into(), vec![row(1), row(2)]),
            ("none".into(), vec![]),
            ("two".into(), vec![row(3)]),
        ]);
        for _ in 0..9 {
            menu.key("down".parse().unwrap());
        }
        assert_eq!(menu.selected().map(|row| row.key), Some(3));
        menu.fill_around(vec![(String::new(), vec![row(4)])]);
        assert_eq!(menu.selected().map(|row| row.key), Some(4));
        menu.fill(Vec::new());
        assert!(menu.selected().is_none());
    }
}
