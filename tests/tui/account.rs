//! One's own way in: what is owed at the entrance, and the sheets of the password, the second factor and the
//! places where one is signed in.

use kontor::gate::{SeatToken, Via};
use kontor::host::Doorway;
use kontor::host::doorway::Step;
use kontor::host::scripted::{Screen, Script, text_of};
use kontor::model::{Edit, Lang, RecordId, Value};
use kontor::secret::Secret;
use kontor::term::ColourDepth;
use kontor::tui::Theme;
use kontor::tui::context::Manners;
use kontor::tui::guard::{Guard, Why, Wish};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Office, office};

const PASSWORD: &str = "glad otter mixes tea";
const OTHER: &str = "paper boat dances well";

fn with_password() -> (Office, SeatToken) {
    let mut office = office();
    let token = office.desk.session.set_password(None, &Secret::from(PASSWORD), "here");
    (office, token.unwrap().unwrap())
}

/// The person of the office has a role that demands a second factor.
fn demand(office: &mut Office) {
    let role = Edit::create("role")
        .typed("name", "Careful")
        .typed("key", "careful")
        .with("rights", Value::from("two_factor = true\n"));
    office.desk.session.save(vec![role], "test").unwrap();
    let user = Edit::update("user", RecordId(1)).typed("roles", "Administrator; Careful");
    office.desk.session.save(vec![user], "test").unwrap();
}

fn screen((width, height): (u16, u16), lang: Lang) -> Screen {
    let theme = Theme::built_in("dark", ColourDepth::Palette);
    Screen { width, height, theme, lang, ascii: false }
}

fn open(office: &Office, token: &SeatToken, size: (u16, u16), lang: Lang) -> Script {
    let session = office.desk.gate.session_by(token, Via::Tui).unwrap();
    let manners = Manners { has_password: true, ..Manners::default() };
    Script::start_with(session, &screen(size, lang), manners)
}

/// The key that a screen shows, as an authenticator takes it.
pub fn key_on(text: &str) -> String {
    let is_group = |word: &&str| {
        word.len() == 4 && word.bytes().all(|c| matches!(c, b'A'..=b'Z' | b'2'..=b'7'))
    };
    let groups: Vec<&str> = text.split_whitespace().filter(is_group).collect();
    assert_eq!(groups.len(), 8, "{text}");
    groups.concat()
}

/// What an authenticator would show at the time of the office.
pub fn code_of(key: &str) -> String {
    let key = totp_rs::Secret::try_from_base32(key).unwrap();
    let now = crate::common::noon().timestamp() as u64;
    totp_rs::Builder::new().with_secret(key).build_noncompliant().generate(now).to_string()
}

/// The guard before the screens, as the terminal drives it.
struct Entrance<'a> {
    guard: Guard,
    way: Doorway<'a>,
    /// Only its context is used.
    script: Script,
    size: (u16, u16),
    is_in: bool,
}

impl<'a> Entrance<'a> {
    fn new(office: &'a Office, keep: &'a dyn Fn(&SeatToken), size: (u16, u16), lang: Lang) -> Self {
        let nobody = super::office();
        let session = nobody.desk.gate.session(Via::Tui).unwrap();
        let mut entrance = Self {
            guard: Guard::new(Why::SignIn, ""),
            way: Doorway::new(&office.desk.gate, "here", keep),
            script: Script::start(session, &screen(size, lang)),
            size,
            is_in: false,
        };
        entrance.typed("admin");
        entrance.press("enter");
        entrance
    }

    fn press(&mut self, keys: &str) {
        for key in keys.parse::<kontor::action::Keys>().unwrap().0 {
            let ctx = self.script.app().context();
            let led = match self.guard.key(key, ctx) {
                Wish::Try(attempt) => self.way.sign_in(&attempt),
                Wish::Meet(met) => self.way.meet(&met),
                Wish::Stay | Wish::Back => continue,
                Wish::Leave => panic!("left"),
            };
            match led {
                Ok(Step::In(_)) => self.is_in = true,
                Ok(Step::Owes(owed)) => self.guard.owes(owed, ctx),
                Err(error) => self.guard.refused(&error, ctx),
            }
        }
    }

    fn typed(&mut self, text: &str) {
        for sign in text.chars() {
            let word = if sign == ' ' { "space".to_owned() } else { sign.to_string() };
            self.press(&word);
        }
    }

    fn text(&self) -> String {
        let area = Rect { x: 0, y: 0, width: self.size.0, height: self.size.1 };
        let mut buffer = Buffer::empty(area);
        self.guard.view(area, &mut buffer, self.script.app().context());
        text_of(&buffer)
    }
}

#[test]
fn whoever_owes_a_second_factor_sets_it_up_before_anything_else() {
    for (size, lang) in [((80, 24), Lang::En), ((120, 40), Lang::Zh), ((40, 12), Lang::En)] {
        let (mut office, _) = with_password();
        demand(&mut office);
        let kept = std::cell::Cell::new(0);
        let keep = |_: &SeatToken| kept.set(kept.get() + 1);
        let mut entrance = Entrance::new(&office, &keep, size, lang);
        entrance.typed(PASSWORD);
        entrance.press("enter");
        let text = entrance.text();
        let squeezed: String = text.split_whitespace().collect();
        assert!(squeezed.contains("Careful"), "{text}");
        assert_eq!(text.contains('▀'), size.0 > 40, "{text}");
        let key = key_on(&text);

        // A wrong code is told beside it, and nobody is in.
        entrance.typed("000000");
        entrance.press("enter");
        assert!(entrance.text().contains("! "), "{}", entrance.text());
        assert!(!entrance.is_in && kept.get() == 0);
        // Esc gives it up: from the beginning, by the password, with another key.
        entrance.press("esc");
        entrance.typed(PASSWORD);
        entrance.press("enter");
        let text = entrance.text();
        assert_ne!(key_on(&text), key);
        entrance.typed(&code_of(&key_on(&text)));
        entrance.press("enter");
        let codes = entrance.text();
        assert!(!entrance.is_in && kept.get() == 0, "the codes stand there");
        assert_eq!(codes.matches('-').count(), 30, "{codes}");
        entrance.press("x esc space");
        assert_eq!(entrance.text(), codes);
        entrance.press("enter");
        assert!(entrance.is_in);
        assert_eq!(kept.get(), 1);
    }
}

#[test]
fn a_password_that_somebody_else_set_is_changed_at_the_entrance() {
    for (size, lang) in [((80, 24), Lang::En), ((40, 12), Lang::En), ((80, 24), Lang::Zh)] {
        let (mut office, _) = with_password();
        let anna = Edit::create("user").typed("name", "Anna Lind").typed("login", "anna");
        let anna = office.desk.add(anna);
        let handed = office.desk.session.hand_password(anna.id).unwrap();
        let keep = |_: &SeatToken| {};
        let mut entrance = Entrance::new(&office, &keep, size, lang);
        entrance.press("up ctrl-u");
        entrance.typed("anna");
        entrance.press("enter");
        entrance.typed(handed.reveal());
        entrance.press("enter");
        assert!(!entrance.is_in);
        let name = format!("owed_password_{}x{}_{}", size.0, size.1, lang.code());
        insta::assert_snapshot!(name, entrance.text());
        entrance.typed("AnnaLindAnnaLind2026");
        let text = entrance.text();
        assert!(!text.contains("AnnaLind") && text.contains("•••••"), "{text}");
        if lang == Lang::En {
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(text.contains("made of your name"), "{text}");
        }
        entrance.press("enter");
        entrance.typed("AnnaLindAnnaLind2026");
        entrance.press("enter");
        assert!(!entrance.is_in, "weak");
        entrance.press("ctrl-u");
        entrance.typed(OTHER);
        entrance.press("enter ctrl-u");
        entrance.typed("another");
        entrance.press("enter");
        assert!(!entrance.is_in, "typed differently");
        entrance.typed(OTHER);
        entrance.press("enter");
        assert!(entrance.is_in, "{}", entrance.text());
        let password = Secret::from(OTHER);
        assert!(office.desk.gate.sign_in("anna", &password, None, Via::Cli, "x").is_ok());
    }
}

#[test]
fn the_password_is_changed_by_its_sheet() {
    let (office, token) = with_password();
    let mut script = open(&office, &token, (80, 24), Lang::En);
    script.press(", k").unwrap();
    script.typed("guess");
    script.press("enter").unwrap();
    // What is wrong is said while it is typed.
    script.typed("short");
    super::expect(&script, "has 5 characters and needs 15");
    script.press("ctrl-u").unwrap();
    script.typed("passwordpassword");
    super::expect(&script, "a common one");
    script.press("ctrl-u").unwrap();
    script.typed(OTHER);
    super::expect(&script, "Good.");
    super::expect_not(&script, "paper");
    script.press("enter").unwrap();
    script.typed(OTHER);
    super::expect(&script, "The same.");
    script.press("enter").unwrap();
    // The error stands below the line that it is about, which is typed anew.
    super::expect(&script, "! This is not your password");
    script.typed(PASSWORD);
    script.press("enter enter enter").unwrap();
    super::expect(&script, "The password is set");
    let (old, new) = (Secret::from(PASSWORD), Secret::from(OTHER));
    let signs_in = |password| office.desk.gate.sign_in("admin", password, None, Via::Cli, "x");
    assert!(signs_in(&old).is_err() && signs_in(&new).is_ok());
    script.press("g c").unwrap();
    super::expect(&script, "Müller");
}

#[test]
fn a_first_password_has_the_screen_lock() {
    let office = office();
    let mut script = office.open(80, 24);
    script.press(", k").unwrap();
    super::expect(&script, "From the first password on everybody signs in");
    script.typed(OTHER);
    script.press("enter").unwrap();
    script.typed(OTHER);
    script.press("enter , x").unwrap();
    super::expect(&script, "Locked");
    script.typed(OTHER);
    script.press("enter").unwrap();
    super::expect_not(&script, "Locked");
    assert!(office.desk.gate.needs_sign_in().unwrap());
}

#[test]
fn the_second_factor_is_set_up_and_turned_off_by_its_sheet() {
    let (office, token) = with_password();
    let mut script = open(&office, &token, (80, 24), Lang::En);
    script.press(", f").unwrap();
    super::expect(&script, "a password and no second factor");
    script.press("enter").unwrap();
    let text = script.text();
    assert!(text.contains('▀') && text.contains('█'), "{text}");
    let key = key_on(&text);
    script.typed("123456");
    super::expect_not(&script, "123456");
    script.press("enter").unwrap();
    super::expect(&script, "the code is not right");
    script.typed(&code_of(&key));
    script.press("enter").unwrap();
    super::expect(&script, "Keep these codes");
    script.press("esc").unwrap();
    super::expect(&script, "Keep these codes");
    script.press("enter").unwrap();
    super::expect_not(&script, "Keep these codes");
    let way = script.session().way_in().unwrap();
    assert!(way.second_factor && way.recovery_codes == 10);

    script.press(", f").unwrap();
    super::expect(&script, "10 recovery codes are left");
    script.press("enter").unwrap();
    super::expect(&script, "Keep these codes");
    script.press("enter , f down enter").unwrap();
    super::expect(&script, "Turn the second factor off?");
    script.press("y").unwrap();
    super::expect(&script, "The second factor is off");
    assert!(!script.session().way_in().unwrap().second_factor);
}

#[test]
fn what_a_role_demands_is_said_and_not_turned_off() {
    let (mut office, token) = with_password();
    let mut script = open(&office, &token, (120, 40), Lang::En);
    super::expect_not(&script, "second factor");
    demand(&mut office);
    script.changed();
    super::expect(&script, "Careful demands a second factor from your next sign-in on");
    script.press("g c").unwrap();
    super::expect(&script, "Müller");
    script.press(", f enter").unwrap();
    let key = key_on(&script.text());
    script.typed(&code_of(&key));
    script.press("enter enter , f down enter y").unwrap();
    super::expect(&script, "demanded by: Careful");
    assert!(script.session().way_in().unwrap().second_factor);
}

#[test]
fn a_served_session_is_asked_for_the_password_and_goes_on() {
    let (office, _) = with_password();
    let session = office.desk.gate.session_of(RecordId(1), Via::Tui).unwrap();
    let manners = Manners { has_password: true, ..Manners::default() }.serving();
    let mut script = Script::start_with(session, &screen((80, 24), Lang::En), manners);
    script.press(", f enter").unwrap();
    super::expect(&script, "Your password again");
    script.typed(PASSWORD);
    script.press("enter").unwrap();
    // What was asked for goes on by itself.
    assert_eq!(key_on(&script.text()).len(), 32);
    script.press("esc").unwrap();
    script.press("g u").unwrap();
    super::expect_not(&script, "Your password again");
}

#[test]
fn seats_are_seen_and_ended() {
    let (office, token) = with_password();
    let password = Secret::from(PASSWORD);
    let other = office.desk.gate.sign_in("admin", &password, None, Via::Cli, "10.0.0.7").unwrap();
    let mut script = open(&office, &token, (80, 24), Lang::En);
    script.press(", s").unwrap();
    super::expect(&script, "10.0.0.7");
    super::expect(&script, "this one");
    script.press("enter").unwrap();
    super::expect(&script, "End session");
    script.press("y").unwrap();
    super::expect_not(&script, "10.0.0.7");
    assert!(office.desk.gate.session_by(&other, Via::Cli).is_err());
    assert!(office.desk.gate.session_by(&token, Via::Cli).is_ok());
    // One's own ends as well, and the screen shows nothing more.
    script.press("enter y").unwrap();
    script.press("esc g c").unwrap();
    super::expect(&script, "This session has ended");
    super::expect_not(&script, "Müller");
}

#[test]
fn the_sheets_in_every_size_and_language() {
    for lang in [Lang::En, Lang::Zh] {
        for size in super::SIZES {
            let (office, token) = with_password();
            let mut script = open(&office, &token, size, lang);
            let name = |what: &str| format!("{what}_{}x{}_{}", size.0, size.1, lang.code());
            script.press(", k").unwrap();
            script.typed("guess");
            script.press("enter").unwrap();
            script.typed("short");
            insta::assert_snapshot!(name("account_password"), script.text());
            script.press("esc , f").unwrap();
            insta::assert_snapshot!(name("account_factor"), script.text());
            script.press("esc , s").unwrap();
            insta::assert_snapshot!(name("account_seats"), script.text());
        }
    }
}
