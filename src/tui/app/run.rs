//! What actions mean: first the layers decide, from the top down, then what is the same everywhere.

use super::{App, Entry};
use crate::action::board::board_field;
use crate::action::{Place, Reason, log};
use crate::model::{Edit, Name, RecordRef};
use crate::policy::Missing;
use crate::schema::Entity;
use crate::tui::bulk::Export;
use crate::tui::import::AskFile;
use crate::tui::layer::{Cmd, ListStart};
use crate::tui::message::Effect;
use crate::tui::overlay::capture::Capture;
use crate::tui::overlay::confirm::Confirm;
use crate::tui::overlay::copy::CopyFrom;
use crate::tui::overlay::drafts::Drafts;
use crate::tui::overlay::erase::Erasing;
use crate::tui::overlay::find::Find;
use crate::tui::overlay::help::{self, Help};
use crate::tui::overlay::joining::Joins;
use crate::tui::overlay::leave::Leave;
use crate::tui::overlay::palette::Palette;
use crate::tui::overlay::prefer::Prefer;
use crate::tui::overlay::reminder;
use crate::tui::overlay::seats::Seats;
use crate::tui::overlay::snooze::Snooze;
use crate::tui::overlay::team_tree::TeamTree;
use crate::tui::overlay::way_in::ChangesWayIn;
use crate::tui::request::{WayInChange, Whose};
use crate::tui::screen::audit::Audit;
use crate::tui::screen::board::Board;
use crate::tui::screen::detail::Detail;
use crate::tui::screen::duplicates::Duplicates;
use crate::tui::screen::form::{FormScreen, Start};
use crate::tui::screen::history::History;
use crate::tui::screen::home::Home;
use crate::tui::screen::list::List;
use crate::tui::screen::manual::Manual;
use crate::tui::screen::quality::Quality;
use crate::tui::screen::report::Reports;
use crate::tui::screen::schedule::Schedule;
use crate::tui::screen::undo::UndoList;
use crate::tui::theme::Role;
use crate::tui::write::Write;

impl App {
    /// Runs an action by its id, if it can be done now; says why not otherwise.
    pub(super) fn act(&mut self, id: &str) {
        let Some(action) = self.ctx.actions.get(id).cloned() else { return };
        let refused = {
            let Some(top) = self.stack.last() else { return };
            action.available(&top.layer.situation(&self.ctx)).err()
        };
        // What was refused before is not on the screen any more, unless that which told it is being left.
        let over = self.stack.last().is_some_and(|top| !top.layer.covers());
        let leaves = id.split_once('.').is_some_and(|(_, does)| does == "leave")
            || (id == "nav.back" && over);
        if id != "access.request" && !leaves {
            self.refused = None;
        }
        if let Some(why) = refused {
            let mut text = help::reason(&why, &self.ctx);
            let asks = |need: &crate::policy::Need| Missing::of(need, &self.ctx.catalog).is_some();
            if matches!(&why, Reason::Refused(refusal) if asks(&refusal.need)) {
                text = format!("{text} · {}", self.ctx.t("access.ask_for_it"));
            }
            self.say(Role::Warning, &text);
            let told = self.said.as_ref().map(|(_, said, _)| said.clone()).unwrap_or_default();
            self.note_refusal(&why, &told);
            return;
        }
        if let Some(tutor) = self.tutor.as_mut() {
            tutor.ran(&action.id);
        }
        let from = self.stack.last().map(|entry| entry.id);
        match self.top(|layer, ctx| layer.act(id, ctx)).flatten() {
            Some(cmds) => self.run_all(from, cmds),
            None => self.run(id),
        }
    }

    /// What an action means where the layer does not say otherwise.
    fn run(&mut self, id: &str) {
        if self.run_on_many(id) || self.run_access(id) || self.run_account(id) {
            return;
        }
        match id {
            "nav.back" => self.back(),
            "nav.backward" => self.go_back(),
            "nav.forward" => self.go_forward(),
            "app.lock" => self.lock_now(),
            "app.sessions" => self.push(Box::new(Seats::of(Whose::All))),
            "app.quit" => self.quit(),
            "app.suspend" => self.effects.push(Effect::Suspend),
            "app.redraw" => {
                self.effects.push(Effect::Redraw);
                self.on_top(|layer, ctx| layer.refresh(ctx));
            }
            "app.manual" => self.push(Box::new(Manual::at(&self.ctx))),
            "app.help" => self.open_help(),
            "app.palette" => self.open_palette(),
            "app.find" => self.push(Box::new(Find::default())),
            "app.look-up" => {
                let wanted = self.top(|layer, ctx| layer.wanted(ctx)).unwrap_or_default();
                self.push(Box::new(Find::look_up(wanted)));
            }
            "app.undo" => self.push(Box::new(Write::undo())),
            "tutor.skip" => self.turn(true),
            "tutor.back" => self.turn(false),
            "tutor.more" => self.read_on(),
            "go.home" => self.go(&Name::from("home"), || Box::new(Home::default())),
            "home.blocks" => {
                self.go(&Name::from("home"), || Box::new(Home::default()));
                self.on_top(|layer, ctx| layer.act("home.blocks", ctx).unwrap_or_default());
            }
            "go.reports" => self.go(&Name::from(super::REPORTS), || Box::new(Reports::default())),
            "go.schedule" => {
                let schedule = Schedule::new(&self.ctx);
                self.go(&Name::from("schedule"), || Box::new(schedule));
            }
            "go.history" => self.push(Box::new(History::new(None))),
            "go.audit" => {
                let audit = Audit::new(&self.ctx);
                self.push(Box::new(audit));
            }
            "go.team-tree" => self.push(Box::new(TeamTree::default())),
            "go.duplicates" => self.go_duplicates(),
            "go.quality" => self.push(Box::new(Quality::default())),
            "go.undo" => self.push(Box::new(UndoList::default())),
            "go.board" => self.go_board(),
            "record.history" => {
                if let Some(record) = self.subject() {
                    self.push(Box::new(History::new(Some(record))));
                }
            }
            "record.edit" => self.form_about(Start::Edit),
            "new.task-here" => self.form_about(Start::Task),
            "new.deal-here" => self.make_here("deal"),
            "new.here" => self.make_of_this_kind(),
            "import.begin" => self.begin_import(),
            "capture.drafts" => self.push(Box::new(Drafts::all())),
            "capture.line" => {
                let line = Capture::new(self.subject(), &self.ctx);
                self.push(Box::new(line));
            }
            "record.erase" => {
                if let Some(record) = self.subject() {
                    self.push(Box::new(Erasing::new(record)));
                }
            }
            "user.leave" => {
                if let Some(user) = self.subject().filter(|of| of.entity == "user") {
                    self.push(Box::new(Leave::new(user.id)));
                }
            }
            "user.joined" => {
                if let Some(user) = self.subject().filter(|of| of.entity == "user") {
                    self.push(Box::new(Joins::new(user.id)));
                }
            }
            "user.lock" => self.change_way_in(WayInChange::Lock),
            "user.unlock" => self.change_way_in(WayInChange::Unlock),
            "user.factor-off" => self.change_way_in(WayInChange::FactorOff),
            "record.delete" => self.write_each("delete", Edit::delete),
            "record.restore" => self.write_each("restore", Edit::restore),
            "task.done" => {
                let subjects = self.subjects();
                self.push(Box::new(Write::task_done(subjects)));
            }
            "task.snooze" => {
                let snooze = Snooze::new(self.subjects(), &self.ctx);
                self.push(Box::new(snooze));
            }
            "record.copy" => self.copy_from(),
            "record.open-link" => self.open_from(),
            "settings.theme" => self.push(Box::new(Prefer::theme(&self.ctx))),
            "settings.reminders" => self.toggle_reminders(),
            "reminder.show" => self.show_reminders(),
            "settings.mouse" => self.toggle_mouse(),
            "settings.plain" => self.toggle_plain(),
            "settings.language" => self.push(Box::new(Prefer::language(&self.ctx))),
            "settings.week" => self.push(Box::new(Prefer::week(&self.ctx))),
            "record.copy-reference" => self.copy_references(),
            _ => self.run_family(id),
        }
    }

    /// Asks whether the way in of the user under the cursor is to be changed.
    fn change_way_in(&mut self, change: WayInChange) {
        if let Some(user) = self.subject().filter(|of| of.entity == "user") {
            self.push(Box::new(ChangesWayIn::new(change, user.id)));
        }
    }

    /// Actions that exist per entity or kind.
    fn run_family(&mut self, id: &str) {
        let Some((family, name)) = id.split_once('.') else { return };
        match family {
            "go" => {
                let name = Name::from(name);
                self.go(&name.clone(), || Box::new(List::new(name, ListStart::default())));
            }
            "new" => self.make_here(name),
            "log" => {
                let kind = log::KINDS.into_iter().find(|kind| *kind == name);
                if let (Some(kind), Some(record)) = (kind, self.subject()) {
                    self.push(Box::new(FormScreen::new(Start::Log(kind, record))));
                }
            }
            _ => {}
        }
    }

    /// One step out.
    fn back(&mut self) {
        if self.stack.len() > 1 {
            self.step_out();
        } else if let Some(left) = self.behind.get_mut(&self.tab) {
            *left = true;
            if self.trail.is_at_start() {
                // Where it was opened from is of another schema by now.
                let entity = Some(self.tab.clone());
                self.behind.remove(&self.tab);
                self.open_list(ListStart { entity, ..ListStart::default() });
            } else {
                self.go_back();
            }
        }
    }

    fn quit(&mut self) {
        let holds = |entry: &Entry| entry.layer.holds_unsaved(&self.ctx);
        let unsaved = !self.is_view() && self.stack.iter().any(holds);
        if unsaved {
            let text = self.ctx.t("confirm.unsaved").to_owned();
            self.push(Box::new(Confirm::new("app.quit", text)));
        } else {
            self.leave();
        }
    }

    /// Ends the program; what was entered and not saved stays kept.
    fn leave(&mut self) {
        self.end();
        self.effects.push(Effect::Quit);
    }

    /// What was confirmed that no layer asked for.
    pub(super) fn told_here(&mut self, what: &str, choice: &str) -> bool {
        match what {
            reminder::DISMISS => self.dismiss_reminder(choice),
            "app.quit" => self.leave(),
            "account.password" => self.has_password_now(),
            _ => return false,
        }
        true
    }

    fn open_help(&mut self) {
        let Some(top) = self.stack.last() else { return };
        let help = Help::new(&top.layer.situation(&self.ctx), &self.ctx);
        self.push(Box::new(help));
    }

    fn open_palette(&mut self) {
        let Some(top) = self.stack.last() else { return };
        let palette = Palette::new(&top.layer.situation(&self.ctx), &self.ctx);
        self.push(Box::new(palette));
    }

    /// The records that actions work on.
    fn subjects(&self) -> Vec<RecordRef> {
        self.stack.last().map(|entry| entry.layer.subjects()).unwrap_or_default()
    }

    /// The record under the cursor.
    #[must_use]
    pub fn subject(&self) -> Option<RecordRef> {
        let at = self.stack.last()?.layer.situation(&self.ctx).record;
        at.or_else(|| self.subjects().into_iter().next())
    }

    /// Shows a record; what it was opened from can be walked through.
    pub(super) fn open(&mut self, record: RecordRef) {
        self.trail.branch();
        if record.entity == "role" {
            return self.open_rights(record);
        }
        let neighbours =
            self.stack.last().map(|entry| entry.layer.neighbours()).unwrap_or_default();
        let rows = self.stack.last().and_then(|entry| entry.layer.walks());
        self.push(Box::new(Detail::new(record, neighbours).within(rows)));
    }

    fn form_about(&mut self, start: impl FnOnce(RecordRef) -> Start) {
        if let Some(record) = self.subject() {
            self.push(Box::new(FormScreen::new(start(record))));
        }
    }

    /// A new record, with what the screen knows of it.
    fn make_here(&mut self, entity: &str) {
        let Some(top) = self.stack.last() else { return };
        let presets = top.layer.presets(entity, &self.ctx);
        self.push(Box::new(FormScreen::new(Start::Create(Name::from(entity), presets))));
    }

    /// A new record of the kind that the screen is about.
    fn make_of_this_kind(&mut self) {
        let entity = self.stack.last().and_then(|top| {
            let at = top.layer.situation(&self.ctx);
            at.entity.or_else(|| at.subject()).map(|entity| entity.name.clone())
        });
        self.make_here(entity.as_deref().unwrap_or("customer"));
    }

    /// The duplicates of the kind that the screen is about, where those can be looked for.
    fn go_duplicates(&mut self) {
        let Some(top) = self.stack.last() else { return };
        let at = top.layer.situation(&self.ctx);
        let of = at.subject().map(|entity| entity.name.clone());
        let screen = Duplicates::new(of.as_ref(), &self.ctx);
        self.push(Box::new(screen));
    }

    /// A file with records of the kind that a list shows, or with whatever is in it.
    fn begin_import(&mut self) {
        if self.ctx.usual.manners.served {
            let text = self.ctx.t("import.not_here").to_owned();
            return self.say(Role::Warning, &text);
        }
        let entity = self.stack.last().and_then(|top| {
            let at = top.layer.situation(&self.ctx);
            let lists = matches!(at.place, Place::List | Place::Board);
            at.entity.filter(|_| lists).map(|entity| entity.name.clone())
        });
        self.push(Box::new(AskFile::new(entity)));
    }

    fn go_board(&mut self) {
        let entity = self.stack.last().and_then(|top| {
            let at = top.layer.situation(&self.ctx);
            // From one record people mean the board of deals, unless its kind has one of its own.
            let own = |entity: &&Entity| {
                board_field(entity).is_some()
                    && (!matches!(at.place, Place::Detail | Place::Changes)
                        || entity.board.is_some())
            };
            at.entity.filter(own)
        });
        let Some(entity) = entity.or_else(|| self.ctx.catalog.entity("deal")).cloned() else {
            return;
        };
        self.open_board(ListStart { entity: Some(entity.name), ..ListStart::default() });
    }

    /// The board of an entity, with the filter of the list it takes the place of.
    pub(super) fn open_board(&mut self, start: ListStart) {
        let entity = start.entity.as_ref().and_then(|name| self.ctx.catalog.entity(name)).cloned();
        let Some(entity) = entity else { return };
        if let Some(board) = Board::from_list(&entity, start) {
            if self.tab == entity.name {
                // The board takes the place of the list on the same tab.
                let left = std::mem::take(&mut self.stack);
                self.set_aside(left);
                self.push(Box::new(board));
            } else {
                self.parked.remove(&entity.name);
                self.go(&entity.name, || Box::new(board));
            }
        }
    }

    fn write_each(&mut self, why: &str, edit: impl Fn(Name, crate::model::RecordId) -> Edit) {
        let subjects = self.subjects();
        if subjects.is_empty() {
            return;
        }
        let edits = subjects.iter().map(|of| edit(of.entity.clone(), of.id)).collect();
        self.push(Box::new(Write::save(edits, why, subjects)));
    }

    /// The marked records as rows; something of the record under the cursor where none is marked.
    fn copy_from(&mut self) {
        let Some(top) = self.stack.last() else { return };
        let fields = top.layer.fields(&self.ctx);
        let marked = top.layer.situation(&self.ctx).marks > 0;
        if let Some(of) = top.layer.chosen().filter(|_| marked) {
            self.push(Box::new(Export::rows(of, fields)));
        } else if let Some(record) = self.subject() {
            self.push(Box::new(CopyFrom::new(record, fields)));
        }
    }

    fn copy_references(&mut self) {
        let subjects = self.subjects();
        let text: Vec<String> = subjects.iter().map(|of| self.ctx.catalog.reference(of)).collect();
        if !text.is_empty() {
            self.run_cmd(None, Cmd::Copy(text.join(" ")));
        }
    }
}
