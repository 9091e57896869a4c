//! Events in the chain, and the chain read as the audit log.
//!
//! An event is a header without rows that belongs to no operation. Equal events that may come in floods
//! (refusals, runs of reports) are counted in `_noted` for a minute after the first of them was written,
//! and the count is written then: at most two entries a minute, however often it happens. What waits
//! there is the only thing about the log that can change.

use rusqlite::types::Value as Sql;
use rusqlite::{OptionalExtension, Row, params, params_from_iter};
use serde::{Deserialize, Serialize};

use super::history::{Author, Mark, Recorder, Salts};
use super::{Store, compile};
use crate::gate::audit::{AuditEntry, Tallied};
use crate::gate::error::Result;
use crate::model::{Entropy, Name, RecordId, RecordRef};
use crate::query::{Moment, Query};
use crate::schema::Catalog;

/// The table of what is counted, and the indexes that the log is asked by.
pub const TABLES: &str = "
CREATE TABLE IF NOT EXISTS _noted(
  key TEXT PRIMARY KEY,
  since INTEGER NOT NULL,
  count INTEGER NOT NULL,
  event TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS _change_at ON _change(at);
CREATE INDEX IF NOT EXISTS _change_actor ON _change(actor);
CREATE INDEX IF NOT EXISTS _change_kind ON _change(kind);
CREATE INDEX IF NOT EXISTS _change_about ON _change(entity, record);
CREATE INDEX IF NOT EXISTS _change_news ON _change(number) WHERE operation > 0;
";

/// What an older file lacks. The two updates write down what the rows say, so that old changes are found
/// like new ones; the check of the chain holds the one against the other.
const UPGRADE: &str = "
ALTER TABLE _change ADD COLUMN form INTEGER NOT NULL DEFAULT 1;
ALTER TABLE _change ADD COLUMN kind TEXT NOT NULL DEFAULT 'change';
ALTER TABLE _change ADD COLUMN entity TEXT;
ALTER TABLE _change ADD COLUMN record INTEGER;
ALTER TABLE _change ADD COLUMN what TEXT NOT NULL DEFAULT '';
ALTER TABLE _change ADD COLUMN count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE _change ADD COLUMN detail TEXT NOT NULL DEFAULT '';
UPDATE _change SET
  kind = CASE WHEN h.entity = 0 THEN 'schema' ELSE 'change' END,
  entity = (SELECT name FROM _entity e WHERE e.number = h.entity),
  record = CASE WHEN h.entity > 0 AND NOT EXISTS (
    SELECT 1 FROM _history o WHERE o.id > h.id AND o.id < (_change.number + 1) << 24
    AND (o.entity <> h.entity OR o.record <> h.record)) THEN h.record END
  FROM _history h WHERE h.id = _change.number << 24;
";

/// Up to so many records of an operation are counted by their kind.
const COUNTED: u64 = 5_000;
/// How long equal events are counted, in milliseconds.
const MINUTE: i64 = 60_000;

/// An event as it waits to be written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noted {
    /// When, in Unix milliseconds.
    pub at: i64,
    /// Whose.
    pub actor: Option<i64>,
    /// The name history keeps.
    pub name: String,
    /// The front end.
    pub via: String,
    /// The word of its kind.
    pub kind: String,
    /// The entity.
    pub entity: Option<String>,
    /// The record.
    pub record: Option<i64>,
    /// What exactly.
    pub what: String,
    /// How many.
    pub count: i64,
    /// The rest, as JSON.
    pub detail: String,
}

impl Noted {
    /// By what equal events are known; the record is no part of it, or a walk over all would flood. With whose
    /// eyes it was looked is.
    fn key(&self) -> String {
        let entity = self.entity.as_deref().unwrap_or_default();
        let actor = self.actor.unwrap_or_default();
        let detail: serde_json::Value = serde_json::from_str(&self.detail).unwrap_or_default();
        let eyes = detail.get("viewing_as").and_then(serde_json::Value::as_str);
        let eyes = eyes.map(|seen| format!("\n{seen}")).unwrap_or_default();
        format!("{actor}\n{}\n{}\n{entity}\n{}{eyes}", self.name, self.kind, self.what)
    }
}

impl Store {
    /// Whether the file knows events already.
    pub fn has_events(&self) -> Result<bool> {
        Ok(self.columns_of("_change")?.iter().any(|column| column == "form"))
    }

    /// Brings the tables of an older file up to date; inside a write.
    pub fn add_events(&self) -> Result<()> {
        if !self.has_events()? {
            self.run(UPGRADE)?;
        }
        self.run(TABLES)?;
        self.run(&format!("PRAGMA user_version = {}", super::layout::LAYOUT))
    }

    /// Writes events; inside a write. Those that `may_flood` are counted where an equal one was
    /// written in the minute before.
    pub fn note(
        &self,
        events: &[Noted],
        may_flood: impl Fn(&Noted) -> bool,
        now: i64,
        entropy: &dyn Entropy,
    ) -> Result<()> {
        self.settle(now, entropy)?;
        for event in events {
            if !may_flood(event) {
                self.chain(event, entropy)?;
                continue;
            }
            let key = event.key();
            let counted = self
                .conn
                .prepare_cached("UPDATE _noted SET count = count + ? WHERE key = ?")
                .and_then(|mut s| s.execute(params![event.count, key]))
                .map_err(|error| self.fault(error))?;
            if counted > 0 {
                continue;
            }
            self.chain(event, entropy)?;
            // The record of the first stands in its entry; of those that follow there may be many.
            let again = Noted { record: None, count: 0, ..event.clone() };
            let text = serde_json::to_string(&again).unwrap_or_default();
            self.conn
                .prepare_cached("INSERT INTO _noted(key, since, count, event) VALUES (?, ?, 0, ?)")
                .and_then(|mut s| s.execute(params![key, event.at, text]))
                .map_err(|error| self.fault(error))?;
        }
        Ok(())
    }

    /// Whether counted events wait whose minute is over.
    pub fn has_counted(&self, now: i64) -> Result<bool> {
        self.conn
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM _noted WHERE since <= ? OR since > ?)")
            .and_then(|mut s| s.query_row([now - MINUTE, now], |row| row.get(0)))
            .map_err(|error| self.fault(error))
    }

    /// Writes the counts whose minute is over; inside a write.
    fn settle(&self, now: i64, entropy: &dyn Entropy) -> Result<()> {
        // A clock that was put back must not keep a count waiting.
        let over: Vec<(String, i64, String)> = self
            .conn
            .prepare_cached(
                "SELECT key, count, event FROM _noted WHERE since <= ? OR since > ? ORDER BY since, key",
            )
            .and_then(|mut s| {
                s.query_map([now - MINUTE, now], |row| {
                    Ok((row.get(0)?, row.get(1)?, row.get(2)?))
                })?
                .collect()
            })
            .map_err(|error| self.fault(error))?;
        for (key, count, event) in over {
            if let Ok(event) = serde_json::from_str::<Noted>(&event)
                && count > 0
            {
                self.chain(&Noted { count, at: now, ..event }, entropy)?;
            }
            self.conn
                .prepare_cached("DELETE FROM _noted WHERE key = ?")
                .and_then(|mut s| s.execute([key]))
                .map_err(|error| self.fault(error))?;
        }
        Ok(())
    }

    /// Writes one event as the next entry of the chain.
    fn chain(&self, event: &Noted, entropy: &dyn Entropy) -> Result<()> {
        let author = Author {
            at: event.at,
            actor: event.actor,
            name: &event.name,
            via: &event.via,
            why: "",
            undoes: None,
        };
        let mark = Mark {
            kind: &event.kind,
            entity: event.entity.as_deref(),
            record: event.record,
            what: &event.what,
            count: event.count,
            detail: &event.detail,
        };
        Recorder::begin(self, Salts::new(entropy))?.close(author, 0, 0, mark)
    }

    /// The log, newest first: at most `limit` entries that satisfy the conditions, before entry `before`. The
    /// pieces of one operation are one entry, which stands where the newest of those that satisfy them does.
    pub fn audit(
        &self,
        catalog: &Catalog,
        (filters, moment): (&[&Query], &Moment),
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<AuditEntry>> {
        let marks = self.header_columns()?;
        let log = format!(
            "(SELECT number AS id, at, actor AS who, actor_name AS name, via, why, operation, undoes, kind,
             entity, record, entity AS record_entity, what, records, CASE operation WHEN 0 THEN count
             ELSE (SELECT sum(p.records) FROM _change p WHERE p.operation = c.operation) END AS count,
             detail FROM (SELECT number, at, actor, actor_name, via, why, operation, undoes, records,
             {marks} FROM _change) c)"
        );
        let conditions = |alias: &str| {
            let (mut sql, mut params) = (String::new(), Vec::new());
            for filter in filters {
                let condition = compile::condition(catalog, filter, moment, alias);
                sql.push_str(&format!(" AND ({})", condition.sql));
                params.extend(condition.params);
            }
            (sql, params)
        };
        let ((here, params_here), (later, params_later)) = (conditions("a"), conditions("b"));
        let sql = format!(
            "SELECT a.id, a.at, a.who, a.name, a.via, a.kind, a.entity,
             CASE WHEN a.operation = 0 OR a.records = a.count THEN a.record END, a.what, a.count, a.why,
             a.detail, a.operation, a.undoes FROM {log} a WHERE a.id < ?{here}
             AND (a.operation = 0 OR NOT EXISTS (SELECT 1 FROM {log} b WHERE b.operation = a.operation
             AND b.id > a.id{later})) ORDER BY a.id DESC LIMIT ?"
        );
        let mut params = vec![Sql::Integer(before.unwrap_or(i64::MAX))];
        params.extend(params_here);
        params.extend(params_later);
        params.push(Sql::Integer(limit as i64));
        let mut statement = self.conn.prepare_cached(&sql).map_err(|error| self.fault(error))?;
        let mut entries: Vec<AuditEntry> = statement
            .query_map(params_from_iter(params), entry)
            .and_then(Iterator::collect)
            .map_err(|error| self.fault(error))?;
        for entry in entries.iter_mut().filter(|entry| entry.record.is_none()) {
            if let Some(operation) = entry.change_set {
                entry.kinds = self.kinds(operation, entry.count)?;
            }
        }
        Ok(entries)
    }

    /// The entities that an operation on so many records is about, where there are several, the most first:
    /// with how many of each, unless that is too much to count.
    fn kinds(&self, operation: i64, records: u64) -> Result<Vec<(Name, Option<u64>)>> {
        let sql = if records <= COUNTED {
            "SELECT e.name, count(DISTINCT h.record) FROM _change c CROSS JOIN _history h
             ON h.id >= c.number << 24 AND h.id < (c.number + 1) << 24
             JOIN _entity e ON e.number = h.entity
             WHERE c.operation = ? GROUP BY h.entity ORDER BY 2 DESC, e.number"
        } else {
            "SELECT entity, NULL FROM _change WHERE operation = ? AND entity IS NOT NULL
             GROUP BY entity ORDER BY sum(records) DESC, entity"
        };
        let read = |row: &Row<'_>| {
            let count: Option<i64> = row.get(1)?;
            Ok((Name::from(row.get::<_, String>(0)?), count.map(i64::unsigned_abs)))
        };
        let kinds: Vec<(Name, Option<u64>)> = self
            .conn
            .prepare_cached(sql)
            .and_then(|mut s| s.query_map([operation], read)?.collect())
            .map_err(|error| self.fault(error))?;
        Ok(if kinds.len() > 1 { kinds } else { Vec::new() })
    }

    /// The name of the newest entry's hash, in hexadecimal; none in a file without any.
    pub fn chain_head(&self) -> Result<Option<(i64, String)>> {
        self.conn
            .prepare_cached("SELECT number, hex(hash) FROM _change ORDER BY number DESC LIMIT 1")
            .and_then(|mut s| s.query_row([], |row| Ok((row.get(0)?, row.get(1)?))).optional())
            .map_err(|error| self.fault(error))
    }

    /// What each person did since an instant, by quarter of an hour and kind: how many entries, and how
    /// many records. Deletions stand under the word `delete`. What the program did itself is left out.
    pub fn audit_tally(&self, since: i64) -> Result<Vec<Tallied>> {
        let marks = self.header_columns()?;
        let read = |row: &Row<'_>| {
            Ok(Tallied {
                user: row.get::<_, Option<i64>>(0)?.map(RecordId),
                name: row.get(1)?,
                quarter: row.get(2)?,
                kind: row.get(3)?,
                entries: row.get::<_, i64>(4)? as u64,
                count: row.get::<_, i64>(5)? as u64,
            })
        };
        let mut all = Vec::new();
        for sql in [
            &format!(
                "SELECT actor, max(actor_name), at / 900000, kind, count(*),
                 sum(CASE operation WHEN 0 THEN count ELSE records END)
                 FROM (SELECT actor, actor_name, at, operation, records, via, {marks} FROM _change)
                 WHERE at >= ? AND via <> 'system'
                 GROUP BY actor, at / 900000, kind, CASE WHEN actor IS NULL THEN actor_name END"
            ),
            "SELECT c.actor, max(c.actor_name), c.at / 900000, 'delete', count(DISTINCT c.number), count(*)
             FROM _change c CROSS JOIN _history h ON h.id >= c.number << 24
             AND h.id < (c.number + 1) << 24
             WHERE c.at >= ? AND c.via <> 'system' AND c.operation > 0 AND h.op = 3
             GROUP BY c.actor, c.at / 900000",
        ] {
            let mut statement = self.conn.prepare_cached(sql).map_err(|error| self.fault(error))?;
            let rows = statement.query_map([since], read).map_err(|error| self.fault(error))?;
            for row in rows {
                all.push(row.map_err(|error| self.fault(error))?);
            }
        }
        Ok(all)
    }
}

fn entry(row: &Row<'_>) -> rusqlite::Result<AuditEntry> {
    let entity: Option<String> = row.get(6)?;
    let record: Option<i64> = row.get(7)?;
    let operation: i64 = row.get(12)?;
    let detail: String = row.get(11)?;
    Ok(AuditEntry {
        number: row.get(0)?,
        at: chrono::DateTime::from_timestamp_millis(row.get(1)?).unwrap_or_default(),
        who: row.get::<_, Option<i64>>(2)?.map(RecordId),
        by: row.get(3)?,
        via: row.get(4)?,
        kind: row.get(5)?,
        record: entity
            .as_ref()
            .zip(record)
            .map(|(entity, id)| RecordRef::new(entity.as_str(), RecordId(id))),
        entity: entity.map(Name::from),
        kinds: Vec::new(),
        what: row.get(8)?,
        count: row.get::<_, i64>(9)? as u64,
        why: row.get(10)?,
        detail: serde_json::from_str(&detail).unwrap_or_default(),
        change_set: (operation > 0).then_some(operation),
        undoes: row.get(13)?,
    })
}

/// What tests do to a file.
#[cfg(test)]
impl Store {
    /// A connection by which nothing can be written.
    pub fn locked(path: &std::path::Path) -> Result<Self> {
        Self::dress(super::open::connect(path)?.conn, path, true)
    }

    /// Makes the file one that an older program wrote: headers of form 1, no events.
    pub fn make_old(&self) -> Result<()> {
        use super::history::Header;
        use sha2::{Digest, Sha256};
        self.run(
            "DROP TABLE _noted; DROP INDEX _change_at; DROP INDEX _change_actor;
             DROP INDEX _change_kind; DROP INDEX _change_about; DROP INDEX _change_news;
             PRAGMA user_version = 1;",
        )?;
        for column in ["form", "kind", "entity", "record", "what", "count", "detail"] {
            self.run(&format!("ALTER TABLE _change DROP COLUMN {column}"))?;
        }
        let fault = |error| self.fault(error);
        let mut previous: Vec<u8> = Vec::new();
        for number in 1..=self.newest_change()? {
            let mut digests = Sha256::new();
            let mut statement = self
                .conn
                .prepare(&format!(
                    "SELECT {} FROM _history WHERE id >> 24 = ? ORDER BY id",
                    super::chain::ROW
                ))
                .map_err(fault)?;
            let rows: Vec<Option<[u8; 32]>> = statement
                .query_map([number], super::chain::digest)
                .and_then(Iterator::collect)
                .map_err(fault)?;
            rows.into_iter().flatten().for_each(|digest| digests.update(digest));
            let rows: [u8; 32] = digests.finalize().into();
            let hash = self
                .conn
                .query_row(
                    "SELECT operation, at, actor, actor_name, via, why, undoes, records
                     FROM _change WHERE number = ?",
                    [number],
                    |row| {
                        let text = |at: usize| row.get::<_, String>(at);
                        let (name, via, why) = (text(3)?, text(4)?, text(5)?);
                        Ok(Header {
                            form: 1,
                            number,
                            operation: row.get(0)?,
                            at: row.get(1)?,
                            actor: row.get(2)?,
                            actor_name: &name,
                            via: &via,
                            why: &why,
                            undoes: row.get(6)?,
                            records: row.get(7)?,
                            mark: Mark::PLAIN,
                        }
                        .hash(&previous, &rows))
                    },
                )
                .map_err(fault)?;
            self.conn
                .execute(
                    "UPDATE _change SET previous = ?, hash = ? WHERE number = ?",
                    params![previous, hash.as_slice(), number],
                )
                .map_err(fault)?;
            previous = hash.to_vec();
        }
        Ok(())
    }
}
