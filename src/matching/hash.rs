//! A fast hash for keys and counts; never for anything that somebody could gain by guessing.

/// The hash of a text. The same in every run, so that results are.
pub(super) fn of(text: &str) -> u64 {
    mixed(0x9e37_79b9_7f4a_7c15, text)
}

/// The hash of a text after another one.
pub(super) fn mixed(seed: u64, text: &str) -> u64 {
    let mut hash = seed;
    let (chunks, rest) = text.as_bytes().as_chunks::<8>();
    for chunk in chunks {
        hash = step(hash, u64::from_le_bytes(*chunk));
    }
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    hash = step(hash, u64::from_le_bytes(last) ^ ((text.len() as u64) << 56));
    hash ^ (hash >> 32)
}

fn step(hash: u64, word: u64) -> u64 {
    (hash.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95)
}
