//! Mallory, a rep, cannot take a customer that is another's, so she writes links instead of the owner:
//! she hangs her own deal below it, moves its contact to a customer of her own, lists herself as its
//! collaborator or its team as hers, by reference and by name, alone and among edits that are allowed.

use kontor::gate::{GateError, ListRequest};
use kontor::model::{Edit, Link, Value};

use super::{refused, scene};

#[test]
fn links_take_nothing_away() {
    let mut scene = scene("Sales rep");
    let contact = scene.desk.add(
        Edit::create("contact")
            .typed("name", "Boss")
            .typed("owner", "zoe")
            .typed("customer", "Secret Holding"),
    );
    let open = scene.desk.add(Edit::create("customer").typed("name", "Open").typed("owner", ""));
    let mut mallory = scene.attacker();
    let target = Value::Link(Link::new("customer", scene.victim.id));
    let deal = || Edit::create("deal").typed("name", "Hook");
    for edit in [
        deal().with("customer", target.clone()),
        deal().typed("customer", "C-1"),
        deal().typed("customer", "Secret Holding"),
        Edit::update("customer", scene.victim.id).typed("owner", "mallory"),
        Edit::update("customer", scene.victim.id).typed("collaborators", "mallory"),
        Edit::update("customer", scene.victim.id).typed("team", "North"),
        Edit::update("contact", contact.id).typed("owner", "mallory"),
        // She sees this one, but does not edit it: neither owner nor links to it are hers to write.
        Edit::update("customer", open.id).typed("owner", "mallory"),
        Edit::update("customer", open.id).typed("collaborators", "mallory"),
        deal().with("customer", Value::Link(Link::new("customer", open.id))),
    ] {
        refused(&mut mallory, edit);
    }
    // Among edits that are allowed it takes those down with it, and nothing is written.
    let several = vec![
        deal().typed("owner", "mallory"),
        Edit::update("customer", scene.victim.id).typed("owner", "mallory"),
    ];
    assert!(matches!(
        mallory.save(several, "several"),
        Err(GateError::Invalid(_) | GateError::Denied(_))
    ));
    assert!(mallory.list(&ListRequest::first("deal", 5)).unwrap().rows.is_empty());
    let whole = scene.desk.session.get(&scene.victim).unwrap();
    assert!(whole.get("collaborators").is_null());
}

#[test]
fn a_link_is_not_cut_without_the_right_on_what_it_leads_to() {
    let mut scene = scene("Sales rep");
    let deal = scene.desk.add(
        Edit::create("deal")
            .typed("name", "Shared")
            .typed("owner", "mallory")
            .typed("customer", "Secret Holding"),
    );
    let mut mallory = scene.attacker();
    let told = refused(&mut mallory, Edit::update("deal", deal.id).typed("customer", ""));
    assert!(told.contains("may not link"), "{told}");
}
