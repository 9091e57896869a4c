//! Where the parts of the schedule stand: the names of its views, the agenda, the page of the month.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Schedule, View, agenda, month};
use crate::term;
use crate::tui::context::Context;
use crate::tui::hit::{Seen, Target};
use crate::tui::paint;
use crate::tui::screen::detail::summary;
use crate::tui::state::State;
use crate::tui::theme::Role;

/// From this width on the month stands beside the agenda.
const SIDE_FROM: u16 = 100;
/// Cells of the month beside a day or a week, and of the agenda beside a month.
const MONTH_SIDE: u16 = 38;
const AGENDA_SIDE: u16 = 36;
/// The least lines that the items of a day get under a month.
const LEAST: u16 = 3;

/// Where the parts stand.
pub(super) struct Places {
    bar: Rect,
    pub agenda: Rect,
    month: Option<Rect>,
    /// Below the month beside the agenda: the item under the cursor.
    beside: Option<Rect>,
}

/// Whether there is something beside the agenda.
fn has_side(area: Rect, ctx: &Context) -> bool {
    area.width >= SIDE_FROM && !ctx.plain
}

/// Where the parts stand in the body of the screen.
pub(super) fn places(of: &Schedule, area: Rect, ctx: &Context) -> Places {
    let bar = Rect { height: area.height.min(1), ..area };
    let gap = u16::from(area.height > 14);
    let top = (1 + gap).min(area.height);
    let rest = Rect { y: area.y + top, height: area.height - top, ..area };
    let wide = has_side(area, ctx);
    let weeks = match of.day {
        _ if ctx.plain => 7,
        Some(day) => month::lines(day, of.begins),
        None => 6,
    };
    match (of.view, wide) {
        (View::Day | View::Week, false) => Places { bar, agenda: rest, month: None, beside: None },
        (View::Day | View::Week, true) => {
            let left = rest.width - MONTH_SIDE;
            let side = Rect { x: rest.x + left + 2, width: MONTH_SIDE - 2, ..rest };
            let high = (weeks + 1).min(side.height);
            let below = (high + 1).min(side.height);
            Places {
                bar,
                agenda: Rect { width: left, ..rest },
                month: Some(Rect { height: high, ..side }),
                beside: Some(Rect { y: side.y + below, height: side.height - below, ..side }),
            }
        }
        (View::Month, true) => {
            let left = rest.width - AGENDA_SIDE;
            Places {
                bar,
                agenda: Rect { x: rest.x + left + 1, width: AGENDA_SIDE - 1, ..rest },
                month: Some(Rect { width: left, ..rest }),
                beside: None,
            }
        }
        (View::Month, false) => {
            let high = weeks.min(rest.height.saturating_sub(LEAST)).max(2).min(rest.height);
            let below = (high + u16::from(rest.height > high + 8)).min(rest.height);
            Places {
                bar,
                agenda: Rect { y: rest.y + below, height: rest.height - below, ..rest },
                month: Some(Rect { height: high, ..rest }),
                beside: None,
            }
        }
    }
}

/// Draws the schedule.
pub(super) fn draw(of: &Schedule, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
    let places = places(of, area, ctx);
    let mut seen = draw_bar(of, places.bar, buf, ctx);
    let instead = of.problem.clone().or_else(|| {
        let awaited = State::awaited(ctx);
        awaited.filter(|_| !of.has_landed())
    });
    if let Some(state) = instead {
        let below =
            Rect { y: area.y + places.bar.height, height: area.height - places.bar.height, ..area };
        seen.join(state.draw(buf, below, ctx));
        return seen;
    }
    let month = of.view == View::Month;
    if let Some(place) = places.month {
        let place = if month { place } else { titled(of, place, buf, ctx) };
        seen.join(month::draw(of, place, buf, month && !of.inside, ctx));
    }
    seen.join(agenda::draw(of, places.agenda, buf, ctx));
    if has_side(area, ctx) {
        let x = if month { places.agenda.x - 1 } else { places.agenda.right() };
        let line = Rect { x, width: 1, ..places.agenda };
        paint::upright(buf, line, ctx);
    }
    if let (Some(place), Some(item)) = (places.beside, of.current(ctx)) {
        // The line at its left is there already.
        let place = Rect { x: place.x - 2, width: place.width + 2, ..place };
        summary::beside(buf, place, &item.record, ctx);
    }
    seen
}

/// The name of the month above its page.
fn titled(of: &Schedule, place: Rect, buf: &mut Buffer, ctx: &Context) -> Rect {
    let name = ctx.format.month(of.day(ctx));
    let row = Rect { x: place.x + 1, width: place.width.saturating_sub(1), height: 1, ..place };
    paint::text(buf, row, &name, ctx.style(Role::Header), ctx);
    Rect { y: place.y + 1, height: place.height.saturating_sub(1), ..place }
}

fn draw_bar(of: &Schedule, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
    let mut seen = Seen::default();
    seen.hit(area, Target::Tabs);
    let mut x = area.x;
    for (n, view) in View::ALL.into_iter().enumerate() {
        let title = ctx.strings.find(&format!("schedule.{}", view.word())).unwrap_or_default();
        let text = format!(" {title} ");
        let width = term::width(&text) as u16;
        if x + width > area.right() {
            break;
        }
        let place = Rect { x, width, ..area };
        let role = if view == of.view { Role::TabOpen } else { Role::Tab };
        let text = if view == of.view { paint::open_tab(&text, ctx) } else { text };
        paint::text(buf, place, &text, ctx.style(role), ctx);
        seen.hit(place, Target::Tab(n));
        x += width + 1;
    }
    seen
}
