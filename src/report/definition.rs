//! What a report is: the TOML of `assets/reports`.

use std::sync::LazyLock;

use serde::Deserialize;

use super::ReportError;
use crate::model::{Phrase, phrase};
use crate::schema::Label;

/// The reports that ship, in the order in which people see them.
const SHIPPED: [(&str, &str); 4] = [
    ("pipeline", include_str!("../../assets/reports/pipeline.toml")),
    ("won", include_str!("../../assets/reports/won.toml")),
    ("forecast", include_str!("../../assets/reports/forecast.toml")),
    ("velocity", include_str!("../../assets/reports/velocity.toml")),
];

static REPORTS: LazyLock<Vec<Report>> = LazyLock::new(|| {
    SHIPPED.iter().filter_map(|(name, text)| Report::parse(name, text).ok()).collect()
});

/// A report.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
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
    #[serde(rename = "where")]
    pub filter: Option<String>,
    /// The group it is split by when nobody says another; one line without.
    pub by: Option<String>,
    /// The date by which its records fall into a period; without one it is about all times.
    pub date: Option<String>,
    /// How it is drawn when nobody says another; by the group without.
    pub chart: Option<Shape>,
    /// The groups it can be split by.
    #[serde(default)]
    pub group: Vec<Group>,
    /// What is measured.
    pub measure: Vec<MeasureDef>,
}

/// The shape in which the numbers of a report are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
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
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Each {
    /// A calendar month.
    Month,
    /// A calendar quarter.
    Quarter,
}

/// One number of a report.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
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
    #[serde(rename = "where")]
    pub filter: Option<String>,
    /// What is computed from other measures of the report.
    pub derive: Option<Derived>,
    /// Only others are computed from it.
    #[serde(default)]
    pub hidden: bool,
}

/// What is taken of records.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "lowercase")]
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
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum Derived {
    /// One count in percent of another: `{ percent = ["won", "closed"] }`.
    Percent(String, String),
    /// A sum divided by a count: `{ each = ["value", "deals"] }`.
    Each(String, String),
}

impl Report {
    /// The group with that name: one of the report, or a field of the entity as it is.
    #[must_use]
    pub fn group(&self, name: &str) -> (String, Option<Each>) {
        match self.group.iter().find(|group| group.name == name) {
            Some(group) => (group.field.clone(), group.each),
            None => (name.to_owned(), None),
        }
    }

    /// Reads a definition and checks that its parts know each other.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(name: &str, text: &str) -> Result<Self, ReportError> {
        let wrong = |what: Phrase| ReportError::Definition { report: name.to_owned(), what };
        let report: Self =
            toml::from_str(text).map_err(|error| wrong(Phrase::raw(error.to_string())))?;
        if let Some(by) = &report.by
            && !report.group.iter().any(|group| group.name == *by)
        {
            return Err(wrong(phrase!("there is no group \"{by}\"", by)));
        }
        for measure in &report.measure {
            match (&measure.take, &measure.derive) {
                (Some(_), None) => {}
                (None, Some(Derived::Percent(a, b) | Derived::Each(a, b))) => {
                    let taken = |name: &String| {
                        report.measure.iter().any(|m| m.name == *name && m.take.is_some())
                    };
                    if let Some(unknown) = [a, b].into_iter().find(|name| !taken(name)) {
                        return Err(wrong(phrase!(
                            "{measure}: no measure \"{unknown}\"",
                            measure = &measure.name,
                            unknown
                        )));
                    }
                }
                _ => {
                    return Err(wrong(phrase!(
                        "{measure}: either take or derive",
                        measure = &measure.name
                    )));
                }
            }
        }
        Ok(report)
    }
}

/// The reports that ship.
#[must_use]
pub fn built_in() -> &'static [Report] {
    &REPORTS
}

/// A report by its name.
///
/// # Errors
/// [`ReportError::Unknown`] with what there is.
pub fn find(name: &str) -> Result<&'static Report, ReportError> {
    built_in().iter().find(|report| report.name == name).ok_or_else(|| {
        let names: Vec<&str> = built_in().iter().map(|report| report.name.as_str()).collect();
        ReportError::Unknown {
            what: phrase!("there is no report \"{name}\"", name),
            hint: Some(phrase!("reports: {names}", names = names.join(", "))),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_report_that_ships_is_sound() {
        let catalog = crate::schema::load(None).unwrap();
        for (name, text) in SHIPPED {
            let report = Report::parse(name, text).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(report.name, name);
            let entity = catalog.entity(&report.entity).unwrap();
            assert!(report.date.iter().all(|date| entity.field(date).is_some()), "{name}");
            for group in &report.group {
                assert!(entity.field(&group.field).is_some(), "{name}: {}", group.field);
                assert!(!group.label.zh.is_empty(), "{name}: {}", group.name);
            }
            for measure in &report.measure {
                assert!(measure.hidden || !measure.label.zh.is_empty(), "{name}: {}", measure.name);
                let fields: Vec<&String> = match &measure.take {
                    Some(Take::Sum(a) | Take::Mean(a) | Take::Min(a) | Take::Max(a)) => vec![a],
                    Some(Take::Weighted(a, b) | Take::Days(a, b)) => vec![a, b],
                    Some(Take::Count) | None => vec![],
                };
                for field in fields {
                    assert!(entity.field(field).is_some(), "{name}: {field}");
                }
            }
        }
        assert_eq!(built_in().len(), SHIPPED.len());
    }

    #[test]
    fn parts_that_do_not_know_each_other_are_told() {
        let report = |rest: &str| {
            let text = format!(
                "name = \"x\"\nlabel = {{ en = \"X\" }}\nhelp = {{ en = \"X\" }}\nentity = \"deal\"\n{rest}"
            );
            Report::parse("x", &text).unwrap_err().to_string()
        };
        let measure = "[[measure]]\nname = \"m\"\nlabel = { en = \"M\" }\n";
        assert!(report(&format!("by = \"year\"\n{measure}take = \"count\"\n")).contains("year"));
        assert!(
            report(&format!("{measure}derive = {{ percent = [\"a\", \"m\"] }}\n"))
                .contains("no measure \"a\"")
        );
        assert!(report(measure).contains("either take or derive"));
        assert!(report(&format!("{measure}tak = \"count\"\n")).contains("tak"));
    }
}
