//! All likely pairs of a pool, piece by piece.
//!
//! Each pass puts the records in the order of one key; whoever shares it is held against each other, in
//! large blocks only with neighbours, so that the work grows with the number of records and not with its
//! square. Start at [`Scan::step`].

use super::keys::{self, LARGEST};
use super::pool::Pool;

/// Neighbours that a record of a large block meets.
const NEIGHBOURS: usize = 6;
/// Records under keys that one step looks at.
const STEP: usize = 40_000;
/// Pairs that are kept at most; of more the least likely ones fall away.
const MOST: usize = 4_000_000;

/// Two records that are likely the same, by their places in the pool, the smaller first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    /// The one.
    pub a: u32,
    /// The other.
    pub b: u32,
    /// How likely, from 0 to 1.
    pub score: f32,
    /// The same in bits.
    pub bits: f32,
}

/// A search for all likely pairs, to be gone on with step by step.
#[derive(Debug)]
pub struct Scan<'p> {
    pool: &'p Pool,
    least: f64,
    pass: usize,
    /// The blocks of the pass that is under way.
    sorted: Vec<(u64, u32)>,
    at: usize,
    pairs: Vec<Pair>,
    compared: u64,
}

impl<'p> Scan<'p> {
    /// A search for pairs that are at least so likely.
    #[must_use]
    pub fn new(pool: &'p Pool, least: f64) -> Self {
        Self { pool, least, pass: 0, sorted: Vec::new(), at: 0, pairs: Vec::new(), compared: 0 }
    }

    /// How much is done, from 0 to 1.
    #[must_use]
    pub fn done(&self) -> f64 {
        let passes = self.pool.passes().len();
        if passes == 0 {
            return 1.0;
        }
        let share =
            if self.sorted.is_empty() { 0.0 } else { self.at as f64 / self.sorted.len() as f64 };
        ((self.pass as f64 + share) / passes as f64).min(1.0)
    }

    /// How many pairs were held against each other so far.
    #[must_use]
    pub fn compared(&self) -> u64 {
        self.compared
    }

    /// Does a piece of the work, on two threads where that is worth it; false where nothing is left to do.
    pub fn step(&mut self) -> bool {
        let Some(pass) = self.pool.passes().get(self.pass) else { return false };
        if self.at == 0 {
            self.sorted = keys::sorted(self.pool, pass);
        }
        let from = self.at;
        let to = self.block_end((from + STEP).min(self.sorted.len()));
        let middle = self.block_end(from + (to - from) / 2);
        let (pool, least) = (self.pool, self.least);
        let first = &self.sorted[from..middle];
        let second = &self.sorted[middle..to];
        let (mut found, more) = if second.len() < STEP / 20 {
            (look(pool, first, least), look(pool, second, least))
        } else {
            std::thread::scope(|scope| {
                let other = scope.spawn(|| look(pool, second, least));
                let found = look(pool, first, least);
                (found, other.join().unwrap_or_else(|_| look(pool, second, least)))
            })
        };
        found.pairs.extend(more.pairs);
        self.compared += found.compared + more.compared;
        self.pairs.append(&mut found.pairs);
        self.at = to;
        if to >= self.sorted.len() {
            self.sorted = Vec::new();
            self.at = 0;
            self.pass += 1;
            self.tidy();
        }
        self.pass < self.pool.passes().len()
    }

    /// The end of the block that a place of the sorted keys is in.
    fn block_end(&self, at: usize) -> usize {
        let Some((key, _)) = at.checked_sub(1).and_then(|last| self.sorted.get(last)) else {
            return at;
        };
        at + self.sorted[at..].iter().take_while(|(next, _)| next == key).count()
    }

    /// Each pair once, and no more than can be kept.
    fn tidy(&mut self) {
        self.pairs.sort_unstable_by_key(|pair| (pair.a, pair.b));
        self.pairs.dedup_by_key(|pair| (pair.a, pair.b));
        if self.pairs.len() > MOST {
            self.pairs.sort_unstable_by(|x, y| y.bits.total_cmp(&x.bits));
            self.pairs.truncate(MOST);
        }
    }

    /// The pairs that were found, the likeliest first.
    #[must_use]
    pub fn finish(mut self) -> Vec<Pair> {
        self.tidy();
        self.pairs
            .sort_unstable_by(|x, y| y.bits.total_cmp(&x.bits).then((x.a, x.b).cmp(&(y.a, y.b))));
        self.pairs
    }
}

struct Found {
    pairs: Vec<Pair>,
    compared: u64,
}

/// Holds the records of each block against each other.
fn look(pool: &Pool, sorted: &[(u64, u32)], least: f64) -> Found {
    let mut found = Found { pairs: Vec::new(), compared: 0 };
    let sides = pool.has_sides();
    let mut block: Vec<u32> = Vec::new();
    for run in sorted.chunk_by(|x, y| x.0 == y.0) {
        if run.len() < 2 {
            continue;
        }
        block.clear();
        block.extend(run.iter().map(|(_, at)| *at));
        let mut reach = block.len();
        if block.len() > LARGEST {
            // Likely ones become neighbours.
            block.sort_unstable_by(|x, y| {
                let (x, y) = (*x as usize, *y as usize);
                pool.view(x).all().cmp(pool.view(y).all()).then(x.cmp(&y))
            });
            reach = NEIGHBOURS;
        }
        for (number, &x) in block.iter().enumerate() {
            for &y in block[number + 1..].iter().take(reach) {
                let (a, b) = (x.min(y), x.max(y));
                if sides && pool.is_other(a as usize) == pool.is_other(b as usize) {
                    continue;
                }
                found.compared += 1;
                if let Some(judged) = pool.judge_above(a as usize, b as usize, least) {
                    let (score, bits) = (judged.score as f32, judged.bits as f32);
                    found.pairs.push(Pair { a, b, score, bits });
                }
            }
        }
    }
    found
}
