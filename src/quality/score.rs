//! How good the data of an entity are, in one number.
//!
//! A record loses the weight of each check that finds something in it, however often, at most all of its
//! hundred points. The score is the mean of what is left over all records: 100 where nothing is found.

use std::collections::BTreeMap;

use super::{CHECKS, Check, Finding};

/// A record's points.
const WHOLE: u64 = 100;

/// What was counted of one check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tallied {
    /// How many findings there are.
    pub findings: u64,
    /// In how many records.
    pub records: u64,
    /// How many have a proposal.
    pub proposals: u64,
}

/// Findings counted over many records.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Score {
    records: u64,
    clean: u64,
    lost: u64,
    checks: BTreeMap<&'static str, Tallied>,
}

impl Score {
    /// Takes in a record and all that was found in it.
    pub fn record(&mut self, found: &[Finding]) {
        self.records += 1;
        self.clean += u64::from(found.is_empty());
        let mut lost = 0;
        for check in &CHECKS {
            let own = found.iter().filter(|finding| finding.check == check);
            let count = own.clone().count() as u64;
            if count == 0 {
                continue;
            }
            lost += u64::from(check.weight);
            let tallied = self.checks.entry(check.name).or_default();
            tallied.findings += count;
            tallied.records += 1;
            tallied.proposals += own.filter(|finding| finding.after.is_some()).count() as u64;
        }
        self.lost += lost.min(WHOLE);
    }

    /// Takes in findings that are about no record.
    pub fn beside(&mut self, check: &'static Check, findings: u64) {
        if findings > 0 {
            self.checks.entry(check.name).or_default().findings += findings;
        }
    }

    /// How many records were looked at.
    #[must_use]
    pub fn records(&self) -> u64 {
        self.records
    }

    /// In how many nothing was found.
    #[must_use]
    pub fn clean(&self) -> u64 {
        self.clean
    }

    /// The score in tenths of a point, 1000 at best; rounded down, so that only what is all right has it.
    #[must_use]
    pub fn tenths(&self) -> Option<u32> {
        let most = self.records.checked_mul(WHOLE).filter(|most| *most > 0)?;
        let left = u128::from(most - self.lost) * 1000 / u128::from(most);
        u32::try_from(left).ok()
    }

    /// What was counted of a check.
    #[must_use]
    pub fn of(&self, check: &Check) -> Tallied {
        self.checks.get(check.name).copied().unwrap_or_default()
    }

    /// Findings of all checks.
    #[must_use]
    pub fn all(&self) -> Tallied {
        self.checks.values().fold(Tallied::default(), |sum, one| Tallied {
            findings: sum.findings + one.findings,
            records: sum.records + one.records,
            proposals: sum.proposals + one.proposals,
        })
    }
}
