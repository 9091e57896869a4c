//! Fields with several values: the best of all pairs tells.

/// The best of what `compare` says of each value of the one with each of the other.
pub(super) fn best<T>(
    a: &str,
    b: &str,
    compare: impl Fn(&str, &str) -> T,
    score: impl Fn(&T) -> f32,
) -> T {
    let mut best: Option<T> = None;
    for one in a.split('\n') {
        for other in b.split('\n') {
            let found = compare(one, other);
            if best.as_ref().is_none_or(|known| score(&found) > score(known)) {
                best = Some(found);
            }
        }
    }
    // A split has at least one part, so there is a best one.
    best.unwrap_or_else(|| compare(a, b))
}
