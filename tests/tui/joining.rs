//! Somebody joins, on the screens: the list of what they need, what mends it, the invitation shown once.

use super::*;
use kontor::secret::Secret;

/// Ana, of whom nothing is there but a name.
fn company() -> Office {
    let mut office = office();
    office.desk.add(Edit::create("team").typed("name", "North"));
    office.desk.add(Edit::create("user").typed("name", "Ana"));
    office
}

#[test]
fn the_points_of_somebody_new() {
    let office = company();
    let mut all = String::new();
    for lang in [Lang::En, Lang::Zh] {
        for (width, height) in [(80, 24), (40, 12)] {
            let mut script = office.open_as(width, height, "dark", ColourDepth::Palette, lang);
            script.press("g u end J").unwrap();
            all.push_str(&format!("== {width}x{height}\n{}\n", script.text()));
        }
    }
    insta::assert_snapshot!("joining", all);
}

#[test]
fn what_is_missing_is_mended_from_the_list() {
    let office = company();
    let mut script = office.open(80, 24);
    script.press("g u end J").unwrap();
    expect(&script, "What Ana needs to work");
    expect(&script, "[ ] Login: none");
    // Nobody is invited without a login, and whoever invites has a password first.
    script.press("down down down down enter").unwrap();
    expect(&script, "!");
    // The form of the user lies over the list, which looks again when it is closed.
    script.press("up up up up enter").unwrap();
    expect(&script, "Login");
    let mut session = office.desk.gate.session(Via::Cli).unwrap();
    let ana = session.resolve("user", "Ana").unwrap();
    let edit = Edit::update("user", ana.id).typed("login", "ana").typed("teams", "North");
    session.save(vec![edit.typed("roles", "Sales rep")], "test").unwrap();
    script.press("esc").unwrap();
    script.changed();
    expect(&script, "[x] Login: ana");
    expect(&script, "[x] Team: North");
    expect(&script, "[x] Role: Sales rep");
    expect(&script, "[ ] Manager: none");
}

#[test]
fn the_code_of_an_invitation_is_shown_once() {
    let mut office = company();
    let ana = office.desk.session.resolve("user", "Ana").unwrap();
    office
        .desk
        .session
        .save(vec![Edit::update("user", ana.id).typed("login", "ana")], "t")
        .unwrap();
    let mut session = office.desk.gate.session(Via::Tui).unwrap();
    session.set_password(None, &Secret::from("glad otter mixes tea"), "test").unwrap();
    let theme = Theme::built_in("dark", ColourDepth::Palette);
    let screen = Screen { width: 80, height: 24, theme, lang: Lang::En, ascii: false };
    let mut script = Script::start(session, &screen);
    script.press("g u end J").unwrap();
    expect(&script, "[ ] Way in: neither invited");
    script.press("down down down enter").unwrap();
    expect(&script, "Give this code to Ana");
    expect(&script, "Way in: invited until 2026-11-26");
    let text = script.text();
    let code = text.lines().find_map(|line| {
        line.split_whitespace().find(|word| word.len() == 19 && word.matches('-').count() == 3)
    });
    let code = Secret::from(code.unwrap());
    assert_eq!(office.desk.gate.invited(&code).unwrap().1, "ana");
    // It is gone with the list; a second one makes the first void.
    script.press("esc J").unwrap();
    expect_not(&script, "Give this code");
    script.press("down down down enter").unwrap();
    assert!(office.desk.gate.invited(&code).is_err());
}

#[test]
fn after_a_new_user_the_list_comes_up() {
    let office = office();
    let mut script = office.open(80, 24);
    script.press("n u").unwrap();
    script.typed("Eve");
    script.press("ctrl-s").unwrap();
    expect(&script, "What Eve needs to work");
    script.press("esc").unwrap();
    expect_not(&script, "What Eve needs");
}
