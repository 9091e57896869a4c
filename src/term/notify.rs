//! The bell, and the escape sequences by which a terminal shows a notification on the desktop.
//!
//! There are three of them and no way to ask a terminal which it takes, so only terminals that are known
//! to take one get it. Start at [`Notify::of`].

use super::{Clean, truncate};

/// The bell of the terminal.
pub const BELL: &str = "\x07";

/// The most cells of a notification.
const MOST: usize = 160;

/// The form of notification that a terminal takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notify {
    /// OSC 9: one text (`iTerm2`, `WezTerm`).
    Osc9,
    /// OSC 99: kitty's own.
    Osc99,
    /// OSC 777: title and text (Ghostty, foot, urxvt).
    Osc777,
}

impl Notify {
    /// The form that the terminal takes, by its `TERM` and `TERM_PROGRAM`; none where it is not known to
    /// take any, and inside tmux and screen, which swallow them.
    #[must_use]
    pub fn of(term: Option<&str>, program: Option<&str>) -> Option<Self> {
        let term = term.unwrap_or_default();
        if term.starts_with("tmux") || term.starts_with("screen") || program == Some("tmux") {
            return None;
        }
        if term.contains("kitty") {
            return Some(Self::Osc99);
        }
        let is = |word: &str| term.contains(word) || program == Some(word);
        if is("ghostty") || term == "foot" || term.starts_with("foot-") || term.starts_with("rxvt")
        {
            return Some(Self::Osc777);
        }
        (program == Some("iTerm.app") || program == Some("WezTerm") || term == "wezterm")
            .then_some(Self::Osc9)
    }

    /// The sequence that shows a notification: nothing in the texts ends it early, nor separates parts.
    #[must_use]
    pub fn sequence(self, title: &str, text: &str) -> String {
        let (title, text) = (plain(title), plain(text));
        match self {
            Self::Osc9 => format!("\x1b]9;{title}: {text}\x1b\\"),
            Self::Osc99 => {
                format!("\x1b]99;i=kontor:d=0;{title}\x1b\\\x1b]99;i=kontor:p=body;{text}\x1b\\")
            }
            Self::Osc777 => format!("\x1b]777;notify;{title};{text}\x1b\\"),
        }
    }
}

/// A text without anything that a sequence could be made of, and not too long.
fn plain(text: &str) -> String {
    let clean: String = Clean::line(text)
        .as_str()
        .chars()
        .filter(|c| !c.is_control())
        .map(|c| if c == ';' { ',' } else { c })
        .collect();
    truncate(&clean, MOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_terminals_that_are_known_to_take_it_get_it() {
        let of = |term, program| Notify::of(Some(term), program);
        assert_eq!(of("xterm-kitty", None), Some(Notify::Osc99));
        assert_eq!(of("xterm-ghostty", None), Some(Notify::Osc777));
        assert_eq!(of("foot", None), Some(Notify::Osc777));
        assert_eq!(of("rxvt-unicode-256color", None), Some(Notify::Osc777));
        assert_eq!(of("xterm-256color", Some("iTerm.app")), Some(Notify::Osc9));
        assert_eq!(of("xterm-256color", Some("WezTerm")), Some(Notify::Osc9));
        for (term, program) in [
            ("xterm-256color", None),
            ("xterm-256color", Some("Apple_Terminal")),
            ("tmux-256color", Some("WezTerm")),
            ("screen-256color", Some("iTerm.app")),
            ("linux", None),
        ] {
            assert_eq!(of(term, program), None, "{term}");
        }
        assert_eq!(Notify::of(None, None), None);
    }

    /// A task called like an escape sequence: it must not end ours early and run.
    #[test]
    fn a_hostile_title_stays_inside() {
        let hostile = "14:00\x1b\\\x1b]52;c;ZXZpbA==\x07\u{9c}\u{9d}0;x\r\nrm;-rf";
        for form in [Notify::Osc9, Notify::Osc99, Notify::Osc777] {
            let sequence = form.sequence("Kontor;x", hostile);
            let (first, rest) = sequence.split_at(2);
            assert_eq!(first, "\x1b]");
            let parts = if form == Notify::Osc99 { 2 } else { 1 };
            assert_eq!(rest.matches('\x1b').count(), 2 * parts - 1, "{sequence:?}");
            assert!(rest.chars().all(|c| c == '\x1b' || !c.is_control()), "{sequence:?}");
        }
        assert_eq!(Notify::Osc777.sequence("a;b", "c;d"), "\x1b]777;notify;a,b;c,d\x1b\\");
        assert!(Notify::Osc9.sequence("Kontor", &"x".repeat(9_000)).len() < 400);
    }
}
