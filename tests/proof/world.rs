//! A company on which decisions are compared: teams, people with roles, and records of every relation to
//! each of them, in the file and in the oracle alike.

use std::collections::{BTreeMap, BTreeSet};

use fastrand::Rng;
use kontor::gate::Session;
use kontor::model::{Edit, Link, Value};

use super::oracle::{Oracle, RIGHTS, Rec, Role, Who, built_in, scope};
use crate::common::{Desk, desk};

/// The entities whose records are compared besides users, teams and roles.
pub const ENTITIES: [&str; 13] = [
    "customer",
    "contact",
    "deal",
    "lead",
    "activity",
    "task",
    "product",
    "order",
    "order_line",
    "payment",
    "ticket",
    "campaign",
    "view",
];

/// The file and what the oracle knows of it.
pub struct World {
    pub desk: Desk,
    pub oracle: Oracle,
    pub teams: BTreeMap<&'static str, i64>,
    /// People who are asked about, by number.
    pub asked: Vec<i64>,
    /// Their colleagues, who hold records.
    pub holders: BTreeMap<&'static str, i64>,
    customer: i64,
    product: i64,
}

fn to(entity: &str, id: i64) -> Value {
    Value::Link(Link::new(entity, kontor::model::RecordId(id)))
}

fn all(entity: &str, ids: impl IntoIterator<Item = i64>) -> Value {
    let links = ids.into_iter().map(|id| Link::new(entity, kontor::model::RecordId(id)));
    Value::Links(links.collect())
}

/// The title field of an entity.
pub fn title(entity: &str) -> &'static str {
    if matches!(entity, "activity" | "ticket") { "subject" } else { "name" }
}

/// A role by chance, for the oracle and as the program reads it.
pub fn by_chance(rng: &mut Rng) -> (Role, String) {
    let mut role = Role::default();
    let mut toml = String::new();
    let specials: Vec<&str> =
        ["audit", "users", "roles"].into_iter().filter(|_| rng.u8(0..12) == 0).collect();
    if !specials.is_empty() {
        role.special.extend(specials.iter().map(|word| (*word).to_owned()));
        toml.push_str(&format!("special = {specials:?}\n"));
    }
    let named = ENTITIES.into_iter().filter(|entity| *entity != "order_line");
    for entity in ["*"].into_iter().chain(named).chain(["user", "team"]) {
        if rng.u8(0..3) == 0 {
            continue;
        }
        toml.push_str(&format!("[entity.{}]\n", if entity == "*" { "\"*\"" } else { entity }));
        for right in RIGHTS {
            if rng.u8(0..3) == 0 {
                continue;
            }
            let guarded = matches!(entity, "user" | "team");
            let wide = *rng.choice(["no", "own", "team", "team+sub", "all"].iter()).unwrap();
            let unassigned = !guarded && wide != "no" && rng.u8(0..3) == 0;
            let (ours, theirs) = if unassigned { ("+un", "+unassigned") } else { ("", "") };
            let of = (entity.to_owned(), right.to_owned());
            role.grants.insert(of, scope(&format!("{wide}{ours}")));
            let word = if wide == "no" { "none" } else { wide };
            toml.push_str(&format!("{right} = \"{word}{theirs}\"\n"));
        }
        if rng.bool() {
            role.grants.insert((entity.to_owned(), "create".to_owned()), scope("yes"));
            toml.push_str("create = true\n");
        }
        if entity != "*" && rng.u8(0..3) == 0 {
            role.blue.insert(entity.to_owned());
            toml.push_str(&format!("where = \"{} ~ blue\"\n", title(entity)));
        }
    }
    (role, toml)
}

impl World {
    /// Teams (Sales over North and South, Harbour below North; Office apart) and the people in them:
    /// `many` with one role each, `more` with roles by chance.
    pub fn new(rng: &mut Rng, chance: usize, mixed: usize) -> Self {
        let mut desk = desk();
        let mut oracle = Oracle { roles: built_in(), ..Oracle::default() };
        let mut teams = BTreeMap::new();
        for (name, above) in [
            ("Sales", ""),
            ("North", "Sales"),
            ("South", "Sales"),
            ("Harbour", "North"),
            ("Office", ""),
        ] {
            let team = desk.add(Edit::create("team").typed("name", name).typed("parent", above));
            teams.insert(name, team.id.0);
            oracle.above.insert(team.id.0, teams.get(above).copied());
        }
        let mut world = Self {
            desk,
            oracle,
            teams,
            asked: Vec::new(),
            holders: BTreeMap::new(),
            customer: 0,
            product: 0,
        };
        let admin =
            Who { id: 1, active: true, roles: vec!["Administrator".into()], ..Who::default() };
        world.oracle.people.insert(1, admin);
        world.seen_user(1);
        for (name, team) in
            [("nell", "North"), ("hal", "Harbour"), ("sue", "South"), ("bo", "Office")]
        {
            let id = world.user(name, &[], &[team]);
            world.holders.insert(name, id);
        }
        let mut names: Vec<String> =
            built_in().into_keys().filter(|name| name != "Baseline").collect();
        for number in 0..chance {
            let (role, toml) = by_chance(rng);
            let name = format!("Chance {number}");
            world.desk.add(
                Edit::create("role")
                    .typed("name", &name)
                    .typed("key", format!("chance_{number}"))
                    .with("rights", Value::from(toml.as_str())),
            );
            world.oracle.roles.insert(name.clone(), role);
            names.push(name);
        }
        for (number, name) in names.iter().enumerate() {
            let team = *rng.choice(["North", "Sales"].iter()).unwrap();
            let id = world.user(&format!("one{number}"), &[name], &[team]);
            world.asked.push(id);
        }
        for number in 0..mixed {
            let roles: BTreeSet<&String> =
                (0..2 + rng.usize(0..2)).map(|_| &names[rng.usize(1..names.len())]).collect();
            let roles: Vec<&str> = roles.into_iter().map(String::as_str).collect();
            let in_teams: BTreeSet<&str> = (0..=rng.usize(0..2))
                .map(|_| *rng.choice(["North", "Sales", "South", "Harbour"].iter()).unwrap())
                .collect();
            let in_teams: Vec<&str> = in_teams.into_iter().collect();
            let id = world.user(&format!("mix{number}"), &roles, &in_teams);
            world.asked.push(id);
        }
        // Somebody with no role but the one that everybody has.
        let bare = world.user("bare", &[], &["North"]);
        world.asked.push(bare);
        for (name, id) in world.teams.clone() {
            let blue = name.contains("blue");
            world.oracle.records.entry("team".into()).or_default().push(Rec {
                id,
                blue,
                ..Rec::default()
            });
        }
        world
    }

    pub fn user(&mut self, name: &str, roles: &[&str], teams: &[&str]) -> i64 {
        let edit = Edit::create("user").typed("name", name).typed("login", name);
        let record =
            self.desk.add(edit.typed("roles", roles.join("; ")).typed("teams", teams.join("; ")));
        let who = Who {
            id: record.id.0,
            active: true,
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            teams: teams.iter().map(|team| self.teams[team]).collect(),
        };
        self.oracle.people.insert(who.id, who);
        self.seen_user(record.id.0);
        record.id.0
    }

    /// Tells the oracle of a user as a record.
    pub fn seen_user(&mut self, id: i64) {
        let of_teams = self.oracle.people[&id].teams.clone();
        let users = self.oracle.records.entry("user".into()).or_default();
        users.retain(|rec| rec.id != id);
        users.push(Rec { id, of_teams, ..Rec::default() });
    }

    /// Records of every relation to everybody who is asked about.
    pub fn fill(&mut self, entities: &[&str]) {
        let edit = Edit::create("customer").typed("name", "red anchor").with("owner", Value::Null);
        self.customer = self.desk.add(edit).id.0;
        let anchor = Rec { id: self.customer, ..Rec::default() };
        self.oracle.records.entry("customer".into()).or_default().push(anchor);
        if entities.contains(&"order_line") {
            let edit = Edit::create("product").typed("name", "red thing");
            self.product = self.desk.add(edit.with("owner", Value::Null)).id.0;
            let thing = Rec { id: self.product, ..Rec::default() };
            self.oracle.records.entry("product".into()).or_default().push(thing);
        }
        for entity in entities {
            let mut wanted: Vec<Rec> = Vec::new();
            for colour in [true, false] {
                for deleted in [false, true] {
                    let rec = Rec { blue: colour, deleted, ..Rec::default() };
                    let shared = (*entity == "view").then_some("none");
                    for (owner, team) in [
                        (Some("nell"), Some("North")),
                        (Some("hal"), Some("Harbour")),
                        (Some("sue"), Some("South")),
                        (Some("bo"), None),
                        (None, None),
                        (None, Some("South")),
                    ] {
                        wanted.push(Rec {
                            owner: owner.map(|name| self.holders[name]),
                            team: team.map(|name| self.teams[name]),
                            shared,
                            ..rec.clone()
                        });
                    }
                    if *entity == "view" {
                        for (owner, shared) in [("bo", "all"), ("hal", "team"), ("sue", "team")] {
                            wanted.push(Rec {
                                owner: Some(self.holders[owner]),
                                shared: Some(shared),
                                ..rec.clone()
                            });
                        }
                    }
                    for &who in &self.asked {
                        wanted.push(Rec { owner: Some(who), shared, ..rec.clone() });
                        wanted.push(Rec {
                            owner: Some(self.holders["bo"]),
                            helpers: BTreeSet::from([who]),
                            shared,
                            ..rec.clone()
                        });
                    }
                }
            }
            for (number, rec) in wanted.iter_mut().enumerate() {
                let colour = if rec.blue { "blue" } else { "red" };
                rec.name = format!("{colour} {entity} {number}");
                if matches!(*entity, "order_line" | "payment") {
                    // Not the order of the same holder: whose a line or payment is says nothing.
                    let orders: Vec<&Rec> =
                        self.oracle.records["order"].iter().filter(|o| !o.deleted).collect();
                    rec.order = Some(orders[(number * 7 + 3) % orders.len()].id);
                }
            }
            let edits = wanted.iter().map(|rec| self.made(entity, rec)).collect();
            let applied = self.desk.session.save(edits, "fill").unwrap();
            let mut gone = Vec::new();
            for (rec, record) in wanted.iter_mut().zip(applied.records) {
                rec.id = record.unwrap().id.0;
                if rec.deleted {
                    gone.push(Edit::delete(*entity, kontor::model::RecordId(rec.id)));
                }
            }
            self.desk.session.save(gone, "put away").unwrap();
            self.oracle.records.entry((*entity).to_owned()).or_default().extend(wanted);
        }
    }

    fn made(&self, entity: &str, rec: &Rec) -> Edit {
        let mut edit = Edit::create(entity)
            .typed(title(entity), &rec.name)
            .with("owner", rec.owner.map_or(Value::Null, |id| to("user", id)))
            .with("collaborators", all("user", rec.helpers.iter().copied()));
        // Half of those that belong to the first team of their owner do so by themselves.
        let first = rec.owner.and_then(|owner| self.oracle.people[&owner].teams.first().copied());
        if !rec.blue || rec.team.is_none() || rec.team != first {
            edit = edit.with("team", rec.team.map_or(Value::Null, |id| to("team", id)));
        }
        match entity {
            "order_line" | "payment" => {
                edit = edit.with("order", to("order", rec.order.unwrap()));
                edit = match entity {
                    "payment" => edit.typed("amount", "10"),
                    _ => edit.with("product", to("product", self.product)),
                };
            }
            "order" => edit = edit.with("customer", to("customer", self.customer)),
            "view" => {
                edit =
                    edit.typed("entity", "customer").typed("shared", rec.shared.unwrap_or("none"));
            }
            _ => {}
        }
        edit
    }

    /// A session of a person.
    pub fn session(&self, who: i64) -> Session {
        let user = kontor::model::RecordId(who);
        self.desk.gate.session_of(user, kontor::gate::Via::Cli).unwrap()
    }
}
