//! A text for people with what is filled in: the English text is the key of its translation.
//!
//! Whoever finds something wrong says it in English and goes on; the screens look the text up in the
//! user's language when they show it. Made by `phrase!("has more than {n} tags", n = 200)`; where a number may
//! be one, by `phrase!("{n} {n?record|records}", n)`.

use std::fmt;
use std::ops::Deref;

/// `phrase!("text")` or `phrase!("has {n} of {what}", n = 3, what)`: a [`Phrase`].
macro_rules! phrase {
    (@fill $name:ident) => {
        $name
    };
    (@fill $name:ident $value:expr) => {
        $value
    };
    ($text:literal $(,)?) => {
        $crate::model::Phrase::new($text, Vec::new())
    };
    ($text:literal, $($name:ident $(= $value:expr)?),+ $(,)?) => {
        $crate::model::Phrase::new(
            $text,
            vec![$((
                stringify!($name),
                $crate::model::Fill::from($crate::model::phrase!(@fill $name $($value)?)),
            )),+],
        )
    };
}

pub(crate) use phrase;

/// What stands in a hole of a phrase.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fill {
    /// Text that is the same in every language: a number, what was typed, a name.
    Text(String),
    /// A phrase of its own.
    Phrase(Phrase),
    /// Several, one after the other.
    List(Vec<Self>),
    /// Several that are sentences of their own, or nearly so.
    Parts(Vec<Self>),
    /// Several, each on a line of its own.
    Lines(Vec<Self>),
    /// A label that the schema has in both languages.
    Label {
        /// In English.
        en: String,
        /// In Chinese.
        zh: String,
    },
}

/// A text for people with what is filled in. Dereferences to the English text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Phrase {
    key: &'static str,
    with: Vec<(&'static str, Fill)>,
    english: String,
}

impl Phrase {
    /// A text with holes, `{name}`, and what is filled in.
    #[must_use]
    pub fn new(key: &'static str, with: Vec<(&'static str, Fill)>) -> Self {
        let english = filled(key, &with, |fill| fill.told(&|_| None, false));
        Self { key, with, english }
    }

    /// Text that nobody translates: that of another program, or what a company wrote itself.
    #[must_use]
    pub fn raw(text: impl Into<String>) -> Self {
        Self { key: "", with: Vec::new(), english: text.into() }
    }

    /// A word of our own that is known by its name only: the kind of a value, what is done with it.
    #[must_use]
    pub fn word(text: &'static str) -> Self {
        Self::new(text, Vec::new())
    }

    /// Several, each on a line of its own.
    #[must_use]
    pub fn lines(phrases: impl IntoIterator<Item = Self>) -> Self {
        phrase!("{lines}", lines = Fill::lines(phrases))
    }

    /// What is wrong at a line of a file, and what was likely meant, on one line or two.
    #[must_use]
    pub fn at(file: &str, line: usize, message: &Self, hint: Option<&Self>) -> Self {
        let place = format!("{file}:{line}");
        let told = phrase!("{name}: {message}", name = place, message);
        match hint {
            Some(hint) => phrase!("{told}\n  Hint: {hint}", told, hint),
            None => told,
        }
    }

    /// The English text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.english
    }

    /// The text in another language, as far as `translate` knows it; `chinese` picks the labels.
    #[must_use]
    pub fn told<'a>(&self, translate: &impl Fn(&str) -> Option<&'a str>, chinese: bool) -> String {
        if self.key.is_empty() {
            return self.english.clone();
        }
        let text = translate(self.key).unwrap_or(self.key);
        filled(text, &self.with, |fill| fill.told(translate, chinese))
    }
}

impl Fill {
    fn told<'a>(&self, translate: &impl Fn(&str) -> Option<&'a str>, chinese: bool) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Phrase(phrase) => phrase.told(translate, chinese),
            Self::Label { zh, .. } if chinese && !zh.is_empty() => zh.clone(),
            Self::Label { en, .. } => en.clone(),
            Self::List(fills) => {
                Self::joined(fills, translate, chinese, if chinese { "、" } else { ", " })
            }
            Self::Parts(fills) => {
                Self::joined(fills, translate, chinese, if chinese { "；" } else { "; " })
            }
            Self::Lines(fills) => Self::joined(fills, translate, chinese, "\n"),
        }
    }

    fn joined<'a>(
        fills: &[Self],
        translate: &impl Fn(&str) -> Option<&'a str>,
        chinese: bool,
        between: &str,
    ) -> String {
        let told: Vec<String> = fills.iter().map(|fill| fill.told(translate, chinese)).collect();
        told.join(between)
    }

    /// Several, one after the other.
    pub fn list(fills: impl IntoIterator<Item = impl Into<Self>>) -> Self {
        Self::List(fills.into_iter().map(Into::into).collect())
    }

    /// Several sentences.
    pub fn parts(fills: impl IntoIterator<Item = impl Into<Self>>) -> Self {
        Self::Parts(fills.into_iter().map(Into::into).collect())
    }

    /// Several, each on a line of its own.
    pub fn lines(fills: impl IntoIterator<Item = impl Into<Self>>) -> Self {
        Self::Lines(fills.into_iter().map(Into::into).collect())
    }
}

/// `text` with its holes filled; what is filled in is not looked into again.
fn filled(text: &str, with: &[(&'static str, Fill)], show: impl Fn(&Fill) -> String) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        let hole = rest[open + 1..].split_once('}');
        let found = hole.and_then(|(hole, after)| {
            // `{n?record|records}` is the one word or the other, by the number that fills `{n}`.
            let (name, words) = match hole.split_once('?') {
                Some((name, words)) => (name, words.split_once('|')),
                None => (hole, None),
            };
            let (_, fill) = with.iter().find(|(known, _)| *known == name)?;
            Some((fill, words, after))
        });
        out.push_str(&rest[..open]);
        if let Some((fill, words, after)) = found {
            let shown = show(fill);
            out.push_str(match words {
                Some((one, _)) if shown == "1" => one,
                Some((_, several)) => several,
                None => &shown,
            });
            rest = after;
        } else {
            out.push('{');
            rest = &rest[open + 1..];
        }
    }
    out.push_str(rest);
    out
}

impl Deref for Phrase {
    type Target = str;

    fn deref(&self) -> &str {
        &self.english
    }
}

impl fmt::Display for Phrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.english)
    }
}

impl PartialEq<str> for Phrase {
    fn eq(&self, other: &str) -> bool {
        self.english == other
    }
}

impl PartialEq<&str> for Phrase {
    fn eq(&self, other: &&str) -> bool {
        self.english == *other
    }
}

impl From<Phrase> for String {
    fn from(phrase: Phrase) -> Self {
        phrase.english
    }
}

impl From<&Phrase> for Fill {
    fn from(phrase: &Phrase) -> Self {
        Self::Phrase(phrase.clone())
    }
}

impl From<Phrase> for Fill {
    fn from(phrase: Phrase) -> Self {
        Self::Phrase(phrase)
    }
}

macro_rules! fills {
    ($($kind:ty),+) => {
        $(impl From<$kind> for Fill {
            fn from(value: $kind) -> Self {
                Self::Text(value.to_string())
            }
        })+
    };
}

fills!(
    String,
    &String,
    &str,
    &&str,
    super::Name,
    &super::Name,
    char,
    u8,
    u16,
    u32,
    u64,
    usize,
    i32,
    i64,
    std::path::Display<'_>,
    rust_decimal::Decimal,
    super::RecordId
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_goes_with_its_number() {
        let told = |n: usize| phrase!("{n} {n?record is|records are} gone", n).to_string();
        assert_eq!(told(1), "1 record is gone");
        assert_eq!([told(0), told(21)], ["0 records are gone", "21 records are gone"]);
        let chinese = phrase!("{n} {n?record|records}", n = 1).told(&|_| Some("{n} 条记录"), true);
        assert_eq!(chinese, "1 条记录");
        // What is filled in stands for itself, whatever it looks like.
        assert_eq!(phrase!("{a}", a = "{n?x|y}"), "{n?x|y}");
    }

    #[test]
    fn holes_are_filled_in_both_languages_and_not_looked_into_again() {
        let inner = phrase!("a {kind}", kind = "{n}");
        let label = Fill::Label { en: "Stage".into(), zh: "阶段".into() };
        let phrase = Phrase::new(
            "{label} has {n} of {what} {",
            vec![("n", Fill::from(3_usize)), ("what", inner.into()), ("label", label)],
        );
        assert_eq!(phrase, "Stage has 3 of a {n} {");
        let chinese = |key: &str| match key {
            "a {kind}" => Some("一个{kind}"),
            _ => Some("{label}有 {n} 个{what}"),
        };
        assert_eq!(phrase.told(&chinese, true), "阶段有 3 个一个{n}");
        assert_eq!(Phrase::raw("C:{x}").told(&chinese, true), "C:{x}");
    }
}
