//! Which values stand in a column.

use rusqlite::params_from_iter;
use rusqlite::types::Value as Sql;

use super::Store;
use super::layout::quoted;
use super::list::conditions;
use crate::gate::error::Result;
use crate::query::{Moment, Query};
use crate::schema::{Catalog, Entity, Field, FieldType};

impl Store {
    /// The values of a field (or of a part of an address) in the newest `most` records that satisfy all
    /// filters, the most frequent first.
    pub fn values(
        &self,
        catalog: &Catalog,
        (entity, field, part): (&Entity, &Field, Option<&str>),
        filters: &[&Query],
        moment: &Moment,
        most: u32,
    ) -> Result<Vec<String>> {
        let base = field.sql_column();
        let column = match (&field.kind, part) {
            (FieldType::Address, Some(part)) => format!("{base}_{part}"),
            (FieldType::Text | FieldType::Tags, None) => base,
            _ => return Ok(Vec::new()),
        };
        let (condition, mut params) = conditions(catalog, filters, moment, false);
        params.push(Sql::Integer(most.into()));
        let newest = format!(
            "SELECT a.{} AS v FROM {} a WHERE {condition} ORDER BY a.id DESC LIMIT ?",
            quoted(&column),
            quoted(&entity.sql_table())
        );
        let each = if field.kind == FieldType::Tags {
            format!("SELECT j.value AS v FROM ({newest}) r, json_each(r.v) j WHERE r.v IS NOT NULL")
        } else {
            newest
        };
        let sql = format!(
            "SELECT v FROM ({each}) WHERE v IS NOT NULL AND v <> ''
             GROUP BY v ORDER BY count(*) DESC, v"
        );
        self.conn
            .prepare_cached(&sql)
            .and_then(|mut statement| {
                statement.query_map(params_from_iter(params), |row| row.get(0))?.collect()
            })
            .map_err(|error| self.fault(error))
    }
}
