//! Changing columns: what a schema change does to the tables.

use rusqlite::params_from_iter;
use rusqlite::types::Value as Sql;

use super::layout::{quoted, unveiled};
use super::rows::Projection;
use super::search::Indexer;
use super::{Store, codec};
use crate::gate::error::Result;
use crate::model::{Link, RecordId, Value};
use crate::query::Moment;
use crate::schema::{Catalog, Entity, Field, FieldType};

/// A value that a record holds.
pub struct Present {
    /// The record, living or deleted.
    pub id: RecordId,
    /// The value.
    pub value: Value,
}

impl Store {
    /// All values that are filled in a field, of living and deleted records.
    pub fn present_values(&self, entity: &Entity, field: &Field) -> Result<Vec<Present>> {
        let key = format!("{}.{}", entity.name, field.name);
        if let FieldType::Links { to } = &field.kind {
            let sources = self.ids(
                "SELECT DISTINCT source FROM _link WHERE field = ? ORDER BY source",
                vec![Sql::Text(key.clone())],
            )?;
            return sources
                .into_iter()
                .map(|id| {
                    let links =
                        self.targets(&key, id)?.into_iter().map(|id| Link::new(to, id)).collect();
                    Ok(Present { id, value: Value::Links(links) })
                })
                .collect();
        }
        let columns: Vec<String> =
            field.sql_columns().iter().map(|(column, _)| quoted(column)).collect();
        let Some(first) = columns.first() else { return Ok(Vec::new()) };
        let filled: Vec<String> = if matches!(field.kind, FieldType::Address) {
            columns.iter().map(|column| format!("{column} IS NOT NULL")).collect()
        } else {
            vec![format!("{first} IS NOT NULL")]
        };
        let sql = format!(
            "SELECT {}, id FROM {} WHERE {} ORDER BY id",
            columns.join(", "),
            unveiled(entity),
            filled.join(" OR ")
        );
        let mut statement = self.conn.prepare(&sql).map_err(|error| self.fault(error))?;
        statement
            .query_map([], |row| {
                Ok(Present {
                    value: codec::from_columns(field, row, 0)?,
                    id: RecordId(row.get(columns.len())?),
                })
            })
            .and_then(Iterator::collect)
            .map_err(|error| self.fault(error))
    }

    /// How many records an entity has.
    pub fn present_count(&self, entity: Option<&Entity>) -> Result<u64> {
        let Some(entity) = entity else { return Ok(0) };
        self.conn
            .query_row(
                &format!("SELECT count(*) FROM {} WHERE deleted_at IS NULL", unveiled(entity)),
                [],
                |row| row.get::<_, i64>(0),
            )
            .map(|count| count as u64)
            .map_err(|error| self.fault(error))
    }

    /// Writes one field of one record, its side tables too; inside a write that records it.
    pub fn set_column(
        &self,
        entity: &Entity,
        field: &Field,
        id: RecordId,
        value: &Value,
    ) -> Result<()> {
        let mut values = Vec::new();
        codec::to_columns(field, value, &mut values);
        let columns = field.sql_columns();
        if !columns.is_empty() {
            let sets: Vec<String> =
                columns.iter().map(|(column, _)| format!("{} = ?", quoted(column))).collect();
            values.push(Sql::Integer(id.0));
            self.conn
                .prepare_cached(&format!(
                    "UPDATE {} SET {}, version = version + 1 WHERE id = ?",
                    unveiled(entity),
                    sets.join(", ")
                ))
                .and_then(|mut statement| statement.execute(params_from_iter(values)))
                .map_err(|error| self.fault(error))?;
        }
        self.clear_side(entity, field, Some(id))?;
        self.write_side(entity, field, id, &Value::Null, value)
    }

    /// Removes the columns of a field with all that hangs on them; inside a write.
    pub fn drop_field(&self, entity: &Entity, field: &Field) -> Result<()> {
        self.drop_index(entity, &field.name)?;
        let table = unveiled(entity);
        for (column, _) in field.sql_columns() {
            self.run(&format!("ALTER TABLE {table} DROP COLUMN {};", quoted(&column)))?;
        }
        self.clear_side(entity, field, None)
    }

    /// Removes the table of an entity; inside a write.
    pub fn drop_entity(&self, entity: &Entity) -> Result<()> {
        self.run(&format!("DROP TABLE {};", unveiled(entity)))
    }

    fn clear_side(&self, entity: &Entity, field: &Field, id: Option<RecordId>) -> Result<()> {
        let key = format!("{}.{}", entity.name, field.name);
        for (table, column) in [("_tag", "record"), ("_point", "record"), ("_link", "source")] {
            self.conn
                .prepare_cached(&format!(
                    "DELETE FROM {table} WHERE field = ?1 AND (?2 IS NULL OR {column} = ?2)"
                ))
                .and_then(|mut statement| {
                    statement.execute(rusqlite::params![key, id.map(|id| id.0)])
                })
                .map_err(|error| self.fault(error))?;
        }
        Ok(())
    }

    /// Builds the search index of an entity anew; inside a write.
    pub fn reindex(&self, catalog: &Catalog, entity: &Entity, moment: &Moment) -> Result<()> {
        let projection = Projection::stored(catalog, entity, moment);
        let number = self.entity_number(&entity.name)?;
        let mut indexer = Indexer::new(&self.conn);
        let mut last = RecordId(0);
        loop {
            let ids = self.ids(
                &format!(
                    "SELECT id FROM {} WHERE id > ? AND deleted_at IS NULL ORDER BY id LIMIT 1000",
                    unveiled(entity)
                ),
                vec![Sql::Integer(last.0)],
            )?;
            let Some(end) = ids.last() else { return Ok(()) };
            last = *end;
            for id in ids {
                if let Some(record) = self.record(&projection, id)? {
                    indexer
                        .replace(entity, number, id, &record.fields)
                        .map_err(|error| self.fault(error))?;
                }
            }
        }
    }
}
