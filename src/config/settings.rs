//! The settings in force, and where each of them comes from.

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono_tz::Tz;
use serde::Deserialize;

use super::Environment;
use super::audit::Heads;
use super::file::{ConfigError, ConfigFile, parse};
use super::themes::{self, AUTO, USUAL, is_file};
use crate::action::{Keymap, KeysFrom};
use crate::cli::{OutputFormat, likely};
use crate::gate::{Thresholds, Tongue};
use crate::model::{Lang, Phrase, WeekStart, phrase};
use crate::term::{ColourDepth, Surroundings};
use crate::tui::context::{Manners, Reminding};

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

fn config_path(environment: &Environment, flags: &Flags) -> (Option<PathBuf>, Source) {
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
fn keymap(
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
pub(super) fn keys_from(
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

fn missing(path: &Path, named_by: Source) -> ConfigError {
    ConfigError {
        place: path.display().to_string(),
        message: phrase!(
            "there is no such config file (named on the {named_by})",
            named_by = Phrase::word(named_by.word())
        ),
        hint: Some(phrase!("kontor config template prints one to start from")),
    }
}

fn database(
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

pub(super) fn read(path: &Path) -> Result<String, ConfigError> {
    std::fs::read_to_string(path).map_err(|error| ConfigError {
        place: path.display().to_string(),
        message: Phrase::io(&error),
        hint: Phrase::io_hint(&error),
    })
}

/// A relative path is meant from where it is written, not from wherever kontor is started.
fn beside(folder: Option<&Path>, path: &Path) -> PathBuf {
    folder.map_or_else(|| path.to_owned(), |folder| folder.join(path))
}

fn language(
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
    let file = ConfigFile { language: super::file::language_of(&text), ..ConfigFile::default() };
    let known = language(environment, flags, &file);
    known.map_or_else(|_| of_locale(environment).0, |(lang, _)| lang)
}

fn of_locale(environment: &Environment) -> (Lang, Source) {
    match environment.locale() {
        Some(locale) if locale.starts_with("zh") => (Lang::Zh, Source::Environment),
        _ => (Lang::En, Source::Default),
    }
}

fn time_zone(environment: &Environment, file: &ConfigFile) -> Result<(Tz, Source), ConfigError> {
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

pub(super) type Found = (Phrase, Option<Phrase>);

fn at_variable(name: &str, (message, hint): Found) -> ConfigError {
    ConfigError { place: name.to_owned(), message, hint }
}

/// The zone of this IANA name.
pub(super) fn zone(name: &str) -> Result<Tz, Found> {
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
pub(super) fn keys(name: &str) -> Result<(), Found> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn machine() -> Environment {
        Environment {
            home: Some("/home/ana".into()),
            data_folder: Some("/home/ana/.local/share/kontor".into()),
            zone: Some("Europe/Berlin".into()),
            ..Environment::default()
        }
    }

    fn with_file(text: &str) -> (tempfile::TempDir, Environment) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("config.toml"), text).unwrap();
        let environment =
            Environment { config_folder: Some(folder.path().to_owned()), ..machine() };
        (folder, environment)
    }

    #[test]
    fn each_layer_lies_over_the_one_before() {
        let (folder, environment) = with_file("database = \"a.db\"\nlanguage = \"zh\"\n");
        let settings = Settings::load(&environment, &Flags::default()).unwrap();
        assert_eq!(settings.database, folder.path().join("a.db"));
        assert_eq!((settings.lang, settings.zone), (Lang::Zh, Tz::Europe__Berlin));

        let environment = environment.with("KONTOR_DB", "~/b.db").with("KONTOR_LANG", "en");
        let settings = Settings::load(&environment, &Flags::default()).unwrap();
        assert_eq!(settings.database, PathBuf::from("/home/ana/b.db"));
        assert_eq!(settings.lang, Lang::En);

        let flags = Flags { database: Some("c.db".into()), ..Flags::default() };
        let settings = Settings::load(&environment, &flags).unwrap();
        assert_eq!(settings.database, PathBuf::from("c.db"));
        assert!(settings.database_named());
    }

    #[test]
    fn the_week_begins_on_monday_unless_the_file_says_otherwise() {
        assert_eq!(
            Settings::load(&machine(), &Flags::default()).unwrap().week_start,
            WeekStart::Monday
        );
        for (text, week) in [("sunday", WeekStart::Sunday), ("auto", WeekStart::Auto)] {
            let (_folder, environment) = with_file(&format!("week_start = \"{text}\"\n"));
            let settings = Settings::load(&environment, &Flags::default()).unwrap();
            assert_eq!(settings.week_start, week);
            assert!(settings.origins.contains(&("week_start", text.to_owned(), Source::File)));
        }
        let (_folder, environment) = with_file("\nweek_start = \"sundy\"\n");
        let error = Settings::load(&environment, &Flags::default()).unwrap_err();
        assert!(error.place.ends_with(":2"), "{}", error.place);
        assert_eq!(error.hint.as_deref(), Some("did you mean sunday?"));
    }

    #[test]
    fn nothing_said_means_the_platform_s_folder() {
        let settings = Settings::load(&machine(), &Flags::default()).unwrap();
        assert_eq!(settings.database, PathBuf::from("/home/ana/.local/share/kontor/kontor.db"));
        assert!(!settings.database_named());
        assert_eq!(settings.color, Switch::Auto);
    }

    #[test]
    fn links_are_opened_at_a_desktop_and_not_over_ssh() {
        let opens = |environment: &Environment| {
            let settings = Settings::load(environment, &Flags::default()).unwrap();
            settings.manners(environment).opens
        };
        assert!(opens(&machine().with("DISPLAY", ":0")));
        assert!(opens(&machine().with("WAYLAND_DISPLAY", "wayland-0")));
        assert_eq!(opens(&machine()), cfg!(any(target_os = "macos", windows)));
        for name in ["SSH_CONNECTION", "SSH_TTY"] {
            // A display may be forwarded: what opens there is slow, and not what was meant.
            assert!(!opens(&machine().with("DISPLAY", ":0").with(name, "10.0.0.1 1 10.0.0.2 22")));
        }
    }

    #[test]
    fn no_color_counts_unless_empty() {
        let off = Settings::load(&machine().with("NO_COLOR", "1"), &Flags::default()).unwrap();
        assert_eq!(off.color, Switch::Off);
        let empty = Settings::load(&machine().with("NO_COLOR", ""), &Flags::default()).unwrap();
        assert_eq!(empty.color, Switch::Auto);
    }

    #[test]
    fn a_named_config_file_must_be_there() {
        let flags = Flags { config: Some("/nowhere/x.toml".into()), ..Flags::default() };
        let error = Settings::load(&machine(), &flags).unwrap_err();
        assert_eq!(error.place, "/nowhere/x.toml");
        assert!(error.message.contains("no such config file"), "{error}");
    }

    #[test]
    fn a_bad_variable_is_named() {
        let environment = machine().with("KONTOR_ZONE", "Asia/Shanghia");
        let error = Settings::load(&environment, &Flags::default()).unwrap_err();
        assert_eq!(error.to_string(), "KONTOR_ZONE: there is no time zone Asia/Shanghia");
        assert_eq!(error.hint.as_deref(), Some("did you mean Asia/Shanghai?"));
    }

    #[test]
    fn the_locale_decides_the_language_where_nobody_else_does() {
        let environment = machine().with("LANG", "zh_CN.UTF-8");
        assert_eq!(Settings::load(&environment, &Flags::default()).unwrap().lang, Lang::Zh);
    }
}
