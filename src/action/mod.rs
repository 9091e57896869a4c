//! Everything a user can do, declared once.
//!
//! From the [`Table`] come keys, footer hints, the `?` list, the palette, the which-key popup and the
//! key reference; the command line names its verbs after it. Actions that exist per entity (`new.deal`,
//! `go.deal`) are derived from the catalogue, so a company's own entity has them from the first day.
//! This room decides nothing about drawing and reads no database. Start at [`Action`], then a family,
//! say [`record`].

pub mod access;
mod account;
pub mod app;
pub mod board;
pub mod bulk;
pub mod capture;
pub mod duplicate;
pub mod form;
mod home;
mod import;
pub mod key;
pub mod keymap;
pub mod list;
pub mod log;
mod manual;
pub mod nav;
mod quality;
pub mod record;
mod reference;
pub mod report;
pub mod schedule;
mod settings;
mod situation;
mod table;
pub mod undo;
pub mod view;

pub use key::{Key, KeyCode, KeyError, Keys};
pub use keymap::{Keymap, KeymapError, KeysFrom, Lookup};
pub use reference::{KeyNames, Reference, Section, code, places};
pub use situation::{Place, Reason, Situation, ViewHere};
pub use table::Table;

use crate::model::{Name, phrase};
use crate::policy::{Extra, Right, is_granted};
use crate::schema::{Catalog, Entity};
use crate::term::Strings;

/// What is asked for and decided, and done nothing else with.
const ACCESS_REQUEST: &str = "access_request";

/// What an action belongs to, in help and key reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// With the record under the cursor.
    Record,
    /// Making new records.
    New,
    /// Writing down what happened.
    Log,
    /// With the list.
    List,
    /// With the views of a list.
    View,
    /// With the board.
    Board,
    /// With reports.
    Report,
    /// With the schedule.
    Schedule,
    /// In the manual.
    Manual,
    /// Bringing a file in.
    Import,
    /// In a form.
    Form,
    /// Going to another screen.
    Go,
    /// Moving the cursor.
    Move,
    /// Who may do what.
    Access,
    /// How it looks and behaves.
    Settings,
    /// The program itself.
    App,
}

impl Group {
    /// All groups, in the order of help and reference.
    pub const ALL: [Self; 16] = [
        Self::Record,
        Self::New,
        Self::Log,
        Self::List,
        Self::View,
        Self::Board,
        Self::Report,
        Self::Schedule,
        Self::Manual,
        Self::Import,
        Self::Form,
        Self::Go,
        Self::Move,
        Self::Access,
        Self::Settings,
        Self::App,
    ];

    /// The key of its name in the strings.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Record => "group.record",
            Self::New => "group.new",
            Self::Log => "group.log",
            Self::List => "group.list",
            Self::View => "group.view",
            Self::Board => "group.board",
            Self::Report => "group.report",
            Self::Schedule => "group.schedule",
            Self::Manual => "group.manual",
            Self::Import => "group.import",
            Self::Form => "group.form",
            Self::Go => "group.go",
            Self::Move => "group.move",
            Self::Access => "group.access",
            Self::Settings => "group.settings",
            Self::App => "group.app",
        }
    }
}

/// What an action needs under the cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Nothing.
    Nothing,
    /// A record, or marked ones.
    Record,
    /// A living record that can be changed.
    Changeable,
    /// A record that is put away.
    Deleted,
    /// A task that is still open.
    OpenTask,
}

/// A condition beyond what an action needs under the cursor.
pub type Condition = fn(&Situation<'_>) -> Result<(), Reason>;

/// What an action does to data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Risk {
    /// Nothing.
    None,
    /// It writes, and undo takes it back.
    Undoable,
    /// It cannot be taken back, so it asks first.
    Dangerous,
}

/// Something a user can do.
#[derive(Debug, Clone)]
pub struct Action {
    /// Its name in keymaps: `record.edit`.
    pub id: Name,
    /// Where it is listed.
    pub group: Group,
    /// The screens it exists on; empty means everywhere but in forms and in what is laid over screens.
    pub places: &'static [Place],
    /// What it needs under the cursor.
    pub need: Need,
    /// The right it needs on the entity.
    pub right: Option<Right>,
    /// What it does to data.
    pub risk: Risk,
    /// Its place in the footer, 1 first; 0 keeps it out.
    pub rank: u8,
    /// The command line's verb for the same: `deal move`.
    pub cli: Option<&'static str>,
    /// The entity it is about, for those made per entity.
    pub entity: Option<Name>,
    /// The entity of the record that it makes, where that is not the one it is done on: the right is asked
    /// there.
    pub makes: Option<&'static str>,
    /// A further condition.
    pub when: Option<Condition>,
    /// A number before it has it done so many times.
    pub counted: bool,
    /// It changes what is no record: what a person keeps for themselves, a role before it is saved.
    pub keeps: bool,
    /// The kind of record that it stands in the footer with, where it does not with all.
    pub with: Option<&'static str>,
}

/// How one action is declared; [`Action`] with everything usual left out.
pub(crate) const fn plain(group: Group, places: &'static [Place]) -> Declared {
    Declared {
        group,
        places,
        need: Need::Nothing,
        right: None,
        makes: None,
        risk: Risk::None,
        rank: 0,
        cli: None,
        when: None,
        counted: false,
        keeps: false,
        with: None,
    }
}

/// The unchanging part of an action.
#[derive(Clone, Copy)]
pub(crate) struct Declared {
    group: Group,
    places: &'static [Place],
    need: Need,
    right: Option<Right>,
    makes: Option<&'static str>,
    risk: Risk,
    rank: u8,
    cli: Option<&'static str>,
    when: Option<Condition>,
    counted: bool,
    keeps: bool,
    with: Option<&'static str>,
}

impl Declared {
    /// It needs something under the cursor.
    const fn on(mut self, need: Need) -> Self {
        self.need = need;
        self
    }

    /// It writes, which undo takes back, and needs a right.
    const fn writes(mut self, right: Right) -> Self {
        self.risk = Risk::Undoable;
        self.right = Some(right);
        self
    }

    /// It writes what nothing takes back, and needs a right.
    const fn forever(mut self, right: Right) -> Self {
        self.risk = Risk::Dangerous;
        self.right = Some(right);
        self
    }

    /// It makes a record of that entity, which undo takes back.
    const fn makes(mut self, entity: &'static str) -> Self {
        self.makes = Some(entity);
        self.writes(Right::Create)
    }

    /// It stands in the footer.
    const fn footer(mut self, rank: u8) -> Self {
        self.rank = rank;
        self
    }

    /// The command line has it too.
    const fn cli(mut self, verb: &'static str) -> Self {
        self.cli = Some(verb);
        self
    }

    /// A further condition.
    const fn when(mut self, when: Condition) -> Self {
        self.when = Some(when);
        self
    }

    /// A number may stand before it.
    const fn counted(mut self) -> Self {
        self.counted = true;
        self
    }

    /// It changes what is no record.
    const fn keeps(mut self) -> Self {
        self.keeps = true;
        self
    }

    /// It stands in the footer where records of that kind are shown.
    const fn with(mut self, entity: &'static str) -> Self {
        self.with = Some(entity);
        self
    }

    /// The action with this name.
    fn named(self, id: impl Into<Name>) -> Action {
        Action {
            id: id.into(),
            group: self.group,
            places: self.places,
            need: self.need,
            right: self.right,
            risk: self.risk,
            rank: self.rank,
            cli: self.cli,
            entity: None,
            makes: self.makes,
            when: self.when,
            counted: self.counted,
            keeps: self.keeps,
            with: self.with,
        }
    }
}

impl Action {
    /// Whether it exists on this kind of screen.
    #[must_use]
    pub fn is_at(&self, place: Place) -> bool {
        if self.places.is_empty() {
            !matches!(
                place,
                Place::Form
                    | Place::Filter
                    | Place::Overlay
                    | Place::Review
                    | Place::Peek
                    | Place::Import
                    | Place::Plan
                    | Place::PlanRow
            )
        } else {
            // The changes of a record are a part of its screen.
            self.places.contains(&place)
                || (place == Place::Changes && self.places.contains(&Place::Detail))
        }
    }

    /// Whether it changes anything that is there afterwards.
    #[must_use]
    pub fn changes(&self) -> bool {
        self.risk != Risk::None || self.keeps
    }

    /// Whether it writes to the record under the cursor, so that its right must reach that very record.
    #[must_use]
    pub fn is_of_record(&self) -> bool {
        self.need != Need::Nothing && self.right.is_some_and(|right| right != Right::Create)
    }

    /// Whether it can be done now, else why not.
    ///
    /// # Errors
    /// The reason, for people.
    pub fn available(&self, at: &Situation<'_>) -> Result<(), Reason> {
        if !self.is_at(at.place) {
            return Err(Reason::plain("reason.elsewhere"));
        }
        if let Some(name) = at.viewing.filter(|_| self.changes()) {
            return Err(Reason::Told(phrase!(
                "you see this as {name} does; nothing can be changed",
                name
            )));
        }
        let has_record = at.record.is_some() || at.marks > 0;
        match self.need {
            Need::Nothing => {}
            _ if !has_record => return Err(Reason::plain("reason.no_record")),
            Need::Changeable if at.deleted => return Err(Reason::plain("reason.deleted")),
            Need::Changeable if at.subject().is_some_and(|entity| entity.immutable) => {
                return Err(Reason::plain("reason.immutable"));
            }
            Need::Deleted if !at.deleted => return Err(Reason::plain("reason.not_deleted")),
            Need::Record | Need::Changeable | Need::Deleted => {}
            Need::OpenTask => match at.open {
                Some(true) => {}
                Some(false) => return Err(Reason::plain("reason.task_closed")),
                None => return Err(Reason::plain("reason.no_task")),
            },
        }
        if let Some(right) = self.right
            && let Some(entity) = self.about(at)
        {
            if entity.name == ACCESS_REQUEST && matches!(right, Right::Create | Right::Edit) {
                return Err(Reason::plain("reason.asked_only"));
            }
            at.allowed(right, entity)?;
        }
        self.when.map_or(Ok(()), |when| when(at))
    }

    /// Whether any role lets the person do it on some record of that kind: where none does, it is offered
    /// only for what was shared, which nobody knows before the record is looked at.
    fn is_granted(&self, at: &Situation<'_>) -> bool {
        let (Some(right), Some(entity)) = (self.right, self.about(at)) else { return true };
        let extra = |extra: &Extra| extra.right == right && extra.entity == entity.name;
        right != Right::Edit
            || at.person.is_administrator()
            || at.person.roles.iter().any(|role| is_granted(role, right, entity))
            || at.person.extra.iter().any(extra)
    }

    /// The entity on which its right is asked: the one it makes a record of, else the one it is done on.
    #[must_use]
    pub fn about<'a>(&self, at: &Situation<'a>) -> Option<&'a Entity> {
        // Where nothing says of which kind, it is a customer.
        if self.id == "new.here" {
            return at.entity.or_else(|| at.subject()).or_else(|| at.catalog.entity("customer"));
        }
        let named = self.entity.as_deref().or(self.makes);
        named.and_then(|name| at.catalog.entity(name)).or_else(|| at.subject())
    }

    /// The key of its full title in the strings; `{entity}` in the text is the entity it is about.
    #[must_use]
    pub fn title(&self) -> String {
        match (&self.entity, self.id.split_once('.')) {
            (Some(_), Some((family, _))) => format!("action.{family}.entity"),
            _ => format!("action.{}", self.id),
        }
    }

    /// Its full title in a language: for those made per entity with the entity's name in it.
    #[must_use]
    pub fn title_in(&self, strings: &Strings, catalog: &Catalog) -> String {
        let key = self.title();
        let Some(entity) = self.entity.as_ref().and_then(|name| catalog.entity(name)) else {
            return strings.find(&key).unwrap_or(&self.id).to_owned();
        };
        let label = if self.group == Group::Go { &entity.plural } else { &entity.label };
        strings.fill(&key, &[("entity", label.get(strings.lang))])
    }

    /// The key of the word that stands for it in the footer.
    #[must_use]
    pub fn hint(&self) -> String {
        format!("hint.{}", self.id)
    }
}
