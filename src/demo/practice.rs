//! The small company of the tutor: a dozen records that its steps speak of by name.
//!
//! They stand in `assets/tutor/company.toml` as a person would type them and go through the gate like
//! anybody's. Start at [`practice`].

use std::path::Path;

use crate::gate::{Gate, GateError, OpenOptions, Result, Via};
use crate::model::{Edit, Link, Value};

const COMPANY: &str = include_str!("../../assets/tutor/company.toml");

/// Makes the company in a new file.
///
/// # Errors
/// Where the file cannot be made or written to.
pub fn practice(path: &Path, options: &OpenOptions) -> Result<()> {
    let mut session = Gate::open(path, options.clone())?.session(Via::System)?;
    let me = session.actor().person().user;
    let company: toml::Table = COMPANY.parse().map_err(broken)?;
    let records = company.get("record").and_then(toml::Value::as_array).into_iter().flatten();
    for record in records.filter_map(toml::Value::as_table) {
        let text = |key: &str| record.get(key).and_then(toml::Value::as_str);
        let Some(entity) = text("entity") else { continue };
        let mut edit = Edit::create(entity).with("owner", Value::Link(Link::new("user", me)));
        for field in record.keys().filter(|key| *key != "entity") {
            if let Some(text) = text(field) {
                edit = edit.typed(field.as_str(), text);
            }
        }
        session.save(vec![edit], "the company of the tutor")?;
    }
    Ok(())
}

fn broken(error: toml::de::Error) -> GateError {
    GateError::Internal(format!("the company of the tutor: {error}"))
}
