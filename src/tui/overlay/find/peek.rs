//! The card of a record that was looked up: all that it holds, to be read and copied from, over what one was
//! doing. Nothing of what lies below is touched. Start at [`Peek::of`].

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::gate::Hit;
use crate::model::{Link, Record, RecordRef};
use crate::term::{self, Clean};
use crate::tui::cell;
use crate::tui::context::Context;
use crate::tui::hit::Seen;
use crate::tui::paint;
use crate::tui::request::{Answer, Reply};
use crate::tui::screen::detail::summary;
use crate::tui::state::State;
use crate::tui::theme::Role;

/// Cells of the card.
const WIDTH: u16 = 76;
/// Lines of the card, frame included.
const HEIGHT: u16 = 18;
/// Cells of a field's name.
const NAME: u16 = 18;
/// Lines that a page key goes.
const PAGE: isize = 10;

/// The card of a record that was found.
pub(super) struct Peek {
    /// Which.
    pub of: RecordRef,
    /// What the search called it.
    title: String,
    record: Option<Box<Record>>,
    problem: Option<State>,
    /// The first line that is shown.
    top: usize,
}

impl Peek {
    /// The card of a hit; it fills when the record has been read.
    pub(super) fn of(hit: &Hit) -> Self {
        let (of, title) = (hit.record.clone(), hit.title.clone());
        Self { of, title, record: None, problem: None, top: 0 }
    }

    /// The record as a field that links to it holds it.
    pub(super) fn link(&self) -> Link {
        let mut link = Link::new(&self.of.entity, self.of.id);
        link.title.clone_from(&self.title);
        link
    }

    /// Whether the record is put away.
    pub(super) fn is_deleted(&self) -> bool {
        self.record.as_ref().is_some_and(|record| record.meta.deleted_at.is_some())
    }

    /// Takes the record in.
    pub(super) fn take(&mut self, answer: Answer, ctx: &Context) {
        match answer {
            Ok(Reply::Record(record)) => {
                self.title = cell::title(ctx, &record).into_string();
                (self.record, self.problem) = (Some(record), None);
            }
            Ok(_) => {}
            Err(error) => self.problem = Some(State::of(&error, ctx)),
        }
    }

    /// Moves through the lines of a long card; false where the action is another.
    pub(super) fn scroll(&mut self, action: &str, ctx: &Context) -> bool {
        let by = match action {
            "nav.up" => -1,
            "nav.down" => 1,
            "nav.page-up" => -PAGE,
            "nav.page-down" => PAGE,
            "nav.top" => isize::MIN,
            "nav.bottom" => isize::MAX,
            _ => return false,
        };
        let place = place(crate::tui::chrome::body(ctx.size));
        let room = usize::from(place.height.saturating_sub(4));
        let most = self.lines(place.width, ctx).len().saturating_sub(room);
        self.top = self.top.saturating_add_signed(by).min(most);
        true
    }

    /// Names and values, group by group.
    fn lines(&self, width: u16, ctx: &Context) -> Vec<(Role, String, String)> {
        let Some(record) = &self.record else { return Vec::new() };
        let Some(entity) = ctx.catalog.entity(&record.entity) else { return Vec::new() };
        summary::all(ctx, entity, record, width)
    }

    /// Draws the card.
    pub(super) fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let place = place(area);
        let title = Clean::line(&self.title);
        let inner = paint::frame(buf, place, title.as_str(), ctx);
        let mut seen = Seen { cursor: Some(inner.as_position()), ..Seen::default() };
        seen.told.title = Some(title.into_string());
        let kind = ctx.catalog.entity(&self.of.entity).map_or("", |e| e.label.get(ctx.lang()));
        let reference = ctx.catalog.reference(&self.of);
        let head = [
            (kind, ctx.style(Role::Muted)),
            (" ", ctx.style(Role::Muted)),
            (reference.as_str(), ctx.style(Role::Muted)),
        ];
        let taken = paint::pieces(buf, paint::row(inner, 0), &head, ctx);
        let (row, back) = (paint::row(inner, 0), ctx.t("find.back"));
        if usize::from(row.width.saturating_sub(taken + 2)) >= term::width(back) {
            paint::aligned(buf, row, back, ctx.style(Role::Muted), paint::Side::Right, ctx);
        }
        let below = inner.height.min(2);
        let body = Rect { y: inner.y + below, height: inner.height - below, ..inner };
        if let Some(problem) = &self.problem {
            problem.draw(buf, body, ctx);
            return seen;
        }
        if self.record.is_none() {
            if let Some(state) = State::awaited(ctx) {
                state.draw(buf, body, ctx);
            }
            return seen;
        }
        let lines = self.lines(place.width, ctx);
        let top = self.top.min(lines.len().saturating_sub(usize::from(body.height)));
        for (n, (role, name, value)) in (0..body.height).zip(lines.iter().skip(top)) {
            let row = paint::row(body, n);
            let label = Rect { width: NAME.min(row.width), ..row };
            let head = if value.is_empty() { row } else { label };
            let role = if *role == Role::Header { Role::Header } else { Role::Label };
            let name = term::truncate(name, usize::from(head.width).saturating_sub(1));
            paint::text(buf, head, &name, ctx.style(role), ctx);
            let rest = Rect { x: row.x + label.width, width: row.width - label.width, ..row };
            paint::text(buf, rest, value, ctx.style(Role::Text), ctx);
        }
        if let Some((_, name, value)) = lines.get(top) {
            seen.tells(format!("{name} {value}").trim().to_owned());
            seen.place(top, lines.len());
        }
        seen
    }
}

fn place(area: Rect) -> Rect {
    paint::centered(area, WIDTH, area.height.min(HEIGHT))
}
