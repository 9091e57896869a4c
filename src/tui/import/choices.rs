//! Values of the file that are not among the choices of their field: what each of them means, for all rows at once.
//!
//! Start at [`Rows::choose_value`].

use std::sync::Arc;

use super::{Rows, words};
use crate::exchange::NewChoice;
use crate::term::{Clean, grouped};
use crate::tui::context::Context;
use crate::tui::layer::{Cmd, Cmds};
use crate::tui::overlay::choose::Choose;

/// The value was chosen.
pub(super) const VALUE: &str = "plan.value";
/// What it means was chosen.
pub(super) const CHOICE: &str = "plan.choice";

impl Rows {
    /// The values that are no choices.
    pub(super) fn new_choices(&self) -> &[NewChoice] {
        self.ledger.as_ref().map_or(&[], |ledger| ledger.report.new_choices.as_slice())
    }

    /// Which of the values?
    pub(super) fn choose_value(&self, ctx: &Context) -> Cmds {
        let entity = self.entity(ctx);
        let all = self.new_choices().iter().enumerate().map(|(n, new)| {
            let field = words::target(entity, &new.field, ctx);
            let rows = grouped(new.rows);
            let values =
                [("field", &*field), ("value", &*Clean::line(&new.value)), ("rows", &rows)];
            (n.to_string(), ctx.tf("import.value", &values))
        });
        let title = ctx.t("import.values").to_owned();
        vec![Cmd::Push(Box::new(Choose::listing(VALUE, title, all.collect())))]
    }

    /// What does it mean?
    pub(super) fn choose_for(&mut self, value: &str, ctx: &Context) -> Cmds {
        let Some(n) = value.parse::<usize>().ok() else { return Cmds::new() };
        let Some(new) = self.new_choices().get(n).cloned() else { return Cmds::new() };
        self.value = Some(n);
        let field = self.entity(ctx).and_then(|entity| entity.field(&new.field));
        let choices = field.into_iter().flat_map(|field| &field.choices);
        let choices =
            choices.map(|choice| (choice.value.clone(), choice.label.get(ctx.lang()).to_owned()));
        let title = ctx.tf("import.means", &[("value", &Clean::line(&new.value))]);
        vec![Cmd::Push(Box::new(Choose::listing(CHOICE, title, choices.collect())))]
    }

    /// It means this, wherever the column says it: all rows are checked again.
    pub(super) fn mean(&mut self, choice: &str, ctx: &Context) -> Cmds {
        let new = self.value.take().and_then(|n| self.new_choices().get(n).cloned());
        let Some(new) = new else { return Cmds::new() };
        let job = Arc::make_mut(&mut self.job);
        let targets = job.map.columns.iter_mut().flat_map(|(_, targets)| targets);
        for target in targets.filter(|target| target.field.text == *new.field) {
            target.values.retain(|(from, _)| *from != new.value);
            target.values.push((new.value.clone(), choice.to_owned()));
        }
        self.plan(ctx)
    }
}
