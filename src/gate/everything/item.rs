//! One piece of the content of a file, and its text.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::{Name, Value};
use crate::secret::hex;

/// One piece of the content of a file. The order in a file is that of the variants; within one of them
/// by key or number, records by the name of their entity first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum Item {
    /// What the file knows about itself: the company's own TOML, stamps.
    Setting {
        /// Which.
        key: String,
        /// Its text.
        value: String,
    },
    /// The number that an entity has in history.
    Entity {
        /// The number.
        number: i64,
        /// The entity.
        name: Name,
    },
    /// The last serial that was given.
    Counter {
        /// Which.
        name: String,
        /// The last one.
        value: i64,
    },
    /// The number of the last record of an entity.
    Last {
        /// The entity.
        entity: Name,
        /// The number.
        number: i64,
    },
    /// A record, deleted ones included; fields that are empty are left out.
    Record {
        /// The entity.
        entity: Name,
        /// Its number.
        id: i64,
        /// What it holds, bookkeeping included.
        fields: BTreeMap<Name, Value>,
    },
    /// A preference of a person.
    Own {
        /// The number of the user.
        user: i64,
        /// Which.
        key: String,
        /// Its text.
        value: String,
        /// When it was chosen, in Unix milliseconds.
        at: i64,
    },
    /// How good the data of an entity were on a day.
    Score {
        /// The entity.
        entity: Name,
        /// The day.
        day: String,
        /// When it was measured, in Unix milliseconds.
        at: i64,
        /// In tenths of a point.
        tenths: i64,
        /// How many records there were.
        records: i64,
        /// In how many nothing was found.
        clean: i64,
        /// Findings by check, as JSON.
        findings: String,
    },
    /// An entry of the chain: a change or an event.
    Change(Box<Occurred>),
    /// What a change did to one field, or that it created a record.
    History(Box<Trace>),
}

/// An entry of the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the columns of the table `_change`, which says what they are")]
pub struct Occurred {
    pub number: i64,
    pub operation: i64,
    pub at: i64,
    pub actor: Option<i64>,
    pub actor_name: String,
    pub via: String,
    pub why: String,
    pub undoes: Option<i64>,
    pub records: i64,
    pub form: i64,
    pub kind: String,
    pub entity: Option<String>,
    pub record: Option<i64>,
    pub what: String,
    pub count: i64,
    pub detail: String,
    pub previous: Bytes,
    pub hash: Bytes,
}

/// A row of history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the columns of the table `_history`, which says what they are")]
pub struct Trace {
    pub id: i64,
    pub entity: i64,
    pub record: i64,
    pub op: i64,
    pub field: Option<String>,
    pub before: Option<String>,
    pub after: Option<String>,
    pub salt: Option<Bytes>,
    pub digest: Option<Bytes>,
}

/// Bytes, in hexadecimal digits where they are text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bytes(pub Vec<u8>);

impl Serialize for Bytes {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(&hex(&self.0))
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let wrong = || serde::de::Error::custom("not hexadecimal digits");
        let nibble =
            |digit: u8| char::from(digit).to_digit(16).filter(|_| !digit.is_ascii_uppercase());
        let pair = |pair: &[u8]| match pair {
            [high, low] => Some((nibble(*high)? * 16 + nibble(*low)?) as u8),
            _ => None,
        };
        let bytes: Option<Vec<u8>> = text.as_bytes().chunks(2).map(pair).collect();
        bytes.map(Bytes).ok_or_else(wrong)
    }
}

impl Item {
    /// The item as a line of text with its end; the same for the same content.
    #[must_use]
    pub fn line(&self) -> String {
        // Nothing in an item is a map with keys that are no text: this cannot fail.
        let mut line = serde_json::to_string(self).unwrap_or_default();
        line.push('\n');
        line
    }

    /// The item that a line says.
    #[must_use]
    pub fn of_line(line: &str) -> Option<Self> {
        serde_json::from_str(line).ok()
    }
}
