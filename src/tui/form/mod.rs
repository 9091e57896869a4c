//! Forms, generated from the schema: fields in, wishes to write out.
//!
//! A [`Form`] is state, [`Form::key`] (and [`Form::paste`], [`Form::answer`] ...) and [`Form::view`]. It
//! does no I/O and knows no session: what it needs from outside it asks for by an [`Event`].
//!
//! ```text
//! let mut form = Form::create("deal", presets, &ctx)?;      // or edit(record), or the quick ones
//! let events = form.key(key, action, &ctx);                // action: what the keymap says, if anything
//! match event {
//!     Event::Ask(lookup)   => search; later form.answer(lookup.ticket, &hits, &ctx)  (cancel the older)
//!     Event::Save(edits)   => session.save(edits, "edit"), then
//!                             Ok        => close the form
//!                             Invalid   => form.refused(&problems, &ctx)
//!                             Conflict  => form.conflict(&conflict, &ctx)
//!                             other     => form.fail(text)
//!     Event::Leave         => close the form; nothing is lost that the user did not give up
//!     Event::Open(record)  => show the record above the form
//!     Event::Editor(text)  => $EDITOR, then form.edited(&text, &ctx)   (not in a served session)
//!     Event::Unused        => the key means nothing here
//! }
//! form.title(&ctx), form.state(&ctx)                       // for the heading: `New deal`, `2 required missing`
//! let seen = form.view(area, buf, &ctx);                   // the body: cursor, hit areas
//! form.press(&target, &ctx)                                // a mouse click on one of them
//! ```
//!
//! The form takes the full width of the screen (`ctx.size.width`). `action` is the id the user's keymap
//! gives the key on a form (`form.save` ...); printable keys always go to the text. A create made from
//! a picker comes first in the edits; links to it are pending ([`RecordId`](crate::model::RecordId)).
//!
//! Start at [`Form`], then `editor` for a kind of field, `draft` for what follows from what.

mod draft;
mod editor;
mod fill;
mod gone;
mod keep;
mod look_up;
mod over;
mod popup;
mod quick;
mod save;
mod sections;
mod single;
#[cfg(test)]
mod tests;
mod update;
mod view;

use draft::Draft;
use editor::{At, Editor};
use popup::Popup;

use crate::gate::{FieldConflict, Hit};
use crate::model::{Edit, Name, Record, RecordRef, Value};
use crate::schema::{Entity, Field, Invalid};
use crate::tui::Context;

/// What a form wants from outside.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// Records are sought; an older question is settled by this one if it has the same purpose.
    Ask(Lookup),
    /// The user wants this to be written.
    Save(Vec<Edit>),
    /// The form is done with.
    Leave,
    /// A record is to be shown (a likely duplicate).
    Open(RecordRef),
    /// A long text is to be edited in the user's own editor.
    Editor(String),
    /// In a form of one field: the cursor was to go on (`by` 1) or back, past all of them (Tab) or to
    /// the next line (Enter, arrows).
    Beyond {
        /// In which direction.
        by: isize,
        /// By Tab.
        around: bool,
    },
    /// The key meant nothing here.
    Unused,
}

/// What a lookup is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    /// To pick from; an empty text asks for those used last.
    Pick,
    /// To warn of a record that may already be there.
    Duplicate(Box<Held>),
}

/// What is entered so far, to be held against what is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The record, without the field that is being typed in.
    pub draft: Record,
    /// That field; what is typed there is the text of the question.
    pub field: Name,
}

/// A question for records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lookup {
    /// What the answer is handed in with; the newest of a purpose counts.
    pub ticket: u64,
    /// What it is for.
    pub purpose: Purpose,
    /// In which entities.
    pub entities: Vec<Name>,
    /// The words, as for the search box.
    pub text: String,
    /// At most how many.
    pub limit: usize,
    /// Links that the form already has and that the sought records may have too (the customer of a
    /// contact): records with the same are better.
    pub near: Vec<(Name, RecordRef)>,
}

/// One field of the form.
#[derive(Debug, Clone)]
struct Slot {
    /// Which of the drafts.
    draft: usize,
    field: Name,
    /// What it was called when the form was opened.
    label: String,
    /// The catalogue does not have it any more.
    gone: bool,
    editor: Editor,
    /// What is entered is not understood (yet), so the draft does not have it.
    half: bool,
    /// Why what is entered cannot be saved.
    trouble: Option<Invalid>,
    /// What somebody else did to it meanwhile.
    conflict: Option<FieldConflict>,
    visible: bool,
    required: bool,
    read_only: bool,
    /// The section it stands in.
    section: usize,
}

/// Something to be said above the fields.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Notice {
    wrong: bool,
    text: String,
}

impl Notice {
    fn wrong(text: impl Into<String>) -> Self {
        Self { wrong: true, text: text.into() }
    }
}

/// A record that is made along with the form's own, from a picker.
#[derive(Debug, Clone)]
struct Pending {
    entity: Name,
    title: String,
    set: Vec<(Name, Value)>,
}

/// Where the cursor is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Focus {
    /// On a field.
    Slot(usize),
    /// On a likely duplicate.
    Found(usize),
}

/// Which edit of a save came from what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    Pending(usize),
    Draft(usize),
}

/// What stands over the form.
#[derive(Debug, Clone)]
enum Heading {
    New(Name),
    Edit(RecordRef, String),
    /// What is done (a string with a title in it) with the record of that title.
    About(&'static str, String),
    /// Already in the user's language.
    Own(String),
}

/// A form over one new or existing record, or over several that are written together.
#[derive(Debug, Clone)]
pub struct Form {
    heading: Heading,
    drafts: Vec<Draft>,
    slots: Vec<Slot>,
    /// Titles of the sections; empty ones are not drawn.
    sections: Vec<String>,
    focus: Focus,
    popup: Option<Popup>,
    pending: Vec<Pending>,
    tickets: u64,
    picking: Option<u64>,
    checking: Option<u64>,
    /// The words duplicates were last asked for, not to ask twice.
    checked: String,
    found: Vec<Hit>,
    /// Problems that belong to no field on screen, and what was done by itself.
    notices: Vec<Notice>,
    sent: Vec<Source>,
    /// It has one field and stands in a place of its own.
    single: bool,
}

impl Form {
    /// A form for a new record, opened with some values (sent even where they are not shown). `None`
    /// where there is no such entity.
    #[must_use]
    pub fn create(entity: &str, presets: Vec<(Name, Value)>, ctx: &Context) -> Option<Self> {
        let entity = ctx.catalog.entity(entity)?;
        let mut form = Self::bare(Heading::New(entity.name.clone()));
        form.add(entity, Draft::new(entity, presets, ctx), None, ctx);
        form.begin(ctx);
        Some(form)
    }

    /// A form to change a record that was read with all its fields. `None` where the catalogue has no
    /// such entity any more.
    #[must_use]
    pub fn edit(record: Record, ctx: &Context) -> Option<Self> {
        let entity = ctx.catalog.entity(&record.entity)?;
        let title = record.get(&entity.title).as_text().unwrap_or_default().to_owned();
        let mut form = Self::bare(Heading::Edit(record.reference(), title));
        form.add(entity, Draft::of(record), None, ctx);
        form.begin(ctx);
        Some(form)
    }

    fn bare(heading: Heading) -> Self {
        Self {
            heading,
            drafts: Vec::new(),
            slots: Vec::new(),
            sections: Vec::new(),
            focus: Focus::Slot(0),
            popup: None,
            pending: Vec::new(),
            tickets: 0,
            picking: None,
            checking: None,
            checked: String::new(),
            found: Vec::new(),
            notices: Vec::new(),
            sent: Vec::new(),
            single: false,
        }
    }

    /// Adds a record to the form: all its fields in the order of their groups, or the chosen ones.
    fn add(&mut self, entity: &Entity, draft: Draft, chosen: Option<&[&str]>, ctx: &Context) {
        let number = self.drafts.len();
        let first = self.sections.len();
        let fields: Vec<(usize, &Field)> = match chosen {
            Some(names) => {
                names.iter().filter_map(|name| entity.field(name)).map(|f| (0, f)).collect()
            }
            None => sections::ordered(entity),
        };
        let count = fields.iter().map(|(section, _)| section + 1).max().unwrap_or(0);
        for section in 0..count {
            let title = entity.groups.get(section).filter(|_| chosen.is_none());
            self.sections
                .push(title.map_or_else(String::new, |g| g.label.get(ctx.lang()).to_owned()));
        }
        for (section, field) in fields {
            let at = At { ctx, entity, field, draft: &draft.record, width: ctx.size.width };
            let read_only = draft.is_read_only(field, ctx);
            let editor = Editor::of(at, draft.get(&field.name), read_only);
            self.slots.push(Slot {
                draft: number,
                field: field.name.clone(),
                label: field.label.get(ctx.lang()).to_owned(),
                gone: false,
                editor,
                half: false,
                trouble: None,
                conflict: None,
                visible: draft.is_visible(field, ctx),
                required: draft.is_required(field, ctx),
                read_only,
                section: first + section,
            });
        }
        self.drafts.push(draft);
    }

    /// Puts the cursor into the first field that is still to be filled, or the first there is.
    fn begin(&mut self, ctx: &Context) {
        self.refresh(ctx);
        let can = |slot: &Slot| slot.visible && !slot.read_only;
        let empty = self.slots.iter().position(|slot| {
            can(slot)
                && slot.required
                && self.drafts[slot.draft].base.is_none()
                && self.drafts[slot.draft].get(&slot.field).is_null()
        });
        let first = empty.or_else(|| self.slots.iter().position(can)).unwrap_or(0);
        self.focus = Focus::Slot(first);
        if let Some(slot) = self.slots.get_mut(first) {
            slot.editor.enter(editor::Side::Above);
        }
    }

    /// Whether leaving now would lose something.
    #[must_use]
    pub fn is_dirty(&self) -> bool {
        self.drafts.iter().any(Draft::is_dirty) || self.slots.iter().any(|slot| slot.half)
    }

    /// Whether a popup is open, which gets all keys first.
    #[must_use]
    pub fn has_popup(&self) -> bool {
        self.popup.is_some()
    }

    /// The entity the form is about (the first, where it writes several).
    #[must_use]
    pub fn entity(&self) -> Option<&Name> {
        self.drafts.first().map(|draft| &draft.record.entity)
    }

    /// The record that is changed; none for a new one.
    #[must_use]
    pub fn record(&self) -> Option<RecordRef> {
        self.drafts.first()?.base.as_ref().map(Record::reference)
    }

    /// How many fields must still be filled.
    #[must_use]
    pub fn missing(&self) -> usize {
        self.slots.iter().filter(|slot| self.is_missing(slot)).count()
    }

    fn is_missing(&self, slot: &Slot) -> bool {
        let draft = &self.drafts[slot.draft];
        let idle = draft.optional && !draft.is_dirty();
        slot.visible
            && !slot.read_only
            && slot.required
            && !idle
            && draft.get(&slot.field).is_null()
    }

    /// Where a field's editor stands.
    fn at<'a>(&'a self, index: usize, ctx: &'a Context) -> Option<At<'a>> {
        let width = self.measure(ctx.size.width, ctx).value;
        at(self.slots.get(index)?, &self.drafts, width, ctx)
    }

    /// The field the cursor is in.
    fn focused(&self) -> Option<usize> {
        match self.focus {
            Focus::Slot(index) => Some(index),
            Focus::Found(_) => None,
        }
    }
}

/// Where the editor of `slot` stands.
fn at<'a>(slot: &Slot, drafts: &'a [Draft], width: u16, ctx: &'a Context) -> Option<At<'a>> {
    let draft = drafts.get(slot.draft)?;
    let entity = ctx.catalog.entity(&draft.record.entity)?;
    let field = entity.field(&slot.field)?;
    Some(At { ctx, entity, field, draft: &draft.record, width })
}
