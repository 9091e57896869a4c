//! Exports that go into the clipboard.

use std::io::{self, Write};

use super::{Reply, To};
use crate::exchange::export::{ExportError, ExportFormat, ExportRequest, Progress, export_chosen};
use crate::gate::{Chosen, GateError, Result, Session};
use crate::model::{Phrase, phrase};
use crate::term::COPY_LIMIT;

/// A file is for a host to write, where the user sits at it.
pub(super) fn written_here(to: &To) -> Result<()> {
    match to {
        To::Clipboard => Ok(()),
        To::File { path, .. } => Err(GateError::File {
            path: path.display().to_string(),
            what: phrase!("files are written only on the computer you sit at"),
            hint: Some(phrase!("copy to the clipboard instead")),
        }),
    }
}

/// Records as a text for the clipboard. Reading ends where that is full.
pub(super) fn copied(
    session: &Session,
    of: &Chosen,
    request: &ExportRequest,
    format: ExportFormat,
    progress: &Progress,
) -> Result<Reply> {
    let mut text = Bounded::default();
    let written = export_chosen(session, of, request, format, (&mut text, progress));
    if text.is_full {
        // A row that is pasted is a line.
        let rows = memchr::memchr_iter(b'\n', &text.bytes).count().saturating_sub(1);
        return Err(GateError::File {
            path: "clipboard".into(),
            what: if request.pasted {
                phrase!("a terminal's clipboard takes only the first {n} of these rows", n = rows)
            } else {
                phrase!("that is too much for the clipboard of a terminal")
            },
            hint: Some(phrase!("mark fewer records, or write a file")),
        });
    }
    let records = match written {
        Ok(records) => records,
        Err(ExportError::Stopped) => return Ok(Reply::Stopped),
        Err(ExportError::Gate(error)) => return Err(error),
        Err(ExportError::Unfit(what)) => return Err(unfit(what)),
        Err(ExportError::Write(error)) => {
            return Err(GateError::File {
                path: "clipboard".into(),
                what: phrase!("cannot be written: {error}", error = Phrase::io(&error)),
                hint: Phrase::io_hint(&error),
            });
        }
    };
    let text = String::from_utf8_lossy(&text.bytes).into_owned();
    Ok(Reply::Exported { records, text: Some(text) })
}

/// Takes what a terminal's clipboard takes, and refuses the rest.
#[derive(Default)]
struct Bounded {
    bytes: Vec<u8>,
    is_full: bool,
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = COPY_LIMIT - self.bytes.len();
        self.bytes.extend_from_slice(&bytes[..bytes.len().min(room)]);
        if bytes.len() > room {
            self.is_full = true;
            return Err(io::Error::other("the clipboard is full"));
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What a format has no room for.
pub fn unfit(what: Phrase) -> GateError {
    GateError::NotFound { what, hint: None }
}
