//! The manual: its chapters in the languages Kontor speaks, as they stand in `assets/manual`.
//!
//! A chapter is Markdown; `{key:list.filter}` in it is the user's own key ([`super::fill_keys`]), and
//! the key reference stands after [`GENERATED`]. Start at [`Chapter::text`].

use super::markdown;
use crate::model::Lang;

/// After this line the key chapter is made from the keymap.
pub const GENERATED: &str = "<!-- From here on made by `kontor keys --format markdown`. -->";

/// A chapter of the manual.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chapter {
    /// Its name in links and on the command line.
    pub name: &'static str,
    english: &'static str,
    chinese: &'static str,
}

macro_rules! chapter {
    ($name:literal) => {
        Chapter {
            name: $name,
            english: include_str!(concat!("../../assets/manual/en/", $name, ".md")),
            chinese: include_str!(concat!("../../assets/manual/zh/", $name, ".md")),
        }
    };
}

/// The chapters, in the order they are read.
pub const CHAPTERS: [Chapter; 19] = [
    chapter!("getting-started"),
    chapter!("daily-work"),
    chapter!("query-language"),
    chapter!("keys"),
    chapter!("custom-fields"),
    chapter!("users"),
    chapter!("rights"),
    chapter!("administration"),
    chapter!("moving"),
    chapter!("exports"),
    chapter!("team-over-ssh"),
    chapter!("sign-in"),
    chapter!("audit"),
    chapter!("leaving-employees"),
    chapter!("duplicates"),
    chapter!("data-quality"),
    chapter!("merging-and-erasing"),
    chapter!("json"),
    chapter!("questions-and-answers"),
];

impl Chapter {
    /// The text in a language, with its holes.
    #[must_use]
    pub const fn text(&self, lang: Lang) -> &'static str {
        match lang {
            Lang::En => self.english,
            Lang::Zh => self.chinese,
        }
    }

    /// Its first heading.
    #[must_use]
    pub fn title(&self, lang: Lang) -> &'static str {
        markdown::title(self.text(lang))
    }
}

/// The place of the chapter that a link or a word means: its name, with or without `.md`, or the
/// beginning of it.
#[must_use]
pub fn chapter_at(word: &str) -> Option<usize> {
    let word = word.split('#').next().unwrap_or_default().trim_end_matches(".md").to_lowercase();
    let exact = CHAPTERS.iter().position(|chapter| chapter.name == word);
    let begins = |chapter: &Chapter| chapter.name.starts_with(&word);
    let titled = |chapter: &Chapter| {
        [Lang::En, Lang::Zh].iter().any(|lang| chapter.title(*lang).to_lowercase() == word)
    };
    exact
        .or_else(|| CHAPTERS.iter().position(titled))
        .or_else(|| CHAPTERS.iter().position(begins).filter(|_| !word.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines_of(text: &str, is: impl Fn(&str) -> bool) -> usize {
        text.lines().filter(|line| is(line)).count()
    }

    #[test]
    fn both_languages_have_the_same_shape() {
        for chapter in CHAPTERS {
            let (en, zh) = (chapter.text(Lang::En), chapter.text(Lang::Zh));
            assert!(!chapter.title(Lang::En).is_empty() && !chapter.title(Lang::Zh).is_empty());
            for (what, sign) in [("headings", "#"), ("rows", "|"), ("items", "- ")] {
                let count = |text| lines_of(text, |line: &str| line.starts_with(sign));
                assert_eq!(count(en), count(zh), "{} {what}", chapter.name);
            }
            let han = zh.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).count();
            assert!(han * 8 > zh.chars().count(), "{} is hardly Chinese", chapter.name);
        }
    }

    #[test]
    fn every_link_leads_to_a_chapter() {
        for chapter in CHAPTERS {
            for lang in [Lang::En, Lang::Zh] {
                for target in markdown::lay_out(chapter.text(lang), 80).links {
                    assert!(chapter_at(&target).is_some(), "{}: {target}", chapter.name);
                }
            }
        }
    }

    #[test]
    fn chapters_are_found_by_what_people_type() {
        for (word, name) in [
            ("daily-work.md", "daily-work"),
            ("query", "query-language"),
            ("日常工作", "daily-work"),
        ] {
            assert_eq!(chapter_at(word).map(|at| CHAPTERS[at].name), Some(name), "{word}");
        }
        assert_eq!(chapter_at("nonsense"), None);
        assert_eq!(chapter_at(""), None);
    }
}
