//! Importing CSV beside the `sqlite3` program's `.import` with the same indexes.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::Bench;
use super::data::{self, Customers};
use super::process;
use super::table::{ratio, rows, time};

/// How many times the `sqlite3` program's time it may take.
const TIMES: f64 = 4.0;
const HEAD: &str =
    "name,status,industry,phones,emails,street,city,country,employees,revenue,external_id";

pub fn run(bench: &mut Bench) {
    let mut sizes = vec![bench.rows.min(100_000), bench.rows];
    sizes.dedup();
    for size in sizes {
        let csv = csv(bench, size);
        let map = bench.folder.join("map.toml");
        std::fs::write(&map, MAP).unwrap();
        let ours = bench.folder.join("imported.db");
        let theirs = bench.folder.join("imported-by-sqlite3.db");
        bench.say(&format!("importing {size} rows"));
        // In turns, because the machine may be quicker at one time than at another.
        let (mut a, mut b) = (Vec::new(), Vec::new());
        for _ in 0..if size > 100_000 { 1 } else { 3 } {
            a.push(import(bench, &ours, &csv, &map, size));
            b.extend(sqlite3(&ours, &theirs, &csv));
        }
        let (a, b) = (super::table::median(&a), super::table::median(&b));
        let each = a.as_secs_f64() * 1e6 / size as f64;
        if b > Duration::ZERO {
            let times = ratio(a, b);
            bench.table.must(
                "CSV import with validation, history and search index",
                &rows(size),
                &format!("{} ({each:.1} µs a row) against {}, x{times:.2}", time(a), time(b)),
                "at most 4x sqlite3 .import and indexes",
                times <= TIMES,
            );
        } else {
            bench.table.told("CSV import", &rows(size), &format!("{} (no sqlite3)", time(a)));
        }
        again(bench, &ours, &csv, size);
        back(bench, &ours, a, size);
        data::remove(&ours);
        data::remove(&theirs);
    }
}

/// A plan of the same rows, which are all there: beside the `sqlite3` program reading them and looking up their
/// keys.
fn again(bench: &mut Bench, ours: &Path, csv: &Path, size: u64) {
    let map = bench.folder.join("keyed.toml");
    std::fs::write(&map, MAP.replacen('\n', "\nkey = \"external_id\"\n", 1)).unwrap();
    let mut command = process::command(bench, ours);
    command.args(["import", "customer"]).arg(csv).arg("--map").arg(&map).arg("--dry-run");
    let began = Instant::now();
    let output = command.stdin(Stdio::null()).output().unwrap();
    let took = began.elapsed();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let script = format!(
        "CREATE TEMP TABLE read({HEAD});\n.mode csv\n.import --schema temp --skip 1 {} read\n\
         SELECT count(*) FROM read r JOIN customer c ON c.external_id = r.external_id COLLATE NOCASE\
         \x20AND c.deleted_at IS NULL;\n",
        csv.display()
    );
    let Some(theirs) = told_to_sqlite3(ours, &script) else { return };
    let times = ratio(took, theirs);
    bench.table.must(
        "plan of a CSV import, all rows there",
        &rows(size),
        &format!("{} against {}, x{times:.2}", time(took), time(theirs)),
        "at most 2x reading and looking up the keys",
        times <= 2.0,
    );
}

/// Taking the import back, beside the import itself.
fn back(bench: &mut Bench, ours: &Path, import: Duration, size: u64) {
    let mut command = process::command(bench, ours);
    let began = Instant::now();
    let output = command.arg("undo").stdin(Stdio::null()).output().unwrap();
    let took = began.elapsed();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let times = ratio(took, import);
    bench.table.must(
        "taking a CSV import back",
        &rows(size),
        &format!("{} against {}, x{times:.2}", time(took), time(import)),
        "not slower than the import",
        times <= 1.0,
    );
}

/// How long the `sqlite3` program takes for a script; none where there is no such program.
fn told_to_sqlite3(file: &Path, script: &str) -> Option<Duration> {
    let began = Instant::now();
    let mut child = Command::new("sqlite3")
        .arg(file)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .ok()?;
    child.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
    Some(began.elapsed())
}

const MAP: &str = r#"entity = "customer"

[columns]
name = "name"
status = "status"
industry = "industry"
phones = "phones"
emails = "emails"
street = "address.street"
city = "address.city"
country = "address.country"
employees = "employees"
revenue = "revenue"
external_id = "external_id"
"#;

fn csv(bench: &Bench, size: u64) -> PathBuf {
    let path = bench.folder.join(format!("customers-{size}.csv"));
    if path.exists() {
        return path;
    }
    let mut out = BufWriter::new(File::create(&path).unwrap());
    writeln!(out, "{HEAD}").unwrap();
    let mut customers = Customers::new();
    for _ in 0..size {
        let c = customers.next();
        writeln!(
            out,
            "{},{},{},{},{},{},{},{},{},{} EUR,{}",
            c.name,
            c.status,
            c.industry,
            c.phone,
            c.mail,
            c.street,
            c.city,
            c.country,
            c.employees,
            c.employees * 90_000,
            c.external_id
        )
        .unwrap();
    }
    out.flush().unwrap();
    path
}

fn import(bench: &Bench, file: &Path, csv: &Path, map: &Path, size: u64) -> Duration {
    data::remove(file);
    let mut command = process::command(bench, file);
    command
        .args(["import", "customer"])
        .arg(csv)
        .arg("--map")
        .arg(map)
        .args(["--alone", "--skip-errors"]);
    let began = Instant::now();
    let output = command.stdin(Stdio::null()).output().unwrap();
    let took = began.elapsed();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let count = data::session(file).count("customer", None, None).unwrap();
    assert_eq!(count, kontor::gate::Count::Exactly(size), "{command:?}");
    took
}

/// The same rows through `.import`, then the indexes that our file has on them.
fn sqlite3(ours: &Path, theirs: &Path, csv: &Path) -> Option<Duration> {
    data::remove(theirs);
    let listed = Command::new("sqlite3")
        .arg(ours)
        .arg("SELECT sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'customer'")
        .output()
        .ok()?;
    let listed = String::from_utf8(listed.stdout).unwrap();
    let mut script = format!(
        "CREATE TABLE customer({HEAD});\n.mode csv\n.import --skip 1 {} customer\n",
        csv.display()
    );
    for (number, line) in listed.lines().enumerate() {
        let Some((_, on)) = line.split_once("\"customer\"(") else { continue };
        let Some((keys, condition)) = on.split_once(')') else { continue };
        let keys: Vec<String> = keys.split(',').map(stand_in).collect();
        // Indexes on what is filled only by hand stay empty in our file after an import.
        let empty = ["team", "deleted_at IS NOT", "parent"].iter().any(|w| condition.contains(w));
        let which = if empty { " WHERE name IS NULL" } else { "" };
        // Writing to a string cannot fail.
        let _ = writeln!(script, "CREATE INDEX i{number} ON customer({}){which};", keys.join(", "));
    }
    told_to_sqlite3(theirs, &script)
}

/// A column that only our table has is stood in for by one of about the same values.
fn stand_in(key: &str) -> String {
    let key = key.trim().replace('"', "");
    let (column, rest) = key.split_once(' ').unwrap_or((&key, ""));
    let column = match column {
        "sort_key" | "team" | "parent" | "deleted_at" => "name",
        "owner" => "country",
        "updated_at" => "employees",
        known => known,
    };
    format!("{column} {rest}")
}
