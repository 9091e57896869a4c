//! How a jotted line looks: the line, then what was understood of it, unclear parts marked.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::{About, Capture};
use crate::capture::{Found, Makes, Part, Trouble, Wish};
use crate::model::Value;
use crate::schema::Entity;
use crate::term::{self, Clean};
use crate::tui::context::Context;
use crate::tui::hit::Seen;
use crate::tui::paint;
use crate::tui::theme::Role;
use crate::tui::widget::{draw, layout};

/// Fields that a row of its own is shown for, in this order.
const SHOWN: [&str; 9] = [
    "due",
    "happened_at",
    "expected_close",
    "amount",
    "tags",
    "priority",
    "owner",
    "emails",
    "phones",
];
/// Candidates named under the line.
const NAMED: usize = 3;

/// A row of the preview.
struct Row {
    label: String,
    value: String,
    unclear: bool,
}

impl Capture {
    pub(super) fn draw(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let rows = self.rows_of_preview(ctx);
        let height = (rows.len() as u16 + 4).min(area.height);
        let place = Rect { y: area.bottom().saturating_sub(height), height, ..area };
        let inner = paint::frame(buf, place, ctx.t("capture.title"), ctx);
        let mut seen = Seen {
            cursor: Some(self.draw_line(paint::row(inner, 0), buf, ctx)),
            ..Seen::default()
        };
        let room = inner.height.saturating_sub(2);
        let widest = rows.iter().map(|row| term::width(&row.label)).max().unwrap_or(0) as u16;
        for (n, row) in rows.iter().take(usize::from(room)).enumerate() {
            let line = paint::row(inner, n as u16 + 1);
            draw_row(row, widest.min(inner.width / 3), line, buf, ctx);
        }
        if inner.height > 1 {
            let last = paint::row(inner, inner.height - 1);
            let (role, text) = match (&self.refused, &self.problem) {
                (Some(refused), _) => (Role::Warning, format!("! {refused}")),
                (None, Some(problem)) => problem.line(),
                (None, None) => (Role::Muted, self.hint(ctx)),
            };
            paint::text(buf, last, &text, ctx.style(role), ctx);
        }
        if let Some((about, pick)) = &self.asking {
            let title = match about {
                About::Who => ctx.tf("capture.ask_who", &[("words", &clean(&self.found.words))]),
                About::User => ctx.t("capture.ask_user").to_owned(),
            };
            let middle = paint::centered(area, 72, area.height.min(14));
            let inside = paint::frame(buf, middle, title.trim(), ctx);
            let problem = self.problem.as_ref().filter(|_| pick.selected().is_none());
            let empty = if problem.is_some() { "" } else { ctx.t("pick.nothing") };
            seen = pick.draw(buf, inside, empty, ctx);
            if let Some(problem) = problem {
                let down = 1.min(inside.height);
                let below = Rect { y: inside.y + down, height: inside.height - down, ..inside };
                seen = Seen { cursor: seen.cursor, ..problem.draw(buf, below, ctx) };
            }
        }
        seen
    }

    fn hint(&self, ctx: &Context) -> String {
        let unclear = self.wish(ctx).is_some_and(|wish| !wish.troubles.is_empty());
        let key = match (self.edit.is_blank(), unclear) {
            (true, _) => "capture.hint_empty",
            (false, true) => "capture.hint_unclear",
            (false, false) => "capture.hint",
        };
        ctx.t(key).to_owned()
    }

    /// The line that is typed into, each part in the style of what it says.
    fn draw_line(&self, row: Rect, buf: &mut Buffer, ctx: &Context) -> Position {
        let lead = paint::text(buf, row, "; ", ctx.style(Role::Accent), ctx);
        let rest = Rect { x: row.x + lead, width: row.width.saturating_sub(lead), ..row };
        let cursor = draw::edited(buf, rest, &self.edit, ctx.style(Role::Input));
        if self.edit.is_blank() {
            let place = Rect { x: rest.x + 1, width: rest.width.saturating_sub(1), ..rest };
            paint::text(buf, place, ctx.t("capture.example"), ctx.style(Role::Placeholder), ctx);
            return cursor;
        }
        // Parts behind the window's start are drawn over it in their own style.
        let (shown, _) =
            layout::window(self.edit.text(), self.edit.cursor(), usize::from(rest.width));
        if self.line.text == self.edit.text() {
            for (range, part) in self.line.parts(self.found.at.as_ref()) {
                let from = range.start.max(shown.start);
                let (Some(style), true) = (style_of(part, ctx), from < range.end) else { continue };
                let text = self.edit.text();
                let (Some(before), Some(own)) =
                    (text.get(shown.start..from), text.get(from..range.end))
                else {
                    continue;
                };
                let x = layout::cells(before) as u16;
                if x < rest.width {
                    let place = Rect { x: rest.x + x, width: rest.width - x, ..rest };
                    draw::put(buf, place, own, style);
                }
            }
        }
        cursor
    }

    fn rows_of_preview(&self, ctx: &Context) -> Vec<Row> {
        let Some(wish) = self.wish(ctx) else { return Vec::new() };
        let Some(entity) = ctx.catalog.entity(&wish.entity) else { return Vec::new() };
        let mut rows = vec![self.head(&wish, entity, ctx)];
        rows.extend(self.who_row(&wish, ctx));
        for name in SHOWN {
            let value = wish.get(name);
            if let (Some(field), false) = (entity.field(name), value.is_null()) {
                let mut shown = ctx.format.line(&ctx.catalog, field, value);
                let near = match value {
                    Value::DateTime(at) => ctx.format.near_instant(*at, ctx.now),
                    Value::Date(day) => ctx.format.near(*day, ctx.today()),
                    _ => String::new(),
                };
                if !near.is_empty() {
                    shown = near;
                }
                rows.push(Row {
                    label: field.label.get(ctx.lang()).to_owned(),
                    value: shown,
                    unclear: false,
                });
            }
        }
        for trouble in &wish.troubles {
            if matches!(trouble, Trouble::Ahead | Trouble::User(_) | Trouble::Strange(_)) {
                let value = told(trouble, &self.found, ctx);
                rows.push(Row { label: String::new(), value, unclear: true });
            }
        }
        rows
    }

    /// What is made: `Task · Call`, and what it is called.
    fn head(&self, wish: &Wish, entity: &Entity, ctx: &Context) -> Row {
        let mut label = entity.label.get(ctx.lang()).to_owned();
        let kind = wish.get("kind").as_text().and_then(|kind| {
            let choices = &entity.field("kind")?.choices;
            choices.iter().find(|choice| choice.value == kind)
        });
        if let Some(kind) = kind.filter(|_| wish.makes == Makes::Activity) {
            kind.label.get(ctx.lang()).clone_into(&mut label);
        } else if let Some(kind) = kind.filter(|kind| kind.value != "todo") {
            label = format!("{label} · {}", kind.label.get(ctx.lang()));
        }
        let title = wish.get(&entity.title).as_text().unwrap_or_default();
        let unclear = wish.troubles.contains(&Trouble::NoText);
        let value =
            if unclear { told(&Trouble::NoText, &self.found, ctx) } else { title.to_owned() };
        Row { label, value, unclear }
    }

    fn who_row(&self, wish: &Wish, ctx: &Context) -> Option<Row> {
        let label = ctx.t("capture.who").to_owned();
        let unclear = wish
            .troubles
            .iter()
            .find(|trouble| matches!(trouble, Trouble::Several | Trouble::Nobody | Trouble::NoWho));
        if let Some(trouble) = unclear {
            return Some(Row { label, value: told(trouble, &self.found, ctx), unclear: true });
        }
        let record = self.found.record.as_ref()?;
        let entity = ctx.catalog.entity(&record.entity)?;
        let title = record.get(&entity.title).as_text().unwrap_or_default();
        let mut value = format!("{title}  {}", ctx.catalog.reference(&record.reference()));
        if self.found.from_screen {
            value.push_str("  ");
            value.push_str(ctx.t("capture.from_screen"));
        }
        Some(Row { label, value, unclear: false })
    }
}

fn clean(text: &str) -> String {
    Clean::line(text).into_string()
}

fn draw_row(row: &Row, widest: u16, area: Rect, buf: &mut Buffer, ctx: &Context) {
    let role = if row.unclear { Role::Warning } else { Role::Label };
    let label = Rect { x: area.x, width: widest, ..area }.intersection(area);
    paint::text(buf, label, &clean(&row.label), ctx.style(role), ctx);
    let mark =
        Rect { x: area.x + widest + 1, width: area.width.saturating_sub(widest + 1), ..area };
    let (sign, role) = if row.unclear { ("? ", Role::Warning) } else { ("  ", Role::Text) };
    let parts = [(sign, ctx.style(role)), (&*clean(&row.value), ctx.style(role))];
    paint::pieces(buf, mark.intersection(area), &parts, ctx);
}

fn style_of(part: Part, ctx: &Context) -> Option<Style> {
    let role = match part {
        Part::Free => return None,
        Part::Verb => Role::Accent,
        Part::Who => Role::Match,
        Part::When => Role::Info,
        Part::Amount | Part::Point => Role::Good,
        Part::Tag | Part::User | Part::Priority => Role::Marked,
        Part::Joint => Role::Muted,
        Part::Subject => Role::Text,
        Part::Wrong => Role::Error,
    };
    Some(ctx.style(role))
}

/// What is unclear, in words.
pub(super) fn told(trouble: &Trouble, found: &Found, ctx: &Context) -> String {
    let words = clean(&found.words);
    match trouble {
        Trouble::Several => {
            let mut names: Vec<String> = found
                .hits
                .iter()
                .take(NAMED)
                .map(|hit| format!("{} {}", clean(&hit.title), ctx.catalog.reference(&hit.record)))
                .collect();
            if found.hits.len() > NAMED {
                names.push(ctx.glyphs().cut.to_owned());
            }
            ctx.listed(&names)
        }
        Trouble::Nobody => ctx.tf("capture.nobody", &[("words", &words)]),
        Trouble::NoWho => ctx.t("capture.no_who").to_owned(),
        Trouble::NoText => ctx.t("capture.no_text").to_owned(),
        Trouble::Ahead => ctx.t("capture.ahead").to_owned(),
        Trouble::User(user) => {
            let key = if found.users.is_empty() {
                "capture.user_unknown"
            } else {
                "capture.user_several"
            };
            ctx.tf(key, &[("word", &clean(user))])
        }
        Trouble::Strange(sign) => ctx.tf("capture.strange", &[("word", &clean(sign))]),
    }
}
