//! The words of the titles that one person sees, for a session that lasts.
//!
//! The words of the file are everybody's, and of each it must be asked whether it stands in something the
//! person sees. A session that lasts gathers their own words instead, piece by piece while nothing is asked,
//! and keeps up with the records that change. What they saw once in the session stays; what comes to them by a
//! change of another record (a payment by its order) is found by mistyped words in the next session only.

use std::cell::RefCell;
use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use rusqlite::{Connection, OptionalExtension};

use super::candidates::Table;
use super::find::Finder;
use super::sight::any_of;
use super::tokens::words;
use super::verify::quoted;
use super::vocabulary::Words;
use super::{id_of, last_row_of, row_of};
use crate::gate::read::SearchRequest;

/// Somebody who sees more titles than this sees nearly every word at the first look.
const MOST_TITLES: usize = 200_000;

/// So many titles are read at a time.
const PIECE: usize = 5_000;

/// So many records are gone through at a time where holders do not say which of them are seen.
const STRETCH: i64 = 10_000;

/// After more changes of fields than this the words are gathered anew.
const MOST_CHANGES: i64 = 2_000;

/// The words of one session. Empty until [`Finder::gather`] was called often enough.
#[derive(Debug, Default)]
pub struct OwnWords(RefCell<Gathered>);

#[derive(Debug, Default)]
struct Gathered {
    words: Words,
    known: HashSet<u64>,
    hasher: RandomState,
    titles: usize,
    /// The last history row that was there when gathering began, or that was caught up with.
    upto: Option<i64>,
    /// The table that is being read, and the last of its records that was.
    place: (usize, i64),
    state: State,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    #[default]
    Gathering,
    Ready,
    /// It would not pay.
    Without,
}

impl Gathered {
    fn read(&mut self, title: &str) {
        for word in words(title) {
            if self.known.insert(self.hasher.hash_one(&word)) {
                self.words.push(&word);
            }
        }
    }
}

impl OwnWords {
    /// Whether there is something to gather still.
    #[must_use]
    pub fn gathers(&self) -> bool {
        self.0.borrow().state == State::Gathering
    }

    /// What a look at the words yields; none where they are not there.
    pub(super) fn look<T>(&self, look: impl FnOnce(&Words) -> T) -> Option<T> {
        let gathered = self.0.borrow();
        (gathered.state == State::Ready).then(|| look(&gathered.words))
    }
}

impl Finder<'_> {
    /// Gathers some more of the words that the person sees; true while there is more to gather.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn gather(&self) -> rusqlite::Result<bool> {
        let mut own = self.own.0.borrow_mut();
        if own.state != State::Gathering {
            return Ok(false);
        }
        if self.sights.is_empty() {
            own.state = State::Without;
            return Ok(false);
        }
        if own.upto.is_none() {
            own.upto = Some(newest(self.conn)?);
        }
        let tables = self.all_tables()?;
        let (index, last) = own.place;
        let Some(table) = tables.get(index) else {
            own.state = State::Ready;
            return Ok(false);
        };
        let (ids, next) = self.ids_after(table, last)?;
        own.place = next.map_or((index + 1, 0), |next| (index, next));
        for id in ids {
            if let Some(title) = title(self.conn, table, id)? {
                own.read(&title);
                own.titles += 1;
            }
        }
        if own.titles > MOST_TITLES {
            *own = Gathered { state: State::Without, ..Gathered::default() };
        }
        Ok(own.state == State::Gathering)
    }

    /// Reads the titles of what has changed since.
    pub(super) fn keep_up(&self) -> rusqlite::Result<()> {
        let mut own = self.own.0.borrow_mut();
        let (State::Ready, Some(upto)) = (own.state, own.upto) else { return Ok(()) };
        // What an open transaction writes may yet vanish.
        if !self.conn.is_autocommit() {
            return Ok(());
        }
        let newest = newest(self.conn)?;
        if newest == upto {
            return Ok(());
        }
        own.upto = Some(newest);
        if newest - upto > MOST_CHANGES {
            // The words stay: what was seen once in the session may be found.
            (own.place, own.titles, own.state) = ((0, 0), 0, State::Gathering);
            return Ok(());
        }
        let changed: Vec<(i64, i64)> = self
            .conn
            .prepare_cached("SELECT DISTINCT entity, record FROM _history WHERE id > ?")?
            .query_map([upto], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<rusqlite::Result<_>>()?;
        let tables = self.all_tables()?;
        for (number, id) in changed {
            if let Some(table) = tables.iter().find(|table| table.number == number)
                && let Some(title) = title(self.conn, table, id)?
            {
                own.read(&title);
            }
        }
        Ok(())
    }

    fn all_tables(&self) -> rusqlite::Result<Vec<Table<'_>>> {
        self.tables(&SearchRequest {
            text: String::new(),
            entities: Vec::new(),
            filter: None,
            limit: 0,
        })
    }

    /// The next records that the person may see, and the last of those gone through where there may be more.
    fn ids_after(&self, table: &Table<'_>, last: i64) -> rusqlite::Result<(Vec<i64>, Option<i64>)> {
        let Some(tokens) = table.sight.and_then(|sight| sight.tokens.as_deref()) else {
            let name = quoted(&table.entity.sql_table());
            let end: Option<i64> = self
                .conn
                .prepare_cached(&format!("SELECT max(id) FROM main.{name}"))?
                .query_row([], |row| row.get(0))?;
            let upto = last + STRETCH;
            let ids = self
                .conn
                .prepare_cached(&format!("SELECT id FROM {name} WHERE id > ? AND id <= ?"))?
                .query_map((last, upto), |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            return Ok((ids, (end.unwrap_or_default() > upto).then_some(upto)));
        };
        if tokens.is_empty() {
            return Ok((Vec::new(), None));
        }
        let (from, upto) = (row_of(table.number, last + 1), last_row_of(table.number));
        let ids: Vec<i64> = self
            .conn
            .prepare_cached(
                "SELECT rowid FROM _search WHERE _search MATCH ? AND rowid BETWEEN ? AND ?
                 ORDER BY rowid LIMIT ?",
            )?
            .query_map((any_of(tokens), from, upto, PIECE as i64), |row| Ok(id_of(row.get(0)?)))?
            .collect::<rusqlite::Result<_>>()?;
        let next = ids.last().copied().filter(|_| ids.len() == PIECE);
        Ok((ids, next))
    }
}

/// The title of a living record, where the person sees it.
pub(super) fn title(
    conn: &Connection,
    table: &Table<'_>,
    id: i64,
) -> rusqlite::Result<Option<String>> {
    let sql = format!(
        "SELECT {} FROM {} WHERE id = ? AND deleted_at IS NULL",
        quoted(&table.entity.title_field().sql_column()),
        quoted(&table.entity.sql_table())
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let title: Option<Option<String>> = statement.query_row([id], |row| row.get(0)).optional()?;
    Ok(title.flatten())
}

/// The last history row; 0 where there is none.
fn newest(conn: &Connection) -> rusqlite::Result<i64> {
    let newest: Option<i64> =
        conn.prepare_cached("SELECT max(id) FROM _history")?.query_row([], |row| row.get(0))?;
    Ok(newest.unwrap_or_default())
}
