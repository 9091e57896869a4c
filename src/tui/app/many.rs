//! What actions mean for the marked records, or the one under the cursor where none is marked.

use super::App;
use crate::gate::{Act, Chosen};
use crate::model::{Input, Op, Value};
use crate::schema::FieldType;
use crate::tui::bulk::ask::AskEdit;
use crate::tui::bulk::{Deed, Export, Review, SheetEdit, entity_of, is_one};
use crate::tui::layer::Layer;
use crate::tui::overlay::merge::Merging;
use crate::tui::theme::Role;

impl App {
    /// Does an act on many records; false where the action is another.
    pub(super) fn run_on_many(&mut self, id: &str) -> bool {
        let known =
            matches!(id, "record.delete" | "record.restore" | "record.repeat" | "task.done")
                || id.starts_with("bulk.");
        if !known {
            return false;
        }
        let Some(of) = self.stack.last().and_then(|entry| entry.layer.chosen()) else {
            return true;
        };
        let one = is_one(&of);
        let entity = entity_of(&of).and_then(|name| self.ctx.catalog.entity(&name)).cloned();
        let ctx = &self.ctx;
        let layer: Option<Box<dyn Layer>> = match id {
            // What is said of one record alone stands with the other acts on one.
            "record.delete" | "record.restore" | "task.done" if one => return false,
            "record.delete" => Some(self.review(of, Act::plain(Op::Delete))),
            "record.restore" => Some(self.review(of, Act::plain(Op::Restore))),
            "task.done" => {
                let done = Act::set("status", Input::Value(Value::from("completed")));
                Some(self.review(of, done))
            }
            "bulk.edit" => Some(Box::new(AskEdit::any(of, ctx))),
            "bulk.assign" => Some(Box::new(AskEdit::owner(of, ctx))),
            "bulk.stage" => Some(Box::new(AskEdit::stage(of, ctx))),
            "bulk.tags" => {
                let tags = entity.as_ref().and_then(|entity| {
                    entity.fields.iter().find(|field| field.kind == FieldType::Tags)
                });
                tags.map(|field| Box::new(AskEdit::field(of, field, ctx)) as Box<dyn Layer>)
            }
            "bulk.export" => {
                let fields =
                    self.stack.last().map(|entry| entry.layer.fields(ctx)).unwrap_or_default();
                Some(Box::new(Export::new(of, fields, ctx)))
            }
            "bulk.merge" => match of {
                Chosen::These(records) if records.len() > 1 => {
                    Some(Box::new(Merging::new(records)))
                }
                // All of a filter are more than anybody looks at side by side.
                Chosen::These(_) | Chosen::All { .. } => {
                    self.warn("merge.mark_each");
                    return true;
                }
            },
            "bulk.sheet" => {
                let fields =
                    self.stack.last().map(|entry| entry.layer.fields(ctx)).unwrap_or_default();
                Some(Box::new(SheetEdit::new(of, fields)))
            }
            "record.repeat" => return self.repeat(of),
            _ => return false,
        };
        match layer {
            Some(layer) => self.push(layer),
            None => self.warn("bulk.cannot"),
        }
        true
    }

    fn review(&self, of: Chosen, act: Act) -> Box<dyn Layer> {
        Box::new(Review::new(Deed::act(of, act, &self.ctx)))
    }

    /// Does what was edited last again.
    fn repeat(&mut self, of: Chosen) -> bool {
        let Some((repeat, _)) = self.ctx.repeat.clone() else {
            self.warn("bulk.no_repeat");
            return true;
        };
        if entity_of(&of).as_ref() == Some(&repeat.entity) {
            let review = self.review(of, repeat.act.clone());
            self.push(review);
        } else {
            let entity = self.ctx.catalog.entity(&repeat.entity);
            let plural = entity.map_or(repeat.entity.as_str(), |e| e.plural.get(self.ctx.lang()));
            let text = self.ctx.tf("bulk.other_repeat", &[("entity", plural)]);
            self.say(Role::Warning, &text);
        }
        true
    }

    fn warn(&mut self, key: &'static str) {
        let text = self.ctx.t(key).to_owned();
        self.say(Role::Warning, &text);
    }
}
