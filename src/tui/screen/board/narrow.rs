//! The board on a narrow screen: a list in groups, one line a card.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{Board, card, view};
use crate::model::Record;
use crate::term::Clean;
use crate::tui::context::Context;
use crate::tui::hit::{Seen, Target};
use crate::tui::paint::{self, Side};
use crate::tui::theme::Role;

/// Below this width the board is a grouped list.
const COLUMNS_FROM: u16 = 80;

/// Whether groups stand under each other: on narrow screens, and in plain mode.
pub(super) fn is_narrow(ctx: &Context) -> bool {
    ctx.plain || ctx.size.width < COLUMNS_FROM
}

enum Line<'a> {
    Stage(usize),
    Card(usize, usize, &'a Record),
}

/// Draws the name of a stage, then its cards.
pub(super) fn draw(board: &Board, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
    let mut seen = Seen::default();
    let mut lines = Vec::new();
    let mut own = 0;
    for (n, column) in board.columns.iter().enumerate() {
        if n == board.at {
            own = lines.len();
        }
        lines.push(Line::Stage(n));
        for (index, record) in column.rows.loaded().iter().enumerate() {
            if n == board.at && index == column.rows.selected() {
                own = lines.len();
            }
            lines.push(Line::Card(n, index, record));
        }
    }
    let Some(column) = board.columns.get(board.at) else { return seen };
    let days = days_width(board, ctx);
    let height = usize::from(area.height);
    let top = (own + 2).saturating_sub(height).min(own);
    for ((at, line), y) in lines.iter().enumerate().skip(top).zip(area.y..area.bottom()) {
        let place = Rect { y, height: 1, ..area };
        if at == own {
            seen.place(column.rows.selected(), column.rows.loaded().len());
            seen.told.title = Some(Clean::line(board.name(&column.value, ctx)).into_string());
        }
        match line {
            Line::Stage(n) => {
                let text = view::in_one_line(board, &board.columns[*n], place.width, ctx);
                let inner = Rect { x: place.x + 1, width: place.width.saturating_sub(1), ..place };
                let here = *n == board.at;
                // There is no card that a number could stand at.
                if ctx.plain && board.columns[*n].rows.loaded().is_empty() {
                    seen.hit(place, Target::Card(*n, 0));
                }
                let role = if here { Role::TabOpen } else { Role::Header };
                paint::text(buf, inner, &text, ctx.style(role), ctx);
                if at == own {
                    paint::text(buf, place, ctx.glyphs().cursor, ctx.style(Role::Accent), ctx);
                    seen.cursor = Some(Position { x: place.x, y });
                }
            }
            Line::Card(n, index, record) => {
                let chosen = at == own;
                seen.join(draw_card(board, record, (place, days), buf, chosen, ctx));
                seen.hit(place, Target::Card(*n, *index));
            }
        }
    }
    seen
}

/// Cells that the longest day takes, so that amounts stand under each other.
fn days_width(board: &Board, ctx: &Context) -> u16 {
    let Some(entity) = board.entity(ctx) else { return 0 };
    let records = board.columns.iter().flat_map(|column| column.rows.loaded());
    let widths = records.filter_map(|record| {
        let lines = card::lines(board, entity, record, 3, ctx);
        lines.get(1)?.parts.as_ref().map(|(_, until)| until.width() as u16)
    });
    widths.max().unwrap_or(0)
}

fn draw_card(
    board: &Board,
    record: &Record,
    (place, days_width): (Rect, u16),
    buf: &mut Buffer,
    chosen: bool,
    ctx: &Context,
) -> Seen {
    let mut seen = Seen::default();
    let Some(entity) = board.entity(ctx) else { return seen };
    let style = |role| ctx.style(if chosen { Role::Selected } else { role });
    if chosen {
        buf.set_style(place.intersection(buf.area), ctx.style(Role::Selected));
        paint::text(buf, place, ctx.glyphs().cursor, style(Role::Accent), ctx);
        seen.cursor = Some(Position { x: place.x, y: place.y });
    }
    let lines = card::lines(board, entity, record, 3, ctx);
    let warns = lines.iter().any(|line| line.warning.is_some());
    let second = lines.get(1);
    let inner = Rect { x: place.x + 2, width: place.width.saturating_sub(3), ..place };
    let role = if warns { Role::Warning } else { Role::Muted };
    // Amounts stand under each other, and so do days, however long either is.
    let (right, days) = match second.and_then(|line| line.parts.as_ref()) {
        Some((much, until)) => (much.as_str(), until.as_str()),
        None => (second.map(|line| line.text.as_str()).unwrap_or_default(), ""),
    };
    let sign = if warns { "!" } else { "" };
    let ends = Rect { x: inner.right().saturating_sub(1), width: 1.min(inner.width), ..inner };
    paint::text(buf, ends, sign, style(role), ctx);
    let until = days_width.min(inner.width / 3);
    let place_until = Rect { x: ends.x.saturating_sub(until + 1), width: until, ..inner };
    paint::text(buf, place_until, days, style(role), ctx);
    let before = Rect { width: inner.width.saturating_sub(until + 4), ..inner };
    let taken = paint::aligned(buf, before, right, style(role), Side::Right, ctx);
    let rest = Rect { width: before.width.saturating_sub(taken + 1), ..before };
    let first = lines.first().map(|line| line.text.as_str()).unwrap_or_default();
    paint::text(buf, rest, first, style(Role::Text), ctx);
    if let Some(typed) = board.in_place.as_ref().filter(|typed| chosen && typed.is_of(record)) {
        let width = inner.width / 2;
        let place = Rect { x: inner.right() - width, width, ..inner };
        seen.join(typed.draw(buf, place, ctx));
    }
    seen
}
