//! A public key as people send it: one line of OpenSSH, checked before it stands for anybody.
//!
//! Only the kinds that are strong today are taken: Ed25519, ECDSA, RSA from 2048 bits, and the first two on a
//! security key. What stands behind the key (a comment) is dropped; what stands before it (options) is
//! refused. Start at [`Key::parse`].

use ssh_key::public::KeyData;
use ssh_key::{HashAlg, PublicKey};

use crate::cli::error::{CliError, Result};
use crate::model::{Phrase, phrase};

/// The longest text that is looked at, in bytes.
pub const LONGEST: usize = 16 * 1024;

const KINDS: [&str; 7] = [
    "ssh-ed25519",
    "sk-ssh-ed25519@openssh.com",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ecdsa-sha2-nistp256@openssh.com",
    "ssh-rsa",
];

/// A key that may stand for somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Its kind and itself, as they stand in a line.
    pub line: String,
    /// What it consists of.
    pub bytes: Vec<u8>,
    /// `SHA256:...`.
    pub fingerprint: String,
}

impl Key {
    /// The one key of a text.
    ///
    /// # Errors
    /// Where it is not one, or one that is not taken, and why.
    pub fn parse(text: &str) -> Result<Self> {
        if text.len() > LONGEST {
            return Err(no(phrase!("this is too long for a public key")));
        }
        if text.trim_start().starts_with("-----BEGIN") {
            return Err(CliError::Refused {
                message: phrase!("this is a private key, or one of another form"),
                hint: Some(phrase!(
                    "a private key stays where it is; the public one is the file ending in .pub"
                )),
            });
        }
        let mut lines =
            text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let line = lines.next().ok_or_else(|| no(phrase!("there is no key in it")))?;
        if lines.next().is_some() {
            return Err(no(phrase!("there is more than one key in it")));
        }
        if line.chars().any(char::is_control) {
            return Err(no(phrase!("there are control characters in it")));
        }
        let mut words = line.split(' ').filter(|word| !word.is_empty());
        let kind = words.next().unwrap_or_default();
        if kind == "ssh-dss" {
            return Err(no(phrase!("DSA keys are too weak")));
        }
        if !KINDS.contains(&kind) {
            let later = line.split([' ', '"', ',']).any(|word| KINDS.contains(&word));
            return Err(no(if later {
                phrase!("there are options before the key")
            } else {
                phrase!("this is no public key of OpenSSH, or of a kind that is not taken")
            }));
        }
        let data = words.next().ok_or_else(|| no(phrase!("there is no key in it")))?;
        let line = format!("{kind} {data}");
        let key = PublicKey::from_openssh(&line)
            .map_err(|_| no(phrase!("the key is damaged: it cannot be understood")))?;
        if let KeyData::Rsa(rsa) = key.key_data() {
            let bits = rsa.n.as_positive_bytes().map_or(0, bits_of);
            if bits < 2048 {
                return Err(no(phrase!("an RSA key of {n} bits is too weak", n = bits)));
            }
            if rsa
                .e
                .as_positive_bytes()
                .is_none_or(|e| bits_of(e) < 2 || e.last().is_none_or(|low| low % 2 == 0))
            {
                return Err(no(phrase!("the key is damaged: it cannot be understood")));
            }
        }
        let damaged = |_| no(phrase!("the key is damaged: it cannot be understood"));
        let bytes = key.to_bytes().map_err(damaged)?;
        // Written anew, so that one key is one text.
        let line = PublicKey::from(key.key_data().clone()).to_openssh().map_err(damaged)?;
        let fingerprint = key.fingerprint(HashAlg::Sha256).to_string();
        Ok(Self { line: line.trim_end().to_owned(), bytes, fingerprint })
    }
}

/// How many bits a number has, without the zeros before it.
fn bits_of(number: &[u8]) -> usize {
    let from = number.iter().position(|byte| *byte != 0).unwrap_or(number.len());
    let zeros = number.get(from).map_or(0, |byte| byte.leading_zeros() as usize);
    (number.len() - from) * 8 - zeros
}

fn no(message: Phrase) -> CliError {
    CliError::Refused {
        message,
        hint: Some(phrase!(
            "one line as in id_ed25519.pub; `ssh-keygen -t ed25519` makes a pair of keys"
        )),
    }
}
