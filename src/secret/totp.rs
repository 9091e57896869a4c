//! One-time codes of RFC 6238: SHA-1, thirty seconds, six digits, one step of drift, each code once.

use totp_rs::{Algorithm, Builder, Totp};
use zeroize::Zeroizing;

use super::{Secret, qr};
use crate::model::Entropy;

/// Seconds a code stands for.
pub const STEP: u64 = 30;
/// Digits of a code.
const DIGITS: u8 = 6;
/// So many steps a clock may be off, either way.
const DRIFT: u64 = 1;
/// Bytes of the secret, as RFC 4226 recommends.
const BYTES: usize = 20;
/// The name authenticators show.
const ISSUER: &str = "Kontor";

/// A second factor that is being set up: nothing counts until a code of it was given.
#[derive(Debug, Clone)]
pub struct Enrolment {
    /// The key, as authenticators take it when it is typed (base32).
    pub typed: Secret,
    /// The same as a link that is scanned.
    pub url: Secret,
}

impl Enrolment {
    /// A new one for the person who signs in as `login`.
    #[must_use]
    pub fn new(login: &str, entropy: &dyn Entropy) -> Self {
        let mut bytes = Zeroizing::new([0_u8; BYTES]);
        entropy.fill(&mut *bytes);
        let made = totp(&*bytes, login);
        // The name has no colon and is not empty: see `totp`.
        let url = made.to_url().unwrap_or_default();
        Self { typed: Secret::new(made.secret().to_base32()), url: Secret::new(url) }
    }

    /// The link as a QR code for a terminal, line by line.
    #[must_use]
    pub fn picture(&self) -> Vec<String> {
        qr::modules(self.url.reveal()).map(|modules| qr::terminal(&modules)).unwrap_or_default()
    }
}

/// The bytes of a key as it is typed.
#[must_use]
pub fn key(typed: &Secret) -> Option<Zeroizing<Vec<u8>>> {
    let read = totp_rs::Secret::try_from_base32(typed.reveal()).ok()?;
    (read.as_bytes().len() == BYTES).then(|| Zeroizing::new(read.as_bytes().to_vec()))
}

fn totp(key: &[u8], login: &str) -> Totp {
    let name: String = login.chars().filter(|sign| *sign != ':').collect();
    let name = if name.is_empty() { "user".to_owned() } else { name };
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(DIGITS)
        .with_step_duration(STEP)
        .with_skew(0)
        .with_secret(key.to_vec())
        .with_account_name(name)
        .with_issuer(Some(ISSUER))
        .build_noncompliant()
}

/// The step a code belongs to, where it is right at that time (Unix seconds) and no code of that step or a
/// later one was used before.
#[must_use]
pub fn matching_step(key: &[u8], code: &str, now: u64, used: Option<u64>) -> Option<u64> {
    let typed: Zeroizing<String> =
        Zeroizing::new(code.chars().filter(|sign| !sign.is_whitespace()).collect());
    if typed.len() != usize::from(DIGITS) || !typed.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let totp = totp(key, "");
    let step = now / STEP;
    let mut found = None;
    // All of them are looked at, so that the time does not say which one fitted.
    for candidate in step.saturating_sub(DRIFT)..=step + DRIFT {
        let fits = totp.check(&typed, candidate * STEP).is_some();
        if fits && used.is_none_or(|used| candidate > used) {
            found = found.or(Some(candidate));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &[u8] = b"12345678901234567890";

    /// RFC 6238, appendix B, SHA-1: the last six of its eight digits.
    const VECTORS: [(u64, &str); 6] = [
        (59, "287082"),
        (1_111_111_109, "081804"),
        (1_111_111_111, "050471"),
        (1_234_567_890, "005924"),
        (2_000_000_000, "279037"),
        (20_000_000_000, "353130"),
    ];

    #[test]
    fn knows_the_codes_of_the_rfc() {
        for (now, code) in VECTORS {
            assert_eq!(matching_step(KEY, code, now, None), Some(now / STEP), "{now}");
        }
    }

    #[test]
    fn knows_the_counter_codes_of_rfc_4226() {
        let codes = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583",
            "399871", "520489",
        ];
        for (step, code) in codes.into_iter().enumerate() {
            let step = step as u64;
            assert_eq!(matching_step(KEY, code, step * STEP, None), Some(step));
        }
    }

    #[test]
    fn one_step_of_drift_and_no_more() {
        let (now, code) = VECTORS[3];
        let at = |offset: i64| {
            matching_step(KEY, code, now.checked_add_signed(offset * 30).unwrap(), None)
        };
        assert!(at(-1).is_some() && at(0).is_some() && at(1).is_some());
        assert_eq!((at(-2), at(2)), (None, None));
    }

    #[test]
    fn each_code_once_and_none_before_it() {
        let (now, code) = VECTORS[3];
        let step = matching_step(KEY, code, now, None).unwrap();
        assert_eq!(matching_step(KEY, code, now, Some(step)), None);
        assert_eq!(matching_step(KEY, code, now, Some(step + 1)), None);
        assert_eq!(matching_step(KEY, code, now, Some(step - 1)), Some(step));
    }

    #[test]
    fn only_six_digits_are_a_code() {
        let now = VECTORS[0].0;
        assert_eq!(matching_step(KEY, "287 082", now, None), Some(1));
        for wrong in ["", "28708", "2870820", "94287082", "28708x", "２８７０８２"] {
            assert_eq!(matching_step(KEY, wrong, now, None), None, "{wrong}");
        }
    }

    #[test]
    fn an_enrolment_can_be_typed_and_scanned() {
        struct Same;
        impl Entropy for Same {
            fn fill(&self, buffer: &mut [u8]) {
                buffer.copy_from_slice(&KEY[..buffer.len()]);
            }
        }
        let made = Enrolment::new("anna", &Same);
        assert_eq!(made.typed.reveal(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(
            made.url.reveal(),
            "otpauth://totp/Kontor:anna?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Kontor"
        );
        assert_eq!(key(&made.typed).unwrap().as_slice(), KEY);
        assert!(!format!("{made:?}").contains("GEZD"));
        assert!(made.picture().len() > 15);
    }
}
