//! Taking back: my own last change to data, named; anything else is asked about first.

use kontor::model::{Edit, RecordId, RecordRef, Value};

use crate::{Office, expect, expect_not, office};

const TIER: &str = "[[entity.customer.field]]\nname = \"tier\"\ntype = \"text\"\n\
    label = { en = \"Tier\", zh = \"等级\" }\n";

fn change_the_schema(office: &mut Office) {
    let session = &mut office.desk.session;
    let plan = session.plan_schema("company.toml", TIER).unwrap();
    session.apply_schema(&plan, false).unwrap();
}

fn city(office: &mut Office) -> Value {
    let record = office.desk.session.get(&RecordRef::new("customer", RecordId(3))).unwrap();
    record.get("description").clone()
}

#[test]
fn what_is_taken_back_is_named_with_its_record() {
    let office = office();
    let mut script = office.open(120, 40);
    script.press("g b right L u").unwrap();
    expect(&script, "Taken back: Stage of D-1 Three presses: Qualification again");
    script.press("g c space D u").unwrap();
    expect(&script, "Taken back: delete (C-");
}

#[test]
fn what_was_not_done_in_this_session_is_asked_about() {
    let mut office = office();
    let mut script = office.open(80, 24);
    let edit = Edit::update("customer", RecordId(3)).typed("description", "From elsewhere");
    office.desk.session.save(vec![edit], "edit C-3").unwrap();
    script.press("g c u").unwrap();
    expect(&script, "This change was not made in this session, but on the command line");
    expect(&script, "C-3 Nordic Pumps Oy");
    expect(&script, "[No]");
    script.press("enter").unwrap();
    assert_eq!(city(&mut office), Value::from("From elsewhere"));
    script.press("u y").unwrap();
    expect(&script, "Taken back: Description of C-3 Nordic Pumps Oy");
    assert_eq!(city(&mut office), Value::Null);
}

#[test]
fn the_schema_is_never_taken_back_by_one_key() {
    let mut office = office();
    change_the_schema(&mut office);
    let mut script = office.open(80, 24);
    // It is passed over: what stands before it is of another session.
    script.press("g c u").unwrap();
    expect(&script, "This change was not made in this session");
    script.press("y").unwrap();
    expect(&script, "Taken back");
    let there = |script: &mut kontor::host::scripted::Script| {
        let catalog = script.session().catalog().clone();
        catalog.entity("customer").unwrap().field("tier").is_some()
    };
    assert!(there(&mut script));
    // In the list of changes it can be taken back, and is asked about.
    script.press("U").unwrap();
    expect(&script, "company.toml");
    script.press("g g enter").unwrap();
    expect(&script, "This changes the fields of everybody");
    expect(&script, "[No]");
    script.press("enter").unwrap();
    assert!(there(&mut script));
    script.press("enter y").unwrap();
    expect_not(&script, "Apply to");
    assert!(!there(&mut script));
}

#[test]
fn what_was_done_before_a_change_of_the_schema_is_asked_about() {
    let mut office = office();
    let mut script = office.open(80, 24);
    script.press("x").unwrap();
    expect(&script, "T-1 done");
    change_the_schema(&mut office);
    script.press("u").unwrap();
    expect(&script, "This is not the last thing you changed");
    expect(&script, "[No]");
    script.press("y").unwrap();
    expect(&script, "Taken back");
}

#[test]
fn what_becomes_of_the_schema_is_named_field_by_field() {
    let mut office = office();
    change_the_schema(&mut office);
    let mut script = office.open(80, 24);
    script.press("U").unwrap();
    expect(&script, "This changes the fields of everybody who uses this file.");
    expect(&script, "customer.tier: field removed");
    script.press("u").unwrap();
    expect(&script, "customer.tier: field removed");
    expect(&script, "[No]");
    expect_not(&script, "Nothing to show");
}
