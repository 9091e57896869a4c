//! Signing in step by step, as the guard asks for it: what was typed -> a session, or what is owed before.
//!
//! It holds the token of whoever stands on the threshold; nobody else gets it before they are in. Start at
//! [`Doorway::sign_in`].

use crate::gate::{Denial, Duty, Gate, GateError, SeatToken, Session, Via};
use crate::secret::{Enrolment, Secret};
use crate::tui::account::{Owed, Rules};
use crate::tui::guard::{Attempt, Met};

/// Where a step led.
pub enum Step {
    /// In.
    In(Box<Session>),
    /// To something that is to be done first.
    Owes(Owed),
}

/// Somebody on the way in.
pub struct Doorway<'a> {
    gate: &'a Gate,
    from: &'a str,
    /// Keeps the token for the next start, once it opens the file.
    keep: &'a dyn Fn(&SeatToken),
    token: Option<SeatToken>,
    made: Option<Enrolment>,
}

impl<'a> Doorway<'a> {
    /// A way into the screens of a file, for somebody who comes from `from`.
    #[must_use]
    pub fn new(gate: &'a Gate, from: &'a str, keep: &'a dyn Fn(&SeatToken)) -> Self {
        Self { gate, from, keep, token: None, made: None }
    }

    /// Signs in with what was typed.
    ///
    /// # Errors
    /// Whatever the gate says.
    pub fn sign_in(&mut self, typed: &Attempt) -> Result<Step, GateError> {
        (self.token, self.made) = (None, None);
        let code = typed.code.as_ref().map(Secret::reveal);
        let token = self.gate.sign_in(&typed.login, &typed.password, code, Via::Tui, self.from)?;
        self.token = Some(token);
        self.next()
    }

    /// Goes on with what was owed.
    ///
    /// # Errors
    /// Whatever the gate says.
    pub fn meet(&mut self, met: &Met) -> Result<Step, GateError> {
        let token = self.token.as_ref().ok_or_else(ended)?;
        match met {
            Met::Password(new) => self.gate.meet_password(token, new)?,
            Met::Code(code) => {
                let made = self.made.as_ref().ok_or_else(ended)?;
                let codes = self.gate.meet_factor(token, made, code.reveal())?;
                self.made = None;
                return Ok(Step::Owes(Owed::Codes(codes)));
            }
            Met::Kept => {}
        }
        self.next()
    }

    fn next(&mut self) -> Result<Step, GateError> {
        let token = self.token.as_ref().ok_or_else(ended)?;
        Ok(match self.gate.duty(token)? {
            None => {
                let session = self.gate.session_by(token, Via::Tui)?;
                (self.keep)(token);
                Step::In(Box::new(session))
            }
            Some(Duty::Password { own, second_factor }) => {
                Step::Owes(Owed::Password(Rules { own, second_factor }))
            }
            Some(Duty::SecondFactor { roles }) => {
                let made = self.gate.begin_factor(token)?;
                self.made = Some(made.clone());
                Step::Owes(Owed::Factor(made, roles))
            }
        })
    }
}

fn ended() -> GateError {
    Denial::Ended.into()
}
