//! How far two words are from each other: letters wrong, missing, too many or swapped.

/// How alike two words are, from 0 to 1: 1 the same, about 0.9 one slip of the keyboard.
pub(super) fn word(a: &str, b: &str) -> f32 {
    if a == b {
        return 1.0;
    }
    let (long, short) = (a.len().max(b.len()), a.len().min(b.len()));
    if short == 0 {
        return 0.0;
    }
    // Words that share neither beginning nor end are hardly the same one; most pairs end here.
    let (x, y) = (a.as_bytes(), b.as_bytes());
    let apart = x[0] != y[0] && x[x.len() - 1] != y[y.len() - 1] && x.get(1) != y.get(1);
    if apart && (x[0] != *y.get(1).unwrap_or(&0) && y[0] != *x.get(1).unwrap_or(&0)) {
        return 0.0;
    }
    let slips = slips(a, b);
    match slips {
        1 if long >= 7 => 0.94,
        1 if long >= 5 => 0.92,
        1 if long == 4 => 0.86,
        1 if long == 3 => 0.7,
        2 if long >= 9 => 0.88,
        2 if long >= 6 => 0.82,
        3 if long >= 9 => 0.78,
        _ if slips > long.div_ceil(2) => 0.0,
        _ => {
            let alike = strsim::jaro_winkler(a, b) as f32;
            if alike >= 0.88 { alike - 0.12 } else { alike * 0.6 }
        }
    }
}

/// Letters wrong, missing, too many or swapped with their neighbour.
pub(super) fn slips(a: &str, b: &str) -> usize {
    if a == b {
        return 0;
    }
    if a.is_ascii() && b.is_ascii() && a.len() <= LONGEST && b.len() <= LONGEST {
        plain_slips(a.as_bytes(), b.as_bytes())
    } else {
        strsim::osa_distance(a, b)
    }
}

/// Letters up to which the short way is taken.
const LONGEST: usize = 63;

/// The same for plain letters, without asking for memory: most of the time of a scan is spent here.
fn plain_slips(a: &[u8], b: &[u8]) -> usize {
    let ahead = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[ahead..], &b[ahead..]);
    let behind = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[..a.len() - behind], &b[..b.len() - behind]);
    if a.is_empty() || b.is_empty() {
        return a.len().max(b.len());
    }
    let mut before = [0_u8; LONGEST + 1];
    let mut last = [0_u8; LONGEST + 1];
    let mut now = [0_u8; LONGEST + 1];
    for (place, cell) in last.iter_mut().enumerate() {
        *cell = place as u8;
    }
    for (i, x) in a.iter().enumerate() {
        now[0] = i as u8 + 1;
        for (j, y) in b.iter().enumerate() {
            let mut least = (last[j] + u8::from(x != y)).min(last[j + 1] + 1).min(now[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                least = least.min(before[j - 1] + 1);
            }
            now[j + 1] = least;
        }
        std::mem::swap(&mut before, &mut last);
        std::mem::swap(&mut last, &mut now);
    }
    usize::from(last[b.len()])
}

/// Whether one letter is wrong, missing or too many, or two neighbours are swapped.
pub(super) fn is_one_slip(a: &str, b: &str) -> bool {
    let (x, y) = (a.as_bytes(), b.as_bytes());
    let long = x.len().max(y.len());
    let ahead = x.iter().zip(y).take_while(|(x, y)| x == y).count();
    let rest = x.len().min(y.len()) - ahead;
    let behind = x.iter().rev().zip(y.iter().rev()).take(rest).take_while(|(x, y)| x == y).count();
    // A swap leaves two in the middle; letters of several bytes leave more.
    if a.is_ascii() && b.is_ascii() && ahead + behind + 2 < long {
        return false;
    }
    slips(a, b) == 1
}

/// How alike two texts are as a whole, spaces included, from 0 to 1: what is left after the slips.
pub(super) fn whole(a: &str, b: &str) -> f32 {
    if a == b {
        return 1.0;
    }
    let long = a.chars().count().max(b.chars().count());
    if long == 0 {
        return 0.0;
    }
    1.0 - slips(a, b) as f32 / long as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn the_short_way_counts_the_same(a in "[a-d]{0,9}", b in "[a-d]{0,9}") {
            let distance = strsim::osa_distance(&a, &b);
            proptest::prop_assert_eq!(slips(&a, &b), distance);
            proptest::prop_assert_eq!(is_one_slip(&a, &b), distance == 1);
        }
    }

    #[test]
    fn a_slip_is_near_and_another_word_far() {
        assert!(word("muller", "mullre") > 0.9);
        assert!(word("anna", "anan") > 0.8);
        assert!(word("schmidt", "schmitt") > 0.9);
        assert!(word("schmidt", "muller") < 0.3);
        assert!(word("li", "le") < 0.75);
        assert!(word("green", "brown") < 0.6);
        assert!(whole("", "a").abs() < f32::EPSILON);
    }
}
