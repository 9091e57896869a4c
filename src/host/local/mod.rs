//! The terminal this process runs in: raw mode and back, keys, signals, the user's editor.
//!
//! Whatever happens (quit, error, panic, SIGTERM, SIGHUP) the terminal is given back as it was. Start at
//! [`run`].

mod editor;
mod entrance;
mod events;
mod opener;
mod terminal;

use std::io::Write;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};

pub use self::entrance::Opening;
use self::events::{Events, Wake};
use self::terminal::Held;
use super::apart::Process;
use super::emit::Emitter;
use super::files::Reach;
use super::system::{OsEntropy, instance};
use super::worker::Worker;
use crate::action::{Keymap, KeymapError, Table};
use crate::cli::Served;
use crate::gate::{Gate, GateError, Session, Tongue, Via};
use crate::model::{Clock, Lang, Phrase, RecordId, phrase};
use crate::policy::Person;
use crate::query::Moment;
use crate::term::{self, ColourDepth};
use crate::tui::context::{Context, Manners, Setup};
use crate::tui::message::{Effect, Input, Ticket};
use crate::tui::pair::{Pair, Side, Wanted};
use crate::tui::request::Request;
use crate::tui::theme::{ThemeError, Themes};
use crate::tui::tutor::{Tutor, lesson::Lesson};
use crate::tui::{App, Prefs, request};

/// Inputs taken in before a frame is drawn: the newest frame wins, but there is one.
const BATCH: usize = 256;

/// How long a frame waits for the answers it is about: too short to be seen, long enough for most, and
/// over a slow link a frame less.
const SETTLE: Duration = Duration::from_millis(25);

/// How the screens are to look and behave.
pub struct Options {
    /// The name of the theme.
    pub theme: String,
    /// The themes there are.
    pub themes: Themes,
    /// How the terminal is dealt with.
    pub manners: Manners,
    /// How many colours the terminal has.
    pub depth: ColourDepth,
    /// The language.
    pub lang: Lang,
    /// Who said so: what nobody said, the person's own record does.
    pub tongue: Tongue,
    /// Only ASCII in our own lines and markers.
    pub ascii: bool,
    /// A keymap of the user's own: the name of the file and its text.
    pub keymap: Option<(String, String)>,
    /// The notification that the terminal takes.
    pub notify: Option<term::Notify>,
    /// The command that edits long texts: `vim`, `code --wait`.
    pub editor: Option<String>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// With the tutor in a panel below.
    pub tutor: bool,
    /// For somebody outside; for the owner of the file without.
    pub served: Option<Served>,
    /// The login of the user as whom to look.
    pub view_as: Option<String>,
}

/// Why the screens could not be shown.
#[derive(Debug, thiserror::Error)]
pub enum LocalError {
    /// The file cannot be used.
    #[error(transparent)]
    Gate(#[from] GateError),
    /// The terminal does not do what it must.
    #[error("the terminal does not answer: {0}")]
    Terminal(#[from] std::io::Error),
    /// The user's keymap is wrong.
    #[error(transparent)]
    Keymap(#[from] KeymapError),
    /// The user's theme is wrong.
    #[error(transparent)]
    Theme(#[from] ThemeError),
}

impl LocalError {
    /// Why, for people.
    #[must_use]
    pub fn phrase(&self) -> Phrase {
        match self {
            Self::Gate(error) => error.phrase(),
            Self::Terminal(error) => {
                phrase!("the terminal does not answer: {error}", error = Phrase::io(error))
            }
            Self::Keymap(error) => error.phrase(),
            Self::Theme(error) => error.phrase(),
        }
    }
}

/// Shows the screens on the terminal until the user leaves.
///
/// # Errors
/// A file, keymap or theme that cannot be used, found before the terminal is touched; a terminal that
/// breaks.
pub fn run<W: Write>(
    gate: &Gate,
    opening: Opening<'_>,
    options: &Options,
    mut out: W,
) -> Result<(), LocalError> {
    let (send, inbox) = mpsc::channel();
    let (mut session, taken) = match opening {
        Opening::Session(session) => (*session, None),
        Opening::SignIn(way) => {
            let ctx = Context::new(stranger(options)?);
            let taken = (Held::take()?, Events::start(&send)?);
            match entrance::ask(way, ctx, &inbox, &mut out)? {
                Some(session) => (session, Some(taken)),
                None => return Ok(()),
            }
        }
    };
    let keymap = own_keys(&session, options)?;
    let setup = setup(&session, options, keymap.clone())?;
    request::go_by(&mut session, &setup.prefs);
    let look = options.view_as.as_ref().map(|login| session.view_as_login(login)).transpose()?;
    warm_up(gate);

    let (held, events) = match taken {
        Some(taken) => taken,
        None => (Held::take()?, Events::start(&send)?),
    };
    let worker = work(session, options, Side::Own, &send);
    let mut app = App::new(setup);
    if options.tutor {
        app = app.with_tutor(Tutor::new(Lesson::shipped()));
    }
    let mut host = Host {
        pair: Pair::new(app),
        emitter: Emitter::default(),
        out,
        worker,
        view: None,
        events,
        inbox,
        to_inbox: send,
        options,
        keymap,
        held,
        mouse: false,
    };
    let outcome = host.run(look);
    // The worker may still write what was asked for; the terminal comes back before that.
    host.held.give_back();
    outcome
}

/// The thread of a session, which answers to the screens of one side.
fn work(session: Session, options: &Options, side: Side, send: &Sender<Wake>) -> Worker {
    let reach = if options.served.is_some() { Reach::Nowhere } else { Reach::Anywhere };
    let send = send.clone();
    let apart = Process::of(std::env::current_exe().ok());
    Worker::start(session, reach, apart, move |input| send.send(Wake::Heard(side, input)).is_ok())
}

/// The user's own keys, where they are not the shipped ones.
fn own_keys(session: &Session, options: &Options) -> Result<Option<Keymap>, LocalError> {
    let Some((file, text)) = &options.keymap else { return Ok(None) };
    let catalog = session.catalog();
    Ok(Some(Keymap::of_user(file, text, catalog, &Table::new(catalog))?))
}

fn setup(
    session: &Session,
    options: &Options,
    keymap: Option<Keymap>,
) -> Result<Setup, LocalError> {
    let theme = options.themes.load(&options.theme, options.depth)?;
    let mut manners = options.manners.clone().locking_within(session.catalog().company.lock_after);
    let viewing = session.viewed_as();
    manners.has_password = viewing.is_none() && session.way_in()?.password;
    // Of whoever looks as another their own screens lock.
    manners.lock_after = manners.lock_after.filter(|_| viewing.is_none());
    let (width, height) = crossterm::terminal::size()?;
    Ok(Setup {
        person: session.actor().person().clone(),
        moment: session.moment(),
        lang: session.usual_language(options.lang, options.tongue)?,
        theme,
        themes: options.themes.clone(),
        manners,
        keymap,
        size: Size { width, height },
        ascii: options.ascii,
        prefs: Prefs::of(session.kept("")?),
        instance: instance(&OsEntropy),
        viewing,
        catalog: Arc::clone(session.catalog()),
    })
}

/// What is known while nobody is in: nothing of the file.
fn stranger(options: &Options) -> Result<Setup, LocalError> {
    let catalog = crate::schema::load(None).map_err(GateError::Schema)?;
    let theme = options.themes.load(&options.theme, options.depth)?;
    let (width, height) = crossterm::terminal::size()?;
    Ok(Setup {
        person: Person {
            roles: Arc::default(),
            ..Person::administrator(RecordId(0), String::new())
        },
        moment: Moment {
            now: options.clock.now(),
            zone: chrono_tz::UTC,
            me: None,
            my_teams: Vec::new(),
            week: chrono::Weekday::Mon,
        },
        lang: options.lang,
        theme,
        themes: options.themes.clone(),
        manners: options.manners.clone(),
        keymap: None,
        size: Size { width, height },
        ascii: options.ascii,
        prefs: Prefs::of(Vec::new()),
        instance: instance(&OsEntropy),
        viewing: None,
        catalog: Arc::new(catalog),
    })
}

/// Loads the words that make search quick in a thread of its own; search works without, only slower.
fn warm_up(gate: &Gate) {
    let gate = gate.clone();
    std::thread::spawn(move || {
        if let Ok(session) = gate.session(Via::System) {
            let _ = session.warm_search();
        }
    });
}

struct Host<'o, W: Write> {
    pair: Pair,
    emitter: Emitter,
    out: W,
    worker: Worker,
    /// While one looks as another user: the session of that.
    view: Option<(Side, Worker)>,
    events: Events,
    inbox: Receiver<Wake>,
    to_inbox: Sender<Wake>,
    options: &'o Options,
    /// The user's own keys, where they are not the shipped ones.
    keymap: Option<Keymap>,
    held: Held,
    /// The terminal tells of the mouse.
    mouse: bool,
}

/// Whether to go on.
enum Flow {
    On,
    Leave,
}

impl<W: Write> Host<'_, W> {
    fn now(&self) -> DateTime<Utc> {
        self.options.clock.now()
    }

    /// The process works for somebody outside: it never gives the terminal away.
    fn is_served(&self) -> bool {
        self.options.served.is_some()
    }

    /// Runs until the user leaves; with a session of another's view its screens open first.
    fn run(&mut self, look: Option<Session>) -> Result<(), LocalError> {
        let effects = self.pair.start(self.now());
        if let Flow::Leave = self.carry_out(effects)? {
            return Ok(());
        }
        if let Some(session) = look {
            let effects = self.look(session)?;
            self.carry_out(effects)?;
        }
        if let Flow::Leave = self.settle()? {
            return Ok(());
        }
        self.draw()?;
        loop {
            let patience = self.pair.wakes_in(self.now()).unwrap_or(Duration::from_hours(1));
            let first = match self.inbox.recv_timeout(patience) {
                Ok(wake) => wake,
                Err(RecvTimeoutError::Timeout) => Wake::Input(Input::Tick),
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            };
            let mut wakes = vec![first];
            wakes.extend(self.inbox.try_iter().take(BATCH));
            for wake in wakes {
                if let Flow::Leave = self.take(wake)? {
                    return Ok(());
                }
            }
            if let Flow::Leave = self.settle()? {
                return Ok(());
            }
            self.draw()?;
        }
    }

    /// Takes what comes while the next frame would show that something is awaited.
    fn settle(&mut self) -> Result<Flow, LocalError> {
        let until = Instant::now() + SETTLE;
        while self.pair.top().awaits() {
            let left = until.saturating_duration_since(Instant::now());
            let Ok(wake) = self.inbox.recv_timeout(left) else { break };
            if let Flow::Leave = self.take(wake)? {
                return Ok(Flow::Leave);
            }
        }
        Ok(Flow::On)
    }

    fn take(&mut self, wake: Wake) -> Result<Flow, LocalError> {
        match wake {
            Wake::Input(input) => {
                let effects = self.pair.typed(input, self.now());
                self.carry_out(effects)
            }
            Wake::Heard(side, input) => {
                let effects = self.pair.heard(side, input, self.now());
                self.carry_out(effects)
            }
            Wake::Stop if self.is_served() => Ok(Flow::On),
            Wake::Stop => self.suspend().map(|()| Flow::On),
            Wake::End => {
                // Whatever is unsaved is kept; the worker writes it before it stops.
                let effects = self.pair.typed(Input::End, self.now());
                self.carry_out(effects)?;
                Ok(Flow::Leave)
            }
        }
    }

    /// Lays the screens of a session that sees the file as another user over one's own.
    fn look(&mut self, mut session: Session) -> Result<Wanted, LocalError> {
        let setup = setup(&session, self.options, self.keymap.clone())?;
        request::go_by(&mut session, &setup.prefs);
        let (side, effects) = self.pair.show(setup, self.now());
        self.view = Some((side, work(session, self.options, side, &self.to_inbox)));
        Ok(effects)
    }

    /// Hands a question to the session of the side that asks; of a view that is over it is nobody's.
    fn ask(&self, side: Side, ticket: Ticket, request: Request) {
        match &self.view {
            _ if side == Side::Own => self.worker.ask(ticket, request),
            Some((known, worker)) if *known == side => worker.ask(ticket, request),
            _ => {}
        }
    }

    fn carry_out(&mut self, effects: Wanted) -> Result<Flow, LocalError> {
        for (side, effect) in effects {
            match effect {
                Effect::Ask(ticket, request) => self.ask(side, ticket, request),
                Effect::View(view) => {
                    let effects = match self.look(view.0) {
                        Err(LocalError::Gate(error)) => {
                            self.pair.heard(Side::Own, Input::Failed(error), self.now())
                        }
                        other => other?,
                    };
                    if let Flow::Leave = self.carry_out(effects)? {
                        return Ok(Flow::Leave);
                    }
                }
                Effect::EndView(how) => {
                    if self.view.as_ref().is_none_or(|(known, _)| *known != side) {
                        continue;
                    }
                    // The session is gone, and its end noted, before one's own screens show again.
                    self.view = None;
                    let effects = self.pair.end(how, self.now());
                    if let Flow::Leave = self.carry_out(effects)? {
                        return Ok(Flow::Leave);
                    }
                }
                Effect::Copy(text) => {
                    if let Some(sequence) = term::copy(&text) {
                        self.send(sequence.as_bytes())?;
                    }
                }
                Effect::Ring { bell, text } => {
                    let notice = self
                        .options
                        .notify
                        .zip(text)
                        .map(|(form, text)| form.sequence("Kontor", &text));
                    let bell = if bell { term::BELL } else { "" };
                    let sequence = format!("{}{bell}", notice.unwrap_or_default());
                    self.send(sequence.as_bytes())?;
                }
                Effect::Mouse(on) => {
                    self.mouse = on;
                    self.send(term::mouse(on).as_bytes())?;
                }
                Effect::Open(link) => {
                    let to = self.to_inbox.clone();
                    // Nobody listens any more once the user has left.
                    opener::open(link, move |link| {
                        let _ = to.send(Wake::Input(Input::NotOpened(link)));
                    });
                }
                Effect::Editor(_) | Effect::Rows(_) => {
                    let (text, ending) = match effect {
                        Effect::Rows(text) => (text, ".tsv"),
                        Effect::Editor(text) => (text, ".md"),
                        _ => continue,
                    };
                    let edited = self.edit(&text, ending)?;
                    let effects = self.pair.typed(Input::Edited(edited), self.now());
                    if let Flow::Leave = self.carry_out(effects)? {
                        return Ok(Flow::Leave);
                    }
                }
                // Nobody could bring it back.
                Effect::Suspend if self.is_served() => {}
                Effect::Suspend => self.suspend()?,
                Effect::Redraw => self.emitter.forget(),
                Effect::Quit => return Ok(Flow::Leave),
            }
        }
        Ok(Flow::On)
    }

    fn draw(&mut self) -> Result<(), LocalError> {
        let Size { width, height } = self.pair.top().size();
        let mut frame = Buffer::empty(Rect { x: 0, y: 0, width, height });
        let seen = self.pair.top().draw(frame.area, &mut frame);
        let bytes = self.emitter.frame(&frame, seen.cursor);
        if bytes.is_empty() { Ok(()) } else { self.send(&bytes) }
    }

    /// Hands bytes to the terminal, all at once.
    fn send(&mut self, bytes: &[u8]) -> Result<(), LocalError> {
        self.out.write_all(bytes)?;
        Ok(self.out.flush()?)
    }

    /// Gives the terminal away for a while.
    fn lend<T>(&mut self, to: impl FnOnce() -> T) -> Result<T, LocalError> {
        self.events.pause();
        self.held.give_back();
        let result = to();
        self.held.take_again()?;
        if self.mouse {
            self.send(term::mouse(true).as_bytes())?;
        }
        self.events.go_on();
        self.emitter.forget();
        // What was resized meanwhile sent no event.
        let (width, height) = crossterm::terminal::size()?;
        let effects = self.pair.typed(Input::Resize(width, height), self.now());
        self.carry_out(effects)?;
        Ok(result)
    }

    fn suspend(&mut self) -> Result<(), LocalError> {
        let stopped = self.lend(|| {
            signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGTSTP)
        })?;
        Ok(stopped?)
    }

    fn edit(&mut self, text: &str, ending: &str) -> Result<Option<String>, LocalError> {
        let Some(command) = self.options.editor.clone().filter(|_| !self.is_served()) else {
            return Ok(None);
        };
        self.lend(|| editor::edit(&command, text, ending))
    }
}
