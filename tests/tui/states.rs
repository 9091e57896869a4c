//! What stands on each screen where its content would be: nothing yet, still awaited, not to be had, not
//! allowed.
//!
//! The way to a screen is answered as usual, its last step as the state wants. Start at [`PLACES`].

use super::*;
use chrono::{DateTime, Utc};
use kontor::gate::GateError;
use kontor::model::Phrase;
use kontor::policy::{Need, Refusal, Right};
use kontor::tui::message::{Effect, Input};
use kontor::tui::request::answer;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// How the questions of a screen go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// The file holds nothing.
    Empty,
    /// No answer comes.
    Loading,
    /// The file cannot be read.
    Failed,
    /// The person may not see it.
    Denied,
}

/// Screens and overlays that show data: the way there, and the keys that ask for it.
const PLACES: &[(&str, &str, &str)] = &[
    ("home", "", ""),
    ("list", "", "g c"),
    ("list-grouped", "", "g d w g down enter"),
    ("list-filtered", "g c", "/ 'zzzz' enter"),
    ("board", "", "g b"),
    ("detail", "g c down", "enter"),
    ("detail-related", "g c down enter", "tab"),
    ("agenda", "", "g s"),
    ("week", "", "g s tab"),
    ("month", "", "g s tab tab"),
    ("reports", "", "g r"),
    ("history", "", "g z"),
    ("audit", "", "g A"),
    ("audit-unusual", "", "g A tab"),
    ("duplicates", "g c", "g w"),
    ("quality", "", "g Q"),
    ("record-history", "g c down", "h"),
    ("undo", "", "U"),
    ("form", "g c down", "e"),
    ("form-pick", "n d tab", "'mull'"),
    ("palette", ":", "'mull'"),
    ("find", "", "ctrl-g 'mull'"),
    ("capture", "", "; 'call muller'"),
    ("drafts", "", "n r"),
    ("review", "g d space space M down", "enter"),
    ("copy", "g c down", "y"),
    ("manual", "", "f1 / 'qqqq'"),
];

/// An app whose questions are answered as a test wants.
struct Stage {
    app: App,
    session: Session,
    state: Option<State>,
    now: DateTime<Utc>,
}

impl Stage {
    fn new(session: Session, lang: Lang, state: Option<State>) -> Self {
        let mut setup = setup(&session);
        setup.lang = lang;
        setup.theme = Theme::built_in("dark", ColourDepth::Palette);
        let mut stage = Self { app: App::new(setup), session, state, now: noon() };
        let effects = stage.app.start(stage.now);
        stage.carry_out(effects);
        stage
    }

    fn press(&mut self, keys: &str) {
        for (n, part) in keys.split('\'').enumerate() {
            if n % 2 == 1 {
                for letter in part.chars() {
                    self.feed(Input::Key(kontor::action::Key::char(letter)));
                }
                continue;
            }
            for key in part.parse::<kontor::action::Keys>().unwrap_or_default().0 {
                self.feed(Input::Key(key));
            }
        }
    }

    fn feed(&mut self, input: Input) {
        let effects = self.app.update(input, self.now);
        self.carry_out(effects);
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        let mut waiting = std::collections::VecDeque::from(effects);
        while let Some(effect) = waiting.pop_front() {
            let Effect::Ask(ticket, request) = effect else { continue };
            let reply = match self.state {
                Some(State::Loading) => continue,
                Some(State::Failed) => Err(GateError::File {
                    path: "/srv/team.db".into(),
                    what: Phrase::raw("the disk does not answer"),
                    hint: None,
                }),
                Some(State::Denied) => Err(GateError::Denied(Refusal::of(Need::Entity(
                    Right::Read,
                    kontor::model::Name::from("customer"),
                )))),
                Some(State::Empty) | None => answer(&mut self.session, &request),
            };
            waiting.extend(self.app.update(Input::Answer(ticket, reply), self.now));
        }
    }

    /// A moment later.
    fn text(&mut self) -> String {
        self.now += TimeDelta::milliseconds(150);
        self.feed(Input::Tick);
        let size = self.app.size();
        let area = Rect { x: 0, y: 0, width: size.width, height: size.height };
        let mut buffer = Buffer::empty(area);
        self.app.draw(area, &mut buffer);
        kontor::host::scripted::text_of(&buffer)
    }
}

fn shown(office: &Office, lang: Lang, state: State, (way, asks): (&str, &str)) -> String {
    let session = office.desk.gate.session(Via::Tui).unwrap();
    let first = (way.is_empty() && asks.is_empty()).then_some(state);
    let mut stage = Stage::new(session, lang, first);
    stage.press(way);
    stage.state = Some(state);
    stage.press(asks);
    stage.text()
}

#[test]
fn what_could_not_be_shown_is_asked_for_again() {
    let office = office();
    for state in [State::Failed, State::Denied] {
        for (name, way, asks) in PLACES {
            let session = office.desk.gate.session(Via::Tui).unwrap();
            let first = (way.is_empty() && asks.is_empty()).then_some(state);
            let mut stage = Stage::new(session, Lang::En, first);
            stage.press(way);
            stage.state = Some(state);
            stage.press(asks);
            let trouble = |text: &str| text.contains("! /srv") || text.contains("You lack");
            let told = |text: &str| {
                text.contains("! This cannot be shown") || text.contains("! Not allowed")
            };
            // What asks for nothing, and what says it on the line above the footer.
            if ["manual", "form-pick"].contains(name) {
                continue;
            }
            let text = stage.text();
            assert!(told(&text) || trouble(&text), "{state:?} {name}:\n{text}");
            if *name == "home" {
                assert!(text.contains("? more"), "something unseen has the keys:\n{text}");
            }
            assert!(!text.contains("Nothing to show"), "{state:?} {name}:\n{text}");
            assert!(!text.contains("nothing matches"), "{state:?} {name}:\n{text}");
            stage.state = None;
            stage.press("ctrl-l");
            let text = stage.text();
            assert!(!told(&text) && !trouble(&text), "{state:?} {name}, again:\n{text}");
        }
    }
}

#[test]
fn every_screen_says_how_it_stands() {
    let full = office();
    let empty = Office { desk: desk(), muller: RecordRef::new("customer", RecordId(1)) };
    for (lang, code) in [(Lang::En, "en"), (Lang::Zh, "zh")] {
        for state in [State::Empty, State::Loading, State::Failed, State::Denied] {
            let office = if state == State::Empty { &empty } else { &full };
            let mut all = String::new();
            for (name, way, asks) in PLACES {
                all.push_str(&format!("== {name}\n{}\n", shown(office, lang, state, (way, asks))));
            }
            let name = format!("states-{state:?}-{code}").to_lowercase();
            insta::with_settings!({
                snapshot_path => "snapshots/screens",
                prepend_module_to_snapshot => false,
                omit_expression => true,
            }, { insta::assert_snapshot!(name, all) });
        }
    }
}
