//! From what is entered to edits, and what comes back: problems and conflicts, beside their fields.

use std::collections::BTreeMap;

use super::editor::Side;
use super::popup::Popup;
use super::{Event, Focus, Form, Notice, Pending, Source};
use crate::gate::{Conflict, Problem};
use crate::model::{Edit, Input, Link, Name, Phrase, RecordId, Value};
use crate::schema::{FieldType, Invalid};
use crate::tui::Context;

impl Form {
    /// Saves if everything that can be told here is in order; else says what is not, and goes there.
    pub(super) fn save(&mut self, ctx: &Context, events: &mut Vec<Event>) {
        self.notices.clear();
        self.let_go(ctx);
        if let Some(index) = self.focused() {
            self.finish(index, ctx);
            self.slots[index].editor.enter(Side::Below);
        }
        self.check(ctx);
        if let Some(first) = self.first_trouble() {
            self.go(Focus::Slot(first), Side::Above, ctx, events);
            return;
        }
        let edits = self.edits(ctx);
        events.push(if edits.is_empty() { Event::Leave } else { Event::Save(edits) });
    }

    /// Saves once more what was refused as a whole.
    pub fn save_again(&mut self, ctx: &Context) -> Vec<Event> {
        let mut events = Vec::new();
        self.save(ctx, &mut events);
        events
    }

    fn check(&mut self, ctx: &Context) {
        for index in 0..self.slots.len() {
            let Some(at) = self.at(index, ctx) else { continue };
            let slot = &self.slots[index];
            let trouble = if !slot.visible || slot.read_only {
                None
            } else if let Err(trouble) = slot.editor.value(at) {
                Some(trouble)
            } else if self.is_missing(slot) {
                Some(Invalid { message: Phrase::raw(ctx.t("form.needed")), hint: None })
            } else if slot.conflict.is_some() {
                Some(Invalid { message: Phrase::raw(ctx.t("form.conflict.open")), hint: None })
            } else {
                None
            };
            self.slots[index].trouble = trouble;
        }
    }

    fn first_trouble(&self) -> Option<usize> {
        self.slots.iter().position(|slot| slot.trouble.is_some())
    }

    /// What is to be written: records made in pickers first, then the form's own.
    fn edits(&mut self, ctx: &Context) -> Vec<Edit> {
        let mut own = Vec::new();
        for (index, draft) in self.drafts.iter().enumerate() {
            let entity = ctx.catalog.entity(&draft.record.entity);
            if let Some(edit) = entity.and_then(|entity| draft.edit(entity, ctx)) {
                own.push((Source::Draft(index), edit));
            }
        }
        // Only those that are still linked; their numbers count the creates of this save.
        let mut numbers: BTreeMap<RecordId, RecordId> = BTreeMap::new();
        let mut edits = Vec::new();
        self.sent.clear();
        let mut wanted: Vec<RecordId> = own.iter().flat_map(|(_, edit)| pending(edit)).collect();
        while let Some(id) = wanted.pop() {
            let Some((index, promise)) = self.promised(id) else { continue };
            if numbers.contains_key(&id) {
                continue;
            }
            let edit = promise.edit(ctx);
            wanted.extend(pending(&edit));
            edits.push(edit);
            self.sent.push(Source::Pending(index));
            numbers.insert(id, RecordId(-(edits.len() as i64)));
        }
        for (source, edit) in own {
            edits.push(edit);
            self.sent.push(source);
        }
        for edit in &mut edits {
            for (_, input) in &mut edit.set {
                if let Input::Value(value) = input {
                    renumber(value, &numbers);
                }
            }
        }
        edits
    }

    fn promised(&self, id: RecordId) -> Option<(usize, &Pending)> {
        let index = usize::try_from(-id.0).ok()?.checked_sub(1)?;
        self.pending.get(index).map(|pending| (index, pending))
    }

    /// A record that will be made with this form; the link to it holds until the save.
    pub(super) fn promise(
        &mut self,
        slot: usize,
        entity: Name,
        title: String,
        ctx: &Context,
    ) -> Link {
        let draft = &self.drafts[self.slots[slot].draft];
        // A new contact of a deal belongs to the deal's customer: links that both have are taken over.
        let shared = ctx.catalog.entity(&entity).into_iter().flat_map(|made| &made.fields);
        let set = shared
            .filter(|field| !field.is_given())
            .filter_map(|field| match (&field.kind, draft.get(&field.name)) {
                (FieldType::Link { to }, Value::Link(link))
                    if *to == link.entity && *to != entity =>
                {
                    Some((field.name.clone(), Value::Link(link.clone())))
                }
                _ => None,
            })
            .collect();
        self.pending.push(Pending { entity: entity.clone(), title: title.clone(), set });
        let mut link = Link::new(entity, RecordId(-(self.pending.len() as i64)));
        link.title = title;
        link
    }

    /// The gate refused: each problem goes beside its field.
    pub fn refused(&mut self, problems: &[Problem], ctx: &Context) {
        self.notices.clear();
        for problem in problems {
            let trouble = Invalid { message: problem.message.clone(), hint: problem.hint.clone() };
            let slot = match (self.sent.get(problem.edit), &problem.field) {
                (Some(Source::Draft(draft)), Some(field)) => self
                    .slots
                    .iter()
                    .position(|slot| slot.draft == *draft && slot.field == *field && slot.visible),
                (Some(Source::Pending(index)), _) => self.slot_of_pending(*index),
                _ => None,
            };
            match slot {
                Some(slot) => self.slots[slot].trouble = Some(trouble),
                None => self.notices.push(Notice::wrong(self.notice(problem, ctx))),
            }
        }
        if let Some(first) = self.first_trouble() {
            self.go(Focus::Slot(first), Side::Above, ctx, &mut Vec::new());
        }
    }

    fn notice(&self, problem: &Problem, ctx: &Context) -> String {
        let draft = match self.sent.get(problem.edit) {
            Some(Source::Draft(draft)) => self.drafts.get(*draft),
            _ => None,
        };
        let entity = draft.and_then(|draft| ctx.catalog.entity(&draft.record.entity));
        let field = problem.field.as_ref().map(|name| {
            let field = entity.and_then(|entity| entity.field(name));
            field.map_or_else(|| name.to_string(), |field| field.label.get(ctx.lang()).to_owned())
        });
        let hint = problem
            .hint
            .as_ref()
            .map(|hint| format!(" ({})", ctx.strings.said(hint)))
            .unwrap_or_default();
        match field {
            Some(field) => {
                ctx.about(&field, &format!("{}{hint}", ctx.strings.said(&problem.message)))
            }
            None => format!("{}{hint}", ctx.strings.said(&problem.message)),
        }
    }

    fn slot_of_pending(&self, index: usize) -> Option<usize> {
        let id = RecordId(-(index as i64 + 1));
        self.slots.iter().position(|slot| match self.drafts[slot.draft].get(&slot.field) {
            Value::Link(link) => link.id == id,
            Value::Links(links) => links.iter().any(|link| link.id == id),
            _ => false,
        })
    }

    /// Somebody changed the record meanwhile: each field that both changed is to be decided.
    pub fn conflict(&mut self, conflict: &Conflict, ctx: &Context) {
        self.notices.clear();
        let values = [("who", conflict.by.as_str()), ("ref", conflict.reference.as_str())];
        self.notices.push(Notice::wrong(ctx.tf("form.conflict.by", &values)));
        let mut first = None;
        for field in &conflict.fields {
            let slot = self.slots.iter().position(|slot| {
                let base = self.drafts[slot.draft].base.as_ref();
                slot.field == field.field
                    && slot.visible
                    && base.is_some_and(|base| base.reference() == conflict.record)
            });
            match slot {
                Some(slot) => {
                    self.slots[slot].conflict = Some(field.clone());
                    first = first.or(Some(slot));
                }
                None => self.notices.push(Notice::wrong(field.field.to_string())),
            }
        }
        if let Some(slot) = first {
            self.go(Focus::Slot(slot), Side::Above, ctx, &mut Vec::new());
            let popup = match (&self.slots[slot].conflict, self.at(slot, ctx)) {
                (Some(conflict), Some(at)) => Some(Popup::conflict(conflict, at)),
                _ => None,
            };
            self.popup = popup;
        }
    }

    /// Saving failed for a reason that lies in no field; what is entered stays.
    pub fn fail(&mut self, message: &str) {
        self.notices = vec![Notice::wrong(message)];
    }
}

impl Pending {
    fn edit(&self, ctx: &Context) -> Edit {
        let mut edit = Edit::create(&self.entity);
        if let Some(entity) = ctx.catalog.entity(&self.entity) {
            edit = edit.typed(&entity.title, self.title.as_str());
        }
        for (field, value) in &self.set {
            edit = edit.with(field, value.clone());
        }
        edit
    }
}

/// The pending records that an edit links to.
fn pending(edit: &Edit) -> Vec<RecordId> {
    let mut ids = Vec::new();
    for (_, input) in &edit.set {
        match input {
            Input::Value(Value::Link(link)) => ids.push(link.id),
            Input::Value(Value::Links(links)) => ids.extend(links.iter().map(|link| link.id)),
            _ => {}
        }
    }
    ids.retain(|id| id.is_pending());
    ids
}

fn renumber(value: &mut Value, numbers: &BTreeMap<RecordId, RecordId>) {
    let one = |link: &mut Link| {
        if let Some(number) = numbers.get(&link.id) {
            link.id = *number;
        }
    };
    match value {
        Value::Link(link) => one(link),
        Value::Links(links) => links.iter_mut().for_each(one),
        _ => {}
    }
}
