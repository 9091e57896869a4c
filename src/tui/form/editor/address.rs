//! A postal address: five lines, one a part.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{At, FieldEditor, Reply, Side, draw_value};
use crate::model::{Address, Value};
use crate::schema::Invalid;
use crate::term::{self, Clean};
use crate::tui::key::{Key, KeyCode};
use crate::tui::widget::{Act, Done, TextEdit, draw, keys};
use crate::tui::{Context, Role, paint};

/// The editor.
#[derive(Debug, Clone)]
pub(in crate::tui::form) struct AddressEditor {
    parts: [TextEdit; Address::PARTS.len()],
    kept: Value,
    part: usize,
    touched: bool,
}

/// What a part is called.
pub(super) fn label<'a>(part: &str, ctx: &'a Context) -> &'a str {
    ctx.t(match part {
        "street" => "form.address.street",
        "city" => "form.address.city",
        "postcode" => "form.address.postcode",
        "region" => "form.address.region",
        _ => "form.address.country",
    })
}

impl AddressEditor {
    pub(super) fn new(value: &Value) -> Self {
        let address =
            if let Value::Address(address) = value { &**address } else { &Address::default() };
        let parts = Address::PARTS.map(|name| {
            let text = address.part(name).unwrap_or_default();
            // A street may have several lines; they are shown as one with a sign for the break.
            let mut edit =
                if name == "street" { TextEdit::lines(text) } else { TextEdit::line(text) };
            edit.apply(Act::Bottom);
            edit
        });
        Self { parts, kept: value.clone(), part: 0, touched: false }
    }

    fn act(&mut self, act: Act) -> Reply {
        let done = self.parts.get_mut(self.part).map(|edit| edit.apply(act));
        if done == Some(Done::Changed) {
            self.touched = true;
            Reply::Changed
        } else {
            Reply::Handled
        }
    }

    /// Fills parts that are still empty.
    pub(in crate::tui::form) fn fill(&mut self, address: &Address) {
        for (name, edit) in Address::PARTS.iter().zip(&mut self.parts) {
            if let Some(text) =
                address.part(name).filter(|text| !text.is_empty() && edit.is_blank())
            {
                edit.set(text);
                self.touched = true;
            }
        }
    }
}

impl FieldEditor for AddressEditor {
    fn value(&self, at: At<'_>) -> Result<Value, Invalid> {
        if !self.touched {
            return Ok(self.kept.clone());
        }
        let mut address = Address::default();
        for (name, edit) in Address::PARTS.iter().zip(&self.parts) {
            if let Some(part) = address.part_mut(name) {
                edit.text().trim().clone_into(part);
            }
        }
        if address.is_empty() {
            return Ok(Value::Null);
        }
        let input = crate::model::Input::Value(Value::Address(Box::new(address)));
        at.ctx.coercion().value(at.entity, at.field, &input)
    }

    fn key(&mut self, key: Key, _: At<'_>) -> Reply {
        let last = self.parts.len() - 1;
        match key.code {
            KeyCode::Up if self.part > 0 => self.part -= 1,
            KeyCode::Down | KeyCode::Enter if self.part < last => self.part += 1,
            KeyCode::Up | KeyCode::Down => return Reply::Ignored,
            KeyCode::Enter => return Reply::Next,
            _ => {
                let Some(act) = keys::act(key) else { return Reply::Ignored };
                return self.act(act);
            }
        }
        Reply::Handled
    }

    fn paste(&mut self, text: &str, _: At<'_>) -> Reply {
        self.act(Act::Insert(text.trim().to_owned()))
    }

    fn enter(&mut self, side: Side) {
        self.part = if side == Side::Above { 0 } else { self.parts.len() - 1 };
    }

    fn height(&self, _: At<'_>, focused: bool) -> u16 {
        if focused { self.parts.len() as u16 } else { 1 }
    }

    fn draw(&self, buf: &mut Buffer, area: Rect, at: At<'_>, focused: bool) -> Position {
        let ctx = at.ctx;
        if !focused {
            let text = match self.value(at) {
                Ok(value) => at.shown(&value),
                Err(_) => Clean::line(&self.parts.each_ref().map(TextEdit::text).join(" ")),
            };
            draw_value(buf, area, &text, ctx.style(Role::Text), ctx);
            return area.as_position();
        }
        let widest = Address::PARTS.iter().map(|part| term::width(label(part, ctx))).max();
        let lead = (widest.unwrap_or(0) as u16 + 2).min(area.width / 2);
        let mut cursor = area.as_position();
        for (n, (part, edit)) in Address::PARTS.iter().zip(&self.parts).enumerate() {
            let row = paint::row(area, n as u16);
            if row.is_empty() {
                continue;
            }
            let style = ctx.style(if n == self.part { Role::Accent } else { Role::Muted });
            paint::text(buf, Rect { width: lead, ..row }, label(part, ctx), style, ctx);
            let place = Rect { x: row.x + lead, width: row.width - lead, ..row };
            let at = draw::edited(buf, place, edit, ctx.style(Role::Input));
            if n == self.part {
                cursor = at;
            }
        }
        cursor
    }
}
