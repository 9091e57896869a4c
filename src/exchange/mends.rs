//! What a person mended of a file on its way in: cells that were typed anew, rows that are left out.
//!
//! Only what was mended is held; the file stays as it is. Start at [`Mends::mended`].

use std::collections::{BTreeMap, BTreeSet};

use csv::StringRecord;
use serde::{Deserialize, Serialize};

use super::source::{Flaw, Row};

/// What was mended, by the number of the row.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mends {
    /// Cells that were typed anew: by row and column.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    cells: BTreeMap<u64, BTreeMap<usize, String>>,
    /// Rows that are left out.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    skipped: BTreeSet<u64>,
}

impl Mends {
    /// True where nothing was mended.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty() && self.skipped.is_empty()
    }

    /// Has a cell of a row say something else; `column` counts from 0.
    pub fn set(&mut self, row: u64, column: usize, text: String) {
        self.cells.entry(row).or_default().insert(column, text);
    }

    /// Leaves a row out, or takes it in again.
    pub fn toggle(&mut self, row: u64) {
        if !self.skipped.remove(&row) {
            self.skipped.insert(row);
        }
    }

    /// Whether a row is left out.
    #[must_use]
    pub fn skips(&self, row: u64) -> bool {
        self.skipped.contains(&row)
    }

    /// Whether a cell was typed anew.
    #[must_use]
    pub fn has(&self, row: u64, column: usize) -> bool {
        self.cells.get(&row).is_some_and(|cells| cells.contains_key(&column))
    }

    /// How many rows have cells that were typed anew.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.cells.len()
    }

    /// A row with its cells as they were mended; `width` is how many the header has. Whoever mended a row with
    /// too few or too many cells has seen which column each stands in.
    #[must_use]
    pub fn mended(&self, row: Row, width: usize) -> Row {
        let Some(mended) = self.cells.get(&row.number) else { return row };
        let cells: StringRecord = (0..width.max(row.cells.len()))
            .map(|column| {
                let own = row.cells.get(column).unwrap_or_default();
                mended.get(&column).map_or(own, String::as_str)
            })
            .take(width)
            .collect();
        let flaw = row.flaw.filter(|flaw| !matches!(flaw, Flaw::Ragged { .. }));
        Row { number: row.number, cells, flaw }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mended_row_has_its_cells_and_no_others() {
        let mut mends = Mends::default();
        assert!(mends.is_empty());
        mends.set(3, 1, "b".into());
        mends.toggle(4);
        let row = |number, cells: Vec<&str>, flaw| Row { number, cells: cells.into(), flaw };
        let ragged = Some(Flaw::Ragged { cells: 1, header: 3 });
        let mended = mends.mended(row(3, vec!["a"], ragged), 3);
        assert_eq!((mended.cells, mended.flaw), (vec!["a", "b", ""].into(), None));
        let other = mends.mended(row(5, vec!["a"], ragged), 3);
        assert_eq!((other.cells, other.flaw), (vec!["a"].into(), ragged));
        assert_eq!(mends.mended(row(3, vec![], Some(Flaw::Nul)), 3).flaw, Some(Flaw::Nul));
        assert!(mends.skips(4) && mends.has(3, 1) && !mends.has(3, 0));
        mends.toggle(4);
        assert!(!mends.skips(4));
        let kept = serde_json::to_string(&mends).unwrap();
        assert_eq!(serde_json::from_str::<Mends>(&kept).unwrap(), mends);
    }
}
