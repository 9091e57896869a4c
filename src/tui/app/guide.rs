//! The tutor's place in the app: the rows it takes, what it is told, what it asks.

use ratatui::layout::Size;

use super::{APP, App};
use crate::tui::chrome::NUMBERS;
use crate::tui::theme::Role;
use crate::tui::tutor::Tutor;

impl App {
    /// What is left of the terminal for the screens.
    pub(super) fn room(&self, size: Size) -> Size {
        let taken = if self.tutor.is_some() { Tutor::height(size) } else { 0 };
        // The numbers of rows stand before all that a screen draws.
        let numbers = if self.ctx.plain { NUMBERS } else { 0 };
        let height = size.height.saturating_sub(taken + self.mark_rows());
        Size { width: size.width.saturating_sub(numbers), height }
    }

    /// Lets the tutor look at what came of the last input.
    pub(super) fn show_around(&mut self) {
        let Some(tutor) = self.tutor.as_mut() else { return };
        let Some(top) = self.stack.last() else { return };
        let at = top.layer.situation(&self.ctx);
        for (slot, request) in tutor.look(&at, top.layer.covers(), &self.ctx) {
            self.ask(APP, slot, request);
        }
    }

    /// One step of the tutor on, or back.
    pub(super) fn turn(&mut self, forward: bool) {
        self.tell_tutor(|tutor| tutor.turn(forward));
    }

    /// The next part of a text that is longer than the panel.
    pub(super) fn read_on(&mut self) {
        self.tell_tutor(Tutor::read_on);
    }

    fn tell_tutor(&mut self, tell: impl FnOnce(&mut Tutor)) {
        match self.tutor.as_mut() {
            Some(tutor) => tell(tutor),
            None => {
                let text = self.ctx.t("said.no_tutor").to_owned();
                self.say(Role::Muted, &text);
            }
        }
    }
}
