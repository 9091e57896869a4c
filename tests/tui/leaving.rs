//! Somebody leaves, on the screens: the dialog in each of its steps, what it does, and the screens of whom it
//! is about.

use super::*;
use kontor::gate::GateError;

/// Three colleagues in a team, of whom Bo owns things.
fn company() -> Office {
    let mut office = office();
    let desk = &mut office.desk;
    desk.add(Edit::create("team").typed("name", "North"));
    for name in ["Ana", "Ben", "Bo"] {
        let edit = Edit::create("user").typed("name", name).typed("login", name.to_lowercase());
        desk.add(edit.typed("teams", "North").typed("roles", "Standard"));
    }
    for n in 0..4 {
        desk.add(Edit::create("deal").typed("name", format!("Deal {n}")).typed("owner", "Bo"));
    }
    desk.add(Edit::create("customer").typed("name", "Bo's own").typed("owner", "Bo"));
    desk.add(
        Edit::create("activity").typed("kind", "note").typed("subject", "x").typed("owner", "Bo"),
    );
    office
}

fn owners(session: &Session, entity: &str, name: &str) -> u64 {
    let user = session.resolve("user", name).unwrap();
    let found = session.belongings(user.id).unwrap();
    found.holdings.iter().find(|holding| holding.entity == entity).map_or(0, |h| h.owned)
}

#[test]
fn the_steps_of_a_leaving() {
    let office = company();
    let mut all = String::new();
    for lang in [Lang::En, Lang::Zh] {
        for (width, height) in [(80, 24), (40, 12)] {
            for (step, keys) in [
                ("what they have", "g u end L"),
                ("a person", "g u end L enter"),
                ("preview", "g u end L enter enter"),
                ("rules", "g u end L down down enter"),
            ] {
                let mut script = office.open_as(width, height, "dark", ColourDepth::Palette, lang);
                script.press(keys).unwrap();
                all.push_str(&format!("== {step} {width}x{height}\n{}\n", script.text()));
            }
        }
    }
    insta::assert_snapshot!("leaving", all);
}

#[test]
fn a_team_takes_over_and_one_undo_brings_everything_back() {
    let office = company();
    let mut script = office.open(80, 24);
    script.press("g u end L down enter enter").unwrap();
    expect(&script, "Deals: 2 to Ana");
    expect(&script, "Deals: 2 to Ben");
    // Nothing is done by one key more.
    script.press("enter").unwrap();
    expect(&script, "Deals: 4");
    script.press("down enter enter y").unwrap();
    expect_not(&script, "Do it?");
    let session = office.desk.gate.session(Via::Cli).unwrap();
    assert_eq!((owners(&session, "deal", "Bo"), owners(&session, "deal", "Ana")), (0, 2));
    let bo = session.resolve("user", "Bo").unwrap();
    assert_eq!(*session.get(&bo).unwrap().get("active"), Value::Bool(false));
    // Rights come back with it, so it is asked about.
    script.press("u").unwrap();
    expect(&script, "This changes who may do what.");
    script.press("y").unwrap();
    let session = office.desk.gate.session(Via::Cli).unwrap();
    assert_eq!((owners(&session, "deal", "Bo"), owners(&session, "deal", "Ana")), (4, 0));
    assert_eq!(*session.get(&bo).unwrap().get("active"), Value::Bool(true));
}

#[test]
fn rules_are_typed_and_what_is_wrong_is_told() {
    let office = company();
    let mut script = office.open(80, 24);
    script.press("g u end L down down enter").unwrap();
    script.typed("name = \"Deal 1\" -> Ana");
    script.press("enter").unwrap();
    expect(&script, "end with who takes the rest");
    script.typed("; Ben");
    script.press("enter").unwrap();
    expect(&script, "Deals: 1 to Ana");
    expect(&script, "Deals: 3 to Ben");
    script.press("esc").unwrap();
    expect(&script, "To a team");
    script.press("esc").unwrap();
    expect_not(&script, "To a team");
}

#[test]
fn nobody_lets_themself_go_on_the_screens() {
    let office = company();
    let mut script = office.open(80, 24);
    script.press("g u L").unwrap();
    script.press("enter enter").unwrap();
    expect(&script, "nobody lets themself go");
}

/// The password is asked for in its place, and what was begun goes on; without it nothing happens.
#[test]
fn the_password_is_asked_for_before_somebody_leaves() {
    let mut office = company();
    let password = kontor::secret::Secret::from("glad otter mixes tea");
    office.desk.session.set_password(None, &password, "here").unwrap().unwrap();
    let session = office.desk.gate.session_of(RecordId(1), Via::Tui).unwrap();
    let theme = Theme::built_in("dark", ColourDepth::Palette);
    let screen = Screen { width: 80, height: 24, theme, lang: Lang::En, ascii: false };
    let manners = Manners { has_password: true, ..Manners::default() };
    let mut script = Script::start_with(session, &screen, manners);
    script.press("g u end L down enter enter y").unwrap();
    expect(&script, "Your password again");
    // Called off, nothing is done, and it can be begun again.
    script.press("esc").unwrap();
    expect_not(&script, "Your password again");
    script.changed();
    expect(&script, "Apply to");
    script.press("y").unwrap();
    expect(&script, "Your password again");
    script.typed("glad otter mixes tea");
    script.press("enter").unwrap();
    expect_not(&script, "Your password again");
    expect_not(&script, "Apply to");
    let bo = script.session().resolve("user", "Bo").unwrap();
    assert_eq!(*script.session().get(&bo).unwrap().get("active"), Value::Bool(false));
}

/// Open screens of somebody who leaves show nothing of the data from then on, and end.
#[test]
fn open_screens_of_a_leaver_are_cleared_and_end() {
    let office = company();
    let session = office.desk.gate.session(Via::Cli).unwrap();
    let bo = session.resolve("user", "Bo").unwrap().id;
    for by_question in [false, true] {
        set_active(&office, bo, true);
        let session = office.desk.gate.session_of(bo, Via::Tui).unwrap();
        let theme = Theme::built_in("dark", ColourDepth::Palette);
        let screen = Screen { width: 80, height: 24, theme, lang: Lang::En, ascii: false };
        let mut script = Script::start(session, &screen);
        script.press("g d").unwrap();
        expect(&script, "Deal 1");
        set_active(&office, bo, false);
        if by_question {
            // What is typed next is answered by it.
            script.press("g c").unwrap();
        } else {
            // So does the look that a host takes twice a second.
            script.changed();
        }
        expect(&script, "You were signed out");
        for gone in ["Deal", "Customers", "Home", "Bo"] {
            expect_not(&script, gone);
        }
        if by_question {
            script.press("g d x").unwrap();
            expect(&script, "You were signed out");
            assert!(!script.quit);
            script.press("q").unwrap();
            assert!(script.quit);
        } else {
            insta::assert_snapshot!("signed-out", script.snapshot());
            script.resize(40, 10);
            expect(&script, "You were signed out");
            script.wait(TimeDelta::seconds(59));
            assert!(!script.quit);
            script.wait(TimeDelta::seconds(2));
            assert!(script.quit);
        }
    }
}

fn set_active(office: &Office, user: RecordId, active: bool) {
    let mut session = office.desk.gate.session(Via::Cli).unwrap();
    let edit = Edit::update("user", user).with("active", Value::Bool(active));
    session.save(vec![edit], "test").unwrap();
}

/// The thread that owns the session tells it by itself, well within five seconds.
#[test]
fn an_idle_worker_notices_that_its_person_has_left() {
    let office = company();
    let session = office.desk.gate.session(Via::Cli).unwrap();
    let bo = session.resolve("user", "Bo").unwrap().id;
    let (send, inbox) = std::sync::mpsc::channel();
    let session = office.desk.gate.session_of(bo, Via::Tui).unwrap();
    let worker = kontor::host::worker::Worker::start(
        session,
        kontor::host::files::Reach::Nowhere,
        kontor::exchange::read::Inside,
        move |input| send.send(input).is_ok(),
    );
    set_active(&office, bo, false);
    let told = inbox.recv_timeout(std::time::Duration::from_secs(5)).unwrap();
    assert!(
        matches!(told, kontor::tui::message::Input::Failed(GateError::SignedOut { .. })),
        "{told:?}"
    );
    drop(worker);
}
