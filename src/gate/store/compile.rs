//! Conditions and value expressions -> SQL.
//!
//! Values only ever become parameters. What an index can answer is written so that it does: plain
//! columns on the left, half-open ranges of days and instants, links and tags through sub-selects. What
//! SQLite cannot do exactly (decimals, days in a zone, folding) is done by functions that run the very
//! code of `query::compute`. Start at [`condition`].

mod calc;
mod cond;
mod functions;
mod roll_up;
#[cfg(test)]
mod tests;

use rusqlite::types::Value as Sql;

use super::codec::scaled;
use super::layout::quoted;
use crate::model::{Currency, Money, Value};
use crate::query::path::kind_of_result;
use crate::query::tree::Kind;
use crate::query::{Formula, Moment, Query};
use crate::schema::{Catalog, Entity, Field, FieldResult, FieldType};

pub use functions::register;

/// A piece of SQL and the values of its `?`, in order.
#[derive(Debug, Clone, PartialEq)]
pub struct Fragment {
    /// The SQL.
    pub sql: String,
    /// The values.
    pub params: Vec<Sql>,
}

impl Fragment {
    fn new(sql: impl Into<String>) -> Self {
        Self { sql: sql.into(), params: Vec::new() }
    }

    /// The same over the tables of the file itself, whatever veil lies before them. No value ever stands
    /// in the text, so these words are nothing but SQL.
    #[must_use]
    pub fn unveiled(mut self) -> Self {
        for word in ["FROM", "JOIN"] {
            for table in ["\"", "_"] {
                self.sql =
                    self.sql.replace(&format!("{word} {table}"), &format!("{word} main.{table}"));
            }
        }
        self
    }

    fn with(sql: impl Into<String>, params: Vec<Sql>) -> Self {
        Self { sql: sql.into(), params }
    }

    /// Adds a condition that must hold too.
    fn and(&mut self, sql: &str, params: Vec<Sql>) {
        self.sql.push_str(" AND (");
        self.sql.push_str(sql);
        self.sql.push(')');
        self.params.extend(params);
    }
}

/// A condition on the rows of the query's entity, for a table called `alias`. Empty values make it
/// false, never NULL in effect: it stands in WHERE.
#[must_use]
pub fn condition(catalog: &Catalog, query: &Query, moment: &Moment, alias: &str) -> Fragment {
    match catalog.entity(&query.entity) {
        Some(entity) => {
            Compiler::new(catalog, moment).cond(&query.condition(), Place { entity, alias })
        }
        None => Fragment::new("0"),
    }
}

/// The value of a field for reading, sorting and summing: the (first) column of a stored field, the
/// calculation of a computed one.
#[must_use]
pub fn field(
    catalog: &Catalog,
    entity: &Entity,
    field: &Field,
    moment: &Moment,
    alias: &str,
) -> Fragment {
    Compiler::new(catalog, moment).field(field, Place { entity, alias }).fragment()
}

/// The currency of a money field, computed or stored; none for other fields. NULL stands for the
/// company's currency.
#[must_use]
pub fn currency(
    catalog: &Catalog,
    entity: &Entity,
    field: &Field,
    moment: &Moment,
    alias: &str,
) -> Option<Fragment> {
    Compiler::new(catalog, moment).field(field, Place { entity, alias }).currency
}

/// A table in the query that is being written.
#[derive(Clone, Copy)]
struct Place<'a> {
    entity: &'a Entity,
    alias: &'a str,
}

impl Place<'_> {
    fn column(self, column: &str) -> String {
        format!("{}.{}", self.alias, quoted(column))
    }
}

/// How a number stands in SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// An integer that is the number itself: counts, durations, record numbers.
    Plain,
    /// An integer that is the number times `10^SCALE`.
    Scaled,
    /// Scaled where that is exact, otherwise the decimal digits as text: the result of a calculation.
    Loose,
    /// No number.
    Other,
}

/// A value in SQL.
#[derive(Debug, Clone)]
struct Piece {
    sql: String,
    params: Vec<Sql>,
    form: Form,
    /// The currency of an amount; none where it is no amount or has no currency of its own.
    currency: Option<Fragment>,
}

impl Piece {
    fn new(sql: impl Into<String>, params: Vec<Sql>, form: Form) -> Self {
        Self { sql: sql.into(), params, form, currency: None }
    }

    fn null() -> Self {
        Self::new("NULL", Vec::new(), Form::Other)
    }

    fn fragment(self) -> Fragment {
        Fragment { sql: self.sql, params: self.params }
    }

    /// The number times `10^SCALE`, perhaps with more digits than fit.
    fn numeric(mut self) -> Self {
        if self.form == Form::Plain {
            self.sql = format!("({} * 10000)", self.sql);
            self.form = Form::Scaled;
        }
        self
    }

    /// The number times `10^SCALE` as an integer, rounded.
    fn scaled(self) -> Self {
        let piece = self.numeric();
        if piece.form == Form::Loose {
            piece.call("kontor_round", ", 4", Form::Scaled)
        } else {
            piece
        }
    }

    fn call(mut self, function: &str, rest: &str, form: Form) -> Self {
        self.sql = format!("{function}({}{rest})", self.sql);
        self.form = form;
        self
    }
}

/// Writes SQL for one moment.
#[derive(Clone, Copy)]
struct Compiler<'a> {
    catalog: &'a Catalog,
    moment: &'a Moment,
    /// How many sub-selects stand around: makes their names different.
    depth: usize,
    /// How many formulas stand around.
    formulas: usize,
}

/// Formulas may use formulas, but not endlessly.
const MAX_FORMULAS: usize = 8;

impl<'a> Compiler<'a> {
    fn new(catalog: &'a Catalog, moment: &'a Moment) -> Self {
        Self { catalog, moment, depth: 0, formulas: 0 }
    }

    /// The name of the next sub-select, and the compiler inside it.
    fn inside(self) -> (String, Self) {
        (format!("q{}", self.depth), Self { depth: self.depth + 1, ..self })
    }

    fn zone(&self) -> Sql {
        Sql::Text(self.moment.zone.name().to_owned())
    }

    fn field(&self, field: &Field, place: Place<'_>) -> Piece {
        let column = || place.column(&field.sql_column());
        let form = match &field.kind {
            FieldType::Formula { expr, result } => {
                if self.formulas >= MAX_FORMULAS {
                    return Piece::null();
                }
                let Ok(found) = Formula::resolve(expr, self.catalog, &place.entity.name) else {
                    return Piece::null();
                };
                let inner = Self { formulas: self.formulas + 1, ..*self };
                let piece = inner.scalar(&found.scalar, place);
                return self.as_result(piece, found.kind, *result);
            }
            FieldType::RollUp { roll_up, result } => {
                if self.formulas >= MAX_FORMULAS {
                    return Piece::null();
                }
                let inner = Self { formulas: self.formulas + 1, ..*self };
                return inner.roll_up(roll_up, *result, place);
            }
            FieldType::Money => {
                let mut piece = Piece::new(column(), Vec::new(), Form::Scaled);
                let currency = place.column(&format!("{}_currency", field.sql_column()));
                piece.currency = Some(Fragment::new(currency));
                return piece;
            }
            FieldType::Address => {
                let city = place.column(&format!("{}_city", field.sql_column()));
                return Piece::new(city, Vec::new(), Form::Other);
            }
            FieldType::Links { .. } => return Piece::null(),
            FieldType::Integer | FieldType::Rating { .. } | FieldType::Duration => Form::Plain,
            FieldType::Decimal | FieldType::Percent => Form::Scaled,
            _ => Form::Other,
        };
        Piece::new(column(), Vec::new(), form)
    }

    /// A calculated value as a field that yields `result` holds it.
    fn as_result(&self, piece: Piece, kind: Kind, result: FieldResult) -> Piece {
        let zoned = |piece: Piece, function: &str| {
            let mut piece = piece.call(function, ", ?", Form::Other);
            piece.params.push(self.zone());
            piece
        };
        match (result, kind) {
            (_, Kind::Nothing) => Piece::null(),
            (FieldResult::Integer | FieldResult::Duration, _) => match piece.form {
                Form::Plain | Form::Other => piece,
                _ => {
                    let mut whole = piece.call("kontor_whole", "", Form::Plain);
                    whole.currency = None;
                    whole
                }
            },
            (FieldResult::Decimal | FieldResult::Percent, _) => {
                let mut number = piece.scaled();
                number.currency = None;
                number
            }
            (FieldResult::Money, _) => {
                let company = Sql::Text(self.catalog.company.currency.code().to_owned());
                let currency = match piece.currency.clone() {
                    Some(own) => {
                        let mut params = own.params;
                        params.push(company);
                        Fragment::with(format!("coalesce({}, ?)", own.sql), params)
                    }
                    None => Fragment::with("?", vec![company]),
                };
                let number = piece.numeric();
                let mut params = number.params;
                params.extend(currency.params.iter().cloned());
                let sql = format!("kontor_money({}, {})", number.sql, currency.sql);
                Piece { currency: Some(currency), ..Piece::new(sql, params, Form::Scaled) }
            }
            (FieldResult::Date, Kind::DateTime) => zoned(piece, "kontor_day"),
            (FieldResult::DateTime, Kind::Date) => zoned(piece, "kontor_start"),
            (FieldResult::Text, kind) => Self::written(piece, kind),
            _ if kind == kind_of_result(result) => piece,
            _ => Piece::null(),
        }
    }

    /// A value that is already known, as a parameter.
    fn known(value: &Value) -> Piece {
        let text = |text: String| Piece::new("?", vec![Sql::Text(text)], Form::Other);
        let integer = |n: i64, form| Piece::new("?", vec![Sql::Integer(n)], form);
        let number = |n: rust_decimal::Decimal| {
            let n = n.normalize();
            match scaled(n).filter(|_| n.scale() <= crate::model::SCALE) {
                Some(scaled) => integer(scaled, Form::Scaled),
                None => Piece::new("?", vec![Sql::Text(n.to_string())], Form::Loose),
            }
        };
        match value {
            Value::Text(value) => text(value.clone()),
            Value::Int(n) | Value::Duration(n) => integer(*n, Form::Plain),
            Value::Decimal(n) => number(*n),
            Value::Money(Money { amount, currency }) => {
                Piece { currency: Some(code(*currency)), ..number(*amount) }
            }
            Value::Bool(yes) => integer(i64::from(*yes), Form::Other),
            Value::Date(day) => text(day.format("%Y-%m-%d").to_string()),
            Value::DateTime(at) => integer(at.timestamp_millis(), Form::Other),
            Value::Link(link) => integer(link.id.0, Form::Other),
            _ => Piece::null(),
        }
    }
}

fn code(currency: Currency) -> Fragment {
    Fragment::with("?", vec![Sql::Text(currency.code().to_owned())])
}
