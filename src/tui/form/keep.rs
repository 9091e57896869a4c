//! A form that is not saved yet as a text, and back: what is kept against a crash or a lost link.
//!
//! Only what a person entered is kept, with what the fields held before, so that going on with an edit
//! of a record that somebody changed meanwhile shows base, theirs and mine. Formulas and defaults are
//! made anew. Start at [`Form::kept`] and [`Form::resume`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::editor::Side;
use super::{Focus, Form, Notice, Pending, at};
use crate::gate::FieldConflict;
use crate::model::{Name, RecordRef, Value};
use crate::tui::Context;

/// What a person entered into a form.
#[derive(Debug, Serialize, Deserialize)]
struct Entered {
    /// Per record that the form writes.
    records: Vec<EnteredRecord>,
    /// Records that are made along with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pending: Vec<EnteredPending>,
    /// What linked records are called; links are kept without that.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    titles: Vec<(RecordRef, String)>,
    /// The field with the cursor.
    #[serde(default)]
    focus: Option<(usize, Name)>,
}

#[derive(Debug, Serialize, Deserialize)]
struct EnteredRecord {
    entity: Name,
    /// What was entered, nothing included.
    set: BTreeMap<Name, Value>,
    /// What these fields held when the record was read.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    base: BTreeMap<Name, Value>,
    /// Texts that are no value yet, by line with their labels.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    half: BTreeMap<Name, Vec<(String, String)>>,
}

#[derive(Debug, Serialize, Deserialize)]
struct EnteredPending {
    entity: Name,
    title: String,
    set: Vec<(Name, Value)>,
}

impl Form {
    /// What was entered, as a text; `None` where nothing was.
    #[must_use]
    pub fn kept(&self) -> Option<String> {
        if !self.is_dirty() {
            return None;
        }
        let records = self.drafts.iter().enumerate().map(|(number, draft)| {
            let set = draft.entered();
            let base = draft.base.as_ref().map(|base| {
                set.keys().map(|field| (field.clone(), base.get(field).clone())).collect()
            });
            let own = self.slots.iter().filter(|slot| slot.draft == number && slot.half);
            let half =
                own.filter_map(|slot| Some((slot.field.clone(), slot.editor.lines()?))).collect();
            let entity = draft.record.entity.clone();
            EnteredRecord { entity, set, base: base.unwrap_or_default(), half }
        });
        let pending = self.pending.iter().map(|pending| EnteredPending {
            entity: pending.entity.clone(),
            title: pending.title.clone(),
            set: pending.set.clone(),
        });
        let focus = self.focused().and_then(|index| self.slots.get(index));
        let mut titles = Vec::new();
        for draft in &self.drafts {
            for mut value in draft.entered().into_values() {
                for link in value.links_mut() {
                    titles.push((link.target(), link.title.clone()));
                }
            }
        }
        let entered = Entered {
            records: records.collect(),
            pending: pending.collect(),
            titles,
            focus: focus.map(|slot| (slot.draft, slot.field.clone())),
        };
        serde_json::to_string(&entered).ok()
    }

    /// How many fields a person has entered something into.
    #[must_use]
    pub fn entered(&self) -> usize {
        let values: usize = self.drafts.iter().map(|draft| draft.entered().len()).sum();
        values + self.slots.iter().filter(|slot| slot.half).count()
    }

    /// Enters again what was kept of the same form. What it cannot place (a field that is gone) is
    /// named above the fields. False where the text is none of [`Form::kept`], or of another form.
    pub fn resume(&mut self, text: &str, ctx: &Context) -> bool {
        let Ok(entered) = serde_json::from_str::<Entered>(text) else { return false };
        let same = entered.records.len() == self.drafts.len()
            && entered.records.iter().zip(&self.drafts).all(|(a, b)| a.entity == b.record.entity);
        if !same {
            return false;
        }
        self.pending = entered
            .pending
            .into_iter()
            .map(|made| Pending { entity: made.entity, title: made.title, set: made.set })
            .collect();
        let mut lost = Vec::new();
        let mut changed = false;
        for (number, mut record) in entered.records.into_iter().enumerate() {
            for link in record.set.values_mut().flat_map(Value::links_mut) {
                if let Some((_, title)) = entered.titles.iter().find(|(of, _)| *of == link.target())
                {
                    link.title.clone_from(title);
                }
            }
            changed |= self.resume_record(number, record, &mut lost, ctx);
        }
        self.refresh(ctx);
        if changed {
            self.notices.push(Notice::wrong(ctx.t("form.draft.changed")));
        }
        if !lost.is_empty() {
            let fields = ctx.listed(&lost);
            self.notices.push(Notice::wrong(ctx.tf("form.draft.lost", &[("fields", &fields)])));
        }
        let place = entered.focus.and_then(|(draft, field)| {
            self.slots.iter().position(|slot| slot.draft == draft && slot.field == field)
        });
        let open = self.slots.iter().position(|slot| slot.conflict.is_some());
        if let Some(index) = open.or(place) {
            self.go(Focus::Slot(index), Side::Below, ctx, &mut Vec::new());
        }
        true
    }

    /// True where somebody changed one of the fields meanwhile.
    fn resume_record(
        &mut self,
        number: usize,
        record: EnteredRecord,
        lost: &mut Vec<String>,
        ctx: &Context,
    ) -> bool {
        let Some(entity) = ctx.catalog.entity(&record.entity) else { return false };
        let mut changed = false;
        for (field, value) in record.set {
            let Some(known) = entity.field(&field).filter(|field| !field.is_given()) else {
                lost.push(field.to_string());
                continue;
            };
            let slot =
                self.slots.iter().position(|slot| slot.draft == number && slot.field == field);
            if let (Some(base), Some(now)) = (record.base.get(&field), &self.drafts[number].base) {
                let theirs = now.get(&field).clone();
                if theirs != *base && theirs != value {
                    changed = true;
                    let conflict = FieldConflict {
                        field: field.clone(),
                        base: base.clone(),
                        theirs,
                        mine: value.clone(),
                    };
                    if let Some(slot) = slot {
                        self.slots[slot].conflict = Some(conflict);
                    }
                }
            }
            let followed = self.drafts[number].enter(entity, &known.name, value, ctx);
            for name in followed.iter().chain([&field]) {
                let place =
                    self.slots.iter().position(|slot| slot.draft == number && slot.field == *name);
                if let Some(index) = place {
                    self.show(index, ctx);
                }
            }
        }
        for (field, lines) in record.half {
            let place = self.slots.iter().position(|s| s.draft == number && s.field == field);
            let Some(index) = place else {
                lost.extend(lines.into_iter().map(|(_, text)| text));
                continue;
            };
            let Self { slots, drafts, .. } = self;
            if let Some(at) = at(&slots[index], drafts, ctx.size.width, ctx) {
                slots[index].editor.set(at, &Value::Null);
                slots[index].editor.enter_lines(&lines, at);
            }
            self.commit(index, false, ctx);
        }
        changed
    }
}
