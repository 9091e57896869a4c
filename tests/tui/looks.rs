//! Themes, languages, mouse, plain mode, copying.

use kontor::gate::Via;
use kontor::host::scripted::{Screen, Script};
use kontor::model::Lang;
use kontor::term::ColourDepth;
use kontor::tui::context::Manners;
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
        Script::start_with(session, &screen, Manners { fixed })
    };
    assert_eq!(theme_of(&start(Vec::new())), "light");
    assert_eq!(theme_of(&start(vec!["theme"])), "dark");
}
