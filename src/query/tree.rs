//! The resolved tree: every name is known, every type fits; only the moment is still open.
//!
//! What is negative in the text (`!=`, `not in`, `no`) is a [`Cond::Not`] around something positive, so
//! an empty value never makes a positive test true and always makes a negative one true.

use chrono::{NaiveDate, NaiveDateTime};

use crate::model::{Name, RecordRef, Value};
use crate::schema::Attribute;
use crate::syntax::{Period, Unit};

/// What kind of value a scalar yields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Number,
    Money,
    Bool,
    Date,
    DateTime,
    Duration,
    Link,
    /// `empty`.
    Nothing,
}

impl Kind {
    /// The word for people.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "a number",
            Self::Money => "an amount",
            Self::Bool => "yes or no",
            Self::Date => "a date",
            Self::DateTime => "a date and time",
            Self::Duration => "a duration",
            Self::Link => "a link",
            Self::Nothing => "empty",
        }
    }
}

/// A step over a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hop {
    /// The link field.
    pub(crate) field: Name,
    /// The entity it leads to.
    pub(crate) to: Name,
    /// It links several records.
    pub(crate) many: bool,
}

/// A stretch of time or an instant that only the moment makes definite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    Period(Period),
    Day(NaiveDate),
    Instant(NaiveDateTime),
    Now,
}

/// A comparison of two values of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    Eq,
    Lt,
    Le,
    Gt,
    Ge,
}

impl Order {
    pub(crate) const fn sign(self) -> &'static str {
        match self {
            Self::Eq => "=",
            Self::Lt => "<",
            Self::Le => "<=",
            Self::Gt => ">",
            Self::Ge => ">=",
        }
    }

    /// The same comparison with its sides exchanged.
    pub(crate) const fn turned(self) -> Self {
        match self {
            Self::Eq => Self::Eq,
            Self::Lt => Self::Gt,
            Self::Le => Self::Ge,
            Self::Gt => Self::Lt,
            Self::Ge => Self::Le,
        }
    }

    pub(crate) fn fits(self, ordering: std::cmp::Ordering) -> bool {
        match self {
            Self::Eq => ordering.is_eq(),
            Self::Lt => ordering.is_lt(),
            Self::Le => ordering.is_le(),
            Self::Gt => ordering.is_gt(),
            Self::Ge => ordering.is_ge(),
        }
    }
}

/// Whom a link is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Who {
    Ids(Vec<i64>),
    Me,
    MyTeams,
}

/// How text is looked at; the text is folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TextTest {
    /// Equal without regard to case and accents.
    Same(String),
    /// Equal without regard to the case of Latin letters: for codes, as their index compares them.
    Exact(String),
    /// Contains.
    Contains(String),
    /// Before or after in the alphabet.
    Order(Order, String),
}

/// How a contact point is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PointTest {
    /// One of these normalised forms.
    Exact(Vec<String>),
    /// The normalised form contains this.
    Contains(String),
}

/// Linked records that are counted.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Counted {
    /// Their entity.
    pub(crate) of: Name,
    /// Its link fields that lead here; any of them counts.
    pub(crate) through: Vec<Name>,
    /// Which of them.
    pub(crate) filter: Option<Box<Cond>>,
    /// The comparison.
    pub(crate) order: Order,
    /// With what.
    pub(crate) number: i64,
}

/// A condition.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cond {
    Always(bool),
    All(Vec<Cond>),
    Any(Vec<Cond>),
    Not(Box<Cond>),
    /// Free words for the search index.
    Words(String),
    /// A phrase that a searchable text contains; folded.
    Phrase(String),
    /// A boolean that is yes.
    True(Scalar),
    /// A field in which nothing is entered.
    Empty(Name),
    /// A calculated value that is not there.
    Missing(Scalar),
    /// Two values of one kind.
    Compare(Kind, Order, Scalar, Scalar),
    /// A day or instant held against a stretch of time: within it (`Eq`), before it starts (`Lt`), before
    /// it ends (`Le`), from its end (`Gt`), from its start (`Ge`).
    During(Kind, Scalar, Order, When),
    /// A stored text that is exactly one of these (the values of a select).
    OneOf(Scalar, Vec<String>),
    Text(Scalar, TextTest),
    /// Tags (folded) or values of a multi-select, any of these.
    Member(Name, Vec<String>),
    /// Tags that contain this.
    MemberLike(Name, String),
    Point(Name, PointTest),
    Linked(Name, Who),
    LinkedAny(Name, RecordRef),
    /// A record that the link leads to fulfils it.
    Via(Hop, Box<Cond>),
    /// The record that this one is a part of fulfils it, put away or not.
    PartOf(Hop, Box<Cond>),
    /// A record that a link to any entity leads to fulfils what is asked of its entity.
    ViaAny(Name, Vec<(Name, Cond)>),
    Count(Counted),
}

impl Cond {
    pub(crate) fn not(self) -> Self {
        match self {
            Self::Always(holds) => Self::Always(!holds),
            Self::Not(inner) => *inner,
            other => Self::Not(Box::new(other)),
        }
    }

    pub(crate) fn not_if(self, not: bool) -> Self {
        if not { self.not() } else { self }
    }

    /// All of them, flattened.
    pub(crate) fn all(parts: Vec<Self>) -> Self {
        let mut flat = Vec::with_capacity(parts.len());
        for part in parts {
            match part {
                Self::All(inner) => flat.extend(inner),
                Self::Always(true) => {}
                other => flat.push(other),
            }
        }
        match flat.len() {
            0 => Self::Always(true),
            1 => flat.remove(0),
            _ => Self::All(flat),
        }
    }

    /// Any of them.
    pub(crate) fn any(mut parts: Vec<Self>) -> Self {
        match parts.len() {
            0 => Self::Always(false),
            1 => parts.remove(0),
            _ => Self::Any(parts),
        }
    }
}

/// A calculation on two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    /// Numbers and amounts.
    Add,
    Sub,
    Mul,
    Div,
    /// Days from the second day to the first.
    Days,
    /// Seconds from the second instant to the first.
    Seconds,
    /// A day so many days later.
    DaysLater,
    /// An instant so many seconds later.
    SecondsLater,
}

/// A value of one kind.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Scalar {
    Constant(Value),
    /// The first day of a period, or an instant.
    At(When),
    Me,
    MyTeam,
    /// The number of the record.
    Id,
    Field(Name),
    /// A part of an address.
    Part(Name, &'static str),
    /// What the chosen value of a select carries.
    Attribute(Name, Attribute),
    /// The currency of an amount.
    CurrencyOf(Name),
    /// The first of several linked records that is not deleted.
    First(Hop),
    Via(Hop, Box<Scalar>),
    Calc(Operation, Box<Scalar>, Box<Scalar>),
    Negate(Box<Scalar>),
    /// A day or instant moved by calendar units.
    Shift(Kind, Box<Scalar>, i64, Unit),
    If(Box<Cond>, Box<Scalar>, Box<Scalar>),
    Coalesce(Vec<Scalar>),
    Round(Box<Scalar>, u32),
    Lower(Box<Scalar>),
    Upper(Box<Scalar>),
    Len(Box<Scalar>),
    Year(Box<Scalar>),
    Month(Box<Scalar>),
    /// The day of an instant in the zone.
    DayOf(Box<Scalar>),
    /// The instant at which a day begins in the zone.
    StartOf(Box<Scalar>),
    /// A duration as its seconds.
    SecondsOf(Box<Scalar>),
    /// Seconds as a duration.
    DurationOf(Box<Scalar>),
    /// Texts put together; the kind says how each is written.
    Join(Vec<(Kind, Scalar)>),
    Holds(Box<Cond>),
}

impl Scalar {
    /// True where no record plays a part in it, only the moment.
    pub(crate) fn is_constant(&self) -> bool {
        match self {
            Self::Constant(_) | Self::At(_) | Self::Me | Self::MyTeam => true,
            Self::Id
            | Self::Field(_)
            | Self::Part(..)
            | Self::Attribute(..)
            | Self::CurrencyOf(_)
            | Self::First(_)
            | Self::Via(..)
            | Self::If(..)
            | Self::Holds(_) => false,
            Self::Calc(_, a, b) => a.is_constant() && b.is_constant(),
            Self::Coalesce(values) => values.iter().all(Self::is_constant),
            Self::Join(parts) => parts.iter().all(|(_, part)| part.is_constant()),
            Self::Negate(inner)
            | Self::Shift(_, inner, ..)
            | Self::Round(inner, _)
            | Self::Lower(inner)
            | Self::Upper(inner)
            | Self::Len(inner)
            | Self::Year(inner)
            | Self::Month(inner)
            | Self::DayOf(inner)
            | Self::StartOf(inner)
            | Self::SecondsOf(inner)
            | Self::DurationOf(inner) => inner.is_constant(),
        }
    }

    /// The fields of the record itself that it reads.
    pub(crate) fn fields(&self) -> Vec<Name> {
        let mut found = Vec::new();
        self.collect(&mut found);
        found
    }

    fn collect(&self, out: &mut Vec<Name>) {
        match self {
            Self::Field(name)
            | Self::Part(name, _)
            | Self::Attribute(name, _)
            | Self::CurrencyOf(name) => out.push(name.clone()),
            Self::First(hop) | Self::Via(hop, _) => out.push(hop.field.clone()),
            Self::Calc(_, a, b) => {
                a.collect(out);
                b.collect(out);
            }
            Self::If(condition, a, b) => {
                condition.collect(out);
                a.collect(out);
                b.collect(out);
            }
            Self::Coalesce(values) => values.iter().for_each(|value| value.collect(out)),
            Self::Join(parts) => parts.iter().for_each(|(_, part)| part.collect(out)),
            Self::Holds(condition) => condition.collect(out),
            Self::Negate(inner)
            | Self::Shift(_, inner, ..)
            | Self::Round(inner, _)
            | Self::Lower(inner)
            | Self::Upper(inner)
            | Self::Len(inner)
            | Self::Year(inner)
            | Self::Month(inner)
            | Self::DayOf(inner)
            | Self::StartOf(inner)
            | Self::SecondsOf(inner)
            | Self::DurationOf(inner) => inner.collect(out),
            Self::Constant(_) | Self::At(_) | Self::Me | Self::MyTeam | Self::Id => {}
        }
    }
}

impl Cond {
    /// The fields of the record itself that it reads.
    pub(crate) fn collect(&self, out: &mut Vec<Name>) {
        match self {
            Self::All(parts) | Self::Any(parts) => {
                for part in parts {
                    part.collect(out);
                }
            }
            Self::Not(inner) => inner.collect(out),
            Self::True(scalar)
            | Self::Missing(scalar)
            | Self::During(_, scalar, ..)
            | Self::OneOf(scalar, _)
            | Self::Text(scalar, _) => scalar.collect(out),
            Self::Compare(_, _, a, b) => {
                a.collect(out);
                b.collect(out);
            }
            Self::Empty(name)
            | Self::Member(name, _)
            | Self::MemberLike(name, _)
            | Self::Point(name, _)
            | Self::Linked(name, _)
            | Self::LinkedAny(name, _)
            | Self::ViaAny(name, _) => out.push(name.clone()),
            Self::Via(hop, _) | Self::PartOf(hop, _) => out.push(hop.field.clone()),
            Self::Always(_) | Self::Words(_) | Self::Phrase(_) | Self::Count(_) => {}
        }
    }

    /// True where free words stand anywhere in it.
    pub(crate) fn has_words(&self) -> bool {
        match self {
            Self::Words(_) | Self::Phrase(_) => true,
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::has_words),
            Self::Not(inner) | Self::Via(_, inner) | Self::PartOf(_, inner) => inner.has_words(),
            _ => false,
        }
    }
}
