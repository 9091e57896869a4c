//! Value expressions of the schema: defaults, formulas, what follows another field.

use super::Moment;
use super::evaluate::{Evaluation, Look};
use super::expression::Typed;
use super::path::kind_of_result;
use super::resolve::Resolver;
use super::tree::{Kind, Scalar};
use crate::model::{Name, Phrase, Record, Value, phrase};
use crate::schema::{Catalog, Field, FieldResult, FieldType};
use crate::syntax::{Expr, Node, SyntaxError};

/// A value expression (a default, a formula, a `follows`), resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct Formula {
    /// The entity it is about.
    pub entity: Name,
    pub(crate) scalar: Scalar,
    pub(crate) kind: Kind,
}

impl Formula {
    /// Resolves a value expression for `entity`. A lone word that names nothing is text: the default of
    /// a select may be written without quotes.
    ///
    /// # Errors
    /// The first thing that is wrong, with its place and a suggestion.
    pub fn resolve(expr: &Expr, catalog: &Catalog, entity: &str) -> Result<Self, SyntaxError> {
        let resolver = Resolver::new(catalog, entity)?;
        let typed = match (resolver.value(expr, None), &expr.node) {
            (Ok(typed), _) => typed,
            (Err(_), Node::Name(word)) => Typed::constant(Value::Text(word.clone()), Kind::Text),
            (Err(error), _) => return Err(error),
        };
        Ok(Self::of(entity, typed))
    }

    /// Resolves the default of a field, or what it becomes when another changes: bare words may be its
    /// choices, and the value must fit it.
    ///
    /// # Errors
    /// The first thing that is wrong, with its place and a suggestion.
    pub fn for_field(
        expr: &Expr,
        catalog: &Catalog,
        entity: &str,
        field: &Field,
    ) -> Result<Self, SyntaxError> {
        let typed = Resolver::new(catalog, entity)?.value(expr, Some(field))?;
        let fits = match &field.kind {
            FieldType::Formula { result, .. } | FieldType::RollUp { result, .. } => {
                yields(typed.kind, *result)
            }
            kind => takes(kind, typed.kind),
        };
        if !fits && typed.kind != Kind::Nothing {
            let word = Phrase::word(field.kind.word());
            return Err(SyntaxError::new(
                expr.at,
                phrase!(
                    "This is {typed}; the field {field} holds {word}.",
                    typed = Phrase::word(typed.kind.word()),
                    field = &field.name,
                    word = word
                ),
            ));
        }
        Ok(Self::of(entity, typed))
    }

    fn of(entity: &str, typed: Typed) -> Self {
        Self { entity: Name::from(entity), scalar: typed.scalar, kind: typed.kind }
    }

    /// Its value on a record in memory; [`Value::Null`] where something it needs is empty or not there.
    #[must_use]
    pub fn value(&self, catalog: &Catalog, record: &Record, moment: &Moment) -> Value {
        Evaluation::new(catalog, &self.entity, record, moment)
            .value(&self.scalar)
            .unwrap_or_default()
    }

    /// Its value on a record in memory, linked records looked at by `look`; none where it cannot be known
    /// all the same.
    #[must_use]
    pub fn value_over(
        &self,
        catalog: &Catalog,
        record: &Record,
        moment: &Moment,
        look: &Look<'_>,
    ) -> Option<Value> {
        Evaluation::new(catalog, &self.entity, record, moment).looking(look).value(&self.scalar)
    }
}

fn yields(kind: Kind, result: FieldResult) -> bool {
    let wanted = kind_of_result(result);
    kind == wanted
        || matches!(
            (kind, wanted),
            (_, Kind::Text)
                | (Kind::Number, Kind::Money | Kind::Duration)
                | (Kind::Money, Kind::Number)
                | (Kind::Date, Kind::DateTime)
                | (Kind::DateTime, Kind::Date)
        )
}

fn takes(field: &FieldType, kind: Kind) -> bool {
    match field {
        FieldType::Integer | FieldType::Decimal | FieldType::Percent | FieldType::Rating { .. } => {
            matches!(kind, Kind::Number | Kind::Money)
        }
        FieldType::Money => matches!(kind, Kind::Number | Kind::Money),
        FieldType::Boolean => kind == Kind::Bool,
        FieldType::Date | FieldType::DateTime => matches!(kind, Kind::Date | Kind::DateTime),
        FieldType::Duration => matches!(kind, Kind::Duration | Kind::Number),
        FieldType::Link { .. } | FieldType::Links { .. } | FieldType::LinkAny => {
            matches!(kind, Kind::Link | Kind::Text)
        }
        _ => true,
    }
}
