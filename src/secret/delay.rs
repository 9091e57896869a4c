//! How long somebody waits who guesses.

use std::time::Duration;

/// So many failures in a row lock an account until somebody unlocks it.
pub const LOCKED_AT: u32 = 100;

/// So many tries are free.
const FREE: u32 = 3;
/// No wait is longer.
const LONGEST: Duration = Duration::from_mins(15);

/// How long to wait before the next try after so many failures in a row: none for the first three tries,
/// then one second, doubling up to fifteen minutes.
#[must_use]
pub fn delay(failures: u32) -> Duration {
    if failures < FREE {
        return Duration::ZERO;
    }
    let doubled = 1_u64.checked_shl((failures - FREE).min(63)).unwrap_or(u64::MAX);
    Duration::from_secs(doubled).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grows_and_ends() {
        let waits: Vec<u64> =
            [0, 1, 2, 3, 4, 5, 12, 13, 99, u32::MAX].map(|n| delay(n).as_secs()).to_vec();
        assert_eq!(waits, [0, 0, 0, 1, 2, 4, 512, 900, 900, 900]);
    }

    #[test]
    fn a_hundred_guesses_take_most_of_a_day() {
        let all: Duration = (0..LOCKED_AT).map(delay).sum();
        assert!(all > Duration::from_hours(20), "{all:?}");
    }
}
