//! Tasks that come again: the next one, whoever completes the one before it, and back again.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

mod common;

use common::{Desk, desk};
use kontor::gate::{ListRequest, Via};
use kontor::model::{Edit, Op, Record, RecordId, RecordRef, Value};

fn task(name: &str) -> Edit {
    Edit::create("task").typed("name", name)
}

fn done(record: &RecordRef) -> Edit {
    Edit::update(&record.entity, record.id).typed("status", "completed")
}

fn all(desk: &Desk) -> Vec<Record> {
    desk.session.list(&ListRequest::first("task", 100)).unwrap().rows
}

/// A value as an editor shows it.
fn shown(desk: &Desk, record: &RecordRef, field: &str) -> String {
    let catalog = desk.session.catalog();
    let read = desk.session.get(record).unwrap();
    let format =
        kontor::schema::Format { lang: kontor::model::Lang::En, zone: chrono_tz::Europe::Berlin };
    let field = catalog.entity("task").unwrap().field(field).unwrap();
    format.editable(catalog, field, read.get(&field.name))
}

#[test]
fn completing_makes_the_next_one_and_one_undo_takes_both_back() {
    let mut desk = desk();
    let customer = desk.add(Edit::create("customer").typed("name", "Acme"));
    let first = desk.add(
        task("Weekly call")
            .typed("due", "2026-11-20 10:00")
            .typed("repeat", "weekly")
            .typed("customer", "C-1")
            .typed("priority", "high")
            .typed("tags", "hot")
            .typed("description", "Ask for *numbers*.")
            .typed("snoozed_until", "2026-11-23 09:00"),
    );
    let applied = desk.session.save(vec![done(&first)], "task done").unwrap();
    assert_eq!(applied.records, [Some(first.clone())]);
    let next = applied.followed[0].record.clone();
    assert_eq!(shown(&desk, &next, "due"), "2026-11-27 10:00");
    let read = desk.session.get(&next).unwrap();
    assert_eq!(read.get("status"), &Value::from("not_started"));
    assert_eq!(read.get("priority"), &Value::from("high"));
    assert_eq!(read.get("repeat"), &Value::from("weekly"));
    assert_eq!(read.get("description"), &Value::from("Ask for *numbers*."));
    assert_eq!(read.get("customer").as_link().unwrap().target(), customer);
    assert_eq!(read.get("owner").as_link().unwrap().title, "Administrator");
    assert_eq!(shown(&desk, &next, "tags"), "hot");
    for empty in ["completed_at", "snoozed_until", "followed_by"] {
        assert!(read.get(empty).is_null(), "{empty}");
    }
    let ended = desk.session.get(&first).unwrap();
    assert_eq!(ended.get("followed_by").as_link().unwrap().target(), next);

    let undo = desk.session.plan_undo(None).unwrap();
    assert_eq!(undo.records, 2);
    desk.session.undo(&undo).unwrap();
    assert_eq!(all(&desk).len(), 1);
    let back = desk.session.get(&first).unwrap();
    assert_eq!(back.get("status"), &Value::from("not_started"));
    assert!(back.get("followed_by").is_null());
    // Completed once more there is a next one again.
    assert_eq!(desk.session.save(vec![done(&first)], "").unwrap().followed.len(), 1);
}

#[test]
fn reopened_and_completed_again_there_is_no_second_one() {
    let mut desk = desk();
    let first = desk.add(task("Water").typed("due", "tomorrow").typed("repeat", "daily"));
    desk.session.save(vec![done(&first)], "").unwrap();
    let reopen = Edit::update("task", first.id).typed("status", "started");
    desk.session.save(vec![reopen], "").unwrap();
    let applied = desk.session.save(vec![done(&first)], "").unwrap();
    assert_eq!(applied.followed, []);
    assert_eq!(all(&desk).len(), 2);
    // Done already: nothing happens at all.
    assert_eq!(desk.session.save(vec![done(&first)], "").unwrap().change_set, None);
}

#[test]
fn the_series_goes_on_from_its_first_day_and_skips_what_was_missed() {
    let mut desk = desk();
    let mut at = desk.add(task("Report").typed("due", "2026-12-31").typed("repeat", "monthly"));
    for due in ["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30"] {
        let applied = desk.session.save(vec![done(&at)], "").unwrap();
        at = applied.followed[0].record.clone();
        assert_eq!(shown(&desk, &at, "due"), due);
    }
    // Moved by hand, it is counted from there.
    desk.session.save(vec![Edit::update("task", at.id).typed("due", "2027-04-28")], "").unwrap();
    let applied = desk.session.save(vec![done(&at)], "").unwrap();
    assert_eq!(shown(&desk, &applied.followed[0].record, "due"), "2027-05-28");

    // Today is Monday 23 November, one in the afternoon.
    for (due, repeat, next) in [
        ("2026-01-02 09:30", "weekly", "2026-11-27 09:30"),
        ("2026-11-20", "daily", "2026-11-24"),
        ("2026-11-20 15:00", "daily", "2026-11-23 15:00"),
        ("2026-11-20 12:00", "daily", "2026-11-24 12:00"),
        ("2026-11-20", "weekdays", "2026-11-24"),
        ("2026-11-30 08:00", "biweekly", "2026-12-14 08:00"),
        ("2026-11-30", "quarterly", "2027-02-28"),
        ("2024-02-29", "yearly", "2027-02-28"),
        // The clocks change on 28 March; ten o'clock stays ten o'clock.
        ("2027-03-27 10:00", "daily", "2027-03-28 10:00"),
        ("", "weekly", "2026-11-30"),
    ] {
        let first = desk.add(task("T").typed("due", due).typed("repeat", repeat));
        let applied = desk.session.save(vec![done(&first)], "").unwrap();
        let found = shown(&desk, &applied.followed[0].record, "due");
        assert_eq!(found, next, "{repeat} from {due}");
    }
}

#[test]
fn a_series_ends_and_what_does_not_repeat_has_no_next() {
    let mut desk = desk();
    let last = desk.add(
        task("Last")
            .typed("due", "2026-11-20")
            .typed("repeat", "weekly")
            .typed("repeat_until", "2026-11-26"),
    );
    let plain = desk.add(task("Once").typed("due", "2026-11-20"));
    let cancelled = desk.add(task("Off").typed("due", "2026-11-20").typed("repeat", "weekly"));
    let off = Edit::update("task", cancelled.id).typed("status", "cancelled");
    let edits = vec![done(&last), done(&plain), off];
    assert_eq!(desk.session.save(edits, "").unwrap().followed, []);
    // The last day counts.
    let until = Edit::create("task")
        .typed("name", "Until")
        .typed("due", "2026-11-20")
        .typed("repeat", "weekly")
        .typed("repeat_until", "2026-11-27");
    let until = desk.add(until);
    assert_eq!(desk.session.save(vec![done(&until)], "").unwrap().followed.len(), 1);
}

#[test]
fn many_at_once_are_one_change_and_links_of_new_records_stay_right() {
    let mut desk = desk();
    let tasks: Vec<RecordRef> = (0..3)
        .map(|n| desk.add(task(&format!("T{n}")).typed("due", "fri").typed("repeat", "weekly")))
        .collect();
    let link = Value::Link(kontor::model::Link::new("customer", RecordId(-1)));
    let mut edits: Vec<Edit> = tasks.iter().map(done).collect();
    edits.push(Edit::create("customer").typed("name", "Acme"));
    edits.push(Edit::create("contact").typed("name", "Anna").with("customer", link));
    let plan = desk.session.plan(edits, "bulk").unwrap();
    let created = plan.changes().changes.iter().filter(|change| change.op == Op::Create).count();
    assert_eq!(created, 5, "the plan shows what will be made");
    let applied = desk.session.apply(plan).unwrap();
    assert_eq!(applied.followed.len(), 3);
    let contact = desk.session.get(applied.records[4].as_ref().unwrap()).unwrap();
    assert_eq!(contact.get("customer").as_link().unwrap().title, "Acme");
    for (task, next) in tasks.iter().zip(&applied.followed) {
        let read = desk.session.get(task).unwrap();
        assert_eq!(read.get("followed_by").as_link().unwrap().target(), next.record);
    }
    let undo = desk.session.plan_undo(None).unwrap();
    desk.session.undo(&undo).unwrap();
    assert_eq!(all(&desk).len(), 3);
}

#[test]
fn who_changed_the_next_one_keeps_it() {
    let mut desk = desk();
    let first = desk.add(task("Call").typed("due", "fri").typed("repeat", "weekly"));
    let applied = desk.session.save(vec![done(&first)], "task done").unwrap();
    let next = applied.followed[0].record.clone();
    let change = Edit::update("task", next.id).typed("name", "Call Anna");
    desk.session.save(vec![change], "edit").unwrap();
    let undo = desk.session.plan_undo(applied.change_set).unwrap();
    assert!(undo.obstacles[0].contains("T-2"), "{:?}", undo.obstacles);
}

#[test]
fn an_import_brings_the_past_as_it_was() {
    let desk = desk();
    let mut import = desk.gate.session(Via::Import).unwrap();
    let ended = task("Old").typed("due", "fri").typed("repeat", "weekly");
    let ended = ended.typed("status", "completed");
    assert_eq!(import.save(vec![ended.clone()], "import").unwrap().followed, []);
    // Typed by a person, a task that is done at once has a next one.
    let mut desk = desk;
    assert_eq!(desk.session.save(vec![ended], "add").unwrap().followed.len(), 1);
}
