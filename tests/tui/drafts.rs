//! Forms that were not finished are kept and offered again; nothing that was typed is lost.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use chrono::TimeDelta;
use kontor::gate::{Gate, OpenOptions, Via};
use kontor::host::scripted::{Screen, Script};
use kontor::model::{Clock, Edit, Lang, Value};
use kontor::term::ColourDepth;
use kontor::tui::Theme;

use crate::common::{Fixed, Moved, noon, options};
use crate::{Office, expect, expect_not, office};

/// The same file, opened again when nobody can be writing in it any more.
fn again(office: &Office, width: u16, height: u16, lang: Lang) -> Script {
    let clock = Arc::new(Fixed(noon() + TimeDelta::minutes(2)));
    let gate = Gate::open(office.desk.gate.path(), OpenOptions { clock, ..options() }).unwrap();
    start(&gate, width, height, lang)
}

fn start(gate: &Gate, width: u16, height: u16, lang: Lang) -> Script {
    let theme = Theme::built_in("dark", ColourDepth::Palette);
    let session = gate.session(Via::Tui).unwrap();
    Script::start(session, &Screen { width, height, theme, lang, ascii: false })
}

/// Some terminals of one person on one file, with the clock of all of them.
struct Terminals {
    clock: Arc<Moved>,
    gate: Gate,
    open: Vec<Script>,
}

impl Terminals {
    fn on(office: &Office) -> Self {
        let clock = Arc::new(Moved::default());
        let given = OpenOptions { clock: Arc::clone(&clock) as Arc<dyn Clock>, ..options() };
        let gate = Gate::open(office.desk.gate.path(), given).unwrap();
        Self { clock, gate, open: Vec::new() }
    }

    /// One more terminal; which it is.
    fn start(&mut self) -> usize {
        self.open.push(start(&self.gate, 80, 24, Lang::En));
        self.open.len() - 1
    }

    /// Time passes on all of them, a second at a time.
    fn wait(&mut self, seconds: i64) {
        for _ in 0..seconds {
            self.clock.0.fetch_add(1_000, Ordering::SeqCst);
            for script in &mut self.open {
                script.wait(TimeDelta::seconds(1));
            }
        }
    }
}

/// What is kept of unfinished forms, by key.
fn kept(office: &Office) -> Vec<String> {
    let session = office.desk.gate.session(Via::Tui).unwrap();
    session.kept("draft.form.").unwrap().into_iter().map(|kept| kept.key).collect()
}

fn pause(script: &mut Script) {
    script.wait(TimeDelta::seconds(2));
}

#[test]
fn an_unfinished_form_is_offered_at_the_next_start_and_goes_on_where_it_was() {
    let office = office();
    let mut script = office.open(80, 24);
    script.press("n p").unwrap();
    script.typed("Bo Berg");
    script.press("tab tab").unwrap();
    script.typed("Buyer");
    assert!(kept(&office).is_empty(), "it is kept when there is a pause, not with every key");
    pause(&mut script);
    assert_eq!(kept(&office).len(), 1);
    // As after a crash: nothing of the first one is told that it ends.
    drop(script);
    let mut script = again(&office, 80, 24, Lang::En);
    expect(&script, "Unfinished forms");
    expect(&script, "New Contact");
    expect(&script, "2 fields");
    insta::assert_snapshot!("drafts-80x24", script.snapshot());
    script.press("enter").unwrap();
    expect(&script, "Bo Berg");
    expect(&script, "Buyer");
    script.press("ctrl-s").unwrap();
    expect(&script, "P-2 saved");
    assert!(kept(&office).is_empty());
    // Offered once; nothing is left.
    let script = office.open(80, 24);
    expect_not(&script, "Unfinished forms");
}

#[test]
fn the_same_form_offers_it_and_starting_anew_keeps_both() {
    let office = office();
    let mut script = office.open(80, 24);
    script.press("n c").unwrap();
    script.typed("Ital Motori");
    pause(&mut script);
    drop(script);
    let mut script = again(&office, 80, 24, Lang::Zh);
    script.press("esc n c").unwrap();
    expect(&script, "上次未完成");
    let mut script = again(&office, 80, 24, Lang::En);
    script.press("n c").unwrap();
    expect(&script, "Unfinished before: 1 field");
    expect(&script, "Alt-R goes on with it");
    script.typed("Another Ltd");
    expect_not(&script, "Unfinished before");
    pause(&mut script);
    assert_eq!(kept(&office).len(), 2);
    script.press("ctrl-s").unwrap();
    assert_eq!(kept(&office).len(), 1);
    script.press("n c alt-r").unwrap();
    expect(&script, "Ital Motori");
    script.press("ctrl-s").unwrap();
    assert!(kept(&office).is_empty());
    expect(&script, "C-5 saved");
}

#[test]
fn giving_up_forgets_it_and_leaving_for_later_does_not() {
    let office = office();
    let mut script = office.open(80, 24);
    script.press("n c").unwrap();
    script.typed("Nobody Ltd");
    pause(&mut script);
    script.press("esc").unwrap();
    expect(&script, "There are unsaved changes");
    script.press("down down enter").unwrap();
    assert!(kept(&office).is_empty());
    script.press("n c").unwrap();
    script.typed("Second");
    pause(&mut script);
    drop(script);
    let mut script = again(&office, 80, 24, Lang::En);
    script.press("del").unwrap();
    expect(&script, "once more");
    assert_eq!(kept(&office).len(), 1);
    script.press("down del").unwrap();
    expect(&script, "once more");
    script.press("del").unwrap();
    assert!(kept(&office).is_empty());
    script.press("n r").unwrap();
    expect(&script, "Nothing was left unfinished");
}

#[test]
fn going_on_with_an_edit_shows_what_others_changed_meanwhile() {
    let mut office = office();
    let mut script = office.open(80, 24);
    script.press("g c j e end").unwrap();
    script.typed(" & Co");
    pause(&mut script);
    drop(script);
    let muller = office.muller.clone();
    let other = Edit::update("customer", muller.id).typed("name", "Müller Gruppe AG");
    office.desk.session.save(vec![other], "edit").unwrap();
    let mut script = again(&office, 80, 24, Lang::En);
    script.press("enter").unwrap();
    expect(&script, "Somebody changed the record since");
    expect(&script, "was Müller Maschinenbau AG, is now Müller Gruppe AG");
    script.press("ctrl-o").unwrap();
    expect(&script, "Müller Maschinenbau AG & Co");
    script.press("enter ctrl-s").unwrap();
    let saved = script.session().get(&muller).unwrap();
    assert_eq!(saved.get("name"), &Value::from("Müller Maschinenbau AG & Co"));
}

#[test]
fn long_text_tags_links_and_half_typed_values_are_kept() {
    let office = office();
    let mut script = office.open(120, 40);
    script.press("g d n n").unwrap();
    script.typed("Four pumps");
    script.press("tab").unwrap();
    script.typed("nordic");
    script.press("enter").unwrap();
    for _ in 0..40 {
        if script.text().contains("84k") {
            break;
        }
        script.press("tab").unwrap();
    }
    script.typed("12 zz");
    pause(&mut script);
    let session = office.desk.gate.session(Via::Tui).unwrap();
    let text = session.kept("draft.form.").unwrap().remove(0).text;
    assert!(text.contains("Four pumps") && text.contains("12 zz"), "{text}");
    drop(script);
    let mut script = again(&office, 120, 40, Lang::En);
    script.press("enter").unwrap();
    expect(&script, "Four pumps");
    expect(&script, "Nordic Pumps Oy");
    expect(&script, "12 zz");
}

#[test]
fn drafts_expire_and_strange_ones_do_no_harm() {
    let office = office();
    let session = office.desk.gate.session(Via::Tui).unwrap();
    session
        .keep(&[
            ("draft.form.new.customer@1".into(), Some("not json".into())),
            ("draft.form.new.contact@1".into(), Some("{\"of\":{\"new\":[\"gone\",[]]},\"title\":\"X\",\"fields\":1,\"entered\":\"{}\"}".into())),
        ])
        .unwrap();
    let mut script = office.open(80, 24);
    expect(&script, "Unfinished forms");
    script.press("enter").unwrap();
    expect(&script, "cannot be gone on with");
    assert_eq!(kept(&office), ["draft.form.new.contact@1"]);
    script.wait(TimeDelta::days(31));
    script.press("esc n r").unwrap();
    expect(&script, "Nothing was left unfinished");
    assert!(kept(&office).is_empty());
}

#[test]
fn what_another_terminal_is_writing_is_not_offered() {
    let office = office();
    let mut all = Terminals::on(&office);
    let one = all.start();
    all.open[one].press("n p").unwrap();
    all.open[one].typed("Bo Berg");
    all.wait(2);
    assert_eq!(kept(&office).len(), 1);
    // Nothing is typed for many minutes: the form is open all the same.
    all.wait(10 * 60);
    let other = all.start();
    expect_not(&all.open[other], "Unfinished forms");
    all.open[other].press("n r").unwrap();
    expect(&all.open[other], "Nothing was left unfinished");
    all.open[other].press("esc n p").unwrap();
    expect_not(&all.open[other], "Unfinished before");
    // What is typed there lies beside it, not over it.
    all.open[other].typed("Ann");
    all.wait(2);
    assert_eq!(kept(&office).len(), 2);
    // The first goes down without a word: its form is offered as soon as it shows no sign any more.
    all.open.remove(one);
    all.open[0].press("esc down down enter").unwrap();
    assert_eq!(kept(&office).len(), 1);
    all.wait(50);
    all.open[0].press("n p").unwrap();
    expect_not(&all.open[0], "Unfinished before");
    all.open[0].press("esc").unwrap();
    all.wait(50);
    all.open[0].press("n p").unwrap();
    expect(&all.open[0], "Unfinished before: 1 field, today 13:00");
    // Who goes on with it has it: a third is not offered it.
    all.open[0].press("alt-r").unwrap();
    expect(&all.open[0], "Bo Berg");
    all.wait(1);
    let third = all.start();
    expect_not(&all.open[third], "Unfinished forms");
}

#[test]
fn a_lost_link_lets_go_of_what_was_not_saved_at_once() {
    let office = office();
    let mut all = Terminals::on(&office);
    let one = all.start();
    all.open[one].press("n p").unwrap();
    all.open[one].typed("Bo Berg");
    all.wait(2);
    // These keys have not been kept yet.
    all.open[one].typed("man");
    all.open[one].ends();
    let other = all.start();
    expect(&all.open[other], "Unfinished forms");
    all.open[other].press("enter").unwrap();
    expect(&all.open[other], "Bo Bergman");
    all.open[other].press("esc down down enter").unwrap();
    assert!(kept(&office).is_empty());
}

#[test]
fn what_was_not_finished_says_whose_it_is_in_the_language_of_now() {
    let office = office();
    let mut script = office.open(80, 24);
    script.press("n p").unwrap();
    script.typed("Bo Berg");
    pause(&mut script);
    drop(script);
    let mut script = again(&office, 80, 24, Lang::Zh);
    expect(&script, "新建联系人：Bo Berg");
    expect_not(&script, "New Contact");
    script.press("esc l c").unwrap();
    drop(script);
    let script = again(&office, 80, 24, Lang::En);
    expect_not(&script, "新建");
}
