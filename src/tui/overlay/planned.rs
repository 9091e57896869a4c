//! What is looked at before it is done: the plan, what stands in its place or its way, and the password that may be
//! asked for in between. Merging and erasing share it. Start at [`Planned::go`].

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::gate::GateError;
use crate::tui::context::Context;
use crate::tui::hit::Seen;
use crate::tui::layer::{Cmd, Cmds};
use crate::tui::request::{Request, Slot};
use crate::tui::state::State;

/// A plan, and how far it is.
pub(super) struct Planned<P> {
    plan: Option<Box<P>>,
    /// Why there is none.
    failed: Option<State>,
    /// Why it was not done, or what is to be done first.
    pub problem: Option<String>,
    doing: bool,
    /// It was refused for want of the password.
    unconfirmed: bool,
}

impl<P: Clone> Planned<P> {
    /// Nothing is planned yet.
    pub fn nothing() -> Self {
        Self { plan: None, failed: None, problem: None, doing: false, unconfirmed: false }
    }

    /// What is planned, once it is known.
    pub fn plan(&self) -> Option<&P> {
        self.plan.as_deref()
    }

    /// Takes a plan over.
    pub fn take(&mut self, plan: Box<P>) {
        self.plan = Some(plan);
    }

    /// Whether it is being done.
    pub fn is_doing(&self) -> bool {
        self.doing
    }

    /// Does it, once.
    pub fn go(&mut self, slot: Slot, request: impl FnOnce(Box<P>) -> Request) -> Cmds {
        let Some(plan) = self.plan.clone().filter(|_| !self.doing) else { return Cmds::new() };
        self.doing = true;
        vec![Cmd::Ask(slot, request(plan))]
    }

    /// Whether the password that was given is what it waited for.
    pub fn confirmed(&mut self) -> bool {
        std::mem::take(&mut self.unconfirmed)
    }

    /// It was not done: the password is asked for where it was that; none where the problem stands there now.
    pub fn refused(&mut self, error: &GateError, ctx: &Context) -> Option<Cmds> {
        self.doing = false;
        if error.wants_password() {
            self.unconfirmed = true;
            return Some(vec![Cmd::Confirm]);
        }
        self.problem = Some(ctx.said(error));
        None
    }

    /// There is no plan.
    pub fn fail(&mut self, error: &GateError, ctx: &Context) {
        self.failed = Some(State::of(error, ctx));
    }

    /// Draws what stands in place of the plan, where there is none.
    pub fn instead(
        &self,
        area: Rect,
        buf: &mut Buffer,
        title: &str,
        ctx: &Context,
    ) -> Option<Seen> {
        if let Some(failed) = &self.failed {
            return Some(failed.framed(buf, area, title, ctx));
        }
        self.plan.is_none().then(|| {
            State::awaited(ctx)
                .map_or_else(Seen::default, |state| state.framed(buf, area, title, ctx))
        })
    }
}
