//! Rows of records in columns: the body of lists, of related lists and of my day.
//!
//! Only what is seen is laid out. The cursor is a marker, a mark a star; colour only helps. Start at
//! [`rows`].

use std::collections::BTreeSet;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::cell;
use super::columns::Placed;
use super::context::Context;
use super::hit::{Seen, Target};
use super::paint::{self, Side};
use super::theme::Role;
use crate::model::{Record, RecordId};
use crate::query::SortKey;
use crate::schema::{Align, Entity, Field};
use crate::term;

/// Cells before the first column: cursor, mark and a space.
pub const GUTTER: u16 = 3;

/// Draws the names of columns, with an arrow at those that sort.
pub fn header(
    buf: &mut Buffer,
    area: Rect,
    columns: &[Placed<'_>],
    sort: &[SortKey],
    ctx: &Context,
) -> Seen {
    let mut seen = Seen::default();
    let glyphs = ctx.glyphs();
    for column in columns {
        let arrow = sort.iter().position(|key| key.field == column.field.name).map(|at| {
            let arrow = if sort[at].descending { glyphs.descending } else { glyphs.ascending };
            if sort.len() > 1 { format!("{arrow}{}", at + 1) } else { arrow.to_owned() }
        });
        let style = ctx.style(Role::Header);
        let place = place(area, column);
        seen.hit(place, Target::Header(column.field.name.clone()));
        let (text, width) = match arrow {
            Some(arrow) => with_arrow(column.field, &arrow, place.width, ctx),
            None => (label(column.field, usize::from(place.width), ctx).to_owned(), place.width),
        };
        let place = Rect { width, ..place }.intersection(area);
        paint::aligned(buf, place, &text, style, side(column), ctx);
    }
    seen
}

/// The name of a column with the arrow of its order, and the cells that takes. The arrow may stand in the
/// gap behind the column: a name that fits is not cut for it.
fn with_arrow(field: &Field, arrow: &str, width: u16, ctx: &Context) -> (String, u16) {
    let room = usize::from(width);
    let whole = field.label.get(ctx.lang());
    let spaced = format!("{whole} {arrow}");
    let close = format!("{whole}{arrow}");
    if room == 0 || term::width(&spaced) <= room {
        return (spaced, width);
    }
    if term::width(&close) <= room + 1 {
        return (close, width.max(term::width(arrow) as u16 + term::width(whole) as u16));
    }
    let short = label(field, 0, ctx);
    let short = term::truncate(short, room.saturating_sub(term::width(arrow) + 1));
    (format!("{short} {arrow}"), width)
}

/// What a field is called in `room` cells: its short label where the whole one does not fit.
#[must_use]
pub fn label<'a>(field: &'a Field, room: usize, ctx: &Context) -> &'a str {
    let label = field.label.get(ctx.lang());
    if term::width(label) <= room { label } else { field.short_in(ctx.lang()).unwrap_or(label) }
}

/// What rows are drawn with.
pub struct Look<'a> {
    /// Their entity.
    pub entity: &'a Entity,
    /// Where the fields stand.
    pub columns: &'a [Placed<'a>],
    /// The marked ones.
    pub marks: &'a BTreeSet<RecordId>,
    /// The place of the one under the cursor, where this part of the screen has the cursor.
    pub selected: Option<usize>,
}

/// Draws rows, one a line.
pub fn rows<'a>(
    buf: &mut Buffer,
    area: Rect,
    records: impl Iterator<Item = (usize, &'a Record)>,
    look: &Look<'_>,
    ctx: &Context,
) -> Seen {
    let mut seen = Seen::default();
    for ((index, record), y) in records.zip(area.y..area.bottom()) {
        let line = Rect { y, height: 1, ..area };
        let selected = look.selected == Some(index);
        row(buf, line, record, selected, look, ctx);
        if selected {
            seen.cursor = Some(Position { x: area.x, y });
        }
        seen.hit(line, Target::Row(index));
    }
    seen
}

fn row(
    buf: &mut Buffer,
    line: Rect,
    record: &Record,
    selected: bool,
    look: &Look<'_>,
    ctx: &Context,
) {
    let marked = look.marks.contains(&record.id);
    let chosen = ctx.style(Role::Selected);
    // One style for the whole selected row keeps a cursor move small on slow lines.
    let style = |role| if selected { chosen } else { ctx.style(role) };
    if selected {
        buf.set_style(line.intersection(buf.area), chosen);
        paint::text(buf, line, ctx.glyphs().cursor, chosen, ctx);
    }
    if marked {
        let place = Rect { x: line.x + 1, width: line.width.saturating_sub(1), ..line };
        paint::text(buf, place, ctx.glyphs().mark, style(Role::Marked), ctx);
    }
    for (n, column) in look.columns.iter().enumerate() {
        let (text, role) = cell::cell(ctx, look.entity, column.field, record);
        let role = if marked && n == 0 { Role::Marked } else { role };
        paint::aligned(buf, place(line, column), text.as_str(), style(role), side(column), ctx);
    }
}

/// Where a column stands in a line.
pub fn place(line: Rect, column: &Placed<'_>) -> Rect {
    let x = line.x + GUTTER + column.x;
    let right = line.right();
    if x >= right {
        return Rect { width: 0, ..line };
    }
    Rect { x, width: column.width.min(right - x), ..line }
}

/// The side on which the text of a column stands.
pub fn side(column: &Placed<'_>) -> Side {
    match column.align {
        Align::Left => Side::Left,
        Align::Right => Side::Right,
    }
}
