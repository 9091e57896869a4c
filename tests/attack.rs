//! Attacks that once hurt: each test says in three lines what was done, what happened, what must happen.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

mod common;

use std::process::Command;

use common::{desk, open};
use kontor::gate::{Aggregate, ErrorKind, GateError, ListRequest, Measure, Summary, Via};
use kontor::model::{Edit, Name, RecordRef, Value};

const DOCK: &str = r#"
[[entity.customer.field]]
name = "dock"
type = "text"
label = { en = "Loading dock", zh = "装卸口" }
"#;

#[test]
fn a_plan_by_a_schema_that_was_replaced_meanwhile_writes_nothing() {
    // Attack: plan an edit of a field, let another process remove that field, apply the plan.
    // It wrote history of a field that is gone, and an edit of the new schema by the old catalogue.
    // Must: refuse with nothing written, know the new schema at once, and work at the next try.
    let mut desk = desk();
    let plan = desk.session.plan_schema("company.toml", DOCK).unwrap();
    desk.session.apply_schema(&plan, false).unwrap();
    let acme = desk.add(Edit::create("customer").typed("name", "Acme"));
    let edit = Edit::update("customer", acme.id).typed("dock", "north");
    let stale = desk.session.plan(vec![edit.clone()], "dock").unwrap();

    let mut other = desk.gate.session(Via::Cli).unwrap();
    let plan = other.plan_schema("company.toml", "").unwrap();
    other.apply_schema(&plan, false).unwrap();

    let refused = desk.session.apply(stale).unwrap_err();
    assert!(matches!(refused, GateError::SchemaChanged), "{refused}");
    assert_eq!(refused.kind(), ErrorKind::Conflict);
    assert_eq!(desk.session.get(&acme).unwrap().meta.version, 1);
    assert!(desk.session.catalog().entity("customer").unwrap().field("dock").is_none());
    let unknown = desk.session.save(vec![edit], "dock").unwrap_err();
    assert!(unknown.to_string().contains("no such field"), "{unknown}");
}

#[test]
fn an_open_session_writes_by_the_schema_of_now() {
    // Attack: keep a session open while another one adds a field, then write that field.
    // It was told that there is no such field, until something else made it look.
    // Must: notice before it plans.
    let mut desk = desk();
    let acme = desk.add(Edit::create("customer").typed("name", "Acme"));
    let mut other = desk.gate.session(Via::Cli).unwrap();
    let plan = other.plan_schema("company.toml", DOCK).unwrap();
    other.apply_schema(&plan, false).unwrap();
    let edit = Edit::update("customer", acme.id).typed("dock", "north");
    desk.session.save(vec![edit], "dock").unwrap();
    assert_eq!(desk.session.get(&acme).unwrap().get("dock"), &Value::from("north"));
}

#[test]
fn amounts_whose_sum_leaves_64_bits_keep_no_list_from_opening() {
    // Attack: two open deals of 922 trillion at one customer.
    // Every list, detail and report with that customer ended with "integer overflow".
    // Must: the sum is empty, everything else is there.
    let mut desk = desk();
    desk.add(Edit::create("customer").typed("name", "Acme"));
    for name in ["a", "b"] {
        desk.add(
            Edit::create("deal")
                .typed("name", name)
                .typed("customer", "C-1")
                .typed("amount", "922337203685477"),
        );
    }
    let page = desk.session.list(&ListRequest::first("customer", 5)).unwrap();
    assert_eq!(page.rows.len(), 1);
    assert_eq!(page.rows[0].get("open_deals"), &Value::Null);
    let request = Aggregate {
        entity: Name::from("deal"),
        filter: None,
        group: Vec::new(),
        measures: vec![Measure::Count, Measure::Sum(Name::from("amount"))],
    };
    let buckets = desk.session.aggregate(&request).unwrap();
    assert_eq!(buckets[0].values[0], Summary::Count(2));
    assert_eq!(buckets[0].values[1], Summary::Money(Vec::new()));
}

#[test]
fn the_smallest_date_is_that_of_all_currencies() {
    // Attack: measure a sum of amounts and a smallest date together, deals in two currencies.
    // The smallest date was that of the alphabetically first currency only.
    // Must: the smallest of all.
    let mut desk = desk();
    for (amount, day) in [("5 EUR", "2027-05-01"), ("5 USD", "2027-01-01")] {
        desk.add(
            Edit::create("deal")
                .typed("name", amount)
                .typed("amount", amount)
                .typed("expected_close", day),
        );
    }
    let first = Name::from("expected_close");
    let request = Aggregate {
        entity: Name::from("deal"),
        filter: None,
        group: Vec::new(),
        measures: vec![
            Measure::Sum(Name::from("amount")),
            Measure::Min(first.clone()),
            Measure::Max(first),
            Measure::MeanDays { from: Name::from("created_at"), to: Name::from("expected_close") },
        ],
    };
    let buckets = desk.session.aggregate(&request).unwrap();
    let day = |text: &str| Summary::Value(Value::Date(text.parse().unwrap()));
    assert_eq!(buckets[0].values[1], day("2027-01-01"));
    assert_eq!(buckets[0].values[2], day("2027-05-01"));
    // From an instant (2026-11-23) to days: 39 and 159 days.
    let Summary::Number(Some(days)) = &buckets[0].values[3] else { panic!("no mean") };
    assert_eq!(days.to_string(), "99");
}

#[test]
fn the_administrator_survives_an_undo_of_the_creation_of_the_file() {
    // Attack: `kontor undo 1`, the change set that made the file.
    // It deleted the built-in administrator, which no other way allows.
    // Must: refuse.
    let mut desk = desk();
    let plan = desk.session.plan_undo(Some(1)).unwrap();
    assert_eq!(plan.obstacles.len(), 1);
    let error = desk.session.undo(&plan).unwrap_err();
    assert!(matches!(error, GateError::NotUndoable { .. }), "{error}");
    let administrator = RecordRef::new("user", kontor::model::RecordId(1));
    assert!(desk.session.get(&administrator).unwrap().meta.deleted_at.is_none());
}

#[test]
#[cfg(unix)]
fn a_link_to_the_file_shares_its_ticket() {
    // Attack: one writer comes by the file's name, another by a symbolic link in another folder.
    // Each locked a ticket of its own: both thought they were alone.
    // Must: one ticket, beside the file itself.
    let mut desk = desk();
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("link.db");
    std::os::unix::fs::symlink(desk.gate.path(), &link).unwrap();
    let mut other = open(&link).unwrap().session(Via::Cli).unwrap();
    let acme = Edit::create("customer").typed("name", "Acme");
    other.save(vec![acme], "by the link").unwrap();
    assert!(!folder.path().join("link.db-ticket").exists());
    desk.add(Edit::create("customer").typed("name", "Beta"));
}

#[test]
fn file_names_that_mean_something_to_sqlite_are_file_names() {
    // Attack: a database called `:memory:` or `file:x.db` in the present folder.
    // "1 added" was said, and the record was gone with the process (or lay in another file).
    // Must: the file of that name has it.
    let folder = tempfile::tempdir().unwrap();
    for name in [":memory:", "file:x.db"] {
        let kontor = |args: &[&str]| {
            Command::new(env!("CARGO_BIN_EXE_kontor"))
                .current_dir(folder.path())
                .args(["--db", name])
                .args(args)
                .env("HOME", folder.path())
                .env_remove("KONTOR_DB")
                .output()
                .unwrap()
        };
        assert!(kontor(&["customer", "add", "name=Acme"]).status.success());
        let listed = kontor(&["customer", "list", "--format", "ids"]);
        assert_eq!(String::from_utf8_lossy(&listed.stdout), "C-1\n", "{name}");
        assert!(folder.path().join(name).exists());
    }
}

#[test]
fn a_file_opened_while_the_schema_changes_keeps_no_removed_column() {
    // Attack: open the file again and again while another process adds and removes one field.
    // An opener with the old catalogue took the removed column for a missing one and put it back:
    // from then on nobody could add that field ("duplicate column name").
    let desk = desk();
    let path = desk.gate.path().to_owned();
    let stop = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                    open(&path).unwrap().session(Via::Cli).unwrap();
                }
            });
        }
        let mut session = desk.gate.session(Via::Cli).unwrap();
        let mut result = Ok(());
        for round in 0..10 {
            let toml = if round % 2 == 0 { DOCK } else { "" };
            let plan = session.plan_schema("company.toml", toml).unwrap();
            result = result.and(session.apply_schema(&plan, false).map(|_| ()));
        }
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
        result.unwrap();
    });
}

#[test]
fn a_file_that_somebody_has_alone_can_be_read() {
    // Attack: `kontor customer list` while an import has the file alone.
    // It waited 15 seconds to build the indexes itself, then said that the import holds the file.
    // Must: read what is there at once.
    let mut desk = desk();
    desk.add(Edit::create("customer").typed("name", "Acme"));
    let path = desk.gate.path().to_owned();
    let mut bulk = desk.session.bulk("import");
    bulk.take_alone(&["customer"]).unwrap();
    let began = std::time::Instant::now();
    let reader = open(&path).unwrap().session(Via::Cli).unwrap();
    assert_eq!(reader.list(&ListRequest::first("customer", 5)).unwrap().rows.len(), 1);
    assert!(began.elapsed().as_secs() < 10);
    bulk.finish().unwrap();
}
