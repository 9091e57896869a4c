//! Is the file sound? What `kontor doctor` says.

use std::path::Path;

use crate::model::{Phrase, phrase};

use super::error::{GateError, Result};
use super::store::living::Living;
use super::store::{fault, open, ticket};

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// As it should be.
    Fine,
    /// Worth knowing.
    Note,
    /// Something must be done.
    Bad,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// What was looked at: `integrity`.
    pub what: &'static str,
    /// What was found.
    pub found: Phrase,
    /// What to do.
    pub advice: Option<Phrase>,
}

impl Finding {
    fn new(severity: Severity, what: &'static str, found: Phrase) -> Self {
        Self { severity, what, found, advice: None }
    }

    fn advising(mut self, advice: Phrase) -> Self {
        self.advice = Some(advice);
        self
    }
}

/// Looks a file over, without changing it. Works on files that cannot be opened, too.
#[must_use]
pub fn examine(path: &Path) -> Vec<Finding> {
    let mut findings = Vec::new();
    match open::look(path) {
        Ok(open::Found::Nothing) => {
            findings.push(
                Finding::new(Severity::Note, "file", phrase!("there is no database here yet"))
                    .advising(phrase!("it is made when the first record is added")),
            );
            return findings;
        }
        Ok(open::Found::Ours) => {
            findings.push(Finding::new(Severity::Fine, "file", phrase!("a Kontor database")));
        }
        Ok(open::Found::Older(layout)) => {
            findings.push(
                Finding::new(
                    Severity::Note,
                    "file",
                    phrase!("an older layout ({layout})", layout = layout),
                )
                .advising(phrase!("it is brought up to date, after a copy, when it is opened")),
            );
        }
        Err(error) => {
            findings.push(told("file", &error));
            return findings;
        }
    }
    if let Err(error) = open::refuse_network(path) {
        findings.push(told("place", &error));
    }
    findings.push(match ticket::holder(path) {
        Some(holder) => Finding::new(
            Severity::Note,
            "writers",
            phrase!("{holder} is writing now", holder = holder),
        ),
        None => Finding::new(Severity::Fine, "writers", phrase!("nobody is writing")),
    });
    match inspect(path) {
        Ok(mut more) => findings.append(&mut more),
        Err(error) => findings.push(told("content", &error)),
    }
    findings
}

/// The hash of a file's living records, without changing it: see [`Living`].
///
/// # Errors
/// Where there is no such file, or it cannot be read.
pub fn living_hash(path: &Path) -> Result<Living> {
    if open::look(path)? == open::Found::Nothing {
        return Err(GateError::NotFound {
            what: phrase!("there is no database here yet"),
            hint: Some(phrase!("it is made when the first record is added")),
        });
    }
    open::connect(path)?.living_hash()
}

fn told(what: &'static str, error: &GateError) -> Finding {
    let finding = Finding::new(Severity::Bad, what, error.phrase());
    match error {
        GateError::File { what, .. } if what.contains("damaged") => finding.advising(rescue()),
        error => match error.hint() {
            Some(hint) => finding.advising(hint),
            None => finding,
        },
    }
}

fn rescue() -> Phrase {
    phrase!(
        "copy the file (with its -wal beside it) to a safe place first; then restore your latest backup, or rescue what is readable with `sqlite3 FILE .recover`"
    )
}

fn inspect(path: &Path) -> Result<Vec<Finding>> {
    let store = open::connect(path)?;
    let mut findings = Vec::new();
    if store.is_read_only() {
        findings.push(
            Finding::new(Severity::Note, "access", phrase!("the file or its folder is read-only"))
                .advising(phrase!("check who owns it if people should write")),
        );
    } else {
        findings.push(Finding::new(Severity::Fine, "access", phrase!("can be written")));
    }
    let lines = |sql: &str| -> Result<Vec<String>> {
        store
            .conn
            .prepare(sql)
            .and_then(|mut statement| {
                statement.query_map([], |row| row.get::<_, String>(0))?.collect()
            })
            .map_err(|error| fault(path, error))
    };
    let damage = lines("PRAGMA quick_check(20)")?;
    findings.push(if damage == ["ok"] {
        Finding::new(Severity::Fine, "integrity", phrase!("no damage found"))
    } else {
        Finding::new(Severity::Bad, "integrity", Phrase::raw(damage.join("; "))).advising(rescue())
    });
    let orphans = lines(
        "SELECT DISTINCT \"table\" || ' -> ' || parent FROM pragma_foreign_key_check LIMIT 20",
    )?;
    findings.push(if orphans.is_empty() {
        Finding::new(Severity::Fine, "links", phrase!("every link has its record"))
    } else {
        Finding::new(
            Severity::Bad,
            "links",
            phrase!("links without their record: {orphans}", orphans = orphans.join(", ")),
        )
        .advising(phrase!(
            "another program wrote to the file; restore a backup or clear those links"
        ))
    });
    let chain = store.verify_chain(None)?;
    findings.push(match chain.broken {
        None => Finding::new(
            Severity::Fine,
            "history",
            phrase!(
                "{changes} change sets, chain sound, head {head}",
                changes = chain.changes,
                head = chain.head.get(..12).unwrap_or("-")
            ),
        ),
        Some((number, why)) => Finding::new(
            Severity::Bad,
            "history",
            phrase!("change set {number}: {why}", number = number, why = why),
        )
        .advising(phrase!("somebody wrote to the file outside Kontor; compare with a backup")),
    });
    let size = std::fs::metadata(path).map_or(0, |meta| meta.len());
    findings.push(Finding::new(
        Severity::Fine,
        "size",
        phrase!("{size} MB", size = size.div_ceil(1_000_000)),
    ));
    Ok(findings)
}
