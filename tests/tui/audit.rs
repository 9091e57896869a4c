//! The audit log on the screen: entries page by page, the way to a record, what is unusual, and who sees
//! which of it.

use super::*;
use kontor::gate::Event;

/// An export of so many records, as the log has it.
fn export(office: &Office, records: u64) {
    let event = Event::export(&"customer".into(), "all.csv", records, None);
    office.desk.session.note(&event);
}

fn open_of(office: &Office, user: RecordId) -> Script {
    let session = office.desk.gate.session_of(user, Via::Tui).unwrap();
    let theme = Theme::built_in("dark", ColourDepth::Palette);
    Script::start(session, &Screen { width: 80, height: 24, theme, lang: Lang::En, ascii: false })
}

#[test]
fn an_entry_leads_to_the_record_it_names() {
    let office = office();
    let mut script = office.open(80, 24);
    script.press("g A /").unwrap();
    script.typed("record = D-3");
    script.press("enter").unwrap();
    expect(&script, "1 of 1");
    script.press("enter").unwrap();
    expect(&script, "D-3 Spare pumps");
    expect(&script, "Enter opens D-3");
    script.press("enter").unwrap();
    expect(&script, "Spare pumps");
    expect_not(&script, "Audit log  /");
    // The way back leads to the log as it was, and from there the filter goes first.
    script.press("esc").unwrap();
    expect(&script, "/ record = D-3");
    script.press("esc").unwrap();
    expect_not(&script, "/ record = D-3");
    expect(&script, "several kinds");
}

#[test]
fn a_long_log_comes_page_by_page() {
    let office = office();
    for n in 0..250 {
        export(&office, n);
    }
    let mut script = office.open(80, 24);
    script.press("g A").unwrap();
    expect(&script, "1 of 100+");
    for _ in 0..4 {
        script.press("end").unwrap();
    }
    expect(&script, "several kinds");
    expect_not(&script, "+ ");
    script.press("home").unwrap();
    expect(&script, "249");
    // What happens meanwhile comes on top, and the cursor stays on its entry.
    script.press("down").unwrap();
    export(&office, 7_777);
    script.press("ctrl-l").unwrap();
    expect(&script, "7,777");
    expect(&script, "3 of");
}

#[test]
fn a_filter_by_words_is_refused_and_a_wrong_one_said() {
    let office = office();
    let mut script = office.open(80, 24);
    script.press("g A /").unwrap();
    script.typed("export");
    // It may become a condition; the log stays until then.
    expect(&script, "several kinds");
    script.press("enter").unwrap();
    expect(&script, "the log is not searched by words");
    script.press("/ ctrl-u").unwrap();
    script.typed("stage = won");
    expect(&script, "no field \"stage\"");
}

#[test]
fn what_is_unusual_is_told_until_it_was_looked_at() {
    let office = office();
    export(&office, 900);
    let mut script = office.open(80, 24);
    expect(&script, "g A something unusual in the audit log");
    script.press("g A").unwrap();
    expect(&script, "Unusual (1)");
    script.press("tab").unwrap();
    expect(&script, "many exported records");
    expect(&script, "900");
    script.press("enter").unwrap();
    expect(&script, "Marked as seen");
    expect_not(&script, "Unusual (1)");
    script.wait(TimeDelta::seconds(30));
    expect_not(&script, "something unusual");
    insta::assert_snapshot!("unusual-seen", script.text());
    // It is kept, and can be taken back.
    let mut again = office.open(80, 24);
    expect_not(&again, "something unusual");
    again.press("g A tab enter").unwrap();
    expect(&again, "Unusual (1)");
}

#[test]
fn what_becomes_unusual_is_told_after_some_minutes() {
    let office = office();
    let mut script = office.open(80, 24);
    expect_not(&script, "something unusual");
    export(&office, 900);
    script.wait(TimeDelta::minutes(1));
    expect_not(&script, "something unusual");
    script.wait(TimeDelta::minutes(5));
    expect(&script, "something unusual");
}

#[test]
fn others_see_what_they_did_themselves_and_nothing_unusual() {
    let mut office = office();
    let bo = Edit::create("user").typed("name", "Bo").typed("login", "bo");
    let bo = office.desk.add(bo.typed("roles", "Standard"));
    export(&office, 900);
    let mut script = open_of(&office, bo.id);
    expect_not(&script, "something unusual");
    script.press("g A").unwrap();
    expect(&script, "what you did yourself");
    expect(&script, "Nothing is in the log yet");
    script.press("tab").unwrap();
    expect(&script, "Not allowed");
    expect(&script, "see the audit log");
    expect_not(&script, "900");
}
