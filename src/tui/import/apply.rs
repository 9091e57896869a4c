//! The last step: what will happen is said once more, then it is done; and taken back, where somebody wants that.
//!
//! Start at [`Rows::ask_to_apply`].

use std::sync::Arc;

use super::Rows;
use super::rows::{APPLY, DONE, GO, LOOK_EVERY, PLAN, Phase};
use crate::exchange::RowFate;
use crate::term::Clean;
use crate::tui::context::Context;
use crate::tui::layer::{Cmd, Cmds};
use crate::tui::overlay::confirm::Confirm;
use crate::tui::request::{Import, Request};
use crate::tui::theme::Role;
use crate::tui::write::Write;

impl Rows {
    /// Looks before it is done.
    pub(super) fn ask_to_apply(&self, ctx: &Context) -> Cmds {
        let text = if self.resumes || matches!(self.phase, Phase::Done(_)) {
            ctx.t("import.ask_resume").to_owned()
        } else {
            let (create, update) = (self.count(RowFate::Create), self.count(RowFate::Update));
            if create + update == 0 {
                return vec![Cmd::Say(Role::Info, ctx.t("import.nothing").to_owned())];
            }
            let records =
                |n: u64| ctx.strings.count("list.count", usize::try_from(n).unwrap_or(usize::MAX));
            let mut parts = Vec::new();
            if create > 0 {
                parts.push(ctx.tf("import.ask_create", &[("records", &records(create))]));
            }
            if update > 0 {
                parts.push(ctx.tf("import.ask_update", &[("records", &records(update))]));
            }
            let errors = self.count(RowFate::Error);
            if errors > 0 {
                let rows = ctx.strings.count("import.rows", usize::try_from(errors).unwrap_or(0));
                let place = self.job.rejects.as_ref().map(|path| path.display().to_string());
                parts.push(match place {
                    Some(path) => ctx
                        .tf("import.ask_errors", &[("rows", &rows), ("path", &Clean::line(&path))]),
                    None => ctx.tf("import.ask_errors_lost", &[("rows", &rows)]),
                });
            }
            parts.push(ctx.t("import.ask").to_owned());
            parts.join(" ")
        };
        vec![Cmd::Push(Box::new(Confirm::new(GO, text)))]
    }

    pub(super) fn apply(&mut self, ctx: &Context) -> Cmds {
        self.phase = Phase::Applying;
        self.problem = None;
        self.progress.stop();
        self.progress = Arc::default();
        self.look_at = Some(ctx.now + LOOK_EVERY);
        let (job, progress) = (Arc::clone(&self.job), Arc::clone(&self.progress));
        vec![Cmd::Forget(PLAN), Cmd::Ask(APPLY, Request::Import(Import::Apply { job, progress }))]
    }

    pub(super) fn take_back(&self) -> Cmds {
        let Phase::Done(report) = &self.phase else { return Cmds::new() };
        let Some(number) = report.change_set else { return Cmds::new() };
        vec![Cmd::CloseAndTell(DONE, String::new()), Cmd::Push(Box::new(Write::undo_of(number)))]
    }
}
