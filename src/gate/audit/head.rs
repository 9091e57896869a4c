//! The head of the chain as a short code that people read out and keep elsewhere.
//!
//! 20 characters of Crockford's base32 in groups of five are the first 100 bits of the newest hash.
//! Whoever cuts the end off the log, or writes the whole of it anew, cannot keep a code that somebody
//! noted before.

use std::fmt;
use std::fmt::Write;
use std::path::Path;
use std::str::FromStr;

use crate::model::{Phrase, phrase};

/// Crockford's digits: no I, L, O and U.
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// The characters of a code.
const LENGTH: usize = 20;
/// The hexadecimal digits that it stands for.
const HEX: usize = 25;

/// The newest entry of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The name of the file, without its folder.
    pub file: String,
    /// The number of the entry, which is how many there are.
    pub number: u64,
    /// The beginning of its hash.
    pub code: HeadCode,
}

impl Head {
    pub(super) fn of(path: &Path, number: u64, hash: &str) -> Option<Self> {
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Some(Self { file, number, code: HeadCode::of_hash(hash)? })
    }
}

/// The short code of a head: `8Q2KD-0M3TX-7WZ1A-PB95C`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadCode(String);

impl HeadCode {
    /// The code of a hash in hexadecimal; none where that is too short.
    #[must_use]
    pub fn of_hash(hash: &str) -> Option<Self> {
        let hex = hash.get(..HEX)?.to_ascii_lowercase();
        hex.bytes().all(|digit| digit.is_ascii_hexdigit()).then_some(Self(hex))
    }

    /// The hexadecimal digits that it stands for.
    pub(super) fn hex(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for HeadCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Five hexadecimal digits are four characters.
        for (at, five) in self.0.as_bytes().chunks(5).enumerate() {
            let value = five.iter().fold(0, |value, digit| {
                value << 4 | char::from(*digit).to_digit(16).unwrap_or_default()
            });
            for (nth, shift) in [15, 10, 5, 0].into_iter().enumerate() {
                let place = at * 4 + nth;
                if place > 0 && place % 5 == 0 {
                    f.write_str("-")?;
                }
                f.write_char(char::from(DIGITS[(value >> shift & 31) as usize]))?;
            }
        }
        Ok(())
    }
}

/// What is wrong with a code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NoHead(pub Phrase);

impl FromStr for HeadCode {
    type Err = NoHead;

    fn from_str(text: &str) -> Result<Self, NoHead> {
        let wrong = || {
            NoHead(phrase!(
                "`{text}` is no head: four groups of five letters and digits are, as in 8Q2KD-0M3TX-7WZ1A-PB95C",
                text
            ))
        };
        let mut values = Vec::with_capacity(LENGTH);
        for c in text.chars().filter(|c| !matches!(c, '-' | ' ')) {
            let c = match c.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                c => c,
            };
            let value = DIGITS.iter().position(|digit| char::from(*digit) == c);
            values.push(value.ok_or_else(wrong)? as u32);
        }
        if values.len() != LENGTH {
            return Err(wrong());
        }
        let mut hex = String::with_capacity(HEX);
        for four in values.chunks(4) {
            let value = four.iter().fold(0, |value, digit| value << 5 | digit);
            // Writing to a String cannot fail.
            let _ = write!(hex, "{value:05x}");
        }
        Ok(Self(hex))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_it_is_written() {
        let hash = "00443214c74254b635cf84653a56d7c675be77df0000";
        let code = HeadCode::of_hash(hash).unwrap();
        // The alphabet in order: each digit is its own value.
        assert_eq!(code.to_string(), "01234-56789-ABCDE-FGHJK");
        assert_eq!("01234-56789-ABCDE-FGHJK".parse(), Ok(code.clone()));
        assert_eq!("o1234 56789abcdefghjk".parse(), Ok(code.clone()));
        assert_eq!(code.hex(), &hash[..25]);
    }

    #[test]
    fn what_is_no_code_is_refused() {
        for text in ["", "01234", "01234-56789-ABCDE-FGHJU", "01234-56789-ABCDE-FGHJKM"] {
            assert!(text.parse::<HeadCode>().is_err(), "{text}");
        }
        assert_eq!(HeadCode::of_hash("abc"), None);
    }
}
