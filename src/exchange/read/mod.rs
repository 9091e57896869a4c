//! Files of every format -> headers and rows of cells, with what is wrong with each.
//!
//! Knows formats, encodings and dialects; knows nothing of entities and fields. Start at
//! [`Source::of_file`](super::Source::of_file), which looks at what a file is ([`format`]), reads lines of
//! cells itself (`text`) and has everything else read apart ([`apart`]).

pub mod apart;
mod calendar;
mod cards;
mod cell;
mod damage;
mod encoding;
mod format;
mod frames;
mod grid;
mod notice;
mod objects;
mod own;
pub(super) mod text;
mod workbook;

pub use apart::{Apart, Inside, Once, Order, serve};
pub(super) use damage::Damage;
pub use encoding::Encoding;
pub(super) use encoding::Sure;
pub use format::Format;
pub(super) use format::{HEAD, sniff};
pub(super) use frames::{Frame, next as next_frame, verdict};
pub use notice::{Notice, Refusal};
pub use own::{of_uid, own_uid};

/// Why reading ends early.
#[derive(Debug)]
enum Stop {
    /// The file is refused.
    Refused(Refusal),
    /// It cannot be read, or its rows not be written.
    Io(std::io::Error),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}
