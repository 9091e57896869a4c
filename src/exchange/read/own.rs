//! The marks by which our own cards and calendar entries are known again: `kontor:contact:345`.
//!
//! Start at [`own_uid`].

use crate::model::{Name, RecordId, RecordRef};

const PREFIX: &str = "kontor:";

/// The mark of a record.
#[must_use]
pub fn own_uid(record: &RecordRef) -> String {
    format!("{PREFIX}{}:{}", record.entity, record.id)
}

/// Whether a mark may be ours.
pub(super) fn is_own(uid: &str) -> bool {
    of_uid(uid).is_some()
}

/// The record that a mark of ours names. Another database has records of these numbers too: whoever takes it for
/// that one looks whether it says the same.
#[must_use]
pub fn of_uid(uid: &str) -> Option<RecordRef> {
    let (entity, id) = uid.strip_prefix(PREFIX)?.split_once(':')?;
    let id = id.parse().ok().filter(|id| *id > 0)?;
    (!entity.is_empty()).then(|| RecordRef { entity: Name::from(entity), id: RecordId(id) })
}
