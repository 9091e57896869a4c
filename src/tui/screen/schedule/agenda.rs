//! The items of a day or a week, one a line, under the names of their days.

use chrono::NaiveDate;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::items::{self, Item, Stage, Whose};
use super::{Schedule, View, view};
use crate::model::{Record, Value};
use crate::schema::FieldType;
use crate::term::Clean;
use crate::tui::context::Context;
use crate::tui::hit::{Seen, Target};
use crate::tui::theme::Role;
use crate::tui::{cell, chrome, paint};

/// Cells before a line: the cursor and a space.
const GUTTER: u16 = 2;
/// Cells of the time, or of how late it is.
const WHEN: u16 = 11;
/// From these widths on there are the kind and the customer, and the owner.
const WITH_CUSTOMER: u16 = 64;
const WITH_OWNER: u16 = 84;

/// One line of the agenda.
pub(super) enum Line<'a> {
    /// The name of a day, or of what is late.
    Head { text: String, count: usize, day: Option<NaiveDate> },
    /// The item at this place among those shown.
    Item(usize, &'a Item),
    /// Words in place of items.
    Words(String),
}

/// Lines that there is room for.
pub(super) fn height(of: &Schedule, ctx: &Context) -> usize {
    usize::from(view::places(of, chrome::body(ctx.size), ctx).agenda.height)
}

/// All lines of the view.
pub(super) fn lines<'a>(of: &'a Schedule, ctx: &Context) -> Vec<Line<'a>> {
    let shown = of.shown(ctx);
    let day = of.day(ctx);
    let gathered = of.view != View::Month;
    let late =
        shown.iter().filter(|item| gathered && item.late && is_before(item, of, ctx)).count();
    let mut lines = Vec::new();
    if late > 0 {
        let text = ctx.t("schedule.overdue").to_owned();
        lines.push(Line::Head { text, count: late, day: None });
        lines.extend(shown.iter().take(late).enumerate().map(|(n, item)| Line::Item(n, item)));
    }
    let days = match of.view {
        View::Day | View::Month => vec![day],
        View::Week => {
            let week = of.week(ctx);
            week.from.iter_days().take_while(|day| *day < week.to).collect()
        }
    };
    for day in days {
        let here: Vec<(usize, &'a Item)> = shown
            .iter()
            .enumerate()
            .skip(late)
            .filter(|(_, item)| item.day == day)
            .map(|(n, item)| (n, *item))
            .collect();
        lines.push(Line::Head { text: day_name(day, ctx), count: here.len(), day: Some(day) });
        if here.is_empty() && of.view != View::Week && of.has_landed() {
            lines.push(Line::Words(ctx.t("schedule.free").to_owned()));
        }
        lines.extend(here.into_iter().map(|(n, item)| Line::Item(n, item)));
    }
    lines
}

/// Whether an item stands among the late ones rather than on its day.
fn is_before(item: &Item, of: &Schedule, ctx: &Context) -> bool {
    let today = ctx.today();
    match of.view {
        View::Day => of.day(ctx) == today && item.day < today,
        View::Week => {
            let week = of.week(ctx);
            (week.from..week.to).contains(&today) && item.day < today
        }
        View::Month => false,
    }
}

/// `today, mon 23 Nov`.
pub(super) fn day_name(day: NaiveDate, ctx: &Context) -> String {
    let (today, long) = (ctx.today(), ctx.format.day_of_week(day));
    if (day - today).num_days().abs() <= 1 {
        format!("{} · {long}", ctx.format.near(day, today))
    } else {
        long
    }
}

/// The line of the cursor.
pub(super) fn place(of: &Schedule, lines: &[Line<'_>], ctx: &Context) -> usize {
    let item = lines.iter().position(|line| matches!(line, Line::Item(n, _) if *n == of.at));
    let chosen = of.day(ctx);
    let head = || {
        lines
            .iter()
            .position(|line| matches!(line, Line::Head { day: Some(day), .. } if *day == chosen))
    };
    item.or_else(head).unwrap_or(0)
}

/// Draws the lines from the first that is shown on.
pub(super) fn draw(of: &Schedule, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
    let mut seen = Seen::default();
    let focused = of.view != View::Month || of.inside;
    let chosen = of.day(ctx);
    let marks = has_marks(&of.items, ctx);
    for (line, y) in lines(of, ctx).iter().skip(of.top).zip(area.y..area.bottom()) {
        let row = Rect { y, height: 1, ..area };
        match line {
            Line::Head { text, count, day } => {
                let here = day.is_some_and(|day| day == chosen);
                let role = match day {
                    None => Role::Warning,
                    Some(_) if here && (of.view != View::Week || of.at_nothing(ctx)) => Role::Title,
                    Some(day) if *day == ctx.today() => Role::Accent,
                    Some(_) => Role::Header,
                };
                let marked = here && of.view == View::Week && of.at_nothing(ctx);
                let marker = if marked { ctx.glyphs().cursor } else { " " };
                let number = if *count == 0 { "-".to_owned() } else { count.to_string() };
                let parts = [
                    (marker, ctx.style(Role::Accent)),
                    (text.as_str(), ctx.style(role)),
                    ("  ", ctx.style(Role::Text)),
                    (number.as_str(), ctx.style(Role::Muted)),
                ];
                paint::pieces(buf, row, &parts, ctx);
                if let Some(day) = day {
                    seen.hit(row, Target::Day(*day));
                }
                if marked {
                    seen.cursor = Some(Position { x: row.x, y });
                }
            }
            Line::Words(text) => {
                let inner = inset(row, GUTTER + 1);
                paint::text(buf, inner, text, ctx.style(Role::Muted), ctx);
            }
            Line::Item(n, item) => {
                let selected = focused && *n == of.at;
                let owner = of.whose != Whose::Mine;
                let shown = Shown { gathers: of.view != View::Month, owner, marks };
                draw_item(shown, item, row, buf, selected, ctx);
                if selected {
                    seen.cursor = Some(Position { x: row.x, y });
                    seen.place(*n, of.shown(ctx).len());
                    seen.tells(told(shown, item, ctx));
                }
                seen.hit(row, Target::Row(*n));
            }
        }
    }
    seen
}

fn inset(row: Rect, by: u16) -> Rect {
    let by = by.min(row.width);
    Rect { x: row.x + by, width: row.width - by, ..row }
}

/// What the line of an item depends on beside the item.
#[derive(Clone, Copy)]
pub(in crate::tui::screen) struct Shown {
    /// What is late stands together, and says how late it is.
    pub gathers: bool,
    /// It says whose it is, where there is room.
    pub owner: bool,
    /// Some of the items has a mark, so all leave room for one.
    pub marks: bool,
}

/// Whether any of them has a mark at its end.
pub(in crate::tui::screen) fn has_marks(items: &[Item], ctx: &Context) -> bool {
    items.iter().any(|item| !mark(item, ctx).0.is_empty())
}

/// Draws one item as a line.
pub(in crate::tui::screen) fn draw_item(
    shown: Shown,
    item: &Item,
    row: Rect,
    buf: &mut Buffer,
    selected: bool,
    ctx: &Context,
) {
    let style = |role| ctx.style(if selected { Role::Selected } else { role });
    if selected {
        buf.set_style(row.intersection(buf.area), ctx.style(Role::Selected));
        paint::text(buf, row, ctx.glyphs().cursor, style(Role::Accent), ctx);
    }
    let mut rest = inset(row, GUTTER);
    let mut column = |width: u16, text: &str, role: Role, buf: &mut Buffer| {
        let place = Rect { width: width.min(rest.width), ..rest };
        paint::text(buf, place, text, style(role), ctx);
        rest = inset(rest, width + 1);
    };
    let (when, role) = when(shown, item, ctx);
    column(WHEN, &when, role, buf);
    let wide = row.width >= WITH_CUSTOMER;
    let owner = row.width >= WITH_OWNER && shown.owner;
    if wide {
        column(8, &choice(&item.record, "kind", ctx), Role::Muted, buf);
    }
    let (mark, mark_role) = mark(item, ctx);
    let mark_width = if wide && shown.marks { 9 } else { 0 };
    let customer_width = if wide { (row.width * 3 / 10).min(48) } else { 0 };
    let owner_width = if owner { 14 } else { 0 };
    let gaps = u16::from(wide) + u16::from(mark_width > 0) + u16::from(owner);
    let taken = mark_width + customer_width + owner_width + gaps;
    let left = row.right().saturating_sub(rest_x(row, wide)).saturating_sub(taken + 1);
    let title = cell::title(ctx, &item.record);
    let title_role = if item.task { Role::Text } else { Role::Info };
    column(left, title.as_str(), title_role, buf);
    if wide {
        column(customer_width, &linked(&item.record, ctx), Role::Muted, buf);
        if shown.marks {
            column(mark_width, &mark, mark_role, buf);
        }
    }
    if owner {
        column(owner_width, &name_of(&item.record, "owner"), Role::Muted, buf);
    }
}

/// An item as plain mode tells it: what it is before when it is due, as there may be no room for all of it.
pub(in crate::tui::screen) fn told(shown: Shown, item: &Item, ctx: &Context) -> String {
    let parts = [
        cell::title(ctx, &item.record).into_string(),
        when(shown, item, ctx).0,
        choice(&item.record, "kind", ctx),
        linked(&item.record, ctx),
        mark(item, ctx).0,
    ];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// Where the title begins.
fn rest_x(row: Rect, wide: bool) -> u16 {
    row.x + GUTTER + WHEN + 1 + if wide { 9 } else { 0 }
}

/// The time of an item; of a late one how late it is.
fn when(shown: Shown, item: &Item, ctx: &Context) -> (String, Role) {
    let days = (ctx.today() - item.day).num_days();
    if item.late && shown.gathers {
        return (ctx.tf("date.overdue", &[("n", &days.to_string())]), Role::Warning);
    }
    match item.time {
        Some(time) => {
            let over = item.task && days == 0 && time < ctx.local_time();
            let late = if over || item.late { " !" } else { "" };
            let role = if late.is_empty() { Role::Text } else { Role::Warning };
            (format!("{}{late}", time.format("%H:%M")), role)
        }
        None => {
            let role = if item.late { Role::Warning } else { Role::Muted };
            (ctx.t("schedule.whole_day").to_owned(), role)
        }
    }
}

/// What else decides about it: that it is planned only, how urgent it is, that it comes again.
fn mark(item: &Item, ctx: &Context) -> (String, Role) {
    if !item.task {
        let (key, role) = match items::stage(&item.record, ctx.now) {
            Some(Stage::On) => ("schedule.now", Role::Accent),
            Some(Stage::Over) => ("schedule.happened", Role::Muted),
            Some(Stage::Ahead) | None => ("schedule.planned", Role::Info),
        };
        return (ctx.t(key).to_owned(), role);
    }
    let urgent = matches!(item.record.get("priority").as_text(), Some("high" | "urgent"));
    let entity = ctx.catalog.entity("task").filter(|_| urgent);
    if let Some((task, field)) = entity.and_then(|task| Some((task, task.field("priority")?))) {
        let (text, role) = cell::cell(ctx, task, field, &item.record);
        return (text.into_string(), role);
    }
    if item.record.get("repeat").is_null() {
        (String::new(), Role::Muted)
    } else {
        (ctx.t("schedule.repeats").to_owned(), Role::Muted)
    }
}

fn choice(record: &Record, field: &str, ctx: &Context) -> String {
    let field = ctx.catalog.entity(&record.entity).and_then(|entity| entity.field(field));
    let Some(field) = field.filter(|field| field.kind == FieldType::Select) else {
        return String::new();
    };
    Clean::line(&ctx.format.line(&ctx.catalog, field, record.get(&field.name))).into_string()
}

/// With whom: the customer, else the contact, else what it is about.
fn linked(record: &Record, ctx: &Context) -> String {
    ["customer", "contact", "about"]
        .into_iter()
        .map(|field| match record.get(field) {
            Value::Link(link) if link.title.is_empty() => ctx.catalog.reference(&link.target()),
            _ => name_of(record, field),
        })
        .find(|name| !name.is_empty())
        .unwrap_or_default()
}

fn name_of(record: &Record, field: &str) -> String {
    match record.get(field) {
        Value::Link(link) => Clean::line(&link.title).into_string(),
        _ => String::new(),
    }
}
