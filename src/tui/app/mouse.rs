//! What a click or a turn of the wheel means: what stands at that place is asked, and what a key would do
//! is done.
//!
//! Nothing needs the mouse. A click on a row moves the cursor there, on the row under the cursor it opens
//! it; beside an overlay it closes it. The wheel moves the cursor, over tabs it steps through them.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::App;
use crate::action::{Key, KeyCode, Place, nav};
use crate::tui::chrome;
use crate::tui::hit::{Hit, Seen, Target};
use crate::tui::message::{Mouse, Turn};
use crate::tui::overlay::which;

/// Rows the wheel goes at a time.
const WHEEL: usize = 3;
/// Stands in every cell that nobody drew on.
const UNTOUCHED: &str = "\u{1}";

impl App {
    /// Takes a click or a turn of the wheel.
    pub(super) fn mouse(&mut self, mouse: Mouse) {
        let at = Position { x: mouse.x, y: mouse.y };
        match mouse.turn {
            Turn::Up => self.wheel(at, -1),
            Turn::Down => self.wheel(at, 1),
            Turn::Press => {
                self.click(at);
                // Whoever points at a key that others follow wants to see them.
                self.pressed_at = chrono::DateTime::UNIX_EPOCH;
            }
        }
    }

    fn wheel(&mut self, at: Position, by: isize) {
        self.pressed.clear();
        self.count = None;
        let (action, key) = towards(by);
        if matches!(self.place(), Place::Form | Place::Filter | Place::Overlay) {
            self.key(Key::plain(key));
            return;
        }
        let target = self.seen_here().and_then(|(seen, _)| seen.at(at).cloned());
        let id = self.stack.last().map(|entry| entry.id);
        let own = target.and_then(|target| self.top(|layer, ctx| layer.wheeled(&target, by, ctx)));
        if let Some(cmds) = own.flatten() {
            self.run_all(id, cmds);
            return;
        }
        for _ in 0..WHEEL {
            self.act(action);
        }
    }

    /// What the top layer shows and can be pointed at, and the cells it drew on.
    fn seen_here(&self) -> Option<(Seen, Buffer)> {
        let top = self.stack.last()?;
        let size = self.framed();
        let mut buf = Buffer::empty(self.size.into());
        for cell in &mut buf.content {
            cell.set_symbol(UNTOUCHED);
        }
        let seen = top.layer.view(self.frame(size).body, &mut buf, &self.ctx);
        Some((seen, buf))
    }

    fn click(&mut self, at: Position) {
        let size = self.framed();
        let places = self.frame(size);
        if !self.pressed.is_empty() || self.count.is_some() {
            self.click_following(at, self.above(&places));
            return;
        }
        let (Some((seen, buf)), Some(top)) = (self.seen_here(), self.stack.last()) else { return };
        let covers = top.layer.covers();
        let touched = buf.cell(at).is_some_and(|cell| cell.symbol() != UNTOUCHED);
        let situation = top.layer.situation(&self.ctx);
        let mut scratch = Buffer::empty(self.size.into());
        let mark = self.draw_mark(self.size.into(), &mut scratch);
        let keys = chrome::footer(places.footer, &mut scratch, &situation, &self.ctx);
        let tabs = if self.ctx.plain { Rect::default() } else { places.tabs };
        let tabs = chrome::tabs(tabs, &mut scratch, None, &self.ctx);
        if let Some(Target::Press(keys)) = mark.at(at).or_else(|| keys.at(at)) {
            self.press_all(keys.clone().0);
        } else if covers && let Some(Target::Tab(n)) = tabs.at(at) {
            self.go_to_tab(*n);
        } else if let Some(target) = seen.at(at).cloned() {
            self.point(&target, at, &seen);
        } else if !covers && !touched {
            self.key(Key::plain(KeyCode::Esc));
        }
    }

    /// A click while keys are begun: on one that may follow, or beside them.
    fn click_following(&mut self, at: Position, above: Rect) {
        let mut buf = Buffer::empty(self.size.into());
        let Some(top) = self.stack.last() else { return };
        let situation = top.layer.situation(&self.ctx);
        let seen = match self.following() {
            Some((title, following)) => {
                let pressed = (title.as_str(), self.pressed.len());
                which::draw(above, &mut buf, pressed, &following, &situation, &self.ctx)
            }
            None => Seen::default(),
        };
        match seen.at(at) {
            Some(Target::Press(keys)) => self.press_all(keys.clone().0),
            _ => {
                self.pressed.clear();
                self.count = None;
            }
        }
    }

    fn press_all(&mut self, keys: Vec<Key>) {
        for key in keys {
            self.key(key);
        }
    }

    fn go_to_tab(&mut self, n: usize) {
        let action = nav::tabs(&self.ctx.catalog).get(n).map(|tab| tab.action());
        if let Some(action) = action {
            self.act(&action);
        }
    }

    /// What stands at a place of the top layer was clicked.
    pub(super) fn point(&mut self, target: &Target, at: Position, seen: &Seen) {
        if let Target::Press(keys) = target {
            self.press_all(keys.0.clone());
            return;
        }
        if self.place() == Place::Filter {
            self.key(Key::plain(KeyCode::Enter));
        }
        let id = self.stack.last().map(|entry| entry.id);
        if let Some(cmds) = self.top(|layer, ctx| layer.pointed(target, ctx)).flatten() {
            self.run_all(id, cmds);
            return;
        }
        let Some(steps) = steps(seen, at) else { return };
        let typed = matches!(self.place(), Place::Form | Place::Overlay);
        let (action, key) = towards(steps);
        for _ in 0..steps.unsigned_abs() {
            if typed {
                self.key(Key::plain(key));
            } else {
                self.act(action);
            }
        }
        if typed {
            self.key(Key::plain(KeyCode::Enter));
        } else if steps == 0 {
            self.act("nav.open");
        }
    }
}

/// The action and the key that go up or down.
fn towards(by: isize) -> (&'static str, KeyCode) {
    if by < 0 { ("nav.up", KeyCode::Up) } else { ("nav.down", KeyCode::Down) }
}

/// How many rows below the one under the cursor a place is.
fn steps(seen: &Seen, at: Position) -> Option<isize> {
    let mut rows: Vec<&Hit> =
        seen.hits.iter().filter(|hit| matches!(hit.target, Target::Row(_))).collect();
    rows.sort_by_key(|hit| (hit.area.y, hit.area.x));
    let place = |at: Position| rows.iter().position(|hit| hit.area.contains(at));
    let from = seen.focus.map(Rect::as_position).or(seen.cursor).and_then(place)?;
    Some(place(at)? as isize - from as isize)
}
