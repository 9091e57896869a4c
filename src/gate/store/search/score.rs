//! How well a record fits what was typed.

use fuzzy_matcher::FuzzyMatcher;
use fuzzy_matcher::skim::SkimMatcherV2;

use super::query::Typed;
use super::tokens::{Piece, after_place, pieces, spelt_out};
use crate::model::text::{fold, is_han, is_joined, readings};

/// How it fits, the best last. Within a class own records come first, then the latest changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    /// Near what was typed.
    Fuzzy,
    /// Inside words of the title.
    Inside,
    /// In another field.
    Field,
    /// At the beginning of words of the title.
    Word,
    /// The title begins so.
    Prefix,
    /// The title.
    Title,
    /// The reference, the number, the phone or the mail address.
    Reference,
}

impl Class {
    /// The score of a hit of this class; `quality` tells fuzzy ones apart (0 to 999).
    pub fn score(self, quality: i64) -> i64 {
        (self as i64 + 1) * 1_000 + quality.clamp(0, 999)
    }
}

impl Class {
    /// How far up it stands: whom or what one deals with, by its own name, before what only speaks of it.
    pub fn place(self, is_first: bool) -> i64 {
        match (self, is_first) {
            (Self::Reference | Self::Title, _) => self as i64 + 3,
            (Self::Word | Self::Prefix, true) => self as i64 + 2,
            _ => self as i64,
        }
    }
}

/// Judges titles against what was typed.
pub(super) struct Judge<'a> {
    typed: &'a Typed,
    /// Letters and digits of all of it, where Chinese titles can be read as it.
    latin: Option<String>,
    matcher: SkimMatcherV2,
}

impl<'a> Judge<'a> {
    /// For one search.
    pub fn new(typed: &'a Typed) -> Self {
        let plain: String = typed.text.chars().filter(|c| c.is_alphanumeric()).collect();
        let latin =
            (!plain.is_empty() && plain.bytes().all(|b| b.is_ascii_lowercase())).then_some(plain);
        Self { typed, latin, matcher: SkimMatcherV2::default() }
    }

    /// How the title fits; none where what was typed must be in another field.
    pub fn title(&self, title: &str) -> Option<Class> {
        let folded = fold(title);
        let mut best = self.folded(&folded);
        if best >= Some(Class::Prefix) || title.is_ascii() {
            return best;
        }
        if let Some(spelt) = spelt_out(title) {
            best = best.max(self.folded(&fold(&spelt)));
        }
        if let Some(latin) = &self.latin
            && folded.chars().any(is_han)
        {
            best = best.max(pinyin(latin, &folded));
        }
        best
    }

    fn folded(&self, title: &str) -> Option<Class> {
        if title == self.typed.text {
            return Some(Class::Title);
        }
        if title.starts_with(&self.typed.text) {
            return Some(Class::Prefix);
        }
        let chunks = &self.typed.chunks;
        if chunks.iter().all(|chunk| at_word(title, &chunk.text)) {
            return Some(Class::Word);
        }
        if chunks.iter().all(|chunk| title.contains(&chunk.text)) {
            return Some(Class::Inside);
        }
        self.without_signs(title)
    }

    /// `oneill` for `O'Neill`, `o'neill` for `Oneill`, `key board` for `keyboard`.
    fn without_signs(&self, title: &str) -> Option<Class> {
        let signs = |text: &str| text.chars().any(|c| !c.is_alphanumeric());
        if !signs(title) && !signs(&self.typed.text) {
            return None;
        }
        let plain = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
        let (title, typed) = (plain(title), plain(&self.typed.text));
        if typed.is_empty() {
            None
        } else if title == typed {
            Some(Class::Title)
        } else if title.starts_with(&typed) {
            Some(Class::Prefix)
        } else {
            title.contains(&typed).then_some(Class::Inside)
        }
    }

    /// How near the title is, from 0 to 999.
    pub fn nearness(&self, title: &str) -> i64 {
        let folded = fold(title);
        let skim = self.matcher.fuzzy_match(&folded, &self.typed.text).unwrap_or(0);
        let mut words: Vec<String> = folded.split(' ').map(str::to_owned).collect();
        for piece in pieces(&folded) {
            if let Piece::Joined(run) = piece {
                words.extend(readings(run).iter().map(crate::model::text::Reading::full));
            }
        }
        let likeness: f64 = self
            .typed
            .chunks
            .iter()
            .map(|chunk| {
                words.iter().map(|word| strsim::jaro_winkler(word, &chunk.text)).fold(0.0, f64::max)
            })
            .sum::<f64>()
            / self.typed.chunks.len().max(1) as f64;
        (likeness * 800.0) as i64 + skim.clamp(0, 199)
    }
}

/// True where `part` stands at the beginning of a word of `text`, or anywhere in a script without
/// spaces.
fn at_word(text: &str, part: &str) -> bool {
    let joined = part.chars().next().is_some_and(is_joined);
    text.match_indices(part).any(|(at, _)| {
        joined
            || text[..at].chars().next_back().is_none_or(|c| !c.is_alphanumeric() || is_joined(c))
    })
}

/// How a Chinese title fits a pinyin word.
pub(super) fn pinyin(latin: &str, title: &str) -> Option<Class> {
    let mut best = None;
    for (index, piece) in pieces(title).enumerate() {
        let Piece::Joined(run) = piece else { continue };
        let parts = [Some(run), after_place(run)];
        for (part, run) in parts.into_iter().enumerate().filter_map(|(i, run)| Some((i, run?))) {
            let leading = index == 0 && part == 0;
            for reading in readings(run) {
                let full = reading.full();
                let class = if full == latin || reading.initials() == latin {
                    if leading { Class::Title } else { Class::Word }
                } else if full.starts_with(latin) || reading.initials().starts_with(latin) {
                    if leading { Class::Prefix } else { Class::Word }
                } else if full.contains(latin) {
                    Class::Inside
                } else {
                    continue;
                };
                best = best.max(Some(class));
            }
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(typed: &str, title: &str) -> Option<Class> {
        let typed = Typed::read(typed);
        Judge::new(&typed).title(title)
    }

    #[test]
    fn classes_follow_the_title() {
        assert_eq!(class("muller ag", "Müller AG"), Some(Class::Title));
        assert_eq!(class("mueller ag", "Müller AG"), Some(Class::Title));
        assert_eq!(class("mull", "Müller AG"), Some(Class::Prefix));
        assert_eq!(class("ag", "Müller AG"), Some(Class::Word));
        assert_eq!(class("smi jo", "John Smith"), Some(Class::Word));
        assert_eq!(class("ller", "Müller AG"), Some(Class::Inside));
        assert_eq!(class("oneill", "O'Neill Ltd"), Some(Class::Prefix));
        assert_eq!(class("berlin", "Müller AG"), None);
    }

    #[test]
    fn chinese_fits_by_character_and_by_sound() {
        assert_eq!(class("张伟", "张伟"), Some(Class::Title));
        assert_eq!(class("伟", "张伟"), Some(Class::Word));
        assert_eq!(class("zhangwei", "张伟"), Some(Class::Title));
        assert_eq!(class("zhang wei", "张伟"), Some(Class::Title));
        assert_eq!(class("zw", "张伟"), Some(Class::Title));
        assert_eq!(class("zw", "张伟民"), Some(Class::Prefix));
        assert_eq!(class("huawei", "深圳市华为技术有限公司"), Some(Class::Word));
        assert_eq!(class("jishu", "深圳市华为技术有限公司"), Some(Class::Inside));
        assert_eq!(class("zeng", "曾国藩"), Some(Class::Prefix));
    }
}
