//! One of the choices of a select: letters jump, arrows step, Space opens the list.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{At, FieldEditor, Reply, Side, draw_value};
use crate::model::{Value, text};
use crate::schema::{Choice, Invalid};
use crate::term::Clean;
use crate::tui::Role;
use crate::tui::form::popup::Popup;
use crate::tui::key::{Key, KeyCode};
use crate::tui::widget::PickRow;

/// The editor.
#[derive(Debug, Clone)]
pub(in crate::tui::form) struct ChoiceEditor {
    value: Option<String>,
    /// Letters typed in a row; more than one narrow the jump.
    letters: String,
}

/// The choices that are offered now: none that are retired (unless it is the one that is set), for
/// stages only those of the record's pipeline.
pub(super) fn offered<'a>(at: At<'a>, chosen: &[String]) -> Vec<&'a Choice> {
    let pipeline = at.draft.get("pipeline").as_text();
    at.field
        .choices
        .iter()
        .filter(|choice| {
            let elsewhere = !choice.pipelines.is_empty()
                && pipeline.is_some_and(|mine| !choice.pipelines.iter().any(|p| p == mine));
            (!choice.retired && !elsewhere) || chosen.contains(&choice.value)
        })
        .collect()
}

/// The choices as rows of a list.
pub(super) fn rows(at: At<'_>, chosen: &[String], several: bool) -> Vec<PickRow<String>> {
    offered(at, chosen)
        .into_iter()
        .map(|choice| {
            let label = Clean::line(at.ctx.format.choice(at.field, &choice.value));
            let mut row = PickRow::new(choice.value.clone(), label);
            row.role = Role::of_choice(choice.color.as_deref());
            row.checked = several.then(|| chosen.contains(&choice.value));
            if let Some(percent) = choice.probability {
                row.note = Clean::line(&at.ctx.format.percent(percent));
            }
            row
        })
        .collect()
}

impl ChoiceEditor {
    pub(super) fn new(value: &Value) -> Self {
        Self { value: value.as_text().map(str::to_owned), letters: String::new() }
    }

    /// Takes a choice.
    pub(in crate::tui::form) fn choose(&mut self, value: &str) {
        self.value = Some(value.to_owned());
    }

    fn list(&self, at: At<'_>, words: &str) -> Popup {
        let chosen: Vec<String> = self.value.iter().cloned().collect();
        let mut popup = Popup::choices(rows(at, &[], false), words, false);
        if let Popup::Choices { pick, .. } = &mut popup {
            pick.select(|row| chosen.contains(&row.key));
        }
        popup
    }

    fn step(&mut self, at: At<'_>, by: isize) -> Reply {
        self.letters.clear();
        let chosen: Vec<String> = self.value.iter().cloned().collect();
        let offered = offered(at, &chosen);
        let now = offered.iter().position(|choice| Some(&choice.value) == self.value.as_ref());
        let next = match now {
            Some(now) => now.saturating_add_signed(by).min(offered.len().saturating_sub(1)),
            None if by < 0 => offered.len().saturating_sub(1),
            None => 0,
        };
        match offered.get(next) {
            Some(choice) if Some(&choice.value) != self.value.as_ref() => {
                self.value = Some(choice.value.clone());
                Reply::Changed
            }
            _ => Reply::Handled,
        }
    }

    /// To the choice that begins with the letters typed in a row; the same letter again goes on to
    /// the next one that does. Where none does, the list opens with the letter.
    fn jump(&mut self, letter: char, at: At<'_>) -> Reply {
        let offered = offered(at, &[]);
        let folded: Vec<String> = offered
            .iter()
            .map(|choice| text::sort_key(at.ctx.format.choice(at.field, &choice.value)))
            .collect();
        let typed = text::fold(&letter.to_string());
        let longer = format!("{}{typed}", self.letters);
        let now = offered.iter().position(|choice| Some(&choice.value) == self.value.as_ref());
        let begins = |index: &usize, with: &str| {
            let label = text::fold(at.ctx.format.choice(at.field, &offered[*index].value));
            folded[*index].starts_with(with) || label.starts_with(with)
        };
        let by_word = (0..offered.len()).find(|index| begins(index, &longer));
        let found = match by_word {
            Some(found) if longer != typed => {
                self.letters = longer;
                Some(found)
            }
            _ => {
                self.letters.clone_from(&typed);
                let start = now.map_or(0, |now| now + 1);
                let around = (start..offered.len()).chain(0..start.min(offered.len()));
                around.into_iter().find(|index| begins(index, &typed))
            }
        };
        match found.and_then(|index| offered.get(index)) {
            Some(choice) => {
                self.value = Some(choice.value.clone());
                Reply::Changed
            }
            None => Reply::Open(self.list(at, &letter.to_string())),
        }
    }
}

impl FieldEditor for ChoiceEditor {
    fn value(&self, _: At<'_>) -> Result<Value, Invalid> {
        Ok(self.value.clone().map_or(Value::Null, Value::Text))
    }

    fn key(&mut self, key: Key, at: At<'_>) -> Reply {
        if key == Key::ctrl('o') || key.is(KeyCode::Char(' ')) {
            return Reply::Open(self.list(at, ""));
        }
        if key.ctrl || key.alt {
            return Reply::Ignored;
        }
        match key.code {
            KeyCode::Enter => return Reply::Next,
            KeyCode::Left => return self.step(at, -1),
            KeyCode::Right => return self.step(at, 1),
            KeyCode::Backspace | KeyCode::Delete => {
                self.letters.clear();
                self.value = None;
                return Reply::Changed;
            }
            _ => {}
        }
        match key.typed() {
            Some(letter) => self.jump(letter, at),
            None => Reply::Ignored,
        }
    }

    fn paste(&mut self, pasted: &str, at: At<'_>) -> Reply {
        match at.understand(pasted.trim()) {
            Ok(Value::Text(value)) => {
                self.value = Some(value);
                Reply::Changed
            }
            _ => Reply::Ignored,
        }
    }

    fn enter(&mut self, _: Side) {
        self.letters.clear();
    }

    fn leave(&mut self) {
        self.letters.clear();
    }

    fn draw(&self, buf: &mut Buffer, area: Rect, at: At<'_>, focused: bool) -> Position {
        let ctx = at.ctx;
        let label = self.value.as_deref().map_or("", |value| ctx.format.choice(at.field, value));
        let color = self.value.as_deref().and_then(|value| at.field.choice(value));
        let color = ctx.style(Role::of_choice(color.and_then(|choice| choice.color.as_deref())));
        let style = if focused { ctx.style(Role::Input).patch(color) } else { color };
        draw_value(buf, area, &Clean::line(label), style, ctx);
        area.as_position()
    }
}
