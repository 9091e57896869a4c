//! The team of a record is its owner's first one, until somebody sets another: at its making and with every
//! change of owner, one by one, many at once, by import, by leaving, and back by one undo.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

mod common;
#[allow(dead_code)]
#[path = "common/shell.rs"]
mod shell;

use std::collections::BTreeSet;

use common::{Desk, desk};
use kontor::gate::{Act, Chosen, GateError, ListRequest, Many, Place, Session, Tally, Via};
use kontor::model::{Edit, Input, RecordId, RecordRef, Value};
use kontor::query::Query;
use shell::Shell;

/// North (ana, then sam) and South (zoe); bo is in both, Office comes after both; eve is in none.
fn company() -> Desk {
    let mut desk = desk();
    for name in ["North", "South", "Office"] {
        desk.add(Edit::create("team").typed("name", name));
    }
    for (name, role, teams) in [
        ("ana", "Sales rep", "North"),
        ("sam", "Senior sales", "North"),
        ("zoe", "Senior sales", "South"),
        ("bo", "Sales rep", "South; North"),
        ("eve", "Sales rep", ""),
        ("off", "Sales rep", "Office"),
    ] {
        let edit = Edit::create("user").typed("name", name).typed("login", name);
        desk.add(edit.typed("roles", role).typed("teams", teams));
    }
    desk
}

fn as_user(desk: &Desk, name: &str) -> Session {
    let user = desk.gate.session(Via::Cli).unwrap().resolve("user", name).unwrap().id;
    desk.gate.session_of(user, Via::Cli).unwrap()
}

fn team(desk: &Desk, record: &RecordRef) -> String {
    let record = desk.gate.session(Via::Cli).unwrap().get(record).unwrap();
    record.get("team").as_link().map(|link| link.title.clone()).unwrap_or_default()
}

fn customer(name: &str) -> Edit {
    Edit::create("customer").typed("name", name)
}

#[test]
fn a_new_record_is_its_owners_teams() {
    let mut desk = company();
    let mut ana = as_user(&desk, "ana");
    let made = |session: &mut Session, edit: Edit| {
        session.save(vec![edit], "new").unwrap().records[0].clone().unwrap()
    };
    let own = made(&mut ana, customer("Own"));
    assert_eq!(team(&desk, &own), "North");
    for (owner, expected) in
        [("zoe", "South"), ("bo", "North"), ("off", "Office"), ("eve", ""), ("", "")]
    {
        let record = desk.add(customer("Other").typed("owner", owner));
        assert_eq!(team(&desk, &record), expected, "{owner}");
    }
    // What is said counts, even where it says that there is none.
    let given = desk.add(customer("Given").typed("owner", "zoe").typed("team", "Office"));
    assert_eq!(team(&desk, &given), "Office");
    let none = desk.add(customer("None").typed("owner", "zoe").with("team", Value::Null));
    assert_eq!(team(&desk, &none), "");
    // A team that is gone is nobody's any more.
    let north = desk.session.resolve("team", "North").unwrap();
    desk.session.save(vec![Edit::delete("team", north.id)], "gone").unwrap();
    let record = desk.add(customer("Later").typed("owner", "bo"));
    assert_eq!(team(&desk, &record), "South");
    // Whoever has the scope `team` sees what a colleague made.
    let zoe = as_user(&desk, "zoe");
    assert!(zoe.get(&record).is_ok());
    assert!(zoe.get(&own).is_err());
}

#[test]
fn the_team_follows_the_owner_until_somebody_sets_another() {
    let mut desk = company();
    let record = desk.add(customer("C").typed("owner", "ana"));
    let to = |owner: &str| Edit::update("customer", record.id).typed("owner", owner);
    for (owner, expected) in
        [("zoe", "South"), ("eve", ""), ("ana", "North"), ("", ""), ("zoe", "South")]
    {
        desk.session.save(vec![to(owner)], "assign").unwrap();
        assert_eq!(team(&desk, &record), expected, "{owner}");
    }
    let applied = desk.session.save(vec![to("ana")], "assign").unwrap();
    assert_eq!(team(&desk, &record), "North");
    undo(&mut desk.session, applied.change_set.unwrap());
    assert_eq!(team(&desk, &record), "South");
    // Set by hand, together with the owner and alone: it stays.
    desk.session.save(vec![to("bo").typed("team", "Office")], "both").unwrap();
    assert_eq!(team(&desk, &record), "Office");
    desk.session.save(vec![to("ana")], "assign").unwrap();
    assert_eq!(team(&desk, &record), "Office");
    // The second team of the owner is set by hand too.
    let set = |team: &str| Edit::update("customer", record.id).typed("team", team);
    desk.session.save(vec![to("bo"), set("South")], "own").unwrap();
    desk.session.save(vec![to("ana")], "assign").unwrap();
    assert_eq!(team(&desk, &record), "South");
    // Back to the one of the owner, it follows again; a change of other fields moves nothing.
    desk.session.save(vec![set("North")], "team").unwrap();
    let named = Edit::update("customer", record.id).typed("name", "D");
    desk.session.save(vec![named], "name").unwrap();
    assert_eq!(team(&desk, &record), "North");
    desk.session.save(vec![to("zoe")], "assign").unwrap();
    assert_eq!(team(&desk, &record), "South");
    // Two steps of one plan: the second starts from where the first ends.
    desk.session.save(vec![to("bo"), to("off")], "twice").unwrap();
    assert_eq!(team(&desk, &record), "Office");
}

#[test]
fn whoever_assigns_away_is_judged_by_the_record_as_it_stood() {
    let mut desk = company();
    let mine = desk.add(customer("Mine").typed("owner", "ana"));
    let theirs = desk.add(customer("Theirs").typed("owner", "zoe"));
    let mut sam = as_user(&desk, "sam");
    // What is of sam's team sam gives away, and it is of sam's team no more.
    let away = |record: &RecordRef| Edit::update("customer", record.id).typed("owner", "zoe");
    let back = |record: &RecordRef| Edit::update("customer", record.id).typed("owner", "sam");
    sam.save(vec![away(&mine)], "away").unwrap();
    assert_eq!(team(&desk, &mine), "South");
    assert!(sam.get(&mine).is_err());
    for record in [&mine, &theirs] {
        let refused = sam.save(vec![back(record)], "take");
        assert!(
            matches!(refused, Err(GateError::Invalid(_) | GateError::Denied(_))),
            "{refused:?}"
        );
    }
    // In one plan the second step is asked about the record as the first leaves it.
    let other = desk.add(customer("Other").typed("owner", "ana"));
    assert!(sam.get(&other).is_ok());
    let named = Edit::update("customer", other.id).typed("name", "Renamed");
    let both = sam.plan(vec![away(&other), named], "both").unwrap();
    assert!(!both.problems().is_empty());
    // A team of others is not handed out by hand by whoever makes a record for themselves.
    let mut ana = as_user(&desk, "eve");
    let made = ana.save(vec![customer("Hers")], "new").unwrap().records[0].clone().unwrap();
    assert_eq!(team(&desk, &made), "");
}

#[test]
fn many_at_once_follow_too_and_come_back_together() {
    let mut desk = company();
    for n in 0..5 {
        let owner = if n == 4 { "zoe" } else { "ana" };
        desk.add(customer(&format!("C {n}")).typed("owner", owner));
    }
    let kept = desk.add(customer("Kept").typed("owner", "ana").typed("team", "Office"));
    let mut list = ListRequest::first("customer", 50);
    let of_ana = Query::parse("owner = ana", desk.session.catalog(), "customer").unwrap();
    list.filter = Some(of_ana);
    let of = Chosen::All { list: Box::new(list), but: BTreeSet::new() };
    let many = Many::Same { of, act: Act::set("owner", Input::Text("off".into())) };
    let operation = carry_out(&mut desk.session, &many);
    let of_team = |desk: &Desk, team: &str| {
        let session = desk.gate.session(Via::Cli).unwrap();
        let mut request = ListRequest::first("customer", 50);
        let text = format!("team = {team}");
        request.filter = Some(Query::parse(&text, session.catalog(), "customer").unwrap());
        session.list(&request).unwrap().rows.len()
    };
    assert_eq!((of_team(&desk, "North"), of_team(&desk, "Office")), (0, 5));
    undo(&mut desk.session, operation);
    assert_eq!((of_team(&desk, "North"), of_team(&desk, "Office")), (4, 1));
    assert_eq!(team(&desk, &kept), "Office");
    // And so when ana leaves.
    let user = |name: &str| desk.gate.session(Via::Cli).unwrap().resolve("user", name).unwrap().id;
    let (ana, zoe): (RecordId, RecordId) = (user("ana"), user("zoe"));
    let mut session = desk.gate.session(Via::Cli).unwrap();
    let transfer = kontor::gate::Transfer::To(zoe);
    let leaving = session.plan_leaving(ana, Some(&transfer)).unwrap();
    let operation = carry_out(&mut session, &Many::Leave(std::sync::Arc::new(leaving)));
    assert_eq!((of_team(&desk, "North"), of_team(&desk, "South")), (0, 5));
    undo(&mut session, operation);
    assert_eq!((of_team(&desk, "North"), of_team(&desk, "South")), (4, 1));
}

fn undo(session: &mut Session, operation: i64) {
    let plan = session.plan_undo(Some(operation)).unwrap();
    session.undo(&plan).unwrap();
}

fn carry_out(session: &mut Session, many: &Many) -> i64 {
    let look = session.look(many, &Place::Start, &Tally::default()).unwrap();
    let ran = session.run(many, "test", (&look.seen, look.at), 0, None).unwrap();
    assert!(ran.next.is_none() && ran.left.is_empty());
    ran.operation.unwrap()
}

#[test]
fn imports_and_the_command_line_follow_and_the_language_knows_the_first() {
    let shell = Shell::company();
    shell.done(&["team", "add", "name=North"]);
    shell.done(&["team", "add", "name=South"]);
    shell.done(&["user", "add", "name=Ana", "login=ana", "teams=North; South"]);
    shell.done(&["user", "add", "name=Zoe", "login=zoe", "teams=South"]);
    let csv = "name,owner,team\nOne,ana,\nTwo,zoe,\nThree,zoe,North\nFour,,\n";
    let said = shell.pipe(csv, &["import", "customer", "-"]);
    assert_eq!(said.status, 0, "{}", said.err);
    shell.done(&["customer", "add", "name=Five", "owner=zoe"]);
    let list = |filter: &str| {
        shell.done(&[
            "customer",
            "list",
            "--where",
            filter,
            "--sort",
            "name",
            "--columns",
            "name",
            "--format",
            "csv",
        ])
    };
    assert_eq!(list("team = North").lines().skip(1).collect::<Vec<_>>(), ["One", "Three"]);
    assert_eq!(list("team = South").lines().skip(1).collect::<Vec<_>>(), ["Five", "Two"]);
    assert_eq!(list("first(owner.teams) = team"), list("name = One or name = Two or name = Five"));
    assert_eq!(
        list("first(owner.teams) is empty and owner is not empty"),
        list("owner = alice or owner = bo or name = Four")
    );
}
