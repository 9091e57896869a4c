//! What a session can be asked: records, lists, search, counts, history.
//!
//! Every question passes the policy first: the right to read, and the scope as a further condition.

use super::error::{GateError, Result};
use super::read::{
    Aggregate, Bucket, Count, Entry, Groups, HistoryRequest, Hit, ListRequest, Page, RelatedCounts,
    SearchRequest, Timeline,
};
use super::session::Session;
use super::store::rows::Projection;
use super::store::search::{Finder, Narrow};
use crate::model::phrase;
use crate::model::{ContactPoint, Link, Record, RecordId, RecordRef, Value};
use crate::policy::{Decision, Right, decide};
use crate::query::{Moment, Query, SortKey, parse_sort};
use crate::schema::{Entity, Field, FieldType};

/// So many owners of one phone number or address are told.
const MOST_WHO: usize = 50;

impl Session {
    /// One record with all its fields, computed ones included. Deleted records too.
    ///
    /// # Errors
    /// [`GateError::NotFound`].
    pub fn get(&self, record: &RecordRef) -> Result<Record> {
        let entity = self.entity(&record.entity)?;
        self.demand(Right::Read, &entity.name)?;
        let moment = self.moment();
        let projection = Projection::new(&self.catalog, entity, &[], &moment);
        self.store.limited(|| self.store.record(&projection, record.id))?.ok_or_else(|| {
            GateError::NotFound {
                what: phrase!("there is no {record}", record = self.catalog.reference(record)),
                hint: Some(phrase!(
                    "`kontor find` looks for a {entity} by name",
                    entity = &entity.name
                )),
            }
        })
    }

    /// A part of a list.
    ///
    /// # Errors
    /// A denied right, a stopped or too slow query.
    pub fn list(&self, request: &ListRequest) -> Result<Page> {
        let entity = self.entity(&request.entity)?;
        self.demand(Right::Read, &entity.name)?;
        let scope = self.scope(entity)?;
        let moment = self.moment();
        let own_order;
        let sort = if request.sort.is_empty() {
            own_order = self.own_order(entity);
            &own_order
        } else {
            &request.sort
        };
        let listing = super::store::list::Listing {
            catalog: &self.catalog,
            entity,
            filters: request.filter.iter().chain(&scope).collect(),
            sort,
            fields: &request.fields,
            moment: &moment,
            deleted: request.deleted,
        };
        self.store.limited(|| self.store.page(&listing, &request.window, request.limit))
    }

    fn own_order(&self, entity: &Entity) -> Vec<SortKey> {
        parse_sort(&entity.sort, &self.catalog, &entity.name).unwrap_or_default()
    }

    /// How many records there are; counting stops at `cap`.
    ///
    /// # Errors
    /// As [`Session::list`].
    pub fn count(&self, entity: &str, filter: Option<&Query>, cap: Option<u64>) -> Result<Count> {
        let entity = self.entity(entity)?;
        self.demand(Right::Read, &entity.name)?;
        let scope = self.scope(entity)?;
        let filters: Vec<&Query> = filter.into_iter().chain(&scope).collect();
        let moment = self.moment();
        self.store.limited(|| self.store.count(&self.catalog, entity, &filters, &moment, cap))
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
        let narrow = Narrow::to(&self.catalog, &request.filter, &moment);
        self.store.limited(|| {
            self.finder(&moment).search(request, &narrow).map_err(|error| self.store.fault(error))
        })
    }

    fn finder<'a>(&'a self, moment: &'a Moment) -> Finder<'a> {
        Finder {
            conn: &self.store.conn,
            catalog: &self.catalog,
            moment,
            vocabulary: &self.vocabulary,
        }
    }

    /// Who has this phone number, mail address or url, however it was typed.
    ///
    /// # Errors
    /// As [`Session::list`].
    pub fn who(&self, text: &str) -> Result<Vec<Hit>> {
        let moment = self.moment();
        self.store.limited(|| {
            self.finder(&moment).who(text, MOST_WHO).map_err(|error| self.store.fault(error))
        })
    }

    /// Loads the words that make typo and inside-a-word search quick in a long-lived process. Slow (a
    /// second at a million records): meant for a session of a background thread. Until it is done
    /// such searches take the slower way over the file.
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
        let entity = self.entity(&request.entity)?;
        self.demand(Right::Read, &entity.name)?;
        let scope = self.scope(entity)?;
        let filters: Vec<&Query> = request.filter.iter().chain(&scope).collect();
        let moment = self.moment();
        self.store
            .limited(|| self.store.aggregate(&self.catalog, entity, request, &filters, &moment))
    }

    /// As [`Session::aggregate`] for one grouping; of more than `most` groups the largest.
    ///
    /// # Errors
    /// As [`Session::list`].
    pub fn groups(&self, request: &Aggregate, most: usize) -> Result<Groups> {
        let entity = self.entity(&request.entity)?;
        self.demand(Right::Read, &entity.name)?;
        let scope = self.scope(entity)?;
        let filters: Vec<&Query> = request.filter.iter().chain(&scope).collect();
        let moment = self.moment();
        self.store.limited(|| {
            self.store.groups(&self.catalog, (entity, request), &filters, &moment, most)
        })
    }

    /// How many living records link to `record`, by entity and link field.
    ///
    /// # Errors
    /// As [`Session::list`].
    pub fn related_counts(&self, record: &RecordRef) -> Result<RelatedCounts> {
        self.demand(Right::Read, &record.entity)?;
        let mut counts = RelatedCounts::new();
        for (from, field) in self.catalog.incoming(&record.entity) {
            // Nobody asked for those: leaving them out is no refusal to be noted.
            if decide(self.actor().person(), Right::Read, &from.name) == Decision::Allow {
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
        let moment = self.moment();
        self.store.limited(|| {
            let mut items = self.store.timeline(&self.catalog, &moment, record, limit)?;
            for item in &mut items {
                if let super::read::TimelineItem::Change(entry) = item {
                    self.entitle(entry)?;
                }
            }
            Ok(Timeline { items })
        })
    }

    /// History, newest first.
    ///
    /// # Errors
    /// As [`Session::list`].
    pub fn history(&self, request: &HistoryRequest) -> Result<Vec<Entry>> {
        let limit = if request.limit == 0 { 50 } else { request.limit };
        self.store.limited(|| {
            let mut entries = if let Some(record) = &request.record {
                self.demand(Right::Read, &record.entity)?;
                self.store.record_history(record, request.before, limit)?
            } else {
                let actor = request.mine.then_some(self.actor.0.user);
                self.store.operations(request.before, actor, limit)?
            };
            for entry in &mut entries {
                self.entitle(entry)?;
            }
            Ok(entries)
        })
    }

    /// Fills in the titles of links in history.
    fn entitle(&self, entry: &mut Entry) -> Result<()> {
        for field in &mut entry.fields {
            for value in [&mut field.before, &mut field.after] {
                let links: &mut [Link] = match value {
                    Value::Link(link) => std::slice::from_mut(link),
                    Value::Links(links) => links,
                    _ => continue,
                };
                for link in links {
                    link.title =
                        self.store.title(&self.catalog, &link.entity, link.id)?.unwrap_or_default();
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
        self.store.title(&self.catalog, &record.entity, record.id)
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
        let entity = self.entity(entity)?;
        self.demand(Right::Read, &entity.name)?;
        let field = entity.field(field).ok_or_else(|| GateError::NotFound {
            what: phrase!("{entity} has no field {field}", entity = &entity.name, field = field),
            hint: super::plan::near(entity, field),
        })?;
        keys.iter()
            .map(|key| {
                let found = if field.name == entity.title {
                    self.store.titled(entity, key, 1)?
                } else {
                    self.store.matching(entity, field, &key_value(field, key), 1)?
                };
                Ok(found.first().copied())
            })
            .collect()
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
