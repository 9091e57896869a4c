//! `[audit]` and `[anomalies]`: where heads of the log are kept outside the file, and from where on
//! something in it is unusual.

use std::path::PathBuf;

use serde::Deserialize;

use crate::gate::Thresholds;

/// The table `[audit]` as it is written; every key may be left out.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Audit {
    pub(super) head_file: Option<String>,
    syslog: Option<bool>,
}

/// Where the head of the audit log is kept outside the database.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Heads {
    /// A file that gets a line for each.
    pub file: Option<PathBuf>,
    /// The system log.
    pub syslog: bool,
}

impl Audit {
    pub(super) fn settled(&self, place: impl FnOnce(&str) -> PathBuf) -> Heads {
        let file = self.head_file.as_deref().map(place);
        Heads { file, syslog: self.syslog.unwrap_or(false) }
    }

    /// True where the file says anything of it.
    pub(super) fn is_said(&self) -> bool {
        self.head_file.is_some() || self.syslog.is_some()
    }
}

impl Heads {
    /// Where they go, for `kontor config`.
    pub(super) fn word(&self) -> String {
        let file = self.file.as_ref().map(|path| path.display().to_string());
        let ways: Vec<String> =
            file.into_iter().chain(self.syslog.then(|| "syslog".into())).collect();
        if ways.is_empty() { "nowhere".to_owned() } else { ways.join(", ") }
    }
}

/// The table `[anomalies]` as it is written; every key may be left out.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Anomalies {
    days: Option<u32>,
    factor: Option<u32>,
    edits: Option<u64>,
    exports: Option<u64>,
    deletes: Option<u64>,
    refusals: Option<u64>,
    sign_ins: Option<u64>,
    from_hour: Option<u32>,
    to_hour: Option<u32>,
    odd_days: Option<u64>,
}

impl Anomalies {
    /// What holds: as the program thinks right, unless the file says otherwise.
    pub(super) fn settled(self) -> Thresholds {
        let usual = Thresholds::default();
        Thresholds {
            days: self.days.unwrap_or(usual.days).clamp(1, 30),
            factor: self.factor.unwrap_or(usual.factor),
            edits: self.edits.unwrap_or(usual.edits),
            exports: self.exports.unwrap_or(usual.exports),
            deletes: self.deletes.unwrap_or(usual.deletes),
            refusals: self.refusals.unwrap_or(usual.refusals),
            sign_ins: self.sign_ins.unwrap_or(usual.sign_ins),
            from_hour: self.from_hour.unwrap_or(usual.from_hour),
            to_hour: self.to_hour.unwrap_or(usual.to_hour),
            odd_days: self.odd_days.unwrap_or(usual.odd_days),
        }
    }
}

/// The thresholds in a word, for `kontor config`.
pub(super) fn word(thresholds: Thresholds) -> String {
    if thresholds == Thresholds::default() { "usual".to_owned() } else { "own".to_owned() }
}
