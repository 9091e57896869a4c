//! Who is meant by a login: every user of the file that has one, gone ones too.

use super::Store;
use super::people::active;
use crate::gate::error::Result;
use crate::model::RecordId;

/// A user as far as a login tells of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// Their record.
    pub user: RecordId,
    /// The login, as it stands there.
    pub name: String,
    /// The record was deleted.
    pub deleted: bool,
    /// They may act.
    pub active: bool,
}

impl Store {
    /// Every user with a login.
    pub fn logins(&self) -> Result<Vec<Login>> {
        self.conn
            .prepare_cached(&format!(
                "SELECT u.id, u.login, u.deleted_at IS NOT NULL, {}
                 FROM main.user u WHERE coalesce(u.login, '') <> '' ORDER BY u.id",
                active("u")
            ))
            .and_then(|mut statement| {
                statement
                    .query_map([], |row| {
                        Ok(Login {
                            user: RecordId(row.get(0)?),
                            name: row.get(1)?,
                            deleted: row.get(2)?,
                            active: row.get(3)?,
                        })
                    })?
                    .collect()
            })
            .map_err(|error| self.fault(error))
    }
}
