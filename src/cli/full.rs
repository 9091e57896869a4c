//! `export --full` and `import --full`: everything out, and everything into a new file.
//!
//! A file is written as a whole or not at all, never over another one, and for the eyes of its owner alone.

use std::io::{BufWriter, Write};
use std::path::Path;

use super::Env;
use super::desk::{Desk, Need};
use super::error::{CliError, Result};
use super::exchange::file_error;
use super::import::open;
use super::sign_in::confirmed;
use crate::exchange::export::ExportError;
use crate::exchange::{Beside, full};
use crate::gate::Contents;
use crate::model::{Phrase, phrase};

/// The name that stands for the standard output or input.
const STREAM: &str = "-";

/// Writes everything out.
pub(super) fn export(env: &mut Env<'_>, file: &Path) -> Result<()> {
    let stream = file == Path::new(STREAM);
    if stream && env.width.is_some() {
        return Err(CliError::Refused {
            message: phrase!("everything is too much for a terminal"),
            hint: Some(phrase!(
                "name a file, or hand it on: kontor export --full - | zstd > all.zst"
            )),
        });
    }
    if !stream && file.symlink_metadata().is_ok() {
        return Err(file_error(file, std::io::ErrorKind::AlreadyExists.into()));
    }
    let mut desk = Desk::open(env, Need::File)?;
    let target = if stream { "stdout".to_owned() } else { file.display().to_string() };
    let contents = confirmed(&mut desk, |session| session.everything(&target))?;
    let written = if stream {
        write(&mut desk, &contents, None)?
    } else {
        let beside = Beside::of(file).map_err(|source| file_error(file, source))?;
        let mut writer = BufWriter::new(beside.file());
        let written = write(&mut desk, &contents, Some(&mut writer))?;
        writer.flush().map_err(|source| file_error(file, source))?;
        drop(writer);
        beside.put_new().map_err(|source| file_error(file, source))?;
        written
    };
    if !written.sound {
        desk.say(&phrase!(
            "The chain of history is not whole in this file; `kontor doctor` says where."
        ))?;
    }
    let full::Written { records, changes, hash, .. } = written;
    desk.say(&phrase!(
        "{records} {records?record|records} and {changes} {changes?entry|entries} of history written.\ncontent {hash}",
        records,
        changes,
        hash
    ))
}

fn write(
    desk: &mut Desk<'_, '_>,
    contents: &Contents,
    file: Option<&mut dyn Write>,
) -> Result<full::Written> {
    let total = contents.records()?;
    let env = &mut *desk.env;
    env.progress.start(env.told(&phrase!("Writing everything")), Some(total));
    let progress = &mut *env.progress;
    let mut far = |records| progress.at(records);
    let written = match file {
        Some(file) => full::write(contents, file, &mut far),
        None => full::write(contents, &mut *env.out, &mut far),
    };
    env.progress.finish();
    written.map_err(|error| match error {
        ExportError::Gate(error) => CliError::Gate(error),
        ExportError::Write(error) => CliError::Output(error),
        ExportError::Unfit(what) => CliError::refused(what),
        // Nobody holds a wish to stop this.
        ExportError::Stopped => CliError::Output(std::io::ErrorKind::Interrupted.into()),
    })
}

/// Makes the database of the environment anew of everything that was written out.
pub(super) fn import(env: &mut Env<'_>, file: &Path) -> Result<()> {
    let from = open(file, env)?;
    let database = env.database.clone();
    env.progress.start(env.told(&phrase!("Bringing everything in")), None);
    let progress = &mut *env.progress;
    let restored = full::read(from, &database, &mut |records, _| progress.at(records));
    env.progress.finish();
    let restored = restored
        .map_err(|error| CliError::Refused { message: error.phrase(), hint: error.hint() })?;
    if let Some((number, why)) = &restored.broken {
        env.say(&phrase!(
            "The chain of history is not whole, as it was not in the file that was written out: change set {number}: {why}",
            number = *number,
            why
        ))?;
    }
    env.say(&phrase!(
        "{records} {records?record|records} and {changes} {changes?entry|entries} of history are in {path} now.\ncontent {hash}",
        records = restored.records,
        changes = restored.changes,
        path = Phrase::raw(database.display().to_string()),
        hash = &restored.hash
    ))?;
    env.say(&phrase!("Nobody has a password there yet: set them before others get at the file."))?;
    Ok(())
}
