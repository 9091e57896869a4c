//! Reading history: who did what, and the way back.

use chrono::DateTime;
use chrono::Utc;
use rusqlite::types::Value as Sql;
use rusqlite::{OptionalExtension, params, params_from_iter};

use super::history::{ROWS, decode};
use super::{Store, codec};
use crate::gate::error::Result;
use crate::gate::latest::Touched;
use crate::gate::read::{Entry, EntryField};
use crate::model::{Change, FieldChange, Name, Op, RecordId, RecordRef, Value};

impl Store {
    /// Operations, newest first, each with its number and its first record.
    pub fn operations(
        &self,
        before: Option<i64>,
        actor: Option<RecordId>,
        limit: usize,
    ) -> Result<Vec<(i64, Entry)>> {
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
        let entry = |number: RecordId| self.operation(number.0).map(|e| Some((number.0, e?)));
        numbers.into_iter().filter_map(|number| entry(number).transpose()).collect()
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

    /// What happened to one record, newest first; at most `limit` changes before change `before`, each with
    /// its number.
    pub fn record_history(
        &self,
        record: &RecordRef,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<(i64, Entry)>> {
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
            entries.push((number.0, entry));
        }
        Ok(entries)
    }

    fn header(&self, number: i64) -> Result<Option<Entry>> {
        self.conn
            .prepare_cached(
                "SELECT c.operation, c.at, c.actor_name, c.via, c.why, c.undoes,
                 (SELECT sum(records) FROM _change p WHERE p.operation = c.operation),
                 (SELECT max(u.operation) FROM _change u WHERE u.undoes = c.operation),
                 EXISTS (SELECT 1 FROM _setting s WHERE s.key = 'undo.' || c.operation)
                 FROM _change c WHERE c.number = ?",
            )
            .and_then(|mut statement| {
                statement
                    .query_row([number], |row| {
                        let half_undone: bool = row.get(8)?;
                        Ok(Entry {
                            change_set: row.get(0)?,
                            at: DateTime::from_timestamp_millis(row.get(1)?).unwrap_or_default(),
                            by: row.get(2)?,
                            via: row.get(3)?,
                            why: row.get(4)?,
                            undoes: row.get(5)?,
                            records: row.get::<_, i64>(6)? as u64,
                            undone_by: row.get::<_, Option<i64>>(7)?.filter(|_| !half_undone),
                            half_undone,
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
        // The index ends in the row's number, so it leads to the rows of this record in this change; the
        // rows of the change alone may be tens of thousands.
        let mut statement = self
            .conn
            .prepare_cached(
                "SELECT op, field, before, after FROM _history INDEXED BY _history_record
                 WHERE id >= ? AND id < ? AND entity = ? AND record = ? ORDER BY id",
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
                 AND c.undoes IS NULL AND c.via <> 'system' AND c.what NOT IN ('erase', 'purge')
                 AND (NOT EXISTS (SELECT 1 FROM _change u WHERE u.undoes = c.number)
                 OR EXISTS (SELECT 1 FROM _setting s WHERE s.key = 'undo.' || c.number))
                 ORDER BY c.number DESC LIMIT 1",
            )
            .and_then(|mut s| s.query_row([actor.0], |row| row.get(0)).optional())
            .map_err(|error| self.fault(error))
    }

    /// My own last operations that stand, newest first.
    pub fn standing(&self, actor: RecordId, limit: usize) -> Result<Vec<i64>> {
        let numbers = self.ids(
            "SELECT c.number FROM _change c WHERE c.number = c.operation AND c.actor = ?
             AND c.undoes IS NULL AND c.via <> 'system' AND c.what NOT IN ('erase', 'purge')
             AND (NOT EXISTS (SELECT 1 FROM _change u WHERE u.undoes = c.number)
             OR EXISTS (SELECT 1 FROM _setting s WHERE s.key = 'undo.' || c.number))
             ORDER BY c.number DESC LIMIT ?",
            vec![Sql::Integer(actor.0), Sql::Integer(limit as i64)],
        )?;
        Ok(numbers.into_iter().map(|number| number.0).collect())
    }

    /// What the first rows of an operation touch: what guards rights comes first in all that mix.
    pub fn touched(&self, operation: i64) -> Result<Touched> {
        let mut statement = self
            .conn
            .prepare_cached(
                "SELECT DISTINCT h.entity, e.name FROM
                 (SELECT entity FROM _history WHERE id >= ? AND id < ? ORDER BY id LIMIT 200) h
                 LEFT JOIN _entity e ON e.number = h.entity",
            )
            .map_err(|error| self.fault(error))?;
        let mut touched = Touched::default();
        let mut rows = statement
            .query(params![operation << ROWS, (operation + 1) << ROWS])
            .map_err(|error| self.fault(error))?;
        while let Some(row) = rows.next().map_err(|error| self.fault(error))? {
            match row.get::<_, Option<String>>(1).map_err(|error| self.fault(error))? {
                Some(name) => _ = touched.entities.insert(Name::from(name)),
                None => touched.file = true,
            }
        }
        Ok(touched)
    }

    /// How many records of an operation were taken back before that was stopped.
    pub fn taken_back(&self, operation: i64) -> Result<u64> {
        self.conn
            .prepare_cached(
                "SELECT coalesce(sum(records), 0) FROM _change WHERE undoes = ?1
                 AND EXISTS (SELECT 1 FROM _setting WHERE key = 'undo.' || ?1)",
            )
            .and_then(|mut s| s.query_row([operation], |row| row.get::<_, i64>(0)))
            .map(|records| records as u64)
            .map_err(|error| self.fault(error))
    }

    /// Whether this is an operation of that person's.
    pub fn is_operation_of(&self, operation: i64, actor: RecordId) -> Result<bool> {
        self.conn
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM _change WHERE number = ? AND operation = number
                 AND actor = ?)",
            )
            .and_then(|mut s| s.query_row([operation, actor.0], |row| row.get(0)))
            .map_err(|error| self.fault(error))
    }

    /// The first records that an operation was about.
    pub fn records_of(&self, operation: i64, limit: usize) -> Result<Vec<RecordRef>> {
        let rows: Vec<(String, i64)> = self
            .conn
            .prepare_cached(&format!(
                "SELECT DISTINCT e.name, h.record FROM _change c
                 JOIN _history h ON h.id >= c.number << {ROWS} AND h.id < (c.number + 1) << {ROWS}
                 JOIN _entity e ON e.number = h.entity
                 WHERE c.operation = ? LIMIT ?"
            ))
            .and_then(|mut s| {
                s.query_map([operation, limit as i64], |row| Ok((row.get(0)?, row.get(1)?)))?
                    .collect()
            })
            .map_err(|error| self.fault(error))?;
        Ok(rows.into_iter().map(|(name, id)| RecordRef::new(name, RecordId(id))).collect())
    }

    /// The last change of an operation.
    pub fn end_of(&self, operation: i64) -> Result<i64> {
        self.conn
            .prepare_cached("SELECT coalesce(max(number), 0) FROM _change WHERE operation = ?")
            .and_then(|mut s| s.query_row([operation], |row| row.get(0)))
            .map_err(|error| self.fault(error))
    }

    /// The inverse of an operation, last things first: at most `limit` records of it, before history
    /// row `before`; what was erased since is left out. Yields the row to go on from, none at the end. Rows are
    /// in the order of their changes, so that nothing is sorted for each piece.
    pub fn inverse(
        &self,
        operation: i64,
        before: Option<i64>,
        limit: usize,
    ) -> Result<(Vec<Change>, Option<i64>)> {
        let mut statement = self
            .conn
            .prepare_cached(
                "SELECT h.id, e.name, h.record, h.op, h.field, h.before,
                 CASE WHEN h.field IS NOT NULL THEN h.after END
                 FROM _change c
                 CROSS JOIN _history h ON h.id >= c.number << 24 AND h.id < (c.number + 1) << 24
                 LEFT JOIN _entity e ON e.number = h.entity
                 WHERE c.operation = ?1 AND c.number <= ?2 >> 24 AND h.id < ?2 AND h.digest IS NULL
                 ORDER BY c.number DESC, h.id DESC",
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
                Op::Create | Op::Restore => Op::Delete,
                Op::Update => Op::Update,
                Op::Delete => Op::Restore,
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
                let (before, after) = (codec::from_history(new), codec::from_history(old));
                // Rows come newest first: an older change of the same field says what was there before both.
                match change.fields.iter_mut().find(|known| known.field == *field) {
                    Some(known) => known.after = after,
                    None => {
                        change.fields.push(FieldChange { field: Name::from(field), before, after });
                    }
                }
            }
            last = Some(id);
        }
        Ok((changes, None))
    }

    /// Who touched a record after change `after`, leaving out what was taken back meanwhile and what
    /// belongs to operation `own`.
    pub fn touched_since(
        &self,
        record: &RecordRef,
        after: i64,
        own: Option<i64>,
        field: Option<&str>,
    ) -> Result<Option<(String, DateTime<Utc>, i64)>> {
        let entity = self.entity_number(&record.entity)?;
        self.conn
            .prepare_cached(
                "SELECT c.actor_name, c.at, c.operation FROM _history h
                 JOIN _change c ON c.number = h.id >> 24
                 WHERE h.entity = ? AND h.record = ? AND h.id >= ? AND (? IS NULL OR h.field = ?)
                 AND c.undoes IS NULL AND c.operation IS NOT ?
                 AND NOT EXISTS (SELECT 1 FROM _change u WHERE u.undoes = c.operation)
                 ORDER BY h.id DESC LIMIT 1",
            )
            .and_then(|mut statement| {
                statement
                    .query_row(
                        params![entity, record.id.0, (after + 1) << ROWS, field, field, own],
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

    /// Whether nothing was written since an operation began but by itself and by what takes it back.
    pub fn is_untouched_since(&self, operation: i64) -> Result<bool> {
        self.conn
            .prepare_cached(
                "SELECT NOT EXISTS (SELECT 1 FROM _change WHERE number > ?1 AND undoes IS NOT ?1
                 AND operation NOT IN (0, ?1))",
            )
            .and_then(|mut statement| statement.query_row([operation], |row| row.get(0)))
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
