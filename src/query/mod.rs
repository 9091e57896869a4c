//! The one query language, held against the catalogue.
//!
//! [`Query::parse`] resolves text for an entity; the same [`Query`] becomes SQL behind the gate and is
//! evaluated on records in memory here. No value ever becomes SQL text, and nothing here reads a
//! database or a clock: what `today` and `me` mean comes with a [`Moment`]. Start at [`Query`] and
//! [`Formula`].
//!
//! # The language
//!
//! | written | means |
//! |---|---|
//! | `acme berlin` | free words: fuzzy search; `"acme gmbh"` as a phrase; `!acme` without it |
//! | `a and b`, `a or b`, `not a`, `( )` | `and` binds tighter than `or`; neighbours without a word between are joined by `and` |
//! | `= != > >= < <=` | case and accents of text make no difference; choices have an order (`stage > proposal`) |
//! | `name ~ acme` | contains |
//! | `name:acme` | contains or equals, whatever fits the field |
//! | `stage in (won, lost)`, `not in` | one of several, by value or label |
//! | `amount between 1k and 5k` | both ends included |
//! | `phone is empty`, `is not empty` | nothing entered |
//! | `overdue`, `!active` | a field of yes or no by itself |
//! | `due = today`, `= yesterday`, `= tomorrow` | a day (also of an instant, in the zone of the person) |
//! | `due this week`, `closed_on = last quarter`, `next month`, `this year` | calendar periods |
//! | `in last 30 days`, `in next 7d` | from so long ago to today, from today to then; both days included |
//! | `before 2026-01-01`, `after 2026-01` | before the period begins, after it ends; so do `<` and `>` |
//! | `= 2026`, `= 2026-03`, `= 2026-Q1`, `= 2026-01-31`, `2026-01-31 10:00` | year, month, quarter, day, instant |
//! | `older than 90d`, `newer than 3 months` | counted from today; `d w mo q y h min s`, here `m` is months |
//! | `due < +3d`, `due < today + 3d` | counted from today |
//! | `owner = me`, `team = my team`, `owner = my team` | the person asking, their teams (sub-teams included), anyone in these |
//! | `amount >= 10k`, `1.5m`, `10k EUR`, `€500`, `10万` | without a currency any currency will do |
//! | `probability > 50%` | percent fields hold 50 for 50 % |
//! | `stage.state = open`, `stage.probability >= 50`, `stage.order > 2` | what a choice carries |
//! | `customer.industry = Retail`, `owner.name ~ ana`, `customer.parent.name` | paths over links |
//! | `address.city = Bonn`, `amount.currency = EUR` | parts of a value |
//! | `customer = "Acme"`, `customer = C-12`, `customer ~ acme` | links by title or reference |
//! | `tags = vip`, `phones = "+49 711..."`, `emails ~ "@acme"` | any of several values |
//! | `id = 5`, `ref = C-12` | the record itself |
//! | `deals > 3`, `open deals > 3`, `deals where (amount > 10k) >= 2` | counts living linked records |
//! | `no activity in last 60d`, `no open tasks`, `no deals where (...)` | none of them |
//! | `"Last contact" older than 30d`, `last contact older than 30d`, `阶段 = 赢单` | labels in English and Chinese name fields too |
//!
//! An empty value never makes `=`, `<`, `~` and their like true, and always makes `!=` and `not` true.
//!
//! Value expressions (formulas, defaults, `follows`) know `+ - * /` on numbers, amounts, days, instants
//! and durations (`due - today` is a number of days, `today + 3d` a day), `&` to join texts, comparisons
//! (which yield yes or no), `empty`, `now`, `today`, `me`, and the functions `if(condition, a, b)`,
//! `coalesce(a, b, ...)`, `first(links)`, `round(x, places)`, `lower`, `upper`, `len`, `year`, `month`
//! and `date`. A percent field is its number, so a formula says `discount / 100`. Text stands in quotes. Amounts in
//! different currencies yield nothing together, nor does anything with an empty value in it.

mod check;
mod complete;
pub(crate) mod compute;
mod count;
pub(crate) mod evaluate;
mod expression;
mod follow;
mod formula;
mod names;
pub(crate) mod path;
pub(crate) mod period;
mod reads;
pub(crate) mod resolve;
mod several;
mod shape;
mod sort;
#[cfg(test)]
mod tests;
pub(crate) mod tree;
mod values;

use chrono::{DateTime, NaiveDate, Utc, Weekday};
use chrono_tz::Tz;

use self::evaluate::Evaluation;
use self::resolve::Resolver;
use self::tree::{Cond, Hop};
use crate::model::{Name, Record, RecordId};
use crate::schema::Catalog;
use crate::syntax::{Expr, Node, Span, SyntaxError};

pub use check::{Mistake, check_catalog};
pub use complete::{Completion, ValuesAt, complete, complete_in, values_at};
pub use evaluate::Look;
pub use formula::Formula;
pub use reads::Place;
pub use shape::{Grouping, Pace, Shown, parse_columns, print_columns, print_sort};
pub use sort::{SortKey, parse_sort};

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
    /// The day that weeks begin on.
    pub week: Weekday,
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
    parts: Vec<Part>,
    words: Option<String>,
}

/// One of the conditions that all must hold.
#[derive(Debug, Clone, PartialEq)]
struct Part {
    expr: Expr,
    cond: Cond,
    /// It is to be searched for rather than compared.
    words: Option<String>,
}

impl Query {
    /// The query that every record satisfies.
    #[must_use]
    pub fn everything(entity: impl Into<Name>) -> Self {
        Self { entity: entity.into(), parts: Vec::new(), words: None }
    }

    /// Resolves a condition for `entity`; an empty text is satisfied by every record.
    ///
    /// # Errors
    /// The first thing that is wrong, with its place and a suggestion.
    pub fn parse(text: &str, catalog: &Catalog, entity: &str) -> Result<Self, SyntaxError> {
        if text.trim().is_empty() {
            return Ok(Self::everything(entity));
        }
        let expr = crate::syntax::parse(text)?;
        Self::resolve(&expr, catalog, entity)
    }

    /// Resolves an expression that is already parsed (a `required_when` of the schema).
    ///
    /// # Errors
    /// As [`Query::parse`].
    pub fn resolve(expr: &Expr, catalog: &Catalog, entity: &str) -> Result<Self, SyntaxError> {
        let resolver = Resolver::new(catalog, entity)?;
        let mut parts = Vec::new();
        match &expr.node {
            Node::And(exprs) => {
                for expr in exprs {
                    resolver.parts(expr, &mut parts)?;
                }
            }
            _ => resolver.parts(expr, &mut parts)?,
        }
        Ok(Self::of(resolver.entity.name.clone(), parts))
    }

    fn of(entity: Name, parts: Vec<Part>) -> Self {
        let words: Vec<&str> = parts.iter().filter_map(|part| part.words.as_deref()).collect();
        let words = (!words.is_empty()).then(|| words.join(" "));
        Self { entity, parts, words }
    }

    /// The free words of the query (`words and conditions` -> fuzzy search plus filter), joined by
    /// blanks. Words behind `or` and `not` are conditions, not free words.
    #[must_use]
    pub fn words(&self) -> Option<&str> {
        self.words.as_deref()
    }

    /// The query without its free words; phrases stay as conditions.
    #[must_use]
    pub fn without_words(&self) -> Self {
        let kept = self.parts.iter().filter(|part| part.words.is_none()).cloned().collect();
        Self::of(self.entity.clone(), kept)
    }

    /// Both must be satisfied.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.parts.extend(other.parts);
        Self::of(self.entity, self.parts)
    }

    /// Any of them is satisfied.
    #[must_use]
    pub fn any(entity: impl Into<Name>, queries: Vec<Self>) -> Self {
        let entity = entity.into();
        if queries.iter().any(Self::is_everything) {
            return Self::everything(entity);
        }
        let cond = Cond::any(queries.iter().map(Self::condition).collect());
        let mut exprs: Vec<Expr> = queries
            .into_iter()
            .map(|query| Expr::all(query.parts.into_iter().map(|part| part.expr).collect()))
            .collect();
        let expr = if exprs.len() == 1 {
            exprs.remove(0)
        } else {
            Expr::new(Node::Or(exprs), Span::default())
        };
        Self::of(entity, vec![Part { expr, cond, words: None }])
    }

    /// The query about the records of `entity` that are parts of those which satisfy this one. It is for
    /// deciding, not for printing: its text is that of this one.
    #[must_use]
    pub fn of_parts(self, entity: impl Into<Name>, part: &crate::schema::PartOf) -> Self {
        let hop = Hop { field: part.through.clone(), to: part.of.clone(), many: false };
        let cond = Cond::PartOf(hop, Box::new(self.condition()));
        let expr = Expr::all(self.parts.into_iter().map(|part| part.expr).collect());
        Self::of(entity.into(), vec![Part { expr, cond, words: None }])
    }

    /// True where every record satisfies it.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.parts.is_empty()
    }

    /// The query as text that [`Query::parse`] understands again.
    #[must_use]
    pub fn print(&self) -> String {
        if self.parts.is_empty() {
            return String::new();
        }
        let mut exprs: Vec<Expr> = self.parts.iter().map(|part| part.expr.clone()).collect();
        exprs.dedup();
        Expr::all(exprs).to_string()
    }

    /// Whether `record` satisfies the query. Paths over links and counts cannot be decided in memory
    /// and count as unknown, which is not satisfied.
    #[must_use]
    pub fn holds(&self, catalog: &Catalog, record: &Record, moment: &Moment) -> bool {
        self.decide(catalog, record, moment) == Some(true)
    }

    /// Whether `record` satisfies the query; none where that cannot be told from the record alone.
    #[must_use]
    pub fn decide(&self, catalog: &Catalog, record: &Record, moment: &Moment) -> Option<bool> {
        Evaluation::new(catalog, &self.entity, record, moment).decide(&self.condition())
    }

    /// The fields of the record itself that it looks at.
    #[must_use]
    pub fn fields(&self) -> Vec<Name> {
        let mut found = Vec::new();
        self.parts.iter().for_each(|part| part.cond.collect(&mut found));
        found.sort();
        found.dedup();
        found
    }

    pub(crate) fn condition(&self) -> Cond {
        Cond::all(self.parts.iter().map(|part| part.cond.clone()).collect())
    }
}

impl Resolver<'_> {
    /// One member of the outermost `and`; free words become members of their own.
    fn parts(&self, expr: &Expr, out: &mut Vec<Part>) -> Result<(), SyntaxError> {
        let (free, mut rest) = match &expr.node {
            Node::Test(test) => {
                let (free, _) = self.test(test, expr.at)?;
                let mut bare = test.clone();
                (bare.lead.drain(..free).collect(), Expr::new(Node::Test(bare), expr.at))
            }
            _ => (Vec::new(), expr.clone()),
        };
        if !free.is_empty() {
            let at = free.iter().map(|word| word.at).reduce(Span::to).unwrap_or_default();
            let lead = Expr::new(Node::Words(free), at);
            self.push(lead, out)?;
        }
        if let Node::And(inner) = &mut rest.node {
            for expr in inner {
                self.parts(expr, out)?;
            }
            return Ok(());
        }
        self.push(rest, out)
    }

    fn push(&self, expr: Expr, out: &mut Vec<Part>) -> Result<(), SyntaxError> {
        let flat = match self.condition(&expr)? {
            Cond::All(parts) if parts.iter().any(|part| matches!(part, Cond::Words(_))) => parts,
            Cond::Always(true) => return Ok(()),
            other => vec![other],
        };
        for cond in flat {
            let words = match &cond {
                Cond::Words(words) => Some(words.clone()),
                _ => None,
            };
            // Words and the phrase they make are two conditions of one text.
            out.push(Part { expr: expr.clone(), cond, words });
        }
        Ok(())
    }
}
