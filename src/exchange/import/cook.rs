//! The thread that reads rows and makes drafts of them, and foresees the records they make.
//!
//! Start at [`cook`].

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::SyncSender;

use super::CHUNK;
use super::edits::unlinked;
use crate::exchange::cells::{Draft, Kitchen};
use crate::exchange::mends::Mends;
use crate::exchange::recipe::Recipe;
use crate::exchange::source::{Row, Source, SourceError};
use crate::gate::Foresight;
use crate::model::{Phrase, phrase};

/// Drafts on their way to whoever writes, or why no more come.
pub(super) type Parcel = Result<Vec<Draft>, SourceError>;

/// Foresees the records that rows make.
pub(super) struct Seer<'a> {
    pub foresight: Foresight,
    pub recipe: &'a Recipe,
    /// Most rows are about records that are there: it is in vain.
    pub vain: &'a AtomicBool,
}

impl Seer<'_> {
    fn look(&self, drafts: &mut [Draft]) {
        if self.vain.load(Ordering::Relaxed) {
            return;
        }
        for piece in drafts.chunks_mut(CHUNK) {
            let (mut edits, mut places) = (Vec::with_capacity(CHUNK), Vec::with_capacity(CHUNK));
            for (place, draft) in piece.iter().enumerate() {
                if draft.problems.is_empty()
                    && draft.skip.is_none()
                    && let Some(edit) = unlinked(self.recipe, draft)
                {
                    edits.push(edit);
                    places.push(place);
                }
            }
            for (place, foreseen) in places.into_iter().zip(self.foresight.foresee(edits)) {
                piece[place].foreseen = foreseen;
            }
        }
    }
}

/// Reads rows and makes drafts until the file ends or nobody wants them any more; yields what is to be
/// said of the file.
pub(super) fn cook(
    (sample, mut source): (Vec<Row>, Source<'_>),
    mends: &Mends,
    kitchen: Option<Kitchen<'_>>,
    seer: Option<Seer<'_>>,
    chunk: usize,
    sender: &SyncSender<Parcel>,
) -> Vec<Phrase> {
    let Some(kitchen) = kitchen else { return Vec::new() };
    let send = |mut drafts: Vec<Draft>| {
        if let Some(seer) = &seer {
            seer.look(&mut drafts);
        }
        sender.send(Ok(drafts))
    };
    let mut drafts = Vec::with_capacity(chunk);
    let mut first = sample.into_iter();
    let width = source.headers().len();
    loop {
        match first.next().map_or_else(|| source.next_row(), |row| Ok(Some(row))) {
            Ok(Some(row)) => {
                let skipped = mends.skips(row.number);
                let mut draft = kitchen.draft(mends.mended(row, width));
                if skipped {
                    draft.skip = Some(phrase!("left out by hand"));
                }
                drafts.push(draft);
            }
            Ok(None) => {
                let _ = send(drafts);
                return source.told();
            }
            Err(error) => {
                let _ = sender.send(Err(error));
                return source.told();
            }
        }
        if drafts.len() == chunk {
            let full = std::mem::replace(&mut drafts, Vec::with_capacity(chunk));
            if send(full).is_err() {
                return source.told();
            }
        }
    }
}
