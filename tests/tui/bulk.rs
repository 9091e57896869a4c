//! Acts on many records: marks, reviews, edits of cells, repeats, what is taken back.

use kontor::gate::{Count, HistoryRequest};
use kontor::host::scripted::Script;
use kontor::model::{Edit, RecordId, RecordRef, Value};
use kontor::query::Query;

use super::{expect, expect_not, office};

/// A company with many customers: `n` of them called `Customer 0001` and so on.
fn crowd(n: usize) -> super::Office {
    let mut office = office();
    let edits = (1..=n).map(|i| {
        Edit::create("customer")
            .typed("name", format!("Customer {i:05}"))
            .typed("status", if i % 2 == 0 { "active" } else { "prospect" })
    });
    office.desk.session.save(edits.collect(), "test").unwrap();
    office
}

fn value(office: &mut super::Office, id: i64, field: &str) -> Value {
    let record = office.desk.session.get(&RecordRef::new("customer", RecordId(id))).unwrap();
    record.get(field).clone()
}

#[test]
fn five_thousand_are_edited_and_come_back() {
    let mut office = crowd(5_000);
    let mut script = office.open(80, 24);
    script.press("g c /").unwrap();
    script.typed("customer status = active");
    script.press("enter *").unwrap();
    expect(&script, "all 2,500 in filter");
    // One is taken out again.
    script.press("space").unwrap();
    expect(&script, "all 2,500 in filter, 1 taken out");
    script.press("E").unwrap();
    script.typed("status");
    script.press("enter").unwrap();
    script.typed("former");
    script.press("enter").unwrap();
    expect(&script, "2,499 change");
    expect(&script, "Apply to 2,499 records?");
    // So many are not done by one careless key.
    script.press("enter").unwrap();
    let former = |script: &mut Script| {
        let query = Query::parse("status = former", script.session().catalog(), "customer");
        script.session().count("customer", Some(&query.unwrap()), None).unwrap()
    };
    assert_eq!(former(&mut script), Count::Exactly(0));
    expect(&script, "1 taken out");
    script.press("E").unwrap();
    script.typed("status");
    script.press("enter").unwrap();
    script.typed("former");
    script.press("enter y").unwrap();
    expect(&script, "2,499 records: Status = Former");
    assert_eq!(former(&mut script), Count::Exactly(2_499));
    let kept = value(&mut office, 5, "status");
    assert_eq!(kept, Value::from("active"), "the one that was taken out");
    let mine = HistoryRequest { mine: true, limit: 5, ..HistoryRequest::default() };
    let entries = script.session().history(&mine).unwrap();
    assert_eq!((entries[0].records, &*entries[0].why), (2_499, "edit customer: status"));
    script.press("u").unwrap();
    expect(&script, "Taken back: edit customer: status (2,499 records)");
    assert_eq!(former(&mut script), Count::Exactly(0));
}

#[test]
fn marked_records_are_edited_after_a_look_and_taken_back_at_once() {
    let mut office = office();
    let mut script = office.open(80, 24);
    script.press("g c space space").unwrap();
    expect(&script, "2 marked");
    script.press("E").unwrap();
    expect(&script, "Which field?");
    script.typed("status");
    script.press("enter").unwrap();
    script.typed("former");
    script.press("enter").unwrap();
    expect(&script, "2 change");
    expect(&script, "Active → Former");
    assert_eq!(value(&mut office, 3, "status"), Value::from("active"));
    // Two are few: Enter takes the answer that stands there.
    script.press("enter").unwrap();
    expect(&script, "2 records: Status = Former");
    expect_not(&script, "2 marked");
    let former = |office: &mut super::Office| {
        (1..=3).filter(|id| value(office, *id, "status") == Value::from("former")).count()
    };
    assert_eq!(former(&mut office), 2);
    script.press("u").unwrap();
    expect(&script, "Taken back");
    assert_eq!(former(&mut office), 0);
}

#[test]
fn a_cell_is_edited_in_place_and_the_edit_is_repeated() {
    let mut office = office();
    let mut script = office.open(80, 24);
    script.press("g d i right").unwrap();
    script.press("enter").unwrap();
    println!("{}", script.text());
    script.press("esc esc").unwrap();
    println!("{}", script.text());
    let _ = value(&mut office, 1, "name");
}

#[test]
fn my_changes_tell_what_they_would_restore() {
    let office = office();
    let mut script = office.open(80, 24);
    script.press("g c E").unwrap();
    script.typed("status");
    script.press("enter").unwrap();
    script.typed("former");
    script.press("enter").unwrap();
    println!("{}", script.text());
    script.press("j .").unwrap();
    println!("{}", script.text());
    script.press("U").unwrap();
    println!("{}", script.text());
    script.press("enter").unwrap();
    println!("{}", script.text());
}
