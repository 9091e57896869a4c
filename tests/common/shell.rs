//! A person typing commands, through the library with a fixed clock.

use std::ffi::OsString;
use std::io::BufRead;
use std::path::PathBuf;
use std::sync::Arc;

use crate::common::{Counting, Fixed, noon};
use kontor::action::KeysFrom;
use kontor::cli::{self, Env, Facts, Quiet, Surroundings};
use kontor::model::{Entropy, Lang, Phrase};
use serde_json::Value as Json;

/// A database of its own and a person typing at it.
pub struct Shell {
    pub asked: Option<String>,
    pub terminal: bool,
    pub folder: tempfile::TempDir,
    pub entropy: Arc<Counting>,
    pub named: bool,
    pub width: Option<usize>,
    pub lang: Lang,
    pub tongue: kontor::gate::Tongue,
}

/// What came of a command.
#[derive(Debug)]
pub struct Said {
    pub out: String,
    #[allow(dead_code)]
    pub err: String,
    pub status: u8,
}

impl Shell {
    pub fn new() -> Self {
        Self {
            asked: None,
            terminal: false,
            folder: tempfile::tempdir().unwrap(),
            entropy: Arc::default(),
            named: false,
            width: None,
            lang: Lang::En,
            tongue: kontor::gate::Tongue::Said,
        }
    }

    /// Alice and Bo, each with a customer of their own.
    #[allow(dead_code)]
    pub fn company() -> Self {
        let shell = Self::new();
        for (name, login) in [("Alice Ng", "alice"), ("Bo Li", "bo")] {
            let (name, login) = (format!("name={name}"), format!("login={login}"));
            shell.done(&["user", "add", &name, &login, "roles=Sales rep"]);
        }
        shell.done(&["customer", "add", "name=Acme Pumps", "owner=Alice Ng"]);
        shell.done(&["customer", "add", "name=Borealis", "owner=Bo Li"]);
        shell
    }

    #[allow(dead_code)]
    pub fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    pub fn database(&self) -> PathBuf {
        self.folder.path().join("test.db")
    }

    pub fn type_in(&self, words: &[&str]) -> Said {
        self.pipe("", words)
    }

    pub fn pipe(&self, input: &str, words: &[&str]) -> Said {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let args = std::iter::once("kontor").chain(words.iter().copied()).map(OsString::from);
        let result = cli::parse(args.collect()).and_then(|invocation| {
            let mut reader: &mut dyn BufRead = &mut input.as_bytes();
            let mut env = Env {
                out: &mut out,
                err: &mut err,
                input: &mut reader,
                progress: &mut Quiet,
                apart: &kontor::exchange::read::Inside,
                width: self.width,
                color: false,
                lang: self.lang,
                tongue: self.tongue,
                zone: chrono_tz::Europe::Berlin,
                week_start: kontor::model::WeekStart::Monday,
                format: None,
                database: self.database(),
                database_named: self.named,
                database_flag: false,
                view_as: None,
                clock: Arc::new(Fixed(noon())),
                entropy: Arc::clone(&self.entropy) as Arc<dyn Entropy>,
                prompt: &mut cli::Nobody,
                state: Some(self.folder.path().join("state")),
                thresholds: kontor::gate::Thresholds::default(),
                served: None,
                asked: self.asked.clone(),
                facts: Facts {
                    home: Some(self.folder.path().to_owned()),
                    surroundings: Surroundings { terminal: self.terminal, ..facts().surroundings },
                    ..facts()
                },
            };
            cli::run(invocation, &mut env).map(|_| ())
        });
        let status = result.map_or_else(
            |error| {
                error.print(&mut err, self.lang).unwrap();
                error.status()
            },
            |()| 0,
        );
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Said { out: text(out), err: text(err), status }
    }

    /// What a client of SSH gets whose key is that of `user` and who asks for `line`.
    #[allow(dead_code)]
    pub fn ssh(&mut self, user: &str, line: &str) -> Said {
        self.ssh_with("", user, line)
    }

    /// The same with something on standard input.
    #[allow(dead_code)]
    pub fn ssh_with(&mut self, input: &str, user: &str, line: &str) -> Said {
        self.asked = Some(line.to_owned());
        let exports = self.folder.path().join("exports");
        let said = if exports.is_dir() {
            let exports = exports.to_str().unwrap().to_owned();
            self.pipe(input, &["serve-session", "--user", user, "--exports", &exports])
        } else {
            self.pipe(input, &["serve-session", "--user", user])
        };
        self.asked = None;
        said
    }

    /// Types it in and insists that it works.
    pub fn done(&self, words: &[&str]) -> String {
        let said = self.type_in(words);
        assert_eq!(said.status, 0, "{words:?}: {said:?}");
        said.out
    }

    #[allow(dead_code)]
    pub fn json(&self, words: &[&str]) -> Json {
        let words: Vec<&str> = words.iter().copied().chain(["--format", "json"]).collect();
        serde_json::from_str(&self.done(&words)).unwrap()
    }
}

pub fn facts() -> Facts {
    Facts {
        config_file: Some("/home/ana/.config/kontor/config.toml".into()),
        settings: vec![("language".into(), "en".into(), Phrase::raw("default"))],
        template: kontor::config::TEMPLATE,
        check: |name, text, home| {
            kontor::config::check(name, text, home).map_err(|error| (error.phrase(), error.hint))
        },
        keymap: KeysFrom::Preset("shipped".into()),
        home: None,
        program: Some("/usr/local/bin/kontor".into()),
        surroundings: Surroundings::default(),
    }
}
