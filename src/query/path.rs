//! Dotted paths: `customer.parent.name`, `stage.state`, `address.city`, `amount.currency`.

use super::names;
use super::tree::{Cond, Hop, Kind, Scalar};
use crate::model::phrase;
use crate::model::{Address, Name};
use crate::schema::{Attribute, Catalog, Entity, Field, FieldResult, FieldType};
use crate::syntax::{Span, SyntaxError};

/// The most links a path may follow.
const MAX_HOPS: usize = 5;

/// What a path ends at.
#[derive(Debug, Clone, Copy)]
pub(super) enum End<'c> {
    /// The number of the record.
    Id,
    /// Its reference.
    Reference,
    Field(&'c Field),
    Part(&'c Field, &'static str),
    Attribute(&'c Field, Attribute),
    Currency(&'c Field),
}

/// A resolved path.
#[derive(Debug, Clone)]
pub(super) struct Path<'c> {
    pub(super) hops: Vec<Hop>,
    /// The entity at its end.
    pub(super) entity: &'c Entity,
    pub(super) end: End<'c>,
}

/// What kind of value a field holds; none where it holds several.
pub(crate) fn kind_of(field: &Field) -> Option<Kind> {
    let result = match &field.kind {
        FieldType::Formula { result, .. } | FieldType::RollUp { result, .. } => *result,
        FieldType::Text | FieldType::LongText | FieldType::Select | FieldType::Serial { .. } => {
            return Some(Kind::Text);
        }
        FieldType::Integer | FieldType::Decimal | FieldType::Percent | FieldType::Rating { .. } => {
            return Some(Kind::Number);
        }
        FieldType::Money => FieldResult::Money,
        FieldType::Boolean => FieldResult::Boolean,
        FieldType::Date => FieldResult::Date,
        FieldType::DateTime => FieldResult::DateTime,
        FieldType::Duration => FieldResult::Duration,
        FieldType::Link { .. } => return Some(Kind::Link),
        _ => return None,
    };
    Some(kind_of_result(result))
}

/// The kind of what a formula or roll-up yields.
pub(crate) fn kind_of_result(result: FieldResult) -> Kind {
    match result {
        FieldResult::Text => Kind::Text,
        FieldResult::Integer | FieldResult::Decimal | FieldResult::Percent => Kind::Number,
        FieldResult::Money => Kind::Money,
        FieldResult::Boolean => Kind::Bool,
        FieldResult::Date => Kind::Date,
        FieldResult::DateTime => Kind::DateTime,
        FieldResult::Duration => Kind::Duration,
    }
}

impl<'c> Path<'c> {
    /// Resolves a dotted path from `entity`.
    ///
    /// # Errors
    /// The part that is unknown, with the nearest known one.
    pub(super) fn resolve(
        catalog: &'c Catalog,
        entity: &'c Entity,
        text: &str,
        at: Span,
    ) -> Result<Self, SyntaxError> {
        if let Some(field) = entity.field(text) {
            return Ok(Self { hops: Vec::new(), entity, end: End::Field(field) });
        }
        let mut path = Self { hops: Vec::new(), entity, end: End::Id };
        let mut owner: Option<&'c Field> = None;
        let mut start = at.start as usize;
        for segment in text.split('.') {
            let place = start..start + segment.len();
            start = place.end + 1;
            match owner {
                None => path.end = path.enter(segment, place)?,
                Some(field) => {
                    if let Some(to) = field.kind.link_target() {
                        if path.hops.len() == MAX_HOPS {
                            return Err(SyntaxError::new(
                                place,
                                phrase!(
                                    "A path may follow at most {max_hops} links.",
                                    max_hops = MAX_HOPS
                                ),
                            ));
                        }
                        path.entity = catalog.entity(to).ok_or_else(|| {
                            SyntaxError::new(
                                place.clone(),
                                phrase!("There is no entity {entity}.", entity = to),
                            )
                        })?;
                        let many = matches!(field.kind, FieldType::Links { .. });
                        path.hops.push(Hop { field: field.name.clone(), to: to.clone(), many });
                        path.end = path.enter(segment, place)?;
                    } else {
                        path.end = inside(field, segment, place)?;
                    }
                }
            }
            owner = match path.end {
                End::Field(field) => Some(field),
                _ => None,
            };
        }
        Ok(path)
    }

    fn enter(&self, segment: &str, at: std::ops::Range<usize>) -> Result<End<'c>, SyntaxError> {
        if !matches!(self.end, End::Id | End::Field(_)) {
            return Err(SyntaxError::new(
                at,
                phrase!("Nothing comes after this: {segment}", segment = segment),
            ));
        }
        if let Some(field) = names::field(self.entity, segment) {
            return Ok(End::Field(field));
        }
        match segment.to_ascii_lowercase().as_str() {
            "id" => Ok(End::Id),
            "ref" | "reference" => Ok(End::Reference),
            _ => Err(unknown(self.entity, segment, at)),
        }
    }

    /// The value at the end, links followed.
    pub(super) fn scalar(&self) -> Scalar {
        let end = match self.end {
            End::Id | End::Reference => Scalar::Id,
            End::Field(field) => Scalar::Field(field.name.clone()),
            End::Part(field, part) => Scalar::Part(field.name.clone(), part),
            End::Attribute(field, attribute) => Scalar::Attribute(field.name.clone(), attribute),
            End::Currency(field) => Scalar::CurrencyOf(field.name.clone()),
        };
        self.behind(end)
    }

    /// A value at the end, behind the links that lead there.
    pub(super) fn behind(&self, end: Scalar) -> Scalar {
        self.hops.iter().rev().fold(end, |inner, hop| Scalar::Via(hop.clone(), Box::new(inner)))
    }

    /// Puts a condition on what is at the end behind the links that lead there.
    pub(super) fn wrap(&self, cond: Cond) -> Cond {
        self.hops.iter().rev().fold(cond, |inner, hop| Cond::Via(hop.clone(), Box::new(inner)))
    }

    /// What kind of value stands at the end; none for several values.
    pub(super) fn kind(&self) -> Option<Kind> {
        match self.end {
            End::Id | End::Reference => Some(Kind::Number),
            End::Field(field) => kind_of(field),
            End::Part(..) | End::Currency(_) | End::Attribute(_, Attribute::State) => {
                Some(Kind::Text)
            }
            End::Attribute(..) => Some(Kind::Number),
        }
    }
}

/// The name of a field that was likely meant.
pub(super) fn near<'e>(entity: &'e Entity, typed: &str) -> Option<&'e str> {
    let known = entity
        .fields
        .iter()
        .flat_map(|field| [field.name.as_str(), field.label.en.as_str(), field.label.zh.as_str()])
        .chain(["id", "ref"]);
    names::nearest(typed, known)
}

/// The error for a field that `entity` does not have.
pub(super) fn unknown(entity: &Entity, typed: &str, at: std::ops::Range<usize>) -> SyntaxError {
    let error = SyntaxError::new(
        at,
        phrase!("{entity} has no field \"{typed}\".", entity = &entity.label, typed = &typed),
    );
    match near(entity, typed) {
        Some(near) => {
            let near = names::field(entity, near).map_or(near, |field| field.name.as_str());
            error.hint(phrase!("Did you mean {near}?", near = near))
        }
        None => error.hint(phrase!("To search for a word, put it in quotes.")),
    }
}

/// What stands inside a value: a part of an address, what a choice carries, the currency of an amount.
fn inside<'c>(
    field: &'c Field,
    segment: &str,
    at: std::ops::Range<usize>,
) -> Result<End<'c>, SyntaxError> {
    let segment = segment.to_ascii_lowercase();
    let known: &[&str] = match &field.kind {
        FieldType::Address => {
            if let Some(part) = Address::PARTS.iter().find(|part| **part == segment) {
                return Ok(End::Part(field, part));
            }
            &Address::PARTS
        }
        FieldType::Select => {
            match segment.as_str() {
                "state" => return Ok(End::Attribute(field, Attribute::State)),
                "probability" => return Ok(End::Attribute(field, Attribute::Probability)),
                "order" => return Ok(End::Attribute(field, Attribute::Order)),
                _ => {}
            }
            &["state", "probability", "order"]
        }
        FieldType::Money => {
            if segment == "currency" {
                return Ok(End::Currency(field));
            }
            &["currency"]
        }
        _ => &[],
    };
    let error = SyntaxError::new(
        at,
        phrase!("{field} has no part \"{segment}\".", field = &field.label, segment = &segment),
    );
    Err(match (known.is_empty(), names::nearest(&segment, known.iter().copied())) {
        (true, _) => error.hint(phrase!(
            "{field} is a value of its own: leave the dot out.",
            field = &field.name
        )),
        (false, Some(near)) => {
            error.hint(phrase!("Did you mean {field}.{near}?", field = &field.name, near = near))
        }
        (false, None) => error.hint(phrase!("It has: {known}.", known = known.join(", "))),
    })
}

/// A link field as a step to the entity it points at.
pub(super) fn hop_over(field: &Field) -> Option<Hop> {
    let to: Name = field.kind.link_target()?.clone();
    Some(Hop { field: field.name.clone(), to, many: matches!(field.kind, FieldType::Links { .. }) })
}
