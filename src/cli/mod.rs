//! The command line: the same entities, queries and changes as the screens, in words.
//!
//! [`parse`] turns arguments into an [`Invocation`] without looking at anything else; [`run`] does
//! what it says. Both write only to the writers they are handed; neither reads the environment, the
//! clock or the arguments itself. Data goes to `out`, talk to `err`. Start at [`run`].

mod access;
mod access_args;
mod agenda;
mod args;
mod audit;
mod capture;
mod change;
mod clean;
mod columns;
mod command;
mod demo;
mod desk;
mod documents;
mod duplicates;
mod entry;
mod env;
mod error;
mod exchange;
mod find;
mod full;
mod help;
mod import;
mod joining;
mod keys;
mod leaving;
mod list;
mod log;
mod man;
mod manual;
mod many;
mod merge;
mod output;
mod past;
mod people;
mod problems;
mod program;
mod refs;
mod removal;
mod report;
mod role;
mod schema;
mod served;
mod show;
mod sign_in;
mod ssh_keys;
mod suggest;
mod team;
mod tongue;
mod tree;
mod usage;
mod verbs;
mod view;

pub use access_args::{AccessVerb, RoleVerb};
pub use args::{globals_by_hand, parse, serves};
pub use clean::CleanArgs;
pub use command::{
    AuditVerb, Command, ConfigVerb, DemoArgs, ExportArgs, Globals, ImportArgs, Invocation,
    ListArgs, LogArgs, Noun, SchemaVerb, Verb,
};
pub use entry::{Entry, Nobody, Prompt};
pub use env::{Check, Env, Facts, Progress, Quiet, Surroundings};
pub use error::{CliError, Result, no_screens};
pub use leaving::LeaveArgs;
pub use merge::MergeArgs;
pub use output::OutputFormat;
pub use people::{People, SeatVerb, SecondFactor};
pub use removal::{EraseArgs, PurgeArgs};
pub use served::{LONGEST, MOST, ServeArgs, Served, split};
pub use ssh_keys::KeysVerb;
pub use suggest::likely;
pub use tongue::help_texts;
pub use usage::Usage;

use std::path::PathBuf;

use tempfile::TempDir;

use crate::model::phrase;

use desk::{Desk, Need};

/// What is left to do when a command is done.
#[derive(Debug)]
pub enum Outcome {
    /// Nothing.
    Done,
    /// Open the screens.
    Tui {
        /// The database file.
        database: PathBuf,
        /// The folder of a temporary file, which goes when this is dropped.
        temporary: Option<TempDir>,
        /// With the tutor in a panel below.
        tutor: bool,
        /// For somebody outside; for the owner of the file without.
        served: Option<Served>,
        /// The login of the user as whom to look.
        view_as: Option<String>,
    },
}

/// Does what was asked for.
///
/// # Errors
/// What went wrong; [`CliError::print`] tells it and [`CliError::status`] is the exit status.
pub fn run(invocation: Invocation, env: &mut Env<'_>) -> Result<Outcome> {
    let before = env.lang;
    carry_out(invocation, env).map_err(|error| {
        let error = problems::labelled(error, env);
        // The person's own language was only known when the file was open.
        if env.lang == before { error } else { CliError::In(env.lang, Box::new(error)) }
    })
}

fn carry_out(invocation: Invocation, env: &mut Env<'_>) -> Result<Outcome> {
    let globals = invocation.globals;
    env.format = globals.format.or(env.format);
    env.view_as = globals.view_as;
    match invocation.command {
        Command::Demo(_)
        | Command::Tutor
        | Command::ServeSession(_)
        | Command::SshKeys(_)
        | Command::ImportFull { .. }
            if env.view_as.is_some() =>
        {
            let hint = Some(phrase!("for example kontor --as ana deal list"));
            return Err(CliError::word(phrase!("--as does not go with this command"), hint));
        }
        Command::Tui => {
            desk::prepare(&env.database, true, env.database_named)?;
            return Ok(Outcome::Tui {
                database: env.database.clone(),
                temporary: None,
                tutor: false,
                served: None,
                view_as: env.view_as.take(),
            });
        }
        Command::Help(args) => documents::help(env, args)?,
        Command::Version => writeln!(env.out, "kontor {}", env!("CARGO_PKG_VERSION"))?,
        Command::Find { text, entities, filter, limit } => {
            find::find(
                &mut Desk::open(env, Need::File)?,
                &text,
                &entities,
                filter.as_deref(),
                limit,
            )?;
        }
        Command::Duplicates(args) => duplicates::run(env, &args)?,
        Command::Agenda { period, whose } => {
            agenda::agenda(&mut Desk::open(env, Need::File)?, &period, &whose)?;
        }
        Command::Who { text } => find::who(&mut Desk::open(env, Need::File)?, &text)?,
        Command::Show { refs, as_of } => {
            let desk = &mut Desk::open(env, Need::File)?;
            show::show(desk, None, &refs, as_of.as_deref())?;
        }
        Command::Entity { noun, verb } => verbs::run(env, &noun, verb)?,
        Command::Log(args) => log::log(&mut Desk::open(env, Need::File)?, args)?,
        Command::Capture { text, about, dry_run } => {
            let desk = &mut Desk::open(env, Need::File)?;
            capture::capture(desk, &text, about.as_deref(), dry_run)?;
        }
        Command::Undo { number, rest, dry_run } => {
            past::undo(&mut Desk::open(env, Need::File)?, number, rest, dry_run)?;
        }
        Command::History { reference, mine, limit } => {
            past::history(&mut Desk::open(env, Need::File)?, None, reference, mine, limit)?;
        }
        Command::Merge(args) => merge::run(&mut Desk::open(env, Need::File)?, &args)?,
        Command::Purge(args) => removal::purge(&mut Desk::open(env, Need::File)?, &args)?,
        Command::Erase(args) => removal::erase(&mut Desk::open(env, Need::File)?, &args)?,
        Command::Clean(args) => clean::run(&mut Desk::open(env, Need::File)?, &args)?,
        Command::Retention { apply, yes } => {
            removal::retention(&mut Desk::open(env, Need::File)?, apply, yes)?;
        }
        Command::RestoreValue { reference, field, from, dry_run } => {
            let desk = &mut Desk::open(env, Need::File)?;
            past::restore_value(desk, &reference, &field, from, dry_run)?;
        }
        Command::Audit(verb) => audit::run(&mut Desk::open(env, Need::File)?, verb)?,
        Command::Report { name, filter, by, file, format } => {
            let asked = report::Asked {
                name: name.as_deref(),
                filter: filter.as_deref(),
                by: by.as_deref(),
                file: file.as_deref(),
                format,
            };
            report::report(&mut Desk::open(env, Need::File)?, &asked)?;
        }
        Command::People(asked) => sign_in::run(env, asked)?,
        Command::Import(args) => import::import(env, &args)?,
        Command::Export(args) => exchange::export(env, &args)?,
        Command::ImportFull { file } => full::import(env, &file)?,
        Command::ExportFull { file } => full::export(env, &file)?,
        Command::Demo(args) => return demo::demo(env, args),
        Command::Tutor => return demo::tutor(env),
        Command::Access(verb) => access::run(&mut Desk::open(env, Need::File)?, verb)?,
        Command::Schema(verb) => schema::run(env, verb)?,
        Command::ServeSession(args) => return served::serve(env, args),
        Command::SshKeys(verb) => ssh_keys::run(env, verb, globals.config)?,
        Command::Doctor { hash: false } => program::doctor(env)?,
        Command::Doctor { hash: true } => program::content(env)?,
        Command::Config(verb) => program::config(env, verb)?,
        Command::Keys => keys::keys(env)?,
        Command::Manual { chapter } => manual::manual(env, chapter.as_deref())?,
        Command::Completions { shell } => documents::completions(env, &shell)?,
        Command::Man { out } => man::print(env, out.as_deref())?,
    }
    env.out.flush()?;
    Ok(Outcome::Done)
}
