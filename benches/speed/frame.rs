//! How long a frame takes and how many bytes a move of the cursor sends.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use kontor::action::{Key, Keys};
use kontor::gate::Session;
use kontor::host::emit::Emitter;
use kontor::model::Lang;
use kontor::term::ColourDepth;
use kontor::tui::context::{Manners, Setup};
use kontor::tui::message::{Effect, Input};
use kontor::tui::request::answer;
use kontor::tui::theme::Themes;
use kontor::tui::{App, Theme};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};

use super::Bench;
use super::data;
use super::lists::SMALL;
use super::table::{median, quantile, time};

const FRAMES: usize = 300;

pub fn run(bench: &mut Bench) {
    let path = data::database(bench, SMALL);
    for (what, keys) in [("list", "g c"), ("record", "g c enter"), ("my day", "")] {
        let mut user = User::new(data::session(&path), 200, 50);
        user.press(keys);
        let mut terminal = Terminal::new(TestBackend::new(200, 50)).unwrap();
        let mut took = Vec::new();
        for _ in 0..FRAMES {
            let began = Instant::now();
            terminal
                .draw(|frame| {
                    user.app.view(frame);
                })
                .unwrap();
            took.push(began.elapsed());
        }
        bench.table.must(
            &format!("one frame, {what}"),
            "200x50",
            &format!("{} (p99 {})", time(median(&took)), time(quantile(&took, 0.99))),
            "< 1 ms",
            median(&took) < Duration::from_millis(1),
        );
    }
    let mut user = User::new(data::session(&path), 80, 24);
    user.press("g c");
    let mut emitter = Emitter::default();
    let mut draw = |user: &User| {
        let mut frame = Buffer::empty(Rect { x: 0, y: 0, width: 80, height: 24 });
        let seen = user.app.draw(frame.area, &mut frame);
        emitter.frame(&frame, seen.cursor).len()
    };
    let whole = draw(&user);
    let mut most = 0;
    for key in ["down"; 15].into_iter().chain(["up"; 15]) {
        user.press(key);
        most = most.max(draw(&user));
    }
    bench.table.told("first frame", "80x24", &format!("{whole} bytes"));
    bench.table.must(
        "cursor moves one row",
        "80x24",
        &format!("{most} bytes at most"),
        "< 400 bytes",
        most < 400,
    );
}

/// Somebody at the screens, every question answered at once.
struct User {
    app: App,
    session: Session,
}

impl User {
    fn new(session: Session, width: u16, height: u16) -> Self {
        let app = App::new(Setup {
            catalog: session.catalog().clone(),
            person: session.actor().person().clone(),
            moment: session.moment(),
            lang: Lang::En,
            theme: Theme::built_in("dark", ColourDepth::True),
            themes: Themes::shipped(),
            manners: Manners::default(),
            keymap: None,
            size: Size { width, height },
            ascii: false,
            prefs: kontor::tui::Prefs::default(),
            instance: "test".into(),
            viewing: None,
        });
        let mut user = Self { app, session };
        let now = user.session.moment().now;
        let effects = user.app.start(now);
        user.carry_out(effects);
        user
    }

    fn press(&mut self, keys: &str) {
        if keys.is_empty() {
            return;
        }
        for key in keys.parse::<Keys>().unwrap().0 {
            self.key(key);
        }
    }

    fn key(&mut self, key: Key) {
        let now = self.session.moment().now;
        let effects = self.app.update(Input::Key(key), now);
        self.carry_out(effects);
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        let now = self.session.moment().now;
        let mut waiting = VecDeque::from(effects);
        while let Some(effect) = waiting.pop_front() {
            if let Effect::Ask(ticket, request) = effect {
                let answer = answer(&mut self.session, &request);
                waiting.extend(self.app.update(Input::Answer(ticket, answer), now));
            }
        }
    }
}
