//! The gate on a real file: plan, write, history, undo, conflicts, paging.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

mod common;

use common::desk;
use kontor::gate::{
    Count, ErrorKind, Fate, GateError, HistoryRequest, ListRequest, Severity, Verdict, Via, Window,
    examine,
};
use kontor::model::{Edit, Link, RecordId, Value};
use kontor::query::{Query, parse_sort};

fn customer(name: &str) -> Edit {
    Edit::create("customer").typed("name", name)
}

#[test]
fn a_new_record_has_defaults_owner_and_reference() {
    let mut desk = desk();
    let applied = desk.session.save(vec![customer("  Müller AG ")], "add").unwrap();
    let record = applied.records[0].clone().unwrap();
    assert_eq!(desk.session.catalog().reference(&record), "C-1");
    let read = desk.session.get(&record).unwrap();
    assert_eq!(read.get("name"), &Value::from("Müller AG"));
    assert_eq!(read.get("owner").as_link().unwrap().title, "Administrator");
    assert_eq!(read.meta.version, 1);
    assert_eq!(read.meta.created_at, common::noon());
}

#[test]
fn links_within_one_change_set_find_each_other() {
    let mut desk = desk();
    let applied = desk
        .session
        .save(
            vec![
                customer("Acme"),
                Edit::create("contact").typed("name", "Anna").with(
                    "customer",
                    Value::Link(kontor::model::Link::new("customer", RecordId(-1))),
                ),
            ],
            "two at once",
        )
        .unwrap();
    let contact = desk.session.get(applied.records[1].as_ref().unwrap()).unwrap();
    assert_eq!(contact.get("customer").as_link().unwrap().title, "Acme");
}

#[test]
fn a_link_is_found_by_name_and_a_wrong_name_is_explained() {
    let mut desk = desk();
    desk.session.save(vec![customer("Nordic Pumps Oy")], "add").unwrap();
    let plan = desk
        .session
        .plan(
            vec![Edit::create("contact").typed("name", "A").typed("customer", "nordic pumps oy")],
            "",
        )
        .unwrap();
    assert_eq!(plan.problems(), &[]);
    let plan = desk
        .session
        .plan(
            vec![Edit::create("contact").typed("name", "A").typed("customer", "Nordik Pumps")],
            "",
        )
        .unwrap();
    let problem = &plan.problems()[0];
    assert_eq!(problem.field.as_deref(), Some("customer"));
    assert!(problem.message.contains("Nordik Pumps"), "{problem}");
    assert!(problem.hint.as_deref().unwrap_or_default().contains("Nordic Pumps Oy"), "{problem:?}");
}

#[test]
fn required_and_unknown_fields_are_told_together() {
    let desk = desk();
    let plan = desk
        .session
        .plan(vec![Edit::create("customer").typed("nme", "x").typed("employees", "many")], "")
        .unwrap();
    let fields: Vec<_> =
        plan.problems().iter().map(|p| p.field.clone().unwrap().to_string()).collect();
    assert!(fields.contains(&"nme".to_owned()));
    assert!(fields.contains(&"employees".to_owned()));
    assert!(fields.contains(&"name".to_owned()));
    assert_eq!(plan.edits()[0].verdict, Verdict::Refused);
    assert_eq!(plan.problems()[0].hint.as_deref(), Some("did you mean name?"));
}

#[test]
fn an_edit_is_undone_and_the_undo_is_undone() {
    let mut desk = desk();
    let c = desk.add(customer("Acme"));
    let edited = desk
        .session
        .save(vec![Edit::update("customer", c.id).typed("employees", "12")], "edit")
        .unwrap();
    let plan = desk.session.plan_undo(None).unwrap();
    assert_eq!(Some(plan.change_set), edited.change_set);
    let undone = desk.session.undo(&plan).unwrap();
    assert_eq!(desk.session.get(&c).unwrap().get("employees"), &Value::Null);
    let again = desk.session.plan_undo(undone.change_set).unwrap();
    desk.session.undo(&again).unwrap();
    assert_eq!(desk.session.get(&c).unwrap().get("employees"), &Value::Int(12));
}

#[test]
fn an_undo_stopped_half_way_goes_on_where_it_stopped() {
    let mut desk = desk();
    let edits = (0..1_300).map(|n| Edit::create("customer").typed("name", format!("Row {n}")));
    let made = desk.session.save(edits.collect(), "import").unwrap().change_set.unwrap();
    let piece = desk.session.undo_piece(made, None, &std::collections::BTreeSet::new()).unwrap();
    assert_eq!((piece.records.len(), piece.done), (500, false));
    let entry = |desk: &common::Desk| {
        let mine = HistoryRequest { limit: 10, ..HistoryRequest::default() };
        let all = desk.session.history(&mine).unwrap();
        all.into_iter().find(|entry| entry.change_set == made).unwrap()
    };
    let half = entry(&desk);
    assert_eq!((half.undone_by, half.half_undone), (None, true));
    let plan = desk.session.plan_undo(None).unwrap();
    assert_eq!((plan.change_set, plan.records, plan.done), (made, 1_300, 500));
    assert_eq!(desk.session.look_undo(None, 1).unwrap().outcomes[0].fate, Fate::Change);
    // Another process goes on, and somebody looks at the chain.
    drop(desk.session);
    desk.session = desk.gate.session(Via::Cli).unwrap();
    let undone = desk.session.undo(&plan).unwrap();
    assert_eq!(undone.records.len(), 800);
    assert_eq!(desk.session.count("customer", None, None).unwrap(), Count::Exactly(0));
    let whole = entry(&desk);
    assert_eq!((whole.undone_by, whole.half_undone), (undone.change_set, false));
    assert!(desk.session.plan_undo(Some(made)).unwrap().obstacles[0].contains("already"));
    assert!(matches!(
        desk.session.undo_piece(made, None, &std::collections::BTreeSet::new()),
        Err(GateError::NotUndoable { .. })
    ));
}

#[test]
fn a_piece_of_an_undo_that_somebody_is_in_the_way_of_stops_it_there() {
    let mut desk = desk();
    let edits = (0..1_200).map(|n| Edit::create("customer").typed("name", format!("Row {n}")));
    let made = desk.session.save(edits.collect(), "import").unwrap();
    let first = made.records[0].clone().unwrap();
    let made = made.change_set.unwrap();
    let piece = desk.session.undo_piece(made, None, &std::collections::BTreeSet::new()).unwrap();
    let other = Edit::update("customer", first.id).typed("name", "Worked on");
    desk.session.save(vec![other], "other work").unwrap();
    let piece =
        desk.session.undo_piece(made, piece.operation, &std::collections::BTreeSet::new()).unwrap();
    assert!(!piece.done);
    let error = desk
        .session
        .undo_piece(made, piece.operation, &std::collections::BTreeSet::new())
        .unwrap_err();
    assert!(matches!(error, GateError::NotUndoable { .. }), "{error:?}");
    assert_eq!(desk.session.count("customer", None, None).unwrap(), Count::Exactly(200));
    // With what was in the way taken back, it goes on.
    let plan = desk.session.plan_undo(None).unwrap();
    assert_eq!(plan.why, "other work");
    desk.session.undo(&plan).unwrap();
    let plan = desk.session.plan_undo(None).unwrap();
    assert_eq!((plan.change_set, plan.done), (made, 1_000));
    desk.session.undo(&plan).unwrap();
    assert_eq!(desk.session.count("customer", None, None).unwrap(), Count::Exactly(0));
}

#[test]
fn undo_is_refused_where_somebody_changed_the_field_since() {
    let mut desk = desk();
    let c = desk.add(customer("Acme"));
    let first = desk
        .session
        .save(vec![Edit::update("customer", c.id).typed("employees", "12")], "edit")
        .unwrap();
    desk.session
        .save(vec![Edit::update("customer", c.id).typed("employees", "13")], "edit")
        .unwrap();
    let plan = desk.session.plan_undo(first.change_set).unwrap();
    assert!(plan.obstacles[0].contains("Administrator changed employees"), "{:?}", plan.obstacles);
    let error = desk.session.undo(&plan).unwrap_err();
    assert!(matches!(error, GateError::NotUndoable { .. }));
    assert_eq!(desk.session.get(&c).unwrap().get("employees"), &Value::Int(13));
}

#[test]
fn deleting_hides_and_restoring_brings_back() {
    let mut desk = desk();
    let c = desk.add(customer("Acme").typed("phones", "+49 711 5550100"));
    assert_eq!(desk.session.who("+497115550100").unwrap().len(), 1);
    desk.session.save(vec![Edit::delete("customer", c.id)], "delete").unwrap();
    assert_eq!(desk.session.list(&ListRequest::first("customer", 9)).unwrap().rows.len(), 0);
    assert_eq!(desk.session.who("+497115550100").unwrap().len(), 0);
    assert!(desk.find("acme").is_empty());
    let deleted = ListRequest { deleted: true, ..ListRequest::first("customer", 9) };
    assert_eq!(desk.session.list(&deleted).unwrap().rows.len(), 1);
    desk.session.save(vec![Edit::restore("customer", c.id)], "restore").unwrap();
    assert_eq!(desk.find("acme"), ["Acme"]);
    assert_eq!(desk.session.who("0711 5550100").unwrap().len(), 1);
}

#[test]
fn two_people_on_different_fields_both_win_on_the_same_field_both_are_told() {
    let mut desk = desk();
    let c = desk.add(customer("Acme"));
    let seen = desk.session.get(&c).unwrap();
    let mut other = desk.gate.session(Via::Cli).unwrap();
    other.save(vec![Edit::update("customer", c.id).typed("employees", "5")], "theirs").unwrap();
    desk.session.save(vec![Edit::of(&seen).typed("founded", "1999")], "mine").unwrap();
    let error =
        desk.session.save(vec![Edit::of(&seen).typed("employees", "7")], "mine").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    let GateError::Conflict(conflict) = error else { panic!("{error}") };
    assert_eq!(conflict.reference, "C-1");
    assert_eq!(conflict.fields[0].base, Value::Null);
    assert_eq!(conflict.fields[0].theirs, Value::Int(5));
    assert_eq!(conflict.fields[0].mine, Value::Int(7));
}

#[test]
fn paging_forward_and_backward_sees_every_row_once() {
    let mut desk = desk();
    let names: Vec<String> = (0..57).map(|n| format!("Firm {:02}", (n * 7) % 40)).collect();
    desk.session
        .save(
            names
                .iter()
                .enumerate()
                .map(|(n, name)| {
                    let edit = customer(name);
                    if n % 3 == 0 { edit } else { edit.typed("employees", (n % 5).to_string()) }
                })
                .collect(),
            "many",
        )
        .unwrap();
    for sort in ["name", "-name", "employees, -name", "-employees", "-id", "status, employees"] {
        let keys = parse_sort(sort, desk.session.catalog(), "customer").unwrap();
        let request = |window, limit| ListRequest {
            sort: keys.clone(),
            fields: vec!["name".into(), "employees".into()],
            window,
            ..ListRequest::first("customer", limit)
        };
        let whole = desk.session.list(&request(Window::First, 1000)).unwrap();
        let ids = |rows: &[kontor::model::Record]| rows.iter().map(|r| r.id).collect::<Vec<_>>();
        let all = ids(&whole.rows);
        assert_eq!(all.len(), 57, "{sort}");
        if sort.trim_start_matches('-').starts_with("employees") {
            let empty = whole.rows.iter().map(|row| row.get("employees").is_null());
            assert!(empty.is_sorted(), "what is empty comes last by {sort}");
            assert!(whole.rows[56].get("employees").is_null());
        }
        let mut forward = Vec::new();
        let mut window = Window::First;
        loop {
            let page = desk.session.list(&request(window, 10)).unwrap();
            forward.extend(ids(&page.rows));
            if page.at_end {
                break;
            }
            window = Window::After(page.cursors.last().unwrap().clone());
        }
        assert_eq!(forward, all, "forward by {sort}");
        let mut backward: Vec<RecordId> = Vec::new();
        let mut window = Window::Last;
        loop {
            let page = desk.session.list(&request(window, 10)).unwrap();
            backward.splice(0..0, ids(&page.rows));
            if page.at_start {
                break;
            }
            window = Window::Before(page.cursors[0].clone());
        }
        assert_eq!(backward, all, "backward by {sort}");
        let from = desk.session.list(&request(Window::From(all[20]), 3)).unwrap();
        assert_eq!(ids(&from.rows), all[20..23], "from a record by {sort}");
    }
}

#[test]
fn history_says_who_what_when_and_the_chain_holds() {
    let mut desk = desk();
    let c = desk.add(customer("Acme"));
    desk.session
        .save(vec![Edit::update("customer", c.id).typed("employees", "12")], "after the visit")
        .unwrap();
    let request =
        HistoryRequest { record: Some(c.clone()), limit: 10, ..HistoryRequest::default() };
    let entries = desk.session.history(&request).unwrap();
    assert_eq!(entries.len(), 2);
    assert_eq!(entries[0].why, "after the visit");
    assert_eq!(entries[0].by, "Administrator");
    assert_eq!(entries[0].fields[0].after, Value::Int(12));
    assert_eq!(
        entries[1].fields.iter().find(|f| f.field == "name").unwrap().after,
        Value::from("Acme")
    );
    let findings = kontor::gate::examine(desk.gate.path());
    assert!(findings.iter().all(|f| f.severity != kontor::gate::Severity::Bad), "{findings:?}");
}

#[test]
fn a_query_filters_lists_and_counts() {
    let mut desk = desk();
    desk.session
        .save(
            (1..=30)
                .map(|n| customer(&format!("Firm {n}")).typed("employees", n.to_string()))
                .collect(),
            "many",
        )
        .unwrap();
    let query =
        Query::parse("employees > 20 and owner = me", desk.session.catalog(), "customer").unwrap();
    assert_eq!(
        desk.session.count("customer", Some(&query), None).unwrap(),
        kontor::gate::Count::Exactly(10)
    );
    assert_eq!(
        desk.session.count("customer", Some(&query), Some(5)).unwrap(),
        kontor::gate::Count::AtLeast(5)
    );
}

#[test]
fn a_bulk_of_many_pieces_is_one_operation_and_one_undo() {
    let mut desk = desk();
    let edits: Vec<Edit> = (0..1300).map(|n| customer(&format!("Firm {n}"))).collect();
    let applied = desk.session.save(edits, "import x.csv").unwrap();
    let entry =
        &desk.session.history(&HistoryRequest { limit: 1, ..HistoryRequest::default() }).unwrap()
            [0];
    assert_eq!(Some(entry.change_set), applied.change_set);
    assert_eq!(entry.records, 1300);
    let plan = desk.session.plan_undo(None).unwrap();
    desk.session.undo(&plan).unwrap();
    assert_eq!(desk.session.list(&ListRequest::first("customer", 9)).unwrap().rows.len(), 0);
    assert!(
        desk.session.plan_undo(Some(plan.change_set)).unwrap().obstacles[0].contains("already")
    );
}

#[test]
fn a_file_taken_alone_ends_up_as_one_that_is_shared() {
    let mut desk = desk();
    let mut bulk = desk.session.bulk("a big file");
    bulk.take_alone(&["customer", "quote"]).unwrap();
    let mut edits: Vec<Edit> = (0..300)
        .map(|n| customer(&format!("Firm {n}")).typed("emails", format!("info@firm{n}.example")))
        .collect();
    // A serial, and a link to a record of the same plan: neither can be made ahead of the writing.
    let first = Value::Link(Link::new("customer", RecordId(-1)));
    edits.push(Edit::create("quote").typed("name", "Pumps").with("customer", first));
    let plan = bulk.plan(edits).unwrap();
    let records = bulk.apply(plan).unwrap();
    bulk.finish().unwrap();
    let quote = desk.session.get(records[300].as_ref().unwrap()).unwrap();
    assert!(!quote.get("number").is_null());
    assert_eq!(quote.get("customer").as_link().unwrap().id, records[0].as_ref().unwrap().id);
    assert_eq!(desk.find("firm 17")[0], "Firm 17");
    assert_eq!(desk.session.who("info@firm5.example").unwrap()[0].title, "Firm 5");
    let of = HistoryRequest { record: records[7].clone(), ..HistoryRequest::default() };
    let entry = &desk.session.history(&of).unwrap()[0];
    let name = entry.fields.iter().find(|field| field.field == "name").unwrap();
    assert_eq!(name.after, Value::from("Firm 7"));
    let bad: Vec<_> = examine(&desk.folder().join("test.db"))
        .into_iter()
        .filter(|finding| finding.severity == Severity::Bad)
        .collect();
    assert!(bad.is_empty(), "{bad:?}");
    let plan = desk.session.plan_undo(None).unwrap();
    desk.session.undo(&plan).unwrap();
    assert_eq!(desk.session.list(&ListRequest::first("customer", 9)).unwrap().rows.len(), 0);
}

#[test]
fn files_that_are_not_ours_are_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("notes.txt");
    std::fs::write(&text, "my notes, not a database, quite long enough to have a header of a hundred bytes or more, I should think so").unwrap();
    let error = common::open(&text).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::File);
    assert!(std::fs::read_to_string(&text).unwrap().starts_with("my notes"));
    let newer = folder.path().join("newer.db");
    drop(common::open(&newer).unwrap());
    let mut bytes = std::fs::read(&newer).unwrap();
    bytes[60..64].copy_from_slice(&99_u32.to_be_bytes());
    std::fs::write(&newer, bytes).unwrap();
    let error = common::open(&newer).err().unwrap();
    assert!(error.to_string().contains("newer Kontor"), "{error}");
}

#[test]
fn several_edits_of_one_record_in_one_change_set_build_on_each_other() {
    let mut desk = desk();
    let c = desk.add(customer("Acme"));
    let applied = desk
        .session
        .save(
            vec![
                Edit::update("customer", c.id).typed("employees", "1"),
                Edit::update("customer", c.id).typed("employees", "2").typed("founded", "1999"),
            ],
            "twice",
        )
        .unwrap();
    assert_eq!(desk.session.get(&c).unwrap().get("employees"), &Value::Int(2));
    let plan = desk.session.plan_undo(applied.change_set).unwrap();
    desk.session.undo(&plan).unwrap();
    let back = desk.session.get(&c).unwrap();
    assert_eq!((back.get("employees"), back.get("founded")), (&Value::Null, &Value::Null));
}

#[test]
fn a_unique_value_is_refused_within_one_plan_and_against_the_file() {
    let mut desk = desk();
    let product =
        |name: &str, code: &str| Edit::create("product").typed("name", name).typed("code", code);
    let plan = desk.session.plan(vec![product("A", "X1"), product("B", "x1")], "").unwrap();
    assert_eq!(plan.problems().len(), 1);
    assert_eq!(plan.problems()[0].edit, 1);
    desk.add(product("A", "X1"));
    let plan = desk.session.plan(vec![product("B", "x1")], "").unwrap();
    assert!(plan.problems()[0].message.contains("I-1 has it already"), "{:?}", plan.problems());
}
