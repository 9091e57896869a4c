//! Plain mode: no frames and no strokes on any screen, the cursor on what is focused, one line that tells
//! it, rows chosen by digits, and everything back as it was when it ends.

use kontor::gate::Via;
use kontor::host::scripted::{Screen, Script};
use kontor::model::Lang;
use kontor::term::ColourDepth;
use kontor::tui::context::Manners;
use kontor::tui::theme::Theme;
use ratatui::layout::Position;

use crate::screens::{SCREENS, walk};
use crate::{Office, expect, expect_not, office};

fn start(office: &Office, lang: Lang, width: u16, height: u16, fixed: Vec<&'static str>) -> Script {
    let session = office.desk.gate.session(Via::Tui).unwrap();
    let theme = Theme::built_in("dark", ColourDepth::Palette);
    let screen = Screen { width, height, theme, lang, ascii: false };
    let manners = Manners { plain: true, fixed, ..Manners::default() };
    Script::start_with(session, &screen, manners)
}

fn plainly(office: &Office) -> Script {
    start(office, Lang::En, 80, 24, Vec::new())
}

/// A line of the screen, the cells behind wide characters left out.
fn line(script: &Script, y: u16) -> String {
    script.text().lines().nth(usize::from(y)).unwrap_or_default().trim_end().to_owned()
}

/// The line that tells what is focused.
fn told(script: &Script) -> String {
    line(script, script.buffer().area.height - 2).trim().to_owned()
}

/// What a screen reader would stumble over: lines, blocks, shades, geometric shapes.
fn is_stroke(c: char) -> bool {
    matches!(c, '\u{2500}'..='\u{25ff}' | '\u{2800}'..='\u{28ff}')
}

/// Where no place can be told: a line that is typed into, or nothing that one could stand on.
const WITHOUT_PLACE: &[&str] = &[
    "access-queue",
    "team-tree-none-yet",
    "sessions",
    "account-password",
    "account-factor",
    "account-seats",
    "audit-entry",
    "audit-nothing-fits",
    "audit-unusual",
    "duplicates-none",
    "customers-filter-wrong",
    "customers-empty",
    "customers-view-save",
    "customers-deleted",
    "products-none-yet",
    "leads-none-yet",
    "board",
    "board-pipeline",
    "capture",
    "drafts-none",
    "find-nothing",
    "import-file",
    "import-done",
    "which-view",
    "which-settings",
    "which-log",
    "which-new",
    "which-go",
];

/// Whether a line says a place as the language does: `3 of 41`, `3 / 41`.
fn has_place(told: &str) -> bool {
    let words: Vec<&str> = told.split_whitespace().collect();
    let number = |word: &str| word.trim_end_matches([':', ',', '.']).parse::<u32>().is_ok();
    words.windows(3).any(|w| number(w[0]) && matches!(w[1], "of" | "/") && number(w[2]))
}

/// What is wrong with a screen in plain mode.
fn faults(script: &Script, name: &str) -> Vec<String> {
    let mut faults = Vec::new();
    if let Some(stroke) = script.text().chars().find(|c| is_stroke(*c)) {
        faults.push(format!("`{stroke}` is on the screen"));
    }
    let told = told(script);
    if told.is_empty() {
        faults.push("nothing is told".to_owned());
    }
    let nothing = script.app().context().t("pick.nothing");
    if has_place(&told) == (WITHOUT_PLACE.contains(&name) || told.contains(nothing)) {
        faults.push(format!("the place in `{told}`"));
    }
    let (width, height) = (script.buffer().area.width, script.buffer().area.height);
    let Some(Position { x, y }) = script.seen().cursor else {
        faults.push("no cursor".to_owned());
        return faults;
    };
    // The status line and the footer are no place for what is focused.
    if x >= width || y >= height - 2 {
        faults.push(format!("the cursor is at {x},{y}"));
    }
    let typed = ["/ ", ": "].iter().any(|lead| line(script, y).trim_start().starts_with(lead));
    let here = line(script, y);
    let words = here.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() > 1);
    let mut words = words.peekable();
    if !typed && words.peek().is_some() && !words.any(|word| told.contains(word)) {
        faults.push(format!("the cursor is on `{}`, told is `{told}`", here.trim()));
    }
    faults
}

#[test]
fn every_screen_is_without_strokes_has_its_cursor_and_tells_what_is_focused() {
    let office = office();
    let mut found = Vec::new();
    for lang in [Lang::En, Lang::Zh] {
        for (name, keys) in SCREENS {
            let own = keys.starts_with('~').then(crate::office);
            let mut script = start(own.as_ref().unwrap_or(&office), lang, 80, 24, Vec::new());
            walk(&mut script, keys);
            // Prefixes open their popup after a thought.
            script.wait(chrono::TimeDelta::milliseconds(300));
            let faults = faults(&script, name);
            found.extend(faults.into_iter().map(|fault| format!("{name} {lang:?}: {fault}")));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// Further states of screens, and what lies over them.
const MORE: &[(&str, &str)] = &[
    ("filter-help", "g c / f1"),
    ("board-filter-typed", "g b / 'stage = pro'"),
    ("arrange", ", h"),
    ("undo", "U"),
    ("export", "g c X"),
    ("export-path", "g c X 2"),
    ("group-rows", "~ g d w g down enter down"),
    ("fields", "g c down enter tab tab tab"),
    ("record-life", "g c down enter shift-tab"),
    ("month", "g s shift-tab"),
    ("manual-contents", "f1 c"),
    ("manual-tables", "f1 } } }"),
    ("calendar", "g t down e tab tab tab ctrl-o"),
    ("cell-picker", "g d i tab tab enter"),
    ("bulk-value", "g c space space E 1"),
    ("snooze-typed", "g t z 6"),
    ("unsaved", "n c 'x' esc"),
];

#[test]
fn further_states_are_plain_too() {
    let mut found = Vec::new();
    let office = office();
    for lang in [Lang::En, Lang::Zh] {
        for (name, keys) in MORE {
            let own = keys.starts_with('~').then(crate::office);
            let mut script = start(own.as_ref().unwrap_or(&office), lang, 80, 24, Vec::new());
            walk(&mut script, keys);
            let stroke = script.text().chars().find(|c| is_stroke(*c));
            let cursor = script.seen().cursor.is_some_and(|at| at.y < 22);
            if stroke.is_some() || !cursor || told(&script).is_empty() {
                found.push(format!(
                    "{name} {lang:?}: {stroke:?}, {:?}\n{}",
                    script.seen().cursor,
                    script.text()
                ));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_question_is_told_with_the_answer_under_the_cursor() {
    let office = office();
    let mut script = plainly(&office);
    let file = script.folder().unwrap().join("there.csv");
    std::fs::write(&file, "kept").unwrap();
    script.press("g c X 1 ctrl-u").unwrap();
    script.typed(file.to_str().unwrap());
    script.press("enter").unwrap();
    assert!(told(&script).ends_with("1 of 2: No"), "{}\n{}", told(&script), script.text());
    assert!(!script.text().chars().any(is_stroke), "{}", script.text());
    let before = script.seen().cursor;
    script.press("right").unwrap();
    assert!(told(&script).ends_with("2 of 2: Yes"), "{}", told(&script));
    assert_ne!(script.seen().cursor, before);
}

#[test]
fn the_tutor_is_plain_and_names_keys_that_work() {
    let (_folder, mut script) = crate::tutor::start(Lang::En, 80, 24);
    script.press(", p").unwrap();
    assert!(!script.text().chars().any(is_stroke), "{}", script.text());
    assert!(script.seen().cursor.is_some());
    // No step names a digit as a way to a screen.
    expect(&script, "1 of ");
    let keymap = &script.app().context().keymap;
    let digits = ["go.home", "go.customer", "go.reports"].map(|id| keymap.keys_of(id));
    assert!(digits.iter().flatten().all(|keys| keys.to_string().starts_with('g')));
}

#[test]
fn nothing_stands_beside_anything_on_a_wide_screen() {
    let office = office();
    let mut found = Vec::new();
    for (name, keys) in SCREENS.iter().filter(|(_, keys)| !keys.starts_with('~')) {
        let mut script = start(&office, Lang::En, 160, 40, Vec::new());
        walk(&mut script, keys);
        script.wait(chrono::TimeDelta::milliseconds(300));
        let strokes = script.text().chars().filter(|c| is_stroke(*c)).count();
        if strokes > 0 || script.seen().cursor.is_none() {
            found.push(format!("{name}: {strokes} strokes\n{}", script.text()));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    // The list stands without the record beside it, a record without its life at its side.
    let mut script = start(&office, Lang::En, 160, 40, Vec::new());
    script.press("g c down").unwrap();
    expect_not(&script, "C-1");
    script.press("p").unwrap();
    expect(&script, "Plain mode shows one thing at a time");
    script.press("enter").unwrap();
    let tabs = script.text().lines().filter(|line| line.contains("Timeline")).count();
    assert_eq!(tabs, 1, "{}", script.text());
}

#[test]
fn the_parts_of_the_schedule_are_lines() {
    let office = office();
    let mut script = plainly(&office);
    script.press("g s tab tab").unwrap();
    assert!(told(&script).starts_with("Schedule, "), "{}", told(&script));
    expect(&script, "[Month]");
    assert!(told(&script).contains("23 of 30"), "{}", told(&script));
    script.press("right").unwrap();
    assert!(told(&script).contains("24 of 30"), "{}", told(&script));
    // A digit goes to a day of the week: Sunday is the last. Lines are gone through line by line.
    script.press("7").unwrap();
    assert!(told(&script).contains("29 of 30"), "{}", told(&script));
    script.press("down up up").unwrap();
    assert!(told(&script).contains("28 of 30"), "{}", told(&script));
    // So is the calendar of a form.
    script.press("n t").unwrap();
    while !told(&script).contains(": Due") && !told(&script).contains(": Due *") {
        script.press("tab").unwrap();
    }
    script.press("ctrl-o 1").unwrap();
    expect(&script, "2026-11-23");
}

#[test]
fn charts_are_names_and_numbers() {
    let office = office();
    let mut script = plainly(&office);
    expect(&script, "Qualification: €84,000");
    script.press("g r").unwrap();
    assert!(told(&script).contains("Qualification, Deals 1, Value €84,000"), "{}", told(&script));
    script.press("c").unwrap();
    script.typed("columns");
    script.press("enter").unwrap();
    expect(&script, "Qualification: €84,000");
    expect(&script, "Proposal: ¥120,000");
}

#[test]
fn digits_go_to_rows_and_open_the_one_they_are_on() {
    let office = office();
    let mut script = plainly(&office);
    script.press("g c").unwrap();
    assert!(line(&script, 5).starts_with("2    Müller"), "{}", script.text());
    script.press("2").unwrap();
    assert!(told(&script).starts_with("Customers, 2 of 3: Müller"), "{}", told(&script));
    assert!(line(&script, 5).starts_with("2 >  Müller"), "{}", script.text());
    script.press("2").unwrap();
    expect(&script, "Customers > Müller Maschinenbau AG  C-1");
    script.press("esc").unwrap();
    // There is no ninth row, and no digit leads to another screen.
    script.press("9").unwrap();
    assert!(told(&script).starts_with("Customers, 2 of 3"), "{}", told(&script));
    script.press("space").unwrap();
    script.press("2").unwrap();
    assert!(told(&script).contains("2 of 3: marked, Müller"), "{}", told(&script));
}

#[test]
fn digits_choose_in_menus_pickers_and_the_palette() {
    let office = office();
    let mut script = plainly(&office);
    script.press("g c S").unwrap();
    expect(&script, "1 > Name");
    script.press("1").unwrap();
    expect(&script, "Name ↑");
    // The number is the place among the rows that are seen.
    script.press(":").unwrap();
    let ninth = script.text().lines().find(|line| line.starts_with("9 ")).unwrap().to_owned();
    assert!(ninth.contains("Leads"), "{ninth}");
    script.press("9").unwrap();
    assert!(told(&script).starts_with("Leads"), "{}", told(&script));
    // A picker of a form.
    script.press("n d tab").unwrap();
    script.typed("mull");
    script.press("down up").unwrap();
    assert!(told(&script).contains("Customer, 1 of 2: Müller"), "{}", told(&script));
    script.press("1").unwrap();
    expect(&script, "Customer          Müller Maschinenbau AG");
}

#[test]
fn digits_are_typed_where_one_types() {
    let office = office();
    let mut script = plainly(&office);
    script.press("n c").unwrap();
    script.typed("3 Brothers");
    assert!(told(&script).contains("Name *: 3 Brothers"), "{}", told(&script));
    script.press("esc").unwrap();
    // Three answers to the question; the third goes on without saving.
    let text = script.text();
    let away = text.lines().find(|line| line.contains("Throw") || line.contains("away"));
    let digit = away.and_then(|line| line.chars().next()).unwrap();
    script.press(&digit.to_string()).unwrap();
    expect(&script, "My day");
    script.press("ctrl-g").unwrap();
    script.typed("711 555 010");
    assert!(told(&script).contains("1 of 1: Müller"), "{}", told(&script));
    script.press("esc g c /").unwrap();
    script.typed("2");
    assert!(line(&script, 1).starts_with("/ 2"), "{}", script.text());
    script.press("esc g c i enter").unwrap();
    script.typed("7");
    assert!(told(&script).contains("科技有限公司7"), "{}", told(&script));
}

#[test]
fn what_is_said_stands_in_the_line_that_tells_the_place() {
    let office = office();
    let mut script = plainly(&office);
    script.press("g c , p").unwrap();
    expect_not(&script, "1-9");
    script.press(", p").unwrap();
    assert!(told(&script).starts_with("Plain mode is on; , p ends it. Customers, 1 of 3: "));
    script.press("down").unwrap();
    assert!(told(&script).starts_with("Customers, 2 of 3: "), "{}", told(&script));
    script.press("n d ctrl-s").unwrap();
    assert!(told(&script).contains("New Deal, 1 of 20: Name *: ! needed"), "{}", told(&script));
    // What may follow a prefix is told there as well.
    let mut script = plainly(&office);
    script.press("l").unwrap();
    script.wait(chrono::TimeDelta::milliseconds(300));
    assert!(told(&script).starts_with("l: c "), "{}", told(&script));
}

#[test]
fn plain_mode_is_switched_kept_and_ends_without_a_trace() {
    let office = office();
    for keys in ["", "g c down enter", "g b", "g s", "g r", "n d"] {
        let mut before = office.open(120, 40);
        walk(&mut before, keys);
        let mut script = office.open(120, 40);
        script.press(", p").unwrap();
        assert!(script.app().context().plain);
        assert!(office.open(120, 40).app().context().plain, "it is kept");
        script.press(", p").unwrap();
        // What was said goes by itself.
        script.wait(chrono::TimeDelta::seconds(7));
        walk(&mut script, keys);
        assert_eq!(script.text(), before.text(), "{keys}");
        assert!(!office.open(120, 40).app().context().plain);
    }
    // Digits are tabs again.
    let mut script = office.open(80, 24);
    script.press(", p , p 2").unwrap();
    expect(&script, "2 Customers");
    expect(&script, "1 of 3");
}

#[test]
fn it_is_switched_on_any_screen_without_losing_the_place() {
    let office = office();
    for keys in ["g c down down", "g t down", "g b right", "g s down", "g r down"] {
        let mut script = office.open(120, 40);
        walk(&mut script, keys);
        let subject = script.app().subject();
        script.press(", p").unwrap();
        assert_eq!(script.app().subject(), subject, "{keys}");
        assert!(!script.text().chars().any(is_stroke), "{keys}:\n{}", script.text());
        script.press(", p").unwrap();
        assert_eq!(script.app().subject(), subject, "{keys}");
    }
}

#[test]
fn what_the_start_says_goes_before_what_was_chosen() {
    let office = office();
    plainly(&office).press(", p").unwrap();
    assert!(!plainly(&office).app().context().plain);
    assert!(start(&office, Lang::En, 80, 24, vec!["plain"]).app().context().plain);
}

#[test]
fn a_click_hits_the_row_it_points_at() {
    let office = office();
    let mut script = plainly(&office);
    script.press("g c").unwrap();
    assert!(script.click("Nordic Pumps"));
    assert!(told(&script).starts_with("Customers, 3 of 3"), "{}", told(&script));
}

#[test]
fn some_screens_in_plain_mode() {
    let office = office();
    let names = [
        "home",
        "customers",
        "customer",
        "board",
        "reports",
        "form-errors",
        "palette",
        "which-log",
    ];
    for (lang, word) in [(Lang::En, "en"), (Lang::Zh, "zh")] {
        let mut all = String::new();
        for name in names {
            let (_, keys) = SCREENS.iter().find(|(known, _)| *known == name).unwrap();
            let mut script = start(&office, lang, 80, 24, Vec::new());
            walk(&mut script, keys);
            script.wait(chrono::TimeDelta::milliseconds(300));
            let cursor = script.seen().cursor;
            all.push_str(&format!("== {name} {cursor:?}\n{}\n", script.text()));
        }
        insta::assert_snapshot!(format!("plain-{word}"), all);
    }
}
