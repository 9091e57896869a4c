//! Counting, and sums and means in groups.

use crate::model::phrase;
use std::cmp::Ordering;

use rusqlite::params_from_iter;
use rusqlite::types::{Value as Sql, ValueRef};
use rust_decimal::Decimal;

use super::layout::quoted;
use super::list::conditions;
use super::{Store, codec, compile};
use crate::gate::error::{GateError, Result};
use crate::gate::read::{Aggregate, Bucket, Count, GroupBy, Groups, Measure, Summary};
use crate::model::{Link, RecordId, RecordRef, SCALE, Value};
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
    pub fn aggregate(
        &self,
        catalog: &Catalog,
        entity: &Entity,
        request: &Aggregate,
        filters: &[&Query],
        moment: &Moment,
    ) -> Result<Vec<Bucket>> {
        Ok(self
            .aggregate_of(catalog, (entity, request), filters, moment, &Which::All)?
            .unwrap_or_default())
    }

    /// As [`Store::aggregate`] for one grouping; of more than `most` groups the largest.
    pub fn groups(
        &self,
        catalog: &Catalog,
        (entity, request): (&Entity, &Aggregate),
        filters: &[&Query],
        moment: &Moment,
        most: usize,
    ) -> Result<Groups> {
        let few = Which::UpTo(most);
        let probed = self.has_more_links(catalog, (entity, request), filters, moment, most)?;
        if !probed
            && let Some(buckets) =
                self.aggregate_of(catalog, (entity, request), filters, moment, &few)?
        {
            let all = buckets.len() as u64;
            return Ok(Groups { buckets, all });
        }
        let (keys, all) = self.largest(catalog, (entity, request), filters, moment, most)?;
        let these = Which::These(keys);
        let buckets = self.aggregate_of(catalog, (entity, request), filters, moment, &these)?;
        Ok(Groups { buckets: buckets.unwrap_or_default(), all })
    }

    /// Whether a link leads to more than `most` records: where it does, the index on it tells at once.
    fn has_more_links(
        &self,
        catalog: &Catalog,
        (entity, request): (&Entity, &Aggregate),
        filters: &[&Query],
        moment: &Moment,
        most: usize,
    ) -> Result<bool> {
        let [GroupBy::Field(name)] = request.group.as_slice() else { return Ok(false) };
        let Some(field) = entity.field(name).filter(|f| matches!(f.kind, FieldType::Link { .. }))
        else {
            return Ok(false);
        };
        let (condition, mut params) = conditions(catalog, filters, moment, false);
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
    fn largest(
        &self,
        catalog: &Catalog,
        (entity, request): (&Entity, &Aggregate),
        filters: &[&Query],
        moment: &Moment,
        most: usize,
    ) -> Result<(Vec<Sql>, u64)> {
        let Some(group) = request.group.first() else { return Ok((Vec::new(), 0)) };
        let (key, mut params) = group_sql(catalog, entity, group, moment)?;
        let (condition, more) = conditions(catalog, filters, moment, false);
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
    fn aggregate_of(
        &self,
        catalog: &Catalog,
        (entity, request): (&Entity, &Aggregate),
        filters: &[&Query],
        moment: &Moment,
        which: &Which,
    ) -> Result<Option<Vec<Bucket>>> {
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
        let (mut condition, more) = conditions(catalog, filters, moment, false);
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
        what: phrase!("{entity} has no field {field}", entity = &entity.name, field = name),
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

fn currency_column(entity: &Entity, measure: &Measure) -> Option<String> {
    let (Measure::Sum(name)
    | Measure::Mean(name)
    | Measure::Min(name)
    | Measure::Max(name)
    | Measure::Weighted { amount: name, .. }) = measure
    else {
        return None;
    };
    let field = entity.field(name)?;
    if field.kind == FieldType::Money {
        return Some(format!("{}_currency", field.sql_column()));
    }
    // A computed amount is in the currency of the amount it is computed from.
    let FieldType::Formula { expr, result: FieldResult::Money } = &field.kind else { return None };
    let text = expr.to_string();
    entity
        .fields
        .iter()
        .find(|other| other.kind == FieldType::Money && text.contains(other.name.as_str()))
        .map(|other| format!("{}_currency", other.sql_column()))
}

fn measure_sql(
    catalog: &Catalog,
    entity: &Entity,
    measure: &Measure,
    moment: &Moment,
) -> Result<Vec<(String, Vec<Sql>)>> {
    let sql = |name: &str| {
        entity
            .field(name)
            .map(|field| compile::field(catalog, entity, field, moment, "a"))
            .ok_or_else(|| unknown(entity, name))
    };
    Ok(match measure {
        Measure::Count => vec![("count(*)".into(), Vec::new())],
        Measure::Sum(name) => {
            let fragment = sql(name)?;
            vec![(format!("kontor_sum({})", fragment.sql), fragment.params)]
        }
        Measure::Mean(name) => {
            let fragment = sql(name)?;
            vec![
                (format!("kontor_sum({})", fragment.sql), fragment.params.clone()),
                (format!("count({})", fragment.sql), fragment.params),
            ]
        }
        Measure::Weighted { amount, percent } => {
            let (amount, percent) = (sql(amount)?, sql(percent)?);
            let mut params = amount.params;
            params.extend(percent.params);
            // Both are scaled by 10^4 and percent by another 100. Each product is rounded on its own so
            // that sums of many stay within 64 bits.
            let divisor = 100 * 10_i64.pow(SCALE);
            let expression = format!(
                "kontor_sum(({} / 100) * ({}) / {})",
                amount.sql,
                percent.sql,
                divisor / 100
            );
            vec![(expression, params)]
        }
        Measure::Min(name) => {
            let fragment = sql(name)?;
            vec![(format!("min({})", fragment.sql), fragment.params)]
        }
        Measure::Max(name) => {
            let fragment = sql(name)?;
            vec![(format!("max({})", fragment.sql), fragment.params)]
        }
        Measure::MeanDays { from, to } => {
            let day = |name: &str| -> Result<(String, Vec<Sql>)> {
                let field = entity.field(name).ok_or_else(|| unknown(entity, name))?;
                let fragment = sql(name)?;
                // Both count days from 1970, so that an instant and a date can be apart.
                Ok(if is_instant(field) {
                    let seconds = local_seconds(moment);
                    (format!("((({}) / 1000 + {seconds}) / 86400)", fragment.sql), fragment.params)
                } else {
                    (format!("(unixepoch({}) / 86400)", fragment.sql), fragment.params)
                })
            };
            let (from, to) = (day(from)?, day(to)?);
            let difference = format!("({} - {})", to.0, from.0);
            let params: Vec<Sql> = to.1.into_iter().chain(from.1).collect();
            vec![
                (format!("kontor_sum({difference})"), params.clone()),
                (format!("count({difference})"), params),
            ]
        }
    })
}

/// The order of two values of one field; none between currencies.
fn order(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => Some(a.cmp(b)),
        (Value::Decimal(a), Value::Decimal(b)) => Some(a.cmp(b)),
        (Value::Text(a), Value::Text(b)) => Some(a.cmp(b)),
        (Value::Date(a), Value::Date(b)) => Some(a.cmp(b)),
        (Value::DateTime(a), Value::DateTime(b)) => Some(a.cmp(b)),
        (Value::Money(a), Value::Money(b)) if a.currency == b.currency => {
            Some(a.amount.cmp(&b.amount))
        }
        _ => None,
    }
}

/// A measure while the currency rows of one group are put together.
#[derive(Clone, Default)]
struct Running {
    count: u64,
    sum: i64,
    filled: u64,
    money: Vec<(crate::model::Currency, i64)>,
    best: Option<Value>,
    scaled: bool,
    is_money: bool,
}

impl Running {
    fn add<'r>(
        &mut self,
        entity: &Entity,
        measure: &Measure,
        currency: Option<crate::model::Currency>,
        cell: impl Fn(usize) -> rusqlite::Result<ValueRef<'r>>,
    ) -> rusqlite::Result<()> {
        let number = |offset: usize| -> rusqlite::Result<Option<i64>> {
            Ok(match cell(offset)? {
                ValueRef::Integer(value) => Some(value),
                ValueRef::Real(value) => Some(value.round() as i64),
                _ => None,
            })
        };
        match measure {
            Measure::Count => self.count += number(0)?.unwrap_or(0) as u64,
            Measure::Sum(name) | Measure::Weighted { amount: name, .. } => {
                let field = entity.field(name);
                self.is_money = field.is_some_and(is_money);
                self.scaled = field.is_some_and(is_scaled);
                if let Some(value) = number(0)? {
                    self.filled += 1;
                    self.sum = self.sum.saturating_add(value);
                    if let Some(currency) = currency {
                        match self.money.iter_mut().find(|(known, _)| *known == currency) {
                            Some((_, sum)) => *sum = sum.saturating_add(value),
                            None => self.money.push((currency, value)),
                        }
                    }
                }
            }
            Measure::Mean(name) => {
                self.scaled = entity.field(name).is_some_and(is_scaled);
                self.sum = self.sum.saturating_add(number(0)?.unwrap_or(0));
                self.count += number(1)?.unwrap_or(0) as u64;
            }
            Measure::MeanDays { .. } => {
                self.sum = self.sum.saturating_add(number(0)?.unwrap_or(0));
                self.count += number(1)?.unwrap_or(0) as u64;
            }
            Measure::Min(name) | Measure::Max(name) => {
                let Some(field) = entity.field(name) else { return Ok(()) };
                let value = match (&field.kind, cell(0)?) {
                    (FieldType::Money, ValueRef::Integer(value)) => match currency {
                        Some(currency) => Value::Money(crate::model::Money {
                            amount: codec::unscaled(value),
                            currency,
                        }),
                        None => return Ok(()),
                    },
                    (FieldType::Date, ValueRef::Text(_)) => {
                        codec::from_computed(FieldResult::Date, cell(0)?, None)
                    }
                    (_, ValueRef::Integer(_)) if is_instant(field) => {
                        codec::from_computed(FieldResult::DateTime, cell(0)?, None)
                    }
                    (_, ValueRef::Integer(value)) if is_scaled(field) => {
                        Value::Decimal(codec::unscaled(value))
                    }
                    (_, ValueRef::Integer(value)) => Value::Int(value),
                    (_, ValueRef::Text(text)) => {
                        Value::Text(String::from_utf8_lossy(text).into_owned())
                    }
                    _ => return Ok(()),
                };
                // The rows of other currencies come one after the other: the best of all counts.
                let wanted = match measure {
                    Measure::Min(_) => Ordering::Less,
                    _ => Ordering::Greater,
                };
                if self.best.as_ref().is_none_or(|best| order(&value, best) == Some(wanted)) {
                    self.best = Some(value);
                }
            }
        }
        Ok(())
    }

    fn finish(mut self, measure: &Measure) -> Summary {
        match measure {
            Measure::Count => Summary::Count(self.count),
            Measure::Sum(_) | Measure::Weighted { .. }
                if self.is_money || !self.money.is_empty() =>
            {
                self.money.sort_by_key(|(_, amount)| std::cmp::Reverse(*amount));
                Summary::Money(
                    self.money
                        .into_iter()
                        .map(|(currency, amount)| (currency, codec::unscaled(amount)))
                        .collect(),
                )
            }
            Measure::Sum(_) | Measure::Weighted { .. } => {
                Summary::Number((self.filled > 0).then(|| {
                    if self.scaled { codec::unscaled(self.sum) } else { Decimal::from(self.sum) }
                }))
            }
            Measure::Mean(_) | Measure::MeanDays { .. } => {
                Summary::Number((self.count > 0).then(|| {
                    let sum = if self.scaled {
                        codec::unscaled(self.sum)
                    } else {
                        Decimal::from(self.sum)
                    };
                    sum / Decimal::from(self.count)
                }))
            }
            Measure::Min(_) | Measure::Max(_) => Summary::Value(self.best.unwrap_or_default()),
        }
    }
}
