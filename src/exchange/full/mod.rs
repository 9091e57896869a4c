//! A full export: everything a file holds as lines of JSON, and a new file made of such lines.
//!
//! The first line says what it is, the last how much there is, with the hash over the lines between them (the
//! hash of the content, as [`crate::gate::Session::content_hash`] has it) and a seal over the first and the
//! last. Between them stands one [`Item`] a line. Nothing is held in memory but a line, and pieces of a few
//! megabytes while a file is filled. Start at [`write()`] and [`read`].

mod frame;
mod read;

use std::io::{self, Write};
use std::ops::ControlFlow;

pub use frame::FORMAT;
pub use read::{FullError, read};

use crate::gate::{ContentHash, Contents, Item};
use frame::{End, Head};

use super::export::ExportError;

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The hash over the whole content.
    pub hash: String,
    /// How many records, deleted ones included.
    pub records: u64,
    /// How many entries of history.
    pub changes: u64,
    /// Whether the chain of history is whole.
    pub sound: bool,
}

/// Writes everything out; `far` is told how many records there are so far.
///
/// # Errors
/// A file that cannot be read, or a writer that fails.
pub fn write(
    contents: &Contents,
    out: &mut dyn Write,
    far: &mut dyn FnMut(u64),
) -> Result<Written, ExportError> {
    let head = Head::new(&contents.made_for).line();
    out.write_all(head.as_bytes())?;
    let mut hash = ContentHash::default();
    let (mut lines, mut records, mut changes) = (0, 0, 0);
    let mut failed: Option<io::Error> = None;
    contents.lines(&mut |line, item| {
        hash.take(line.as_bytes());
        lines += 1;
        match item {
            Item::Record { .. } => {
                records += 1;
                far(records);
            }
            Item::Change(_) => changes += 1,
            _ => {}
        }
        match out.write_all(line.as_bytes()) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                failed = Some(error);
                ControlFlow::Break(())
            }
        }
    })?;
    if let Some(error) = failed {
        return Err(error.into());
    }
    let hash = hash.finish();
    let end = End::new(&head, lines, records, contents.sound, &hash);
    out.write_all(end.line().as_bytes())?;
    out.flush()?;
    Ok(Written { hash, records, changes, sound: contents.sound })
}
