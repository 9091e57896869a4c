//! Eight people write while a ninth process imports, for twenty seconds.
//!
//! This program starts itself again as each of them; the environment says who it is to be.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use kontor::gate::{Gate, ListRequest, Session, Via, Window};
use kontor::model::Edit;

use super::Bench;
use super::data;
use super::table::{median, quantile, time};

const ROLE: &str = "KONTOR_BENCH_ROLE";
const FILE: &str = "KONTOR_BENCH_FILE";
const PEOPLE: usize = 8;
const TIME: Duration = Duration::from_secs(20);
const LIMIT: Duration = Duration::from_millis(250);

/// True in a process that was started to be one of the crowd.
pub fn is_member() -> bool {
    std::env::var_os(ROLE).is_some()
}

/// Does what one of the crowd does and tells it on standard output.
pub fn member() {
    let role = std::env::var(ROLE).unwrap();
    let file = std::env::var(FILE).unwrap();
    let gate = Gate::open(Path::new(&file), data::options()).unwrap();
    let mut out = std::io::stdout().lock();
    if role == "import" {
        import(&mut gate.session(Via::Import).unwrap(), &mut out);
    } else {
        person(&role, &mut gate.session(Via::Tui).unwrap(), &mut out);
    }
}

fn person(name: &str, session: &mut Session, out: &mut impl Write) {
    let began = Instant::now();
    let mut n = 0;
    while began.elapsed() < TIME {
        let edit = Edit::create("customer").typed("name", format!("{name}-{n}"));
        let start = Instant::now();
        match session.save(vec![edit], "add") {
            Ok(_) => n += 1,
            Err(error) => writeln!(out, "error {error}").unwrap(),
        }
        writeln!(out, "took {}", start.elapsed().as_micros()).unwrap();
        // Nobody writes without a pause.
        std::thread::sleep(Duration::from_millis(10));
    }
    writeln!(out, "done {n}").unwrap();
}

fn import(session: &mut Session, out: &mut impl Write) {
    let began = Instant::now();
    let mut n = 0;
    let mut bulk = session.bulk("import");
    while began.elapsed() < TIME {
        let row = |row: usize| Edit::create("customer").typed("name", format!("row-{}", n + row));
        let plan = bulk.plan((0..500).map(row).collect()).unwrap();
        match bulk.apply(plan) {
            Ok(records) => n += records.iter().flatten().count(),
            Err(error) => writeln!(out, "error {error}").unwrap(),
        }
    }
    writeln!(out, "done {n}").unwrap();
}

pub fn run(bench: &mut Bench) {
    let path = bench.folder.join("crowd.db");
    data::remove(&path);
    drop(data::session(&path));
    let start = |role: &str| {
        Command::new(std::env::current_exe().unwrap())
            .env(ROLE, role)
            .env(FILE, &path)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    };
    let importer = start("import");
    let people: Vec<_> = (0..PEOPLE).map(|who| start(&format!("person-{who}"))).collect();
    let mut took = Vec::new();
    let mut errors = Vec::new();
    let mut written = 0;
    let mut imported = 0;
    for (place, child) in people.into_iter().chain([importer]).enumerate() {
        let output = child.wait_with_output().unwrap();
        if !output.status.success() {
            errors.push(String::from_utf8_lossy(&output.stderr).into_owned());
        }
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            match line.split_once(' ') {
                Some(("took", micros)) => {
                    took.push(Duration::from_micros(micros.parse().unwrap()));
                }
                Some(("done", n)) if place < PEOPLE => written += n.parse::<u64>().unwrap(),
                Some(("done", n)) => imported += n.parse::<u64>().unwrap(),
                _ => errors.push(line.to_owned()),
            }
        }
    }
    let found = names(&path, "person-");
    let found_rows = names(&path, "row-");
    data::remove(&path);
    let at = "8 people + 1 import, 20 s";
    for error in errors.iter().take(3) {
        bench.say(error);
    }
    bench.table.must(
        "errors shown while all write",
        at,
        &format!("{} in {written} writes and {imported} imported rows", errors.len()),
        "none",
        errors.is_empty(),
    );
    bench.table.must(
        "writes lost",
        at,
        &format!("{}", written.abs_diff(found) + imported.abs_diff(found_rows)),
        "none",
        written == found && imported == found_rows && written > 0 && imported > 0,
    );
    let p95 = quantile(&took, 0.95);
    bench.table.must(
        "a person's write",
        at,
        &format!(
            "p50 {}, p95 {}, longest {}",
            time(median(&took)),
            time(p95),
            time(quantile(&took, 1.0))
        ),
        "p95 < 250 ms",
        p95 < LIMIT,
    );
}

/// How many customers have a name that begins so.
fn names(path: &Path, beginning: &str) -> u64 {
    let session = data::session(path);
    let mut request = ListRequest::first("customer", 5_000);
    request.fields = vec!["name".into()];
    let mut seen = 0;
    loop {
        let page = session.list(&request).unwrap();
        let names = page.rows.iter().filter_map(|row| row.get("name").as_text());
        seen += names.filter(|name| name.starts_with(beginning)).count() as u64;
        match page.cursors.last() {
            Some(last) if !page.at_end => request.window = Window::After(last.clone()),
            _ => return seen,
        }
    }
}
