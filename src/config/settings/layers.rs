//! What each layer says of a setting: flag, variable, config file, the machine.

use std::path::{Path, PathBuf};

use chrono_tz::Tz;

use super::{Flags, Source};
use crate::action::{Keymap, KeysFrom};
use crate::cli::likely;
use crate::config::Environment;
use crate::config::file::{ConfigError, ConfigFile, language_of};
use crate::config::themes::is_file;
use crate::model::{Lang, Phrase, phrase};

pub(super) fn config_path(environment: &Environment, flags: &Flags) -> (Option<PathBuf>, Source) {
    if let Some(path) = &flags.config {
        (Some(path.clone()), Source::Flag)
    } else if let Some(path) = environment.get("KONTOR_CONFIG") {
        (Some(environment.expand(path)), Source::Environment)
    } else {
        let folder = environment.config_folder.as_ref();
        (folder.map(|folder| folder.join("config.toml")), Source::Default)
    }
}

/// The user's own keys: as the config file says, else a `keymap.toml` beside it.
pub(super) fn keymap(
    environment: &Environment,
    named: Option<String>,
    folder: Option<&Path>,
) -> (KeysFrom, String, Source) {
    let from = |from: KeysFrom, source| {
        let shown = match &from {
            KeysFrom::Preset(name) => name.clone(),
            KeysFrom::File(path) => path.display().to_string(),
        };
        (from, shown, source)
    };
    match named {
        Some(name) => from(keys_from(environment, name, folder), Source::File),
        None => {
            let path = folder.map(|folder| folder.join("keymap.toml")).filter(|path| path.exists());
            let shipped = || KeysFrom::Preset(Keymap::PRESETS[0].to_owned());
            from(path.map_or_else(shipped, KeysFrom::File), Source::Default)
        }
    }
}

/// Where the keys come from that a config file in `folder` names.
pub(in crate::config) fn keys_from(
    environment: &Environment,
    name: String,
    folder: Option<&Path>,
) -> KeysFrom {
    if is_file(&name) {
        KeysFrom::File(beside(folder, &environment.expand(&name)))
    } else {
        KeysFrom::Preset(name)
    }
}

pub(super) fn missing(path: &Path, named_by: Source) -> ConfigError {
    ConfigError {
        place: path.display().to_string(),
        message: phrase!(
            "there is no such config file (named on the {named_by})",
            named_by = Phrase::word(named_by.word())
        ),
        hint: Some(phrase!("kontor config template prints one to start from")),
    }
}

pub(super) fn database(
    environment: &Environment,
    flags: &Flags,
    file: &ConfigFile,
    folder: Option<&Path>,
) -> Result<(PathBuf, Source), ConfigError> {
    if let Some(path) = &flags.database {
        return Ok((path.clone(), Source::Flag));
    }
    if let Some(path) = environment.get("KONTOR_DB") {
        return Ok((environment.expand(path), Source::Environment));
    }
    if let Some(path) = &file.database {
        return Ok((beside(folder, &environment.expand(path)), Source::File));
    }
    match &environment.data_folder {
        Some(folder) => Ok((folder.join("kontor.db"), Source::Default)),
        None => Err(ConfigError {
            place: "database".into(),
            message: phrase!("there is no home directory to keep it in"),
            hint: Some(phrase!("name a file with --db FILE or KONTOR_DB")),
        }),
    }
}

pub(in crate::config) fn read(path: &Path) -> Result<String, ConfigError> {
    std::fs::read_to_string(path).map_err(|error| ConfigError {
        place: path.display().to_string(),
        message: Phrase::io(&error),
        hint: Phrase::io_hint(&error),
    })
}

/// A relative path is meant from where it is written, not from wherever kontor is started.
pub(super) fn beside(folder: Option<&Path>, path: &Path) -> PathBuf {
    folder.map_or_else(|| path.to_owned(), |folder| folder.join(path))
}

pub(super) fn language(
    environment: &Environment,
    flags: &Flags,
    file: &ConfigFile,
) -> Result<(Lang, Source), ConfigError> {
    if let Some(lang) = flags.lang {
        return Ok((lang, Source::Flag));
    }
    if let Some(word) = environment.get("KONTOR_LANG") {
        let Some(lang) = Lang::of_code(word) else {
            let message = phrase!("there is no language {word}", word);
            return Err(at_variable("KONTOR_LANG", (message, Some(phrase!("en or zh")))));
        };
        return Ok((lang, Source::Environment));
    }
    if let Some(lang) = file.language {
        return Ok((lang, Source::File));
    }
    Ok(of_locale(environment))
}

/// The language before the settings are read, to say what is wrong with them or with the arguments: as
/// flags and environment say, else as the config file does, however wrong the rest of it is.
#[must_use]
pub fn language_ahead(environment: &Environment, flags: &Flags) -> Lang {
    let (path, _) = config_path(environment, flags);
    let text = path.and_then(|path| std::fs::read_to_string(path).ok()).unwrap_or_default();
    let file = ConfigFile { language: language_of(&text), ..ConfigFile::default() };
    let known = language(environment, flags, &file);
    known.map_or_else(|_| of_locale(environment).0, |(lang, _)| lang)
}

fn of_locale(environment: &Environment) -> (Lang, Source) {
    match environment.locale() {
        Some(locale) if locale.starts_with("zh") => (Lang::Zh, Source::Environment),
        _ => (Lang::En, Source::Default),
    }
}

pub(super) fn time_zone(
    environment: &Environment,
    file: &ConfigFile,
) -> Result<(Tz, Source), ConfigError> {
    if let Some(name) = environment.get("KONTOR_ZONE") {
        let zone = zone(name).map_err(|found| at_variable("KONTOR_ZONE", found))?;
        return Ok((zone, Source::Environment));
    }
    if let Some(Ok(zone)) = file.zone.as_deref().map(zone) {
        return Ok((zone, Source::File));
    }
    // TZ may hold much that is not a name of a zone; what means nothing to us is left to the machine.
    let variable = environment.get("TZ").and_then(|name| name.trim_start_matches(':').parse().ok());
    if let Some(zone) = variable {
        return Ok((zone, Source::Environment));
    }
    let machine = environment.zone.as_deref().and_then(|name| name.parse().ok());
    Ok((machine.unwrap_or(Tz::UTC), Source::Default))
}

pub(in crate::config) type Found = (Phrase, Option<Phrase>);

pub(super) fn at_variable(name: &str, (message, hint): Found) -> ConfigError {
    ConfigError { place: name.to_owned(), message, hint }
}

/// The zone of this IANA name.
pub(in crate::config) fn zone(name: &str) -> Result<Tz, Found> {
    name.parse().map_err(|_| {
        let near = likely(name, chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()));
        let hint = near.map_or_else(
            || phrase!("zones are named like Europe/Berlin or Asia/Shanghai"),
            |word| phrase!("did you mean {near}?", near = word),
        );
        (phrase!("there is no time zone {name}", name), Some(hint))
    })
}

/// Whether there is such a keymap.
pub(in crate::config) fn keys(name: &str) -> Result<(), Found> {
    if is_file(name) || Keymap::PRESETS.contains(&name) {
        return Ok(());
    }
    let hint = likely(name, Keymap::PRESETS).map_or_else(
        || {
            phrase!(
                "known are: {known}, or a file ending in .toml",
                known = Keymap::PRESETS.join(", ")
            )
        },
        |word| phrase!("did you mean {near}?", near = word),
    );
    Err((phrase!("there is no keymap {name}", name), Some(hint)))
}
