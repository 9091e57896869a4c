//! Acts on many records at once: asked for, looked at, done, repeated.
//!
//! What is asked for becomes a [`Deed`]; the [`Review`] shows what would become of each record before
//! anything is written, then does it piece by piece, and one undo takes all of it back. Nothing here
//! plans or writes by itself. Start at [`Review`]; `ask` is how a deed is put together.

pub mod ask;
mod deed;
mod export;
mod review;
mod rows;
mod sheet;
pub mod words;

pub use deed::{Deed, Repeat, What};
pub use export::Export;
pub use review::Review;
pub use sheet::SheetEdit;

use crate::gate::Chosen;
use crate::model::Name;

/// From this many records on the answer to a review is No unless the user says otherwise: a review is of
/// several records, and all of them are treated alike.
pub const WIDE: u64 = 2;

/// What the layer below hears when a deed is done.
pub const DONE: &str = "bulk.done";

/// What the layer below hears when merges were looked at or done, with those that were left: a line for each of
/// them, the reference of the one that was to be left, a tab, and why.
pub const MERGED: &str = "bulk.merged";

/// The entity of what was chosen; none where it is of several.
#[must_use]
pub fn entity_of(chosen: &Chosen) -> Option<Name> {
    match chosen {
        Chosen::All { list, .. } => Some(list.entity.clone()),
        Chosen::These(records) => {
            let first = records.first()?.entity.clone();
            records.iter().all(|record| record.entity == first).then_some(first)
        }
    }
}

/// The one record that was chosen; none where it is more.
#[must_use]
pub fn is_one(chosen: &Chosen) -> bool {
    matches!(chosen, Chosen::These(records) if records.len() == 1)
}
