//! Maps of the person's own, kept in the database by name: `--save-map NAME`, `--map NAME`.
//!
//! They are kept where preferences are: for the person alone, without history. Start at [`find`].

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::cli::desk::Desk;
use crate::cli::error::{CliError, Result};
use crate::cli::exchange::file_error;
use crate::exchange::import::{ImportOptions, preview};
use crate::exchange::{ImportMap, ImportReport, MapError};
use crate::model::{Phrase, phrase};

/// The keys that maps are kept under.
const PREFIX: &str = "import.map.";

/// A map as it is kept.
#[derive(Debug, Serialize, Deserialize)]
struct Saved {
    /// The entity it is for.
    entity: String,
    /// The headers of the file it was made for.
    headers: Vec<String>,
    /// The map file.
    map: String,
}

/// The maps that a word names: a file, or what was saved by that name, for each entity one.
pub(super) fn find(desk: &Desk<'_, '_>, word: &Path) -> Result<Vec<ImportMap>> {
    let name = word.display().to_string();
    if desk.env.served.is_none() && word.exists() {
        let text = std::fs::read_to_string(word).map_err(|source| file_error(word, source))?;
        return Ok(vec![read(&name, &text)?]);
    }
    let all = all(desk)?;
    let named = all.iter().filter(|(known, _)| *known == name);
    let found = named.map(|(_, saved)| read(&name, &saved.map)).collect::<Result<Vec<_>>>()?;
    if !found.is_empty() {
        return Ok(found);
    }
    let mut names: Vec<&str> = all.iter().map(|(name, _)| name.as_str()).collect();
    names.dedup();
    let names = names.join(", ");
    let hint = if names.is_empty() {
        phrase!("--save-map NAME keeps the map of an import")
    } else {
        phrase!("saved maps: {names}", names)
    };
    let message = phrase!("there is neither a file nor a saved map \"{name}\"", name);
    Err(CliError::Refused { message, hint: Some(hint) })
}

fn read(name: &str, text: &str) -> Result<ImportMap> {
    ImportMap::parse(name, text).map_err(|errors| CliError::Refused {
        message: Phrase::lines(errors.iter().map(MapError::phrase)),
        hint: errors.iter().find_map(|error| error.hint.clone()),
    })
}

fn all(desk: &Desk<'_, '_>) -> Result<Vec<(String, Saved)>> {
    let kept = desk.session.kept(PREFIX)?;
    let one = |kept: crate::gate::Kept| {
        let saved = serde_json::from_str(&kept.text).ok()?;
        // The entity stands behind the name.
        let (name, _) = kept.key[PREFIX.len()..].rsplit_once('/')?;
        Some((name.to_owned(), saved))
    };
    Ok(kept.into_iter().filter_map(one).collect())
}

/// Keeps the map that an import was done by.
pub(super) fn save(
    desk: &mut Desk<'_, '_>,
    name: &str,
    entity: &str,
    report: &ImportReport,
) -> Result<()> {
    let saved = Saved {
        entity: entity.to_owned(),
        headers: report.headers.clone(),
        map: report.map.to_toml(),
    };
    let text = serde_json::to_string(&saved)
        .map_err(|error| CliError::refused(Phrase::raw(error.to_string())))?;
    desk.session.keep(&[(format!("{PREFIX}{name}/{entity}"), Some(text))])?;
    desk.say(&phrase!("the map is kept as \"{name}\": --map {name}", name))
}

/// Says which saved map fits a file for which none was named.
pub(super) fn offer(
    desk: &mut Desk<'_, '_>,
    entity: &str,
    file: &mut super::Input<'_>,
    said: &ImportOptions,
) -> Result<()> {
    let saved = all(desk)?;
    if saved.is_empty() {
        return Ok(());
    }
    // What is wrong with the file is told when it is read.
    let Ok(mut source) = super::source(file, said) else { return Ok(()) };
    let Ok(preview) = preview(&desk.catalog, entity, &mut source) else { return Ok(()) };
    let fits = |saved: &Saved| saved.entity == entity && saved.headers == preview.headers;
    if let Some((name, _)) = saved.iter().find(|(_, saved)| fits(saved)) {
        desk.say(&phrase!(
            "the saved map \"{name}\" was made for such a file: --map {name}",
            name
        ))?;
    }
    Ok(())
}
