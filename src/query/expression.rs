//! Value expressions: types found out and checked.

use crate::model::{Phrase, phrase};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::path::{End, Path, hop_over};
use super::resolve::Resolver;
use super::tree::{Cond, Kind, Operation, Scalar, When};
use super::{names, path};
use crate::model::{Money, Value};
use crate::schema::{Entity, Field};
use crate::syntax::{
    Arith, Expr, FUNCTIONS, Literal, Node, Period, Span, SyntaxError, Unit, literal,
};

/// A value expression and what it yields.
#[derive(Debug, Clone)]
pub(super) struct Typed {
    pub(super) scalar: Scalar,
    pub(super) kind: Kind,
}

impl Typed {
    fn new(scalar: Scalar, kind: Kind) -> Self {
        Self { scalar, kind }
    }

    pub(super) fn constant(value: Value, kind: Kind) -> Self {
        Self::new(Scalar::Constant(value), kind)
    }
}

type Result<T> = std::result::Result<T, SyntaxError>;

/// A literal as a value expression.
pub(super) fn of_literal(value: Literal) -> Typed {
    match value {
        Literal::Number(n) | Literal::Percent(n) => {
            Typed::constant(Value::Decimal(n), Kind::Number)
        }
        Literal::Amount(amount, currency) => {
            Typed::constant(Value::Money(Money { amount, currency }), Kind::Money)
        }
        Literal::Duration(count, unit) => {
            Typed::constant(Value::Duration(super::period::seconds(count, unit)), Kind::Duration)
        }
        Literal::Date(day) => Typed::new(Scalar::At(When::Day(day)), Kind::Date),
        Literal::Instant(at) => Typed::new(Scalar::At(When::Instant(at)), Kind::DateTime),
        Literal::Period(period) => Typed::new(Scalar::At(When::Period(period)), Kind::Date),
        Literal::Now => Typed::new(Scalar::At(When::Now), Kind::DateTime),
        Literal::Me => Typed::new(Scalar::Me, Kind::Link),
        Literal::MyTeam => Typed::new(Scalar::MyTeam, Kind::Link),
        Literal::Empty => Typed::constant(Value::Null, Kind::Nothing),
    }
}

/// The literal that an expression is: a word, a phrase, with a sign or without.
pub(super) fn literal_of(expr: &Expr) -> Option<Literal> {
    match &expr.node {
        Node::Name(word) => literal(word),
        Node::Phrase(value) => Some(*value),
        Node::Negate(inner) => Some(match literal_of(inner)? {
            Literal::Number(n) => Literal::Number(-n),
            Literal::Percent(n) => Literal::Percent(-n),
            Literal::Amount(n, currency) => Literal::Amount(-n, currency),
            Literal::Duration(count, unit) => Literal::Duration(-count, unit),
            _ => return None,
        }),
        Node::Words(words) => {
            let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
            crate::syntax::phrase(&texts)
        }
        _ => None,
    }
}

impl Resolver<'_> {
    /// Resolves a value expression. `wanted` is the field it is for, whose choices bare words may name.
    pub(super) fn value(&self, expr: &Expr, wanted: Option<&Field>) -> Result<Typed> {
        if let Some(value) = literal_of(expr) {
            return Ok(of_literal(value));
        }
        match &expr.node {
            Node::Name(name) => self.name(name, expr.at, wanted),
            Node::Text(text) => Ok(match wanted {
                Some(field) => self.word_for(field, text).unwrap_or_else(|| text_value(text)),
                None => text_value(text),
            }),
            Node::Arith(arith, left, right) => self.arith(*arith, left, right, expr.at),
            Node::Negate(inner) => {
                let typed = self.value(inner, None)?;
                match typed.kind {
                    Kind::Number | Kind::Money => {
                        Ok(Typed::new(Scalar::Negate(Box::new(typed.scalar)), typed.kind))
                    }
                    kind => Err(unfit(inner.at, kind, phrase!("a minus sign needs a number"))),
                }
            }
            Node::Call(name, arguments) => self.call(name, arguments, expr.at, wanted),
            Node::Words(_) | Node::Phrase(_) => {
                Err(SyntaxError::new(expr.at, phrase!("Several words make no value."))
                    .hint(phrase!("Put text in quotes, and an operator between values.")))
            }
            _ => Ok(Typed::new(Scalar::Holds(Box::new(self.condition(expr)?)), Kind::Bool)),
        }
    }

    fn name(&self, name: &str, at: Span, wanted: Option<&Field>) -> Result<Typed> {
        if let Some(typed) = wanted.and_then(|field| self.word_for(field, name)) {
            return Ok(typed);
        }
        if let Some(yes) = super::values::yes_or_no(name)
            && wanted.is_none()
            && names::field(self.entity, name).is_none()
        {
            return Ok(Typed::constant(Value::Bool(yes), Kind::Bool));
        }
        let path = Path::resolve(self.catalog, self.entity, name, at).map_err(|mut error| {
            if name.contains(['-', '+', '/', '&']) {
                error.hint =
                    Some(phrase!("If a calculation is meant, put blanks around the operator."));
            } else if error.hint.as_deref().is_none_or(|hint| !hint.starts_with("Did")) {
                error.hint = Some(phrase!("Text stands in quotes here."));
            }
            error
        })?;
        match path.kind() {
            Some(kind) => Ok(Typed::new(path.scalar(), kind)),
            None => Err(SyntaxError::new(
                at,
                phrase!(
                    "{name} can hold several values, so nothing can be calculated with it.",
                    name = name
                ),
            )),
        }
    }

    /// A bare word as a value of the field it is for: a choice, yes or no.
    fn word_for(&self, field: &Field, word: &str) -> Option<Typed> {
        if !field.choices.is_empty() {
            let value = names::choice(field, word)?.value.clone();
            return Some(Typed::constant(Value::Text(value), Kind::Text));
        }
        if path::kind_of(field) == Some(Kind::Bool) {
            let yes = super::values::yes_or_no(word)?;
            return Some(Typed::constant(Value::Bool(yes), Kind::Bool));
        }
        None
    }

    fn arith(&self, arith: Arith, left: &Expr, right: &Expr, at: Span) -> Result<Typed> {
        for side in [left, right] {
            if let Some(Literal::Percent(percent)) = literal_of(side) {
                return Err(SyntaxError::new(
                    side.at,
                    phrase!("A calculation takes plain numbers."),
                )
                .hint(phrase!(
                    "Write {number} instead of {percent}%.",
                    number = percent / Decimal::ONE_HUNDRED,
                    percent = percent
                )));
            }
        }
        let a = self.value(left, None)?;
        if arith == Arith::Join {
            let b = self.value(right, None)?;
            return self.join([(a, left.at), (b, right.at)]);
        }
        // Months have no fixed length, so a duration that is written out moves along the calendar.
        if matches!(a.kind, Kind::Date | Kind::DateTime)
            && let Some(Literal::Duration(count, unit)) = literal_of(right)
        {
            let count = match arith {
                Arith::Add => count,
                Arith::Sub => -count,
                _ => {
                    return Err(unfit(
                        at,
                        a.kind,
                        phrase!("days can only be added and subtracted"),
                    ));
                }
            };
            let fine = matches!(unit, Unit::Hour | Unit::Minute | Unit::Second);
            let (base, kind) = if fine && a.kind == Kind::Date {
                (Scalar::StartOf(Box::new(a.scalar)), Kind::DateTime)
            } else {
                (a.scalar, a.kind)
            };
            return Ok(Typed::new(Scalar::Shift(kind, Box::new(base), count, unit), kind));
        }
        let b = self.value(right, None)?;
        calculate(arith, a, b, at)
    }

    /// Joins texts; a link is written as the title of its record.
    fn join(&self, sides: [(Typed, Span); 2]) -> Result<Typed> {
        let mut parts = Vec::new();
        for (typed, at) in sides {
            match (typed.kind, typed.scalar) {
                (_, Scalar::Join(inner)) => parts.extend(inner),
                (Kind::Link, scalar) => {
                    let title = self.title(self.entity, scalar).ok_or_else(|| {
                        SyntaxError::new(
                            at,
                            phrase!("This has no title that could be joined to a text."),
                        )
                    })?;
                    parts.push((Kind::Text, title));
                }
                (kind, scalar) => parts.push((kind, scalar)),
            }
        }
        Ok(Typed::new(Scalar::Join(parts), Kind::Text))
    }

    /// The title of the record that a path ending in a link leads to.
    fn title(&self, entity: &Entity, scalar: Scalar) -> Option<Scalar> {
        match scalar {
            Scalar::Field(name) => {
                let hop = hop_over(entity.field(&name)?)?;
                let title = self.catalog.entity(&hop.to)?.title.clone();
                Some(Scalar::Via(hop, Box::new(Scalar::Field(title))))
            }
            Scalar::Via(hop, inner) => {
                let inner = self.title(self.catalog.entity(&hop.to)?, *inner)?;
                Some(Scalar::Via(hop, Box::new(inner)))
            }
            _ => None,
        }
    }

    fn call(
        &self,
        name: &str,
        arguments: &[Expr],
        at: Span,
        wanted: Option<&Field>,
    ) -> Result<Typed> {
        let usage = FUNCTIONS.iter().find(|(known, ..)| *known == name).map_or("", |f| f.1);
        let count = |least: usize, most: usize| {
            if (least..=most).contains(&arguments.len()) {
                Ok(())
            } else {
                Err(SyntaxError::new(
                    at,
                    phrase!(
                        "{name} does not take {arguments} values.",
                        name = name,
                        arguments = arguments.len()
                    ),
                )
                .hint(phrase!("Write {usage}.", usage = usage)))
            }
        };
        let one = |index: usize, kinds: &[Kind]| -> Result<Typed> {
            let typed = self.value(&arguments[index], None)?;
            if kinds.contains(&typed.kind) || typed.kind == Kind::Nothing {
                Ok(typed)
            } else {
                Err(unfit(
                    arguments[index].at,
                    typed.kind,
                    phrase!(
                        "{usage} needs {kinds}",
                        usage = usage,
                        kinds = Phrase::word(kinds[0].word())
                    ),
                ))
            }
        };
        Ok(match name {
            "if" => {
                count(3, 3)?;
                let condition = self.condition(&arguments[0])?;
                let (kind, mut values) = self.alike(&arguments[1..], wanted)?;
                let otherwise = values.pop().unwrap_or(Scalar::Constant(Value::Null));
                let then = values.pop().unwrap_or(Scalar::Constant(Value::Null));
                Typed::new(
                    Scalar::If(Box::new(condition), Box::new(then), Box::new(otherwise)),
                    kind,
                )
            }
            "coalesce" => {
                count(1, 16)?;
                let (kind, values) = self.alike(arguments, wanted)?;
                Typed::new(Scalar::Coalesce(values), kind)
            }
            "first" => {
                count(1, 1)?;
                self.first(&arguments[0])?
            }
            "round" => {
                count(1, 2)?;
                let typed = one(0, &[Kind::Number, Kind::Money])?;
                let places = match arguments.get(1).map(literal_of) {
                    None => Some(0),
                    Some(Some(Literal::Number(n))) if n.is_integer() => {
                        n.to_u32().filter(|places| *places <= 4)
                    }
                    Some(_) => None,
                };
                let places = places.ok_or_else(|| {
                    SyntaxError::new(
                        arguments[1].at,
                        phrase!("Decimal places are a number from 0 to 4."),
                    )
                })?;
                Typed::new(Scalar::Round(Box::new(typed.scalar), places), typed.kind)
            }
            "lower" | "upper" | "len" => {
                count(1, 1)?;
                let text = Box::new(one(0, &[Kind::Text])?.scalar);
                match name {
                    "lower" => Typed::new(Scalar::Lower(text), Kind::Text),
                    "upper" => Typed::new(Scalar::Upper(text), Kind::Text),
                    _ => Typed::new(Scalar::Len(text), Kind::Number),
                }
            }
            "year" | "month" | "date" => {
                count(1, 1)?;
                let typed = one(0, &[Kind::Date, Kind::DateTime])?;
                let day = Box::new(as_day(typed).scalar);
                match name {
                    "year" => Typed::new(Scalar::Year(day), Kind::Number),
                    "month" => Typed::new(Scalar::Month(day), Kind::Number),
                    _ => Typed::new(*day, Kind::Date),
                }
            }
            _ => {
                let known: Vec<&str> = FUNCTIONS.iter().map(|(name, ..)| *name).collect();
                return Err(SyntaxError::new(
                    at,
                    phrase!("There is no function {name}.", name = name),
                )
                .hint(phrase!("There are {known}.", known = known.join(", "))));
            }
        })
    }

    /// The first of the links that a path ends at.
    fn first(&self, links: &Expr) -> Result<Typed> {
        if let Node::Name(name) = &links.node {
            let path = Path::resolve(self.catalog, self.entity, name, links.at)?;
            if let End::Field(field) = path.end
                && let Some(hop) = hop_over(field).filter(|hop| hop.many)
            {
                let first = Scalar::First(hop);
                return Ok(Typed::new(path.behind(first), Kind::Link));
            }
        }
        Err(SyntaxError::new(
            links.at,
            phrase!("Only of several linked records there is a first one."),
        )
        .hint(phrase!("Write first(teams) or first(owner.teams).")))
    }

    /// Values of which one will be taken: all must be of one kind.
    fn alike(&self, exprs: &[Expr], wanted: Option<&Field>) -> Result<(Kind, Vec<Scalar>)> {
        let mut kind = Kind::Nothing;
        let mut values = Vec::with_capacity(exprs.len());
        for expr in exprs {
            let typed = self.value(expr, wanted)?;
            kind = match (kind, typed.kind) {
                (Kind::Nothing, other) | (other, Kind::Nothing) => other,
                (a, b) if a == b => a,
                (Kind::Money, Kind::Number) | (Kind::Number, Kind::Money) => Kind::Money,
                (a, b) => {
                    return Err(SyntaxError::new(
                        expr.at,
                        phrase!(
                            "This is {b}, but {a} stands before it.",
                            b = Phrase::word(b.word()),
                            a = Phrase::word(a.word())
                        ),
                    )
                    .hint(phrase!("All values of which one is taken must be of one kind.")));
                }
            };
            values.push(typed.scalar);
        }
        Ok((kind, values))
    }
}

fn text_value(text: &str) -> Typed {
    let value = if text.is_empty() { Value::Null } else { Value::Text(text.to_owned()) };
    Typed::constant(value, Kind::Text)
}

fn unfit(at: Span, kind: Kind, why: impl Into<Phrase>) -> SyntaxError {
    SyntaxError::new(
        at,
        phrase!("This is {kind}; {why}.", kind = Phrase::word(kind.word()), why = why.into()),
    )
}

pub(super) fn as_day(typed: Typed) -> Typed {
    match typed.kind {
        Kind::DateTime => Typed::new(Scalar::DayOf(Box::new(typed.scalar)), Kind::Date),
        _ => typed,
    }
}

fn calculate(arith: Arith, a: Typed, b: Typed, at: Span) -> Result<Typed> {
    use Kind::{Date, DateTime, Duration, Money, Nothing, Number};
    let seconds = |typed: Typed| Scalar::SecondsOf(Box::new(typed.scalar));
    let plain = |operation, a: Scalar, b: Scalar, kind| {
        Typed::new(Scalar::Calc(operation, Box::new(a), Box::new(b)), kind)
    };
    let operation = match arith {
        Arith::Add => Operation::Add,
        Arith::Sub => Operation::Sub,
        Arith::Mul => Operation::Mul,
        Arith::Div | Arith::Join => Operation::Div,
    };
    let add = matches!(arith, Arith::Add | Arith::Sub);
    let duration = |typed: Typed| Typed::new(Scalar::DurationOf(Box::new(typed.scalar)), Duration);
    let later = |scalar: Scalar| {
        if arith == Arith::Sub { Scalar::Negate(Box::new(scalar)) } else { scalar }
    };
    Ok(match (a.kind, b.kind) {
        (Nothing, _) | (_, Nothing) => Typed::constant(Value::Null, Nothing),
        (Number, Number) => plain(operation, a.scalar, b.scalar, Number),
        (Money, Money) if add => plain(operation, a.scalar, b.scalar, Money),
        (Money, Money) if arith == Arith::Div => plain(operation, a.scalar, b.scalar, Number),
        (Money, Number) => plain(operation, a.scalar, b.scalar, Money),
        (Number, Money) if arith != Arith::Div => plain(operation, a.scalar, b.scalar, Money),
        (Duration, Duration) if add => duration(plain(operation, seconds(a), seconds(b), Number)),
        (Duration, Duration) if arith == Arith::Div => {
            plain(operation, seconds(a), seconds(b), Number)
        }
        (Duration, Number) if !add => duration(plain(operation, seconds(a), b.scalar, Number)),
        (Number, Duration) if arith == Arith::Mul => {
            duration(plain(operation, a.scalar, seconds(b), Number))
        }
        (DateTime, DateTime) if arith == Arith::Sub => {
            duration(plain(Operation::Seconds, a.scalar, b.scalar, Number))
        }
        (Date | DateTime, Date | DateTime) if arith == Arith::Sub => {
            plain(Operation::Days, as_day(a).scalar, as_day(b).scalar, Number)
        }
        (Date, Number) if add => plain(Operation::DaysLater, a.scalar, later(b.scalar), Date),
        (Date, Duration) if add => {
            let day = Scalar::Constant(Value::Decimal(Decimal::from(86_400)));
            let days = plain(Operation::Div, seconds(b), day, Number);
            plain(Operation::DaysLater, a.scalar, later(days.scalar), Date)
        }
        (DateTime, Duration) if add => {
            plain(Operation::SecondsLater, a.scalar, later(seconds(b)), DateTime)
        }
        (DateTime, Number) if add => {
            let day = Scalar::Constant(Value::Decimal(Decimal::from(86_400)));
            let days = plain(Operation::Mul, b.scalar, day, Number);
            plain(Operation::SecondsLater, a.scalar, later(days.scalar), DateTime)
        }
        (a, b) => {
            let word = match arith {
                Arith::Add => "added",
                Arith::Sub => "subtracted",
                Arith::Mul => "multiplied",
                _ => "divided",
            };
            let error = SyntaxError::new(
                at,
                phrase!(
                    "{a} and {b} cannot be {word}.",
                    a = Phrase::word(a.word()),
                    b = Phrase::word(b.word()),
                    word = Phrase::word(word)
                ),
            );
            return Err(if a == Kind::Text || b == Kind::Text {
                error.hint(phrase!("Texts are joined with &."))
            } else {
                error
            });
        }
    })
}

/// A condition that two values stand in an order; dates and instants are held against each other by day.
pub(super) fn compare(order: super::tree::Order, a: Typed, b: Typed, at: Span) -> Result<Cond> {
    use Kind::{Date, DateTime, Money, Nothing, Number};
    let kind = match (a.kind, b.kind) {
        (Date, DateTime) | (DateTime, Date) => {
            let (a, b) = (as_day(a), as_day(b));
            return Ok(Cond::Compare(Date, order, a.scalar, b.scalar));
        }
        (Money | Number, Money) | (Money, Number) => Money,
        (x, y) if x == y && x != Nothing => x,
        (x, y) => {
            return Err(SyntaxError::new(
                at,
                phrase!(
                    "{x} cannot be compared with {y}.",
                    x = Phrase::word(x.word()),
                    y = Phrase::word(y.word())
                ),
            ));
        }
    };
    Ok(Cond::Compare(kind, order, a.scalar, b.scalar))
}

/// The first day of today, for durations that are meant from now on.
pub(super) fn today() -> Scalar {
    Scalar::At(When::Period(Period::Day(0)))
}
