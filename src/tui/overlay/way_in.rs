//! Locks a user out, lets them in again, or takes the second factor off somebody who lost it: first what it
//! means for this very user, then the question.
//!
//! None of it is a change of data that undo takes back; the audit log has it. Start at [`ChangesWayIn::new`].

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::confirm::Confirm;
use crate::action::{Key, Place};
use crate::gate::GetsIn;
use crate::model::RecordId;
use crate::term::Clean;
use crate::tui::context::Context;
use crate::tui::hit::Seen;
use crate::tui::layer::{Cmd, Cmds, Layer};
use crate::tui::paint;
use crate::tui::request::{Answer, Reply, Request, Slot, WayInChange};
use crate::tui::state::State;
use crate::tui::theme::Role;

const LOOK: Slot = Slot("way-in.look", 0);
const DO: Slot = Slot("way-in.do", 0);
/// What the question says when it was agreed to.
const AGREED: &str = "way-in.agreed";

/// The question before how somebody else gets in is changed.
pub struct ChangesWayIn {
    change: WayInChange,
    user: RecordId,
    name: String,
    question: Option<Confirm>,
    problem: Option<State>,
    /// It was not done for want of the password, which is being asked for.
    unconfirmed: bool,
}

impl ChangesWayIn {
    /// Asks about a user.
    #[must_use]
    pub fn new(change: WayInChange, user: RecordId) -> Self {
        Self {
            change,
            user,
            name: String::new(),
            question: None,
            problem: None,
            unconfirmed: false,
        }
    }

    fn word(&self) -> &'static str {
        match self.change {
            WayInChange::Lock => "lock",
            WayInChange::Unlock => "unlock",
            WayInChange::FactorOff => "factor",
        }
    }

    /// The question about a user, or what is to be said where there is nothing to do.
    fn looked(&mut self, told: &GetsIn, ctx: &Context) -> Cmds {
        let name = if told.login.is_empty() {
            told.user.title.clone()
        } else {
            format!("{} ({})", told.user.title, told.login)
        };
        self.name = Clean::line(&name).into_string();
        let nothing = match self.change {
            WayInChange::Lock => told.locked,
            WayInChange::Unlock => !told.locked && told.failures == 0,
            WayInChange::FactorOff => !told.second_factor,
        };
        let values = [("name", self.name.as_str())];
        if nothing {
            let text = ctx.tf(&format!("way_in.{}_nothing", self.word()), &values);
            return vec![Cmd::Close, Cmd::Say(Role::Muted, text)];
        }
        let mut parts = vec![ctx.tf(&format!("way_in.{}", self.word()), &values)];
        let ends = self.change != WayInChange::Unlock && told.sessions > 0;
        if ends {
            parts.push(ctx.strings.count("way_in.ends", told.sessions));
        }
        if self.change == WayInChange::Unlock && !told.locked {
            parts.push(ctx.strings.count("way_in.failures", told.failures as usize));
        }
        if self.change == WayInChange::FactorOff && !told.demanded_by.is_empty() {
            let roles: Vec<&str> =
                told.demanded_by.iter().map(|name| ctx.format.title("role", name)).collect();
            parts.push(ctx.tf("way_in.demanded", &[("roles", &ctx.listed(&roles))]));
        }
        let then = |first: String, next: String| {
            ctx.tf("way_in.then", &[("first", &first), ("next", &next)])
        };
        let text = parts.into_iter().reduce(then).unwrap_or_default();
        self.question = Some(Confirm::new(AGREED, Clean::line(&text).into_string()));
        Cmds::new()
    }

    fn agreed(&self) -> Cmds {
        vec![Cmd::Ask(DO, Request::ChangeWayIn(self.change, self.user))]
    }
}

impl Layer for ChangesWayIn {
    fn place(&self) -> Place {
        Place::Overlay
    }

    fn covers(&self) -> bool {
        false
    }

    fn start(&mut self, _ctx: &Context) -> Cmds {
        vec![Cmd::Ask(LOOK, Request::GetsIn(self.user))]
    }

    fn refresh(&mut self, _ctx: &Context) -> Cmds {
        Cmds::new()
    }

    fn awaits(&self, _slot: Slot, _key: Option<Key>) -> bool {
        true
    }

    fn key(&mut self, key: Key, ctx: &Context) -> Option<Cmds> {
        let Some(question) = &mut self.question else {
            return key.is(crate::action::KeyCode::Esc).then(|| vec![Cmd::Close]);
        };
        let cmds = question.key(key, ctx)?;
        let agreed = cmds.iter().any(|cmd| matches!(cmd, Cmd::CloseAndTell(AGREED, _)));
        Some(if agreed { self.agreed() } else { cmds })
    }

    fn confirmed(&mut self, _ctx: &Context) -> Cmds {
        if std::mem::take(&mut self.unconfirmed) { self.agreed() } else { Cmds::new() }
    }

    fn reply(&mut self, slot: Slot, answer: Answer, ctx: &Context) -> Cmds {
        match answer {
            Ok(Reply::GetsIn(told)) => self.looked(&told, ctx),
            Ok(Reply::Changed) => {
                let text = ctx.tf(&format!("way_in.{}_done", self.word()), &[("name", &self.name)]);
                vec![Cmd::Close, Cmd::Say(Role::Good, text)]
            }
            Ok(_) => Cmds::new(),
            Err(error) if slot == LOOK => {
                self.problem = Some(State::of(&error, ctx));
                Cmds::new()
            }
            Err(error) if error.wants_password() => {
                self.unconfirmed = true;
                Cmds::new()
            }
            Err(error) => vec![Cmd::Close, Cmd::Say(Role::Error, ctx.said(&error))],
        }
    }

    fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        if let Some(question) = &self.question {
            return question.view(area, buf, ctx);
        }
        let inner = |buf: &mut Buffer| paint::frame(buf, paint::centered(area, 70, 9), "", ctx);
        match self.problem.clone().or_else(|| State::awaited(ctx)) {
            Some(state) => {
                let inner = inner(buf);
                state.draw(buf, inner, ctx)
            }
            None => Seen::default(),
        }
    }
}
