//! Rights for a while, and who there is: what explaining and granting rest on, as it stands in the file.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, params};

use super::Store;
use super::history::{ROWS, decode};
use super::people::{active, may_act};
use crate::gate::error::Result;
use crate::model::{Name, Op, RecordId};

/// A request that was approved and has not ended.
pub struct StoredGrant {
    /// The request.
    pub id: RecordId,
    /// Of which entity.
    pub entity: Name,
    /// Of one record; of all of them without.
    pub record: Option<RecordId>,
    /// The word of the right.
    pub right: String,
    /// On this field.
    pub field: Option<Name>,
    /// How far it reaches: the word of a width; empty for all of them.
    pub scope: String,
    /// When it ends, in Unix milliseconds.
    pub until: i64,
}

/// Something that a user did, as headers of the log tell it: the last of its kind.
pub struct Trace {
    /// The kind of the entry.
    pub kind: String,
    /// The entity it is about.
    pub entity: Option<Name>,
    /// It came by an import.
    pub imported: bool,
    /// When.
    pub at: DateTime<Utc>,
}

impl Store {
    /// What a user did, of each kind, entity and way the last time.
    pub fn traces_of(&self, user: RecordId) -> Result<Vec<Trace>> {
        self.conn
            .prepare_cached(
                "SELECT kind, entity, via = 'import', max(at) FROM _change
                 WHERE actor = ? AND via <> 'system' GROUP BY 1, 2, 3",
            )
            .and_then(|mut statement| {
                statement
                    .query_map([user.0], |row| {
                        Ok(Trace {
                            kind: row.get(0)?,
                            entity: row.get::<_, Option<String>>(1)?.map(Name::from),
                            imported: row.get(2)?,
                            at: DateTime::from_timestamp_millis(row.get(3)?).unwrap_or_default(),
                        })
                    })?
                    .collect()
            })
            .map_err(|error| self.fault(error))
    }

    /// What a user was granted for a while and still has at `now`.
    pub fn grants_of(&self, user: RecordId, now: i64) -> Result<Vec<StoredGrant>> {
        self.conn
            .prepare_cached(
                "SELECT id, entity, record, \"right\", until, field, coalesce(scope, '') FROM main.access_request
                 WHERE owner = ? AND decision = 'approved' AND until > ? AND deleted_at IS NULL
                 ORDER BY id",
            )
            .and_then(|mut statement| {
                statement
                    .query_map(params![user.0, now], |row| {
                        Ok(StoredGrant {
                            id: RecordId(row.get(0)?),
                            entity: Name::from(row.get::<_, String>(1)?),
                            record: row.get::<_, Option<i64>>(2)?.map(RecordId),
                            right: row.get(3)?,
                            until: row.get(4)?,
                            field: row.get::<_, Option<String>>(5)?.map(Name::from),
                            scope: row.get(6)?,
                        })
                    })?
                    .collect()
            })
            .map_err(|error| self.fault(error))
    }

    /// All users who may act, by name.
    pub fn active_users(&self) -> Result<Vec<(RecordId, String)>> {
        self.conn
            .prepare_cached(&format!(
                "SELECT u.id, u.name FROM main.user u WHERE {} ORDER BY u.sort_key, u.id",
                may_act("u")
            ))
            .and_then(|mut statement| {
                statement.query_map([], |row| Ok((RecordId(row.get(0)?), row.get(1)?)))?.collect()
            })
            .map_err(|error| self.fault(error))
    }

    /// The name of a user, whether or not they may act.
    pub fn user_name(&self, user: RecordId) -> Result<Option<String>> {
        self.conn
            .prepare_cached("SELECT name FROM main.user WHERE id = ?")
            .and_then(|mut statement| statement.query_row([user.0], |row| row.get(0)).optional())
            .map_err(|error| self.fault(error))
    }

    /// All living users by name, and whether they may act.
    pub fn all_users(&self) -> Result<Vec<(RecordId, String, bool)>> {
        self.conn
            .prepare_cached(&format!(
                "SELECT u.id, u.name, {} FROM main.user u
                 WHERE u.deleted_at IS NULL ORDER BY u.sort_key, u.id",
                active("u")
            ))
            .and_then(|mut statement| {
                statement
                    .query_map([], |row| Ok((RecordId(row.get(0)?), row.get(1)?, row.get(2)?)))?
                    .collect()
            })
            .map_err(|error| self.fault(error))
    }

    /// What a user wrote: of each entity and operation the last time.
    pub fn used_by(&self, user: RecordId) -> Result<Vec<(Name, Op, DateTime<Utc>)>> {
        self.conn
            .prepare_cached(&format!(
                "SELECT e.name, h.op, max(c.at) FROM _change c
                 JOIN _history h ON h.id >= c.number << {ROWS} AND h.id < (c.number + 1) << {ROWS}
                 JOIN _entity e ON e.number = h.entity
                 WHERE c.actor = ? AND c.via <> 'system' GROUP BY e.name, h.op"
            ))
            .and_then(|mut statement| {
                statement
                    .query_map([user.0], |row| {
                        let at = DateTime::from_timestamp_millis(row.get(2)?).unwrap_or_default();
                        Ok((Name::from(row.get::<_, String>(0)?), decode(row.get(1)?), at))
                    })?
                    .collect()
            })
            .map_err(|error| self.fault(error))
    }
}
