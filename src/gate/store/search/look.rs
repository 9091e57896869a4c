//! Looks into the index: which rows fit, the newest first, and the records that they stand for.
//!
//! Of somebody who sees a part, only what they see is counted, however the rows are found: the words alone,
//! with the rows of others passed over, or the words together with the holders.

use std::fmt::Write as _;

use rusqlite::types::Value as Sql;
use rusqlite::{CachedStatement, Row, params_from_iter};

use super::candidates::{Candidate, FEW, FIRST, Found, NEAR, Search, Stage};
use super::narrow::Holder;
use super::score::Class;
use super::sight::{Sight, narrowed};
use super::verify::quoted;
use super::{ID_BITS, id_of, last_row_of, row_of};
use crate::model::RecordId;

/// So many rows of others are passed over at least, before the holders are looked for too.
const PATIENCE: usize = if cfg!(test) { 8 } else { 4_000 };

/// Reads records of one entity by their numbers.
struct ById<'s> {
    table: usize,
    statement: CachedStatement<'s>,
    /// What the filter asks for.
    values: Vec<Sql>,
}

impl Search<'_> {
    pub(super) fn candidates(
        &self,
        matching: &str,
        stage: Stage,
        budget: usize,
        found: &mut Found,
    ) -> rusqlite::Result<()> {
        let mut tables = self.tables.len();
        if stage != Stage::Typed && tables > 1 {
            // Looking up many words takes its time: once for all entities, and where that is not
            // enough, for the first of them.
            if self.all_at_once(matching, stage, budget, found)? {
                return Ok(());
            }
            tables = tables.min(FIRST.len());
        }
        let mut left = budget;
        for index in 0..tables {
            let last = index + 1 == tables;
            let share = if last { left } else { (left * 2 / 5).max(20) };
            let came = self.newest(index, matching, stage, share, found)?;
            left = left.saturating_sub(came).max(if stage == Stage::Typed { 20 } else { 0 });
            if left == 0 {
                break;
            }
        }
        Ok(())
    }

    /// The candidates of all entities in one look; false (and nothing found) where the person sees more than
    /// `budget`.
    fn all_at_once(
        &self,
        matching: &str,
        stage: Stage,
        budget: usize,
        found: &mut Found,
    ) -> rusqlite::Result<bool> {
        let before = found.all.len();
        let mut came = 0;
        let mut readers: Vec<ById<'_>> = Vec::new();
        let mut take = |row: i64| {
            let number = row >> ID_BITS;
            let Some(index) = self.tables.iter().position(|table| table.number == number) else {
                return Ok(true);
            };
            let known = readers.iter().position(|reader| reader.table == index);
            let at = known.unwrap_or(readers.len());
            if known.is_none() {
                readers.push(self.by_id(index)?);
            }
            came += self.read(&mut readers[at], id_of(row), stage, found)?;
            Ok(came <= budget)
        };
        if self.is_narrowed() {
            let all = self.each_seen(matching, &mut take)?;
            if !all {
                found.shorten(before);
            }
            return Ok(all);
        }
        let mut statement = self
            .finder
            .conn
            .prepare_cached("SELECT rowid FROM _search WHERE _search MATCH ? LIMIT ?")?;
        let rows: Vec<i64> = statement
            .query_map((matching, budget as i64 + 1), |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        if rows.len() > budget {
            return Ok(false);
        }
        for row in rows {
            take(row)?;
        }
        Ok(true)
    }

    /// Hands over the rows that fit and may be seen, of all entities, until `take` says that it is enough; false
    /// where it did.
    fn each_seen(
        &self,
        matching: &str,
        take: &mut impl FnMut(i64) -> rusqlite::Result<bool>,
    ) -> rusqlite::Result<bool> {
        let mut statement = self
            .finder
            .conn
            .prepare_cached("SELECT rowid FROM _search WHERE _search MATCH ? AND rowid > ?")?;
        let mut last = 0;
        if let Some(rows) = self.rows.as_deref() {
            let patience = PATIENCE.max(rows.count());
            let mut passed = 0;
            let mut found = statement.query((matching, last))?;
            loop {
                let Some(row) = found.next()? else { return Ok(true) };
                last = row.get(0)?;
                if self.may_be_seen(last) {
                    if !take(last)? {
                        return Ok(false);
                    }
                } else {
                    passed += 1;
                    if passed > patience {
                        break;
                    }
                }
            }
        }
        for (sight, tables) in self.alike() {
            let mut found = statement.query((narrowed(sight, matching), last))?;
            while let Some(row) = found.next()? {
                let row: i64 = row.get(0)?;
                if tables.contains(&(row >> ID_BITS)) && !take(row)? {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    /// False for rows of others.
    pub(super) fn may_be_seen(&self, row: i64) -> bool {
        let bits = self.rows.as_deref().and_then(|rows| rows.of(row >> ID_BITS));
        bits.is_none_or(|bits| bits.has(id_of(row)))
    }

    /// The numbers of the tables, those together that the index narrows in the same way.
    fn alike(&self) -> Vec<(Option<&Sight>, Vec<i64>)> {
        let tokens = |sight: Option<&Sight>| sight.and_then(|sight| sight.tokens.clone());
        let mut alike: Vec<(Option<&Sight>, Vec<i64>)> = Vec::new();
        for table in &self.tables {
            match alike.iter_mut().find(|(sight, _)| tokens(*sight) == tokens(table.sight)) {
                Some((_, tables)) => tables.push(table.number),
                None => alike.push((table.sight, vec![table.number])),
            }
        }
        alike
    }

    /// The newest candidates of one entity; how many there were.
    fn newest(
        &self,
        index: usize,
        matching: &str,
        stage: Stage,
        limit: usize,
        found: &mut Found,
    ) -> rusqlite::Result<usize> {
        let table = &self.tables[index];
        if let Some(sight) = table.sight {
            // Of what holders narrow there is less, so that fewer are as near to all of them.
            let most = if sight.tokens.is_some() { (limit * 2 / 5).max(20) } else { limit };
            return self.newest_seen(index, sight, matching, stage, most, found);
        }
        let name = quoted(&table.entity.sql_table());
        // A join the other way round would walk the whole entity: CROSS keeps the order.
        let source = format!(
            "(SELECT rowid AS r FROM _search WHERE _search MATCH ? AND rowid BETWEEN ? AND ?
              ORDER BY rowid DESC LIMIT ?) f CROSS JOIN {name} e ON e.id = f.r & {} WHERE true",
            (1_i64 << ID_BITS) - 1
        );
        let mut came = 0;
        // Where a condition lets few through, a second and wider look is worth its time.
        let limits: &[usize] =
            if self.narrow.condition.is_some() { &[limit, 20 * limit] } else { &[limit] };
        for limit in limits {
            let parameters = vec![
                Sql::Text(matching.to_owned()),
                Sql::Integer(row_of(table.number, 0)),
                Sql::Integer(last_row_of(table.number)),
                Sql::Integer(*limit as i64),
            ];
            came = self
                .fetch(index, &source, parameters, "", found, |title| self.class(title, stage))?;
            if found.all.len() >= FEW {
                break;
            }
        }
        Ok(came)
    }

    /// The newest candidates of an entity of which the person sees a part: what is not seen must not take the
    /// place of what is.
    fn newest_seen(
        &self,
        index: usize,
        sight: &Sight,
        matching: &str,
        stage: Stage,
        most: usize,
        found: &mut Found,
    ) -> rusqlite::Result<usize> {
        let number = self.tables[index].number;
        let (from, mut upto) = (row_of(number, 0), last_row_of(number));
        let mut statement = self.finder.conn.prepare_cached(
            "SELECT rowid FROM _search WHERE _search MATCH ? AND rowid BETWEEN ? AND ?
             ORDER BY rowid DESC",
        )?;
        let mut came = 0;
        let bits = self.rows.as_deref().and_then(|rows| rows.of(number));
        if bits.is_some_and(|bits| bits.count() == 0) {
            return Ok(came);
        }
        let mut reader = self.by_id(index)?;
        if let Some(bits) = bits {
            let patience = PATIENCE.max(2 * bits.count());
            let mut passed = 0;
            let mut rows = statement.query((matching, from, upto))?;
            while passed <= patience {
                let Some(row) = rows.next()? else { return Ok(came) };
                let row: i64 = row.get(0)?;
                upto = row - 1;
                if bits.has(id_of(row)) {
                    came += self.read(&mut reader, id_of(row), stage, found)?;
                    if came == most {
                        return Ok(came);
                    }
                } else {
                    passed += 1;
                }
            }
        }
        let mut rows = statement.query((narrowed(Some(sight), matching), from, upto))?;
        while came < most
            && let Some(row) = rows.next()?
        {
            came += self.read(&mut reader, id_of(row.get(0)?), stage, found)?;
        }
        Ok(came)
    }

    /// How a candidate fits by its title; none where it does not.
    fn class(&self, title: &str, stage: Stage) -> Option<(Class, i64)> {
        if let Some(class) = self.judge.title(title) {
            return Some((class, 0));
        }
        match stage {
            Stage::Typed => Some((Class::Field, 0)),
            // Words are looked up by their beginnings, so others may have come along.
            Stage::Inside if self.typed.chunks.len() == 1 => None,
            Stage::Inside => Some((Class::Inside, 0)),
            Stage::Near => {
                let nearness = self.judge.nearness(title);
                (nearness >= NEAR).then_some((Class::Fuzzy, nearness))
            }
        }
    }

    fn by_id(&self, index: usize) -> rusqlite::Result<ById<'_>> {
        let name = quoted(&self.tables[index].entity.sql_table());
        let (sql, values) = self.asking(index, &format!("{name} e WHERE e.id = ?"));
        Ok(ById { table: index, statement: self.finder.conn.prepare_cached(&sql)?, values })
    }

    /// Reads one record and judges it; 1 where it is there and seen.
    fn read(
        &self,
        reader: &mut ById<'_>,
        id: i64,
        stage: Stage,
        found: &mut Found,
    ) -> rusqlite::Result<usize> {
        let values = std::iter::once(Sql::Integer(id)).chain(reader.values.iter().cloned());
        let mut rows = reader.statement.query(params_from_iter(values))?;
        let Some(row) = rows.next()? else { return Ok(0) };
        self.take(reader.table, row, found, &mut |title| self.class(title, stage))?;
        Ok(1)
    }

    /// Reads candidates of one entity and judges their titles; how many rows came.
    pub(super) fn fetch(
        &self,
        index: usize,
        source: &str,
        mut parameters: Vec<Sql>,
        tail: &str,
        found: &mut Found,
        mut judge: impl FnMut(&str) -> Option<(Class, i64)>,
    ) -> rusqlite::Result<usize> {
        let (mut sql, values) = self.asking(index, source);
        parameters.extend(values);
        // Writing to a string cannot fail.
        let _ = write!(sql, " {tail}");
        let mut statement = self.finder.conn.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(parameters))?;
        let mut came = 0;
        while let Some(row) = rows.next()? {
            came += 1;
            self.take(index, row, found, &mut judge)?;
        }
        Ok(came)
    }

    /// The question for living records of one entity that satisfy the filter, and the filter's values.
    fn asking(&self, index: usize, source: &str) -> (String, Vec<Sql>) {
        let mut sql = format!("{}{source} AND e.deleted_at IS NULL", self.tables[index].select);
        for group in &self.narrow.holders {
            // Only a single owner has an index worth taking; `+` keeps the others off theirs.
            let plus = if group.len() == 1 { "" } else { "+" };
            let tests: Vec<String> = group
                .iter()
                .map(|holder| match holder {
                    Holder::Owner(id) => format!("{plus}e.owner = {id}"),
                    Holder::Team(id) => format!("{plus}e.team = {id}"),
                })
                .collect();
            let tests = if tests.is_empty() { "false".to_owned() } else { tests.join(" OR ") };
            let _ = write!(sql, " AND ({tests})");
        }
        let mut values = Vec::new();
        if let Some((condition, more)) = &self.narrow.condition {
            let _ = write!(sql, " AND ({condition})");
            values.extend(more.iter().cloned());
        }
        (sql, values)
    }

    /// Keeps a record that came, unless it was found before.
    fn take(
        &self,
        index: usize,
        row: &Row<'_>,
        found: &mut Found,
        judge: &mut impl FnMut(&str) -> Option<(Class, i64)>,
    ) -> rusqlite::Result<()> {
        let id: i64 = row.get(0)?;
        if found.places.contains_key(&(index, id)) {
            return Ok(());
        }
        let title = row.get_ref(1)?.as_str().unwrap_or_default();
        let Some((class, quality)) = judge(title) else { return Ok(()) };
        found.places.insert((index, id), found.all.len());
        found.all.push(Candidate {
            table: index,
            id,
            title: title.to_owned(),
            own: row.get::<_, Option<i64>>(2)?.map(RecordId) == self.finder.moment.me
                && self.finder.moment.me.is_some(),
            updated: row.get::<_, Option<i64>>(3)?.unwrap_or_default(),
            score: class.score(quality),
            class,
            matched: None,
        });
        Ok(())
    }
}
