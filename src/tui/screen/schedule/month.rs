//! The page of a month: its days with how much stands on each, and where there is room what it is.

use chrono::{Datelike, NaiveDate, Weekday};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::Schedule;
use super::items::Item;
use crate::tui::context::Context;
use crate::tui::hit::{Seen, Target};
use crate::tui::theme::Role;
use crate::tui::widget::Calendar;
use crate::tui::{cell, paint};

/// From this width on a day tells what stands on it.
const TITLES_FROM: u16 = 10;

/// The weeks of the page that `height` lines have room for, the one of the chosen day among them.
fn weeks(day: NaiveDate, begins: Weekday, height: usize) -> Vec<[NaiveDate; 7]> {
    let weeks = Calendar::on(day).weeks(begins);
    let here = weeks.iter().position(|week| week.contains(&day)).unwrap_or(0);
    let room = height.clamp(1, weeks.len());
    let first = (here + 1).saturating_sub(room).min(weeks.len() - room);
    weeks.into_iter().skip(first).take(room).collect()
}

/// Lines that the whole page takes with one line a week.
pub(super) fn lines(day: NaiveDate, begins: Weekday) -> u16 {
    Calendar::on(day).weeks(begins).len() as u16 + 1
}

/// Draws the names of the weekdays and the weeks; `focused` where the cursor is in the days.
pub(super) fn draw(
    of: &Schedule,
    area: Rect,
    buf: &mut Buffer,
    focused: bool,
    ctx: &Context,
) -> Seen {
    let mut seen = Seen::default();
    if ctx.plain {
        return week(of, area, buf, focused, ctx);
    }
    let width = area.width / 7;
    if width < 4 || area.height < 2 {
        return seen;
    }
    for (name, n) in ctx.weekdays().into_iter().zip(0..7) {
        let place = Rect { x: area.x + n * width + 1, width: width - 1, height: 1, ..area };
        paint::text(buf, place, name, ctx.style(Role::Header), ctx);
    }
    let chosen = of.day(ctx);
    let weeks = weeks(chosen, of.begins, usize::from(area.height - 1));
    let high =
        if width >= TITLES_FROM { ((area.height - 1) / weeks.len() as u16).clamp(1, 6) } else { 1 };
    for (week, row) in weeks.iter().zip(0..) {
        for (day, column) in week.iter().zip(0..) {
            let place = Rect {
                x: area.x + column * width,
                y: area.y + 1 + row * high,
                width,
                height: high,
            };
            draw_day(of, *day, place.intersection(area), buf, ctx);
            seen.hit(place, Target::Day(*day));
            if focused && *day == chosen {
                seen.cursor = Some(Position { x: place.x, y: place.y });
            }
        }
    }
    seen
}

/// Draws the week of the chosen day, a line for each: what the page is in plain mode.
fn week(of: &Schedule, area: Rect, buf: &mut Buffer, focused: bool, ctx: &Context) -> Seen {
    let mut seen = Seen::default();
    let chosen = of.day(ctx);
    let weeks = Calendar::on(chosen).weeks(of.begins);
    let Some(week) = weeks.iter().find(|week| week.contains(&chosen)) else { return seen };
    for (day, y) in week.iter().zip(area.y..area.bottom()) {
        let line = Rect { y, height: 1, ..area };
        let (count, late) = of.count_of(*day);
        let here = *day == chosen;
        let count = if count == 0 { String::new() } else { count.to_string() };
        let text = format!(
            " {}  {count}{}",
            super::agenda::day_name(*day, ctx),
            if late { " !" } else { "" }
        );
        let marker = if here { ctx.glyphs().cursor } else { " " };
        let role = if here { Role::Selected } else { Role::Text };
        paint::pieces(buf, line, &[(marker, ctx.style(role)), (&text, ctx.style(role))], ctx);
        seen.hit(line, Target::Day(*day));
        if focused && here {
            seen.cursor = Some(line.as_position());
            let last =
                day.with_day(1).and_then(|first| first.checked_add_months(chrono::Months::new(1)));
            let days = last.and_then(|next| next.pred_opt()).map_or(31, |last| last.day());
            seen.told.title = Some(ctx.format.month(*day));
            seen.place(day.day0() as usize, days as usize);
        }
    }
    seen
}

fn draw_day(of: &Schedule, day: NaiveDate, place: Rect, buf: &mut Buffer, ctx: &Context) {
    let chosen = of.day(ctx);
    let selected = day == chosen;
    let (count, late) = of.count_of(day);
    let other = day.month() != chosen.month();
    let style = |role| ctx.style(if selected { Role::Selected } else { role });
    if selected {
        let cells = Rect { width: place.width.saturating_sub(1), height: 1, ..place };
        buf.set_style(cells.intersection(buf.area), ctx.style(Role::Selected));
    }
    let today = day == ctx.today();
    let (before, after) = match (selected, today) {
        (true, true) => (ctx.glyphs().cursor, "]"),
        (true, false) => (ctx.glyphs().cursor, " "),
        (false, true) => ("[", "]"),
        (false, false) => (" ", " "),
    };
    let number = format!("{:>2}", day.day());
    let role = match (today, other) {
        (true, _) => Role::Accent,
        (_, true) => Role::Muted,
        _ => Role::Text,
    };
    // In narrow days a number beside the number of the day reads as another day: a sign says that there is
    // something, the lines below how much.
    let room = usize::from(place.width).saturating_sub(4);
    let (count, count_role) = match (count, late) {
        (0, _) => (String::new(), Role::Muted),
        (_, true) if room < 3 => ("!".to_owned(), Role::Warning),
        (_, false) if room < 3 => (ctx.glyphs().mark.to_owned(), Role::Info),
        (n, true) => (format!("{n}!"), Role::Warning),
        (n, false) => (n.to_string(), Role::Info),
    };
    let count = if room >= 3 && !count.is_empty() { format!(" {count}") } else { count };
    let parts = [
        (before, style(Role::Accent)),
        (number.as_str(), style(role)),
        (after, style(Role::Accent)),
        (count.as_str(), style(count_role)),
    ];
    paint::pieces(buf, Rect { height: 1, ..place }, &parts, ctx);
    if place.height > 1 && place.width >= TITLES_FROM {
        draw_titles(of, day, place, buf, ctx);
    }
}

/// The first items of a day under its number; the last line tells how many more there are.
fn draw_titles(of: &Schedule, day: NaiveDate, place: Rect, buf: &mut Buffer, ctx: &Context) {
    let here: Vec<&Item> = of.items.iter().filter(|item| item.day == day).collect();
    let room = usize::from(place.height - 1);
    let fit = if here.len() > room { room - 1 } else { here.len() };
    let line = |n: usize| Rect {
        x: place.x + 1,
        y: place.y + 1 + n as u16,
        width: place.width.saturating_sub(1),
        height: 1,
    };
    for (n, item) in here.iter().take(fit).enumerate() {
        let title = cell::title(ctx, &item.record);
        let role = match (item.late, item.task) {
            (true, _) => Role::Warning,
            (_, false) => Role::Info,
            _ => Role::Muted,
        };
        paint::text(buf, line(n), title.as_str(), ctx.style(role), ctx);
    }
    if here.len() > fit {
        let more = ctx.tf("schedule.more", &[("n", &(here.len() - fit).to_string())]);
        paint::text(buf, line(fit), &more, ctx.style(Role::Muted), ctx);
    }
}
