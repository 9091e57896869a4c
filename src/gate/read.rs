//! What can be asked of a session.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use crate::model::{Currency, Name, Op, Phrase, Record, RecordId, RecordRef, Value};
use crate::query::{Place, Query, SortKey};
use crate::schema::Entity;

/// A place in a sorted list: the sort values and number of a row. Opaque outside the gate.
#[derive(Debug, Clone, PartialEq)]
pub struct Cursor {
    pub(super) keys: Vec<super::store::Key>,
}

/// Which part of a list.
#[derive(Debug, Clone, PartialEq)]
pub enum Window {
    /// The first rows.
    First,
    /// The last rows.
    Last,
    /// The rows after a place.
    After(Cursor),
    /// The rows before a place (still in list order).
    Before(Cursor),
    /// The rows from a record on, the record included: to find the place again after a change.
    From(RecordId),
}

/// A list that is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct ListRequest {
    /// The entity.
    pub entity: Name,
    /// Which records; all without.
    pub filter: Option<Query>,
    /// In which order; the entity's own without.
    pub sort: Vec<SortKey>,
    /// Which fields are read; empty means all. Computed and linked fields cost time.
    pub fields: Vec<Name>,
    /// Which part.
    pub window: Window,
    /// At most how many rows.
    pub limit: usize,
    /// Deleted records instead of living ones.
    pub deleted: bool,
}

impl ListRequest {
    /// The first `limit` rows of an entity, all fields.
    #[must_use]
    pub fn first(entity: impl Into<Name>, limit: usize) -> Self {
        Self {
            entity: entity.into(),
            filter: None,
            sort: Vec::new(),
            fields: Vec::new(),
            window: Window::First,
            limit,
            deleted: false,
        }
    }
}

/// A part of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// The rows in list order.
    pub rows: Vec<Record>,
    /// The place of each row, for [`Window::After`] and [`Window::Before`].
    pub cursors: Vec<Cursor>,
    /// Nothing comes before the first row.
    pub at_start: bool,
    /// Nothing comes after the last row.
    pub at_end: bool,
}

/// How many there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// Exactly so many.
    Exactly(u64),
    /// At least so many: counting stopped there.
    AtLeast(u64),
}

/// The search box.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchRequest {
    /// What was typed.
    pub text: String,
    /// In which entities; all searchable ones where empty.
    pub entities: Vec<Name>,
    /// A further condition (needs exactly one entity).
    pub filter: Option<Query>,
    /// At most how many hits.
    pub limit: usize,
}

/// A record that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Which.
    pub record: RecordRef,
    /// What it is called.
    pub title: String,
    /// What tells it from namesakes: city, customer, phone ...
    pub subtitle: String,
    /// How well it fits; larger is better.
    pub score: i64,
    /// What matched, where that is not the title: the phone number, the mail address.
    pub matched: Option<String>,
    /// Why it is likely the same as what was held against it, where something was.
    pub why: Option<Phrase>,
}

impl Hit {
    /// A record that was named or listed, not searched for.
    #[must_use]
    pub fn plain(record: RecordRef, title: String) -> Self {
        Self { record, title, subtitle: String::new(), score: 0, matched: None, why: None }
    }

    /// With what tells it from namesakes.
    #[must_use]
    pub fn with_subtitle(self, subtitle: String) -> Self {
        Self { subtitle, ..self }
    }

    /// With why it is likely the same.
    #[must_use]
    pub fn because(self, why: Phrase) -> Self {
        Self { why: Some(why), ..self }
    }
}

/// What is measured of a group of records.
#[derive(Debug, Clone, PartialEq)]
pub enum Measure {
    /// How many there are.
    Count,
    /// The sum of a field; amounts apart by currency.
    Sum(Name),
    /// Sum of a money field weighted by the percent in another field, apart by currency.
    Weighted {
        /// The amount.
        amount: Name,
        /// The percent.
        percent: Name,
    },
    /// The mean of a numeric, date-difference or duration field.
    Mean(Name),
    /// The smallest value.
    Min(Name),
    /// The largest value.
    Max(Name),
    /// The mean number of days between two date fields.
    MeanDays {
        /// The earlier.
        from: Name,
        /// The later.
        to: Name,
    },
}

impl Measure {
    /// The fields that it is measured of.
    #[must_use]
    pub fn fields(&self) -> Vec<&Name> {
        match self {
            Self::Count => Vec::new(),
            Self::Sum(name) | Self::Mean(name) | Self::Min(name) | Self::Max(name) => vec![name],
            Self::Weighted { amount: a, percent: b } | Self::MeanDays { from: a, to: b } => {
                vec![a, b]
            }
        }
    }

    /// The same as places.
    #[must_use]
    pub fn places(&self, entity: &Name) -> Vec<Place> {
        self.fields().into_iter().map(|name| (entity.clone(), name.clone())).collect()
    }

    /// Whether any of them is dots for the person whose entity this is.
    #[must_use]
    pub fn is_masked(&self, entity: &Entity) -> bool {
        let masked = |name: &Name| entity.field(name).is_some_and(|field| field.masked.is_some());
        self.fields().into_iter().any(masked)
    }
}

/// How records are put in groups.
#[derive(Debug, Clone, PartialEq)]
pub enum GroupBy {
    /// By the value of a field (link, select, boolean, text ...).
    Field(Name),
    /// By the calendar month of a date or datetime field.
    Month(Name),
    /// By the calendar quarter of a date or datetime field.
    Quarter(Name),
}

/// Records counted and summed in groups.
#[derive(Debug, Clone, PartialEq)]
pub struct Aggregate {
    /// The entity.
    pub entity: Name,
    /// Which records.
    pub filter: Option<Query>,
    /// In which groups; one group of all without.
    pub group: Vec<GroupBy>,
    /// What is measured.
    pub measures: Vec<Measure>,
}

/// A measured value.
#[derive(Debug, Clone, PartialEq)]
pub enum Summary {
    /// A count.
    Count(u64),
    /// A number; none where there was nothing to measure.
    Number(Option<Decimal>),
    /// Amounts apart by currency, the largest first.
    Money(Vec<(Currency, Decimal)>),
    /// A value (for min and max).
    Value(Value),
    /// It is measured of what the person sees as dots.
    Masked,
}

/// One group of an [`Aggregate`].
#[derive(Debug, Clone, PartialEq)]
pub struct Bucket {
    /// The group: one value per `group`; months and quarters as text `2017-03`, `2017-Q1`.
    pub key: Vec<Value>,
    /// What was measured, one per measure.
    pub values: Vec<Summary>,
}

/// Which part of the history.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct HistoryRequest {
    /// Of one record only.
    pub record: Option<RecordRef>,
    /// Change sets older than this one.
    pub before: Option<i64>,
    /// My own only.
    pub mine: bool,
    /// At most how many change sets.
    pub limit: usize,
}

/// Groups, of which the largest are told where there are too many.
#[derive(Debug, Clone, PartialEq)]
pub struct Groups {
    /// In the order of their keys.
    pub buckets: Vec<Bucket>,
    /// How many there are in all.
    pub all: u64,
}

/// One change set as history keeps it.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its number; what undo is told.
    pub change_set: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub by: String,
    /// From which front end.
    pub via: String,
    /// Why.
    pub why: String,
    /// How many records it touched in all.
    pub records: u64,
    /// The change set that this one takes back.
    pub undoes: Option<i64>,
    /// The change set that took this one back.
    pub undone_by: Option<i64>,
    /// Taking it back was begun and stopped half way.
    pub half_undone: bool,
    /// The record and its fields, for the asked record (or the first of the change set).
    pub record: Option<RecordRef>,
    /// What happened to that record.
    pub op: Option<Op>,
    /// The fields that changed.
    pub fields: Vec<EntryField>,
}

/// One field in history.
#[derive(Debug, Clone, PartialEq)]
pub struct EntryField {
    /// The field.
    pub field: Name,
    /// What it held.
    pub before: Value,
    /// What it held afterwards.
    pub after: Value,
}

/// The life of a record: activities about it (and about what hangs on it) and changes, newest first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Timeline {
    /// The newest items.
    pub items: Vec<TimelineItem>,
}

/// One thing in a record's life.
#[derive(Debug, Clone, PartialEq)]
pub enum TimelineItem {
    /// An activity.
    Activity(Record),
    /// A change to the record itself or (stage changes) to a deal of it.
    Change(Entry),
}

impl TimelineItem {
    /// When it happened.
    #[must_use]
    pub fn at(&self) -> DateTime<Utc> {
        match self {
            Self::Activity(record) => match record.get("happened_at") {
                Value::DateTime(at) => *at,
                _ => record.meta.created_at,
            },
            Self::Change(entry) => entry.at,
        }
    }
}

/// How many records link to one, by entity and link field; what related lists are headed with.
pub type RelatedCounts = BTreeMap<(Name, Name), u64>;
