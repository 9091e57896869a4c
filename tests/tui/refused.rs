//! What a person may not do is refused before they type, and not offered where it would be refused.

use kontor::gate::Via;
use kontor::host::scripted::{Screen, Script};
use kontor::model::{Edit, Lang, RecordId, RecordRef, Value};
use kontor::term::ColourDepth;
use kontor::tui::Theme;

use crate::{Office, expect, expect_not, link, office};

/// A sales rep sits at the screens: products are somebody else's.
fn rep(office: &mut Office) -> Script {
    let bo = Edit::create("user").typed("name", "Bo").typed("login", "bo");
    let bo = office.desk.add(bo.typed("roles", "Sales rep"));
    office.desk.add(Edit::create("product").typed("name", "Press M3").with("owner", link(&bo)));
    let admin = RecordRef::new("user", RecordId(1));
    office.desk.add(Edit::create("product").typed("name", "Pump P7").with("owner", link(&admin)));
    let session = office.desk.gate.session_of(bo.id, Via::Tui).unwrap();
    let theme = Theme::built_in("dark", ColourDepth::Palette);
    let screen = Screen { width: 120, height: 40, theme, lang: Lang::En, ascii: false };
    Script::start(session, &screen)
}

/// Puts the cursor into a field: its help names it.
fn go_to(script: &mut Script, field: &str) {
    for _ in 0..60 {
        script.press("f1").unwrap();
        let found = script.text().contains(&format!("called {field}"));
        script.press("esc").unwrap();
        if found {
            return;
        }
        script.press("tab").unwrap();
    }
    panic!("no field {field}:\n{}", script.text());
}

#[test]
fn what_may_not_be_edited_opens_no_form_and_says_why() {
    let mut office = office();
    let mut script = rep(&mut office);
    script.press("g i /").unwrap();
    script.typed("Pump");
    script.press("enter e").unwrap();
    expect(&script, "You lack the right to edit");
    expect(&script, "roles that grant it");
    expect_not(&script, "Ctrl-S");
    // The list of keys says so too.
    script.press("?").unwrap();
    let lines = script.text();
    let edit = lines.lines().find(|line| line.contains(" Edit") && line.contains(" e "));
    assert!(edit.is_some_and(|line| line.contains("you lack the right")), "{lines}");
}

#[test]
fn a_picker_offers_to_make_only_what_may_be_made() {
    let mut office = office();
    let session = &mut office.desk.session;
    let toml = "[[entity.deal.field]]\nname = \"mainly\"\ntype = \"link\"\nto = \"product\"\n\
        label = { en = \"Mainly\", zh = \"主要\" }\n";
    let plan = session.plan_schema("company.toml", toml).unwrap();
    session.apply_schema(&plan, false).unwrap();
    for (rights, offers) in [(true, false), (false, true)] {
        let mut script = if rights { rep(&mut office) } else { office.open(120, 40) };
        script.press("n d").unwrap();
        go_to(&mut script, "mainly");
        script.typed("Zeppelin");
        assert_eq!(script.text().contains("+ new Product"), offers, "{}", script.text());
    }
}

#[test]
fn a_field_that_is_taken_away_goes_from_the_form_and_the_rest_is_saved() {
    let mut office = office();
    let toml = "[[entity.customer.field]]\nname = \"cars\"\ntype = \"integer\"\ngroup = \"main\"\n\
        label = { en = \"Cars\", zh = \"车辆数\" }\n";
    let session = &mut office.desk.session;
    let plan = session.plan_schema("company.toml", toml).unwrap();
    session.apply_schema(&plan, false).unwrap();
    let mut script = office.open(120, 40);
    script.press("g c /").unwrap();
    script.typed("Nordic");
    script.press("enter e end").unwrap();
    script.typed(" & Co");
    go_to(&mut script, "cars");
    script.typed("many");
    script.press("ctrl-s").unwrap();
    expect(&script, "! 1 field");
    let session = &mut office.desk.session;
    let plan = session.plan_schema("company.toml", "").unwrap();
    session.apply_schema(&plan, true).unwrap();
    script.changed();
    expect(&script, "There is no such field any more");
    expect(&script, "Cars");
    script.press("ctrl-s").unwrap();
    expect(&script, "C-3 saved");
    let saved = script.session().get(&RecordRef::new("customer", RecordId(3))).unwrap();
    assert_eq!(saved.get("name"), &Value::from("Nordic Pumps Oy & Co"));
}
