//! The query language on a real file: what SQL finds is what the same condition decides in memory.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

mod common;

use std::collections::BTreeSet;
use std::sync::{Mutex, OnceLock, PoisonError};

use common::{Desk, desk};
use kontor::gate::{ListRequest, Session};
use kontor::model::{Edit, Name, Record, RecordRef};
use kontor::query::Query;
use proptest::prelude::*;

/// A repeatable stream of numbers.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.roll(from.len() as u64) as usize]
    }
}

const NAMES: &[&str] =
    &["Acme", "Müller AG", "MULLER AG", "北京贸易", "O'Neil & Sons", "Ångström", "x", "Straße 12"];
const DATES: &[&str] = &[
    "2026-11-23",
    "2026-11-22",
    "2026-11-30",
    "2026-12-01",
    "2026-10-01",
    "2026-09-30",
    "2025-11-23",
    "2027-01-01",
    "2026-01-31",
];

/// Records of several entities with some of their fields filled.
fn fill(desk: &mut Desk) {
    let mut dice = Dice(7);
    let mut edits = Vec::new();
    for index in 0..40 {
        let mut edit =
            Edit::create("customer").typed("name", format!("{} {index}", dice.pick(NAMES)));
        if index % 3 == 0 {
            edit = Edit::create("customer").typed("name", dice.pick(NAMES));
        }
        for (field, values) in [
            ("status", &["prospect", "active", "inactive"][..]),
            ("employees", &["1", "12", "500", "0"]),
            ("revenue", &["10k", "12000.50 USD", "3 JPY", "0"]),
            ("tags", &["vip", "VIP, Export", "größe"]),
            ("emails", &["info@acme.com", "a@b.de, c@d.de"]),
            ("phones", &["+49 711 5550100", "+1 212 555 0100"]),
            ("parent", &["C-1", "C-2"]),
            ("description", &["Likes *blue*", "nichts"]),
        ] {
            if field == "status" && index == 0 {
                edit = edit.typed(field, "active");
                continue;
            }
            if dice.roll(2) == 0 && !(field == "parent" && index < 10) {
                let value = dice.pick(values);
                edit = edit.typed(field, value);
                if value == "won" {
                    edit = edit.typed("won_reason", "price");
                }
            }
        }
        edits.push(edit);
        if index == 9 {
            // Those that others are linked to.
            desk.session.save(std::mem::take(&mut edits), "customers").unwrap();
        }
    }
    desk.session.save(std::mem::take(&mut edits), "customers").unwrap();
    for index in 0..80 {
        let mut edit = Edit::create("deal").typed("name", format!("{} {index}", dice.pick(NAMES)));
        for (field, values) in [
            ("stage", &["prospecting", "qualification", "proposal", "negotiation", "won"][..]),
            ("amount", &["10k", "12000.50", "0.01", "3500 USD", "99999 JPY"]),
            ("probability", &["10", "33.33", "100", "0"]),
            ("expected_close", DATES),
            ("engaged_on", DATES),
            ("owner", &["U-1", ""]),
            ("customer", &["C-1", "C-2", "C-3", "C-7"]),
            ("source", &["web", "referral"]),
            ("collaborators", &["U-1"]),
            ("tags", &["vip", "a, b"]),
            ("competitor", &["Zed", "zed", "ZÉD"]),
        ] {
            if dice.roll(3) > 0 {
                let value = dice.pick(values);
                edit = edit.typed(field, value);
                if value == "won" {
                    edit = edit.typed("won_reason", "price");
                }
            }
        }
        edits.push(edit);
    }
    desk.session.save(std::mem::take(&mut edits), "deals").unwrap();
    for index in 0..60 {
        let mut edit = Edit::create("task").typed("name", format!("Task {index}"));
        for (field, values) in [
            ("status", &["not_started", "started", "completed"][..]),
            (
                "due",
                &[
                    "2026-11-23 12:00",
                    "2026-11-23 00:00",
                    "2026-11-24 00:30",
                    "2026-10-25 02:30",
                    "2026-11-22 23:30",
                ],
            ),
            ("priority", &["low", "high"]),
            ("customer", &["C-1", "C-2", "C-5"]),
            ("about", &["C-1", "D-3", "C-9"]),
        ] {
            if dice.roll(3) > 0 {
                let value = dice.pick(values);
                edit = edit.typed(field, value);
                if value == "won" {
                    edit = edit.typed("won_reason", "price");
                }
            }
        }
        edits.push(edit);
    }
    desk.session.save(edits, "tasks").unwrap();
}

struct World {
    desk: Desk,
    records: Vec<(&'static str, Vec<Record>)>,
}

fn world() -> &'static Mutex<World> {
    static WORLD: OnceLock<Mutex<World>> = OnceLock::new();
    WORLD.get_or_init(|| {
        let mut desk = desk();
        fill(&mut desk);
        let records = ["customer", "deal", "task"]
            .map(|entity| (entity, all(&desk.session, entity, None)))
            .into_iter()
            .collect();
        Mutex::new(World { desk, records })
    })
}

fn all(session: &Session, entity: &str, filter: Option<Query>) -> Vec<Record> {
    let mut request = ListRequest::first(entity, 10_000);
    request.filter = filter;
    request.sort = kontor::query::parse_sort("id", session.catalog(), entity).unwrap();
    session.list(&request).unwrap().rows
}

/// The numbers of the records that SQL finds, and of those that memory says yes and no to.
fn both_ways(
    world: &World,
    entity: &str,
    text: &str,
) -> (BTreeSet<i64>, BTreeSet<i64>, BTreeSet<i64>) {
    let session = &world.desk.session;
    let query = Query::parse(text, session.catalog(), entity)
        .unwrap_or_else(|error| panic!("{entity}: {text}: {error:?}"));
    let found =
        all(session, entity, Some(query.clone())).iter().map(|record| record.id.0).collect();
    let (_, records) = world.records.iter().find(|(name, _)| *name == entity).unwrap();
    let (mut yes, mut no) = (BTreeSet::new(), BTreeSet::new());
    for record in records {
        match query.decide(session.catalog(), record, &session.moment()) {
            Some(true) => yes.insert(record.id.0),
            Some(false) => no.insert(record.id.0),
            None => true,
        };
    }
    (found, yes, no)
}

fn agrees(world: &World, entity: &str, text: &str) -> usize {
    let (found, yes, no) = both_ways(world, entity, text);
    let missing: Vec<_> = yes.difference(&found).collect();
    let wrong: Vec<_> = no.intersection(&found).collect();
    assert!(
        missing.is_empty() && wrong.is_empty(),
        "{entity}: {text}: SQL misses {missing:?}, and has wrongly {wrong:?}"
    );
    found.len()
}

fn leaf(entity: &'static str) -> BoxedStrategy<String> {
    let order = prop::sample::select(vec!["=", "!=", "<", "<=", ">", ">="]);
    let same = prop::sample::select(vec!["=", "!=", "~", ":"]);
    let choose = |fields: &'static [&'static str]| prop::sample::select(fields.to_vec());
    let pair = |fields: &'static [&'static str],
                ops: BoxedStrategy<&'static str>,
                values: &'static [&'static str]| {
        (choose(fields), ops, choose(values))
            .prop_map(|(field, op, value)| format!("{field} {op} {value}"))
            .boxed()
    };
    let order = order.boxed();
    let same = same.boxed();
    let day: &[&str] = &[
        "today",
        "yesterday",
        "this month",
        "last quarter",
        "2026",
        "2026-11",
        "2026-Q4",
        "2026-11-23",
        "now",
        "3d",
        "today + 7d",
        "2026-11-22 23:30",
        "next week",
        "last 30 days",
        "2026-01-31 + 1mo",
    ];
    let mut options = match entity {
        "deal" => vec![
            pair(
                &["amount", "weighted"],
                order.clone(),
                &["0", "10k", "0.01 EUR", "3500 USD", "12000.5", "99999"],
            ),
            pair(
                &["probability", "amount * probability / 100", "id", "version", "amount / 3"],
                order.clone(),
                &["10", "33.33", "100", "0", "3", "3333.3333"],
            ),
            pair(
                &[
                    "expected_close",
                    "engaged_on",
                    "closed_on",
                    "created_at",
                    "stage_since",
                    "engaged_on + 1mo",
                ],
                order.clone(),
                day,
            ),
            pair(
                &[
                    "expected_close - engaged_on",
                    "expected_close - today",
                    "len(name)",
                    "coalesce(probability, 5)",
                ],
                order.clone(),
                &["0", "7", "-22", "9"],
            ),
            pair(
                &["stage", "source"],
                prop::sample::select(vec!["=", "!="]).boxed(),
                &["won", "proposal", "web"],
            )
            .prop_filter("fits", |text| {
                !(text.contains("stage") && text.contains("web")
                    || text.contains("source") && !text.contains("web"))
            })
            .boxed(),
            pair(&["stage"], order.clone(), &["won", "proposal", "negotiation"]),
            pair(
                &["stage.state"],
                prop::sample::select(vec!["=", "!="]).boxed(),
                &["open", "won", "lost"],
            ),
            pair(&["stage.probability", "stage.order"], order.clone(), &["50", "2", "100"]),
            pair(
                &["name", "competitor", "upper(name)"],
                prop::sample::select(vec!["=", "!=", "<", ">"]).boxed(),
                &["zed", "\"muller ag 3\"", "\"Acme\""],
            ),
            pair(
                &["name", "competitor", "customer", "customer.name"],
                same.clone(),
                &["zed", "mull", "\"muller ag\"", "北京", "a"],
            ),
            pair(
                &["owner", "collaborators"],
                prop::sample::select(vec!["=", "!="]).boxed(),
                &["me", "U-1", "U-2", "empty"],
            ),
            pair(
                &["customer"],
                prop::sample::select(vec!["=", "!="]).boxed(),
                &["C-1", "C-7", "empty", "\"Acme\""],
            ),
            pair(&["tags"], same.clone(), &["vip", "a"]),
            pair(
                &[
                    "if(stage.state = open, amount, 5)",
                    "round(amount / 7, 2)",
                    "coalesce(amount, 0) * 2",
                ],
                order.clone(),
                &["5", "10k", "1714.36"],
            ),
            pair(
                &["name & \" \" & stage", "name & amount", "probability & \"%\""],
                prop::sample::select(vec!["~", "="]).boxed(),
                &["\"won\"", "eur", "\"33.33%\""],
            )
            .prop_filter("no ~", |_| true)
            .boxed(),
            choose(&[
                "closed_on is empty",
                "amount is not empty",
                "weighted is empty",
                "tags is empty",
                "collaborators is empty",
                "stage in (won, proposal)",
                "customer in (C-1, C-2)",
                "expected_close between 2026-10-01 and 2026-11-30",
                "amount between 1 and 10k",
                "expected_close older than 30d",
                "created_at newer than 1d",
                "expected_close in next 30 days",
                "stage_since in last 2h",
                "amount = amount",
                "expected_close > engaged_on",
                "amount.currency = EUR",
                "year(expected_close) = 2026",
            ])
            .prop_map(str::to_owned)
            .boxed(),
        ],
        "customer" => vec![
            pair(
                &["employees", "founded", "employees * 2", "employees / 7"],
                order.clone(),
                &["12", "0", "1.5", "500", "71.428571"],
            ),
            pair(&["revenue", "revenue * 2"], order.clone(), &["10k", "3 JPY", "24001", "20k EUR"]),
            pair(
                &["name", "description", "parent", "external_id"],
                same.clone(),
                &["acme", "\"muller ag\"", "blue", "x"],
            ),
            pair(&["tags"], same.clone(), &["vip", "EXPORT", "grosse", "gro"]),
            pair(
                &["emails", "phones"],
                same.clone(),
                &["info@acme.com", "\"+49 711 5550100\"", "\"555\"", "@b"],
            ),
            choose(&[
                "emails is empty",
                "phones is not empty",
                "parent is empty",
                "address is empty",
                "address.city is empty",
                "status = active",
                "status != active",
                "parent = C-1",
                "tags in (vip, export)",
            ])
            .prop_map(str::to_owned)
            .boxed(),
        ],
        _ => vec![
            pair(&["due", "created_at", "completed_at", "due + 12h"], order.clone(), day),
            choose(&[
                "overdue",
                "!overdue",
                "overdue = no",
                "due is empty",
                "about = C-1",
                "about != D-3",
                "about is empty",
                "status.state = open",
                "priority > low",
                "due older than 1d",
                "due in last 24h",
                "date(due) = today",
                "due - now < 0d",
                "about ~ acme",
                "due this week",
            ])
            .prop_map(str::to_owned)
            .boxed(),
        ],
    };
    options.push(Just("not-there-word or id > 0".to_owned()).boxed());
    prop::strategy::Union::new(options).boxed()
}

fn condition(entity: &'static str) -> impl Strategy<Value = String> {
    leaf(entity).prop_recursive(3, 10, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|a| format!("not ({a})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) and ({b})")),
            (inner.clone(), inner).prop_map(|(a, b)| format!("({a}) or ({b})")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn sql_and_memory_agree_on_deals(text in condition("deal")) {
        agrees(&world().lock().unwrap_or_else(PoisonError::into_inner), "deal", &text);
    }

    #[test]
    fn sql_and_memory_agree_on_customers(text in condition("customer")) {
        agrees(&world().lock().unwrap_or_else(PoisonError::into_inner), "customer", &text);
    }

    #[test]
    fn sql_and_memory_agree_on_tasks(text in condition("task")) {
        agrees(&world().lock().unwrap_or_else(PoisonError::into_inner), "task", &text);
    }
}

fn counted(text: &str, keep: impl Fn(&World, &Record) -> bool) {
    let world = world().lock().unwrap_or_else(PoisonError::into_inner);
    let (found, ..) = both_ways(&world, "customer", text);
    let (_, customers) = world.records.iter().find(|(name, _)| *name == "customer").unwrap();
    let expected: BTreeSet<i64> =
        customers.iter().filter(|record| keep(&world, record)).map(|record| record.id.0).collect();
    assert_eq!(found, expected, "{text}");
    assert!(!found.is_empty(), "{text} finds nothing: the test proves nothing");
}

fn linked<'a>(world: &'a World, entity: &str, field: &str, to: &Record) -> Vec<&'a Record> {
    let (_, records) = world.records.iter().find(|(name, _)| *name == entity).unwrap();
    let target = RecordRef { entity: to.entity.clone(), id: to.id };
    records
        .iter()
        .filter(|record| record.get(field).as_link().is_some_and(|link| link.target() == target))
        .collect()
}

fn text_of(record: &Record, field: &str) -> String {
    record.get(field).as_text().unwrap_or_default().to_owned()
}

#[test]
fn linked_records_are_counted() {
    let deals = |world: &World, record: &Record| linked(world, "deal", "customer", record).len();
    counted("deals > 3", |world, record| deals(world, record) > 3);
    counted("no deals", |world, record| deals(world, record) == 0);
    counted("deals where (stage = won) >= 1", |world, record| {
        linked(world, "deal", "customer", record).iter().any(|deal| text_of(deal, "stage") == "won")
    });
    counted("no open deals", |world, record| {
        !linked(world, "deal", "customer", record)
            .iter()
            .any(|deal| !["won", "lost", ""].contains(&text_of(deal, "stage").as_str()))
    });
    counted("tasks > 0", |world, record| {
        !linked(world, "task", "customer", record).is_empty()
            || !linked(world, "task", "about", record).is_empty()
    });
    counted("tasks = 0 and not deals = 0", |world, record| {
        linked(world, "task", "customer", record).is_empty()
            && linked(world, "task", "about", record).is_empty()
            && deals(world, record) > 0
    });
    counted("no activity in last 60d", |_, _| true);
}

#[test]
fn paths_follow_links() {
    let world = world().lock().unwrap_or_else(PoisonError::into_inner);
    let (_, customers) = world.records.iter().find(|(name, _)| *name == "customer").unwrap();
    let (_, deals) = world.records.iter().find(|(name, _)| *name == "deal").unwrap();
    let status = |deal: &Record| {
        let id = deal.get("customer").as_link()?.id;
        customers
            .iter()
            .find(|customer| customer.id == id)
            .map(|customer| text_of(customer, "status"))
    };
    for (text, wanted) in [
        (
            "customer.status = active",
            Box::new(|s: Option<String>| s.as_deref() == Some("active"))
                as Box<dyn Fn(Option<String>) -> bool>,
        ),
        ("customer.status != active", Box::new(|s| s.as_deref() != Some("active"))),
        ("customer.status is empty", Box::new(|s| s.is_none_or(|s| s.is_empty()))),
        ("not customer.status is empty", Box::new(|s| s.is_some_and(|s| !s.is_empty()))),
        (
            "customer.status in (active, prospect)",
            Box::new(|s| s.is_some_and(|s| s == "active" || s == "prospect")),
        ),
    ] {
        let (found, ..) = both_ways(&world, "deal", text);
        let expected: BTreeSet<i64> =
            deals.iter().filter(|deal| wanted(status(deal))).map(|deal| deal.id.0).collect();
        assert_eq!(found, expected, "{text}");
        assert!(!found.is_empty(), "{text}");
    }
}

#[test]
fn hundreds_of_alternatives_are_fine() {
    let world = world().lock().unwrap_or_else(PoisonError::into_inner);
    let text = (0..350).map(|n| format!("id={n}")).collect::<Vec<_>>().join(" or ");
    assert_eq!(agrees(&world, "deal", &text), 80);
}

#[test]
fn computed_fields_read_as_they_are_compared() {
    let world = world().lock().unwrap_or_else(PoisonError::into_inner);
    let session = &world.desk.session;
    let deal = session.catalog().entity("deal").unwrap();
    for record in &world.records.iter().find(|(name, _)| *name == "deal").unwrap().1 {
        let mut bare = record.clone();
        bare.fields.remove("weighted");
        let expr = kontor::syntax::parse("weighted").unwrap();
        let formula = kontor::query::Formula::resolve(&expr, session.catalog(), "deal").unwrap();
        let value = formula.value(session.catalog(), &bare, &session.moment());
        assert_eq!(value, *record.get("weighted"), "{:?}", record.fields);
    }
    assert!(deal.field("weighted").is_some());
    let _ = Name::from("deal");
}
