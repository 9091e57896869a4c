//! The config file: TOML in, or an error with file, line and the likely intended word.

use std::path::Path;

use serde::Deserialize;

use super::Environment;
use super::settings::Switch;
use crate::action::KeysFrom;
use crate::cli::{OutputFormat, likely};
use crate::model::{Lang, Phrase, WeekStart, phrase};

/// What is wrong with the settings, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {message}")]
pub struct ConfigError {
    /// The file with its line (`config.toml:3`), the variable or the flag.
    pub place: String,
    /// What is wrong.
    pub message: Phrase,
    /// What was likely meant, or what to do.
    pub hint: Option<Phrase>,
}

impl ConfigError {
    /// Where it stands and what is wrong.
    #[must_use]
    pub fn phrase(&self) -> Phrase {
        phrase!("{name}: {message}", name = &self.place, message = &self.message)
    }
}

/// The file as it is written; every key may be left out.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConfigFile {
    pub database: Option<String>,
    pub language: Option<Lang>,
    pub zone: Option<String>,
    pub week_start: Option<WeekStart>,
    pub theme: Option<String>,
    pub keymap: Option<String>,
    pub ascii: Option<bool>,
    pub plain: Option<bool>,
    pub mouse: Option<Switch>,
    pub reminders: Option<super::reminders::Reminders>,
    pub color: Option<Switch>,
    pub format: Option<OutputFormat>,
}

/// Reads the text of a config file; `name` stands in errors.
pub(super) fn parse(name: &str, text: &str) -> Result<ConfigFile, ConfigError> {
    let file: ConfigFile = toml::from_str(text).map_err(|error| located(name, text, &error))?;
    if let Some(zone) = &file.zone {
        super::settings::zone(zone).map_err(|(message, hint)| ConfigError {
            place: format!("{name}:{}", line_of_key(text, "zone")),
            message,
            hint,
        })?;
    }
    if let Some(theme) = &file.theme {
        let folder = std::path::Path::new(name).parent();
        super::themes::check(theme, folder).map_err(|(message, hint)| ConfigError {
            place: format!("{name}:{}", line_of_key(text, "theme")),
            message,
            hint,
        })?;
    }
    if let Some(keymap) = &file.keymap {
        super::settings::keys(keymap).map_err(|(message, hint)| ConfigError {
            place: format!("{name}:{}", line_of_key(text, "keymap")),
            message,
            hint,
        })?;
    }
    Ok(file)
}

/// The language that a config file names, read alone: the rest may be wrong.
pub(super) fn language_of(text: &str) -> Option<Lang> {
    let line =
        text.lines().take_while(|line| !line.trim_start().starts_with('[')).find_map(|line| {
            line.trim_start().strip_prefix("language")?.trim_start().strip_prefix('=')
        })?;
    Lang::of_code(line.split('#').next()?.trim().trim_matches(['"', '\'']))
}

/// Checks the text of a config file without using it; where it takes the keys from, if it says so.
///
/// # Errors
/// What is wrong with it.
pub fn check(name: &str, text: &str, home: Option<&Path>) -> Result<Option<KeysFrom>, ConfigError> {
    let file = parse(name, text)?;
    let environment = Environment { home: home.map(Path::to_owned), ..Environment::default() };
    let folder = Path::new(name).parent();
    Ok(file.keymap.map(|keymap| super::settings::keys_from(&environment, keymap, folder)))
}

fn line_of_key(text: &str, key: &str) -> usize {
    let starts = |line: &str| {
        line.trim_start().strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('='))
    };
    text.lines().position(starts).map_or(1, |index| index + 1)
}

fn located(name: &str, text: &str, error: &toml::de::Error) -> ConfigError {
    let line = error.span().map_or(1, |span| {
        1 + text.get(..span.start).map_or(0, |before| before.matches('\n').count())
    });
    let message = error.message();
    // serde names the offender first and then what it would have taken, each in backticks.
    let words: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let (message, hint) = match words.split_first() {
        Some((offender, known)) if message.starts_with("unknown") => {
            let what = if message.starts_with("unknown field") {
                phrase!("setting")
            } else {
                phrase!("value")
            };
            let hint = likely(offender, known.iter().copied()).map_or_else(
                || phrase!("known are: {known}", known = known.join(", ")),
                |word| phrase!("did you mean {near}?", near = word),
            );
            (phrase!("there is no {what} {offender}", what, offender = *offender), Some(hint))
        }
        _ => (Phrase::toml(message), None),
    };
    ConfigError { place: format!("{name}:{line}"), message, hint }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_key_names_line_and_word() {
        let error =
            check("config.toml", "language = \"en\"\n\ndatabse = \"x\"\n", None).unwrap_err();
        assert_eq!(error.to_string(), "config.toml:3: there is no setting databse");
        assert_eq!(error.hint.as_deref(), Some("did you mean database?"));
    }

    #[test]
    fn a_misspelt_choice_names_line_and_word() {
        let error = check("c.toml", "format = \"jsn\"\n", None).unwrap_err();
        assert_eq!(error.to_string(), "c.toml:1: there is no value jsn");
        assert_eq!(error.hint.as_deref(), Some("did you mean json?"));
        let error = check("c.toml", "\nzone = \"Europe/Berlln\"\n", None).unwrap_err();
        assert_eq!(error.to_string(), "c.toml:2: there is no time zone Europe/Berlln");
        assert_eq!(error.hint.as_deref(), Some("did you mean Europe/Berlin?"));
    }

    #[test]
    fn the_language_is_known_although_the_rest_is_wrong() {
        assert_eq!(language_of("theme = \nlanguage = \"zh\" # mine\n"), Some(Lang::Zh));
        assert_eq!(language_of("# language = \"zh\"\n[reminders]\nlanguage = 'zh'\n"), None);
    }

    #[test]
    fn broken_toml_names_its_line() {
        let error = check("c.toml", "language = \"en\"\nformat = \n", None).unwrap_err();
        assert!(error.to_string().starts_with("c.toml:2: "), "{error}");
    }

    #[test]
    fn the_shipped_template_is_valid_also_with_every_line_in_force() {
        let template = super::super::TEMPLATE;
        check("template", template, None).unwrap();
        let sets = |line: &&str| {
            let named = line.split_once(" = ").map(|(name, _)| name);
            line.starts_with('[') || named.is_some_and(|n| n.chars().all(char::is_alphanumeric))
        };
        let in_force: Vec<&str> =
            template.lines().filter_map(|line| line.strip_prefix("# ").filter(sets)).collect();
        assert!(in_force.len() >= 8, "{in_force:?}");
        check("template", &in_force.join("\n"), None).unwrap();
    }
}
