//! Stories of the queue of duplicates: gone through by hand, many at once, with others at work, with few rights.

use super::*;

fn customer(name: &str, phone: &str) -> Edit {
    Edit::create("customer").typed("name", name).typed("phones", phone)
}

/// An office with duplicates: a pair that is safe, three of one, and two that only look alike.
pub fn office_with_twins() -> Office {
    let mut office = office();
    for (name, phone) in [
        ("Müller Maschinenbau", "+49 711 555010"),
        ("Orbit Mills GmbH", "+49 40 1112223"),
        ("Orbit Mills", "+49 40 1112223"),
        ("Orbit Mills AG", "+49 40 1112223"),
        ("Basalt Foods Ltd", "+44 20 79460001"),
        ("Basalt Foods", "+44 20 79460001"),
    ] {
        office.desk.add(customer(name, phone));
    }
    let deal = Edit::create("deal")
        .typed("name", "Second press")
        .with("customer", link(&RecordRef::new("customer", RecordId(4))));
    office.desk.add(deal);
    office
}

fn is_away(office: &mut Office, id: i64) -> bool {
    office.desk.session.refresh().unwrap();
    let record = RecordRef::new("customer", RecordId(id));
    office.desk.session.get(&record).unwrap().meta.deleted_at.is_some()
}

#[test]
fn a_queue_is_gone_through_and_taken_back() {
    let mut office = office_with_twins();
    let mut script = office.open(80, 24);
    script.press("g c g w").unwrap();
    expect(&script, "Customers › Duplicates");
    expect(&script, "3 open:");
    expect(&script, "Müller Maschinenbau");
    expect(&script, "3 x Orbit Mills");
    expect(&script, "Phones the same");
    // The pair of Müller is looked up by its name.
    script.press("/").unwrap();
    script.typed("maschinen");
    script.press("enter").unwrap();
    expect(&script, "1 of 1");
    expect(&script, "<> Name");
    script.press("enter").unwrap();
    expect(&script, "One record of several");
    expect(&script, "Moves: 1 Deal (Customer)");
    script.press("enter y").unwrap();
    expect(&script, "C-4 merged into C-1");
    expect(&script, "Nothing fits.");
    assert!(is_away(&mut office, 4));
    script.press("u").unwrap();
    expect(&script, "Müller Maschinenbau");
    assert!(!is_away(&mut office, 4));
    // Not a duplicate: remembered, shown among those, taken back.
    script.press("x").unwrap();
    expect(&script, "C-1, C-4 kept apart for everybody");
    script.press("esc").unwrap();
    expect(&script, "2 open:");
    expect(&script, "1 not duplicates");
    script.press("T").unwrap();
    expect(&script, "[1 not duplicates]");
    expect(&script, "Müller Maschinenbau");
    script.press("enter").unwrap();
    expect(&script, "takes that back first");
    script.press("x").unwrap();
    expect(&script, "C-1, C-4 may be duplicates again");
    script.press("T").unwrap();
    expect(&script, "3 open:");
}

#[test]
fn one_of_three_is_none_of_the_others() {
    let mut office = office_with_twins();
    let mut script = office.open(120, 40);
    script.press("g c g w /").unwrap();
    script.typed("orbit");
    script.press("enter x").unwrap();
    expect(&script, "Which is none of the others?");
    script.press("3").unwrap();
    expect(&script, "Orbit Mills GmbH = Orbit Mills");
    expect_not(&script, "3 x");
    // The other record is the one that is left.
    script.press("right enter enter y").unwrap();
    expect(&script, "C-5 merged into C-6");
    assert!(is_away(&mut office, 5));
    assert!(!is_away(&mut office, 7));
}

#[test]
fn what_is_skipped_waits_behind_the_others() {
    let office = office_with_twins();
    let mut script = office.open(80, 24);
    script.press("g c g w").unwrap();
    let first = |script: &Script| script.text().lines().nth(4).unwrap().to_owned();
    let before = first(&script);
    script.press("s").unwrap();
    expect(&script, "1 skipped");
    assert_ne!(first(&script), before);
    let name = before.trim_start_matches('▌').trim().to_owned();
    let name: String = name.chars().skip(6).take(8).collect();
    let at = script.text().lines().position(|line| line.contains(name.trim())).unwrap();
    assert_eq!(at, 6, "{}", script.text());
}

#[test]
fn safe_ones_are_merged_together_and_one_undo_takes_all_back() {
    let mut office = office_with_twins();
    let mut script = office.open(80, 24);
    script.press("g c g w M").unwrap();
    expect(&script, "Merge 3 cases from 95 % on");
    expect(&script, "4 records are put away.");
    expect(&script, "Moves: 1 Deals");
    expect(&script, "Nobody has afterwards:");
    expect(&script, "[No]");
    // No is the answer where nobody says otherwise.
    script.press("enter").unwrap();
    expect(&script, "3 open:");
    assert!(!is_away(&mut office, 4));
    script.press("M right enter").unwrap();
    expect(&script, "No duplicates among");
    assert!([4, 6, 7, 9].iter().all(|id| is_away(&mut office, *id)));
    script.press("u").unwrap();
    expect(&script, "3 open:");
    assert!([4, 6, 7, 9].iter().all(|id| !is_away(&mut office, *id)));
    // Only the marked ones.
    script.press("space M right enter").unwrap();
    expect(&script, "2 open:");
}

#[test]
fn a_pair_that_somebody_changed_meanwhile_stays_with_its_reason() {
    let mut office = office_with_twins();
    let mut script = office.open(120, 40);
    script.press("g c g w M").unwrap();
    expect(&script, "Merge 3 cases");
    let edit = Edit::update("customer", RecordId(9)).typed("urls", "basalt.example");
    office.desk.session.save(vec![edit], "meanwhile").unwrap();
    script.press("right enter").unwrap();
    expect(&script, "changed C-9 meanwhile");
    script.press("enter").unwrap();
    expect(&script, "1 open:");
    expect(&script, "! ");
    expect(&script, "changed C-9 meanwhile");
    assert!(!is_away(&mut office, 9));
    assert!(is_away(&mut office, 4));
}

#[test]
fn who_may_not_merge_sees_the_pairs_and_is_told() {
    let mut office = office_with_twins();
    let key = "looker";
    let role = Edit::create("role").typed("name", "Looker").typed("key", key);
    let rights = "[entity.customer]\nread = \"all\"\nfields = { phones = \"hidden\" }\n";
    office.desk.add(role.with("rights", Value::from(rights)));
    let edit =
        Edit::create("user").typed("name", "Lou").typed("login", key).typed("roles", "Looker");
    let user = office.desk.add(edit).id;
    let session = office.desk.gate.session_of(user, Via::Tui).unwrap();
    let theme = Theme::built_in("dark", ColourDepth::Palette);
    let screen = Screen { width: 120, height: 40, theme, lang: Lang::En, ascii: false };
    let mut script = Script::start(session, &screen);
    script.press("g c g w").unwrap();
    expect(&script, "Orbit Mills");
    for hidden in ["Phone", "+49", "1112223"] {
        expect_not(&script, hidden);
    }
    script.press("enter").unwrap();
    expect_not(&script, "One record of several");
    expect(&script, "merge");
    script.press("M").unwrap();
    expect_not(&script, "Merge 3 cases");
    // Somebody who may read none is told so.
    let none = Edit::create("role").typed("name", "None").typed("key", "none");
    office.desk.add(none.with("rights", Value::from("[entity.deal]\nread = \"all\"\n")));
    let edit =
        Edit::create("user").typed("name", "Nil").typed("login", "nil").typed("roles", "None");
    let user = office.desk.add(edit).id;
    let session = office.desk.gate.session_of(user, Via::Tui).unwrap();
    let mut script = Script::start(session, &screen);
    script.press("g w").unwrap();
    expect(&script, "nothing that you may see has a rule for duplicates");
}

#[test]
fn it_is_stopped_begun_again_and_works_in_the_smallest_window() {
    let office = office_with_twins();
    let mut script = office.open(80, 24);
    script.press("g c g w f").unwrap();
    expect(&script, "[");
    script.press("esc R").unwrap();
    expect(&script, "3 open:");
    for (width, height) in [(30, 6), (40, 10), (34, 8), (200, 60), (116, 9)] {
        script.resize(width, height);
        for keys in [
            "p", "} } } {", "right", "down", "*", "*", "T", "T", "f", "f", "f", "f", "p", "+ - -",
            "home",
        ] {
            script.press(keys).unwrap();
        }
    }
    script.resize(40, 12);
    script.press("p").unwrap();
    expect(&script, "<>");
    script.press("esc").unwrap();
    expect_not(&script, "<>");
}
