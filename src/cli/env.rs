//! All that a command may touch outside the database, handed in by whoever runs it.

use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono_tz::Tz;

use super::OutputFormat;
use super::entry::{Entry, Prompt};
use super::output::Paper;
use super::served::Served;
use crate::action::KeysFrom;
use crate::exchange::read::Apart;
use crate::gate::{Gate, OpenOptions, Session, Thresholds, Tongue, Via};
use crate::model::{Clock, Entropy, Lang, Phrase, WeekStart};
use crate::term::{Clean, said};

/// What a command works with.
pub struct Env<'a> {
    /// Where data goes.
    pub out: &'a mut dyn Write,
    /// Where talk goes.
    pub err: &'a mut dyn Write,
    /// Where references come from when `-` is given.
    pub input: &'a mut dyn BufRead,
    /// Tells how far long work is.
    pub progress: &'a mut dyn Progress,
    /// Reads files apart from the program.
    pub apart: &'a dyn Apart,
    /// Cells in a line where `out` is a terminal; none elsewhere: then nothing is cut.
    pub width: Option<usize>,
    /// Emphasis may be used on `out`.
    pub color: bool,
    /// The language of labels.
    pub lang: Lang,
    /// Who said so: what nobody said, the person's own choices do.
    pub tongue: Tongue,
    /// The zone of days and times.
    pub zone: Tz,
    /// The day weeks begin on.
    pub week_start: WeekStart,
    /// The format where no flag says otherwise.
    pub format: Option<OutputFormat>,
    /// The database file.
    pub database: PathBuf,
    /// The user named that file: a command that only reads does not make it.
    pub database_named: bool,
    /// The user named it on the command line: demo data goes there.
    pub database_flag: bool,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub entropy: Arc<dyn Entropy>,
    /// From where on something in the audit log is unusual.
    pub thresholds: Thresholds,
    /// Asks the person at the terminal.
    pub prompt: &'a mut dyn Prompt,
    /// The folder of what the program keeps between two starts.
    pub state: Option<PathBuf>,
    /// The login of the user whose eyes are looked with, where somebody only looks.
    pub view_as: Option<String>,
    /// Somebody outside for whom it works; the owner of the file without.
    pub served: Option<Served>,
    /// What an SSH client asked for, for `serve-session`.
    pub asked: Option<String>,
    /// What is known about settings and surroundings, for `config` and `doctor`.
    pub facts: Facts,
}

impl Env<'_> {
    /// How to open the database.
    #[must_use]
    pub fn open_options(&self, create: bool) -> OpenOptions {
        OpenOptions {
            create,
            clock: Arc::clone(&self.clock),
            entropy: Arc::clone(&self.entropy),
            zone: self.zone,
            week_start: self.week_start,
        }
    }

    /// Where the person comes from, as the list of sessions shows it.
    pub(super) fn from(&self) -> String {
        self.facts.surroundings.from.clone().unwrap_or_else(|| "local".to_owned())
    }

    /// A session on the file, for a command that is about its data.
    pub(super) fn session(&mut self, gate: &Gate, via: Via) -> super::Result<Session> {
        if let Some(served) = &self.served {
            return Ok(gate.session_of(served.user, via)?);
        }
        let from = self.from();
        let state = self.state.as_deref();
        let prompt = &mut *self.prompt;
        Entry { prompt, state, lang: self.lang, from: &from }.session(gate, via)
    }

    pub(super) fn paper(&self) -> Paper {
        Paper { width: self.width, color: self.color, lang: self.lang }
    }

    /// A phrase in the user's language.
    #[must_use]
    pub fn told(&self, phrase: &Phrase) -> String {
        said(self.lang, phrase)
    }

    /// Says something to the person, beside the data.
    pub(super) fn say(&mut self, phrase: &Phrase) -> std::io::Result<()> {
        let text = self.told(phrase);
        writeln!(self.err, "{}", Clean::block(&text).as_str())
    }
}

/// What is known about settings and surroundings.
#[derive(Debug, Clone)]
pub struct Facts {
    /// The config file that was read, or would be if it were there.
    pub config_file: Option<PathBuf>,
    /// Name, value and origin of every setting.
    pub settings: Vec<(String, String, Phrase)>,
    /// The annotated config file to start from.
    pub template: &'static str,
    /// Looks over the text of a config file.
    pub check: Check,
    /// Where the keys of the screens come from.
    pub keymap: KeysFrom,
    /// The user's home directory, for `~/` in files that are looked over and for the file of SSH keys.
    pub home: Option<PathBuf>,
    /// This program, for what is to start it.
    pub program: Option<PathBuf>,
    /// What the terminal is like.
    pub surroundings: Surroundings,
}

/// What the terminal is like, for `doctor`.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// The output is a terminal.
    pub terminal: bool,
    /// What it says it is.
    pub term: Option<String>,
    /// The session comes over SSH.
    pub over_ssh: bool,
    /// From which address; none where it is this machine.
    pub from: Option<String>,
    /// The command of the user's editor.
    pub editor: Option<String>,
}

/// Looks over the text of a config file, which it is handed with its name and the home directory: where
/// it takes the keys from, or what is wrong, and a hint.
pub type Check = fn(
    &str,
    &str,
    Option<&Path>,
) -> std::result::Result<Option<KeysFrom>, (Phrase, Option<Phrase>)>;

/// Tells how far long work is, where somebody watches.
pub trait Progress {
    /// Work begins; `total` steps where that is known.
    fn start(&mut self, what: String, total: Option<u64>);
    /// So many steps are done.
    fn at(&mut self, done: u64);
    /// Work is over.
    fn finish(&mut self);
}

/// Nobody watches.
#[derive(Debug, Clone, Copy, Default)]
pub struct Quiet;

impl Progress for Quiet {
    fn start(&mut self, _: String, _: Option<u64>) {}
    fn at(&mut self, _: u64) {}
    fn finish(&mut self) {}
}
