//! Roll-ups -> correlated sub-selects over living linked records.

use rusqlite::types::Value as Sql;

use super::{Compiler, Form, Fragment, Piece, Place};
use crate::gate::store::layout::quoted;
use crate::model::Name;
use crate::query::tree::{Kind, Scalar};
use crate::query::{Formula, Query};
use crate::schema::{Entity, FieldResult, FieldType, RollUp, Take};

impl Compiler<'_> {
    pub(super) fn roll_up(&self, roll_up: &RollUp, result: FieldResult, place: Place<'_>) -> Piece {
        let Some(child) = self.catalog.entity(&roll_up.of) else { return Piece::null() };
        let (alias, inner) = self.inside();
        let at = Place { entity: child, alias: &alias };
        let Some(mut condition) = Self::linked(std::slice::from_ref(&roll_up.through), at, place)
        else {
            return Piece::null();
        };
        condition.and(&format!("{alias}.deleted_at IS NULL"), Vec::new());
        if let Some(filter) = &roll_up.filter {
            let Ok(query) = Query::resolve(filter, self.catalog, &child.name) else {
                return Piece::null();
            };
            let filter = inner.cond(&query.condition(), at);
            condition.and(&filter.sql, filter.params);
        }
        let table = quoted(&child.sql_table());
        let select = |what: &str, params: Vec<Sql>| {
            let sql = format!("(SELECT {what} FROM {table} {alias} WHERE {})", condition.sql);
            Fragment::with(sql, [params, condition.params.clone()].concat())
        };
        let (function, expr) = match &roll_up.take {
            Take::Count => {
                let count = select("count(*)", Vec::new());
                let piece = Piece::new(count.sql, count.params, Form::Plain);
                return self.as_result(piece, Kind::Number, result);
            }
            Take::Sum(expr) => ("kontor_sum", expr),
            Take::Min(expr) => ("min", expr),
            Take::Max(expr) => ("max", expr),
        };
        let Ok(taken) = Formula::resolve(expr, self.catalog, &child.name) else {
            return Piece::null();
        };
        let value = match inner.scalar(&taken.scalar, at) {
            piece if piece.form == Form::Loose => piece.scaled(),
            piece => piece,
        };
        let form = value.form;
        let mut piece = match &value.currency {
            None => {
                let sum = select(&format!("{function}({})", value.sql), value.params);
                Piece::new(sum.sql, sum.params, form)
            }
            // Amounts in several currencies have no sum and no order.
            Some(currency) => {
                let stored = is_money_column(&taken.scalar, child);
                let (counted, counted_params) = if stored {
                    (currency.sql.clone(), currency.params.clone())
                } else {
                    (
                        format!("CASE WHEN {} IS NOT NULL THEN {} END", value.sql, currency.sql),
                        [value.params.clone(), currency.params.clone()].concat(),
                    )
                };
                let sum = select(
                    &format!(
                        "CASE WHEN count(DISTINCT {counted}) <= 1 THEN {function}({}) END",
                        value.sql
                    ),
                    [counted_params.clone(), value.params.clone()].concat(),
                );
                let mut piece = Piece::new(sum.sql, sum.params, form);
                piece.currency = Some(select(&format!("max({counted})"), counted_params));
                piece
            }
        };
        if matches!(taken.kind, Kind::Date | Kind::DateTime | Kind::Text | Kind::Bool) {
            piece.form = Form::Other;
        }
        self.as_result(piece, taken.kind, result)
    }

    /// The condition that a record (at `from`) links to the one at `to` by one of its fields.
    pub(super) fn linked(through: &[Name], from: Place<'_>, to: Place<'_>) -> Option<Fragment> {
        let mut ways = Vec::new();
        let mut params = Vec::new();
        for name in through {
            let Some(field) = from.entity.field(name) else { continue };
            let column = from.column(&field.sql_column());
            match &field.kind {
                FieldType::Link { .. } => ways.push(format!("{column} = {}.id", to.alias)),
                FieldType::LinkAny => {
                    let entity = from.column(&format!("{}_entity", field.sql_column()));
                    ways.push(format!("({entity} = ? AND {column} = {}.id)", to.alias));
                    params.push(Sql::Text(to.entity.name.to_string()));
                }
                FieldType::Links { .. } => {
                    ways.push(format!(
                        "{}.id IN (SELECT source FROM _link WHERE field = ? AND target = {}.id)",
                        from.alias, to.alias
                    ));
                    params.push(Sql::Text(format!("{}.{name}", from.entity.name)));
                }
                _ => {}
            }
        }
        match ways.len() {
            0 => None,
            1 => Some(Fragment::with(ways.remove(0), params)),
            _ => Some(Fragment::with(format!("({})", ways.join(" OR ")), params)),
        }
    }
}

fn is_money_column(scalar: &Scalar, entity: &Entity) -> bool {
    matches!(scalar, Scalar::Field(name)
        if entity.field(name).is_some_and(|field| field.kind == FieldType::Money))
}
