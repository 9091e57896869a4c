//! People with fewer rights at the screens: what they are offered, refused, told, and what becomes of what
//! they ask for.

use super::*;
use kontor::gate::{Decided, Wanted};
use kontor::policy::{Right, Width};

/// The office with a colleague of each role.
fn company() -> Office {
    let mut office = office();
    for (name, role) in [("Freya", "Finance"), ("Rita", "Restricted"), ("Bo", "Sales rep")] {
        let edit = Edit::create("user").typed("name", name).typed("login", name.to_lowercase());
        office.desk.add(edit.typed("roles", role));
    }
    office
}

fn open_of(office: &Office, name: &str, width: u16, height: u16, lang: Lang) -> Script {
    let admin = office.desk.gate.session(Via::Cli).unwrap();
    let user = admin.resolve("user", name).unwrap().id;
    let session = office.desk.gate.session_of(user, Via::Tui).unwrap();
    let theme = Theme::built_in("dark", ColourDepth::Palette);
    Script::start(session, &Screen { width, height, theme, lang, ascii: false })
}

fn open(office: &Office, name: &str) -> Script {
    open_of(office, name, 80, 24, Lang::En)
}

/// A task on a customer is a matter of tasks: Finance makes no customers and may make tasks.
#[test]
fn what_is_made_decides_about_the_right() {
    let office = company();
    let mut script = open(&office, "Freya");
    script.press("g c t").unwrap();
    expect(&script, "› Task: ");
    script.press("esc").unwrap();
    // She may make no activity: that is said before a form is filled in.
    let mut script = open(&office, "Freya");
    script.press("g c l c").unwrap();
    expect(&script, "create records (Activities)");
    script.press("d").unwrap();
    expect(&script, "create records (Deals)");
}

/// The refusal on the screen is what is asked for, not an older one, nor editing.
#[test]
fn the_refusal_on_the_screen_is_asked_for() {
    let office = company();
    let mut script = open(&office, "Freya");
    script.press("g c D").unwrap();
    expect(&script, "delete records (Customers)");
    script.press("g a").unwrap();
    expect(&script, "read records (Activities)");
    script.press("r").unwrap();
    expect(&script, "Ask for a right: Activities");
    expect(&script, "Right          read");
    // Which roles grant it, and who gives them, stands there.
    expect(&script, "Power user");
    expect(&script, "can give them to you");
    script.press("esc g c D r").unwrap();
    expect(&script, "Ask for a right: C-");
    expect(&script, "Right          delete");
    // After anything else the old refusal is gone.
    script.press("esc D j r").unwrap();
    expect(&script, "There is nothing here to ask a right for.");
    // What the screens had once as a snapshot for an administrator, who has nothing to ask for.
    let mut all = String::new();
    for lang in [Lang::En, Lang::Zh] {
        let mut script = open_of(&office, "Freya", 80, 24, lang);
        script.press("g c D r").unwrap();
        all.push_str(&script.text());
    }
    insta::assert_snapshot!("access-ask", all);
    let mut script = office.open(80, 24);
    script.press("g c r").unwrap();
    expect(&script, "There is nothing here to ask a right for.");
}

/// What is marked is what is refused, not what the cursor is on; an empty list names nothing to ask for.
#[test]
fn the_refusal_of_marked_ones_is_not_about_the_one_under_the_cursor() {
    let office = company();
    let mut script = open(&office, "Freya");
    script.press("g c space space & r").unwrap();
    expect(&script, "Ask for a right: Customers");
    expect(&script, "merge");
    let mut script = open(&office, "Rita");
    script.press("g c r").unwrap();
    expect_not(&script, "Ask for a right");
}

/// A page that is refused is one refusal in the log, however often it asks again.
#[test]
fn a_refused_page_is_noted_once() {
    let mut office = company();
    let refused = |office: &mut Office| {
        office.desk.session.refresh().unwrap();
        let filter = Some(office.desk.session.audit_query("kind = refused").unwrap());
        let request = kontor::gate::AuditRequest { filter, ..Default::default() };
        let page = office.desk.session.audit(&request).unwrap();
        let here = page.entries.iter().filter(|one| one.entity.as_deref() == Some("activity"));
        here.map(|one| one.count).sum::<u64>()
    };
    let mut script = open(&office, "Freya");
    assert_eq!(refused(&mut office), 0);
    script.press("g a").unwrap();
    expect(&script, "read records (Activities)");
    assert_eq!(refused(&mut office), 1);
    for _ in 0..3 {
        office.desk.add(Edit::create("customer").typed("name", "New"));
        script.changed();
    }
    expect(&script, "read records (Activities)");
    assert_eq!(refused(&mut office), 1);
}

#[test]
fn a_wide_status_line_says_who_helps() {
    let office = company();
    let mut script = open_of(&office, "Freya", 200, 30, Lang::En);
    script.press("g c D").unwrap();
    expect(&script, "roles that grant it: ");
    expect(&script, "can give them to you");
}

/// Blocks that could only say no are left out; tasks are there though activities are not.
#[test]
fn home_and_schedule_show_what_may_be_read() {
    let mut office = company();
    office.desk.add(
        Edit::create("task")
            .typed("name", "Check the dunning run")
            .typed("due", "2026-11-23 15:00")
            .typed("owner", "Freya"),
    );
    let mut script = open(&office, "Freya");
    expect(&script, "Check the dunning run");
    expect_not(&script, "You lack the right");
    expect_not(&script, "This week");
    script.press("g s").unwrap();
    expect(&script, "Check the dunning run");
    expect_not(&script, "You lack the right");
}

/// Without the amounts of deals their numbers stay, and nothing raw is shown.
#[test]
fn figures_without_hidden_amounts() {
    let mut office = company();
    let rights = "[entity.deal]\nread = \"all\"\nfields = { amount = \"hidden\" }\n\
                  [entity.customer]\nread = \"all\"\n[entity.task]\nread = \"all\"\n";
    let role = Edit::create("role").typed("name", "Blind").typed("key", "blind");
    office.desk.add(role.with("rights", Value::from(rights)));
    let edit = Edit::create("user").typed("name", "Nora").typed("login", "nora");
    office.desk.add(edit.typed("roles", "Blind"));
    let mut script = open_of(&office, "Nora", 120, 40, Lang::En);
    expect_not(&script, "has no field");
    expect_not(&script, "unknown");
    script.press("g r").unwrap();
    expect_not(&script, "has no field");
    expect(&script, "Deals");
}

/// Nobody is told to make what they may not make, and no form opens for it.
#[test]
fn nobody_is_led_to_what_is_refused() {
    let office = company();
    let mut script = open(&office, "Rita");
    script.press("n n").unwrap();
    expect(&script, "create records (Customers)");
    expect_not(&script, "New Customer");
    script.press("g c").unwrap();
    expect(&script, "you see only what is yours");
    expect_not(&script, "to add the first");
}

fn ask(office: &Office, name: &str, reason: &str) -> RecordRef {
    let admin = office.desk.gate.session(Via::Cli).unwrap();
    let user = admin.resolve("user", name).unwrap().id;
    let mut session = office.desk.gate.session_of(user, Via::Cli).unwrap();
    let wanted = Wanted {
        right: Right::Read,
        entity: "customer".into(),
        record: None,
        field: None,
        reason: reason.to_owned(),
        lasts: 7 * 86_400,
    };
    session.ask_access(&wanted).unwrap().records[0].clone().unwrap()
}

/// Whoever decides is told that a request waits, sees all of it, and says how far and how long.
#[test]
fn a_request_is_decided_with_all_of_it_in_sight() {
    let office = company();
    let reason = "The trade fair in Hannover needs the addresses of everybody whom we have met \
                  there in the last three years, and nobody else has the time to look them up";
    let request = ask(&office, "Rita", reason);
    for (width, height, lang) in [(80, 24, Lang::En), (120, 40, Lang::En), (80, 24, Lang::Zh)] {
        let mut script = office.open_as(width, height, "dark", ColourDepth::Palette, lang);
        expect(
            &script,
            if lang == Lang::En { "an access request waits" } else { "权限申请等您审批" },
        );
        script.press("g x").unwrap();
        expect(&script, "Rita");
        script.press("enter").unwrap();
        let whole: String = script.text().split_whitespace().filter(|w| *w != "│").collect();
        assert!(whole.contains("tolookthemup"), "{}", script.text());
        insta::assert_snapshot!(format!("decide-{width}x{height}-{lang:?}"), script.text());
    }
    let mut script = office.open(80, 24);
    script.press("g x enter down right right down right").unwrap();
    script.press("down").unwrap();
    script.typed("only for the fair");
    script.press("enter").unwrap();
    expect(&script, "Decided");
    let admin = office.desk.gate.session(Via::Cli).unwrap();
    let told = admin.access_requests(false).unwrap();
    let told = told.iter().find(|one| one.record == request).unwrap();
    assert_eq!((told.width, told.note.as_str()), (Some(Width::Team), "only for the fair"));
    assert_eq!(told.until, Some(noon() + TimeDelta::hours(1)));
    // Who asked is told, until they have looked.
    let mut script = open(&office, "Rita");
    expect(&script, "was approved");
    script.press("g x esc").unwrap();
    expect_not(&script, "was approved");
}

#[test]
fn a_denial_reaches_who_asked_with_what_was_said() {
    let office = company();
    let request = ask(&office, "Rita", "curious");
    let mut script = office.open(80, 24);
    script.press("g x enter right down").unwrap();
    script.typed("ask your manager first");
    script.press("enter").unwrap();
    expect(&script, "Decided");
    let mut script = open(&office, "Rita");
    expect(&script, "was denied: ask your manager first");
    script.press("g x").unwrap();
    expect(&script, "denied");
    script.press("enter").unwrap();
    expect(&script, "ask your manager first");
    let mut admin = office.desk.gate.session(Via::Cli).unwrap();
    assert!(admin.decide_access(request.id, &Decided::Deny, "").is_err());
}

/// Who asked is not told that they cannot approve it: they can take it back.
#[test]
fn a_request_of_ones_own_opens_without_an_error() {
    let office = company();
    ask(&office, "Rita", "curious");
    let mut script = open(&office, "Rita");
    script.press("g x enter").unwrap();
    expect(&script, "Withdraw");
    expect_not(&script, "! ");
    script.press("enter").unwrap();
    expect(&script, "Decided");
}
