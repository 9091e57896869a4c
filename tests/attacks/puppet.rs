//! Mallory may manage users and roles, and no more: she makes a puppet that may do what she may not, by a role
//! that is there, a new one, one that she writes more into, a field that is opened, one that she brings back,
//! an undo, an access request, an invitation or the login of somebody stronger.

use std::time::Duration;

use kontor::gate::{Decided, GateError, Session, Via, Wanted};
use kontor::model::{Edit, RecordId, Value};
use kontor::policy::{Excess, Need, Refusal, Right, Special};

use super::{Scene, refused, scene};

const OFFICE: &str = "special = [\"users\", \"roles\"]
[entity.customer]
create = true
read = \"team\"
fields = { credit_limit = \"hidden\" }
[entity.deal]
read = \"all\"
where = 'name ~ blue'";

/// Mallory with the right to manage users and roles, and a puppet without a role.
fn office() -> (Scene, RecordId) {
    let mut scene = scene("");
    scene.role("Office", OFFICE);
    let set = Edit::update("user", scene.mallory).typed("roles", "Office");
    scene.desk.session.save(vec![set], "role").unwrap();
    let puppet = Edit::create("user").typed("name", "puppet").typed("login", "puppet");
    let puppet = scene.desk.add(puppet.typed("teams", "North")).id;
    (scene, puppet)
}

fn role(name: &str, rights: &str) -> Edit {
    let edit = Edit::create("role").typed("name", name).typed("key", name.to_lowercase());
    edit.with("rights", Value::from(rights))
}

fn id(scene: &Scene, entity: &str, name: &str) -> RecordId {
    scene.desk.gate.session(Via::Cli).unwrap().resolve(entity, name).unwrap().id
}

/// Why it is refused.
fn refusal(session: &Session, edit: Edit) -> Refusal {
    match session.plan(vec![edit], "attack").unwrap().check() {
        Err(GateError::Denied(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

/// What is missing, where it is refused.
fn missing(session: &Session, edit: Edit) -> Excess {
    match refusal(session, edit).need {
        Need::Give(excess) => excess,
        other => panic!("{other:?}"),
    }
}

#[test]
fn nobody_gives_a_role_that_is_more_than_theirs() {
    let (mut scene, puppet) = office();
    scene.role(
        "Reader",
        "[entity.customer]\nread = \"team\"\nfields = { credit_limit = \"hidden\" }",
    );
    scene.role("Wide", "[entity.customer]\nread = \"team+sub\"");
    scene.role("Open", "[entity.customer]\nread = \"team\"");
    scene.role("Log", "special = [\"audit\"]");
    let mut mallory = scene.attacker();
    let give = |name: &str| Edit::update("user", puppet).typed("roles", name);
    let excess = missing(&mallory, give("Wide"));
    assert!(matches!(&excess, Excess::Right(Right::Read, of, _) if of == "customer"), "{excess:?}");
    let excess = missing(&mallory, give("Open"));
    assert!(matches!(&excess, Excess::Field(_, _, field) if field == "credit_limit"), "{excess:?}");
    assert_eq!(missing(&mallory, give("Log")), Excess::Special(Special::Audit));
    for name in ["Power user", "Sales rep", "Analyst", "Reader; Log", "Administrator"] {
        refused(&mut mallory, give(name));
    }
    // It is told what is missing, and who could do it.
    let refusal = refusal(&mallory, give("Log"));
    assert_eq!(
        refusal.what.as_str(),
        "nobody grants what they do not have: you lack the right to see the audit log"
    );
    assert!(
        refusal.hint.as_ref().unwrap().starts_with("Administrator can do it"),
        "{:?}",
        refusal.hint
    );
    // Nor with a new user, by an import, or many at once.
    let new = Edit::create("user").typed("name", "x").typed("login", "x").typed("roles", "Log");
    refused(&mut mallory, new.clone());
    let mut import = scene.desk.gate.session_of(scene.mallory, Via::Import).unwrap();
    refused(&mut import, new);
    // What she has she gives; what somebody has already stays where others are added.
    mallory.save(vec![give("Reader; Office")], "give").unwrap();
    scene.desk.session.save(vec![give("Log")], "admin").unwrap();
    mallory.save(vec![give("Log; Reader")], "add").unwrap();
    mallory.save(vec![give("Reader")], "take").unwrap();
    // What she took she does not bring back by undo.
    let plan = mallory.plan_undo(None).unwrap();
    assert!(mallory.undo(&plan).is_err());
}

#[test]
fn nobody_writes_more_than_theirs_into_a_role() {
    let (mut scene, puppet) = office();
    scene
        .role("Clerk", "[entity.customer]\nread = \"own\"\nfields = { credit_limit = \"hidden\" }");
    scene.role("Big", "special = [\"audit\"]\n[entity.order]\nread = \"all\"\nexport = \"all\"");
    let (clerk, big) = (id(&scene, "role", "Clerk"), id(&scene, "role", "Big"));
    let set = Edit::update("user", puppet).typed("roles", "Clerk");
    scene.desk.session.save(vec![set], "role").unwrap();
    let mut mallory = scene.attacker();
    let write = |role: RecordId, text: &str| Edit::update("role", role).typed("rights", text);
    for text in [
        "special = [\"audit\"]",
        "everything = true",
        "[entity.customer]\nread = \"all\"",
        "[entity.customer]\nread = \"own+unassigned\"\nfields = { credit_limit = \"hidden\" }",
        "[entity.customer]\nread = \"own\"\nexport = \"own\"\nfields = { credit_limit = \"hidden\" }",
        // The field is opened; it is masked only, which is more than hidden.
        "[entity.customer]\nread = \"own\"",
        "[entity.customer]\nread = \"own\"\nfields = { credit_limit = \"masked\" }",
        "[entity.\"*\"]\nread = \"team\"",
        // As wide as hers, but not narrowed as hers.
        "[entity.deal]\nread = \"team\"",
        "[entity.deal]\nread = \"team\"\nwhere = 'name ~ red'",
    ] {
        refused(&mut mallory, write(clerk, text));
        refused(&mut mallory, role("New", text));
    }
    // What she has she writes, and less than there was.
    for text in [
        "[entity.customer]\ncreate = true\nread = \"team\"\nfields = { credit_limit = \"hidden\" }",
        "[entity.customer]\nfields = { credit_limit = \"hidden\" }
         [entity.deal]\nread = \"team\"\nwhere = 'name ~ blue'",
        "special = [\"users\"]\n[entity.customer]\nfields = { credit_limit = \"hidden\" }",
    ] {
        mallory.save(vec![write(clerk, text)], "write").unwrap();
    }
    mallory.save(vec![write(big, "[entity.order]\nread = \"team\"")], "less").unwrap();
    // Neither by undo nor in two steps is it more again.
    let plan = mallory.plan_undo(None).unwrap();
    assert!(mallory.undo(&plan).is_err());
    refused(&mut mallory, write(big, "[entity.order]\nread = \"all\""));
    // A role that is gone is not brought back by whoever lacks what it grants.
    scene.role("Gone", "special = [\"audit\"]");
    let gone = id(&scene, "role", "Gone");
    let mut mallory = scene.attacker();
    mallory.save(vec![Edit::delete("role", gone)], "away").unwrap();
    refused(&mut mallory, Edit::restore("role", gone));
    // Nor does one go that keeps a field from her.
    scene
        .role("Masks", "[entity.customer]\nread = \"all\"\nfields = { credit_limit = \"masked\" }");
    let masks = id(&scene, "role", "Masks");
    refused(&mut scene.attacker(), Edit::delete("role", masks));
}

#[test]
fn nobody_gets_in_as_somebody_stronger() {
    let (mut scene, puppet) = office();
    scene.role("Log", "special = [\"audit\"]");
    let strong = Edit::create("user").typed("name", "strong").typed("login", "strong");
    let strong = scene.desk.add(strong.typed("roles", "Sales rep")).id;
    let mut mallory = scene.attacker();
    // An invitation sets a password: it would be hers.
    let day = Duration::from_hours(24);
    for result in [mallory.invite(strong, day).map(drop), mallory.drop_totp(Some(strong))] {
        let Err(GateError::Denied(refusal)) = result else { panic!("{result:?}") };
        assert!(matches!(refusal.need, Need::Give(_)), "{refusal:?}");
    }
    assert!(mallory.demand_no_more(strong).is_err());
    assert!(mallory.demand_no_more(puppet).is_ok());
    // A login goes with the keys and the password of its user.
    let moved = Edit::update("user", strong).typed("login", "gone");
    let excess = missing(&mallory, moved.clone());
    assert!(matches!(excess, Excess::Right(..)), "{excess:?}");
    refused(&mut mallory, moved);
    // What she does for others she does still: move them between teams, put them away.
    let office = Edit::create("team").typed("name", "East");
    mallory.save(vec![office], "team").unwrap();
    for edit in [
        Edit::update("user", strong).typed("teams", "East"),
        Edit::update("user", strong).typed("manager", "mallory"),
        Edit::update("user", strong).typed("active", "no"),
        Edit::update("user", strong).typed("active", "yes"),
        Edit::update("user", puppet).typed("login", "puppet2"),
    ] {
        mallory.save(vec![edit], "office").unwrap();
    }
}

#[test]
fn nobody_approves_what_they_do_not_have() {
    let (scene, puppet) = office();
    let mut session = scene.desk.gate.session_of(puppet, Via::Cli).unwrap();
    let wanted = |right: Right, entity: &str, record: Option<RecordId>| Wanted {
        right,
        entity: entity.into(),
        record,
        field: None,
        reason: "work".into(),
        lasts: 3_600,
    };
    let mut ask = |right, entity: &str, record| {
        let applied = session.ask_access(&wanted(right, entity, record)).unwrap();
        applied.records[0].clone().unwrap().id
    };
    let asked = [
        ask(Right::Read, "order", None),
        ask(Right::Read, "customer", None),
        ask(Right::Read, "customer", Some(scene.victim.id)),
    ];
    let mut mallory = scene.attacker();
    for request in asked {
        let result =
            mallory.decide_access(request, &Decided::Approve { lasts: None, width: None }, "");
        let Err(GateError::Denied(refusal)) = result else { panic!("{result:?}") };
        assert!(refusal.what.contains("nobody grants what they do not have"), "{refusal:?}");
    }
}
