//! The oracle: what the rules of the issue say, as a plain table of its own. It shares no code with
//! `src/policy` and reads neither the role files nor the database.

use std::collections::{BTreeMap, BTreeSet};

/// Whose records, in the order of width.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wide {
    No,
    Own,
    Team,
    Sub,
    All,
}

/// A width, and records that nobody owns besides.
pub type Scope = (Wide, bool);

/// One role.
#[derive(Debug, Clone, Default)]
pub struct Role {
    pub everything: bool,
    pub special: BTreeSet<String>,
    /// Entity (or `*`) and right.
    pub grants: BTreeMap<(String, String), Scope>,
    /// Entities of which only blue records are meant.
    pub blue: BTreeSet<String>,
}

/// A person.
#[derive(Debug, Clone, Default)]
pub struct Who {
    pub id: i64,
    pub active: bool,
    pub roles: Vec<String>,
    pub teams: BTreeSet<i64>,
}

/// A record, as far as rights go by it.
#[derive(Debug, Clone, Default)]
pub struct Rec {
    pub id: i64,
    pub name: String,
    pub owner: Option<i64>,
    pub team: Option<i64>,
    pub helpers: BTreeSet<i64>,
    pub blue: bool,
    pub deleted: bool,
    /// Of views: with whom they are shared.
    pub shared: Option<&'static str>,
    /// Of teams: who leads them.
    pub leader: Option<i64>,
    /// Of users: their teams.
    pub of_teams: BTreeSet<i64>,
    /// The order that it is a line of, or pays.
    pub order: Option<i64>,
}

/// All that is known.
#[derive(Debug, Clone, Default)]
pub struct Oracle {
    pub roles: BTreeMap<String, Role>,
    pub people: BTreeMap<i64, Who>,
    /// Team and the team above.
    pub above: BTreeMap<i64, Option<i64>>,
    pub records: BTreeMap<String, Vec<Rec>>,
}

pub const RIGHTS: [&str; 10] =
    ["read", "edit", "delete", "restore", "export", "import", "bulk", "assign", "merge", "purge"];

/// Lines have no rights of their own: whoever may change an order adds, changes and takes away its lines.
fn on_order(right: &str) -> &str {
    match right {
        "create" | "edit" | "delete" | "restore" => "edit",
        other => other,
    }
}

/// Reads `all`, `own+un`, `team+sub`, `no`.
pub fn scope(word: &str) -> Scope {
    let (word, unassigned) = match word.strip_suffix("+un") {
        Some(word) => (word, true),
        None => (word, false),
    };
    let wide = match word {
        "no" => Wide::No,
        "own" => Wide::Own,
        "team" => Wide::Team,
        "team+sub" => Wide::Sub,
        "all" | "yes" => Wide::All,
        other => panic!("{other}"),
    };
    (wide, unassigned || wide == Wide::All)
}

impl Role {
    /// `ENTITY right:scope right:scope`, one entity a line; `!word` is a special right, `!!` everything.
    pub fn read(lines: &str) -> Self {
        let mut role = Self::default();
        for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let mut words = line.split_whitespace();
            let entity = words.next().unwrap();
            if entity == "!!" {
                role.everything = true;
            } else if let Some(special) = entity.strip_prefix('!') {
                role.special.insert(special.to_owned());
            } else {
                for word in words {
                    let (rights, wide) = word.split_once(':').unwrap();
                    for right in rights.split(',') {
                        let key = (entity.to_owned(), right.to_owned());
                        role.grants.insert(key, scope(wide));
                    }
                }
            }
        }
        role
    }

    /// Whether it grants to read any record of an entity.
    pub fn reads(&self, entity: &str) -> bool {
        let (wide, unassigned) = self.grant(entity, "read");
        wide > Wide::No || unassigned
    }

    fn grant(&self, entity: &str, right: &str) -> Scope {
        if self.everything {
            return (Wide::All, true);
        }
        let of = |entity: &str| self.grants.get(&(entity.to_owned(), right.to_owned())).copied();
        // What decides about rights is never granted along with all the rest, but for reading.
        let guarded = matches!(entity, "user" | "team" | "role");
        of(entity)
            .or_else(|| of("*").filter(|_| right == "read" || !guarded))
            .unwrap_or((Wide::No, false))
    }
}

impl Oracle {
    /// The roles of a person and the one that everybody has.
    fn roles_of(&self, who: &Who) -> Vec<&Role> {
        let names = who.roles.iter().map(String::as_str).chain(["Baseline"]);
        names.filter_map(|name| self.roles.get(name)).collect()
    }

    pub fn is_administrator(&self, who: &Who) -> bool {
        self.roles_of(who).iter().any(|role| role.everything)
    }

    pub fn has_special(&self, who: &Who, special: &str) -> bool {
        self.roles_of(who).iter().any(|role| role.everything || role.special.contains(special))
    }

    fn manages(&self, who: &Who, entity: &str) -> bool {
        match entity {
            "user" | "team" => self.has_special(who, "users"),
            "role" => self.has_special(who, "roles"),
            _ => false,
        }
    }

    /// Whether a person has a right on any record of an entity at all.
    pub fn ever(&self, who: &Who, right: &str, entity: &str) -> bool {
        if entity == "order_line" {
            return self.ever(who, on_order(right), "order");
        }
        matches!(right, "read" | "edit")
            || self.manages(who, entity)
            || self.roles_of(who).iter().any(|role| {
                let (wide, unassigned) = role.grant(entity, right);
                wide > Wide::No || unassigned
            })
    }

    fn below(&self, teams: &BTreeSet<i64>) -> BTreeSet<i64> {
        let mut all = teams.clone();
        loop {
            let more: Vec<i64> = self
                .above
                .iter()
                .filter(|(team, above)| {
                    above.is_some_and(|above| all.contains(&above)) && !all.contains(*team)
                })
                .map(|(team, _)| *team)
                .collect();
            if more.is_empty() {
                return all;
            }
            all.extend(more);
        }
    }

    /// Whether a right of a person reaches the order of a record.
    fn reaches_order(&self, who: &Who, right: &str, rec: &Rec) -> bool {
        let mut orders = self.records.get("order").into_iter().flatten();
        orders
            .find(|order| Some(order.id) == rec.order)
            .is_some_and(|order| self.reaches(who, right, "order", order))
    }

    /// Whether a right of a person reaches a record.
    pub fn reaches(&self, who: &Who, right: &str, entity: &str, rec: &Rec) -> bool {
        // A line is of its order, whoever it says it belongs to; a payment is seen with the order.
        if entity == "order_line" {
            return self.reaches_order(who, on_order(right), rec);
        }
        if entity == "payment" && right == "read" && self.reaches_order(who, right, rec) {
            return true;
        }
        if self.is_administrator(who) || self.manages(who, entity) {
            return true;
        }
        let own = match entity {
            "user" => rec.id == who.id,
            "team" => rec.leader == Some(who.id),
            _ => rec.owner == Some(who.id),
        };
        let below = self.below(&who.teams);
        let within = |teams: &BTreeSet<i64>| match entity {
            "user" => !rec.of_teams.is_disjoint(teams),
            "team" => teams.contains(&rec.id),
            _ => rec.team.is_some_and(|team| teams.contains(&team)),
        };
        let shared = match rec.shared {
            Some("all") => true,
            Some("team") => rec.owner.is_some_and(|owner| {
                self.people.get(&owner).is_some_and(|of| !of.teams.is_disjoint(&below))
            }),
            _ => false,
        };
        // A private view is its owner's, whatever a role says.
        let private = entity == "view" && !own && !shared;
        let granted = !private
            && self.roles_of(who).into_iter().any(|role| {
                let (wide, unassigned) = role.grant(entity, right);
                let held = match wide {
                    Wide::No => false,
                    Wide::Own => own,
                    Wide::Team => own || within(&who.teams),
                    Wide::Sub => own || within(&below),
                    Wide::All => true,
                };
                (held || (unassigned && rec.owner.is_none()))
                    && (rec.blue || !role.blue.contains(entity))
            });
        let holds = matches!(right, "read" | "edit") && (own || rec.helpers.contains(&who.id));
        granted || holds || (right == "read" && shared)
    }

    /// Whether a person may do `right` to a record: nobody does anything to what they do not see.
    pub fn may(&self, who: &Who, right: &str, entity: &str, rec: &Rec) -> bool {
        self.reaches(who, "read", entity, rec)
            && self.ever(who, right, entity)
            && self.reaches(who, right, entity, rec)
    }

    /// The records that `right` reaches.
    pub fn expected(&self, who: &Who, right: &str, entity: &str, deleted: bool) -> BTreeSet<i64> {
        let records = self.records.get(entity).into_iter().flatten();
        records
            .filter(|rec| rec.deleted == deleted && self.may(who, right, entity, rec))
            .map(|rec| rec.id)
            .collect()
    }
}

/// The built-in roles, from the text and what each is for.
pub fn built_in() -> BTreeMap<String, Role> {
    let table: [(&str, &str); 12] = [
        ("Administrator", "!!"),
        (
            "Power user",
            "!users\n!automation\n!audit\n!settings\n!unlock
             * create:yes read,edit,delete,restore,export,import,bulk,assign,merge:all",
        ),
        (
            "Standard",
            "* create:yes read:team+un edit,delete,restore,export,bulk,assign:own
             product create:no read:all edit,delete,bulk,assign:no
             campaign create:no read:all edit:no",
        ),
        (
            "Restricted",
            "* read:own
             activity create:yes read:own
             task create:yes read,edit:own
             product read:all",
        ),
        (
            "Sales rep",
            "* create:yes read,edit,delete,restore,export,bulk,assign:own
             customer create:yes read:own+un edit,delete:own
             lead create:yes read,edit,assign:own+un delete:own
             product create:no read:all edit,delete,bulk,assign:no
             campaign create:no read:all edit,delete,bulk,assign:no",
        ),
        (
            "Senior sales",
            "* create:yes read,edit,export,bulk,assign:team delete,restore,import,merge:own
             lead create:yes read,edit,assign:team+un delete:own
             product create:no read:all edit,delete,import,bulk,assign,merge:no
             campaign create:no read:all edit,delete,import,bulk,assign,merge:no",
        ),
        (
            "Sales manager",
            "!audit
             * create:yes read,edit,assign:team+sub+un delete,restore,export,import,bulk,merge:team+sub
             product read:all
             campaign read:all",
        ),
        (
            "Marketing",
            "campaign create:yes read,edit,export,bulk,assign:all delete,restore:own
             campaign_member create:yes read,edit,delete,restore,export,import,bulk:all
             lead create:yes read,edit,export,import,bulk,assign,merge:all delete,restore:own
             contact create:yes read,export:all edit,bulk:own
             customer read:all
             deal read:all
             product read:all
             activity create:yes read:own
             task create:yes read,edit,delete:own",
        ),
        (
            "Service",
            "ticket create:yes read:all edit,assign:team+un delete,restore:own export,bulk,merge:team
             customer read,edit:all
             contact create:yes read,edit:all
             order read:all
             product read:all
             activity create:yes read:all
             task create:yes read:team edit,delete:own",
        ),
        (
            "Finance",
            "order create:yes read,edit,export,import,bulk:all delete,restore:own
             payment create:yes read,edit,export,import,bulk:all delete,restore:own
             quote read,export:all
             customer read,edit,export:all
             contact read:all
             deal read,export:all
             product read:all
             task create:yes read,edit,delete:own",
        ),
        ("Analyst", "!audit\n* read,export:all"),
        (
            "Baseline",
            "user read:all edit:own
             team read:all
             role read:all
             view create:yes read,edit,delete,restore:own",
        ),
    ];
    table.into_iter().map(|(name, lines)| (name.to_owned(), Role::read(lines))).collect()
}
