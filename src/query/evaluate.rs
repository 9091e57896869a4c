//! Conditions and value expressions on a record in memory.
//!
//! What the record alone cannot tell (linked records, free words) is unknown: `None`. Whoever can look at
//! linked records hands in how ([`Evaluation::looking`]).

use std::sync::Arc;

use chrono::{DateTime, Datelike, Utc};
use rust_decimal::Decimal;

use super::Moment;
use super::compute::{as_result, calculate, number, order, round, written};
use super::period::{shift_day, shift_instant, start_of};
use super::resolve::Resolver;
use super::tree::{Cond, Hop, Kind, Order, PointTest, Scalar, TextTest, When, Who};
use crate::model::{Link, Money, Name, Record, Value, text};
use crate::schema::{Attribute, Catalog, Entity, Field, FieldType};

/// Formulas may use formulas, but not endlessly.
const MAX_FORMULAS: usize = 8;

/// Where values come from.
#[derive(Clone, Copy)]
enum Source<'a> {
    Record(&'a Record),
    /// A linked record, of which only number and title are known.
    Linked(&'a Link),
}

/// How a linked record is looked at; none where it is not there.
pub type Look<'a> = dyn Fn(&Link) -> Option<Arc<Record>> + 'a;

/// A look at one record.
#[derive(Clone, Copy)]
pub(crate) struct Evaluation<'a> {
    catalog: &'a Catalog,
    entity: Option<&'a Entity>,
    source: Source<'a>,
    moment: &'a Moment,
    formulas: usize,
    look: Option<&'a Look<'a>>,
}

impl<'a> Evaluation<'a> {
    pub(crate) fn new(
        catalog: &'a Catalog,
        entity: &str,
        record: &'a Record,
        moment: &'a Moment,
    ) -> Self {
        let entity = catalog.entity(entity);
        Self { catalog, entity, source: Source::Record(record), moment, formulas: 0, look: None }
    }

    /// The same with linked records looked at.
    pub(crate) fn looking(self, look: &'a Look<'a>) -> Self {
        Self { look: Some(look), ..self }
    }

    fn field(&self, name: &str) -> Option<&'a Field> {
        self.entity.and_then(|entity| entity.field(name))
    }

    fn get(&self, name: &Name) -> Option<Value> {
        let field = self.field(name)?;
        match (self.source, &field.kind) {
            (Source::Linked(link), _) => {
                let title = self.entity.is_some_and(|entity| entity.title == *name);
                (title && !link.title.is_empty()).then(|| Value::Text(link.title.clone()))
            }
            (Source::Record(_), FieldType::Formula { expr, result }) => {
                if self.formulas >= MAX_FORMULAS {
                    return Some(Value::Null);
                }
                let resolver = Resolver { catalog: self.catalog, entity: self.entity? };
                let Ok(typed) = resolver.value(expr, None) else { return Some(Value::Null) };
                let inner = Self { formulas: self.formulas + 1, ..*self };
                let value = inner.value(&typed.scalar)?;
                let company = self.catalog.company.currency;
                Some(as_result(&value, *result, company, self.moment.zone))
            }
            (Source::Record(record), FieldType::RollUp { .. }) => record.fields.get(name).cloned(),
            (Source::Record(record), _) => Some(stored(record, name)),
        }
    }

    /// What a value expression yields; none where it cannot be known.
    pub(crate) fn value(&self, scalar: &Scalar) -> Option<Value> {
        let when = |when: &When| match when {
            When::Now => Value::DateTime(self.moment.now),
            When::Instant(_) => Value::DateTime(when.instants(self.moment).0),
            _ => Value::Date(when.days(self.moment).0),
        };
        Some(match scalar {
            Scalar::Constant(value) => value.clone(),
            Scalar::At(at) => when(at),
            Scalar::Me => {
                self.moment.me.map_or(Value::Null, |id| Value::Link(Link::new("user", id)))
            }
            Scalar::MyTeam => self
                .moment
                .my_teams
                .first()
                .map_or(Value::Null, |id| Value::Link(Link::new("team", *id))),
            Scalar::Id => Value::Int(match self.source {
                Source::Record(record) => record.id.0,
                Source::Linked(link) => link.id.0,
            }),
            Scalar::Field(name) => self.get(name)?,
            Scalar::Part(name, part) => match self.get(name)? {
                Value::Address(address) => address.part(part).map_or(Value::Null, Value::from),
                _ => Value::Null,
            },
            Scalar::Attribute(name, attribute) => self.attribute(name, *attribute)?,
            Scalar::CurrencyOf(name) => match self.get(name)? {
                Value::Money(money) => Value::Text(money.currency.code().to_owned()),
                _ => Value::Null,
            },
            Scalar::Via(hop, inner) => match self.get(&hop.field)? {
                Value::Null => Value::Null,
                Value::Link(link) => match self.at(hop, &link).value(inner) {
                    Some(value) => value,
                    None => self.over(hop, &link, inner)?,
                },
                _ => return None,
            },
            Scalar::First(hop) => match self.get(&hop.field)? {
                Value::Null => Value::Null,
                Value::Links(links) => {
                    let look = self.look?;
                    let lives = |link: &Link| {
                        look(link).is_some_and(|record| record.meta.deleted_at.is_none())
                    };
                    links.into_iter().find(lives).map_or(Value::Null, Value::Link)
                }
                _ => return None,
            },
            Scalar::Calc(operation, a, b) => {
                calculate(*operation, &self.value(a)?, &self.value(b)?)
            }
            Scalar::Negate(inner) => match self.value(inner)? {
                Value::Money(money) => {
                    Value::Money(Money { amount: -money.amount, currency: money.currency })
                }
                value => number(&value).map_or(Value::Null, |n| Value::Decimal(-n)),
            },
            Scalar::Shift(kind, inner, count, unit) => {
                let moved = match (kind, self.value(inner)?) {
                    (Kind::Date, Value::Date(day)) => {
                        shift_day(day, *count, *unit).map(Value::Date)
                    }
                    (_, Value::DateTime(at)) => {
                        shift_instant(at, *count, *unit, self.moment.zone).map(Value::DateTime)
                    }
                    _ => None,
                };
                moved.unwrap_or_default()
            }
            Scalar::If(condition, then, otherwise) => {
                if self.decide(condition)? {
                    self.value(then)?
                } else {
                    self.value(otherwise)?
                }
            }
            Scalar::Coalesce(values) => {
                for value in values {
                    let value = self.value(value)?;
                    if !value.is_null() {
                        return Some(value);
                    }
                }
                Value::Null
            }
            Scalar::Round(inner, places) => match self.value(inner)? {
                Value::Money(money) => Value::Money(Money {
                    amount: round(money.amount, *places),
                    currency: money.currency,
                }),
                value => number(&value).map_or(Value::Null, |n| Value::Decimal(round(n, *places))),
            },
            Scalar::Lower(inner) => self.text(inner, str::to_lowercase)?,
            Scalar::Upper(inner) => self.text(inner, str::to_uppercase)?,
            Scalar::Len(inner) => match self.value(inner)? {
                Value::Text(text) => Value::Decimal(Decimal::from(text.chars().count())),
                _ => Value::Null,
            },
            Scalar::Year(inner) => match self.value(inner)? {
                Value::Date(day) => Value::Decimal(Decimal::from(day.year())),
                _ => Value::Null,
            },
            Scalar::Month(inner) => match self.value(inner)? {
                Value::Date(day) => Value::Decimal(Decimal::from(day.month())),
                _ => Value::Null,
            },
            Scalar::DayOf(inner) => match self.value(inner)? {
                Value::DateTime(at) => {
                    Value::Date(at.with_timezone(&self.moment.zone).date_naive())
                }
                _ => Value::Null,
            },
            Scalar::StartOf(inner) => match self.value(inner)? {
                Value::Date(day) => Value::DateTime(start_of(day, self.moment.zone)),
                _ => Value::Null,
            },
            Scalar::SecondsOf(inner) => match self.value(inner)? {
                Value::Duration(seconds) => Value::Decimal(Decimal::from(seconds)),
                Value::Decimal(n) => Value::Decimal(n),
                _ => Value::Null,
            },
            Scalar::DurationOf(inner) => self.value(inner)?,
            Scalar::Join(parts) => {
                let mut joined = String::new();
                for (_, part) in parts {
                    joined.push_str(&written(&self.value(part)?).unwrap_or_default());
                }
                Value::from(joined.as_str())
            }
            Scalar::Holds(condition) => Value::Bool(self.decide(condition)?),
        })
    }

    fn text(&self, inner: &Scalar, change: fn(&str) -> String) -> Option<Value> {
        Some(match self.value(inner)? {
            Value::Text(text) => Value::Text(change(&text)),
            _ => Value::Null,
        })
    }

    fn attribute(&self, name: &Name, attribute: Attribute) -> Option<Value> {
        let value = self.get(name)?;
        let field = self.field(name)?;
        let Some(chosen) = value.as_text() else { return Some(Value::Null) };
        let Some(index) = field.choices.iter().position(|choice| choice.value == chosen) else {
            return Some(Value::Null);
        };
        let choice = &field.choices[index];
        Some(match attribute {
            Attribute::State => {
                choice.standing.map_or(Value::Null, |standing| Value::from(standing.word()))
            }
            Attribute::Probability => choice.probability.map_or(Value::Null, Value::Decimal),
            Attribute::Order => Value::Decimal(Decimal::from(index + 1)),
        })
    }

    fn at<'b>(&'b self, hop: &Hop, link: &'b Link) -> Evaluation<'b> {
        Evaluation {
            catalog: self.catalog,
            entity: self.catalog.entity(&hop.to),
            source: Source::Linked(link),
            moment: self.moment,
            formulas: self.formulas,
            look: self.look,
        }
    }

    /// What a value expression yields on a linked record, which is looked at; empty where it is not there.
    fn over(&self, hop: &Hop, link: &Link, inner: &Scalar) -> Option<Value> {
        let Some(linked) = (self.look?)(link) else { return Some(Value::Null) };
        let linked = Evaluation {
            catalog: self.catalog,
            entity: self.catalog.entity(&hop.to),
            source: Source::Record(&linked),
            moment: self.moment,
            formulas: self.formulas,
            look: self.look,
        };
        linked.value(inner)
    }

    /// Whether a condition holds; none where that cannot be known.
    pub(crate) fn decide(&self, cond: &Cond) -> Option<bool> {
        match cond {
            Cond::Always(holds) => Some(*holds),
            Cond::All(parts) => self.join(parts, false),
            Cond::Any(parts) => self.join(parts, true),
            Cond::Not(inner) => self.decide(inner).map(|holds| !holds),
            Cond::Words(_) | Cond::Count(_) => None,
            Cond::Phrase(phrase) => self.phrase(phrase),
            Cond::True(scalar) => Some(self.value(scalar)? == Value::Bool(true)),
            Cond::Empty(name) => Some(match self.get(name)? {
                Value::Null => true,
                Value::Text(text) => text.is_empty(),
                Value::List(items) => items.is_empty(),
                Value::Points(points) => points.is_empty(),
                Value::Links(links) => links.is_empty(),
                Value::Address(address) => address.is_empty(),
                _ => false,
            }),
            Cond::Missing(scalar) => Some(self.value(scalar)?.is_null()),
            Cond::Compare(kind, wanted, a, b) => {
                let (a, b) = (self.value(a)?, self.value(b)?);
                Some(order(*kind, &a, &b).is_some_and(|order| wanted.fits(order)))
            }
            Cond::During(_, scalar, order, when) => {
                let value = self.value(scalar)?;
                Some(self.during(&value, *order, *when))
            }
            Cond::OneOf(scalar, values) => {
                let value = self.value(scalar)?;
                Some(value.as_text().is_some_and(|text| values.iter().any(|v| v == text)))
            }
            Cond::Text(scalar, test) => {
                let value = self.value(scalar)?;
                Some(value.as_text().is_some_and(|text| test.fits(text)))
            }
            Cond::Member(name, wanted) => {
                let tags = matches!(self.field(name)?.kind, FieldType::Tags);
                Some(match self.get(name)? {
                    Value::List(items) => items.iter().any(|item| {
                        if tags {
                            wanted.contains(&text::fold(item))
                        } else {
                            wanted.contains(item)
                        }
                    }),
                    _ => false,
                })
            }
            Cond::MemberLike(name, needle) => Some(match self.get(name)? {
                Value::List(items) => items.iter().any(|item| text::fold(item).contains(needle)),
                _ => false,
            }),
            Cond::Point(name, test) => Some(match self.get(name)? {
                Value::Points(points) => points.iter().any(|point| {
                    let norm = point.value.split(";ext=").next().unwrap_or(&point.value);
                    match test {
                        PointTest::Exact(values) => values.iter().any(|value| value == norm),
                        PointTest::Contains(needle) => norm.contains(needle.as_str()),
                    }
                }),
                _ => false,
            }),
            Cond::Linked(name, who) => Some(match self.get(name)? {
                Value::Link(link) => self.is_one(&link, who),
                Value::Links(links) => links.iter().any(|link| self.is_one(link, who)),
                _ => false,
            }),
            Cond::LinkedAny(name, target) => Some(match self.get(name)? {
                Value::Link(link) => link.target() == *target,
                _ => false,
            }),
            Cond::Via(hop, inner) => match self.get(&hop.field)? {
                Value::Link(link) => self.at(hop, &link).decide(inner),
                Value::Links(links) => {
                    let mut known = Some(false);
                    for link in &links {
                        match self.at(hop, link).decide(inner) {
                            Some(true) => return Some(true),
                            Some(false) => {}
                            None => known = None,
                        }
                    }
                    known
                }
                _ => Some(false),
            },
            // The whole record is not at hand.
            Cond::PartOf(hop, _) => match self.get(&hop.field)? {
                Value::Link(_) => None,
                _ => Some(false),
            },
            Cond::ViaAny(name, targets) => match self.get(name)? {
                Value::Link(link) => {
                    let (to, inner) = targets.iter().find(|(to, _)| *to == link.entity)?;
                    let hop = Hop { field: name.clone(), to: to.clone(), many: false };
                    self.at(&hop, &link).decide(inner)
                }
                _ => Some(false),
            },
        }
    }

    /// `and` and `or` with the unknown: it matters only where nothing else decides.
    fn join(&self, parts: &[Cond], decisive: bool) -> Option<bool> {
        let mut known = Some(!decisive);
        for part in parts {
            match self.decide(part) {
                Some(holds) if holds == decisive => return Some(decisive),
                Some(_) => {}
                None => known = None,
            }
        }
        known
    }

    fn is_one(&self, link: &Link, who: &Who) -> bool {
        match who {
            Who::Ids(ids) => ids.contains(&link.id.0),
            Who::Me => self.moment.me == Some(link.id),
            Who::MyTeams => self.moment.my_teams.contains(&link.id),
        }
    }

    fn phrase(&self, phrase: &str) -> Option<bool> {
        let Source::Record(_) = self.source else { return None };
        for field in self.entity?.fields.iter().filter(|field| is_phrase_field(field)) {
            if let Value::Text(text) = self.get(&field.name)?
                && text::fold(&text).contains(phrase)
            {
                return Some(true);
            }
        }
        Some(false)
    }

    fn during(&self, value: &Value, order: Order, when: When) -> bool {
        match value {
            Value::Date(day) => {
                let (first, end) = when.days(self.moment);
                within(order, *day, first, end)
            }
            Value::DateTime(at) => {
                let (first, end) = when.instants(self.moment);
                within(order, *at, first, end)
            }
            _ => false,
        }
    }
}

/// The texts in which phrases are looked for.
pub(crate) fn is_phrase_field(field: &Field) -> bool {
    field.searchable
        && matches!(field.kind, FieldType::Text | FieldType::LongText | FieldType::Serial { .. })
}

fn within<T: Ord + Copy>(order: Order, value: T, first: T, end: T) -> bool {
    match order {
        Order::Eq => first <= value && value < end,
        Order::Lt => value < first,
        Order::Le => value < end,
        Order::Gt => value >= end,
        Order::Ge => value >= first,
    }
}

impl TextTest {
    /// Whether a text passes.
    pub(crate) fn fits(&self, value: &str) -> bool {
        match self {
            Self::Same(wanted) => text::fold(value) == *wanted,
            Self::Exact(wanted) => value.eq_ignore_ascii_case(wanted),
            Self::Contains(needle) => text::fold(value).contains(needle.as_str()),
            Self::Order(order, wanted) => order.fits(text::fold(value).as_str().cmp(wanted)),
        }
    }
}

/// What a record holds of a field, the system's own included.
fn stored(record: &Record, name: &Name) -> Value {
    if let Some(value) = record.fields.get(name) {
        return value.clone();
    }
    let meta = &record.meta;
    let instant = |at: DateTime<Utc>| Value::DateTime(at);
    let person = |link: &Option<Link>| link.clone().map_or(Value::Null, Value::Link);
    match name.as_str() {
        "created_at" => instant(meta.created_at),
        "updated_at" => instant(meta.updated_at),
        "deleted_at" => meta.deleted_at.map_or(Value::Null, instant),
        "created_by" => person(&meta.created_by),
        "updated_by" => person(&meta.updated_by),
        "version" => Value::Int(meta.version),
        _ => Value::Null,
    }
}
