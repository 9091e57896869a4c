//! Records in normal form, many of them in little memory, and how often each value and word is there.
//!
//! All texts stand in one buffer; a million customers take some two hundred megabytes. Start at
//! [`Pool::add`], then [`Pool::settle`].

use std::sync::Arc;

use super::hash;
use super::keys::{self, Pass};
use super::normal;
use super::weigh::{self, Judged, Weigher};
use crate::schema::duplicates::{DuplicateRule, Kind};

/// Fields of one rule at most.
pub const FIELDS: usize = 16;
/// Bytes of one field at most.
const LONGEST: usize = 900;
/// Marks a field with several values; the rest is where it ends.
const SEVERAL: u16 = 1 << 15;
const END: u16 = SEVERAL - 1;

/// One record in normal form: a text for each compared field.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cells {
    text: String,
    ends: Vec<u16>,
}

impl Cells {
    /// Puts a record in normal form: `values` is asked for each field, by its place in the rule, and hands
    /// each value to what it is given.
    pub fn of(rule: &DuplicateRule, mut values: impl FnMut(usize, &mut dyn FnMut(&str))) -> Self {
        let mut cells = Self::default();
        let mut cell = String::new();
        for (place, compared) in rule.fields.iter().take(FIELDS).enumerate() {
            cell.clear();
            values(place, &mut |value| normal::add(compared.kind, value, &mut cell));
            if cell.len() > LONGEST {
                let end =
                    cell[..floor(&cell, LONGEST)].rfind('\n').unwrap_or(floor(&cell, LONGEST));
                cell.truncate(end);
            }
            if cells.text.len() + cell.len() < usize::from(END) {
                cells.text.push_str(&cell);
            } else {
                cell.clear();
            }
            let mut end = u16::try_from(cells.text.len()).unwrap_or(END);
            end |= if cell.contains('\n') { SEVERAL } else { 0 };
            cells.ends.push(end);
        }
        cells
    }

    /// Whether a record in normal form is this.
    pub(super) fn is(&self, other: View<'_>) -> bool {
        self.text == other.text && self.ends == other.ends
    }

    /// The record as it is compared.
    #[must_use]
    pub fn view(&self) -> View<'_> {
        View { text: &self.text, ends: &self.ends }
    }
}

fn floor(text: &str, at: usize) -> usize {
    (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// A record in normal form, wherever it is kept.
#[derive(Debug, Clone, Copy)]
pub struct View<'p> {
    text: &'p str,
    ends: &'p [u16],
}

impl<'p> View<'p> {
    /// All fields one after the other: an order in which likely records are neighbours.
    #[must_use]
    pub(super) fn all(self) -> &'p str {
        self.text
    }

    /// The normal form of a field; empty where there is none.
    #[must_use]
    pub fn cell(self, place: usize) -> &'p str {
        let end = |place: usize| self.ends.get(place).map_or(0, |end| usize::from(end & END));
        let from = if place == 0 { 0 } else { end(place - 1) };
        self.text.get(from..end(place)).unwrap_or_default()
    }

    /// Whether a field has several values.
    pub(super) fn has_several(self, place: usize) -> bool {
        self.ends.get(place).is_some_and(|end| end & SEVERAL != 0)
    }
}

/// Many records in normal form.
#[derive(Debug)]
pub struct Pool {
    rule: Arc<DuplicateRule>,
    text: String,
    starts: Vec<usize>,
    ends: Vec<u16>,
    ids: Vec<i64>,
    sides: Vec<bool>,
    counts: Counts,
    told: weigh::Told,
    passes: Vec<Pass>,
    /// The records under each key of each pass, for [`Pool::probe`].
    index: Vec<Vec<(u64, u32)>>,
}

impl Pool {
    /// An empty pool for a rule.
    #[must_use]
    pub fn new(rule: Arc<DuplicateRule>) -> Self {
        let passes = keys::passes(&rule);
        Self {
            rule,
            text: String::new(),
            starts: Vec::new(),
            ends: Vec::new(),
            ids: Vec::new(),
            sides: Vec::new(),
            told: weigh::told_table(&Counts::default()),
            counts: Counts::default(),
            passes,
            index: Vec::new(),
        }
    }

    /// The rule it is for.
    #[must_use]
    pub fn rule(&self) -> &Arc<DuplicateRule> {
        &self.rule
    }

    /// Adds a record. Records of the other side (`other`) are held against those of this one only; where all
    /// are of one side they are held against each other.
    pub fn add(&mut self, id: i64, cells: &Cells, other: bool) {
        self.starts.push(self.text.len());
        self.text.push_str(&cells.text);
        self.ends.extend_from_slice(&cells.ends);
        self.ids.push(id);
        self.sides.push(other);
    }

    /// Counts values and words, after all records were added.
    pub fn settle(&mut self) {
        let mut counts = Counting::for_records(self.len());
        for at in 0..self.len() {
            let view = self.view(at);
            for (place, compared) in self.rule.fields.iter().take(FIELDS).enumerate() {
                for value in view.cell(place).split('\n').filter(|value| !value.is_empty()) {
                    counts.add(value_key(place, value));
                    let main = value.split_once('\t').map_or(value, |(main, _)| main);
                    if has_words(compared.kind) {
                        for word in main.split(' ') {
                            counts.add(word_key(compared.kind, word));
                        }
                    }
                }
            }
        }
        self.counts = counts.finish(self.len());
        self.told = weigh::told_table(&self.counts);
    }

    /// As [`Pool::settle`] for a few of `all` records, looked up because they are like one another: their values
    /// are all there, their words are not.
    pub fn settle_few(&mut self, all: usize) {
        self.settle();
        self.counts.records = all.max(self.len());
        self.told = weigh::told_by_length();
    }

    /// How many records there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The number that a record was added with.
    #[must_use]
    pub fn id(&self, at: usize) -> i64 {
        self.ids[at]
    }

    /// Whether a record is of the other side.
    #[must_use]
    pub fn is_other(&self, at: usize) -> bool {
        self.sides[at]
    }

    /// Whether there are two sides.
    #[must_use]
    pub fn has_sides(&self) -> bool {
        self.sides.iter().any(|side| *side)
    }

    /// A record in normal form.
    #[must_use]
    pub fn view(&self, at: usize) -> View<'_> {
        let fields = self.rule.fields.len().min(FIELDS);
        let ends = &self.ends[at * fields..(at + 1) * fields];
        let start = self.starts[at];
        let long = ends.last().map_or(0, |end| usize::from(end & END));
        View { text: &self.text[start..start + long], ends }
    }

    /// Puts a record as it is now in place of what it was; what was counted stays.
    pub fn renew(&mut self, at: usize, cells: &Cells) {
        let fields = self.rule.fields.len().min(FIELDS);
        self.starts[at] = self.text.len();
        self.text.push_str(&cells.text);
        self.ends[at * fields..(at + 1) * fields].copy_from_slice(&cells.ends);
    }

    /// Some of the records in little memory, weighed as among all of them: in this order, each once.
    #[must_use]
    pub fn only(self, these: &[u32]) -> Self {
        let mut few = Self::new(Arc::clone(&self.rule));
        for at in these.iter().map(|at| *at as usize) {
            let view = self.view(at);
            few.starts.push(few.text.len());
            few.text.push_str(view.text);
            few.ends.extend_from_slice(view.ends);
            few.ids.push(self.ids[at]);
            few.sides.push(self.sides[at]);
        }
        (few.counts, few.told) = (self.counts, self.told);
        few
    }

    /// Holds two records against each other.
    #[must_use]
    pub fn judge(&self, a: usize, b: usize) -> Judged {
        weigh::judge(self.weigher(), self.view(a), self.view(b))
    }

    /// The same where only what reaches `least` is of interest.
    pub(super) fn judge_above(&self, a: usize, b: usize, least: f64) -> Option<Judged> {
        weigh::judge_above(self.weigher(), self.view(a), self.view(b), least)
    }

    fn weigher(&self) -> Weigher<'_> {
        Weigher { rule: &self.rule, counts: &self.counts, told: &self.told }
    }

    pub(super) fn counts(&self) -> &Counts {
        &self.counts
    }

    pub(super) fn passes(&self) -> &[Pass] {
        &self.passes
    }

    /// Makes [`Pool::probe`] possible, after [`Pool::settle`].
    pub fn index(&mut self) {
        let mut index = Vec::with_capacity(self.passes.len());
        for pass in &self.passes {
            index.push(keys::sorted(self, pass));
        }
        self.index = index;
    }

    /// A record that is not among them held against all of them: place and what was found of the likely ones,
    /// the likeliest first. For pools of a few.
    #[must_use]
    pub fn against_all(&self, cells: &Cells) -> Vec<(usize, Judged)> {
        self.likely(cells, 0..self.len())
    }

    /// Which records are likely the same as one that is not among them, by the keys of [`Pool::index`]: place
    /// and what was found, the likeliest first.
    #[must_use]
    pub fn probe(&self, cells: &Cells) -> Vec<(usize, Judged)> {
        let mut near: Vec<u32> = Vec::new();
        let mut found = Vec::new();
        for (pass, index) in self.passes.iter().zip(&self.index) {
            found.clear();
            pass.keys(&self.rule, &self.counts, cells.view(), &mut found);
            for key in &found {
                let from = index.partition_point(|(known, _)| known < key);
                let same = index[from..].iter().take_while(|(known, _)| known == key);
                near.extend(same.take(keys::LARGEST * 4).map(|(_, at)| *at));
            }
        }
        near.sort_unstable();
        near.dedup();
        self.likely(cells, near.into_iter().map(|at| at as usize))
    }

    fn likely(&self, cells: &Cells, near: impl Iterator<Item = usize>) -> Vec<(usize, Judged)> {
        let likely = self.rule.likely.get();
        let mut judged: Vec<(usize, Judged)> = near
            .filter_map(|at| {
                weigh::judge_above(self.weigher(), cells.view(), self.view(at), likely)
                    .map(|judged| (at, judged))
            })
            .collect();
        judged.sort_by(|(a, x), (b, y)| y.bits.total_cmp(&x.bits).then(a.cmp(b)));
        judged
    }
}

/// The words by which a name is looked for: without legal forms, titles and words that say little.
#[must_use]
pub fn telling_words(kind: Kind, name: &str) -> Vec<String> {
    let form = normal::of(kind, name);
    let (main, extra) = form.split_once('\t').unwrap_or((&form, ""));
    let people = matches!(kind, Kind::Person | Kind::GivenName | Kind::Surname);
    let words = if people && !extra.is_empty() { extra } else { main };
    words.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Whether values of a kind are compared word by word.
pub(super) fn has_words(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Person
            | Kind::GivenName
            | Kind::Surname
            | Kind::Company
            | Kind::Street
            | Kind::Town
            | Kind::Region
            | Kind::Text
    )
}

fn value_key(place: usize, value: &str) -> u64 {
    hash::mixed(place as u64 + 1, value)
}

fn word_key(kind: Kind, word: &str) -> u64 {
    hash::mixed(1000 + kind as u64, word)
}

/// How often values and words are there; roughly, and now and then a little too often, as two may share a
/// place.
#[derive(Debug, Default)]
pub(super) struct Counts {
    /// Eighths of the logarithm of one more than the count: a byte, so that most of it stays near the
    /// processor.
    table: Vec<u8>,
    records: usize,
}

/// Counts while they are counted.
struct Counting(Vec<u32>);

impl Counting {
    fn for_records(records: usize) -> Self {
        let places = (records * 16).next_power_of_two().clamp(1 << 12, 1 << 24);
        Self(vec![0; places])
    }

    fn add(&mut self, key: u64) {
        let at = key as usize & (self.0.len() - 1);
        self.0[at] = self.0[at].saturating_add(1);
    }

    fn finish(self, records: usize) -> Counts {
        let eighths =
            |count: u32| (f64::from(count).ln_1p() / std::f64::consts::LN_2 * 8.0).round();
        Counts { table: self.0.into_iter().map(|count| eighths(count) as u8).collect(), records }
    }
}

impl Counts {
    fn get(&self, key: u64) -> u8 {
        match self.table.len() {
            0 => 0,
            places => self.table[key as usize & (places - 1)],
        }
    }

    /// How many records were counted.
    pub(super) fn records(&self) -> usize {
        self.records
    }

    /// How many records have this value in the field.
    pub(super) fn value(&self, place: usize, value: &str) -> f64 {
        count_of(self.get(value_key(place, value)))
    }

    /// How often a word is there in values of the kind, in eighths of a logarithm: see [`count_of`].
    pub(super) fn word(&self, kind: Kind, word: &str) -> u8 {
        self.get(word_key(kind, word))
    }
}

/// The count that so many eighths stand for.
pub(super) fn count_of(eighths: u8) -> f64 {
    (f64::from(eighths) / 8.0).exp2() - 1.0
}
