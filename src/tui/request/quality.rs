//! The checks of the data, as the screen asks for them piece by piece.

use crate::gate::{DayScore, Result, Scan, Session};
use crate::model::Name;
use crate::quality::Finding;

/// What is asked of the checks.
#[derive(Debug, Clone)]
pub enum Checking {
    /// Begins with the records of an entity.
    Begin(Name),
    /// Goes on with the next of them.
    On(Box<Scan>),
    /// How good the data were from day to day.
    Scores,
}

/// What the checks say.
#[derive(Debug)]
pub enum Checked {
    /// How far it is, and what was found.
    Piece(Box<Scan>, Vec<Finding>),
    /// The scores that were kept.
    Scores(Vec<DayScore>),
}

impl Checking {
    /// Does it. The score of what was looked at to its end is kept.
    pub(super) fn answer(&self, session: &Session) -> Result<Checked> {
        Ok(match self {
            Self::Begin(entity) => {
                Checked::Piece(Box::new(session.begin_scan(entity, &[], None)?), Vec::new())
            }
            Self::On(scan) => {
                let mut scan = scan.clone();
                let found = session.scan_on(&mut scan)?;
                session.keep_score(&scan)?;
                Checked::Piece(scan, found)
            }
            Self::Scores => Checked::Scores(session.scores(None)?),
        })
    }
}
