//! What rights rest on: people, their teams and their roles, as they stand in the file.

use rusqlite::{OptionalExtension, ToSql, params};

use super::Store;
use crate::gate::error::Result;
use crate::model::RecordId;
use crate::policy::{Role, RoleRights};
use crate::schema::Catalog;

/// A role as it is stored.
pub struct StoredRole {
    /// Its record.
    pub id: RecordId,
    /// What it is called.
    pub name: String,
    /// Its TOML.
    pub rights: String,
}

impl StoredRole {
    /// What it grants; what the schema has no more is left out.
    pub fn grants(&self, catalog: &Catalog) -> RoleRights {
        RoleRights::read(&self.rights, catalog)
    }

    /// The role as decisions take it.
    pub fn read(self, catalog: &Catalog) -> Role {
        Role { id: self.id, rights: self.grants(catalog), name: self.name }
    }
}

/// The one rule of who is active, as a condition on the users called `of`: who is said to be. Where nothing is
/// said, nobody gets in, by whatever way.
pub fn active(of: &str) -> String {
    format!("coalesce({of}.active, 0) <> 0")
}

/// The one rule of who may act: active, and not put away.
pub fn may_act(of: &str) -> String {
    format!("({} AND {of}.deleted_at IS NULL)", active(of))
}

impl Store {
    /// The name of a user who may act; none where there is no such user or they have left.
    pub fn active_user(&self, user: RecordId) -> Result<Option<String>> {
        self.conn
            .prepare_cached(&format!(
                "SELECT u.name FROM main.user u WHERE u.id = ? AND {}",
                may_act("u")
            ))
            .and_then(|mut statement| {
                statement.query_row([user.0], |row| row.get::<_, String>(0)).optional()
            })
            .map_err(|error| self.fault(error))
    }

    /// The zone that the record of a user names.
    pub fn zone_of(&self, user: RecordId) -> Result<Option<String>> {
        self.conn
            .prepare_cached("SELECT zone FROM main.user WHERE id = ?")
            .and_then(|mut statement| {
                statement.query_row([user.0], |row| row.get::<_, Option<String>>(0)).optional()
            })
            .map(Option::flatten)
            .map_err(|error| self.fault(error))
    }

    /// The language that the record of a user names.
    pub fn language_of(&self, user: RecordId) -> Result<Option<String>> {
        self.conn
            .prepare_cached("SELECT language FROM main.user WHERE id = ?")
            .and_then(|mut statement| {
                statement.query_row([user.0], |row| row.get::<_, Option<String>>(0)).optional()
            })
            .map(Option::flatten)
            .map_err(|error| self.fault(error))
    }

    /// The roles of a user, and the one that everybody has.
    pub fn roles_of(&self, user: RecordId) -> Result<Vec<StoredRole>> {
        self.roles_where(
            " AND (key = 'baseline' OR id IN
               (SELECT target FROM main._link WHERE field = 'user.roles' AND source = ?))",
            params![user.0],
        )
    }

    /// All living roles.
    pub fn all_roles(&self) -> Result<Vec<StoredRole>> {
        self.roles_where("", params![])
    }

    fn roles_where(&self, condition: &str, params: &[&dyn ToSql]) -> Result<Vec<StoredRole>> {
        self.conn
            .prepare_cached(&format!(
                "SELECT id, name, coalesce(rights, '') FROM main.role
                 WHERE deleted_at IS NULL{condition} ORDER BY id"
            ))
            .and_then(|mut statement| {
                statement
                    .query_map(params, |row| {
                        Ok(StoredRole {
                            id: RecordId(row.get(0)?),
                            name: row.get(1)?,
                            rights: row.get(2)?,
                        })
                    })?
                    .collect()
            })
            .map_err(|error| self.fault(error))
    }

    /// All living teams with the team above each.
    pub fn team_tree(&self) -> Result<Vec<(RecordId, Option<RecordId>)>> {
        self.conn
            .prepare_cached("SELECT id, parent FROM main.team WHERE deleted_at IS NULL")
            .and_then(|mut statement| {
                statement
                    .query_map([], |row| {
                        Ok((RecordId(row.get(0)?), row.get::<_, Option<i64>>(1)?.map(RecordId)))
                    })?
                    .collect()
            })
            .map_err(|error| self.fault(error))
    }

    /// Whether a living record satisfies a condition (on a table called `a`), in the file itself.
    pub fn satisfies(
        &self,
        entity: &crate::schema::Entity,
        id: RecordId,
        condition: &super::compile::Fragment,
    ) -> Result<bool> {
        let condition = condition.clone().unveiled();
        let sql = format!(
            "SELECT 1 FROM {} a WHERE a.id = ? AND ({})",
            super::layout::unveiled(entity),
            condition.sql
        );
        let params = std::iter::once(rusqlite::types::Value::Integer(id.0)).chain(condition.params);
        self.conn
            .prepare_cached(&sql)
            .and_then(|mut statement| statement.exists(rusqlite::params_from_iter(params)))
            .map_err(|error| self.fault(error))
    }

    /// The users who hold a role and may act: active and not locked.
    pub fn holders_of(&self, role: RecordId) -> Result<Vec<(RecordId, String)>> {
        self.conn
            .prepare_cached(&format!(
                "SELECT u.id, u.name FROM main._link l JOIN main.user u ON u.id = l.source
                 WHERE l.field = 'user.roles' AND l.target = ? AND {} AND u.id NOT IN
                   (SELECT user FROM main._credential WHERE locked_at IS NOT NULL)
                 ORDER BY u.id",
                may_act("u")
            ))
            .and_then(|mut statement| {
                statement
                    .query_map(params![role.0], |row| Ok((RecordId(row.get(0)?), row.get(1)?)))?
                    .collect()
            })
            .map_err(|error| self.fault(error))
    }
}
