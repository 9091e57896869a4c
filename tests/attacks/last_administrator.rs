//! Two administrators demote, deactivate or delete each other in the same moment, from two processes: each
//! write is sound by itself, and together they would leave a company that nobody can administer. One of
//! the two must be refused, whichever comes second, and the same must hold for the role itself.

use std::sync::{Arc, Barrier};

use kontor::gate::{GateError, Via};
use kontor::model::{Edit, RecordId};

use super::scene;

fn race(first: fn(RecordId) -> Edit, second: fn(RecordId) -> Edit) {
    for _ in 0..8 {
        let mut scene = scene("Administrator");
        let ada = Edit::create("user").typed("name", "ada").typed("login", "ada");
        let ada = scene.desk.add(ada.typed("roles", "Administrator")).id;
        // The built-in one has left: the two are all there is.
        let left = Edit::update("user", RecordId(1)).typed("roles", "Finance");
        scene.desk.session.save(vec![left], "leave").unwrap();
        let path = scene.desk.gate.path().to_owned();
        let start = Arc::new(Barrier::new(2));
        let threads: Vec<_> = [(scene.mallory, first(ada)), (ada, second(scene.mallory))]
            .into_iter()
            .map(|(who, edit)| {
                let (path, start) = (path.clone(), Arc::clone(&start));
                std::thread::spawn(move || {
                    // A gate of its own, as another process has.
                    let gate = super::common::open(&path).unwrap();
                    let mut session = gate.session_of(who, Via::Cli).unwrap();
                    let plan = session.plan(vec![edit], "race");
                    start.wait();
                    plan.and_then(|plan| session.apply(plan)).map(|_| ())
                })
            })
            .collect();
        let done: Vec<Result<(), GateError>> =
            threads.into_iter().map(|thread| thread.join().unwrap()).collect();
        assert_eq!(done.iter().filter(|result| result.is_ok()).count(), 1, "{done:?}");
        let left = [scene.mallory, ada]
            .into_iter()
            .filter_map(|who| scene.desk.gate.session_of(who, Via::Cli).ok())
            .filter(|session| session.actor().person().is_administrator())
            .count();
        assert_eq!(left, 1);
    }
}

#[test]
fn two_demote_each_other() {
    let demote = |who| Edit::update("user", who).typed("roles", "Finance");
    race(demote, demote);
}

#[test]
fn two_put_each_other_away() {
    race(|who| Edit::update("user", who).typed("active", "no"), |who| Edit::delete("user", who));
}

#[test]
fn the_role_itself_stays() {
    let mut scene = scene("Finance");
    let role = scene.desk.session.resolve("role", "Administrator").unwrap().id;
    for edit in [
        Edit::delete("role", role),
        Edit::update("role", role).typed("rights", "[entity.customer]\nread = \"all\""),
        Edit::update("user", RecordId(1)).typed("active", "no"),
        Edit::update("user", RecordId(1)).typed("roles", ""),
        Edit::delete("user", RecordId(1)),
    ] {
        assert!(scene.desk.session.save(vec![edit], "remove").is_err());
    }
    assert!(scene.desk.session.actor().person().is_administrator());
}

#[test]
fn whoever_puts_themselves_away_acts_no_more() {
    let scene = scene("Administrator");
    let mut mallory = scene.attacker();
    let edit = Edit::update("user", scene.mallory).typed("active", "no");
    mallory.save(vec![edit], "leave").unwrap();
    assert!(mallory.count("customer", None, None).is_err());
    assert!(mallory.get(&scene.victim).is_err());
}
