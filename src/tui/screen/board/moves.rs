//! What changes a card: another stage, another amount; and what is asked for when a move needs more.

use super::{Board, MOVE};
use crate::action::board::board_fields;
use crate::gate::GateError;
use crate::model::{Edit, Input, Name, RecordRef, Target, Value};
use crate::schema::FieldType;
use crate::tui::bulk::Repeat;
use crate::tui::context::Context;
use crate::tui::layer::{Cmd, Cmds, Layer};
use crate::tui::overlay::ask::Ask;
use crate::tui::overlay::choose::Choose;
use crate::tui::request::Request;
use crate::tui::theme::Role;

impl Board {
    /// Moves the card under the cursor to a stage.
    pub(super) fn move_to(&mut self, stage: usize, ctx: &Context) -> Cmds {
        let Some(value) = self.columns.get(stage).map(|column| column.value.clone()) else {
            return Cmds::new();
        };
        let Some(record) = self.current() else { return Cmds::new() };
        let to = if value.is_empty() { Value::Null } else { Value::Text(value) };
        let edit = Edit::of(record).with(&self.field, to);
        self.follow = Some(record.reference());
        self.save(edit, ctx)
    }

    pub(super) fn save(&mut self, edit: Edit, ctx: &Context) -> Cmds {
        let field = self.field.clone();
        vec![self.ask_to_save(edit, field, ctx)]
    }

    /// Writes; `asked` is the field that was asked for last.
    fn ask_to_save(&mut self, edit: Edit, asked: Name, ctx: &Context) -> Cmd {
        let why = self.why(&edit, ctx);
        self.waits = Some((edit.clone(), asked));
        Cmd::Ask(MOVE, Request::Save { edits: vec![edit], why })
    }

    /// What history says: `move D-88 to lost`, `edit D-88`.
    fn why(&self, edit: &Edit, ctx: &Context) -> String {
        let Target::Existing(id) = edit.target else { return String::new() };
        let record = ctx.catalog.reference(&RecordRef::new(&self.entity, id));
        match edit.set.iter().find(|(name, _)| *name == self.field) {
            Some((_, Input::Value(Value::Text(stage)))) => format!("move {record} to {stage}"),
            _ => format!("edit {record}"),
        }
    }

    /// A move that was refused for want of something: asks for it.
    pub(super) fn ask_for_missing(&mut self, error: &GateError, ctx: &Context) -> Option<Cmds> {
        let GateError::Invalid(problems) = error else { return None };
        let entity = self.entity(ctx)?;
        let name = problems.iter().find_map(|problem| problem.field.clone())?;
        let (edit, asked) = self.waits.as_ref()?;
        let field = entity.field(&name)?;
        // A wrong value of what was typed itself is told, not asked for again and again.
        if *asked == name || edit.set.iter().any(|(set, _)| *set == name) {
            return None;
        }
        let label = field.label.get(ctx.lang()).to_owned();
        self.waits = Some((edit.clone(), name.clone()));
        let title = ctx.tf("board.needs", &[("field", &label)]);
        let overlay: Box<dyn Layer> = if field.kind == FieldType::Select {
            let choices = field.choices.iter().filter(|choice| !choice.retired);
            let choices = choices
                .map(|choice| (choice.value.clone(), choice.label.get(ctx.lang()).to_owned()));
            Box::new(Choose::new("needed", title, choices.collect()))
        } else {
            let about = Some((self.entity.clone(), name));
            Box::new(Ask::new("needed", title, "", about))
        };
        Some(vec![Cmd::Push(overlay)])
    }

    pub(super) fn saved(&mut self, ctx: &Context) -> Cmds {
        let waits = self.waits.take();
        let follow = self.follow.clone();
        let to = waits.as_ref().and_then(|(edit, _)| {
            match edit.set.iter().find(|(name, _)| *name == self.field)? {
                (_, Input::Value(Value::Text(stage))) => Some(stage.clone()),
                (_, Input::Value(Value::Null)) => Some(String::new()),
                _ => None,
            }
        });
        if let Some(n) = self.columns.iter().position(|column| Some(&column.value) == to.as_ref()) {
            self.at = n;
            self.moved = follow.clone().zip(to);
        }
        let mut said = ctx.t("said.saved").to_owned();
        if let (Some(record), Some(column)) = (follow, self.columns.get(self.at)) {
            let stage = self.name(&column.value, ctx);
            said = ctx.tf(
                "board.moved",
                &[
                    ("record", &ctx.catalog.reference(&record)),
                    ("stage", stage),
                    ("key", &ctx.key_of("app.undo")),
                ],
            );
        }
        let repeat = waits.and_then(|(edit, _)| Repeat::of(&[edit]));
        let mut cmds = vec![Cmd::Say(Role::Good, said), Cmd::Written(None)];
        cmds.extend(repeat.map(|repeat| Cmd::Remember(Box::new(repeat))));
        cmds
    }

    /// Asks which column the card is to go to.
    pub(super) fn choose_stage(&self, ctx: &Context) -> Cmds {
        let name = |column: &super::Column| {
            (column.value.clone(), self.name(&column.value, ctx).to_owned())
        };
        let choices = self.columns.iter().map(name).collect();
        let title = ctx.t("board.move_to").to_owned();
        let now = self.columns.get(self.at).map(|column| column.value.as_str()).unwrap_or_default();
        vec![Cmd::Push(Box::new(Choose::new("stage", title, choices).now(now)))]
    }

    /// Asks by which field there are columns.
    pub(super) fn choose_field(&self, ctx: &Context) -> Cmds {
        let Some(entity) = self.entity(ctx) else { return Cmds::new() };
        let choices = board_fields(entity)
            .map(|field| (field.name.to_string(), field.label.get(ctx.lang()).to_owned()))
            .collect();
        let title = ctx.t("action.board.group").to_owned();
        vec![Cmd::Push(Box::new(Choose::new("group", title, choices).now(&self.field)))]
    }

    pub(super) fn choose_pipeline(&self, ctx: &Context) -> Cmds {
        let Some(field) = self.entity(ctx).and_then(|entity| entity.field("pipeline")) else {
            return Cmds::new();
        };
        let mut choices = vec![(String::new(), ctx.t("word.all").to_owned())];
        choices.extend(
            field
                .choices
                .iter()
                .map(|choice| (choice.value.clone(), choice.label.get(ctx.lang()).to_owned())),
        );
        let title = field.label.get(ctx.lang()).to_owned();
        vec![Cmd::Push(Box::new(Choose::new("pipeline", title, choices)))]
    }

    /// A move that waited for a reason has it.
    pub(super) fn save_with(&mut self, reason: &str, ctx: &Context) -> Cmds {
        let Some((edit, field)) = self.waits.take() else { return Cmds::new() };
        let edit = edit.typed(&field, reason);
        vec![self.ask_to_save(edit, field, ctx)]
    }
}
