//! Arguments -> an [`Invocation`], with nothing looked up: no file is opened, no entity checked.
//!
//! Which entities exist is in the database, which the arguments name. So the word that stands where
//! a command is expected and is none is taken for an entity here and checked later.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::ArgMatches;
use clap::error::ErrorKind;

use super::access_args::{access_verb, role_verb};
use super::command::{
    AuditVerb, Command, ConfigVerb, DemoArgs, DuplicatesArgs, ExportArgs, Globals, ImportArgs,
    Invocation, ListArgs, LogArgs, SchemaVerb, Verb,
};
use super::error::{CliError, Result};
use super::leaving::LeaveArgs;
use super::many::Wide;
use super::output::OutputFormat;
use super::served::ServeArgs;
use super::ssh_keys;
use super::tree::{COMMANDS, VALUED, Word, tree};
use super::usage;
use crate::exchange::export::ExportFormat;
use crate::model::{Lang, phrase};

/// Understands the arguments; the first is the program's name.
///
/// # Errors
/// [`CliError::Usage`](super::CliError::Usage) with the text to print.
pub fn parse(args: Vec<OsString>) -> Result<Invocation> {
    let args = rewrite(args);
    let noun = noun_at(&args).map(|at| args[at].to_string_lossy().into_owned());
    let entities: Vec<Word> = noun
        .iter()
        .filter(|noun| !COMMANDS.contains(&noun.as_str()))
        .map(|noun| Word { name: noun.clone(), about: String::new(), fields: Vec::new() })
        .collect();
    match tree(&entities).try_get_matches_from(&args) {
        Ok(matches) => {
            let (globals, command) = (globals(&matches), command(&matches));
            if let Some((word, _)) = matches.subcommand().and_then(|(name, inner)| {
                let word = string(inner, "format")?;
                let of_files = ExportFormat::OF_FILES.contains(&word.as_str());
                (of_files && !matches!(name, "export" | "report")).then_some((word, name))
            }) {
                let hint =
                    phrase!("kontor export ENTITY FILE writes records in every format there is");
                return Err(CliError::word(
                    phrase!("nothing is printed as {word}", word),
                    Some(hint),
                ));
            }
            Ok(Invocation { globals, command })
        }
        Err(error) => match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
                let globals = globals_by_hand(&args);
                Ok(Invocation { globals, command: Command::Help(args) })
            }
            ErrorKind::DisplayVersion => {
                Ok(Invocation { globals: Globals::default(), command: Command::Version })
            }
            _ => Err(usage::wrong(&error)),
        },
    }
}

/// Where the command or entity stands among the arguments.
pub(super) fn noun_at(args: &[OsString]) -> Option<usize> {
    let mut at = 1;
    while let Some(arg) = args.get(at).and_then(|arg| arg.to_str()) {
        if !arg.starts_with('-') {
            return Some(at);
        }
        at += if VALUED.contains(&arg) { 2 } else { 1 };
    }
    None
}

/// Writes out the short ways of saying things: `help X` as `X --help`, an entity alone as its list,
/// `--field value` of `add` and `edit` as `field=value`.
fn rewrite(mut args: Vec<OsString>) -> Vec<OsString> {
    let Some(at) = noun_at(&args) else { return args };
    if args[at] == "help" {
        args.remove(at);
        args.push("--help".into());
        return args;
    }
    if args[at].to_str().is_some_and(|noun| COMMANDS.contains(&noun)) {
        return args;
    }
    let verb = args.get(at + 1).and_then(|arg| arg.to_str()).unwrap_or("--");
    if verb.starts_with('-') && verb != "--help" && verb != "-h" {
        args.insert(at + 1, "list".into());
    } else if matches!(verb, "add" | "edit") {
        let edits = verb == "edit";
        let rest = args.split_off(at + 2);
        args.extend(field_flags(rest, edits));
    }
    args
}

/// What `edit` knows beside fields: which records, what is done to them, and however many.
const OF_EDIT: [&str; 2] = ["where", "set"];

fn field_flags(rest: Vec<OsString>, edits: bool) -> Vec<OsString> {
    let mut words = Vec::with_capacity(rest.len());
    let mut rest = rest.into_iter();
    while let Some(word) = rest.next() {
        let Some(flag) = word.to_str().and_then(|word| word.strip_prefix("--")) else {
            words.push(word);
            continue;
        };
        let (name, value) = flag.split_once('=').map_or((flag, None), |(n, v)| (n, Some(v)));
        if name.is_empty() {
            words.push(word);
            words.extend(rest);
            break;
        }
        let valued =
            VALUED.iter().any(|valued| &valued[2..] == name) || (edits && OF_EDIT.contains(&name));
        let known = valued
            || ["dry-run", "no-color", "help", "version"].contains(&name)
            || (edits && name == "yes");
        if known {
            let takes_next = value.is_none() && valued;
            words.push(word);
            words.extend(takes_next.then(|| rest.next()).flatten());
            continue;
        }
        let name = name.replace('-', "_");
        let mut pair = OsString::from(format!("{name}="));
        match value {
            Some(value) => pair.push(value),
            None => pair.push(rest.next().unwrap_or_default()),
        }
        words.push(pair);
    }
    words
}

/// A format that only files have.
fn file_format(inner: &ArgMatches) -> Option<ExportFormat> {
    let word = string(inner, "format")?;
    ExportFormat::OF_FILES.contains(&word.as_str()).then(|| ExportFormat::from_word(&word))?
}

fn globals(matches: &ArgMatches) -> Globals {
    let mut globals = Globals::default();
    let mut level = Some(matches);
    while let Some(matches) = level {
        globals.database = path(matches, "db").or(globals.database);
        globals.config = path(matches, "config").or(globals.config);
        globals.format = string(matches, "format")
            .and_then(|word| OutputFormat::from_word(&word))
            .or(globals.format);
        globals.lang = string(matches, "lang").map(|word| lang(&word)).or(globals.lang);
        globals.no_color |= flag(matches, "no-color");
        globals.plain |= flag(matches, "plain");
        globals.view_as = string(matches, "as").or(globals.view_as);
        level = matches.subcommand().map(|(_, inner)| inner);
    }
    globals
}

/// Whether the arguments ask for a session for somebody outside, before they are understood.
#[must_use]
pub fn serves(args: &[OsString]) -> bool {
    noun_at(args).is_some_and(|at| args[at] == "serve-session")
}

/// The files and the language that are named, before the arguments are understood or where they are not.
#[must_use]
pub fn globals_by_hand(args: &[OsString]) -> Globals {
    let value_of = |name: &str| {
        let joined = format!("{name}=");
        args.iter().enumerate().find_map(|(at, arg)| {
            let text = arg.to_str()?;
            if text == name {
                args.get(at + 1).map(PathBuf::from)
            } else {
                text.strip_prefix(&joined).map(PathBuf::from)
            }
        })
    };
    let lang = value_of("--lang").and_then(|word| Lang::of_code(word.to_str()?));
    Globals { database: value_of("--db"), config: value_of("--config"), lang, ..Globals::default() }
}

fn lang(word: &str) -> Lang {
    if word == "zh" { Lang::Zh } else { Lang::En }
}

fn command(matches: &ArgMatches) -> Command {
    let Some((name, inner)) = matches.subcommand() else { return Command::Tui };
    match name {
        "find" => Command::Find {
            text: joined(inner, "text"),
            entities: strings(inner, "in"),
            filter: string(inner, "where"),
            limit: number(inner, "limit").unwrap_or(20),
        },
        "duplicates" => Command::Duplicates(DuplicatesArgs {
            entity: string(inner, "entity"),
            min: inner.get_one::<f64>("min").copied(),
            filter: string(inner, "where"),
            groups: flag(inner, "groups"),
            limit: number(inner, "limit"),
            apart: strings(inner, "not"),
            rules: path(inner, "rules"),
            check: flag(inner, "check"),
            files: paths(inner, "file"),
        }),
        "agenda" => Command::Agenda {
            period: string(inner, "period").unwrap_or_default(),
            whose: string(inner, "whose").unwrap_or_default(),
        },
        "who" => Command::Who { text: joined(inner, "text") },
        "show" => Command::Show { refs: strings(inner, "refs"), as_of: string(inner, "as-of") },
        "log" => Command::Log(LogArgs {
            kind: string(inner, "kind").unwrap_or_default(),
            reference: string(inner, "ref").unwrap_or_default(),
            text: joined(inner, "text"),
            at: string(inner, "at"),
            duration: string(inner, "duration"),
            outcome: string(inner, "outcome"),
            next: string(inner, "next"),
            due: string(inner, "due"),
            dry_run: flag(inner, "dry-run"),
        }),
        "capture" => Command::Capture {
            text: joined(inner, "text"),
            about: string(inner, "about"),
            dry_run: flag(inner, "dry-run"),
        },
        "undo" => Command::Undo {
            number: inner.get_one::<i64>("number").copied(),
            rest: flag(inner, "rest"),
            dry_run: flag(inner, "dry-run"),
        },
        "history" => Command::History {
            reference: string(inner, "ref"),
            mine: flag(inner, "mine"),
            limit: number(inner, "limit").unwrap_or(20),
        },
        "merge" => Command::Merge(super::MergeArgs {
            refs: strings(inner, "refs"),
            take: strings(inner, "take"),
            from: path(inner, "from"),
            dry_run: flag(inner, "dry-run"),
            yes: flag(inner, "yes"),
        }),
        "purge" => Command::Purge(super::PurgeArgs {
            refs: strings(inner, "refs"),
            entity: string(inner, "entity"),
            older_than: string(inner, "older-than"),
            filter: string(inner, "where"),
            merged: flag(inner, "merged"),
            dry_run: flag(inner, "dry-run"),
            yes: flag(inner, "yes"),
        }),
        "erase" => Command::Erase(super::EraseArgs {
            reference: string(inner, "ref").unwrap_or_default(),
            confirm: string(inner, "confirm"),
            dry_run: flag(inner, "dry-run"),
        }),
        "clean" => {
            if let Some((_, inner)) = inner.subcommand() {
                return Command::Retention { apply: flag(inner, "apply"), yes: flag(inner, "yes") };
            }
            Command::Clean(super::CleanArgs {
                entity: string(inner, "entity"),
                checks: strings(inner, "check"),
                filter: string(inner, "where"),
                limit: number(inner, "limit"),
                counts: flag(inner, "counts"),
                list: flag(inner, "list"),
                score: flag(inner, "score"),
                apply: flag(inner, "apply"),
                yes: flag(inner, "yes"),
            })
        }
        "restore-value" => Command::RestoreValue {
            reference: string(inner, "ref").unwrap_or_default(),
            field: string(inner, "field").unwrap_or_default(),
            from: inner.get_one::<i64>("from").copied().unwrap_or_default(),
            dry_run: flag(inner, "dry-run"),
        },
        "audit" => Command::Audit(match inner.subcommand() {
            Some(("verify", inner)) => AuditVerb::Verify { head: string(inner, "head") },
            Some(("anomalies", _)) => AuditVerb::Anomalies,
            Some((_, inner)) => AuditVerb::List {
                filter: string(inner, "where"),
                limit: number(inner, "limit").unwrap_or(50),
            },
            None => AuditVerb::List { filter: None, limit: 50 },
        }),
        "report" => Command::Report {
            name: string(inner, "name"),
            filter: string(inner, "where"),
            by: string(inner, "by"),
            file: path(inner, "file"),
            format: file_format(inner),
        },
        "import" | "export" if inner.contains_id("full") => {
            let file = path(inner, "full").unwrap_or_default();
            match name {
                "import" => Command::ImportFull { file },
                _ => Command::ExportFull { file },
            }
        }
        "import" => Command::Import(ImportArgs {
            noun: string(inner, "entity").unwrap_or_default(),
            file: path(inner, "file").unwrap_or_default(),
            map: inner.get_many::<PathBuf>("map").into_iter().flatten().cloned().collect(),
            save_map: string(inner, "save-map"),
            mode: string(inner, "mode"),
            matching: strings(inner, "match"),
            dates: string(inner, "dates"),
            several: string(inner, "several"),
            blank: string(inner, "blank"),
            defaults: strings(inner, "default"),
            make_options: flag(inner, "make-options"),
            skip_errors: flag(inner, "skip-errors"),
            resume: flag(inner, "resume"),
            keep_duplicates: flag(inner, "keep-duplicates"),
            encoding: string(inner, "encoding"),
            sheet: string(inner, "sheet"),
            errors: path(inner, "errors"),
            suggest: flag(inner, "suggest"),
            alone: flag(inner, "alone"),
            dry_run: flag(inner, "dry-run"),
        }),
        "export" => Command::Export(ExportArgs {
            noun: string(inner, "entity").unwrap_or_default(),
            file: path(inner, "file"),
            list: list(inner),
            exact: flag(inner, "exact"),
            format: file_format(inner),
        }),
        "access" => Command::Access(access_verb(inner)),
        "schema" => Command::Schema(schema(inner)),
        "demo" => Command::Demo(DemoArgs {
            customers: inner.get_one::<u32>("customers").copied().unwrap_or(300),
            seed: number(inner, "seed").unwrap_or(1),
            no_tui: flag(inner, "no-tui"),
        }),
        "tutor" => Command::Tutor,
        "serve-session" => Command::ServeSession(ServeArgs {
            user: string(inner, "user").unwrap_or_default(),
            exports: path(inner, "exports"),
        }),
        "ssh-keys" => Command::SshKeys(ssh_keys::verb(inner)),
        "doctor" => Command::Doctor { hash: flag(inner, "hash") },
        "config" => Command::Config(match inner.subcommand() {
            Some(("path", _)) => ConfigVerb::Path,
            Some(("template", _)) => ConfigVerb::Template,
            Some(("check", inner)) => ConfigVerb::Check(path(inner, "file")),
            _ => ConfigVerb::Show,
        }),
        "keys" => Command::Keys,
        "manual" => Command::Manual { chapter: string(inner, "chapter") },
        "completions" => Command::Completions { shell: string(inner, "shell").unwrap_or_default() },
        "man" => Command::Man { out: path(inner, "out") },
        noun => match super::people::understand(noun, inner) {
            Some(asked) => Command::People(asked),
            None => Command::Entity { noun: noun.to_owned(), verb: verb(inner) },
        },
    }
}

fn schema(matches: &ArgMatches) -> SchemaVerb {
    match matches.subcommand() {
        Some(("check", inner)) => SchemaVerb::Check(path(inner, "file").unwrap_or_default()),
        Some(("apply", inner)) if !flag(inner, "dry-run") => SchemaVerb::Apply {
            file: path(inner, "file").unwrap_or_default(),
            keep_in_notes: flag(inner, "keep-in-notes"),
        },
        Some(("plan" | "apply", inner)) => {
            SchemaVerb::Plan(path(inner, "file").unwrap_or_default())
        }
        Some(("export", _)) => SchemaVerb::Export,
        Some((_, inner)) => SchemaVerb::Show(string(inner, "entity")),
        None => SchemaVerb::Show(None),
    }
}

fn verb(matches: &ArgMatches) -> Verb {
    let Some((name, inner)) = matches.subcommand() else {
        return Verb::List(ListArgs::default());
    };
    let dry_run = flag(inner, "dry-run");
    if let Some(verb) = role_verb(name, inner) {
        return Verb::Role(verb);
    }
    match name {
        "tree" => Verb::Tree,
        "show" => Verb::Show { refs: strings(inner, "refs"), as_of: string(inner, "as-of") },
        "add" => Verb::Add { words: strings(inner, "words"), dry_run },
        "edit" => {
            let mut words = strings(inner, "words");
            words.extend(strings(inner, "set"));
            Verb::Edit { words, wide: wide(inner, dry_run) }
        }
        "delete" => Verb::Delete { refs: strings(inner, "refs"), wide: wide(inner, dry_run) },
        "restore" => Verb::Restore { refs: strings(inner, "refs"), wide: wide(inner, dry_run) },
        "history" => Verb::History {
            reference: string(inner, "ref").unwrap_or_default(),
            limit: number(inner, "limit").unwrap_or(20),
        },
        "move" => Verb::Move {
            reference: string(inner, "ref").unwrap_or_default(),
            stage: string(inner, "stage").unwrap_or_default(),
            reason: string(inner, "reason"),
            dry_run,
        },
        "snooze" => Verb::Snooze {
            refs: strings(inner, "refs"),
            until: string(inner, "until").unwrap_or_default(),
            dry_run,
        },
        "joined" => Verb::Joined { refs: strings(inner, "refs") },
        "lock" | "unlock" => Verb::Lock { refs: strings(inner, "refs"), locked: name == "lock" },
        "password" => Verb::Password { refs: strings(inner, "refs") },
        "done" => Verb::Done { refs: strings(inner, "refs"), dry_run },
        "leave" => Verb::Leave(LeaveArgs {
            user: string(inner, "user").unwrap_or_default(),
            to: string(inner, "to"),
            team: string(inner, "team"),
            rules: strings(inner, "rule"),
            rest: string(inner, "rest"),
            dry_run,
            yes: flag(inner, "yes"),
        }),
        "owns" => Verb::Owns { user: string(inner, "user").unwrap_or_default() },
        "back" => Verb::Back { user: string(inner, "user").unwrap_or_default(), dry_run },
        _ => Verb::List(list(inner)),
    }
}

fn list(matches: &ArgMatches) -> ListArgs {
    ListArgs {
        view: string(matches, "view"),
        filter: string(matches, "where"),
        sort: string(matches, "sort"),
        columns: string(matches, "columns"),
        limit: number(matches, "limit"),
        deleted: flag(matches, "deleted"),
        as_of: string(matches, "as-of"),
        count: flag(matches, "count"),
    }
}

// The subcommands do not all have the same arguments: asking for one that is not there is a "no".
pub(super) fn string(matches: &ArgMatches, id: &str) -> Option<String> {
    matches.try_get_one::<String>(id).ok().flatten().cloned()
}

pub(super) fn strings(matches: &ArgMatches, id: &str) -> Vec<String> {
    let values = matches.try_get_many::<String>(id).ok().flatten();
    values.map(|values| values.cloned().collect()).unwrap_or_default()
}

fn joined(matches: &ArgMatches, id: &str) -> String {
    strings(matches, id).join(" ")
}

fn path(matches: &ArgMatches, id: &str) -> Option<PathBuf> {
    matches.try_get_one::<PathBuf>(id).ok().flatten().cloned()
}

pub(super) fn paths(matches: &ArgMatches, id: &str) -> Vec<PathBuf> {
    let values = matches.try_get_many::<PathBuf>(id).ok().flatten();
    values.map(|values| values.cloned().collect()).unwrap_or_default()
}

fn number(matches: &ArgMatches, id: &str) -> Option<u64> {
    matches.try_get_one::<u64>(id).ok().flatten().copied()
}

fn wide(inner: &ArgMatches, dry_run: bool) -> Wide {
    Wide { filter: string(inner, "where"), dry_run, yes: flag(inner, "yes") }
}

pub(super) fn flag(matches: &ArgMatches, id: &str) -> bool {
    matches.try_get_one::<bool>(id).ok().flatten().copied().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &[&str]) -> Invocation {
        let args = std::iter::once("kontor").chain(line.iter().copied()).map(OsString::from);
        parse(args.collect()).unwrap()
    }

    fn edit_words(line: &[&str]) -> Vec<String> {
        match parsed(line).command {
            Command::Entity {
                verb: Verb::Edit { words, .. } | Verb::Add { words, .. }, ..
            } => words,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn global_flags_stand_anywhere() {
        let before = parsed(&["--db", "x.db", "--format", "json", "customer", "list"]);
        let after = parsed(&["customer", "list", "--db=x.db", "--format=json"]);
        assert_eq!(before, after);
        assert_eq!(before.globals.database, Some(PathBuf::from("x.db")));
        assert_eq!(before.globals.format, Some(OutputFormat::Json));
    }

    #[test]
    fn an_entity_alone_is_its_list() {
        assert_eq!(parsed(&["customers"]), parsed(&["customers", "list"]));
        let sorted = parsed(&["deals", "--sort", "-amount", "-n", "5"]);
        assert_eq!(sorted, parsed(&["deals", "list", "--sort=-amount", "--limit", "5"]));
    }

    #[test]
    fn fields_may_be_flags() {
        let pairs =
            edit_words(&["deal", "edit", "D-1", "amount=12k", "next_step=call", "--dry-run"]);
        let flags = edit_words(&[
            "deal",
            "edit",
            "D-1",
            "--amount=12k",
            "--next-step",
            "call",
            "--dry-run",
        ]);
        assert_eq!(pairs, flags);
        assert_eq!(pairs, ["D-1", "amount=12k", "next_step=call"]);
    }

    #[test]
    fn the_dash_for_standard_input_is_a_word() {
        assert_eq!(
            edit_words(&["customer", "edit", "-", "status=inactive"]),
            ["-", "status=inactive"]
        );
    }

    #[test]
    fn help_is_asked_for_in_two_ways() {
        let first = parsed(&["help", "customer", "list"]).command;
        assert_eq!(first, parsed(&["customer", "list", "--help"]).command);
        assert!(matches!(first, Command::Help(_)));
    }

    #[test]
    fn wrong_usage_is_told_with_the_likely_word() {
        let args = ["kontor", "customer", "lst"].map(OsString::from).to_vec();
        let error = parse(args).unwrap_err();
        assert_eq!((error.status(), error.phrase().as_str()), (2, "there is no command lst"));
        assert_eq!(error.hint().as_deref(), Some("did you mean list?"));
    }

    #[test]
    fn what_was_said_is_one_text() {
        let Command::Log(log) = parsed(&["log", "call", "C-1", "wants", "an offer"]).command else {
            panic!("not a log")
        };
        assert_eq!((log.kind.as_str(), log.text.as_str()), ("call", "wants an offer"));
    }
}
