//! The screen that stands between a person and the data: signing in with all that is owed before one is in, the
//! lock after idle minutes, a session that has ended, and the password asked for once more.
//!
//! While it stands nothing else is drawn and no key goes past it. It is no layer: nothing can lie over it. Start
//! at [`Guard::key`].

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::account::line::{self, Hidden};
use super::account::{CodesSheet, FactorSheet, Owed, PasswordSheet, Wanted};
use super::context::Context;
use super::hit::Seen;
use super::paint;
use super::theme::Role;
use crate::action::{Key, KeyCode};
use crate::gate::{Denial, GateError, SignInError};
use crate::secret::Secret;
use crate::term;

/// Cells of the box that is signed in at.
const DOOR: u16 = 52;
/// The longest name that is taken, in bytes.
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

/// What was done about what is owed.
#[derive(Debug)]
pub enum Met {
    /// This password is set.
    Password(Secret),
    /// This is a code of the second factor.
    Code(Secret),
    /// The recovery codes are kept.
    Kept,
}

/// What a key came to.
#[derive(Debug)]
pub enum Wish {
    /// Nothing more.
    Stay,
    /// Try what was typed.
    Try(Attempt),
    /// Go on with what was owed.
    Meet(Met),
    /// Go back to what is behind it: only where that may be seen.
    Back,
    /// Leave the program.
    Leave,
}

/// What stands there.
#[derive(Debug)]
enum Stage {
    /// Name, password and code.
    Door,
    Password(PasswordSheet),
    Factor(FactorSheet),
    Codes(CodesSheet),
}

/// The screen.
#[derive(Debug)]
pub struct Guard {
    why: Why,
    stage: Stage,
    login: String,
    /// Who is known to sit there.
    name: String,
    password: Hidden,
    code: Option<Hidden>,
    field: Field,
    problem: Option<String>,
    waits: bool,
}

impl Guard {
    /// A guard before the person of that name; empty where nobody is known yet.
    #[must_use]
    pub fn new(why: Why, name: &str) -> Self {
        Self {
            why,
            stage: Stage::Door,
            login: String::new(),
            name: name.to_owned(),
            password: Hidden::default(),
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
    pub fn key(&mut self, key: Key, ctx: &Context) -> Wish {
        if key.ctrl && matches!(key.code, KeyCode::Char('c' | 'q')) {
            return Wish::Leave;
        }
        let wanted = match &mut self.stage {
            Stage::Door => return self.at_the_door(key),
            Stage::Password(sheet) => sheet.key(key, ctx),
            Stage::Factor(sheet) => sheet.key(key),
            Stage::Codes(sheet) => sheet.key(key),
        };
        match wanted {
            Wanted::Stay => Wish::Stay,
            Wanted::Leave => {
                self.begin_anew();
                Wish::Stay
            }
            Wanted::Password(_, new) => Wish::Meet(Met::Password(new)),
            Wanted::Code(code) => Wish::Meet(Met::Code(code)),
            Wanted::Kept => Wish::Meet(Met::Kept),
        }
    }

    fn at_the_door(&mut self, key: Key) -> Wish {
        if self.waits {
            return Wish::Stay;
        }
        match key.code {
            KeyCode::Esc if self.why == Why::Again => return Wish::Back,
            KeyCode::Esc => self.wipe(),
            KeyCode::Tab | KeyCode::Down | KeyCode::Up => self.field = self.other(),
            KeyCode::Enter => return self.enter(),
            _ if self.field == Field::Name => self.name_key(key),
            _ => {
                if self.hidden().key(key) {
                    self.problem = None;
                }
            }
        }
        Wish::Stay
    }

    fn name_key(&mut self, key: Key) {
        match key.code {
            KeyCode::Char('u') if key.ctrl => self.login.clear(),
            KeyCode::Char(sign) if !key.ctrl && !key.alt && self.login.len() < LONGEST => {
                self.login.push(sign);
                self.problem = None;
            }
            KeyCode::Backspace => {
                // Names to sign in with are letters, digits and a few signs: one is one.
                self.login.pop();
            }
            _ => {}
        }
    }

    /// Takes pasted text: its first line.
    pub fn paste(&mut self, text: &str) {
        match &mut self.stage {
            Stage::Password(sheet) => sheet.paste(text),
            Stage::Factor(sheet) => sheet.paste(text),
            Stage::Codes(_) => {}
            Stage::Door if self.waits => {}
            Stage::Door if self.field == Field::Name => {
                let line = text.lines().next().unwrap_or_default();
                if self.login.len() + line.len() <= LONGEST {
                    self.login.extend(line.chars().filter(|sign| !sign.is_control()));
                }
            }
            Stage::Door => self.hidden().insert(text),
        }
    }

    fn hidden(&mut self) -> &mut Hidden {
        match (self.field, &mut self.code) {
            (Field::Code, Some(code)) => code,
            _ => &mut self.password,
        }
    }

    fn wipe(&mut self) {
        match self.field {
            Field::Name => self.login.clear(),
            Field::Password | Field::Code => self.hidden().wipe(),
        }
    }

    /// Back to the door, with nothing but the name.
    fn begin_anew(&mut self) {
        (self.stage, self.waits, self.problem) = (Stage::Door, false, None);
        self.password.wipe();
        self.code = None;
        self.field = Field::Password;
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
            password: self.password.secret(),
            code: self.code.as_ref().map(Hidden::secret),
        })
    }

    /// What was typed is right, and this is to be done before one is in.
    pub fn owes(&mut self, owed: Owed, ctx: &Context) {
        self.begin_anew();
        self.stage = match owed {
            Owed::Password(rules) => {
                let why = ctx.t("guard.change").to_owned();
                Stage::Password(PasswordSheet::new(rules, false, Some(why)))
            }
            Owed::Factor(made, roles) => {
                let why = ctx.tf("guard.demanded", &[("roles", &ctx.listed(&roles))]);
                Stage::Factor(FactorSheet::new(made, why))
            }
            Owed::Codes(codes) => Stage::Codes(CodesSheet::new(codes)),
        };
    }

    /// What was tried was not enough.
    pub fn refused(&mut self, error: &GateError, ctx: &Context) {
        let denial = match error {
            GateError::SignIn(SignInError(denial)) => Some(denial),
            _ => None,
        };
        match &mut self.stage {
            Stage::Door => {}
            // It took too long, or was done elsewhere.
            _ if denial == Some(&Denial::Ended) => self.begin_anew(),
            Stage::Password(sheet) => return sheet.refused(error, ctx),
            Stage::Factor(sheet) => return sheet.refused(error, ctx),
            Stage::Codes(_) => self.begin_anew(),
        }
        self.waits = false;
        if denial == Some(&Denial::CodeNeeded) && self.code.is_none() {
            self.code = Some(Hidden::default());
            self.field = Field::Code;
            return;
        }
        // A code is used up or wrong; a wrong password is typed anew.
        match &mut self.code {
            Some(code) => code.wipe(),
            None => self.password.wipe(),
        }
        self.problem = Some(match denial {
            Some(Denial::Unfinished) => ctx.t("guard.unfinished").to_owned(),
            _ => ctx.said_apart(error).0,
        });
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
        match &self.stage {
            Stage::Door => self.view_door(area, buf, ctx),
            Stage::Password(sheet) => {
                let width = 64.min(area.width);
                let place =
                    paint::centered(area, width, sheet.rows(width.saturating_sub(4), ctx) + 3);
                let inner = paint::frame(buf, place, ctx.t("guard.title_change"), ctx);
                sheet.view(inner, buf, ctx)
            }
            Stage::Factor(sheet) => {
                let (width, height) = sheet.wanted();
                let place = paint::centered(area, width + 4, height + 2);
                let inner = paint::frame(buf, place, ctx.t("guard.title_factor"), ctx);
                sheet.view(inner, buf, ctx)
            }
            Stage::Codes(sheet) => {
                let place = paint::centered(area, 64, sheet.rows() + 2);
                let inner = paint::frame(buf, place, ctx.t("guard.title_codes"), ctx);
                sheet.view(inner, buf, ctx)
            }
        }
    }

    /// What stands below what is typed.
    fn told(&self, room: u16, ctx: &Context) -> (Role, Vec<String>) {
        let (role, texts) = match &self.problem {
            _ if self.waits => (Role::Muted, vec![ctx.t("guard.waits").to_owned()]),
            Some(problem) => {
                let once = self.code.as_ref().map(|_| ctx.t("guard.code_once").to_owned());
                (Role::Error, [format!("! {problem}")].into_iter().chain(once).collect())
            }
            None => {
                let keys: &[&str] = match self.why {
                    Why::Again => &["guard.hint_again"],
                    Why::SignIn => &["guard.hint", "guard.invited"],
                    Why::Idle | Why::Ended => &["guard.hint"],
                };
                (Role::Muted, keys.iter().map(|key| ctx.t(key).to_owned()).collect())
            }
        };
        let room = usize::from(room.max(2));
        (role, texts.iter().flat_map(|text| term::wrap(text, room)).collect())
    }

    fn view_door(&self, area: Rect, buf: &mut Buffer, ctx: &Context) -> Seen {
        let title = ctx.t(match self.why {
            Why::SignIn => "guard.sign_in",
            Why::Idle => "guard.idle",
            Why::Ended => "guard.ended",
            Why::Again => "guard.again",
        });
        let width = DOOR.min(area.width);
        let (role, lines) = self.told(width.saturating_sub(4), ctx);
        let place = paint::centered(area, width, lines.len() as u16 + 6);
        let inner = paint::frame(buf, place, title, ctx);
        let name = if self.why == Why::SignIn { "guard.login" } else { "guard.name" };
        let labels = [name, "guard.password", "guard.code"].map(|key| ctx.t(key));
        let wide = labels.iter().map(|label| term::width(label)).max().unwrap_or(0) as u16 + 2;
        let mut seen = Seen::default();
        let focused = |field| self.field == field;
        let row = paint::row(inner, 0);
        if self.why == Why::SignIn {
            let name = term::Clean::line(&self.login);
            let label = (labels[0], wide);
            seen.cursor = line::field(buf, row, label, name.as_str(), focused(Field::Name), ctx);
        } else {
            let name = term::Clean::line(&self.name);
            paint::text(buf, row, labels[0], ctx.style(Role::Label), ctx);
            let wide = wide.min(row.width);
            let room = Rect { x: row.x + wide, width: row.width - wide, ..row };
            paint::text(buf, room, name.as_str(), ctx.style(Role::Text), ctx);
        }
        let row = paint::row(inner, 1);
        let label = (labels[1], wide);
        let cursor = self.password.draw(buf, row, label, focused(Field::Password), ctx);
        seen.cursor = seen.cursor.or(cursor);
        let mut below = 3;
        if let Some(code) = &self.code {
            let row = paint::row(inner, 2);
            let cursor = code.draw(buf, row, (labels[2], wide), focused(Field::Code), ctx);
            seen.cursor = seen.cursor.or(cursor);
            below += 1;
        }
        seen.told.title = Some(
            match self.field {
                Field::Name => labels[0],
                Field::Password => labels[1],
                Field::Code => labels[2],
            }
            .to_owned(),
        );
        for (n, line) in lines.iter().enumerate() {
            paint::text(buf, paint::row(inner, below + n as u16), line, ctx.style(role), ctx);
        }
        seen
    }
}
