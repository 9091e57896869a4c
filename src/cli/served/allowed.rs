//! What may be run from outside by somebody whom a key line names: the words of their command -> a command,
//! or why not.
//!
//! Two looks are taken. Words that would name a file, a user or a program are refused wherever they stand;
//! then the command that was understood is held against the list, which names every command there is: a new
//! one must be decided on before it compiles. Start at [`understood`].

use std::ffi::OsString;
use std::path::Path;

use crate::cli::access_args::RoleVerb;
use crate::cli::args::parse;
use crate::cli::command::{Command, ImportArgs, Invocation, SchemaVerb, Verb};
use crate::cli::error::{CliError, Result};
use crate::model::{Phrase, phrase};

/// What only the administrator's key line says.
const NEVER: [&str; 6] = ["--db", "--config", "--user", "--exports", "--editor", "--keys"];

/// The command that the words mean, where it may be run.
///
/// # Errors
/// What the words mean nothing by, and what is refused.
pub(super) fn understood(words: Vec<String>) -> Result<Invocation> {
    for word in &words {
        let name = word.split('=').next().unwrap_or_default();
        if NEVER.contains(&name) {
            return Err(refused(
                phrase!("{option} is not for you to say here", option = name),
                phrase!("in a text, put it in quotes with the words around it"),
            ));
        }
    }
    let words = words.into_iter().map(OsString::from);
    let invocation = parse(std::iter::once("kontor".into()).chain(words).collect())?;
    if invocation.globals.database.is_some() || invocation.globals.config.is_some() {
        return Err(no("--db"));
    }
    allowed(&invocation.command)?;
    Ok(invocation)
}

fn allowed(command: &Command) -> Result<()> {
    match command {
        Command::Help(_)
        | Command::Version
        | Command::Find { .. }
        | Command::Agenda { .. }
        | Command::Who { .. }
        | Command::Show { .. }
        | Command::RestoreValue { .. }
        | Command::Audit(_)
        | Command::Access(_)
        | Command::Log(_)
        | Command::Capture { .. }
        | Command::Undo { .. }
        | Command::History { .. }
        | Command::Report { .. }
        | Command::Keys
        | Command::Manual { .. }
        | Command::Schema(SchemaVerb::Show(_)) => Ok(()),
        Command::Duplicates(args) if args.rules.is_some() || !args.files.is_empty() => {
            Err(refused(
                phrase!("files on this computer are out of reach"),
                phrase!("the rules of the company are in force without --rules"),
            ))
        }
        Command::Duplicates(_) => Ok(()),
        // Pairs come from a file on this computer.
        Command::Merge(args) if args.from.is_some() => Err(no("merge --from")),
        Command::Merge(_)
        | Command::Purge(_)
        | Command::Erase(_)
        | Command::Clean(_)
        | Command::Retention { .. } => Ok(()),
        // Roles as files are files on this computer.
        Command::Entity { verb: Verb::Role(RoleVerb::Plan(_)), .. } => Err(no("role plan")),
        Command::Entity { verb: Verb::Role(RoleVerb::Apply(_)), .. } => Err(no("role apply")),
        Command::Entity { verb: Verb::Role(RoleVerb::Export { out: Some(_), .. }), .. } => {
            Err(no("role export --out"))
        }
        // What gets somebody in is handed out where the file lies.
        Command::Entity { verb: Verb::Password { .. }, .. } => Err(no("user password")),
        Command::Entity { .. } => Ok(()),
        // The name of the file is looked at where it is made.
        Command::Export(_) => Ok(()),
        // Everything goes nowhere but where the file lies.
        Command::ExportFull { .. } => Err(no("export --full")),
        Command::ImportFull { .. } => Err(no("import --full")),
        Command::Import(args) => import(args),
        Command::Tui => Err(refused(
            phrase!("the command says nothing to do"),
            phrase!(
                "`ssh -t HOST` without a command opens the screens; `ssh HOST help` lists the rest"
            ),
        )),
        Command::Schema(_) => Err(no("schema")),
        Command::Demo(_) => Err(no("demo")),
        Command::Tutor => Err(no("tutor")),
        Command::Doctor { .. } => Err(no("doctor")),
        Command::Config(_) => Err(no("config")),
        Command::Completions { .. } => Err(no("completions")),
        Command::Man { .. } => Err(no("man")),
        Command::ServeSession(_) => Err(no("serve-session")),
        Command::SshKeys(_) => Err(no("ssh-keys")),
        Command::People(people) => Err(no(people.command())),
    }
}

/// Rows come in by standard input; no other file is read or written.
fn import(args: &ImportArgs) -> Result<()> {
    if !args.map.is_empty() || args.errors.is_some() {
        return Err(refused(
            phrase!("files on this computer are out of reach: --map and --errors"),
            phrase!("name the columns by their fields; --dry-run lists the rows with errors"),
        ));
    }
    if args.make_options {
        return Err(no("import --make-options"));
    }
    if args.file != Path::new("-") {
        return Err(refused(
            phrase!("files on this computer are out of reach"),
            phrase!("send yours: ssh HOST import customer - < customers.csv"),
        ));
    }
    Ok(())
}

fn no(name: &'static str) -> CliError {
    refused(
        phrase!("{command} cannot be run over SSH", command = name),
        phrase!("whoever keeps the file can, on the computer where it lies"),
    )
}

fn refused(message: Phrase, hint: Phrase) -> CliError {
    CliError::Refused { message, hint: Some(hint) }
}
