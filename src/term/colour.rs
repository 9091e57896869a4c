//! How many colours a terminal shows.

/// How many colours a terminal shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum ColourDepth {
    /// None: bold, underline and reverse only.
    Mono,
    /// The sixteen of the terminal's own palette.
    #[default]
    Sixteen,
    /// The palette of 256.
    Palette,
    /// 24 bits.
    True,
}

/// What the outside says about the terminal; whoever may read the environment fills it in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Surroundings<'a> {
    /// `NO_COLOR`: any text but an empty one switches colours off.
    pub no_color: Option<&'a str>,
    /// `TERM`.
    pub term: Option<&'a str>,
    /// `COLORTERM`.
    pub colorterm: Option<&'a str>,
    /// `TERM_PROGRAM`.
    pub term_program: Option<&'a str>,
}

impl ColourDepth {
    /// The depth that follows from what is said; the safe one where nothing is known.
    #[must_use]
    pub fn detect(about: &Surroundings<'_>) -> Self {
        let term = about.term.unwrap_or_default();
        if about.no_color.is_some_and(|value| !value.is_empty())
            || matches!(term, "dumb" | "vt100" | "vt102" | "vt220")
            || term.ends_with("-m")
            || term.ends_with("-mono")
        {
            return Self::Mono;
        }
        let full = matches!(about.colorterm, Some("truecolor" | "24bit"))
            || term.ends_with("-direct")
            || ["kitty", "ghostty", "alacritty", "foot", "wezterm"]
                .iter()
                .any(|t| term.contains(t))
            || matches!(about.term_program, Some("iTerm.app" | "WezTerm" | "ghostty" | "vscode"));
        // GNU screen passes COLORTERM through and then garbles what it promises.
        if full && !term.starts_with("screen") {
            Self::True
        } else if term.contains("256color") || about.colorterm.is_some_and(|v| !v.is_empty()) {
            Self::Palette
        } else {
            Self::Sixteen
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn detects_from_what_is_said() {
        let depth = |no_color, term, colorterm| {
            ColourDepth::detect(&Surroundings { no_color, term, colorterm, term_program: None })
        };
        assert_eq!(depth(Some("1"), Some("xterm-256color"), Some("truecolor")), ColourDepth::Mono);
        assert_eq!(depth(Some(""), Some("xterm-256color"), None), ColourDepth::Palette);
        assert_eq!(depth(None, Some("dumb"), None), ColourDepth::Mono);
        assert_eq!(depth(None, Some("xterm"), None), ColourDepth::Sixteen);
        assert_eq!(depth(None, None, None), ColourDepth::Sixteen);
        assert_eq!(depth(None, Some("xterm-256color"), Some("truecolor")), ColourDepth::True);
        assert_eq!(depth(None, Some("xterm-kitty"), None), ColourDepth::True);
        assert_eq!(depth(None, Some("screen-256color"), Some("truecolor")), ColourDepth::Palette);
        assert_eq!(depth(None, Some("linux"), None), ColourDepth::Sixteen);
    }
}
