//! Passwords as they are kept: Argon2id with 64 MiB, three passes, one lane, as PHC strings.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use subtle::{Choice, ConstantTimeEq};

use super::Secret;
use crate::model::Entropy;

/// Memory in KiB.
const MEMORY: u32 = 64 * 1024;
/// Passes over it.
const PASSES: u32 = 3;
/// Lanes.
const LANES: u32 = 1;
/// Bytes of salt.
const SALT: usize = 16;

/// What a password is held against where there is none, so that it takes as long. Nothing hashes to zeros.
const NOBODY: &str = "$argon2id$v=19$m=65536,t=3,p=1$bm9ib2R5LWlzLWhlcmUuLg$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// A password could not be hashed: there is not enough memory.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the password could not be hashed: {0}")]
pub struct Fault(String);

impl Fault {
    fn of(error: impl std::fmt::Display) -> Self {
        Self(error.to_string())
    }
}

fn argon() -> Result<Argon2<'static>, Fault> {
    let params = Params::new(MEMORY, PASSES, LANES, None).map_err(Fault::of)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// The PHC string of a password, with a salt of its own. Takes some tenths of a second.
///
/// # Errors
/// Where there is not enough memory.
pub fn hash(password: &Secret, entropy: &dyn Entropy) -> Result<String, Fault> {
    let mut salt = [0_u8; SALT];
    entropy.fill(&mut salt);
    let made: PasswordHash =
        argon()?.hash_password_with_salt(password.normal().as_bytes(), &salt).map_err(Fault::of)?;
    Ok(made.to_string())
}

/// Whether the password is the one that was hashed. Without a hash the answer is no, and takes as long.
#[must_use]
pub fn verify(password: &Secret, kept: Option<&str>) -> bool {
    // What cannot be read is answered like what is not there.
    let parsed = kept.and_then(|kept| PasswordHash::new(kept).ok());
    let there = Choice::from(u8::from(parsed.is_some()));
    let nobody;
    let held = if let Some(parsed) = &parsed {
        parsed
    } else {
        match PasswordHash::new(NOBODY) {
            Ok(dummy) => {
                nobody = dummy;
                &nobody
            }
            Err(_) => return false,
        }
    };
    let fits = argon()
        .is_ok_and(|argon| argon.verify_password(password.normal().as_bytes(), held).is_ok());
    (Choice::from(u8::from(fits)) & there).ct_eq(&Choice::from(1)).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Same;

    impl Entropy for Same {
        fn fill(&self, buffer: &mut [u8]) {
            buffer.fill(7);
        }
    }

    #[test]
    fn a_password_fits_its_hash_only() {
        let kept = hash(&Secret::from("correct horse battery"), &Same).unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=65536,t=3,p=1$"), "{kept}");
        assert!(verify(&Secret::from("correct horse battery"), Some(&kept)));
        assert!(!verify(&Secret::from("correct horse batterz"), Some(&kept)));
        assert!(!verify(&Secret::from(""), Some(&kept)));
    }

    #[test]
    fn two_ways_to_type_an_accent_are_one_password() {
        let kept = hash(&Secret::from("caf\u{e9} am Rhein 8"), &Same).unwrap();
        assert!(verify(&Secret::from("cafe\u{301} am Rhein 8"), Some(&kept)));
    }

    #[test]
    fn nobody_is_held_against_a_hash_of_the_same_cost() {
        assert!(!verify(&Secret::from("anything"), None));
        assert!(!verify(&Secret::from("anything"), Some("rubbish")));
        let dummy = PasswordHash::new(NOBODY).unwrap();
        let params = Params::try_from(&dummy).unwrap();
        assert_eq!((params.m_cost(), params.t_cost(), params.p_cost()), (MEMORY, PASSES, LANES));
        assert_eq!(dummy.hash.unwrap().len(), 32);
        assert_eq!(dummy.salt.unwrap().len(), SALT);
    }
}
