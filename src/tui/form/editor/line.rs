//! Anything typed as one line: text, numbers, amounts, percents, dates, durations.
//!
//! While it has the cursor it shows what is typed, otherwise the value as people read it (`€84,000`
//! for `84k EUR`). Numbers and dates are chosen as a whole on entering, so that typing replaces them.

use chrono::{Days, NaiveDate, TimeZone};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Modifier;

use super::{At, FieldEditor, Reply, Side, draw_value};
use crate::model::Value;
use crate::schema::{FieldType, Invalid};
use crate::tui::Role;
use crate::tui::form::popup::Popup;
use crate::tui::key::{Key, KeyCode};
use crate::tui::widget::{Act, Done, TextEdit, draw, keys};

/// The editor.
#[derive(Debug, Clone)]
pub(in crate::tui::form) struct LineEditor {
    edit: TextEdit,
    /// The text it began with and the value that stands for, which comes out if it is not touched.
    kept: (String, Value),
    /// Chosen as a whole: the next letter replaces everything.
    whole: bool,
    replaces: bool,
}

impl LineEditor {
    pub(super) fn new(at: At<'_>, value: &Value) -> Self {
        let edit = TextEdit::line(&at.begun(value));
        let replaces = at.field.kind != FieldType::Text;
        Self { kept: (edit.text().to_owned(), value.clone()), edit, whole: false, replaces }
    }

    /// What is typed.
    pub(in crate::tui::form) fn text(&self) -> &str {
        self.edit.text()
    }

    fn act(&mut self, act: Act) -> Reply {
        let whole = std::mem::take(&mut self.whole);
        match act {
            Act::Insert(text) if whole => self.edit.set(&text),
            Act::Backspace | Act::Delete if whole => self.edit.set(""),
            act => {
                return match self.edit.apply(act) {
                    Done::Changed => Reply::Changed,
                    Done::Moved | Done::Nothing => Reply::Handled,
                };
            }
        }
        Reply::Changed
    }

    /// The day that is entered, or today.
    fn day(&self, at: At<'_>) -> NaiveDate {
        match self.value(at) {
            Ok(Value::Date(day)) => day,
            Ok(Value::DateTime(instant)) => instant.with_timezone(&at.ctx.format.zone).date_naive(),
            _ => at.ctx.today(),
        }
    }

    fn step(&mut self, days: i64, at: At<'_>) -> Reply {
        let by = Days::new(days.unsigned_abs());
        let day = self.day(at);
        let day = if days < 0 { day.checked_sub_days(by) } else { day.checked_add_days(by) };
        if let Some(day) = day {
            self.choose_day(day, at);
        }
        self.whole = true;
        Reply::Changed
    }

    /// Enters a day; the time of day stays.
    pub(in crate::tui::form) fn choose_day(&mut self, day: NaiveDate, at: At<'_>) {
        let zone = at.ctx.format.zone;
        let value = match (self.value(at), &at.field.kind) {
            (Ok(Value::DateTime(instant)), _) => {
                let time = instant.with_timezone(&zone).time();
                let local = zone.from_local_datetime(&day.and_time(time)).earliest();
                local.map_or(Value::Null, |local| Value::DateTime(local.to_utc()))
            }
            (_, FieldType::DateTime) => at.understand(&day.to_string()).unwrap_or(Value::Date(day)),
            _ => Value::Date(day),
        };
        let text = match value {
            Value::Null => day.to_string(),
            value => at.editable(&value),
        };
        self.edit.set(&text);
    }

    /// Beside what is typed: what it is understood as, where that is not the same.
    fn draw_meaning(&self, buf: &mut Buffer, area: Rect, at: At<'_>) {
        let Ok(value) = self.value(at) else { return };
        let shown = at.shown(&value);
        let near = match value {
            Value::Date(day) => at.ctx.format.near(day, at.ctx.today()),
            Value::DateTime(instant) => at.ctx.format.near_instant(instant, at.ctx.now),
            _ => String::new(),
        };
        let mut text = if *shown == *self.edit.text() { "" } else { shown.as_str() }.to_owned();
        // `2026-11-27 (fri 27 Nov)`, but not `2025-01-20 (2025-01-20)`.
        if !near.is_empty() && !shown.contains(&near) && near != self.edit.text() {
            text = if text.is_empty() { near } else { format!("{text} ({near})") };
        }
        if !text.is_empty() {
            let style = at.ctx.style(Role::Muted);
            crate::tui::paint::text(buf, area, &format!("= {text}"), style, at.ctx);
        }
    }
}

impl FieldEditor for LineEditor {
    fn value(&self, at: At<'_>) -> Result<Value, Invalid> {
        if self.edit.text() == self.kept.0 {
            Ok(self.kept.1.clone())
        } else if self.edit.is_blank() {
            Ok(Value::Null)
        } else {
            // An amount without a currency stays in the one it was in: $500 does not become €600.
            at.understand_over(self.edit.text(), &self.kept.1)
        }
    }

    fn key(&mut self, key: Key, at: At<'_>) -> Reply {
        let dated = matches!(at.field.kind, FieldType::Date | FieldType::DateTime);
        if dated {
            let free = self.whole || self.edit.is_blank();
            let opens = key.is(KeyCode::Char(' ')) && free || key == Key::ctrl('o');
            if opens {
                return Reply::Open(Popup::calendar(self.day(at)));
            }
            let step = match key.code {
                KeyCode::Left if self.whole && !key.ctrl && !key.alt => -1,
                KeyCode::Right if self.whole && !key.ctrl && !key.alt => 1,
                _ => 0,
            };
            if step != 0 && !self.edit.is_blank() {
                return self.step(step, at);
            }
        }
        if key.is(KeyCode::Enter) {
            return Reply::Next;
        }
        let Some(act) = keys::act(key) else { return Reply::Ignored };
        self.act(act)
    }

    fn paste(&mut self, text: &str, _: At<'_>) -> Reply {
        self.act(Act::Insert(text.trim().to_owned()))
    }

    fn enter(&mut self, _: Side) {
        self.whole = self.replaces && !self.edit.is_blank();
        self.edit.apply(Act::Bottom);
    }

    fn leave(&mut self) {
        self.whole = false;
    }

    fn draw(&self, buf: &mut Buffer, area: Rect, at: At<'_>, focused: bool) -> Position {
        let ctx = at.ctx;
        if !focused {
            match self.value(at) {
                Ok(value) => draw_value(buf, area, &at.shown(&value), ctx.style(Role::Text), ctx),
                Err(_) => draw::put(buf, area, self.edit.text(), ctx.style(Role::Error)),
            };
            return area.as_position();
        }
        let mut style = ctx.style(Role::Input);
        if self.whole {
            style = style.add_modifier(Modifier::REVERSED);
        }
        let cursor = draw::edited(buf, area, &self.edit, style);
        let used = crate::tui::widget::layout::cells(self.edit.text()) as u16 + 2;
        if self.replaces && used + 4 < area.width {
            let rest = Rect { x: area.x + used, width: area.width - used, ..area };
            self.draw_meaning(buf, rest, at);
        }
        cursor
    }
}
