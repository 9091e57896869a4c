//! Is history what it was when it was written? The check of the hash chain.

use std::fmt::Write;

use rusqlite::Row;
use rusqlite::types::ValueRef;
use sha2::{Digest, Sha256};

use super::Store;
use super::history::{Header, Line, ROWS};
use crate::gate::error::Result;

/// What checking the chain found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    /// How many changes were checked.
    pub changes: u64,
    /// How many history rows.
    pub rows: u64,
    /// The hash of the newest change, in hexadecimal.
    pub head: String,
    /// The first change whose hash does not fit, with the reason.
    pub broken: Option<(i64, String)>,
}

const ALTERED: &str = "its content was altered after it was written";

/// The digest of a history row; none where no write of ours leaves a row like it.
fn digest(row: &Row<'_>) -> rusqlite::Result<Option<[u8; 32]>> {
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

impl Store {
    /// Checks the whole chain of history.
    pub fn verify_chain(&self) -> Result<Chain> {
        let fault = |error| self.fault(error);
        let mut changes = self
            .conn
            .prepare(
                "SELECT number, operation, at, actor, actor_name, via, why, undoes, records, previous,
                 hash FROM _change ORDER BY number",
            )
            .map_err(fault)?;
        let mut lines = self
            .conn
            .prepare(
                "SELECT entity, record, op, field, before, after, salt, digest, id FROM _history
                 ORDER BY id",
            )
            .map_err(fault)?;
        let mut lines = lines.query([]).map_err(fault)?;
        let mut line = lines.next().map_err(fault)?;
        let mut changes = changes.query([]).map_err(fault)?;
        let mut chain = Chain { changes: 0, rows: 0, head: String::new(), broken: None };
        let mut previous: Vec<u8> = Vec::new();
        while let Some(change) = changes.next().map_err(fault)? {
            let number: i64 = change.get(0).map_err(fault)?;
            if number != chain.changes as i64 + 1 {
                chain.broken = Some((number, "a change before it is missing".into()));
                return Ok(chain);
            }
            let mut digests = Sha256::new();
            while let Some(row) = line {
                if row.get::<_, i64>(8).map_err(fault)? >> ROWS != number {
                    break;
                }
                let Some(digest) = digest(row).map_err(fault)? else {
                    chain.broken = Some((number, ALTERED.into()));
                    return Ok(chain);
                };
                digests.update(digest);
                chain.rows += 1;
                line = lines.next().map_err(fault)?;
            }
            let stored_previous: Vec<u8> = change.get(9).map_err(fault)?;
            let stored_hash: Vec<u8> = change.get(10).map_err(fault)?;
            let text = |at: usize| change.get::<_, String>(at).map_err(fault);
            let (actor_name, via, why) = (text(4)?, text(5)?, text(6)?);
            let hash = Header {
                number,
                operation: change.get(1).map_err(fault)?,
                at: change.get(2).map_err(fault)?,
                actor: change.get(3).map_err(fault)?,
                actor_name: &actor_name,
                via: &via,
                why: &why,
                undoes: change.get(7).map_err(fault)?,
                records: change.get(8).map_err(fault)?,
            }
            .hash(&previous, digests);
            if stored_previous != previous || stored_hash != hash {
                chain.broken = Some((number, ALTERED.into()));
                return Ok(chain);
            }
            previous = stored_hash;
            chain.changes += 1;
        }
        if line.is_some() {
            chain.broken =
                Some((chain.changes as i64 + 1, "history rows stand without their change".into()));
        }
        for byte in &previous {
            // Writing to a String cannot fail.
            let _ = write!(chain.head, "{byte:02x}");
        }
        Ok(chain)
    }
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
}
