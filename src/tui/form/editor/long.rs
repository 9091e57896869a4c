//! Several lines of text, wrapped. Enter breaks the line, Tab leaves; the whole text can be taken to
//! an editor of the user's own.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{At, FieldEditor, Reply, Side, draw_value};
use crate::model::Value;
use crate::schema::Invalid;
use crate::term::Clean;
use crate::tui::key::{Key, KeyCode};
use crate::tui::widget::{Act, Done, TextEdit, draw, keys, layout};
use crate::tui::{Role, paint};

/// Lines shown with the cursor in it, and without.
const FOCUSED: usize = 8;
const RESTING: usize = 3;

/// The editor.
#[derive(Debug, Clone)]
pub(in crate::tui::form) struct LongEditor {
    edit: TextEdit,
    kept: (String, Value),
    /// The column that going up and down keeps to.
    column: Option<usize>,
}

impl LongEditor {
    pub(super) fn new(value: &Value) -> Self {
        let edit = TextEdit::lines(value.as_text().unwrap_or_default());
        Self { kept: (edit.text().to_owned(), value.clone()), edit, column: None }
    }

    /// What is written.
    pub(in crate::tui::form) fn text(&self) -> &str {
        self.edit.text()
    }

    /// Replaces what is written, as one step.
    pub(in crate::tui::form) fn replace(&mut self, text: &str) {
        self.edit.set(text);
    }

    /// Up and down over the edge go to the neighbouring field.
    fn go_lines(&mut self, lines: isize, at: At<'_>) -> Reply {
        let text = self.edit.text();
        let rows = layout::rows(text, usize::from(at.width));
        let now = layout::row_of(&rows, self.edit.cursor());
        let Some(row) = rows.get(now) else { return Reply::Ignored };
        let last = rows.len() - 1;
        if (now == 0 && lines == -1) || (now == last && lines == 1) {
            return Reply::Ignored;
        }
        let column =
            self.column.unwrap_or_else(|| layout::cells(&text[row.start..self.edit.cursor()]));
        let wanted = &rows[now.saturating_add_signed(lines).min(last)];
        let mut byte = layout::byte_at(text, wanted, column);
        // The end of a wrapped row is the start of the next one; stay in the row that is wanted.
        if byte == wanted.end && byte < text.len() && !text[byte..].starts_with('\n') {
            byte = byte.saturating_sub(1).max(wanted.start);
        }
        self.edit.place(byte);
        self.column = Some(column);
        Reply::Handled
    }
}

impl FieldEditor for LongEditor {
    fn value(&self, at: At<'_>) -> Result<Value, Invalid> {
        if self.edit.text() == self.kept.0 {
            Ok(self.kept.1.clone())
        } else if self.edit.is_blank() {
            Ok(Value::Null)
        } else {
            at.understand(self.edit.text())
        }
    }

    fn key(&mut self, key: Key, at: At<'_>) -> Reply {
        let lines = match key.code {
            KeyCode::Up if !key.alt && !key.ctrl => -1,
            KeyCode::Down if !key.alt && !key.ctrl => 1,
            KeyCode::PageUp => -(FOCUSED as isize),
            KeyCode::PageDown => FOCUSED as isize,
            _ => 0,
        };
        if lines != 0 {
            return self.go_lines(lines, at);
        }
        self.column = None;
        let act = match key.code {
            KeyCode::Enter => Some(Act::Insert("\n".to_owned())),
            _ => keys::act(key),
        };
        match act.map(|act| self.edit.apply(act)) {
            None => Reply::Ignored,
            Some(Done::Changed) => Reply::Changed,
            Some(Done::Moved | Done::Nothing) => Reply::Handled,
        }
    }

    fn paste(&mut self, text: &str, _: At<'_>) -> Reply {
        self.column = None;
        self.edit.apply(Act::Insert(text.to_owned()));
        Reply::Changed
    }

    fn enter(&mut self, side: Side) {
        self.column = None;
        if side == Side::Below {
            self.edit.apply(Act::Bottom);
        }
    }

    fn height(&self, at: At<'_>, focused: bool) -> u16 {
        let rows = layout::rows(self.edit.text(), usize::from(at.width)).len();
        if focused { rows.clamp(3, FOCUSED) as u16 } else { rows.clamp(1, RESTING) as u16 }
    }

    fn draw(&self, buf: &mut Buffer, area: Rect, at: At<'_>, focused: bool) -> Position {
        let ctx = at.ctx;
        if focused {
            return draw::edited_lines(buf, area, &self.edit, ctx.style(Role::Input));
        }
        if self.edit.is_blank() {
            draw_value(buf, area, &Clean::default(), ctx.style(Role::Text), ctx);
            return area.as_position();
        }
        let rows = layout::rows(self.edit.text(), usize::from(area.width));
        draw::lines(buf, area, self.edit.text(), &rows, ctx.style(Role::Text));
        if rows.len() > usize::from(area.height) && area.height > 0 && area.width > 0 {
            let corner = Rect { x: area.right() - 1, y: area.bottom() - 1, width: 1, height: 1 };
            paint::text(buf, corner, ctx.glyphs().cut, ctx.style(Role::Muted), ctx);
        }
        area.as_position()
    }
}
