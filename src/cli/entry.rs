//! How a command gets in: by the token that was kept, by nothing where the file asks nobody, or by asking
//! whoever sits at the terminal.
//!
//! The token of a seat lies in a file of the state folder that only its user can read, one per database; it
//! never stands in arguments or the environment. Start at [`Entry::session`].

use std::fs::{self, DirBuilder, File};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::error::{CliError, Result};
use crate::exchange::Beside;
use crate::gate::{Denial, Duty, Gate, GateError, SeatToken, Session, SignInError, Via};
use crate::model::{Lang, Phrase, phrase};
use crate::secret::{self, Enrolment, Secret};
use crate::term::{Clean, said};

/// A token is no longer than this.
const LONGEST: u64 = 1_000;

/// Asks the person at the terminal.
pub trait Prompt {
    /// Whether there is anybody to ask.
    fn watched(&self) -> bool;
    /// Asks for a line; none where it was called off.
    ///
    /// # Errors
    /// A terminal that breaks.
    fn line(&mut self, text: &str) -> io::Result<Option<String>>;
    /// Asks for a line that is not shown while it is typed; none where it was called off.
    ///
    /// # Errors
    /// A terminal that breaks.
    fn secret(&mut self, text: &str) -> io::Result<Option<Secret>>;
    /// Shows lines that belong to what is asked: a key to scan, codes to keep.
    ///
    /// # Errors
    /// A terminal that breaks.
    fn show(&mut self, text: &str) -> io::Result<()>;
    /// Says something beside that.
    ///
    /// # Errors
    /// A terminal that breaks.
    fn tell(&mut self, text: &str) -> io::Result<()>;
}

/// White on black whatever the terminal's own colours are: the other way round not every reader takes it.
const PICTURE: &str = "\u{1b}[38;5;231;48;5;16m";
/// The terminal's own colours again.
const PLAIN: &str = "\u{1b}[m";

/// There is nobody to ask.
#[derive(Debug, Clone, Copy, Default)]
pub struct Nobody;

impl Prompt for Nobody {
    fn watched(&self) -> bool {
        false
    }

    fn line(&mut self, _: &str) -> io::Result<Option<String>> {
        Ok(None)
    }

    fn secret(&mut self, _: &str) -> io::Result<Option<Secret>> {
        Ok(None)
    }

    fn show(&mut self, _: &str) -> io::Result<()> {
        Ok(())
    }

    fn tell(&mut self, _: &str) -> io::Result<()> {
        Ok(())
    }
}

/// What getting in needs of the surroundings.
pub struct Entry<'a> {
    /// Asks the person.
    pub prompt: &'a mut dyn Prompt,
    /// The folder of what the program keeps between two starts.
    pub state: Option<&'a Path>,
    /// In which language.
    pub lang: Lang,
    /// Where the person comes from.
    pub from: &'a str,
}

/// Whether an error says just that.
pub(super) fn is(error: &GateError, denial: &Denial) -> bool {
    matches!(error, GateError::SignIn(SignInError(is)) if is == denial)
}

impl Entry<'_> {
    /// A session on the file: of whoever signed in, or of the owner where nobody has to.
    ///
    /// # Errors
    /// [`Denial::Needed`] or [`Denial::Ended`] where nobody can be asked; whatever the gate says.
    pub fn session(&mut self, gate: &Gate, via: Via) -> Result<Session> {
        match self.known(gate, via)? {
            Ok(session) => Ok(session),
            Err(error) if !self.prompt.watched() => Err(error.into()),
            Err(error) => {
                let login = self.ask(&phrase!("{told}. Name: ", told = error.phrase()))?;
                let token = self.sign_in(gate, &login, via)?;
                Ok(gate.session_by(&token, via)?)
            }
        }
    }

    /// A session without asking anybody, or why there is none: the inner error.
    ///
    /// # Errors
    /// Whatever the gate says but that somebody has to sign in.
    pub fn known(&self, gate: &Gate, via: Via) -> Result<std::result::Result<Session, GateError>> {
        let ended = match self.kept(gate.path()) {
            None => None,
            Some(token) => match gate.session_by(&token, via) {
                Err(error) if is(&error, &Denial::Ended) => Some(error),
                other => return Ok(Ok(other?)),
            },
        };
        match gate.session(via) {
            Err(error) if is(&error, &Denial::Needed) => Ok(Err(ended.unwrap_or(error))),
            other => Ok(Ok(other?)),
        }
    }

    /// Asks for what signing in needs, signs in, and keeps the token.
    ///
    /// # Errors
    /// Whatever the gate says; a token that cannot be kept.
    pub fn sign_in(&mut self, gate: &Gate, login: &str, via: Via) -> Result<SeatToken> {
        let password = self.ask_secret(&phrase!("Password: "))?;
        let token = match gate.sign_in(login, &password, None, via, self.from) {
            Err(error) if is(&error, &Denial::CodeNeeded) => {
                let code = self.ask_secret(&phrase!("Code of the second factor: "))?;
                gate.sign_in(login, &password, Some(code.reveal()), via, self.from)?
            }
            other => other?,
        };
        self.settle(gate, &token)?;
        self.keep(gate.path(), &token)?;
        Ok(token)
    }

    /// Leads whoever signed in through what is to be done before they are in. The token opens nothing before,
    /// and is kept nowhere.
    ///
    /// # Errors
    /// Where it was called off; whatever the gate says.
    pub fn settle(&mut self, gate: &Gate, token: &SeatToken) -> Result<()> {
        while let Some(duty) = gate.duty(token)? {
            match duty {
                Duty::Password { .. } => {
                    self.tell(&phrase!(
                        "Somebody else set your password. Set one that only you know."
                    ))?;
                    self.insist(|entry| {
                        let new = entry.ask_new(&phrase!("New password: "))?;
                        Ok(gate.meet_password(token, &new)?)
                    })?;
                }
                Duty::SecondFactor { roles } => {
                    self.tell(&phrase!(
                        "You sign in with a second factor. It is demanded by: {roles}.",
                        roles = roles.join(", ")
                    ))?;
                    let made = gate.begin_factor(token)?;
                    self.show_factor(&made)?;
                    let codes = self.insist(|entry| {
                        let code = entry.ask_secret(&phrase!("The code it shows: "))?;
                        Ok(gate.meet_factor(token, &made, code.reveal())?)
                    })?;
                    self.show_codes(&codes)?;
                }
            }
        }
        Ok(())
    }

    /// Tries until it is right, where somebody is there to try again.
    pub(super) fn insist<T>(&mut self, mut work: impl FnMut(&mut Self) -> Result<T>) -> Result<T> {
        loop {
            match work(self) {
                Err(CliError::Gate(GateError::SignIn(SignInError(
                    denial @ (Denial::Weak(_) | Denial::SamePassword | Denial::WrongCode),
                )))) if self.prompt.watched() => {
                    self.tell(&denial.phrase())?;
                    if let Some(hint) = denial.hint() {
                        self.tell(&hint)?;
                    }
                }
                other => return other,
            }
        }
    }

    /// Says something to whoever is asked.
    fn tell(&mut self, text: &Phrase) -> Result<()> {
        let text = Clean::block(&said(self.lang, text)).as_str().to_owned();
        Ok(self.prompt.tell(&text)?)
    }

    /// Shows a second factor that is being set up: to be scanned, or to be typed.
    ///
    /// # Errors
    /// A terminal that breaks.
    pub fn show_factor(&mut self, made: &Enrolment) -> Result<()> {
        let how = phrase!("Scan this with an authenticator, or type the key into it.");
        if self.prompt.watched() {
            // The picture comes last, so that all of it is seen on 24 lines.
            self.tell(&how)?;
            self.prompt.show(made.typed.reveal())?;
            self.prompt.show(made.url.reveal())?;
            for line in made.picture() {
                self.prompt.show(&format!("{PICTURE}{line}{PLAIN}"))?;
            }
            return Ok(());
        }
        for line in made.picture() {
            self.prompt.show(&line)?;
        }
        self.prompt.show(made.typed.reveal())?;
        self.prompt.show(made.url.reveal())?;
        self.tell(&how)
    }

    /// Shows recovery codes, once.
    ///
    /// # Errors
    /// A terminal that breaks.
    pub fn show_codes(&mut self, codes: &[Secret]) -> Result<()> {
        for code in codes {
            self.prompt.show(code.reveal())?;
        }
        self.tell(&phrase!(
            "Keep these recovery codes where the phone is not: each gets you in once, and they are not shown again."
        ))
    }

    /// Asks for a new password; at a terminal it is typed twice.
    ///
    /// # Errors
    /// Where it was called off, or typed differently.
    pub fn ask_new(&mut self, text: &Phrase) -> Result<Secret> {
        let first = self.ask_secret(text)?;
        if self.prompt.watched() && self.ask_secret(&phrase!("Once more: "))? != first {
            return Err(CliError::refused(phrase!(
                "the two passwords differ; nothing was changed"
            )));
        }
        Ok(first)
    }

    /// Asks for a line.
    ///
    /// # Errors
    /// Where it was called off, or the terminal breaks.
    pub fn ask(&mut self, text: &Phrase) -> Result<String> {
        let text = Clean::line(&said(self.lang, text)).into_string();
        self.prompt.line(&text)?.ok_or_else(|| CliError::refused(phrase!("nothing was entered")))
    }

    /// Asks for something that is not shown.
    ///
    /// # Errors
    /// Where it was called off, or the terminal breaks.
    pub fn ask_secret(&mut self, text: &Phrase) -> Result<Secret> {
        let text = Clean::line(&said(self.lang, text)).into_string();
        self.prompt.secret(&text)?.ok_or_else(|| CliError::refused(phrase!("nothing was entered")))
    }

    fn place(&self, database: &Path) -> Option<PathBuf> {
        let whole = fs::canonicalize(database).unwrap_or_else(|_| database.to_owned());
        let print = secret::fingerprint(&Secret::new(whole.display().to_string()));
        Some(self.state?.join("seats").join(secret::hex(&print[..16])))
    }

    /// The token that was kept for a database. One that others can read is not taken.
    #[must_use]
    pub fn kept(&self, database: &Path) -> Option<SeatToken> {
        let file = File::open(self.place(database)?).ok()?;
        let mode = file.metadata().ok()?.permissions().mode();
        if mode & 0o077 != 0 {
            return None;
        }
        let mut text = String::new();
        file.take(LONGEST).read_to_string(&mut text).ok()?;
        text.truncate(text.trim_end().len());
        Some(SeatToken::new(Secret::new(text)))
    }

    /// Keeps a token for a database.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn keep(&self, database: &Path, token: &SeatToken) -> Result<()> {
        let Some(place) = self.place(database) else {
            return Err(CliError::refused(phrase!("there is no folder to keep the session in")));
        };
        let write = || -> io::Result<()> {
            let folder = place.parent().unwrap_or(Path::new("."));
            DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
            // A new file in its place: nobody who has the old one open reads the new token.
            let beside = Beside::of(&place)?;
            writeln!(beside.file(), "{}", token.secret().reveal())?;
            beside.put()
        };
        write().map_err(|source| CliError::File {
            path: Phrase::raw(place.display().to_string()),
            source,
        })
    }

    /// Forgets the token of a database.
    pub fn forget(&self, database: &Path) {
        if let Some(place) = self.place(database) {
            // What is not there is forgotten.
            let _ = fs::remove_file(place);
        }
    }
}
