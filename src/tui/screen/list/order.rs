//! The order of a list: by which columns, in which direction.

use super::List;
use crate::model::Name;
use crate::query::{SortKey, parse_sort};
use crate::tui::context::Context;
use crate::tui::layer::{Cmd, Cmds};
use crate::tui::overlay::choose::Choose;

impl List {
    /// The actions of this file; none where it is another.
    pub(super) fn act_on_order(&mut self, action: &str, ctx: &Context) -> Option<Cmds> {
        Some(match action {
            "list.sort" => self.choose_sort(ctx),
            _ => return None,
        })
    }

    fn choose_sort(&self, ctx: &Context) -> Cmds {
        let Some(entity) = self.entity(ctx) else { return Cmds::new() };
        let shown = self.columns(entity, ctx);
        let others = entity.fields.iter().filter(|field| field.sortable);
        let mut choices: Vec<(String, String)> = Vec::new();
        for field in shown.iter().map(|column| column.field).chain(others) {
            let name = field.name.to_string();
            if field.sortable && choices.iter().all(|(known, _)| *known != name) {
                choices.push((name, field.label.get(ctx.lang()).to_owned()));
            }
        }
        let title = ctx.t("list.sort_by").to_owned();
        vec![Cmd::Push(Box::new(Choose::new("sort", title, choices)))]
    }

    pub(super) fn sort_by(&mut self, field: &str, ctx: &Context) -> Cmds {
        let current = self.sort.first().filter(|key| key.field == *field);
        let descending = current.is_some_and(|key| !key.descending);
        self.sort = vec![SortKey { field: Name::from(field), descending }];
        self.ask_again(ctx)
    }

    pub(super) fn shown_sort(&self, ctx: &Context) -> Vec<SortKey> {
        if !self.sort.is_empty() {
            return self.sort.clone();
        }
        self.entity(ctx)
            .and_then(|entity| parse_sort(&entity.sort, &ctx.catalog, &entity.name).ok())
            .unwrap_or_default()
    }
}
