//! What a person keeps for themselves is there at the next start, is nobody else's news and no history.

use kontor::gate::{HistoryRequest, Via};

use kontor::host::scripted::Script;
use kontor::model::Edit;

use crate::common::desk;
use crate::{expect, expect_not, office};

fn all() -> HistoryRequest {
    HistoryRequest { limit: 99, ..HistoryRequest::default() }
}

#[test]
fn what_is_kept_is_there_again_and_can_be_forgotten() {
    let desk = desk();
    let before = desk.session.history(&all()).unwrap().len();
    let keep = |key: &str, text: Option<&str>| (key.to_owned(), text.map(str::to_owned));
    desk.session
        .keep(&[keep("theme", Some("light")), keep("draft.customer.new", Some("{}"))])
        .unwrap();
    let again = desk.gate.session(Via::Tui).unwrap();
    let keys = |prefix: &str| -> Vec<String> {
        again.kept(prefix).unwrap().into_iter().map(|kept| kept.key).collect()
    };
    assert_eq!(keys(""), ["draft.customer.new", "theme"]);
    assert_eq!(keys("draft."), ["draft.customer.new"]);
    desk.session.keep(&[keep("theme", None)]).unwrap();
    assert_eq!(keys("th"), Vec::<String>::new());
    let too_long = "x".repeat((1 << 20) + 1);
    assert!(desk.session.keep(&[keep("draft.long", Some(&too_long))]).is_err());
    assert_eq!(desk.session.history(&all()).unwrap().len(), before);
}

#[test]
fn weeks_begin_where_the_person_chose_in_what_is_typed_and_in_conditions() {
    let mut office = office();
    let deal = Edit::create("deal").typed("name", "Sunday's").typed("expected_close", "2026-11-22");
    office.desk.add(deal.typed("owner", "me").typed("stage", "qualification"));
    let mut script = office.open(80, 24);
    let of_the_week = |script: &mut Script| {
        script.press("g d / ctrl-u").unwrap();
        script.typed("expected_close = this week");
        script.press("enter").unwrap();
        script.text().contains("Sunday's")
    };
    // Today is a Monday, and weeks begin on Mondays where nobody chose.
    assert!(!of_the_week(&mut script));
    script.press(", w").unwrap();
    expect(&script, "Weeks begin on");
    expect(&script, "As set up: Monday");
    script.press("3").unwrap();
    expect(&script, "Sunday's");
    script.press("n t tab").unwrap();
    for _ in 0..20 {
        if script.text().contains("tomorrow 10:00") {
            break;
        }
        script.press("tab").unwrap();
    }
    script.typed("next week");
    expect(&script, "2026-11-29");
    script.press("esc down down enter").unwrap();
    script.press("g t z").unwrap();
    expect(&script, "Next week  sun 29 Nov 09:00");
    // It holds at the next start too, and goes when it is given up.
    let mut script = office.open(80, 24);
    assert!(of_the_week(&mut script));
    script.press(", w 1").unwrap();
    expect_not(&script, "Sunday's");
}

#[test]
fn what_others_keep_is_no_news() {
    let desk = desk();
    let mut other = desk.gate.session(Via::Tui).unwrap();
    other.refresh().unwrap();
    desk.session.keep(&[("theme".to_owned(), Some("mono".to_owned()))]).unwrap();
    assert!(!other.refresh().unwrap());
}
