//! Which passwords are good enough: long ones that nobody would think of first.
//!
//! There are no rules about kinds of characters: they make passwords harder to remember and easier to guess.

use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

use super::{Secret, common};
use crate::model::{Phrase, phrase};

/// So many characters are enough.
pub const LONG_ENOUGH: usize = 15;
/// So many are enough with a second factor.
pub const SHORT_WITH_CODE: usize = 12;
/// More are not hashed.
const LONGEST: usize = 1_024;

/// Why a password is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Weak {
    /// It has too few characters.
    Short {
        /// So many it has.
        has: usize,
        /// So many it needs.
        needs: usize,
    },
    /// It has too many.
    Long,
    /// A character in it cannot be typed everywhere (a tab, an escape).
    Control,
    /// It is one of the passwords that are tried first, or made of them.
    Common,
    /// It is made of the name, login or company of whoever it belongs to.
    Own,
    /// It is one or two characters, a row of keys or a part of itself over and over.
    Pattern,
}

impl Weak {
    /// What is wrong with it. The password itself is not told.
    #[must_use]
    pub fn phrase(&self) -> Phrase {
        match self {
            Self::Short { has, needs } => {
                phrase!(
                    "the password has {has} characters and needs {needs}",
                    has = *has,
                    needs = *needs
                )
            }
            Self::Long => phrase!("the password is longer than {n} bytes", n = LONGEST),
            Self::Control => {
                phrase!("the password has a character that cannot be typed everywhere")
            }
            Self::Common => phrase!(
                "the password is a common one, or made of common ones: they are tried first"
            ),
            Self::Own => {
                phrase!("the password is made of your name, your login or the company's name")
            }
            Self::Pattern => {
                phrase!("the password is a row of keys, or the same over and over")
            }
        }
    }

    /// What would be right.
    #[must_use]
    pub fn hint(&self) -> Phrase {
        match self {
            Self::Short { needs: LONG_ENOUGH, .. } => phrase!(
                "four or five words that have nothing to do with each other are long and easy to remember; with a second factor {n} characters are enough",
                n = SHORT_WITH_CODE
            ),
            _ => phrase!(
                "four or five words that have nothing to do with each other are long and easy to remember"
            ),
        }
    }
}

/// Holds a password against the rules. `own` are words of the person: name, login, company.
///
/// # Errors
/// What is wrong with it.
pub fn check(password: &Secret, second_factor: bool, own: &[&str]) -> Result<(), Weak> {
    let text = password.normal();
    if text.len() > LONGEST {
        return Err(Weak::Long);
    }
    if text.chars().any(char::is_control) {
        return Err(Weak::Control);
    }
    let needs = if second_factor { SHORT_WITH_CODE } else { LONG_ENOUGH };
    let has = length(password);
    if has < needs {
        return Err(Weak::Short { has, needs });
    }
    let own: Vec<String> = own.iter().flat_map(|text| words(text)).collect();
    match common::made_of(&text, &own) {
        None => Ok(()),
        Some(common::Piece::Own) => Err(Weak::Own),
        Some(common::Piece::Common) => Err(Weak::Common),
        Some(common::Piece::Pattern) => Err(Weak::Pattern),
    }
}

/// How many characters people see in it.
pub(super) fn length(password: &Secret) -> usize {
    password.normal().graphemes(true).count()
}

impl Secret {
    /// Whether it is only long enough together with a second factor.
    #[must_use]
    pub fn needs_second_factor(&self) -> bool {
        length(self) < LONG_ENOUGH
    }
}

/// The words of a name, and the name as one word.
fn words(text: &str) -> Vec<String> {
    let folded: String = text.nfc().flat_map(char::to_lowercase).collect();
    let parts = folded.split(|sign: char| !sign.is_alphanumeric());
    let mut words: Vec<String> = parts.filter(|part| !part.is_empty()).map(str::to_owned).collect();
    if words.len() > 1 {
        words.push(words.concat());
    }
    // One letter says nothing; two Chinese characters are a name.
    words.retain(|word| word.chars().count() > 2 || word.len() > 5);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: [&str; 3] = ["Anna Lindqvist", "alindqvist", "Nordic Pumps"];

    fn verdict(text: &str, second_factor: bool) -> Result<(), Weak> {
        check(&Secret::from(text), second_factor, &OWN)
    }

    #[test]
    fn length_is_what_people_see() {
        assert_eq!(verdict("glad otter mix", false), Err(Weak::Short { has: 14, needs: 15 }));
        assert_eq!(verdict("glad otter mixe", false), Ok(()));
        assert_eq!(verdict("glad otter m", true), Ok(()));
        assert_eq!(verdict("glad otter ", true), Err(Weak::Short { has: 11, needs: 12 }));
        // One character, however many code points: a family, an accent typed apart.
        assert_eq!(
            verdict("👨‍👩‍👧‍👦e\u{301}abcdefghjkl", false),
            Err(Weak::Short { has: 13, needs: 15 })
        );
        assert_eq!(verdict("山高月小水落石出江流有声断岸千尺", false), Ok(()));
        assert_eq!(verdict(&"глаз омут ".repeat(110), false), Err(Weak::Long));
    }

    #[test]
    fn no_kinds_of_characters_are_asked_for() {
        for good in [
            "glad otter mixes tea",
            "7493018265539174",
            "blåbärsgröt på tallriken",
            "TRUMPET VIOLET KAYAK",
        ] {
            assert_eq!(verdict(good, false), Ok(()), "{good}");
        }
    }

    #[test]
    fn common_ones_are_refused() {
        for common in [
            "passwordpassword",
            "Password12345678",
            "P@ssw0rdP@ssw0rd",
            "correcthorsebatterystaple",
            "correct horse battery staple",
            "iloveyou20202020",
            "welcome-to-2026!!!",
            "Letmein!Letmein!",
            "sunshine20261123",
            "woaini1314520520",
            "password.welcome1",
        ] {
            assert_eq!(verdict(common, false), Err(Weak::Common), "{common}");
        }
    }

    #[test]
    fn own_names_are_refused() {
        for own in [
            "annalindqvist2026",
            "Nordic Pumps 2026!",
            "NordicPumpsNordicPumps",
            "alindqvist123456",
        ] {
            assert_eq!(verdict(own, false), Err(Weak::Own), "{own}");
        }
        let zh = check(&Secret::from("张伟伟张伟伟张伟伟张伟伟2026"), false, &["张伟伟"]);
        assert_eq!(zh, Err(Weak::Own));
    }

    #[test]
    fn patterns_are_refused() {
        for pattern in [
            "aaaaaaaaaaaaaaaa",
            "abababababababab",
            "qwertyuiopasdfghjkl",
            "1qaz2wsx3edc4rfv",
            "123456789012345",
            "abcdefghijklmnop",
            "zyxwvutsrqponml",
            "20261123 20261124",
            "kurzkurzkurzkurz",
            "一一一一一一一一一一一一一一一",
        ] {
            assert_eq!(verdict(pattern, false), Err(Weak::Pattern), "{pattern}");
        }
    }

    #[test]
    fn a_common_word_among_others_does_no_harm() {
        for good in
            ["my dragon eats cold soup", "summer kayak Anna trumpet", "Pumps sing in 4 colours"]
        {
            assert_eq!(verdict(good, false), Ok(()), "{good}");
        }
    }

    #[test]
    fn control_characters_are_refused() {
        assert_eq!(verdict("glad otter\tmixes tea", false), Err(Weak::Control));
    }
}
