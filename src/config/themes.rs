//! Which themes there are: those that ship and files of the user's own, in `themes/` beside the config
//! file or named by their path.

use std::path::{Path, PathBuf};

use super::file::ConfigError;
use super::settings::{Found, Settings, read};
use crate::cli::likely;
use crate::model::phrase;
use crate::tui::theme::Themes;

/// The theme where nobody chose one: dark; without colours every theme is mono.
pub(super) const AUTO: &str = "auto";
/// What `auto` stands for.
pub(super) const USUAL: &str = "dark";

/// The user's own themes, by name and file.
pub(super) fn own(folder: Option<&Path>) -> Vec<(String, PathBuf)> {
    let Some(entries) = folder.and_then(|folder| std::fs::read_dir(folder.join("themes")).ok())
    else {
        return Vec::new();
    };
    let named = |path: PathBuf| {
        let name = path.file_stem()?.to_str()?.to_owned();
        is_file(path.to_str()?).then_some((name, path))
    };
    let mut own: Vec<_> = entries.flatten().filter_map(|entry| named(entry.path())).collect();
    own.sort();
    own
}

/// Whether a theme is named by its file.
pub(super) fn is_file(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|ending| ending == "toml")
}

/// Whether there is such a theme for somebody whose config file stands in `folder`.
pub(super) fn check(name: &str, folder: Option<&Path>) -> Result<(), Found> {
    let shipped = Themes::shipped();
    let own = own(folder);
    let mut known = vec![AUTO];
    known.extend(shipped.names());
    known.extend(own.iter().map(|(name, _)| name.as_str()));
    if is_file(name) || known.contains(&name) {
        return Ok(());
    }
    let hint = likely(name, known.iter().copied()).map_or_else(
        || phrase!("known are: {known}", known = known.join(", ")),
        |word| phrase!("did you mean {near}?", near = word),
    );
    Err((phrase!("there is no theme {name}", name), Some(hint)))
}

impl Settings {
    /// The themes there are.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn themes(&self) -> Result<Themes, ConfigError> {
        let mut themes = Themes::shipped();
        let folder = self.config_file.as_deref().and_then(Path::parent);
        for (name, path) in own(folder) {
            themes.add(&name, &path.display().to_string(), read(&path)?);
        }
        if is_file(&self.theme) {
            themes.add(&self.theme, &self.theme, read(Path::new(&self.theme))?);
        }
        Ok(themes)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Environment, Flags};
    use super::*;
    use crate::term::ColourDepth;

    #[test]
    fn a_theme_beside_the_config_file_is_known_by_its_name() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("themes")).unwrap();
        std::fs::write(folder.path().join("config.toml"), "theme = \"sea\"\n").unwrap();
        let sea = "inherits = \"light\"\n[role]\nkey = { fg = \"24\" }\n";
        std::fs::write(folder.path().join("themes/sea.toml"), sea).unwrap();
        let environment = Environment {
            config_folder: Some(folder.path().to_owned()),
            data_folder: Some(folder.path().to_owned()),
            ..Environment::default()
        };
        let settings = Settings::load(&environment, &Flags::default()).unwrap();
        let themes = settings.themes().unwrap();
        assert!(themes.names().contains(&"sea"));
        themes.load(&settings.theme, ColourDepth::Palette).unwrap();

        std::fs::write(folder.path().join("config.toml"), "\ntheme = \"seaa\"\n").unwrap();
        let error = Settings::load(&environment, &Flags::default()).unwrap_err();
        assert!(error.place.ends_with("config.toml:2"), "{error}");
        assert_eq!(error.hint.as_deref(), Some("did you mean sea?"));
    }
}
