//! Pairs put together: groups of records that are all the same, or one partner for each.
//!
//! Start at [`clusters`], for records of one list, and [`one_to_one`], for two lists that have each record
//! once.

use std::collections::{HashMap, HashSet};

use super::pool::Pool;
use super::scan::Pair;

/// Records that are likely all the same, by their places in the pool.
#[derive(Debug, Clone, PartialEq)]
pub struct Cluster {
    /// The records, in the order of the pool.
    pub members: Vec<u32>,
    /// The pairs that hold it together, the likeliest first.
    pub pairs: Vec<Pair>,
}

/// Groups that grow beyond this are not held together by looking at all their pairs.
const LOOKED_AT: usize = 400;
/// Share of the pairs between two groups that must not speak against putting them together.
const FOR: f64 = 0.5;

/// Groups of two records and more. What is the same as the same is the same, but with care: two groups are
/// put together only if most of their pairs could be the same, so that one record in between does not
/// join strangers.
#[must_use]
pub fn clusters(pool: &Pool, pairs: &[Pair]) -> Vec<Cluster> {
    clusters_apart(pool, pairs, &HashSet::<_, std::hash::RandomState>::new())
}

/// The same where some pairs are known not to be the same (the smaller place first): no group holds both of
/// one.
#[must_use]
pub fn clusters_apart<S: std::hash::BuildHasher>(
    pool: &Pool,
    pairs: &[Pair],
    apart: &HashSet<(u32, u32), S>,
) -> Vec<Cluster> {
    let mut home: HashMap<u32, usize> = HashMap::new();
    let mut groups: Vec<Vec<u32>> = Vec::new();
    let mut inner: Vec<Vec<Pair>> = Vec::new();
    for pair in pairs {
        let mut of = |at: u32| {
            *home.entry(at).or_insert_with(|| {
                groups.push(vec![at]);
                inner.push(Vec::new());
                groups.len() - 1
            })
        };
        let (mut into, mut from) = (of(pair.a), of(pair.b));
        if into == from {
            inner[into].push(*pair);
            continue;
        }
        if groups[into].len() < groups[from].len() {
            std::mem::swap(&mut into, &mut from);
        }
        let known = |a: &u32, b: &u32| apart.contains(&(*a.min(b), *a.max(b)));
        let strangers = !apart.is_empty()
            && groups[into].iter().any(|a| groups[from].iter().any(|b| known(a, b)));
        if strangers || !fit(pool, &groups[into], &groups[from]) {
            continue;
        }
        let moved = std::mem::take(&mut groups[from]);
        for at in &moved {
            home.insert(*at, into);
        }
        groups[into].extend(moved);
        let links = std::mem::take(&mut inner[from]);
        inner[into].extend(links);
        inner[into].push(*pair);
    }
    let mut found: Vec<Cluster> = groups
        .into_iter()
        .zip(inner)
        .filter(|(members, _)| members.len() > 1)
        .map(|(mut members, mut pairs)| {
            members.sort_unstable();
            pairs.sort_by(|x, y| y.bits.total_cmp(&x.bits));
            Cluster { members, pairs }
        })
        .collect();
    let best = |cluster: &Cluster| cluster.pairs.first().map_or(0.0, |pair| pair.bits);
    found.sort_by(|x, y| best(y).total_cmp(&best(x)).then(x.members.cmp(&y.members)));
    found
}

/// Whether most pairs between two groups could be the same.
fn fit(pool: &Pool, one: &[u32], other: &[u32]) -> bool {
    if one.len() * other.len() == 1 || one.len() * other.len() > LOOKED_AT {
        return true;
    }
    let all = one.len() * other.len();
    let mut good = 0_usize;
    for a in one {
        for b in other {
            good += usize::from(pool.judge(*a as usize, *b as usize).bits > 0.0);
        }
    }
    good as f64 >= FOR * all as f64
}

/// Of pairs between two lists those in which each record has one partner: the likeliest first.
#[must_use]
pub fn one_to_one(pairs: &[Pair]) -> Vec<Pair> {
    let mut taken = HashSet::new();
    let mut kept = Vec::new();
    for pair in pairs {
        if !taken.contains(&pair.a) && !taken.contains(&pair.b) {
            taken.insert(pair.a);
            taken.insert(pair.b);
            kept.push(*pair);
        }
    }
    kept
}
