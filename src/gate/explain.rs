//! Why somebody may do something, or may not: the decision with the roles behind it.
//!
//! What is told here is what [`crate::policy`] decides by; it is asked anew for the person in question, so
//! that the explanation cannot differ from the decision. Whoever asks about somebody else needs to manage
//! users or roles, or to see the audit log, and is told nothing about records they do not see themselves.
//! Start at [`Session::explain`].

use super::error::{GateError, Result};
use super::rights::{person, reached};
use super::session::Session;
use super::store::compile;
use super::store::rows::Projection;
use crate::model::{Name, Phrase, Record, RecordId, RecordRef, phrase};
use crate::policy::{
    self, FieldAccess, Ground, Need, Person, Refusal, Right, Role, Source, Special, right_in_words,
};
use crate::query::{Moment, Query};
use crate::schema::Entity;

/// What is asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The right.
    pub right: Right,
    /// On records of this entity.
    pub entity: Name,
    /// On this one.
    pub record: Option<RecordId>,
    /// On this field of it.
    pub field: Option<Name>,
}

/// What gives a right, and whether it reaches the record that is asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// What gives it, how far, on which condition.
    pub source: Source,
    /// Whether it reaches the record; none where no record is asked about.
    pub holds: Option<bool>,
}

/// What would help: roles that grant it, and who can give them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Advice {
    /// Roles that would grant it.
    pub roles: Vec<String>,
    /// People who can give roles.
    pub givers: Vec<String>,
}

/// The decision about a person, and what it rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    /// Whom it is about.
    pub user: RecordId,
    /// Their name.
    pub name: String,
    /// What was asked.
    pub asked: Asked,
    /// Whether they may.
    pub allowed: bool,
    /// All that gives the right on the entity.
    pub given: Vec<Given>,
    /// What their roles say of the field.
    pub field: Vec<(String, FieldAccess)>,
    /// Why not, where they may not.
    pub why_not: Option<Phrase>,
    /// What would help, where they may not.
    pub advice: Advice,
}

/// Somebody who has a right on a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Able {
    /// The user.
    pub user: RecordId,
    /// Their name.
    pub name: String,
    /// What gives it to them.
    pub grounds: Vec<Source>,
}

impl Session {
    /// Why a user has a right, or has not.
    ///
    /// # Errors
    /// [`GateError::Denied`] where somebody else is asked about without the right to;
    /// [`GateError::NotFound`] where there is no such user, entity or field, or no record that is seen.
    pub fn explain(&self, user: RecordId, asked: &Asked) -> Result<Explained> {
        self.ready()?;
        if user != self.actor().person().user {
            self.demand_insight()?;
        }
        let entity = self.whole(&asked.entity)?;
        if let Some(field) = &asked.field
            && self.shown.entity(&entity.name).is_none_or(|shown| shown.field(field).is_none())
        {
            return Err(GateError::NotFound {
                what: phrase!("{entity} has no field {field}", entity = &entity.name, field),
                hint: super::plan::near(entity, field),
            });
        }
        let record = asked.record.map(|id| self.seen_record(entity, id)).transpose()?;
        let mut told = Explained {
            user,
            name: self.store.user_name(user)?.ok_or_else(|| GateError::NotFound {
                what: phrase!("there is no such user"),
                hint: Some(phrase!("`kontor user list` names them")),
            })?,
            asked: asked.clone(),
            allowed: false,
            given: Vec::new(),
            field: Vec::new(),
            why_not: None,
            advice: Advice::default(),
        };
        let person = match person(&self.store, &self.catalog, user, self.moment().now) {
            Ok((person, _)) => person,
            Err(GateError::SignedOut { what }) => {
                told.why_not = Some(what);
                return Ok(told);
            }
            Err(other) => return Err(other),
        };
        for source in policy::sources(&person, asked.right, entity) {
            let holds = match &record {
                Some(record) => Some(self.fits(&person, entity, &source, record)?),
                None => None,
            };
            told.given.push(Given { source, holds });
        }
        told.why_not = self.obstacle_for(&person, entity, record.as_ref(), &mut told)?;
        told.allowed = told.why_not.is_none();
        if !told.allowed {
            told.advice = self.advice_for(&person, entity, asked, record.as_ref())?;
        }
        Ok(told)
    }

    /// Who has a right on a record, and by what: "who can see this?".
    ///
    /// # Errors
    /// As [`Session::explain`].
    pub fn who_can(&self, right: Right, record: &RecordRef) -> Result<Vec<Able>> {
        self.ready()?;
        self.demand_insight()?;
        let entity = self.whole(&record.entity)?;
        let record = self.seen_record(entity, record.id)?;
        let mut able = Vec::new();
        for (user, name) in self.store.active_users()? {
            let (person, _) = person(&self.store, &self.catalog, user, self.moment().now)?;
            if !self.has(&person, right, entity, &record)? {
                continue;
            }
            let mut grounds = Vec::new();
            for source in policy::sources(&person, right, entity) {
                if self.fits(&person, entity, &source, &record)? {
                    grounds.push(source);
                }
            }
            able.push(Able { user, name, grounds });
        }
        Ok(able)
    }

    /// Those of the members whose roles let them read and edit such records, were they theirs.
    pub(super) fn able_to_take(
        &self,
        members: &[RecordId],
        entity: &Entity,
    ) -> Result<Vec<RecordId>> {
        let mut able = Vec::new();
        for member in members {
            let person = self.rights_of(*member)?;
            let granted =
                |right| person.roles.iter().any(|role| policy::is_granted(role, right, entity));
            if granted(Right::Read) && granted(Right::Edit) {
                able.push((*member, granted(Right::Create)));
            }
        }
        // Who also makes such records works with them; who only edits them serves those who do.
        if able.iter().any(|(_, makes)| *makes) {
            able.retain(|(_, makes)| *makes);
        }
        Ok(able.into_iter().map(|(member, _)| member).collect())
    }

    /// The name of a user, and their roles with what these grant.
    ///
    /// # Errors
    /// As [`Session::explain`]; [`GateError::SignedOut`] where they may not sign in.
    pub fn roles_of(&self, user: RecordId) -> Result<(String, Vec<Role>)> {
        self.ready()?;
        if user != self.actor().person().user {
            self.demand_insight()?;
        }
        let (person, _) = person(&self.store, &self.catalog, user, self.moment().now)?;
        Ok((person.name, person.roles.to_vec()))
    }

    /// Whether the actor may know what others may do.
    #[must_use]
    pub fn has_insight(&self) -> bool {
        Need::INSIGHT.into_iter().any(|special| self.may(special))
    }

    /// Whether the actor may know how a user signs in: their own way in, or others' by a right.
    #[must_use]
    pub fn may_know_way_in(&self, user: RecordId) -> bool {
        user == self.actor().person().user || self.has_insight()
    }

    /// Demands that the actor may know what others may do.
    ///
    /// # Errors
    /// The refusal, which is noted.
    pub fn demand_insight(&self) -> Result<()> {
        if self.has_insight() {
            return Ok(());
        }
        Err(self.refused(Refusal::of(Need::Insight)))
    }

    /// An entity whole, as rights go by it, if the actor knows of it.
    pub(super) fn whole(&self, name: &str) -> Result<&Entity> {
        let name = self.entity(name)?.name.clone();
        self.catalog
            .entity(&name)
            .ok_or_else(|| GateError::Internal(format!("{name} is shown and is not there")))
    }

    /// A record as it stands in the file, if the actor sees it.
    pub(super) fn seen_record(&self, entity: &Entity, id: RecordId) -> Result<Record> {
        let reference = RecordRef::new(&entity.name, id);
        let moment = self.moment();
        let projection = Projection::unveiled(&self.catalog, entity, &moment);
        let found = if self.sees(&reference)? { self.store.record(&projection, id)? } else { None };
        found.ok_or_else(|| GateError::NotFound {
            what: phrase!("there is no {record}", record = self.shown.reference(&reference)),
            hint: Some(phrase!("nothing is told about records that you do not see yourself")),
        })
    }

    /// Whether `person` has a right on a record; whoever does not see it has none.
    pub(super) fn has(
        &self,
        person: &Person,
        right: Right,
        entity: &Entity,
        record: &Record,
    ) -> Result<bool> {
        for right in [right, Right::Read] {
            if let Some(query) = reached(person, right, entity, &self.catalog)?
                && !self.satisfied(person, entity, &query, record)?
            {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether a source reaches a record, asked as somebody; an empty condition always holds.
    fn fits(
        &self,
        person: &Person,
        entity: &Entity,
        source: &Source,
        record: &Record,
    ) -> Result<bool> {
        if source.condition.is_empty() {
            return Ok(true);
        }
        let query = match entity.part.as_ref().filter(|_| source.whole) {
            Some(part) => Query::parse(&source.condition, &self.catalog, &part.of)?
                .of_parts(entity.name.clone(), part),
            None => Query::parse(&source.condition, &self.catalog, &entity.name)?,
        };
        self.satisfied(person, entity, &query, record)
    }

    fn satisfied(
        &self,
        person: &Person,
        entity: &Entity,
        query: &Query,
        record: &Record,
    ) -> Result<bool> {
        let moment =
            Moment { me: Some(person.user), my_teams: person.teams.clone(), ..self.moment() };
        if let Some(holds) = query.decide(&self.catalog, record, &moment) {
            return Ok(holds);
        }
        let condition = compile::condition(&self.catalog, query, &moment, "a");
        self.store.satisfies(entity, record.id, &condition)
    }

    /// What keeps `person` from it, if anything does.
    fn obstacle_for(
        &self,
        person: &Person,
        entity: &Entity,
        record: Option<&Record>,
        told: &mut Explained,
    ) -> Result<Option<Phrase>> {
        let right = told.asked.right;
        let lacks = || {
            phrase!(
                "{name} lacks the right to {right} ({entity})",
                name = &person.name,
                right = right_in_words(right),
                entity = &entity.plural
            )
        };
        match record {
            Some(record) if right != Right::Create => {
                if !self.has(person, Right::Read, entity, record)? {
                    return Ok(Some(phrase!(
                        "{name} does not see {record}",
                        name = &person.name,
                        record = self.catalog.reference(&record.reference())
                    )));
                }
                if !self.has(person, right, entity, record)? {
                    return Ok(Some(phrase!(
                        "{name} may {right} ({entity}), but not this one",
                        name = &person.name,
                        right = right_in_words(right),
                        entity = &entity.plural
                    ))
                    .filter(|_| granted(told))
                    .or_else(|| Some(lacks())));
                }
            }
            _ if !granted(told) => return Ok(Some(lacks())),
            _ => {}
        }
        let Some(field) = told.asked.field.as_ref().and_then(|name| entity.field(name)) else {
            return Ok(None);
        };
        let level = |role: &Role| role.rights.field(&entity.name, &field.name);
        told.field = person.roles.iter().map(|role| (role.name.clone(), level(role))).collect();
        let wanted = if right == Right::Edit { FieldAccess::Edit } else { FieldAccess::Read };
        if policy::field_access(person, entity, field) >= wanted {
            return Ok(None);
        }
        Ok(Some(phrase!(
            "the roles of {name} do not let them {right} {field} ({entity})",
            name = &person.name,
            right = policy::access_in_words(wanted),
            field = &field.label,
            entity = &entity.plural
        )))
    }

    /// Which roles would grant `person` what they lack, and who can give roles.
    fn advice_for(
        &self,
        person: &Person,
        entity: &Entity,
        asked: &Asked,
        record: Option<&Record>,
    ) -> Result<Advice> {
        self.advice(&|role: &Role| {
            if role.rights.everything || !policy::is_granted(role, asked.right, entity) {
                return Ok(false);
            }
            let roles = person.roles.iter().chain([role]).cloned().collect();
            let with = Person { roles: std::sync::Arc::new(roles), ..person.clone() };
            let reached = match record {
                Some(record) => self.has(&with, asked.right, entity, record)?,
                None => true,
            };
            let field = asked.field.as_ref().and_then(|field| entity.field(field));
            let wanted =
                if asked.right == Right::Edit { FieldAccess::Edit } else { FieldAccess::Read };
            let open =
                field.is_none_or(|field| policy::field_access(&with, entity, field) >= wanted);
            Ok(reached && open)
        })
    }

    /// The roles that grant something, and the people who can give roles.
    pub(super) fn advice(&self, grants: &dyn Fn(&Role) -> Result<bool>) -> Result<Advice> {
        let mut advice = Advice::default();
        for role in self.store.all_roles()? {
            let (id, role) = (role.id, role.read(&self.catalog));
            let rights = &role.rights;
            if rights.everything || rights.special.contains(&Special::Roles) {
                for (_, name) in self.store.holders_of(id)? {
                    if !advice.givers.contains(&name) {
                        advice.givers.push(name);
                    }
                }
            }
            if grants(&role)? {
                advice.roles.push(role.name);
            }
        }
        Ok(advice)
    }
}

/// Whether a role or a request gives the right on some records at least.
fn granted(told: &Explained) -> bool {
    told.given.iter().any(|given| matches!(given.source.by, Ground::Role(_) | Ground::Request(_)))
}
