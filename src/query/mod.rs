//! The one query language, held against the catalogue.
//!
//! [`Query::parse`] resolves text for an entity; the same [`Query`] becomes SQL behind the gate and is
//! evaluated on records in memory here. No value ever becomes SQL text. Start at [`Query`].

use std::ops::Range;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use crate::model::{Name, Record, RecordId, Value};
use crate::schema::Catalog;
use crate::syntax::{Expr, SyntaxError};

/// The moment and the person a query is asked by: what `today`, `me` and `my team` mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// The present.
    pub now: DateTime<Utc>,
    /// The zone days begin in.
    pub zone: Tz,
    /// The user record of the person asking.
    pub me: Option<RecordId>,
    /// Their teams, sub-teams included.
    pub my_teams: Vec<RecordId>,
}

impl Moment {
    /// The day it is in the zone.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        self.now.with_timezone(&self.zone).date_naive()
    }
}

/// A condition on records of one entity, resolved: every name is known, every type fits.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// The entity it is about.
    pub entity: Name,
}

impl Query {
    /// Resolves a condition for `entity`.
    ///
    /// # Errors
    /// The first thing that is wrong, with its place and a suggestion.
    pub fn parse(text: &str, catalog: &Catalog, entity: &str) -> Result<Self, SyntaxError> {
        let expr = crate::syntax::parse(text)?;
        Self::resolve(&expr, catalog, entity)
    }

    /// Resolves an expression that is already parsed (a `required_when` of the schema).
    ///
    /// # Errors
    /// As [`Query::parse`].
    pub fn resolve(expr: &Expr, catalog: &Catalog, entity: &str) -> Result<Self, SyntaxError> {
        let _ = (expr, catalog);
        Ok(Self { entity: Name::from(entity) })
    }

    /// The free words of the query (`words and conditions` -> fuzzy search plus filter), if it is
    /// nothing but words joined by `and` with conditions.
    #[must_use]
    pub fn words(&self) -> Option<&str> {
        None
    }

    /// Whether `record` satisfies the query. Paths over links and counts cannot be decided in memory
    /// and count as unknown, which is not satisfied.
    #[must_use]
    pub fn holds(&self, catalog: &Catalog, record: &Record, moment: &Moment) -> bool {
        let _ = (catalog, record, moment);
        false
    }
}

/// A value expression (a default, a formula, a `follows`), resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct Formula {
    /// The entity it is about.
    pub entity: Name,
}

impl Formula {
    /// Resolves a value expression for `entity`.
    ///
    /// # Errors
    /// The first thing that is wrong, with its place and a suggestion.
    pub fn resolve(expr: &Expr, catalog: &Catalog, entity: &str) -> Result<Self, SyntaxError> {
        let _ = (expr, catalog);
        Ok(Self { entity: Name::from(entity) })
    }

    /// Its value on a record in memory; [`Value::Null`] where something it needs is empty or not there.
    #[must_use]
    pub fn value(&self, catalog: &Catalog, record: &Record, moment: &Moment) -> Value {
        let _ = (catalog, record, moment);
        Value::Null
    }
}

/// One key of a sort order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SortKey {
    /// The field (`id` too).
    pub field: Name,
    /// Largest first.
    pub descending: bool,
}

/// Parses `-amount, name`.
///
/// # Errors
/// An unknown field, or one that cannot be sorted by.
pub fn parse_sort(
    text: &str,
    catalog: &Catalog,
    entity: &str,
) -> Result<Vec<SortKey>, SyntaxError> {
    let _ = (text, catalog, entity);
    Ok(Vec::new())
}

/// One proposal of the completion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// The bytes of the query text that it replaces.
    pub replace: Range<usize>,
    /// What stands there afterwards.
    pub text: String,
    /// What it is, for people: the label of the field, the meaning of the operator.
    pub note: String,
}

/// TEMP
#[must_use]
pub fn check_catalog(_: &Catalog) -> Vec<(Name, Name, SyntaxError)> {
    Vec::new()
}

/// What could stand at byte `position` of `text`: fields, operators or values, best first.
#[must_use]
pub fn complete(text: &str, position: usize, catalog: &Catalog, entity: &str) -> Vec<Completion> {
    let _ = (text, position, catalog, entity);
    Vec::new()
}
