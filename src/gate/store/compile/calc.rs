//! Value expressions -> SQL.

use std::fmt::Write;

use rusqlite::types::Value as Sql;

use super::{Compiler, Form, Fragment, Piece, Place};
use crate::gate::store::layout::quoted;
use crate::model::Record;
use crate::query::evaluate::Evaluation;
use crate::query::tree::{Hop, Kind, Operation, Scalar};
use crate::schema::Attribute;

impl Compiler<'_> {
    pub(super) fn scalar(&self, scalar: &Scalar, place: Place<'_>) -> Piece {
        if scalar.is_constant() {
            return self.constant(scalar, place);
        }
        match scalar {
            Scalar::Constant(_) | Scalar::At(_) | Scalar::Me | Scalar::MyTeam => {
                self.constant(scalar, place)
            }
            Scalar::Id => Piece::new(format!("{}.id", place.alias), Vec::new(), Form::Plain),
            Scalar::Field(name) => {
                place.entity.field(name).map_or_else(Piece::null, |field| self.field(field, place))
            }
            Scalar::Part(name, part) => {
                place.entity.field(name).map_or_else(Piece::null, |field| {
                    let column = place.column(&format!("{}_{part}", field.sql_column()));
                    Piece::new(column, Vec::new(), Form::Other)
                })
            }
            Scalar::Attribute(name, attribute) => Self::attribute(name, *attribute, place),
            Scalar::CurrencyOf(name) => place
                .entity
                .field(name)
                .and_then(|field| self.field(field, place).currency)
                .map_or_else(Piece::null, |currency| {
                    Piece::new(currency.sql, currency.params, Form::Other)
                }),
            Scalar::First(hop) => self.first(hop, place),
            Scalar::Via(hop, inner) => self.via(hop, inner, place),
            Scalar::Calc(operation, a, b) => {
                let (a, b) = (self.scalar(a, place), self.scalar(b, place));
                match operation {
                    Operation::Add | Operation::Sub | Operation::Mul | Operation::Div => {
                        numbers(*operation, a, b)
                    }
                    Operation::Days => {
                        let mut days = both("kontor_days", a, b, Form::Scaled);
                        days.sql = format!("({} * 10000)", days.sql);
                        days
                    }
                    // Milliseconds are tenths of the ten-thousandths that numbers are kept in.
                    Operation::Seconds => {
                        let params = [a.params, b.params].concat();
                        Piece::new(format!("(({} - {}) * 10)", a.sql, b.sql), params, Form::Scaled)
                    }
                    Operation::DaysLater => both("kontor_days_later", a, b.numeric(), Form::Other),
                    Operation::SecondsLater => {
                        both("kontor_seconds_later", a, b.numeric(), Form::Other)
                    }
                }
            }
            Scalar::Negate(inner) => {
                let inner = self.scalar(inner, place);
                let sql = match inner.form {
                    Form::Loose => format!("kontor_sub(0, {})", inner.sql),
                    _ => format!("(-{})", inner.sql),
                };
                Piece { sql, ..inner }
            }
            Scalar::Shift(_, inner, count, unit) => {
                let mut piece =
                    self.scalar(inner, place).call("kontor_shift", ", ?, ?, ?", Form::Other);
                piece.params.push(Sql::Integer(*count));
                piece.params.push(Sql::Text(unit.short().to_owned()));
                piece.params.push(self.zone());
                piece
            }
            Scalar::If(condition, then, otherwise) => {
                let condition = self.cond(condition, place);
                let values = alike(vec![self.scalar(then, place), self.scalar(otherwise, place)]);
                choose(&condition, &values)
            }
            Scalar::Coalesce(values) => {
                let values = values.iter().map(|value| self.scalar(value, place)).collect();
                first_of(alike(values))
            }
            Scalar::Round(inner, places) => {
                let inner = self.scalar(inner, place).numeric();
                inner.call("kontor_round", &format!(", {places}"), Form::Scaled)
            }
            Scalar::Lower(inner) => self.scalar(inner, place).call("kontor_lower", "", Form::Other),
            Scalar::Upper(inner) => self.scalar(inner, place).call("kontor_upper", "", Form::Other),
            Scalar::Len(inner) => self.scalar(inner, place).call("length", "", Form::Plain),
            Scalar::Year(inner) => {
                let inner = self.scalar(inner, place);
                let sql = format!("CAST(substr({}, 1, 4) AS INTEGER)", inner.sql);
                Piece::new(sql, inner.params, Form::Plain)
            }
            Scalar::Month(inner) => {
                let inner = self.scalar(inner, place);
                let sql = format!("CAST(substr({}, 6, 2) AS INTEGER)", inner.sql);
                Piece::new(sql, inner.params, Form::Plain)
            }
            Scalar::DayOf(inner) => self.zoned("kontor_day", inner, place),
            Scalar::StartOf(inner) => self.zoned("kontor_start", inner, place),
            Scalar::SecondsOf(inner) | Scalar::DurationOf(inner) => self.scalar(inner, place),
            Scalar::Join(parts) => {
                let mut sql = Vec::new();
                let mut params = Vec::new();
                for (kind, part) in parts {
                    let text = Self::written(self.scalar(part, place), *kind);
                    sql.push(format!("coalesce({}, '')", text.sql));
                    params.extend(text.params);
                }
                Piece::new(format!("nullif({}, '')", sql.join(" || ")), params, Form::Other)
            }
            Scalar::Holds(condition) => {
                let condition = self.cond(condition, place);
                Piece::new(format!("(({}) IS TRUE)", condition.sql), condition.params, Form::Other)
            }
        }
    }

    fn zoned(&self, function: &str, inner: &Scalar, place: Place<'_>) -> Piece {
        let mut piece = self.scalar(inner, place).call(function, ", ?", Form::Other);
        piece.params.push(self.zone());
        piece
    }

    /// What no record plays a part in is worked out now and handed over as a value.
    fn constant(&self, scalar: &Scalar, place: Place<'_>) -> Piece {
        let record = Record::blank(place.entity.name.clone(), self.moment.now);
        let evaluation = Evaluation::new(self.catalog, &place.entity.name, &record, self.moment);
        evaluation.value(scalar).map_or_else(Piece::null, |value| Self::known(&value))
    }

    fn attribute(name: &str, attribute: Attribute, place: Place<'_>) -> Piece {
        let Some(field) = place.entity.field(name) else { return Piece::null() };
        let mut cases = String::new();
        let mut params = Vec::new();
        for (index, choice) in field.choices.iter().enumerate() {
            let value = match attribute {
                Attribute::State => {
                    choice.standing.map(|standing| Sql::Text(standing.word().to_owned()))
                }
                Attribute::Probability => {
                    choice.probability.and_then(super::scaled).map(Sql::Integer)
                }
                Attribute::Order => Some(Sql::Integer(index as i64 + 1)),
            };
            if let Some(value) = value {
                cases.push_str(" WHEN ? THEN ?");
                params.extend([Sql::Text(choice.value.clone()), value]);
            }
        }
        if params.is_empty() {
            return Piece::null();
        }
        let form = match attribute {
            Attribute::State => Form::Other,
            Attribute::Probability => Form::Scaled,
            Attribute::Order => Form::Plain,
        };
        let column = place.column(&field.sql_column());
        Piece::new(format!("(CASE {column}{cases} END)"), params, form)
    }

    fn first(&self, hop: &Hop, place: Place<'_>) -> Piece {
        let Some(target) = self.catalog.entity(&hop.to) else { return Piece::null() };
        let (alias, _) = self.inside();
        let table = quoted(&target.sql_table());
        let sql = format!(
            "(SELECT {alias}.id FROM _link l{alias} JOIN {table} {alias} ON {alias}.id = l{alias}.target \
             WHERE l{alias}.field = ? AND l{alias}.source = {}.id AND {alias}.deleted_at IS NULL \
             ORDER BY {alias}.id LIMIT 1)",
            place.alias
        );
        let field = Sql::Text(format!("{}.{}", place.entity.name, hop.field));
        Piece::new(sql, vec![field], Form::Plain)
    }

    fn via(&self, hop: &Hop, inner: &Scalar, place: Place<'_>) -> Piece {
        let (Some(target), Some(field)) =
            (self.catalog.entity(&hop.to), place.entity.field(&hop.field))
        else {
            return Piece::null();
        };
        let (alias, compiler) = self.inside();
        let piece = compiler.scalar(inner, Place { entity: target, alias: &alias });
        let table = quoted(&target.sql_table());
        let select = |sql: &str, params: Vec<Sql>| {
            if hop.many {
                let mut params = params;
                params.push(Sql::Text(format!("{}.{}", place.entity.name, field.name)));
                Fragment::with(
                    format!(
                        "(SELECT {sql} FROM _link l{alias} JOIN {table} {alias} ON {alias}.id = l{alias}.target \
                         WHERE l{alias}.field = ? AND l{alias}.source = {}.id ORDER BY {alias}.id LIMIT 1)",
                        place.alias
                    ),
                    params,
                )
            } else {
                let column = place.column(&field.sql_column());
                Fragment::with(
                    format!("(SELECT {sql} FROM {table} {alias} WHERE {alias}.id = {column})"),
                    params,
                )
            }
        };
        let currency = piece.currency.map(|currency| select(&currency.sql, currency.params));
        let value = select(&piece.sql, piece.params);
        Piece { sql: value.sql, params: value.params, form: piece.form, currency }
    }

    /// A value as texts are joined with it.
    pub(super) fn written(piece: Piece, kind: Kind) -> Piece {
        match kind {
            Kind::Number => {
                let number = piece.numeric();
                number.call("kontor_written", ", NULL", Form::Other)
            }
            Kind::Money => {
                let currency = piece.currency.clone().unwrap_or_else(|| Fragment::new("NULL"));
                let number = piece.numeric();
                let mut params = number.params;
                params.extend(currency.params);
                let sql = format!("kontor_written({}, {})", number.sql, currency.sql);
                Piece::new(sql, params, Form::Other)
            }
            Kind::Bool => {
                let sql = format!("(CASE {} WHEN 1 THEN 'yes' WHEN 0 THEN 'no' END)", piece.sql);
                Piece::new(sql, piece.params, Form::Other)
            }
            Kind::DateTime => {
                let sql =
                    format!("strftime('%Y-%m-%dT%H:%M:%SZ', {} / 1000, 'unixepoch')", piece.sql);
                Piece::new(sql, piece.params, Form::Other)
            }
            Kind::Duration => {
                let whole = match piece.form {
                    Form::Plain => piece,
                    _ => piece.call("kontor_whole", "", Form::Plain),
                };
                let sql = format!("({} / 60 || 'min')", whole.sql);
                Piece::new(sql, whole.params, Form::Other)
            }
            _ => piece,
        }
    }
}

fn both(function: &str, a: Piece, b: Piece, form: Form) -> Piece {
    Piece::new(format!("{function}({}, {})", a.sql, b.sql), [a.params, b.params].concat(), form)
}

/// Numbers and amounts; amounts in different currencies yield nothing.
fn numbers(operation: Operation, a: Piece, b: Piece) -> Piece {
    let (a, b) = (a.numeric(), b.numeric());
    let (left, right) = (a.currency.clone(), b.currency.clone());
    let exact = a.form == Form::Scaled && b.form == Form::Scaled;
    let mut result = match operation {
        Operation::Add | Operation::Sub if exact => {
            let sign = if operation == Operation::Add { '+' } else { '-' };
            let params = [a.params, b.params].concat();
            Piece::new(format!("({} {sign} {})", a.sql, b.sql), params, Form::Scaled)
        }
        Operation::Add => both("kontor_add", a, b, Form::Loose),
        Operation::Sub => both("kontor_sub", a, b, Form::Loose),
        Operation::Mul => both("kontor_mul", a, b, Form::Loose),
        _ => both("kontor_div", a, b, Form::Loose),
    };
    match (left, right) {
        (Some(left), Some(right)) => {
            // Parameters stand in the order of the text: the condition comes first.
            let mut params = [left.params.clone(), right.params.clone()].concat();
            params.append(&mut result.params);
            result.sql = format!(
                "(CASE WHEN coalesce({} = {}, 1) THEN {} END)",
                left.sql, right.sql, result.sql
            );
            result.params = params;
            if operation != Operation::Div {
                result.currency = Some(Fragment::with(
                    format!("coalesce({}, {})", left.sql, right.sql),
                    [left.params, right.params].concat(),
                ));
            }
        }
        (left, right) => result.currency = left.or(right),
    }
    result
}

/// Numbers in one form, so that any of them can stand for the others.
fn alike(pieces: Vec<Piece>) -> Vec<Piece> {
    let number = |piece: &Piece| matches!(piece.form, Form::Scaled | Form::Loose);
    if !pieces.iter().any(number) {
        return pieces;
    }
    let loose = pieces.iter().any(|piece| piece.form == Form::Loose);
    pieces
        .into_iter()
        .map(|piece| {
            let mut piece = piece.numeric();
            if loose && piece.form == Form::Scaled {
                piece.form = Form::Loose;
            }
            piece
        })
        .collect()
}

fn form_of(pieces: &[Piece]) -> Form {
    pieces.iter().map(|piece| piece.form).find(|form| *form != Form::Other).unwrap_or(Form::Other)
}

fn choose(condition: &Fragment, values: &[Piece]) -> Piece {
    let case = |parts: [&Fragment; 2]| {
        let [then, otherwise] = parts;
        Fragment::with(
            format!("(CASE WHEN {} THEN {} ELSE {} END)", condition.sql, then.sql, otherwise.sql),
            [condition.params.clone(), then.params.clone(), otherwise.params.clone()].concat(),
        )
    };
    let whole: Vec<Fragment> = values.iter().map(|piece| piece.clone().fragment()).collect();
    let currencies: Vec<Fragment> = values
        .iter()
        .map(|piece| piece.currency.clone().unwrap_or_else(|| Fragment::new("NULL")))
        .collect();
    let value = case([&whole[0], &whole[1]]);
    let currency = values
        .iter()
        .any(|piece| piece.currency.is_some())
        .then(|| case([&currencies[0], &currencies[1]]));
    Piece { sql: value.sql, params: value.params, form: form_of(values), currency }
}

fn first_of(values: Vec<Piece>) -> Piece {
    if values.len() == 1 {
        return values.into_iter().next().unwrap_or_else(Piece::null);
    }
    let form = form_of(&values);
    let list: Vec<&str> = values.iter().map(|piece| piece.sql.as_str()).collect();
    let params = values.iter().flat_map(|piece| piece.params.clone()).collect();
    let mut first = Piece::new(format!("coalesce({})", list.join(", ")), params, form);
    if values.iter().any(|piece| piece.currency.is_some()) {
        let mut sql = String::from("(CASE");
        let mut params = Vec::new();
        for piece in &values {
            let currency = piece.currency.clone().unwrap_or_else(|| Fragment::new("NULL"));
            let _ = write!(sql, " WHEN {} IS NOT NULL THEN {}", piece.sql, currency.sql);
            params.extend(piece.params.iter().cloned());
            params.extend(currency.params);
        }
        sql.push_str(" END)");
        first.currency = Some(Fragment::with(sql, params));
    }
    first
}
