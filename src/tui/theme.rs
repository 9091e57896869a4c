//! Roles, not colours: what a piece of screen means, and how a theme shows that meaning.
//!
//! Views name a [`Role`]; the [`Theme`] answers with a style for the colours the terminal has. The
//! built-in themes are TOML in exactly the form users write. Nothing is said by colour alone, so every
//! theme works in one colour. Start at [`Theme::load`].

use ratatui::style::{Color, Modifier, Style};
use serde::Deserialize;
use std::collections::BTreeMap;

use crate::term::ColourDepth;

/// What a piece of screen means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Ordinary text: the terminal's own colours unless a theme insists.
    Text,
    /// What may be overlooked: units, hints, empty values.
    Muted,
    /// What leads the eye: the name of the program, the marker of the selected row.
    Accent,
    /// The focused row or item.
    Selected,
    /// A marked row.
    Marked,
    /// The name of the screen or record.
    Title,
    /// Column headers and section names.
    Header,
    /// Names of fields.
    Label,
    /// Lines and frames.
    Border,
    /// The text of a field that can be typed into.
    Input,
    /// What stands in an empty field.
    Placeholder,
    /// A key in footer and help.
    Key,
    /// The part of a text that matched.
    Match,
    /// Wrong, lost, bad.
    Error,
    /// Late, stale, soon.
    Warning,
    /// Won, done, good.
    Good,
    /// Neutral notice.
    Info,
    /// A tab that is not open.
    Tab,
    /// The tab that is open.
    TabOpen,
    /// Cannot be used now.
    Disabled,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 20] = [
        Self::Text,
        Self::Muted,
        Self::Accent,
        Self::Selected,
        Self::Marked,
        Self::Title,
        Self::Header,
        Self::Label,
        Self::Border,
        Self::Input,
        Self::Placeholder,
        Self::Key,
        Self::Match,
        Self::Error,
        Self::Warning,
        Self::Good,
        Self::Info,
        Self::Tab,
        Self::TabOpen,
        Self::Disabled,
    ];

    /// The role of a choice's colour word in the schema (`good`, `warning`, `bad`, `info`, `muted`).
    #[must_use]
    pub fn of_choice(word: Option<&str>) -> Self {
        match word {
            Some("good") => Self::Good,
            Some("warning") => Self::Warning,
            Some("bad" | "error") => Self::Error,
            Some("info") => Self::Info,
            Some("accent") => Self::Accent,
            Some("muted") => Self::Muted,
            _ => Self::Text,
        }
    }
}

/// What is wrong with a theme file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {message}")]
pub struct ThemeError {
    /// The file, as named by the caller.
    pub file: String,
    /// What is wrong, with the line where it is known.
    pub message: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    role: BTreeMap<Role, Look>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Look {
    #[serde(deserialize_with = "color")]
    fg: Option<Color>,
    #[serde(deserialize_with = "color")]
    bg: Option<Color>,
    bold: bool,
    dim: bool,
    italic: bool,
    underline: bool,
    reverse: bool,
}

/// `cyan`, `110` or `#5fafd7`.
fn color<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Color>, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map(Some).map_err(|_| {
        serde::de::Error::custom(format!("`{text}` is no colour: try `cyan`, `110` or `#5fafd7`"))
    })
}

/// The style of every role, for the colours the terminal has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    styles: [Style; Role::ALL.len()],
}

impl Theme {
    /// Names of the built-in themes.
    pub const BUILT_IN: [&'static str; 4] = ["dark", "light", "sixteen", "mono"];

    /// The built-in theme of that name; the mono one where there is none.
    #[must_use]
    pub fn built_in(name: &str, depth: ColourDepth) -> Self {
        let text = match name {
            "auto" | "dark" => include_str!("../../assets/themes/dark.toml"),
            "light" => include_str!("../../assets/themes/light.toml"),
            "sixteen" => include_str!("../../assets/themes/sixteen.toml"),
            _ => include_str!("../../assets/themes/mono.toml"),
        };
        // A test loads every built-in theme, so the fallback never shows.
        Self::load(name, text, depth).unwrap_or(Self { styles: [Style::new(); Role::ALL.len()] })
    }

    /// Reads a theme file.
    ///
    /// # Errors
    /// Broken TOML, an unknown role or colour, with its line.
    pub fn load(file: &str, text: &str, depth: ColourDepth) -> Result<Self, ThemeError> {
        let parsed: File = toml::from_str(text).map_err(|error| ThemeError {
            file: file.to_owned(),
            message: error.to_string().trim_end().to_owned(),
        })?;
        let mut styles = [Style::new(); Role::ALL.len()];
        for (role, look) in parsed.role {
            styles[role as usize] = look.style(depth);
        }
        Ok(Self { styles })
    }

    /// The style of a role.
    #[must_use]
    pub fn style(&self, role: Role) -> Style {
        self.styles[role as usize]
    }
}

impl Look {
    fn style(&self, depth: ColourDepth) -> Style {
        let mut style = Style::new();
        if let Some(fg) = self.fg.and_then(|color| at_depth(color, depth)) {
            style = style.fg(fg);
        }
        if let Some(bg) = self.bg.and_then(|color| at_depth(color, depth)) {
            style = style.bg(bg);
        }
        for (on, modifier) in [
            (self.bold, Modifier::BOLD),
            (self.dim, Modifier::DIM),
            (self.italic, Modifier::ITALIC),
            (self.underline, Modifier::UNDERLINED),
            (self.reverse, Modifier::REVERSED),
        ] {
            if on {
                style = style.add_modifier(modifier);
            }
        }
        style
    }
}

/// The nearest colour the terminal has; none where it has no colours.
fn at_depth(color: Color, depth: ColourDepth) -> Option<Color> {
    match (depth, color) {
        (ColourDepth::Mono, _) => None,
        (ColourDepth::Palette, Color::Rgb(r, g, b)) => Some(Color::Indexed(indexed(r, g, b))),
        (ColourDepth::Sixteen, Color::Rgb(r, g, b)) => Some(sixteen(r, g, b)),
        (ColourDepth::Sixteen, Color::Indexed(index)) if index > 15 => {
            let (r, g, b) = rgb(index);
            Some(sixteen(r, g, b))
        }
        _ => Some(color),
    }
}

/// The nearest entry of the 6x6x6 cube or the grey ramp.
fn indexed(r: u8, g: u8, b: u8) -> u8 {
    (16..=255).min_by_key(|&index| distance(rgb(index), (r, g, b))).unwrap_or(15)
}

fn rgb(index: u8) -> (u8, u8, u8) {
    if index >= 232 {
        let grey = 8 + (index - 232) * 10;
        return (grey, grey, grey);
    }
    let cube = index.saturating_sub(16);
    let level = |step: u8| if step == 0 { 0 } else { 55 + step * 40 };
    (level(cube / 36), level(cube / 6 % 6), level(cube % 6))
}

fn sixteen(r: u8, g: u8, b: u8) -> Color {
    const PALETTE: [(Color, (u8, u8, u8)); 16] = [
        (Color::Black, (0, 0, 0)),
        (Color::Red, (170, 0, 0)),
        (Color::Green, (0, 170, 0)),
        (Color::Yellow, (170, 110, 0)),
        (Color::Blue, (0, 0, 170)),
        (Color::Magenta, (170, 0, 170)),
        (Color::Cyan, (0, 170, 170)),
        (Color::Gray, (170, 170, 170)),
        (Color::DarkGray, (90, 90, 90)),
        (Color::LightRed, (255, 85, 85)),
        (Color::LightGreen, (85, 255, 85)),
        (Color::LightYellow, (255, 255, 85)),
        (Color::LightBlue, (85, 85, 255)),
        (Color::LightMagenta, (255, 85, 255)),
        (Color::LightCyan, (85, 255, 255)),
        (Color::White, (255, 255, 255)),
    ];
    PALETTE
        .iter()
        .min_by_key(|(_, known)| distance(*known, (r, g, b)))
        .map_or(Color::Reset, |(color, _)| *color)
}

fn distance(a: (u8, u8, u8), b: (u8, u8, u8)) -> u32 {
    let part = |x: u8, y: u8| u32::from(x.abs_diff(y)).pow(2);
    part(a.0, b.0) + part(a.1, b.1) + part(a.2, b.2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_in_themes_name_every_role() {
        for name in Theme::BUILT_IN {
            let text = match name {
                "auto" | "dark" => include_str!("../../assets/themes/dark.toml"),
                "light" => include_str!("../../assets/themes/light.toml"),
                "sixteen" => include_str!("../../assets/themes/sixteen.toml"),
                _ => include_str!("../../assets/themes/mono.toml"),
            };
            Theme::load(name, text, ColourDepth::True).unwrap();
            let file: File = toml::from_str(text).unwrap();
            assert_eq!(file.role.len(), Role::ALL.len(), "{name}");
        }
    }

    #[test]
    fn without_colours_no_colour_is_left() {
        for name in Theme::BUILT_IN {
            let theme = Theme::built_in(name, ColourDepth::Mono);
            for role in Role::ALL {
                let style = theme.style(role);
                assert_eq!((style.fg, style.bg), (None, None), "{name} {role:?}");
            }
        }
    }

    #[test]
    fn colours_fall_to_what_the_terminal_has() {
        assert_eq!(at_depth(Color::Rgb(255, 80, 80), ColourDepth::Sixteen), Some(Color::LightRed));
        assert_eq!(
            at_depth(Color::Rgb(255, 0, 0), ColourDepth::Palette),
            Some(Color::Indexed(196))
        );
        assert_eq!(at_depth(Color::Red, ColourDepth::Palette), Some(Color::Red));
    }

    #[test]
    fn an_unknown_role_names_its_line() {
        let error = Theme::load("my.toml", "[role]\nshout = { bold = true }\n", ColourDepth::True);
        let message = error.unwrap_err().to_string();
        assert!(message.contains("my.toml") && message.contains("shout"), "{message}");
    }
}
