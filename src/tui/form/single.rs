//! A form of one field: its own editor, in a cell of a list or in a box of its own.
//!
//! Lists open by themselves, what is chosen in one is taken at once, and going beyond the field is told
//! as [`Event::Beyond`]: what that means is for whoever shows it. Start at [`Form::single`].

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::draft::Draft;
use super::editor::{Editor, Reply};
use super::{Event, Focus, Form, Heading, at};
use crate::model::{Name, Record, Value};
use crate::schema::FieldType;
use crate::tui::hit::Told;
use crate::tui::key::{Key, KeyCode};
use crate::tui::{Context, Seen};

impl Form {
    /// A field of a record that was read with all its fields.
    #[must_use]
    pub fn single(record: Record, field: &str, ctx: &Context) -> Option<Self> {
        Self::of_one(Draft::of(record), field, ctx)
    }

    /// A field of no record in particular, empty.
    #[must_use]
    pub fn single_blank(entity: &str, field: &str, ctx: &Context) -> Option<Self> {
        Self::of_one(Draft::of(Record::blank(Name::from(entity), ctx.now)), field, ctx)
    }

    fn of_one(draft: Draft, field: &str, ctx: &Context) -> Option<Self> {
        let entity = ctx.catalog.entity(&draft.record.entity)?;
        let known = entity.field(field).filter(|field| !field.is_given())?;
        let mut form = Self::bare(Heading::Own(known.label.get(ctx.lang()).to_owned()));
        form.single = true;
        form.add(entity, draft, Some(&[field]), ctx);
        form.begin(ctx);
        Some(form)
    }

    /// The field of a form of one field.
    #[must_use]
    pub fn field(&self) -> Option<&Name> {
        self.slots.first().map(|slot| &slot.field)
    }

    /// Whether it cannot be typed into, as the record is.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.slots.first().is_none_or(|slot| slot.read_only)
    }

    /// Opens the list of a field that is chosen from one.
    pub fn open_list(&mut self, ctx: &Context) -> Vec<Event> {
        let mut events = Vec::new();
        let chosen = match self.slots.first().map(|slot| &slot.editor) {
            Some(Editor::Choice(_) | Editor::Link(_) | Editor::Links(_)) => true,
            Some(Editor::Chips(_)) => {
                self.at(0, ctx).is_some_and(|at| at.field.kind != FieldType::Tags)
            }
            _ => false,
        };
        if chosen {
            self.slot_key(0, Key::ctrl('o'), ctx, &mut events);
        }
        events
    }

    /// What is entered, finished and checked; else why it cannot be taken, which then stands beside it.
    ///
    /// # Errors
    /// The text that stands beside the field.
    pub fn taken_value(&mut self, ctx: &Context) -> Result<Value, String> {
        self.notices.clear();
        self.finish(0, ctx);
        let value = self.at(0, ctx).map(|at| self.slots[0].editor.value(at));
        match value {
            Some(Ok(Value::Link(link))) if link.id.is_pending() => {
                Err(ctx.t("bulk.not_new").to_owned())
            }
            Some(Ok(Value::Links(links))) if links.iter().any(|link| link.id.is_pending()) => {
                Err(ctx.t("bulk.not_new").to_owned())
            }
            Some(Ok(value)) => Ok(value),
            Some(Err(_)) | None => Err(self.trouble(ctx).unwrap_or_default()),
        }
    }

    /// Saves as a whole form does.
    pub fn save_single(&mut self, ctx: &Context) -> Vec<Event> {
        self.key(Key::plain(KeyCode::F(2)), Some("form.save"), ctx)
    }

    /// What is wrong with what is entered, or what the gate said.
    #[must_use]
    pub fn trouble(&self, ctx: &Context) -> Option<String> {
        let trouble = self.slots.iter().find_map(|slot| slot.trouble.as_ref());
        if let Some(trouble) = trouble {
            return Some(ctx.said_invalid(trouble));
        }
        let notices: Vec<&str> = self.notices.iter().map(|notice| notice.text.as_str()).collect();
        (!notices.is_empty()).then(|| notices.join(" · "))
    }

    /// Lines its value takes where it has `width` cells.
    #[must_use]
    pub fn single_height(&self, width: u16, ctx: &Context) -> u16 {
        let slot = self.slots.first();
        slot.and_then(|slot| Some(slot.editor.height(at(slot, &self.drafts, width, ctx)?, true)))
            .unwrap_or(1)
    }

    /// Draws the open list alone, under `title`; none where none is open.
    pub fn view_list(
        &self,
        title: &str,
        screen: Rect,
        buf: &mut Buffer,
        ctx: &Context,
    ) -> Option<Seen> {
        let stands = at(self.slots.first()?, &self.drafts, screen.width, ctx)?;
        self.popup.as_ref()?.draw_alone(title, buf, screen, stands)
    }

    /// Draws the value into `place`; lists open below or above it anywhere on `screen`.
    pub fn view_single(&self, place: Rect, screen: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let mut seen = Seen::default();
        let Some(slot) = self.slots.first() else { return seen };
        let Some(stands) = at(slot, &self.drafts, place.width, ctx) else { return seen };
        let focused = self.focus == Focus::Slot(0);
        seen.cursor = Some(slot.editor.draw(buf, place, stands, focused));
        let trouble = self.trouble(ctx).map(|trouble| format!("! {trouble}"));
        let told = [slot.editor.told(stands), trouble.unwrap_or_default()].join(" ");
        seen.tells(told.trim());
        if let Some(popup) = &self.popup {
            seen.told = Told::default();
            seen.join(popup.draw(buf, place.as_position(), screen, Some(stands), ctx));
        }
        seen
    }

    /// In a form of one field there is nothing to go to: says so to whoever shows it.
    pub(super) fn beyond(&self, by: isize, around: bool, events: &mut Vec<Event>) -> bool {
        if self.single {
            events.push(Event::Beyond { by, around });
        }
        self.single
    }

    /// What an editor answers where a list is left with a choice.
    pub(super) fn taken(&mut self, ctx: &Context, events: &mut Vec<Event>) {
        if self.single {
            self.take(0, Reply::Next, ctx, events);
        }
    }
}
