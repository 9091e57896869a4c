//! Finding out what can be done: footer, `?`, palette, which-key; keys of one's own in all of them.

use super::*;
use kontor::action::{Keymap, Place, Table};

fn with_keys(office: &Office, text: &str) -> Script {
    let session = office.desk.gate.session(Via::Tui).unwrap();
    let table = Table::new(session.catalog());
    let keymap = Keymap::of_user("mine.toml", text, session.catalog(), &table).unwrap();
    let theme = Theme::built_in("dark", ColourDepth::Palette);
    let screen = Screen { width: 80, height: 24, theme, lang: Lang::En, ascii: false };
    Script::start_with_keys(session, &screen, keymap)
}

fn footer(script: &Script) -> String {
    script.text().lines().last().unwrap().to_owned()
}

/// The first row of an open list, below its prompt and the name of its section.
fn line_with(script: &Script, text: &str) -> String {
    let all = script.text();
    let found = all.lines().find(|line| line.contains(text));
    found.unwrap_or_else(|| panic!("`{text}` is not on the screen:\n{all}")).to_owned()
}

#[test]
fn help_is_filtered_by_word_and_by_key_and_runs_what_it_shows() {
    let office = office();
    let mut script = office.open(80, 24);
    script.press("g c ?").unwrap();
    expect(&script, "What can be done here");
    expect(&script, "This record");
    script.typed("sort");
    expect(&script, "Sort by a column");
    expect_not(&script, "This record   ");
    script.press("backspace backspace backspace backspace").unwrap();
    script.typed("g h");
    assert!(line_with(&script, "│ ▌").contains("Home: my day"), "{}", script.text());
    script.press("enter").unwrap();
    expect(&script, "My day");
    // What was run last is offered first.
    script.press("g c ?").unwrap();
    expect(&script, "Recent");
    assert!(line_with(&script, "│ ▌").contains("Home: my day"), "{}", script.text());
}

#[test]
fn help_says_why_something_cannot_be_done_and_does_not_do_it() {
    let office = office();
    let mut script = office.open(80, 24);
    script.press("g c ?").unwrap();
    script.typed("restore");
    expect(&script, "the record is not deleted");
    script.press("enter").unwrap();
    expect(&script, "What can be done here");
    script.press("esc").unwrap();
    expect_not(&script, "What can be done here");
}

#[test]
fn the_palette_finds_an_action_a_screen_a_view_and_a_record() {
    let mut office = office();
    office.desk.add(
        Edit::create("view")
            .typed("name", "Swabian workshop")
            .typed("entity", "customer")
            .typed("query", "address.city = Stuttgart")
            .with("owner", link(&RecordRef::new("user", RecordId(1)))),
    );
    for open in [":", "ctrl-p"] {
        let mut script = office.open(80, 24);
        script.press(open).unwrap();
        script.typed("new deal");
        assert!(line_with(&script, "│ ▌").contains("n d"), "{}", script.text());
        script.press("enter").unwrap();
        expect(&script, "New Deal");
    }
    // A record of that name goes before a line whose example has the word.
    let mut script = office.open(80, 24);
    script.press(":").unwrap();
    script.typed("muller");
    assert!(line_with(&script, "│ ▌").contains("Müller"), "{}", script.text());
    expect_not(&script, "Jot down");
    let mut script = office.open(80, 24);
    script.press(":").unwrap();
    script.typed("contacts");
    script.press("enter").unwrap();
    expect(&script, "Contacts");
    expect(&script, "Anna Müller");
    script.press(":").unwrap();
    script.typed("swabian");
    expect(&script, "Saved views");
    script.press("enter").unwrap();
    expect(&script, "Müller Maschinenbau AG");
    expect_not(&script, "Nordic Pumps");
    script.press(":").unwrap();
    script.typed("nordic");
    expect(&script, "Records");
    script.press("enter").unwrap();
    expect(&script, "Nordic Pumps Oy  C-3");
    // What exists elsewhere only is found, with its keys, and says so.
    script.press(":").unwrap();
    script.typed("card one stage on");
    expect(&script, "not on this screen");
}

#[test]
fn the_palette_finds_chapters_of_the_manual() {
    let office = office();
    for (lang, words, title) in [(Lang::En, "keys", "Keys"), (Lang::Zh, "anjian", "按键")] {
        let mut script = office.open_as(80, 24, "dark", ColourDepth::Palette, lang);
        script.press(":").unwrap();
        script.typed(words);
        assert!(line_with(&script, "│ ▌").contains(title), "{}", script.text());
        script.press("enter").unwrap();
        expect(&script, if lang == Lang::Zh { "手册" } else { "Manual" });
        expect(&script, title);
    }
}

#[test]
fn why_something_cannot_be_done_is_told_in_full() {
    let office = office();
    let mut script = office.open(40, 24);
    script.press(":").unwrap();
    script.typed("card one stage on");
    expect(&script, "not on this screen");
}

#[test]
fn what_is_said_goes_on_in_a_further_line() {
    let office = office();
    let mut script = office.open(40, 24);
    script.press("g c space D u").unwrap();
    let told: String = script.text().split_whitespace().collect();
    assert!(told.contains("Takenback:delete(C-2安邦科技有限公司)"), "{}", script.text());
    script.press("down").unwrap();
    expect_not(&script, "Taken back");
}

#[test]
fn initials_and_pinyin_find_actions() {
    let office = office();
    let mut script = office.open(80, 24);
    script.press(":").unwrap();
    script.typed("nt");
    expect(&script, "New Task");
    let mut script = office.open_as(80, 24, "dark", ColourDepth::Palette, Lang::Zh);
    script.press(":").unwrap();
    script.typed("kehu");
    expect(&script, "新建客户");
}

#[test]
fn a_prefix_shows_what_may_follow() {
    let office = office();
    let mut script = office.open(80, 24);
    script.press("g c n").unwrap();
    expect(&script, "New Customer");
    script.press("esc").unwrap();
    expect_not(&script, "New Customer");
    script.press(",").unwrap();
    expect(&script, "theme");
    script.press("q").unwrap();
    expect(&script, ", q means nothing here");
}

#[test]
fn own_keys_are_in_footer_help_palette_popup_and_texts() {
    let mut office = office();
    let keys = "free = [\"n\", \"z\"]\n[keys]\n\"ctrl-f\" = \"list.filter\"\n\"/\" = \"\"\n\
                \"ctrl-n\" = \"new.here\"\n\"ctrl-w\" = \"new.task\"\n\"z u\" = \"app.undo\"\n\"u\" = \"\"\n\
                \"z c\" = \"new.customer\"\n";
    let mut script = with_keys(&office, keys);
    script.press("g c").unwrap();
    assert!(footer(&script).contains("Ctrl-N new"), "{}", footer(&script));
    assert!(!footer(&script).contains("/ filter"), "{}", footer(&script));
    script.press("?").unwrap();
    script.typed("filter");
    assert!(line_with(&script, "│ ▌").contains("Ctrl-F"), "{}", script.text());
    script.press("esc :").unwrap();
    script.typed("take back");
    assert!(line_with(&script, "│ ▌").contains("z u"), "{}", script.text());
    script.press("esc z").unwrap();
    expect(&script, "New Customer");
    script.press("c").unwrap();
    script.typed("Ital Motori");
    script.press("ctrl-s").unwrap();
    expect(&script, "C-4 saved · z u takes it back");
    script.press("z u").unwrap();
    expect(&script, "Taken back");
    for task in [1, 2] {
        let gone = Edit::delete("task", RecordId(task));
        office.desk.session.save(vec![gone], "test").unwrap();
    }
    let mut script = with_keys(&office, keys);
    expect(&script, "Press Ctrl-W for a new task");
    script.press("g m").unwrap();
    expect(&script, "Press Ctrl-N to add");
}

#[test]
fn the_plain_preset_needs_no_letters() {
    let office = office();
    let mut script = with_keys(&office, "preset = \"plain\"\n");
    // A letter alone does nothing, the menu key shows what can be done.
    script.press("g").unwrap();
    expect_not(&script, "Deals  ");
    script.press("f10").unwrap();
    expect(&script, "+ Go to");
    expect(&script, "+ New");
    script.press("g c").unwrap();
    expect(&script, "Customers");
    script.press("down f4").unwrap();
    script.press("end").unwrap();
    script.typed(" & Co");
    script.press("ctrl-s").unwrap();
    expect(&script, "saved · Ctrl-Z takes it back");
    script.press("ctrl-z").unwrap();
    expect(&script, "Taken back");
    assert!(footer(&script).contains("F4 edit"), "{}", footer(&script));
    script.press("f10 l c").unwrap();
    expect(&script, "Log:");
}

#[test]
fn every_action_of_the_footer_has_a_key_in_every_preset() {
    let office = office();
    for preset in Keymap::PRESETS {
        let script = with_keys(&office, &format!("preset = \"{preset}\"\n"));
        let ctx = script.app().context();
        for action in ctx.actions.all().iter().filter(|action| action.rank > 0) {
            let here = |place| ctx.keymap.keys_at(&action.id, place, &ctx.actions);
            let known = Place::ALL.into_iter().any(|place| !here(place).is_empty());
            assert!(known, "{preset}: {} has no key", action.id);
        }
    }
}

#[test]
fn the_manual_opens_anywhere_but_in_a_form_and_keeps_its_place() {
    let office = office();
    let mut script = office.open(80, 24);
    script.press("g c f1").unwrap();
    expect(&script, "Manual › Getting started");
    expect(&script, "kontor tutor");
    script.press("}").unwrap();
    expect(&script, "Manual › Daily work");
    script.press("pagedown").unwrap();
    let place = script.text();
    script.press("esc").unwrap();
    expect(&script, "Customers");
    script.press(", d").unwrap();
    assert_eq!(script.text(), place);
    // Also at the next start.
    let mut script = office.open(80, 24);
    script.press("f1").unwrap();
    expect(&script, "Manual › Daily work");
    script.press("esc n c f1").unwrap();
    expect_not(&script, "Manual");
}

#[test]
fn the_manual_is_searched_through_all_chapters_and_follows_links() {
    let office = office();
    let mut script = office.open(80, 24);
    script.press("f1 /").unwrap();
    script.typed("roll-up gathers");
    expect(&script, "Manual › Custom fields");
    expect(&script, "1 of 1");
    script.press("enter n").unwrap();
    expect(&script, "Manual › Custom fields");
    script.press("/").unwrap();
    script.typed("xyzzy");
    expect(&script, "does not say that anywhere");
    script.press("esc g g tab").unwrap();
    script.press("enter").unwrap();
    expect_not(&script, "Manual › Custom fields");
    script.press("esc").unwrap();
    expect(&script, "Manual › Custom fields");
    script.press("c").unwrap();
    expect(&script, "Contents");
    script.typed("somebody calls");
    script.press("enter").unwrap();
    expect(&script, "Manual › Daily work");
    expect(&script, "Somebody calls");
}

#[test]
fn the_manual_names_own_keys_and_speaks_chinese() {
    let office = office();
    let mut script = with_keys(
        &office,
        "free = \"z\"\n[keys]\n\"ctrl-f\" = \"app.find\"\n\"u\" = \"\"\n\"z u\" = \"app.undo\"\n",
    );
    script.press("f1").unwrap();
    expect(&script, "Getting started");
    script.press("/").unwrap();
    script.typed("takes back what you did last");
    expect(&script, "z u takes back");
    script.press("enter c").unwrap();
    script.typed("Keys");
    script.press("enter").unwrap();
    expect(&script, "These are your keys");
    let mut script = self::office().open_as(120, 40, "dark", ColourDepth::Palette, Lang::Zh);
    script.press("f1").unwrap();
    expect(&script, "手册 › 入门");
    expect(&script, "日常工作");
    script.press("}").unwrap();
    expect(&script, "有人来电");
}

#[test]
fn the_manual_in_every_size() {
    for (width, height) in SIZES {
        let office = office();
        let mut script = office.open(width, height);
        script.press("f1 }").unwrap();
        insta::assert_snapshot!(format!("manual-{width}x{height}"), script.snapshot());
        script.press("esc g c :").unwrap();
        script.typed("new");
        insta::assert_snapshot!(format!("palette-{width}x{height}"), script.snapshot());
    }
    let office = office();
    let mut script = office.open_as(80, 24, "dark", ColourDepth::Palette, Lang::Zh);
    script.press("f1 }").unwrap();
    insta::assert_snapshot!("manual-zh-80x24", script.snapshot());
}

/// Forty customers, so that rows beyond the screen and their places are known.
fn crowd(office: &mut Office, n: usize) {
    let edits = (1..=n).map(|n| Edit::create("customer").typed("name", format!("Row {n:04}")));
    let plan = office.desk.session.plan(edits.collect(), "many").unwrap();
    office.desk.session.apply(plan).unwrap();
}

fn place(script: &Script) -> String {
    let heading = script.text().lines().nth(1).unwrap().to_owned();
    heading.split("  ").last().unwrap().trim().to_owned()
}

#[test]
fn a_number_before_a_motion_counts_and_digits_still_go_to_the_tabs() {
    let mut office = office();
    crowd(&mut office, 37);
    let mut script = office.open(80, 24);
    script.press("2").unwrap();
    assert_eq!(place(&script), "1 of 40");
    script.press("0 5").unwrap();
    expect(&script, "5 · then a motion: Down Up");
    script.press("j").unwrap();
    assert_eq!(place(&script), "6 of 40");
    expect_not(&script, "then a motion");
    script.press("0 2 0 G").unwrap();
    assert_eq!(place(&script), "20 of 40");
    script.press("0 1 0 k").unwrap();
    assert_eq!(place(&script), "10 of 40");
    script.press("0 3 g g").unwrap();
    assert_eq!(place(&script), "3 of 40");
    // Beyond the end is the end; arrows count as letters do.
    script.press("0 9 9 9 down").unwrap();
    assert_eq!(place(&script), "40 of 40");
    script.press("0 1 2 backspace G").unwrap();
    assert_eq!(place(&script), "1 of 40");
    // Dropped: nothing moves, and the digit is a tab again.
    script.press("0 7 esc j").unwrap();
    assert_eq!(place(&script), "2 of 40");
    script.press("1").unwrap();
    expect(&script, "My day");
}

#[test]
fn a_number_reaches_rows_that_are_not_loaded() {
    let mut office = office();
    crowd(&mut office, 997);
    let mut script = office.open(80, 24);
    script.press("2 0 7 5 0 j").unwrap();
    assert_eq!(place(&script), "751 of 1,000");
    script.press("0 4 9 0 k").unwrap();
    assert_eq!(place(&script), "261 of 1,000");
    script.press("G 0 6 0 0 G").unwrap();
    assert_eq!(place(&script), "600 of 1,000");
    script.press("0 2 pagedown").unwrap();
    assert_eq!(place(&script), "636 of 1,000");
}

#[test]
fn a_number_changes_nothing_and_says_so() {
    let office = office();
    let mut script = office.open(80, 24);
    script.press("2 0 3 D").unwrap();
    expect(&script, "A number goes before a motion only");
    expect_not(&script, "deleted");
    assert_eq!(place(&script), "1 of 3");
    // What follows a number is shown to whoever waits for it.
    script.press("0 3").unwrap();
    script.wait(chrono::TimeDelta::milliseconds(300));
    expect(&script, "Next view");
    script.press("esc").unwrap();
    expect_not(&script, "Next view");
}

#[test]
fn the_vim_preset_counts_at_once() {
    let mut office = office();
    crowd(&mut office, 37);
    let mut script = with_keys(&office, "preset = \"vim\"\n");
    script.press("g 2 1 0 j").unwrap();
    assert_eq!(place(&script), "11 of 40");
    script.press("5 G").unwrap();
    assert_eq!(place(&script), "5 of 40");
}

#[test]
fn saving_over_a_list_that_nothing_fits_says_so() {
    let office = office();
    let mut script = office.open(80, 24);
    script.press("n c").unwrap();
    script.typed("Nix2");
    script.press("tab").unwrap();
    script.typed("qqq");
    expect(&script, "Nothing fits");
    script.press("ctrl-s").unwrap();
    expect(&script, "nothing is chosen for “qqq”");
    expect(&script, "Nix2");
    script.press("ctrl-s").unwrap();
    expect_not(&script, "nothing is chosen for");
}
