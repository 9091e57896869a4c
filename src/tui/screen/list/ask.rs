//! What a list asks for: the rows of its condition, in its order, with the fields it shows.

use super::{COUNT, List, NEAR, PAGE};
use crate::model::Name;
use crate::query::Query;
use crate::tui::cell;
use crate::tui::context::Context;
use crate::tui::layer::{Cmd, Cmds};

impl List {
    /// The condition of what is shown: what is typed, and mine only.
    pub(super) fn condition(&self, ctx: &Context) -> Option<Query> {
        let typed = self.filter.text().trim();
        let text = match (self.mine, typed) {
            (true, "") => "owner = me".to_owned(),
            (true, typed) => format!("owner = me and ({typed})"),
            (false, typed) => typed.to_owned(),
        };
        if text.is_empty() {
            return None;
        }
        Query::parse(&text, &ctx.catalog, &self.entity).ok()
    }

    /// Prepares the request for what is shown now.
    pub(super) fn prepare(&mut self, ctx: &Context) {
        let Some(entity) = self.entity(ctx) else { return };
        let mut fields: Vec<Name> =
            self.columns(entity, ctx).iter().map(|column| column.field.name.clone()).collect();
        if let Some(standing) = cell::standing_field(entity)
            && !fields.contains(&standing.name)
        {
            fields.push(standing.name.clone());
        }
        self.near = None;
        let filter = self.condition(ctx);
        let sort = self.layout.sort.clone();
        let request = self.rows.request_mut();
        request.fields = fields;
        request.filter = filter;
        request.sort = sort;
    }

    pub(super) fn ask_again(&mut self, ctx: &Context) -> Cmds {
        self.prepare(ctx);
        let mut cmds = vec![Cmd::Forget(COUNT), Cmd::Forget(NEAR)];
        match (self.ask_groups(ctx), self.at.take()) {
            (Some(groups), _) => cmds.push(groups),
            (None, Some(id)) => cmds.push(Cmd::Ask(PAGE, self.rows.load_at(id))),
            (None, None) => cmds.push(Cmd::Ask(PAGE, self.rows.load())),
        }
        cmds.extend(self.ask_how_many(ctx));
        cmds
    }

    /// Data changed: asks for the same again, the cursor stays.
    pub(super) fn ask_quietly_again(&mut self, ctx: &Context) -> Cmds {
        let near = self.near.take();
        self.prepare(ctx);
        // Near matches stand for a condition that nothing fits.
        if near.is_some() {
            return self.ask_again(ctx);
        }
        let mut cmds = Cmds::new();
        match self.ask_groups(ctx) {
            Some(groups) => cmds.push(groups),
            None => cmds.push(Cmd::Ask(PAGE, self.rows.reload())),
        }
        cmds.extend(self.ask_how_many(ctx));
        cmds
    }

    fn ask_how_many(&mut self, ctx: &Context) -> Cmds {
        let mut cmds = Cmds::new();
        cmds.extend(self.rows.count().map(|count| Cmd::Ask(COUNT, count)));
        cmds.extend(self.ask_totals(ctx));
        cmds
    }

    /// Other columns may be shown than before: asks for what they need.
    pub(super) fn look_again(&mut self, ctx: &Context) -> Cmds {
        let before = self.rows.request().fields.clone();
        self.prepare(ctx);
        let known = |name: &Name| before.contains(name);
        let mut cmds = Cmds::new();
        if !self.rows.request().fields.iter().all(known) {
            cmds.push(Cmd::Ask(PAGE, self.rows.reload()));
        }
        cmds.extend(self.look_closer(ctx));
        cmds
    }
}
