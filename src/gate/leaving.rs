//! Somebody leaves: what they have, who takes it over, and doing so together with their deactivation.
//!
//! A [`Leaving`] is made here and nowhere else; it is looked at and carried out by the machinery of acts on
//! many records ([`super::many`]): piece by piece, as one operation in history that one undo takes back.
//! The deactivation comes first, so that nobody works on while their records are handed on.
//!
//! **Rights.** Whoever may manage users ([`Special::Users`]) may hand on everything that a leaver had,
//! whether or not they may see, change or assign those records: an administrator expects that whoever lets
//! people go leaves nothing behind without an owner, and the office that does so need not read the
//! customers. They learn no more than numbers, and two things stay as strict as ever. Nobody gives records
//! to themself this way (such a change needs the ordinary rights), and an administrator is let go by
//! administrators only. Taking it back is allowed to the same people ([`Session::note_leaving`]).
//!
//! What is a matter of the past stays as it is: activities, history, private views, records in the bin.
//! Start at [`Session::belongings`] and [`Session::plan_leaving`].

mod takers;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::error::{GateError, Problem, Result};
use super::session::Session;
use super::store::compile::{self, Fragment};
use crate::model::{
    Change, Edit, Input, Link, Name, Phrase, RecordId, RecordRef, Shift, Value, phrase,
};
use crate::policy::{Refusal, Special, is_guarded};
use crate::query::{Moment, Query};
use crate::schema::{Entity, Field, FieldType};
use takers::Load;

pub use takers::Transfer;

/// What a user has of one entity, living records only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holding {
    /// The entity.
    pub entity: Name,
    /// How many they own.
    pub owned: u64,
    /// How many of those are still open; none where the entity knows no such thing.
    pub open: Option<u64>,
    /// How many they work on as collaborator.
    pub shared: u64,
    /// These are of the past and stay theirs.
    pub stays: bool,
}

/// What hangs on a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Belongings {
    /// Who, with their name.
    pub user: Link,
    /// Whether they may sign in.
    pub active: bool,
    /// By entity; those of which they have nothing are left out.
    pub holdings: Vec<Holding>,
    /// The teams they lead.
    pub teams: Vec<Link>,
    /// The colleagues whose manager they are.
    pub people: Vec<Link>,
}

impl Belongings {
    /// How many records would have to be handed on.
    #[must_use]
    pub fn to_hand_on(&self) -> u64 {
        let owned = self.holdings.iter().filter(|holding| !holding.stays).map(|h| h.owned);
        owned.sum::<u64>() + (self.teams.len() + self.people.len()) as u64
    }
}

/// As what something is handed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum HandedAs {
    /// Its owner becomes another.
    Owner,
    /// Its manager becomes another.
    Manager,
    /// The leaver is no collaborator any more.
    Collaborator,
}

/// How many records of an entity go to whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// The entity.
    pub entity: Name,
    /// As what.
    pub handed_as: HandedAs,
    /// Who takes over, with their name; nobody where they are only let go.
    pub to: Option<Link>,
    /// How many.
    pub records: u64,
}

/// A leaving that was planned. Only the gate can make one; nothing is written yet.
#[derive(Debug, Clone, PartialEq)]
pub struct Leaving {
    user: Link,
    deactivates: bool,
    edits: Vec<Edit>,
    shares: Vec<Share>,
}

impl Leaving {
    /// Who leaves, with their name.
    #[must_use]
    pub fn user(&self) -> &Link {
        &self.user
    }

    /// Whether they are still active and will not be.
    #[must_use]
    pub fn deactivates(&self) -> bool {
        self.deactivates
    }

    /// How many records of which entity go to whom.
    #[must_use]
    pub fn shares(&self) -> &[Share] {
        &self.shares
    }

    /// One edit per record, the deactivation first.
    #[must_use]
    pub fn edits(&self) -> &[Edit] {
        &self.edits
    }

    /// What it is for, as history keeps it.
    #[must_use]
    pub fn why(&self) -> String {
        format!("leave user: {}", self.user.title)
    }
}

/// The edits of a leaving while they are put together.
#[derive(Default)]
struct Made {
    edits: Vec<Edit>,
    places: HashMap<(Name, RecordId), usize>,
    shares: BTreeMap<(usize, HandedAs, Option<RecordId>), u64>,
    entities: Vec<Name>,
}

impl Made {
    /// The edit of a record: each has one.
    fn edit(&mut self, entity: &Name, id: RecordId, f: impl FnOnce(Edit) -> Edit) {
        let key = (entity.clone(), id);
        if let Some(at) = self.places.get(&key) {
            let edit = std::mem::replace(&mut self.edits[*at], Edit::update(entity, id));
            self.edits[*at] = f(edit);
            return;
        }
        self.places.insert(key, self.edits.len());
        self.edits.push(f(Edit::update(entity, id)));
    }

    fn count(&mut self, entity: &Name, handed_as: HandedAs, to: Option<RecordId>) {
        let at = self.entities.iter().position(|known| known == entity).unwrap_or_else(|| {
            self.entities.push(entity.clone());
            self.entities.len() - 1
        });
        *self.shares.entry((at, handed_as, to)).or_default() += 1;
    }
}

impl Session {
    /// What hangs on a user: for whoever manages users, and for the user.
    ///
    /// # Errors
    /// The refusal; [`GateError::NotFound`].
    pub fn belongings(&self, user: RecordId) -> Result<Belongings> {
        self.ready()?;
        if self.actor().person().user != user {
            self.demand_special(Special::Users)?;
        }
        let (title, active) = self.leaver(user)?;
        let moment = self.moment();
        let mut holdings = Vec::new();
        for entity in self.kept_entities() {
            let count = |field: &str, also: Option<&Fragment>| match entity.field(field) {
                Some(field) => self.store.count_held(entity, field, user, also),
                None => Ok(0),
            };
            let open = self.open_ones(entity, &moment)?;
            let handed = self.handed_ones(entity, &moment)?;
            let owned = count("owner", handed.as_ref())?;
            let open = open.map(|open| count("owner", Some(&open))).transpose()?;
            let shared = count("collaborators", None)?;
            if owned + shared > 0 {
                let (entity, stays) = (entity.name.clone(), entity.immutable);
                holdings.push(Holding { entity, owned, open, shared, stays });
            }
        }
        let managed = |name: &str| -> Result<Vec<Link>> {
            let mut links = Vec::new();
            for id in self.managed(name, user)? {
                links.push(self.named(name, id)?);
            }
            Ok(links)
        };
        let mut link = Link::new("user", user);
        link.title = title;
        Ok(Belongings {
            user: link,
            active,
            holdings,
            teams: managed("team")?,
            people: managed("user")?,
        })
    }

    /// Plans that a user leaves and what they have is handed on; without a transfer only where they have
    /// nothing. Writes nothing. It is carried out as [`super::Many::Leave`].
    ///
    /// # Errors
    /// The refusal; what is wrong with the transfer; the last administrator.
    pub fn plan_leaving(&self, user: RecordId, transfer: Option<&Transfer>) -> Result<Leaving> {
        self.demand_special(Special::Users)?;
        let (title, active) = self.leaver(user)?;
        if user == self.actor().person().user {
            let hint = phrase!("somebody else who may manage users has to do it");
            return Err(wrong(phrase!("nobody lets themself go"), Some(hint)));
        }
        let off = |edit: Edit| edit.with("active", Value::Bool(false));
        self.plan(vec![off(Edit::update("user", user))], "")?.check()?;
        if active && self.is_sole_administrator(user)? {
            let hint = phrase!("give somebody else the role of an administrator first");
            return Err(wrong(phrase!("no administrator would be left"), Some(hint)));
        }
        let mut made = Made::default();
        if active {
            made.edit(&Name::from("user"), user, off);
        }
        match transfer {
            Some(transfer) => self.hand_on(user, transfer, &mut made)?,
            None => {
                let left = self.belongings(user)?.to_hand_on();
                if left > 0 {
                    let hint = phrase!("say who takes over: a person, a team, or by rules");
                    let what = phrase!(
                        "{name} has {n} {n?record|records} to hand on",
                        name = title,
                        n = left
                    );
                    return Err(wrong(what, Some(hint)));
                }
            }
        }
        self.let_go_of_shared(user, &mut made)?;
        let mut link = Link::new("user", user);
        link.title = title;
        let mut shares = Vec::with_capacity(made.shares.len());
        for ((at, handed_as, to), records) in made.shares {
            let to = to.map(|to| self.named("user", to)).transpose()?;
            shares.push(Share { entity: made.entities[at].clone(), handed_as, to, records });
        }
        Ok(Leaving { user: link, deactivates: active, edits: made.edits, shares })
    }

    /// What is owned, and who is managed.
    fn hand_on(&self, user: RecordId, transfer: &Transfer, made: &mut Made) -> Result<()> {
        let members = self.takers(user, transfer)?;
        let rules = self.rules_of(transfer)?;
        let moment = self.moment();
        let owner = Name::from("owner");
        for entity in self.kept_entities().filter(|entity| !entity.immutable) {
            let Some(field) = entity.field(&owner) else { continue };
            let handed = self.handed_ones(entity, &moment)?;
            let records = self.store.held(entity, field, user, handed.as_ref())?;
            if records.is_empty() {
                continue;
            }
            let mut chosen: HashMap<RecordId, RecordId> = HashMap::new();
            for (text, to) in rules {
                // A condition on other fields says nothing of this entity.
                let Ok(query) = Query::parse(text, &self.shown, &entity.name) else { continue };
                let fits = compile::condition(&self.shown, &query, &moment, "a");
                for id in self.store.held_and_seen(entity, field, user, &fits)? {
                    chosen.entry(id).or_insert(*to);
                }
            }
            let open = self.open_ones(entity, &moment)?;
            let mut load = Load::default();
            if let Transfer::Team(team) = transfer {
                let able = self.able_to_take(&members, entity)?;
                if able.is_empty() {
                    let team = self.named("team", *team)?;
                    let what = phrase!(
                        "nobody of {team} may edit what is to be handed on ({entity})",
                        team = team.title,
                        entity = &entity.plural
                    );
                    let hint = phrase!("name another team, a person, or rules");
                    return Err(wrong(what, Some(hint)));
                }
                for member in &able {
                    let has = self.store.count_held(entity, field, *member, open.as_ref())?;
                    load.has.push((has, 0, *member));
                }
                load.open = match &open {
                    Some(open) => {
                        let open = self.store.held(entity, field, user, Some(open))?;
                        Some(open.into_iter().collect())
                    }
                    None => None,
                };
            }
            for id in records {
                let to = match transfer {
                    Transfer::To(to) => Some(*to),
                    Transfer::Rules { rest, .. } => Some(*chosen.get(&id).unwrap_or(rest)),
                    Transfer::Team(_) => load.next(id),
                };
                let Some(to) = to else { continue };
                let link = Value::Link(Link::new("user", to));
                made.edit(&entity.name, id, |edit| edit.with(owner.clone(), link));
                made.count(&entity.name, HandedAs::Owner, Some(to));
            }
        }
        let heir = self.heir(user, transfer, &members)?;
        for name in ["team", "user"].map(Name::from) {
            for id in self.managed(&name, user)? {
                // Nobody is their own manager: the heir gets the one of the leaver.
                let to = if name == "user" && heir == Some(id) {
                    self.manager("user", user)?.filter(|manager| Some(*manager) != heir)
                } else {
                    heir
                };
                let link = to.map_or(Value::Null, |to| Value::Link(Link::new("user", to)));
                made.edit(&name, id, |edit| edit.with("manager", link));
                made.count(&name, HandedAs::Manager, to);
            }
        }
        Ok(())
    }

    /// What others shared with the leaver is not shared any more.
    fn let_go_of_shared(&self, user: RecordId, made: &mut Made) -> Result<()> {
        for entity in self.kept_entities().filter(|entity| !entity.immutable) {
            let Some(field) = entity.field("collaborators") else { continue };
            for id in self.store.held(entity, field, user, None)? {
                let gone = Input::Value(Value::Links(vec![Link::new("user", user)]));
                let shift = Shift::Remove(Box::new(gone));
                made.edit(&entity.name, id, |edit| edit.shifted("collaborators", shift));
                made.count(&entity.name, HandedAs::Collaborator, None);
            }
        }
        Ok(())
    }

    /// The entities whose records somebody looks after.
    fn kept_entities(&self) -> impl Iterator<Item = &Entity> {
        self.catalog.entities().filter(|entity| !is_guarded(&entity.name))
    }

    /// Which records are still open; none where the entity knows no such thing.
    fn open_ones(&self, entity: &Entity, moment: &Moment) -> Result<Option<Fragment>> {
        let has_standing = |field: &&Field| {
            field.kind == FieldType::Select && field.choices.iter().any(|c| c.standing.is_some())
        };
        let Some(field) = entity.fields.iter().find(has_standing) else { return Ok(None) };
        self.fragment(entity, &format!("{}.state = open", field.name), moment).map(Some)
    }

    /// Which records are handed on, where it is not all of them: a private view is nobody else's business.
    fn handed_ones(&self, entity: &Entity, moment: &Moment) -> Result<Option<Fragment>> {
        if entity.name != "view" {
            return Ok(None);
        }
        self.fragment(entity, "shared = \"all\" or shared = team", moment).map(Some)
    }

    fn fragment(&self, entity: &Entity, text: &str, moment: &Moment) -> Result<Fragment> {
        let query = Query::parse(text, &self.catalog, &entity.name)?;
        Ok(compile::condition(&self.catalog, &query, moment, "a").unveiled())
    }

    fn managed(&self, entity: &str, user: RecordId) -> Result<Vec<RecordId>> {
        let Some(entity) = self.catalog.entity(entity) else { return Ok(Vec::new()) };
        match entity.field("manager") {
            Some(field) => self.store.held(entity, field, user, None),
            None => Ok(Vec::new()),
        }
    }

    fn manager(&self, entity: &str, id: RecordId) -> Result<Option<RecordId>> {
        let Some(entity) = self.catalog.entity(entity) else { return Ok(None) };
        let moment = self.moment();
        let projection = super::store::rows::Projection::unveiled(&self.catalog, entity, &moment);
        let record = self.store.record(&projection, id)?;
        Ok(record.and_then(|record| match record.get("manager") {
            Value::Link(link) => Some(link.id),
            _ => None,
        }))
    }

    fn named(&self, entity: &str, id: RecordId) -> Result<Link> {
        let mut link = Link::new(entity, id);
        link.title = self.store.title(&self.shown, entity, id)?.unwrap_or_default();
        Ok(link)
    }

    /// The name of somebody who is to leave, and whether they are active.
    fn leaver(&self, user: RecordId) -> Result<(String, bool)> {
        let record = RecordRef::new("user", user);
        let found = self.get(&record)?;
        let gone = found.meta.deleted_at.is_some();
        let active = !gone && self.store.active_user(user)?.is_some();
        Ok((found.get("name").as_text().unwrap_or_default().to_owned(), active))
    }

    /// Whether nobody else may do everything.
    fn is_sole_administrator(&self, user: RecordId) -> Result<bool> {
        let mut holders = BTreeSet::new();
        for role in self.store.all_roles()? {
            if role.grants(&self.catalog).everything {
                holders.extend(self.store.holders_of(role.id)?.into_iter().map(|(id, _)| id));
            }
        }
        Ok(holders.len() == 1 && holders.contains(&user))
    }

    /// Whether an edit of a leaving is allowed by the right to manage users alone: not the deactivation
    /// itself, and nothing that goes to the person who does it.
    pub(super) fn may_hand_on(&self, edit: &Edit) -> bool {
        let me = self.actor().person().user;
        edit.set.iter().all(|(field, input)| match (field.as_str(), input) {
            ("owner" | "manager", Input::Value(Value::Link(link))) => link.id != me,
            ("manager", Input::Value(Value::Null))
            | ("collaborators", Input::Shift(Shift::Remove(_))) => true,
            _ => false,
        })
    }

    /// Remembers that an operation was a leaving, so that whoever did it may take it back although they
    /// have no right to its records.
    pub(super) fn note_leaving(&self, operation: i64) -> Result<()> {
        if self.actor().person().is_administrator() {
            return Ok(());
        }
        self.store.write("leave", || self.store.set_setting(&leaving_key(operation), "1"))
    }

    /// As [`Session::forbidden_again`], for a change of this operation.
    pub(super) fn forbidden_to_take_back(
        &self,
        operation: i64,
        change: &Change,
    ) -> Result<Option<Refusal>> {
        if self.actor().person().is_administrator() {
            return Ok(None);
        }
        let activates = change.fields.iter().any(|field| field.field == "active");
        if self.may(Special::Users)
            && !activates
            && self.store.setting(&leaving_key(operation))?.is_some()
        {
            return Ok(None);
        }
        self.forbidden_again(change)
    }
}

fn leaving_key(operation: i64) -> String {
    format!("leaving.{operation}")
}

fn wrong(message: Phrase, hint: Option<Phrase>) -> GateError {
    GateError::Invalid(vec![Problem {
        edit: 0,
        record: phrase!("leaving"),
        field: None,
        message,
        hint,
        missing: None,
    }])
}
