//! The program: collects arguments and surroundings, picks a front end, and turns what became of it
//! into an exit status. It holds no logic; start reading at [`kontor::cli::run`].

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::os::fd::AsFd;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use kontor::cli::{self, CliError, Entry, Env, Facts, Invocation, Outcome, Served, Surroundings};
use kontor::config::{self, ConfigError, Environment, Flags, Settings, Switch};
use kontor::gate::{Gate, OpenOptions, SeatToken, Via};
use kontor::host::apart::{self, Process};
use kontor::host::local::{self, LocalError, Opening};
use kontor::host::{Bar, Doorway, Keeper, OsEntropy, SystemClock, Terminal, Watch};
use kontor::model::{Clock, Lang, Phrase};

/// The exit status of a fault of the program.
const FAULT: u8 = 255;

#[expect(clippy::disallowed_methods, reason = "arguments and streams are handed in from here")]
fn main() -> ExitCode {
    let args: Vec<std::ffi::OsString> = std::env::args_os().collect();
    if apart::asked(&args) {
        // Before anything of the program is looked at: settings, database, people.
        let read = catch_unwind(|| apart::serve(&args, io::stdin(), io::stdout()));
        return ExitCode::from(read.unwrap_or(FAULT));
    }
    let status = catch_unwind(AssertUnwindSafe(|| {
        let read = Environment::read();
        let environment = if cli::serves(&args) { read.of_others() } else { read };
        // What is wrong with arguments and settings is told in the language that can be known by then.
        let named = cli::globals_by_hand(&args);
        let flags = Flags { config: named.config, lang: named.lang, ..Flags::default() };
        let mut lang = config::language_ahead(&environment, &flags);
        match start(args, &environment, &mut lang) {
            Ok(()) => 0,
            Err(error) if error.is_broken_pipe() => 0,
            Err(error) => {
                // Nothing is left to do where even the error cannot be told.
                let _ = error.print(&mut io::stderr().lock(), lang);
                error.status()
            }
        }
    }));
    ExitCode::from(status.unwrap_or(FAULT))
}

fn start(
    args: Vec<std::ffi::OsString>,
    environment: &Environment,
    lang: &mut Lang,
) -> cli::Result<()> {
    let invocation = cli::parse(args)?;
    let flags = Flags {
        database: invocation.globals.database.clone(),
        config: invocation.globals.config.clone(),
        lang: invocation.globals.lang,
        no_color: invocation.globals.no_color,
        plain: invocation.globals.plain,
    };
    let settings = Settings::load(environment, &flags).map_err(refused)?;
    *lang = settings.lang;
    let heads = &settings.heads;
    let mut keeper = Keeper::new(&settings.database, heads.file.clone(), heads.syslog);
    let outcome = command(invocation, environment, &settings);
    if let Some(keeper) = &mut keeper {
        keep_head(keeper, &settings.database, *lang)?;
    }
    match outcome? {
        Outcome::Done => Ok(()),
        // The folder of a temporary file goes when the screens have been left.
        Outcome::Tui { database, temporary: _temporary, tutor, served, view_as } => {
            let keeper = keeper.filter(|_| database == settings.database);
            let clock: Arc<dyn Clock> = Arc::new(SystemClock);
            let _kept = keeper.map(|keeper| Watch::begin(keeper, database.clone(), clock));
            screens(&database, (tutor, served, view_as), environment, &settings)
        }
    }
}

/// Keeps the head of the audit log outside the file. What was asked for is done already; that it is kept
/// nowhere is said beside that.
#[expect(clippy::disallowed_methods, reason = "standard error is handed in from here")]
fn keep_head(keeper: &mut Keeper, database: &Path, lang: Lang) -> io::Result<()> {
    let kept = keeper.keep(database, SystemClock.now()).map_err(CliError::refused);
    kept.or_else(|error| error.print(&mut io::stderr().lock(), lang))
}

fn refused(error: ConfigError) -> CliError {
    CliError::Refused { message: error.phrase(), hint: error.hint }
}

/// Opens the screens on a database.
#[expect(clippy::disallowed_methods, reason = "the terminal is handed in from here")]
fn screens(
    database: &Path,
    (tutor, served, view_as): (bool, Option<Served>, Option<String>),
    environment: &Environment,
    settings: &Settings,
) -> cli::Result<()> {
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        return Err(cli::no_screens(None));
    }
    if let Some(kind) = environment.no_screens() {
        return Err(cli::no_screens(Some(kind)));
    }
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let opened = OpenOptions {
        create: served.is_none(),
        clock: Arc::clone(&clock),
        entropy: Arc::new(OsEntropy),
        zone: settings.zone,
        week_start: settings.week_start,
    };
    let gate = Gate::open(database, opened)?;
    let from = environment.from().unwrap_or_else(|| "local".to_owned());
    let entry = Entry {
        prompt: &mut Terminal::new(true),
        state: environment.state_folder.as_deref(),
        lang: settings.lang,
        from: &from,
    };
    let known = match &served {
        Some(served) => Ok(gate.session_of(served.user, Via::Tui)?),
        None => entry.known(&gate, Via::Tui)?,
    };
    let options = local::Options {
        theme: settings.theme.clone(),
        manners: match &served {
            Some(_) => settings.manners(environment).serving(),
            None => settings.manners(environment),
        },
        themes: settings.themes().map_err(refused)?,
        depth: settings.depth(environment),
        lang: settings.lang,
        tongue: settings.tongue,
        ascii: settings.ascii,
        keymap: settings.keymap_text().map_err(refused)?,
        editor: environment.editor().filter(|_| served.is_none()).map(str::to_owned),
        notify: config::notify(environment),
        clock,
        tutor,
        served,
        view_as,
    };
    // Past the line buffer of the standard library, which would cut a frame in two.
    let out = io::stdout().as_fd().try_clone_to_owned().map_err(|error| CliError::Refused {
        message: LocalError::from(error).phrase(),
        hint: None,
    })?;
    let keep = |token: &SeatToken| {
        // The screens go on without a kept token; the next start asks again.
        let _ = entry.keep(gate.path(), token);
    };
    let opening = match known {
        Ok(session) => Opening::Session(Box::new(session)),
        Err(_) => Opening::SignIn(Doorway::new(&gate, &from, &keep)),
    };
    local::run(&gate, opening, &options, File::from(out)).map_err(|error| match error {
        LocalError::Gate(error) => CliError::from(error),
        other => CliError::Refused { message: other.phrase(), hint: None },
    })
}

#[expect(clippy::disallowed_methods, reason = "the streams are handed in from here")]
fn command(
    invocation: Invocation,
    environment: &Environment,
    settings: &Settings,
) -> cli::Result<Outcome> {
    let database_flag = invocation.globals.database.is_some();
    let (stdout, stderr) = (io::stdout(), io::stderr());
    let terminal = stdout.is_terminal();
    let watched = stderr.is_terminal();
    let mut out = BufWriter::with_capacity(1 << 16, stdout.lock());
    let mut err = stderr.lock();
    let result = cli::run(
        invocation,
        &mut Env {
            out: &mut out,
            err: &mut err,
            input: &mut io::stdin().lock(),
            progress: &mut Bar::new(watched),
            apart: &Process::of(std::env::current_exe().ok()),
            width: if terminal { width(environment) } else { None },
            color: match settings.color {
                Switch::Auto => terminal,
                Switch::On => true,
                Switch::Off => false,
            },
            lang: settings.lang,
            tongue: settings.tongue,
            zone: settings.zone,
            week_start: settings.week_start,
            format: settings.format,
            database: settings.database.clone(),
            database_named: settings.database_named(),
            database_flag,
            clock: Arc::new(SystemClock),
            entropy: Arc::new(OsEntropy),
            thresholds: settings.thresholds,
            prompt: &mut Terminal::new(io::stdin().is_terminal() && watched),
            state: environment.state_folder.clone(),
            view_as: None,
            served: None,
            asked: environment.asked.clone(),
            facts: facts(environment, settings, terminal),
        },
    );
    // What was printed before an error stands before it.
    out.flush()?;
    result
}

fn width(environment: &Environment) -> Option<usize> {
    let said = environment.get("COLUMNS").and_then(|columns| columns.parse().ok());
    said.or_else(|| crossterm::terminal::size().ok().map(|(columns, _)| usize::from(columns)))
        .filter(|width| *width >= 20)
}

fn facts(environment: &Environment, settings: &Settings, terminal: bool) -> Facts {
    let word = |text: &str| text.to_owned();
    Facts {
        config_file: settings.config_file.clone(),
        settings: settings
            .origins
            .iter()
            .map(|(name, value, source)| (word(name), value.clone(), Phrase::word(source.word())))
            .collect(),
        template: config::TEMPLATE,
        check: |name, text, home| {
            config::check(name, text, home).map_err(|error| (error.phrase(), error.hint))
        },
        keymap: settings.keymap.clone(),
        home: environment.home.clone(),
        program: std::env::current_exe().ok(),
        surroundings: Surroundings {
            terminal,
            term: environment.get("TERM").map(str::to_owned),
            over_ssh: environment.over_ssh(),
            from: environment.from(),
            editor: environment.editor().map(str::to_owned),
        },
    }
}
