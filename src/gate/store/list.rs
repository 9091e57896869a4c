//! Lists, paged by key: a page costs the same at the top and a million rows down.
//!
//! The place of a row is the values it is sorted by plus its number. The rows after a place are read by
//! one query per sort key (equal in the first keys, beyond in the next), each of which an index can seek.

use std::fmt::Write;

use rusqlite::params_from_iter;
use rusqlite::types::Value as Sql;

use super::compile;
use super::layout::quoted;
use super::rows::Projection;
use super::veil;
use super::{Key, Store};
use crate::gate::error::Result;
use crate::gate::read::{Cursor, Page, Window};
use crate::model::{Name, Record, RecordId};
use crate::query::{Moment, Query, SortKey};
use crate::schema::{Catalog, Entity, FieldType};

/// A list, ready to be read.
pub struct Listing<'a> {
    /// The catalogue.
    pub catalog: &'a Catalog,
    /// The entity.
    pub entity: &'a Entity,
    /// The conditions, all of which must hold.
    pub filters: Vec<&'a Query>,
    /// The order.
    pub sort: &'a [SortKey],
    /// The fields to read.
    pub fields: &'a [Name],
    /// The moment it is asked at.
    pub moment: &'a Moment,
    /// Deleted records instead of living ones.
    pub deleted: bool,
    /// Into how many branches the rows fall that the person sees; none where they see all.
    pub branches: Option<usize>,
}

/// One sort key as SQL.
struct Order {
    sql: String,
    params: Vec<Sql>,
    /// What the value is compared as: the collation of its index.
    collation: &'static str,
    descending: bool,
}

impl Order {
    /// Numbers and titles are never empty.
    fn may_be_empty(&self) -> bool {
        !matches!(self.sql.as_str(), "a.id" | "a.sort_key")
    }

    /// The direction in which it is read. What is empty comes last in both orders; SQLite takes it for the
    /// least. An index serves either: it is walked once for what is there and once for what is empty.
    fn direction(&self, backwards: bool) -> &'static str {
        match (self.descending, backwards) {
            (false, false) if self.may_be_empty() => "ASC NULLS LAST",
            (false, true) if self.may_be_empty() => "DESC NULLS FIRST",
            (false, false) | (true, true) => "ASC",
            (false, true) | (true, false) => "DESC",
        }
    }
}

impl Store {
    /// Reads a part of a list.
    pub fn page(&self, listing: &Listing<'_>, window: &Window, limit: usize) -> Result<Page> {
        let orders = orders(listing);
        let from;
        let (place, backwards, included) = match window {
            Window::First => (None, false, false),
            Window::Last => (None, true, false),
            Window::After(cursor) => (Some(cursor), false, false),
            Window::Before(cursor) => (Some(cursor), true, false),
            Window::From(id) => {
                from = self.place_of(listing, &orders, *id)?;
                (from.as_ref(), false, true)
            }
        };
        let mut rows = Vec::new();
        let mut cursors = Vec::new();
        let wanted = limit + 1;
        for branch in branches(&orders, place, backwards, included) {
            if rows.len() >= wanted {
                break;
            }
            self.read(
                listing,
                &orders,
                &branch,
                backwards,
                wanted - rows.len(),
                |record, keys| {
                    rows.push(record);
                    cursors.push(Cursor { keys });
                },
            )?;
        }
        let more = rows.len() > limit;
        rows.truncate(limit);
        cursors.truncate(limit);
        if backwards {
            rows.reverse();
            cursors.reverse();
        }
        let projection =
            Projection::new(listing.catalog, listing.entity, listing.fields, listing.moment);
        self.complete(&projection, &mut rows)?;
        let (at_start, at_end) = match (window, backwards) {
            (Window::First, _) => (true, !more),
            (Window::Last, _) => (!more, true),
            (_, false) => (false, !more),
            (_, true) => (!more, false),
        };
        Ok(Page { rows, cursors, at_start, at_end })
    }

    /// The place of a record in the list, whether or not it satisfies the conditions.
    fn place_of(
        &self,
        listing: &Listing<'_>,
        orders: &[Order],
        id: RecordId,
    ) -> Result<Option<Cursor>> {
        let keys: Vec<&str> = orders.iter().map(|order| order.sql.as_str()).collect();
        let sql = format!(
            "SELECT {} FROM {} a WHERE a.id = ?",
            keys.join(", "),
            quoted(&listing.entity.sql_table())
        );
        let params =
            orders.iter().flat_map(|order| order.params.clone()).chain([Sql::Integer(id.0)]);
        let mut statement = self.conn.prepare_cached(&sql).map_err(|error| self.fault(error))?;
        let mut rows = statement.query(params_from_iter(params)).map_err(|e| self.fault(e))?;
        let Some(row) = rows.next().map_err(|error| self.fault(error))? else { return Ok(None) };
        let keys = (0..orders.len())
            .map(|at| row.get(at).map(Key))
            .collect::<rusqlite::Result<_>>()
            .map_err(|error| self.fault(error))?;
        Ok(Some(Cursor { keys }))
    }

    fn read(
        &self,
        listing: &Listing<'_>,
        orders: &[Order],
        branch: &Branch,
        backwards: bool,
        limit: usize,
        mut take: impl FnMut(Record, Vec<Key>),
    ) -> Result<()> {
        let mut projection =
            Projection::new(listing.catalog, listing.entity, listing.fields, listing.moment);
        let first_key = projection.width;
        for order in orders {
            projection.push(&order.sql, order.params.clone());
        }
        let (condition, condition_params) =
            conditions(listing.catalog, &listing.filters, listing.moment, listing.deleted);
        let mut params = projection.params.clone();
        params.extend(condition_params);
        params.extend(branch.params.iter().cloned());
        let directions: Vec<String> = orders
            .iter()
            .map(|order| format!("{}{} {}", order.sql, order.collation, order.direction(backwards)))
            .collect();
        params.extend(orders.iter().flat_map(|order| order.params.clone()));
        params.push(Sql::Integer(limit as i64));
        let sql = format!(
            "SELECT {} FROM {} a WHERE {condition}{} ORDER BY {} LIMIT ?",
            projection.sql,
            source(listing, orders),
            branch.sql,
            directions.join(", "),
        );
        let mut statement = self.conn.prepare_cached(&sql).map_err(|error| self.fault(error))?;
        let mut rows = statement.query(params_from_iter(params)).map_err(|e| self.fault(e))?;
        while let Some(row) = rows.next().map_err(|error| self.fault(error))? {
            let record = projection.record(row).map_err(|error| self.fault(error))?;
            let keys = (first_key..projection.width)
                .map(|at| row.get(at).map(Key))
                .collect::<rusqlite::Result<Vec<_>>>()
                .map_err(|error| self.fault(error))?;
            take(record, keys);
        }
        Ok(())
    }
}

/// Where rows are read from. In the order of titles each branch of what a person sees has an index in
/// that order, and SQLite merges them; one condition over all would walk through what they do not see.
fn source(listing: &Listing<'_>, orders: &[Order]) -> String {
    let titles = orders.first().is_some_and(|order| order.sql == "a.sort_key");
    match listing.branches {
        Some(branches) if branches > 0 && titles && !listing.deleted => {
            let each: Vec<String> = (0..branches)
                .map(|number| format!("SELECT * FROM {}", veil::branch(listing.entity, number)))
                .collect();
            format!("({})", each.join(" UNION ALL "))
        }
        _ => quoted(&listing.entity.sql_table()),
    }
}

/// The condition of all filters together, for a table called `a`.
pub fn conditions(
    catalog: &Catalog,
    filters: &[&Query],
    moment: &Moment,
    deleted: bool,
) -> (String, Vec<Sql>) {
    let mut sql =
        String::from(if deleted { "a.deleted_at IS NOT NULL" } else { "a.deleted_at IS NULL" });
    let mut params = Vec::new();
    for filter in filters {
        let fragment = compile::condition(catalog, filter, moment, "a");
        sql.push_str(" AND (");
        sql.push_str(&fragment.sql);
        sql.push(')');
        params.extend(fragment.params);
    }
    (sql, params)
}

fn orders(listing: &Listing<'_>) -> Vec<Order> {
    let mut orders: Vec<Order> =
        listing.sort.iter().filter_map(|key| order(listing, key)).collect();
    // The number decides among equals, in the direction of the last key so that one index serves both.
    if !listing.sort.iter().any(|key| key.field == "id") {
        orders.push(Order {
            sql: "a.id".into(),
            params: Vec::new(),
            collation: "",
            descending: orders.last().is_some_and(|order| order.descending),
        });
    }
    orders
}

fn order(listing: &Listing<'_>, key: &SortKey) -> Option<Order> {
    let plain = |sql: String, collation: &'static str| Order {
        sql,
        params: Vec::new(),
        collation,
        descending: key.descending,
    };
    if key.field == "id" {
        return Some(plain("a.id".into(), ""));
    }
    let field = listing.entity.field(&key.field)?;
    let column = format!("a.{}", quoted(&field.sql_column()));
    Some(match &field.kind {
        _ if field.name == listing.entity.title => plain("a.sort_key".into(), ""),
        FieldType::Text | FieldType::LongText | FieldType::Serial { .. } => {
            plain(column, " COLLATE NOCASE")
        }
        FieldType::Select => {
            let arms: Vec<String> =
                (0..field.choices.len()).map(|place| format!("WHEN ? THEN {place}")).collect();
            Order {
                sql: if arms.is_empty() {
                    column
                } else {
                    format!("CASE {column} {} END", arms.join(" "))
                },
                params: field.choices.iter().map(|c| Sql::Text(c.value.clone())).collect(),
                collation: "",
                descending: key.descending,
            }
        }
        FieldType::Link { to } => {
            let target = listing.catalog.entity(to)?;
            plain(
                format!(
                    "(SELECT l.sort_key FROM {} l WHERE l.id = {column})",
                    quoted(&target.sql_table())
                ),
                "",
            )
        }
        FieldType::Address => plain(
            format!("a.{}", quoted(&format!("{}_city", field.sql_column()))),
            " COLLATE NOCASE",
        ),
        FieldType::Formula { .. } | FieldType::RollUp { .. } => {
            let fragment =
                compile::field(listing.catalog, listing.entity, field, listing.moment, "a");
            Order {
                sql: fragment.sql,
                params: fragment.params,
                collation: "",
                descending: key.descending,
            }
        }
        FieldType::Links { .. } => return None,
        _ => plain(column, ""),
    })
}

/// A further condition that narrows a list to the rows beyond a place.
struct Branch {
    sql: String,
    params: Vec<Sql>,
}

/// The branches that yield, one after the other, the rows beyond `place` in reading order.
///
/// Empty values come last in either order, so that "beyond" depends on whether the value of the place is
/// empty and on whether one reads back.
fn branches(
    orders: &[Order],
    place: Option<&Cursor>,
    backwards: bool,
    included: bool,
) -> Vec<Branch> {
    let Some(place) = place.filter(|place| place.keys.len() == orders.len()) else {
        return vec![Branch { sql: String::new(), params: Vec::new() }];
    };
    let mut branches = Vec::new();
    if included {
        let mut equal = Branch { sql: String::new(), params: Vec::new() };
        for (order, key) in orders.iter().zip(&place.keys) {
            equal.push(order, "IS ?", Some(&key.0));
        }
        branches.push(equal);
    }
    for depth in (0..orders.len()).rev() {
        let start = || {
            let mut branch = Branch { sql: String::new(), params: Vec::new() };
            for (order, key) in orders[..depth].iter().zip(&place.keys) {
                branch.push(order, "IS ?", Some(&key.0));
            }
            branch
        };
        let order = &orders[depth];
        let value = &place.keys[depth].0;
        let ascending = order.descending == backwards;
        let mut beyond = start();
        match value {
            Sql::Null if backwards => beyond.push(order, "IS NOT NULL", None),
            Sql::Null => continue,
            value => beyond.push(order, if ascending { "> ?" } else { "< ?" }, Some(value)),
        }
        branches.push(beyond);
        if !backwards && order.may_be_empty() && *value != Sql::Null {
            let mut empty = start();
            empty.push(order, "IS NULL", None);
            branches.push(empty);
        }
    }
    branches
}

impl Branch {
    fn push(&mut self, order: &Order, test: &str, value: Option<&Sql>) {
        // The collation stands at the column, as in the index: only then can it seek.
        // Writing to a String cannot fail.
        let _ = write!(self.sql, " AND {}{} {test}", order.sql, order.collation);
        self.params.extend(order.params.iter().cloned());
        self.params.extend(value.cloned());
    }
}
