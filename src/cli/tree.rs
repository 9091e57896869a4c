//! The tree of commands, for parsing, help, completions and man pages alike.
//!
//! Entities are words of the catalogue, so the tree takes them from its caller: one for parsing (the
//! word that was typed), all of them for help and documents.

use clap::builder::PossibleValue;
use clap::{Arg, ArgAction, Command, ValueHint, value_parser};
use std::path::PathBuf;

mod arg;
mod data;

use super::output::OutputFormat;
use crate::exchange::export::ExportFormat;
use arg::{assignments, plain, text};
pub(super) use arg::{dry_run, file, file_option, flag, many, option, references, required};
use data::data;

/// An entity as the tree needs it.
pub(super) struct Word {
    /// The word on the command line.
    pub name: String,
    /// One line about it.
    pub about: String,
    /// Its fields, for the help of `add` and `edit`: name and what it takes.
    pub fields: Vec<(String, String)>,
}

/// The words that are commands, not entities.
pub(super) const COMMANDS: [&str; 38] = [
    "find",
    "duplicates",
    "who",
    "show",
    "log",
    "capture",
    "agenda",
    "access",
    "undo",
    "history",
    "merge",
    "purge",
    "erase",
    "clean",
    "restore-value",
    "audit",
    "report",
    "sign-in",
    "sign-out",
    "password",
    "second-factor",
    "invite",
    "join",
    "session",
    "import",
    "export",
    "schema",
    "demo",
    "tutor",
    "serve-session",
    "ssh-keys",
    "doctor",
    "config",
    "keys",
    "manual",
    "completions",
    "man",
    "help",
];

/// Global flags that take a value.
pub(super) const VALUED: [&str; 5] = ["--db", "--config", "--format", "--lang", "--as"];

/// The whole tree over these entities.
pub(super) fn tree(entities: &[Word]) -> Command {
    let mut root = Command::new("kontor")
        .about("A CRM that lives in the terminal")
        .version(env!("CARGO_PKG_VERSION"))
        .long_about(
            "A CRM that lives in the terminal.\n\nWithout a command it opens the screens. Data goes to \
             standard output, talk to standard error.",
        )
        .after_help(after_help(entities))
        .disable_help_subcommand(true)
        .infer_subcommands(false)
        .args(globals())
        .arg(plain())
        .subcommands(lookups())
        .subcommands(data())
        .subcommands(super::removal::tree())
        .subcommands(super::people::tree())
        .subcommand(super::access_args::access())
        .subcommands(program());
    for word in entities {
        root = root.subcommand(entity(word));
    }
    root
}

fn after_help(entities: &[Word]) -> String {
    let names: Vec<&str> = entities.iter().map(|word| word.name.as_str()).collect();
    let mut text = String::new();
    if names.len() > 1 {
        text.push_str("Entities (kontor ENTITY list|show|add|edit|delete|restore|history):\n  ");
        text.push_str(&names.join(", "));
        text.push_str("\n\n");
    }
    text.push_str(
        "Examples:\n  kontor find acme\n  kontor customer list --where 'status = active' --sort -revenue\n  \
         kontor deal add name='200 pumps' customer=C-12 amount=84k\n  kontor log call C-12 'wants an offer' \
         --next 'send offer' --due fri\n\nExit status: 0 done, 1 refused or failed, 2 wrong usage, 255 a fault of \
         the program.",
    );
    text
}

/// The words of all formats: those that every command prints in, then those of files, which only `export` and
/// `report` take and tell of.
fn formats() -> Vec<PossibleValue> {
    let of_files = ExportFormat::OF_FILES.map(|word| PossibleValue::new(word).hide(true));
    OutputFormat::WORDS.into_iter().map(PossibleValue::new).chain(of_files).collect()
}

fn globals() -> [Arg; 6] {
    let global = |arg: Arg| arg.global(true).help_heading("Everywhere");
    [
        global(
            Arg::new("db")
                .long("db")
                .value_name("FILE")
                .value_parser(value_parser!(PathBuf))
                .value_hint(ValueHint::FilePath)
                .help("The database file [KONTOR_DB]"),
        ),
        global(
            Arg::new("config")
                .long("config")
                .value_name("FILE")
                .value_parser(value_parser!(PathBuf))
                .value_hint(ValueHint::FilePath)
                .help("The config file [KONTOR_CONFIG]"),
        ),
        global(
            Arg::new("format")
                .long("format")
                .value_name("FORMAT")
                .value_parser(formats())
                .help("How to print"),
        ),
        global(
            Arg::new("no-color")
                .long("no-color")
                .action(ArgAction::SetTrue)
                .help("No colours [NO_COLOR]"),
        ),
        global(
            Arg::new("lang")
                .long("lang")
                .value_name("LANG")
                .value_parser(["en", "zh"])
                .help("Language of labels and messages"),
        ),
        global(
            Arg::new("as")
                .long("as")
                .value_name("LOGIN")
                .help("See it as this user does, and change nothing (a right of its own)"),
        ),
    ]
}

fn lookups() -> Vec<Command> {
    vec![
        Command::new("find")
            .about("Find records by anything: name, reference, mail, phone, words, pinyin")
            .arg(text("text", "TEXT", "What to look for"))
            .arg(many("in", "ENTITY", "Only in this entity (repeatable)"))
            .arg(option("where", "QUERY", "A further condition (with one --in)"))
            .arg(limit("20")),
        Command::new("duplicates")
            .about("Records that are likely the same, with the reasons; or rows of files")
            .arg(
                Arg::new("entity")
                    .value_name("ENTITY")
                    .help("Of what: customer, contact, lead, or an entity with rules of its own"),
            )
            .arg(
                option("min", "SCORE", "Only pairs that are at least so likely, from 0 to 1")
                    .value_parser(value_parser!(f64)),
            )
            .arg(
                option("where", "QUERY", "Only among the records that fit")
                    .allow_hyphen_values(true),
            )
            .arg(flag("groups", "Group by group: records that are all the same"))
            .arg(
                Arg::new("limit")
                    .long("limit")
                    .short('n')
                    .value_name("N")
                    .value_parser(value_parser!(u64))
                    .help("At most so many"),
            )
            .arg(
                option(
                    "not",
                    "REF",
                    "Remember for everybody that these are no duplicates: C-1 C-2",
                )
                .num_args(2..),
            )
            .arg(file_option("rules", "FILE", "Rules of your own, laid over those in force"))
            .arg(flag("check", "Only say what the rules compare"))
            .arg(
                file_option(
                    "file",
                    "FILE",
                    "Rows of a file instead; twice: of two held against each other",
                )
                .action(ArgAction::Append),
            ),
        Command::new("who")
            .about("Whose phone number, mail address or web address is this, however it is written")
            .arg(text("text", "TEXT", "The number or address")),
        Command::new("show")
            .about("Show records with all that hangs on them")
            .arg(references(
                "REF",
                "References (C-1042), names, or - for references from standard input",
            ))
            .arg(as_of()),
    ]
}

fn audit() -> Command {
    Command::new("audit")
        .about("The log of what happened: changes, sign-ins, refusals, exports, reports")
        .subcommand_required(true)
        .subcommand(
            Command::new("list")
                .about("Entries, newest first")
                .arg(
                    option("where", "QUERY", "Which: 'kind = export and at in last 7 days'")
                        .allow_hyphen_values(true),
                )
                .arg(limit("50"))
                .after_help(
                    "Fields: at, who, name, via, kind, entity, record, what, count, why\nKinds: change, \
                     schema, sign_in, sign_in_denied, confirmed, joined, invited, password, second_factor, \
                     sign_out, seat_ended, locked, unlocked, key_added, key_removed, refused, export, view_as, view_as_end, report, verified, backup, purged, erased\n\nExamples:\n  \
                     kontor audit list --where 'kind = export and count > 100'\n  \
                     kontor audit list --where 'who = me and at = today'\n  \
                     kontor audit list --where 'record = C-12' --format json",
                ),
        )
        .subcommand(
            Command::new("verify")
                .about("Check that no entry was altered, taken out or put in; print the head as a short code")
                .arg(option("head", "CODE", "Also: is the entry with this code still part of the log")),
        )
        .subcommand(
            Command::new("anomalies")
                .about("What was unusual in the last days, held against what each person usually does"),
        )
}

fn program() -> Vec<Command> {
    vec![
        Command::new("demo")
            .about("Make a believable company and open the screens on it")
            .arg(
                Arg::new("customers")
                    .long("customers")
                    .value_name("N")
                    .default_value("300")
                    .value_parser(value_parser!(u32).range(1..=1_000_000))
                    .help("How many customers, up to a million"),
            )
            .arg(
                Arg::new("seed")
                    .long("seed")
                    .value_name("N")
                    .default_value("1")
                    .value_parser(value_parser!(u64))
                    .help("Another number makes another company"),
            )
            .arg(flag("no-tui", "Only make the file (needs --db)"))
            .arg(plain()),
        Command::new("tutor")
            .about("A first half hour with the screens, step by step, on a file of its own")
            .arg(plain()),
        Command::new("serve-session")
            .about("What the line of an SSH key runs: the screens, or one command, for its user")
            .arg(option("user", "LOGIN", "For whom: their login, to the letter").required(true))
            .arg(file_option("exports", "DIR", "The folder that exports may be written into")),
        super::ssh_keys::tree(),
        Command::new("doctor")
            .about("Check the file, the settings and the terminal, and say what to do")
            .arg(flag(
                "hash",
                "Only print one hash over all that the file says: equal content, equal hash",
            )),
        Command::new("config")
            .about("The settings in force and where they come from")
            .subcommand(Command::new("path").about("Where the config file is, or belongs"))
            .subcommand(Command::new("template").about("Print an annotated config file"))
            .subcommand(Command::new("check").about("Look a config file over").arg(file(
                "file",
                "FILE",
                "The file; the one in force without it",
            ))),
        Command::new("keys").about("What every key of the screens does, as you have set them"),
        Command::new("manual").about("Read the manual; without a chapter: its contents").arg(
            Arg::new("chapter").value_name("CHAPTER").help("Its name, or the beginning of it"),
        ),
        Command::new("completions").about("Print completions for a shell").arg(
            Arg::new("shell")
                .value_name("SHELL")
                .required(true)
                .value_parser(["bash", "zsh", "fish", "elvish", "powershell"])
                .help("The shell"),
        ),
        Command::new("man")
            .about("Print the manual page, or write one per command into a folder")
            .arg(file_option("out", "DIR", "The folder")),
    ]
}

fn entity(word: &Word) -> Command {
    let fields = field_help(&word.fields);
    let mut command = Command::new(word.name.clone())
        .about(word.about.clone())
        .hide(true)
        .subcommand_required(true)
        .subcommand(
            Command::new("list")
                .about("List them, filtered and sorted")
                .args(list_args(true))
                .after_help(fields.clone()),
        )
        .subcommand(
            Command::new("show")
                .about("Show some with all that hangs on them")
                .arg(references("REF", "References or names, or - for standard input"))
                .arg(as_of()),
        )
        .subcommand(
            Command::new("add")
                .about("Make a new one")
                .arg(assignments("field=value pairs, or --field value"))
                .arg(dry_run())
                .after_help(fields.clone()),
        )
        .subcommand(
            Command::new("edit")
                .about("Change fields of one or many, as one change set")
                .arg(
                    assignments(
                        "References (or - for standard input) and field=value pairs; field= empties",
                    )
                    .required(false)
                    .required_unless_present("set"),
                )
                .arg(
                    option("set", "FIELD=VALUE", "With --where: also field+=vip, amount+=10%, due+=7d")
                        .action(ArgAction::Append)
                        .allow_hyphen_values(true),
                )
                .args(wide())
                .arg(dry_run())
                .after_help(fields),
        )
        .subcommand(put_away("delete", "Put away; they can be restored"))
        .subcommand(put_away("restore", "Bring deleted ones back"))
        .subcommand(
            Command::new("history")
                .about("What was changed, when, by whom and why")
                .arg(required("ref", "REF", "The record"))
                .arg(limit("20")),
        );
    if word.name == "deal" {
        command = command.subcommand(
            Command::new("move")
                .about("Move a deal to a stage")
                .arg(required("ref", "REF", "The deal"))
                .arg(required("stage", "STAGE", "The stage, by name or value"))
                .arg(option("reason", "TEXT", "Why it was won or lost"))
                .arg(dry_run()),
        );
    }
    if word.name == "user" {
        command = command.subcommands(super::leaving::verbs());
        command = command.subcommand(super::joining::verb());
        command = command.subcommands(super::people::user_verbs());
    }
    if word.name == "role" {
        command = super::access_args::role(command);
    }
    if word.name == "team" {
        command = super::access_args::team(command);
    }
    if word.name == "task" {
        command = command.subcommand(
            Command::new("done")
                .about("Complete tasks; the next one is made of those that repeat")
                .arg(references("REF", "The tasks, or - for standard input"))
                .arg(dry_run()),
        );
        command = command.subcommand(
            Command::new("snooze")
                .about("Put tasks off: out of the way until then, back with a reminder")
                .arg(references("REF", "The tasks, or - for standard input"))
                .arg(
                    option("until", "WHEN", "Until when: +1h, 'tomorrow 9:00', mon")
                        .required(true)
                        .allow_hyphen_values(true),
                )
                .arg(dry_run()),
        );
    }
    command
}

/// Coming and going.
fn field_help(fields: &[(String, String)]) -> String {
    if fields.is_empty() {
        return String::new();
    }
    let width = fields.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let lines: Vec<String> =
        fields.iter().map(|(name, takes)| format!("  {name:width$}  {takes}")).collect();
    format!("Fields:\n{}", lines.join("\n"))
}

fn put_away(name: &'static str, about: &'static str) -> Command {
    Command::new(name)
        .about(about)
        .arg(
            references("REF", "References or names, or - for standard input")
                .required(false)
                .required_unless_present("where"),
        )
        .args(wide())
        .arg(dry_run())
}

/// Instead of references: all records that fit.
fn wide() -> [Arg; 2] {
    [
        option("where", "QUERY", "All that fit instead of references: 'status = former'")
            .allow_hyphen_values(true),
        flag("yes", "However many there are"),
    ]
}

fn list_args(counting: bool) -> Vec<Arg> {
    let mut args = vec![
        option("view", "NAME", "A view of the schema or a saved one: open, \"Big ones\""),
        option("where", "QUERY", "Which: 'stage = proposal and amount >= 10k'")
            .allow_hyphen_values(true),
        option("sort", "FIELDS", "In which order: -amount,name").allow_hyphen_values(true),
        option("columns", "FIELDS", "Which fields: name,phones"),
        Arg::new("limit")
            .long("limit")
            .short('n')
            .value_name("N")
            .value_parser(value_parser!(u64))
            .help("At most so many"),
        flag("deleted", "The deleted ones"),
    ];
    if counting {
        args.push(flag("count", "Only how many there are"));
        args.push(as_of().long_help(
            "As they were at the end of that day, or at that time: all that were there then, in the \
             order of their numbers. Not with --where, --view, --sort, --deleted or --count, which ask \
             about what is there now. Computed fields are blank",
        ));
    }
    args
}

fn as_of() -> Arg {
    option(
        "as-of",
        "WHEN",
        "As it was at the end of that day, or at that time; computed fields are blank",
    )
    .allow_hyphen_values(true)
}

fn limit(default: &'static str) -> Arg {
    Arg::new("limit")
        .long("limit")
        .short('n')
        .value_name("N")
        .default_value(default)
        .value_parser(value_parser!(u64))
        .help("At most so many")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_is_sound() {
        let word = |name: &str| Word { name: name.into(), about: name.into(), fields: Vec::new() };
        tree(&[word("customer"), word("deal"), word("task"), word("user")]).debug_assert();
    }

    #[test]
    fn every_command_is_known_to_the_scanner() {
        let tree = tree(&[]);
        for command in tree.get_subcommands() {
            assert!(COMMANDS.contains(&command.get_name()), "{}", command.get_name());
        }
        for argument in tree.get_arguments() {
            let takes_value = argument.get_action().takes_values();
            let name = format!("--{}", argument.get_long().unwrap_or_default());
            if takes_value {
                assert!(VALUED.contains(&name.as_str()), "{name}");
            }
        }
    }
}
