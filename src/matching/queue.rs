//! Pairs that were found, to be gone through one by one: what is still open, what is known to be different, what
//! became of the records meanwhile.
//!
//! Of all that was read only the records of the likeliest pairs are kept, in normal form, so that a queue of
//! a million records takes little memory and pairs can be judged anew when a record changes. Nothing is
//! forgotten when a record goes: it may come back. Start at [`Queue::of`] and [`Queue::cases`].

use std::collections::{HashMap, HashSet};

use super::group::clusters_apart;
use super::pool::{Cells, Pool};
use super::scan::Pair;
use super::weigh::Judged;

/// Records that are likely all the same, by their numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// The records, the smallest number first.
    pub records: Vec<i64>,
    /// How likely the least likely of them belongs to the others, from 0 to 1.
    pub score: f64,
    /// The likeliest pair among them: why they are together.
    pub best: (i64, i64),
}

/// Likely pairs and what is known of them.
#[derive(Debug)]
pub struct Queue {
    pool: Pool,
    /// Where each record stands in the pool.
    places: HashMap<i64, u32>,
    least: f64,
    /// Every pair that was likely once.
    pairs: Vec<Pair>,
    gone: HashSet<u32>,
    /// Known not to be the same, the smaller place first.
    apart: HashSet<(u32, u32)>,
    beyond: usize,
}

impl Queue {
    /// Of the pairs of a scan (the likeliest first) the first `most`; of those that are known not to be the same
    /// as many.
    #[must_use]
    pub fn of(
        pool: Pool,
        mut pairs: Vec<Pair>,
        apart: &[(i64, i64)],
        (least, most): (f64, usize),
    ) -> Self {
        let beyond = pairs.len().saturating_sub(most);
        pairs.truncate(most);
        let known: HashSet<i64> = apart.iter().take(most).flat_map(|(a, b)| [*a, *b]).collect();
        let mut kept: Vec<u32> = pairs.iter().flat_map(|pair| [pair.a, pair.b]).collect();
        if !known.is_empty() {
            kept.extend(
                (0..pool.len()).filter(|at| known.contains(&pool.id(*at))).map(|at| at as u32),
            );
        }
        kept.sort_unstable();
        kept.dedup();
        let moved: HashMap<u32, u32> = kept.iter().copied().zip(0..).collect();
        for pair in &mut pairs {
            // Both were kept just now, in the order of their places.
            (pair.a, pair.b) = (moved[&pair.a], moved[&pair.b]);
        }
        let pool = pool.only(&kept);
        let places = (0..pool.len()).map(|at| (pool.id(at), at as u32)).collect();
        let (gone, none) = (HashSet::new(), HashSet::new());
        let mut queue = Self { pool, places, least, pairs, gone, apart: none, beyond };
        queue.keep_apart(apart);
        queue
    }

    /// Pairs that were found and left out because there were too many.
    #[must_use]
    pub fn beyond(&self) -> usize {
        self.beyond
    }

    /// The rule that it goes by, and the records in normal form.
    #[must_use]
    pub fn pool(&self) -> &Pool {
        &self.pool
    }

    /// All records that it knows, gone or not.
    pub fn records(&self) -> impl Iterator<Item = i64> {
        (0..self.pool.len()).map(|at| self.pool.id(at))
    }

    /// Whether a record is gone.
    #[must_use]
    pub fn is_gone(&self, record: i64) -> bool {
        self.places.get(&record).is_some_and(|at| self.gone.contains(at))
    }

    /// What is known not to be the same, all of it.
    pub fn keep_apart(&mut self, apart: &[(i64, i64)]) {
        let place = |record: &i64| self.places.get(record).copied();
        let pairs = apart.iter().filter_map(|(a, b)| place(a).zip(place(b)));
        self.apart = pairs.map(|(a, b)| (a.min(b), a.max(b))).collect();
    }

    /// A record as it is now, or none where it is gone; true where that is news.
    pub fn renew(&mut self, record: i64, now: Option<&Cells>) -> bool {
        let Some(at) = self.places.get(&record).copied() else { return false };
        let Some(cells) = now else { return self.gone.insert(at) };
        let is_back = self.gone.remove(&at);
        if cells.is(self.pool.view(at as usize)) {
            return is_back;
        }
        self.pool.renew(at as usize, cells);
        for pair in self.pairs.iter_mut().filter(|pair| pair.a == at || pair.b == at) {
            judge(&self.pool, pair);
        }
        self.sort();
        true
    }

    /// A record became part of another: what it was likely the same as may be the same as that.
    pub fn merged(&mut self, record: i64, into: i64) {
        let place = |record: i64| self.places.get(&record).copied();
        let Some((from, into)) = place(record).zip(place(into)) else { return };
        let known: HashSet<(u32, u32)> = self.pairs.iter().map(|pair| (pair.a, pair.b)).collect();
        let mut more = Vec::new();
        for pair in self.pairs.iter().filter(|pair| pair.a == from || pair.b == from) {
            let other = if pair.a == from { pair.b } else { pair.a };
            let (a, b) = (other.min(into), other.max(into));
            if other != into && !known.contains(&(a, b)) {
                let mut pair = Pair { a, b, score: 0.0, bits: 0.0 };
                judge(&self.pool, &mut pair);
                more.push(pair);
            }
        }
        if !more.is_empty() {
            self.pairs.append(&mut more);
            self.sort();
        }
    }

    fn sort(&mut self) {
        self.pairs
            .sort_unstable_by(|x, y| y.bits.total_cmp(&x.bits).then((x.a, x.b).cmp(&(y.a, y.b))));
    }

    /// What is open: groups of two and more, the likeliest first. A pair that a group does not hold together
    /// is one of its own.
    #[must_use]
    pub fn cases(&self) -> Vec<Case> {
        let open: Vec<Pair> = self
            .pairs
            .iter()
            .filter(|pair| {
                f64::from(pair.score) >= self.least
                    && !self.gone.contains(&pair.a)
                    && !self.gone.contains(&pair.b)
                    && !self.apart.contains(&(pair.a, pair.b))
            })
            .copied()
            .collect();
        let groups = clusters_apart(&self.pool, &open, &self.apart);
        let mut home: HashMap<u32, usize> = HashMap::new();
        for (n, group) in groups.iter().enumerate() {
            home.extend(group.members.iter().map(|member| (*member, n)));
        }
        let mut cases: Vec<(f32, Case)> = groups
            .iter()
            .filter_map(|group| {
                let (best, weakest) = (group.pairs.first()?, weakest(&group.members, &group.pairs));
                Some((best.bits, self.case(&group.members, best, weakest)))
            })
            .collect();
        for pair in &open {
            let (a, b) = (home.get(&pair.a), home.get(&pair.b));
            if a.is_none() || a != b {
                cases.push((pair.bits, self.case(&[pair.a, pair.b], pair, pair.score)));
            }
        }
        cases.sort_by(|(x, one), (y, other)| {
            other
                .score
                .total_cmp(&one.score)
                .then(y.total_cmp(x))
                .then(one.records.cmp(&other.records))
        });
        cases.into_iter().map(|(_, case)| case).collect()
    }

    /// The pairs that are known not to be the same, the likeliest first.
    #[must_use]
    pub fn known_apart(&self) -> Vec<Case> {
        let there = |at: &u32| !self.gone.contains(at);
        let mut cases: Vec<Case> = self
            .apart
            .iter()
            .filter(|(a, b)| there(a) && there(b))
            .map(|(a, b)| {
                let mut pair = Pair { a: *a, b: *b, score: 0.0, bits: 0.0 };
                judge(&self.pool, &mut pair);
                self.case(&[*a, *b], &pair, pair.score)
            })
            .collect();
        cases.sort_by(|x, y| y.score.total_cmp(&x.score).then(x.records.cmp(&y.records)));
        cases
    }

    fn case(&self, members: &[u32], best: &Pair, score: f32) -> Case {
        let id = |at: u32| self.pool.id(at as usize);
        let mut records: Vec<i64> = members.iter().map(|at| id(*at)).collect();
        records.sort_unstable();
        let (a, b) = (id(best.a), id(best.b));
        Case { records, score: f64::from(score), best: (a.min(b), a.max(b)) }
    }

    /// Holds two of its records against each other.
    #[must_use]
    pub fn judge(&self, (a, b): (i64, i64)) -> Option<Judged> {
        let (a, b) = (self.places.get(&a)?, self.places.get(&b)?);
        Some(self.pool.judge(*a as usize, *b as usize))
    }
}

fn judge(pool: &Pool, pair: &mut Pair) {
    let judged = pool.judge(pair.a as usize, pair.b as usize);
    (pair.score, pair.bits) = (judged.score as f32, judged.bits as f32);
}

/// How likely the pair is that holds the last of the members to the others; the likeliest pairs come first.
fn weakest(members: &[u32], pairs: &[Pair]) -> f32 {
    let mut parts: HashMap<u32, u32> = members.iter().map(|at| (*at, *at)).collect();
    let mut open = members.len().saturating_sub(1);
    let mut weakest = 0.0;
    for pair in pairs {
        let (Some(a), Some(b)) = (parts.get(&pair.a).copied(), parts.get(&pair.b).copied()) else {
            continue;
        };
        if a == b || open == 0 {
            continue;
        }
        parts.values_mut().filter(|part| **part == b).for_each(|part| *part = a);
        (open, weakest) = (open - 1, pair.score);
    }
    weakest
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::matching::Scan;
    use crate::schema::duplicates::{Compared, DuplicateRule, Kind, Missing};

    fn rule() -> Arc<DuplicateRule> {
        let field = |field: &str, kind| Compared {
            field: field.into(),
            kind,
            weight: 100,
            missing: Missing::Ignore,
            columns: Vec::new(),
        };
        let mut rule = DuplicateRule::bare("customer");
        rule.fields = vec![field("name", Kind::Company), field("phones", Kind::Phone)];
        Arc::new(rule)
    }

    fn cells(rule: &DuplicateRule, values: [&str; 2]) -> Cells {
        Cells::of(rule, |place, take| take(values[place]))
    }

    /// Many that are nobody's duplicate, then the given ones from number 1001 on.
    fn queue(of: &[[&str; 2]], apart: &[(i64, i64)], most: usize) -> Queue {
        let rule = rule();
        let mut pool = Pool::new(Arc::clone(&rule));
        for n in 0..300_i64 {
            let mixed = (n as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let letter = |at: u64| char::from(b'a' + ((mixed >> at) % 26) as u8);
            let name: String = (0..12).map(|at| letter(at * 5)).collect();
            let phone = format!("+1{:010}", mixed % 10_000_000_000);
            pool.add(n, &cells(&rule, [&name, &phone]), false);
        }
        for (n, values) in (1001..).zip(of) {
            pool.add(n, &cells(&rule, *values), false);
        }
        pool.settle();
        let mut scan = Scan::new(&pool, 0.6);
        while scan.step() {}
        let pairs = scan.finish();
        Queue::of(pool, pairs, apart, (0.6, most))
    }

    const MILLS: [[&str; 2]; 3] = [
        ["Orbit Mills GmbH", "+4940111222"],
        ["Orbit Mills", "+4940111222"],
        ["Orbit Mills AG", "+4940111222"],
    ];

    #[test]
    fn three_that_are_the_same_are_one_case() {
        let queue = queue(&MILLS, &[], 100);
        let cases = queue.cases();
        assert_eq!(cases.len(), 1);
        assert_eq!(cases[0].records, [1001, 1002, 1003]);
        assert!(cases[0].score > 0.8, "{cases:?}");
    }

    #[test]
    fn what_is_known_to_be_different_is_never_put_together() {
        let queue = queue(&MILLS, &[(1001, 1003)], 100);
        let all: Vec<Vec<i64>> = queue.cases().into_iter().map(|case| case.records).collect();
        assert!(all.iter().all(|case| !(case.contains(&1001) && case.contains(&1003))), "{all:?}");
        // Both pairs that are left are there, each by itself.
        assert_eq!(all.len(), 2, "{all:?}");
        assert_eq!(queue.known_apart()[0].records, [1001, 1003]);
    }

    #[test]
    fn a_record_that_goes_takes_its_case_along_and_brings_it_back() {
        let mut queue = queue(&MILLS[..2], &[], 100);
        assert!(queue.renew(1002, None));
        assert!(!queue.renew(1002, None), "that is known");
        assert!(queue.cases().is_empty());
        let back = cells(&rule(), MILLS[1]);
        assert!(queue.renew(1002, Some(&back)));
        assert_eq!(queue.cases()[0].records, [1001, 1002]);
    }

    #[test]
    fn a_changed_record_is_judged_anew() {
        let mut queue = queue(&MILLS[..2], &[], 100);
        let other = cells(&rule(), ["Quartz Bakery Ltd", "+12125550100"]);
        assert!(queue.renew(1002, Some(&other)));
        assert!(queue.cases().is_empty(), "{:?}", queue.cases());
    }

    #[test]
    fn what_was_like_a_merged_record_is_held_against_the_one_that_is_left() {
        let of = [
            ["Orbit Mills GmbH", "+4940111222"],
            ["Orbit Mills", ""],
            ["Orbit Mills", "+4940999888"],
        ];
        let mut queue = queue(&of, &[(1001, 1003)], 100);
        queue.keep_apart(&[]);
        queue.renew(1002, None);
        let both = cells(&rule(), ["Orbit Mills", "+4940111222"]);
        queue.renew(1001, Some(&both));
        queue.merged(1002, 1001);
        assert_eq!(queue.cases()[0].records, [1001, 1003]);
    }

    #[test]
    fn only_the_records_of_the_likeliest_pairs_are_kept() {
        let mut of = MILLS.to_vec();
        of.extend([["Basalt Foods", "+4940777666"], ["Basalt Foods", "+4940777666"]]);
        let all = queue(&of, &[], 100);
        assert_eq!(all.pool().len(), 5);
        assert_eq!(all.beyond(), 0);
        let few = queue(&of, &[], 1);
        assert_eq!((few.pool().len(), few.beyond()), (2, 3));
        // It weighs as among all of them.
        let case = &few.cases()[0];
        let whole = all.judge(case.best).unwrap();
        assert!((few.judge(case.best).unwrap().score - whole.score).abs() < 1e-9);
    }
}
