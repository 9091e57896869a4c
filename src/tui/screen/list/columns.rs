//! Which columns the list shows: those of its view, those this person prefers, or the usual ones.

use super::List;
use crate::query::{Shown, parse_columns, print_columns};
use crate::schema::Entity;
use crate::tui::context::Context;
use crate::tui::layer::{Cmd, Cmds};
use crate::tui::overlay::columns::ColumnChooser;
use crate::tui::views::preference;
use crate::tui::{columns, table};

impl List {
    /// The columns that are drawn.
    pub(super) fn columns<'a>(
        &self,
        entity: &'a Entity,
        ctx: &Context,
    ) -> Vec<columns::Placed<'a>> {
        let width = self.width(ctx).saturating_sub(table::GUTTER + 1);
        let own = self.shown_columns(ctx);
        if own.is_empty() {
            columns::placed(entity, width)
        } else {
            columns::own(entity, &own, self.skipped, width)
        }
    }

    /// The columns that a view or this person chose; empty where nobody did.
    pub(super) fn shown_columns(&self, ctx: &Context) -> Vec<Shown> {
        if !self.layout.columns.is_empty() {
            return self.layout.columns.clone();
        }
        if let Some(preferred) = &self.preferred {
            return preferred.clone();
        }
        let kept = ctx.prefs.get(&preference(&self.entity, "columns")).unwrap_or_default();
        parse_columns(kept, &ctx.catalog, &self.entity).unwrap_or_default()
    }

    /// The columns to begin with where some are to be changed: the chosen ones, or those on screen.
    pub(super) fn columns_now(&self, ctx: &Context) -> Vec<Shown> {
        let own = self.shown_columns(ctx);
        if !own.is_empty() {
            return own;
        }
        let Some(entity) = self.entity(ctx) else { return own };
        let drawn = self.columns(entity, ctx);
        drawn.iter().map(|c| Shown { field: c.field.name.clone(), width: None }).collect()
    }

    pub(super) fn choose_columns(&self, ctx: &Context) -> Cmds {
        let Some(entity) = self.entity(ctx) else { return Cmds::new() };
        let chooser = ColumnChooser::new(entity, &self.columns_now(ctx));
        vec![Cmd::Push(Box::new(chooser))]
    }

    /// Takes other columns: into the view where it has columns of its own, for all lists of the entity
    /// otherwise. None at all are the usual ones.
    pub(super) fn take_columns(&mut self, columns: Vec<Shown>, ctx: &Context) -> Cmds {
        self.skipped = 0;
        let of_view = self.view_shown().is_some_and(|view| !view.layout.columns.is_empty());
        if of_view || !self.layout.columns.is_empty() {
            self.layout.columns = columns;
            return self.look_again(ctx);
        }
        let kept = Some(print_columns(&columns)).filter(|text| !text.is_empty());
        // The context knows of it only after this update.
        self.preferred = Some(columns);
        let mut cmds = self.look_again(ctx);
        cmds.push(Cmd::Prefer(preference(&self.entity, "columns"), kept));
        cmds
    }

    pub(super) fn told_columns(&mut self, choice: &str, ctx: &Context) -> Cmds {
        let columns = parse_columns(choice, &ctx.catalog, &self.entity).unwrap_or_default();
        self.take_columns(columns, ctx)
    }
}
