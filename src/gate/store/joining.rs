//! What is kept of how a user got in: their invitation, their keys as the log has them, their last act.

use rusqlite::{OptionalExtension, params};

use super::Store;
use crate::gate::audit::EventKind;
use crate::gate::error::Result;
use crate::model::RecordId;

impl Store {
    /// Until when the newest invitation of a user held or holds, if it was not used.
    pub fn invitation_of(&self, user: RecordId) -> Result<Option<i64>> {
        if self.columns_of("_invite")?.is_empty() {
            return Ok(None);
        }
        self.conn
            .prepare_cached(
                "SELECT expires_at FROM _invite WHERE user = ? AND used_at IS NULL
                 ORDER BY made_at DESC LIMIT 1",
            )
            .and_then(|mut statement| statement.query_row([user.0], |row| row.get(0)).optional())
            .map_err(|error| self.fault(error))
    }

    /// What the log has of a user's keys, the oldest first: whether it was added, its fingerprint, when.
    pub fn keys_noted(&self, user: RecordId) -> Result<Vec<(bool, String, i64)>> {
        if !self.has_events()? {
            return Ok(Vec::new());
        }
        let (added, removed) = (EventKind::KeyAdded.word(), EventKind::KeyRemoved.word());
        self.conn
            .prepare_cached(
                "SELECT kind = ?2, what, at FROM main._change
                 WHERE entity = 'user' AND record = ?1 AND kind IN (?2, ?3) ORDER BY number",
            )
            .and_then(|mut statement| {
                statement
                    .query_map(params![user.0, added, removed], |row| {
                        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
                    })?
                    .collect()
            })
            .map_err(|error| self.fault(error))
    }

    /// When a user last did anything here, or was seen to be in.
    pub fn last_act_of(&self, user: RecordId) -> Result<Option<i64>> {
        let acted: Option<i64> = self
            .conn
            .prepare_cached(
                "SELECT at FROM main._change WHERE actor = ? AND kind <> 'sign_in_denied'
                 ORDER BY number DESC LIMIT 1",
            )
            .and_then(|mut statement| statement.query_row([user.0], |row| row.get(0)).optional())
            .map_err(|error| self.fault(error))?;
        if self.columns_of("_seat")?.is_empty() {
            return Ok(acted);
        }
        let seen: Option<i64> = self
            .conn
            .prepare_cached("SELECT max(last_seen) FROM _seat WHERE user = ?")
            .and_then(|mut statement| statement.query_row([user.0], |row| row.get(0)))
            .map_err(|error| self.fault(error))?;
        Ok(acted.max(seen))
    }
}
