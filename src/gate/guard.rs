//! Whether a write may be: the rights of the actor held against what is changed, and what keeps rights
//! themselves from being bent.
//!
//! An edit is asked about twice: before its values are understood ([`Session::forbidden`]: the right on the
//! entity and on the record) and after ([`Session::forbidden_values`]: fields, holders, links, people). An
//! undo goes through the same questions. What is written about people is looked at once more inside the
//! transaction ([`Session::settle_rights`]), so that two people at once cannot remove the last administrator.

use std::collections::BTreeMap;

use super::error::{GateError, Problem, Result};
use super::session::{Session, Via};
use super::store::rows::{Projection, Titles};
use crate::model::{
    Change, FieldChange, Link, Name, Op, Phrase, Record, RecordId, RecordRef, Value, phrase, text,
};
use crate::policy::{
    self, Excess, FieldAccess, Need, Refusal, Right, RoleRights, Special, is_guarded, people_field,
};
use crate::schema::{Catalog, Entity};

/// A refusal, and the field that it is about.
pub(super) type Forbidden = Option<(Option<Name>, Refusal)>;

/// What an edit wants of a record.
pub(super) struct Wish<'a> {
    /// The entity, whole.
    pub entity: &'a Entity,
    /// The record as it stands; none where it is to be made.
    pub current: Option<&'a Record>,
    /// What its fields shall hold.
    pub set: &'a BTreeMap<Name, Value>,
}

impl Session {
    /// Why the actor may not do `right` to the record (or any, where it is to be made), if so; `also` is
    /// wanted as well.
    pub(super) fn forbidden(
        &self,
        entity: &Entity,
        right: Right,
        also: Option<Right>,
        current: Option<&Record>,
    ) -> Result<Option<Refusal>> {
        let person = self.actor().person();
        if person.is_administrator() {
            return Ok(None);
        }
        let import = (self.via == Via::Import).then_some(Right::Import);
        for right in [Some(right), also, import].into_iter().flatten() {
            if let policy::Decision::Deny(refusal) = policy::decide(person, right, entity) {
                let Some(record) = current else { return Ok(Some(self.advised(refusal))) };
                let mut refusal = self.advised_on(refusal, &of_whole(right, entity, record));
                if let Some(missing) = &mut refusal.missing {
                    **missing = missing.as_ref().clone().on(record.id, &self.catalog);
                }
                return Ok(Some(refusal));
            }
            if let Some(record) = current
                && !self.reaches(right, entity, record)?
            {
                let guard = policy::guardian(&entity.name).filter(|_| right != Right::Read);
                let need = guard.map_or_else(|| of_whole(right, entity, record), Need::Special);
                return Ok(Some(self.advised(Refusal::of(need))));
            }
        }
        // Whoever manages users does not put an administrator away, nor bring one back.
        if entity.name == "user"
            && let Some(user) = current
            && user.id != person.user
            && self.is_administrator(user.id)?
        {
            return Ok(Some(self.advised(Refusal::of(Need::Administrator))));
        }
        if entity.name == "role"
            && let Some(role) = current
            && right != Right::Edit
        {
            // A role goes and comes as its rights are written: not one's own, not everybody's.
            let rights = self.role_rights(role.get("rights"));
            let need = if rights.everything || is_everybodys(role) {
                Some(Need::Administrator)
            } else if person.roles.iter().any(|own| own.id == role.id) {
                Some(Need::Other)
            } else if right == Right::Delete {
                // What it keeps back would be open to whoever it is kept from.
                policy::opens(person, &rights, &self.catalog).map(need_of)
            } else {
                policy::beyond(person, &rights, None, &self.catalog).map(need_of)
            };
            if let Some(need) = need {
                return Ok(Some(self.advised(Refusal::of(need))));
            }
        }
        Ok(None)
    }

    /// Which of these rights the actor lacks on a record that they see, and why.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn lacks(&self, record: &RecordRef, rights: &[Right]) -> Result<Vec<(Right, Refusal)>> {
        self.ready()?;
        let Some(entity) = self.catalog.entity(&record.entity) else { return Ok(Vec::new()) };
        let moment = self.moment();
        let projection = Projection::unveiled(&self.catalog, entity, &moment);
        let Some(current) = self.store.record(&projection, record.id)? else {
            return Ok(Vec::new());
        };
        let mut lacking = Vec::new();
        for right in rights {
            if let Some(refusal) = self.forbidden(entity, *right, None, Some(&current))? {
                lacking.push((*right, refusal));
            }
        }
        Ok(lacking)
    }

    /// Whether the actor has a right on a record, asked before anything is typed for it.
    ///
    /// # Errors
    /// The refusal, which is noted.
    pub fn demand_on(&self, right: Right, record: &RecordRef) -> Result<()> {
        match self.lacks(record, &[right])?.pop() {
            Some((_, refusal)) => Err(self.noted_refusal(refusal)),
            None => Ok(()),
        }
    }

    /// Why the actor may not bring these values in, if so.
    pub(super) fn forbidden_values(&self, catalog: &Catalog, wish: &Wish<'_>) -> Result<Forbidden> {
        let person = self.actor().person();
        if person.is_administrator() {
            return Ok(None);
        }
        let entity = wish.entity;
        for (name, value) in wish.set {
            let nothing = Value::Null;
            let present = wish.current.map_or(&nothing, |record| record.get(name));
            // What is not seen is refused whatever it holds: nobody finds out by trying values.
            let unseen = wish.current.is_some() && !self.reads(entity, name);
            if present == value && !unseen {
                continue;
            }
            if let Some(need) = self.needed(wish, name, value)? {
                return Ok(Some((Some(name.clone()), self.advised(Refusal::of(need)))));
            }
            if name == "owner" || is_guarded(&entity.name) {
                continue;
            }
            for link in changed_links(present, value) {
                let Some(target) = catalog.entity(&link.entity) else { continue };
                let whole = entity.whole().is_some_and(|part| part.through == *name);
                if (target.reference && !whole)
                    || link.id.is_pending()
                    || self.may_link(target, link.id)?
                {
                    continue;
                }
                let need = Need::Link(target.name.clone(), link.id);
                return Ok(Some((Some(name.clone()), self.advised(Refusal::of(need)))));
            }
        }
        Ok(None)
    }

    /// Why the actor may not make a change that takes another back, if so: the same questions as about any
    /// edit, so that undo is no way around them.
    pub(super) fn forbidden_again(&self, change: &Change) -> Result<Option<Refusal>> {
        if self.actor().person().is_administrator() {
            return Ok(None);
        }
        let Some(entity) = self.catalog.entity(&change.entity) else { return Ok(None) };
        let right = match change.op {
            Op::Delete => Right::Delete,
            Op::Restore | Op::Create => Right::Restore,
            Op::Update => Right::Edit,
        };
        let moment = self.moment();
        let place = (entity, change.id);
        let current =
            self.store.as_stored_titled(&self.catalog, &moment, place, &mut Titles::new())?;
        if let Some(refusal) = self.forbidden(entity, right, None, current.as_ref())? {
            return Ok(Some(refusal));
        }
        let after = |field: &FieldChange| (field.field.clone(), field.after.clone());
        let set = change.fields.iter().map(after).collect();
        let wish = Wish { entity, current: current.as_ref(), set: &set };
        Ok(self.forbidden_values(&self.catalog, &wish)?.map(|(_, refusal)| refusal))
    }

    /// What the actor lacks to put `value` into a field, besides the right to change the record.
    fn needed(&self, wish: &Wish<'_>, name: &Name, value: &Value) -> Result<Option<Need>> {
        let person = self.actor().person();
        let entity = &wish.entity.name;
        let field = wish.entity.field(name);
        if field.is_some_and(|field| self.access(wish.entity, field) < FieldAccess::Edit) {
            return Ok(Some(Need::Field(FieldAccess::Edit, entity.clone(), name.clone())));
        }
        if let Some(special) = people_field(entity, name) {
            let oneself = entity == "user" && wish.current.is_some_and(|r| r.id == person.user);
            if !person.may(special) {
                return Ok(Some(Need::Special(special)));
            }
            // Nobody raises their own rights.
            if oneself {
                return Ok(Some(Need::Other));
            }
            if name == "roles" {
                let nothing = Value::Null;
                let present = wish.current.map_or(&nothing, |user| user.get(name));
                if let Some(need) = self.gives_more(present, value)? {
                    return Ok(Some(need));
                }
            }
            // A key or a password goes by the login: under another one somebody else gets in.
            if name == "login"
                && let Some(user) = wish.current
                && let Some(excess) = self.beyond_me(user.id)?
            {
                return Ok(Some(need_of(excess)));
            }
            // What hangs below one's own teams widens one's own scope.
            if entity == "team"
                && name == "parent"
                && matches!(value, Value::Link(above) if person.teams.contains(&above.id))
                && wish.current.is_some_and(|team| !person.teams.contains(&team.id))
            {
                return Ok(Some(Need::Other));
            }
        }
        // One may spell one's name otherwise, but not take that of a colleague.
        if entity == "user" && name == "name" && !person.may(Special::Users) {
            let wanted = text::sort_key(value.as_text().unwrap_or_default());
            let taken = self.store.all_users()?.into_iter().any(|(id, name, _)| {
                wish.current.is_none_or(|user| user.id != id) && text::sort_key(&name) == wanted
            });
            if taken {
                return Ok(Some(Need::Special(Special::Users)));
            }
        }
        if entity == "role" {
            let own = |record: &Record| person.roles.iter().any(|role| role.id == record.id);
            if wish.current.is_some_and(own) {
                return Ok(Some(Need::Other));
            }
            if name == "key" && (is_baseline(value) || wish.current.is_some_and(is_everybodys)) {
                return Ok(Some(Need::Administrator));
            }
            // What an administrator is, only one says.
            let known = wish.current.map(|role| self.role_rights(role.get("rights")));
            if known.as_ref().is_some_and(|rights| rights.everything) {
                return Ok(Some(Need::Administrator));
            }
            if name == "rights" {
                let rights = self.role_rights(value);
                let excess = policy::beyond(person, &rights, known.as_ref(), &self.catalog);
                return Ok(excess.map(need_of));
            }
        }
        let assigns = matches!(name.as_str(), "owner" | "team" | "collaborators");
        if !assigns || is_guarded(entity) {
            return Ok(None);
        }
        let need = match wish.current {
            Some(record) if self.reaches(Right::Assign, wish.entity, record)? => None,
            Some(record) => Some(of_whole(Right::Assign, wish.entity, record)),
            None => {
                let mine = match value {
                    Value::Link(link) if name == "owner" => link.id == person.user,
                    Value::Link(link) => person.own_teams.contains(&link.id),
                    // Whoever makes a record may share it.
                    _ => true,
                };
                let denied = policy::decide(person, Right::Assign, wish.entity);
                (!mine && denied != policy::Decision::Allow)
                    .then(|| Need::Entity(Right::Assign, entity.clone()))
            }
        };
        Ok(need)
    }

    /// Whether the actor may read a field.
    pub(super) fn reads(&self, entity: &Entity, field: &str) -> bool {
        entity.field(field).is_none_or(|field| self.access(entity, field) >= FieldAccess::Read)
    }

    /// Whether the actor may change a record that is linked to, or no longer to be.
    fn may_link(&self, entity: &Entity, id: RecordId) -> Result<bool> {
        let moment = self.moment();
        let titles = &mut Titles::new();
        match self.store.as_stored_titled(&self.catalog, &moment, (entity, id), titles)? {
            Some(record) => self.reaches(Right::Edit, entity, &record),
            None => Ok(true),
        }
    }

    /// What a role grants, as it is written.
    fn role_rights(&self, rights: &Value) -> RoleRights {
        RoleRights::read(rights.as_text().unwrap_or_default(), &self.catalog)
    }

    /// What the actor lacks to give the roles of a value to somebody who has those of `present`.
    fn gives_more(&self, present: &Value, roles: &Value) -> Result<Option<Need>> {
        let had = present.links();
        let known = self.store.all_roles()?;
        for link in roles.links() {
            let Some(role) = known.iter().find(|role| role.id == link.id) else { continue };
            let rights = role.grants(&self.catalog);
            if rights.everything {
                return Ok(Some(Need::Administrator));
            }
            if had.iter().any(|had| had.id == link.id) {
                continue;
            }
            let person = self.actor().person();
            if let Some(excess) = policy::beyond(person, &rights, None, &self.catalog) {
                return Ok(Some(need_of(excess)));
            }
        }
        Ok(None)
    }

    /// A right of somebody that the actor does not have.
    pub(super) fn beyond_me(&self, user: RecordId) -> Result<Option<Excess>> {
        let person = self.actor().person();
        let roles = self.store.roles_of(user)?.into_iter();
        Ok(roles.filter(|role| !person.roles.iter().any(|own| own.id == role.id)).find_map(
            |role| policy::beyond(person, &role.grants(&self.catalog), None, &self.catalog),
        ))
    }

    fn is_administrator(&self, user: RecordId) -> Result<bool> {
        let roles = self.store.roles_of(user)?;
        Ok(roles.iter().any(|role| role.grants(&self.catalog).everything))
    }

    /// What is wrong with the TOML of a role that is to be saved.
    pub(super) fn role_problems(&self, rights: &str) -> Vec<(Phrase, Option<Phrase>)> {
        let Err(errors) = RoleRights::parse(rights, &self.catalog) else { return Vec::new() };
        let told = errors.into_iter().map(|error| {
            let line = error.line;
            (phrase!("line {line}: {message}", line, message = error.what), error.hint)
        });
        told.collect()
    }

    /// After people, teams or roles were written, inside the transaction: others are told that rights
    /// have changed, and somebody must be left who may administer.
    pub(super) fn settle_rights(&self, written: &[RecordRef]) -> Result<()> {
        let Some(first) = written.iter().find(|record| is_guarded(&record.entity)) else {
            return Ok(());
        };
        self.store.rights_changed()?;
        if self.has_administrator()? {
            return Ok(());
        }
        Err(GateError::Invalid(vec![Problem {
            edit: 0,
            record: Phrase::raw(self.catalog.reference(first)),
            field: None,
            message: phrase!("no administrator would be left"),
            hint: Some(phrase!("give somebody else the role of an administrator first")),
            missing: None,
        }]))
    }

    /// Whether somebody could administer: who is active and not locked, with a role that grants everything.
    pub(super) fn has_administrator(&self) -> Result<bool> {
        for role in self.store.all_roles()? {
            if role.grants(&self.catalog).everything && !self.store.holders_of(role.id)?.is_empty()
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The names of those who could administer.
    pub(super) fn administrators(&self) -> Result<Vec<String>> {
        let mut names = Vec::new();
        for role in self.store.all_roles()? {
            if role.grants(&self.catalog).everything {
                names.extend(self.store.holders_of(role.id)?.into_iter().map(|(_, name)| name));
            }
        }
        names.dedup();
        Ok(names)
    }

    /// Whether the actor has a special right.
    pub(super) fn may(&self, special: Special) -> bool {
        self.actor().person().may(special)
    }
}

/// What is needed to give that much.
fn need_of(excess: Excess) -> Need {
    match excess {
        Excess::Everything => Need::Administrator,
        other => Need::Give(other),
    }
}

/// What is missing where a right does not reach a record, or what it is a part of.
fn of_whole(right: Right, entity: &Entity, record: &Record) -> Need {
    let (on, of) = policy::governed(right, entity);
    match entity.whole().and_then(|part| record.get(&part.through).as_link()) {
        Some(link) => Need::Record(on, of.clone(), link.id),
        None => Need::Record(right, entity.name.clone(), record.id),
    }
}

/// Whether a role is the one that everybody has.
fn is_everybodys(role: &Record) -> bool {
    is_baseline(role.get("key"))
}

fn is_baseline(key: &Value) -> bool {
    key.as_text().is_some_and(|key| key.trim().eq_ignore_ascii_case("baseline"))
}

/// Links that one value has and the other has not.
fn changed_links(before: &Value, after: &Value) -> Vec<Link> {
    let (old, new) = (before.links(), after.links());
    let without = |all: &[Link], others: &[Link]| -> Vec<Link> {
        all.iter().filter(|l| !others.iter().any(|o| o.target() == l.target())).cloned().collect()
    };
    let mut changed = without(old, new);
    changed.extend(without(new, old));
    changed
}
