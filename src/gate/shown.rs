//! The catalogue as somebody sees it: hidden fields are not there, masked ones are texts of dots.
//!
//! What is computed (formulas, roll-ups) is as secret as what it is computed from: over a masked field it
//! is dots, over a hidden one it is not there. So nobody reads a hidden number out of a sum, and nobody
//! reads a sum without it for the whole. For the same reason a roll-up over records of which somebody may
//! read none is not there: by their rights alone, never by what there is, so that nothing is found out by
//! a figure that comes or goes. Front ends get this catalogue and follow without asking. Start at
//! [`shown`].

use std::cell::RefCell;
use std::collections::HashMap;

use super::error::Result;
use super::session::Session;
use super::store::veil::MASK;
use crate::model::Name;
use crate::policy::{self, FieldAccess, Need, Person, Refusal, Right};
use crate::query::{Formula, Place, Query};
use crate::schema::{Catalog, Entity, Field, FieldResult, FieldType, RollUp, Take};
use crate::syntax::{Expr, Node, Span};

/// The catalogue as a person sees it: what they may not change is read-only, and entities no role lets
/// them read are left out of menus.
pub(super) fn shown(catalog: &Catalog, person: &Person) -> Catalog {
    let mut shown = catalog.clone();
    let eyes = Eyes::of(catalog, person);
    shown.reshape(
        |entity, field| {
            let access = eyes.access(entity, field);
            let mut field = field.clone();
            match access {
                FieldAccess::Hidden if entity.title != field.name => return None,
                FieldAccess::Hidden | FieldAccess::Masked => {
                    let kind = if field.kind.is_computed() { dots() } else { FieldType::Text };
                    let kind = std::mem::replace(&mut field.kind, kind);
                    field.masked = Some(Box::new(kind));
                    field.read_only = true;
                    field.sortable = false;
                    field.searchable = field.searchable && entity.title == field.name;
                    field.required = false;
                    field.pattern = None;
                    field.choices.clear();
                }
                FieldAccess::Read => field.read_only = true,
                FieldAccess::Edit => {}
            }
            Some(field)
        },
        |entity| policy::is_shown(person, entity),
    );
    let stale: Vec<(Name, Name)> = shown
        .entities()
        .flat_map(|entity| entity.views.iter().map(move |view| (entity, view)))
        .filter(|(entity, view)| Query::parse(&view.query, &shown, &entity.name).is_err())
        .map(|(entity, view)| (entity.name.clone(), view.name.clone()))
        .collect();
    shown.drop_views(&stale);
    shown
}

/// The formula that is dots on every record: whether there is anything to compute would tell too much.
fn dots() -> FieldType {
    let expr = Expr::new(Node::Text(MASK.to_owned()), Span::default());
    FieldType::Formula { expr, result: FieldResult::Text }
}

/// What a person may do with fields, computed ones by what they are computed from.
pub(super) struct Eyes<'a> {
    catalog: &'a Catalog,
    person: &'a Person,
    known: RefCell<HashMap<Place, FieldAccess>>,
}

impl<'a> Eyes<'a> {
    pub(super) fn of(catalog: &'a Catalog, person: &'a Person) -> Self {
        Self { catalog, person, known: RefCell::default() }
    }

    /// What the person may do with a field.
    pub(super) fn access(&self, entity: &Entity, field: &Field) -> FieldAccess {
        let own = policy::field_access(self.person, entity, field);
        if !field.kind.is_computed() || self.person.is_administrator() {
            return own;
        }
        if self.sums_unread(entity, field).is_some() {
            return FieldAccess::Hidden;
        }
        let place = (entity.name.clone(), field.name.clone());
        if let Some(known) = self.known.borrow().get(&place) {
            return *known;
        }
        // A ring of computed fields, which no schema that was checked has, ends here.
        self.known.borrow_mut().insert(place.clone(), own);
        let sources = sources(self.catalog, entity, field);
        let least = sources.iter().map(|place| self.access_at(place)).min();
        let access = least.map_or(own, |least| own.min(least));
        self.known.borrow_mut().insert(place, access);
        access
    }

    fn access_at(&self, (entity, field): &Place) -> FieldAccess {
        let found = self.catalog.entity(entity).and_then(|of| Some((of, of.field(field)?)));
        found.map_or(FieldAccess::Edit, |(of, field)| self.access(of, field))
    }

    /// The entity that a roll-up is over, where the person may read none of its records.
    fn sums_unread(&self, entity: &Entity, field: &Field) -> Option<&'a Entity> {
        let FieldType::RollUp { roll_up, .. } = &field.kind else { return None };
        let of = self.catalog.entity(&roll_up.of)?;
        // Its own parts are read with it.
        let own = of
            .part
            .as_ref()
            .is_some_and(|part| part.of == entity.name && part.through == roll_up.through);
        (!own && !reads_some(self.person, of)).then_some(of)
    }

    /// What is missing to read the first of these fields that the person does not read, if any; of what is
    /// computed, to read what keeps it from them.
    fn unread(&self, places: &[Place]) -> Option<Need> {
        let place = places.iter().find(|place| self.access_at(place) < FieldAccess::Read)?;
        let need = Need::Field(FieldAccess::Read, place.0.clone(), place.1.clone());
        let found = self.catalog.entity(&place.0).and_then(|of| Some((of, of.field(&place.1)?)));
        let computed = found.filter(|(entity, field)| {
            field.kind.is_computed()
                && policy::field_access(self.person, entity, field) >= FieldAccess::Read
        });
        let Some((entity, field)) = computed else { return Some(need) };
        match self.sums_unread(entity, field) {
            Some(of) => Some(Need::Entity(Right::Read, of.name.clone())),
            None => self.unread(&sources(self.catalog, entity, field)).or(Some(need)),
        }
    }
}

impl Session {
    /// What the person may do with what is measured of `fields` under a condition: as little as with the
    /// least of all that is looked at.
    ///
    /// # Errors
    /// A condition that is wrong.
    pub fn access_to(
        &self,
        entity: &Name,
        condition: Option<&str>,
        fields: &[Place],
    ) -> Result<FieldAccess> {
        let eyes = Eyes::of(&self.catalog, self.actor().person());
        let mut places = fields.to_vec();
        if let Some(text) = condition {
            places.extend(Query::parse(text, &self.catalog, entity)?.reads());
        }
        Ok(places.iter().map(|place| eyes.access_at(place)).min().unwrap_or(FieldAccess::Edit))
    }

    /// The refusal of what a condition of the schema looks at and the person does not read, if so.
    ///
    /// # Errors
    /// A condition that is wrong.
    pub fn unread_in(&self, entity: &Name, condition: Option<&str>) -> Result<Option<Refusal>> {
        let Some(text) = condition else { return Ok(None) };
        let eyes = Eyes::of(&self.catalog, self.actor().person());
        let places = Query::parse(text, &self.catalog, entity)?.reads();
        Ok(eyes.unread(&places).map(|need| self.advised(Refusal::of(need))))
    }
}

/// Whether a role or a request lets somebody read records of an entity, or of what these are seen with.
fn reads_some(person: &Person, entity: &Entity) -> bool {
    let with = entity.part.as_ref().map(|part| &part.of);
    person.is_administrator()
        || person.roles.iter().any(|role| {
            policy::is_granted(role, Right::Read, entity)
                || with.is_some_and(|of| !role.rights.scope(of, Right::Read).is_none())
        })
        || person.extra.iter().any(|extra| extra.entity == entity.name)
}

/// The fields that a computed one is computed from.
fn sources(catalog: &Catalog, entity: &Entity, field: &Field) -> Vec<Place> {
    let formula = |expr: &Expr, of: &str| {
        Formula::resolve(expr, catalog, of).map(|formula| formula.reads()).unwrap_or_default()
    };
    match &field.kind {
        FieldType::Formula { expr, .. } => formula(expr, &entity.name),
        FieldType::RollUp { roll_up, .. } => {
            let RollUp { of, through, take, filter } = roll_up.as_ref();
            let mut found = vec![(of.clone(), through.clone())];
            if let Take::Sum(expr) | Take::Min(expr) | Take::Max(expr) = take {
                found.extend(formula(expr, of));
            }
            let filter = filter.as_ref().map(|expr| Query::resolve(expr, catalog, of));
            found.extend(filter.into_iter().flatten().flat_map(|query| query.reads()));
            found
        }
        _ => Vec::new(),
    }
}
