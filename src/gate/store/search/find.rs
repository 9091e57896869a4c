//! One search: candidates from the index, judged, ordered, looked at again.

use rusqlite::Connection;

use super::Vocabulary;
use super::candidates::{Candidate, FEW, FIRST, Found, NEAR, Search, Stage, Table};
use super::narrow::Narrow;
use super::own::OwnWords;
use super::query::Typed;
use super::score::{Class, Judge};
use super::sight::Sights;
use super::verify::{self, Verdict, quoted};
use crate::gate::read::{Hit, SearchRequest};
use crate::model::RecordId;
use crate::model::text::is_joined;
use crate::query::Moment;
use crate::schema::{Catalog, Entity};

/// So many records are fetched and judged in one search at most.
const CANDIDATES: usize = 1_000;

/// So many records are fetched for words that are near or inside.
const DISTANT: usize = 300;

/// So many hits get a second look.
const LOOKS: usize = 120;

/// So many people whose number ends with the typed digits come before titles that begin with them: somebody is
/// calling, and the display of the phone shows that much.
const CALLERS: usize = 10;

/// Finds records by what people type.
pub struct Finder<'a> {
    /// The file.
    pub conn: &'a Connection,
    /// The catalogue.
    pub catalog: &'a Catalog,
    /// When and by whom it is asked: own records come first among equals.
    pub moment: &'a Moment,
    /// The words of titles, warm or not.
    pub vocabulary: &'a Vocabulary,
    /// What the person sees of entities that they do not see whole.
    pub sights: &'a Sights,
    /// The words of what the person sees, where the session has gathered them.
    pub own: &'a OwnWords,
}

impl Finder<'_> {
    /// The best hits for `request`, best first. `narrow` stands for the request's filter, which the
    /// caller has turned into SQL.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn search(&self, request: &SearchRequest, narrow: &Narrow) -> rusqlite::Result<Vec<Hit>> {
        if narrow.holders.iter().any(Vec::is_empty) {
            return Ok(Vec::new());
        }
        let typed = Typed::read(&request.text);
        let mut search = self.begin(request, narrow, &typed)?;
        let mut found = Found::default();
        search.exact(&request.text, &mut found)?;
        if typed.is_empty() {
            return search.hits(found, request.limit);
        }
        search.titles(&mut found)?;
        search.whole_numbers(&mut found)?;
        search.stage(Stage::Typed, CANDIDATES, &mut found)?;
        if found.all.is_empty() && typed.digits.is_some() && narrow.is_all() {
            search.dialled(&request.text, &mut found)?;
        }
        if found.all.len() < FEW.min(request.limit) {
            self.vocabulary.refresh(self.conn)?;
            if search.is_narrowed() {
                search.rows = Some(self.rows_now()?);
            }
            search.stage(Stage::Inside, DISTANT, &mut found)?;
            // Where a title has what was typed, it was no mistake.
            if found.all.iter().all(|candidate| candidate.class < Class::Inside) {
                search.stage(Stage::Near, DISTANT, &mut found)?;
            }
        }
        search.hits(found, request.limit)
    }

    /// Who has this phone number, mail address or url.
    ///
    /// # Errors
    /// Those of SQLite.
    pub fn who(&self, text: &str, limit: usize) -> rusqlite::Result<Vec<Hit>> {
        let request =
            SearchRequest { text: text.to_owned(), entities: Vec::new(), filter: None, limit };
        let typed = Typed::read(text);
        let narrow = Narrow::default();
        let search = self.begin(&request, &narrow, &typed)?;
        let mut found = Found::default();
        search.exact(text, &mut found)?;
        if found.all.is_empty() && !typed.is_empty() {
            search.stage(Stage::Typed, DISTANT, &mut found)?;
        }
        if found.all.is_empty() {
            search.dialled(text, &mut found)?;
        }
        let mut hits = search.hits(found, limit)?;
        hits.retain(|hit| hit.score >= Class::Reference.score(0));
        Ok(hits)
    }

    fn begin<'s>(
        &'s self,
        request: &SearchRequest,
        narrow: &'s Narrow,
        typed: &'s Typed,
    ) -> rusqlite::Result<Search<'s>> {
        self.keep_up()?;
        Ok(Search {
            finder: self,
            narrow,
            tables: self.tables(request)?,
            typed,
            judge: Judge::new(typed),
            limit: request.limit,
            rows: self.rows(),
        })
    }

    pub(super) fn tables(&self, request: &SearchRequest) -> rusqlite::Result<Vec<Table<'_>>> {
        let mut entities: Vec<&Entity> = if request.entities.is_empty() {
            self.catalog.entities().filter(|entity| entity.is_listed()).collect()
        } else {
            request.entities.iter().filter_map(|name| self.catalog.entity(name)).collect()
        };
        entities.sort_by_key(|entity| {
            FIRST.iter().position(|first| entity.name == **first).unwrap_or(FIRST.len())
        });
        let mut number = self.conn.prepare_cached("SELECT number FROM _entity WHERE name = ?")?;
        entities
            .into_iter()
            .map(|entity| {
                Ok(Table {
                    number: number.query_row([entity.name.as_str()], |row| row.get(0))?,
                    select: format!(
                        "SELECT e.id, e.{}, e.owner, e.updated_at FROM ",
                        quoted(&entity.title_field().sql_column())
                    ),
                    sight: self.sights.get(&entity.name),
                    entity,
                })
            })
            .collect()
    }
}

impl Search<'_> {
    /// The best of what was found, looked at again.
    fn hits(&self, mut found: Found, limit: usize) -> rusqlite::Result<Vec<Hit>> {
        let conn = self.finder.conn;
        let firsts: Vec<bool> = self.tables.iter().map(|table| is_first(table.entity)).collect();
        sort(&mut found.all, &firsts);
        let mut callers = 0;
        let mut kept: Vec<Candidate> = Vec::with_capacity(limit.min(LOOKS));
        for (looks, mut candidate) in found.all.into_iter().enumerate() {
            let upgrade = self.typed.digits.is_some() || self.typed.chunks.len() == 1;
            // A look may make it the best of all, so the first ones all get theirs.
            if kept.len() >= limit && (!upgrade || looks >= LOOKS) {
                break;
            }
            if candidate.class == Class::Field {
                let entity = self.tables[candidate.table].entity;
                match verify::fields(conn, entity, candidate.id, self.typed, &candidate.title)? {
                    // It may have come by a field that is kept from the person.
                    Verdict::No if entity.veiled => continue,
                    Verdict::No => {
                        // A mistake after the looked-up beginning of the word.
                        let nearness = self.judge.nearness(&candidate.title);
                        if nearness < NEAR || self.typed.text.chars().any(is_joined) {
                            continue;
                        }
                        candidate.class = Class::Fuzzy;
                        candidate.score = Class::Fuzzy.score(nearness);
                    }
                    Verdict::Yes(matched) => candidate.matched = matched,
                    Verdict::Ends(matched) => {
                        candidate.matched = Some(matched);
                        callers += 1;
                        if callers <= CALLERS {
                            candidate.class = Class::Prefix;
                            candidate.score = Class::Prefix.score(999);
                        }
                    }
                    Verdict::Exactly(matched) => {
                        candidate.class = Class::Reference;
                        candidate.score = Class::Reference.score(0);
                        candidate.matched = Some(matched);
                    }
                }
            }
            kept.push(candidate);
        }
        sort(&mut kept, &firsts);
        kept.truncate(limit);
        kept.into_iter()
            .map(|candidate| {
                let entity = self.tables[candidate.table].entity;
                Ok(Hit {
                    subtitle: verify::subtitle(
                        conn,
                        self.finder.catalog,
                        entity,
                        candidate.id,
                        self.finder.moment,
                    )?,
                    record: crate::model::RecordRef::new(&entity.name, RecordId(candidate.id)),
                    title: candidate.title,
                    score: candidate.score,
                    matched: candidate.matched,
                    why: None,
                })
            })
            .collect()
    }
}

/// Whether people look for it by its own name.
fn is_first(entity: &Entity) -> bool {
    FIRST.iter().any(|first| entity.name == **first)
}

/// Best first; own records before others, then the latest changed, then what people look for first.
fn sort(candidates: &mut [Candidate], firsts: &[bool]) {
    let place = |of: &Candidate| of.class.place(firsts.get(of.table).copied().unwrap_or_default());
    candidates.sort_by(|a, b| {
        (place(b), b.score, b.own, b.updated, a.table, b.id).cmp(&(
            place(a),
            a.score,
            a.own,
            a.updated,
            b.table,
            a.id,
        ))
    });
}
