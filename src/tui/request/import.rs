//! Requests about a file that is imported. What opens files is for a host; the rest is answered here.
//!
//! Start at [`Import`].

use std::sync::Arc;

use super::{Answer, Reply};
use crate::exchange::export::Progress;
use crate::exchange::import::{ImportError, Job, Ledger, Line, Look, Looked, RowInFull};
use crate::exchange::{ImportMap, ImportReport, RowFate, saved};
use crate::gate::{GateError, Session};
use crate::model::{Name, Phrase, phrase};

/// What the screens ask of a file that is imported.
#[derive(Debug, Clone)]
pub enum Import {
    /// The files and folders that a typed path may go on with.
    Names(String),
    /// A first look.
    Look(Box<Look>),
    /// What would become of every row.
    Plan {
        /// Of what, and how.
        job: Arc<Job>,
        /// How far it is, and whether it is to stop.
        progress: Arc<Progress>,
    },
    /// Rows of a plan.
    Page {
        /// The plan.
        ledger: Arc<Ledger>,
        /// Only those of this fate.
        shown: Option<RowFate>,
        /// From the so-manieth on; that before which this row would stand, where one is named.
        from: From,
        /// At most so many.
        count: usize,
    },
    /// A row of a plan in full.
    Row {
        /// The import as it is by now.
        job: Arc<Job>,
        /// The plan.
        ledger: Arc<Ledger>,
        /// The row.
        row: u64,
        /// It was mended: it is judged anew.
        mended: bool,
    },
    /// Writes, or goes on with what was begun.
    Apply {
        /// What, and how.
        job: Arc<Job>,
        /// How far it is, and whether it is to stop.
        progress: Arc<Progress>,
    },
    /// Keeps a map by a name.
    KeepMap {
        /// The name.
        name: String,
        /// The entity it is for.
        entity: Name,
        /// The columns it was made for.
        headers: Vec<String>,
        /// It.
        map: Box<ImportMap>,
    },
}

/// Where a page of a plan begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum From {
    /// At the so-manieth row of those that are shown.
    Place(usize),
    /// Around this row of the file.
    Row(u64),
}

impl Import {
    /// True where it writes to the database.
    #[must_use]
    pub fn writes(&self) -> bool {
        matches!(self, Self::Apply { .. } | Self::KeepMap { .. })
    }

    /// True where a host has to open a file for it.
    #[must_use]
    pub fn opens_files(&self) -> bool {
        matches!(self, Self::Names(_) | Self::Look(_) | Self::Plan { .. } | Self::Apply { .. })
    }

    /// Answers what opens no file.
    ///
    /// # Errors
    /// Whatever the gate says; a file where nobody sits who could have opened one.
    pub fn answer(&self, session: &mut Session) -> Answer {
        let imported = match self {
            Self::Names(_) | Self::Look(_) | Self::Plan { .. } | Self::Apply { .. } => {
                return Err(GateError::File {
                    path: String::new(),
                    what: phrase!("files are read only on the computer you sit at"),
                    hint: None,
                });
            }
            Self::Page { ledger, shown, from, count } => {
                let from = match *from {
                    From::Place(place) => place,
                    From::Row(row) => ledger.before(*shown, row),
                };
                match ledger.page(*shown, from.saturating_sub(count / 2), *count) {
                    Ok(lines) => Imported::Page {
                        lines,
                        first: from.saturating_sub(count / 2),
                        at: from,
                        counts: ledger.counts(),
                    },
                    Err(error) => Imported::failed(&ImportError::Plan(error)),
                }
            }
            Self::Row { job, ledger, row, mended } => {
                match job.judge(session, ledger, *row, *mended) {
                    Ok(found) => Imported::Row(found.map(Box::new), ledger.counts()),
                    Err(error) => return Imported::of(error).map(Reply::Import),
                }
            }
            Self::KeepMap { name, entity, headers, map } => {
                saved::keep(session, name, entity, headers, map)?;
                Imported::MapKept(name.clone())
            }
        };
        Ok(Reply::Import(imported))
    }
}

/// What came of it.
#[derive(Debug)]
pub enum Imported {
    /// To [`Import::Names`]: names with whether each is a folder; the folder they lie in as it was typed.
    Names(Vec<(String, bool)>),
    /// To [`Import::Look`].
    Looked(Box<Looked>),
    /// To [`Import::Plan`].
    Planned(Arc<Ledger>),
    /// To [`Import::Plan`]: it was stopped.
    Stopped,
    /// To [`Import::Page`].
    Page {
        /// The rows.
        lines: Vec<Line>,
        /// The place of the first of them.
        first: usize,
        /// The place that was asked for.
        at: usize,
        /// How many rows there are of each fate.
        counts: Vec<(RowFate, u64)>,
    },
    /// To [`Import::Row`], with how many rows there are of each fate.
    Row(Option<Box<RowInFull>>, Vec<(RowFate, u64)>),
    /// To [`Import::Apply`].
    Done(Box<ImportReport>),
    /// To [`Import::KeepMap`].
    MapKept(String),
    /// It cannot be done, for a reason of the file or the map.
    Failed {
        /// Why.
        what: Phrase,
        /// What to do next.
        hint: Option<Phrase>,
    },
}

impl Imported {
    /// What an error of an import is to the screens: what the gate refuses is said like all it refuses.
    ///
    /// # Errors
    /// The refusal of the gate.
    pub fn of(error: ImportError) -> Result<Self, GateError> {
        match error {
            ImportError::Gate { error, written: 0 } => Err(error),
            other => Ok(Self::failed(&other)),
        }
    }

    fn failed(error: &ImportError) -> Self {
        Self::Failed { what: error.phrase(), hint: error.hint() }
    }
}
