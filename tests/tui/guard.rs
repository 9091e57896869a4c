//! The guard before the screens: what it hides, and what it takes to get past it.

use std::time::Duration;

use chrono::TimeDelta;
use kontor::gate::{SeatToken, Via};
use kontor::host::scripted::{Screen, Script};
use kontor::model::Lang;
use kontor::secret::Secret;
use kontor::term::ColourDepth;
use kontor::tui::Theme;
use kontor::tui::context::Manners;

use super::{Office, office};

const PASSWORD: &str = "glad otter mixes tea";

/// The office with a password, and the token of a seat.
fn locked_office() -> (Office, SeatToken) {
    let mut office = office();
    let token = office.desk.session.set_password(None, &Secret::from(PASSWORD), "here");
    (office, token.unwrap().unwrap())
}

fn open(office: &Office, token: &SeatToken, (width, height): (u16, u16), lang: Lang) -> Script {
    let session = office.desk.gate.session_by(token, Via::Tui).unwrap();
    let theme = Theme::built_in("dark", ColourDepth::Palette);
    let manners = Manners {
        lock_after: Some(Duration::from_mins(15)),
        has_password: true,
        ..Manners::default()
    };
    Script::start_with(session, &Screen { width, height, theme, lang, ascii: false }, manners)
}

/// Nothing of the office stands anywhere on the screen.
fn is_blank(script: &Script) -> bool {
    let text = script.text();
    ["Müller", "Nordic", "安邦", "offer", "84,000", "Customers", "客户"]
        .iter()
        .all(|word| !text.contains(word))
}

#[test]
fn idle_minutes_lock_and_the_password_unlocks() {
    let (office, token) = locked_office();
    let mut script = open(&office, &token, (80, 24), Lang::En);
    script.press("g c").unwrap();
    assert!(script.text().contains("Müller"));
    script.wait(TimeDelta::minutes(14));
    assert!(script.text().contains("Müller"));
    // Any key begins the minutes anew.
    script.press("down").unwrap();
    script.wait(TimeDelta::minutes(14));
    assert!(script.text().contains("Müller"));
    script.wait(TimeDelta::minutes(1));
    assert!(is_blank(&script), "{}", script.text());

    // Keys go nowhere else, and neither do pastes, the mouse and other sizes.
    script.press("esc g c : enter").unwrap();
    script.paste("Müller Maschinenbau AG, Stuttgart, +49 711 555010");
    script.resize(120, 40);
    assert!(is_blank(&script), "{}", script.text());
    script.resize(80, 24);
    script.press("ctrl-u").unwrap();
    script.typed("guess");
    let shown = script.text();
    assert!(shown.contains("•••••") && !shown.contains("guess"), "{shown}");
    script.press("enter").unwrap();
    assert!(script.text().contains("! the name, the password"), "{}", script.text());
    assert!(is_blank(&script));

    script.typed(PASSWORD);
    script.press("enter").unwrap();
    assert!(script.text().contains("Müller"), "{}", script.text());
}

#[test]
fn the_company_says_after_how_many_minutes_at_the_latest() {
    let minutes = |own: Option<u64>, company| {
        let manners = Manners { lock_after: own.map(Duration::from_mins), ..Manners::default() };
        manners.locking_within(company).lock_after.map(|after| after.as_secs() / 60)
    };
    assert_eq!(minutes(Some(15), None), Some(15));
    assert_eq!(minutes(Some(15), Some(10)), Some(10));
    assert_eq!(minutes(Some(5), Some(10)), Some(5));
    assert_eq!(minutes(None, Some(10)), Some(10), "never is longer");
    assert_eq!(minutes(None, None), None);

    // Without a password there is nothing to unlock it by.
    let private = super::office();
    let session = private.desk.gate.session(Via::Tui).unwrap();
    let theme = Theme::built_in("dark", ColourDepth::Palette);
    let screen = Screen { width: 80, height: 24, theme, lang: Lang::En, ascii: false };
    let manners = Manners::default().locking_within(Some(10));
    let mut script = Script::start_with(session, &screen, manners);
    script.press("g c").unwrap();
    script.wait(TimeDelta::hours(1));
    assert!(script.text().contains("Müller"));
}

#[test]
fn a_key_locks_at_once_where_there_is_a_password() {
    let (office, token) = locked_office();
    let mut script = open(&office, &token, (80, 24), Lang::En);
    script.press("g c , x").unwrap();
    assert!(is_blank(&script));
    script.press("ctrl-q").unwrap();
    assert!(script.quit);

    let private = super::office();
    let mut script = private.open(80, 24);
    script.press("g c , x").unwrap();
    assert!(script.text().contains("You have no password"), "{}", script.text());
    assert!(script.text().contains("Müller"));
}

/// The first password is set elsewhere while the screens are open: they lock as others do.
#[test]
fn screens_from_before_the_first_password_lock() {
    let mut office = super::office();
    let session = office.desk.gate.session(Via::Tui).unwrap();
    let theme = Theme::built_in("dark", ColourDepth::Palette);
    let screen = Screen { width: 80, height: 24, theme, lang: Lang::En, ascii: false };
    let manners = Manners::default().locking_within(Some(10));
    let mut script = Script::start_with(session, &screen, manners);
    office.desk.session.set_password(None, &Secret::from(PASSWORD), "elsewhere").unwrap();
    script.press("g c").unwrap();
    assert!(is_blank(&script), "{}", script.text());
    script.typed(PASSWORD);
    script.press("enter").unwrap();
    assert!(!is_blank(&script), "{}", script.text());
    script.wait(TimeDelta::minutes(10));
    assert!(is_blank(&script), "{}", script.text());
    script.typed(PASSWORD);
    script.press("enter , x").unwrap();
    assert!(is_blank(&script), "{}", script.text());
}

#[test]
fn a_session_that_was_ended_shows_nothing_more() {
    let (office, token) = locked_office();
    let mut script = open(&office, &token, (80, 24), Lang::En);
    script.press("g c").unwrap();
    let other = office.desk.gate.session_by(&token, Via::Cli).unwrap();
    other.sign_out().unwrap();
    script.press("enter").unwrap();
    assert!(script.text().contains("This session has ended"), "{}", script.text());
    assert!(is_blank(&script), "{}", script.text());
    script.press("esc esc").unwrap();
    assert!(is_blank(&script));
    script.typed(PASSWORD);
    script.press("enter").unwrap();
    assert!(script.text().contains("安邦"), "{}", script.text());
    // It is a session of its own now.
    assert!(office.desk.gate.session_by(&token, Via::Cli).is_err());
}

#[test]
fn a_reminder_rings_without_a_word_while_the_screen_is_locked() {
    let (office, token) = locked_office();
    let mut script = open(&office, &token, (80, 24), Lang::En);
    // The call about the delivery is due at three; it is one o'clock.
    script.wait(TimeDelta::hours(3));
    assert!(is_blank(&script), "{}", script.text());
    let texts: Vec<_> = script.rung.iter().filter_map(|(_, text)| text.as_ref()).collect();
    assert!(texts.is_empty(), "{texts:?}");
}

#[test]
fn the_guard_in_every_size_and_language() {
    let (office, token) = locked_office();
    for lang in [Lang::En, Lang::Zh] {
        for size in super::SIZES {
            let mut script = open(&office, &token, size, lang);
            script.press(", x").unwrap();
            script.typed("guess");
            let name = format!("guard_{}x{}_{}", size.0, size.1, lang.code());
            insta::assert_snapshot!(name, script.text());
        }
    }
    let mut script = open(&office, &token, (40, 12), Lang::En);
    script.press(", x").unwrap();
    script.typed("guess");
    script.press("enter").unwrap();
    insta::assert_snapshot!("guard_refused_40x12", script.text());
}

/// Two sign-ins of one person: the list on the screen names both, ends the other one, and that one shows
/// nothing more by itself.
#[test]
fn a_session_is_ended_from_the_list() {
    let (office, token) = locked_office();
    let password = Secret::from(PASSWORD);
    let other = office.desk.gate.sign_in("admin", &password, None, Via::Tui, "elsewhere").unwrap();
    let mut mine = open(&office, &token, (80, 24), Lang::En);
    let mut theirs = open(&office, &other, (80, 24), Lang::En);
    theirs.press("g c").unwrap();
    assert!(theirs.text().contains("Müller"));
    mine.press(", S").unwrap();
    assert!(mine.text().contains("this one"), "{}", mine.text());
    mine.typed("elsewhere");
    mine.press("enter").unwrap();
    assert!(mine.text().contains("End session 2 of Administrator?"), "{}", mine.text());
    // The answer is No unless one says otherwise.
    mine.press("enter").unwrap();
    assert!(mine.text().contains("elsewhere"), "{}", mine.text());
    mine.press("enter y").unwrap();
    assert!(mine.text().contains("Session 2 has ended"), "{}", mine.text());
    assert_eq!(office.desk.session.seats().unwrap().len(), 1);
    theirs.wait(TimeDelta::seconds(1));
    theirs.press("ctrl-l").unwrap();
    assert!(is_blank(&theirs), "{}", theirs.text());
    assert!(theirs.text().contains("This session has ended"), "{}", theirs.text());
}
