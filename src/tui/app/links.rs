//! Links of records that are opened on the desktop of the one who looks at the screens.

use super::App;
use crate::term::{self, Outlink};
use crate::tui::message::Effect;
use crate::tui::overlay::open::OpenFrom;
use crate::tui::theme::Role;

/// Cells of a link that are said.
const SHOWN: usize = 60;

impl App {
    /// What of the record under the cursor can be opened.
    pub(super) fn open_from(&mut self) {
        if let Some(record) = self.subject() {
            self.push(Box::new(OpenFrom::new(record)));
        }
    }

    /// Has the host open a link, where that is possible at all.
    pub(super) fn open_link(&mut self, link: Outlink) {
        if !self.ctx.opens_links() {
            let text = self.ctx.t("open.not_here").to_owned();
            self.say(Role::Warning, &text);
            return;
        }
        let text = self.ctx.tf("open.opening", &[("link", &shown(&link))]);
        self.say(Role::Good, &text);
        self.effects.push(Effect::Open(link));
    }

    /// Nothing on the desktop took the link.
    pub(super) fn not_opened(&mut self, link: &Outlink) {
        let text = self.ctx.tf("open.failed", &[("link", &shown(link))]);
        self.say(Role::Error, &text);
    }
}

fn shown(link: &Outlink) -> String {
    term::truncate(link.as_str(), SHOWN)
}
