//! The side tables: one row per tag, per phone, mail and url, and per link of a links field.
//!
//! They are the indexes behind `tags = vip`, `who` and links-many, and hold living records only.

use rusqlite::types::Value as Sql;

use super::Store;
use crate::gate::error::Result;
use crate::model::{RecordId, Value, text};
use crate::schema::{Entity, Field, FieldType};

/// The indexed form of a contact point: a phone without its extension.
pub fn norm(value: &str) -> &str {
    value.split(";ext=").next().unwrap_or(value)
}

impl Store {
    /// Keeps the side tables in step with a field that went from `before` to `after`.
    pub fn write_side(
        &self,
        entity: &Entity,
        field: &Field,
        record: RecordId,
        before: &Value,
        after: &Value,
    ) -> Result<()> {
        if before == after {
            return Ok(());
        }
        let key = || format!("{}.{}", entity.name, field.name);
        let run = |sql: &str, first: Sql, second: Sql| {
            self.conn
                .prepare_cached(sql)
                .and_then(|mut statement| {
                    statement.execute(rusqlite::params![first, second, record.0])
                })
                .map(|_| ())
                .map_err(|error| self.fault(error))
        };
        let folds = field.kind == FieldType::Tags;
        let kept =
            |value: &str| Sql::Text(if folds { text::fold(value) } else { value.to_owned() });
        for (value, remove) in [(before, true), (after, false)] {
            match value {
                Value::List(list) => {
                    let sql = if remove {
                        "DELETE FROM main._tag WHERE field = ? AND value = ? AND record = ?"
                    } else {
                        "INSERT OR IGNORE INTO main._tag(field, value, record) VALUES (?, ?, ?)"
                    };
                    for item in list {
                        run(sql, Sql::Text(key()), kept(item))?;
                    }
                }
                Value::Points(points) => {
                    let sql = if remove {
                        "DELETE FROM main._point WHERE norm = ? AND field = ? AND record = ?"
                    } else {
                        "INSERT OR IGNORE INTO main._point(norm, field, record) VALUES (?, ?, ?)"
                    };
                    for point in points {
                        run(sql, Sql::Text(norm(&point.value).to_owned()), Sql::Text(key()))?;
                    }
                }
                Value::Links(links) => {
                    let sql = if remove {
                        "DELETE FROM main._link WHERE field = ? AND target = ? AND source = ?"
                    } else {
                        "INSERT OR IGNORE INTO main._link(field, target, source) VALUES (?, ?, ?)"
                    };
                    for link in links {
                        run(sql, Sql::Text(key()), Sql::Integer(link.id.0))?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }
}
