//! Rows of the table `_quality`: the score of each entity, one a day. They have no history.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::params;

use super::Store;
use super::layout::quoted;
use crate::gate::error::Result;
use crate::gate::quality::DayScore;
use crate::model::Name;
use crate::schema::Entity;

/// The table; made with a new file, and in an older one when it is brought up to date.
pub const TABLE: &str = "
CREATE TABLE IF NOT EXISTS _quality(
  entity TEXT NOT NULL,
  day TEXT NOT NULL,
  at INTEGER NOT NULL,
  tenths INTEGER NOT NULL,
  records INTEGER NOT NULL,
  clean INTEGER NOT NULL,
  found TEXT NOT NULL,
  PRIMARY KEY(entity, day)) WITHOUT ROWID;
";

impl Store {
    /// Keeps a score in place of an earlier one of that day; inside a write.
    pub fn keep_score(&self, score: &DayScore, at: DateTime<Utc>) -> Result<()> {
        let found = serde_json::to_string(&score.found).unwrap_or_default();
        self.put_score(
            (score.entity.as_str(), &score.day.to_string(), at.timestamp_millis()),
            (score.tenths.into(), score.records as i64, score.clean as i64),
            &found,
        )
    }

    /// Puts a row where it was; inside a write.
    pub fn put_score(
        &self,
        (entity, day, at): (&str, &str, i64),
        (tenths, records, clean): (i64, i64, i64),
        found: &str,
    ) -> Result<()> {
        self.conn
            .prepare_cached(
                "INSERT OR REPLACE INTO _quality(entity, day, at, tenths, records, clean, found)
                 VALUES (?, ?, ?, ?, ?, ?, ?)",
            )
            .and_then(|mut statement| {
                statement.execute(params![entity, day, at, tenths, records, clean, found])
            })
            .map(|_| ())
            .map_err(|error| self.fault(error))
    }

    /// The scores of an entity or of all, by entity and day. None in an older file that could not be brought
    /// up to date.
    pub fn scores(&self, entity: Option<&str>) -> Result<Vec<DayScore>> {
        if self.columns_of("_quality")?.is_empty() {
            return Ok(Vec::new());
        }
        let rows: Vec<(String, String, i64, i64, i64, String)> = self
            .conn
            .prepare_cached(
                "SELECT entity, day, tenths, records, clean, found FROM main._quality
                 WHERE ?1 IS NULL OR entity = ?1 ORDER BY entity, day",
            )
            .and_then(|mut statement| {
                let row = |row: &rusqlite::Row<'_>| {
                    Ok((
                        row.get(0)?,
                        row.get(1)?,
                        row.get(2)?,
                        row.get(3)?,
                        row.get(4)?,
                        row.get(5)?,
                    ))
                };
                statement.query_map([entity], row)?.collect()
            })
            .map_err(|error| self.fault(error))?;
        let score =
            |(entity, day, tenths, records, clean, found): (String, String, _, _, _, String)| {
                Some(DayScore {
                    entity: Name::from(entity.as_str()),
                    day: day.parse::<NaiveDate>().ok()?,
                    tenths: u32::try_from(tenths).ok()?,
                    records: records as u64,
                    clean: clean as u64,
                    found: serde_json::from_str(&found).unwrap_or_default(),
                })
            };
        Ok(rows.into_iter().filter_map(score).collect())
    }

    /// Which of these records the person sees, and whether they were deleted.
    pub fn deleted_among(&self, entity: &Entity, ids: &BTreeSet<i64>) -> Result<Vec<(i64, bool)>> {
        let list = serde_json::to_string(ids).unwrap_or_default();
        let sql = format!(
            "SELECT a.id, a.deleted_at IS NOT NULL FROM json_each(?) j
             CROSS JOIN {} a ON a.id = j.value",
            quoted(&entity.sql_table())
        );
        self.conn
            .prepare_cached(&sql)
            .and_then(|mut statement| {
                statement.query_map([list], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
            })
            .map_err(|error| self.fault(error))
    }
}
