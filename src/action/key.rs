//! Keys and key sequences in the notation people read and write: `ctrl-s`, `shift-tab`, `g g`, `?`.
//!
//! A host turns what its terminal sends into a [`Key`]; the keymap, footer, help and tests use the
//! same text for it. This file knows no terminal library. Start at [`Key`].

use crate::model::{Lang, Phrase, phrase};
use std::fmt;
use std::str::FromStr;

/// Which key, without modifiers. A character stands for what it types: `A` is a capital A.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyCode {
    /// A character as typed.
    Char(char),
    /// Enter.
    Enter,
    /// Escape.
    Esc,
    /// Tab.
    Tab,
    /// Backspace.
    Backspace,
    /// Delete.
    Delete,
    /// Insert.
    Insert,
    /// Cursor up.
    Up,
    /// Cursor down.
    Down,
    /// Cursor left.
    Left,
    /// Cursor right.
    Right,
    /// Home.
    Home,
    /// End.
    End,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
    /// A function key, `F(2)`.
    F(u8),
}

/// Names of the keys that are no characters, as people write them.
const NAMES: [(&str, KeyCode); 17] = [
    ("enter", KeyCode::Enter),
    ("esc", KeyCode::Esc),
    ("tab", KeyCode::Tab),
    ("backspace", KeyCode::Backspace),
    ("del", KeyCode::Delete),
    ("ins", KeyCode::Insert),
    ("up", KeyCode::Up),
    ("down", KeyCode::Down),
    ("left", KeyCode::Left),
    ("right", KeyCode::Right),
    ("home", KeyCode::Home),
    ("end", KeyCode::End),
    ("pageup", KeyCode::PageUp),
    ("pagedown", KeyCode::PageDown),
    ("space", KeyCode::Char(' ')),
    ("pgup", KeyCode::PageUp),
    ("pgdn", KeyCode::PageDown),
];

/// A key with its modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// Which key.
    pub code: KeyCode,
    /// Ctrl is held.
    pub ctrl: bool,
    /// Alt (Meta, Option) is held.
    pub alt: bool,
    /// Shift is held; always false for characters, which tell it by themselves.
    pub shift: bool,
}

impl Key {
    /// A key without modifiers.
    #[must_use]
    pub const fn plain(code: KeyCode) -> Self {
        Self { code, ctrl: false, alt: false, shift: false }
    }

    /// A character without Ctrl or Alt.
    #[must_use]
    pub const fn char(c: char) -> Self {
        Self::plain(KeyCode::Char(c))
    }

    /// A character with Ctrl.
    #[must_use]
    pub const fn ctrl(c: char) -> Self {
        Self { code: KeyCode::Char(c), ctrl: true, alt: false, shift: false }
    }

    /// The character that the key types into a text, if it types one.
    #[must_use]
    pub fn typed(&self) -> Option<char> {
        match self.code {
            KeyCode::Char(c) if !self.ctrl && !self.alt && !c.is_control() => Some(c),
            _ => None,
        }
    }

    /// The row that the key chooses where digits choose rows, from 0: `1` is the first.
    #[must_use]
    pub fn row(&self) -> Option<usize> {
        let digit = self.typed()?.to_digit(10)? as usize;
        digit.checked_sub(1)
    }

    /// True for exactly this code without any modifier.
    #[must_use]
    pub fn is(&self, code: KeyCode) -> bool {
        *self == Self::plain(code)
    }
}

/// What is wrong with the text of a key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a key")]
pub struct KeyError {
    /// What was written.
    pub text: String,
    /// What was likely meant.
    pub hint: Option<Phrase>,
}

impl KeyError {
    /// What is wrong.
    #[must_use]
    pub fn phrase(&self) -> Phrase {
        phrase!("`{text}` is not a key", text = &self.text)
    }
}

impl FromStr for Key {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let mut key = Self::plain(KeyCode::Esc);
        let mut rest = text;
        // A lone `-` and the dash of `ctrl--` are keys, not separators.
        while let Some((modifier, after)) = rest.split_once('-').filter(|(m, _)| !m.is_empty()) {
            match modifier.to_ascii_lowercase().as_str() {
                "ctrl" => key.ctrl = true,
                "alt" => key.alt = true,
                "shift" => key.shift = true,
                _ => return Err(unknown(text)),
            }
            rest = after;
        }
        let mut chars = rest.chars();
        key.code = match (chars.next(), chars.next()) {
            (Some(c), None) => KeyCode::Char(c),
            (Some('f' | 'F'), Some('0'..='9')) => {
                let number = rest[1..].parse().ok().filter(|n| (1..=24).contains(n));
                KeyCode::F(number.ok_or_else(|| unknown(text))?)
            }
            _ => {
                let name = rest.to_ascii_lowercase();
                let named = NAMES.iter().find(|(known, _)| *known == name);
                named.ok_or_else(|| unknown(text))?.1
            }
        };
        // A terminal sends the same for ctrl-s and ctrl-S.
        if let (KeyCode::Char(c), true) = (key.code, key.ctrl) {
            key.code = KeyCode::Char(c.to_ascii_lowercase());
        }
        if key.shift && matches!(key.code, KeyCode::Char(_)) {
            return Err(KeyError {
                text: text.to_owned(),
                hint: Some(phrase!("write the character that Shift types, as `A` or `?`")),
            });
        }
        Ok(key)
    }
}

fn unknown(text: &str) -> KeyError {
    let wanted = text.rsplit('-').next().unwrap_or(text).to_ascii_lowercase();
    let near = NAMES
        .iter()
        .map(|(name, _)| (strsim::osa_distance(name, &wanted), *name))
        .min()
        .filter(|(distance, _)| *distance <= 2);
    KeyError {
        text: text.to_owned(),
        hint: near.map(|(_, name)| phrase!("did you mean `{near}`?", near = name)),
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        for (held, word) in [(self.ctrl, "ctrl-"), (self.alt, "alt-"), (self.shift, "shift-")] {
            if held {
                text.push_str(word);
            }
        }
        match self.code {
            KeyCode::F(number) => {
                text.push('f');
                text.push_str(&number.to_string());
            }
            code => match (NAMES.iter().find(|(_, known)| *known == code), code) {
                (Some((name, _)), _) => text.push_str(name),
                (None, KeyCode::Char(c)) => text.push(c),
                (None, _) => {}
            },
        }
        f.pad(&text)
    }
}

/// Keys pressed one after the other: `g g`, `n c`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Keys(pub Vec<Key>);

impl FromStr for Keys {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let keys: Vec<Key> = text.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
        if keys.is_empty() {
            return Err(KeyError { text: text.to_owned(), hint: Some(phrase!("write `space`")) });
        }
        Ok(Self(keys))
    }
}

impl fmt::Display for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.pad(&text.join(" "))
    }
}

impl Keys {
    /// For the eye: `Ctrl-S`, `Enter`, `g g`.
    #[must_use]
    pub fn shown(&self) -> String {
        let mut shown = Vec::new();
        for key in &self.0 {
            let plain = Key { ctrl: false, alt: false, shift: false, ..*key };
            let mut name = match plain.code {
                KeyCode::PageUp => "PgUp".to_owned(),
                KeyCode::PageDown => "PgDn".to_owned(),
                _ => plain.to_string(),
            };
            if name.len() > 1 && name.is_ascii() {
                name[..1].make_ascii_uppercase();
            }
            // With Alt a capital is another key: it is typed with Shift.
            let capital = key.alt && name.chars().all(char::is_uppercase);
            if name.len() == 1 && (key.ctrl || key.alt) {
                name.make_ascii_uppercase();
            }
            let mut text = String::new();
            let shift = key.shift || capital;
            for (held, word) in [(key.ctrl, "Ctrl-"), (key.alt, "Alt-"), (shift, "Shift-")] {
                if held {
                    text.push_str(word);
                }
            }
            shown.push(text + &name);
        }
        shown.join(" ")
    }

    /// As a person of that language reads them: keys whose name is an English word have a Chinese one,
    /// or are drawn as they stand on the keyboard.
    #[must_use]
    pub fn read(&self, lang: Lang) -> String {
        let shown = self.shown();
        if lang == Lang::En {
            return shown;
        }
        let each = shown.split(' ').map(|key| {
            let (held, name) = key.rsplit_once('-').unwrap_or(("", key));
            let name = match name {
                "Left" => "←",
                "Right" => "→",
                "Up" => "↑",
                "Down" => "↓",
                "Space" => "空格",
                _ => return key.to_owned(),
            };
            if held.is_empty() { name.to_owned() } else { format!("{held}-{name}") }
        });
        each.collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_key_round_trip() {
        for text in [
            "a",
            "A",
            "?",
            "-",
            "ctrl-s",
            "ctrl--",
            "alt-x",
            "shift-tab",
            "space",
            "f2",
            "ctrl-f12",
            "pagedown",
            "alt-enter",
            "中",
            "g g",
            "n c",
            "{ }",
        ] {
            let keys: Keys = text.parse().unwrap_or_else(|e| panic!("{text}: {e}"));
            assert_eq!(keys.to_string(), text);
        }
    }

    #[test]
    fn near_misses_are_named() {
        let error = "ctrl-entr".parse::<Key>().unwrap_err();
        assert_eq!(error.hint.as_deref(), Some("did you mean `enter`?"));
        assert!("f0".parse::<Key>().is_err());
        assert!("shift-a".parse::<Key>().unwrap_err().hint.is_some());
        assert!("".parse::<Keys>().is_err());
    }

    #[test]
    fn shown_as_on_the_keyboard() {
        let shown = |text: &str| text.parse::<Keys>().unwrap().shown();
        assert_eq!(shown("ctrl-s"), "Ctrl-S");
        assert_eq!(shown("g g"), "g g");
        assert_eq!(shown("shift-tab"), "Shift-Tab");
        assert_eq!(shown("space"), "Space");
        assert_eq!(shown("f2"), "F2");
        assert_eq!(shown("alt-c"), "Alt-C");
        assert_eq!(shown("alt-C"), "Alt-Shift-C");
        assert_eq!(shown("alt-left"), "Alt-Left");
        assert_eq!(shown("pageup pgdn"), "PgUp PgDn");
        assert_eq!(shown("中"), "中");
        let read = |text: &str| text.parse::<Keys>().unwrap().read(Lang::Zh);
        assert_eq!(read("space"), "空格");
        assert_eq!(read("alt-left"), "Alt-←");
        assert_eq!(read("g -"), "g -");
    }
}
