//! What keys do to a form: moving between fields, taking in what was entered and what follows from it.

use super::editor::{Editor, Reply, Side};
use super::popup::{Popup, Side as Whose};
use super::{Event, Focus, Form, Notice, Slot, at};
use crate::model::{Name, Value};
use crate::schema::{FieldType, Origin};
use crate::tui::Context;
use crate::tui::key::{Key, KeyCode};

/// Fields that a page key goes.
const PAGE: usize = 6;

impl Form {
    /// Does what a key asks. `action` is what the user's keymap says the key means on a form.
    pub fn key(&mut self, key: Key, action: Option<&str>, ctx: &Context) -> Vec<Event> {
        let mut events = Vec::new();
        if self.popup.is_some() {
            self.popup_key(key, action, ctx, &mut events);
        } else if !(key.typed().is_none() && self.act(action, ctx, &mut events)) {
            match self.focus {
                Focus::Slot(index) => self.slot_key(index, key, ctx, &mut events),
                Focus::Found(index) => self.found_key(index, key, ctx, &mut events),
            }
        }
        events
    }

    /// Does an action of a form by its id; false where it is none.
    fn act(&mut self, action: Option<&str>, ctx: &Context, events: &mut Vec<Event>) -> bool {
        match action {
            Some("form.save") => self.save(ctx, events),
            Some("form.leave") => self.leave(ctx, events),
            Some("form.next") => self.step(1, true, ctx, events),
            Some("form.previous") => self.step(-1, true, ctx, events),
            Some("form.same") => match self.found.first() {
                Some(hit) => events.push(Event::Open(hit.record.clone())),
                None => return false,
            },
            Some("form.explain") => self.popup = Some(Popup::Help(0)),
            Some("form.editor") => {
                let Some(Editor::Long(long)) = self.focused().map(|i| &self.slots[i].editor) else {
                    return false;
                };
                events.push(Event::Editor(long.text().to_owned()));
            }
            _ => return false,
        }
        true
    }

    fn leave(&mut self, ctx: &Context, events: &mut Vec<Event>) {
        if self.is_dirty() {
            self.popup = Some(Popup::leave(ctx));
        } else {
            events.push(Event::Leave);
        }
    }

    pub(super) fn slot_key(
        &mut self,
        index: usize,
        key: Key,
        ctx: &Context,
        events: &mut Vec<Event>,
    ) {
        if key == Key::ctrl('o') && self.open_conflict(index, ctx) {
            return;
        }
        let width = self.measure(ctx.size.width, ctx).value;
        let Self { slots, drafts, .. } = self;
        let Some(slot) = slots.get_mut(index) else { return };
        let Some(at) = at(slot, drafts, width, ctx) else { return };
        let reply = slot.editor.key(key, at);
        self.take(index, reply, ctx, events);
        if matches!(events.last(), Some(Event::Unused)) {
            events.pop();
            self.move_key(key, ctx, events);
        }
    }

    /// What an editor made of a key or a paste.
    pub(super) fn take(
        &mut self,
        index: usize,
        reply: Reply,
        ctx: &Context,
        events: &mut Vec<Event>,
    ) {
        match reply {
            Reply::Ignored => events.push(Event::Unused),
            Reply::Handled => {}
            Reply::Changed => {
                self.notices.clear();
                self.commit(index, false, ctx);
                self.check_duplicates(index, ctx, events);
            }
            Reply::Next => self.step(1, false, ctx, events),
            Reply::Open(popup) => {
                self.popup = Some(popup);
                self.ask_records(ctx, events);
            }
        }
    }

    /// Keys that move between fields, where the field has no use for them.
    fn move_key(&mut self, key: Key, ctx: &Context, events: &mut Vec<Event>) {
        match key.code {
            KeyCode::Tab if key.shift => self.step(-1, true, ctx, events),
            KeyCode::Tab => self.step(1, true, ctx, events),
            KeyCode::Up => self.step(-1, false, ctx, events),
            KeyCode::Down | KeyCode::Enter => self.step(1, false, ctx, events),
            KeyCode::PageUp => (0..PAGE).for_each(|_| self.step(-1, false, ctx, events)),
            KeyCode::PageDown => (0..PAGE).for_each(|_| self.step(1, false, ctx, events)),
            _ => events.push(Event::Unused),
        }
    }

    fn found_key(&mut self, index: usize, key: Key, ctx: &Context, events: &mut Vec<Event>) {
        match (key.code, self.found.get(index)) {
            (KeyCode::Enter, Some(hit)) => events.push(Event::Open(hit.record.clone())),
            _ => self.move_key(key, ctx, events),
        }
    }

    /// All places the cursor can be, in order: likely duplicates, then fields.
    fn stops(&self) -> Vec<Focus> {
        let fields =
            self.slots.iter().enumerate().filter(|(_, slot)| slot.visible && !slot.read_only);
        (0..self.found.len()).map(Focus::Found).chain(fields.map(|(i, _)| Focus::Slot(i))).collect()
    }

    /// Moves the cursor on by one place. Tab goes around (past the duplicates), arrows stop.
    pub(super) fn step(&mut self, by: isize, around: bool, ctx: &Context, events: &mut Vec<Event>) {
        if self.beyond(by, around, events) {
            return;
        }
        let stops: Vec<Focus> = if around && matches!(self.focus, Focus::Slot(_)) {
            self.stops().into_iter().filter(|stop| matches!(stop, Focus::Slot(_))).collect()
        } else {
            self.stops()
        };
        let Some(now) = stops.iter().position(|stop| *stop == self.focus) else { return };
        let next = if around {
            (now + stops.len()).saturating_add_signed(by) % stops.len()
        } else {
            now.saturating_add_signed(by).min(stops.len() - 1)
        };
        let side = if by > 0 { Side::Above } else { Side::Below };
        self.go(stops[next], side, ctx, events);
    }

    /// Puts the cursor somewhere; the field it leaves is finished and checked.
    pub(super) fn go(&mut self, to: Focus, side: Side, ctx: &Context, events: &mut Vec<Event>) {
        if to == self.focus {
            return;
        }
        if let Some(index) = self.focused() {
            self.finish(index, ctx);
            self.check_duplicates(index, ctx, events);
        }
        // What was just entered may have hidden the place.
        let to = match to {
            Focus::Slot(index) if !self.slots[index].visible || self.slots[index].read_only => {
                self.nearest(index)
            }
            to => to,
        };
        self.focus = to;
        if let Focus::Slot(index) = to {
            self.slots[index].editor.enter(side);
        }
    }

    /// The visible field after `index`, or before it.
    fn nearest(&self, index: usize) -> Focus {
        let can = |i: &usize| self.slots[*i].visible && !self.slots[*i].read_only;
        let after = (index..self.slots.len()).find(can);
        Focus::Slot(after.or_else(|| (0..index).rev().find(can)).unwrap_or(0))
    }

    /// The cursor leaves a field: what is half typed is finished, and checked.
    pub(super) fn finish(&mut self, index: usize, ctx: &Context) {
        if let Some(slot) = self.slots.get_mut(index) {
            slot.editor.leave();
        }
        self.commit(index, true, ctx);
    }

    /// Takes what is entered into the draft, with all that follows from it. Trouble is told when the
    /// field is left, not while it is being typed.
    pub(super) fn commit(&mut self, index: usize, leaving: bool, ctx: &Context) {
        let Some(at) = self.at(index, ctx) else { return };
        let value = self.slots[index].editor.value(at);
        let draft = &self.drafts[self.slots[index].draft];
        let Some(entity) = ctx.catalog.entity(&draft.record.entity) else { return };
        self.slots[index].half = value.is_err();
        match value {
            Ok(value) => {
                let Slot { draft, field, trouble, .. } = &mut self.slots[index];
                if self.drafts[*draft].get(field) != &value || !leaving {
                    *trouble = None;
                }
                let (draft, field) = (*draft, field.clone());
                self.link_along(index, &value, ctx);
                let followed = self.drafts[draft].enter(entity, &field, value, ctx);
                self.show_followed(draft, &followed, ctx);
                self.tell_later(draft, &field, ctx);
            }
            Err(trouble) if leaving || self.slots[index].trouble.is_some() => {
                self.slots[index].trouble = Some(trouble);
            }
            Err(_) => {}
        }
        self.refresh(ctx);
    }

    /// A record about a deal is linked to the deal too, where it has a field for that which the form
    /// does not show: so that it is found from there.
    fn link_along(&mut self, index: usize, value: &Value, ctx: &Context) {
        let draft = self.slots[index].draft;
        let entity = ctx.catalog.entity(&self.drafts[draft].record.entity);
        let Some(entity) = entity.filter(|entity| {
            let field = entity.field(&self.slots[index].field);
            field.is_some_and(|field| field.kind == FieldType::LinkAny)
        }) else {
            return;
        };
        for field in entity.fields.iter().filter(|field| field.origin != Origin::System) {
            let shown = self.slots.iter().any(|s| s.draft == draft && s.field == field.name);
            if let (FieldType::Link { to }, false) = (&field.kind, shown) {
                let along = value.as_link().filter(|link| link.entity == *to);
                let along = along.map_or(Value::Null, |link| Value::Link(link.clone()));
                self.drafts[draft].preset(&field.name, along);
            }
        }
    }

    /// Says what follows only when it is saved, because linked records are looked at for it.
    fn tell_later(&mut self, draft: usize, changed: &Name, ctx: &Context) {
        let draft = &self.drafts[draft];
        let Some(entity) = ctx.catalog.entity(&draft.record.entity) else { return };
        for field in entity.fields.iter().filter(|field| draft.follows_later(field, changed)) {
            let text = ctx.tf("form.follows", &[("field", field.label.get(ctx.lang()))]);
            if self.notices.iter().all(|notice| notice.text != text) {
                self.notices.push(Notice { wrong: false, text });
            }
        }
    }

    fn show_followed(&mut self, draft: usize, followed: &[Name], ctx: &Context) {
        for index in 0..self.slots.len() {
            if self.slots[index].draft == draft && followed.contains(&self.slots[index].field) {
                self.show(index, ctx);
            }
        }
    }

    /// Puts what the draft holds into the editor of a field.
    pub(super) fn show(&mut self, index: usize, ctx: &Context) {
        let Self { slots, drafts, .. } = self;
        let Some(slot) = slots.get_mut(index) else { return };
        if let Some(at) = at(slot, drafts, ctx.size.width, ctx) {
            let value = at.draft.get(&slot.field).clone();
            slot.editor.set(at, &value);
            slot.trouble = None;
            slot.half = false;
        }
    }

    /// Decides again which fields are shown, needed and closed, and shows computed values anew.
    pub(super) fn refresh(&mut self, ctx: &Context) {
        let Self { slots, drafts, .. } = self;
        for slot in slots {
            let Some(at) = at(slot, drafts, ctx.size.width, ctx) else { continue };
            let draft = &drafts[slot.draft];
            slot.visible = draft.is_visible(at.field, ctx);
            slot.required = draft.is_required(at.field, ctx);
            let read_only = draft.is_read_only(at.field, ctx);
            if read_only || slot.read_only {
                slot.editor = Editor::of(at, draft.get(&slot.field), read_only);
            }
            slot.read_only = read_only;
        }
        if let Focus::Slot(index) = self.focus
            && self.slots.get(index).is_some_and(|slot| !slot.visible || slot.read_only)
        {
            self.focus = self.nearest(index);
        }
    }

    fn open_conflict(&mut self, index: usize, ctx: &Context) -> bool {
        let popup = match (
            self.slots.get(index).and_then(|slot| slot.conflict.as_ref()),
            self.at(index, ctx),
        ) {
            (Some(conflict), Some(at)) => Popup::conflict(conflict, at),
            _ => return false,
        };
        self.popup = Some(popup);
        true
    }

    /// Decides a conflict: whose value stays.
    pub(super) fn settle(&mut self, whose: Whose, ctx: &Context) {
        let Some(index) = self.focused() else { return };
        let Some(conflict) = self.slots[index].conflict.take() else { return };
        let slot = &self.slots[index];
        let (draft, field) = (slot.draft, slot.field.clone());
        let Some(entity) = ctx.catalog.entity(&self.drafts[draft].record.entity) else { return };
        let value = match whose {
            Whose::Mine => self.drafts[draft].get(&field).clone(),
            Whose::Theirs => conflict.theirs.clone(),
            Whose::Base => conflict.base,
        };
        let followed = self.drafts[draft].enter(entity, &field, value, ctx);
        self.drafts[draft].settle(&field, conflict.theirs);
        self.show(index, ctx);
        self.show_followed(draft, &followed, ctx);
        self.refresh(ctx);
        if !self.slots.iter().any(|slot| slot.conflict.is_some()) {
            self.notices.clear();
        }
        // On to the next one that is still open.
        if let Some(next) = self.slots.iter().position(|slot| slot.conflict.is_some()) {
            self.focus = Focus::Slot(next);
            self.open_conflict(next, ctx);
        }
    }

    /// A long text comes back from the user's own editor.
    pub fn edited(&mut self, text: &str, ctx: &Context) -> Vec<Event> {
        let mut events = Vec::new();
        if let Some(index) = self.focused()
            && let Editor::Long(long) = &mut self.slots[index].editor
        {
            long.replace(text.trim_end_matches(['\n', '\r']));
            self.take(index, Reply::Changed, ctx, &mut events);
        }
        events
    }

    /// What a field holds now; for tests and for what is drawn beside a form.
    #[must_use]
    pub fn value(&self, field: &str) -> &Value {
        static NULL: Value = Value::Null;
        let slot = self.slots.iter().find(|slot| slot.field == field);
        slot.map_or(&NULL, |slot| self.drafts[slot.draft].get(field))
    }
}

impl Slot {
    /// The name a click finds it by: two records of a form may have a field of the same name.
    pub(super) fn target(&self) -> Name {
        Name::from(format!("{}.{}", self.draft, self.field))
    }
}
