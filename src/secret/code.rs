//! Random texts: tokens of sessions, codes of invitations, recovery codes; and what is kept of them.
//!
//! They hold 80 bits of chance or more, so a plain SHA-256 of them is safe to keep: nobody can try them all.

use std::fmt::Write as _;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, Zeroizing};

use super::Secret;
use crate::model::Entropy;

/// So many recovery codes are made at once.
pub const RECOVERY_CODES: usize = 10;

/// What is kept of a random text.
pub type Fingerprint = [u8; 32];

/// Letters and digits that are not taken for one another (no i, l, o, u): each stands for five bits.
const SIGNS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// Bytes of chance in a code that people copy: 16 signs.
const CODE_BYTES: usize = 10;
/// Signs between two hyphens.
const GROUP: usize = 4;

/// What is kept of a token or code, however it was typed.
#[must_use]
pub fn fingerprint(text: &Secret) -> Fingerprint {
    Sha256::digest(text.reveal().as_bytes()).into()
}

/// Bytes as text.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A new token of a session: 256 bits.
#[must_use]
pub fn token(entropy: &dyn Entropy) -> Secret {
    let mut bytes = Zeroizing::new([0_u8; 32]);
    entropy.fill(&mut *bytes);
    Secret::new(URL_SAFE_NO_PAD.encode(*bytes))
}

/// A new code that people copy: `k3v9-0mxe-...`, 80 bits.
fn copied_code(entropy: &dyn Entropy) -> Secret {
    let mut bytes = [0_u8; CODE_BYTES];
    entropy.fill(&mut bytes);
    let mut text = String::with_capacity(CODE_BYTES * 2);
    let (mut held, mut bits) = (0_u32, 0);
    for byte in bytes {
        held = (held << 8) | u32::from(byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            if text.len() % (GROUP + 1) == GROUP {
                text.push('-');
            }
            text.push(char::from(SIGNS[(held >> bits) as usize & 31]));
        }
    }
    bytes.zeroize();
    Secret::new(text)
}

/// New recovery codes.
#[must_use]
pub fn recovery_codes(entropy: &dyn Entropy) -> Vec<Secret> {
    (0..RECOVERY_CODES).map(|_| copied_code(entropy)).collect()
}

/// A code as it was handed out, from what somebody typed of it: case, spaces and hyphens do not matter, nor
/// does `o` for zero, `i` or `l` for one. Without a text a new one is made.
#[must_use]
pub fn handed_code(typed: Option<&Secret>, entropy: &dyn Entropy) -> Secret {
    let Some(typed) = typed else { return copied_code(entropy) };
    let mut text = String::with_capacity(typed.reveal().len());
    for sign in typed.reveal().chars().filter(char::is_ascii_alphanumeric) {
        if text.len() % (GROUP + 1) == GROUP {
            text.push('-');
        }
        text.push(match sign.to_ascii_lowercase() {
            'o' => '0',
            'i' | 'l' => '1',
            sign => sign,
        });
    }
    Secret::new(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU8, Ordering};

    struct Counting(AtomicU8);

    impl Entropy for Counting {
        fn fill(&self, buffer: &mut [u8]) {
            for byte in buffer {
                *byte = self.0.fetch_add(37, Ordering::Relaxed).wrapping_mul(201);
            }
        }
    }

    #[test]
    fn codes_differ_and_are_readable() {
        let entropy = Counting(AtomicU8::new(1));
        let codes = recovery_codes(&entropy);
        assert_eq!(codes.len(), 10);
        for (at, code) in codes.iter().enumerate() {
            assert_eq!(code.reveal().len(), 19, "{}", code.reveal());
            assert_eq!(code.reveal().matches('-').count(), 3);
            assert!(codes[..at].iter().all(|other| other != code));
        }
        assert_ne!(token(&entropy), token(&entropy));
        assert_eq!(token(&entropy).reveal().len(), 43);
    }

    #[test]
    fn a_code_is_understood_as_people_type_it() {
        let entropy = Counting(AtomicU8::new(1));
        let code = Secret::from("k3v9-0mxe-11ab-cdef");
        for typed in ["k3v9-0mxe-11ab-cdef", "K3V90MXE11ABCDEF", " k3v9 omxe ilab cdef\n"] {
            let understood = handed_code(Some(&Secret::from(typed)), &entropy);
            assert_eq!(fingerprint(&understood), fingerprint(&code), "{typed}");
        }
        let made = handed_code(None, &entropy);
        assert_eq!(handed_code(Some(&made), &entropy), made);
    }
}
