//! Charts of level bars: bars, funnel, gauge. One row a point, so a cursor can walk over them.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::{Point, Strokes, largest, share, strokes};
use crate::tui::context::Context;
use crate::tui::hit::{Seen, Target};
use crate::tui::paint::{self, Side};
use crate::tui::theme::Role;

/// Cells before the labels: the cursor and a space.
const GUTTER: u16 = 2;

/// Draws level bars, each between its name and its number.
pub fn bars(
    buf: &mut Buffer,
    area: Rect,
    points: &[Point],
    selected: Option<usize>,
    ctx: &Context,
) -> Seen {
    if ctx.plain {
        return values(buf, area, points, selected, ctx);
    }
    rows(buf, area, points, selected, ctx, |buf, place, share, style, strokes| {
        stroke(buf, place, share, style, strokes);
    })
}

/// Draws what every chart is in plain mode: a line for each value, `name: number`.
pub fn values(
    buf: &mut Buffer,
    area: Rect,
    points: &[Point],
    selected: Option<usize>,
    ctx: &Context,
) -> Seen {
    let mut seen = Seen::default();
    let (first, count) = window(points.len(), usize::from(area.height), selected);
    for ((n, point), y) in points.iter().enumerate().skip(first).take(count).zip(area.y..) {
        let line = Rect { y, height: 1, ..area };
        let chosen = selected == Some(n);
        let style = ctx.style(if chosen { Role::Selected } else { Role::Text });
        let marker = if chosen { ctx.glyphs().cursor } else { " " };
        let parts = [
            (marker, style),
            (" ", style),
            (&point.label, style),
            (": ", style),
            (&point.shown, style),
        ];
        paint::pieces(buf, line, &parts, ctx);
        if chosen {
            seen.cursor = Some(line.as_position());
            seen.place(n, points.len());
        }
        seen.hit(line, Target::Row(n));
    }
    more(buf, area, points.len() - count, count, ctx);
    seen
}

/// Says in the line after those shown how many more there are.
fn more(buf: &mut Buffer, area: Rect, left: usize, shown: usize, ctx: &Context) {
    let line = paint::row(area, shown as u16);
    if left > 0 {
        let text = ctx.tf("chart.more", &[("n", &left.to_string())]);
        let line =
            Rect { x: line.x + GUTTER, width: line.width.saturating_sub(GUTTER + 1), ..line };
        paint::text(buf, line, &text, ctx.style(Role::Muted), ctx);
    }
}

/// Draws bars around a middle: how much there is at each step.
pub fn funnel(
    buf: &mut Buffer,
    area: Rect,
    points: &[Point],
    selected: Option<usize>,
    ctx: &Context,
) -> Seen {
    if ctx.plain {
        return values(buf, area, points, selected, ctx);
    }
    rows(buf, area, points, selected, ctx, |buf, place, share, style, strokes| {
        let cells = (share * f64::from(place.width)).round() as u16;
        let width = if share > 0.0 { cells.max(1).min(place.width) } else { 0 };
        let inner = Rect { x: place.x + (place.width - width) / 2, width, ..place };
        stroke(buf, inner, 1.0, style, strokes);
    })
}

/// Draws how much of a whole is reached; more than all of it fills the row.
pub fn gauge(buf: &mut Buffer, area: Rect, reached: f64, role: Role, ctx: &Context) {
    // The number that stands beside it says all.
    if ctx.plain {
        return;
    }
    let area = paint::row(area, 0).intersection(buf.area);
    let strokes = strokes(ctx.ascii);
    for place in area.positions() {
        buf[place].set_symbol(strokes.empty).set_style(ctx.style(Role::Muted));
    }
    stroke(buf, area, share(reached, 1.0), ctx.style(role), strokes);
}

/// A bar from the left of `area`; what is more than nothing is seen.
fn stroke(buf: &mut Buffer, area: Rect, share: f64, style: Style, strokes: &Strokes) {
    let area = area.intersection(buf.area);
    if area.is_empty() || share <= 0.0 {
        return;
    }
    let steps = strokes.level.len();
    let filled = (share * f64::from(area.width) * steps as f64).round() as usize;
    let filled = filled.clamp(1, usize::from(area.width) * steps);
    let (full, part) = (filled / steps, filled % steps);
    for (n, place) in area.positions().enumerate().take(full + 1) {
        let symbol = match (n < full, part) {
            (true, _) => strokes.level[steps - 1],
            (false, 0) => break,
            (false, part) => strokes.level[part - 1],
        };
        buf[place].set_symbol(symbol).set_style(style);
    }
}

/// The points that `height` rows show, so that the selected one is among them; and how many are left.
fn window(count: usize, height: usize, selected: Option<usize>) -> (usize, usize) {
    if count <= height {
        return (0, count);
    }
    // The last row says how many more there are.
    let shown = height.saturating_sub(1);
    let first = selected.map_or(0, |at| (at + 1).saturating_sub(shown.max(1)));
    (first, shown)
}

fn rows(
    buf: &mut Buffer,
    area: Rect,
    points: &[Point],
    selected: Option<usize>,
    ctx: &Context,
    draw: impl Fn(&mut Buffer, Rect, f64, Style, &Strokes),
) -> Seen {
    let mut seen = Seen::default();
    let widest = |width: fn(&Point) -> usize| points.iter().map(width).max().unwrap_or(0) as u16;
    let inner = Rect { x: area.x + GUTTER, width: area.width.saturating_sub(GUTTER + 1), ..area };
    let numbers = widest(|point| crate::term::width(&point.shown)).min(inner.width / 2);
    let labels = widest(|point| point.label.width()).min((inner.width - numbers) / 2);
    let room = inner.width.saturating_sub(labels + numbers + 2);
    let largest = largest(points);
    let (first, count) = window(points.len(), usize::from(area.height), selected);
    let shown = points.iter().enumerate().skip(first).take(count);
    for ((n, point), y) in shown.zip(area.y..) {
        let line = Rect { y, height: 1, ..inner };
        let chosen = selected == Some(n);
        let style = |role| ctx.style(if chosen { Role::Selected } else { role });
        if chosen {
            let whole = Rect { y, height: 1, ..area };
            buf.set_style(whole.intersection(buf.area), style(Role::Text));
            paint::text(buf, whole, ctx.glyphs().cursor, style(Role::Accent), ctx);
            seen.cursor = Some(Position { x: area.x, y });
        }
        let label = Rect { width: labels, ..line };
        paint::text(buf, label, point.label.as_str(), style(Role::Text), ctx);
        let bar = Rect { x: line.x + labels + 1, width: room, ..line };
        draw(buf, bar, share(point.value, largest), style(point.role), strokes(ctx.ascii));
        let number = Rect { x: bar.right() + 1, width: numbers, ..line };
        paint::aligned(buf, number, &point.shown, style(Role::Text), Side::Right, ctx);
        seen.hit(Rect { y, height: 1, ..area }, Target::Row(n));
    }
    more(buf, area, points.len() - count, count, ctx);
    seen
}
