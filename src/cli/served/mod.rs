//! `serve-session`: what the line of an SSH key runs, for whom that line names.
//!
//! Who it is for comes from the argument on the key line and from nowhere else. What the client asked for is
//! split into words by our own [`words`], held against [`allowed`], and run in this process: there is no
//! shell, no editor, no other program, and no file but in the export folder. Start at [`serve`].

mod allowed;
pub(super) mod exports;
mod words;

pub use words::{LONGEST, MOST, split};

use std::ffi::OsString;
use std::path::PathBuf;

use super::args::globals_by_hand;
use super::error::{CliError, Result};
use super::{Env, Outcome};
use crate::gate::{Gate, GateError, Tongue};
use crate::model::{RecordId, phrase};

/// What `serve-session` was told on the key line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServeArgs {
    /// The login.
    pub user: String,
    /// The folder that exports go into.
    pub exports: Option<PathBuf>,
}

/// For whom this process works, where that is somebody outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Served {
    /// The user.
    pub user: RecordId,
    /// Their login.
    pub login: String,
    /// The folder that exports go into; without it nothing is written outside the database.
    pub exports: Option<PathBuf>,
}

/// Does what the client asked for, as the user of the key line.
///
/// # Errors
/// Whoever is not one user who may act is turned away; whatever is not allowed is refused; what went wrong.
pub(super) fn serve(env: &mut Env<'_>, args: ServeArgs) -> Result<Outcome> {
    if env.served.is_some() {
        return Err(CliError::refused(phrase!("one served session does not start another")));
    }
    if !env.database.exists() {
        return Err(CliError::Refused {
            message: phrase!("the database is not there"),
            hint: Some(phrase!("whoever keeps it must look at --db on the line of the key")),
        });
    }
    if args.exports.as_ref().is_some_and(|folder| !folder.is_absolute() || !folder.is_dir()) {
        return Err(CliError::Refused {
            message: phrase!("the export folder is not there"),
            hint: Some(phrase!("whoever keeps it must look at --exports on the line of the key")),
        });
    }
    let gate = Gate::open(&env.database, env.open_options(false))?;
    let user = gate.user_of_login(&args.user).map_err(turned_away)?;
    // Whoever may not act is turned away before their command is looked at.
    drop(gate.session_of(user, crate::gate::Via::Cli).map_err(turned_away)?);
    drop(gate);
    let served = Served { user, login: args.user, exports: args.exports };
    match env.asked.take() {
        None if !env.facts.surroundings.terminal => Err(CliError::Refused {
            message: phrase!("there is neither a terminal nor a command"),
            hint: Some(phrase!(
                "`ssh -t HOST` opens the screens; `ssh HOST help` lists the commands"
            )),
        }),
        None => Ok(Outcome::Tui {
            database: env.database.clone(),
            temporary: None,
            tutor: false,
            served: Some(served),
            view_as: None,
        }),
        Some(line) => {
            let words = split(&line)?;
            let typed: Vec<OsString> = words.iter().map(OsString::from).collect();
            if let Some(lang) = globals_by_hand(&typed).lang {
                (env.lang, env.tongue) = (lang, Tongue::Said);
            }
            let lang = env.lang;
            let told = |error| CliError::In(lang, Box::new(error));
            let invocation = allowed::understood(words).map_err(told)?;
            env.color &= !invocation.globals.no_color;
            env.served = Some(served);
            super::run(invocation, env).map_err(told)
        }
    }
}

fn turned_away(error: GateError) -> CliError {
    match error {
        GateError::SignedOut { what } => CliError::Refused {
            message: what,
            hint: Some(phrase!("ask whoever keeps the users of this database")),
        },
        other => other.into(),
    }
}
