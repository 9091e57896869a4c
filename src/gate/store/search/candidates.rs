//! Where candidates come from: exact references and numbers, titles in order, the index.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use rusqlite::OptionalExtension;
use rusqlite::types::Value as Sql;

use super::find::Finder;
use super::narrow::{Holder, Narrow};
use super::points::{self, Point};
use super::query::Typed;
use super::rows::Rows;
use super::score::{Class, Judge};
use super::sight::Sight;
use super::tokens::{beginning, cut, without_punctuation};
use super::verify::quoted;
use super::vocabulary::MOST_WORDS;
use crate::gate::store::merged::{MERGED_INTO, MOST_HOPS};
use crate::gate::store::veil::branch;
use crate::model::text::sort_key;
use crate::schema::Entity;

/// So many records whose title is or begins with what was typed are fetched of each entity.
const TITLES: usize = 100;

/// Below so many hits the search goes on to the insides of words, then to near words.
pub(super) const FEW: usize = 10;

/// Titles less near than this do not fit.
pub(super) const NEAR: i64 = 500;

/// So many near words are looked for at a time, until there are hits enough.
const NEAREST: usize = 8;

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

impl Table<'_> {
    /// Where to read in the order of titles. Each branch of what the person sees has an index in that order,
    /// and SQLite merges them; one condition over all would walk through what they do not see.
    fn in_order_of_titles(&self) -> String {
        match self.sight.map_or(0, |sight| sight.branches) {
            0 => quoted(&self.entity.sql_table()),
            branches => {
                let each: Vec<String> = (0..branches)
                    .map(|number| format!("SELECT * FROM {}", branch(self.entity, number)))
                    .collect();
                format!("({})", each.join(" UNION ALL "))
            }
        }
    }
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
    pub fn shorten(&mut self, length: usize) {
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
    /// So many hits are wanted.
    pub limit: usize,
    /// The rows that may be the person's, where they are known.
    pub rows: Option<Arc<Rows>>,
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
            let name = table.in_order_of_titles();
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
                &format!("ORDER BY e.sort_key, e.id LIMIT {TITLES}"),
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
        if stage == Stage::Typed {
            return self.candidates(&self.typed.matching(&scope), stage, budget, found);
        }
        let Some(words) = self.other_words(stage)? else { return Ok(()) };
        // Every word costs a look-up, and words that are less near yield hits that are.
        let nearest_first = stage == Stage::Near && self.typed.chunks.len() == 1;
        let at_once = if nearest_first { NEAREST } else { MOST_WORDS };
        let most = words.values().map(Vec::len).max().unwrap_or_default();
        let mut tried = HashSet::new();
        for from in (0..most).step_by(at_once) {
            let mut more = false;
            let matching = self.typed.matching_with(&scope, |chunk, ways| {
                let words = words.get(&chunk.text).into_iter().flatten();
                for word in words.skip(from).take(at_once) {
                    let way = vec![beginning(word).0.to_owned()];
                    if tried.insert((chunk.text.clone(), way.clone())) && !ways.contains(&way) {
                        ways.push(way);
                        more = true;
                    }
                }
            });
            if more {
                self.candidates(&matching, stage, budget, found)?;
            }
            if found.all.len() >= self.limit {
                break;
            }
        }
        Ok(())
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
}
