//! What a refusal tells: what was missing, which roles would grant it, who can give them; and that it is noted.
//!
//! Start at [`Session::refused`], or at [`Session::refuse`] for what front ends refuse by themselves.

use std::sync::Arc;

use super::audit::Event;
use super::error::{GateError, Result};
use super::explain::Advice;
use super::session::Session;
use super::store::rows::Projection;
use crate::model::{Fill, Phrase, RecordRef, phrase};
use crate::policy::{self, Missing, Need, Person, Refusal, Right, Role};
use crate::schema::display::shipped;

/// So many roles are named in a refusal.
const NAMED: usize = 6;
/// So many people who can give them.
const GIVERS: usize = 3;

impl Session {
    /// A refusal that is told with what to do about it, and noted in the audit log.
    pub(super) fn refused(&self, refusal: Refusal) -> GateError {
        self.noted_refusal(self.advised(refusal))
    }

    /// A refusal that is told as it is, and noted in the audit log.
    pub(super) fn noted_refusal(&self, refusal: Refusal) -> GateError {
        self.note(&Event::refused(&refusal));
        refusal.into()
    }

    /// A refusal with what to do about it: which roles would grant it, and who can give them.
    pub(super) fn advised(&self, refusal: Refusal) -> Refusal {
        let need = refusal.need.clone();
        self.advised_on(refusal, &need)
    }

    /// The same with what would help with a record that it is about.
    pub(super) fn advised_on(&self, refusal: Refusal, need: &Need) -> Refusal {
        let missing = Missing::of(&refusal.need, &self.catalog).map(Box::new);
        let Ok(advice) = self.advice_on(need) else { return Refusal { missing, ..refusal } };
        let gives = matches!(refusal.need, Need::Give(_));
        let mut givers =
            if gives { self.administrators().unwrap_or_default() } else { advice.givers };
        givers.truncate(GIVERS);
        let people = Fill::List(givers.into_iter().map(Fill::Text).collect());
        let more = advice.roles.len().saturating_sub(NAMED);
        let named = advice.roles.iter().take(NAMED).map(|name| shipped::role_told(name));
        let roles = Fill::List(named.collect());
        let mut refusal = refusal.named(&self.catalog);
        refusal.hint = Some(match (gives, advice.roles.is_empty(), more) {
            (true, ..) => phrase!("{people} can do it", people),
            (_, true, _) => phrase!("{people} can give it to you", people),
            (.., 0) => {
                phrase!(
                    "roles that grant it: {roles}; {people} can give them to you",
                    roles,
                    people
                )
            }
            (.., more) => phrase!(
                "roles that grant it: {roles} and {more} more; {people} can give them to you",
                roles,
                more,
                people
            ),
        });
        refusal.missing = missing;
        refusal
    }

    /// Notes that a front end refused something by itself, for want of this; the answer is what to do about
    /// it.
    ///
    /// # Errors
    /// As [`Session::advice_about`].
    pub fn refuse(&self, need: &Need) -> Result<Option<(Phrase, Phrase)>> {
        let advice = self.advice_about(need)?;
        let refusal = match need {
            // Of a record that is not seen (any more) nothing is told but its kind.
            Need::Record(right, entity, _) if advice.is_none() => {
                Refusal::of(Need::Entity(*right, entity.clone()))
            }
            need => Refusal::of(need.clone()),
        };
        self.note(&Event::refused(&refusal));
        Ok(advice)
    }

    /// What to do about what the actor lacks, in full and in few words; none where a record is asked about that they do not see.
    ///
    /// # Errors
    /// An unknown entity.
    pub fn advice_about(&self, need: &Need) -> Result<Option<(Phrase, Phrase)>> {
        self.ready()?;
        if let Need::Entity(_, entity) | Need::Record(_, entity, _) = need {
            self.entity(entity)?;
        }
        if let Need::Record(_, entity, id) = need
            && !self.sees(&RecordRef::new(entity, *id))?
        {
            return Ok(None);
        }
        let hint = self.advised(Refusal::of(need.clone())).hint;
        let brief = self.brief(need)?;
        Ok(hint.map(|hint| (hint, brief)))
    }

    /// The first role that would help and the first who gives it, for where there is little room.
    fn brief(&self, need: &Need) -> Result<Phrase> {
        let advice = self.advice_on(need)?;
        let person = match need {
            Need::Give(_) => self.administrators()?.into_iter().next(),
            _ => advice.givers.into_iter().next(),
        };
        let person = person.unwrap_or_default();
        Ok(match advice.roles.first() {
            Some(role) => {
                phrase!("role {role}, from {person}", role = shipped::role_told(role), person)
            }
            None => phrase!("ask {person}", person),
        })
    }

    /// The roles that would give the actor what they lack, which they do not have already, and who gives
    /// roles. What is only granted on records of one's own is no help with those of others.
    fn advice_on(&self, need: &Need) -> Result<Advice> {
        let me = &self.actor.0;
        let record = match need {
            Need::Record(_, name, id) => match self.catalog.entity(name) {
                Some(entity) => {
                    let moment = self.moment();
                    let projection = Projection::unveiled(&self.catalog, entity, &moment);
                    self.store.record(&projection, *id)?.map(|record| (entity, record))
                }
                None => None,
            },
            _ => None,
        };
        let widest = |person: &Person, entity: &str| {
            let scopes = person.roles.iter().map(|role| role.rights.scope(entity, Right::Edit));
            scopes.map(|scope| scope.width).max().unwrap_or_default()
        };
        self.advice(&|role: &Role| {
            if role.rights.everything || me.roles.iter().any(|own| own.id == role.id) {
                return Ok(false);
            }
            let roles = me.roles.iter().chain([role]).cloned().collect();
            let with = Person { roles: Arc::new(roles), ..Person::clone(me) };
            Ok(match need {
                Need::Entity(right, name) => {
                    let Some(entity) = self.catalog.entity(name) else { return Ok(false) };
                    policy::is_granted(role, *right, entity)
                }
                Need::Record(right, ..) => match &record {
                    Some((entity, record)) => self.has(&with, *right, entity, record)?,
                    None => false,
                },
                Need::Field(access, name, field) => {
                    let entity = self.catalog.entity(name);
                    let field = entity.and_then(|entity| Some((entity, entity.field(field)?)));
                    field.is_some_and(|(entity, field)| {
                        policy::field_access(&with, entity, field) >= *access
                    })
                }
                Need::Link(name, _) => widest(&with, name) > widest(me, name),
                Need::Special(special) => role.rights.special.contains(special),
                Need::Insight => {
                    Need::INSIGHT.iter().any(|special| role.rights.special.contains(special))
                }
                Need::Give(_) | Need::Administrator | Need::Other => false,
            })
        })
    }
}
