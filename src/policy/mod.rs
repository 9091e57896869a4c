//! The pure decision: who may do what to which record.
//!
//! It reads no database and knows no front end. There is one built-in administrator for now; every
//! read and write asks here already, so that people and roles change nothing outside this room.

use crate::model::{Name, Phrase, RecordId, phrase};

/// What someone wants to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Right {
    /// See records.
    Read,
    /// Make new ones.
    Create,
    /// Change them.
    Edit,
    /// Put them away.
    Delete,
    /// Bring them back.
    Restore,
    /// Write them out of the program.
    Export,
    /// Bring them in from files.
    Import,
    /// Change many at once.
    Bulk,
    /// Change the schema.
    Schema,
}

impl Right {
    /// What it is to do, in a word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Create => "create",
            Self::Edit => "edit",
            Self::Delete => "delete",
            Self::Restore => "restore",
            Self::Export => "export",
            Self::Import => "import",
            Self::Bulk => "bulk",
            Self::Schema => "schema",
        }
    }
}

/// The facts about a person that decisions rest on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The user record.
    pub user: RecordId,
    /// Name as history shows it.
    pub name: String,
    /// Teams, sub-teams included.
    pub teams: Vec<RecordId>,
    /// The administrator may do everything.
    pub administrator: bool,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// It may be done.
    Allow,
    /// It may not, and why.
    Deny(Refusal),
}

/// Why something is refused: which right is missing on what.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{person} lacks the right to {right:?} {entity}")]
pub struct Refusal {
    /// Who asked.
    pub person: String,
    /// What for.
    pub right: Right,
    /// On what.
    pub entity: Name,
}

impl Refusal {
    /// Who lacks what, in a sentence.
    #[must_use]
    pub fn phrase(&self) -> Phrase {
        phrase!(
            "{person} lacks the right to {right} {entity}",
            person = &self.person,
            right = Phrase::word(self.right.word()),
            entity = &self.entity
        )
    }
}

/// Whether `person` may do `right` on records of `entity`.
#[must_use]
pub fn decide(person: &Person, right: Right, entity: &Name) -> Decision {
    if person.administrator {
        Decision::Allow
    } else {
        Decision::Deny(Refusal { person: person.name.clone(), right, entity: entity.clone() })
    }
}

/// Which records of an entity `person` may see: the text of a query, `None` for all.
///
/// # Errors
/// The refusal, where none may be seen.
pub fn scope(person: &Person, entity: &Name) -> Result<Option<String>, Refusal> {
    match decide(person, Right::Read, entity) {
        Decision::Allow => Ok(None),
        Decision::Deny(refusal) => Err(refusal),
    }
}
