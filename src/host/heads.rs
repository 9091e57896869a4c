//! Keeps heads of the audit log where whoever writes to the database cannot reach them.
//!
//! A line in a file that is only ever appended to, a message to the system log, or both: with such a
//! code `kontor audit verify --head` tells whether the end of the log was cut off. Failing to keep one
//! is told by the caller and keeps nobody from working.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::gate::{Head, audit_head};
use crate::model::{Clock, Phrase, phrase};

/// The socket that system logs listen on.
const SYSLOG: &str = "/dev/log";
/// Facility `authpriv`, severity `notice`.
const PRIORITY: u8 = 10 * 8 + 5;
/// How often an open program looks whether there is much that is new.
const LOOK: Duration = Duration::from_secs(30);
/// After so many new entries it keeps the head before it is closed.
const MANY: u64 = 100;

/// Where heads are kept, and which was the last.
#[derive(Debug, Clone)]
pub struct Keeper {
    file: Option<PathBuf>,
    socket: Option<PathBuf>,
    known: u64,
}

impl Keeper {
    /// For a database as it is now; none where heads are kept nowhere.
    #[must_use]
    pub fn new(database: &Path, file: Option<PathBuf>, syslog: bool) -> Option<Self> {
        if file.is_none() && !syslog {
            return None;
        }
        let known = newest(database).map_or(0, |head| head.number);
        Some(Self { file, socket: syslog.then(|| PathBuf::from(SYSLOG)), known })
    }

    /// Keeps the head where there are new entries since the last one.
    ///
    /// # Errors
    /// Where it cannot be kept.
    pub fn keep(&mut self, database: &Path, now: DateTime<Utc>) -> Result<(), Phrase> {
        match newest(database) {
            Some(head) if head.number != self.known => {
                self.known = head.number;
                let told = |error: io::Error| {
                    let error = Phrase::io(&error);
                    phrase!("the head of the audit log cannot be kept: {error}", error)
                };
                self.write(&head, now).map_err(told)
            }
            _ => Ok(()),
        }
    }

    fn write(&self, head: &Head, now: DateTime<Utc>) -> io::Result<()> {
        let told = format!("{} {} {}", head.number, head.code, name(head));
        let in_file = self.file.as_ref().map_or(Ok(()), |path| {
            let mut file = OpenOptions::new().create(true).append(true).open(path)?;
            // In one write, so that lines of several processes do not mix.
            file.write_all(format!("{} {told}\n", now.format("%Y-%m-%dT%H:%M:%SZ")).as_bytes())
        });
        let in_log = self.socket.as_ref().map_or(Ok(()), |path| {
            let message = message(&told, now, std::process::id());
            UnixDatagram::unbound()?.send_to(message.as_bytes(), path).map(|_| ())
        });
        in_file.and(in_log)
    }
}

fn newest(database: &Path) -> Option<Head> {
    database.exists().then(|| audit_head(database).ok().flatten()).flatten()
}

/// The name of the file without what would break a line.
fn name(head: &Head) -> String {
    head.file.chars().map(|c| if c.is_control() { '?' } else { c }).collect()
}

/// A message in the form that local system logs take (RFC 3164, in UTC).
fn message(told: &str, now: DateTime<Utc>, process: u32) -> String {
    format!("<{PRIORITY}>{} kontor[{process}]: audit head {told}", now.format("%b %e %H:%M:%S"))
}

/// Keeps heads beside a program that is open for long, until dropped.
pub struct Watch {
    end: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Watch {
    /// Begins.
    #[must_use]
    pub fn begin(mut keeper: Keeper, database: PathBuf, clock: std::sync::Arc<dyn Clock>) -> Self {
        let (end, ended) = channel::<()>();
        let thread = std::thread::spawn(move || {
            loop {
                match ended.recv_timeout(LOOK) {
                    Err(RecvTimeoutError::Timeout) => {
                        let new = newest(&database).map_or(0, |head| head.number);
                        if new.abs_diff(keeper.known) < MANY {
                            continue;
                        }
                        // The screens own the terminal: what cannot be kept now is tried again.
                        let _ = keeper.keep(&database, clock.now());
                    }
                    Ok(()) | Err(RecvTimeoutError::Disconnected) => {
                        let _ = keeper.keep(&database, clock.now());
                        return;
                    }
                }
            }
        });
        Self { end: Some(end), thread: Some(thread) }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    fn head(number: u64) -> Head {
        let code = "01234-56789-ABCDE-FGHJK".parse().unwrap();
        Head { file: "team.db".into(), number, code }
    }

    #[test]
    fn a_head_is_a_line_in_the_file_and_a_message_to_the_log() {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("log");
        let listens = UnixDatagram::bind(&socket).unwrap();
        let file = folder.path().join("heads");
        let keeper = Keeper { file: Some(file.clone()), socket: Some(socket), known: 0 };
        let now = Utc.with_ymd_and_hms(2026, 11, 3, 9, 5, 1).unwrap();
        keeper.write(&head(7), now).unwrap();
        keeper.write(&head(8), now).unwrap();
        let text = std::fs::read_to_string(file).unwrap();
        assert_eq!(
            text,
            "2026-11-03T09:05:01Z 7 01234-56789-ABCDE-FGHJK team.db\n\
             2026-11-03T09:05:01Z 8 01234-56789-ABCDE-FGHJK team.db\n"
        );
        let mut heard = [0; 200];
        let length = listens.recv(&mut heard).unwrap();
        let heard = String::from_utf8_lossy(&heard[..length]).into_owned();
        let process = std::process::id();
        assert_eq!(
            heard,
            format!(
                "<85>Nov  3 09:05:01 kontor[{process}]: audit head 7 01234-56789-ABCDE-FGHJK team.db"
            )
        );
    }

    #[test]
    fn a_log_that_is_not_there_is_an_error_and_the_file_is_written_all_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("heads");
        let socket = Some(folder.path().join("nobody"));
        let keeper = Keeper { file: Some(file.clone()), socket, known: 0 };
        assert!(keeper.write(&head(7), DateTime::UNIX_EPOCH).is_err());
        assert!(file.exists());
    }

    #[test]
    fn nothing_is_kept_where_nothing_is_configured() {
        assert!(Keeper::new(Path::new("nowhere.db"), None, false).is_none());
    }
}
