//! Mallory confuses keys: a reference of another prefix where a customer is wanted, the number of a record
//! that she owns with the entity of one that she does not, a negative or pending number, links to users in
//! fields for teams, and references in the any-record field of an activity.

use kontor::model::{Edit, Link, RecordId, RecordRef, Value};

use super::{refused, scene};

#[test]
fn a_key_of_one_thing_opens_no_other() {
    let mut scene = scene("Sales rep");
    // Her own deal has the number of the customer that she may not see.
    let deal = scene.desk.add(Edit::create("deal").typed("name", "Own").typed("owner", "mallory"));
    assert_eq!(deal.id, scene.victim.id);
    let mut mallory = scene.attacker();
    assert!(mallory.get(&deal).is_ok());
    assert!(mallory.get(&scene.victim).is_err());
    assert!(mallory.get(&RecordRef::new("payment", deal.id)).is_err());
    for typed in ["C-1", "c-1", "c1", "CUSTOMER-1", "TM-1", "U-1", "Q-1"] {
        let edit = Edit::update("deal", deal.id).typed("customer", typed);
        refused(&mut mallory, edit);
        assert!(mallory.resolve("customer", typed).is_err(), "{typed}");
    }
    for id in [0, -1, -2, i64::MIN, i64::MAX, 1_000_000] {
        let id = RecordId(id);
        for link in [Link::new("customer", id), Link::new("deal", deal.id)] {
            let edit = Edit::update("deal", deal.id).with("customer", Value::Link(link));
            refused(&mut mallory, edit);
        }
        refused(&mut mallory, Edit::update("customer", id).typed("name", "x"));
        refused(&mut mallory, Edit::delete("customer", id));
        refused(&mut mallory, Edit::restore("customer", id));
    }
    let call = |about: Value| {
        Edit::create("activity").typed("subject", "Call").typed("kind", "call").with("about", about)
    };
    for (entity, id) in
        [("customer", scene.victim.id), ("nothing", RecordId(1)), ("payment", RecordId(1))]
    {
        refused(&mut mallory, call(Value::Link(Link::new(entity, id))));
    }
    let user = Value::Link(Link::new("user", scene.mallory));
    refused(&mut mallory, Edit::update("deal", deal.id).with("team", user.clone()));
    let role = Value::Links(vec![Link::new("role", RecordId(1))]);
    refused(&mut mallory, Edit::update("deal", deal.id).with("collaborators", role));
}
