//! What one person sees, for a session that lasts: the rows of the index, and the words of the titles.
//!
//! The words of the file are everybody's, and of each it must be asked whether it stands in something the
//! person sees; the rows of the index are everybody's too. A session that lasts gathers its own instead, piece
//! by piece while nothing is asked, and keeps up with the records that change. What they saw once in the session
//! stays; what comes to them by a change of another record (a payment by its order) is found by mistyped words
//! in the next session only.

use std::cell::RefCell;
use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension};

use super::candidates::Table;
use super::find::Finder;
use super::rows::Rows;
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

/// So many rows of the index are gone through at a time.
const MOST_ROWS: usize = 50_000;

/// So many records are gone through at a time where holders do not say which of them are seen.
const STRETCH: i64 = 10_000;

/// After more changes of fields than this all is gathered anew.
const MOST_CHANGES: i64 = 2_000;

/// The rows and the words of one session. Empty until [`Finder::gather`] was called often enough.
#[derive(Debug, Default)]
pub struct OwnWords(RefCell<Gathered>);

#[derive(Debug, Default)]
struct Gathered {
    rows: Arc<Rows>,
    words: Words,
    known: HashSet<u64>,
    hasher: RandomState,
    titles: usize,
    /// The last history row that was there when gathering began, or that was caught up with.
    upto: i64,
    /// The table that is being read, and the last of its records that was.
    place: (usize, i64),
    state: State,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    #[default]
    New,
    /// Gathers the rows.
    Rows,
    /// Has the rows, gathers the words.
    Words,
    Ready,
    /// Has the rows; the words would not pay.
    RowsOnly,
    /// Sees everything.
    Without,
}

impl State {
    fn has_rows(self) -> bool {
        matches!(self, Self::Words | Self::Ready | Self::RowsOnly)
    }
}

impl Gathered {
    fn read(&mut self, title: &str) {
        for word in words(title) {
            if self.known.insert(self.hasher.hash_one(&word)) {
                self.words.push(&word);
            }
        }
    }

    /// Goes on to the titles, where that pays.
    fn begin_words(&mut self) {
        (self.place, self.titles) = ((0, 0), 0);
        self.state = State::Words;
        self.drop_words_of_many(self.rows.count());
    }

    fn drop_words_of_many(&mut self, titles: usize) {
        if titles > MOST_TITLES {
            (self.words, self.known) = Default::default();
            self.state = State::RowsOnly;
        }
    }
}

impl OwnWords {
    /// Whether there is something to gather still.
    #[must_use]
    pub fn gathers(&self) -> bool {
        matches!(self.0.borrow().state, State::New | State::Rows | State::Words)
    }

    /// What a look at the words yields; none where they are not there.
    pub(super) fn look<T>(&self, look: impl FnOnce(&Words) -> T) -> Option<T> {
        let gathered = self.0.borrow();
        (gathered.state == State::Ready).then(|| look(&gathered.words))
    }
}

impl Finder<'_> {
    /// Gathers some more of what the person sees; true while there is more to gather.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn gather(&self) -> rusqlite::Result<bool> {
        let mut own = self.own.0.borrow_mut();
        match own.state {
            State::New if self.sights.is_empty() => own.state = State::Without,
            State::New | State::Rows => self.gather_rows(&mut own)?,
            State::Words => self.gather_words(&mut own)?,
            State::Ready | State::RowsOnly | State::Without => {}
        }
        Ok(matches!(own.state, State::Rows | State::Words))
    }

    /// The rows that may be the person's, where they are known.
    pub(super) fn rows(&self) -> Option<Arc<Rows>> {
        let own = self.own.0.borrow();
        // What an open transaction writes is not among them.
        (own.state.has_rows() && self.conn.is_autocommit()).then(|| Arc::clone(&own.rows))
    }

    /// The rows that may be the person's, gathered now where they are not known.
    pub(super) fn rows_now(&self) -> rusqlite::Result<Arc<Rows>> {
        if let Some(rows) = self.rows() {
            return Ok(rows);
        }
        if !self.conn.is_autocommit() {
            let mut once = Gathered::default();
            while !once.state.has_rows() {
                self.gather_rows(&mut once)?;
            }
            return Ok(once.rows);
        }
        let mut own = self.own.0.borrow_mut();
        while !own.state.has_rows() {
            self.gather_rows(&mut own)?;
        }
        Ok(Arc::clone(&own.rows))
    }

    fn gather_rows(&self, own: &mut Gathered) -> rusqlite::Result<()> {
        if own.state != State::Rows {
            (own.rows, own.place, own.state) = (Arc::default(), (0, 0), State::Rows);
            own.upto = newest(self.conn)?;
        }
        let tables = self.all_tables()?;
        let (index, last) = own.place;
        let Some(table) = tables.get(index) else {
            own.begin_words();
            return Ok(());
        };
        own.place = (index + 1, 0);
        let Some(tokens) = table.sight.and_then(|sight| sight.tokens.as_deref()) else {
            return Ok(());
        };
        let bits = Arc::make_mut(&mut own.rows).of_mut(table.number);
        if tokens.is_empty() {
            return Ok(());
        }
        let (from, upto) = (row_of(table.number, last + 1), last_row_of(table.number));
        let mut statement = self.conn.prepare_cached(
            "SELECT rowid FROM _search WHERE _search MATCH ? AND rowid BETWEEN ? AND ?
             ORDER BY rowid LIMIT ?",
        )?;
        let mut rows = statement.query((any_of(tokens), from, upto, MOST_ROWS as i64))?;
        let (mut came, mut last) = (0, last);
        while let Some(row) = rows.next()? {
            last = id_of(row.get(0)?);
            bits.set(last);
            came += 1;
        }
        if came == MOST_ROWS {
            own.place = (index, last);
        }
        Ok(())
    }

    fn gather_words(&self, own: &mut Gathered) -> rusqlite::Result<()> {
        let tables = self.all_tables()?;
        let (index, last) = own.place;
        let Some(table) = tables.get(index) else {
            own.state = State::Ready;
            return Ok(());
        };
        let (ids, next) = self.ids_after(table, &own.rows, last)?;
        own.place = next.map_or((index + 1, 0), |next| (index, next));
        for id in ids {
            if let Some(title) = title(self.conn, table, id)? {
                own.read(&title);
                own.titles += 1;
            }
        }
        own.drop_words_of_many(own.titles);
        Ok(())
    }

    /// Takes in what has changed since.
    pub(super) fn keep_up(&self) -> rusqlite::Result<()> {
        let mut own = self.own.0.borrow_mut();
        // What an open transaction writes may yet vanish.
        if !own.state.has_rows() || !self.conn.is_autocommit() {
            return Ok(());
        }
        let newest = newest(self.conn)?;
        let upto = own.upto;
        if newest == upto {
            return Ok(());
        }
        own.upto = newest;
        if newest - upto > MOST_CHANGES {
            // The words stay: what was seen once in the session may be found.
            own.state = State::New;
            return Ok(());
        }
        let changed: Vec<(i64, i64)> = self
            .conn
            .prepare_cached("SELECT DISTINCT entity, record FROM _history WHERE id > ?")?
            .query_map([upto], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<rusqlite::Result<_>>()?;
        let tables = self.all_tables()?;
        for (number, id) in changed {
            Arc::make_mut(&mut own.rows).changed(number, id);
            if own.state != State::RowsOnly
                && let Some(table) = tables.iter().find(|table| table.number == number)
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
    fn ids_after(
        &self,
        table: &Table<'_>,
        rows: &Rows,
        last: i64,
    ) -> rusqlite::Result<(Vec<i64>, Option<i64>)> {
        if let Some(bits) = rows.of(table.number) {
            let ids: Vec<i64> = bits.after(last).take(PIECE).collect();
            let next = ids.last().copied().filter(|_| ids.len() == PIECE);
            return Ok((ids, next));
        }
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
        Ok((ids, (end.unwrap_or_default() > upto).then_some(upto)))
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
