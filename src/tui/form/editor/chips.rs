//! Multi-select and tags: a row of chips. Tags are typed, choices are checked in a list.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{At, FieldEditor, Reply, Side, choice, draw_value};
use crate::model::Value;
use crate::schema::{FieldType, Invalid};
use crate::term::Clean;
use crate::tui::Role;
use crate::tui::form::popup::Popup;
use crate::tui::key::{Key, KeyCode};
use crate::tui::widget::chips::{self, Chip};
use crate::tui::widget::{Act, Done, TextEdit, draw, keys, layout};

/// Cells kept free behind the chips for typing.
const TAIL: u16 = 8;

/// The editor.
#[derive(Debug, Clone)]
pub(in crate::tui::form) struct ChipsEditor {
    values: Vec<String>,
    /// What came in, which comes out where the chips are the same.
    kept: (Vec<String>, Value),
    /// The chip the cursor is on; behind the last one where none.
    on: Option<usize>,
    /// A tag that is being typed.
    typing: TextEdit,
}

impl ChipsEditor {
    pub(super) fn new(value: &Value) -> Self {
        let values = if let Value::List(values) = value { values.clone() } else { Vec::new() };
        let kept = (values.clone(), value.clone());
        Self { values, kept, on: None, typing: TextEdit::line("") }
    }

    /// The list of choices was closed with these checked.
    pub(in crate::tui::form) fn toggle(&mut self, value: &str) {
        match self.values.iter().position(|known| known == value) {
            Some(index) => {
                self.values.remove(index);
            }
            None => self.values.push(value.to_owned()),
        }
        self.on = None;
    }

    fn walk(&mut self, left: bool) -> Reply {
        let count = self.values.len();
        self.on = match (self.on, left) {
            (None, true) => count.checked_sub(1),
            (Some(on), true) => Some(on.saturating_sub(1)),
            (Some(on), false) if on + 1 < count => Some(on + 1),
            (_, false) => None,
        };
        Reply::Handled
    }

    fn drop_chip(&mut self, code: KeyCode) -> Reply {
        match self.on {
            Some(on) if on < self.values.len() => {
                self.values.remove(on);
                self.on =
                    if self.values.is_empty() { None } else { Some(on.min(self.values.len() - 1)) };
            }
            None if code == KeyCode::Backspace && !self.values.is_empty() => {
                self.values.pop();
            }
            _ => return Reply::Handled,
        }
        Reply::Changed
    }

    /// The tag being typed becomes a chip.
    fn finish(&mut self) {
        let typed = self.typing.text().trim().to_owned();
        if !typed.is_empty() && !self.values.contains(&typed) {
            self.values.push(typed);
        }
        self.typing = TextEdit::line("");
    }

    fn chips(&self, at: At<'_>, focused: bool) -> Vec<Chip> {
        let chip = |(index, value): (usize, &String)| {
            let color = at.field.choice(value).and_then(|choice| choice.color.as_deref());
            let on = focused && self.on == Some(index);
            let role = if on { Role::Selected } else { Role::of_choice(color) };
            let text = Clean::line(at.ctx.format.choice(at.field, value));
            Chip { text, style: at.ctx.style(role) }
        };
        self.values.iter().enumerate().map(chip).collect()
    }

    fn tail(&self, at: At<'_>, focused: bool) -> u16 {
        if focused && at.field.kind == FieldType::Tags {
            (layout::cells(self.typing.text()) as u16 + 1).max(TAIL)
        } else {
            0
        }
    }
}

impl FieldEditor for ChipsEditor {
    fn value(&self, at: At<'_>) -> Result<Value, Invalid> {
        let mut values = self.values.clone();
        let typed = self.typing.text().trim();
        if !typed.is_empty() && !values.iter().any(|value| value == typed) {
            values.push(typed.to_owned());
        }
        if values == self.kept.0 {
            return Ok(self.kept.1.clone());
        }
        if values.is_empty() {
            return Ok(Value::Null);
        }
        let input = crate::model::Input::Value(Value::List(values));
        at.ctx.coercion().value(at.entity, at.field, &input)
    }

    fn key(&mut self, key: Key, at: At<'_>) -> Reply {
        let free = at.field.kind == FieldType::Tags;
        let idle = self.typing.text().is_empty();
        if !free && (key == Key::ctrl('o') || key.is(KeyCode::Char(' '))) {
            let rows = choice::rows(at, &self.values, true);
            return Reply::Open(Popup::choices(rows, "", true));
        }
        match key.code {
            KeyCode::Left | KeyCode::Right if idle && !key.ctrl && !key.alt => {
                return self.walk(key.code == KeyCode::Left);
            }
            KeyCode::Backspace | KeyCode::Delete if idle => return self.drop_chip(key.code),
            KeyCode::Enter if idle => return Reply::Next,
            KeyCode::Enter | KeyCode::Char(',' | ';' | '，' | '；' | '、') if free => {
                self.finish();
                return Reply::Changed;
            }
            _ => {}
        }
        if !free {
            return match key.typed() {
                Some(letter) => {
                    let rows = choice::rows(at, &self.values, true);
                    Reply::Open(Popup::choices(rows, &letter.to_string(), true))
                }
                None => Reply::Ignored,
            };
        }
        let Some(act) = keys::act(key) else { return Reply::Ignored };
        self.on = None;
        // A tag does not begin with a space.
        if idle && act == Act::Insert(" ".to_owned()) {
            return Reply::Handled;
        }
        match self.typing.apply(act) {
            Done::Changed => Reply::Changed,
            Done::Moved | Done::Nothing => Reply::Handled,
        }
    }

    fn paste(&mut self, text: &str, at: At<'_>) -> Reply {
        let Ok(Value::List(values)) = at.understand(text.trim()) else { return Reply::Ignored };
        self.finish();
        for value in values {
            if !self.values.contains(&value) {
                self.values.push(value);
            }
        }
        Reply::Changed
    }

    fn enter(&mut self, _: Side) {
        self.on = None;
    }

    fn leave(&mut self) {
        self.on = None;
        self.finish();
    }

    fn height(&self, at: At<'_>, focused: bool) -> u16 {
        chips::height(&self.chips(at, focused), at.width, self.tail(at, focused))
    }

    fn draw(&self, buf: &mut Buffer, area: Rect, at: At<'_>, focused: bool) -> Position {
        let chips = self.chips(at, focused);
        if chips.is_empty() && self.typing.text().is_empty() {
            let ctx = at.ctx;
            draw_value(buf, area, &Clean::default(), ctx.style(Role::Text), ctx);
            return area.as_position();
        }
        let (places, rest) = chips::draw(buf, area, &chips, self.tail(at, focused));
        let cursor = draw::edited(buf, rest, &self.typing, at.ctx.style(Role::Input));
        self.on.and_then(|on| places.get(on)).map_or(cursor, |place| place.as_position())
    }
}
