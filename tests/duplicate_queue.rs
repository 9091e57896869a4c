//! The queue of duplicates as a person sees it: searched beside all else, kept true as records change, and nothing
//! in it of what is hidden.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

mod common;

use common::{Desk, desk};
use kontor::gate::{DuplicateQueue, Hunt, HuntStep, Merge, Session, Via};
use kontor::matching::Case;
use kontor::model::{Edit, Link, Name, RecordId, RecordRef, Value};
use kontor::query::Query;

fn customer(name: &str, phone: &str, city: &str) -> Edit {
    let edit = Edit::create("customer").typed("name", name).typed("phones", phone);
    if city.is_empty() { edit } else { edit.typed("address", format!("city={city}")) }
}

/// Two that are the same, one that is not.
fn pair() -> (Desk, RecordRef, RecordRef) {
    let mut desk = desk();
    let one = desk.add(customer("Orbit Mills GmbH", "+49 711 555010", "Stuttgart"));
    let two = desk.add(customer("Orbit Mills", "+49 711 555010", "Stuttgart"));
    desk.add(customer("Basalt Foods", "+358 3 123 4567", "Tampere"));
    (desk, one, two)
}

fn found(session: &Session, hunt: &Hunt) -> DuplicateQueue {
    loop {
        match session.hunt(hunt).unwrap() {
            HuntStep::Found => return hunt.take().unwrap(),
            HuntStep::Stopped => panic!("stopped"),
            HuntStep::Reading(..) | HuntStep::Comparing(_) => std::thread::yield_now(),
        }
    }
}

fn queue(session: &Session) -> DuplicateQueue {
    found(session, &Hunt::new(Name::from("customer")))
}

fn records(cases: &[Case]) -> Vec<Vec<i64>> {
    cases.iter().map(|case| case.records.clone()).collect()
}

fn look_again(session: &Session, queue: &mut DuplicateQueue) {
    let now = session.twins_now("customer", queue.rule(), &queue.records()).unwrap();
    queue.take(&now);
}

#[test]
fn a_thread_of_its_own_finds_the_same() {
    let (desk, one, two) = pair();
    let at_once = queue(&desk.session);
    let apart = found(&desk.session, &Hunt::comparing_at_once(Name::from("customer"), 0));
    assert_eq!(at_once.cases(), apart.cases());
    assert_eq!(records(&apart.cases()), [vec![one.id.0, two.id.0]]);
    assert_eq!(apart.compared(), 3);
}

#[test]
fn a_search_that_is_stopped_finds_nothing() {
    let (desk, ..) = pair();
    for at_once in [0, 100] {
        let hunt = Hunt::comparing_at_once(Name::from("customer"), at_once);
        assert!(matches!(desk.session.hunt(&hunt), Ok(HuntStep::Reading(0, 3))));
        hunt.stop();
        assert!(matches!(desk.session.hunt(&hunt), Ok(HuntStep::Stopped)));
        assert!(hunt.take().is_none());
    }
}

#[test]
fn what_was_merged_and_taken_back_goes_and_comes_back() {
    let (mut desk, one, two) = pair();
    let mut queue = queue(&desk.session);
    let wish = Merge::new(one.clone(), vec![two.clone()]);
    let plan = desk.session.plan_merge(&wish).unwrap();
    let number = desk.session.merge(&plan).unwrap().change_set.unwrap();
    look_again(&desk.session, &mut queue);
    assert!(queue.cases().is_empty());
    let undo = desk.session.plan_undo(Some(number)).unwrap();
    desk.session.undo(&undo).unwrap();
    look_again(&desk.session, &mut queue);
    assert_eq!(records(&queue.cases()), [vec![one.id.0, two.id.0]]);
}

#[test]
fn no_duplicate_is_remembered_for_everybody_and_taken_back() {
    let (mut desk, one, two) = pair();
    let mut open = queue(&desk.session);
    let pairs = [(one.clone(), two.clone())];
    assert!(desk.session.keep_apart(&pairs).unwrap().is_some());
    look_again(&desk.session, &mut open);
    assert!(open.cases().is_empty());
    assert_eq!(records(&open.known_apart()), [vec![one.id.0, two.id.0]]);
    // A search that begins afterwards knows it too.
    assert_eq!(records(&queue(&desk.session).known_apart()), [vec![one.id.0, two.id.0]]);
    assert!(desk.session.bring_together(&pairs).unwrap().is_some());
    assert!(desk.session.bring_together(&pairs).unwrap().is_none(), "nothing is known any more");
    look_again(&desk.session, &mut open);
    assert_eq!(open.cases().len(), 1);
}

/// A person with this role.
fn person(desk: &mut Desk, name: &str, rights: &str) -> Session {
    let key = name.to_lowercase();
    let role = Edit::create("role").typed("name", name).typed("key", &key);
    desk.add(role.with("rights", Value::from(rights)));
    let edit = Edit::create("user").typed("name", name).typed("login", key).typed("roles", name);
    let user = desk.add(edit).id;
    desk.gate.session_of(user, Via::Tui).unwrap()
}

/// What is told of the queue, with nothing rounded.
fn told(session: &Session, queue: &DuplicateQueue) -> String {
    let mut told = String::new();
    for case in queue.cases() {
        let reasons = queue.reasons(case.best, session.catalog());
        let words: Vec<String> = reasons.iter().map(|reason| reason.words.to_string()).collect();
        told.push_str(&format!("{:?} {} {words:?}\n", case.records, case.score));
    }
    told
}

#[test]
fn scores_and_reasons_say_nothing_of_what_is_hidden_or_masked() {
    for word in ["hidden", "masked"] {
        let rights = format!(
            "[entity.customer]\nread = \"all\"\nedit = \"all\"\nmerge = \"all\"\n\
             fields = {{ phones = \"{word}\" }}\n"
        );
        let mut seen = Vec::new();
        // The same numbers on both, other ones, none: nothing of it may make a difference.
        for phones in
            [["+49 711 555010", "+49 711 555010"], ["+49 711 555010", "+1 212 555 0100"], ["", ""]]
        {
            let mut desk = desk();
            for (name, phone) in ["Orbit Mills GmbH", "Orbit Mills"].into_iter().zip(phones) {
                desk.add(customer(name, phone, ""));
            }
            let whole = told(&desk.session, &queue(&desk.session));
            assert_eq!(whole.contains("Phone"), !phones[0].is_empty(), "{whole}");
            let session = person(&mut desk, "Nosy", &rights);
            let mine = queue(&session);
            assert_eq!(mine.cases().len(), 1, "{word}");
            let text = told(&session, &mine);
            assert!(!text.contains("Phone"), "{word}: {text}");
            let pair = Merge::new(
                RecordRef::new("customer", RecordId(1)),
                vec![RecordRef::new("customer", RecordId(2))],
            );
            let (records, plan) = session.compare(&pair).unwrap();
            assert!(plan.problems().is_empty(), "{:?}", plan.problems());
            let fields: Vec<&str> =
                plan.fields().iter().map(|field| field.field.as_str()).collect();
            let shown: Vec<String> =
                records.iter().map(|record| format!("{:?}", record.get("phones"))).collect();
            assert!(!shown.concat().contains("711"), "{shown:?}");
            if phones[0].is_empty() {
                continue;
            }
            seen.push(format!("{text}{fields:?}{shown:?}"));
        }
        assert_eq!(seen[0], seen[1], "{word}");
    }
}

#[test]
fn only_pairs_of_which_both_are_seen_and_looking_at_them_is_no_event() {
    let (mut desk, one, two) = pair();
    let rights = "[entity.customer]\nread = \"own\"\nedit = \"own\"\n";
    let mut own = person(&mut desk, "Own", rights);
    let me = own.actor().person().user;
    let owner = |of: &RecordRef| {
        Edit::update("customer", of.id).with("owner", Value::Link(Link::new("user", me)))
    };
    desk.session.save(vec![owner(&one)], "give").unwrap();
    own.refresh().unwrap();
    assert!(queue(&own).cases().is_empty());
    assert_eq!(queue(&own).compared(), 1);
    desk.session.save(vec![owner(&two)], "give").unwrap();
    own.refresh().unwrap();
    let mine = queue(&own);
    assert_eq!(mine.cases().len(), 1);
    // Both are shown, and that they may not be merged is told without being noted.
    let events = |desk: &Desk| {
        let db = rusqlite::Connection::open(desk.gate.path()).unwrap();
        let sql = "SELECT (SELECT count(*) FROM _change) + (SELECT total(count) FROM _noted)";
        db.query_row(sql, [], |row| row.get::<_, f64>(0)).unwrap() as i64
    };
    let before = events(&desk);
    let (records, plan) = own.compare(&Merge::new(one.clone(), vec![two.clone()])).unwrap();
    assert_eq!(records.len(), 2);
    assert!(plan.problems()[0].missing.is_some(), "{:?}", plan.problems());
    assert!(plan.fields().is_empty());
    assert_eq!(events(&desk), before);
    // Whoever asks to merge them is refused, and that is noted.
    own.plan_merge(&Merge::new(one, vec![two])).unwrap();
    assert!(events(&desk) > before);
}

#[test]
fn a_typed_reference_leads_on_to_what_it_was_merged_into() {
    let (mut desk, one, two) = pair();
    let deal = Edit::create("deal")
        .typed("name", "Presses")
        .with("customer", Value::Link(Link::new("customer", two.id)));
    desk.add(deal);
    let plan = desk.session.plan_merge(&Merge::new(one.clone(), vec![two.clone()])).unwrap();
    desk.session.merge(&plan).unwrap();
    let count = |desk: &Desk, text: &str, entity: &str| {
        let query = Query::parse(text, desk.session.catalog(), entity).unwrap();
        match desk.session.count(entity, Some(&query), None).unwrap() {
            kontor::gate::Count::Exactly(n) | kontor::gate::Count::AtLeast(n) => n,
        }
    };
    for (text, entity, expected) in [
        ("customer = C-2", "deal", 1),
        ("customer = C-1", "deal", 1),
        ("not customer = C-2", "deal", 0),
        ("customer in (C-2, C-3)", "deal", 1),
        ("deals where (customer = C-2) > 0", "customer", 1),
        // The record itself was put away.
        ("ref = C-2", "customer", 0),
    ] {
        assert_eq!(count(&desk, text, entity), expected, "{text}");
    }
}
