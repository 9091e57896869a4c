//! Saving what a list shows as a view; renaming, pinning, sharing and deleting saved ones.

use super::view_bar::me;
use super::{List, SAVE_VIEW};
use crate::model::{Edit, Link, Name, RecordRef, Value};
use crate::term::Clean;
use crate::tui::context::Context;
use crate::tui::layer::{Cmd, Cmds};
use crate::tui::overlay::ask::Ask;
use crate::tui::overlay::choose::Choose;
use crate::tui::request::{Reply, Request};
use crate::tui::theme::Role;
use crate::tui::views::{ENTITY, View, preference, written};

/// A write of a view on its way: what is said when it is through.
pub(super) struct Saving {
    said: String,
    /// It made a new view, which is shown then.
    new: bool,
}

impl List {
    /// The actions of views; none where it is another.
    pub(super) fn act_on_views(&mut self, action: &str, ctx: &Context) -> Option<Cmds> {
        Some(match action {
            "view.next" => self.step_view(1, ctx),
            "view.previous" => self.step_view(-1, ctx),
            "view.choose" => self.choose_view(ctx),
            "view.save" => self.begin_save(ctx),
            "view.save-as" => self.ask_name(ctx),
            "view.rename" => {
                let name = self.view_shown().map(|view| view.label.clone()).unwrap_or_default();
                ask("view-rename", ctx.t("view.rename"), &name)
            }
            "view.pin" => self.pin(ctx),
            "view.share" => self.choose_share(ctx),
            "view.default" => self.open_first(ctx),
            "view.reset" => {
                let key = self.bar.active.clone();
                self.show_and_ask(&key, ctx)
            }
            "view.delete" => self.delete_view(ctx),
            "nav.back" => return self.leave_view(ctx),
            _ => return None,
        })
    }

    /// What was chosen or typed for a view; none where it is about something else.
    pub(super) fn told_views(&mut self, what: &str, choice: &str, ctx: &Context) -> Option<Cmds> {
        Some(match what {
            "view" => self.show_and_ask(choice, ctx),
            "view-save" if choice == "overwrite" => self.overwrite(&self.bar.active.clone(), ctx),
            "view-save" => self.ask_name(ctx),
            "view-name" => self.save_as(choice, ctx),
            "view-same" if choice.is_empty() => self.ask_name(ctx),
            "view-same" => self.overwrite(choice, ctx),
            "view-rename" => self.rename(choice, ctx),
            "view-share" => self.share(choice, ctx),
            _ => return None,
        })
    }

    /// Saves: over the view that is shown, where that is one's own and changed, or as a new one.
    fn begin_save(&self, ctx: &Context) -> Cmds {
        let own = self.view_shown().filter(|view| view.is_of(me(ctx)) && self.view_changed());
        let Some(view) = own else { return self.ask_name(ctx) };
        let name = Clean::line(&view.label).into_string();
        let choices = vec![
            ("overwrite".to_owned(), ctx.tf("view.overwrite", &[("name", &name)])),
            ("new".to_owned(), ctx.t("view.save_new").to_owned()),
        ];
        let title = ctx.t("view.save").to_owned();
        vec![Cmd::Push(Box::new(Choose::new("view-save", title, choices)))]
    }

    fn ask_name(&self, ctx: &Context) -> Cmds {
        ask("view-name", ctx.t("view.name"), "")
    }

    fn save_as(&mut self, name: &str, ctx: &Context) -> Cmds {
        let name = name.trim();
        if name.is_empty() {
            return vec![Cmd::Say(Role::Warning, ctx.t("view.needs_name").to_owned())];
        }
        if let Some(same) = self.bar.views.own(name, me(ctx)) {
            let shown = Clean::line(name).into_string();
            let choices = vec![
                (same.key.clone(), ctx.tf("view.overwrite", &[("name", &shown)])),
                (String::new(), ctx.t("view.other_name").to_owned()),
            ];
            let title = ctx.tf("view.is_there", &[("name", &shown)]);
            return vec![Cmd::Push(Box::new(Choose::new("view-same", title, choices)))];
        }
        let place = self.bar.views.all().filter_map(|view| view.pinned).max().unwrap_or(0) + 1;
        let edit = Edit::create(ENTITY)
            .with("name", Value::from(name))
            .with("entity", Value::from(&*self.entity))
            .with("pinned", Value::Int(place.min(99)))
            .with("owner", Value::Link(Link::new("user", me(ctx))));
        let edit = self.as_shown(edit, ctx);
        self.write(edit, "view saved", ctx.tf("view.saved", &[("name", &clean(name))]), true)
    }

    fn overwrite(&mut self, key: &str, ctx: &Context) -> Cmds {
        let Some((view, edit)) = self.bar.views.get(key).and_then(|v| Some((v, v.edit()?))) else {
            return Cmds::new();
        };
        let said = ctx.tf("view.saved", &[("name", &clean(&view.label))]);
        view.key.clone_into(&mut self.bar.active);
        let edit = self.as_shown(edit, ctx);
        self.write(edit, "view saved", said, false)
    }

    /// Puts filter, columns, order and groups of the list into an edit of a view.
    fn as_shown(&self, edit: Edit, ctx: &Context) -> Edit {
        let mut layout = self.layout.clone();
        layout.columns = self.shown_columns(ctx);
        let typed = self.filter.text().trim();
        let query = match (self.mine, typed) {
            (true, "") => "owner = me".to_owned(),
            (true, typed) => format!("owner = me and ({typed})"),
            (false, typed) => typed.to_owned(),
        };
        written(edit, &query, &layout)
    }

    fn rename(&mut self, name: &str, ctx: &Context) -> Cmds {
        let name = name.trim();
        let Some(edit) = self.view_shown().and_then(View::edit).filter(|_| !name.is_empty()) else {
            return vec![Cmd::Say(Role::Warning, ctx.t("view.needs_name").to_owned())];
        };
        let said = ctx.tf("view.renamed", &[("name", &clean(name))]);
        self.write(edit.with("name", Value::from(name)), "view renamed", said, false)
    }

    /// Puts a view into the bar or takes it out; those of the schema for this person only.
    fn pin(&mut self, ctx: &Context) -> Cmds {
        let Some(view) = self.view_shown().cloned() else { return Cmds::new() };
        let name = clean(&view.label);
        let own = view.is_of(me(ctx));
        let mut away = self.put_away(ctx);
        let shown = if own { view.pinned.is_some() } else { !away.contains(&view.key) };
        let key = if shown { "view.unpinned" } else { "view.pinned" };
        let said = ctx.tf(key, &[("name", &name)]);
        if let (true, Some(edit)) = (own, view.edit()) {
            let place = self.bar.views.all().filter_map(|view| view.pinned).max().unwrap_or(0) + 1;
            let place = if shown { Value::Null } else { Value::Int(place.min(99)) };
            return self.write(edit.with("pinned", place), "view pinned", said, false);
        }
        if shown {
            away.push(view.key);
        } else {
            away.retain(|known| *known != view.key);
        }
        let kept = Some(away.join(",")).filter(|text| !text.is_empty());
        vec![Cmd::Prefer(preference(&self.entity, "unpinned"), kept), Cmd::Say(Role::Good, said)]
    }

    fn choose_share(&self, ctx: &Context) -> Cmds {
        let field = ctx.catalog.entity(ENTITY).and_then(|entity| entity.field("shared"));
        let Some(field) = field else { return Cmds::new() };
        let choices = field
            .choices
            .iter()
            .map(|choice| (choice.value.clone(), choice.label.get(ctx.lang()).to_owned()))
            .collect();
        let title = field.label.get(ctx.lang()).to_owned();
        vec![Cmd::Push(Box::new(Choose::new("view-share", title, choices)))]
    }

    fn share(&mut self, with: &str, ctx: &Context) -> Cmds {
        let Some((view, edit)) = self.view_shown().and_then(|v| Some((v, v.edit()?))) else {
            return Cmds::new();
        };
        let field = ctx.catalog.entity(ENTITY).and_then(|entity| entity.field("shared"));
        let whom = field.map_or(with, |field| ctx.format.choice(field, with));
        let said = ctx.tf("view.shared", &[("name", &clean(&view.label)), ("whom", whom)]);
        self.write(edit.with("shared", Value::from(with)), "view shared", said, false)
    }

    /// The view that is shown is the one this list opens with, or no longer.
    fn open_first(&self, ctx: &Context) -> Cmds {
        let key = preference(&self.entity, "view");
        let Some(view) = self.view_shown() else { return Cmds::new() };
        let name = clean(&view.label);
        let is = ctx.prefs.get(&key) == Some(view.key.as_str());
        let (said, kept) = if is {
            (ctx.t("view.not_default").to_owned(), None)
        } else {
            (ctx.tf("view.is_default", &[("name", &name)]), Some(view.key.clone()))
        };
        vec![Cmd::Prefer(key, kept), Cmd::Say(Role::Good, said)]
    }

    fn delete_view(&mut self, ctx: &Context) -> Cmds {
        let Some((name, record)) =
            self.view_shown().and_then(|view| Some((clean(&view.label), view.record()?)))
        else {
            return Cmds::new();
        };
        let edit = Edit::delete(record.entity, record.id);
        let undo = ctx.key_of("app.undo");
        let said = ctx.tf("view.deleted", &[("name", &name), ("key", &undo)]);
        self.write(edit, "view deleted", said, false)
    }

    fn write(&mut self, edit: Edit, why: &str, said: String, new: bool) -> Cmds {
        self.saving = Some(Saving { said, new });
        vec![Cmd::Ask(SAVE_VIEW, Request::Save { edits: vec![edit], why: why.to_owned() })]
    }

    /// A view was written: it is shown, and the bar is asked for again.
    pub(super) fn view_written(&mut self, reply: &Reply, ctx: &Context) -> Cmds {
        let (Some(saving), Reply::Saved(applied)) = (self.saving.take(), reply) else {
            return Cmds::new();
        };
        if let (true, Some(Some(record))) = (saving.new, applied.records.first()) {
            self.show_saved(record, ctx);
        }
        let mut cmds = self.ask_views(ctx);
        cmds.push(Cmd::Say(Role::Good, saving.said));
        cmds
    }

    /// What is shown stays; it is the view that was just saved.
    fn show_saved(&mut self, record: &RecordRef, ctx: &Context) {
        let typed = self.filter.text().trim();
        if self.mine {
            let query = if typed.is_empty() {
                "owner = me".to_owned()
            } else {
                format!("owner = me and ({typed})")
            };
            self.filter.replace(query);
            self.filter.check(ctx, &self.entity);
            self.mine = false;
        }
        self.layout.columns = self.shown_columns(ctx);
        self.bar.active = ctx.catalog.reference(record);
    }
}

fn clean(text: &str) -> String {
    Clean::line(text).into_string()
}

fn ask(tag: &'static str, title: &str, text: &str) -> Cmds {
    let field = (Name::from(ENTITY), Name::from("name"));
    vec![Cmd::Push(Box::new(Ask::new(tag, title.to_owned(), text, Some(field))))]
}
