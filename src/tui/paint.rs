//! Small strokes that every view is made of: text in a place, a rule, a box.
//!
//! Text that comes from records goes through [`crate::term::Clean`] before it gets here.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::chrome;
use super::context::Context;
use super::theme::Role;
use crate::term;

/// Where a text stands in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Left.
    Left,
    /// Right.
    Right,
    /// In the middle.
    Middle,
}

/// Writes `text` into the first row of `area`, cut to its width with `…`. Returns the cells it took.
pub fn text(buf: &mut Buffer, area: Rect, text: &str, style: Style, ctx: &Context) -> u16 {
    aligned(buf, area, text, style, Side::Left, ctx)
}

/// As [`text`], on a side of the area.
pub fn aligned(
    buf: &mut Buffer,
    area: Rect,
    text: &str,
    style: Style,
    side: Side,
    ctx: &Context,
) -> u16 {
    let area = area.intersection(buf.area);
    if area.is_empty() || text.is_empty() {
        return 0;
    }
    let width = usize::from(area.width);
    let full = term::width(text);
    let cut;
    let (shown, taken) = if full <= width {
        (text, full)
    } else {
        cut = cut_to(text, width, ctx);
        (cut.as_str(), term::width(&cut))
    };
    let gap = width.saturating_sub(taken);
    let x = match side {
        Side::Left => 0,
        Side::Right => gap,
        Side::Middle => gap / 2,
    };
    let place = Rect { x: area.x + x as u16, width: taken as u16, height: 1, ..area };
    uncover(buf, place);
    buf.set_stringn(place.x, place.y, shown, width - x, style);
    taken as u16
}

/// What is written over goes with its colour: a title in a frame is no line. The ground stays.
fn uncover(buf: &mut Buffer, area: Rect) {
    for position in area.positions() {
        let cell = &mut buf[position];
        if cell.symbol() != " " {
            let ground = cell.bg;
            cell.reset();
            cell.bg = ground;
        }
    }
}

/// `text` in at most `cells`, ending in the glyph for what was cut off.
fn cut_to(text: &str, cells: usize, ctx: &Context) -> String {
    let cut = term::truncate(text, cells);
    if ctx.ascii { cut.replace('…', ctx.glyphs().cut) } else { cut }
}

/// Writes pieces one after the other; returns the cells they took.
pub fn pieces(buf: &mut Buffer, area: Rect, pieces: &[(&str, Style)], ctx: &Context) -> u16 {
    let mut rest = area;
    for (piece, style) in pieces {
        let taken = text(buf, rest, piece, *style, ctx);
        rest.x += taken;
        rest.width -= taken;
    }
    area.width - rest.width
}

/// The name of the open one of several tabs, with a space at each end: in plain mode no colour says which it
/// is.
#[must_use]
pub fn open_tab(name: &str, ctx: &Context) -> String {
    if ctx.plain { format!("[{}]", name.trim()) } else { name.to_owned() }
}

/// A level line through the first row of `area`; none in plain mode.
pub fn rule(buf: &mut Buffer, area: Rect, ctx: &Context) {
    if ctx.plain {
        return;
    }
    let area = Rect { height: area.height.min(1), ..area }.intersection(buf.area);
    let style = ctx.style(Role::Border);
    for position in area.positions() {
        buf[position].set_symbol(ctx.glyphs().line).set_style(style);
    }
}

/// An upright line through the first column of `area`; none in plain mode.
pub fn upright(buf: &mut Buffer, area: Rect, ctx: &Context) {
    if ctx.plain {
        return;
    }
    let area = Rect { width: area.width.min(1), ..area }.intersection(buf.area);
    let style = ctx.style(Role::Border);
    for position in area.positions() {
        buf[position].set_symbol(ctx.glyphs().upright).set_style(style);
    }
}

/// Empties `area`, draws a frame with a title around it and returns the inside. In plain mode there is
/// nothing beside or below it: it takes the body of the screen, the title in the first row.
pub fn frame(buf: &mut Buffer, area: Rect, title: &str, ctx: &Context) -> Rect {
    if ctx.plain {
        return page(buf, area, title, ctx);
    }
    let area = area.intersection(buf.area);
    clear(buf, area);
    if area.width < 4 || area.height < 3 {
        return area;
    }
    let glyphs = ctx.glyphs();
    let style = ctx.style(Role::Border);
    rule(buf, Rect { height: 1, ..area }, ctx);
    rule(buf, Rect { y: area.bottom() - 1, height: 1, ..area }, ctx);
    upright(buf, Rect { width: 1, ..area }, ctx);
    upright(buf, Rect { x: area.right() - 1, width: 1, ..area }, ctx);
    let (left, right) = (area.x, area.right() - 1);
    let (top, bottom) = (area.y, area.bottom() - 1);
    let places = [(left, top), (right, top), (left, bottom), (right, bottom)];
    for (corner, place) in glyphs.corners.iter().zip(places) {
        buf[place].set_symbol(corner).set_style(style);
    }
    if !title.is_empty() {
        let place = Rect { x: area.x + 2, width: area.width - 4, height: 1, ..area };
        let titled = format!(" {title} ");
        text(buf, place, &titled, ctx.style(Role::Title), ctx);
    }
    Rect { x: area.x + 2, y: area.y + 1, width: area.width - 4, height: area.height - 2 }
}

/// A frame without its lower edge, for what stands on the line below it; the inside.
pub fn hood(buf: &mut Buffer, area: Rect, ctx: &Context) -> Rect {
    let area = area.intersection(buf.area);
    clear(buf, area);
    if area.width < 4 || area.height < 2 {
        return area;
    }
    let (glyphs, style) = (ctx.glyphs(), ctx.style(Role::Border));
    let (left, right) = (area.x, area.right() - 1);
    rule(buf, Rect { height: 1, ..area }, ctx);
    upright(buf, Rect { width: 1, ..area }, ctx);
    upright(buf, Rect { x: right, width: 1, ..area }, ctx);
    for (corner, x) in glyphs.corners.iter().zip([left, right]) {
        buf[(x, area.y)].set_symbol(corner).set_style(style);
    }
    Rect { x: left + 1, y: area.y + 1, width: area.width - 2, height: area.height - 1 }
}

fn page(buf: &mut Buffer, area: Rect, title: &str, ctx: &Context) -> Rect {
    let body = chrome::body(ctx.size);
    let body = Rect { x: chrome::NUMBERS, ..body }.intersection(buf.area);
    clear(buf, body);
    text(buf, row(body, 0), title, ctx.style(Role::Title), ctx);
    let above = u16::from(!title.is_empty()).min(body.height);
    let height = area.height.saturating_sub(1).max(1).min(body.height - above);
    Rect { y: body.y + above, height, ..body }
}

/// Empties `area`. A wide character that reaches into it from the left goes as a whole: half of one
/// would cover our edge.
pub fn clear(buf: &mut Buffer, area: Rect) {
    let area = area.intersection(buf.area);
    if area.is_empty() {
        return;
    }
    for position in area.positions() {
        buf[position].reset();
    }
    if area.x > buf.area.x {
        for y in area.top()..area.bottom() {
            let left = &mut buf[(area.x - 1, y)];
            if term::width(left.symbol()) > 1 {
                left.set_symbol(" ");
            }
        }
    }
}

/// The `n`-th row of `area`; empty where it has none.
#[must_use]
pub fn row(area: Rect, n: u16) -> Rect {
    if n < area.height {
        Rect { y: area.y + n, height: 1, ..area }
    } else {
        Rect { height: 0, ..area }
    }
}

/// A box of at most this size in the middle of `area`, a little above it.
#[must_use]
pub fn centered(area: Rect, width: u16, height: u16) -> Rect {
    let width = width.min(area.width);
    let height = height.min(area.height);
    Rect {
        x: area.x + (area.width - width) / 2,
        y: area.y + (area.height - height) / 3,
        width,
        height,
    }
}
