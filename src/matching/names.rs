//! Names of several words: which word of the one is which word of the other.
//!
//! Words count by how much they tell (a rare one more than a common one), in any order. Start at
//! [`compare`].

use super::alike::{Alike, How};
use super::edits;
use super::words;

/// Words that are looked at of one name.
const MOST: usize = 12;
/// From here on a word is likely the other one with a slip.
const NEAR: f32 = 0.8;

/// What is to be known of the names.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    /// People have initials and nicknames.
    People,
    /// Companies and places shorten their words and leave some out.
    Companies,
    /// Streets have numbers, which must fit.
    Streets,
}

/// Two names held against each other; `bits` says how much a word tells.
pub(super) fn compare(of: Of, a: &str, b: &str, bits: &impl Fn(&str) -> f32) -> Alike {
    let (mut left, mut right) = ([""; MOST], [""; MOST]);
    let (n, m) = (fill(a, &mut left), fill(b, &mut right));
    let (left, right) = (&left[..n], &right[..m]);
    if n == 0 || m == 0 {
        return Alike::DIFFERENT;
    }
    let mut taken = [false; MOST];
    let mut pairs = [(usize::MAX, 0.0_f32, How::Differs); MOST];
    // The same words first, so that a near one does not take them away.
    for (i, word) in left.iter().enumerate() {
        let same = right.iter().enumerate().position(|(j, other)| !taken[j] && other == word);
        if let Some(j) = same {
            taken[j] = true;
            pairs[i] = (j, 1.0, How::Same);
        }
    }
    for (i, pair) in pairs.iter_mut().enumerate().take(n) {
        if pair.0 != usize::MAX {
            continue;
        }
        let mut best = (usize::MAX, 0.0_f32, How::Differs);
        for (j, other) in right.iter().enumerate().filter(|(j, _)| !taken[*j]) {
            let (score, how) = near(of, left[i], other);
            if score > best.1 {
                best = (j, score, how);
            }
        }
        if best.1 >= 0.7 {
            taken[best.0] = true;
            *pair = best;
        }
    }
    if pairs[..n].iter().all(|(j, ..)| *j == usize::MAX) {
        // Most pairs end here.
        return Alike::DIFFERENT;
    }
    let (mut left_bits, mut right_bits) = ([0.0; MOST], [0.0; MOST]);
    for (words, into) in [(left, &mut left_bits), (right, &mut right_bits)] {
        for (word, place) in words.iter().zip(into.iter_mut()) {
            *place = bits(word);
        }
    }
    let mut found = measure(&pairs[..n], &left_bits[..n], &right_bits[..m]);
    if of == Of::Streets {
        found.score = found.score.min(numbers(left, right));
    }
    // Spaces that moved leave the ends as they were, mostly.
    let ends =
        a.as_bytes().first() == b.as_bytes().first() || a.as_bytes().last() == b.as_bytes().last();
    let matched = pairs[..n].iter().filter(|(j, ..)| *j != usize::MAX).count();
    // One word that is another one on both sides is no space that moved.
    let moved = n != m || matched + 1 < n;
    if found.score < 1.0 && found.score >= 0.4 && ends && moved {
        let joined = joined(a, b);
        if joined > found.score && (of != Of::Streets || numbers(left, right) >= 1.0) {
            let how = if joined >= 1.0 { How::Spaces } else { How::Slip };
            let all = left_bits[..n].iter().sum::<f32>().min(right_bits[..m].iter().sum());
            found = Alike { score: joined.min(0.97), how, bits: all * joined };
        }
    }
    found
}

fn fill<'t>(text: &'t str, words: &mut [&'t str; MOST]) -> usize {
    let mut count = 0;
    for word in text.split(' ').filter(|word| !word.is_empty()).take(MOST) {
        words[count] = word;
        count += 1;
    }
    count
}

/// How near two different words are.
fn near(of: Of, a: &str, b: &str) -> (f32, How) {
    let is_number = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
    if is_number(a) || is_number(b) {
        return (0.0, How::Differs);
    }
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let alike = edits::word(a, b);
    if alike >= NEAR {
        return (alike, How::Slip);
    }
    match of {
        Of::People => {
            if short.chars().count() == 1 && long.starts_with(short) {
                return (0.75, How::Initial);
            }
            if words::are_nicknames(a, b) {
                return (0.9, How::Nickname);
            }
        }
        Of::Companies | Of::Streets => {
            if short.len() >= 3 && long.starts_with(short) {
                return (0.86, How::Shortened);
            }
        }
    }
    (alike, How::Similar)
}

/// What the pairs of words say together.
fn measure(pairs: &[(usize, f32, How)], left: &[f32], right: &[f32]) -> Alike {
    let (mut common, mut told, mut left_common, mut right_common) = (0.0, 0.0, 0.0, 0.0);
    let mut how = How::Same;
    let mut last = None;
    let mut in_order = true;
    let mut matched = 0;
    for (i, (j, score, kind)) in pairs.iter().enumerate() {
        if *j == usize::MAX {
            continue;
        }
        matched += 1;
        let (one, other) = (left[i], right[*j]);
        common += score * (one + other);
        told += score * score * one.min(other);
        left_common += score * one;
        right_common += score * other;
        how = how.max(*kind);
        in_order &= last.is_none_or(|last| *j > last);
        last = Some(*j);
    }
    if matched == 0 {
        return Alike::DIFFERENT;
    }
    let (all_left, all_right): (f32, f32) = (left.iter().sum(), right.iter().sum());
    let both = common / (all_left + all_right).max(f32::EPSILON);
    let part =
        (left_common / all_left.max(f32::EPSILON)).max(right_common / all_right.max(f32::EPSILON));
    let mut score = both;
    if matched < left.len().max(right.len()) {
        // One may have left out what the other wrote.
        score = both.max(0.7 * part + 0.3 * both).min(0.95);
        how = if part >= 0.99 { How::Part } else { How::Similar };
    } else if !in_order {
        how = how.max(How::Order);
        score = score.min(0.98);
    }
    Alike { score, how, bits: told }
}

/// At most how alike two streets are by their numbers.
fn numbers(left: &[&str], right: &[&str]) -> f32 {
    let numeric = |word: &&&str| word.starts_with(|c: char| c.is_ascii_digit());
    let (mut best, mut any) = (0.0_f32, false);
    for one in left.iter().filter(numeric) {
        for other in right.iter().filter(numeric) {
            any = true;
            let alike = match edits::slips(one, other) {
                0 => 1.0,
                1 if one.len().max(other.len()) >= 3 => 0.8,
                _ => 0.5,
            };
            best = best.max(alike);
        }
    }
    if any { best } else { 1.0 }
}

/// How alike two names are without their spaces.
fn joined(a: &str, b: &str) -> f32 {
    if a.len().abs_diff(b.len()) > 3 + a.len().min(b.len()) / 5 {
        return 0.0;
    }
    let bare = |text: &str| -> String { text.chars().filter(|c| *c != ' ').collect() };
    let whole = edits::whole(&bare(a), &bare(b));
    if whole >= 1.0 {
        1.0
    } else if whole >= 0.75 {
        // A slip in six letters is much, in sixteen little.
        whole
    } else {
        0.0
    }
}
