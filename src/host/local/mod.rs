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

use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};

pub use self::entrance::Opening;
use self::events::{Events, Wake};
use self::terminal::Held;
use super::emit::Emitter;
use super::files::Reach;
use super::system::{OsEntropy, instance};
use super::worker::Worker;
use crate::action::{Keymap, KeymapError, Table};
use crate::cli::Served;
use crate::gate::{Gate, GateError, Via};
use crate::model::{Clock, Lang, Phrase, RecordId, phrase};
use crate::policy::Person;
use crate::query::Moment;
use crate::term::{self, ColourDepth};
use crate::tui::context::{Context, Manners, Setup};
use crate::tui::message::{Effect, Input};
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
    let setup = setup(&session, options)?;
    request::go_by(&mut session, &setup.prefs);
    warm_up(gate);

    let (held, events) = match taken {
        Some(taken) => taken,
        None => (Held::take()?, Events::start(&send)?),
    };
    let to_inbox = send.clone();
    let reach = if options.served.is_some() { Reach::Nowhere } else { Reach::Anywhere };
    let worker = Worker::start(session, reach, move |input| send.send(Wake::Input(input)).is_ok());
    let mut app = App::new(setup);
    if options.tutor {
        app = app.with_tutor(Tutor::new(Lesson::shipped()));
    }
    let mut host = Host {
        app,
        emitter: Emitter::default(),
        out,
        worker,
        events,
        inbox,
        to_inbox,
        clock: Arc::clone(&options.clock),
        editor: options.editor.clone(),
        notify: options.notify,
        held,
        mouse: false,
        served: options.served.is_some(),
    };
    let outcome = host.run();
    // The worker may still write what was asked for; the terminal comes back before that.
    host.held.give_back();
    outcome
}

fn setup(session: &crate::gate::Session, options: &Options) -> Result<Setup, LocalError> {
    let catalog = Arc::clone(session.catalog());
    let keymap = match &options.keymap {
        Some((file, text)) => {
            let table = Table::new(&catalog);
            let keymap = Keymap::of_user(file, text, &catalog, &table)?;
            Some(keymap)
        }
        None => None,
    };
    let theme = options.themes.load(&options.theme, options.depth)?;
    let mut manners = options.manners.clone().locking_within(catalog.company.lock_after);
    manners.has_password = session.way_in()?.password;
    let (width, height) = crossterm::terminal::size()?;
    Ok(Setup {
        person: session.actor().person().clone(),
        moment: session.moment(),
        lang: options.lang,
        theme,
        themes: options.themes.clone(),
        manners,
        keymap,
        size: Size { width, height },
        ascii: options.ascii,
        prefs: Prefs::of(session.kept("")?),
        instance: instance(&OsEntropy),
        catalog,
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

struct Host<W: Write> {
    app: App,
    emitter: Emitter,
    out: W,
    worker: Worker,
    events: Events,
    inbox: Receiver<Wake>,
    to_inbox: Sender<Wake>,
    clock: Arc<dyn Clock>,
    editor: Option<String>,
    /// The notification that the terminal takes.
    notify: Option<term::Notify>,
    held: Held,
    /// The terminal tells of the mouse.
    mouse: bool,
    /// The process works for somebody outside: it never gives the terminal away.
    served: bool,
}

/// Whether to go on.
enum Flow {
    On,
    Leave,
}

impl<W: Write> Host<W> {
    fn run(&mut self) -> Result<(), LocalError> {
        let effects = self.app.start(self.clock.now());
        if let Flow::Leave = self.carry_out(effects)? {
            return Ok(());
        }
        if let Flow::Leave = self.settle()? {
            return Ok(());
        }
        self.draw()?;
        loop {
            let patience = self.app.wakes_in(self.clock.now()).unwrap_or(Duration::from_hours(1));
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
        while self.app.awaits() {
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
                let effects = self.app.update(input, self.clock.now());
                self.carry_out(effects)
            }
            Wake::Stop if self.served => Ok(Flow::On),
            Wake::Stop => self.suspend().map(|()| Flow::On),
            Wake::End => {
                // Whatever is unsaved is kept; the worker writes it before it stops.
                let effects = self.app.update(Input::End, self.clock.now());
                self.carry_out(effects)?;
                Ok(Flow::Leave)
            }
        }
    }

    fn carry_out(&mut self, effects: Vec<Effect>) -> Result<Flow, LocalError> {
        for effect in effects {
            match effect {
                Effect::Ask(ticket, request) => self.worker.ask(ticket, request),
                Effect::Copy(text) => {
                    if let Some(sequence) = term::copy(&text) {
                        self.send(sequence.as_bytes())?;
                    }
                }
                Effect::Ring { bell, text } => {
                    let notice =
                        self.notify.zip(text).map(|(form, text)| form.sequence("Kontor", &text));
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
                    let effects = self.app.update(Input::Edited(edited), self.clock.now());
                    if let Flow::Leave = self.carry_out(effects)? {
                        return Ok(Flow::Leave);
                    }
                }
                // Nobody could bring it back.
                Effect::Suspend if self.served => {}
                Effect::Suspend => self.suspend()?,
                Effect::Redraw => self.emitter.forget(),
                Effect::Quit => return Ok(Flow::Leave),
            }
        }
        Ok(Flow::On)
    }

    fn draw(&mut self) -> Result<(), LocalError> {
        let Size { width, height } = self.app.size();
        let mut frame = Buffer::empty(Rect { x: 0, y: 0, width, height });
        let seen = self.app.draw(frame.area, &mut frame);
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
        let effects = self.app.update(Input::Resize(width, height), self.clock.now());
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
        let Some(command) = self.editor.clone().filter(|_| !self.served) else { return Ok(None) };
        self.lend(|| editor::edit(&command, text, ending))
    }
}
