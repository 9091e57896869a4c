//! History: append-only, chained by hashes, and the way back.
//!
//! One row in `_change` per committed piece of work (the pieces of one bulk write share an `operation`),
//! one row in `_history` per created record and per changed field. Each history row has a random salt; its
//! digest is SHA-256 over salt and content, and the hash of a change covers the hash before it, its own
//! header and the digests of its rows. Erasing a person's data later replaces salt and content of a row by
//! the digest: the chain still verifies and the erased value cannot be guessed from it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use rusqlite::types::Value as Sql;
use rusqlite::{OptionalExtension, params, params_from_iter};
use sha2::{Digest, Sha256};

use super::{Store, codec};
use crate::gate::error::Result;
use crate::gate::read::{Entry, EntryField};
use crate::model::{Change, FieldChange, Name, Op, RecordId, RecordRef, Value};

/// Rows of one change: the low bits of a history row's number.
const ROWS: u32 = 24;

/// Who writes, when, from where and why.
#[derive(Debug, Clone)]
pub struct Stamp {
    /// When.
    pub at: DateTime<Utc>,
    /// The user record.
    pub actor: Option<RecordId>,
    /// The name history keeps.
    pub actor_name: String,
    /// The front end.
    pub via: &'static str,
    /// Why.
    pub why: String,
    /// The operation that this one takes back.
    pub undoes: Option<i64>,
    /// The operation this is a further piece of.
    pub operation: Option<i64>,
}

/// Writes the history of one change.
pub struct Recorder<'a> {
    store: &'a Store,
    number: i64,
    rows: i64,
    digests: Sha256,
    salts: Salts<'a>,
}

/// Random salts, fetched many at a time.
pub struct Salts<'a> {
    entropy: &'a dyn crate::model::Entropy,
    buffer: [u8; 1024],
    used: usize,
}

impl<'a> Salts<'a> {
    /// Salts from a source of chance.
    pub fn new(entropy: &'a dyn crate::model::Entropy) -> Self {
        Self { entropy, buffer: [0; 1024], used: 1024 }
    }

    fn next(&mut self) -> [u8; 16] {
        if self.used == self.buffer.len() {
            self.entropy.fill(&mut self.buffer);
            self.used = 0;
        }
        let mut salt = [0; 16];
        salt.copy_from_slice(&self.buffer[self.used..self.used + 16]);
        self.used += 16;
        salt
    }
}

/// What the numbers of operations in `_history.op` mean.
const fn code(op: Op) -> i64 {
    match op {
        Op::Create => 1,
        Op::Update => 2,
        Op::Delete => 3,
        Op::Restore => 4,
    }
}

const fn decode(code: i64) -> Op {
    match code {
        1 => Op::Create,
        3 => Op::Delete,
        4 => Op::Restore,
        _ => Op::Update,
    }
}

/// One history row, to be hashed.
struct Line<'a> {
    entity: i64,
    record: i64,
    op: i64,
    field: Option<&'a str>,
    before: Option<&'a str>,
    after: Option<&'a str>,
}

impl Line<'_> {
    fn digest(&self, salt: &[u8]) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(salt);
        for number in [self.entity, self.record, self.op] {
            hash.update(number.to_be_bytes());
        }
        for text in [self.field, self.before, self.after] {
            match text {
                // The length keeps neighbours apart: "ab","c" is not "a","bc".
                Some(text) => {
                    hash.update((text.len() as i64).to_be_bytes());
                    hash.update(text.as_bytes());
                }
                None => hash.update((-1_i64).to_be_bytes()),
            }
        }
        hash.finalize().into()
    }
}

/// The header of a change, to be hashed.
struct Header<'a> {
    number: i64,
    operation: i64,
    at: i64,
    actor: Option<i64>,
    actor_name: &'a str,
    via: &'a str,
    why: &'a str,
    undoes: Option<i64>,
    records: i64,
}

impl Header<'_> {
    fn hash(&self, previous: &[u8], digests: Sha256) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(b"kontor change 1");
        hash.update(previous);
        for number in [
            self.number,
            self.operation,
            self.at,
            self.actor.unwrap_or(-1),
            self.undoes.unwrap_or(-1),
            self.records,
        ] {
            hash.update(number.to_be_bytes());
        }
        for text in [self.actor_name, self.via, self.why] {
            hash.update((text.len() as i64).to_be_bytes());
            hash.update(text.as_bytes());
        }
        hash.update(digests.finalize());
        hash.finalize().into()
    }
}

impl<'a> Recorder<'a> {
    /// Begins the next change; inside a write.
    pub fn begin(store: &'a Store, salts: Salts<'a>) -> Result<Self> {
        let number: i64 = store
            .conn
            .prepare_cached("SELECT coalesce(max(number), 0) + 1 FROM _change")
            .and_then(|mut statement| statement.query_row([], |row| row.get(0)))
            .map_err(|error| store.fault(error))?;
        Ok(Self { store, number, rows: 0, digests: Sha256::new(), salts })
    }

    /// The number of the change.
    pub fn number(&self) -> i64 {
        self.number
    }

    fn line(&mut self, line: &Line<'_>) -> Result<()> {
        let salt = self.salts.next();
        self.digests.update(line.digest(&salt));
        self.store
            .conn
            .prepare_cached(
                "INSERT INTO _history(id, entity, record, op, field, before, after, salt)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            )
            .and_then(|mut statement| {
                statement.execute(params![
                    (self.number << ROWS) | self.rows,
                    line.entity,
                    line.record,
                    line.op,
                    line.field,
                    line.before,
                    line.after,
                    salt.as_slice(),
                ])
            })
            .map_err(|error| self.store.fault(error))?;
        self.rows += 1;
        Ok(())
    }

    /// Records what happened to one record, with its real number.
    pub fn change(&mut self, change: &Change) -> Result<()> {
        let entity = self.store.entity_number(&change.entity)?;
        let (record, op) = (change.id.0, code(change.op));
        match change.op {
            Op::Create => {
                let fields: BTreeMap<&Name, &Value> = change
                    .fields
                    .iter()
                    .filter(|field| !field.after.is_null())
                    .map(|field| (&field.field, &field.after))
                    .collect();
                let after = serde_json::to_string(&fields).ok();
                self.line(&Line {
                    entity,
                    record,
                    op,
                    field: None,
                    before: None,
                    after: after.as_deref(),
                })
            }
            Op::Update => change.fields.iter().try_for_each(|field| {
                self.line(&Line {
                    entity,
                    record,
                    op,
                    field: Some(&field.field),
                    before: codec::to_history(&field.before).as_deref(),
                    after: codec::to_history(&field.after).as_deref(),
                })
            }),
            Op::Delete | Op::Restore => {
                self.line(&Line { entity, record, op, field: None, before: None, after: None })
            }
        }
    }

    /// Records that a text of the program's own changed (the company's schema): entity 0.
    pub fn text(&mut self, what: &str, before: &str, after: &str) -> Result<()> {
        self.line(&Line {
            entity: 0,
            record: 0,
            op: code(Op::Update),
            field: Some(what),
            before: Some(before),
            after: Some(after),
        })
    }

    /// Closes the change; yields the number of its operation.
    pub fn finish(self, stamp: &Stamp, records: i64) -> Result<i64> {
        let store = self.store;
        let previous: Vec<u8> = store
            .conn
            .prepare_cached("SELECT hash FROM _change WHERE number = ?")
            .and_then(|mut s| s.query_row([self.number - 1], |row| row.get(0)).optional())
            .map_err(|error| store.fault(error))?
            .unwrap_or_default();
        let operation = stamp.operation.unwrap_or(self.number);
        let header = Header {
            number: self.number,
            operation,
            at: stamp.at.timestamp_millis(),
            actor: stamp.actor.map(|actor| actor.0),
            actor_name: &stamp.actor_name,
            via: stamp.via,
            why: &stamp.why,
            undoes: stamp.undoes,
            records,
        };
        let hash = header.hash(&previous, self.digests);
        store
            .conn
            .prepare_cached(
                "INSERT INTO _change(number, operation, at, actor, actor_name, via, why, undoes,
                 records, previous, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            )
            .and_then(|mut statement| {
                statement.execute(params![
                    header.number,
                    header.operation,
                    header.at,
                    header.actor,
                    header.actor_name,
                    header.via,
                    header.why,
                    header.undoes,
                    header.records,
                    previous,
                    hash.as_slice(),
                ])
            })
            .map_err(|error| store.fault(error))?;
        Ok(operation)
    }
}

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
        chain.head = previous.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(chain)
    }

    /// Operations, newest first, each with its first record.
    pub fn operations(
        &self,
        before: Option<i64>,
        actor: Option<RecordId>,
        limit: usize,
    ) -> Result<Vec<Entry>> {
        let numbers = self.ids(
            "SELECT number FROM _change WHERE number = operation AND number < ?
             AND (? IS NULL OR actor = ?) ORDER BY number DESC LIMIT ?",
            vec![
                Sql::Integer(before.unwrap_or(i64::MAX)),
                actor.map_or(Sql::Null, |id| Sql::Integer(id.0)),
                actor.map_or(Sql::Null, |id| Sql::Integer(id.0)),
                Sql::Integer(limit as i64),
            ],
        )?;
        numbers.into_iter().filter_map(|number| self.operation(number.0).transpose()).collect()
    }

    /// One operation with its first record.
    pub fn operation(&self, operation: i64) -> Result<Option<Entry>> {
        let Some(mut entry) = self.header(operation)? else { return Ok(None) };
        let first: Option<(i64, i64)> = self
            .conn
            .prepare_cached(
                "SELECT entity, record FROM _history WHERE id >= ? AND id < ? ORDER BY id LIMIT 1",
            )
            .and_then(|mut s| {
                s.query_row(params![operation << ROWS, (operation + 1) << ROWS], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })
                .optional()
            })
            .map_err(|error| self.fault(error))?;
        if let Some((entity, record)) = first.filter(|(entity, _)| *entity > 0) {
            self.detail(&mut entry, operation, entity, record)?;
        }
        Ok(Some(entry))
    }

    /// What happened to one record, newest first; at most `limit` changes before change `before`.
    pub fn record_history(
        &self,
        record: &RecordRef,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<Entry>> {
        let entity = self.entity_number(&record.entity)?;
        let numbers = self.ids(
            &format!(
                "SELECT DISTINCT id >> {ROWS} FROM _history WHERE entity = ? AND record = ? AND id < ?
                 ORDER BY 1 DESC LIMIT ?"
            ),
            vec![
                Sql::Integer(entity),
                Sql::Integer(record.id.0),
                Sql::Integer(before.map_or(i64::MAX, |number| number << ROWS)),
                Sql::Integer(limit as i64),
            ],
        )?;
        let mut entries = Vec::with_capacity(numbers.len());
        for number in numbers {
            let Some(mut entry) = self.header(number.0)? else { continue };
            self.detail(&mut entry, number.0, entity, record.id.0)?;
            entries.push(entry);
        }
        Ok(entries)
    }

    fn header(&self, number: i64) -> Result<Option<Entry>> {
        self.conn
            .prepare_cached(
                "SELECT c.operation, c.at, c.actor_name, c.via, c.why, c.undoes,
                 (SELECT sum(records) FROM _change p WHERE p.operation = c.operation),
                 (SELECT max(u.operation) FROM _change u WHERE u.undoes = c.operation)
                 FROM _change c WHERE c.number = ?",
            )
            .and_then(|mut statement| {
                statement
                    .query_row([number], |row| {
                        Ok(Entry {
                            change_set: row.get(0)?,
                            at: DateTime::from_timestamp_millis(row.get(1)?).unwrap_or_default(),
                            by: row.get(2)?,
                            via: row.get(3)?,
                            why: row.get(4)?,
                            undoes: row.get(5)?,
                            records: row.get::<_, i64>(6)? as u64,
                            undone_by: row.get(7)?,
                            record: None,
                            op: None,
                            fields: Vec::new(),
                        })
                    })
                    .optional()
            })
            .map_err(|error| self.fault(error))
    }

    fn detail(&self, entry: &mut Entry, number: i64, entity: i64, record: i64) -> Result<()> {
        let name: Option<String> = self
            .conn
            .prepare_cached("SELECT name FROM _entity WHERE number = ?")
            .and_then(|mut s| s.query_row([entity], |row| row.get(0)).optional())
            .map_err(|error| self.fault(error))?;
        let Some(name) = name else { return Ok(()) };
        entry.record = Some(RecordRef::new(name, RecordId(record)));
        // The unary plus keeps to the rows of the change: an operation may touch a record many times
        // less often than history as a whole.
        let mut statement = self
            .conn
            .prepare_cached(
                "SELECT op, field, before, after FROM _history
                 WHERE id >= ? AND id < ? AND +entity = ? AND +record = ? ORDER BY id",
            )
            .map_err(|error| self.fault(error))?;
        let mut rows = statement
            .query(params![number << ROWS, (number + 1) << ROWS, entity, record])
            .map_err(|error| self.fault(error))?;
        while let Some(row) = rows.next().map_err(|error| self.fault(error))? {
            let op: i64 = row.get(0).map_err(|error| self.fault(error))?;
            let field: Option<String> = row.get(1).map_err(|error| self.fault(error))?;
            let before: Option<String> = row.get(2).map_err(|error| self.fault(error))?;
            let after: Option<String> = row.get(3).map_err(|error| self.fault(error))?;
            entry.op = Some(decode(op));
            match (field, after) {
                (Some(field), after) => entry.fields.push(EntryField {
                    field: Name::from(field),
                    before: codec::from_history(before),
                    after: codec::from_history(after),
                }),
                (None, Some(after)) => entry.fields.extend(
                    codec::created_from_history(&after)
                        .into_iter()
                        .map(|(field, after)| EntryField { field, before: Value::Null, after }),
                ),
                (None, None) => {}
            }
        }
        Ok(())
    }

    /// My own last operation that stands: not an undo, not undone.
    pub fn last_standing(&self, actor: RecordId) -> Result<Option<i64>> {
        self.conn
            .prepare_cached(
                "SELECT c.number FROM _change c WHERE c.number = c.operation AND c.actor = ?
                 AND c.undoes IS NULL AND c.via <> 'system'
                 AND NOT EXISTS (SELECT 1 FROM _change u WHERE u.undoes = c.number)
                 ORDER BY c.number DESC LIMIT 1",
            )
            .and_then(|mut s| s.query_row([actor.0], |row| row.get(0)).optional())
            .map_err(|error| self.fault(error))
    }

    /// The last change of an operation.
    pub fn end_of(&self, operation: i64) -> Result<i64> {
        self.conn
            .prepare_cached("SELECT coalesce(max(number), 0) FROM _change WHERE operation = ?")
            .and_then(|mut s| s.query_row([operation], |row| row.get(0)))
            .map_err(|error| self.fault(error))
    }

    /// The inverse of an operation, last things first: at most `limit` records of it, before history
    /// row `before`. Yields the row to go on from, none at the end.
    pub fn inverse(
        &self,
        operation: i64,
        before: Option<i64>,
        limit: usize,
    ) -> Result<(Vec<Change>, Option<i64>)> {
        let mut statement = self
            .conn
            .prepare_cached(
                "SELECT h.id, e.name, h.record, h.op, h.field, h.before, h.after
                 FROM _change c JOIN _history h ON h.id >= c.number << 24 AND h.id < (c.number + 1) << 24
                 LEFT JOIN _entity e ON e.number = h.entity
                 WHERE c.operation = ? AND h.id < ? ORDER BY h.id DESC",
            )
            .map_err(|error| self.fault(error))?;
        let mut rows = statement
            .query(params_from_iter([operation, before.unwrap_or(i64::MAX)]))
            .map_err(|error| self.fault(error))?;
        let mut changes: Vec<Change> = Vec::new();
        let mut last = None;
        while let Some(row) = rows.next().map_err(|error| self.fault(error))? {
            let get = || -> rusqlite::Result<_> {
                Ok((
                    row.get::<_, i64>(0)?,
                    row.get::<_, Option<String>>(1)?,
                    row.get::<_, i64>(2)?,
                    decode(row.get(3)?),
                    row.get::<_, Option<String>>(4)?,
                    row.get::<_, Option<String>>(5)?,
                    row.get::<_, Option<String>>(6)?,
                ))
            };
            let (id, entity, record, op, field, old, new) =
                get().map_err(|error| self.fault(error))?;
            let Some(entity) = entity else { continue };
            let inverse = match op {
                Op::Create => Op::Delete,
                Op::Update => Op::Update,
                Op::Delete => Op::Restore,
                Op::Restore => Op::Delete,
            };
            let same = changes.last().is_some_and(|change| {
                change.op == Op::Update
                    && inverse == Op::Update
                    && change.entity == *entity
                    && change.id.0 == record
            });
            if !same {
                if changes.len() == limit {
                    return Ok((changes, last));
                }
                changes.push(Change {
                    entity: Name::from(entity),
                    id: RecordId(record),
                    op: inverse,
                    version: 0,
                    fields: Vec::new(),
                });
            }
            if let (Some(field), Some(change)) = (field, changes.last_mut()) {
                change.fields.push(FieldChange {
                    field: Name::from(field),
                    before: codec::from_history(new),
                    after: codec::from_history(old),
                });
            }
            last = Some(id);
        }
        Ok((changes, None))
    }

    /// Who touched a record after change `after`, leaving out what was taken back meanwhile.
    pub fn touched_since(
        &self,
        record: &RecordRef,
        after: i64,
        field: Option<&str>,
    ) -> Result<Option<(String, DateTime<Utc>, i64)>> {
        let entity = self.entity_number(&record.entity)?;
        self.conn
            .prepare_cached(
                "SELECT c.actor_name, c.at, c.operation FROM _history h
                 JOIN _change c ON c.number = h.id >> 24
                 WHERE h.entity = ? AND h.record = ? AND h.id >= ? AND (? IS NULL OR h.field = ?)
                 AND c.undoes IS NULL
                 AND NOT EXISTS (SELECT 1 FROM _change u WHERE u.undoes = c.operation)
                 ORDER BY h.id DESC LIMIT 1",
            )
            .and_then(|mut statement| {
                statement
                    .query_row(
                        params![entity, record.id.0, (after + 1) << ROWS, field, field],
                        |row| {
                            Ok((
                                row.get(0)?,
                                DateTime::from_timestamp_millis(row.get(1)?).unwrap_or_default(),
                                row.get(2)?,
                            ))
                        },
                    )
                    .optional()
            })
            .map_err(|error| self.fault(error))
    }

    /// The text a schema change replaced, and what it put there.
    pub fn replaced_text(&self, operation: i64, what: &str) -> Result<Option<(String, String)>> {
        self.conn
            .prepare_cached(
                "SELECT before, after FROM _history WHERE id >= ? AND id < ? AND entity = 0
                 AND field = ? LIMIT 1",
            )
            .and_then(|mut s| {
                s.query_row(params![operation << ROWS, (operation + 1) << ROWS, what], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })
                .optional()
            })
            .map_err(|error| self.fault(error))
    }
}
