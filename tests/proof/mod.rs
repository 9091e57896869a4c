//! What the proofs of rights share: the size of a run, people who type, records as ids.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io::BufRead;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kontor::action::KeysFrom;
use kontor::cli::{self, Env, Facts, Quiet, Surroundings};
use kontor::gate::{GateError, ListRequest, Session};
use kontor::model::{Lang, RecordId};
use kontor::query::Query;

use super::common::{Counting, Fixed, noon};

pub mod oracle;
pub mod world;

/// Whether the large run was asked for.
pub fn large() -> bool {
    std::env::var_os("KONTOR_PROOF").is_some_and(|size| size == "large")
}

/// The small number, or the large one where the large run was asked for.
pub fn size(small: usize, large_one: usize) -> usize {
    if large() { large_one } else { small }
}

/// What came of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub out: String,
    pub err: String,
    pub status: u8,
}

/// Types a command at a database, as a user.
pub fn type_in(database: &Path, user: RecordId, words: &[&str]) -> Said {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let args = std::iter::once("kontor").chain(words.iter().copied()).map(OsString::from);
    let result = cli::parse(args.collect()).and_then(|invocation| {
        let mut reader: &mut dyn BufRead = &mut "".as_bytes();
        let mut env = Env {
            out: &mut out,
            err: &mut err,
            input: &mut reader,
            progress: &mut Quiet,
            apart: &kontor::exchange::read::Inside,
            width: None,
            color: false,
            lang: Lang::En,
            tongue: kontor::gate::Tongue::Said,
            zone: chrono_tz::Europe::Berlin,
            week_start: kontor::model::WeekStart::Monday,
            format: None,
            database: PathBuf::from(database),
            database_named: true,
            database_flag: false,
            served: Some(kontor::cli::Served { user, login: String::new(), exports: None }),
            asked: None,
            clock: Arc::new(Fixed(noon())),
            entropy: Arc::new(Counting::default()),
            view_as: None,
            prompt: &mut kontor::cli::Nobody,
            state: None,
            thresholds: kontor::gate::Thresholds::default(),
            facts: Facts {
                program: None,
                config_file: None,
                settings: Vec::new(),
                template: kontor::config::TEMPLATE,
                check: |_, _, _| Ok(None),
                keymap: KeysFrom::Preset("shipped".into()),
                home: None,
                surroundings: Surroundings::default(),
            },
        };
        cli::run(invocation, &mut env).map(|_| ())
    });
    let status = result.map_or_else(
        |error| {
            error.print(&mut err, Lang::En).unwrap();
            error.status()
        },
        |()| 0,
    );
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Said { out: text(out), err: text(err), status }
}

/// The records of a list; none where the whole entity is refused.
pub fn ids(session: &Session, entity: &str, filter: Option<Query>, deleted: bool) -> BTreeSet<i64> {
    let mut request = ListRequest::first(entity, 100_000);
    request.filter = filter;
    request.deleted = deleted;
    request.fields = vec!["id".into()];
    match session.list(&request) {
        Ok(page) => page.rows.iter().map(|row| row.id.0).collect(),
        Err(GateError::Denied(_)) => BTreeSet::new(),
        Err(other) => panic!("{entity}: {other:?}"),
    }
}
