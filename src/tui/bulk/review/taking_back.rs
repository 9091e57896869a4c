//! Taking back a change set: what is asked about first, what is left alone, piece after piece.
//!
//! Start at [`Review::looked_at_undo`].

use std::sync::Arc;

use super::{Phase, Review, UNDO};
use crate::gate::{Doubt, Fate, UndoLook, UndoPiece, UndoPlan, Via};
use crate::term::Clean;
use crate::tui::bulk::{DONE, What};
use crate::tui::context::Context;
use crate::tui::layer::{Cmd, Cmds};
use crate::tui::request::Request;
use crate::tui::screen::history::taken_back;
use crate::tui::theme::Role;

/// Records that an undo leaves alone and names.
const NAMED: usize = 5;

impl Review {
    pub(super) fn looked_at_undo(&mut self, mut look: UndoLook, ctx: &Context) -> Cmds {
        let told = look.outcomes.len() as u64;
        let left = look.plan.records.saturating_sub(look.plan.done).max(told);
        let around = look.plan.goes_around(false);
        if around {
            self.left = Arc::new(look.plan.in_the_way.clone());
            let stays = left_alone(&look.plan, ctx);
            self.doubt = Some(match self.doubt.take() {
                Some(doubt) => format!("{doubt} · {stays}"),
                None => stays,
            });
            for outcome in &mut look.outcomes {
                let stays = self.left.contains(&outcome.record);
                outcome.fate = if stays { Fate::Conflict } else { Fate::Change };
            }
        }
        for outcome in &look.outcomes {
            self.tally.count(outcome.fate);
        }
        // The rest is as the whole is: what is not left alone can be taken back.
        let stays = self.left.len() as u64;
        for _ in told..left {
            let untold = around && self.tally.of(Fate::Conflict) < stays;
            self.tally.count(if untold { Fate::Conflict } else { Fate::Change });
        }
        self.total = Some(left);
        self.undo = Some(look.plan.clone());
        if self.doubt.is_none() {
            self.doubt = look.doubt.as_ref().map(|doubt| doubted(doubt, ctx));
        }
        self.outcomes = look.outcomes;
        self.schema = look.schema.iter().map(|what| ctx.strings.said(what)).collect();
        if !look.plan.obstacles.is_empty() && !around {
            let obstacles = look.plan.obstacles.iter().map(|obstacle| ctx.strings.said(obstacle));
            self.problem = Some(obstacles.collect::<Vec<_>>().join(" · "));
            self.straight = false;
            self.phase = Phase::Over;
            return Cmds::new();
        }
        self.ready(ctx)
    }

    pub(super) fn undo_on(&self) -> Cmds {
        let What::Undo(change_set) = self.deed.what else { return Cmds::new() };
        let left = Arc::clone(&self.left);
        vec![Cmd::Ask(UNDO, Request::UndoPiece(change_set, self.operation, left))]
    }

    /// A piece was taken back.
    pub(super) fn undone(&mut self, piece: UndoPiece, ctx: &Context) -> Cmds {
        self.operation = piece.operation;
        self.written += piece.records.len() as u64;
        if piece.done {
            let told = Cmd::CloseAndTell(DONE, self.deed.why.clone());
            let said = self.undo.as_ref().map(|plan| {
                let said = taken_back(plan, &self.outcomes, ctx);
                if self.left.is_empty() {
                    return said;
                }
                format!("{said} · {}", ctx.tf("undo.stays", &[("records", &named(plan, ctx))]))
            });
            let said = said.map(|said| Cmd::Say(Role::Good, said));
            return [Cmd::Written(None), told].into_iter().chain(said).collect();
        }
        if self.phase == Phase::Running {
            return self.undo_on();
        }
        vec![Cmd::Written(None)]
    }
}

/// What is left alone by an undo, and why.
fn left_alone(plan: &UndoPlan, ctx: &Context) -> String {
    let why: Vec<String> = plan.obstacles.iter().map(|why| ctx.strings.said(why)).collect();
    let values = [("records", &*named(plan, ctx)), ("why", &*why.join(" · "))];
    ctx.tf("undo.around", &values)
}

/// The records that an undo leaves alone, not endlessly many.
fn named(plan: &UndoPlan, ctx: &Context) -> String {
    let names = plan.in_the_way.iter().take(NAMED).map(|of| ctx.catalog.reference(of));
    let names = names.collect::<Vec<_>>().join(", ");
    match plan.in_the_way.len().saturating_sub(NAMED) {
        0 => names,
        more => ctx.tf("undo.and_more", &[("records", &names), ("n", &more.to_string())]),
    }
}

/// Why a change is asked about before it is taken back.
pub(super) fn doubted(doubt: &Doubt, ctx: &Context) -> String {
    match doubt {
        Doubt::Elsewhere(at, via) => {
            let when = ctx.format.near_instant(*at, ctx.now);
            let key = match via {
                Some(Via::Cli) => "undo.elsewhere_cli",
                Some(Via::Import) => "undo.elsewhere_import",
                _ => "undo.elsewhere",
            };
            ctx.tf(key, &[("when", &when)])
        }
        Doubt::Schema => ctx.t("undo.schema").to_owned(),
        Doubt::Rights => ctx.t("undo.rights").to_owned(),
        Doubt::NotLast(why) => {
            let what = Clean::line(&ctx.said_why(why)).into_string();
            ctx.tf("undo.not_last", &[("what", &what)])
        }
    }
}
