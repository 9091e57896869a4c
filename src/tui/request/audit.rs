//! A part of the audit log, as the screen asks for it.

use crate::gate::{AuditPage, AuditRequest, Result, Session};

/// Which part of the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogPart {
    /// Which entries, as typed; all where it is blank.
    pub filter: String,
    /// Entries before this one.
    pub before: Option<i64>,
    /// At most how many.
    pub limit: usize,
}

impl LogPart {
    /// Reads it.
    pub(super) fn read(&self, session: &Session) -> Result<AuditPage> {
        let filter = match self.filter.trim() {
            "" => None,
            text => Some(session.audit_query(text)?),
        };
        session.audit(&AuditRequest { filter, before: self.before, limit: self.limit })
    }
}
