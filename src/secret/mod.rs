//! What people keep secret: passwords, one-time codes, recovery codes, tokens, and how they are checked.
//!
//! Pure: nothing here reads a file, a clock or a terminal; time and chance are handed in. No cryptography
//! of our own: Argon2id, HMAC and SHA come from crates, this room only says with which settings they are
//! used and what counts as right. A [`Secret`] never shows what it holds. Start at [`hash`] and [`verify`].

mod code;
mod common;
mod delay;
mod guarded;
mod password;
mod qr;
mod rules;
mod totp;

pub use code::{Fingerprint, RECOVERY_CODES, fingerprint, handed_code, hex, recovery_codes, token};
pub use delay::{LOCKED_AT, delay};
pub use guarded::Secret;
pub use password::{Fault, hash, verify};
pub use qr::{modules, terminal};
pub use rules::{LONG_ENOUGH, SHORT_WITH_CODE, Weak, check};
pub use totp::{Enrolment, STEP, key, matching_step};
