//! The program's decisions held against an oracle of its own: roles x scopes x entities x actions x relation
//! to the record x way in. At least 100,000 decisions in every run; `KONTOR_PROOF=large` takes more people,
//! roles and chances.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods, clippy::disallowed_macros, dead_code)]

mod common;
mod proof;

use std::collections::BTreeSet;

use fastrand::Rng;
use kontor::action::{Action, Situation, Table};
use kontor::gate::{
    Aggregate, Count, GateError, HistoryRequest, Measure, SearchRequest, Session, Summary, Verdict,
    Via,
};
use kontor::model::{Edit, Link, RecordId, RecordRef, Value};
use kontor::policy::Right;
use proof::oracle::{RIGHTS, Rec, Who};
use proof::world::{ENTITIES, World, title};
use proof::{ids, size, type_in};

/// How many decisions were compared, by the way they were taken.
#[derive(Default)]
struct Tally(std::collections::BTreeMap<&'static str, u64>);

impl Tally {
    fn add(&mut self, way: &'static str, decisions: usize) {
        *self.0.entry(way).or_default() += decisions as u64;
    }
}

fn right(word: &str) -> Right {
    Right::of_word(word).unwrap()
}

#[test]
fn the_program_decides_as_the_oracle() {
    let mut rng = Rng::with_seed(4);
    let mut world = World::new(&mut rng, size(8, 40), size(5, 40));
    world.fill(&ENTITIES);
    let mut tally = Tally::default();
    for &id in &world.asked {
        let who = world.oracle.people[&id].clone();
        let session = world.session(id);
        for entity in ENTITIES.into_iter().chain(["user", "team"]) {
            lists(&world, &who, &session, entity, &mut tally);
            numbers(&world, &who, &session, entity, &mut tally);
            singles(&world, &who, &session, entity, &mut rng, &mut tally);
            plans(&world, &who, &session, entity, &mut rng, &mut tally);
            actions(&world, &who, &session, entity, &mut tally);
        }
        commands(&world, &who, &mut rng, &mut tally);
    }
    let all: u64 = tally.0.values().sum();
    for (way, decisions) in &tally.0 {
        println!("{way:>12}: {decisions}");
    }
    println!("{all} decisions of {} people compared, no difference", world.asked.len());
    assert!(all >= 100_000, "{all}");
}

/// Which records each right reaches, as a list.
fn lists(world: &World, who: &Who, session: &Session, entity: &str, tally: &mut Tally) {
    for word in RIGHTS {
        let filter = match session.permitted(right(word), entity) {
            Ok(filter) => filter,
            Err(GateError::Denied(_)) => {
                assert!(!world.oracle.ever(who, word, entity), "{who:?} {word} {entity} refused");
                tally.add("list", world.oracle.records[entity].len());
                continue;
            }
            Err(other) => panic!("{other:?}"),
        };
        assert!(world.oracle.ever(who, word, entity), "{who:?} {word} {entity} allowed");
        for deleted in [false, true] {
            let got = ids(session, entity, filter.clone(), deleted);
            let expected = world.oracle.expected(who, word, entity, deleted);
            same(world, who, word, entity, &got, &expected);
        }
        tally.add("list", world.oracle.records[entity].len());
    }
}

fn same(
    world: &World,
    who: &Who,
    what: &str,
    entity: &str,
    got: &BTreeSet<i64>,
    expected: &BTreeSet<i64>,
) {
    if got == expected {
        return;
    }
    let odd = got.symmetric_difference(expected).next().unwrap();
    let rec = world.oracle.records[entity].iter().find(|rec| rec.id == *odd);
    panic!(
        "{who:?}: {what} {entity}: the program {} {rec:?}",
        if got.contains(odd) { "shows" } else { "keeps back" }
    );
}

/// Counts, totals and groups agree with what may be read.
fn numbers(world: &World, who: &Who, session: &Session, entity: &str, tally: &mut Tally) {
    let expected = world.oracle.expected(who, "read", entity, false).len() as u64;
    let counted = match session.count(entity, None, None) {
        Ok(Count::Exactly(count)) => count,
        Err(GateError::Denied(_)) => 0,
        other => panic!("{other:?}"),
    };
    assert_eq!(counted, expected, "{who:?} counts {entity}");
    let total = session.aggregate(&Aggregate {
        entity: entity.into(),
        filter: None,
        group: Vec::new(),
        measures: vec![Measure::Count],
    });
    let total = match total {
        Ok(buckets) => buckets.first().map_or(0, |bucket| match bucket.values[0] {
            Summary::Count(count) => count,
            ref other => panic!("{other:?}"),
        }),
        Err(GateError::Denied(_)) => 0,
        Err(other) => panic!("{other:?}"),
    };
    assert_eq!(total, expected, "{who:?} sums up {entity}");
    tally.add("count", world.oracle.records[entity].len());
    tally.add("report", world.oracle.records[entity].len());
}

/// Single records: read, titled, searched, their history, and each right.
fn singles(
    world: &World,
    who: &Who,
    session: &Session,
    entity: &str,
    rng: &mut Rng,
    tally: &mut Tally,
) {
    let records = &world.oracle.records[entity];
    for _ in 0..size(8, 40) {
        let rec = &records[rng.usize(0..records.len())];
        let record = RecordRef::new(entity, RecordId(rec.id));
        let reads = world.oracle.may(who, "read", entity, rec);
        assert_eq!(session.get(&record).is_ok(), reads, "{who:?} gets {entity} {rec:?}");
        assert_eq!(session.title(&record).unwrap().is_some(), reads, "{who:?} {entity} {rec:?}");
        let request =
            HistoryRequest { record: Some(record.clone()), before: None, mine: false, limit: 3 };
        let told = session.history(&request).unwrap();
        assert_eq!(!told.is_empty(), reads, "{who:?} history of {entity} {rec:?}");
        let reference = session.catalog().reference(&record);
        let hits = session
            .search(&SearchRequest {
                text: reference,
                entities: vec![entity.into()],
                filter: None,
                limit: 5,
            })
            .unwrap();
        let found = hits.iter().any(|hit| hit.record == record);
        assert_eq!(found, reads && !rec.deleted, "{who:?} finds {entity} {rec:?}");
        if !rec.name.is_empty() {
            let hits = session
                .search(&SearchRequest {
                    text: rec.name.clone(),
                    entities: Vec::new(),
                    filter: None,
                    limit: 8,
                })
                .unwrap();
            let found = hits.iter().any(|hit| hit.record == record);
            let listed =
                session.catalog().entity(entity).is_some_and(kontor::schema::Entity::is_listed);
            let expected = reads && !rec.deleted && listed;
            assert_eq!(found, expected, "{who:?} finds {entity} {rec:?} by name: {hits:?}");
            tally.add("search", 1);
        }
        for way in ["get", "title", "history", "search"] {
            tally.add(way, 1);
        }
        for word in RIGHTS {
            let may = session.may_do(right(word), &record).unwrap();
            // Whether the right is had at all is asked apart.
            let expected = world.oracle.reaches(who, "read", entity, rec)
                && world.oracle.reaches(who, word, entity, rec);
            assert_eq!(may, expected, "{who:?} {word} {entity} {rec:?}");
            tally.add("record", 1);
        }
    }
}

/// What writes are planned: create, edit, delete, restore, assign, a link to another record.
fn plans(
    world: &World,
    who: &Who,
    session: &Session,
    entity: &str,
    rng: &mut Rng,
    tally: &mut Tally,
) {
    let oracle = &world.oracle;
    let stands = |edit: Edit| {
        let plan = session.plan(vec![edit], "try").unwrap();
        let done = plan.problems().is_empty();
        assert_eq!(done, plan.edits()[0].verdict != Verdict::Refused);
        (done, format!("{:?}", plan.problems()))
    };
    let records = &oracle.records[entity];
    for _ in 0..size(6, 30) {
        let rec = &records[rng.usize(0..records.len())];
        let id = RecordId(rec.id);
        if !matches!(entity, "activity" | "user" | "team") && !rec.deleted {
            let named = Edit::update(entity, id).typed(title(entity), "blue other name");
            let (done, why) = stands(named);
            // Finance may read but not write the names of customers.
            let keeps_names = entity == "customer" && keeps_names(world, who);
            let may = oracle.may(who, "edit", entity, rec) && !keeps_names;
            assert_eq!(done, may, "{who:?} edits {entity} {rec:?}: {why}");
            let other = world.holders["sue"];
            let link = Value::Link(Link::new("user", RecordId(other)));
            let (done, why) = stands(Edit::update(entity, id).with("owner", link));
            let may = oracle.may(who, "edit", entity, rec)
                && (rec.owner == Some(other) || oracle.may(who, "assign", entity, rec));
            assert_eq!(done, may, "{who:?} assigns {entity} {rec:?}: {why}");
            tally.add("edit", 1);
            tally.add("assign", 1);
        }
        if !matches!(entity, "user" | "team") {
            let (edit, word) = if rec.deleted {
                (Edit::restore(entity, id), "restore")
            } else {
                (Edit::delete(entity, id), "delete")
            };
            let (done, why) = stands(edit);
            assert_eq!(
                done,
                oracle.may(who, word, entity, rec),
                "{who:?} {word} {entity} {rec:?}: {why}"
            );
            tally.add("put away", 1);
        }
    }
    if matches!(entity, "contact" | "task" | "deal" | "ticket") {
        let customers = &oracle.records["customer"];
        for _ in 0..size(4, 20) {
            let rec = &records[rng.usize(0..records.len())];
            let target = &customers[rng.usize(0..customers.len())];
            if rec.deleted || target.deleted {
                continue;
            }
            let link = Value::Link(Link::new("customer", RecordId(target.id)));
            let (done, why) = stands(Edit::update(entity, RecordId(rec.id)).with("customer", link));
            let may =
                oracle.may(who, "edit", entity, rec) && oracle.may(who, "edit", "customer", target);
            assert_eq!(done, may, "{who:?} links {entity} {rec:?} to {target:?}: {why}");
            tally.add("link", 1);
        }
    }
    if !matches!(entity, "order" | "order_line" | "payment" | "view" | "user" | "team" | "product")
    {
        let (done, why) = stands(Edit::create(entity).typed(title(entity), "blue new one"));
        assert_eq!(done, oracle.ever(who, "create", entity), "{who:?} makes {entity}: {why}");
        tally.add("create", 1);
    }
}

/// Whether of all that lets a person read customers there is only Finance, which keeps the names.
fn keeps_names(world: &World, who: &Who) -> bool {
    let reading: Vec<&String> =
        who.roles.iter().filter(|name| world.oracle.roles[*name].reads("customer")).collect();
    !reading.is_empty() && reading.iter().all(|name| *name == "Finance")
}

/// What the screens offer.
fn actions(world: &World, who: &Who, session: &Session, entity: &str, tally: &mut Tally) {
    let person = session.actor().person();
    let catalog = session.catalog();
    let Some(of) = catalog.entity(entity) else { return };
    let table = Table::new(catalog);
    for action in table.all().iter().filter(|action: &&Action| action.entity.is_none()) {
        let Some(needed) = action.right else { continue };
        for place in action.places {
            let mut at = Situation::new(catalog, person, *place);
            at.entity = Some(of);
            // What makes a record of another entity asks for the right there.
            let about = action.about(&at).unwrap();
            let allowed = at.allowed(needed, about).is_ok();
            assert_eq!(
                allowed,
                world.oracle.ever(who, needed.word(), action.makes.unwrap_or(entity)),
                "{who:?} {} {entity}",
                action.id
            );
            if !allowed {
                at.record = Some(RecordRef::new(entity, RecordId(1)));
                assert!(action.available(&at).is_err(), "{who:?} {} {entity}", action.id);
            }
            tally.add("screen", 1);
        }
    }
}

/// The command line: lists, exports, imports.
fn commands(world: &World, who: &Who, rng: &mut Rng, tally: &mut Tally) {
    let file = world.desk.gate.path();
    let user = RecordId(who.id);
    for _ in 0..size(2, 6) {
        let entity = ENTITIES[rng.usize(0..ENTITIES.len())];
        let records = world.oracle.records[entity].len();
        let prefix = world.desk.gate.catalog().entity(entity).unwrap().prefix.clone();
        let refs = |text: &str| -> BTreeSet<i64> {
            text.lines()
                .filter_map(|line| line.trim().strip_prefix(&format!("{prefix}-"))?.parse().ok())
                .collect()
        };
        let said = type_in(file, user, &[entity, "list", "--limit", "5000", "--format", "ids"]);
        let expected = world.oracle.expected(who, "read", entity, false);
        same(world, who, "kontor list", entity, &refs(&said.out), &expected);
        tally.add("kontor list", records);
        let said = type_in(file, user, &["export", entity]);
        let expected = world.oracle.expected(who, "export", entity, false);
        if world.oracle.ever(who, "export", entity) {
            assert_eq!(said.status, 0, "{who:?} exports {entity}: {said:?}");
            let rows = said.out.lines().count().saturating_sub(1);
            assert_eq!(rows, expected.len(), "{who:?} exports {entity}: {said:?}");
        } else {
            assert_ne!(said.status, 0, "{who:?} exports {entity}: {said:?}");
            assert_eq!(said.out, "");
        }
        tally.add("export", records);
        let rows = world.desk.folder().join("rows.csv");
        std::fs::write(&rows, format!("{}\nblue brought in\n", title(entity))).unwrap();
        if !matches!(entity, "order" | "order_line" | "payment" | "view" | "product") {
            let rows = rows.to_str().unwrap();
            let said = type_in(file, user, &["import", entity, rows, "--dry-run"]);
            let may = world.oracle.ever(who, "import", entity)
                && world.oracle.ever(who, "create", entity);
            assert_eq!(said.status == 0, may, "{who:?} imports {entity}: {said:?}");
            tally.add("import", 1);
        }
    }
}

#[test]
fn an_undo_asks_for_the_same_rights() {
    let mut rng = Rng::with_seed(9);
    let mut world = World::new(&mut rng, size(3, 20), 0);
    world.fill(&["task"]);
    let mut compared = 0;
    for id in world.asked.clone() {
        let who = world.oracle.people[&id].clone();
        let mut session = world.desk.gate.session_of(RecordId(id), Via::Cli).unwrap();
        let own: Vec<i64> =
            world.oracle.expected(&who, "edit", "task", false).into_iter().take(3).collect();
        for task in own {
            let edit = Edit::update("task", RecordId(task)).typed("name", "blue changed");
            let applied = session.save(vec![edit], "rename").unwrap();
            // It is given away meanwhile.
            let owner = Value::Link(Link::new("user", RecordId(world.holders["bo"])));
            let given = Edit::update("task", RecordId(task))
                .with("owner", owner)
                .with("team", Value::Null)
                .with("collaborators", Value::Links(Vec::new()));
            world.desk.session.save(vec![given], "give away").unwrap();
            session.refresh().unwrap();
            let rec =
                Rec { id: task, owner: Some(world.holders["bo"]), blue: true, ..Rec::default() };
            let may = world.oracle.reaches(&who, "edit", "task", &rec);
            let plan = session.plan_undo(applied.change_set).unwrap();
            let done = session.undo(&plan);
            assert_eq!(done.is_ok(), may, "{who:?} takes back {task}: {done:?}");
            let tasks = world.oracle.records.get_mut("task").unwrap();
            let known = tasks.iter_mut().find(|known| known.id == task).unwrap();
            *known = Rec { blue: !may || known.blue, ..rec };
            compared += 1;
        }
    }
    println!("{compared} undos compared, no difference");
    assert!(compared > 10);
}
