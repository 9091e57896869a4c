//! Themes, languages, mouse, plain mode, copying.

use kontor::gate::Via;
use kontor::host::scripted::{Screen, Script};
use kontor::model::Lang;
use kontor::term::ColourDepth;
use kontor::tui::context::Manners;
use kontor::tui::message::Turn;
use kontor::tui::theme::{Theme, numbers};

use crate::{expect, expect_not, office};

fn theme_of(script: &Script) -> &str {
    &script.app().context().theme.name
}

#[test]
fn a_theme_is_seen_while_it_is_chosen_and_kept_by_enter() {
    let office = office();
    let mut script = office.open(80, 24);
    script.press(", t").unwrap();
    expect(&script, "As set up: Dark");
    script.press("down").unwrap();
    assert_eq!(theme_of(&script), "light");
    script.press("esc").unwrap();
    assert_eq!(theme_of(&script), "dark");
    expect_not(&script, "As set up");
    // From the one that holds two down: high contrast has a background of its own, everywhere.
    script.press(", t down down enter").unwrap();
    assert_eq!(theme_of(&script), "high-contrast");
    let black = |cell: &ratatui::buffer::Cell| numbers(cell.bg).is_some();
    assert!(script.buffer().content.iter().all(black));
    // The next start has it, and going back to what is set up forgets it.
    let mut again = office.open(80, 24);
    assert_eq!(theme_of(&again), "high-contrast");
    again.press(", t 1").unwrap();
    assert_eq!(theme_of(&again), "dark");
    assert_eq!(theme_of(&office.open(80, 24)), "dark");
}

#[test]
fn the_language_is_switched_at_once_and_kept() {
    let office = office();
    let mut script = office.open(80, 24);
    script.press("g c , l").unwrap();
    script.press("3").unwrap();
    expect(&script, "客户");
    expect_not(&script, "Customers");
    let again = office.open(80, 24);
    expect(&again, "我的一天");
}

#[test]
fn what_this_start_decides_goes_before_what_was_chosen() {
    let office = office();
    office.open(80, 24).press(", t 3").unwrap();
    let start = |fixed| {
        let session = office.desk.gate.session(Via::Tui).unwrap();
        let theme = Theme::built_in("dark", ColourDepth::Palette);
        let screen = Screen { width: 80, height: 24, theme, lang: Lang::En, ascii: false };
        Script::start_with(session, &screen, Manners { fixed, ..Manners::default() })
    };
    assert_eq!(theme_of(&start(Vec::new())), "light");
    assert_eq!(theme_of(&start(vec!["theme"])), "dark");
}

#[test]
fn the_mouse_selects_opens_sorts_scrolls_and_closes() {
    let office = office();
    let mut script = office.open(80, 24);
    // A tab of the first line, a row, the same row again.
    assert!(script.click("2 Customers"));
    expect(&script, "of 3");
    assert!(script.click("Nordic Pumps"));
    expect(&script, "3 of 3");
    assert!(script.click("Nordic Pumps"));
    expect(&script, "Customers › Nordic Pumps Oy  C-3");
    // The tab of a related list and a row of it.
    assert!(script.click("Deals 1"));
    assert!(script.click("Spare pumps"));
    expect(&script, "Deals › Spare pumps");
    script.press("esc esc").unwrap();
    // The name of a column sorts, again the other way round.
    assert!(script.click("Name"));
    assert!(script.click("Name"));
    expect(&script, "Name ↓");
    script.mouse(Turn::Up, 10, 10);
    expect(&script, "1 of 3");
    script.mouse(Turn::Down, 10, 10);
    expect(&script, "3 of 3");
    // A hint of the footer; outside of what it opened a click closes.
    assert!(script.click("? more"));
    expect(&script, "What can be done here");
    script.mouse(Turn::Press, 0, 3);
    expect_not(&script, "What can be done here");
    // A prefix opens what may follow; an item of that is a key.
    assert!(script.click("l log"));
    assert!(script.click("Write a note"));
    expect(&script, "Log: ");
}

#[test]
fn the_mouse_works_in_menus_forms_and_on_the_board() {
    let office = office();
    let mut script = office.open(120, 40);
    script.press("g c S").unwrap();
    expect(&script, "Sort by");
    assert!(script.click("1 Name"));
    expect_not(&script, "Sort by");
    expect(&script, "Name ↑");
    script.press("g d b").unwrap();
    assert!(script.click("检测线") || script.click("安邦科技"));
    assert!(script.click("检测线") || script.click("安邦科技"));
    expect(&script, "Deals › 检测线");
    script.press("e").unwrap();
    assert!(script.click("Next step"));
    script.typed("Ring them");
    expect(&script, "Ring them");
    assert!(script.click("Ctrl-S"));
    expect(&script, "saved");
}

#[test]
fn the_mouse_is_switched_by_a_key_and_far_away_it_is_another_matter() {
    let office = office();
    let start = |local, mouse| {
        let session = office.desk.gate.session(Via::Tui).unwrap();
        let theme = Theme::built_in("dark", ColourDepth::Palette);
        let screen = Screen { width: 80, height: 24, theme, lang: Lang::En, ascii: false };
        Script::start_with(session, &screen, Manners { local, mouse, ..Manners::default() })
    };
    let mut script = start(true, true);
    assert!(script.has_mouse);
    script.press(", m").unwrap();
    assert!(!script.has_mouse);
    expect(&script, "The mouse is off");
    assert!(!start(true, true).has_mouse);
    let mut remote = start(false, false);
    assert!(!remote.has_mouse);
    remote.press(", m").unwrap();
    assert!(start(false, false).has_mouse);
    assert!(!start(true, true).has_mouse);
}

#[test]
fn a_record_is_copied_as_text_and_as_a_row() {
    let office = office();
    let mut script = office.open(80, 24);
    script.press("g c down y").unwrap();
    script.typed("as text");
    script.press("enter").unwrap();
    let text = script.copied.clone().unwrap();
    assert!(text.starts_with("Müller Maschinenbau AG (C-1)\n"), "{text}");
    assert!(text.contains("\nStatus: Active"), "{text}");
    script.press("y").unwrap();
    script.typed("tsv");
    script.press("enter").unwrap();
    let row = script.copied.clone().unwrap();
    let lines: Vec<&str> = row.lines().collect();
    assert!(lines.len() == 2 && lines[0].starts_with("Reference\tName\t"), "{row}");
    assert!(lines[1].starts_with("C-1\tMüller Maschinenbau AG\t"), "{row}");
}
