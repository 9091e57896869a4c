//! Maps of the person's own, kept in the database by name.
//!
//! They are kept where preferences are: for the person alone, without history. Start at [`all`].

use serde::{Deserialize, Serialize};

use super::map::{ImportMap, MapError};
use crate::gate::{GateError, Kept, Session};

/// The keys that maps are kept under.
const PREFIX: &str = "import.map.";

/// A map as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    /// Its name.
    #[serde(skip)]
    pub name: String,
    /// The entity it is for.
    pub entity: String,
    /// The headers of the file it was made for.
    pub headers: Vec<String>,
    /// The map file.
    map: String,
}

impl Saved {
    /// The map.
    ///
    /// # Errors
    /// Where another version wrote it in a form that is not understood.
    pub fn map(&self) -> Result<ImportMap, Vec<MapError>> {
        ImportMap::parse(&self.name, &self.map)
    }

    /// Whether it was made for files of these headers.
    #[must_use]
    pub fn fits(&self, entity: &str, headers: &[String]) -> bool {
        self.entity == entity && self.headers == headers
    }
}

/// The maps that the person keeps, by name.
///
/// # Errors
/// Where the database cannot be read.
pub fn all(session: &Session) -> Result<Vec<Saved>, GateError> {
    let one = |kept: Kept| {
        let saved: Saved = serde_json::from_str(&kept.text).ok()?;
        // The entity stands behind the name.
        let (name, _) = kept.key[PREFIX.len()..].rsplit_once('/')?;
        Some(Saved { name: name.to_owned(), ..saved })
    };
    Ok(session.kept(PREFIX)?.into_iter().filter_map(one).collect())
}

/// Keeps a map by a name, in place of one of that name for the same entity.
///
/// # Errors
/// Where the database cannot be written.
pub fn keep(
    session: &Session,
    name: &str,
    entity: &str,
    headers: &[String],
    map: &ImportMap,
) -> Result<(), GateError> {
    let saved = Saved {
        name: String::new(),
        entity: entity.to_owned(),
        headers: headers.to_vec(),
        map: map.to_toml(),
    };
    let text = serde_json::to_string(&saved)
        .map_err(|error| GateError::Internal(format!("a map cannot be kept: {error}")))?;
    session.keep(&[(format!("{PREFIX}{name}/{entity}"), Some(text))])
}
