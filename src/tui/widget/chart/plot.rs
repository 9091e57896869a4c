//! Charts with axes: columns and a line over time, and the sparkline.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::{Point, Strokes, largest, share, strokes};
use crate::term;
use crate::tui::context::Context;
use crate::tui::paint::{self, Side};
use crate::tui::theme::Role;

/// How a number of the upright axis is written.
pub type Axis<'a> = &'a dyn Fn(f64) -> String;

/// Where the strokes stand between the axes, and what the highest of them is worth.
struct Plot {
    area: Rect,
    top: f64,
}

/// Draws upright bars side by side over their names; the newest ones where not all fit.
pub fn columns(buf: &mut Buffer, area: Rect, points: &[Point], axis: Axis<'_>, ctx: &Context) {
    let area = area.intersection(buf.area);
    let Some(plot) = axes(buf, area, points, axis, ctx) else { return };
    let room = usize::from(plot.area.width);
    let count = points.len().min(room / 2).max(1);
    let each = (room / count).min(16);
    let strokes = strokes(ctx.ascii);
    let bar = (each - 1).max(1);
    let mut tops = Vec::new();
    for (n, point) in points[points.len().saturating_sub(count)..].iter().enumerate() {
        let x = plot.area.x + (n * each) as u16;
        let place = Rect { x, width: bar as u16, ..plot.area };
        let height = upright(buf, place, share(point.value, plot.top), point.role, strokes, ctx);
        tops.push((place, height));
    }
    let shown = &points[points.len().saturating_sub(count)..];
    numbers(buf, plot.area, shown, &tops, ctx);
    let middles = (0..shown.len()).map(|n| n * each + bar / 2).collect::<Vec<_>>();
    names(buf, area, plot.area, shown, &middles, ctx);
}

/// Writes its number over each bar, the largest first. One that is wider than its bar reaches over the
/// neighbours where nothing stands there; nothing is written over nothing.
fn numbers(buf: &mut Buffer, plot: Rect, points: &[Point], tops: &[(Rect, u16)], ctx: &Context) {
    let mut order: Vec<usize> = (0..points.len()).collect();
    order.sort_by(|a, b| points[*b].value.total_cmp(&points[*a].value));
    for n in order {
        let (Some(point), Some((place, height))) = (points.get(n), tops.get(n)) else { continue };
        if *height == 0 || *height >= place.height {
            continue;
        }
        // Which currency it is stands at the axis too.
        let bare = point.shown.trim_start_matches(|c: char| !c.is_ascii_digit());
        for text in [point.shown.as_str(), bare] {
            let wide = term::width(text) as u16;
            if wide > plot.width {
                continue;
            }
            let middle = place.x + place.width / 2;
            let x = middle.saturating_sub(wide / 2).clamp(plot.x, plot.right() - wide);
            let over = Rect { x, y: place.bottom() - height - 1, width: wide, height: 1 };
            // A cell apart from other numbers, so that two do not read as one.
            let apart = Rect { x: x.saturating_sub(1).max(plot.x), width: wide + 2, ..over };
            let free = |at: Position| buf.cell(at).is_none_or(|cell| cell.symbol() == " ");
            if apart.intersection(plot).positions().all(free) {
                paint::text(buf, over, text, ctx.style(Role::Text), ctx);
                break;
            }
        }
    }
}

/// Draws a line from point to point.
pub fn line(buf: &mut Buffer, area: Rect, points: &[Point], axis: Axis<'_>, ctx: &Context) {
    let area = area.intersection(buf.area);
    let Some(plot) = axes(buf, area, points, axis, ctx) else { return };
    let room = usize::from(plot.area.width);
    let points = &points[points.len().saturating_sub(room)..];
    let last = points.len() - 1;
    let place = |n: usize| (n * (room - 1)).checked_div(last).unwrap_or(room / 2);
    let rows = plot.area.height.saturating_sub(1);
    // Rows are counted from the bottom.
    let row = |value: f64| (share(value, plot.top) * f64::from(rows)).round() as u16;
    let style = ctx.style(Role::Info);
    let strokes = strokes(ctx.ascii);
    for n in 0..last {
        let (from, to) = (place(n), place(n + 1));
        let (low, high) = (row(points[n].value), row(points[n + 1].value));
        // The step stands in the middle between two points, so that both are met on their own row.
        let middle = (from + to).div_ceil(2);
        for x in from..=to {
            let at = if x < middle { low } else { high };
            put(buf, &plot, x, at, ctx.glyphs().line, style);
        }
        if low != high && middle > from && middle < to {
            step(buf, &plot, middle, (low, high), strokes, style, ctx);
        }
    }
    for (n, point) in points.iter().enumerate() {
        put(buf, &plot, place(n), row(point.value), strokes.point, ctx.style(Role::Accent));
    }
    let middles = (0..points.len()).map(place).collect::<Vec<_>>();
    names(buf, area, plot.area, points, &middles, ctx);
}

/// Draws one row of small bars, the newest where not all fit; returns the cells it took.
pub fn spark(buf: &mut Buffer, area: Rect, points: &[Point], role: Role, ctx: &Context) -> u16 {
    let area = paint::row(area, 0).intersection(buf.area);
    let shown = &points[points.len().saturating_sub(usize::from(area.width))..];
    let strokes = strokes(ctx.ascii).upright;
    let largest = largest(points);
    for (place, point) in area.positions().zip(shown) {
        let step = (share(point.value, largest) * (strokes.len() - 1) as f64).round() as usize;
        buf[place].set_symbol(strokes[step]).set_style(ctx.style(role));
    }
    shown.len() as u16
}

fn step(
    buf: &mut Buffer,
    plot: &Plot,
    x: usize,
    (from, to): (u16, u16),
    strokes: &Strokes,
    style: Style,
    ctx: &Context,
) {
    let [up_from, down_from, up_to, down_to] = strokes.bends;
    let (begin, end) = if from < to { (up_to, up_from) } else { (down_from, down_to) };
    for at in from.min(to) + 1..from.max(to) {
        put(buf, plot, x, at, ctx.glyphs().upright, style);
    }
    put(buf, plot, x, from, begin, style);
    put(buf, plot, x, to, end, style);
}

/// A stroke in the plot; rows are counted from the bottom.
fn put(buf: &mut Buffer, plot: &Plot, x: usize, row: u16, symbol: &str, style: Style) {
    let place = (plot.area.x + x as u16, plot.area.bottom().saturating_sub(row + 1));
    if let Some(cell) = buf.cell_mut(place) {
        cell.set_symbol(symbol).set_style(style);
    }
}

/// An upright bar; how many rows it takes.
fn upright(
    buf: &mut Buffer,
    area: Rect,
    share: f64,
    role: Role,
    strokes: &Strokes,
    ctx: &Context,
) -> u16 {
    let steps = strokes.upright.len();
    let filled = (share * f64::from(area.height) * steps as f64).round() as usize;
    let filled = if share > 0.0 { filled.max(1) } else { 0 };
    let rows = filled.div_ceil(steps);
    for row in 0..rows {
        let part = (filled - row * steps).min(steps);
        let y = area.bottom() - 1 - row as u16;
        for x in area.x..area.right() {
            buf[(x, y)].set_symbol(strokes.upright[part - 1]).set_style(ctx.style(role));
        }
    }
    rows as u16
}

/// Draws the axes with the top, the middle and zero; what is left inside.
fn axes(
    buf: &mut Buffer,
    area: Rect,
    points: &[Point],
    axis: Axis<'_>,
    ctx: &Context,
) -> Option<Plot> {
    if area.height < 4 || area.width < 12 || points.is_empty() {
        return None;
    }
    let height = area.height - 2;
    // A row above the highest, so that its number stands over it as well.
    let rows = f64::from(height);
    let top = round_up(largest(points) * (rows / (rows - 1.0).max(1.0)).max(1.1));
    // A middle mark needs rows of its own, and a number that is half of the top.
    let marks: &[(f64, u16)] =
        if height >= 5 { &[(1.0, 0), (0.5, 1), (0.0, 2)] } else { &[(1.0, 0), (0.0, 2)] };
    let texts: Vec<String> = marks.iter().map(|(part, _)| axis(top * part)).collect();
    let wide = texts.iter().map(|text| term::width(text)).max().unwrap_or(0) as u16;
    let wide = wide.min(area.width / 3);
    let at = area.x + wide + 1;
    let strokes = strokes(ctx.ascii);
    let style = ctx.style(Role::Border);
    for y in area.y..area.y + height {
        buf[(at, y)].set_symbol(ctx.glyphs().upright).set_style(style);
    }
    for ((_, half), text) in marks.iter().zip(&texts) {
        let y = area.y + half * (height - 1) / 2;
        let place = Rect { x: area.x, y, width: wide, height: 1 };
        paint::aligned(buf, place, text, ctx.style(Role::Muted), Side::Right, ctx);
        buf[(at, y)].set_symbol(strokes.tick).set_style(style);
    }
    let floor = area.y + height;
    buf[(at, floor)].set_symbol(strokes.corner).set_style(style);
    paint::rule(buf, Rect { x: at + 1, y: floor, width: area.right() - at - 1, height: 1 }, ctx);
    let inner = Rect { x: at + 1, y: area.y, width: area.right() - at - 1, height };
    (inner.width > 0).then_some(Plot { area: inner, top })
}

/// Writes the names under the strokes, as many as stand apart from each other; the last one always.
fn names(
    buf: &mut Buffer,
    area: Rect,
    plot: Rect,
    points: &[Point],
    middles: &[usize],
    ctx: &Context,
) {
    let y = area.bottom() - 1;
    let mut free = usize::from(plot.width);
    let mut placed = Vec::new();
    // From the right: the newest is what people look for.
    for (point, middle) in points.iter().zip(middles).rev() {
        let name = point.label.truncate(14);
        let wide = name.width();
        let from =
            middle.saturating_sub(wide / 2).min(usize::from(plot.width).saturating_sub(wide));
        if from + wide <= free {
            free = from.saturating_sub(1);
            placed.push((from, name));
        }
    }
    for (from, name) in placed {
        let place = Rect {
            x: plot.x + from as u16,
            y,
            width: plot.width.saturating_sub(from as u16),
            height: 1,
        };
        paint::text(buf, place, name.as_str(), ctx.style(Role::Muted), ctx);
    }
}

/// The next 1, 1.2, 1.6, 2, 3, 4, 5, 6 or 8 with zeros behind: an axis whose half is a number people read easily.
fn round_up(value: f64) -> f64 {
    if value <= 0.0 {
        return 1.0;
    }
    let size = 10_f64.powf(value.log10().floor());
    let steps: &[f64] = if size > 1.0 {
        &[1.0, 1.2, 1.6, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0]
    } else {
        // Counts of a few have whole halves.
        &[1.0, 2.0, 4.0, 6.0, 8.0]
    };
    let step = steps.iter().copied().find(|step| step * size >= value * 0.999_999);
    // A count of one has no half.
    (step.unwrap_or(10.0) * size).max(2.0_f64.min(size * 2.0))
}
