//! Writing history: append-only, chained by hashes.
//!
//! One row in `_change` per committed piece of work (the pieces of one bulk write share an `operation`),
//! one row in `_history` per created record and per changed field. Each history row has a random salt; its
//! digest is SHA-256 over salt and content, and the hash of a change covers the hash before it, its own
//! header and the digests of its rows. Erasing a person's data later replaces salt and content of a row by
//! the digest: the chain still verifies and the erased value cannot be guessed from it.
//!
//! Beside changes the chain holds events (a sign-in, a refusal, an export): headers without rows that
//! belong to no operation, so that history and undo never see them. [`Mark`] says what a header is about.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, params};
use sha2::{Digest, Sha256};

use super::{Store, codec};
use crate::gate::error::Result;
use crate::model::{Change, FieldChange, Op, RecordId};

/// Rows of one change: the low bits of a history row's number.
pub(super) const ROWS: u32 = 24;

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
    /// What kind of work it is, where that matters later: [`MERGE`], [`ERASE`], [`PURGE`]; empty for all other.
    pub what: &'static str,
}

/// The word of a change that merges records.
pub const MERGE: &str = "merge";
/// The word of a change that erases a person's data.
pub const ERASE: &str = "erase";
/// The word of a change that makes room for records that are removed for good.
pub const PURGE: &str = "purge";

/// Who wrote a header, as it stands in the file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Author<'a> {
    pub(super) at: i64,
    pub(super) actor: Option<i64>,
    pub(super) name: &'a str,
    pub(super) via: &'a str,
    pub(super) why: &'a str,
    pub(super) undoes: Option<i64>,
}

impl Stamp {
    fn author(&self) -> Author<'_> {
        Author {
            at: self.at.timestamp_millis(),
            actor: self.actor.map(|actor| actor.0),
            name: &self.actor_name,
            via: self.via,
            why: &self.why,
            undoes: self.undoes,
        }
    }
}

/// Writes the history of one change.
pub struct Recorder<'a> {
    store: &'a Store,
    number: i64,
    rows: i64,
    digests: Sha256,
    salts: Salts<'a>,
    /// Entity and record of the first row.
    about: Option<(i64, i64)>,
    /// There is more than one record.
    several: bool,
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

pub(super) const fn decode(code: i64) -> Op {
    match code {
        1 => Op::Create,
        3 => Op::Delete,
        4 => Op::Restore,
        _ => Op::Update,
    }
}

/// One history row, to be hashed.
pub(super) struct Line<'a> {
    pub(super) entity: i64,
    pub(super) record: i64,
    pub(super) op: i64,
    pub(super) field: Option<&'a str>,
    pub(super) before: Option<&'a str>,
    pub(super) after: Option<&'a str>,
}

impl Line<'_> {
    pub(super) fn digest(&self, salt: &[u8]) -> [u8; 32] {
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

/// The fields of a created record, written as one JSON object.
struct Created<'a>(&'a [FieldChange]);

impl serde::Serialize for Created<'_> {
    fn serialize<S: serde::Serializer>(
        &self,
        serializer: S,
    ) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_map(
            self.0
                .iter()
                .filter(|field| !field.after.is_null())
                .map(|field| (&field.field, &field.after)),
        )
    }
}

/// What history keeps of a created record.
pub fn of_created(change: &Change) -> Option<String> {
    serde_json::to_string(&Created(&change.fields)).ok()
}

/// The word that a header of changed records carries.
pub(super) const CHANGE: &str = "change";
/// The word that a header of a changed schema carries.
pub(super) const SCHEMA: &str = "schema";

/// What a header is about, so that the audit log can be asked for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark<'a> {
    /// What happened: [`CHANGE`], [`SCHEMA`], or the word of an event.
    pub(super) kind: &'a str,
    /// The entity; of a change that of its first row.
    pub(super) entity: Option<&'a str>,
    /// The record, where it is one.
    pub(super) record: Option<i64>,
    /// A word on what exactly.
    pub(super) what: &'a str,
    /// How many.
    pub(super) count: i64,
    /// The rest as JSON; empty where there is none.
    pub(super) detail: &'a str,
}

impl Mark<'_> {
    /// A header that says nothing but that records changed: all that form 1 knows.
    pub(super) const PLAIN: Self =
        Self { kind: CHANGE, entity: None, record: None, what: "", count: 0, detail: "" };
}

/// The form in which headers are hashed now; [`Header::hash`] knows the older ones too.
pub(super) const FORM: i64 = 2;

/// The header of a change, to be hashed.
pub(super) struct Header<'a> {
    pub(super) form: i64,
    pub(super) number: i64,
    pub(super) operation: i64,
    pub(super) at: i64,
    pub(super) actor: Option<i64>,
    pub(super) actor_name: &'a str,
    pub(super) via: &'a str,
    pub(super) why: &'a str,
    pub(super) undoes: Option<i64>,
    pub(super) records: i64,
    pub(super) mark: Mark<'a>,
}

impl Header<'_> {
    /// The hash of a header behind the one before it, over the digest of its rows' digests. Form 1 is
    /// how headers were hashed before there were events: it does not cover the mark.
    pub(super) fn hash(&self, previous: &[u8], rows: &[u8; 32]) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(if self.form == 1 { b"kontor change 1" } else { b"kontor change 2" });
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
        if self.form != 1 {
            hash.update(self.mark.record.unwrap_or(-1).to_be_bytes());
            hash.update(self.mark.count.to_be_bytes());
            let Mark { kind, entity, what, detail, .. } = self.mark;
            for text in [Some(kind), entity, Some(what), Some(detail)] {
                hash.update(text.map_or(-1, |text| text.len() as i64).to_be_bytes());
                hash.update(text.unwrap_or_default().as_bytes());
            }
        }
        hash.update(rows);
        hash.finalize().into()
    }
}

impl Store {
    /// The number of the newest change of records or schema: events are no news for others. 0 in a new
    /// file.
    pub fn newest_news(&self) -> Result<i64> {
        self.conn
            .prepare_cached(
                "SELECT coalesce((SELECT number FROM _change WHERE operation > 0
                 ORDER BY number DESC LIMIT 1), 0)",
            )
            .and_then(|mut statement| statement.query_row([], |row| row.get(0)))
            .map_err(|error| self.fault(error))
    }

    /// The number of the newest entry, events included; 0 in a new file.
    pub fn newest_change(&self) -> Result<i64> {
        self.conn
            .prepare_cached("SELECT coalesce(max(number), 0) FROM _change")
            .and_then(|mut statement| statement.query_row([], |row| row.get(0)))
            .map_err(|error| self.fault(error))
    }
}

impl<'a> Recorder<'a> {
    /// Begins the next change; inside a write.
    pub fn begin(store: &'a Store, salts: Salts<'a>) -> Result<Self> {
        let number = store.newest_change()? + 1;
        let digests = Sha256::new();
        Ok(Self { store, number, rows: 0, digests, salts, about: None, several: false })
    }

    fn line(&mut self, line: &Line<'_>) -> Result<()> {
        let about = *self.about.get_or_insert((line.entity, line.record));
        self.several |= about != (line.entity, line.record);
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

    /// Records that a record was created: its real number, and what [`of_created`] made of its fields.
    pub fn created(&mut self, entity: &str, id: RecordId, after: Option<&str>) -> Result<()> {
        let entity = self.store.entity_number(entity)?;
        let op = code(Op::Create);
        self.line(&Line { entity, record: id.0, op, field: None, before: None, after })
    }

    /// Records what happened to one record, with its real number.
    pub fn change(&mut self, change: &Change) -> Result<()> {
        let entity = self.store.entity_number(&change.entity)?;
        let (record, op) = (change.id.0, code(change.op));
        match change.op {
            Op::Create => self.created(&change.entity, change.id, of_created(change).as_deref()),
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
        let operation = stamp.operation.unwrap_or(self.number);
        let (store, several) = (self.store, self.several);
        let entity = match self.about {
            Some((number, _)) if number > 0 => store.entity_named(number)?,
            _ => None,
        };
        let mark = match self.about {
            Some((0, _)) => Mark { kind: SCHEMA, ..Mark::PLAIN },
            Some((_, record)) => Mark {
                entity: entity.as_deref(),
                record: Some(record).filter(|_| !several),
                what: stamp.what,
                ..Mark::PLAIN
            },
            None => Mark::PLAIN,
        };
        self.close(stamp.author(), operation, records, mark)?;
        Ok(operation)
    }

    /// Writes the header, which closes the entry.
    pub(super) fn close(
        self,
        author: Author<'_>,
        operation: i64,
        records: i64,
        mark: Mark<'_>,
    ) -> Result<()> {
        let store = self.store;
        let previous: Vec<u8> = store
            .conn
            .prepare_cached("SELECT hash FROM _change WHERE number = ?")
            .and_then(|mut s| s.query_row([self.number - 1], |row| row.get(0)).optional())
            .map_err(|error| store.fault(error))?
            .unwrap_or_default();
        let header = Header {
            form: FORM,
            number: self.number,
            operation,
            at: author.at,
            actor: author.actor,
            actor_name: author.name,
            via: author.via,
            why: author.why,
            undoes: author.undoes,
            records,
            mark,
        };
        let hash = header.hash(&previous, &self.digests.finalize().into());
        store
            .conn
            .prepare_cached(
                "INSERT INTO _change(number, operation, at, actor, actor_name, via, why, undoes,
                 records, form, kind, entity, record, what, count, detail, previous, hash)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
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
                    header.form,
                    mark.kind,
                    mark.entity,
                    mark.record,
                    mark.what,
                    mark.count,
                    mark.detail,
                    previous,
                    hash.as_slice(),
                ])
            })
            .map(|_| ())
            .map_err(|error| store.fault(error))
    }
}
