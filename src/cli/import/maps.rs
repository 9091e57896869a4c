//! `--map` and `--save-map`: map files, and maps that are kept by name.
//!
//! Start at [`find`].

use std::path::Path;

use crate::cli::desk::Desk;
use crate::cli::error::{CliError, Result};
use crate::cli::exchange::file_error;
use crate::exchange::import::{ImportOptions, preview};
use crate::exchange::saved::{self, Saved};
use crate::exchange::{ImportMap, ImportReport, MapError};
use crate::model::{Phrase, phrase};

/// The maps that a word names: a file, or what was saved by that name, for each entity one.
pub(super) fn find(desk: &Desk<'_, '_>, word: &Path) -> Result<Vec<ImportMap>> {
    let name = word.display().to_string();
    if desk.env.served.is_none() && word.exists() {
        let text = std::fs::read_to_string(word).map_err(|source| file_error(word, source))?;
        return Ok(vec![ImportMap::parse(&name, &text).map_err(wrong)?]);
    }
    let all = saved::all(&desk.session)?;
    let named = all.iter().filter(|saved| saved.name == name);
    let found = named.map(Saved::map).collect::<std::result::Result<Vec<_>, _>>().map_err(wrong)?;
    if !found.is_empty() {
        return Ok(found);
    }
    let mut names: Vec<&str> = all.iter().map(|saved| saved.name.as_str()).collect();
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

fn wrong(errors: Vec<MapError>) -> CliError {
    CliError::Refused {
        message: Phrase::lines(errors.iter().map(MapError::phrase)),
        hint: errors.iter().find_map(|error| error.hint.clone()),
    }
}

/// Keeps the map that an import was done by.
pub(super) fn save(
    desk: &mut Desk<'_, '_>,
    name: &str,
    entity: &str,
    report: &ImportReport,
) -> Result<()> {
    saved::keep(&desk.session, name, entity, &report.headers, &report.map)?;
    desk.say(&phrase!("the map is kept as \"{name}\": --map {name}", name))
}

/// Says which saved map fits a file for which none was named.
pub(super) fn offer(
    desk: &mut Desk<'_, '_>,
    entity: &str,
    file: &mut super::Input<'_>,
    said: &ImportOptions,
) -> Result<()> {
    let saved = saved::all(&desk.session)?;
    if saved.is_empty() {
        return Ok(());
    }
    // What is wrong with the file is told when it is read.
    let Ok(mut source) = super::source(file, said) else { return Ok(()) };
    let Ok(preview) = preview(&desk.catalog, entity, &mut source) else { return Ok(()) };
    if let Some(saved) = saved.iter().find(|saved| saved.fits(entity, &preview.headers)) {
        desk.say(&phrase!(
            "the saved map \"{name}\" was made for such a file: --map {name}",
            name = &saved.name
        ))?;
    }
    Ok(())
}
