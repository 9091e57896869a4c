//! Duplicates: how many are found on data that nobody here wrote, and what people see and do about them.
//!
//! The table of qualities is printed by `cargo test --test matching -- --nocapture quality`.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

mod common;
#[allow(dead_code)]
#[path = "common/shell.rs"]
mod shell;

use std::collections::{HashMap, HashSet};
use std::fs::File;

use common::{desk, shared};
use kontor::exchange::twins::Lists;
use kontor::gate::{Session, why};
use kontor::matching::{Pair, Scan, clusters, one_to_one};
use kontor::model::{Edit, Record, RecordRef, Value};
use kontor::schema::load::duplicates::{SHAPES, shape};
use kontor::schema::{DuplicateRule, load};
use shell::Shell;

/// Right pairs of all that were found, and of all that there are.
#[derive(Debug, Clone, Copy)]
struct Quality {
    right: f64,
    found: f64,
    there: f64,
}

impl Quality {
    fn precision(self) -> f64 {
        self.right / self.found
    }

    fn recall(self) -> f64 {
        self.right / self.there
    }

    fn f1(self) -> f64 {
        2.0 * self.right / (self.found + self.there)
    }
}

fn rule(name: &str) -> DuplicateRule {
    let (_, text) = SHAPES.iter().find(|(known, _)| *known == name).unwrap();
    shape(name, text).unwrap().remove(name).unwrap()
}

/// A rule without some of its fields: other files have less to go by.
fn without(mut rule: DuplicateRule, fields: &[&str]) -> DuplicateRule {
    rule.fields.retain(|field| !fields.contains(&field.field.as_str()));
    rule
}

fn found(lists: &Lists) -> Vec<Pair> {
    let mut scan = Scan::new(&lists.pool, lists.pool.rule().likely.get());
    while scan.step() {}
    scan.finish()
}

/// A column of a file, which no rule looks at.
fn column(file: &str, name: &str) -> Vec<String> {
    let mut reader =
        csv::ReaderBuilder::new().trim(csv::Trim::All).flexible(true).from_path(file).unwrap();
    let at = reader.headers().unwrap().iter().position(|head| head == name).unwrap();
    reader.records().map(|row| row.unwrap()[at].to_owned()).collect()
}

/// People with typos; who is who stands in `rec_id`.
fn people(file: &str, rule: &DuplicateRule) -> Quality {
    let lists = Lists::read(rule, vec![(file.to_owned(), File::open(file).unwrap())]).unwrap();
    assert!(!lists.columns.contains(&"rec_id".to_owned()), "{:?}", lists.columns);
    let who: Vec<String> =
        column(file, "rec_id").iter().map(|id| id.split('-').nth(1).unwrap().to_owned()).collect();
    assert_eq!(who.len(), lists.rows.len());
    let mut times: HashMap<&str, f64> = HashMap::new();
    for id in &who {
        *times.entry(id).or_default() += 1.0;
    }
    let there = times.values().map(|n| n * (n - 1.0) / 2.0).sum();
    let mut quality = Quality { right: 0.0, found: 0.0, there };
    for group in clusters(&lists.pool, &found(&lists)) {
        for (at, a) in group.members.iter().enumerate() {
            for b in &group.members[at + 1..] {
                quality.found += 1.0;
                quality.right += f64::from(who[*a as usize] == who[*b as usize]);
            }
        }
    }
    quality
}

/// Two lists of restaurants, and which are the same.
fn restaurants(folder: &str, rule: &DuplicateRule) -> Quality {
    let names = ["fodors", "zagats"].map(|name| format!("{folder}/{name}.csv"));
    let files = names.iter().map(|name| (name.clone(), File::open(name).unwrap())).collect();
    let lists = Lists::read(rule, files).unwrap();
    assert!(!lists.columns.contains(&"id".to_owned()));
    let ids: Vec<String> = names.iter().flat_map(|name| column(name, "id")).collect();
    let matches = format!("{folder}/matches_fodors_zagats.csv");
    let truth: HashSet<(String, String)> =
        column(&matches, "fodors_id").into_iter().zip(column(&matches, "zagats_id")).collect();
    let pairs = one_to_one(&found(&lists));
    let is_right = |pair: &&Pair| {
        truth.contains(&(ids[pair.a as usize].clone(), ids[pair.b as usize].clone()))
    };
    Quality {
        right: pairs.iter().filter(is_right).count() as f64,
        found: pairs.len() as f64,
        there: truth.len() as f64,
    }
}

#[test]
fn quality() {
    let Some(folder) = shared("record_linkage") else { return };
    let folder = folder.display().to_string();
    let (person, place) = (rule("person"), rule("place"));
    let (one, three) = (format!("{folder}/febrl1.csv"), format!("{folder}/febrl3.csv"));
    let eating = format!("{folder}/fodors_zagats");
    let ssn = ["soc_sec_id"];
    let both = ["soc_sec_id", "date_of_birth"];
    let rows = [
        ("febrl1", people(&one, &person), 0.995),
        ("febrl3", people(&three, &person), 0.985),
        ("Fodors-Zagats", restaurants(&eating, &place), 0.97),
        ("febrl1 without soc_sec_id", people(&one, &without(person.clone(), &ssn)), 0.99),
        ("febrl3 without soc_sec_id", people(&three, &without(person.clone(), &ssn)), 0.985),
        ("febrl3 without it and birthday", people(&three, &without(person, &both)), 0.95),
        ("Fodors-Zagats without phone", restaurants(&eating, &without(place, &["phone"])), 0.95),
    ];
    println!("| duplicate pairs, default rules | precision | recall | F1 | must hold |");
    println!("|---|---|---|---|---|");
    for (name, quality, must) in rows {
        let (precision, recall, f1) = (quality.precision(), quality.recall(), quality.f1());
        println!("| {name} | {precision:.4} | {recall:.4} | {f1:.4} | {must} |");
        assert!(f1 >= must, "{name}: {quality:?}");
    }
}

fn draft(session: &Session, entity: &str, fields: &[(&str, &str)]) -> Record {
    let plan = session.plan(
        vec![
            fields.iter().fold(Edit::create(entity), |edit, (name, text)| edit.typed(*name, *text)),
        ],
        "",
    );
    let plan = plan.unwrap();
    assert!(plan.problems().is_empty(), "{:?}", plan.problems());
    let change = plan.edits()[0].change.clone().unwrap();
    let at = common::noon();
    Record {
        entity: entity.into(),
        id: change.id,
        meta: kontor::model::Meta {
            version: 0,
            created_at: at,
            created_by: None,
            updated_at: at,
            updated_by: None,
            deleted_at: None,
        },
        fields: change.fields.into_iter().map(|field| (field.field, field.after)).collect(),
    }
}

const NORDIC: [(&str, &str); 4] = [
    ("name", "Nordic Pumps Oy"),
    ("phones", "+358 9 555 0101"),
    ("emails", "info@nordicpumps.example"),
    ("address", "Satamakatu 5, 00160 Helsinki, Finland"),
];

#[test]
fn a_draft_meets_those_that_are_there_however_it_is_written() {
    let mut desk = desk();
    let add = |name: &str| Edit::create("customer").typed("name", name);
    let nordic = NORDIC
        .iter()
        .fold(Edit::create("customer"), |edit, (field, text)| edit.typed(*field, *text));
    let edits = vec![
        nordic,
        add("Müller Maschinenbau AG"),
        add("安邦科技有限公司"),
        add("Baltic Paper AS"),
        add("Acme Construction Co."),
        add("Berg AG"),
    ];
    desk.session.save(edits, "add").unwrap();
    for (fields, expected) in [
        (vec![("name", "Nordik Pumsp")], Some(1)),
        (vec![("name", "NORDIC PUMPS Ltd.")], Some(1)),
        (vec![("name", "Pumps Nordic")], Some(1)),
        (vec![("name", "Helsinki Pump House"), ("phones", "+358 9 555 0101")], None),
        (vec![("name", "Nordic Pump"), ("emails", "Info@NordicPumps.example")], Some(1)),
        (vec![("name", "Mueller Maschinenbau")], Some(2)),
        (vec![("name", "Muller Maschinebau GmbH")], Some(2)),
        (vec![("name", "安邦科技股份有限公司")], Some(3)),
        (vec![("name", "安邦科技")], Some(3)),
        (vec![("name", "Acme Const")], Some(5)),
        (vec![("name", "North Pumps")], None),
        (vec![("name", "Burg AG")], None),
        (vec![("name", "Nordic Paper")], None),
        (vec![("name", "Quarry Stones")], None),
    ] {
        let draft = draft(&desk.session, "customer", &fields);
        let twins = desk.session.twins(&draft).unwrap();
        let first = twins.first().map(|twin| twin.record.id.0);
        assert_eq!(first, expected, "{fields:?}: {twins:?}");
        // An import that holds many against all says the same.
        let mut reading = desk.session.begin_duplicates("customer", None, None).unwrap();
        while desk.session.read_for_duplicates(&mut reading).unwrap() {}
        let index = reading.index();
        let many = index.twins(&draft, desk.session.catalog());
        assert_eq!(many.first().map(|twin| twin.record.id.0), expected, "{fields:?}: {many:?}");
    }
    let draft = draft(&desk.session, "customer", &[("name", "Nordik Pumps")]);
    let twins = desk.session.twins(&draft).unwrap();
    assert_eq!(why(&twins[0].reasons).as_str(), "Name the same but for a slip");
    assert_eq!(twins[0].title, "Nordic Pumps Oy");
}

#[test]
fn a_rule_that_blocks_refuses_what_is_there_already() {
    let mut desk = desk();
    let toml = "[duplicates.customer]\non_create = \"block\"\ncertain = 0.9\n";
    let plan = desk.session.plan_schema("company.toml", toml).unwrap();
    desk.session.apply_schema(&plan, false).unwrap();
    let nordic = |name: &str| Edit::create("customer").typed("name", name);
    desk.session.save(vec![nordic("Nordic Pumps Oy")], "add").unwrap();
    let plan = desk.session.plan(vec![nordic("Nordic Pumps Ltd")], "").unwrap();
    let problem = plan.problems().first().expect("it is refused");
    assert_eq!(
        problem.message.as_str(),
        "duplicate of C-1 Nordic Pumps Oy: Name the same but for legal form or small words"
    );
    let plan = desk.session.plan(vec![nordic("Baltic Paper AS")], "").unwrap();
    assert!(plan.problems().is_empty());
    // Two that are made together are held against each other, too; three of other names are not.
    let two = vec![nordic("Baltic Paper AS"), nordic("Baltic Paper"), nordic("Tatra Foods")];
    let plan = desk.session.plan(two, "").unwrap();
    let told: Vec<(usize, &str)> =
        plan.problems().iter().map(|problem| (problem.edit, problem.message.as_str())).collect();
    let why = "duplicate of another one that is made with it: Name the same but for legal form or small words";
    assert_eq!(told, [(1, why)]);
}

#[test]
fn pairs_are_listed_with_reasons_and_kept_apart_for_good() {
    let shell = Shell::new();
    for name in ["name=Nordic Pumps Oy", "name=Nordik Pumps", "name=Baltic Paper AS"] {
        shell.done(&["customer", "add", name]);
    }
    let listed = shell.type_in(&["duplicates", "customer"]);
    assert!(
        listed.out.contains("C-1  Nordic Pumps Oy  C-2  Nordik Pumps")
            && listed.out.contains("Name the same but for a slip"),
        "{listed:?}"
    );
    assert_eq!(listed.err, "3 records compared; pairs: 1, groups: 1.\n");
    let json = shell.json(&["duplicates", "customer"]);
    let json = &json[0];
    assert_eq!((&json["a"]["ref"], &json["b"]["ref"]), (&"C-1".into(), &"C-2".into()));
    assert_eq!(json["reasons"][0], "Name the same but for a slip");
    let said = shell.type_in(&["duplicates", "customer", "--not", "C-2", "C-1"]);
    assert!(said.err.starts_with("Kept apart for everybody; `kontor undo "), "{said:?}");
    let said = shell.type_in(&["duplicates", "customer", "--not", "C-1", "C-2"]);
    assert_eq!(said.err, "That is known already.\n");
    let gone = shell.type_in(&["duplicates", "customer"]);
    assert_eq!(gone.err, "3 records compared; pairs: 0, groups: 0.\n");
    shell.done(&["undo"]);
    let back = shell.type_in(&["duplicates", "customer"]);
    assert_eq!(back.err, "3 records compared; pairs: 1, groups: 1.\n");
    for (words, hint) in [
        (vec!["duplicates"], "say of what"),
        (vec!["duplicates", "task"], "nothing says when two"),
        (vec!["duplicates", "customer", "--not", "C-1", "D-1"], "there is no D-1"),
        (vec!["duplicates", "customer", "--not", "C-1", "C-1"], "two records of one kind"),
    ] {
        let said = shell.type_in(&words);
        assert!(said.status != 0 && said.err.contains(hint), "{words:?}: {said:?}");
    }
}

#[test]
fn nobody_learns_of_records_they_do_not_see() {
    let mut desk = desk();
    let user = |login: &str| {
        Edit::create("user").typed("name", login).typed("login", login).typed("roles", "Sales rep")
    };
    let Ok(people) = desk.session.save(vec![user("ana"), user("ben")], "people") else {
        panic!("the built-in role sales_rep is there");
    };
    let ana = people.records[0].clone().unwrap();
    let ben = people.records[1].clone().unwrap();
    let owned = |name: &str, owner: &RecordRef| {
        Edit::create("customer")
            .typed("name", name)
            .with("owner", Value::Link(kontor::model::Link::new("user", owner.id)))
    };
    desk.session
        .save(vec![owned("Nordic Pumps Oy", &ana), owned("Nordic Pumps AB", &ben)], "add")
        .unwrap();
    let seen = |session: &mut Session| {
        let mut reading = session.begin_duplicates("customer", None, None).unwrap();
        while session.read_for_duplicates(&mut reading).unwrap() {}
        let pool = reading.finish();
        let mut scan = Scan::new(&pool, 0.5);
        while scan.step() {}
        let drafts = draft(session, "customer", &[("name", "Nordic Pumps")]);
        let twins = session.twins(&drafts).unwrap();
        (pool.len(), scan.finish().len(), twins.len())
    };
    assert_eq!(seen(&mut desk.session), (2, 1, 2));
    let mut anas = desk.gate.session_of(ana.id, kontor::gate::Via::Cli).unwrap();
    assert_eq!(seen(&mut anas), (1, 0, 1));
}

#[test]
fn files_are_compared_without_a_database() {
    let shell = Shell::new();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("people.csv");
    std::fs::write(
        &file,
        "id,First Name,Last Name,City,Birthday,E-Mail\n\
         1,Robert,Miller,Leeds,1980-03-04,bob@miller.example\n\
         2,Miller,Bob,Leeds,1980-04-03,\n3,Ana,Lopez,Madrid,1975-11-28,ana@lopez.example\n",
    )
    .unwrap();
    let name = file.display().to_string();
    let said = shell.type_in(&["duplicates", "--file", &name]);
    assert!(said.err.starts_with("3 rows compared by given_name, surname, suburb"), "{said:?}");
    assert!(said.out.contains("given_name and surname exchanged"), "{said:?}");
    let wrong = shell.type_in(&["duplicates", "--file", &name, "--rules", "nowhere.toml"]);
    assert!(wrong.status != 0 && wrong.err.contains("nowhere.toml"), "{wrong:?}");
}

#[test]
fn the_rules_that_ship_load() {
    let catalog = load(None).unwrap();
    for entity in ["customer", "contact", "lead"] {
        let rule = catalog.duplicate_rule(entity).unwrap();
        assert!(rule.fields.len() > 5, "{entity}");
    }
}
