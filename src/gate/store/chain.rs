//! Is history what it was when it was written? The check of the hash chain.
//!
//! One thread reads the rows and digests them, change by change; the other reads the headers and chains
//! them. Nothing is held in memory but what waits between the two. Both read what stood in the file when
//! the check began: entries are only ever added, so that two connections see the same ones up to there.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};
use sha2::{Digest, Sha256};

use super::history::{CHANGE, Header, Line, Mark, ROWS, SCHEMA};
use super::{Store, fault, open};
use crate::gate::error::{GateError, Result};
use crate::model::{Phrase, phrase};
use crate::secret::hex;

/// What checking the chain found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    /// How many entries were checked: changes and events.
    pub changes: u64,
    /// How many history rows.
    pub rows: u64,
    /// The hash of the newest entry, in hexadecimal.
    pub head: String,
    /// The first entry whose hash does not fit, with the reason.
    pub broken: Option<(i64, Phrase)>,
    /// The entry whose hash begins with the one that was looked for.
    pub found: Option<i64>,
}

/// What stands in the rows of one change.
struct Rows {
    number: i64,
    count: u64,
    /// The digest of their digests; none where a row is none of ours.
    digest: Option<[u8; 32]>,
    /// Entity and record of the first, and whether there are others.
    about: (i64, i64),
    several: bool,
}

/// So many changes travel between the threads at once.
const BATCH: usize = 256;

/// The digest of a history row; none where no write of ours leaves a row like it.
pub(super) fn digest(row: &Row<'_>) -> rusqlite::Result<Option<[u8; 32]>> {
    let erased = (4..=6).all(|at| matches!(row.get_ref(at), Ok(ValueRef::Null)));
    match row.get_ref(7)? {
        ValueRef::Null => {}
        // A kept digest stands for content that was erased: content beside it is somebody else's.
        ValueRef::Blob(kept) if erased => return Ok(kept.try_into().ok()),
        _ => return Ok(None),
    }
    let ValueRef::Blob(salt) = row.get_ref(6)? else { return Ok(None) };
    let mut texts = [None; 3];
    for (text, at) in texts.iter_mut().zip(3..) {
        *text = match row.get_ref(at)?.as_str_or_null() {
            Ok(text) => text,
            Err(_) => return Ok(None),
        };
    }
    let [field, before, after] = texts;
    let (entity, record, op) = (row.get(0)?, row.get(1)?, row.get(2)?);
    Ok(Some(Line { entity, record, op, field, before, after }.digest(salt)))
}

/// What a digest is made of, as the columns of a query.
pub(super) const ROW: &str = "entity, record, op, field, before, after, salt, digest, id";

/// Reads all rows up to those of entry `newest` and sends them on, change by change.
fn digest_rows(
    conn: &Connection,
    newest: i64,
    send: &SyncSender<Vec<Rows>>,
) -> rusqlite::Result<()> {
    let mut statement = conn.prepare(&format!("SELECT {ROW} FROM _history ORDER BY id"))?;
    let mut rows = statement.query([])?;
    let mut batch = Vec::with_capacity(BATCH);
    let mut open: Option<(Rows, Sha256)> = None;
    let close = |(mut rows, digests): (Rows, Sha256)| {
        rows.digest = rows.digest.map(|_| digests.finalize().into());
        rows
    };
    while let Some(row) = rows.next()? {
        let number = row.get::<_, i64>(8)? >> ROWS;
        if number > newest {
            // Somebody wrote it since.
            break;
        }
        let about = (row.get(0)?, row.get(1)?);
        if open.as_ref().is_none_or(|(open, _)| open.number != number) {
            let next = Rows { number, count: 0, digest: Some([0; 32]), about, several: false };
            batch.extend(open.replace((next, Sha256::new())).map(close));
            if batch.len() >= BATCH && send.send(std::mem::take(&mut batch)).is_err() {
                // Nobody listens any more: the first fault was found.
                return Ok(());
            }
        }
        let Some((open, digests)) = &mut open else { continue };
        open.count += 1;
        open.several |= open.about != about;
        match digest(row)? {
            Some(digest) => digests.update(digest),
            None => open.digest = None,
        }
    }
    batch.extend(open.map(close));
    let _ = send.send(batch);
    Ok(())
}

/// The rows as they come, one change at a time.
struct Arriving {
    from: Receiver<Vec<Rows>>,
    batch: std::vec::IntoIter<Rows>,
    next: Option<Rows>,
}

impl Arriving {
    fn new(from: Receiver<Vec<Rows>>) -> Self {
        let mut arriving = Self { from, batch: Vec::new().into_iter(), next: None };
        arriving.next = arriving.pull();
        arriving
    }

    fn pull(&mut self) -> Option<Rows> {
        loop {
            if let Some(rows) = self.batch.next() {
                return Some(rows);
            }
            self.batch = self.from.recv().ok()?.into_iter();
        }
    }

    /// The rows of a change, where there are some.
    fn of(&mut self, number: i64) -> Option<Rows> {
        self.next.as_ref().filter(|rows| rows.number == number)?;
        let next = self.pull();
        std::mem::replace(&mut self.next, next)
    }
}

impl Store {
    /// Checks the whole chain of history; looks for the entry whose hash begins with the bits of
    /// `wanted`, given as a beginning of hexadecimal digits.
    pub fn verify_chain(&self, wanted: Option<&str>) -> Result<Chain> {
        // The rows are read by a connection of their own, in their own thread.
        let rows = open::connect(self.path())?;
        // One statement sees one state of the file.
        let (newest, last_row): (i64, i64) = self
            .conn
            .query_row(
                "SELECT coalesce((SELECT max(number) FROM _change), 0),
                 coalesce((SELECT max(id) FROM _history), 0)",
                [],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .map_err(|error| self.fault(error))?;
        let (send, receive) = sync_channel(16);
        let (digested, chain) = std::thread::scope(|scope| {
            let other = scope.spawn(move || {
                let digested = digest_rows(&rows.conn, newest, &send);
                digested.map_err(|error| fault(rows.path(), error))
            });
            let chain = self.chain_headers(newest, Arriving::new(receive), wanted);
            let lost = || GateError::Internal("the thread that read history died".into());
            (other.join().unwrap_or_else(|_| Err(lost())), chain)
        });
        digested?;
        let mut chain = chain?;
        if last_row >> ROWS > newest && chain.broken.is_none() {
            chain.broken = Some((newest + 1, lone_rows()));
        }
        Ok(chain)
    }

    /// The columns of a header; those that an older file has not got yet as what they stand for.
    pub(super) fn header_columns(&self) -> Result<&'static str> {
        Ok(if self.columns_of("_change")?.iter().any(|column| column == "form") {
            "form, kind, entity, record, what, count, detail"
        } else {
            "1 AS form, 'change' AS kind, NULL AS entity, NULL AS record, '' AS what, 0 AS count,
             '' AS detail"
        })
    }

    fn chain_headers(
        &self,
        newest: i64,
        mut rows: Arriving,
        wanted: Option<&str>,
    ) -> Result<Chain> {
        let fault = |error| self.fault(error);
        let wanted = wanted.map(str::to_ascii_lowercase);
        let marks = self.header_columns()?;
        let mut headers = self
            .conn
            .prepare(&format!(
                "SELECT number, operation, at, actor, actor_name, via, why, undoes, records, previous,
                 hash, {marks} FROM _change WHERE number <= ? ORDER BY number"
            ))
            .map_err(fault)?;
        let mut headers = headers.query([newest]).map_err(fault)?;
        let mut chain =
            Chain { changes: 0, rows: 0, head: String::new(), broken: None, found: None };
        let mut previous: Vec<u8> = Vec::new();
        let nothing: [u8; 32] = Sha256::new().finalize().into();
        while let Some(row) = headers.next().map_err(fault)? {
            let number: i64 = row.get(0).map_err(fault)?;
            if number != chain.changes as i64 + 1 {
                chain.broken = Some((number, phrase!("an entry before it is missing")));
                return Ok(chain);
            }
            let lone = rows.next.as_ref().is_some_and(|rows| rows.number < number);
            let own = rows.of(number);
            let about = own.as_ref().map(|own| (own.about, own.several));
            chain.rows += own.as_ref().map_or(0, |own| own.count);
            let digest = own.map_or(Some(nothing), |own| own.digest);
            // A header whose columns are of other kinds than we write is no header of ours.
            let read = |digest: &[u8; 32]| self.sound(row, &previous, digest, about);
            let hash = digest.filter(|_| !lone).map_or(Ok(None), |digest| read(&digest));
            let Some(hash) = hash? else {
                let altered = phrase!("its content was altered after it was written");
                chain.broken = Some((number, altered));
                return Ok(chain);
            };
            previous.clear();
            previous.extend_from_slice(&hash);
            if wanted.as_ref().is_some_and(|wanted| begins(&hash, wanted)) {
                chain.found = Some(number);
            }
            chain.changes += 1;
        }
        if rows.next.is_some() {
            chain.broken = Some((chain.changes as i64 + 1, lone_rows()));
        }
        chain.head = hex(&previous);
        Ok(chain)
    }

    /// The hash of a header that is what it was; none where it is not.
    fn sound(
        &self,
        row: &Row<'_>,
        previous: &[u8],
        rows: &[u8; 32],
        about: Option<((i64, i64), bool)>,
    ) -> Result<Option<[u8; 32]>> {
        let Ok((header, hash, before)) = header(row) else { return Ok(None) };
        let known = match header.form {
            // Form 1 does not cover what was derived when the file was brought up to date.
            1 => self.derived(&header.mark, about)?,
            2 => true,
            _ => false,
        };
        let made = header.hash(previous, rows);
        Ok((known && before == previous && hash == made).then_some(made))
    }

    /// Whether a mark says no more than the rows of its change do.
    fn derived(&self, mark: &Mark<'_>, about: Option<((i64, i64), bool)>) -> Result<bool> {
        let blank = Mark { entity: None, record: None, ..*mark };
        let schema = Mark { kind: SCHEMA, ..Mark::PLAIN };
        let ((entity, record), several) = about.unwrap_or(((0, 0), true));
        if blank != Mark::PLAIN && (blank != schema || about.is_none() || entity != 0) {
            return Ok(false);
        }
        if mark.record.is_some_and(|known| several || known != record) {
            return Ok(false);
        }
        Ok(match mark.entity {
            Some(known) => {
                mark.kind == CHANGE && self.entity_named(entity)?.as_deref() == Some(known)
            }
            None => mark.record.is_none(),
        })
    }
}

fn lone_rows() -> Phrase {
    phrase!("history rows stand without their entry")
}

type Read<'a> = (Header<'a>, &'a [u8], &'a [u8]);

/// A header, its hash and the hash that it stands behind.
fn header<'a>(row: &'a Row<'_>) -> rusqlite::Result<Read<'a>> {
    let text = |at: usize| -> rusqlite::Result<&'a str> { Ok(row.get_ref(at)?.as_str()?) };
    let header = Header {
        number: row.get(0)?,
        operation: row.get(1)?,
        at: row.get(2)?,
        actor: row.get(3)?,
        actor_name: text(4)?,
        via: text(5)?,
        why: text(6)?,
        undoes: row.get(7)?,
        records: row.get(8)?,
        form: row.get(11)?,
        mark: Mark {
            kind: text(12)?,
            entity: row.get_ref(13)?.as_str_or_null()?,
            record: row.get(14)?,
            what: text(15)?,
            count: row.get(16)?,
            detail: text(17)?,
        },
    };
    Ok((header, row.get_ref(10)?.as_blob()?, row.get_ref(9)?.as_blob()?))
}

/// Whether a hash begins with these hexadecimal digits.
fn begins(hash: &[u8], digits: &str) -> bool {
    let nibble = |at: usize| {
        hash.get(at / 2).map(|byte| if at.is_multiple_of(2) { byte >> 4 } else { byte & 15 })
    };
    !digits.is_empty()
        && digits.chars().enumerate().all(|(at, digit)| {
            digit.is_ascii_hexdigit() && digit.to_digit(16) == nibble(at).map(u32::from)
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::store::open;

    fn store(rows: &str) -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let store = open::connect(&folder.path().join("test.db")).unwrap();
        store
            .conn
            .execute_batch(
                "CREATE TABLE line(entity, record, op, field, before, after, salt, digest);",
            )
            .unwrap();
        store.conn.execute(&format!("INSERT INTO line VALUES {rows}"), []).unwrap();
        (folder, store)
    }

    fn read(rows: &str) -> Option<[u8; 32]> {
        let (_folder, store) = store(rows);
        store.conn.query_row("SELECT * FROM line", [], digest).unwrap()
    }

    #[test]
    fn a_digest_does_not_vouch_for_content_beside_it() {
        // Attack: put the true digest of a history row into its `digest` column, then change the row.
        // The check took the digest and never looked at what stood beside it.
        // Must: only a row whose content and salt are erased is taken at its digest's word.
        let digest = format!("x'{}'", "07".repeat(32));
        assert_eq!(read(&format!("(1, 1, 1, NULL, NULL, NULL, NULL, {digest})")), Some([7; 32]));
        assert_eq!(read(&format!("(1, 1, 1, 'name', NULL, '\"forged\"', x'01', {digest})")), None);
        assert_eq!(read(&format!("(1, 1, 1, NULL, NULL, NULL, x'01', {digest})")), None);
    }

    #[test]
    fn rows_of_another_kind_are_no_rows_of_ours() {
        // Attack: insert a row without salt, or with bytes where a text was empty.
        // The first ended the check with an internal error, the second passed as empty.
        // Must: both are alterations.
        assert_eq!(read("(1, 1, 1, 'name', NULL, '\"a\"', NULL, NULL)"), None);
        assert_eq!(read("(1, 1, 1, 'name', x'00', '\"a\"', x'01', NULL)"), None);
        assert!(read("(1, 1, 1, 'name', NULL, '\"a\"', x'01', NULL)").is_some());
    }

    #[test]
    fn hashes_are_found_by_how_they_begin() {
        let hash = [0xab, 0xcd, 0xef];
        assert!(begins(&hash, "abc"));
        assert!(begins(&hash, "abcdef"));
        assert!(!begins(&hash, "abd"));
        assert!(!begins(&hash, "abcdef0"));
        assert!(!begins(&hash, ""));
        assert!(!begins(&hash, "xyz"));
    }
}
