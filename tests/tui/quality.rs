//! The quality of the data on the screens: what the checks found, one by one, put right and taken back.

use super::*;

/// An office whose records were written by something that let everything pass.
fn company() -> Office {
    let mut office = office();
    let edits = (0..12).map(|n| {
        let edit = Edit::create("customer").typed("name", format!("Pumps {n:02}"));
        edit.typed("address", "city=Stuttgart; country=Germany; postcode=70173")
    });
    office.desk.session.save(edits.collect(), "many").unwrap();
    damage(
        &office,
        "UPDATE customer SET name = 'PUMPS  AND VALVES LIMITED' WHERE name = 'Pumps 00';
         UPDATE customer SET address_city = 'Stutgart' WHERE name = 'Pumps 01';
         UPDATE customer SET address_postcode = '1067' WHERE name = 'Pumps 02';
         UPDATE customer SET emails = '[{\"v\":\"nobody\"}]' WHERE name = 'Pumps 03';
         UPDATE contact SET name = 'ANNA  MÜLLER';",
    );
    office
}

fn damage(office: &Office, sql: &str) {
    let db = rusqlite::Connection::open(office.desk.gate.path()).unwrap();
    db.execute_batch(sql).unwrap();
}

#[test]
fn how_it_looks() {
    let office = company();
    damage(
        &office,
        "INSERT INTO _quality VALUES('customer', '2026-11-01', 1, 812, 5, 3, '{}');
         INSERT INTO _quality VALUES('customer', '2026-11-10', 1, 900, 5, 3, '{}');",
    );
    let mut all = String::new();
    for lang in [Lang::En, Lang::Zh] {
        for (width, height) in [(80, 24), (120, 40), (40, 12)] {
            for (step, keys) in [
                ("what was found", "g Q"),
                ("all of an entity", "g Q enter"),
                ("one left out", "g Q enter down space"),
                ("before it is done", "g Q a"),
            ] {
                let mut script = office.open_as(width, height, "dark", ColourDepth::Palette, lang);
                script.press(keys).unwrap();
                all.push_str(&format!("== {step} {width}x{height}\n{}\n", script.text()));
            }
        }
    }
    insta::assert_snapshot!("quality", all);
}

#[test]
fn what_is_marked_is_put_right_and_one_undo_takes_it_back() {
    let office = company();
    let mut script = office.open(120, 40);
    script.press("g Q").unwrap();
    expect(&script, "Customers");
    expect(&script, "Stray blanks");
    // One step from the top: the first check of customers, then its findings.
    script.press("enter").unwrap();
    expect(&script, "\"PUMPS  AND VALVES LIMITED\"");
    // No mark at all, then all of them again; the answer is No at first.
    script.press("* * a").unwrap();
    expect(&script, "put right, all checks");
    script.press("enter").unwrap();
    assert_eq!(name(&office), "PUMPS  AND VALVES LIMITED");
    script.press("a y").unwrap();
    assert_eq!(name(&office), "Pumps and Valves Limited");
    // Back on the overview, looked at again: what nobody can put right by itself is left.
    expect(&script, "Data quality");
    expect(&script, "Invalid e-mail");
    assert!(!script.text().contains("Spellings"), "{}", script.text());
    script.press("u").unwrap();
    assert_eq!(name(&office), "PUMPS  AND VALVES LIMITED");
}

fn name(office: &Office) -> String {
    let found = office.desk.session.list(&kontor::gate::ListRequest {
        filter: Some(
            kontor::query::Query::parse(
                "address.postcode = 70173 and name ~ Valves",
                office.desk.session.catalog(),
                "customer",
            )
            .unwrap(),
        ),
        ..kontor::gate::ListRequest::first("customer", 5)
    });
    found.unwrap().rows[0].get("name").as_text().unwrap().to_owned()
}
