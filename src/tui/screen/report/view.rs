//! How a report is drawn: which reports there are, the numbers, the chart beside or below them.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::Reports;
use crate::report::{Cell, Line, Table};
use crate::term::{self, Clean};
use crate::tui::context::Context;
use crate::tui::figures;
use crate::tui::hit::{Seen, Target};
use crate::tui::paint::{self, Side};
use crate::tui::state::State;
use crate::tui::theme::Role;

/// From this width on the chart stands beside the numbers.
const BESIDE_FROM: u16 = 110;
/// Lines that a chart below takes at least, its name included.
const CHART: u16 = 7;
/// Cells between two columns.
const GAP: u16 = 2;

pub(super) fn draw(screen: &Reports, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
    let mut seen = Seen::default();
    seen.join(strip(screen, paint::row(area, 0), buf, ctx));
    paint::rule(buf, paint::row(area, 1), ctx);
    let body = Rect { y: area.y + 2, height: area.height.saturating_sub(2), ..area };
    if let Some(problem) = &screen.problem {
        seen.join(problem.draw(buf, body, ctx));
        return seen;
    }
    let Some(table) = &screen.table else {
        return State::awaited(ctx).map(|s| s.draw(buf, body, ctx)).unwrap_or(seen);
    };
    let all = table.lines.len() as u16 + 2;
    let (numbers, chart) = if area.width >= BESIDE_FROM && !ctx.plain {
        let width = wanted(table, ctx).clamp(area.width * 2 / 5, area.width * 3 / 5);
        let left = Rect { width, ..body };
        let right = Rect { x: body.x + width + 1, width: body.width - width - 1, ..body };
        paint::upright(buf, Rect { x: body.x + width, width: 1, ..body }, ctx);
        (left, right)
    } else if body.height >= CHART + 4 {
        let height = all.min(body.height - CHART - 1).max(3);
        let left = Rect { height, ..body };
        let y = body.y + height + 1;
        (left, Rect { y, height: body.bottom() - y, ..body })
    } else {
        (body, Rect { height: 0, ..body })
    };
    if table.lines.is_empty() && table.group.is_some() {
        let keys = [("key", ctx.key_of("report.earlier")), ("other", ctx.key_of("report.period"))];
        let keys = keys.each_ref().map(|(name, key)| (*name, key.as_str()));
        seen.join(State::empty(ctx.tf("report.empty", &keys)).draw(buf, numbers, ctx));
        return seen;
    }
    seen.join(table_of(screen, table, numbers, buf, ctx));
    if table.lines.is_empty() {
        let room = Rect { y: numbers.y + 3, height: body.height.saturating_sub(3), ..numbers };
        definitions(table, room, buf, ctx);
    } else if chart.height >= 3 {
        drawn_chart(screen, table, chart, buf, ctx);
    }
    seen
}

/// The names of all reports, the open one marked.
fn strip(screen: &Reports, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
    let mut seen = Seen::default();
    seen.hit(area, Target::Tabs);
    let names: Vec<String> = ctx
        .catalog
        .reports()
        .map(|report| Clean::line(report.label.get(ctx.lang())).into_string())
        .collect();
    let mut rest = Rect { x: area.x + 1, width: area.width.saturating_sub(1), ..area };
    // The open one is always seen: what does not fit is left out from the left.
    let wide = |names: &[String]| names.iter().map(|name| term::width(name) + 3).sum::<usize>();
    let first =
        (0..screen.at).find(|first| wide(&names[*first..=screen.at]) <= usize::from(rest.width));
    for (n, name) in names.iter().enumerate().skip(first.unwrap_or(screen.at)) {
        let open = n == screen.at;
        let role = if open { Role::TabOpen } else { Role::Tab };
        let text = if open { format!("[{name}]") } else { format!(" {name} ") };
        let taken = paint::text(buf, rest, &text, ctx.style(role), ctx) + 1;
        seen.hit(Rect { width: (taken - 1).min(rest.width), ..rest }, Target::Tab(n));
        rest.x += taken;
        rest.width = rest.width.saturating_sub(taken);
    }
    seen
}

fn widths(table: &Table, ctx: &Context) -> (u16, Vec<u16>) {
    let group = table.group.as_ref().map_or(0, |(_, label)| term::width(label));
    let all = table.lines.iter().chain([&table.total]);
    let named = all.clone().map(|line| Clean::line(&line.label).width()).max();
    let label = named.unwrap_or(0).max(group);
    let columns = table.heads.iter().enumerate().map(|(n, head)| {
        let main = figures::currency(table, n, ctx);
        let text = |cell: &Cell| figures::cell(&table.levelled(n, cell), head.kind, main, ctx);
        let of = |line: &Line| line.cells.get(n).map_or(0, |cell| term::width(&text(cell)));
        all.clone().map(of).max().unwrap_or(0).max(term::width(&head.label)) as u16
    });
    ((label as u16).clamp(6, 28), columns.collect())
}

/// The line under the cursor where a figure of it is in several currencies: all of them.
pub(super) fn currencies(screen: &Reports, ctx: &Context) -> Option<String> {
    let table = screen.table.as_ref()?;
    let line = table.lines.get(screen.line()).unwrap_or(&table.total);
    let sums = table.heads.iter().zip(&line.cells).filter_map(|(head, cell)| match cell {
        Cell::Money(sums) if sums.len() > 1 => {
            Some(format!("{} {}", head.label, figures::all_amounts(sums)))
        }
        _ => None,
    });
    let sums: Vec<String> = sums.collect();
    (!sums.is_empty()).then(|| ctx.about(&line.label, &sums.join(" · ")))
}

/// Cells that all columns take, the rest is for the chart beside them.
fn wanted(table: &Table, ctx: &Context) -> u16 {
    let (label, columns) = widths(table, ctx);
    label + columns.iter().map(|column| column + GAP).sum::<u16>() + 4
}

/// Columns that fit beside the names: the drawn one always, the others from the left.
fn fitting(columns: &[u16], figure: usize, width: u16) -> Vec<usize> {
    let mut left = width.saturating_sub(columns.get(figure).copied().unwrap_or(0) + GAP);
    let mut fit = Vec::new();
    for (n, column) in columns.iter().enumerate() {
        if n == figure {
            fit.push(n);
        } else if column + GAP <= left {
            left -= column + GAP;
            fit.push(n);
        }
    }
    fit
}

fn table_of(screen: &Reports, table: &Table, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
    let mut seen = Seen::default();
    let (label, columns) = widths(table, ctx);
    let inner = Rect { x: area.x + 2, width: area.width.saturating_sub(3), ..area };
    let shown = fitting(&columns, screen.figure(), inner.width.saturating_sub(label));
    let draw_line = |buf: &mut Buffer, y: u16, texts: (&str, Vec<String>), role: Role| {
        let line = Rect { y, height: 1, ..inner };
        let style = ctx.style(role);
        paint::text(buf, Rect { width: label.min(line.width), ..line }, texts.0, style, ctx);
        let mut x = line.x + label;
        for (n, text) in shown.iter().zip(&texts.1) {
            x += GAP;
            let width = columns[*n].min(line.right().saturating_sub(x));
            paint::aligned(buf, Rect { x, width, ..line }, text, style, Side::Right, ctx);
            x += columns[*n];
        }
    };
    let group = table.group.as_ref().map_or("", |(_, label)| label.as_str());
    let heads = shown.iter().map(|n| table.heads[*n].label.clone()).collect();
    draw_line(buf, area.y, (Clean::line(group).as_str(), heads), Role::Header);
    let height = usize::from(area.height.saturating_sub(1));
    let lines: Vec<&Line> = table.lines.iter().chain([&table.total]).collect();
    // Where not all fit, the sum of all stands below what does, and how many lines there are more.
    let cut = lines.len() > height && height >= 4;
    let fit = if cut { height - 2 } else { height };
    let at = if cut { screen.line().min(table.lines.len() - 1) } else { screen.line() };
    let top = (at + 1).saturating_sub(fit);
    let mut places: Vec<(usize, u16)> =
        (top..lines.len()).take(fit).zip(area.y + 1..area.bottom()).collect();
    if cut {
        places.push((table.lines.len(), area.bottom() - 1));
        let more = ctx.tf("chart.more", &[("n", &(table.lines.len() - fit).to_string())]);
        let line = Rect { y: area.bottom() - 2, height: 1, ..inner };
        paint::text(buf, line, &more, ctx.style(Role::Muted), ctx);
    }
    for (n, y) in places {
        let Some(line) = lines.get(n) else { continue };
        let chosen = n == screen.line();
        let total = n == table.lines.len();
        let place = Rect { y, height: 1, ..area };
        if chosen {
            buf.set_style(place.intersection(buf.area), ctx.style(Role::Selected));
            paint::text(buf, place, ctx.glyphs().cursor, ctx.style(Role::Selected), ctx);
            seen.cursor = Some(Position { x: area.x, y });
            seen.place(n, lines.len());
        }
        let role = if chosen {
            Role::Selected
        } else if total {
            Role::Title
        } else {
            Role::Text
        };
        let cell = |n: &usize| {
            let kind = table.heads[*n].kind;
            let main = figures::currency(table, *n, ctx);
            let text = |cell: &Cell| figures::cell(&table.levelled(*n, cell), kind, main, ctx);
            line.cells.get(*n).map(text).unwrap_or_default()
        };
        let texts: Vec<String> = shown.iter().map(cell).collect();
        if chosen {
            let cells = shown
                .iter()
                .zip(&texts)
                .map(|(n, text)| format!("{} {text}", table.heads[*n].label));
            let label = Clean::line(&line.label).into_string();
            seen.tells(format!("{label}, {}", cells.collect::<Vec<_>>().join(", ")));
        }
        draw_line(buf, y, (Clean::line(&line.label).as_str(), texts), role);
        seen.hit(place, Target::Row(n));
    }
    seen
}

/// How the numbers are counted, where there is no chart to say it of one.
fn definitions(table: &Table, area: Rect, buf: &mut Buffer, ctx: &Context) {
    for (note, y) in table.notes.iter().zip(area.y..area.bottom()) {
        let line = Rect { x: area.x + 2, y, width: area.width.saturating_sub(3), height: 1 };
        let text = ctx.about(&note.label, &note.definition);
        paint::text(buf, line, &text, ctx.style(Role::Muted), ctx);
    }
}

/// The chart under its name, with how its figure is counted.
fn drawn_chart(screen: &Reports, table: &Table, area: Rect, buf: &mut Buffer, ctx: &Context) {
    let Some(report) = screen.report(ctx) else { return };
    let figure = screen.figure();
    let Some(head) = table.heads.get(figure) else { return };
    let line = Rect { x: area.x + 2, width: area.width.saturating_sub(3), ..area };
    let note = table.notes.iter().find(|note| note.label == head.label);
    let definition = note.map(|note| format!("  {}", note.definition)).unwrap_or_default();
    let several = matches!(table.total.cells.get(figure), Some(Cell::Money(s)) if s.len() > 1);
    let currency = figures::currency(table, figure, ctx).filter(|_| several);
    let currency = currency.map(|currency| format!(" {currency}")).unwrap_or_default();
    let parts = [
        (head.label.as_str(), ctx.style(Role::Title)),
        (currency.as_str(), ctx.style(Role::Title)),
        (definition.as_str(), ctx.style(Role::Muted)),
    ];
    paint::pieces(buf, paint::row(line, 0), &parts, ctx);
    let place = Rect { y: area.y + 1, height: area.height - 1, ..area };
    // The cursor walks over the table: what could be pointed at in the chart is said there.
    figures::draw(buf, place, (table, report), (figure, screen.shape(ctx)), None, ctx);
}
