//! Looking for duplicates among all customers: near to what reading them costs, and close to linear.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use kontor::matching::Scan;

use super::Bench;
use super::data;
use super::table::rows;

/// The smaller file; the large one is ten times that, or what was asked for.
const SMALL: u64 = 100_000;
/// Seconds for a million customers.
const MOST: f64 = 120.0;
const MOST_MB: u64 = 1000;
/// So many times as long for each time as many records.
const GROWTH: f64 = 1.35;

struct Took {
    reading: Duration,
    all: Duration,
    compared: u64,
    pairs: usize,
}

pub fn run(bench: &mut Bench) {
    let small = data::database(bench, SMALL.min(bench.rows));
    let large = data::database(bench, bench.rows);
    let on_small = scan(&small);
    let on_large = scan(&large);
    for (took, n) in [(&on_small, SMALL.min(bench.rows)), (&on_large, bench.rows)] {
        bench.table.told(
            "duplicates: reading, then all",
            &rows(n),
            &format!(
                "{:.1} s, {:.1} s ({:.1}x); {} compared, {} pairs",
                took.reading.as_secs_f64(),
                took.all.as_secs_f64(),
                took.all.as_secs_f64() / took.reading.as_secs_f64(),
                took.compared,
                took.pairs
            ),
        );
    }
    let seconds = on_large.all.as_secs_f64();
    bench.table.must(
        "duplicates of all customers",
        &rows(bench.rows),
        &format!("{seconds:.1} s"),
        "< 120 s a million",
        seconds < MOST * bench.rows as f64 / 1e6,
    );
    let more = bench.rows as f64 / SMALL.min(bench.rows) as f64;
    let growth = seconds / on_small.all.as_secs_f64() / more;
    bench.table.must(
        "duplicates: time for each record, large file to small one",
        &rows(bench.rows),
        &format!("{growth:.2}x"),
        "< 1.35x",
        growth < GROWTH,
    );
    if let Some(most) = memory(bench, &large) {
        bench.table.must(
            "memory of `kontor duplicates customer`",
            &rows(bench.rows),
            &format!("{most} MB"),
            "< 1000 MB",
            (1..MOST_MB).contains(&most),
        );
    }
}

fn scan(path: &std::path::Path) -> Took {
    let session = data::session(path);
    let began = Instant::now();
    let mut reading = session.begin_duplicates("customer", None, None).unwrap();
    while session.read_for_duplicates(&mut reading).unwrap() {}
    let reading_took = began.elapsed();
    let pool = reading.finish();
    let mut scan = Scan::new(&pool, pool.rule().likely.get());
    while scan.step() {}
    let compared = scan.compared();
    let pairs = scan.finish().len();
    Took { reading: reading_took, all: began.elapsed(), compared, pairs }
}

/// The most memory that the command has, looked at while it runs.
fn memory(bench: &Bench, path: &std::path::Path) -> Option<u64> {
    if !cfg!(target_os = "linux") {
        return None;
    }
    let mut child = Command::new(&bench.kontor)
        .args(["--db".as_ref(), path.as_os_str()])
        .args(["duplicates", "customer", "--format", "ids"])
        .env("HOME", &bench.folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut most = 0;
    while child.try_wait().unwrap().is_none() {
        most = most.max(super::memory::memory(child.id(), "VmHWM"));
        std::thread::sleep(Duration::from_millis(50));
    }
    Some(most)
}
