//! Mallory raises her own rights: by writing a role, herself into a team, a team below her own, by creating
//! a second self, by importing users, by edited rows, by removing or bringing back an administrator, by a role that is hers
//! or everybody's, as a rep, as one who manages users and as one who manages roles.

use kontor::gate::{Act, Chosen, Many, Place, Via};
use kontor::model::{Edit, Input, RecordRef};

use super::{refused, scene};

const EVERYTHING: &str = "everything = true";

#[test]
fn a_rep_stays_a_rep() {
    let scene = scene("Sales rep");
    let mut mallory = scene.attacker();
    let me = scene.mallory;
    let role = scene.desk.session.resolve("role", "Sales rep").unwrap().id;
    let north = scene.desk.session.resolve("team", "North").unwrap().id;
    let south = scene.desk.session.resolve("team", "South").unwrap().id;
    let user = || Edit::create("user").typed("name", "second self").typed("login", "self");
    for edit in [
        Edit::update("user", me).typed("roles", "Administrator"),
        Edit::update("user", me).typed("teams", "North; South"),
        Edit::update("user", me).typed("manager", "zoe"),
        Edit::update("user", me).typed("login", "admin2"),
        Edit::update("role", role).typed("rights", EVERYTHING),
        Edit::update("role", role).typed("key", "baseline"),
        Edit::delete("role", role),
        Edit::create("role").typed("name", "R").typed("key", "r").typed("rights", EVERYTHING),
        Edit::update("team", south).typed("parent", "North"),
        Edit::update("team", north).typed("manager", "mallory"),
        Edit::create("team").typed("name", "T").typed("parent", "North"),
        Edit::delete("team", south),
        user(),
        user().typed("roles", "Administrator"),
    ] {
        refused(&mut mallory, edit);
    }
    // Neither as an import nor as many edits at once.
    let mut import = scene.desk.gate.session_of(me, Via::Import).unwrap();
    refused(&mut import, user().typed("roles", "Administrator"));
    refused(&mut import, Edit::update("user", me).typed("roles", "Administrator"));
    let act = Act::set("roles", Input::Text("Administrator".into()));
    let of = Chosen::These(vec![RecordRef::new("user", me), RecordRef::new("user", me)]);
    let look =
        mallory.look(&Many::Same { of, act }, &Place::Start, &kontor::gate::Tally::default());
    let changed = look.map_or(0, |look| look.tally.of(kontor::gate::Fate::Change));
    assert_eq!(changed, 0);
}

#[test]
fn a_manager_of_users_does_not_rise() {
    let mut scene = scene("");
    scene.role("People", "special = [\"users\"]\n[entity.customer]\nread = \"team+sub\"");
    let set = Edit::update("user", scene.mallory).typed("roles", "People");
    scene.desk.session.save(vec![set], "role").unwrap();
    let admin = Edit::create("user").typed("name", "ada").typed("login", "ada");
    let ada = scene.desk.add(admin.typed("roles", "Administrator")).id;
    let south = scene.desk.session.resolve("team", "South").unwrap().id;
    let mut mallory = scene.attacker();
    let me = scene.mallory;
    for edit in [
        Edit::update("user", me).typed("roles", "Administrator"),
        Edit::update("user", me).typed("teams", "South"),
        // What hangs below her team would be hers to see.
        Edit::update("team", south).typed("parent", "North"),
        Edit::create("user").typed("name", "x").typed("login", "x").typed("roles", "Finance"),
        Edit::update("user", ada).typed("active", "no"),
        Edit::update("user", ada).typed("login", "gone"),
        Edit::delete("user", ada),
    ] {
        refused(&mut mallory, edit);
    }
    // Nor does she bring one back.
    scene.desk.session.save(vec![Edit::delete("user", ada)], "leave").unwrap();
    refused(&mut mallory, Edit::restore("user", ada));
    // Her work she does: others move and leave.
    mallory
        .save(vec![Edit::create("user").typed("name", "new").typed("login", "new")], "join")
        .unwrap();
    mallory
        .save(vec![Edit::create("team").typed("name", "East").typed("parent", "Sales")], "t")
        .unwrap();
}

#[test]
fn a_manager_of_roles_does_not_rise() {
    let mut scene = scene("");
    scene.role("Roles", "special = [\"roles\"]");
    let set = Edit::update("user", scene.mallory).typed("roles", "Roles");
    scene.desk.session.save(vec![set], "role").unwrap();
    let session = &mut scene.desk.session;
    let own = session.resolve("role", "Roles").unwrap().id;
    let baseline = session.resolve("role", "Baseline").unwrap().id;
    let all = session.resolve("role", "Administrator").unwrap().id;
    let mut mallory = scene.attacker();
    let more = "special = [\"roles\", \"users\"]";
    for edit in [
        Edit::update("role", own).typed("rights", more),
        Edit::update("role", baseline).typed("rights", more),
        Edit::update("role", all).typed("rights", more),
        Edit::update("role", all).typed("key", "baseline2"),
        Edit::delete("role", all),
        Edit::create("role").typed("name", "R").typed("key", "r").typed("rights", EVERYTHING),
        // A second baseline is everybody's, hers too.
        Edit::create("role").typed("name", "B").typed("key", "baseline").typed("rights", more),
        Edit::update("user", scene.mallory).typed("roles", "Roles; Finance"),
    ] {
        refused(&mut mallory, edit);
    }
}
