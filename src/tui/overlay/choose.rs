//! One of a few: a choice, a column, a value to copy. Digits pick at once, letters narrow.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::action::{Key, KeyCode, Place};
use crate::term::Clean;
use crate::tui::context::Context;
use crate::tui::hit::Seen;
use crate::tui::layer::{Cmd, Cmds, Layer};
use crate::tui::paint;
use crate::tui::widget::pick::{Pick, PickRow};

/// A list to choose one from; the layer below is told which.
pub struct Choose {
    tag: &'static str,
    title: String,
    pick: Pick<String>,
    /// Digits pick at once.
    numbered: bool,
}

impl Choose {
    /// Choices as `(what is told, what is shown)`; the layer below hears of `tag` and the choice.
    #[must_use]
    pub fn new(tag: &'static str, title: String, choices: Vec<(String, String)>) -> Self {
        let rows = choices
            .into_iter()
            .enumerate()
            .map(|(n, (key, label))| {
                let label = if n < 9 { format!("{} {label}", n + 1) } else { format!("  {label}") };
                PickRow::new(key, Clean::line(&label))
            })
            .collect();
        Self { tag, title, pick: Pick::narrowing(rows, "").numbered(), numbered: true }
    }

    /// With the cursor on what holds now, which is marked.
    #[must_use]
    pub fn now(mut self, current: &str) -> Self {
        let at = self.pick.rows().iter().position(|row| row.key == current);
        if let Some((at, row)) = at.and_then(|at| Some((at, self.pick.rows_mut().get_mut(at)?))) {
            row.note = Clean::line("*");
            self.pick.select_nth(at);
        }
        self
    }

    /// The same for a long list that is narrowed rather than counted.
    #[must_use]
    pub fn listing(tag: &'static str, title: String, choices: Vec<(String, String)>) -> Self {
        let rows = choices.into_iter().map(|(key, label)| PickRow::new(key, Clean::line(&label)));
        Self { tag, title, pick: Pick::narrowing(rows.collect(), ""), numbered: false }
    }

    fn chosen(&self) -> Cmds {
        self.pick
            .selected()
            .map(|row| Cmd::CloseAndTell(self.tag, row.key.clone()))
            .into_iter()
            .collect()
    }
}

impl Layer for Choose {
    fn place(&self) -> Place {
        Place::Overlay
    }

    fn covers(&self) -> bool {
        false
    }

    fn key(&mut self, key: Key, _ctx: &Context) -> Option<Cmds> {
        let begins = self.numbered && self.pick.query.is_blank();
        if let (KeyCode::Char(digit @ '1'..='9'), true) = (key.code, begins) {
            let n = digit as usize - '1' as usize;
            return Some(if self.pick.select_nth(n) { self.chosen() } else { Cmds::new() });
        }
        self.pick.key(key).cmds(|| self.chosen())
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let width = self.pick.wanted_width().max(crate::term::width(&self.title) as u16 + 4) + 4;
        let place = paint::centered(area, width, self.pick.wanted_height() + 2);
        let inner = paint::frame(buf, place, &self.title, ctx);
        self.pick.draw(buf, inner, ctx.t("pick.nothing"), ctx)
    }
}
