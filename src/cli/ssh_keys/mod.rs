//! `ssh-keys`: whose SSH key opens the file as whom, kept in an `authorized_keys` file.
//!
//! A key names one user: one that stands in the file already, for somebody else or for anything else, is
//! refused. Start at [`run`].

mod file;
mod key;

use std::io::Read;
use std::path::{Path, PathBuf};

use clap::{Arg, ArgMatches, Command, ValueHint, value_parser};
use serde_json::json;

use self::file::{Entry, KeyFile};
use self::key::Key;
use super::Env;
use super::error::{CliError, Result};
use super::output::{Head, Printer, Row};
use crate::gate::{Event, EventKind, Gate, Via};
use crate::model::{Phrase, RecordId, RecordRef, phrase};
use crate::policy::Special;

/// What to do with keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeysVerb {
    /// `add LOGIN KEYFILE`.
    Add {
        /// For whom.
        login: String,
        /// The file of the key, or `-`.
        key: PathBuf,
        /// The folder that their exports may be written into.
        exports: Option<PathBuf>,
        /// The file the lines stand in.
        file: Option<PathBuf>,
    },
    /// `list`.
    List {
        /// The file the lines stand in.
        file: Option<PathBuf>,
    },
    /// `remove LOGIN [FINGERPRINT]`.
    Remove {
        /// Whose.
        login: String,
        /// Only this one.
        fingerprint: Option<String>,
        /// The file the lines stand in.
        file: Option<PathBuf>,
    },
}

/// The branch of the tree.
pub(super) fn tree() -> Command {
    let path = |id: &'static str, value: &'static str, help: &'static str| {
        Arg::new(id)
            .value_name(value)
            .value_parser(value_parser!(PathBuf))
            .value_hint(ValueHint::FilePath)
            .help(help)
    };
    let lines = || path("file", "FILE", "The file, instead of ~/.ssh/authorized_keys").long("file");
    let login = || Arg::new("login").value_name("LOGIN").required(true);
    Command::new("ssh-keys")
        .about("Whose SSH key opens this database, for a team on one computer")
        .subcommand_required(true)
        .subcommand(
            Command::new("add")
                .about("Let somebody in by a key, as one user and nothing else")
                .arg(login().help("The user, by their login"))
                .arg(
                    path("key", "KEYFILE", "Their public key, or - for standard input")
                        .required(true),
                )
                .arg(
                    path("exports", "DIR", "The folder that exports may be written into")
                        .long("exports"),
                )
                .arg(lines()),
        )
        .subcommand(Command::new("list").about("Which keys open it, and as whom").arg(lines()))
        .subcommand(
            Command::new("remove")
                .about("Let somebody in no more by their keys, or by one of them")
                .arg(login().help("The user, by their login"))
                .arg(
                    Arg::new("fingerprint")
                        .value_name("FINGERPRINT")
                        .help("Only the key with this one: SHA256:..."),
                )
                .arg(lines()),
        )
}

/// What the arguments ask for.
pub(super) fn verb(matches: &ArgMatches) -> KeysVerb {
    let Some((name, inner)) = matches.subcommand() else { return KeysVerb::List { file: None } };
    let text = |id: &str| inner.try_get_one::<String>(id).ok().flatten().cloned();
    let path = |id: &str| inner.try_get_one::<PathBuf>(id).ok().flatten().cloned();
    let login = text("login").unwrap_or_default();
    let file = path("file");
    match name {
        "add" => KeysVerb::Add {
            login,
            key: path("key").unwrap_or_default(),
            exports: path("exports"),
            file,
        },
        "remove" => KeysVerb::Remove { login, fingerprint: text("fingerprint"), file },
        _ => KeysVerb::List { file },
    }
}

/// Does a verb of `ssh-keys`; `config` is the config file that was named, for the lines.
pub(super) fn run(env: &mut Env<'_>, verb: KeysVerb, config: Option<PathBuf>) -> Result<()> {
    super::desk::prepare(&env.database, false, true)?;
    let gate = Gate::open(&env.database, env.open_options(false))?;
    let session = env.session(&gate, Via::Cli)?;
    session.demand_special(Special::Users)?;
    let database = env.database.clone();
    let database = absolute(&database)?;
    match verb {
        KeysVerb::Add { login, key, exports, file } => {
            let key = read(env, &key)?;
            let user = gate.user_of_login(&login)?;
            session.demand_no_more(user)?;
            let command = command(env, &login, &database, exports, config)?;
            let keys = KeyFile::of(file, env.facts.home.as_deref())?;
            keys.add(&login, &command, &key)?;
            session.note(&noted(EventKind::KeyAdded, Some(user), (&login, &key.fingerprint)));
            env.say(&phrase!(
                "{login} is let in by {fingerprint}; the line stands in {path}.",
                login,
                fingerprint = key.fingerprint,
                path = keys.name()
            ))?;
            Ok(())
        }
        KeysVerb::List { file } => {
            let keys = KeyFile::of(file, env.facts.home.as_deref())?;
            list(env, &gate, &database, &keys.entries()?)
        }
        KeysVerb::Remove { login, fingerprint, file } => {
            let keys = KeyFile::of(file, env.facts.home.as_deref())?;
            let gone = keys.remove(&login, fingerprint.as_deref(), &database)?;
            let user = session.user_by_login(&login)?;
            for fingerprint in &gone {
                session.note(&noted(EventKind::KeyRemoved, user, (&login, fingerprint)));
            }
            if gone.is_empty() {
                return Err(CliError::Refused {
                    message: phrase!("no such key lets {login} in", login),
                    hint: Some(phrase!("`kontor ssh-keys list` lists them")),
                });
            }
            let path = keys.name();
            env.say(&match gone.len() {
                1 => phrase!("One key of {login} was taken out of {path}.", login, path),
                n => phrase!("{n} keys of {login} were taken out of {path}.", n, login, path),
            })?;
            Ok(())
        }
    }
}

/// What the log keeps of a key: whose it is, and its fingerprint.
fn noted(kind: EventKind, user: Option<RecordId>, (login, fingerprint): (&str, &str)) -> Event {
    let event = Event::new(kind).what(fingerprint);
    match user {
        Some(user) => event.about(&RecordRef::new("user", user)),
        // The lines of somebody who is gone go too.
        None => event.on("user").with("login", login),
    }
}

fn list(env: &mut Env<'_>, gate: &Gate, database: &str, entries: &[Entry]) -> Result<()> {
    let heads = vec![
        Head::left("login", phrase!("Login")),
        Head::left("key", phrase!("Key")),
        Head::left("fingerprint", phrase!("Fingerprint")),
        Head::left("state", phrase!("State")),
        Head::left("database", phrase!("Database")),
    ];
    let paper = env.paper();
    let (format, lang) = (env.format.unwrap_or_default(), env.lang);
    let human = format.needs() == super::output::Needs::Human;
    let mut printer = Printer::new(&mut *env.out, format, heads, paper);
    for entry in entries {
        let state = if entry.database == database {
            match gate.user_of_login(&entry.login) {
                Ok(_) => phrase!("lets in"),
                Err(error) => error.phrase(),
            }
        } else {
            phrase!("another database")
        };
        let told = if human { crate::term::said(lang, &state) } else { state.to_string() };
        printer.row(Row {
            reference: entry.fingerprint.clone(),
            cells: vec![
                entry.login.clone(),
                entry.kind.clone(),
                entry.fingerprint.clone(),
                told,
                entry.database.clone(),
            ],
            json: json!({
                "login": entry.login, "key": entry.kind, "fingerprint": entry.fingerprint,
                "state": state.as_str(), "database": entry.database,
            }),
        })?;
    }
    printer.finish()?;
    Ok(())
}

/// The key of a file, or of standard input.
fn read(env: &mut Env<'_>, path: &Path) -> Result<Key> {
    let name = Phrase::raw(path.display().to_string());
    let mut text = String::new();
    let most = key::LONGEST as u64 + 1;
    let read = if path == Path::new("-") {
        (&mut *env.input).take(most).read_to_string(&mut text)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(most).read_to_string(&mut text))
    };
    read.map_err(|source| CliError::File { path: name, source })?;
    Key::parse(&text)
}

/// What the line of a key runs. Everything in it is plain: nothing in it means anything to a shell.
fn command(
    env: &Env<'_>,
    login: &str,
    database: &str,
    exports: Option<PathBuf>,
    config: Option<PathBuf>,
) -> Result<String> {
    let login_is_plain = login.chars().all(|c| c.is_ascii_alphanumeric() || "._@-".contains(c));
    if !login_is_plain || login.starts_with('-') || login.is_empty() {
        return Err(CliError::refused(phrase!(
            "the login {login} cannot stand in such a line",
            login
        )));
    }
    let program = env.facts.program.as_deref().ok_or_else(|| {
        CliError::refused(phrase!("it cannot be found out where this program lies"))
    })?;
    let mut command =
        format!("{} serve-session --user {login} --db {database}", plain(program.to_path_buf())?);
    for (option, path) in [("--exports", exports), ("--config", config)] {
        if let Some(path) = path {
            command.push_str(&format!(" {option} {}", absolute(&path)?));
        }
    }
    Ok(command)
}

/// The path from the root, links followed.
fn absolute(path: &Path) -> Result<String> {
    let name = Phrase::raw(path.display().to_string());
    plain(path.canonicalize().map_err(|source| CliError::File { path: name, source })?)
}

/// A path that means itself, wherever it stands in a line.
fn plain(path: PathBuf) -> Result<String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || "/._+@:,=-".contains(c);
    match path.to_str() {
        Some(text) if path.is_absolute() && text.chars().all(fits) => Ok(text.to_owned()),
        _ => Err(CliError::Refused {
            message: phrase!(
                "the path {path} cannot stand in such a line",
                path = path.display().to_string()
            ),
            hint: Some(phrase!("letters, digits and / . _ + @ : , = - may; spaces may not")),
        }),
    }
}
