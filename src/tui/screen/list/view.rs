//! How a list is drawn: header, rows, and what stands there when there are none.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{List, grouped};
use crate::gate::Count;
use crate::schema::Entity;
use crate::term::Clean;
use crate::tui::columns::Placed;
use crate::tui::context::Context;
use crate::tui::hit::Seen;
use crate::tui::paint;
use crate::tui::state::State;
use crate::tui::table::{self, Look};
use crate::tui::theme::Role;

impl List {
    pub(super) fn draw_rows(
        &self,
        area: Rect,
        buf: &mut Buffer,
        entity: &Entity,
        ctx: &Context,
    ) -> Seen {
        let columns = self.columns(entity, ctx);
        let mut seen = self.draw_header(paint::row(area, 0), buf, &columns, ctx);
        let body = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
        if let Some(problem) = &self.problem {
            return problem.draw(buf, body, ctx);
        }
        let body = self.draw_near(body, buf, ctx);
        let below = self.totals_height().min(body.height);
        let whole = body;
        let body = Rect { height: body.height - below, ..body };
        if below > 0 {
            let line = paint::row(whole, whole.height - 1);
            self.draw_totals(line, buf, (entity, &columns), ctx);
        }
        if let Some(groups) = &self.groups {
            if !groups.list.is_empty() {
                seen.join(self.draw_groups(groups, body, buf, (entity, &columns), ctx));
                return seen;
            }
            seen.join(self.draw_nothing(body, buf, entity, ctx));
            return seen;
        }
        if self.rows.loaded().is_empty() {
            seen.join(self.draw_nothing(body, buf, entity, ctx));
            return seen;
        }
        let marks = self.marked(self.rows.visible(usize::from(body.height)));
        let look = Look {
            entity,
            columns: &columns,
            marks: &marks,
            selected: Some(self.rows.selected()).filter(|_| self.header.is_none()),
        };
        let visible = self.rows.visible(usize::from(body.height));
        seen.join(table::rows(buf, body, visible, &look, ctx));
        if self.header.is_none() {
            seen.told.place = self.place_of_all();
        }
        let top = self.rows.first_visible(usize::from(body.height));
        let line = paint::row(body, (self.rows.selected() - top) as u16);
        seen.join(self.draw_cell(line, area, &columns, buf, ctx));
        seen
    }

    /// How many records there are, as people read it.
    pub(super) fn total(&self) -> Option<String> {
        self.rows.total().map(|total| match total {
            Count::Exactly(n) => grouped(n),
            Count::AtLeast(n) => format!("{}+", grouped(n)),
        })
    }

    /// The place of the cursor among all records, where it is known.
    pub(super) fn place_of_all(&self) -> Option<(String, String)> {
        self.rows.place().filter(|_| self.groups.is_none())
    }

    /// Says above the rows that they are only near to what was typed; what is left for the rows.
    fn draw_near(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Rect {
        let Some(words) = self.near.as_ref().filter(|_| area.height > 1) else { return area };
        let said = ctx.tf("list.near", &[("words", Clean::line(words).as_str())]);
        let line = paint::row(area, 0);
        let inner = Rect { x: line.x + 3, width: line.width.saturating_sub(4), ..line };
        paint::text(buf, inner, &said, ctx.style(Role::Info), ctx);
        Rect { y: area.y + 1, height: area.height - 1, ..area }
    }

    /// Draws the names of the columns, the one under the cursor marked while they are walked.
    fn draw_header(
        &self,
        line: Rect,
        buf: &mut Buffer,
        columns: &[Placed<'_>],
        ctx: &Context,
    ) -> Seen {
        let mut seen = table::header(buf, line, columns, &self.shown_sort(ctx), ctx);
        let muted = ctx.style(Role::Muted);
        let shown = self.shown_columns(ctx).len().saturating_sub(1);
        if self.skipped > 0 {
            paint::text(buf, line, ctx.glyphs().cut, muted, ctx);
        }
        if shown > self.skipped + columns.len().saturating_sub(1) && line.width > 0 {
            let end = Rect { x: line.right() - 1, width: 1, ..line };
            paint::text(buf, end, ctx.glyphs().cut, muted, ctx);
        }
        let Some(at) = self.header.map(|at| at.min(columns.len().saturating_sub(1))) else {
            return seen;
        };
        if let Some(column) = columns.get(at) {
            let place = table::place(line, column);
            buf.set_style(place.intersection(buf.area), ctx.style(Role::Selected));
            let before = Rect { x: place.x.saturating_sub(1), width: 1, ..place };
            paint::text(buf, before, ctx.glyphs().cursor, ctx.style(Role::Accent), ctx);
            if ctx.plain {
                seen.cursor = Some(place.as_position());
                seen.place(at, columns.len());
                seen.tells(column.field.label.get(ctx.lang()));
            }
        }
        seen
    }

    fn draw_nothing(&self, area: Rect, buf: &mut Buffer, entity: &Entity, ctx: &Context) -> Seen {
        let landed = self.groups.as_ref().map_or(self.rows.has_landed(), |groups| groups.landed);
        if !landed {
            return State::awaited(ctx).map(|s| s.draw(buf, area, ctx)).unwrap_or_default();
        }
        let filtered = !self.filter.text().is_empty() || self.mine;
        let text = if self.rows.request().deleted {
            ctx.t("list.none_deleted").to_owned()
        } else if self.filter.is_open() {
            ctx.t("pick.nothing").to_owned()
        } else if filtered {
            let key = if self.filter.text().is_empty() { "list.mine" } else { "nav.back" };
            ctx.tf("list.no_match", &[("key", &ctx.key_of(key))])
        } else {
            let what = entity.label.get(ctx.lang()).to_lowercase();
            let own = !ctx.reads_others(&entity.name);
            if ctx.creates(&entity.name) {
                ctx.tf("list.empty", &[("key", &ctx.key_of("new.here")), ("entity", &what)])
            } else {
                ctx.t(if own { "list.empty_own" } else { "list.empty_none" }).to_owned()
            }
        };
        // A list takes words as they are written; the search forgives mistakes.
        let text = if filtered && self.condition(ctx).is_some_and(|query| query.words().is_some()) {
            let further = ctx.tf("list.look_further", &[("key", &ctx.key_of("app.find"))]);
            ctx.sentences(&text, &further)
        } else {
            text
        };
        State::empty(text).draw(buf, area, ctx)
    }
}
