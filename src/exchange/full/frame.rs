//! The first and the last line of a full export.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::secret::hex;

/// The number of the format that is written; others are refused.
pub const FORMAT: u32 = 1;

/// What the first line calls itself.
const NAME: &str = "full export";

/// The first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Head {
    /// What it is.
    kontor: String,
    /// The number of the format.
    pub format: u32,
    /// What the tables of the file were made for.
    pub made_for: String,
}

impl Head {
    pub fn new(made_for: &str) -> Self {
        Self { kontor: NAME.to_owned(), format: FORMAT, made_for: made_for.to_owned() }
    }

    /// The head that a line is; none where it is another file's.
    pub fn of_line(line: &str) -> Option<Self> {
        serde_json::from_str::<Self>(line).ok().filter(|head| head.kontor == NAME)
    }

    pub fn line(&self) -> String {
        line(self)
    }
}

/// The format that a line says it is in, where it is some format of ours.
pub(super) fn format_of(line: &str) -> Option<u64> {
    let head: serde_json::Value = serde_json::from_str(line).ok()?;
    (head.get("kontor")?.as_str()? == NAME).then(|| head.get("format")?.as_u64())?
}

/// The last line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct End {
    pub end: Counts,
}

/// How much stands between the first line and the last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Counts {
    /// How many lines.
    pub lines: u64,
    /// How many of them are records.
    pub records: u64,
    /// Whether the chain of history was whole.
    pub sound: bool,
    /// SHA-256 over those lines: the hash of the content.
    pub sha256: String,
    /// SHA-256 over the first line and what stands before this.
    seal: String,
}

impl End {
    pub fn new(head: &str, lines: u64, records: u64, sound: bool, hash: &str) -> Self {
        let mut seal = Sha256::new();
        seal.update(head.as_bytes());
        seal.update(format!("{lines} {records} {sound} {hash}").as_bytes());
        let seal = hex(&seal.finalize());
        Self { end: Counts { lines, records, sound, sha256: hash.to_owned(), seal } }
    }

    /// The end that a line is.
    pub fn of_line(line: &str) -> Option<Self> {
        serde_json::from_str(line).ok()
    }

    /// Whether it belongs to this first line and says what it said when it was written.
    pub fn is_sealed(&self, head: &str) -> bool {
        let Counts { lines, records, sound, sha256, .. } = &self.end;
        Self::new(head, *lines, *records, *sound, sha256) == *self
    }

    pub fn line(&self) -> String {
        line(self)
    }
}

fn line(of: &impl Serialize) -> String {
    // Texts, numbers and a flag: this cannot fail.
    let mut line = serde_json::to_string(of).unwrap_or_default();
    line.push('\n');
    line
}
