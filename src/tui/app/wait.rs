//! Keys pressed ahead: what is typed before its screen stands waits for it, in order.
//!
//! A layer says which answers a key is about ([`crate::tui::layer::Layer::awaits`]); nothing waits
//! longer than [`HOLD`], so a slow query never shuts the keyboard.

use chrono::{DateTime, TimeDelta, Utc};

use super::App;
use crate::tui::message::Input;

/// No key waits longer than this.
const HOLD: TimeDelta = TimeDelta::seconds(2);

impl App {
    /// Takes a key or pasted text: at once, or when what it is about has landed.
    pub(super) fn typed(&mut self, input: Input) {
        self.ahead.push_back(input);
        self.catch_up();
    }

    /// Does what was typed ahead, as far as nothing is awaited for it.
    pub(super) fn catch_up(&mut self) {
        while let Some(next) = self.ahead.pop_front() {
            if self.held_until(&next).is_some_and(|until| until > self.ctx.now) {
                self.ahead.push_front(next);
                return;
            }
            match next {
                Input::Key(key) => self.key(key),
                Input::Paste(text) => self.paste(&text),
                Input::Mouse(mouse) => self.mouse(mouse),
                _ => {}
            }
        }
    }

    /// When what was typed ahead is done at the latest.
    pub(super) fn catches_up(&self) -> Option<DateTime<Utc>> {
        self.held_until(self.ahead.front()?)
    }

    /// Tells the layers whose time has come.
    pub(super) fn wake(&mut self, now: DateTime<Utc>) {
        let mut all = Vec::new();
        for entry in &mut self.stack {
            if entry.layer.wakes_at().is_some_and(|at| at <= now) {
                all.push((entry.id, entry.layer.woken(&self.ctx)));
            }
        }
        for (id, cmds) in all {
            self.run_all(Some(id), cmds);
        }
    }

    /// Tells the layers that it is over.
    pub(super) fn end(&mut self) {
        self.each(|layer, ctx| layer.ends(ctx));
    }

    fn held_until(&self, input: &Input) -> Option<DateTime<Utc>> {
        let top = self.stack.last()?;
        let key = match input {
            Input::Key(key) => Some(*key),
            _ => None,
        };
        self.asked
            .iter()
            .filter(|((layer, slot), asked)| {
                *layer == top.id && !asked.for_others && top.layer.awaits(*slot, key)
            })
            .map(|(_, asked)| asked.at + HOLD)
            .max()
    }
}
