//! Mallory uses undo as a way around rights: an administrator who was demoted takes the demotion back, a rep
//! takes back an edit of a record that was given away since, restores by undo what she may not restore, and
//! takes back what others did, by its number or piece by piece.

use std::collections::BTreeSet;

use kontor::gate::GateError;
use kontor::model::Edit;

use super::scene;

#[test]
fn a_demotion_is_not_taken_back_by_whom_it_hit() {
    let mut scene = scene("Administrator");
    let mut mallory = scene.attacker();
    let own = Edit::update("user", scene.mallory).typed("roles", "Finance");
    let set = mallory.save(vec![own], "demote myself").unwrap().change_set;
    assert!(!mallory.actor().person().is_administrator());
    let plan = mallory.plan_undo(set).unwrap();
    assert!(!plan.obstacles.is_empty());
    assert!(mallory.undo(&plan).is_err());
    assert!(mallory.undo_piece(set.unwrap(), None, &BTreeSet::new()).is_err());
    mallory.refresh().unwrap();
    assert!(!mallory.actor().person().is_administrator());
    // Nor what another did to her.
    let by = Edit::update("user", scene.mallory).typed("roles", "Sales rep");
    let set = scene.desk.session.save(vec![by], "again").unwrap().change_set.unwrap();
    mallory.refresh().unwrap();
    assert!(matches!(mallory.plan_undo(Some(set)), Err(GateError::NotFound { .. })));
    assert!(matches!(
        mallory.undo_piece(set, None, &BTreeSet::new()),
        Err(GateError::NotFound { .. })
    ));
}

#[test]
fn an_edit_of_what_was_given_away_stays() {
    let mut scene = scene("Sales rep");
    let record =
        scene.desk.add(Edit::create("customer").typed("name", "Mine").typed("owner", "mallory"));
    let mut mallory = scene.attacker();
    let edit = Edit::update("customer", record.id).typed("name", "Changed");
    let set = mallory.save(vec![edit], "rename").unwrap().change_set;
    let give = Edit::update("customer", record.id).typed("owner", "zoe");
    scene.desk.session.save(vec![give], "give").unwrap();
    mallory.refresh().unwrap();
    let plan = mallory.plan_undo(set).unwrap();
    assert!(mallory.undo(&plan).is_err());
    assert!(mallory.undo_piece(set.unwrap(), None, &BTreeSet::new()).is_err());
    let now = scene.desk.session.get(&record).unwrap();
    assert_eq!(now.get("name").as_text(), Some("Changed"));
}

#[test]
fn the_work_of_others_is_not_known() {
    let mut scene = scene("Sales rep");
    let open = scene.desk.add(Edit::create("lead").typed("name", "Open").typed("owner", ""));
    let edit = Edit::update("lead", open.id).typed("name", "Renamed");
    let set = scene.desk.session.save(vec![edit], "secret reason").unwrap().change_set.unwrap();
    let hidden = scene.desk.add(Edit::create("lead").typed("name", "Hidden").typed("owner", "zoe"));
    let edit = Edit::update("lead", hidden.id).typed("name", "Still hidden");
    let unseen = scene.desk.session.save(vec![edit], "secret reason").unwrap().change_set.unwrap();
    let mut mallory = scene.attacker();
    let told = |error: GateError| format!("{error:?}");
    // Of what she does not see nothing is told but what is told of a number that nobody has.
    assert_eq!(
        told(mallory.plan_undo(Some(unseen)).unwrap_err()).replace(&unseen.to_string(), "N"),
        told(mallory.plan_undo(Some(9_999)).unwrap_err()).replace("9999", "N")
    );
    // What stands in the history of a record that she sees is another's, and why it was done is not said.
    let seen = told(mallory.plan_undo(Some(set)).unwrap_err());
    assert!(seen.contains("NotFound") && !seen.contains("secret"), "{seen}");
    let piece = told(mallory.undo_piece(set, None, &BTreeSet::new()).unwrap_err());
    assert!(!piece.contains("secret"), "{piece}");
    assert_eq!(scene.desk.session.get(&open).unwrap().get("name").as_text(), Some("Renamed"));
}
