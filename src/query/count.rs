//! Linked records that are counted: `deals > 3`, `no open tasks`, `activities in last 60d`.

use crate::model::phrase;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::expression::literal_of;
use super::names;
use super::resolve::{Resolver, joined, order};
use super::tree::{Cond, Counted, Kind, Order, Scalar};
use crate::schema::Entity;
use crate::syntax::{Cmp, Count, Expr, How, Literal, Node, Span, SyntaxError, Test, Word};

type Result<T> = std::result::Result<T, SyntaxError>;

impl Resolver<'_> {
    pub(super) fn uncountable(&self, what: &[Word]) -> SyntaxError {
        let at = what.iter().map(|word| word.at).reduce(Span::to).unwrap_or_default();
        let typed = joined(what);
        let error = SyntaxError::new(
            at,
            phrase!(
                "No records called \"{typed}\" link to a {entity}.",
                typed = &typed,
                entity = &self.entity.label.lower()
            ),
        );
        let linked: Vec<&Entity> = self
            .catalog
            .entities()
            .filter(|entity| !names::through(entity, self.entity).is_empty())
            .collect();
        let known = linked.iter().flat_map(|e| [e.name.as_str(), e.plural.en.as_str()]);
        match names::nearest(&typed, known) {
            Some(near) => error.hint(phrase!("Did you mean {near}?", near = near.to_lowercase())),
            None => {
                let names: Vec<String> =
                    linked.iter().map(|e| e.plural.en.to_lowercase()).collect();
                error.hint(phrase!("There are: {names}.", names = names.join(", ")))
            }
        }
    }

    /// Linked records: `deals`, `open deals`, with filter and time. Also how many of the words were not
    /// needed.
    pub(super) fn counted(&self, what: &[Word], count: &Count) -> Result<(usize, Counted)> {
        let found = (0..what.len()).find_map(|start| {
            let (of, through) = names::counted(self.catalog, self.entity, &joined(&what[start..]))?;
            Some((start, of, through))
        });
        let Some((mut free, of, through)) = found else { return Err(self.uncountable(what)) };
        let inner = Resolver { catalog: self.catalog, entity: of };
        let mut filters = Vec::new();
        if let Some(state) = free.checked_sub(1).map(|last| &what[last])
            && let Some(cond) = inner.state(&state.text)
        {
            filters.push(cond);
            free -= 1;
        }
        if let Some(filter) = &count.filter {
            filters.push(inner.condition(filter)?);
        }
        if let Some(within) = &count.within {
            let field = names::happened(of).ok_or_else(|| self.uncountable(what))?;
            let kind = super::path::kind_of(field).unwrap_or(Kind::DateTime);
            let when = super::values::when(within).ok_or_else(|| {
                SyntaxError::new(within.at, phrase!("A time is missing after in."))
                    .hint(phrase!("Write in last 60d, in this month, in 2026-Q1."))
            })?;
            filters.push(Cond::During(kind, Scalar::Field(field.name.clone()), Order::Eq, when));
        }
        let filter = (!filters.is_empty()).then(|| Box::new(Cond::all(filters)));
        let of = of.name.clone();
        Ok((free, Counted { of, through, filter, order: Order::Gt, number: 0 }))
    }

    /// `open` before `tasks`: a standing, a choice of the status, or a boolean of the entity.
    pub(super) fn state(&self, word: &str) -> Option<Cond> {
        if let Some(field) = names::standing(self.entity) {
            let lower = word.to_lowercase();
            let mut values: Vec<String> = field
                .choices
                .iter()
                .filter(|choice| choice.standing.is_some_and(|standing| standing.word() == lower))
                .map(|choice| choice.value.clone())
                .collect();
            if values.is_empty() {
                values.extend(names::choice(field, word).map(|choice| choice.value.clone()));
            }
            if !values.is_empty() {
                return Some(Cond::OneOf(Scalar::Field(field.name.clone()), values));
            }
        }
        let field = names::field(self.entity, word)?;
        (super::path::kind_of(field) == Some(Kind::Bool))
            .then(|| Cond::True(Scalar::Field(field.name.clone())))
    }

    pub(super) fn on_count(&self, counted: Counted, test: &Test) -> Result<Cond> {
        let whole = |right: &Expr| match literal_of(right) {
            Some(Literal::Number(n)) if n.is_integer() && n >= Decimal::ZERO => n
                .to_i64()
                .ok_or_else(|| SyntaxError::new(right.at, phrase!("This number is too large."))),
            _ => {
                Err(SyntaxError::new(right.at, phrase!("Records are counted with a whole number."))
                    .hint(phrase!("deals > 3, no deals, deals where (stage.state = open) > 0")))
            }
        };
        let with = |order, number| {
            let mut counted = counted.clone();
            (counted.order, counted.number) = (order, number);
            Cond::Count(counted)
        };
        match &test.how {
            How::Empty => Ok(Cond::Count(counted.clone()).not()),
            How::Compare(Cmp::Ne, right) => Ok(with(Order::Eq, whole(right)?).not()),
            How::Compare(cmp, right) => match order(*cmp) {
                Some(order) => Ok(with(order, whole(right)?)),
                None => Err(SyntaxError::new(
                    right.at,
                    phrase!("Records are counted with = != < > <= >=."),
                )),
            },
            How::In(values) => {
                if let [value] = values.as_slice()
                    && super::values::when(value).is_some()
                {
                    let Count { what, .. } =
                        Count { what: test_words(test), filter: None, within: None };
                    let count = Count { what, filter: None, within: Some(value.clone()) };
                    let (_, counted) = self.counted(&count.what, &count)?;
                    return Ok(Cond::Count(some(counted)));
                }
                Ok(Cond::any(
                    values
                        .iter()
                        .map(|value| Ok(with(Order::Eq, whole(value)?)))
                        .collect::<Result<_>>()?,
                ))
            }
            How::Between(low, high) => {
                Ok(Cond::all(vec![with(Order::Ge, whole(low)?), with(Order::Le, whole(high)?)]))
            }
        }
    }
}

fn test_words(test: &Test) -> Vec<Word> {
    let mut words = test.lead.clone();
    if let Node::Name(text) = &test.left.node {
        words.push(Word { text: text.clone(), quoted: false, at: test.left.at });
    }
    words
}

pub(super) fn some(mut counted: Counted) -> Counted {
    (counted.order, counted.number) = (Order::Gt, 0);
    counted
}
