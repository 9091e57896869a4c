//! Bringing a file in: which file, where its columns go, what would become of its rows, done.
//!
//! Each step is a layer over the one before: [`AskFile`] opens a file, [`Columns`] shows how it was understood and lets
//! that be changed, [`Rows`] shows the verdict on every row, lets cells be mended and rows be left out, and writes.
//! Nothing is written before the last step. Start at [`AskFile`].

mod apply;
mod ask;
mod card;
mod card_view;
mod choices;
mod columns;
mod columns_view;
mod options;
mod rows;
mod rows_view;
mod table;
mod words;

pub use ask::AskFile;
pub use columns::Columns;
pub use rows::Rows;
