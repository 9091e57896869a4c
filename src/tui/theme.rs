//! Roles, not colours: what a piece of screen means, and how a theme shows that meaning.
//!
//! Views name a [`Role`]; the [`Theme`] answers with a style for the colours the terminal has. The
//! built-in themes are TOML in exactly the form users write. Nothing is said by colour alone, so every
//! theme works in one colour. Start at [`Themes::load`].

mod colour;
mod library;
#[cfg(test)]
mod tests;

pub use colour::{Ground, READABLE, Rgb, contrast, numbers};
pub use library::{ThemeError, Themes};

use ratatui::buffer::Buffer;
use ratatui::style::{Color, Style};

use crate::term::ColourDepth;

/// What a piece of screen means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Role {
    /// Ordinary text: the terminal's own colours unless a theme insists.
    #[default]
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
    /// The word before what is due now: neither an error nor a hint.
    Reminder,
    /// A tab that is not open.
    Tab,
    /// The tab that is open.
    TabOpen,
    /// Cannot be used now.
    Disabled,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 21] = [
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
        Self::Reminder,
        Self::Tab,
        Self::TabOpen,
        Self::Disabled,
    ];

    /// Its name in a theme file.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Muted => "muted",
            Self::Accent => "accent",
            Self::Selected => "selected",
            Self::Marked => "marked",
            Self::Title => "title",
            Self::Header => "header",
            Self::Label => "label",
            Self::Border => "border",
            Self::Input => "input",
            Self::Placeholder => "placeholder",
            Self::Key => "key",
            Self::Match => "match",
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Good => "good",
            Self::Info => "info",
            Self::Reminder => "reminder",
            Self::Tab => "tab",
            Self::TabOpen => "tab-open",
            Self::Disabled => "disabled",
        }
    }

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

/// The style of every role, for the colours the terminal has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    /// Its name in settings.
    pub name: String,
    /// What the terminal's own background is taken for.
    pub ground: Ground,
    /// How many colours it was made for.
    pub depth: ColourDepth,
    styles: [Style; Role::ALL.len()],
}

impl Theme {
    /// The theme of that name among those that ship; one without any style where there is none.
    #[must_use]
    pub fn built_in(name: &str, depth: ColourDepth) -> Self {
        Themes::shipped().load(name, depth).unwrap_or_else(|_| Self {
            name: name.to_owned(),
            ground: Ground::default(),
            depth,
            styles: [Style::new(); Role::ALL.len()],
        })
    }

    /// The style of a role.
    #[must_use]
    pub fn style(&self, role: Role) -> Style {
        self.styles[role as usize]
    }

    /// Gives the cells that were left to the terminal the theme's own colours, where it insists on some.
    pub fn lay_ground(&self, buf: &mut Buffer) {
        let text = self.style(Role::Text);
        if text.fg.is_none() && text.bg.is_none() {
            return;
        }
        for cell in &mut buf.content {
            if cell.fg == Color::Reset {
                cell.fg = text.fg.unwrap_or(Color::Reset);
            }
            if cell.bg == Color::Reset {
                cell.bg = text.bg.unwrap_or(Color::Reset);
            }
        }
    }
}
