//! The screen that stands between a person and the data: signing in, the lock after idle minutes, a session that
//! has ended, and the password asked for once more.
//!
//! While it stands nothing else is drawn and no key goes past it. It is no layer: nothing can lie over it. Start
//! at [`Guard::key`].

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use unicode_segmentation::UnicodeSegmentation;
use zeroize::Zeroize;

use super::context::Context;
use super::hit::Seen;
use super::paint;
use super::theme::Role;
use crate::action::{Key, KeyCode};
use crate::gate::{Denial, GateError, SignInError};
use crate::secret::Secret;
use crate::term;

/// The longest line that is taken, in bytes.
const LONGEST: usize = 1_024;

/// Why it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Nobody is in yet.
    SignIn,
    /// Nobody touched a key for a while.
    Idle,
    /// The session was ended, or is too old.
    Ended,
    /// What was to be done needs the password again.
    Again,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Name,
    Password,
    Code,
}

/// What was typed, to be tried.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// The login; empty where the person is known.
    pub login: String,
    /// The password.
    pub password: Secret,
    /// The code of the second factor, once it was asked for.
    pub code: Option<Secret>,
}

/// What a key came to.
#[derive(Debug)]
pub enum Wish {
    /// Nothing more.
    Stay,
    /// Try what was typed.
    Try(Attempt),
    /// Go back to what is behind it: only where that may be seen.
    Back,
    /// Leave the program.
    Leave,
}

/// The screen.
#[derive(Debug)]
pub struct Guard {
    why: Why,
    login: String,
    /// Who is known to sit there.
    name: String,
    password: String,
    code: Option<String>,
    field: Field,
    problem: Option<String>,
    waits: bool,
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.password.zeroize();
        self.code.zeroize();
    }
}

impl Guard {
    /// A guard before the person of that name; empty where nobody is known yet.
    #[must_use]
    pub fn new(why: Why, name: &str) -> Self {
        Self {
            why,
            login: String::new(),
            name: name.to_owned(),
            // So that no half of it stays behind when it grows.
            password: String::with_capacity(LONGEST),
            code: None,
            field: if why == Why::SignIn { Field::Name } else { Field::Password },
            problem: None,
            waits: false,
        }
    }

    /// Why it stands.
    #[must_use]
    pub fn why(&self) -> Why {
        self.why
    }

    /// Takes a key.
    pub fn key(&mut self, key: Key) -> Wish {
        if key.ctrl && matches!(key.code, KeyCode::Char('c' | 'q')) {
            return Wish::Leave;
        }
        if self.waits {
            return Wish::Stay;
        }
        match key.code {
            KeyCode::Esc if self.why == Why::Again => return Wish::Back,
            KeyCode::Esc => self.line().zeroize(),
            KeyCode::Char('u') if key.ctrl => self.line().zeroize(),
            KeyCode::Char(sign) if !key.ctrl && !key.alt => self.insert(&sign.to_string()),
            KeyCode::Backspace => {
                let line = self.line();
                let start = line.grapheme_indices(true).next_back().map_or(0, |(at, _)| at);
                line.truncate(start);
            }
            KeyCode::Tab | KeyCode::Down | KeyCode::Up => self.field = self.other(),
            KeyCode::Enter => return self.enter(),
            _ => {}
        }
        Wish::Stay
    }

    /// Takes pasted text: its first line.
    pub fn paste(&mut self, text: &str) {
        if !self.waits {
            self.insert(text.lines().next().unwrap_or_default());
        }
    }

    fn line(&mut self) -> &mut String {
        match (self.field, &mut self.code) {
            (Field::Name, _) => &mut self.login,
            (Field::Code, Some(code)) => code,
            _ => &mut self.password,
        }
    }

    fn insert(&mut self, text: &str) {
        self.problem = None;
        let line = self.line();
        if line.len() + text.len() <= LONGEST {
            line.extend(text.chars().filter(|sign| !sign.is_control()));
        }
    }

    fn other(&self) -> Field {
        match self.field {
            Field::Name => Field::Password,
            Field::Password if self.code.is_some() => Field::Code,
            Field::Password | Field::Code if self.why == Why::SignIn => Field::Name,
            Field::Code => Field::Password,
            Field::Password => self.field,
        }
    }

    fn enter(&mut self) -> Wish {
        if self.field == Field::Name && self.password.is_empty() {
            self.field = Field::Password;
            return Wish::Stay;
        }
        if self.password.is_empty() || (self.why == Why::SignIn && self.login.trim().is_empty()) {
            return Wish::Stay;
        }
        self.waits = true;
        self.problem = None;
        Wish::Try(Attempt {
            login: self.login.trim().to_owned(),
            password: Secret::from(self.password.as_str()),
            code: self.code.as_deref().map(Secret::from),
        })
    }

    /// What was tried was not enough.
    pub fn refused(&mut self, error: &GateError, ctx: &Context) {
        self.waits = false;
        if matches!(error, GateError::SignIn(SignInError(Denial::CodeNeeded)))
            && self.code.is_none()
        {
            self.code = Some(String::with_capacity(LONGEST));
            self.field = Field::Code;
            return;
        }
        // A code is used up or wrong; a wrong password is typed anew.
        match &mut self.code {
            Some(code) => code.zeroize(),
            None => self.password.zeroize(),
        }
        self.problem = Some(ctx.said_apart(error).0);
    }

    /// The session behind it has ended: going back is no way any more.
    pub fn has_ended(&mut self) {
        if self.why != Why::SignIn {
            self.why = Why::Ended;
        }
    }

    /// Draws it over the whole area: nothing of what was there stays.
    pub fn view(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        buf.reset();
        buf.set_style(area, ctx.style(Role::Text));
        let title = ctx.t(match self.why {
            Why::SignIn => "guard.sign_in",
            Why::Idle => "guard.idle",
            Why::Ended => "guard.ended",
            Why::Again => "guard.again",
        });
        let place = paint::centered(area, 48, 8);
        let inner = paint::frame(buf, place, title, ctx);
        let labels = [ctx.t("guard.name"), ctx.t("guard.password"), ctx.t("guard.code")];
        let wide = labels.iter().map(|label| term::width(label)).max().unwrap_or(0) as u16 + 2;
        let mut seen = Seen::default();
        let dots = |text: &str| {
            let dot = if ctx.ascii { "*" } else { "•" };
            dot.repeat(text.graphemes(true).count())
        };
        let name = if self.why == Why::SignIn { &self.login } else { &self.name };
        let mut lines = vec![
            (Field::Name, labels[0], term::Clean::line(name).into_string()),
            (Field::Password, labels[1], dots(&self.password)),
        ];
        if let Some(code) = &self.code {
            lines.push((Field::Code, labels[2], dots(code)));
        }
        for (n, (field, label, text)) in lines.iter().enumerate() {
            let row = paint::row(inner, n as u16);
            paint::text(buf, row, label, ctx.style(Role::Label), ctx);
            let wide = wide.min(row.width);
            let room = Rect { x: row.x + wide, width: row.width - wide, ..row };
            let fixed = *field == Field::Name && self.why != Why::SignIn;
            // The end of what is typed is always seen.
            let signs = text.graphemes(true).count();
            let skip = signs.saturating_sub(usize::from(room.width.saturating_sub(1)));
            let shown: String = text.graphemes(true).skip(skip).collect();
            if fixed {
                paint::text(buf, room, text, ctx.style(Role::Text), ctx);
            } else {
                buf.set_style(room, ctx.style(Role::Input));
                paint::text(buf, room, &shown, ctx.style(Role::Input), ctx);
            }
            if *field == self.field {
                let x = room.x + (term::width(&shown) as u16).min(room.width.saturating_sub(1));
                seen.cursor = Some(Position { x, y: row.y });
                seen.told.title = Some((*label).to_owned());
            }
        }
        let (text, role) = match &self.problem {
            _ if self.waits => (ctx.t("guard.waits").to_owned(), Role::Muted),
            Some(problem) => (format!("! {problem}"), Role::Error),
            None => {
                let hint = if self.why == Why::Again { "guard.hint_again" } else { "guard.hint" };
                (ctx.t(hint).to_owned(), Role::Muted)
            }
        };
        let below = lines.len() as u16 + 1;
        for (n, line) in term::wrap(&text, usize::from(inner.width.max(2))).iter().enumerate() {
            paint::text(buf, paint::row(inner, below + n as u16), line, ctx.style(role), ctx);
        }
        seen
    }
}
