//! How likely two records are the same, by what each field says for it or against it.
//!
//! After Fellegi and Sunter ("A Theory for Record Linkage", 1969): a field that agrees counts the more, the
//! rarer its value is (log2 of the chance of agreeing where the records are the same over that of agreeing by chance); one that
//! differs counts against it. The sum of these bits, with how rare duplicates are at all, is a probability. Fields of
//! one aspect (all that says where somebody lives) do not count without end, for people of one house
//! share all of them. Start at [`judge`].

use super::alike::{self, Alike, How};
use super::pool::{Counts, FIELDS, View, count_of};
use super::several;
use crate::schema::duplicates::{Compared, Condition, DuplicateRule, Kind, Missing};

/// Groups of one rule at most.
pub const GROUPS: usize = 16;

/// As many records are assumed beside those that were counted: what a small pool says of rare values is
/// not much.
const ASSUMED: f64 = 200.0;
/// Bits for a pair before anything is compared, beside how many records there are.
const START: f64 = 3.0;
/// How often a field agrees where two records are the same.
const AGREES: f64 = 0.95;

/// What two records have in common.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// How likely they are the same, from 0 to 1.
    pub score: f64,
    /// The same in bits, which tells apart what is near 1.
    pub bits: f64,
    /// What each field says, in the order of the rule; none where a side is empty.
    pub fields: [Option<Alike>; FIELDS],
    /// Fields that were exchanged with another one: pairs of places.
    pub crossed: Crossed,
    /// The group of the rule that holds, if one does.
    pub group: Option<u8>,
}

/// Pairs of places whose values were exchanged: names, and parts of an address.
pub(super) type Crossed = [Option<(u8, u8)>; 2];

/// What fields tell together, not one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Aspect {
    Name,
    Where,
    Born,
    Reach,
    Code,
    Other,
}

struct Profile {
    aspect: Aspect,
    /// The chance that two records agree, where nothing was counted.
    chance: f64,
    /// Most bits that one field gives.
    most: f64,
    /// Bits where they differ.
    differs: f64,
    /// Up to this likeness they differ.
    low: f64,
    /// Bits less where two values are only nearly the same: how many others are as near.
    nearly: f64,
}

const fn profile(kind: Kind) -> Profile {
    let (aspect, chance, most, differs, low, nearly) = match kind {
        Kind::Person => (Aspect::Name, 1.0 / 20_000.0, 20.0, -7.0, 0.6, 1.5),
        Kind::GivenName => (Aspect::Name, 1.0 / 200.0, 10.0, -4.5, 0.6, 1.5),
        Kind::Surname => (Aspect::Name, 1.0 / 1_000.0, 13.0, -5.0, 0.6, 1.5),
        Kind::Company => (Aspect::Name, 1.0 / 50_000.0, 20.0, -8.0, 0.55, 1.5),
        Kind::Street => (Aspect::Where, 1.0 / 5_000.0, 14.0, -3.5, 0.5, 1.5),
        Kind::Number => (Aspect::Where, 1.0 / 80.0, 7.0, -3.0, 0.5, 2.0),
        Kind::Town => (Aspect::Where, 1.0 / 100.0, 9.0, -3.0, 0.6, 1.0),
        Kind::Postcode => (Aspect::Where, 1.0 / 300.0, 10.0, -3.5, 0.5, 2.0),
        Kind::Region => (Aspect::Where, 1.0 / 8.0, 4.0, -2.0, 0.6, 1.0),
        Kind::Date => (Aspect::Born, 1.0 / 15_000.0, 15.0, -5.5, 0.5, 2.0),
        Kind::Phone => (Aspect::Reach, 1e-6, 20.0, -2.0, 0.5, 4.0),
        Kind::Email => (Aspect::Reach, 1e-6, 22.0, -1.5, 0.45, 4.0),
        Kind::Url => (Aspect::Reach, 1e-5, 16.0, -2.0, 0.5, 3.0),
        Kind::Code => (Aspect::Code, 1e-6, 22.0, -5.0, 0.5, 4.0),
        Kind::Exact => (Aspect::Other, 1.0 / 1_000.0, 9.0, -1.0, 0.6, 0.0),
        Kind::Text => (Aspect::Other, 1.0 / 20.0, 4.0, -0.7, 0.6, 1.0),
    };
    Profile { aspect, chance, most, differs, low, nearly }
}

/// Most bits that all fields of an aspect give together.
const fn most_of(aspect: Aspect) -> f64 {
    match aspect {
        Aspect::Name => 24.0,
        Aspect::Where => 13.0,
        Aspect::Born => 15.0,
        Aspect::Reach => 24.0,
        Aspect::Code => 26.0,
        Aspect::Other => 10.0,
    }
}

const ASPECTS: [Aspect; 6] =
    [Aspect::Name, Aspect::Where, Aspect::Born, Aspect::Reach, Aspect::Code, Aspect::Other];

/// Holds two records against each other.
pub(super) fn judge(weigher: Weigher<'_>, a: View<'_>, b: View<'_>) -> Judged {
    let mut sums = Sums::new(weigher);
    for place in 0..weigher.rule.fields.len().min(FIELDS) {
        sums.take(place, a, b);
    }
    sums.settle(a, b)
}

/// The same, where only what reaches `least` is of interest: most pairs are put aside after a field or two.
pub(super) fn judge_above(
    weigher: Weigher<'_>,
    a: View<'_>,
    b: View<'_>,
    least: f64,
) -> Option<Judged> {
    let rule = weigher.rule;
    let mut sums = Sums::new(weigher);
    let needed = (least / (1.0 - least).max(1e-9)).max(1e-9).log2();
    let mut open = [0.0; ASPECTS.len()];
    for (place, compared) in rule.fields.iter().take(FIELDS).enumerate() {
        if !a.cell(place).is_empty() && !b.cell(place).is_empty()
            || compared.missing == Missing::Agree
        {
            open[profile(compared.kind).aspect as usize] += most_of_field(compared);
        }
    }
    for (place, compared) in rule.fields.iter().take(FIELDS).enumerate() {
        let aspect = profile(compared.kind).aspect as usize;
        if !a.cell(place).is_empty() && !b.cell(place).is_empty() {
            open[aspect] = (open[aspect] - most_of_field(compared)).max(0.0);
        }
        sums.take(place, a, b);
        let rest = ASPECTS.iter().map(|aspect| open[*aspect as usize].min(most_of(*aspect))).sum();
        if sums.hopeless(rest, needed) {
            return None;
        }
    }
    Some(sums.settle(a, b)).filter(|judged| judged.score >= least)
}

fn most_of_field(compared: &Compared) -> f64 {
    profile(compared.kind).most * f64::from(compared.weight) / 100.0
}

/// What the fields said so far.
struct Sums<'r> {
    weigher: Weigher<'r>,
    rule: &'r DuplicateRule,
    records: f64,
    fields: [Option<Alike>; FIELDS],
    bits: [f64; FIELDS],
    /// Bits of what was taken, without what may yet be found to have been exchanged.
    good: f64,
    bad: f64,
    /// Groups of which a field did not agree.
    failed: u32,
}

impl<'r> Sums<'r> {
    fn new(weigher: Weigher<'r>) -> Self {
        let (fields, bits) = ([None; FIELDS], [0.0; FIELDS]);
        let records = weigher.counts.records() as f64 + ASSUMED;
        Self { weigher, rule: weigher.rule, records, fields, bits, good: 0.0, bad: 0.0, failed: 0 }
    }

    fn take(&mut self, place: usize, a: View<'_>, b: View<'_>) {
        let compared = &self.rule.fields[place];
        let (one, other) = (a.cell(place), b.cell(place));
        let mut own = 0.0;
        if one.is_empty() || other.is_empty() {
            // Nothing on either side says nothing.
            if one.is_empty() != other.is_empty() {
                own = match compared.missing {
                    Missing::Ignore => 0.0,
                    Missing::Agree => 1.0,
                    Missing::Differ => profile(compared.kind).differs,
                };
            }
        } else {
            let (alike, bits) = field(self.weigher, place, (place, a), (place, b));
            self.fields[place] = Some(alike);
            own = bits;
        }
        self.bits[place] = own;
        let own = own * f64::from(compared.weight) / 100.0;
        if own > 0.0 {
            self.good += own;
        } else if !is_free(compared.kind) {
            self.bad += own;
        }
        for (number, group) in self.rule.groups.iter().take(GROUPS).enumerate() {
            let mut mine = group.all.iter().filter(|one| one.field == compared.field);
            if !mine.all(|one| holds(one, self.fields[place])) {
                self.failed |= 1 << number;
            }
        }
    }

    /// Whether the pair cannot reach `needed` bits any more, with `open` bits to come.
    fn hopeless(&self, open: f64, needed: f64) -> bool {
        let groups = self.rule.groups.len().min(GROUPS) as u32;
        START - self.records.log2() + self.good + self.bad + open < needed
            && self.failed.count_ones() == groups
    }

    fn settle(mut self, a: View<'_>, b: View<'_>) -> Judged {
        let rule = self.rule;
        let crossed = cross(self.weigher, a, b, &mut self.fields, &mut self.bits);
        let mut sum = START - self.records.log2();
        for aspect in ASPECTS {
            let (mut good, mut bad) = (0.0, 0.0);
            for (place, compared) in rule.fields.iter().take(FIELDS).enumerate() {
                if profile(compared.kind).aspect == aspect {
                    let own = self.bits[place] * f64::from(compared.weight) / 100.0;
                    if own > 0.0 { good += own } else { bad += own }
                }
            }
            sum += good.min(most_of(aspect)) + bad;
        }
        let mut score = if rule.weigh { probability(sum) } else { 0.0 };
        let mut group = None;
        for (number, own) in rule.groups.iter().take(GROUPS).enumerate() {
            if own.score.get() > score && self.failed & (1 << number) == 0 {
                score = own.score.get();
                group = u8::try_from(number).ok();
            }
        }
        Judged { score, bits: sum, fields: self.fields, crossed, group }
    }
}

fn probability(bits: f64) -> f64 {
    1.0 / (1.0 + (-bits).exp2())
}

/// Whether a field is as a group wants it; a field of which a side is empty is what the condition says.
fn holds(condition: &Condition, found: Option<Alike>) -> bool {
    match found {
        Some(alike) => f64::from(alike.score) + 0.0005 >= condition.at_least.get(),
        None => condition.missing == Missing::Agree,
    }
}

/// How alike the values of two fields are (mostly the same one), held against each other as `as_of` is, and
/// how many bits that is for or against.
fn field(
    weigher: Weigher<'_>,
    as_of: usize,
    (place_a, a): (usize, View<'_>),
    (place_b, b): (usize, View<'_>),
) -> (Alike, f64) {
    let kind = weigher.rule.fields[as_of].kind;
    let (one, other) = (a.cell(place_a), b.cell(place_b));
    if a.has_several(place_a) || b.has_several(place_b) {
        let value = |one: &str, other: &str| value(weigher, kind, as_of, one, other);
        several::best(one, other, value, |(_, bits)| *bits as f32)
    } else {
        value(weigher, kind, as_of, one, other)
    }
}

fn value(weigher: Weigher<'_>, kind: Kind, place: usize, one: &str, other: &str) -> (Alike, f64) {
    let Weigher { counts, told, .. } = weigher;
    let profile = profile(kind);
    let records = counts.records() as f64 + ASSUMED;
    let bits = |word: &str| told.of(kind, word, counts);
    let alike = alike::compare(kind, one, other, &bits);
    let score = f64::from(alike.score);
    if score <= profile.low {
        return (alike, profile.differs);
    }
    // Besides these two; a value that only they have says much, but not without end.
    let others = (counts.value(place, one).max(counts.value(place, other)) - 1.75).max(0.25);
    let chance = (others + ASSUMED * profile.chance) / records;
    let mut most = (AGREES / chance).log2().min(profile.most);
    if alike.bits > 0.0 && alike.how > How::Form {
        most = most.min(f64::from(alike.bits));
    }
    if alike.how <= How::Form {
        return (alike, most * if alike.how == How::Same { 1.0 } else { 0.95 });
    }
    // Near is nearly as good; half alike is half as bad.
    let far = (1.0 - score) / (1.0 - profile.low);
    let best = (most - profile.nearly).max(profile.differs);
    (alike, best - (best - profile.differs) * far.powf(1.5))
}

/// All that weighing needs.
#[derive(Clone, Copy)]
pub(super) struct Weigher<'p> {
    pub(super) rule: &'p DuplicateRule,
    pub(super) counts: &'p Counts,
    pub(super) told: &'p Told,
}

/// How many bits a word tells, by how often it is there: the rarer the more.
#[derive(Debug)]
pub(super) struct Told {
    usual: [f32; 256],
    /// For words that say little wherever they stand.
    little: [f32; 256],
    /// For names of nothing that was counted, by length: long words are taken to be rarer.
    uncounted: Option<[f32; 16]>,
}

/// The table for what was counted.
pub(super) fn told_table(counts: &Counts) -> Told {
    let records = counts.records() as f64 + ASSUMED;
    let bits = |count: f64, usual: f64| -> f32 {
        let chance = (count.max(1.0) - 0.5 + ASSUMED * usual) / records;
        (1.0 / chance).log2().max(0.3) as f32
    };
    let by_count = |usual: f64| {
        let mut table = [0.0; 256];
        for (eighths, place) in (0_u8..=255).zip(&mut table) {
            *place = bits(count_of(eighths), usual);
        }
        table
    };
    Told { usual: by_count(0.004), little: by_count(0.15), uncounted: None }
}

/// The table for words that nobody counted.
pub(super) fn told_by_length() -> Told {
    let mut table = [0.0; 16];
    for (length, place) in table.iter_mut().enumerate() {
        *place = (2.0 + 1.2 * length as f32).min(13.0);
    }
    Told { usual: [0.0; 256], little: [0.0; 256], uncounted: Some(table) }
}

impl Told {
    fn of(&self, kind: Kind, word: &str, counts: &Counts) -> f32 {
        let little = match kind {
            Kind::Street => super::words::is_street_kind(word),
            Kind::Company | Kind::Text => super::words::is_noise(word),
            _ => false,
        };
        match &self.uncounted {
            Some(_) if little => 1.0,
            Some(table) => table[word.len().min(table.len() - 1)],
            None if little => self.little[usize::from(counts.word(kind, word))],
            None => self.usual[usize::from(counts.word(kind, word))],
        }
    }
}

/// Where two fields of an aspect were exchanged, takes them crosswise.
fn cross(
    weigher: Weigher<'_>,
    a: View<'_>,
    b: View<'_>,
    fields: &mut [Option<Alike>; FIELDS],
    bits: &mut [f64; FIELDS],
) -> Crossed {
    let rule = weigher.rule;
    let used = rule.fields.len().min(FIELDS);
    let mut crossed = [None; 2];
    for first in 0..used {
        if bits[first] >= 0.0 || !is_free(rule.fields[first].kind) {
            continue;
        }
        for second in first + 1..used {
            let (one, other) = (&rule.fields[first], &rule.fields[second]);
            let fits = is_free(other.kind)
                && profile(one.kind).aspect == profile(other.kind).aspect
                && bits[second] < 0.0;
            if !fits {
                continue;
            }
            let either_empty = [first, second]
                .iter()
                .any(|place| a.cell(*place).is_empty() || b.cell(*place).is_empty());
            if either_empty {
                continue;
            }
            let ab = field(weigher, first, (first, a), (second, b));
            let ba = field(weigher, second, (second, a), (first, b));
            if ab.0.score >= 0.8 && ba.0.score >= 0.8 {
                (fields[first], fields[second]) = (Some(ab.0), Some(ba.0));
                // People do this now and then, chance hardly ever.
                (bits[first], bits[second]) = (ab.1 - 1.0, ba.1 - 1.0);
                if let Some(free) = crossed.iter_mut().find(|place| place.is_none()) {
                    *free = Some((first as u8, second as u8));
                }
                break;
            }
        }
    }
    crossed
}

/// Kinds that hold free text, which is put into the wrong field of two.
const fn is_free(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::GivenName | Kind::Surname | Kind::Street | Kind::Town | Kind::Postcode | Kind::Region
    )
}
