//! What a session can be asked: records, lists, search, counts, history.
//!
//! Every question passes the policy first; what is read lies behind the veil of the person
//! ([`super::store::veil`]), so that no question can forget it.

use super::error::{GateError, Result};
use super::read::{
    Aggregate, Bucket, Count, Entry, Groups, HistoryRequest, Hit, ListRequest, Measure, Page,
    RelatedCounts, SearchRequest, Summary, Timeline, TimelineItem,
};
use super::session::Session;
use super::store::rows::Projection;
use super::store::search::{Finder, Narrow};
use super::store::summary::Asked;
use super::store::veil::MASK;
use crate::model::{ContactPoint, Name, Record, RecordId, RecordRef, Value, phrase};
use crate::policy::{Decision, FieldAccess, Right, Special, decide};
use crate::query::{Moment, Query, SortKey, parse_sort};
use crate::schema::{Entity, Field, FieldType};

/// So many owners of one phone number or address are told.
const MOST_WHO: usize = 50;
/// So many records of one operation are looked at for one that is seen.
const LOOKED_AT: usize = 500;

impl Session {
    /// One record with all its fields, computed ones included. Deleted records too.
    ///
    /// # Errors
    /// [`GateError::NotFound`].
    pub fn get(&self, record: &RecordRef) -> Result<Record> {
        self.get_fields(record, &[])
    }

    /// The same with some fields only (with none named: all): what is computed takes its time.
    ///
    /// # Errors
    /// As [`Session::get`].
    pub fn get_fields(&self, record: &RecordRef, fields: &[Name]) -> Result<Record> {
        let entity = self.entity(&record.entity)?;
        self.demand(Right::Read, &entity.name)?;
        let moment = self.moment();
        let projection = Projection::new(&self.shown, entity, fields, &moment);
        self.store.limited(|| self.store.record(&projection, record.id))?.ok_or_else(|| {
            GateError::NotFound {
                what: phrase!("there is no {record}", record = self.shown.reference(record)),
                hint: Some(phrase!("`kontor find` looks for it by name")),
            }
        })
    }

    /// A part of a list.
    ///
    /// # Errors
    /// A denied right, a stopped or too slow query.
    pub fn list(&self, request: &ListRequest) -> Result<Page> {
        let entity = self.entity(&request.entity)?;
        self.demand_sight(entity)?;
        let moment = self.moment();
        let own_order;
        let sort = if request.sort.is_empty() {
            own_order = self.own_order(entity);
            &own_order
        } else {
            &request.sort
        };
        let led = self.led(request.filter.as_ref())?;
        let listing = super::store::list::Listing {
            catalog: &self.shown,
            entity,
            filters: led.as_ref().or(request.filter.as_ref()).into_iter().collect(),
            sort,
            fields: &request.fields,
            moment: &moment,
            deleted: request.deleted,
            branches: self.standing.branches.get(&entity.name).copied(),
        };
        self.store.limited(|| self.store.page(&listing, &request.window, request.limit))
    }

    fn own_order(&self, entity: &Entity) -> Vec<SortKey> {
        parse_sort(&entity.sort, &self.shown, &entity.name).unwrap_or_default()
    }

    /// How many records there are; counting stops at `cap`.
    ///
    /// # Errors
    /// As [`Session::list`].
    pub fn count(&self, entity: &str, filter: Option<&Query>, cap: Option<u64>) -> Result<Count> {
        let entity = self.entity(entity)?;
        self.demand_sight(entity)?;
        let led = self.led(filter)?;
        let filters: Vec<&Query> = led.as_ref().or(filter).into_iter().collect();
        let moment = self.moment();
        self.store.limited(|| self.store.count(&self.shown, entity, &filters, &moment, cap))
    }

    /// A query about the records that have the places of those it names, where any of them was merged away; as far
    /// as the person sees both.
    fn led(&self, filter: Option<&Query>) -> Result<Option<Query>> {
        let Some(filter) = filter else { return Ok(None) };
        filter.led(&self.shown, &mut |record| {
            Ok(self.survivor_of(record)?.map(|survivor| survivor.id))
        })
    }

    /// The search box: best first.
    ///
    /// # Errors
    /// As [`Session::list`].
    pub fn search(&self, request: &SearchRequest) -> Result<Vec<Hit>> {
        for entity in &request.entities {
            self.demand(Right::Read, &self.entity(entity)?.name)?;
        }
        let moment = self.moment();
        let led = self.led(request.filter.as_ref())?;
        let filter = if led.is_some() { &led } else { &request.filter };
        let narrow = Narrow::to(&self.shown, filter, &moment);
        self.store.limited(|| {
            self.finder(&moment).search(request, &narrow).map_err(|error| self.store.fault(error))
        })
    }

    fn finder<'a>(&'a self, moment: &'a Moment) -> Finder<'a> {
        Finder {
            conn: &self.store.conn,
            catalog: &self.shown,
            moment,
            vocabulary: &self.vocabulary,
            sights: &self.standing.sights,
            own: &self.standing.words,
        }
    }

    /// Gathers some more of the rows and words by which a person's own search is quick (some ten milliseconds); true
    /// while there is more to gather. For a session that lasts, while nothing is asked.
    ///
    /// # Errors
    /// As [`Session::list`].
    pub fn gather_words(&self) -> Result<bool> {
        if !self.vocabulary.is_warm() || !self.standing.words.gathers() {
            return Ok(false);
        }
        self.ready()?;
        let moment = self.moment();
        self.finder(&moment).gather().map_err(|error| self.store.fault(error))
    }

    /// Who has this phone number, mail address or url, however it was typed.
    ///
    /// # Errors
    /// As [`Session::list`].
    pub fn who(&self, text: &str) -> Result<Vec<Hit>> {
        self.ready()?;
        let moment = self.moment();
        self.store.limited(|| {
            self.finder(&moment).who(text, MOST_WHO).map_err(|error| self.store.fault(error))
        })
    }

    /// Loads the words that make typo and inside-a-word search quick in a long-lived process. Slow (a
    /// second at a million records): meant for a session of a background thread. Until it is done
    /// the first such search loads them itself.
    ///
    /// # Errors
    /// As [`Session::list`].
    pub fn warm_search(&self) -> Result<()> {
        self.vocabulary.warm(&self.store.conn).map_err(|error| self.store.fault(error))
    }

    /// Counts, sums and means in groups.
    ///
    /// # Errors
    /// As [`Session::list`].
    pub fn aggregate(&self, request: &Aggregate) -> Result<Vec<Bucket>> {
        let mut buckets = self.ask(request, |asked| self.store.aggregate(asked))?;
        self.cover(request, &mut buckets);
        Ok(buckets)
    }

    /// As [`Session::aggregate`] for one grouping; of more than `most` groups the largest.
    ///
    /// # Errors
    /// As [`Session::list`].
    pub fn groups(&self, request: &Aggregate, most: usize) -> Result<Groups> {
        let mut groups = self.ask(request, |asked| self.store.groups(asked, most))?;
        self.cover(request, &mut groups.buckets);
        Ok(groups)
    }

    fn ask<T>(&self, request: &Aggregate, ask: impl FnOnce(&Asked<'_>) -> Result<T>) -> Result<T> {
        let entity = self.entity(&request.entity)?;
        self.demand_sight(entity)?;
        let moment = self.moment();
        let mut request = request.clone();
        if let Some(led) = self.led(request.filter.as_ref())? {
            request.filter = Some(led);
        }
        for measure in request.measures.iter_mut().filter(|measure| measure.is_masked(entity)) {
            // Dots have no sum; their place is kept.
            *measure = Measure::Count;
        }
        let asked = Asked { catalog: &self.shown, entity, request: &request, moment: &moment };
        self.store.limited(|| ask(&asked))
    }

    /// Dots where something was to be measured of dots: never a sum of nothing.
    fn cover(&self, request: &Aggregate, buckets: &mut [Bucket]) {
        let Some(entity) = self.shown.entity(&request.entity) else { return };
        for (n, _) in request.measures.iter().enumerate().filter(|(_, m)| m.is_masked(entity)) {
            for value in buckets.iter_mut().filter_map(|bucket| bucket.values.get_mut(n)) {
                *value = Summary::Masked;
            }
        }
    }

    /// How many living records link to `record`, by entity and link field.
    ///
    /// # Errors
    /// As [`Session::list`].
    pub fn related_counts(&self, record: &RecordRef) -> Result<RelatedCounts> {
        self.demand(Right::Read, &record.entity)?;
        let mut counts = RelatedCounts::new();
        for (from, field) in self.shown.incoming(&record.entity) {
            // Nobody asked for those: leaving them out is no refusal to be noted.
            if decide(self.actor().person(), Right::Read, from) == Decision::Allow {
                let count = self.store.count_links(from, field, record)?;
                counts.insert((from.name.clone(), field.name.clone()), count);
            }
        }
        Ok(counts)
    }

    /// The life of a record, newest first.
    ///
    /// # Errors
    /// As [`Session::list`].
    pub fn timeline(&self, record: &RecordRef, limit: usize) -> Result<Timeline> {
        self.demand(Right::Read, &record.entity)?;
        if !self.sees(record)? {
            return Ok(Timeline::default());
        }
        let moment = self.moment();
        self.store.limited(|| {
            let mut asked = limit;
            // Changes that the person does not see make no gaps: more is read until there is enough.
            loop {
                let found = self.store.timeline(&self.shown, &moment, record, asked)?;
                let whole = found.len() < asked;
                let mut items = Vec::with_capacity(found.len());
                for item in found {
                    match item {
                        TimelineItem::Change(entry) => {
                            items.extend(self.seen_of(entry)?.map(TimelineItem::Change));
                        }
                        activity @ TimelineItem::Activity(_) => items.push(activity),
                    }
                }
                if whole || items.len() >= limit {
                    items.truncate(limit);
                    return Ok(Timeline { items });
                }
                asked *= 4;
            }
        })
    }

    /// History, newest first: of a record, or of what was done; the work of others for whom may see the
    /// audit log.
    ///
    /// # Errors
    /// As [`Session::list`].
    pub fn history(&self, request: &HistoryRequest) -> Result<Vec<Entry>> {
        self.ready()?;
        let limit = if request.limit == 0 { 50 } else { request.limit };
        if let Some(record) = &request.record {
            self.demand(Right::Read, &record.entity)?;
            if !self.sees(record)? {
                return Ok(Vec::new());
            }
        }
        self.store.limited(|| {
            let mut seen = Vec::new();
            let mut before = request.before;
            loop {
                let entries = if let Some(record) = &request.record {
                    self.store.record_history(record, before, limit)?
                } else {
                    let mine = request.mine || !self.may(Special::Audit);
                    self.store.operations(before, mine.then_some(self.actor.0.user), limit)?
                };
                let whole = entries.len() < limit;
                before = entries.last().map(|(number, _)| *number);
                for (_, entry) in entries {
                    seen.extend(self.told(entry, request.record.is_none())?);
                }
                // What the person does not see makes no gaps: more is read until there is enough.
                if whole || seen.len() >= limit {
                    seen.truncate(limit);
                    return Ok(seen);
                }
            }
        })
    }

    /// What is told of an entry: of what was done (`whole`) always something, of the history of a record
    /// what the person sees.
    fn told(&self, mut entry: Entry, whole: bool) -> Result<Option<Entry>> {
        // What others did stands there for whom sees what it was done to, be it one record of many.
        if whole
            && !self.store.is_operation_of(entry.change_set, self.actor.0.user)?
            && !self.sees_any_of(entry.change_set)?
        {
            return Ok(None);
        }
        // An act of one's own stands in the list, whatever is seen of its first record now.
        if whole && !self.sees_record_of(&entry)? {
            entry.fields.clear();
            entry.record = None;
        }
        // How many others it touched is for whom may see what others did.
        if !whole
            && !self.may(Special::Audit)
            && !self.store.is_operation_of(entry.change_set, self.actor.0.user)?
        {
            entry.records = 1;
        }
        entry.records = self.told_records(entry.change_set, entry.records)?;
        let bare = Entry { fields: Vec::new(), ..entry.clone() };
        Ok(match self.seen_of(entry)? {
            None if whole => Some(bare),
            seen => seen,
        })
    }

    /// Whether the person sees a record, put away as it may be.
    pub(super) fn sees(&self, record: &RecordRef) -> Result<bool> {
        match self.shown.entity(&record.entity) {
            Some(entity) => self.store.sees(entity, record.id),
            None => Ok(false),
        }
    }

    /// Whether the person sees a record that an operation was about; administrators all there was.
    pub(super) fn sees_any_of(&self, operation: i64) -> Result<bool> {
        if self.actor.0.is_administrator() {
            return Ok(true);
        }
        let records = self.store.records_of(operation, LOOKED_AT)?;
        for record in &records {
            if self.sees(record)? {
                return Ok(true);
            }
        }
        // A change of the schema is about no record.
        Ok(records.is_empty())
    }

    fn sees_record_of(&self, entry: &Entry) -> Result<bool> {
        match &entry.record {
            Some(record) => self.sees(record),
            None => Ok(true),
        }
    }

    /// What the person sees of an entry: no hidden fields, dots for masked ones, links with their titles.
    /// None where nothing is left of it.
    fn seen_of(&self, mut entry: Entry) -> Result<Option<Entry>> {
        let of = entry.record.as_ref().and_then(|record| self.catalog.entity(&record.entity));
        if let Some(entity) = of
            && !entry.fields.is_empty()
        {
            entry.fields.retain_mut(|field| {
                let access = entity
                    .field(&field.field)
                    .map_or(FieldAccess::Read, |known| self.access(entity, known));
                if access == FieldAccess::Masked {
                    mask(&mut field.before);
                    mask(&mut field.after);
                    // From filled to filled otherwise is nothing that can be seen.
                    return field.before != field.after;
                }
                access > FieldAccess::Hidden
            });
            if entry.fields.is_empty() {
                return Ok(None);
            }
        }
        self.entitle(&mut entry)?;
        Ok(Some(entry))
    }

    /// Fills in the titles of links in history.
    fn entitle(&self, entry: &mut Entry) -> Result<()> {
        for field in &mut entry.fields {
            for value in [&mut field.before, &mut field.after] {
                for link in value.links_mut() {
                    link.title =
                        self.store.title(&self.shown, &link.entity, link.id)?.unwrap_or_default();
                }
            }
        }
        Ok(())
    }

    /// The title of a record; none where there is no such record.
    ///
    /// # Errors
    /// As [`Session::list`].
    pub fn title(&self, record: &RecordRef) -> Result<Option<String>> {
        self.demand(Right::Read, &record.entity)?;
        self.store.title(&self.shown, &record.entity, record.id)
    }

    /// For each key the living record of `entity` whose `field` equals it: what an import matches by.
    /// Titles match however they are accented. Several records with one key count as the first.
    ///
    /// # Errors
    /// As [`Session::list`]; an unknown field.
    pub fn lookup_keys(
        &self,
        entity: &str,
        field: &str,
        keys: &[String],
    ) -> Result<Vec<Option<RecordId>>> {
        let found = self.lookup_all(entity, field, keys, 1)?;
        Ok(found.into_iter().map(|ids| ids.first().copied()).collect())
    }

    /// As [`Session::lookup_keys`], with all records of a key, at most `limit` of each.
    ///
    /// # Errors
    /// As [`Session::lookup_keys`].
    pub fn lookup_all(
        &self,
        entity: &str,
        field: &str,
        keys: &[String],
        limit: usize,
    ) -> Result<Vec<Vec<RecordId>>> {
        let entity = self.entity(entity)?;
        self.demand(Right::Read, &entity.name)?;
        let field = entity.field(field).ok_or_else(|| GateError::NotFound {
            what: phrase!("{entity} has no field {field}", entity = entity.told(), field = field),
            hint: super::plan::near(entity, field),
        })?;
        keys.iter()
            .map(|key| {
                if field.name == entity.title {
                    self.store.titled(entity, key, limit)
                } else {
                    self.store.matching(entity, field, &key_value(field, key), limit)
                }
            })
            .collect()
    }
}

/// Dots in place of what is there.
pub(super) fn mask(value: &mut Value) {
    if !value.is_null() {
        *value = Value::from(MASK);
    }
}

/// The value that a key stands for in a field.
fn key_value(field: &Field, key: &str) -> Value {
    match field.kind {
        FieldType::Email | FieldType::Phone | FieldType::Url => {
            let value = key.to_owned();
            Value::Points(vec![ContactPoint { label: String::new(), value, raw: None }])
        }
        FieldType::Integer => key.parse().map_or(Value::Null, Value::Int),
        _ => Value::from(key),
    }
}
