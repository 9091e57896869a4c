//! What a form asks for while it is being filled: records to pick from, and likely duplicates.

use super::editor::{Editor, targets};
use super::popup::{Pickable, Popup, Sought, record_rows};
use super::{Event, Form, Held, Lookup, Purpose};
use crate::gate::Hit;
use crate::model::{Link, Name, RecordRef, Value, text};
use crate::policy::{Decision, Right, decide};
use crate::schema::duplicates::OnCreate;
use crate::schema::{Catalog, Entity};
use crate::term::{self, Clean};
use crate::tui::Context;

/// Rows of a picker.
const PICKED: usize = 20;
/// Likely duplicates shown.
const DUPLICATES: usize = 3;
/// Cells in which the beginning of a reason says something.
const WORTH: usize = 14;
/// Letters from which on a name is worth looking for.
const LETTERS: usize = 3;

impl Form {
    /// Asks for the records that fit what is typed in the open picker.
    pub(super) fn ask_records(&mut self, ctx: &Context, events: &mut Vec<Event>) {
        let (entities, text) = match &mut self.popup {
            Some(Popup::Records { pick, entities, sought }) => {
                *sought = Sought::Awaited;
                (entities.clone(), pick.query.text().trim().to_owned())
            }
            _ => return,
        };
        self.tickets += 1;
        self.picking = Some(self.tickets);
        events.push(Event::Ask(Lookup {
            ticket: self.tickets,
            purpose: Purpose::Pick,
            near: self.near(&entities, ctx),
            entities,
            text,
            limit: PICKED,
        }));
    }

    /// The kinds of records that the field under the cursor links to: those that a look-up can put there.
    #[must_use]
    pub fn wanted(&self, ctx: &Context) -> Vec<Name> {
        let Some(index) = self.focused() else { return Vec::new() };
        match (&self.popup, &self.slots[index].editor) {
            (Some(Popup::Records { entities, .. }), _) => entities.clone(),
            (None, Editor::Link(_) | Editor::Links(_)) => {
                self.at(index, ctx).map(targets).unwrap_or_default()
            }
            _ => Vec::new(),
        }
    }

    /// Puts a record that was looked up into the field under the cursor.
    pub fn take_over(&mut self, link: Link, ctx: &Context) -> Vec<Event> {
        let mut events = Vec::new();
        if self.wanted(ctx).contains(&link.entity) {
            self.popup = None;
            // Choosing one again would take it away.
            let slot = self.focused().map(|index| &self.slots[index]);
            let held = slot.map(|slot| self.drafts[slot.draft].get(&slot.field));
            if matches!(held, Some(Value::Links(links)) if links.contains(&link)) {
                return events;
            }
            self.choose_record(Pickable::Record(link), ctx, &mut events);
        }
        events
    }

    /// The links of the draft that records of the one sought entity may have too.
    fn near(&self, entities: &[Name], ctx: &Context) -> Vec<(Name, RecordRef)> {
        let (Some(index), [sought]) = (self.focused(), entities) else { return Vec::new() };
        let Some(sought) = ctx.catalog.entity(sought) else { return Vec::new() };
        let draft = &self.drafts[self.slots[index].draft];
        let common = |(name, value): (&Name, &Value)| match (sought.field(name), value) {
            (Some(field), Value::Link(link))
                if field.kind.link_target() == Some(&link.entity)
                    && !link.id.is_pending()
                    && field.origin != crate::schema::Origin::System =>
            {
                Some((name.clone(), link.target()))
            }
            _ => None,
        };
        draft.record.fields.iter().filter_map(common).collect()
    }

    /// Takes the answer to a question. One that was overtaken by a newer question is dropped.
    pub fn answer(&mut self, ticket: u64, hits: &[Hit], ctx: &Context) {
        if self.picking == Some(ticket) {
            self.picking = None;
            self.offer(hits, ctx);
        } else if self.checking == Some(ticket) {
            self.checking = None;
            self.warn(hits);
        }
    }

    /// What was searched for cannot be had.
    pub fn not_found(&mut self, ticket: u64, why: &str) {
        if self.picking == Some(ticket)
            && let Some(Popup::Records { pick, sought, .. }) = &mut self.popup
        {
            self.picking = None;
            pick.fill(Vec::new());
            *sought = Sought::Failed(why.to_owned());
        }
    }

    fn offer(&mut self, hits: &[Hit], ctx: &Context) {
        let Some(Popup::Records { pick, entities, sought }) = &mut self.popup else { return };
        *sought = Sought::Landed;
        let typed = pick.query.text().trim().to_owned();
        let known = text::fold(&typed);
        let exact = hits.iter().any(|hit| text::fold(&hit.title) == known);
        // A reference that was typed is not a name for a new record.
        let reference = ctx.catalog.parse_reference(&typed).is_some();
        let create = match entities.as_slice() {
            [one]
                if !typed.is_empty()
                    && !exact
                    && !reference
                    && can_promise(&ctx.catalog, one)
                    && ctx.catalog.entity(one).is_some_and(|of| {
                        decide(&ctx.person, Right::Create, of) == Decision::Allow
                    }) =>
            {
                Some((one, typed.as_str()))
            }
            _ => None,
        };
        pick.fill(record_rows(hits, create, ctx));
    }

    /// Asks whether a new record is there already, where the field says something about that.
    pub(super) fn check_duplicates(
        &mut self,
        index: usize,
        ctx: &Context,
        events: &mut Vec<Event>,
    ) {
        let slot = &self.slots[index];
        let draft = &self.drafts[slot.draft];
        let entity = ctx.catalog.entity(&draft.record.entity);
        let Some(entity) = entity.filter(|e| draft.base.is_none() && is_warned_of(&ctx.catalog, e))
        else {
            return;
        };
        let text = match &slot.editor {
            Editor::Line(line) if slot.field == entity.title => line.text().trim().to_owned(),
            Editor::Points(points) => points.typed().trim().to_owned(),
            _ => return,
        };
        let han = text.chars().any(|c| ('\u{3400}'..='\u{9fff}').contains(&c));
        if text.chars().count() < if han { 2 } else { LETTERS } {
            if slot.field == entity.title {
                self.found.clear();
                self.checking = None;
                self.checked.clear();
            }
            return;
        }
        if text == self.checked {
            return;
        }
        self.checked.clone_from(&text);
        let mut held = draft.record.clone();
        held.fields.remove(&slot.field);
        self.tickets += 1;
        self.checking = Some(self.tickets);
        events.push(Event::Ask(Lookup {
            ticket: self.tickets,
            purpose: Purpose::Duplicate(Box::new(Held { draft: held, field: slot.field.clone() })),
            entities: vec![entity.name.clone()],
            text,
            limit: DUPLICATES,
            near: Vec::new(),
        }));
    }

    /// Shows the records that are likely the same as the new one.
    fn warn(&mut self, hits: &[Hit]) {
        self.found = hits.iter().take(DUPLICATES).cloned().collect();
        if let super::Focus::Found(index) = self.focus
            && index >= self.found.len()
        {
            let first = self.slots.iter().position(|slot| slot.visible && !slot.read_only);
            self.focus = super::Focus::Slot(first.unwrap_or(0));
        }
    }
}

/// Whether the company wants to be told while a record is entered that it is there already.
fn is_warned_of(catalog: &Catalog, entity: &Entity) -> bool {
    let rule = catalog.duplicate_rule(&entity.name);
    rule.is_some_and(|rule| rule.on_create != OnCreate::Report)
}

/// Whether a record of the entity can be made from a name alone. People with a login cannot.
fn can_promise(catalog: &Catalog, entity: &Name) -> bool {
    catalog.entity(entity).is_some_and(|entity| {
        entity.name != "user"
            && entity.fields.iter().all(|field| {
                field.name == entity.title
                    || !field.required
                    || field.default.is_some()
                    || field.is_given()
            })
    })
}

/// A record that is likely the same, in `room` cells: what tells most is left out last, the key never.
pub(super) fn alike(hit: &Hit, room: usize, ctx: &Context) -> String {
    let reference = ctx.catalog.reference(&hit.record);
    let (title, more) = (Clean::line(&hit.title), Clean::line(&hit.subtitle));
    let why = hit.why.as_ref().map(|why| Clean::line(&ctx.strings.said(why)));
    let why = why.unwrap_or_else(|| Clean::line(ctx.t("form.similar")));
    let named = format!("{reference} {title}");
    let whole = if more.is_empty() { named.clone() } else { format!("{named} ({more})") };
    let told = |what: &str| ctx.tf("form.duplicate", &[("what", what)]);
    let because = |what: &str| ctx.tf("form.duplicate_why", &[("what", what), ("why", &why)]);
    let left = room.saturating_sub(term::width(&told("")));
    let what = if term::width(&because(&whole)) <= left {
        because(&whole)
    } else if term::width(&named) + WORTH <= left {
        // The beginning of the reason says more than the town.
        term::truncate(&because(&named), left)
    } else {
        term::truncate(&named, left)
    };
    told(&what)
}
