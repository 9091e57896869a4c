//! What layers want done: each [`Cmd`] carried out, on behalf of the layer that handed it back.

use std::sync::Arc;

use super::App;
use crate::model::RecordRef;
use crate::tui::layer::{Cmd, Cmds};
use crate::tui::message::{Effect, LayerId};
use crate::tui::theme::Role;

impl App {
    pub(super) fn run_all(&mut self, from: Option<LayerId>, cmds: Cmds) {
        for cmd in cmds {
            self.run_cmd(from, cmd);
        }
    }

    pub(super) fn run_cmd(&mut self, from: Option<LayerId>, cmd: Cmd) {
        match cmd {
            Cmd::Ask(slot, request) => {
                if let Some(layer) = from {
                    self.ask(layer, slot, request);
                }
            }
            Cmd::Forget(slot) => {
                if let Some(layer) = from {
                    self.asked.remove(&(layer, slot));
                }
            }
            Cmd::Push(layer) => self.push(layer),
            Cmd::Close => self.close_from(from),
            Cmd::CloseAndRun(action) => {
                self.close_from(from);
                self.act(&action);
            }
            Cmd::CloseAndTell(what, choice) => {
                self.close_from(from);
                if !self.told_here(what, &choice) {
                    self.on_top(|layer, ctx| layer.told(what, &choice, ctx));
                }
            }
            Cmd::CloseAndTake(link) => {
                self.close_from(from);
                self.on_top(|layer, ctx| layer.handed(link, ctx));
            }
            Cmd::CloseAndOpen(record) => {
                self.close_from(from);
                self.open(record);
            }
            Cmd::Open(record) => self.open(record),
            Cmd::OpenList(start) => self.open_list(*start),
            Cmd::OpenBoard(start) => self.open_board(*start),
            Cmd::Written(made) => {
                self.wishes_changed();
                self.written(from, made);
            }
            Cmd::Say(role, text) => self.say(role, &text),
            Cmd::Remember(repeat) => {
                let shown = repeat.shown(&self.ctx);
                self.ctx.repeat = Some((Arc::new(*repeat), shown));
            }
            Cmd::Confirm => self.ask_again(from),
            Cmd::Prefer(key, text) => self.prefer(&key, text),
            Cmd::Try(key, text) => self.take_on(key, text.as_deref()),
            Cmd::Copy(text) => self.copy(text),
            Cmd::OpenLink(link) => self.open_link(link),
            Cmd::Editor(_) | Cmd::Rows(_) if self.ctx.usual.manners.served => {
                let text = self.ctx.t("sheet.not_here").to_owned();
                self.say(Role::Warning, &text);
            }
            Cmd::Editor(text) => self.effects.push(Effect::Editor(text)),
            Cmd::Rows(text) => self.effects.push(Effect::Rows(text)),
        }
    }

    fn close_from(&mut self, from: Option<LayerId>) {
        if let Some(id) = from {
            self.close(id);
        }
    }

    fn copy(&mut self, text: String) {
        let shown = crate::term::truncate(&text, 40);
        let said = self.ctx.tf("said.copied", &[("text", &shown)]);
        self.say(Role::Good, &said);
        self.effects.push(Effect::Copy(text));
    }

    /// Something was written here: every layer but the one that wrote looks again.
    fn written(&mut self, from: Option<LayerId>, made: Option<RecordRef>) {
        let below = from.and_then(|id| {
            let at = self.stack.iter().position(|entry| entry.id == id)?;
            at.checked_sub(1).map(|below| self.stack[below].id)
        });
        let made_for = made.filter(|_| below.is_some());
        let mut all = Vec::new();
        for entry in &mut self.stack {
            let cmds = match &made_for {
                Some(record) if Some(entry.id) == below => entry.layer.made(record, &self.ctx),
                _ => entry.layer.refresh(&self.ctx),
            };
            all.push((entry.id, cmds));
        }
        self.quietly = true;
        for (id, cmds) in all {
            self.run_all(Some(id), cmds);
        }
        self.quietly = false;
        self.ask_reminders();
    }
}
