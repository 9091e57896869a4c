//! The mouse: what is shown can be pointed at, and the wheel goes through what is under it.

use super::*;
use kontor::tui::message::Turn;

/// Turns the wheel over the beginning of a text, the uppermost one.
fn wheel(script: &mut Script, turn: Turn, text: &str) {
    let screen = script.text();
    let found = screen.lines().enumerate().find_map(|(y, line)| Some((y, line.find(text)?, line)));
    let (y, at, line) = found.unwrap_or_else(|| panic!("`{text}` is not there:\n{screen}"));
    let x = kontor::term::width(&line[..at]);
    script.mouse(turn, x as u16, y as u16);
}

#[test]
fn a_view_of_the_bar_is_shown_by_a_click_and_the_wheel_steps() {
    let office = office();
    for (lang, mine, quiet) in
        [(Lang::En, "Mine", "No next task"), (Lang::Zh, "我负责的", "无下一步任务")]
    {
        let mut script = office.open_as(80, 24, "dark", ColourDepth::Palette, lang);
        script.press("g c").unwrap();
        let first = script.text();
        assert!(script.click(mine), "{first}");
        expect(&script, &format!("› {mine}"));
        assert!(script.click(quiet), "{first}");
        expect(&script, &format!("› {quiet}"));
        script.mouse(Turn::Up, 20, 2);
        script.mouse(Turn::Up, 20, 2);
        expect(&script, &format!("› {mine}"));
        // Up to the first, and no further: the wheel does not go round.
        for _ in 0..3 {
            script.mouse(Turn::Up, 20, 2);
        }
        assert_eq!(script.text(), first);
        // Beside the names the bar is still the bar.
        script.mouse(Turn::Down, 79, 2);
        expect(&script, &format!("› {mine}"));
        for _ in 0..20 {
            script.mouse(Turn::Down, 20, 2);
        }
        let last = script.text();
        script.mouse(Turn::Down, 79, 2);
        assert_eq!(script.text(), last);
    }
}

#[test]
fn views_that_have_no_room_are_gone_to_at_the_ends_of_the_bar() {
    let office = office();
    let mut script = office.open(40, 24);
    script.press("g c").unwrap();
    let bar = |script: &Script| script.text().lines().nth(2).unwrap().to_owned();
    assert!(bar(&script).trim_end().ends_with('…'), "{}", bar(&script));
    let end = kontor::term::width(bar(&script).trim_end()) as u16 - 1;
    script.mouse(Turn::Press, end, 2);
    expect_not(&script, "▌All");
    assert!(bar(&script).starts_with('…'), "{}", bar(&script));
    let right = bar(&script);
    script.mouse(Turn::Press, 0, 2);
    assert_ne!(bar(&script), right);
}

#[test]
fn a_click_on_a_view_ends_the_filter_line_and_the_walk_over_heads_but_no_cell() {
    let office = office();
    let mut script = office.open(80, 24);
    script.press("g c /").unwrap();
    script.typed("nord");
    assert!(script.click("Mine"));
    expect(&script, "› Mine");
    expect(&script, "安邦科技");
    script.press("O right").unwrap();
    assert!(script.click("All"));
    expect_not(&script, "› Mine");
    script.press("i enter").unwrap();
    script.typed("Typed");
    assert!(script.click("Mine"));
    expect_not(&script, "› Mine");
    expect(&script, "Typed");
}

#[test]
fn a_list_with_nothing_in_it_has_heads_to_point_at() {
    let office = office();
    let mut script = office.open(80, 24);
    script.press("g l").unwrap();
    assert!(script.click("Company"));
    expect(&script, "Company ↑");
}

#[test]
fn tabs_of_a_record_and_reports_are_stepped_by_the_wheel() {
    let office = office();
    let mut script = office.open(80, 24);
    script.press("g c j enter").unwrap();
    expect(&script, "Anna Müller");
    wheel(&mut script, Turn::Down, "Contacts 1");
    expect(&script, "Three presses");
    wheel(&mut script, Turn::Up, "Contacts 1");
    expect(&script, "Anna Müller");
    for _ in 0..9 {
        wheel(&mut script, Turn::Up, "Contacts 1");
    }
    expect(&script, "Wants an offer");
    script.press("g r").unwrap();
    assert!(script.click("Won"));
    expect(&script, "[Won");
    script.mouse(Turn::Up, 5, 2);
    expect(&script, "[Pipeline]");
    let first = script.text();
    script.mouse(Turn::Up, 5, 2);
    assert_eq!(script.text(), first);
    script.mouse(Turn::Down, 79, 2);
    expect(&script, "[Won");
    // Over the lines it moves the cursor.
    assert!(script.click("Pipeline"));
    script.mouse(Turn::Down, 5, 6);
    let at = |script: &Script| script.text().lines().position(|line| line.starts_with('▌'));
    assert_eq!(at(&script), Some(8), "{}", script.text());
}

#[test]
fn days_and_items_of_the_schedule_are_pointed_at() {
    let office = office();
    let mut script = office.open(120, 40);
    script.press("g s").unwrap();
    // The names of the views, then a day of the month, then the same day for what stands on it.
    assert!(script.click("Month"));
    expect(&script, "November 2026");
    assert!(script.click("20  1!"), "{}", script.text());
    let cursor = |script: &Script| {
        let now = script.text();
        now.lines().find(|line| line.contains('▌')).map(str::to_owned).unwrap_or_default()
    };
    assert!(cursor(&script).contains("20"), "{}", script.text());
    expect(&script, "Send the offer");
    script.mouse(Turn::Down, 50, 20);
    expect(&script, "December 2026");
    script.mouse(Turn::Up, 50, 20);
    expect(&script, "November 2026");
    wheel(&mut script, Turn::Down, "Month");
    wheel(&mut script, Turn::Up, "Week");
    expect_not(&script, "November 2026 ");
    assert!(script.click("Send the offer"), "{}", script.text());
    assert!(script.click("Send the offer"));
    expect(&script, "› Send the offer");
}

#[test]
fn rows_of_the_palette_and_days_of_a_form_are_picked() {
    let office = office();
    let mut script = office.open(80, 24);
    script.press(":").unwrap();
    script.typed("reports");
    assert!(script.click("Reports") && !script.text().contains("Do anything"), "{}", script.text());
    let mut script = office.open(80, 24);
    script.press("n t").unwrap();
    assert!(script.click("Subject") || script.click("Name"));
    script.typed("Ring");
    assert!(script.click("Due"));
    script.press("ctrl-o").unwrap();
    let screen = script.text();
    assert!(script.click("24"), "{screen}");
    expect(&script, "2026-11-24");
}

#[test]
fn a_chapter_of_the_manual_is_opened_by_its_name() {
    let office = office();
    let mut script = office.open(120, 40);
    script.press("f1").unwrap();
    assert!(script.click("Custom fields"), "{}", script.text());
    expect(&script, "A field in four steps");
}
