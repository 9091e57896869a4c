//! The checked catalogue: what entities there are and what their fields mean.

use std::collections::BTreeMap;
use std::collections::HashMap;

use rust_decimal::Decimal;

use crate::model::{Address, Lang, Name, RecordId, RecordRef};
use crate::syntax::Expr;

pub use super::choice::{Choice, Standing};
use super::coerce::Patterns;
pub use super::company::{Company, Retention};
use super::duplicates::{DuplicateRule, DuplicateRules};
pub use super::label::Label;
use super::part::PartOf;
use super::recur::Recurs;
use super::report::Report;
use super::roll_up::RollUp;

/// Who declared an entity or a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Every record has it: owner, created at ...
    System,
    /// It ships with Kontor.
    BuiltIn,
    /// The company's own TOML.
    Company,
}

/// How a column stands in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Text.
    Left,
    /// Numbers and amounts.
    Right,
}

/// A field's place in lists. Lower priorities come first and stay longest on a narrow screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// 1 is always shown; fields without a column are shown on request only.
    pub priority: u8,
    /// Wished width in cells.
    pub width: u16,
    /// Alignment.
    pub align: Align,
}

/// What a formula or roll-up yields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Result {
    /// Text.
    Text,
    /// A whole number.
    Integer,
    /// A decimal number.
    Decimal,
    /// An amount.
    Money,
    /// Percent.
    Percent,
    /// Yes or no.
    Boolean,
    /// A day.
    Date,
    /// An instant.
    DateTime,
    /// A duration.
    Duration,
}

/// What a field can hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldType {
    /// One line of text.
    Text,
    /// Several lines of Markdown.
    LongText,
    /// A whole number.
    Integer,
    /// A decimal number of up to four places.
    Decimal,
    /// An amount with its currency.
    Money,
    /// Percent: 50 % is 50.
    Percent,
    /// Stars from 0 to `max`.
    Rating {
        /// The best rating.
        max: u8,
    },
    /// Yes or no.
    Boolean,
    /// A day.
    Date,
    /// An instant.
    DateTime,
    /// A duration, in seconds.
    Duration,
    /// One of the choices.
    Select,
    /// Some of the choices.
    MultiSelect,
    /// Free tags.
    Tags,
    /// E-mail addresses.
    Email,
    /// Phone numbers.
    Phone,
    /// Web addresses.
    Url,
    /// A postal address.
    Address,
    /// A link to one record of an entity (users and teams too).
    Link {
        /// The entity linked to.
        to: Name,
    },
    /// Links to several records of an entity.
    Links {
        /// The entity linked to.
        to: Name,
    },
    /// A link to one record of any entity.
    LinkAny,
    /// A number given by the program: `Q-{year}-{0000}`.
    Serial {
        /// The pattern: `{year}` and a run of zeros in braces for the counter.
        pattern: String,
    },
    /// Computed from the record, never stored.
    Formula {
        /// How.
        expr: Expr,
        /// What it yields.
        result: Result,
    },
    /// Computed from linked records, never stored.
    RollUp {
        /// How.
        roll_up: Box<RollUp>,
        /// What it yields.
        result: Result,
    },
}

impl FieldType {
    /// The word for the type in TOML: `multi-select`.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::LongText => "longtext",
            Self::Integer => "integer",
            Self::Decimal => "decimal",
            Self::Money => "money",
            Self::Percent => "percent",
            Self::Rating { .. } => "rating",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::DateTime => "datetime",
            Self::Duration => "duration",
            Self::Select => "select",
            Self::MultiSelect => "multi-select",
            Self::Tags => "tags",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Url => "url",
            Self::Address => "address",
            Self::Link { to } if to == "user" => "user",
            Self::Link { to } if to == "team" => "team",
            Self::Link { .. } => "link",
            Self::Links { .. } => "links",
            Self::LinkAny => "link-any",
            Self::Serial { .. } => "serial",
            Self::Formula { .. } => "formula",
            Self::RollUp { .. } => "rollup",
        }
    }

    /// The entity a link field points at.
    #[must_use]
    pub fn link_target(&self) -> Option<&Name> {
        match self {
            Self::Link { to } | Self::Links { to } => Some(to),
            _ => None,
        }
    }

    /// True where the value is computed on reading and has no column.
    #[must_use]
    pub fn is_computed(&self) -> bool {
        matches!(self, Self::Formula { .. } | Self::RollUp { .. })
    }
}

/// A value that sets itself when another field changes and it is not set by hand in the same change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Follow {
    /// The field whose change triggers it.
    pub field: Name,
    /// What it becomes.
    pub with: Expr,
    /// Only as long as nobody has set it to something else.
    pub until_set: bool,
}

/// One field of an entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name in queries, TOML, JSON and on the command line.
    pub name: Name,
    /// Who declared it.
    pub origin: Origin,
    /// What it holds.
    pub kind: FieldType,
    /// What people see.
    pub label: Label,
    /// The same for a column that is narrower than that; empty in a language that needs no other.
    pub short: Label,
    /// What F1 explains.
    pub help: Label,
    /// The form section it stands in.
    pub group: Name,
    /// Must be filled.
    pub required: bool,
    /// Must be filled where this holds.
    pub required_when: Option<Expr>,
    /// Is shown where this holds.
    pub visible_when: Option<Expr>,
    /// Cannot be changed by people.
    pub read_only: bool,
    /// Cannot be changed by people where this holds.
    pub read_only_when: Option<Expr>,
    /// No two records may share a value.
    pub unique: bool,
    /// The value a new record starts with.
    pub default: Option<Expr>,
    /// Sets itself when another field changes.
    pub follows: Option<Follow>,
    /// A regular expression that the whole text must match.
    pub pattern: Option<String>,
    /// Smallest value (or length of text).
    pub min: Option<Decimal>,
    /// Largest value (or length of text).
    pub max: Option<Decimal>,
    /// The choices of a select or multi-select.
    pub choices: Vec<Choice>,
    /// The search box looks into it.
    pub searchable: bool,
    /// Lists may be sorted by it.
    pub sortable: bool,
    /// An index stands behind filters and sorts.
    pub indexed: bool,
    /// Its place in lists.
    pub column: Option<Column>,
    /// Data about a person: erasable.
    pub personal: bool,
    /// What it is for those who see it, where somebody sees dots in its place; no schema says so.
    pub masked: Option<Box<FieldType>>,
}

impl Field {
    /// The label for narrow columns, where the language has one: never that of another language.
    #[must_use]
    pub fn short_in(&self, lang: Lang) -> Option<&str> {
        let text = match lang {
            Lang::En => &self.short.en,
            Lang::Zh => &self.short.zh,
        };
        (!text.is_empty()).then_some(text.as_str())
    }

    /// The name of the first SQL column of the field; company fields are prefixed with `x_`.
    #[must_use]
    pub fn sql_column(&self) -> String {
        let own = if self.origin == Origin::Company { "x_" } else { "" };
        format!("{own}{}", self.name)
    }

    /// All SQL columns of the field, with their declared types; none for computed fields.
    ///
    /// Text-like values, dates (`2026-01-31`) and JSON lists are `TEXT`; numbers, amounts (scaled by
    /// `10^SCALE`), booleans, instants (Unix milliseconds), durations (seconds) and links are
    /// `INTEGER`. Money adds `_currency`, an address has one column a part, a link to any entity adds
    /// `_entity` (the entity's name).
    #[must_use]
    pub fn sql_columns(&self) -> Vec<(String, &'static str)> {
        let base = self.sql_column();
        match &self.kind {
            FieldType::Formula { .. } | FieldType::RollUp { .. } => Vec::new(),
            FieldType::Money => {
                vec![(base.clone(), "INTEGER"), (format!("{base}_currency"), "TEXT")]
            }
            FieldType::Address => {
                Address::PARTS.iter().map(|part| (format!("{base}_{part}"), "TEXT")).collect()
            }
            FieldType::LinkAny => {
                vec![(base.clone(), "INTEGER"), (format!("{base}_entity"), "TEXT")]
            }
            FieldType::Integer
            | FieldType::Decimal
            | FieldType::Percent
            | FieldType::Rating { .. }
            | FieldType::Boolean
            | FieldType::DateTime
            | FieldType::Duration
            | FieldType::Link { .. } => vec![(base, "INTEGER")],
            _ => vec![(base, "TEXT")],
        }
    }

    /// The choice with this stored value.
    #[must_use]
    pub fn choice(&self, value: &str) -> Option<&Choice> {
        self.choices.iter().find(|choice| choice.value == value)
    }

    /// True where people can never type into it: computed, serial, system or read-only.
    #[must_use]
    pub fn is_given(&self) -> bool {
        self.read_only || self.kind.is_computed() || matches!(self.kind, FieldType::Serial { .. })
    }
}

/// A section of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its name in TOML.
    pub name: Name,
    /// What people see.
    pub label: Label,
}

/// An attribute that queries may ask of a choice: `stage.state`, `stage.probability`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attribute {
    /// The word of its [`Standing`].
    State,
    /// Its probability in percent.
    Probability,
    /// Its place in the order of the choices, from 1.
    Order,
}

/// One entity: a kind of record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entity {
    /// Its name in queries, TOML, JSON and on the command line.
    pub name: Name,
    /// Who declared it.
    pub origin: Origin,
    /// The letters of its references: the `C` of `C-1042`.
    pub prefix: String,
    /// What one is called.
    pub label: Label,
    /// What several are called.
    pub plural: Label,
    /// What it is for.
    pub help: Label,
    /// The text field that names a record in lists, links and search.
    pub title: Name,
    /// A field shown beside the title where there is room, to tell namesakes apart (a city, a customer).
    pub subtitle: Option<Name>,
    /// The select field a board has its columns from.
    pub board: Option<Name>,
    /// The order of a list when nobody asked for one: `-created_at`.
    pub sort: String,
    /// Its place in menus; 0 keeps it out of the main bar (lines, members).
    pub menu: u8,
    /// The person sees none of it: it stands in no menu of theirs.
    pub unseen: bool,
    /// Records cannot be changed after they are created (activities): corrected by a new one.
    pub immutable: bool,
    /// It is only pointed at: whoever sees a record may link to it without the right to edit it.
    pub reference: bool,
    /// Its records belong to another one, whose rights hold for them.
    pub part: Option<PartOf>,
    /// A searchable field is kept from the person whose catalogue this is.
    pub veiled: bool,
    /// How its records come again, if they do.
    pub recurs: Option<Box<Recurs>>,
    /// Form sections in order.
    pub groups: Vec<Group>,
    /// Lists people come back to, in the order of the view bar.
    pub views: Vec<super::View>,
    /// Fields in order: declared ones first, the system's last.
    pub fields: Vec<Field>,
    by_name: HashMap<Name, usize>,
}

impl Entity {
    /// A field by name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.by_name.get(name).map(|&index| &self.fields[index])
    }

    /// Where a field of that name stands among the fields.
    #[must_use]
    pub fn place(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    /// The field that names a record.
    #[must_use]
    pub fn title_field(&self) -> &Field {
        self.field(&self.title).unwrap_or(&self.fields[0])
    }

    /// The name of the SQL table; company entities are prefixed with `x_`.
    #[must_use]
    pub fn sql_table(&self) -> String {
        let own = if self.origin == Origin::Company { "x_" } else { "" };
        format!("{own}{}", self.name)
    }

    /// Fields that have a place in lists, the most important first.
    #[must_use]
    pub fn columns(&self) -> Vec<&Field> {
        let mut columns: Vec<&Field> = self.fields.iter().filter(|f| f.column.is_some()).collect();
        columns.sort_by_key(|field| field.column.map_or(u8::MAX, |column| column.priority));
        columns
    }

    /// Rebuilds the look-up table after `fields` was filled. Loading does this.
    #[must_use]
    pub(super) fn indexed(mut self) -> Self {
        self.by_name =
            self.fields.iter().enumerate().map(|(i, field)| (field.name.clone(), i)).collect();
        self.find_whole();
        self
    }

    /// Whether it stands in the menus of whoever has this catalogue.
    #[must_use]
    pub fn is_listed(&self) -> bool {
        self.menu > 0 && !self.unseen
    }

    /// An entity without fields, for loading to fill.
    pub(super) fn bare(name: Name, origin: Origin) -> Self {
        Self {
            title: Name::from("name"),
            name,
            origin,
            prefix: String::new(),
            label: Label::default(),
            plural: Label::default(),
            help: Label::default(),
            subtitle: None,
            board: None,
            sort: String::new(),
            menu: 0,
            unseen: false,
            immutable: false,
            reference: false,
            part: None,
            veiled: false,
            recurs: None,
            groups: Vec::new(),
            views: Vec::new(),
            fields: Vec::new(),
            by_name: HashMap::new(),
        }
    }
}

/// All entities, checked: every link has a target, every name is known, every expression parses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalog {
    /// What the company decides once.
    pub company: Company,
    entities: Vec<Entity>,
    reports: Vec<Report>,
    duplicates: DuplicateRules,
    by_name: HashMap<Name, usize>,
    by_prefix: BTreeMap<String, usize>,
    patterns: Patterns,
}

impl Catalog {
    /// Puts entities together; loading has checked them.
    pub(super) fn assemble(
        company: Company,
        entities: Vec<Entity>,
        reports: Vec<Report>,
        duplicates: DuplicateRules,
    ) -> Self {
        let by_name = entities.iter().enumerate().map(|(i, e)| (e.name.clone(), i)).collect();
        let by_prefix = entities.iter().enumerate().map(|(i, e)| (e.prefix.clone(), i)).collect();
        let patterns = entities.iter().flat_map(|e| &e.fields).filter_map(|f| f.pattern.as_deref());
        let patterns = Patterns::compile(patterns);
        Self { company, entities, reports, duplicates, by_name, by_prefix, patterns }
    }

    /// The patterns of all fields, compiled.
    #[must_use]
    pub fn patterns(&self) -> &Patterns {
        &self.patterns
    }

    /// The reports that people see, in their order.
    pub fn reports(&self) -> impl Iterator<Item = &Report> {
        self.reports.iter().filter(|report| !report.hidden)
    }

    /// A report that people see, by name.
    #[must_use]
    pub fn report(&self, name: &str) -> Option<&Report> {
        self.reports().find(|report| report.name == name)
    }

    /// All reports, those that the company took away included.
    pub(super) fn all_reports(&self) -> &[Report] {
        &self.reports
    }

    /// When two records of an entity are the same; none where nobody said.
    #[must_use]
    pub fn duplicate_rule(&self, entity: &str) -> Option<&DuplicateRule> {
        self.duplicates.get(entity)
    }

    /// The rules of all entities.
    #[must_use]
    pub fn duplicate_rules(&self) -> &DuplicateRules {
        &self.duplicates
    }

    /// All entities in menu order.
    pub fn entities(&self) -> impl Iterator<Item = &Entity> {
        self.entities.iter()
    }

    /// An entity by name.
    #[must_use]
    pub fn entity(&self, name: &str) -> Option<&Entity> {
        self.by_name.get(name).map(|&index| &self.entities[index])
    }

    /// Makes the catalogue that one person sees: `keep` yields each field as they have it (or not at all),
    /// `listed` whether an entity stands in menus.
    pub fn reshape(
        &mut self,
        keep: impl Fn(&Entity, &Field) -> Option<Field>,
        listed: impl Fn(&Entity) -> bool,
    ) {
        for entity in &mut self.entities {
            let fields: Vec<Field> =
                entity.fields.iter().filter_map(|field| keep(entity, field)).collect();
            let searchable = |fields: &[Field]| fields.iter().filter(|f| f.searchable).count();
            entity.veiled = searchable(&fields) < searchable(&entity.fields);
            entity.unseen = !listed(entity);
            entity.fields = fields;
            entity.by_name =
                entity.fields.iter().enumerate().map(|(i, f)| (f.name.clone(), i)).collect();
            if entity.subtitle.as_deref().is_some_and(|name| entity.field(name).is_none()) {
                entity.subtitle = None;
            }
            let is_select = |field: &Field| field.kind == FieldType::Select;
            if entity
                .board
                .as_deref()
                .is_some_and(|name| !entity.field(name).is_some_and(is_select))
            {
                entity.board = None;
            }
        }
    }

    /// Takes declared views out: entity and view.
    pub fn drop_views(&mut self, views: &[(Name, Name)]) {
        for entity in &mut self.entities {
            let of = &entity.name;
            entity.views.retain(|view| !views.iter().any(|(e, v)| e == of && *v == view.name));
        }
    }

    /// A reference as people write it: `C-1042`.
    #[must_use]
    pub fn reference(&self, record: &RecordRef) -> String {
        self.entity(&record.entity).map_or_else(
            || format!("{}-{}", record.entity, record.id),
            |entity| format!("{}-{}", entity.prefix, record.id),
        )
    }

    /// Understands `C-1042`, `c-1042` and `c1042`.
    #[must_use]
    pub fn parse_reference(&self, text: &str) -> Option<RecordRef> {
        let text = text.trim();
        let digits = text.find(|c: char| c.is_ascii_digit())?;
        let (prefix, number) = text.split_at(digits);
        let prefix = prefix.strip_suffix('-').unwrap_or(prefix).to_ascii_uppercase();
        let index = *self.by_prefix.get(&prefix)?;
        if !number.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let id = number.parse().ok().filter(|id| *id > 0)?;
        Some(RecordRef::new(&self.entities[index].name, RecordId(id)))
    }

    /// Every link field that points at `entity`, with the entity that has it: what a detail screen
    /// shows as related lists, and what a counting path (`deals > 3`) may name.
    #[must_use]
    pub fn incoming(&self, entity: &str) -> Vec<(&Entity, &Field)> {
        self.entities
            .iter()
            .flat_map(|other| other.fields.iter().map(move |field| (other, field)))
            .filter(|(_, field)| {
                field.origin != Origin::System
                    && field.kind.link_target().is_some_and(|target| target == entity)
            })
            .collect()
    }
}
