//! How a board is drawn: columns side by side, as many as fit, the rest paged sideways.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use rust_decimal::Decimal;

use super::{Board, Column, card, lanes, narrow};
use crate::gate::{MASK, Summary};
use crate::model::{Currency, Record};
use crate::schema::Entity;
use crate::term::{self, Clean};
use crate::tui::cell;
use crate::tui::chrome;
use crate::tui::context::Context;
use crate::tui::figures;
use crate::tui::hit::{Seen, Target};
use crate::tui::paint::{self, Side};
use crate::tui::screen::list::grouped;
use crate::tui::state::State;
use crate::tui::theme::Role;

/// The least width of a column.
const COLUMN: u16 = 18;
/// Lines of the strip above the cards.
const STRIP: u16 = 3;
/// From this height on a card says everything.
const WHOLE_CARDS_FROM: u16 = 32;

/// Lines a card takes, the gap after it included.
fn card_height(ctx: &Context) -> u16 {
    match ctx.size.height {
        WHOLE_CARDS_FROM.. => 5,
        20.. => 4,
        _ => 2,
    }
}

/// Cards of a column that are seen at once.
pub(super) fn cards_high(ctx: &Context) -> usize {
    let body = chrome::body(ctx.size);
    if narrow::is_narrow(ctx) {
        return usize::from(body.height).max(1);
    }
    usize::from(body.height.saturating_sub(STRIP) / card_height(ctx)).max(1)
}

/// Columns that are seen at once.
pub(super) fn columns_wide(board: &Board, ctx: &Context) -> usize {
    let all = board.columns.len().max(1);
    if narrow::is_narrow(ctx) {
        all
    } else {
        usize::from((ctx.size.width / COLUMN).max(1)).min(all)
    }
}

pub(super) fn draw(board: &Board, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
    let Some(entity) = board.entity(ctx) else { return Seen::default() };
    let fit = columns_wide(board, ctx);
    let width = area.width / fit as u16;
    let first = board.first.clamp((board.at + 1).saturating_sub(fit), board.at);
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
    let line = paint::row(area, 2);
    paint::rule(buf, line, ctx);
    let after = board.columns.len().saturating_sub(first + fit);
    let [left, right] = if ctx.ascii { ["<", ">"] } else { ["«", "»"] };
    let style = ctx.style(Role::Accent);
    if first > 0 {
        paint::text(buf, line, &format!("{left} {first} "), style, ctx);
    }
    if after > 0 {
        paint::aligned(buf, line, &format!(" {after} {right}"), style, Side::Right, ctx);
    }
    seen
}

/// What stands over a column.
struct Strip {
    name: String,
    count: String,
    percent: String,
    sums: Vec<(Currency, Decimal)>,
    weighted: Vec<(Currency, Decimal)>,
    /// The sums are dots for the person.
    masked: bool,
    /// Only what ended this quarter is shown.
    this_quarter: bool,
}

fn strip(board: &Board, column: &Column, ctx: &Context) -> Strip {
    let choice = board.choice(column, ctx);
    let values = column.sums.as_ref().map(|bucket| bucket.values.as_slice()).unwrap_or_default();
    let count = match values.first() {
        Some(Summary::Count(n)) => grouped(*n),
        _ if column.sums.is_some() => "0".to_owned(),
        _ => String::new(),
    };
    let money = |n: usize| match values.get(n) {
        Some(Summary::Money(sums)) => figures::own_first(sums.clone(), ctx),
        _ => Vec::new(),
    };
    let ended = Board::has_ended(choice);
    let percent = choice.and_then(|choice| choice.probability).filter(|_| !ended);
    Strip {
        name: Clean::line(board.name(&column.value, ctx)).into_string(),
        count,
        percent: percent.map(|percent| ctx.format.percent(percent)).unwrap_or_default(),
        sums: money(1),
        masked: figures::is_masked(values.get(1)),
        weighted: if ended { Vec::new() } else { money(2) },
        this_quarter: ended && board.entity(ctx).and_then(lanes::ended).is_some(),
    }
}

impl Strip {
    /// The sum and what is weighted of it, as long as both fit; what ended says of when.
    fn second(&self, room: usize, ctx: &Context) -> (String, String) {
        let dots = self.masked.then(|| MASK.to_owned());
        let long = dots.clone().unwrap_or_else(|| figures::amounts(&self.sums));
        let short = dots.unwrap_or_else(|| figures::short_amounts(&self.sums, ctx));
        if self.this_quarter {
            let when = ctx.t("board.this_quarter");
            let quarter = (chrono::Datelike::month0(&ctx.today()) / 3 + 1).to_string();
            let quarter = ctx.tf("board.quarter", &[("n", &quarter)]);
            let pairs = [(&*long, when), (&short, when), (&long, &quarter), (&short, &quarter)];
            return fitting(&pairs, room);
        }
        if self.weighted.is_empty() {
            return (long, String::new());
        }
        let weighted = figures::short_amounts(&self.weighted, ctx);
        let weighted = ctx.tf("board.weighted_short", &[("sum", &weighted)]);
        // That there are other currencies is never left out.
        let [tight, close] = [&short, &weighted].map(|sum| sum.replace(" +", "+"));
        let closest = close.replace(' ', "");
        let pairs = [(&long, &weighted), (&short, &weighted), (&tight, &close), (&tight, &closest)];
        fitting(&pairs.map(|(sum, aside)| (sum.as_str(), aside.as_str())), room)
    }
}

/// The first pair that stands apart in the room; else the first of the last alone.
fn fitting(pairs: &[(&str, &str)], room: usize) -> (String, String) {
    let fits = |(a, b): &&(&str, &str)| term::width(a) + 1 + term::width(b) <= room;
    match (pairs.iter().find(fits), pairs.last()) {
        (Some((a, b)), _) => ((*a).to_owned(), (*b).to_owned()),
        (None, last) => (last.map_or("", |(a, _)| a).to_owned(), String::new()),
    }
}

/// The strip of a column as one line, for narrow screens.
pub(super) fn in_one_line(board: &Board, column: &Column, width: u16, ctx: &Context) -> String {
    let strip = strip(board, column, ctx);
    let name = format!("{} {}", strip.name, strip.count);
    let room = usize::from(width).saturating_sub(term::width(&name) + 4);
    let (sum, aside) = strip.second(room, ctx);
    format!("{name}  {sum}  {aside}").trim_end().to_owned()
}

/// `Proposal 6      50 %`, below it the sum and the weighted sum.
fn draw_strip(
    board: &Board,
    column: &Column,
    n: usize,
    area: Rect,
    buf: &mut Buffer,
    ctx: &Context,
) {
    let strip = strip(board, column, ctx);
    let role = if n == board.at { Role::TabOpen } else { Role::Title };
    let line = paint::row(area, 0);
    let inner = Rect { x: line.x + 1, width: line.width.saturating_sub(1), ..line };
    let muted = ctx.style(Role::Muted);
    let parts = [(strip.name.as_str(), ctx.style(role)), (" ", muted), (&strip.count, muted)];
    let taken = paint::pieces(buf, inner, &parts, ctx);
    let beside = |buf: &mut Buffer, line: Rect, taken: u16, text: &str| {
        // Two numbers that touch would read as one.
        if usize::from(taken) + 1 + term::width(text) <= usize::from(line.width) {
            paint::aligned(buf, line, text, muted, Side::Right, ctx);
        }
    };
    beside(buf, inner, taken, &strip.percent);
    let second = Rect { y: inner.y + 1, height: u16::from(area.height > 1), ..inner };
    let (sum, aside) = strip.second(usize::from(second.width), ctx);
    let taken = paint::text(buf, second, &sum, muted, ctx);
    beside(buf, second, taken, &aside);
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
        let lines = (high - u16::from(high > 2)).min(area.bottom().saturating_sub(y));
        let place = Rect { y, height: lines, ..area };
        let chosen = n == board.at && index == column.rows.selected();
        if chosen {
            seen.cursor = Some(Position { x: place.x, y: place.y });
        }
        seen.join(draw_card(board, record, place, buf, entity, chosen, ctx));
        seen.hit(place, Target::Card(n, index));
    }
    if !column.rows.has_landed() && n == board.at {
        return State::awaited(ctx).map(|s| s.draw(buf, area, ctx)).unwrap_or_default();
    }
    if column.rows.loaded().is_empty() && n == board.at {
        let place = Rect { x: area.x + 1, width: area.width.saturating_sub(1), ..area };
        let key = ctx.key_of("new.here");
        let text = if ctx.creates(&entity.name) {
            ctx.tf("board.empty", &[("key", &key)])
        } else {
            ctx.t("board.empty_none").to_owned()
        };
        for (line, y) in term::wrap(&text, usize::from(place.width)).iter().zip(place.y..) {
            let line_place = Rect { y, height: 1, ..place }.intersection(area);
            paint::text(buf, line_place, line, ctx.style(Role::Muted), ctx);
        }
        paint::text(buf, paint::row(area, 0), ctx.glyphs().cursor, ctx.style(Role::Accent), ctx);
        seen.cursor = Some(Position { x: area.x, y: area.y });
    }
    seen
}

fn draw_card(
    board: &Board,
    record: &Record,
    area: Rect,
    buf: &mut Buffer,
    entity: &Entity,
    chosen: bool,
    ctx: &Context,
) -> Seen {
    let lines = card::lines(board, entity, record, usize::from(area.height), ctx);
    for (n, words) in lines.iter().enumerate() {
        let line = paint::row(area, n as u16);
        let role = if n == 0 { Role::Text } else { Role::Muted };
        let style = |role| ctx.style(if chosen { Role::Selected } else { role });
        if chosen {
            buf.set_style(line.intersection(buf.area), ctx.style(Role::Selected));
            paint::text(buf, line, ctx.glyphs().cursor, style(role), ctx);
        }
        let warning = words.warning.as_ref().map(Clean::as_str).unwrap_or_default();
        let mark = if warning.is_empty() { 0 } else { term::width(warning) as u16 + 1 };
        let inner = Rect { x: line.x + 1, width: line.width.saturating_sub(1 + mark), ..line };
        let role = if warning == "!" && words.text.as_str() == ctx.t("board.no_task") {
            Role::Warning
        } else {
            role
        };
        let taken = paint::text(buf, inner, words.text.as_str(), style(role), ctx);
        if mark > 0 {
            let place = Rect { x: inner.x + taken + 1, width: mark, ..line };
            paint::text(buf, place, warning, style(Role::Warning), ctx);
        }
    }
    let typed = board.in_place.as_ref().filter(|typed| chosen && typed.is_of(record));
    let Some(typed) = typed else { return Seen::default() };
    let line =
        paint::row(area, (area.height.saturating_sub(1)).min(1 + u16::from(area.height > 3)));
    typed.draw(buf, Rect { x: line.x + 1, width: line.width.saturating_sub(1), ..line }, ctx)
}

/// What there is no room for on the card under the cursor: its reference, its whole name, and why it
/// has a mark.
pub(super) fn told_of_card(board: &Board, ctx: &Context) -> Option<(Role, String)> {
    let entity = board.entity(ctx)?;
    let column = board.columns.get(board.at)?;
    let record = column.rows.current()?;
    let warnings = card::warnings(entity, record, board.choice(column, ctx), ctx);
    let told = warnings.told(ctx);
    let reference = ctx.catalog.reference(&record.reference());
    let mut parts = vec![format!("{reference} {}", cell::title(ctx, record).as_str())];
    let role = if told.is_empty() { Role::Muted } else { Role::Warning };
    parts.extend(told);
    Some((role, parts.join(" · ")))
}
