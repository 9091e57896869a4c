//! The blocks of the home screen.

use super::{Office, SIZES, expect, expect_not, link, office};
use kontor::model::{Edit, Lang};
use kontor::term::ColourDepth;

/// The office, with something won this month.
fn winning_office() -> Office {
    let mut office = office();
    let muller = office.muller.clone();
    office.desk.add(
        Edit::create("deal")
            .typed("name", "Two pumps")
            .with("customer", link(&muller))
            .typed("stage", "won")
            .typed("won_reason", "price")
            .typed("closed_on", "2026-11-05")
            .typed("amount", "62000 EUR")
            .typed("owner", "me"),
    );
    office
}

#[test]
fn home_in_every_size() {
    let office = winning_office();
    for (width, height) in SIZES {
        let script = office.open(width, height);
        insta::assert_snapshot!(format!("home-{width}x{height}"), script.snapshot());
    }
    let mut script = office.open_as(80, 24, "mono", ColourDepth::Mono, Lang::Zh);
    insta::assert_snapshot!("home-zh", script.snapshot());
    script.press(", h j").unwrap();
    insta::assert_snapshot!("home-arranging-zh", script.snapshot());
}

#[test]
fn my_day_is_what_is_late_due_and_planned_without_what_was_put_off() {
    let mut office = office();
    let muller = office.muller.clone();
    let mut add = |edit: Edit| office.desk.add(edit.typed("owner", "me"));
    let task = |name: &str, due: &str| Edit::create("task").typed("name", name).typed("due", due);
    add(task("Sign the contract", "2026-11-23 18:30"));
    add(task("Put off until four", "2026-11-20").typed("snoozed_until", "2026-11-23 16:00"));
    add(task("Back since noon", "2026-11-20").typed("snoozed_until", "2026-11-23 12:00"));
    add(task("Put off to Friday", "2026-11-23 09:00").typed("snoozed_until", "2026-11-27"));
    let planned = |kind: &str, subject: &str, at: &str| {
        Edit::create("activity")
            .typed("kind", kind)
            .typed("subject", subject)
            .typed("happened_at", at)
            .with("customer", link(&muller))
    };
    add(planned("meeting", "Review of the plant", "2026-11-23 16:30"));
    add(planned("call", "Price call", "2026-11-23 14:15"));
    add(planned("meeting", "Another week", "2026-11-30 10:00"));
    let mut script = office.open(120, 40);
    let text = script.text();
    let text = text.split("Target this month").next().unwrap();
    let place = |words: &str| text.find(words).unwrap_or_else(|| panic!("{words}:\n{text}"));
    expect(&script, "Today and overdue 6 · 2 snoozed");
    let order = [
        "Price call",
        "Review of the plant",
        "Send the offer",
        "Back since noon",
        "Call about delivery",
        "Sign the contract",
    ];
    assert!(order.windows(2).all(|pair| place(pair[0]) < place(pair[1])), "{text}");
    expect(&script, "14:15");
    expect(&script, "16:30");
    for hidden in ["Put off", "Another week"] {
        expect_not(&script, hidden);
    }
    assert!(!text.contains("Wants an offer"), "what was logged is no plan: {text}");
    // A planned one opens like any other row.
    script.press("enter").unwrap();
    expect(&script, "Price call");
    expect(&script, "Activities › Price call");
    script.press("esc").unwrap();
    // Late tasks do not push plans out of sight where there is little room.
    let low = office.open(80, 24);
    expect(&low, "Price call");
    expect(&low, "Review of the plant");
    // What is over goes by itself: a reminder that comes has the screen look again. What has begun is on
    // until it ends.
    script.wait(chrono::TimeDelta::hours(4));
    let review = script.text().lines().find(|line| line.contains("Review")).unwrap().to_owned();
    assert!(review.trim_end().ends_with("now"), "{review}");
    expect_not(&script, "Price call");
    expect(&script, "Today and overdue 5 · 2 snoozed");
    let mut script = office.open_as(80, 24, "dark", ColourDepth::Palette, Lang::Zh);
    script.press("j").unwrap();
    expect(&script, "今日与逾期 6 · 已推后 2 项");
}

#[test]
fn one_cursor_walks_through_all_blocks_and_every_row_opens() {
    let office = winning_office();
    let mut script = office.open(120, 40);
    script.press("enter").unwrap();
    expect(&script, "Send the offer");
    script.press("esc tab enter").unwrap();
    // No target is set yet: Enter asks for it.
    expect(&script, "Set the target of this month");
    script.press("esc tab enter").unwrap();
    expect(&script, "Deals › Pipeline Qualification  / stage = qualification and owner = me");
    expect(&script, "Three presses");
    script.press("1 j j j enter").unwrap();
    expect(&script, "Deals › 检测线");
    script.press("esc").unwrap();
    // Up from the first row of a block is the last of the block before.
    script.press("k enter").unwrap();
    expect(&script, "Deals › Pipeline Negotiation");
}

#[test]
fn a_target_is_set_where_it_stands_and_kept() {
    let office = winning_office();
    let mut script = office.open(80, 24);
    expect(&script, "won €62,000  1 deal");
    expect(&script, "a sets a target to reach.");
    script.press("a").unwrap();
    script.typed("100k");
    script.press("enter").unwrap();
    expect(&script, "62 %");
    expect(&script, "€62,000 of €100,000  1 deal");
    // The next time it is still there.
    let mut script = office.open(80, 24);
    expect(&script, "€62,000 of €100,000  1 deal");
    script.press("tab enter").unwrap();
    expect(&script, "Deals › Target this month");
    expect(&script, "Two pumps");
    expect_not(&script, "Three presses");
}

#[test]
fn team_activity_says_who_did_what() {
    let office = winning_office();
    let mut script = office.open(120, 40);
    for _ in 0..20 {
        if script.text().contains("Administrator: Call 1") {
            break;
        }
        script.press("tab").unwrap();
    }
    expect(&script, "Administrator: Call 1");
    script.press("enter").unwrap();
    expect(&script, "Wants an offer for three units");
}

#[test]
fn blocks_are_added_moved_resized_removed_and_kept() {
    let office = winning_office();
    let mut script = office.open(120, 40);
    script.press(", h").unwrap();
    expect(&script, "My day › Blocks");
    expect(&script, "Today and overdue 2 full");
    script.press("space").unwrap();
    expect(&script, "Today and overdue 2 half");
    script.press("x").unwrap();
    expect_not(&script, "Today and overdue");
    // A chart of any figure of any report.
    script.press("a").unwrap();
    script.typed("chart");
    script.press("enter").unwrap();
    script.typed("forecast");
    script.press("enter").unwrap();
    script.typed("weighted");
    script.press("enter").unwrap();
    script.typed("columns");
    script.press("enter").unwrap();
    expect(&script, "Forecast: Weighted half");
    expect(&script, "2026-11");
    // A view, of the entity that is chosen.
    script.press("a").unwrap();
    script.typed("view");
    script.press("enter").unwrap();
    script.typed("customers");
    script.press("enter 1").unwrap();
    expect(&script, "Customers: ");
    script.press("K esc").unwrap();
    expect_not(&script, "My day › Blocks");
    let order = |text: &str| {
        let place = |word: &str| text.find(word).unwrap_or_else(|| panic!("{word}:\n{text}"));
        place("Customers: ") < place("Forecast: Weighted")
    };
    assert!(order(&script.text()));
    // They are the person's own, and there the next time.
    let mut script = office.open(120, 40);
    assert!(order(&script.text()));
    expect_not(&script, "Today and overdue");
    script.press(", h R").unwrap();
    expect(&script, "Today and overdue");
    expect_not(&script, "Forecast: Weighted");
}

#[test]
fn without_blocks_it_says_how_to_get_some() {
    let office = office();
    let mut script = office.open(80, 24);
    script.press(", h x x x x x x x x x x").unwrap();
    expect(&script, "There are no blocks. a adds one, R brings the usual ones back.");
    script.press("enter").unwrap();
    expect(&script, "There are no blocks. , h chooses some.");
    script.press("j k tab enter a m").unwrap();
    script.press("g c , h R esc").unwrap();
    expect(&script, "Send the offer");
}

#[test]
fn what_does_not_fit_is_named_and_scrolled_to() {
    let office = winning_office();
    let mut script = office.open(40, 12);
    expect(&script, "Today and overdue");
    expect(&script, "further: ");
    script.press("tab tab tab tab").unwrap();
    expect_not(&script, "Today and overdue 2");
    script.press("shift-tab shift-tab shift-tab shift-tab").unwrap();
    expect(&script, "Today and overdue 2");
}

#[test]
fn a_saved_chart_of_bars_opens_the_records_behind_a_row() {
    let office = winning_office();
    let mut script = office.open(80, 24);
    script.press(", h x x x x x x x a").unwrap();
    for word in ["chart", "pipeline", "deals", "bars"] {
        script.typed(word);
        script.press("enter").unwrap();
    }
    script.press("esc j enter").unwrap();
    expect(&script, "Deals › Pipeline Proposal  / stage = proposal");
    expect(&script, "检测线");
}
