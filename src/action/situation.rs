//! Where the user is and what is under the cursor: what the availability of actions is decided by.

use crate::model::{Phrase, RecordRef};
use crate::policy::{Decision, Person, Refusal, Right, decide};
use crate::schema::{Catalog, Entity};

/// The kind of screen that has the focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// My day.
    Home,
    /// The blocks of the home screen, while they are chosen.
    Arrange,
    /// A list of records.
    List,
    /// The columns of a board.
    Board,
    /// Days with tasks and meetings.
    Schedule,
    /// One record.
    Detail,
    /// The changes of a record, within its screen: whatever is done there is done here.
    Changes,
    /// The numbers of a report.
    Reports,
    /// Change sets.
    History,
    /// The audit log.
    Audit,
    /// Records that are likely the same.
    Duplicates,
    /// What is wrong with the data.
    Quality,
    /// The manual.
    Manual,
    /// A form.
    Form,
    /// The names of the columns of a list, walked one by one.
    Header,
    /// The filter line of a list.
    Filter,
    /// Something laid over a screen: a palette, a question.
    Overlay,
    /// The cells of a list, one of which has the cursor.
    Cell,
    /// What an act on many records would do.
    Review,
    /// What a role grants, or a user may do.
    Matrix,
    /// The card of a record that was looked up while something else is not finished.
    Peek,
    /// Where the columns of a file go that is imported.
    Import,
    /// What would become of the rows of a file.
    Plan,
    /// One row of a file, cell by cell.
    PlanRow,
}

impl Place {
    /// All kinds of screen.
    pub const ALL: [Self; 24] = [
        Self::Home,
        Self::Arrange,
        Self::List,
        Self::Board,
        Self::Schedule,
        Self::Detail,
        Self::Changes,
        Self::Reports,
        Self::History,
        Self::Audit,
        Self::Duplicates,
        Self::Quality,
        Self::Manual,
        Self::Form,
        Self::Header,
        Self::Filter,
        Self::Overlay,
        Self::Cell,
        Self::Review,
        Self::Matrix,
        Self::Peek,
        Self::Import,
        Self::Plan,
        Self::PlanRow,
    ];

    /// The key of its name in the strings.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Home => "place.home",
            Self::Arrange => "place.arrange",
            Self::List => "place.list",
            Self::Board => "place.board",
            Self::Schedule => "place.schedule",
            Self::Detail => "place.detail",
            Self::Changes => "place.changes",
            Self::Reports => "place.reports",
            Self::History => "place.history",
            Self::Audit => "place.audit",
            Self::Duplicates => "place.duplicates",
            Self::Quality => "place.quality",
            Self::Manual => "place.manual",
            Self::Form => "place.form",
            Self::Header => "place.header",
            Self::Filter => "place.filter",
            Self::Overlay => "place.overlay",
            Self::Cell => "place.cell",
            Self::Review => "place.review",
            Self::Matrix => "place.matrix",
            Self::Peek => "place.peek",
            Self::Import => "place.import",
            Self::Plan => "place.plan",
            Self::PlanRow => "place.plan_row",
        }
    }

    /// Whether characters are text there, not keys.
    #[must_use]
    pub const fn is_typed_into(self) -> bool {
        matches!(self, Self::Form | Self::Filter | Self::Overlay)
    }

    /// Screens that show records: everything but forms and overlays.
    pub const SCREENS: &'static [Self] = &[
        Self::Home,
        Self::List,
        Self::Board,
        Self::Schedule,
        Self::Detail,
        Self::Reports,
        Self::History,
        Self::Audit,
        Self::Duplicates,
        Self::Quality,
    ];
    /// Screens with a record under the cursor.
    pub const RECORDS: &'static [Self] =
        &[Self::Home, Self::List, Self::Board, Self::Schedule, Self::Detail];
    /// The same, and the card of a record that was looked up.
    pub const READ: &'static [Self] =
        &[Self::Home, Self::List, Self::Board, Self::Schedule, Self::Detail, Self::Peek];
}

/// Where the user is and what is under the cursor.
#[derive(Debug, Clone)]
pub struct Situation<'a> {
    /// Entities and fields.
    pub catalog: &'a Catalog,
    /// Who acts.
    pub person: &'a Person,
    /// The kind of screen.
    pub place: Place,
    /// The entity the screen is about.
    pub entity: Option<&'a Entity>,
    /// The record under the cursor.
    pub record: Option<RecordRef>,
    /// Whether that record is put away.
    pub deleted: bool,
    /// Whether that record is a task or ticket that is still open; `None` where it is neither.
    pub open: Option<bool>,
    /// How many records are marked.
    pub marks: usize,
    /// A filter is set.
    pub filtered: bool,
    /// The list is in groups.
    pub grouped: bool,
    /// Whose the view is that the list shows.
    pub view: ViewHere,
    /// The list shows something else than its view says.
    pub view_changed: bool,
    /// It is the search box over all records itself.
    pub finds: bool,
    /// What lies below would take the record under the cursor over.
    pub takes: bool,
    /// Why nothing of what the screen shows can be changed here, as the key of a text.
    pub fixed: Option<&'static str>,
    /// As whom the person sees everything, where they only look.
    pub viewing: Option<&'a str>,
}

/// Whose a view is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ViewHere {
    /// It ships, or the company's schema declares it.
    #[default]
    Shipped,
    /// One's own.
    Own,
    /// Somebody else's who shares it.
    Others,
}

impl<'a> Situation<'a> {
    /// A screen without anything under the cursor.
    #[must_use]
    pub fn new(catalog: &'a Catalog, person: &'a Person, place: Place) -> Self {
        Self {
            catalog,
            person,
            place,
            entity: None,
            record: None,
            deleted: false,
            open: None,
            marks: 0,
            filtered: false,
            grouped: false,
            view: ViewHere::Shipped,
            view_changed: false,
            finds: false,
            takes: false,
            fixed: None,
            viewing: None,
        }
    }

    /// The entity of the record under the cursor, or the one the screen is about.
    #[must_use]
    pub fn subject(&self) -> Option<&'a Entity> {
        let of_record = self.record.as_ref().and_then(|record| self.catalog.entity(&record.entity));
        of_record.or(self.entity)
    }

    /// Whether the person has a right on an entity, else why not.
    ///
    /// # Errors
    /// The reason, for people.
    pub fn allowed(&self, right: Right, entity: &Entity) -> Result<(), Reason> {
        match decide(self.person, right, entity) {
            Decision::Allow => Ok(()),
            Decision::Deny(refusal) => Err(Reason::Refused(Box::new(refusal.named(self.catalog)))),
        }
    }
}

/// Why an action cannot be done now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The key of a text in the strings, or the text itself where nobody has such a key.
    Plain(String),
    /// What the person's rights say; they can ask for more.
    Refused(Box<Refusal>),
    /// What is so, whoever asks.
    Told(Phrase),
}

impl Reason {
    /// A reason of that key.
    #[must_use]
    pub fn plain(key: &str) -> Self {
        Self::Plain(key.to_owned())
    }
}
