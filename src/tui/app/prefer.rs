//! What a person chose for themselves takes effect: at the start, when it is chosen, and for a moment
//! while it is being looked at.

use super::{APP, App};
use crate::model::{Lang, WeekStart};
use crate::tui::context::Context;
use crate::tui::message::Effect;
use crate::tui::prefs::WEEK;
use crate::tui::request::{Request, Slot};
use crate::tui::theme::Role;

/// How yes and no are kept.
const ON: &str = "on";
const OFF: &str = "off";

/// The preference that says whether it is plain mode.
const PLAIN: &str = "plain";

/// The preferences that change how everything looks.
const LOOKS: [&str; 4] = ["theme", "language", PLAIN, WEEK];

impl App {
    /// Sets a preference, from now on and at the next start.
    pub(super) fn prefer(&mut self, key: &str, text: Option<String>) {
        self.ctx.prefs.set(key, text.clone());
        self.take_on(key, text.as_deref());
        // Whoever looks as another tries things out: nothing of it is kept, for either of them.
        if self.is_view() {
            return;
        }
        // The counter is a slot of its own: two preferences never overtake each other.
        let slot = Slot("prefer", usize::try_from(self.counter).unwrap_or_default());
        self.ask(APP, slot, Request::Keep(vec![(key.to_owned(), text)]));
        if key == WEEK {
            // What this week is has changed; asked after the session knows it.
            self.each(|layer, ctx: &Context| layer.refresh(ctx));
        }
    }

    /// What was chosen before takes effect, unless this start says otherwise.
    pub(super) fn take_on_all(&mut self) {
        if self.ctx.usual.manners.mouse {
            self.take_on(self.mouse_key(), None);
        }
        if self.ctx.usual.manners.plain {
            self.take_on(PLAIN, None);
        }
        for key in LOOKS.into_iter().chain([self.mouse_key()]) {
            if let Some(text) = self.ctx.prefs.get(key).map(str::to_owned)
                && !self.ctx.usual.manners.fixed.contains(&key)
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
                    Err(error) => {
                        let text = self.ctx.strings.said(&error.phrase());
                        self.say(Role::Error, &text);
                    }
                }
            }
            "language" => {
                let lang = text.and_then(Lang::of_code).unwrap_or(self.ctx.usual.lang);
                if lang != self.ctx.lang() {
                    self.ctx.speak(lang);
                    self.said = None;
                    // What was asked for with words in it is asked for again.
                    self.each(|layer, ctx: &Context| layer.refresh(ctx));
                }
            }
            PLAIN => {
                let on = text.map_or(self.ctx.usual.manners.plain, |text| text == ON);
                if on != self.ctx.plain {
                    self.ctx.go_plain(on);
                    self.ctx.size = self.room(self.size);
                    self.each(|layer, ctx: &Context| layer.resized(ctx));
                }
            }
            WEEK => {
                let chosen = text.and_then(WeekStart::of_word);
                let day = chosen.map(|start| start.day(&self.ctx.catalog.company.region));
                self.ctx.moment.week = day.unwrap_or(self.ctx.usual.week);
                self.each(|layer, ctx: &Context| layer.resized(ctx));
            }
            _ if key == self.mouse_key() => {
                let on = text.map_or(self.ctx.usual.manners.mouse, |text| text == ON);
                self.effects.push(Effect::Mouse(on));
                self.has_mouse = on;
            }
            _ => {}
        }
    }

    /// The mouse of a terminal far away is another matter than that of the machine itself.
    fn mouse_key(&self) -> &'static str {
        if self.ctx.usual.manners.local { "mouse" } else { "mouse.remote" }
    }

    /// Goes into plain mode, or back.
    pub(super) fn toggle_plain(&mut self) {
        let on = !self.ctx.plain;
        self.prefer(PLAIN, Some(if on { ON } else { OFF }.to_owned()));
        let text = self.ctx.t(if on { "said.plain_on" } else { "said.plain_off" }).to_owned();
        self.say(Role::Good, &text);
    }

    /// Has the terminal tell of the mouse, or no more.
    pub(super) fn toggle_mouse(&mut self) {
        let on = !self.has_mouse;
        self.prefer(self.mouse_key(), Some(if on { ON } else { OFF }.to_owned()));
        let text = self.ctx.t(if on { "said.mouse_on" } else { "said.mouse_off" }).to_owned();
        self.say(Role::Good, &text);
    }
}
