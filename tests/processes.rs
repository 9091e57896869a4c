//! Several processes on one file: killed in the middle, writing all at once, on a full disk.
//!
//! The test binary starts itself again as the writing process (`KONTOR_ROLE` says what it is to do).
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

mod common;

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use kontor::gate::{Gate, ListRequest, Severity, Via, Window, examine};
use kontor::model::{Edit, RecordId, RecordRef, Value};

fn start(role: &str, path: &Path, who: usize) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "the_other_process", "--nocapture", "--test-threads=1"])
        .env("KONTOR_ROLE", role)
        .env("KONTOR_FILE", path)
        .env("KONTOR_WHO", who.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Not a test of its own: what the started process does.
#[test]
fn the_other_process() {
    let Ok(role) = std::env::var("KONTOR_ROLE") else { return };
    let path = std::env::var("KONTOR_FILE").unwrap();
    let who = std::env::var("KONTOR_WHO").unwrap();
    let gate = common::open(Path::new(&path)).unwrap();
    let mut session = gate.session(Via::Cli).unwrap();
    let mut out = std::io::stdout();
    match role.as_str() {
        // Writes until it is killed, telling each write that is safe.
        "edit" => {
            for n in 0.. {
                let name = format!("Firm {who}-{n}");
                let applied = session
                    .save(vec![Edit::create("customer").typed("name", name)], "add")
                    .unwrap();
                let id = applied.records[0].as_ref().unwrap().id;
                session
                    .save(
                        vec![Edit::update("customer", id).typed("employees", n.to_string())],
                        "edit",
                    )
                    .unwrap();
                writeln!(out, "ack {} {n}", id.0).unwrap();
                out.flush().unwrap();
            }
        }
        "import" => {
            for n in 0.. {
                let mut bulk = session.bulk("import of many");
                let edits = (0..700)
                    .map(|row| {
                        Edit::create("customer").typed("name", format!("Row {who}-{n}-{row}"))
                    })
                    .collect();
                let plan = bulk.plan(edits).unwrap();
                for record in bulk.apply(plan).unwrap() {
                    writeln!(out, "row {}", record.unwrap().id.0).unwrap();
                }
                bulk.finish().unwrap();
                out.flush().unwrap();
            }
        }
        // Writes for a while and tells how long each write took.
        "person" => {
            let began = Instant::now();
            let mut n = 0;
            while began.elapsed() < Duration::from_millis(2500) {
                let name = format!("Person {who}-{n}");
                let start = Instant::now();
                session.save(vec![Edit::create("customer").typed("name", name)], "add").unwrap();
                writeln!(out, "took {}", start.elapsed().as_micros()).unwrap();
                n += 1;
                std::thread::sleep(Duration::from_millis(5));
            }
            writeln!(out, "done {n}").unwrap();
        }
        other => panic!("unknown role {other}"),
    }
}

fn open(path: &Path) -> Gate {
    common::open(path).unwrap()
}

fn assert_sound(path: &Path) {
    let bad: Vec<_> = examine(path).into_iter().filter(|f| f.severity == Severity::Bad).collect();
    assert!(bad.is_empty(), "{bad:?}");
}

#[test]
fn a_kill_loses_no_acknowledged_write_and_leaves_the_file_sound() {
    let rounds: usize =
        std::env::var("KONTOR_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(12);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("killed.db");
    drop(open(&path));
    let mut acknowledged: Vec<(i64, i64)> = Vec::new();
    let mut rows: BTreeSet<i64> = BTreeSet::new();
    for round in 0..rounds {
        let role = if round % 3 == 2 { "import" } else { "edit" };
        let mut child = start(role, &path, round);
        let reader = BufReader::new(child.stdout.take().unwrap());
        let listen = std::thread::spawn(move || {
            reader.lines().map_while(Result::ok).collect::<Vec<String>>()
        });
        // Different moments in every round, from hardly started to well under way.
        std::thread::sleep(Duration::from_millis(120 + (round as u64 * 37) % 260));
        child.kill().unwrap();
        child.wait().unwrap();
        for line in listen.join().unwrap() {
            let words: Vec<&str> = line.split(' ').collect();
            match words.as_slice() {
                ["ack", id, n] => acknowledged.push((id.parse().unwrap(), n.parse().unwrap())),
                ["row", id] => {
                    rows.extend(id.parse::<i64>());
                }
                _ => {}
            }
        }
    }
    assert!(!acknowledged.is_empty(), "no write was acknowledged: the test proves nothing");
    let session = open(&path).session(Via::Cli).unwrap();
    for (id, n) in &acknowledged {
        let record = session.get(&RecordRef::new("customer", RecordId(*id))).unwrap();
        assert_eq!(record.get("employees"), &Value::Int(*n), "C-{id}");
    }
    for id in &rows {
        session.get(&RecordRef::new("customer", RecordId(*id))).unwrap();
    }
    drop(session);
    assert_sound(&path);
    println!("{rounds} kills, {} edits and {} rows acknowledged", acknowledged.len(), rows.len());
}

#[test]
fn eight_people_and_an_import_write_at_once_and_nobody_sees_a_lock() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("busy.db");
    drop(open(&path));
    let mut importer = start("import", &path, 99);
    let drain = BufReader::new(importer.stdout.take().unwrap());
    let rows = std::thread::spawn(move || drain.lines().map_while(Result::ok).count());
    let people: Vec<Child> = (0..8).map(|who| start("person", &path, who)).collect();
    let mut written = 0;
    for person in people {
        let output = person.wait_with_output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{}{text}", String::from_utf8_lossy(&output.stderr));
        let done = text.lines().find_map(|line| line.strip_prefix("done ")).unwrap();
        written += done.parse::<usize>().unwrap();
    }
    importer.kill().unwrap();
    importer.wait().unwrap();
    assert!(rows.join().unwrap() > 0, "the import never got its turn");
    let session = open(&path).session(Via::Cli).unwrap();
    let mut seen = 0;
    let mut window = Window::First;
    loop {
        let request = ListRequest { window, ..ListRequest::first("customer", 500) };
        let page = session.list(&request).unwrap();
        seen += page
            .rows
            .iter()
            .filter(|row| row.get("name").as_text().unwrap_or_default().starts_with("Person "))
            .count();
        if page.at_end {
            break;
        }
        window = Window::After(page.cursors.last().unwrap().clone());
    }
    assert_eq!(seen, written, "every write that was acknowledged is there");
    drop(session);
    assert_sound(&path);
}
