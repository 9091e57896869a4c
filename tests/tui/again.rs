//! What was refused for want of the password goes on by itself once it was given: forms, the matrix of a role,
//! invitations, sessions that are ended. Called off, it never happens, whatever the password is given for later.

use kontor::gate::SeatToken;
use kontor::secret::Secret;

use super::account::{code_of, key_on};
use super::*;

const PASSWORD: &str = "glad otter mixes tea";
const ASKED: &str = "Your password again";

/// The office with a password, and Ana, who could be invited; and a session in which the password was given.
fn guarded() -> (Office, SeatToken) {
    let mut office = office();
    office.desk.add(Edit::create("user").typed("name", "Ana").typed("login", "ana"));
    let token = office.desk.session.set_password(None, &Secret::from(PASSWORD), "here");
    (office, token.unwrap().unwrap())
}

/// Its screens, in which nobody gave the password so far.
fn screens(office: &Office, lang: Lang) -> Script {
    let session = office.desk.gate.session_of(RecordId(1), Via::Tui).unwrap();
    let theme = Theme::built_in("dark", ColourDepth::Palette);
    let screen = Screen { width: 80, height: 24, theme, lang, ascii: false };
    let manners = Manners { has_password: true, ..Manners::default() };
    Script::start_with(session, &screen, manners)
}

fn give(script: &mut Script) {
    script.typed(PASSWORD);
    script.press("enter").unwrap();
    expect_not(script, ASKED);
}

fn ana(office: &Office) -> kontor::model::Record {
    let session = office.desk.gate.session_of(RecordId(1), Via::Cli).unwrap();
    let ana = session.resolve("user", "Ana").unwrap();
    session.get(&ana).unwrap()
}

/// The rights of a role, as they are kept.
fn rights(office: &Office, role: &RecordRef) -> String {
    let session = office.desk.gate.session_of(RecordId(1), Via::Cli).unwrap();
    session.get(role).unwrap().get("rights").as_text().unwrap_or_default().to_owned()
}

fn seats(office: &Office) -> usize {
    office.desk.gate.session_of(RecordId(1), Via::Cli).unwrap().seats().unwrap().len()
}

#[test]
fn a_form_saves() {
    let (office, _) = guarded();
    let mut script = screens(&office, Lang::En);
    script.press("g u end e end").unwrap();
    script.typed(" Silva");
    script.press("ctrl-s").unwrap();
    expect(&script, ASKED);
    expect_not(&script, "Silva");
    // Called off, what was typed stands in the form still, and nothing was written.
    script.press("esc").unwrap();
    expect(&script, "Ana Silva");
    assert_eq!(ana(&office).get("name"), &Value::from("Ana"));
    script.press("ctrl-s").unwrap();
    give(&mut script);
    expect(&script, "saved");
    assert_eq!(ana(&office).get("name"), &Value::from("Ana Silva"));
}

#[test]
fn a_matrix_saves() {
    let (office, _) = guarded();
    let mut script = screens(&office, Lang::En);
    let session = office.desk.gate.session_of(RecordId(1), Via::Cli).unwrap();
    let role = session.resolve("role", "Standard").unwrap();
    let before = rights(&office, &role);
    script.press("g j /").unwrap();
    script.typed("Standard");
    script.press("enter P right right space ctrl-s").unwrap();
    expect(&script, "Change the role?");
    script.press("y").unwrap();
    expect(&script, ASKED);
    assert_eq!(rights(&office, &role), before);
    give(&mut script);
    expect(&script, "The role Standard is saved");
    assert_ne!(rights(&office, &role), before);
}

#[test]
fn somebody_is_invited() {
    let (office, _) = guarded();
    let mut script = screens(&office, Lang::En);
    script.press("g u end J").unwrap();
    expect(&script, "[ ] Way in");
    script.press("down down down enter").unwrap();
    expect(&script, ASKED);
    expect_not(&script, "Give this code");
    give(&mut script);
    expect(&script, "Give this code to Ana");
}

#[test]
fn a_session_ends() {
    let (office, _) = guarded();
    let password = Secret::from(PASSWORD);
    let other = office.desk.gate.sign_in("admin", &password, None, Via::Cli, "10.0.0.7").unwrap();
    for lang in [Lang::En, Lang::Zh] {
        let mut script = screens(&office, lang);
        script.press(", S").unwrap();
        expect(&script, "10.0.0.7");
    }
    // Of another: one's own are ended without it.
    let (before, mut script) = (seats(&office), screens(&office, Lang::En));
    script.press(", S").unwrap();
    script.typed("10.0.0.7");
    script.press("enter").unwrap();
    expect(&script, "End session");
    script.press("y").unwrap();
    expect_not(&script, ASKED);
    expect(&script, "has ended");
    assert_eq!(seats(&office), before - 1);
    assert!(office.desk.gate.session_by(&other, Via::Cli).is_err());
}

/// Attack: have somebody begin what needs their password, call it off for them, and wait until they give it
/// for something else.
#[test]
fn what_was_called_off_never_goes_on() {
    let (office, token) = guarded();
    let admin = office.desk.gate.session_by(&token, Via::Cli).unwrap();
    let code = admin.invite(ana(&office).id, std::time::Duration::from_hours(1)).unwrap();
    let password = Secret::from("violet kayak trumpet");
    office.desk.gate.accept_invite(&code, &password).unwrap();
    office.desk.gate.sign_in("ana", &password, None, Via::Cli, "10.0.0.9").unwrap();
    let role = admin.resolve("role", "Standard").unwrap();
    let (rights_before, seats_before) = (rights(&office, &role), seats(&office));
    let mut script = screens(&office, Lang::En);
    script.press("g j /").unwrap();
    script.typed("Standard");
    script.press("enter P right right space ctrl-s y").unwrap();
    expect(&script, ASKED);
    script.press("esc").unwrap();
    // The matrix stands there still, unsaved; now a session is ended over it, and the password given for that.
    script.press(", S").unwrap();
    script.typed("10.0.0.9");
    script.press("enter y").unwrap();
    expect(&script, ASKED);
    assert_eq!(seats(&office), seats_before);
    give(&mut script);
    assert_eq!(seats(&office), seats_before - 1, "{}", script.text());
    assert_eq!(rights(&office, &role), rights_before);
}

/// A code that is not right leaves the key that the phone has by now, and the picture has its own colours.
#[test]
fn a_second_factor_is_tried_again_with_the_same_key() {
    for theme in ["dark", "light", "mono"] {
        let (office, _) = guarded();
        let session = office.desk.gate.session_of(RecordId(1), Via::Tui).unwrap();
        let depth = if theme == "mono" { ColourDepth::Mono } else { ColourDepth::Palette };
        let look = Theme::built_in(theme, depth);
        let screen = Screen { width: 120, height: 40, theme: look, lang: Lang::En, ascii: false };
        let manners = Manners { has_password: true, ..Manners::default() };
        let mut script = Script::start_with(session, &screen, manners);
        script.press("g c , f enter").unwrap();
        expect(&script, ASKED);
        give(&mut script);
        let key = key_on(&script.text());
        let buffer = script.buffer();
        let drawn = |cell: &&ratatui::buffer::Cell| matches!(cell.symbol(), "█" | "▀" | "▄");
        let mut cells = buffer.content().iter().filter(drawn).peekable();
        assert!(cells.peek().is_some(), "no picture\n{}", script.text());
        let own = |cell: &ratatui::buffer::Cell| {
            use ratatui::style::Color;
            let (white, black) = (cell.fg, cell.bg);
            matches!(white, Color::White | Color::Indexed(231))
                && matches!(black, Color::Black | Color::Indexed(16))
        };
        assert!(cells.all(own), "{theme}");
        script.typed("000000");
        script.press("enter").unwrap();
        expect(&script, "the code is not right");
        assert_eq!(key_on(&script.text()), key, "the picture was scanned already");
        assert!(!script.session().way_in().unwrap().second_factor);
        script.typed(&code_of(&key));
        script.press("enter").unwrap();
        expect_not(&script, "the code is not right");
        assert!(script.session().way_in().unwrap().second_factor, "{}", script.text());
    }
}
