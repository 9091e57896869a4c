//! Other words for the words that were typed: those that contain them, and those that are near them.
//!
//! The words of the file are everybody's. Of somebody who does not see everything only those count that stand
//! in a title they see: whatever is capped is capped by what they see.

use std::collections::{HashMap, HashSet};

use super::candidates::{Search, Stage};
use super::find::Finder;
use super::own::title;
use super::query::Typed;
use super::sight::narrowed;
use super::tokens::{beginning, words};
use super::vocabulary::MOST_WORDS;
use super::{ID_BITS, id_of, last_row_of, row_of};

/// So many words are looked for in one look into the index.
const AT_ONCE: usize = 128;

/// So many titles are read for them; beyond that, each word is looked for by itself.
const MOST_TITLES: usize = 2_000;

impl Search<'_> {
    /// Other words for the words that were typed; none where there are none.
    pub(super) fn other_words(
        &self,
        stage: Stage,
    ) -> rusqlite::Result<Option<HashMap<String, Vec<String>>>> {
        let Finder { conn, vocabulary, .. } = *self.finder;
        let mut others = HashMap::new();
        // Every further word narrows the search by itself, and every token costs a look-up.
        let chunks = self.typed.chunks.len();
        let least = if chunks == 1 { 2 } else { 4 };
        for chunk in &self.typed.chunks {
            let letters = chunk.text.chars().count();
            if letters < least || !chunk.text.chars().all(char::is_alphabetic) {
                continue;
            }
            let own = self.finder.own.look(|own| match stage {
                Stage::Inside => own.containing(&chunk.text, MOST_WORDS / chunks),
                _ => own.near(&chunk.text, MOST_WORDS / chunks),
            });
            if let Some(own) = own {
                if !own.is_empty() {
                    others.insert(chunk.text.clone(), own);
                }
                continue;
            }
            let most = if self.is_narrowed() { usize::MAX } else { MOST_WORDS };
            let words = if stage == Stage::Inside {
                vocabulary.containing(conn, &chunk.text, most)?
            } else {
                vocabulary.near(conn, &chunk.text, most)?
            };
            let words = self.seen(words, MOST_WORDS / chunks)?;
            if !words.is_empty() {
                others.insert(chunk.text.clone(), words);
            }
        }
        Ok((!others.is_empty()).then_some(others))
    }

    /// The first words that stand in a title the person sees. The token of a word may stand there for another
    /// word, or for one in a field that is kept from them, so titles are read.
    fn seen(&self, mut words: Vec<String>, most: usize) -> rusqlite::Result<Vec<String>> {
        if !self.is_narrowed() {
            words.truncate(most);
            return Ok(words);
        }
        let mut standing = Standing::of(&words);
        let mut seen = Vec::new();
        for part in words.chunks(AT_ONCE) {
            let all_read = self.read_titles(part, &mut standing)?;
            for word in part {
                if standing.has(word) || !all_read && self.stands(word)? {
                    seen.push(word.clone());
                    if seen.len() == most {
                        return Ok(seen);
                    }
                }
            }
        }
        Ok(seen)
    }

    /// Reads the titles that may hold one of these words; false where there are too many of them.
    fn read_titles<'w>(
        &self,
        part: &'w [String],
        standing: &mut Standing<'w>,
    ) -> rusqlite::Result<bool> {
        let ways: Vec<Vec<String>> =
            part.iter().filter_map(|word| standing.way(word)).map(|way| vec![way]).collect();
        if ways.is_empty() {
            return Ok(true);
        }
        let matching = Typed::of_ways(ways).matching(&[]);
        let mut left = MOST_TITLES;
        for (sight, tables) in self.alike() {
            let mut statement = self
                .finder
                .conn
                .prepare_cached("SELECT rowid FROM _search WHERE _search MATCH ? LIMIT ?")?;
            let rows: Vec<i64> = statement
                .query_map((narrowed(sight, &matching), left as i64 + 1), |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            if rows.len() > left {
                standing.forget(part);
                return Ok(false);
            }
            left -= rows.len();
            for row in rows {
                let number = row >> ID_BITS;
                if let Some(table) =
                    tables.iter().map(|&index| &self.tables[index]).find(|t| t.number == number)
                    && let Some(title) = title(self.finder.conn, table, id_of(row))?
                {
                    standing.read(&title);
                }
            }
        }
        Ok(true)
    }

    /// Whether a word stands in a title that the person sees.
    fn stands(&self, word: &str) -> rusqlite::Result<bool> {
        let matching = Typed::of_ways(vec![vec![beginning(word).0.to_owned()]]).matching(&[]);
        for table in &self.tables {
            let mut statement = self.finder.conn.prepare_cached(
                "SELECT rowid FROM _search WHERE _search MATCH ? AND rowid BETWEEN ? AND ?",
            )?;
            let (from, upto) = (row_of(table.number, 0), last_row_of(table.number));
            let mut rows = statement.query((narrowed(table.sight, &matching), from, upto))?;
            while let Some(row) = rows.next()? {
                let id = id_of(row.get(0)?);
                if title(self.finder.conn, table, id)?
                    .is_some_and(|title| words(&title).iter().any(|known| known == word))
                {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }
}

/// Which of some words stand in the titles that were read.
struct Standing<'w> {
    words: HashSet<&'w str>,
    found: HashSet<&'w str>,
    /// Tokens whose titles were all read.
    tokens: HashSet<&'w str>,
}

impl<'w> Standing<'w> {
    fn of(words: &'w [String]) -> Self {
        Self {
            words: words.iter().map(String::as_str).collect(),
            found: HashSet::new(),
            tokens: HashSet::new(),
        }
    }

    /// The token of a word, the first time it is asked for.
    fn way(&mut self, word: &'w str) -> Option<String> {
        let token = beginning(word).0;
        self.tokens.insert(token).then(|| token.to_owned())
    }

    /// Not all titles with the tokens of these words could be read.
    fn forget(&mut self, part: &[String]) {
        for word in part {
            self.tokens.remove(beginning(word).0);
        }
    }

    fn read(&mut self, title: &str) {
        for word in words(title) {
            if let Some(word) = self.words.get(word.as_str()) {
                self.found.insert(word);
            }
        }
    }

    fn has(&self, word: &str) -> bool {
        self.found.contains(word)
    }
}
