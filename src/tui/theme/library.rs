//! The themes there are: those that ship and the user's own, each of which may inherit from another.
//!
//! It reads no file; whoever may hands the texts in. Start at [`Themes::load`].

use std::borrow::Cow;
use std::collections::BTreeMap;

use ratatui::style::{Color, Modifier, Style};
use serde::Deserialize;
use toml::Spanned;

use super::colour::{self, Ground, READABLE, contrast};
use super::{Role, Theme};
use crate::model::{Lang, Phrase, phrase};
use crate::term::ColourDepth;

/// The themes that ship, the usual one first.
const SHIPPED: [(&str, &str); 6] = [
    ("dark", include_str!("../../../assets/themes/dark.toml")),
    ("light", include_str!("../../../assets/themes/light.toml")),
    ("high-contrast", include_str!("../../../assets/themes/high-contrast.toml")),
    ("colour-blind", include_str!("../../../assets/themes/colour-blind.toml")),
    ("sixteen", include_str!("../../../assets/themes/sixteen.toml")),
    (MONO, include_str!("../../../assets/themes/mono.toml")),
];

/// The theme without colours: where a terminal has none, all themes look like it.
const MONO: &str = "mono";

/// What is wrong with a theme file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {message}{}", hint.as_ref().map(|h| format!("\n  Hint: {h}")).unwrap_or_default())]
pub struct ThemeError {
    /// The file, as named by the caller.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub message: Phrase,
    /// What was likely meant.
    pub hint: Option<Phrase>,
}

impl ThemeError {
    /// Place, what is wrong and what was likely meant, on one line or two.
    #[must_use]
    pub fn phrase(&self) -> Phrase {
        Phrase::at(&self.file, self.line, &self.message, self.hint.as_ref())
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Source {
    name: String,
    /// As errors name it.
    file: String,
    text: Cow<'static, str>,
}

/// The themes there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Themes {
    sources: Vec<Source>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    label: Option<Label>,
    inherits: Option<Spanned<String>>,
    ground: Option<Ground>,
    #[serde(default)]
    role: BTreeMap<Spanned<String>, Look>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Label {
    en: String,
    zh: String,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Look {
    fg: Option<Spanned<String>>,
    bg: Option<Spanned<String>>,
    bold: bool,
    dim: bool,
    italic: bool,
    underline: bool,
    reverse: bool,
}

impl Default for Themes {
    fn default() -> Self {
        Self::shipped()
    }
}

impl Themes {
    /// Those that ship.
    #[must_use]
    pub fn shipped() -> Self {
        let source = |(name, text): (&str, &'static str)| Source {
            name: name.to_owned(),
            file: format!("{name}.toml"),
            text: Cow::Borrowed(text),
        };
        Self { sources: SHIPPED.into_iter().map(source).collect() }
    }

    /// Adds one of the user's own; it takes the place of an earlier one of that name, and may inherit
    /// from it.
    pub fn add(&mut self, name: &str, file: &str, text: String) {
        let (name, file) = (name.to_owned(), file.to_owned());
        self.sources.push(Source { name, file, text: Cow::Owned(text) });
    }

    /// Their names, those that ship first.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for source in &self.sources {
            if !names.contains(&source.name.as_str()) {
                names.push(&source.name);
            }
        }
        names
    }

    /// What people call a theme.
    #[must_use]
    pub fn label(&self, name: &str, lang: Lang) -> String {
        let file = self.find(name, &[]).and_then(|at| self.parse(at).ok());
        match file.and_then(|file| file.label) {
            Some(label) if lang == Lang::Zh => label.zh,
            Some(label) => label.en,
            None => name.to_owned(),
        }
    }

    /// The theme of that name, for a terminal with so many colours.
    ///
    /// # Errors
    /// There is no such theme; its file, or one that it inherits from, is wrong.
    pub fn load(&self, name: &str, depth: ColourDepth) -> Result<Theme, ThemeError> {
        let Some(first) = self.find(name, &[]) else {
            let hint = likely(name, self.names()).map(|near| phrase!("did you mean {near}?", near));
            return Err(ThemeError {
                file: name.to_owned(),
                line: 1,
                message: phrase!("there is no such theme"),
                hint,
            });
        };
        let mut chain = vec![first];
        let mut files = vec![self.parse(first)?];
        while let Some(parent) = files.last().and_then(|file| file.inherits.clone()) {
            let at = chain.last().copied().unwrap_or(first);
            let Some(next) = self.find(parent.get_ref(), &chain) else {
                return Err(self.no_parent(at, &parent));
            };
            files.push(self.parse(next)?);
            chain.push(next);
        }
        // A terminal without colours shows what the theme without colours says, whichever is chosen.
        if depth == ColourDepth::Mono && name != MONO {
            let mono = Self::shipped().load(MONO, depth)?;
            return Ok(Theme { name: name.to_owned(), ..mono });
        }
        let ground = files.iter().find_map(|file| file.ground).unwrap_or_default();
        let mut looks: [Option<(usize, &Look)>; Role::ALL.len()] = [None; Role::ALL.len()];
        for (at, file) in chain.iter().zip(&files) {
            for (role, look) in &file.role {
                let role = self.role(*at, role)?;
                looks[role as usize].get_or_insert((*at, look));
            }
        }
        let mut styles = [Style::new(); Role::ALL.len()];
        let text = match looks[Role::Text as usize] {
            Some((at, look)) => self.style(at, look, depth, ground, None)?,
            None => Style::new(),
        };
        for (style, look) in styles.iter_mut().zip(looks) {
            if let Some((at, look)) = look {
                *style = self.style(at, look, depth, ground, Some(text))?;
            }
        }
        Ok(Theme { name: name.to_owned(), ground, depth, styles })
    }

    /// The newest of that name that is not among those.
    fn find(&self, name: &str, but: &[usize]) -> Option<usize> {
        (0..self.sources.len()).rfind(|at| self.sources[*at].name == name && !but.contains(at))
    }

    fn parse(&self, at: usize) -> Result<File, ThemeError> {
        toml::from_str(&self.sources[at].text).map_err(|error| {
            let at_byte = error.span().map_or(0, |span| span.start);
            let message = error.message();
            let words: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
            let (message, hint) = match words.split_first() {
                Some((wrong, known)) if message.starts_with("unknown") => {
                    let hint = likely(wrong, known.to_vec()).map_or_else(
                        || phrase!("known are: {known}", known = known.join(", ")),
                        |near| phrase!("did you mean `{near}`?", near),
                    );
                    (phrase!("there is no `{wrong}` here", wrong), Some(hint))
                }
                _ => (Phrase::toml(message), None),
            };
            self.wrong(at, at_byte, message, hint)
        })
    }

    fn wrong(&self, at: usize, byte: usize, message: Phrase, hint: Option<Phrase>) -> ThemeError {
        let Source { file, text, .. } = &self.sources[at];
        let line = text.get(..byte).map_or(0, |before| before.matches('\n').count()) + 1;
        ThemeError { file: file.clone(), line, message, hint }
    }

    fn no_parent(&self, at: usize, parent: &Spanned<String>) -> ThemeError {
        let wanted = parent.get_ref();
        let known = self.names();
        let (message, hint) = if known.contains(&wanted.as_str()) {
            (phrase!("`{wanted}` inherits from itself in the end", wanted), None)
        } else {
            let near = likely(wanted, known.clone()).map_or_else(
                || phrase!("known are: {known}", known = known.join(", ")),
                |near| phrase!("did you mean `{near}`?", near),
            );
            (phrase!("there is no theme `{wanted}` to inherit from", wanted), Some(near))
        };
        self.wrong(at, parent.span().start, message, hint)
    }

    fn role(&self, at: usize, word: &Spanned<String>) -> Result<Role, ThemeError> {
        let wanted = word.get_ref();
        Role::ALL.into_iter().find(|role| role.word() == wanted).ok_or_else(|| {
            let words: Vec<&str> = Role::ALL.iter().map(|role| role.word()).collect();
            let hint = likely(wanted, words.clone()).map_or_else(
                || phrase!("known are: {known}", known = words.join(", ")),
                |near| phrase!("did you mean `{near}`?", near),
            );
            self.wrong(
                at,
                word.span().start,
                phrase!("there is no role `{wanted}`", wanted),
                Some(hint),
            )
        })
    }

    fn color(
        &self,
        at: usize,
        word: Option<&Spanned<String>>,
    ) -> Result<Option<Color>, ThemeError> {
        let Some(word) = word else { return Ok(None) };
        let text = word.get_ref();
        text.parse().map(Some).map_err(|_| {
            let hint = phrase!("try `cyan`, `110` or `#5fafd7`");
            self.wrong(at, word.span().start, phrase!("`{text}` is no colour", text), Some(hint))
        })
    }

    /// A look in the colours of the terminal, over the look of ordinary text.
    fn style(
        &self,
        at: usize,
        look: &Look,
        depth: ColourDepth,
        ground: Ground,
        over: Option<Style>,
    ) -> Result<Style, ThemeError> {
        let (fg, bg) = (self.color(at, look.fg.as_ref())?, self.color(at, look.bg.as_ref())?);
        let own = |color: Option<Color>| color.and_then(colour::numbers);
        let below = over.and_then(|style| own(style.bg)).unwrap_or(ground.background());
        let above = over.and_then(|style| own(style.fg)).unwrap_or(ground.foreground());
        let mut style = Style::new();
        style.bg = bg.and_then(|color| colour::at_depth(color, depth, None));
        let behind = own(style.bg).unwrap_or(below);
        style.fg = fg.and_then(|color| colour::at_depth(color, depth, Some(behind)));
        // Where the few colours there are would run into each other, front and back change places.
        let front = own(style.fg).unwrap_or(above);
        if style.bg.is_some() && depth < ColourDepth::Palette && contrast(front, behind) < READABLE
        {
            style = Style::new().add_modifier(Modifier::REVERSED);
        }
        for (on, modifier) in [
            (look.bold, Modifier::BOLD),
            (look.dim, Modifier::DIM),
            (look.italic, Modifier::ITALIC),
            (look.underline, Modifier::UNDERLINED),
            (look.reverse, Modifier::REVERSED),
        ] {
            if on {
                style = style.add_modifier(modifier);
            }
        }
        Ok(style)
    }
}

/// The word that was likely meant.
fn likely<'a>(wrong: &str, known: Vec<&'a str>) -> Option<&'a str> {
    let near = |word: &&str| (strsim::osa_distance(word, wrong), word.len());
    known
        .into_iter()
        .min_by_key(near)
        .filter(|word| strsim::osa_distance(word, wrong) <= 2.max(wrong.chars().count() / 3))
}
