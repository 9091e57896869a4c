//! How a board is drawn: columns side by side, or groups under each other on narrow screens.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{Board, Column, needs_care};
use crate::gate::Summary;
use crate::model::{Record, Value};
use crate::schema::{Entity, Standing};
use crate::term::Clean;
use crate::tui::cell;
use crate::tui::chrome;
use crate::tui::context::Context;
use crate::tui::figures;
use crate::tui::hit::{Seen, Target};
use crate::tui::paint::{self, Side};
use crate::tui::screen::list::grouped;
use crate::tui::theme::Role;

/// Below this width the board is a grouped list.
const COLUMNS_FROM: u16 = 80;
/// The least width of a column.
const COLUMN: u16 = 18;
/// Lines of the strip above the cards.
const STRIP: u16 = 3;

/// Whether groups stand under each other.
pub(super) fn is_grouped(ctx: &Context) -> bool {
    ctx.size.width < COLUMNS_FROM
}

/// Lines a card takes, the gap after it included.
fn card_height(ctx: &Context) -> u16 {
    if ctx.size.height >= 20 { 4 } else { 2 }
}

/// Cards of a column that are seen at once.
pub(super) fn cards_high(_board: &Board, ctx: &Context) -> usize {
    let body = chrome::body(ctx.size);
    if is_grouped(ctx) {
        return usize::from(body.height).max(1);
    }
    usize::from(body.height.saturating_sub(STRIP) / card_height(ctx)).max(1)
}

pub(super) fn draw(board: &Board, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
    let Some(entity) = board.entity(ctx) else { return Seen::default() };
    if is_grouped(ctx) {
        return draw_groups(board, area, buf, entity, ctx);
    }
    let fit = usize::from((area.width / COLUMN).max(1)).min(board.columns.len().max(1));
    let width = area.width / fit as u16;
    let first = (board.at + 1).saturating_sub(fit);
    let mut seen = Seen::default();
    for (n, column) in board.columns.iter().enumerate().skip(first).take(fit) {
        let x = area.x + (n - first) as u16 * width;
        let place = Rect { x, width: width.saturating_sub(1), ..area };
        draw_strip(board, column, n, place, buf, ctx);
        let cards = Rect {
            y: place.y + STRIP.min(place.height),
            height: place.height.saturating_sub(STRIP),
            ..place
        };
        seen.join(draw_cards(board, column, n, cards, buf, entity, ctx));
    }
    let rule = Rect { y: area.y + 2, ..area };
    paint::rule(buf, Rect { height: u16::from(area.height > 2), ..rule }, ctx);
    let more = |left: bool| if left { first > 0 } else { first + fit < board.columns.len() };
    for (left, x) in [(true, area.x), (false, area.right().saturating_sub(1))] {
        if more(left) && area.height > 2 {
            let place = Rect { x, y: area.y + 2, width: 1, height: 1 };
            let arrow = if left { "<" } else { ">" };
            paint::text(buf, place, arrow, ctx.style(Role::Accent), ctx);
        }
    }
    seen
}

/// `Proposal 6`, then sum and probability.
fn draw_strip(
    board: &Board,
    column: &Column,
    n: usize,
    area: Rect,
    buf: &mut Buffer,
    ctx: &Context,
) {
    let (name, count, sum, percent) = strip(board, column, ctx);
    let role = if n == board.at { Role::TabOpen } else { Role::Title };
    let line = paint::row(area, 0);
    let inner = Rect { x: line.x + 1, width: line.width.saturating_sub(1), ..line };
    let parts = [
        (name.as_str(), ctx.style(role)),
        (" ", ctx.style(Role::Text)),
        (count.as_str(), ctx.style(Role::Muted)),
    ];
    paint::pieces(buf, inner, &parts, ctx);
    let second = Rect { y: inner.y + 1, height: u16::from(area.height > 1), ..inner };
    let taken = paint::text(buf, second, &sum, ctx.style(Role::Muted), ctx);
    // Two numbers that touch would read as one.
    if usize::from(taken) + 1 + crate::term::width(&percent) <= usize::from(second.width) {
        paint::aligned(buf, second, &percent, ctx.style(Role::Muted), Side::Right, ctx);
    }
}

fn strip(board: &Board, column: &Column, ctx: &Context) -> (String, String, String, String) {
    let choice = board.choice(column, ctx);
    let name = choice.map_or(column.value.as_str(), |choice| choice.label.get(ctx.lang()));
    let values = column.sums.as_ref().map(|bucket| bucket.values.as_slice()).unwrap_or_default();
    let count = match values.first() {
        Some(Summary::Count(n)) => grouped(*n),
        _ if column.rows.has_landed() && column.rows.loaded().is_empty() => "0".to_owned(),
        _ => String::new(),
    };
    let sum = match values.get(1) {
        Some(Summary::Money(sums)) => figures::amounts(sums),
        _ => String::new(),
    };
    let percent = choice
        .and_then(|choice| choice.probability)
        .map(|percent| ctx.format.percent(percent))
        .unwrap_or_default();
    (Clean::line(name).into_string(), count, sum, percent)
}

fn draw_cards(
    board: &Board,
    column: &Column,
    n: usize,
    area: Rect,
    buf: &mut Buffer,
    entity: &Entity,
    ctx: &Context,
) -> Seen {
    let mut seen = Seen::default();
    let high = card_height(ctx);
    let fit = usize::from(area.height / high).max(1);
    for ((index, record), y) in column.rows.visible(fit).zip((area.y..).step_by(usize::from(high)))
    {
        let place = Rect { y, height: high.min(3).min(area.bottom().saturating_sub(y)), ..area };
        let chosen = n == board.at && index == column.rows.selected();
        draw_card(record, place, buf, entity, chosen, ctx);
        if chosen {
            seen.cursor = Some(Position { x: place.x, y: place.y });
        }
        seen.hit(place, Target::Card(n, index));
    }
    if column.rows.loaded().is_empty() && column.rows.has_landed() && n == board.at {
        let place = Rect { x: area.x + 1, width: area.width.saturating_sub(1), ..area };
        paint::text(buf, place, ctx.t("board.empty"), ctx.style(Role::Muted), ctx);
        seen.cursor = Some(Position { x: area.x, y: area.y });
    }
    seen
}

/// What a card says: who, how much and until when, what next.
fn words(entity: &Entity, record: &Record, ctx: &Context) -> [Clean; 3] {
    let text = |name: &str| {
        let field = entity.field(name);
        field.map(|field| cell::cell(ctx, entity, field, record).0).unwrap_or_default()
    };
    let title = cell::title(ctx, record);
    let customer = text("customer");
    let sells = entity.field("amount").is_some();
    let join = |parts: [Clean; 2]| {
        let parts: Vec<&str> =
            parts.iter().map(Clean::as_str).filter(|part| !part.is_empty()).collect();
        Clean::line(&parts.join("  "))
    };
    if !sells {
        return [title, join([text("priority"), text("due")]), customer];
    }
    let open = cell::standing(entity, record).is_none_or(|standing| standing == Standing::Open);
    let next = match record.get("next_step") {
        Value::Text(step) if open => Clean::line(&ctx.tf("board.next", &[("step", step)])),
        _ if customer.as_str().is_empty() => Clean::default(),
        _ => title.clone(),
    };
    let first = if customer.as_str().is_empty() { title } else { customer };
    // A card has no room for `fri 27 Nov`: the weekday is enough where it is near.
    let until = if open { "expected_close" } else { "closed_on" };
    let close = text(until);
    let days = match record.get(until) {
        Value::Date(day) => (*day - ctx.today()).num_days(),
        _ => 0,
    };
    let close = match (days, close.as_str().split_once(' ')) {
        (2..=6, Some((weekday, _))) => Clean::line(weekday),
        // The mark beside it says that it is late.
        (..0, _) if open => Clean::line(&ctx.tf("date.days", &[("n", &(-days).to_string())])),
        _ => close,
    };
    [first, join([text("amount"), close]), next]
}

fn draw_card(
    record: &Record,
    area: Rect,
    buf: &mut Buffer,
    entity: &Entity,
    chosen: bool,
    ctx: &Context,
) {
    let care = needs_care(entity, record, ctx);
    let lines = words(entity, record, ctx);
    for (n, text) in lines.iter().enumerate().take(usize::from(area.height)) {
        let line = paint::row(area, n as u16);
        let role = if n == 0 { Role::Text } else { Role::Muted };
        let style = ctx.style(if chosen { Role::Selected } else { role });
        if chosen {
            buf.set_style(line.intersection(buf.area), ctx.style(Role::Selected));
            paint::text(buf, line, ctx.glyphs().cursor, style, ctx);
        }
        let mark = u16::from(care && n == 1) * 2;
        let inner = Rect { x: line.x + 1, width: line.width.saturating_sub(1 + mark), ..line };
        let taken = paint::text(buf, inner, text.as_str(), style, ctx);
        if mark > 0 {
            let place = Rect { x: inner.x + taken + 1, width: 1, ..line };
            let style = if chosen { style } else { ctx.style(Role::Warning) };
            paint::text(buf, place, "!", style, ctx);
        }
    }
}

/// The grouped list: the name of a stage, then its cards, one a line.
fn draw_groups(
    board: &Board,
    area: Rect,
    buf: &mut Buffer,
    entity: &Entity,
    ctx: &Context,
) -> Seen {
    enum Line<'a> {
        Stage(usize),
        Card(usize, usize, &'a Record),
    }
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
    let height = usize::from(area.height);
    let top = (own + 2).saturating_sub(height).min(own);
    let mut seen = Seen::default();
    for ((at, line), y) in lines.iter().enumerate().skip(top).zip(area.y..area.bottom()) {
        let place = Rect { y, height: 1, ..area };
        match line {
            Line::Stage(n) => {
                let (name, count, sum, percent) = strip(board, &board.columns[*n], ctx);
                let text = format!("{name} {count}  {sum}  {percent}");
                let inner = Rect { x: place.x + 1, width: place.width.saturating_sub(1), ..place };
                let role = if *n == board.at { Role::TabOpen } else { Role::Header };
                paint::text(buf, inner, text.trim_end(), ctx.style(role), ctx);
            }
            Line::Card(n, index, record) => {
                let chosen = at == own;
                let style = |role| ctx.style(if chosen { Role::Selected } else { role });
                if chosen {
                    buf.set_style(place.intersection(buf.area), ctx.style(Role::Selected));
                    paint::text(buf, place, ctx.glyphs().cursor, style(Role::Accent), ctx);
                    seen.cursor = Some(Position { x: place.x, y });
                }
                let [first, second, _] = words(entity, record, ctx);
                let care = if needs_care(entity, record, ctx) { " !" } else { "" };
                let right = format!("{second}{care}", second = second.as_str());
                let inner = Rect { x: place.x + 2, width: place.width.saturating_sub(3), ..place };
                let taken =
                    paint::aligned(buf, inner, &right, style(Role::Muted), Side::Right, ctx);
                let rest = Rect { width: inner.width.saturating_sub(taken + 1), ..inner };
                paint::text(buf, rest, first.as_str(), style(Role::Text), ctx);
                seen.hit(place, Target::Card(*n, *index));
            }
        }
    }
    seen
}
