//! What stands where content would be: nothing yet, still awaited, not to be had, not allowed.
//!
//! All screens draw it the same way: a sentence, and below it what can be done. It is handed the
//! sentence and does not know why it is so. Start at [`State::of`] and [`State::draw`].

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::context::Context;
use super::hit::Seen;
use super::paint;
use super::said::sentence;
use super::theme::Role;
use crate::gate::GateError;
use crate::policy::{Missing, Need};
use crate::term;

/// From this height on there is room for the word above the sentence.
const ROOMY: u16 = 5;

/// Which of the four it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Empty,
    Awaited,
    Failed,
    Denied,
}

/// What stands where content would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    kind: Kind,
    sentence: String,
    hints: Vec<String>,
    /// What the person lacks.
    need: Option<Need>,
}

impl State {
    /// There is nothing; the sentence says so, and how to make the first.
    #[must_use]
    pub fn empty(sentence: impl Into<String>) -> Self {
        Self { kind: Kind::Empty, sentence: sentence.into(), hints: Vec::new(), need: None }
    }

    /// It was asked for and is not there yet; none before that has taken a moment.
    #[must_use]
    pub fn awaited(ctx: &Context) -> Option<Self> {
        let sentence = ctx.t("state.awaited").to_owned();
        let hints = Vec::new();
        ctx.waiting.then_some(Self { kind: Kind::Awaited, sentence, hints, need: None })
    }

    /// It cannot be had: what happened, and what can be done about it.
    #[must_use]
    pub fn failed(sentence: impl Into<String>, hints: Vec<String>) -> Self {
        Self { kind: Kind::Failed, sentence: sentence.into(), hints, need: None }
    }

    /// This person may not see it: which right is missing, and whom to ask.
    #[must_use]
    pub fn denied(sentence: impl Into<String>, hints: Vec<String>) -> Self {
        Self { kind: Kind::Denied, sentence: sentence.into(), hints, need: None }
    }

    /// What came in place of an answer.
    #[must_use]
    pub fn of(error: &GateError, ctx: &Context) -> Self {
        let (what, hint) = ctx.said_apart(error);
        let next = |key: &str| ctx.t(key).to_owned();
        if let GateError::Denied(refusal) = error {
            let asks = Missing::of(&refusal.need, &ctx.catalog).is_some();
            let way_on = match (&hint, asks) {
                (_, true) => "state.denied_ask",
                (Some(_), false) => "state.denied_back",
                (None, false) => "state.denied_next",
            };
            let hint = hint.map(|hint| sentence(&hint));
            let hints = hint.into_iter().chain([next(way_on)]).collect();
            return Self { need: Some(refusal.need.clone()), ..Self::denied(what, hints) };
        }
        Self::failed(what, hint.into_iter().chain([next("state.failed_next")]).collect())
    }

    /// What was missing, where it is a refusal.
    #[must_use]
    pub fn need(&self) -> Option<&Need> {
        self.need.as_ref()
    }

    /// As one line, for where there is no more room.
    #[must_use]
    pub fn line(&self) -> (Role, String) {
        match self.kind {
            Kind::Failed | Kind::Denied => (self.role(), format!("! {}", self.sentence)),
            Kind::Empty | Kind::Awaited => (self.role(), self.sentence.clone()),
        }
    }

    /// Draws it in a frame of its own: what an overlay shows in place of itself.
    pub fn framed(&self, buf: &mut Buffer, area: Rect, title: &str, ctx: &Context) -> Seen {
        let lines = self.hints.len() + term::wrap(&self.sentence, 64).len();
        let place = paint::centered(area, 72, (lines as u16 + 1).max(ROOMY) + 3);
        let inner = paint::frame(buf, place, title, ctx);
        self.draw(buf, inner, ctx)
    }

    fn role(&self) -> Role {
        match self.kind {
            Kind::Empty => Role::Muted,
            Kind::Awaited => Role::Info,
            Kind::Failed => Role::Error,
            Kind::Denied => Role::Warning,
        }
    }

    /// Whether the whole sentence is seen where it is drawn into `area`.
    #[must_use]
    pub fn fits(&self, area: Rect) -> bool {
        let inner = inside(area);
        term::wrap(&self.line().1, usize::from(inner.width)).len() <= usize::from(inner.height)
    }

    /// Draws it at the top of `area`; where that is low, only the sentence.
    pub fn draw(&self, buf: &mut Buffer, area: Rect, ctx: &Context) -> Seen {
        let inner = inside(area);
        let width = usize::from(inner.width);
        let word = match self.kind {
            Kind::Failed => Some("state.failed"),
            Kind::Denied => Some("state.denied"),
            Kind::Empty | Kind::Awaited => None,
        };
        let mut lines: Vec<(Role, String)> = Vec::new();
        let mut add = |role, text: &str| {
            lines.extend(term::wrap(text, width).into_iter().map(|line| (role, line)));
        };
        match word.filter(|_| inner.height >= ROOMY) {
            Some(word) => {
                add(self.role(), &format!("! {}", ctx.t(word)));
                add(Role::Text, &self.sentence);
            }
            None => {
                let (role, text) = self.line();
                add(role, &text);
            }
        }
        for hint in &self.hints {
            add(Role::Muted, hint);
        }
        for (n, (role, line)) in lines.iter().enumerate().take(usize::from(inner.height)) {
            paint::text(buf, paint::row(inner, n as u16), line, ctx.style(*role), ctx);
        }
        let mut seen =
            Seen { cursor: (!area.is_empty()).then(|| area.as_position()), ..Seen::default() };
        seen.denied.clone_from(&self.need);
        // There is nothing else to stand on.
        seen.tells(self.line().1);
        seen
    }
}

/// Where the sentence stands: a little in, and a line down where there is room.
fn inside(area: Rect) -> Rect {
    let down = u16::from(area.height > 2);
    Rect {
        x: area.x + 3.min(area.width),
        y: area.y + down,
        width: area.width.saturating_sub(4),
        height: area.height.saturating_sub(down),
    }
}
