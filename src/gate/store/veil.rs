//! The veil: what a person may not see is not there.
//!
//! SQLite looks for a table among the temporary ones first. So each connection of somebody who may not
//! see everything has, in front of the table of an entity, a temporary view of the same name that holds
//! their rows only, with what is hidden left empty and what is masked as dots. Whatever is asked (lists,
//! counts, sums, roll-ups, paths over links, titles, search) sees through it, and nothing can forget to
//! ask. Writes and the rights themselves name the table in the file (`main.`); a write to a view fails.
//!
//! Values reach the views through the function `kontor_given`, never as text.

use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;
use rusqlite::types::Value as Sql;

use super::Store;
use super::compile::Fragment;
use super::layout::{quoted, unveiled};
use crate::gate::error::Result;
use crate::policy::FieldAccess;
use crate::schema::{Entity, Field, FieldType};

/// What is shown of a field that is masked.
pub const MASK: &str = "•••";

/// The values that the views of a connection ask for, by number.
#[derive(Clone, Default)]
pub struct Given(Arc<Mutex<Vec<Sql>>>);

/// What a person sees of one entity.
pub struct Veil<'a> {
    /// The entity.
    pub entity: &'a Entity,
    /// The rows: each condition (on a table called `a`) adds some; all rows without.
    pub rows: Option<Vec<Fragment>>,
    /// Fields that are hidden or masked.
    pub fields: Vec<(&'a Field, FieldAccess)>,
}

impl Veil<'_> {
    /// True where it hides nothing.
    pub fn is_clear(&self) -> bool {
        self.rows.is_none() && self.fields.is_empty()
    }
}

impl Given {
    /// Teaches a connection to hand the values over.
    pub fn register(&self, conn: &Connection) -> rusqlite::Result<()> {
        let values = self.clone();
        let flags = FunctionFlags::SQLITE_UTF8
            | FunctionFlags::SQLITE_DETERMINISTIC
            | FunctionFlags::SQLITE_INNOCUOUS;
        conn.create_scalar_function("kontor_given", 1, flags, move |ctx| {
            let number: i64 = ctx.get(0)?;
            let values = values.0.lock().unwrap_or_else(PoisonError::into_inner);
            Ok(values.get(number as usize).cloned().unwrap_or(Sql::Null))
        })
    }

    fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// SQL that yields the value.
    fn give(&self, value: Sql) -> String {
        let mut values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        values.push(value);
        format!("kontor_given({})", values.len() - 1)
    }

    /// The fragment with its values as calls.
    fn bind(&self, fragment: Fragment) -> String {
        let fragment = fragment.unveiled();
        let mut values = fragment.params.into_iter();
        let mut sql = String::with_capacity(fragment.sql.len() + 64);
        for c in fragment.sql.chars() {
            match c {
                '?' => sql.push_str(&self.give(values.next().unwrap_or(Sql::Null))),
                c => sql.push(c),
            }
        }
        sql
    }
}

/// The view of the rows that one branch adds to those before it.
pub fn branch(entity: &Entity, number: usize) -> String {
    quoted(&format!("{}~{number}", entity.sql_table()))
}

impl Store {
    /// Lays veils before tables in place of the ones that were there.
    pub fn veil(&self, veils: Vec<Veil<'_>>) -> Result<()> {
        let old: Vec<String> = self
            .conn
            .prepare("SELECT name FROM temp.sqlite_schema WHERE type = 'view'")
            .and_then(|mut statement| statement.query_map([], |row| row.get(0))?.collect())
            .map_err(|error| self.fault(error))?;
        let mut sql = String::new();
        for name in &old {
            sql.push_str(&format!("DROP VIEW temp.{};\n", quoted(name)));
        }
        self.given.clear();
        let mut hidden = Vec::new();
        for veil in veils.into_iter().filter(|veil| !veil.is_clear()) {
            let entity = veil.entity;
            for (field, _) in &veil.fields {
                hidden.push(format!("{}.{}", entity.name, field.name));
            }
            let columns = self.columns(&veil);
            let table = unveiled(entity);
            let Some(rows) = veil.rows else {
                sql.push_str(&format!(
                    "CREATE TEMP VIEW {} AS SELECT {columns} FROM {table} a;\n",
                    quoted(&entity.sql_table())
                ));
                continue;
            };
            let conditions: Vec<String> =
                rows.into_iter().map(|row| format!("({})", self.given.bind(row))).collect();
            let all = if conditions.is_empty() { "0".to_owned() } else { conditions.join(" OR ") };
            sql.push_str(&format!(
                "CREATE TEMP VIEW {} AS SELECT {columns} FROM {table} a WHERE {all};\n",
                quoted(&entity.sql_table())
            ));
            let mut before = String::new();
            for (number, condition) in conditions.iter().enumerate() {
                sql.push_str(&format!(
                    "CREATE TEMP VIEW {} AS SELECT {columns} FROM {table} a WHERE {condition}{before};\n",
                    branch(entity, number)
                ));
                before.push_str(&format!(" AND {condition} IS NOT TRUE"));
            }
        }
        if !hidden.is_empty() {
            let fields: Vec<String> =
                hidden.into_iter().map(|field| self.given.give(Sql::Text(field))).collect();
            let fields = fields.join(", ");
            for table in ["_tag", "_point", "_link"] {
                sql.push_str(&format!(
                    "CREATE TEMP VIEW {table} AS SELECT * FROM main.{table} WHERE field NOT IN ({fields});\n"
                ));
            }
        }
        if !sql.is_empty() {
            self.run_for_itself(&sql)?;
            self.conn.flush_prepared_statement_cache();
        }
        Ok(())
    }

    /// The columns of a veiled table, in the order of the table.
    fn columns(&self, veil: &Veil<'_>) -> String {
        let entity = veil.entity;
        let access = |field: &Field| {
            let found = veil.fields.iter().find(|(known, _)| known.name == field.name);
            found.map_or(FieldAccess::Edit, |(_, access)| *access)
        };
        let sort_key = if access(entity.title_field()) < FieldAccess::Read {
            "'' AS sort_key"
        } else {
            "a.sort_key"
        };
        let mut columns = vec!["a.id".to_owned(), sort_key.to_owned()];
        for field in &entity.fields {
            let own: Vec<String> =
                field.sql_columns().into_iter().map(|(column, _)| quoted(&column)).collect();
            let base = quoted(&field.sql_column());
            match access(field) {
                FieldAccess::Read | FieldAccess::Edit => {
                    columns.extend(own.iter().map(|column| format!("a.{column}")));
                }
                level => {
                    columns.extend(
                        own.iter()
                            .filter(|column| level == FieldAccess::Hidden || **column != base)
                            .map(|column| format!("NULL AS {column}")),
                    );
                    if level == FieldAccess::Masked {
                        let filled = self.filled(entity, field, &own);
                        columns.push(format!("CASE WHEN {filled} THEN '{MASK}' END AS {base}"));
                    }
                }
            }
        }
        columns.join(", ")
    }

    /// The condition that a field holds something.
    fn filled(&self, entity: &Entity, field: &Field, columns: &[String]) -> String {
        if matches!(field.kind, FieldType::Links { .. }) {
            let key = self.given.give(Sql::Text(format!("{}.{}", entity.name, field.name)));
            return format!(
                "EXISTS (SELECT 1 FROM main._link WHERE field = {key} AND source = a.id)"
            );
        }
        let each: Vec<String> =
            columns.iter().map(|column| format!("a.{column} IS NOT NULL")).collect();
        if each.is_empty() { "0".to_owned() } else { format!("({})", each.join(" OR ")) }
    }
}
