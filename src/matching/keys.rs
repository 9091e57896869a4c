//! Keys under which records are looked at together, so that not every record meets every other one.
//!
//! They follow from the kinds of the compared fields: whoever has a mistake in one field is found by others. A pass
//! is one such key, of one part or two. Start at [`passes`].

use super::hash;
use super::pool::{Counts, Pool, View};
use crate::model::text::is_han;
use crate::schema::duplicates::{DuplicateRule, Kind};

/// Records under one key that are all held against each other; of more, each meets its neighbours.
pub(super) const LARGEST: usize = 20;

/// What of a record goes into a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// The sound of any word of the names.
    Name,
    /// The sounds of any two words of the names, in any order.
    Names,
    /// The beginning of the name, spaces left out.
    Begin,
    /// How the street sounds.
    Street(usize),
    /// The whole value.
    Whole(usize),
    /// The end of a number.
    Tail(usize),
    /// How a town sounds.
    Sound(usize),
    /// The name of a mail address.
    Mailbox(usize),
    /// Day and month in any order.
    DayMonth(usize),
}

/// One kind of key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pass {
    parts: Vec<Part>,
}

/// The passes of a rule.
pub(super) fn passes(rule: &DuplicateRule) -> Vec<Pass> {
    let of = |kinds: &[Kind]| -> Vec<usize> {
        let fields = rule.fields.iter().enumerate();
        fields.filter(|(_, field)| kinds.contains(&field.kind)).map(|(place, _)| place).collect()
    };
    let names = of(NAMES);
    let mut found: Vec<Vec<Part>> = Vec::new();
    for place in of(&[Kind::Phone]) {
        found.push(vec![Part::Tail(place)]);
    }
    for place in of(&[Kind::Email]) {
        found.push(vec![Part::Whole(place)]);
        found.push(vec![Part::Mailbox(place)]);
    }
    for place in of(&[Kind::Url, Kind::Code, Kind::Date]) {
        found.push(vec![Part::Whole(place)]);
    }
    if !names.is_empty() {
        found.push(vec![Part::Names]);
        found.push(vec![Part::Begin]);
        if of(&[Kind::GivenName, Kind::Surname]).is_empty() {
            found.push(vec![Part::Name]);
        }
        for place in of(&[Kind::Postcode, Kind::Number]) {
            found.push(vec![Part::Name, Part::Whole(place)]);
        }
        for place in of(&[Kind::Town]) {
            found.push(vec![Part::Name, Part::Sound(place)]);
        }
        for place in of(&[Kind::Street]) {
            found.push(vec![Part::Name, Part::Street(place)]);
        }
        for place in of(&[Kind::Date]) {
            found.push(vec![Part::Name, Part::DayMonth(place)]);
        }
    }
    for street in of(&[Kind::Street]) {
        for place in of(&[Kind::Number, Kind::Postcode]) {
            found.push(vec![Part::Street(street), Part::Whole(place)]);
        }
        for place in of(&[Kind::Town]) {
            found.push(vec![Part::Street(street), Part::Sound(place)]);
        }
    }
    // A rule over other fields still finds what is the same in one of them.
    for place in of(&[Kind::Text]) {
        if found.is_empty() {
            found.push(vec![Part::Whole(place)]);
            found.push(vec![Part::Sound(place)]);
        }
    }
    if found.is_empty() {
        found.extend((0..rule.fields.len()).map(|place| vec![Part::Whole(place)]));
    }
    found.into_iter().map(|parts| Pass { parts }).collect()
}

const NAMES: &[Kind] = &[Kind::Person, Kind::GivenName, Kind::Surname, Kind::Company];

/// Ways to fill one part that are taken, of a record.
const WAYS: usize = 4;

impl Pass {
    /// The keys of a record, none where a part is empty.
    pub(super) fn keys(
        &self,
        rule: &DuplicateRule,
        counts: &Counts,
        view: View<'_>,
        keys: &mut Vec<u64>,
    ) {
        let mut ways = Vec::with_capacity(WAYS);
        let from = keys.len();
        for (number, part) in self.parts.iter().enumerate() {
            ways.clear();
            part.ways(rule, counts, view, &mut ways);
            if ways.is_empty() {
                keys.truncate(from);
                return;
            }
            if number == 0 {
                keys.extend_from_slice(&ways);
                continue;
            }
            let before = keys.len();
            for at in from..before {
                let first = keys[at];
                keys.extend(ways.iter().map(|way| first.rotate_left(21) ^ way));
            }
            keys.drain(from..before);
        }
        keys[from..].sort_unstable();
        let mut end = from;
        for at in from..keys.len() {
            if end == from || keys[end - 1] != keys[at] {
                keys[end] = keys[at];
                end += 1;
            }
        }
        keys.truncate(end);
    }
}

/// All records of a pool under the keys of a pass, in their order; half of them on a second thread.
pub(super) fn sorted(pool: &Pool, pass: &Pass) -> Vec<(u64, u32)> {
    let part = |range: std::ops::Range<usize>| {
        let mut all = Vec::with_capacity(range.len());
        let mut keys = Vec::new();
        for at in range {
            keys.clear();
            pass.keys(pool.rule(), pool.counts(), pool.view(at), &mut keys);
            all.extend(keys.iter().map(|key| (*key, at as u32)));
        }
        all.sort_unstable();
        all
    };
    let middle = pool.len() / 2;
    if middle < ALONE {
        return part(0..pool.len());
    }
    let mut all = std::thread::scope(|scope| {
        let other = scope.spawn(|| part(middle..pool.len()));
        let mut all = part(0..middle);
        all.append(&mut other.join().unwrap_or_else(|_| part(middle..pool.len())));
        all
    });
    #[expect(clippy::stable_sort_primitive, reason = "of two sorted runs it only merges")]
    all.sort();
    all.shrink_to_fit();
    all
}

/// Fewer records are not worth a second thread.
const ALONE: usize = 20_000;

impl Part {
    fn ways(self, rule: &DuplicateRule, counts: &Counts, view: View<'_>, ways: &mut Vec<u64>) {
        match self {
            Self::Name => {
                name_words(rule, counts, view, 2, &mut |word| ways.push(sound(word)));
            }
            Self::Names => {
                let mut sounds = Vec::with_capacity(4);
                name_words(rule, counts, view, 3, &mut |word| sounds.push(sound(word)));
                for (at, one) in sounds.iter().enumerate() {
                    for other in &sounds[at + 1..] {
                        let (x, y) = (*one, *other);
                        ways.push(x.min(y).rotate_left(17) ^ x.max(y));
                    }
                }
            }
            Self::Begin => {
                let all = rule.fields.iter().enumerate();
                for (place, _) in all.filter(|(_, field)| NAMES.contains(&field.kind)) {
                    let main = main(view.cell(place));
                    let begin: String = main.chars().filter(|c| *c != ' ').take(6).collect();
                    if begin.chars().count() >= 5 || begin.chars().any(is_han) {
                        ways.push(hash::of(&begin));
                    }
                }
            }
            Self::Street(place) => {
                let words = main(view.cell(place)).split(' ');
                let mut telling = words.filter(|word| {
                    word.len() > 1
                        && !super::words::is_street_kind(word)
                        && !word.starts_with(|c: char| c.is_ascii_digit())
                });
                ways.extend(telling.next().map(sound));
            }
            Self::Whole(place) => {
                for value in values(view.cell(place)) {
                    ways.push(hash::of(main(value)));
                }
            }
            Self::Tail(place) => {
                for value in values(view.cell(place)) {
                    let digits = main(value);
                    let from = digits.len().saturating_sub(7);
                    ways.extend(digits.get(from..).map(hash::of));
                }
            }
            Self::Sound(place) => {
                for value in values(view.cell(place)) {
                    let words = main(value).split(' ').filter(|word| word.len() > 2);
                    ways.extend(words.take(2).map(sound));
                }
            }
            Self::Mailbox(place) => {
                for value in values(view.cell(place)) {
                    if let Some((name, _)) = value.split_once('@')
                        && name.len() >= 6
                    {
                        let bare: String =
                            name.chars().filter(|c| c.is_alphanumeric()).take(12).collect();
                        ways.push(hash::of(&bare));
                    }
                }
            }
            Self::DayMonth(place) => {
                let cell = view.cell(place);
                if let (Some(month), Some(day)) = (cell.get(4..6), cell.get(6..8)) {
                    let (x, y) = (hash::of(month), hash::of(day));
                    ways.push(x.min(y).rotate_left(17) ^ x.max(y));
                }
            }
        }
        ways.truncate(WAYS);
    }
}

fn values(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('\n').filter(|value| !value.is_empty())
}

fn main(value: &str) -> &str {
    let value = value.split('\n').next().unwrap_or(value);
    value.split('\t').next().unwrap_or(value)
}

/// The rarest words of the names of a record, at most so many of each field.
fn name_words<'v>(
    rule: &DuplicateRule,
    counts: &Counts,
    view: View<'v>,
    most: usize,
    found: &mut dyn FnMut(&'v str),
) {
    let all = rule.fields.iter().enumerate();
    for (place, field) in all.filter(|(_, field)| NAMES.contains(&field.kind)) {
        let name = main(view.cell(place));
        if name.chars().next().is_some_and(is_han) {
            chinese_words(name, found);
            continue;
        }
        let mut words: [(u16, &str); 4] = [(u16::MAX, ""); 4];
        for word in name.split(' ').filter(|word| word.len() > 1 || name.len() < 4) {
            let count = u16::from(counts.word(field.kind, word));
            if let Some(at) = words[..most].iter().position(|(known, _)| count < *known) {
                words[at..most].rotate_right(1);
                words[at] = (count, word);
            }
        }
        for (_, word) in words[..most].iter().filter(|(_, word)| !word.is_empty()) {
            found(word);
        }
    }
}

/// Pairs of characters: where a name begins, and behind the place that it may begin with.
fn chinese_words<'v>(name: &'v str, found: &mut dyn FnMut(&'v str)) {
    let mut ends: Vec<usize> = name.char_indices().map(|(at, _)| at).take(7).collect();
    if ends.len() < 7 {
        ends.push(name.len());
    }
    for from in [0, 2] {
        if let (Some(start), Some(end)) = (ends.get(from), ends.get(from + 2)) {
            found(&name[*start..*end]);
        }
    }
    if ends.len() == 2 {
        found(name);
    }
}

/// How a word sounds, roughly: consonants that are heard alike are one, vowels and doubles are left out but at
/// the beginning.
fn sound(word: &str) -> u64 {
    let mut code = [0_u8; 5];
    let mut length = 0;
    let mut last = 0;
    for (index, byte) in word.bytes().enumerate() {
        let class = match byte {
            b'a' | b'e' | b'i' | b'o' | b'u' | b'y' | b'h' | b'w' => 0,
            b'b' | b'p' => 1,
            b'f' | b'v' => 2,
            b'c' | b'k' | b'q' | b'g' | b'x' | b'j' => 3,
            b's' | b'z' => 4,
            b'd' | b't' => 5,
            b'l' => 6,
            b'm' | b'n' => 7,
            b'r' => 8,
            other => other,
        };
        let class = if index == 0 && class == 0 { b'a' } else { class };
        if class != 0 && class != last && length < code.len() {
            code[length] = class;
            length += 1;
        }
        // A vowel between two of a kind parts them.
        last = if matches!(byte, b'h' | b'w') { last } else { class };
    }
    let mut number = length as u64;
    for byte in code {
        number = (number << 8) | u64::from(byte);
    }
    // Characters that stand for themselves need more room than five.
    if word.is_ascii() { number.wrapping_mul(0x9e37_79b9_7f4a_7c15) } else { hash::of(word) }
}
