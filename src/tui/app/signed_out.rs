//! The person may not act any more: everything that was shown is gone, and the program ends.
//!
//! It is told at the next question, or within the half second in which a host looks for changes by others.
//! Nothing is asked or kept from then on. Start at [`App::sign_out`].

use chrono::{DateTime, TimeDelta, Utc};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{App, back, remind};
use crate::action::{KeyCode, Lookup, Place};
use crate::term;
use crate::tui::hit::Seen;
use crate::tui::message::{Effect, Input};
use crate::tui::paint;
use crate::tui::theme::Role;

/// So long it stands to be read.
const STANDS: TimeDelta = TimeDelta::seconds(60);
/// The text is no wider than this.
const WIDTH: u16 = 60;

impl App {
    /// Forgets everything that was shown.
    pub(super) fn sign_out(&mut self) {
        if self.signed_out.is_some() {
            return;
        }
        self.signed_out = Some(self.ctx.now);
        self.stack.clear();
        self.parked.clear();
        self.trail = back::Trail::default();
        self.pressed.clear();
        self.count = None;
        self.ahead.clear();
        self.said = None;
        self.asked.clear();
        self.remind = remind::Remind::default();
        self.tutor = None;
        self.ctx.repeat = None;
        self.ctx.waiting = false;
        self.effects.clear();
    }

    /// True once the person may not act any more.
    #[must_use]
    pub fn is_signed_out(&self) -> bool {
        self.signed_out.is_some()
    }

    /// When the program ends by itself.
    pub(super) fn ends_signed_out(&self) -> Option<DateTime<Utc>> {
        self.signed_out.map(|since| since + STANDS)
    }

    /// Nothing is left but to leave.
    pub(super) fn update_signed_out(&mut self, input: &Input) {
        match input {
            Input::Resize(width, height) => {
                self.size = ratatui::layout::Size { width: *width, height: *height };
                self.ctx.size = self.size;
            }
            Input::Key(key) => {
                let found = self.ctx.keymap.lookup(&[*key], Place::Home, &self.ctx.actions);
                let leaves = matches!(
                    found,
                    Lookup::Action(action) if matches!(action.id.as_str(), "app.quit" | "nav.back")
                );
                if leaves || matches!(key.code, KeyCode::Enter | KeyCode::Esc) {
                    self.effects.push(Effect::Quit);
                }
            }
            Input::End => self.effects.push(Effect::Quit),
            _ => {}
        }
        if self.ends_signed_out().is_some_and(|ends| ends <= self.ctx.now) {
            self.effects.push(Effect::Quit);
        }
    }

    /// A box in the middle that says so, and nothing else.
    pub(super) fn draw_signed_out(&self, area: Rect, buf: &mut Buffer) -> Seen {
        let ctx = &self.ctx;
        let width = WIDTH.min(area.width.saturating_sub(6)).max(8);
        let mut lines: Vec<(Role, String)> = Vec::new();
        for (role, key) in [(Role::Text, "signed_out.text"), (Role::Muted, "signed_out.next")] {
            if !lines.is_empty() {
                lines.push((Role::Text, String::new()));
            }
            let text = ctx.t(key);
            lines.extend(term::wrap(text, usize::from(width)).into_iter().map(|l| (role, l)));
        }
        let height = (lines.len() as u16 + 2).min(area.height);
        let place = paint::centered(area, width + 4, height);
        let inner = paint::frame(buf, place, ctx.t("signed_out.title"), ctx);
        let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(1), ..inner };
        for (n, (role, line)) in lines.iter().enumerate().take(usize::from(inner.height)) {
            paint::text(buf, paint::row(inner, n as u16), line, ctx.style(*role), ctx);
        }
        let mut seen =
            Seen { cursor: Some(Position { x: inner.x, y: inner.y }), ..Seen::default() };
        seen.tells(ctx.t("signed_out.text"));
        seen
    }
}
