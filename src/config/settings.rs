//! The settings in force, and where each of them comes from.

mod layers;

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono_tz::Tz;
use serde::Deserialize;

use super::Environment;
use super::audit::Heads;
use super::file::{ConfigError, ConfigFile, parse};
use super::themes::{self, AUTO, USUAL, is_file};
use crate::action::{Keymap, KeysFrom};
use crate::cli::OutputFormat;
use crate::gate::{Thresholds, Tongue};
use crate::model::{Lang, Phrase, WeekStart};
use crate::term::{ColourDepth, Surroundings};
use crate::tui::context::{Manners, Reminding};
pub use layers::language_ahead;
pub(super) use layers::{Found, keys, keys_from, read, zone};
use layers::{at_variable, beside, config_path, database, keymap, language, missing, time_zone};

/// Idle minutes after which the screens lock where nobody says otherwise.
const LOCK_AFTER: u16 = 15;

/// A setting that the program decides unless the user does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Switch {
    /// As fits the terminal.
    #[default]
    Auto,
    /// Always.
    On,
    /// Never.
    Off,
}

impl Switch {
    const fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::On => "on",
            Self::Off => "off",
        }
    }
}

/// The layer that a setting comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Nobody said anything.
    Default,
    /// The config file.
    File,
    /// An environment variable.
    Environment,
    /// A flag on the command line.
    Flag,
}

impl Source {
    /// The layer as people read it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::File => "config file",
            Self::Environment => "environment",
            Self::Flag => "command line",
        }
    }
}

/// The flags that decide settings, as they were given.
#[derive(Debug, Clone, Default)]
pub struct Flags {
    /// `--db`.
    pub database: Option<PathBuf>,
    /// `--config`.
    pub config: Option<PathBuf>,
    /// `--lang`.
    pub lang: Option<Lang>,
    /// `--no-color`.
    pub no_color: bool,
    /// `--plain`.
    pub plain: bool,
}

/// All that can be set, resolved.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The database file.
    pub database: PathBuf,
    /// The config file that was read, or would be if it were there.
    pub config_file: Option<PathBuf>,
    /// The language of labels and messages.
    pub lang: Lang,
    /// Who said so.
    pub tongue: Tongue,
    /// The zone days begin in and instants are shown in.
    pub zone: Tz,
    /// The day weeks begin on.
    pub week_start: WeekStart,
    /// The name of the theme, or the file it is in (ending in `.toml`).
    pub theme: String,
    /// The user's own keys.
    pub keymap: KeysFrom,
    /// Lines and markers of ASCII only.
    pub ascii: bool,
    /// Plain mode, for screen readers and the simplest terminals.
    pub plain: bool,
    /// The mouse; without being told so not over SSH.
    pub mouse: Switch,
    /// How one is told that it is time for a task.
    pub reminding: Reminding,
    /// Where heads of the audit log are kept outside the database.
    pub heads: Heads,
    /// From where on something in the audit log is unusual.
    pub thresholds: Thresholds,
    /// Idle minutes after which the screens lock; 0 means never.
    pub lock_after: u16,
    /// Colours.
    pub color: Switch,
    /// The output format where no flag says otherwise.
    pub format: Option<OutputFormat>,
    /// Preferences that this start decides, whatever the user chose in the program before.
    pub fixed: Vec<&'static str>,
    /// Name, value and layer of every setting, for `kontor config`.
    pub origins: Vec<(&'static str, String, Source)>,
}

impl Settings {
    /// Lays flags over the environment over the config file over the defaults.
    ///
    /// # Errors
    /// A config file that was named and is not there, or that is wrong; a variable with a value that
    /// means nothing; no home directory to keep data in.
    pub fn load(environment: &Environment, flags: &Flags) -> Result<Self, ConfigError> {
        let (path, named_by) = config_path(environment, flags);
        let file = match &path {
            Some(path) => match std::fs::read_to_string(path) {
                Ok(text) => parse(&path.display().to_string(), &text)?,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => match named_by {
                    Source::Default => ConfigFile::default(),
                    _ => return Err(missing(path, named_by)),
                },
                Err(error) => {
                    return Err(ConfigError {
                        place: path.display().to_string(),
                        message: Phrase::io(&error),
                        hint: Phrase::io_hint(&error),
                    });
                }
            },
            None => ConfigFile::default(),
        };
        let folder = path.as_deref().and_then(Path::parent);
        let (database, from) = database(environment, flags, &file, folder)?;
        let mut origins = vec![("database", database.display().to_string(), from)];
        let (lang, from) = language(environment, flags, &file)?;
        origins.push(("language", lang.code().to_owned(), from));
        let (zone, from) = time_zone(environment, &file)?;
        origins.push(("zone", zone.name().to_owned(), from));
        let from = if file.week_start.is_some() { Source::File } else { Source::Default };
        let week_start = file.week_start.unwrap_or_default();
        origins.push(("week_start", week_start.word().to_owned(), from));
        let (name, from) = match (environment.get("KONTOR_THEME"), file.theme) {
            (Some(name), _) => {
                themes::check(name, folder).map_err(|found| at_variable("KONTOR_THEME", found))?;
                (name.to_owned(), Source::Environment)
            }
            (None, Some(name)) if is_file(&name) => {
                let path = beside(folder, &environment.expand(&name));
                (path.display().to_string(), Source::File)
            }
            (None, Some(name)) => (name, Source::File),
            (None, None) => (AUTO.to_owned(), Source::Default),
        };
        origins.push(("theme", name.clone(), from));
        let (keymap, shown, from) = keymap(environment, file.keymap, folder);
        origins.push(("keymap", shown, from));
        let from = if file.ascii.is_some() { Source::File } else { Source::Default };
        let ascii = file.ascii.unwrap_or(false);
        origins.push(("ascii", ascii.to_string(), from));
        let (plain, from) = match (flags.plain, file.plain) {
            (true, _) => (true, Source::Flag),
            (false, Some(plain)) => (plain, Source::File),
            (false, None) => (false, Source::Default),
        };
        origins.push(("plain", plain.to_string(), from));
        let from = if file.mouse.is_some() { Source::File } else { Source::Default };
        let mouse = file.mouse.unwrap_or_default();
        origins.push(("mouse", mouse.word().to_owned(), from));
        let from = if file.lock_after.is_some() { Source::File } else { Source::Default };
        let lock_after = file.lock_after.unwrap_or(LOCK_AFTER);
        origins.push(("lock_after", lock_after.to_string(), from));
        let reminders = file.reminders.unwrap_or_default();
        let from = if reminders.is_said() { Source::File } else { Source::Default };
        let reminding = reminders.settled();
        origins.push(("reminders", super::reminders::word(reminding), from));
        let audit = file.audit.clone().unwrap_or_default();
        let from = if audit.is_said() { Source::File } else { Source::Default };
        let heads = audit.settled(|path| beside(folder, &environment.expand(path)));
        origins.push(("audit", heads.word(), from));
        let from = if file.anomalies.is_some() { Source::File } else { Source::Default };
        let thresholds = file.anomalies.unwrap_or_default().settled();
        origins.push(("anomalies", super::audit::word(thresholds), from));
        let (color, from) = if flags.no_color {
            (Switch::Off, Source::Flag)
        } else if environment.get("NO_COLOR").is_some() {
            (Switch::Off, Source::Environment)
        } else if environment.get("CLICOLOR_FORCE").is_some_and(|value| value != "0") {
            (Switch::On, Source::Environment)
        } else if let Some(color) = file.color {
            (color, Source::File)
        } else if environment.get("TERM") == Some("dumb") {
            (Switch::Off, Source::Environment)
        } else {
            (Switch::Auto, Source::Default)
        };
        origins.push(("color", color.word().to_owned(), from));
        let from = if file.format.is_some() { Source::File } else { Source::Default };
        origins.push(("format", file.format.unwrap_or_default().word().to_owned(), from));
        let mut fixed = Vec::new();
        let tongue = if flags.lang.is_some() || environment.get("KONTOR_LANG").is_some() {
            fixed.push("language");
            Tongue::Said
        } else if file.language.is_some() {
            Tongue::Set
        } else {
            Tongue::Guessed
        };
        if environment.get("KONTOR_THEME").is_some() {
            fixed.push("theme");
        }
        if flags.plain {
            fixed.push("plain");
        }
        Ok(Self {
            fixed,
            database,
            config_file: path,
            lang,
            tongue,
            zone,
            week_start,
            theme: if name == AUTO { USUAL.to_owned() } else { name },
            keymap,
            ascii,
            plain,
            mouse,
            reminding,
            heads,
            thresholds,
            lock_after,
            color,
            format: file.format,
            origins,
        })
    }

    /// How the screens deal with the terminal.
    #[must_use]
    pub fn manners(&self, environment: &Environment) -> Manners {
        let local = !environment.over_ssh();
        let mouse = match self.mouse {
            Switch::Auto => local,
            Switch::On => true,
            Switch::Off => false,
        };
        let reminding = self.reminding;
        let opens = local && environment.has_desktop();
        let plain = self.plain;
        let minutes = Duration::from_mins(u64::from(self.lock_after));
        Manners {
            mouse,
            local,
            opens,
            plain,
            served: false,
            reminding,
            lock_after: (!minutes.is_zero()).then_some(minutes),
            has_password: false,
            thresholds: self.thresholds,
            fixed: self.fixed.clone(),
        }
    }

    /// How many colours the screens may use.
    #[must_use]
    pub fn depth(&self, environment: &Environment) -> ColourDepth {
        if self.color == Switch::Off {
            return ColourDepth::Mono;
        }
        ColourDepth::detect(&Surroundings {
            no_color: None,
            term: environment.get("TERM"),
            colorterm: environment.get("COLORTERM"),
            term_program: environment.get("TERM_PROGRAM"),
        })
    }

    /// The name and the text of the user's own keymap; a preset is the file that names it.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn keymap_text(&self) -> Result<Option<(String, String)>, ConfigError> {
        Ok(match &self.keymap {
            KeysFrom::Preset(name) if name == Keymap::PRESETS[0] => None,
            KeysFrom::Preset(name) => Some((name.clone(), format!("preset = \"{name}\"\n"))),
            KeysFrom::File(path) => Some((path.display().to_string(), read(path)?)),
        })
    }

    /// True where the user named the database file: then it is not made by merely looking into it.
    #[must_use]
    pub fn database_named(&self) -> bool {
        self.origins
            .iter()
            .any(|(name, _, source)| *name == "database" && *source != Source::Default)
    }
}

#[cfg(test)]
mod tests;
