//! The words of all titles, for what is typed inside a word or with a mistake.
//!
//! They are kept in memory (some ten bytes a distinct word): [`Vocabulary::warm`] reads them ahead in a
//! long-lived process, else the first search that needs them does, and every search brings them up to
//! date. Inside a transaction without them the table of words is read through, which answers the same.

use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use memchr::memmem;
use rusqlite::Connection;

/// So many words stand for what was typed at most.
pub(super) const MOST_WORDS: usize = 32;

/// Of words that contain what was typed, so many are looked at.
const MOST_LOOKED_AT: usize = 4_000;

/// So many bytes of words are kept in memory; what comes after is found in the file only.
const MOST_BYTES: usize = 48 << 20;

/// Letters beyond this many do not take part in the comparison.
const LONGEST: usize = 32;

/// The words in memory, shared by all sessions of a process. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary(Arc<RwLock<Option<Words>>>);

/// Many words, ready to be looked through.
#[derive(Debug, Default)]
pub(super) struct Words {
    /// All words, each followed by a line feed.
    text: String,
    /// Where each word begins.
    starts: Vec<u32>,
    /// Which letters each word has, from the first search for near words on.
    letters: OnceLock<Vec<u64>>,
    /// The last row that was read.
    last: i64,
}

/// What was typed, ready to be compared with many words.
struct Probe {
    characters: Vec<char>,
    letters: u64,
    mistakes: usize,
}

/// The best words of a search for near words: the fewest mistakes first.
struct Nearest {
    most: usize,
    words: Vec<(usize, usize, String)>,
}

/// The shortest words of a search for words that contain something.
struct Containing {
    most: usize,
    words: Vec<String>,
}

impl Containing {
    fn new(most: usize) -> Self {
        Self { most, words: Vec::new() }
    }

    fn keep(&mut self, word: &str) {
        // A common part is in thousands of words: the first few thousand must do.
        if self.words.len() < MOST_LOOKED_AT || self.most > MOST_WORDS {
            self.words.push(word.to_owned());
        }
    }

    /// By the words alone: when they came, and from whom, is nobody's business.
    fn into_words(mut self) -> Vec<String> {
        self.words.sort_unstable_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
        self.words.truncate(self.most);
        self.words
    }
}

impl Vocabulary {
    /// Reads all words into memory. A second at a million customers.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn warm(&self, conn: &Connection) -> rusqlite::Result<()> {
        let mut words = Words::default();
        words.catch_up(conn)?;
        words.letters();
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(words);
        Ok(())
    }

    /// True where the words are in memory.
    #[must_use]
    pub fn is_warm(&self) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Reads the words that were added since; all of them where they are not in memory, as a search goes
    /// through them more than once.
    pub(super) fn refresh(&self, conn: &Connection) -> rusqlite::Result<()> {
        // Words of an open transaction may yet vanish, and their numbers be given to others.
        if !conn.is_autocommit() {
            return Ok(());
        }
        let last: Option<i64> =
            conn.prepare_cached("SELECT max(id) FROM _word")?.query_row([], |row| row.get(0))?;
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner).as_ref().map(|w| w.last);
        if last.is_none_or(|last| known.is_some_and(|known| last <= known)) {
            return Ok(());
        }
        let mut words = self.0.write().unwrap_or_else(PoisonError::into_inner);
        words.get_or_insert_default().catch_up(conn)
    }

    /// Words that contain `part`, the shortest first, at most `most`.
    pub(super) fn containing(
        &self,
        conn: &Connection,
        part: &str,
        most: usize,
    ) -> rusqlite::Result<Vec<String>> {
        let words = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(words) = &*words {
            return Ok(words.containing(part, most));
        }
        let mut found = Containing::new(most);
        let finder = memmem::Finder::new(part);
        each_word(conn, |word| {
            if finder.find(word.as_bytes()).is_some() {
                found.keep(word);
            }
        })?;
        Ok(found.into_words())
    }

    /// Words that `typed` may be with a mistake or two, or the beginning of such words; at most `most`.
    pub(super) fn near(
        &self,
        conn: &Connection,
        typed: &str,
        most: usize,
    ) -> rusqlite::Result<Vec<String>> {
        let words = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(words) = &*words {
            return Ok(words.near(typed, most));
        }
        let Some(probe) = Probe::new(typed) else { return Ok(Vec::new()) };
        let mut nearest = Nearest { most, words: Vec::new() };
        let mut scratch = Vec::new();
        each_word(conn, |word| {
            if probe.may_fit(letters(word)) {
                probe.judge(word, &mut scratch, &mut nearest);
            }
        })?;
        Ok(nearest.into_words())
    }
}

fn each_word(conn: &Connection, mut each: impl FnMut(&str)) -> rusqlite::Result<()> {
    let mut statement = conn.prepare_cached("SELECT word FROM _word")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        each(row.get_ref(0)?.as_str().unwrap_or_default());
    }
    Ok(())
}

impl Words {
    fn catch_up(&mut self, conn: &Connection) -> rusqlite::Result<()> {
        let mut statement =
            conn.prepare_cached("SELECT id, word FROM _word WHERE id > ? ORDER BY id")?;
        let mut rows = statement.query([self.last])?;
        while let Some(row) = rows.next()? {
            self.last = row.get(0)?;
            let word = row.get_ref(1)?.as_str().unwrap_or_default();
            self.push(word);
        }
        Ok(())
    }

    pub(super) fn push(&mut self, word: &str) {
        if word.is_empty() || word.contains('\n') || self.text.len() > MOST_BYTES {
            return;
        }
        self.starts.push(self.text.len() as u32);
        if let Some(known) = self.letters.get_mut() {
            known.push(letters(word));
        }
        self.text.push_str(word);
        self.text.push('\n');
    }

    fn word(&self, index: usize) -> &str {
        let start = self.starts[index] as usize;
        let end = self.starts.get(index + 1).map_or(self.text.len(), |next| *next as usize);
        &self.text[start..end - 1]
    }

    fn letters(&self) -> &[u64] {
        let each = || (0..self.starts.len()).map(|index| letters(self.word(index))).collect();
        self.letters.get_or_init(each)
    }

    /// Words that contain `part`, the shortest first, at most `most`.
    pub(super) fn containing(&self, part: &str, most: usize) -> Vec<String> {
        let mut found = Containing::new(most);
        let finder = memmem::Finder::new(part);
        let mut from = 0;
        while let Some(at) = finder.find(&self.text.as_bytes()[from..]) {
            let index = self.starts.partition_point(|start| *start as usize <= from + at) - 1;
            found.keep(self.word(index));
            from = self.starts.get(index + 1).map_or(self.text.len(), |next| *next as usize);
        }
        found.into_words()
    }

    /// Words that `typed` may be with a mistake or two, or the beginning of such words; at most `most`.
    pub(super) fn near(&self, typed: &str, most: usize) -> Vec<String> {
        let Some(probe) = Probe::new(typed) else { return Vec::new() };
        let mut nearest = Nearest { most, words: Vec::new() };
        let mut scratch = Vec::new();
        for (index, &letters) in self.letters().iter().enumerate() {
            if probe.may_fit(letters) {
                probe.judge(self.word(index), &mut scratch, &mut nearest);
            }
        }
        nearest.into_words()
    }
}

/// Which letters a word has, and which of them twice: two bits each for `a` to `z` and for six kinds
/// of everything else.
fn letters(word: &str) -> u64 {
    let with = |letters: u64, c: char| {
        let place = match c {
            'a'..='z' => c as u32 - 'a' as u32,
            _ => 26 + c as u32 % 6,
        };
        let once = 1 << (2 * place);
        letters | once << u32::from(letters & once != 0)
    };
    if word.is_ascii() {
        return word.bytes().fold(0, |letters, byte| with(letters, char::from(byte)));
    }
    word.chars().fold(0, with)
}

impl Probe {
    /// None where the word is too short for mistakes to be told from other words.
    fn new(typed: &str) -> Option<Self> {
        let characters: Vec<char> = typed.chars().take(LONGEST).collect();
        let mistakes = match characters.len() {
            0..=3 => return None,
            4..=7 => 1,
            _ => 2,
        };
        Some(Self { letters: letters(typed), characters, mistakes })
    }

    /// A word that lacks more of the typed letters than there may be mistakes cannot fit.
    fn may_fit(&self, letters: u64) -> bool {
        // Each round takes one letter away: cheaper than counting them all.
        let lacking = |left: u64, _| left & left.wrapping_sub(1);
        (0..self.mistakes).fold(self.letters & !letters, lacking) == 0
    }

    fn judge(&self, word: &str, scratch: &mut Vec<char>, nearest: &mut Nearest) {
        scratch.clear();
        scratch.extend(word.chars().take(self.characters.len() + self.mistakes));
        if scratch.len() + self.mistakes < self.characters.len() {
            return;
        }
        if self.lacks_few(scratch)
            && let Some(distance) = distance(&self.characters, scratch, self.mistakes)
        {
            nearest.keep(distance, word);
        }
    }

    /// A typed letter that is nowhere near its place is a mistake, and mistakes move letters by no more than
    /// one place each: tells most words apart sooner than counting does.
    fn lacks_few(&self, word: &[char]) -> bool {
        let mut left = self.mistakes;
        for (place, letter) in self.characters.iter().enumerate() {
            let to = (place + self.mistakes + 1).min(word.len());
            let from = place.saturating_sub(self.mistakes).min(to);
            if !word[from..to].contains(letter) {
                if left == 0 {
                    return false;
                }
                left -= 1;
            }
        }
        true
    }
}

/// The fewest insertions, deletions, substitutions and swaps of neighbours that make `typed` the
/// beginning of `word`; none beyond `most` (optimal string alignment).
fn distance(typed: &[char], word: &[char], most: usize) -> Option<usize> {
    const WIDTH: usize = LONGEST + 4;
    const FAR: u8 = 100;
    let width = word.len().min(WIDTH - 2);
    let mut before = [FAR; WIDTH];
    let mut last = [FAR; WIDTH];
    for (column, cell) in last.iter_mut().enumerate().take(most.min(width) + 1) {
        *cell = column as u8;
    }
    for (line, &letter) in typed.iter().enumerate() {
        // Cells further off the diagonal would cost more than there may be mistakes.
        let from = (line + 1).saturating_sub(most).max(1);
        let to = (line + 1 + most).min(width);
        let mut row = [FAR; WIDTH];
        row[from - 1] = if from == 1 { line as u8 + 1 } else { FAR };
        let mut best = row[from - 1];
        for column in from..=to {
            let other = word[column - 1];
            let mut cost = last[column - 1] + u8::from(letter != other);
            cost = cost.min(last[column] + 1).min(row[column - 1] + 1);
            if line > 0 && column > 1 && letter == word[column - 2] && typed[line - 1] == other {
                cost = cost.min(before[column - 2] + 1);
            }
            row[column] = cost;
            best = best.min(cost);
        }
        if usize::from(best) > most {
            return None;
        }
        before = last;
        last = row;
    }
    let least = last[..=width].iter().copied().min().map(usize::from)?;
    (least <= most).then_some(least)
}

impl Nearest {
    fn keep(&mut self, distance: usize, word: &str) {
        self.words.push((distance, word.len(), word.to_owned()));
        if self.words.len() >= self.most.saturating_mul(40) {
            self.shrink();
        }
    }

    fn shrink(&mut self) {
        self.words.sort_unstable();
        self.words.truncate(self.most);
    }

    fn into_words(mut self) -> Vec<String> {
        self.shrink();
        self.words.into_iter().map(|(_, _, word)| word).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(typed: &str, word: &str, most: usize) -> Option<usize> {
        let typed: Vec<char> = typed.chars().collect();
        let word: Vec<char> = word.chars().collect();
        distance(&typed, &word, most)
    }

    #[test]
    fn mistakes_are_counted_from_the_beginning_of_the_word() {
        assert_eq!(of("muller", "muller", 1), Some(0));
        assert_eq!(of("mulelr", "muller", 1), Some(1));
        assert_eq!(of("mullr", "muller", 1), Some(1));
        assert_eq!(of("muuller", "muller", 1), Some(1));
        assert_eq!(of("muxlre", "muller", 1), None);
        assert_eq!(of("shcmid", "schmidtbauer", 1), Some(1));
    }

    #[test]
    fn what_is_told_apart_sooner_is_not_near() {
        let words =
            ["muller", "mulelr", "mullr", "umller", "schmidt", "shcmidtbauer", "ler", "hofmann"];
        for typed in ["muller", "mulelrs", "schmidtb", "shcmidt", "hofmnnab", "ofmann", "xmullr"] {
            let probe = Probe::new(typed).unwrap();
            for word in words {
                let word: Vec<char> = word.chars().collect();
                let near = distance(&probe.characters, &word, probe.mistakes).is_some();
                assert!(!near || probe.lacks_few(&word), "{typed} {word:?}");
            }
        }
    }

    #[test]
    fn words_are_found_with_and_without_memory() {
        let conn = Connection::open_in_memory().unwrap();
        super::super::create(&conn).unwrap();
        for word in ["schmidtbauer", "hoffmann", "hofmann", "zhangwei", "müller"] {
            conn.execute("INSERT INTO _word(word) VALUES (?)", [word]).unwrap();
        }
        let vocabulary = Vocabulary::default();
        for _ in 0..2 {
            assert_eq!(vocabulary.near(&conn, "hofmnan", 32).unwrap(), ["hofmann"]);
            assert_eq!(vocabulary.near(&conn, "zhagnwei", 32).unwrap(), ["zhangwei"]);
            assert_eq!(vocabulary.containing(&conn, "mann", 32).unwrap(), ["hofmann", "hoffmann"]);
            assert!(vocabulary.containing(&conn, "nnz", 32).unwrap().is_empty());
            vocabulary.warm(&conn).unwrap();
        }
        conn.execute("INSERT INTO _word(word) VALUES ('oberhofmann')", []).unwrap();
        vocabulary.refresh(&conn).unwrap();
        assert_eq!(vocabulary.containing(&conn, "rhof", 32).unwrap(), ["oberhofmann"]);
    }
}
