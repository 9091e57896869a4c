//! Mallory guesses: she enters values that each may have once and reads the error, names records that may
//! exist, imports rows with the mail address of somebody else's customer, and sets or shifts a masked field
//! to find out, by what is refused and what is "no change", what it holds.

use kontor::gate::Verdict;
use kontor::model::{Edit, Input, Shift};

use super::{refused, scene};

#[test]
fn a_name_that_exists_and_one_that_does_not_are_told_alike() {
    let scene = scene("Sales rep");
    let mallory = scene.attacker();
    let told =
        |typed: &str| format!("{:?}", mallory.resolve("customer", typed)).replace(typed, "X");
    assert_eq!(told("Secret Holding"), told("No such Company"));
    assert_eq!(told("Secret Holdign"), told("No such Comapny"));
    assert_eq!(told("C-1"), told("C-999").replace("C-999", "X"));
}

#[test]
fn a_mail_address_finds_nobody_who_is_not_seen() {
    let scene = scene("Sales rep");
    let mallory = scene.attacker();
    let keys = ["boss@secret.example".to_owned(), "nobody@else.example".to_owned()];
    assert_eq!(mallory.lookup_keys("customer", "emails", &keys).unwrap(), [None, None]);
    assert!(mallory.who("boss@secret.example").unwrap().is_empty());
}

#[test]
fn what_each_may_have_once_tells_of_nothing_that_is_not_seen() {
    let mut scene = scene("");
    scene.role(
        "Half",
        "[entity.product]\ncreate = true\nread = \"all\"\nwhere = \"name ~ open\"\n[entity.role]\nread = \"none\"",
    );
    let user = Edit::update("user", scene.mallory).typed("roles", "Half");
    scene.desk.session.save(vec![user], "role").unwrap();
    scene.desk.add(Edit::create("product").typed("name", "secret press").typed("code", "SP-1"));
    let mallory = scene.attacker();
    let told = |code: &str| {
        let edit = Edit::create("product").typed("name", "open press").typed("code", code);
        format!("{:?}", mallory.plan(vec![edit], "guess").unwrap().problems())
    };
    assert_eq!(told("SP-1"), told("SP-2"));
}

#[test]
fn a_masked_value_is_not_found_by_trying() {
    let mut scene = scene("");
    scene.role(
        "Nosy",
        "[entity.customer]\nread = \"all\"\nedit = \"all\"\nfields = { employees = \"masked\" }",
    );
    let user = Edit::update("user", scene.mallory).typed("roles", "Nosy");
    scene.desk.session.save(vec![user], "role").unwrap();
    let set = Edit::update("customer", scene.victim.id).typed("employees", "42");
    scene.desk.session.save(vec![set], "set").unwrap();
    let mut mallory = scene.attacker();
    let id = scene.victim.id;
    let mut told: Vec<String> = Vec::new();
    for guess in ["41", "42", "43"] {
        let plan = mallory
            .plan(vec![Edit::update("customer", id).typed("employees", guess)], "guess")
            .unwrap();
        assert_eq!(plan.edits()[0].verdict, Verdict::Refused);
        told.push(refused(&mut mallory, Edit::update("customer", id).typed("employees", guess)));
    }
    for less in [10, 100] {
        let shift = Input::Shift(Shift::Remove(Box::new(Input::Text(less.to_string()))));
        let mut edit = Edit::update("customer", id);
        edit.set.push(("employees".into(), shift));
        told.push(refused(&mut mallory, edit));
    }
    assert!(told.iter().all(|line| *line == told[0]), "{told:?}");
}
