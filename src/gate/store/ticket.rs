//! The ticket: an advisory lock on a file beside the database that every writer holds while it writes.
//!
//! `SQLite`'s own back-off lets a writer wait for seconds; with the ticket people wait milliseconds, and
//! the kernel gives it back when a process dies.

use crate::model::Phrase;
use crate::model::phrase;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::gate::error::{GateError, Result};

/// How long a person's write waits for others.
const PATIENCE: Duration = Duration::from_secs(15);

/// The right to write, until dropped.
pub struct Ticket {
    file: File,
}

impl Ticket {
    /// Waits for the ticket of the database at `path`.
    ///
    /// `holder` says what is being done (`import of a.csv`), for those who have to wait.
    pub fn take(path: &Path, holder: &str) -> Result<Self> {
        Self::take_within(path, holder, PATIENCE)
    }

    /// As [`Ticket::take`], for those who wait less or more.
    pub fn take_within(path: &Path, holder: &str, patience: Duration) -> Result<Self> {
        let place = beside(path);
        let refused = |what: Phrase| GateError::File {
            path: place.display().to_string(),
            what,
            hint: Some(phrase!("the folder of the database must be writable")),
        };
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&place)
            .map_err(|error| {
                refused(phrase!(
                    "cannot write beside the database: {error}",
                    error = Phrase::io(&error)
                ))
            })?;
        let began = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if began.elapsed() < patience => {
                    std::thread::sleep(Duration::from_micros(700));
                }
                Err(TryLockError::WouldBlock) => {
                    return Err(GateError::File {
                        path: path.display().to_string(),
                        what: phrase!(
                            "{file} holds the file; nothing was written",
                            file = read(&mut file)
                        ),
                        hint: Some(phrase!("try again when it has finished")),
                    });
                }
                Err(TryLockError::Error(error)) => {
                    return Err(refused(phrase!(
                        "cannot lock: {error}",
                        error = Phrase::io(&error)
                    )));
                }
            }
        }
        // Who holds it is a courtesy to those who wait; writing must not fail for it.
        if !holder.is_empty() {
            let _ = file.set_len(0);
            let _ = file.rewind();
            let _ = write!(file, "{holder} (process {})", std::process::id());
        }
        Ok(Self { file })
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let _ = self.file.unlock();
    }
}

/// Who holds the ticket of the database at `path` now, if anybody does.
pub fn holder(path: &Path) -> Option<String> {
    let mut file = File::open(beside(path)).ok()?;
    match file.try_lock_shared() {
        Err(TryLockError::WouldBlock) => Some(read(&mut file)),
        _ => None,
    }
}

fn read(file: &mut File) -> String {
    let mut text = String::new();
    let _ = file.rewind();
    let _ = file.take(200).read_to_string(&mut text);
    if text.is_empty() { "another process".to_owned() } else { text }
}

/// Where the ticket lies: beside the file itself, so that all who come by different links share one.
fn beside(path: &Path) -> PathBuf {
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push("-ticket");
    path.with_file_name(name)
}
