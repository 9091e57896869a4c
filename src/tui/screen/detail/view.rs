//! How one record is drawn.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{Detail, HISTORY, PAGE, Part, TIMELINE, summary, timeline};
use crate::gate::Timeline;
use crate::schema::Entity;
use crate::term;
use crate::tui::chrome;
use crate::tui::context::Context;
use crate::tui::hit::{Seen, Target};
use crate::tui::paint;
use crate::tui::request::Slot;
use crate::tui::screen::list::grouped;
use crate::tui::state::State;
use crate::tui::table::{self, Look};
use crate::tui::theme::Role;

/// Where the parts stand.
struct Layout {
    summary: Rect,
    tabs: Rect,
    body: Rect,
    side: Option<Rect>,
}

/// Cells of the left side.
pub(super) fn main_width(ctx: &Context) -> u16 {
    if Detail::has_side(ctx) { ctx.size.width * 3 / 5 } else { ctx.size.width }
}

fn layout(detail: &Detail, area: Rect, ctx: &Context) -> Layout {
    let width = main_width(ctx).min(area.width);
    let main = Rect { width, ..area };
    let side = Detail::has_side(ctx).then(|| Rect {
        x: area.x + width,
        width: area.width - width,
        ..area
    });
    let wanted = detail.record.as_ref().zip(detail.entity(ctx)).map_or(1, |(record, entity)| {
        summary::height(ctx, entity, record, width.saturating_sub(2))
    });
    // The lower part keeps at least its tabs and four lines.
    let most = area.height.saturating_sub(5).max(area.height / 2);
    let high = wanted.min(most);
    let gap = u16::from(area.height > high + 8);
    let tabs_y = area.y + (high + gap).min(area.height);
    let tabs_height = 1.min(area.bottom() - tabs_y);
    let body_y = tabs_y + tabs_height;
    Layout {
        summary: Rect { x: main.x + 1, width: main.width.saturating_sub(2), height: high, ..main },
        tabs: Rect { y: tabs_y, height: tabs_height, ..main },
        body: Rect { y: body_y, height: area.bottom() - body_y, ..main },
        side,
    }
}

/// Lines of the related list.
pub(super) fn rows_height(detail: &Detail, ctx: &Context) -> usize {
    let body = layout(detail, chrome::body(ctx.size), ctx).body;
    usize::from(body.height.saturating_sub(1)).max(1)
}

/// All fields as lines.
pub(super) fn field_lines(detail: &Detail, ctx: &Context) -> Vec<(Role, String, String)> {
    match detail.record.as_ref().zip(detail.entity(ctx)) {
        Some((record, entity)) => summary::all(ctx, entity, record, main_width(ctx)),
        None => Vec::new(),
    }
}

pub(super) fn draw(detail: &Detail, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
    if let Some(problem) = &detail.problem {
        return problem.draw(buf, area, ctx);
    }
    let Some(entity) = detail.entity(ctx) else { return Seen::default() };
    let Some(record) = &detail.record else {
        return State::awaited(ctx).map(|s| s.draw(buf, area, ctx)).unwrap_or_default();
    };
    let places = layout(detail, area, ctx);
    summary::draw(buf, places.summary, entity, record, ctx);
    let mut seen = draw_tabs(detail, places.tabs, buf, ctx);
    let side_part = places.side.is_some();
    let shown = if side_part && detail.part == 0 { detail.shown } else { detail.part };
    let focused = shown == detail.part;
    seen.told.title = detail.parts.get(detail.part).map(|part| part_name(detail, part, ctx));
    seen.join(match detail.parts.get(shown) {
        Some(Part::Timeline) => {
            draw_events(detail, TIMELINE, places.body, buf, true, ctx).of_part(shown)
        }
        Some(Part::History) => {
            draw_events(detail, HISTORY, places.body, buf, focused, ctx).of_part(shown)
        }
        Some(Part::Related(entity, field)) => match ctx.catalog.entity(entity) {
            Some(entity) => {
                draw_related(detail, places.body, buf, entity, field, focused, ctx).of_part(shown)
            }
            None => Seen::default(),
        },
        Some(Part::Fields) | None => draw_fields(detail, places.body, buf, focused, ctx),
    });
    if let Some(side) = places.side {
        paint::upright(buf, side, ctx);
        let inner = Rect { x: side.x + 2, width: side.width.saturating_sub(3), ..side };
        let title = paint::row(inner, 0);
        let role = if detail.part == 0 { Role::TabOpen } else { Role::Header };
        let name = counted(ctx.t("timeline.title"), detail.timeline.as_ref());
        paint::text(buf, title, &name, ctx.style(role), ctx);
        let rest = Rect { y: inner.y + 1, height: inner.height.saturating_sub(1), ..inner };
        seen.join(draw_events(detail, TIMELINE, rest, buf, detail.part == 0, ctx).of_part(0));
    }
    seen
}

fn draw_tabs(detail: &Detail, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
    let mut seen = Seen::default();
    paint::rule(buf, area, ctx);
    let side = Detail::has_side(ctx);
    let names: Vec<(usize, String)> = detail
        .parts
        .iter()
        .enumerate()
        .skip(usize::from(side))
        .map(|(n, part)| (n, format!(" {} ", part_name(detail, part, ctx))))
        .collect();
    let is_open = |n| n == detail.part || (side && detail.part == 0 && n == detail.shown);
    // Where not all have room, those before the open one make way.
    let width = |(_, name): &(usize, String)| term::width(name) as u16 + 1;
    let own = names.iter().position(|(n, _)| is_open(*n)).unwrap_or(0);
    let mut first = 0;
    while first < own && names[first..=own].iter().map(width).sum::<u16>() + 2 > area.width {
        first += 1;
    }
    seen.hit(area, Target::Tabs);
    let mut x = area.x + 1;
    for (n, text) in &names[first..] {
        let n = *n;
        let width = term::width(text) as u16;
        if x + width >= area.right() {
            break;
        }
        let place = Rect { x, width, ..area };
        let open = is_open(n);
        let role = if open { Role::TabOpen } else { Role::Tab };
        let marked = open.then(|| paint::open_tab(text, ctx));
        let text = marked.as_deref().unwrap_or(text);
        paint::text(buf, place, text, ctx.style(role), ctx);
        seen.hit(place, Target::Tab(n));
        x += width + 1;
    }
    seen
}

fn part_name(detail: &Detail, part: &Part, ctx: &Context) -> String {
    match part {
        Part::Timeline => counted(ctx.t("timeline.title"), detail.timeline.as_ref()),
        Part::History => counted(ctx.t("history.title"), detail.history.as_ref()),
        Part::Fields => ctx.t("detail.fields").to_owned(),
        Part::Related(entity, field) => related_name(detail, entity, field, ctx),
    }
}

/// `Timeline 12`; more than are asked for are not counted.
fn counted(title: &str, items: Option<&Timeline>) -> String {
    match items.map(|items| items.items.len()) {
        Some(n) if n >= super::ITEMS => format!("{title} {n}+"),
        Some(n) => format!("{title} {n}"),
        None => title.to_owned(),
    }
}

/// `Contacts 3`; with the field where an entity links here by more than one.
fn related_name(detail: &Detail, entity: &str, field: &str, ctx: &Context) -> String {
    let Some(of) = ctx.catalog.entity(entity) else { return entity.to_owned() };
    let several = detail
        .parts
        .iter()
        .filter(|part| matches!(part, Part::Related(other, _) if *other == *entity))
        .count()
        > 1;
    let count = detail.counts.iter().find(|((e, f), _)| *e == *entity && *f == *field);
    let count = count.map(|(_, n)| grouped(*n)).unwrap_or_default();
    let plural = of.plural.get(ctx.lang());
    match of.field(field).filter(|_| several) {
        Some(field) => format!("{plural} ({}) {count}", field.label.get(ctx.lang())),
        None => format!("{plural} {count}"),
    }
}

/// Draws events of the record: its timeline, or its history.
fn draw_events(
    detail: &Detail,
    of: Slot,
    area: Rect,
    buf: &mut Buffer,
    focused: bool,
    ctx: &Context,
) -> Seen {
    let events = if of == HISTORY { &detail.history } else { &detail.timeline };
    let trouble = detail.troubles.get(&of).cloned();
    if let Some(state) = trouble.or_else(|| State::awaited(ctx).filter(|_| events.is_none())) {
        return state.draw(buf, area, ctx);
    }
    let Some(items) = events else { return Seen::default() };
    timeline::draw(buf, area, items, &detail.of, focused.then_some(detail.at), ctx)
}

fn draw_related(
    detail: &Detail,
    area: Rect,
    buf: &mut Buffer,
    entity: &Entity,
    field: &str,
    focused: bool,
    ctx: &Context,
) -> Seen {
    let Some(rows) = &detail.rows else { return Seen::default() };
    let columns = Detail::related_columns(entity, field, ctx);
    let mut seen = table::header(buf, paint::row(area, 0), &columns, &[], ctx);
    let body = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    let instead = match detail.troubles.get(&PAGE) {
        Some(trouble) => Some(trouble.clone()),
        None if !rows.loaded().is_empty() => None,
        None if !rows.has_landed() => State::awaited(ctx),
        None => Some(State::empty(none_yet(entity, ctx))),
    };
    if let Some(state) = instead {
        let seen = state.draw(buf, body, ctx);
        return Seen { cursor: seen.cursor.filter(|_| focused), ..seen };
    }
    let marks = std::collections::BTreeSet::new();
    let selected = focused.then_some(rows.selected());
    let look = Look { entity, columns: &columns, marks: &marks, selected };
    seen.join(table::rows(buf, body, rows.visible(usize::from(body.height)), &look, ctx));
    if rows.loaded().is_empty() {
        seen.cursor = ctx.plain.then_some(area.as_position());
        seen.tells(related_name(detail, &entity.name, field, ctx));
    } else {
        seen.told.place = rows.place();
    }
    seen
}

/// That nothing of an entity hangs on the record, and which key makes the first.
fn none_yet(entity: &Entity, ctx: &Context) -> String {
    let key = ctx.key_of(&format!("new.{}", entity.name));
    if key.is_empty() {
        return ctx.t("detail.none").to_owned();
    }
    let what = entity.label.get(ctx.lang()).to_lowercase();
    ctx.tf("list.empty", &[("key", &key), ("entity", &what)])
}

fn draw_fields(
    detail: &Detail,
    area: Rect,
    buf: &mut Buffer,
    focused: bool,
    ctx: &Context,
) -> Seen {
    let mut seen = Seen::default();
    let lines = field_lines(detail, ctx);
    let height = usize::from(area.height);
    let top = detail.at.saturating_sub(height / 2).min(lines.len().saturating_sub(height));
    for ((n, (role, name, value)), y) in
        lines.iter().enumerate().skip(top).zip(area.y..area.bottom())
    {
        let line = Rect { x: area.x + 1, y, width: area.width.saturating_sub(1), height: 1 };
        if focused && n == detail.at {
            seen.cursor = Some(Position { x: area.x, y });
            seen.place(n, lines.len());
            seen.tells(if value.is_empty() { name.clone() } else { ctx.about(name, value) });
            paint::text(
                buf,
                Rect { x: area.x, ..line },
                ctx.glyphs().cursor,
                ctx.style(Role::Accent),
                ctx,
            );
        }
        let inner = Rect { x: line.x + 1, width: line.width.saturating_sub(1), ..line };
        let name_role = if *role == Role::Header { Role::Header } else { Role::Label };
        paint::text(
            buf,
            Rect { width: inner.width.min(17), ..inner },
            name,
            ctx.style(name_role),
            ctx,
        );
        let rest = Rect {
            x: inner.x + 18.min(inner.width),
            width: inner.width.saturating_sub(18),
            ..inner
        };
        paint::text(buf, rest, value, ctx.style(Role::Text), ctx);
    }
    seen
}
