//! What keys and clicks do while something is open over the form, and what is taken from it.

use super::editor::{Editor, Reply, Side};
use super::popup::{Leaving, Pickable, Popup};
use super::{Event, Focus, Form, at};
use crate::model::Phrase;
use crate::schema::Invalid;
use crate::tui::key::{Key, KeyCode};
use crate::tui::widget::Pick;
use crate::tui::widget::pick::Picked;
use crate::tui::{Context, Target};

impl Form {
    /// A popup gets all keys while it is open.
    pub(super) fn popup_key(
        &mut self,
        key: Key,
        action: Option<&str>,
        ctx: &Context,
        events: &mut Vec<Event>,
    ) {
        let Some(mut popup) = self.popup.take() else { return };
        if action == Some("form.save") && !matches!(popup, Popup::Leave(_) | Popup::Conflict(_)) {
            self.save_over(popup, ctx, events);
            return;
        }
        // Tab takes what is selected and goes on, as in any list.
        let tab =
            key.is(KeyCode::Tab) && matches!(popup, Popup::Choices { .. } | Popup::Records { .. });
        let key = if tab { Key::plain(KeyCode::Enter) } else { key };
        let mut taken = false;
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
                        taken = !matches!(self.slots[0].editor, Editor::Points(_));
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
                        taken = !matches!(self.slots[0].editor, Editor::Links(_));
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
            Popup::Calendar(calendar) => match calendar.key(by_lines(key, ctx), ctx.today()) {
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
        } else if taken {
            self.taken(ctx, events);
        }
    }

    /// Saves from a list or a page that lies over the form: what is selected by words is taken first; words
    /// that nothing fits are told at their field, and nothing is saved.
    fn save_over(&mut self, popup: Popup, ctx: &Context, events: &mut Vec<Event>) {
        let (words, selects) = match &popup {
            Popup::Choices { pick, .. } => (pick.query.text().trim(), pick.selected().is_some()),
            Popup::Records { pick, .. } => (pick.query.text().trim(), pick.selected().is_some()),
            _ => ("", false),
        };
        let words = words.to_owned();
        if words.is_empty() {
            self.save(ctx, events);
        } else if selects {
            self.popup = Some(popup);
            self.popup_key(Key::plain(KeyCode::Enter), None, ctx, events);
            // A form of one field is left with what was taken.
            if !self.single {
                self.save(ctx, events);
            }
        } else if let Some(slot) = self.focused().and_then(|index| self.slots.get_mut(index)) {
            let message = Phrase::raw(ctx.tf("form.pick.none_of", &[("words", &words)]));
            slot.trouble = Some(Invalid { message, hint: None });
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

    pub(super) fn choose_record(
        &mut self,
        chosen: Pickable,
        ctx: &Context,
        events: &mut Vec<Event>,
    ) {
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
                if let Some(day) =
                    calendar.weeks(ctx.moment.week).get(*week).and_then(|days| days.get(*day))
                {
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
            (Target::Press(keys), _) => {
                for key in &keys.0 {
                    events.extend(self.key(*key, None, ctx));
                }
            }
            _ => events.push(Event::Unused),
        }
        events
    }
}

/// Shows a row of a list as checked or not, the other way round.
fn check(pick: &mut Pick<String>, value: &str) {
    if let Some(row) = pick.rows_mut().iter_mut().find(|row| row.key == value) {
        row.checked = row.checked.map(|checked| !checked);
    }
}

/// In plain mode the calendar has a day on each line: up and down go by days, left and right by weeks.
fn by_lines(key: Key, ctx: &Context) -> Key {
    let code = match key.code {
        code if !ctx.plain => code,
        KeyCode::Up => KeyCode::Left,
        KeyCode::Down => KeyCode::Right,
        KeyCode::Left => KeyCode::Up,
        KeyCode::Right => KeyCode::Down,
        code => code,
    };
    Key { code, ..key }
}
