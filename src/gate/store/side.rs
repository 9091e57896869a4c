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

/// Rows of new records that are put into the side tables together: in order, so that the many of a bulk write
/// do not fall all over their tables.
#[derive(Default)]
pub struct Sides {
    tags: Vec<(String, String, i64)>,
    points: Vec<(String, String, i64)>,
    links: Vec<(String, i64, i64)>,
}

impl Sides {
    /// What a new record has of a field.
    pub fn keep(&mut self, entity: &Entity, field: &Field, record: RecordId, value: &Value) {
        let key = || format!("{}.{}", entity.name, field.name);
        match value {
            Value::List(list) => {
                let folds = field.kind == FieldType::Tags;
                self.tags.extend(list.iter().map(|item| {
                    (key(), if folds { text::fold(item) } else { item.clone() }, record.0)
                }));
            }
            Value::Points(points) => {
                let rows = points.iter().map(|p| (norm(&p.value).to_owned(), key(), record.0));
                self.points.extend(rows);
            }
            Value::Links(links) => {
                self.links.extend(links.iter().map(|link| (key(), record.0, link.id.0)));
            }
            _ => {}
        }
    }
}

impl Store {
    /// Puts what was kept into the side tables; inside a write.
    pub fn write_sides(&self, sides: &mut Sides) -> Result<()> {
        sides.tags.sort_unstable();
        sides.points.sort_unstable();
        sides.links.sort_unstable();
        let done = (|| -> rusqlite::Result<()> {
            let mut put = self.conn.prepare_cached(
                "INSERT OR IGNORE INTO main._tag(field, value, record) VALUES (?, ?, ?)",
            )?;
            for row in sides.tags.drain(..) {
                put.execute(row)?;
            }
            let mut put = self.conn.prepare_cached(
                "INSERT OR IGNORE INTO main._point(norm, field, record) VALUES (?, ?, ?)",
            )?;
            for row in sides.points.drain(..) {
                put.execute(row)?;
            }
            let mut put = self.conn.prepare_cached(
                "INSERT OR IGNORE INTO main._link(field, source, target) VALUES (?, ?, ?)",
            )?;
            for row in sides.links.drain(..) {
                put.execute(row)?;
            }
            Ok(())
        })();
        done.map_err(|error| self.fault(error))
    }

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
