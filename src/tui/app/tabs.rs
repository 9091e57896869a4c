//! From tab to tab: what was open is found again as it was left, and nothing unfinished is lost.

use super::{APP, App, Entry};
use crate::model::Name;
use crate::tui::layer::{Layer, ListStart};
use crate::tui::screen::list::List;
use crate::tui::theme::Role;

impl App {
    /// Goes to a tab; what was open there is found again as it was left.
    pub(super) fn go(&mut self, tab: &Name, make: impl FnOnce() -> Box<dyn Layer>) {
        self.asked.retain(|(layer, _), _| *layer == APP);
        let mut stack = std::mem::take(&mut self.stack).into_iter();
        if let Some(base) = stack.next() {
            self.parked.insert(self.tab.clone(), base);
        }
        let stays = |entry: &Entry| entry.layer.covers() && !entry.layer.place().is_typed_into();
        let (above, unfinished) = stack.partition(stays);
        self.set_aside(unfinished);
        self.trail.leave(self.tab.clone(), above);
        self.trail.branch();
        self.tab = tab.clone();
        if self.behind.get(tab) == Some(&true) {
            // It was left for good: the tab is itself again.
            self.behind.remove(tab);
            self.parked.remove(tab);
        }
        match self.parked.remove(tab) {
            Some(entry) => {
                self.stack.push(entry);
                self.on_top(|layer, ctx| layer.resized(ctx));
                self.on_top(|layer, ctx| layer.refresh(ctx));
            }
            None => self.push(make()),
        }
    }

    /// Layers go without having been left: what was entered there is kept, to be gone on with.
    pub(super) fn set_aside(&mut self, layers: Vec<Entry>) {
        for mut entry in layers {
            if entry.layer.holds_unsaved(&self.ctx) {
                let cmds = entry.layer.ends(&self.ctx);
                self.run_all(Some(entry.id), cmds);
                let text = self.ctx.t("said.form_kept").to_owned();
                self.say(Role::Info, &text);
            }
        }
    }

    pub(super) fn open_list(&mut self, start: ListStart) {
        let Some(entity) = start.entity.clone() else { return };
        if !start.is_plain() {
            self.parked.remove(&entity);
            self.behind.remove(&entity);
        }
        if start.behind {
            self.behind.insert(entity.clone(), false);
        }
        if self.tab == entity {
            // From the board back to the list of the same tab.
            self.parked.remove(&entity);
            let left = std::mem::take(&mut self.stack);
            self.set_aside(left);
            self.push(Box::new(List::new(entity, start)));
            return;
        }
        self.go(&entity.clone(), || Box::new(List::new(entity, start)));
    }
}
