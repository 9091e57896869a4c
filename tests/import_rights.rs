//! An import can do what its person could do by hand, and tells nothing of what they do not see.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

mod common;
#[path = "common/office.rs"]
mod office;

use common::{Desk, desk};
use kontor::exchange::import::{ImportError, ImportOptions, Listener, begun, digest, run};
use kontor::exchange::{ImportMap, ImportReport, Mode};
use kontor::gate::{GateError, Session, Via};
use kontor::model::Edit;
use office::Verdicts;

/// Ana may import what is hers, Mia what is her team's, Ben nothing; Cho belongs to another team.
fn company() -> Desk {
    let mut desk = desk();
    for team in ["North", "South"] {
        desk.add(Edit::create("team").typed("name", team));
    }
    for (name, role, team) in [
        ("ana", "Senior sales", "North"),
        ("mia", "Sales manager", "North"),
        ("ben", "Sales rep", "North"),
        ("cho", "Sales manager", "South"),
        ("pow", "Power user", ""),
    ] {
        let edit = Edit::create("user").typed("name", name).typed("login", name);
        desk.add(edit.typed("roles", role).typed("teams", team));
    }
    for (name, owner, team, mail) in [
        ("Ours", "mia", "North", "same@x.de"),
        ("Theirs", "cho", "South", "same@x.de"),
        ("Secret", "cho", "South", "secret@x.de"),
    ] {
        let edit = Edit::create("customer").typed("name", name).typed("external_id", name);
        desk.add(edit.typed("owner", owner).typed("team", team).typed("emails", mail));
    }
    desk
}

fn of(desk: &Desk, name: &str) -> Session {
    let user = desk.gate.session(Via::Cli).unwrap().resolve("user", name).unwrap().id;
    desk.gate.session_of(user, Via::Import).unwrap()
}

fn options(entity: &str, map: &str) -> ImportOptions {
    ImportOptions {
        entity: entity.to_owned(),
        file: "test.csv".to_owned(),
        map: Some(ImportMap::parse("map.toml", map).unwrap()),
        ..ImportOptions::default()
    }
}

fn import(
    session: &mut Session,
    csv: &str,
    options: &ImportOptions,
) -> Result<(ImportReport, Vec<String>), ImportError> {
    let mut verdicts = Verdicts::default();
    let report = run(session, csv.as_bytes(), options, &mut verdicts, None)?;
    Ok((report, verdicts.told()))
}

const MAP: &str = "key = \"external_id\"\n[columns]\nid = \"external_id\"\nname = \"name\"\n\
                   mail = \"emails\"\nwho = \"owner\"\n";

#[test]
fn without_the_right_nothing_is_planned() {
    let desk = company();
    for dry_run in [true, false] {
        let options = ImportOptions { dry_run, ..options("customer", MAP) };
        let error =
            import(&mut of(&desk, "ben"), "id,name,mail,who\n1,A,,\n", &options).unwrap_err();
        assert!(matches!(error, ImportError::Gate { error: GateError::Denied(_), .. }), "{error}");
    }
}

#[test]
fn no_key_and_no_mode_tells_of_records_that_are_not_seen() {
    let desk = company();
    let mut mia = of(&desk, "mia");
    let by_mail = MAP.replace("key = \"external_id\"", "key = \"emails\"");
    // Two have that address; Mia sees one of them, so nothing is ambiguous for her.
    let (_, told) = import(
        &mut mia,
        "id,name,mail,who\nOurs,Ours,same@x.de,\n",
        &options("customer", &by_mail),
    )
    .unwrap();
    assert_eq!(told, ["2 same"]);
    for mode in [Mode::Create, Mode::Update, Mode::Upsert] {
        let options =
            ImportOptions { dry_run: true, mode: Some(mode), ..options("customer", &by_mail) };
        let said = |session: &mut Session, mail: &str| {
            import(session, &format!("id,name,mail,who\nN,N,{mail},\n"), &options).unwrap().1
        };
        assert_eq!(said(&mut mia, "secret@x.de"), said(&mut mia, "nobody@x.de"), "{mode:?}");
    }
    // Who sees both is told that they are two.
    let (_, told) = import(
        &mut of(&desk, "pow"),
        "id,name,mail,who\n,Ours,same@x.de,\n",
        &ImportOptions { dry_run: true, ..options("customer", &by_mail) },
    )
    .unwrap();
    assert!(told[0].contains("ambiguous"), "{told:?}");
}

#[test]
fn what_may_not_be_done_by_hand_is_an_error_of_its_row() {
    let desk = company();
    let mut ana = of(&desk, "ana");
    let by_hand =
        ana.plan(vec![Edit::create("customer").typed("name", "A").typed("owner", "cho")], "try");
    let refused = by_hand.unwrap().problems().len();
    let (_, told) =
        import(&mut ana, "id,name,mail,who\n7,A,,cho\n8,B,,\n", &options("customer", MAP)).unwrap();
    assert_eq!(told.iter().filter(|line| line.contains("error")).count(), refused, "{told:?}");
    assert!(told[1].ends_with("create"), "{told:?}");
    // An activity of somebody else takes the right to assign, as by hand.
    let calls =
        "[columns]\nwhat = \"subject\"\nkind = \"kind\"\nwhen = \"happened_at\"\nwho = \"owner\"\n";
    let csv = "what,kind,when,who\nOld call,call,2019-03-04 10:30,cho\n";
    let by_hand = ana
        .plan(
            vec![
                Edit::create("activity")
                    .typed("subject", "Old call")
                    .typed("kind", "call")
                    .typed("happened_at", "2019-03-04 10:30")
                    .typed("owner", "cho"),
            ],
            "try",
        )
        .unwrap();
    match import(&mut ana, csv, &options("activity", calls)) {
        Ok((_, told)) => {
            assert_eq!(told[0].contains("error"), !by_hand.problems().is_empty(), "{told:?}");
        }
        Err(error) => {
            assert!(matches!(error, ImportError::Gate { error: GateError::Denied(_), .. }));
        }
    }
}

/// Stops after the first rows, as a person does.
struct Stops;
impl Listener for Stops {
    fn progress(&mut self, _: &kontor::exchange::Progress) -> std::ops::ControlFlow<()> {
        std::ops::ControlFlow::Break(())
    }
}

#[test]
fn nobody_learns_of_or_goes_on_with_the_import_of_another() {
    let desk = company();
    let csv: String = (0..1200)
        .fold("id,name,mail,who\n".to_owned(), |csv, row| csv + &format!("{row},N{row},,\n"));
    let content = digest(&mut csv.as_bytes()).unwrap();
    let mut mia = of(&desk, "mia");
    let options = ImportOptions { content: Some(content.clone()), ..options("customer", MAP) };
    let report = run(&mut mia, csv.as_bytes(), &options, &mut Stops, None).unwrap();
    assert!(report.stopped && report.rows < 1200);
    assert!(begun(&mia, &content, "customer").unwrap().is_some());
    let again = run(&mut mia, csv.as_bytes(), &options, &mut (), None).unwrap_err();
    assert!(matches!(again, ImportError::Begun(_)), "{again}");
    let mut cho = of(&desk, "cho");
    assert!(begun(&cho, &content, "customer").unwrap().is_none());
    let resume = ImportOptions { resume: true, ..options.clone() };
    let error = run(&mut cho, csv.as_bytes(), &resume, &mut (), None).unwrap_err();
    assert!(matches!(error, ImportError::NotBegun), "{error}");
    // Another map is another import.
    let other = ImportOptions { add: Some(true), ..resume.clone() };
    let error = run(&mut mia, csv.as_bytes(), &other, &mut (), None).unwrap_err();
    assert!(matches!(error, ImportError::OtherWay(_)), "{error}");
    let done = run(&mut mia, csv.as_bytes(), &resume, &mut (), None).unwrap();
    assert_eq!((done.rows, done.count(kontor::exchange::RowFate::Create)), (1200, 1200));
    assert_eq!(done.change_set, report.change_set);
    // What is taken back is not gone on with.
    let undo = mia.plan_undo(done.change_set).unwrap();
    mia.undo(&undo).unwrap();
    assert!(begun(&mia, &content, "customer").unwrap().is_none());
}
