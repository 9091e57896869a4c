//! What is asked about records that are likely the same.

use std::sync::Arc;

use crate::gate::{Applied, Hunt, HuntStep, Merge, MergePlan, Result, Session, TwinsNow};
use crate::model::{Name, Record, RecordRef};
use crate::schema::DuplicateRule;

/// A question about records that are likely the same.
#[derive(Debug, Clone)]
pub enum Twins {
    /// The next piece of a search, and how far it is.
    Hunt(Arc<Hunt>),
    /// What became of records that were found.
    Now(Name, Arc<DuplicateRule>, Vec<i64>),
    /// Records side by side, and what one record of them would be.
    Compare(Box<Merge>),
    /// These are no duplicates.
    Apart(Vec<(RecordRef, RecordRef)>),
    /// These may be duplicates, whatever was said.
    Together(Vec<(RecordRef, RecordRef)>),
}

/// What is answered.
#[derive(Debug)]
pub enum OnTwins {
    /// To [`Twins::Hunt`].
    Hunt(HuntStep),
    /// To [`Twins::Now`].
    Now(TwinsNow),
    /// To [`Twins::Compare`]: the records in the order of the wish, the survivor first.
    Compared(Vec<Record>, Box<MergePlan>),
    /// To [`Twins::Apart`] and [`Twins::Together`]: none where that was known already.
    Said(Option<Applied>),
}

impl Twins {
    /// True where it writes.
    pub(super) fn writes(&self) -> bool {
        matches!(self, Self::Apart(_) | Self::Together(_))
    }

    /// Answers it.
    pub(super) fn answer(&self, session: &mut Session) -> Result<OnTwins> {
        Ok(match self {
            Self::Hunt(hunt) => OnTwins::Hunt(session.hunt(hunt)?),
            Self::Now(entity, rule, records) => {
                OnTwins::Now(session.twins_now(entity, rule, records)?)
            }
            Self::Compare(wish) => {
                let (records, plan) = session.compare(wish)?;
                OnTwins::Compared(records, Box::new(plan))
            }
            Self::Apart(pairs) => OnTwins::Said(session.keep_apart(pairs)?),
            Self::Together(pairs) => OnTwins::Said(session.bring_together(pairs)?),
        })
    }
}
