//! What can be asked for on the command line, understood but not looked up.

use std::ffi::OsString;
use std::path::PathBuf;

use super::access_args::{AccessVerb, RoleVerb};
use super::clean::CleanArgs;
use super::leaving::LeaveArgs;
use super::many::Wide;
use super::merge::MergeArgs;
use super::output::OutputFormat;
use super::people::People;
use super::removal::{EraseArgs, PurgeArgs};
use super::served::ServeArgs;
use super::ssh_keys::KeysVerb;
use crate::exchange::export::ExportFormat;
use crate::model::Lang;

/// The flags that hold for every command.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Globals {
    /// `--db`.
    pub database: Option<PathBuf>,
    /// `--config`.
    pub config: Option<PathBuf>,
    /// `--format`.
    pub format: Option<OutputFormat>,
    /// `--lang`.
    pub lang: Option<Lang>,
    /// `--no-color`.
    pub no_color: bool,
    /// `--plain`.
    pub plain: bool,
    /// `--as`: the login of the user whose eyes are looked with.
    pub view_as: Option<String>,
}

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invocation {
    /// Flags that hold for every command.
    pub globals: Globals,
    /// The command.
    pub command: Command,
}

/// A command with its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// The screens.
    Tui,
    /// `--help` somewhere; the arguments without it decide whose.
    Help(Vec<OsString>),
    /// `--version`.
    Version,
    /// `find`.
    Find {
        /// What to look for.
        text: String,
        /// In which entities.
        entities: Vec<String>,
        /// A further condition.
        filter: Option<String>,
        /// At most how many.
        limit: u64,
    },
    /// `duplicates`.
    Duplicates(DuplicatesArgs),
    /// `agenda`.
    Agenda {
        /// `today`, `week` or `month`.
        period: String,
        /// `mine`, `team` or `all`.
        whose: String,
    },
    /// `who`.
    Who {
        /// The number or address.
        text: String,
    },
    /// `show`.
    Show {
        /// References or names.
        refs: Vec<String>,
        /// As they were then.
        as_of: Option<String>,
    },
    /// `<entity> <verb>`.
    Entity {
        /// The entity as typed.
        noun: Noun,
        /// What to do.
        verb: Verb,
    },
    /// `log`.
    Log(LogArgs),
    /// `capture`.
    Capture {
        /// The line.
        text: String,
        /// The record it is about, where the words do not say so clearly.
        about: Option<String>,
        /// Only say what would be done.
        dry_run: bool,
    },
    /// `undo`.
    Undo {
        /// The change set; my last one without.
        number: Option<i64>,
        /// Leave alone what somebody changed since.
        rest: bool,
        /// Only say what would be done.
        dry_run: bool,
    },
    /// `history`.
    History {
        /// Of one record.
        reference: Option<String>,
        /// Only what I did.
        mine: bool,
        /// At most how many.
        limit: u64,
    },
    /// `merge`.
    Merge(MergeArgs),
    /// `purge`.
    Purge(PurgeArgs),
    /// `erase`.
    Erase(EraseArgs),
    /// `clean`.
    Clean(CleanArgs),
    /// `clean retention`.
    Retention {
        /// Do what is due.
        apply: bool,
        /// Without being asked.
        yes: bool,
    },
    /// `restore-value`.
    RestoreValue {
        /// The record.
        reference: String,
        /// The field.
        field: String,
        /// The change set before which the value stood.
        from: i64,
        /// Only say what would be done.
        dry_run: bool,
    },
    /// `audit`.
    Audit(AuditVerb),
    /// `report`.
    Report {
        /// Which.
        name: Option<String>,
        /// Over which records.
        filter: Option<String>,
        /// In which groups.
        by: Option<String>,
        /// Into which file.
        file: Option<PathBuf>,
        /// In a form that only files have.
        format: Option<ExportFormat>,
    },
    /// Getting in and letting in: `sign-in`, `password`, `invite` ...
    People(People),
    /// `import`.
    Import(ImportArgs),
    /// `export`.
    Export(ExportArgs),
    /// `import --full`.
    ImportFull {
        /// The file, or `-`.
        file: PathBuf,
    },
    /// `export --full`.
    ExportFull {
        /// The file, or `-`.
        file: PathBuf,
    },
    /// `access`.
    Access(AccessVerb),
    /// `schema`.
    Schema(SchemaVerb),
    /// `tutor`.
    Tutor,
    /// `demo`.
    Demo(DemoArgs),
    /// `serve-session`.
    ServeSession(ServeArgs),
    /// `ssh-keys`.
    SshKeys(KeysVerb),
    /// `doctor`.
    Doctor {
        /// Only the hash of what the file says.
        hash: bool,
    },
    /// `config`.
    Config(ConfigVerb),
    /// `keys`.
    Keys,
    /// `manual`.
    Manual {
        /// Which chapter; the contents without.
        chapter: Option<String>,
    },
    /// `completions`.
    Completions {
        /// The shell.
        shell: String,
    },
    /// `man`.
    Man {
        /// The folder to write into.
        out: Option<PathBuf>,
    },
}

/// An entity as it was typed, not yet held against the catalogue.
pub type Noun = String;

/// What to do with records of an entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verb {
    /// `list`.
    List(ListArgs),
    /// `show`.
    Show {
        /// References or names.
        refs: Vec<String>,
        /// As they were then.
        as_of: Option<String>,
    },
    /// `add`.
    Add {
        /// `field=value` pairs.
        words: Vec<String>,
        /// Only say what would be done.
        dry_run: bool,
    },
    /// `edit`, and the verbs that are an edit.
    Edit {
        /// References and `field=value` pairs, mixed.
        words: Vec<String>,
        /// Which records instead of references, and whether they are written.
        wide: Wide,
    },
    /// `delete`.
    Delete {
        /// References or names.
        refs: Vec<String>,
        /// Which records instead of references, and whether they are written.
        wide: Wide,
    },
    /// `restore`.
    Restore {
        /// References or names.
        refs: Vec<String>,
        /// Which records instead of references, and whether they are written.
        wide: Wide,
    },
    /// `history`.
    History {
        /// The record.
        reference: String,
        /// At most how many.
        limit: u64,
    },
    /// `deal move`.
    Move {
        /// The deal.
        reference: String,
        /// The stage.
        stage: String,
        /// Why it was won or lost.
        reason: Option<String>,
        /// Only say what would be done.
        dry_run: bool,
    },
    /// `user joined`.
    Joined {
        /// The users; all who lack something without.
        refs: Vec<String>,
    },
    /// `user lock`, `user unlock`.
    Lock {
        /// The users.
        refs: Vec<String>,
        /// Locked out, or let in again.
        locked: bool,
    },
    /// `user password`.
    Password {
        /// The users.
        refs: Vec<String>,
    },
    /// `task snooze`.
    Snooze {
        /// The tasks.
        refs: Vec<String>,
        /// Until when.
        until: String,
        /// Only say what would be done.
        dry_run: bool,
    },
    /// What only roles can do.
    Role(RoleVerb),
    /// `team tree`.
    Tree,
    /// `task done`.
    Done {
        /// The tasks.
        refs: Vec<String>,
        /// Only say what would be done.
        dry_run: bool,
    },
    /// `user leave`.
    Leave(LeaveArgs),
    /// `user owns`.
    Owns {
        /// Who.
        user: String,
    },
    /// `user back`.
    Back {
        /// Who.
        user: String,
        /// Only say what would be done.
        dry_run: bool,
    },
}

/// Which records of an entity, and how.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListArgs {
    /// The view that says what is not said here.
    pub view: Option<String>,
    /// The condition.
    pub filter: Option<String>,
    /// The order.
    pub sort: Option<String>,
    /// The fields.
    pub columns: Option<String>,
    /// At most how many.
    pub limit: Option<u64>,
    /// The deleted ones.
    pub deleted: bool,
    /// As they were then.
    pub as_of: Option<String>,
    /// Only how many there are.
    pub count: bool,
}

/// What `log` was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogArgs {
    /// call, email, meeting, visit, note.
    pub kind: String,
    /// The record it is about.
    pub reference: String,
    /// What was said.
    pub text: String,
    /// When.
    pub at: Option<String>,
    /// How long.
    pub duration: Option<String>,
    /// What came of it.
    pub outcome: Option<String>,
    /// The next task.
    pub next: Option<String>,
    /// When that is due.
    pub due: Option<String>,
    /// Only say what would be done.
    pub dry_run: bool,
}

/// What `import` was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportArgs {
    /// The entity as typed.
    pub noun: Noun,
    /// The file.
    pub file: PathBuf,
    /// Map files or names of saved maps, one for each entity at most.
    pub map: Vec<PathBuf>,
    /// The name to keep the map by.
    pub save_map: Option<String>,
    /// `create`, `update` or `upsert`.
    pub mode: Option<String>,
    /// What rows are recognised by, in order; commas between fields that must all agree.
    pub matching: Vec<String>,
    /// How dates are written.
    pub dates: Option<String>,
    /// `add` or `replace`: what becomes of the values of a field that has several.
    pub several: Option<String>,
    /// `keep` or `clear`: what an empty cell does.
    pub blank: Option<String>,
    /// `FIELD=VALUE` for new records whose row says nothing.
    pub defaults: Vec<String>,
    /// Make the choices that are missing.
    pub make_options: bool,
    /// Import the sound rows although others cannot be.
    pub skip_errors: bool,
    /// Go on with what was begun.
    pub resume: bool,
    /// Make records although others that are as good as certainly the same are there.
    pub keep_duplicates: bool,
    /// The encoding of the text.
    pub encoding: Option<String>,
    /// The sheet of a workbook.
    pub sheet: Option<String>,
    /// Where rows with errors go.
    pub errors: Option<PathBuf>,
    /// Print a map file to start from.
    pub suggest: bool,
    /// Take the database alone.
    pub alone: bool,
    /// Only say what would be done.
    pub dry_run: bool,
}

/// What `export` was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportArgs {
    /// The entity as typed.
    pub noun: Noun,
    /// Where to; standard output without.
    pub file: Option<PathBuf>,
    /// Which records and fields.
    pub list: ListArgs,
    /// Cells exactly as they are, although a spreadsheet may take some for formulas.
    pub exact: bool,
    /// In a form that only files have.
    pub format: Option<ExportFormat>,
}

/// What `schema` was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SchemaVerb {
    /// `check FILE`.
    Check(PathBuf),
    /// `plan FILE`, or `apply FILE --dry-run`.
    Plan(PathBuf),
    /// `apply FILE`.
    Apply {
        /// The file.
        file: PathBuf,
        /// Keep what does not survive as notes.
        keep_in_notes: bool,
    },
    /// `show [ENTITY]`.
    Show(Option<String>),
    /// `export`.
    Export,
}

/// What `audit` was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditVerb {
    /// `list`.
    List {
        /// Which entries.
        filter: Option<String>,
        /// At most how many.
        limit: u64,
    },
    /// `verify`.
    Verify {
        /// The code of an entry that must be part of the log.
        head: Option<String>,
    },
    /// `anomalies`.
    Anomalies,
}

/// What `demo` was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DemoArgs {
    /// How many customers.
    pub customers: u32,
    /// Which company.
    pub seed: u64,
    /// Only make the file.
    pub no_tui: bool,
}

/// What `config` was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConfigVerb {
    /// The settings in force.
    Show,
    /// `path`.
    Path,
    /// `template`.
    Template,
    /// `check [FILE]`.
    Check(Option<PathBuf>),
}

/// What duplicates are looked for, and how.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DuplicatesArgs {
    /// Of which entity.
    pub entity: Option<String>,
    /// At least so likely.
    pub min: Option<f64>,
    /// Only among those.
    pub filter: Option<String>,
    /// Group by group.
    pub groups: bool,
    /// At most so many pairs.
    pub limit: Option<u64>,
    /// References of records that are no duplicates.
    pub apart: Vec<String>,
    /// Rules of one's own.
    pub rules: Option<PathBuf>,
    /// Only the rules are looked at.
    pub check: bool,
    /// Files of rows, instead of records.
    pub files: Vec<PathBuf>,
}

// The number of a command line is never one that is not equal to itself.
impl Eq for DuplicatesArgs {}
