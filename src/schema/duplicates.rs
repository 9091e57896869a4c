//! When two records are the same: which fields are compared, how, and what becomes of a new one.
//!
//! Declared in `assets/duplicates/*.toml` and under `[duplicates.NAME]` of a company's own TOML. What a
//! comparison means is known to `matching`, which stands above. Start at [`DuplicateRule`].

use std::collections::BTreeMap;

/// A share from 0 to 1 in thousandths, so that rules can be compared exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Share(u16);

impl Share {
    /// All of it.
    pub const WHOLE: Self = Self(1000);

    /// So many thousandths, at most the whole.
    #[must_use]
    pub const fn thousandths(n: u16) -> Self {
        Self(if n > 1000 { 1000 } else { n })
    }

    /// As a number from 0 to 1.
    #[must_use]
    pub fn get(self) -> f64 {
        f64::from(self.0) / 1000.0
    }

    /// In thousandths.
    #[must_use]
    pub const fn in_thousandths(self) -> u16 {
        self.0
    }
}

/// What a field holds, for comparing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// The whole name of a person.
    Person,
    /// A given name.
    GivenName,
    /// A surname.
    Surname,
    /// The name of a company, shop or place.
    Company,
    /// Street, with or without number.
    Street,
    /// A house number.
    Number,
    /// A town or suburb.
    Town,
    /// A postcode.
    Postcode,
    /// A state or province.
    Region,
    /// A day.
    Date,
    /// Phone numbers.
    Phone,
    /// Mail addresses.
    Email,
    /// Web addresses.
    Url,
    /// A number that somebody gave out: of tax, of a register, of another system.
    Code,
    /// Any other text.
    Text,
    /// What is the same or not: a choice, a linked record.
    Exact,
}

impl Kind {
    /// The words for all of them in TOML.
    pub const ALL: [(&'static str, Self); 16] = [
        ("person", Self::Person),
        ("given_name", Self::GivenName),
        ("surname", Self::Surname),
        ("company", Self::Company),
        ("street", Self::Street),
        ("number", Self::Number),
        ("town", Self::Town),
        ("postcode", Self::Postcode),
        ("region", Self::Region),
        ("date", Self::Date),
        ("phone", Self::Phone),
        ("email", Self::Email),
        ("url", Self::Url),
        ("code", Self::Code),
        ("text", Self::Text),
        ("exact", Self::Exact),
    ];

    /// The word in TOML.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(_, kind)| *kind == self).map_or("text", |(word, _)| word)
    }
}

/// What a field says where one of two records has nothing there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Missing {
    /// Nothing.
    #[default]
    Ignore,
    /// The same as if they agreed.
    Agree,
    /// The same as if they differed.
    Differ,
}

impl Missing {
    /// The words for all of them in TOML.
    pub const ALL: [(&'static str, Self); 3] =
        [("ignore", Self::Ignore), ("agree", Self::Agree), ("differ", Self::Differ)];
}

/// What becomes of a new record that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnCreate {
    /// It is not made.
    Block,
    /// It is said while it is entered, and made all the same.
    #[default]
    Warn,
    /// Only `duplicates` tells.
    Report,
}

impl OnCreate {
    /// The words for all of them in TOML.
    pub const ALL: [(&'static str, Self); 3] =
        [("block", Self::Block), ("warn", Self::Warn), ("report", Self::Report)];
}

/// A field that is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// The field, or a part of an address: `name`, `address.city`.
    pub field: String,
    /// What it holds.
    pub kind: Kind,
    /// How much it counts, of 100: 100 as usual, 200 twice as much, 0 for groups only.
    pub weight: u16,
    /// What it says where one side has nothing.
    pub missing: Missing,
    /// What it may be called at the head of a column, where rules are for files.
    pub columns: Vec<String>,
}

/// One of the fields that must agree in a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// The field, one of those that are compared.
    pub field: String,
    /// How alike at least; the whole for exactly the same.
    pub at_least: Share,
    /// What holds where one side has nothing: it agrees, or it does not.
    pub missing: Missing,
}

/// Fields that make two records the same if all of them agree, whatever else differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// All that must hold.
    pub all: Vec<Condition>,
    /// How sure that is.
    pub score: Share,
}

/// When two records of an entity are the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DuplicateRule {
    /// The entity.
    pub entity: String,
    /// What becomes of a new one that is there already.
    pub on_create: OnCreate,
    /// From this score on two records are told to be likely the same.
    pub likely: Share,
    /// From this score on they are as good as certain: `block` blocks from here.
    pub certain: Share,
    /// Whether fields are weighed against each other; without it only groups tell.
    pub weigh: bool,
    /// The fields that are compared, in the order in which reasons are given.
    pub fields: Vec<Compared>,
    /// Groups of which any one is enough.
    pub groups: Vec<Group>,
}

impl DuplicateRule {
    /// A rule that compares nothing yet.
    #[must_use]
    pub fn bare(entity: &str) -> Self {
        Self {
            entity: entity.to_owned(),
            on_create: OnCreate::default(),
            likely: Share::thousandths(800),
            certain: Share::thousandths(950),
            weigh: true,
            fields: Vec::new(),
            groups: Vec::new(),
        }
    }

    /// The place of a compared field.
    #[must_use]
    pub fn place(&self, field: &str) -> Option<usize> {
        self.fields.iter().position(|compared| compared.field == field)
    }
}

/// The rules of all entities, by entity.
pub type DuplicateRules = BTreeMap<String, DuplicateRule>;
