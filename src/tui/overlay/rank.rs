//! How well a line fits what was typed, and which of its characters did.
//!
//! Every word must fit somewhere: the beginning of the line, of a word in it, its inside, the first
//! letters of its words, its pinyin or their initials, a name for it that is not shown, and at last its
//! letters in order. Start at [`Ranked::fit`].

use crate::model::text;

/// How well a line fits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fit {
    /// More is better.
    pub score: i32,
    /// The characters that fit, by number.
    pub hits: Vec<usize>,
}

/// A line prepared to be held against words.
#[derive(Debug, Clone, Default)]
pub struct Ranked {
    /// The folded characters, each with the number of the one it came from.
    folded: Vec<(char, usize)>,
    /// The same with Chinese characters read aloud, and where syllables or words begin.
    aloud: Vec<(char, usize, bool)>,
    /// Other names, folded.
    other: String,
}

impl Ranked {
    /// Prepares a line; `other` are further names it is found by.
    #[must_use]
    pub fn new(line: &str, other: &str) -> Self {
        let mut ranked = Self { other: text::fold(other), ..Self::default() };
        let mut begins = true;
        for (n, c) in line.chars().enumerate() {
            if text::is_han(c) {
                ranked.folded.push((c, n));
                let read = text::readings(&c.to_string());
                let syllable = read.first().map(text::Reading::full).unwrap_or_default();
                for (m, letter) in syllable.chars().enumerate() {
                    ranked.aloud.push((letter, n, m == 0));
                }
                begins = true;
                continue;
            }
            let folded = text::fold(&c.to_string());
            if folded.is_empty() {
                ranked.folded.push((' ', n));
                begins = true;
            }
            for letter in folded.chars() {
                ranked.folded.push((letter, n));
                if letter.is_alphanumeric() {
                    ranked.aloud.push((letter, n, begins));
                    begins = false;
                } else {
                    begins = true;
                }
            }
        }
        ranked
    }

    /// How well it fits; none where a word fits nowhere. No words fit everything.
    #[must_use]
    pub fn fit(&self, words: &str) -> Option<Fit> {
        let mut fit = Fit::default();
        for word in text::fold(words).split_whitespace() {
            let one = self.one(word)?;
            fit.score += one.score;
            fit.hits.extend(one.hits);
        }
        fit.hits.sort_unstable();
        fit.hits.dedup();
        // Of two lines that fit as well the shorter is meant.
        fit.score -= i32::try_from(self.folded.len() / 8).unwrap_or(0);
        Some(fit)
    }

    fn one(&self, word: &str) -> Option<Fit> {
        let letters: Vec<char> = word.chars().collect();
        let inside = || {
            let windows = self.folded.windows(letters.len()).enumerate();
            windows
                .filter(|(_, window)| window.iter().map(|(c, _)| c).eq(&letters))
                .map(|(at, window)| {
                    let begins = at == 0 || !self.folded[at - 1].0.is_alphanumeric();
                    let score = if at == 0 {
                        100
                    } else if begins {
                        80
                    } else {
                        50
                    };
                    Fit { score, hits: window.iter().map(|(_, n)| *n).collect() }
                })
                .max_by_key(|fit| fit.score)
        };
        inside()
            .or_else(|| self.aloud(&letters))
            .or_else(|| self.initials(&letters))
            .or_else(|| {
                let score = if self.other.split_whitespace().any(|o| o.starts_with(word)) {
                    30
                } else {
                    20
                };
                self.other.contains(word).then(|| Fit { score, hits: Vec::new() })
            })
            .or_else(|| self.scattered(&letters))
    }

    /// Read aloud from the beginning of a syllable.
    fn aloud(&self, letters: &[char]) -> Option<Fit> {
        let fits = |window: &&[(char, usize, bool)]| {
            window[0].2 && window.iter().map(|(c, ..)| c).eq(letters)
        };
        let window = self.aloud.windows(letters.len()).find(fits)?;
        Some(Fit { score: 60, hits: window.iter().map(|(_, n, _)| *n).collect() })
    }

    /// The first letters of words or syllables, one after the other.
    fn initials(&self, letters: &[char]) -> Option<Fit> {
        if letters.len() < 2 {
            return None;
        }
        let first: Vec<(char, usize)> =
            self.aloud.iter().filter(|(.., begins)| *begins).map(|(c, n, _)| (*c, *n)).collect();
        let window = first.windows(letters.len()).find(|w| w.iter().map(|(c, _)| c).eq(letters))?;
        Some(Fit { score: 55, hits: window.iter().map(|(_, n)| *n).collect() })
    }

    /// The letters in order, with others between: what is typed with a letter left out.
    fn scattered(&self, letters: &[char]) -> Option<Fit> {
        if letters.len() < 4 {
            return None;
        }
        let mut hits = Vec::new();
        let mut rest = self.folded.iter();
        for letter in letters {
            hits.push(rest.find(|(c, _)| c == letter)?.1);
        }
        let spread = hits.last()? - hits.first()? + 1;
        (spread <= letters.len() * 2).then_some(Fit { score: 10, hits })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rank(line: &str, other: &str, words: &str) -> Option<Fit> {
        Ranked::new(line, other).fit(words)
    }

    #[test]
    fn better_fits_come_first() {
        let score = |line, words| rank(line, "", words).map_or(-1000, |fit| fit.score);
        assert!(score("New Deal", "new") > score("A new one", "new"));
        assert!(score("A new one", "new") > score("Renewal", "new"));
        assert!(score("North east wind", "new") > score("None else waits", "noel"));
        assert!(score("New Contact", "nc") > 0);
        assert!(score("Log a meeting", "meting") > 0);
        assert!(score("Edit", "delete") < 0);
        assert!(score("New Deal", "deal new") > 0);
        assert!(score("Sort", "") == 0);
    }

    #[test]
    fn chinese_is_found_by_characters_pinyin_and_initials() {
        for words in ["客户", "kehu", "kh", "新建", "xin"] {
            assert!(rank("新建客户", "", words).is_some(), "{words}");
        }
        assert!(rank("新建客户", "", "huk").is_none());
    }

    #[test]
    fn what_fits_is_known_by_character() {
        assert_eq!(rank("Ändern", "", "and").map(|fit| fit.hits), Some(vec![0, 1, 2]));
        assert_eq!(rank("新建客户", "", "kehu").map(|fit| fit.hits), Some(vec![2, 3]));
        assert_eq!(rank("Edit", "record.edit", "record").map(|fit| fit.hits), Some(vec![]));
    }
}
