use std::collections::BTreeMap;
use std::sync::OnceLock;

use chrono::{NaiveDate, TimeZone, Utc};
use rust_decimal::Decimal;

use super::*;
use crate::model::{Address, ContactPoint, Link, Meta, Money, Value};
use crate::schema;

pub(crate) fn catalog() -> &'static Catalog {
    static CATALOG: OnceLock<Catalog> = OnceLock::new();
    CATALOG.get_or_init(|| schema::load::load(None).expect("the built-in schema loads"))
}

pub(crate) fn moment() -> Moment {
    Moment {
        // Saturday, half past eleven in the evening in Berlin.
        now: Utc.with_ymd_and_hms(2026, 11, 21, 22, 30, 0).unwrap(),
        zone: chrono_tz::Europe::Berlin,
        me: Some(RecordId(3)),
        my_teams: vec![RecordId(1), RecordId(2)],
        week: chrono::Weekday::Mon,
    }
}

pub(crate) fn record(entity: &str, fields: Vec<(&str, Value)>) -> Record {
    let at = Utc.with_ymd_and_hms(2026, 11, 1, 12, 0, 0).unwrap();
    let fields: BTreeMap<Name, Value> =
        fields.into_iter().map(|(name, value)| (Name::from(name), value)).collect();
    let meta = Meta {
        version: 1,
        created_at: at,
        created_by: None,
        updated_at: at,
        updated_by: None,
        deleted_at: None,
    };
    Record { entity: Name::from(entity), id: RecordId(12), meta, fields }
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn euros(amount: i64) -> Value {
    Value::Money(Money { amount: Decimal::from(amount), currency: "EUR".parse().unwrap() })
}

fn deal() -> Record {
    record(
        "deal",
        vec![
            ("name", Value::from("Müller Anlage")),
            ("stage", Value::from("proposal")),
            ("amount", euros(12_000)),
            ("probability", Value::Decimal(Decimal::from(50))),
            ("expected_close", Value::Date(day("2026-12-05"))),
            (
                "stage_since",
                Value::DateTime(Utc.with_ymd_and_hms(2026, 11, 21, 23, 30, 0).unwrap()),
            ),
            (
                "owner",
                Value::Link(Link {
                    entity: "user".into(),
                    id: RecordId(3),
                    title: "Ana Gómez".into(),
                }),
            ),
            (
                "customer",
                Value::Link(Link {
                    entity: "customer".into(),
                    id: RecordId(7),
                    title: "Müller AG".into(),
                }),
            ),
            ("tags", Value::List(vec!["VIP".into(), "Export".into()])),
        ],
    )
}

fn holds(text: &str, record: &Record) -> Option<bool> {
    let query = Query::parse(text, catalog(), &record.entity)
        .unwrap_or_else(|error| panic!("{text}: {error:?}"));
    query.decide(catalog(), record, &moment())
}

#[test]
fn the_built_in_schema_resolves() {
    let mistakes = check_catalog(catalog());
    assert!(mistakes.is_empty(), "{mistakes:#?}");
}

#[test]
fn conditions_on_a_record() {
    let deal = deal();
    for text in [
        "name = \"muller anlage\"",
        "name ~ ANLAGE",
        "name:müll",
        "name != x",
        "stage = proposal",
        "stage = Proposal",
        "stage > qualification",
        "stage in (proposal, won)",
        "not stage in (won)",
        "stage.state = open",
        "stage.probability >= 50",
        "stage.state != won",
        "stage:prop",
        "stage ~ propo",
        "amount >= 10k",
        "amount = 12k EUR",
        "amount between 12k and 13k",
        "not amount > 10k USD",
        "amount.currency = eur",
        "probability = 50%",
        "probability > 49",
        "weighted = 6000",
        "weighted > 5k",
        "expected_close in next 30 days",
        "expected_close = next month",
        "expected_close = 2026",
        "expected_close = 2026-12",
        "expected_close = 2026-Q4",
        "expected_close > today",
        "expected_close before 2027-01-01",
        "expected_close < +15d",
        "expected_close = today + 14d",
        "expected_close >= 2026-12-05",
        "not expected_close > 2026-12-05",
        "expected close this year or id = 3",
        "Expected close this quarter",
        "owner = me",
        "owner = 3",
        "owner ~ gomez",
        "owner = \"ana gomez\"",
        "owner.name ~ ana",
        "customer = \"muller ag\"",
        "customer = C-7",
        "customer:müller",
        "customer in (C-7, C-8)",
        "customer.name ~ ag",
        "tags = vip",
        "tags in (vip, x)",
        "tags ~ exp",
        "tags != other",
        "closed_on is empty",
        "closed_on != 2026-01-01",
        "id = 12",
        "ref = D-12",
        "ref in (D-1, D-12)",
        "amount * 2 > 20k",
        "stage_since = tomorrow",
        "created_at = 2026-11-01",
        "created_at newer than 30d",
        "created_at older than 2w",
        "amount > 10k and (stage = won or owner = me)",
        "金额 > 1",
        "not (closed_on > today)",
        "stage is not won",
        "stage is proposal",
        "len(name) = 13",
        "if(stage = won, 1, 2) = 2",
        "expected_close - today = 14",
        "version = 1",
    ] {
        assert_eq!(holds(text, &deal), Some(true), "{text}");
    }
    for text in [
        "stage = won",
        "amount > 12k EUR",
        "amount > 1 USD",
        "expected_close < today",
        "closed_on = today",
        "closed_on < 2030-01-01",
        "not tags = vip",
        "owner != me",
        "stage_since = today",
        "customer = C-8",
        "customer is empty",
        "amount != 12000",
        "competitor = x",
        "not competitor is empty",
        "expected_close older than 1d",
        "created_at older than 30d",
    ] {
        assert_eq!(holds(text, &deal), Some(false), "{text}");
    }
    for text in [
        "customer.industry = retail",
        "no activity in last 60d",
        "acme",
        "not acme",
        "customer.parent.name = x",
    ] {
        assert_eq!(holds(text, &deal), None, "{text}");
    }
    assert_eq!(holds("acme or stage = proposal", &deal), Some(true));
    assert_eq!(holds("acme and stage = won", &deal), Some(false));
}

#[test]
fn several_values_in_a_field() {
    let customer = record(
        "customer",
        vec![
            ("name", Value::from("Acme")),
            (
                "emails",
                Value::Points(vec![ContactPoint {
                    label: String::new(),
                    value: "info@acme.com".into(),
                    raw: None,
                }]),
            ),
            (
                "phones",
                Value::Points(vec![ContactPoint {
                    label: String::new(),
                    value: "+4971155501".into(),
                    raw: None,
                }]),
            ),
            (
                "address",
                Value::Address(Box::new(Address { city: "Köln".into(), ..Address::default() })),
            ),
        ],
    );
    for text in [
        "emails ~ @acme",
        "emails ~ \"@acme\"",
        "emails = info@acme.com",
        "phones ~ \"0711 555\"",
        "phones = \"+49 711 55501\"",
        "phones = +49 711 55501",
        "address.city = koln",
        "address ~ köl",
        "address is not empty",
        "urls is empty",
        "address.street is empty",
        "parent is empty",
    ] {
        assert_eq!(holds(text, &customer), Some(true), "{text}");
    }
    assert_eq!(holds("emails = other@acme.com", &customer), Some(false));
    assert_eq!(holds("parent.name = x", &customer), Some(false));
}

#[test]
fn every_kind_of_question_resolves() {
    for (entity, text) in [
        ("customer", "deals > 3"),
        ("customer", "open deals > 3"),
        ("customer", "deals where (stage.state = open) >= 2"),
        ("customer", "no activity in last 60d"),
        ("customer", "activities in last 60d > 2"),
        ("customer", "activities in last 60 days"),
        ("customer", "no open tasks"),
        ("customer", "no overdue tasks"),
        ("customer", "no deals where (amount > 10k)"),
        ("customer", "acme open deals > 1"),
        ("customer", "contacts = 0"),
        ("customer", "last contact older than 90d"),
        ("customer", "last_contact older than 3m"),
        ("customer", "open_deals > 10k"),
        ("order", "order lines > 1 or acme"),
        ("customer", "quotes between 1 and 3"),
        ("user", "deals > 3"),
        ("user", "teams = \"North\""),
        ("team", "customers > 5"),
        ("task", "overdue"),
        ("task", "!overdue"),
        ("task", "due this week"),
        ("task", "about = C-5"),
        ("task", "about ~ acme"),
        ("task", "about is empty"),
        ("deal", "owner = my team"),
        ("deal", "team = my team"),
        ("deal", "customer.parent.name ~ x"),
        ("deal", "collaborators = me"),
        ("deal", "collaborators.name ~ ana"),
        ("deal", "AT&T 24/7"),
        ("deal", "acme - berlin"),
        ("deal", "\"Acme GmbH\" stage = won"),
        ("deal", "客户 = C-5"),
        ("deal", "阶段 = 赢单"),
        ("customer", "没有 商机"),
        ("deal", "customer = 3M"),
        ("order_line", "total > 100"),
        ("customer", ""),
    ] {
        if let Err(error) = Query::parse(text, catalog(), entity) {
            panic!("{entity}: {text}: {error:?}");
        }
    }
}

#[test]
fn errors_say_what_was_likely_meant() {
    for (entity, text, at, message, hint) in [
        ("deal", "stge = won", 0..4, "has no field", "stage"),
        ("deal", "customer.industri = x", 9..17, "has no field", "industry"),
        ("deal", "stage = wun", 8..11, "no choice", "won"),
        ("deal", "stage.stat = open", 6..10, "no part", "stage.state"),
        ("deal", "stage.state = opn", 14..17, "no state", "open"),
        ("deal", "amount ~ x", 9..10, "is an amount", "Use ="),
        ("deal", "amount > x", 9..10, "is an amount", ""),
        ("deal", "amount > amout", 9..14, "is an amount", "amount"),
        ("deal", "expected_close > x", 17..18, "is a date", "2026-01-31"),
        ("deal", "expected_close ~ 2026", 17..21, "does not go", "Use"),
        ("deal", "amount > 3d", 9..11, "is an amount", ""),
        ("deal", "customer = D-5", 11..14, "is a deal", "quotes"),
        ("deal", "customer = me", 11..13, "not a person", ""),
        ("deal", "no activties", 3..12, "link to", "activit"),
        ("deal", "tags > x", 7..8, "does not go", "Use"),
        ("deal", "amount > 10 %", 12..13, "", ""),
        ("deal", "name + 5 > 3", 0..8, "cannot be added", "&"),
        ("deal", "amount + 5", 0..10, "not a condition", "Compare"),
        ("deal", "round(name) = 3", 6..10, "needs a number", ""),
        ("deal", "if(a) = 3", 0..5, "does not take", "if(condition"),
        ("task", "overdue = maybe", 10..15, "yes or no", "= yes"),
        ("contact", "do_not_contact > 5", 17..18, "yes or no", "= yes"),
    ] {
        match Query::parse(text, catalog(), entity) {
            Ok(query) => assert!(message.is_empty(), "{text} resolves to {query:?}"),
            Err(error) => {
                assert_eq!(error.at, at, "{text}: {error:?}");
                assert!(error.message.contains(message), "{text}: {error:?}");
                assert!(error.hint.clone().unwrap_or_default().contains(hint), "{text}: {error:?}");
            }
        }
    }
}

#[test]
fn free_words_and_filters_come_apart() {
    let parse = |text: &str| Query::parse(text, catalog(), "deal").unwrap();
    let query = parse("acme berlin and stage = won");
    assert_eq!(query.words(), Some("acme berlin"));
    assert_eq!(query.without_words().print(), "stage = won");
    assert_eq!(query.print(), "acme berlin and stage = won");
    let query = parse("acme stage = won berlin");
    assert_eq!(query.words(), Some("acme berlin"));
    assert_eq!(query.without_words().print(), "stage = won");
    let query = parse("acme expected close older than 3d");
    assert_eq!(query.words(), Some("acme"));
    assert_eq!(query.without_words().print(), "expected close older than 3d");
    assert_eq!(parse("acme or stage = won").words(), None);
    let both = parse("acme").and(parse("stage = won or stage = lost"));
    assert_eq!(both.print(), "acme and (stage = won or stage = lost)");
    assert_eq!(parse(&both.print()).print(), both.print());
    assert!(parse("  ").is_everything());
}

fn formula(text: &str, record: &Record) -> Value {
    let expr = crate::syntax::parse(text).unwrap();
    Formula::resolve(&expr, catalog(), &record.entity)
        .unwrap_or_else(|error| panic!("{text}: {error:?}"))
        .value(catalog(), record, &moment())
}

#[test]
fn value_expressions() {
    let deal = deal();
    let decimal = |text: &str| Value::Decimal(text.parse().unwrap());
    for (text, expected) in [
        ("amount * probability / 100", euros(6_000)),
        ("amount", euros(12_000)),
        ("coalesce(competitor, \"none\")", Value::from("none")),
        ("1 + 2 * 3", decimal("7")),
        ("10 / 4", decimal("2.5")),
        ("round(2.5)", decimal("3")),
        ("round(-2.5)", decimal("-3")),
        ("round(10 / 3, 2)", decimal("3.33")),
        ("1 / 0", Value::Null),
        ("amount / amount", decimal("1")),
        ("expected_close - today", decimal("14")),
        ("expected_close - now", decimal("14")),
        ("today", Value::Date(day("2026-11-21"))),
        ("today + 3d", Value::Date(day("2026-11-24"))),
        ("today + 3", Value::Date(day("2026-11-24"))),
        ("today - 1mo", Value::Date(day("2026-10-21"))),
        ("2026-01-31 + 1mo", Value::Date(day("2026-02-28"))),
        ("me", Value::Link(Link::new("user", RecordId(3)))),
        ("empty", Value::Null),
        ("if(stage.state = open, empty, today)", Value::Null),
        ("if(stage.state = won, empty, today)", Value::Date(day("2026-11-21"))),
        ("stage.probability", decimal("50")),
        (
            "name & \": \" & amount & \" \" & stage",
            Value::from("Müller Anlage: 12000.00 EUR proposal"),
        ),
        ("customer & \"!\"", Value::from("Müller AG!")),
        ("upper(name)", Value::from("MÜLLER ANLAGE")),
        ("year(expected_close)", decimal("2026")),
        ("prospecting", Value::from("prospecting")),
        ("yes", Value::Bool(true)),
        ("expected_close < today and stage.state = open", Value::Bool(false)),
        ("amount * coalesce(weighted, 0)", Value::Null),
        ("closed_on - today", Value::Null),
    ] {
        if text == "amount * coalesce(weighted, 0)" {
            assert!(
                Formula::resolve(&crate::syntax::parse(text).unwrap(), catalog(), "deal").is_err()
            );
            continue;
        }
        assert_eq!(formula(text, &deal), expected, "{text}");
    }
}

#[test]
fn periods_begin_and_end_where_people_say() {
    let days = |text: &str| {
        let expr = crate::syntax::parse(&format!("x in {text}")).unwrap();
        let Node::Test(test) = expr.node else { panic!() };
        let crate::syntax::How::In(values) = test.how else { panic!() };
        let (first, end) = values::when(&values[0]).unwrap().days(&moment());
        format!("{first} {end}")
    };
    for (text, expected) in [
        ("today", "2026-11-21 2026-11-22"),
        ("this week", "2026-11-16 2026-11-23"),
        ("last week", "2026-11-09 2026-11-16"),
        ("next week", "2026-11-23 2026-11-30"),
        ("this month", "2026-11-01 2026-12-01"),
        ("next month", "2026-12-01 2027-01-01"),
        ("this quarter", "2026-10-01 2027-01-01"),
        ("last quarter", "2026-07-01 2026-10-01"),
        ("next year", "2027-01-01 2028-01-01"),
        ("last 30 days", "2026-10-22 2026-11-22"),
        ("next 7d", "2026-11-21 2026-11-29"),
        ("last 3 months", "2026-08-21 2026-11-22"),
        ("2026-02", "2026-02-01 2026-03-01"),
        ("2026-Q1", "2026-01-01 2026-04-01"),
        ("last 36h", "2026-11-20 2026-11-22"),
    ] {
        assert_eq!(days(text), expected, "{text}");
    }
}

#[test]
fn days_begin_where_clocks_change() {
    let zone = chrono_tz::America::Sao_Paulo;
    // At midnight of 4 November 2018 the clocks there went from 0:00 to 1:00.
    assert_eq!(period::start_of(day("2018-11-04"), zone).to_rfc3339(), "2018-11-04T03:00:00+00:00");
    let berlin = chrono_tz::Europe::Berlin;
    let first = period::start_of(day("2026-03-29"), berlin);
    let next = period::start_of(day("2026-03-30"), berlin);
    assert_eq!((next - first).num_hours(), 23);
}

#[test]
fn sort_orders() {
    let keys = parse_sort("-amount, name,Expected close desc, +id", catalog(), "deal").unwrap();
    let text: Vec<String> = keys
        .iter()
        .map(|key| format!("{}{}", if key.descending { "-" } else { "" }, key.field))
        .collect();
    assert_eq!(text, ["-amount", "name", "-expected_close", "id"]);
    let error = parse_sort("-amount, nam", catalog(), "deal").unwrap_err();
    assert_eq!(error.at, 9..12);
    assert!(error.hint.unwrap().contains("name"));
    assert!(parse_sort("tags", catalog(), "deal").is_err());
    assert!(parse_sort("", catalog(), "deal").unwrap().is_empty());
}

#[test]
fn parsing_and_resolving_is_quick() {
    let text = "acme and stage = proposal and amount >= 10k and owner = me and expected_close in next 30 days \
                and customer.industry = retail and no activity in last 60d";
    let start = std::time::Instant::now();
    for _ in 0..200 {
        std::hint::black_box(Query::parse(text, catalog(), "deal").unwrap());
    }
    // A debug build on a busy machine; a release build takes a small part of it.
    assert!(start.elapsed().as_millis() < 2_000, "{:?} for 200", start.elapsed());
}

/// Proposals at the `|` of a text: what stands there afterwards.
fn proposed(entity: &str, text: &str) -> Vec<String> {
    let position = text.find('|').expect("a place");
    let text = text.replacen('|', "", 1);
    complete(&text, position, catalog(), entity).into_iter().map(|found| found.text).collect()
}

#[test]
fn completion_knows_what_is_expected() {
    for (entity, text, first) in [
        ("deal", "sta|", "stage"),
        ("deal", "stage |", "="),
        ("deal", "stage = |", "prospecting"),
        ("deal", "stage = w|", "won"),
        ("deal", "stage = \"wo|", "won"),
        ("deal", "stage in (won, l|", "lost"),
        ("deal", "stage = won |", "and"),
        ("deal", "stage = won and am|", "amount"),
        ("deal", "amount |", ">="),
        ("deal", "expected_close |", "="),
        ("deal", "expected_close in |", "today"),
        ("deal", "expected_close in next |", ""),
        ("deal", "expected_close older than |", "7d"),
        ("deal", "expected close o|", "older than"),
        ("deal", "owner = |", "me"),
        ("deal", "stage.|", "stage.state"),
        ("deal", "stage.state = |", "open"),
        ("deal", "customer.ind|", "customer.industry"),
        ("deal", "customer.industry = ret|", "retail"),
        ("deal", "acme st|", "stage"),
        ("deal", "not (stage = won or st|", "stage"),
        ("deal", "name is |", "empty"),
        ("deal", "amount between 1 and 5 |", "and"),
        ("customer", "no |", ""),
        ("customer", "no act|", "activities"),
        ("customer", "deals where (sta|", "stage"),
        ("customer", "deals where (stage = won) |", ">"),
        ("customer", "dea|", "deals"),
        ("task", "overdue = |", "yes"),
        ("deal", "赢|", "won_reason"),
    ] {
        let found = proposed(entity, text);
        if first.is_empty() {
            continue;
        }
        assert_eq!(found.first().map(String::as_str), Some(first), "{text}: {found:?}");
    }
    // In the middle of a text the whole word is replaced.
    let found = complete("stag = won", 3, catalog(), "deal");
    assert_eq!(found[0].replace, 0..4);
    assert_eq!(found[0].text, "stage");
    let zh = complete_in("stage = ", 8, catalog(), "deal", crate::model::Lang::Zh);
    assert!(zh.iter().any(|found| found.note == "赢单"), "{zh:?}");
}

#[test]
fn what_is_proposed_can_be_parsed() {
    for entity in catalog().entities() {
        for subject in complete("", 0, catalog(), &entity.name) {
            let text = format!("{} ", subject.text);
            for operator in complete(&text, text.len(), catalog(), &entity.name) {
                if matches!(operator.text.as_str(), "and" | "or" | "between") {
                    continue;
                }
                let text = format!("{text}{} ", operator.text);
                for value in
                    complete(&text, text.len(), catalog(), &entity.name).into_iter().take(4)
                {
                    let close = if text.contains('(') { ")" } else { "" };
                    let whole = format!("{text}{}{close}", value.text);
                    if matches!(value.text.as_str(), "and" | "or")
                        || text.contains("where")
                        || subject.text.len() < 4
                    {
                        continue;
                    }
                    let parsed = Query::parse(&whole, catalog(), &entity.name);
                    assert!(parsed.is_ok(), "{}: {whole}: {parsed:?}", entity.name);
                }
            }
        }
    }
}

proptest::proptest! {
    #[test]
    fn completion_never_panics(text in "[a-z .=<>!()\"'é客]{0,24}", at in 0usize..24) {
        let at = (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        for found in complete(&text, at, catalog(), "deal") {
            proptest::prop_assert!(text.get(found.replace.clone()).is_some());
        }
    }
}

#[test]
fn values_of_the_data_are_asked_for_where_they_can_stand() {
    let catalog = crate::schema::load(None).unwrap();
    let at = |text: &str| super::values_at(text, text.len(), &catalog, "deal");
    let wanted = at("customer = acm").unwrap();
    assert_eq!((wanted.titles.as_deref(), wanted.typed.as_str()), (Some("customer"), "acm"));
    assert_eq!(&"customer = acm"[wanted.replace.clone()], "acm");
    assert_eq!(wanted.offer("Acme Ltd", String::new()).text, "\"Acme Ltd\"");
    assert_eq!(wanted.offer("Acme", String::new()).text, "Acme");
    // What the language would read otherwise stands in quotation marks.
    assert_eq!(wanted.offer("or", String::new()).text, "\"or\"");
    assert_eq!(wanted.offer("7 \"x\"", String::new()).text, "\"7 \\\"x\\\"\"");
    let city = at("stage = won and customer.address.city in (Bonn, ").unwrap();
    assert_eq!((&*city.entity, &*city.field, city.part), ("customer", "address", Some("city")));
    let tags = at("tags = ").unwrap();
    assert_eq!((&*tags.field, tags.titles), ("tags", None));
    for text in ["", "customer", "customer ", "stage = ", "amount > ", "expected_close = "] {
        assert_eq!(at(text), None, "{text}");
    }
}

#[test]
fn this_week_begins_where_the_week_does() {
    // Saturday, 21 November 2026.
    let within = |text: &str, week: chrono::Weekday, day: &str| {
        let query = Query::parse(text, catalog(), "deal").unwrap();
        let deal = record("deal", vec![("expected_close", Value::Date(day.parse().unwrap()))]);
        query.holds(catalog(), &deal, &Moment { week, ..moment() })
    };
    for (week, first, last) in [
        (chrono::Weekday::Mon, "2026-11-16", "2026-11-22"),
        (chrono::Weekday::Sun, "2026-11-15", "2026-11-21"),
        (chrono::Weekday::Sat, "2026-11-21", "2026-11-27"),
    ] {
        for day in chrono::NaiveDate::from_ymd_opt(2026, 11, 8).unwrap().iter_days().take(30) {
            let text = day.to_string();
            let inside = (first..=last).contains(&text.as_str());
            assert_eq!(within("expected_close = this week", week, &text), inside, "{week} {text}");
        }
        assert!(!within("expected_close = last week", week, first));
        assert!(!within("expected_close = next week", week, last));
    }
}
