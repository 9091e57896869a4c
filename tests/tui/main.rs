//! The screens, driven by keys in text notation against a real session, looked at as text and styles.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

mod account;
mod again;
mod align;
mod audit;
mod board;
mod bulk;
mod capture;
mod colleagues;
#[path = "../common/mod.rs"]
mod common;
mod detail;
mod drafts;
mod duplicates;
mod fuzz;
mod guard;
mod home;
mod hostile;
mod importing;
mod joining;
mod keys;
mod leaving;
mod looks;
mod mouse;
mod narrow;
mod outside;
mod plain;
mod prefs;
mod quality;
mod refused;
mod reports;
mod rights;
mod screens;
mod states;
mod stories;
mod tasks;
mod tutor;
mod undo;
mod viewing;
mod views;
mod walk;
mod way_in;

use chrono::TimeDelta;
use common::{Desk, desk, noon};
use kontor::gate::{Session, Via};
use kontor::host::scripted::{Screen, Script};
use kontor::model::{Edit, Lang, Link, RecordId, RecordRef, Value};
use kontor::term::ColourDepth;
use kontor::tui::context::{Manners, Setup};
use kontor::tui::theme::Themes;
use kontor::tui::{App, Theme};

pub struct Office {
    pub desk: Desk,
    pub muller: RecordRef,
}

pub fn link(to: &RecordRef) -> Value {
    Value::Link(Link::new(&to.entity, to.id))
}

/// A small company: three customers, four deals, tasks late and due, a call.
pub fn office() -> Office {
    let mut desk = desk();
    let me = RecordRef::new("user", RecordId(1));
    let customer = |name: &str, city: &str, phone: &str| {
        Edit::create("customer")
            .typed("name", name)
            .typed("status", "active")
            .typed("address", format!("city={city}"))
            .typed("phones", phone)
            .with("owner", Value::Link(Link::new("user", RecordId(1))))
    };
    let muller = desk.add(customer("Müller Maschinenbau AG", "Stuttgart", "+49 711 555010"));
    let anbang = desk.add(customer("安邦科技有限公司", "杭州", "+86 571 8765 4321"));
    let nordic = desk.add(customer("Nordic Pumps Oy", "Tampere", "+358 3 123 4567"));
    desk.add(
        Edit::create("contact")
            .typed("name", "Anna Müller")
            .typed("position", "CEO")
            .with("customer", link(&muller)),
    );
    let deal = |name: &str, of: &RecordRef, stage: &str, amount: &str, close: &str| {
        Edit::create("deal")
            .typed("name", name)
            .with("customer", link(of))
            .typed("stage", stage)
            .typed("amount", amount)
            .typed("expected_close", close)
            .with("owner", link(&me))
    };
    desk.add(deal("Three presses", &muller, "qualification", "84000 EUR", "2026-11-30"));
    desk.add(deal("检测线", &anbang, "proposal", "120000 CNY", "2026-11-27"));
    desk.add(deal("Spare pumps", &nordic, "negotiation", "12500 EUR", "2026-11-12"));
    let task = |name: &str, of: &RecordRef, due: &str| {
        Edit::create("task")
            .typed("name", name)
            .with("customer", link(of))
            .typed("due", due)
            .with("owner", link(&me))
    };
    desk.add(task("Send the offer", &muller, "2026-11-20 10:00"));
    desk.add(task("Call about delivery", &nordic, "2026-11-23 15:00"));
    desk.add(
        Edit::create("activity")
            .typed("kind", "call")
            .typed("subject", "Wants an offer for three units")
            .typed("happened_at", "2026-11-23 09:12")
            .with("about", link(&muller))
            .with("customer", link(&muller))
            .with("owner", link(&me)),
    );
    Office { desk, muller }
}

impl Office {
    pub fn open(&self, width: u16, height: u16) -> Script {
        self.open_as(width, height, "dark", ColourDepth::Palette, Lang::En)
    }

    pub fn open_as(
        &self,
        width: u16,
        height: u16,
        theme: &str,
        depth: ColourDepth,
        lang: Lang,
    ) -> Script {
        let session = self.desk.gate.session(Via::Tui).unwrap();
        let theme = Theme::built_in(theme, depth);
        Script::start(session, &Screen { width, height, theme, lang, ascii: false })
    }
}

pub const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (40, 12)];

#[test]
fn every_main_screen_in_every_size() {
    let office = office();
    for (width, height) in SIZES {
        let mut script = office.open(width, height);
        for (name, keys) in [
            ("home", ""),
            ("customers", "g c"),
            ("customer", "enter"),
            ("board", "g b"),
            ("tasks", "g t"),
            ("help", "?"),
            ("history", "esc g z"),
            ("which-key", "n"),
        ] {
            if !keys.is_empty() {
                script.press(keys).unwrap();
            }
            insta::assert_snapshot!(format!("{name}-{width}x{height}"), script.snapshot());
        }
    }
}

/// Shows the screen of a failed story as a person would see it.
fn expect(script: &Script, text: &str) {
    assert!(script.text().contains(text), "`{text}` is not on the screen:\n{}", script.text());
}

fn expect_not(script: &Script, text: &str) {
    assert!(!script.text().contains(text), "`{text}` is on the screen:\n{}", script.text());
}

#[test]
fn a_customer_is_captured_found_and_taken_back() {
    let office = office();
    let mut script = office.open(80, 24);
    script.press("n c").unwrap();
    expect(&script, "New Customer");
    script.typed("Ital Motori Srl");
    script.press("ctrl-s").unwrap();
    expect(&script, "C-4 saved");
    script.press("ctrl-g").unwrap();
    script.typed("ital");
    expect(&script, "Ital Motori Srl");
    script.press("enter").unwrap();
    expect(&script, "Customers › Ital Motori Srl  C-4");
    script.press("esc u").unwrap();
    expect(&script, "Taken back: new customer (C-4 Ital Motori Srl)");
    script.press("g c").unwrap();
    expect_not(&script, "Ital Motori");
}

#[test]
fn found_by_pinyin_initials_phone_and_a_typo() {
    let office = office();
    for (typed, found) in [
        ("abkj", "安邦科技有限公司"),
        ("711 555 010", "Müller Maschinenbau AG"),
        ("nordik pums", "Nordic Pumps Oy"),
        ("c-2", "安邦科技有限公司"),
    ] {
        let mut script = office.open(80, 24);
        script.press("ctrl-g").unwrap();
        script.typed(typed);
        expect(&script, found);
    }
}

#[test]
fn a_call_is_logged_with_the_next_task() {
    let office = office();
    let mut script = office.open(80, 24);
    script.press("g c j enter l c").unwrap();
    expect(&script, "Log: Müller Maschinenbau AG");
    script.typed("Will order in December");
    script.press("ctrl-s").unwrap();
    expect(&script, "saved");
    script.press("shift-tab").unwrap();
    expect(&script, "Will order in December");
}

#[test]
fn a_card_is_moved_and_a_lost_deal_asks_for_the_reason() {
    let office = office();
    let mut script = office.open(120, 40);
    script.press("g b right L").unwrap();
    expect(&script, "D-1 is in Proposal now");
    script.press("M").unwrap();
    expect(&script, "Move to");
    script.typed("lost");
    script.press("enter").unwrap();
    expect(&script, "Lost because?");
    script.press("1").unwrap();
    expect(&script, "D-1 is in Lost now");
    let deal = script.session().get(&RecordRef::new("deal", RecordId(1))).unwrap();
    assert_eq!(deal.get("lost_reason"), &Value::from("price"));
    script.press("u u").unwrap();
    let deal = script.session().get(&RecordRef::new("deal", RecordId(1))).unwrap();
    assert_eq!(deal.get("stage"), &Value::from("qualification"));
}

#[test]
fn a_filter_narrows_while_typing_and_says_what_is_wrong_with_it() {
    let office = office();
    let mut script = office.open(80, 24);
    script.press("g d / ctrl-u").unwrap();
    script.typed("amount >= 50k EUR and stage = qual");
    script.press("tab").unwrap();
    expect(&script, "Three presses");
    expect_not(&script, "Spare pumps");
    script.press("enter").unwrap();
    expect(&script, "/ amount >= 50k EUR and stage = qualification");
    script.press("esc").unwrap();
    expect(&script, "Spare pumps");
    script.press("/").unwrap();
    script.typed("amonut > 3 ");
    expect(&script, "Did you mean amount?");
}

#[test]
fn marks_are_deleted_together_and_one_undo_brings_them_back() {
    let office = office();
    let mut script = office.open(80, 24);
    script.press("g c space space").unwrap();
    expect(&script, "2 marked");
    script.press("D").unwrap();
    expect(&script, "is deleted, can be restored");
    script.press("y").unwrap();
    expect(&script, "2 records: Delete");
    expect(&script, "1 of 1");
    script.press("T").unwrap();
    expect(&script, "1 of 2");
    script.press("T u").unwrap();
    expect(&script, "of 3");
}

#[test]
fn a_task_is_done_with_one_key() {
    let office = office();
    let mut script = office.open(80, 24);
    expect(&script, "Send the offer");
    script.press("x").unwrap();
    expect(&script, "T-1 done");
    expect_not(&script, "Send the offer");
    script.press("u").unwrap();
    expect(&script, "Send the offer");
}

#[test]
fn a_change_by_somebody_else_shows_and_a_conflict_loses_nothing() {
    let mut office = office();
    let mut script = office.open(80, 24);
    script.press("g c j e").unwrap();
    let other = Edit::update("customer", office.muller.id).typed("name", "Müller Gruppe AG");
    office.desk.session.save(vec![other], "edit").unwrap();
    script.press("end").unwrap();
    script.typed(" & Co");
    script.press("ctrl-s").unwrap();
    expect(&script, "changed C-1 meanwhile");
    expect(&script, "Müller Gruppe AG");
    expect(&script, "Müller Maschinenbau AG & Co");
    let mut script = office.open(80, 24);
    script.press("g c").unwrap();
    let other = Edit::update("customer", office.muller.id).typed("name", "Müller Holding");
    office.desk.session.save(vec![other], "edit").unwrap();
    script.changed();
    expect(&script, "Müller Holding");
}

#[test]
fn no_size_panics() {
    let office = office();
    let mut script = office.open(80, 24);
    for keys in ["g h", "g c", "enter", "tab tab", "g b", "g t", "?", "esc :", "esc g z", "n d"] {
        script.press(keys).unwrap();
        for (width, height) in
            (1..=60).step_by(7).flat_map(|width| (1..=25).step_by(3).map(move |h| (width, h)))
        {
            script.resize(width, height);
        }
        script.resize(20, 5);
        expect(&script, "too");
        script.resize(80, 24);
    }
}

#[test]
fn the_selected_row_is_marked_without_colour_and_in_ascii() {
    let office = office();
    let mut script = office.open_as(80, 24, "mono", ColourDepth::Mono, Lang::En);
    script.press("g c j space").unwrap();
    expect(&script, "▌  Nordic");
    expect(&script, " * Müller");
}

#[test]
fn chinese_has_no_english_left() {
    let office = office();
    let mut script = office.open_as(80, 24, "dark", ColourDepth::Palette, Lang::Zh);
    expect(&script, "我的一天");
    script.press("?").unwrap();
    expect(&script, "此处可用操作");
    for word in ["Edit", "Delete", "New", "Open"] {
        expect_not(&script, word);
    }
}

/// Hostile names (escape sequences, direction marks, zero-width runs) must not reach the terminal.
#[test]
fn hostile_names_do_nothing() {
    let Some(file) = common::shared("hostile.txt") else { return };
    let mut desk = desk();
    let text = String::from_utf8_lossy(&std::fs::read(file).unwrap()).into_owned();
    for line in text.lines().filter(|line| !line.trim().is_empty()).take(400) {
        let edit = Edit::create("customer").typed("name", line).typed("description", line);
        // What is refused as a name is refused; what is taken must be harmless.
        let _ = desk.session.save(vec![edit], "test");
    }
    let muller = RecordRef::new("customer", RecordId(1));
    let office = Office { desk, muller };
    let mut script = office.open(80, 24);
    script.press("g c").unwrap();
    for _ in 0..25 {
        script.press("pagedown enter").unwrap();
        let text = script.text();
        let bad = text.chars().find(|c| {
            (c.is_control() && *c != '\n')
                || ('\u{202a}'..='\u{202e}').contains(c)
                || *c == '\u{2066}'
        });
        assert_eq!(bad, None, "{text:?}");
        script.press("esc").unwrap();
    }
}

#[test]
fn a_move_of_the_selection_costs_few_bytes() {
    let office = office();
    for keys in ["g h", "g c", "g d", "g t"] {
        let mut script = office.open(80, 24);
        script.press(keys).unwrap();
        let mut emitter = kontor::host::emit::Emitter::default();
        emitter.frame(script.buffer(), script.seen().cursor);
        script.press("j").unwrap();
        let bytes = emitter.frame(script.buffer(), script.seen().cursor).len();
        assert!(bytes > 0 && bytes < 250, "{keys}: {bytes} bytes");
    }
}

/// An app without a host: its questions are answered when a test wants it.
fn bare_app(session: &Session) -> App {
    App::new(setup(session))
}

/// What such an app starts with.
fn setup(session: &Session) -> Setup {
    Setup {
        catalog: session.catalog().clone(),
        person: session.actor().person().clone(),
        moment: session.moment(),
        lang: Lang::En,
        theme: Theme::built_in("mono", ColourDepth::Mono),
        themes: Themes::shipped(),
        manners: Manners::default(),
        keymap: None,
        size: ratatui::layout::Size { width: 80, height: 24 },
        ascii: false,
        prefs: kontor::tui::Prefs::default(),
        instance: "test".into(),
        viewing: None,
    }
}

#[test]
fn waiting_is_said_after_a_moment_only() {
    use kontor::tui::message::Input;
    let office = office();
    let session = office.desk.gate.session(Via::Tui).unwrap();
    let mut app = bare_app(&session);
    assert!(!app.start(noon()).is_empty());
    let screen = |app: &App| {
        let area = ratatui::layout::Rect { x: 0, y: 0, width: 80, height: 24 };
        let mut buffer = ratatui::buffer::Buffer::empty(area);
        app.draw(area, &mut buffer);
        buffer.content().iter().map(|cell| cell.symbol().to_owned()).collect::<String>()
    };
    app.update(Input::Tick, noon() + TimeDelta::milliseconds(149));
    assert!(!screen(&app).contains("searching"));
    assert!(app.wakes_in(noon() + TimeDelta::milliseconds(149)).is_some());
    app.update(Input::Tick, noon() + TimeDelta::milliseconds(150));
    assert!(screen(&app).contains("searching…"));
}

#[test]
fn keys_wait_for_the_screen_they_are_about() {
    use kontor::tui::message::{Effect, Input};
    use kontor::tui::request::answer;
    let office = office();
    let mut session = office.desk.gate.session(Via::Tui).unwrap();
    let mut app = bare_app(&session);
    let mut effects = app.start(noon());
    // All keys come before the first answer.
    for key in "g d b right L L".parse::<kontor::action::Keys>().unwrap().0 {
        effects.extend(app.update(Input::Key(key), noon()));
    }
    while !effects.is_empty() {
        for effect in std::mem::take(&mut effects) {
            if let Effect::Ask(ticket, request) = effect {
                let reply = answer(&mut session, &request);
                effects.extend(app.update(Input::Answer(ticket, reply), noon()));
            }
        }
    }
    let deal = session.get(&RecordRef::new("deal", RecordId(1))).unwrap();
    assert_eq!(deal.get("stage"), &Value::from("negotiation"));
    // A screen that never answers does not shut the keyboard.
    for key in "g c q".parse::<kontor::action::Keys>().unwrap().0 {
        let done = app.update(Input::Key(key), noon());
        assert!(!done.iter().any(|effect| matches!(effect, Effect::Quit)));
    }
    let later = noon() + TimeDelta::seconds(2);
    let done = app.update(Input::Tick, later);
    assert!(done.iter().any(|effect| matches!(effect, Effect::Quit)));
}

#[test]
fn an_empty_list_says_where_mistakes_are_forgiven_and_shows_nobody_beside_it() {
    let office = office();
    let mut script = office.open(120, 40);
    script.press("g c j /").unwrap();
    script.typed("qqwxyz");
    expect(&script, "Ctrl-G searches everywhere");
    expect_not(&script, "Maschinenbau");
    script.press("ctrl-u").unwrap();
    script.typed("status = former");
    expect(&script, "Nothing fits.");
    expect_not(&script, "Ctrl-G searches");
}

#[test]
fn a_reason_that_no_longer_counts_is_not_in_the_summary() {
    let office = office();
    let mut script = office.open(80, 24);
    // The third deal is in negotiation: won for its quality, then lost after all.
    script.press("g d b right right right L 2").unwrap();
    script.press("L 2 enter").unwrap();
    expect(&script, "Lost because");
    expect_not(&script, "Won because");
}

#[test]
fn lists_sort_by_a_numbered_column_and_what_is_seen_can_be_copied() {
    let office = office();
    let mut script = office.open(80, 24);
    script.press("g d S").unwrap();
    expect(&script, "Sort by");
    script.press("1").unwrap();
    expect(&script, "Name ↑");
    script.press("S 1").unwrap();
    expect(&script, "Name ↓");
    script.press("g g Y").unwrap();
    assert_eq!(script.copied.as_deref(), Some("D-1"));
    script.press("g c j y").unwrap();
    expect(&script, "+49 711 555 010");
    script.typed("phones");
    script.press("enter").unwrap();
    assert_eq!(script.copied.as_deref(), Some("+49711555010"));
}

#[test]
fn history_takes_back_any_change_and_q_leaves() {
    let office = office();
    let mut script = office.open(80, 24);
    script.press("n c").unwrap();
    script.typed("Ital Motori Srl");
    script.press("ctrl-s g z").unwrap();
    expect(&script, "new customer");
    script.press("u").unwrap();
    expect(&script, "Taken back: new customer");
    expect(&script, "taken back");
    script.press("q").unwrap();
    assert!(script.quit);
}

#[test]
fn an_unsaved_form_is_not_lost_by_one_key() {
    let office = office();
    let mut script = office.open(80, 24);
    script.press("n c").unwrap();
    script.typed("Half typed");
    script.press("esc").unwrap();
    expect(&script, "unsaved changes");
    script.press("esc").unwrap();
    expect(&script, "Half typed");
}

#[test]
fn a_customers_task_is_done_from_the_customer() {
    let office = office();
    let mut script = office.open(80, 24);
    script.press("g c j enter").unwrap();
    for _ in 0..6 {
        if script.text().contains("Send the offer") {
            break;
        }
        script.press("tab").unwrap();
    }
    script.press("x").unwrap();
    expect(&script, "T-1 done");
}

#[test]
fn history_puts_the_values_from_before_a_change_back() {
    let mut office = office();
    let rename = Edit::update("customer", office.muller.id).typed("name", "Typo AG");
    office.desk.session.save(vec![rename], "renamed").unwrap();
    let mut script = office.open(80, 24);
    script.press("g z R").unwrap();
    expect(&script, "The values from before are back.");
    let muller = office.desk.session.get(&office.muller).unwrap();
    assert_eq!(muller.get("name"), &Value::from("Müller Maschinenbau AG"));
    // Of a creation there is nothing before.
    script.press("G R").unwrap();
    expect(&script, "Only a change of fields");
}

/// On the tab of changes it is the change under the cursor, as in the list of changes.
#[test]
fn the_changes_of_a_record_are_taken_back_and_put_back_on_its_screen() {
    let mut office = office();
    let muller = office.muller.clone();
    for name in ["First AG", "Second AG"] {
        let rename = Edit::update("customer", muller.id).typed("name", name);
        office.desk.session.save(vec![rename], "renamed").unwrap();
    }
    // Something newer, elsewhere, that must stay.
    let other = RecordRef::new("customer", RecordId(3));
    let rename = Edit::update("customer", other.id).typed("name", "Elsewhere");
    office.desk.session.save(vec![rename], "renamed").unwrap();
    let name = |office: &mut Office, of: &RecordRef| {
        office.desk.session.refresh().unwrap();
        office.desk.session.get(of).unwrap().get("name").clone()
    };
    let mut script = office.open(80, 24);
    script.press("g c /").unwrap();
    script.typed("Second");
    // The tab of changes is the last one.
    script.press("enter enter shift-tab shift-tab").unwrap();
    // Below the newest: what the name was before it.
    script.press("down R").unwrap();
    expect(&script, "The values from before are back.");
    assert_eq!(name(&mut office, &muller), Value::from("Müller Maschinenbau AG"));
    script.press("home u").unwrap();
    expect(&script, "Taken back");
    assert_eq!(name(&mut office, &muller), Value::from("Second AG"));
    assert_eq!(name(&mut office, &other), Value::from("Elsewhere"));
}
