//! Figures of reports as text and as charts: amounts by currency, points, which records are behind one.
//!
//! Nothing here asks or decides; what is measured stands in [`crate::report`]. Start at [`points`].

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::context::Context;
use super::hit::Seen;
use super::screen::list::grouped;
use super::theme::Role;
use super::widget::chart::{self, Point};
use crate::gate::Summary;
use crate::model::{Currency, Money, Value};
use crate::report::{Cell, Each, Kind, Report, Shape, Table};
use crate::schema::Format;
use crate::term::Clean;

/// `€310,000`, and how many other currencies there are: `€310,000 +1`.
pub(super) fn amounts(amounts: &[(Currency, Decimal)]) -> String {
    match amounts {
        [] => String::new(),
        [first] => whole(first),
        [first, rest @ ..] => format!("{} +{}", whole(first), rest.len()),
    }
}

/// Whether a measured value is dots for the person.
pub(super) fn is_masked(value: Option<&Summary>) -> bool {
    matches!(value, Some(Summary::Masked))
}

/// Every currency: `€310,000 + ¥120,000`.
pub(super) fn all_amounts(amounts: &[(Currency, Decimal)]) -> String {
    amounts.iter().map(whole).collect::<Vec<_>>().join(" + ")
}

/// In few cells: `€310k +1`.
pub(super) fn short_amounts(amounts: &[(Currency, Decimal)], ctx: &Context) -> String {
    let [(currency, amount), rest @ ..] = amounts else { return String::new() };
    let first = ctx.format.short_money(&Money::rounded(*amount, *currency));
    if rest.is_empty() { first } else { format!("{first} +{}", rest.len()) }
}

/// Sums with the company's own currency first, then the largest.
pub(super) fn own_first(
    mut sums: Vec<(Currency, Decimal)>,
    ctx: &Context,
) -> Vec<(Currency, Decimal)> {
    let own = ctx.catalog.company.currency;
    sums.sort_by_key(|(currency, amount)| (*currency != own, std::cmp::Reverse(*amount)));
    sums
}

fn whole((currency, amount): &(Currency, Decimal)) -> String {
    Format::money(&Money::rounded(amount.round(), *currency))
}

/// A cell of a report in the room of a column; the currency of the column stands first.
pub(super) fn cell(cell: &Cell, kind: Kind, main: Option<Currency>, ctx: &Context) -> String {
    match cell {
        Cell::Money(sums) => {
            let mut sums = sums.clone();
            sums.sort_by_key(|(currency, _)| Some(*currency) != main);
            amounts(&sums)
        }
        cell => cell.text(kind, &ctx.format),
    }
}

/// The currency that a column of amounts is drawn in: the company's own where there is some of it, else
/// that of the largest sum.
pub(super) fn currency(table: &Table, figure: usize, ctx: &Context) -> Option<Currency> {
    let Some(Cell::Money(sums)) = table.total.cells.get(figure) else { return None };
    let own = ctx.catalog.company.currency;
    let held = sums.iter().map(|(currency, _)| *currency).find(|currency| *currency == own);
    held.or_else(|| sums.first().map(|(currency, _)| *currency))
}

/// A cell as a number; of amounts those in one currency.
pub(super) fn number(cell: &Cell, currency: Option<Currency>) -> Decimal {
    match cell {
        Cell::Count(count) => Decimal::from(*count),
        Cell::Number(number) => *number,
        Cell::Money(sums) => sums
            .iter()
            .find(|(known, _)| Some(*known) == currency)
            .map_or(Decimal::ZERO, |(_, amount)| *amount),
        Cell::Empty | Cell::Value(_) | Cell::Masked => Decimal::ZERO,
    }
}

/// One column of a report as points of a chart, a point per line.
pub(super) fn points(table: &Table, report: &Report, figure: usize, ctx: &Context) -> Vec<Point> {
    let main = currency(table, figure, ctx);
    let Some(kind) = table.heads.get(figure).map(|head| head.kind) else { return Vec::new() };
    let field = table
        .group
        .as_ref()
        .and_then(|(group, _)| ctx.catalog.entity(&report.entity)?.field(&report.group(group).0));
    table
        .lines
        .iter()
        .map(|line| {
            let value = line.cells.get(figure).map(|cell| number(cell, main)).unwrap_or_default();
            let shown =
                line.cells.get(figure).map(|of| cell(of, kind, main, ctx)).unwrap_or_default();
            let label = Clean::line(&line.label);
            let mut point = Point::new(label, value.to_f64().unwrap_or_default(), shown);
            let choice = field.zip(line.key.as_text()).and_then(|(field, key)| field.choice(key));
            match Role::of_choice(choice.and_then(|choice| choice.color.as_deref())) {
                Role::Text | Role::Muted => {}
                role => point.role = role,
            }
            point
        })
        .collect()
}

/// Whether a shape has a row for each point, so that a cursor can walk over them.
pub(super) const fn has_lines(shape: Shape) -> bool {
    matches!(shape, Shape::Bars | Shape::Funnel)
}

/// How a number of that column is written at an axis.
fn on_axis(value: f64, kind: Kind, currency: Option<Currency>, ctx: &Context) -> String {
    let number = Decimal::from_f64_retain(value).unwrap_or_default();
    match (kind, currency) {
        (Kind::Money, Some(currency)) => ctx.format.short_money(&Money::rounded(number, currency)),
        (Kind::Percent, _) => ctx.format.percent(number.round_dp(1)),
        (Kind::Count, _) if value >= 10.0 => grouped(value.round() as u64),
        _ => number.round_dp(1).normalize().to_string(),
    }
}

/// The shape that a report is drawn in when nobody says another: times as columns, all else as bars.
pub(super) fn shape(report: &Report, by: Option<&str>) -> Shape {
    let own = by.is_none() || by == report.by.as_deref();
    let by = by.or(report.by.as_deref());
    match (own.then_some(report.chart).flatten(), by.and_then(|by| report.group(by).1)) {
        (Some(shape), _) => shape,
        (None, Some(_)) => Shape::Columns,
        (None, None) => Shape::Bars,
    }
}

/// The column that a report is drawn by when nobody says another: amounts before counts, what is seen
/// before what is dots.
pub(super) fn figure(table: &Table) -> usize {
    let seen = |n: &usize| !table.is_masked(*n);
    let all = || (0..table.heads.len()).filter(seen);
    let amount = all().find(|n| table.heads[*n].kind == Kind::Money);
    amount.or_else(|| all().next()).unwrap_or(0)
}

/// Rows that a chart with axes takes at most: higher ones say no more.
const HIGHEST: u16 = 16;

/// Draws one column of a report; `selected` is the line under the cursor where the shape has lines.
pub(super) fn draw(
    buf: &mut Buffer,
    area: Rect,
    (table, report): (&Table, &Report),
    (figure, shape): (usize, Shape),
    selected: Option<usize>,
    ctx: &Context,
) -> Seen {
    let mut points = points(table, report, figure, ctx);
    // Dots have no height: they stand as a list of names, never as strokes at nothing.
    if ctx.plain || table.is_masked(figure) {
        return chart::values(buf, area, &points, selected, ctx);
    }
    let kind = table.heads.get(figure).map_or(Kind::Number, |head| head.kind);
    let currency = currency(table, figure, ctx);
    let axis = |value: f64| on_axis(value, kind, currency, ctx);
    // Axes need room; without it the same numbers stand as bars.
    let roomy = area.height >= 5 && area.width >= 24;
    let area = if shape == Shape::Columns || shape == Shape::Line {
        Rect { height: area.height.min(HIGHEST), ..area }
    } else {
        area
    };
    if roomy && shape == Shape::Columns {
        for point in &mut points {
            point.shown = axis(point.value);
        }
    }
    match shape {
        Shape::Columns if roomy => chart::columns(buf, area, &points, &axis, ctx),
        Shape::Line if roomy => chart::line(buf, area, &points, &axis, ctx),
        Shape::Sparkline => return spark(buf, area, &points, ctx),
        Shape::Funnel => return chart::funnel(buf, area, &points, selected, ctx),
        _ => return chart::bars(buf, area, &points, selected, ctx),
    }
    Seen::default()
}

/// The first and the last with their numbers, and all between as small bars.
fn spark(buf: &mut Buffer, area: Rect, points: &[Point], ctx: &Context) -> Seen {
    let (Some(first), Some(last)) = (points.first(), points.last()) else {
        return Seen::default();
    };
    let inner = Rect { x: area.x + 2, width: area.width.saturating_sub(3), ..area };
    let line = super::paint::row(inner, 0);
    let muted = ctx.style(Role::Muted);
    let end = format!("{} {}", last.label.as_str(), last.shown);
    let start = format!("{} {}", first.label.as_str(), first.shown);
    let taken = super::paint::text(buf, line, &format!("{start}  "), muted, ctx);
    let end_width = crate::term::width(&end) as u16 + 2;
    let room = line.width.saturating_sub(taken + end_width).min(points.len() as u16);
    let bars = Rect { x: line.x + taken, width: room, ..line };
    let drawn = chart::spark(buf, bars, points, Role::Info, ctx);
    let rest =
        Rect { x: bars.x + drawn + 2, width: line.width.saturating_sub(taken + drawn + 2), ..line };
    super::paint::text(buf, rest, &end, ctx.style(Role::Text), ctx);
    Seen::default()
}

/// The records behind a line, in the query language: those of the report in that group.
pub(super) fn behind(report: &Report, by: Option<&str>, key: &Value, ctx: &Context) -> Vec<String> {
    let mut parts: Vec<String> = report.filter.iter().map(|filter| whole_part(filter)).collect();
    let Some(by) = by else { return parts };
    let (field, each) = report.group(by);
    parts.push(match (key, each) {
        (Value::Null, _) => format!("{field} is empty"),
        (Value::Text(period), Some(Each::Month | Each::Quarter)) => format!("{field} = {period}"),
        (Value::Text(text), None) => format!("{field} = {}", quoted(text)),
        (Value::Link(link), _) => format!("{field} = {}", ctx.catalog.reference(&link.target())),
        (Value::Bool(true), _) => field,
        (Value::Bool(false), _) => format!("not {field}"),
        (key, _) => format!("{field} = {}", ctx.format.plain(&ctx.catalog, key)),
    });
    parts
}

/// A condition that stays whole between others.
pub(super) fn whole_part(condition: &str) -> String {
    if condition.contains(" or ") { format!("({condition})") } else { condition.to_owned() }
}

/// A value as the query language takes it: bare where it is one word.
pub(super) fn quoted(text: &str) -> String {
    let bare = text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && text.starts_with(|c: char| c.is_ascii_alphabetic());
    if bare {
        text.to_owned()
    } else {
        format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
    }
}
