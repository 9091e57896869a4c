//! Reading records: which columns, and what they mean.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use rusqlite::types::Value as Sql;
use rusqlite::{OptionalExtension, Row, params_from_iter};

use super::compile;
use super::layout::{quoted, unveiled};
use super::{Store, codec};
use crate::gate::error::Result;
use crate::model::{Link, Meta, Name, Record, RecordId, Value};
use crate::query::Moment;
use crate::schema::{Catalog, Entity, Field, FieldResult, FieldType};

/// The columns of a query, and how to make records of its rows.
pub struct Projection<'a> {
    entity: &'a Entity,
    catalog: &'a Catalog,
    stored: Vec<(&'a Field, usize)>,
    computed: Vec<(&'a Field, FieldResult, usize, Option<usize>)>,
    many: Vec<&'a Field>,
    /// What is in force whoever asks: what a write needs to know.
    unveiled: bool,
    /// The select list; the row's number is its first column.
    pub sql: String,
    /// Its parameters.
    pub params: Vec<Sql>,
    /// How many columns it has.
    pub width: usize,
}

/// The columns every record needs for its bookkeeping, in this order after the number.
const META: &str =
    "a.id, a.version, a.created_at, a.created_by, a.updated_at, a.updated_by, a.deleted_at";
const META_WIDTH: usize = 7;

impl<'a> Projection<'a> {
    /// The columns of the named fields of `entity` (of all where none are named).
    pub fn new(catalog: &'a Catalog, entity: &'a Entity, names: &[Name], moment: &Moment) -> Self {
        let wanted: Vec<&Field> = if names.is_empty() {
            entity.fields.iter().collect()
        } else {
            names.iter().filter_map(|name| entity.field(name)).collect()
        };
        Self::of(catalog, entity, wanted, moment)
    }

    /// The columns of all fields that are stored.
    pub fn stored(catalog: &'a Catalog, entity: &'a Entity, moment: &Moment) -> Self {
        let wanted = entity.fields.iter().filter(|field| !field.kind.is_computed()).collect();
        Self::of(catalog, entity, wanted, moment)
    }

    /// The same as they stand in the file, whatever the person sees of them: what a write needs to know.
    pub fn unveiled(catalog: &'a Catalog, entity: &'a Entity, moment: &Moment) -> Self {
        Self { unveiled: true, ..Self::stored(catalog, entity, moment) }
    }

    /// The table it reads.
    fn table(&self) -> String {
        if self.unveiled { unveiled(self.entity) } else { quoted(&self.entity.sql_table()) }
    }

    fn of(
        catalog: &'a Catalog,
        entity: &'a Entity,
        wanted: Vec<&'a Field>,
        moment: &Moment,
    ) -> Self {
        let mut projection = Self {
            entity,
            catalog,
            stored: Vec::new(),
            computed: Vec::new(),
            many: Vec::new(),
            unveiled: false,
            sql: META.to_owned(),
            params: Vec::new(),
            width: META_WIDTH,
        };
        for field in wanted {
            match &field.kind {
                FieldType::Formula { result, .. } | FieldType::RollUp { result, .. } => {
                    let fragment = compile::field(catalog, entity, field, moment, "a");
                    let at = projection.push(&fragment.sql, fragment.params);
                    let currency = (*result == FieldResult::Money)
                        .then(|| compile::currency(catalog, entity, field, moment, "a"))
                        .flatten()
                        .map(|currency| projection.push(&currency.sql, currency.params));
                    projection.computed.push((field, *result, at, currency));
                }
                FieldType::Links { .. } => projection.many.push(field),
                _ => {
                    let at = projection.width;
                    for (column, _) in field.sql_columns() {
                        projection.push(&format!("a.{}", quoted(&column)), Vec::new());
                    }
                    projection.stored.push((field, at));
                }
            }
        }
        projection
    }

    /// Adds a column; returns its index.
    pub fn push(&mut self, sql: &str, params: Vec<Sql>) -> usize {
        self.sql.push_str(", ");
        self.sql.push_str(sql);
        self.params.extend(params);
        self.width += 1;
        self.width - 1
    }

    /// Makes a record of a row. Titles of links and links to several records are filled by
    /// [`Store::complete`].
    pub fn record(&self, row: &Row<'_>) -> rusqlite::Result<Record> {
        let mut fields = BTreeMap::new();
        for (field, at) in &self.stored {
            let value = codec::from_columns(field, row, *at)?;
            if !value.is_null() {
                fields.insert(field.name.clone(), value);
            }
        }
        for (field, result, at, currency) in &self.computed {
            let currency = match currency {
                Some(at) => row.get_ref(*at)?.as_str_or_null().ok().flatten(),
                None => None,
            };
            let currency = currency
                .and_then(|code| code.parse().ok())
                .unwrap_or(self.catalog.company.currency);
            let value = codec::from_computed(*result, row.get_ref(*at)?, Some(currency));
            if !value.is_null() {
                fields.insert(field.name.clone(), value);
            }
        }
        record_of(self.entity, row, fields)
    }
}

/// The record of a row that begins with [`META`].
fn record_of(
    entity: &Entity,
    row: &Row<'_>,
    fields: BTreeMap<Name, Value>,
) -> rusqlite::Result<Record> {
    let user = |at: usize| -> rusqlite::Result<Option<Link>> {
        Ok(row.get::<_, Option<i64>>(at)?.map(|id| Link::new("user", RecordId(id))))
    };
    let instant = |at: usize| -> rusqlite::Result<Option<_>> {
        Ok(row.get::<_, Option<i64>>(at)?.and_then(chrono::DateTime::from_timestamp_millis))
    };
    Ok(Record {
        entity: entity.name.clone(),
        id: RecordId(row.get(0)?),
        meta: Meta {
            version: row.get(1)?,
            created_at: instant(2)?.unwrap_or_default(),
            created_by: user(3)?,
            updated_at: instant(4)?.unwrap_or_default(),
            updated_by: user(5)?,
            deleted_at: instant(6)?,
        },
        fields,
    })
}

/// Titles of linked records that were read already.
pub type Titles = HashMap<(Name, i64), String>;

/// How the stored fields of an entity are read, made once: a bulk write reads a million records so.
pub(super) struct Stands {
    /// The statement that reads one record by its number.
    sql: String,
    /// The fields that have columns, with their place in the entity and the first column.
    places: Vec<(usize, Name, usize)>,
    /// The fields that link to several records: name, key and target.
    many: Vec<(Name, String, Name)>,
}

impl Stands {
    fn of(catalog: &Catalog, entity: &Entity, moment: &Moment) -> Self {
        let projection = Projection::unveiled(catalog, entity, moment);
        let sql = format!("SELECT {} FROM {} a WHERE a.id = ?", projection.sql, projection.table());
        let place = |field: &Field| entity.place(&field.name);
        let stored = projection.stored.iter();
        let many = projection.many.iter().filter_map(|field| match &field.kind {
            FieldType::Links { to } => {
                Some((field.name.clone(), format!("{}.{}", entity.name, field.name), to.clone()))
            }
            _ => None,
        });
        Self {
            sql,
            places: stored
                .filter_map(|(field, at)| Some((place(field)?, field.name.clone(), *at)))
                .collect(),
            many: many.collect(),
        }
    }
}

impl Store {
    /// One record with all its stored fields, living or deleted, as it stands in the file, whatever the person
    /// sees of it: what a write needs to know. Links have no titles.
    pub fn as_stored(
        &self,
        catalog: &Catalog,
        moment: &Moment,
        entity: &Entity,
        id: RecordId,
    ) -> Result<Option<Record>> {
        let known = self.standing.borrow().get(entity.name.as_str()).cloned();
        let how = match known {
            Some(how) => how,
            None => {
                let how = Arc::new(Stands::of(catalog, entity, moment));
                self.standing.borrow_mut().insert(entity.name.to_string(), Arc::clone(&how));
                how
            }
        };
        let read = |row: &Row<'_>| -> rusqlite::Result<Record> {
            let mut fields = BTreeMap::new();
            for (place, name, at) in &how.places {
                let field = entity.fields.get(*place).filter(|field| field.name == *name);
                let Some(field) = field.or_else(|| entity.field(name)) else { continue };
                let value = codec::from_columns(field, row, *at)?;
                if !value.is_null() {
                    fields.insert(name.clone(), value);
                }
            }
            record_of(entity, row, fields)
        };
        let found = self
            .conn
            .prepare_cached(&how.sql)
            .and_then(|mut statement| statement.query_row([id.0], read).optional())
            .map_err(|error| self.fault(error))?;
        let Some(mut record) = found else { return Ok(None) };
        for (field, key, to) in &how.many {
            let links = self.all_targets(key, id)?;
            if !links.is_empty() {
                let links = links.into_iter().map(|id| Link::new(to, id)).collect();
                record.fields.insert(field.clone(), Value::Links(links));
            }
        }
        Ok(Some(record))
    }

    /// The same, with the titles of links; `titles` keeps those that were read.
    pub fn as_stored_titled(
        &self,
        catalog: &Catalog,
        moment: &Moment,
        (entity, id): (&Entity, RecordId),
        titles: &mut Titles,
    ) -> Result<Option<Record>> {
        let Some(record) = self.as_stored(catalog, moment, entity, id)? else { return Ok(None) };
        let mut one = [record];
        self.entitle_from(catalog, &mut one, titles)?;
        let [record] = one;
        Ok(Some(record))
    }

    /// One record, living or deleted.
    pub fn record(&self, projection: &Projection<'_>, id: RecordId) -> Result<Option<Record>> {
        let sql = format!("SELECT {} FROM {} a WHERE a.id = ?", projection.sql, projection.table());
        let params = projection.params.iter().cloned().chain([Sql::Integer(id.0)]);
        let found = self
            .conn
            .prepare_cached(&sql)
            .and_then(|mut statement| {
                statement
                    .query_row(params_from_iter(params), |row| projection.record(row))
                    .optional()
            })
            .map_err(|error| self.fault(error))?;
        let Some(record) = found else { return Ok(None) };
        let mut one = [record];
        self.complete(projection, &mut one)?;
        let [record] = one;
        Ok(Some(record))
    }

    /// Fills in what the rows alone do not say: links to several records, and titles of links.
    pub fn complete(&self, projection: &Projection<'_>, records: &mut [Record]) -> Result<()> {
        for field in &projection.many {
            let FieldType::Links { to } = &field.kind else { continue };
            let key = format!("{}.{}", projection.entity.name, field.name);
            for record in &mut *records {
                let links = if projection.unveiled {
                    self.all_targets(&key, record.id)?
                } else {
                    self.targets(&key, record.id)?
                };
                if !links.is_empty() {
                    let links = links.into_iter().map(|id| Link::new(to, id)).collect();
                    record.fields.insert(field.name.clone(), Value::Links(links));
                }
            }
        }
        self.entitle(projection.catalog, records)
    }

    /// The targets of a links-many field, as far as the person sees them.
    pub fn targets(&self, key: &str, source: RecordId) -> Result<Vec<RecordId>> {
        self.ids(
            "SELECT target FROM _link WHERE field = ? AND source = ? ORDER BY target",
            vec![Sql::Text(key.to_owned()), Sql::Integer(source.0)],
        )
    }

    /// The targets of a links-many field, as they stand in the file.
    pub fn all_targets(&self, key: &str, source: RecordId) -> Result<Vec<RecordId>> {
        self.ids(
            "SELECT target FROM main._link WHERE field = ? AND source = ? ORDER BY target",
            vec![Sql::Text(key.to_owned()), Sql::Integer(source.0)],
        )
    }

    /// Fills in the titles of all links of the records, with one look-up per linked record.
    pub fn entitle(&self, catalog: &Catalog, records: &mut [Record]) -> Result<()> {
        self.entitle_from(catalog, records, &mut Titles::new())
    }

    fn entitle_from(
        &self,
        catalog: &Catalog,
        records: &mut [Record],
        titles: &mut Titles,
    ) -> Result<()> {
        for record in records {
            let meta = [&mut record.meta.created_by, &mut record.meta.updated_by];
            let links = meta
                .into_iter()
                .flatten()
                .chain(record.fields.values_mut().flat_map(Value::links_mut));
            for link in links {
                let key = (link.entity.clone(), link.id.0);
                if let Some(title) = titles.get(&key) {
                    link.title.clone_from(title);
                    continue;
                }
                let title = self.title(catalog, &link.entity, link.id)?.unwrap_or_default();
                link.title.clone_from(&title);
                titles.insert(key, title);
            }
        }
        Ok(())
    }

    /// The title of a record.
    pub fn title(&self, catalog: &Catalog, entity: &str, id: RecordId) -> Result<Option<String>> {
        let Some(entity) = catalog.entity(entity) else { return Ok(None) };
        let sql = format!(
            "SELECT {} FROM {} WHERE id = ?",
            quoted(&entity.title_field().sql_column()),
            quoted(&entity.sql_table())
        );
        self.conn
            .prepare_cached(&sql)
            .and_then(|mut statement| {
                statement.query_row([id.0], |row| row.get::<_, Option<String>>(0)).optional()
            })
            .map(Option::flatten)
            .map_err(|error| self.fault(error))
    }

    /// Whether there is a living record of that number.
    pub fn exists(&self, catalog: &Catalog, entity: &str, id: RecordId) -> Result<bool> {
        let Some(entity) = catalog.entity(entity) else { return Ok(false) };
        self.conn
            .prepare_cached(&format!(
                "SELECT 1 FROM {} WHERE id = ? AND deleted_at IS NULL",
                quoted(&entity.sql_table())
            ))
            .and_then(|mut statement| statement.exists([id.0]))
            .map_err(|error| self.fault(error))
    }

    /// Living records whose stored field equals `value` (by its first column), at most `limit`, as far as
    /// the person sees them.
    pub fn matching(
        &self,
        entity: &Entity,
        field: &Field,
        value: &Value,
        limit: usize,
    ) -> Result<Vec<RecordId>> {
        self.matching_in("", entity, field, value, limit)
    }

    /// Whether the person sees a record, living or deleted.
    pub fn sees(&self, entity: &Entity, id: RecordId) -> Result<bool> {
        self.conn
            .prepare_cached(&format!("SELECT 1 FROM {} WHERE id = ?", quoted(&entity.sql_table())))
            .and_then(|mut statement| statement.exists([id.0]))
            .map_err(|error| self.fault(error))
    }

    /// Whether the person sees any record of an entity.
    pub fn any(&self, entity: &Entity) -> Result<bool> {
        self.conn
            .prepare_cached(&format!("SELECT 1 FROM {} LIMIT 1", quoted(&entity.sql_table())))
            .and_then(|mut statement| statement.exists([]))
            .map_err(|error| self.fault(error))
    }

    /// The records that have a value which each may have once. Whoever may not see a record cannot guess
    /// at it by what they may not enter: uniqueness holds among what a person sees. Users, teams and roles
    /// are unique among all.
    pub fn taken(&self, entity: &Entity, field: &Field, value: &Value) -> Result<Vec<RecordId>> {
        let place = if crate::policy::is_guarded(&entity.name) { "main." } else { "" };
        self.matching_in(place, entity, field, value, 2)
    }

    fn matching_in(
        &self,
        place: &str,
        entity: &Entity,
        field: &Field,
        value: &Value,
        limit: usize,
    ) -> Result<Vec<RecordId>> {
        if let Value::Points(points) = value {
            let key = format!("{}.{}", entity.name, field.name);
            let table = quoted(&entity.sql_table());
            let mut found = Vec::new();
            for point in points {
                let norm = super::side::norm(&point.value);
                found.extend(self.ids(
                    &format!(
                        "SELECT p.record FROM {place}_point p JOIN {place}{table} a ON a.id = p.record
                         WHERE p.norm = ? AND p.field = ? AND a.deleted_at IS NULL
                         ORDER BY p.record LIMIT ?"
                    ),
                    vec![
                        Sql::Text(norm.to_owned()),
                        Sql::Text(key.clone()),
                        Sql::Integer(limit as i64),
                    ],
                )?);
            }
            found.sort_unstable();
            found.dedup();
            return Ok(found);
        }
        let mut columns = Vec::new();
        codec::to_columns(field, value, &mut columns);
        let Some(first) = columns.into_iter().next() else { return Ok(Vec::new()) };
        let collation = match field.kind {
            FieldType::Text | FieldType::Serial { .. } => " COLLATE NOCASE",
            _ => "",
        };
        self.ids(
            &format!(
                "SELECT id FROM {place}{} WHERE {} = ?{collation} AND deleted_at IS NULL ORDER BY id LIMIT ?",
                quoted(&entity.sql_table()),
                quoted(&field.sql_column()),
            ),
            vec![first, Sql::Integer(limit as i64)],
        )
    }

    /// Living records whose title reads like `title`, however it is accented or capitalised.
    pub fn titled(&self, entity: &Entity, title: &str, limit: usize) -> Result<Vec<RecordId>> {
        self.ids(
            &format!(
                "SELECT id FROM {} WHERE sort_key = ? AND deleted_at IS NULL ORDER BY id LIMIT ?",
                quoted(&entity.sql_table()),
            ),
            vec![Sql::Text(crate::model::text::sort_key(title)), Sql::Integer(limit as i64)],
        )
    }

    /// The numbers that a query yields in its first column.
    pub fn ids(&self, sql: &str, params: Vec<Sql>) -> Result<Vec<RecordId>> {
        self.conn
            .prepare_cached(sql)
            .and_then(|mut statement| {
                statement
                    .query_map(params_from_iter(params), |row| row.get(0).map(RecordId))?
                    .collect()
            })
            .map_err(|error| self.fault(error))
    }
}
