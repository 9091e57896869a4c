//! Counting, and sums and means in groups.

mod measure;

use crate::model::phrase;
use rusqlite::params_from_iter;
use rusqlite::types::Value as Sql;

use self::measure::{Running, currency_column, measure_sql};
use super::layout::quoted;
use super::list::conditions;
use super::{Store, codec, compile};
use crate::gate::error::{GateError, Result};
use crate::gate::read::{Aggregate, Bucket, Count, GroupBy, Groups};
use crate::model::{Link, RecordId, RecordRef, Value};
use crate::query::{Moment, Query};
use crate::schema::{Catalog, Entity, Field, FieldResult, FieldType};

/// Which groups are wanted.
enum Which {
    /// All.
    All,
    /// All, unless there are more than so many.
    UpTo(usize),
    /// Those with these keys.
    These(Vec<Sql>),
}

/// An aggregate that is asked for, and what it is asked of.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// The catalogue.
    pub catalog: &'a Catalog,
    /// The entity.
    pub entity: &'a Entity,
    /// What is asked.
    pub request: &'a Aggregate,
    /// The moment it is asked at.
    pub moment: &'a Moment,
}

impl Asked<'_> {
    fn conditions(&self) -> (String, Vec<Sql>) {
        let filters: Vec<&Query> = self.request.filter.iter().collect();
        conditions(self.catalog, &filters, self.moment, false)
    }
}

impl Store {
    /// Counts the records that satisfy all filters; stops at `cap`.
    pub fn count(
        &self,
        catalog: &Catalog,
        entity: &Entity,
        filters: &[&Query],
        moment: &Moment,
        cap: Option<u64>,
    ) -> Result<Count> {
        let (condition, mut params) = conditions(catalog, filters, moment, false);
        let table = quoted(&entity.sql_table());
        let sql = match cap {
            None => format!("SELECT count(*) FROM {table} a WHERE {condition}"),
            Some(cap) => {
                params.push(Sql::Integer(cap as i64));
                format!("SELECT count(*) FROM (SELECT 1 FROM {table} a WHERE {condition} LIMIT ?)")
            }
        };
        let found: i64 = self
            .conn
            .prepare_cached(&sql)
            .and_then(|mut statement| statement.query_row(params_from_iter(params), |r| r.get(0)))
            .map_err(|error| self.fault(error))?;
        let found = found as u64;
        Ok(if cap == Some(found) { Count::AtLeast(found) } else { Count::Exactly(found) })
    }

    /// How many living records link to `record` through the link field `field` of `from`.
    pub fn count_links(&self, from: &Entity, field: &Field, record: &RecordRef) -> Result<u64> {
        let table = quoted(&from.sql_table());
        let (sql, params) = if matches!(field.kind, FieldType::Links { .. }) {
            (
                format!(
                    "SELECT count(*) FROM _link k JOIN {table} a ON a.id = k.source
                     WHERE k.field = ? AND k.target = ? AND a.deleted_at IS NULL"
                ),
                vec![Sql::Text(format!("{}.{}", from.name, field.name)), Sql::Integer(record.id.0)],
            )
        } else {
            (
                format!(
                    "SELECT count(*) FROM {table} WHERE {} = ? AND deleted_at IS NULL",
                    quoted(&field.sql_column())
                ),
                vec![Sql::Integer(record.id.0)],
            )
        };
        self.conn
            .prepare_cached(&sql)
            .and_then(|mut statement| {
                statement.query_row(params_from_iter(params), |row| row.get::<_, i64>(0))
            })
            .map(|found| found as u64)
            .map_err(|error| self.fault(error))
    }

    /// Counts, sums and means in groups, in the order of the groups.
    pub fn aggregate(&self, asked: &Asked<'_>) -> Result<Vec<Bucket>> {
        Ok(self.aggregate_of(asked, &Which::All)?.unwrap_or_default())
    }

    /// As [`Store::aggregate`] for one grouping; of more than `most` groups the largest.
    pub fn groups(&self, asked: &Asked<'_>, most: usize) -> Result<Groups> {
        let few = Which::UpTo(most);
        let probed = self.has_more_links(asked, most)?;
        if !probed && let Some(buckets) = self.aggregate_of(asked, &few)? {
            let all = buckets.len() as u64;
            return Ok(Groups { buckets, all });
        }
        let (keys, all) = self.largest(asked, most)?;
        let these = Which::These(keys);
        let buckets = self.aggregate_of(asked, &these)?;
        Ok(Groups { buckets: buckets.unwrap_or_default(), all })
    }

    /// Whether a link leads to more than `most` records: where it does, the index on it tells at once.
    fn has_more_links(&self, asked: &Asked<'_>, most: usize) -> Result<bool> {
        let Asked { entity, request, .. } = *asked;
        let [GroupBy::Field(name)] = request.group.as_slice() else { return Ok(false) };
        let Some(field) = entity.field(name).filter(|f| matches!(f.kind, FieldType::Link { .. }))
        else {
            return Ok(false);
        };
        let (condition, mut params) = asked.conditions();
        params.push(Sql::Integer(most as i64 + 1));
        let column = format!("a.{}", quoted(&field.sql_column()));
        let sql = format!(
            "SELECT count(*) FROM (SELECT DISTINCT {column} FROM {} a
             WHERE {condition} AND {column} IS NOT NULL LIMIT ?)",
            quoted(&entity.sql_table()),
        );
        self.conn
            .prepare_cached(&sql)
            .and_then(|mut statement| {
                statement.query_row(params_from_iter(params), |row| row.get::<_, i64>(0))
            })
            .map(|found| found > most as i64)
            .map_err(|error| self.fault(error))
    }

    /// The keys of the groups with the most records, and how many groups there are.
    fn largest(&self, asked: &Asked<'_>, most: usize) -> Result<(Vec<Sql>, u64)> {
        let Asked { catalog, entity, request, moment } = *asked;
        let Some(group) = request.group.first() else { return Ok((Vec::new(), 0)) };
        let (key, mut params) = group_sql(catalog, entity, group, moment)?;
        let (condition, more) = asked.conditions();
        params.extend(more);
        params.push(Sql::Integer(most as i64));
        let sql = format!(
            "SELECT k, count(*) OVER () FROM (SELECT {key} AS k, count(*) AS n FROM {} a
             WHERE {condition} GROUP BY 1) ORDER BY n DESC, k LIMIT ?",
            quoted(&entity.sql_table()),
        );
        let mut statement = self.conn.prepare_cached(&sql).map_err(|error| self.fault(error))?;
        let mut rows = statement.query(params_from_iter(params)).map_err(|e| self.fault(e))?;
        let (mut keys, mut all) = (Vec::new(), 0);
        while let Some(row) = rows.next().map_err(|error| self.fault(error))? {
            keys.push(row.get(0).map_err(|error| self.fault(error))?);
            all = row.get::<_, i64>(1).map_err(|error| self.fault(error))? as u64;
        }
        Ok((keys, all))
    }

    /// The groups that are wanted; none where there are more than that.
    fn aggregate_of(&self, asked: &Asked<'_>, which: &Which) -> Result<Option<Vec<Bucket>>> {
        let Asked { catalog, entity, request, moment } = *asked;
        let mut columns = Vec::new();
        let mut params: Vec<Sql> = Vec::new();
        for group in &request.group {
            let (sql, more) = group_sql(catalog, entity, group, moment)?;
            columns.push(sql);
            params.extend(more);
        }
        let groups = columns.len();
        // Amounts are summed apart by currency: each measured amount adds its currency to the grouping,
        // and the rows of one group are put together again below.
        let mut currencies: Vec<(usize, usize)> = Vec::new();
        for (index, measure) in request.measures.iter().enumerate() {
            if let Some(column) = currency_column(entity, measure) {
                let sql = format!("a.{}", quoted(&column));
                let at = columns.iter().position(|known| *known == sql).unwrap_or_else(|| {
                    columns.push(sql);
                    columns.len() - 1
                });
                currencies.push((index, at));
            }
        }
        let keys = columns.len();
        let mut starts = Vec::new();
        for measure in &request.measures {
            starts.push(columns.len());
            for (sql, more) in measure_sql(catalog, entity, measure, moment)? {
                columns.push(sql);
                params.extend(more);
            }
        }
        let (mut condition, more) = asked.conditions();
        params.extend(more);
        if let (Which::These(keys), Some(group)) = (which, request.group.first()) {
            let (key, more) = group_sql(catalog, entity, group, moment)?;
            let marks = vec!["?"; keys.len()].join(", ");
            // Nothing entered is a group too, and `IN` never finds it.
            let nothing = if keys.contains(&Sql::Null) { "IS NULL" } else { "IS NOT NULL AND 0" };
            condition = format!("{condition} AND ({key} IN ({marks}) OR {key} {nothing})");
            params.extend(more.iter().cloned());
            params.extend(keys.iter().cloned());
            params.extend(more);
        }
        let numbers: Vec<String> = (1..=keys).map(|number| number.to_string()).collect();
        let grouping = if keys == 0 {
            String::new()
        } else {
            format!(" GROUP BY {0} ORDER BY {0}", numbers.join(", "))
        };
        let sql = format!(
            "SELECT {} FROM {} a WHERE {condition}{grouping}",
            if columns.is_empty() { "1".to_owned() } else { columns.join(", ") },
            quoted(&entity.sql_table()),
        );
        let mut statement = self.conn.prepare_cached(&sql).map_err(|error| self.fault(error))?;
        let mut rows = statement.query(params_from_iter(params)).map_err(|e| self.fault(e))?;
        let mut buckets: Vec<(Vec<Sql>, Vec<Running>)> = Vec::new();
        while let Some(row) = rows.next().map_err(|error| self.fault(error))? {
            let key: Vec<Sql> = (0..groups)
                .map(|at| row.get(at))
                .collect::<rusqlite::Result<_>>()
                .map_err(|error| self.fault(error))?;
            // Rows of one group that differ in their currencies follow each other.
            if buckets.last().is_none_or(|(known, _)| *known != key) {
                if matches!(which, Which::UpTo(most) if buckets.len() == *most) {
                    return Ok(None);
                }
                buckets.push((key, vec![Running::default(); request.measures.len()]));
            }
            let at = buckets.len() - 1;
            for (index, measure) in request.measures.iter().enumerate() {
                let currency = currencies
                    .iter()
                    .find(|(known, _)| *known == index)
                    .and_then(|(_, at)| row.get_ref(*at).ok())
                    .and_then(|cell| cell.as_str().ok())
                    .and_then(|code| code.parse().ok());
                let cell = |offset: usize| row.get_ref(starts[index] + offset);
                buckets[at].1[index]
                    .add(entity, measure, currency, cell)
                    .map_err(|error| self.fault(error))?;
            }
        }
        let mut result = Vec::with_capacity(buckets.len());
        for (key, running) in buckets {
            let mut values = Vec::with_capacity(key.len());
            for (cell, group) in key.into_iter().zip(&request.group) {
                values.push(self.group_value(catalog, entity, group, cell)?);
            }
            let summaries = running
                .into_iter()
                .zip(&request.measures)
                .map(|(running, measure)| running.finish(measure))
                .collect();
            result.push(Bucket { key: values, values: summaries });
        }
        Ok(Some(result))
    }

    fn group_value(
        &self,
        catalog: &Catalog,
        entity: &Entity,
        group: &GroupBy,
        cell: Sql,
    ) -> Result<Value> {
        let GroupBy::Field(name) = group else {
            return Ok(match cell {
                Sql::Text(text) => Value::Text(text),
                _ => Value::Null,
            });
        };
        let kind = entity.field(name).map(|field| &field.kind);
        Ok(match (cell, kind) {
            (Sql::Integer(id), Some(FieldType::Link { to })) => {
                let mut link = Link::new(to, RecordId(id));
                link.title = self.title(catalog, to, RecordId(id))?.unwrap_or_default();
                Value::Link(link)
            }
            (Sql::Integer(value), Some(FieldType::Boolean)) => Value::Bool(value != 0),
            (Sql::Integer(value), Some(FieldType::Decimal | FieldType::Percent)) => {
                Value::Decimal(codec::unscaled(value))
            }
            (Sql::Integer(value), _) => Value::Int(value),
            (Sql::Text(text), _) => Value::Text(text),
            _ => Value::Null,
        })
    }
}

fn unknown(entity: &Entity, name: &str) -> GateError {
    GateError::NotFound {
        what: phrase!("{entity} has no field {field}", entity = entity.told(), field = name),
        hint: None,
    }
}

fn group_sql(
    catalog: &Catalog,
    entity: &Entity,
    group: &GroupBy,
    moment: &Moment,
) -> Result<(String, Vec<Sql>)> {
    let (GroupBy::Field(name) | GroupBy::Month(name) | GroupBy::Quarter(name)) = group;
    let field = entity.field(name).ok_or_else(|| unknown(entity, name))?;
    let fragment = compile::field(catalog, entity, field, moment, "a");
    let day = if is_instant(field) {
        // Months of instants are those of the zone at the present offset: good to the hour around a
        // change of the clocks.
        let seconds = local_seconds(moment);
        format!("strftime('%Y-%m-%d', {} / 1000 + {seconds}, 'unixepoch')", fragment.sql)
    } else {
        fragment.sql.clone()
    };
    Ok(match group {
        GroupBy::Field(_) => (fragment.sql, fragment.params),
        GroupBy::Month(_) => (format!("substr({day}, 1, 7)"), fragment.params),
        GroupBy::Quarter(_) => {
            let mut params = fragment.params.clone();
            params.extend(fragment.params);
            (
                format!(
                    "substr({day}, 1, 4) || '-Q' || ((CAST(substr({day}, 6, 2) AS INTEGER) + 2) / 3)"
                ),
                params,
            )
        }
    })
}

/// How far the zone is ahead of UTC at present.
fn local_seconds(moment: &Moment) -> i32 {
    let here = moment.now.with_timezone(&moment.zone);
    chrono::Offset::fix(here.offset()).local_minus_utc()
}

fn is_instant(field: &Field) -> bool {
    matches!(
        field.kind,
        FieldType::DateTime
            | FieldType::Formula { result: FieldResult::DateTime, .. }
            | FieldType::RollUp { result: FieldResult::DateTime, .. }
    )
}

fn is_money(field: &Field) -> bool {
    matches!(
        field.kind,
        FieldType::Money
            | FieldType::Formula { result: FieldResult::Money, .. }
            | FieldType::RollUp { result: FieldResult::Money, .. }
    )
}

/// True where the column holds a number scaled by `10^SCALE`.
fn is_scaled(field: &Field) -> bool {
    is_money(field)
        || matches!(
            field.kind,
            FieldType::Decimal
                | FieldType::Percent
                | FieldType::Formula { result: FieldResult::Decimal | FieldResult::Percent, .. }
                | FieldType::RollUp { result: FieldResult::Decimal | FieldResult::Percent, .. }
        )
}
