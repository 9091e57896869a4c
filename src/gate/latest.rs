//! My last change to data, and whether it may be taken back without asking.
//!
//! One key takes back what one has just done, nothing else: changes of the schema and of rights are passed
//! over, and what is not of this session, or not the last thing one did, is asked about. Start at
//! [`Session::latest`].

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::error::{GateError, Result};
use super::session::{Session, Via};
use super::write::UndoPlan;
use crate::model::{Name, phrase};
use crate::policy::is_guarded;

/// How many of my changes are looked through for one of data.
const BACK: usize = 200;

/// Why taking a change back is asked about first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doubt {
    /// It was made by another session of the same person: when, and from which front end.
    Elsewhere(DateTime<Utc>, Option<Via>),
    /// It changes the schema.
    Schema,
    /// It changes who may do what.
    Rights,
    /// The person changed the schema or rights since (that is why), which is not taken back by this.
    NotLast(String),
}

/// What the beginning of an operation touches.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Touched {
    /// Entities with records of its own.
    pub entities: BTreeSet<Name>,
    /// The schema or a setting of the file.
    pub file: bool,
}

impl Touched {
    fn rights(&self) -> bool {
        self.entities.iter().any(|entity| is_guarded(entity))
    }

    fn data(&self) -> bool {
        !self.file && self.entities.iter().any(|entity| !is_guarded(entity))
    }
}

impl Session {
    /// What taking back my last change to data that stands would do, and why that is to be asked first.
    ///
    /// # Errors
    /// [`GateError::NotFound`] where there is nothing to take back.
    pub fn latest(&self) -> Result<(UndoPlan, Option<Doubt>)> {
        let mut passed: Option<i64> = None;
        for number in self.store.standing(self.actor().person().user, BACK)? {
            let touched = self.store.touched(number)?;
            if !touched.data() {
                passed.get_or_insert(number);
                continue;
            }
            let plan = self.plan_undo(Some(number))?;
            let doubt = match (self.doubt(number, &touched)?, passed) {
                (None, Some(newer)) => {
                    let newer = self.store.operation(newer)?;
                    newer.map(|entry| Doubt::NotLast(entry.why))
                }
                (doubt, _) => doubt,
            };
            return Ok((plan, doubt));
        }
        let hint = passed.map(|_| {
            phrase!(
                "changes of the schema and of rights are taken back from the list of your changes"
            )
        });
        Err(GateError::NotFound { what: phrase!("there is nothing to undo"), hint })
    }

    /// Whether a change is one of the schema or of rights, which nobody takes back by one key.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn reshapes(&self, change_set: i64) -> Result<Option<Doubt>> {
        let touched = self.store.touched(change_set)?;
        Ok(match &touched {
            touched if touched.rights() => Some(Doubt::Rights),
            touched if touched.file => Some(Doubt::Schema),
            _ => None,
        })
    }

    fn doubt(&self, number: i64, touched: &Touched) -> Result<Option<Doubt>> {
        if touched.rights() {
            return Ok(Some(Doubt::Rights));
        }
        if self.wrote.contains(&number) {
            return Ok(None);
        }
        let entry = self.store.operation(number)?;
        Ok(entry.map(|entry| Doubt::Elsewhere(entry.at, Via::of_word(&entry.via))))
    }
}
