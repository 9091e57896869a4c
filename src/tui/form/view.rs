//! Drawing a form: what is wrong, sections in one or two columns, a hint about the field.
//!
//! The place of the window over the fields follows from the focused field alone, so drawing needs no
//! memory. Everything a record holds passes [`crate::term::Clean`].

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::editor::At;
use super::look_up::alike;
use super::{Focus, Form, Heading, Slot, at, sections};
use crate::schema::FieldType;
use crate::term::{self, Clean};
use crate::tui::hit::Told;
use crate::tui::{Context, Role, Seen, Target, paint, table};

/// From this width on there are two columns.
const TWO_COLUMNS: u16 = 120;
/// Cells left of a label, for the marker of the focused field.
const MARGIN: u16 = 3;
/// Cells between label and value, and between columns.
const GAP: u16 = 2;
/// The widest a label may be.
const WIDEST_LABEL: u16 = 24;
/// Lines of notices at most.
const NOTICES: usize = 3;

/// How the width is shared out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Measure {
    columns: u16,
    column: u16,
    label: u16,
    /// Cells a value has.
    pub value: u16,
}

/// Something on the page of fields, at its place on the whole page.
struct Item {
    area: Rect,
    part: Part,
}

enum Part {
    Section(usize),
    Field(usize),
}

impl Form {
    /// Shares out the width between labels and values.
    pub(super) fn measure(&self, width: u16, ctx: &Context) -> Measure {
        let columns = if width >= TWO_COLUMNS && !ctx.plain { 2 } else { 1 };
        let column = (width.saturating_sub(GAP * (columns - 1))) / columns;
        let widest = self.slots.iter().filter_map(|slot| {
            let draft = self.drafts.get(slot.draft)?;
            let field = ctx.catalog.entity(&draft.record.entity)?.field(&slot.field)?;
            Some(term::width(field.label.get(ctx.lang())) as u16 + 2)
        });
        let label = widest.max().unwrap_or(0).min(WIDEST_LABEL).min(column * 2 / 5);
        let value = column.saturating_sub(MARGIN + label + GAP).max(1);
        Measure { columns, column, label, value }
    }

    /// Draws the form without its heading ([`Form::title`] and [`Form::state`] are for that). Returns
    /// the cursor and what can be clicked at.
    pub fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let area = area.intersection(buf.area);
        let mut seen = Seen::default();
        if area.is_empty() {
            return seen;
        }
        let above = self.draw_notices(buf, area, ctx, &mut seen);
        let hint = u16::from(area.height >= 8);
        let body =
            Rect { y: area.y + above, height: area.height.saturating_sub(above + hint), ..area };
        let anchor = self.draw_fields(buf, body, ctx, &mut seen);
        if hint == 1 {
            self.draw_hint(buf, paint::row(area, area.height - 1), ctx);
        }
        if let Some(popup) = &self.popup {
            let focused = self.focused().and_then(|index| self.at(index, ctx));
            // A click beside the popup means nothing.
            seen.hits.clear();
            seen.told = Told::default();
            seen.join(popup.draw(buf, anchor, area, focused, ctx));
        }
        seen
    }

    /// What the form is about, as it stands over it.
    #[must_use]
    pub fn title(&self, ctx: &Context) -> Clean {
        Clean::line(&match &self.heading {
            Heading::New(entity) => {
                let entity = ctx.catalog.entity(entity);
                let label = entity.map_or("", |entity| entity.label.get(ctx.lang()));
                ctx.tf("form.new", &[("entity", label)])
            }
            Heading::Edit(record, title) => {
                let title = ctx.format.title(&record.entity, title);
                format!("{title}  {}", ctx.catalog.reference(record)).trim().to_owned()
            }
            Heading::About(key, title) => ctx.tf(key, &[("title", title)]),
            Heading::Own(text) => text.clone(),
        })
    }

    /// Whose it is or what about, in nobody's language: the name of the record, as far as it has one.
    #[must_use]
    pub fn subject(&self, ctx: &Context) -> String {
        let named = || {
            let record = &self.drafts.first()?.record;
            let entity = ctx.catalog.entity(&record.entity)?;
            record.get(&entity.title).as_text().map(str::to_owned)
        };
        match &self.heading {
            Heading::New(_) => named().unwrap_or_default(),
            Heading::Edit(_, title) | Heading::About(_, title) | Heading::Own(title) => {
                title.clone()
            }
        }
    }

    /// The same as a step of the way: the record stands before it already, so what is done to it is told.
    #[must_use]
    pub fn place_of(&self, ctx: &Context) -> (Vec<String>, String) {
        match &self.heading {
            Heading::Edit(record, title) => {
                let title = ctx.format.title(&record.entity, title);
                let name = Clean::line(title).into_string();
                let trail = [name, ctx.t("form.edit").to_owned()];
                let trail = trail.into_iter().filter(|step| !step.is_empty());
                (trail.collect(), ctx.catalog.reference(record))
            }
            Heading::New(_) | Heading::About(..) | Heading::Own(_) => {
                (vec![self.title(ctx).into_string()], String::new())
            }
        }
    }

    /// What stands at the right of the heading: how much is still missing.
    #[must_use]
    pub fn state(&self, ctx: &Context) -> String {
        match self.missing() {
            0 => String::new(),
            missing => ctx.strings.count("form.missing", missing),
        }
    }

    /// What is wrong, what happened, who may be there already. Returns the lines it took.
    fn draw_notices(&self, buf: &mut Buffer, area: Rect, ctx: &Context, seen: &mut Seen) -> u16 {
        let room = usize::from(area.height / 3);
        let inside = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
        let mut taken = 0;
        let troubled: Vec<&Slot> =
            self.slots.iter().filter(|slot| slot.trouble.is_some()).collect();
        if !troubled.is_empty() && room > 0 {
            let labels: Vec<&str> =
                troubled.iter().filter_map(|slot| self.label_of(slot, ctx)).collect();
            let text = ctx.strings.count("form.errors", troubled.len());
            let text = Clean::line(&format!("! {}", ctx.about(&text, &ctx.listed(&labels))));
            paint::text(buf, paint::row(inside, 0), &text, ctx.style(Role::Error), ctx);
            taken += 1;
        }
        for notice in self.notices.iter().take(NOTICES) {
            let (mark, role) = if notice.wrong { ("! ", Role::Warning) } else { ("", Role::Info) };
            let text = format!("{mark}{}", notice.text);
            for line in Clean::line(&text).wrap(usize::from(inside.width)) {
                if usize::from(taken) < room {
                    let row = paint::row(inside, taken);
                    paint::text(buf, row, &line, ctx.style(role), ctx);
                    taken += 1;
                }
            }
        }
        for (index, hit) in self.found.iter().enumerate() {
            if usize::from(taken) >= room {
                break;
            }
            let row = paint::row(inside, taken);
            let chosen = self.focus == Focus::Found(index);
            let text = alike(hit, usize::from(row.width).saturating_sub(2), ctx);
            let style = ctx.style(if chosen { Role::Selected } else { Role::Info });
            let marker = if chosen { ctx.glyphs().cursor } else { "?" };
            paint::pieces(buf, row, &[(marker, style), (" ", style), (&text, style)], ctx);
            seen.hit(row, Target::Row(index));
            if chosen {
                seen.place(index, self.found.len());
                seen.tells(text.as_str());
                seen.cursor = Some(row.as_position());
            }
            taken += 1;
        }
        taken
    }

    fn label_of<'a>(&'a self, slot: &Slot, ctx: &'a Context) -> Option<&'a str> {
        let entity = ctx.catalog.entity(&self.drafts.get(slot.draft)?.record.entity)?;
        entity.field(&slot.field).map(|field| field.label.get(ctx.lang()))
    }

    /// Draws the part of the page with the focused field. Returns where a popup belongs.
    fn draw_fields(
        &self,
        buf: &mut Buffer,
        body: Rect,
        ctx: &Context,
        seen: &mut Seen,
    ) -> Position {
        let measure = self.measure(body.width, ctx);
        let (items, total) = self.page(measure, ctx);
        let focused = items.iter().find(
            |item| matches!(item.part, Part::Field(index) if self.focus == Focus::Slot(index)),
        );
        let top = focused.map_or(0, |item| scroll(item.area, body.height, total));
        let mut anchor = body.as_position();
        for item in &items {
            let area = item.area;
            if area.bottom() <= top || area.y >= top + body.height {
                continue;
            }
            let on_page = Rect { x: body.x + area.x, ..area };
            // What sticks out above or below is drawn apart, and what shows of it taken over.
            let whole = area.y >= top && area.bottom() <= top + body.height;
            let place = Rect { y: (body.y + area.y).saturating_sub(top), ..on_page };
            let part = if whole {
                self.draw_item(buf, place, item, measure, ctx)
            } else {
                let own = Rect { y: 0, ..on_page };
                let mut apart = Buffer::empty(own);
                let part = self.draw_item(&mut apart, own, item, measure, ctx);
                copy(&apart, buf, body, i32::from(area.y) - i32::from(top));
                moved(part, i32::from(body.y) + i32::from(area.y) - i32::from(top), body)
            };
            if let Part::Field(index) = item.part
                && self.focus == Focus::Slot(index)
            {
                let below = part.cursor.map_or(place.y, |cursor| cursor.y);
                anchor = Position { x: place.x + MARGIN + measure.label + GAP, y: below };
            }
            seen.join(part);
        }
        anchor
    }

    /// All sections and fields with their places on a page as high as it takes, and its height.
    fn page(&self, measure: Measure, ctx: &Context) -> (Vec<Item>, u16) {
        let mut items = Vec::new();
        let mut y = 0;
        let several = self.sections.iter().filter(|title| !title.is_empty()).count() > 1;
        for (section, title) in self.sections.iter().enumerate() {
            let fields: Vec<(usize, u16)> = self
                .slots
                .iter()
                .enumerate()
                .filter(|(_, slot)| slot.visible && slot.section == section)
                .map(|(index, slot)| (index, self.height(index, slot, measure, ctx)))
                .collect();
            if fields.is_empty() {
                continue;
            }
            let titled = !title.is_empty() && (several || self.drafts.len() > 1);
            if titled {
                y += u16::from(y > 0);
                let width = measure.column * measure.columns;
                let area = Rect { x: 0, y, width, height: 1 };
                items.push(Item { area, part: Part::Section(section) });
                y += 1;
            }
            let heights: Vec<u16> = fields.iter().map(|(_, height)| *height).collect();
            let left = if measure.columns == 2 { sections::split(&heights) } else { fields.len() };
            let mut bottom = y;
            for (column, fields) in [&fields[..left], &fields[left..]].into_iter().enumerate() {
                let x = column as u16 * (measure.column + GAP);
                let mut at = y;
                for (index, height) in fields {
                    let area = Rect { x, y: at, width: measure.column, height: *height };
                    items.push(Item { area, part: Part::Field(*index) });
                    at += height;
                }
                bottom = bottom.max(at);
            }
            y = bottom;
        }
        (items, y)
    }

    fn height(&self, index: usize, slot: &Slot, measure: Measure, ctx: &Context) -> u16 {
        let Some(at) = at(slot, &self.drafts, measure.value, ctx) else { return 0 };
        let focused = self.focus == Focus::Slot(index);
        slot.editor.height(at, focused) + self.remarks(index, measure, ctx).len() as u16
    }

    /// Lines under a field: what is wrong with it, what somebody else did to it.
    fn remarks(&self, index: usize, measure: Measure, ctx: &Context) -> Vec<(Role, Clean)> {
        let slot = &self.slots[index];
        let mut remarks = Vec::new();
        let mut add = |role, text: &str| {
            let lines = Clean::line(text).wrap(usize::from(measure.value));
            remarks.extend(lines.into_iter().map(|line| (role, line)));
        };
        if let Some(trouble) = &slot.trouble {
            let hint = trouble
                .hint
                .as_ref()
                .map(|hint| format!(": {}", ctx.strings.said(hint)))
                .unwrap_or_default();
            add(Role::Error, &format!("! {}{hint}", ctx.strings.said(&trouble.message)));
        }
        if let (Some(conflict), Some(at)) =
            (&slot.conflict, at(slot, &self.drafts, measure.value, ctx))
        {
            let shown = |value| {
                let text = at.shown(value);
                if text.is_empty() { "-".to_owned() } else { text.into_string() }
            };
            let (base, theirs) = (shown(&conflict.base), shown(&conflict.theirs));
            let values = [("base", base.as_str()), ("theirs", theirs.as_str())];
            add(Role::Warning, &ctx.tf("form.conflict.remark", &values));
        }
        remarks
    }

    fn draw_item(
        &self,
        buf: &mut Buffer,
        area: Rect,
        item: &Item,
        measure: Measure,
        ctx: &Context,
    ) -> Seen {
        match item.part {
            Part::Section(section) => {
                let title = self.sections.get(section).map_or("", String::as_str);
                let place = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
                let taken =
                    paint::text(buf, place, &Clean::line(title), ctx.style(Role::Header), ctx);
                let rest = Rect {
                    x: place.x + (taken + 1).min(place.width),
                    width: place.width.saturating_sub(taken + 1),
                    ..place
                };
                paint::rule(buf, rest, ctx);
                Seen::default()
            }
            Part::Field(index) => self.draw_field(buf, area, index, measure, ctx),
        }
    }

    fn draw_field(
        &self,
        buf: &mut Buffer,
        area: Rect,
        index: usize,
        measure: Measure,
        ctx: &Context,
    ) -> Seen {
        let mut seen = Seen::default();
        let slot = &self.slots[index];
        let Some(at) = at(slot, &self.drafts, measure.value, ctx) else { return seen };
        let focused = self.focus == Focus::Slot(index);
        let row = paint::row(area, 0);
        if focused {
            let place = Rect { x: area.x + 1, width: 1, ..row };
            paint::text(buf, place, ctx.glyphs().cursor, ctx.style(Role::Accent), ctx);
        }
        let star = if slot.required && !slot.read_only { " *" } else { "" };
        let role = match (slot.trouble.is_some(), slot.read_only, focused) {
            (true, _, _) => Role::Error,
            (_, true, _) => Role::Muted,
            (_, _, true) => Role::Accent,
            _ => Role::Label,
        };
        let room = usize::from(measure.label).saturating_sub(star.len());
        let label = Clean::line(table::label(at.field, room, ctx)).truncate(room);
        let place = Rect { x: area.x + MARGIN, width: measure.label, ..row };
        let star_role = if self.is_missing(slot) { Role::Warning } else { role };
        paint::pieces(
            buf,
            place.intersection(area),
            &[(&label, ctx.style(role)), (star, ctx.style(star_role))],
            ctx,
        );
        let remarks = self.remarks(index, measure, ctx);
        let height = area.height.saturating_sub(remarks.len() as u16);
        let x = area.x + MARGIN + measure.label + GAP;
        let value = Rect { x, y: area.y, width: measure.value, height }.intersection(area);
        if !value.is_empty() {
            let cursor = slot.editor.draw(buf, value, at, focused);
            if focused {
                // A value that fills its line leaves no cell behind it to stand on.
                let last = area.right().saturating_sub(1);
                seen.cursor = Some(Position { x: cursor.x.min(last), ..cursor });
            }
        }
        if focused {
            self.tell(&mut seen, index, at, &remarks);
        }
        for (n, (role, text)) in remarks.iter().enumerate() {
            let row =
                Rect { x: value.x, width: value.width, ..paint::row(area, height + n as u16) };
            paint::text(buf, row, text, ctx.style(*role), ctx);
        }
        seen.hit(area, Target::Field(slot.target()));
        seen
    }

    /// What is told of the focused field: its name, what is wrong, its value.
    fn tell(&self, seen: &mut Seen, index: usize, at: At<'_>, remarks: &[(Role, Clean)]) {
        let slot = &self.slots[index];
        let visible = |slot: &&Slot| slot.visible;
        let before = self.slots[..index].iter().filter(visible).count();
        seen.place(before, self.slots.iter().filter(visible).count());
        let star = if slot.required && !slot.read_only { " *" } else { "" };
        let wrong: Vec<&str> = remarks.iter().map(|(_, text)| text.as_str()).collect();
        let value = slot.editor.told(at);
        let label = Clean::line(at.field.label.get(at.ctx.lang()));
        let parts = [value.as_str(), &wrong.join(" ")].map(str::trim).join(" ");
        seen.tells(format!("{}{star}: {}", label.as_str(), parts.trim()));
    }

    /// The last line: what can be done in the focused field.
    fn draw_hint(&self, buf: &mut Buffer, row: Rect, ctx: &Context) {
        let inside = Rect { x: row.x + 1, width: row.width.saturating_sub(2), ..row };
        let key = match self.focus {
            Focus::Found(_) => "form.hint.found".to_owned(),
            Focus::Slot(index) => match self.at(index, ctx) {
                Some(_) if self.slots[index].conflict.is_some() => "form.hint.conflict".to_owned(),
                Some(at) => match &at.field.kind {
                    FieldType::Link { .. } => "form.hint.link".to_owned(),
                    // How to type a line of text needs no hint: what it is for may.
                    FieldType::Text => {
                        let help = Clean::line(at.field.help.get(ctx.lang()));
                        paint::text(buf, inside, &help, ctx.style(Role::Muted), ctx);
                        return;
                    }
                    kind => format!("form.hint.{}", kind.word()),
                },
                None => return,
            },
        };
        if ctx.strings.has(&key) {
            let editor = ctx.key_of("form.editor");
            let text = ctx.tf(&key, &[("editor", &editor)]);
            paint::text(buf, inside, &text, ctx.style(Role::Muted), ctx);
        }
    }
}

/// The first line of the page that is shown, so that `item` is seen, in the middle where possible.
fn scroll(item: Rect, height: u16, total: u16) -> u16 {
    let middle = (item.y + item.height / 2).saturating_sub(height / 2);
    // A field higher than the window is shown from its first line.
    middle.min(item.y).min(total.saturating_sub(height))
}

/// Takes over what shows of a part that was drawn apart, `shift` lines below the top of `body`.
fn copy(apart: &Buffer, buf: &mut Buffer, body: Rect, shift: i32) {
    for position in apart.area.positions() {
        let y = i32::from(body.y) + i32::from(position.y) + shift;
        let Ok(y) = u16::try_from(y) else { continue };
        let to = Position { x: position.x, y };
        if body.contains(to)
            && let (Some(from), Some(cell)) = (apart.cell(position), buf.cell_mut(to))
        {
            *cell = from.clone();
        }
    }
}

/// What a part drawn apart handed back, at its place on the screen.
fn moved(part: Seen, shift: i32, body: Rect) -> Seen {
    let line = |y: u16| u16::try_from(i32::from(y) + shift).unwrap_or(0);
    let cursor = part.cursor.map(|at| Position { x: at.x, y: line(at.y) });
    let hits = part.hits.into_iter().map(|mut hit| {
        let bottom = line(hit.area.bottom());
        hit.area.y = line(hit.area.y);
        hit.area.height = bottom.saturating_sub(hit.area.y);
        hit.area = hit.area.intersection(body);
        hit
    });
    Seen {
        cursor: cursor.filter(|at| body.contains(*at)),
        hits: hits.collect(),
        focus: None,
        told: part.told,
        types: part.types,
        denied: part.denied,
    }
}
