//! A record as it was read.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::{Link, Name, RecordId, RecordRef, Value};

/// What every record carries beside its fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meta {
    /// Counts the writes to the record, from 1.
    pub version: i64,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// By whom; none where the creator was the system.
    pub created_by: Option<Link>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// By whom.
    pub updated_by: Option<Link>,
    /// When it was deleted, if it is.
    pub deleted_at: Option<DateTime<Utc>>,
}

/// A record as it was read: identity, bookkeeping and the fields that were asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its entity.
    pub entity: Name,
    /// Its number.
    pub id: RecordId,
    /// Bookkeeping.
    pub meta: Meta,
    /// The fields that were asked for, empty ones left out.
    pub fields: BTreeMap<Name, Value>,
}

impl Record {
    /// A record that is not there yet, with nothing in it.
    #[must_use]
    pub fn blank(entity: Name, now: DateTime<Utc>) -> Self {
        let meta = Meta {
            version: 0,
            created_at: now,
            created_by: None,
            updated_at: now,
            updated_by: None,
            deleted_at: None,
        };
        Self { entity, id: RecordId(0), meta, fields: BTreeMap::new() }
    }

    /// The value of a field; [`Value::Null`] where it is empty or was not read.
    #[must_use]
    pub fn get(&self, field: &str) -> &Value {
        static NULL: Value = Value::Null;
        self.fields.get(field).unwrap_or(&NULL)
    }

    /// Which record it is.
    #[must_use]
    pub fn reference(&self) -> RecordRef {
        RecordRef { entity: self.entity.clone(), id: self.id }
    }
}
