//! The fields of a record for reading: in two columns where there is room, empty ones left out.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::model::{Record, Value};
use crate::query::Query;
use crate::schema::{Entity, Field, FieldType, Origin};
use crate::term::{self, Clean};
use crate::tui::cell;
use crate::tui::context::Context;
use crate::tui::paint;
use crate::tui::theme::Role;

/// From this width on fields stand in two columns.
const TWO_FROM: u16 = 64;
/// Cells of a field's name.
const NAME: u16 = 16;

/// A field with something in it, ready to draw.
struct Line<'a> {
    field: &'a Field,
    text: Clean,
    role: Role,
}

/// The fields of a record that hold something, in the order of the form; the title is in the heading.
fn filled<'a>(ctx: &Context, entity: &'a Entity, record: &Record, system: bool) -> Vec<Line<'a>> {
    entity
        .fields
        .iter()
        .filter(|field| field.name != entity.title)
        .filter(|field| system || field.origin != Origin::System || field.name == "owner")
        .filter(|field| !record.get(&field.name).is_null())
        .filter(|field| system || has_a_say(ctx, field, record))
        .map(|field| {
            let (text, role) = match record.get(&field.name) {
                Value::Points(_) => {
                    let value = record.get(&field.name);
                    (Clean::line(&ctx.format.line(&ctx.catalog, field, value)), Role::Text)
                }
                _ => cell::cell(ctx, entity, field, record),
            };
            Line { field, text, role }
        })
        .filter(|line| !line.text.as_str().is_empty())
        .collect()
}

/// False for what a form would not show now: why a deal was won, once it is lost after all.
fn has_a_say(ctx: &Context, field: &Field, record: &Record) -> bool {
    let Some(condition) = &field.visible_when else { return true };
    Query::resolve(condition, &ctx.catalog, &record.entity)
        .ok()
        .and_then(|query| query.decide(&ctx.catalog, record, &ctx.asked_by()))
        .unwrap_or(true)
}

/// Lines the summary takes in `width` cells.
#[must_use]
pub fn height(ctx: &Context, entity: &Entity, record: &Record, width: u16) -> u16 {
    let lines = filled(ctx, entity, record, false);
    let (wide, short): (Vec<&Line<'_>>, Vec<&Line<'_>>) = lines.iter().partition(|l| is_long(l));
    let columns = if width >= TWO_FROM && !ctx.plain { 2 } else { 1 };
    short.len().div_ceil(columns) as u16 + wide.len() as u16
}

fn is_long(line: &Line<'_>) -> bool {
    matches!(line.field.kind, FieldType::LongText | FieldType::Address | FieldType::Tags)
}

/// Draws the fields that hold something into `area`; says how many found no room.
pub fn draw(buf: &mut Buffer, area: Rect, entity: &Entity, record: &Record, ctx: &Context) {
    let lines = filled(ctx, entity, record, false);
    let (long, short): (Vec<&Line<'_>>, Vec<&Line<'_>>) = lines.iter().partition(|l| is_long(l));
    let columns: u16 = if area.width >= TWO_FROM && !ctx.plain { 2 } else { 1 };
    let width = area.width / columns;
    let rows = (short.len() as u16).div_ceil(columns).min(area.height);
    // Down the first column, then the second: related fields stay under each other.
    for (n, line) in short.iter().enumerate() {
        let n = n as u16;
        let (column, row) = (n / rows.max(1), n % rows.max(1));
        if column >= columns {
            break;
        }
        let gap = if column + 1 < columns { 2 } else { 0 };
        let place = Rect {
            x: area.x + column * width,
            y: area.y + row,
            width: width.saturating_sub(gap),
            height: 1,
        };
        draw_line(buf, place, line, ctx);
    }
    for (line, y) in long.iter().zip(area.y + rows..area.bottom()) {
        draw_line(buf, Rect { y, height: 1, ..area }, line, ctx);
    }
}

fn draw_line(buf: &mut Buffer, area: Rect, line: &Line<'_>, ctx: &Context) {
    let name = Rect { width: NAME.min(area.width), ..area };
    let label = term::truncate(line.field.label.get(ctx.lang()), usize::from(NAME - 2));
    paint::text(buf, name, &label, ctx.style(Role::Label), ctx);
    let value = Rect { x: area.x + name.width, width: area.width - name.width, ..area };
    paint::text(buf, value, line.text.as_str(), ctx.style(line.role), ctx);
}

/// The width in which fields stand one under the other.
pub const ONE_COLUMN: u16 = TWO_FROM - 1;

/// Draws a record beside a list: what it is called, then its fields, one under the other.
pub fn beside(buf: &mut Buffer, area: Rect, record: &Record, ctx: &Context) {
    let Some(entity) = ctx.catalog.entity(&record.entity) else { return };
    paint::upright(buf, area, ctx);
    let inner = Rect { x: area.x + 2, width: area.width.saturating_sub(3), ..area };
    let title = cell::title(ctx, record);
    paint::text(buf, paint::row(inner, 0), title.as_str(), ctx.style(Role::Title), ctx);
    let reference = ctx.catalog.reference(&record.reference());
    paint::text(buf, paint::row(inner, 1), &reference, ctx.style(Role::Muted), ctx);
    let rest = Rect { y: inner.y + 3, height: inner.height.saturating_sub(3), ..inner };
    draw(buf, Rect { width: rest.width.min(ONE_COLUMN), ..rest }, entity, record, ctx);
}

/// All fields by group as lines of text, for reading in full: name and value, or the name of a group.
#[must_use]
pub fn all(
    ctx: &Context,
    entity: &Entity,
    record: &Record,
    width: u16,
) -> Vec<(Role, String, String)> {
    let mut out = Vec::new();
    let room = usize::from(width.saturating_sub(20)).max(10);
    let mut groups: Vec<(&str, &crate::model::Name)> =
        entity.groups.iter().map(|g| (g.label.get(ctx.lang()), &g.name)).collect();
    for field in &entity.fields {
        if groups.iter().all(|(_, name)| **name != field.group) {
            groups.push(("", &field.group));
        }
    }
    for (label, group) in groups {
        let fields = entity.fields.iter().filter(|field| field.group == *group);
        let mut filled = fields.filter(|field| !record.get(&field.name).is_null()).peekable();
        if filled.peek().is_none() {
            continue;
        }
        if !label.is_empty() {
            out.push((Role::Header, label.to_owned(), String::new()));
        }
        for field in filled {
            let value = record.get(&field.name);
            let text = match value {
                Value::Text(text) => {
                    let shown = ctx.format.line(&ctx.catalog, field, value);
                    if field.kind == FieldType::LongText { text.clone() } else { shown }
                }
                _ => ctx.format.line(&ctx.catalog, field, value),
            };
            let clean = Clean::block(&text);
            for (n, line) in clean.wrap(room).into_iter().enumerate() {
                let name = if n == 0 { field.label.get(ctx.lang()) } else { "" };
                out.push((Role::Text, name.to_owned(), line.into_string()));
            }
        }
    }
    out
}
