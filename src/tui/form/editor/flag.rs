//! Yes or no, and stars.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{At, FieldEditor, Reply, draw_value};
use crate::model::Value;
use crate::schema::{FieldType, Invalid};
use crate::tui::key::{Key, KeyCode};
use crate::tui::{Role, paint};

/// Yes, no or nothing.
#[derive(Debug, Clone)]
pub(in crate::tui::form) struct FlagEditor {
    value: Option<bool>,
}

impl FlagEditor {
    pub(super) fn new(value: &Value) -> Self {
        Self { value: if let Value::Bool(yes) = value { Some(*yes) } else { None } }
    }
}

impl FieldEditor for FlagEditor {
    fn value(&self, _: At<'_>) -> Result<Value, Invalid> {
        Ok(self.value.map_or(Value::Null, Value::Bool))
    }

    fn key(&mut self, key: Key, _: At<'_>) -> Reply {
        if key.ctrl || key.alt {
            return Reply::Ignored;
        }
        self.value = match key.code {
            KeyCode::Enter => return Reply::Next,
            KeyCode::Char(' ') | KeyCode::Left | KeyCode::Right => {
                Some(!self.value.unwrap_or_default())
            }
            KeyCode::Char('y' | 'Y' | '1' | '+' | '是') => Some(true),
            KeyCode::Char('n' | 'N' | '0' | '-' | '否') => Some(false),
            KeyCode::Backspace | KeyCode::Delete => None,
            _ => return Reply::Ignored,
        };
        Reply::Changed
    }

    fn paste(&mut self, text: &str, at: At<'_>) -> Reply {
        match at.understand(text.trim()) {
            Ok(Value::Bool(yes)) => {
                self.value = Some(yes);
                Reply::Changed
            }
            _ => Reply::Ignored,
        }
    }

    fn draw(&self, buf: &mut Buffer, area: Rect, at: At<'_>, focused: bool) -> Position {
        let ctx = at.ctx;
        let role = if focused { Role::Input } else { Role::Text };
        let (mark, word) = match self.value {
            Some(true) => ("[x] ", ctx.format.boolean(true)),
            Some(false) => ("[ ] ", ctx.format.boolean(false)),
            None => ("[-] ", ""),
        };
        let style = ctx.style(role);
        paint::pieces(buf, area, &[(mark, style), (word, style)], ctx);
        Position { x: area.x + area.width.min(1), y: area.y }
    }
}

/// Stars.
#[derive(Debug, Clone)]
pub(in crate::tui::form) struct RatingEditor {
    stars: Option<i64>,
}

impl RatingEditor {
    pub(super) fn new(value: &Value) -> Self {
        Self { stars: if let Value::Int(stars) = value { Some(*stars) } else { None } }
    }
}

impl FieldEditor for RatingEditor {
    fn value(&self, _: At<'_>) -> Result<Value, Invalid> {
        Ok(self.stars.map_or(Value::Null, Value::Int))
    }

    fn key(&mut self, key: Key, at: At<'_>) -> Reply {
        let FieldType::Rating { max } = at.field.kind else { return Reply::Ignored };
        let max = i64::from(max);
        let stars = self.stars.unwrap_or_default();
        if key.ctrl || key.alt {
            return Reply::Ignored;
        }
        self.stars = match key.code {
            KeyCode::Enter => return Reply::Next,
            KeyCode::Char(digit @ '0'..='9') => {
                let digit = i64::from(digit.to_digit(10).unwrap_or_default());
                // Ratings above nine are typed as two digits.
                let both = stars * 10 + digit;
                Some(if max > 9 && (1..=max).contains(&both) { both } else { digit.min(max) })
            }
            KeyCode::Right | KeyCode::Char('+' | ' ') => Some((stars + 1).min(max)),
            KeyCode::Left | KeyCode::Char('-') => Some((stars - 1).max(0)),
            KeyCode::Backspace | KeyCode::Delete => None,
            _ => return Reply::Ignored,
        };
        Reply::Changed
    }

    fn paste(&mut self, text: &str, at: At<'_>) -> Reply {
        match at.understand(text.trim()) {
            Ok(Value::Int(stars)) => {
                self.stars = Some(stars);
                Reply::Changed
            }
            _ => Reply::Ignored,
        }
    }

    fn draw(&self, buf: &mut Buffer, area: Rect, at: At<'_>, focused: bool) -> Position {
        let value = self.stars.map_or(Value::Null, Value::Int);
        let role = if focused { Role::Input } else { Role::Text };
        draw_value(buf, area, &at.shown(&value), at.ctx.style(role), at.ctx);
        area.as_position()
    }
}
