//! Tables of the import: headings over columns of given places.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::tui::context::Context;
use crate::tui::paint;
use crate::tui::theme::Role;

/// A part of a line, from `x` on, as far as the line goes.
pub(super) fn part(line: Rect, x: u16, width: u16) -> Rect {
    let x = x.min(line.width);
    Rect { x: line.x + x, width: width.min(line.width - x), ..line }
}

/// Draws the headings of columns, each with its place and width, on a rule.
pub(super) fn draw_heads(
    line: Rect,
    heads: &[(u16, u16, &'static str)],
    buf: &mut Buffer,
    ctx: &Context,
) {
    paint::rule(buf, line, ctx);
    for (x, width, key) in heads {
        let text = format!("{} ", ctx.strings.get(key));
        paint::text(buf, part(line, *x, *width), &text, ctx.style(Role::Label), ctx);
    }
}
