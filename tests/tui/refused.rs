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

/// What the screens refuse by themselves stands in the log like what commands are refused.
#[test]
fn refusals_of_the_screens_are_in_the_log() {
    let mut office = office();
    let mut script = rep(&mut office);
    let refused = |office: &mut Office| -> Vec<(String, Option<String>, String)> {
        office.desk.session.refresh().unwrap();
        let filter = Some(office.desk.session.audit_query("kind = refused").unwrap());
        let request = kontor::gate::AuditRequest { filter, ..Default::default() };
        let page = office.desk.session.audit(&request).unwrap();
        let told = |entry: kontor::gate::AuditEntry| {
            let entity = entry.entity.map(|name| name.to_string());
            (entry.by, entity.clone(), format!("{} {}", entry.what, entry.record.is_some()))
        };
        page.entries.into_iter().map(told).collect()
    };
    assert_eq!(refused(&mut office), []);
    script.press("g i /").unwrap();
    script.typed("Pump");
    script.press("enter D").unwrap();
    expect(&script, "you lack the right to delete");
    let product = |what: &str| ("Bo".to_owned(), Some("product".to_owned()), what.to_owned());
    assert_eq!(refused(&mut office), [product("delete true")]);
    script.press("n i").unwrap();
    expect(&script, "you lack the right to create");
    script.press("e").unwrap();
    expect(&script, "You lack the right to edit");
    let all = refused(&mut office);
    assert!(all.contains(&product("create false")), "{all:?}");
    assert!(all.iter().any(|(_, _, what)| what.starts_with("edit")), "{all:?}");
}

/// The letters after `n` and `g` hang on the schema alone: nobody has to learn them anew with another role.
#[test]
fn letters_are_the_same_for_everybody() {
    let mut office = office();
    let letters = |script: &Script| -> Vec<(String, String)> {
        let ctx = script.app().context();
        let known = ctx.catalog.entities().filter(|entity| entity.menu > 0);
        let ids = known
            .flat_map(|entity| ["new", "go"].map(|family| format!("{family}.{}", entity.name)));
        // Tabs are numbered as they stand.
        let two = |id: &str| {
            let keys = ctx.keymap.keys_of(id);
            keys.into_iter().find(|keys| keys.0.len() == 2).map(ToString::to_string)
        };
        ids.map(|id| (id.clone(), two(&id).unwrap_or_default())).collect()
    };
    let everything = letters(&office.open(80, 24));
    assert!(everything.len() > 20 && everything.iter().all(|(_, keys)| !keys.is_empty()));
    let nothing = Edit::create("role").typed("name", "Nothing").typed("key", "nothing");
    office.desk.add(nothing.with("rights", Value::from("[entity.task]\nread = \"own\"\n")));
    for role in ["Sales rep", "Finance", "Restricted", "Nothing"] {
        let user = Edit::create("user").typed("name", role).typed("login", role.replace(' ', ""));
        let user = office.desk.add(user.typed("roles", role));
        let session = office.desk.gate.session_of(user.id, Via::Tui).unwrap();
        let theme = Theme::built_in("dark", ColourDepth::Palette);
        let screen = Screen { width: 80, height: 24, theme, lang: Lang::En, ascii: false };
        assert_eq!(letters(&Script::start(session, &screen)), everything, "{role}");
    }
}
