//! Rights that change: sequences of grants, revokes, moves, deactivations and role edits by chance. After
//! every step sessions that were open all along show exactly what the oracle says, and taking something
//! away never shows more.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods, clippy::disallowed_macros, dead_code)]

mod common;
mod proof;

use std::collections::{BTreeMap, BTreeSet};

use fastrand::Rng;
use kontor::gate::{GateError, Session, Via};
use kontor::model::{Edit, Link, RecordId, RecordRef, Value};
use proof::oracle::{Role, Wide};
use proof::world::{World, by_chance};
use proof::{ids, size};

const LOOKED_AT: [&str; 3] = ["customer", "task", "view"];
const TEAMS: [&str; 4] = ["Sales", "North", "South", "Harbour"];

/// What a person sees: the records of each entity, and the fields of customers that are not hidden.
type Sight = (BTreeMap<&'static str, BTreeSet<i64>>, BTreeSet<String>);

/// A step: what it was, and whether it only takes something away, from whom.
struct Step {
    what: String,
    takes_from: Option<i64>,
}

struct Play {
    world: World,
    rng: Rng,
    /// Sessions that were opened once, and stay.
    open: BTreeMap<i64, Session>,
    roles: Vec<String>,
}

impl Play {
    fn new(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let mut world = World::new(&mut rng, 4, 2);
        world.fill(&LOOKED_AT);
        let roles = world.oracle.roles.keys().filter(|name| *name != "Baseline").cloned().collect();
        let mut play = Self { world, rng, open: BTreeMap::new(), roles };
        for id in play.world.asked.clone() {
            play.open.insert(id, play.world.session(id));
        }
        play
    }

    fn save(&mut self, edit: Edit) -> bool {
        self.world.desk.session.save(vec![edit], "step").is_ok()
    }

    fn role_links(&mut self, names: &[String]) -> Value {
        let links = names.iter().map(|name| {
            let id = self.world.desk.session.resolve("role", name).unwrap().id;
            Link::new("role", id)
        });
        Value::Links(links.collect())
    }

    fn set_roles(&mut self, who: i64, roles: Vec<String>) -> bool {
        let links = self.role_links(&roles);
        if !self.save(Edit::update("user", RecordId(who)).with("roles", links)) {
            return false;
        }
        self.world.oracle.people.get_mut(&who).unwrap().roles = roles;
        true
    }

    fn step(&mut self) -> Step {
        let who = self.world.asked[self.rng.usize(0..self.world.asked.len())];
        let roles = self.world.oracle.people[&who].roles.clone();
        let plain = |what: String| Step { what, takes_from: None };
        match self.rng.u8(0..12) {
            0..=2 => {
                let mut roles = roles;
                let more = self.roles[self.rng.usize(0..self.roles.len())].clone();
                if !roles.contains(&more) && more != "Administrator" {
                    roles.push(more.clone());
                    assert!(self.set_roles(who, roles));
                }
                plain(format!("{who} is granted {more}"))
            }
            3 | 4 => {
                let mut roles = roles;
                if roles.is_empty() || roles.contains(&"Administrator".to_owned()) {
                    return plain("nothing".into());
                }
                let less = roles.remove(self.rng.usize(0..roles.len()));
                assert!(self.set_roles(who, roles));
                Step { what: format!("{who} loses {less}"), takes_from: Some(who) }
            }
            5 => {
                let teams: BTreeSet<i64> = (0..self.rng.usize(0..3))
                    .map(|_| self.world.teams[TEAMS[self.rng.usize(0..4)]])
                    .collect();
                let old = self.world.oracle.people[&who].teams.clone();
                let links = teams.iter().map(|id| Link::new("team", RecordId(*id))).collect();
                let edit = Edit::update("user", RecordId(who)).with("teams", Value::Links(links));
                assert!(self.save(edit));
                self.world.oracle.people.get_mut(&who).unwrap().teams.clone_from(&teams);
                self.world.seen_user(who);
                let takes_from = teams.is_subset(&old).then_some(who);
                Step { what: format!("{who} moves to {teams:?}"), takes_from }
            }
            6 => {
                let (south, north) = (self.world.teams["South"], self.world.teams["North"]);
                let sales = self.world.teams["Sales"];
                let (moved, above) = [(south, Some(north)), (south, Some(sales)), (south, None)]
                    [self.rng.usize(0..3)];
                let value =
                    above.map_or(Value::Null, |id| Value::Link(Link::new("team", RecordId(id))));
                assert!(self.save(Edit::update("team", RecordId(moved)).with("parent", value)));
                self.world.oracle.above.insert(moved, above);
                plain(format!("team {moved} is put below {above:?}"))
            }
            7 => {
                let active = !self.world.oracle.people[&who].active;
                let word = if active { "yes" } else { "no" };
                if self.save(Edit::update("user", RecordId(who)).typed("active", word)) {
                    self.world.oracle.people.get_mut(&who).unwrap().active = active;
                }
                plain(format!("{who} is active: {active}"))
            }
            8 => {
                let (role, toml) = by_chance(&mut self.rng);
                let name = format!("Chance {}", self.rng.usize(0..4));
                self.write_role(&name, role, &toml);
                plain(format!("{name} is written anew"))
            }
            9 => {
                // One right of a role is taken out: whoever holds it sees no more than before.
                let name = format!("Chance {}", self.rng.usize(0..4));
                let mut role = self.world.oracle.roles[&name].clone();
                let key = ("customer".to_owned(), "read".to_owned());
                role.grants.insert(key, (Wide::No, false));
                let toml = "[entity.customer]\nread = \"none\"\n".to_owned();
                let mut bare = Role::default();
                bare.grants.insert(("customer".to_owned(), "read".to_owned()), (Wide::No, false));
                self.write_role(&name, bare, &toml);
                let takes_from = self.world.oracle.people[&who].roles.contains(&name);
                Step {
                    what: format!("{name} grants nothing any more"),
                    takes_from: takes_from.then_some(who),
                }
            }
            _ => {
                let entity = LOOKED_AT[self.rng.usize(0..3)];
                let records = &self.world.oracle.records[entity];
                let at = self.rng.usize(0..records.len());
                if records[at].deleted || records[at].id == records[0].id {
                    return plain("nothing".into());
                }
                let id = records[at].id;
                let owner = [Some(who), Some(self.world.holders["bo"]), None][self.rng.usize(0..3)];
                let value =
                    owner.map_or(Value::Null, |id| Value::Link(Link::new("user", RecordId(id))));
                assert!(self.save(Edit::update(entity, RecordId(id)).with("owner", value)));
                // The team of the record follows, unless it is another than that of its owner was.
                let first = |owner: Option<i64>| {
                    owner.and_then(|owner| self.world.oracle.people[&owner].teams.first().copied())
                };
                let rec = &self.world.oracle.records[entity][at];
                let follows = rec.team.is_none() || rec.team == first(rec.owner);
                let follows = follows && rec.owner != owner;
                let team = if follows { first(owner) } else { rec.team };
                let rec = &mut self.world.oracle.records.get_mut(entity).unwrap()[at];
                (rec.owner, rec.team) = (owner, team);
                plain(format!("{entity} {id} goes to {owner:?}"))
            }
        }
    }

    fn write_role(&mut self, name: &str, role: Role, toml: &str) {
        let id = self.world.desk.session.resolve("role", name).unwrap().id;
        let edit = Edit::update("role", id).with("rights", Value::from(toml));
        assert!(self.save(edit), "{toml}");
        self.world.oracle.roles.insert(name.to_owned(), role);
    }

    /// What a session that was open all along shows; none for whoever may not act.
    fn sight(&mut self, who: i64) -> Option<Sight> {
        let session = self.open.get_mut(&who).unwrap();
        match session.refresh() {
            Err(GateError::SignedOut { .. }) => return None,
            other => drop(other.unwrap()),
        }
        let mut seen = BTreeMap::new();
        for entity in LOOKED_AT {
            seen.insert(entity, ids(session, entity, None, false));
        }
        let customer = session.catalog().entity("customer").unwrap();
        let fields =
            customer.fields.iter().filter(|field| field.kind != kontor::schema::FieldType::Text);
        let fields = fields.map(|field| field.name.to_string()).collect();
        Some((seen, fields))
    }

    fn check(&mut self, who: i64, steps: &[String]) -> u64 {
        let person = self.world.oracle.people[&who].clone();
        let Some((seen, _)) = self.sight(who) else {
            assert!(!person.active, "{person:?} is signed out after {steps:#?}");
            return 1;
        };
        assert!(person.active, "{person:?} still acts after {steps:#?}");
        let mut decisions = 0;
        for entity in LOOKED_AT {
            let expected = self.world.oracle.expected(&person, "read", entity, false);
            let got = &seen[entity];
            assert_eq!(*got, expected, "{person:?} {entity} after {steps:#?}");
            decisions += self.world.oracle.records[entity].len() as u64;
        }
        let records = &self.world.oracle.records["customer"];
        let rec = &records[self.rng.usize(0..records.len())];
        let record = RecordRef::new("customer", RecordId(rec.id));
        let reads = self.world.oracle.may(&person, "read", "customer", rec);
        assert_eq!(self.open[&who].get(&record).is_ok(), reads, "{person:?} gets {rec:?}");
        decisions + 1
    }
}

#[test]
fn open_sessions_follow_every_change_of_rights() {
    let (mut steps_done, mut decisions, mut less) = (0, 0, 0);
    for seed in 0..size(2, 20) as u64 {
        let mut play = Play::new(seed);
        let mut steps = Vec::new();
        for _ in 0..size(60, 500) {
            let people = play.world.asked.clone();
            let before: BTreeMap<i64, Option<Sight>> =
                people.iter().map(|who| (*who, play.sight(*who))).collect();
            let step = play.step();
            steps.push(step.what);
            let from = steps.len().saturating_sub(6);
            for _ in 0..4 {
                let who = people[play.rng.usize(0..people.len())];
                decisions += play.check(who, &steps[from..]);
            }
            if let Some(who) = step.takes_from {
                decisions += play.check(who, &steps[from..]);
                let after = play.sight(who);
                if let (Some((was, fields)), Some((is, now))) = (&before[&who], &after) {
                    for entity in LOOKED_AT {
                        assert!(is[entity].is_subset(&was[entity]), "{who} {:#?}", &steps[from..]);
                    }
                    assert!(now.is_subset(fields), "{who} {:#?}", &steps[from..]);
                    less += 1;
                }
            }
            steps_done += 1;
        }
    }
    println!(
        "{steps_done} steps, {decisions} decisions of open sessions compared, {less} times less was less"
    );
    assert!(less > 10);
}

#[test]
fn whoever_loses_the_last_role_sees_no_field_that_was_hidden() {
    let mut desk = common::desk();
    desk.add(Edit::create("role").typed("name", "Careful").typed("key", "careful").with(
        "rights",
        Value::from("[entity.ticket]\nread = \"all\"\nfields = { description = \"hidden\" }"),
    ));
    let edit = Edit::create("user").typed("name", "Vera").typed("login", "vera");
    let vera = desk.add(edit.typed("roles", "Careful"));
    let ticket = desk.add(
        Edit::create("ticket")
            .typed("subject", "Broken")
            .typed("description", "hush")
            .typed("owner", "Vera"),
    );
    let mut session = desk.gate.session_of(vera.id, Via::Cli).unwrap();
    assert!(session.get(&ticket).unwrap().get("description").is_null());
    desk.session.save(vec![Edit::update("user", vera.id).typed("roles", "")], "take").unwrap();
    session.refresh().unwrap();
    assert!(session.get(&ticket).unwrap().get("description").is_null());
}
