//! The order of a list: by which columns, in which direction; and walking the names of its columns.

use super::List;
use crate::model::Name;
use crate::query::{Shown, SortKey, parse_sort};
use crate::schema::Field;
use crate::tui::columns::wish;
use crate::tui::context::Context;
use crate::tui::layer::{Cmd, Cmds};
use crate::tui::overlay::choose::Choose;
use crate::tui::theme::Role;

/// A list is sorted by so many columns at most.
const MOST: usize = 4;

impl List {
    /// The actions of this file; none where it is another.
    pub(super) fn act_on_order(&mut self, action: &str, ctx: &Context) -> Option<Cmds> {
        if self.header.is_some() && action.starts_with("nav.") {
            self.header = None;
            return matches!(action, "nav.back" | "nav.down" | "nav.up").then(Cmds::new);
        }
        Some(match action {
            "list.sort" => self.choose_sort(ctx),
            "list.header" => {
                self.header = Some(0);
                Cmds::new()
            }
            "header.left" => self.walk_header(-1, ctx),
            "header.right" => self.walk_header(1, ctx),
            "header.sort" => self.sort_here(false, ctx),
            "header.sort-also" => self.sort_here(true, ctx),
            "header.unsort" => self.unsort(ctx),
            "header.wider" => self.widen(2, ctx),
            "header.narrower" => self.widen(-2, ctx),
            "header.move-left" => self.move_column(-1, ctx),
            "header.move-right" => self.move_column(1, ctx),
            "header.hide" => self.hide_column(ctx),
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
        let now = self.shown_sort(ctx).first().map(|key| key.field.to_string());
        let choose = Choose::new("sort", title, choices).now(&now.unwrap_or_default());
        vec![Cmd::Push(Box::new(choose))]
    }

    /// Sorts by a field; where it is sorted by it already, the other way round.
    pub(super) fn sort_by(&mut self, field: &str, ctx: &Context) -> Cmds {
        let current = self.layout.sort.first().filter(|key| key.field == *field);
        let descending = current.is_some_and(|key| !key.descending);
        self.layout.sort = vec![SortKey { field: Name::from(field), descending }];
        self.ask_again(ctx)
    }

    /// The order that is shown: the chosen one, or that of the entity.
    pub(super) fn shown_sort(&self, ctx: &Context) -> Vec<SortKey> {
        if !self.layout.sort.is_empty() {
            return self.layout.sort.clone();
        }
        self.entity(ctx)
            .and_then(|entity| parse_sort(&entity.sort, &ctx.catalog, &entity.name).ok())
            .unwrap_or_default()
    }

    /// The field whose column name has the cursor.
    pub(super) fn header_field<'a>(&self, ctx: &'a Context) -> Option<&'a Field> {
        let entity = self.entity(ctx)?;
        let columns = self.columns(entity, ctx);
        let at = self.header?.min(columns.len().saturating_sub(1));
        columns.get(at).map(|column| column.field)
    }

    fn walk_header(&mut self, by: isize, ctx: &Context) -> Cmds {
        let Some(entity) = self.entity(ctx) else { return Cmds::new() };
        let last = self.columns(entity, ctx).len().saturating_sub(1);
        let at = self.header.unwrap_or(0).min(last);
        if by > 0 && at == last {
            // Columns that found no room are paged in from the right.
            let behind = self.shown_columns(ctx).len().saturating_sub(1);
            if behind > self.skipped + last {
                self.skipped += 1;
                let now = self.columns(entity, ctx).len().saturating_sub(1);
                self.header = Some(now);
                return self.look_again(ctx);
            }
        }
        if by < 0 && at == 1 && self.skipped > 0 {
            self.skipped -= 1;
            return self.look_again(ctx);
        }
        self.header = Some(at.saturating_add_signed(by).min(last));
        Cmds::new()
    }

    /// Sorts by the column of the cursor: alone, or after those it is sorted by already.
    fn sort_here(&mut self, also: bool, ctx: &Context) -> Cmds {
        let Some(field) = self.header_field(ctx) else { return Cmds::new() };
        if parse_sort(&field.name, &ctx.catalog, &self.entity).is_err() {
            let said = ctx.tf("list.not_sortable", &[("field", field.label.get(ctx.lang()))]);
            return vec![Cmd::Say(Role::Warning, said)];
        }
        let mut sort = self.shown_sort(ctx);
        if !also {
            // Here one sees by what the list is sorted: the same again turns it round.
            sort.truncate(1);
            sort.retain(|key| key.field == field.name);
        }
        match sort.iter_mut().find(|key| key.field == field.name) {
            Some(key) => key.descending = !key.descending,
            None => sort.push(SortKey { field: field.name.clone(), descending: false }),
        }
        sort.truncate(MOST);
        self.layout.sort = sort;
        self.ask_again(ctx)
    }

    fn unsort(&mut self, ctx: &Context) -> Cmds {
        let Some(field) = self.header_field(ctx) else { return Cmds::new() };
        let mut sort = self.shown_sort(ctx);
        sort.retain(|key| key.field != field.name);
        self.layout.sort = sort;
        self.ask_again(ctx)
    }

    fn widen(&mut self, by: i16, ctx: &Context) -> Cmds {
        let Some(field) = self.header_field(ctx) else { return Cmds::new() };
        let mut columns = self.columns_now(ctx);
        // Drawn columns may be wider than wished: what is seen is what becomes wider.
        let drawn = self.entity(ctx).and_then(|entity| {
            let columns = self.columns(entity, ctx);
            columns.iter().find(|c| c.field.name == field.name).map(|c| c.width)
        });
        let now = drawn.unwrap_or(wish(field).0);
        if let Some(column) = columns.iter_mut().find(|column| column.field == field.name) {
            column.width = Some(now.saturating_add_signed(by).clamp(3, 80));
        }
        self.take_columns(columns, ctx)
    }

    fn move_column(&mut self, by: isize, ctx: &Context) -> Cmds {
        let Some(field) = self.header_field(ctx) else { return Cmds::new() };
        let mut columns = self.titled_columns(ctx);
        let from = columns.iter().position(|column| column.field == field.name);
        let to = from.and_then(|from| from.checked_add_signed(by));
        let (Some(from), Some(to)) = (from, to.filter(|to| *to > 0 && *to < columns.len())) else {
            return Cmds::new();
        };
        if from == 0 {
            return Cmds::new();
        }
        columns.swap(from, to);
        let skipped = self.skipped;
        let mut cmds = self.take_columns(columns, ctx);
        self.skipped = skipped;
        cmds.extend(self.walk_header(by, ctx));
        cmds
    }

    fn hide_column(&mut self, ctx: &Context) -> Cmds {
        let Some(field) = self.header_field(ctx) else { return Cmds::new() };
        let mut columns = self.titled_columns(ctx);
        let Some(at) = columns.iter().position(|c| c.field == field.name).filter(|at| *at > 0)
        else {
            return vec![Cmd::Say(Role::Warning, ctx.t("list.title_stays").to_owned())];
        };
        columns.remove(at);
        self.take_columns(columns, ctx)
    }

    /// The columns as chosen, the title first.
    fn titled_columns(&self, ctx: &Context) -> Vec<Shown> {
        let mut columns = self.columns_now(ctx);
        if let Some(entity) = self.entity(ctx) {
            let title = entity.title_field();
            let at = columns.iter().position(|column| column.field == title.name);
            let first = at
                .map_or(Shown { field: title.name.clone(), width: None }, |at| columns.remove(at));
            columns.insert(0, first);
        }
        columns
    }
}
