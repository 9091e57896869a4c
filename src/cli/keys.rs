//! `keys`: what every key of the screens does, as the user has set them.

use serde_json::json;

use super::documents::catalog;
use super::error::{CliError, Result};
use super::output::{Head, Printer, Row};
use super::{Env, OutputFormat};
use crate::action::{Keymap, KeysFrom, Reference, Table, places};
use crate::model::{Phrase, phrase};
use crate::schema::Catalog;
use crate::term::Strings;

/// The user's keymap.
pub(super) fn keymap(from: &KeysFrom, catalog: &Catalog, table: &Table) -> Result<Keymap> {
    let shipped = || Keymap::shipped(catalog, table);
    match from {
        KeysFrom::Preset(name) => Ok(Keymap::preset(name, catalog, table).unwrap_or_else(shipped)),
        KeysFrom::File(path) => {
            let name = path.display().to_string();
            let text = std::fs::read_to_string(path)
                .map_err(|source| CliError::File { path: Phrase::raw(&name), source })?;
            Keymap::of_user(&name, &text, catalog, table).map_err(|error| CliError::Refused {
                message: phrase!(
                    "{name}: {message}",
                    name = format!("{}:{}", error.file, error.line),
                    message = error.message
                ),
                hint: error.hint,
            })
        }
    }
}

/// Prints the key reference.
pub(super) fn keys(env: &mut Env<'_>) -> Result<()> {
    let catalog = catalog(env)?;
    let table = Table::new(&catalog);
    let keymap = keymap(&env.facts.keymap, &catalog, &table)?;
    let strings = Strings::new(env.lang);
    let reference = Reference::new(&keymap, &table);
    let format = env.format.unwrap_or_default();
    if format == OutputFormat::Markdown {
        env.out.write_all(reference.markdown(&strings, &catalog).as_bytes())?;
        return Ok(());
    }
    let heads = vec![
        Head::left("group", Phrase::raw(strings.get("keys.group"))),
        Head::left("keys", Phrase::raw(strings.get("keys.key"))),
        Head::left("title", Phrase::raw(strings.get("keys.what"))),
        Head::left("places", Phrase::raw(strings.get("keys.where"))),
        Head::left("action", Phrase::raw(strings.get("keys.action"))),
    ];
    let paper = env.paper();
    let mut printer = Printer::new(&mut *env.out, format, heads, paper);
    for section in &reference.sections {
        let group = strings.get(section.group.title()).to_owned();
        for (action, keys) in &section.lines {
            let shown: Vec<String> = keys.iter().map(|keys| keys.shown()).collect();
            let title = action.title_in(&strings, &catalog);
            let places = places(action, &strings);
            let json = json!({
                "action": *action.id,
                "group": group,
                "title": title,
                "keys": keys.iter().map(ToString::to_string).collect::<Vec<_>>(),
                "places": places,
                "cli": action.cli,
            });
            let cells = vec![group.clone(), shown.join("  "), title, places, action.id.to_string()];
            printer.row(Row { reference: action.id.to_string(), cells, json })?;
        }
    }
    printer.finish()?;
    Ok(())
}
