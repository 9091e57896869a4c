//! Several spellings of one thing in fields that hold few different texts: `technolgy` for `technology`.
//!
//! Two ways find them, as `OpenRefine` has them. Key collision: texts that are the same but for case, blanks,
//! punctuation, accents and the order of their words; the most frequent is proposed. Nearness: a rare text
//! that is a letter or two from one that is at least five times as frequent. What differs in a digit is
//! never the same, nor are different Chinese characters, which are words of their own. Names of people and
//! companies, numbers and streets are left out: there a rare spelling is as likely right.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization;

use super::countries::Country;
use super::slots::{self, Slot};
use super::{Found, Scene, better as told};
use crate::model::text::{fold, is_han};
use crate::model::{Phrase, Record, Value, phrase};
use crate::schema::duplicates::Kind;
use crate::schema::{Entity, Field, FieldType};

/// The part of an address that names a country.
const COUNTRY: Slot = Slot::Part("country");
/// The parts of an address that hold few different texts.
pub(super) const PARTS: [&str; 3] = ["city", "region", "country"];
/// A field holds few texts where so many records share each on the average.
const SHARED: u32 = 2;
/// With fewer records than this nothing is frequent.
const ENOUGH: u32 = 8;
/// So many times as often stands what a rare text is taken for.
const RATHER: u32 = 5;
/// Letters from which on one may be wrong.
const ONE_OF: usize = 5;
/// Letters from which on two may be wrong.
const TWO_OF: usize = 10;

/// How a text is better spelled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Better {
    /// So.
    pub text: String,
    /// How often it stands as it is.
    pub rare: u32,
    /// How often as it should.
    pub frequent: u32,
}

/// Whether the spellings of a field are compared.
pub(super) fn applies(entity: &Entity, field: &Field, slot: Slot, kind: Option<Kind>) -> bool {
    let free = match slot {
        Slot::Whole => {
            field.kind == FieldType::Text
                && field.name != entity.title
                && !field.unique
                && !field.personal
                && field.pattern.is_none()
        }
        Slot::Part(part) => PARTS.contains(&part),
        Slot::Tag => true,
    };
    free && !matches!(
        kind,
        Some(
            Kind::Person
                | Kind::GivenName
                | Kind::Surname
                | Kind::Company
                | Kind::Street
                | Kind::Number
                | Kind::Code
                | Kind::Postcode
        )
    )
}

pub(super) fn look(scene: &Scene<'_>, field: &Field, _: &Record, value: &Value) -> Option<Found> {
    if let Some((words, proposal)) = near_choice(field, value) {
        return Some(Found::new(words, Some(proposal)));
    }
    let mut words: Option<Phrase> = None;
    let proposal = slots::changed(field, value, &mut |slot, text| {
        let Some(better) = scene.counted.better(&field.name, slot, text) else {
            // A country is known without others that spell it.
            let country = if slot == COUNTRY { Country::meant(text)? } else { return None };
            words.get_or_insert_with(|| told(text, country));
            return Some(country.to_owned());
        };
        words.get_or_insert_with(|| {
            phrase!(
                "{better} ({rare} against {frequent} records)",
                better = told(text, &better.text),
                rare = better.rare,
                frequent = better.frequent
            )
        });
        Some(better.text.clone())
    })?;
    words.map(|words| Found::new(words, Some(proposal)))
}

/// The choice that is likely meant, where a select holds what is none.
pub(super) fn near_choice(field: &Field, value: &Value) -> Option<(Phrase, Value)> {
    let meant = |text: &str| {
        if field.choice(text).is_some() {
            return None;
        }
        let wanted = fingerprint(text);
        let near = |choice: &&crate::schema::Choice| {
            [&choice.value, &choice.label.en, &choice.label.zh].into_iter().any(|name| {
                let name = fingerprint(name);
                name == wanted || is_near(&wanted, &name)
            })
        };
        let choice = field.choices.iter().filter(|choice| !choice.retired).find(near)?;
        Some(choice.value.clone())
    };
    match (&field.kind, value) {
        (FieldType::Select, Value::Text(text)) => {
            let choice = meant(text)?;
            Some((told(text, &choice), Value::Text(choice)))
        }
        (FieldType::MultiSelect, Value::List(items)) => {
            let (wrong, _) = items.iter().find_map(|item| Some((item, meant(item)?)))?;
            let mut kept: Vec<String> = Vec::with_capacity(items.len());
            for item in items {
                let item = meant(item).unwrap_or_else(|| item.clone());
                if !kept.contains(&item) {
                    kept.push(item);
                }
            }
            Some((told(wrong, &meant(wrong)?), Value::List(kept)))
        }
        _ => None,
    }
}

/// A text without what makes no difference: case, accents, punctuation, the order of its words.
fn fingerprint(text: &str) -> String {
    let plain: String = text.nfkc().collect();
    let plain = fold(&plain);
    let mut words: Vec<&str> =
        plain.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.sort_unstable();
    words.dedup();
    words.join(" ")
}

/// The texts that are better spelled otherwise, each with how.
pub(super) fn better(texts: &HashMap<String, u32>) -> HashMap<String, Better> {
    let filled: u32 = texts.values().fold(0, |sum, count| sum.saturating_add(*count));
    let distinct = u32::try_from(texts.len()).unwrap_or(u32::MAX);
    if filled < ENOUGH || distinct < 2 || distinct.saturating_mul(SHARED) > filled {
        return HashMap::new();
    }
    let groups = groups(texts);
    let mut found = HashMap::new();
    for group in &groups {
        let frequent = nearest(group, &groups).unwrap_or(group);
        for (text, count) in &group.texts {
            if *text != frequent.best {
                let rare = *count;
                let (text, to) = ((*text).to_owned(), frequent.best.to_owned());
                let better = Better { text: to, rare, frequent: frequent.count_of_best };
                found.insert(text, better);
            }
        }
    }
    found
}

/// Texts that are the same but for what makes no difference.
struct Group<'a> {
    key: String,
    texts: Vec<(&'a str, u32)>,
    /// The one that stands for them.
    best: &'a str,
    count_of_best: u32,
    count: u32,
}

fn groups(texts: &HashMap<String, u32>) -> Vec<Group<'_>> {
    let mut by_key: std::collections::BTreeMap<String, Vec<(&str, u32)>> =
        std::collections::BTreeMap::new();
    for (text, count) in texts {
        let mut key = fingerprint(text);
        // `C`, `C++` and `C#` are not the same; nor is what has no letters at all.
        if key.chars().count() < 3 && !key.chars().any(is_han) {
            text.clone_into(&mut key);
        }
        by_key.entry(key).or_default().push((text, *count));
    }
    by_key.into_iter().map(|(key, texts)| group(key, texts)).collect()
}

fn group(key: String, mut texts: Vec<(&str, u32)>) -> Group<'_> {
    // Of equally frequent ones the one that is not all capitals or small letters, then the first.
    texts.sort_by(|(a, n), (b, m)| m.cmp(n).then(is_shouted(a).cmp(&is_shouted(b))).then(a.cmp(b)));
    let count = texts.iter().fold(0_u32, |sum, (_, count)| sum.saturating_add(*count));
    let (best, count_of_best) = texts.first().copied().unwrap_or_default();
    Group { key, texts, best, count_of_best, count }
}

/// All in capitals, or all in small letters.
fn is_shouted(text: &str) -> bool {
    text.chars().any(char::is_alphabetic)
        && (!text.chars().any(char::is_lowercase) || !text.chars().any(char::is_uppercase))
}

/// The frequent group that a rare one is likely a slip of.
fn nearest<'g, 't>(rare: &Group<'t>, groups: &'g [Group<'t>]) -> Option<&'g Group<'t>> {
    groups
        .iter()
        .filter(|other| other.count / RATHER >= rare.count && is_near(&rare.key, &other.key))
        .max_by_key(|other| other.count)
}

/// Whether two keys are a slip apart.
pub(super) fn is_near(a: &str, b: &str) -> bool {
    let (short, long) =
        (a.chars().count().min(b.chars().count()), a.chars().count().max(b.chars().count()));
    let slips = if short >= TWO_OF { 2 } else { 1 };
    if short < ONE_OF || long - short > slips || a == b || a.chars().chain(b.chars()).any(is_han) {
        return false;
    }
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    digits(a) == digits(b) && strsim::osa_distance(a, b) <= slips
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(texts: &[(&str, u32)]) -> Vec<(String, String)> {
        let texts: HashMap<String, u32> =
            texts.iter().map(|(text, n)| ((*text).to_owned(), *n)).collect();
        let mut found: Vec<_> =
            better(&texts).into_iter().map(|(from, better)| (from, better.text)).collect();
        found.sort();
        found
    }

    #[test]
    fn rare_spellings_give_way_to_frequent_ones() {
        let found = of(&[("technology", 11), ("technolgy", 1), ("Technology", 2), ("retail", 17)]);
        let told: Vec<(&str, &str)> = found.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        assert_eq!(told, [("Technology", "technology"), ("technolgy", "technology")]);
        assert_eq!(of(&[("Philipines", 1), ("Philippines", 5), ("Poland", 9)]).len(), 1);
    }

    #[test]
    fn what_is_another_thing_stays() {
        // Neither is rare.
        assert_eq!(of(&[("Colombia", 9), ("Columbia", 9)]), []);
        // Digits tell things apart, so do Chinese characters and short words.
        assert_eq!(of(&[("Region 11", 40), ("Region 12", 1)]), []);
        assert_eq!(of(&[("北京分公司", 40), ("南京分公司", 1)]), []);
        assert_eq!(of(&[("Iran", 40), ("Iraq", 1)]), []);
        assert_eq!(of(&[("C", 40), ("C++", 1), ("C#", 1)]), []);
        // Few records say nothing, nor do many different texts.
        assert_eq!(of(&[("technology", 6), ("technolgy", 1)]), []);
        assert_eq!(of(&[("alpha", 6), ("alpah", 1), ("b", 1), ("c", 1), ("d", 1), ("e", 1)]), []);
    }

    #[test]
    fn equally_frequent_ones_are_the_one_that_is_written_normally() {
        assert_eq!(of(&[("ACME", 5), ("Acme", 5)]), [("ACME".to_owned(), "Acme".to_owned())]);
    }
}
