//! Draws the stack: the uppermost screen in its frame, overlays above it.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{App, plain};
use crate::action::Place;
use crate::action::nav::{self, Tab};
use crate::tui::chrome::{self, Chrome, SMALLEST};
use crate::tui::hit::Seen;
use crate::tui::layer::Layer;
use crate::tui::overlay::which;
use crate::tui::paint;
use crate::tui::theme::Role;

impl App {
    /// Draws the app into a frame; what can be pointed at.
    pub fn view(&self, frame: &mut Frame<'_>) -> Seen {
        let area = frame.area();
        let seen = self.draw(area, frame.buffer_mut());
        if let Some(cursor) = seen.cursor {
            frame.set_cursor_position(cursor);
        }
        seen
    }

    /// Draws the app into a buffer.
    pub fn draw(&self, area: Rect, buf: &mut Buffer) -> Seen {
        let seen = match self.guard() {
            Some(guard) => guard.view(area, buf, &self.ctx),
            None => self.draw_layers(area, buf),
        };
        self.ctx.theme.lay_ground(buf);
        if self.ctx.ascii {
            in_ascii(buf);
        }
        seen
    }

    fn draw_layers(&self, area: Rect, buf: &mut Buffer) -> Seen {
        let ctx = &self.ctx;
        buf.set_style(area, ctx.style(Role::Text));
        let mark = self.draw_mark(area, buf);
        if area.width < SMALLEST.width || area.height < SMALLEST.height {
            let text = ctx.tf(
                "said.too_small",
                &[("width", &SMALLEST.width.to_string()), ("height", &SMALLEST.height.to_string())],
            );
            for (n, line) in
                crate::term::wrap(&text, usize::from(area.width.max(2))).iter().enumerate()
            {
                let row = paint::row(area, n as u16 + self.mark_rows());
                paint::text(buf, row, line, ctx.style(Role::Text), ctx);
            }
            return mark;
        }
        if self.is_signed_out() {
            return self.draw_signed_out(area, buf);
        }
        let below = area;
        let height = self.room(area.as_size()).height;
        let area = Rect { y: area.y + self.mark_rows(), height, ..area };
        let places = self.frame(area.as_size());
        let screen = self.stack.iter().rposition(|entry| entry.layer.covers()).unwrap_or(0);
        let Some(base) = self.stack.get(screen) else { return Seen::default() };
        let mut seen = if ctx.plain {
            self.draw_plainly(screen, &places, buf)
        } else {
            let mut seen = chrome::tabs(places.tabs, buf, self.open_tab(), ctx);
            chrome::heading(places.heading, buf, &self.way(screen), ctx);
            seen.join(base.layer.view(places.body, buf, ctx));
            for entry in &self.stack[screen + 1..] {
                seen.join(entry.layer.view(places.body, buf, ctx));
            }
            seen.join(self.draw_status(base.layer.as_ref(), places.status, buf));
            seen
        };
        let top = self.stack.last().map_or(base, |top| top);
        seen.join(chrome::footer(places.footer, buf, &top.layer.situation(ctx), ctx));
        if self.popup_at().is_some_and(|at| at <= ctx.now)
            && let Some((title, following)) = self.following()
        {
            let above = self.above(&places);
            let at = top.layer.situation(ctx);
            let popup = which::draw(above, buf, (&title, self.pressed.len()), &following, &at, ctx);
            if ctx.plain {
                let next = which::told(self.pressed.len(), &following, &at, ctx);
                self.draw_following(&title, &next, places.status, buf);
            }
            seen.join(popup);
        }
        if let Some(tutor) = &self.tutor {
            let panel = Rect { y: area.bottom(), height: below.bottom() - area.bottom(), ..area };
            tutor.draw(panel, buf, ctx);
        }
        seen.join(mark);
        seen
    }

    /// The same in plain mode: the line that is typed into takes the place of the heading, the status
    /// line tells what is focused.
    fn draw_plainly(&self, screen: usize, places: &Chrome, buf: &mut Buffer) -> Seen {
        let ctx = &self.ctx;
        let Some(base) = self.stack.get(screen) else { return Seen::default() };
        let mut seen = base.layer.view(places.body, buf, ctx);
        let mut shown = base;
        for entry in &self.stack[screen + 1..] {
            let over = entry.layer.view(places.body, buf, ctx);
            // What writes in the dark draws nothing.
            if over != Seen::default() {
                (seen, shown) = (over, entry);
            }
        }
        let mut rows = plain::choices(&seen, shown.layer.place());
        if !self.pressed.is_empty() {
            rows.clear();
        }
        self.draw_numbers(&rows, buf);
        self.draw_ways(places.tabs, buf, !rows.is_empty());
        let typed = base.layer.prompt(places.heading, buf, ctx);
        if typed.is_none() {
            chrome::heading(places.heading, buf, &self.way(screen), ctx);
        }
        self.draw_announced((shown.layer.as_ref(), &seen), places, buf);
        // Where nothing is focused the cursor stands at what is told of it.
        let status = Seen { cursor: Some(places.status.as_position()), ..Seen::default() };
        let mut all = status;
        all.join(seen);
        all.join(typed.unwrap_or_default());
        all
    }

    fn draw_status(&self, layer: &dyn Layer, area: Rect, buf: &mut Buffer) -> Seen {
        if let Some(text) = self.count_shown() {
            chrome::status(area, buf, Some((Role::Info, &text)), &self.ctx);
            return Seen::default();
        }
        if let Some((role, text, _)) = &self.said {
            chrome::said(area, buf, (*role, text), &self.ctx);
            return Seen::default();
        }
        if let Some(seen) = layer.prompt(area, buf, &self.ctx) {
            return seen;
        }
        // On the home screen what waits comes first; elsewhere the screen has the word.
        let first = self.wishes_told().filter(|_| layer.place() == Place::Home);
        let said = first.or_else(|| layer.status(&self.ctx));
        let said = said.or_else(|| self.wishes_told()).or_else(|| self.watch_told());
        // All of it stands beside a reminder: that may wait for hours.
        if let Some((role, text)) = said {
            let rest = self.draw_reminder_beside(area, buf);
            chrome::status(rest, buf, Some((role, &text)), &self.ctx);
        } else if !self.draw_reminder(area, buf) {
            chrome::status(area, buf, None, &self.ctx);
        }
        Seen::default()
    }

    /// The place of the open tab, home being 0.
    fn open_tab(&self) -> Option<usize> {
        nav::tabs(&self.ctx.catalog).into_iter().position(|tab| match tab {
            Tab::Home => self.tab == "home",
            Tab::List(entity) => entity.name == self.tab,
            Tab::Reports => self.tab == super::REPORTS,
        })
    }
}

/// Signs of ours in texts, for terminals that show only ASCII; letters of people stay what they are.
fn in_ascii(buf: &mut Buffer) {
    for cell in &mut buf.content {
        let sign = match cell.symbol() {
            "…" => "~",
            "·" | "•" => "-",
            "★" => "*",
            "☆" => ".",
            "→" => ">",
            "←" => "<",
            "↑" => "^",
            "↓" => "v",
            "“" | "”" => "\"",
            "‘" | "’" => "'",
            "–" | "—" => "-",
            _ => continue,
        };
        cell.set_symbol(sign);
    }
}
