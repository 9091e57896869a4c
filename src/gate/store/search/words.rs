//! Other words for the words that were typed: those that contain them, and those that are near them.
//!
//! The words of the file are everybody's. Of somebody who does not see everything only those count that stand
//! in a title they see: whatever is capped is capped by what they see.

use std::collections::{HashMap, HashSet};

use super::candidates::{Search, Stage};
use super::find::Finder;
use super::own::title;
use super::query::Typed;
use super::tokens::{beginning, words};
use super::vocabulary::MOST_WORDS;
use super::{ID_BITS, id_of};

/// So many rows are looked for at a time.
const AT_ONCE: usize = 64;

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
        let mut titles = Titles::of(self);
        let mut seen = Vec::new();
        for word in words {
            if titles.have(&word)? {
                seen.push(word);
                if seen.len() == most {
                    break;
                }
            }
        }
        Ok(seen)
    }
}

/// The titles that a person sees, read as far as they are asked for.
struct Titles<'s> {
    search: &'s Search<'s>,
    words: HashSet<String>,
    read: HashSet<i64>,
    tokens: HashMap<String, Holding>,
}

/// The rows that have one token.
#[derive(Default)]
struct Holding {
    /// Those that may be seen and were not read yet.
    left: Vec<i64>,
    /// The last that was gone through.
    last: i64,
    /// There are no more.
    ended: bool,
}

impl<'s> Titles<'s> {
    fn of(search: &'s Search<'s>) -> Self {
        Self { search, words: HashSet::new(), read: HashSet::new(), tokens: HashMap::new() }
    }

    /// Whether a word stands in one of them.
    fn have(&mut self, word: &str) -> rusqlite::Result<bool> {
        let token = beginning(word).0;
        let mut holding = self.tokens.remove(token).unwrap_or_default();
        while !self.words.contains(word) {
            let Some(row) = holding.left.pop() else {
                if holding.ended {
                    break;
                }
                self.go_on(token, &mut holding)?;
                continue;
            };
            if self.read.insert(row) {
                self.read(row)?;
            }
        }
        self.tokens.insert(token.to_owned(), holding);
        Ok(self.words.contains(word))
    }

    fn go_on(&self, token: &str, holding: &mut Holding) -> rusqlite::Result<()> {
        let matching = Typed::of_ways(vec![vec![token.to_owned()]]).matching(&[]);
        let mut statement = self
            .search
            .finder
            .conn
            .prepare_cached("SELECT rowid FROM _search WHERE _search MATCH ? AND rowid > ?")?;
        let mut rows = statement.query((matching, holding.last))?;
        while holding.left.len() < AT_ONCE {
            let Some(row) = rows.next()? else {
                holding.ended = true;
                break;
            };
            holding.last = row.get(0)?;
            if self.search.may_be_seen(holding.last) {
                holding.left.push(holding.last);
            }
        }
        Ok(())
    }

    fn read(&mut self, row: i64) -> rusqlite::Result<()> {
        let number = row >> ID_BITS;
        if let Some(table) = self.search.tables.iter().find(|table| table.number == number)
            && let Some(title) = title(self.search.finder.conn, table, id_of(row))?
        {
            self.words.extend(words(&title));
        }
        Ok(())
    }
}
