//! Fields that lead to other records, and fields that hold several values.

use crate::model::phrase;
use chrono::DateTime;
use rust_decimal::prelude::ToPrimitive;

use super::expression::literal_of;
use super::names;
use super::path::hop_over;
use super::resolve::Resolver;
use super::tree::{Cond, PointTest, Scalar, TextTest, Who};
use super::values::{misfit, no_choice, text_of, wrong};
use crate::model::{Input, Name, RecordRef, Value, text};
use crate::schema::{Coercion, Field, FieldType};
use crate::syntax::{Cmp, Expr, Literal, Node, SyntaxError};

type Result<T> = std::result::Result<T, SyntaxError>;

impl Resolver<'_> {
    pub(super) fn by_member(field: &Field, cmp: Cmp, right: &Expr) -> Result<Cond> {
        let Some(typed) = text_of(right) else {
            return Err(wrong(right, &field.label, phrase!("a choice")));
        };
        let values = match cmp {
            Cmp::Eq | Cmp::Like | Cmp::Contains => match names::choice(field, &typed) {
                Some(choice) => vec![choice.value.clone()],
                None if cmp == Cmp::Eq => Vec::new(),
                None => names::choices_like(field, &typed)
                    .into_iter()
                    .map(|choice| choice.value.clone())
                    .collect(),
            },
            _ => return Err(misfit(right, &field.label, cmp, phrase!("= != in or ~"))),
        };
        if values.is_empty() {
            return Err(no_choice(field, &typed, right));
        }
        Ok(Cond::Member(field.name.clone(), values))
    }

    pub(super) fn by_tag(field: &Field, cmp: Cmp, right: &Expr) -> Result<Cond> {
        let Some(typed) = text_of(right) else {
            return Err(wrong(right, &field.label, phrase!("a tag")));
        };
        let folded = text::fold(&typed);
        match cmp {
            Cmp::Eq => Ok(Cond::Member(field.name.clone(), vec![folded])),
            Cmp::Like | Cmp::Contains => Ok(Cond::MemberLike(field.name.clone(), folded)),
            _ => Err(misfit(right, &field.label, cmp, phrase!("= != in or ~"))),
        }
    }

    pub(super) fn by_point(&self, field: &Field, cmp: Cmp, right: &Expr) -> Result<Cond> {
        let Some(typed) = text_of(right) else {
            return Err(wrong(right, &field.label, phrase!("text")));
        };
        let name = field.name.clone();
        let phone = matches!(field.kind, FieldType::Phone);
        let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
        let contains = || {
            let needle = if phone && !digits.is_empty() {
                digits.trim_start_matches('0').to_owned()
            } else {
                typed.trim().to_lowercase()
            };
            Cond::Point(name.clone(), PointTest::Contains(needle))
        };
        match cmp {
            Cmp::Contains => Ok(contains()),
            Cmp::Eq | Cmp::Like => {
                // The present plays no part in the form of an address or number.
                let coercion = Coercion {
                    catalog: self.catalog,
                    now: DateTime::default(),
                    zone: chrono_tz::UTC,
                    week: chrono::Weekday::Mon,
                };
                let coerced = coercion.value(self.entity, field, &Input::Text(typed.clone()));
                match coerced {
                    Ok(Value::Points(points)) if !points.is_empty() => {
                        let norm =
                            |value: &str| value.split(";ext=").next().unwrap_or(value).to_owned();
                        let values = points.iter().map(|point| norm(&point.value)).collect();
                        Ok(Cond::Point(name, PointTest::Exact(values)))
                    }
                    _ => Ok(contains()),
                }
            }
            _ => Err(misfit(right, &field.label, cmp, phrase!("= != in or ~"))),
        }
    }

    pub(super) fn by_address(field: &Field, cmp: Cmp, right: &Expr) -> Result<Cond> {
        let Some(typed) = text_of(right) else {
            return Err(wrong(right, &field.label, phrase!("text")));
        };
        let test = match cmp {
            Cmp::Contains | Cmp::Like => TextTest::Contains(text::fold(&typed)),
            Cmp::Eq => TextTest::Same(text::fold(&typed)),
            _ => {
                return Err(misfit(
                    right,
                    &field.label,
                    cmp,
                    phrase!("~, or a part: address.city = ..."),
                ));
            }
        };
        let parts = crate::model::Address::PARTS
            .iter()
            .map(|part| Cond::Text(Scalar::Part(field.name.clone(), part), test.clone()));
        Ok(Cond::any(parts.collect()))
    }

    pub(super) fn by_link(&self, field: &Field, cmp: Cmp, right: &Expr) -> Result<Option<Cond>> {
        let Some(hop) = hop_over(field) else { return Ok(None) };
        let name = field.name.clone();
        let Some(target) = self.catalog.entity(&hop.to) else { return Ok(None) };
        if !matches!(cmp, Cmp::Eq | Cmp::Like | Cmp::Contains) {
            return Err(misfit(right, &field.label, cmp, phrase!("= != in or ~")));
        }
        match literal_of(right) {
            Some(Literal::Me) if hop.to == "user" => {
                return Ok(Some(Cond::Linked(name, Who::Me)));
            }
            Some(Literal::Me) => {
                return Err(SyntaxError::new(
                    right.at,
                    phrase!("{field} is not a person; me is.", field = &field.label.en),
                ));
            }
            Some(Literal::MyTeam) if hop.to == "team" => {
                return Ok(Some(Cond::Linked(name, Who::MyTeams)));
            }
            Some(Literal::MyTeam) if hop.to == "user" => {
                let teams = target
                    .fields
                    .iter()
                    .find(|field| matches!(&field.kind, FieldType::Links { to } if *to == "team"));
                if let Some(teams) = teams {
                    let member = Cond::Linked(teams.name.clone(), Who::MyTeams);
                    return Ok(Some(Cond::Via(hop, Box::new(member))));
                }
            }
            // Bare digits are a number; `3M` is a name.
            Some(Literal::Number(n)) if cmp == Cmp::Eq && is_digits(right) => {
                return Ok(n.to_i64().map(|id| Cond::Linked(name, Who::Ids(vec![id]))));
            }
            _ => {}
        }
        let Some(typed) = text_of(right) else { return Ok(None) };
        if cmp != Cmp::Contains
            && matches!(right.node, Node::Name(_))
            && let Some(found) = self.catalog.parse_reference(&typed)
        {
            if found.entity == hop.to {
                return Ok(Some(Cond::Linked(name, Who::Ids(vec![found.id.0]))));
            }
            let other = self.catalog.entity(&found.entity).map_or("", |e| e.label.en.as_str());
            return Err(SyntaxError::new(
                right.at,
                phrase!(
                    "{typed} is a {other}; {field} is a {target}.",
                    typed = &typed,
                    other = other.to_lowercase(),
                    field = &field.label.en,
                    target = &target.label.lower()
                ),
            )
            .hint(phrase!("Put it in quotes if it is a name.")));
        }
        let folded = text::fold(&typed);
        let test = if cmp == Cmp::Eq { TextTest::Same(folded) } else { TextTest::Contains(folded) };
        let mut conds = vec![Cond::Text(Scalar::Field(target.title.clone()), test.clone())];
        if target.name == "user"
            && cmp == Cmp::Eq
            && let Some(login) = target.field("login")
        {
            conds.push(Cond::Text(Scalar::Field(login.name.clone()), TextTest::Exact(typed)));
        }
        Ok(Some(Cond::Via(hop, Box::new(Cond::any(conds)))))
    }

    pub(super) fn by_any_link(&self, field: &Field, cmp: Cmp, right: &Expr) -> Result<Cond> {
        let Some(typed) = text_of(right) else {
            return Err(wrong(right, &field.label, phrase!("a link")));
        };
        if !matches!(cmp, Cmp::Eq | Cmp::Like | Cmp::Contains) {
            return Err(misfit(right, &field.label, cmp, phrase!("= != or ~")));
        }
        if cmp != Cmp::Contains
            && let Some(found) = self.catalog.parse_reference(&typed)
        {
            return Ok(Cond::LinkedAny(
                field.name.clone(),
                RecordRef { entity: found.entity, id: found.id },
            ));
        }
        let folded = text::fold(&typed);
        let test = if cmp == Cmp::Eq { TextTest::Same(folded) } else { TextTest::Contains(folded) };
        let targets: Vec<(Name, Cond)> = self
            .catalog
            .entities()
            .map(|entity| {
                let title = Scalar::Field(entity.title.clone());
                (entity.name.clone(), Cond::Text(title, test.clone()))
            })
            .collect();
        Ok(Cond::ViaAny(field.name.clone(), targets))
    }
}

fn is_digits(expr: &Expr) -> bool {
    matches!(&expr.node, Node::Name(word) if word.bytes().all(|b| b.is_ascii_digit()))
}
