//! What a person chose for themselves takes effect: at the start, when it is chosen, and for a moment
//! while it is being looked at.

use super::{APP, App};
use crate::model::Lang;
use crate::tui::context::Context;
use crate::tui::request::{Request, Slot};
use crate::tui::theme::Role;

/// The preferences that change how everything looks.
pub(super) const LOOKS: [&str; 2] = ["theme", "language"];

impl App {
    /// Sets a preference, from now on and at the next start.
    pub(super) fn prefer(&mut self, key: &str, text: Option<String>) {
        self.ctx.prefs.set(key, text.clone());
        self.take_on(key, text.as_deref());
        // The counter is a slot of its own: two preferences never overtake each other.
        let slot = Slot("prefer", usize::try_from(self.counter).unwrap_or_default());
        self.ask(APP, slot, Request::Keep(vec![(key.to_owned(), text)]));
    }

    /// What was chosen before takes effect, unless this start says otherwise.
    pub(super) fn take_on_all(&mut self) {
        for key in LOOKS {
            if let Some(text) = self.ctx.prefs.get(key).map(str::to_owned)
                && !self.ctx.usual.fixed.contains(&key)
            {
                self.take_on(key, Some(&text));
            }
        }
    }

    /// A preference takes effect; without a text what the settings say. A text that is not understood
    /// changes nothing.
    pub(super) fn take_on(&mut self, key: &str, text: Option<&str>) {
        match key {
            "theme" => {
                let name = text.unwrap_or(&self.ctx.usual.theme);
                match self.ctx.themes.load(name, self.ctx.theme.depth) {
                    Ok(theme) => self.ctx.theme = theme,
                    Err(error) => self.say(Role::Error, &error.to_string()),
                }
            }
            "language" => {
                let lang = text.and_then(Lang::of_code).unwrap_or(self.ctx.usual.lang);
                if lang != self.ctx.lang() {
                    self.ctx.speak(lang);
                    self.said = None;
                    self.each(|layer, ctx: &Context| layer.resized(ctx));
                }
            }
            _ => {}
        }
    }
}
