//! What people ask about their own way in, as the sheets want it.

use crate::gate::{Result, Session, WayIn};
use crate::secret::{Enrolment, Secret};

/// A question about one's own way in.
#[derive(Debug, Clone)]
pub enum Account {
    /// How one signs in.
    WayIn,
    /// Sets another password.
    SetPassword {
        /// The one that stands, where there is one.
        present: Option<Secret>,
        /// The new one.
        new: Secret,
    },
    /// Begins to set a second factor up.
    BeginFactor,
    /// Turns it on, by a code of it.
    TurnOn(Enrolment, Secret),
    /// Turns it off.
    TurnOff,
    /// New recovery codes.
    NewCodes,
}

/// What is answered.
#[derive(Debug)]
pub enum OnAccount {
    /// To [`Account::WayIn`].
    WayIn(WayIn),
    /// It is done.
    Done,
    /// To [`Account::BeginFactor`].
    Begun(Enrolment),
    /// To [`Account::TurnOn`] and [`Account::NewCodes`].
    Codes(Vec<Secret>),
}

impl Account {
    /// True where it writes.
    pub(super) fn writes(&self) -> bool {
        !matches!(self, Self::WayIn | Self::BeginFactor)
    }

    /// Answers it.
    pub(super) fn answer(&self, session: &mut Session) -> Result<OnAccount> {
        Ok(match self {
            Self::WayIn => OnAccount::WayIn(session.way_in()?),
            Self::SetPassword { present, new } => {
                // The screens keep no token: the next start asks for the new password.
                let _ = session.set_password(present.as_ref(), new, "local")?;
                OnAccount::Done
            }
            Self::BeginFactor => OnAccount::Begun(session.begin_totp()?),
            Self::TurnOn(made, code) => {
                OnAccount::Codes(session.confirm_totp(made, code.reveal())?)
            }
            Self::TurnOff => {
                session.drop_totp(None)?;
                OnAccount::Done
            }
            Self::NewCodes => OnAccount::Codes(session.new_recovery_codes()?),
        })
    }
}
