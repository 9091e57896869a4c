//! What the checks find in records that nobody could enter today, and what becomes of it.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

mod common;
#[allow(dead_code)]
#[path = "common/shell.rs"]
mod shell;

use common::{Desk, desk};
use kontor::gate::{Mended, Merge, Scan, Session, Via, mending};
use kontor::model::{Edit, RecordRef, Value};
use kontor::quality::{CHECKS, Check, Finding};
use kontor::schema::Format;
use shell::Shell;

/// Writes past the gate, as an older program might have.
fn damage(path: &std::path::Path, sql: &str) {
    let db = rusqlite::Connection::open(path).unwrap();
    db.pragma_update(None, "foreign_keys", false).unwrap();
    db.execute_batch(sql).unwrap();
}

fn scanned(session: &Session, entity: &str, checks: &[&str]) -> (Scan, Vec<Finding>) {
    let checks: Vec<&'static Check> = checks.iter().map(|n| Check::named(n).unwrap()).collect();
    let mut scan = session.begin_scan(entity, &checks, None).unwrap();
    let mut found = Vec::new();
    while !scan.is_over() {
        found.extend(session.scan_on(&mut scan).unwrap());
    }
    (scan, found)
}

/// Findings as lines: `C-1 name whitespace: before -> after`.
fn told(session: &Session, found: &[Finding]) -> Vec<String> {
    let catalog = session.catalog();
    let format = Format { lang: kontor::model::Lang::En, zone: chrono_tz::UTC };
    let line = |finding: &Finding| {
        let record = finding.record.as_ref().map(|r| catalog.reference(r)).unwrap_or_default();
        let after = finding.after.as_ref().map_or_else(
            || format!("({})", finding.words),
            |value| match value {
                Value::Text(text) => text.clone(),
                value => format.plain(catalog, value),
            },
        );
        format!("{record} {} {}: {after}", finding.field, finding.check.name)
    };
    found.iter().map(line).collect()
}

fn customer(name: &str) -> Edit {
    Edit::create("customer").typed("name", name)
}

#[test]
fn values_that_nobody_could_enter_today() {
    let mut desk = desk();
    for n in 1..=4 {
        desk.add(customer(&format!("Customer {n}")));
    }
    desk.add(Edit::create("contact").typed("name", "Anna Müller"));
    damage(
        desk.gate.path(),
        "UPDATE customer SET name = '  Müller\u{a0}  AG\u{200b} ' WHERE id = 1;
         UPDATE customer SET phones = '[{\"v\":\"02079460958\"}]', address_country = 'United Kingdom',
           address_postcode = 'sw1a1aa' WHERE id = 2;
         UPDATE customer SET emails = '[{\"v\":\"anna@gmial.com\"},{\"l\":\"work\",\"v\":\"bo(at)example.com\"}]',
           address_country = 'Germany', address_postcode = '1067', address_city = 'DRESDEN' WHERE id = 3;
         UPDATE customer SET emails = '[{\"v\":\"nobody\"}]', phones = '[{\"v\":\"12345\"}]',
           address_country = '德国', address_postcode = 'X1' WHERE id = 4;
         UPDATE customer SET status = NULL WHERE id = 4;
         UPDATE customer SET segment = 'standrd', tags = '[\"a  b\",\"a b\"]' WHERE id = 2;
         UPDATE contact SET name = 'ANNA VON  MÜLLER' WHERE id = 1;",
    );
    let (scan, found) = scanned(&desk.session, "customer", &[]);
    insta::assert_snapshot!("customers", told(&desk.session, &found).join("\n"));
    assert_eq!(scan.score().records(), 4);
    assert_eq!(scan.score().clean(), 0);
    // One check after the other works on what those before it make of the value.
    let (_, found) = scanned(&desk.session, "contact", &[]);
    assert_eq!(
        told(&desk.session, &found),
        ["P-1 name whitespace: ANNA VON MÜLLER", "P-1 name capitals: Anna von Müller"]
    );
}

#[test]
fn spellings_and_what_is_chosen_are_counted_over_all_records() {
    let mut desk = desk();
    let address = |city: &str| customer(city).typed("address", format!("city={city}"));
    let stuttgart = (0..60).map(|_| address("Stuttgart"));
    let edits = stuttgart.chain([address("Stutgart"), address("stuttgart"), address("Ulm")]);
    let edits = edits.map(|edit| edit.typed("segment", "key")).collect();
    desk.session.save(edits, "many").unwrap();
    let (_, found) = scanned(&desk.session, "customer", &["spelling", "unused"]);
    let lines = told(&desk.session, &found);
    assert_eq!(lines.iter().filter(|line| line.contains("Stuttgart")).count(), 2, "{lines:#?}");
    assert!(found[0].words.contains("against 60 records"), "{}", found[0].words);
    assert!(lines.iter().any(|line| line.contains("segment unused: (Small is chosen nowhere")));
    assert!(!lines.iter().any(|line| line.contains("Key account")), "{lines:#?}");
    assert!(!lines.iter().any(|line| line.contains("industry")), "{lines:#?}");
}

#[test]
fn links_to_what_is_not_there_any_more() {
    let mut desk = desk();
    let [left, merged, gone, missing] =
        ["Left", "Merged", "Gone", "Missing"].map(|name| desk.add(customer(name)));
    let mut contact = |name: &str, of: &RecordRef| {
        let link = Value::Link(kontor::model::Link::new("customer", of.id));
        desk.add(Edit::create("contact").typed("name", name).with("customer", link))
    };
    let [a, b, c] =
        [contact("Anna A", &merged), contact("Bo B", &gone), contact("Cho C", &missing)];
    let plan = desk.session.plan_merge(&Merge::new(left.clone(), vec![merged.clone()])).unwrap();
    desk.session.merge(&plan).unwrap();
    desk.session.save(vec![Edit::delete("customer", gone.id)], "away").unwrap();
    let number = |record: &RecordRef| record.id.0;
    damage(
        desk.gate.path(),
        &format!(
            "UPDATE contact SET customer = {} WHERE id = {};
             UPDATE contact SET customer = 999 WHERE id = {};",
            number(&merged),
            number(&a),
            number(&c)
        ),
    );
    let (_, found) = scanned(&desk.session, "contact", &["orphan"]);
    let lines = told(&desk.session, &found);
    assert_eq!(lines.len(), 3, "{lines:#?}");
    assert_eq!(found[0].record.as_ref(), Some(&a));
    assert!(found[0].words.contains("merged into C-1"), "{}", found[0].words);
    assert_eq!(found[0].after.as_ref().and_then(Value::as_link).map(|link| link.id), Some(left.id));
    // What was deleted can come back, so nothing is proposed.
    assert_eq!((found[1].record.as_ref(), &found[1].after), (Some(&b), &None));
    assert_eq!(found[2].after, Some(Value::Null));
    // Who does not see all customers is not told which of them are gone.
    desk.add(
        Edit::create("user").typed("name", "Bo").typed("login", "bo").typed("roles", "Standard"),
    );
    desk.session.save(vec![Edit::update("contact", c.id).typed("owner", "Bo")], "his").unwrap();
    let bo = desk.session.resolve("user", "Bo").unwrap();
    let session = desk.gate.session_of(bo.id, Via::Cli).unwrap();
    let (scan, found) = scanned(&session, "contact", &["orphan"]);
    assert_eq!((scan.score().records(), told(&session, &found)), (1, vec![]));
}

#[test]
fn all_is_put_right_as_one_change_set_and_taken_back() {
    let mut desk = desk();
    let edits = (0..600).map(|n| customer(&format!("Customer {n}"))).collect();
    desk.session.save(edits, "many").unwrap();
    damage(desk.gate.path(), "UPDATE customer SET name = name || '  x' WHERE id % 2 = 0");
    let before = kontor::gate::living_hash(desk.gate.path()).unwrap();
    let (scan, found) = scanned(&desk.session, "customer", &["whitespace"]);
    assert_eq!((found.len(), scan.score().all().proposals), (300, 300));
    let mut mended = Mended::default();
    let mut scan = scan.again();
    while !scan.is_over() {
        let found = desk.session.scan_again(&mut scan).unwrap();
        desk.session.mend(mending(&found), &mut mended).unwrap();
    }
    assert_eq!((mended.written, mended.left), (300, 0));
    let left = scanned(&desk.session, "customer", &[]).1;
    assert!(left.iter().all(|finding| finding.check.name == "unused"), "{left:#?}");
    let plan = desk.session.plan_undo(mended.operation).unwrap();
    assert_eq!(plan.records, 300);
    desk.session.undo(&plan).unwrap();
    assert_eq!(kontor::gate::living_hash(desk.gate.path()).unwrap(), before);
}

/// A session of somebody with this role.
fn somebody(desk: &mut Desk, rights: &str) -> Session {
    desk.add(Edit::create("role").typed("name", "Odd").typed("key", "odd").typed("rights", rights));
    desk.add(Edit::create("user").typed("name", "Eve").typed("login", "eve").typed("roles", "Odd"));
    let eve = desk.session.resolve("user", "Eve").unwrap();
    desk.gate.session_of(eve.id, Via::Cli).unwrap()
}

#[test]
fn nobody_is_told_of_fields_they_do_not_see_nor_changes_what_they_may_not() {
    let mut desk = desk();
    desk.add(customer("A  B"));
    desk.add(customer("C"));
    damage(
        desk.gate.path(),
        "UPDATE customer SET name = 'A  B', external_id = ' ' || id || ' ', source = 'wbe', address_city = 'X  Y';",
    );
    let all = scanned(&desk.session, "customer", &[]).1.len();
    let rights = "[entity.customer]\nread = \"all\"\nedit = \"none\"\nfields = { source = \"hidden\", address = \"masked\" }\n";
    let mut eve = somebody(&mut desk, rights);
    let (scan, found) = scanned(&eve, "customer", &[]);
    assert!(found.len() < all, "{} of {all}", found.len());
    assert!(found.iter().all(|f| !["source", "address"].contains(&f.field.as_str())), "{found:#?}");
    assert!(!found.is_empty());
    // No score is made of half of the fields, nor shown.
    assert!(!scan.is_whole());
    assert!(!eve.keep_score(&scan).unwrap());
    assert!(eve.scores(Some("customer")).is_err());
    let mut mended = Mended::default();
    eve.mend(mending(&found), &mut mended).unwrap();
    assert_eq!((mended.operation, mended.written), (None, 0));
    let (scan, _) = scanned(&desk.session, "customer", &[]);
    assert!(desk.session.keep_score(&scan).unwrap());
    assert_eq!(desk.session.scores(None).unwrap().len(), 1);
    assert_eq!(eve.scores(None).unwrap(), []);
}

#[test]
fn names_of_checks_are_told_apart_and_stay() {
    let names: Vec<&str> = CHECKS.iter().map(|check| check.name).collect();
    assert_eq!(
        names,
        [
            "required",
            "whitespace",
            "phone",
            "email",
            "postcode",
            "spelling",
            "capitals",
            "format",
            "orphan",
            "unused"
        ]
    );
}

#[test]
fn blanks_are_tidied_on_entry_by_every_way_in() {
    let shell = Shell::new();
    shell.done(&[
        "customer",
        "add",
        "name=  Müller\u{a0} \u{200b} AG ",
        "address=street=A  1\u{a0}b; city=New   York",
    ]);
    let row = &shell.json(&["customer", "list", "--columns", "name,address"])[0];
    assert_eq!(row["name"], "Müller AG", "{row}");
    assert_eq!(row["address"]["city"], "New York");
    assert_eq!(row["address"]["street"], "A 1 b");
    let file = shell.file("in.csv", "name,phones\nNordic   Pumps\u{3000}Oy,0711  555010\n");
    shell.done(&["import", "customer", file.to_str().unwrap()]);
    let rows =
        shell.json(&["customer", "list", "--where", "name ~ Nordic", "--columns", "name,phones"]);
    assert_eq!(rows[0]["name"], "Nordic Pumps Oy");
    assert!(rows.to_string().contains("+49711555010"), "{rows}");
    shell.done(&["customer", "edit", "C-1", "name=Müller   KG"]);
    assert!(shell.done(&["show", "C-1"]).contains("Müller KG"));
}

#[test]
fn on_the_command_line() {
    let shell = Shell::new();
    let empty = shell.type_in(&["clean"]);
    assert_eq!(empty.status, 0, "{empty:?}");
    for name in ["Acme", "Borealis", "Cho & Co"] {
        shell.done(&["customer", "add", &format!("name={name}"), "phones=0711 555010"]);
    }
    damage(
        &shell.database(),
        "UPDATE customer SET name = name || ' ' WHERE id < 3;
         UPDATE customer SET emails = '[{\"v\":\"\u{1b}[31mnobody\"}]' WHERE id = 3;",
    );
    let said = shell.type_in(&["clean", "customer"]);
    assert_eq!(said.status, 0, "{said:?}");
    insta::assert_snapshot!("clean-customer", format!("{}--\n{}", said.out, said.err));
    assert!(!said.out.contains('\u{1b}'));
    let rows = shell.json(&["clean", "customer", "--check", "whitespace"]);
    assert_eq!(rows.as_array().unwrap().len(), 2, "{rows}");
    assert_eq!(rows[0]["proposal"], "Acme");
    let counts = shell.json(&["clean", "customer", "--counts"]);
    assert_eq!(counts[0]["check"], "whitespace");
    assert_eq!(
        shell.done(&["clean", "customer", "--check", "whitespace", "--format", "ids"]),
        "C-1\nC-2\n"
    );
    let only = shell.json(&["clean", "customer", "--where", "id = 2"]);
    assert_eq!(only.as_array().unwrap().len(), 1, "{only}");
    assert!(shell.done(&["clean", "--list"]).contains("postcode"));

    let wrong = shell.type_in(&["clean", "customer", "--check", "whitespce"]);
    assert_eq!(wrong.status, 2, "{wrong:?}");
    assert!(wrong.err.contains("whitespace"), "{wrong:?}");
    assert_eq!(shell.type_in(&["clean", "--where", "id = 1"]).status, 2);
    assert_eq!(shell.type_in(&["clean", "custmer"]).status, 2);

    // Nothing is written without a yes.
    let refused = shell.type_in(&["clean", "customer", "--apply"]);
    assert_eq!(refused.status, 1, "{refused:?}");
    assert!(refused.err.contains("2 proposals"), "{refused:?}");
    let done = shell.type_in(&["clean", "customer", "--apply", "--yes"]);
    assert_eq!(done.status, 0, "{done:?}");
    assert!(done.err.contains("2 records put right"), "{done:?}");
    assert_eq!(shell.json(&["clean", "customer", "--check", "whitespace"]), serde_json::json!([]));
    shell.done(&["undo"]);
    assert_eq!(shell.json(&["clean", "customer", "--counts"])[0]["findings"], 2);
    let again = shell.type_in(&["clean", "contact", "--apply", "--yes"]);
    assert!(again.err.contains("nothing that can be put right"), "{again:?}");
}

#[test]
fn scores_are_kept_by_day_and_go_out_and_in_with_everything() {
    let shell = Shell::new();
    shell.done(&["customer", "add", "name=Acme"]);
    let before = shell.done(&["doctor", "--hash"]);
    shell.done(&["clean", "customer", "--check", "whitespace"]);
    assert_eq!(shell.json(&["clean", "--score"]), serde_json::json!([]), "it was not everything");
    shell.done(&["clean", "customer"]);
    shell.done(&["clean", "customer"]);
    let scores = shell.json(&["clean", "--score"]);
    assert_eq!(scores.as_array().unwrap().len(), 1, "{scores}");
    assert_eq!(
        (scores[0]["score"].as_f64(), scores[0]["records"].as_i64()),
        (Some(100.0), Some(1))
    );
    assert_eq!(scores[0]["day"], "2026-11-23");
    // It is part of what the file holds.
    let after = shell.done(&["doctor", "--hash"]);
    damage(
        &shell.database(),
        "INSERT INTO _quality VALUES('customer', '2026-11-20', 1, 812, 5, 3, '{\"phone\":2}')",
    );
    let all = shell.folder.path().join("all.ndjson");
    shell.done(&["export", "--full", all.to_str().unwrap()]);
    let mut other = Shell::new();
    other.named = false;
    other.done(&["import", "--full", all.to_str().unwrap()]);
    let scores = other.json(&["clean", "--score"]);
    assert_eq!(scores.as_array().unwrap().len(), 2, "{scores}");
    assert_eq!(scores[0]["found"]["phone"], 2);
    assert!(other.done(&["clean", "customer", "--score"]).contains("81.2 - 100.0"));
    let _ = (before, after);
}
