//! Every grant there is, with who gave it and when, and what was made of it: for the review that
//! administrators do now and then.
//!
//! Grants are roles that somebody has and rights that were approved for a while; whoever may sign in without
//! any is named too. What is known of use is what the log keeps: writes, imports, exports and what is done
//! about people, roles, the schema and backups. Reading leaves no trace there, so nothing is said of it.
//! Start at [`Session::review_access`].

use chrono::{DateTime, Duration, Utc};

use super::audit::EventKind;
use super::error::Result;
use super::read::Entry;
use super::session::Session;
use crate::model::{Name, Op, RecordId, RecordRef, Value};
use crate::policy::{Right, RoleRights, Special};

/// A right that was not used for so many days is told.
pub const UNUSED_DAYS: i64 = 90;
/// So many changes of a user's record are looked through for who gave a role.
const LOOKED_THROUGH: usize = 500;
/// The rights on records whose use leaves a trace.
const TRACED: [Right; 6] =
    [Right::Create, Right::Edit, Right::Delete, Right::Restore, Right::Export, Right::Import];
/// The special rights whose use leaves a trace.
const TRACED_SPECIALS: [Special; 6] = [
    Special::Users,
    Special::Roles,
    Special::Schema,
    Special::Backup,
    Special::ViewAs,
    Special::Unlock,
];

/// A right whose use leaves a trace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Traced {
    /// On records of an entity.
    Right(Right, Name),
    /// About the program.
    Special(Special),
}

impl Traced {
    /// The words for programs: `edit customer`, `roles`.
    #[must_use]
    pub fn word(&self) -> String {
        match self {
            Self::Right(right, entity) => format!("{} {entity}", right.word()),
            Self::Special(special) => special.word().to_owned(),
        }
    }
}

/// What somebody was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Granted {
    /// A role, and what it is called.
    Role(RecordId, String),
    /// A right for a while: the request, what it is called, and when it ends.
    Request(RecordRef, String, DateTime<Utc>),
    /// Nothing: they may sign in all the same, and have what everybody has.
    Nothing,
}

/// Something that a user was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The user.
    pub user: RecordId,
    /// Their name.
    pub name: String,
    /// Whether they may sign in.
    pub active: bool,
    /// When they signed in last, where people sign in.
    pub signed_in: Option<DateTime<Utc>>,
    /// What.
    pub what: Granted,
    /// Who gave it.
    pub given_by: Option<String>,
    /// When.
    pub given_at: Option<DateTime<Utc>>,
    /// The last thing that user did which this lets be done.
    pub last_used: Option<DateTime<Utc>>,
    /// Rights that the user did not use for [`UNUSED_DAYS`]; none where the grant is younger.
    pub unused: Vec<Traced>,
    /// How many rights it holds whose use leaves a trace.
    pub traced: usize,
}

/// What somebody did, and when last.
type Used = Vec<(Traced, DateTime<Utc>)>;

impl Session {
    /// Everything that somebody was given, by user.
    ///
    /// # Errors
    /// Where the actor manages neither users nor roles and does not see the audit log.
    pub fn review_access(&self) -> Result<Vec<Grant>> {
        self.ready()?;
        self.demand_insight()?;
        self.settle_notes();
        let now = self.moment().now;
        let since = now - Duration::days(UNUSED_DAYS);
        let roles = self.store.all_roles()?;
        let mut grants = Vec::new();
        for (user, name, active) in self.store.all_users()? {
            let reference = RecordRef::new("user", user);
            let held = self.store.all_targets("user.roles", user)?;
            let (used, signed_in) = self.used(user)?;
            let grant = |what: Granted| Grant {
                user,
                name: name.clone(),
                active,
                signed_in,
                what,
                given_by: None,
                given_at: None,
                last_used: None,
                unused: Vec::new(),
                traced: 0,
            };
            let history: Vec<Entry> = self
                .store
                .record_history(&reference, None, LOOKED_THROUGH)?
                .into_iter()
                .map(|(_, entry)| entry)
                .collect();
            for role in roles.iter().filter(|role| held.contains(&role.id)) {
                let traced = self.traced(&role.grants(&self.catalog));
                let given = history.iter().find(|entry| gives(entry, role.id));
                let last = used.iter().filter(|(what, _)| traced.contains(what)).map(|(_, at)| *at);
                let last_used = last.max();
                // Of a grant that is younger nothing can be said.
                let old = given.is_none_or(|entry| entry.at <= since);
                let unused = |what: &&Traced| {
                    old && !used.iter().any(|(done, at)| done == *what && *at > since)
                };
                grants.push(Grant {
                    given_by: given.map(|entry| entry.by.clone()),
                    given_at: given.map(|entry| entry.at),
                    last_used,
                    unused: traced.iter().filter(unused).cloned().collect(),
                    traced: traced.len(),
                    ..grant(Granted::Role(role.id, role.name.clone()))
                });
            }
            let mut approved = self.store.grants_of(user, now.timestamp_millis())?;
            approved.sort_by_key(|one| one.until);
            let none = approved.is_empty();
            for one in approved {
                grants.push(self.approved(grant(Granted::Nothing), &one, &used)?);
            }
            if active && none && !roles.iter().any(|role| held.contains(&role.id)) {
                grants.push(grant(Granted::Nothing));
            }
        }
        Ok(grants)
    }

    /// A right for a while, with who approved it.
    fn approved(
        &self,
        grant: Grant,
        one: &super::store::access::StoredGrant,
        used: &Used,
    ) -> Result<Grant> {
        let request = RecordRef::new("access_request", one.id);
        let history = self.store.record_history(&request, None, LOOKED_THROUGH)?;
        let approves = |entry: &&Entry| {
            let approved = Value::from("approved");
            entry.fields.iter().any(|set| set.field == "decision" && set.after == approved)
        };
        let given = history.iter().map(|(_, entry)| entry).find(approves);
        let given_at = given.map(|entry| entry.at);
        let right = Right::of_word(&one.right).unwrap_or(Right::Read);
        let what = match (one.record, &one.field) {
            (Some(id), _) => self.catalog.reference(&RecordRef::new(&one.entity, id)),
            (None, Some(field)) => format!("{}.{field}", one.entity),
            (None, None) => one.entity.to_string(),
        };
        let until = DateTime::from_timestamp_millis(one.until).unwrap_or_default();
        let traced = Traced::Right(right, one.entity.clone());
        let since = |at: &DateTime<Utc>| given_at.is_some_and(|given| *at >= given);
        let last = used.iter().filter(|(done, _)| *done == traced).map(|(_, at)| *at);
        Ok(Grant {
            what: Granted::Request(request, format!("{} {what}", right.word()), until),
            given_by: given.map(|entry| entry.by.clone()),
            given_at,
            last_used: last.filter(since).max(),
            traced: usize::from(TRACED.contains(&right)),
            ..grant
        })
    }

    /// What a user did, and when they signed in last.
    fn used(&self, user: RecordId) -> Result<(Used, Option<DateTime<Utc>>)> {
        let mut used = Used::new();
        for (entity, op, at) in self.store.used_by(user)? {
            match (entity.as_str(), op) {
                ("user" | "team", _) => used.push((Traced::Special(Special::Users), at)),
                ("role", _) | ("access_request", Op::Update) => {
                    used.push((Traced::Special(Special::Roles), at));
                }
                _ => {}
            }
            used.push((Traced::Right(right_of(op), entity), at));
        }
        let mut signed_in = None;
        for trace in self.store.traces_of(user)? {
            let is = |event: EventKind| trace.kind == event.word();
            let special = if is(EventKind::ViewAs) {
                Some(Special::ViewAs)
            } else if is(EventKind::Backup) {
                Some(Special::Backup)
            } else if is(EventKind::Unlocked) {
                Some(Special::Unlock)
            } else if trace.kind == "schema" {
                Some(Special::Schema)
            } else {
                None
            };
            used.extend(special.map(|special| (Traced::Special(special), trace.at)));
            if is(EventKind::SignIn) {
                signed_in = signed_in.max(Some(trace.at));
            }
            let Some(entity) = trace.entity else { continue };
            if is(EventKind::Export) {
                used.push((Traced::Right(Right::Export, entity), trace.at));
            } else if trace.imported && trace.kind == "change" {
                used.push((Traced::Right(Right::Import, entity), trace.at));
            }
        }
        Ok((used, signed_in))
    }

    /// The rights of a role whose use leaves a trace.
    fn traced(&self, rights: &RoleRights) -> Vec<Traced> {
        let mut all = Vec::new();
        // Rights on parts are those on the whole.
        for entity in self.catalog.entities().filter(|entity| entity.whole().is_none()) {
            let held = TRACED.iter().filter(|right| !rights.scope(&entity.name, **right).is_none());
            all.extend(held.map(|right| Traced::Right(*right, entity.name.clone())));
        }
        let held = |special: &&Special| rights.everything || rights.special.contains(special);
        all.extend(TRACED_SPECIALS.iter().filter(held).map(|special| Traced::Special(*special)));
        all
    }
}

/// Whether an entry of a user's history gives them a role.
fn gives(entry: &Entry, role: RecordId) -> bool {
    let has = |value: &Value| matches!(value, Value::Links(links) if links.iter().any(|link| link.id == role));
    let given = |field: &super::read::EntryField| {
        field.field == "roles" && has(&field.after) && !has(&field.before)
    };
    entry.fields.iter().any(given)
}

const fn right_of(op: Op) -> Right {
    match op {
        Op::Create => Right::Create,
        Op::Update => Right::Edit,
        Op::Delete => Right::Delete,
        Op::Restore => Right::Restore,
    }
}
