//! Seeing the screens as another user: what is shown, the line that always says so, what cannot be done, what
//! is left alone, and how it ends.

use super::*;
use fastrand::Rng;
use kontor::action::{Keymap, Table};
use kontor::gate::AuditRequest;

const MARK: &str = "VIEWING AS Ana";

/// The office with Ana, who owns one customer and a task, and Kim, who may look as others and little else.
fn company() -> Office {
    let mut office = office();
    let desk = &mut office.desk;
    let support = "special = [\"view_as\"]\n[entity.user]\nread = \"all\"\n";
    let role = Edit::create("role").typed("name", "Support").typed("key", "support");
    desk.add(role.with("rights", Value::from(support)));
    for (name, role) in [("Ana", "Sales rep"), ("Kim", "Support")] {
        let edit = Edit::create("user").typed("name", name).typed("login", name.to_lowercase());
        desk.add(edit.typed("roles", role));
    }
    let anas =
        desk.add(Edit::create("customer").typed("name", "Ana's Bakery").typed("owner", "Ana"));
    desk.add(
        Edit::create("task")
            .typed("name", "Ana's call")
            .typed("due", "2026-11-23 13:30")
            .typed("owner", "Ana")
            .with("customer", link(&anas)),
    );
    office
}

fn user(office: &Office, name: &str) -> RecordId {
    office.desk.session.resolve("user", name).unwrap().id
}

fn open_of(office: &Office, name: &str, (width, height): (u16, u16), lang: Lang) -> Script {
    let session = office.desk.gate.session_of(user(office, name), Via::Tui).unwrap();
    let theme = Theme::built_in("mono", ColourDepth::Mono);
    Script::start(session, &Screen { width, height, theme, lang, ascii: false })
}

/// The list of users with the cursor on Ana.
fn at_ana(office: &Office, name: &str, size: (u16, u16), lang: Lang) -> Script {
    let mut script = open_of(office, name, size, lang);
    script.press("g u /").unwrap();
    script.typed("ana");
    script.press("enter").unwrap();
    script
}

fn as_ana(office: &Office) -> Script {
    let mut script = at_ana(office, "Administrator", (80, 24), Lang::En);
    script.press("V").unwrap();
    expect(&script, MARK);
    script
}

/// The kinds, people and subjects of what the log has about looking.
fn noted(office: &mut Office) -> Vec<String> {
    let filter = office.desk.session.audit_query("kind in (view_as, view_as_end)").unwrap();
    let request = AuditRequest { filter: Some(filter), ..AuditRequest::default() };
    let page = office.desk.session.audit(&request).unwrap();
    let told = |entry: &kontor::gate::AuditEntry| {
        let about = entry.record.as_ref().map(|record| record.id.to_string());
        format!("{} {} {}", entry.kind, entry.by, about.unwrap_or_default())
    };
    page.entries.iter().rev().map(told).collect()
}

#[test]
fn all_screens_are_those_of_the_other_until_a_key_ends_it() {
    let mut office = company();
    let ana = user(&office, "Ana");
    let mut script = at_ana(&office, "Administrator", (80, 24), Lang::En);
    script.press("enter V").unwrap();
    expect(&script, MARK);
    expect(&script, "nothing can be changed");
    expect(&script, "Ctrl-X stops");
    expect(&script, "noted in the audit log");
    // Home, a list, a record, the search: Ana's.
    expect(&script, "Ana's call");
    script.press("g c").unwrap();
    expect(&script, "Ana's Bakery");
    expect_not(&script, "Nordic");
    script.press("enter").unwrap();
    expect(&script, "Ana's Bakery");
    expect(&script, MARK);
    script.press("ctrl-g").unwrap();
    script.typed("nordic");
    expect(&script, "Nothing found");
    expect(&script, MARK);
    // Also where one types, the key ends it; what was open before is there again.
    script.press("ctrl-x").unwrap();
    expect_not(&script, "VIEWING");
    expect_not(&script, "Bakery");
    expect(&script, "yourself again, no longer as Ana");
    expect(&script, "Users");
    script.press("g c").unwrap();
    expect(&script, "Nordic");
    assert!(script.view_session().is_none());
    drop(script);
    let seen = [format!("view_as Administrator {ana}"), format!("view_as_end Administrator {ana}")];
    assert_eq!(noted(&mut office), seen);
}

#[test]
fn what_changes_something_is_dimmed_and_refused_with_the_reason() {
    let office = company();
    let mut script = as_ana(&office);
    script.press("g c").unwrap();
    for keys in [
        "e", "n c", "n d", "D", "l c", "t", "d", ";", "i", "A", "E", "#", "w p", "w d", "s", ", t",
        ", l", ", h", ", r", "n r", "u", "r", "!",
    ] {
        script.press(keys).unwrap();
        let said = script.text();
        assert!(
            said.contains("you see this as Ana does; nothing can be changed"),
            "{keys}\n{said}"
        );
        assert!(said.contains("Customers"), "{keys}\n{said}");
    }
    script.paste("BEGIN:VCARD\nVERSION:3.0\nFN:Anna Müller\nTEL:+49 711 1\nEND:VCARD\n");
    expect(&script, "nothing can be changed");
    // The list of what can be done says the same.
    script.press("? ").unwrap();
    script.typed("edit the record");
    expect(&script, "nothing can be changed");
    script.press("esc g u").unwrap();
    script.press("V").unwrap();
    expect(&script, "you view as somebody already");
}

#[test]
fn whoever_may_not_is_told_so_before_they_try() {
    let office = company();
    let mut script = at_ana(&office, "Ana", (80, 24), Lang::En);
    script.press("V").unwrap();
    expect(&script, "you lack the right to view as another user");
    let mut script = open_of(&office, "Administrator", (80, 24), Lang::En);
    script.press("g c V").unwrap();
    expect(&script, "needs a user under the cursor");
    script.press("g u /").unwrap();
    script.typed("administrator");
    script.press("enter V").unwrap();
    expect(&script, "that is you");
    script.press("ctrl-x").unwrap();
    expect(&script, "you view as nobody else");
    // What only the gate knows is told too.
    let mut script = open_of(&office, "Kim", (80, 24), Lang::En);
    script.press("g u /").unwrap();
    script.typed("administrator");
    script.press("enter V").unwrap();
    expect(&script, "nly an administrator may do this");
    expect_not(&script, "VIEWING");
}

#[test]
fn the_rights_screen_of_a_user_leads_there_too() {
    let office = company();
    let mut script = at_ana(&office, "Administrator", (80, 24), Lang::En);
    script.press("P V").unwrap();
    expect(&script, MARK);
    script.press("ctrl-x").unwrap();
    expect(&script, "Rights of Ana");
}

#[test]
fn what_the_other_keeps_is_neither_taken_up_nor_touched() {
    let mut office = company();
    let ana = user(&office, "Ana");
    let hers = office.desk.gate.session_of(ana, Via::Tui).unwrap();
    let draft = "draft.customer.new.x".to_owned();
    hers.keep(&[("language".into(), Some("zh".into())), (draft, Some("{}".into()))]).unwrap();
    let before = hers.kept("").unwrap();
    let own = |office: &Office| office.desk.session.kept("").unwrap();
    let mut script = as_ana(&office);
    expect(&script, "nothing can be changed");
    expect_not(&script, "draft");
    let mine = own(&office);
    // What is tried out holds until the end and no longer.
    script.press(", p").unwrap();
    expect(&script, "Plain mode is on");
    expect(&script, MARK);
    script.press("g c S").unwrap();
    script.press("esc ] [ esc").unwrap();
    // Nobody is reminded of what she has to do.
    script.wait(TimeDelta::minutes(45));
    assert!(script.rung.is_empty(), "{:?}", script.rung);
    expect_not(&script, "13:30 Ana's call");
    script.press("ctrl-x").unwrap();
    assert!(!script.app().context().plain);
    drop(script);
    assert_eq!(hers.kept("").unwrap(), before);
    assert_eq!(own(&office), mine);
    drop(noted(&mut office));
}

#[test]
fn ones_own_reminders_ring_on() {
    let mut office = company();
    let me = RecordRef::new("user", RecordId(1));
    office.desk.add(
        Edit::create("task")
            .typed("name", "My own call")
            .typed("due", "2026-11-23 13:40")
            .with("owner", link(&me)),
    );
    let mut script = as_ana(&office);
    script.wait(TimeDelta::minutes(45));
    assert_eq!(script.rung.len(), 1, "{:?}", script.rung);
    expect_not(&script, "My own call");
    script.press("ctrl-x").unwrap();
    script.wait(TimeDelta::seconds(10));
    expect(&script, "My own call");
}

#[test]
fn it_ends_at_once_where_the_right_is_lost() {
    let mut office = company();
    let mut script = at_ana(&office, "Kim", (80, 24), Lang::En);
    script.press("V").unwrap();
    expect(&script, "Ana's call");
    let kim = user(&office, "Kim");
    let edit = Edit::update("user", kim).typed("roles", "Sales rep");
    office.desk.session.save(vec![edit], "no support any more").unwrap();
    script.changed();
    expect_not(&script, "VIEWING");
    expect_not(&script, "Ana's call");
    expect(&script, "You no longer view as Ana: you may not view as Ana any more");
    drop(script);
    assert_eq!(noted(&mut office).len(), 2);

    // The next question is enough, before anybody looks for changes.
    let edit = Edit::update("user", kim).typed("roles", "Support");
    office.desk.session.save(vec![edit], "support again").unwrap();
    let mut script = at_ana(&office, "Kim", (80, 24), Lang::En);
    script.press("V").unwrap();
    let edit = Edit::update("user", kim).typed("active", "no");
    office.desk.session.save(vec![edit], "gone").unwrap();
    script.press("g c").unwrap();
    expect_not(&script, "Bakery");
    script.changed();
    assert!(script.app().is_signed_out());
    expect_not(&script, "VIEWING");
}

#[test]
fn it_ends_where_the_other_may_not_be_here_any_more() {
    let mut office = company();
    let mut script = as_ana(&office);
    let edit = Edit::update("user", user(&office, "Ana")).typed("active", "no");
    office.desk.session.save(vec![edit], "leaves").unwrap();
    script.changed();
    expect_not(&script, "VIEWING");
    expect(&script, "You no longer view as Ana");
}

#[test]
fn the_mark_stands_at_every_size_in_every_look() {
    let office = company();
    for (size, lang) in
        [((80, 24), Lang::En), ((40, 12), Lang::En), ((30, 6), Lang::En), ((40, 12), Lang::Zh)]
    {
        let mut script = at_ana(&office, "Administrator", (80, 24), lang);
        script.press("V").unwrap();
        script.resize(size.0, size.1);
        let (says, stops) = match lang {
            Lang::En => (MARK, "Ctrl-X stops"),
            Lang::Zh => ("正以 Ana 的身份查看", "Ctrl-X 停止"),
        };
        let is_marked = |script: &Script, keys: &str| {
            let text = script.text();
            let first = text.lines().next().unwrap_or_default();
            assert!(first.contains(says) && first.contains(stops), "{size:?} {keys}\n{text}");
            // Never by colour alone: in reverse also where there is none.
            let style = script.buffer()[(1, 0)].style();
            assert!(style.add_modifier.contains(ratatui::style::Modifier::REVERSED), "{keys}");
        };
        for keys in
            ["g c", "enter", "?", "esc", ":", "esc", "g", "c", "/", "esc", "g r", ", p", "g t"]
        {
            script.press(keys).unwrap();
            is_marked(&script, keys);
        }
        script.resize(20, 4);
        assert!(script.text().lines().next().unwrap().starts_with(match lang {
            Lang::En => " VIEWING AS Ana",
            Lang::Zh => " 正以",
        }));
    }
}

#[test]
fn a_long_name_gives_way_to_the_words_and_the_key() {
    let mut office = company();
    let name = "Anastasia Konstantinopolskaya-Worthington";
    let edit = Edit::update("user", user(&office, "Ana")).typed("name", name);
    office.desk.session.save(vec![edit], "marries").unwrap();
    let mut script = at_ana(&office, "Administrator", (80, 24), Lang::En);
    script.press("V").unwrap();
    script.resize(40, 12);
    let text = script.text();
    let first = text.lines().next().unwrap();
    assert!(first.starts_with(" VIEWING AS Anast") && first.ends_with("Ctrl-X stops"), "{first}");
    assert!(script.click("Ctrl-X stops"));
    expect_not(&script, "VIEWING");
}

#[test]
fn locking_ends_it_and_hides_ones_own_screens() {
    let mut office = company();
    let password = kontor::secret::Secret::from("glad otter mixes tea");
    let token = office.desk.session.set_password(None, &password, "here").unwrap().unwrap();
    let manners = Manners {
        lock_after: Some(std::time::Duration::from_mins(15)),
        has_password: true,
        ..Manners::default()
    };
    let theme = Theme::built_in("mono", ColourDepth::Mono);
    let screen = Screen { width: 80, height: 24, theme, lang: Lang::En, ascii: false };
    for lock in [", x", ""] {
        let session = office.desk.gate.session_by(&token, Via::Tui).unwrap();
        let mut script = Script::start_with(session, &screen, manners.clone());
        script.press("g u /").unwrap();
        script.typed("ana");
        script.press("enter V").unwrap();
        // Keys in it keep one's own screens awake.
        script.wait(TimeDelta::minutes(14));
        script.press("down").unwrap();
        script.wait(TimeDelta::minutes(14));
        expect(&script, MARK);
        if lock.is_empty() {
            script.wait(TimeDelta::minutes(1));
        } else {
            script.press(lock).unwrap();
        }
        expect_not(&script, "VIEWING");
        expect_not(&script, "Ana");
        expect(&script, "Locked");
        assert!(script.view_session().is_none());
        script.typed("glad otter mixes tea");
        script.press("enter").unwrap();
        expect(&script, "Users");
    }
}

#[test]
fn whatever_is_typed_changes_nothing() {
    let office = company();
    let path = office.desk.gate.path().to_owned();
    let session = office.desk.gate.session(Via::Tui).unwrap();
    let catalog = session.catalog().clone();
    let table = Table::new(&catalog);
    let keymap = Keymap::shipped(&catalog, &table);
    let leads_out = ["access.view-end", "app.quit", "app.lock"];
    let keys: Vec<String> = table
        .all()
        .iter()
        .filter(|action| !leads_out.contains(&action.id.as_str()))
        .flat_map(|action| keymap.keys_of(&action.id))
        .map(ToString::to_string)
        .filter(|keys| !keys.contains("ctrl-q"))
        .collect();
    assert!(keys.len() > 150, "{}", keys.len());
    drop(session);
    for seed in 0..3 {
        let mut rng = Rng::with_seed(seed);
        let mut script = as_ana(&office);
        let before = super::common::everything(&path);
        for _ in 0..300 {
            match rng.u8(0..20) {
                0 => script.typed(["a", "Ana", "12k", "tomorrow"][rng.usize(0..4)]),
                1 => script.paste("Anna Müller\r\nCEO\r\nMüller AG\r\nanna@muller.example"),
                2 => {
                    let (x, y) = (rng.u16(0..80), rng.u16(1..24));
                    script.mouse(kontor::tui::message::Turn::Press, x, y);
                }
                3 => script.press("esc").unwrap(),
                4 => script.press("enter").unwrap(),
                _ => {
                    let keys = &keys[rng.usize(0..keys.len())];
                    // Characters alone: in a typed line `q` is a letter, elsewhere it leaves.
                    if keys != "q" {
                        script.press(keys).unwrap();
                    }
                }
            }
            if !script.quit {
                expect(&script, MARK);
            }
        }
        drop(script);
        let after = super::common::everything(&path);
        for (table, rows) in &before {
            assert_eq!(after.get(table), Some(rows), "seed {seed}: {table}");
        }
    }
}

#[test]
fn the_screens_of_another() {
    let office = company();
    let mut all = String::new();
    for lang in [Lang::En, Lang::Zh] {
        for (size, plain) in [((80, 24), false), ((80, 24), true), ((40, 12), false)] {
            let mut script = at_ana(&office, "Administrator", (80, 24), lang);
            script.press("V").unwrap();
            script.resize(size.0, size.1);
            if plain {
                script.press(", p").unwrap();
            }
            script.press("g c").unwrap();
            all.push_str(&format!("== {size:?} plain: {plain}\n{}\n", script.snapshot()));
            script.press("e").unwrap();
            all.push_str(&format!("-- e\n{}\n", script.text()));
            script.press("ctrl-x").unwrap();
            all.push_str(&format!("-- ended\n{}\n", script.text()));
        }
    }
    insta::assert_snapshot!("viewing", all);
}
