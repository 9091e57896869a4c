//! Data in and out: imports of files of any format that are planned like any other change, and exports.
//!
//! An import never writes by itself: it builds edits and hands them to the gate, so validation,
//! history, undo and dry runs are the gate's. Start at [`json`] for the shape of records in JSON.

mod beside;
mod cells;
mod dates;
mod dialect;
pub mod export;
pub mod full;
mod guard;
mod headers;
pub mod import;
pub mod json;
mod keys;
mod map;
mod mends;
pub mod read;
mod recipe;
pub mod rejects;
pub mod rows;
mod sample;
pub mod saved;
mod shapes;
mod similar;
mod source;
mod synonyms;
pub mod twins;
mod verdict;

pub use beside::Beside;
pub use cells::RowProblem;
pub use dialect::{DELIMITERS, Dialect};
pub use headers::{Certainty, Suggestion, automatic, fillable, suggest};
pub use keys::is_key;
pub use map::{DateStyle, ImportMap, MapError, Mode, Spot, Target, Unfit};
pub use mends::Mends;
pub use shapes::{Shape, recognise};
pub use similar::brief;
pub use source::{Flaw, Row, Said, Source, SourceError};
pub use verdict::{Distinct, ImportReport, NewChoice, Progress, RowFate, RowVerdict};
