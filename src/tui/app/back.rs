//! Back and forward through the screens that were visited, as in a browser.
//!
//! What is left is kept as it was, cursor and all, and brought up to date when it is come back to. Where one
//! goes somewhere new, what lay ahead is forgotten. Start at [`App::go_back`].

use super::{App, Entry};
use crate::model::Name;
use crate::tui::context::Context;
use crate::tui::layer::Heading;
use crate::tui::theme::Role;

/// Steps that are kept in each direction.
const STEPS: usize = 32;

/// A step that can be made again.
enum Step {
    /// A screen that lay on top.
    Screen(Entry),
    /// A tab, with the screens that lay on its first one.
    Tab(Name, Vec<Entry>),
}

/// Where one was, and where one came back from.
#[derive(Default)]
pub(super) struct Trail {
    past: Vec<(Name, Vec<Entry>)>,
    ahead: Vec<Step>,
}

impl Trail {
    /// Somewhere new was gone to: nothing lies ahead any more.
    pub(super) fn branch(&mut self) {
        self.ahead.clear();
    }

    /// Everything is of another schema now.
    pub(super) fn forget(&mut self) {
        self.past.clear();
        self.ahead.clear();
    }

    /// There is nothing to go back to.
    pub(super) fn is_at_start(&self) -> bool {
        self.past.is_empty()
    }

    /// A tab was left, with what lay on its first screen.
    pub(super) fn leave(&mut self, tab: Name, above: Vec<Entry>) {
        self.past.push((tab, above));
        let surplus = self.past.len().saturating_sub(STEPS);
        self.past.drain(..surplus);
    }

    fn came_back(&mut self, from: Step) {
        self.ahead.push(from);
        let surplus = self.ahead.len().saturating_sub(STEPS);
        self.ahead.drain(..surplus);
    }
}

impl App {
    /// To the screen before this one.
    pub(super) fn go_back(&mut self) {
        if self.stack.last().is_some_and(|top| top.layer.holds_unsaved(&self.ctx)) {
            return;
        }
        if self.stack.len() > 1 {
            self.step_out();
            return;
        }
        let Some((tab, above)) = self.trail.past.pop() else {
            let text = self.ctx.t("said.nothing_before").to_owned();
            self.say(Role::Muted, &text);
            return;
        };
        let from = self.tab.clone();
        if self.turn_to(&tab, above) {
            self.trail.came_back(Step::Tab(from, Vec::new()));
        }
    }

    /// To the screen that was come back from.
    pub(super) fn go_forward(&mut self) {
        match self.trail.ahead.pop() {
            Some(Step::Screen(entry)) => {
                self.stack.push(entry);
                self.bring_up_to_date();
            }
            Some(Step::Tab(tab, above)) => {
                let from = self.tab.clone();
                let left = self.stack.split_off(1.min(self.stack.len()));
                if self.turn_to(&tab, above) {
                    self.trail.leave(from, left);
                }
            }
            None => {
                let text = self.ctx.t("said.nothing_ahead").to_owned();
                self.say(Role::Muted, &text);
            }
        }
    }

    /// Takes the topmost screen away; it can be gone forward to.
    pub(super) fn step_out(&mut self) {
        if self.stack.len() < 2 {
            return;
        }
        let Some(entry) = self.stack.pop() else { return };
        self.asked.retain(|(layer, _), _| *layer != entry.id);
        if entry.layer.covers() && !entry.layer.place().is_typed_into() {
            self.trail.came_back(Step::Screen(entry));
        }
    }

    /// Shows a tab as it was left, with the screens that lay on it; false where it is gone.
    fn turn_to(&mut self, tab: &Name, above: Vec<Entry>) -> bool {
        if self.tab != *tab {
            let Some(base) = self.parked.remove(tab) else { return false };
            let mut stack = std::mem::take(&mut self.stack).into_iter();
            if let Some(left) = stack.next() {
                self.parked.insert(self.tab.clone(), left);
            }
            self.set_aside(stack.collect());
            self.tab = tab.clone();
            self.stack.push(base);
        }
        self.stack.extend(above);
        self.bring_up_to_date();
        true
    }

    fn bring_up_to_date(&mut self) {
        self.each(|layer, ctx| layer.resized(ctx));
        self.each(|layer, ctx| layer.refresh(ctx));
    }

    /// Where one is, with the way that led there as far as there is room for it.
    pub(super) fn way(&self, screen: usize) -> Heading {
        let ctx = &self.ctx;
        let Some(top) = self.stack.get(screen) else { return Heading::default() };
        let mut heading = top.layer.heading(ctx);
        let below = self.stack[..screen].iter().filter(|entry| entry.layer.covers());
        let mut way: Vec<String> = below
            .enumerate()
            .filter_map(|(n, entry)| {
                let trail = entry.layer.heading(ctx).trail;
                // The first is a tab, the others are records on the way.
                if n == 0 { trail.into_iter().next() } else { trail.into_iter().next_back() }
            })
            .filter(|name| !name.is_empty())
            .collect();
        if way.last() == heading.trail.first() {
            way.pop();
        }
        shorten(&mut way, &heading, ctx);
        way.append(&mut heading.trail);
        Heading { trail: way, ..heading }
    }
}

/// Leaves out the beginning of the way where there is no room for all of it.
fn shorten(way: &mut Vec<String>, heading: &Heading, ctx: &Context) {
    let wide = |name: &String| crate::term::width(name) + 3;
    let own: usize = heading.trail.iter().map(wide).sum::<usize>()
        + crate::term::width(&heading.aside)
        + crate::term::width(&heading.right)
        + 8;
    let room = usize::from(ctx.size.width).saturating_sub(own);
    let mut cut = false;
    while !way.is_empty() && way.iter().map(wide).sum::<usize>() + if cut { 4 } else { 0 } > room {
        way.remove(0);
        cut = true;
    }
    if cut && room >= 4 {
        way.insert(0, ctx.glyphs().cut.to_owned());
    }
}
