//! The pure decision: who may do what to which record, and why.
//!
//! A [`Role`] grants rights per entity, each at a [`Scope`], access per field, and special rights. The
//! rights of a [`Person`] are the union of their roles: the widest scope, the highest field access. What
//! a right reaches is told as conditions in the query language ([`reach`]): lists are narrowed by them
//! and a single record is decided by the very same ones, so the two cannot differ.
//!
//! It reads no database and knows no front end. Start at [`decide`] and [`reach`]; roles are read and
//! written as TOML by [`role`].

mod compare;
mod cover;
mod document;
mod explain;
mod fields;
mod missing;
mod reach;
pub mod role;
mod words;

use std::sync::Arc;

use crate::model::{Fill, Name, Phrase, RecordId, phrase};
use crate::schema::{Catalog, Entity};

pub use compare::{Aspect, RoleDifference, compare, kept_fields, scope_word};
pub use cover::{Excess, beyond, opens};
pub use document::RoleDocument;
pub use explain::{Source, sources};
pub use fields::{field_access, people_field};
pub use missing::Missing;
pub use reach::{Branch, Ground, Reach, governed, guardian, is_guarded, reach};
pub use role::{EntityRights, Role, RoleError, RoleRights};
pub use words::{access as access_in_words, right as right_in_words, special as special_in_words};

/// What someone wants to do with records of an entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
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
    /// Give them to another owner or team.
    Assign,
    /// Make one of several.
    Merge,
    /// Remove them for good.
    Purge,
    /// Make personal data unreadable, history included.
    Erase,
}

impl Right {
    /// All of them, in the order of the matrix.
    pub const ALL: [Self; 12] = [
        Self::Read,
        Self::Create,
        Self::Edit,
        Self::Delete,
        Self::Restore,
        Self::Export,
        Self::Import,
        Self::Bulk,
        Self::Assign,
        Self::Merge,
        Self::Purge,
        Self::Erase,
    ];

    /// The word in roles and on the command line.
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
            Self::Assign => "assign",
            Self::Merge => "merge",
            Self::Purge => "purge",
            Self::Erase => "erase",
        }
    }

    /// The right of that word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|right| right.word() == word)
    }
}

/// A right that is about the program, not about records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Special {
    /// Make, change and deactivate users and teams.
    Users,
    /// Change roles, and who has which.
    Roles,
    /// Change the schema.
    Schema,
    /// Change automation rules.
    Automation,
    /// See the audit log.
    Audit,
    /// Make and restore backups.
    Backup,
    /// Change the company's settings.
    Settings,
    /// See the program as another user.
    ViewAs,
    /// Let users in again who were locked out.
    Unlock,
}

impl Special {
    /// All of them, in the order of the matrix.
    pub const ALL: [Self; 9] = [
        Self::Users,
        Self::Roles,
        Self::Schema,
        Self::Automation,
        Self::Audit,
        Self::Backup,
        Self::Settings,
        Self::ViewAs,
        Self::Unlock,
    ];

    /// The word in roles and on the command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Roles => "roles",
            Self::Schema => "schema",
            Self::Automation => "automation",
            Self::Audit => "audit",
            Self::Backup => "backup",
            Self::Settings => "settings",
            Self::ViewAs => "view_as",
            Self::Unlock => "unlock",
        }
    }

    /// The right of that word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|special| special.word() == word)
    }
}

/// Whose records a right reaches. Each width holds the ones before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Width {
    /// Nobody's.
    #[default]
    None,
    /// One's own.
    Own,
    /// Those of one's teams too.
    Team,
    /// Those of the teams below them too.
    TeamAndSub,
    /// Everybody's.
    All,
}

impl Width {
    /// All of them, the narrowest first.
    pub const ALL: [Self; 5] = [Self::None, Self::Own, Self::Team, Self::TeamAndSub, Self::All];

    /// The width of that word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|width| width.word() == word)
    }

    /// The word in roles and on the command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Own => "own",
            Self::Team => "team",
            Self::TeamAndSub => "team+sub",
            Self::All => "all",
        }
    }
}

/// How far a right reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Scope {
    /// Whose records.
    pub width: Width,
    /// Records that nobody owns too.
    pub unassigned: bool,
}

impl Scope {
    /// Everything.
    pub const ALL: Self = Self { width: Width::All, unassigned: true };
    /// Nothing.
    pub const NONE: Self = Self { width: Width::None, unassigned: false };

    /// A scope of that width, without unassigned records unless it is everybody's.
    #[must_use]
    pub const fn of(width: Width) -> Self {
        Self { width, unassigned: matches!(width, Width::All) }
    }

    /// True where it reaches nothing.
    #[must_use]
    pub const fn is_none(self) -> bool {
        matches!(self.width, Width::None) && !self.unassigned
    }

    /// As roles write it: `own`, `team+sub+unassigned`.
    #[must_use]
    pub fn print(self) -> String {
        match (self.width, self.unassigned) {
            (Width::None, true) => "unassigned".to_owned(),
            (Width::All, _) | (_, false) => self.width.word().to_owned(),
            (width, true) => format!("{}+unassigned", width.word()),
        }
    }

    /// Reads what [`Scope::print`] writes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        if text == "unassigned" {
            return Some(Self { width: Width::None, unassigned: true });
        }
        let (word, unassigned) = match text.strip_suffix("+unassigned") {
            Some(word) => (word, true),
            None => (text.as_str(), false),
        };
        let width = Width::ALL.into_iter().find(|width| width.word() == word)?;
        Some(Self { width, unassigned: unassigned || width == Width::All })
    }
}

/// What a person may do with a field. Each level holds the ones before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FieldAccess {
    /// It is not there for them.
    Hidden,
    /// They see that it is filled, not with what.
    Masked,
    /// They see it.
    Read,
    /// They may change it.
    Edit,
}

impl FieldAccess {
    /// All of them, the lowest first.
    pub const ALL: [Self; 4] = [Self::Hidden, Self::Masked, Self::Read, Self::Edit];

    /// The word in roles and on the command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Hidden => "hidden",
            Self::Masked => "masked",
            Self::Read => "read",
            Self::Edit => "edit",
        }
    }

    /// The level of that word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|access| access.word() == word)
    }
}

/// A right that was asked for and approved, for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extra {
    /// The request.
    pub request: RecordId,
    /// The entity.
    pub entity: Name,
    /// One record; all of them without.
    pub record: Option<RecordId>,
    /// The right.
    pub right: Right,
    /// To this field of what they may read or change anyway, and nothing else.
    pub field: Option<Name>,
    /// How far it reaches, where it is on all records.
    pub width: Width,
}

/// The facts about a person that decisions rest on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The user record.
    pub user: RecordId,
    /// Name as history shows it.
    pub name: String,
    /// Their teams.
    pub own_teams: Vec<RecordId>,
    /// Their teams, sub-teams included: what `my team` means in queries.
    pub teams: Vec<RecordId>,
    /// Their roles.
    pub roles: Arc<Vec<Role>>,
    /// Rights they were granted for a while.
    pub extra: Vec<Extra>,
    /// What all roles of the company say: the most careful one decides about fields where none of the
    /// person's own roles has a say, so that taking a role away never shows more.
    pub careful: Arc<Vec<RoleRights>>,
}

impl Person {
    /// Somebody who may do everything: the owner of a private file, the program itself.
    #[must_use]
    pub fn administrator(user: RecordId, name: impl Into<String>) -> Self {
        let role = Role {
            id: RecordId(0),
            name: "Administrator".to_owned(),
            rights: RoleRights { everything: true, ..RoleRights::default() },
        };
        Self {
            user,
            name: name.into(),
            own_teams: Vec::new(),
            teams: Vec::new(),
            roles: Arc::new(vec![role]),
            extra: Vec::new(),
            careful: Arc::default(),
        }
    }

    /// Whether one of their roles grants everything.
    #[must_use]
    pub fn is_administrator(&self) -> bool {
        self.roles.iter().any(|role| role.rights.everything)
    }

    /// Whether they have a special right.
    #[must_use]
    pub fn may(&self, special: Special) -> bool {
        self.roles
            .iter()
            .any(|role| role.rights.everything || role.rights.special.contains(&special))
    }
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// It may be done, on some records at least.
    Allow,
    /// It may not, and why.
    Deny(Refusal),
}

/// What is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Need {
    /// A right on records of an entity.
    Entity(Right, Name),
    /// A right on one record, which the person has on others.
    Record(Right, Name, RecordId),
    /// Access to a field.
    Field(FieldAccess, Name, Name),
    /// The right to change what is linked to: the record at the other end.
    Link(Name, RecordId),
    /// A special right.
    Special(Special),
    /// Having oneself what one gives.
    Give(Excess),
    /// Being an administrator.
    Administrator,
    /// Being somebody else: nobody raises their own rights.
    Other,
    /// Knowing what others may do: one of [`Need::INSIGHT`].
    Insight,
}

impl Need {
    /// The rights of which each lets somebody know what others may do.
    pub const INSIGHT: [Special; 3] = [Special::Users, Special::Roles, Special::Audit];
}

/// Why something is refused: what is missing, who would grant it, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct Refusal {
    /// What is missing.
    pub need: Need,
    /// The same in words.
    pub what: Phrase,
    /// Which role would grant it, who can give it.
    pub hint: Option<Phrase>,
    /// What of it can be asked for.
    pub missing: Option<Box<Missing>>,
}

impl Refusal {
    /// The refusal of what is missing, in words, with the keys of entities and fields.
    #[must_use]
    pub fn of(need: Need) -> Self {
        let what = tell(&need, |name| Fill::from(name), |_, field| Fill::from(field));
        Self { need, what, hint: None, missing: None }
    }

    /// The same with the labels that people know.
    #[must_use]
    pub fn named(self, catalog: &Catalog) -> Self {
        let what = tell(
            &self.need,
            |name| match catalog.entity(name) {
                Some(entity) => Fill::from(&entity.plural),
                None => Fill::from(name),
            },
            |name, field| match catalog.entity(name).and_then(|entity| entity.field(field)) {
                Some(field) => Fill::from(&field.label),
                None => Fill::from(field),
            },
        );
        let missing = Missing::of(&self.need, catalog).map(Box::new);
        Self { what, missing, ..self }
    }
}

fn tell(
    need: &Need,
    entity_name: impl Fn(&Name) -> Fill,
    field_name: impl Fn(&Name, &Name) -> Fill,
) -> Phrase {
    match need {
        Need::Entity(right, entity) => phrase!(
            "you lack the right to {right} ({entity})",
            right = words::right(*right),
            entity = entity_name(entity)
        ),
        Need::Record(right, entity, _) => phrase!(
            "you lack the right to {right} of others ({entity})",
            right = words::right(*right),
            entity = entity_name(entity)
        ),
        Need::Field(access, entity, field) => phrase!(
            "your roles do not let you {access} {field} ({entity})",
            access = words::access(*access),
            field = field_name(entity, field),
            entity = entity_name(entity)
        ),
        Need::Link(entity, _) => phrase!(
            "you may not link this: you lack the right to edit it ({entity})",
            entity = entity_name(entity)
        ),
        Need::Special(special) => {
            phrase!("you lack the right to {right}", right = words::special(*special))
        }
        Need::Give(excess) => excess.tell(&entity_name, &field_name),
        Need::Administrator => phrase!("only an administrator may do this"),
        Need::Other => phrase!("nobody changes their own rights"),
        Need::Insight => phrase!(
            "what others may do is told to those who manage users or roles, or see the audit log"
        ),
    }
}

/// Whether `person` may do `right` on any record of `entity` at all.
#[must_use]
pub fn decide(person: &Person, right: Right, entity: &Entity) -> Decision {
    let (right, entity) = governed(right, entity);
    let granted = person.is_administrator()
        || guardian(entity).is_some_and(|special| person.may(special))
        || matches!(right, Right::Read | Right::Edit)
        || person.roles.iter().any(|role| !role.rights.scope(entity, right).is_none())
        || person
            .extra
            .iter()
            .any(|extra| extra.right == right && extra.entity == *entity && extra.field.is_none());
    if granted {
        Decision::Allow
    } else {
        Decision::Deny(Refusal::of(Need::Entity(right, entity.clone())))
    }
}

/// Whether a role grants a right on any record of `entity`, or on all of them as it manages such.
#[must_use]
pub fn is_granted(role: &Role, right: Right, entity: &Entity) -> bool {
    let (right, entity) = governed(right, entity);
    !role.rights.scope(entity, right).is_none()
        || guardian(entity).is_some_and(|special| role.rights.special.contains(&special))
}

/// Whether a role grants `person` to read `entity` at all: entities that none does are left out of
/// menus, though a record may have been shared with them.
#[must_use]
pub fn is_shown(person: &Person, entity: &Entity) -> bool {
    let (_, entity) = governed(Right::Read, entity);
    person.is_administrator()
        || person.roles.iter().any(|role| {
            !role.rights.scope(entity, Right::Read).is_none()
                || !role.rights.scope(entity, Right::Create).is_none()
        })
        || person.extra.iter().any(|extra| extra.entity == *entity && extra.field.is_none())
}

/// Whether `person` has a special right.
///
/// # Errors
/// The refusal, where they have not.
pub fn demand(person: &Person, special: Special) -> Result<(), Refusal> {
    if person.may(special) { Ok(()) } else { Err(Refusal::of(Need::Special(special))) }
}
