//! What hangs on a user, as it stands in the file, whoever asks.
//!
//! Numbers and counts only: what is seen of the records is for the veil to say. Start at [`Store::held`].

use rusqlite::params_from_iter;
use rusqlite::types::Value as Sql;

use super::Store;
use super::compile::Fragment;
use super::layout::{quoted, unveiled};
use super::people::may_act;
use crate::gate::error::Result;
use crate::model::RecordId;
use crate::schema::{Entity, Field, FieldType};

impl Store {
    /// The living records whose link field holds a user, in the order of their numbers; with `also` only
    /// those that satisfy it (on a table called `a`).
    pub fn held(
        &self,
        entity: &Entity,
        field: &Field,
        user: RecordId,
        also: Option<&Fragment>,
    ) -> Result<Vec<RecordId>> {
        let (sql, params) = held(&unveiled(entity), (entity, field), user, also);
        self.ids(&format!("SELECT a.id {sql} ORDER BY a.id"), params)
    }

    /// As [`Store::held`], of the records and fields that the person of the connection sees.
    pub fn held_and_seen(
        &self,
        entity: &Entity,
        field: &Field,
        user: RecordId,
        also: &Fragment,
    ) -> Result<Vec<RecordId>> {
        let table = quoted(&entity.sql_table());
        let (sql, params) = held(&table, (entity, field), user, Some(also));
        self.ids(&format!("SELECT a.id {sql} ORDER BY a.id"), params)
    }

    /// How many there are of them.
    pub fn count_held(
        &self,
        entity: &Entity,
        field: &Field,
        user: RecordId,
        also: Option<&Fragment>,
    ) -> Result<u64> {
        let (sql, params) = held(&unveiled(entity), (entity, field), user, also);
        self.conn
            .prepare(&format!("SELECT count(*) {sql}"))
            .and_then(|mut statement| {
                statement.query_row(params_from_iter(params), |row| row.get::<_, i64>(0))
            })
            .map(|count| count as u64)
            .map_err(|error| self.fault(error))
    }

    /// The members of a team who may act, in the order of their numbers.
    pub fn active_members(&self, team: RecordId) -> Result<Vec<RecordId>> {
        let sql = format!(
            "SELECT u.id FROM main._link l JOIN main.user u ON u.id = l.source
             WHERE l.field = 'user.teams' AND l.target = ? AND {} ORDER BY u.id",
            may_act("u")
        );
        self.ids(&sql, vec![Sql::Integer(team.0)])
    }
}

fn held(
    table: &str,
    (entity, field): (&Entity, &Field),
    user: RecordId,
    also: Option<&Fragment>,
) -> (String, Vec<Sql>) {
    let mut params = Vec::new();
    let held = if matches!(field.kind, FieldType::Links { .. }) {
        params.push(Sql::Text(format!("{}.{}", entity.name, field.name)));
        "a.id IN (SELECT source FROM main._link WHERE field = ? AND target = ?)".to_owned()
    } else {
        format!("a.{} = ?", quoted(&field.sql_column()))
    };
    params.push(Sql::Integer(user.0));
    let mut sql = format!("FROM {table} a WHERE {held} AND a.deleted_at IS NULL");
    if let Some(also) = also {
        sql.push_str(&format!(" AND ({})", also.sql));
        params.extend(also.params.iter().cloned());
    }
    (sql, params)
}
