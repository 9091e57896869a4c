//! One editor per kind of field: what is being entered, what a key does to it, how it looks.
//!
//! An editor knows its field and nothing of its neighbours; what it cannot decide itself (go on to
//! the next field, open a list) it hands back as a [`Reply`]. Values it was not touched in come out
//! exactly as they went in. Start at [`Editor::of`].

mod address;
mod chips;
mod choice;
mod flag;
mod line;
mod link;
mod long;
mod points;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

pub(super) use address::AddressEditor;
pub(super) use chips::ChipsEditor;
pub(super) use choice::ChoiceEditor;
pub(super) use flag::{FlagEditor, RatingEditor};
pub(super) use line::LineEditor;
pub(super) use link::{LinkEditor, LinksEditor, targets};
pub(super) use long::LongEditor;
pub(super) use points::PointsEditor;

use super::popup::Popup;
use crate::model::{Record, Value};
use crate::schema::{Entity, Field, FieldType, Invalid};
use crate::term::Clean;
use crate::tui::key::Key;
use crate::tui::{Context, Role, paint};

/// Where an editor stands: all it may look at.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    pub ctx: &'a Context,
    pub entity: &'a Entity,
    pub field: &'a Field,
    /// The record as it is being written.
    pub draft: &'a Record,
    /// Cells the value has.
    pub width: u16,
}

impl At<'_> {
    /// The value as people read it, clean.
    pub(super) fn shown(&self, value: &Value) -> Clean {
        if let (FieldType::Rating { max }, Value::Int(stars)) = (&self.field.kind, value) {
            return Clean::line(&crate::schema::Format::stars(
                *stars,
                *max,
                self.ctx.ascii || self.ctx.plain,
            ));
        }
        Clean::line(&self.ctx.format.line(&self.ctx.catalog, self.field, value))
    }

    /// The value as text that is understood again.
    pub(super) fn editable(&self, value: &Value) -> String {
        self.ctx.format.editable(&self.ctx.catalog, self.field, value)
    }

    /// What an editor begins with: what ships with every file in the person's language. As long as nobody
    /// changes it, what is stored stays as it is.
    pub(super) fn begun(&self, value: &Value) -> String {
        match value {
            Value::Text(text) if self.field.kind == FieldType::Text => {
                self.ctx.format.title(&self.entity.name, text).to_owned()
            }
            value => self.editable(value),
        }
    }

    /// Understands what is typed for the field.
    pub(super) fn understand(&self, text: &str) -> Result<Value, Invalid> {
        self.understand_over(text, &Value::Null)
    }

    /// Understands what is typed for the field, which holds `present`.
    pub(super) fn understand_over(&self, text: &str, present: &Value) -> Result<Value, Invalid> {
        let input = crate::model::Input::Text(text.to_owned());
        self.ctx.coercion().value_over(self.entity, self.field, &input, present)
    }
}

/// What an editor makes of a key.
#[derive(Debug)]
pub(super) enum Reply {
    /// It means nothing here.
    Ignored,
    /// Taken; the value is as it was.
    Handled,
    /// Taken; the value may be another.
    Changed,
    /// Done here: on to the next field.
    Next,
    /// A list or a calendar is wanted.
    Open(Popup),
}

/// From which side a field is entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// From the one before it.
    Above,
    /// From the one after it.
    Below,
}

/// The editor of one field.
#[derive(Debug, Clone)]
pub(super) enum Editor {
    /// Shown, not typed into.
    Given(Value),
    /// Anything typed as one line.
    Line(LineEditor),
    /// Several lines.
    Long(LongEditor),
    /// One of the choices.
    Choice(ChoiceEditor),
    /// Multi-select and tags.
    Chips(ChipsEditor),
    /// Yes or no.
    Flag(FlagEditor),
    /// Stars.
    Rating(RatingEditor),
    /// E-mail, phone, url.
    Points(PointsEditor),
    /// Five parts.
    Address(Box<AddressEditor>),
    /// A link to one record.
    Link(LinkEditor),
    /// Links to several.
    Links(LinksEditor),
}

/// What every editor can do.
trait FieldEditor {
    /// What is entered.
    fn value(&self, at: At<'_>) -> Result<Value, Invalid>;

    /// Does what a key asks.
    fn key(&mut self, key: Key, at: At<'_>) -> Reply;

    /// Takes pasted text.
    fn paste(&mut self, text: &str, at: At<'_>) -> Reply;

    /// The cursor comes into the field.
    fn enter(&mut self, _from: Side) {}

    /// The cursor leaves the field: what is half done is finished.
    fn leave(&mut self) {}

    /// Lines it takes.
    fn height(&self, _at: At<'_>, _focused: bool) -> u16 {
        1
    }

    /// Draws it. Returns where the cursor belongs if it is focused.
    fn draw(&self, buf: &mut Buffer, area: Rect, at: At<'_>, focused: bool) -> Position;
}

impl Editor {
    /// The editor for a field, holding `value`.
    pub(super) fn of(at: At<'_>, value: &Value, read_only: bool) -> Self {
        if read_only {
            return Self::Given(value.clone());
        }
        match &at.field.kind {
            FieldType::LongText => Self::Long(LongEditor::new(value)),
            FieldType::Select => Self::Choice(ChoiceEditor::new(value)),
            FieldType::MultiSelect | FieldType::Tags => Self::Chips(ChipsEditor::new(value)),
            FieldType::Boolean => Self::Flag(FlagEditor::new(value)),
            FieldType::Rating { .. } => Self::Rating(RatingEditor::new(value)),
            FieldType::Email | FieldType::Phone | FieldType::Url => {
                Self::Points(PointsEditor::new(value))
            }
            FieldType::Address => Self::Address(Box::new(AddressEditor::new(value))),
            FieldType::Link { .. } | FieldType::LinkAny => Self::Link(LinkEditor::new(value)),
            FieldType::Links { .. } => Self::Links(LinksEditor::new(value)),
            _ => Self::Line(LineEditor::new(at, value)),
        }
    }

    fn own(&self) -> Option<&dyn FieldEditor> {
        Some(match self {
            Self::Given(_) => return None,
            Self::Line(editor) => editor,
            Self::Long(editor) => editor,
            Self::Choice(editor) => editor,
            Self::Chips(editor) => editor,
            Self::Flag(editor) => editor,
            Self::Rating(editor) => editor,
            Self::Points(editor) => editor,
            Self::Address(editor) => &**editor,
            Self::Link(editor) => editor,
            Self::Links(editor) => editor,
        })
    }

    fn own_mut(&mut self) -> Option<&mut dyn FieldEditor> {
        Some(match self {
            Self::Given(_) => return None,
            Self::Line(editor) => editor,
            Self::Long(editor) => editor,
            Self::Choice(editor) => editor,
            Self::Chips(editor) => editor,
            Self::Flag(editor) => editor,
            Self::Rating(editor) => editor,
            Self::Points(editor) => editor,
            Self::Address(editor) => &mut **editor,
            Self::Link(editor) => editor,
            Self::Links(editor) => editor,
        })
    }

    /// What is entered.
    pub(super) fn value(&self, at: At<'_>) -> Result<Value, Invalid> {
        match self {
            Self::Given(value) => Ok(value.clone()),
            other => other.own().map_or(Ok(Value::Null), |editor| editor.value(at)),
        }
    }

    /// Holds `value` from now on, as if it had been read.
    pub(super) fn set(&mut self, at: At<'_>, value: &Value) {
        *self = Self::of(at, value, matches!(self, Self::Given(_)));
    }

    /// Does what a key asks.
    pub(super) fn key(&mut self, key: Key, at: At<'_>) -> Reply {
        self.own_mut().map_or(Reply::Ignored, |editor| editor.key(key, at))
    }

    /// What is typed, where it is typed as lines, with their labels: to keep what is no value yet.
    pub(super) fn lines(&self) -> Option<Vec<(String, String)>> {
        match self {
            Self::Line(editor) => Some(vec![(String::new(), editor.text().to_owned())]),
            Self::Points(editor) => Some(editor.lines()),
            _ => None,
        }
    }

    /// What is entered, as it is told in one line.
    pub(super) fn told(&self, at: At<'_>) -> String {
        match self.lines() {
            Some(lines) => {
                let texts: Vec<String> = lines.into_iter().map(|(_, text)| text).collect();
                Clean::line(&texts.join(" ")).into_string()
            }
            None => self.value(at).map(|value| at.shown(&value).into_string()).unwrap_or_default(),
        }
    }

    /// Types such lines into an empty editor.
    pub(super) fn enter_lines(&mut self, lines: &[(String, String)], at: At<'_>) {
        for (label, text) in lines {
            match self {
                Self::Points(editor) => editor.add(label, text),
                Self::Line(editor) => {
                    editor.paste(text, at);
                }
                _ => {}
            }
        }
    }

    /// Takes pasted text.
    pub(super) fn paste(&mut self, text: &str, at: At<'_>) -> Reply {
        self.own_mut().map_or(Reply::Ignored, |editor| editor.paste(text, at))
    }

    /// The cursor comes into the field.
    pub(super) fn enter(&mut self, from: Side) {
        if let Some(editor) = self.own_mut() {
            editor.enter(from);
        }
    }

    /// The cursor leaves the field: what is half done is finished.
    pub(super) fn leave(&mut self) {
        if let Some(editor) = self.own_mut() {
            editor.leave();
        }
    }

    /// Lines it takes.
    pub(super) fn height(&self, at: At<'_>, focused: bool) -> u16 {
        self.own().map_or(1, |editor| editor.height(at, focused))
    }

    /// Draws it. Returns where the cursor belongs if it is focused.
    pub(super) fn draw(&self, buf: &mut Buffer, area: Rect, at: At<'_>, focused: bool) -> Position {
        match self {
            Self::Given(value) => {
                draw_value(buf, area, &at.shown(value), at.ctx.style(Role::Muted), at.ctx);
                area.as_position()
            }
            other => {
                other.own().map_or(area.as_position(), |editor| editor.draw(buf, area, at, focused))
            }
        }
    }
}

/// Draws a value that is not being typed, `-` where it is empty.
fn draw_value(
    buf: &mut Buffer,
    area: Rect,
    text: &Clean,
    style: ratatui::style::Style,
    ctx: &Context,
) -> u16 {
    if text.is_empty() {
        paint::text(buf, area, "-", ctx.style(Role::Placeholder), ctx)
    } else {
        paint::text(buf, area, text, style, ctx)
    }
}
