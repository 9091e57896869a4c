//! What a company decides once: its region, its money, how long its people are in.

use std::collections::BTreeMap;

use crate::model::{Currency, Name};

/// All that the company decides once: its region and money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Company {
    /// ISO 3166 region in which phone numbers without a country code are read: `DE`.
    pub region: String,
    /// The currency of amounts typed without one.
    pub currency: Currency,
    /// So many hours somebody who signed in is in, at most [`Company::MOST_HOURS`].
    pub sign_in_hours: u8,
    /// The screens of everybody who has a password lock after so many minutes without a key at the latest; as
    /// each chooses without.
    pub lock_after: Option<u16>,
    /// How long records are kept, by entity.
    pub retention: BTreeMap<Name, Retention>,
}

/// How long records of an entity are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Retention {
    /// What was deleted more than so many days ago is to be removed for good.
    pub deleted_days: Option<u16>,
    /// What nothing has happened to for so many months is proposed to be deleted.
    pub idle_months: Option<u16>,
}

impl Company {
    /// More hours nobody is in.
    pub const MOST_HOURS: u8 = 12;
    /// More minutes than a day has are none to lock after.
    pub const MOST_MINUTES: u16 = 24 * 60;
}

impl Default for Company {
    fn default() -> Self {
        Self {
            region: "DE".to_owned(),
            currency: Currency::EUR,
            sign_in_hours: Self::MOST_HOURS,
            lock_after: None,
            retention: BTreeMap::new(),
        }
    }
}
