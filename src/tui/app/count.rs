//! A number before a motion: `5 j` goes five down, `20 G` to the twentieth row.
//!
//! It is begun by the key of `nav.count`, because digits alone go to the tabs. Only what moves takes a
//! number; anything else is not done and says so, for nobody can know what was meant.

use ratatui::layout::Rect;

use super::App;
use crate::action::{Action, Group, Key, KeyCode, Keys, Lookup};
use crate::term::grouped;
use crate::tui::chrome::Chrome;
use crate::tui::theme::Role;

/// No number is larger.
const MOST: u32 = 9_999_999;
/// So many times at most something is done that knows no better way.
const TIMES: u32 = 1_000;

impl App {
    /// Begins a number; a digit is its first one.
    pub(super) fn begin_count(&mut self, key: Option<Key>) {
        self.count = Some(key.and_then(digit).unwrap_or(0));
    }

    /// A key while a number is typed; true where it is a part of the number.
    pub(super) fn count_key(&mut self, key: Key) -> bool {
        let Some(count) = self.count else { return false };
        self.pressed_at = self.ctx.now;
        if let Some(digit) = digit(key) {
            self.count = Some(count.saturating_mul(10).saturating_add(digit).min(MOST));
        } else if key.is(KeyCode::Backspace) {
            self.count = (count > 9).then_some(count / 10);
        } else if key.is(KeyCode::Esc) {
            self.count = None;
        } else {
            return false;
        }
        true
    }

    /// Does an action so many times.
    pub(super) fn act_counted(&mut self, id: &str, count: u32) {
        let Some(action) = self.ctx.actions.get(id).cloned() else { return };
        if !action.counted {
            let what = action.title_in(&self.ctx.strings, &self.ctx.catalog);
            let n = grouped(count.into());
            let text = self.ctx.tf("count.not_here", &[("n", &n), ("action", &what)]);
            self.say(Role::Warning, &text);
            return;
        }
        // No number was typed, or 0: as without.
        if count == 0 {
            self.act(id);
            return;
        }
        let Some(top) = self.stack.last() else { return };
        if action.available(&top.layer.situation(&self.ctx)).is_err() {
            self.act(id);
            return;
        }
        let from = Some(top.id);
        if let Some(cmds) = self.top(|layer, ctx| layer.act_counted(id, count, ctx)).flatten() {
            self.run_all(from, cmds);
            return;
        }
        // To the row of that number: from the first one on.
        let (id, times) = match id {
            "nav.top" | "nav.bottom" => {
                self.act("nav.top");
                ("nav.down", count - 1)
            }
            other => (other, count),
        };
        for _ in 0..times.min(TIMES) {
            self.act(id);
        }
    }

    /// What may follow a number, for the popup.
    fn counted_here(&self) -> Vec<(&Keys, &Action)> {
        let place = self.place();
        let (keymap, actions) = (&self.ctx.keymap, &self.ctx.actions);
        let counted = actions.at(place).filter(|action| action.counted);
        let mut found: Vec<(&Keys, &Action)> = counted
            .filter_map(|action| {
                let keys = keymap.keys_at(&action.id, place, actions);
                keys.into_iter().next().map(|keys| (keys, action))
            })
            .collect();
        found.sort_by_key(|(_, action)| action.group != Group::Move);
        found
    }

    /// What may follow what was pressed so far, and what that was, for the popup.
    pub(super) fn following(&self) -> Option<(String, Vec<(&Keys, &Action)>)> {
        if self.pressed.is_empty() {
            let n = self.count.filter(|n| *n > 0)?;
            return Some((grouped(n.into()), self.counted_here()));
        }
        match self.ctx.keymap.lookup(&self.pressed, self.place(), &self.ctx.actions) {
            Lookup::Prefix(mut following) => {
                // The keys of the tutor say nothing where there is none.
                if self.tutor.is_none() {
                    following.retain(|(_, action)| !action.id.starts_with("tutor."));
                }
                Some((Keys(self.pressed.clone()).read(self.ctx.lang()), following))
            }
            Lookup::Action(_) | Lookup::Nothing => None,
        }
    }

    /// The room above which the popup ends: the number itself stays seen.
    pub(super) fn above_popup(&self, places: &Chrome) -> u16 {
        if self.pressed.is_empty() { places.status.y } else { places.footer.y }
    }

    /// What lies above the popup.
    pub(super) fn above(&self, places: &Chrome) -> Rect {
        let y = self.mark_rows();
        let height = self.above_popup(places).saturating_sub(y);
        Rect { x: 0, y, width: self.size.width, height }
    }

    /// The number as it stands in the line above the footer.
    pub(super) fn count_shown(&self) -> Option<String> {
        let n = match self.count? {
            0 => "_".to_owned(),
            n => grouped(n.into()),
        };
        Some(self.ctx.tf("count.status", &[("n", &n)]))
    }
}

fn digit(key: Key) -> Option<u32> {
    key.typed().and_then(|c| c.to_digit(10))
}
