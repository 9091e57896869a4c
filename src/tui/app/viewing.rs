//! Seeing the screens as another user: how it is asked for, the line that always says so, and how it ends.
//!
//! An app that shows another's view is an app of its own ([`crate::tui::Pair`]), so that nothing of what
//! it showed is left when it ends. It keeps nothing, offers no draft and reminds of nothing: these belong to
//! the one who is seen. Whatever changes data is unavailable in it, and the gate refuses what gets past that.
//! Start at [`App::ask_view`].

use chrono::{DateTime, Utc};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

use super::{APP, App};
use crate::action::{Key, Keys, Place};
use crate::gate::{Denial, GateError, SignInError};
use crate::term;
use crate::tui::chrome::SMALLEST;
use crate::tui::hit::{Seen, Target};
use crate::tui::message::{Effect, Ended, Input};
use crate::tui::paint;
use crate::tui::request::{Answer, Reply, Request, Slot};
use crate::tui::theme::Role;

/// What the app asks a session of another's view by.
pub(super) const VIEW: Slot = Slot("view-as", 0);
/// What ends it.
const END: &str = "access.view-end";

impl App {
    /// Asks for the view of the user under the cursor.
    pub(super) fn ask_view(&mut self) {
        if let Some(user) = self.subject().filter(|of| of.entity == "user") {
            self.ask(APP, VIEW, Request::ViewAs(user.id));
        }
    }

    /// The answer to [`App::ask_view`]: the host opens the screens.
    pub(super) fn take_view(&mut self, answer: Answer) {
        match answer {
            // Whoever was locked out meanwhile sees nothing more.
            Ok(Reply::View(view)) if self.guard().is_none() => {
                self.effects.push(Effect::View(view));
            }
            Ok(_) => {}
            Err(error) => {
                let text = self.ctx.said(&error);
                self.say(Role::Error, &text);
            }
        }
    }

    /// True where somebody only looks as another user does.
    #[must_use]
    pub fn is_view(&self) -> bool {
        self.ctx.viewing.is_some()
    }

    /// What there is to say at the beginning.
    pub(super) fn greet_view(&mut self) {
        let Some(name) = self.ctx.viewing.clone() else { return };
        let text = self.ctx.tf("viewing.begun", &[("name", &name)]);
        self.say(Role::Info, &text);
    }

    /// Ends looking as another.
    pub(super) fn end_view(&mut self, how: Ended) {
        self.effects.clear();
        self.effects.push(Effect::EndView(how));
    }

    /// An error that ends it: whoever looks, or whom they look as, may not be here any more.
    pub(super) fn ends_view(&mut self, input: &Input) -> bool {
        let (Input::Answer(_, Err(error)) | Input::Failed(error)) = input else { return false };
        let over = match error {
            GateError::SignedOut { .. } => true,
            GateError::SignIn(SignInError(denial)) => {
                matches!(denial, Denial::Ended | Denial::Needed)
            }
            _ => false,
        };
        if over && self.is_view() {
            let why = self.ctx.said(error);
            self.end_view(Ended::Because(why));
            return true;
        }
        false
    }

    /// The key that ends it works wherever one is, also where characters are typed.
    pub(super) fn key_ends_view(&mut self, key: Key) -> bool {
        let ends = self.is_view()
            && self.pressed.is_empty()
            && self.ctx.keymap.keys_of(END).iter().any(|keys| keys.0 == [key]);
        if ends {
            self.end_view(Ended::Asked);
        }
        ends
    }

    /// Says that nothing can be changed; false where that is not so.
    pub(super) fn only_looks(&mut self) -> bool {
        let Some(name) = self.ctx.viewing.clone() else { return false };
        let text = self.ctx.tf("viewing.only_looks", &[("name", &name)]);
        self.say(Role::Warning, &text);
        true
    }

    /// Whoever looks as another uses these screens still: their own do not lock.
    pub fn touch(&mut self, now: DateTime<Utc>) {
        self.touched = now;
    }

    /// One's own screens again, after those of another.
    pub(crate) fn come_back(&mut self, name: &str, how: Ended, now: DateTime<Utc>) -> Vec<Effect> {
        self.ctx.now = now;
        self.look_again();
        match how {
            Ended::Asked => {
                let text = self.ctx.tf("viewing.ended", &[("name", name)]);
                self.say(Role::Good, &text);
            }
            Ended::Because(why) => {
                let text = self.ctx.tf("viewing.ended_because", &[("name", name), ("why", &why)]);
                self.say(Role::Warning, &text);
            }
            Ended::Locked => self.lock_now(),
        }
        // The other's screens may have changed what the terminal tells.
        self.effects.push(Effect::Mouse(self.has_mouse));
        std::mem::take(&mut self.effects)
    }

    /// Rows that the line takes.
    pub(super) fn mark_rows(&self) -> u16 {
        u16::from(self.is_view())
    }

    /// Draws the line on top that says as whom one looks, and the key that ends it: in words, and in reverse.
    pub(super) fn draw_mark(&self, area: Rect, buf: &mut Buffer) -> Seen {
        let mut seen = Seen::default();
        let Some(name) = &self.ctx.viewing else { return seen };
        let ctx = &self.ctx;
        let line = Rect { height: area.height.min(1), ..area };
        let style = ctx.style(Role::Warning).add_modifier(Modifier::REVERSED | Modifier::BOLD);
        buf.set_style(line, style);
        let width = usize::from(line.width.saturating_sub(2));
        // Where hardly anything has room as whom one looks goes first.
        let ends = if line.width < SMALLEST.width { "" } else { ctx.t("viewing.ends") };
        // The name gives way before the words and the key do, what is said beside them before the name.
        let said = |name: &str| ctx.tf("viewing.mark", &[("name", name)]);
        let room = width.saturating_sub(term::width(ends) + 2);
        let beside = ctx.t("viewing.nothing_changes");
        let whole = format!("{} · {beside}", said(name));
        let words = if term::width(&whole) <= room {
            whole
        } else {
            let bare = term::width(&said(""));
            said(&term::truncate(name, room.saturating_sub(bare)))
        };
        let at =
            |x: usize, width: usize| Rect { x: line.x + 1 + x as u16, width: width as u16, ..line };
        paint::text(buf, at(0, room), &words, style, ctx);
        let wide = term::width(ends).min(width);
        let hint = at(width - wide, wide);
        paint::text(buf, hint, ends, style, ctx);
        if let Some(keys) = ctx.keymap.keys_of(END).into_iter().next() {
            seen.hit(hint, Target::Press(Keys(keys.0.clone())));
        }
        seen
    }

    /// Whether a layer is one to change something in.
    pub(super) fn is_for_writing(place: Place) -> bool {
        matches!(
            place,
            Place::Form
                | Place::Review
                | Place::Cell
                | Place::Arrange
                | Place::Import
                | Place::Plan
        )
    }
}
