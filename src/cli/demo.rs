//! `demo`: a believable company to try things on; `tutor`: a small one to learn with.

use super::command::DemoArgs;
use super::error::{CliError, Result};
use super::{Env, Outcome};
use tempfile::TempDir;

use crate::demo::{Recipe, make, practice};
use crate::model::phrase;

/// Makes the demo file: a temporary one, or the one that was named.
pub(super) fn demo(env: &mut Env<'_>, args: DemoArgs) -> Result<Outcome> {
    let temporary = if env.database_flag {
        None
    } else {
        if args.no_tui {
            let hint = phrase!("kontor demo --db FILE --no-tui");
            return Err(CliError::word(phrase!("--no-tui needs a file to make"), Some(hint)));
        }
        Some(folder()?)
    };
    let database = match &temporary {
        Some(folder) => folder.path().join("demo.db"),
        None => env.database.clone(),
    };
    if database.exists() {
        return Err(CliError::Refused {
            message: phrase!(
                "{database} is there already; demo data goes into a new file",
                database = database.display().to_string()
            ),
            hint: Some(phrase!(
                "name another file with --db, or leave --db out for a temporary one"
            )),
        });
    }
    let recipe = Recipe { customers: args.customers, seed: args.seed };
    let options = env.open_options(true);
    let what = env.told(&phrase!("Making customers"));
    env.progress.start(what, Some(u64::from(args.customers)));
    let progress = &mut *env.progress;
    let made = make(&database, recipe, &options, &mut |done, _| progress.at(done));
    env.progress.finish();
    made?;
    if args.no_tui {
        env.say(&phrase!("{file} is ready.", file = database.display()))?;
        return Ok(Outcome::Done);
    }
    Ok(Outcome::Tui { database, temporary, tutor: false, served: None, view_as: None })
}

/// Makes the small company of the tutor in a temporary file and opens the screens on it.
pub(super) fn tutor(env: &mut Env<'_>) -> Result<Outcome> {
    let folder = folder()?;
    let database = folder.path().join("tutor.db");
    practice(&database, &env.open_options(true))?;
    Ok(Outcome::Tui { database, temporary: Some(folder), tutor: true, served: None, view_as: None })
}

fn folder() -> Result<TempDir> {
    let folder = tempfile::Builder::new().prefix("kontor-demo-").tempdir();
    folder.map_err(|source| CliError::File { path: phrase!("temporary folder"), source })
}
