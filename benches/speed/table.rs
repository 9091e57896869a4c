//! What was measured, as a Markdown table with the date and the machine, and the arithmetic of samples.

use std::fmt::Write as _;
use std::process::Command;
use std::time::Duration;

/// One line of the table.
struct Line {
    what: String,
    at: String,
    measured: String,
    must: String,
    holds: Option<bool>,
}

/// What was measured.
#[derive(Default)]
pub struct Table {
    lines: Vec<Line>,
}

impl Table {
    /// Adds something that must hold.
    pub fn must(&mut self, what: &str, at: &str, measured: &str, must: &str, holds: bool) {
        self.add(what, at, measured, must, Some(holds));
    }

    /// Adds something for information.
    pub fn told(&mut self, what: &str, at: &str, measured: &str) {
        self.add(what, at, measured, "", None);
    }

    fn add(&mut self, what: &str, at: &str, measured: &str, must: &str, holds: Option<bool>) {
        let verdict = match holds {
            Some(true) => "ok",
            Some(false) => "MISSED",
            None => "",
        };
        eprintln!("  {what} | {at} | {measured} | {must} {verdict}");
        self.lines.push(Line {
            what: what.into(),
            at: at.into(),
            measured: measured.into(),
            must: must.into(),
            holds,
        });
    }

    /// The table as Markdown.
    pub fn markdown(&self, rows: u64) -> String {
        let mut out = String::new();
        let missed = self.lines.iter().filter(|line| line.holds == Some(false)).count();
        let must = self.lines.iter().filter(|line| line.holds.is_some()).count();
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{} UTC, {rows} customers in the large file. {}", today(), machine());
        let _ = writeln!(out, "{} of {must} requirements hold.\n", must - missed);
        out.push_str("| what | at | measured | must hold | |\n|---|---|---|---|---|\n");
        for line in &self.lines {
            let verdict = match line.holds {
                Some(true) => "ok",
                Some(false) => "**missed**",
                None => "",
            };
            let _ = writeln!(
                out,
                "| {} | {} | {} | {} | {verdict} |",
                line.what, line.at, line.measured, line.must
            );
        }
        out
    }
}

fn today() -> String {
    chrono::Utc::now().format("%Y-%m-%d %H:%M").to_string()
}

fn machine() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let after = |text: &str, key: &str| {
        let line = text.lines().find(|line| line.starts_with(key)).unwrap_or_default();
        line.split(':').nth(1).unwrap_or_default().trim().to_owned()
    };
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let cpu = after(&read("/proc/cpuinfo"), "model name");
    let memory = after(&read("/proc/meminfo"), "MemTotal");
    let gib = memory.split(' ').next().and_then(|kb| kb.parse::<f64>().ok()).unwrap_or(0.0)
        / f64::from(1 << 20);
    let program = Command::new("sqlite3").arg("--version").output().map_or_else(
        |_| "not there".into(),
        |output| {
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            text.split(' ').next().unwrap_or_default().to_owned()
        },
    );
    format!(
        "{cores} cores ({cpu}), {gib:.0} GiB memory, SQLite {} built in, sqlite3 program {program}.",
        kontor::gate::sqlite_version()
    )
}

/// The value below which `part` of the samples lie; 0.5 is the median.
pub fn quantile(samples: &[Duration], part: f64) -> Duration {
    let mut sorted = samples.to_vec();
    sorted.sort_unstable();
    let at = ((sorted.len() as f64 * part).ceil() as usize).clamp(1, sorted.len().max(1)) - 1;
    sorted.get(at).copied().unwrap_or_default()
}

/// The middle sample.
pub fn median(samples: &[Duration]) -> Duration {
    quantile(samples, 0.5)
}

/// A time as people read it.
pub fn time(duration: Duration) -> String {
    let ms = duration.as_secs_f64() * 1000.0;
    if ms < 1.0 {
        format!("{ms:.2} ms")
    } else if ms < 100.0 {
        format!("{ms:.1} ms")
    } else if ms < 10_000.0 {
        format!("{ms:.0} ms")
    } else {
        format!("{:.1} s", ms / 1000.0)
    }
}

/// How many times longer `a` took than `b`.
pub fn ratio(a: Duration, b: Duration) -> f64 {
    a.as_secs_f64() / b.as_secs_f64().max(1e-9)
}

/// A number of rows as people say it.
pub fn rows(n: u64) -> String {
    match n {
        n if n >= 1_000_000 && n.is_multiple_of(1_000_000) => format!("{}M", n / 1_000_000),
        n if n >= 1_000 && n.is_multiple_of(1_000) => format!("{}k", n / 1_000),
        n => n.to_string(),
    }
}
