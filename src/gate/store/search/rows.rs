//! The rows of the index that may be a person's.
//!
//! To look for the tokens of holders beside every word costs more than the words themselves: three more
//! lists to open in every look, one of them long. Where these rows are known, the words alone are looked for,
//! and the rows of others passed over. They spare looks and decide nothing: what they let through is read
//! through the veil, so that a row too many costs time only. They must never lack one.

/// So many records have one page.
const PAGE: i64 = 64 * 64;

/// A record of an entity may be the person's where its bit is set.
#[derive(Debug, Clone, Default)]
pub(super) struct Bits {
    /// Pages in order, only those with a bit.
    pages: Vec<(i64, Box<[u64; 64]>)>,
    count: usize,
}

/// By the number of the entity; where it is not there, holders do not say which records are seen.
#[derive(Debug, Clone, Default)]
pub(super) struct Rows(Vec<(i64, Bits)>);

impl Bits {
    pub fn set(&mut self, id: i64) {
        let number = id / PAGE;
        let at = match self.pages.binary_search_by_key(&number, |(number, _)| *number) {
            Ok(at) => at,
            Err(at) => {
                self.pages.insert(at, (number, Box::new([0; 64])));
                at
            }
        };
        let (word, bit) = place(id);
        let word = &mut self.pages[at].1[word];
        self.count += usize::from(*word & bit == 0);
        *word |= bit;
    }

    pub fn has(&self, id: i64) -> bool {
        let number = id / PAGE;
        // Where no page is lacking, its number is its place.
        let page = match self.pages.get(number as usize) {
            Some(page) if page.0 == number => Some(page),
            _ => {
                let at = self.pages.binary_search_by_key(&number, |(number, _)| *number);
                at.ok().map(|at| &self.pages[at])
            }
        };
        page.is_some_and(|(_, page)| {
            let (word, bit) = place(id);
            page[word] & bit != 0
        })
    }

    /// How many are set.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The records after one of them, in order.
    pub fn after(&self, last: i64) -> impl Iterator<Item = i64> + '_ {
        let from = self.pages.partition_point(|(number, _)| *number < last / PAGE);
        self.pages[from..]
            .iter()
            .flat_map(|(number, page)| {
                page.iter().enumerate().flat_map(move |(index, word)| {
                    let first = number * PAGE + index as i64 * 64;
                    (0..64).filter(move |bit| word >> bit & 1 == 1).map(move |bit| first + bit)
                })
            })
            .skip_while(move |id| *id <= last)
    }
}

impl Rows {
    pub fn of(&self, entity: i64) -> Option<&Bits> {
        self.0.iter().find(|(number, _)| *number == entity).map(|(_, bits)| bits)
    }

    /// Those of an entity, from now on known.
    pub fn of_mut(&mut self, entity: i64) -> &mut Bits {
        let at = self.0.iter().position(|(number, _)| *number == entity).unwrap_or_else(|| {
            self.0.push((entity, Bits::default()));
            self.0.len() - 1
        });
        &mut self.0[at].1
    }

    /// What changed may be the person's now.
    pub fn changed(&mut self, entity: i64, id: i64) {
        if let Some((_, bits)) = self.0.iter_mut().find(|(number, _)| *number == entity) {
            bits.set(id);
        }
    }

    /// How many are known, of all entities.
    pub fn count(&self) -> usize {
        self.0.iter().map(|(_, bits)| bits.count()).sum()
    }
}

/// The word within its page, and the bit within that.
const fn place(id: i64) -> (usize, u64) {
    ((id % PAGE / 64) as usize, 1 << (id % 64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_keep_what_was_set_and_nothing_else() {
        let ids = [1, 63, 64, 4_095, 4_096, 70_000, 1 << 39];
        let mut bits = Bits::default();
        for id in ids.iter().rev() {
            bits.set(*id);
            bits.set(*id);
        }
        assert_eq!(bits.count(), ids.len());
        for id in ids {
            assert!(bits.has(id), "{id}");
            assert!(!bits.has(id + 2), "{id}");
        }
        assert_eq!(bits.after(0).collect::<Vec<_>>(), ids);
        assert_eq!(bits.after(64).collect::<Vec<_>>(), ids[3..]);
        assert_eq!(bits.after(4_095).collect::<Vec<_>>(), ids[4..]);
        assert_eq!(bits.after(1 << 39).count(), 0);
    }

    #[test]
    fn what_holders_do_not_tell_stays_unknown() {
        let mut rows = Rows::default();
        rows.changed(3, 1);
        assert!(rows.of(3).is_none());
        rows.of_mut(3);
        rows.changed(3, 1);
        assert!(rows.of(3).is_some_and(|bits| bits.has(1)));
        assert_eq!(rows.count(), 1);
    }
}
