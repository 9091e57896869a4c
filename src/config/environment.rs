//! What the machine and the shell say about the user, read once.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// The variables that mean something to Kontor; no other is ever read.
const NAMES: [&str; 21] = [
    "KONTOR_CONFIG",
    "KONTOR_DB",
    "KONTOR_LANG",
    "KONTOR_THEME",
    "KONTOR_ZONE",
    "CLICOLOR_FORCE",
    "COLORTERM",
    "COLUMNS",
    "DISPLAY",
    "EDITOR",
    "LANG",
    "LC_ALL",
    "LC_MESSAGES",
    "NO_COLOR",
    "SSH_CONNECTION",
    "SSH_TTY",
    "TERM",
    "TERM_PROGRAM",
    "TZ",
    "VISUAL",
    "WAYLAND_DISPLAY",
];

/// The environment as far as it matters, and the folders of the platform.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    pub(super) variables: BTreeMap<&'static str, String>,
    /// The user's home directory.
    pub home: Option<PathBuf>,
    /// Where the platform keeps settings of programs: `~/.config/kontor`.
    pub config_folder: Option<PathBuf>,
    /// Where the platform keeps data of programs: `~/.local/share/kontor`.
    pub data_folder: Option<PathBuf>,
    /// Where the platform keeps what programs remember between two starts: `~/.local/state/kontor`.
    pub state_folder: Option<PathBuf>,
    /// The time zone of the machine, by its IANA name.
    pub zone: Option<String>,
    /// What an SSH client asked for where a key line runs this program.
    pub asked: Option<String>,
}

/// The variables that count where the process works for somebody outside, who may have sent them: about their
/// terminal, their language and their zone.
const OF_OTHERS: [&str; 11] = [
    "COLORTERM",
    "COLUMNS",
    "LANG",
    "LC_ALL",
    "LC_MESSAGES",
    "NO_COLOR",
    "SSH_CONNECTION",
    "SSH_TTY",
    "TERM",
    "TERM_PROGRAM",
    "TZ",
];

impl Environment {
    /// Reads the environment of this process.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one reader of the environment")]
    pub fn read() -> Self {
        let variables =
            NAMES.into_iter().filter_map(|name| Some((name, std::env::var(name).ok()?))).collect();
        let folders = directories::ProjectDirs::from("", "", "kontor");
        Self {
            variables,
            home: directories::BaseDirs::new().map(|dirs| dirs.home_dir().to_owned()),
            config_folder: folders.as_ref().map(|dirs| dirs.config_dir().to_owned()),
            data_folder: folders.as_ref().map(|dirs| dirs.data_dir().to_owned()),
            state_folder: folders
                .as_ref()
                .map(|dirs| dirs.state_dir().unwrap_or(dirs.data_local_dir()).to_owned()),
            zone: iana_time_zone::get_timezone().ok(),
            // What is no text must not look like nothing.
            asked: std::env::var_os("SSH_ORIGINAL_COMMAND")
                .map(|asked| asked.to_string_lossy().into_owned()),
        }
    }

    /// What counts of it where the process works for somebody outside: nothing that names a file or a
    /// program. The folders are those of the account, whatever variables say.
    #[must_use]
    pub fn of_others(mut self) -> Self {
        self.variables.retain(|name, _| OF_OTHERS.contains(name));
        if cfg!(not(any(target_os = "macos", windows))) {
            let inside = |path: &str| self.home.as_ref().map(|home| home.join(path));
            self.config_folder = inside(".config/kontor");
            self.data_folder = inside(".local/share/kontor");
        }
        self
    }

    /// The same with a variable set; what Kontor does not know is ignored.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        if let Some(name) = NAMES.into_iter().find(|known| *known == name) {
            self.variables.insert(name, value.to_owned());
        }
        self
    }

    /// A variable; none where it is unset or empty.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Why no screens can be shown on the terminal, by its own word: the kind it says it is.
    #[must_use]
    pub fn no_screens(&self) -> Option<&str> {
        match self.get("TERM") {
            None => Some(""),
            Some(kind @ ("dumb" | "unknown")) => Some(kind),
            Some(_) => None,
        }
    }

    /// True where the session comes over SSH: mouse off, nothing animated.
    #[must_use]
    pub fn over_ssh(&self) -> bool {
        self.get("SSH_CONNECTION").is_some() || self.get("SSH_TTY").is_some()
    }

    /// The address the session comes from over SSH.
    #[must_use]
    pub fn from(&self) -> Option<String> {
        let address = self.get("SSH_CONNECTION")?.split_whitespace().next()?;
        Some(format!("ssh {address}"))
    }

    /// True where the machine has a desktop that can show a page or a mail: elsewhere an opener would take
    /// the terminal for a browser in text.
    #[must_use]
    pub fn has_desktop(&self) -> bool {
        cfg!(any(target_os = "macos", windows))
            || self.get("DISPLAY").is_some()
            || self.get("WAYLAND_DISPLAY").is_some()
    }

    /// The command of the user's editor, `VISUAL` before `EDITOR`.
    #[must_use]
    pub fn editor(&self) -> Option<&str> {
        self.get("VISUAL").or_else(|| self.get("EDITOR"))
    }

    /// The locale of messages: `zh_CN.UTF-8`.
    #[must_use]
    pub fn locale(&self) -> Option<&str> {
        ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(|name| self.get(name))
    }

    /// A leading `~/` as the home directory.
    #[must_use]
    pub fn expand(&self, path: &str) -> PathBuf {
        match (path.strip_prefix("~/"), &self.home) {
            (Some(rest), Some(home)) => home.join(rest),
            _ => PathBuf::from(path),
        }
    }
}
