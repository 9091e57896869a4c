//! Reports: definitions in TOML -> counts and sums through the gate -> tables and series.
//!
//! Nothing here draws or prints, and no report is known to the code: `assets/reports/*.toml` and
//! the company's own TOML say what is measured, of which records, in which groups; the catalogue holds
//! them ([`Report`]). Start at [`run`].

mod definition;
mod figures;
mod grid;
mod table;

use crate::gate::{ErrorKind, GateError, Session};
use crate::model::{Lang, Phrase, phrase};

pub use crate::schema::report::{Derived, Each, Group, MeasureDef, Report, Shape, Take};
pub use definition::find;
pub use table::{Cell, Head, Kind, Line, Note, Series, Table};

/// What somebody wants to see of a report.
#[derive(Debug, Clone, Copy, Default)]
pub struct ReportRequest<'a> {
    /// Only over the records that satisfy this query.
    pub filter: Option<&'a str>,
    /// In these groups: the name of a group of the report, `none`, or a field. The report's own without.
    pub by: Option<&'a str>,
    /// The language of labels.
    pub lang: Lang,
}

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// There is no such report or group.
    #[error("{what}")]
    Unknown {
        /// `there is no report "wom"`.
        what: Phrase,
        /// What was likely meant, or what there is.
        hint: Option<Phrase>,
    },
    /// A definition is wrong.
    #[error("report {report}: {what}")]
    Definition {
        /// The report.
        report: String,
        /// What is wrong with it.
        what: Phrase,
    },
    /// The gate refuses, or the query is wrong.
    #[error(transparent)]
    Gate(#[from] GateError),
}

impl ReportError {
    /// Why there is none.
    #[must_use]
    pub fn phrase(&self) -> Phrase {
        match self {
            Self::Unknown { what, .. } => what.clone(),
            Self::Definition { report, what } => {
                phrase!("report {report}: {what}", report, what)
            }
            Self::Gate(error) => error.phrase(),
        }
    }

    /// The kind, for exit codes.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Unknown { .. } => ErrorKind::NotFound,
            Self::Definition { .. } => ErrorKind::Invalid,
            Self::Gate(error) => error.kind(),
        }
    }

    /// What to do next, where there is something to say.
    #[must_use]
    pub fn hint(&self) -> Option<Phrase> {
        match self {
            Self::Unknown { hint, .. } => hint.clone(),
            Self::Definition { .. } => None,
            Self::Gate(error) => error.hint(),
        }
    }
}

/// Measures a report.
///
/// # Errors
/// An unknown group, a query that is wrong, or what the gate refuses.
pub fn run(
    session: &Session,
    report: &Report,
    request: &ReportRequest<'_>,
) -> Result<Table, ReportError> {
    figures::measure(session, report, request)
}
