//! Is history what it was when it was written? The check of the hash chain.

use std::fmt::Write;

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
                let kept: Option<Vec<u8>> = row.get(7).map_err(fault)?;
                if let Some(digest) = kept {
                    digests.update(digest);
                } else {
                    let salt: Vec<u8> = row.get(6).map_err(fault)?;
                    let digest = Line {
                        entity: row.get(0).map_err(fault)?,
                        record: row.get(1).map_err(fault)?,
                        op: row.get(2).map_err(fault)?,
                        field: row.get_ref(3).map_err(fault)?.as_str_or_null().unwrap_or(None),
                        before: row.get_ref(4).map_err(fault)?.as_str_or_null().unwrap_or(None),
                        after: row.get_ref(5).map_err(fault)?.as_str_or_null().unwrap_or(None),
                    }
                    .digest(&salt);
                    digests.update(digest);
                }
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
                chain.broken =
                    Some((number, "its content was altered after it was written".into()));
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
