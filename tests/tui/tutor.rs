//! The tutor, played by what it says: every key that is pressed here stands in its panel.

use kontor::demo::practice;
use kontor::gate::Via;
use kontor::host::scripted::{Screen, Script};
use kontor::model::{Lang, Value};
use kontor::term::ColourDepth;
use kontor::tui::Theme;
use kontor::tui::tutor::{lesson::Lesson, with_keys};

use crate::common::{open, options};

/// What the learner does.
enum Deed {
    /// Presses the key that the panel shows for this action.
    Key(&'static str),
    /// Moves by a key that the panel names in words: the arrows.
    Arrow(&'static str),
    /// Types what stands in the panel, letter for letter.
    Type(&'static str),
    /// Types words of the learner's own, where the panel leaves them free.
    Own(&'static str),
}

use Deed::{Arrow, Key, Own, Type};

/// Opens the tutor as `kontor tutor` does.
pub fn start(lang: Lang, width: u16, height: u16) -> (tempfile::TempDir, Script) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tutor.db");
    practice(&path, &options()).unwrap();
    let session = open(&path).unwrap().session(Via::Tui).unwrap();
    let theme = Theme::built_in("dark", ColourDepth::Palette);
    let screen = Screen { width, height, theme, lang, ascii: false };
    (folder, Script::start_tutor(session, &screen, Lesson::shipped()))
}

/// The number of the step that the panel shows.
fn at(script: &Script) -> usize {
    script.app().tutor().unwrap().progress().0
}

/// The lines of the panel, with the breaks taken out that Chinese text has anywhere.
fn panel(script: &Script) -> String {
    let text = script.text();
    let lines: Vec<&str> = text.lines().collect();
    let size = script.app().context().size;
    let from = usize::from(size.height);
    lines[from..].iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ")
}

/// All that the panel says, part by part where it is too low for it.
fn read(script: &mut Script) -> String {
    let mut told = panel(script);
    let ctx = script.app().context();
    let first = [("key", ctx.key_of("tutor.more")), ("n", "1".to_owned()), ("of", String::new())];
    let first = ctx.tf("tutor.more", &first.each_ref().map(|(name, value)| (*name, &**value)));
    let parts = told.split_once(&first).map_or(1, |(_, rest)| {
        rest.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap_or(1)
    });
    for _ in 1..parts {
        script.press(", a").unwrap();
        let more = panel(script);
        // Its head is there already: who is taught, and which part this is.
        let (_, more) = more.split_once(&format!("/{parts} ")).unwrap();
        told = format!("{told} {}", more.trim_start_matches(['─', ' ']));
    }
    // The first part again.
    script.press(", a").unwrap();
    told
}

fn follow(script: &mut Script, deeds: &[Deed]) {
    let shown = read(script);
    for deed in deeds {
        match deed {
            Key(action) => {
                let key = script.app().context().key_of(action);
                assert!(
                    !key.is_empty() && shown.contains(&format!("[{key}]")),
                    "{action}: {shown}"
                );
                let keys = script.app().context().keymap.keys_of(action)[0].to_string();
                script.press(&keys).unwrap();
            }
            Arrow(keys) => script.press(keys).unwrap(),
            Type(text) => {
                // Chinese text breaks anywhere, so blanks say nothing.
                let bare = |text: &str| text.split_whitespace().collect::<String>();
                assert!(bare(&shown).contains(&bare(text)), "{text}: {shown}");
                script.typed(text);
            }
            Own(text) => script.typed(text),
        }
    }
}

/// All steps but the last, each with what it tells to do.
fn course(lang: Lang) -> Vec<Vec<Deed>> {
    let history = if lang == Lang::Zh { "更改历史" } else { "what was done" };
    vec![
        vec![Key("go.customer")],
        vec![Key("nav.open")],
        vec![Key("nav.back")],
        vec![Key("app.find"), Type("zw"), Key("nav.open")],
        vec![Key("app.find"), Type("555010"), Key("nav.open")],
        vec![Key("log.call"), Own("They want an offer"), Key("form.save")],
        vec![
            Key("new.task-here"),
            Type("Send the offer"),
            Key("form.next"),
            Type("fri 10:00"),
            Key("form.save"),
        ],
        vec![Key("new.customer"), Own("Tutor GmbH"), Key("form.save")],
        vec![Key("app.undo")],
        vec![Key("go.customer"), Key("list.filter"), Type("city:Stuttgart"), Key("nav.open")],
        vec![Key("nav.back")],
        vec![Key("list.mark"), Arrow("down"), Key("list.mark")],
        vec![Key("nav.back"), Key("go.deal"), Key("go.board")],
        vec![Key("board.move-right")],
        vec![Key("board.move-right"), Key("nav.open")],
        vec![Key("app.help"), Key("nav.back")],
        vec![Key("app.palette"), Type(history), Key("nav.open")],
    ]
}

#[test]
fn the_whole_tutor_can_be_done_by_what_the_screen_says() {
    for lang in [Lang::En, Lang::Zh] {
        for (width, height) in [(80, 24), (120, 40), (40, 12), (40, 10)] {
            let (_folder, mut script) = start(lang, width, height);
            let course = course(lang);
            assert_eq!(course.len() + 1, Lesson::shipped().steps.len());
            for (n, deeds) in course.iter().enumerate() {
                assert_eq!(at(&script), n + 1, "{lang:?}\n{}", script.text());
                stand_on_the_record(&mut script, n + 1);
                follow(&mut script, deeds);
                assert_eq!(at(&script), n + 2, "{lang:?} step {}\n{}", n + 1, script.text());
            }
            // The last step speaks of everything that was changed, not of the record on the board.
            let above = usize::from(height > 12);
            let heading = script.text().lines().nth(above).unwrap_or_default().to_owned();
            assert!(!heading.contains("D-"), "{heading}");
            assert!(above == 0 || script.text().contains("C-"), "{}", script.text());
        }
    }
}

/// Moves until the record that the step speaks of is under the cursor.
fn stand_on_the_record(script: &mut Script, step: usize) {
    let (name, key) = match step {
        2 => ("Nordic Pumps Oy", "down"),
        14 => ("Three presses", "right"),
        15 => ("Spare pumps", "right"),
        _ => return,
    };
    for _ in 0..6 {
        if is_under_cursor(script, name) {
            return;
        }
        script.press(key).unwrap();
    }
    panic!("{name} is not found:\n{}", script.text());
}

fn is_under_cursor(script: &mut Script, name: &str) -> bool {
    let Some(record) = script.app().subject() else { return false };
    let record = script.session().get(&record).unwrap();
    *record.get("name") == Value::from(name)
}

#[test]
fn every_text_fits_its_panel_in_both_languages() {
    for lang in [Lang::En, Lang::Zh] {
        let (_folder, mut script) = start(lang, 80, 24);
        for step in Lesson::shipped().steps {
            let text = with_keys(step.text.get(lang), script.app().context());
            // The key at the end of a text is filled in.
            let bare = |text: &str| text.split_whitespace().collect::<String>();
            let shown = panel(&script);
            assert!(bare(&shown).ends_with(&bare(&text)), "{lang:?}: {text}\nis shown as\n{shown}");
            script.press(", n").unwrap();
        }
    }
}

#[test]
fn on_small_screens_every_text_is_read_part_by_part() {
    for lang in [Lang::En, Lang::Zh] {
        for height in [10, 12] {
            let (_folder, mut script) = start(lang, 40, height);
            for step in Lesson::shipped().steps {
                let text = with_keys(step.text.get(lang), script.app().context());
                let bare = |text: &str| text.split_whitespace().collect::<String>();
                let told = read(&mut script);
                assert!(bare(&told).contains(&bare(&text)), "{lang:?}: {text}\nis told as\n{told}");
                script.press(", n").unwrap();
            }
        }
    }
}

#[test]
fn a_step_can_be_skipped_and_gone_back_to() {
    let (_folder, mut script) = start(Lang::En, 80, 24);
    script.press(", n , n").unwrap();
    assert_eq!(at(&script), 3);
    script.press(", b").unwrap();
    assert_eq!(at(&script), 2);
}

#[test]
fn without_a_tutor_its_keys_say_so() {
    let office = crate::office();
    let mut script = office.open(80, 24);
    script.press(", n").unwrap();
    assert!(script.text().contains("kontor tutor"), "{}", script.text());
}
