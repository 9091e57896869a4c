//! What a field is compared with: the right side of a test, understood by the field's type.

use crate::model::{Fill, Phrase, phrase};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::expression::{Typed, compare, literal_of, of_literal, today};
use super::names;
use super::path::{End, Path, kind_of};
use super::resolve::{Resolver, end, is_code, order};
use super::tree::{Cond, Kind, Order, Scalar, TextTest, When};
use crate::model::{Value, text};
use crate::schema::{Attribute, Choice, Field, FieldType};
use crate::syntax::{Cmp, Expr, Literal, Node, SyntaxError, Unit, quoted_date, span};

type Result<T> = std::result::Result<T, SyntaxError>;

/// Yes and no, as people write them.
pub(super) fn yes_or_no(word: &str) -> Option<bool> {
    Some(match word.to_lowercase().as_str() {
        "yes" | "true" | "是" => true,
        "no" | "false" | "否" => false,
        _ => return None,
    })
}

/// The time that an expression names.
pub(super) fn when(expr: &Expr) -> Option<When> {
    let value = match &expr.node {
        Node::Text(text) => quoted_date(text)?,
        _ => literal_of(expr)?,
    };
    match value {
        Literal::Period(period) => Some(When::Period(period)),
        Literal::Date(day) => Some(When::Day(day)),
        Literal::Instant(at) => Some(When::Instant(at)),
        Literal::Now => Some(When::Now),
        _ => None,
    }
}

/// The text that an expression stands for where text is expected.
pub(super) fn text_of(expr: &Expr) -> Option<String> {
    match &expr.node {
        Node::Name(name) => Some(name.clone()),
        Node::Text(text) => Some(text.clone()),
        Node::Phrase(_) | Node::Negate(_) => literal_of(expr).map(|_| expr.to_string()),
        // `acme - berlin` after an operator is meant as text only in quotes.
        _ => None,
    }
}

pub(super) fn wrong(expr: &Expr, label: impl Into<Fill>, what: impl Into<Phrase>) -> SyntaxError {
    SyntaxError::new(
        expr.at,
        phrase!(
            "{label} is {what}; {expr} is not.",
            label = label.into(),
            what = what.into(),
            expr = expr.to_string()
        ),
    )
}

pub(super) fn misfit(
    expr: &Expr,
    label: impl Into<Fill>,
    cmp: Cmp,
    instead: impl Into<Phrase>,
) -> SyntaxError {
    SyntaxError::new(
        expr.at,
        phrase!("{cmp} does not go with {label}.", cmp = cmp.sign(), label = label.into()),
    )
    .hint(phrase!("Use {instead}.", instead = instead.into()))
}

impl Resolver<'_> {
    /// The condition that the end of `path` (a field of this resolver's entity) fulfils; nothing where
    /// the right side is calculated. `outer` resolves what belongs to the record the query is about.
    pub(super) fn held_against(
        &self,
        path: &Path<'_>,
        cmp: Cmp,
        right: &Expr,
        outer: &Self,
    ) -> Result<Option<Cond>> {
        let field = match path.end {
            End::Field(field) => field,
            End::Id | End::Reference => return self.by_number(path, cmp, right),
            End::Attribute(field, attribute) => {
                return Self::by_attribute(field, attribute, cmp, right);
            }
            End::Part(field, _) | End::Currency(field) => {
                return Self::by_text(end(path), field, false, cmp, right);
            }
        };
        match &field.kind {
            _ if field.chooses() => outer.by_choice(field, cmp, right),
            FieldType::MultiSelect => Self::by_member(field, cmp, right).map(Some),
            FieldType::Tags => Self::by_tag(field, cmp, right).map(Some),
            FieldType::Email | FieldType::Phone | FieldType::Url => {
                self.by_point(field, cmp, right).map(Some)
            }
            FieldType::Address => Self::by_address(field, cmp, right).map(Some),
            FieldType::Link { .. } | FieldType::Links { .. } => self.by_link(field, cmp, right),
            FieldType::LinkAny => self.by_any_link(field, cmp, right).map(Some),
            _ => match kind_of(field) {
                Some(Kind::Text) => {
                    let exact = is_code(self.entity, &field.name);
                    Self::by_text(end(path), field, exact, cmp, right)
                }
                Some(kind @ (Kind::Date | Kind::DateTime)) => {
                    Self::by_time(kind, end(path), &field.label, cmp, right, outer)
                }
                Some(Kind::Bool) => Self::by_truth(end(path), field, cmp, right),
                Some(kind) => Self::by_size(kind, end(path), field, cmp, right, outer),
                None => Ok(None),
            },
        }
    }

    fn by_number(&self, path: &Path<'_>, cmp: Cmp, right: &Expr) -> Result<Option<Cond>> {
        let number = match literal_of(right) {
            Some(Literal::Number(n)) => n.to_i64(),
            _ => None,
        };
        let id = match (number, text_of(right)) {
            (Some(id), _) => id,
            (None, Some(text)) => match self.catalog.parse_reference(&text) {
                Some(found) if found.entity == path.entity.name => found.id.0,
                Some(_) => return Ok(Some(Cond::Always(false))),
                None => {
                    return Err(SyntaxError::new(
                        right.at,
                        phrase!("{text} is not a reference.", text = text),
                    )
                    .hint(phrase!(
                        "References look like {prefix}-12.",
                        prefix = &path.entity.prefix
                    )));
                }
            },
            (None, None) => return Ok(None),
        };
        let order = order(cmp).ok_or_else(|| {
            SyntaxError::new(
                right.at,
                phrase!("Numbers of records are compared with = != < > <= >=."),
            )
        })?;
        let id = Typed::constant(Value::Decimal(Decimal::from(id)), Kind::Number);
        Ok(Some(Cond::Compare(Kind::Number, order, Scalar::Id, id.scalar)))
    }

    fn by_attribute(
        field: &Field,
        attribute: Attribute,
        cmp: Cmp,
        right: &Expr,
    ) -> Result<Option<Cond>> {
        let chosen = |fits: &dyn Fn(usize, &Choice) -> bool| {
            let values = field
                .choices
                .iter()
                .enumerate()
                .filter(|(index, choice)| fits(*index, choice))
                .map(|(_, choice)| choice.value.clone())
                .collect();
            Ok(Some(Cond::OneOf(Scalar::Field(field.name.clone()), values)))
        };
        if attribute == Attribute::State {
            let Some(word) = text_of(right) else { return Ok(None) };
            if !matches!(cmp, Cmp::Eq | Cmp::Like) {
                return Err(misfit(right, &field.label, cmp, phrase!("= or !=")));
            }
            let word = word.to_lowercase();
            let states = ["open", "won", "lost", "closed"];
            if !states.contains(&word.as_str()) {
                let error =
                    SyntaxError::new(right.at, phrase!("There is no state {word}.", word = &word));
                return Err(match names::nearest(&word, states) {
                    Some(near) => error.hint(phrase!("Did you mean {near}?", near = near)),
                    None => error.hint(phrase!("There are open, won, lost and closed.")),
                });
            }
            return chosen(&|_, choice| choice.standing.is_some_and(|s| s.word() == word));
        }
        let (Some(Literal::Number(n) | Literal::Percent(n)), Some(order)) =
            (literal_of(right), order(cmp))
        else {
            return Ok(None);
        };
        match attribute {
            Attribute::Order => chosen(&|index, _| order.fits(Decimal::from(index + 1).cmp(&n))),
            _ => chosen(&|_, choice| choice.probability.is_some_and(|p| order.fits(p.cmp(&n)))),
        }
    }

    fn by_choice(&self, field: &Field, cmp: Cmp, right: &Expr) -> Result<Option<Cond>> {
        let one_of = |values: Vec<String>| Cond::OneOf(Scalar::Field(field.name.clone()), values);
        let Some(typed) = text_of(right) else { return Ok(None) };
        let found = names::choice(field, &typed);
        let values = match (cmp, order(cmp), found) {
            (Cmp::Eq | Cmp::Like, _, Some(choice)) => vec![choice.value.clone()],
            (Cmp::Contains | Cmp::Like, _, _) => names::choices_like(field, &typed)
                .into_iter()
                .map(|choice| choice.value.clone())
                .collect(),
            // Stages stand in an order: `stage > proposal`.
            (Cmp::Lt | Cmp::Le | Cmp::Gt | Cmp::Ge, Some(order), Some(choice)) => {
                let at = field.choices.iter().position(|other| other.value == choice.value);
                let fits = |index: usize| at.is_some_and(|at| order.fits(index.cmp(&at)));
                (0..field.choices.len())
                    .filter(|index| fits(*index))
                    .map(|index| field.choices[index].value.clone())
                    .collect()
            }
            (_, _, None) => {
                if matches!(right.node, Node::Name(_))
                    && Path::resolve(self.catalog, self.entity, &typed, right.at)
                        .is_ok_and(|path| path.kind() == Some(Kind::Text))
                {
                    return Ok(None);
                }
                Vec::new()
            }
            _ => return Err(misfit(right, &field.label, cmp, phrase!("= != < > in or ~"))),
        };
        if values.is_empty() && found.is_none() {
            return Err(no_choice(field, &typed, right));
        }
        Ok(Some(one_of(values)))
    }

    fn by_text(
        scalar: Scalar,
        field: &Field,
        exact: bool,
        cmp: Cmp,
        right: &Expr,
    ) -> Result<Option<Cond>> {
        let typed = match &right.node {
            // `name = customer.name` compares two fields; `name = acme.com` does not.
            Node::Name(name) if name.contains('.') => name.clone(),
            _ => match text_of(right) {
                Some(text) => text,
                None => return Ok(None),
            },
        };
        let test = match cmp {
            Cmp::Contains | Cmp::Like => TextTest::Contains(text::fold(&typed)),
            Cmp::Eq if exact => TextTest::Exact(typed),
            Cmp::Eq => TextTest::Same(text::fold(&typed)),
            cmp => match order(cmp) {
                Some(order) if !matches!(cmp, Cmp::Before | Cmp::After) => {
                    TextTest::Order(order, text::fold(&typed))
                }
                _ => return Err(misfit(right, &field.label, cmp, phrase!("= != ~ or in"))),
            },
        };
        Ok(Some(Cond::Text(scalar, test)))
    }

    fn by_truth(scalar: Scalar, field: &Field, cmp: Cmp, right: &Expr) -> Result<Option<Cond>> {
        let yes = match literal_of(right) {
            Some(Literal::Number(n)) if n.is_zero() => Some(false),
            Some(Literal::Number(n)) if n == Decimal::ONE => Some(true),
            _ => text_of(right).and_then(|text| yes_or_no(&text)),
        };
        let (Some(yes), Cmp::Eq | Cmp::Like) = (yes, cmp) else {
            if text_of(right).is_none() {
                return Ok(None);
            }
            return Err(wrong(right, &field.label, phrase!("yes or no"))
                .hint(phrase!("Use = yes or = no.")));
        };
        // Not entered is not yes.
        Ok(Some(Cond::True(scalar).not_if(!yes)))
    }

    fn by_size(
        kind: Kind,
        scalar: Scalar,
        field: &Field,
        cmp: Cmp,
        right: &Expr,
        outer: &Self,
    ) -> Result<Option<Cond>> {
        let what = match kind {
            Kind::Money => phrase!("an amount"),
            Kind::Duration => phrase!("a duration"),
            _ => phrase!("a number"),
        };
        let Some(order) = order(cmp).filter(|_| !matches!(cmp, Cmp::Before | Cmp::After)) else {
            let error = SyntaxError::new(
                right.at,
                phrase!(
                    "{field} is {what}; {cmp} goes with {fits}.",
                    field = &field.label.en,
                    what = what,
                    cmp = cmp.sign(),
                    fits = goes_with(cmp)
                ),
            );
            return Err(error.hint(phrase!("Use = != < <= > >= or between.")));
        };
        let value = match &right.node {
            Node::Text(text) => crate::syntax::literal(text.trim()),
            _ => literal_of(right),
        };
        let value = match (kind, value) {
            (_, None) => {
                return match &right.node {
                    Node::Name(_) if outer.is_path(right) => Ok(None),
                    Node::Name(name) => Err(outer.not_a_value(name, right, field, what)),
                    Node::Text(_) => Err(wrong(right, &field.label, what)),
                    _ => Ok(None),
                };
            }
            (
                Kind::Number | Kind::Money,
                Some(value @ (Literal::Number(_) | Literal::Percent(_))),
            )
            | (Kind::Money, Some(value @ Literal::Amount(..)))
            | (Kind::Duration, Some(value @ Literal::Duration(..))) => value,
            (Kind::Duration, Some(Literal::Number(_))) => {
                return Err(
                    wrong(right, &field.label, what).hint(phrase!("Write 30min, 2h or 3d."))
                );
            }
            _ => return Err(wrong(right, &field.label, what)),
        };
        let Typed { scalar: constant, .. } = of_literal(value);
        Ok(Some(Cond::Compare(kind, order, scalar, constant)))
    }

    fn is_path(&self, right: &Expr) -> bool {
        matches!(&right.node, Node::Name(name)
            if Path::resolve(self.catalog, self.entity, name, right.at).is_ok())
    }

    fn not_a_value(&self, name: &str, right: &Expr, field: &Field, what: Phrase) -> SyntaxError {
        let error = wrong(right, &field.label, what);
        let known = self.entity.fields.iter().map(|field| field.name.as_str());
        match names::nearest(name, known) {
            Some(near) => error.hint(phrase!("Did you mean the field {near}?", near = near)),
            None => error,
        }
    }

    pub(super) fn by_time(
        kind: Kind,
        scalar: Scalar,
        label: impl Into<Fill> + Clone,
        cmp: Cmp,
        right: &Expr,
        outer: &Self,
    ) -> Result<Option<Cond>> {
        if matches!(cmp, Cmp::Older | Cmp::Newer) {
            return Self::by_age(kind, scalar, cmp, right).map(Some);
        }
        let Some(order) = order(cmp) else {
            return Err(misfit(
                right,
                label.clone(),
                cmp,
                phrase!("= < > in before after or older than"),
            ));
        };
        if let Some(when) = when(right) {
            return Ok(Some(Cond::During(kind, scalar, order, when)));
        }
        match (&right.node, literal_of(right)) {
            (_, Some(Literal::Duration(count, unit))) => {
                // `due < 3d`: counted from today.
                let day = Typed {
                    scalar: Scalar::Shift(Kind::Date, Box::new(today()), count, unit),
                    kind: Kind::Date,
                };
                compare(order, Typed { scalar, kind }, day, right.at).map(Some)
            }
            (_, Some(Literal::Number(year))) => {
                let bounds = year.to_i32().filter(|_| year.is_integer()).and_then(|year| {
                    if !(1000..=9998).contains(&year) {
                        return None;
                    }
                    let first = NaiveDate::from_ymd_opt(year, 1, 1)?;
                    Some((When::Day(first), When::Day(NaiveDate::from_ymd_opt(year + 1, 1, 1)?)))
                });
                let Some((first, next)) = bounds else {
                    return Err(wrong(right, label.clone(), phrase!("a date"))
                        .hint(phrase!("Write 2026-01-31 or +3d.")));
                };
                let during = |order, when| Cond::During(kind, scalar.clone(), order, when);
                Ok(Some(match order {
                    Order::Eq => Cond::all(vec![during(Order::Ge, first), during(Order::Lt, next)]),
                    Order::Lt => during(Order::Lt, first),
                    Order::Le => during(Order::Lt, next),
                    Order::Gt => during(Order::Ge, next),
                    Order::Ge => during(Order::Ge, first),
                }))
            }
            (Node::Name(_), None) if outer.is_path(right) => Ok(None),
            (Node::Arith(..) | Node::Call(..) | Node::Negate(_), None) => Ok(None),
            _ => Err(wrong(right, label, phrase!("a date"))
                .hint(phrase!("Write 2026-01-31, today, this month, last 30d or +3d."))),
        }
    }

    fn by_age(kind: Kind, scalar: Scalar, cmp: Cmp, right: &Expr) -> Result<Cond> {
        let age = match (&right.node, literal_of(right)) {
            // `3m` means months here.
            (Node::Name(word), _) if span(word).is_some() => span(word),
            (_, Some(Literal::Duration(count, unit))) => Some((count, unit)),
            _ => None,
        };
        if let Some((count, unit)) = age {
            let order = if cmp == Cmp::Older { Order::Lt } else { Order::Ge };
            let fine = matches!(unit, Unit::Hour | Unit::Minute | Unit::Second);
            // Whole days are counted from midnight, so that the list does not change through the day.
            let base = if fine && kind == Kind::DateTime {
                (Kind::DateTime, Scalar::At(When::Now))
            } else {
                (Kind::Date, today())
            };
            let limit = Typed {
                scalar: Scalar::Shift(base.0, Box::new(base.1), -count, unit),
                kind: base.0,
            };
            return compare(order, Typed { scalar, kind }, limit, right.at);
        }
        if let Some(when) = when(right) {
            let order = if cmp == Cmp::Older { Order::Lt } else { Order::Gt };
            return Ok(Cond::During(kind, scalar, order, when));
        }
        let error = SyntaxError::new(
            right.at,
            phrase!("{right} is no length of time.", right = right.to_string()),
        );
        Err(error.hint(phrase!("Write 90d, 3 months or 1y.")))
    }
}

fn goes_with(cmp: Cmp) -> Phrase {
    match cmp {
        Cmp::Contains => phrase!("text"),
        _ => phrase!("dates"),
    }
}

pub(super) fn no_choice(field: &Field, typed: &str, right: &Expr) -> SyntaxError {
    let error = SyntaxError::new(
        right.at,
        phrase!("{field} has no choice \"{typed}\".", field = &field.label, typed = &typed),
    );
    let known = field.choices.iter().flat_map(|choice| {
        [choice.value.as_str(), choice.label.en.as_str(), choice.label.zh.as_str()]
    });
    if let Some(near) = names::nearest(typed, known) {
        let near = names::choice(field, near).map_or(near, |choice| choice.value.as_str());
        return error.hint(phrase!("Did you mean {near}?", near = near));
    }
    let some: Vec<&str> =
        field.choices.iter().take(8).map(|choice| choice.value.as_str()).collect();
    error.hint(phrase!("It has: {known}.", known = some.join(", ")))
}
