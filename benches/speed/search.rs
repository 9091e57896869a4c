//! Keystroke to result: every class of what people type, with and without an owner filter.

use std::time::{Duration, Instant};

use kontor::gate::{SearchRequest, Session};
use kontor::model::text::{Reading, readings};
use kontor::model::{RecordId, RecordRef, Value};
use kontor::query::Query;

use super::Bench;
use super::data::{self, pick};
use super::table::{median, quantile, rows, time};

/// Searches of each class.
const SAMPLES: usize = 120;
/// Hits that the box shows.
const HITS: usize = 50;
/// A frame of a screen with sixty pictures a second.
const LIMIT: Duration = Duration::from_millis(16);

/// What a search is made of: a customer that is there.
struct Known {
    name: String,
    phone: String,
    mail: String,
    id: i64,
}

type Class = (&'static str, fn(&Known, &mut fastrand::Rng) -> Option<String>);

const CLASSES: [Class; 18] = [
    ("1 letter", |known, _| latin(known).map(|word| first(&word, 1))),
    ("2 letters", |known, _| latin(known).map(|word| first(&word, 2))),
    ("3 letters", |known, _| latin(known).map(|word| first(&word, 3))),
    ("6 letters", |known, _| latin(known).filter(|word| long(word, 6)).map(|word| first(&word, 6))),
    ("4 letters inside a word", |known, _| {
        let word = latin(known).filter(|word| long(word, 7))?;
        Some(word.chars().skip(2).take(4).collect())
    }),
    ("two beginnings of words", |known, _| {
        let words: Vec<&str> = known.name.split(' ').collect();
        let [a, b, ..] = words.as_slice() else { return None };
        Some(format!("{} {}", first(a, 3), first(b, 3)))
    }),
    ("a typo", |known, rng| {
        let word = latin(known).filter(|word| long(word, 7))?;
        let at = rng.usize(2..6);
        Some(word.chars().enumerate().filter(|(n, _)| *n != at).map(|(_, c)| c).collect())
    }),
    ("the whole name", |known, _| Some(known.name.clone())),
    ("1 Chinese character", |known, _| han(known, 0, 1)),
    ("2 Chinese characters", |known, _| han(known, 0, 2)),
    ("3 Chinese characters", |known, _| han(known, 0, 3)),
    ("2 Chinese characters inside", |known, _| han(known, 2, 2)),
    ("pinyin initials", |known, _| chinese(known).map(|reading| reading.initials())),
    ("full pinyin", |known, _| chinese(known).map(|reading| reading.full())),
    ("last 4 of a phone", |known, _| Some(known.phone[known.phone.len() - 4..].to_owned())),
    ("a whole phone", |known, _| Some(known.phone.replacen('+', "00", 1))),
    ("a mail address", |known, _| Some(known.mail.clone())),
    ("no match", |known, rng| {
        let _ = known;
        Some((0..7).map(|_| pick(rng, &['q', 'x', 'y', 'j'])).collect())
    }),
];

pub fn run(bench: &mut Bench) {
    let path = data::database(bench, bench.rows);
    let session = data::session(&path);
    let began = Instant::now();
    session.warm_search().unwrap();
    bench.table.told(
        "search: words of all titles loaded (in the background)",
        &rows(bench.rows),
        &time(began.elapsed()),
    );
    let mut rng = fastrand::Rng::with_seed(3);
    let known = known(&session, bench.rows, &mut rng);
    let filters: [(&str, Option<String>); 3] = [
        ("", None),
        (", one owner (1 %)", Some("owner = U-17".into())),
        (", one team (10 %)", Some("team = TM-7".into())),
    ];
    let mut references =
        vec![("a reference", known.iter().map(|k| format!("C-{}", k.id)).collect())];
    let mut classes: Vec<(&str, Vec<String>)> = CLASSES
        .iter()
        .map(|(name, make)| {
            let typed = known.iter().filter_map(|known| make(known, &mut rng));
            (*name, typed.take(SAMPLES).collect())
        })
        .collect();
    classes.append(&mut references);
    for (with, filter) in filters {
        let query =
            match filter.map(|text| Query::parse(&text, session.catalog(), "customer")).transpose()
            {
                Ok(query) => query,
                Err(error) => {
                    bench.table.must(&format!("search{with}"), "", &error.to_string(), "", false);
                    continue;
                }
            };
        for (class, typed) in &classes {
            let mut took = Vec::new();
            let mut hits = 0;
            for text in typed.iter().take(SAMPLES) {
                let request = SearchRequest {
                    text: text.clone(),
                    entities: vec!["customer".into()],
                    filter: query.clone(),
                    limit: HITS,
                };
                let began = Instant::now();
                let found = session.search(&request).unwrap();
                took.push(began.elapsed());
                hits += usize::from(!found.is_empty());
            }
            let p99 = quantile(&took, 0.99);
            bench.table.must(
                &format!("search: {class}{with}"),
                &rows(bench.rows),
                &format!(
                    "p50 {}, p99 {} ({} % found)",
                    time(median(&took)),
                    time(p99),
                    hits * 100 / took.len().max(1)
                ),
                "p99 < 16 ms",
                p99 < LIMIT,
            );
        }
    }
}

/// Customers from all over the file.
fn known(session: &Session, rows: u64, rng: &mut fastrand::Rng) -> Vec<Known> {
    (0..SAMPLES * 8)
        .filter_map(|_| {
            let id = rng.i64(1..=rows as i64);
            let record = session.get(&RecordRef::new("customer", RecordId(id))).ok()?;
            let point = |field: &str| match record.get(field) {
                Value::Points(points) => points.first().map(|point| point.value.clone()),
                _ => None,
            };
            Some(Known {
                name: record.get("name").as_text()?.to_owned(),
                phone: point("phones")?,
                mail: point("emails")?,
                id,
            })
        })
        .collect()
}

fn first(word: &str, letters: usize) -> String {
    word.chars().take(letters).collect()
}

fn long(word: &str, letters: usize) -> bool {
    word.chars().count() >= letters
}

/// The longest word of a name in Latin letters, as people type it.
fn latin(known: &Known) -> Option<String> {
    let word = known.name.split(' ').max_by_key(|word| word.chars().count())?;
    word.chars().all(|c| c.is_alphabetic() && (c as u32) < 0x250).then(|| word.to_lowercase())
}

fn is_chinese(known: &Known) -> bool {
    known.name.chars().all(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

fn han(known: &Known, skip: usize, take: usize) -> Option<String> {
    (is_chinese(known) && long(&known.name, skip + take))
        .then(|| known.name.chars().skip(skip).take(take).collect())
}

/// How the beginning of a Chinese name is read.
fn chinese(known: &Known) -> Option<Reading> {
    let name = han(known, 0, 2)?;
    readings(&name).into_iter().next()
}
