//! Whole processes: `kontor show` and `who` beside the `sqlite3` program doing one indexed query.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use kontor::model::{RecordId, RecordRef};

use super::Bench;
use super::data;
use super::lists::SMALL;
use super::table::{median, ratio, rows, time};

const ROUNDS: usize = 60;
/// How many times the `sqlite3` program's time it may take.
const TIMES: f64 = 5.0;
/// What counts as flat from the small file to the large one.
const FLAT: f64 = 1.5;

pub fn run(bench: &mut Bench) {
    let small = data::database(bench, SMALL);
    let large = data::database(bench, bench.rows);
    let phone = |path: &Path, id: i64| {
        let session = data::session(path);
        let record = session.get(&RecordRef::new("customer", RecordId(id))).unwrap();
        record.get("phones").primary_point().unwrap().value.clone()
    };
    let ids = [(SMALL / 3) as i64, (bench.rows / 3) as i64];
    let phones = [phone(&small, ids[0]), phone(&large, ids[1])];
    let files = [&small, &large];
    let mut took: [[Vec<Duration>; 3]; 2] =
        std::array::from_fn(|_| std::array::from_fn(|_| vec![]));
    for _ in 0..ROUNDS {
        for (size, file) in files.iter().enumerate() {
            let show = ["show".to_owned(), format!("C-{}", ids[size])];
            took[size][0].push(kontor(bench, file, &show));
            took[size][1].push(kontor(bench, file, &["who".to_owned(), phones[size].clone()]));
            let query = format!("SELECT * FROM customer WHERE id = {}", ids[size]);
            took[size][2].extend(run_once(Command::new("sqlite3").arg(file).arg(query)));
        }
    }
    let sqlite = median(&took[1][2]);
    for (place, what) in ["kontor show C-...", "kontor who PHONE"].into_iter().enumerate() {
        let (a, b) = (median(&took[0][place]), median(&took[1][place]));
        if sqlite > Duration::ZERO {
            let times = ratio(b, sqlite);
            bench.table.must(
                &format!("{what}, whole process"),
                &rows(bench.rows),
                &format!("{} against {} of sqlite3, x{times:.2}", time(b), time(sqlite)),
                "at most 5x sqlite3",
                times <= TIMES,
            );
        } else {
            bench.table.told(
                &format!("{what}, whole process"),
                &rows(bench.rows),
                &format!("{} (no sqlite3 program to compare with)", time(b)),
            );
        }
        let growth = ratio(b, a);
        bench.table.must(
            &format!("{what}, growth"),
            &format!("{} -> {}", rows(SMALL), rows(bench.rows)),
            &format!("{} -> {}, x{growth:.2}", time(a), time(b)),
            "flat (x1.5)",
            growth <= FLAT,
        );
    }
}

/// Runs the program once, away from the settings of whoever runs this.
pub fn command(bench: &Bench, file: &Path) -> Command {
    let mut command = Command::new(&bench.kontor);
    command
        .env("HOME", &bench.folder)
        .env("XDG_CONFIG_HOME", &bench.folder)
        .env("XDG_DATA_HOME", &bench.folder)
        .env_remove("KONTOR_DB")
        .env_remove("KONTOR_CONFIG")
        .arg("--db")
        .arg(file);
    command
}

fn kontor(bench: &Bench, file: &Path, args: &[String]) -> Duration {
    run_once(command(bench, file).args(args)).unwrap()
}

/// How long a command took that must succeed; none where there is no such program.
fn run_once(command: &mut Command) -> Option<Duration> {
    command.stdout(Stdio::null()).stderr(Stdio::null()).stdin(Stdio::null());
    let began = Instant::now();
    let mut child = command.spawn().ok()?;
    let status = child.wait().unwrap();
    let took = began.elapsed();
    assert!(status.success(), "{command:?} failed");
    Some(took)
}
