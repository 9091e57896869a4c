//! The detail: tabs, related lists, the way back and forward.

use kontor::model::{Lang, RecordId, RecordRef};
use kontor::term::ColourDepth;

use crate::{expect, expect_not, office};

#[test]
fn the_way_is_shown_and_gone_back_and_forward() {
    let office = office();
    let mut script = office.open(120, 40);
    // From the list to the customer, from there to its deal.
    script.press("g c j enter").unwrap();
    expect(&script, "Customers › Müller Maschinenbau AG  C-1");
    script.press("tab").unwrap();
    script.press("enter").unwrap();
    expect(&script, "Customers › Müller Maschinenbau AG › Deals › Three presses  D-1");
    script.press("<").unwrap();
    expect(&script, "Customers › Müller Maschinenbau AG  C-1");
    script.press("alt-right").unwrap();
    expect(&script, "Three presses  D-1");
    // To another tab and back: the same record, and the list below it as it was.
    script.press("g t").unwrap();
    expect_not(&script, "Three presses  D-1");
    script.press("alt-left").unwrap();
    expect(&script, "Müller Maschinenbau AG › Deals › Three presses  D-1");
    script.press("esc esc").unwrap();
    expect(&script, "2 of 3");
    script.press(">").unwrap();
    expect(&script, "Customers › Müller Maschinenbau AG  C-1");
    script.press("> >").unwrap();
    expect(&script, "Tasks");
    script.press(">").unwrap();
    expect(&script, "nothing ahead");
    // Where one goes somewhere new nothing lies ahead any more.
    script.press("< g c >").unwrap();
    expect(&script, "nothing ahead");
    script.press("< < < < < < < <").unwrap();
    expect(&script, "My day");
    expect(&script, "nothing before");
}

#[test]
fn a_long_way_is_cut_at_its_beginning() {
    let office = office();
    let mut script = office.open(60, 24);
    script.press("g c j enter tab enter").unwrap();
    expect(&script, "Three presses  D-1");
    expect(&script, "… ›");
}

#[test]
fn walking_on_keeps_the_tab() {
    let office = office();
    let mut script = office.open(80, 24);
    script.press("g c j enter shift-tab shift-tab").unwrap();
    expect(&script, "History 1");
    expect(&script, "History 1");
    script.press("}").unwrap();
    expect(&script, "Nordic Pumps Oy  C-3");
    insta::assert_snapshot!("history-tab-80x24", script.snapshot());
    script.press("{ {").unwrap();
    expect(&script, "安邦科技有限公司  C-2");
    script.press("shift-tab").unwrap();
    expect(&script, "Contact details");
}

#[test]
fn a_new_record_from_a_related_list_is_of_its_kind_and_linked() {
    let office = office();
    let mut script = office.open(80, 24);
    script.press("g c j enter").unwrap();
    for _ in 0..6 {
        if script.text().contains("Three presses") {
            break;
        }
        script.press("tab").unwrap();
    }
    script.press("n n").unwrap();
    expect(&script, "New Deal");
    script.typed("Second press");
    script.press("ctrl-s").unwrap();
    let deal = script.session().get(&RecordRef::new("deal", RecordId(4))).unwrap();
    let customer = deal.get("customer").as_link().unwrap();
    assert_eq!(customer.target(), office.muller);
}

#[test]
fn the_timeline_is_grouped_by_day() {
    let office = office();
    let mut script = office.open(120, 40);
    script.press("g c j enter").unwrap();
    expect(&script, "today · mon 23 Nov");
    expect(&script, "09:12  call");
    expect(&script, "Timeline 3");
    let mut script = office.open_as(120, 40, "dark", ColourDepth::Palette, Lang::Zh);
    script.press("g c j enter").unwrap();
    insta::assert_snapshot!("customer-zh-120x40", script.snapshot());
}
