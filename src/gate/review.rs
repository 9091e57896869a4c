//! Every role that somebody has, with who gave it and when, and what was made of it: for the review that
//! administrators do now and then.
//!
//! What is known of use is what history keeps: writes. Reading leaves no trace there, so nothing is said of
//! it. Start at [`Session::review_access`].

use chrono::{DateTime, Duration, Utc};

use super::error::Result;
use super::read::Entry;
use super::session::Session;
use crate::model::{Name, Op, RecordId, RecordRef, Value};
use crate::policy::{Right, RoleRights};

/// A right that was not used for so many days is told.
pub const UNUSED_DAYS: i64 = 90;
/// So many changes of a user's record are looked through for who gave a role.
const LOOKED_THROUGH: usize = 500;

/// A role that a user has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The user.
    pub user: RecordId,
    /// Their name.
    pub name: String,
    /// Whether they may sign in.
    pub active: bool,
    /// The role.
    pub role: RecordId,
    /// What it is called.
    pub role_name: String,
    /// Who gave it.
    pub given_by: Option<String>,
    /// When.
    pub given_at: Option<DateTime<Utc>>,
    /// The last write of that user that the role lets be done.
    pub last_used: Option<DateTime<Utc>>,
    /// Rights to write that the user did not use for [`UNUSED_DAYS`]; none where the role is younger.
    pub unused: Vec<(Name, Right)>,
}

impl Session {
    /// Every role that somebody has, by user.
    ///
    /// # Errors
    /// Where the actor manages neither users nor roles and does not see the audit log.
    pub fn review_access(&self) -> Result<Vec<Grant>> {
        self.ready()?;
        self.demand_insight()?;
        let now = self.moment().now;
        let since = now - Duration::days(UNUSED_DAYS);
        let roles = self.store.all_roles()?;
        let mut grants = Vec::new();
        for (user, name, active) in self.store.all_users()? {
            let reference = RecordRef::new("user", user);
            let held = self.store.all_targets("user.roles", user)?;
            if held.is_empty() {
                continue;
            }
            let used = self.store.used_by(user)?;
            let history: Vec<Entry> = self
                .store
                .record_history(&reference, None, LOOKED_THROUGH)?
                .into_iter()
                .map(|(_, entry)| entry)
                .collect();
            for role in roles.iter().filter(|role| held.contains(&role.id)) {
                let rights = role.grants(&self.catalog);
                let given = history.iter().find(|entry| {
                    entry.fields.iter().any(|field| {
                        field.field == "roles"
                            && has(&field.after, role.id)
                            && !has(&field.before, role.id)
                    })
                });
                let last_used = used
                    .iter()
                    .filter(|(entity, op, _)| !rights.scope(entity, right_of(*op)).is_none())
                    .map(|(_, _, at)| *at)
                    .max();
                let old = given.is_none_or(|entry| entry.at <= since);
                grants.push(Grant {
                    user,
                    name: name.clone(),
                    active,
                    role: role.id,
                    role_name: role.name.clone(),
                    given_by: given.map(|entry| entry.by.clone()),
                    given_at: given.map(|entry| entry.at),
                    last_used,
                    unused: if old { self.unused(&rights, &used, since) } else { Vec::new() },
                });
            }
        }
        Ok(grants)
    }

    fn unused(
        &self,
        rights: &RoleRights,
        used: &[(Name, Op, DateTime<Utc>)],
        since: DateTime<Utc>,
    ) -> Vec<(Name, Right)> {
        let mut unused = Vec::new();
        // Rights on parts are those on the whole.
        for entity in self.catalog.entities().filter(|entity| entity.whole().is_none()) {
            for op in [Op::Create, Op::Update, Op::Delete] {
                let recently = |(name, done, at): &(Name, Op, DateTime<Utc>)| {
                    *name == entity.name && *done == op && *at > since
                };
                let right = right_of(op);
                if !rights.scope(&entity.name, right).is_none() && !used.iter().any(recently) {
                    unused.push((entity.name.clone(), right));
                }
            }
        }
        unused
    }
}

const fn right_of(op: Op) -> Right {
    match op {
        Op::Create => Right::Create,
        Op::Update => Right::Edit,
        Op::Delete => Right::Delete,
        Op::Restore => Right::Restore,
    }
}

fn has(value: &Value, role: RecordId) -> bool {
    matches!(value, Value::Links(links) if links.iter().any(|link| link.id == role))
}
