//! A line that is typed and not shown: a password, a code.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use unicode_segmentation::UnicodeSegmentation;
use zeroize::Zeroize;

use crate::action::{Key, KeyCode};
use crate::secret::Secret;
use crate::term;
use crate::tui::context::Context;
use crate::tui::paint;
use crate::tui::theme::Role;

/// The longest line that is taken, in bytes.
const LONGEST: usize = 1_024;

/// What is typed; it is wiped when it goes.
pub struct Hidden(String);

impl Default for Hidden {
    fn default() -> Self {
        // So that no half of it stays behind when it grows.
        Self(String::with_capacity(LONGEST))
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl std::fmt::Debug for Hidden {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hidden")
    }
}

impl Hidden {
    /// Takes a key that types or wipes; false where it is another one.
    pub fn key(&mut self, key: Key) -> bool {
        match key.code {
            KeyCode::Char('u') if key.ctrl => self.wipe(),
            KeyCode::Char(sign) if !key.ctrl && !key.alt => self.insert(&sign.to_string()),
            KeyCode::Backspace => {
                let start = self.0.grapheme_indices(true).next_back().map_or(0, |(at, _)| at);
                self.0.truncate(start);
            }
            _ => return false,
        }
        true
    }

    /// Takes text: its first line, as far as there is room.
    pub fn insert(&mut self, text: &str) {
        let text = text.lines().next().unwrap_or_default();
        if self.0.len() + text.len() <= LONGEST {
            self.0.extend(text.chars().filter(|sign| !sign.is_control()));
        }
    }

    /// Nothing is typed any more.
    pub fn wipe(&mut self) {
        self.0.zeroize();
    }

    /// True where nothing is typed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is typed.
    #[must_use]
    pub fn secret(&self) -> Secret {
        Secret::from(self.0.as_str())
    }

    /// Draws it with its label, as dots; where the cursor is, if it is `focused`.
    pub fn draw(
        &self,
        buf: &mut Buffer,
        row: Rect,
        (label, wide): (&str, u16),
        focused: bool,
        ctx: &Context,
    ) -> Option<Position> {
        let dot = if ctx.ascii { "*" } else { "•" };
        let dots = dot.repeat(self.0.graphemes(true).count());
        field(buf, row, (label, wide), &dots, focused, ctx)
    }
}

/// Draws a line that is typed into, with its label; the end of what is typed is always seen. Where the cursor
/// is, if it is `focused`.
pub fn field(
    buf: &mut Buffer,
    row: Rect,
    (label, wide): (&str, u16),
    text: &str,
    focused: bool,
    ctx: &Context,
) -> Option<Position> {
    paint::text(buf, row, label, ctx.style(Role::Label), ctx);
    let wide = wide.min(row.width);
    let room = Rect { x: row.x + wide, width: row.width - wide, ..row };
    let signs = text.graphemes(true).count();
    let skip = signs.saturating_sub(usize::from(room.width.saturating_sub(1)));
    let shown: String = text.graphemes(true).skip(skip).collect();
    buf.set_style(room, ctx.style(Role::Input));
    paint::text(buf, room, &shown, ctx.style(Role::Input), ctx);
    let x = room.x + (term::width(&shown) as u16).min(room.width.saturating_sub(1));
    focused.then_some(Position { x, y: row.y })
}
