//! What somebody with few rights sees and is told: dots in every sum over what is masked, nothing of what is
//! hidden, the very right that was missing where saving was refused, grants to review, sessions to end.

use super::*;
use kontor::gate::MASK;

/// A user with a role of these rights.
fn user(office: &mut Office, name: &str, rights: &str) -> RecordId {
    let key = name.to_lowercase();
    let role = Edit::create("role").typed("name", name).typed("key", &key);
    office.desk.add(role.with("rights", Value::from(rights)));
    let edit = Edit::create("user").typed("name", name).typed("login", key).typed("roles", name);
    office.desk.add(edit).id
}

fn open_of(office: &Office, user: RecordId, width: u16, lang: Lang) -> Script {
    let session = office.desk.gate.session_of(user, Via::Tui).unwrap();
    let theme = Theme::built_in("dark", ColourDepth::Palette);
    Script::start(session, &Screen { width, height: 40, theme, lang, ascii: false })
}

const ALL: &str = "[entity.\"*\"]\nread = \"all\"\n[entity.deal]\nread = \"all\"\n";

/// Screens on which amounts are summed up, by their keys.
const SUMS: [(&str, &str); 5] = [
    ("home", "g h"),
    ("board", "g b"),
    ("totals", "g d w t"),
    ("customers", "g c"),
    ("reports", "g r"),
];

#[test]
fn sums_over_what_is_masked_are_dots_on_every_screen() {
    let mut office = office();
    let masked = user(&mut office, "Dots", &format!("{ALL}fields = {{ amount = \"masked\" }}\n"));
    for width in [80, 120] {
        for (name, keys) in SUMS {
            let mut script = open_of(&office, masked, width, Lang::En);
            script.press(keys).unwrap();
            let text = script.text();
            assert!(text.contains(MASK), "{name} at {width}\n{text}");
            for wrong in ["€", "¥", "CNY", " 0.00", "84", "120,000"] {
                assert!(!text.contains(wrong), "{name} at {width} shows {wrong}\n{text}");
            }
        }
    }
}

#[test]
fn what_is_hidden_is_summed_up_nowhere() {
    let mut office = office();
    let hidden = user(&mut office, "Blind", &format!("{ALL}fields = {{ amount = \"hidden\" }}\n"));
    for width in [80, 120] {
        for (name, keys) in SUMS {
            let mut script = open_of(&office, hidden, width, Lang::En);
            script.press(keys).unwrap();
            let text = script.text();
            for wrong in [MASK, "€", "¥", "CNY", "Weighted", "Amount", "84,000"] {
                assert!(!text.contains(wrong), "{name} at {width} shows {wrong}\n{text}");
            }
            assert!(!text.contains("has no field"), "{name} at {width}\n{text}");
        }
    }
}

#[test]
fn a_refusal_on_saving_is_what_is_asked_for() {
    let mut office = office();
    let rights = "[entity.customer]\nread = \"all\"\nedit = \"all\"\nfields = { segment = \"read\" }\n\
                  [entity.deal]\nread = \"all\"\nedit = \"all\"\n[entity.user]\nread = \"all\"\n";
    let clerk = user(&mut office, "Clerk", rights);
    let mut script = open_of(&office, clerk, 120, Lang::En);
    // Giving away needs a right of its own; the list asks about all marked ones.
    script.press("g c down A").unwrap();
    script.typed("Clerk");
    script.press("enter").unwrap();
    expect(&script, "right to assign");
    script.press("esc r").unwrap();
    expect(&script, "Ask for a right: C-1");
    expect(&script, "assign");
    script.typed("holidays");
    script.press("enter enter").unwrap();
    expect(&script, "AR-1 waits");
    office.desk.session.refresh().unwrap();
    let request = office.desk.session.access_requests(true).unwrap().remove(0);
    assert_eq!(request.wanted.right, kontor::policy::Right::Assign);
}

#[test]
fn grants_are_reviewed_and_lead_to_the_user() {
    let mut office = office();
    user(&mut office, "Clerk", "[entity.customer]\nread = \"all\"\nedit = \"own\"\n");
    let add = |name: &str| Edit::create("user").typed("name", name).typed("login", name);
    office.desk.add(add("newcomer"));
    let mut script = office.open(120, 40);
    script.press("g X").unwrap();
    expect(&script, "Review of grants");
    expect(&script, "Administrator  Administrator");
    expect(&script, "newcomer  no role");
    expect(&script, "Clerk  Clerk");
    script.typed("Clerk");
    expect(&script, "Given by Administrator on 2026-11-23");
    script.press("enter").unwrap();
    expect(&script, "Users › Clerk");
}

#[test]
fn in_a_file_without_passwords_nobody_is_signed_in() {
    let office = office();
    let mut script = office.open(80, 24);
    script.press(", S").unwrap();
    expect(&script, "Nobody is signed in");
}
