//! Where candidates come from: exact references and numbers, titles in order, the index.

use std::collections::HashMap;
use std::fmt::Write as _;

use rusqlite::types::Value as Sql;
use rusqlite::{OptionalExtension, params_from_iter};

use super::find::Finder;
use super::narrow::{Holder, Narrow};
use super::points::{self, Point};
use super::query::Typed;
use super::score::{Class, Judge};
use super::sight::{Sight, narrowed};
use super::tokens::{beginning, cut, without_punctuation};
use super::verify::quoted;
use super::{ID_BITS, id_of, last_row_of, row_of};
use crate::gate::store::merged::{MERGED_INTO, MOST_HOPS};
use crate::model::RecordId;
use crate::model::text::sort_key;
use crate::schema::Entity;

/// So many records whose title is or begins with what was typed are fetched of each entity.
const TITLES: usize = 100;

/// Below so many hits the search goes on to the insides of words, then to near words.
pub(super) const FEW: usize = 10;

/// Titles less near than this do not fit.
pub(super) const NEAR: i64 = 500;

/// What people look for first; other entities follow in menu order.
pub(super) const FIRST: [&str; 4] = ["customer", "contact", "deal", "lead"];

/// An entity that is looked into.
pub(super) struct Table<'a> {
    pub entity: &'a Entity,
    pub number: i64,
    pub select: String,
    /// How the person sees it, where not whole.
    pub sight: Option<&'a Sight>,
}

/// A record that may be a hit.
pub(super) struct Candidate {
    pub table: usize,
    pub id: i64,
    pub title: String,
    pub own: bool,
    pub updated: i64,
    pub score: i64,
    pub class: Class,
    pub matched: Option<String>,
}

/// What was found so far, every record once.
#[derive(Default)]
pub(super) struct Found {
    pub all: Vec<Candidate>,
    pub places: HashMap<(usize, i64), usize>,
}

impl Found {
    /// Forgets what came after the first `length`.
    fn shorten(&mut self, length: usize) {
        self.all.truncate(length);
        self.places.retain(|_, place| *place < length);
    }
}

/// How far a search has gone from what was typed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Typed,
    Inside,
    Near,
}

/// The state of one search.
pub(super) struct Search<'a> {
    pub finder: &'a Finder<'a>,
    pub narrow: &'a Narrow,
    pub tables: Vec<Table<'a>>,
    pub typed: &'a Typed,
    pub judge: Judge<'a>,
}

impl Search<'_> {
    /// References, phones, mail addresses and urls that are exactly what was typed.
    pub fn exact(&self, text: &str, found: &mut Found) -> rusqlite::Result<()> {
        let finder = self.finder;
        if let Some(record) = finder.catalog.parse_reference(text) {
            let id = self.gone_to(&record.entity, record.id.0)?;
            self.one(&record.entity, id, None, found)?;
        }
        self.points(points::exact(finder.conn, text, self.most_points())?, found)
    }

    /// Phones that are what was typed, dialled in the company's country.
    pub fn dialled(&self, text: &str, found: &mut Found) -> rusqlite::Result<()> {
        let finder = self.finder;
        self.points(
            points::as_dialled(finder.conn, finder.catalog, text, self.most_points())?,
            found,
        )
    }

    /// Whether there is anything that the person does not see.
    pub(super) fn is_narrowed(&self) -> bool {
        self.tables.iter().any(|table| table.sight.is_some())
    }

    /// Where others may have the same number unseen, all who have it are looked at.
    fn most_points(&self) -> usize {
        if self.is_narrowed() { i64::MAX as usize } else { TITLES }
    }

    fn points(&self, points: Vec<Point>, found: &mut Found) -> rusqlite::Result<()> {
        for point in points {
            self.one(&point.entity, point.id, Some(point.norm), found)?;
        }
        Ok(())
    }

    /// The record that another was merged into, as far as the person sees the way; itself without.
    fn gone_to(&self, entity: &str, id: i64) -> rusqlite::Result<i64> {
        let Some(table) = self.tables.iter().find(|table| table.entity.name == *entity) else {
            return Ok(id);
        };
        if table.entity.field(MERGED_INTO).is_none() {
            return Ok(id);
        }
        let sql = format!(
            "SELECT {MERGED_INTO} FROM {} WHERE id = ? AND deleted_at IS NOT NULL",
            quoted(&table.entity.sql_table())
        );
        let mut statement = self.finder.conn.prepare_cached(&sql)?;
        let mut at = id;
        for _ in 0..MOST_HOPS {
            let next: Option<i64> =
                statement.query_row([at], |row| row.get(0)).optional()?.flatten();
            match next {
                Some(next) => at = next,
                None => break,
            }
        }
        Ok(at)
    }

    /// A record that is exactly what was meant.
    fn one(
        &self,
        entity: &str,
        id: i64,
        matched: Option<String>,
        found: &mut Found,
    ) -> rusqlite::Result<()> {
        let Some(index) = self.tables.iter().position(|table| table.entity.name == *entity) else {
            return Ok(());
        };
        let table = quoted(&self.tables[index].entity.sql_table());
        let source = format!("{table} e WHERE e.id = ?");
        let class = |_: &str| Some((Class::Reference, 0));
        self.fetch(index, &source, vec![Sql::Integer(id)], "", found, class)?;
        if let Some(&place) = found.places.get(&(index, id)) {
            found.all[place].matched = matched;
        }
        Ok(())
    }

    /// Records whose title is what was typed, or begins with it: the newest candidates of the index
    /// may be others.
    pub fn titles(&self, found: &mut Found) -> rusqlite::Result<()> {
        let key = sort_key(&self.typed.text);
        if key.chars().count() < 2 {
            return Ok(());
        }
        for (index, table) in self.tables.iter().enumerate() {
            let name = quoted(&table.entity.sql_table());
            self.fetch(
                index,
                &format!("{name} e WHERE e.sort_key = ?"),
                vec![Sql::Text(key.clone())],
                &format!("ORDER BY e.id DESC LIMIT {TITLES}"),
                found,
                |title| self.judge.title(title).map(|class| (class, 0)),
            )?;
            self.fetch(
                index,
                &format!("{name} e WHERE e.sort_key > ? AND e.sort_key < ?"),
                vec![Sql::Text(key.clone()), Sql::Text(format!("{key}\u{10ffff}"))],
                &format!("ORDER BY e.sort_key LIMIT {TITLES}"),
                found,
                |title| self.judge.title(title).map(|class| (class, 0)),
            )?;
        }
        Ok(())
    }

    /// Records with a number that is the one word typed: a look-up by its beginning brings the newest
    /// of a series, which may be others.
    pub fn whole_numbers(&self, found: &mut Found) -> rusqlite::Result<()> {
        let [chunk] = self.typed.chunks.as_slice() else { return Ok(()) };
        if !chunk.uncertain || !chunk.text.contains(|c: char| c.is_ascii_digit()) {
            return Ok(());
        }
        let word = without_punctuation(&chunk.text).unwrap_or_else(|| chunk.text.clone());
        let whole = Typed::of_ways(vec![vec![cut(&word).to_owned()]]);
        self.candidates(&whole.matching(&self.scope()), Stage::Typed, TITLES, found)
    }

    /// Candidates of the index for what was typed, or for words that contain it or are near it.
    pub fn stage(&self, stage: Stage, budget: usize, found: &mut Found) -> rusqlite::Result<()> {
        let scope = self.scope();
        let matching = match stage {
            Stage::Typed => self.typed.matching(&scope),
            Stage::Inside | Stage::Near => {
                let Some(words) = self.other_words(stage)? else { return Ok(()) };
                self.typed.matching_with(&scope, |chunk, ways| {
                    for word in words.get(&chunk.text).into_iter().flatten() {
                        let way = vec![beginning(word).0.to_owned()];
                        if !ways.contains(&way) {
                            ways.push(way);
                        }
                    }
                })
            }
        };
        self.candidates(&matching, stage, budget, found)
    }

    /// The tokens of those who must hold the record.
    fn scope(&self) -> Vec<Vec<String>> {
        self.narrow
            .holders
            .iter()
            .map(|group| {
                group
                    .iter()
                    .map(|holder| match holder {
                        Holder::Owner(id) => format!("_o{id}"),
                        Holder::Team(id) => format!("_t{id}"),
                    })
                    .collect()
            })
            .collect()
    }

    fn candidates(
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

    /// The candidates of all entities in one look for each way to see them; false (and nothing found) where the
    /// person sees more than `budget`.
    fn all_at_once(
        &self,
        matching: &str,
        stage: Stage,
        budget: usize,
        found: &mut Found,
    ) -> rusqlite::Result<bool> {
        let before = found.all.len();
        let mut came = 0;
        for (sight, tables) in self.alike() {
            let mut statement = self.finder.conn.prepare_cached(
                "SELECT rowid FROM _search WHERE _search MATCH ? ORDER BY rowid DESC LIMIT ?",
            )?;
            // Of what is looked at with a sight some may not be seen, so that its number tells nothing.
            let most = if self.is_narrowed() { i64::MAX } else { budget as i64 + 1 };
            let rows: Vec<i64> = statement
                .query_map((narrowed(sight, matching), most), |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            if !self.is_narrowed() && rows.len() > budget {
                return Ok(false);
            }
            for row in rows {
                let Some(&index) =
                    tables.iter().find(|index| self.tables[**index].number == row >> ID_BITS)
                else {
                    continue;
                };
                let name = quoted(&self.tables[index].entity.sql_table());
                let id = Sql::Integer(id_of(row));
                let source = format!("{name} e WHERE e.id = ?");
                came += self
                    .fetch(index, &source, vec![id], "", found, |title| self.class(title, stage))?;
                if came > budget {
                    found.shorten(before);
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    /// The tables by number, those together that are seen in the same way.
    pub(super) fn alike(&self) -> Vec<(Option<&Sight>, Vec<usize>)> {
        let mut alike: Vec<(Option<&Sight>, Vec<usize>)> = Vec::new();
        for (index, table) in self.tables.iter().enumerate() {
            match alike.iter_mut().find(|(sight, _)| *sight == table.sight) {
                Some((_, tables)) => tables.push(index),
                None => alike.push((table.sight, vec![index])),
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
        let name = quoted(&table.entity.sql_table());
        // A join the other way round would walk the whole entity: CROSS keeps the order.
        let source = format!(
            "(SELECT rowid AS r FROM _search WHERE _search MATCH ? AND rowid BETWEEN ? AND ?
              ORDER BY rowid DESC LIMIT ?) f CROSS JOIN {name} e ON e.id = f.r & {} WHERE true",
            (1_i64 << ID_BITS) - 1
        );
        if let Some(sight) = table.sight {
            // What is not seen must not take the place of what is.
            let source = format!(
                "(SELECT rowid AS r FROM _search WHERE _search MATCH ? AND rowid BETWEEN ? AND ?) f
                 CROSS JOIN {name} e ON e.id = f.r & {} WHERE true",
                (1_i64 << ID_BITS) - 1
            );
            let parameters = vec![
                Sql::Text(narrowed(Some(sight), matching)),
                Sql::Integer(row_of(table.number, 0)),
                Sql::Integer(last_row_of(table.number)),
            ];
            // Of what holders narrow there is less, so that fewer are as near to all of them.
            let most = if sight.tokens.is_some() { (limit * 2 / 5).max(20) } else { limit };
            let tail = format!("ORDER BY f.r DESC LIMIT {most}");
            return self
                .fetch(index, &source, parameters, &tail, found, |title| self.class(title, stage));
        }
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

    /// Reads candidates of one entity and judges their titles; how many rows came.
    fn fetch(
        &self,
        index: usize,
        source: &str,
        mut parameters: Vec<Sql>,
        tail: &str,
        found: &mut Found,
        mut judge: impl FnMut(&str) -> Option<(Class, i64)>,
    ) -> rusqlite::Result<usize> {
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
            // Writing to a string cannot fail.
            let _ = write!(
                sql,
                " AND ({})",
                if tests.is_empty() { "false".to_owned() } else { tests.join(" OR ") }
            );
        }
        if let Some((condition, values)) = &self.narrow.condition {
            let _ = write!(sql, " AND ({condition})");
            parameters.extend(values.iter().cloned());
        }
        let _ = write!(sql, " {tail}");
        let mut statement = self.finder.conn.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(parameters))?;
        let mut came = 0;
        while let Some(row) = rows.next()? {
            came += 1;
            let id: i64 = row.get(0)?;
            if found.places.contains_key(&(index, id)) {
                continue;
            }
            let title = row.get_ref(1)?.as_str().unwrap_or_default();
            let Some((class, quality)) = judge(title) else { continue };
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
        }
        Ok(came)
    }
}
