//! The reports: numbers, periods, groups, charts, and the records behind a number.

use super::{SIZES, expect, expect_not, link, office};
use kontor::model::{Edit, Lang};
use kontor::term::ColourDepth;

#[test]
fn reports_in_every_size() {
    let office = office();
    for (width, height) in SIZES {
        let mut script = office.open(width, height);
        script.press("g r tab tab").unwrap();
        insta::assert_snapshot!(format!("reports-{width}x{height}"), script.snapshot());
    }
    let mut script = office.open_as(80, 24, "mono", ColourDepth::Mono, Lang::Zh);
    script.press("7").unwrap();
    insta::assert_snapshot!("reports-zh", script.snapshot());
    expect(&script, "按阶段");
}

#[test]
fn the_period_goes_with_left_and_right() {
    let office = office();
    let mut script = office.open(80, 24);
    script.press("g r tab tab").unwrap();
    expect(&script, "Reports › Forecast  by Month");
    expect(&script, "all times");
    expect(&script, "2026-11");
    script.press("left").unwrap();
    expect(&script, "2026-Q4");
    expect(&script, "2026-11");
    script.press("right").unwrap();
    expect(&script, "2027-Q1");
    expect(&script, "No records in this period. Left goes a period back");
    script.press("p").unwrap();
    script.typed("month");
    script.press("enter").unwrap();
    expect(&script, "2026-11");
    script.press("left").unwrap();
    expect(&script, "2026-10");
    expect(&script, "No records in this period.");
}

#[test]
fn the_records_behind_a_number_are_one_key_away() {
    let office = office();
    let mut script = office.open(120, 40);
    script.press("g r j enter").unwrap();
    expect(&script, "Deals › Pipeline Proposal  / stage = proposal");
    expect(&script, "检测线");
    expect_not(&script, "Spare pumps");
    script.press("g r tab tab left G enter").unwrap();
    expect(&script, "Deals › Forecast  / stage.state = open and expected_close = 2026-Q4");
    expect(&script, "1 of 3");
}

#[test]
fn one_step_out_leads_back_to_the_line_and_the_tab_is_itself_afterwards() {
    let office = office();
    let mut script = office.open(120, 40);
    script.press("g r j enter").unwrap();
    expect(&script, "Deals › Pipeline Proposal");
    // A filter of one's own is the first step, the record before it another one.
    script.press("/").unwrap();
    script.typed(" and amount > 1");
    script.press("enter enter").unwrap();
    script.press("esc").unwrap();
    expect(&script, "amount > 1");
    script.press("esc").unwrap();
    expect(&script, "Deals › Pipeline Proposal  / stage = proposal");
    expect_not(&script, "amount > 1");
    script.press("esc").unwrap();
    expect(&script, "Reports › Pipeline");
    script.press(">").unwrap();
    expect(&script, "Deals › Pipeline Proposal");
    script.press("esc 4").unwrap();
    expect_not(&script, "stage = proposal");
    expect(&script, "Spare pumps");
    // The same from a block of the first screen.
    script.press("1 tab enter").unwrap();
    script.press("esc").unwrap();
    expect(&script, "My day");
}

#[test]
fn groups_figures_and_shapes_are_chosen() {
    let office = office();
    let mut script = office.open(80, 24);
    script.press("g r s").unwrap();
    script.typed("customer");
    script.press("enter").unwrap();
    expect(&script, "Reports › Pipeline  by Customer");
    expect(&script, "Nordic Pumps Oy");
    // Amounts in several currencies are never added up: the line says both.
    script.press("G").unwrap();
    expect(&script, "All: Value ¥120,000 + €96,500");
    expect(&script, "  Value EUR");
    script.press("f").unwrap();
    script.typed("deals");
    script.press("enter").unwrap();
    script.press("c").unwrap();
    script.typed("spark");
    script.press("enter").unwrap();
    expect(&script, "███");
    script.press("s").unwrap();
    script.typed("not");
    script.press("enter").unwrap();
    expect(&script, "Weighted: amount x probability of each deal");
    script.press("m").unwrap();
    expect(&script, "Reports › Pipeline › Mine");
}

#[test]
fn amounts_in_several_currencies_have_a_mean_in_each() {
    let mut office = office();
    for (name, amount, begun, closed) in [
        ("A", "1000 EUR", "2026-11-18", "2026-11-20"),
        ("B", "4000 EUR", "2026-11-17", "2026-11-20"),
        ("C", "700 CNY", "2026-11-17", "2026-11-20"),
        ("D", "900 EUR", "2026-08-18", "2026-08-20"),
    ] {
        office.desk.add(
            Edit::create("deal")
                .typed("name", name)
                .with("customer", link(&office.muller))
                .typed("stage", "won")
                .typed("won_reason", "price")
                .typed("engaged_on", begun)
                .typed("closed_on", closed)
                .typed("amount", amount),
        );
    }
    let mut script = office.open(120, 40);
    script.press("g r tab").unwrap();
    expect(&script, "Reports › Won deals");
    expect(&script, "€2,500 +1");
    // What stands below each other has the same decimal places.
    expect(&script, "2.0");
    expect(&script, "2.7");
}
