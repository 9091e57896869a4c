//! How the quality of the data is drawn: a line for each entity with its score, and one for each check below.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::{Line, Quality};
use crate::gate::DayScore;
use crate::term::{self, Clean, grouped};
use crate::tui::context::Context;
use crate::tui::hit::{Seen, Target};
use crate::tui::paint::{self, Side};
use crate::tui::state::State;
use crate::tui::theme::Role;
use crate::tui::widget::chart::{self, Point};

/// Cells of the columns of numbers: score, findings, records, proposals.
const NUMBERS: [u16; 4] = [7, 10, 10, 10];
/// From this width on all of them have room.
const WIDE_FROM: u16 = 64;
/// Cells between columns.
const GAP: u16 = 1;
/// Cells of the line that scores are drawn as, at most.
const DRAWN: u16 = 24;

impl Quality {
    /// How far it is: `Customers 45 %`.
    pub(super) fn progress(&self, ctx: &Context) -> String {
        let Some(part) = self.queue.front().and_then(|at| self.parts.get(*at)) else {
            return String::new();
        };
        let plural = ctx.catalog.entity(&part.entity).map_or("", |e| e.plural.get(ctx.lang()));
        let (done, total) = part.scan.as_ref().map_or((0, 1), |scan| scan.progress());
        let percent = (done * 100).checked_div(total).unwrap_or(100).to_string();
        ctx.tf("quality.progress", &[("entity", plural), ("percent", &percent)])
    }
}

/// Draws the screen.
pub(super) fn draw(of: &Quality, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
    if let Some(problem) = &of.problem {
        return problem.draw(buf, area, ctx);
    }
    let lines = of.lines();
    if lines.is_empty() {
        let state = if of.is_running() {
            State::awaited(ctx)
        } else {
            Some(State::empty(ctx.t("quality.empty")))
        };
        return state.map(|state| state.draw(buf, area, ctx)).unwrap_or_default();
    }
    let mut seen = Seen::default();
    let at = of.at.min(lines.len() - 1);
    let heads = ["quality.score", "quality.findings", "quality.records", "quality.proposals"];
    let muted = ctx.style(Role::Muted);
    if area.height > 1 {
        let cells = heads.map(|key| ctx.t(key).to_owned());
        row(buf, paint::row(area, 0), ctx.t("quality.check"), &cells, [muted; 2], ctx);
    }
    let below = u16::from(area.height > 1);
    let height = usize::from(area.height - below).max(1);
    let top = (at + 1).saturating_sub(height);
    for (place, (n, line)) in lines.iter().enumerate().skip(top).take(height).enumerate() {
        let here = Rect { y: area.y + below + place as u16, height: 1, ..area };
        let chosen = n == at;
        let style = |role| ctx.style(if chosen { Role::Selected } else { role });
        if chosen {
            buf.set_style(here.intersection(buf.area), ctx.style(Role::Selected));
            paint::text(buf, here, ctx.glyphs().cursor, ctx.style(Role::Selected), ctx);
            seen.cursor = Some(Position { x: here.x, y: here.y });
        }
        let (name, cells, role) = told(of, *line, ctx);
        let shift = if line.check().is_some() { 4 } else { 2 };
        let inner = Rect { x: here.x + shift, width: here.width.saturating_sub(shift), ..here };
        let room = row(buf, inner, &name, &cells, [style(role), style(Role::Text)], ctx);
        if let Line::Whole(part) = line
            && let Some(room) = room
        {
            history(of, *part, room, buf, ctx);
        }
        seen.hit(here, Target::Row(n));
    }
    seen.place(at, lines.len());
    seen
}

/// What stands in a line.
fn told(of: &Quality, line: Line, ctx: &Context) -> (String, [String; 4], Role) {
    let Some(part) = of.parts.get(line.part()) else { return Default::default() };
    let Some(scan) = &part.scan else { return Default::default() };
    match line {
        Line::Whole(_) => {
            let plural = ctx.catalog.entity(&part.entity).map_or("", |e| e.plural.get(ctx.lang()));
            let all = scan.score().all();
            let score = scan.score().tenths().filter(|_| scan.is_over());
            let cells = [
                score.map(points).unwrap_or_default(),
                grouped(all.findings),
                grouped(scan.score().records()),
                grouped(all.proposals),
            ];
            (plural.to_owned(), cells, Role::Accent)
        }
        Line::Check(_, check) => {
            let own = scan.score().of(check);
            let cells = [
                String::new(),
                grouped(own.findings),
                grouped(own.records),
                grouped(own.proposals),
            ];
            (ctx.strings.said(&check.label()), cells, Role::Text)
        }
    }
}

/// A score as it is told.
fn points(tenths: u32) -> String {
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// Draws a line; what room is left between its name and its numbers.
fn row(
    buf: &mut Buffer,
    area: Rect,
    name: &str,
    cells: &[String; 4],
    styles: [Style; 2],
    ctx: &Context,
) -> Option<Rect> {
    let shown: &[usize] = if area.width < WIDE_FROM - 4 { &[0, 1] } else { &[0, 1, 2, 3] };
    let numbers: u16 = shown.iter().map(|n| NUMBERS[*n] + GAP).sum();
    let left = area.width.saturating_sub(numbers);
    let name = Clean::line(name);
    let taken = paint::text(buf, Rect { width: left, ..area }, name.as_str(), styles[0], ctx);
    let mut x = area.x + left + GAP;
    for n in shown {
        let width = NUMBERS[*n].min(area.right().saturating_sub(x));
        let place = Rect { x, width, ..area };
        paint::aligned(buf, place, &cells[*n], styles[1], Side::Right, ctx);
        x += width + GAP;
    }
    let room = Rect { x: area.x + taken + 2, width: left.saturating_sub(taken + 3), ..area };
    (room.width >= 4 && area.width >= WIDE_FROM - 4).then_some(room)
}

/// The scores of an entity from day to day, as a line of small bars between the worst and the best.
fn history(of: &Quality, part: usize, area: Rect, buf: &mut Buffer, ctx: &Context) {
    let Some(part) = of.parts.get(part) else { return };
    let own: Vec<&DayScore> = of.scores.iter().filter(|s| s.entity == part.entity).collect();
    if own.len() < 2 {
        return;
    }
    let least = own.iter().map(|score| score.tenths).min().unwrap_or_default();
    let points: Vec<Point> = own
        .iter()
        .map(|score| {
            // A bar of no height at all would be no bar.
            let height = f64::from(score.tenths - least) + 1.0;
            Point::new(Clean::line(&score.day.to_string()), height, points(score.tenths))
        })
        .collect();
    let width = area.width.min(DRAWN);
    if term::width(&points[0].shown) < usize::from(width) {
        chart::spark(buf, Rect { width, ..area }, &points, Role::Info, ctx);
    }
}
