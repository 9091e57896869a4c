//! Duplicates among what a person sees: all of them, or those of one record that is to be made.
//!
//! [`matching`](crate::matching) judges; here it is fed through the veil, so that nobody learns of records
//! they do not see, nor of values they may not read. A scan goes piece by piece: [`Session::read_for_duplicates`]
//! until all is read, then [`Scan`](crate::matching::Scan), then [`Session::distinct`]. One record is looked up by its
//! points, name and keys ([`Session::twins`]); many, as an import has them, are held against all at once
//! ([`TwinIndex`]). A screen goes through what was found as a [`DuplicateQueue`].

mod hunt;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

pub use hunt::{DuplicateQueue, Hunt, HuntStep, TwinsNow};

use super::error::{GateError, Result};
use super::read::{Count, Cursor, ListRequest, SearchRequest, Window};
use super::session::Session;
use super::store::rows::Projection;
use super::trouble::Report;
use super::write::Applied;
use crate::matching::{Cells, Judged, Pair, Pool, Reason, reasons};
use crate::model::{Address, Edit, Fill, Name, Phrase, Record, RecordId, RecordRef, Value, phrase};
use crate::query::{Query, SortKey};
use crate::schema::duplicates::{Compared, DuplicateRule, Kind, OnCreate};
use crate::schema::{Catalog, Entity, Field};

/// The entity of pairs that are no duplicates.
const ENTITY: &str = "not_duplicate";
/// Records that are read at once.
const PAGE: usize = 4_000;
/// Records that are looked at for one that is to be made, by each of its keys.
const NEAR: usize = 30;
/// More records than this are not counted to weigh one against.
const COUNTED: u64 = 20_000;

/// A record that another one is likely the same as.
#[derive(Debug, Clone, PartialEq)]
pub struct Twin {
    /// Which.
    pub record: RecordRef,
    /// What it is called.
    pub title: String,
    /// How likely it is the same, from 0 to 1.
    pub score: f64,
    /// As good as certain, by the rule.
    pub certain: bool,
    /// Why: what speaks for it, then what speaks against it.
    pub reasons: Vec<Reason>,
}

/// Two records that are likely the same.
#[derive(Debug, Clone, PartialEq)]
pub struct TwinPair {
    /// The one, with the smaller number.
    pub a: RecordRef,
    /// The other.
    pub b: RecordRef,
    /// How likely they are the same, from 0 to 1.
    pub score: f64,
    /// Why.
    pub reasons: Vec<Reason>,
}

/// Records on their way into a pool.
#[derive(Debug)]
pub struct DuplicateReading {
    entity: Name,
    request: ListRequest,
    places: Places,
    pool: Pool,
    ended: bool,
}

impl DuplicateReading {
    /// How many records were read so far.
    #[must_use]
    pub fn read(&self) -> usize {
        self.pool.len()
    }

    /// What was read, ready for [`Scan`](crate::matching::Scan).
    #[must_use]
    pub fn finish(mut self) -> Pool {
        self.pool.settle();
        self.pool
    }

    /// What was read, ready to hold many records against.
    #[must_use]
    pub fn index(self) -> TwinIndex {
        let (entity, places) = (self.entity.clone(), self.places.clone());
        let mut pool = self.finish();
        pool.index();
        TwinIndex { entity, places, pool }
    }
}

/// All records of an entity that a person sees, to hold many drafts against without asking the file again.
pub struct TwinIndex {
    entity: Name,
    places: Places,
    pool: Pool,
}

impl TwinIndex {
    /// The records that a draft is likely the same as, the likeliest first; titles are for
    /// [`Session::title`] to tell. `catalog` names the fields in the reasons.
    #[must_use]
    pub fn twins(&self, draft: &Record, catalog: &Catalog) -> Vec<Twin> {
        let cells = cells(self.pool.rule(), &self.places, draft);
        let found = self.pool.probe(&cells).into_iter();
        found
            .map(|(at, judged)| {
                let record = RecordRef::new(&self.entity, RecordId(self.pool.id(at)));
                twin(self.pool.rule(), catalog, record, String::new(), &judged)
            })
            .collect()
    }
}

/// Records that a plan makes, where the rule of their entity blocks a second one.
#[derive(Debug, Default)]
pub(super) struct Made {
    pools: HashMap<Name, Pool>,
    next: Option<(Arc<DuplicateRule>, Name, Cells)>,
}

/// So many records that are made together are held against each other.
const TOGETHER: usize = 2_000;

impl Made {
    /// The record that was looked at last is made.
    pub fn remember(&mut self) {
        let Some((rule, entity, cells)) = self.next.take() else { return };
        let pool = self.pools.entry(entity).or_insert_with(|| Pool::new(rule));
        if pool.len() < TOGETHER {
            pool.add(0, &cells, false);
        }
    }
}

/// Where the compared fields stand in a record: field and part; none for what the person does not see.
type Places = Arc<Vec<Option<(Name, Option<String>)>>>;

impl Session {
    /// The rule by which records of an entity are the same; `NotFound` where there is none.
    ///
    /// # Errors
    /// An unknown entity.
    pub fn duplicate_rule(&self, entity: &str) -> Result<Arc<DuplicateRule>> {
        let entity = self.entity(entity)?;
        let rule = self.catalog.duplicate_rule(&entity.name).ok_or_else(|| {
            let known = self.catalog.duplicate_rules().keys();
            let known = Fill::list(known.map(|name| Fill::from(name.as_str())));
            GateError::NotFound {
                what: phrase!(
                    "nothing says when two {entity} are the same",
                    entity = &entity.plural
                ),
                hint: Some(phrase!(
                    "rules are there for {known}; a company adds [duplicates.{name}] to its schema",
                    known,
                    name = &entity.name
                )),
            }
        })?;
        Ok(Arc::new(rule.clone()))
    }

    /// Begins to read records for a search for duplicates, by the rule of the entity or another one; with
    /// `filter` only some.
    ///
    /// # Errors
    /// A denied right, an unknown entity, an entity without a rule.
    pub fn begin_duplicates(
        &self,
        entity: &str,
        rule: Option<Arc<DuplicateRule>>,
        filter: Option<Query>,
    ) -> Result<DuplicateReading> {
        let of = self.entity(entity)?;
        self.demand_sight(of)?;
        let rule = match rule {
            Some(rule) => rule,
            None => self.duplicate_rule(entity)?,
        };
        let places = self.places(of, &rule);
        let mut request = ListRequest::first(&of.name, PAGE);
        request.fields = fields_of(&places, of);
        request.sort = vec![SortKey { field: "id".into(), descending: false }];
        request.filter = filter;
        let pool = Pool::new(rule);
        Ok(DuplicateReading { entity: of.name.clone(), request, places, pool, ended: false })
    }

    /// Reads some thousand records more; false where all are read.
    ///
    /// # Errors
    /// As [`Session::list`].
    pub fn read_for_duplicates(&self, reading: &mut DuplicateReading) -> Result<bool> {
        if reading.ended {
            return Ok(false);
        }
        let page = self.list(&reading.request)?;
        let rule = Arc::clone(reading.pool.rule());
        for record in &page.rows {
            reading.pool.add(record.id.0, &cells(&rule, &reading.places, record), false);
        }
        let last: Option<Cursor> = page.cursors.into_iter().next_back();
        reading.ended = page.at_end || last.is_none();
        if let Some(last) = last {
            reading.request.window = Window::After(last);
        }
        Ok(!reading.ended)
    }

    /// The pairs of a scan without those that somebody said are no duplicates.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn distinct(&self, entity: &str, pool: &Pool, pairs: Vec<Pair>) -> Result<Vec<Pair>> {
        let entity = self.entity(entity)?;
        let known: HashSet<(i64, i64)> =
            self.store.distinct_pairs(&entity.name)?.into_iter().collect();
        if known.is_empty() {
            return Ok(pairs);
        }
        let key = |pair: &Pair| {
            let (a, b) = (pool.id(pair.a as usize), pool.id(pair.b as usize));
            (a.min(b), a.max(b))
        };
        Ok(pairs.into_iter().filter(|pair| !known.contains(&key(pair))).collect())
    }

    /// A pair of a scan with its reasons.
    #[must_use]
    pub fn twin_pair(&self, entity: &Name, pool: &Pool, pair: &Pair) -> TwinPair {
        let judged = pool.judge(pair.a as usize, pair.b as usize);
        let record = |at: u32| RecordRef::new(entity, RecordId(pool.id(at as usize)));
        let (a, b) = (record(pair.a), record(pair.b));
        let (a, b) = if a.id.0 <= b.id.0 { (a, b) } else { (b, a) };
        let reasons = self.told_reasons(entity, pool.rule(), &judged);
        TwinPair { a, b, score: judged.score, reasons }
    }

    fn told_reasons(&self, entity: &Name, rule: &DuplicateRule, judged: &Judged) -> Vec<Reason> {
        reasons(rule, judged, |field| label(&self.shown, entity, field))
    }

    /// The records that a draft is likely the same as, the likeliest first: what a form shows while it is
    /// filled in, and what is looked at before a record is made. Looked up by phones, addresses, name and
    /// keys, a few statements for each draft.
    ///
    /// # Errors
    /// As [`Session::list`].
    pub fn twins(&self, draft: &Record) -> Result<Vec<Twin>> {
        let entity = self.entity(&draft.entity)?;
        let Some(rule) = self.catalog.duplicate_rule(&entity.name) else { return Ok(Vec::new()) };
        self.demand_sight(entity)?;
        let places = self.places(entity, rule);
        let near = self.near(entity, rule, &places, draft)?;
        if near.is_empty() {
            return Ok(Vec::new());
        }
        let mut fields = fields_of(&places, entity);
        fields.push(entity.title.clone());
        let moment = self.moment();
        let projection = Projection::new(&self.shown, entity, &fields, &moment);
        let mut pool = Pool::new(Arc::new(rule.clone()));
        let mut titles = Vec::new();
        for id in near {
            let found = self.store.record(&projection, id)?;
            // What the person does not see was found by a key and is not there for them.
            let living = found.filter(|record| record.meta.deleted_at.is_none());
            if let Some(record) = living.filter(|record| record.id != draft.id) {
                pool.add(id.0, &cells(rule, &places, &record), false);
                titles.push(record.get(&entity.title).as_text().unwrap_or_default().to_owned());
            }
        }
        let all = match self.count(&entity.name, None, Some(COUNTED))? {
            Count::Exactly(n) | Count::AtLeast(n) => n,
        };
        pool.settle_few(usize::try_from(all).unwrap_or(usize::MAX));
        let known: HashSet<(i64, i64)> =
            self.store.distinct_pairs(&entity.name)?.into_iter().collect();
        let own = draft.id.0;
        let found = pool.against_all(&cells(rule, &places, draft)).into_iter();
        Ok(found
            .filter(|(at, _)| {
                let other = pool.id(*at);
                !known.contains(&(own.min(other), own.max(other)))
            })
            .map(|(at, judged)| {
                let record = RecordRef::new(&entity.name, RecordId(pool.id(at)));
                twin(rule, &self.shown, record, titles[at].clone(), &judged)
            })
            .collect())
    }

    /// Records that have something in common with a draft.
    fn near(
        &self,
        entity: &Entity,
        rule: &DuplicateRule,
        places: &Places,
        draft: &Record,
    ) -> Result<BTreeSet<RecordId>> {
        let mut near = BTreeSet::new();
        for (compared, place) in rule.fields.iter().zip(places.iter()) {
            let Some((name, None)) = place else { continue };
            let Some(field) = entity.field(name) else { continue };
            match draft.get(name) {
                Value::Points(points) => {
                    let key = format!("{}.{}", entity.name, field.name);
                    for point in points.iter().take(8) {
                        let norm = point.value.split(";ext=").next().unwrap_or(&point.value);
                        near.extend(self.store.with_point(&key, norm, NEAR)?);
                    }
                }
                Value::Text(text) if *name == entity.title => {
                    near.extend(self.store.titled(entity, text, NEAR)?);
                    near.extend(self.named_alike(entity, compared.kind, text)?);
                }
                value @ Value::Text(_) if field.indexed => {
                    near.extend(self.store.matching(entity, field, value, NEAR)?);
                }
                _ => {}
            }
        }
        Ok(near)
    }

    /// Records whose names the search finds by the words of a name, or by one of them.
    fn named_alike(&self, entity: &Entity, kind: Kind, name: &str) -> Result<Vec<RecordId>> {
        let words = crate::matching::telling_words(kind, name);
        let whole = words.join(" ");
        let mut asked: Vec<&str> = vec![whole.as_str()];
        let longest = words.iter().max_by_key(|word| word.chars().count());
        asked.extend(longest.map(String::as_str));
        asked.dedup();
        let mut found = Vec::new();
        for text in asked.into_iter().filter(|text| !text.is_empty()) {
            let hits = self.search(&SearchRequest {
                text: text.to_owned(),
                entities: vec![entity.name.clone()],
                filter: None,
                limit: NEAR,
            })?;
            found.extend(hits.into_iter().map(|hit| hit.record.id));
        }
        Ok(found)
    }

    /// Remembers of pairs that they are no duplicates, for everybody; what is remembered already is left out.
    /// With history, and taken back like any change.
    ///
    /// # Errors
    /// A record that is not there for the person, two of different kinds, a missing right; see
    /// [`Session::save`].
    pub fn keep_apart(&mut self, pairs: &[(RecordRef, RecordRef)]) -> Result<Option<Applied>> {
        let mut edits = Vec::new();
        for (one, other) in pairs {
            for record in [one, other] {
                self.get(record)?;
            }
            if one.entity != other.entity || one.id == other.id {
                return Err(GateError::NotFound {
                    what: phrase!("two records of one kind are needed"),
                    hint: Some(phrase!("write it like C-17 C-42")),
                });
            }
            let (a, b) = (one.id.0.min(other.id.0), one.id.0.max(other.id.0));
            if self.store.distinct_pairs(&one.entity)?.contains(&(a, b)) {
                continue;
            }
            let reference = |id| self.shown.reference(&RecordRef::new(&one.entity, RecordId(id)));
            edits.push(
                Edit::create(ENTITY)
                    .with("name", Value::Text(format!("{} / {}", reference(a), reference(b))))
                    .with("entity", Value::Text(one.entity.to_string()))
                    .with("one", Value::Int(a))
                    .with("other", Value::Int(b)),
            );
        }
        if edits.is_empty() {
            return Ok(None);
        }
        self.save(edits, "not a duplicate").map(Some)
    }

    /// Forgets of pairs that they are no duplicates, for everybody. With history, and taken back like any change;
    /// none where nothing was known.
    ///
    /// # Errors
    /// A record that is not there for the person, a missing right; see [`Session::save`].
    pub fn bring_together(&mut self, pairs: &[(RecordRef, RecordRef)]) -> Result<Option<Applied>> {
        let mut edits = Vec::new();
        for (one, other) in pairs {
            for record in [one, other] {
                self.get(record)?;
            }
            let (a, b) = (one.id.0.min(other.id.0), one.id.0.max(other.id.0));
            let marks = self.store.distinct_marks(&one.entity, a, b)?;
            edits.extend(marks.into_iter().map(|mark| Edit::delete(ENTITY, mark)));
        }
        if edits.is_empty() {
            return Ok(None);
        }
        self.save(edits, "maybe a duplicate").map(Some)
    }

    /// Refuses a record that is there already, where the rule of its entity blocks those.
    pub(super) fn refuse_twin(
        &self,
        entity: &Entity,
        draft: &Record,
        made: &mut Made,
        report: &mut Report<'_>,
    ) -> Result<()> {
        made.next = None;
        let blocks = self
            .catalog
            .duplicate_rule(&entity.name)
            .is_some_and(|rule| rule.on_create == OnCreate::Block);
        // Whoever may not read any must not learn of them by what they may not make.
        if !blocks || self.demand_sight(entity).is_err() {
            return Ok(());
        }
        let twins = self.twins(draft)?;
        let Some(twin) = twins.into_iter().find(|twin| twin.certain) else {
            return self.refuse_made(entity, draft, made, report);
        };
        let reference = self.shown.reference(&twin.record);
        let why = why(&twin.reasons);
        report.push(
            None,
            phrase!(
                "duplicate of {reference} {title}: {why}",
                reference = &reference,
                title = &twin.title,
                why
            ),
            Some(phrase!("change {reference} instead, if it is the same", reference)),
        );
        Ok(())
    }

    /// The same against those that are made with it.
    fn refuse_made(
        &self,
        entity: &Entity,
        draft: &Record,
        made: &mut Made,
        report: &mut Report<'_>,
    ) -> Result<()> {
        let rule = self.duplicate_rule(&entity.name)?;
        let shown = self.entity(&entity.name)?;
        let cells = cells(&rule, &self.places(shown, &rule), draft);
        if let Some(pool) = made.pools.get_mut(&entity.name) {
            let all = match self.count(&entity.name, None, Some(COUNTED))? {
                Count::Exactly(n) | Count::AtLeast(n) => n,
            };
            pool.settle_few(usize::try_from(all).unwrap_or(usize::MAX).saturating_add(pool.len()));
            let found = pool.against_all(&cells).into_iter().next();
            let certain = found.filter(|(_, judged)| judged.score >= rule.certain.get());
            if let Some((_, judged)) = certain {
                let why = why(&self.told_reasons(&entity.name, &rule, &judged));
                let what = phrase!("duplicate of another one that is made with it: {why}", why);
                report.push(None, what, Some(phrase!("make one of them only")));
                return Ok(());
            }
        }
        made.next = Some((rule, entity.name.clone(), cells));
        Ok(())
    }

    /// Where the compared fields are found in a record, as far as the person reads them.
    fn places(&self, entity: &Entity, rule: &DuplicateRule) -> Places {
        let place = |compared: &Compared| {
            let (base, part) = split(&compared.field);
            let field = entity.field(base).filter(|field| field.masked.is_none())?;
            Some((field.name.clone(), part.map(str::to_owned)))
        };
        Arc::new(rule.fields.iter().map(place).collect())
    }
}

/// Why two records are likely the same, in one phrase: what speaks for it.
#[must_use]
pub fn why(reasons: &[Reason]) -> Phrase {
    let parts =
        reasons.iter().filter(|reason| reason.speaks_for).map(|reason| reason.words.clone());
    phrase!("{reasons}", reasons = Fill::list(parts))
}

fn split(field: &str) -> (&str, Option<&str>) {
    field.split_once('.').map_or((field, None), |(base, part)| (base, Some(part)))
}

fn fields_of(places: &Places, entity: &Entity) -> Vec<Name> {
    let mut names: Vec<Name> = places.iter().flatten().map(|(name, _)| name.clone()).collect();
    names.dedup();
    if names.is_empty() {
        // No names would mean all fields.
        names.push(entity.title.clone());
    }
    names
}

fn label(catalog: &Catalog, entity: &Name, field: &str) -> Fill {
    let (base, part) = split(field);
    let known = catalog.entity(entity).and_then(|entity| entity.field(base));
    match (known, part) {
        (Some(_), Some(part)) if Address::PARTS.contains(&part) => Fill::from(part_label(part)),
        (Some(Field { label, .. }), _) => {
            Fill::Label { en: label.en.clone(), zh: label.zh.clone() }
        }
        (None, _) => Fill::from(field),
    }
}

fn part_label(part: &str) -> Phrase {
    match part {
        "street" => phrase!("Street"),
        "city" => phrase!("City"),
        "postcode" => phrase!("Postcode"),
        "region" => phrase!("Region"),
        _ => phrase!("Country"),
    }
}

fn twin(
    rule: &DuplicateRule,
    catalog: &Catalog,
    record: RecordRef,
    title: String,
    judged: &Judged,
) -> Twin {
    let reasons = reasons(rule, judged, |field| label(catalog, &record.entity, field));
    let certain = judged.score >= rule.certain.get();
    Twin { record, title, score: judged.score, certain, reasons }
}

/// A record in normal form.
fn cells(rule: &DuplicateRule, places: &Places, record: &Record) -> Cells {
    Cells::of(rule, |place, take| {
        if let Some(Some((name, part))) = places.get(place) {
            texts(record.get(name), part.as_deref(), take);
        }
    })
}

/// The texts of a value.
fn texts(value: &Value, part: Option<&str>, take: &mut dyn FnMut(&str)) {
    match value {
        Value::Text(text) => take(text),
        Value::Points(points) => points.iter().for_each(|point| take(&point.value)),
        Value::Address(address) => {
            if let Some(text) = part.and_then(|part| address.part(part)) {
                take(text);
            }
        }
        Value::Date(date) => take(&date.format("%Y-%m-%d").to_string()),
        Value::Int(number) => take(&number.to_string()),
        Value::List(items) => take(&items.join(" ")),
        Value::Link(link) => take(&format!("{} {}", link.entity, link.id)),
        _ => {}
    }
}
