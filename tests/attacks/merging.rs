//! Mallory, who may merge what she may edit, merges instead of assigning: a colleague's customer into her own, so
//! that its deals become hers, and her own with a friend as collaborator into one that she may not share. And she
//! merges to learn: by counts, by refusals and by undo, of deals at her customers that are kept from her.

use kontor::gate::{GateError, HistoryRequest, Merge};
use kontor::model::{Edit, RecordRef, Value};

use super::scene;

const MERGES: &str = "[entity.customer]\nread = \"all\"\nedit = \"all\"\nmerge = \"all\"\n\
                      [entity.deal]\nread = \"own\"\n";

fn why_not(session: &kontor::gate::Session, survivor: &RecordRef, merged: &RecordRef) -> String {
    let plan = session.plan_merge(&Merge::new(survivor.clone(), vec![merged.clone()])).unwrap();
    plan.check().map_or_else(|error| error.to_string(), |()| "it can be done".to_owned())
}

#[test]
fn merging_is_no_way_around_the_right_to_assign() {
    let mut scene = scene("Sales rep");
    scene.role("Merger", MERGES);
    let mallory = Edit::update("user", scene.mallory).typed("roles", "Merger");
    scene.desk.session.save(vec![mallory], "role").unwrap();
    let own = |name: &str| {
        Edit::create("customer")
            .typed("name", name)
            .typed("owner", "mallory")
            .typed("team", "North")
    };
    let hers = scene.desk.add(own("Hers"));
    let shared = scene.desk.add(own("Shared").typed("collaborators", "zoe"));
    let mut attacker = scene.attacker();
    assert!(why_not(&attacker, &hers, &scene.victim).contains("assign"));
    assert!(why_not(&attacker, &scene.victim, &hers).contains("assign"));
    // Her own two become one, but nobody new gets to see it.
    let plan = attacker.plan_merge(&Merge::new(hers.clone(), vec![shared])).unwrap();
    attacker.merge(&plan).unwrap();
    assert!(scene.desk.session.get(&hers).unwrap().get("collaborators").is_null());
}

#[test]
fn merging_tells_nothing_of_what_is_not_seen() {
    let mut told = Vec::new();
    for hidden in [0, 7] {
        let mut scene = scene("Sales rep");
        scene.role("Merger", MERGES);
        let mallory = Edit::update("user", scene.mallory).typed("roles", "Merger");
        scene.desk.session.save(vec![mallory], "role").unwrap();
        let own = |name: &str| {
            Edit::create("customer")
                .typed("name", name)
                .typed("owner", "mallory")
                .typed("team", "North")
        };
        let kept = scene.desk.add(own("Kept"));
        let gone = scene.desk.add(own("Gone"));
        let mut deals = Vec::new();
        for n in 0..hidden {
            let deal = Edit::create("deal").typed("name", format!("Secret {n}"));
            deals.push(scene.desk.add(deal.typed("owner", "zoe").typed("customer", "Gone")));
        }
        let mut attacker = scene.attacker();
        let plan = attacker.plan_merge(&Merge::new(kept.clone(), vec![gone.clone()])).unwrap();
        let mut seen = format!("{:?} {:?}", plan.moves(), plan.fields());
        let number = attacker.merge(&plan).unwrap().change_set.unwrap();
        for deal in &deals {
            let link = scene.desk.session.get(deal).unwrap().get("customer").clone();
            assert_eq!(link.as_link().map(kontor::model::Link::target), Some(kept.clone()));
        }
        // One of them is moved on by its owner; nothing of that is told, and the rest comes back.
        if let Some(deal) = deals.first() {
            let away = Edit::update("deal", deal.id).with("customer", Value::Null);
            scene.desk.session.save(vec![away], "away").unwrap();
        }
        attacker.refresh().unwrap();
        let history = attacker.history(&HistoryRequest::default()).unwrap();
        seen.push_str(&format!(" {}", history[0].records));
        let undo = attacker.plan_undo(Some(number)).unwrap();
        seen.push_str(&format!(" {} {:?}", undo.records, undo.obstacles));
        let undone = attacker.undo(&undo).unwrap();
        seen.push_str(&format!(" {:?}", undone.records));
        for (nth, deal) in deals.iter().enumerate() {
            let link = scene.desk.session.get(deal).unwrap().get("customer").clone();
            let back = link.as_link().map(kontor::model::Link::target);
            assert_eq!(back, (nth > 0).then(|| gone.clone()));
        }
        told.push(seen);
    }
    assert_eq!(told[0], told[1]);
}

#[test]
fn a_merge_needs_its_right_on_each_and_so_does_taking_it_back() {
    let mut scene = scene("Sales rep");
    let own = |name: &str| Edit::create("customer").typed("name", name).typed("owner", "mallory");
    let (one, two) = (scene.desk.add(own("One")), scene.desk.add(own("Two")));
    let attacker = scene.attacker();
    assert!(why_not(&attacker, &one, &two).contains("merge"));
    // What she does not see is not there.
    let told = why_not(&attacker, &one, &scene.victim);
    assert!(told.contains("no such record"), "{told}");
    let plan = scene.desk.session.plan_merge(&Merge::new(one, vec![two])).unwrap();
    let number = scene.desk.session.merge(&plan).unwrap().change_set.unwrap();
    let mut attacker = scene.attacker();
    attacker.refresh().unwrap();
    assert!(matches!(attacker.plan_undo(Some(number)), Err(GateError::NotFound { .. })));
}
