//! Acts on many records: marks, reviews, edits of cells, repeats, what is taken back.

use kontor::gate::{Count, HistoryRequest};
use kontor::host::scripted::Script;
use kontor::model::{Edit, RecordId, RecordRef, Value};
use kontor::query::Query;

use super::{expect, expect_not, office};

/// A company with many customers: `n` of them called `Customer 0001` and so on.
fn crowd(n: usize) -> super::Office {
    let mut office = office();
    let edits = (1..=n).map(|i| {
        Edit::create("customer")
            .typed("name", format!("Customer {i:05}"))
            .typed("status", if i % 2 == 0 { "active" } else { "prospect" })
    });
    office.desk.session.save(edits.collect(), "test").unwrap();
    office
}

fn value(office: &mut super::Office, id: i64, field: &str) -> Value {
    let record = office.desk.session.get(&RecordRef::new("customer", RecordId(id))).unwrap();
    record.get(field).clone()
}

#[test]
fn five_thousand_are_edited_and_come_back() {
    let mut office = crowd(5_000);
    let mut script = office.open(80, 24);
    script.press("g c /").unwrap();
    script.typed("customer status = active");
    script.press("enter *").unwrap();
    expect(&script, "all 2,500 in filter");
    // One is taken out again.
    script.press("space").unwrap();
    expect(&script, "all 2,500 in filter, 1 taken out");
    script.press("E").unwrap();
    script.typed("status");
    script.press("enter").unwrap();
    script.typed("former");
    script.press("enter").unwrap();
    expect(&script, "2,499 change");
    expect(&script, "Apply to 2,499 records?");
    // So many are not done by one careless key.
    script.press("enter").unwrap();
    let former = |script: &mut Script| {
        let query = Query::parse("status = former", script.session().catalog(), "customer");
        script.session().count("customer", Some(&query.unwrap()), None).unwrap()
    };
    assert_eq!(former(&mut script), Count::Exactly(0));
    expect(&script, "1 taken out");
    script.press("E").unwrap();
    script.typed("status");
    script.press("enter").unwrap();
    script.typed("former");
    script.press("enter y").unwrap();
    expect(&script, "2,499 records: Status = Former");
    assert_eq!(former(&mut script), Count::Exactly(2_499));
    let kept = value(&mut office, 5, "status");
    assert_eq!(kept, Value::from("active"), "the one that was taken out");
    let mine = HistoryRequest { mine: true, limit: 5, ..HistoryRequest::default() };
    let entries = script.session().history(&mine).unwrap();
    assert_eq!((entries[0].records, &*entries[0].why), (2_499, "edit customer: status"));
    script.press("u").unwrap();
    expect(&script, "Taken back: edit customer: status (2,499 records)");
    assert_eq!(former(&mut script), Count::Exactly(0));
}

#[test]
fn marked_records_are_edited_after_a_look_and_taken_back_at_once() {
    let mut office = office();
    let mut script = office.open(80, 24);
    script.press("g c space space").unwrap();
    expect(&script, "2 marked");
    script.press("E").unwrap();
    expect(&script, "Which field?");
    script.typed("status");
    script.press("enter").unwrap();
    script.typed("former");
    script.press("enter").unwrap();
    expect(&script, "2 change");
    expect(&script, "Active → Former");
    assert_eq!(value(&mut office, 3, "status"), Value::from("active"));
    // Several are not done by one careless key.
    expect(&script, "[No]");
    script.press("y").unwrap();
    expect(&script, "2 records: Status = Former");
    expect_not(&script, "2 marked");
    let former = |office: &mut super::Office| {
        (1..=3).filter(|id| value(office, *id, "status") == Value::from("former")).count()
    };
    assert_eq!(former(&mut office), 2);
    script.press("u").unwrap();
    expect(&script, "Taken back");
    assert_eq!(former(&mut office), 0);
}

#[test]
fn a_cell_is_edited_in_place_and_the_edit_is_repeated() {
    let office = office();
    let mut script = office.open(80, 24);
    script.press("g d i").unwrap();
    expect(&script, "Enter edit");
    script.press("right right enter").unwrap();
    // The list of stages opens by itself; what is chosen is saved at once.
    script.typed("qual");
    script.press("enter").unwrap();
    expect(&script, "D-2: Stage = Qualification");
    let stage = |script: &mut Script, id| {
        let deal = script.session().get(&RecordRef::new("deal", RecordId(id))).unwrap();
        deal.get("stage").clone()
    };
    assert_eq!(stage(&mut script, 2), Value::from("qualification"));
    // The same again on another deal; help says what that is.
    script.press("esc G").unwrap();
    expect(&script, ". Stage = Qualification");
    script.press("?").unwrap();
    script.typed("repeat");
    expect(&script, "Repeat the last edit: Stage = Qualification");
    script.press("esc .").unwrap();
    expect(&script, "D-3: Stage = Qualification");
    assert_eq!(stage(&mut script, 3), Value::from("qualification"));
    // It means nothing for another kind of record.
    script.press("g c .").unwrap();
    expect(&script, "What you edited last was of Deals");
}

#[test]
fn a_cell_of_a_list_in_groups_is_edited_and_the_cursor_goes_along_with_its_row() {
    let office = office();
    let mut script = office.open(100, 30);
    script.press("g d w g").unwrap();
    script.typed("stage");
    script.press("enter").unwrap();
    let cursor = |script: &Script| {
        let all = script.text();
        all.lines().skip(3).find(|line| line.starts_with('▌')).unwrap_or_default().to_owned()
    };
    // The name of a group has no cells.
    assert!(cursor(&script).contains("Qualification  1"), "{}", script.text());
    script.press("i").unwrap();
    expect(&script, "no record under the cursor");
    script.press("j i").unwrap();
    assert!(cursor(&script).contains("Three presses"), "{}", script.text());
    script.press("right right enter").unwrap();
    script.typed("nego");
    script.press("enter").unwrap();
    expect(&script, "Stage = Negotiation");
    // It stands in its new group, and so does the cursor; the old group is gone.
    expect(&script, "▾ Negotiation  2");
    expect_not(&script, "Qualification  ");
    assert!(cursor(&script).contains("Three presses"), "{}", script.text());
    // On from cell to cell: names of groups are passed over.
    script.press("up").unwrap();
    let above = cursor(&script);
    assert!(!above.contains("Three presses") && !above.contains('▾'), "{}", script.text());
    script.press("down").unwrap();
    assert!(cursor(&script).contains("Three presses"), "{}", script.text());
    // Taken back, the row goes back.
    script.press("esc u").unwrap();
    expect(&script, "▸ Qualification  1");
}

#[test]
fn a_cell_moves_its_row_into_a_group_that_was_closed() {
    let office = crowd(600);
    let mut script = office.open(100, 30);
    script.press("g c w g").unwrap();
    script.typed("status");
    script.press("enter").unwrap();
    script.press("enter j i").unwrap();
    let text = script.text();
    assert!(text.contains('['), "{text}");
    script.press("right right right right right enter").unwrap();
    let record = script.app().subject().unwrap();
    script.typed("inact");
    script.press("enter").unwrap();
    assert_eq!(script.app().subject(), Some(record), "{}", script.text());
    let all = script.text();
    let line = all.lines().find(|line| line.starts_with('▌')).unwrap_or_default();
    assert!(line.contains("Customer 00001") && line.contains("Inactive"), "{all}");
    expect(&script, "▾ Inactive");
}

#[test]
fn a_wrong_cell_says_why_and_tab_goes_on() {
    let office = office();
    let mut script = office.open(80, 24);
    script.press("g d i right right right enter").unwrap();
    script.press("ctrl-u").unwrap();
    script.typed("plenty");
    script.press("enter").unwrap();
    expect(&script, "! not a");
    script.press("ctrl-u").unwrap();
    script.typed("99k");
    script.press("tab").unwrap();
    expect(&script, "Amount = ¥99,000");
    let deal = script.session().get(&RecordRef::new("deal", RecordId(2))).unwrap();
    let Value::Money(money) = deal.get("amount") else { panic!("no amount") };
    assert_eq!((money.digits().as_str(), money.currency.code()), ("99000.00", "CNY"));
    // The editor stands in the next cell now; Esc gives it up, again the cells.
    script.press("esc").unwrap();
    expect(&script, "Enter edit");
    script.press("esc").unwrap();
    expect(&script, "Enter open");
}

#[test]
fn somebody_elses_change_of_the_cell_is_a_conflict() {
    let mut office = office();
    let mut script = office.open(80, 24);
    script.press("g c i enter").unwrap();
    let other = Edit::update("customer", RecordId(2)).typed("name", "Anbang Ltd");
    office.desk.session.save(vec![other], "edit").unwrap();
    script.typed(" 2");
    script.press("enter").unwrap();
    expect(&script, "Anbang Ltd");
    expect(&script, "安邦科技有限公司 2");
    // Theirs stays.
    script.press("down enter enter").unwrap();
    assert_eq!(value(&mut office, 2, "name"), Value::from("Anbang Ltd"));
}

#[test]
fn a_range_is_marked_and_assigned_in_turn() {
    let mut office = crowd(6);
    for name in ["Bo", "Eva"] {
        let user = Edit::create("user").typed("name", name).typed("login", name.to_lowercase());
        office.desk.add(user);
    }
    let mut script = office.open(80, 24);
    script.press("g c /").unwrap();
    script.typed("customer status = active");
    script.press("ctrl-u").unwrap();
    script.typed("Customer");
    script.press("enter g g v j j j").unwrap();
    expect(&script, "4 in a row");
    script.press("v").unwrap();
    expect(&script, "4 marked");
    script.press("A").unwrap();
    expect(&script, "Owner · 4 records");
    script.press("down space down space enter").unwrap();
    expect(&script, "Owner in turn: Bo, Eva");
    expect(&script, "4 change");
    script.press("y").unwrap();
    let owner = |office: &mut super::Office, id| match value(office, id, "owner") {
        Value::Link(link) => link.id.0,
        _ => 0,
    };
    let owners: Vec<i64> = (4..=9).map(|id| owner(&mut office, id)).collect();
    assert_eq!(owners, [2, 3, 2, 3, 1, 1]);
    script.press("u").unwrap();
    let owners: Vec<i64> = (4..=9).map(|id| owner(&mut office, id)).collect();
    assert_eq!(owners, [1; 6]);
}

#[test]
fn tags_are_added_and_amounts_grow_by_percent() {
    let mut office = office();
    let mut script = office.open(80, 24);
    script.press("g d *").unwrap();
    expect(&script, "all 3 in filter");
    script.press("E").unwrap();
    script.typed("amount");
    script.press("enter down enter").unwrap();
    script.typed("+10%");
    script.press("enter").unwrap();
    expect(&script, "€84,000 → €92,400");
    expect(&script, "¥120,000 → ¥132,000");
    script.press("y").unwrap();
    expect(&script, "3 records: Amount +10 %");
    let amount = |script: &mut Script| {
        let deal = script.session().get(&RecordRef::new("deal", RecordId(1))).unwrap();
        match deal.get("amount") {
            Value::Money(money) => money.digits(),
            _ => String::new(),
        }
    };
    assert_eq!(amount(&mut script), "92400.00");
    script.press("u").unwrap();
    assert_eq!(amount(&mut script), "84000.00");
    // Tags: what is there stays.
    let one = Edit::update("customer", RecordId(1)).typed("tags", "vip");
    office.desk.session.save(vec![one], "edit").unwrap();
    script.press("g c * #").unwrap();
    script.press("enter").unwrap();
    script.typed("fair");
    script.press("enter enter y").unwrap();
    let tags = value(&mut office, 1, "tags");
    assert_eq!(tags, Value::List(vec!["vip".into(), "fair".into()]));
    assert_eq!(value(&mut office, 2, "tags"), Value::List(vec!["fair".into()]));
}

#[test]
fn deals_are_lost_together_with_a_reason() {
    let office = office();
    let mut script = office.open(80, 24);
    script.press("g d space space M").unwrap();
    script.typed("lost");
    script.press("enter").unwrap();
    expect(&script, "Lost because");
    script.press("enter").unwrap();
    expect(&script, "2 change");
    script.press("y").unwrap();
    let query = Query::parse("stage = lost", script.session().catalog(), "deal").unwrap();
    let lost = script.session().count("deal", Some(&query), None).unwrap();
    assert_eq!(lost, Count::Exactly(2));
}

#[test]
fn what_somebody_changes_between_look_and_act_is_left_alone_and_named() {
    let mut office = office();
    let mut script = office.open(80, 24);
    script.press("g c * E").unwrap();
    script.typed("status");
    script.press("enter").unwrap();
    script.typed("former");
    script.press("enter").unwrap();
    expect(&script, "3 change");
    let other = Edit::update("customer", RecordId(3)).typed("status", "prospect");
    office.desk.session.save(vec![other], "edit").unwrap();
    script.press("y").unwrap();
    expect(&script, "2 written");
    expect(&script, "C-3 Nordic Pumps Oy");
    expect(&script, "changed status meanwhile");
    script.press("esc").unwrap();
    assert_eq!(value(&mut office, 3, "status"), Value::from("prospect"));
    assert_eq!(value(&mut office, 1, "status"), Value::from("former"));
}

#[test]
fn rows_go_through_the_editor_and_come_back_as_one_change() {
    let mut office = office();
    // Names that try to leave their cells.
    let hostile = "Tab there \"quoted\" #1 = \u{202e}evil";
    let edit = Edit::update("customer", RecordId(3)).typed("name", hostile);
    office.desk.session.save(vec![edit], "edit").unwrap();
    let mut script = office.open(80, 24);
    script.press("g c * ctrl-e").unwrap();
    let text = script.in_editor.take().unwrap();
    assert!(text.starts_with("# Change cells"), "{text}");
    assert_eq!(text.lines().filter(|line| line.starts_with("C-")).count(), 3, "{text}");
    // Left as it was, nothing is different.
    script.edited(&text);
    expect(&script, "Nothing was changed");
    script.press("ctrl-e").unwrap();
    let text = script.in_editor.take().unwrap();
    // An unknown record and a line too short: told by line, and the text is not lost.
    let wrong = text.replace("C-1\t", "C-77\t") + "C-2\tshort\n";
    script.edited(&wrong);
    expect(&script, "C-77 was not among the rows");
    expect(&script, "C-2 stands in line");
    script.press("enter").unwrap();
    assert_eq!(script.in_editor.take().as_deref(), Some(wrong.as_str()));
    let right = text.replace("Müller Maschinenbau AG", "Müller Werke");
    let right: String =
        right.split_inclusive('\n').filter(|line| !line.starts_with("C-2")).collect();
    script.edited(&right);
    expect(&script, "1 change");
    expect(&script, "Müller Maschinenbau AG → Müller Werke");
    expect(&script, "1 line gone");
    script.press("y").unwrap();
    assert_eq!(value(&mut office, 1, "name"), Value::from("Müller Werke"));
    expect_not(&script, "in filter");
    script.press("u").unwrap();
    assert_eq!(value(&mut office, 1, "name"), Value::from("Müller Maschinenbau AG"));
}

#[test]
fn marked_records_are_exported_to_a_file_and_the_clipboard() {
    let office = office();
    let mut script = office.open(80, 24);
    let path = script.folder().unwrap().join("out.csv");
    script.press("g c space space X").unwrap();
    script.typed("csv file");
    script.press("enter ctrl-u").unwrap();
    script.paste(path.to_str().unwrap());
    script.press("enter").unwrap();
    expect(&script, "2 records written to");
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(text.lines().count(), 3, "{text}");
    // Over a file that is there only after a yes.
    script.press("X").unwrap();
    script.typed("csv file");
    script.press("enter ctrl-u").unwrap();
    script.paste(path.to_str().unwrap());
    script.press("enter").unwrap();
    expect(&script, "is there already");
    script.press("n esc").unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    script.press("X").unwrap();
    script.typed("markdown clip");
    script.press("enter").unwrap();
    expect(&script, "2 records copied");
    assert!(script.copied.as_deref().unwrap().starts_with("| Reference | Name |"));
}

#[test]
fn a_script_writes_nowhere_but_into_its_own_folder() {
    let office = office();
    let elsewhere = tempfile::tempdir().unwrap();
    let mut script = office.open(80, 24);
    let folder = script.folder().unwrap().to_owned();
    let outside = elsewhere.path().join("out.csv");
    for name in [outside.to_str().unwrap(), "../out.csv", "a/../../out.csv"] {
        script.press("g c X enter ctrl-u").unwrap();
        script.typed(name);
        script.press("enter").unwrap();
        expect(&script, "cannot be written");
        script.press("esc").unwrap();
    }
    assert!(!outside.exists() && !folder.with_file_name("out.csv").exists());
    // A bare name, as it is proposed, would be one in the working directory.
    script.press("g c X enter enter").unwrap();
    expect(&script, "written to customer-2026-11-23.csv");
    assert!(folder.join("customer-2026-11-23.csv").exists());
    assert!(!std::path::Path::new("customer-2026-11-23.csv").exists());
}

#[test]
fn my_changes_tell_what_they_would_restore_and_who_is_in_the_way() {
    let mut office = office();
    let mut script = office.open(80, 24);
    script.press("g c E").unwrap();
    script.typed("status");
    script.press("enter").unwrap();
    script.typed("former");
    script.press("enter").unwrap();
    expect(&script, "C-2: Status = Former");
    script.press("U").unwrap();
    expect(&script, "My changes");
    expect(&script, "edit C-2: status");
    expect(&script, "Status: Former → Active");
    script.press("enter").unwrap();
    expect(&script, "Take back: edit C-2: status");
    script.press("y").unwrap();
    assert_eq!(value(&mut office, 2, "status"), Value::from("active"));
    expect(&script, "It was taken back already.");
    // What was changed again since cannot be taken back, and it says why.
    script.press("esc .").unwrap();
    let other = Edit::update("customer", RecordId(2)).typed("status", "prospect");
    office.desk.session.save(vec![other], "edit").unwrap();
    script.press("U down").unwrap();
    expect(&script, "cannot be taken back");
    expect(&script, "changed status on");
}

#[test]
fn a_bulk_act_stopped_half_way_is_taken_back_as_far_as_it_went() {
    let office = crowd(1_000);
    let mut script = office.open(80, 24);
    let former = |script: &mut Script| {
        let query = Query::parse("status = former", script.session().catalog(), "customer");
        script.session().count("customer", Some(&query.unwrap()), None).unwrap()
    };
    script.press("g c /").unwrap();
    script.typed("customer status = active");
    script.press("enter * E").unwrap();
    script.typed("status");
    script.press("enter").unwrap();
    script.typed("former");
    script.press("enter").unwrap();
    expect(&script, "500 change");
    script.answer_only(1);
    script.press("y").unwrap();
    expect(&script, "Writing: 250 of 500");
    // The piece on its way comes to its end, the next is not begun.
    script.press("esc").unwrap();
    expect(&script, "Stopped.");
    script.answer_all();
    let done = former(&mut script);
    assert_eq!(done, Count::Exactly(500), "the piece that was asked for is the last one here");
    script.press("esc").unwrap();
    script.press("u").unwrap();
    expect(&script, "Taken back");
    assert_eq!(former(&mut script), Count::Exactly(0));
}

#[test]
fn what_is_stopped_before_its_last_piece_leaves_the_rest_alone() {
    let office = crowd(2_000);
    let mut script = office.open(80, 24);
    let former = |script: &mut Script| {
        let query = Query::parse("status = former", script.session().catalog(), "customer");
        script.session().count("customer", Some(&query.unwrap()), None).unwrap()
    };
    script.press("g c /").unwrap();
    script.typed("customer status = active");
    script.press("enter * E").unwrap();
    script.typed("status");
    script.press("enter").unwrap();
    script.typed("former");
    script.press("enter").unwrap();
    script.answer_only(1);
    script.press("y esc").unwrap();
    script.answer_all();
    assert_eq!(former(&mut script), Count::Exactly(500));
    expect(&script, "500 written · u takes them back");
    script.press("esc").unwrap();
    let mine = HistoryRequest { mine: true, limit: 1, ..HistoryRequest::default() };
    assert_eq!(script.session().history(&mine).unwrap()[0].records, 500);
    script.press("u").unwrap();
    assert_eq!(former(&mut script), Count::Exactly(0));
    let active = Query::parse("status = active", script.session().catalog(), "customer").unwrap();
    let active = script.session().count("customer", Some(&active), None).unwrap();
    assert_eq!(active, Count::Exactly(1_003), "exactly that came back");
}

#[test]
fn a_large_undo_shows_how_far_it_is_is_stopped_and_goes_on() {
    let mut office = crowd(10);
    let edits =
        (1..=1_700).map(|n| Edit::create("customer").typed("name", format!("Import {n:04}")));
    let plan = office.desk.session.plan(edits.collect(), "import of a list").unwrap();
    office.desk.session.apply(plan).unwrap();
    let mut script = office.open(80, 24);
    let imported = |script: &mut Script| {
        let query = Query::parse("name ~ import", script.session().catalog(), "customer");
        script.session().count("customer", Some(&query.unwrap()), None).unwrap()
    };
    // It was not made in this session, so it is asked about.
    script.press("g c u").unwrap();
    expect(&script, "This change was not made in this session");
    expect(&script, "[No]");
    // One piece.
    script.answer_only(1);
    script.press("y").unwrap();
    expect(&script, "Writing: 500 of 1,700");
    script.press("esc").unwrap();
    expect(&script, "Stopped. What was taken back stays so");
    script.answer_all();
    expect(&script, "1,000 of 1,700 taken back");
    assert_eq!(imported(&mut script), Count::Exactly(700));
    script.press("esc").unwrap();
    expect(&script, "Customers");
    // It is known as half undone, and the same key goes on.
    script.press("U").unwrap();
    expect(&script, "half taken back");
    script.press("esc u y").unwrap();
    expect(&script, "Taken back: import of a list");
    assert_eq!(imported(&mut script), Count::Exactly(0));
    script.press("U").unwrap();
    expect_not(&script, "half taken back");
    // What is left is older: it can be taken back next.
    assert_eq!(script.session().plan_undo(None).unwrap().why, "test");
}

#[test]
fn marked_records_that_are_deleted_come_back_by_one_key() {
    let mut office = crowd(6);
    let mut script = office.open(80, 24);
    script.press("g c space space D").unwrap();
    expect(&script, "[No]");
    script.press("enter").unwrap();
    expect(&script, "2 marked");
    script.press("D y").unwrap();
    expect(&script, "2 records: Delete");
    let alive = |office: &mut super::Office| {
        let all = office.desk.session.count("customer", None, None).unwrap();
        let Count::Exactly(n) = all else { panic!("{all:?}") };
        n
    };
    assert_eq!(alive(&mut office), 7);
    // What lives cannot be restored, marked or not.
    script.press("space R").unwrap();
    expect(&script, "the record is not deleted");
    script.press("esc space T").unwrap();
    expect(&script, "Customers › Deleted");
    script.press("space space R").unwrap();
    expect(&script, "2 change");
    expect(&script, "comes back");
    script.press("y").unwrap();
    expect(&script, "2 records: Restore");
    expect(&script, "Nothing was deleted here.");
    assert_eq!(alive(&mut office), 9);
    // One undo deletes both again.
    script.press("u").unwrap();
    expect(&script, "Taken back");
    assert_eq!(alive(&mut office), 7);
}

#[test]
fn the_list_of_my_changes_goes_over_many_pages() {
    let mut office = office();
    for n in 1..=230 {
        let edit = Edit::create("customer").typed("name", format!("Page {n:03}"));
        office.desk.session.save(vec![edit], &format!("change {n:03}")).unwrap();
    }
    // Undos of my own are no entries, but they fill pages too.
    for _ in 0..5 {
        let plan = office.desk.session.plan_undo(None).unwrap();
        office.desk.session.undo(&plan).unwrap();
    }
    let mut script = office.open(80, 24);
    script.press("U").unwrap();
    expect(&script, "change 230");
    script.press("0 1 0 0 j").unwrap();
    script.press("0 1 0 0 j").unwrap();
    script.press("0 2 9 j").unwrap();
    let cursor = |script: &Script| {
        let all = script.text();
        all.lines().find(|line| line.starts_with('▌')).unwrap_or_default().to_owned()
    };
    assert!(cursor(&script).contains("change 001"), "{}", script.text());
    // The last of them is what stands there still: it can be taken back from here.
    script.press("enter").unwrap();
    expect(&script, "Apply to 1 record?");
    script.press("y").unwrap();
    expect(&script, "Taken back: change 001");
    assert!(!script.text().contains("Apply to"));
}

#[test]
fn an_export_that_is_stopped_writes_nothing() {
    let office = crowd(900);
    let mut script = office.open(80, 24);
    let path = script.folder().unwrap().join("all.csv");
    script.press("g c * X enter ctrl-u").unwrap();
    script.typed(path.to_str().unwrap());
    script.answer_only(0);
    script.press("enter").unwrap();
    expect(&script, "Writing… 0");
    expect(&script, "Esc stops it");
    script.press("esc").unwrap();
    script.answer_all();
    expect(&script, "Stopped: nothing was written.");
    assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 0);
    // Not stopped, it is there as a whole.
    script.press("X enter ctrl-u").unwrap();
    script.typed(path.to_str().unwrap());
    script.press("enter").unwrap();
    expect(&script, "903 records written to");
    assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 904);
}
