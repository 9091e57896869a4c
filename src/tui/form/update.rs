//! What keys, pastes and clicks do to a form.

use super::editor::{Editor, Reply, Side};
use super::popup::{Leaving, Pickable, Popup, Side as Whose};
use super::{Event, Focus, Form, Slot, at};
use crate::model::{Name, Value};
use crate::tui::key::{Key, KeyCode};
use crate::tui::widget::pick::Picked;
use crate::tui::{Context, Target};

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
        if self.is_dirty(ctx) {
            self.popup = Some(Popup::leave(ctx));
        } else {
            events.push(Event::Leave);
        }
    }

    fn slot_key(&mut self, index: usize, key: Key, ctx: &Context, events: &mut Vec<Event>) {
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
    fn step(&mut self, by: isize, around: bool, ctx: &Context, events: &mut Vec<Event>) {
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
            Focus::Slot(index) if !self.slots[index].visible => self.nearest(index),
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
        match value {
            Ok(value) => {
                let Slot { draft, field, trouble, .. } = &mut self.slots[index];
                if self.drafts[*draft].get(field) != &value || !leaving {
                    *trouble = None;
                }
                let (draft, field) = (*draft, field.clone());
                let followed = self.drafts[draft].enter(entity, &field, value, ctx);
                self.show_followed(draft, &followed, ctx);
            }
            Err(trouble) if leaving || self.slots[index].trouble.is_some() => {
                self.slots[index].trouble = Some(trouble);
            }
            Err(_) => {}
        }
        self.refresh(ctx);
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

    /// A popup gets all keys while it is open.
    fn popup_key(
        &mut self,
        key: Key,
        action: Option<&str>,
        ctx: &Context,
        events: &mut Vec<Event>,
    ) {
        let Some(mut popup) = self.popup.take() else { return };
        // Tab takes what is selected and goes on, as in any list.
        let tab =
            key.is(KeyCode::Tab) && matches!(popup, Popup::Choices { .. } | Popup::Records { .. });
        let key = if tab { Key::plain(KeyCode::Enter) } else { key };
        let stays = match &mut popup {
            Popup::Choices { pick, several } => {
                let picked = pick.key(key);
                let chosen = pick.selected().map(|row| row.key.clone());
                match (picked, chosen) {
                    (Picked::Closed, _) | (Picked::Chosen, None) => false,
                    (Picked::Toggled, Some(value)) => {
                        self.choose(&value, ctx, events);
                        check(pick, &value);
                        true
                    }
                    (Picked::Chosen, Some(value)) => {
                        // Enter closes a list of which several can be chosen, unless words select one.
                        if !*several || !pick.query.is_blank() {
                            self.choose(&value, ctx, events);
                        }
                        false
                    }
                    _ => true,
                }
            }
            Popup::Records { pick, .. } => {
                let picked = pick.key(key);
                let chosen = pick.selected().map(|row| row.key.clone());
                match (picked, chosen) {
                    (Picked::Closed, _) => false,
                    (Picked::Chosen, Some(chosen)) => {
                        self.choose_record(chosen, ctx, events);
                        false
                    }
                    (Picked::Typed, _) => {
                        self.popup = Some(popup);
                        self.ask_records(ctx, events);
                        return;
                    }
                    _ => true,
                }
            }
            Popup::Calendar(calendar) => match calendar.key(key, ctx.today()) {
                Picked::Chosen => {
                    let day = calendar.day();
                    self.choose_day(day, ctx, events);
                    false
                }
                Picked::Closed => false,
                // Anything that is typed goes to the field itself.
                Picked::Ignored if key.typed().is_some() => {
                    if let Some(index) = self.focused() {
                        self.slot_key(index, key, ctx, events);
                    }
                    return;
                }
                _ => true,
            },
            Popup::Help(top) => match key.code {
                KeyCode::Down | KeyCode::PageDown => {
                    *top += 1;
                    true
                }
                KeyCode::Up | KeyCode::PageUp => {
                    *top = top.saturating_sub(1);
                    true
                }
                _ => false,
            },
            Popup::Leave(pick) => {
                let picked =
                    if action == Some("form.save") { Picked::Closed } else { pick.key(key) };
                let chosen = pick.selected().map(|row| row.key);
                if action == Some("form.save") {
                    self.save(ctx, events);
                } else if let (Picked::Chosen, Some(answer)) = (picked, chosen) {
                    match answer {
                        Leaving::Stay => {}
                        Leaving::Save => self.save(ctx, events),
                        Leaving::Discard => events.push(Event::Leave),
                    }
                }
                !matches!(picked, Picked::Chosen | Picked::Closed)
            }
            Popup::Conflict(pick) => {
                let picked = pick.key(key);
                let chosen = pick.selected().map(|row| row.key);
                if let (Picked::Chosen, Some(whose)) = (picked, chosen) {
                    self.settle(whose, ctx);
                    return;
                }
                picked != Picked::Closed
            }
        };
        if stays && self.popup.is_none() {
            self.popup = Some(popup);
        } else if tab && !stays {
            self.step(1, true, ctx, events);
        }
    }

    /// A choice or label from a list.
    fn choose(&mut self, value: &str, ctx: &Context, events: &mut Vec<Event>) {
        let Some(index) = self.focused() else { return };
        match &mut self.slots[index].editor {
            Editor::Choice(editor) => editor.choose(value),
            Editor::Chips(editor) => editor.toggle(value),
            Editor::Points(editor) => editor.choose_label(value),
            _ => return,
        }
        self.take(index, Reply::Changed, ctx, events);
    }

    fn choose_record(&mut self, chosen: Pickable, ctx: &Context, events: &mut Vec<Event>) {
        let Some(index) = self.focused() else { return };
        let link = match chosen {
            Pickable::Record(link) => link,
            Pickable::Create(entity, title) => self.promise(index, entity, title, ctx),
        };
        match &mut self.slots[index].editor {
            Editor::Link(editor) => editor.choose(link),
            Editor::Links(editor) => editor.choose(link),
            _ => return,
        }
        self.take(index, Reply::Changed, ctx, events);
    }

    fn choose_day(&mut self, day: chrono::NaiveDate, ctx: &Context, events: &mut Vec<Event>) {
        let Some(index) = self.focused() else { return };
        let Self { slots, drafts, .. } = self;
        let Some(slot) = slots.get_mut(index) else { return };
        if let (Some(at), Editor::Line(line)) =
            (at(slot, drafts, ctx.size.width, ctx), &mut slot.editor)
        {
            line.choose_day(day, at);
        }
        self.take(index, Reply::Changed, ctx, events);
    }

    /// Decides a conflict: whose value stays.
    fn settle(&mut self, whose: Whose, ctx: &Context) {
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

    /// A click on one of the places that the view handed back.
    pub fn press(&mut self, target: &Target, ctx: &Context) -> Vec<Event> {
        let mut events = Vec::new();
        match (target, &mut self.popup) {
            (Target::Row(n), Some(Popup::Choices { pick, several })) => {
                if pick.select_nth(*n) {
                    let key = if *several { KeyCode::Char(' ') } else { KeyCode::Enter };
                    self.popup_key(Key::plain(key), None, ctx, &mut events);
                }
            }
            (Target::Row(n), Some(Popup::Records { pick, .. })) => {
                if pick.select_nth(*n) {
                    self.popup_key(Key::plain(KeyCode::Enter), None, ctx, &mut events);
                }
            }
            (Target::Row(n), Some(Popup::Leave(pick))) => {
                if pick.select_nth(*n) {
                    self.popup_key(Key::plain(KeyCode::Enter), None, ctx, &mut events);
                }
            }
            (Target::Row(n), Some(Popup::Conflict(pick))) => {
                if pick.select_nth(*n) {
                    self.popup_key(Key::plain(KeyCode::Enter), None, ctx, &mut events);
                }
            }
            (Target::Card(week, day), Some(Popup::Calendar(calendar))) => {
                if let Some(day) = calendar.weeks().get(*week).and_then(|days| days.get(*day)) {
                    let day = *day;
                    self.popup = None;
                    self.choose_day(day, ctx, &mut events);
                }
            }
            (Target::Field(name), None) => {
                let index = self.slots.iter().position(|slot| slot.target() == *name);
                if let Some(index) = index.filter(|index| !self.slots[*index].read_only) {
                    self.go(Focus::Slot(index), Side::Above, ctx, &mut events);
                }
            }
            (Target::Row(n), None) if *n < self.found.len() => {
                self.go(Focus::Found(*n), Side::Above, ctx, &mut events);
            }
            (Target::Press(key), _) => return self.key(*key, None, ctx),
            _ => events.push(Event::Unused),
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

/// Shows a row of a list as checked or not, the other way round.
fn check(pick: &mut crate::tui::widget::Pick<String>, value: &str) {
    if let Some(row) = pick.rows_mut().iter_mut().find(|row| row.key == value) {
        row.checked = row.checked.map(|checked| !checked);
    }
}

impl Slot {
    /// The name a click finds it by: two records of a form may have a field of the same name.
    pub(super) fn target(&self) -> Name {
        Name::from(format!("{}.{}", self.draft, self.field))
    }
}
