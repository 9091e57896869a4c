//! Drives the screens for tests: keys in text notation in, cells out, every question answered at once.
//!
//! Time stands still until [`Script::wait`] moves it, and no file is written but in a folder of its own
//! ([`Script::folder`]). Start at [`Script::press`].

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::io;
use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect, Size};
use ratatui::style::Style;

use super::files::{Reach, answer};
use super::system::{OsEntropy, instance};
use crate::action::{Key, KeyError, Keymap, Keys};
use crate::exchange::read::Inside;
use crate::gate::{GateError, Session};
use crate::tui::context::{Manners, Setup};
use crate::tui::message::{Effect, Input, Mouse, Turn};
use crate::tui::pair::{Pair, Side, Wanted};
use crate::tui::request::{Answer, Request, To};
use crate::tui::theme::Themes;
use crate::tui::tutor::{Tutor, lesson::Lesson};
use crate::tui::{App, Prefs, Seen, Theme, request};

/// A user at a terminal that is not there.
pub struct Script {
    pair: Pair,
    session: Session,
    /// While one looks as another user: the session of that.
    view: Option<(Side, Session)>,
    screen: Screen,
    manners: Manners,
    keymap: Option<Keymap>,
    buffer: Buffer,
    now: DateTime<Utc>,
    seen: Seen,
    /// What was copied last.
    pub copied: Option<String>,
    /// Whether the terminal is to tell of the mouse.
    pub has_mouse: bool,
    /// What was handed to an editor last.
    pub in_editor: Option<String>,
    /// Links that were handed to the desktop.
    pub opened: Vec<String>,
    /// What rang: whether the bell, and the text of the notification.
    pub rung: Vec<(bool, Option<String>)>,
    /// The app wanted to leave.
    pub quit: bool,
    /// So many more questions that write are answered; all that come after them wait.
    patience: Option<usize>,
    held: VecDeque<(Side, Effect)>,
    /// Where files are written, once one is.
    folder: Option<tempfile::TempDir>,
}

/// What the terminal of a script is like.
#[derive(Debug, Clone)]
pub struct Screen {
    /// Columns.
    pub width: u16,
    /// Rows.
    pub height: u16,
    /// The theme.
    pub theme: Theme,
    /// The language.
    pub lang: crate::model::Lang,
    /// Only ASCII in our own lines and markers.
    pub ascii: bool,
}

impl Script {
    /// Opens the app on a session.
    #[must_use]
    pub fn start(session: Session, screen: &Screen) -> Self {
        Self::open(session, screen, Manners::default(), None, None)
    }

    /// As [`Script::start`], for somebody with keys of their own.
    #[must_use]
    pub fn start_with_keys(session: Session, screen: &Screen, keymap: Keymap) -> Self {
        Self::open(session, screen, Manners::default(), None, Some(keymap))
    }

    /// As [`Script::start`], on a terminal with manners of its own.
    #[must_use]
    pub fn start_with(session: Session, screen: &Screen, manners: Manners) -> Self {
        Self::open(session, screen, manners, None, None)
    }

    /// Opens the app with the tutor.
    #[must_use]
    pub fn start_tutor(session: Session, screen: &Screen, lesson: Lesson) -> Self {
        Self::open(session, screen, Manners::default(), Some(lesson), None)
    }

    fn open(
        mut session: Session,
        screen: &Screen,
        manners: Manners,
        lesson: Option<Lesson>,
        keymap: Option<Keymap>,
    ) -> Self {
        let size = Size { width: screen.width, height: screen.height };
        let setup = setup(&mut session, screen, size, &manners, keymap.clone());
        let now = setup.moment.now;
        let mut app = App::new(setup);
        if let Some(lesson) = lesson {
            app = app.with_tutor(Tutor::new(lesson));
        }
        let mut script = Self {
            pair: Pair::new(app),
            session,
            view: None,
            screen: screen.clone(),
            manners,
            keymap,
            buffer: Buffer::default(),
            now,
            seen: Seen::default(),
            copied: None,
            has_mouse: false,
            in_editor: None,
            opened: Vec::new(),
            rung: Vec::new(),
            quit: false,
            patience: None,
            held: VecDeque::new(),
            folder: None,
        };
        let effects = script.pair.start(now);
        script.carry_out(effects);
        script.draw();
        script
    }

    /// Presses keys, one after the other: `n c`, `ctrl-s`, `down down enter`.
    ///
    /// # Errors
    /// The first word that is no key.
    pub fn press(&mut self, keys: &str) -> Result<(), KeyError> {
        for key in keys.parse::<Keys>()?.0 {
            self.feed(Input::Key(key));
        }
        // Whoever stops in the middle of several keys sees what may follow.
        if let Some(at) = self.pair.top().popup_at() {
            self.wait(at - self.now);
        }
        Ok(())
    }

    /// Types text, character by character.
    pub fn typed(&mut self, text: &str) {
        for c in text.chars() {
            self.feed(Input::Key(Key::char(c)));
        }
    }

    /// Pastes text.
    pub fn paste(&mut self, text: &str) {
        self.feed(Input::Paste(text.to_owned()));
    }

    /// Clicks the cell that shows the beginning of `text`, the uppermost one; false where it is not shown.
    pub fn click(&mut self, text: &str) -> bool {
        let lines = self.text();
        for (y, line) in lines.lines().enumerate() {
            if let Some(at) = line.find(text) {
                let x = crate::term::width(&line[..at]);
                self.mouse(Turn::Press, x as u16, y as u16);
                return true;
            }
        }
        false
    }

    /// Presses the mouse, or turns its wheel.
    pub fn mouse(&mut self, turn: Turn, x: u16, y: u16) {
        self.feed(Input::Mouse(Mouse { turn, x, y }));
    }

    /// Gives the screen another size.
    pub fn resize(&mut self, width: u16, height: u16) {
        self.feed(Input::Resize(width, height));
    }

    /// Lets time pass.
    pub fn wait(&mut self, time: TimeDelta) {
        self.now += time;
        self.feed(Input::Tick);
    }

    /// The terminal goes away: a lost link, a signal.
    pub fn ends(&mut self) {
        self.feed(Input::End);
    }

    /// The text editor is left with this text.
    pub fn edited(&mut self, text: &str) {
        self.feed(Input::Edited(Some(text.to_owned())));
    }

    /// A slow file: so many more questions that write are answered, what is asked after them waits
    /// for [`Script::answer_all`].
    pub fn answer_only(&mut self, writes: usize) {
        self.patience = Some(writes);
    }

    /// Answers what waits, and all from now on.
    pub fn answer_all(&mut self) {
        self.patience = None;
        let held = std::mem::take(&mut self.held);
        self.carry_out(held.into());
        self.draw();
    }

    /// The desktop could not open a link.
    pub fn not_opened(&mut self, link: crate::term::Outlink) {
        self.feed(Input::NotOpened(link));
    }

    /// Tells the app that somebody else wrote.
    pub fn changed(&mut self) {
        let view = self.view.as_mut().map(|(side, session)| (*side, news(session)));
        let mut all = vec![(Side::Own, news(&mut self.session))];
        all.extend(view);
        for (side, input) in all {
            let effects = self.pair.heard(side, input, self.now);
            self.carry_out(effects);
        }
        self.draw();
    }

    /// The app, to draw it elsewhere.
    #[must_use]
    pub fn app(&self) -> &App {
        self.pair.top()
    }

    /// The session of the view, while one looks as another user.
    pub fn view_session(&mut self) -> Option<&mut Session> {
        self.view.as_mut().map(|(_, session)| session)
    }

    /// The session, to look at what was written.
    pub fn session(&mut self) -> &mut Session {
        &mut self.session
    }

    /// The folder that files are written into, and the only one; it goes with the script.
    ///
    /// # Errors
    /// Where it cannot be made.
    pub fn folder(&mut self) -> io::Result<&Path> {
        let made = match self.folder.take() {
            Some(made) => made,
            None => tempfile::tempdir()?,
        };
        Ok(self.folder.insert(made).path())
    }

    fn feed(&mut self, input: Input) {
        let effects = self.pair.typed(input, self.now);
        self.carry_out(effects);
        self.draw();
    }

    /// Lays the screens of a session that sees the file as another user over one's own.
    fn look(&mut self, mut session: Session) -> Wanted {
        let size = self.pair.top().size();
        let keymap = self.keymap.clone();
        let setup = setup(&mut session, &self.screen, size, &self.manners, keymap);
        let (side, effects) = self.pair.show(setup, self.now);
        self.view = Some((side, session));
        effects
    }

    fn carry_out(&mut self, effects: Wanted) {
        let mut waiting = VecDeque::from(effects);
        while let Some((side, effect)) = waiting.pop_front() {
            match effect {
                held @ Effect::Ask(..) if self.patience == Some(0) => {
                    self.held.push_back((side, held));
                }
                Effect::View(view) => {
                    let effects = self.look(view.0);
                    waiting.extend(effects);
                }
                Effect::EndView(how) => {
                    if self.view.take_if(|(known, _)| *known == side).is_some() {
                        waiting.extend(self.pair.end(how, self.now));
                    }
                }
                Effect::Ask(ticket, request) => {
                    if let Some(left) = self.patience.as_mut().filter(|_| request.writes()) {
                        *left -= 1;
                    }
                    if let Some(answer) = self.answer(side, &request) {
                        let heard = Input::Answer(ticket, answer);
                        waiting.extend(self.pair.heard(side, heard, self.now));
                    }
                }
                Effect::Mouse(on) => self.has_mouse = on,
                Effect::Copy(text) => self.copied = Some(text),
                Effect::Editor(text) | Effect::Rows(text) => self.in_editor = Some(text),
                Effect::Open(link) => self.opened.push(link.as_str().to_owned()),
                Effect::Ring { bell, text } => self.rung.push((bell, text)),
                Effect::Quit => self.quit = true,
                Effect::Suspend | Effect::Redraw => {}
            }
        }
    }

    /// The answer of the session of that side; none of a view that has ended.
    fn answer(&mut self, side: Side, request: &Request) -> Option<Answer> {
        let to_file = matches!(
            request,
            Request::Export { to: To::File { .. }, .. }
                | Request::ExportReport { to: To::File { .. }, .. }
        ) || matches!(request, Request::Import(import) if import.opens_files());
        if to_file && let Err(error) = self.folder() {
            return Some(Err(GateError::Internal(error.to_string())));
        }
        // Without a folder there is nothing that could be written.
        let folder = self.folder.as_ref().map_or(Path::new(""), tempfile::TempDir::path);
        let session = match &mut self.view {
            _ if side == Side::Own => &mut self.session,
            Some((known, session)) if *known == side => session,
            _ => return None,
        };
        Some(answer(session, request, Reach::Within(folder), &Inside))
    }

    fn draw(&mut self) {
        let Size { width, height } = self.pair.top().size();
        self.buffer = Buffer::empty(Rect { x: 0, y: 0, width, height });
        self.seen = self.pair.top().draw(self.buffer.area, &mut self.buffer);
    }

    /// Where the cursor is and what can be pointed at.
    #[must_use]
    pub fn seen(&self) -> &Seen {
        &self.seen
    }

    /// The cells.
    #[must_use]
    pub fn buffer(&self) -> &Buffer {
        &self.buffer
    }

    /// The screen as text, one line a row, without spaces at the end.
    #[must_use]
    pub fn text(&self) -> String {
        text_of(self.buffer())
    }

    /// The screen as text, then the places where the style is another than the usual one, and the
    /// cursor: what snapshots hold.
    #[must_use]
    pub fn snapshot(&self) -> String {
        let mut out = self.text();
        let buffer = self.buffer();
        for y in 0..buffer.area.height {
            let mut runs: Vec<(u16, u16, Style)> = Vec::new();
            for x in 0..buffer.area.width {
                let style = buffer[(x, y)].style();
                match runs.last_mut() {
                    Some((_, end, last)) if *last == style => *end = x,
                    _ => runs.push((x, x, style)),
                }
            }
            let usual = Style::reset();
            let mut line = String::new();
            for (from, to, style) in runs.into_iter().filter(|(_, _, style)| !plain(*style, usual))
            {
                // Writing into a String cannot fail.
                let _ = write!(line, " {from}-{to} {}", word(style));
            }
            if !line.is_empty() {
                let _ = writeln!(out, "{y:>3}:{line}");
            }
        }
        if let Some(Position { x, y }) = self.seen.cursor {
            let _ = writeln!(out, "cursor: {x},{y}");
        }
        out
    }
}

fn setup(
    session: &mut Session,
    screen: &Screen,
    size: Size,
    manners: &Manners,
    keymap: Option<Keymap>,
) -> Setup {
    let prefs = Prefs::of(session.kept("").unwrap_or_default());
    request::go_by(session, &prefs);
    let mut manners = manners.clone();
    let viewing = session.viewed_as();
    if viewing.is_some() {
        (manners.has_password, manners.lock_after) = (false, None);
    }
    Setup {
        catalog: session.catalog().clone(),
        person: session.actor().person().clone(),
        moment: session.moment(),
        lang: screen.lang,
        theme: screen.theme.clone(),
        themes: Themes::shipped(),
        manners,
        keymap,
        size,
        ascii: screen.ascii,
        prefs,
        instance: instance(&OsEntropy),
        viewing,
    }
}

/// What a session has to tell of what others did.
fn news(session: &mut Session) -> Input {
    let before = Arc::clone(session.catalog());
    match session.refresh() {
        Err(error @ (GateError::SignedOut { .. } | GateError::SignIn(_))) => Input::Failed(error),
        _ => {
            let now = session.catalog();
            Input::Changed((!Arc::ptr_eq(&before, now)).then(|| Arc::clone(now)))
        }
    }
}

/// The cells as text, one line a row, without spaces at the end.
#[must_use]
pub fn text_of(buffer: &Buffer) -> String {
    let mut out = String::new();
    for y in 0..buffer.area.height {
        let mut line = String::new();
        let mut skip = 0;
        for x in 0..buffer.area.width {
            let symbol = buffer[(x, y)].symbol();
            if skip > 0 {
                skip -= 1;
                continue;
            }
            line.push_str(symbol);
            skip = crate::term::width(symbol).saturating_sub(1);
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

fn plain(style: Style, usual: Style) -> bool {
    let reset = |color: Option<ratatui::style::Color>| {
        color.is_none_or(|color| color == ratatui::style::Color::Reset)
    };
    reset(style.fg) && reset(style.bg) && style.add_modifier == usual.add_modifier
}

/// A style in a word: `110`, `on 237 bold`.
fn word(style: Style) -> String {
    let mut words = Vec::new();
    let color = |color: Option<ratatui::style::Color>| {
        color.filter(|color| *color != ratatui::style::Color::Reset)
    };
    words.extend(color(style.fg).map(|color| color.to_string()));
    words.extend(color(style.bg).map(|color| format!("on {color}")));
    if !style.add_modifier.is_empty() {
        words.push(format!("{:?}", style.add_modifier).to_lowercase());
    }
    words.join(" ")
}
