//! What may follow a prefix key: drawn above the footer while a sequence is begun.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::action::{Action, Key, Keys};
use crate::term;
use crate::tui::context::Context;
use crate::tui::hit::{Seen, Target};
use crate::tui::paint;
use crate::tui::theme::Role;

/// Draws what may follow the keys pressed so far.
pub fn draw(
    area: Rect,
    buf: &mut Buffer,
    pressed: &[Key],
    following: &[(&Keys, &Action)],
    ctx: &Context,
) -> Seen {
    let items: Vec<(Keys, String, String)> = following
        .iter()
        .map(|(keys, action)| {
            let rest = Keys(keys.0[pressed.len()..].to_vec());
            let shown = rest.shown();
            (rest, shown, super::help::title(action, ctx))
        })
        .collect();
    let widest =
        items.iter().map(|(_, key, title)| term::width(key) + term::width(title) + 4).max();
    let column = (widest.unwrap_or(20) as u16).clamp(12, area.width.max(12));
    let columns = (area.width.saturating_sub(4) / column).max(1);
    let lines = (items.len() as u16).div_ceil(columns);
    let height = (lines + 2).min(area.height);
    let place = Rect { y: area.bottom() - height, height, ..area };
    let inner = paint::frame(buf, place, &Keys(pressed.to_vec()).shown(), ctx);
    let mut seen = Seen::default();
    for (n, (rest, key, title)) in items.iter().enumerate() {
        let (x, y) = (n as u16 / lines.max(1), n as u16 % lines.max(1));
        let row = paint::row(inner, y);
        let left = (x * column).min(row.width);
        let cell = Rect { x: row.x + left, width: column.min(row.width - left), ..row };
        let parts = [
            (key.as_str(), ctx.style(Role::Key)),
            ("  ", ctx.style(Role::Text)),
            (title.as_str(), ctx.style(Role::Text)),
        ];
        paint::pieces(buf, cell, &parts, ctx);
        seen.hit(cell, Target::Press(rest.clone()));
    }
    seen
}
