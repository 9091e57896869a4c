//! Cells whose letters were lost before the file came here.
//!
//! Nothing is mended: what is lost is lost, and what could be turned back is for whoever has the original
//! to write out anew. Each kind is said once, with the first row. Start at [`Damage::look`].

use csv::StringRecord;

use super::encoding::as_western;
use crate::model::{Phrase, phrase};

/// The first row of a kind of damage, what stood there, and how many rows have it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Seen {
    row: u64,
    cell: String,
    rows: u64,
}

/// What was seen of damage so far.
#[derive(Debug, Clone, Default)]
pub(in crate::exchange) struct Damage {
    marks: Option<Seen>,
    replaced: Option<Seen>,
    misread: Option<Seen>,
}

impl Damage {
    /// Looks at the cells of a row.
    pub fn look(&mut self, row: u64, cells: &StringRecord) {
        let bytes = cells.as_byte_record().as_slice();
        let plain = bytes.is_ascii();
        if plain && memchr::memchr(b'?', bytes).is_none() {
            return;
        }
        let mut hits = [None; 3];
        for cell in cells {
            if lost(cell) {
                hits[0].get_or_insert(cell);
            }
            if !plain && !cell.is_ascii() {
                if cell.contains('\u{fffd}') {
                    hits[1].get_or_insert(cell);
                }
                if misread(cell) {
                    hits[2].get_or_insert(cell);
                }
            }
        }
        let kinds = [&mut self.marks, &mut self.replaced, &mut self.misread];
        for (seen, hit) in kinds.into_iter().zip(hits) {
            let Some(cell) = hit else { continue };
            match seen {
                Some(seen) => seen.rows += 1,
                None => {
                    let cell = cell.chars().take(40).collect();
                    *seen = Some(Seen { row, cell, rows: 1 });
                }
            }
        }
    }

    /// What is to be said of it.
    pub fn told(&self) -> Vec<Phrase> {
        let one = |seen: &Option<Seen>, what: fn(u64, u64, &str) -> Phrase| {
            seen.as_ref().map(|Seen { row, cell, rows }| what(*rows, *row, cell))
        };
        let told = [
            one(&self.marks, |rows, row, cell| {
                phrase!(
                    "{rows} {rows?row has|rows have} question marks where letters were, first in row {row}: \"{cell}\"; they were lost when the file was written, so write it again as UTF-8",
                    rows,
                    row,
                    cell
                )
            }),
            one(&self.replaced, |rows, row, cell| {
                phrase!(
                    "{rows} {rows?row holds|rows hold} the sign for lost letters (U+FFFD), first in row {row}: \"{cell}\"; write the file again from its source as UTF-8",
                    rows,
                    row,
                    cell
                )
            }),
            one(&self.misread, |rows, row, cell| {
                phrase!(
                    "{rows} {rows?row looks|rows look} like UTF-8 that was read in another encoding, first in row {row}: \"{cell}\"; write the file again from its source as UTF-8",
                    rows,
                    row,
                    cell
                )
            }),
        ];
        told.into_iter().flatten().collect()
    }
}

/// `M?ller`, `???`, `?????? 5`: question marks that nobody would type. An address of the web has them.
fn lost(cell: &str) -> bool {
    if memchr::memchr(b'?', cell.as_bytes()).is_none() || cell.contains("://") || cell.contains('=')
    {
        return false;
    }
    cell.split_whitespace().any(|word| {
        let inner = word.trim_end_matches(['?', '!', '.', ',', ';', ':', ')', '"', '\'']);
        let Some(at) = inner.find('?') else {
            // A word of nothing else: one asks, three are letters.
            return word.chars().filter(|c| *c == '?').count() >= 3
                && word.chars().all(|c| c == '?')
                && cell.split_whitespace().count() <= 4;
        };
        let before = inner[..at].chars().next_back();
        let after = inner[at..].trim_start_matches('?').chars().next();
        before.is_none_or(char::is_alphabetic)
            && after.is_some_and(|c| c.is_alphabetic() && c.is_lowercase() || !c.is_ascii())
            && !inner.contains('/')
    })
}

/// `MÃ¼ller`, `ä¸­å›½`: letters that, taken as bytes of the Western code page, are UTF-8.
fn misread(cell: &str) -> bool {
    if cell.contains("锟斤拷") || cell.contains("ï»¿") {
        return true;
    }
    let runs = cell.split(|c: char| c.is_ascii()).filter(|run| run.chars().nth(1).is_some());
    runs.into_iter()
        .any(|run| as_western(run).is_some_and(|bytes| std::str::from_utf8(&bytes).is_ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lost_letters_and_questions_are_told_apart() {
        for cell in ["M?ller", "???", "?????? ???", "Caf?s", "S?dwest AG", "?rger"] {
            assert!(lost(cell), "{cell}");
        }
        for cell in [
            "really?",
            "What???",
            "why? because",
            "https://a.de/?q=a",
            "a.de/x?y=z",
            "?",
            "(sure?)",
            "Was ist los??",
            "Call A?B",
            "who???!",
            "Is it ok ? or what ??? no idea at all",
        ] {
            assert!(!lost(cell), "{cell}");
        }
    }

    #[test]
    fn text_that_was_read_wrongly() {
        for cell in ["MÃ¼ller", "ä¸\u{ad}å›½", "itâ€™s", "锟斤拷"] {
            assert!(misread(cell), "{cell}");
        }
        for cell in ["Müller", "中国", "Ærø", "São Paulo", "naïve café", "Á É", "ÅÄÖ", "£50", "ÜÖ"]
        {
            assert!(!misread(cell), "{cell}");
        }
    }

    #[test]
    fn the_first_row_is_told_and_the_others_counted() {
        let mut damage = Damage::default();
        damage.look(2, &StringRecord::from(vec!["Anna", "why?"]));
        damage.look(3, &StringRecord::from(vec!["M?ller", ""]));
        damage.look(4, &StringRecord::from(vec!["S?d", "MÃ¼ller"]));
        let told = damage.told();
        assert!(
            told[0].starts_with(
                "2 rows have question marks where letters were, first in row 3: \"M?ller\""
            ),
            "{told:?}"
        );
        assert!(told[1].starts_with("1 row looks like UTF-8"), "{told:?}");
        assert_eq!(told.len(), 2);
    }
}
