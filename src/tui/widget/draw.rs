//! Strokes for texts that are being edited.
//!
//! Every grapheme passes [`crate::term::Clean`] on its way into the buffer.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use unicode_segmentation::UnicodeSegmentation;

use super::TextEdit;
use super::layout::{self, Row};

/// Draws the part of a one-line text that fits, scrolled so that the cursor is in it. Returns where
/// the cursor is.
pub fn edited(buf: &mut Buffer, area: Rect, edit: &TextEdit, style: Style) -> Position {
    let (row, column) = layout::window(edit.text(), edit.cursor(), usize::from(area.width));
    put(buf, area, &edit.text()[row], style);
    Position { x: area.x + (column as u16).min(area.width.saturating_sub(1)), y: area.y }
}

/// Draws a text of several lines, wrapped and scrolled so that the cursor is in the middle where
/// possible. Returns where the cursor is.
pub fn edited_lines(buf: &mut Buffer, area: Rect, edit: &TextEdit, style: Style) -> Position {
    let rows = layout::rows(edit.text(), usize::from(area.width));
    let at = layout::row_of(&rows, edit.cursor());
    let height = usize::from(area.height);
    let top = at.saturating_sub(height / 2).min(rows.len().saturating_sub(height));
    lines(buf, area, edit.text(), rows.get(top..).unwrap_or_default(), style);
    let before =
        rows.get(at).map_or(0, |row| layout::cells(&edit.text()[row.start..edit.cursor()]));
    Position {
        x: area.x + (before as u16).min(area.width.saturating_sub(1)),
        y: area.y + ((at - top) as u16).min(area.height.saturating_sub(1)),
    }
}

/// Draws rows of a text, one a line, as many as fit.
pub fn lines(buf: &mut Buffer, area: Rect, text: &str, rows: &[Row], style: Style) {
    for (row, y) in rows.iter().zip(area.y..area.bottom()) {
        put(buf, Rect { y, height: 1, ..area }, &text[row.clone()], style);
    }
}

/// Draws a text from the left, grapheme by grapheme, as far as it fits. Returns the cells it took.
pub fn put(buf: &mut Buffer, area: Rect, text: &str, style: Style) -> u16 {
    let area = area.intersection(buf.area);
    let mut x = area.x;
    if area.is_empty() {
        return 0;
    }
    for grapheme in text.graphemes(true) {
        let clean = layout::shown(grapheme);
        let wide = clean.width() as u16;
        if x + wide > area.right() {
            break;
        }
        buf.set_stringn(x, area.y, clean.as_str(), usize::from(wide), style);
        x += wide;
    }
    x - area.x
}
