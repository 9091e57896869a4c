//! Which fields a condition or a value expression looks at, wherever they stand: those of the record, and
//! those behind its links.
//!
//! What is computed from a field is as secret as the field; who decides that asks here. Nothing is
//! evaluated. Start at [`Query::reads`] and [`Formula::reads`].

use super::tree::{Cond, Scalar};
use super::{Formula, Query};
use crate::model::Name;

/// A field: its entity and its name.
pub type Place = (Name, Name);

impl Query {
    /// The fields it looks at, behind links too.
    #[must_use]
    pub fn reads(&self) -> Vec<Place> {
        let mut found = Vec::new();
        cond(&self.condition(), &self.entity, &mut found);
        found
    }
}

impl Formula {
    /// The fields it looks at, behind links too.
    #[must_use]
    pub fn reads(&self) -> Vec<Place> {
        let mut found = Vec::new();
        scalar(&self.scalar, &self.entity, &mut found);
        found
    }
}

fn scalar(of: &Scalar, entity: &Name, out: &mut Vec<Place>) {
    match of {
        Scalar::Field(name)
        | Scalar::Part(name, _)
        | Scalar::Attribute(name, _)
        | Scalar::CurrencyOf(name) => out.push((entity.clone(), name.clone())),
        Scalar::First(hop) => out.push((entity.clone(), hop.field.clone())),
        Scalar::Via(hop, inner) => {
            out.push((entity.clone(), hop.field.clone()));
            scalar(inner, &hop.to, out);
        }
        Scalar::Calc(_, a, b) => {
            scalar(a, entity, out);
            scalar(b, entity, out);
        }
        Scalar::If(condition, a, b) => {
            cond(condition, entity, out);
            scalar(a, entity, out);
            scalar(b, entity, out);
        }
        Scalar::Coalesce(values) => values.iter().for_each(|value| scalar(value, entity, out)),
        Scalar::Join(parts) => parts.iter().for_each(|(_, part)| scalar(part, entity, out)),
        Scalar::Holds(condition) => cond(condition, entity, out),
        Scalar::Negate(inner)
        | Scalar::Shift(_, inner, ..)
        | Scalar::Round(inner, _)
        | Scalar::Lower(inner)
        | Scalar::Upper(inner)
        | Scalar::Len(inner)
        | Scalar::Year(inner)
        | Scalar::Month(inner)
        | Scalar::DayOf(inner)
        | Scalar::StartOf(inner)
        | Scalar::SecondsOf(inner)
        | Scalar::DurationOf(inner) => scalar(inner, entity, out),
        Scalar::Constant(_) | Scalar::At(_) | Scalar::Me | Scalar::MyTeam | Scalar::Id => {}
    }
}

fn cond(of: &Cond, entity: &Name, out: &mut Vec<Place>) {
    match of {
        Cond::All(parts) | Cond::Any(parts) => {
            for part in parts {
                cond(part, entity, out);
            }
        }
        Cond::Not(inner) => cond(inner, entity, out),
        Cond::True(value)
        | Cond::Missing(value)
        | Cond::During(_, value, ..)
        | Cond::OneOf(value, _)
        | Cond::Text(value, _) => scalar(value, entity, out),
        Cond::Compare(_, _, a, b) => {
            scalar(a, entity, out);
            scalar(b, entity, out);
        }
        Cond::Empty(name)
        | Cond::Member(name, _)
        | Cond::MemberLike(name, _)
        | Cond::Point(name, _)
        | Cond::Linked(name, _)
        | Cond::LinkedAny(name, _) => out.push((entity.clone(), name.clone())),
        Cond::Via(hop, inner) | Cond::PartOf(hop, inner) => {
            out.push((entity.clone(), hop.field.clone()));
            cond(inner, &hop.to, out);
        }
        Cond::ViaAny(name, each) => {
            out.push((entity.clone(), name.clone()));
            for (of, inner) in each {
                cond(inner, of, out);
            }
        }
        Cond::Count(counted) => {
            let through = counted.through.iter();
            out.extend(through.map(|name| (counted.of.clone(), name.clone())));
            if let Some(filter) = &counted.filter {
                cond(filter, &counted.of, out);
            }
        }
        Cond::Always(_) | Cond::Words(_) | Cond::Phrase(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(places: Vec<Place>) -> Vec<String> {
        let mut told: Vec<String> =
            places.into_iter().map(|(entity, field)| format!("{entity}.{field}")).collect();
        told.sort();
        told.dedup();
        told
    }

    #[test]
    fn fields_are_found_behind_links_and_inside_counts() {
        let catalog = crate::schema::load(None).unwrap();
        let query = |text: &str| told(Query::parse(text, &catalog, "deal").unwrap().reads());
        assert_eq!(query("amount > 5 and not stage.state = won"), ["deal.amount", "deal.stage"]);
        assert_eq!(
            query("customer.parent.segment is empty"),
            ["customer.parent", "customer.segment", "deal.customer"]
        );
        let counted = Query::parse("deals where (amount > 5) > 2", &catalog, "customer").unwrap();
        assert_eq!(told(counted.reads()), ["deal.amount", "deal.customer"]);
        let expr = crate::syntax::parse("if(stage = won, amount, weighted * 2)").unwrap();
        let formula = Formula::resolve(&expr, &catalog, "deal").unwrap();
        assert_eq!(told(formula.reads()), ["deal.amount", "deal.stage", "deal.weighted"]);
    }
}
