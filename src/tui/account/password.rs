//! A new password: what is wrong with it is said while it is typed, with the reason.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::line::Hidden;
use super::{Wanted, paragraph};
use crate::action::{Key, KeyCode};
use crate::gate::{Denial, GateError, SignInError};
use crate::secret::{self, LONG_ENOUGH, SHORT_WITH_CODE};
use crate::term;
use crate::tui::context::Context;
use crate::tui::hit::Seen;
use crate::tui::paint;
use crate::tui::theme::Role;

/// What a password is held against.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rules {
    /// Words of the person's own that are no password.
    pub own: Vec<String>,
    /// There is a second factor: it may be shorter.
    pub second_factor: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line {
    Present,
    New,
    Again,
}

/// The sheet.
#[derive(Debug)]
pub struct PasswordSheet {
    rules: Rules,
    /// Why another one is to be set, above it.
    why: Option<String>,
    present: Option<Hidden>,
    new: Hidden,
    again: Hidden,
    at: Line,
    problem: Option<(Line, String)>,
    waits: bool,
}

impl PasswordSheet {
    /// A sheet that asks for the present password too, or tells why another one is to be set.
    #[must_use]
    pub fn new(rules: Rules, present: bool, why: Option<String>) -> Self {
        Self {
            rules,
            why,
            present: present.then(Hidden::default),
            new: Hidden::default(),
            again: Hidden::default(),
            at: if present { Line::Present } else { Line::New },
            problem: None,
            waits: false,
        }
    }

    fn lines(&self) -> Vec<Line> {
        let present = self.present.as_ref().map(|_| Line::Present);
        present.into_iter().chain([Line::New, Line::Again]).collect()
    }

    fn hidden(&mut self, line: Line) -> &mut Hidden {
        match (line, &mut self.present) {
            (Line::Present, Some(present)) => present,
            (Line::Again, _) => &mut self.again,
            _ => &mut self.new,
        }
    }

    /// What is wrong with the new password as it stands.
    fn weak(&self, ctx: &Context) -> Option<String> {
        let own: Vec<&str> = self.rules.own.iter().map(String::as_str).collect();
        let weak = secret::check(&self.new.secret(), self.rules.second_factor, &own).err()?;
        Some(ctx.said_phrase(&weak.phrase()))
    }

    /// Takes a key.
    pub fn key(&mut self, key: Key, ctx: &Context) -> Wanted {
        if self.waits {
            return Wanted::Stay;
        }
        let lines = self.lines();
        let at = lines.iter().position(|line| *line == self.at).unwrap_or_default();
        match key.code {
            KeyCode::Esc => return Wanted::Leave,
            KeyCode::Tab | KeyCode::Down if !key.shift => {
                self.at = lines[(at + 1) % lines.len()];
            }
            KeyCode::Tab | KeyCode::Up => self.at = lines[(at + lines.len() - 1) % lines.len()],
            KeyCode::Enter if at + 1 < lines.len() => self.at = lines[at + 1],
            KeyCode::Enter => return self.send(ctx),
            _ => {
                let line = self.at;
                if self.hidden(line).key(key) {
                    self.problem = None;
                }
            }
        }
        Wanted::Stay
    }

    /// Takes pasted text.
    pub fn paste(&mut self, text: &str) {
        if !self.waits {
            let line = self.at;
            self.hidden(line).insert(text);
            self.problem = None;
        }
    }

    fn send(&mut self, ctx: &Context) -> Wanted {
        let empty = |line: &Option<Hidden>| line.as_ref().is_some_and(Hidden::is_empty);
        if empty(&self.present) {
            self.at = Line::Present;
            return Wanted::Stay;
        }
        if let Some(weak) = self.weak(ctx) {
            (self.at, self.problem) = (Line::New, Some((Line::New, weak)));
            return Wanted::Stay;
        }
        if self.new.secret() != self.again.secret() {
            self.again.wipe();
            self.problem = Some((Line::Again, ctx.t("account.differ").to_owned()));
            self.at = Line::Again;
            return Wanted::Stay;
        }
        (self.waits, self.problem) = (true, None);
        Wanted::Password(self.present.as_ref().map(Hidden::secret), self.new.secret())
    }

    /// It was not taken; the reason stands beside the line that it is about.
    pub fn refused(&mut self, error: &GateError, ctx: &Context) {
        self.waits = false;
        let line = match error {
            GateError::SignIn(SignInError(Denial::Failed | Denial::Wait { .. }))
                if self.present.is_some() =>
            {
                Line::Present
            }
            _ => Line::New,
        };
        if line == Line::Present {
            self.hidden(line).wipe();
        }
        let told = match error {
            // Name and code are not asked for here.
            GateError::SignIn(SignInError(Denial::Failed)) => ctx.t("account.wrong").to_owned(),
            _ => ctx.said_apart(error).0,
        };
        (self.at, self.problem) = (line, Some((line, told)));
    }

    /// So many rows it would have, within a width.
    #[must_use]
    pub fn rows(&self, width: u16, ctx: &Context) -> u16 {
        let wraps = |text: &str| term::wrap(text, usize::from(width.max(2))).len() as u16;
        let why = self.why.as_ref().map_or(0, |why| wraps(why) + 1);
        why + self.lines().len() as u16 + 1 + wraps(&self.rule(ctx)) + wraps(self.hint(ctx)) + 1
    }

    fn rule(&self, ctx: &Context) -> String {
        let least = if self.rules.second_factor { SHORT_WITH_CODE } else { LONG_ENOUGH };
        ctx.tf("account.rule", &[("n", &least.to_string())])
    }

    fn hint<'c>(&self, ctx: &'c Context) -> &'c str {
        ctx.t(if self.waits { "guard.waits" } else { "account.hint_password" })
    }

    /// Draws it.
    pub fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let mut seen = Seen::default();
        let mut row = 0;
        if let Some(why) = &self.why {
            row = paragraph(buf, area, row, (why, Role::Text), ctx);
            row += u16::from(area.height > 9);
        }
        let label = |line| match line {
            Line::Present => ctx.t("account.present"),
            Line::New => ctx.t("account.new"),
            Line::Again => ctx.t("account.again"),
        };
        let lines = self.lines();
        let wide = lines.iter().map(|line| term::width(label(*line))).max().unwrap_or(0) as u16 + 2;
        for line in lines {
            let hidden = match (line, &self.present) {
                (Line::Present, Some(present)) => present,
                (Line::Again, _) => &self.again,
                _ => &self.new,
            };
            let focused = line == self.at;
            let place = paint::row(area, row);
            let cursor = hidden.draw(buf, place, (label(line), wide), focused, ctx);
            row += 1;
            if focused {
                (seen.cursor, seen.types) = (cursor, true);
                seen.told.title = Some(label(line).to_owned());
            }
            let below = self.below(line, ctx);
            if let Some((text, role)) = below {
                row = paragraph(buf, area, row, (&text, role), ctx);
                if focused {
                    seen.tells(text);
                }
            }
        }
        row += u16::from(area.height > row + 2);
        paragraph(buf, area, row, (self.hint(ctx), Role::Muted), ctx);
        seen
    }

    /// What stands below a line: what is wrong with it, or how far it is.
    fn below(&self, line: Line, ctx: &Context) -> Option<(String, Role)> {
        if let Some((at, problem)) = &self.problem
            && *at == line
        {
            return Some((format!("! {problem}"), Role::Error));
        }
        match line {
            Line::New if self.new.is_empty() => Some((self.rule(ctx), Role::Muted)),
            Line::New => Some(match self.weak(ctx) {
                Some(weak) => (weak, Role::Warning),
                None => (ctx.t("account.good").to_owned(), Role::Good),
            }),
            Line::Again if !self.again.is_empty() && self.new.secret() == self.again.secret() => {
                Some((ctx.t("account.same").to_owned(), Role::Good))
            }
            _ => None,
        }
    }
}
