//! Whoever manages users locks others out, lets them in again and takes a lost second factor off, at the
//! screens; and the tree of teams.

use super::*;
use kontor::gate::AuditRequest;
use kontor::secret::Secret;

const WORDS: &str = "glad otter mixes tea";

const OWN: &str = "brave heron sells maps";

/// The office with Bo, who has a password and a second factor and is signed in; everybody signs in.
fn company() -> Office {
    let mut office = office();
    let bo = Edit::create("user").typed("name", "Bo").typed("login", "bo");
    let bo = office.desk.add(bo.typed("roles", "Sales rep"));
    office.desk.session.set_password(None, &Secret::from(WORDS), "test").unwrap();
    let code = office.desk.session.invite(bo.id, std::time::Duration::from_hours(1)).unwrap();
    office.desk.gate.accept_invite(&code, &Secret::from(OWN)).unwrap();
    let token = office.desk.gate.sign_in("bo", &Secret::from(OWN), None, Via::Cli, "test").unwrap();
    let session = office.desk.gate.session_by(&token, Via::Cli).unwrap();
    let made = session.begin_totp().unwrap();
    let key = totp_rs::Secret::try_from_base32(made.typed.reveal()).unwrap();
    let totp = totp_rs::Builder::new().with_secret(key).build_noncompliant();
    let now = u64::try_from(noon().timestamp()).unwrap();
    session.confirm_totp(&made, &totp.generate(now).to_string()).unwrap();
    office
}

fn admin(office: &Office, lang: Lang) -> Script {
    let words = Secret::from(WORDS);
    let token = office.desk.gate.sign_in("admin", &words, None, Via::Tui, "test").unwrap();
    let session = office.desk.gate.session_by(&token, Via::Tui).unwrap();
    let theme = Theme::built_in("dark", ColourDepth::Palette);
    Script::start(session, &Screen { width: 80, height: 24, theme, lang, ascii: false })
}

fn kinds(office: &mut Office) -> Vec<String> {
    office.desk.session.refresh().unwrap();
    let page = office.desk.session.audit(&AuditRequest::default()).unwrap();
    page.entries.into_iter().map(|entry| entry.kind.clone()).collect()
}

#[test]
fn a_user_is_locked_and_unlocked_after_a_look() {
    let mut office = company();
    let mut script = admin(&office, Lang::En);
    script.press("g u end @ l").unwrap();
    expect(&script, "Lock Bo (bo) out?");
    expect(&script, "session of theirs ends.");
    // Enter alone does nothing.
    script.press("enter").unwrap();
    expect_not(&script, "Lock Bo");
    assert!(!kinds(&mut office).contains(&"locked".to_owned()));
    script.press("@ l y").unwrap();
    expect(&script, "Bo (bo) is locked");
    assert!(kinds(&mut office).contains(&"locked".to_owned()));
    script.press("@ l").unwrap();
    expect(&script, "Bo (bo) is locked already");
    script.press("@ u").unwrap();
    expect(&script, "Unlock Bo (bo)?");
    script.press("tab enter").unwrap();
    expect(&script, "Bo (bo) can try again");
    assert!(kinds(&mut office).contains(&"unlocked".to_owned()));
    script.press("@ u").unwrap();
    expect(&script, "is not locked, and no try has failed");
    // Nobody locks themselves out.
    script.press("home @ l").unwrap();
    expect(&script, "nobody locks themselves out");
}

#[test]
fn the_second_factor_of_somebody_else_is_taken_off() {
    let mut office = company();
    let mut script = admin(&office, Lang::En);
    script.press("g u end @ f").unwrap();
    expect(&script, "Turn the second factor of Bo (bo) off?");
    script.press("y").unwrap();
    expect(&script, "The second factor of Bo (bo) is off");
    assert!(kinds(&mut office).contains(&"second_factor".to_owned()));
    let own = Secret::from(OWN);
    assert!(office.desk.gate.sign_in("bo", &own, None, Via::Cli, "test").is_ok());
    script.press("@ f").unwrap();
    expect(&script, "Bo (bo) has no second factor");
}

#[test]
fn the_palette_finds_it_in_both_languages() {
    let office = company();
    for (lang, words, title) in
        [(Lang::En, "unlock", "Unlock the user"), (Lang::Zh, "解锁", "解锁用户")]
    {
        let mut script = admin(&office, lang);
        script.press("g u end :").unwrap();
        script.typed(words);
        expect(&script, title);
    }
}

#[test]
fn who_does_not_manage_users_is_told_who_does() {
    let office = office();
    let mut session = office.desk.gate.session(Via::Cli).unwrap();
    let bo = Edit::create("user").typed("name", "Bo").typed("login", "bo");
    session.save(vec![bo.typed("roles", "Sales rep")], "test").unwrap();
    let bo = session.resolve("user", "Bo").unwrap();
    let session = office.desk.gate.session_of(bo.id, Via::Tui).unwrap();
    let theme = Theme::built_in("dark", ColourDepth::Palette);
    let screen = Screen { width: 80, height: 24, theme, lang: Lang::En, ascii: false };
    let mut script = Script::start(session, &screen);
    for keys in ["g u home L", "@ l", "@ u", "@ f", "V"] {
        script.press(keys).unwrap();
        expect(&script, "ou lack the right to");
        let helps = ["from Administrator", "ask Administrator", "Administrator can give"];
        assert!(helps.iter().any(|who| script.text().contains(who)), "{}", script.text());
        expect_not(&script, "r asks for it");
    }
    script.press("r").unwrap();
    expect(&script, "This right comes with roles only");
}

#[test]
fn teams_stand_below_each_other_with_who_leads_and_how_many() {
    let mut office = office();
    office.desk.add(Edit::create("user").typed("name", "Ana").typed("login", "ana"));
    office.desk.add(Edit::create("team").typed("name", "Sales").typed("manager", "Ana"));
    office.desk.add(Edit::create("team").typed("name", "North").typed("parent", "Sales"));
    let bo = Edit::create("user").typed("name", "Bo").typed("login", "bo");
    office.desk.add(bo.typed("teams", "North"));
    let gone = Edit::create("user").typed("name", "Cho").typed("login", "cho");
    office.desk.add(gone.typed("teams", "North").typed("active", "no"));
    let mut all = String::new();
    for lang in [Lang::En, Lang::Zh] {
        let mut script = office.open_as(80, 24, "dark", ColourDepth::Palette, lang);
        script.press("g T").unwrap();
        all.push_str(&script.text());
    }
    insta::assert_snapshot!("team-tree", all);
    let mut script = office.open(160, 40);
    script.press("g T down enter").unwrap();
    expect(&script, "Teams › North");
    // The footer has it with teams, and with nothing else.
    expect(&script, "g T tree");
    script.press("g c").unwrap();
    expect_not(&script, "g T tree");
}
