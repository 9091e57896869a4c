//! What can go wrong at the gate, told to people.

use super::sign_in::{Denial, SignInError};
use crate::model::{Name, Phrase, RecordRef, Value, phrase};
use crate::policy::{Missing, Refusal};
use crate::schema::SchemaError;
use crate::syntax::SyntaxError;

/// Shorthand for results of the gate.
pub type Result<T> = std::result::Result<T, GateError>;

/// The kind of an error decides the exit code and how a screen shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// A right is missing.
    Denied,
    /// A value or query is not acceptable.
    Invalid,
    /// Somebody changed the record meanwhile.
    Conflict,
    /// There is no such record, entity or field.
    NotFound,
    /// A newer request took its place, or the user cancelled it.
    Interrupted,
    /// It took longer than it may.
    TooSlow,
    /// The file cannot be used: not ours, newer, damaged, read-only, disk full, on a network ...
    File,
    /// A fault of the program.
    Internal,
}

/// An error of the gate: what happened, to what, and what to do next.
#[derive(Debug, thiserror::Error)]
pub enum GateError {
    /// A right is missing.
    #[error(transparent)]
    Denied(#[from] Refusal),
    /// Somebody does not get in, or not that far without the password.
    #[error(transparent)]
    SignIn(#[from] SignInError),
    /// The plan has problems; nothing was written.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Invalid(Vec<Problem>),
    /// A query or expression is wrong.
    #[error(transparent)]
    Query(#[from] SyntaxError),
    /// The company's schema is wrong.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Schema(Vec<SchemaError>),
    /// Somebody changed the same fields meanwhile; nothing was written.
    #[error("{0}")]
    Conflict(Box<Conflict>),
    /// There is no such thing.
    #[error("{what}")]
    NotFound {
        /// `there is no C-99`.
        what: Phrase,
        /// What was likely meant.
        hint: Option<Phrase>,
    },
    /// A newer request took its place.
    #[error("cancelled")]
    Interrupted,
    /// It took longer than it may.
    #[error("the query was stopped after {seconds} s")]
    TooSlow {
        /// The limit.
        seconds: u64,
    },
    /// Somebody changed the schema between the plan and the write; nothing was written.
    #[error("the schema was changed meanwhile; nothing was written")]
    SchemaChanged,
    /// Somebody changed the rights of the person since the session last looked; nothing was done.
    #[error("your rights were changed meanwhile; nothing was done")]
    RightsChanged,
    /// The person may not act any more.
    #[error("{what}")]
    SignedOut {
        /// Why.
        what: Phrase,
    },
    /// The undo cannot be done.
    #[error("{reason}")]
    NotUndoable {
        /// Who changed what since, or why not.
        reason: Phrase,
    },
    /// The file cannot be used.
    #[error("{path}: {what}")]
    File {
        /// The file.
        path: String,
        /// What is the matter with it.
        what: Phrase,
        /// What to do next.
        hint: Option<Phrase>,
    },
    /// A fault of the program (or of SQLite); the text names where.
    #[error("internal error: {0}")]
    Internal(String),
}

impl GateError {
    /// Whether only the password is wanting, given again.
    #[must_use]
    pub fn wants_password(&self) -> bool {
        matches!(self, Self::SignIn(SignInError(Denial::ConfirmNeeded)))
    }

    /// The kind, for exit codes and screens.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::SignIn(SignInError(Denial::Weak(_))) => ErrorKind::Invalid,
            Self::Denied(_) | Self::SignedOut { .. } | Self::SignIn(_) => ErrorKind::Denied,
            Self::Invalid(_) | Self::Query(_) | Self::Schema(_) | Self::NotUndoable { .. } => {
                ErrorKind::Invalid
            }
            Self::Conflict(_) | Self::SchemaChanged | Self::RightsChanged => ErrorKind::Conflict,
            Self::NotFound { .. } => ErrorKind::NotFound,
            Self::Interrupted => ErrorKind::Interrupted,
            Self::TooSlow { .. } => ErrorKind::TooSlow,
            Self::File { .. } => ErrorKind::File,
            Self::Internal(_) => ErrorKind::Internal,
        }
    }

    /// What happened, to what.
    #[must_use]
    pub fn phrase(&self) -> Phrase {
        match self {
            Self::Denied(refusal) => refusal.what.clone(),
            Self::SignIn(error) => error.0.phrase(),
            Self::Invalid(problems) => Phrase::lines(problems.iter().map(Problem::phrase)),
            Self::Query(error) => error.message.clone(),
            Self::Schema(errors) => Phrase::lines(errors.iter().map(SchemaError::phrase)),
            Self::Conflict(conflict) => phrase!(
                "{who} changed {record} meanwhile",
                who = &conflict.by,
                record = &conflict.reference
            ),
            Self::NotFound { what, .. } => what.clone(),
            Self::Interrupted => phrase!("cancelled"),
            Self::TooSlow { seconds } => {
                phrase!("the query was stopped after {seconds} s", seconds = *seconds)
            }
            Self::SchemaChanged => {
                phrase!("the schema was changed meanwhile; nothing was written")
            }
            Self::RightsChanged => {
                phrase!("your rights were changed meanwhile; nothing was done")
            }
            Self::SignedOut { what } => what.clone(),
            Self::NotUndoable { reason } => reason.clone(),
            Self::File { path, what, .. } => {
                phrase!("{name}: {message}", name = path, message = what)
            }
            Self::Internal(text) => phrase!("internal error: {text}", text),
        }
    }

    /// The right that is missing, where somebody may ask for it.
    #[must_use]
    pub fn missing(&self) -> Option<&Missing> {
        match self {
            Self::Denied(refusal) => refusal.missing.as_deref(),
            Self::Invalid(problems) => {
                problems.iter().find_map(|problem| problem.missing.as_deref())
            }
            _ => None,
        }
    }

    /// What to do next, where there is something to say.
    #[must_use]
    pub fn hint(&self) -> Option<Phrase> {
        match self {
            Self::Query(error) => error.hint.clone(),
            Self::SignIn(error) => error.0.hint(),
            Self::NotFound { hint, .. } | Self::File { hint, .. } => hint.clone(),
            Self::Invalid(problems) => problems.iter().find_map(|problem| problem.hint.clone()),
            Self::Conflict(_) => {
                Some(phrase!("look at the record again and decide field by field"))
            }
            Self::SchemaChanged => Some(phrase!("do it again: the new fields are known now")),
            Self::RightsChanged => Some(phrase!("do it again: what you may do now is known")),
            Self::Denied(refusal) => refusal.hint.clone(),
            Self::TooSlow { .. } => {
                Some(phrase!("narrow it down, or filter by a field that has an index"))
            }
            Self::Internal(_) => Some(phrase!(
                "this is a fault of Kontor: nothing was written; `kontor doctor` checks the file, and a report of what you did helps to mend it"
            )),
            _ => None,
        }
    }
}

/// One thing that keeps an edit from being applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Which edit of the plan, from 0.
    pub edit: usize,
    /// The record as people write it, or `new customer`.
    pub record: Phrase,
    /// The field, where it is about one.
    pub field: Option<Name>,
    /// What is wrong.
    pub message: Phrase,
    /// What would be right.
    pub hint: Option<Phrase>,
    /// The right that is missing, where it is one that can be asked for.
    pub missing: Option<Box<Missing>>,
}

impl Problem {
    /// Record, field and what is wrong, on one line.
    #[must_use]
    pub fn phrase(&self) -> Phrase {
        let (record, message) = (&self.record, &self.message);
        match &self.field {
            Some(field) => phrase!("{record}: {field}: {message}", record, field, message),
            None => phrase!("{record}: {message}", record, message),
        }
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.phrase().as_str())
    }
}

/// A record that somebody changed while the user was editing it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{by} changed {reference} meanwhile")]
pub struct Conflict {
    /// The record.
    pub record: RecordRef,
    /// As people write it.
    pub reference: String,
    /// Who changed it last.
    pub by: String,
    /// The fields that both changed.
    pub fields: Vec<FieldConflict>,
}

/// One field that both changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldConflict {
    /// The field.
    pub field: Name,
    /// What the user saw.
    pub base: Value,
    /// What it holds now.
    pub theirs: Value,
    /// What the user wants.
    pub mine: Value,
}
