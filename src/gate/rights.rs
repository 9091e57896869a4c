//! What the person of a session may do: read from the file, laid before the tables, asked per record.
//!
//! Decisions come from [`crate::policy`] alone; here they are given the facts and carried out. No read
//! happens under rights that are no longer the person's: every question looks at the stamp first. Start
//! at [`Session::take_rights`].

use std::cell::Cell;
use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::error::{GateError, Result};
use super::session::{Actor, Session};
use super::shown::shown;
use super::store::access::StoredGrant;
use super::store::compile;
use super::store::rows::Projection;
use super::store::search::{OwnWords, Sight, Sights};
use super::store::veil::Veil;
use super::store::{Store, settings};
use crate::model::{Name, Record, RecordId, RecordRef, phrase};
use crate::policy::{
    self, Branch, Decision, Extra, FieldAccess, Need, Person, Reach, Refusal, Right, Special, Width,
};
use crate::query::Query;
use crate::schema::{Catalog, Entity, Field};

/// Under which rights a session stands.
#[derive(Default)]
pub(super) struct Standing {
    /// The stamp of the rights that were read.
    pub(super) stamp: String,
    /// The state of the file in which the stamp was last looked at.
    checked: Cell<i64>,
    /// What the person sees of entities that they do not see whole.
    pub(super) sights: Sights,
    /// The words of what they see, where the session has gathered them.
    pub(super) words: OwnWords,
    /// Into how many branches the rows of such entities fall.
    pub(super) branches: HashMap<Name, usize>,
    /// When the first of the rights that were granted for a while ends.
    ends: Option<DateTime<Utc>>,
}

impl Session {
    /// Reads who the person is and what they may do, and lays the veil.
    pub(super) fn take_rights(&mut self) -> Result<()> {
        let stamp = self.store.setting(settings::RIGHTS)?.unwrap_or_default();
        let now = self.options.clock.now();
        let (person, ends) = person(&self.store, &self.catalog, self.actor.0.user, now)?;
        self.demand_viewer(&person)?;
        let zone = self.store.zone_of(person.user)?;
        self.own_zone = zone.as_deref().and_then(super::person::zone);
        self.actor = Actor(Arc::new(person));
        self.reaches.borrow_mut().clear();
        let person = Arc::clone(&self.actor.0);
        self.shown = if person.is_administrator() {
            Arc::clone(&self.catalog)
        } else {
            Arc::new(shown(&self.catalog, &person))
        };
        let seen = self.seen_rows(&person)?;
        self.store.veil(self.veils(&person, &seen))?;
        let moment = self.moment();
        let (mut sights, mut branches) = (Sights::new(), HashMap::new());
        for (name, queries) in &seen {
            sights.insert(name.clone(), Sight::of(queries, &moment));
            branches.insert(name.clone(), queries.len());
        }
        self.standing = Standing {
            stamp,
            checked: Cell::new(-1),
            sights,
            branches,
            ends,
            ..Standing::default()
        };
        Ok(())
    }

    /// Whoever may not act any more is told so by every question from now on.
    pub(super) fn lose_rights(&mut self) {
        self.standing =
            Standing { stamp: "none".to_owned(), checked: Cell::new(-1), ..Standing::default() };
    }

    /// Reads the rights anew where somebody changed what they rest on; true where they did.
    pub(super) fn renew_rights(&mut self) -> Result<bool> {
        let stamp = self.store.setting(settings::RIGHTS)?.unwrap_or_default();
        if stamp == self.standing.stamp && !self.rights_ended() {
            return Ok(false);
        }
        self.take_rights()?;
        Ok(true)
    }

    /// Whether a right that was granted for a while has ended since the rights were read: nobody writes
    /// anything then, so the clock is asked.
    pub(super) fn rights_ended(&self) -> bool {
        self.standing.ends.is_some_and(|ends| ends <= self.options.clock.now())
    }

    /// Whether the person may act still: what their open screens ask when they are refused.
    ///
    /// # Errors
    /// [`GateError::SignedOut`] where they may not.
    pub fn demand_active(&self) -> Result<()> {
        match self.store.active_user(self.actor.0.user)? {
            Some(_) => self.demand_viewer(&self.actor.0),
            None => Err(signed_out()),
        }
    }

    /// Nothing is asked under rights that are not the person's any more.
    pub(super) fn ready(&self) -> Result<()> {
        let version = self.store.data_version()?;
        self.demand_seat_at(version)?;
        if self.standing.checked.get() == version && !self.rights_ended() {
            return Ok(());
        }
        self.demand_rights()?;
        self.standing.checked.set(version);
        Ok(())
    }

    /// Whether the rights are still those that were read; asked inside the transaction that writes.
    pub(super) fn demand_rights(&self) -> Result<()> {
        let stamp = self.store.setting(settings::RIGHTS)?.unwrap_or_default();
        let stands = stamp == self.standing.stamp && !self.rights_ended();
        if stands { Ok(()) } else { Err(GateError::RightsChanged) }
    }

    /// Whether the actor may do `right` on some records of `entity`.
    pub(super) fn demand(&self, right: Right, entity: &Name) -> Result<()> {
        self.ready()?;
        let Some(entity) = self.catalog.entity(entity) else {
            return Err(self.refused(Refusal::of(Need::Entity(right, entity.clone()))));
        };
        match policy::decide(&self.actor.0, right, entity) {
            Decision::Allow => self.demand_own_export(right, &entity.name),
            Decision::Deny(refusal) => Err(self.refused(refusal)),
        }
    }

    /// Whether the actor has a special right; a refusal is noted and says which roles have it.
    ///
    /// # Errors
    /// The refusal.
    pub fn demand_special(&self, special: Special) -> Result<()> {
        self.ready()?;
        policy::demand(&self.actor.0, special).map_err(|refusal| self.refused(refusal))
    }

    /// Whether the actor may look for records of `entity` at all: where no role lets them, they may see
    /// what others shared with them, if anything.
    pub(super) fn demand_sight(&self, entity: &Entity) -> Result<()> {
        self.ready()?;
        let known = policy::is_shown(&self.actor.0, entity);
        if known || self.store.any(entity)? {
            return Ok(());
        }
        let need = Need::Entity(Right::Read, entity.name.clone());
        Err(self.advised(Refusal::of(need)).into())
    }

    /// The records that a right reaches, as a query; none where it reaches all.
    ///
    /// # Errors
    /// The refusal where the actor has the right on no record.
    pub fn permitted(&self, right: Right, entity: &str) -> Result<Option<Query>> {
        let entity = self.entity(entity)?;
        self.demand(right, &entity.name)?;
        Ok(self.reach(right, entity)?.map(|query| Query::clone(&query)))
    }

    /// Whether a right reaches a record that the actor sees.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn may_do(&self, right: Right, record: &RecordRef) -> Result<bool> {
        let Some(entity) = self.catalog.entity(&record.entity) else { return Ok(false) };
        self.ready()?;
        let moment = self.moment();
        let projection = Projection::unveiled(&self.catalog, entity, &moment);
        match self.store.record(&projection, record.id)? {
            Some(record) => Ok(self.reaches(Right::Read, entity, &record)?
                && self.reaches(right, entity, &record)?),
            None => Ok(false),
        }
    }

    /// Whether a right of the actor reaches a record, which is given as it stands in the file.
    pub(super) fn reaches(&self, right: Right, entity: &Entity, record: &Record) -> Result<bool> {
        let Some(query) = self.reach(right, entity)? else { return Ok(true) };
        let moment = self.moment();
        if let Some(holds) = query.decide(&self.catalog, record, &moment) {
            return Ok(holds);
        }
        let condition = compile::condition(&self.catalog, &query, &moment, "a");
        self.store.satisfies(entity, record.id, &condition)
    }

    /// The records that a right reaches, as a query; none where it reaches all.
    pub(super) fn reach(&self, right: Right, entity: &Entity) -> Result<Option<Arc<Query>>> {
        let key = (right, entity.name.clone());
        if let Some(known) = self.reaches.borrow().get(&key) {
            return Ok(known.clone());
        }
        let query = reached(&self.actor.0, right, entity, &self.catalog)?.map(Arc::new);
        self.reaches.borrow_mut().insert(key, query.clone());
        Ok(query)
    }

    /// What the actor may do with a field.
    pub(super) fn access(&self, entity: &Entity, field: &Field) -> FieldAccess {
        policy::field_access(&self.actor.0, entity, field)
    }

    /// The conditions of the records that the person sees, by entity; entities that they see whole are not
    /// there.
    fn seen_rows(&self, person: &Person) -> Result<HashMap<Name, Vec<Query>>> {
        let mut seen = HashMap::new();
        for entity in self.catalog.entities() {
            let Reach::Some(branches) = policy::reach(person, Right::Read, entity) else {
                continue;
            };
            seen.insert(entity.name.clone(), queries(&branches, entity, &self.catalog)?);
        }
        Ok(seen)
    }

    /// The veils of all entities of which the person does not see everything.
    fn veils(&self, person: &Person, seen: &HashMap<Name, Vec<Query>>) -> Vec<Veil<'_>> {
        if person.is_administrator() {
            return Vec::new();
        }
        let moment = self.moment();
        let condition = |query| compile::condition(&self.catalog, query, &moment, "a");
        self.catalog
            .entities()
            .map(|entity| Veil {
                entity,
                rows: seen.get(&entity.name).map(|queries| queries.iter().map(condition).collect()),
                fields: entity
                    .fields
                    .iter()
                    .filter(|field| !field.kind.is_computed())
                    .map(|field| (field, policy::field_access(person, entity, field)))
                    .filter(|(_, access)| *access < FieldAccess::Read)
                    .collect(),
            })
            .collect()
    }

    /// The facts about another user.
    pub(super) fn rights_of(&self, user: RecordId) -> Result<Person> {
        let now = self.options.clock.now();
        person(&self.store, &self.catalog, user, now).map(|(person, _)| person)
    }
}

/// The records that a right of somebody reaches, as a query; none where it reaches all.
pub(super) fn reached(
    person: &Person,
    right: Right,
    entity: &Entity,
    catalog: &Catalog,
) -> Result<Option<Query>> {
    match policy::reach(person, right, entity) {
        Reach::All => Ok(None),
        Reach::Some(branches) if branches.is_empty() => {
            Ok(Some(Query::parse("id = 0", catalog, &entity.name)?))
        }
        Reach::Some(branches) => {
            Ok(Some(Query::any(entity.name.clone(), queries(&branches, entity, catalog)?)))
        }
    }
}

/// The branches of a scope as queries. Those that are about what a record is a part of are one, so that
/// it is looked at once.
fn queries(branches: &[Branch], entity: &Entity, catalog: &Catalog) -> Result<Vec<Query>> {
    let mut own = Vec::new();
    let mut whole = Vec::new();
    for branch in branches {
        match entity.part.as_ref().filter(|_| branch.whole) {
            Some(part) => whole.push(Query::parse(&branch.condition, catalog, &part.of)?),
            None => own.push(Query::parse(&branch.condition, catalog, &entity.name)?),
        }
    }
    if let Some(part) = entity.part.as_ref().filter(|_| !whole.is_empty()) {
        own.push(Query::any(part.of.clone(), whole).of_parts(entity.name.clone(), part));
    }
    Ok(own)
}

pub(super) fn signed_out() -> GateError {
    GateError::SignedOut { what: phrase!("this user may not sign in (any more)") }
}

/// The facts about a user at an instant, and when the first right that was granted for a while ends.
pub(super) fn person(
    store: &Store,
    catalog: &Catalog,
    user: RecordId,
    now: DateTime<Utc>,
) -> Result<(Person, Option<DateTime<Utc>>)> {
    let Some(name) = store.active_user(user)? else {
        return Err(signed_out());
    };
    let roles = store.roles_of(user)?.into_iter().map(|role| role.read(catalog)).collect();
    let careful = store.all_roles()?.iter().map(|role| role.grants(catalog)).collect();
    let tree = store.team_tree()?;
    let mut own_teams = store.all_targets("user.teams", user)?;
    own_teams.retain(|team| tree.iter().any(|(id, _)| id == team));
    let mut teams = own_teams.clone();
    let mut at = 0;
    // A tree that somebody tied into a ring ends, since no team is taken twice.
    while at < teams.len() {
        for (team, parent) in &tree {
            if *parent == Some(teams[at]) && !teams.contains(team) {
                teams.push(*team);
            }
        }
        at += 1;
    }
    let grants = store.grants_of(user, now.timestamp_millis())?;
    let ends = grants.iter().map(|grant| grant.until).min();
    let extra = grants
        .into_iter()
        .filter_map(|grant| {
            let right = Right::of_word(&grant.right)?;
            let StoredGrant { id: request, entity, record, field, scope, .. } = grant;
            // A width that is not known any more reaches nothing.
            let width = match scope.as_str() {
                "" => Width::All,
                word => Width::of_word(word)?,
            };
            Some(Extra { request, entity, record, right, field, width })
        })
        .collect();
    let person = Person {
        user,
        name,
        own_teams,
        teams,
        roles: Arc::new(roles),
        extra,
        careful: Arc::new(careful),
    };
    Ok((person, ends.and_then(DateTime::from_timestamp_millis)))
}
