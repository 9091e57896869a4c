//! Pasted text: into the field, or, where it is a business card, into the fields it speaks of.

use super::editor::{Editor, Side, targets};
use super::popup::Popup;
use super::{Event, Focus, Form, Notice, at};
use crate::capture::Card;
use crate::model::{Address, Name};
use crate::schema::{Entity, FieldType};
use crate::tui::Context;

impl Form {
    /// Takes pasted text. Several lines pasted into one line of a new person or company are read as
    /// a business card or mail signature.
    pub fn paste(&mut self, text: &str, ctx: &Context) -> Vec<Event> {
        let mut events = Vec::new();
        if let Some(popup) = &mut self.popup {
            let words = text.trim().to_owned();
            match popup {
                Popup::Choices { pick, .. } => {
                    pick.act(crate::tui::widget::Act::Insert(words));
                }
                Popup::Records { pick, .. } => {
                    pick.act(crate::tui::widget::Act::Insert(words));
                    self.ask_records(ctx, &mut events);
                }
                _ => {}
            }
            return events;
        }
        let Some(index) = self.focused() else { return events };
        if let Some(card) = self.card(index, text, ctx) {
            self.fill(index, &card, ctx, &mut events);
            return events;
        }
        let width = self.measure(ctx.size.width, ctx).value;
        let Self { slots, drafts, .. } = self;
        let slot = &mut slots[index];
        if let Some(at) = at(slot, drafts, width, ctx) {
            let reply = slot.editor.paste(text, at);
            self.take(index, reply, ctx, &mut events);
        }
        events
    }

    fn card(&self, index: usize, text: &str, ctx: &Context) -> Option<Card> {
        let slot = self.slots.get(index)?;
        let draft = &self.drafts[slot.draft];
        let entity = ctx.catalog.entity(&draft.record.entity)?;
        let reachable = entity.fields.iter().any(|field| field.kind == FieldType::Phone);
        let fits = matches!(slot.editor, Editor::Line(_) | Editor::Link(_));
        if draft.base.is_some() || !reachable || !fits {
            return None;
        }
        Card::read(text)
    }

    /// Fills the fields that are still empty.
    fn fill(&mut self, index: usize, card: &Card, ctx: &Context, events: &mut Vec<Event>) {
        let draft = self.slots[index].draft;
        let Some(entity) = ctx.catalog.entity(&self.drafts[draft].record.entity) else { return };
        // A person has a position and a company to work for; a company has neither.
        let person = entity.field("position").is_some() || entity.field("company").is_some();
        let title = if person { card.name.as_ref() } else { card.company.as_ref() };
        let title = title.or(card.name.as_ref()).or(card.company.as_ref());
        let texts = [
            (entity.title.as_str(), title),
            ("company", card.company.as_ref()),
            ("position", card.position.as_ref()),
            ("department", card.department.as_ref()),
            ("birthday", card.birthday.as_ref()),
            ("description", card.note.as_ref()),
        ];
        let mut filled = Vec::new();
        for (field, text) in texts {
            if let Some(text) = text {
                self.fill_text(draft, field, text, ctx, &mut filled);
            }
        }
        self.fill_points(draft, entity, card, ctx, &mut filled);
        if card.address != Address::default()
            && let Some(slot) = self.slot_of(draft, |kind| *kind == FieldType::Address, entity)
            && let Editor::Address(editor) = &mut self.slots[slot].editor
        {
            editor.fill(&card.address);
            self.commit(slot, true, ctx);
            filled.push(slot);
        }
        let labels: Vec<&str> = filled
            .iter()
            .filter_map(|slot| entity.field(&self.slots[*slot].field))
            .map(|field| field.label.get(ctx.lang()))
            .collect();
        let mut notice = ctx.tf("form.card.filled", &[("fields", &ctx.listed(&labels))]);
        if !card.rest.is_empty() {
            let unused = ctx.tf("form.card.unused", &[("lines", &card.rest.join(" / "))]);
            notice = ctx.sentences(&notice, &unused);
        }
        self.notices = vec![Notice { wrong: false, text: notice }];
        for slot in filled {
            self.check_duplicates(slot, ctx, events);
        }
        if let Some(company) = &card.company {
            self.seek_company(draft, entity, company, ctx, events);
        }
    }

    fn fill_text(
        &mut self,
        draft: usize,
        field: &str,
        text: &str,
        ctx: &Context,
        filled: &mut Vec<usize>,
    ) {
        let slot = self.slots.iter().position(|slot| slot.draft == draft && slot.field == *field);
        let Some(index) = slot.filter(|_| self.drafts[draft].get(field).is_null()) else { return };
        if !matches!(self.slots[index].editor, Editor::Line(_) | Editor::Long(_)) {
            return;
        }
        let Self { slots, drafts, .. } = &mut *self;
        if let Some(at) = at(&slots[index], drafts, ctx.size.width, ctx) {
            slots[index].editor.paste(text, at);
        }
        self.commit(index, true, ctx);
        filled.push(index);
    }

    fn fill_points(
        &mut self,
        draft: usize,
        entity: &Entity,
        card: &Card,
        ctx: &Context,
        filled: &mut Vec<usize>,
    ) {
        let unlabelled = |texts: &[String]| -> Vec<(String, String)> {
            texts.iter().map(|text| (String::new(), text.clone())).collect()
        };
        let kinds = [
            (FieldType::Phone, card.phones.clone()),
            (FieldType::Email, unlabelled(&card.emails)),
            (FieldType::Url, unlabelled(&card.urls)),
        ];
        for (kind, points) in kinds {
            let Some(slot) = self.slot_of(draft, |other| *other == kind, entity) else { continue };
            let Editor::Points(editor) = &mut self.slots[slot].editor else { continue };
            for (label, text) in &points {
                editor.add(label, text);
            }
            if !points.is_empty() {
                self.commit(slot, true, ctx);
                filled.push(slot);
            }
        }
    }

    /// The first field of a type.
    fn slot_of(
        &self,
        draft: usize,
        wanted: impl Fn(&FieldType) -> bool,
        entity: &Entity,
    ) -> Option<usize> {
        self.slots.iter().position(|slot| {
            slot.draft == draft
                && !slot.read_only
                && entity.field(&slot.field).is_some_and(|field| wanted(&field.kind))
        })
    }

    /// The company of a person is a record: the picker opens on its name.
    fn seek_company(
        &mut self,
        draft: usize,
        entity: &Entity,
        company: &str,
        ctx: &Context,
        events: &mut Vec<Event>,
    ) {
        let customer = |kind: &FieldType| kind.link_target().is_some_and(|to| to == "customer");
        let Some(slot) = self.slot_of(draft, customer, entity) else { return };
        let empty = self.drafts[draft].get(&self.slots[slot].field).is_null();
        if entity.field("position").is_none() || !empty {
            return;
        }
        self.go(Focus::Slot(slot), Side::Above, ctx, events);
        if let Some(at) = self.at(slot, ctx) {
            let entities: Vec<Name> = targets(at);
            self.popup = Some(Popup::records(entities, company));
            self.ask_records(ctx, events);
        }
    }
}
