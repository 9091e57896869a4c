//! An import that is killed in the middle goes on without double rows, and one undo takes back both parts.
//!
//! 3,000 rows in every run; `KONTOR_PROOF=large cargo test --release --test import_resume` takes 100,000.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

mod common;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use kontor::gate::{Count, ListRequest, Session, Via, living_hash};
use kontor::model::{Edit, RecordId, Value};

struct House {
    folder: tempfile::TempDir,
}

impl House {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn database(&self) -> PathBuf {
        self.folder.path().join("team.db")
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kontor"));
        command.arg("--db").arg(self.database()).args(args).stdin(Stdio::null());
        command.env("KONTOR_LANG", "en").env("HOME", self.folder.path());
        command.env("XDG_CONFIG_HOME", self.folder.path());
        command
    }

    fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    fn done(&self, args: &[&str]) -> String {
        let output = self.run(args);
        assert!(output.status.success(), "{args:?}: {}", said(&output));
        said(&output)
    }

    fn hash(&self) -> String {
        living_hash(&self.database()).unwrap().hash
    }

    fn session(&self) -> Session {
        common::open(&self.database()).unwrap().session(Via::Cli).unwrap()
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn count(session: &Session, entity: &str) -> u64 {
    match session.count(entity, None, None).unwrap() {
        Count::Exactly(n) | Count::AtLeast(n) => n,
    }
}

fn size() -> usize {
    let large = std::env::var("KONTOR_PROOF").is_ok_and(|word| word == "large");
    if large { 100_000 } else { 3_000 }
}

/// Rows that make and rows that change, with links to rows further down, tags, mails and bad ones.
fn rows(size: usize) -> String {
    let mut csv = String::from("id,name,parent,mail,tags,city,staff\n");
    for row in 0..size {
        // Every seventh belongs to one that comes much later.
        let parent = if row % 7 == 3 && row + size / 3 < size {
            format!("X-{}", row + size / 3)
        } else {
            String::new()
        };
        let staff = if row % 50 == 9 { "many".to_owned() } else { (row % 900 + 1).to_string() };
        let _ = writeln!(
            csv,
            "X-{row},Firm {row},{parent},info{row}@example.com,\"t{}; import\",Ulm,{staff}",
            row % 5
        );
    }
    csv
}

const MAP: &str = "key = \"external_id\"\nseveral = \"add\"\n[columns]\nid = \"external_id\"\n\
                   name = \"name\"\nparent = { field = \"parent\", by = \"external_id\" }\n\
                   mail = \"emails\"\ntags = \"tags\"\ncity = \"address.city\"\nstaff = \"employees\"\n";

#[test]
fn a_killed_import_goes_on_without_double_rows_and_is_taken_back_as_one() {
    let size = size();
    let house = House::new();
    // Each eleventh is there already, with other values.
    let mut there = String::from("id,name,mail,tags,city,staff\n");
    for row in (0..size).step_by(11) {
        let _ = writeln!(there, "X-{row},Old firm {row},old{row}@example.com,before,Bonn,7");
    }
    let there = house.file("there.csv", &there);
    let map = house.file(
        "before.toml",
        &MAP.lines().filter(|line| !line.starts_with("parent")).collect::<Vec<_>>().join("\n"),
    );
    house.done(&["import", "customer", &there, "--map", &map]);
    let before = (house.hash(), count(&house.session(), "customer"));

    let file = house.file("rows.csv", &rows(size));
    let map = house.file("map.toml", MAP);
    let errors = house.folder.path().join("errors.csv");
    let import = [
        "import",
        "customer",
        &file,
        "--map",
        &map,
        "--errors",
        errors.to_str().unwrap(),
        "--skip-errors",
    ];
    let plan = house.run(&["import", "customer", &file, "--map", &map, "--dry-run"]);
    assert!(said(&plan).contains("Nothing was written"), "{}", said(&plan));
    assert_eq!(house.hash(), before.0);

    // Killed twice, each time when a third more is there.
    let session = house.session();
    for (round, part) in [(0, 3), (1, 2)] {
        let mut command = house.command(&import);
        if round > 0 {
            let told = house.run(&import);
            assert!(!told.status.success(), "{}", said(&told));
            assert!(said(&told).contains("--resume goes on"), "{}", said(&told));
            command.arg("--resume");
        }
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let began = Instant::now();
        let wanted = before.1 + (size / part / 2) as u64;
        while count(&session, "customer") < wanted && began.elapsed() < Duration::from_mins(5) {
            assert!(child.try_wait().unwrap().is_none(), "it ended before it could be killed");
            std::thread::sleep(Duration::from_millis(1));
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }
    drop(session);
    let partly = count(&house.session(), "customer");
    assert!(partly > before.1, "nothing was written before the kill");
    let end = house.run(&[&import[..], &["--resume"]].concat());
    let told = said(&end);
    assert!(told.contains("goes on:"), "{told}");
    // Rows whose parent is a bad row cannot be done either.
    let bad: Vec<usize> = (0..size).filter(|row| row % 50 == 9).collect();
    let mut lost: std::collections::BTreeSet<usize> = bad.iter().copied().collect();
    for row in (0..size).rev() {
        let parent = row + size / 3;
        // A bad row that is there already is there for those that link to it.
        if row % 7 == 3 && parent < size && lost.contains(&parent) && !parent.is_multiple_of(11) {
            lost.insert(row);
        }
    }
    let made = (0..size).filter(|row| row % 11 != 0 && !lost.contains(row)).count() as u64;
    assert_eq!(count(&house.session(), "customer"), before.1 + made, "{told}");
    let rejected = std::fs::read_to_string(&errors).unwrap();
    let rejected: Vec<&str> = rejected.lines().skip(1).collect();
    assert_eq!(rejected.len(), lost.len(), "each bad row stands in the error file once");
    assert!(told.contains(&format!("{} error", lost.len())), "{told}");
    assert!(told.contains(&format!("{made} create")), "{told}");
    // All links are there, also those to rows of the other part.
    let session = house.session();
    let field = |row: usize, field: &str| {
        let found = session.lookup_keys("customer", "external_id", &[format!("X-{row}")]).unwrap();
        let record = kontor::model::RecordRef::new("customer", found[0].unwrap());
        session.get(&record).unwrap().get(field).clone()
    };
    for row in (0..size).filter(|row| row % 7 == 3 && row + size / 3 < size && !lost.contains(row))
    {
        let Value::Link(link) = field(row, "parent") else { panic!("row {row} lost its link") };
        assert_eq!(link.title, format!("Firm {}", row + size / 3).as_str());
        if row > 200 {
            break;
        }
    }
    drop(session);
    // Once more: there is nothing to go on with, and all is as it is.
    let again = house.run(&[&import[..], &["--resume"]].concat());
    assert!(said(&again).contains("no import of this file"), "{}", said(&again));
    house.done(&["undo"]);
    assert_eq!((house.hash(), count(&house.session(), "customer")), before);
    house.done(&["doctor"]);
}

#[test]
fn undo_of_an_import_leaves_alone_what_somebody_changed_since() {
    let house = House::new();
    let first = house.file("first.csv", "external_id,name,employees\nA,Anna AG,1\nB,Beta,1\n");
    house.done(&["import", "customer", &first]);
    let file = house.file(
        "second.csv",
        "external_id,name,employees\nA,Anna AG,5\nB,Beta,5\nC,Cleo,5\nD,Dora,5\n",
    );
    let told = house.done(&["import", "customer", &file]);
    let number = told.split("`kontor undo ").nth(1).unwrap().split('`').next().unwrap();
    // Somebody works on one that was changed and on one that was made.
    let mut session = house.session();
    let id = |session: &Session, key: &str| -> RecordId {
        session.lookup_keys("customer", "external_id", &[key.to_owned()]).unwrap()[0].unwrap()
    };
    let edits = vec![
        Edit::update("customer", id(&session, "B")).typed("employees", "9"),
        Edit::update("customer", id(&session, "D")).typed("description", "called them"),
    ];
    let plan = session.plan(edits, "by hand").unwrap();
    session.apply(plan).unwrap();
    let (b, d) = (id(&session, "B").0, id(&session, "D").0);
    drop(session);
    let dry = house.done(&["undo", number, "--dry-run"]);
    assert!(dry.contains("2 records stay as they are"), "{dry}");
    let told = house.done(&["undo", number]);
    assert!(told.contains(&format!("C-{b}, C-{d}")), "{told}");
    let session = house.session();
    let staff = |key: &str| {
        let record = kontor::model::RecordRef::new("customer", id(&session, key));
        session.get(&record).unwrap().get("employees").clone()
    };
    assert_eq!(staff("A"), Value::Int(1));
    assert_eq!(staff("B"), Value::Int(9));
    assert_eq!(staff("D"), Value::Int(5));
    let names = session.list(&ListRequest::first("customer", 9)).unwrap().rows.len();
    assert_eq!(names, 3, "the one that nobody touched is gone");
    let again = house.run(&["undo", number]);
    assert!(said(&again).contains("already taken back"), "{}", said(&again));
}

#[test]
fn the_hash_tells_content_and_nothing_else() {
    let house = House::new();
    let file = house.file("a.csv", "external_id,name,tags,emails\nA,Anna AG,x,a@b.de\n");
    house.done(&["import", "customer", &file]);
    let before = house.hash();
    house.done(&["customer", "edit", "C-1", "employees=4"]);
    let changed = house.hash();
    assert_ne!(before, changed);
    house.done(&["undo"]);
    assert_eq!(house.hash(), before, "versions and times do not count");
    house.done(&["customer", "add", "name=Other"]);
    assert_ne!(house.hash(), before);
    house.done(&["customer", "delete", "C-2"]);
    assert_eq!(house.hash(), before, "what is put away does not count");
    for edit in ["tags=x; y", "emails=c@d.de", "name=Anna A.G."] {
        house.done(&["customer", "edit", "C-1", edit]);
        assert_ne!(house.hash(), before, "{edit}");
        house.done(&["undo"]);
        assert_eq!(house.hash(), before, "{edit}");
    }
    let out = house.run(&["doctor", "--hash"]);
    assert_eq!(String::from_utf8_lossy(&out.stdout).trim(), before);
    // Another file with the same content has the same hash but for who made it when.
    let copy = house.folder.path().join("copy.db");
    std::fs::copy(house.database(), &copy).unwrap();
    assert_eq!(living_hash(Path::new(&copy)).unwrap().hash, before);
}
