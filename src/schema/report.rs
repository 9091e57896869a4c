//! What a report is, as the TOML of `assets/reports` and of companies says it.
//!
//! Plain data: [`crate::report`] measures it, `load` reads and checks it. Start at [`Report`].

use super::catalog::{Field, FieldType, Label};

/// A report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Its name on the command line.
    pub name: String,
    /// What it is called.
    pub label: Label,
    /// What it answers.
    pub help: Label,
    /// The entity it is about.
    pub entity: String,
    /// Which records; all without.
    pub filter: Option<String>,
    /// The group it is split by when nobody says another; one line without.
    pub by: Option<String>,
    /// The date by which its records fall into a period; without one it is about all times.
    pub date: Option<String>,
    /// How it is drawn when nobody says another; by the group without.
    pub chart: Option<Shape>,
    /// The groups it can be split by.
    pub group: Vec<Group>,
    /// What is measured.
    pub measure: Vec<MeasureDef>,
    /// Taken away by the company.
    pub hidden: bool,
}

/// The shape in which the numbers of a report are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Shape {
    /// Level bars under each other.
    Bars,
    /// Upright bars side by side.
    Columns,
    /// A line over time.
    Line,
    /// Bars around a middle, for stages.
    Funnel,
    /// One row of small bars.
    Sparkline,
}

impl Shape {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Bars, Self::Columns, Self::Line, Self::Funnel, Self::Sparkline];

    /// Its name in definitions and settings.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Bars => "bars",
            Self::Columns => "columns",
            Self::Line => "line",
            Self::Funnel => "funnel",
            Self::Sparkline => "sparkline",
        }
    }

    /// The shape with that name.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|shape| shape.word() == word)
    }
}

/// A way to split a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its name: what `--by` takes.
    pub name: String,
    /// What the column is called.
    pub label: Label,
    /// The field.
    pub field: String,
    /// For dates: `month` or `quarter`.
    pub each: Option<Each>,
}

/// The span of time that dates are put together in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Each {
    /// A calendar month.
    Month,
    /// A calendar quarter.
    Quarter,
}

/// One number of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeasureDef {
    /// Its name in JSON and CSV.
    pub name: String,
    /// What the column is called.
    pub label: Label,
    /// How the number comes about, where people count it in more than one way.
    pub definition: Option<Label>,
    /// What is taken of the records.
    pub take: Option<Take>,
    /// Of which records of the report only.
    pub filter: Option<String>,
    /// What is computed from other measures of the report.
    pub derive: Option<Derived>,
    /// Only others are computed from it.
    pub hidden: bool,
}

/// What is taken of records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Take {
    /// How many there are.
    Count,
    /// The sum of a field.
    Sum(String),
    /// The mean of a field.
    Mean(String),
    /// The smallest value of a field.
    Min(String),
    /// The largest value of a field.
    Max(String),
    /// An amount weighted by a percent: `{ weighted = ["amount", "probability"] }`.
    Weighted(String, String),
    /// The mean number of days from one date to another: `{ days = ["engaged_on", "closed_on"] }`.
    Days(String, String),
}

/// What is computed from other measures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Derived {
    /// One count in percent of another: `{ percent = ["won", "closed"] }`.
    Percent(String, String),
    /// A sum divided by a count: `{ each = ["value", "deals"] }`.
    Each(String, String),
}

impl Report {
    /// A report of which nothing is said yet.
    #[must_use]
    pub fn bare(name: &str, label: Label) -> Self {
        Self {
            name: name.to_owned(),
            label,
            help: Label::default(),
            entity: String::new(),
            filter: None,
            by: None,
            date: None,
            chart: None,
            group: Vec::new(),
            measure: Vec::new(),
            hidden: false,
        }
    }

    /// The group with that name: one of the report, or a field of the entity as it is.
    #[must_use]
    pub fn group(&self, name: &str) -> (String, Option<Each>) {
        match self.group.iter().find(|group| group.name == name) {
            Some(group) => (group.field.clone(), group.each),
            None => (name.to_owned(), None),
        }
    }
}

/// Whether records can be put together by the values of a field.
#[must_use]
pub fn can_group(field: &Field) -> bool {
    field.chooses()
        || matches!(
            field.kind,
            FieldType::Link { .. }
                | FieldType::Boolean
                | FieldType::Text
                | FieldType::Rating { .. }
                | FieldType::Integer
        )
}
