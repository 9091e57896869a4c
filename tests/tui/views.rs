//! Views of a list: stepping, saving, sharing; its columns and its order.

use kontor::gate::ListRequest;
use kontor::model::{Edit, Lang, Value};
use kontor::term::ColourDepth;

use crate::{expect, expect_not, office};

/// The saved views of the file, by name.
fn saved(script: &mut kontor::host::scripted::Script) -> Vec<kontor::model::Record> {
    script.session().list(&ListRequest::first("view", 20)).unwrap().rows
}

#[test]
fn the_bar_names_the_views_with_counts_and_brackets_step_through_them() {
    let office = office();
    let mut script = office.open(120, 30);
    script.press("g d [ [ [").unwrap();
    expect(&script, "▌All 3  Mine 3");
    expect(&script, "Closing this month 3");
    script.press("] ] ]").unwrap();
    expect(&script, "Deals › Open");
    script.press("]").unwrap();
    expect(&script, "Deals › Closing this month");
    script.press("[ [ [ [").unwrap();
    expect(&script, "▌All 3");
    script.press("[").unwrap();
    expect(&script, "Deals › By stage");
    script.press("esc").unwrap();
    expect(&script, "▌All 3");
}

#[test]
fn what_is_shown_is_saved_changed_and_saved_over() {
    let office = office();
    let mut script = office.open(120, 30);
    script.press("g d [ [ [ /").unwrap();
    script.typed("amount > 50k");
    script.press("enter s").unwrap();
    expect(&script, "Name of the view");
    script.typed("Big ones");
    script.press("enter").unwrap();
    expect(&script, "View \"Big ones\" saved");
    expect(&script, "▌Big ones 2");
    expect(&script, "Deals › Big ones");
    let views = saved(&mut script);
    assert_eq!(views[0].get("query"), &Value::from("amount > 50k"));
    assert_eq!(views[0].get("entity"), &Value::from("deal"));
    script.press("S").unwrap();
    script.typed("expected");
    script.press("enter").unwrap();
    expect(&script, "▌Big ones* 2");
    expect(&script, "Deals › Big ones *");
    script.press("s 1").unwrap();
    expect_not(&script, "Big ones*");
    assert_eq!(saved(&mut script)[0].get("sort"), &Value::from("expected_close"));
    // The next start finds it again, by its name.
    let mut script = office.open(120, 30);
    script.press("g d w w").unwrap();
    script.typed("big");
    script.press("enter").unwrap();
    expect(&script, "Deals › Big ones");
    expect(&script, "Three presses");
    expect_not(&script, "Spare pumps");
}

#[test]
fn a_saved_view_is_renamed_shared_unpinned_and_deleted() {
    let office = office();
    let mut script = office.open(120, 30);
    script.press("g c m s").unwrap();
    script.typed("My own");
    script.press("enter").unwrap();
    assert_eq!(saved(&mut script)[0].get("query"), &Value::from("owner = me"));
    expect(&script, "Customers › My own");
    script.press("w n").unwrap();
    script.press("ctrl-u").unwrap();
    script.typed("Ours");
    script.press("enter").unwrap();
    expect(&script, "▌Ours 3");
    script.press("w h").unwrap();
    script.typed("every");
    script.press("enter").unwrap();
    assert_eq!(saved(&mut script)[0].get("shared"), &Value::from("all"));
    script.press("w p").unwrap();
    expect(&script, "View \"Ours\" is out of the bar");
    expect_not(&script, "▌Ours");
    script.press("w x").unwrap();
    expect(&script, "View \"Ours\" deleted");
    assert!(saved(&mut script).is_empty());
    script.press("u w w").unwrap();
    expect(&script, "Ours");
}

#[test]
fn a_view_of_the_schema_is_not_changed_but_can_be_put_away_and_opened_first() {
    let office = office();
    let mut script = office.open(120, 30);
    script.press("g c w x").unwrap();
    expect(&script, "comes with Kontor");
    script.press("] w p").unwrap();
    expect(&script, "out of the bar");
    script.press("esc").unwrap();
    expect_not(&script, "Mine");
    script.press("] w d").unwrap();
    expect(&script, "opens with \"This week\" now");
    let mut script = office.open(120, 30);
    script.press("g c").unwrap();
    expect(&script, "Customers › This week");
}

#[test]
fn views_of_others_show_where_they_are_shared() {
    let mut office = office();
    let other = office.desk.add(Edit::create("user").typed("name", "Bo").typed("login", "bo"));
    let view = |name: &str, shared: &str| {
        Edit::create("view")
            .typed("name", name)
            .typed("entity", "customer")
            .typed("shared", shared)
            .typed("query", "name ~ Nordic")
            .with("owner", crate::link(&other))
    };
    office.desk.add(view("For all", "all"));
    office.desk.add(view("For Bo alone", "none"));
    let mut script = office.open(120, 30);
    script.press("g c w w").unwrap();
    expect(&script, "For all  everybody");
    expect_not(&script, "For Bo alone");
    script.typed("for all");
    script.press("enter").unwrap();
    expect(&script, "1 of 1");
    script.press("w n").unwrap();
    expect(&script, "somebody else's");
}

#[test]
fn columns_are_chosen_and_kept() {
    let office = office();
    let mut script = office.open(100, 30);
    script.press("g d w c").unwrap();
    expect(&script, "[x] Stage");
    expect(&script, "[ ] Source");
    // Hide the customer, move the stage up, and take it.
    script.press("j space").unwrap();
    script.press("j shift-up enter").unwrap();
    expect_not(&script, "Customer ");
    let header = script.text().lines().find(|line| line.contains("Stage")).unwrap().to_owned();
    assert!(header.find("Amount") < header.find("Stage"), "{header}");
    let mut script = office.open(100, 30);
    script.press("g d").unwrap();
    expect_not(&script, "Customer ");
    script.press("w c R").unwrap();
    expect(&script, "Customer ");
}

#[test]
fn names_of_columns_are_walked_to_sort_by_two_and_to_widen() {
    let office = office();
    let mut script = office.open(100, 24);
    script.press("g d O").unwrap();
    expect(&script, "Column: Name");
    script.press("right right enter").unwrap();
    expect(&script, "Column: Stage");
    expect(&script, "Stage ↑");
    script.press("right + +").unwrap();
    expect(&script, "Stage ↑1");
    expect(&script, "↓2");
    script.press("left -").unwrap();
    expect_not(&script, "Stage ↑");
    script.press("x").unwrap();
    expect_not(&script, "Stage");
    script.press("esc").unwrap();
    expect_not(&script, "Column:");
    script.press("j").unwrap();
    expect(&script, "2 of 3");
}

#[test]
fn the_bar_fits_any_width_in_chinese() {
    let office = office();
    let mut script = office.open_as(80, 24, "dark", ColourDepth::Palette, Lang::Zh);
    script.press("g d [ [ [").unwrap();
    expect(&script, "▌全部 3  我负责的 3  本周改动 3");
    for _ in 0..8 {
        script.press("]").unwrap();
        let bar = script.text().lines().nth(2).unwrap().to_owned();
        assert!(bar.contains('▌'), "{bar}");
    }
    script.resize(40, 12);
    expect_not(&script, "本周改动");
}

/// A line of the screen with this text.
fn line(script: &kontor::host::scripted::Script, text: &str) -> String {
    let screen = script.text();
    let found = screen.lines().find(|line| line.contains(text));
    found.unwrap_or_else(|| panic!("`{text}` is not on the screen:\n{screen}")).to_owned()
}

#[test]
fn a_list_is_grouped_with_counts_and_sums_and_groups_fold() {
    let office = office();
    let mut script = office.open(100, 30);
    script.press("g d [ [ [ w g").unwrap();
    script.typed("stage");
    script.press("enter").unwrap();
    assert!(line(&script, "▾ Qualification  1").contains("€84,000"));
    assert!(line(&script, "▾ Proposal  1").contains("¥120,000"));
    expect(&script, "Three presses");
    // Closed, the rows are gone; the cursor stays on the name of the group.
    script.press("enter").unwrap();
    expect(&script, "▌▸ Qualification  1");
    expect_not(&script, "Three presses");
    script.press("j j").unwrap();
    assert!(line(&script, "检测线").starts_with('▌'));
    script.press("enter").unwrap();
    expect(&script, "Deals › 检测线");
    script.press("esc w f").unwrap();
    expect_not(&script, "检测线");
    // By month, with everything added up below.
    script.press("w g").unwrap();
    script.typed("expected");
    script.press("enter w t").unwrap();
    assert!(line(&script, "Nov 2026  3").contains("€96,500 +1"));
    assert!(line(&script, "Total  3").contains("+1"));
    // None again.
    script.press("w g 1").unwrap();
    expect_not(&script, "Nov 2026");
}

#[test]
fn of_very_many_groups_the_largest_are_shown_and_it_says_so() {
    let mut office = office();
    let edits = (0..1_300).map(|n| Edit::create("customer").typed("name", format!("Firm {n:04}")));
    office.desk.session.save(edits.collect(), "test").unwrap();
    // A deal each, and one more for the last ones.
    let deals = (0..1_300).chain(1_290..1_300).map(|n| {
        Edit::create("deal")
            .typed("name", format!("Order {n}"))
            .typed("customer", format!("C-{}", n + 4))
            .typed("amount", "100 EUR")
    });
    office.desk.session.save(deals.collect(), "test").unwrap();
    let mut script = office.open(100, 30);
    script.press("g d [ [ [ w g").unwrap();
    script.typed("customer");
    script.press("enter").unwrap();
    expect(&script, "The 1,000 largest of 1,303 groups; / narrows them down.");
    script.press("G").unwrap();
    assert!(line(&script, "Firm 1299  2").contains("€200"), "{}", script.text());
    // The sums of the shown ones are whole, and an open one has its rows.
    script.press("0 3 k enter j").unwrap();
    assert!(line(&script, "▌  Order 1299").contains("€100"), "{}", script.text());
    script.press("/").unwrap();
    script.typed("customer = \"Firm 0007\"");
    script.press("enter").unwrap();
    expect_not(&script, "largest of");
    expect(&script, "Firm 0007  1");
}

#[test]
fn groups_of_a_filter_follow_it_and_are_saved_with_the_view() {
    let office = office();
    let mut script = office.open(100, 30);
    script.press("g d [ [ [ w g").unwrap();
    script.typed("customer");
    script.press("enter /").unwrap();
    script.typed("amount > 50k");
    script.press("enter").unwrap();
    expect(&script, "Müller Maschinenbau AG  1");
    expect_not(&script, "Nordic Pumps");
    script.press("s").unwrap();
    script.typed("Per customer");
    script.press("enter").unwrap();
    assert_eq!(saved(&mut script)[0].get("group"), &Value::from("customer"));
    script.press("w w 1").unwrap();
    expect_not(&script, "Maschinenbau AG  1");
    script.press("w w").unwrap();
    script.typed("per");
    script.press("enter").unwrap();
    expect(&script, "Müller Maschinenbau AG  1");
}

#[test]
fn a_large_group_is_paged_and_walked_through_to_its_end() {
    let mut office = office();
    let edits = (0..400).map(|n| {
        Edit::create("customer")
            .typed("name", format!("Customer {n:03}"))
            .typed("status", "inactive")
    });
    office.desk.session.save(edits.collect(), "test").unwrap();
    let mut script = office.open(100, 30);
    script.press("g c w g").unwrap();
    script.typed("status");
    script.press("enter").unwrap();
    expect(&script, "▸ Inactive  400");
    script.press("G enter j").unwrap();
    expect(&script, "▌  Customer 000");
    script.press("G").unwrap();
    expect(&script, "▌  Customer 399");
    for _ in 0..20 {
        script.press("pageup").unwrap();
    }
    expect(&script, "▌▸ Active  3");
    for _ in 0..20 {
        script.press("pagedown").unwrap();
    }
    expect(&script, "▌  Customer 399");
}

#[test]
fn the_walk_through_a_list_goes_beyond_what_is_loaded_and_the_list_follows() {
    let mut office = office();
    let edits = (0..300).map(|n| Edit::create("customer").typed("name", format!("B {n:03}")));
    office.desk.session.save(edits.collect(), "test").unwrap();
    let mut script = office.open(80, 24);
    script.press("g c enter").unwrap();
    expect(&script, "Customers › 安邦科技有限公司");
    for _ in 0..250 {
        script.press("}").unwrap();
    }
    expect(&script, "Customers › B 249");
    script.press("esc").unwrap();
    expect(&script, "▌  B 249");
}

#[test]
fn near_matches_are_shown_where_nothing_fits() {
    let office = office();
    let mut script = office.open(80, 24);
    script.press("g c /").unwrap();
    script.typed("nordik pums");
    expect(&script, "near to nordik pums");
    expect(&script, "Nordic Pumps Oy");
    script.press("enter enter").unwrap();
    expect(&script, "Customers › Nordic Pumps Oy");
    script.press("esc esc").unwrap();
    expect_not(&script, "near to");
    expect(&script, "1 of 3");
}

#[test]
fn the_preview_follows_single_steps_at_once_and_fast_ones_when_they_rest() {
    use chrono::TimeDelta;
    let office = office();
    let mut script = office.open(140, 40);
    script.press("g c").unwrap();
    expect(&script, "│ 安邦科技有限公司");
    script.wait(TimeDelta::seconds(1));
    script.press("j").unwrap();
    expect(&script, "│ Müller Maschinenbau AG");
    expect(&script, "Next task");
    expect(&script, "Send the offer");
    expect(&script, "Wants an offer for three units");
    script.press("j").unwrap();
    expect(&script, "│ Müller Maschinenbau AG");
    script.wait(TimeDelta::milliseconds(120));
    expect(&script, "│ Nordic Pumps Oy");
    script.press("p").unwrap();
    expect_not(&script, "│ Nordic");
    let mut script = office.open(140, 40);
    script.press("g c").unwrap();
    expect_not(&script, "│ 安邦科技有限公司");
    script.press("p").unwrap();
    expect(&script, "│ 安邦科技有限公司");
}

#[test]
fn the_filter_line_completes_underlines_remembers_and_has_examples_that_run() {
    let office = office();
    let mut script = office.open(80, 24);
    script.press("g d [ [ [ /").unwrap();
    script.typed("sta");
    expect(&script, "stage");
    script.press("tab").unwrap();
    script.typed("= ");
    expect(&script, "negotiation");
    script.typed("nego");
    script.press("tab enter").unwrap();
    expect(&script, "1 of 1");
    // Wrong words are underlined where they stand.
    script.press("/ ctrl-u").unwrap();
    script.typed("amonut > 3 ");
    expect(&script, "Did you mean amount?");
    let row = script.text().lines().position(|line| line.starts_with("/ amonut")).unwrap() as u16;
    let underlined = |script: &kontor::host::scripted::Script, x: u16| {
        let style = script.buffer()[(x, row)].style();
        style.add_modifier.contains(ratatui::style::Modifier::UNDERLINED)
    };
    assert!(underlined(&script, 2) && underlined(&script, 7) && !underlined(&script, 8));
    // What was filtered by before comes back by one key.
    script.press("ctrl-u up").unwrap();
    expect(&script, "/ stage = negotiation");
    script.press("down").unwrap();
    expect_not(&script, "/ stage = negotiation");
    // Examples can be taken as they stand.
    script.press("?").unwrap();
    expect(&script, "How to filter");
    expect(&script, "amount >= 10k");
    script.press("down down down enter").unwrap();
    expect_not(&script, "How to filter");
    script.press("enter").unwrap();
    expect_not(&script, "How to filter");
    let mut script = office.open_as(80, 24, "dark", ColourDepth::Palette, Lang::Zh);
    script.press("g d / f1").unwrap();
    expect(&script, "筛选写法");
    expect(&script, "仍在进行");
}

#[test]
fn the_filter_line_completes_values_that_exist() {
    let mut office = office();
    let edits =
        [("Alpine Seals", "Stuttgart", "vip, export"), ("Stahl & Co", "Bad Tölz", "export")];
    let edits = edits.map(|(name, city, tags)| {
        Edit::create("customer")
            .typed("name", name)
            .typed("address", format!("city={city}"))
            .typed("tags", tags)
    });
    office.desk.session.save(edits.into(), "test").unwrap();
    let mut script = office.open(80, 24);
    let proposals = |script: &kontor::host::scripted::Script| {
        let all = script.text();
        let lines: Vec<&str> = all.lines().collect();
        let prompt = lines.iter().position(|line| line.starts_with("/ ")).unwrap();
        lines[prompt.saturating_sub(7)..prompt].join("\n")
    };
    // Texts: the most frequent first; what is more than a word stands in quotation marks.
    script.press("g c /").unwrap();
    script.typed("address.city = ");
    let shown = proposals(&script);
    let place = |what: &str| shown.find(what).unwrap_or_else(|| panic!("{what}: {shown}"));
    assert!(place("Stuttgart") < place("Tampere"));
    script.typed("bad");
    expect(&script, "\"Bad Tölz\"");
    assert!(!proposals(&script).contains("Tampere"));
    script.press("tab").unwrap();
    expect(&script, "/ address.city = \"Bad Tölz\"");
    script.press("enter").unwrap();
    expect(&script, "1 of 1");
    // Tags.
    script.press("/ ctrl-u").unwrap();
    script.typed("tags = e");
    script.press("tab enter").unwrap();
    expect(&script, "1 of 2");
    // People: words of the language and names.
    script.press("/ ctrl-u").unwrap();
    script.typed("owner = ");
    assert!(proposals(&script).contains("me "), "{}", proposals(&script));
    assert!(proposals(&script).contains("Administrator"), "{}", proposals(&script));
    // Names of records that are linked to, with accents left out; the board has the same line.
    for keys in ["g d /", "g d b /"] {
        script.press("esc").unwrap();
        script.press(keys).unwrap();
        script.press("ctrl-u").unwrap();
        script.typed("customer = mull");
        assert!(proposals(&script).contains("\"Müller Maschinenbau AG\""), "{}", script.text());
        script.press("tab").unwrap();
        expect(&script, "/ customer = \"Müller Maschinenbau AG\"");
        script.press("enter").unwrap();
        expect(&script, "€84,000");
        expect_not(&script, "€12,500");
    }
}

#[test]
fn list_and_board_take_filter_and_view_along() {
    let office = office();
    let mut script = office.open(120, 30);
    script.press("g d /").unwrap();
    script.typed(" and amount > 50k");
    script.press("enter").unwrap();
    expect(&script, "Deals › Open *");
    expect_not(&script, "Spare pumps");
    script.press("b").unwrap();
    expect(&script, "Board");
    expect(&script, "Müller Masch");
    expect_not(&script, "Nordic Pumps");
    // The board has the same line, with completion.
    script.press("/ ctrl-u").unwrap();
    script.typed("name ~ Spare");
    expect(&script, "Nordic Pumps");
    expect_not(&script, "Müller Masch");
    script.press("enter b").unwrap();
    expect(&script, "Deals › Open *");
    expect(&script, "Spare pumps");
    expect_not(&script, "Three presses");
    script.press("esc").unwrap();
    expect(&script, "Deals › Open");
    expect(&script, "Three presses");
}

#[test]
fn another_order_of_all_is_seen_and_taken_back() {
    let office = office();
    let mut script = office.open(120, 30);
    script.press("g d [ [ [").unwrap();
    expect(&script, "▌All 3");
    script.press("S").unwrap();
    script.typed("amount");
    script.press("enter").unwrap();
    expect(&script, "▌All* 3");
    // The list of orders begins at the one that holds, and marks it.
    script.press("S").unwrap();
    expect(&script, "Amount  *");
    script.press("esc w r").unwrap();
    expect(&script, "▌All 3");
    expect_not(&script, "All*");
}

#[test]
fn tasks_open_on_what_is_to_be_done() {
    let office = office();
    let mut script = office.open(120, 30);
    script.press("5").unwrap();
    expect(&script, "Tasks › Open");
    script.press("esc").unwrap();
    expect(&script, "▌All");
    // What a person chose to see first comes before that.
    script.press("w d 1").unwrap();
    drop(script);
    let mut script = office.open(120, 30);
    script.press("5").unwrap();
    expect(&script, "▌All");
}

#[test]
fn counts_come_where_a_low_window_grows() {
    let office = office();
    let mut script = office.open(80, 12);
    script.press("g d [ [ [").unwrap();
    expect_not(&script, "▌All 3");
    script.resize(80, 24);
    expect(&script, "▌All 3");
}

#[test]
fn marks_bring_what_is_done_to_them_into_the_footer_and_a_range_tells_its_length() {
    let office = office();
    let mut script = office.open(120, 30);
    script.press("g c").unwrap();
    let footer = |script: &kontor::host::scripted::Script| {
        script.text().lines().last().unwrap_or_default().to_owned()
    };
    assert!(!footer(&script).contains("unmark"), "{}", footer(&script));
    script.press("space").unwrap();
    for word in ["edit", "delete", "assign", "export", "unmark"] {
        assert!(footer(&script).contains(word), "{word}: {}", footer(&script));
    }
    script.press("esc v down").unwrap();
    expect(&script, "range of 2");
    assert!(footer(&script).contains("unmark"), "{}", footer(&script));
}
