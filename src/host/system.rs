//! The time and the chance of the machine, handed to everything below.

use chrono::{DateTime, Utc};

use crate::model::{Clock, Entropy};

/// The clock of the machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is where the time is handed in from")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

/// Random bytes of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsEntropy;

impl Entropy for OsEntropy {
    fn fill(&self, buffer: &mut [u8]) {
        // A system without randomness would give guessable salts; there is no honest way on from there.
        if getrandom::fill(buffer).is_err() {
            std::process::abort();
        }
    }
}

/// A name that no other run of the program has.
#[must_use]
pub fn instance(entropy: &dyn Entropy) -> String {
    let mut bytes = [0; 8];
    entropy.fill(&mut bytes);
    format!("{:016x}", u64::from_be_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_fillings_differ() {
        let (mut a, mut b) = ([0; 32], [0; 32]);
        OsEntropy.fill(&mut a);
        OsEntropy.fill(&mut b);
        assert_ne!(a, b);
    }
}
