//! temp
use crate::query::{Formula, Moment, Query};
use crate::schema::{Catalog, Entity, Field};
use rusqlite::types::Value as Sql;
pub struct Fragment {
    pub sql: String,
    pub params: Vec<Sql>,
}
pub fn condition(_: &Catalog, _: &Query, _: &Moment, _: &str) -> Fragment {
    Fragment { sql: "1".into(), params: vec![] }
}
pub fn formula(_: &Catalog, _: &Formula, _: &Moment, _: &str) -> Fragment {
    Fragment { sql: "NULL".into(), params: vec![] }
}
pub fn field(_: &Catalog, _: &Entity, f: &Field, _: &Moment, a: &str) -> Fragment {
    Fragment {
        sql: if f.kind.is_computed() {
            "NULL".into()
        } else {
            format!("{a}.\"{}\"", f.sql_column())
        },
        params: vec![],
    }
}
pub fn register(_: &rusqlite::Connection) -> rusqlite::Result<()> {
    Ok(())
}
