//! A value of a card that is changed where it stands: the amount, the date.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

use super::Board;
use crate::action::{Key, KeyCode};
use crate::model::{Edit, Input, Name, Record, Value};
use crate::schema::{Field, Invalid};
use crate::tui::context::Context;
use crate::tui::hit::Seen;
use crate::tui::layer::Cmds;
use crate::tui::paint;
use crate::tui::theme::Role;
use crate::tui::widget::{Act, TextEdit, draw, keys};

/// A value that is being typed.
pub(super) struct InPlace {
    record: Box<Record>,
    field: Name,
    edit: TextEdit,
    /// Chosen as a whole: the next letter replaces everything.
    whole: bool,
    problem: Option<String>,
}

impl InPlace {
    /// Whether it is this card's.
    pub fn is_of(&self, record: &Record) -> bool {
        self.record.id == record.id
    }

    /// Draws it in the place of a card's line.
    pub fn draw(&self, buf: &mut Buffer, area: Rect, ctx: &Context) -> Seen {
        // The look of the selected card goes with it: what is typed is an input.
        paint::clear(buf, area);
        buf.set_style(area.intersection(buf.area), ctx.style(Role::Input));
        let mut style = ctx.style(Role::Input);
        if self.whole {
            style = style.add_modifier(Modifier::REVERSED);
        }
        let cursor = draw::edited(buf, area, &self.edit, style);
        let mut seen = Seen { cursor: Some(cursor), types: true, ..Seen::default() };
        let problem = self.problem.as_ref().map(|problem| format!(" ! {problem}"));
        let typed = format!("{}{}", self.edit.text(), problem.unwrap_or_default());
        seen.tells(ctx.about(self.label(ctx), &typed));
        seen
    }

    fn field<'a>(&self, ctx: &'a Context) -> Option<&'a Field> {
        ctx.catalog.entity(&self.record.entity)?.field(&self.field)
    }

    /// The name of its field.
    fn label<'a>(&self, ctx: &'a Context) -> &'a str {
        self.field(ctx).map(|field| field.label.get(ctx.lang())).unwrap_or_default()
    }

    /// What the line above the footer says: which field, or what is wrong.
    pub fn status(&self, ctx: &Context) -> (Role, String) {
        if let Some(problem) = &self.problem {
            return (Role::Error, problem.clone());
        }
        let field = self.field(ctx);
        let label = self.label(ctx);
        let hint =
            field.and_then(|field| ctx.strings.find(&format!("form.hint.{}", field.kind.word())));
        match self.meaning(ctx) {
            Some(meaning) => (Role::Info, format!("{label} = {meaning}")),
            None => (Role::Info, ctx.about(label, hint.unwrap_or_default())),
        }
    }

    /// What is typed is understood as, where that is told otherwise than it is typed.
    fn meaning(&self, ctx: &Context) -> Option<String> {
        let (field, text) = (self.field(ctx)?, self.edit.text());
        if self.whole || text.trim().is_empty() {
            return None;
        }
        let value = understood(self, ctx)?.ok()?;
        let shown = ctx.format.line(&ctx.catalog, field, &value);
        (shown != text).then_some(shown)
    }

    fn apply(&mut self, act: Act) {
        match act {
            Act::Insert(text) if self.whole => self.edit.set(&text),
            Act::Backspace | Act::Delete if self.whole => self.edit.set(""),
            act => _ = self.edit.apply(act),
        }
        (self.whole, self.problem) = (false, None);
    }
}

impl Board {
    /// Begins to change a field of the card under the cursor.
    pub(super) fn edit_in_place(&mut self, field: Option<&Field>, ctx: &Context) -> Cmds {
        if let (Some(record), Some(field)) = (self.current(), field) {
            let text = ctx.format.editable(&ctx.catalog, field, record.get(&field.name));
            self.in_place = Some(InPlace {
                record: Box::new(record.clone()),
                field: field.name.clone(),
                whole: !text.is_empty(),
                edit: TextEdit::line(&text),
                problem: None,
            });
        }
        Cmds::new()
    }

    /// A key while a value is being typed; none where nothing is.
    pub(super) fn key_in_place(&mut self, key: Key, ctx: &Context) -> Option<Cmds> {
        let place = self.in_place.as_mut()?;
        match key.code {
            KeyCode::Esc => {
                self.in_place = None;
                Some(Cmds::new())
            }
            KeyCode::Enter => {
                place.problem = problem(place, ctx);
                if place.problem.is_some() {
                    return Some(Cmds::new());
                }
                let place = self.in_place.take()?;
                let edit = Edit::of(&place.record).typed(&place.field, place.edit.text());
                Some(self.save(edit, ctx))
            }
            _ => {
                let act = keys::act(key)?;
                place.apply(act);
                Some(Cmds::new())
            }
        }
    }

    pub(super) fn paste_in_place(&mut self, text: &str) {
        if let Some(place) = &mut self.in_place {
            place.apply(Act::Insert(text.to_owned()));
        }
    }
}

/// What is wrong with what was typed; an empty text empties the field.
fn problem(place: &InPlace, ctx: &Context) -> Option<String> {
    if place.edit.text().trim().is_empty() {
        return None;
    }
    Some(ctx.said_invalid(&understood(place, ctx)?.err()?))
}

/// What was typed over what the card holds.
fn understood(place: &InPlace, ctx: &Context) -> Option<Result<Value, Invalid>> {
    let entity = ctx.catalog.entity(&place.record.entity)?;
    let field = entity.field(&place.field)?;
    let (input, present) =
        (Input::Text(place.edit.text().to_owned()), place.record.get(&field.name));
    Some(ctx.coercion().value_over(entity, field, &input, present))
}
