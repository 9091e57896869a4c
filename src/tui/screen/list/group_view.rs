//! How groups are drawn: the name of each with its count and sums, its rows below, and the line of totals.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::group::{Group, Groups};
use super::{List, TOTALS, grouped};
use crate::gate::{Aggregate, MASK, Summary};
use crate::model::Money;
use crate::schema::{Entity, Format};
use crate::term;
use crate::tui::columns::Placed;
use crate::tui::context::Context;
use crate::tui::figures;
use crate::tui::hit::{Seen, Target};
use crate::tui::layer::Cmd;
use crate::tui::paint::{self, Side};
use crate::tui::request::Request;
use crate::tui::table::{self, GUTTER, Look};
use crate::tui::theme::Role;

/// A line of a list in groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line {
    /// The name of a group.
    Head(usize),
    /// A loaded row of a group.
    Row(usize, usize),
    /// Rows of a group that are not loaded stand here; before its loaded ones, or after.
    Gap(usize, bool),
}

impl Groups {
    fn cursor(&self) -> Line {
        match self.rows() {
            Some(rows) => Line::Row(self.at, rows.selected()),
            None => Line::Head(self.at),
        }
    }

    fn first_of(&self, n: usize) -> Line {
        match self.list.get(n).and_then(Group::shown) {
            Some(rows) if !rows.is_at_start() => Line::Gap(n, true),
            Some(_) => Line::Row(n, 0),
            None => Line::Head(n + 1),
        }
    }

    fn last_of(&self, n: usize) -> Line {
        match self.list.get(n).and_then(Group::shown) {
            Some(rows) if !rows.is_at_end() => Line::Gap(n, false),
            Some(rows) => Line::Row(n, rows.loaded().len() - 1),
            None => Line::Head(n),
        }
    }

    fn next(&self, line: Line) -> Option<Line> {
        let loaded = |n: usize| self.list[n].shown().map_or(0, |rows| rows.loaded().len());
        let next = match line {
            Line::Head(n) => self.first_of(n),
            Line::Gap(n, true) => Line::Row(n, 0),
            Line::Row(n, row) if row + 1 < loaded(n) => Line::Row(n, row + 1),
            Line::Row(n, _) => match self.last_of(n) {
                gap @ Line::Gap(..) => gap,
                _ => Line::Head(n + 1),
            },
            Line::Gap(n, false) => Line::Head(n + 1),
        };
        (!matches!(next, Line::Head(n) if n >= self.list.len())).then_some(next)
    }

    fn previous(&self, line: Line) -> Option<Line> {
        let loaded = |n: usize| self.list[n].shown().map_or(0, |rows| rows.loaded().len());
        match line {
            Line::Head(0) => None,
            Line::Head(n) => Some(self.last_of(n - 1)),
            Line::Row(n, 0) => match self.first_of(n) {
                gap @ Line::Gap(..) => Some(gap),
                _ => Some(Line::Head(n)),
            },
            Line::Row(n, row) => Some(Line::Row(n, row - 1)),
            Line::Gap(n, true) => Some(Line::Head(n)),
            Line::Gap(n, false) => Some(Line::Row(n, loaded(n).saturating_sub(1))),
        }
    }

    /// The lines that `height` rows of the screen show, the cursor among them.
    fn visible(&self, height: usize) -> Vec<Line> {
        let cursor = self.cursor();
        let walk = |from: Line, step: &dyn Fn(Line) -> Option<Line>, most: usize| {
            let mut lines = Vec::new();
            let mut at = from;
            while lines.len() < most
                && let Some(next) = step(at)
            {
                lines.push(next);
                at = next;
            }
            lines
        };
        let below = walk(cursor, &|line| self.next(line), height.saturating_sub(1));
        // Where little is left below, more stands above.
        let room = height.saturating_sub(1 + below.len().min(height - 1));
        let above = walk(cursor, &|line| self.previous(line), self.above.min(height - 1).max(room));
        let mut lines: Vec<Line> = above.into_iter().rev().collect();
        lines.push(cursor);
        lines.extend(below);
        lines.truncate(height);
        lines
    }
}

impl List {
    pub(super) fn draw_groups(
        &self,
        groups: &Groups,
        area: Rect,
        buf: &mut Buffer,
        (entity, columns): (&Entity, &[Placed<'_>]),
        ctx: &Context,
    ) -> Seen {
        let mut seen = Seen::default();
        if area.is_empty() {
            return seen;
        }
        let cursor = groups.cursor();
        let mut edited = None;
        for (n, line) in groups.visible(usize::from(area.height)).into_iter().enumerate() {
            let place = paint::row(area, n as u16);
            let selected = line == cursor && self.header.is_none();
            match line {
                Line::Head(at) => {
                    let group = &groups.list[at];
                    self.draw_head(group, place, buf, (entity, columns, selected), ctx);
                    seen.hit(place, Target::Row(n));
                    if selected {
                        seen.cursor = Some(Position { x: place.x, y: place.y });
                        seen.place(at, groups.list.len());
                    }
                }
                Line::Row(at, row) => {
                    let Some(record) = groups.list[at].shown().and_then(|r| r.loaded().get(row))
                    else {
                        continue;
                    };
                    if selected {
                        edited = Some(place);
                    }
                    let marks = self.marked(std::iter::once((row, record)));
                    let look =
                        Look { entity, columns, marks: &marks, selected: selected.then_some(n) };
                    seen.join(table::rows(buf, place, std::iter::once((n, record)), &look, ctx));
                    if selected {
                        let group = &groups.list[at];
                        let n = group.shown().and_then(crate::tui::rows::Rows::position);
                        seen.told.place = n.map(|n| (grouped(n), grouped(group.count())));
                        seen.told.title = Some(group.label.as_str().to_owned());
                    }
                }
                Line::Gap(..) => {
                    let text = ctx.t("list.more_rows");
                    let inner = Rect {
                        x: place.x + GUTTER,
                        width: place.width.saturating_sub(GUTTER),
                        ..place
                    };
                    paint::text(buf, inner, text, ctx.style(Role::Muted), ctx);
                }
            }
        }
        if let Some(line) = edited {
            seen.join(self.draw_cell(line, area, columns, buf, ctx));
        }
        seen
    }

    /// The name of a group, how many it has, and its sums below their columns.
    fn draw_head(
        &self,
        group: &Group,
        line: Rect,
        buf: &mut Buffer,
        (entity, columns, selected): (&Entity, &[Placed<'_>], bool),
        ctx: &Context,
    ) {
        let chosen = ctx.style(Role::Selected);
        let style = |role| if selected { chosen } else { ctx.style(role) };
        if selected {
            buf.set_style(line.intersection(buf.area), chosen);
            paint::text(buf, line, ctx.glyphs().cursor, chosen, ctx);
        }
        let sign = if group.open { ctx.glyphs().opened } else { ctx.glyphs().closed };
        let count = grouped(group.count());
        let first = self.draw_sums(&group.values, line, buf, (entity, columns), &style, ctx);
        let inner = Rect { x: line.x + 1, width: first.saturating_sub(line.x + 2), ..line };
        let parts = [
            (sign, style(Role::Accent)),
            (" ", style(Role::Text)),
            (group.label.as_str(), style(Role::Title)),
            ("  ", style(Role::Text)),
            (count.as_str(), style(Role::Muted)),
        ];
        paint::pieces(buf, inner, &parts, ctx);
    }

    /// Draws sums below the columns they are of; where the first of them begins.
    fn draw_sums(
        &self,
        values: &[Summary],
        line: Rect,
        buf: &mut Buffer,
        (entity, columns): (&Entity, &[Placed<'_>]),
        style: &dyn Fn(Role) -> ratatui::style::Style,
        ctx: &Context,
    ) -> u16 {
        let mut first = line.right();
        for (field, value) in self.measured(entity, ctx).iter().zip(values.iter().skip(1)) {
            let Some(column) = columns.iter().find(|column| column.field.name == field.name) else {
                continue;
            };
            let place = table::place(line, column);
            let text = sum_text(value, usize::from(place.width), ctx);
            if !text.is_empty() {
                paint::aligned(buf, place, &text, style(Role::Header), Side::Right, ctx);
                first = first.min(place.x);
            }
        }
        first
    }

    /// Lines the totals take.
    pub(super) fn totals_height(&self) -> u16 {
        u16::from(self.layout.totals)
    }

    /// Asks quietly for the totals, where they are shown.
    pub(super) fn ask_totals(&mut self, ctx: &Context) -> Option<Cmd> {
        if !self.layout.totals || self.rows.request().deleted {
            self.totals = None;
            return self.layout.totals.then_some(Cmd::Forget(TOTALS));
        }
        let aggregate = Aggregate {
            entity: self.entity.clone(),
            filter: self.rows.request().filter.clone(),
            group: Vec::new(),
            measures: self.measures(ctx),
        };
        let request = Request::Aggregate(aggregate);
        Some(Cmd::Ask(TOTALS, Request::Quietly(Box::new(request))))
    }

    /// Draws the line of totals.
    pub(super) fn draw_totals(
        &self,
        line: Rect,
        buf: &mut Buffer,
        (entity, columns): (&Entity, &[Placed<'_>]),
        ctx: &Context,
    ) {
        let style = |role| ctx.style(role);
        let values = self.totals.as_deref().unwrap_or_default();
        let first = self.draw_sums(values, line, buf, (entity, columns), &style, ctx);
        let count = match values.first() {
            Some(Summary::Count(count)) => grouped(*count),
            _ => String::new(),
        };
        let inner =
            Rect { x: line.x + GUTTER, width: first.saturating_sub(line.x + GUTTER + 1), ..line };
        let parts = [
            (ctx.t("list.totals"), ctx.style(Role::Title)),
            ("  ", ctx.style(Role::Text)),
            (count.as_str(), ctx.style(Role::Muted)),
        ];
        paint::pieces(buf, inner, &parts, ctx);
    }
}

/// A sum in the room of a column: in full, or short; of several currencies as reports and boards write it,
/// the company's own first, and how many more there are.
fn sum_text(sum: &Summary, width: usize, ctx: &Context) -> String {
    match sum {
        Summary::Money(amounts) => {
            let amounts = figures::own_first(amounts.clone(), ctx);
            let Some((currency, amount)) = amounts.first() else { return String::new() };
            let more = match amounts.len() {
                1 => String::new(),
                n => format!(" +{}", n - 1),
            };
            let money = Money::rounded(amount.round(), *currency);
            let full = format!("{}{more}", Format::money(&money));
            if term::width(&full) <= width {
                return full;
            }
            format!("{}{more}", ctx.format.short_money(&money))
        }
        Summary::Number(Some(number)) => match i64::try_from(number.round()) {
            Ok(whole) if number.fract().is_zero() && whole >= 0 => grouped(whole.unsigned_abs()),
            _ => number.normalize().to_string(),
        },
        Summary::Masked => MASK.to_owned(),
        _ => String::new(),
    }
}
